# mypy: ignore-errors
"""Two short texts side by side: how many tokens they share in one order, and the longest gap between two of these."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


def align(
    ids: cython.const[cython.uint][::1],
    spans: cython.const[cython.longlong][:, ::1],
    table: cython.ushort[::1],
    out: cython.longlong[:, ::1],
) -> None:
    """Put both into `out` for token spans a0, a1, b0, b1; `table` is room for one more row and column than tokens."""
    row: cython.longlong
    with cython.nogil:
        for row in range(spans.shape[0]):
            out[row, 0], out[row, 1] = _aligned(ids, spans[row, 0], spans[row, 1], spans[row, 2], spans[row, 3], table)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _aligned(
    ids: cython.const[cython.uint][::1],
    a0: cython.longlong,
    a1: cython.longlong,
    b0: cython.longlong,
    b1: cython.longlong,
    table: cython.ushort[::1],
) -> tuple[cython.longlong, cython.longlong]:
    """The most tokens that two spans share in order, for all lengths of their beginnings, and back from both ends."""
    width: cython.longlong = b1 - b0 + 1
    i: cython.longlong
    j: cython.longlong
    here: cython.longlong
    shared: cython.longlong
    mine: cython.longlong = 0
    yours: cython.longlong = 0
    gap: cython.longlong = 0
    for j in range(width):
        table[j] = 0
    for i in range(a0, a1):
        here = (i - a0 + 1) * width
        table[here] = 0
        for j in range(b0, b1):
            here += 1
            if ids[i] == ids[j]:
                table[here] = table[here - width - 1] + 1
            else:
                table[here] = max(table[here - width], table[here - 1])
    i, j, here = a1, b1, (a1 - a0) * width + b1 - b0
    shared = table[here]
    while i > a0 and j > b0:
        if ids[i - 1] == ids[j - 1]:
            gap = max(gap, mine, yours)
            mine = yours = 0
            i, j, here = i - 1, j - 1, here - width - 1
        elif table[here - width] >= table[here - 1]:
            i, here, mine = i - 1, here - width, mine + 1
        else:
            j, here, yours = j - 1, here - 1, yours + 1
    return shared, max(gap, mine + i - a0, yours + j - b0)
