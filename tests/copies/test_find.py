"""Candidates, regions and clusters together: what is found, where it ends, and what is left alone."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config.settings import Settings
from dedupe.copies import find, seeds
from dedupe.copies.clusters import SAME, are_copies, merged
from dedupe.copies.find import content_order, find_duplicates, mark_table
from dedupe.copies.minhash import SHINGLE, shingle_hashes
from dedupe.copies.regions import measure
from dedupe.copies.seeds import CROWD, RUN, WINDOW, Places, bucket_edges, moved_back, packed, run_places
from dedupe.copies.signed import sign
from dedupe.copies.skeletons import bounds_of, tokenize
from dedupe.inputs.spill import Spill
from tests.corpora import essay, recut, sentence
from tests.engine import as_array, clusters_of, documents_of, duplicates_of, pair_measures

NOISE = st.text("甲乙丙丁", max_size=60)


def reworded(text: str, seed: int, share: float) -> str:
    """A text in which a share of the sentences has four characters replaced."""
    rng = random.Random(seed)
    parts = text.split("。")
    for i, part in enumerate(parts):
        if len(part) > 10 and rng.random() < share:
            at = rng.randrange(2, len(part) - 6)
            parts[i] = part[:at] + "".join(chr(rng.randrange(0x5000, 0x7000)) for _ in range(4)) + part[at + 4 :]
    return "。".join(parts)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=8), st.integers(1, 9))
def test_identical_texts_always_cluster(seeds: list[int], every: int) -> None:
    texts = [recut(essay(seed), every if i % 2 else 3) for i, seed in enumerate(seeds)]
    groups = [frozenset(i for i, seed in enumerate(seeds) if seed == wanted) for wanted in set(seeds)]
    expected = {group for group in groups if len(group) > 1}
    assert documents_of(texts) == expected


def test_an_essay_inside_pages_is_found_with_its_bounds() -> None:
    middle = essay(1, 24)
    one = essay(2, 12) + "\n" + middle + "\n" + essay(3, 9)
    other = essay(4, 5) + "\n" + recut(middle, 7) + "\n" + essay(5, 30)
    ((first, second),) = clusters_of([one, other])
    assert first[1].replace("\n", "") == middle.replace("\n", "")
    assert second[1].replace("\n", "") == middle.replace("\n", "")


def test_copies_inside_one_page_are_found() -> None:
    page = essay(1, 15) + "\n" + essay(2, 20) + "\n" + recut(essay(1, 15), 2)
    ((one, other),) = clusters_of([page])
    assert one[0] == other[0] == 0
    assert one[1].replace("\n", "") == other[1].replace("\n", "") == essay(1, 15).replace("\n", "")


@pytest.mark.parametrize("gap", ["", "\n"])
def test_copies_that_follow_each_other_are_one_cluster_of_single_copies(gap: str) -> None:
    text = essay(1, 16)
    page = gap.join([text] * 40)
    found = max(clusters_of([page]), key=len)
    assert len(found) == 40
    assert {member[1].strip() for member in found} == {text}


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), min_size=1, max_size=60))
def test_stretches_of_a_document_join_the_longest_that_is_nearly_the_same(spans: list[tuple[int, int]]) -> None:
    skeletons = tokenize(["".join(sentence(random.Random(at)) for at in range(130))], [[0]], False)
    stretches = np.array(sorted({(start, start + size) for start, size in spans}))
    nodes, of = merged(stretches, skeletons)
    tokens = skeletons.first[stretches]
    for stretch, node in zip(tokens.tolist(), of.tolist()):
        near = [at for at, other in enumerate(skeletons.first[nodes].tolist()) if union_shared(stretch, other) >= SAME]
        assert node == min(near)


def union_shared(one: list[int], other: list[int]) -> float:
    """How much of the union of two spans is in both."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0]))


@pytest.mark.parametrize("fill", ["48", "xx", "**", "__", "３．５"])
def test_fills_do_not_part_copies(fill: str) -> None:
    text = "".join(f"门诊量达{{0}}人次，{sentence(random.Random(i))}" for i in range(12))
    assert documents_of([text.format("*"), text.format(fill)]) == {frozenset((0, 1))}
    assert pair_measures([text.format("*"), text.format(fill)]) == [(1.0, 1.0)]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_rewording_does_not_split_a_region(share: float) -> None:
    text = essay(7, 40)
    groups = clusters_of([text, reworded(text, 1, share)])
    assert [len(group) for group in groups] == [2]
    assert all(len(copy) > 0.9 * len(text) for _, copy in groups[0])


def test_dropped_added_and_moved_sentences_do_not_split_a_region() -> None:
    parts = [part + "。" for part in essay(9, 40).replace("\n", "").split("。") if part]
    changed = parts[:8] + parts[11:20] + [parts[21], parts[20]] + ["这里多出了一句别处没有的话。"] + parts[22:]
    groups = clusters_of(["".join(parts), "".join(changed)])
    assert [[len(copy) for _, copy in group] for group in groups] == [[len("".join(parts)), len("".join(changed))]]


def test_a_paragraph_inside_other_essays_is_found_alone() -> None:
    shared = "".join(sentence(random.Random(seed)) for seed in (501, 502, 503))
    texts = [essay(1, 9) + "\n" + shared + "\n" + essay(2, 9), essay(3, 9) + "\n" + shared + "\n" + essay(4, 9)]
    ((one, other),) = clusters_of(texts)
    assert one[1] == other[1] == shared


def test_different_essays_that_share_an_opening_and_a_slogan_are_not_one_cluster_of_essays() -> None:
    opening, slogan = sentence(random.Random(601)), sentence(random.Random(602))
    texts = [opening + "\n" + essay(seed, 15) + "\n" + slogan + "\n" + essay(seed + 50, 15) for seed in range(4)]
    assert clusters_of(texts) == []


def test_chains_do_not_drag_a_text_along() -> None:
    parts = [part + "。" for part in essay(3, 90).replace("\n", "").split("。") if part]
    # Neighbours share 24 of 36 sentences, and those with one between them 18 of 42.
    texts = ["".join(parts[low : low + 30]) for low in (0, 6, 12, 18, 24)]
    groups = clusters_of(texts, Settings(threshold=0.5))
    assert len(groups) > 1
    for group in groups:
        heads = {part for part in parts if part in group[0][1]}
        for _, copy in group[1:]:
            own = {part for part in parts if part in copy}
            both = len(own & heads)
            assert both >= 0.5 * len(own | heads) or both >= 0.8 * min(len(own), len(heads))


def test_short_texts_cluster_when_their_skeletons_are_equal_and_only_then() -> None:
    assert documents_of(["谢谢大家！", "谢谢大家", "谢谢各位"]) == {frozenset((0, 1))}


def test_the_representative_has_fewest_marks_then_is_longest() -> None:
    text = essay(1, 20)
    longer = text + "\n" + sentence(random.Random(77))
    found = duplicates_of([text, longer, text + "！"], marks=[[5, 9], [5], [5]])
    assert [int(found.doc[node]) for node in found.groups[0].nodes] == [1, 2, 0]


def test_a_fragment_never_stands_for_a_whole_text() -> None:
    text = essay(1, 40)
    fragment = recut("".join(text.replace("\n", "").split("。", 12)[i] + "。" for i in range(12)), 2)
    found = duplicates_of([fragment, text, recut(text, 3)], marks=[[], [1], [1]])
    whole = [group for group in found.groups if len(group.nodes) == 2 and found.doc[group.nodes[0]] != 0]
    assert whole


def test_what_stands_in_a_text_is_listed_in_its_twin_where_sentences_begin_alike() -> None:
    half = essay(1, 20).replace("\n", "")
    cut, joined = half[:40] + "\u2028" + half[40:] + half, half[:-1] + "，" + half
    found = duplicates_of([half + half, cut, joined])
    inner = max(found.groups, key=lambda group: len(group.nodes)).nodes
    spans = [(int(found.doc[node]), *map(int, ends)) for node, *ends in zip(inner, *found.spans(inner))]
    middle = len(half)
    assert spans == [(0, 0, middle), (0, middle, 2 * middle), (1, 0, middle + 1), (1, middle + 1, 2 * middle + 1)]


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_documents_does_not_change_what_is_found(order: list[int]) -> None:
    base = essay(1, 30)
    texts = [base, reworded(base, 1, 0.3), reworded(base, 2, 0.6), essay(2, 30), recut(essay(2, 30), 7), essay(3, 30)]
    shuffled = documents_of([texts[i] for i in order])
    assert {frozenset(order[i] for i in group) for group in shuffled} == documents_of(texts)


def test_hostile_repetition_ends() -> None:
    assert documents_of(["哈" * 50_000, "哈" * 50_000 + "。", "哈" * 49_000]) is not None
    same = sentence(random.Random(5), 20)
    assert frozenset((0, 1)) in documents_of([same * 400, same * 300])


@given(st.lists(st.text(alphabet="甲乙丙丁", max_size=60), min_size=2, max_size=2))
def test_measures_are_those_of_the_sets_and_jaccard_is_at_most_containment(texts: list[str]) -> None:
    got = tokenize(texts)
    bounds = got.doc_token
    spans = as_array([bounds[0], bounds[1], bounds[1], bounds[2]])
    mine, yours, both = measure(shingle_hashes(got.ids), spans)[0].tolist()
    one, other = ({text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)} for text in texts)
    assert (mine, yours, both) == (len(one), len(other), len(one & other))
    swapped = measure(shingle_hashes(got.ids), spans[:, [2, 3, 0, 1]])[0].tolist()
    assert swapped == [yours, mine, both]
    if mine:
        assert both / (mine + yours - both) <= both / mine


@given(st.text("甲乙丙丁戊己庚辛", min_size=RUN + WINDOW - 1, max_size=40), NOISE, NOISE)
def test_every_long_shared_run_is_seen_by_winnowing(shared: str, before: str, after: str) -> None:
    one, other = (tokenize([text]) for text in (shared, before + shared + after))
    one, other = (run_places(got, shingle_hashes(got.ids)) for got in (one, other))
    assert set(one.keys.tolist()) & set(other.keys.tolist())


def test_few_places_of_a_key_are_all_joined() -> None:
    keys = np.array([7, 3, 7, 3, 7, 9], np.uint64) << np.uint64(32)
    edges = bucket_edges(packed(keys, np.array([0, 10, 20, 30, 40, 50])))
    assert [(int(edge) >> 32, int(edge) & 0xFFFFFFFF) for edge in edges] == [(0, 20), (0, 40), (10, 30), (20, 40)]


def test_many_places_of_a_key_are_joined_with_the_first_and_the_one_before() -> None:
    places = list(range(0, 10 * (CROWD + 1), 10))
    edges = bucket_edges(packed(np.full(len(places), 7 << 32, np.uint64), np.array(places)))
    expected = {*((0, place) for place in places[1:]), *pairwise(places)}
    assert {(int(edge) >> 32, int(edge) & 0xFFFFFFFF) for edge in edges} == expected
    assert len(edges) == len(expected)


@pytest.mark.parametrize("is_on", [False, True])
def test_places_in_parts_give_the_edges_of_all(is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(0, 30, 60)
    bounds = bounds_of(sizes)
    at = np.flatnonzero(rng.random(bounds[-1]) < 0.6)
    places = packed(rng.integers(0, 90, len(at)).astype(np.uint64) << np.uint64(32), at)
    twins = np.array([3, 20, 21])
    order = content_order(rng.integers(0, 1 << 60, 60).astype(np.uint64), sizes, twins)
    is_there = order[np.searchsorted(bounds, at, side="right") - 1] >= 0
    back = moved_back(order, bounds)

    def edges(part: int) -> list[list[int]]:
        monkeypatch.setattr(seeds, "PART", part)
        spill = Spill(is_on)
        dealt = seeds.parts(places, bounds, order, spill)
        return [column.join().tolist() for column in dealt]

    whole, several = edges(len(at)), edges(40)
    assert (len(whole), len(several)) == (1, 16)
    assert len(whole[0]) == is_there.sum() < len(at)
    assert sorted(place for part in several for place in part) == sorted(whole[0])
    joined = [bucket_edges(Places(np.array(part, np.uint64)), back) for part in several]
    assert (
        np.sort(np.concatenate(joined)).tolist() == bucket_edges(Places(np.array(whole[0], np.uint64)), back).tolist()
    )


def test_pairs_in_the_order_of_their_second_places_keep_their_edges() -> None:
    rows = as_array((0, 90), (5, 95), (1, 40), (20, 60), (21, 61), (22, 62))
    pairs = np.array([0, 2, 3, 6])
    again, bounds = seeds.by_second(rows, pairs)
    assert bounds.tolist() == [0, 1, 4, 6]
    assert again.tolist() == [[1, 40], [20, 60], [21, 61], [22, 62], [0, 90], [5, 95]]


@pytest.mark.parametrize("size", [3, 10_000])
def test_texts_in_files_give_the_groups_of_texts_in_memory(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few edges a slice has: the regions come in the order of the pairs again."""
    texts = [reworded(essay(seed), other, 0.2) for other in range(4) for seed in (1, 2, 3)]
    skeletons = tokenize(texts)
    monkeypatch.setattr(seeds, "STEP", 1)
    monkeypatch.setattr(find, "SLICE", size)
    monkeypatch.setattr(find, "MOST", size)
    held, filed = sign(skeletons), replace(sign(skeletons), spill=Spill(is_on=True))
    one, other = (find_duplicates(signed, mark_table([]), Settings(), lambda *_: None) for signed in (held, filed))
    assert len(one.regions) > 9
    assert one.regions.tolist() == other.regions.tolist()
    assert [group.nodes.tolist() for group in one.groups] == [group.nodes.tolist() for group in other.groups]


def test_little_shared_text_is_no_copy_however_high_its_share() -> None:
    shared = as_array([10, 10, 10], [40, 40, 30], [100, 400, 95], [100, 400, 60])
    assert are_copies(shared, Settings()).tolist() == [False, True, True, False]
