"""Remote files (s3://, gs://, hf://, memory:// and all that fsspec knows), named on a command line.

Only addresses that a user names are opened: an address in a configuration, an index or a report is a path like any
other, and no file has such a name.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from posixpath import dirname, join
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.core import regex as re
from dedupe.core.errors import ConfigError, CorpusError, UnreadableError
from dedupe.core.messages import option, say

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SCHEME_RE = re.compile(r"(?:[a-z]\w*::)*([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
WILD_RE = re.compile(r"[*?\[]")
EXTRA = "remote"
LOCAL = frozenset(("file", "local"))


def is_remote(path: str) -> bool:
    """True if a path is the address of a remote file or folder."""
    return SCHEME_RE.match(path) is not None


def listed(given: str) -> tuple[str, list[tuple[str, int, tuple[int, int, int]]]]:
    """Return the folder that an address names, and the files below it: address, size and stamp of each, by address.

    The address of one file has an empty folder; one with *, ? or [ names all that match, and what is below them. Raises
    ConfigError for a scheme that cannot be used, and CorpusError for what does not exist or cannot be read.
    """
    system, path = _system(given)
    scheme = given.partition("://")[0]
    wild = WILD_RE.search(path)
    try:
        found = list(system.glob(path, detail=True).values()) if wild else [system.info(path)]
        if not wild and found[0]["type"] == "file":
            return "", [_row(scheme, found[0])]
        folders = [info["name"] for info in found if info["type"] == "directory"]
        files = [info for info in found if info["type"] == "file"]
        files += [info for name in folders for info in system.find(name, detail=True).values()]
    except Exception as error:  # each file system has its own errors
        raise CorpusError(given, _told(error)) from error
    rows = sorted({_row(scheme, info) for info in files})
    if not rows:
        raise CorpusError(given, "no such file or folder: check the spelling")
    folder = path[: wild.start()].rpartition("/")[0] if wild else path.rstrip("/")
    return _address(scheme, folder), rows


def _row(scheme: str, info: dict[str, Any]) -> tuple[str, int, tuple[int, int, int]]:
    about = [info.get(name) for name in ("ETag", "LastModified", "mtime", "created", "md5Hash", "sha256")]
    stamp = int.from_bytes(blake2b(repr(about).encode(), digest_size=7).digest(), "big")
    return _address(scheme, str(info["name"])), int(info.get("size") or 0), (stamp, 0, 0)


def _address(scheme: str, name: str) -> str:
    """Return the address for a name in a file system; each file has exactly one."""
    return name if is_remote(name) else f"{scheme}://{name.lstrip('/')}"


def _system(given: str) -> tuple[Any, str]:
    """Return the file system of an address, and its own name for the place.

    Raises ConfigError if there is none, and says what to install.
    """
    scheme = SCHEME_RE.match(given)
    name = scheme[1].lower() if scheme else ""
    try:
        import fsspec
    except ImportError as error:
        raise ConfigError(
            "{given}: needs the extra 'remote': pip install 'corpus-dedupe[{EXTRA}]'", given, EXTRA
        ) from error
    if name in LOCAL or "::" in given:
        raise ConfigError("{given}: give the path of a file alone, or an address with one scheme", given)
    if name not in fsspec.available_protocols():
        raise ConfigError("{given}: {name}:// is no scheme that fsspec knows: check the spelling", given, name)
    try:
        system, path = fsspec.core.url_to_fs(given)
    except (ImportError, ValueError, TypeError) as error:
        raise ConfigError(
            "{given}: {name}:// needs a package that is not installed ({error})", given, name, error
        ) from error
    return system, path


def open_remote(address: str) -> BinaryIO:
    """Open a remote file, read by ranges: of Parquet only the columns that are asked for are fetched."""
    from dedupe.inputs.readers.compressed import HEAD

    with _explained():
        system, path = _system(address)
        return io.BufferedReader(_Stream(system.open(path, "rb")), HEAD)


class _Stream(io.RawIOBase):
    """A stream of fsspec that raises our errors."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _explained():
            return int(self._inner.seek(offset, whence))

    def tell(self) -> int:
        return int(self._inner.tell())

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with _explained():
            data = self._inner.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ConfigError, FileNotFoundError):
        raise
    except Exception as error:  # each file system has its own errors
        raise UnreadableError(_told(error)) from error


def _told(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling"
    said = str(error).strip().partition("\n")[0] or type(error).__name__
    return say("cannot be read ({said}): check the address, your rights and the connection", said)


def check_empty(address: str, is_forced: bool) -> None:
    """Raise ConfigError for a place that holds something, unless it may be overwritten."""
    if not is_forced and _there(*_system(address)):
        way = "{address}: holds something already: name another place, or replace it with {option}"
        raise ConfigError(way, address, option("force"))


def _there(system: Any, path: str) -> bool:
    try:
        return bool(system.exists(path) and system.find(path))
    except Exception as error:  # each file system has its own errors
        raise CorpusError(path, _told(error)) from error


def sent(folder: Path, address: str, last: str) -> None:
    """Write all files of a folder to a remote place; the file `last` comes last and so marks the copy as complete.

    What was there before is removed first.
    """
    system, place = _system(address)
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: (path.name == last, path))
    try:
        if _there(system, place):
            system.rm(place, recursive=True)
        for path in files:
            target = join(place, path.relative_to(folder).as_posix())
            system.makedirs(dirname(target), exist_ok=True)
            system.put_file(str(path), target)
    except CorpusError:
        raise
    except Exception as error:  # each file system has its own errors
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise CorpusError(address, "cannot be written ({said}): check your rights and the connection", said) from error
