"""From groups and recurring lines to clusters and findings: the second reading of the texts that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config.settings import Settings
from dedupe.core.model import Document, Finding, Span, Suggestion
from dedupe.inputs.spill import Shelf, pack, unpack
from dedupe.pipeline.kept import Kept
from dedupe.pipeline.naming import Look, blanks_of, keep_passages, look_at
from dedupe.rules.recurring import Frequencies, frequencies, least_in
from dedupe.spark.frames import Arrays, Row, Store, grouped, mapped, mapped_arrays

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from dedupe.copies.suggest import Spot

LINES = {"key": "long", "documents": "long", "edges": "long"}
DOC_LINES = {"doc": "long", "key": "long"}
# What is known of a node; without a node, the findings of lines that recur in a document.
FACTS = {"doc": "long", "s0": "long", "s1": "long", "facts": "binary"}
# `rank` sorts the clusters, as on one machine. Place 0 holds a cluster; other places hold a member's finding and the
# parts of its fingerprint; `TOLD` holds a suggestion for a blank of a document.
TOLD = -1
NAMED = {
    "doc": "long",
    "cluster": "string",
    "rank": "array<bigint>",
    "place": "int",
    "key": "string",
    "code": "string",
    "packed": "binary",
}


def look_again(digests: DataFrame, members: DataFrame | None, settings: Settings, store: Store) -> DataFrame:
    """Return the facts of all members, and the findings of lines that recur."""
    from pyspark.sql import functions as f

    spots = ("s0", "s1", "start", "end", "whole")
    looked = ("doc", "path", "record", "text", "entry", *(["findings"] if settings.suggests else []))
    lines = store.keep(_recurring(digests, settings), "recurring")
    wanted = lines
    if members is not None:
        flags = ("filled", "asked")
        asked = members.groupBy("doc", *spots).agg(*(f.max(name).alias(name) for name in flags))
        places = asked.groupBy("doc").agg(f.collect_list(f.struct(*spots, *flags)).alias("places"))
        wanted = places.join(lines, "doc", "full_outer")
    else:
        wanted = lines.withColumn("places", f.lit(None))
    texts = digests.select(*looked, f.col("lines").alias("keys"))

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for batch in batches:
            for row in zip(*batch.values()):
                yield from _look(dict(zip(batch, row)), settings)

    return store.keep(mapped(texts.join(wanted, "doc"), work, FACTS), "facts")


def _recurring(digests: DataFrame, settings: Settings) -> DataFrame:
    """Return the documents with lines that recur, each with these lines and their counts."""
    from pyspark.sql import functions as f

    lined = digests.where("lines is not null")
    counted = mapped_arrays(lined.select("lines"), _frequencies, LINES).groupBy("key")
    sums = counted.agg(f.sum("documents").alias("documents"), f.sum("edges").alias("edges"))
    often = sums.where(f.col("documents") >= least_in(lined.count(), settings.chrome_documents))
    found = mapped_arrays(lined.select("doc", "lines"), _doc_lines, DOC_LINES).join(often, "key")
    return found.groupBy("doc").agg(f.collect_list(f.struct("key", "documents", "edges")).alias("lines"))


def _frequencies(batch: pa.RecordBatch) -> Iterator[Arrays]:
    found = frequencies(map(unpack, batch["lines"].to_pylist()), 1)
    yield found.key.view(np.int64), found.documents, found.edges


def _doc_lines(batch: pa.RecordBatch) -> Iterator[Arrays]:
    for doc, packed in zip(batch["doc"].to_pylist(), batch["lines"].to_pylist()):
        keys = np.unique(np.array(unpack(packed).key, np.uint64)).view(np.int64)
        yield np.full(len(keys), doc, np.int64), keys


def _look(row: Mapping[str, Any], settings: Settings) -> Iterator[Row]:
    from dedupe.copies.describe import Place

    essays, chrome = unpack(row["entry"])
    keys = None if row["lines"] is None else unpack(row["keys"])
    document = Document(row["path"], row["text"], row["record"])
    kept = Kept(document, essays, keys, [Span(finding.start, finding.end) for finding in chrome])
    spots = row["places"] or ()
    places = [
        Place(at, spot["start"], spot["end"], spot["filled"], spot["asked"], spot["whole"])
        for at, spot in enumerate(spots)
    ]
    look = Look()
    look_at(kept, places, _of_rows(row["lines"] or ()), look, settings)
    if settings.suggests:
        keep_passages(document, places, blanks_of(unpack(row["findings"])), look)
    for at, spot in enumerate(spots):
        yield row["doc"], spot["s0"], spot["s1"], pack((look.facts[at], look.drafts[at], look.passages.get(at)))
    if look.recurring:
        yield row["doc"], None, None, pack(look.recurring)


def _of_rows(rows: Sequence[Mapping[str, int]]) -> Frequencies:
    keys, documents, edges = (np.array([row[name] for row in rows], np.int64) for name in LINES)
    order = np.argsort(keys.view(np.uint64))
    return Frequencies(keys.view(np.uint64)[order], documents[order], edges[order])


def name_groups(members: DataFrame, facts: DataFrame, settings: Settings, store: Store) -> DataFrame:
    """Return the clusters, and the findings of their members without fingerprints yet."""
    from pyspark.sql import functions as f

    known = members.join(facts.where("s0 is not null"), ["doc", "s0", "s1"])
    known = known.withColumn("group", f.xxhash64("head", "g0", "g1", "number"))

    def work(table: pa.Table) -> Iterator[Row]:
        rows = table.to_pylist()
        for _, group in groupby(rows, key=lambda row: (row["head"], row["g0"], row["g1"], row["number"])):
            yield from _name(list(group), settings)

    return store.keep(grouped(known, ("group", ("head", "g0", "g1", "number", "place")), work, NAMED), "named")


def _suggested(passages: Mapping[int, bytes], settings: Settings) -> Iterator[tuple[Spot, Suggestion]]:
    """Yield what the members of one group suggest for each other's blanks."""
    from dedupe.copies.suggest import Passages, answer

    held = Passages(Shelf(None))
    held.add(passages)
    for jobs in held.jobs([list(passages)]):
        yield from answer(jobs, settings)


def _name(rows: Sequence[Mapping[str, Any]], settings: Settings) -> Iterator[Row]:
    """Yield the cluster and the findings of one group, its members in order."""
    from dedupe.copies.clusters import Group
    from dedupe.copies.describe import CODES, cluster_of, finding_of, fingerprint_key, verdict_of

    seen: list[tuple[Any, Finding, bytes | None]] = [unpack(row["facts"]) for row in rows]
    shared = np.array([(row["mine"], row["yours"], row["both"]) for row in rows], np.int64)
    same, home = (np.array([row[name] for row in rows], bool) for name in ("same", "home"))
    holds, spread = (np.array([row[name] for row in rows], np.int64) for name in ("holds", "spread"))
    group = Group(np.arange(len(rows)), shared, same, home, holds, spread)
    facts = {at: one for at, (one, *_) in enumerate(seen)}
    cluster = cluster_of(([row["tokens"] for row in rows], [row["marks"] for row in rows]), facts, group, settings)
    place = (cluster.id, [-cluster.surplus, *(rows[0][name] for name in ("head", "g0", "g1", "number"))])
    yield (rows[0]["doc"], *place, 0, None, None, pack(cluster))
    if settings.suggests:
        docs = {(one.region.path, one.region.record): row["doc"] for (one, *_), row in zip(seen, rows)}
        asked = {at: passage for at, (*_, passage) in enumerate(seen) if passage and home[at]}
        for spot, suggestion in _suggested(asked, settings):
            yield (docs[spot[:2]], *place, TOLD, None, None, pack((spot, suggestion)))
    for at, (one, draft, _) in enumerate(seen):
        if at == 0 or not home[at]:
            continue
        code = CODES[one.region.unit][0]
        finding = finding_of(draft, verdict_of(cluster, at, ""))
        yield (rows[at]["doc"], *place, at, "\0".join(fingerprint_key(one, seen[0][0])), code, pack(finding))
