"""Words as a trie in arrays, for look-up by kernels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.text.batch import BEYOND
from dedupe.text.kernels import literals, view

I32 = NDArray[np.int32]


class Tree(NamedTuple):
    """A trie, level by level: edge n leads to node n + 1, and the edges of a node are side by side.

    `roots` is the node of each first character below 0x10000, `low` where the edges of a node begin, `char` the
    character of an edge, `value` the value of the word that ends at a node, or 0.
    """

    roots: I32
    low: I32
    char: NDArray[np.uint32]
    value: I32


def tree(values: Mapping[str, int]) -> tuple[Tree, dict[str, int]]:
    """Build the trie of words with nonzero values; also return the node at which each word ends."""
    listed = sorted(values)
    levels, most = max(map(len, listed)), sum(map(len, listed))
    first, parents, chars = np.zeros(levels + 1, np.int32), np.empty(most, np.int32), np.empty(most, np.uint32)
    ends = literals.plant(listed, view(first), view(parents), view(chars))
    size = int(first[-1])
    parents, chars = parents[:size], chars[:size].copy()
    value = np.zeros(size + 1, np.int32)
    value[ends] = list(map(values.__getitem__, listed))
    roots = np.zeros(BEYOND + 1, np.int32)
    starts = chars[: np.searchsorted(parents, 1)]
    known = np.flatnonzero(starts <= BEYOND)
    roots[starts[known]] = known + 1
    low = np.searchsorted(parents, np.arange(size + 2)).astype(np.int32)
    return Tree(roots, low, chars, value), dict(zip(listed, ends))
