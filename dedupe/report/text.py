"""Plain text for pipes and editors: one line a finding, nothing else on standard output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedupe.core.messages import tell
from dedupe.core.model import Failure, Finding, Report
from dedupe.report.view import View, address, by_code, figures, notes, rows, said, visible

ERRORS = 100


def pieces(report: Report, view: View) -> Iterator[str]:
    """Findings as `path:line:column: CODE message [text]`, or with `view.statistics` the counts by code.

    A line is complete however long, for grep and editors read it; only the marked text in brackets is cut.
    """
    if view.statistics:
        return (f"{number:>7}  {code}  {name}\n" for code, name, _, number in by_code(report))
    return rows(report, _full_line)


def _full_line(finding: Finding) -> str:
    return f"{line(finding)}\n"


def line(finding: Finding) -> str:
    """A finding on one line."""
    place = f"{address(finding.path, finding.record)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {said(finding)}"


def closing_lines(report: Report, statistics: bool = False) -> list[str]:
    """The figures of the run, for standard error."""
    return [figures(report.summary), *notes(report, statistics)]


def error_lines(errors: Sequence[Failure], most: int = ERRORS) -> Iterator[str]:
    """One line an input that could not be used, for standard error; `most` of them, or all where that is 0.

    Every line of a file without the text field is an error, and a million of them say no more than the first hundred.
    """
    shown = errors[:most] if most else errors
    for error in shown:
        yield f"{tell('error: ')}{visible(error.path)}: {visible(tell(error.reason))}"
    if len(shown) < len(errors):
        yield tell(f"error: {len(errors) - len(shown):,} more: `dedupe check --format json` lists all")
