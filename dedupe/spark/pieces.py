"""Large files of JSON lines and Parquet as pieces that tasks share; records keep their names from the whole file.

Lines are counted first, so that a piece knows its line numbers, and a table of all ids finds repeated ones. Parquet is
cut at its row groups.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from dedupe.config.kinds import JSONL, PARQUET
from dedupe.config.settings import Settings, reading_at
from dedupe.core.model import Document
from dedupe.inputs.chunks import HEAD
from dedupe.inputs.readers.jsonl import is_uncut
from dedupe.inputs.sources import CANNOT_READ, Piece, Source, numbered, open_source, unpacked
from dedupe.inputs.spill import pack, unpack
from dedupe.spark.frames import Row, Store, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LARGE = 64_000_000  # bytes from which a file is shared
PIECE = 32_000_000  # bytes of a piece
SAME = 1_000_000  # records with repeated ids; a file with more goes to one task
CHUNK = 1 << 20
COUNTED = {"at": "long", "first": "long", "lines": "long"}
NAMES = {"path": "string", "record": "string", "number": "long"}


def rows_of(spark: SparkSession, sources: Sequence[Source]) -> DataFrame:
    """Return sources in order as a table, in as many parts as are worthwhile."""
    size = sum(source.size for source in sources)
    parts = max(4 * spark.sparkContext.defaultParallelism, size // PIECE)
    rows = [(number, pack(source)) for number, source in enumerate(sources)]
    frame = spark.createDataFrame(rows, "number long, source binary")
    return frame.repartition(max(1, min(len(rows), parts)), "number")


def shared(spark: SparkSession, sources: Sequence[Source], settings: Settings, store: Store) -> list[Source]:
    """Return the sources in order, with large files in pieces."""
    kinds = {source.path: _kind(source, settings) for source in sources if source.size >= LARGE}
    lined = [source for source in sources if kinds.get(source.path) == JSONL]
    pieces = _line_pieces(spark, lined) if lined else {}
    pieces |= {source.path: _groups(source) for source in sources if kinds.get(source.path) == PARQUET}
    pieces = {path: some for path, some in pieces.items() if len(some) > 1}
    if not pieces:
        return list(sources)
    names = _names(spark, [one for some in pieces.values() for one in some], settings, store)
    out: list[Source] = []
    for source in sources:
        some = pieces.get(source.path, []) if source.path in names else []
        out += list(_named(some, names.get(source.path, {}))) or [source]
    return out


def _kind(source: Source, settings: Settings) -> str:
    """Return the kind of a file that can be cut; empty for others."""
    try:
        with open_source(source) as stored:
            kind, stream = unpacked(source, stored, settings)
            head = stored.read(HEAD) if stream is stored else b""
    except CANNOT_READ:
        return ""
    is_whole = kind == JSONL and is_uncut(head, reading_at(settings, source.path).encoding)
    return kind if stream is stored and kind in (JSONL, PARQUET) and not is_whole else ""


def _line_pieces(spark: SparkSession, sources: Sequence[Source]) -> dict[str, list[Source]]:
    """Return files of JSON lines, cut after the first line end of each stretch."""
    stretches = [
        replace(source, piece=Piece(at, 0, {}, False), size=min(PIECE, source.size - at))
        for source in sources
        for at in range(0, source.size, PIECE)
    ]
    counted = {row["at"]: row for row in mapped(rows_of(spark, stretches), _counted, COUNTED).collect()}
    cuts: dict[str, list[tuple[int, int]]] = {source.path: [(0, 1)] for source in sources}
    lines = dict.fromkeys(cuts, 1)
    for number, stretch in enumerate(stretches):
        found, path, start = counted[number], stretch.path, stretch.piece.start if stretch.piece else 0
        if start and found["lines"]:
            cuts[path].append((start + found["first"] + 1, lines[path] + 1))
        lines[path] += found["lines"]
    return {source.path: _cut(source, cuts[source.path]) for source in sources}


def _cut(source: Source, cuts: Sequence[tuple[int, int]]) -> list[Source]:
    ends = [*(start for start, _ in cuts), source.size]
    pieces = ((Piece(start, line, {}, False), end - start) for (start, line), end in zip(cuts, ends[1:]))
    return [replace(source, piece=piece, size=size, kind=JSONL) for piece, size in pieces if size]


def _counted(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
    """Yield how many lines end in stretches of files, and where the first does."""
    for batch in batches:
        for number, packed in zip(batch["number"], batch["source"]):
            source: Source = unpack(packed)
            first, lines, at = -1, 0, 0
            with open_source(source) as file:
                file.seek(source.piece.start if source.piece else 0)
                while at < source.size and (chunk := file.read(min(CHUNK, source.size - at))):
                    found = chunk.find(b"\n")
                    first = at + found if first < 0 <= found else first
                    lines += chunk.count(b"\n")
                    at += len(chunk)
            yield number, first, lines


def _groups(source: Source) -> list[Source]:
    """Return a Parquet file by its row groups: `start` is the number of one, `line` that of its first row."""
    from dedupe.inputs.readers.parquet import rows_by_group

    with open_source(source) as stored:
        ends = [0]
        for rows in rows_by_group(stored):
            ends.append(ends[-1] + rows)
    size = source.size // max(1, len(ends) - 1)
    groups = enumerate(pairwise(ends))
    return [
        replace(source, piece=Piece(group, first + 1, {}, False), size=size, kind=PARQUET)
        for group, (first, end) in groups
        if end > first
    ]


def _names(
    spark: SparkSession, pieces: Sequence[Source], settings: Settings, store: Store
) -> Mapping[str, Mapping[int, str]]:
    """Return by file the names of records with repeated ids; no file without records, or with too many."""
    from pyspark.sql import functions as f

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for batch in batches:
            for source in map(unpack, batch["source"]):
                for number, item in numbered(source, settings):
                    yield source.path, item.record if isinstance(item, Document) else None, number

    table = store.keep(mapped(rows_of(spark, pieces), work, NAMES), "names")
    again = table.where("record is not null").groupBy("path", "record").agg(f.collect_list("number").alias("numbers"))
    names: dict[str, dict[int, str]] = {row["path"]: {} for row in table.select("path").distinct().collect()}
    held = again.where("size(numbers) > 1").limit(SAME + 1).collect()
    if len(held) > SAME:
        return {}
    for row in held:
        names[row["path"]] |= {number: f"{row['record']}#{number}" for number in sorted(row["numbers"])[1:]}
    given = [(path, name) for path, some in names.items() for name in some.values()]
    taken = table.join(spark.createDataFrame(given, "path string, record string"), ["path", "record"])
    # A file that cannot be read to its end is left to one task, which reports it.
    broken = table.where("record is null and number = 0").select("path")
    left = {row["path"] for row in broken.union(taken.select("path")).distinct().collect()}
    return {path: some for path, some in names.items() if path not in left}


def _named(pieces: Sequence[Source], names: Mapping[int, str]) -> Iterator[Source]:
    """Yield the pieces of a file, each with the names for its own lines."""
    numbers = sorted(names)
    places = [source.piece for source in pieces if source.piece]
    for source, piece, following in zip_longest(pieces, places, places[1:]):
        last = following.line if following else sys.maxsize
        own = numbers[bisect_left(numbers, piece.line) : bisect_left(numbers, last)]
        yield replace(source, piece=piece._replace(names={number: names[number] for number in own}))
