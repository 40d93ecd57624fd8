# mypy: ignore-errors
"""Places of keys: winnow runs, deal places into parts, and join places of equal keys into edges.

A place is one number: the upper 32 bits are half a key, the lower 32 bits the token where it was seen.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels.hashing import SHINGLE

RUN, WINDOW = 12, 16  # the second is a power of two
CROWD = 8  # up to so many places of one key are joined pairwise, which comes to 3.5 edges a place

_LAST = cython.declare(cython.longlong, RUN - SHINGLE)
_RUN = cython.declare(cython.longlong, RUN)
_WINDOW = cython.declare(cython.longlong, WINDOW)
_RING = cython.declare(cython.longlong, WINDOW - 1)
_CROWD = cython.declare(cython.longlong, CROWD)
_UPPER = cython.declare(cython.ulonglong, 0xFFFFFFFF00000000)
_LOWER = cython.declare(cython.ulonglong, 0xFFFFFFFF)


def deal(
    packed: cython.const[cython.ulonglong][::1],
    bounds: cython.const[cython.longlong][::1],
    order: cython.const[cython.longlong][::1],
    doc: cython.longlong,
    ends: cython.longlong[::1],
    out: cython.ulonglong[::1],
) -> None:
    """Deal places into the parts of `out`, moved as `order` says; part p is written from `ends[p]` on, which advances.

    The first place is in `doc` or later. The number of parts is a power of two. An empty `out` only counts, in `ends`.
    """
    mask: cython.ulonglong = len(ends) - 1
    is_filled: cython.bint = len(out) > 0
    at: cython.longlong
    token: cython.longlong
    part: cython.longlong
    with cython.nogil:
        for at in range(len(packed)):
            token = packed[at] & _LOWER
            while bounds[doc + 1] <= token:
                doc += 1
            if order[doc] >= 0:
                part = (packed[at] >> 32) & mask
                if is_filled:
                    out[ends[part]] = (packed[at] & _UPPER) | (token - bounds[doc] + order[doc])
                ends[part] += 1


def join(places: cython.const[cython.ulonglong][::1], out: cython.ulonglong[::1]) -> cython.longlong:
    """Write the edges of sorted places into `out` as far as it has room; return how many there are."""
    count: cython.longlong = 0
    low: cython.longlong = 0
    high: cython.longlong
    at: cython.longlong
    step: cython.longlong
    other: cython.longlong
    steps: cython.longlong
    with cython.nogil:
        while low < len(places):
            high = low + 1
            while high < len(places) and places[high] >> 32 == places[low] >> 32:
                high += 1
            for at in range(low + 1, high):
                # In a crowd, join with the first place and the previous one; otherwise with all earlier places.
                steps = at - low
                if high - low > _CROWD and steps > 2:
                    steps = 2
                for step in range(steps):
                    other = at - 1 if high - low > _CROWD and step == 1 else low + step
                    if count < len(out):
                        out[count] = (places[other] & _LOWER) << 32 | (places[at] & _LOWER)
                    count += 1
            low = high
    return count


def winnow(
    hashes: cython.const[cython.uint][::1],
    doc_token: cython.const[cython.longlong][::1],
    recent: cython.ulonglong[::1],
    out: cython.ulonglong[::1],
) -> cython.longlong:
    """Write the place of each run that winnowing keeps into `out`; return how many. `recent` [WINDOW] is scratch."""
    factor: cython.ulonglong = 0xD6E8FEB86659FD93
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    count: cython.longlong = 0
    doc: cython.longlong
    low: cython.longlong
    high: cython.longlong
    start: cython.longlong
    back: cython.longlong
    chosen: cython.longlong
    least: cython.ulonglong
    mixed: cython.ulonglong
    fresh: cython.bint
    with cython.nogil:
        for doc in range(len(doc_token) - 1):
            low, high = doc_token[doc], doc_token[doc + 1] - _RUN + 1
            least, chosen = full, -1
            for start in range(low, high):
                # A run is identified by its first and last shingles, which together hold all of its tokens.
                mixed = hashes[start]
                mixed = (((mixed << 32) | hashes[start + _LAST]) * factor) & full
                mixed ^= mixed >> 32
                recent[start & _RING] = mixed
                fresh = start - low == _WINDOW - 1 or (start == high - 1 and start - low < _WINDOW)
                # Of equal runs the first stays chosen; or text of one repeated character would keep every token.
                if mixed < least:
                    least, chosen, fresh = mixed, start, True
                elif start - chosen >= _WINDOW:
                    least, chosen, fresh = mixed, start, True
                    for back in range(start - 1, start - _WINDOW, -1):
                        if recent[back & _RING] <= least:
                            least, chosen = recent[back & _RING], back
                if fresh and (start - low >= _WINDOW - 1 or start == high - 1):
                    out[count] = (least & _UPPER) | chosen
                    count += 1
    return count
