"""Decision trees as arrays: what a trained model says of rows of numbers, with numpy alone.

All trees of a model stand side by side. A row goes down all of them at once, one step a level: a leaf leads to itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]


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

    def scores(self, rows: Sequence[Sequence[float]] | F32) -> F32:
        """float32[rows]: for each row the probability of yes."""
        numbers = np.asarray(rows, np.float32)
        at, row = self._leaves(numbers)
        total = self.value[at].reshape(row).sum(axis=1, dtype=np.float32)
        score: F32 = 1 / (1 + np.exp(-total))
        return score

    def _leaves(self, numbers: F32) -> tuple[NDArray[np.int32], tuple[int, int]]:
        shape = (len(numbers), len(self.roots))
        at = np.tile(self.roots, shape[0])
        row = np.repeat(np.arange(shape[0]), shape[1])
        for _ in range(self.depth):
            goes_left = numbers[row, self.feature[at]] <= self.limit[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return at, shape

    def weights(self, row: Sequence[float]) -> F32:
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
