"""JSON as several formats write it: values escaped for every reader, and rows that they share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from dedupe.core.model import Region, Report, Summary

BETWEEN = ",\n  "
ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)  # made once: `json.dumps` makes one a call
# Valid inside JSON strings, yet not safe outside a parser: C1 controls and bidi marks are obeyed by terminals,
# U+2028 and U+2029 end a line for some readers of lines, a lone surrogate cannot be written as UTF-8. What shows
# nothing (the category Cf, fillers, variation selectors, tags) can carry words that a model reads and nobody sees.
UNSAFE_RE = re.compile(
    "[\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def summary_of(report: Report) -> dict[str, Any]:
    """The figures of a run."""
    summary = report.summary
    return {
        "documents": summary.documents,
        "characters": summary.characters,
        "findings": summary.findings,
        "clusters": summary.clusters,
        "by_code": dict(sorted(summary.by_code.items())),
        "short_documents": summary.short_documents,
        **_accepted(summary),
        "passed_over": summary.passed_over,
        "seconds": round(summary.seconds, 3),
    }


def _accepted(summary: Summary) -> dict[str, Any]:
    """What was found and is not reported, where there is a baseline or an [[allow]]."""
    baseline = summary.baseline
    return present(
        {
            "allowed": summary.allowed or None,
            "unused_allows": summary.unused or None,
            "baseline": baseline and {"path": baseline.path, "holds": baseline.holds, "gone": baseline.gone},
        }
    )


def region_row(region: Region) -> dict[str, Any]:
    """A region as JSON has it, without what it lacks."""
    return present(
        {
            "path": region.path,
            "record": region.record,
            "start": region.start,
            "end": region.end,
            "line": region.line,
            "end_line": region.end_line,
            "unit": region.unit.value,
            "essay": region.essay,
            "title": region.title,
        }
    )


def present(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what does not apply."""
    return {key: value for key, value in row.items() if value is not None}


def array(key: str, rows: Iterable[str]) -> Iterator[str]:
    """An array of JSON piece by piece, a row a line; rows that come together have `BETWEEN` them."""
    before = "\n  "
    yield f'"{key}": ['
    for row in rows:
        yield before + row
        before = BETWEEN
    yield "]"


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """A string of JSON; the same names and messages come by the thousand."""
    return dumps(text)


def dumps(value: object) -> str:
    """A value as JSON on one line, with escapes for what would not be safe outside a parser."""
    return UNSAFE_RE.sub(escaped, ENCODER.encode(value))


def escaped(match: re.Match[str]) -> str:
    r"""A character as JSON escapes it, two escapes where it takes two.

    >>> print(UNSAFE_RE.sub(escaped, "\xad\U000e0041"))
    \u00ad\udb40\udc41
    """
    return json.dumps(match[0])[1:-1]
