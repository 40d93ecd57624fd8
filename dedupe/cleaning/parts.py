"""Which part of a text can be removed without damage: no step from a list of steps, no half of a block of code.

A part that another text also has is no loss, but what remains must still be a text. A numbered sequence with a gap or a
missing end is none, and neither are tables, forms and code without their middle.
"""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.cleaning.cover import words_of
from dedupe.copies.clusters import PASSAGE as PASSAGE
from dedupe.copies.clusters import QUOTED
from dedupe.core import regex as re
from dedupe.text.titles import title_of

WORDY = 0.6  # least share of letters among visible characters: text with less is a table, a form, or code
_FENCE_RE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_CLOSED = "[、.．,，)）\\]】:：章节条款篇步部]"
_NUMBERED_RE = re.compile(
    r"^[ \t\u3000>*#]*(?P<open>[（(\[【第]?)[ \u3000]*(?P<above>(?:\d{1,2}[.．])+)?"
    r"(?P<number>\d{1,3}|[一二三四五六七八九十百]{1,5})[ \u3000]*"
    rf"(?(above)(?P<loose>{_CLOSED}?)|(?P<close>{_CLOSED}))",
    re.MULTILINE,
)
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}


def visible_length(text: str) -> int:
    """Return the number of characters that are not white space."""
    return sum(map(len, text.split()))


def is_part(text: str, start: int, end: int) -> bool:
    """True if a span can be removed from a text: it is long enough, is prose, and interrupts no sequence."""
    part = text[start:end]
    size = visible_length(part)
    if size < PASSAGE or sum(map(str.isalpha, part)) < WORDY * size or len(words_of(part).ids) < QUOTED:
        return False
    if not text[:start].strip() and text[end:].strip() and title_of(part):
        return False  # the rest would lose its title
    before = len(_FENCE_RE.findall(text, 0, start))
    return before % 2 == 0 and len(_FENCE_RE.findall(part)) % 2 == 0 and not _tears(text, start, end)


def _tears(text: str, start: int, end: int) -> bool:
    """True if a numbered sequence runs from before a span into it, or from the span to behind it."""
    before: dict[str, int] = {}
    for style, number in _numbers(text, 0, start):
        before[style] = number
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for style, number in _numbers(text, start, end):
        first.setdefault(style, number)
        last[style] = number
    if any(before.get(style) == number - 1 for style, number in first.items()):
        return True
    # For each numbering style the first number that follows decides.
    return any(number == last.pop(style, number) + 1 for style, number in _numbers(text, end, len(text)))


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield the numbered lines that begin in a span: their numbering style and number."""
    for found in _NUMBERED_RE.finditer(text, start, end):
        digits = found["number"]
        kind = "0" if digits[0].isdigit() and digits[0] not in _DIGITS else "一"
        yield f"{found['open']}{found['above']}{kind}{found['close']}", _value(digits)


def _value(digits: str) -> int:
    """Return the value of a number in digits or in Chinese numerals.

    >>> _value("12"), _value("十二"), _value("三十"), _value("一百"), _value("二十一")
    (12, 12, 30, 100, 21)
    """
    if digits[0] not in "一二三四五六七八九十百":
        return int(digits)
    total = unit = 0
    for digit in digits:
        if digit == "百":
            total, unit = total + 100 * (unit or 1), 0
        elif digit == "十":
            total, unit = total + 10 * (unit or 1), 0
        else:
            unit = _DIGITS[digit]
    return total + unit
