"""The file of an index: its tables, what it was made with, and how it is opened, replaced and told from others."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dedupe.config.settings import Settings
from dedupe.core.errors import DedupeError, IndexFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT = 1
PARTIAL, LOCK = ".partial", ".lock"
# No constraints: what is inserted was looked up before, and an index of our own over a file of millions of rows, which
# DuckDB would keep for them, costs more than the rows.
SCHEMA = """
CREATE TABLE about (name VARCHAR, value VARCHAR);
CREATE TABLE documents (
    id UBIGINT, path VARCHAR, record VARCHAR, content BLOB, characters UBIGINT, passages BLOB, signatures BLOB,
    keys UBIGINT, keys_sum UBIGINT, lines UBIGINT, lines_sum UBIGINT
);
CREATE TABLE keys (key UBIGINT, document UBIGINT);
CREATE TABLE lines (key UBIGINT, document UBIGINT, edge BOOLEAN);
"""
NO_DUCKDB = "an index needs DuckDB, which is not installed: pip install 'corpus-dedupe[index]'"


def about(settings: Settings) -> dict[str, str]:
    """What two indexes must have in common to be compared: format, shingle, permutations, skeleton, script."""
    from dedupe.copies import minhash, passages, seeds, skeletons
    from dedupe.index import signature
    from dedupe.text import tables

    kinds, folds = tables.load(settings.fold_script)
    shape = (
        skeletons.LONG, skeletons.LONGEST, passages.CUT, passages.SMALLEST, passages.LARGEST, seeds.SENTENCE,
        seeds.RUN, seeds.WINDOW, signature.KEPT_BANDS, seeds.ROWS, minhash.SEED,
    )
    skeleton = blake2b(repr(shape).encode() + kinds.tobytes() + folds.tobytes(), digest_size=8).hexdigest()
    return {
        "format": str(FORMAT),
        "shingle": str(minhash.SHINGLE),
        "permutations": str(minhash.PERMUTATIONS),
        "fold-script": str(settings.fold_script).lower(),
        "skeleton": skeleton,
    }


def check_same(path: Path, found: Mapping[str, str], wanted: Mapping[str, str], what: str) -> None:
    """Raise IndexFileError, with what differs, where an index was not made as it would have to be."""
    differing = [name for name in wanted if found.get(name) != wanted[name]]
    if differing:
        parts = ", ".join(f"{name} {found.get(name, 'missing')} instead of {wanted[name]}" for name in differing)
        hint = "give the settings that it was built with, or build it anew"
        raise IndexFileError(str(path), f"was built otherwise than {what}: {parts}: {hint}")


@contextmanager
def reading(path: Path) -> Iterator[DuckDBPyConnection]:
    """An index opened to be read; nobody who writes can be in the way, for they replace the file as a whole.

    Raises IndexFileError where there is none, or where it is no index or a damaged one.
    """
    if not path.is_file():
        reason = "is no file" if path.exists() else "does not exist: `dedupe index build` makes an index"
        raise IndexFileError(str(path), reason)
    with _connected(path, True) as connection:
        yield connection


@contextmanager
def writing(path: Path, *, keep: bool) -> Iterator[DuckDBPyConnection]:
    """A file that takes the place of an index once all went well: a copy of it to `keep` its rows, else an empty one.

    Until then, and for good if the process is killed, the index is what it was. Raises IndexFileError while another
    process writes it.
    """
    target = Path(os.path.realpath(path))
    partial = target.with_name(target.name + PARTIAL)
    with _locked(target):
        try:
            _clear(partial)
            if keep:
                shutil.copyfile(target, partial)
            with _connected(partial, False) as connection:
                if not keep:
                    connection.execute(SCHEMA)
                yield connection
                connection.execute("CHECKPOINT")
            _flush(partial)
            os.replace(partial, target)
        except OSError as error:
            raise IndexFileError(str(path), f"cannot be written ({error.strerror}): it is as it was") from error
        finally:
            with suppress(OSError):
                _clear(partial)


def _clear(partial: Path) -> None:
    """Away with what a change left that did not come to its end."""
    for path in (partial, partial.with_name(partial.name + ".wal")):
        path.unlink(missing_ok=True)


@contextmanager
def _connected(path: Path, read_only: bool) -> Iterator[DuckDBPyConnection]:
    try:
        import duckdb
    except ImportError as error:
        raise DedupeError(NO_DUCKDB) from error
    connection = None
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    except duckdb.Error as error:
        hint = "is no index, or a damaged one: build it anew" if read_only else "cannot be written: nothing has changed"
        raise IndexFileError(str(path), f"{hint} ({str(error).splitlines()[0]})") from error
    finally:
        if connection is not None:
            connection.close()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Alone among all who write an index. The system frees the lock of a process that dies."""
    place = target.with_name(target.name + LOCK)
    try:
        file = _taken(place)
    except OSError as error:
        reason = f"cannot be written ({error.strerror})"
        raise IndexFileError(str(target), f"{reason}: name a place in a folder that you may write to") from error
    if file is None:
        raise IndexFileError(str(target), "another process writes it: run again once that one is done")
    with file:
        try:
            yield
        finally:
            # Windows does not let go of a file that is open; an empty one that stays does no harm.
            with suppress(OSError):
                place.unlink()


def _taken(place: Path) -> IO[bytes] | None:
    """The lock file, locked; None where another process has it."""
    while True:
        file = place.open("ab")
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            file.close()
            return None
        # Whoever had it before has deleted it by now: a lock on a deleted file keeps nobody out.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), place.stat()):
                return file
        file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
