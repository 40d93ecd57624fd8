"""The file of an index: its tables, the settings it was made with, and how it is opened, replaced and recognised."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.config.settings import Settings
from dedupe.core.atomic import alone
from dedupe.core.errors import DedupeError, IndexFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT = 2
PARTIAL = ".partial"
# No constraints: rows are looked up before they are inserted, and the index that DuckDB would keep for a constraint on
# millions of rows costs more than the rows.
SCHEMA = """
CREATE TABLE about (name VARCHAR, value VARCHAR);
CREATE TABLE documents (
    id UBIGINT, path VARCHAR, record VARCHAR, content BLOB, characters UBIGINT, passages BLOB, signatures BLOB,
    keys UBIGINT, keys_sum UBIGINT, lines UBIGINT, lines_sum UBIGINT
);
CREATE TABLE keys (key UBIGINT, document UBIGINT);
CREATE TABLE lines (key UBIGINT, document UBIGINT, edge BOOLEAN);
"""
# What a database holds besides its rows. A view, a macro or a generated column is a query by whoever made the file, and
# DuckDB runs it on reading; so nothing but our own tables, as we make them, is accepted.
CATALOGUE = """
SELECT 'table', schema_name, table_name, sql FROM duckdb_tables() WHERE database_name = $name
UNION ALL SELECT 'view', schema_name, view_name, sql FROM duckdb_views() WHERE database_name = $name AND NOT internal
UNION ALL SELECT 'index', schema_name, index_name, sql FROM duckdb_indexes() WHERE database_name = $name
UNION ALL SELECT 'sequence', schema_name, sequence_name, sql FROM duckdb_sequences() WHERE database_name = $name
UNION ALL SELECT 'macro', schema_name, function_name, '' FROM duckdb_functions()
    WHERE database_name = $name AND NOT internal
UNION ALL SELECT 'type', schema_name, type_name, '' FROM duckdb_types() WHERE database_name = $name AND NOT internal
UNION ALL SELECT 'schema', schema_name, '', '' FROM duckdb_schemas() WHERE database_name = $name AND NOT internal
ORDER BY ALL
"""
# Columns that must have a value in every row.
COLUMNS = {
    "about": "name value",
    "documents": "id path content characters passages signatures keys keys_sum lines lines_sum",
    "keys": "key document",
    "lines": "key document edge",
}
# Run before anything is read: forbid other files, network access and foreign code, and make that permanent.
LOCKED = (
    "SET preserve_insertion_order = false",
    "SET enable_progress_bar = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
ASKED = "this version and these settings ask for"
NO_DUCKDB = "an index needs DuckDB, which is not installed: pip install 'corpus-dedupe[index]'"


def about(settings: Settings) -> dict[str, str]:
    """Return what two indexes must share to be comparable: format, shingle, permutations, skeleton, script."""
    from dedupe.copies import minhash, passages, seeds, skeletons
    from dedupe.index import signature
    from dedupe.text import tables

    kinds, folds = tables.load(settings.fold_script)
    shape = (
        skeletons.LONG,
        skeletons.LONGEST,
        passages.CUT,
        passages.SMALLEST,
        passages.LARGEST,
        seeds.SENTENCE,
        seeds.RUN,
        seeds.WINDOW,
        signature.KEPT_BANDS,
        seeds.ROWS,
        minhash.SEED,
        minhash.WORDS,
    )
    skeleton = blake2b(repr(shape).encode() + kinds.tobytes() + folds.tobytes(), digest_size=8).hexdigest()
    return {
        "format": str(FORMAT),
        "shingle": str(minhash.SHINGLE),
        "permutations": str(minhash.PERMUTATIONS),
        "fold-script": str(settings.fold_script).lower(),
        "skeleton": skeleton,
    }


def check_same(path: object, found: Mapping[str, str], wanted: Mapping[str, str], what: str) -> None:
    """Raise IndexFileError, naming the differences, if an index was not made as wanted."""
    differing = [name for name in wanted if found.get(name) != wanted[name]]
    if differing:
        parts = ", ".join(f"{name} {found.get(name, 'missing')} instead of {wanted[name]}" for name in differing)
        hint = "give the settings that it was built with, or build it anew"
        raise IndexFileError(str(path), "was built otherwise than {WHAT}: {parts}: {HINT}", what, parts, hint)


@contextmanager
def reading(path: Path) -> Iterator[DuckDBPyConnection]:
    """Open an index for reading; writers are never in the way, because they replace the file as a whole.

    Raises IndexFileError if there is no file, or it is no index or a damaged one.
    """
    if not path.is_file():
        reason = "is no file" if path.exists() else "does not exist: `dedupe index build` makes an index"
        raise IndexFileError(str(path), reason)
    with _connected(path, True) as connection:
        _check_tables(connection, "", path)
        yield connection


def is_index(path: Path) -> bool:
    """True if a file is an index that this version can read."""
    try:
        with reading(path):
            return True
    except IndexFileError:
        return False


@contextmanager
def writing(path: Path, *, keep: bool, parts: Sequence[Path] = ()) -> Iterator[DuckDBPyConnection]:
    """Open a file that replaces an index on success: a copy of it if `keep`, else an empty one.

    Until then, and for good if the process is killed, the index stays as it was. `parts` are source indexes, readable
    as databases `part0`, `part1`. Raises IndexFileError while another process writes the index.
    """
    target = Path(os.path.realpath(path))
    partial = target.with_name(target.name + PARTIAL)
    with _locked(target):
        try:
            _clear(partial)
            if keep:
                shutil.copyfile(target, partial)
            with _connected(partial, False, parts) as connection:
                if keep:
                    _check_tables(connection, "", path)
                else:
                    connection.execute(SCHEMA)
                for number, part in enumerate(parts):
                    _check_tables(connection, f"part{number}", part)
                yield connection
                connection.execute("CHECKPOINT")
            _flush(partial)
            os.replace(partial, target)
        except OSError as error:
            raise IndexFileError(str(path), "cannot be written ({reason}): it is as it was", error.strerror) from error
        finally:
            with suppress(OSError):
                _clear(partial)


def _clear(partial: Path) -> None:
    """Delete what an unfinished change left."""
    for path in (partial, partial.with_name(partial.name + ".wal")):
        path.unlink(missing_ok=True)


@contextmanager
def _connected(path: Path, read_only: bool, parts: Sequence[Path] = ()) -> Iterator[DuckDBPyConnection]:
    try:
        import duckdb
    except ImportError as error:
        raise DedupeError(NO_DUCKDB) from error
    connection = None
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
        for number, part in enumerate(parts):
            quoted = str(part).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS part{number} (READ_ONLY)")
        for statement in LOCKED:
            connection.execute(statement)
        yield connection
    except duckdb.Error as error:
        hint = "is no index, or a damaged one: build it anew" if read_only else "cannot be written: nothing has changed"
        raise IndexFileError(str(path), f"{hint} ({str(error).splitlines()[0]})") from error
    finally:
        if connection is not None:
            connection.close()


def _check_tables(connection: DuckDBPyConnection, name: str, path: Path) -> None:
    """Raise IndexFileError if a database is no index: it may come from anybody.

    `name` is that of an attached database; empty means the one that was opened.
    """
    name = name or str(connection.execute("SELECT current_database()").fetchall()[0][0])
    if connection.execute(CATALOGUE, {"name": name}).fetchall() != _our_catalogue():
        raise IndexFileError(str(path), "is a database, but no index of dedupe: it does not hold our tables alone")
    for table, columns in COLUMNS.items():
        missing = " OR ".join(f"{column} IS NULL" for column in columns.split())
        if connection.execute(f'SELECT 1 FROM "{name}".main.{table} WHERE {missing} LIMIT 1').fetchall():
            raise IndexFileError(str(path), "is a damaged index: values are missing in {table}: build it anew", table)


@cache
def _our_catalogue() -> list[tuple[str, ...]]:
    """Return what `CATALOGUE` gives for an index made by this version of DuckDB."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        return connection.execute(CATALOGUE, {"name": "memory"}).fetchall()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the lock on writing an index. The system frees the lock of a process that dies."""
    with ExitStack() as stack:
        try:
            is_alone = stack.enter_context(alone(target))
        except OSError as error:
            reason = "cannot be written ({ERROR}): name a place in a folder that you may write to"
            raise IndexFileError(str(target), reason, error.strerror) from error
        if not is_alone:
            raise IndexFileError(str(target), "another process writes it: run again once that one is done")
        yield
