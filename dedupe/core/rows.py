"""Findings as the JSON report has them, and JSON as several formats write it: values escaped for every reader."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from dedupe.core import regex
from dedupe.core.model import Finding, Kind, Old, Severity, Suggestion

ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)  # made once: `json.dumps` makes one a call
# Valid inside JSON strings, yet not safe outside a parser: C1 controls and bidi marks are obeyed by terminals,
# U+2028 and U+2029 end a line for some readers of lines, a lone surrogate cannot be written as UTF-8. What shows
# nothing (the category Cf, fillers, variation selectors, tags) can carry words that a model reads and nobody sees.
UNSAFE_RE = regex.compile(
    "[\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def fields_of(finding: Finding) -> str:
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
        f"{rule_fields(code, name, kind, severity)}, {document_fields(path, record)}, "
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
def rule_fields(code: str, name: str, kind: Kind, severity: Severity) -> str:
    """What a rule is, as fields."""
    return _inner({"code": code, "name": name, "kind": kind.value, "severity": severity.value})


@lru_cache(maxsize=256)
def document_fields(path: str, record: str | None) -> str:
    """What a document is called, as fields."""
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


def present(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what does not apply."""
    return {key: value for key, value in row.items() if value is not None}


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
