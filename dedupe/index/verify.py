"""Compare new documents with old ones whose texts are available, growing and measuring regions as between new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies
from dedupe.copies.describe import Facts, Place, facts_of, relation_of
from dedupe.copies.minhash import passage_signatures, shingle_hashes
from dedupe.copies.passages import passages, run_hashes
from dedupe.copies.regions import grow, measure
from dedupe.copies.seeds import candidate_pairs
from dedupe.copies.skeletons import I64, U64, Skeletons, tokenize
from dedupe.core.model import Document, Old
from dedupe.index.signature import keys_of
from dedupe.pipeline.scan import Entry, Worker, together, without_chrome
from dedupe.rules.recurring import REPEATED

HALF = np.uint64(32)


class Case(NamedTuple):
    """A new document, and the old ones that it may be a copy of, best first."""

    new: Document
    old: Sequence[Document]


class Match(NamedTuple):
    """A region of a new document, in code points, and the old one it is a copy of; `both` is what they share.

    `id` is the number of the old document if the match was not verified against its text.
    """

    start: int
    end: int
    both: float
    old: Old
    id: int = 0


def verify(cases: Sequence[Case], settings: Settings) -> list[list[Match]]:
    """Return for each case the regions that are copies of an old document, measured exactly."""
    texts: dict[tuple[str, str], Document] = {}
    for case in cases:
        texts.update((old.key, old) for old in case.old)
    olds = {key: number for number, key in enumerate(texts)}
    documents = [*texts.values(), *(case.new for case in cases)]
    if not documents:
        return []
    entries, skeletons = _read(documents, settings)
    pairs = [(olds[old.key], len(olds) + at) for at, case in enumerate(cases) for old in case.old]
    regions, shared = _regions(skeletons, pairs, settings)
    out: list[list[Match]] = [[] for _ in cases]
    owner = np.searchsorted(skeletons.doc_sentence, regions, side="right") - 1
    for row, measured, (old, _, new, _) in zip(regions, shared.tolist(), owner.tolist()):
        spans = _span(skeletons, row[:2]), _span(skeletons, row[2:])
        one, other = (_facts(documents[doc], entries[doc], span) for doc, span in zip((old, new), spans))
        is_same = _is_same(skeletons, row)
        match = _match((one, other), measured, is_same, settings)
        first, last, start, end = skeletons.first[row].tolist()
        known = match.old._replace(tokens=last - first, of=end - start)
        out[new - len(olds)].append(match._replace(old=known))
    return out


def _read(documents: Sequence[Document], settings: Settings) -> tuple[list[Entry], Skeletons]:
    """Return the entries and skeletons of documents in memory, as `digest.digest` makes them for files."""
    work, entries = Worker(replace(settings, select=("ND",), ignore=REPEATED)), list[Entry]()
    for group in together((document, 0) for document in documents):
        entries += work.entries(group, [])
    texts = [without_chrome(document.text, entry.hits) for document, entry in zip(documents, entries)]
    starts = [[essay.start for essay in entry.essays] for entry in entries]
    return entries, tokenize(texts, starts, settings.fold_script)


def _regions(skeletons: Skeletons, pairs: Iterable[tuple[int, int]], settings: Settings) -> tuple[I64, I64]:
    """Return the regions of document pairs that are copies, with the result of `regions.measure`; the old one first."""
    hashes, shingles = run_hashes(skeletons.ids, skeletons.first), shingle_hashes(skeletons.ids)
    bounds = skeletons.first[passages(skeletons, hashes)]
    keys = keys_of(skeletons, shingles, hashes, (passage_signatures(shingles, bounds), bounds))
    cuts = np.searchsorted(keys.at, skeletons.doc_token)
    sides = [(keys.key[low:high], keys.at[low:high]) for low, high in pairwise(cuts.tolist())]
    pairs = list(pairs)
    edges = np.unique(np.concatenate([np.empty(0, np.uint64), *(_edges(sides[a], sides[b]) for a, b in pairs)]))
    rows, starts = candidate_pairs([edges], (0, 1 << 32), skeletons.units)
    wholes = _wholes(skeletons, pairs)
    regions = np.concatenate((wholes, grow(skeletons, shingles, rows, starts)))
    spans = skeletons.first[regions]
    shared = measure(shingles, spans)
    least = np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2]) >= settings.min_length
    chosen = least & are_copies(shared, settings)
    chosen[: len(wholes)] = True
    return regions[chosen], shared[chosen]


def _edges(old: tuple[U64, I64], new: tuple[U64, I64]) -> U64:
    """Return an edge from each place of a new document to the first place of the old one that shares its key."""
    keys, first = np.unique(old[0], return_index=True)
    if not len(keys):
        return np.empty(0, np.uint64)
    at = np.minimum(np.searchsorted(keys, new[0]), len(keys) - 1)
    hit = keys[at] == new[0]
    edges: U64 = (old[1][first[at[hit]]].astype(np.uint64) << HALF) | new[1][hit].astype(np.uint64)
    return edges


def _wholes(skeletons: Skeletons, pairs: Iterable[tuple[int, int]]) -> I64:
    """Return both documents as whole regions if their skeletons are equal; these are copies however short."""
    bounds = skeletons.doc_sentence
    rows = np.array([(*bounds[a : a + 2], *bounds[b : b + 2]) for a, b in pairs], np.int64).reshape(-1, 4)
    rows = rows[(rows[:, 0] < rows[:, 1]) & (rows[:, 2] < rows[:, 3])]
    out: I64 = rows[[_is_same(skeletons, row) for row in rows]] if len(rows) else rows
    return out


def _is_same(skeletons: Skeletons, row: I64) -> bool:
    a, b, c, d = skeletons.first[row]
    return bool(np.array_equal(skeletons.ids[a:b], skeletons.ids[c:d]))


def _span(skeletons: Skeletons, sentences: I64) -> tuple[int, int]:
    return int(skeletons.begin[sentences[0]]), int(skeletons.end[sentences[1] - 1])


def _facts(document: Document, entry: Entry, span: tuple[int, int]) -> Facts:
    return facts_of(document, entry.essays, [Place(0, *span, True)])[0][0]


def _match(sides: tuple[Facts, Facts], shared: Sequence[int], is_same: bool, settings: Settings) -> Match:
    old, new = sides
    theirs, mine, both = shared
    jaccard = 1.0 if is_same else round(both / max(1, mine + theirs - both), 4)
    containment = 1.0 if is_same else round(both / max(1, mine), 4)
    relation = relation_of((new, old), (mine, theirs, both), (mine, theirs), is_same, settings.threshold)
    region = old.region
    place = (region.path, region.record, region.start, region.end, region.line, region.end_line)
    known = Old(*place, relation, jaccard, low=jaccard, high=jaccard, containment=containment, is_verified=True)
    return Match(new.region.start, new.region.end, both, known)
