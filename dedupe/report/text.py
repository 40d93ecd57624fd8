"""Plain text for pipes and editors: one line per finding, nothing else on standard output."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dedupe.core.messages import tell
from dedupe.core.model import Failure, Finding, Report
from dedupe.report.view import View, address, by_code, count, figures, notes, rows, said, visible

ERRORS = 100
RECORD_RE, THERE_ARE_RE = re.compile(r"(?::\d+|#.*)$", re.DOTALL), re.compile(r" \(there are: .*?\)")


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield findings as `path:line:column: CODE message [text]`, or with `view.statistics` the counts by code.

    A line is complete however long, because grep and editors read it; only the marked text in brackets is cut.
    """
    if view.statistics:
        return (f"{number:>7}  {first.code}  {first.name}\n" for first, number in by_code(report))
    return rows(report, _full_line)


def _full_line(finding: Finding) -> str:
    return f"{line(finding)}\n"


def line(finding: Finding) -> str:
    """Return a finding on one line."""
    place = f"{address(finding.path, finding.record)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {said(finding)}"


def closing_lines(report: Report, statistics: bool = False) -> list[str]:
    """Return the figures of the run, for standard error."""
    return [figures(report.summary), *notes(report, statistics)]


def error_lines(errors: Sequence[Failure], most: int = ERRORS) -> Iterator[str]:
    """Yield one line per unusable input, for standard error; at most `most` lines, or all if that is 0.

    Every line of a file without the text field is an error, so errors with the same file and reason share a line unless
    all are asked for.
    """
    causes: dict[object, list[Failure]] = {}
    for error in errors:
        causes.setdefault(_cause(error) if most else id(error), []).append(error)
    groups = list(causes.values())
    shown = groups[:most] if most else groups
    for group in shown:
        path, reason = visible(group[0].path), visible(tell(group[0].reason))
        others = "" if len(group) == 1 else tell("and {number}", count(len(group) - 1, "more record")) + ": "
        yield f"{tell('error: ')}{path}: {others}{reason}"
    left = sum(map(len, groups[len(shown) :]))
    if left:
        yield tell("error: {number} more: `dedupe check --format json` lists all", f"{left:,}")


def _cause(error: Failure) -> tuple[str, str]:
    """Return the file of an error, and its reason without details of the record."""
    return RECORD_RE.sub("", error.path), THERE_ARE_RE.sub("", error.reason)
