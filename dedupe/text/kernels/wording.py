# mypy: ignore-errors
"""Weigh the short runs of characters in stretches of a text, by hashing them into a table of weights."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

LONGEST = 4  # most characters of a run
BITS = 17  # bits of a place in the table

_LONGEST = cython.declare(cython.longlong, LONGEST)
_SHIFT = cython.declare(cython.longlong, 32 - BITS)
_FACTOR = cython.declare(cython.ulonglong, 2654435761)
_CUT = cython.declare(cython.ulonglong, 0xFFFFFFFF)
_FIRST = cython.declare(cython.ulonglong, 2)  # stands for the start of a stretch, and the next one for its end
_LAST = cython.declare(cython.ulonglong, 3)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _sign(point: cython.ulonglong) -> cython.ulonglong:
    """Normalise a character for runs: digits become 0, control characters a space, and ASCII letters lower case."""
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
    """Fill `out` with the places of all runs of a stretch; it has room for LONGEST * (end - start + 2).

    Return their number.
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


def totals(texts: list, found: list, weights: cython.const[cython.float][::1]) -> list:
    """Return for each text and each of its stretches the sum of its runs' weights over the square root of their number.

    The stretches of a text are tuples that begin with a start and an end.
    """
    totals: list = []
    some: list
    text: str
    number: cython.longlong
    for number in range(len(texts)):
        text = texts[number]
        some = []
        for one in found[number]:
            some.append(_total(text, one[0], one[1], weights))
        totals.append(some)
    return totals


@cython.cfunc
@cython.exceptval(check=False)
def _total(
    text: str, start: cython.longlong, end: cython.longlong, weights: cython.const[cython.float][::1]
) -> cython.double:
    at: cython.longlong
    reach: cython.longlong
    sign: cython.ulonglong
    total: cython.double = 0.0
    count: cython.double = 0.0
    mixed: cython.ulonglong
    for at in range(start - 1, end + 1):
        mixed = 0
        for reach in range(at, min(at + _LONGEST, end + 1)):
            sign = _FIRST if reach < start else _LAST if reach >= end else _sign(ord(text[reach]))
            mixed = ((mixed + sign) * _FACTOR) & _CUT
            mixed ^= mixed >> 15
            total += weights[mixed >> _SHIFT]
            count += 1
    return total / count**0.5
