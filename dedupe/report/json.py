"""JSON for programs: version 1 of the report as one object, or one object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dedupe.core.model import Cluster, Copy, Report
from dedupe.core.rows import document_fields, dumps, present, quoted
from dedupe.report.rows import BETWEEN, array, summary_of
from dedupe.report.view import View, json_rows

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
        yield from array("findings", json_rows(report, "{", "}", BETWEEN))
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
        yield from json_rows(report, '{"type": "finding", ', "}\n")
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
        f'{{{document_fields(region.path, region.record)}, "start": {region.start}, "end": {region.end}, '
        f'"line": {region.line}, "end_line": {region.end_line}, "unit": "{region.unit.value}", {essay}{title}'
        f'"relation": "{member.relation.value}", "jaccard": {round(member.jaccard, 6)}, '
        f'"containment": {round(member.containment, 6)}, "marks": {member.marks}, "tokens": {member.tokens}, '
        f'"severity": "{member.severity.value}"{home}{holds}{old}{equal}}}'
    )


def _errors(report: Report) -> Iterable[dict[str, Any]]:
    return ({"path": error.path, "reason": error.reason} for error in report.errors)
