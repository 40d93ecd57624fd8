"""Two texts sentence by sentence, what differs in colour: side by side where there is room, else stacked.

Without colour a difference stands between marks: [-only in the first-] and {+only in the second+}.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from dedupe.core.messages import tell
from dedupe.report.view import View, visible
from dedupe.text.align import Kind, Row, align
from dedupe.text.match import tokens_of

WIDE = 120
ROWS, LINES = 8, 3  # shown of a pair of texts, and of one sentence
KEEP, SHOWN = 8, 24  # code points left at either end of a long stretch that is equal, that differs

INDENT, GAP = 4, 2  # cells
COLOURS = ("red", "green")
MARKS = (("[-", "-]"), ("{+", "+}"))

Piece = tuple[bool, str, str]


class _Row(NamedTuple):
    """What to show of each text, in pieces; equal sentences are shown by the first of `number`."""

    pieces: tuple[Piece, ...]
    number: int = 1

    @property
    def is_equal(self) -> bool:
        """Whether both texts say the same."""
        return all(is_equal for is_equal, *_ in self.pieces)


def aligned(one: Sequence[str], other: Sequence[str], view: View) -> Iterator[Table | Text]:
    """The first rows of two texts, given as sentences, and a word on the rest."""
    rows = rows_of("\n".join(one), "\n".join(other))
    yield _beside(rows[:ROWS], view) if view.width >= WIDE else _stacked(rows[:ROWS], view)
    if len(rows) > ROWS:
        yield Text(" " * INDENT + tell("… and more (--format json has all)"), "dim")


def rows_of(one: str, other: str) -> list[_Row]:
    """Every changed sentence by itself; equal ones as one row; and those between, opposite nothing, as one."""
    rows: list[_Row] = []
    for (is_equal, is_paired), group in groupby(align(tokens_of(one), tokens_of(other)), key=_sort_of):
        pieces = [_pieces(row, one, other) for row in group]
        if is_equal:
            rows.append(_Row(pieces[0], len(pieces)))
        elif is_paired:
            rows += map(_Row, pieces)
        else:
            texts = [(left, right) for ((_, left, right),) in pieces]
            rows.append(_Row(((False, "".join(left for left, _ in texts), "".join(right for _, right in texts)),)))
    return rows


def _sort_of(row: Row) -> tuple[bool, bool]:
    """Whether a row is equal, and whether both texts have something in it."""
    kinds = {stretch.kind for stretch in row.stretches}
    return kinds == {Kind.EQUAL}, row.one.start < row.one.end and row.other.start < row.other.end


def _pieces(row: Row, one: str, other: str) -> tuple[Piece, ...]:
    """A row in pieces: whether a piece is equal in both, and what it is in either; without the line end behind it."""
    pieces = [
        (kind is Kind.EQUAL, one[left.start : left.end], other[right.start : right.end])
        for kind, left, right in row.stretches
    ]
    is_equal, last, other_last = pieces.pop()
    return (*pieces, (is_equal, last.rstrip(), other_last.rstrip()))


def _beside(rows: Sequence[_Row], view: View) -> Table:
    width = (view.width - INDENT) // 2 - GAP
    table = Table.grid(padding=(0, GAP, 0, 0))
    for cells in (INDENT - GAP, width, width):
        table.add_column(width=cells, overflow="fold")
    for row in rows:
        table.add_row("", *_sides(row, LINES * width, view.colour))
    return table


def _stacked(rows: Sequence[_Row], view: View) -> Table:
    width = view.width - INDENT
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=INDENT - 1, justify="right", style="dim")
    table.add_column(width=width, overflow="fold")
    for row in rows:
        left, right = _sides(row, LINES * width, view.colour)
        for name, text in (("=", left),) if row.is_equal else (("A", left), ("B", right)):
            if text:
                table.add_row(name, text)
    return table


def _sides(row: _Row, cells: int, colour: bool) -> tuple[Text, Text]:
    """What a row shows of each text, in no more than so many cells."""
    if row.is_equal:
        more = "  " + tell("(and {number} more)", f"{row.number - 1:,}") if row.number > 1 else ""
        text = Text(visible("".join(left for _, left, _ in row.pieces)), "dim")
        text.truncate(cells - len(more), overflow="ellipsis")
        return text.append(more), Text("=", "dim")
    left, right = _marked(row.pieces, 0, colour), _marked(row.pieces, 1, colour)
    for text in (left, right):
        text.truncate(cells, overflow="ellipsis")
    return left, right


def _marked(pieces: Sequence[Piece], side: int, colour: bool) -> Text:
    """One side of the differences; of long pieces only the ends, for what counts is where they begin and end."""
    text = Text()
    for at, (is_equal, *parts) in enumerate(pieces):
        part = parts[side]
        if is_equal:
            is_first, is_last = at == 0, at == len(pieces) - 1
            text.append(visible(_shortened(part, 0 if is_first else KEEP, 0 if is_last else KEEP)))
        elif part:
            part = visible(_shortened(part, SHOWN, SHOWN))
            text.append(part if colour else part.join(MARKS[side]), COLOURS[side])
    return text


def _shortened(part: str, before: int, after: int) -> str:
    """Its first and last code points, where that makes it shorter.

    >>> _shortened("一二三四五六七八九十", 2, 3), _shortened("一二三四五六", 2, 3)
    ('一二…八九十', '一二三四五六')
    """
    return f"{part[:before]}…{part[len(part) - after :]}" if before + after + 1 < len(part) else part
