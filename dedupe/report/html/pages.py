"""Documents with findings as the page shows them: numbered lines in parts, each with the numbers of its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from dedupe.core.messages import tell
from dedupe.core.model import Document, Finding, Kind
from dedupe.inputs.texts import Texts
from dedupe.report.html.language import language_of
from dedupe.report.view import address, visible
from dedupe.rules.scan import CONTEXT, Lines

REACH = 120  # code points kept on either side of a finding in a line that is not kept whole
LONGEST = 4_000  # code points of a line that is kept whole

Row = dict[str, Any]
Marked = tuple[int, int, int]  # start, end, and the number of a finding, or KEPT
Part = str | list[str | int]
KEPT = -1


def page_rows(findings: Iterable[Finding], texts: Texts | None, whole: bool, named: bool = False) -> Iterator[Row]:
    """Yield the documents of some findings in order, with all their lines if they are to be `whole`.

    Findings to be `named` have the fingerprints under which decisions refer to them; copies have none. A document that
    is gone or has changed is rebuilt from the context that its findings hold.
    """
    for path, of_path in groupby(findings, key=lambda finding: finding.path):
        wanted = {record: list(group) for record, group in groupby(of_path, key=lambda finding: finding.record)}
        made: dict[str | None, Row] = {}
        for document in texts.of(path, wanted.keys()) if texts else ():
            found = wanted[document.record]
            if all(_is_there(finding, document.text) for finding in found):
                made[document.record] = page_row(document, found, whole)
        for record, found in wanted.items():
            row = made.get(record) or _remembered(path, record, found)
            for one, finding in zip(row["findings"], found) if named else ():
                one |= {} if finding.cluster else {"id": finding.fingerprint}
            yield row


def _is_there(finding: Finding, text: str) -> bool:
    start, end = finding.start, finding.end
    is_same = finding.kind is Kind.DUPLICATE or text[start:end] == finding.text
    after, before = text[end : end + len(finding.after)], text[max(0, start - len(finding.before)) : start]
    return is_same and (before, after) == (finding.before, finding.after)


def page_row(document: Document, found: Sequence[Finding], whole: bool) -> Row:
    """Return a document as it is now with its findings, and with all its lines if it is to be `whole`."""
    text = document.text
    # A line end at the very end begins no line that a person would count.
    starts = [start for start in Lines(text).starts if start < max(1, len(text))] + [len(text)]
    marked: dict[int, list[Marked]] = {}
    for number, finding in enumerate(found):
        # The page marks a copy with a bar beside its lines, so only the first of them must be present.
        last = finding.line if finding.cluster else _last_line(finding)
        for line in range(finding.line, last + 1):
            marked.setdefault(line, []).append((finding.start, finding.end, KEPT if finding.cluster else number))
    lines = []
    for line in range(1, len(starts)) if whole else sorted(marked):
        start = starts[line - 1]
        end = start + len(text[start : starts[line]].rstrip("\r\n"))
        here = marked.get(line, ())
        windows = [(start, end)] if whole and end - start <= LONGEST else _windows(start, end, here)
        lines.append([line, *_parts(text, (start, end), windows, here)])
    state = "whole" if whole else "lines"
    return _row(document.path, document.record, found) | {
        "language": language_of(text),
        "state": state,
        "count": len(starts) - 1,
        "lines": lines,
    }


def _last_line(finding: Finding) -> int:
    """Return the line of a finding's last character; a finding that includes its line end has its end on the next."""
    return max(finding.line, finding.end_line - (finding.end_column == 1))


def _windows(start: int, end: int, marked: Iterable[Marked]) -> list[tuple[int, int]]:
    """Return the parts of a line to keep: around findings, the start of long findings, and the start of the line."""
    windows: list[tuple[int, int]] = []
    for first, last, _ in sorted(marked) or [(start, start, KEPT)]:
        low = max(start, first - REACH)
        high = min(end, last + REACH, max(first, start) + LONGEST)
        if windows and low <= windows[-1][1]:
            low, high = windows[-1][0], max(high, windows[-1][1])
            windows.pop()
        windows.append((low, high))
    return windows


def _parts(
    text: str, line: tuple[int, int], windows: Sequence[tuple[int, int]], marked: Sequence[Marked]
) -> Iterator[Part]:
    """Yield a line as plain strings, lists of a string with the numbers of its findings, and … for what is left out."""
    start, end = line
    spans = [(max(start, low), min(end, high), number) for low, high, number in marked if number != KEPT]
    spans += [(low, high, KEPT) for low, high in windows]
    begin: dict[int, list[int]] = {start: [], end: []}
    stop: dict[int, list[int]] = {start: [], end: []}
    for low, high, number in spans:
        if low >= high:
            continue
        begin.setdefault(low, []).append(number)
        stop.setdefault(high, []).append(number)
    active: set[int] = set()
    is_cut = False
    places = sorted(begin.keys() | stop.keys())
    for low, high in pairwise(places):
        active.difference_update(stop.get(low, ()))
        active.update(begin.get(low, ()))
        if KEPT in active:
            numbers = sorted(active - {KEPT})
            yield [visible(text[low:high]), *numbers] if numbers else visible(text[low:high])
        elif not is_cut:
            yield "…"
        is_cut = KEPT not in active


def _remembered(path: str, record: str | None, found: Sequence[Finding]) -> Row:
    """Return a document without its text: each finding with the part of its line that it holds."""
    parts: dict[int, list[Part]] = {}
    for number, finding in enumerate(found):
        before, after = finding.before.rpartition("\n")[2], finding.after.partition("\n")[0]
        opening, ending = ("…" if len(side) == CONTEXT else "" for side in (before, after))
        line = parts.setdefault(finding.line, [])
        gap = "  " if line else ""
        line += [gap + opening + visible(before), [visible(finding.text), number], visible(after) + ending]
    lines = [[number, *line] for number, line in sorted(parts.items())]
    language = language_of("".join(finding.before + finding.text for finding in found))
    return _row(path, record, found) | {"language": language, "state": "remembered", "count": 0, "lines": lines}


def _row(path: str, record: str | None, found: Sequence[Finding]) -> Row:
    return {"name": address(path, record), "path": visible(path), "findings": [_finding(f) for f in found]}


def _finding(finding: Finding) -> Row:
    row: Row = {
        "code": finding.code,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "line": finding.line,
        "column": finding.column,
        "end": _last_line(finding),
        "message": visible(tell(finding.message)),
    }
    suggestion = finding.suggestion
    if suggestion:
        row["suggestion"] = {
            "text": visible(suggestion.text),
            "votes": suggestion.votes,
            "of": suggestion.of,
            "sources": [f"{address(source.path, source.record)}:{source.line}" for source in suggestion.sources],
        }
    if finding.cluster:
        row |= {"start": finding.start, "cluster": finding.cluster}
    return row
