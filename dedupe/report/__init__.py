"""A report for a reader: a person at a terminal, a pipe, or a program."""

from __future__ import annotations

from dedupe.model import Report
from dedupe.report.view import View

FORMATS = ("rich", "text", "json", "jsonl")


def render(report: Report, form: str, view: View) -> str:
    """The whole report as one string in one of `FORMATS`, line end included; empty when there is nothing to say.

    A string and not a stream, so that whoever writes it can write all of it or nothing. Formats are imported
    when asked for: a pipe should not wait for rich.
    """
    if form == "rich":
        from dedupe.report import terminal

        return terminal.render(report, view)
    if form == "text":
        from dedupe.report import text

        return text.render(report, view)
    from dedupe.report import json

    return json.render(report, view) if form == "json" else json.render_lines(report, view)
