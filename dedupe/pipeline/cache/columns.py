"""A signed file of named columns of numbers and bytes: any changed byte is noticed, and nothing in it is ever executed.

It is written beside its place and renamed, so a reader gets the old file or the new one, and a killed run leaves no
partial file. Concurrent writers do not conflict: the last to finish wins.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hmac import compare_digest
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dedupe.core.messages import say
from dedupe.pipeline.cache.secret import signature

MAGIC = b"dedupe cache 3\n\0"
PARTIAL = ".part"
_TAIL = struct.Struct("<QI32s")  # offset of the table of columns, its length, its signature
_FORMS = ("u1", "u4", "u8", "i8")
_ALIGNED = 8


class DamagedError(Exception):
    """A file that dedupe did not write, of another version, or changed since it was written."""


class Writer:
    """Writes columns, one after the other."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._key = key
        self._at = file.write(MAGIC)
        self._columns: dict[str, tuple[str, int, int, str]] = {}

    def add(self, name: str, column: NDArray[Any] | bytes) -> None:
        """Write bytes, or numbers of any shape."""
        numbers = np.frombuffer(column, np.uint8) if isinstance(column, bytes) else np.ascontiguousarray(column)
        form = numbers.dtype.str[1:]
        assert form in _FORMS
        data = numbers.astype(f"<{form}", copy=False).reshape(-1).view(np.uint8).data
        self._at += self._file.write(bytes(-self._at % _ALIGNED))
        self._columns[name] = (form, self._at, len(data), signature(self._key, data))
        self._at += self._file.write(data)

    def add_parts(self, name: str, parts: Sequence[bytes | memoryview]) -> None:
        """Write byte strings that `Reader.parts` returns one by one."""
        self.add(name, b"".join(parts))
        self.add(f"{name}_ends", np.cumsum([len(part) for part in parts], dtype=np.int64))

    def close(self, about: object) -> None:
        """Write the table of columns; `about` is JSON data that is returned with it."""
        table = json.dumps({"about": about, "columns": self._columns}).encode()
        self._file.write(table)
        self._file.write(_TAIL.pack(self._at, len(table), signature(self._key, table).encode()))


class Reader:
    """Returns the columns of a file, which is read whole; raises DamagedError if it is not as we wrote it."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        try:
            with path.open("rb") as file:
                self._data = memoryview(bytearray(file.read()))  # arrays on it are writable, as kernels require
            table = json.loads(bytes(self._table()))
            self.about: Any = table["about"]
            self._columns: dict[str, Any] = table["columns"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedError(str(error)) from error

    def _table(self) -> memoryview:
        if self._data[: len(MAGIC)] != MAGIC or len(self._data) < len(MAGIC) + _TAIL.size:
            raise DamagedError("not of this make")
        start, length, signed = _TAIL.unpack(self._data[-_TAIL.size :])
        table = self._data[start : start + length]
        is_ours = compare_digest(signature(self._key, table).encode(), signed)
        if start + length + _TAIL.size != len(self._data) or not is_ours:
            raise DamagedError("its table is damaged")
        return table

    def numbers(self, name: str, width: int = 0) -> NDArray[Any]:
        """Return a column of numbers; with a `width`, in rows of that many."""
        try:
            form, start, length, signed = self._columns[name]
            data = self._data[start : start + length]
            if form not in _FORMS or len(data) != length or not compare_digest(signature(self._key, data), signed):
                raise DamagedError(say("its column {name} is damaged", name))
            column = np.frombuffer(data, f"<{form}").astype(form, copy=False)
            return column.reshape(-1, width) if width else column
        except (KeyError, ValueError, TypeError) as error:
            raise DamagedError(say("its column {name} is damaged", name)) from error

    def bytes(self, name: str) -> memoryview:
        """Return a column of bytes."""
        return self.numbers(name).data

    def parts(self, name: str) -> list[memoryview]:
        """Return the parts of a column that `Writer.add_parts` wrote."""
        whole, ends = self.bytes(name), self.numbers(f"{name}_ends").tolist()
        return [whole[low:high] for low, high in zip([0, *ends], ends)]


@contextmanager
def writing(path: Path, key: bytes) -> Iterator[Writer]:
    """Yield a writer for a file that is put in place on success; raises OSError if it cannot be written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}{PARTIAL}")
    try:
        with beside.open("xb") as file:
            yield Writer(file, key)
        os.replace(beside, path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
