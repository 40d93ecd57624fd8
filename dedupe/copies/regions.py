"""Seeds grown into regions, and regions measured exactly.

A seed is grown both ways over its two documents, token by token while they agree, and over a gap to the next shared
shingle where that pays: every shared token counts for one, every token of a gap against, so the region
ends where the matching really ends. Inserted, dropped, moved and reworded sentences are gaps and do not split it.
"""

from __future__ import annotations

import numpy as np

from dedupe.copies.kernels import view
from dedupe.copies.kernels.growing import DROP as DROP
from dedupe.copies.kernels.growing import FAR as FAR
from dedupe.copies.kernels.growing import MERGE as MERGE
from dedupe.copies.kernels.growing import NEAR as NEAR
from dedupe.copies.kernels.growing import PERIOD as PERIOD
from dedupe.copies.kernels.growing import REPLACED as REPLACED
from dedupe.copies.kernels.growing import TABLE, Grower
from dedupe.copies.kernels.matching import Measurer
from dedupe.copies.skeletons import I64, U32, Skeletons


def grow(skeletons: Skeletons, hashes: U32, edges: I64, pairs: I64) -> I64:
    """int64[regions, 4]: sentences a0, a1, b0, b1 of every region grown from the seeds, a before b inside one unit.

    `hashes` are the shingle hashes of the tokens; `edges` and `pairs` come from `candidate_pairs`.
    """
    out = np.empty((len(edges), 4), np.int64)
    most = int(np.diff(pairs).max(initial=0))
    found, kept = np.empty((most, 4), np.int64), np.empty((most, 4), np.int64)
    room = (np.full(TABLE, -1, np.int64), found, kept, np.empty(most, np.int64), np.empty(most, np.int64), out)
    grower = Grower(view(skeletons.ids), view(hashes), view(skeletons.first), view(skeletons.units))
    count = grower.run(view(edges), view(pairs), tuple(map(view, room)))
    return np.array(out[:count])


def measure(hashes: U32, spans: I64) -> I64:
    """int64[pairs, 3]: distinct shingles of a, of b, and of both, for token spans a0, a1, b0, b1 (int64[pairs, 4])."""
<<<<<<< HEAD
=======
    return _measure_all(hashes, spans)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _gap_cost(one, two):  # type: ignore[no-untyped-def]
    less, more = min(one, two), max(one, two)
    return REPLACED * less + INSERTED * (more - less)


@njit(cache=True, nogil=True)
def _anchor(text, at, step, room, window):  # type: ignore[no-untyped-def]
    """The shared shingle ahead whose run is worth most after its gap: (gap in a, gap in b), or (-1, -1).

    `text` is the tokens, their shingle hashes, and a table that maps a hash to the place in a that has it. A place
    says itself whether it belongs to this window, so the table never needs clearing.
    """
    ids, hashes, table = text
    i, j = at
    room_a, room_b = room
    wide, high = min(window, room_a) - SHINGLE + 1, min(window, room_b) - SHINGLE + 1
    back = 0 if step > 0 else SHINGLE - 1
    for p in range(wide - 1, -1, -1):
        place = i + step * p - back
        table[hashes[place] & (_TABLE - 1)] = place
    best, best_a, best_b = -(10**9), -1, -1
    for q in range(high):
        if -INSERTED * q + 320 <= best:
            break
        there = j + step * q - back
        place = table[hashes[there] & (_TABLE - 1)]
        p = (place + back - i) * step
        if place < 0 or p < 0 or p >= wide or hashes[place] != hashes[there]:
            continue
        run, limit = 0, min(32, min(room_a - p, room_b - q))
        while run < limit and ids[i + step * (p + run)] == ids[j + step * (q + run)]:
            run += 1
        value = 10 * run - _gap_cost(p, q)
        if run >= SHINGLE and value > best:
            best, best_a, best_b = value, p, q
    return best_a, best_b


@njit(cache=True, nogil=True)
def _extend(text, at, step, room):  # type: ignore[no-untyped-def]
    """How far the match goes from two tokens in one direction: (tokens of a, tokens of b)."""
    ids = text[0]
    i, j = at
    room_a, room_b = room
    a = b = best_a = best_b = 0
    score = best = 0
    while True:
        while a < room_a and b < room_b and ids[i + step * a] == ids[j + step * b]:
            a += 1
            b += 1
            score += 10
        if score > best:
            best, best_a, best_b = score, a, b
        here, left = (i + step * a, j + step * b), (room_a - a, room_b - b)
        gap_a, gap_b = _anchor(text, here, step, left, NEAR)
        if gap_a < 0:
            gap_a, gap_b = _anchor(text, here, step, left, FAR)
        score -= _gap_cost(gap_a, gap_b)
        if gap_a < 0 or best - score > DROP:
            return best_a, best_b
        a += gap_a
        b += gap_b


@njit(cache=True, nogil=True)
def _snap(first, low, high):  # type: ignore[no-untyped-def]
    """Tokens low..high to sentences, each end to the nearer end of its own: (sentence, sentence after the last)."""
    start = np.searchsorted(first, low, side="right") - 1
    stop = np.searchsorted(first, high - 1, side="right") - 1
    if (low - first[start]) * 2 > first[start + 1] - first[start]:
        start += 1
    if (high - first[stop]) * 2 >= first[stop + 1] - first[stop]:
        stop += 1
    return start, stop


@njit(cache=True, nogil=True)
def _seed(text, edge, limits):  # type: ignore[no-untyped-def]
    """The tokens where a seed's two places really agree: there, or at the best run ahead; (-1, -1) if nowhere."""
    hashes = text[1]
    i, j = edge
    if hashes[i] == hashes[j] and min(limits[1] - i, limits[3] - j) >= SHINGLE:
        return i, j
    gap_a, gap_b = _anchor(text, (i, j), _AHEAD, (limits[1] - i, limits[3] - j), FAR)
    if gap_a < 0:
        return np.int64(-1), np.int64(-1)
    return i + gap_a, j + gap_b


@njit(cache=True, nogil=True)
def _grow_one(text, seed, limits):  # type: ignore[no-untyped-def]
    """Tokens a0, a1, b0, b1 of the region around a seed; inside one unit a is before b, and they never overlap."""
    i, j = seed
    a_low, a_high, b_low, b_high = limits
    is_one = a_low <= j < a_high
    if is_one:
        a_high = j
    more_a, more_b = _extend(text, (i, j), _AHEAD, (a_high - i, b_high - j))
    if is_one:
        b_low = max(b_low, i + more_a)
    less_a, less_b = _extend(text, (i - 1, j - 1), _BACK, (i - a_low, j - b_low))
    return i - less_a, i + more_a, j - less_b, j + more_b


@njit(cache=True, nogil=True)
def _are_near(one, two, is_one):  # type: ignore[no-untyped-def]
    """Whether two regions of one pair follow each other on both sides, with less between them than they hold.

    The first begins no later in a. Inside one unit they must together still be two stretches, not one that is a copy of
    itself.
    """
    near = min(MERGE, min(one[1] - one[0], two[1] - two[0]))
    follows = one[2] < two[2] if one[0] < two[0] else one[2] == two[2]
    return follows and (not is_one or two[1] <= one[2]) and two[0] - one[1] <= near and two[2] - one[3] <= near


@njit(cache=True, nogil=True)
def _merge(found, count, is_one):  # type: ignore[no-untyped-def]
    """Join the regions of one pair that are near each other, in the order of their starts; returns how many are left.

    Only what reaches near a region can be joined to it, and of that the last `RECENT`: a text that repeats itself
    everywhere takes no longer.
    """
    rows = found[:count].copy()
    left = closed = 0
    for r in np.argsort(rows[:, 0], kind="mergesort"):
        while closed < left and found[closed, 1] + MERGE < rows[r, 0]:
            closed += 1
        into = left
        for k in range(max(closed, left - RECENT), left):
            if _are_near(found[k], rows[r], is_one):
                into = k
                break
        if into == left:
            _put(found, left, rows[r])
            left += 1
        else:
            found[into, 1] = max(found[into, 1], rows[r, 1])
            found[into, 3] = max(found[into, 3], rows[r, 3])
    return left


@njit(cache=True, nogil=True)
def _limits(units, edge, tokens):  # type: ignore[no-untyped-def]
    """Tokens a0, a1, b0, b1 of the units that an edge's two places stand in: no region grows over them."""
    a = np.searchsorted(units, edge[0], side="right")
    b = np.searchsorted(units, edge[1], side="right")
    a_high = units[a] if a < len(units) else tokens
    b_high = units[b] if b < len(units) else tokens
    return units[a - 1], a_high, units[b - 1], b_high


@njit(cache=True, nogil=True)
def _still_open(found, rows, count, place):  # type: ignore[no-untyped-def]
    """Keep of the rows of regions those that reach over a place in a, sorted by their start in b; how many."""
    left = 0
    for k in range(count):
        if found[rows[k], 1] > place:
            rows[left] = rows[k]
            left += 1
    if left > 1:
        rows[:left] = rows[:left][np.argsort(found[rows[:left], 2], kind="mergesort")]
    return left


@njit(cache=True, nogil=True)
def _put(rows, row, span):  # type: ignore[no-untyped-def]
    # One by one: assigning a tuple to a row takes numba four seconds to compile.
    rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3] = span[0], span[1], span[2], span[3]


@njit(cache=True, nogil=True)
def _grow_pair(text, edges, limits, found):  # type: ignore[no-untyped-def]
    """Put the regions of one pair of units into `found`; how many.

    A seed that lies in a region was grown already. Seeds come in the order of their places in a, then in b, so the
    regions that reach over a place in a are passed once for all seeds there: a text that repeats itself everywhere
    has many.
    """
    rows = np.empty(len(edges), np.int64)
    count = still_open = passed = 0
    here, reach = np.int64(-1), np.int64(-1)  # where in b the passed regions end
    period = (np.int64(0), np.int64(0))
    for edge in range(len(edges)):
        a, b = edges[edge]
        if a != here:
            still_open = _still_open(found, rows, still_open, a)
            here, reach, passed = a, np.int64(-1), 0
        while passed < still_open and found[rows[passed], 2] <= b:
            if found[rows[passed], 0] <= a:
                reach = max(reach, found[rows[passed], 3])
            passed += 1
        if b < reach:
            continue
        room = (period[0], period[1], limits[2], limits[3]) if period[0] <= a < period[1] else limits
        seed = _seed(text, (a, b), room)
        if seed[0] < 0:
            continue
        span = _grow_one(text, seed, room)
        if span[1] == span[2] and span[1] - span[0] >= PERIOD and limits[0] == limits[2]:
            # A text behind itself: with its next copy it would grow to twice its length, and so on.
            period = (span[0], span[1])
        _put(found, count, span)
        rows[still_open], reach = count, max(reach, span[3])
        count, still_open = count + 1, still_open + 1
    return count


@njit(cache=True, nogil=True)
def _grow_pairs(arrays, edges, pairs, out):  # type: ignore[no-untyped-def]
    ids, hashes, first, units = arrays
    text = (ids, hashes, np.full(_TABLE, np.int64(-1)))
    count = 0
    for pair in range(len(pairs) - 1):
        low, high = pairs[pair], pairs[pair + 1]
        found = np.empty((high - low, 4), np.int64)
        limits = _limits(units, edges[low], len(ids))
        regions = _merge(found, _grow_pair(text, edges[low:high], limits, found), limits[0] == limits[2])
        for r in range(regions):
            a0, a1 = _snap(first, found[r, 0], found[r, 1])
            b0, b1 = _snap(first, found[r, 2], found[r, 3])
            if a0 < a1 and b0 < b1:
                _put(out, count, (a0, a1, b0, b1))
                count += 1
    return count


@njit(cache=True, nogil=True)
def _slot(shingle, salt, mask):  # type: ignore[no-untyped-def]
    """Where a shingle belongs in a table. Whoever writes a text can choose its shingles, but not their salt with them.

    All bits are mixed before some of them are taken: shingles that share a few would else stand in one long row.
    """
    mixed = (np.uint64(shingle) ^ salt) * np.uint64(0xD6E8FEB86659FD93)
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return np.int64(mixed >> np.uint64(33)) & np.int64(mask)


@njit(cache=True, nogil=True)
def _salt(hashes, span):  # type: ignore[no-untyped-def]
    """A number that comes of all shingles of two texts."""
    salt = np.uint64(0x9E3779B97F4A7C15)
    for low, high in ((span[0], span[1]), (span[2], span[3])):
        for at in range(low, high):
            mixed = (np.uint64(hashes[at]) ^ np.uint64(0x9E3779B9)) * np.uint64(0xD6E8FEB86659FD93)
            salt += mixed ^ (mixed >> np.uint64(32))
    return salt


@njit(cache=True, nogil=True)
def _fill(table, salt, hashes, bounds, mark):  # type: ignore[no-untyped-def]
    """Put the shingles in `bounds` into an open-addressed table under a mark bit: (new ones, ones another mark had)."""
    new = both = 0
    mask = len(table) - 1
    for at in range(bounds[0], bounds[1]):
        key = np.int64(hashes[at]) << 2
        slot = _slot(hashes[at], salt, mask)
        while table[slot] >= 0 and (table[slot] >> 2) << 2 != key:
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = key | mark
            new += 1
        elif not table[slot] & mark:
            table[slot] |= mark
            new += 1
            both += 1
    return new, both


@njit(cache=True, nogil=True)
def measure_pair(hashes, span):  # type: ignore[no-untyped-def]
    """Distinct shingles of a, of b, and of both, for the token span a0, a1, b0, b1; a kernel for other kernels."""
    a0, a1, b0, b1 = span
    a1, b1 = max(a0, a1 - SHINGLE + 1), max(b0, b1 - SHINGLE + 1)
    size = 16
    while size < 2 * (a1 - a0 + b1 - b0):
        size *= 2
    table = np.full(size, np.int64(-1))
    salt = _salt(hashes, (a0, a1, b0, b1))
    mine, _ = _fill(table, salt, hashes, (a0, a1), _MINE)
    yours, both = _fill(table, salt, hashes, (b0, b1), _YOURS)
    return mine, yours, both


@njit(cache=True, nogil=True)
def _measure_all(hashes, spans):  # type: ignore[no-untyped-def]
>>>>>>> main
    out = np.empty((len(spans), 3), np.int64)
    spans = np.ascontiguousarray(spans)
    measurer(hashes, int((spans[:, 1::2] - spans[:, ::2]).sum(1).max(initial=0))).run(view(spans), view(out))
    return out


def measurer(hashes: U32, tokens: int) -> Measurer:
    """What measures pairs of texts that have no more tokens together."""
    return Measurer(view(hashes), view(np.empty(1 << max(4, (2 * tokens).bit_length()), np.int64)))
