"""What is found for all sweeps at once is what a search for each literal would find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from dedupe.rules import RULES
from dedupe.rules.placeholders import holes, prompts
from dedupe.rules.prefilter import Literals
from dedupe.rules.rule import NOTHING, Met, Sweep
from dedupe.text.batch import Texts, fold

WORDS = frozenset({"上一篇", "来源", "7"})
SIGNS = frozenset({"\n。", "(请", ">", "%"})
HEADS = frozenset({"来源", "【小", "19"})
CHARS = "上一篇来源7（(请>＞%％【小19 \u3000\n。甲\U00020000\ud800"
PAGES = st.lists(st.text(alphabet=CHARS, max_size=60), min_size=1, max_size=5)


def nothing(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    yield from ()


def places(text: str, literals: frozenset[str]) -> list[int]:
    behind_line_end = f"\n{fold(text)}\n"
    starts = {literal[:2] for literal in literals}
    return [at - 1 for at in range(len(text) + 1) if any(behind_line_end.startswith(start, at) for start in starts)]


@given(PAGES)
def test_literals_are_found_where_they_stand_whatever_the_text_is_asked_with(pages: list[str]) -> None:
    sweeps = [Sweep(nothing, inner=WORDS), Sweep(nothing), Sweep(nothing, inner=SIGNS)]
    for text, (words, none, signs) in zip(pages, Literals(sweeps).find(Texts(pages))):
        assert list(words.inner) == places(text, WORDS)
        assert none is NOTHING
        assert list(signs.inner) == places(text, SIGNS)
        assert list(words.heads) == []


@given(PAGES)
def test_no_line_that_begins_with_a_literal_is_passed_over(pages: list[str]) -> None:
    heads = "|".join(re.escape(literal[:2]) for literal in sorted(HEADS))
    for text, (met,) in zip(pages, Literals([Sweep(nothing, heads=HEADS)]).find(Texts(pages))):
        folded = fold(text)
        begun = [line.start() for line in re.finditer(rf"^[^\w\n]*?(?:{heads})", folded, re.MULTILINE)]
        assert set(begun) <= set(met.heads)
        assert all(start == 0 or folded[start - 1] == "\n" for start in met.heads)
        assert list(met.heads) == sorted(set(met.heads))


def test_far_indented_line_begins_with_its_literal() -> None:
    (found,) = Literals([Sweep(nothing, heads=HEADS)]).find(Texts(("甲\n" + " " * 90_000 + "来源",)))
    assert list(found[0].heads) == [2]


def test_at_most_eight_kinds_of_literals_keep_the_table_small() -> None:
    sweeps = {rule.sweep for table in RULES for rule in table if rule.sweep}
    assert sum(bool(literals) for sweep in sweeps for literals in (sweep.inner, sweep.heads)) <= 8


@given(st.text(alphabet="月日份年第届名例天为期历时的,。\n在、院报党度程限以“”《》()把x1 甲", max_size=40))
def test_no_pair_hides_a_hole(text: str) -> None:
    behind_line_end = "\n" + text
    met = Literals([holes.SWEEP]).find(Texts((text,)))[0][0]
    found = {(code, start) for code, start, _ in holes.find(text, met)}
    for code, listed in holes.HOLES_BY_CODE.items():
        for hole in listed:
            for match in re.finditer(hole.pattern, behind_line_end):
                assert (code, match.start() - 1) in found


@given(st.text(alphabet="X/x_年 月日(-某市公司待定。此处省略:张三□甲TODBCloremIpsu", max_size=40))
def test_no_literal_hides_a_prompt(text: str) -> None:
    met = Literals([prompts.SWEEP]).find(Texts((text,)))[0][0]
    found = {code for code, _, _ in prompts.find(text, met)}
    for code, patterns in prompts.PATTERNS.items():
        assert code in found or not any(re.search(pattern, text) for _, pattern in patterns)
