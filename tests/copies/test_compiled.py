"""Where compiled kernels go when there is no place for them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dedupe.copies.compiled import choose_cache


@pytest.mark.skipif(sys.platform == "win32" or not Path("/proc").is_dir(), reason="needs a read-only folder")
def test_kernels_compile_where_nothing_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nothing")
    monkeypatch.setattr("dedupe.copies.compiled.__file__", "/proc/nothing/compiled.py")
    choose_cache()
    assert "dedupe-kernels-" in os.environ["NUMBA_CACHE_DIR"]
    monkeypatch.delenv("NUMBA_CACHE_DIR")


@pytest.mark.skipif(sys.platform == "win32" or not Path("/proc").is_dir(), reason="needs a read-only folder")
def test_a_user_without_a_home_gets_no_folder_called_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a number that has no entry
    monkeypatch.setattr("dedupe.copies.compiled.__file__", "/proc/nothing/compiled.py")
    monkeypatch.chdir(tmp_path)
    choose_cache()
    assert "dedupe-kernels-" in os.environ["NUMBA_CACHE_DIR"]
    assert list(tmp_path.iterdir()) == []
    monkeypatch.delenv("NUMBA_CACHE_DIR")
