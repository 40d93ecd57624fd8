"""Decision trees as arrays: a trained model that scores rows of numbers.

The arrays of a model hold the nodes of all its trees, one tree after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
REASONS = 5  # how many of the weightiest numbers are named


@dataclass(frozen=True)
class Forest:
    """A model: each node tests feature[nodes] <= limit[nodes] and leads to `left` if that holds, else to `right`.

    `value` is what a leaf adds to the score; `roots` are the root nodes and `depth` is that of the deepest tree.
    """

    feature: I16
    limit: F32
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: F32
    roots: NDArray[np.int32]
    depth: int

    @classmethod
    def of(cls, stored: Mapping[str, NDArray[Any]], name: str) -> Forest:
        """Return the model of that name from stored arrays."""
        arrays = {key: stored[f"{name}_{key}"] for key in ("feature", "limit", "left", "right", "value", "roots")}
        return cls(**arrays, depth=int(stored[f"{name}_depth"]))

    def scores(self, rows: F32, asked: Sequence[int] | None = None) -> list[float]:
        """Return the probability of yes, to six digits, for each row (or row `asked`) of float32[rows, numbers]."""
        from dedupe.text.kernels import trees, view

        wanted = list(range(len(rows)) if asked is None else asked)
        found: list[float] = trees.scores(*self._columns, view(rows), wanted) if wanted else []
        return found

    @cached_property
    def _columns(self) -> tuple[Any, Any, Any, Any, Any]:
        from dedupe.text.kernels import view

        ways = np.column_stack((self.left, self.right)).astype(np.int32)
        return view(self.feature), view(self.limit), view(ways), view(self.value), view(self.roots)

    def weights(self, row: Sequence[float] | NDArray[Any]) -> F32:
        """Return float32[features]: how much each number of one row changed its score, summed over all trees.

        A step from a node to its child changes the expected score by the difference of their values; that change is
        credited to the number that the node tests.
        """
        numbers = np.asarray(row, np.float32)
        done = np.zeros(len(numbers), np.float32)
        at = self.roots
        for _ in range(self.depth):
            asked = self.feature[at]
            after = np.where(numbers[asked] <= self.limit[at], self.left[at], self.right[at])
            np.add.at(done, asked, self.value[after] - self.value[at])
            at = after
        return done

    def reasons(self, row: Sequence[float] | NDArray[Any], names: Sequence[str]) -> tuple[tuple[str, float], ...]:
        """Return the numbers that weighed most for one row: the name of each and how much it changed the score."""
        done = self.weights(row)
        ranked = sorted(range(len(names)), key=lambda number: (-abs(done[number]), number))[:REASONS]
        return tuple((names[number], round(float(done[number]), 2)) for number in ranked)
