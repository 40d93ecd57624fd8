# mypy: ignore-errors
"""What the rest of a page says of a line: the verdicts on lines around it, for the judge's second look."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels import judged

_START = cython.declare(cython.longlong, judged.ROW_START)
_PROSE = cython.declare(cython.longlong, judged.ROW_PROSE)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _share(part: cython.double, whole: cython.double) -> cython.double:
    """Return a part's share of a whole; 0 if the whole is 0."""
    return part / whole if whole else 0.0


def near(
    rows: cython.const[cython.longlong][:, ::1],
    found: list,
    first: list,
    told: list,
    again: list,
    scratch: tuple,
    out: cython.float[:, ::1],
    column: cython.longlong,
) -> None:
    """Fill the rows of `out` that are in `again`, from `column` on, with what the rest of the page says of each line.

    `found` are candidates and `first` their scores. `told` are the starts of what rules found: a row that holds one has
    the score 1. `scratch` are four columns of zeros, each with room for all rows and one more. The numbers are in the
    order of `NEAR_NAMES`.
    """
    scores: cython.double[::1]
    is_told: cython.double[::1]
    sums: cython.double[::1]
    dirty: cython.double[::1]
    scores, is_told, sums, dirty = scratch
    count: cython.longlong = rows.shape[0]
    line: cython.longlong
    row: cython.longlong
    above: cython.double
    below: cython.double
    near_told: cython.bint
    low: cython.longlong
    high: cython.longlong
    start: cython.longlong
    for line in range(len(found)):
        row = found[line][2]
        scores[row] = max(scores[row], first[line])
    for start in told:
        row = _row_at(rows, start)
        scores[row] = is_told[row] = 1.0
    for row in range(count):
        sums[row + 1] = sums[row] + scores[row]
        dirty[row + 1] = dirty[row] + (scores[row] > 0.5)
    for line in again:
        row = found[line][2]
        above, below = dirty[row], dirty[count] - dirty[row + 1]
        out[line, column] = scores[row - 1] if row else 0.0
        out[line, column + 1] = scores[row + 1] if row + 1 < count else 0.0
        out[line, column + 2] = max(_best(scores, max(0, row - 2), row), _best(scores, row + 1, min(count, row + 3)))
        out[line, column + 3] = _share(sums[count] - scores[row], max(1, count - 1))
        out[line, column + 4] = (above == row and row <= 12) or (below == count - 1 - row and below <= 12)
        out[line, column + 5] = _share(above, row) if row else 1.0
        out[line, column + 6] = _share(below, count - 1 - row) if row < count - 1 else 1.0
        low = row
        while low > 0 and low > row - 30 and not rows[low - 1, _PROSE]:
            low -= 1
        high = row + 1
        while high < count and high < row + 30 and not rows[high, _PROSE]:
            high += 1
        out[line, column + 7] = _best(scores, low, row)
        out[line, column + 8] = _best(scores, row + 1, high)
        low, high = max(0, row - 5), min(count, row + 6)
        out[line, column + 9] = _share(sums[high] - sums[low] - scores[row], max(1, high - low - 1))
        near_told = False
        for low in range(max(0, row - 3), min(count, row + 4)):
            near_told = near_told or (low != row and is_told[low] != 0)
        out[line, column + 10] = near_told


@cython.cfunc
@cython.exceptval(check=False)
def _row_at(rows: cython.const[cython.longlong][:, ::1], at: cython.longlong) -> cython.longlong:
    """Return the last row that starts at or before an offset, or the first row if none does."""
    low: cython.longlong = 1
    high: cython.longlong = rows.shape[0]
    middle: cython.longlong
    while low < high:
        middle = (low + high) >> 1
        if rows[middle, _START] <= at:
            low = middle + 1
        else:
            high = middle
    return low - 1


@cython.cfunc
@cython.exceptval(check=False)
def _best(scores: cython.double[::1], low: cython.longlong, high: cython.longlong) -> cython.double:
    best: cython.double = 0.0
    row: cython.longlong
    for row in range(low, high):
        best = max(best, scores[row])
    return best
