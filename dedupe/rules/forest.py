"""Decision trees as arrays: what a trained model says of rows of numbers.

All trees of a model stand side by side.
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
REASONS = 5  # numbers that are named as what weighed most


@dataclass(frozen=True)
class Forest:
    """A model: for each node what it asks (feature[nodes] <= limit[nodes]) and where it goes, left for yes.

    `value` is what a leaf adds; `roots` are the first nodes of the trees and `depth` is that of the deepest.
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
        """The model of that name among stored arrays."""
        arrays = {key: stored[f"{name}_{key}"] for key in ("feature", "limit", "left", "right", "value", "roots")}
        return cls(**arrays, depth=int(stored[f"{name}_depth"]))

    def scores(self, rows: F32, asked: Sequence[int] | None = None) -> list[float]:
        """For each row of float32[rows, numbers], or each that is asked for, the probability of yes to six digits."""
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
        """float32[features]: what each number of one row did to its score, as sums over the steps of all trees.

        A step from a node to the next changes what is expected by the difference of their values; that change is the
        asked number's doing.
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
        """The numbers of one row that weighed most in its score, by their names, and what each did to it."""
        done = self.weights(row)
        ranked = sorted(range(len(names)), key=lambda number: (-abs(done[number]), number))[:REASONS]
        return tuple((names[number], round(float(done[number]), 2)) for number in ranked)
