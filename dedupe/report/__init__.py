"""A report for a reader: a person at a terminal, a pipe, or a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from importlib import import_module

from dedupe.core.messages import ENGLISH, speak
from dedupe.core.model import Report
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
    "gitlab": ("gitlab", "pieces"),
    "junit": ("junit", "pieces"),
    "sarif": ("sarif", "pieces"),
    "html": ("html", "pieces"),
}
FORMATS = tuple(WRITERS)
# Shown as they are by whoever prints them, so what their encoding lacks must be escaped; the others are UTF-8.
FOR_PROGRAMS = ("json", "jsonl", "gitlab", "junit", "sarif")
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
    return _in_english(write, report, view) if form in FOR_PROGRAMS else write(report, view)


def _in_english(write: Callable[[Report, View], Iterator[str]], report: Report, view: View) -> Iterator[str]:
    """What a program reads is the same everywhere."""
    english = copy_context()
    english.run(speak, ENGLISH)
    written = english.run(write, report, view)
    while (piece := english.run(next, written, None)) is not None:
        yield piece
