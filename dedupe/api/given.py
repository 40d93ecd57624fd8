"""The data of a program as rows in parts, and the way back: the same type with the changes of a clean.

Tables are recognised by the modules of their classes; no library is imported for that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Protocol

from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError, CorpusError, DedupeError, UnreadableError
from dedupe.core.messages import option
from dedupe.core.model import Failure
from dedupe.inputs.readers.records import columns_for, fields_of
from dedupe.text.decode import mend

Row = Any  # a mapping, or the text itself
Changes = Mapping[int, "tuple[str, str | None]"]  # by row number, from 0: its text before and after, None if removed
RECORDS = "records"  # the path of data without a name
OTHERS = {
    ("pyarrow", "RecordBatch"): "pyarrow.Table.from_batches([it])",
    ("pyarrow", "RecordBatchReader"): "it.read_all()",
    ("pyspark", "DataFrame"): "it to dedupe.spark.check or dedupe.spark.clean",
}


class Library(Protocol):
    """The operations on one type of table."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield the rows, with at least the columns that hold texts and ids."""

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return the table without the removed rows, with other texts in the column of this name."""


class Given:
    """Tables by the path that a report gives their rows; `whole` turns the cleaned tables into the input's type."""

    def __init__(self, tables: Mapping[str, Any], kind: Library, whole: Callable[[dict[str, Any]], Any]) -> None:
        self._tables, self._kind, self._whole = tables, kind, whole

    def parts(self, settings: Settings) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield the rows of each table, to be iterated once."""
        for path, table in self._tables.items():
            yield path, self._kind.rows(table, settings)

    def cleaned(self, changes: Mapping[str, Changes], field: str) -> Any:
        """Return the input with the changes."""
        tables = self._tables.items()
        return self._whole({path: self._kind.cleaned(table, changes.get(path, {}), field) for path, table in tables})


def given(data: object, field: str) -> Given:
    """Return the rows of any supported data; `field` is the field name for the texts of a single column.

    Raises TypeError, which says what to pass, for data without rows.
    """
    for base in type(data).__mro__:
        name = base.__module__.partition(".")[0], base.__name__
        if name in OTHERS:
            raise TypeError(f"a {'.'.join(name)} cannot be taken: pass {OTHERS[name]}")
        if name in TABLES:
            return Given({RECORDS: data}, TABLES[name], _only)
        if name in SPLITS and isinstance(data, Mapping):
            return Given({str(key): split for key, split in data.items()}, SPLITS[name], type(data))
        if name in COLUMNS:
            column: Any = data
            return Given({RECORDS: column.to_frame(field)}, COLUMNS[name], partial(_column, field, column.name))
    if isinstance(data, Mapping):
        raise TypeError(f"one {type(data).__name__} cannot be taken, for a corpus is many records: pass [it]")
    if isinstance(data, (bytes, bytearray)) or not isinstance(data, Iterable):
        raise TypeError(
            f"a {type(data).__name__} cannot be taken: pass a path, an iterable of dicts or of strings, or a table"
        )
    if isinstance(data, (list, tuple)) and data and not any(isinstance(item, (str, Mapping)) for item in data):
        kind = type(data[0]).__name__
        raise TypeError(f"a {type(data).__name__} of {kind} holds no texts: pass dicts with a text, or strings")
    return Given({RECORDS: data}, Items(), _only)


def check_some_read(paths: Iterable[str], documents: int, errors: Sequence[Failure]) -> None:
    """Raise CorpusError with the first reason if no path exists and nothing was read: that is no clean corpus."""
    if errors and not documents and not any(map(_is_file, paths)):
        raise CorpusError(errors[0].path, errors[0].reason)


def paths_of(data: object) -> list[str] | None:
    """Return the paths that data names; None if it holds texts. A string is a path, a list of strings holds texts.

    Raises TypeError for a list of strings that are all names of files, because they are hardly meant as texts.
    """
    if isinstance(data, (str, os.PathLike)):
        return [os.fspath(data)]
    if not isinstance(data, (list, tuple)) or not data:
        return None
    if all(isinstance(item, os.PathLike) for item in data):
        return [os.fspath(item) for item in data]
    if all(isinstance(item, str) and _is_file(item) for item in data):
        raise TypeError("these strings are names of files, and strings in a list are texts: pass Path objects")
    return None


def _is_file(text: str) -> bool:
    try:
        return os.path.exists(text)
    except ValueError:  # a NUL in the path
        return False


def _column(field: str, name: Any, tables: dict[str, Any]) -> Any:
    return tables[RECORDS][field].rename(name)


def _only(tables: dict[str, Any]) -> Any:
    return tables[RECORDS]


class Items:
    """Any iterable of mappings and strings. A tuple comes back as a tuple, anything else as a list."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Return the items."""
        yield from table

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return the items, with copies in place of those whose text has changed."""
        items = []
        for number, item in enumerate(table):
            after = changes[number][1] if number in changes else None
            if number not in changes:
                items.append(item)
            elif after is not None:
                items.append(after if isinstance(item, str) else {**item, field: after})
        return tuple(items) if isinstance(table, tuple) else items


class Pandas:
    """pandas.DataFrame. Without an id column, the labels of its index are the ids."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts."""
        names = _columns(table.columns, settings)
        values = [table[name] for name in names]
        if settings.id_field not in names and not _is_numbered(table.index):
            names, values = [*names, settings.id_field], [*values, table.index]
        return (dict(zip(names, row)) for row in zip(*values))

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a new frame with the old labels."""
        column = table[field]
        if _texts(changes):
            kind = "object" if column.dtype == "category" else column.dtype
            table = table.assign(**{field: type(column)(_replaced(column, changes), table.index, kind)})
        return table.iloc[_kept(len(table), changes)]


class Polars:
    """polars.DataFrame."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts."""
        yield from table.select(_columns(table.columns, settings)).iter_rows(named=True)

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a new frame."""
        column = table.get_column(field)
        if _texts(changes):
            table = table.with_columns(type(column)(field, _replaced(column, changes), dtype=column.dtype))
        return table[_kept(len(table), changes)]


class Lazy(Polars):
    """polars.LazyFrame, which is collected."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts."""
        return super().rows(table.select(_columns(table.collect_schema().names(), settings)).collect(), settings)

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a lazy frame of what was collected."""
        return super().cleaned(table.collect(), changes, field).lazy()


class Arrow:
    """pyarrow.Table."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts, batch by batch."""
        batches = table.select(_columns(table.column_names, settings)).to_batches(1_000)
        return (row for batch in batches for row in batch.to_pylist())

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a new table of the same schema."""
        import pyarrow

        form = table.schema.field(field)
        if _texts(changes):
            column = pyarrow.chunked_array([_replaced(table.column(field).to_pylist(), changes)], form.type)
            table = table.set_column(table.column_names.index(field), form, column)
        return table.take(pyarrow.array(_kept(len(table), changes), pyarrow.int64()))


class Rows:
    """datasets.Dataset."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts."""
        yield from table.select_columns(_columns(table.column_names, settings))

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a new dataset with the same features."""
        kept = _kept(len(table), changes)
        if not _texts(changes):
            return table.select(kept)
        name = sha256(repr((table._fingerprint, field, sorted(changes.items()))).encode("utf-8", "replace")).hexdigest()
        return table.select(kept).map(
            lambda row, at: {field: changes[kept[at]][1] if kept[at] in changes else row[field]},
            with_indices=True,
            features=table.features,
            new_fingerprint=name[:16],  # else everything that the function holds would be hashed
        )


class Stream:
    """datasets.IterableDataset, which is iterated again whenever the cleaned one is."""

    def rows(self, table: Any, settings: Settings) -> Iterator[Row]:
        """Yield dicts."""
        yield from table

    def cleaned(self, table: Any, changes: Changes, field: str) -> Any:
        """Return a stream without what was removed. It raises DedupeError if its rows differ from the earlier ones."""

        def text(row: Any, at: int) -> dict[str, Any]:
            before, after = changes.get(at, (None, None))
            if before is not None and mend(row[field]) != before:
                raise DedupeError(f"row {at} of the stream is not what it was when it was checked: give it an order")
            return {field: row[field] if after is None else after}

        gone = frozenset(at for at, (_, after) in changes.items() if after is None)
        changed = table.map(text, with_indices=True, features=table.features)
        return changed.filter(lambda _, at: at not in gone, with_indices=True)


TABLES: Mapping[tuple[str, str], Library] = {
    ("pandas", "DataFrame"): Pandas(),
    ("polars", "DataFrame"): Polars(),
    ("polars", "LazyFrame"): Lazy(),
    ("pyarrow", "Table"): Arrow(),
    ("datasets", "Dataset"): Rows(),
    ("datasets", "IterableDataset"): Stream(),
}
COLUMNS: Mapping[tuple[str, str], Library] = {("pandas", "Series"): Pandas(), ("polars", "Series"): Polars()}
# The splits of a data set are one corpus, so text that repeats in another split is a copy.
SPLITS: Mapping[tuple[str, str], Library] = {
    ("datasets", "DatasetDict"): Rows(),
    ("datasets", "IterableDatasetDict"): Stream(),
}


def _is_numbered(index: Any) -> bool:
    """True if the labels of a frame are its row numbers, the default."""
    return type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)


def _columns(names: Iterable[Any], settings: Settings) -> list[str]:
    """Return the columns to read. Raises ConfigError for a table without the text."""
    known = [name for name in names if isinstance(name, str)]
    try:
        texts = columns_for(known, settings.text_field)
    except UnreadableError as error:
        raise ConfigError(str(error)) from error
    return list(dict.fromkeys((*texts, *(name for name in known if name == settings.id_field))))


def check_one_field(field: str) -> None:
    """Raise ConfigError for several fields, whose texts cannot be put back."""
    if len(fields_of((), field)) > 1:
        raise ConfigError(f"{option('text_field')} is {field!r}: a clean writes texts back: name one field")


def _texts(changes: Changes) -> bool:
    """True if any text has changed."""
    return any(after is not None for _, after in changes.values())


def _replaced(column: Iterable[Any], changes: Changes) -> list[Any]:
    return [(changes[at][1] if at in changes else text) for at, text in enumerate(column)]


def _kept(size: int, changes: Changes) -> list[int]:
    return [at for at in range(size) if at not in changes or changes[at][1] is not None]
