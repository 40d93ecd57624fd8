"""Near-duplicates as numbers: turn skeletons and seeds into groups of verified nodes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.clusters import (
    ALIKE,
    FINE,
    LITTLE,
    LONGER,
    LOOSE,
    PASSAGE,
    QUOTED,
    SERIES,
    SURE,
    WEAVE,
    Group,
    Rank,
    are_contained,
    are_copies,
    are_whole,
    are_worth,
    cluster,
    jaccard_of,
    nodes_of,
    strengths,
)
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.passages import run_hashes
from dedupe.copies.regions import (
    REVISED,
    REWORDED,
    WOVEN,
    aligned,
    differences,
    grow,
    in_parts,
    measure,
    measure_texts,
    measure_token_pairs,
)
from dedupe.copies.reworded import LONGEST, reworded_pairs
from dedupe.copies.seeds import (
    SENTENCE,
    SLICE,
    Places,
    bucket_edges,
    by_second,
    candidate_pairs,
    edge_slices,
    ends_of,
    moved_back,
    parts,
)
from dedupe.copies.signed import Signed
from dedupe.copies.skeletons import I64, U32, U64, WORD_BIT, Skeletons, bounds_of, ranges
from dedupe.core.model import Progress
from dedupe.core.unique import unique
from dedupe.inputs.spill import budget

# Edges, and pairs, grown in one call: few enough that Ctrl-C is noticed at once. After READ pairs the pages of text
# that were read are freed; that costs as much as reading some of them again.
CHUNK, PAIRS, READ = 20_000, 200, 1_500
# When edges are in files: the most edges in one slice, and the bytes of the memory limit that one edge counts for.
MOST, EDGE = 16_000_000, 256
TOKENS = 250_000  # of texts that `differences` looks at in one go
# A stretch that holds this share of its document's tokens counts as the document, as does an essay that does. A stretch
# that holds this share of an essay counts as the essay.
WHOLE, COVERED = 0.9, 0.8
LONG = 120  # shingles: two texts on one theme share fewer
ESSAY = 80  # least tokens of an essay: a shorter one is a heading, or a site's introduction
EQUAL = 0.95  # a jaccard from which regions are equal except for a word or so
# For two whole texts: least share of token pairs, least share of tokens in one order, and longest gap between two such
# tokens. If words are replaced all over, no gap is long; texts of one formula have gaps where they differ.
SPARSE, ORDER, GAP = 0.3, 0.55, 0.08
# For texts of at least `MUCH` tokens: shorter ones can agree by chance. The gap that chance leaves can be computed
# here. With every other word replaced no gap is three times as long; texts of one formula nearly always have one.
MUCH, MUCH_ORDER, CHANCE = 300, 0.45, 3
FINER = 0.6  # share of token pairs (of characters) that two texts must share if no region joins them
# The same for prose, texts with this share in sentences: answers to one question share half as much.
PROSE, TOLD = 0.25, 0.8
# Distinct token pairs a token, and in all: texts with fewer, such as answers of a test, share most of them by chance.
POOR, FEW_PAIRS = 0.4, 150
ENDLESS = 60  # tokens: no sentence is longer, but unpunctuated lines join into one that is

Bools = NDArray[np.bool_]
NO_PAIRS = np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Duplicates:
    """Groups of near-duplicates. `nodes` int64[nodes, 2] are sentences from, to; `doc` and `marks` are per node.

    `regions` int64[pairs, 4] are all regions that were grown, copies or not, as `regions.grow` gives them. `shared`
    int64[pairs, 3] are their measures from `regions.measure`. Of documents with one skeleton only the first is grown;
    `twins` int64[twins, 2] pairs that first document with each of the others.
    """

    skeletons: Skeletons
    nodes: I64
    doc: I64
    marks: I64
    groups: list[Group]
    regions: I64
    shared: I64
    twins: I64

    def spans(self, nodes: I64) -> tuple[U32, U32]:
        """Return where some nodes begin and end in their documents, in code points."""
        sentences = self.nodes[nodes]
        return self.skeletons.begin[sentences[:, 0]], self.skeletons.end[sentences[:, 1] - 1]


def find_duplicates(
    signed: Signed, marks: I64, settings: Settings, progress: Progress, asked: Bools | None = None
) -> Duplicates:
    """Find all groups of copies among the skeletons from their seeds.

    `marks` int64[marks, 2] are document and code point of every mark and hole, sorted. If `asked` bool[documents] is
    given, compare only the documents it marks, with one another and with all others.
    """
    counted = np.bincount(marks[:, 0], minlength=signed.skeletons.documents)
    twins = twins_of(signed.keys, np.diff(signed.skeletons.doc_token), counted)
    left_out = twins[:, 1]
    if asked is not None:
        classes = np.isin(twins[:, 0], twins[asked[twins].any(1), 0])  # the first of its class stands for a twin
        asked, twins = asked.copy(), twins[classes]
        asked[twins[:, 0]] = True
    edges = _edges(signed, left_out, settings.jobs, asked)
    signed.spill.rest()
    regions, shared = grown_pairs(signed, edges, settings, progress)
    worth = are_worth(shared, settings)
    del edges
    reworded = reworded_pairs(signed.skeletons, left_out, asked)
    signed.spill.rest()
    found = grouped(signed, (regions[worth], shared[worth], twins), marks, settings, reworded)
    return replace(found, regions=regions, shared=shared)


def grown_pairs(signed: Signed, edges: Sequence[U64], settings: Settings, progress: Progress) -> tuple[I64, I64]:
    """Return the regions that grow from all pairs, in the order of the pairs, and their measures."""
    found, shared = signed.spill.column(np.int64), signed.spill.column(np.int64)
    for _, chunks in groupby(_grow(signed, edges, settings, progress), itemgetter(0)):
        pairs, regions, measured = (np.concatenate(parts) for parts in list(zip(*chunks))[1:])
        if signed.spill.is_on:
            order = np.argsort(pairs, kind="stable")
            regions, measured = regions[order], measured[order]
        found.add(regions.ravel())
        shared.add(measured.ravel())
    return found.join().reshape(-1, 4), shared.join().reshape(-1, 3)


def grouped(
    signed: Signed, same: tuple[I64, I64, I64], marks: I64, settings: Settings, reworded: I64 = NO_PAIRS
) -> Duplicates:
    """Group regions that may be copies, given with their measures, and twins into `Duplicates`.

    `reworded` int64[pairs, 2] are documents that may be copies as wholes, whatever regions they share.
    """
    skeletons, (regions, known, twins) = signed.skeletons, same
    compared, shared, told = _compared(signed, (regions, known), reworded, settings)
    essays, alike = _alike_essays(signed, regions, settings)
    equal = sentences_of(twins, skeletons)
    measured = measure(signed.shingles, skeletons.first[equal])
    pairs, shared = np.concatenate((compared, essays, equal)), np.concatenate((shared, alike, measured))
    nodes, links, linked = nodes_of(pairs, shared, signed, settings)
    doc = np.searchsorted(skeletons.doc_sentence, nodes[:, 0], side="right") - 1
    counted = marks_inside(skeletons, nodes, doc, marks)
    rank = Rank(levels_of(skeletons, nodes, doc), counted, nodes[:, 0] - skeletons.doc_sentence[doc])
    groups = cluster(nodes, (links, linked), rank, signed, settings)
    groups = _reported(groups, (are_whole(nodes, skeletons), doc), told)
    groups = _with_spread(groups, signed, skeletons.first[nodes], rank.level)
    return _with_twins(Duplicates(skeletons, nodes, doc, counted, groups, regions, np.empty((0, 3), np.int64), twins))


def _compared(signed: Signed, known: tuple[I64, I64], reworded: I64, settings: Settings) -> tuple[I64, I64, I64]:
    """Choose which copied regions and whole documents to report: int64[pairs, 4], and their measures.

    Also return the pairs of documents, packed as one number each, for which a region is reported as well.

    If two documents are copies as wholes, a region in them counts only if it is nearly equal, and they are not or it is
    most of what they share under different openings (one answer to two questions). If such regions are most of what
    they share, they replace a pair of documents that is less than alike, or less than nearly equal and opens otherwise.
    """
    skeletons = signed.skeletons
    regions, shared = _snapped(signed, known, settings)
    worth = are_copies(shared, settings) & ~_are_scraps(skeletons, regions, shared)
    doc = np.searchsorted(skeletons.doc_sentence, regions[:, ::2], side="right") - 1
    wholes, measured = _wholes(signed, _pairs_of(signed.skeletons, (doc, shared), reworded, settings), settings)
    regions, shared, doc = regions[worth], shared[worth], doc[worth]
    if not len(wholes):
        return regions, shared, np.empty(0, np.int64)
    is_other = _openings(skeletons)[wholes]
    apart, whole = is_other[:, 0] != is_other[:, 1], jaccard_of(measured)
    key, of = (pair[:, 0] << 32 | pair[:, 1] for pair in (wholes, doc))
    at = np.minimum(np.searchsorted(key, of), len(key) - 1)
    inside = key[at] == of
    part = jaccard_of(shared)
    is_most = apart[at] & (part >= EQUAL) & (shared[:, 2] >= COVERED * measured[at, 2])
    told = (part >= SURE) & ((whole[at] < SURE) | is_most)
    loud = inside & told & _are_loud(skeletons, regions)
    said = np.bincount(at[loud], shared[loud, 2], len(wholes)) >= COVERED * measured[:, 2]
    needless = said & ((whole < ALIKE) | (apart & (whole < SURE)))
    compared = np.concatenate((sentences_of(wholes[~needless], skeletons), regions[~inside | told]))
    return compared, np.concatenate((measured[~needless], shared[~inside | told])), key[unique(at[inside & told])]


def _alike_essays(signed: Signed, regions: I64, settings: Settings) -> tuple[I64, I64]:
    """Return essays joined by some region that are copies as wholes, int64[pairs, 4], and their measures.

    Pairs are left out if one region holds most of both. Two documents of one essay each are compared as documents.
    """
    skeletons = signed.skeletons
    units, spans = np.append(skeletons.units, len(skeletons.ids)), skeletons.first[regions.reshape(-1, 2)]
    unit, is_most = _units_of(units, spans)
    doc = np.searchsorted(skeletons.doc_token, spans[:, 0], side="right") - 1
    several, ends = _are_several(skeletons)[doc].reshape(-1, 2).any(1), unit.reshape(-1, 2)
    packed = ends.min(1) << 32 | ends.max(1)
    asked = several & (ends[:, 0] != ends[:, 1]) & ~np.isin(packed, packed[is_most.reshape(-1, 2).all(1)])
    packed = unique(packed[asked])
    both = np.column_stack((packed >> 32, packed & 0xFFFFFFFF))
    spans = np.column_stack((units[both[:, 0]], units[both[:, 0] + 1], units[both[:, 1]], units[both[:, 1] + 1]))
    size = spans[:, 1::2] - spans[:, ::2]
    spans = spans[size.min(1) >= np.maximum(settings.min_length, settings.threshold * size.max(1))]
    sentences = np.searchsorted(skeletons.first, spans)
    measured = measure(signed.shingles, spans)
    alike = (jaccard_of(measured) >= settings.threshold) & are_copies(measured, settings)
    alike &= ~are_contained(measured, settings) & (skeletons.first[sentences] == spans).all(1)
    return sentences[alike], measured[alike]


def _are_loud(skeletons: Skeletons, regions: I64) -> Bools:
    """Return which regions are long enough on both sides to be more than a quotation."""
    spans = skeletons.first[regions]
    tokens = np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2])
    stretches = regions.reshape(-1, 2)
    size = skeletons.end[stretches[:, 1] - 1].astype(np.int64) - skeletons.begin[stretches[:, 0]]
    loud: Bools = (tokens >= QUOTED) & (size.reshape(-1, 2).min(1) >= PASSAGE)
    return loud


def _are_scraps(skeletons: Skeletons, copies: I64, shared: I64) -> Bools:
    """Return which regions share too little: stock phrases, clauses of forms. With passages on both sides, they are
    short and less than nearly equal, or less than alike and either share little or have one side much longer. With a
    passage on one side, they are less than alike and share hardly anything.
    """
    stretches = copies.reshape(-1, 2)
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right") - 1
    levels = levels_of(skeletons, stretches, doc).reshape(-1, 2)
    short, long, both = shared[:, :2].min(1), shared[:, :2].max(1), shared[:, 2]
    jaccard = jaccard_of(shared)
    is_loose = (jaccard < ALIKE) & ((both < LONG) | (long >= LONGER * short))
    scraps: Bools = (levels.min(1) > 1) & (is_loose | ((jaccard < SURE) & (short < ESSAY)))
    scraps |= (levels.max(1) > 1) & (jaccard < ALIKE) & (both < LITTLE)
    return scraps


def _openings(skeletons: Skeletons) -> U64:
    """Return uint64[documents], equal for documents with the same first sentence."""
    begins = skeletons.doc_sentence[:-1]
    there = begins < skeletons.doc_sentence[1:]
    bounds = np.column_stack((skeletons.first[begins[there]], skeletons.first[begins[there] + 1])).ravel()
    openings = np.zeros(skeletons.documents, np.uint64)
    openings[there] = run_hashes(skeletons.ids, bounds)[::2]
    return openings


def _pairs_of(skeletons: Skeletons, regions: tuple[I64, I64], reworded: I64, settings: Settings) -> tuple[I64, Bools]:
    """Return pairs of documents, int64[pairs, 2], sorted, that may be copies as wholes, and which of them regions join.

    `regions` are the document pairs int64[regions, 2] of regions, and their measures. A pair is returned only if its
    regions hold a good part of both, so that measuring costs no more than the regions did, or if it is in `reworded`.
    """
    (doc, shared), least = regions, LOOSE * settings.threshold
    packed, of = np.unique(doc[:, 0] << 32 | doc[:, 1], return_inverse=True)
    pairs = np.column_stack((packed >> 32, packed & 0xFFFFFFFF))
    both = np.bincount(of.ravel(), shared[:, 2], len(pairs))
    tokens = np.diff(skeletons.doc_token)[pairs]
    enough = 2 * both * (1 + least) >= least * tokens.sum(1)
    joined = packed[enough & (tokens.min(1) >= least * tokens.max(1)) & (pairs[:, 0] != pairs[:, 1])]
    packed = unique(np.concatenate((joined, reworded[:, 0] << 32 | reworded[:, 1])))
    return np.column_stack((packed >> 32, packed & 0xFFFFFFFF)), np.isin(packed, joined)


def _wholes(signed: Signed, asked: tuple[I64, Bools], settings: Settings) -> tuple[I64, I64]:
    """Return the pairs of documents, int64[pairs, 2], that are copies as wholes, and their measures.

    `asked` is as `_pairs_of` gives it. For pages of several essays the essays are reported instead, unless the pages
    are nearly equal.
    """
    pairs, known = asked
    skeletons, least = signed.skeletons, LOOSE * settings.threshold
    single = np.logical_and(*_are_single(skeletons)[pairs].T)
    possible = _can_be_alike(signed, pairs, np.where(single, least, SERIES))
    pairs, known, single = pairs[possible], known[possible], single[possible]
    measured = measure_texts(signed.shingles, skeletons.first[sentences_of(pairs, skeletons)])
    jaccard = jaccard_of(measured)
    chosen = (jaccard >= settings.threshold) & are_copies(measured, settings) & (single | (jaccard >= SERIES))
    chosen &= ~are_contained(measured, settings)
    # Short texts that are alike as wholes need only half of the usual shared length: a poem in two editions.
    chosen |= (
        (jaccard >= max(ALIKE, settings.threshold)) & (measured[:, 2] > settings.min_length // 2 - SHINGLE) & single
    )
    loose = np.flatnonzero((jaccard < settings.threshold) & single)
    chosen[loose] = _are_reworded(signed, pairs[loose], (measured[loose], known[loose]), settings)
    return pairs[chosen], measured[chosen]


def _are_reworded(signed: Signed, pairs: I64, measured: tuple[I64, Bools], settings: Settings) -> Bools:
    """Return which pairs of documents are one text with so many small changes that few shingles are left.

    Either single words changed, or every other sentence or so. `measured` are what the pairs share, and which of them
    regions join. Without such a region more pairs of characters must agree, because texts of one formula share as much.
    Fewer need to agree if the tokens are in one order without a long gap, or if both texts are prose.
    """
    skeletons, (shared, known) = signed.skeletons, measured
    fine = measure_token_pairs(skeletons.ids, skeletons.first[sentences_of(pairs, skeletons)])
    # Several longest common orders may exist; the result depends on which text is first, so order texts by content.
    pairs = np.take_along_axis(pairs, np.argsort(signed.keys[pairs], axis=1, kind="stable"), axis=1)
    spans = skeletons.first[sentences_of(pairs, skeletons)]
    same = 2 * fine[:, 2] / np.maximum(1, fine[:, 0] + fine[:, 1])
    is_comparable = (spans[:, 1::2] - spans[:, ::2] <= LONGEST).all(1)
    more = max(1, (4 * settings.threshold) ** 2)  # a higher jaccard asked for raises the share of token pairs too
    is_prose = is_comparable & (same >= more * PROSE)
    is_prose[is_prose] = _are_prose(skeletons, pairs[is_prose]).all(1)
    is_plain = (known & are_worth(shared, settings)) | is_prose
    alike = same >= np.where(is_plain, max(FINE, 2 * settings.threshold), max(FINER, 2 * settings.threshold))
    least = max(WEAVE, 2 * settings.threshold) * settings.threshold  # a threshold of 0.5 or more is kept
    most = (shared[:, 2] >= LONG) & (jaccard_of(shared) >= least)
    asked = np.flatnonzero(alike | most | is_prose)
    found = _differences(signed, spans[asked])
    said, size = fine[:, :2].min(1), (spans[:, 1::2] - spans[:, ::2]).min(1)
    is_poor = (said < POOR * size) & (said < FEW_PAIRS)
    reworded = np.zeros(len(pairs), np.bool_)
    reworded[asked] = (alike[asked] & (found == REWORDED)) | (most[asked] & (found == WOVEN))
    reworded[asked] |= is_prose[asked] & (found >= REVISED)
    left = np.flatnonzero(is_comparable & (same >= more * SPARSE) & ~reworded)
    reworded[left] = _are_aligned(signed, spans[left], settings)
    reworded[is_poor] = False
    return reworded


def _are_prose(skeletons: Skeletons, documents: I64) -> Bools:
    """Return which documents are mostly words in whole sentences, not lists, tables or parts under headings."""
    some, of = np.unique(documents, return_inverse=True)
    low, high = skeletons.doc_sentence[some], skeletons.doc_sentence[some + 1]
    sentences, which = ranges(low, high), np.repeat(np.arange(len(some)), high - low)
    size = skeletons.first[sentences + 1] - skeletons.first[sentences]
    is_told = (size >= SENTENCE) & (size <= ENDLESS) & (skeletons.ids[skeletons.first[sentences]] >= WORD_BIT)
    told, whole = (np.bincount(which, values, len(some)) for values in (np.where(is_told, size, 0), size))
    prose: Bools = (told >= TOLD * whole)[of.reshape(documents.shape)]
    return prose


def _are_aligned(signed: Signed, spans: I64, settings: Settings) -> Bools:
    """Return which pairs of texts, token spans a0, a1, b0, b1, have enough tokens in one order and no long gap."""
    size = spans[:, 1::2] - spans[:, ::2]
    shortest = size.min(1)
    shared, gap = aligned(signed.skeletons.ids, spans).T
    part = 2 * shared / size.sum(1)
    by_chance = np.log(np.maximum(shared, 2)) / -np.log1p(-np.minimum(part, 0.99))
    is_much = shortest >= MUCH
    in_order, longest = np.where(is_much, MUCH_ORDER, ORDER), np.where(is_much, CHANCE * by_chance, GAP * shortest)
    found: Bools = (part >= in_order) & (gap <= longest) & (shortest >= settings.min_length)
    return found


def _can_be_alike(signed: Signed, pairs: I64, least: NDArray[np.float64]) -> Bools:
    """Return which pairs of documents have shingle counts so close that their jaccard can reach `least` (one per pair).

    This looks at each document once, while there are many more pairs.
    """
    documents, of = np.unique(pairs, return_inverse=True)
    whole = signed.skeletons.doc_token
    spans = np.column_stack((whole[documents], whole[documents + 1], whole[documents], whole[documents]))
    size = measure(signed.shingles, spans)[:, 0][of.reshape(pairs.shape)]
    alike: Bools = size.min(1) >= least * size.max(1)
    return alike


def _are_single(skeletons: Skeletons) -> Bools:
    """Return bool[documents]: true for documents of one text, false for those of several essays."""
    units = skeletons.units[skeletons.units < len(skeletons.ids)]
    tokens = np.diff(np.append(units, len(skeletons.ids)))
    largest = np.zeros(skeletons.documents, np.int64)
    np.maximum.at(largest, np.searchsorted(skeletons.doc_token, units, side="right") - 1, tokens)
    single: Bools = (largest >= WHOLE * np.diff(skeletons.doc_token)) & ~_are_several(skeletons)
    return single


def _are_several(skeletons: Skeletons) -> Bools:
    """Return bool[documents]: true for documents of several essays, however short some of them are."""
    units = np.append(skeletons.units, len(skeletons.ids))
    count = np.searchsorted(units[:-1][np.diff(units) >= ESSAY], skeletons.doc_token)
    several: Bools = np.diff(count) > 1
    return several


def _snapped(signed: Signed, copies: tuple[I64, I64], settings: Settings) -> tuple[I64, I64]:
    """Widen each region's side that holds nearly all of its document to the whole document, if it stays as alike."""
    regions, shared = copies
    skeletons, stretches = signed.skeletons, regions.reshape(-1, 2)
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right") - 1
    spans = skeletons.first[stretches]
    is_whole = spans[:, 1] - spans[:, 0] >= WHOLE * np.diff(skeletons.doc_token)[doc]
    is_whole &= ~_are_several(skeletons)[doc]
    whole = np.column_stack((skeletons.doc_sentence[doc], skeletons.doc_sentence[doc + 1]))
    wider = np.where(is_whole[:, None], whole, stretches).reshape(-1, 4)
    more, is_moved = shared.copy(), (wider != regions).any(1)
    more[is_moved] = measure(signed.shingles, skeletons.first[wider[is_moved]])
    as_alike = (strengths(more, settings) >= strengths(shared, settings))[:, None]
    return np.where(as_alike, wider, regions), np.where(as_alike, more, shared)


def levels_of(skeletons: Skeletons, nodes: I64, doc: I64) -> I64:
    """Return int64[nodes]: 0 for a whole document, 1 for one of several essays, 2 for a passage."""
    _, is_most = _units_of(np.append(skeletons.units, len(skeletons.ids)), skeletons.first[nodes])
    level: I64 = 2 - is_most.astype(np.int64)
    level[are_whole(nodes, skeletons)] = 0
    return level


def _units_of(units: I64, spans: I64) -> tuple[I64, Bools]:
    """Return the unit (document or essay) that each span of tokens begins in, and whether the span holds most of it.

    `units` are the tokens where units begin, and the end of the last one.
    """
    unit = np.searchsorted(units, spans[:, 0], side="right") - 1
    inside = np.minimum(spans[:, 1], units[unit + 1]) - spans[:, 0]
    return unit, inside >= COVERED * (units[unit + 1] - units[unit])


def sentences_of(twins: I64, skeletons: Skeletons) -> I64:
    """Return int64[twins, 4]: the sentences of both whole documents, in the form of a region."""
    whole = skeletons.doc_sentence
    return np.column_stack((whole[twins[:, 0]], whole[twins[:, 0] + 1], whole[twins[:, 1]], whole[twins[:, 1] + 1]))


def twins_of(keys: U64, tokens: I64, marks: I64) -> I64:
    """Return int64[pairs, 2]: documents of one skeleton, each paired with (and after) the first of them.

    `keys` are those of `Signed`; `tokens` and `marks` int64[documents] are each document's numbers of tokens and of
    marks and holes. Among documents with one skeleton, the one with the fewest marks is the first. Twins are known
    copies and get no seeds: a hundred thousand copies of one page cost as little as one.
    """
    full = np.flatnonzero(tokens > 0)
    full = full[np.lexsort((full, marks[full]))]
    _, where, inverse = np.unique(keys[full], return_index=True, return_inverse=True)
    first = where[inverse]
    later = np.flatnonzero(first != np.arange(len(full)))
    pairs = np.column_stack((full[first[later]], full[later]))
    ordered: I64 = pairs[np.argsort(pairs[:, 1])]
    return ordered


def _reported(groups: list[Group], nodes: tuple[Bools, I64], twice: I64) -> list[Group]:
    """Clear `home` for members inside a document that is reported itself as nearly equal to another one.

    `nodes` are, per node, whether it is its whole document (bool[nodes]) and which document (int64[nodes]). Members in
    the packed document pairs `twice` are kept: for these both are reported.
    """
    whole, doc = nodes
    told = np.zeros(int(doc.max(initial=-1)) + 1, bool)
    for group in groups:
        sure = group.home & whole[group.nodes] & (group.same | (jaccard_of(group.shared) >= SURE))
        told[doc[group.nodes[1:][sure[1:]]]] = True
    out = []
    for group in groups:
        mine, head = doc[group.nodes], doc[group.nodes[0]]
        # Ask only if needed: np.isin takes as long as all the rest of this loop.
        is_twice = np.zeros(len(mine), np.bool_)
        if told[mine].any():
            is_twice = np.isin(np.minimum(mine, head) << 32 | np.maximum(mine, head), twice)
        home = group.home & (whole[group.nodes] | ~told[mine] | is_twice)
        home[0] = True
        out.append(replace(group, home=home))
    return out


def _with_spread(groups: list[Group], signed: Signed, spans: I64, level: I64) -> list[Group]:
    """Fill in how members differ from the representative: for whole texts whose jaccard does not settle it."""
    asked = []
    for number, group in enumerate(groups):
        whole = level[group.nodes] < 2
        for at in np.flatnonzero((jaccard_of(group.shared) < SURE) & whole & whole[0] & ~group.same).tolist():
            asked.append((number, at, group.nodes[at], group.nodes[0]))
    found = _differences(signed, spans[np.array(asked, np.int64).reshape(-1, 4)[:, 2:]].reshape(-1, 4))
    for (number, at, *_), spread in zip(asked, found.tolist()):
        groups[number].spread[at] = spread
    return groups


def _differences(signed: Signed, spans: I64) -> I64:
    """Return how pairs of texts differ, looking at about `TOKENS` at a time."""
    parts = [differences(signed.skeletons, signed.shingles, spans[part]) for part in in_parts(spans, TOKENS)]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _with_twins(found: Duplicates) -> Duplicates:
    """Add to each group the passages of twins: a node inside a document also stands in the document's twins.

    They are listed, but not reported, since the whole document is reported already. A twin with other line ends may
    have no sentence boundary at the same token; the passage is then not listed there.
    """
    skeletons, twins = found.skeletons, found.twins
    if not len(twins):
        return found
    order = np.argsort(twins[:, 0], kind="stable")
    first, later = twins[order].T
    low, high = (np.searchsorted(first, found.doc, side) for side in ("left", "right"))
    inner = ~are_whole(found.nodes, skeletons)
    count = np.where(inner, high - low, 0)
    listed = np.zeros(len(found.nodes), bool)
    for group in found.groups:
        listed[group.nodes] = True
    count[~listed] = 0
    of = np.repeat(np.arange(len(count)), count)
    doc = later[ranges(low, low + count)]
    shift = skeletons.doc_token[doc] - skeletons.doc_token[found.doc[of]]
    tokens = skeletons.first[found.nodes[of]] + shift[:, None]
    there = np.searchsorted(skeletons.first, tokens)
    is_there = (skeletons.first[there] == tokens).all(1)
    of, doc, there = of[is_there], doc[is_there], there[is_there]
    count = np.bincount(of, minlength=len(count))
    start = len(found.nodes) + bounds_of(count)
    nodes = np.concatenate((found.nodes, there))
    marks = np.concatenate((found.marks, found.marks[of]))
    groups = [_with_nodes(group, count, start) for group in found.groups]
    return replace(found, nodes=nodes, doc=np.concatenate((found.doc, doc)), marks=marks, groups=groups)


def _with_nodes(group: Group, count: I64, start: I64) -> Group:
    """Return a group with `count` more nodes for each of its own, numbered from `start` on."""
    more = count[group.nodes]
    if not more.any():
        return group
    fresh = ranges(start[group.nodes], start[group.nodes] + more)
    at = np.repeat(np.arange(len(more)), more)
    nothing = np.zeros(len(at), np.int64)
    return Group(
        np.concatenate((group.nodes, fresh)),
        np.concatenate((group.shared, group.shared[at])),
        np.concatenate((group.same, group.same[at])),
        np.concatenate((group.home, nothing.astype(bool))),
        np.concatenate((group.holds, nothing)),
        np.concatenate((group.spread, nothing)),
    )


def _edges(signed: Signed, twins: I64, jobs: int, asked: Bools | None) -> list[U64]:
    """Return sorted arrays of edges, several for each kind of evidence, each small enough to sort; twins get none.

    If `asked` bool[documents] is given, keep only edges with an end in one of these.
    """
    bounds = signed.skeletons.doc_token
    order = content_order(signed.keys, np.diff(bounds), twins)
    back, edges = moved_back(order, bounds), list[U64]()
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        while signed.seeds:  # the seeds are as large as the tokens, so drop each one after use
            places = signed.seeds.pop(0)
            some = places if asked is None else _of_keys_in(places, asked, bounds)
            dealt = parts(some, bounds, order, signed.spill)
            made = pool.map(lambda part: bucket_edges(Places(part.join()), back), dealt)
            edges += signed.spill.keep(made if asked is None else (_edges_in(part, asked, bounds) for part in made))
    return edges


def _of_keys_in(places: Places, asked: NDArray[np.bool_], bounds: I64) -> Places:
    """Return the places whose key also occurs in a document of `asked`."""
    mine = asked[np.searchsorted(bounds, places.at, side="right") - 1]
    return Places(places.packed[np.isin(places.keys, places.keys[mine])])


def _edges_in(edges: U64, asked: NDArray[np.bool_], bounds: I64) -> U64:
    """Return the edges with an end in a document of `asked`."""
    one, other = (asked[np.searchsorted(bounds, ends, side="right") - 1] for ends in ends_of(edges))
    return edges[one | other]


def content_order(keys: U64, tokens: I64, twins: I64) -> I64:
    """Return int64[documents]: where each document's tokens begin once documents are sorted by their keys.

    It is -1 for documents without tokens, and for `twins`.
    """
    there = tokens > 0
    there[twins] = False
    documents = np.flatnonzero(there)
    documents = documents[np.argsort(keys[documents], kind="stable")]
    order = np.full(len(keys), -1, np.int64)
    order[documents] = bounds_of(tokens[documents])[:-1]
    return order


def _grow(
    signed: Signed, edges: Sequence[U64], settings: Settings, progress: Progress
) -> Iterator[tuple[int, I64, I64, I64]]:
    """Yield for each chunk: its slice's number, the pair of each region, the regions and their measures.

    The compiled kernel runs in threads, a few chunks ahead of the one that is yielded.
    """
    work = partial(_grow_chunk, signed, settings.min_length)
    waiting: deque[tuple[int, Future[tuple[I64, I64, I64]]]] = deque()
    read = 0
    jobs = max(1, settings.jobs)
    pool = ThreadPoolExecutor(jobs)
    try:
        for number, rows, pairs in _chunks(signed, edges, settings, progress):
            waiting.append((number, pool.submit(work, rows, pairs)))
            read += len(pairs) - 1
            if read > READ:
                signed.spill.trim()
                read = 0
            if len(waiting) > 2 * jobs:
                number, done = waiting.popleft()
                yield number, *done.result()
        for number, done in waiting:
            yield number, *done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _grow_chunk(signed: Signed, least: int, rows: I64, pairs: I64) -> tuple[I64, I64, I64]:
    """Return the pair of units of each region, packed as in `candidate_pairs`, the regions, and their measures."""
    skeletons = signed.skeletons
    regions = grow(skeletons, signed.shingles, rows, pairs)
    unit = np.searchsorted(skeletons.units, skeletons.first[regions[:, ::2]], side="right")
    regions, measured, long = _settled(skeletons, signed.shingles, regions, least)
    return (unit[:, 0] << 32 | unit[:, 1])[long], regions, measured


def grown(skeletons: Skeletons, shingles: U32, candidates: tuple[I64, I64], least: int) -> tuple[I64, I64]:
    """Return the regions of candidate pairs with at least `least` tokens on both sides, and their measures.

    In each region the side that comes first in the corpus comes first.
    """
    return _settled(skeletons, shingles, grow(skeletons, shingles, *candidates), least)[:2]


def _settled(skeletons: Skeletons, shingles: U32, regions: I64, least: int) -> tuple[I64, I64, Bools]:
    """Return the long regions and their measures, as `grown` does, and which of the given regions they are."""
    late = regions[:, 0] > regions[:, 2]
    regions[late] = regions[late][:, [2, 3, 0, 1]]
    spans = skeletons.first[regions]
    long: Bools = np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2]) >= least
    return regions[long], measure(shingles, spans[long]), long


def _chunks(
    signed: Signed, edges: Sequence[U64], settings: Settings, progress: Progress
) -> Iterator[tuple[int, I64, I64]]:
    """Yield candidate pairs in chunks of at most `PAIRS` pairs or about `CHUNK` edges, with their slice's number.

    Each chunk counts its edges from 0. If texts are in files larger than memory, each slice reads them once from end to
    end: its pairs are sorted by their second texts, and the few first texts stay in memory.
    """
    units, spill = signed.skeletons.units, signed.spill
    size = max(SLICE, min(MOST, budget(settings.memory) // EDGE)) if spill.is_on else SLICE
    slices = edge_slices(edges, units, spill, size)
    for number, tokens in enumerate(slices, 1):
        rows, pairs = candidate_pairs(edges, tokens, units)
        if spill.is_on:
            rows, pairs = by_second(rows, pairs)
        low = 0
        while low < len(pairs) - 1:
            high = int(np.searchsorted(pairs, pairs[low] + CHUNK, side="right")) - 1
            high = min(max(low + 1, high), low + PAIRS)
            yield number, rows[pairs[low] : pairs[high]], pairs[low : high + 1] - pairs[low]
            low = high
        progress("growing regions", number, len(slices))


def marks_inside(skeletons: Skeletons, nodes: I64, doc: I64, marks: I64) -> I64:
    """Return int64[nodes]: how many marks start inside each node."""
    keys = (marks[:, 0] << 32) + marks[:, 1]
    start = (doc << 32) + skeletons.begin[nodes[:, 0]].astype(np.int64)
    stop = (doc << 32) + skeletons.end[nodes[:, 1] - 1].astype(np.int64)
    return np.searchsorted(keys, stop) - np.searchsorted(keys, start)


def mark_table(starts: Sequence[Sequence[int]]) -> I64:
    """Build the `marks` of `find_duplicates` from each document's sorted list of offsets."""
    rows = [(doc, at) for doc, places in enumerate(starts) for at in places]
    return np.array(rows, np.int64).reshape(-1, 2)
