"""Figures for choosing a threshold: the jaccard values of the pairs of one corpus, and where they leave a gap.

A pair is two regions grown from a seed and measured exactly, whether they are copies or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dedupe.comparison import opposite
from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies, jaccard_of
from dedupe.copies.describe import Place, facts_of
from dedupe.copies.find import Duplicates, find_duplicates, mark_table
from dedupe.copies.skeletons import I64
from dedupe.core.model import Failure, Progress
from dedupe.core.order import failure_key
from dedupe.inputs.find import Paths
from dedupe.pipeline.kept import Kept
from dedupe.pipeline.pipeline import silent, taken_in
from dedupe.rules.recurring import REPEATED

BINS = 20
PAIRS = 5  # pairs shown on either side of the threshold
# A threshold lies between chance and equality; a gap is at least as wide as a row of the histogram.
LOWEST, HIGHEST, GAP = 0.1, 0.95, 0.05
FEW = 3  # a row counts as few if rows on both sides have this many times as many pairs
_LEAST = 1e-9  # a threshold at which only the amount of shared text decides

Texts = Callable[[Collection[int]], Iterator[tuple[int, Kept]]]  # yields the wanted documents by number


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs with low <= jaccard < high (the last bin includes high): copies at the threshold, and others.

    `kept` is how many pairs of the corpus would be copies if `low` were the threshold.
    """

    low: float
    high: float
    copies: int
    others: int
    kept: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A threshold in the middle of a gap between pairs, and what it would change.

    Of all pairs that share enough text to be copies at some threshold, `inside` have low < jaccard < high: none in a
    real gap, few in a thin stretch that is taken for one. `more` pairs would become copies, `fewer` would cease to be.
    """

    threshold: float
    low: float
    high: float
    inside: int
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Side(opposite.Side):
    """One region of a pair, and its text as sentences of the source; its `marks` are left empty."""

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

    `pairs` are the nearest to the threshold, nearest first: those that it makes copies, then those it does not.
    `proposal` is None if no gap separates copies from others. `twins` is the number of documents with the skeleton of
    an earlier one; they were not measured again.
    """

    settings: Settings
    documents: int
    twins: int
    bins: tuple[Bin, ...]
    proposal: Proposal | None
    pairs: tuple[Pair, ...]
    errors: tuple[Failure, ...]
    passed_over: dict[str, int] = field(default_factory=dict)

    @property
    def copies(self) -> int:
        """How many of the measured pairs are copies at the threshold."""
        return sum(row.copies for row in self.bins)

    @property
    def exit_code(self) -> int:
        """0, or 2 if something in the corpus could not be read."""
        return 2 if self.errors else 0


def calibrate(
    paths: Paths, settings: Settings | None = None, pairs: int = PAIRS, progress: Progress | None = None
) -> Calibration:
    """Measure near-duplicates as `check` finds them, to help choose a threshold: see `Calibration`.

    Gives `pairs` pairs on either side of the threshold with their texts. Errors and `progress` are as in `check`.
    """
    settings = replace(settings or Settings(), select=("ND",), ignore=REPEATED)
    passed = Counter[str]()
    with taken_in(paths, settings, progress, passed) as (sources, intake, settings, failures):
        signed = intake.signed()
        duplicates = find_duplicates(signed, mark_table([]), settings, progress or silent)
        texts = partial(intake.texts, sources)
        documents = intake.bounds[-1]
        result = calibration(duplicates, documents, texts, settings, pairs)
    errors = tuple(sorted({*failures, *intake.failures}, key=failure_key))
    return replace(result, errors=errors, passed_over=dict(sorted(passed.items())))


def calibration(duplicates: Duplicates, documents: int, texts: Texts, settings: Settings, pairs: int) -> Calibration:
    """Return the figures of a corpus from its duplicates, with `pairs` pairs on either side of the threshold."""
    return Calibration(
        settings=settings,
        documents=documents,
        twins=len(duplicates.twins),
        bins=histogram(duplicates.shared, settings),
        proposal=propose(duplicates.shared, settings),
        pairs=_pairs(duplicates, texts, nearest(duplicates, settings, pairs)),
        errors=(),
    )


def level(shared: I64, levels: int) -> I64:
    """Return the jaccard as int64[pairs] from 0 to levels - 1; integers make the borders the same on every machine."""
    union = np.maximum(1, shared[:, 0] + shared[:, 1] - shared[:, 2])
    place: I64 = np.minimum(levels * shared[:, 2] // union, levels - 1)
    return place


def histogram(shared: I64, settings: Settings) -> tuple[Bin, ...]:
    """Return the measured pairs that share enough text to be copies at some threshold, by their jaccard."""
    enough, copies = are_copies(shared, replace(settings, threshold=_LEAST)), are_copies(shared, settings)
    place = level(shared, BINS)
    bins = []
    for number in range(BINS):
        here, low = enough & (place == number), number / BINS
        kept = are_copies(shared, replace(settings, threshold=low or _LEAST))
        counts = (int(chosen.sum()) for chosen in (here & copies, here & ~copies, kept))
        bins.append(Bin(low, (number + 1) / BINS, *counts))
    return tuple(bins)


def propose(shared: I64, settings: Settings) -> Proposal | None:
    """Return the threshold that the pairs suggest: where there are none, or few between many."""
    enough = are_copies(shared, replace(settings, threshold=_LEAST))
    jaccard = np.sort(jaccard_of(shared[enough]))
    gap = _gap(jaccard[(jaccard >= LOWEST) & (jaccard <= HIGHEST)])
    if gap is None:
        return None
    low, high = gap
    threshold = round((low + high) / 2, 2)
    now, then = (are_copies(shared, replace(settings, threshold=one)) for one in (settings.threshold, threshold))
    inside = int(((jaccard > low) & (jaccard < high)).sum())
    return Proposal(threshold, low, high, inside, int((then & ~now).sum()), int((now & ~then).sum()))


def _gap(jaccard: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the widest stretch without a value; else the histogram row with far fewer pairs than rows around it."""
    if len(jaccard) < 2:
        return None
    widths = np.diff(jaccard)
    at = int(widths.argmax())
    if widths[at] >= GAP:
        return float(jaccard[at]), float(jaccard[at + 1])
    counts = np.histogram(jaccard, BINS, (0, 1))[0]
    before, after = np.maximum.accumulate(counts), np.maximum.accumulate(counts[::-1])[::-1]
    depth = np.minimum(before, after) / np.maximum(1, counts)
    row = int(depth.argmax())
    return (row / BINS, (row + 1) / BINS) if depth[row] >= FEW else None


def nearest(duplicates: Duplicates, settings: Settings, count: int) -> list[tuple[int, bool]]:
    """Return the measured pairs nearest to the threshold, each with whether it is a copy.

    Nearest first: up to `count` copies at or above it, then up to `count` below it that are none. While there are
    others, take at most one pair of any two documents, because pairs of one template say the same.
    """
    shared = duplicates.shared
    copies = are_copies(shared, settings)
    enough = are_copies(shared, replace(settings, threshold=_LEAST))
    distance = np.abs(jaccard_of(shared) - settings.threshold)
    above = copies & (jaccard_of(shared) >= settings.threshold)
    chosen = []
    for wanted in (above, enough & ~copies):
        rows = np.flatnonzero(wanted)
        rows = rows[np.argsort(distance[rows], kind="stable")]
        chosen += [(row, bool(copies[row])) for row in _varied(rows, duplicates, count)]
    return chosen


def _varied(rows: I64, duplicates: Duplicates, count: int) -> list[int]:
    """Return the first rows whose documents stand in no earlier row, filled up with the first others; in order."""
    fresh: list[int] = []
    others: list[int] = []
    seen: set[int] = set()
    for at, pair in enumerate(_documents(duplicates, rows).tolist()):
        (others if seen.intersection(pair) else fresh).append(at)
        seen.update(pair)
    return [int(rows[at]) for at in sorted((fresh + others)[:count])]


def _documents(duplicates: Duplicates, rows: I64) -> I64:
    """Return int64[rows, 2]: the documents of the two regions of some pairs."""
    bounds = duplicates.skeletons.doc_sentence
    documents: I64 = np.searchsorted(bounds, duplicates.regions[rows][:, ::2], side="right") - 1
    return documents


def _pairs(duplicates: Duplicates, texts: Texts, chosen: Sequence[tuple[int, bool]]) -> tuple[Pair, ...]:
    """Return the chosen pairs with their texts."""
    rows = np.array([row for row, _ in chosen], np.int64)
    sides = _sides(duplicates, texts, rows)
    return tuple(
        Pair(is_copy, jaccard, sides[2 * at], sides[2 * at + 1])
        for at, (jaccard, (_, is_copy)) in enumerate(zip(jaccard_of(duplicates.shared[rows]).tolist(), chosen))
    )


def _sides(duplicates: Duplicates, texts: Texts, rows: I64) -> dict[int, Side]:
    """Return the regions of some pairs, two per pair, by their number."""
    skeletons = duplicates.skeletons
    stretches = duplicates.regions[rows].reshape(-1, 2).tolist()
    measures = duplicates.shared[rows].tolist()
    places: dict[int, list[Place]] = {}
    for number, (document, (low, high)) in enumerate(zip(_documents(duplicates, rows).ravel().tolist(), stretches)):
        place = Place(number, int(skeletons.begin[low]), int(skeletons.end[high - 1]), filled=False)
        places.setdefault(document, []).append(place)
    sides: dict[int, Side] = {}
    for number, kept in texts(places.keys()):
        text = kept.document.text
        for node, fact in facts_of(kept.document, kept.essays, places[number])[0].items():
            low, high = stretches[node]
            sides[node] = Side(
                document=kept.document,
                region=fact.region,
                tokens=int(skeletons.first[high] - skeletons.first[low]),
                containment=measures[node // 2][2] / max(1, measures[node // 2][node % 2]),
                marks=(),
                sentences=tuple(text[skeletons.begin[at] : skeletons.end[at]] for at in range(low, high)),
            )
    return sides
