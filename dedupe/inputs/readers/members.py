"""The files in an archive as documents, each read like a file outside it. None of them is ever written to disk.

Names in an archive are not trusted: they are only shown, as paths below that of the archive, and never opened.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dedupe.config.globs import Excluder
from dedupe.config.kinds import ARCHIVES, ending_of, named_kind
from dedupe.config.settings import reading_at
from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure, Passed
from dedupe.inputs.readers import opened, reader_of
from dedupe.inputs.readers.compressed import HEAD, Bound, Chunks
from dedupe.text.decode import decode

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

MEMBERS = 65_535  # files that an archive may hold
LONGEST = 1_000  # characters of a name, which keeps its end
NOWHERE = ("", ".", "..")
OF_MACS = "__MACOSX"  # macOS archives hold this beside the files


class Member(NamedTuple):
    """A file of an archive: its name, how to read its content, and why that cannot be read, if so."""

    name: str
    pieces: Callable[[], Iterator[bytes]]
    problem: str = ""


def documents(path: str, members: Iterable[Member], bound: Bound, settings: Settings) -> Iterator[Item]:
    """Yield the documents of all members, numbered in sequence, and at the end what was skipped.

    A member that cannot be read costs only that member. Raises UnreadableError for too many of them, and if all of them
    together exceed the limit.
    """
    excluder = Excluder(settings)
    is_excluded, is_included = excluder.below(path), excluder.included_below(path)
    passed, taken, number = Counter[str](), set[str](), 0
    for count, member in enumerate(members, 1):
        check_number(count)
        inner = _inside(member.name)
        if not inner or _is_hidden(inner) or is_excluded(inner):
            continue
        kind = named_kind(inner)
        if kind in ARCHIVES or not (kind or is_included(inner)):
            passed[ending_of(inner)] += 1
            continue
        for item in _read(f"{path}/{_apart(inner, taken)}", member, bound, settings):
            number += 1
            yield number, item
    for ending, times in sorted(passed.items()):
        yield number, Passed(path, ending, times)


def check_number(count: int) -> None:
    """Raise UnreadableError for more members than are read of an archive."""
    if count > MEMBERS:
        raise UnreadableError("an archive of more than {number} files: unpack it, and name the folder", f"{MEMBERS:,}")


def _read(place: str, member: Member, bound: Bound, settings: Settings) -> Iterator[Document | Failure]:
    if member.problem:
        yield Failure(place, member.problem)
        return
    settings = reading_at(settings, place)
    try:
        stored = io.BufferedReader(Chunks(bounded(member.pieces(), bound)), HEAD)
        kind, stream = opened(place, stored, bound)
        if kind in ARCHIVES:
            raise UnreadableError("an archive in an archive: unpack the outer one, and name the folder")
        yield from (item for _, item in reader_of(kind)(place, stream, settings))
    except UnreadableError as error:
        bound.check()  # a file that exceeds the limit leaves none for all that follow
        yield Failure(place, str(error))


def bounded(pieces: Iterable[bytes], bound: Bound) -> Iterator[bytes]:
    """Yield the pieces, and count each against the limit."""
    for piece in pieces:
        bound.add(len(piece))
        yield piece


def name_of(raw: bytes) -> str:
    """Decode a name in an archive that does not state its encoding."""
    try:
        return decode(raw)
    except UnreadableError:
        return raw.decode("utf-8", "backslashreplace")


def _inside(name: str) -> str:
    """Return a name as a path that stays below the archive; empty if nothing is left of it."""
    inner = "/".join(part for part in name.replace("\\", "/").split("/") if part not in NOWHERE)
    return inner.replace("\0", "")[-LONGEST:].lstrip("/")


def _is_hidden(inner: str) -> bool:
    return any(part.startswith(".") or part == OF_MACS for part in inner.split("/"))


def _apart(inner: str, taken: set[str]) -> str:
    """Return the name, or another one if it is taken, so that each names one file."""
    name, number = inner, 1
    while name in taken:
        number += 1
        name = f"{inner} ({number})"
    taken.add(name)
    return name
