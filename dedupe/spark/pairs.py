"""From seeds to verified pairs of regions: places meet as numbers, and only the two essays of a pair come together.

The places of a bucket meet as on one machine, in the order of the keys of their documents. An essay that meets many
others is copied several times, so that no task gets all of its pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config.settings import Settings
from dedupe.inputs.spill import unpack
from dedupe.spark.frames import Arrays, Store, hot_keys, mapped_arrays, salted_join
from dedupe.spark.reworded import find_reworded

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedupe.copies.skeletons import I64, U64, Skeletons

# A place: its key, which includes its kind; the sort key of its document; its document; and its spot there, with the
# unit (an essay, or the text outside all essays) in the high bits and the token in the low. Spots sort as tokens do.
PLACES = {"key": "long", "rank": "long", "doc": "long", "spot": "long"}
# A unit of a document: the number of its first sentence, its tokens, and where in it each sentence begins.
UNITS = {"doc": "long", "unit": "long", "sentence": "long", "ids": "binary", "first": "binary"}
# A copy: sentences a0..a1 of document a and b0..b1 of document b.
REGIONS = {"a": "long", "a0": "long", "a1": "long", "b": "long", "b0": "long", "b1": "long"}
TOKENS = 2_000_000  # tokens of the texts whose pairs are grown in one call
# Tokens from which keys are wide: one machine numbers tokens with 32 bits, so it has no report to match.
WIDE = 1 << 32
_LOWER, _FACTOR = (1 << 32) - 1, np.uint64(0x9E3779B97F4A7C15)


def find_copies(digests: DataFrame, settings: Settings, store: Store) -> tuple[DataFrame, DataFrame]:
    """Return the regions of all copies; a twin (a document with another's skeleton) pairs whole with the first of them.

    Also return pairs of short documents that may be copies whatever regions they share. Twins give no seeds, as on one
    machine, so a hundred thousand copies of one page cost as little as one.
    """
    from pyspark.sql import functions as f

    full = digests.where("tokens > 0")
    firsts = full.groupBy("key").agg(f.min(f.struct("blanks", "doc", "sentences")).alias("of"))
    known = store.keep(full.select("doc", "key", "sentences").join(firsts, "key"), "skeletons")
    zero = f.lit(0).cast("long")
    twins = known.where("doc != of.doc").select(
        f.col("of.doc").alias("a"),
        zero.alias("a0"),
        f.col("of.sentences").alias("a1"),
        f.col("doc").alias("b"),
        zero.alias("b0"),
        f.col("sentences").alias("b1"),
    )
    single = digests.select("doc", "skeleton", "tokens").join(
        known.where("doc = of.doc").select("doc"), "doc", "left_semi"
    )
    single = store.keep(single, "single")
    units = store.keep(mapped_arrays(single, _units, UNITS), "units")
    is_wide = ((full.agg(f.sum("tokens")).first() or (0,))[0] or 0) > WIDE
    places = store.keep(mapped_arrays(single, partial(_places, is_wide=is_wide), PLACES), "places")
    pairs = store.keep(_pairs(_bucket_edges(places)), "pairs")
    copies = store.keep(_grown(pairs, units, settings, store).unionByName(twins), "copies")
    return copies, find_reworded(single, store)


def _units(batch: pa.RecordBatch) -> Iterator[Arrays]:
    rows = []
    for doc, packed in zip(batch["doc"].to_pylist(), batch["skeleton"].to_pylist()):
        skeleton = unpack(packed)
        cuts = np.searchsorted(skeleton.first, [*skeleton.units, len(skeleton.ids)]).tolist()
        for unit, (low, high) in enumerate(pairwise(cuts)):
            first = skeleton.first[low : high + 1]
            rows.append((doc, unit, low, skeleton.ids[first[0] : first[-1]].tobytes(), (first - first[0]).tobytes()))
    if rows:
        yield tuple(zip(*rows))


def _places(batch: pa.RecordBatch, is_wide: bool) -> Iterator[Arrays]:
    from dedupe.copies.passages import document_keys
    from dedupe.spark.skeletons import joined

    docs = np.array(batch["doc"], np.int64)
    skeletons = joined([unpack(one) for one in batch["skeleton"].to_pylist()])
    starts, begins = skeletons.doc_token, skeletons.units
    before = np.searchsorted(begins, starts)
    # Signed numbers that sort as the unsigned ones.
    rank = (document_keys(skeletons) ^ np.uint64(1 << 63)).view(np.int64)
    for keys, at in _seeds(skeletons, is_wide):
        doc = np.searchsorted(starts, at, side="right") - 1
        unit = np.searchsorted(begins, at, side="right") - 1
        yield keys.view(np.int64), rank[doc], docs[doc], (unit - before[doc]) << 32 | (at - begins[unit])


def _seeds(skeletons: Skeletons, is_wide: bool) -> Iterator[tuple[U64, I64]]:
    """Yield keys and tokens of all places; keys of different kinds differ."""
    from dedupe.copies.seeds import seeds_of, wide_seeds_of

    if is_wide:
        for kind, (keys, at) in enumerate(wide_seeds_of(skeletons)):
            yield keys * _FACTOR + np.uint64(kind) * (_FACTOR >> np.uint64(8)), at
    else:
        for kind, places in enumerate(seeds_of(skeletons)):
            yield places.packed >> np.uint64(32) | np.uint64(kind << 32), places.at


def _bucket_edges(places: DataFrame) -> DataFrame:
    """Return the pairs of places that share a key: all of few; in a crowd each with the first and the one before it."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    from dedupe.copies.seeds import CROWD

    place = f.struct("doc", "spot")
    bucket = Window.partitionBy("key").orderBy("rank", "doc", "spot")
    before = [f.lag(place, step).over(bucket) for step in range(1, CROWD)]
    size = f.count("*").over(Window.partitionBy("key"))
    others = f.when(size <= CROWD, f.array(*before)).otherwise(f.array(before[0], f.first(place).over(bucket)))
    crowded = places.withColumn("others", f.array_distinct(others))
    met = crowded.withColumn("other", f.explode("others")).where(f.col("other") != place)
    return met.select(
        f.col("other.doc").alias("a"),
        f.col("other.spot").alias("one"),
        f.col("doc").alias("b"),
        f.col("spot").alias("other"),
    )


def _pairs(edges: DataFrame) -> DataFrame:
    """Return the distinct edges of each pair of units, one number each: one token in the high bits, one in the low."""
    from pyspark.sql import functions as f

    units = {f"{side}_unit": f.shiftright(spot, 32) for side, spot in (("a", "one"), ("b", "other"))}
    edge = f.shiftleft(f.col("one").bitwiseAND(_LOWER), 32).bitwiseOR(f.col("other").bitwiseAND(_LOWER))
    rows = edges.select("a", "b", edge.alias("edge"), *(unit.alias(name) for name, unit in units.items()))
    return rows.groupBy("a", "a_unit", "b", "b_unit").agg(f.collect_set("edge").alias("edges"))


def _grown(pairs: DataFrame, units: DataFrame, settings: Settings, store: Store) -> DataFrame:
    from pyspark.sql import functions as f

    def side(name: str) -> DataFrame:
        keys = (f.col("doc").alias(name), f.col("unit").alias(f"{name}_unit"))
        return units.select(*keys, *(f.col(one).alias(f"{name}_{one}") for one in ("sentence", "ids", "first")))

    hub = ["a", "a_unit"]
    met = salted_join(pairs, side("a"), hub, hot_keys(pairs, hub, store, "hot_units"), ["b", "b_unit"])

    def work(batch: pa.RecordBatch) -> Iterator[Arrays]:
        parts = 1 + (batch["a_ids"].nbytes + batch["b_ids"].nbytes) // (4 * TOKENS)
        step = -(-batch.num_rows // parts)
        for low in range(0, batch.num_rows, step):
            yield _copies(batch.slice(low, step), settings)

    return mapped_arrays(met.join(side("b"), ["b", "b_unit"]), work, REGIONS)


def _copies(batch: pa.RecordBatch, settings: Settings) -> Arrays:
    """Return the candidate regions of some pairs, with texts laid out side by side: each pair's two, or its one."""
    from dedupe.copies.clusters import are_worth
    from dedupe.copies.find import grown
    from dedupe.copies.minhash import shingle_hashes
    from dedupe.copies.seeds import candidate_pairs
    from dedupe.copies.skeletons import Skeletons

    docs, texts, firsts, sentences = (_both(batch, name) for name in ("", "_ids", "_first", "_sentence"))
    units = _both(batch, "_unit")
    is_one = np.array([docs[at] == docs[at + 1] and units[at] == units[at + 1] for at in range(0, len(docs), 2)])
    kept = np.column_stack((np.ones(len(is_one), bool), ~is_one)).ravel()
    ids = [np.frombuffer(text, np.uint32) for text, keep in zip(texts, kept) if keep]
    first = [np.frombuffer(one, np.int64) for one, keep in zip(firsts, kept) if keep]
    starts, bounds = (np.cumsum([0, *sizes]) for sizes in (map(len, ids), (len(one) - 1 for one in first)))
    none = np.zeros(bounds[-1], np.uint32)
    ends = np.concatenate([*(one[:-1] + start for one, start in zip(first, starts)), starts[-1:]])
    skeletons = Skeletons(np.concatenate(ids), ends, none, none, bounds, starts[:-1])
    rows, pairs = candidate_pairs([_edges(batch, starts, is_one)], (0, 1 << 32), skeletons.units)
    regions, shared = grown(skeletons, shingle_hashes(skeletons.ids), (rows, pairs), settings.min_length)
    regions = regions[are_worth(shared, settings)]
    of = np.searchsorted(bounds, regions[:, ::2], side="right") - 1
    local = regions + np.repeat(np.array(sentences, np.int64)[kept][of] - bounds[of], 2, axis=1)
    doc = np.array(docs, np.int64)[kept][of]
    return doc[:, 0], local[:, 0], local[:, 1], doc[:, 1], local[:, 2], local[:, 3]


def _both(batch: pa.RecordBatch, name: str) -> list[Any]:
    """Return what is known of the texts of some pairs: of the first pair's two, then of the second's."""
    sides = zip(batch[f"a{name}"].to_pylist(), batch[f"b{name}"].to_pylist())
    return [value for pair in sides for value in pair]


def _edges(batch: pa.RecordBatch, starts: I64, is_one: NDArray[np.bool_]) -> U64:
    """Return the edges of some pairs, sorted, in tokens of all their texts."""
    edges = batch["edges"]
    flat = np.asarray(edges.flatten()).view(np.uint64)
    sizes = np.diff(np.asarray(edges.offsets))
    behind = np.cumsum(np.where(is_one, 1, 2)) - 1
    other = np.repeat(starts[behind], sizes).astype(np.uint64)
    one = np.repeat(starts[behind - ~is_one], sizes).astype(np.uint64)
    tokens: U64 = ((flat >> np.uint64(32)) + one) << np.uint64(32) | ((flat & np.uint64(_LOWER)) + other)
    return np.sort(tokens)
