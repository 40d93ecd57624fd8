"""Two texts aligned: what stands opposite what, and that nothing is lost."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.core.model import Span
from dedupe.text.align import Kind, Row, Stretch, align
from dedupe.text.match import SLOT, matches, tokens_of

TEXTS = st.text("我们修了一座桥路渠。！\n，;,xX*13 \u3000“”（第", max_size=60)
Shown = tuple[str, str, str]


def shown(one: str, other: str) -> list[list[Shown]]:
    """The rows of two texts, each stretch as its kind and its two texts."""
    return [
        [(kind.value, one[a.start : a.end], other[b.start : b.end]) for kind, a, b in row.stretches]
        for row in align(tokens_of(one), tokens_of(other))
    ]


def differences(one: str, other: str) -> list[Shown]:
    return [stretch for row in shown(one, other) for stretch in row if stretch[0] != "equal"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("门诊达xx人次，增长*%。", "门诊达48万人次，增长5.5％。", [("blank", "xx", "48万"), ("blank", "*", "5.5")]),
        ("收到锦旗面，喜报3张。", "收到锦旗13面，喜报4张。", [("only", "", "13"), ("fill", "3", "4")]),
        ("由**日报、**报登出。", "由山城日报、青年报登出。", [("blank", "**", "山城"), ("blank", "**", "青年")]),
        ("开展了“”主题班会。", "开展了“爱惜粮食”主题班会。", [("only", "", "爱惜粮食")]),
        ("为xx5周岁以上老人建档。", "为65周岁以上老人建档。", [("blank", "xx5", "65")]),
        ("20__年修了水塔。", "2019年修了水塔。", [("blank", "20__", "2019")]),
        ("×××年修了水塔。", "**年修了水塔。", []),
        ("王村的水塔修好了。", "李家湾的水塔修好了。", [("wording", "王村", "李家湾")]),
        ("Two ploughs were mended.", "Three ploughs were mended.", [("wording", "Two", "Three")]),
    ],
)
def test_fills_stand_opposite_each_other(one: str, other: str, expected: list[Shown]) -> None:
    assert differences(one, other) == expected


def test_paragraphs_widths_and_inserted_sentences_change_nothing() -> None:
    one = "水渠疏通了，\n乡亲们很高兴。粮站添了xx台秤，\n秤都校过。仓库也翻新了。"
    other = "水渠疏通了,乡亲们很高兴。此外还种了树。粮站添了6台秤,秤都校过。\n\n仓库也翻新了。"
    assert differences(one, other) == [("only", "", "此外还种了树。"), ("blank", "xx", "6")]


def test_rows_begin_where_sentences_of_both_begin() -> None:
    rows = shown("一、概况\n渠修好了。请提意见。塔也修好了。", "一、概况\n渠修好了。塔也修好了。欢迎来信。")
    assert [tuple("".join(parts) for parts in list(zip(*row))[1:]) for row in rows] == [
        ("一、概况\n", "一、概况\n"),
        ("渠修好了。", "渠修好了。"),
        ("请提意见。", ""),
        ("塔也修好了。", "塔也修好了。"),
        ("", "欢迎来信。"),
    ]


def test_sentences_with_little_in_common_do_not_stand_opposite_each_other() -> None:
    one, other = "渠修好了。孩子们在操场上跑步。塔也修好了。", "渠修好了。今年的粮价比往年高一些。塔也修好了。"
    assert [row[0][0] for row in shown(one, other)] == ["equal", "only", "only", "equal"]


def test_blanks_that_characters_do_not_tell_are_given() -> None:
    one, other = "由[姓名]主持会议。", "由赵青山主持会议。"
    (row,) = align(tokens_of(one, [(1, 5)]), tokens_of(other))
    assert row.stretches[1] == Stretch(Kind.BLANK, Span(1, 5), Span(1, 4))


@given(TEXTS, TEXTS)
def test_every_character_is_in_just_one_stretch(one: str, other: str) -> None:
    rows = align(tokens_of(one), tokens_of(other))
    for side, text in ((0, one), (1, other)):
        spans = [(row.one, row.other)[side] for row in rows]
        parts = [(stretch.one, stretch.other)[side] for row in rows for stretch in row.stretches]
        for covering in (spans, parts):
            assert "".join(text[span.start : span.end] for span in covering) == text
            assert all(low.end == high.start for low, high in pairwise(covering))


@given(TEXTS, TEXTS)
def test_the_other_way_round_is_the_same(one: str, other: str) -> None:
    there, back = (align(tokens_of(a), tokens_of(b)) for a, b in ((one, other), (other, one)))
    equal = {(s.one, s.other) for row in there for s in row.stretches if s.kind is Kind.EQUAL}
    assert equal == {(s.other, s.one) for row in back for s in row.stretches if s.kind is Kind.EQUAL}


@given(TEXTS)
def test_a_text_is_equal_to_itself(text: str) -> None:
    kinds = {stretch.kind for row in align(tokens_of(text), tokens_of(text)) for stretch in row.stretches}
    assert kinds <= {Kind.EQUAL}


@given(TEXTS, TEXTS)
def test_runs_are_equal_and_in_order(one: str, other: str) -> None:
    left, right = tokens_of(one), tokens_of(other)
    i = j = 0
    for run in matches(left, right):
        assert run.length > 0
        assert run.one >= i
        assert run.other >= j
        i, j = run.one + run.length, run.other + run.length
        assert left.code[run.one : i] == right.code[run.other : j]
    assert i <= len(left.code)
    assert j <= len(right.code)


def test_a_large_text_with_every_sentence_changed_is_aligned() -> None:
    rng = random.Random(5)
    words = ["".join(chr(rng.randint(0x4E00, 0x9000)) for _ in range(16)) for _ in range(2500)]
    one = "".join(f"{word[:9]}**{word[9:]}。" for word in words)
    other = "".join(f"{word[:9]}山城{word[9:]}。\n" for word in words if rng.random() < 0.95)
    left, right = tokens_of(one), tokens_of(other)
    blanks = [s for row in align(left, right) for s in row.stretches if s.kind is Kind.BLANK]
    assert len(left.code) > 40_000
    assert len(blanks) == other.count("。")
    assert {other[s.other.start : s.other.end] for s in blanks} == {"山城"}
    assert left.code.count(SLOT) == len(words)


def test_two_long_texts_with_nothing_in_common_are_two_rows() -> None:
    one, other = "桥" * 3000, "渠" * 3000
    assert align(tokens_of(one), tokens_of(other)) == [
        Row(Span(0, 3000), Span(0, 0), (Stretch(Kind.ONLY, Span(0, 3000), Span(0, 0)),)),
        Row(Span(3000, 3000), Span(0, 3000), (Stretch(Kind.ONLY, Span(3000, 3000), Span(0, 3000)),)),
    ]
