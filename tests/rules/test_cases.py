"""Real shapes, invented texts: what must be found, what must stay silent, and what we know we get wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dedupe.core.model import Document, Finding, Kind, Severity
from dedupe.rules import RULES
from dedupe.rules.scan import scan

CASES = Path(__file__).parents[1] / "cases"
ROWS = [rule for table in RULES for rule in table if rule.kind is Kind.PLACEHOLDER]


def cases(name: str) -> list[Any]:
    lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(case, id=case["text"]) for case in map(json.loads, lines)]


def findings(text: str) -> list[Finding]:
    return scan(Document("a.txt", text), ROWS)


def marked(text: str, found: list[Finding]) -> str:
    """The text with «» around each finding."""
    for finding in reversed(found):
        text = f"{text[: finding.start]}«{finding.text}»{text[finding.end :]}"
    return text


@pytest.mark.parametrize("case", cases("in_the_wild"))
def test_marks_and_holes_are_found_with_span_and_slot(case: dict[str, Any]) -> None:
    text = re.sub("[«»]", "", case["text"])
    found = findings(text)
    assert marked(text, found) == case["text"]
    assert [f.slot for f in found] == case["slots"]


@pytest.mark.parametrize("case", cases("look_alikes"))
def test_look_alikes_give_no_error(case: dict[str, Any]) -> None:
    assert [f for f in findings(case["text"]) if f.severity is Severity.ERROR] == []


def test_there_are_look_alikes_enough() -> None:
    assert len(cases("look_alikes")) >= 300


@pytest.mark.xfail(reason="known failures: they fail until someone finds the way, and then this file must say so")
@pytest.mark.parametrize("case", cases("known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    text = re.sub("[«»]", "", case["text"])
    assert marked(text, findings(text)) == case["text"]
