"""A file of named columns of numbers and bytes, in which any flipped byte is noticed and nothing is ever run.

It is written beside its place and renamed, so whoever reads has the old file or the new one, and a run that is killed
leaves no half of one. Two that write at once do not meet: the last to finish stays.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

MAGIC = b"dedupe cache 2\n\0"
PARTIAL = ".part"
_TAIL = struct.Struct("<QII")  # where the table of columns begins, its length, its checksum
_FORMS = ("u1", "u4", "u8", "i8")
_ALIGNED = 8
PAGE = 1 << 18  # bytes of a column that are checked in one go


Part = tuple[int, int, list[int]]  # where it begins, its length, and the checksum of each page


class DamagedError(Exception):
    """A file that is none of ours, is of another make, or was changed since it was written."""


class Writer:
    """Writes columns part by part; parts of several columns may take turns."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = file.write(MAGIC)
        self._parts: dict[str, list[Part]] = {}
        self._forms: dict[str, str] = {}

    def add(self, name: str, part: NDArray[Any] | bytes) -> None:
        """Add numbers, of any shape, or bytes to the end of a column."""
        numbers = np.frombuffer(part, np.uint8) if isinstance(part, bytes) else np.ascontiguousarray(part)
        form = numbers.dtype.str[1:]
        assert form in _FORMS
        assert self._forms.setdefault(name, form) == form
        data = numbers.astype(f"<{form}", copy=False).reshape(-1).view(np.uint8).data
        self._at += self._file.write(bytes(-self._at % _ALIGNED))
        pages = [data[at : at + PAGE] for at in range(0, max(1, len(data)), PAGE)]
        parts = self._parts.setdefault(name, [])
        parts.append((self._at, len(data), [crc32(page) for page in pages]))
        self._at += self._file.write(data)

    def close(self, about: object) -> None:
        """Write the table; `about` is JSON that comes back with it."""
        columns = {name: (self._forms[name], parts) for name, parts in self._parts.items()}
        table = json.dumps({"about": about, "columns": columns}).encode()
        self._file.write(table)
        self._file.write(_TAIL.pack(self._at, len(table), crc32(table)))


class Reader:
    """Gives back the columns of a file; each is checked when it is first asked for, by `DamagedError`."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                _check_owner(file)
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            table = json.loads(self._table())
            self.about: Any = table["about"]
            self._columns: dict[str, Any] = table["columns"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedError(str(error)) from error
        self._read: dict[str, NDArray[Any]] = {}
        self._seen: set[tuple[str, int, int]] = set()

    def _table(self) -> bytes:
        if self._data[: len(MAGIC)] != MAGIC or len(self._data) < len(MAGIC) + _TAIL.size:
            raise DamagedError("not of this make")
        start, length, checksum = _TAIL.unpack(self._data[-_TAIL.size :])
        table = self._data[start : start + length]
        if start + length + _TAIL.size != len(self._data) or crc32(table) != checksum:
            raise DamagedError("its table is damaged")
        return table

    def numbers(self, name: str, width: int = 0) -> NDArray[Any]:
        """A column of numbers; with a width in rows of so many."""
        if name not in self._read:
            self._read[name] = self._joined(name)
        return self._read[name].reshape(-1, width) if width else self._read[name]

    def _joined(self, name: str) -> NDArray[Any]:
        parts, form = self._parts(name)
        # Native, and not read only: compiled functions would know it as another type.
        joined = [np.frombuffer(self._checked(name, part), f"<{form}").astype(form, copy=False) for part in parts]
        return joined[0] if len(joined) == 1 else np.concatenate(joined)

    def unchecked(self, name: str) -> NDArray[Any]:
        """A column of numbers of which only what `check` was asked for is to be used."""
        (part,), form = self._parts(name)
        return np.frombuffer(self._part(name, part), f"<{form}").astype(form, copy=False)

    def check(self, name: str, low: int, high: int) -> None:
        """Look at the numbers low..high of a column that is not checked as a whole."""
        (part,), form = self._parts(name)
        data, width = self._part(name, part), np.dtype(form).itemsize
        for page in range(low * width // PAGE, -(-high * width // PAGE)):
            self._check_page(name, data, part, page)

    def bytes(self, name: str) -> memoryview:
        """A column of bytes."""
        return self.numbers(name).data

    def _parts(self, name: str) -> tuple[list[Part], str]:
        if name not in self._columns:
            raise DamagedError(f"its column {name} is missing")
        form, parts = self._columns[name]
        return parts, form

    def _part(self, name: str, part: Part) -> memoryview:
        start, length, sums = part
        data = memoryview(self._data)[start : start + length]
        if len(data) != length or len(sums) != max(1, -(-length // PAGE)):
            raise DamagedError(f"its column {name} is damaged")
        return data

    def _checked(self, name: str, part: Part) -> memoryview:
        data = self._part(name, part)
        for page in range(len(part[2])):
            self._check_page(name, data, part, page)
        return data

    def _check_page(self, name: str, data: memoryview, part: Part, page: int) -> None:
        if (name, part[0], page) not in self._seen:
            if crc32(data[page * PAGE : (page + 1) * PAGE]) != part[2][page]:
                raise DamagedError(f"its column {name} is damaged")
            self._seen.add((name, part[0], page))


def _check_owner(file: IO[bytes]) -> None:
    """Only what we wrote ourselves is read: numbers that somebody made up would lead compiled loops astray."""
    owner = os.fstat(file.fileno()).st_uid
    if hasattr(os, "geteuid") and owner != os.geteuid():
        raise DamagedError("another user wrote it")


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A writer of a file that takes its place when all went well; raises OSError where it cannot be written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
    try:
        with beside.open("wb") as file:
            yield Writer(file)
        os.replace(beside, path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def ends(parts: Iterable[bytes | memoryview]) -> NDArray[np.int64]:
    """int64[parts]: where each of some bytes ends once they stand side by side."""
    return np.cumsum([len(part) for part in parts], dtype=np.int64)
