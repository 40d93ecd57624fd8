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

KEYS = {"key": "long", "closer": "long", "doc": "long"}
PAIRS = {"a": "long", "b": "long"}


def find_short(single: DataFrame, store: Store) -> DataFrame:
    """Pairs of documents, the lower first; those of which too little is the same are left out.

    `single` are the documents of which no other has the skeleton. Documents are brought together by what few have.
    """
    from pyspark.sql import functions as f

    from dedupe.copies.short import FEW, SHARED, SHORT, step_of

    short = single.where(f.col("tokens") <= SHORT)
    step = step_of(int((short.agg(f.sum("tokens")).first() or (0,))[0] or 0))
    keys = store.keep(mapped_arrays(short, partial(_keys, step=step), KEYS), "short_keys")
    counted = keys.groupBy("key").agg(f.count("*").alias("many"))
    few = keys.join(counted.where(f.col("many").between(2, FEW)), "key")
    rest = keys.join(counted.where(f.col("many") > FEW).select("key"), "key").select("closer", "doc")
    central = rest.groupBy("doc").agg(f.struct(f.count("*"), f.sum("closer"), "doc").alias("central"))
    hub = f.max("central").getField("doc").alias("hub")
    counted = rest.join(central, "doc").groupBy("closer").agg(f.count("*").alias("many"), hub)
    closer = rest.join(counted.where(f.col("many").between(2, FEW)), "closer")
    spokes = rest.join(counted.where(f.col("many") > FEW), "closer")
    ends = f.least("hub", "doc").alias("a"), f.greatest("hub", "doc").alias("b")
    met = _met(few, "key").union(_met(closer, "closer")).union(spokes.select(*ends).where("a < b"))
    pairs = met.groupBy("a", "b").count().where(f.col("count") >= SHARED).select("a", "b")
    for side in ("a", "b"):
        texts = short.select(f.col("doc").alias(side), f.col("skeleton").alias(f"{side}_skeleton"))
        pairs = pairs.join(texts, side)
    return store.keep(mapped_arrays(pairs, _near, PAIRS), "short_pairs")


def _met(some: DataFrame, by: str) -> DataFrame:
    """All two documents that have one key."""
    one, other = (some.select(by, some["doc"].alias(side)) for side in ("a", "b"))
    return one.join(other, by).where("a < b").select("a", "b")


def _keys(batch: pa.RecordBatch, step: int) -> Iterator[Arrays]:
    from dedupe.copies.short import keys_of
    from dedupe.spark.skeletons import joined

    skeletons = joined([unpack(one) for one in batch["skeleton"].to_pylist()])
    keys, closer, of = keys_of(skeletons, np.arange(skeletons.documents), step)
    yield keys.astype(np.int64), closer.astype(np.int64), np.array(batch["doc"], np.int64)[of]


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
