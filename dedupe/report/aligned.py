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

from dedupe.report.view import View, count, visible

WIDE = 120
ALIKE = 50  # least ratio, in percent, of two sentences that stand opposite each other
SENTENCES = 60  # more of one text are not aligned: the table grows with their square
ROWS, LINES = 8, 3  # shown of a pair of texts, and of one sentence
KEEP = 8  # code points of an equal stretch that are shown beside a difference
LEAST = 2  # an equal stretch as short as a letter between two differences is chance

INDENT, GAP = 4, 2  # cells
COLOURS = ("red", "green")
MARKS = (("[-", "-]"), ("{+", "+}"))

Opposite = tuple[str | None, str | None]
Piece = tuple[bool, str, str]


class _Row(NamedTuple):
    """A row to show, which stands for `number` of its like."""

    one: str | None
    other: str | None
    number: int


def pair_up(one: Sequence[str], other: Sequence[str]) -> list[Opposite]:
    """The sentences of two texts in order, those that are most alike opposite each other, None opposite the others.

    >>> pair_up(["春天来了。", "桥修好了。"], ["春天来了。", "请多提意见。", "桥终于修好了。"])
    [('春天来了。', '春天来了。'), (None, '请多提意见。'), ('桥修好了。', '桥终于修好了。')]
    """
    gains = [[_gain(left, right) for right in other] for left in one]
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
    """Two sentences in pieces: whether the piece is equal in both, what it is in the first, and in the second.

    >>> differences("我们修了一座桥。", "我们修了三座石桥。")
    [(True, '我们修了', '我们修了'), (False, '一座', '三座石'), (True, '桥。', '桥。')]
    """
    pieces: list[Piece] = []
    steps = Levenshtein.opcodes(one, other)
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
    if view.width >= WIDE:
        width = (view.width - INDENT) // 2 - GAP
        table = Table.grid(padding=(0, GAP, 0, 0))
        table.add_column(width=INDENT - GAP)
        table.add_column(width=width)
        table.add_column(width=width)
        for row in rows[:ROWS]:
            left, right = _sides(row, LINES * width, view.colour)
            table.add_row("", left, right)
    else:
        width = view.width - INDENT
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(width=INDENT - 1, justify="right")
        table.add_column(width=width)
        for row in rows[:ROWS]:
            left, right = _sides(row, LINES * width, view.colour)
            for name, text in (("=", left),) if row.one == row.other else (("A", left), ("B", right)):
                if text:
                    table.add_row(Text(name, "dim"), text)
    yield table
    rest = sum(row.number for row in rows[ROWS:]) + max(0, len(one) - SENTENCES, len(other) - SENTENCES)
    if rest:
        yield Text(f"{'':{INDENT}}… and {count(rest, 'more sentence')} (--format json has all)", "dim")


def _rows(pairs: Sequence[Opposite]) -> list[_Row]:
    """Every changed sentence by itself; of a run that is equal, or stands in one text only, the first for all."""
    rows: list[_Row] = []
    for kind, group in groupby(pairs, key=lambda pair: (pair[0] == pair[1], pair[0] is None, pair[1] is None)):
        run = list(group)
        rows += [_Row(*run[0], len(run))] if any(kind) else [_Row(*pair, 1) for pair in run]
    return rows


def _sides(row: _Row, cells: int, colour: bool) -> tuple[Text, Text]:
    """What a row shows of each text, of no more than so many cells."""
    more = f"  (and {row.number - 1} more)" if row.number > 1 else ""
    if row.one == row.other:
        left, right = Text(visible(row.one or ""), "dim"), Text("=", "dim")
    else:
        pieces = differences(row.one or "", row.other or "")
        left, right = _marked(pieces, 0, colour), _marked(pieces, 1, colour)
    for text in (left, right):
        text.truncate(cells - len(more), overflow="ellipsis")
        if text.plain not in ("", "="):
            text.append(more, "dim")
    return left, right


def _marked(pieces: Sequence[Piece], side: int, colour: bool) -> Text:
    """One side of the differences; of long equal pieces only what stands beside a difference."""
    text = Text()
    for at, (is_equal, *parts) in enumerate(pieces):
        part = visible(parts[side])
        if is_equal:
            text.append(_shortened(part, is_first=at == 0, is_last=at == len(pieces) - 1))
        elif part and colour:
            text.append(part, COLOURS[side])
        elif part:
            text.append(part.join(MARKS[side]))
    return text


def _shortened(part: str, is_first: bool, is_last: bool) -> str:
    """The ends of an equal piece that stand beside a difference.

    >>> _shortened("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸", True, False)
    '…丙丁戊己庚辛壬癸'
    """
    before, after = "" if is_first else part[:KEEP], "" if is_last else part[-KEEP:]
    return f"{before}…{after}" if len(before) + len(after) + 1 < len(part) else part
