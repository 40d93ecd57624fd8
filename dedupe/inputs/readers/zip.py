"""A zip archive: the files in it, each read like a file outside it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from dedupe.core.errors import UnreadableError
from dedupe.inputs.readers.compressed import STEP, bound_of, seekable
from dedupe.inputs.readers.extras import each, explained
from dedupe.inputs.readers.members import Member, check_number, documents, name_of

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a zip archive"
END, END_SIZE, COMMENT = b"PK\x05\x06", 22, 1 << 16  # the record at the end, and the comment that may follow it
LARGE_END, LARGE_SIZE, LARGE_AT, UNTOLD = b"PK\x06\x06", 56, 40, 0xFFFFFFFF
LISTING = 1 << 24  # bytes of the list of members, which is held as a whole
LOCKED, IS_UTF8 = 0x1, 0x800  # flags of a member


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the documents of all files in it. A damaged file costs only that file, and too many of them the archive."""
    bound = bound_of(stream, settings.max_expansion)
    stream = seekable(stream)
    check_listing(stream, WHAT)
    with explained(WHAT):
        archive = ZipFile(stream)
    files = [info for info in archive.infolist() if not info.is_dir()]
    check_number(len(files))
    yield from documents(path, _members(archive, files), bound, settings)


def check_listing(stream: BinaryIO, what: str) -> None:
    """Raise UnreadableError if the list of members is missing or would take too much memory.

    `what` is the expected kind of file.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - COMMENT - END_SIZE - LARGE_SIZE))
    tail = stream.read()
    at = tail.rfind(END)
    if at < 0 or at + END_SIZE > len(tail):
        raise UnreadableError("not {what}, or damaged (it ends early): fetch or save it again", what)
    (length,) = struct.unpack_from("<L", tail, at + 12)
    large = tail.rfind(LARGE_END, 0, at)
    if length == UNTOLD and 0 <= large <= at - LARGE_SIZE:
        (length,) = struct.unpack_from("<Q", tail, large + LARGE_AT)
    if length > LISTING:
        raise UnreadableError("an archive of too many files: unpack it, and name the folder")
    stream.seek(0)


def _members(archive: ZipFile, files: Iterable[ZipInfo]) -> Iterator[Member]:
    for info in files:
        yield Member(_name(info), partial(_pieces, archive, info), _problem(info))


def _name(info: ZipInfo) -> str:
    # By default Python decodes names as the DOS code page; Chinese systems write GBK, and others UTF-8.
    try:
        return info.filename if info.flag_bits & IS_UTF8 else name_of(info.filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename


def _problem(info: ZipInfo) -> str:
    if info.flag_bits & LOCKED:
        return "locked with a password: unpack the archive, and name the folder"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "packed in a way that is not read here: unpack the archive, and name the folder"
    return ""


def _pieces(archive: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    with explained(WHAT):
        file = archive.open(info)
    with file:
        yield from each(iter(partial(file.read, STEP), b""), WHAT)
