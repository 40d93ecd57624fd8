# mypy: ignore-errors
"""Find lines of a page that may be numbered headings: a cheap filter, as `dedupe.text.essays` is slow on each."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

# Kinds of characters, as bits: numeral; last character of a noun before a number; word character; never in a heading.
NUMERAL, NOUN, WORD, STOP = 1, 2, 4, 8
BEHIND_NOUN, FROM_END = 2, 8  # characters between a noun and its number; reach of a last number from the end

_NUMERAL = cython.declare(cython.uchar, NUMERAL)
_NOUN = cython.declare(cython.uchar, NOUN)
_WORD = cython.declare(cython.uchar, WORD)
_STOP = cython.declare(cython.uchar, STOP)
_BEHIND_NOUN = cython.declare(cython.longlong, BEHIND_NOUN)
_FROM_END = cython.declare(cython.longlong, FROM_END)
_LENGTH = cython.declare(cython.uint, ord("字"))


def numbered(
    text: str, start: cython.longlong, stop: cython.longlong, longest: cython.longlong, kinds
) -> list[tuple[int, int]]:
    """Return starts and ends of the lines in a stretch that have a number first, last or after a noun.

    `kinds` are the kinds of characters below 0x10000.
    """
    table: cython.const[cython.uchar][::1] = kinds
    found: list = []
    end: cython.longlong
    while start <= stop:
        end = text.find("\n", start, stop)
        if end < 0:
            end = stop
        if end - start <= longest and _has_number(text, start, end, table):
            found.append((start, end))
        start = end + 1
    return found


@cython.cfunc
@cython.exceptval(check=False)
def _has_number(
    text: str, start: cython.longlong, end: cython.longlong, kinds: cython.const[cython.uchar][::1]
) -> cython.bint:
    kind: cython.uchar
    at: cython.longlong
    apart: cython.longlong = _BEHIND_NOUN + 1  # characters since a noun, none of them word characters
    is_first: cython.bint = True
    found: cython.bint = False
    has_numeral: cython.bint = False
    for at in range(start, end):
        kind = _kind(kinds, text[at])
        if kind & _STOP:
            return False
        if kind & _NUMERAL:
            has_numeral = True
            found = found or is_first or apart <= _BEHIND_NOUN
        if kind & _NOUN:
            apart = 0
        elif kind & _WORD:
            apart = _BEHIND_NOUN + 1
        else:
            apart += 1
        is_first = is_first and not kind & _WORD
    if found or not has_numeral:
        return found
    # From the end: signs, perhaps 字 (characters, in a length like 800字) with signs before it, and then the number.
    at = _before_signs(text, start, end, kinds)
    if at >= start and ord(text[at]) == _LENGTH:
        at = _before_signs(text, start, at, kinds)
    return at >= start and at >= end - _FROM_END and _kind(kinds, text[at]) & _NUMERAL != 0


@cython.cfunc
@cython.exceptval(check=False)
def _before_signs(
    text: str, start: cython.longlong, end: cython.longlong, kinds: cython.const[cython.uchar][::1]
) -> cython.longlong:
    """Return the last word character of a stretch, or the place before its start if it has none."""
    end -= 1
    while end >= start and not _kind(kinds, text[end]) & _WORD:
        end -= 1
    return end


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _kind(kinds: cython.const[cython.uchar][::1], char: cython.Py_UCS4) -> cython.uchar:
    code: cython.uint = ord(char)
    if code < 0x10000:
        return kinds[code]
    return _WORD if char.isalnum() else 0
