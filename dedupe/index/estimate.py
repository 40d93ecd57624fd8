"""How much of a new document an old one has whose text is gone: estimated from their signatures alone.

Passages are matched one with another, and stretches of matched passages grown over both essays. The least values of
several passages are the signature of them together, so a stretch is measured as a whole, however it was cut.
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

MATCH = 0.15  # two passages of which so many of 128 values are equal (20) are no two of which a stock phrase is
GAP = 0.5  # what a token of a passage without a match costs a stretch, in tokens that have one
SURE = 1.96  # 19 intervals of 20 hold the true value


class Stretch(NamedTuple):
    """A part of a new document and one of an old one that are copies, as passages from, to; and what they measure.

    `both` are the distinct shingles that they share, `inside` is how much of the shorter they are, `low` and `high` are
    the ends of an interval around the jaccard.
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
    """The stretches that two documents share, by their signatures."""
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
    """The estimates of two stretches of passages, given with the signatures and the passages of both documents."""
    sides = [(signed[slice(*span)], rows[slice(*span)]) for (signed, rows), span in zip((new, old), spans)]
    one, other = (signed.min(axis=0) for signed, _ in sides)
    equal, of = int((one == other).sum()), len(one)
    mine, yours = (float(max(0, rows[:, TOKENS].sum() - SHINGLE + 1)) for _, rows in sides)
    jaccard = equal / of
    both = min(jaccard / (1 + jaccard) * (mine + yours), mine, yours)
    shares = (both / max(1.0, mine), both / max(1.0, min(mine, yours)))
    return Stretch(*spans, jaccard, *interval(equal, of), *shares, both)


def interval(equal: int, of: int) -> tuple[float, float]:
    """Wilson's interval for a share of which `equal` were seen among `of`.

    >>> [round(end, 2) for end in interval(64, 128)]
    [0.41, 0.59]
    """
    share, square = equal / of, SURE * SURE
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = SURE * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))


def _is_copy(found: Stretch, settings: Settings, tokens: int) -> bool:
    """Whether a stretch of so many tokens is a copy, by the limits that verified regions are held to."""
    is_alike = found.jaccard >= settings.threshold or found.inside >= max(WHOLE, settings.threshold)
    return is_alike and found.both >= settings.min_length - SHINGLE + 1 and tokens >= settings.min_length


def _alike(new: U32, old: U32) -> NDArray[np.float64]:
    """float64[new, old]: the share of equal values of every two passages; none for passages without shingles."""
    equal: NDArray[np.float64] = np.count_nonzero(new[:, None] == old[None], axis=2) / max(1, new.shape[1])
    equal[new[:, 0] == NO_SHINGLE] = 0
    return equal


def _unit_pairs(alike: NDArray[np.float64], mine: I64, yours: I64) -> Iterator[tuple[slice, slice]]:
    """The essays of both documents of which two passages match, each as its passages."""
    rows, columns = np.nonzero(alike >= MATCH)
    for one, other in sorted(set(zip(mine[rows].tolist(), yours[columns].tolist()))):
        yield (
            slice(*np.searchsorted(mine, (one, one + 1)).tolist()),
            slice(*np.searchsorted(yours, (other, other + 1)).tolist()),
        )


def _stretch(alike: NDArray[np.float64], mine: I64, yours: I64) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The passages from, to of two essays between which they match best; None where nothing does."""
    matched = alike >= MATCH
    low, high = _heaviest(np.where(matched.any(axis=1), mine, -GAP * mine))
    inside = matched[low:high].any(axis=0)
    if not inside.any():
        return None
    return (low, high), _heaviest(np.where(inside, yours, -GAP * yours))


def _heaviest(gains: NDArray[np.float64]) -> tuple[int, int]:
    """The run of gains with the greatest sum, as from, to."""
    best, span, total, start = 0.0, (0, 0), 0.0, 0
    for at, gain in enumerate(gains.tolist()):
        if total <= 0:
            total, start = 0.0, at
        total += gain
        if total > best:
            best, span = total, (start, at + 1)
    return span


def span_of(rows: I64, stretch: tuple[int, int]) -> tuple[int, int]:
    """The code points of a stretch of passages."""
    return int(rows[stretch[0], BEGIN]), int(rows[stretch[1] - 1, END])
