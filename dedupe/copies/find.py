"""Near-duplicates as numbers: skeletons and seeds in, groups of verified nodes out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dedupe.config.settings import Settings
from dedupe.copies.clusters import Group, are_copies, cluster, nodes_of
from dedupe.copies.regions import grow, measure
from dedupe.copies.seeds import candidate_pairs, distinct, edge_slices, ends_of, parts, star_edges
from dedupe.copies.signed import Signed, sign
from dedupe.copies.skeletons import I64, U32, U64, Skeletons, tokenize
from dedupe.core.model import Progress

# Edges, and pairs, grown in one call: small enough that Ctrl-C is heard at once. What was read of the texts of so many
# pairs is let go: that costs as much as reading some of it again.
CHUNK, PAIRS, READ = 20_000, 200, 1_500


@dataclass(frozen=True)
class Duplicates:
    """Nodes int64[nodes, 2] as sentences from, to; the document each is in; how many marks it has; and the groups.

    `regions` int64[pairs, 4] are all that was grown, as `regions.grow` gives it, copies or not, and
    `shared` int64[pairs, 3] is how `regions.measure` found them. Documents of one skeleton are grown once;
    `twins` int64[twins, 2] are those that are not, after the earlier document that each is equal to.
    `edges` are the seeds that were grown, where the next run is to know; `regions` then are all that an earlier run
    knew to be copies, and those of the seeds that it did not have.
    """

    skeletons: Skeletons
    nodes: I64
    doc: I64
    marks: I64
    groups: list[Group]
    regions: I64
    shared: I64
    twins: I64
    edges: U64 | None = None

    def spans(self, nodes: I64) -> tuple[U32, U32]:
        """Where some nodes begin and end in their documents, in code points."""
        sentences = self.nodes[nodes]
        return self.skeletons.begin[sentences[:, 0]], self.skeletons.end[sentences[:, 1] - 1]


def warm_up(settings: Settings) -> None:
    """Compile every kernel, or load what an earlier run compiled, before anything is timed or worked on in parallel."""
    skeletons = tokenize(["甲乙丙丁戊己庚辛。" * 9] * 2, [[0], [0]], settings.fold_script)
    find_duplicates(sign(skeletons), mark_table([[0]]), settings, lambda *_: None)


@dataclass(frozen=True)
class Known:
    """What an earlier run found, in the numbers of this one: edges sorted, and the regions of copies.

    Edges and regions of documents that are gone, or changed, are left out.
    """

    edges: U64
    regions: I64


def find_duplicates(
    signed: Signed, marks: I64, settings: Settings, progress: Progress, known: Known | None = None
) -> Duplicates:
    """All groups of copies among the skeletons, by their seeds.

    `marks` int64[marks, 2] are document and code point of every mark and hole, sorted. Where an earlier run is known,
    be it empty, only pairs of units are grown whose edges differ from those they had.
    """
    skeletons = signed.skeletons
    twins = twins_of(signed.keys, np.diff(signed.skeletons.doc_token))
    edges = _edges(signed, twins[:, 1], settings.jobs)
    kept, every = np.empty((0, 4), np.int64), None
    if known is not None:
        every = distinct(np.concatenate([np.empty(0, np.uint64), *edges]))
        edges, kept = _changed(every, known, skeletons)
    regions, shared = grown_pairs(signed, edges, settings, progress)
    copies = np.concatenate((kept, regions[are_copies(shared, settings)]))
    found = grouped(signed, (copies, twins), marks, settings)
    return replace(found, regions=regions if every is None else copies, shared=shared, edges=every)


def grown_pairs(
    signed: Signed, edges: Sequence[U64], settings: Settings, progress: Progress
) -> tuple[I64, I64]:
    """The regions that grow from all pairs, and their measures."""
    chunks = list(_grow(signed, edges, settings, progress))
    regions = np.concatenate([np.empty((0, 4), np.int64), *(part for part, _ in chunks)])
    return regions, np.concatenate([np.empty((0, 3), np.int64), *(part for _, part in chunks)])


def grouped(signed: Signed, same: tuple[I64, I64], marks: I64, settings: Settings) -> Duplicates:
    """The groups that copies and twins make, as `Duplicates` has both."""
    skeletons, (copies, twins) = signed.skeletons, same
    nodes, links = nodes_of(np.concatenate((copies, sentences_of(twins, skeletons))), skeletons)
    doc = np.searchsorted(skeletons.doc_sentence, nodes[:, 0], side="right") - 1
    counted = marks_inside(skeletons, nodes, doc, marks)
    spans = skeletons.first[nodes]
    order = np.lexsort((nodes[:, 1], nodes[:, 0], spans[:, 0] - spans[:, 1], counted))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    groups = cluster(nodes, links, rank, signed, settings)
    return Duplicates(skeletons, nodes, doc, counted, groups, copies, np.empty((0, 3), np.int64), twins)


def sentences_of(twins: I64, skeletons: Skeletons) -> I64:
    """int64[twins, 4]: all sentences of both, as a region has them."""
    whole = skeletons.doc_sentence
    return np.column_stack((whole[twins[:, 0]], whole[twins[:, 0] + 1], whole[twins[:, 1]], whole[twins[:, 1] + 1]))


def _changed(edges: U64, known: Known, skeletons: Skeletons) -> tuple[list[U64], I64]:
    """The edges of all pairs of units of which some edge is new or gone, and the known regions of the other pairs."""
    if not len(known.edges):
        return [edges], known.regions
    units = np.uint64(len(skeletons.units))

    def pairs(first: I64, second: I64) -> U64:
        one, two = (np.searchsorted(skeletons.units, side, side="right").astype(np.uint64) for side in (first, second))
        pair: U64 = one * (units + np.uint64(1)) + two
        return pair

    differing = np.setxor1d(edges, known.edges, assume_unique=True)
    changed = np.unique(pairs(*ends_of(differing)))
    starts = np.unique(changed // (units + np.uint64(1))).astype(np.int64)
    low, high = skeletons.units[starts - 1], np.append(skeletons.units, (1 << 32) - 1)[starts]
    cuts = zip(*(np.searchsorted(edges, side.astype(np.uint64) << np.uint64(32)).tolist() for side in (low, high)))
    near = np.concatenate([np.empty(0, np.uint64), *(edges[slice(*cut)] for cut in cuts)])
    regions = known.regions
    first = skeletons.first[regions[:, ::2]]
    return (
        [near[np.isin(pairs(*ends_of(near)), changed)]],
        regions[~np.isin(pairs(first[:, 0], first[:, 1]), changed)],
    )


def twins_of(keys: U64, tokens: I64) -> I64:
    """int64[pairs, 2]: each document whose skeleton an earlier one has, after that earlier one.

    `keys` are those of `Signed`, `tokens` int64[documents] are how many tokens each has. Twins are known copies and
    give no seeds: a hundred thousand copies of one page cost as little as one.
    """
    full = np.flatnonzero(tokens > 0)
    _, where, inverse = np.unique(keys[full], return_index=True, return_inverse=True)
    earlier = where[inverse]
    later = np.flatnonzero(earlier != np.arange(len(full)))
    return np.column_stack((full[earlier[later]], full[later]))


def _edges(signed: Signed, twins: I64, jobs: int) -> list[U64]:
    """Sorted arrays of edges, several a kind of evidence and each small enough to be sorted; none in some documents."""
    bounds = signed.skeletons.doc_token
    spared = np.zeros(signed.skeletons.documents, bool)
    spared[twins] = True
    edges: list[U64] = []
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for places in signed.seeds:
            made = pool.map(lambda part: star_edges(part()), parts(places, bounds, spared))
            edges += map(signed.spill.keep, made)
            signed.spill.trim()
    return edges


def _grow(signed: Signed, edges: Sequence[U64], settings: Settings, progress: Progress) -> Iterator[tuple[I64, I64]]:
    """The regions of all pairs and their measures, chunk by chunk, in the order of the pairs.

    The kernel runs beside itself in threads, a few chunks ahead of the one that is taken.
    """
    work = partial(_grow_chunk, signed, settings.min_length)
    waiting: deque[Future[tuple[I64, I64]]] = deque()
    read = 0
    jobs = max(1, settings.jobs)
    pool = ThreadPoolExecutor(jobs)
    try:
        for rows, pairs in _chunks(edges, signed.skeletons.units, progress):
            waiting.append(pool.submit(work, rows, pairs))
            read += len(pairs) - 1
            if read > READ:
                signed.spill.trim()
                read = 0
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _grow_chunk(signed: Signed, least: int, rows: I64, pairs: I64) -> tuple[I64, I64]:
    return grown(signed.skeletons, signed.shingles, (rows, pairs), least)


def grown(skeletons: Skeletons, shingles: U32, candidates: tuple[I64, I64], least: int) -> tuple[I64, I64]:
    """The regions of some candidate pairs that have `least` tokens or more on both sides, and their measures."""
    regions = grow(skeletons, shingles, *candidates)
    spans = skeletons.first[regions]
    long = np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2]) >= least
    return regions[long], measure(shingles, spans[long])


def _chunks(edges: Sequence[U64], units: I64, progress: Progress) -> Iterator[tuple[I64, I64]]:
    """Candidate pairs in runs of `PAIRS` or about `CHUNK` edges, each run's edges counted from 0 on."""
    slices = edge_slices(edges, units)
    for done, tokens in enumerate(slices, 1):
        rows, pairs = candidate_pairs(edges, tokens, units)
        low = 0
        while low < len(pairs) - 1:
            high = int(np.searchsorted(pairs, pairs[low] + CHUNK, side="right")) - 1
            high = min(max(low + 1, high), low + PAIRS)
            yield rows[pairs[low] : pairs[high]], pairs[low : high + 1] - pairs[low]
            low = high
        progress("growing regions", done, len(slices))


def marks_inside(skeletons: Skeletons, nodes: I64, doc: I64, marks: I64) -> I64:
    """int64[nodes]: how many marks start inside each node."""
    keys = (marks[:, 0] << 32) + marks[:, 1]
    start = (doc << 32) + skeletons.begin[nodes[:, 0]].astype(np.int64)
    stop = (doc << 32) + skeletons.end[nodes[:, 1] - 1].astype(np.int64)
    return np.searchsorted(keys, stop) - np.searchsorted(keys, start)


def mark_table(starts: Sequence[Sequence[int]]) -> I64:
    """The `marks` of `find_duplicates` from each document's sorted list of places."""
    rows = [(doc, at) for doc, places in enumerate(starts) for at in places]
    return np.array(rows, np.int64).reshape(-1, 2)
