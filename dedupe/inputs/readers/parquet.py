"""Parquet: a record a row, row group by row group. Needs the extra `parquet` (pyarrow)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.core.model import Failure
from dedupe.inputs.readers.compressed import Bound, seekable
from dedupe.inputs.readers.extras import explained, library
from dedupe.inputs.readers.records import document_of, lacking, named_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

EXTRA = "parquet"
WHAT = "a Parquet file"
BATCH = 256  # rows; one value can stand for many in a file, so this bounds what a small one can come to
CODECS = {"UNCOMPRESSED": "NONE", "LZ4_RAW": "LZ4"}


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The records, each with the number of its row, from 1."""
    return named_apart(_records(path, seekable(stream), settings))


def _records(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    parquet = library("pyarrow.parquet", EXTRA)
    with explained(WHAT):
        bound = Bound(stream.seek(0, io.SEEK_END), settings.max_expansion)
        stream.seek(0)
        file = parquet.ParquetFile(stream, page_checksum_verification=True)
        names = file.schema_arrow.names
    if settings.text_field not in names:
        yield 0, Failure(path, lacking(settings.text_field, names))
        return
    wanted = [name for name in dict.fromkeys((settings.text_field, settings.id_field)) if name in names]
    number = 0
    for batch in _batches(file, wanted):
        for values in zip(*batch.columns):
            number += 1
            place = (f"{path}#{number}", number)
            try:
                record = {name: value.as_py() for name, value in zip(wanted, values)}
            except UnicodeDecodeError:
                yield number, Failure(place[0], "not UTF-8, which Parquet asks for: mend the row or drop it")
                continue
            text = record[settings.text_field]
            bound.add(len(text) if isinstance(text, str) else 0)
            yield number, document_of(path, place, record, settings)


def _batches(file: Any, columns: list[str]) -> Iterator[Any]:
    batches = file.iter_batches(BATCH, columns=columns)
    while True:
        with explained(WHAT):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def check(data: bytes) -> None:
    """Raise UnreadableError where a column of the file, of text or not, cannot be read and so not be written again."""
    parquet = library("pyarrow.parquet", EXTRA)
    with explained(WHAT):
        file = parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        for number in range(file.num_row_groups):
            file.read_row_group(number).validate()
        _compression(file.metadata)


def rewrite(data: bytes, texts: Mapping[int, str | None], field: str) -> bytes:
    """The file with other texts for some rows, and without those of None.

    Columns, types, metadata, compression and row groups stay.
    """
    parquet, arrow = library("pyarrow.parquet", EXTRA), library("pyarrow", EXTRA)
    choose = library("pyarrow.compute", EXTRA).if_else
    file = parquet.ParquetFile(io.BytesIO(data))
    out, first = io.BytesIO(), 1
    with parquet.ParquetWriter(out, file.schema_arrow, compression=_compression(file.metadata)) as writer:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            rows = range(first, first + table.num_rows)
            first = rows.stop
            changed = {row - rows.start: texts[row] for row in rows if row in texts}
            writer.write_table(_rewritten((arrow, choose), table, field, changed) if changed else table)
    return out.getvalue()


def _compression(metadata: Any) -> dict[str, str] | str:
    if not metadata.num_row_groups:
        return "NONE"
    group = metadata.row_group(0)
    columns = (group.column(number) for number in range(group.num_columns))
    return {column.path_in_schema: CODECS.get(column.compression, column.compression) for column in columns}


def _rewritten(modules: tuple[Any, Any], table: Any, field: str, changed: Mapping[int, str | None]) -> Any:
    arrow, choose = modules
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
