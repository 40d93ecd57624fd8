"""Two texts sentence by sentence, what differs in colour: side by side where there is room, else stacked.

Without colour a difference stands between marks: [-only in the first-] and {+only in the second+}.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from rich.table import Table
from rich.text import Text

from dedupe.codepoints import fold
from dedupe.report.view import View, visible

WIDE = 120
ALIKE = 50  # least ratio, in percent, of two sentences that stand opposite each other
SENTENCES = 60  # more of one text are not aligned: the table grows with their square
ROWS, LINES = 8, 3  # shown of a pair of texts, and of one sentence
KEEP, SHOWN = 8, 24  # code points left at either end of a long stretch that is equal, that differs
LEAST = 3  # code points: a shorter equal stretch between two differences is chance

INDENT, GAP = 4, 2  # cells
COLOURS = ("red", "green")
MARKS = (("[-", "-]"), ("{+", "+}"))

Opposite = tuple[str | None, str | None]
Piece = tuple[bool, str, str]


class _Row(NamedTuple):
    """What to show of each text; equal sentences are shown by the first of `number`."""

    one: str
    other: str
    number: int = 1


def pair_up(one: Sequence[str], other: Sequence[str]) -> list[Opposite]:
    """The sentences of two texts in order, those that are most alike opposite each other, None opposite the others.

    >>> pair_up(["春天来了。", "桥修好了。"], ["春天来了。", "请多提意见。", "桥终于修好了。"])
    [('春天来了。', '春天来了。'), (None, '请多提意见。'), ('桥修好了。', '桥终于修好了。')]
    """
    folded = [fold(right) for right in other]
    gains = [[_gain(left, right) for right in folded] for left in map(fold, one)]
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + gains[i][j])
    rows: list[Opposite] = []
    i = j = 0
    while i < len(one) and j < len(other):
        if gains[i][j] and best[i][j] == best[i + 1][j + 1] + gains[i][j]:
            rows.append((one[i], other[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            rows.append((one[i], None))
            i += 1
        else:
            rows.append((None, other[j]))
            j += 1
    return [*rows, *((left, None) for left in one[i:]), *((None, right) for right in other[j:])]


def _gain(one: str, other: str) -> float:
    ratio = fuzz.ratio(one, other)
    return ratio if ratio >= ALIKE else 0.0


def differences(one: str, other: str) -> list[Piece]:
    """Two sentences in pieces: whether the piece is equal in both but for widths, and what it is in either.

    >>> differences("我们修了一座桥。", "我们修了三座石桥。")
    [(True, '我们修了', '我们修了'), (False, '一座', '三座石'), (True, '桥。', '桥。')]
    """
    pieces: list[Piece] = []
    steps = Levenshtein.opcodes(fold(one), fold(other))
    for number, step in enumerate(steps):
        left, right = one[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        is_inside = 0 < number < len(steps) - 1
        is_equal = step.tag == "equal" and not (is_inside and len(left) < LEAST)
        if pieces and pieces[-1][0] == is_equal:
            left, right = pieces[-1][1] + left, pieces.pop()[2] + right
        pieces.append((is_equal, left, right))
    return pieces


def aligned(one: Sequence[str], other: Sequence[str], view: View) -> Iterator[Table | Text]:
    """The first rows of two texts, given as sentences, and a word on the rest."""
    rows = _rows(pair_up(one[:SENTENCES], other[:SENTENCES]))
    yield _beside(rows[:ROWS], view) if view.width >= WIDE else _stacked(rows[:ROWS], view)
    if len(rows) > ROWS or max(len(one), len(other)) > SENTENCES:
        yield Text(f"{'':{INDENT}}… and more (--format json has all)", "dim")


def _rows(pairs: Sequence[Opposite]) -> list[_Row]:
    """Every changed sentence by itself; equal ones as one row; and those between, opposite nothing, as one text."""
    rows: list[_Row] = []
    for (is_equal, is_paired), group in groupby(pairs, key=lambda pair: (_are_equal(*pair), None not in pair)):
        run = [(left or "", right or "") for left, right in group]
        if is_equal:
            rows.append(_Row(*run[0], len(run)))
        elif is_paired:
            rows += [_Row(*pair) for pair in run]
        else:
            rows.append(_Row("".join(left for left, _ in run), "".join(right for _, right in run)))
    return rows


def _are_equal(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and fold(one) == fold(other)


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
        for name, text in (("=", left),) if _are_equal(row.one, row.other) else (("A", left), ("B", right)):
            if text:
                table.add_row(name, text)
    return table


def _sides(row: _Row, cells: int, colour: bool) -> tuple[Text, Text]:
    """What a row shows of each text, in no more than so many cells."""
    if _are_equal(row.one, row.other):
        more = f"  (and {row.number - 1:,} more)" if row.number > 1 else ""
        text = Text(visible(row.one), "dim")
        text.truncate(cells - len(more), overflow="ellipsis")
        return text.append(more), Text("=", "dim")
    pieces = differences(row.one, row.other)
    left, right = _marked(pieces, 0, colour), _marked(pieces, 1, colour)
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
