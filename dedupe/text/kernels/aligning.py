# mypy: ignore-errors
"""Align two texts: how many tokens they share in one order, and the longest gap between two of these."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


def align(
    ids: cython.const[cython.uint][::1],
    spans: cython.const[cython.longlong][:, ::1],
    room: tuple,
    out: cython.longlong[:, ::1],
) -> None:
    """Fill `out` [pairs, 2] with both numbers for token spans a0, a1, b0, b1.

    64 tokens of b are handled at a time (Hyyrö 2004). `room` is scratch space, for spans of at most n tokens: keys
    (int64, a power of two that is at least 2n, all -1); masks (uint64, for each key as many words as a span's bits
    fill, all 0); rows (uint64, as many words for each of n + 1 rows); and places (int64, n).
    """
    keys: cython.longlong[::1] = room[0]
    masks: cython.ulonglong[::1] = room[1]
    rows: cython.ulonglong[::1] = room[2]
    used: cython.longlong[::1] = room[3]
    at: cython.longlong
    a0: cython.longlong
    a1: cython.longlong
    b0: cython.longlong
    b1: cython.longlong
    with cython.nogil:
        for at in range(spans.shape[0]):
            a0, a1, b0, b1 = spans[at, 0], spans[at, 1], spans[at, 2], spans[at, 3]
            _fill(ids, a0, a1, b0, b1, keys, masks, rows, used)
            out[at, 0], out[at, 1] = _back(ids, a0, a1, b0, b1, rows)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _slot(keys: cython.longlong[::1], token: cython.longlong) -> cython.longlong:
    """Return the place of a token among the keys, or the free place where it would go."""
    last: cython.longlong = keys.shape[0] - 1
    at: cython.longlong = (token ^ (token >> 11) ^ (token >> 20)) & last
    while keys[at] != -1 and keys[at] != token:
        at = (at + 1) & last
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _fill(
    ids: cython.const[cython.uint][::1],
    a0: cython.longlong,
    a1: cython.longlong,
    b0: cython.longlong,
    b1: cython.longlong,
    keys: cython.longlong[::1],
    masks: cython.ulonglong[::1],
    rows: cython.ulonglong[::1],
    used: cython.longlong[::1],
) -> cython.void:
    """Fill a row for each prefix of a: a bit is 0 where taking in that token of b lengthens the common subsequence."""
    one: cython.ulonglong = 1
    words: cython.longlong = (b1 - b0 + 63) >> 6
    known: cython.longlong = 0
    here: cython.longlong = 0
    at: cython.longlong
    i: cython.longlong
    w: cython.longlong
    row: cython.ulonglong
    met: cython.ulonglong
    total: cython.ulonglong
    carry: cython.ulonglong
    for i in range(b1 - b0):
        at = _slot(keys, ids[b0 + i])
        if keys[at] == -1:
            keys[at] = ids[b0 + i]
            used[known] = at
            known += 1
        masks[at * words + (i >> 6)] |= one << (i & 63)
    for w in range(words):
        rows[w] = _ALL
    for i in range(a0, a1):
        at = _slot(keys, ids[i])
        carry = 0
        for w in range(words):
            row = rows[here + w]
            met = row & masks[at * words + w] if keys[at] != -1 else 0
            total = (row + met + carry) & _ALL
            carry = 1 if total < row or (carry and total == row) else 0
            rows[here + words + w] = total | (row ^ met)
        here += words
    for i in range(known):
        keys[used[i]] = -1
        for w in range(words):
            masks[used[i] * words + w] = 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _back(
    ids: cython.const[cython.uint][::1],
    a0: cython.longlong,
    a1: cython.longlong,
    b0: cython.longlong,
    b1: cython.longlong,
    rows: cython.ulonglong[::1],
) -> tuple[cython.longlong, cython.longlong]:
    """Return the number of shared tokens and the longest gap, by tracing the rows of `_fill` back from both ends."""
    words: cython.longlong = (b1 - b0 + 63) >> 6
    i: cython.longlong = a1
    j: cython.longlong = b1
    here: cython.longlong = (a1 - a0) * words
    shared: cython.longlong = 0
    mine: cython.longlong = 0
    yours: cython.longlong = 0
    gap: cython.longlong = 0
    while i > a0 and j > b0:
        if ids[i - 1] == ids[j - 1]:
            gap = max(gap, mine, yours)
            mine = yours = 0
            i, j, here = i - 1, j - 1, here - words
            shared += 1
        elif rows[here + ((j - 1 - b0) >> 6)] >> ((j - 1 - b0) & 63) & 1:
            j, yours = j - 1, yours + 1
        else:
            i, here, mine = i - 1, here - words, mine + 1
    return shared, max(gap, mine + i - a0, yours + j - b0)
