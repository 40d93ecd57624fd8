"""Large data not needed all at once: numbers and packed objects, in memory or in temporary files.

The files have no name if the system allows it, and are deleted on closing if it does not. So nothing is left of them
after a run, even after a crash or a kill.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Generic, TypeVar
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from dedupe.config.kinds import DOCX, PACKINGS, PARQUET, TAR, ZIP, named_kind
from dedupe.core.errors import CorpusError, DedupeError
from dedupe.core.messages import option
from dedupe.inputs.sources import Source, open_source, reason_of

SMALL = frozenset((PARQUET, DOCX, ZIP, TAR))  # kinds of files that may be smaller than their texts
Number = TypeVar("Number", bound=np.generic)

PIECE = 1 << 16  # bytes of standard input read at once: no more than a pipe holds, or Ctrl-C would wait
# Bytes of memory per byte of source if nothing is spilled, for a corpus with many findings.
NEED = 16
PACKED = 8  # how much smaller than its text a packed file may be
RAM = 8 << 30  # if the system does not tell
# The number in GNU's C library for the size from which an array gets its own memory; and that size.
M_MMAP_THRESHOLD, LARGE = -3, 1 << 20


def budget(memory: int) -> int:
    """Return the bytes that a run may use: those asked for, or with 0 half of the machine's memory."""
    if memory:
        return memory
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return RAM // 2


def is_needed(memory: int, sources: Iterable[Source]) -> bool:
    """True if some sources exceed the memory asked for."""
    return sum(map(text_size, sources)) * NEED > budget(memory)


def text_size(source: Source) -> int:
    """Return the approximate size in bytes of the text of a source."""
    if source.piece:
        return source.size
    name = source.path.lower()
    return source.size * (PACKED if name.endswith(tuple(PACKINGS)) or named_kind(name) in SMALL else 1)


class Spill:
    """The storage of one run for large data: in memory, or with `is_on` in files of the system's temporary folder."""

    def __init__(self, is_on: bool = False) -> None:
        self.is_on = is_on
        _give_back()
        self._maps: WeakSet[mmap.mmap] = WeakSet()

    def shelf(self) -> Shelf:
        """Return an empty shelf."""
        return Shelf(_file() if self.is_on else None)

    def column(self, form: type[Number]) -> Column[Number]:
        """Return an empty column of numbers of one form."""
        return Column(np.dtype(form), _file() if self.is_on else None, self._maps)

    def keep(self, arrays: Iterable[NDArray[Number]]) -> list[NDArray[Number]]:
        """Return the same arrays, in one file if needed."""
        if not self.is_on:
            return list(arrays)
        column, ends = None, [0]
        for numbers in arrays:
            column = column or self.column(numbers.dtype.type)
            column.add(numbers)
            ends.append(ends[-1] + len(numbers))
            self.trim()
        if column is None:
            return []
        whole = column.join()
        return [whole[low:high] for low, high in pairwise(ends)]

    def rest(self) -> None:
        """Return freed memory to the system, with GNU's C library: the next stage needs arrays of other sizes."""
        with suppress(AttributeError, OSError, TypeError):  # another library
            ctypes.CDLL(None).malloc_trim(0)

    def trim(self) -> None:
        """Release what was read of files of numbers, except what the system caches while it has memory to spare."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for one in self._maps:
                one.madvise(mmap.MADV_DONTNEED)


class Column(Generic[Number]):
    """An array built part by part; in a file it is mapped into memory and read as it is used.

    Raises DedupeError if there is no room for more.
    """

    def __init__(self, form: np.dtype[Number], file: IO[bytes] | None, maps: WeakSet[mmap.mmap]) -> None:
        self._form = form
        self._file = file
        self._maps = maps
        self._parts: list[NDArray[Number]] = []
        self._size = 0

    def add(self, part: NDArray[Number]) -> None:
        """Append some numbers."""
        self._size += len(part)
        if self._file is None:
            self._parts.append(part)
            return
        with room():
            self._file.write(np.ascontiguousarray(part, self._form).data)
            self._file.flush()

    def join(self) -> NDArray[Number]:
        """Return the whole array, read-only; the parts are released, so this can be called once."""
        if self._file is None or not self._size:
            whole, end = np.empty(self._size, self._form), self._size
            while self._parts:  # each part is released as soon as it is copied
                part = self._parts.pop()
                whole[end - len(part) : end] = part
                end -= len(part)
            return whole
        with self._file as file:
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._maps.add(pages)
        return np.frombuffer(pages, self._form)


def pack(value: object) -> bytes:
    """Return an object as bytes."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Any:
    """Return the object that was packed."""
    return pickle.loads(data)


class Shelf:
    """Packed objects by number, in the order in which they were added; the bytes come back unchanged.

    Its file lives as long as it does. Raises DedupeError if there is no room for more.
    """

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._held: list[Sequence[bytes | memoryview]] = []
        self._starts = [0]

    def put(self, *parts: bytes | memoryview) -> None:
        """Append one object; several parts of it are returned as one."""
        if self._file is None:
            self._held.append(parts)
            return
        data = b"".join(parts)
        with room():
            self._file.seek(self._starts[-1])
            self._file.write(data)
            self._file.flush()
        self._starts.append(self._starts[-1] + len(data))

    def __len__(self) -> int:
        return len(self._held) if self._file is None else len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        if self._file is None:
            return b"".join(self._held[number])
        start, end = self._starts[number : number + 2]
        self._file.seek(start)
        return self._file.read(end - start)


def _give_back() -> None:
    """Make freed array memory return to the system, with GNU's C library.

    Otherwise the library keeps it for the next array of that size, but each stage has others: a fifth of the peak.
    """
    with suppress(AttributeError, OSError, TypeError):  # another library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def _file() -> IO[bytes]:
    with room():
        return tempfile.TemporaryFile(prefix="dedupe-")


def spooled(source: Source, file: Path) -> Source:
    """Copy standard input to a file, because texts are read twice and by other processes.

    Raises CorpusError if it cannot be read, and DedupeError if there is no room for it.
    """
    with room(), file.open("wb") as out:
        size = sum(map(out.write, _pieces(source)))
    return replace(source, file=str(file), size=size)


def _pieces(source: Source) -> Iterator[bytes]:
    try:
        with open_source(source) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except OSError as error:
        raise CorpusError(source.path, reason_of(error)) from error


@contextmanager
def room() -> Iterator[None]:
    """Turn system errors about a temporary file into a message for the user."""
    try:
        yield
    except OSError as error:
        try:
            folder = tempfile.gettempdir()
        except OSError:
            folder = "(none can be written to)"
        raise DedupeError(
            "temporary folder {folder}: {REASON}: what is over {option} goes there, about five times the size of the "
            "texts; set TMPDIR to a folder with more room, or give more {option}",
            folder,
            error.strerror or error,
            option("memory"),
        ) from error
