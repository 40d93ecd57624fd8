"""Packed files as streams of their content, with a limit on its size."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.config.kinds import packing_of
from dedupe.core.errors import UnreadableError
from dedupe.core.messages import option

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD = 1 << 16  # bytes of a stream that can be read ahead
# Bytes given to a decompressor at once. zstd has no limit on its output; a block of it has at least 4 bytes and unpacks
# to at most 128 KB, so this is 128 MB at worst.
SLICE = 4096
STEP = 1 << 20  # most bytes that the others return at once
FREE = 1 << 20  # bytes that any file may unpack to
MEMORY = 1 << 28  # bytes that unpacking may take
WINDOW = 1 << 31  # bytes: the largest window that a zstd file can ask for
NAMES = {".gz": "gzip", ".zst": "zstd", ".xz": "xz", ".bz2": "bzip2"}


class Bound:
    """The limit on the unpacked size of a file; `factor` is a multiple of its stored size, 0 for no limit."""

    def __init__(self, stored: int, factor: int) -> None:
        self._factor = factor
        self.stored = stored
        self._size = 0

    def add(self, size: int) -> None:
        """Count some bytes. Raises UnreadableError if they exceed the limit."""
        self._size += size
        self.check()

    def check(self) -> None:
        """Raise UnreadableError if the bytes exceed the limit."""
        if self._factor and self._size > max(FREE, self._factor * self.stored):
            raise UnreadableError(
                "unpacks to more than {times} times its size, as a decompression bomb does: leave it out, or "
                "give a larger {option} if it is really that repetitive",
                self._factor,
                option("max_expansion"),
            )


class Chunks(io.RawIOBase):
    """Chunks of bytes as a raw stream, for a BufferedReader to cut into lines."""

    def __init__(self, chunks: Iterator[bytes], bound: Bound | None = None) -> None:
        self._chunks = chunks
        self.bound = bound
        self._rest = memoryview(b"")
        self._error: UnreadableError | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as there is content; 0 bytes mark the end."""
        target = memoryview(buffer).cast("B")
        done = 0
        while done < len(target):
            if not self._rest and not self._more():
                break
            count = min(len(target) - done, len(self._rest))
            target[done : done + count] = self._rest[:count]
            self._rest = self._rest[count:]
            done += count
        if self._error and not done:
            raise self._error
        return done

    def _more(self) -> bool:
        try:
            self._rest = memoryview(next(self._chunks, b""))
        except UnreadableError as error:
            self._error = error  # the content before the damage is returned first
        return len(self._rest) > 0


def unpacked(name: str, stored: io.BufferedReader, bound: Bound) -> io.BufferedReader:
    """Return the content of a file, unpacked if it is packed, judged by its content or else its name.

    Reading from it raises UnreadableError for damaged data, for a file that ends early, and for a decompression bomb.
    """
    packing = packing_of(name, stored.peek(HEAD))
    if not packing:
        return stored
    return io.BufferedReader(Chunks(_unpacked(stored, packing, bound), bound), HEAD)


def bound_of(stream: BinaryIO, factor: int) -> Bound:
    """Return the limit under which a stream was unpacked, so that nested packing counts as well; else a new one."""
    raw = getattr(stream, "raw", None)
    if isinstance(raw, Chunks) and raw.bound:
        return raw.bound
    size = stream.seek(0, io.SEEK_END) if stream.seekable() else 0
    if size:
        stream.seek(0)
    return Bound(size, factor)


def seekable(stream: BinaryIO) -> BinaryIO:
    """Return the same content as a stream in which a reader may seek."""
    return stream if stream.seekable() else io.BytesIO(stream.read())


def _unpacked(stored: BinaryIO, packing: str, bound: Bound) -> Iterator[bytes]:
    """Yield the content of all members of a file. (Libraries' own readers accept a truncated zstd frame as whole.)"""
    make, errors = _codec(packing)
    member, taken = None, 0
    try:
        while chunk := stored.read(SLICE):
            taken += len(chunk)
            bound.stored = max(bound.stored, taken)  # the size of a pipe is unknown
            while chunk:
                if member is None or member.eof:
                    chunk = chunk.lstrip(b"\0") if member else chunk  # padding between members, and after the last
                    if not chunk:
                        break
                    member = make()
                for piece in filter(None, _pieces(member, chunk)):
                    bound.add(len(piece))
                    yield piece
                chunk = member.unused_data
    except errors as error:
        raise UnreadableError(
            "damaged {kind} data ({ERROR}): fetch or pack it again, or rename it if it is not packed",
            NAMES[packing],
            error,
        ) from error
    if member is not None and not member.eof:
        raise UnreadableError("truncated: the packed file ends early, so fetch or pack it again")


def _pieces(member: Any, data: bytes) -> Iterator[bytes]:
    if not hasattr(member, "needs_input"):
        yield member.decompress(data)
        return
    yield member.decompress(data, STEP)
    while not member.eof and not member.needs_input:
        yield member.decompress(b"", STEP)


def _codec(packing: str) -> tuple[Any, type[Exception] | tuple[type[Exception], ...]]:
    """Return what makes a decompressor, and what it raises; each library is imported only when needed."""
    if packing == ".gz":
        return lambda: zlib.decompressobj(wbits=31), zlib.error
    if packing == ".zst":
        import zstandard

        # By default it accepts no window above 128 MB; it allocates only as much as there is content.
        return lambda: zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj(), zstandard.ZstdError
    if packing == ".xz":
        import lzma

        return lambda: lzma.LZMADecompressor(memlimit=MEMORY), lzma.LZMAError
    import bz2

    return bz2.BZ2Decompressor, (OSError, ValueError)


def pack(packing: str, data: bytes) -> bytes:
    """Return bytes packed in one of the ways of `PACKINGS`, or unchanged; the same input gives the same output."""
    if packing == ".gz":
        import gzip

        return gzip.compress(data, mtime=0)
    if packing == ".zst":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    if packing == ".xz":
        import lzma

        return lzma.compress(data)
    if packing == ".bz2":
        import bz2

        return bz2.compress(data)
    return data
