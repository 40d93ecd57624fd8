"""Messages for a person about every error that is not a bug of the program, wherever it was raised."""

from __future__ import annotations

import os

from dedupe.core.errors import DedupeError
from dedupe.core.messages import say

NO_MEMORY = "out of memory: no file was written; run again with fewer --jobs, or less at once"
NO_FOLDER = "the current folder is gone: change to one that is there"
NO_THREAD = "no thread can be started: raise the limit of processes (ulimit -u), or end some"


def words(error: BaseException) -> str:
    """Return the message of an error; empty for a bug of the program, which the user should report."""
    if isinstance(error, DedupeError):
        return str(error)
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return NO_THREAD
    if isinstance(error, ImportError):
        return say("{ERROR}: the installation is not whole: install corpus-dedupe again", error)
    return ""


def _of_system(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.filename:
        return say("{place}: {REASON}", os.fsdecode(error.filename), reason)
    if isinstance(error, FileNotFoundError) and is_homeless():
        return NO_FOLDER
    return reason


def is_homeless() -> bool:
    """True if the current folder was deleted, or may not be read."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False
