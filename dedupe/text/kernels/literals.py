# mypy: ignore-errors
"""Find the literals of rules in texts side by side, and which signs each text has.

The texts are joined by line ends, with one more before the first and one after the last. `starts` are where they begin,
and where another one after the last would begin.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text import signs

PAIRS = 1 << 16  # slots of the hash table for the pairs of classes that literals begin with

_ENDING = cython.declare(cython.longlong, 8)  # so many ASCII characters on end may be noise
_LINE_END = cython.declare(cython.ushort, ord("\n"))
_PAIRS = cython.declare(cython.longlong, PAIRS - 1)
_IN_CLAUSE = cython.declare(cython.ulonglong, signs.IN_CLAUSE)
_TOGETHER = cython.declare(cython.ulonglong, signs.TOGETHER)
_ASCII = cython.declare(cython.ulonglong, signs.ASCII)
_JAMMED = cython.declare(cython.ulonglong, signs.JAMMED)
_PARTED = cython.declare(cython.ulonglong, signs.PARTED)
_SPELT = cython.declare(cython.ulonglong, signs.SPELT)
_ODD = cython.declare(cython.ulonglong, signs.ODD)
_SPACE = cython.declare(cython.ulonglong, signs.SIGNS[" "])
_STOPS = cython.declare(cython.ulonglong, signs.bits_of(",;!?"))
_IN_CLAUSES = cython.declare(cython.ulonglong, signs.bits_of("`'~*^.\\#@$%&|=_{"))
_LONE = cython.declare(cython.ulonglong, signs.bits_of("`'.\\^~#@$%&|=_{"))
_PARTING = cython.declare(cython.ulonglong, signs.bits_of("!?*@#%^&~|`$+"))
_SPELLING = cython.declare(cython.ulonglong, signs.bits_of("!@#$%^&*."))
_CAPITALS = cython.declare(cython.ulonglong, signs.CAPITAL)
_LOOKED_AT = cython.declare(cython.ulonglong, signs.bits_of("`'~*^.\\#@!?%&|$+=_{ ") | signs.CAPITAL)


def plant(words: list, first: cython.int[::1], parent: cython.int[::1], char: cython.uint[::1]) -> list:
    """Grow a trie of sorted words level by level; return the node at which each word ends.

    `first` is scratch, all 0, one place longer than the number of levels; its last place receives the number of edges.
    `parent` and `char` are filled for each edge; there are at most as many edges as characters.
    """
    ends: list = []
    word: str
    before: str = ""
    level: cython.longlong
    shared: cython.longlong
    node: cython.longlong
    for word in words:
        for level in range(_shared(before, word), len(word)):
            first[level + 1] += 1
        before = word
    for level in range(1, len(first)):
        first[level] += first[level - 1]
    path: list = [0] * len(first)  # for each level the node that the previous word went through
    before = ""
    for word in words:
        shared = _shared(before, word)
        node = path[shared - 1] if shared else 0
        for level in range(shared, len(word)):
            parent[first[level]] = node
            char[first[level]] = ord(word[level])
            first[level] += 1
            node = path[level] = first[level]
        ends.append(node)
        before = word
    return ends


@cython.cfunc
def _shared(one: str, other: str) -> cython.longlong:
    """Return the length of the common prefix of two words."""
    at: cython.longlong = 0
    size: cython.longlong = min(len(one), len(other))
    while at < size and one[at] == other[at]:
        at += 1
    return at


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _pair(this: cython.longlong, after: cython.longlong) -> cython.longlong:
    return (this * 1021 + after * 7) & _PAIRS


def fill_pairs(
    roots: cython.const[cython.int][::1],
    low: cython.const[cython.int][::1],
    char: cython.const[cython.uint][::1],
    out: cython.int[::1],
) -> None:
    """Fill a hash table with the trie's nodes of depth two, each at its pair's slot or the next free one; else 0."""
    code: cython.longlong
    edge: cython.longlong
    place: cython.longlong
    for code in range(len(roots)):
        if roots[code]:
            for edge in range(low[roots[code]], low[roots[code] + 1]):
                place = _pair(code, char[edge])
                while out[place]:
                    place = (place + 1) & _PAIRS
                out[place] = edge + 1


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_han(code: cython.uint) -> cython.bint:
    return 0x3400 <= code <= 0x9FFF


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_small(code: cython.uint) -> cython.bint:
    return 97 <= code <= 122


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_in(bits: cython.const[cython.uchar][::1], place: cython.longlong) -> cython.bint:
    return (bits[place >> 3] >> (place & 7)) & 1


@cython.cclass
class Literals:
    """Reads texts; `chars` are their characters, and `folded` the same, folded.

    `tables` are the class of each folded character, the bit of each sign below 128, and a bit set of odd unfolded
    characters. `tree` is the trie of the literals as classes, where each literal's value holds the bits of its askers;
    then the table of `fill_pairs`; a bit set of that table's used slots, small enough to stay in the processor's cache;
    and the guards of `dedupe.rules.prefilter`.
    """

    chars: cython.const[cython.ushort][::1]
    folded: cython.const[cython.ushort][::1]
    classes: cython.const[cython.ushort][::1]
    marks: cython.const[cython.ulonglong][::1]
    odd: cython.const[cython.uchar][::1]
    roots: cython.const[cython.int][::1]
    low: cython.const[cython.int][::1]
    char: cython.const[cython.uint][::1]
    value: cython.const[cython.int][::1]
    pairs: cython.const[cython.int][::1]
    taken: cython.const[cython.uchar][::1]
    guards: cython.const[cython.int][:, ::1]
    allowed: cython.const[cython.uchar][:, ::1]
    last: cython.longlong  # the line end after the text that is being read

    def __init__(self, chars, folded, tables, tree) -> None:
        self.chars, self.folded = chars, folded
        self.classes, self.marks, self.odd = tables
        self.roots, self.low, self.char, self.value, self.pairs, self.taken, self.guards, self.allowed = tree
        self.last = 0

    def find(self, starts: list, first_sign: cython.longlong, askers: list, heads: cython.longlong) -> list:
        """Find for each text and sweep where its literals stand, which lines begin with one, and the text's signs.

        `askers` maps bits to sweeps, each with 0 for a literal anywhere or 1 for one at the head of a line; `heads` are
        the bits of the latter. Classes from `first_sign` on are signs and blanks; a literal after only these is at the
        head. Each text gets a dict from sweep number to both lists of offsets, and the bits of its signs and shapes.
        """
        found: list = []
        row: dict
        text: cython.longlong
        at: cython.longlong
        start: cython.longlong
        line: cython.longlong
        this: cython.longlong
        after: cython.longlong
        root: cython.longlong
        node: cython.longlong
        asked: cython.longlong
        code: cython.uint
        seen: cython.ulonglong
        plain: cython.longlong  # ASCII characters since the last wide one
        only_signs: cython.bint
        for text in range(len(starts) - 1):
            row = {}
            start = line = starts[text]
            self.last = starts[text + 1] - 1
            only_signs = False  # whether only signs precede in this line; the line end before a text is in no line
            seen = plain = 0
            this = self.classes[self.folded[start - 1]]
            for at in range(start - 1, self.last):
                after = self.classes[self.folded[at + 1]]
                root = self.roots[this]
                if root:
                    node = self.node_of(root, this, after)
                    asked = self.asked_at(at, root, node) if node or self.value[root] else 0
                    if asked:
                        _note(row, askers[asked if only_signs else asked & ~heads], at - start, line - start)
                code = self.folded[at]
                if code < 128:
                    plain += code >= 32
                    seen |= self.marks[code]
                    if self.marks[code] & _LOOKED_AT:
                        seen |= self.shapes_at(at)
                elif code >= 0x2E80 and plain:
                    seen |= _ASCII if plain >= _ENDING else 0
                    plain = 0
                if code == _LINE_END:
                    seen |= _ASCII if plain >= _ENDING else 0
                    line, only_signs, plain = at + 1, True, 0
                else:
                    only_signs = only_signs and this >= first_sign
                if _is_in(self.odd, self.chars[at]):
                    seen |= _ODD
                this = after
            seen |= _ASCII if plain >= _ENDING else 0
            found.append((row, seen))
        return found

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def node_of(self, root: cython.longlong, this: cython.longlong, after: cython.longlong) -> cython.longlong:
        """Return the node after the first two classes of a literal, or 0 if no literal begins with them."""
        place: cython.longlong = _pair(this, after)
        if not _is_in(self.taken, place):
            return 0
        node: cython.longlong = self.pairs[place]
        while node and not (self.char[node - 1] == after and self.low[root] < node <= self.low[root + 1]):
            place = (place + 1) & _PAIRS
            node = self.pairs[place]
        return node

    @cython.cfunc
    @cython.exceptval(check=False)
    def asked_at(self, at: cython.longlong, root: cython.longlong, node: cython.longlong) -> cython.longlong:
        """Return the bits of all literals that begin at a place and end before or at the line end after the text.

        `root` is the node of the first character; `node` that of the first two, or 0 if no literal begins with both.
        """
        bits: cython.longlong = self.worth(root, at, at + 1)
        start: cython.longlong = at
        low: cython.longlong
        high: cython.longlong
        middle: cython.longlong
        this: cython.uint
        at += 2
        while node:
            bits |= self.worth(node, start, at)
            low, high = self.low[node], self.low[node + 1]
            if low == high or at > self.last:
                break
            this = self.classes[self.folded[at]]
            at += 1
            node = 0
            while low < high:
                middle = (low + high) >> 1
                if self.char[middle] < this:
                    low = middle + 1
                elif self.char[middle] > this:
                    high = middle
                else:
                    node = middle + 1
                    break
        return bits

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def worth(self, node: cython.longlong, start: cython.longlong, stop: cython.longlong) -> cython.longlong:
        """Return the bits of those who ask for the literal of a node at this place."""
        value: cython.longlong = self.value[node]
        if value and self.guards[node, 0] and not self.is_beside(start, stop, node):
            value &= ~self.guards[node, 0]
        return value

    @cython.cfunc
    @cython.exceptval(check=False)
    def is_beside(self, start: cython.longlong, stop: cython.longlong, node: cython.longlong) -> cython.bint:
        """True if a literal's neighbours are allowed; anything may precede a line end or follow the text's last one."""
        if self.folded[start] != _LINE_END and not self.allowed[self.guards[node, 1], self.folded[start - 1]]:
            return False
        return stop > self.last or self.allowed[self.guards[node, 2], self.folded[stop]] != 0

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def sign(self, code: cython.uint) -> cython.ulonglong:
        """Return the bit of a sign, or 0 for any other character."""
        return self.marks[code] if code < 128 else 0

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def is_inside(self, code: cython.uint, stops: cython.ulonglong) -> cython.bint:
        """True if a sign's neighbour belongs to a clause: a Han character, 、 or 。, or one of some stops."""
        return _is_han(code) or code == 0x3001 or code == 0x3002 or self.sign(code) & stops != 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def shapes_at(self, at: cython.longlong) -> cython.ulonglong:
        """Return which of IN_CLAUSE, TOGETHER, JAMMED, PARTED and SPELT may hold for this sign, by its neighbours."""
        found: cython.ulonglong = 0
        sign: cython.ulonglong = self.marks[self.folded[at]]
        before: cython.uint = self.folded[at - 1]
        behind: cython.uint = self.folded[at + 1]
        if sign & _IN_CLAUSES and self.is_inside(before, _STOPS):
            if sign & _LONE and self.is_inside(behind, _STOPS):
                found |= _IN_CLAUSE
            if self.is_beside_another(at):
                found |= _TOGETHER
        if sign & _PARTING and _is_han(before) and _is_han(behind):
            found |= _PARTED if self.sign(self.folded[at + 2]) & _PARTING else 0
        if sign & (_SPELLING | _CAPITALS) and _is_small(before) and self.is_inside(self.folded[at - 2], _STOPS):
            found |= _SPELT if _is_small(behind) or (sign & _CAPITALS and 48 <= behind <= 57) else 0
        if sign & _SPACE and self.is_jammed(at):
            found |= _JAMMED
        return found

    @cython.cfunc
    @cython.exceptval(check=False)
    def is_beside_another(self, at: cython.longlong) -> cython.bint:
        """True if a sign is followed by a comma, a semicolon, a different sign within two places, or a second ^."""
        this: cython.uint = self.folded[at]
        behind: cython.uint = self.folded[at + 1]
        if behind == 44 or behind == 59:
            return True
        if not self.sign(behind) & _IN_CLAUSES:
            return False
        return behind != this or this == 94 or (self.folded[at + 2] != this and self.sign(self.folded[at + 2]) != 0)

    @cython.cfunc
    @cython.exceptval(check=False)
    def is_jammed(self, at: cython.longlong) -> cython.bint:
        """True if a blank begins what `JAMMER_SEED` of `dedupe.rules.boilerplate.markup` looks for."""
        pair: cython.longlong
        for pair in range(4):
            if pair and 33 <= self.folded[at] <= 59:
                at += 1
            if at >= self.last or self.folded[at] != 32:
                return False
            at += 1
            if pair and self.folded[at] == 32:
                at += 1
            if not 63 <= self.folded[at] <= 126:
                return False
            at += 1
        return True


@cython.cfunc
@cython.inline
def _note(row: dict, askers: list, at: cython.longlong, line: cython.longlong) -> object:
    side: cython.longlong
    places: list
    for number, side in askers:
        if number not in row:
            row[number] = ([], [])
        places = row[number][side]
        if side == 0:
            places.append(at)
        elif not places or places[len(places) - 1] != line:
            places.append(line)
