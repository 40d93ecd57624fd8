"""JSON for programs: version 1 of the report as one object, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dedupe.core.model import Cluster, Copy, Finding, Kind, Old, Region, Report, Severity, Suggestion, Summary
from dedupe.report.view import View, rows

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.rules.rule import Rule

VERSION = 1
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


def pieces(report: Report, view: View) -> Iterator[str]:
    """The report as one object, a finding a line so that two reports can be compared line by line.

    With `view.statistics` the findings and clusters are left out.
    """
    yield "{"
    for key, value in _head(report).items():
        yield f'"{key}": {dumps(value)},\n '
    if not view.statistics:
        yield from array("findings", rows(report, finding_row, BETWEEN))
        yield ",\n "
        yield from array("clusters", (f"{{{_cluster(cluster)}}}" for cluster in report.clusters))
        yield ",\n "
    yield from array("errors", map(dumps, _errors(report)))
    yield "}\n"


def line_pieces(report: Report, view: View) -> Iterator[str]:
    """The report as one object a line, told apart by `type`: summary first, then finding, cluster, error."""
    head = _head(report)
    summary = head.pop("summary")
    yield _object("summary", {**head, **summary})
    if not view.statistics:
        yield from rows(report, _finding_line)
        yield from (f'{{"type": "cluster", {_cluster(cluster)}}}\n' for cluster in report.clusters)
    yield from (_object("error", row) for row in _errors(report))


def _object(kind: str, row: dict[str, Any]) -> str:
    return dumps({"type": kind, **row}) + "\n"


def _head(report: Report) -> dict[str, Any]:
    from dedupe.core.version import version

    settings = report.settings
    return {
        "version": VERSION,
        "tool": {"name": "dedupe", "version": version()},
        # `jobs` shapes the speed and not the result, so it would only make equal reports differ.
        "settings": {
            "select": settings.select,
            "ignore": settings.ignore,
            "threshold": settings.threshold,
            "min_length": settings.min_length,
            "chrome_documents": settings.chrome_documents,
            "exclude": (*settings.exclude_always, *settings.exclude),
            "include": settings.include,
            "encoding": settings.encoding,
            "errors": settings.errors,
            "text_field": settings.text_field,
            "id_field": settings.id_field,
            "fold_script": settings.fold_script,
            "html": settings.html,
            "docx": settings.docx,
            "stdin_format": settings.stdin_format,
            "max_expansion": settings.max_expansion,
            "follow_links": settings.follow_links,
            "suggest": settings.suggest,
            "rules": [_rule(rule) for rule in settings.rules],
            **_passed(settings),
        },
        "summary": summary_of(report),
    }


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


def _passed(settings: Settings) -> dict[str, Any]:
    """What the configuration lets pass, where it says such a thing."""
    return present({
        "allow": [
            present({
                "pattern": allow.pattern or None, "codes": allow.codes or None, "paths": allow.paths or None,
                "reason": allow.reason,
            })
            for allow in settings.allow
        ] or None,
        "per_path": {
            narrower.pattern: present({
                "select": narrower.select or None, "ignore": narrower.ignore or None,
                "threshold": narrower.threshold or None, "encoding": narrower.encoding or None,
            })
            for narrower in settings.per_path
        } or None,
    })


def _accepted(summary: Summary) -> dict[str, Any]:
    """What was found and is not reported, where there is a baseline or an [[allow]]."""
    baseline = summary.baseline
    return present({
        "allowed": summary.allowed or None,
        "unused_allows": summary.unused or None,
        "baseline": baseline and {"path": baseline.path, "holds": baseline.holds, "gone": baseline.gone},
    })


def _rule(rule: Rule) -> dict[str, Any]:
    """A rule of a user's own, without the examples that it was held to."""
    return present({
        "code": rule.code,
        "name": rule.name,
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "slot": rule.slot,
        "pattern": rule.pattern,
        "message": rule.message,
    })


def finding_row(finding: Finding) -> str:
    """A finding as an object on one line."""
    return f"{{{_fields(finding)}}}"


def _finding_line(finding: Finding) -> str:
    return f'{{"type": "finding", {_fields(finding)}}}\n'


def _fields(finding: Finding) -> str:
    """What the object of a finding holds, without its brackets.

    Put together here and not by an encoder: there are millions, and most of what they say was said of another one.
    """
    (
        code, name, kind, severity, path, record, start, end, line, column, end_line, end_column,
        text, _, _, message, fingerprint, slot, cluster, suggestion, old,
    ) = finding
    row = (
        f"{_rule_fields(code, name, kind, severity)}, {_document_fields(path, record)}, "
        f'"start": {start}, "end": {end}, "line": {line}, "column": {column}, '
        f'"end_line": {end_line}, "end_column": {end_column}, "text": {_quoted(text)}, '
    )
    if slot is not None:
        row += f'"slot": {_quoted(slot)}, '
    row += f'"message": {_quoted(message)}, "fingerprint": "{fingerprint}"'
    if cluster is not None:
        row += f', "cluster": {_quoted(cluster)}'
    if suggestion is not None:
        row += f', "suggestion": {dumps(_suggestion(suggestion))}'
    return row if old is None else f'{row}, "old": {dumps(_old(old))}'


@lru_cache(maxsize=256)
def _rule_fields(code: str, name: str, kind: Kind, severity: Severity) -> str:
    return _inner({"code": code, "name": name, "kind": kind.value, "severity": severity.value})


@lru_cache(maxsize=256)
def _document_fields(path: str, record: str | None) -> str:
    return _inner(present({"path": path, "record": record}))


def _inner(row: dict[str, Any]) -> str:
    return dumps(row)[1:-1]


def _old(old: Old) -> dict[str, Any]:
    return present({
        "path": old.path,
        "record": old.record,
        "start": old.start,
        "end": old.end,
        "line": old.line,
        "end_line": old.end_line,
        "relation": old.relation.value,
        "jaccard": round(old.jaccard, 6),
        "jaccard_low": round(old.low, 6),
        "jaccard_high": round(old.high, 6),
        "containment": round(old.containment, 6),
        "verified": old.is_verified,
    })


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    row: dict[str, Any] = {"text": suggestion.text, "votes": suggestion.votes, "of": suggestion.of}
    if suggestion.at:
        row["start"], row["end"] = suggestion.at.start, suggestion.at.end
    if suggestion.sources:
        row["sources"] = [present(source._asdict()) for source in suggestion.sources]
    return row


def _cluster(cluster: Cluster) -> str:
    """What the object of a cluster holds, without its brackets; put together here, as that of a finding is."""
    members = ", ".join(map(_member, cluster.members))
    return f'"id": {dumps(cluster.id)}, "representative": {cluster.representative}, "members": [{members}]'


def region_row(region: Region) -> dict[str, Any]:
    """A region as JSON has it, without what it lacks."""
    return present({
        "path": region.path,
        "record": region.record,
        "start": region.start,
        "end": region.end,
        "line": region.line,
        "end_line": region.end_line,
        "unit": region.unit.value,
        "essay": region.essay,
        "title": region.title,
    })


def _member(member: Copy) -> str:
    region = member.region
    essay = "" if region.essay is None else f'"essay": {region.essay}, '
    title = "" if region.title is None else f'"title": {_quoted(region.title)}, '
    home = "" if member.home else ', "home": false'
    holds = f', "holds": {member.holds}' if member.holds else ""
    return (
        f'{{{_document_fields(region.path, region.record)}, "start": {region.start}, "end": {region.end}, '
        f'"line": {region.line}, "end_line": {region.end_line}, "unit": "{region.unit.value}", {essay}{title}'
        f'"relation": "{member.relation.value}", "jaccard": {round(member.jaccard, 6)}, '
        f'"containment": {round(member.containment, 6)}, "marks": {member.marks}, "tokens": {member.tokens}, '
        f'"severity": "{member.severity.value}"{home}{holds}}}'
    )


def _errors(report: Report) -> Iterable[dict[str, Any]]:
    return ({"path": error.path, "reason": error.reason} for error in report.errors)


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
def _quoted(text: str) -> str:
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
