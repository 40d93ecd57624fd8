"""Findings as the JSON report has them, and JSON as several formats write it: escaped to be safe for every reader."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from dedupe.core import regex
from dedupe.core.model import Finding, Kind, Old, Severity, Suggestion

ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)  # made once: `json.dumps` makes one per call
# Valid inside JSON strings, yet not safe outside a parser: terminals obey C1 controls and bidi marks, U+2028 and U+2029
# end a line for some readers, and a lone surrogate cannot be written as UTF-8. Invisible characters (the category Cf,
# fillers, variation selectors, tags) can carry words that a model reads and nobody sees.
UNSAFE_RE = regex.compile(
    "[\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def fields_of(finding: Finding) -> str:
    """Return the fields of a finding's object, without its braces.

    Assembled here and not by an encoder, because there are millions and most of their values repeat.
    """
    row = (
        f"{rule_fields(finding.code, finding.name, finding.kind, finding.severity)}, "
        f'{document_fields(finding.path, finding.record)}, "start": {finding.start}, "end": {finding.end}, '
        f'"line": {finding.line}, "column": {finding.column}, "end_line": {finding.end_line}, '
        f'"end_column": {finding.end_column}, "text": {quoted(finding.text)}, '
    )
    if finding.slot is not None:
        row += f'"slot": {quoted(finding.slot)}, '
    row += f'"message": {quoted(finding.message)}, "fingerprint": "{finding.fingerprint}"'
    if finding.cluster is not None:
        row += f', "cluster": {quoted(finding.cluster)}'
    if finding.suggestion is not None:
        row += f', "suggestion": {dumps(_suggestion(finding.suggestion))}'
    return row if finding.old is None else f'{row}, "old": {dumps(_old(finding.old))}'


@lru_cache(maxsize=256)
def rule_fields(code: str, name: str, kind: Kind, severity: Severity) -> str:
    """Return the fields that describe a rule."""
    return _inner({"code": code, "name": name, "kind": kind.value, "severity": severity.value})


@lru_cache(maxsize=256)
def document_fields(path: str, record: str | None) -> str:
    """Return the fields that name a document."""
    return f'"path": {dumps(path)}' if record is None else f'"path": {dumps(path)}, "record": {dumps(record)}'


def _inner(row: dict[str, Any]) -> str:
    return dumps(row)[1:-1]


def _old(old: Old) -> dict[str, Any]:
    place = picked(old, "path", "record", "start", "end", "line", "end_line", "relation")
    shares = {"jaccard": old.jaccard, "jaccard_low": old.low, "jaccard_high": old.high, "containment": old.containment}
    rounded = {name: round(share, 6) for name, share in shares.items()}
    return present({**place, **rounded, "verified": old.is_verified})


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    row: dict[str, Any] = {"text": suggestion.text, "votes": suggestion.votes, "of": suggestion.of}
    if suggestion.at:
        row["start"], row["end"] = suggestion.at.start, suggestion.at.end
    if suggestion.sources:
        row["sources"] = [present(source._asdict()) for source in suggestion.sources]
    return row


def picked(thing: object, *names: str) -> dict[str, Any]:
    """Return some attributes of an object as a row."""
    return {name: getattr(thing, name) for name in names}


def present(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without the values that do not apply."""
    return {key: value for key, value in row.items() if value is not None}


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """Return a JSON string; cached, because the same names and messages come by the thousand."""
    return dumps(text)


def dumps(value: object) -> str:
    """Return a value as JSON on one line, with escapes for what would not be safe outside a parser."""
    return UNSAFE_RE.sub(escaped, ENCODER.encode(value))


def escaped(match: re.Match[str]) -> str:
    r"""Return a character as JSON escapes it, with two escapes if it needs two.

    >>> print(UNSAFE_RE.sub(escaped, "\xad\U000e0041"))
    \u00ad\udb40\udc41
    """
    return json.dumps(match[0])[1:-1]
