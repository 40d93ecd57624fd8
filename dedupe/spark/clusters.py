"""Verified pairs to groups: nodes document by document, components by star contraction, leaders inside of each.

A leader only reaches what is connected to it, so components can be led apart, each by the kernel of one machine and
in its order; what comes out does not depend on where the components are cut, or whether two of them are led together.

Nodes of one text that are linked share their fate: a leader that takes one of them takes all. Such a bundle, which may
be a paragraph that stands in a million pages, goes to the kernel as its two best nodes, and the others follow the
second. Two, for with one alone it would not be a group by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config.settings import Settings
from dedupe.inputs.spill import unpack
from dedupe.spark.frames import Row, Store, grouped, mapped

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

    from dedupe.copies.skeletons import I64

# A stretch of a document, s0..s1, and the node n0..n1 that it is part of; what follows are the node's.
NODES = {
    "doc": "long", "s0": "long", "s1": "long", "n0": "long", "n1": "long", "tokens": "long", "marks": "long",
    "start": "long", "end": "long", "text": "binary", "ids": "binary",
}
# A member of the group whose representative is node g0..g1 of document `head`; `place` 0 is that node itself.
MEMBERS = {
    "head": "long", "g0": "long", "g1": "long", "place": "int", "doc": "long", "s0": "long", "s1": "long",
    "tokens": "long", "marks": "long", "start": "long", "end": "long", "mine": "long", "yours": "long", "both": "long",
    "same": "boolean", "filled": "boolean",
}
# What the kernel says of the node on a seat of a bundle.
LED = {
    "head": "long", "g0": "long", "g1": "long", "bundle": "long", "seat": "int", "mine": "long", "yours": "long",
    "both": "long", "same": "boolean", "filled": "boolean",
}
PLACED = ("doc", "s0", "s1", "tokens", "marks", "start", "end", "text")
_NODE, _LINK, _TEXT = 0, 1, 2


def find_groups(copies: DataFrame, digests: DataFrame, settings: Settings, store: Store) -> DataFrame:
    """The members of all groups."""
    from pyspark.sql import functions as f

    sides = [copies.select(f.col(d).alias("doc"), f.col(f"{d}0").alias("s0"), f.col(f"{d}1").alias("s1")) for d in "ab"]
    stretches = sides[0].unionByName(sides[1]).distinct()
    by_doc = stretches.groupBy("doc").agg(f.collect_list(f.struct("s0", "s1")).alias("stretches"))
    nodes = store.keep(mapped(by_doc.join(digests.select("doc", "skeleton", "marks"), "doc"), _nodes, NODES), "nodes")
    links = store.keep(_links(copies, nodes), "links")
    bundled = store.keep(_bundled(nodes, links), "bundles")
    between = store.keep(_between(links, bundled), "between")
    led = store.keep(_led(bundled, between, components(between, store), settings), "led")
    return store.keep(_seated(led, bundled), "members")


def _nodes(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
    for batch in batches:
        for doc, stretches, skeleton, marks in zip(*(batch[n] for n in ("doc", "stretches", "skeleton", "marks"))):
            rows = np.array([(one["s0"], one["s1"]) for one in stretches], np.int64)
            yield from _nodes_of(doc, rows[np.lexsort((rows[:, 1], rows[:, 0]))], unpack(skeleton), unpack(marks))


def _nodes_of(doc: int, stretches: I64, skeleton: Any, marks: I64) -> Iterator[Row]:
    """The stretches of one document with their nodes; only the stretch that is the node itself tells about it."""
    from dedupe.copies.clusters import merged
    from dedupe.copies.find import marks_inside

    nodes, of = merged(stretches, skeleton)
    table = np.column_stack((np.zeros(len(marks), np.int64), marks))
    counted = marks_inside(skeleton, nodes, np.zeros(len(nodes), np.int64), table)
    for (s0, s1), node in zip(stretches.tolist(), of.tolist()):
        n0, n1 = nodes[node].tolist()
        if (s0, s1) != (n0, n1):
            yield (doc, s0, s1, n0, n1, *[None] * 6)
            continue
        low, high = skeleton.first[n0], skeleton.first[n1]
        ids = skeleton.ids[low:high].tobytes()
        span = (int(skeleton.begin[n0]), int(skeleton.end[n1 - 1]))
        text = blake2b(ids, digest_size=16).digest()
        yield (doc, s0, s1, n0, n1, int(high - low), int(counted[node]), *span, text, ids)


def _links(copies: DataFrame, nodes: DataFrame) -> DataFrame:
    """The different pairs of nodes that a copy joins, with a number for each; two nodes of one number do no harm."""
    from pyspark.sql import functions as f

    def side(d: str) -> DataFrame:
        names = (("doc", d), ("s0", f"{d}0"), ("s1", f"{d}1"), ("n0", f"{d}2"), ("n1", f"{d}3"))
        return nodes.select(*(f.col(name).alias(other) for name, other in names))

    joined = copies.join(side("a"), ["a", "a0", "a1"]).join(side("b"), ["b", "b0", "b1"])
    pairs = joined.where("a != b or a2 != b2 or a3 != b3").select("a", "a2", "a3", "b", "b2", "b3").distinct()
    return pairs.withColumn("u", f.xxhash64("a", "a2", "a3")).withColumn("v", f.xxhash64("b", "b2", "b3"))


def components(links: DataFrame, store: Store) -> DataFrame:
    """Each number in `u` and `v` with the least number that it is connected to, as `node` and `component`.

    Large stars and small stars in turn (Kiveris and others, 2014), until nothing changes: all of it joins and minima
    of pairs of numbers.
    """
    from pyspark.sql import functions as f

    nodes = links.select(f.col("u").alias("node")).union(links.select("v")).distinct()
    edges, before, turn = links, None, 0
    while True:
        edges = store.keep(_small_star(_large_star(edges)), f"stars{turn % 2}")
        # What does not change is a fixed point; a sum of hashes tells, and is one number.
        now = tuple(edges.agg(f.count("*"), f.sum(f.xxhash64("u", "v").cast("decimal(38,0)"))).first() or ())
        if now == before:
            break
        before, turn = now, turn + 1
    stars = edges.groupBy(f.col("u").alias("node")).agg(f.min("v").alias("component"))
    both = nodes.join(stars, "node", "left")
    return store.keep(both.select("node", f.coalesce("component", "node").alias("component")), "components")


def _large_star(edges: DataFrame) -> DataFrame:
    """Every larger neighbour of a node joined to the least of its neighbours and itself."""
    from pyspark.sql import functions as f

    both = edges.select("u", "v").union(edges.select(f.col("v").alias("u"), f.col("u").alias("v")))
    least = both.groupBy("u").agg(f.least(f.min("v"), f.col("u")).alias("least"))
    return both.join(least, "u").where("v > u").select(f.col("v").alias("u"), f.col("least").alias("v")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Every smaller neighbour of a node, and the node itself, joined to the least of these neighbours."""
    from pyspark.sql import functions as f

    down = edges.select(f.greatest("u", "v").alias("u"), f.least("u", "v").alias("v")).where("u != v")
    least = down.groupBy("u").agg(f.min("v").alias("least"))
    near = down.join(least, "u").select(f.col("v").alias("u"), f.col("least").alias("v"))
    return near.union(least.select("u", f.col("least").alias("v"))).where("u != v").distinct()


def _bundled(nodes: DataFrame, links: DataFrame) -> DataFrame:
    """The nodes, each with the `bundle` it is in, named after one of its nodes, and its `seat` there, from 1, by rank.

    A bundle is a star of links between equal texts around a node that is no other's second end: what is cut from a
    larger set of such nodes is only a bundle more.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    named = f.xxhash64("doc", "n0", "n1")
    real = nodes.where("tokens is not null").withColumn("node", named).drop("n0", "n1")
    texts = [real.select(f.col("node").alias(end), f.col("text").alias(f"{end}_text")) for end in "uv"]
    equal = links.select("u", "v").join(texts[0], "u").join(texts[1], "v").where("u_text = v_text")
    stars = equal.join(equal.select(f.col("v").alias("u")).distinct(), "u", "left_anti")
    bundles = stars.groupBy(f.col("v").alias("node")).agg(f.min("u").alias("bundle"))
    ranked = Window.partitionBy("bundle").orderBy(*_rank())
    both = real.join(bundles, "node", "left")
    # With the text, lest nodes whose numbers are equal by chance are one.
    both = both.withColumn("bundle", f.xxhash64(f.coalesce("bundle", "node"), "text"))
    return both.withColumn("seat", f.row_number().over(ranked))


def _rank() -> list[Column]:
    """From the copy that a person would keep on, as `duplicates.find_duplicates` ranks nodes."""
    from pyspark.sql import functions as f

    return [f.col("marks"), f.desc("tokens"), f.col("doc"), f.col("s0"), f.col("s1")]


def _between(links: DataFrame, bundled: DataFrame) -> DataFrame:
    """The different pairs of bundles that a link joins."""
    from pyspark.sql import functions as f

    ends = [bundled.select(f.col("node").alias(end), f.col("bundle").alias(f"{end}_bundle")) for end in "uv"]
    met = links.select("u", "v").join(ends[0], "u").join(ends[1], "v").where("u_bundle != v_bundle")
    return met.select(f.col("u_bundle").alias("u"), f.col("v_bundle").alias("v")).distinct()


def _led(bundled: DataFrame, links: DataFrame, labels: DataFrame, settings: Settings) -> DataFrame:
    """The groups of every component. A component goes to one task, with each text that several nodes have once."""
    from pyspark.sql import functions as f

    few = bundled.where("seat <= 2").join(labels.withColumnRenamed("node", "bundle"), "bundle", "left")
    few = few.withColumn("component", f.coalesce("component", "bundle"))
    texts = few.groupBy("component", "text").agg(f.first("ids").alias("ids"))
    pairs = links.join(labels.withColumnRenamed("node", "u"), "u")
    rows = few.select("component", f.lit(_NODE).alias("row"), "bundle", "seat", *PLACED)
    for part in (
        pairs.select("component", f.lit(_LINK).alias("row"), f.col("u").alias("bundle"), f.col("v").alias("other")),
        texts.select("component", f.lit(_TEXT).alias("row"), "text", "ids"),
    ):
        rows = rows.unionByName(part, True)

    def work(table: pa.Table) -> Iterator[Row]:
        yield from _lead(table, settings)

    return grouped(rows, ("component", ("row",)), work, LED)


def _seated(led: DataFrame, bundled: DataFrame) -> DataFrame:
    """The members of all groups in their order, bundles whole again."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    nodes = bundled.select("bundle", f.least("seat", f.lit(2)).alias("seat"), *PLACED[:-1])
    both = nodes.join(led, ["bundle", "seat"])
    is_head = (f.col("doc") == f.col("head")) & (f.col("s0") == f.col("g0")) & (f.col("s1") == f.col("g1"))
    order = Window.partitionBy("head", "g0", "g1").orderBy(f.when(is_head, 0).otherwise(1), *_rank())
    placed = both.withColumn("place", f.row_number().over(order) - 1)
    return placed.select(*(f.col(name).cast(form) for name, form in MEMBERS.items()))


def _lead(table: pa.Table, settings: Settings) -> Iterator[Row]:
    """The groups of some components: their nodes are sentences of a made-up corpus, one for each text."""
    import pyarrow.compute as pc

    from dedupe.copies.clusters import cluster
    from dedupe.copies.minhash import shingle_hashes
    from dedupe.copies.seeds import Places
    from dedupe.copies.signed import Signed
    from dedupe.copies.skeletons import Skeletons
    from dedupe.inputs.spill import Spill

    kinds = np.array(table["row"])
    nodes, links, texts = (table.filter(kinds == kind) for kind in (_NODE, _LINK, _TEXT))
    nodes = nodes.sort_by([("bundle", "ascending"), ("seat", "ascending")])
    ids = [np.frombuffer(one, np.uint32) for one in texts["ids"].to_pylist()]
    first = np.cumsum([0, *map(len, ids)])
    none = np.empty(0, np.uint32)
    skeletons = Skeletons(np.concatenate(ids), first, none, none, np.array([0, len(ids)]), np.zeros(1, np.int64))
    signed = Signed(skeletons, shingle_hashes(skeletons.ids), np.empty(0, np.uint64), list[Places](), Spill())
    at = np.array(pc.index_in(nodes["text"].combine_chunks(), texts["text"].combine_chunks()), np.int64)
    doc, s0, s1, tokens, marks = (np.array(nodes[name], np.int64) for name in ("doc", "s0", "s1", "tokens", "marks"))
    rank = np.empty(len(at), np.int64)
    rank[np.lexsort((s1, s0, doc, -tokens, marks))] = np.arange(len(at))
    bundle, seat = np.array(nodes["bundle"], np.int64), np.array(nodes["seat"], np.int64)
    for group in cluster(np.column_stack((at, at + 1)), _edges(bundle, seat, links), rank, signed, settings):
        head = group.nodes[0]
        kernel = (doc[head], s0[head], s1[head])
        for here, node in enumerate(group.nodes.tolist()):
            same = bool(group.same[here])
            filled = bool(group.same[1:].any()) if here == 0 else same
            yield (*map(int, (*kernel, bundle[node], seat[node], *group.shared[here])), same, filled)


def _edges(bundle: I64, seat: I64, links: pa.Table) -> I64:
    """Links of bundles as edges of their first nodes, and an edge between the two nodes of a bundle; nodes sorted."""
    firsts = np.flatnonzero(seat == 1)
    ends = [np.array(links[name], np.int64) for name in ("bundle", "other")]
    between = firsts[np.searchsorted(bundle[firsts], np.column_stack(ends))]
    seconds = np.flatnonzero(seat == 2)
    return np.concatenate((between, np.column_stack((seconds - 1, seconds))))
