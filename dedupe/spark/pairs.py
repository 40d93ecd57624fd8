"""Seeds to verified pairs of regions: places meet as numbers, and only the documents of a pair are brought together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config import Settings
from dedupe.spark.frames import Arrays, Row, Store, mapped, mapped_arrays
from dedupe.spill import unpack

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from dedupe.tokens import U64, Skeletons

PLACES = {"kind": "int", "key": "long", "doc": "long", "at": "long"}
# A copy: sentences a0..a1 of document a and b0..b1 of document b.
REGIONS = {"a": "long", "a0": "long", "a1": "long", "b": "long", "b0": "long", "b1": "long"}
TOKENS = 2_000_000  # of the texts whose pairs are grown in one call


def find_copies(digests: DataFrame, settings: Settings, store: Store) -> DataFrame:
    """The regions of all copies, each twin (a document of a skeleton that an earlier one has) whole with its first.

    Twins give no seeds, as on one machine: a hundred thousand copies of one page cost as little as one.
    """
    from pyspark.sql import functions as f

    full = digests.where("tokens > 0")
    firsts = full.groupBy("key").agg(f.min(f.struct("doc", "sentences")).alias("of"))
    known = store.keep(full.select("doc", "key", "sentences").join(firsts, "key"), "skeletons")
    zero = f.lit(0).cast("long")
    twins = known.where("doc != of.doc").select(
        f.col("of.doc").alias("a"), zero.alias("a0"), f.col("of.sentences").alias("a1"),
        f.col("doc").alias("b"), zero.alias("b0"), f.col("sentences").alias("b1"),
    )
    single = digests.select("doc", "skeleton").join(known.where("doc = of.doc").select("doc"), "doc", "left_semi")
    single = store.keep(single, "single")
    places = store.keep(mapped_arrays(single, _places, PLACES), "places")
    return store.keep(_grown(_star_edges(places), single, settings).unionByName(twins), "copies")


def _places(batch: dict[str, list[Any]]) -> Iterator[Arrays]:
    from dedupe.candidates import seeds_of
    from dedupe.spark.skeletons import joined

    docs = np.array(batch["doc"], np.int64)
    if not len(docs):
        return
    skeletons = joined([unpack(one) for one in batch["skeleton"]])
    starts = skeletons.doc_token
    for kind, places in enumerate(seeds_of(skeletons)):
        at = places.at
        doc = np.searchsorted(starts, at, side="right") - 1
        keys = (places.packed >> np.uint64(32)).astype(np.int64)
        yield np.full(len(at), kind, np.int32), keys, docs[doc], at - starts[doc]


def _star_edges(places: DataFrame) -> DataFrame:
    """The different pairs of places that share a key, the first place of a bucket with each of the others.

    The first places are found before anything is shuffled by them, and the join that follows is one that Spark cuts
    where a key is hot: a bucket of n places is n - 1 rows, and no task has to hold them.
    """
    from pyspark.sql import functions as f

    place = f.struct("doc", "at")
    hubs = places.groupBy("kind", "key").agg(f.min(place).alias("hub"), f.count("*").alias("places"))
    met = places.join(hubs.where("places > 1").select("kind", "key", "hub"), ["kind", "key"])
    return met.where(place != f.col("hub")).select(
        f.col("hub.doc").alias("a"), f.col("hub.at").alias("one"), f.col("doc").alias("b"), f.col("at").alias("other")
    ).distinct()


def _grown(edges: DataFrame, single: DataFrame, settings: Settings) -> DataFrame:
    from pyspark.sql import functions as f

    pairs = edges.groupBy("a", "b").agg(f.collect_list(f.struct("one", "other")).alias("edges"))
    ones = single.select(f.col("doc").alias("a"), f.col("skeleton").alias("mine"))
    others = single.select(f.col("doc").alias("b"), f.col("skeleton").alias("yours"))

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for batch in batches:
            yield from _grow(batch, settings)

    return mapped(pairs.join(ones, "a").join(others, "b").select("a", "b", "edges", "mine", "yours"), work, REGIONS)


def _grow(batch: dict[str, list[Any]], settings: Settings) -> Iterator[Row]:
    """The copies of a batch of pairs; each has its two documents behind each other, or its one."""
    held: list[tuple[int, int]] = []
    parts: list[Skeletons] = []
    edges: list[U64] = []
    tokens = 0
    for a, b, seeds, mine, yours in zip(*(batch[name] for name in ("a", "b", "edges", "mine", "yours"))):
        both = [unpack(mine)] if a == b else [unpack(mine), unpack(yours)]
        behind = tokens if a == b else tokens + len(both[0].ids)
        one, other = (np.array([seed[side] for seed in seeds], np.uint64) for side in ("one", "other"))
        edges.append((one + np.uint64(tokens)) << np.uint64(32) | (other + np.uint64(behind)))
        held += [(a, b)] * len(both)
        parts += both
        tokens += sum(len(part.ids) for part in both)
        if tokens > TOKENS:
            yield from _copies(held, parts, edges, settings)
            held, parts, edges, tokens = [], [], [], 0
    if held:
        yield from _copies(held, parts, edges, settings)


def _copies(held: list[tuple[int, int]], parts: list[Skeletons], edges: list[U64], settings: Settings) -> Iterator[Row]:
    from dedupe.candidates import candidate_pairs
    from dedupe.clusters import are_copies
    from dedupe.duplicates import grown
    from dedupe.signatures import shingle_hashes
    from dedupe.spark.skeletons import joined

    skeletons = joined(parts)
    rows, pairs = candidate_pairs([np.sort(np.concatenate(edges))], (0, 1 << 32), skeletons.units)
    regions, shared = grown(skeletons, shingle_hashes(skeletons.ids), (rows, pairs), settings.min_length)
    regions = regions[are_copies(shared, settings)]
    bounds = skeletons.doc_sentence
    at = np.searchsorted(bounds, regions[:, ::2], side="right") - 1
    local = regions - np.repeat(bounds[at], 2, axis=1)
    for (doc, _), (a0, a1, b0, b1) in zip(at.tolist(), local.tolist()):
        yield (held[doc][0], a0, a1, held[doc][1], b0, b1)
