"""Files of the other project that PyPI calls `dedupe` among ours: whoever starts ours is told, and how to mend it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "dedupe"
THEIRS = "from dedupe.{module} import Dedupe\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with ours in it."""
    shutil.copytree(PACKAGE, tmp_path / "dedupe", ignore=shutil.ignore_patterns("__pycache__", "*.npz", "*.txt"))
    return tmp_path


def started(site: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run([sys.executable, *args], cwd=site, env=environment, text=True, capture_output=True)


def test_alone_it_starts(site: Path) -> None:
    assert started(site, "-m", "dedupe", "--version").returncode == 0


def test_their_files_beside_ours_are_told(site: Path) -> None:
    (site / "dedupe" / "labeler.py").write_text("")
    done = started(site, "-m", "dedupe", "--version")
    assert done.returncode == 2
    assert done.stderr.startswith("error: dedupe cannot be loaded: files of another project that is called dedupe")
    assert "pip uninstall -y dedupe corpus-dedupe" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "pip uninstall" in started(site, "-c", "import dedupe; dedupe.check").stderr


@pytest.mark.parametrize("module", ["core", "index", "api"])
def test_their_init_in_the_place_of_ours_is_told(site: Path, module: str) -> None:
    (site / "dedupe" / "labeler.py").write_text("")
    (site / "dedupe" / "__init__.py").write_text(THEIRS.format(module=module))
    assert "pip uninstall" in started(site, "-c", "import dedupe").stderr.splitlines()[-1]


def test_our_init_taken_along_is_told(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if not started(tmp_path_factory.mktemp("nothing"), "-c", "import dedupe").returncode:
        pytest.skip("another one is installed here, and Python takes that")
    (site / "dedupe" / "__init__.py").unlink()
    assert "has no __init__.py" in started(site, "-m", "dedupe", "--version").stderr
