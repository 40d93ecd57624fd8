"""The report formats: for a person at a terminal, for a pipe, or for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from importlib import import_module

from dedupe.core.messages import ENGLISH, speak
from dedupe.core.model import Report
from dedupe.report.view import View, unobeyed

# The module and the function that write each format.
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
# Programs print these formats as they are, so characters that their encoding lacks are escaped. The others are UTF-8.
FOR_PROGRAMS = ("json", "jsonl", "gitlab", "junit", "sarif")
FOR_TERMINALS = ("rich", "text")
# The first characters of a file. Excel needs a byte order mark to recognise UTF-8; a pipe should have no mark.
BEGINNINGS = {"csv": "\ufeff"}


def render(report: Report, form: str, view: View) -> str:
    """Return the whole report as one string in one of `FORMATS`, with a line end; empty if there is nothing to say."""
    return "".join(pieces(report, form, view))


def pieces(report: Report, form: str, view: View) -> Iterator[str]:
    """Yield the report piece by piece, because the report on a large corpus may not fit into memory.

    The module of a format is imported on demand, so that output to a pipe does not wait for rich.
    """
    module, function = WRITERS[form]
    write: Callable[[Report, View], Iterator[str]] = getattr(import_module(f"dedupe.report.{module}"), function)
    if form in FOR_PROGRAMS:
        return _in_english(write, report, view)
    return map(unobeyed, write(report, view)) if form in FOR_TERMINALS else write(report, view)


def _in_english(write: Callable[[Report, View], Iterator[str]], report: Report, view: View) -> Iterator[str]:
    """Yield the pieces in English, because programs must read the same text everywhere."""
    english = copy_context()
    english.run(speak, ENGLISH)
    written = english.run(write, report, view)
    while (piece := english.run(next, written, None)) is not None:
        yield piece
