"""Files and folders that appear as a whole: written beside their place and renamed, so no crash leaves half of one.

What stands beside a place is only removed where it is ours for certain, and only one run at a time writes to a place.
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

MANIFEST = "manifest.jsonl"  # says in a folder that it is a result, and what belongs to it
QUARANTINE = "quarantine"
OWN_NAMES = (MANIFEST, QUARANTINE)  # what a result holds besides the corpus, but for what is hidden
VERSION = 1
SIGN = f'{{"row": "run", "manifest": {VERSION}, '
MARK = ".dedupe-partial"  # stands in a folder while it is written, and says that it may be thrown away
PARTIAL, OLD, LOCK = ".dedupe-partial", ".dedupe-old", ".dedupe-lock"
MARKED = b"dedupe writes this folder: it is not complete yet\n"


def is_result(folder: Path) -> bool:
    """Whether a folder is what `dedupe clean` wrote."""
    try:
        with open_regular(folder / MANIFEST) as file:
            return file.read(len(SIGN)) == SIGN.encode()
    except OSError:
        return False


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `target` when all went well, and is removed when not. Raises OSError.

    Nobody can foresee its name and put a link there.
    """
    beside = target.with_name(f"{target.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(target)
    finally:
        with suppress(OSError):  # a disk that is read-only says so even of what is not there
            beside.unlink()


@contextmanager
def alone(target: Path) -> Iterator[bool]:
    """Whether this process alone writes to a place for now. The system frees the lock of one that dies.

    Raises OSError where no lock can be had beside the place.
    """
    from filelock import FileLock, Timeout

    place = target.with_name(target.name + LOCK)
    lock = FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        # While it is held: whoever has opened it meanwhile sees that it is gone. Windows does not let go of a file that
        # is open; an empty one that stays does no harm.
        with suppress(OSError):
            place.unlink()
        lock.release()


@contextmanager
def replacing(target: Path, check: Callable[[Path], None], others: Callable[[Path], Sequence[str]]) -> Iterator[Path]:
    """A new folder that takes the place of `target` when all went well, and is removed when not.

    `check` raises DedupeError for a folder that must not be replaced; it is asked before the work and after it.
    `others` lists what in a folder is not ours. What a run that was killed left beside the place is cleared away first.
    Raises DedupeError where another run writes to it, where something stands beside it that is not ours, and where the
    folder cannot be written.
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
    """A new folder with our mark, removed at the end if it is still there."""
    partial.mkdir()
    try:
        (partial / MARK).write_bytes(MARKED)
        yield
    finally:
        with suppress(OSError):
            _remove(partial)


def _recover(target: Path, partial: Path, old: Path, others: Callable[[Path], Sequence[str]]) -> None:
    """Clear away what a run left that was killed, and put back what it had moved aside."""
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
    """Whether a folder is one that we began to write: it has our mark, or nothing yet."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    mark = folder / MARK
    if not any(folder.iterdir()):
        return True
    return not mark.is_symlink() and mark.is_file() and MARKED.startswith(mark.read_bytes())


def _swap(target: Path, partial: Path, old: Path) -> None:
    """Put the new folder into its place. A folder that is not empty cannot be renamed over, so it steps aside first."""
    if target.exists() and any(target.iterdir()):
        target.rename(old)
        partial.rename(target)
        (target / MARK).unlink()
        with suppress(OSError):
            _remove(old)
    else:
        if target.exists():
            target.rmdir()  # as Windows wants it
        partial.rename(target)
        (target / MARK).unlink()


def _remove(folder: Path) -> None:
    """Remove what is ours, what tells that it is at last: whatever kills us, the next run knows the rest for ours.

    Raises OSError where it cannot.
    """
    if not folder.exists():
        return
    for entry in sorted(folder.iterdir(), key=lambda path: (path.name == MARK, path.name == MANIFEST)):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    folder.rmdir()
