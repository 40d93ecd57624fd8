# mypy: ignore-errors
"""Decision trees asked row by row: what each row of numbers comes to."""

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
    asked: cython.const[cython.longlong][::1],
    totals: cython.double[::1],
) -> list:
    """The probability of yes, to six digits, for each row that is asked for: its sigmoid of what all trees add up to.

    `ways` are left and right; a leaf leads to itself. `totals` has room for as many rows as are asked for, all of it 0.
    """
    found: list = []
    number: cython.longlong
    row: cython.longlong
    tree: cython.longlong
    at: cython.longlong
    # Tree by tree, for rows do not wait for each other: the steps of one go on while another's numbers are fetched.
    for tree in range(len(roots)):
        for number in range(len(asked)):
            row = asked[number]
            at = roots[tree]
            while ways[at, 0] != at:
                at = ways[at, not rows[row, asks[at]] <= limit[at]]
            totals[number] += value[at]
    for number in range(len(asked)):
        found.append(round(1 / (1 + exp(-totals[number])), 6))
    return found
