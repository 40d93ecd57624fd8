"""Words as a tree in arrays, as kernels look them up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.text.batch import BEYOND

I32 = NDArray[np.int32]


class Tree(NamedTuple):
    """Words level by level: the node behind edge n is n + 1, and those from a node are side by side.

    `roots` is the node of each first character below 0x10000, `low` where the edges of a node begin, `char` what an
    edge reads, `value` what the word is worth that ends at a node, 0 for none.
    """

    roots: I32
    low: I32
    char: NDArray[np.uint32]
    value: I32


def tree(values: Mapping[str, int]) -> tuple[Tree, dict[str, int]]:
    """Words with what each is worth, which is not 0, and the node at which each ends."""
    listed = sorted(values)
    chars = np.array(listed, "U").view(np.uint32).reshape(len(listed), -1)
    # A word has nodes of its own from where it differs from the one before.
    differs = np.logical_or.accumulate(chars[1:] != chars[:-1], axis=1)
    is_new = (np.vstack([np.ones_like(chars[:1], np.bool_), differs]) & (chars != 0)).T
    nodes = is_new.cumsum(dtype=np.int32).reshape(is_new.shape)
    parents = np.vstack([np.zeros_like(nodes[:1]), nodes[:-1]])[is_new]
    ends = nodes[[len(word) - 1 for word in listed], np.arange(len(listed))]
    value = np.zeros(len(parents) + 1, np.int32)
    value[ends] = list(map(values.__getitem__, listed))
    roots = np.zeros(BEYOND + 1, np.int32)
    first = is_new[0] & (chars[:, 0] <= BEYOND)
    roots[chars[first, 0]] = nodes[0, first]
    low = np.searchsorted(parents, np.arange(len(value) + 1)).astype(np.int32)
    return Tree(roots, low, chars.T[is_new], value), dict(zip(listed, ends.tolist()))
