"""The check on PySpark, for corpora too large for one machine; the result is the same as on one machine.

Needs the extra `spark` and Java 17. The same functions do the work inside Arrow batches. Spark shuffles only numbers
between them, and the texts of pairs that may be copies. Nothing that grows with the corpus comes to the driver.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.version import version

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from dedupe.cleaning.options import Choices
    from dedupe.inputs.find import Paths
    from dedupe.inputs.sources import Source
    from dedupe.spark.cleaning import Cleaned
    from dedupe.spark.frames import Store
    from dedupe.spark.result import Found

__all__ = ["check", "check_files", "clean"]


def check(
    spark: SparkSession, dataframe: DataFrame, settings: Settings | None = None, folder: str = "", resume: bool = False
) -> Found:
    """Find all dirt in the documents of a table.

    Its columns are those that settings name for the text and the id of a record (`text`, `id`), `path` (the file, or
    another name for reports), and `position`, the place of a record in its file, if ids do not order them. Path and id
    together must identify one row. The table must give the same rows whenever it is read, as files do. Stages leave
    their tables in `folder`, on a file system that all executors reach; without one a local session uses a temporary
    folder until Python ends. With `resume`, tables are used that an earlier run over the same table has left there.
    """
    from dedupe.spark.checking import check_digests
    from dedupe.spark.frames import Store
    from dedupe.spark.scan import digests_of, numbered

    settings = settings or Settings()
    store = Store(folder or _folder(spark), resume)
    store.claim(spark, _about(settings, dataframe.columns))
    rows = store.keep(numbered(dataframe, settings), "numbered")
    return check_digests(digests_of(rows, settings), (), settings, store)


def check_files(
    spark: SparkSession, paths: Paths, settings: Settings | None = None, folder: str = "", resume: bool = False
) -> Found:
    """Find all dirt in the documents that `paths` name, as `dedupe.check` does; every executor must see the files.

    With `resume`, stages are used that an earlier run over the same files has left in the folder. Raises ConfigError if
    the folder holds the stages of other files or settings.
    """
    from dedupe.spark.frames import Store

    store = Store(folder or _folder(spark), resume)
    return _checked(spark, paths, settings or Settings(), (store, lambda sources: [one.stamp for one in sources]))


def check_copies(spark: SparkSession, paths: Paths, settings: Settings, folder: str, resume: bool) -> Found:
    """Do the same for files that each run writes anew: `resume` compares their content."""
    from dedupe.pipeline.cache.cache import contents_of
    from dedupe.spark.frames import Store

    return _checked(spark, paths, settings, (Store(folder or _folder(spark), resume), contents_of))


def _checked(
    spark: SparkSession,
    paths: Paths,
    settings: Settings,
    what: tuple[Store, Callable[[list[Source]], Iterable[object]]],
) -> Found:
    from dedupe.inputs.find import find
    from dedupe.spark.checking import check_digests
    from dedupe.spark.scan import of_files

    passed = Counter[str]()
    sources, failures = find(paths, settings, passed)
    if any(source.file is None for source in sources):
        raise ConfigError("standard input cannot be read by several machines: name files or folders")
    store, stamps = what
    store.claim(
        spark, _about(settings, sorted((s.path, s.size, is_same) for s, is_same in zip(sources, stamps(sources))))
    )
    found = check_digests(of_files(spark, sources, settings, store), failures, settings, store)
    return replace(found, summary=replace(found.summary, passed_over=dict(sorted(passed.items()))))


def clean(  # noqa: PLR0913  # as `check`, with what a clean has beside its settings
    spark: SparkSession,
    dataframe: DataFrame,
    settings: Settings | None = None,
    choices: Choices | None = None,
    folder: str = "",
    resume: bool = False,
) -> Cleaned:
    """Clean the documents of a table, whose columns are those of `check`, as `dedupe clean` does with files.

    The result has all columns of the table. Rows without a text stay unchanged. With `resume`, tables are used that an
    earlier clean of the same table has left in the folder.
    """
    from dedupe.cleaning.options import Choices
    from dedupe.spark.cleaning import clean_numbered
    from dedupe.spark.frames import Store
    from dedupe.spark.scan import numbered

    settings, choices = settings or Settings(), choices or Choices()
    store = Store(folder or _folder(spark), resume)
    store.claim(spark, _about(settings, (choices, dataframe.columns)))
    return clean_numbered(numbered(dataframe, settings, is_carried=True), settings, choices, store)


def _about(settings: Settings, given: object) -> str:
    """Return a description of a run: the program, its settings and what it reads."""
    shaped = repr((version(), replace(settings, jobs=1, memory=0, own=()), given))
    return blake2b(shaped.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _folder(spark: SparkSession) -> str:
    """Return a folder for tables if the user named none."""
    from dedupe.spark.session import is_local

    if not is_local(spark.sparkContext.master):
        raise ConfigError(
            "on a cluster the stages need a folder that all machines reach: name one, such as hdfs:///tmp/x"
        )
    folder = tempfile.mkdtemp(prefix="dedupe-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return f"file://{folder}"
