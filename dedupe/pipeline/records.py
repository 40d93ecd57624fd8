"""Records that a program holds instead of files: any iterable of dicts, a Dataset of Hugging Face among them."""

from __future__ import annotations

import operator
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, SupportsIndex

from dedupe.config.settings import Settings
from dedupe.core.model import Document, Failure, Progress, Report
from dedupe.inputs import chunks
from dedupe.inputs.readers.records import document_of, named_apart
from dedupe.inputs.spill import room
from dedupe.pipeline.pipeline import Corpus, check_sources

PATH = "records"
# What is iterable but does not give records, by the package and the name of its class, with what to pass instead.
OTHERS = {
    ("pandas", "DataFrame"): 'records.to_dict("records")',
    ("pandas", "Series"): 'records.to_frame("text").to_dict("records")',
    ("polars", "DataFrame"): "records.iter_rows(named=True)",
    ("polars", "LazyFrame"): "records.collect().iter_rows(named=True)",
    ("polars", "Series"): 'records.to_frame("text").iter_rows(named=True)',
    ("pyarrow", "Table"): "records.to_pylist()",
    ("pyarrow", "RecordBatch"): "records.to_pylist()",
    ("pyarrow", "RecordBatchReader"): "records.read_all().to_pylist()",
    ("datasets", "DatasetDict"): 'one of its splits, as in records["train"]',
    ("datasets", "IterableDatasetDict"): 'one of its splits, as in records["train"]',
    ("pyspark", "DataFrame"): "it to dedupe.spark.check",
}


def check_records(
    records: Iterable[Mapping[str, Any]],
    text: str = "text",
    id: str = "id",
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Find all dirt in records, as `check` does in files; `text` and `id` are their fields.

    They are gone through once and not held: texts are looked at twice, so they wait in a temporary file. A record
    without an id is called by its number, from 1; one that cannot be used is in the report's `errors`. The path of all
    is `records`. What the iterable raises is passed on. Raises TypeError, which says what to pass, for what gives no
    records: a table of another library, one dict, a string.

    >>> report = check_records([{"id": "a", "text": "今年我们接待了xx人次。"}])
    >>> [(finding.record, finding.code, finding.text) for finding in report.findings]
    [('a', 'PH103', 'xx')]
    """
    started = time.perf_counter()
    check_kind(records)
    settings = replace(settings or Settings(), text_field=text, id_field=id, encoding=None)
    with room():
        folder = TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-")
    with folder as name:
        items = ((number, _document(record, number, settings)) for number, record in enumerate(records, 1))
        failures = list[Failure]()
        sources = chunks.written(PATH, named_apart(items), Path(name) / PATH, failures, chunks.LARGE)
        return check_sources(Corpus(sources, failures, Counter()), settings, progress, started)


def check_kind(records: object) -> None:
    """Raise TypeError for what is no iterable of records, with what to pass instead."""
    for base in type(records).__mro__:
        package, name = base.__module__.partition(".")[0], base.__name__
        if (package, name) in OTHERS:
            raise TypeError(f"check_records takes records, not a {package} {name}: pass {OTHERS[package, name]}")
    if isinstance(records, Mapping):
        raise TypeError(f"check_records takes many records, not one {type(records).__name__}: pass [records]")
    if isinstance(records, (str, bytes, os.PathLike)):
        raise TypeError(f"check_records takes records, not a {type(records).__name__}: pass a path to check")
    if not isinstance(records, Iterable):
        raise TypeError(f"check_records takes records, not a {type(records).__name__}: pass an iterable of dicts")


def _document(record: object, number: int, settings: Settings) -> Document | Failure:
    place = f"{PATH}#{number}"
    if not isinstance(record, Mapping):
        kind = type(record).__name__
        return Failure(place, f"a {kind}, not a dict: give records with a field {settings.text_field!r}")
    values = dict(record)
    given = values.get(settings.id_field)
    if isinstance(given, SupportsIndex) and not isinstance(given, bool):
        values[settings.id_field] = operator.index(given)  # a number of numpy
    return document_of(PATH, (place, number), values, settings)
