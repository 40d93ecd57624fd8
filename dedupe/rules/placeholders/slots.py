"""Find which slot a fill belongs to (year, date, number, name …), by judging a mark put in its place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from dedupe.core import regex as re
from dedupe.core.model import Finding, Span
from dedupe.rules.placeholders.context import WINDOW
from dedupe.rules.placeholders.marks import find
from dedupe.rules.placeholders.rows import PLACEHOLDERS
from dedupe.rules.rule import Met
from dedupe.text.batch import fold

ELIDED = "elided"  # the slot of a hole: it says only that something is missing
NUMBER, YEAR, NAME, WORDING = "number", "year", "name", "text"
# Slots from the most specific to the least; `text` is no slot: the fill is ordinary wording.
SLOTS = (YEAR, "date", "ordinal", NAME, "word", "range", NUMBER, ELIDED, WORDING)
_SLOT_OF = {rule.code: rule.slot or ELIDED for rule in PLACEHOLDERS}
_YEAR_RE = re.compile(r"(?:1[89]|20)\d\d")
_STAND_IN = "xx"


def slot_of(text: str, span: Span, marks: Sequence[Finding] = ()) -> str:
    """Return the slot that a span of a text fills; `marks` are the text's sorted findings of marks, which carry slots.

    >>> slot_of("于2015年建成，有26人。", Span(1, 5)), slot_of("于2015年建成，有26人。", Span(10, 12))
    ('year', 'number')
    """
    at = bisect_left(marks, span.start, key=lambda mark: mark.start)
    known = [mark.slot for mark in marks[max(0, at - 1) : at + 2] if mark.start < span.end and span.start < mark.end]
    told = next((slot for slot in known if slot and slot != ELIDED), None)
    judged = told or _judged(text, span)
    if _has_figure(text, span) and judged in (None, NAME):
        return NUMBER
    return judged or (ELIDED if known else WORDING)


def _judged(text: str, span: Span) -> str | None:
    """Return the slot of a mark put in place of a span; None where the words around it do not decide."""
    before, after = fold(text[max(0, span.start - WINDOW) : span.start]), fold(text[span.end : span.end + WINDOW])
    if _YEAR_RE.fullmatch(fold(text[span.start : span.end])) and not after[:1].isalpha() | after.startswith("年"):
        return YEAR
    at = len(before)
    filled = f"{before}{_STAND_IN}{after}"
    verdicts = find(filled, Met(range(len(filled)), ()))
    return next((_SLOT_OF[code] for code, start, end in verdicts if start <= at < end), None)


def _has_figure(text: str, span: Span) -> bool:
    return any(map(str.isdigit, text[span.start : span.end]))
