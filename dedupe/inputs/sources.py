"""Paths to documents: folders, files, `-`, of all kinds that `readers` knows. What cannot be read is a Failure."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import chain
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Union

from dedupe.cleaning.manifest import OWN_NAMES, is_result
from dedupe.config.file import FILE
from dedupe.config.globs import Excluder
from dedupe.config.kinds import ARCHIVES, ending_of, named_kind
from dedupe.config.per_path import reading_at
from dedupe.core.errors import UnreadableError
from dedupe.core.messages import option
from dedupe.core.model import Document, Failure, Passed
from dedupe.inputs.readers import jsonl, opened, reader_of
from dedupe.inputs.readers.compressed import HEAD, Bound
from dedupe.inputs.saved import descriptions, leftovers
from dedupe.text.decode import check_encoding

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

Paths = Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]]]
GONE = "gone: deleted or renamed after it was listed; run again if that was not meant"
CHANGED = "it changed while it was read: run again once nothing writes to it"
STDIN = "-"
TEXT_FIELD, ID_FIELD = "text", "id"  # in the files of JSON lines that we write
CANNOT_READ = (OSError, UnreadableError)
# Version control folders that are not hidden; .git and its like are skipped with all hidden names.
CONTROL = frozenset(("CVS", "_darcs"))
ENDINGS = 6  # of names, that are listed where files were passed over
NO_ENDING, OTHERS = "no suffix", "other suffixes"


class Piece(NamedTuple):
    """Some lines of a large file of JSON lines: where they begin, in bytes, and the number of the first, from 1.

    `names` are, by line, what records are called whose ids others have before them. A file that `is_own` is
    a temporary one, with fields of our own.
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
    One that `is_named` was given by hand, so that it should hold something. Documents of an archive have paths that
    go on where that of the source ends; one that `is_member` has the path of the only file of it that is read.
    """

    path: str
    file: str | None
    size: int
    kind: str = ""
    stamp: tuple[int, int, int] = (0, 0, 0)
    piece: Piece | None = None
    is_named: bool = False
    is_member: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A source with what settles which of several names for one file is shown: real names before links."""

    linked: bool
    source: Source
    real: str


def find(
    paths: Paths, settings: Settings, passed: Counter[str] | None = None
) -> tuple[list[Source], list[Failure]]:
    """Give the sources that `paths` name, sorted by shown path, and what could not be found.

    A folder gives its files of known suffix and those that the settings include, all levels, without hidden ones,
    version control and what the settings exclude; `passed` counts the others by the ends of their names. Links are
    followed, each real folder once, but one that leads out of all folders given is a Failure unless
    `settings.follow_links`; so are folders that hold nothing to read or to exclude. A file named by hand is taken
    whatever its suffix, unless `settings.exclude_always` matches it; `settings.own` is left out. One file under several
    names is given once. The order of `paths` changes nothing.
    Raises ConfigError for an encoding or exclude pattern that cannot be used.
    """
    if isinstance(paths, (str, os.PathLike)):  # one path is not a sequence of letters
        paths = (paths,)
    if settings.encoding:
        check_encoding(settings.encoding)
    excluder = Excluder(settings)
    passed = Counter() if passed is None else passed
    found: list[_Found] = []
    failures: set[Failure] = set()
    given = sorted({os.fspath(path) for path in paths})
    fences = ("",) if settings.follow_links else tuple(os.path.realpath(path) for path in given if os.path.isdir(path))
    look = _Look(settings, excluder, fences, passed)
    for item in chain.from_iterable(map(look.resolve, given)):
        if isinstance(item, Failure):
            failures.add(item)
        elif item.real not in settings.own:
            found.append(item)
    sources: dict[str, Source] = {}
    for item in sorted(found, key=lambda f: (f.linked, f.source.path, f.real)):
        sources.setdefault(item.real, item.source)
    folders = [path for path in given if os.path.isdir(path)]
    if folders and not sources and not failures and (passed or not look.has_excluded):
        failures.add(Failure(_printed(folders[0]), nothing_in(passed, len(folders))))
    return (
        sorted(sources.values(), key=lambda s: (s.path, s.file or "")),
        sorted(failures, key=lambda f: (f.path, f.reason)),
    )


def nothing_in(passed: Mapping[str, int], paths: int = 1) -> str:
    """What to say of paths that give no document."""
    here = "no document in it" if paths == 1 else "no document in it, nor in any other path"
    if not passed:
        return f"{here}: check that it is what you mean, or leave it out"
    others = f"files were passed over for what they are called ({endings(passed)})"
    return f"{here}, and {others}: have them read with {option('include')}, or name other paths"


def endings(passed: Mapping[str, int]) -> str:
    """The ends of names that stand most often for files that were passed over, with how often.

    >>> endings({".pdf": 9, "": 3})
    '.pdf 9, no suffix 3'
    """
    rows = sorted(passed.items(), key=lambda row: (-row[1], row[0]))
    told = [f"{ending or NO_ENDING} {number:,}" for ending, number in rows[:ENDINGS]]
    rest = sum(number for _, number in rows[ENDINGS:])
    return ", ".join([*told, f"{OTHERS} {rest:,}"] if rest else told)


def read(source: Source, settings: Settings) -> Iterator[Document | Failure]:
    """Give the documents of one source in order, and a Failure for each part that cannot be used.

    Text is exactly what the bytes decode to, line ends kept, byte order mark dropped; of a page or a .docx file it is
    what the library takes out. A damaged record costs that record where the next can be found, a truncated archive what
    follows the damage. Never raises for bad input.
    """
    return (item for _, item in numbered(source, settings))


def numbered(source: Source, settings: Settings, passed: Counter[str] | None = None) -> Iterator[Item]:
    """What `read` gives, each with its number in the file; `passed` counts what is not read of an archive."""
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
    """Whether something that an archive gives is of the one file of it that is wanted, or of all of them."""
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
            raise UnreadableError(f"an archive under another name: call it .{kind}, and its files are read")
        yield from reader_of(kind)(_archive_path(source), stream, settings)


def unpacked(source: Source, stored: BinaryIO, settings: Settings) -> tuple[str, BinaryIO]:
    """The kind of a source, and its unpacked content from the stored one."""
    bound = Bound(source.size, settings.max_expansion)
    given = source.kind or (settings.stdin_format or "" if source.path == STDIN else "")
    return opened(source.path, stored, bound, given)


def is_archive(source: Source) -> bool:
    """Whether a source is known to be an archive, or a file of one, before it is opened."""
    return not source.piece and (source.is_member or (source.kind or named_kind(source.path)) in ARCHIVES)


def is_there(path: str) -> bool:
    """Whether a path names a file, or one in an archive (which need not be there)."""
    return os.path.isfile(path) or _archive_of(path) is not None


def inside(archive: Source, path: str) -> Source | None:
    """Of an archive the file with this path; None where it cannot be in this one."""
    return replace(archive, path=path, is_member=True) if path.startswith(f"{archive.path}/") else None


def _archive_path(source: Source) -> str:
    """The path that the reader is given: of one file of an archive that of the archive."""
    if not source.is_member:
        return source.path
    return next(str(parent) for parent in PurePosixPath(source.path).parents if named_kind(parent.name) in ARCHIVES)


def _of_piece(source: Source, piece: Piece, stored: BinaryIO, settings: Settings) -> Iterator[Item]:
    if stamp_of(os.fstat(stored.fileno())) != source.stamp:
        raise UnreadableError(CHANGED)
    stored.seek(piece.start)
    lines = io.BytesIO(stored.read(source.size))
    if piece.is_own:
        for number, line in enumerate(lines, piece.line):
            row = json.loads(line)
            yield number, Document(source.path, row[TEXT_FIELD], row[ID_FIELD])
        return
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


class _Look:
    """Finds what paths name; `passed` counts the files that are not read because of what they are called.

    Links that lead out of all the folders `fences` are failures; the empty one is all there is.
    """

    def __init__(self, settings: Settings, excluder: Excluder, fences: Sequence[str], passed: Counter[str]) -> None:
        self._own, self._excluder, self._fences, self._passed = settings.own, excluder, fences, passed
        self.has_excluded = False
        self._is_one_of_many = len(fences) > 1 or settings.follow_links  # folders given, which may hold each other
        self._counted: set[str] = set()

    def resolve(self, given: str) -> Iterator[_Found | Failure]:
        """What one argument names."""
        if given == STDIN:
            yield _Found(False, Source(STDIN, None, 0), STDIN)
            return
        shown = _printed(given) if given else "''"
        try:
            info = os.stat(given)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            archive = _archive_of(given)
            yield archive or Failure(shown, reason_of(error))
            return
        if stat.S_ISDIR(info.st_mode):
            yield from self._walk(given)
        elif stat.S_ISREG(info.st_mode):
            if self._excluder.named(given):
                return
            kind = "" if named_kind(shown) else _archive_kind(given)
            source = Source(shown, given, info.st_size, kind, stamp_of(info), is_named=True)
            yield _Found(os.path.islink(given), source, os.path.realpath(given))
        else:
            yield Failure(shown, "neither file nor folder (a pipe, socket or device): pipe it in and name it -")

    def _walk(self, root: str) -> Iterator[_Found | Failure]:
        """The files under a folder. Linked folders wait until all real ones are done, so real names come first."""
        shown = PurePath(root).as_posix()
        is_excluded, is_included = self._excluder.below(root), self._excluder.included_below(root)
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
            none, others = _not_corpus(folder, entries)
            for entry in entries:
                name = f"{inside}/{entry.name}" if inside else entry.name
                if entry.name in none or entry.name.startswith("."):
                    continue
                is_folder = _is_folder(entry)
                if is_excluded(f"{name}/" if is_folder else name):
                    self.has_excluded = True
                    continue
                is_read = (named_kind(entry.name) and entry.name not in others) or is_included(name)
                place = _shown(shown, name), os.path.join(real, entry.name)
                item = _look(entry, *place, linked) if is_read and not is_folder else None
                if is_folder and not _leads_out(entry, self._fences):
                    heappush(waiting, (linked or entry.is_symlink(), name))
                else:
                    yield from self._judged(entry, item, place, is_folder)

    def _judged(
        self, entry: os.DirEntry[str], item: _Found | Failure | None, place: tuple[str, str], is_folder: bool
    ) -> Iterator[_Found | Failure]:
        """A file of a folder, or a folder that a link leads out to; what is not read is counted."""
        shown, real = place
        if (item or is_folder) and _leads_out(entry, self._fences):
            yield Failure(shown, leads_out())
        elif item is not None:
            yield item
        elif _is_file(entry) and real not in self._own and real not in self._counted:
            self._passed[ending_of(entry.name)] += 1
            self._counted.update((real,) if self._is_one_of_many else ())


def _not_corpus(folder: str, entries: Sequence[os.DirEntry[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Of the names in a folder those that are no corpus, and those that are not read though they look like one."""
    names = frozenset(entry.name for entry in entries)
    own = OWN_NAMES if is_result(Path(folder)) else ()
    return CONTROL.union(own, (FILE,), descriptions(names)), leftovers(folder, names)


def _archive_of(given: str) -> _Found | None:
    """The archive that a path leads into, as in `pages.zip/a.txt`."""
    for parent in PurePath(given).parents:
        if named_kind(parent.name) in ARCHIVES and os.path.isfile(parent):
            info, file = os.stat(parent), str(parent)
            kind, stamp = named_kind(parent.name), stamp_of(info)
            source = Source(_printed(given), file, info.st_size, kind, stamp, is_named=True, is_member=True)
            return _Found(os.path.islink(file), source, os.path.join(os.path.realpath(file), _printed(given)))
    return None


def _archive_kind(given: str) -> str:
    """The kind of a file of which the name says nothing, if it is an archive."""
    try:
        with open(given, "rb", buffering=HEAD) as stored:
            kind = opened(given, stored, Bound(HEAD, 0))[0]
    except CANNOT_READ:
        return ""
    return kind if kind in ARCHIVES else ""


def _look(entry: os.DirEntry[str], shown: str, real: str, linked: bool) -> _Found | Failure | None:
    """A file inside a folder, or why it cannot be read; None for anything else."""
    try:
        info = entry.stat()
    except OSError as error:
        return Failure(shown, reason_of(error))
    if not stat.S_ISREG(info.st_mode):
        return None
    is_link = entry.is_symlink()
    source = Source(shown, entry.path, info.st_size, stamp=stamp_of(info))
    return _Found(linked or is_link, source, os.path.realpath(entry.path) if is_link else real)


def leads_out() -> str:
    """What to say of a link that leads out of the folders given."""
    ways = f"read it with {option('follow_links')}, or leave it out with {option('exclude')}"
    return f"a link that leads out of the folder: {ways}"


def _leads_out(entry: os.DirEntry[str], fences: Sequence[str]) -> bool:
    """Whether an entry is a link to something outside some folders. (One to nothing is named for that.)"""
    if not entry.is_symlink() or not os.path.exists(entry.path):
        return False
    real = os.path.join(os.path.realpath(entry.path), "")
    return not any(real.startswith(os.path.join(fence, "")) for fence in fences)


def stamp_of(info: os.stat_result) -> tuple[int, int, int]:
    """The stamp of a source."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself is no folder
        return False


def _printed(path: str) -> str:
    """A path as a user gave it, as reports show it."""
    return printable(PurePath(path).as_posix())


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
        return f"permission denied: make it readable, or leave it out with {option('exclude')}"
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read ({told}): check it, or leave it out with {option('exclude')}"
