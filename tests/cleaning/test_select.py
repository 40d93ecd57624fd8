"""What of a cluster could leave, what it would take with it, and what is kept for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.cleaning.options import Choices
from dedupe.cleaning.parts import PASSAGE, visible_length
from dedupe.cleaning.select import (
    DOCUMENT,
    ESSAY,
    PART,
    Place,
    can_leave,
    cut_of_old,
    holders_of,
    is_full_of_figures,
    options_of,
    places_of,
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


def with_ink(count: int) -> str:
    """Whole sentences with so many characters in all."""
    return "字" * (count - 1) + "。"


@pytest.mark.parametrize(("rest", "whole"), [(PASSAGE - 1, True), (PASSAGE, False)])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_document_leaves_as_a_whole_when_no_passage_of_it_would_stay(rest: int, whole: bool, is_before: bool) -> None:
    copy, other = with_ink(500), with_ink(rest)
    text = f"{other}\n{copy}" if is_before else f"{copy}\n{other}"
    start = text.index(copy)
    places = places_of(region("a", start, start + 500, Unit.DOCUMENT), text, [])
    part = Place(start, start + 500, PART)
    assert places == ([Place(0, len(text), DOCUMENT), part] if whole else [part])


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
    places = places_of(region("a", start, start + 500, Unit.ESSAY, 2), text, essays)
    part = Place(start, start + 500, PART)
    assert places == ([Place(essays[1].start, essays[1].end, ESSAY), part] if whole else [part])


@pytest.mark.parametrize(("length", "is_enough"), [(PASSAGE - 1, False), (PASSAGE, True)])
def test_a_passage_leaves_from_a_length_on(length: int, is_enough: bool) -> None:
    text = with_ink(300) + with_ink(length) + with_ink(300)
    places = places_of(region("a", 300, 300 + length), text, [])
    assert places == ([Place(300, 300 + length, PART)] if is_enough else [])


def test_ink_is_all_but_white_space() -> None:
    assert (visible_length(" 一　二\n\n三\t"), visible_length("")) == (3, 0)


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


WHOLE, PASSAGES = Place(0, 400, DOCUMENT), Place(0, 300, PART)


def keys(cluster: Cluster, places: dict[tuple[int, int], list[Place]], choices: Choices = ALL) -> list[tuple[str, int]]:
    """The documents that could lose something, and whether that is all of them, an essay or a part."""
    return [(option.key[0], option.place.level) for option in options_of([cluster], places, choices)]


def test_every_member_but_the_representative_could_leave_whole_or_in_part() -> None:
    cluster = cluster_of(*(copy_of(region(path, 0, 300)) for path in "abc"))
    places = {(0, 1): [PASSAGES], (0, 2): [WHOLE, PASSAGES]}
    assert keys(cluster, places) == [("b", PART), ("c", DOCUMENT), ("c", PART)]
    assert keys(cluster, places, Choices(keep_passages=True)) == [("c", DOCUMENT)]
    (option, *_) = options_of([cluster], places, ALL)
    assert (option.reason.code, option.reason.relation, option.reason.kept) == (
        "ND303",
        Relation.COPY,
        ("a", None, 0, 300),
    )


@pytest.mark.parametrize(
    ("measures", "severity", "could"),
    [
        ({"jaccard": 0.4, "containment": 0.5}, Severity.WARNING, True),
        ({"jaccard": 0.39, "containment": 0.79}, Severity.WARNING, False),
        ({"jaccard": 0.2, "containment": 0.8}, Severity.WARNING, True),
        ({"jaccard": 0.9, "containment": 0.9}, Severity.NOTE, False),  # too loose to act on
    ],
)
def test_what_is_only_a_little_alike_stays(measures: dict[str, float], severity: Severity, could: bool) -> None:
    member = replace(copy_of(region("b", 0, 300), **measures), severity=severity)
    assert bool(keys(cluster_of(copy_of(region("a", 0, 300)), member), {(0, 1): [PASSAGES]})) is could


@pytest.mark.parametrize(
    ("unit", "tokens", "containment", "could"),
    [
        (Unit.PASSAGE, 100, 0.5, True),  # the head stands in a passage of a longer text
        (Unit.DOCUMENT, 125, 0.5, True),  # or in a text with more behind it
        (Unit.DOCUMENT, 124, 0.5, False),  # two editions: the representative stays
        (Unit.PASSAGE, 100, 0.9, False),  # only 0.64 of the head stand there
    ],
)
def test_a_whole_text_could_leave_for_a_longer_one_that_holds_it(
    unit: Unit, tokens: int, containment: float, could: bool
) -> None:
    # Of jaccard j and containment c of the member, 1 / (1 / j - 1 / c + 1) of the head stands in it.
    jaccard = 0.474 if containment == 0.5 else 0.6
    head = copy_of(region("head", 0, 300, Unit.DOCUMENT))
    member = replace(copy_of(region("member", 50, 400, unit), jaccard=jaccard, containment=containment), tokens=tokens)
    found = list(options_of([cluster_of(head, member)], {(0, 0): [WHOLE, PASSAGES]}, ALL))
    assert [(option.key[0], option.place) for option in found] == ([("head", WHOLE)] if could else [])
    for option in found:
        assert option.is_held
        assert (option.copy.relation, option.keeper) == (Relation.CONTAINED, member.region)


def test_no_text_leaves_for_a_page_of_several_that_stand_alone() -> None:
    page = [copy_of(region("page", at, at + 300)) for at in (0, 300)]
    alone = [copy_of(region(path, 0, 300, Unit.DOCUMENT)) for path in "ab"]
    clusters = [cluster_of(*pair) for pair in zip(alone, page)]
    assert holders_of(clusters[:1]) == set()
    assert holders_of(clusters) == {("page", None)}
    places = {(0, 0): [WHOLE], (1, 0): [WHOLE]}
    assert [option.key[0] for option in options_of(clusters[:1], places, ALL)] == ["a"]
    assert list(options_of(clusters, places, ALL)) == []


@pytest.mark.parametrize(
    ("unit", "second", "expected"),
    [
        (Unit.DOCUMENT, 300, []),
        (Unit.PASSAGE, 300, []),
        (Unit.ESSAY, 300, ["c"]),  # it stands among others as well
        (Unit.DOCUMENT, 0, ["c"]),  # two editions of one text stand on the page
    ],
)
def test_nothing_that_stands_alone_leaves_for_a_page_where_several_texts_stand_side_by_side(
    unit: Unit, second: int, expected: list[str]
) -> None:
    alone = [copy_of(region(path, 0, 300, Unit.DOCUMENT)) for path in "ab"]
    kept = copy_of(region("page", 700, 1000))
    leaving = copy_of(region("c", 0, 300, unit))
    page = [copy_of(region("page", at, at + 300)) for at in (0, second)]
    clusters = [*(cluster_of(*pair) for pair in zip(alone, page)), cluster_of(kept, leaving)]
    assert [option.key[0] for option in options_of(clusters, {(2, 1): [WHOLE]}, ALL)] == expected


def test_nothing_is_inside_a_member_that_shares_nothing() -> None:
    head = copy_of(region("head", 0, 300, Unit.DOCUMENT))
    member = copy_of(region("member", 50, 400), jaccard=0.0, containment=0.0)
    assert keys(cluster_of(head, member), {(0, 0): [WHOLE], (0, 1): [PASSAGES]}) == []


@pytest.mark.parametrize(
    ("text", "is_full"), [("12字字字字", False), ("12字字字", True), ("xx 字字字", True), ("1.5%，共字字字字", False)]
)
def test_a_text_is_full_of_figures_with_more_than_a_third_of_them(text: str, is_full: bool) -> None:
    assert is_full_of_figures(text) is is_full


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
