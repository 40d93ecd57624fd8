"""The learned judge of boilerplate: lines that look like what a site puts around a text, whatever their words.

It looks twice, as jusText does: at each line by itself, then again with the verdicts on the lines around it. The model
is trained by `tools/train_chrome.py`; here it is only asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dedupe.rules.boilerplate.features import Candidate, page_numbers
from dedupe.rules.boilerplate.forest import Forest
from dedupe.rules.boilerplate.lines import candidates

STORED = Path(__file__).parent / "judge.npz"
# A line is a site's from this score on. Below the second, in the first look, it is not looked at again.
THRESHOLD = 0.6
HOPELESS = 0.02


class Verdict(NamedTuple):
    """A line that is a site's: its place and its score."""

    start: int
    end: int
    score: float


@lru_cache(maxsize=1)
def forests() -> tuple[Forest, Forest]:
    """The models of the first look and of the second."""
    with np.load(STORED) as data:
        return Forest.of(data, "first"), Forest.of(data, "second")


def near(scores: Mapping[int, float], row: int, rows: int) -> tuple[float, ...]:
    """What the verdicts around a row say, in the order of `NEAR_NAMES`; `scores` are by row, of those looked at."""
    edge = 0.0
    for others in (range(row), range(rows - 1, row, -1)):
        if len(others) <= 8 and all(scores.get(other, 0.0) > 0.5 for other in others):
            edge = 1.0
    return (
        scores.get(row - 1, 0.0), scores.get(row + 1, 0.0),
        max(scores.get(row + step, 0.0) for step in (-2, -1, 1, 2)),
        (sum(scores.values()) - scores.get(row, 0.0)) / max(1, rows - 1), edge,
    )


def judge(folded: str, met: Iterable[int] | None = None) -> list[Verdict]:
    """The lines of a folded text that are a site's, and the sentences that are, in lines that are not.

    `met` is where the seeds of `lines` may stand, if that is known.
    """
    found = candidates(folded, met)
    if not found:
        return []
    first, second = forests()
    rows = page_numbers(folded, found)
    scores = first.scores(rows)
    by_row: dict[int, float] = {}
    for one, score in zip(found, scores.tolist()):
        by_row[one.place.row] = max(by_row.get(one.place.row, 0.0), score)
    count = found[0].place.rows
    again = [number for number, score in enumerate(scores.tolist()) if score > HOPELESS]
    if not again:
        return []
    more = [[*rows[number], *near(by_row, found[number].place.row, count)] for number in again]
    told = second.scores(more).tolist()
    return list(_settled((found[number], score) for number, score in zip(again, told) if score >= THRESHOLD))


def _settled(judged: Iterator[tuple[Candidate, float]]) -> Iterator[Verdict]:
    """A sentence is told only where its line is not: the line comes first."""
    reach = 0
    for one, score in judged:
        if one.start >= reach:
            yield Verdict(one.start, one.end, score)
            reach = one.end
