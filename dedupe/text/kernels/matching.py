# mypy: ignore-errors
"""Measure pairs of texts, and let texts lead those that match them; `dedupe.copies.clusters` explains these terms."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels.hashing import SHINGLE

LONGER = 1.5  # a text that contains another and is this many times as long is no edition of it
ROOM = 300  # texts handled in one call, after which the pages that were read are freed
FULL = 0.8  # a text may replace a leader if it has this share of the leader's length and of its matches

_SHINGLE = cython.declare(cython.longlong, SHINGLE)
_LONGER = cython.declare(cython.double, LONGER)
_ROOM = cython.declare(cython.longlong, ROOM)
_FULL = cython.declare(cython.double, FULL)
# An entry of a table: a shingle, the bits of the texts that have it, and the row of the pair in which it was last met.
_MARKS = cython.declare(cython.longlong, 30)
_MINE = cython.declare(cython.longlong, 1 << 28)
_YOURS = cython.declare(cython.longlong, 1 << 29)
_ROW = cython.declare(cython.longlong, (1 << 28) - 1)
_BITS = cython.declare(cython.ulonglong, 0xFFFFFFFF)


@cython.cclass
class Measurer:
    """Counts shared shingles of texts in a hash table.

    `table` has twice as many slots as the longest two texts have tokens, rounded up to a power of two, and at least 16.
    With `wide`, `hashes` are token ids instead, and each two neighbouring tokens count as a shingle.
    """

    hashes: cython.const[cython.uint][::1]
    table: cython.longlong[::1]
    wide: cython.bint

    def __init__(self, hashes, table, wide) -> None:
        self.hashes, self.table, self.wide = hashes, table, wide

    def run(self, spans: cython.const[cython.longlong][:, ::1], out: cython.longlong[:, ::1]) -> None:
        """Fill `out` with the distinct shingles of a, of b, and of both, for token spans a0, a1, b0, b1."""
        row: cython.longlong
        with cython.nogil:
            for row in range(len(spans)):
                mine, yours, both = self.measure(spans[row, 0], spans[row, 1], spans[row, 2], spans[row, 3])
                out[row, 0], out[row, 1], out[row, 2] = mine, yours, both

    def run_texts(
        self,
        bounds: cython.const[cython.longlong][:, ::1],
        pairs: cython.const[cython.longlong][:, ::1],
        room: tuple,
        out: cython.longlong[:, ::1],
    ) -> None:
        """Like `run`, for pairs of text numbers; `bounds` are the tokens of each text.

        The first text of several consecutive pairs is read once for all of them. `room` has one number for each text,
        four bytes for each slot of the table, and one number for each token of the longest text.
        """
        sizes: cython.longlong[::1] = room[0]
        seen: cython.uchar[::1] = room[1]
        met: cython.longlong[::1] = room[2]
        text: cython.longlong
        row: cython.longlong
        low: cython.longlong
        high: cython.longlong
        at: cython.longlong
        count: cython.longlong
        mask: cython.ulonglong = 0
        last_sign: cython.ulonglong = 0
        salt: cython.ulonglong = 0
        last: cython.longlong = -1
        with cython.nogil:
            for text in range(len(bounds)):
                sizes[text], _, _ = self.measure(bounds[text, 0], bounds[text, 1], 0, 0)
            for row in range(len(pairs)):
                if pairs[row, 0] != last:
                    last = pairs[row, 0]
                    low, high = bounds[last, 0], max(bounds[last, 0], bounds[last, 1] - _SHINGLE + 1)
                    mask, salt = self._clear(high - low), self._salt(low, high)
                    self._fill(salt, mask, low, high, _MINE)
                    last_sign = 4 * mask + 3
                    for at in range(last_sign + 1):
                        seen[at] = 0
                    for at in range(low, high):
                        seen[_slot(self._value(at), salt) & last_sign] = 1
                text = pairs[row, 1]
                out[row, 0], out[row, 1] = sizes[last], sizes[text]
                # A filter without branches, which are hard to predict, drops most shingles of a text that is no copy.
                count = 0
                for at in range(bounds[text, 0], bounds[text, 1] - _SHINGLE + 1):
                    met[count] = at
                    count += seen[_slot(self._value(at), salt) & last_sign]
                out[row, 2] = self._count(salt, mask, met, count, row % _ROW + 1)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def measure(
        self, a0: cython.longlong, a1: cython.longlong, b0: cython.longlong, b1: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong, cython.longlong]:
        """Return the number of distinct shingles of a, of b, and of both."""
        a1, b1 = max(a0, a1 - _SHINGLE + 1), max(b0, b1 - _SHINGLE + 1)
        mask: cython.ulonglong = self._clear(a1 - a0 + b1 - b0)
        salt: cython.ulonglong = _sum(self._salt(a0, a1), self._salt(b0, b1))
        mine, _ = self._fill(salt, mask, a0, a1, _MINE)
        yours, both = self._fill(salt, mask, b0, b1, _YOURS)
        return mine, yours, both

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def _value(self, at: cython.longlong) -> cython.ulonglong:
        """Return the shingle, or pair of tokens, that begins at a token."""
        if not self.wide:
            return self.hashes[at]
        one: cython.ulonglong = 1
        return _spread(_spread(self.hashes[at]) ^ _spread((self.hashes[at + 1] + one) & _BITS))

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _clear(self, tokens: cython.longlong) -> cython.ulonglong:
        """Empty as much of the table as so many shingles need; return its last slot."""
        size: cython.longlong = 16
        at: cython.longlong
        while size < 2 * tokens:
            size *= 2
        for at in range(size):
            self.table[at] = -1
        return size - 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _count(
        self,
        salt: cython.ulonglong,
        mask: cython.ulonglong,
        some: cython.longlong[::1],
        count: cython.longlong,
        row: cython.longlong,
    ) -> cython.longlong:
        """Count distinct shingles at some tokens that are in the table; mark those counted with the row."""
        both: cython.longlong = 0
        value: cython.ulonglong
        key: cython.longlong
        entry: cython.longlong
        slot: cython.longlong
        at: cython.longlong
        for at in range(count):
            value = self._value(some[at])
            key, slot = value << _MARKS, _slot(value, salt) & mask
            while self.table[slot] >= 0 and (self.table[slot] >> _MARKS) << _MARKS != key:
                slot = (slot + 1) & mask
            entry = self.table[slot]
            if entry >= 0 and entry & _ROW != row:
                self.table[slot] = (entry ^ (entry & _ROW)) | row
                both += 1
        return both

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _salt(self, low: cython.longlong, high: cython.longlong) -> cython.ulonglong:
        """Return a number that depends on all shingles low..high, but not on their order."""
        salt: cython.ulonglong = 0
        other: cython.ulonglong = 0x9E3779B9
        mixed: cython.ulonglong
        at: cython.longlong
        for at in range(low, high):
            mixed = _times(self._value(at) ^ other)
            salt = _sum(salt, mixed ^ (mixed >> 32))
        return salt

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _fill(
        self,
        salt: cython.ulonglong,
        mask: cython.ulonglong,
        low: cython.longlong,
        high: cython.longlong,
        mark: cython.longlong,
    ) -> tuple[cython.longlong, cython.longlong]:
        """Put the shingles low..high into the table under a mark bit; return how many are new and how many shared."""
        new: cython.longlong = 0
        both: cython.longlong = 0
        value: cython.ulonglong
        key: cython.longlong
        slot: cython.longlong
        at: cython.longlong
        for at in range(low, high):
            value = self._value(at)
            key, slot = value << _MARKS, _slot(value, salt) & mask
            while self.table[slot] >= 0 and (self.table[slot] >> _MARKS) << _MARKS != key:
                slot = (slot + 1) & mask
            if self.table[slot] < 0:
                self.table[slot] = key | mark
                new += 1
            elif not self.table[slot] & mark:
                self.table[slot] |= mark
                new += 1
                both += 1
        return new, both


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _times(value: cython.ulonglong) -> cython.ulonglong:
    factor: cython.ulonglong = 0xD6E8FEB86659FD93
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return (value * factor) & full


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _spread(value: cython.uint) -> cython.uint:
    """Mix the bits of a token."""
    factor: cython.ulonglong = 0x85EBCA6B
    mixed: cython.ulonglong = ((value ^ (value >> 16)) * factor) & _BITS
    return mixed ^ (mixed >> 13)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _sum(one: cython.ulonglong, other: cython.ulonglong) -> cython.ulonglong:
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return (one + other) & full


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _slot(shingle: cython.ulonglong, salt: cython.ulonglong) -> cython.ulonglong:
    """Return a shingle's hash. An author can choose shingles that collide, but not together with the salt they make.

    All bits are mixed before some are used; otherwise shingles that share these bits would form one long run of slots.
    """
    mixed: cython.ulonglong = _times(shingle ^ salt)
    mixed = _times(mixed ^ (mixed >> 32))
    return mixed >> 33


@cython.cclass
class Leader:
    """Texts by number, and what is known of each so far.

    Texts lead in `order`. The neighbours of text t are `near[starts[t]]` up to `near[starts[t + 1]]`; `spans` are its
    tokens from, to. `home` is the text that it is a member of, or -1, and `shared` its measures with that text. `seen`
    is the last leader that looked at it. `first` and `following` are linked lists of each text's members. Several
    leaders may run in parallel on sets of texts that no neighbours connect.
    """

    measurer: Measurer
    order: cython.const[cython.longlong][::1]
    starts: cython.const[cython.longlong][::1]
    near: cython.const[cython.longlong][::1]
    spans: cython.const[cython.longlong][:, ::1]
    level: cython.const[cython.longlong][::1]
    marks: cython.const[cython.longlong][::1]
    home: cython.longlong[::1]
    shared: cython.longlong[:, ::1]
    seen: cython.longlong[::1]
    first: cython.longlong[::1]
    following: cython.longlong[::1]
    taken: cython.longlong[::1]  # the texts that the current leader has reached
    jaccard: cython.double  # the least jaccard of a match
    containment: cython.double  # the share from which a text counts as contained in another
    least: cython.longlong  # the least number of shared shingles

    def __init__(self, measurer: Measurer, graph, state, limits) -> None:
        self.measurer = measurer
        self.order, self.starts, self.near, self.spans, self.level, self.marks = graph
        self.home, self.shared, self.seen, self.first, self.following, self.taken = state
        self.jaccard, self.containment, self.least = limits

    def run(self, led: cython.longlong) -> cython.longlong:
        """Let texts lead, from the `led`-th in order on, until `ROOM` texts were reached; return where it stopped."""
        room: cython.longlong = _ROOM
        with cython.nogil:
            while led < len(self.order) and room > 0:
                if self.home[self.order[led]] < 0:
                    room -= self._lead(self.order[led])
                led += 1
        return led

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _lead(self, leader: cython.longlong) -> cython.longlong:
        """Let a text lead; return how many texts it reached."""
        count: cython.longlong = self._reach(leader)
        head: cython.longlong = self._head(leader, count)
        text: cython.longlong
        at: cython.longlong
        for at in range(count):
            text = self.taken[at]
            if text != head and self.home[text] < 0:
                matches, mine, yours, both = self._match(text, head)
                if matches:
                    self.home[text] = head
                    self.shared[text, 0], self.shared[text, 1], self.shared[text, 2] = mine, yours, both
                    self.following[text], self.first[head] = self.first[head], text
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _head(self, leader: cython.longlong, count: cython.longlong) -> cython.longlong:
        """Return the text of fewest marks that is nearly as long as the leader and matches most that it reached."""
        length: cython.longlong = self.spans[leader, 1] - self.spans[leader, 0]
        head: cython.longlong = leader
        matched: cython.longlong = 0
        text: cython.longlong
        at: cython.longlong
        if self.first[leader] >= 0:
            return leader
        for at in range(count):
            text = self.taken[at]
            if (
                self.spans[text, 1] - self.spans[text, 0] >= _FULL * length
                and self.level[text] == self.level[leader]
                and self.first[text] < 0
                and self.marks[text] < self.marks[leader]
                and self._is_better(text, head)
            ):
                head = text
        if head == leader:
            return leader
        for at in range(count):
            if self.taken[at] == head:
                matched += 1
            else:
                matches, _, _, _ = self._match(self.taken[at], head)
                matched += matches
        return head if matched >= _FULL * count else leader

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _is_better(self, text: cython.longlong, head: cython.longlong) -> cython.bint:
        """True if a text has fewer marks than the head, or as many and is longer, or then comes first."""
        size: cython.longlong = self.spans[text, 1] - self.spans[text, 0]
        other: cython.longlong = self.spans[head, 1] - self.spans[head, 0]
        if self.marks[text] != self.marks[head]:
            return self.marks[text] < self.marks[head]
        return size > other or (size == other and text < head)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _reach(self, leader: cython.longlong) -> cython.longlong:
        """Take the leader, its members, and free texts that match it, found through neighbours; return how many."""
        count: cython.longlong = 1
        at: cython.longlong = 0
        member: cython.longlong = self.first[leader]
        text: cython.longlong
        k: cython.longlong
        self.taken[0], self.seen[leader] = leader, leader
        while member >= 0:
            self.taken[count], self.seen[member] = member, leader
            count += 1
            member = self.following[member]
        while at < count:
            for k in range(self.starts[self.taken[at]], self.starts[self.taken[at] + 1]):
                text = self.near[k]
                if self.home[text] < 0 and self.seen[text] != leader:
                    self.seen[text] = leader
                    matches, _, _, _ = self._match(text, leader)
                    if matches:
                        self.taken[count] = text
                        count += 1
            at += 1
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _match(
        self, text: cython.longlong, head: cython.longlong
    ) -> tuple[cython.bint, cython.longlong, cython.longlong, cython.longlong]:
        """Return whether two texts are alike, unless one contains the other and is much longer, and their measures."""
        mine, yours, both = self.measurer.measure(
            self.spans[text, 0], self.spans[text, 1], self.spans[head, 0], self.spans[head, 1]
        )
        less: cython.longlong = min(mine, yours)
        alike: cython.bint = both >= self.jaccard * (mine + yours - both) and both >= self.least
        held: cython.bint = both >= self.containment * less and max(mine, yours) >= _LONGER * less
        matches: cython.bint = alike and not held
        return matches, mine, yours, both


def are_copies(
    shared: cython.const[cython.longlong][:, ::1],
    jaccard: cython.double,
    containment: cython.double,
    least: cython.longlong,
    out: cython.uchar[::1],
) -> None:
    """Set `out` for measured pairs that share enough: of their union, or of the shorter text."""
    row: cython.longlong
    mine: cython.longlong
    yours: cython.longlong
    both: cython.longlong
    with cython.nogil:
        for row in range(len(shared)):
            mine, yours, both = shared[row, 0], shared[row, 1], shared[row, 2]
            out[row] = both >= least and (
                both >= jaccard * (mine + yours - both) or both >= containment * min(mine, yours)
            )


def best_apart(
    spans: cython.const[cython.longlong][:, ::1], likeness: cython.const[cython.double][::1], keep: cython.uchar[::1]
) -> None:
    """Set `keep` for spans sorted by start: of two that share half of the shorter one, keep the more alike."""
    last: cython.longlong = 0
    at: cython.longlong
    shorter: cython.longlong
    with cython.nogil:
        for at in range(len(spans)):
            keep[at] = True
        for at in range(1, len(spans)):
            shorter = min(spans[at, 1] - spans[at, 0], spans[last, 1] - spans[last, 0])
            if 2 * (min(spans[at, 1], spans[last, 1]) - spans[at, 0]) < shorter:
                last = at
            elif likeness[at] > likeness[last]:
                keep[last], last = False, at
            else:
                keep[at] = False
