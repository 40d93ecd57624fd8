"""JSON for programs: version 1 of the report as one object, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from dedupe.model import Cluster, Copy, Finding, Report
from dedupe.report.view import View

VERSION = 1
ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)  # made once: `json.dumps` makes one a call
# Valid inside JSON strings, yet not safe outside a parser: C1 controls and bidi marks are obeyed by terminals,
# U+2028 and U+2029 end a line for some readers of lines, a lone surrogate cannot be written as UTF-8.
UNSAFE_RE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def render(report: Report, view: View) -> str:
    """The report as one object, a finding a line so that two reports can be compared line by line.

    With `view.statistics` the findings and clusters are left out.
    """
    parts = [f'"{key}": {_dumps(value)}' for key, value in _head(report).items()]
    if not view.statistics:
        parts.append(_array("findings", map(_finding, report.findings)))
        parts.append(_array("clusters", map(_cluster, report.clusters)))
    parts.append(_array("errors", _errors(report)))
    return "{" + ",\n ".join(parts) + "}\n"


def render_lines(report: Report, view: View) -> str:
    """The report as one object a line, told apart by `type`: summary first, then finding, cluster, error."""
    head = _head(report)
    summary = head.pop("summary")
    rows = [{"type": "summary", **head, **summary}]
    if not view.statistics:
        rows += ({"type": "finding", **_finding(finding)} for finding in report.findings)
        rows += ({"type": "cluster", **_cluster(cluster)} for cluster in report.clusters)
    rows += ({"type": "error", **row} for row in _errors(report))
    return "".join(f"{_dumps(row)}\n" for row in rows)


def _head(report: Report) -> dict[str, Any]:
    from dedupe import __version__

    settings, summary = report.settings, report.summary
    return {
        "version": VERSION,
        "tool": {"name": "dedupe", "version": __version__},
        # `jobs` shapes the speed and not the result, so it would only make equal reports differ.
        "settings": {
            "select": settings.select,
            "ignore": settings.ignore,
            "threshold": settings.threshold,
            "min_length": settings.min_length,
            "chrome_documents": settings.chrome_documents,
            "exclude": settings.exclude,
            "encoding": settings.encoding,
            "text_field": settings.text_field,
            "id_field": settings.id_field,
            "fold_script": settings.fold_script,
        },
        "summary": {
            "documents": summary.documents,
            "characters": summary.characters,
            "findings": summary.findings,
            "clusters": summary.clusters,
            "by_code": dict(sorted(summary.by_code.items())),
            "short_documents": summary.short_documents,
            "seconds": round(summary.seconds, 3),
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    suggestion = finding.suggestion
    return _present({
        "code": finding.code,
        "name": finding.name,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "path": finding.path,
        "record": finding.record,
        "start": finding.start,
        "end": finding.end,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "text": finding.text,
        "slot": finding.slot,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "cluster": finding.cluster,
        "suggestion": suggestion and {"text": suggestion.text, "votes": suggestion.votes, "of": suggestion.of},
    })


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {
        "id": cluster.id,
        "representative": cluster.representative,
        "members": [_member(member) for member in cluster.members],
    }


def _member(member: Copy) -> dict[str, Any]:
    region = member.region
    return _present({
        "path": region.path,
        "record": region.record,
        "start": region.start,
        "end": region.end,
        "line": region.line,
        "end_line": region.end_line,
        "unit": region.unit.value,
        "essay": region.essay,
        "title": region.title,
        "relation": member.relation.value,
        "jaccard": round(member.jaccard, 6),
        "containment": round(member.containment, 6),
        "marks": member.marks,
        "tokens": member.tokens,
    })


def _errors(report: Report) -> Iterable[dict[str, Any]]:
    return ({"path": error.path, "reason": error.reason} for error in report.errors)


def _present(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _array(key: str, rows: Iterable[dict[str, Any]]) -> str:
    body = ",\n  ".join(map(_dumps, rows))
    return f'"{key}": [\n  {body}]' if body else f'"{key}": []'


def _dumps(value: object) -> str:
    return UNSAFE_RE.sub(lambda match: f"\\u{ord(match[0]):04x}", ENCODER.encode(value))
