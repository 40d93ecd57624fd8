"""Plain text for pipes and editors: one line a finding, nothing else on standard output."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.model import Finding, Kind, Report
from dedupe.report.view import View, address, by_code, figures, short_text_note, visible

LONGEST_TEXT = 60


def pieces(report: Report, view: View) -> Iterator[str]:
    """Findings as `path:line:column: CODE message [text]`, or with `view.statistics` the counts by code.

    A line is complete however long, for grep and editors read it; only the marked text in brackets is cut.
    """
    if view.statistics:
        return (f"{number:>7}  {code}  {name}\n" for code, name, _, number in by_code(report))
    return (f"{_line(finding)}\n" for finding in report.findings)


def closing_lines(report: Report) -> list[str]:
    """The figures of the run, for standard error."""
    return [line for line in (figures(report.summary), short_text_note(report)) if line]


def error_lines(report: Report) -> list[str]:
    """One line an input that could not be used, for standard error."""
    return [f"error: {visible(error.path)}: {visible(error.reason)}" for error in report.errors]


def _line(finding: Finding) -> str:
    place = f"{address(finding.path, finding.record)}:{finding.line}:{finding.column}"
    line = f"{place}: {finding.code} {visible(finding.message)}"
    # The message of a duplicate names its place and its sister; the first words of an essay say less.
    if finding.kind is Kind.DUPLICATE and finding.cluster is not None:
        return line
    text = visible(finding.text)
    return f"{line} [{text}]" if len(text) <= LONGEST_TEXT else f"{line} [{text[:LONGEST_TEXT]}…]"
