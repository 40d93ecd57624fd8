"""A session of Spark, or an error message about what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.core.errors import DedupeError
from dedupe.core.messages import option

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = 17
GET_JAVA = "install it (Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME to where it is"
# Rows with texts are large: batches of the usual ten thousand would be gigabytes. On a cluster all settings are the
# cluster's; docs/scale.md says which help.
OPTIONS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    "spark.sql.parquet.columnarReaderBatchSize": "512",
    "spark.sql.files.maxPartitionBytes": "16m",
}
LOCAL = {"spark.ui.enabled": "false", "spark.driver.memory": "2g", "spark.driver.host": "127.0.0.1", **OPTIONS}
LOG_LEVEL = "spark.log.level"
# If the whole input is small: few partitions, and no code generation, because queries end before Java has compiled it.
SMALL = 100_000_000  # bytes
FOR_SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
}


def require() -> None:
    """Raise DedupeError if there is no PySpark, or no Java that is new enough for it."""
    for module in ("pyspark", "pyarrow", "pandas"):
        if find_spec(module) is None:
            raise DedupeError("Spark needs {module}: pip install 'corpus-dedupe[spark]'", module)
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    if shutil.which(java) is None:
        raise DedupeError("Spark needs Java {version} or newer, and there is no {java}: {hint}", JAVA, java, GET_JAVA)
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    if found is None or int(found[1]) < JAVA:
        version = found[1] if found else "unknown"
        raise DedupeError(
            "Spark needs Java {version} or newer, and {java} is version {found}: {hint}", JAVA, java, version, GET_JAVA
        )


@contextmanager
def session(
    master: str, is_watched: bool = False, conf: Mapping[str, str] | None = None, size: int | None = None
) -> Iterator[SparkSession]:
    """Yield a session on a master such as local[2] or spark://host:7077, with progress on standard error if watched.

    `conf` are settings of Spark, which override ours; on a cluster we set none. `size` is how many bytes there are to
    read. What Spark raises in the meantime becomes a DedupeError.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("dedupe")
    small = FOR_SMALL if size is not None and size < SMALL else {}
    for key, value in {**({**LOCAL, **small} if is_local(master) else {}), **(conf or {})}.items():
        builder = builder.config(key, value)
    try:
        spark = builder.config("spark.ui.showConsoleProgress", str(is_watched).lower()).getOrCreate()
        if is_local(master) and LOG_LEVEL not in (conf or {}):
            spark.sparkContext.setLogLevel("OFF")
        try:
            yield spark
        finally:
            spark.stop()
    except (PySparkException, Py4JError) as error:
        lines = str(error).splitlines()
        said = next((line for line in reversed(lines) if "rror: " in line), lines[0])
        raise DedupeError(
            "{option} {master}: Spark gave up: {error}", option("master"), master, said.strip()
        ) from error


def is_local(master: str | None) -> bool:
    """True if all of Spark runs on this machine and sees its files."""
    return master is not None and master.startswith("local")
