"""A tar archive, packed or not: the files in it, each read like a file outside it."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from dedupe.core.errors import UnreadableError
from dedupe.inputs.readers.compressed import STEP, bound_of
from dedupe.inputs.readers.extras import each, explained
from dedupe.inputs.readers.members import Member, documents, name_of

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a tar archive"
HELD = 1 << 15  # bytes: three times as many as the library reads at once


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the documents of all files in it, in one pass. A damaged archive costs what follows the damage."""
    bound = bound_of(stream, settings.max_expansion)
    watched = _Watched(stream)
    with explained(WHAT):
        archive = tarfile.open(  # noqa: SIM115
            fileobj=cast("BinaryIO", watched), mode="r|", encoding="utf-8", errors="surrogateescape"
        )
    yield from documents(path, _members(archive, watched), bound, settings)


class _Watched:
    """A stream that keeps what was read last, because the library does not report a truncated archive."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held, self._size = b"", 0

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        piece = self._stream.read(size)
        self._held, self._size = (self._held + piece)[-HELD:], self._size + len(piece)
        return piece

    def ends_at(self, place: int) -> bool:
        """True if the block at this place is the end mark."""
        start = place - self._size + len(self._held)
        return start >= 0 and self._held[start : start + tarfile.BLOCKSIZE] == tarfile.NUL * tarfile.BLOCKSIZE


def _members(archive: tarfile.TarFile, watched: _Watched) -> Iterator[Member]:
    while True:
        with explained(WHAT):
            info = archive.next()
        vars(archive)["members"] = []  # the library would remember them all
        if info is None:
            if not watched.ends_at(archive.offset):
                raise UnreadableError("damaged, or cut short: it breaks off, so fetch or pack it again")
            return
        if info.isdir():
            continue
        odd = "no plain file (a link, a device or one with gaps): unpack the archive, and name the folder"
        problem = "" if info.isreg() and not info.issparse() else odd
        name = name_of(info.name.encode("utf-8", "surrogateescape"))
        yield Member(name, partial(_pieces, archive, info), problem)


def _pieces(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    with explained(WHAT):
        file = archive.extractfile(info)
    if file is None:
        return
    with file:
        yield from each(iter(partial(file.read, STEP), b""), WHAT)
