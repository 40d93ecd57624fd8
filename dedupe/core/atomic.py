"""Files and folders that appear as a whole: written beside their place and renamed, so no crash leaves half of one.

What stands beside a place is only removed if it is certainly ours, and only one run at a time writes to a place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dedupe.core.errors import ConfigError, DedupeError
from dedupe.core.messages import option
from dedupe.core.regular import open_regular

MANIFEST = "manifest.jsonl"  # marks a folder as a result, and lists what belongs to it
QUARANTINE = "quarantine"
OWN_NAMES = (MANIFEST, QUARANTINE)  # what a result holds besides the corpus and hidden files
VERSION = 1
SIGN = f'{{"row": "run", "manifest": {VERSION}, '
MARK = ".dedupe-partial"  # marks a folder that is being written and may be deleted
PARTIAL, OLD, LOCK = ".dedupe-partial", ".dedupe-old", ".dedupe-lock"
MARKED = b"dedupe writes this folder: it is not complete yet\n"


def is_result(folder: Path) -> bool:
    """True if a folder is what `dedupe clean` wrote."""
    try:
        with open_regular(folder / MANIFEST) as file:
            return file.read(len(SIGN)) == SIGN.encode()
    except OSError:
        return False


def is_unfinished(folder: Path) -> bool:
    """True if a folder has our mark: a run writes it, or was killed while it did."""
    mark = folder / MARK
    return not mark.is_symlink() and mark.is_file() and MARKED.startswith(mark.read_bytes())


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Yield a new file that replaces `target` on success and is removed on failure. Raises OSError.

    Its name is random, so nobody can put a link there first.
    """
    beside = target.with_name(f"{target.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(target)
    finally:
        with suppress(OSError):  # a read-only disk raises this even for a file that does not exist
            beside.unlink()


@contextmanager
def alone(target: Path, wait: float = 0) -> Iterator[bool]:
    """True if this process alone may write to a place for now. The system frees the lock of a process that dies.

    If another process may, it is given `wait` seconds to end. Raises OSError if the place cannot be locked.
    """
    from filelock import FileLock, Timeout

    place = target.with_name(target.name + LOCK)
    lock = FileLock(place)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        # Deleted while the lock is held: a process that has opened the file meanwhile sees that it is gone. Windows
        # does not delete an open file; an empty one that stays does no harm.
        with suppress(OSError):
            place.unlink()
        lock.release()


@contextmanager
def replacing(target: Path, check: Callable[[Path], None], others: Callable[[Path], Sequence[str]]) -> Iterator[Path]:
    """Yield a new folder that replaces `target` on success and is removed on failure.

    `check` raises DedupeError for a folder that must not be replaced; it is called before and after the work. `others`
    lists what in a folder is not ours. What a killed run left beside the place is cleared away first. Raises
    DedupeError if another run writes to the place, if something beside it is not ours, and if the folder cannot be
    written.
    """
    target = Path(os.path.realpath(target))
    partial, old = (target.with_name(target.name + end) for end in (PARTIAL, OLD))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target) as is_alone:
            if not is_alone:
                raise DedupeError("{path}: another run writes it: run again once that one is done", target)
            _recover(target, partial, old, others)
            check(target)
            with _begun(partial):
                yield partial
                check(target)
                _swap(target, partial, old)
    except OSError as error:
        place = error.filename or partial
        raise DedupeError("{path}: {ERROR}: nothing was written to {target}", place, error.strerror, target) from error


@contextmanager
def _begun(partial: Path) -> Iterator[None]:
    """Create a folder with our mark, and remove it at the end if it is still there."""
    partial.mkdir()
    try:
        (partial / MARK).write_bytes(MARKED)
        yield
    finally:
        with suppress(OSError):
            _remove(partial)


def _recover(target: Path, partial: Path, old: Path, others: Callable[[Path], Sequence[str]]) -> None:
    """Clear away what a killed run left, and restore what it had moved aside."""
    if os.path.lexists(partial):
        if not _is_begun(partial):
            raise _in_the_way(partial)
        _remove(partial)
    if not os.path.lexists(old):
        return
    if not target.exists() and (old / MANIFEST).is_file():
        old.rename(target)  # killed between the two renames of `_swap`
    elif old.is_dir() and not old.is_symlink() and not others(old):
        with suppress(OSError):
            _remove(old)
    else:
        raise _in_the_way(old)


def _in_the_way(folder: Path) -> ConfigError:
    way = "{path}: is in the way, and not ours, or not any more: move it elsewhere, or name another {option}"
    return ConfigError(way, folder, option("output"))


def _is_begun(folder: Path) -> bool:
    """True if we began to write a folder: it has our mark, or is still empty."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return not any(folder.iterdir()) or is_unfinished(folder)


def _swap(target: Path, partial: Path, old: Path) -> None:
    """Put the new folder in place. A rename cannot replace a folder with content, so the old one moves aside first."""
    if target.exists() and any(target.iterdir()):
        target.rename(old)
        partial.rename(target)
        (target / MARK).unlink()
        with suppress(OSError):
            _remove(old)
    else:
        if target.exists():
            target.rmdir()  # Windows requires this
        partial.rename(target)
        (target / MARK).unlink()


def _remove(folder: Path) -> None:
    """Remove what is ours, and the files that identify it last, so that after a kill the next run recognises the rest.

    Raises OSError if it cannot.
    """
    if not folder.exists():
        return
    for entry in sorted(folder.iterdir(), key=lambda path: (path.name == MARK, path.name == MANIFEST)):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    folder.rmdir()
