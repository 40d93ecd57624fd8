# mypy: ignore-errors
"""Compute the keys of short lines, in one pass over many texts side by side.

The texts are joined by line ends, with one more before the first and one after the last. `starts` are where they begin,
and where another one after the last would begin.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

# Kinds of characters, as bits.
BLANK, KEEP, END = 1, 2, 4
BASE = 0x9E3779B97F4A7C15  # odd: no power of it is 0 modulo 2**64

_BLANK = cython.declare(cython.uchar, BLANK)
_KEEP = cython.declare(cython.uchar, KEEP)
_END = cython.declare(cython.uchar, END)
_LINE_END = cython.declare(cython.ushort, ord("\n"))
_BASE = cython.declare(cython.ulonglong, BASE)
_CUT = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


def line_keys(
    chars: cython.const[cython.ushort][::1],
    starts: list,
    kinds: cython.const[cython.uchar][::1],
    limits: tuple,
    out: tuple,
) -> list:
    """Fill four columns with the keys, starts, lengths and line numbers of short lines.

    Return three numbers for each text: how many short lines there are up to its end, how many of its own are before
    `top`, and how many before `bottom`. `limits` are those of `dedupe.text.lines`.
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
    """Return how many of the short lines low..high have a smaller line number than `line`."""
    at: cython.longlong = low
    while at < high and numbers[at] < line:
        at += 1
    return at - low
