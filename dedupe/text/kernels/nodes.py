# mypy: ignore-errors
"""Merge stretches of one document that are nearly the same into nodes."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

SMALLEST = 4  # the cells of nodes are at least 2**4 tokens wide
SAME = 0.6  # two regions of one document that share this much of their union are one node
SIZES = 64  # more than the bits of any number of tokens

_SMALLEST = cython.declare(cython.longlong, SMALLEST)
_SAME = cython.declare(cython.double, SAME)


@cython.cclass
class Nodes:
    """Groups stretches (tokens from, to), which are sorted by document, longest first.

    A stretch that is `alone` joins no other. A page can hold ten thousand nodes, so nodes lie in cells by length and
    start. A nearly equal node has up to 1 / SAME of the length and starts less than (1 - SAME) / SAME of it away: that
    is at most two cells off, in cells of the same size or one size up.
    """

    spans: cython.const[cython.longlong][:, ::1]
    doc: cython.const[cython.longlong][::1]
    alone: cython.const[cython.uchar][::1]
    node_of: cython.longlong[::1]
    chosen: cython.longlong[::1]
    behind: cython.longlong[::1]  # the node that was in a node's cell before it
    starts: cython.longlong[::1]  # [SIZES + 2] where the cells of each size begin; cells of size n are 2**n tokens wide
    cells: cython.longlong[::1]  # as many as the longest document needs
    sizes: cython.longlong

    def __init__(self, spans, doc, alone, room) -> None:
        self.spans, self.doc, self.alone = spans, doc, alone
        self.node_of, self.chosen, self.behind, self.starts, self.cells = room

    def run(self) -> cython.longlong:
        """Set `node_of` to the first nearly equal node of the stretch's document; return how many nodes there are."""
        low: cython.longlong = 0
        high: cython.longlong
        count: cython.longlong = 0
        with cython.nogil:
            while low < len(self.doc):
                high = low + 1
                while high < len(self.doc) and self.doc[high] == self.doc[low]:
                    high += 1
                count = self._group(low, high, count)
                low = high
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _group(self, low: cython.longlong, high: cython.longlong, count: cython.longlong) -> cython.longlong:
        """Group the stretches of one document, rows low..high; return how many nodes there are now."""
        base: cython.longlong = self.spans[low, 0]
        top: cython.longlong = self.spans[low, 1]
        row: cython.longlong
        cell: cython.longlong
        node: cython.longlong
        for row in range(low, high):
            base, top = min(base, self.spans[row, 0]), max(top, self.spans[row, 1])
        self._lay_out(top - base)
        for row in range(low, high):
            node = count
            if not self.alone[row]:
                node = self._nearest(row, base, count)
            if node == count:
                self.chosen[count] = row
                if not self.alone[row]:
                    cell = self._cell(row, base, _size(self.spans[row, 1] - self.spans[row, 0]))
                    self.behind[count], self.cells[cell] = self.cells[cell], count
                count += 1
            self.node_of[row] = node
        return count

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _lay_out(self, length: cython.longlong) -> cython.void:
        """Set where the cells of each size begin for a document of this length, and empty all cells."""
        size: cython.longlong
        cell: cython.longlong
        self.sizes = _size(length) + 1
        self.starts[_SMALLEST] = 0
        for size in range(_SMALLEST, self.sizes):
            self.starts[size + 1] = self.starts[size] + (length >> size) + 1
        for cell in range(self.starts[self.sizes]):
            self.cells[cell] = -1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _cell(self, row: cython.longlong, base: cython.longlong, size: cython.longlong) -> cython.longlong:
        return self.starts[size] + ((self.spans[row, 0] - base) >> size)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _nearest(self, row: cython.longlong, base: cython.longlong, count: cython.longlong) -> cython.longlong:
        """Return the first node that is nearly the same as a stretch, or `count` if there is none."""
        mine: cython.longlong = count
        low: cython.longlong = _size(self.spans[row, 1] - self.spans[row, 0])
        size: cython.longlong
        at: cython.longlong
        cell: cython.longlong
        node: cython.longlong
        for size in range(low, min(low + 2, self.sizes)):
            at = self._cell(row, base, size)
            for cell in range(max(self.starts[size], at - 2), min(self.starts[size + 1], at + 3)):
                node = self.cells[cell]
                while node >= 0:
                    if node < mine and self._is_same(row, self.chosen[node]):
                        mine = node
                    node = self.behind[node]
        return mine

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _is_same(self, row: cython.longlong, other: cython.longlong) -> cython.bint:
        a0, a1, b0, b1 = self.spans[row, 0], self.spans[row, 1], self.spans[other, 0], self.spans[other, 1]
        both: cython.longlong = min(a1, b1) - max(a0, b0)
        return both >= _SAME * (max(a1, b1) - min(a0, b0))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _size(length: cython.longlong) -> cython.longlong:
    size: cython.longlong = _SMALLEST
    while length >> size > 1:
        size += 1
    return size
