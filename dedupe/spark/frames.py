"""Tables between stages: their columns, where they are stored, and work on them by batch or by whole group."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

import pyarrow as pa
from numpy.typing import NDArray

from dedupe.core.errors import ConfigError
from dedupe.core.messages import option, say

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOG = logging.getLogger("dedupe.spark")
Columns = Mapping[str, str]
Row = tuple[Any, ...]
Arrays = tuple[Union[NDArray[Any], Sequence[Any]], ...]  # noqa: UP007

_PLACE = {"path": pa.string(), "record": pa.string(), "start": pa.int64(), "end": pa.int64()}
_PLACES = "array<struct<path: string, record: string, start: long, end: long{}>>"
PLACES = _PLACES.format("")
SUGGESTION = (
    f"struct<text: string, votes: long, of: long, start: long, end: long, sources: {_PLACES.format(', line: long')}>"
)
TYPES = {
    "long": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "string": pa.string(),
    "binary": pa.binary(),
    "boolean": pa.bool_(),
    "array<bigint>": pa.list_(pa.int64()),
    PLACES: pa.list_(pa.struct(_PLACE)),
    SUGGESTION: pa.struct(
        {
            "text": pa.string(),
            "votes": pa.int64(),
            "of": pa.int64(),
            "start": pa.int64(),
            "end": pa.int64(),
            "sources": pa.list_(pa.struct({**_PLACE, "line": pa.int64()})),
        }
    ),
}
# What a task holds of a table before it works on it, and of its answer before it sends it. Also the least of a file for
# one task: work on texts takes long, and half a dozen tasks for as many cores seldom end together.
BYTES = 16_000_000
ROWS = 20_000
# A key is hot with more rows than HOT and than a FEW-th of a partition; SAMPLE is how many of these a sample has.
HOT, FEW, SAMPLE = 10_000, 16, 1_000
ABOUT = "about"


@dataclass(frozen=True)
class Step:
    """A computed table: its name, how many Spark jobs it took, and how many seconds."""

    name: str
    jobs: int
    seconds: float


class Store:
    """A folder on any file system of Spark, where every stage leaves its table and the next one finds it.

    A stored table is never computed again: a lost executor costs its own tasks, not the stages before, and the plans of
    later stages stay short. With `resumed`, complete tables of an earlier run are used. `steps` are the tables that
    were computed.
    """

    def __init__(self, folder: str, resumed: bool = False, steps: list[Step] | None = None) -> None:
        self.folder, self.resumed = folder.rstrip("/"), resumed
        self.steps: list[Step] = [] if steps is None else steps

    def below(self, name: str) -> Store:
        """Return a store in a folder of this one."""
        return Store(f"{self.folder}/{name}", self.resumed, self.steps)

    def keep(self, frame: DataFrame, name: str) -> DataFrame:
        """Compute a table, write it, and return what was written."""
        path, spark, started = f"{self.folder}/{name}", frame.sparkSession, time.perf_counter()
        # The name of its jobs in Spark's own pages and logs; a session of Spark Connect has no context for it.
        context = getattr(spark, "sparkContext", None)
        if not (self.resumed and context and exists(spark, f"{path}/_SUCCESS")):
            if context:
                context.setJobGroup(path, name)
            frame.write.mode("overwrite").option("parquet.block.size", str(BYTES)).parquet(path)
            jobs = len(context.statusTracker().getJobIdsForGroup(path)) if context else 0
            self.steps.append(Step(name, jobs, time.perf_counter() - started))
            LOG.info("%s: %d jobs, %.1f s", path, jobs, self.steps[-1].seconds)
        else:
            LOG.info("%s: left by an earlier run", path)
        return spark.read.schema(frame.schema).parquet(path)

    def claim(self, spark: SparkSession, about: str) -> None:
        """Record what the tables of this folder belong to. Raises ConfigError if they belong to something else."""
        place = f"{self.folder}/{ABOUT}"
        if self.resumed and exists(spark, place):
            found = "".join(row[0] for row in spark.read.text(place).collect())
            if found != about:
                way = say("give another folder, or no {option}", option("resume"))
                raise ConfigError("{folder}: holds stages of other files or settings: {WAY}", self.folder, way)
            return
        self.resumed = False
        spark.createDataFrame([(about,)], "value string").coalesce(1).write.mode("overwrite").text(place)


def exists(spark: SparkSession, place: str) -> bool:
    """True if a file exists, on any file system of Spark."""
    java: Any = spark.sparkContext
    path = java._jvm.org.apache.hadoop.fs.Path(place)
    return bool(path.getFileSystem(java._jsc.hadoopConfiguration()).exists(path))


def ddl(columns: Columns) -> str:
    """Return columns as Spark wants them."""
    return ", ".join(f"`{name}` {form}" for name, form in columns.items())


def mapped(frame: DataFrame, work: Callable[[Iterator[dict[str, list[Any]]]], Iterator[Row]], to: Columns) -> DataFrame:
    """Return the rows that `work` makes of a table, which it gets batch by batch as lists by column."""
    schema = _schema(to)

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batched(work(batch.to_pydict() for batch in batches if batch.num_rows), schema)

    return frame.mapInArrow(task, ddl(to))


def mapped_arrays(frame: DataFrame, work: Callable[[pa.RecordBatch], Iterator[Arrays]], to: Columns) -> DataFrame:
    """Do as `mapped` for numbers: `work` gets a batch of at least one row and returns columns side by side."""
    schema = _schema(to)

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for arrays in work(batch) if batch.num_rows else ():
                columns = [pa.array(array, field.type) for array, field in zip(arrays, schema)]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return frame.mapInArrow(task, ddl(to))


def hot_keys(frame: DataFrame, keys: Sequence[str], store: Store, name: str) -> DataFrame | None:
    """Return the keys that many rows have, and into how many parts, `salts`, to split these rows to be few again.

    Many means more than `HOT` and more than a `FEW`-th of a partition, so there are at most `FEW` times as many such
    keys as partitions: a table that fits on any machine. They come from a sample, and a key that it misses is only
    slower. None if no key can be hot.
    """
    from pyspark.sql import functions as f

    rows = frame.count()
    if rows <= HOT:
        return None
    partitions = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    limit = max(HOT, rows // (FEW * partitions))
    share = min(1.0, SAMPLE / limit)
    some = frame.select(*keys) if share == 1 else frame.select(*keys).sample(share, 1)
    counted = some.groupBy(*keys).agg(f.count("*").alias("rows")).where(f.col("rows") > limit * share)
    return store.keep(counted.select(*keys, f.ceil(f.col("rows") / (limit * share)).cast("int").alias("salts")), name)


def salted_join(
    many: DataFrame, one: DataFrame, keys: Sequence[str], hot: DataFrame | None, apart: Sequence[str]
) -> DataFrame:
    """Join `many` with the only row of `one` that has the same keys, so that no task gets all rows of a hot key.

    The columns `apart` split the rows of a hot key; its row in `one` goes along with each part.
    """
    from pyspark.sql import functions as f

    if hot is None:
        return many.join(one, list(keys))
    salts = f.coalesce("salts", f.lit(1))
    cut = many.join(f.broadcast(hot), list(keys), "left").withColumn("salt", f.pmod(f.xxhash64(*apart), salts))
    copied = one.join(f.broadcast(hot), list(keys), "left").withColumn(
        "salt", f.explode(f.sequence(f.lit(0).cast("long"), (salts - 1).cast("long")))
    )
    return cut.drop("salts").join(copied.drop("salts"), [*keys, "salt"]).drop("salt")


def grouped(
    frame: DataFrame, keys: tuple[str, Sequence[str]], work: Callable[[pa.Table], Iterator[Row]], to: Columns
) -> DataFrame:
    """Return the rows that `work` makes of a table, given whole groups: about `BYTES`, or one group, at a time.

    Rows with the same values in the first of `keys` form a group; the other keys order the rows of a group.
    """
    schema, key = _schema(to), keys[0]

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = (row for table in whole_groups(batches, key) for row in work(table))
        yield from batched(rows, schema)

    return frame.repartition(key).sortWithinPartitions(key, *keys[1]).mapInArrow(task, ddl(to))


def whole_groups(batches: Iterable[pa.RecordBatch], key: str) -> Iterator[pa.Table]:
    """Yield batches sorted by a key as tables of whole groups."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        cut = _last_group(batch, key)
        if size + batch.nbytes > BYTES and (cut or (waiting and _at(waiting[-1], key, -1) != _at(batch, key, 0))):
            yield pa.Table.from_batches([*waiting, batch.slice(0, cut)])
            waiting, size = [], 0
            batch = batch.slice(cut)
        waiting.append(batch)
        size += batch.nbytes
    if waiting:
        yield pa.Table.from_batches(waiting)


def _at(batch: pa.RecordBatch, key: str, row: int) -> Any:
    return batch.column(key)[row % batch.num_rows].as_py()


def _last_group(batch: pa.RecordBatch, key: str) -> int:
    """Return the first row of the last group in a batch."""
    last, low, high = _at(batch, key, -1), 0, batch.num_rows - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _at(batch, key, middle) == last else (middle + 1, high)
    return low


def batched(rows: Iterable[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield rows as batches of about `BYTES`."""
    held: list[Row] = []
    size = 0
    for row in rows:
        held.append(row)
        size += sum(len(value) for value in row if isinstance(value, (bytes, str)))
        if size > BYTES or len(held) == ROWS:
            yield _batch(held, schema)
            held, size = [], 0
    if held:
        yield _batch(held, schema)


def _batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [pa.array(column, field.type) for column, field in zip(zip(*rows), schema)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _schema(columns: Columns) -> pa.Schema:
    return pa.schema([(name, TYPES[form]) for name, form in columns.items()])
