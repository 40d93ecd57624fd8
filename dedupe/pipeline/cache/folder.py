"""The folder of the cache: marked as ours before anything is kept in it, and never cleaned without that mark.

What it is called may be the choice of whoever made the corpus, so its name says nothing. What says something is a file
that we wrote: the tag that tools for backups know (https://bford.info/cachedir/), with a line of our own. In such
a folder we delete what has a name of ours and begins as our files do, and nothing else.
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
BEGINNING = b"dedupe cache "  # of our files, in any version
BATCH, REPORT = ".batch", ".report"  # what sources gave, and what was found in all of them
NAME_RE = re.compile(rf"[0-9a-f]{{32}}\.(?:batch|report)(?:\.[0-9]+(?:-[0-9a-f]+)?\{PARTIAL})?")
FOREIGN = "it holds what is not of this cache"


def prepare(folder: Path) -> None:
    """Make the folder and mark it, with a word to git that nothing in it is to be kept.

    Raises OSError where that fails, and where a folder of this name holds what is not ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if is_marked(folder):
        return
    if not all(map(_is_ours, folder.iterdir())):
        raise FileExistsError(errno.EEXIST, FOREIGN, str(folder))
    for name, content in ((TAG, SIGN), (IGNORE, IGNORED)):
        (folder / name).unlink(missing_ok=True)  # a run that was killed has only begun it
        with suppress(FileExistsError), (folder / name).open("xb") as file:  # another run was faster
            file.write(content)


def is_marked(folder: Path) -> bool:
    """Whether we have marked a folder."""
    return _head(folder / TAG, len(SIGN) + 1) == SIGN


def files_in(folder: Path) -> Iterator[Path]:
    """The files that are ours in a folder; none where it is not marked."""
    if is_marked(folder):
        yield from (path for path in folder.iterdir() if _is_kept(path))


def clear(folder: Path) -> None:
    """Delete what is ours in a folder, and the folder if nothing else is in it.

    Raises OSError where that fails, and ConfigError for a folder that is not marked.
    """
    if not folder.is_dir():
        return
    if not is_marked(folder):
        other = "{folder}: is no cache of dedupe, so nothing was deleted: name the right {option}"
        raise ConfigError(other, folder, option("cache_dir"))
    for path in files_in(folder):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # something else is in it: then it stays, and stays marked
        if all(path.name in (TAG, IGNORE) and _is_ours(path) for path in folder.iterdir()):
            for name in (IGNORE, TAG):
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def _is_ours(path: Path) -> bool:
    """Whether something in a folder was written by us, be it half done."""
    if path.name in (TAG, IGNORE):
        content = SIGN if path.name == TAG else IGNORED
        head = _head(path, len(content) + 1)
        return head is not None and content.startswith(head)
    return _is_kept(path)


def _is_kept(path: Path) -> bool:
    """Whether a file has a name of ours and begins as our files do; one that was not finished may be empty."""
    if not NAME_RE.fullmatch(path.name):
        return False
    head = _head(path, len(BEGINNING))
    return head == BEGINNING or (head == b"" and path.suffix == PARTIAL)


def _head(path: Path, size: int) -> bytes | None:
    """The first bytes of a file of this user, which a link is not; None for anything else."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode) or not is_mine(path):
            return None
        with open_regular(path) as file:
            return file.read(size)
    except OSError:
        return None
