# mypy: ignore-errors
"""Turn lines of a page into numbers for the judge of boilerplate, line by line and character by character.

`dedupe.rules.boilerplate` names the numbers (`features`), says which words and signs count, and uses the numbers. To
add a number, add its name to a tuple of `features` and a `put` at the same place here.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

# Kinds of characters, as bits: exactly one of the first seven, and any of the others.
HAN, DIGIT, LATIN, KANA, HANGUL, BLANK, SIGN, ALNUM, DECIMAL = (1 << bit for bit in range(9))
# The sets of signs in `features`, in this order.
COMMA, STOP, LAST, OPENS, CLOSES, BULLET, QUOTE, PARTS, DASH, OPENING, CLOSING = (1 << bit for bit in range(9, 20))
APART, FUNCTION, BEFORE_LABEL, NO_LABEL, NO_VALUE, ENDS, NO_OPEN, HINT, COUNTED, CLAUSE, TIME = (
    1 << bit for bit in range(20, 31)
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Columns of a row: its start and end, whether it is prose, whether it ends a sentence, the number of prose rows before
# it, and the first row of its run of short lines and the row after that run.
ROW_START, ROW_END, ROW_PROSE, ROW_ENDS, ROW_ABOVE, ROW_FIRST, ROW_AFTER, ROW_COLUMNS = range(8)
STRONG = 1 << 20  # added to the number of a seed that suffices alone

_HAN = cython.declare(cython.uint, HAN)
_DIGIT = cython.declare(cython.uint, DIGIT)
_LATIN = cython.declare(cython.uint, LATIN)
_KANA = cython.declare(cython.uint, KANA)
_HANGUL = cython.declare(cython.uint, HANGUL)
_BLANK = cython.declare(cython.uint, BLANK)
_SIGN = cython.declare(cython.uint, SIGN)
_ALNUM = cython.declare(cython.uint, ALNUM)
_DECIMAL = cython.declare(cython.uint, DECIMAL)
_COMMA = cython.declare(cython.uint, COMMA)
_STOP = cython.declare(cython.uint, STOP)
_LAST = cython.declare(cython.uint, LAST)
_OPENS = cython.declare(cython.uint, OPENS)
_CLOSES = cython.declare(cython.uint, CLOSES)
_BULLET = cython.declare(cython.uint, BULLET)
_QUOTE = cython.declare(cython.uint, QUOTE)
_PARTS = cython.declare(cython.uint, PARTS)
_DASH = cython.declare(cython.uint, DASH)
_OPENING = cython.declare(cython.uint, OPENING)
_CLOSING = cython.declare(cython.uint, CLOSING)
_APART = cython.declare(cython.uint, APART)
_FUNCTION = cython.declare(cython.uint, FUNCTION)
_BEFORE_LABEL = cython.declare(cython.uint, BEFORE_LABEL)
_NO_LABEL = cython.declare(cython.uint, NO_LABEL)
_NO_VALUE = cython.declare(cython.uint, NO_VALUE)
_ENDS = cython.declare(cython.uint, ENDS)
_NO_OPEN = cython.declare(cython.uint, NO_OPEN)
_HINT = cython.declare(cython.uint, HINT)
_COUNTED = cython.declare(cython.uint, COUNTED)
_CLAUSE = cython.declare(cython.uint, CLAUSE)
_TIME = cython.declare(cython.uint, TIME)
_START = cython.declare(cython.longlong, ROW_START)
_END = cython.declare(cython.longlong, ROW_END)
_PROSE = cython.declare(cython.longlong, ROW_PROSE)
_ENDS_SENTENCE = cython.declare(cython.longlong, ROW_ENDS)
_ABOVE = cython.declare(cython.longlong, ROW_ABOVE)
_FIRST = cython.declare(cython.longlong, ROW_FIRST)
_AFTER = cython.declare(cython.longlong, ROW_AFTER)
_STRONG = cython.declare(cython.longlong, STRONG)
_FRONT = cython.declare(cython.uint, ord("前"))


def fill_kinds(characters: str, kinds: cython.uint[::1]) -> None:
    """Fill `kinds` with the kinds of some characters, without the sets of signs."""
    at: cython.longlong
    for at in range(len(characters)):
        kinds[at] = _kind_of(characters[at])


@cython.cfunc
@cython.exceptval(check=False)
def _kind_of(char: cython.Py_UCS4) -> cython.uint:
    kind: cython.uint
    if "\u3400" <= char <= "\u9fff":
        kind = _HAN
    elif char.isdigit():
        kind = _DIGIT
    elif "a" <= char <= "z":
        kind = _LATIN
    elif "\u3040" <= char <= "\u30ff":
        kind = _KANA
    elif "\uac00" <= char <= "\ud7a3":
        kind = _HANGUL
    elif char.isspace():
        kind = _BLANK
    else:
        kind = _SIGN
    if char.isalnum():
        kind |= _ALNUM
    if char.isdecimal():
        kind |= _DECIMAL
    return kind


SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


PAIRS = 1 << 13  # slots for pairs of characters: few, so that they stay in the cache; two pairs may share one

_PAIRS = cython.declare(cython.longlong, PAIRS - 1)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _pair(this: cython.longlong, after: cython.longlong) -> cython.longlong:
    return (this * 31 + after) & _PAIRS


@cython.cclass
class Words:
    """Words as a trie, level by level: edge n leads to node n + 1, and the edges of a node are side by side.

    `roots` is the node of each first character below 0x10000, `low` where the edges of a node begin, `char` the
    character of an edge, `value` the value of the word that ends at a node, or 0. `begins` [PAIRS] is set for the first
    two characters of words; `firsts` is 2 for each first character that is a word by itself, 1 for any other.
    """

    roots: cython.const[cython.int][::1]
    low: cython.const[cython.int][::1]
    char: cython.const[cython.uint][::1]
    value: cython.const[cython.int][::1]

    begins: cython.uchar[::1]
    firsts: cython.uchar[::1]

    def __init__(self, roots, low, char, value, begins, firsts) -> None:
        self.roots, self.low, self.char, self.value = roots, low, char, value
        self.begins, self.firsts = begins, firsts
        code: cython.longlong
        edge: cython.longlong
        for code in range(len(roots)):
            if roots[code]:
                firsts[code] = 2 if value[roots[code]] else 1
                for edge in range(low[roots[code]], low[roots[code] + 1]):
                    begins[_pair(code, char[edge])] = 1

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def may_begin(self, text: str, at: cython.longlong, size: cython.longlong) -> cython.bint:
        """True if a word may begin here: one of one character does; for others the first two characters decide."""
        code: cython.uint = ord(text[at])
        if code >= 0x10000:
            return True
        first: cython.uchar = self.firsts[code]
        if first == 0:
            return False
        return first == 2 or (at + 1 < size and self.begins[_pair(code, ord(text[at + 1]))] != 0)

    @cython.cfunc
    @cython.exceptval(check=False)
    def step(self, node: cython.longlong, code: cython.uint) -> cython.longlong:
        """Return the node that follows a node by a character, or 0 if there is none."""
        low: cython.longlong
        high: cython.longlong
        middle: cython.longlong
        if node == 0 and code < 0x10000:
            return self.roots[code]
        low, high = self.low[node], self.low[node + 1]
        while low < high:
            middle = (low + high) >> 1
            if self.char[middle] < code:
                low = middle + 1
            elif self.char[middle] > code:
                high = middle
            else:
                return middle + 1
        return 0


@cython.cclass
class Reader:
    """Finds the rows of a page and the candidates among them.

    `kinds` are the kinds of characters. `seeds` are words whose values are their numbers; `readers` are words that
    address a reader. The limits are those of `dedupe.rules.boilerplate.lines`.
    """

    kinds: cython.const[cython.uint][::1]
    seeds: Words
    readers: Words
    prose_sentence: cython.longlong
    prose_line: cython.longlong
    least: cython.longlong
    longest: cython.longlong
    parted: cython.longlong
    short_sentence: cython.longlong
    long_sentence: cython.longlong
    edge: cython.longlong

    def __init__(self, kinds, seeds, readers, limits) -> None:
        self.kinds, self.seeds, self.readers = kinds, seeds, readers
        self.prose_sentence, self.prose_line, self.least, self.longest, self.parted = limits[:5]
        self.short_sentence, self.long_sentence, self.edge = limits[5:]

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def kind(self, code: cython.uint) -> cython.uint:
        """Return the kind of a character."""
        return self.kinds[code] if code < 0x10000 else _kind_of(chr(code))

    def rows(self, text: str, out: cython.longlong[:, ::1]) -> cython.longlong:
        """Fill `out` [rows, ROW_COLUMNS] with the lines of a text that are not blank; return how many there are."""
        size: cython.longlong = len(text)
        at: cython.longlong = 0
        stop: cython.longlong
        start: cython.longlong
        end: cython.longlong
        row: cython.longlong
        count: cython.longlong = 0
        above: cython.longlong = 0
        first: cython.longlong = 0
        last: cython.uint
        while at < size:
            stop = text.find("\n", at)
            if stop < 0:
                stop = size
            start, end = at, stop
            while start < end and self.kind(ord(text[start])) & _BLANK:
                start += 1
            while end > start and self.kind(ord(text[end - 1])) & _BLANK:
                end -= 1
            at = stop + 1
            if start == end:
                continue
            last = self.kind(ord(text[end - 1])) & _ENDS
            out[count, _START], out[count, _END], out[count, _ABOVE] = start, end, above
            out[count, _ENDS_SENTENCE] = last != 0
            out[count, _PROSE] = end - start >= (self.prose_sentence if last else self.prose_line)
            out[count, _FIRST] = out[count, _AFTER] = 0
            above += out[count, _PROSE]
            if last or out[count, _PROSE]:
                for row in range(first, count):
                    out[row, _FIRST], out[row, _AFTER] = first, count
                first = count + 1
            count += 1
        for row in range(first, count):
            out[row, _FIRST], out[row, _AFTER] = first, count
        return count

    def pages(self, texts: list, out: cython.longlong[:, ::1], title: tuple) -> tuple:
        """Fill `out` with the rows of all texts, one text after another. Return where each text's rows begin, and for
        each text its candidates and whether its first lines may be a title: see `is_titled`.
        """
        text: str
        rows: cython.longlong[:, ::1]
        low: cython.longlong = 0
        count: cython.longlong
        bounds: list = [0]
        found: list = []
        titled: list = []
        for text in texts:
            rows = out[low:]
            count = self.rows(text, rows)
            rows = out[low : low + count]
            found.append(self.candidates(text, rows))
            titled.append(self.is_titled(text, rows, title))
            low += count
            bounds.append(low)
        return bounds, found, titled

    def is_titled(self, text: str, rows: cython.const[cython.longlong][:, ::1], title: tuple) -> bool:
        """True if the first lines of a page may hold its title, its site's name or its description.

        `title` says how many first lines may be a title, their greatest length, and how many may be a description.
        """
        lines: cython.longlong
        longest: cython.longlong
        described: cython.longlong
        row: cython.longlong
        at: cython.longlong
        start: cython.longlong
        end: cython.longlong
        code: cython.uint
        has_stop: cython.bint
        lines, longest, described = title
        for row in range(min(rows.shape[0], max(lines, described))):
            start, end = rows[row, _START], rows[row, _END]
            code = ord(text[end - 1])
            if row < described and (code == 0x2026 or (code == 46 and end - start > 2)):
                return True
            if row >= lines or end - start > longest:
                continue
            has_stop = False
            for at in range(start, end):
                code = ord(text[at])
                has_stop = has_stop or self.kind(code) & _STOP != 0
                if code == 45 or code == 95 or code == 124 or code == 0x2014:
                    return True
            if row == 0 and not has_stop:
                return True
        return False

    def candidates(self, text: str, rows: cython.const[cython.longlong][:, ::1]) -> list:
        """Return the candidates in order: (start, end, row) of lines, and of sentences in them that have seeds."""
        found: list = []
        count: cython.longlong = rows.shape[0]
        row: cython.longlong
        start: cython.longlong
        end: cython.longlong
        seen: cython.longlong
        is_edge: cython.bint
        for row in range(count):
            start, end = rows[row, _START], rows[row, _END]
            is_edge = row < self.edge or count - 1 - row < self.edge
            seen = self.seeds_of_row(text, start, end, is_edge)
            if seen == 2 or self.is_open(text, rows, row, count, seen == 1):
                if end - start <= self.longest:
                    found.append((start, end, row))
                if seen == 2 and end - start > self.parted:
                    self.sentences(text, start, end, row, found)
        return found

    @cython.cfunc
    @cython.exceptval(check=False)
    def seed_at(self, text: str, at: cython.longlong, size: cython.longlong) -> cython.longlong:
        """Return the number of the seed at an offset, plus STRONG if it is a strong one; 0 if there is none.

        A strong seed is preferred to a weak one, a longer one to a shorter one, and a seed of one character comes last.
        """
        single: cython.longlong = 0
        strong: cython.longlong = 0
        weak: cython.longlong = 0
        value: cython.longlong
        node: cython.longlong = self.seeds.step(0, ord(text[at]))
        if node:
            single = self.seeds.value[node]
            at += 1
            while at < size:
                node = self.seeds.step(node, ord(text[at]))
                if node == 0:
                    break
                value = self.seeds.value[node]
                if value >= _STRONG:
                    strong = value
                elif value:
                    weak = value
                at += 1
        return strong or weak or single

    @cython.cfunc
    @cython.exceptval(check=False)
    def seeds_of_row(
        self, text: str, start: cython.longlong, end: cython.longlong, is_edge: cython.bint
    ) -> cython.longlong:
        """Return 0 for a line without seeds, 2 for one with enough of them to be a candidate, 1 for one with fewer."""
        size: cython.longlong = len(text)
        least: cython.longlong = self.least_of(end - start, is_edge)
        seen: cython.longlong = 0
        at: cython.longlong
        one: cython.longlong
        first: cython.longlong = 0
        second: cython.longlong = 0
        third: cython.longlong = 0
        for at in range(start, end):
            if self.seeds.may_begin(text, at, size):
                one = self.seed_at(text, at, size)
                if one >= _STRONG:
                    return 2
                if one and one != first and one != second and one != third:
                    first, second, third = second, third, one
                    seen += 1
                    if seen > least:
                        return 2
        return seen > 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def least_of(self, size: cython.longlong, is_edge: cython.bint) -> cython.longlong:
        """Return how many weak seeds are still too few in a line or sentence of this length: at most three."""
        return (size > self.short_sentence) + (size > self.long_sentence) + (not is_edge)

    @cython.cfunc
    @cython.exceptval(check=False)
    def has_enough(self, text: str, start: cython.longlong, end: cython.longlong) -> cython.bint:
        """True if a sentence has enough seeds; each must begin after the start of the one before."""
        size: cython.longlong = len(text)
        least: cython.longlong = self.least_of(end - start, False)
        seen: cython.longlong = 0
        one: cython.longlong
        node: cython.longlong
        at: cython.longlong = start
        first: cython.longlong = 0
        second: cython.longlong = 0
        third: cython.longlong = 0
        while at < end:
            node = self.seeds.step(0, ord(text[at]))
            one = 0
            if node:
                one = self.seed_at(text, at, size) if self.seeds.value[node] or at + 1 < end else 0
                if self.seeds.value[node] == 0 and at + 1 < end and self.seeds.step(node, ord(text[at + 1])):
                    at += 1
            if one >= _STRONG:
                return True
            if one and one != first and one != second and one != third:
                first, second, third = second, third, one
                seen += 1
                if seen > least:
                    return True
            at += 1
        return False

    @cython.cfunc
    @cython.exceptval(check=False)
    def is_open(
        self,
        text: str,
        rows: cython.const[cython.longlong][:, ::1],
        row: cython.longlong,
        count: cython.longlong,
        has_seed: cython.bint,
    ) -> cython.bint:
        """True if a line that ends no sentence is a candidate: by words, signs or shortness, or by a line beside it.

        The first line of a page is its title, or one of several.
        """
        start: cython.longlong = rows[row, _START]
        end: cython.longlong = rows[row, _END]
        size: cython.longlong = end - start
        if size < self.least or size > self.longest or (size > 8 and self.kind(ord(text[end - 1])) & _NO_OPEN):
            return False
        if has_seed or (row > 0 and size <= 40) or self.has_hint(text, start, end):
            return True
        if row > 0 and not (rows[row - 1, _PROSE] or rows[row - 1, _ENDS_SENTENCE]):
            return True
        return row + 1 < count and not (rows[row + 1, _PROSE] or rows[row + 1, _ENDS_SENTENCE])

    @cython.cfunc
    @cython.exceptval(check=False)
    def has_hint(self, text: str, start: cython.longlong, end: cython.longlong) -> cython.bint:
        """True if a line has a sign of sites, four digits, 1:2, a label's colon, two blanks, or a counted number."""
        at: cython.longlong
        what: cython.uint = 0
        before: cython.uint = 0
        code: cython.uint
        figures: cython.longlong = 0
        colon: cython.bint = False
        for at in range(start, end):
            code = ord(text[at])
            what = self.kind(code)
            if what & _HINT:
                return True
            figures = figures + 1 if what & _DECIMAL else 0
            if figures >= 4 or (colon and what & _DECIMAL):
                return True
            if at > start and (
                (before & _BLANK and what & _BLANK)
                or (code == 58 and not before & (_BLANK | _DECIMAL))
                or (before & _DECIMAL and what & _COUNTED)
            ):
                return True
            colon = code == 58 and before & _DECIMAL and at > start
            before = what
        return False

    @cython.cfunc
    def sentences(
        self, text: str, start: cython.longlong, end: cython.longlong, row: cython.longlong, found: list
    ) -> object:
        """Add the sentences of a line that have enough seeds, if the line has at least two sentences."""
        at: cython.longlong = start
        stop: cython.longlong
        low: cython.longlong
        parts: list = []
        while at < end:
            stop = at
            while stop < end and not self.kind(ord(text[stop])) & _CLAUSE:
                stop += 1
            if stop - at < 2:
                at += 1
                continue
            low = at
            at = stop
            while at < end and (self.kind(ord(text[at])) & _CLAUSE or ord(text[at]) == 126):  # ~
                at += 1
            if at > stop and at < end and text[at] in "”」』)）":
                at += 1
            parts.append((low, at))
        if len(parts) < 2:
            return
        for low, stop in parts:
            while low < stop and self.kind(ord(text[low])) & _BLANK:
                low += 1
            if stop - low > 4 and self.has_enough(text, low, stop):
                found.append((low, stop, row))

    def addressed(self, text: str, start: cython.longlong, end: cython.longlong) -> cython.longlong:
        """Count the words in a stretch that address a reader."""
        roots: cython.const[cython.int][::1] = self.readers.roots
        found: cython.longlong = 0
        code: cython.uint
        at: cython.longlong = start
        stop: cython.longlong
        best: cython.longlong
        node: cython.longlong
        while at < end:
            code = ord(text[at])
            at += 1
            if code < 0x10000 and roots[code] != 0:
                node, stop, best = roots[code], at, 0
                while True:
                    if self.readers.value[node]:
                        best = stop
                    if stop == end:
                        break
                    node = self.readers.step(node, ord(text[stop]))
                    if node == 0:
                        break
                    stop += 1
                if best:
                    found += 1
                    at = best
        return found


@cython.cclass
class Lexicon:
    """The words of lines: the values of `known` are classes, as bits; `function` are function words of English.

    `site`, `author`, `labels` are bits of classes, `editors` those of an editor's credit; `classes` is their number.
    """

    known: Words
    function: Words
    site: cython.longlong
    author: cython.longlong
    labels: cython.longlong
    editors: cython.const[cython.longlong][::1]
    classes: cython.longlong

    def __init__(self, known, function, bits, editors, classes) -> None:
        self.known, self.function, self.editors, self.classes = known, function, editors, classes
        self.site, self.author, self.labels = bits


@cython.cclass
class Measurer:
    """Writes the numbers of lines into rows of `out`, in the order of the names in `features`.

    `match` finds a date, a figure or the like at a place of a lower-case line; `value_kinds` numbers the groups of its
    matches. `codes`, `what`, `known` and `by_class` are scratch for the longest line and all classes.
    """

    reader: Reader
    lexicon: Lexicon
    match: object
    value_kinds: dict
    out: cython.double[:, ::1]
    codes: cython.uint[::1]
    what: cython.uint[::1]
    known: cython.uint[::1]
    by_class: cython.longlong[::1]
    row: cython.longlong
    at: cython.longlong

    def __init__(self, reader, lexicon, value, scratch) -> None:
        self.reader, self.lexicon = reader, lexicon
        self.match, self.value_kinds = value
        self.codes, self.what, self.known, self.by_class = scratch

    def begin(self, out) -> None:
        """Start writing numbers into the rows of `out`, from the first row on."""
        self.out = out
        self.row = self.at = 0

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def put(self, value: cython.double) -> cython.void:
        """Write the next number of the line."""
        self.out[self.row, self.at] = value
        self.at += 1

    def pages(
        self,
        texts: list,
        rows: cython.const[cython.longlong][:, ::1],
        bounds: list,
        found: list,
        starts: tuple,
        least: cython.double,
        runs: tuple,
    ) -> list:
        """Return for each text the candidates that need a judgement: see `page` and `of_runs`."""
        kept: list = []
        some: list
        first: cython.longlong
        number: cython.longlong
        own: cython.const[cython.longlong][:, ::1]
        sources: cython.const[cython.longlong][::1]
        limits: cython.const[cython.double][::1]
        column: cython.longlong
        sources, limits, column = runs
        for number in range(len(texts)):
            some = found[number]
            if some:
                own = rows[bounds[number] : bounds[number + 1]]
                first = self.row
                some = self.page(texts[number], own, some, starts, least)
                self.of_runs(own, some, first, sources, limits, column)
            kept.append(some)
        return kept

    @cython.cfunc
    def page(
        self, text: str, rows: cython.const[cython.longlong][:, ::1], found: list, starts: tuple, least: cython.double
    ) -> list:
        """Return the candidates that need a judgement: those in a run of short lines, or with enough of them explained.

        `starts` are the columns where the numbers of shape, values, words and place begin.
        """
        count: cython.longlong = rows.shape[0]
        kept: list = []
        same: dict = {}
        start: cython.longlong
        end: cython.longlong
        row: cython.longlong
        may: cython.bint
        spans: list
        of_shape: cython.longlong
        of_values: cython.longlong
        of_words: cython.longlong
        of_place: cython.longlong
        explained: cython.double
        seen: cython.longlong = -1
        low: cython.longlong
        high: cython.longlong
        again: cython.double = 0
        where: cython.double = 0
        of_shape, of_values, of_words, of_place = starts
        addressed: cython.longlong = self.reader.addressed(text, 0, len(text))
        for row in range(count):
            start, end = rows[row, _START], rows[row, _END]
            if end - start <= self.reader.longest:
                line = text[start:end]
                same[line] = same.get(line, 0) + 1
        for one in found:
            start, end, row = one
            line = text[start:end]
            may = self.read(line, end - start)
            spans = self.values(line, end - start) if may else []
            self.at = of_words
            explained = self.words(end - start, spans)
            if rows[row, _FIRST] == rows[row, _AFTER] and explained < least:
                continue
            self.at = of_shape
            self.shape(end - start)
            self.items(end - start)
            self.pairs(end - start)
            self.at = of_values
            self.value_numbers(end - start, spans)
            self.at = of_place
            self.place(text, rows, count, row, start - rows[row, _START], rows[row, _END] - end)
            if row != seen:  # a long line has many sentences
                low, high, seen = rows[row, _START], rows[row, _END], row
                again = min(same.get(text[low:high], 0) - 1, 5) if high - low <= self.reader.longest else -1
                where = self.address(text, low, high, addressed)
            self.put(again)
            self.put(where)
            for _ in range(3):  # those of the run, which `features` fills in
                self.put(0)
            self.put(min(rows[count - 1, _ABOVE] + rows[count - 1, _PROSE], 20))
            self.row += 1
            kept.append(one)
        return kept

    def find(self, line: str) -> list:
        """Return the words of a line, from left to right: start, end and classes."""
        found: list = []
        size: cython.longlong = len(line)
        at: cython.longlong = 0
        stop: cython.longlong
        bits: cython.longlong
        self.read(line, size)
        while at < size:
            stop, bits = self.longest_word(at, size)
            if bits:
                found.append((at, stop, bits))
            at = stop if bits else at + 1
        return found

    @cython.cfunc
    def of_runs(
        self,
        rows: cython.const[cython.longlong][:, ::1],
        kept: list,
        first: cython.longlong,
        sources: cython.const[cython.longlong][::1],
        limits: cython.const[cython.double][::1],
        column: cython.longlong,
    ) -> object:
        """Write, from a column on, for each line of a run the share of the run's lines that exceed each source's limit.

        The numbers of the candidates that were `kept` are in the rows from `first` on.
        """
        low: cython.longlong = 0
        high: cython.longlong
        line: cython.longlong
        number: cython.longlong
        members: list
        more: cython.longlong
        after: cython.longlong
        while low < len(kept):
            after = rows[kept[low][2], _AFTER]
            members = []
            high = low
            while high < len(kept) and (high == low or kept[high][2] < after):
                if _is_of_run(rows, kept[high]):
                    members.append(high)
                high += 1
            for number in range(len(sources)):
                more = 0
                for line in members:
                    more += self.out[first + line, sources[number]] > limits[number]
                for line in members:
                    self.out[first + line, column + number] = _share(more, len(members))
            low = high

    @cython.cfunc
    def address(
        self, text: str, start: cython.longlong, end: cython.longlong, addressed: cython.longlong
    ) -> cython.double:
        """Return 1 if this line alone addresses a reader, -1 if other lines do, else 0."""
        mine: cython.longlong = self.reader.addressed(text, start, end)
        return -1.0 if mine < addressed else 1.0 if mine else 0.0

    @cython.cfunc
    def read(self, line: str, size: cython.longlong) -> cython.bint:
        """Read a line in lower case; return whether a value may be in it."""
        at: cython.longlong
        code: cython.uint
        what: cython.uint
        may: cython.bint = False
        for at in range(size):
            code = ord(line[at])
            if 65 <= code <= 90:
                code += 32
            what = self.reader.kind(code)
            self.codes[at], self.what[at] = code, what
            if what & _DECIMAL or code == _FRONT:
                may = True
            elif what & _LATIN and at > 0:
                may = may or self.codes[at - 1] == 46 or (code == 119 and self.says(at - 2, size, "www"))
                may = may or (code == 112 and self.says(at - 3, size, "http"))
        return may

    def values_in(self, line: str) -> list:
        """Return the dates, figures and the like of a line: start, end and kind."""
        return self.values(line, len(line)) if self.read(line, len(line)) else []

    @cython.cfunc
    def values(self, line: str, size: cython.longlong) -> list:
        """Return what `values_in` does, for a line that was read."""
        found: list = []
        at: cython.longlong
        reach: cython.longlong = 0
        small: str = ""
        for at in range(size):
            if at >= reach and self.may_begin_value(at, size):
                small = small or line.translate(SMALL)
                one = self.match(small, at)
                if one is not None:
                    reach = one.end()
                    found.append((at, reach, self.value_kinds[one.lastgroup]))
        return found

    @cython.cfunc
    @cython.exceptval(check=False)
    def may_begin_value(self, at: cython.longlong, size: cython.longlong) -> cython.bint:
        """True if a value may begin here: with a digit, a word of time, a month's name or a web address."""
        code: cython.uint = self.codes[at]
        what: cython.uint = self.what[at]
        if what & (_DECIMAL | _TIME):
            return True
        if code == 32:
            return at + 1 < size and self.what[at + 1] & _TIME != 0
        if not what & _LATIN:
            return False
        if self.says(at, size, "http") or self.says(at, size, "www."):
            return True
        if at + 2 < size and self.what[at + 1] & _LATIN and self.what[at + 2] & _LATIN:
            for name in MONTHS:
                if self.says(at, size, name):
                    return True
        if at > 0 and 33 <= self.codes[at - 1] <= 126:
            return False
        while at < size and (self.what[at] & (_LATIN | _DECIMAL) or self.codes[at] == 45):  # up to the first full stop
            at += 1
        return at < size and self.codes[at] == 46

    @cython.cfunc
    @cython.exceptval(check=False)
    def says(self, at: cython.longlong, size: cython.longlong, word: str) -> cython.bint:
        """True if a word stands at a place of the line that was read, within its first `size` characters."""
        step: cython.longlong
        length: cython.longlong = len(word)
        if at < 0 or at + length > size:
            return False
        for step in range(length):
            if self.codes[at + step] != ord(word[step]):
                return False
        return True

    @cython.cfunc
    def shape(self, size: cython.longlong) -> cython.void:
        """Write lengths and signs, from "length" to "titles and quotations"."""
        at: cython.longlong
        what: cython.uint
        code: cython.uint
        reach: cython.longlong = 0
        han: cython.longlong = 0
        digits: cython.longlong = 0
        latin: cython.longlong = 0
        kana: cython.longlong = 0
        hangul: cython.longlong = 0
        signs: cython.longlong = 0
        blanks: cython.longlong = 0
        commas: cython.longlong = 0
        stops: cython.longlong = 0
        quotes: cython.longlong = 0
        asks: cython.bint = False
        for at in range(size):
            what, code = self.what[at], self.codes[at]
            han += what & _HAN != 0
            digits += what & _DIGIT != 0
            latin += what & _LATIN != 0
            kana += what & _KANA != 0
            hangul += what & _HANGUL != 0
            signs += what & _SIGN != 0
            blanks += what & _BLANK != 0
            commas += what & _COMMA != 0
            quotes += what & _QUOTE != 0
            asks = asks or code == 63
            if at < reach:
                continue
            if what & _STOP:
                stops += 1
            elif code == 46:
                if self.says(at + 1, size, ".."):
                    stops, reach = stops + 1, at + 3
            elif (
                at + 1 < size
                and self.codes[at + 1] == 46
                and (what & _LATIN or code == 34 or code == 39 or code == 41)
                and (at + 2 == size or self.what[at + 2] & _BLANK)
            ):
                stops, reach = stops + 1, at + 2
        self.put(size)
        self.put(_share(han, size))
        self.put(_share(digits, size))
        self.put(_share(latin, size))
        self.put(_share(kana, size))
        self.put(_share(hangul, size))
        self.put(_share(signs, size))
        self.put(_share(blanks, size))
        self.put(_share(commas, size))
        self.put(stops)
        what, code = self.what[size - 1], self.codes[size - 1]
        self.put(what & _LAST != 0)
        self.put(code == 58)
        self.put(code == 33 or code == 126)
        self.put(asks)
        self.put(what & _CLOSES != 0)
        self.put(self.what[0] & _OPENS != 0)
        self.put(self.what[0] & _BULLET != 0)
        self.put(what & _BULLET != 0)
        self.put(quotes)

    @cython.cfunc
    def items(self, size: cython.longlong) -> cython.void:
        """Write what signs separate, from "items" to "longest word apart"."""
        at: cython.longlong = 0
        begin: cython.longlong = 0
        stop: cython.longlong
        count: cython.longlong = 0
        longest: cython.longlong = 0
        total: cython.longlong = 0
        filled: cython.bint = False
        while at <= size:
            stop = self.separator(at, size) if at < size else size
            if stop < 0:
                filled = filled or not self.what[at] & _BLANK
                at += 1
                continue
            if filled:
                count += 1
                total += at - begin
                longest = max(longest, at - begin)
            begin, filled = stop, False
            if stop == at:  # between two brackets
                filled = at < size
                at += 1
            else:
                at = stop
        self.put(count)
        self.put(longest)
        self.put(_share(total, count))
        count = longest = 0
        begin = -1
        for at in range(size):
            if self.what[at] & _APART:
                begin = at
            else:
                count += at == begin + 1
                longest = max(longest, at - begin)
        self.put(count)
        self.put(longest)

    @cython.cfunc
    @cython.exceptval(check=False)
    def separator(self, at: cython.longlong, size: cython.longlong) -> cython.longlong:
        """Return where a separator of items at a place stops, or -1 if there is none.

        Separators are signs, two blanks, a dash between blanks, a tab, and a closing bracket before an opening one.
        """
        after: cython.longlong = at
        while after < size and self.what[after] & _BLANK:
            after += 1
        if after - at >= 2:
            return after
        if after < size and self.what[after] & _PARTS:
            while after < size and self.what[after] & _PARTS:
                after += 1
            return after + 1 if after < size and self.what[after] & _BLANK else after
        if after > at and after + 1 < size and self.what[after] & _DASH and self.what[after + 1] & _BLANK:
            return after + 2
        if at > 0 and after < size and self.what[at - 1] & _CLOSING and self.what[after] & _OPENING:
            return after
        return at + 1 if self.codes[at] == 9 else -1

    @cython.cfunc
    def pairs(self, size: cython.longlong) -> cython.void:
        """Write labels and what follows them, from "pairs" to "known labels"."""
        at: cython.longlong = 0
        after: cython.longlong
        stop: cython.longlong
        count: cython.longlong = 0
        covered: cython.longlong = 0
        known: cython.longlong = 0
        while at < size:
            if at == 0 or self.what[at - 1] & _BEFORE_LABEL:
                after = at
                while after < size and after - at < 10 and not self.what[after] & _NO_LABEL:
                    after += 1
                stop = after + 1 if after < size and self.codes[after] == 32 else after
                if after > at and stop < size and self.codes[stop] == 58:
                    stop += 1
                    if stop < size and self.codes[stop] == 32:
                        stop += 1
                    count += 1
                    known += self.worth(self.lexicon.known, at, after) & self.lexicon.labels != 0
                    after = stop
                    while stop < size and stop - after < 30 and not self.what[stop] & _NO_VALUE:
                        stop += 1
                    covered += stop - at
                    at = stop
                    continue
            at += 1
        self.put(count)
        self.put(_share(covered, size))
        self.put(known)

    @cython.cfunc
    @cython.exceptval(check=False)
    def worth(self, words: Words, at: cython.longlong, stop: cython.longlong) -> cython.longlong:
        """Return the value of a stretch of the line that is a whole word; 0 if it is none."""
        node: cython.longlong = 0
        while at < stop:
            node = words.step(node, self.codes[at])
            if node == 0:
                return 0
            at += 1
        return words.value[node]

    @cython.cfunc
    def value_numbers(self, size: cython.longlong, spans: list) -> cython.void:
        """Write values and the words of sentences, from "dates" to "last is function"."""
        at: cython.longlong
        stop: cython.longlong
        start: cython.longlong
        kind: cython.longlong
        dates: cython.longlong = 0
        clocks: cython.longlong = 0
        counts: cython.longlong = 0
        addresses: cython.longlong = 0
        covered: cython.longlong = 0
        longest: cython.longlong = 0
        function: cython.longlong = 0
        latin: cython.longlong = 0
        english: cython.longlong = 0
        owned: cython.bint = False
        bracketed: cython.bint = False
        plain: cython.bint
        code: cython.uint
        for start, stop, kind in spans:
            dates += kind == 0
            clocks += kind == 1
            counts += kind == 2
            addresses += kind == 3
            covered += stop - start
            if kind == 4 and stop - start > longest:
                plain = True
                for at in range(start, stop):
                    plain = plain and self.what[at] & _DIGIT != 0
                longest = stop - start if plain else longest
        start = -1
        for at in range(size):
            code = self.codes[at]
            function += self.what[at] & _FUNCTION != 0
            owned = owned or code == 169 or (code == 40 and self.says(at, size, "(c)"))
            owned = owned or (code == 99 and self.says(at, size, "copyright"))
            if code == 40 or code == 91:
                stop = at + 1
                while stop < size and self.what[stop] & _DECIMAL:
                    stop += 1
                bracketed = bracketed or (
                    1 <= stop - at - 1 <= 6 and stop < size and (self.codes[stop] == 41 or self.codes[stop] == 93)
                )
            if self.what[at] & _LATIN or code == 39:
                if start < 0:
                    start = at
                if at + 1 == size or not (self.what[at + 1] & _LATIN or self.codes[at + 1] == 39):
                    latin += 1
                    english += self.worth(self.lexicon.function, start, at + 1) != 0
                    start = -1
        self.put(dates)
        self.put(clocks)
        self.put(counts)
        self.put(addresses)
        self.put(owned)
        self.put(longest >= 5)
        self.put(bracketed)
        self.put(_share(covered, size))
        self.put(_share(function, size))
        self.put(_share(english, max(4, latin)))
        self.put(self.what[size - 1] & _FUNCTION != 0)

    @cython.cfunc
    def words(self, size: cython.longlong, spans: list) -> cython.double:
        """Write words by class, from the first class to "ends with a site's word"; return the explained share."""
        at: cython.longlong = 0
        stop: cython.longlong
        start: cython.longlong
        bits: cython.longlong
        rank: cython.longlong
        first: cython.longlong = 0
        last: cython.longlong = 0
        seen: cython.longlong = 0
        site: cython.longlong = 0
        everything: cython.longlong = 0
        explained: cython.longlong = 0
        run: cython.longlong = 0
        longest: cython.longlong = 0
        count: cython.longlong
        lexicon: Lexicon = self.lexicon
        for at in range(size):
            self.known[at] = self.what[at] & _ALNUM
        for rank in range(lexicon.classes):
            self.by_class[rank] = 0
        at = 0
        while at < size:
            stop, bits = self.longest_word(at, size)
            if bits == 0:
                at += 1
                continue
            if everything == 0:
                first = at <= 2 and bits & lexicon.site != 0
            last = stop >= size - 2 and bits & lexicon.site != 0
            seen |= bits
            everything += stop - at
            site += stop - at if bits & lexicon.site else 0
            for rank in range(lexicon.classes):
                if (bits >> rank) & 1:
                    self.by_class[rank] += stop - at
            if bits & ~lexicon.author:
                for start in range(at, stop):
                    self.known[start] = 0
            at = stop
        for start, stop, _ in spans:
            for at in range(start, stop):
                self.known[at] = 0
        for at in range(size):
            if self.known[at]:
                run += 1
                longest = max(longest, run)
            else:
                explained += 1
                run = 0
        for rank in range(lexicon.classes):
            self.put(_share(self.by_class[rank], size))
        self.put(_share(site, size))
        self.put(_share(everything, size))
        self.put(_share(explained, size))
        self.put(longest)
        count = 0
        for rank in range(lexicon.classes):
            count += (seen & lexicon.site) >> rank & 1
        self.put(count)
        count = 0
        for rank in range(len(lexicon.editors)):
            count += seen & lexicon.editors[rank] != 0
        self.put(count)
        self.put(first)
        self.put(last)
        return _share(explained, size)

    @cython.cfunc
    @cython.exceptval(check=False)
    def longest_word(self, at: cython.longlong, size: cython.longlong) -> tuple[cython.longlong, cython.longlong]:
        """Return where the longest word here stops and its classes, 0 if none; parts of Latin words do not count."""
        words: Words = self.lexicon.known
        node: cython.longlong = words.step(0, self.codes[at])
        stop: cython.longlong = at
        best: cython.longlong = 0
        bits: cython.longlong = 0
        if node == 0 or (at > 0 and self.what[at] & _LATIN and self.what[at - 1] & _LATIN):
            return at, bits
        while node:
            stop += 1
            if words.value[node] and not (stop < size and self.what[stop] & _LATIN and self.what[stop - 1] & _LATIN):
                best, bits = stop, words.value[node]
            node = words.step(node, self.codes[stop]) if stop < size else 0
        return best, bits

    @cython.cfunc
    def place(
        self,
        text: str,
        rows: cython.const[cython.longlong][:, ::1],
        count: cython.longlong,
        row: cython.longlong,
        text_before: cython.longlong,
        text_behind: cython.longlong,
    ) -> cython.void:
        """Write where a line stands on its page, from "part of a line" to "place in the run"."""
        prose: cython.longlong = rows[count - 1, _ABOVE] + rows[count - 1, _PROSE]
        first: cython.longlong = rows[row, _FIRST]
        after: cython.longlong = rows[row, _AFTER]
        run: cython.longlong = after - first
        has_before: cython.bint = row > 0
        has_behind: cython.bint = row + 1 < count
        start: cython.longlong = rows[row, _START]
        end: cython.longlong = rows[row, _END]
        self.put(text_before > 0 or text_behind > 0)
        self.put(min(text_before, 300))
        self.put(min(text_behind, 300))
        self.put(min(row, 20))
        self.put(min(count - 1 - row, 20))
        self.put(min(count, 80))
        self.put(_share(row, count - 1))
        self.put(min(rows[row, _ABOVE], 10))
        self.put(min(prose - rows[row, _ABOVE] - rows[row, _PROSE], 10))
        self.put(has_before and _has_gap(text, rows[row - 1, _END], start))
        self.put(has_behind and _has_gap(text, end, rows[row + 1, _START]))
        self.put(min(rows[row - 1, _END] - rows[row - 1, _START], 300) if has_before else 0)
        self.put(min(rows[row + 1, _END] - rows[row + 1, _START], 300) if has_behind else 0)
        self.put(has_before and rows[row - 1, _ENDS_SENTENCE])
        self.put(has_behind and rows[row + 1, _ENDS_SENTENCE])
        self.put(1 - _share(prose, count))
        self.put(min(run, 60))
        self.put(_share(rows[after - 1, _END] - rows[first, _START], run) if run else 0.0)
        self.put(run > 0 and rows[first, _ABOVE] == 0)
        self.put(run > 0 and (after == count or rows[after, _ABOVE] == prose))
        self.put(_share(row - first, run))


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _share(part: cython.double, whole: cython.double) -> cython.double:
    """Return a part's share of a whole; 0 if the whole is 0."""
    return part / whole if whole else 0.0


@cython.cfunc
def _is_of_run(rows: cython.const[cython.longlong][:, ::1], one: tuple) -> cython.bint:
    """True if a candidate is a whole line in a run of short ones."""
    start: cython.longlong
    end: cython.longlong
    row: cython.longlong
    start, end, row = one
    return rows[row, _FIRST] < rows[row, _AFTER] and start == rows[row, _START] and end == rows[row, _END]


@cython.cfunc
@cython.exceptval(check=False)
def _has_gap(text: str, at: cython.longlong, stop: cython.longlong) -> cython.bint:
    """True if a blank line lies in a stretch between two rows."""
    ends: cython.longlong = 0
    while at < stop:
        ends += ord(text[at]) == 10
        at += 1
    return ends > 1
