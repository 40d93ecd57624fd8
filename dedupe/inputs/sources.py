"""Turn sources into documents: files and `-`, of all kinds that `readers` knows. What cannot be read is a Failure."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from dedupe.config.kinds import ARCHIVES, PARQUET, named_kind
from dedupe.config.settings import reading_at
from dedupe.core.errors import UnreadableError
from dedupe.core.messages import option, say
from dedupe.core.model import Document, Failure, Passed
from dedupe.core.ours import OURS
from dedupe.core.regular import open_regular
from dedupe.inputs.readers import jsonl, opened, parquet, reader_of
from dedupe.inputs.readers.compressed import HEAD, Bound
from dedupe.inputs.remote import is_remote, open_remote

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

GONE = "gone: deleted or renamed after it was listed; run again if that was not meant"
CHANGED = "it changed while it was read: run again once nothing writes to it"
STDIN = "-"
ESCAPE_RE = re.compile(r"\\x(?=[0-9a-f]{2})")
TEXT_FIELD, ID_FIELD = "text", "id"  # in the files of JSON lines that we write
CANNOT_READ = (OSError, UnreadableError)
LISTED = 2_000  # names in a folder, compared with one that is not found
ENDINGS = 6  # suffixes listed for skipped files
NO_ENDING, OTHERS = "no suffix", "other suffixes"


class Piece(NamedTuple):
    """Some lines of a large file of JSON lines: where they begin, in bytes, and the number of the first, from 1.

    Or a row group of a Parquet file, by its number, and the number of its first row. `names` gives, by line, the names
    of records whose ids earlier records have. A file with `is_own` is a temporary one, with our own fields.
    """

    start: int
    line: int
    names: Mapping[int, str]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Source:
    r"""A file to read, or standard input if `file` is None.

    `path` is what reports show: as the user gave it, joined with the path inside a given folder, posix slashes, bytes
    of a name that are not UTF-8 as `\xff`. `size` is in bytes as stored (0 for standard input). `kind` is one of
    `KINDS` if it is known and no name tells it. Sources can be sent to worker processes; only standard input must be
    read in the process that owns it. `stamp` is when the file was last changed, and its number in the file system: a
    file with another stamp may hold something else. For a source with a `piece`, only that is read, and `size` is its
    size. The user gave a source with `is_named`, so it should hold something. Documents of an archive have paths that
    continue that of the source; a source with `is_member` has the path of the only file to read from it.
    """

    path: str
    file: str | None
    size: int
    kind: str = ""
    stamp: tuple[int, int, int] = (0, 0, 0)
    piece: Piece | None = None
    is_named: bool = False
    is_member: bool = False


def nothing_in(passed: Mapping[str, int], paths: int = 1) -> str:
    """Return the message for paths without documents."""
    here = "no document in it" if paths == 1 else "no document in it, nor in any other path"
    named = {ending: number for ending, number in passed.items() if ending != OURS}
    if passed and not named:
        return f"{here} but what dedupe wrote: name its folder, or the file, to have that read"
    if not named:
        return say("{HERE}: check that it is what you mean, or leave it out", here)
    others = say("files were passed over for what they are called ({kinds})", endings(named))
    return say(
        "{HERE}, and {OTHERS}: have them read with {option}, or name other paths", here, others, option("include")
    )


def endings(passed: Mapping[str, int]) -> str:
    """Return the most frequent suffixes of skipped files, with their counts.

    >>> endings({".pdf": 9, "": 3})
    '.pdf 9, no suffix 3'
    """
    rows = sorted(passed.items(), key=lambda row: (-row[1], row[0]))
    told = [f"{ending or NO_ENDING} {number:,}" for ending, number in rows[:ENDINGS]]
    rest = sum(number for _, number in rows[ENDINGS:])
    return ", ".join([*told, f"{OTHERS} {rest:,}"] if rest else told)


def read(source: Source, settings: Settings) -> Iterator[Document | Failure]:
    """Yield the documents of one source in order, and a Failure for each part that cannot be used.

    Text is exactly what the bytes decode to, with line ends kept and the byte order mark dropped; for a page or a .docx
    file it is the extracted text. A damaged record costs only that record if the next can be found, a truncated archive
    what follows the damage. Never raises for bad input.
    """
    return (item for _, item in numbered(source, settings))


def numbered(source: Source, settings: Settings, passed: Counter[str] | None = None) -> Iterator[Item]:
    """Yield what `read` does, each with its number in the file; `passed` counts what is not read of an archive."""
    passed = Counter() if passed is None else passed
    settings = reading_at(settings, source.path)
    is_empty = True
    try:
        for number, item in _items(source, settings):
            if isinstance(item, Passed):
                passed.update({} if source.is_member else {item.reason: item.number})
            elif not source.is_member or _is_of(source, item):
                is_empty = False
                yield number, item
    except FileNotFoundError:
        is_empty = False
        yield 0, Failure(source.path, GONE)
    except CANNOT_READ as error:
        is_empty = False
        yield 0, Failure(source.path, reason_of(error))
    if is_empty and source.is_member:
        yield 0, Failure(source.path, "not in this archive, or none of the files that are read of one")
    elif is_empty and source.is_named and not source.piece:
        yield 0, Failure(source.path, nothing_in(passed))


def _is_of(member: Source, item: Document | Failure) -> bool:
    """True if an item of an archive belongs to the one wanted file, or if all files are wanted."""
    if isinstance(item, Document):
        return item.path == member.path
    place, archive = item.path, _archive_path(member)
    return place == archive or (place.startswith(member.path) and place[len(member.path) :][:1] in ("", "#", ":"))


def _items(source: Source, settings: Settings) -> Iterator[Item]:
    with open_source(source) as stored:
        if source.piece:
            yield from _of_piece(source, source.piece, stored, settings)
            return
        kind, stream = unpacked(source, stored, settings)
        if kind in ARCHIVES and not is_archive(source):
            raise UnreadableError("an archive under another name: call it .{kind}, and its files are read", kind)
        yield from reader_of(kind)(_archive_path(source), stream, settings)


def unpacked(source: Source, stored: BinaryIO, settings: Settings) -> tuple[str, BinaryIO]:
    """Return the kind of a source, and its content unpacked from the stored bytes."""
    bound = Bound(source.size, settings.max_expansion)
    given = source.kind or (settings.stdin_format or "" if source.path == STDIN else "")
    return opened(source.path, stored, bound, given)


def is_archive(source: Source) -> bool:
    """True if a source is known to be an archive, or a file of one, before it is opened."""
    return not source.piece and (source.is_member or (source.kind or named_kind(source.path)) in ARCHIVES)


def inside(archive: Source, path: str) -> Source | None:
    """Return the file with this path in an archive; None if it cannot be in this one."""
    return replace(archive, path=path, is_member=True) if path.startswith(f"{archive.path}/") else None


def _archive_path(source: Source) -> str:
    """Return the path for the reader: for one file of an archive, the path of the archive."""
    if not source.is_member:
        return source.path
    return next(str(parent) for parent in PurePosixPath(source.path).parents if named_kind(parent.name) in ARCHIVES)


def _of_piece(source: Source, piece: Piece, stored: BinaryIO, settings: Settings) -> Iterator[Item]:
    if stamp_of(os.fstat(stored.fileno())) != source.stamp:
        raise UnreadableError(CHANGED)
    if source.kind == PARQUET:
        yield from _called(parquet.records_from(source.path, stored, settings, piece[:2]), piece)
        return
    stored.seek(piece.start)
    lines = io.BytesIO(stored.read(source.size))
    if piece.is_own:
        for number, line in enumerate(lines, piece.line):
            row = json.loads(line)
            yield number, Document(source.path, row[TEXT_FIELD], row[ID_FIELD])
        return
    yield from _called(jsonl.records_from(source.path, (piece.line, lines), settings), piece)


def _called(items: Iterator[Item], piece: Piece) -> Iterator[Item]:
    for number, item in items:
        name = piece.names.get(number)
        yield number, replace(item, record=name) if name and isinstance(item, Document) else item


def open_source(source: Source) -> contextlib.AbstractContextManager[BinaryIO]:
    """Open the content of a source as it is stored."""
    if source.file is not None:
        return open_remote(source.file) if is_remote(source.file) else open_regular(source.file, HEAD)
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return contextlib.nullcontext(sys.stdin.buffer)


def stamp_of(info: os.stat_result) -> tuple[int, int, int]:
    """Return the stamp of a source."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def shown_path(path: str) -> str:
    """Return a path as a user gave it, in the form that reports show."""
    return printable(PurePath(path).as_posix())


def printable(path: str) -> str:
    r"""Return a path that any output can take: bytes that are not UTF-8 as `\xff`; two paths never look the same.

    If a name contains text that only looks like such a byte, its backslash becomes `\x5c`.

    >>> print(printable("a\udcff"), printable("a\\xff"), printable("a\\b"))
    a\xff a\x5cxff a\b
    """
    if "\\x" in path:
        path = ESCAPE_RE.sub(r"\\x5cx", path)
    if path.isascii():
        return path
    try:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a surrogate pair, which no name has, but a report or a manifest may
        return path.encode("utf-8", "backslashreplace").decode()


def _near(name: object) -> str:
    """Return a name in the same folder similar to one that does not exist, if there is one."""
    folder, base = os.path.split(os.path.normpath(name)) if isinstance(name, str) else ("", "")
    try:
        near = get_close_matches(base, islice(os.listdir(folder or "."), LISTED), 1)
    except OSError:
        return ""
    return printable(os.path.join(folder, near[0])) if near and near[0] != base else ""


def reason_of(error: Exception) -> str:
    """Return what went wrong with a path, and what to do about it."""
    if isinstance(error, UnreadableError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        near = _near(error.filename)
        if near:
            return say("no such file or folder: did you mean {path}?", near)
        return "no such file or folder: check the spelling (or the target, if it is a link)"
    if isinstance(error, PermissionError):
        return say("permission denied: make it readable, or leave it out with {option}", option("exclude"))
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return say("cannot be read ({ERROR}): check it, or leave it out with {option}", told, option("exclude"))
