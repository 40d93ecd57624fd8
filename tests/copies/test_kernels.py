"""What the compiled loops promise to the token: where passages are cut, where regions end, what is one node, who leads.

Texts are made of tokens that occur nowhere else, so what agrees is what was put there to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, count, islice, pairwise, permutations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.config.settings import Settings
from dedupe.copies.clusters import FULL, SAME, WHOLE, Group, Rank, are_copies, cluster, components, merged, nodes_of
from dedupe.copies.minhash import SHINGLE, shingle_hashes
from dedupe.copies.passages import CUT, LARGEST, SMALLEST, passages, run_hashes
from dedupe.copies.regions import DROP, FAR, MERGE, NEAR, PERIOD, REPLACED, grow, measure
from dedupe.copies.signed import sign
from dedupe.copies.skeletons import Skeletons
from tests.corpora import essay
from tests.engine import as_array, duplicates_of

LENGTH = 20  # tokens of a sentence

Sentences = list[list[int]]


def source() -> Callable[[int], Sentences]:
    """What gives sentences of so many tokens in all, each of which it gives once."""
    ids = count(0x4E00)

    def fresh(tokens: int) -> Sentences:
        some = list(islice(ids, tokens))
        return [some[at : at + LENGTH] for at in range(0, tokens, LENGTH)]

    return fresh


def letters() -> Callable[[int], list[int]]:
    """What gives so many tokens, each of which it gives once."""
    ids = count(0x4E00)
    return lambda tokens: list(islice(ids, tokens))


def one_by_one(*documents: Sequence[int], units: Sequence[int] = ()) -> Skeletons:
    """Documents of sentences of one token, whose regions are tokens."""
    return skeletons(*([[token] for token in document] for document in documents), units=units)


def skeletons(*documents: Sentences, units: Sequence[int] = ()) -> Skeletons:
    """The documents as arrays; `units` are tokens that essays begin with, of all documents together."""
    sentences = [sentence for document in documents for sentence in document]
    first = np.cumsum([0, *map(len, sentences)])
    doc_sentence = np.cumsum([0, *map(len, documents)])
    return Skeletons(
        np.array([token for sentence in sentences for token in sentence], np.uint32),
        first,
        np.zeros(len(sentences), np.uint32),
        np.zeros(len(sentences), np.uint32),
        doc_sentence,
        np.unique([*first[doc_sentence[:-1]], *units]),
    )


def grown(found: Skeletons, *seeds: tuple[int, int]) -> list[list[int]]:
    """Regions, as sentences from, to of both sides, from seeds that are tokens of one pair of units."""
    return grow(found, shingle_hashes(found.ids), as_array(*seeds), np.array([0, len(seeds)])).tolist()


@given(st.lists(st.lists(st.tuples(st.integers(1, 200), st.integers(0, 7)), max_size=12), max_size=4))
@example([[(SMALLEST, 0), (5, 1)], [(SMALLEST - 1, 0), (5, 1)], [(LARGEST, 1), (5, 1)], [(LARGEST - 1, 1), (5, 1)]])
def test_a_passage_ends_at_the_first_sentence_that_says_so(documents: list[list[tuple[int, int]]]) -> None:
    found = skeletons(*([[7] * length for length, _ in document] for document in documents))
    hashes = np.array([value for document in documents for _, value in document], np.uint64)
    starts = passages(found, hashes).tolist()
    assert starts[0] == 0
    assert starts[-1] == len(hashes)
    doc_ends = set(found.doc_sentence.tolist())
    assert doc_ends <= set(starts)
    for start, end in pairwise(starts):
        assert start < end
        for sentence in range(start, end):
            length = found.first[sentence + 1] - found.first[start]
            ends = sentence + 1 in doc_ends or length >= LARGEST or (length >= SMALLEST and hashes[sentence] % CUT == 0)
            assert ends == (sentence + 1 == end)


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=4), min_size=1, max_size=8))
def test_runs_have_the_same_hash_when_they_have_the_same_tokens(runs: list[list[int]]) -> None:
    found = skeletons(runs)
    hashes = run_hashes(found.ids, found.first).tolist()
    for one, its_hash in zip(runs, hashes):
        assert [other == one for other in runs] == [other == its_hash for other in hashes]


@pytest.mark.parametrize("at", [0, 1, LENGTH, 5 * LENGTH - SHINGLE])
def test_a_region_ends_where_the_texts_part_wherever_it_was_seeded(at: int) -> None:
    fresh = source()
    shared = fresh(5 * LENGTH)
    found = skeletons(fresh(60) + shared + fresh(80), fresh(40) + shared + fresh(20))
    assert grown(found, (60 + at, 240 + 40 + at)) == [[3, 8, 14, 19]]


def test_a_region_reaches_to_both_ends_of_its_texts() -> None:
    fresh = source()
    shared = fresh(200)
    assert grown(skeletons(shared, shared), (100, 300)) == [[0, 10, 10, 20]]


@pytest.mark.parametrize(("tokens", "is_in"), [(LENGTH // 2 - 1, False), (LENGTH // 2, True)])
def test_a_sentence_is_in_a_region_from_half_of_it_on(tokens: int, is_in: bool) -> None:
    fresh = source()
    whole, before, behind = fresh(100), fresh(LENGTH)[0], fresh(LENGTH)[0]
    others = fresh(2 * LENGTH)
    one = [before, *whole, behind]
    other = [others[0][tokens:] + before[-tokens:], *whole, behind[:tokens] + others[1][tokens:]]
    found = skeletons(one, other)
    expected = [0, 7, 7, 14] if is_in else [1, 6, 8, 13]
    assert grown(found, (LENGTH, 8 * LENGTH)) == [expected]


@pytest.mark.parametrize(
    ("mine", "yours", "is_bridged"),
    [
        (DROP // REPLACED, DROP // REPLACED, True),
        (DROP // REPLACED + 1, DROP // REPLACED + 1, False),
        (FAR - 30, 0, True),
        (FAR - SHINGLE + 1, 0, False),
        (0, FAR - 30, True),
        (0, FAR - SHINGLE + 1, False),
        (60, 200, True),  # a cost of 60 * 4 + 140
        (70, 200, False),  # and of 70 * 4 + 130
    ],
)
@pytest.mark.parametrize("from_behind", [False, True])
def test_a_gap_is_bridged_as_long_as_it_costs_less_than_may_be_lost(
    mine: int, yours: int, is_bridged: bool, from_behind: bool
) -> None:
    fresh = source()
    before, behind = fresh(200), fresh(200)
    one, other = before + fresh(mine) + behind, before + fresh(yours) + behind
    found = skeletons(one, other)
    tokens = 400 + mine
    seed = (tokens - 50, len(found.ids) - 50) if from_behind else (50, tokens + 50)
    (row,) = grown(found, seed)
    if is_bridged:
        assert row == [0, len(one), len(one), len(one) + len(other)]
    elif from_behind:
        assert row == [len(one) - 10, len(one), len(one) + len(other) - 10, len(one) + len(other)]
    else:
        assert row == [0, 10, len(one), len(one) + 10]


@pytest.mark.parametrize(("behind", "is_bridged"), [(8, False), (9, True)])
@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_gap_is_bridged_only_where_that_pays(behind: int, is_bridged: bool, is_backwards: bool) -> None:
    fresh = letters()
    run, rest, tokens = fresh(20), fresh(behind), 40 + behind
    assert 20 * REPLACED == 8 * 10
    texts = [run + fresh(20) + rest, run + fresh(20) + rest]
    if is_backwards:
        ((a0, a1, b0, b1),) = grown(
            one_by_one(*(text[::-1] for text in texts)), (tokens - SHINGLE, 2 * tokens - SHINGLE)
        )
        assert (a1, b1) == (tokens, 2 * tokens)
    else:
        ((a0, a1, b0, b1),) = grown(one_by_one(*texts), (0, tokens))
        assert (a0, b0) == (0, tokens)
    assert a1 - a0 == b1 - b0 == (tokens if is_bridged else 20)


@pytest.mark.parametrize(("mine", "yours"), [(0, 1), (1, 0), (1, 1), (0, 40), (40, 0)])
@pytest.mark.parametrize("is_backwards", [False, True])
def test_runs_of_one_shingle_are_bridged_to_both_ends(mine: int, yours: int, is_backwards: bool) -> None:
    fresh = letters()
    one = other = fresh(SHINGLE)
    for _ in range(9):
        run = fresh(SHINGLE)
        one, other = one + fresh(mine) + run, other + fresh(yours) + run
    ends = len(one), len(one) + len(other)
    seed = (ends[0] - SHINGLE, ends[1] - SHINGLE) if is_backwards else (0, ends[0])
    assert grown(one_by_one(one, other), seed) == [[0, ends[0], *ends]]


@pytest.mark.parametrize(
    ("mine", "yours", "held"),
    [
        (("run", 40, "other", 8), ("other", 8, "run", 40), (40, 48)),
        (("run", 30, "other", 20), ("other", 20, "", 23, "run", 30), (30, 73)),
        (("run", 12, "", 28, "other", 10), ("other", 10, "run", 12), (12, 22)),
        # A run counts as far as every token is shared, and what lies within NEAR is not passed for more beyond it.
        (("run", 9, "other", 20), ("other", 5, "patchy", 15, "", 20, "run", 9), (9, 49)),
        (("run", 6, "", int(NEAR), "other", 40), ("other", 40, "run", 6), (6, 46)),
    ],
)
def test_the_run_ahead_that_is_worth_most_is_taken(
    mine: tuple[str | int, ...], yours: tuple[str | int, ...], held: tuple[int, int]
) -> None:
    fresh = letters()
    runs = {"run": fresh(40), "other": fresh(40)}
    runs["patchy"] = [token if at % 2 else one for at, (token, one) in enumerate(zip(runs["other"][5:], fresh(35)))]
    before = fresh(100)
    texts = []
    for parts in (mine, yours):
        named = zip(parts[::2], parts[1::2])
        texts.append(sum((runs[name][:size] if name else fresh(size) for name, size in named), before))
    there = len(texts[0])
    assert grown(one_by_one(*texts), (0, there)) == [[0, 100 + held[0], there, there + 100 + held[1]]]


def test_tokens_of_the_next_essay_count_for_no_run() -> None:
    fresh = letters()
    before, run, last, following = fresh(100), fresh(10), fresh(6), fresh(26)
    # Of both runs the first is worth more, but for what follows the end of an essay behind the second.
    ending, inside = before + run + last, before + last + following + run
    units = (len(ending),)
    assert grown(one_by_one(ending + following, inside, units=units), (0, 142)) == [[0, 110, 142, 284]]
    units = (len(inside) + len(ending),)
    assert grown(one_by_one(inside, ending + following, units=units), (0, 142)) == [[0, 142, 142, 252]]


def test_of_two_equal_runs_ahead_the_nearer_is_taken() -> None:
    fresh = source()
    before, run = fresh(100), fresh(40)
    found = skeletons(before + run, before + fresh(20) + run + fresh(60) + run)
    assert grown(found, (0, 140)) == [[0, 7, 7, 15]]
    found = skeletons(run + before, run + fresh(60) + run + fresh(20) + before)
    assert grown(found, (120, int(found.first[-1]) - 20)) == [[0, 7, 12, 20]]


def test_of_two_runs_ahead_the_longer_is_worth_a_longer_way() -> None:
    fresh = source()
    before, run = fresh(100), fresh(40)
    # The first few tokens of the run stand nearer, too few of them to be worth more.
    found = skeletons(before + run, before + fresh(20) + [run[0][:8]] + fresh(20) + run)
    assert grown(found, (0, 140)) == [[0, 7, 7, 17]]


@pytest.mark.parametrize(
    ("held", "gap", "is_one"),
    [(200, 200, True), (200, 201, False), (MERGE + 100, MERGE, True), (MERGE + 100, MERGE + 1, False)],
)
def test_two_regions_are_one_with_less_between_them_than_they_hold(held: int, gap: int, is_one: bool) -> None:
    fresh = source()
    before, behind = fresh(held), fresh(held)
    one, other = before + fresh(gap) + behind, before + fresh(gap) + behind
    found = skeletons(one, other)
    tokens = int(found.doc_token[1])
    rows = grown(found, (0, tokens), (held + gap, tokens + held + gap))
    ends, n = held // LENGTH, len(one)
    assert rows == ([[0, n, n, 2 * n]] if is_one else [[0, ends, n, n + ends], [n - ends, n, 2 * n - ends, 2 * n]])


@pytest.mark.parametrize("is_longer", [False, True])
@pytest.mark.parametrize(("held", "is_one"), [(119, False), (120, True)])
def test_the_shorter_of_two_regions_says_how_near_they_must_be(held: int, is_one: bool, is_longer: bool) -> None:
    fresh = letters()
    before, behind = (fresh(held), fresh(200)) if is_longer else (fresh(200), fresh(held))
    one, other = (fresh(60) + before + fresh(120) + behind for _ in range(2))
    n, end = len(one), 60 + len(before)
    rows = grown(one_by_one(one, other), (60, n + 60), (end + 120, n + end + 120))
    assert rows == (
        [[60, n, n + 60, 2 * n]] if is_one else [[60, end, n + 60, n + end], [end + 120, n, n + end + 120, 2 * n]]
    )


def test_what_is_near_is_joined_wherever_it_stands() -> None:
    fresh = letters()
    runs = [fresh(150) for _ in range(4)]
    gaps = (0, 120, MERGE + 100, 120)
    one, other = ([token for run, gap in zip(runs, gaps) for token in fresh(gap) + run] for _ in range(2))
    n, far = len(one), 420 + MERGE + 100
    starts = (0, 270, far, far + 270)
    assert grown(one_by_one(one, other), *((start, n + start) for start in starts)) == [
        [0, 420, n, n + 420],
        [far, n, n + far, 2 * n],
    ]


def test_regions_that_overlap_on_one_side_are_joined_and_far_ones_on_one_side_are_not() -> None:
    fresh = letters()
    before, seam, behind, gap = fresh(300), fresh(20), fresh(300), fresh(300)
    close, wide = before + seam + behind, before + seam + gap + seam + behind
    found = one_by_one(close, wide)
    assert grown(found, (0, 620), (400, 1340)) == [[0, 620, 620, 1560]]
    assert grown(one_by_one(wide, close), (0, 940), (720, 1340)) == [[0, 940, 940, 1560]]
    close, wide = before + behind, before + fresh(301) + behind
    assert grown(one_by_one(close, wide), (0, 600), (300, 1201)) == [[0, 300, 600, 900], [300, 600, 1201, 1501]]
    assert grown(one_by_one(wide, close), (0, 901), (601, 1201)) == [[0, 300, 901, 1201], [601, 901, 1201, 1501]]


def test_stretches_that_changed_places_are_two_regions() -> None:
    fresh = source()
    before, behind = fresh(200), fresh(200)
    found = skeletons(before + behind, behind + before)
    assert grown(found, (0, 600), (200, 400)) == [[0, 10, 30, 40], [10, 20, 20, 30]]


def test_one_stretch_has_a_region_for_each_place_where_it_stands() -> None:
    fresh = source()
    once = fresh(100)
    found = skeletons(once, once + fresh(60) + once)
    assert grown(found, (0, 100), (50, 310)) == [[0, 5, 5, 10], [0, 5, 13, 18]]
    # A seed inside of a region is no other region.
    assert grown(found, (0, 100), (50, 150), (50, 310), (60, 320)) == [[0, 5, 5, 10], [0, 5, 13, 18]]
    # The later place may be the first that is grown.
    assert sorted(grown(found, (10, 270), (20, 120))) == [[0, 5, 5, 10], [0, 5, 13, 18]]
    assert grown(skeletons(once + fresh(60) + once, once), (0, 260), (160, 260)) == [[0, 5, 13, 18], [8, 13, 13, 18]]


def test_a_seed_inside_of_any_region_is_no_other_region() -> None:
    fresh = letters()
    some = fresh(8)
    one = some + fresh(300) + some
    n, there = len(one), len(one) + 308
    found = one_by_one(one, some + fresh(300) + one)
    seeds = (0, there), (308, n), (309, there + 1)
    assert grown(found, *seeds) == [[0, n, there, there + n], [308, n, n, n + 8]]
    # The first that is grown may lie inside of the second, which it is joined with.
    text = one + fresh(300) + some
    n = len(text)
    seeds = (616, n + 308), (617, n + 617), (618, n + 2)
    assert grown(one_by_one(text, text), *seeds) == [[0, n, n, 2 * n]]


def test_a_text_twice_in_one_page_is_two_places_that_do_not_overlap() -> None:
    fresh = source()
    once = fresh(100)
    assert grown(skeletons(once + once), (0, 100)) == [[0, 5, 5, 10]]
    assert grown(skeletons(once + once + once), (0, 100)) == [[0, 5, 5, 10]]
    assert grown(skeletons(once + once + once), (0, 100), (100, 200)) == [[0, 5, 5, 10], [5, 10, 10, 15]]
    # Neither do they where the seed stands in the middle.
    assert grown(skeletons(once + once + once), (60, 160)) == [[3, 8, 8, 13]]
    assert grown(skeletons(once + once + once), (150, 250)) == [[5, 10, 10, 15]]


@pytest.mark.parametrize("before", [0, 200])
def test_a_text_that_follows_itself_is_a_unit_of_its_own_if_it_is_long(before: int) -> None:
    fresh = letters()
    some, long, short = fresh(before), fresh(PERIOD), fresh(PERIOD - 1)
    n, at = len(long), len(some)
    found = one_by_one(some + 4 * long)
    copies = [[at, at + n, at + k * n, at + k * n + n] for k in (1, 2, 3)]
    assert grown(found, *((at, at + k * n) for k in (1, 2, 3))) == copies
    assert grown(found, (at, at + n), (at + 50, at + 2 * n + 50), (at + 50, at + 3 * n + 50)) == copies
    # Of a short one twice as much is found behind it.
    n = len(short)
    found = one_by_one(some + 4 * short)
    rows = grown(found, (at, at + n), (at, at + 2 * n))
    assert rows == [[at, at + n, at + n, at + 2 * n], [at, at + 2 * n, at + 2 * n, at + 4 * n]]


def test_no_other_region_is_a_unit_of_its_own() -> None:
    fresh = letters()
    some, text = fresh(100), fresh(PERIOD + 100)
    size = len(text)
    # Its copy stands behind something else, or in the next text.
    found = one_by_one(some + text + fresh(100) + text + fresh(100) + some + text)
    whole = [0, 100 + size, 300 + 2 * size, 400 + 3 * size]
    seeds = (100, 200 + size), (150, 450 + 2 * size)
    assert grown(found, *seeds) == [whole, [100, 100 + size, 200 + size, 200 + 2 * size]]
    found = one_by_one(some + text, text + fresh(100) + some + text)
    seeds = (100, 100 + size), (150, 350 + 2 * size)
    whole = [0, 100 + size, 200 + 2 * size, 300 + 3 * size]
    assert grown(found, *seeds) == [whole, [100, 100 + size, 100 + size, 100 + 2 * size]]


def test_no_region_runs_over_the_beginning_of_an_essay() -> None:
    fresh = source()
    shared = fresh(400)
    found = skeletons(shared, shared, units=(100, 300, 500, 700))
    assert grown(found, (150, 550)) == [[5, 15, 25, 35]]
    # The last unit ends with the tokens, and the other side may be the shorter one.
    found = skeletons(shared, shared, units=(300, 600))
    assert grown(found, (350, 750)) == [[15, 20, 35, 40]]


@pytest.mark.parametrize(
    ("unit", "region"),
    [
        (100, [100, 400, 500, 800]),
        (300, [0, 300, 400, 700]),
        (500, [100, 400, 500, 800]),
        (700, [0, 300, 400, 700]),
    ],
)
def test_a_region_ends_with_the_essay_of_either_side(unit: int, region: list[int]) -> None:
    shared = letters()(400)
    assert grown(one_by_one(shared, shared, units=(unit,)), (150, 550)) == [region]


def test_each_pair_of_units_has_its_own_regions() -> None:
    fresh = source()
    shared, more = fresh(100), fresh(200)
    found = skeletons(shared + more, shared, more)
    seeds = as_array((0, 300), (100, 400), (150, 450))
    assert grow(found, shingle_hashes(found.ids), seeds, np.array([0, 1, 3])).tolist() == [
        [0, 5, 15, 20],
        [5, 15, 20, 30],
    ]


PIECES = [list(range(low, low + size)) for low, size in ((1, 5), (11, 6), (21, 9), (41, 14))]
PARTS = st.lists(st.integers(0, len(PIECES) + 1), max_size=9)


@given(PARTS, PARTS, st.data())
def test_seeds_give_together_what_each_gives_alone(mine: list[int], yours: list[int], data: st.DataObject) -> None:
    fresh = letters()
    texts = [
        [token for at in parts for token in (PIECES[at] if at < 4 else fresh(11 * at - 43))] for parts in (mine, yours)
    ]
    found, there = one_by_one(*texts), len(texts[0])
    tokens = found.ids.tolist()
    places = [
        (a, b)
        for a in range(there - SHINGLE + 1)
        for b in range(there, len(tokens) - SHINGLE + 1)
        if tokens[a : a + SHINGLE] == tokens[b : b + SHINGLE]
    ]
    seeds = sorted(data.draw(st.sets(st.sampled_from(places), max_size=12))) if places else []
    alone: list[list[int]] = []
    for a, b in seeds:
        if any(a0 <= a < a1 and b0 <= b < b1 for a0, a1, b0, b1 in alone):
            continue
        ((a0, a1, b0, b1),) = grown(found, (a, b))
        assert 0 <= a0 <= a < a1 <= there <= b0 <= b < b1 <= len(tokens)
        assert (tokens[a0], tokens[a1 - 1]) == (tokens[b0], tokens[b1 - 1])
        assert not min(a0, b0 - there) or tokens[a0 - 1] != tokens[b0 - 1]
        assert a1 == there or b1 == len(tokens) or tokens[a1] != tokens[b1]
        alone.append([a0, a1, b0, b1])
    together = grown(found, *seeds) if seeds else []
    assert [row[0] for row in together] == sorted(row[0] for row in together)
    for row in alone:
        assert any(is_in(row, whole) for whole in together)
    for whole in together:
        a0, a1, b0, b1 = zip(*(row for row in alone if is_in(row, whole)))
        assert whole == [min(a0), max(a1), min(b0), max(b1)]


def is_in(row: list[int], whole: list[int]) -> bool:
    return whole[0] <= row[0] and row[1] <= whole[1] and whole[2] <= row[2] and row[3] <= whole[3]


def test_a_region_without_half_a_sentence_on_either_side_is_none() -> None:
    fresh = source()
    (shared,) = fresh(8)

    def alone() -> Sentences:
        return [*fresh(40), shared, *fresh(40)]

    def inside() -> Sentences:
        return [*fresh(40), shared + fresh(12)[0], *fresh(40)]

    assert grown(skeletons(alone(), alone()), (40, 128)) == [[2, 3, 7, 8]]
    assert grown(skeletons(alone(), inside()), (40, 128)) == []
    assert grown(skeletons(inside(), alone()), (40, 140)) == []
    assert grown(skeletons(inside(), inside()), (40, 140)) == []


def test_a_seed_that_does_not_agree_leads_to_the_next_place_that_does() -> None:
    fresh = source()
    shared = fresh(200)
    one, other = fresh(40) + shared, fresh(60) + shared
    assert grown(skeletons(one, other), (10, 240 + 20)) == [[2, 12, 15, 25]]
    assert grown(skeletons(one, other), (40, 240 + 20)) == [[2, 12, 15, 25]]
    assert grown(skeletons(one, other), (10, 240 + 20), (12, 240 + 22)) == [[2, 12, 15, 25]]
    assert grown(skeletons(fresh(300), fresh(300)), (10, 310)) == []
    assert grown(skeletons(fresh(300) + shared, fresh(300) + shared), (10, 510)) == []
    # Not into the next text, which is neither of both.
    found = skeletons(fresh(40), [shared[0][:5], *shared[1:]], [shared[0][:5], *shared[1:]])
    assert grown(found, (10, 225 + 5)) == []


def test_tokens_behind_the_end_of_a_text_agree_with_nothing() -> None:
    fresh = source()
    ((one, two, *_),), last, following = fresh(20), fresh(3), [[7, 8, 9, 10, 11]]
    # The shingles of the last three tokens run over into the next text, where they are equal as well.
    assert grown(skeletons([[one], *last], following + last, following), (1, 9)) == []
    assert grown(skeletons([[one], *last], [[two], *last]), (1, 5)) == []
    before, both = fresh(8), [*last, *following]
    assert grown(skeletons(before + last, following, before + both), (8, 24)) == []
    assert grown(skeletons(both, last, following), (0, 8)) == []


@pytest.mark.parametrize("tokens", [0, SHINGLE - 1, SHINGLE, 300])
def test_measures_of_a_span_count_its_own_shingles_alone(tokens: int) -> None:
    fresh = source()
    shared = fresh(tokens)
    found = skeletons(fresh(100) + shared + fresh(40), shared + fresh(60))
    there = 140 + tokens
    shingles = max(0, tokens - SHINGLE + 1)
    spans = as_array([100, 100 + tokens, there, there + tokens], [0, 100 + tokens, there, there + tokens])
    assert measure(shingle_hashes(found.ids), spans).tolist() == [
        [shingles, shingles, shingles],
        [96 + tokens, shingles, shingles],
    ]


def test_a_shingle_counts_once_however_often_it_stands() -> None:
    text = letters()(7)
    found = skeletons([6 * text], [9 * text])
    assert measure(shingle_hashes(found.ids), as_array([0, 42, 42, 105])).tolist() == [[7, 7, 7]]


@pytest.mark.parametrize(
    ("shared", "asked", "is_copy"),
    [
        ((60, 65, 25), Settings(min_length=5), True),  # 25 of 100
        ((60, 66, 25), Settings(min_length=5), False),
        ((130, 130, 52), Settings(), True),  # 52 of 208
        ((131, 130, 52), Settings(), False),
        ((50, 1000, 40), Settings(), True),
        ((1000, 50, 40), Settings(), True),
        ((51, 1000, 40), Settings(), False),
        ((50, 1000, 44), Settings(threshold=0.9), False),
        ((50, 1000, 45), Settings(threshold=0.9), True),
        ((28, 28, 28), Settings(), True),
        ((27, 27, 27), Settings(), False),
        ((6, 6, 6), Settings(min_length=10), True),
        ((5, 5, 5), Settings(min_length=10), False),
    ],
)
def test_copies_reach_a_threshold_and_a_length(shared: tuple[int, int, int], asked: Settings, is_copy: bool) -> None:
    assert WHOLE == 0.8
    assert are_copies(as_array(shared), asked).tolist() == [is_copy]


def test_stretches_of_one_document_that_are_nearly_the_same_are_one_node() -> None:
    fresh = source()
    found = skeletons(fresh(20 * LENGTH), fresh(20 * LENGTH))
    assert SAME == 0.6
    stretches = as_array([0, 10], [2, 8], [3, 8], [4, 16], [20, 30], [22, 28])
    nodes, of = merged(stretches, found)
    assert [nodes[node].tolist() for node in of] == [[0, 10], [0, 10], [3, 8], [4, 16], [20, 30], [20, 30]]
    assert sorted(nodes.tolist()) == [[0, 10], [3, 8], [4, 16], [20, 30]]


@pytest.mark.parametrize(("longer", "shorter"), [((0, 31), (8, 38)), ((7, 38), (0, 30))])
def test_stretches_are_one_node_wherever_they_stand(longer: tuple[int, int], shorter: tuple[int, int]) -> None:
    found = skeletons([[7]] * 100)  # 23 of 38 tokens are in both
    for at in range(1, 40):
        places = [(at + low, at + high) for low, high in (longer, shorter)]
        nodes, of = merged(as_array((0, 1), *places), found)
        assert [tuple(nodes[node]) for node in of] == [(0, 1), places[0], places[0]]


def test_nodes_are_linked_where_any_of_their_stretches_are() -> None:
    fresh = source()
    found = skeletons(fresh(20 * LENGTH), fresh(20 * LENGTH))
    regions = as_array([0, 10, 20, 30], [1, 10, 20, 29], [2, 4, 35, 37], [0, 10, 1, 10])
    nodes, links, measured = nodes_of(regions, np.zeros((4, 3), np.int64), sign(found), Settings())
    assert sorted(sorted((nodes[a].tolist(), nodes[b].tolist())) for a, b in links) == [
        [[0, 10], [20, 30]],
        [[2, 4], [35, 37]],
    ]
    assert len(measured) == len(links)


def test_a_region_that_is_less_of_a_copy_as_part_of_longer_nodes_has_nodes_of_its_own() -> None:
    fresh = source()
    text, near = fresh(7 * LENGTH), fresh(10 * LENGTH)
    # The first document has the text inside of a stretch that is a copy of another one; the last has it alone.
    first = near[:1] + text + near[8:]
    found = skeletons(fresh(LENGTH), first + fresh(LENGTH), first + fresh(LENGTH), text + fresh(LENGTH))
    one, two, last = found.doc_sentence[1:4].tolist()
    regions = as_array([one, one + 10, two, two + 10], [one + 1, one + 8, last, last + 7])
    shared = measure(shingle_hashes(found.ids), found.first[regions])
    nodes, links, measured = nodes_of(regions, shared, sign(found), Settings())
    assert nodes[links].reshape(-1, 4).tolist() == regions.tolist()
    assert measured.tolist() == shared.tolist()


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=20))
def test_nodes_connected_over_any_way_are_one_component(links: list[tuple[int, int]]) -> None:
    connected = [{node} for node in range(20)]
    for one, other in links:
        both = connected[one] | connected[other]
        for node in both:
            connected[node] = both
    assert components(20, as_array(*links).reshape(-1, 2)).tolist() == [min(nodes) for nodes in connected]


@pytest.mark.parametrize(("share", "head"), [(FULL + 0.02, 2), (FULL - 0.02, 0)])
def test_fewer_marks_represent_from_four_fifths_of_the_length_on(share: float, head: int) -> None:
    text = essay(1, 60).replace("\n", "")
    found = duplicates_of([text, text, text[: round(len(text) * share)]], marks=[[5], [5, 9], []])
    (group,) = (one for one in found.groups if len(one.nodes) == 3)
    assert [int(found.doc[node]) for node in group.nodes] == ([2, 0, 1] if head else [0, 2, 1])


def test_the_most_matched_text_leads_however_few_marks_a_fragment_has() -> None:
    text = essay(1, 60).replace("\n", "")
    found = duplicates_of([text[: round(0.72 * len(text))], text, text], marks=[[], [5], [5, 9]])
    (group,) = found.groups
    assert [int(found.doc[node]) for node in group.nodes] == [1, 0, 2]


def clustered(
    found: Skeletons, links: Sequence[tuple[int, int]], asked: Settings, *, marks: Sequence[int] = (),
    levels: Sequence[int] = (),
) -> list[Group]:  # fmt: skip
    """The groups of all documents but the first, which are nodes joined by links."""
    nodes = np.column_stack((found.doc_sentence[1:-1], found.doc_sentence[2:]))
    edges = as_array(*([min(link), max(link)] for link in links))
    shared = measure(shingle_hashes(found.ids), found.first[nodes[edges].reshape(-1, 4)])
    rank = Rank(*(np.array(side or [0] * len(nodes)) for side in (levels, marks, ())))
    return cluster(nodes, (edges, shared), rank, sign(found), asked)


def pairs_of(groups: Sequence[Group]) -> set[tuple[int, int]]:
    """The pairs of nodes that stand in some group."""
    return {pair for group in groups for pair in combinations(sorted(group.nodes.tolist()), 2)}


def windows() -> tuple[Sentences, dict[str, Sentences]]:
    """What comes first, and five texts: neighbours share 24 of 36 sentences, those with one between them 18 of 42."""
    fresh = source()
    sentences = fresh(54 * LENGTH)
    return fresh(40), {name: sentences[6 * at : 6 * at + 30] for at, name in enumerate("ABCDE")}


@pytest.mark.parametrize("order", [*permutations("ABCDE")][::7], ids="".join)
def test_every_link_is_met_in_some_group_and_every_member_matches_its_head(order: tuple[str, ...]) -> None:
    before, texts = windows()
    links = [(order.index(one), order.index(other)) for one, other in pairwise("ABCDE")]
    found = skeletons(before, *(texts[name] for name in order))
    groups = clustered(found, links, Settings(threshold=0.5))
    whole, both = 30 * LENGTH - SHINGLE + 1, 24 * LENGTH - SHINGLE + 1
    names = {tuple(sorted((order[one], order[other]))) for one, other in pairs_of(groups)}
    assert {*pairwise("ABCDE")} <= names
    for group in groups:
        assert group.shared.tolist() == [[whole, whole, whole], *[[whole, whole, both]] * (len(group.nodes) - 1)]
        assert not group.same[1:].any()
    homes = [order[node] for group in groups for node in group.nodes[1:][group.home[1:]]]
    assert len(homes) == len({*homes})


@pytest.mark.parametrize("order", [*permutations("ABCDE")][::7], ids="".join)
def test_what_stands_together_does_not_depend_on_the_order(order: tuple[str, ...]) -> None:
    before, texts = windows()
    links = [(order.index(one), order.index(other)) for one, other in pairwise("ABCDE")]
    groups = clustered(skeletons(before, *(texts[name] for name in order)), links, Settings(threshold=0.5))
    there = [(order[group.nodes[0]], {order[node] for node in group.nodes}) for group in groups]
    plain = clustered(skeletons(before, *texts.values()), [*pairwise(range(5))], Settings(threshold=0.5))
    assert there == [("ABCDE"[group.nodes[0]], {"ABCDE"[node] for node in group.nodes}) for group in plain]


def test_a_text_as_itself_represents_before_one_inside_another() -> None:
    fresh = source()
    text = fresh(10 * LENGTH)
    found = skeletons(fresh(100), text, text[:9], text[1:])
    (group,) = clustered(found, [(0, 1), (1, 2)], Settings(), marks=[0, 7, 0], levels=[2, 0, 1])
    assert group.nodes.tolist() == [1, 2, 0]


def test_a_longer_text_that_holds_others_is_a_member_of_the_cluster_of_each() -> None:
    fresh = source()
    one, other = fresh(8 * LENGTH), fresh(8 * LENGTH)
    found = skeletons(fresh(100), one, one[:7], other, other[:7], one + other)
    groups = clustered(found, [(0, 1), (2, 3), (0, 4), (1, 4), (2, 4), (3, 4)], Settings())
    assert {tuple(sorted(group.nodes.tolist())) for group in groups} == {(0, 1, 4), (2, 3, 4)}
    for group in groups:
        assert group.nodes[0] != 4
        assert [int(group.holds[at]) for at in np.flatnonzero(group.nodes == 4)] == [2]
    assert sum(int(group.home[group.nodes == 4][0]) for group in groups) == 1


def test_nearly_equal_texts_are_grouped_before_those_that_are_alike() -> None:
    fresh = source()
    one, other, shared = fresh(4 * LENGTH), fresh(4 * LENGTH), fresh(6 * LENGTH)
    texts = [one + shared, one[:3] + shared, other + shared, other[:3] + shared]
    found = skeletons(fresh(100), *texts)
    groups = clustered(found, [*combinations(range(4), 2)], Settings())
    homes = {(int(node), int(group.nodes[0])) for group in groups for node in group.nodes[1:][group.home[1:]]}
    heads = {int(group.nodes[0]) for group in groups}
    assert len(heads & {0, 1}) == len(heads & {2, 3}) == 1
    near = {(node, head) for node, head in homes if node // 2 == head // 2}
    assert {node for node, _ in near} == {0, 1, 2, 3} - heads
    assert pairs_of(groups) == {*combinations(range(4), 2)}


def test_texts_that_stand_twice_and_are_only_alike_to_another_say_that_they_are_equal() -> None:
    fresh = source()
    one, other, shared = fresh(4 * LENGTH), fresh(4 * LENGTH), fresh(6 * LENGTH)
    found = skeletons(fresh(100), one + shared, one + shared, other + shared, other + shared)
    groups = clustered(found, [(0, 1), (2, 3), (0, 2)], Settings())
    told = {
        (int(node), int(group.nodes[0]), bool(group.same[at]))
        for group in groups
        for at, node in enumerate(group.nodes)
        if at and group.home[at]
    }
    assert {(1, 0, True), (3, 2, True)} <= told
    assert len(told) == 3


def test_overlapping_places_of_one_document_stand_once_in_a_cluster() -> None:
    fresh = source()
    text = fresh(10 * LENGTH)
    found = skeletons(fresh(100), text, text + fresh(8 * LENGTH))
    low, long = found.doc_sentence[1:3].tolist()
    nodes = as_array([low, low + 10], [long, long + 10], [long + 1, long + 12])
    edges = as_array([0, 1], [0, 2])
    shared = measure(shingle_hashes(found.ids), found.first[nodes[edges].reshape(-1, 4)])
    rank = Rank(as_array(0, 2, 2), as_array(0, 0, 0), as_array(0, 0, 1))
    (group,) = cluster(nodes, (edges, shared), rank, sign(found), Settings())
    assert group.nodes.tolist() == [0, 1]


def test_everybody_leads_who_was_not_taken() -> None:
    fresh = source()
    one, other = fresh(200), fresh(200)
    groups = clustered(skeletons(fresh(LENGTH), one, other, one, other), [(0, 2), (1, 3)], Settings())
    assert sorted(group.nodes.tolist() for group in groups) == [[0, 2], [1, 3]]
