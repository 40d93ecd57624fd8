"""Score the wording of a line: learnt weights of its short runs of characters, trained on lines of sites and of texts.

The word classes in `features` cover only the vocabulary; this model also knows turns of phrase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "wording"
RUNS = 3  # how many of the weightiest runs are named


@dataclass(frozen=True)
class Wording:
    """The model: float32[places], the weight of each run of characters at the place of its hash."""

    weights: NDArray[np.float32]

    @classmethod
    def of(cls, stored: Mapping[str, NDArray[Any]]) -> Wording:
        """Return the model from stored arrays, which hold the weights as bytes and a scale."""
        return cls(stored["wording"].astype(np.float32) * np.float32(stored["wording_scale"]))

    def scores(self, texts: Sequence[str], found: Sequence[Sequence[tuple[int, int, int]]]) -> list[list[float]]:
        """Return the score of each span of some texts; above 0 the wording is that of a site."""
        from dedupe.text.kernels import view, wording

        totals = wording.totals(list(texts), list(found), view(self.weights))
        return [[round(total, 4) for total in some] for some in totals]

    def strongest(self, folded: str, start: int, end: int) -> tuple[str, ...]:
        """Return the weightiest runs of two to four characters; of overlapping runs only the weightiest."""
        line, found = folded[start:end], list[tuple[int, int]]()
        weighed = sorted(
            (-self._weight(line, low, low + size), low, low + size)
            for low in range(len(line))
            for size in (4, 3, 2)
            if low + size <= len(line)
        )
        for weight, low, high in weighed:
            if weight < 0 and not any(low < other and before < high for before, other in found):
                found.append((low, high))
            if len(found) == RUNS:
                break
        return tuple(line[low:high] for low, high in found)

    def _weight(self, line: str, start: int, end: int) -> float:
        """Return the weight of the run [start, end) itself."""
        run = places(line)[start + 1][end - start - 1]
        return float(self.weights[run])


def places(line: str) -> list[list[int]]:
    """Return, for each place in a line and the one before it, the hashes of the runs from there, shortest first."""
    from dedupe.text.kernels import view, wording

    points = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), np.uint32)
    room = np.zeros(wording.LONGEST * (len(line) + 2), np.int32)
    count = wording.places(view(points), 0, len(line), view(room))
    runs, sizes = room[:count].tolist(), [min(wording.LONGEST, len(line) + 2 - at) for at in range(len(line) + 2)]
    found, at = [], 0
    for size in sizes:
        found.append(runs[at : at + size])
        at += size
    return found
