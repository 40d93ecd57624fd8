"""From verified pairs to groups: documents connected by copies come together, and are grouped as on one machine.

The grouping of documents depends only on those to which copies connect them, so the functions for one machine group
each such component separately, in their order. A component goes to one task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dedupe.config.settings import Settings
from dedupe.inputs.spill import unpack
from dedupe.spark.frames import Row, Store, grouped
from dedupe.spark.skeletons import joined

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from dedupe.copies.find import Duplicates
    from dedupe.copies.skeletons import I64

# A member of the group whose representative is node g0..g1 of document `head`; `number` tells several groups of it
# apart; `place` 0 is that node itself.
MEMBERS = {
    "head": "long",
    "g0": "long",
    "g1": "long",
    "number": "int",
    "place": "int",
    "doc": "long",
    "s0": "long",
    "s1": "long",
    "tokens": "long",
    "marks": "long",
    "start": "long",
    "end": "long",
    "mine": "long",
    "yours": "long",
    "both": "long",
    "same": "boolean",
    "home": "boolean",
    "holds": "long",
    "spread": "long",
    "filled": "boolean",
    "whole": "boolean",
    "asked": "boolean",
}
REGION = ("a", "a0", "a1", "b", "b0", "b1")
_DOCUMENT, _COPY, _SHORT = 0, 1, 2
FEW = 1_000_000  # links that the driver joins: 16 MB


def find_groups(found: tuple[DataFrame, DataFrame], digests: DataFrame, settings: Settings, store: Store) -> DataFrame:
    """Return the members of all groups of the given regions and pairs of short documents."""
    from pyspark.sql import functions as f

    copies, short = found
    ends = copies.select("a", "b").union(short.select("a", "b"))
    links = ends.where("a != b").select(f.col("a").alias("u"), f.col("b").alias("v")).distinct()
    labels = components(links, store)
    wanted = ends.select(f.col("a").alias("doc")).union(ends.select("b")).distinct()
    labelled = wanted.join(labels.withColumnRenamed("node", "doc"), "doc", "left")
    labelled = store.keep(labelled.withColumn("component", f.coalesce("component", "doc")), "labelled")
    documents = digests.select("doc", "key", "skeleton", "marks").join(labelled, "doc")
    rows = documents.withColumn("row", f.lit(_DOCUMENT))
    regions = copies.join(labelled.withColumnRenamed("doc", "a"), "a").withColumn("row", f.lit(_COPY))
    rows = rows.unionByName(regions.select("component", "row", *REGION), True)
    pairs = short.join(labelled.withColumnRenamed("doc", "a"), "a").withColumn("row", f.lit(_SHORT))
    rows = rows.unionByName(pairs.select("component", "row", "a", "b"), True)

    def work(table: pa.Table) -> Iterator[Row]:
        yield from _members(table, settings)

    return store.keep(grouped(rows, ("component", ("row",)), work, MEMBERS), "members")


def components(links: DataFrame, store: Store) -> DataFrame:
    """Return each number in `u` and `v` with the least number connected to it, as `node` and `component`.

    Few links are joined in the driver. For many, large stars and small stars alternate (Kiveris and others, 2014) until
    nothing changes; both consist of joins and minima of pairs of numbers.
    """
    from pyspark.sql import functions as f

    few = links.limit(FEW + 1).toArrow()
    if few.num_rows <= FEW:
        return _joined(links.sparkSession, np.column_stack([np.array(few[name], np.int64) for name in ("u", "v")]))
    nodes = links.select(f.col("u").alias("node")).union(links.select("v")).distinct()
    edges, before, turn = links, None, 0
    while True:
        edges = store.keep(_small_star(_large_star(edges)), f"stars{turn}")
        # The loop stops at a fixed point, and a sum of hashes detects it with one number.
        now = tuple(edges.agg(f.count("*"), f.sum(f.xxhash64("u", "v").cast("decimal(38,0)"))).first() or ())
        if now == before:
            break
        before, turn = now, turn + 1
    stars = edges.groupBy(f.col("u").alias("node")).agg(f.min("v").alias("component"))
    both = nodes.join(stars, "node", "left")
    return store.keep(both.select("node", f.coalesce("component", "node").alias("component")), "components")


def _joined(spark: SparkSession, links: I64) -> DataFrame:
    """Do the same in the driver: take the least neighbour of each node, and its least, until nothing changes."""
    import pyarrow as pa

    nodes, ends = np.unique(links, return_inverse=True)
    one, other = ends.reshape(-1, 2).T
    least = np.arange(len(nodes))
    while True:
        before = least.copy()
        for a, b in ((one, other), (other, one)):
            np.minimum.at(least, least[a], before[b])  # the head of a node takes the minimum too
            np.minimum.at(least, a, before[b])
        least = least[least]
        if np.array_equal(before, least):
            return spark.createDataFrame(pa.table({"node": nodes, "component": nodes[least]}))


def _large_star(edges: DataFrame) -> DataFrame:
    """Join every larger neighbour of a node to the least of its neighbours and itself."""
    from pyspark.sql import functions as f

    both = edges.select("u", "v").union(edges.select(f.col("v").alias("u"), f.col("u").alias("v")))
    least = both.groupBy("u").agg(f.least(f.min("v"), f.col("u")).alias("least"))
    return both.join(least, "u").where("v > u").select(f.col("v").alias("u"), f.col("least").alias("v")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Join every smaller neighbour of a node, and the node itself, to the least of these neighbours."""
    from pyspark.sql import functions as f

    down = edges.select(f.greatest("u", "v").alias("u"), f.least("u", "v").alias("v")).where("u != v")
    least = down.groupBy("u").agg(f.min("v").alias("least"))
    near = down.join(least, "u").select(f.col("v").alias("u"), f.col("least").alias("v"))
    return near.union(least.select("u", f.col("least").alias("v"))).where("u != v").distinct()


def _members(table: pa.Table, settings: Settings) -> Iterator[Row]:
    """Yield the members of the groups of some components, each a corpus of its own, in order."""
    kinds = np.array(table["row"])
    documents = table.filter(kinds == _DOCUMENT).sort_by([("doc", "ascending")])
    numbers = np.array(documents["doc"], np.int64)
    copies, short = table.filter(kinds == _COPY), table.filter(kinds == _SHORT)
    regions = np.column_stack([np.array(copies[name], np.int64) for name in REGION])
    pairs = np.column_stack([np.array(short[name], np.int64) for name in ("a", "b")])
    found = _found(documents, regions, pairs, settings)
    skeletons, low = found.skeletons, found.skeletons.doc_sentence[found.doc]
    local = found.nodes - low[:, None]
    tokens = skeletons.first[found.nodes[:, 1]] - skeletons.first[found.nodes[:, 0]]
    begin, end = found.spans(np.arange(len(found.nodes)))
    whole = (local[:, 0] == 0) & (found.nodes[:, 1] == skeletons.doc_sentence[found.doc + 1])
    facts = np.column_stack((numbers[found.doc], local, tokens, found.marks, begin, end)).astype(np.int64)
    led: Counter[int] = Counter()
    for group in found.groups:
        head, has_same = facts[group.nodes[0], :3].tolist(), bool(group.same[1:].any())
        number = led[int(group.nodes[0])]
        led[int(group.nodes[0])] += 1
        flags = (group.same, group.home, group.holds, group.spread, whole[group.nodes])
        is_asked = settings.suggests and bool(found.marks[group.nodes[group.home]].any())
        rows = zip(*(column.tolist() for column in (facts[group.nodes], group.shared, *flags)))
        for place, (fact, shared, same, home, *more, all_of) in enumerate(rows):
            yield (
                *head,
                number,
                place,
                *fact,
                *shared,
                same,
                home,
                *more,
                same and has_same,
                all_of,
                home and is_asked,
            )


def _found(documents: pa.Table, rows: I64, short: I64, settings: Settings) -> Duplicates:
    """Return the sorted groups of some documents whose copies are `rows` int64[copies, 6], laid out as `REGION`.

    `short` int64[pairs, 2] are pairs of documents that may be copies.
    """
    from dedupe.copies import find
    from dedupe.copies.minhash import shingle_hashes
    from dedupe.copies.regions import measure
    from dedupe.copies.signed import Signed
    from dedupe.inputs.spill import Spill

    numbers = np.array(documents["doc"], np.int64)
    skeletons = joined([unpack(one) for one in documents["skeleton"].to_pylist()])
    keys = np.array(documents["key"], np.int64).view(np.uint64)
    marks = [unpack(one) for one in documents["marks"].to_pylist()]
    table = find.mark_table([one.tolist() for one in marks])
    twins = find.twins_of(keys, np.diff(skeletons.doc_token), np.array(list(map(len, marks)), np.int64))
    doc = np.searchsorted(numbers, rows[:, ::3])
    base = skeletons.doc_sentence[doc]
    regions = np.column_stack((rows[:, 1:3] + base[:, :1], rows[:, 4:6] + base[:, 1:]))
    # Twins are known by their keys; of other copies the earlier side comes first, as on one machine.
    packed = (twins.min(1) << 32 | twins.max(1)) if len(twins) else np.empty(0, np.int64)
    regions = regions[~np.isin(doc.min(1) << 32 | doc.max(1), packed)]
    late = regions[:, 0] > regions[:, 2]
    regions[late] = regions[late][:, [2, 3, 0, 1]]
    signed = Signed(skeletons, shingle_hashes(skeletons.ids), keys, [], Spill())
    shared = measure(signed.shingles, skeletons.first[regions])
    pairs = np.searchsorted(numbers, short)
    return find.grouped(signed, (regions, shared, twins), table, replace(settings, jobs=1), pairs)
