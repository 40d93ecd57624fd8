"""Estimate how much of a new document an old one has, whose text is gone, from their signatures alone.

Match passages with each other, and grow stretches of matched passages over both essays. The least values of several
passages form their common signature, so a stretch is measured as a whole, however it was cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.clusters import WHOLE
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.skeletons import I64, U32
from dedupe.index.lookup import Known
from dedupe.index.signature import BEGIN, END, NO_SHINGLE, TOKENS, UNIT, Surveyed

MATCH = 0.15  # two passages match if this share of their 128 values is equal (20): more than a stock phrase gives
GAP = 0.5  # what a token of an unmatched passage costs a stretch, in tokens of matched passages
SURE = 1.96  # a 95% interval: 19 of 20 contain the true value


class Stretch(NamedTuple):
    """Parts of a new and an old document that are copies, as passage ranges (from, to), and their measures.

    `both` is the number of distinct shingles they share, `inside` is that as a share of the shorter one; `low` and
    `high` are the ends of an interval around the jaccard.
    """

    new: tuple[int, int]
    old: tuple[int, int]
    jaccard: float
    low: float
    high: float
    containment: float
    inside: float
    both: float


def estimate(new: Surveyed, old: Known, settings: Settings) -> list[Stretch]:
    """Return the stretches that two documents share, estimated from their signatures."""
    alike = _alike(new.signed, old.signed)
    found = []
    for mine, yours in _unit_pairs(alike, new.passages[:, UNIT], old.passages[:, UNIT]):
        stretch = _stretch(alike[mine, yours], new.passages[mine, TOKENS], old.passages[yours, TOKENS])
        if stretch is None:
            continue
        (a, b), (c, d) = stretch
        one, other = (mine.start + a, mine.start + b), (yours.start + c, yours.start + d)
        measured = measure((new.signed, new.passages), (old.signed, old.passages), (one, other))
        if _is_copy(measured, settings, new.passages[slice(*one), TOKENS].sum()):
            found.append(measured)
    return found


def measure(new: tuple[U32, I64], old: tuple[U32, I64], spans: tuple[tuple[int, int], tuple[int, int]]) -> Stretch:
    """Estimate the measures of two passage ranges; each document is given as its signatures and passages."""
    sides = [(signed[slice(*span)], rows[slice(*span)]) for (signed, rows), span in zip((new, old), spans)]
    one, other = (signed.min(axis=0) for signed, _ in sides)
    equal, of = int((one == other).sum()), len(one)
    mine, yours = (float(max(0, rows[:, TOKENS].sum() - SHINGLE + 1)) for _, rows in sides)
    jaccard = equal / of
    both = min(jaccard / (1 + jaccard) * (mine + yours), mine, yours)
    shares = (both / max(1.0, mine), both / max(1.0, min(mine, yours)))
    return Stretch(*spans, jaccard, *interval(equal, of), *shares, both)


def interval(equal: int, of: int) -> tuple[float, float]:
    """Return Wilson's interval for a share, with `equal` hits among `of`.

    >>> [round(end, 2) for end in interval(64, 128)]
    [0.41, 0.59]
    """
    share, square = equal / of, SURE * SURE
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = SURE * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))


def _is_copy(found: Stretch, settings: Settings, tokens: int) -> bool:
    """True if a stretch of `tokens` tokens is a copy, by the limits for verified regions."""
    is_alike = found.jaccard >= settings.threshold or found.inside >= max(WHOLE, settings.threshold)
    return is_alike and found.both >= settings.min_length - SHINGLE + 1 and tokens >= settings.min_length


def _alike(new: U32, old: U32) -> NDArray[np.float64]:
    """Return float64[new, old]: the share of equal values of every two passages; 0 for passages without shingles."""
    equal: NDArray[np.float64] = np.count_nonzero(new[:, None] == old[None], axis=2) / max(1, new.shape[1])
    equal[new[:, 0] == NO_SHINGLE] = 0
    return equal


def _unit_pairs(alike: NDArray[np.float64], mine: I64, yours: I64) -> Iterator[tuple[slice, slice]]:
    """Yield the pairs of essays in which two passages match, each as its slice of passages."""
    rows, columns = np.nonzero(alike >= MATCH)
    for one, other in sorted(set(zip(mine[rows].tolist(), yours[columns].tolist()))):
        yield (
            slice(*np.searchsorted(mine, (one, one + 1)).tolist()),
            slice(*np.searchsorted(yours, (other, other + 1)).tolist()),
        )


def _stretch(alike: NDArray[np.float64], mine: I64, yours: I64) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the passage ranges of two essays that match best; None if nothing matches."""
    matched = alike >= MATCH
    low, high = _heaviest(np.where(matched.any(axis=1), mine, -GAP * mine))
    inside = matched[low:high].any(axis=0)
    if not inside.any():
        return None
    return (low, high), _heaviest(np.where(inside, yours, -GAP * yours))


def _heaviest(gains: NDArray[np.float64]) -> tuple[int, int]:
    """Return the run of gains with the greatest sum, as (from, to)."""
    best, span, total, start = 0.0, (0, 0), 0.0, 0
    for at, gain in enumerate(gains.tolist()):
        if total <= 0:
            total, start = 0.0, at
        total += gain
        if total > best:
            best, span = total, (start, at + 1)
    return span


def span_of(rows: I64, stretch: tuple[int, int]) -> tuple[int, int]:
    """Return the code point span of a stretch of passages."""
    return int(rows[stretch[0], BEGIN]), int(rows[stretch[1] - 1, END])
