"""Figures by which to choose a threshold: the jaccard of the pairs of one corpus, and what finding them misses.

A pair is two regions that were grown from a seed and measured exactly, whether they are copies or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from dedupe.candidates import BANDS, ROWS, Places
from dedupe.clusters import are_copies
from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.describe import Place, facts_of
from dedupe.digest import Entry
from dedupe.duplicates import Duplicates
from dedupe.model import Document, Failure, Region
from dedupe.tokens import I64, U64, Skeletons

BINS, RANGES = 20, 4
KINDS = ("bands", "sentences", "runs")
LADDER = (0.25, 0.5, 0.8)  # thresholds to compare the chosen one with; the nearest of them gives way to it
CHUNK = 20_000  # pairs whose keys are compared in one go
_LEAST = 1e-9  # a threshold at which only the amount of shared text decides
_HOPELESS = 1000  # an estimate of this many times what was seen says nothing

Bools = NDArray[np.bool_]
Corpus = tuple[Sequence[Source], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs of low <= jaccard < high, the last bin's high included: copies at the threshold, and others.

    `kept` is how many pairs of the corpus would be copies if `low` were the threshold.
    """

    low: float
    high: float
    copies: int
    others: int
    kept: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The copies of low <= jaccard < high by what their two regions share.

    `by_kinds` has eight counts: at i, the copies with a key in common of those `KINDS` whose bit is set in i.
    """

    low: float
    high: float
    by_kinds: tuple[int, ...]

    @property
    def copies(self) -> int:
        """How many copies there are."""
        return sum(self.by_kinds)

    def missed(self, kind: str) -> int:
        """How many copies this kind alone would not have found."""
        bit = 1 << KINDS.index(kind)
        return sum(number for kinds, number in enumerate(self.by_kinds) if not kinds & bit)

    @property
    def by_one(self) -> int:
        """How many copies exactly one kind found."""
        return sum(self.by_kinds[1 << bit] for bit in range(len(KINDS)))

    def unseen(self) -> float | None:
        """The share of all true copies that no kind sees, were the kinds independent; None if it cannot be told.

        A capture and recapture estimate (Darroch's). Copies that are hard for one kind are hard for the others, so
        the truth is this or more.
        """
        seen = self.copies - self.by_kinds[0]
        caught = [self.copies - self.missed(kind) for kind in KINDS]
        total = float(seen)
        for _ in range(_HOPELESS):
            missed_by_all = float(np.prod([1 - number / total for number in caught])) if total else 1.0
            if missed_by_all >= 1 - 1 / _HOPELESS:
                return None
            total = seen / (1 - missed_by_all)
        return 1 - seen / total


@dataclass(frozen=True, slots=True)
class Miss:
    """The chance that a copy of median length and exactly this jaccard throughout meets in no band."""

    threshold: float
    chance: float


@dataclass(frozen=True, slots=True)
class Side:
    """One region of a pair, its length in tokens, and its text as sentences of the source."""

    region: Region
    tokens: int
    containment: float
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two regions near the threshold; `one` stands before `other` in the corpus."""

    is_copy: bool
    jaccard: float
    one: Side
    other: Side


@dataclass(frozen=True, slots=True)
class Calibration:
    """All figures of one corpus, a pure function of corpus and settings.

    `pairs` are the nearest to the threshold, the nearest first: those that it makes copies, then those it does not.
    `copy_tokens` is the median length of copies (of the shorter region), `passage_tokens` the mean of passages.
    """

    settings: Settings
    documents: int
    copy_tokens: float
    passage_tokens: float
    bins: tuple[Bin, ...]
    misses: tuple[Miss, ...]
    evidence: tuple[Evidence, ...]
    pairs: tuple[Pair, ...]
    errors: tuple[Failure, ...]

    @property
    def exit_code(self) -> int:
        """0, or 2 if not all of the corpus could be read."""
        return 2 if self.errors else 0


def calibration(
    found: tuple[Duplicates, Sequence[Places]], corpus: Corpus, settings: Settings, pairs: int
) -> Calibration:
    """The figures of a corpus from its duplicates and its seeds, with so many `pairs` on either side of the threshold.

    The sources of these pairs are read again, for their texts. Those that cannot be are in `errors`.
    """
    duplicates, seeds = found
    copies = are_copies(duplicates.shared, settings)
    spans = duplicates.skeletons.first[duplicates.regions[copies]]
    lengths = np.minimum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2])
    copy_tokens = float(np.median(lengths)) if len(lengths) else 0.0
    passage_tokens = len(duplicates.skeletons.ids) / max(1, len(seeds[-1].at))
    shown, failures = _pairs(duplicates, corpus, settings, nearest(duplicates, settings, pairs))
    return Calibration(
        settings=settings,
        documents=len(corpus[1]),
        copy_tokens=copy_tokens,
        passage_tokens=passage_tokens,
        bins=histogram(duplicates.shared, settings),
        misses=misses(settings.threshold, copy_tokens / max(1.0, passage_tokens)),
        evidence=evidence(duplicates.skeletons, seeds, spans, duplicates.shared[copies]),
        pairs=shown,
        errors=tuple(failures),
    )


def histogram(shared: I64, settings: Settings) -> tuple[Bin, ...]:
    """The measured pairs that share enough text to be copies at some threshold, by their jaccard."""
    enough, copies = are_copies(shared, replace(settings, threshold=_LEAST)), are_copies(shared, settings)
    place = _level(shared, BINS)
    bins = []
    for number in range(BINS):
        here, low = enough & (place == number), number / BINS
        kept = are_copies(shared, replace(settings, threshold=low or _LEAST))
        counts = (int(chosen.sum()) for chosen in (here & copies, here & ~copies, kept))
        bins.append(Bin(low, (number + 1) / BINS, *counts))
    return tuple(bins)


def _level(shared: I64, levels: int) -> I64:
    """Jaccard as int64[pairs] from 0 to levels - 1. In whole numbers, so that a border is the same everywhere."""
    union = np.maximum(1, shared[:, 0] + shared[:, 1] - shared[:, 2])
    return np.minimum(levels * shared[:, 2] // union, levels - 1)


def _jaccard(shared: I64) -> NDArray[np.float64]:
    return shared[:, 2] / np.maximum(1, shared[:, 0] + shared[:, 1] - shared[:, 2])


def misses(threshold: float, passages: float) -> tuple[Miss, ...]:
    """The chance of no band at the threshold and at two others, for copies of so many passages.

    >>> [f"{miss.threshold} {miss.chance:.3f}" for miss in misses(0.6, 4)]
    ['0.25 0.985', '0.6 0.047', '0.8 0.000']
    """
    others = sorted(LADDER, key=lambda step: abs(step - threshold))[1:]
    steps = sorted({threshold, *others})
    return tuple(Miss(step, (1 - step**ROWS) ** (BANDS * max(1.0, passages))) for step in steps)


def evidence(skeletons: Skeletons, seeds: Sequence[Places], spans: I64, shared: I64) -> tuple[Evidence, ...]:
    """Which kinds of keys the two regions of every copy have in common: for ranges of jaccard, and last for all.

    `seeds` are those of `seeds_of`, `spans` int64[copies, 4] the tokens of the two regions. Each copy is asked itself,
    and not the star edges, which say how a bucket was walked and not who was in it. A passage counts for a region
    that it only overlaps.
    """
    sentences, runs, *bands = seeds
    kinds = np.zeros(len(spans), np.int64)
    for low in range(0, len(spans), CHUNK):
        part = spans[low : low + CHUNK]
        wide = _to_passages(part, bands[0].at, skeletons.doc_token)
        in_bands = np.any([_share(places, wide) for places in bands], axis=0)
        for bit, shares in enumerate((in_bands, _share(sentences, part), _share(runs, part))):
            kinds[low : low + CHUNK] |= shares.astype(np.int64) << bit
    level = _level(shared, RANGES)
    parts = [(number / RANGES, (number + 1) / RANGES, kinds[level == number]) for number in range(RANGES)]
    parts = [*(part for part in parts if len(part[2])), (0.0, 1.0, kinds)]
    return tuple(
        Evidence(low, high, tuple(np.bincount(part, minlength=1 << len(KINDS)).tolist())) for low, high, part in parts
    )


def _to_passages(spans: I64, starts: I64, doc_token: I64) -> I64:
    """The spans from the start of the passage that they begin in; `starts` are those of all passages."""
    wide = spans.copy()
    begin = spans[:, ::2]
    before = starts[np.maximum(np.searchsorted(starts, begin, side="right") - 1, 0)] if len(starts) else begin
    document = doc_token[np.searchsorted(doc_token, begin, side="right") - 1]
    wide[:, ::2] = np.where((before >= document) & (before <= begin), before, begin)
    return wide


def _share(places: Places, spans: I64) -> Bools:
    """bool[pairs]: whether a key was seen at two places, one in each of the two spans."""
    bounds = np.searchsorted(places.at, spans)
    # In one document the passage that the first region ends in may be the one that the second begins in.
    pair, keys = _keys_of(places.keys, bounds[:, 0], bounds[:, 1])
    _, others = _keys_of(places.keys, np.maximum(bounds[:, 1], bounds[:, 2]), bounds[:, 3])
    out = np.zeros(len(spans), bool)
    out[pair[np.isin(keys, others)]] = True
    return out


def _keys_of(keys: U64, low: I64, high: I64) -> tuple[I64, U64]:
    """The keys low..high of every pair side by side, each mixed with its pair, after the pair each is of."""
    counts = np.maximum(high - low, 0)
    pair = np.repeat(np.arange(len(counts)), counts)
    at = np.arange(len(pair)) + np.repeat(low - (np.cumsum(counts) - counts), counts)
    return pair, keys[at] ^ (pair.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def nearest(duplicates: Duplicates, settings: Settings, count: int) -> list[tuple[int, bool]]:
    """Which measured pairs stand nearest to the threshold, each with whether it is a copy.

    The nearest first, up to `count` copies at or above and then up to `count` below that are none. Of two
    documents at most one pair is taken while there are others: pairs of one template say the same.
    """
    shared = duplicates.shared
    copies = are_copies(shared, settings)
    enough = are_copies(shared, replace(settings, threshold=_LEAST))
    distance = np.abs(_jaccard(shared) - settings.threshold)
    above = copies & (_jaccard(shared) >= settings.threshold)
    chosen = []
    for wanted in (above, enough & ~copies):
        rows = np.flatnonzero(wanted)
        rows = rows[np.argsort(distance[rows], kind="stable")]
        chosen += [(row, bool(copies[row])) for row in _varied(rows, duplicates, count)]
    return chosen


def _varied(rows: I64, duplicates: Duplicates, count: int) -> list[int]:
    """The first rows of which no document stands in a row before, filled up with the first others; in order."""
    fresh: list[int] = []
    others: list[int] = []
    seen: set[int] = set()
    for at, pair in enumerate(_documents(duplicates, rows).tolist()):
        (others if seen.intersection(pair) else fresh).append(at)
        seen.update(pair)
    return [int(rows[at]) for at in sorted((fresh + others)[:count])]


def _documents(duplicates: Duplicates, rows: I64) -> I64:
    """int64[rows, 2]: the documents of the two regions of some pairs."""
    bounds = duplicates.skeletons.doc_sentence
    return np.searchsorted(bounds, duplicates.regions[rows][:, ::2], side="right") - 1


def _pairs(
    duplicates: Duplicates, corpus: Corpus, settings: Settings, chosen: Sequence[tuple[int, bool]]
) -> tuple[tuple[Pair, ...], list[Failure]]:
    """The chosen pairs with their texts, and what could not be read; a pair without its texts is left out."""
    rows = np.array([row for row, _ in chosen], np.int64)
    shared = duplicates.shared[rows]
    sides, failures = _sides(duplicates, corpus, settings, rows)
    pairs = []
    for at, (jaccard, (_, is_copy)) in enumerate(zip(_jaccard(shared).tolist(), chosen)):
        if 2 * at in sides and 2 * at + 1 in sides:
            pairs.append(Pair(is_copy, jaccard, sides[2 * at], sides[2 * at + 1]))
    return tuple(pairs), failures


def _sides(
    duplicates: Duplicates, corpus: Corpus, settings: Settings, rows: I64
) -> tuple[dict[int, Side], list[Failure]]:
    """The regions of some pairs, two to a pair, by their number."""
    skeletons = duplicates.skeletons
    stretches = duplicates.regions[rows].reshape(-1, 2).tolist()
    measures = duplicates.shared[rows].tolist()
    places: dict[int, list[Place]] = {}
    for number, (document, (low, high)) in enumerate(zip(_documents(duplicates, rows).ravel().tolist(), stretches)):
        place = Place(number, int(skeletons.begin[low]), int(skeletons.end[high - 1]), filled=False)
        places.setdefault(document, []).append(place)
    sides: dict[int, Side] = {}
    failures: list[Failure] = []
    for item in _texts(corpus, places, settings):
        if isinstance(item, Failure):
            failures.append(item)
            continue
        number, text = item
        for node, fact in facts_of(text, corpus[1][number].essays, places[number]).items():
            low, high = stretches[node]
            sides[node] = Side(
                region=fact.region,
                tokens=int(skeletons.first[high] - skeletons.first[low]),
                containment=measures[node // 2][2] / max(1, measures[node // 2][node % 2]),
                sentences=tuple(text.text[skeletons.begin[at] : skeletons.end[at]] for at in range(low, high)),
            )
    return sides, failures


def _texts(
    corpus: Corpus, wanted: Mapping[int, object], settings: Settings
) -> Iterator[tuple[int, Document] | Failure]:
    """The wanted documents by number, read again; a Failure for a source that is no longer the same."""
    sources, entries = corpus
    for source, group in groupby(range(len(entries)), key=lambda number: entries[number].source):
        numbers = list(group)
        if not any(number in wanted for number in numbers):
            continue
        texts = [item for item in read(sources[source], settings) if isinstance(item, Document)]
        if [len(text.text) for text in texts] != [entries[number].characters for number in numbers]:
            yield Failure(sources[source].path, "it changed while it was read: run again once nothing writes to it")
            continue
        yield from ((number, text) for number, text in zip(numbers, texts) if number in wanted)
