"""Rows that several JSON formats share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dedupe.core.model import Report, Summary
from dedupe.core.rows import UNSAFE_RE, escaped, picked, present

BETWEEN = ",\n  "


def summary_of(report: Report) -> dict[str, Any]:
    """Return the figures of a run."""
    summary = report.summary
    return {
        **picked(summary, "documents", "characters", "findings", "clusters"),
        "by_code": dict(sorted(summary.by_code.items())),
        "short_documents": summary.short_documents,
        **_accepted(summary),
        "passed_over": summary.passed_over,
        "seconds": round(summary.seconds, 3),
    }


def _accepted(summary: Summary) -> dict[str, Any]:
    """Return the accepted findings that the report leaves out: counts for [[allow]] tables and for a baseline."""
    return present(
        {
            "allowed": summary.allowed or None,
            "unused_allows": summary.unused or None,
            "baseline": summary.baseline and picked(summary.baseline, "path", "holds", "gone"),
        }
    )


def made_by(form: int) -> dict[str, Any]:
    """Return what a JSON report begins with: the version of its format and of this program."""
    from dedupe.core.version import version

    return {"version": form, "tool": {"name": "dedupe", "version": version()}}


def indented(value: object) -> str:
    """Return a value as JSON on several lines that is safe to print, with a line end."""
    return UNSAFE_RE.sub(escaped, json.dumps(value, ensure_ascii=False, indent=1)) + "\n"


def array(key: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield a JSON array piece by piece, one row per line; rows that come together have `BETWEEN` between them."""
    before = "\n  "
    yield f'"{key}": ['
    for row in rows:
        yield before + row
        before = BETWEEN
    yield "]"
