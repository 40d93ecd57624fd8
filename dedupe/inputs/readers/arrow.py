"""Files of Arrow (.arrow, .feather): a record a row, batch by batch. Needs the extra `parquet` (pyarrow).

There are two forms, a stream of messages and the same with a list of them behind it; what the library datasets saves is
a stream. A batch may be packed, and says how much it comes to, which is looked at before anything is unpacked.
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
# Places of fields in the tables of a message, as the format numbers them.
HEADER_TYPE, HEADER = 1, 2
DICTIONARY, BATCH = 2, 3  # kinds of headers
BUFFERS, PACKING = 2, 3  # of a batch
ROWS = 1  # of a dictionary: the batch in it


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The records, each with the number of its row, from 1."""
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
    """An empty batch, which has the schema, and then all that are in the file.

    They are taken one after the other, as they were measured; the list behind them may say something else.
    """
    reader = ipc.open_stream(_at_messages(stream))
    yield reader.schema.empty_table()
    yield from reader


def _at_messages(stream: BinaryIO) -> BinaryIO:
    """The stream at its first message."""
    stream.seek(0)
    stream.seek(FILE_HEAD if stream.read(len(FILE)) == FILE else 0)
    return stream


def _chosen(batches: Iterator[Any], wanted: list[str]) -> Iterator[Any]:
    """Some columns of batches, of which all is known to stand where they say."""
    arrow = library("pyarrow", EXTRA)
    plain = {arrow.string(): arrow.binary(), arrow.large_string(): arrow.large_binary()}
    for batch in each(batches, WHAT):
        with explained(WHAT):
            batch = batch.select(wanted)
            for column in batch.columns:
                # Of strings one that is not UTF-8 costs its row: only what stands where is judged here.
                (column.view(plain[column.type]) if column.type in plain else column).validate(full=True)
        yield batch


def _measure(ipc: Any, stream: BinaryIO, bound: Bound) -> None:
    """Count what all batches say that they unpack to. Raises UnreadableError where it is too much."""
    for message in ipc.MessageReader.open_stream(_at_messages(stream)):
        if message.body is not None:
            for size in _sizes(memoryview(message.metadata), memoryview(message.body)):
                bound.add(size)


def _sizes(metadata: memoryview, body: memoryview) -> Iterator[int]:
    """The bytes that the buffers of a message unpack to, where they are packed."""
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
    """Where a field of a table stands; 0 where the table does not have it."""
    (back,) = struct.unpack_from("<i", data, table)
    (size,) = struct.unpack_from("<H", data, table - back)
    place = 4 + 2 * number
    (at,) = struct.unpack_from("<H", data, table - back + place) if place + 2 <= size else (0,)
    return table + at if at else 0


def _table(data: memoryview, table: int, number: int) -> int:
    """Where what a field of a table refers to stands; 0 where the table does not have it."""
    at = _field(data, table, number) if table else 0
    return at + _offset(data, at) if at else 0


def _offset(data: memoryview, at: int) -> int:
    (offset,) = struct.unpack_from("<I", data, at)
    return int(offset)


def rewrite(data: bytes, texts: Mapping[int, str | None], field: str) -> bytes:
    """The file with other texts for some rows, and without those of None: the same form, schema and packing."""
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
    """The rows with all of their columns."""
    for batch in _batches(library("pyarrow.ipc", EXTRA), io.BytesIO(data)):
        yield from batch.to_pylist()


def has_strings(data: bytes, field: str) -> bool:
    """Whether the texts are a column of strings of the file."""
    ipc = library("pyarrow.ipc", EXTRA)
    with explained(WHAT):
        return is_text(next(_batches(ipc, io.BytesIO(data))).schema, field)


def check(data: bytes) -> None:
    """Raise UnreadableError where a column of the file, of text or not, cannot be read and so not be written again."""
    ipc = library("pyarrow.ipc", EXTRA)
    with explained(WHAT):
        for batch in _batches(ipc, io.BytesIO(data)):
            batch.validate(full=True)


def _packing(ipc: Any, data: bytes) -> str | None:
    """How the batches of a file are packed."""
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
