# mypy: ignore-errors
"""Decision trees asked row by row: what each row of numbers comes to."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


def totals(
    asks: cython.const[cython.short][::1],
    limit: cython.const[cython.float][::1],
    ways: cython.const[cython.int][:, ::1],
    value: cython.const[cython.float][::1],
    roots: cython.const[cython.int][::1],
    rows: cython.const[cython.float][:, ::1],
    out: cython.double[::1],
) -> None:
    """Put what all trees add up to for each row into `out`. `ways` are left and right; a leaf leads to itself."""
    row: cython.longlong
    tree: cython.longlong
    at: cython.longlong
    total: cython.double
    for row in range(len(out)):
        total = 0.0
        for tree in range(len(roots)):
            at = roots[tree]
            while ways[at, 0] != at:
                at = ways[at, 0] if rows[row, asks[at]] <= limit[at] else ways[at, 1]
            total += value[at]
        out[row] = total
