# mypy: ignore-errors
"""Grow seeds into regions; `dedupe.copies.regions` defines them."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels.hashing import SHINGLE

# The cost of a gap, in tenths of a shared token: REPLACED for a token replaced on both sides, INSERTED for a token that
# only one side has. At these prices a reworded sentence is bridged by half as much agreement, but two texts on one
# theme, which share a stock phrase about every forty tokens, are not joined.
REPLACED, INSERTED = 4, 1
DROP = 400  # growth stops once its score is this far below its best
# How many tokens ahead the next shared shingle is searched for, at first and at most.
NEAR, FAR = 48, 256
PERIOD = 200  # tokens: a shorter text that repeats itself again and again is no unit of its own
MERGE = 600  # tokens: two regions of a pair that are this close on both sides are joined
RECENT = 256
TABLE = 1024

_SHINGLE = cython.declare(cython.longlong, SHINGLE)
_REPLACED = cython.declare(cython.longlong, REPLACED)
_INSERTED = cython.declare(cython.longlong, INSERTED)
_DROP = cython.declare(cython.longlong, DROP)
_NEAR = cython.declare(cython.longlong, NEAR)
_FAR = cython.declare(cython.longlong, FAR)
_PERIOD = cython.declare(cython.longlong, PERIOD)
_MERGE = cython.declare(cython.longlong, MERGE)
_RECENT = cython.declare(cython.longlong, RECENT)
_MASK = cython.declare(cython.longlong, TABLE - 1)


@cython.cclass
class Grower:
    """Grows regions from seeds over skeletons, one pair of units at a time."""

    ids: cython.const[cython.uint][::1]
    hashes: cython.const[cython.uint][::1]
    first: cython.const[cython.longlong][::1]
    units: cython.const[cython.longlong][::1]
    # For each hash a place in a, as far as there is room. Whether an entry belongs to the current window can be told
    # from its place, so the table never needs clearing.
    table: cython.longlong[::1]
    found: cython.longlong[:, ::1]  # the regions of the pair, as tokens a0, a1, b0, b1
    kept: cython.longlong[:, ::1]  # copies of the regions, while they are merged
    rows: cython.longlong[::1]  # indices of regions, in some order
    spare: cython.longlong[::1]
    is_one: cython.bint  # true if both texts are in one unit
    a_low: cython.longlong
    a_high: cython.longlong
    b_low: cython.longlong
    b_high: cython.longlong

    def __init__(self, ids, hashes, first, units) -> None:
        self.ids, self.hashes, self.first, self.units = ids, hashes, first, units

    def run(self, edges: cython.const[cython.longlong][:, ::1], pairs: cython.const[cython.longlong][::1], room):
        """Grow the seeds of all pairs of units; return how many regions there are.

        `room` is the table [TABLE], all -1; regions found and kept [most seeds of a pair, 4]; rows and spare
        [most seeds of a pair]; and the sentences a0, a1, b0, b1 of each region [seeds, 4], which are the result.
        """
        self.table, self.found, self.kept, self.rows, self.spare = room[:5]
        out: cython.longlong[:, ::1] = room[5]
        pair: cython.longlong
        count: cython.longlong = 0
        with cython.nogil:
            for pair in range(len(pairs) - 1):
                count = self._put(self._merge(self._grow_pair(edges, pairs[pair], pairs[pair + 1])), count, out)
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _put(self, regions: cython.longlong, count: cython.longlong, out: cython.longlong[:, ::1]) -> cython.longlong:
        """Add regions as sentences to `out`; return how many it has then."""
        region: cython.longlong
        for region in range(regions):
            a0, a1 = self._snap(self.found[region, 0], self.found[region, 1])
            b0, b1 = self._snap(self.found[region, 2], self.found[region, 3])
            if a0 < a1 and b0 < b1:
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = a0, a1, b0, b1
                count += 1
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _snap(self, low: cython.longlong, high: cython.longlong) -> tuple[cython.longlong, cython.longlong]:
        """Snap tokens low..high to the nearest sentence bounds; return the first sentence and the one past the last."""
        start: cython.longlong = _behind(self.first, low) - 1
        stop: cython.longlong = _behind(self.first, high - 1) - 1
        if (low - self.first[start]) * 2 > self.first[start + 1] - self.first[start]:
            start += 1
        if (high - self.first[stop]) * 2 >= self.first[stop + 1] - self.first[stop]:
            stop += 1
        return start, stop

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _grow_pair(
        self, edges: cython.const[cython.longlong][:, ::1], low: cython.longlong, high: cython.longlong
    ) -> cython.longlong:
        """Put the regions of one pair of units into `found`; return how many.

        A seed inside a region is skipped, as it was grown already. Seeds are sorted by their places in a, then in b, so
        the regions that span a place in a are passed over once for all seeds there; a text that repeats itself
        everywhere has many such seeds.
        """
        count: cython.longlong = 0
        still_open: cython.longlong = 0
        passed: cython.longlong = 0
        here: cython.longlong = -1
        reach: cython.longlong = -1  # where in b the passed regions end
        period_low: cython.longlong = 0
        period_high: cython.longlong = 0
        a_low: cython.longlong
        a_high: cython.longlong
        edge: cython.longlong
        self._bound(edges[low, 0], edges[low, 1])
        for edge in range(low, high):
            a, b = edges[edge, 0], edges[edge, 1]
            if a != here:
                still_open = self._still_open(still_open, a)
                here, reach, passed = a, -1, 0
            while passed < still_open and self.found[self.rows[passed], 2] <= b:
                if self.found[self.rows[passed], 0] <= a:
                    reach = max(reach, self.found[self.rows[passed], 3])
                passed += 1
            if b < reach:
                continue
            a_low, a_high = self.a_low, self.a_high
            if period_low <= a < period_high:
                a_low, a_high = period_low, period_high
            i, j = self._seed(a, b, a_high)
            if i < 0:
                continue
            a0, a1, b0, b1 = self._grow_one(i, j, a_low, a_high)
            if a1 == b0 and a1 - a0 >= _PERIOD and self.is_one:
                # A text followed by its copy: with the next copy the region would grow to twice its length, and so on.
                period_low, period_high = a0, a1
            self.found[count, 0], self.found[count, 1], self.found[count, 2], self.found[count, 3] = a0, a1, b0, b1
            self.rows[still_open], reach = count, max(reach, b1)
            count, still_open = count + 1, still_open + 1
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _bound(self, a: cython.longlong, b: cython.longlong) -> cython.void:
        """Set the token bounds of the units that two places are in: no region grows beyond them."""
        one: cython.longlong = _behind(self.units, a)
        other: cython.longlong = _behind(self.units, b)
        self.a_low, self.b_low = self.units[one - 1], self.units[other - 1]
        self.a_high = self.units[one] if one < len(self.units) else len(self.ids)
        self.b_high = self.units[other] if other < len(self.units) else len(self.ids)
        self.is_one = one == other

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _still_open(self, count: cython.longlong, place: cython.longlong) -> cython.longlong:
        """Keep those of the first rows whose regions reach past a place in a, sorted by start in b; return how many."""
        left: cython.longlong = 0
        k: cython.longlong
        for k in range(count):
            if self.found[self.rows[k], 1] > place:
                self.rows[left] = self.rows[k]
                left += 1
        self._sort(self.found, 2, left)
        return left

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _seed(
        self, i: cython.longlong, j: cython.longlong, a_high: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong]:
        """Return the tokens where a seed's places really agree: there, or at the best run ahead, or else (-1, -1)."""
        none: cython.longlong = -1
        if self.hashes[i] == self.hashes[j] and min(a_high - i, self.b_high - j) >= _SHINGLE:
            return i, j
        gap_a, gap_b = self._anchor(i, j, 1, a_high - i, self.b_high - j, _FAR)
        if gap_a < 0:
            return none, none
        return i + gap_a, j + gap_b

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _grow_one(
        self, i: cython.longlong, j: cython.longlong, a_low: cython.longlong, a_high: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong, cython.longlong, cython.longlong]:
        """Return tokens a0, a1, b0, b1 of the region around a seed; in one unit, a is before b without overlap."""
        b_low: cython.longlong = self.b_low
        is_one: cython.bint = a_low <= j < a_high
        if is_one:
            a_high = j
        more_a, more_b = self._extend(i, j, 1, a_high - i, self.b_high - j)
        if is_one:
            b_low = max(b_low, i + more_a)
        less_a, less_b = self._extend(i - 1, j - 1, -1, i - a_low, j - b_low)
        return i - less_a, i + more_a, j - less_b, j + more_b

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _extend(
        self,
        i: cython.longlong,
        j: cython.longlong,
        step: cython.longlong,
        room_a: cython.longlong,
        room_b: cython.longlong,
    ) -> tuple[cython.longlong, cython.longlong]:
        """Return how far the match goes from two tokens in one direction: (tokens of a, tokens of b)."""
        a: cython.longlong = 0
        b: cython.longlong = 0
        best_a: cython.longlong = 0
        best_b: cython.longlong = 0
        score: cython.longlong = 0
        best: cython.longlong = 0
        while True:
            while a < room_a and b < room_b and self.ids[i + step * a] == self.ids[j + step * b]:
                a += 1
                b += 1
                score += 10
            if score > best:
                best, best_a, best_b = score, a, b
            gap_a, gap_b = self._anchor(i + step * a, j + step * b, step, room_a - a, room_b - b, _NEAR)
            if gap_a < 0:
                gap_a, gap_b = self._anchor(i + step * a, j + step * b, step, room_a - a, room_b - b, _FAR)
            score -= _gap_cost(gap_a, gap_b)
            if gap_a < 0 or best - score > _DROP:
                return best_a, best_b
            a += gap_a
            b += gap_b

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _anchor(
        self,
        i: cython.longlong,
        j: cython.longlong,
        step: cython.longlong,
        room_a: cython.longlong,
        room_b: cython.longlong,
        window: cython.longlong,
    ) -> tuple[cython.longlong, cython.longlong]:
        """Return gaps (in a, in b) to the shared shingle ahead whose run is worth most after its gap, or (-1, -1)."""
        wide: cython.longlong = min(window, room_a) - _SHINGLE + 1
        high: cython.longlong = min(window, room_b) - _SHINGLE + 1
        back: cython.longlong = 0 if step > 0 else _SHINGLE - 1
        best: cython.longlong = -1_000_000_000
        best_a: cython.longlong = -1
        best_b: cython.longlong = -1
        p: cython.longlong
        q: cython.longlong
        place: cython.longlong
        there: cython.longlong
        run: cython.longlong
        limit: cython.longlong
        value: cython.longlong
        for p in range(wide - 1, -1, -1):
            place = i + step * p - back
            self.table[self.hashes[place] & _MASK] = place
        for q in range(high):
            if 320 - _INSERTED * q <= best:
                break
            there = j + step * q - back
            place = self.table[self.hashes[there] & _MASK]
            p = (place + back - i) * step
            if place < 0 or p < 0 or p >= wide or self.hashes[place] != self.hashes[there]:
                continue
            run, limit = 0, min(32, room_a - p, room_b - q)
            while run < limit and self.ids[i + step * (p + run)] == self.ids[j + step * (q + run)]:
                run += 1
            value = 10 * run - _gap_cost(p, q)
            if run >= _SHINGLE and value > best:
                best, best_a, best_b = value, p, q
        return best_a, best_b

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _merge(self, count: cython.longlong) -> cython.longlong:
        """Join regions of one pair that are near each other, in the order of their starts; return how many are left.

        A region can be joined only to one that reaches near it, and only the last `RECENT` of those are tried, so a
        text that repeats itself everywhere takes no longer.
        """
        left: cython.longlong = 0
        closed: cython.longlong = 0
        into: cython.longlong
        row: cython.longlong
        k: cython.longlong
        side: cython.longlong
        for k in range(count):
            self.rows[k] = k
            for side in range(4):
                self.kept[k, side] = self.found[k, side]
        self._sort(self.kept, 0, count)
        for k in range(count):
            row = self.rows[k]
            while closed < left and self.found[closed, 1] + _MERGE < self.kept[row, 0]:
                closed += 1
            into = max(closed, left - _RECENT)
            while into < left and not self._are_near(into, row):
                into += 1
            if into == left:
                for side in range(4):
                    self.found[left, side] = self.kept[row, side]
                left += 1
            else:
                self.found[into, 1] = max(self.found[into, 1], self.kept[row, 1])
                self.found[into, 3] = max(self.found[into, 3], self.kept[row, 3])
        return left

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _are_near(self, into: cython.longlong, row: cython.longlong) -> cython.bint:
        """True if a kept region follows a found one on both sides, with less between them than either holds.

        The found region begins no later in a. Inside one unit, the joined region's two sides must not overlap: one
        stretch cannot be a copy of itself.
        """
        a0, a1, b0, b1 = self.found[into, 0], self.found[into, 1], self.found[into, 2], self.found[into, 3]
        start, stop, there = self.kept[row, 0], self.kept[row, 1], self.kept[row, 2]
        near: cython.longlong = min(_MERGE, a1 - a0, stop - start)
        follows: cython.bint = b0 < there if a0 < start else b0 == there
        return follows and (not self.is_one or stop <= b0) and start - a1 <= near and there - b1 <= near

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _sort(self, regions: cython.longlong[:, ::1], column: cython.longlong, count: cython.longlong) -> cython.void:
        """Sort the first `count` rows by a column of their regions, with a stable bottom-up merge sort."""
        width: cython.longlong = 1
        low: cython.longlong
        middle: cython.longlong
        high: cython.longlong
        one: cython.longlong
        other: cython.longlong
        at: cython.longlong
        while width < count:
            low = 0
            while low + width < count:
                middle, high = low + width, min(low + 2 * width, count)
                # Skip the merge if both halves are in order already, as they mostly are.
                if regions[self.rows[middle - 1], column] > regions[self.rows[middle], column]:
                    one, other = low, middle
                    for at in range(low, high):
                        if other == high or (
                            one < middle and regions[self.rows[one], column] <= regions[self.rows[other], column]
                        ):
                            self.spare[at] = self.rows[one]
                            one += 1
                        else:
                            self.spare[at] = self.rows[other]
                            other += 1
                    for at in range(low, high):
                        self.rows[at] = self.spare[at]
                low += 2 * width
            width *= 2


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _gap_cost(one: cython.longlong, two: cython.longlong) -> cython.longlong:
    less: cython.longlong = min(one, two)
    return _REPLACED * less + _INSERTED * (max(one, two) - less)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _behind(numbers: cython.const[cython.longlong][::1], value: cython.longlong) -> cython.longlong:
    """Return where a value goes among sorted numbers, after equal ones."""
    low: cython.longlong = 0
    high: cython.longlong = len(numbers)
    middle: cython.longlong
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low
