"""From documents to rows: read, scanned and tokenised by the functions for one machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from dedupe.cleaning.cuts import apply
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.messages import parts, say
from dedupe.core.model import Document, Failure
from dedupe.core.order import finding_key
from dedupe.inputs.sources import Source, is_archive, read
from dedupe.inputs.spill import pack, unpack
from dedupe.pipeline.scan import Entry, Worker, chrome_of, marks_of, together, without_chrome
from dedupe.rules.scan import finish
from dedupe.spark.frames import Row, Store, mapped
from dedupe.spark.pieces import rows_of, shared
from dedupe.text.decode import mend

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

Item = Union[tuple[Document, int], Failure]  # noqa: UP007

# Rows without a `doc` are failures: their path and their reason. `doc` orders the documents as on one machine.
DIGESTS = {
    "doc": "long",
    "path": "string",
    "record": "string",
    "text": "string",
    "reason": "string",
    "parts": "string",
    "characters": "long",
    "tokens": "long",
    "sentences": "long",
    "key": "long",
    "skeleton": "binary",
    "marks": "binary",
    "entry": "binary",
    "findings": "binary",
    "lines": "binary",
    "blanks": "long",
}


def of_files(spark: SparkSession, sources: Sequence[Source], settings: Settings, store: Store) -> DataFrame:
    """Return the digests of files, which every executor must be able to open."""
    ordered = sorted(sources, key=lambda s: f"{s.path}/" if is_archive(s) else s.path)

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        yield from digest_rows(_read(batches, settings), settings)

    return mapped(rows_of(spark, shared(spark, ordered, settings, store)), work, DIGESTS)


def digests_of(documents: DataFrame, settings: Settings) -> DataFrame:
    """Return the digests of documents in rows of doc, path, record and text, and optionally what was removed from them.

    That is `packed`: cuts of the text, or why all of it was removed, in which case the text is not checked.
    """

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        yield from digest_rows(_rows(batches, settings), settings)

    packed = ["packed"] if "packed" in documents.columns else []
    return mapped(documents.select("doc", "path", "record", "text", *packed), work, DIGESTS)


def numbered(frame: DataFrame, settings: Settings, is_carried: bool = False) -> DataFrame:
    """Return a user's table as doc, path, record and text, numbered in the order of path and position.

    With `is_carried` there is also a `row` with all its columns. See `dedupe.spark.check` for its columns.
    """
    from pyspark.sql import functions as f

    names = set(frame.columns)
    if settings.text_field not in names:
        there = ", ".join(frame.columns)
        raise ConfigError(
            "the table has no column {name} (there are: {names}): set text_field", repr(settings.text_field), there
        )
    if not names & {"path", settings.id_field}:
        raise ConfigError(
            "the table has neither path nor {name}: a finding could not say where it is", repr(settings.id_field)
        )
    record = f.col(settings.id_field).cast("string") if settings.id_field in names else f.lit(None).cast("string")
    path = f.coalesce(f.col("path").cast("string"), f.lit("-")) if "path" in names else f.lit("-")
    order = [f.col("position")] if "position" in names else rank_columns(record)
    columns = [path.alias("path"), record.alias("record"), f.col(settings.text_field).alias("text")]
    columns += [column.alias(f"order{number}") for number, column in enumerate(order)]
    carried = [f.struct(*(f.col(f"`{name}`") for name in frame.columns)).alias("row")] if is_carried else []
    rows = frame.select(*columns, *carried)
    rows = rows.orderBy("path", *rows.columns[3 : 3 + len(order)], "record", "text")
    kept = ("path", "record", "text", *(["row"] if is_carried else []))
    return rows.select(f.monotonically_increasing_id().alias("doc"), *kept)


def rank_columns(record: Column) -> list[Column]:
    """Return the sort key of `findings.rank` for records of one file, as columns."""
    from pyspark.sql import functions as f

    number = f.substring_index(record, "#", 1)
    digits = f.when(number.rlike("^[0-9]+$"), f.regexp_replace(number, "^0+", ""))
    length = f.when(record.isNull(), 0).otherwise(f.coalesce(f.length(digits), f.lit(sys.maxsize)))
    return [length, f.coalesce(digits, f.lit("")), f.coalesce(record, f.lit(""))]


def _read(batches: Iterable[dict[str, list[Any]]], settings: Settings) -> Iterator[Item]:
    for batch in batches:
        for number, packed in zip(batch["number"], batch["source"]):
            doc, source = number << 32, unpack(packed)
            items = read(source, settings)
            # The files of an archive in the order in which one machine works on them.
            for item in sorted(items, key=attrgetter("path")) if is_archive(source) else items:
                if isinstance(item, Failure):
                    yield item
                else:
                    yield item, doc
                    doc += 1


def _rows(batches: Iterable[dict[str, list[Any]]], settings: Settings) -> Iterator[Item]:
    for batch in batches:
        edits = batch.get("packed") or repeat(None)
        for doc, path, record, text, packed in zip(batch["doc"], batch["path"], batch["record"], batch["text"], edits):
            cuts, gone = unpack(packed) if packed else ((), None)
            if gone:
                continue
            if isinstance(text, str):
                yield Document(path, apply(mend(text), cuts), record), doc
            else:
                place = path if record is None else f"{path}#{record}"
                yield Failure(place, say("column {name} is null: drop the row or mend it", repr(settings.text_field)))


def digest_rows(items: Iterable[Item], settings: Settings) -> Iterator[Row]:
    """Yield the rows of some documents and failures."""
    worker, failures, slow = Worker(settings), list[Failure](), list[tuple[int, Failure]]()
    for group in together(_without_failures(items, failures)):
        entries = worker.entries(group, slow)
        yield from _digested([(document, entry) for (document, _), entry in zip(group, entries)], settings)
    yield from map(_failed, failures + [failure for _, failure in slow])


def _without_failures(items: Iterable[Item], failures: list[Failure]) -> Iterator[tuple[Document, int]]:
    for item in items:
        if isinstance(item, Failure):
            failures.append(item)
        else:
            yield item


def _failed(failure: Failure) -> Row:
    row = {"path": failure.path, "reason": failure.reason, "parts": json.dumps(parts(failure.reason))}
    return tuple(map(row.get, DIGESTS))


def _digested(held: Sequence[tuple[Document, Entry]], settings: Settings) -> Iterator[Row]:
    signed = _skeletons(held, settings) if settings.compares else repeat((0, 0, None, None))
    for (document, entry), numbers in zip(held, signed):
        wanted = sorted(finish(document, [hit for hit in entry.hits if settings.wants(hit.code)]), key=finding_key)
        blanks = np.array(marks_of(entry), np.int64)
        kept = pack((entry.essays, chrome_of(entry)))
        lines = None if entry.lines is None else pack(entry.lines)
        # In an entry here `source` is the number of the document.
        head = (entry.source, document.path, document.record, document.text, None, None, entry.characters)
        yield (*head, *numbers, pack(blanks), kept, pack(wanted), lines, len(blanks))


def _skeletons(held: Sequence[tuple[Document, Entry]], settings: Settings) -> Iterator[tuple[Any, ...]]:
    """Yield tokens, sentences, key and skeleton of each document."""
    from dedupe.copies.passages import document_keys
    from dedupe.copies.skeletons import tokenize
    from dedupe.spark.skeletons import split

    texts = [without_chrome(document.text, entry.hits) for document, entry in held]
    skeletons = tokenize(texts, [[essay.start for essay in entry.essays] for _, entry in held], settings.fold_script)
    keys = document_keys(skeletons).view(np.int64).tolist()
    for one, key in zip(split(skeletons), keys):
        yield len(one.ids), len(one.begin), key, pack(one)
