"""No rule takes more than linear time: on the worst text that can be made of it, eight times as much costs eight times.

The one place where tests look at a clock. It is the clock of the processor, which stands still while others work; a
short and a long text are compared in the same second; the least of five tries counts; and eight times may be 24 times,
where what is quadratic takes sixty-four. A text that is done at once, as none would be then, is not compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from dedupe.core.model import Kind, Severity
from dedupe.rules import RULES
from dedupe.rules.rule import Rule
from dedupe.rules.scan import Scanner
from dedupe.text.batch import Texts
from tests.pumping import worst

ROWS = [rule for table in RULES for rule in table]
SHORT, TIMES, SLACK, TRIES = 1_000, 8, 3, 5
# Seconds for the long text, about a microsecond a character: 32 million steps, as many as pairs of them, take more.
AT_ONCE = 0.01

Work = Callable[[str], object]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(ROWS)


def seconds(work: Work, text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def is_near_linear(work: Work, short: str, long: str) -> bool:
    least = [float("inf"), float("inf")]
    for _ in range(TRIES):
        least = [min(least[0], seconds(work, short)), min(least[1], seconds(work, long))]
        if least[1] < max(AT_ONCE, SLACK * TIMES * least[0]):
            return True
    return False


def grown(rule: Rule, work: Work) -> Iterator[str]:
    """The texts, by their beginnings, for which work grows faster."""
    for short, long in zip(worst(rule, SHORT), worst(rule, TIMES * SHORT)):
        if not is_near_linear(work, short, long):
            yield short[:40]


@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.code)
def test_work_grows_with_the_text_and_no_faster(scanner: Scanner, rule: Rule) -> None:
    # With all rules, for one may be slow on what another is made of.
    assert list(grown(rule, lambda text: scanner.find_hits(scanner.fold(Texts((text,)))[0]))) == []


def test_one_whose_work_grows_faster_is_found_out() -> None:
    rule = Rule("BP299", "slow", Kind.BOILERPLATE, Severity.NOTE, "", ("哈",), (), pattern="哈.*尾")
    assert next(grown(rule, rule.regex.findall), None)


# What the prose map, the judges of brackets and marks and the blanks of forms look around at.
SIGNS = (
    "<pre>", "<a1>", "</a>", "<!--", "```\n甲\n", "`a", "**甲", "*a* ", "__", "$a", "\\(", "](", "[姓名]", "[a]xx",
    "<丙>", "{{a", "【", "「", "……(", "〔", "##", "@@", "| xx |\n", "~~", "--年", "00月", "○", "xx年", "  元",
    "甲方  与", "第 条", "《 》", "共计元,", "来自,", "甲乙   丙丁", "Dear , ", "年 月 ", "http://a", "a@b.", "/a",
)  # fmt: skip


# Brackets that are full of one word: what an order begins with, joins fields, or parts the name of a variable.
FULL = tuple(
    f"{opener}{word * (140 // len(word))}{closer}"
    for opener, closer in ("()", "[]")
    for word in ("由", "请由", "您在此处", "如下,请", "姓名、", "部门 Name ", "を入", "Your ", "a_", "x.")
)


@pytest.mark.parametrize("sign", [*SIGNS, *FULL])
def test_signs_that_a_map_is_made_of_cost_no_more_where_there_are_many(scanner: Scanner, sign: str) -> None:
    short, long = (sign * (TIMES * length // len(sign)) for length in (SHORT, TIMES * SHORT))
    assert is_near_linear(lambda text: scanner.find_hits(scanner.fold(Texts((text,)))[0]), short, long)
