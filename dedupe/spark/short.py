"""Pairs of short documents that may be one text with words changed all over, as `dedupe.copies.short` finds them."""

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


def find_short(single: DataFrame, store: Store) -> DataFrame:
    """Pairs of documents, the lower first; those of which too little is the same are left out.

    `single` are the documents of which no other has the skeleton. A key that many have is never brought together.
    """
    from pyspark.sql import functions as f

    from dedupe.copies.short import FEW, SHARED, SHORT, step_of

    short = single.where(f.col("tokens") <= SHORT)
    step = step_of(int((short.agg(f.sum("tokens")).first() or (0,))[0] or 0))
    keys = store.keep(mapped_arrays(short, partial(_keys, step=step), KEYS), "short_keys")
    few = keys.groupBy("key").count().where(f.col("count").between(2, FEW)).select("key")
    kept = keys.join(few, "key")
    met = kept.withColumnRenamed("doc", "a").join(kept.withColumnRenamed("doc", "b"), "key").where("a < b")
    pairs = met.groupBy("a", "b").count().where(f.col("count") >= SHARED).select("a", "b")
    for side in ("a", "b"):
        texts = short.select(f.col("doc").alias(side), f.col("skeleton").alias(f"{side}_skeleton"))
        pairs = pairs.join(texts, side)
    return store.keep(mapped_arrays(pairs, _near, PAIRS), "short_pairs")


def _keys(batch: pa.RecordBatch, step: int) -> Iterator[Arrays]:
    from dedupe.copies.short import keys_of
    from dedupe.spark.skeletons import joined

    keys, of = keys_of(joined([unpack(one) for one in batch["skeleton"].to_pylist()]), step)
    yield keys, np.array(batch["doc"], np.int64)[of]


def _near(batch: pa.RecordBatch) -> Iterator[Arrays]:
    """Those of some pairs of which as many pairs of tokens are the same as any copy must have."""
    from dedupe.copies.find import PROSE
    from dedupe.copies.regions import finer
    from dedupe.spark.skeletons import joined

    both = zip(batch["a_skeleton"].to_pylist(), batch["b_skeleton"].to_pylist())
    skeletons = joined([unpack(one) for pair in both for one in pair])
    fine = finer(skeletons.ids, np.column_stack((skeletons.doc_token[:-1], skeletons.doc_token[1:])).reshape(-1, 4))
    kept = 2 * fine[:, 2] >= PROSE * (fine[:, 0] + fine[:, 1])
    yield np.array(batch["a"], np.int64)[kept], np.array(batch["b"], np.int64)[kept]
