# mypy: ignore-errors
"""Passes over many texts side by side: where the literals of rules stand, and the keys of short lines.

Texts are joined by line ends, with one before the first and one behind the last; `starts` are where they begin, and
where one behind the last would.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text import signs

# What a character is to a line.
BLANK, KEEP, END = 1, 2, 4
BASE = 0x9E3779B97F4A7C15  # odd: no power of it is 0 modulo 2**64

_BLANK = cython.declare(cython.uchar, BLANK)
_KEEP = cython.declare(cython.uchar, KEEP)
_END = cython.declare(cython.uchar, END)
_LINE_END = cython.declare(cython.ushort, ord("\n"))
_BASE = cython.declare(cython.ulonglong, BASE)
_CUT = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
_IN_CLAUSE = cython.declare(cython.ulonglong, signs.IN_CLAUSE)
_JAMMED = cython.declare(cython.ulonglong, signs.JAMMED)
_PARTED = cython.declare(cython.ulonglong, signs.PARTED)
_SPELT = cython.declare(cython.ulonglong, signs.SPELT)
_ODD = cython.declare(cython.ulonglong, signs.ODD)
_SPACE = cython.declare(cython.ulonglong, signs.SIGNS[" "])
_STOPS = cython.declare(cython.ulonglong, signs.bits_of(",;!?"))
_IN_CLAUSES = cython.declare(cython.ulonglong, signs.bits_of("`'~*^.\\#@"))
_PARTING = cython.declare(cython.ulonglong, signs.bits_of("!?*@#%^&~|`$+"))
_SPELLING = cython.declare(cython.ulonglong, signs.bits_of("!@#$%^&*."))
_CAPITALS = cython.declare(cython.ulonglong, signs.CAPITAL)
_LOOKED_AT = cython.declare(cython.ulonglong, signs.bits_of("`'~*^.\\#@!?%&|$+ ") | signs.CAPITAL)


@cython.cclass
class Tree:
    """The literals of all sweeps as a tree of classes of characters."""

    classes: cython.const[cython.ushort][::1]
    roots: cython.const[cython.int][::1]
    low: cython.const[cython.int][::1]
    char: cython.const[cython.uint][::1]
    value: cython.const[cython.int][::1]
    guards: cython.const[cython.int][:, ::1]
    allowed: cython.const[cython.uchar][:, ::1]

    def __init__(self, classes, tree) -> None:
        self.classes = classes
        self.roots, self.low, self.char, self.value, self.guards, self.allowed = tree

    @cython.cfunc
    @cython.exceptval(check=False)
    def at(
        self, folded: cython.const[cython.ushort][::1], at: cython.longlong, last: cython.longlong
    ) -> cython.longlong:
        """The bits of all literals that begin at a place and end before or at the line end behind the text."""
        node: cython.longlong = self.roots[self.classes[folded[at]]]
        bits: cython.longlong = 0
        start: cython.longlong = at
        value: cython.longlong
        low: cython.longlong
        high: cython.longlong
        middle: cython.longlong
        this: cython.uint
        while node:
            value = self.value[node]
            at += 1
            if value and self.guards[node, 0] and not self.is_beside(folded, start, at, last, node):
                value &= ~self.guards[node, 0]
            bits |= value
            if at > last:
                break
            this = self.classes[folded[at]]
            low, high = self.low[node], self.low[node + 1]
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
    @cython.exceptval(check=False)
    def is_beside(
        self,
        folded: cython.const[cython.ushort][::1],
        start: cython.longlong,
        stop: cython.longlong,
        last: cython.longlong,
        node: cython.longlong,
    ) -> cython.bint:
        """Whether what stands beside a literal may: anything before a line end, and behind the one behind the text."""
        if folded[start] != _LINE_END and not self.allowed[self.guards[node, 1], folded[start - 1]]:
            return False
        return stop > last or self.allowed[self.guards[node, 2], folded[stop]] != 0


def literals(
    chars: cython.const[cython.ushort][::1],
    folded: cython.const[cython.ushort][::1],
    starts: list,
    tables: tuple,
    tree: tuple,
    first_sign: cython.longlong,
    askers: list,
    heads: cython.longlong,
) -> list:
    """For each text and each sweep where its literals stand, and the lines that begin with one; and what signs it has.

    The `tables` are the class of each folded character, for each class whether literals begin with it, 2 for one that is
    a literal by itself, for `_pair` of two classes whether any may begin so, what each sign below 128 is as a bit, and
    which characters, not folded, are odd. The `tree` has the
    literals as classes, each worth the bits of those who ask for it. `askers` gives by these bits the sweeps, each with
    0 for a literal anywhere or 1 for one at the head of a line, of which `heads` are the bits; behind them stands how
    many sweeps there are. Classes from `first_sign` on are signs and blanks: what only these stand before is at the
    head. For each text stand the sweeps, None for two empty lists, and the bits of its signs, ODD and the others.
    """
    classes: cython.const[cython.ushort][::1]
    starters: cython.const[cython.uchar][::1]
    pairs: cython.const[cython.uchar][::1]
    marks: cython.const[cython.ulonglong][::1]
    odd: cython.const[cython.uchar][::1]
    classes, starters, pairs, marks, odd = tables
    words: Tree = Tree(classes, tree)
    found: list = []
    row: list
    text: cython.longlong
    at: cython.longlong
    start: cython.longlong
    line: cython.longlong
    last: cython.longlong
    this: cython.longlong
    after: cython.longlong
    asked: cython.longlong
    code: cython.uint
    seen: cython.ulonglong
    only_signs: cython.bint
    for text in range(len(starts) - 1):
        row = [None] * askers[256]
        start = line = starts[text]
        last = starts[text + 1] - 1
        only_signs = False  # of what stands before in its line; the line end before a text is in none
        seen = 0
        this = classes[folded[start - 1]]
        for at in range(start - 1, last):
            after = classes[folded[at + 1]]
            if starters[this] and (starters[this] == 2 or pairs[_pair(this, after)]):
                asked = words.at(folded, at, last)
                if asked:
                    _note(row, askers[asked if only_signs else asked & ~heads], at - start, line - start)
            code = folded[at]
            if code < 128:
                seen |= marks[code]
                if marks[code] & _LOOKED_AT:
                    seen |= _shapes(folded, at, last, marks)
            if code == _LINE_END:
                line, only_signs = at + 1, True
            else:
                only_signs = only_signs and this >= first_sign
            if odd[chars[at]]:
                seen |= _ODD
            this = after
        found.append((row, seen))
    return found


PAIRS = 1 << 16  # so few that they stay in the processor's nearest cache: two pairs may have one place

_PAIRS = cython.declare(cython.longlong, PAIRS - 1)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _pair(this: cython.longlong, after: cython.longlong) -> cython.longlong:
    return (this * 1021 + after * 7) & _PAIRS


def pair(this: int, after: int) -> int:
    """The place of a pair of classes, below PAIRS."""
    return _pair(this, after)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_han(code: cython.uint) -> cython.bint:
    return 0x3400 <= code <= 0x9FFF


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _sign(code: cython.uint, marks: cython.const[cython.ulonglong][::1]) -> cython.ulonglong:
    return marks[code] if code < 128 else 0


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_small(code: cython.uint) -> cython.bint:
    return 97 <= code <= 122


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_inside(code: cython.uint, stops: cython.ulonglong, marks: cython.const[cython.ulonglong][::1]) -> cython.bint:
    """Whether what stands beside a sign is of a clause: a character of Han, or one of some stops."""
    return _is_han(code) or code == 0x3001 or code == 0x3002 or _sign(code, marks) & stops != 0


@cython.cfunc
@cython.exceptval(check=False)
def _shapes(
    folded: cython.const[cython.ushort][::1],
    at: cython.longlong,
    last: cython.longlong,
    marks: cython.const[cython.ulonglong][::1],
) -> cython.ulonglong:
    """Which of IN_CLAUSE, JAMMED, PARTED and SPELT may begin at the sign at a place, by what is right beside it."""
    found: cython.ulonglong = 0
    sign: cython.ulonglong = marks[folded[at]]
    before: cython.uint = folded[at - 1]
    behind: cython.uint = folded[at + 1]
    if sign & _IN_CLAUSES and _is_inside(before, _STOPS, marks) and _is_inside(behind, _STOPS | _IN_CLAUSES, marks):
        found |= _IN_CLAUSE
    if sign & _PARTING and _is_han(before) and _is_han(behind):
        found |= _PARTED if _sign(folded[at + 2], marks) & _PARTING else 0
    if sign & (_SPELLING | _CAPITALS) and _is_small(before) and _is_inside(folded[at - 2], _STOPS, marks):
        found |= _SPELT if _is_small(behind) or (sign & _CAPITALS and 48 <= behind <= 57) else 0
    if sign & _SPACE and _is_jammed(folded, at, last, marks):
        found |= _JAMMED
    return found


@cython.cfunc
@cython.exceptval(check=False)
def _is_jammed(
    folded: cython.const[cython.ushort][::1],
    at: cython.longlong,
    last: cython.longlong,
    marks: cython.const[cython.ulonglong][::1],
) -> cython.bint:
    """Whether a blank begins what `JAMMER_SEED` of `dedupe.rules.boilerplate.markup` looks for."""
    pair: cython.longlong
    for pair in range(4):
        if pair and 33 <= folded[at] <= 59:
            at += 1
        if at >= last or folded[at] != 32:
            return False
        at += 1
        if pair and folded[at] == 32:
            at += 1
        if not 63 <= folded[at] <= 126:
            return False
        at += 1
    return True


@cython.cfunc
@cython.inline
def _note(row: list, askers: list, at: cython.longlong, line: cython.longlong) -> object:
    number: cython.longlong
    side: cython.longlong
    places: list
    for number, side in askers:
        if row[number] is None:
            row[number] = ([], [])
        places = row[number][side]
        if side == 0:
            places.append(at)
        elif not places or places[len(places) - 1] != line:
            places.append(line)


def line_keys(
    chars: cython.const[cython.ushort][::1],
    starts: list,
    kinds: cython.const[cython.uchar][::1],
    limits: tuple,
    out: tuple,
) -> list:
    """Put the keys, starts and lengths of short lines into three columns and their rows into a fourth.

    Gives for each text the number of those that came up to its end, and of its own those before its body and those up
    to the end of it. The `limits` are those of `dedupe.text.lines`.
    """
    keys: cython.ulonglong[::1]
    begins: cython.uint[::1]
    lengths: cython.uchar[::1]
    numbers: cython.uint[::1]
    keys, begins, lengths, numbers = out
    found: list = []
    least_kept: cython.longlong
    most_kept: cython.longlong
    longest: cython.longlong
    body_sentence: cython.longlong
    body_line: cython.longlong
    edge: cython.longlong
    least_kept, most_kept, longest, body_sentence, body_line, edge = limits
    text: cython.longlong
    at: cython.longlong
    start: cython.longlong
    last: cython.longlong
    begin: cython.longlong
    end: cython.longlong
    kept: cython.longlong
    line: cython.longlong
    first_body: cython.longlong
    last_body: cython.longlong
    before: cython.longlong
    top: cython.longlong
    bottom: cython.longlong
    count: cython.longlong = 0
    key: cython.ulonglong
    power: cython.ulonglong
    kind: cython.uchar
    for text in range(len(starts) - 1):
        start, last = starts[text], starts[text + 1] - 1
        before = count
        line = kept = 0
        begin = end = first_body = last_body = -1
        key, power = 0, 1
        for at in range(start, last + 1):  # the character behind a text is a line end
            kind = kinds[chars[at]]
            if not kind & _BLANK:
                if begin < 0:
                    begin = at
                end = at
                if kind & _KEEP:
                    if kept <= most_kept:
                        key = (key + chars[at] * power) & _CUT
                        power = (power * _BASE) & _CUT
                    kept += 1
            elif chars[at] == _LINE_END and begin >= 0:
                end += 1
                if end - begin >= body_line or (end - begin >= body_sentence and kinds[chars[end - 1]] & _END):
                    last_body = line
                    if first_body < 0:
                        first_body = line
                if least_kept <= end - begin <= longest and least_kept <= kept <= most_kept:
                    keys[count], begins[count], lengths[count] = key, begin - start, end - begin
                    numbers[count] = line
                    count += 1
                line += 1
                begin = -1
                kept = 0
                key, power = 0, 1
        top, bottom = 0, line
        if first_body >= 0:
            top, bottom = min(first_body, edge), max(last_body + 1, line - edge)
        found.append((count, _before(numbers, before, count, top), _before(numbers, before, count, bottom)))
    return found


@cython.cfunc
@cython.exceptval(check=False)
def _before(
    numbers: cython.uint[::1], low: cython.longlong, high: cython.longlong, line: cython.longlong
) -> cython.longlong:
    """How many of some short lines stand before a line."""
    at: cython.longlong = low
    while at < high and numbers[at] < line:
        at += 1
    return at - low
