"""README begins with what works, and the row that CONTRIBUTING shows is a rule. Its examples: `test_pages`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.core.model import Document
from dedupe.report.rules import codes
from dedupe.rules.boilerplate import site
from dedupe.rules.boilerplate.shapes import Table
from dedupe.rules.boilerplate.table import TABLES, Lines
from dedupe.rules.rule import Rule
from dedupe.rules.scan import scan
from tests.docs.sessions import ROOT, blocks
from tests.rules.test_rules import spans_in

FIRST = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/dedupe check samples\n"
TESTS = ".venv/bin/pip install '.[test]' && .venv/bin/python -m pytest\n"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_begins_with_a_command_and_ends_with_the_tests(name: str) -> None:
    commands = [block.body for block in blocks((ROOT / name).read_text("utf-8")) if block.language == "sh"]
    assert (commands[0], commands[-1]) == (FIRST, TESTS)


def test_example_row_of_contributing_keeps_its_promises() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    row = next(block.body for block in blocks(text) if block.language == "python").strip().rstrip(",")
    rule = eval(row, vars(site))
    assert isinstance(rule, Rule)
    assert rule.code not in codes()
    lines = Lines([*TABLES, Table(heads=(rule,))])
    rules = [replace(row, sweep=lines.sweep) for row in lines.rules]
    for hit in rule.hits:
        text, spans = spans_in(hit)
        found = scan(Document("a.txt", text), rules)
        assert [(f.code, f.start, f.end) for f in found] == [(rule.code, *span) for span in spans]
    for miss in rule.misses:
        assert scan(Document("a.txt", miss), rules) == []
