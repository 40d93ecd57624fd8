"""The place of an index: a file, or a name on a Redis server that many machines share."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from dedupe.core.errors import IndexFileError
from dedupe.core.messages import say
from dedupe.inputs.remote import SCHEME_RE, is_remote

SCHEMES = ("redis", "rediss")
PORT = 6379
NAME_RE = re.compile(r"[\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Server:
    """An index on a server; its string form is the address without the password."""

    host: str
    port: int
    name: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    is_encrypted: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEMES[self.is_encrypted]}://{host}:{self.port}/{self.name}"


IndexPlace = Path | Server


def place_of(given: str) -> IndexPlace:
    """Parse the place of an index. Raises IndexFileError for an address that cannot be one.

    >>> str(place_of("redis://:secret@localhost/essays"))
    'redis://localhost:6379/essays'
    """
    scheme = SCHEME_RE.match(given)
    if scheme is None:
        return Path(given)
    if scheme[1].lower() not in SCHEMES:
        raise IndexFileError(
            given, "an index is a file or at {SCHEME}://HOST:PORT/NAME, not at {given}", SCHEMES[0], scheme[0]
        )
    try:
        parts = urlsplit(given)
        port = parts.port or PORT
    except ValueError as error:
        raise IndexFileError(given.rpartition("@")[2], "is no address ({error})", error) from error
    name = unquote(parts.path.strip("/"))
    if not parts.hostname or not NAME_RE.fullmatch(name):
        hint = say("give {SCHEME}://HOST:PORT/NAME, with a name of letters, digits, . _ or -", SCHEMES[0])
        raise IndexFileError(given.rpartition("@")[2], "names no index on a server: {HINT}", hint)
    user, password = (part and unquote(part) for part in (parts.username, parts.password))
    return Server(parts.hostname, port, name, user or None, password, scheme[1].lower() == SCHEMES[1])


def folder_of(place: IndexPlace) -> str:
    """Return the folder that paths in an index are relative to: that of its file, or the root for a server."""
    return os.path.dirname(os.path.realpath(place)) if isinstance(place, Path) else os.path.abspath(os.sep)


def stored_path(path: str, index: IndexPlace) -> str:
    """Return a path as an index stores it: relative to the folder of the index, with forward slashes."""
    from dedupe.inputs.sources import printable

    if is_remote(path):
        return printable(path)
    full = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
    try:
        return printable(PurePath(os.path.relpath(full, folder_of(index))).as_posix())
    except ValueError:  # the file is on another drive
        return printable(PurePath(full).as_posix())


def shown_path(path: str, index: IndexPlace) -> str:
    """Return a path of an index relative to the current folder; the address of a remote file."""
    if is_remote(path):
        return path
    full = os.path.join(folder_of(index), path)
    try:
        near = os.path.relpath(full)
    except ValueError:
        return PurePath(full).as_posix()
    return PurePath(full if near.startswith(f"..{os.sep}..") else near).as_posix()


def identity(path: str, record: str | None, content: bytes) -> int:
    """Return the number of a document; it does not depend on other documents."""
    name = f"{path}\0{'' if record is None else f'#{record}'}\0".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name + content, digest_size=8).digest(), "little")
