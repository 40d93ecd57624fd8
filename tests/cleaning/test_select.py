"""Which copies leave, what they take with them, and which clusters wait for others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.cleaning.options import Choices
from dedupe.cleaning.select import (
    PASSAGE,
    Leaving,
    Place,
    can_leave,
    choose,
    cut_of_old,
    in_order,
    ink,
    is_full_of_figures,
    place_of,
    waiting,
)
from dedupe.config.settings import Settings
from dedupe.core.model import Cluster, Copy, Document, Finding, Kind, Old, Region, Relation, Severity, Unit
from dedupe.text.essays import split
from tests.corpora import essay

ALL = Choices()
PAGE = f"第一篇 春天\n{essay(1)}\n第二篇 秋天\n{essay(2)}\n第三篇 冬天\n{essay(3)}\n"


def region(path: str, start: int, end: int, unit: Unit = Unit.PASSAGE, number: int | None = None) -> Region:
    return Region(path, None, start, end, 1, 1, unit, number)


def copy_of(where: Region, relation: Relation = Relation.COPY, marks: int = 0, **measures: float) -> Copy:
    return Copy(where, relation, measures.get("jaccard", 0.9), measures.get("containment", 0.9), marks, 100)


def leaving(cluster: int, place: tuple[str, int, int], keeper: tuple[str, int, int]) -> Leaving:
    mine = copy_of(region(*place))
    return Leaving(cluster, (place[0], None), Place(place[1], place[2], False), mine, region(*keeper))


def clusters_left(some: list[Leaving]) -> list[int]:
    return [one.cluster for one in some]


def with_ink(count: int) -> str:
    """Whole sentences with so many characters in all."""
    return "字" * (count - 1) + "。"


@pytest.mark.parametrize(("rest", "whole"), [(PASSAGE - 1, True), (PASSAGE, False)])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_document_leaves_as_a_whole_when_no_passage_of_it_would_stay(rest: int, whole: bool, is_before: bool) -> None:
    copy, other = with_ink(500), with_ink(rest)
    text = f"{other}\n{copy}" if is_before else f"{copy}\n{other}"
    start = text.index(copy)
    place = place_of(region("a", start, start + 500, Unit.DOCUMENT), text, [])
    assert place == (Place(0, len(text), True) if whole else Place(start, start + 500, False))


@pytest.mark.parametrize(("rest", "whole"), [(PASSAGE - 1, True), (PASSAGE, False)])
@pytest.mark.parametrize("is_before", [True, False])
def test_an_essay_leaves_with_its_heading_when_no_passage_of_it_would_stay(
    rest: int, whole: bool, is_before: bool
) -> None:
    copy, other = with_ink(500), with_ink(rest)
    body = f"{other}\n{copy}" if is_before else f"{copy}\n{other}"
    text = f"第一篇 春天的总结\n{essay(3)}\n第二篇 秋天的总结\n{body}\n第三篇 冬天的总结\n{essay(4)}\n"
    essays = split(text)
    assert len(essays) == 3
    start = text.index(copy)
    place = place_of(region("a", start, start + 500, Unit.ESSAY, 2), text, essays)
    assert place == (Place(essays[1].start, essays[1].end, True) if whole else Place(start, start + 500, False))


@pytest.mark.parametrize(("length", "is_enough"), [(PASSAGE - 1, False), (PASSAGE, True)])
def test_a_passage_leaves_from_a_length_on(length: int, is_enough: bool) -> None:
    text = with_ink(300) + with_ink(length) + with_ink(300)
    place = place_of(region("a", 300, 300 + length), text, [])
    assert place == (Place(300, 300 + length, False) if is_enough else None)


def test_ink_is_all_but_white_space() -> None:
    assert (ink(" 一　二\n\n三\t"), ink("")) == (3, 0)


@pytest.mark.parametrize(
    ("relation", "choices", "settings", "can"),
    [
        (Relation.COPY, ALL, Settings(), True),
        (Relation.COPY, Choices(keep_copies=True), Settings(), False),
        (Relation.COPY, ALL, Settings(ignore=("ND303",)), False),
        (Relation.COPY, ALL, Settings(ignore=("ND301",)), True),
        (Relation.VARIANT, ALL, Settings(), True),
        (Relation.VARIANT, Choices(keep_variants=True), Settings(), False),
        (Relation.EDITED, Choices(keep_variants=True), Settings(), True),
    ],
)
def test_choices_and_codes_say_what_may_leave(
    relation: Relation, choices: Choices, settings: Settings, can: bool
) -> None:
    assert can_leave(copy_of(region("a", 0, 9), relation), "乡里修路的总结", choices, settings) is can


@pytest.mark.parametrize(
    ("relation", "can"), [(Relation.EXACT, True), (Relation.COPY, True), (Relation.VARIANT, False)]
)
def test_other_fills_in_a_table_are_another_text(relation: Relation, can: bool) -> None:
    assert can_leave(copy_of(region("a", 0, 9), relation), "12 30 45 甲", ALL, Settings()) is can


def cluster_of(*members: Copy) -> Cluster:
    return Cluster("c", 0, members)


def test_what_leaves_whole_leaves_first_and_passages_when_nothing_else_does() -> None:
    cluster = cluster_of(*(copy_of(region(path, 0, 300)) for path in "abc"))
    places = {(0, 1): Place(0, 300, False), (0, 2): Place(0, 400, True)}
    assert [one.key[0] for one in choose([cluster], places, ALL)] == ["c"]
    del places[0, 2]
    assert [one.key[0] for one in choose([cluster], places, ALL)] == ["b"]
    assert choose([cluster], places, Choices(keep_passages=True)) == []


def test_a_member_that_overlaps_what_is_kept_stays() -> None:
    cluster = cluster_of(copy_of(region("a", 0, 300)), copy_of(region("a", 300, 600)))
    assert choose([cluster], {(0, 1): Place(299, 600, False)}, ALL) == []
    (one,) = choose([cluster], {(0, 1): Place(300, 600, False)}, ALL)
    assert (one.place.start, one.keeper) == (300, cluster.members[0].region)
    before = cluster_of(cluster.members[1], cluster.members[0])
    assert choose([before], {(0, 1): Place(0, 301, False)}, ALL) == []
    assert len(choose([before], {(0, 1): Place(0, 300, False)}, ALL)) == 1
    assert (one.cut.start, one.cut.end, one.cut.reason.code, one.cut.reason.jaccard) == (300, 600, "ND303", 0.9)
    assert one.cut.reason.kept == ("a", None, 0, 300)


@pytest.mark.parametrize(
    ("containment", "marks", "has_place", "left"),
    [
        (0.5, 0, True, "head"),  # the head, a tenth longer than what both have, stands in the member
        (0.5, 1, True, "member"),  # which has more marks, and can leave itself
        (0.5, 1, False, "head"),
        (0.9, 0, True, "member"),  # only 0.64 of the head stand there
    ],
)
def test_a_whole_text_inside_a_longer_one_leaves_and_no_hole_stays(
    containment: float, marks: int, has_place: bool, left: str
) -> None:
    # Of jaccard j and containment c of the member, 1 / (1 / j - 1 / c + 1) of the head stands in it.
    jaccard = 0.474 if containment == 0.5 else 0.6
    head = copy_of(region("head", 0, 300, Unit.DOCUMENT))
    member = copy_of(region("member", 50, 400), marks=marks, jaccard=jaccard, containment=containment)
    places = {(0, 0): Place(0, 300, True)} | ({(0, 1): Place(50, 400, False)} if has_place else {})
    (one,) = choose([cluster_of(head, member)], places, ALL)
    assert one.key == (left, None)
    if left == "head":
        assert (one.copy.relation, one.keeper) == (Relation.CONTAINED, member.region)
        assert one.copy.containment == pytest.approx(1 / (1 / jaccard - 1 / containment + 1))


def test_nothing_is_inside_a_member_that_shares_nothing() -> None:
    head = copy_of(region("head", 0, 300, Unit.DOCUMENT))
    member = copy_of(region("member", 50, 400), jaccard=0.0, containment=0.0)
    places = {(0, 0): Place(0, 300, True), (0, 1): Place(50, 400, False)}
    assert [one.key[0] for one in choose([cluster_of(head, member)], places, ALL)] == ["member"]


def test_a_cluster_waits_while_another_would_take_what_it_keeps() -> None:
    first = leaving(0, ("b", 0, 100), ("a", 50, 150))
    assert waiting([first, leaving(1, ("a", 100, 200), ("c", 0, 100))]) == {0}
    assert waiting([first, leaving(1, ("a", 150, 200), ("c", 0, 100))]) == set()  # they touch
    assert waiting([first, leaving(1, ("a", 0, 50), ("c", 0, 100))]) == set()
    assert waiting([first, leaving(0, ("a", 100, 200), ("c", 0, 100))]) == set()  # its own
    assert waiting([first, leaving(1, ("z", 100, 200), ("c", 0, 100))]) == set()
    # The one that reaches the keeper stands before others that do not.
    far = [leaving(1, ("a", 0, 60), ("c", 0, 60)), *(leaving(2, ("a", at, at + 5), ("d", 0, 5)) for at in (10, 20, 30))]
    assert waiting([first, *far]) == {0}


def test_clusters_that_wait_for_nobody_go_first() -> None:
    documents = [copy_of(region(path, 0, 300, Unit.DOCUMENT)) for path in "abc"]
    one, other = cluster_of(documents[0], documents[1]), cluster_of(documents[1], documents[2])
    places = {(0, 1): Place(0, 300, True), (1, 1): Place(0, 300, True)}
    assert clusters_left(choose([one, other], places, ALL)) == [0]


def test_of_clusters_that_all_wait_the_first_goes() -> None:
    documents = [copy_of(region(path, 0, 300, Unit.DOCUMENT)) for path in "abc"]
    ring = [cluster_of(documents[at], documents[(at + 1) % 3]) for at in range(3)]
    assert clusters_left(choose(ring, {(at, 1): Place(0, 300, True) for at in range(3)}, ALL)) == [0]


def test_records_of_a_file_have_an_order() -> None:
    some = [leaving(at, ("z", 0, 9), ("a", 0, 9)) for at in range(2)]
    named = [one._replace(keeper=replace(one.keeper, record=record)) for one, record in zip(some, ("b", "a"))]
    assert clusters_left(in_order(named)) == [1, 0]


@pytest.mark.parametrize(
    ("text", "is_full"), [("12字字字字", False), ("12字字字", True), ("xx 字字字", True), ("1.5%，共字字字字", False)]
)
def test_a_text_is_full_of_figures_with_more_than_a_third_of_them(text: str, is_full: bool) -> None:
    assert is_full_of_figures(text) is is_full


def test_of_clusters_in_a_ring_each_keeps_what_an_earlier_one_does_not_take() -> None:
    ring = [
        leaving(0, ("b", 0, 100), ("a", 0, 100)),
        leaving(1, ("c", 0, 100), ("b", 0, 100)),
        leaving(2, ("a", 0, 100), ("c", 0, 100)),
    ]
    assert waiting(ring) == {0, 1, 2}
    assert clusters_left(in_order(ring[::-1])) == [0]
    # Without the first the next keeps, and takes what the third would keep.
    assert clusters_left(in_order(ring[:0:-1])) == [1]
    apart = [ring[0], leaving(3, ("d", 0, 100), ("c", 0, 100))]
    assert clusters_left(in_order(apart)) == [0, 3]


def old_copy(start: int, end: int, code: str = "ND303", **changes: object) -> Finding:
    old = Old("old.txt", None, 0, 9, 1, 1, Relation.COPY, 0.9, 0.8, 0.95, 0.9, True)._replace(**changes)
    text = PAGE[start:end]
    return Finding(
        code, "x", Kind.DUPLICATE, Severity.ERROR, "a", None, start, end, 1, 1, 1, 1, text, "", "", "", "0", old=old
    )


def test_a_copy_of_an_old_text_takes_its_essay_or_its_sentences() -> None:
    essays, document = split(PAGE), Document("a", PAGE)
    second = PAGE.index(essay(2))
    finding = old_copy(second, second + len(essay(2)), "ND302")
    cut = cut_of_old(document, finding, [], ALL, Settings())
    assert cut
    assert (cut.start, cut.end) == (essays[1].start, essays[1].end)
    assert (cut.reason.relation, cut.reason.jaccard, cut.reason.kept) == (Relation.COPY, 0.9, ("old.txt", None, 0, 9))
    third = PAGE.index(essay(3))
    cut = cut_of_old(document, old_copy(third, third + len(essay(3)), "ND302"), [], ALL, Settings())
    assert cut
    assert (cut.start, cut.end) == (essays[2].start, essays[2].end)
    passage = old_copy(second, second + 260)
    cut = cut_of_old(document, passage, [], ALL, Settings())
    assert cut
    assert cut.start == second
    assert PAGE[cut.end - 1] in "。\n"
    assert cut_of_old(document, passage, [], Choices(keep_passages=True), Settings()) is None
    assert cut_of_old(document, finding, [], Choices(keep_passages=True), Settings()) is not None
    assert cut_of_old(document, finding, [], Choices(keep_copies=True), Settings()) is None
    assert cut_of_old(document, old_copy(second, second + 100), [], ALL, Settings()) is None


def test_an_estimate_must_be_sure() -> None:
    second = PAGE.index(essay(2))
    for low, is_cut in ((0.25, True), (0.24, False)):
        finding = old_copy(second, second + len(essay(2)), "ND302", is_verified=False, low=low)
        assert (cut_of_old(Document("a", PAGE), finding, [], ALL, Settings()) is not None) is is_cut
    finding = old_copy(second, second + len(essay(2)), "ND302")._replace(old=None)
    assert cut_of_old(Document("a", PAGE), finding, [], ALL, Settings()) is None


def test_chrome_around_a_copy_is_no_text_that_would_stay() -> None:
    chrome = "点击下载" * 80
    text = f"{chrome}\n{essay(1)}"
    start = len(chrome) + 1
    finding = old_copy(start, len(text), "ND301")
    whole = Finding(
        "BP241", "x", Kind.BOILERPLATE, Severity.ERROR, "a", None, 0, len(chrome), 1, 1, 1, 1, chrome, "", "", "", "0"
    )
    document = Document("a", text)
    cut, other = (cut_of_old(document, finding, some, ALL, Settings()) for some in ([whole], []))
    assert cut
    assert other
    assert ((cut.start, cut.end), other.start) == ((0, len(text)), start)
