"""A report for a reader: a person at a terminal, a pipe, or a program."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.model import Report
from dedupe.report.view import View

FORMATS = ("rich", "text", "json", "jsonl")


def render(report: Report, form: str, view: View) -> str:
    """The whole report as one string in one of `FORMATS`, line end included; empty when there is nothing to say."""
    return "".join(pieces(report, form, view))


def pieces(report: Report, form: str, view: View) -> Iterator[str]:
    """The report piece by piece, for one of a large corpus is larger than memory should have to be.

    Formats are imported when asked for: a pipe should not wait for rich.
    """
    if form == "rich":
        from dedupe.report import terminal

        return terminal.pieces(report, view)
    if form == "text":
        from dedupe.report import text

        return text.pieces(report, view)
    from dedupe.report import json

    return json.pieces(report, view) if form == "json" else json.line_pieces(report, view)
