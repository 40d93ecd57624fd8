"""The marked text inside its line, cut to a number of terminal cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from dedupe.core.model import Finding, Kind
from dedupe.report.view import visible

# The length of `Finding.before` and `after`; if they are this long, the line goes on beyond them.
CONTEXT = 40
# Inverse colours for short marks; plain colour for boilerplate, which is often a whole line.
HIGHLIGHT = {Kind.PLACEHOLDER: "black on yellow", Kind.BOILERPLATE: "cyan", Kind.DUPLICATE: "green"}


@dataclass(frozen=True, slots=True)
class Snippet:
    """Findings of one line that share a row, all of them visible in it."""

    findings: tuple[Finding, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class _Window:
    """The visible part of a line: `source` from `low` to `high`; `base` is the offset of `source` in its document.

    `opens` and `goes_on` say that the line has more to the left and to the right.
    """

    source: str
    base: int
    low: int
    high: int
    opens: bool
    goes_on: bool


def snippets(findings: Sequence[Finding], width: int, colour: bool) -> list[Snippet]:
    """Return the findings of one document as rows of at most `width` cells.

    Neighbours with the same message on the same line share a row while each of them is visible in it. Without colour
    the marked text stands between « and ».
    """
    rows: list[Snippet] = []
    start = 0
    while start < len(findings):
        end = start + 1
        while end < len(findings) and _fits(findings[start : end + 1], width, colour):
            end += 1
        group = findings[start:end]
        rows.append(Snippet(tuple(group), _draw(group, _window(group, width, colour), colour)))
        start = end
    return rows


def _fits(group: Sequence[Finding], width: int, colour: bool) -> bool:
    first, last = group[0], group[-1]
    if (first.line, first.code, first.message) != (last.line, last.code, last.message):
        return False
    window = _window(group, width, colour)
    return group[-2].end <= last.start and last.end <= window.base + window.high


def _window(group: Sequence[Finding], width: int, colour: bool) -> _Window:
    """Return the window: the first mark, a third of the remaining room before it, and the rest after it."""
    first = group[0]
    before = first.before.rpartition("\n")[2].lstrip()
    after = first.after.partition("\n")[0].rstrip()
    source = before + first.text + after
    start, end = len(before), len(before) + len(first.text)
    # Two cells for the … at both ends, and two for the « » of each mark without colour.
    room = width - 2 - (0 if colour else 2 * len(group))
    high = _fill(source[start:end], room) + start
    room -= cell_len(visible(source[start:high]))
    tail = cell_len(visible(after))
    low = start - _fill(before[::-1], max(room // 3, room - tail))
    room -= cell_len(visible(source[low:start]))
    if high == end:
        high += _fill(after, room)
    opens = low > 0 or len(before) == CONTEXT
    goes_on = high < len(source) or len(after) == CONTEXT
    return _Window(source, first.start - start, low, high, opens, goes_on)


def _fill(text: str, room: int) -> int:
    """Return how many characters of a text fit into `room` cells."""
    for index, char in enumerate(text):
        room -= cell_len(visible(char))
        if room < 0:
            return index
    return len(text)


def _draw(group: Sequence[Finding], window: _Window, colour: bool) -> Text:
    source, at = window.source, window.low
    left, right = ("", "") if colour else ("«", "»")
    text = Text("…" if window.opens else "")
    for finding in group:
        start = finding.start - window.base
        end = start + len(finding.text)
        text.append(visible(source[at:start]))
        marked = visible(source[start : min(end, window.high)])
        # Only the first mark of a row can be too long for it, and then it is also the last.
        is_cut = end > window.high
        text.append(f"{left}{marked}{'…' if is_cut else ''}{right}", HIGHLIGHT[finding.kind])
        at = end
    text.append(visible(source[at : window.high]))
    return text.append("…" if window.goes_on and at <= window.high else "")
