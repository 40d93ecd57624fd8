"""JSON for programs: version 1 of the report as one object, or one object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dedupe.core.model import Cluster, Copy, Finding, Kind, Old, Report, Severity, Suggestion
from dedupe.report.rows import BETWEEN, array, dumps, present, quoted, summary_of
from dedupe.report.view import View, rows

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.rules.rule import Rule

VERSION = 1


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


def _passed(settings: Settings) -> dict[str, Any]:
    """What the configuration lets pass, where it says such a thing."""
    return present(
        {
            "allow": [
                present(
                    {
                        "pattern": allow.pattern or None,
                        "codes": allow.codes or None,
                        "paths": allow.paths or None,
                        "reason": allow.reason,
                    }
                )
                for allow in settings.allow
            ]
            or None,
            "per_path": {
                narrower.pattern: present(
                    {
                        "select": narrower.select or None,
                        "ignore": narrower.ignore or None,
                        "threshold": narrower.threshold or None,
                        "encoding": narrower.encoding or None,
                    }
                )
                for narrower in settings.per_path
            }
            or None,
        }
    )


def _rule(rule: Rule) -> dict[str, Any]:
    """A rule of a user's own, without the examples that it was held to."""
    return present(
        {
            "code": rule.code,
            "name": rule.name,
            "kind": rule.kind.value,
            "severity": rule.severity.value,
            "slot": rule.slot,
            "pattern": rule.pattern,
            "message": rule.message,
        }
    )


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
        code,
        name,
        kind,
        severity,
        path,
        record,
        start,
        end,
        line,
        column,
        end_line,
        end_column,
        text,
        _,
        _,
        message,
        fingerprint,
        slot,
        cluster,
        suggestion,
        old,
    ) = finding
    row = (
        f"{_rule_fields(code, name, kind, severity)}, {_document_fields(path, record)}, "
        f'"start": {start}, "end": {end}, "line": {line}, "column": {column}, '
        f'"end_line": {end_line}, "end_column": {end_column}, "text": {quoted(text)}, '
    )
    if slot is not None:
        row += f'"slot": {quoted(slot)}, '
    row += f'"message": {quoted(message)}, "fingerprint": "{fingerprint}"'
    if cluster is not None:
        row += f', "cluster": {quoted(cluster)}'
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
    return present(
        {
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
        }
    )


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


def _member(member: Copy) -> str:
    region = member.region
    essay = "" if region.essay is None else f'"essay": {region.essay}, '
    title = "" if region.title is None else f'"title": {quoted(region.title)}, '
    home = "" if member.home else ', "home": false'
    holds = f', "holds": {member.holds}' if member.holds else ""
    old = ', "old": true' if member.old else ""
    equal = f', "equal_to": {quoted(member.equal_to)}' if member.equal_to else ""
    return (
        f'{{{_document_fields(region.path, region.record)}, "start": {region.start}, "end": {region.end}, '
        f'"line": {region.line}, "end_line": {region.end_line}, "unit": "{region.unit.value}", {essay}{title}'
        f'"relation": "{member.relation.value}", "jaccard": {round(member.jaccard, 6)}, '
        f'"containment": {round(member.containment, 6)}, "marks": {member.marks}, "tokens": {member.tokens}, '
        f'"severity": "{member.severity.value}"{home}{holds}{old}{equal}}}'
    )


def _errors(report: Report) -> Iterable[dict[str, Any]]:
    return ({"path": error.path, "reason": error.reason} for error in report.errors)
