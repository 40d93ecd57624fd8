"""Check records that a program holds instead of files: rows of any kind, as documents with names."""

from __future__ import annotations

import operator
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, SupportsIndex

from dedupe.config.settings import Settings
from dedupe.core.messages import say
from dedupe.core.model import Document, Failure, Progress, Report
from dedupe.inputs import chunks
from dedupe.inputs.readers.records import document_of, named_apart, value_at
from dedupe.inputs.spill import room
from dedupe.pipeline.pipeline import Corpus, check_sources
from dedupe.text.decode import mend

if TYPE_CHECKING:
    from dedupe.inputs.readers import Item

Parts = Iterable[tuple[str, Iterable[Any]]]  # paths, each with its rows: mappings or texts


class Register:
    """Maps rows to the names that their owner gave them: all row numbers, and on request all ids.

    A row without an id is named by its number, from 0. `is_numbered`: each row had its own whole number as its name.
    `rows` maps a path and a name in the run to the row's number and its original id.
    """

    def __init__(self, is_kept: bool = False) -> None:
        self.is_numbered = True
        self.rows: dict[tuple[str, str | None], tuple[int, Any]] = {}
        self._is_kept = is_kept

    def documents(self, path: str, rows: Iterable[Any], settings: Settings) -> Iterator[Item]:
        """Yield the documents of rows, each with the number of its row."""
        given: dict[int, Any] = {}
        for number, item in named_apart(_documents(path, rows, settings, given)):
            name = given.pop(number, None)
            if isinstance(item, Document):
                self.is_numbered = self.is_numbered and isinstance(name, int) and item.record == str(name)
                if self._is_kept:
                    self.rows[path, item.record] = number, name
            yield number, item


def check_records(
    parts: Parts, settings: Settings, progress: Progress | None = None, register: Register | None = None
) -> Report:
    """Find all dirt in rows, as `check` does in files.

    The rows are read once and not held: texts are needed twice, so they wait in a temporary file. The report's `errors`
    list rows that cannot be used. An exception that an iterable raises is passed on.
    """
    started, failures, sources = time.perf_counter(), list[Failure](), []
    settings = replace(settings, encoding=None)
    register = register or Register()
    with folder_for() as folder:
        for number, (path, rows) in enumerate(parts):
            items = register.documents(path, rows, settings)
            sources += chunks.written(path, items, folder / str(number), failures, chunks.LARGE)
        sources.sort(key=lambda source: source.path)
        return check_sources(Corpus(sources, failures, Counter()), settings, progress, started)


@contextmanager
def folder_for() -> Iterator[Path]:
    """Yield a temporary folder for texts."""
    with room():
        folder = TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-")
    with folder as name:
        yield Path(name)


def _documents(path: str, rows: Iterable[Any], settings: Settings, given: dict[int, Any]) -> Iterator[Item]:
    """Yield the documents of rows, each named by its id; `given` gets the original id."""
    for number, row in enumerate(rows):
        place = f"{path}#{number}"
        given[number] = number
        if isinstance(row, str):
            yield number, Document(path, mend(row), str(number))
        elif not isinstance(row, Mapping):
            kind, field = type(row).__name__, settings.text_field
            yield (
                number,
                Failure(
                    place, say("a {kind}, not a dict: give records with a field {field}, or strings", kind, repr(field))
                ),
            )
        else:
            values = dict(row)
            name = value_at(values, settings.id_field)
            if isinstance(name, SupportsIndex) and not isinstance(name, bool):
                name = values[settings.id_field] = operator.index(name)  # a NumPy integer
            if isinstance(name, (int, str)) and not isinstance(name, bool) and name != "":
                given[number] = name
            yield number, document_of(path, (place, number), values, settings)
