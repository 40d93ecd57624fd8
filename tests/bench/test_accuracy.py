"""The bars that bench/accuracy.py measures against, on little of what it takes; only where ../shared is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.accuracy import SHARED, made, report_of, scores

pytestmark = pytest.mark.skipif(not (SHARED / "eval").is_dir(), reason="needs ../shared")


def test_labelled_pages_have_all_marks_and_chrome(tmp_path: Path) -> None:
    report = report_of([str(SHARED / "gold" / "pages")], tmp_path / "gold.json")
    found = scores("gold", str(report), "--gold", str(SHARED / "gold"))
    assert found["marks"]["recall"] >= 0.995
    assert found["marks"]["slot_accuracy"] >= 0.98
    assert found["holes"]["recall"] >= 0.8
    assert found["chrome_chars"]["recall"] >= 0.99
    assert found["copies"]["recall"] == 1.0


# Of few pages a figure says less; two marks of one sign beside each other are one.
@pytest.mark.parametrize(("level", "least"), [(1, 0.995), (2, 0.99), (3, 0.98)])
def test_generated_pages_have_their_copies_marks_and_chrome(level: int, least: float, tmp_path: Path) -> None:
    corpus = made(tmp_path, 13, level, 150)
    report = report_of([str(corpus / "pages")], tmp_path / "generated.json")
    found = scores("copies", str(report), "--truth", str(corpus))
    assert found["copies"]["f1"] >= least
    assert found["marks"]["recall"] >= 0.98
    assert found["marks"]["slot_accuracy"] >= 0.985
    assert found["chrome"]["recall"] >= 0.99


def test_invented_documents_are_found_and_clean_ones_left_alone(tmp_path: Path) -> None:
    labelled = SHARED / "wild" / "dev.jsonl"
    report = report_of([str(labelled), "--ignore", "BP291"], tmp_path / "wild.json")
    scorer = [sys.executable, str(SHARED / "eval" / "score_wild.py"), str(report), str(labelled)]
    found: dict[str, Any] = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    least = {"mark": 0.98, "prompt": 0.95, "hole": 0.75, "chrome": 0.95}
    assert {family: found["recall"][family]["recall"] >= bar for family, bar in least.items()} == dict.fromkeys(
        least, True
    )
    assert found["slots"] >= 0.97
    assert found["precision"] >= 0.98
    assert found["accused"] <= 0.02 * found["clean_documents"]
