"""Near-duplicates as numbers: skeletons and seeds in, groups of verified nodes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from dedupe.candidates import Places, candidate_pairs, seeds_of, star_edges
from dedupe.clusters import Group, are_copies, cluster, nodes_of
from dedupe.config import Settings
from dedupe.passages import run_hashes
from dedupe.regions import grow, measure
from dedupe.signatures import shingle_hashes
from dedupe.tokens import I64, U32, Skeletons, tokenize

Progress = Callable[[str, int, int], None]
CHUNK = 20_000  # edges grown in one call: small enough that Ctrl-C is heard at once


@dataclass(frozen=True)
class Duplicates:
    """Nodes int64[nodes, 2] as sentences from, to; the document each is in; how many marks it has; and the groups.

    `regions` int64[pairs, 4] are all that was grown, as `regions.grow` gives it, copies or not, and
    `shared` int64[pairs, 3] is how `regions.measure` found them. Documents of one skeleton are grown once;
    `twins` int64[twins, 2] are those that are not, after the earlier document that each is equal to.
    """

    skeletons: Skeletons
    nodes: I64
    doc: I64
    marks: I64
    groups: list[Group]
    regions: I64
    shared: I64
    twins: I64

    def span(self, node: int) -> tuple[int, int]:
        """Where a node stands in its document, in code points."""
        low, high = self.nodes[node]
        return int(self.skeletons.begin[low]), int(self.skeletons.end[high - 1])


def warm_up(settings: Settings) -> None:
    """Compile every kernel, or load what an earlier run compiled, before anything is timed or worked on in parallel."""
    skeletons = tokenize(["甲乙丙丁戊己庚辛。" * 9] * 2, [[0], [0]], settings.fold_script)
    find_duplicates((skeletons, seeds_of(skeletons)), mark_table([[0]]), settings, lambda *_: None)


def find_duplicates(
    signed: tuple[Skeletons, list[Places]], marks: I64, settings: Settings, progress: Progress
) -> Duplicates:
    """All groups of copies among the skeletons, by their seeds.

    `marks` int64[marks, 2] are document and code point of every mark and hole, sorted.
    """
    skeletons, seeds = signed
    hashes = shingle_hashes(skeletons.ids)
    twins = _twins(skeletons)
    edges = [star_edges(_without(places, twins[:, 1], skeletons)) for places in seeds]
    rows, pairs = candidate_pairs(edges, skeletons)
    grown = [part for part in _grow(skeletons, hashes, (rows, pairs), settings, progress)]
    regions = np.concatenate([np.empty((0, 4), np.int64), *grown])
    spans = skeletons.first[regions]
    regions = regions[np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2]) >= settings.min_length]
    shared = measure(hashes, skeletons.first[regions])
    whole = skeletons.doc_sentence
    same = np.column_stack((whole[twins[:, 0]], whole[twins[:, 0] + 1], whole[twins[:, 1]], whole[twins[:, 1] + 1]))
    nodes, links = nodes_of(np.concatenate((regions[are_copies(shared, settings)], same)), skeletons)
    doc = np.searchsorted(skeletons.doc_sentence, nodes[:, 0], side="right") - 1
    counted = _marks_inside(skeletons, nodes, doc, marks)
    spans = skeletons.first[nodes]
    order = np.lexsort((nodes[:, 1], nodes[:, 0], spans[:, 0] - spans[:, 1], counted))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    groups = cluster(nodes, links, rank, (skeletons, hashes), settings)
    return Duplicates(skeletons, nodes, doc, counted, groups, regions, shared, twins)


def _twins(skeletons: Skeletons) -> I64:
    """int64[pairs, 2]: each document whose skeleton an earlier one has, after that earlier one.

    They are known copies and give no seeds: a hundred thousand copies of one page cost as little as one.
    """
    bounds = skeletons.doc_token
    full = np.flatnonzero(np.diff(bounds) > 0)
    keys = run_hashes(skeletons.ids, bounds)[full]
    _, where, inverse = np.unique(keys, return_index=True, return_inverse=True)
    earlier = where[inverse]
    later = np.flatnonzero(earlier != np.arange(len(full)))
    return np.column_stack((full[earlier[later]], full[later]))


def _without(places: Places, documents: I64, skeletons: Skeletons) -> Places:
    """The places that stand in none of some documents."""
    if not len(documents):
        return places
    wanted = np.ones(skeletons.documents, bool)
    wanted[documents] = False
    keep = wanted[np.searchsorted(skeletons.doc_token, places.at, side="right") - 1]
    return Places(places.packed[keep])


def _grow(
    skeletons: Skeletons, hashes: U32, seeds: tuple[I64, I64], settings: Settings, progress: Progress
) -> Iterator[I64]:
    """The regions of all pairs, chunk by chunk, in the order of the pairs; the kernel runs beside itself in threads."""
    edges, pairs = seeds
    chunks = list(_chunks(pairs))
    work = partial(_grow_chunk, skeletons, hashes, edges)
    pool = ThreadPoolExecutor(max(1, settings.jobs))
    try:
        for done, part in enumerate(pool.map(work, chunks), 1):
            progress("growing regions", done, len(chunks))
            yield part
    finally:
        pool.shutdown(cancel_futures=True)


def _grow_chunk(skeletons: Skeletons, hashes: U32, edges: I64, pairs: I64) -> I64:
    return grow(skeletons, hashes, edges, pairs)


def _chunks(pairs: I64) -> Iterator[I64]:
    """Pairs in runs of about `CHUNK` edges; each ends where the next begins."""
    low = 0
    while low < len(pairs) - 1:
        high = max(low + 1, int(np.searchsorted(pairs, pairs[low] + CHUNK, side="right")) - 1)
        yield pairs[low : high + 1]
        low = high


def _marks_inside(skeletons: Skeletons, nodes: I64, doc: I64, marks: I64) -> I64:
    """int64[nodes]: how many marks start inside each node."""
    keys = (marks[:, 0] << 32) + marks[:, 1]
    start = (doc << 32) + skeletons.begin[nodes[:, 0]].astype(np.int64)
    stop = (doc << 32) + skeletons.end[nodes[:, 1] - 1].astype(np.int64)
    return np.searchsorted(keys, stop) - np.searchsorted(keys, start)


def mark_table(starts: Sequence[Sequence[int]]) -> I64:
    """The `marks` of `find_duplicates` from each document's sorted list of places."""
    rows = [(doc, at) for doc, places in enumerate(starts) for at in places]
    return np.array(rows, np.int64).reshape(-1, 2)
