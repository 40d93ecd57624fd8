"""What went wrong, in words for a person: of everything that is no fault of the program, wherever it was raised."""

from __future__ import annotations

import os

from dedupe.core.errors import DedupeError
from dedupe.core.messages import say

NO_MEMORY = "out of memory: no file was written; run again with fewer --jobs, or less at once"
NO_FOLDER = "the current folder is gone: change to one that is there"
NO_THREAD = "no thread can be started: raise the limit of processes (ulimit -u), or end some"


def words(error: BaseException) -> str:
    """The message of an error; empty for a fault of the program, which is to be reported."""
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
    """Whether the current folder was deleted, or may not be read."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False
