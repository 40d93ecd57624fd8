"""The report of one corpus in every format is the one that is kept in `tests/golden`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.golden import FOLDER, REPORTS, current, kept, path_of
from tests.golden.__main__ import main


@pytest.mark.parametrize("name", REPORTS)
def test_report_is_as_it_was(name: str) -> None:
    assert current(name) == kept(name), "`python -m tests.golden` shows the difference, with --accept it is kept"


def test_a_change_is_shown_and_kept_when_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in FOLDER.glob("report.*"):
        shutil.copy(path, tmp_path)
    assert main([], tmp_path) == 0
    text = path_of("text", tmp_path)
    text.write_bytes(text.read_bytes().replace(b"PH110", b"PH999"))
    path_of("xml", tmp_path).write_bytes(b"<old/>")
    assert main([], tmp_path) == 1
    shown = capsys.readouterr().out
    assert "report.xml: there is no such report any more" in shown
    assert [" PH999 " in line for line in shown.splitlines() if line.startswith("-corpus")] == [True] * 2
    assert main(["--accept"], tmp_path) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in FOLDER.glob("report.*")
    }
    assert main(["--acept"], tmp_path) == 2
