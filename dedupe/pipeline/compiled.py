"""Where compiled kernels are kept between runs; `pipeline` calls it before anything imports numba.

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
    beside, users = Path(__file__).parent, Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not any(map(_is_writable, (beside / "__pycache__", users))):
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
