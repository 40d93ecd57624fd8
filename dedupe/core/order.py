"""The order of things in a report: the keys that findings and failures are sorted by."""

from __future__ import annotations

import sys
from operator import attrgetter

from dedupe.core import regex as re
from dedupe.core.model import Failure, Finding

RecordKey = tuple[int, str, str]

ONLY = (0, "", "")  # the one document of its file
LINE_RE = re.compile(r"(?P<path>.+):(?P<line>[0-9]+)", re.DOTALL)

# The same as `finding_key` where no document has a record, for a tenth of the price.
_plain_key = attrgetter("path", "start", "end", "code", "fingerprint")


def record_key(record: str) -> RecordKey:
    """Sort records of one file: those that are numbers by their value, then the others.

    >>> sorted(["b", "10", "2", "7#12", "a-1"], key=record_key)
    ['2', '7#12', '10', 'a-1', 'b']
    """
    number = record.partition("#")[0]  # a second record of an id is called `id#line`
    if number.isascii() and number.isdecimal():
        digits = number.lstrip("0")
        return (len(digits), digits, record)
    return (sys.maxsize, "", record)


def finding_key(finding: Finding) -> tuple[str, RecordKey, int, int, str, str]:
    """Sort findings by place, then by code."""
    record = ONLY if finding.record is None else record_key(finding.record)
    return (finding.path, record, finding.start, finding.end, finding.code, finding.fingerprint)


def sorted_findings(findings: list[Finding]) -> list[Finding]:
    """Findings in the order of `finding_key`."""
    has_records = any(finding.record is not None for finding in findings)
    return sorted(findings, key=finding_key if has_records else _plain_key)


def line_of(failure: Failure) -> tuple[str, int]:
    """The file that cannot be used, and the line of it where it is only that one; 0 where it is all of it."""
    match = LINE_RE.fullmatch(failure.path)
    return (match["path"], int(match["line"][:18])) if match else (failure.path, 0)


def failure_key(failure: Failure) -> tuple[str, int, str, str]:
    """Sort failures by file and line."""
    return (*line_of(failure), failure.path, failure.reason)
