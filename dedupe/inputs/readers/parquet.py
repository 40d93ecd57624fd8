"""Parquet: a record per row, row group by row group. Needs the extra `parquet` (pyarrow)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers.compressed import Bound, seekable
from dedupe.inputs.readers.extras import each, explained, library
from dedupe.inputs.readers.records import columns_for, document_of, named_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

EXTRA = "parquet"
WHAT = "a Parquet file"
BATCH = 256  # rows; a stored value can repeat many times, so this bounds what a small file can unpack to
CODECS = {"UNCOMPRESSED": "NONE", "LZ4_RAW": "LZ4"}


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the records, each with the number of its row, from 1."""
    return named_apart(records_from(path, seekable(stream), settings))


def rows_by_group(stream: BinaryIO) -> list[int]:
    """Return how many rows each row group of a file has. Raises UnreadableError if that is unreadable."""
    with explained(WHAT):
        metadata = library("pyarrow.parquet", EXTRA).ParquetFile(stream).metadata
        return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]


def records_from(
    path: str, stream: BinaryIO, settings: Settings, group: tuple[int, int] | None = None
) -> Iterator[Item]:
    """Yield the records of a file, or of one `group`, given as its number and that of its first row; ids may repeat."""
    parquet = library("pyarrow.parquet", EXTRA)
    with explained(WHAT):
        bound = Bound(stream.seek(0, io.SEEK_END), settings.max_expansion)
        stream.seek(0)
        file = parquet.ParquetFile(stream, page_checksum_verification=True)
        names = file.schema_arrow.names
    try:
        wanted = wanted_columns(names, settings)
    except UnreadableError as error:
        yield 0, Failure(path, str(error))
        return
    yield from rows_of(path, _batches(file, wanted, group), settings, bound, group[1] if group else 1)


def wanted_columns(names: list[str], settings: Settings) -> list[str]:
    """Return the columns with texts and ids. Raises UnreadableError if there is no such text."""
    ids = [head for head in (settings.id_field, settings.id_field.split(".")[0]) if head in names][:1]
    return list(dict.fromkeys((*columns_for(names, settings.text_field), *ids)))


def rows_of(path: str, batches: Iterable[Any], settings: Settings, bound: Bound, first: int = 1) -> Iterator[Item]:
    """Yield the documents of batches of rows, numbered from `first`; repeated values count as unpacked size."""
    number = first - 1
    for batch in batches:
        names = batch.schema.names
        for values in zip(*batch.columns):
            number += 1
            place = (f"{path}#{number}", number)
            try:
                record = {name: value.as_py() for name, value in zip(names, values)}
            except UnicodeDecodeError:
                yield number, Failure(place[0], "not UTF-8, which such a file asks for: mend the row or drop it")
                continue
            item = document_of(path, place, record, settings)
            bound.add(len(item.text) if isinstance(item, Document) else 0)
            yield number, item


def _batches(file: Any, columns: list[str], group: tuple[int, int] | None) -> Iterator[Any]:
    return each(file.iter_batches(BATCH, columns=columns, row_groups=[group[0]] if group else None), WHAT)


def check(data: bytes) -> None:
    """Raise UnreadableError if a column of the file, text or not, cannot be read and so cannot be written again."""
    parquet = library("pyarrow.parquet", EXTRA)
    with explained(WHAT):
        file = parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        for number in range(file.num_row_groups):
            file.read_row_group(number).validate()
        _compression(file.metadata)


def has_strings(data: bytes, field: str) -> bool:
    """True if the texts are a column of strings of the file."""
    parquet = library("pyarrow.parquet", EXTRA)
    with explained(WHAT):
        return is_text(parquet.ParquetFile(io.BytesIO(data)).schema_arrow, field)


def is_text(schema: Any, field: str) -> bool:
    """True if the column of this name is one of strings."""
    types = library("pyarrow", EXTRA).types
    if field not in schema.names:
        return False
    form = schema.field(field).type
    form = form.value_type if types.is_dictionary(form) else form
    return bool(types.is_string(form) or types.is_large_string(form))


def rewrite(data: bytes, texts: Mapping[int, str | None], field: str) -> bytes:
    """Return the file with other texts for some rows, and without those of None.

    Columns, types, metadata, compression and row groups stay.
    """
    parquet = library("pyarrow.parquet", EXTRA)
    file = parquet.ParquetFile(io.BytesIO(data))
    out, first = io.BytesIO(), 1
    with parquet.ParquetWriter(out, file.schema_arrow, compression=_compression(file.metadata)) as writer:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            rows = range(first, first + table.num_rows)
            first = rows.stop
            changed = {row - rows.start: texts[row] for row in rows if row in texts}
            writer.write_table(rewritten(table, field, changed) if changed else table)
    return out.getvalue()


def whole_rows(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the rows with all of their columns."""
    parquet = library("pyarrow.parquet", EXTRA)
    for batch in parquet.ParquetFile(io.BytesIO(data)).iter_batches(BATCH):
        yield from batch.to_pylist()


def _compression(metadata: Any) -> dict[str, str] | str:
    if not metadata.num_row_groups:
        return "NONE"
    group = metadata.row_group(0)
    columns = (group.column(number) for number in range(group.num_columns))
    return {column.path_in_schema: CODECS.get(column.compression, column.compression) for column in columns}


def rewritten(table: Any, field: str, changed: Mapping[int, str | None]) -> Any:
    """Return a table with other texts for some rows, by number, and without those of None."""
    arrow, choose = library("pyarrow", EXTRA), library("pyarrow.compute", EXTRA).if_else
    at = table.schema.get_field_index(field)
    form = table.schema.field(at)
    texts = [changed.get(row) for row in range(table.num_rows)]
    is_new = [text is not None for text in texts]
    plain = form.type.value_type if arrow.types.is_dictionary(form.type) else form.type
    column = choose(arrow.array(is_new), arrow.array(texts, plain), table.column(at).cast(plain))
    if plain != form.type:
        column = column.dictionary_encode().cast(form.type)
    keep = arrow.array([row not in changed or changed[row] is not None for row in range(table.num_rows)])
    return table.set_column(at, form, column).filter(keep)
