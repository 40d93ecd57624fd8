"""Arrow files (.arrow, .feather): a record per row, batch by batch. Needs the extra `parquet` (pyarrow).

There are two forms: a stream of messages, and the same with a list of them at the end. The library datasets saves a
stream. A batch may be packed and states its unpacked size, which is checked before anything is unpacked.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.core.errors import UnreadableError
from dedupe.core.model import Failure
from dedupe.inputs.readers.compressed import Bound, seekable
from dedupe.inputs.readers.extras import each, explained, library
from dedupe.inputs.readers.parquet import EXTRA, is_text, rewritten, rows_of, wanted_columns
from dedupe.inputs.readers.records import named_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a file of Arrow"
FILE, FILE_HEAD, OLD = b"ARROW1", 8, b"FEA1"
# Numbers of fields in the tables of a message, as the format defines them.
HEADER_TYPE, HEADER = 1, 2
DICTIONARY, BATCH = 2, 3  # kinds of message headers
BUFFERS, PACKING = 2, 3  # fields of a batch
ROWS = 1  # field of a dictionary: the batch in it


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the records, each with the number of its row, from 1."""
    return named_apart(_records(path, seekable(stream), settings))


def _records(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    ipc = library("pyarrow.ipc", EXTRA)
    if stream.read(len(OLD)) == OLD:
        raise UnreadableError("a Feather file of the first version: save it as the second, or as Parquet")
    with explained(WHAT):
        bound = Bound(stream.seek(0, io.SEEK_END), settings.max_expansion)
        _measure(ipc, stream, bound)
        batches = _batches(ipc, stream)
        names = next(batches).schema.names
    try:
        wanted = wanted_columns(names, settings)
    except UnreadableError as error:
        yield 0, Failure(path, str(error))
        return
    yield from rows_of(path, _chosen(batches, wanted), settings, Bound(bound.stored, settings.max_expansion))


def _batches(ipc: Any, stream: BinaryIO) -> Iterator[Any]:
    """Yield an empty batch, which has the schema, and then all batches of the file.

    They are read in sequence, as they were measured; the list at the end may say something else.
    """
    reader = ipc.open_stream(_at_messages(stream))
    yield reader.schema.empty_table()
    yield from reader


def _at_messages(stream: BinaryIO) -> BinaryIO:
    """Return the stream at its first message."""
    stream.seek(0)
    stream.seek(FILE_HEAD if stream.read(len(FILE)) == FILE else 0)
    return stream


def _chosen(batches: Iterator[Any], wanted: list[str]) -> Iterator[Any]:
    """Yield some columns of batches, after a check that all their offsets are valid."""
    arrow = library("pyarrow", EXTRA)
    plain = {arrow.string(): arrow.binary(), arrow.large_string(): arrow.large_binary()}
    for batch in each(batches, WHAT):
        with explained(WHAT):
            batch = batch.select(wanted)
            for column in batch.columns:
                # A string that is not UTF-8 costs only its row, so this checks the offsets only.
                (column.view(plain[column.type]) if column.type in plain else column).validate(full=True)
        yield batch


def _measure(ipc: Any, stream: BinaryIO, bound: Bound) -> None:
    """Sum the unpacked sizes that all batches state. Raises UnreadableError if the sum is too large."""
    for message in ipc.MessageReader.open_stream(_at_messages(stream)):
        if message.body is not None:
            for size in _sizes(memoryview(message.metadata), memoryview(message.body)):
                bound.add(size)


def _sizes(metadata: memoryview, body: memoryview) -> Iterator[int]:
    """Yield the unpacked sizes of a message's buffers, if they are packed."""
    root = _offset(metadata, 0)
    kind_at, header = _field(metadata, root, HEADER_TYPE), _table(metadata, root, HEADER)
    kind = metadata[kind_at] if kind_at else 0
    if kind == DICTIONARY:
        header = _table(metadata, header, ROWS)
    if kind not in (DICTIONARY, BATCH) or not header or not _field(metadata, header, PACKING):
        return
    buffers = _table(metadata, header, BUFFERS)
    (count,) = struct.unpack_from("<I", metadata, buffers)
    for number in range(count):
        start, length = struct.unpack_from("<qq", metadata, buffers + 4 + 16 * number)
        if length >= 8:
            yield max(0, struct.unpack_from("<q", body, start)[0])


def _field(data: memoryview, table: int, number: int) -> int:
    """Return where a field of a table is; 0 if the table lacks it."""
    (back,) = struct.unpack_from("<i", data, table)
    (size,) = struct.unpack_from("<H", data, table - back)
    place = 4 + 2 * number
    (at,) = struct.unpack_from("<H", data, table - back + place) if place + 2 <= size else (0,)
    return table + at if at else 0


def _table(data: memoryview, table: int, number: int) -> int:
    """Return where the value to which a field of a table refers is; 0 if the table lacks the field."""
    at = _field(data, table, number) if table else 0
    return at + _offset(data, at) if at else 0


def _offset(data: memoryview, at: int) -> int:
    (offset,) = struct.unpack_from("<I", data, at)
    return int(offset)


def rewrite(data: bytes, texts: Mapping[int, str | None], field: str) -> bytes:
    """Return the file with other texts for some rows, without those of None: the same form, schema and packing."""
    arrow, ipc = library("pyarrow", EXTRA), library("pyarrow.ipc", EXTRA)
    batches = _batches(ipc, io.BytesIO(data))
    schema = next(batches).schema
    make = ipc.new_file if data.startswith(FILE) else ipc.new_stream
    out, first = io.BytesIO(), 1
    with make(out, schema, options=ipc.IpcWriteOptions(compression=_packing(ipc, data))) as writer:
        for batch in batches:
            rows = range(first, first + batch.num_rows)
            first = rows.stop
            changed = {row - rows.start: texts[row] for row in rows if row in texts}
            table = arrow.Table.from_batches([batch])
            writer.write_table(rewritten(table, field, changed) if changed else table)
    return out.getvalue()


def whole_rows(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the rows with all of their columns."""
    for batch in _batches(library("pyarrow.ipc", EXTRA), io.BytesIO(data)):
        yield from batch.to_pylist()


def has_strings(data: bytes, field: str) -> bool:
    """True if the texts are a column of strings of the file."""
    ipc = library("pyarrow.ipc", EXTRA)
    with explained(WHAT):
        return is_text(next(_batches(ipc, io.BytesIO(data))).schema, field)


def check(data: bytes) -> None:
    """Raise UnreadableError if a column of the file, text or not, cannot be read and so cannot be written again."""
    ipc = library("pyarrow.ipc", EXTRA)
    with explained(WHAT):
        for batch in _batches(ipc, io.BytesIO(data)):
            batch.validate(full=True)


def _packing(ipc: Any, data: bytes) -> str | None:
    """Return how the batches of a file are packed."""
    for message in ipc.MessageReader.open_stream(_at_messages(io.BytesIO(data))):
        metadata = memoryview(message.metadata)
        root = _offset(metadata, 0)
        kind_at, header = _field(metadata, root, HEADER_TYPE), _table(metadata, root, HEADER)
        if kind_at and metadata[kind_at] == BATCH and header:
            packing = _table(metadata, header, PACKING)
            if not packing:
                return None
            codec = _field(metadata, packing, 0)
            return "zstd" if codec and metadata[codec] == 1 else "lz4"
    return None
