"""Code quality for GitLab: an array of issues, which a merge request shows beside the lines that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dedupe.core.fingerprint import content_print
from dedupe.core.model import Failure, Finding, Report, Severity
from dedupe.core.rows import dumps
from dedupe.report.paths import has_lines, relative, told
from dedupe.report.view import View, by_code

LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
UNREADABLE = "unreadable-input"


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield unusable inputs as critical issues, then the findings; with `view.statistics` one issue per code."""
    found = _counts(report) if view.statistics else map(_of_finding, report.findings)
    before = "[\n"
    for row in chain(map(_of_failure, report.errors), found):
        yield f"{before}  {row}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _of_finding(finding: Finding) -> str:
    lines = (finding.line, finding.end_line) if has_lines(finding) else (1, 1)
    key = (f"{finding.code} {finding.name}", finding.fingerprint)
    return _issue(key, told(finding), LEVELS[finding.severity], (finding.path, *lines))


def _of_failure(failure: Failure) -> str:
    fingerprint = f"{content_print(failure.path, failure.reason):016x}"
    return _issue((UNREADABLE, fingerprint), failure.reason, "critical", (failure.path, 1, 1))


def _counts(report: Report) -> Iterator[str]:
    for first, number in by_code(report):
        key = f"{first.code} {first.name}", first.code
        yield _issue(key, f"{number:,} found", LEVELS[first.severity], (".", 1, 1))


def _issue(key: tuple[str, str], said: str, level: str, place: tuple[str, int, int]) -> str:
    (check, fingerprint), (path, begin, end) = key, place
    return dumps(
        {
            "type": "issue",
            "engine_name": "dedupe",
            "check_name": check,
            "description": said,
            "categories": ["Style"],
            "fingerprint": fingerprint,
            "severity": level,
            "location": {"path": relative(path) if path != "-" else path, "lines": {"begin": begin, "end": end}},
        }
    )
