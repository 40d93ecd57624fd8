"""Cuts of one text: which stay where they overlap, what they leave, and where that stood in the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.cuts import (
    HEADING,
    Cut,
    Reason,
    apply,
    compose,
    is_heading,
    rejoined,
    sentence_at,
    settle,
    tidy,
    to_source,
    whole_sentences,
)

WHY, LATER = Reason("BP201", "chrome"), Reason("BP301", "chrome")
TOKEN = "〔空〕"


def cut(start: int, end: int, token: str = "", reason: Reason = WHY) -> Cut:
    return Cut(start, end, reason, token)


def spans(cuts: list[Cut]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in cuts]


@pytest.mark.parametrize(
    ("given_cuts", "settled"),
    [
        ([(0, 3), (2, 9)], [(0, 2), (2, 9)]),
        ([(2, 9), (7, 12)], [(2, 9), (9, 12)]),
        ([(3, 5), (0, 9)], [(0, 9)]),
        ([(0, 9), (10, 19), (7, 12)], [(0, 9), (9, 10), (10, 19)]),
        ([(0, 4), (6, 10), (2, 8)], [(0, 2), (2, 8), (8, 10)]),
        ([(0, 4), (4, 8)], [(0, 4), (4, 8)]),
        ([(5, 5), (1, 2)], [(1, 2)]),
        ([(0, 4), (0, 4)], [(0, 4)]),
    ],
)
def test_of_overlapping_cuts_the_longer_takes_what_it_can(
    given_cuts: list[tuple[int, int]], settled: list[tuple[int, int]]
) -> None:
    cuts = [cut(*span) for span in given_cuts]
    assert spans(settle(cuts)) == spans(settle(cuts[::-1])) == settled


def test_of_equal_cuts_the_code_decides() -> None:
    assert settle([cut(0, 4, reason=LATER), cut(0, 4)]) == [cut(0, 4)]
    assert settle([cut(0, 4), cut(0, 4, reason=LATER)]) == [cut(0, 4)]


def aligned(data: st.DataObject, text: str) -> list[tuple[int, int]]:
    """Stretches of a text that part no token."""
    inside = {at + more for at in range(len(text)) if text.startswith(TOKEN, at) for more in range(1, len(TOKEN))}
    places = st.sampled_from([at for at in range(len(text) + 1) if at not in inside])
    pairs = data.draw(st.lists(st.tuples(places, places), max_size=4))
    return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(st.text("甲乙丙丁", min_size=1, max_size=30), st.data())
def test_masks_and_cuts_one_after_the_other_are_cuts_of_the_source(source: str, data: st.DataObject) -> None:
    text, taken = source, list[Cut]()
    for _ in range(3):
        fresh = settle(cut(*span, data.draw(st.sampled_from(("", TOKEN)))) for span in aligned(data, text))
        text, taken = apply(text, fresh), compose(taken, fresh)
        assert apply(source, taken) == text
    assert all(one.end <= other.start for one, other in pairwise(taken))
    at = 0
    for offset, char in enumerate(text):
        place = to_source(taken, offset)
        assert at <= place <= len(source)
        at = place
        if char not in TOKEN:
            assert source[place] == char
        else:
            assert any(one.token and one.start == place for one in taken)


def test_what_a_mask_stands_for_is_put_in_once() -> None:
    taken = [cut(2, 4)]
    # Over a place that was cut: on both sides of it something is masked, and one token stands there.
    assert compose(taken, [cut(1, 3, TOKEN)]) == [cut(1, 2, TOKEN), cut(2, 4), cut(4, 5)]
    # A mask that is cut itself is gone.
    assert apply("甲乙丙丁", compose([cut(1, 2, TOKEN)], [cut(0, 4)])) == "丙丁"


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("先说。投入xx万元！后说。", "xx", "投入xx万元！"),
        ("投入xx万元", "xx", "投入xx万元"),
        ("先说\n投入xx万元\n后说", "xx", "投入xx万元"),
        ("“投入xx万元。”他说。", "xx", "“投入xx万元。”"),
        ("先说。“投入……万元。”他说。", "……", "“投入……万元。”"),
        ("先说；投入xx万元；后说", "xx", "投入xx万元；"),
        ("先说\r\n投入xx\r\n后说", "xx", "投入xx"),
    ],
)
def test_the_sentence_around_a_mark(text: str, piece: str, expected: str) -> None:
    at = text.index(piece)
    start, end = sentence_at(text, at, at + len(piece))
    assert text[start:end] == expected


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("一句。二句。三句。", "二句。", "二句。"),
        ("一句。二句。三句。", "句。二句。三", "二句。"),
        ("一句。二句。三句。", "二句", "二句。"),
        ("一句。“二句。”三句。", "二句。", "“二句。”"),
        ("一句。（1）二句。三句。", "二句。三", ""),
        ("一句。\n二句\n三句。", "二句", "二句"),
        ("一句。 ·二句。三句。", "二句。", " ·二句。"),
        ("零句。\n　　一句。二句。", "一句。", "一句。"),
        ("一句二句三句", "二句", ""),
        ("一句。二句。三句", "三句", "三句"),
        ("一句。二句。三", "句。二句。三", "二句。三"),
        ("一句，二句。", "二句", ""),
    ],
)
def test_whole_sentences_of_a_stretch(text: str, piece: str, expected: str) -> None:
    at = text.index(piece)
    start, end = whole_sentences(text, at, at + len(piece))
    assert text[start:end] == expected


def cut_of(text: str, *pieces: str, heads: tuple[int, ...] = (), token: str = "") -> str:
    cuts = [cut(text.index(piece), text.index(piece) + len(piece), token) for piece in pieces]
    return apply(text, tidy(text, settle(cuts), heads))


@pytest.mark.parametrize(
    ("text", "pieces", "left"),
    [
        ("一行\n删去\n二行", ["删去"], "一行\n二行"),
        ("一行\n删去", ["删去"], "一行\n"),
        ("删去\n二行", ["删去"], "二行"),
        ("删去\n\n二行", ["删去"], "二行"),
        ("一行\n\n删去\n", ["删去"], "一行\n"),
        ("一行　\n删去\n二行", ["删去"], "一行　\n二行"),
        ("一行 删去\n二行", ["删去"], "一行\n二行"),
        ("一行 删去 余下", ["删去"], "一行 余下"),
        ("一行删去 余下", ["删去"], "一行 余下"),
        ("　　删去 余下", ["删去"], "　　余下"),
        ("一行\n　删一 删二　\n二行", ["删一", "删二"], "一行\n二行"),
        ("一段删一\n　　删二余下", ["删一\n　　删二"], "一段\n　　余下"),
        ("一段删一\r\n删二余下", ["删一\r\n删二"], "一段\r\n余下"),
        ("一、做法\n删去\n二、成效\n很好。", ["删去"], "二、成效\n很好。"),
        ("一、做法\n（一）修路\n删去\n二、成效\n很好。", ["删去"], "二、成效\n很好。"),
        ("一、做法\n删去\n（一）修路\n很好。", ["删去"], "一、做法\n（一）修路\n很好。"),
        ("（一）修路\n删去\n（1）修桥\n很好。", ["删去"], "（一）修路\n（1）修桥\n很好。"),
        ("（一）修路\n删去\n1.修桥\n很好。", ["删去"], "（一）修路\n1.修桥\n很好。"),
        ("1.修路\n删去\n（一）修桥\n很好。", ["删去"], "（一）修桥\n很好。"),
        ("一、做法是修路。\n删去\n二、成效\n很好。", ["删去"], "一、做法是修路。\n二、成效\n很好。"),
        ("开头。\n\n一、做法\n\n删去", ["删去"], "开头。\n"),
    ],
)
def test_no_debris_stays_and_no_more_goes(text: str, pieces: list[str], left: str) -> None:
    assert cut_of(text, *pieces) == left


def test_the_heading_of_an_essay_stays_where_it_begins_and_ends_the_section_before() -> None:
    text = "一、做法\n删去\n二、成效\n很好。"
    assert cut_of(text, "删去", heads=(0,)) == "一、做法\n二、成效\n很好。"
    text = "一、做法\n删去\n（一）春天\n很好。"
    assert cut_of(text, "删去", heads=(text.index("（一）"),)) == "（一）春天\n很好。"


def test_around_a_mask_nothing_is_tidied() -> None:
    assert cut_of("一行 xx\n\n二行", "xx", token=TOKEN) == f"一行 {TOKEN}\n\n二行"
    both = [cut(0, 2, TOKEN), cut(3, 5)]
    assert apply("xx 删去\n二行", tidy("xx 删去\n二行", both)) == f"{TOKEN}\n二行"


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("一、" + "字" * (HEADING - 2), True),
        ("一、" + "字" * (HEADING - 1), False),
        ("## 3. 做法", True),
        ("第三章 总则", True),
        ("（十二）做法", True),
        ("2024年的做法", False),
        ("一、做法，", False),
        ("", False),
    ],
)
def test_headings_are_short_and_numbered(line: str, is_one: bool) -> None:
    assert is_heading(line) is is_one


@pytest.mark.parametrize(("between", "is_one"), [("//////", True), ("更多范文", False)])
def test_what_left_as_one_is_one_again_over_lines_of_signs_that_had_left(between: str, is_one: bool) -> None:
    text = f"甲乙丙丁{between}戊己庚辛"
    reason = Reason("ND301", "copy", removal=1)
    middle = Cut(4, 4 + len(between), Reason("BP279", "chrome"))
    cuts = [Cut(0, 4, reason), middle, Cut(middle.end, len(text), reason)]
    assert rejoined(text, cuts) == ([Cut(0, len(text), reason)] if is_one else cuts)
