"""Verified pairs to groups: nodes document by document, components by star contraction, leaders inside of each.

A leader only reaches what is connected to it, so components can be led apart, each by the kernel of one machine and
in its order; what comes out does not depend on where the components are cut, or whether two of them are led together.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config import Settings
from dedupe.spark.frames import Row, Store, grouped, mapped
from dedupe.spill import unpack

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from dedupe.tokens import I64

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
    labels = components(links.select("u", "v"), store)
    return store.keep(_led(nodes, links, labels, settings), "members")


def _nodes(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
    for batch in batches:
        for doc, stretches, skeleton, marks in zip(*(batch[n] for n in ("doc", "stretches", "skeleton", "marks"))):
            rows = np.array([(one["s0"], one["s1"]) for one in stretches], np.int64)
            yield from _nodes_of(doc, rows[np.lexsort((rows[:, 1], rows[:, 0]))], unpack(skeleton), unpack(marks))


def _nodes_of(doc: int, stretches: I64, skeleton: Any, marks: I64) -> Iterator[Row]:
    """The stretches of one document with their nodes; only the stretch that is the node itself tells about it."""
    from dedupe.clusters import merged
    from dedupe.duplicates import marks_inside

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


def _led(nodes: DataFrame, links: DataFrame, labels: DataFrame, settings: Settings) -> DataFrame:
    """The groups of every component. A component goes to one task, with each text that several nodes have once."""
    from pyspark.sql import functions as f

    real = nodes.where("tokens is not null").withColumn("node", f.xxhash64("doc", "n0", "n1")).join(labels, "node")
    texts = real.groupBy("component", "text").agg(f.first("ids").alias("ids"))
    pairs = links.withColumn("node", f.col("u")).join(labels, "node")
    ends = [f.col(name).alias(to) for name, to in (("a", "doc"), ("a2", "s0"), ("a3", "s1"))]
    rows = real.select("component", f.lit(_NODE).alias("row"), *PLACED)
    for part in (
        pairs.select("component", f.lit(_LINK).alias("row"), *ends, "b", "b2", "b3"),
        texts.select("component", f.lit(_TEXT).alias("row"), "text", "ids"),
    ):
        rows = rows.unionByName(part, True)

    def work(table: pa.Table) -> Iterator[Row]:
        yield from _lead(table, settings)

    return grouped(rows, ("component", ("row",)), work, MEMBERS)


def _lead(table: pa.Table, settings: Settings) -> Iterator[Row]:
    """The groups of some components: their nodes are sentences of a made-up corpus, one for each text."""
    from dedupe.candidates import Places
    from dedupe.clusters import cluster
    from dedupe.gather import Signed
    from dedupe.signatures import shingle_hashes
    from dedupe.spill import Spill
    from dedupe.tokens import Skeletons

    kinds = np.array(table["row"])
    nodes, links, texts = (table.filter(kinds == kind) for kind in (_NODE, _LINK, _TEXT))
    ids = [np.frombuffer(one, np.uint32) for one in texts["ids"].to_pylist()]
    place = {text: number for number, text in enumerate(texts["text"].to_pylist())}
    first = np.cumsum([0, *map(len, ids)])
    none, at = np.empty(0, np.uint32), np.array([place[text] for text in nodes["text"].to_pylist()], np.int64)
    skeletons = Skeletons(np.concatenate(ids), first, none, none, np.array([0, len(ids)]), np.zeros(1, np.int64))
    signed = Signed(
        skeletons, shingle_hashes(skeletons.ids), np.empty(0, np.uint64), list[Places](), Spill()
    )
    keys = list(zip(*(nodes[name].to_pylist() for name in ("doc", "s0", "s1"))))
    number = {key: at for at, key in enumerate(keys)}
    ends = [[number[key] for key in zip(*(links[name].to_pylist() for name in side))]
            for side in (("doc", "s0", "s1"), ("b", "b2", "b3"))]
    edges = np.array(ends, np.int64).reshape(2, -1).T
    doc, s0, s1, tokens, marks = (np.array(nodes[name], np.int64) for name in ("doc", "s0", "s1", "tokens", "marks"))
    order = np.lexsort((s1, s0, doc, -tokens, marks))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    spans = list(zip(*(nodes[name].to_pylist() for name in ("tokens", "marks", "start", "end"))))
    for group in cluster(np.column_stack((at, at + 1)), edges, rank, signed, settings):
        same = group.same.tolist()
        for here, (node, shared) in enumerate(zip(group.nodes.tolist(), group.shared.tolist())):
            filled = any(same[1:]) if here == 0 else same[here]
            yield (*keys[group.nodes[0]], here, *keys[node], *spans[node], *shared, same[here], filled)
