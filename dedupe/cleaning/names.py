"""Names of files that a clean gives: no two things share one, and each file system takes them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath

LONGEST, NUMBER = 100, 17  # bytes of a name that is cut short, and of the number at its end
TRIES = 1_000
# What a file system says of a name that it does not take.
NAMELESS = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ, errno.EINVAL)


class Names:
    """The names below a folder. Those of `owned`, and the folders that they stand in, go to their owners alone."""

    def __init__(self, folder: Path, owned: Iterable[str]) -> None:
        self._folder = folder
        self._owned = set(owned)
        self._owned |= {parent.as_posix() for name in self._owned for parent in PurePosixPath(name).parents}

    def give(self, wanted: str, owner: str = "") -> str:
        """A path below the folder at which there is an empty file now: `wanted`, or one like it if that is taken.

        Raises OSError where no file can be made, with the errno of the reason.
        """
        for path in _like(wanted):
            if path in self._owned and path != owner:
                continue
            try:
                return self._made(path)
            except (FileExistsError, IsADirectoryError):
                continue  # on a file system that takes two names for one
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG or _short(wanted) == wanted:
                    raise
                return self.give(_short(wanted))
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self._folder / wanted))

    def give_any(self, wanted: str, owner: str = "") -> str:
        """Like `give`; where the file system refuses every similar name, the SHA-256 of the wanted one."""
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
    """Names like this one: with a number before all its suffixes, which say what kind of file it is.

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
    """A name of few bytes for a long one: its beginning, a number that only it has, and its last suffix."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = os.path.splitext(name)
    if len(os.fsencode(stem)) <= LONGEST or len(suffix) > LONGEST:
        return path
    kept = os.fsencode(stem)[: LONGEST - NUMBER].decode("utf-8", "ignore")
    return f"{folder}{slash}{kept}~{sha256(os.fsencode(name)).hexdigest()[: NUMBER - 1]}{suffix}"
