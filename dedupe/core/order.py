"""The order of a report: the sort keys of findings and failures."""

from __future__ import annotations

import sys
from operator import attrgetter

from dedupe.core import regex as re
from dedupe.core.model import Failure, Finding

RecordKey = tuple[int, str, str]

ONLY = (0, "", "")  # the only document of its file
LINE_RE = re.compile(r"(?P<path>.+):(?P<line>[0-9]+)", re.DOTALL)

# Equals `finding_key` if no document has a record, at a tenth of the cost.
_plain_key = attrgetter("path", "start", "end", "code", "fingerprint")


def record_key(record: str) -> RecordKey:
    """Return the key that sorts records of one file: numbers by value, then the others.

    >>> sorted(["b", "10", "2", "7#12", "a-1"], key=record_key)
    ['2', '7#12', '10', 'a-1', 'b']
    """
    number = record.partition("#")[0]  # the second record with an id is called `id#line`
    if number.isascii() and number.isdecimal():
        digits = number.lstrip("0")
        return (len(digits), digits, record)
    return (sys.maxsize, "", record)


def finding_key(finding: Finding) -> tuple[str, RecordKey, int, int, str, str]:
    """Return the key that sorts findings by place, then by code."""
    record = ONLY if finding.record is None else record_key(finding.record)
    return (finding.path, record, finding.start, finding.end, finding.code, finding.fingerprint)


def sorted_findings(findings: list[Finding]) -> list[Finding]:
    """Return findings in the order of `finding_key`."""
    has_records = any(finding.record is not None for finding in findings)
    return sorted(findings, key=finding_key if has_records else _plain_key)


def line_of(failure: Failure) -> tuple[str, int]:
    """Return the file that cannot be used, and its line if only that one fails; 0 if all of it does."""
    match = LINE_RE.fullmatch(failure.path)
    return (match["path"], int(match["line"][:18])) if match else (failure.path, 0)


def failure_key(failure: Failure) -> tuple[str, int, str, str]:
    """Return the key that sorts failures by file and line."""
    return (*line_of(failure), failure.path, failure.reason)
