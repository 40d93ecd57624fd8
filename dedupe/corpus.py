"""Paths to documents: folders, files, `-`; .txt .md .jsonl, plain or .gz .zst. What cannot be read is a Failure."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Union, cast

from dedupe.decode import UndecodableError, check_encoding, decode, has_wide_mark, is_wide, mend
from dedupe.errors import ConfigError
from dedupe.manifest import OWN_NAMES, is_result
from dedupe.model import Document, Failure

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from dedupe.config import Settings

Paths = Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]]]
STDIN = "-"
SUFFIXES = (".txt", ".md", ".jsonl")
PACKED = (".gz", ".zst")
# Version control folders that are not hidden; .git and its like are skipped with all hidden names.
CONTROL = frozenset(("CVS", "_darcs"))
JSON_KINDS = ((dict, "object"), (list, "array"), (str, "string"))


@dataclass(frozen=True, slots=True)
class Source:
    r"""A file to read, or standard input where `file` is None.

    `path` is what reports show: as the user gave it, joined with the path inside a given folder, posix slashes, bytes
    of a name that are not UTF-8 as `\xff`. `size` is in bytes as stored (0 for standard input). Sources go to worker
    processes as they are; only standard input must be read in the process that owns it. `stamp` is when the file was
    last changed, and how the system numbers it: a file with another stamp may hold something else.
    """

    path: str
    file: Path | None
    size: int
    stamp: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Found:
    """A source with what settles which of several names for one file is shown: real names before links."""

    linked: bool
    source: Source
    real: str


def find(paths: Paths, settings: Settings) -> tuple[list[Source], list[Failure]]:
    """Give the sources that `paths` name, sorted by shown path, and what could not be found.

    A folder gives its files of known suffix, all levels, without hidden ones, version control and what
    `settings.exclude` matches; links are followed, each real folder once. A file named by hand is taken whatever its
    suffix, and never excluded. One file under several names is given once. The order of `paths` changes nothing.
    Raises ConfigError for an encoding or exclude pattern that cannot be used.
    """
    if isinstance(paths, (str, os.PathLike)):  # one path is not a sequence of letters
        paths = (paths,)
    if settings.encoding:
        check_encoding(settings.encoding)
    is_excluded = _excluder(settings.exclude)
    found: list[_Found] = []
    failures: set[Failure] = set()
    given = sorted({os.fspath(path) for path in paths})
    for item in chain.from_iterable(_resolve(path, is_excluded) for path in given):
        if isinstance(item, Failure):
            failures.add(item)
        else:
            found.append(item)
    sources: dict[str, Source] = {}
    for item in sorted(found, key=lambda f: (f.linked, f.source.path, f.real)):
        sources.setdefault(item.real, item.source)
    return (
        sorted(sources.values(), key=lambda s: (s.path, str(s.file))),
        sorted(failures, key=lambda f: (f.path, f.reason)),
    )


def read(source: Source, settings: Settings) -> Iterator[Document | Failure]:
    """Give the documents of one source in order, and a Failure for each part that cannot be used.

    Text is exactly what the bytes decode to, line ends kept, byte order mark dropped. A file of records is read line
    by line; a damaged line costs that line, a truncated archive what follows the damage. Never raises for bad input.
    """
    try:
        with open_source(source) as stream:
            if holds_records(source.path):
                yield from _records(source.path, stream, settings)
            else:
                yield Document(source.path, decode(stream.read(), settings.encoding))
    except (OSError, EOFError, zlib.error, UndecodableError) as error:
        yield Failure(source.path, reason_of(error))


def _resolve(given: str, is_excluded: Callable[[str], bool]) -> Iterator[_Found | Failure]:
    """What one argument names."""
    if given == STDIN:
        yield _Found(False, Source(STDIN, None, 0), STDIN)
        return
    shown = printable(PurePath(given).as_posix()) if given else "''"
    try:
        info = os.stat(given)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        yield Failure(shown, reason_of(error))
        return
    if stat.S_ISDIR(info.st_mode):
        yield from _walk(given, is_excluded)
    elif stat.S_ISREG(info.st_mode):
        source = Source(shown, Path(given), info.st_size, stamp_of(info))
        yield _Found(os.path.islink(given), source, os.path.realpath(given))
    else:
        yield Failure(shown, "neither file nor folder (a pipe, socket or device): pipe it in and name it -")


def _walk(root: str, is_excluded: Callable[[str], bool]) -> Iterator[_Found | Failure]:
    """The files under a folder. Linked folders wait until all real ones are done, so real names come first."""
    shown = PurePath(root).as_posix()
    waiting = [(False, "")]
    seen: set[str] = set()
    while waiting:
        linked, inside = heappop(waiting)
        folder = os.path.join(root, inside)
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            yield Failure(_shown(shown, inside), reason_of(error))
            continue
        own = OWN_NAMES if is_result(Path(folder)) else ()
        for entry in entries:
            if entry.name in own:
                continue
            name = f"{inside}/{entry.name}" if inside else entry.name
            if entry.name.startswith(".") or entry.name in CONTROL or is_excluded(name):
                continue
            item = _look(entry, _shown(shown, name), os.path.join(real, entry.name), linked)
            if item is not None:
                yield item
            elif not is_excluded(f"{name}/") and _is_folder(entry):
                heappush(waiting, (linked or entry.is_symlink(), name))


def _look(entry: os.DirEntry[str], shown: str, real: str, linked: bool) -> _Found | Failure | None:
    """A file of known suffix inside a folder, or why it cannot be read; None for anything else."""
    if not _suffix(entry.name):
        return None
    try:
        info = entry.stat()
    except OSError as error:
        return Failure(shown, reason_of(error))
    if not stat.S_ISREG(info.st_mode):
        return None
    is_link = entry.is_symlink()
    source = Source(shown, Path(entry.path), info.st_size, stamp_of(info))
    return _Found(linked or is_link, source, os.path.realpath(entry.path) if is_link else real)


def stamp_of(info: os.stat_result) -> tuple[int, int, int]:
    """The stamp of a source."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself is no folder
        return False


def _suffix(name: str) -> str:
    """The known suffix of a name, without that of its packing; empty for others."""
    stem, end = os.path.splitext(name.lower())
    suffix = os.path.splitext(stem)[1] if end in PACKED else end
    return suffix if suffix in SUFFIXES else ""


def _shown(root: str, inside: str) -> str:
    """The path of what is inside a folder. Put together by hand: a PurePath costs as much as to look at the file."""
    if not inside:
        return printable(root)
    return printable(inside if root == "." else f"{root}{'' if root.endswith('/') else '/'}{inside}")


def printable(path: str) -> str:
    r"""A path that any output can take: bytes that are not UTF-8 as `\xff`."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def _excluder(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Tell excluded paths by the rules of .gitignore; a path of a folder ends in a slash."""
    if not patterns:
        return lambda path: False
    from pathspec import GitIgnoreSpec  # 30 ms that most runs need not pay

    try:
        spec = GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ConfigError(f"exclude: {error}: give patterns as in a .gitignore") from error
    return spec.match_file


def holds_records(path: str) -> bool:
    """Whether a file of this name holds a record on each line, and is no single document."""
    return _suffix(path) == ".jsonl"


def packing(path: str) -> str:
    """How a file of this name is packed: `.gz`, `.zst`, or the empty string."""
    end = os.path.splitext(path.lower())[1]
    return end if end in PACKED else ""


def open_source(source: Source) -> contextlib.AbstractContextManager[io.BufferedIOBase]:
    """The content of a source as a stream of bytes, unpacked."""
    if source.file is None:
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return contextlib.nullcontext(cast("io.BufferedIOBase", sys.stdin.buffer))
    packed = packing(source.file.name)
    if packed == ".gz":
        return gzip.open(source.file)
    if packed == ".zst":
        return _open_zstd(source.file)
    return open(source.file, "rb")


@contextlib.contextmanager
def _open_zstd(file: Path) -> Iterator[io.BufferedReader]:
    with open(file, "rb") as stored:
        yield io.BufferedReader(_Chunks(_unpacked(stored)))


def _unpacked(stored: io.BufferedReader) -> Iterator[bytes]:
    """The content of all zstd frames in a stream. (The library's own reader takes a truncated frame for a whole.)"""
    import zstandard  # only where it is needed: 15 ms

    frame = None
    try:
        while chunk := stored.read(1 << 16):
            while chunk:
                if frame is None or frame.eof:
                    frame = zstandard.ZstdDecompressor().decompressobj()
                yield frame.decompress(chunk)
                chunk = frame.unused_data
    except zstandard.ZstdError as error:
        raise OSError(f"damaged zstd data ({error})") from error
    if frame is not None and not frame.eof:
        raise EOFError


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a raw stream, for a BufferedReader to cut into lines."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _records(path: str, stream: io.BufferedIOBase, settings: Settings) -> Iterator[Document | Failure]:
    return (item for _, item in numbered_records(path, _lines(stream, settings.encoding), settings))


def numbered_records(
    path: str, lines: Iterable[bytes | str], settings: Settings
) -> Iterator[tuple[int, Document | Failure]]:
    """The records of JSON lines, each with the number of its line, from 1; blank lines are none.

    Ids that come twice get `#line` behind them, so that each names one record.
    """
    taken: set[str] = set()
    for number, line in enumerate(lines, 1):
        try:
            text = decode(line, settings.encoding) if isinstance(line, bytes) else line
            if not text.strip():
                continue
            record = json.loads(text)
        except UndecodableError as error:
            yield number, Failure(f"{path}:{number}", str(error))
        except (ValueError, RecursionError) as error:
            yield number, Failure(f"{path}:{number}", f"not JSON ({error}): mend the line or drop it")
        else:
            item = _document(path, number, record, settings)
            if isinstance(item, Document):
                while item.record in taken:
                    item = Document(path, item.text, f"{item.record}#{number}")
                taken.add(item.record or "")
            yield number, item


def _lines(stream: io.BufferedIOBase, encoding: str | None) -> Iterator[bytes | str]:
    """Lines to decode one by one; UTF-16 and UTF-32 cannot be cut as bytes, so those are read and decoded whole."""
    first = stream.readline()
    if is_wide(encoding) if encoding else has_wide_mark(first):
        return iter(decode(first + stream.read(), encoding).split("\n"))
    return chain((first,), stream)


def _document(path: str, number: int, record: Any, settings: Settings) -> Document | Failure:
    """The document in one record, or what is wrong with it."""
    place, field = f"{path}:{number}", settings.text_field
    if not isinstance(record, dict):
        return Failure(place, f"a JSON {_kind(record)}, not an object: each line must be one, with a field {field!r}")
    if field not in record:
        others = ", ".join(map(repr, list(record)[:5])) or "none"
        return Failure(place, f"no field {field!r} (there are: {others}): name the right one with --text-field")
    text = record[field]
    if not isinstance(text, str):
        return Failure(place, f"field {field!r} is a {_kind(text)}, not a string: mend the record or drop it")
    given = record.get(settings.id_field)
    is_id = isinstance(given, (str, int)) and not isinstance(given, bool) and given != ""
    return Document(path, mend(text), mend(str(given)) if is_id else str(number))


def _kind(value: Any) -> str:
    """What JSON calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return next((name for kind, name in JSON_KINDS if isinstance(value, kind)), "number")


def reason_of(error: Exception) -> str:
    """What went wrong with a path, and what to do about it."""
    if isinstance(error, UndecodableError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling (or the target, if it is a link)"
    if isinstance(error, PermissionError):
        return "permission denied: make it readable, or leave it out with --exclude"
    if isinstance(error, EOFError):
        return "truncated: the packed file ends early, so fetch or pack it again"
    if isinstance(error, (zlib.error, gzip.BadGzipFile)):
        return f"damaged gzip data ({error}): fetch or pack it again, or rename it if it is not packed"
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read ({told}): check it, or leave it out with --exclude"
