"""SARIF 2.1.0 for code scanning: rules, findings as results, unusable inputs as notifications."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dedupe.core.model import Copy, Failure, Finding, Report, Severity
from dedupe.core.order import line_of
from dedupe.core.rows import dumps, present
from dedupe.report.paths import has_lines, is_absolute, relative, told
from dedupe.report.rows import array, summary_of
from dedupe.report.rules import rows
from dedupe.report.view import View, address, excerpt, lines, visible
from dedupe.rules.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
RESULTS = 25_000  # results in a run that services still show; GitHub rejects a larger run entirely
UNUSABLE, LEFT_OUT = "unusable-input", "findings-left-out"
NOTIFICATION = {
    "id": UNUSABLE,
    "shortDescription": {"text": "an input could not be used"},
    "fullDescription": {"text": "a file, or a record of it, could not be read; everything else was checked"},
    "help": {"text": "The message says what is wrong and what to do. The exit code of dedupe is then 2."},
}
CUT = {
    "id": LEFT_OUT,
    "shortDescription": {"text": "findings are left out"},
    "fullDescription": {"text": f"services that show SARIF take {RESULTS:,} results of a run; the least grave go"},
    "help": {"text": "Other formats have all of them, as --format json."},
}
# The property by which GitHub sorts its alerts.
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
DRIVE_RE = re.compile("[A-Za-z]:/")

Row = dict[str, Any]


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield one run, one result per line. With `view.statistics` there are only the counts in the run's properties.

    What SARIF cannot express is left out: a record or a packed file has no region, because its lines are not lines of
    the file. If there are more than `RESULTS` findings, the most severe are given and a notification says so.
    """
    yield f'{{"version": "2.1.0", "$schema": "{SCHEMA}", "runs": [{{\n '
    for key, value in _head(report, view).items():
        yield f'"{key}": {dumps(value)},\n '
    kept = {cluster.id: cluster.members[cluster.representative] for cluster in report.clusters}
    places = {code: number for number, code in enumerate(sorted(report.summary.by_code))}
    findings = () if view.statistics else _gravest(report)
    yield from array("results", (dumps(_result(finding, places, kept)) for finding in findings))
    yield "}]}\n"


def omitted(report: Report) -> int:
    """Return how many findings of a report are not in its SARIF."""
    return max(0, len(report.findings) - RESULTS)


def _gravest(report: Report) -> Iterable[Finding]:
    """Return the findings to give, in order: all errors, then warnings, then notes, as far as there is room."""
    if not omitted(report):
        return report.findings
    numbers, room, left = Counter(finding.severity for finding in report.findings), {}, RESULTS
    for severity in Severity:
        room[severity] = min(numbers[severity], left)
        left -= room[severity]
    return _first(report.findings, room)


def _first(findings: Iterable[Finding], room: dict[Severity, int]) -> Iterator[Finding]:
    for finding in findings:
        if room[finding.severity]:
            room[finding.severity] -= 1
            yield finding


def _head(report: Report, view: View) -> Row:
    from dedupe.core.version import version

    driver: Row = {"name": "dedupe", "version": version()}
    if not view.statistics:
        driver["rules"] = list(_rules(report))
        driver["notifications"] = [NOTIFICATION, *([CUT] if omitted(report) else [])]
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, view)],
        "originalUriBaseIds": {ROOT: {"description": _text("the folder that dedupe ran in")}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "properties": _properties(report, view),
    }


def _properties(report: Report, view: View) -> Row:
    figures = {key: value for key, value in summary_of(report).items() if key != "seconds"}
    return figures if view.statistics else {**figures, **present({"left_out": omitted(report) or None})}


def _text(text: str) -> Row:
    """Return a message, escaped because SARIF reads braces as arguments and brackets with parentheses as a link.

    >>> _text("{{client}} [甲](乙)")
    {'text': '{{{{client}}}} [甲] (乙)'}
    """
    return {"text": _braced(text).replace("](", "] (")}


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _rules(report: Report) -> Iterator[Row]:
    """Yield the rules that found something, in order of code."""
    known = {rule.code: rule for rule in rows(report.settings.rules)}
    for code in sorted(report.summary.by_code):
        yield _rule(known[code]) if code in known else {"id": code}


def _rule(rule: Rule) -> Row:
    message = visible(rule.message)
    slot = f", slot {rule.slot}" if rule.slot else ""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": _text(message),
        "fullDescription": _text(f"{message} ({rule.kind.value}{slot})"),
        "help": _help(rule, message),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"tags": [rule.kind.value], "problem.severity": PROBLEMS[rule.severity]},
    }


def _help(rule: Rule, message: str) -> Row:
    """Return what a rule finds, between « and », and what it leaves alone; in Markdown as inert code."""
    listed = [("finds", visible(hit)) for hit in rule.hits] + [("leaves", visible(miss)) for miss in rule.misses]
    plain = _text("\n".join([message, *(f"{verb}: {text}" for verb, text in listed)]))["text"]
    code = _braced("\n".join([f"{message}\n", *(f"    {verb:6}  {text}" for verb, text in listed)]))
    return {"text": plain, "markdown": code}


def _result(finding: Finding, places: Mapping[str, int], kept: Mapping[str, Copy]) -> Row:
    head = kept.get(finding.cluster or "")
    message = _text(told(finding))
    if head:
        message["text"] += " – [the copy to keep](1)"
    return present(
        {
            "ruleId": finding.code,
            "ruleIndex": places[finding.code],
            "level": finding.severity.value,
            "message": message,
            "locations": [_location(finding)],
            "relatedLocations": [_kept(head)] if head else None,
            "partialFingerprints": {"dedupe/v1": finding.fingerprint},
            "fixes": _fixes(finding),
            "properties": present({"slot": finding.slot, "cluster": finding.cluster}) or None,
        }
    )


def _location(finding: Finding) -> Row:
    place: Row = {"artifactLocation": _artifact(finding.path)}
    if has_lines(finding):
        place["region"] = _region(finding)
        if finding.cluster is None:  # the text of a duplicate is only its beginning
            place["region"]["snippet"] = {"text": finding.text}
    return {"physicalLocation": place, **_logical(finding.path, finding.record)}


def _region(finding: Finding) -> Row:
    return {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }


def _fixes(finding: Finding) -> list[Row] | None:
    """Return the suggestion as a change of the file; None if line and column cannot express its place."""
    suggestion = finding.suggestion
    if suggestion is None or not has_lines(finding):
        return None
    region = _region(finding)
    if suggestion.at:
        start, end = suggestion.at.start - finding.start, suggestion.at.end - finding.start
        if finding.line != finding.end_line or not 0 <= start <= end <= finding.end - finding.start:
            return None
        region |= {"startColumn": finding.column + start, "endColumn": finding.column + end}
    replacement = {"deletedRegion": region, "insertedContent": {"text": suggestion.text}}
    change = {"artifactLocation": _artifact(finding.path), "replacements": [replacement]}
    told = f"put in what {suggestion.votes} of {suggestion.of} other copies have: {excerpt(suggestion.text)}"
    return [{"description": _text(told), "artifactChanges": [change]}]


def _kept(copy: Copy) -> Row:
    region = copy.region
    place: Row = {"artifactLocation": _artifact(region.path)}
    if has_lines(region):
        place["region"] = {"startLine": region.line, "endLine": region.end_line}
    return {
        "id": 1,
        "message": _text(f"{address(region.path, region.record)}:{lines(region)}"),
        "physicalLocation": place,
        **_logical(region.path, region.record),
    }


def _logical(path: str, record: str | None) -> Row:
    """Return a record as a place in its file."""
    if record is None:
        return {}
    return {"logicalLocations": [{"name": record, "fullyQualifiedName": f"{path}#{record}", "kind": "object"}]}


def _artifact(path: str) -> Row:
    """Return a file by its URI: relative to the current folder of the run, or absolute if the file is not below it.

    >>> _artifact("甲 1/a#b.txt"), _artifact("C:/a.txt")
    ({'uri': '%E7%94%B2%201/a%23b.txt', 'uriBaseId': '%SRCROOT%'}, {'uri': 'file:///C:/a.txt'})
    """
    path = relative(path)
    if not is_absolute(path):
        return {"uri": _quoted(path), "uriBaseId": ROOT}
    if path.startswith("//"):  # a network share of Windows
        return {"uri": f"file:{_quoted(path)}"}
    return {"uri": f"file:///{path[:2]}{_quoted(path[2:])}" if DRIVE_RE.match(path) else f"file://{_quoted(path)}"}


def _quoted(path: str) -> str:
    return quote(path, errors="backslashreplace")


def _invocation(report: Report, view: View) -> Row:
    notifications = [_notification(error) for error in report.errors]
    left_out = 0 if view.statistics else omitted(report)
    if left_out:
        notifications.append(
            {
                "descriptor": {"id": LEFT_OUT, "index": 1},
                "level": "warning",
                "message": _text(
                    f"{left_out:,} of {len(report.findings):,} findings are left out, the least grave: services that "
                    f"show SARIF take {RESULTS:,} results of a run. --format json has all."
                ),
            }
        )
    return {"executionSuccessful": not report.errors, "toolExecutionNotifications": notifications}


def _notification(failure: Failure) -> Row:
    path, line = line_of(failure)
    place: Row = {"artifactLocation": _artifact(path)}
    if line:
        place["region"] = {"startLine": line}
    return {
        "descriptor": {"id": UNUSABLE, "index": 0},
        "level": "error",
        "message": _text(f"{visible(failure.path)}: {visible(failure.reason)}"),
        "locations": [{"physicalLocation": place}],
    }
