"""What is found for all sweeps at once is what a search for each literal would find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hypothesis import given
from hypothesis import strategies as st

from dedupe.rules import RULES
from dedupe.rules.boilerplate import injected, markup
from dedupe.rules.placeholders import holes, prompts
from dedupe.rules.prefilter import Literals
from dedupe.rules.rule import NOTHING, Met, Sweep
from dedupe.text.batch import Texts, fold
from dedupe.text.signs import ASCII, IN_CLAUSE, JAMMED, PARTED, SIGNS, SPELT, TOGETHER, bits_of

WORDS = frozenset({"上一篇", "来源", "7"})
PUNCTUATED = frozenset({"\n。", "(请", ">", "%"})
HEADS = frozenset({"来源", "【小", "19"})
CHARS = "上一篇来源7（(请>＞%％【小19 \u3000\n。甲\U00020000\ud800"
PAGES = st.lists(st.text(alphabet=CHARS, max_size=60), min_size=1, max_size=5)


def nothing(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    yield from ()


def places(text: str, literals: frozenset[str]) -> list[int]:
    behind_line_end = f"\n{fold(text)}\n"
    begins = behind_line_end.startswith
    return [at - 1 for at in range(len(text) + 1) if any(begins(literal, at) for literal in literals)]


@given(PAGES)
def test_literals_are_found_where_they_stand_whatever_the_text_is_asked_with(pages: list[str]) -> None:
    sweeps = [Sweep(nothing, inner=WORDS), Sweep(nothing), Sweep(nothing, inner=PUNCTUATED)]
    for text, (met, _) in zip(pages, Literals(sweeps).find(Texts(pages))):
        words, signs = met.get(0, NOTHING), met.get(2, NOTHING)
        assert 1 not in met
        assert list(words.inner) == places(text, WORDS)
        assert list(signs.inner) == places(text, PUNCTUATED)
        assert list(words.heads) == []


@given(PAGES)
def test_no_line_that_begins_with_a_literal_is_passed_over(pages: list[str]) -> None:
    heads = "|".join(map(re.escape, sorted(HEADS)))
    for text, (found, _) in zip(pages, Literals([Sweep(nothing, heads=HEADS)]).find(Texts(pages))):
        folded, met = fold(text), found.get(0, NOTHING)
        begun = [line.start() for line in re.finditer(rf"^[^\w\n]*?(?:{heads})", folded, re.MULTILINE)]
        assert set(begun) <= set(met.heads)
        assert all(start == 0 or folded[start - 1] == "\n" for start in met.heads)
        assert list(met.heads) == sorted(set(met.heads))


def test_far_indented_line_begins_with_its_literal() -> None:
    ((met, _),) = Literals([Sweep(nothing, heads=HEADS)]).find(Texts(("甲\n" + " " * 90_000 + "来源",)))
    assert list(met[0].heads) == [2]


def test_at_most_eight_kinds_of_literals_keep_the_table_small() -> None:
    sweeps = {rule.sweep for table in RULES for rule in table if rule.sweep}
    assert sum(bool(literals) for sweep in sweeps for literals in (sweep.inner, sweep.heads)) <= 8


@given(st.text(alphabet="月日份年第届名例天为期历时的,。\n在、院报党度程限以“”《》()把x1 甲", max_size=40))
def test_no_pair_hides_a_hole(text: str) -> None:
    behind_line_end = "\n" + text
    met = Literals([holes.SWEEP]).find(Texts((text,)))[0][0].get(0, NOTHING)
    found = {(code, start) for code, start, _ in holes.find(text, met)}
    for code, listed in holes.HOLES_BY_CODE.items():
        for hole in listed:
            for match in re.finditer(hole.pattern, behind_line_end):
                assert (code, match.start() - 1) in found


@given(st.text(alphabet="X/x_年 月日(-某市公司待定。此处省略:张三□甲TODBCloremIpsu", max_size=40))
def test_no_literal_hides_a_prompt(text: str) -> None:
    met = Literals([prompts.SWEEP]).find(Texts((text,)))[0][0].get(0, NOTHING)
    found = {code for code, _, _ in prompts.find(text, met)}
    for code, patterns in prompts.PATTERNS.items():
        # 某某 that may mean anybody is a note.
        are_found = code in found or (code == "PH114" and "PH115" in found)
        assert are_found or not any(re.search(pattern, text) for _, pattern in patterns)


SIGNED = "甲渠。,;!?`'~*^.\\#@%&|$+ aQ9z\n、"


@given(st.lists(st.text(alphabet=SIGNED, max_size=40), min_size=1, max_size=4))
def test_bits_of_signs_say_where_a_search_finds_nothing(pages: list[str]) -> None:
    def is_mixed(text: str) -> bool:
        found = injected.SIDE_BY_SIDE.findall(text)
        return any(len(set(some)) > 1 or "^" in some for some in found) or bool(injected.BESIDE_STOP.search(text))

    shapes: dict[int, Callable[[str], object]] = {
        IN_CLAUSE: re.compile("(?<=[甲渠,。;!?、])[`'.^](?=[甲渠])").search,
        TOGETHER: is_mixed,
        JAMMED: markup.JAMMER_SEED.search,
        PARTED: injected.INTERLEAVED.search,
        SPELT: injected.SPELT.search,
        ASCII: injected.NOISE.search,
    }
    for text, (_, seen) in zip(pages, Literals([]).find(Texts(pages))):
        assert seen & bits_of("".join(SIGNS)) == bits_of("".join({char for char in fold(text) if char in SIGNS}))
        for bit, has in shapes.items():
            assert seen & bit or not has(fold(text))
