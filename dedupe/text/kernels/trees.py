# mypy: ignore-errors
"""Decision trees: score rows of numbers."""

from __future__ import annotations

from math import exp

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


def scores(
    asks: cython.const[cython.short][::1],
    limit: cython.const[cython.float][::1],
    ways: cython.const[cython.int][:, ::1],
    value: cython.const[cython.float][::1],
    roots: cython.const[cython.int][::1],
    rows: cython.const[cython.float][:, ::1],
    asked: list,
) -> list:
    """Return for each row in `asked` the probability of yes, to six digits: the sigmoid of the sum over all trees.

    `ways` are each node's left and right children; a leaf leads to itself.
    """
    found: list = []
    row: cython.longlong
    tree: cython.longlong
    at: cython.longlong
    total: cython.double
    for row in asked:
        total = 0.0
        for tree in range(len(roots)):
            at = roots[tree]
            while ways[at, 0] != at:
                at = ways[at, 0] if rows[row, asks[at]] <= limit[at] else ways[at, 1]
            total += value[at]
        found.append(round(1 / (1 + exp(-total)), 6))
    return found
