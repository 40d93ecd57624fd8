"""The text that copies share, with a slot wherever one of them differs, and the fill of each copy in every slot.

The first side of a pair provides the text. For two documents each pair makes a template; a cluster makes one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dedupe.comparison.compare import Comparison, Pair
from dedupe.comparison.opposite import Side
from dedupe.core.model import Span
from dedupe.rules.placeholders.slots import SLOTS, WORDING
from dedupe.text.marks import MARKS


@dataclass(frozen=True, slots=True)
class Fill:
    """What one copy has in a slot: a span of its region, and whether that is a mark, or empty instead of a fill."""

    span: Span
    text: str
    is_blank: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the template; `number` counts the slots of its kind. `fills` are those of all copies, in order."""

    kind: str
    number: int
    span: Span
    fills: tuple[Fill, ...]

    @property
    def name(self) -> str:
        """The name shown to a person.

        >>> Slot("year", 2, Span(0, 4), ()).name
        'year 2'
        """
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Template:
    """The text of the first of `copies` with its slots, ordered and disjoint."""

    copies: tuple[Side, ...]
    slots: tuple[Slot, ...]

    def parts(self) -> Iterator[str | Slot]:
        """Yield the common text and the slots in order."""
        text, at = self.copies[0].text, 0
        for slot in self.slots:
            if at < slot.span.start:
                yield text[at : slot.span.start]
            yield slot
            at = slot.span.end
        if at < len(text):
            yield text[at:]


def templates(comparison: Comparison) -> list[Template]:
    """Return the templates of a comparison: one for a cluster, or one for each pair of copied regions."""
    if comparison.cluster is not None:
        return [_template(comparison.pairs)] if comparison.pairs else []
    return [_template([pair]) for pair in comparison.pairs]


def _template(pairs: Sequence[Pair]) -> Template:
    head = pairs[0].sides[0]
    copies = (head, *(pair.sides[1] for pair in pairs))
    readers = [_Reader(pair) for pair in pairs]
    slots, numbers = [], Counter[str]()
    for place in _places(pairs):
        span = Span(place.start, place.end)
        kinds = [kind for reader in readers for kind in reader.kinds(span)] or [head.slot(span)]
        kind = min(kinds, key=SLOTS.index) if place.is_slot else WORDING
        numbers[kind] += 1
        spans = (span, *(reader.span(place) for reader in readers))
        fills = tuple(_fill(side, found, kind) for side, found in zip(copies, spans))
        slots.append(Slot(kind, numbers[kind], span, fills))
    return Template(copies, tuple(slots))


def _fill(side: Side, span: Span, kind: str) -> Fill:
    return Fill(span, side.part(span), kind != WORDING and side.is_blank(span))


class _Place(NamedTuple):
    """Where the first text has a slot: one of a known kind, or just other words.

    Text that another copy adds at its first or last point belongs to it if it `opens` or `closes` the place.
    """

    start: int
    end: int
    is_slot: bool
    opens: bool
    closes: bool


def _places(pairs: Sequence[Pair]) -> list[_Place]:
    """Return all differences, and the marks that all copies have, ordered and disjoint.

    Overlapping ones are merged. So are adjacent ones of the same sort (slots, or other words), and an insertion behind
    a difference with what that difference adds there.
    """
    found = {(part.one.start, part.one.end, part.slot is not None) for pair in pairs for part in pair.differences}
    found.update((*place, True) for place in pairs[0].sides[0].blanks)
    places: list[_Place] = []
    for start, end, is_slot in sorted(found):
        place = _Place(start, end, is_slot, start == end, start == end)
        if places and _are_one(places[-1], place):
            places[-1] = _joined(places[-1], place)
        else:
            places.append(place)
    return places


def _are_one(one: _Place, other: _Place) -> bool:
    if other.start < one.end or one[:2] == other[:2]:
        return True
    # Of two insertions at one point nothing tells where the first ends and the second begins.
    return other.start == one.end and (one.is_slot is other.is_slot or (one.closes and other.opens))


def _joined(one: _Place, other: _Place) -> _Place:
    """Merge two places; the first begins no later."""
    closes = [place.closes for place in (one, other) if place.end == max(one.end, other.end)]
    opens = one.opens or (one.start == other.start and other.opens)
    return _Place(one.start, max(one.end, other.end), one.is_slot and other.is_slot, opens, any(closes))


class _Reader:
    """Finds the span in the other text of a pair opposite a span of the first."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._parts = [part for sentence in pair.sentences for part in sentence.parts]
        self._starts = [part.one.start for part in self._parts]
        self._ends = [part.one.end for part in self._parts]
        self._letters: dict[int, tuple[list[int], list[int]]] = {}

    def kinds(self, span: Span) -> list[str]:
        """Return the slots that this pair makes of a span; none where it is equal."""
        near = self._parts[bisect_left(self._ends, span.start) : bisect_right(self._starts, span.end)]
        return [part.slot for part in near if part.slot and span.start <= part.one.start and part.one.end <= span.end]

    def span(self, place: _Place) -> Span:
        """Return the span of the other text."""
        start, end = self._opposite(place.start, not place.opens), self._opposite(place.end, place.closes)
        return Span(min(start, end), end)

    def _opposite(self, at: int, is_behind: bool) -> int:
        """Return the offset opposite one of the first text, behind or before what only the other has there."""
        if not self._parts:
            return 0
        number = bisect_right(self._starts, at) - 1 if is_behind else bisect_left(self._ends, at)
        part = self._parts[number]
        if part.one.start < at < part.one.end:
            return self._inside(number, at - part.one.start, is_behind)
        is_after = part.one.end == at and (part.one.start < at or is_behind)
        return part.other.end if is_after else part.other.start

    def _inside(self, number: int, offset: int, is_behind: bool) -> int:
        """Return the offset opposite one in an equal part, by counting letters: punctuation and marks may differ."""
        part = self._parts[number]
        if part.one.end - part.one.start == part.other.end - part.other.start:
            return part.other.start + offset
        text = self._pair.sides[1].part(part.other)
        if number not in self._letters:
            self._letters[number] = _letters(self._pair.sides[0].part(part.one)), _letters(text)
        mine, yours = self._letters[number]
        before = min(bisect_left(mine, offset), len(yours))
        low, high = yours[before - 1] + 1 if before else 0, yours[before] if before < len(yours) else len(text)
        ink = [at for at in range(low, high) if text[at] in MARKS]
        place = (ink[0] if is_behind else ink[-1] + 1) if ink else (high if is_behind else low)
        return part.other.start + place


def _letters(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char.isalnum() and char not in MARKS]
