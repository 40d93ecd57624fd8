"""The folder of the cache: marked as ours before anything is stored in it, and never cleaned without that mark.

Whoever made the corpus may have chosen the folder's name, so the name proves nothing. The proof is a file that we
wrote: the tag that backup tools know (https://bford.info/cachedir/), with a line of our own. In a folder with that tag
we delete only files whose names and beginnings are those of our files.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dedupe.config.file import is_mine
from dedupe.core.errors import ConfigError
from dedupe.core.messages import option
from dedupe.core.regular import open_regular
from dedupe.pipeline.cache.columns import PARTIAL

TAG = "CACHEDIR.TAG"
SIGN = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# Made by dedupe, which keeps here what it found. The folder may be deleted at any time.\n"
)
IGNORE, IGNORED = ".gitignore", b"# Made by dedupe; may be deleted at any time.\n*\n"
BEGINNING = b"dedupe cache "  # of our files, in every version
BATCH, REPORT = ".batch", ".report"  # results of sources; results of all of them together
NAME_RE = re.compile(rf"[0-9a-f]{{32}}\.(?:batch|report)(?:\.[0-9]+(?:-[0-9a-f]+)?\{PARTIAL})?")
FOREIGN = "it holds what is not of this cache"


def prepare(folder: Path) -> None:
    """Create the folder and mark it, with a .gitignore so that git keeps nothing in it.

    Raises OSError if that fails, or if a folder of this name holds anything that is not ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if is_marked(folder):
        return
    if not all(map(_is_ours, folder.iterdir())):
        raise FileExistsError(errno.EEXIST, FOREIGN, str(folder))
    for name, content in ((TAG, SIGN), (IGNORE, IGNORED)):
        (folder / name).unlink(missing_ok=True)  # a killed run may have left it unfinished
        with suppress(FileExistsError), (folder / name).open("xb") as file:  # another run was faster
            file.write(content)


def is_marked(folder: Path) -> bool:
    """True if a folder has our mark."""
    return _head(folder / TAG, len(SIGN) + 1) == SIGN


def files_in(folder: Path) -> Iterator[Path]:
    """Yield our files in a folder; none if it is not marked."""
    if is_marked(folder):
        yield from (path for path in folder.iterdir() if _is_kept(path))


def clear(folder: Path) -> None:
    """Delete our files in a folder, and the folder too if nothing else is in it.

    Raises OSError if that fails, and ConfigError for a folder that is not marked.
    """
    if not folder.is_dir():
        return
    if not is_marked(folder):
        other = "{folder}: is no cache of dedupe, so nothing was deleted: name the right {option}"
        raise ConfigError(other, folder, option("cache_dir"))
    for path in files_in(folder):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # if anything else is in it, it stays, with its mark
        if all(path.name in (TAG, IGNORE) and _is_ours(path) for path in folder.iterdir()):
            for name in (IGNORE, TAG):
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def _is_ours(path: Path) -> bool:
    """True if we wrote this entry of a folder, even if only in part."""
    if path.name in (TAG, IGNORE):
        content = SIGN if path.name == TAG else IGNORED
        head = _head(path, len(content) + 1)
        return head is not None and content.startswith(head)
    return _is_kept(path)


def _is_kept(path: Path) -> bool:
    """True if a file has a name and a beginning of ours; an unfinished one may be empty."""
    if not NAME_RE.fullmatch(path.name):
        return False
    head = _head(path, len(BEGINNING))
    return head == BEGINNING or (head == b"" and path.suffix == PARTIAL)


def _head(path: Path, size: int) -> bytes | None:
    """Return the first bytes of a regular file of this user, not a link; None for anything else."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode) or not is_mine(path):
            return None
        with open_regular(path) as file:
            return file.read(size)
    except OSError:
        return None
