"""Turn paths (folders, files and `-`) into sources. What is not found is a Failure; what is not read is counted."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Union

from dedupe.config.file import FILE
from dedupe.config.globs import Excluder
from dedupe.config.kinds import ARCHIVES, ending_of, named_kind
from dedupe.core.atomic import LOCK, OWN_NAMES, is_result
from dedupe.core.errors import CorpusError
from dedupe.core.messages import option, say
from dedupe.core.model import Failure
from dedupe.core.ours import OURS, is_output, is_reported
from dedupe.inputs.readers import opened
from dedupe.inputs.readers.compressed import HEAD, Bound
from dedupe.inputs.remote import is_remote, listed
from dedupe.inputs.saved import descriptions, leftovers
from dedupe.inputs.sources import CANNOT_READ, STDIN, Source, nothing_in, printable, reason_of, shown_path, stamp_of
from dedupe.text.decode import check_encoding

if TYPE_CHECKING:
    from dedupe.config.settings import Settings

Paths = Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]]]
# Version control folders that are not hidden; .git and the like are skipped with all hidden names.
CONTROL = frozenset(("CVS", "_darcs"))
REPORTS = (".json", ".jsonl", ".csv", ".html", ".htm", ".md")  # suffixes that one of our own reports could have


@dataclass(frozen=True, slots=True)
class _Found:
    """A source, with what decides which of several names for one file to show: real names before links."""

    linked: bool
    source: Source
    real: str


def find(
    paths: Paths, settings: Settings, passed: Counter[str] | None = None, *, elsewhere: bool = False
) -> tuple[list[Source], list[Failure]]:
    """Return the sources that `paths` name, sorted by shown path, and what could not be found.

    A folder gives its files of known suffix and those that the settings include, at all levels, except hidden files,
    version control and what the settings exclude; `passed` counts the others by suffix. Links are followed, each real
    folder once, but a link that leads out of all given folders is a Failure unless `settings.follow_links`. A folder
    with nothing to read or to exclude is also a Failure. Our own files, results of `clean` and reports, are counted
    under `OURS`, and read only if their folder, or the file, is given. A file that the user names is read whatever its
    suffix, unless `settings.exclude_always` matches it; `settings.own` is left out. A file under several names is given
    once. The order of `paths` does not matter. `elsewhere` says that a user named the paths, so that addresses such as
    s3:// are opened. Raises ConfigError for an encoding, an exclude pattern or an address that cannot be used.
    """
    if settings.encoding:
        check_encoding(settings.encoding)
    excluder = Excluder(settings)
    passed = Counter() if passed is None else passed
    found: list[_Found] = []
    failures: set[Failure] = set()
    given = sorted(set(named(paths)))
    fences = ("",) if settings.follow_links else tuple(os.path.realpath(path) for path in given if os.path.isdir(path))
    look = _Look(settings, excluder, fences, passed)
    look.folders = frozenset(os.path.realpath(path) for path in given if os.path.isdir(path))
    look.asks_elsewhere = elsewhere
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
        failures.add(Failure(shown_path(folders[0]), nothing_in(passed, len(folders))))
    return (
        sorted(sources.values(), key=lambda s: (s.path, s.file or "")),
        sorted(failures, key=lambda f: (f.path, f.reason)),
    )


def named(paths: Paths) -> tuple[str, ...]:
    """Return the given paths; a single path is not a sequence of letters."""
    return tuple(os.fspath(path) for path in ((paths,) if isinstance(paths, (str, os.PathLike)) else paths))


def is_there(path: str) -> bool:
    """True if a path names a file, or one in an archive (where it need not exist)."""
    return os.path.isfile(path) or _archive_of(path) is not None


class _Look:
    """Finds what paths name; `passed` counts the files that are not read because of their names.

    Links that lead out of all the folders in `fences` are failures; the empty fence allows everything.
    """

    def __init__(self, settings: Settings, excluder: Excluder, fences: Sequence[str], passed: Counter[str]) -> None:
        self._own, self._excluder, self._fences, self._passed = settings.own, excluder, fences, passed
        self.has_excluded = self.asks_elsewhere = False
        self._is_one_of_many = len(fences) > 1 or settings.follow_links  # the given folders may overlap
        self._counted: set[str] = set()
        self.folders: frozenset[str] = frozenset()  # the given folders, by their real paths

    def resolve(self, given: str) -> Iterator[_Found | Failure]:
        """Yield what one argument names."""
        if given == STDIN:
            yield _Found(False, Source(STDIN, None, 0), STDIN)
            return
        if self.asks_elsewhere and is_remote(given):
            yield from self._elsewhere(given)
            return
        shown = shown_path(given) if given else "''"
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

    def _elsewhere(self, given: str) -> Iterator[_Found | Failure]:
        """Yield the files of an address; a remote folder or pattern follows the same rules as a local one."""
        try:
            folder, rows = listed(given)
        except CorpusError as error:
            yield Failure(printable(error.path), error.reason)
            return
        is_excluded, is_included = self._excluder.below(folder), self._excluder.included_below(folder)
        is_empty = True
        for address, size, stamp in rows:
            shown, inside = printable(address), address[len(folder) + 1 :] if folder else ""
            parts = inside.split("/")
            if any(part.startswith(".") or part in CONTROL for part in parts if inside):
                continue
            if folder and any(
                is_excluded("/".join(parts[: at + 1]) + "/" * (at + 1 < len(parts))) for at in range(len(parts))
            ):
                self.has_excluded, is_empty = True, False
            elif not folder or named_kind(address) or is_included(inside):
                is_empty = False
                yield _Found(False, Source(shown, address, size, stamp=stamp, is_named=not folder), address)
            else:
                self._passed[ending_of(address)] += 1
        if is_empty:
            yield Failure(printable(given), nothing_in(self._passed))

    def _walk(self, root: str) -> Iterator[_Found | Failure]:
        """Yield the files under a folder. Linked folders wait until all real ones are done: real names come first."""
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
            if inside and is_output(Path(folder)) and real not in self.folders:
                self._passed[OURS] += sum(len(names) for _, _, names in os.walk(folder))
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
        """Yield a file of a folder, or a failure for a link that leads out; what is not read is counted."""
        shown, real = place
        if (item or is_folder) and _leads_out(entry, self._fences):
            yield Failure(shown, leads_out())
        elif item is not None and real not in self._own and _is_ours(entry):
            self._passed[OURS] += 1
        elif item is not None:
            yield item
        elif _is_file(entry) and real not in self._own and real not in self._counted:
            self._passed[OURS if entry.name.endswith(LOCK) else ending_of(entry.name)] += 1
            self._counted.update((real,) if self._is_one_of_many else ())


def _not_corpus(folder: str, entries: Sequence[os.DirEntry[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names in a folder that are not part of a corpus, and those not read although they look like it."""
    names = frozenset(entry.name for entry in entries)
    own = OWN_NAMES if is_result(Path(folder)) else ()
    return CONTROL.union(own, (FILE,), descriptions(names)), leftovers(folder, names)


def _archive_of(given: str) -> _Found | None:
    """Return the archive that a path leads into, as in `pages.zip/a.txt`."""
    for parent in PurePath(given).parents:
        if named_kind(parent.name) in ARCHIVES and os.path.isfile(parent):
            info, file = os.stat(parent), str(parent)
            kind, stamp = named_kind(parent.name), stamp_of(info)
            source = Source(shown_path(given), file, info.st_size, kind, stamp, is_named=True, is_member=True)
            return _Found(os.path.islink(file), source, os.path.join(os.path.realpath(file), shown_path(given)))
    return None


def _archive_kind(given: str) -> str:
    """Return the kind of a file whose name does not tell it, if it is an archive."""
    try:
        with open(given, "rb", buffering=HEAD) as stored:
            kind = opened(given, stored, Bound(HEAD, 0))[0]
    except CANNOT_READ:
        return ""
    return kind if kind in ARCHIVES else ""


def _look(entry: os.DirEntry[str], shown: str, real: str, linked: bool) -> _Found | Failure | None:
    """Return a file inside a folder, or why it cannot be read; None for anything else."""
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
    """Return the message for a link that leads out of the given folders."""
    way = "a link that leads out of the folder: read it with {option}, or leave it out with {other}"
    return say(way, option("follow_links"), option("exclude"))


def _leads_out(entry: os.DirEntry[str], fences: Sequence[str]) -> bool:
    """True if an entry is a link to something outside these folders. (A broken link gets its own error.)"""
    if not entry.is_symlink() or not os.path.exists(entry.path):
        return False
    real = os.path.join(os.path.realpath(entry.path), "")
    return not any(real.startswith(os.path.join(fence, "")) for fence in fences)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """True if a file is one of our reports, or the lock of a run that was killed."""
    return entry.name.endswith(LOCK) or (entry.name.endswith(REPORTS) and is_reported(entry.path))


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


def _shown(root: str, inside: str) -> str:
    """Return the shown path of a file in a folder. String operations, because a PurePath costs as much as a stat."""
    if not inside:
        return printable(root)
    return printable(inside if root == "." else f"{root}{'' if root.endswith('/') else '/'}{inside}")
