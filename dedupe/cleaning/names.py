"""Choose names for files that a clean writes: no two are equal, and every file system accepts them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath

LONGEST, NUMBER = 100, 17  # bytes of a shortened name, and of the number at its end
TRIES = 1_000
# Errors of file systems that do not accept a name.
NAMELESS = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ, errno.EINVAL)


class Names:
    """The names below a folder. `owned` names, and the folders they stand in, are reserved for their owners."""

    def __init__(self, folder: Path, owned: Iterable[str]) -> None:
        self._folder = folder
        self._owned = set(owned)
        self._owned |= {parent.as_posix() for name in self._owned for parent in PurePosixPath(name).parents}

    def give(self, wanted: str, owner: str = "") -> str:
        """Create an empty file and return its path below the folder: `wanted`, or a similar name if that is taken.

        Raises OSError if no file can be made, with the errno of the reason.
        """
        for path in _like(wanted):
            if path in self._owned and path != owner:
                continue
            try:
                return self._made(path)
            except (FileExistsError, IsADirectoryError):
                continue  # the file system takes two different names for the same
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG or _short(wanted) == wanted:
                    raise
                return self.give(_short(wanted))
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self._folder / wanted))

    def give_any(self, wanted: str, owner: str = "") -> str:
        """Like `give`, but use the SHA-256 of the wanted name if the file system refuses every similar one."""
        try:
            return self.give(wanted, owner)
        except OSError as error:
            if error.errno not in NAMELESS:
                raise
            return self.give(sha256(os.fsencode(wanted)).hexdigest())

    def _made(self, path: str) -> str:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.open("xb").close()
        return path


def _like(path: str) -> Iterator[str]:
    """Yield similar names: a number goes before all suffixes, which tell the type of the file.

    >>> from itertools import islice
    >>> list(islice(_like("b/a.txt.gz"), 3))
    ['b/a.txt.gz', 'b/a~2.txt.gz', 'b/a~3.txt.gz']
    """
    yield path
    folder, slash, name = path.rpartition("/")
    at = name.find(".", 1)
    stem, suffixes = (name[:at], name[at:]) if at > 0 else (name, "")
    for number in range(2, TRIES):
        yield f"{folder}{slash}{stem}~{number}{suffixes}"


def _short(path: str) -> str:
    """Return a short name for a long one: its beginning, a hash of the whole name, and its last suffix."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = os.path.splitext(name)
    if len(os.fsencode(stem)) <= LONGEST or len(suffix) > LONGEST:
        return path
    kept = os.fsencode(stem)[: LONGEST - NUMBER].decode("utf-8", "ignore")
    return f"{folder}{slash}{kept}~{sha256(os.fsencode(name)).hexdigest()[: NUMBER - 1]}{suffix}"
