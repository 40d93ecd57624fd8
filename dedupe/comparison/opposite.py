"""Two regions side by side, sentence by sentence, each difference with the slot that it fills."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from dedupe.core.model import Document, Finding, Region, Severity, Span
from dedupe.rules.placeholders.slots import ELIDED, SLOTS, slot_of
from dedupe.text.align import Kind, Row, Stretch, align
from dedupe.text.batch import fold
from dedupe.text.marks import MARKS
from dedupe.text.match import tokens_of

FIGURE_RE = re.compile(r"\d[\d.,:]{0,11}")


@dataclass(frozen=True, slots=True)
class Side:
    """One region of a pair with its document, its length in tokens, and the marks and holes inside it."""

    document: Document
    region: Region
    tokens: int
    containment: float
    marks: tuple[Finding, ...]

    @property
    def text(self) -> str:
        """The text of the region."""
        return self.document.text[self.region.start : self.region.end]

    def part(self, span: Span) -> str:
        """Return part of the region's text; spans count from the start of the region."""
        return self.document.text[self.region.start + span.start : self.region.start + span.end]

    @property
    def unfilled(self) -> int:
        """The number of its marks and holes that matter to a person, as a report counts them."""
        return sum(mark.severity is not Severity.NOTE for mark in self.marks)

    @property
    def blanks(self) -> list[tuple[int, int]]:
        """The spans of its marks in the region; holes have no text and are left out."""
        start, length = self.region.start, self.region.end - self.region.start
        return [(mark.start - start, min(mark.end - start, length)) for mark in self.marks if mark.slot != ELIDED]

    def slot(self, span: Span) -> str:
        """Return what kind of slot a span of the region is."""
        start = self.region.start
        return slot_of(self.document.text, Span(start + span.start, start + span.end), self.marks)

    def is_blank(self, span: Span) -> bool:
        """True if a span of the region is a mark, or empty."""
        return self.mark_at(span) is not None or not self.part(span).strip(f"{MARKS} ")

    def is_mark(self, span: Span) -> bool:
        """True if a span of the region lies in a mark."""
        start, end, mark = self.region.start + span.start, self.region.start + span.end, self.mark_at(span)
        return mark is not None and mark.slot != ELIDED and mark.start <= start < end <= mark.end

    def mark_at(self, span: Span) -> Finding | None:
        """Return the mark or hole that a span of the region touches."""
        start, end = self.region.start + span.start, self.region.start + span.end
        at = bisect_right(self.marks, max(start, end - 1), key=lambda mark: mark.start)
        return self.marks[at - 1] if at and start < self.marks[at - 1].end else None


class Part(NamedTuple):
    """A part of a sentence; `slot` is what a fill or a blank stands for, None for equal text and for other words."""

    kind: Kind
    one: Span
    other: Span
    slot: str | None


class Sentence(NamedTuple):
    """A pair of sentences, or a sentence that only one text has: its parts cover both spans."""

    one: Span
    other: Span
    parts: tuple[Part, ...]

    @property
    def is_paired(self) -> bool:
        """True if both texts have the sentence."""
        return self.one.start < self.one.end and self.other.start < self.other.end

    @property
    def differs(self) -> bool:
        """True unless all of it is equal."""
        return any(part.kind is not Kind.EQUAL for part in self.parts)


def opposite(sides: tuple[Side, Side]) -> tuple[Sentence, ...]:
    """Return the sentences of two regions in order; every character of both is in exactly one part."""
    rows = align(*(tokens_of(side.text, side.blanks) for side in sides))
    return tuple(_ordered(_sentence(row, sides) for row in rows))


def mirrored(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Return the sentences with their two sides swapped."""
    return tuple(
        _ordered(
            Sentence(other, one, tuple(part._replace(one=part.other, other=part.one) for part in parts))
            for one, other, parts in sentences
        )
    )


def _sentence(row: Row, sides: tuple[Side, Side]) -> Sentence:
    is_paired = row.one.start < row.one.end and row.other.start < row.other.end
    return Sentence(row.one, row.other, tuple(_part(stretch, sides, is_paired) for stretch in row.stretches))


def _ordered(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences; in a run of sentences that only one text has, those of the first text come first."""
    for is_paired, group in groupby(sentences, key=lambda row: row.is_paired):
        run = list(group)
        if is_paired:
            yield from run
            continue
        here, there = run[0].other.start, run[-1].one.end
        for row in run:
            if row.one.start < row.one.end:
                parts = (part._replace(other=Span(here, here)) for part in row.parts)
                yield Sentence(row.one, Span(here, here), tuple(parts))
        for row in run:
            if row.other.start < row.other.end:
                parts = (part._replace(one=Span(there, there)) for part in row.parts)
                yield Sentence(Span(there, there), row.other, tuple(parts))


def _part(stretch: Stretch, sides: tuple[Side, Side], is_paired: bool) -> Part:
    """Return a part with its slot: the more specific of the two slots that the sides give."""
    kind, one, other = stretch
    if kind is Kind.ONLY and is_paired and _is_hole(sides, (one, other)):
        kind = Kind.BLANK
    if kind not in (Kind.FILL, Kind.BLANK):
        return Part(kind, one, other, None)
    slot = min((side.slot(span) for side, span in zip(sides, (one, other))), key=SLOTS.index)
    return Part(kind, one, other, slot)


def _is_hole(sides: tuple[Side, Side], spans: tuple[Span, Span]) -> bool:
    """True if the other text lost a slot that one text has: a figure, a mark, or a known hole."""
    at = int(spans[0].start < spans[0].end)
    side, span = sides[1 - at], spans[1 - at]
    is_figure = bool(FIGURE_RE.fullmatch(fold(side.part(span))))
    return is_figure or side.is_mark(span) or sides[at].mark_at(spans[at]) is not None
