# mypy: ignore-errors
"""Turn code points into tokens and sentences; `dedupe.copies.skeletons` defines them.

The text is read as tokens and gaps between them. A gap says whether a sentence ended in it (`pending`), where
(`close`), and where the first ink after that is (`ink`), since a bullet or number belongs to what follows it.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text import tables

# A run without a sentence end is cut after LONG tokens, where a token's hash says so, so that two copies are cut alike;
# after LONGEST tokens it is cut anyway.
LONG, LONGEST = 64, 512
WORD_BIT = 1 << 31

_LONG = cython.declare(cython.longlong, LONG)
_LONGEST = cython.declare(cython.longlong, LONGEST)
_WORD_BIT = cython.declare(cython.uint, WORD_BIT)
_X = cython.declare(cython.uint, ord("x"))
# Syllables of Hangul, and the first, second and third letter that one is made of; the first tail stands for none.
_HANGUL = cython.declare(cython.uint, 0xAC00)
_BEHIND_HANGUL = cython.declare(cython.uint, 0xD7A4)
_LEAD = cython.declare(cython.uint, 0x1100)
_VOWEL = cython.declare(cython.uint, 0x1161)
_TAIL = cython.declare(cython.uint, 0x11A7)
# States between two sentences: no end, one line end (perhaps a wrapped line), a certain end.
_NONE = cython.declare(cython.longlong, 0)
_SOFT = cython.declare(cython.longlong, 1)
_HARD = cython.declare(cython.longlong, 2)

_DROP = cython.declare(cython.uchar, tables.DROP)
_SPACELESS = cython.declare(cython.uchar, tables.SPACELESS)
_LETTER = cython.declare(cython.uchar, tables.LETTER)
_LATIN = cython.declare(cython.uchar, tables.LATIN)
_JOINER = cython.declare(cython.uchar, tables.JOINER)
_END = cython.declare(cython.uchar, tables.END)
_CLOSER = cython.declare(cython.uchar, tables.CLOSER)
_STOP = cython.declare(cython.uchar, tables.STOP)
_SPACE = cython.declare(cython.uchar, tables.SPACE)
_NEWLINE = cython.declare(cython.uchar, tables.NEWLINE)


@cython.cclass
class Tokenizer:
    """Reads texts side by side as code points; `kinds` and `folds` are by code point, `out` receives the results."""

    codes: cython.const[cython.uint][::1]
    kinds: cython.const[cython.uchar][::1]
    folds: cython.const[cython.uint][::1]
    ids: cython.uint[::1]
    first: cython.longlong[::1]
    begin: cython.uint[::1]
    end: cython.uint[::1]

    def __init__(self, codes, kinds, folds, out) -> None:
        self.codes, self.kinds, self.folds = codes, kinds, folds
        self.ids, self.first, self.begin, self.end = out

    def run(
        self, bounds: cython.const[cython.longlong][::1], doc_sentence: cython.longlong[::1]
    ) -> tuple[cython.longlong, cython.longlong]:
        """Read the texts between `bounds`; return how many tokens and sentences there are."""
        doc: cython.longlong
        before: cython.longlong
        tokens: cython.longlong = 0
        sentences: cython.longlong = 0
        with cython.nogil:
            for doc in range(len(bounds) - 1):
                before = sentences
                tokens, sentences = self._read(bounds[doc], bounds[doc + 1], tokens, sentences)
                if sentences == before:
                    tokens, sentences = self._read_wordless(bounds[doc], bounds[doc + 1], tokens, sentences)
                doc_sentence[doc + 1] = sentences
            self.first[sentences] = tokens
        return tokens, sentences

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _read(
        self, low: cython.longlong, high: cython.longlong, tokens: cython.longlong, sentences: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong]:
        """Read one text; return how many tokens and sentences there are now."""
        before: cython.longlong = sentences
        none: cython.longlong = -1
        after_word: cython.bint = False
        is_word: cython.bint
        token: cython.uint
        stop: cython.longlong
        at, pending, close, ink = self._gap(low, high, _HARD, low, none)
        while at < high:
            is_word = self.kinds[self.codes[at]] != _SPACELESS
            if is_word:
                token, stop = self._word(at, high)
            else:
                token, stop = self.folds[self.codes[at]], at + 1
            if token == 0:
                pending, close, ink = _blot(at, stop, pending, close, ink)
            else:
                if pending == _SOFT and is_word and after_word:
                    pending = _NONE  # a wrapped line of prose, not an end
                if pending != _NONE:
                    if sentences > before:
                        self.end[sentences - 1] = close - low
                    self.first[sentences], self.begin[sentences] = tokens, (ink if ink >= 0 else at) - low
                    sentences += 1
                self.ids[tokens] = token
                tokens += 1
                close, after_word, pending, ink = stop, is_word, _NONE, none
                if _is_too_long(token, tokens - self.first[sentences - 1]):
                    pending = _HARD
            at = stop
            if at == high or self.kinds[self.codes[at]] != _SPACELESS:  # most characters have no gap after them
                at, pending, close, ink = self._gap(at, high, pending, close, ink)
        if sentences > before:
            self.end[sentences - 1] = close - low
        return tokens, sentences

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _read_wordless(
        self, low: cython.longlong, high: cython.longlong, tokens: cython.longlong, sentences: cython.longlong
    ) -> tuple[cython.longlong, cython.longlong]:
        """Read one text without a token, such as a table of figures, as one sentence: two hashes of all its ink."""
        value: cython.ulonglong = 0xCBF29CE484222325
        factor: cython.ulonglong = 0x100000001B3
        full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
        begin: cython.longlong = -1
        end: cython.longlong = low
        at: cython.longlong
        for at in range(low, high):
            if self.kinds[self.codes[at]] not in (_SPACE, _NEWLINE):
                value = ((value ^ self.codes[at]) * factor) & full
                begin, end = at if begin < 0 else begin, at + 1
        if begin < 0:
            return tokens, sentences
        self.first[sentences], self.begin[sentences], self.end[sentences] = tokens, begin - low, end - low
        self.ids[tokens] = (value >> 32) | _WORD_BIT
        if end - begin == 1:
            return tokens + 1, sentences + 1
        self.ids[tokens + 1] = (value & 0x7FFFFFFF) | _WORD_BIT
        return tokens + 2, sentences + 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _word(self, at: cython.longlong, high: cython.longlong) -> tuple[cython.uint, cython.longlong]:
        """Return the hash of the word at a letter, 0 for a lone Latin letter or a mark like xx, and where it stops."""
        value: cython.ulonglong = 2166136261
        low: cython.ulonglong = 0xFFFFFFFF
        length: cython.longlong = 0
        only_x: cython.bint = True
        latin: cython.bint = True
        folded: cython.uint
        syllable: cython.uint
        kind: cython.uchar
        token: cython.uint = 0
        while at < high:
            kind = self.kinds[self.codes[at]]
            if kind in (_LETTER, _LATIN):
                folded = self.folds[self.codes[at]]
                if _HANGUL <= folded < _BEHIND_HANGUL:  # a syllable hashes like its letters, for a text may hold these
                    syllable = folded - _HANGUL
                    value = ((value ^ (_LEAD + syllable // 588)) * 16777619) & low
                    value = ((value ^ (_VOWEL + syllable % 588 // 28)) * 16777619) & low
                    folded = _TAIL + syllable % 28
                if folded != _TAIL:
                    value = ((value ^ folded) * 16777619) & low
                length += 1
                only_x = only_x and folded == _X
                latin = latin and kind == _LATIN
            elif kind != _JOINER:
                break
            at += 1
        if not (only_x or (length == 1 and latin)):
            token = (value ^ (value >> 15)) | _WORD_BIT
        return token, at

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _gap(
        self,
        at: cython.longlong,
        high: cython.longlong,
        pending: cython.longlong,
        close: cython.longlong,
        ink: cython.longlong,
    ) -> tuple[cython.longlong, cython.longlong, cython.longlong, cython.longlong]:
        """Read on to the next letter; return where it is, and the state there."""
        kind: cython.uchar
        ends: cython.bint
        while at < high:
            kind = self.kinds[self.codes[at]]
            if kind in (_SPACELESS, _LETTER, _LATIN):
                break
            if kind == _NEWLINE:
                if self.codes[at] == 13 and at + 1 < high and self.codes[at + 1] == 10:
                    at += 1
                if pending == _NONE:
                    pending, ink = _SOFT, -1
                elif pending == _SOFT:
                    pending = _HARD
            elif kind in (_END, _CLOSER, _STOP):
                ends = kind == _END or (kind == _STOP and self._is_spaced(at + 1, high))
                if pending == _HARD and ink < 0 and (ends or kind == _CLOSER):
                    close = at + 1  # a further end, or the quote that closes it
                elif pending == _NONE and ends:
                    pending, close, ink = _HARD, at + 1, -1
                else:
                    pending, close, ink = _blot(at, at + 1, pending, close, ink)
            elif kind == _DROP:
                pending, close, ink = _blot(at, at + 1, pending, close, ink)
            at += 1
        return at, pending, close, ink

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _is_spaced(self, at: cython.longlong, high: cython.longlong) -> cython.bint:
        """True if a full stop is followed by white space or nothing, as at a sentence end, unlike in 3.14 or a.txt."""
        return at == high or self.kinds[self.codes[at]] == _SPACE or self.kinds[self.codes[at]] == _NEWLINE


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_too_long(token: cython.uint, length: cython.longlong) -> cython.bint:
    low: cython.ulonglong = 0xFFFFFFFF
    factor: cython.ulonglong = 2654435761
    return length >= _LONG and (length >= _LONGEST or ((token * factor) & low) >> 27 == 0)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _blot(
    at: cython.longlong,
    stop: cython.longlong,
    pending: cython.longlong,
    close: cython.longlong,
    ink: cython.longlong,
) -> tuple[cython.longlong, cython.longlong, cython.longlong]:
    """Add ink that is no token: to the end of the sentence so far, or else to the start of the next one."""
    if pending == _NONE:
        close = stop
    else:
        pending = _HARD
        if ink < 0:
            ink = at
    return pending, close, ink
