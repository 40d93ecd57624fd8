"""Where no compiler was found kernels run as Python: the same answers, and a word on the time they take."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from dedupe.core.errors import SlowWarning
from dedupe.text import kernels
from dedupe.text.kernels import COMPILED, UNCOMPILED, warn_if_uncompiled
from tests.corpora import essay

ROOT = Path(__file__).parent.parent.parent
CHECK = ["-c", "import sys; {}from dedupe.__main__ import main; main()", "check", "--no-cache", "--jobs", "1"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """What Python says to some words, at the root of the repository."""
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, cwd=ROOT)


def checked(first: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A check of a folder by a process that imports something first."""
    return run(CHECK[0], CHECK[1].format(first), *CHECK[2:], "--format", "jsonl", str(folder))


def test_uncompiled_kernels_keep_what_kernels_promise() -> None:
    tests = ("test_kernels.py", "test_minhash.py", "test_find.py")
    words = ["-m", "pytest", "-p", "tests.uncompiled", "-p", "no:cacheprovider", "-n", "0", "-q", "-k"]
    done = run(*words, "not hostile and not order", *(f"tests/copies/{name}" for name in tests))
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout or "100%" in done.stdout


def test_a_check_says_the_same_uncompiled_and_warns_once(tmp_path: Path) -> None:
    for name, text in (("a", essay(1, 12)), ("b", essay(1, 11) + "于20xx年完成。"), ("c", essay(2, 9))):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    released, uncompiled = checked("", tmp_path), checked("import tests.uncompiled; ", tmp_path)
    assert uncompiled.returncode == 1
    assert uncompiled.stdout.splitlines()[1:] == released.stdout.splitlines()[1:]  # the first says how long it took
    assert '"ND301"' in uncompiled.stdout
    assert uncompiled.stderr.count(UNCOMPILED) == 1
    assert uncompiled.stderr.startswith("warning: ")
    assert (UNCOMPILED in released.stderr) is not COMPILED


def test_placeholders_alone_take_no_kernels_and_no_warning(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("于20xx年完成。", encoding="utf-8")
    words = CHECK[1].format("import tests.uncompiled; ")
    assert run(CHECK[0], words, *CHECK[2:], "--select", "PH", "-q", str(tmp_path)).stderr == ""


@pytest.mark.parametrize("is_compiled", [False, True])
def test_python_users_are_warned_as_python_warns(monkeypatch: pytest.MonkeyPatch, is_compiled: bool) -> None:
    monkeypatch.setattr(kernels, "COMPILED", is_compiled)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_if_uncompiled()
    assert [warning.category for warning in caught] == ([] if is_compiled else [SlowWarning])
