"""JSON for programs: version 1 of the report, as one object or as one object per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dedupe.core.model import Cluster, Copy, Report
from dedupe.core.rows import document_fields, dumps, picked, present, quoted
from dedupe.report.rows import BETWEEN, array, made_by, summary_of
from dedupe.report.view import View, json_rows

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.rules.rule import Rule

VERSION = 1
# The settings that shape a report. `jobs` changes only the speed, so it would make equal reports differ.
SHAPING = (
    *("select", "ignore", "threshold", "min_length", "chrome_documents", "exclude", "include", "encoding", "errors"),
    *("text_field", "id_field", "fold_script", "html", "docx", "stdin_format", "max_expansion", "follow_links"),
    "suggest",
)


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield the report as one object with one finding per line, so that two reports can be compared line by line.

    With `view.statistics` it leaves the findings and clusters out.
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
    """Yield the report as one object per line with its `type`: summary first, then findings, clusters and errors."""
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
    settings = report.settings
    return {
        **made_by(VERSION),
        "settings": {
            **picked(settings, *SHAPING),
            "exclude": (*settings.exclude_always, *settings.exclude),
            "rules": [_rule(rule) for rule in settings.rules],
            **_passed(settings),
        },
        "summary": summary_of(report),
    }


def _passed(settings: Settings) -> dict[str, Any]:
    """Return what the configuration allows, if anything."""
    allow = [_said(one, "pattern", "codes", "paths", "reason") for one in settings.allow]
    narrower = {one.pattern: _said(one, "select", "ignore", "threshold", "encoding") for one in settings.per_path}
    return present({"allow": allow or None, "per_path": narrower or None})


def _said(thing: object, *names: str) -> dict[str, Any]:
    """Return the values that a table of the configuration sets, without its defaults."""
    return {name: value for name, value in picked(thing, *names).items() if value}


def _rule(rule: Rule) -> dict[str, Any]:
    """Return a user's rule, without the examples that test it."""
    return present(picked(rule, "code", "name", "kind", "severity", "slot", "pattern", "message"))


def _cluster(cluster: Cluster) -> str:
    """Return the fields of a cluster's object without its braces, assembled here as those of a finding are."""
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
