"""Paths to documents: folders, files, `-`, of all kinds that `readers` knows. What cannot be read is a Failure."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Union

from dedupe.cleaning.manifest import OWN_NAMES, is_result
from dedupe.config.globs import Excluder, Matcher
from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers import jsonl, opened, reader_of
from dedupe.inputs.readers.compressed import HEAD, Bound
from dedupe.inputs.readers.kinds import suffix_of
from dedupe.text.decode import check_encoding

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

Paths = Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]]]
GONE = "gone: deleted or renamed after it was listed; run again if that was not meant"
CHANGED = "it changed while it was read: run again once nothing writes to it"
LEADS_OUT = "a link that leads out of the folder: read it with --follow-links, or leave it out with --exclude"
STDIN = "-"
TEXT_FIELD, ID_FIELD = "text", "id"  # in the files of JSON lines that we write
CANNOT_READ = (OSError, UnreadableError)
# Version control folders that are not hidden; .git and its like are skipped with all hidden names.
CONTROL = frozenset(("CVS", "_darcs"))


class Piece(NamedTuple):
    """Some lines of a large file of JSON lines: where they begin, in bytes, and the number of the first, from 1.

    `names` are, by line, what records are called whose ids others have before them. A file that `is_own` is
    a temporary one with fields of our own.
    """

    start: int
    line: int
    names: Mapping[int, str]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Source:
    r"""A file to read, or standard input where `file` is None.

    `path` is what reports show: as the user gave it, joined with the path inside a given folder, posix slashes, bytes
    of a name that are not UTF-8 as `\xff`. `size` is in bytes as stored (0 for standard input). `kind` is one of
    `KINDS` where it is known and no name tells. Sources go to worker processes as they are; only standard input must be
    read in the process that owns it. `stamp` is when the file was last changed, and how the system numbers it: a file
    with another stamp may hold something else. Of a source with a `piece` that alone is read, and `size` is its size.
    """

    path: str
    file: str | None
    size: int
    kind: str = ""
    stamp: tuple[int, int, int] = (0, 0, 0)
    piece: Piece | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A source with what settles which of several names for one file is shown: real names before links."""

    linked: bool
    source: Source
    real: str


def find(paths: Paths, settings: Settings) -> tuple[list[Source], list[Failure]]:
    """Give the sources that `paths` name, sorted by shown path, and what could not be found.

    A folder gives its files of known suffix, all levels, without hidden ones, version control and what the settings
    exclude; links are followed, each real folder once, but one that leads out of all folders given is a Failure unless
    `settings.follow_links`. A file named by hand is taken whatever its suffix, unless `settings.exclude_always` matches
    it; `settings.own` is left out. One file under several names is given once. The order of `paths` changes nothing.
    Raises ConfigError for an encoding or exclude pattern that cannot be used.
    """
    if isinstance(paths, (str, os.PathLike)):  # one path is not a sequence of letters
        paths = (paths,)
    if settings.encoding:
        check_encoding(settings.encoding)
    excluder = Excluder(settings)
    found: list[_Found] = []
    failures: set[Failure] = set()
    given = sorted({os.fspath(path) for path in paths})
    fences = ("",) if settings.follow_links else tuple(os.path.realpath(path) for path in given if os.path.isdir(path))
    for item in chain.from_iterable(_resolve(path, excluder, fences) for path in given):
        if isinstance(item, Failure):
            failures.add(item)
        elif item.real not in settings.own:
            found.append(item)
    sources: dict[str, Source] = {}
    for item in sorted(found, key=lambda f: (f.linked, f.source.path, f.real)):
        sources.setdefault(item.real, item.source)
    return (
        sorted(sources.values(), key=lambda s: (s.path, s.file or "")),
        sorted(failures, key=lambda f: (f.path, f.reason)),
    )


def read(source: Source, settings: Settings) -> Iterator[Document | Failure]:
    """Give the documents of one source in order, and a Failure for each part that cannot be used.

    Text is exactly what the bytes decode to, line ends kept, byte order mark dropped; of a page or a .docx file it is
    what the library takes out. A damaged record costs that record where the next can be found, a truncated archive what
    follows the damage. Never raises for bad input.
    """
    return (item for _, item in numbered(source, settings))


def numbered(source: Source, settings: Settings) -> Iterator[Item]:
    """What `read` gives, each with its number in the file."""
    try:
        with open_source(source) as stored:
            if source.piece:
                yield from _of_piece(source, source.piece, stored, settings)
                return
            kind, stream = unpacked(source, stored, settings)
            yield from reader_of(kind)(source.path, stream, settings)
    except FileNotFoundError:
        yield 0, Failure(source.path, GONE)
    except CANNOT_READ as error:
        yield 0, Failure(source.path, reason_of(error))


def unpacked(source: Source, stored: BinaryIO, settings: Settings) -> tuple[str, BinaryIO]:
    """The kind of a source, and its unpacked content from the stored one."""
    bound = Bound(source.size, settings.max_expansion)
    given = source.kind or (settings.stdin_format or "" if source.path == STDIN else "")
    return opened(source.path, stored, bound, given)


def _of_piece(source: Source, piece: Piece, stored: BinaryIO, settings: Settings) -> Iterator[Item]:
    if stamp_of(os.fstat(stored.fileno())) != source.stamp:
        raise UnreadableError(CHANGED)
    stored.seek(piece.start)
    lines = io.BytesIO(stored.read(source.size))
    if piece.is_own:
        settings = replace(settings, text_field=TEXT_FIELD, id_field=ID_FIELD, encoding="utf-8")
    for number, item in jsonl.records_from(source.path, (piece.line, lines), settings):
        name = piece.names.get(number)
        yield number, replace(item, record=name) if name and isinstance(item, Document) else item


def open_source(source: Source) -> contextlib.AbstractContextManager[BinaryIO]:
    """The content of a source as it is stored."""
    if source.file is not None:
        return open(source.file, "rb", buffering=HEAD)
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return contextlib.nullcontext(sys.stdin.buffer)


def _resolve(given: str, excluder: Excluder, fences: Sequence[str]) -> Iterator[_Found | Failure]:
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
        yield from _walk(given, excluder.below(given), fences)
    elif stat.S_ISREG(info.st_mode):
        if excluder.named(given):
            return
        source = Source(shown, given, info.st_size, stamp=stamp_of(info))
        yield _Found(os.path.islink(given), source, os.path.realpath(given))
    else:
        yield Failure(shown, "neither file nor folder (a pipe, socket or device): pipe it in and name it -")


def _walk(root: str, is_excluded: Matcher, fences: Sequence[str]) -> Iterator[_Found | Failure]:
    """The files under a folder. Linked folders wait until all real ones are done, so real names come first.

    Links that lead out of all the folders `fences` are failures; the empty one is all there is.
    """
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
            if entry.name in own or entry.name.startswith(".") or entry.name in CONTROL:
                continue
            name = f"{inside}/{entry.name}" if inside else entry.name
            is_folder = _is_folder(entry)
            if is_excluded(f"{name}/" if is_folder else name):
                continue
            item = None if is_folder else _look(entry, _shown(shown, name), os.path.join(real, entry.name), linked)
            if (item or is_folder) and _leads_out(entry, fences):
                yield Failure(_shown(shown, name), LEADS_OUT)
            elif item is not None:
                yield item
            elif is_folder:
                heappush(waiting, (linked or entry.is_symlink(), name))


def _look(entry: os.DirEntry[str], shown: str, real: str, linked: bool) -> _Found | Failure | None:
    """A file of known suffix inside a folder, or why it cannot be read; None for anything else."""
    if not suffix_of(entry.name):
        return None
    try:
        info = entry.stat()
    except OSError as error:
        return Failure(shown, reason_of(error))
    if not stat.S_ISREG(info.st_mode):
        return None
    is_link = entry.is_symlink()
    source = Source(shown, entry.path, info.st_size, stamp=stamp_of(info))
    return _Found(linked or is_link, source, os.path.realpath(entry.path) if is_link else real)


def _leads_out(entry: os.DirEntry[str], fences: Sequence[str]) -> bool:
    """Whether an entry is a link to something outside some folders. (One to nothing is named for that.)"""
    if not entry.is_symlink() or not os.path.exists(entry.path):
        return False
    real = os.path.join(os.path.realpath(entry.path), "")
    return not any(real.startswith(os.path.join(fence, "")) for fence in fences)


def stamp_of(info: os.stat_result) -> tuple[int, int, int]:
    """The stamp of a source."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself is no folder
        return False


def _shown(root: str, inside: str) -> str:
    """The path of what is inside a folder. Put together by hand: a PurePath costs as much as to look at the file."""
    if not inside:
        return printable(root)
    return printable(inside if root == "." else f"{root}{'' if root.endswith('/') else '/'}{inside}")


def printable(path: str) -> str:
    r"""A path that any output can take: bytes that are not UTF-8 as `\xff`."""
    if path.isascii():
        return path
    try:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a surrogate pair, which is in no name but may be in a report or a manifest
        return path.encode("utf-8", "backslashreplace").decode()


def reason_of(error: Exception) -> str:
    """What went wrong with a path, and what to do about it."""
    if isinstance(error, UnreadableError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling (or the target, if it is a link)"
    if isinstance(error, PermissionError):
        return "permission denied: make it readable, or leave it out with --exclude"
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read ({told}): check it, or leave it out with --exclude"
