# mypy: ignore-errors
"""Two texts side by side: how many tokens they share in one order, and the longest gap between two of these."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


def share(
    ids: cython.const[cython.uint][::1],
    spans: cython.const[cython.longlong][:, ::1],
    room: tuple,
    out: cython.longlong[::1],
) -> None:
    """Put how many tokens two spans share in order into `out`, for token spans a0, a1, b0, b1.

    64 tokens of b are looked at in one go (Hyyrö 2004). `room` are keys (int64, a power of two that is twice as much as
    a span has tokens, all -1), for each of them as many words of 64 bits as a span fills (all 0), one such row, and
    places (int64, as many as a span has tokens).
    """
    keys: cython.longlong[::1] = room[0]
    masks: cython.ulonglong[::1] = room[1]
    row: cython.ulonglong[::1] = room[2]
    used: cython.longlong[::1] = room[3]
    at: cython.longlong
    with cython.nogil:
        for at in range(spans.shape[0]):
            out[at] = _shared(ids, spans[at, 0], spans[at, 1], spans[at, 2], spans[at, 3], keys, masks, row, used)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _slot(keys: cython.longlong[::1], token: cython.longlong) -> cython.longlong:
    """Where a token stands among the keys, or where it would."""
    last: cython.longlong = keys.shape[0] - 1
    at: cython.longlong = (token ^ (token >> 11) ^ (token >> 20)) & last
    while keys[at] != -1 and keys[at] != token:
        at = (at + 1) & last
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _shared(
    ids: cython.const[cython.uint][::1],
    a0: cython.longlong,
    a1: cython.longlong,
    b0: cython.longlong,
    b1: cython.longlong,
    keys: cython.longlong[::1],
    masks: cython.ulonglong[::1],
    row: cython.ulonglong[::1],
    used: cython.longlong[::1],
) -> cython.longlong:
    one: cython.ulonglong = 1
    count: cython.longlong = 0
    words: cython.longlong = (b1 - b0 + 63) >> 6
    known: cython.longlong = 0
    at: cython.longlong
    i: cython.longlong
    w: cython.longlong
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
        row[w] = _ALL
    for i in range(a0, a1):
        at = _slot(keys, ids[i])
        if keys[at] == -1:
            continue
        carry = 0
        for w in range(words):
            met = row[w] & masks[at * words + w]
            total = (row[w] + met + carry) & _ALL
            carry = 1 if total < row[w] or (carry and total == row[w]) else 0
            row[w] = total | (row[w] ^ met)
    for w in range(words):
        met = row[w] ^ _ALL
        if w == words - 1 and (b1 - b0) & 63:
            met &= (one << ((b1 - b0) & 63)) - 1
        while met:
            met &= met - 1
            count += 1
    for i in range(known):
        keys[used[i]] = -1
        for w in range(words):
            masks[used[i] * words + w] = 0
    return count


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
