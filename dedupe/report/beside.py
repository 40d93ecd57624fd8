"""Draw an aligned pair sentence by sentence, side by side if there is room, else stacked, with differences in colour.

A slot has the same colour everywhere, and a blank slot is inverse. Without colour a fill is ‹slot:fill›, a blank is
‹slot?mark›, and other differing words stand in brackets: [-only in the first-] and {+only in the second+}.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from dedupe.comparison.opposite import Part, Sentence, Side
from dedupe.core.messages import tell
from dedupe.core.model import Span
from dedupe.report.view import View, count, visible
from dedupe.rules.placeholders.slots import SLOTS, WORDING
from dedupe.rules.scan import Lines
from dedupe.text.align import Kind

WIDE = 120
GAP = 2  # cells
CHUNK = 200  # rows drawn at a time
# Code points kept at each end of a long equal (KEEP) or differing (ENDS) stretch; at least SPARED are cut or none.
KEEP, ENDS, SPARED = 40, 1_000, 200
HOLE = " "  # how a hole is shown in colour, where it is inverse
SIDES = ("red", "green")
MARKS = (("[-", "-]"), ("{+", "+}"))
COLOURS = {
    "year": "cyan",
    "date": "blue",
    "number": "yellow",
    "name": "magenta",
    "ordinal": "bright_cyan",
    "word": "bright_magenta",
    "range": "bright_blue",
    "elided": "bright_yellow",
    WORDING: "bright_white",  # a blank whose content is unknown
}


class _Cell(NamedTuple):
    """One side of a row, and the line on which it begins; empty if only the other side has text."""

    line: str
    text: Text


class _Folded(NamedTuple):
    """Equal rows that one short note replaces."""

    rows: int
    characters: int


class _Drawing(NamedTuple):
    """Two sides to draw, the lines of their regions, and the slots met so far, for the legend."""

    sides: tuple[Side, Side]
    lines: tuple[Lines, Lines]
    colour: bool
    seen: set[str]


def beside(
    pair: tuple[tuple[Side, Side], Sequence[Sentence]],
    view: View,
    context: int,
    seen: set[str],
    most: int = sys.maxsize,
) -> Iterator[Table | Text]:
    """Yield the rows that differ, with `context` equal rows around them, and add the slots in them to `seen`.

    After `most` rows one line says that there are more.
    """
    sides, sentences = pair
    one, other = (Lines(side.text) for side in sides)
    drawing = _Drawing(sides, (one, other), view.colour, seen)
    digits = max(len(str(side.region.end_line)) for side in sides)
    rows = list(_shown(sentences, context))
    for at in range(0, min(most, len(rows)), CHUNK):
        yield (_wide if view.width >= WIDE else _narrow)(rows[at : min(most, at + CHUNK)], drawing, view.width, digits)
    if most < len(rows):
        yield Text(tell("… and more (--format json has all)"), "dim")


def _shown(rows: Sequence[Sentence], context: int) -> Iterator[Sentence | _Folded]:
    near = [False] * len(rows)
    for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        reach = 0
        for at in order:
            reach = context + 1 if rows[at].differs else reach - 1
            near[at] = near[at] or reach > 0
    for is_near, group in groupby(zip(near, rows), key=itemgetter(0)):
        run = [row for _, row in group]
        if is_near or len(run) == 1:
            yield from run
        else:
            yield _Folded(len(run), run[-1].one.end - run[0].one.start)


def _wide(rows: Sequence[Sentence | _Folded], drawing: _Drawing, width: int, digits: int) -> Table:
    room = (width - 2 * digits - 3 * GAP) // 2
    table = _table((digits, room, digits, room))
    for row in rows:
        if isinstance(row, _Folded):
            table.add_row("⋯", Text(_passed_over(row), "dim"))
        else:
            one, other = _cell(row, 0, drawing), _cell(row, 1, drawing)
            table.add_row(one.line, one.text, other.line, other.text)
    return table


def _narrow(rows: Sequence[Sentence | _Folded], drawing: _Drawing, width: int, digits: int) -> Table:
    table = _table((digits, 1, width - digits - 1 - 2 * GAP))
    for row in rows:
        if isinstance(row, _Folded):
            table.add_row("⋯", "", Text(_passed_over(row), "dim"))
            continue
        cells = (("A", _cell(row, 0, drawing)), ("B", _cell(row, 1, drawing)))
        for name, cell in cells if row.differs else (("=", cells[0][1]),):
            if cell.text:
                table.add_row(cell.line, name, cell.text)
    return table


def _table(widths: Sequence[int]) -> Table:
    """Return a table with columns of these widths in cells; the columns for lines and names are dim."""
    table = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for width in widths:
        is_text = width == max(widths)
        table.add_column(
            width=width, overflow="fold", style="" if is_text else "dim", justify="left" if is_text else "right"
        )
    return table


def _passed_over(folded: _Folded) -> str:
    return f"{count(folded.rows, 'equal sentence')}, {count(folded.characters, 'character')}"


def _cell(row: Sentence, at: int, drawing: _Drawing) -> _Cell:
    """Return one side of a row, without the white space around it."""
    side, span = drawing.sides[at], (row.one, row.other)[at]
    body = side.part(span)
    if not body.strip():
        return _Cell("", Text())
    low, high = span.end - len(body.lstrip()), span.start + len(body.rstrip())
    text = Text(style="" if row.differs else "dim")
    for part in row.parts:
        here = (part.one, part.other)[at]
        here = Span(max(low, here.start), max(low, min(high, here.end)))
        if part.kind is Kind.EQUAL:
            text.append(visible(_shortened(side.part(here), KEEP)))
        else:
            text.append_text(_difference(part, at, here, drawing))
    return _Cell(str(side.region.line + drawing.lines[at].place(low)[0] - 1), text)


def _difference(part: Part, at: int, here: Span, drawing: _Drawing) -> Text:
    """Return one side of a difference: a fill or a blank of a slot, or words."""
    side = drawing.sides[at]
    shown = visible(_shortened(side.part(here), ENDS))
    drawing.seen.add(part.slot or WORDING)
    if part.slot is None:
        return Text(shown if drawing.colour or not shown else shown.join(MARKS[at]), SIDES[at])
    is_blank = side.is_blank(here)
    if drawing.colour:
        shown = shown or HOLE
        return Text(shown, f"{COLOURS[part.slot]} reverse" if is_blank else COLOURS[part.slot])
    return Text(f"‹{part.slot}{'?' if is_blank else ':'}{shown}›")


def _shortened(part: str, ends: int) -> str:
    """Return a text, or if it is long its two ends and the number of code points left out between them.

    >>> _shortened("一二三四五六七八九十" * 40, 2)
    '一二 ⋯396⋯ 九十'
    """
    left_out = len(part) - 2 * ends
    return part if left_out <= SPARED else f"{part[:ends]} ⋯{left_out:,}⋯ {part[-ends:]}"


def legend(seen: set[str], colour: bool) -> Text:
    """Return the meaning of the colours or signs that were used."""
    text = Text()
    slots = [slot for slot in SLOTS if slot in seen and slot != WORDING]
    if colour:
        for slot in slots:
            text.append(slot, COLOURS[slot]).append("  ")
        if slots:
            text.append(tell("blank"), "reverse").append("  ")
        if WORDING in seen:
            text.append(tell("in A alone"), SIDES[0]).append("  ").append(tell("in B alone"), SIDES[1])
    else:
        signs = [tell("‹{slot}:fill›  ‹{same}?blank›", slots[0], slots[0])] if slots else []
        signs += [tell("[-in A alone-]  {+in B alone+}")] if WORDING in seen else []
        text.append("  ".join(signs))
    text.rstrip()
    return text
