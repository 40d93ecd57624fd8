"""What a change of a cached corpus touches, against all nodes and components put together anew."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedupe.copies.clusters import components, placed
from dedupe.copies.skeletons import I64, Skeletons
from dedupe.pipeline.links import Corpus, changed, touched

DOCUMENTS, SENTENCES, TOKENS = 3, 9, 9

sides = st.tuples(st.integers(0, DOCUMENTS - 1), st.integers(0, SENTENCES - 1), st.integers(1, SENTENCES))
rows = st.lists(st.tuples(sides, sides), max_size=14)


def corpus() -> Corpus:
    """Documents of sentences that are all of one length."""
    first = np.arange(DOCUMENTS * SENTENCES + 1, dtype=np.int64) * TOKENS
    doc_sentence = np.arange(DOCUMENTS + 1, dtype=np.int64) * SENTENCES
    places = np.arange(len(first) - 1, dtype=np.uint32)
    ids, units = np.zeros(first[-1], np.uint32), first[doc_sentence[:-1]]
    return Corpus(np.arange(DOCUMENTS), Skeletons(ids, first, places, places + 1, doc_sentence, units))


def links(drawn: list[tuple[tuple[int, int, int], ...]]) -> I64:
    """Pairs of stretches as sentences, from document, first sentence and length."""
    both = np.array(drawn, np.int64).reshape(-1, 3)
    start = both[:, 1]
    inside = np.column_stack((start, np.minimum(start + both[:, 2], SENTENCES)))
    return (inside + both[:, :1] * SENTENCES).reshape(-1, 4)


def connected(regions: I64, whole: Skeletons) -> tuple[I64, dict[int, set[tuple[int, ...]]]]:
    """The component of each link; and of each component its links, with the nodes of either side, as sentences."""
    nodes, ends = placed(regions, whole)
    label = components(len(nodes), ends)[ends[:, 0]]
    of: dict[int, set[tuple[int, ...]]] = {}
    for at, row in zip(label.tolist(), np.column_stack((regions, nodes[ends].reshape(-1, 4))).tolist()):
        of.setdefault(at, set()).add(tuple(row))
    return label, of


@given(rows, rows, st.lists(st.booleans(), min_size=14, max_size=14))
def test_what_is_not_touched_is_what_it_was(
    old: list[tuple[tuple[int, int, int], ...]], more: list[tuple[tuple[int, int, int], ...]], out: list[bool]
) -> None:
    here = corpus()
    before, new, gone = links(old), links(more), np.array(out[: len(old)], bool)
    label, then = connected(before, here.skeletons)
    _, now = connected(np.concatenate((before[~gone], new)), here.skeletons)
    boundaries = here.boundaries(before)
    is_touched = touched((boundaries, label), *changed(boundaries, gone, here.boundaries(new)), here)
    for at, component in then.items():
        assert is_touched[at] or component in now.values()


def test_a_stretch_that_becomes_part_of_another_node_touches_both_components() -> None:
    here = corpus()
    before = links([((0, 0, 9), (1, 0, 9)), ((0, 0, 6), (1, 0, 6)), ((0, 0, 5), (2, 0, 5))])
    label, then = connected(before, here.skeletons)
    none = np.empty((0, 4), np.int64)
    is_touched = touched((here.boundaries(before), label), np.array([True, False, False]), none, here)
    assert len(then) == 2
    assert len(connected(before[1:], here.skeletons)[1]) == 1
    assert is_touched[label].all()


def test_a_region_that_is_found_again_has_not_changed() -> None:
    here = corpus()
    both = here.boundaries(links([((0, 0, 8), (1, 0, 8)), ((0, 9, 3), (2, 0, 3))]))
    gone, new = changed(both, np.array([True, True]), both[1:])
    assert (gone.tolist(), len(new)) == ([True, False], 0)
