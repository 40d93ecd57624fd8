# mypy: ignore-errors
"""What the short runs of characters in stretches of a text weigh, hashed into a table of weights."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

LONGEST = 4  # characters of a run
BITS = 17  # of a place in the table

_LONGEST = cython.declare(cython.longlong, LONGEST)
_SHIFT = cython.declare(cython.longlong, 32 - BITS)
_FACTOR = cython.declare(cython.ulonglong, 2654435761)
_CUT = cython.declare(cython.ulonglong, 0xFFFFFFFF)
_FIRST = cython.declare(cython.ulonglong, 2)  # stands for where a stretch begins, and the next for its end
_LAST = cython.declare(cython.ulonglong, 3)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _sign(point: cython.ulonglong) -> cython.ulonglong:
    """A character as runs have it: all digits are one, as are blanks; letters are small."""
    if 48 <= point <= 57:
        return 48
    if 65 <= point <= 90:
        return point + 32
    return 32 if point < 32 else point


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _sign_at(
    points: cython.const[cython.uint][::1], start: cython.longlong, end: cython.longlong, at: cython.longlong
) -> cython.ulonglong:
    return _FIRST if at < start else _LAST if at >= end else _sign(points[at])


def places(
    points: cython.const[cython.uint][::1], start: cython.longlong, end: cython.longlong, out: cython.int[::1]
) -> cython.longlong:
    """Put the places of all runs of a stretch into `out`, which has room for LONGEST * (end - start + 2).

    Returns their number.
    """
    at: cython.longlong
    reach: cython.longlong
    found: cython.longlong = 0
    place: cython.longlong
    mixed: cython.ulonglong
    for at in range(start - 1, end + 1):
        mixed = 0
        for reach in range(at, min(at + _LONGEST, end + 1)):
            mixed = ((mixed + _sign_at(points, start, end, reach)) * _FACTOR) & _CUT
            mixed ^= mixed >> 15
            place = mixed >> _SHIFT
            out[found] = place
            found += 1
    return found


def totals(
    points: cython.const[cython.uint][::1],
    spans: cython.const[cython.longlong][:, ::1],
    weights: cython.const[cython.float][::1],
    out: cython.double[::1],
) -> None:
    """Put into `out` for each stretch [from, to) what its runs weigh together, over the root of their number."""
    row: cython.longlong
    at: cython.longlong
    reach: cython.longlong
    start: cython.longlong
    end: cython.longlong
    count: cython.double
    total: cython.double
    mixed: cython.ulonglong
    for row in range(len(out)):
        start = spans[row, 0]
        end = spans[row, 1]
        total = 0.0
        count = 0.0
        for at in range(start - 1, end + 1):
            mixed = 0
            for reach in range(at, min(at + _LONGEST, end + 1)):
                mixed = ((mixed + _sign_at(points, start, end, reach)) * _FACTOR) & _CUT
                mixed ^= mixed >> 15
                total += weights[mixed >> _SHIFT]
                count += 1
        out[row] = total / count**0.5
