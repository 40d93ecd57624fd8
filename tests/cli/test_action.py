"""The action for GitHub: its script as a runner runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import BLANKED

ACTION = Path(__file__).resolve().parents[2] / "action.yml"

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="the action runs in bash")


def step(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the last step of the action does in a folder, with these inputs."""
    yaml = pytest.importorskip("yaml")
    script = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"][-1]
    command = folder / "runner" / "dedupe" / "bin" / "dedupe"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedupe "$@"\n', "utf-8")
    command.chmod(0o755)
    assert set(script["env"]) == set(variables)
    assert not re.search(r"\$\{\{", script["run"])
    environment = {**os.environ, **variables, "RUNNER_TEMP": str(folder / "runner"), "PYTHONPATH": str(ACTION.parent)}
    arguments = ["bash", "-e", "-c", script["run"]]
    return subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_findings_stand_beside_lines_and_fail_the_step(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(BLANKED, "utf-8")
    done = step(tmp_path, PATHS="pages", ARGS="--select PH --no-cache")
    assert done.returncode == 1, done.stderr
    assert "::error file=pages/a.txt,line=" in done.stdout
    assert step(tmp_path, PATHS="pages", ARGS="--select ND --no-cache").returncode == 0


def test_inputs_are_no_part_of_the_script(tmp_path: Path) -> None:
    done = step(tmp_path, PATHS="$(touch obeyed) `touch obeyed` ; touch obeyed", ARGS="")
    assert done.returncode == 2
    assert not (tmp_path / "obeyed").exists()
