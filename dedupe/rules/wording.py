"""How a line is worded: what its short runs of characters weigh, as learnt from lines of sites and of texts.

Classes of words (`features`) know what is in the vocabulary; this knows turns of phrase as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "wording"
RUNS = 3  # that are named as what weighed most


@dataclass(frozen=True)
class Wording:
    """float32[places]: what each run weighs, by where its hash puts it."""

    weights: NDArray[np.float32]

    @classmethod
    def of(cls, stored: Mapping[str, NDArray[Any]]) -> Wording:
        """The model among stored arrays, where weights are bytes and a scale."""
        return cls(stored["wording"].astype(np.float32) * np.float32(stored["wording_scale"]))

    def scores(self, texts: Sequence[str], found: Sequence[Sequence[tuple[int, int, int]]]) -> list[list[float]]:
        """What each stretch of some texts weighs: above 0 it is worded as sites word things."""
        from dedupe.text.kernels import view, wording

        totals = wording.totals(list(texts), list(found), view(self.weights))
        return [[round(total, 4) for total in some] for some in totals]

    def strongest(self, folded: str, start: int, end: int) -> tuple[str, ...]:
        """The runs of at least two characters that weigh most, one of what overlaps."""
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
        """What the run [start, end) itself adds."""
        run = places(line)[start + 1][end - start - 1]
        return float(self.weights[run])


def places(line: str) -> list[list[int]]:
    """For each place in a line, and one before it, those of the runs that begin there, the shortest first."""
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
