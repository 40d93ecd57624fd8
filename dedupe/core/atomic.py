"""Files and folders that appear as a whole: written beside their place and renamed, so no crash leaves half of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from dedupe.cleaning.manifest import is_result
from dedupe.core.errors import DedupeError

# Names that nobody else gives: what bears them beside a result is ours, and may be thrown away.
PARTIAL, OLD = ".dedupe-partial", ".dedupe-old"


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `target` when all went well, and is removed when not. Raises OSError.

    Nobody can foresee its name and put a link there.
    """
    beside = target.with_name(f"{target.name}.{os.getpid()}-{token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(target)
    finally:
        with suppress(OSError):  # a disk that is read-only says so even of what is not there
            beside.unlink()


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new folder that takes the place of `target` when all went well, and is removed when not.

    What a run that was killed left beside the place is cleared away first. Raises DedupeError where the folder cannot
    be written.
    """
    target = Path(os.path.realpath(target))
    partial, old = (target.with_name(target.name + end) for end in (PARTIAL, OLD))
    _recover(target, partial, old)
    try:
        partial.mkdir(parents=True)
        yield partial
        _swap(target, partial, old)
    except OSError as error:
        place = error.filename or partial
        raise DedupeError(f"{place}: {error.strerror}: nothing was written to {target}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _recover(target: Path, partial: Path, old: Path) -> None:
    if is_result(old) and not target.exists():
        old.rename(target)  # killed between the two renames of `_swap`
    for folder in (partial, old):
        shutil.rmtree(folder, ignore_errors=True)


def _swap(target: Path, partial: Path, old: Path) -> None:
    """Put the new folder into its place. A folder that is not empty cannot be renamed over, so it steps aside first."""
    if target.exists() and any(target.iterdir()):
        target.rename(old)
        partial.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        if target.exists():
            target.rmdir()  # as Windows wants it
        partial.rename(target)
