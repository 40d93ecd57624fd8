# mypy: ignore-errors
"""Two texts measured, and texts that lead those that match them; `dedupe.copies.clusters` says what these are."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels.hashing import SHINGLE

LONGER = 1.5  # times: a text that holds another one and is so much longer is no edition of it
ROOM = 300  # texts led in one call, after which what was read of them is let go
FULL = 0.8  # another text represents a leader's cluster if it is at least so long, and matched at least so much

_SHINGLE = cython.declare(cython.longlong, SHINGLE)
_LONGER = cython.declare(cython.double, LONGER)
_ROOM = cython.declare(cython.longlong, ROOM)
_FULL = cython.declare(cython.double, FULL)
_MINE = cython.declare(cython.longlong, 1)
_YOURS = cython.declare(cython.longlong, 2)


@cython.cclass
class Measurer:
    """The shingle hashes of texts, and a table to count them in.

    `table` has room for twice the tokens of the longest two texts, rounded up to a power of two; none is 16 or less.
    """

    hashes: cython.const[cython.uint][::1]
    table: cython.longlong[::1]

    def __init__(self, hashes, table) -> None:
        self.hashes, self.table = hashes, table

    def run(self, spans: cython.const[cython.longlong][:, ::1], out: cython.longlong[:, ::1]) -> None:
        """Distinct shingles of a, of b, and of both, for token spans a0, a1, b0, b1."""
        row: cython.longlong
        with cython.nogil:
            for row in range(len(spans)):
                mine, yours, both = self.measure(spans[row, 0], spans[row, 1], spans[row, 2], spans[row, 3])
                out[row, 0], out[row, 1], out[row, 2] = mine, yours, both

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def measure(
        self, a0: cython.longlong, a1: cython.longlong, b0: cython.longlong, b1: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong, cython.longlong]:
        """Distinct shingles of a, of b, and of both."""
        size: cython.longlong = 16
        at: cython.longlong
        a1, b1 = max(a0, a1 - _SHINGLE + 1), max(b0, b1 - _SHINGLE + 1)
        while size < 2 * (a1 - a0 + b1 - b0):
            size *= 2
        for at in range(size):
            self.table[at] = -1
        salt: cython.ulonglong = _sum(self._salt(a0, a1), self._salt(b0, b1))
        mine, _ = self._fill(salt, size - 1, a0, a1, _MINE)
        yours, both = self._fill(salt, size - 1, b0, b1, _YOURS)
        return mine, yours, both

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _salt(self, low: cython.longlong, high: cython.longlong) -> cython.ulonglong:
        """A number that comes of all shingles low..high, in whatever order."""
        salt: cython.ulonglong = 0
        other: cython.ulonglong = 0x9E3779B9
        mixed: cython.ulonglong
        at: cython.longlong
        for at in range(low, high):
            mixed = _times(self.hashes[at] ^ other)
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
        """Put the shingles low..high into the open-addressed table under a mark bit: (new ones, ones another had)."""
        new: cython.longlong = 0
        both: cython.longlong = 0
        value: cython.ulonglong
        key: cython.longlong
        slot: cython.longlong
        at: cython.longlong
        for at in range(low, high):
            value = self.hashes[at]
            key = value << 2
            slot = _slot(value, salt) & mask
            while self.table[slot] >= 0 and (self.table[slot] >> 2) << 2 != key:
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
def _sum(one: cython.ulonglong, other: cython.ulonglong) -> cython.ulonglong:
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return (one + other) & full


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _slot(shingle: cython.ulonglong, salt: cython.ulonglong) -> cython.ulonglong:
    """Where a shingle belongs in a table. Whoever writes a text can choose its shingles, but not their salt with them.

    All bits are mixed before some of them are taken: shingles that share a few would else stand in one long row.
    """
    mixed: cython.ulonglong = _times(shingle ^ salt)
    mixed = _times(mixed ^ (mixed >> 32))
    return mixed >> 33


@cython.cclass
class Leader:
    """Texts by number, and what is known of each so far.

    `order` is the order they lead in; the neighbours of text t are `near[starts[t]]` up to `near[starts[t + 1]]`;
    `spans` are its tokens from, to. `home` is the text that it is a member of, or -1, and `shared` its measures with
    that; `seen` the last leader that looked at it; `first` and `following` chain the members of each. Several may work
    side by side on texts that no neighbours join.
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
    taken: cython.longlong[::1]  # the texts that the one which leads has reached
    jaccard: cython.double  # the least
    containment: cython.double  # from which on a text is held by another
    least: cython.longlong  # shingles that both must have

    def __init__(self, measurer: Measurer, graph, state, limits) -> None:
        self.measurer = measurer
        self.order, self.starts, self.near, self.spans, self.level, self.marks = graph
        self.home, self.shared, self.seen, self.first, self.following, self.taken = state
        self.jaccard, self.containment, self.least = limits

    def run(self, led: cython.longlong) -> cython.longlong:
        """Let texts lead, from the `led`-th in order on, until `ROOM` have been led; how far it came."""
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
        """Let a text lead; how many it reached."""
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
        """The text of fewest marks that is as long as the leader and matches what that has reached."""
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
        """Whether a text has fewer marks, or then is longer, or then comes first."""
        size: cython.longlong = self.spans[text, 1] - self.spans[text, 0]
        other: cython.longlong = self.spans[head, 1] - self.spans[head, 0]
        if self.marks[text] != self.marks[head]:
            return self.marks[text] < self.marks[head]
        return size > other or (size == other and text < head)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _reach(self, leader: cython.longlong) -> cython.longlong:
        """Take the leader, its members, and the free texts that match it, reached over what does; how many."""
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
        """Whether two texts are alike, and neither is much longer and holds the other: (are they, their measures)."""
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
    """Which measured pairs share enough of both, or of the shorter."""
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
    """Which of some spans, by their starts, to keep: of two that share half of the shorter the more alike."""
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
