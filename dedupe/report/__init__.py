"""A report for a reader: a person at a terminal, a pipe, or a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from dedupe.model import Report
from dedupe.report.view import View

# Module and function of each format.
WRITERS = {
    "rich": ("terminal", "pieces"),
    "text": ("text", "pieces"),
    "json": ("json", "pieces"),
    "jsonl": ("json", "line_pieces"),
    "csv": ("csv", "pieces"),
    "markdown": ("markdown", "pieces"),
    "github": ("github", "pieces"),
    "sarif": ("sarif", "pieces"),
    "html": ("html", "pieces"),
}
FORMATS = tuple(WRITERS)
# Shown as they are by whoever prints them, so what their encoding lacks must be escaped; the others are UTF-8.
FOR_TERMINALS = ("rich", "text")
# What a file begins with. Excel takes UTF-8 without a mark for the system's old encoding; a pipe should not have one.
BEGINNINGS = {"csv": "\ufeff"}


def render(report: Report, form: str, view: View) -> str:
    """The whole report as one string in one of `FORMATS`, line end included; empty when there is nothing to say."""
    return "".join(pieces(report, form, view))


def pieces(report: Report, form: str, view: View) -> Iterator[str]:
    """The report piece by piece, for one of a large corpus is larger than memory should have to be.

    Formats are imported when asked for: a pipe should not wait for rich.
    """
    module, function = WRITERS[form]
    write: Callable[[Report, View], Iterator[str]] = getattr(import_module(f"dedupe.report.{module}"), function)
    return write(report, view)
