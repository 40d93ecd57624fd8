"""Texts that nobody wrote for a reader: endless lines, one thing over and over, what terminals and programs obey."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedupe import Report, Settings
from dedupe.core.model import Relation, Unit
from dedupe.pipeline.pipeline import check
from dedupe.report import FORMATS, render
from dedupe.report.view import View
from tests.corpora import essay

LONG = 10_000_000
UNITS = {
    "Han": "哈", "x": "x", "blanks": "_", "spaces": "\u3000", "carriage returns": "\r", "angles": "<", "stars": "*",
    "accents": "\u0301", "joiners": "\u200d", "turns": "\u202e左\u2066a\u2069", "figures": "1", "backslashes": "\\",
    "brackets": "【", "flags": "\U0001f1e8",
}  # fmt: skip


def checked(folder: Path, text: str) -> Report:
    """A report on one text, in a file of its own."""
    (folder / "a.txt").write_bytes(text.encode())
    report = check([str(folder)], Settings())
    assert (report.summary.documents, report.summary.characters, report.errors) == (1, len(text), ())
    assert all(text[finding.start : finding.end] == finding.text for finding in report.findings if finding.slot)
    return report


def test_a_line_of_ten_million_characters_is_checked(tmp_path: Path) -> None:
    line = essay(1, 30).replace("\n", "") + "今年投入xx万元。"
    report = checked(tmp_path, line * (LONG // len(line) + 1))
    assert report.summary.characters >= LONG
    assert report.summary.by_code["PH103"] == LONG // len(line) + 1


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_one_thing_over_and_over_is_checked(tmp_path: Path, unit: str) -> None:
    report = checked(tmp_path, unit * (200_000 // len(unit)))
    for form in FORMATS:
        text = render(report, form, View(limit=3))
        assert not set(text) & set("\u202e\u2066\x1b"), form


def test_lone_surrogates_control_characters_and_nul_in_a_record_change_no_place(tmp_path: Path) -> None:
    text = "\x1b[31m\u202e前\0\ud800后\u0301今年投入xx万元。\u2028[bold]<b>"
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text}) + "\n", "utf-8")
    report = check([str(tmp_path)], Settings(select=("PH",)))
    (finding,) = report.findings
    assert (finding.start, finding.text) == (text.index("xx"), "xx")


def test_equal_texts_of_nothing_but_repetition_are_copies(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("哈" * 20_000, "utf-8")
    (cluster,) = check([str(tmp_path)]).clusters
    assert [copy.relation for copy in cluster.members] == [Relation.EXACT] * 2
    assert [copy.region.unit for copy in cluster.members] == [Unit.DOCUMENT] * 2
