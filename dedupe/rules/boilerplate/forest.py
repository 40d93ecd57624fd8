"""Decision trees as arrays: what a trained model says of rows of numbers, with numpy alone.

All trees of a model stand side by side.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]

FEW = 12  # rows up to which a step of Python for each question is faster than numpy's for all of them


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

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """For each row the probability of yes, to six digits: both ways of asking give the same."""
        if len(rows) <= FEW:
            totals = [self._total(array("f", row).tolist()) for row in rows]
        else:
            totals = self._totals(np.asarray(rows, np.float32))
        return [round(1 / (1 + exp(-total)), 6) for total in totals]

    def _total(self, row: Sequence[float]) -> float:
        nodes, total = self._nodes, 0.0
        for at in self._roots:
            while True:
                feature, limit, left, right, value = nodes[at]
                if feature < 0:
                    total += value
                    break
                at = left if row[feature] <= limit else right
        return total

    def _totals(self, numbers: F32) -> list[float]:
        """All rows go down all trees at once, one step a level: a leaf leads to itself."""
        count, trees = len(numbers), len(self.roots)
        at = np.tile(self.roots, count)
        row = np.repeat(np.arange(count), trees)
        for _ in range(self.depth):
            at = np.where(numbers[row, self.feature[at]] <= self.limit[at], self.left[at], self.right[at])
        totals: list[float] = self.value[at].astype(np.float64).reshape(count, trees).sum(axis=1).tolist()
        return totals

    @cached_property
    def _nodes(self) -> list[tuple[int, float, int, int, float]]:
        feature = np.where(self.left == np.arange(len(self.left)), -1, self.feature)
        columns = (feature, self.limit, self.left, self.right, self.value)
        return list(zip(*(column.tolist() for column in columns)))

    @cached_property
    def _roots(self) -> list[int]:
        roots: list[int] = self.roots.tolist()
        return roots

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
