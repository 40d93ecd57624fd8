"""Rows that several formats of JSON share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dedupe.core.model import Region, Report, Summary
from dedupe.core.rows import present

BETWEEN = ",\n  "


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


def array(key: str, rows: Iterable[str]) -> Iterator[str]:
    """An array of JSON piece by piece, a row a line; rows that come together have `BETWEEN` them."""
    before = "\n  "
    yield f'"{key}": ['
    for row in rows:
        yield before + row
        before = BETWEEN
    yield "]"
