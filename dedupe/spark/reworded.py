"""Pairs of documents that may be one text with words changed throughout, as `dedupe.copies.reworded` finds them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dedupe.inputs.spill import unpack
from dedupe.spark.frames import Arrays, Store, mapped_arrays

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

KEYS = {"key": "long", "doc": "long"}
PAIRS = {"a": "long", "b": "long"}


def find_reworded(single: DataFrame, store: Store) -> DataFrame:
    """Return pairs of documents, the lower first, without those that have too little in common.

    `single` are the documents whose skeleton no other document has. Rare keys bring documents together; documents that
    share frequent keys meet only the one that has most of these.
    """
    from pyspark.sql import functions as f

    from dedupe.copies.reworded import FEW, LONGEST, SAMPLE, SHARE, SHARED, step_of

    chosen = single.where(f.col("tokens") <= LONGEST)
    looked_at = f.sum(f.least(f.col("tokens"), f.lit(SAMPLE)))
    step = step_of(int((chosen.agg(looked_at).first() or (0,))[0] or 0))
    keys = store.keep(mapped_arrays(chosen, partial(_keys, step=step), KEYS), "reworded_keys")
    counted = keys.groupBy("key").agg(f.count("*").alias("many"))
    few = keys.join(counted.where(f.col("many").between(2, FEW)), "key")
    crowded = keys.join(counted.where(f.col("many") > FEW).select("key"), "key")
    central = crowded.groupBy("doc").agg(f.struct(f.count("*"), f.sum("key"), "doc").alias("central"))
    hubs = crowded.join(central, "doc").groupBy("key").agg(f.max("central").getField("doc").alias("hub"))
    ends = f.least("hub", "doc").alias("a"), f.greatest("hub", "doc").alias("b")
    met = _met(few).union(crowded.join(hubs, "key").select(*ends).where("a < b"))
    pairs = met.groupBy("a", "b").count().where(f.col("count") >= SHARED)
    sizes = keys.groupBy("doc").agg(f.count("*").alias("size"))
    texts = chosen.join(sizes, "doc").select("doc", "skeleton", "size")
    for side in ("a", "b"):
        named = (f.col("doc").alias(side), *(f.col(one).alias(f"{side}_{one}") for one in ("skeleton", "size")))
        pairs = pairs.join(texts.select(*named), side)
    pairs = pairs.where(f.col("count") >= SHARE * f.least("a_size", "b_size"))
    return store.keep(mapped_arrays(pairs, _near, PAIRS), "reworded_pairs")


def _met(some: DataFrame) -> DataFrame:
    """Return all pairs of documents with a common key."""
    one, other = (some.select("key", some["doc"].alias(side)) for side in ("a", "b"))
    return one.join(other, "key").where("a < b").select("a", "b")


def _keys(batch: pa.RecordBatch, step: int) -> Iterator[Arrays]:
    from dedupe.copies.reworded import keys_of
    from dedupe.spark.skeletons import joined

    skeletons = joined([unpack(one) for one in batch["skeleton"].to_pylist()])
    keys, of = keys_of(skeletons, np.arange(skeletons.documents), step)
    yield keys.astype(np.int64), np.array(batch["doc"], np.int64)[of]


def _near(batch: pa.RecordBatch) -> Iterator[Arrays]:
    """Yield the pairs in which as many pairs of tokens agree as any copy must have."""
    from dedupe.copies.find import PROSE
    from dedupe.copies.regions import measure_token_pairs
    from dedupe.spark.skeletons import joined

    both = zip(batch["a_skeleton"].to_pylist(), batch["b_skeleton"].to_pylist())
    skeletons = joined([unpack(one) for pair in both for one in pair])
    fine = measure_token_pairs(
        skeletons.ids, np.column_stack((skeletons.doc_token[:-1], skeletons.doc_token[1:])).reshape(-1, 4)
    )
    kept = 2 * fine[:, 2] >= PROSE * (fine[:, 0] + fine[:, 1])
    yield np.array(batch["a"], np.int64)[kept], np.array(batch["b"], np.int64)[kept]
