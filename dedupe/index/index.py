"""Operations on an index: add, remove and merge documents, count and verify them.

An index is a set of documents, each identified by its path, its record and its text; adding one twice, or in another
order, gives the same set. Paths are relative to the folder of the index file, so that an index can be moved, or
committed, together with its texts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config.settings import Settings
from dedupe.core.errors import CorpusError
from dedupe.core.messages import say
from dedupe.index import shared
from dedupe.index.database import ASKED, about, check_same, reading, writing
from dedupe.index.lookup import FilePast, Info, Known, Past, damaged, known_of
from dedupe.index.place import IndexPlace, Server, identity, stored_path
from dedupe.index.signature import KEY, PASSAGE, SIGNATURE, Surveyed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Keys and lines inserted in one go: sorted, this many take a third less room than unsorted.
ROWS = 4_000_000
DOCUMENTS, LONGEST = 20_000, 1 << 28  # documents looked up in one go, and bytes of signatures


def build(index: IndexPlace, documents: Iterable[Surveyed], settings: Settings) -> int:
    """Write a new index of some documents; return their number."""
    if isinstance(index, Server):
        return shared.build(index, documents, settings)
    with writing(index, keep=False) as connection:
        connection.executemany("INSERT INTO about VALUES (?, ?)", list(about(settings).items()))
        return _insert(connection, index, documents)


def add(index: IndexPlace, documents: Iterable[Surveyed], settings: Settings) -> int:
    """Add documents to an index; return how many it did not have.

    In a file this is all or nothing; on a server each document is added as a whole.
    """
    if isinstance(index, Server):
        return shared.add(index, documents, settings)
    check(index, settings)
    with writing(index, keep=True) as connection:
        return _insert(connection, index, documents)


def check(index: Path, settings: Settings) -> None:
    """Raise IndexFileError if a file is no index, or was made with other settings."""
    with reading(index) as connection:
        check_same(index, about_of(connection), about(settings), ASKED)


@contextmanager
def past_of(index: IndexPlace, settings: Settings, own: Iterable[str], below: str | None) -> Iterator[Past]:
    """Open an index for lookups, without the documents of `own` paths and of those `below` a folder.

    Raises IndexFileError if it cannot be used, or was made with other settings.
    """
    if isinstance(index, Server):
        with shared.past_of(index, settings, (own, below)) as past:
            yield past
        return
    with reading(index) as connection:
        check_same(index, about_of(connection), about(settings), ASKED)
        yield FilePast(connection, index, own, below)


def known(index: IndexPlace) -> Iterator[Known]:
    """Yield all documents of an index, by path and record."""
    if isinstance(index, Server):
        yield from shared.known(index)
        return
    columns = "id, path, record, content, passages, signatures"
    with reading(index) as connection:
        rows = connection.execute(f"SELECT {columns} FROM documents ORDER BY path, record, id")
        while batch := rows.fetchmany(1_000):
            for number, path, record, content, *measures in batch:
                old = known_of(number, (path, record, content), (measures[0], measures[1]))
                if old is None:
                    raise damaged(index, path)
                yield old


def about_of(connection: DuckDBPyConnection) -> dict[str, str]:
    """Return the settings that an open index was made with."""
    return dict(connection.execute("SELECT name, value FROM about").fetchall())


def _insert(connection: DuckDBPyConnection, index: Path, documents: Iterable[Surveyed]) -> int:
    count = 0
    for group in _groups(documents):
        rows = {}
        for document in group:
            path = stored_path(document.path, index)
            rows[identity(path, document.record, document.content)] = (path, document)
        connection.register("given", {"id": np.array(list(rows), np.uint64)})
        for (number,) in connection.execute("SELECT id FROM documents SEMI JOIN given USING (id)").fetchall():
            del rows[number]
        if rows:
            _put(connection, rows)
        count += len(rows)
    return count


def _groups(documents: Iterable[Surveyed]) -> Iterator[list[Surveyed]]:
    group: list[Surveyed] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.keys.key) + len(document.lines)
        if size >= ROWS or len(group) >= DOCUMENTS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _put(connection: DuckDBPyConnection, rows: dict[int, tuple[str, Surveyed]]) -> None:
    """Insert new documents by their numbers, each with its stored path."""
    found = [document for _, document in rows.values()]
    numbers = np.array(list(rows), np.uint64)
    keys = [np.unique(document.keys.key) for document in found]
    lines = [document.lines for document in found]
    table = {
        "id": numbers,
        "path": _objects(path for path, _ in rows.values()),
        "record": _objects(document.record for document in found),
        "content": _objects(document.content for document in found),
        "characters": np.array([document.characters for document in found], np.uint64),
        "passages": _objects(document.passages.astype("<u4").tobytes() for document in found),
        "signatures": _objects(document.signed.astype("<u4").tobytes() for document in found),
    }
    for name, parts in (("keys", keys), ("lines", lines)):
        table[name] = np.array([len(part) for part in parts], np.uint64)
        table[f"{name}_sum"] = np.array([np.bitwise_xor.reduce(part) for part in parts], np.uint64)
    _insert_sorted(connection, "documents", table)
    owners = np.repeat(numbers, [len(part) for part in keys])
    _insert_sorted(connection, "keys", {"key": np.concatenate(keys), "document": owners})
    owners = np.repeat(numbers, [len(part) for part in lines])
    edges = np.concatenate([document.edges for document in found])
    _insert_sorted(connection, "lines", {"key": np.concatenate(lines), "document": owners, "edge": edges})


def _insert_sorted(connection: DuckDBPyConnection, table: str, columns: dict[str, Any]) -> None:
    order = np.argsort(next(iter(columns.values())), kind="stable")
    connection.register("given", {name: column[order] for name, column in columns.items()})
    connection.execute(f"INSERT INTO {table} SELECT * FROM given")
    connection.unregister("given")


def _objects(values: Iterable[object]) -> Any:
    items = list(values)
    out = np.empty(len(items), object)
    out[:] = items
    return out


def remove(index: IndexPlace, names: Sequence[str]) -> int:
    """Remove documents from an index; return how many. A name is a path, a folder, or PATH#RECORD.

    The files need not exist. Raises CorpusError, and leaves the index unchanged, if a name matches nothing.
    """
    if isinstance(index, Server):
        return shared.remove(index, names)
    with reading(index) as connection:
        values = about_of(connection)
        gone: set[int] = set()
        for name in names:
            found = _named(connection, index, name)
            if not found:
                raise CorpusError(
                    name, "is not in {index}: nothing was removed; give a path as it was when added", index
                )
            gone.update(found)
    with writing(index, keep=False, parts=(index,)) as connection:
        connection.executemany("INSERT INTO about VALUES (?, ?)", list(values.items()))
        connection.register("gone", {"id": np.array(sorted(gone), np.uint64)})
        # Written to a new file, so that removed rows take no room.
        connection.execute("INSERT INTO documents SELECT * FROM part0.documents ANTI JOIN gone USING (id)")
        for table in ("keys", "lines"):
            kept = f"SELECT * FROM part0.{table} t ANTI JOIN gone ON t.document = gone.id ORDER BY key"
            connection.execute(f"INSERT INTO {table} {kept}")
        connection.execute("DETACH part0")
    return len(gone)


def _named(connection: DuckDBPyConnection, index: Path, name: str) -> list[int]:
    path = stored_path(name, index)
    query = (
        "SELECT id FROM documents WHERE path = $path OR $path = '.' AND path NOT LIKE '../%'"
        " OR starts_with(path, $path || '/') OR record IS NOT NULL AND path || '#' || record = $path"
    )
    return [number for (number,) in connection.execute(query, {"path": path}).fetchall()]


def merge(one: Path, other: Path, index: Path) -> int:
    """Write an index of the documents of two; return their number. Raises IndexFileError if their settings differ."""
    with reading(one) as connection:
        values = about_of(connection)
    with reading(other) as connection:
        check_same(other, about_of(connection), values, str(one))
    parts = (one,) if os.path.samefile(one, other) else (one, other)
    with writing(index, keep=False, parts=parts) as connection:
        connection.executemany("INSERT INTO about VALUES (?, ?)", list(values.items()))
        for number, part in enumerate(parts):
            _merge_part(connection, (f"part{number}", part), index)
            connection.execute(f"DETACH part{number}")
        (count,) = connection.execute("SELECT count(*) FROM documents").fetchall()[0]
    return int(count)


def _merge_part(connection: DuckDBPyConnection, attached: tuple[str, Path], index: Path) -> None:
    """Insert the documents of an attached index that are missing; make their paths relative to the new index."""
    name, part = attached
    rows = connection.execute(f"SELECT id, path, record, content FROM {name}.documents").fetchall()
    folder = os.path.dirname(os.path.realpath(part))
    paths = [stored_path(os.path.join(folder, path), index) for _, path, _, _ in rows]
    numbers = [identity(path, record, content) for path, (_, _, record, content) in zip(paths, rows)]
    connection.register(
        "moved",
        {
            "id": np.array([row[0] for row in rows], np.uint64),
            "path": _objects(paths),
            "number": np.array(numbers, np.uint64),
        },
    )
    fresh = "CREATE TEMP TABLE fresh AS SELECT * FROM moved ANTI JOIN documents ON moved.number = documents.id"
    connection.execute(fresh)
    for table in ("keys", "lines"):
        columns = "t.key, f.number" + (", t.edge" if table == "lines" else "")
        moved = f"SELECT {columns} FROM {name}.{table} t JOIN fresh f ON t.document = f.id ORDER BY t.key"
        connection.execute(f"INSERT INTO {table} {moved}")
    connection.execute(
        "INSERT INTO documents SELECT d.* REPLACE (f.number AS id, f.path AS path) "
        f"FROM {name}.documents d JOIN fresh f USING (id)"
    )
    connection.execute("DROP TABLE fresh")
    connection.unregister("moved")


def info(index: IndexPlace) -> Info:
    """Return the figures of an index."""
    if isinstance(index, Server):
        return shared.info(index)
    with reading(index) as connection:
        values = about_of(connection)
        figures = connection.execute(
            "SELECT count(*), coalesce(sum(octet_length(passages)), 0), coalesce(sum(characters), 0),"
            " coalesce(sum(keys), 0), coalesce(sum(lines), 0) FROM documents"
        ).fetchall()[0]
        stock = connection.execute(
            "SELECT count(*) AS n FROM keys WHERE key < $limit GROUP BY key ORDER BY n DESC LIMIT 1",
            {"limit": 1 << int(KEY)},
        ).fetchall()
    documents, size, characters, keys, lines = map(int, figures)
    most = int(stock[0][0]) if stock else 0
    return Info(documents, size // PASSAGE, characters, keys, lines, most, index.stat().st_size, values)


def verify(index: IndexPlace) -> list[str]:
    """Return what is wrong with an index, a sentence each; this reads every block, and DuckDB checks its checksum.

    Raises IndexFileError if a block is damaged.
    """
    if isinstance(index, Server):
        return shared.verify(index)
    wrong = []
    with reading(index) as connection:
        about_of(connection)
        batches = connection.execute("SELECT id, path, record, content, passages, signatures FROM documents")
        broken = 0
        while rows := batches.fetchmany(1_000):
            for number, path, record, content, passages, signed in rows:
                is_shaped = len(passages) % PASSAGE == 0 and len(signed) == len(passages) // PASSAGE * SIGNATURE
                broken += number != identity(path, record, content) or not is_shaped
        if broken:
            wrong.append(say("{number} documents do not have the number or the signatures that belong to them", broken))
        double = "SELECT count(*) - count(DISTINCT id) FROM documents"
        if connection.execute(double).fetchall()[0][0]:
            wrong.append("some documents are there twice")
        for table in ("keys", "lines"):
            query = (
                f"SELECT count(*) FROM (SELECT document AS id, count(*) AS n, bit_xor(key) AS s FROM {table}"
                " GROUP BY document) FULL JOIN documents d USING (id)"
                f" WHERE coalesce(n, 0) <> coalesce(d.{table}, 0) OR coalesce(s, 0) <> coalesce(d.{table}_sum, 0)"
            )
            lost = connection.execute(query).fetchall()[0][0]
            if lost:
                wrong.append(say("{number} documents do not have the {table} that were added with them", lost, table))
    return wrong
