"""Where compiled kernels are kept between runs; called before any part of this package imports numba,
and before workers start.

numba keeps them beside the source, or in the user's cache, and refuses to work where it can write to neither, as in
many containers. There they go to a folder of this run alone: a shared one could hold somebody else's code.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"


def choose_cache() -> None:
    """Set numba's folder for this run and its workers, if nothing is set and its own two choices are not writable."""
    if VARIABLE in os.environ:
        return
    # A user without a home keeps the ~, which is no folder.
    users = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folders = [Path(__file__).parent / "__pycache__", *([Path(users)] if os.path.isabs(users) else [])]
    if not any(map(_is_writable, folders)):
        folder = tempfile.mkdtemp(prefix="dedupe-kernels-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[VARIABLE] = folder


def _is_writable(folder: Path) -> bool:
    """Tried, not asked: a read-only file system says yes to root."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
