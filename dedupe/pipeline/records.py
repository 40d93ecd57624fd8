"""Records that a program holds instead of files: any iterable of dicts, a Dataset of Hugging Face among them."""

from __future__ import annotations

import operator
import os
import time
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
from dedupe.pipeline.pipeline import check_sources

PATH = "records"


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
    is `records`. What the iterable raises is passed on.

    >>> report = check_records([{"id": "a", "text": "今年我们接待了xx人次。"}])
    >>> [(finding.record, finding.code, finding.text) for finding in report.findings]
    [('a', 'PH103', 'xx')]
    """
    started = time.perf_counter()
    settings = replace(settings or Settings(), text_field=text, id_field=id, encoding=None)
    with room():
        folder = TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-")
    with folder as name:
        items = ((number, _document(record, number, settings)) for number, record in enumerate(records, 1))
        failures = list[Failure]()
        sources = chunks.written(PATH, named_apart(items), Path(name) / PATH, failures, chunks.LARGE)
        return check_sources((sources, failures), settings, progress, started)


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
