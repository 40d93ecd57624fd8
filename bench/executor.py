"""An executor of Spark is killed in the middle of a check, and the report is that of one machine all the same.

    pip install '.[test,spark]'
    python -m bench.executor --pages 400

Two executors of a core and 2 GiB each. As soon as the stage that is named has begun, one of them gets SIGKILL.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from dedupe import Report
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.view import View
from dedupe.spark import check_files
from tests.corpora import essay, recut

MASTER = "local-cluster[2,1,2048]"
OPTIONS = {
    "spark.driver.memory": "1g",
    "spark.executor.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.showConsoleProgress": "false",
}
EXECUTOR = "CoarseGrainedExecutorBackend"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pages", type=int, default=400)
    options.add_argument("--stage", default="places", help="the stage in which an executor is killed")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages, stages = Path(folder, "pages"), Path(folder, "stages")
        write_pages(pages, given.pages)
        alone = check(str(pages))
        spark = session()
        killer = threading.Thread(target=kill_one, args=(stages / given.stage, spark.sparkContext.applicationId))
        killer.start()
        started = time.perf_counter()
        found = check_files(spark, str(pages), folder=stages.as_uri()).report()
        killer.join()
        is_equal = shown(found) == shown(alone)
        print(f"{given.pages} pages, {len(found.findings)} findings, {len(found.clusters)} clusters")
        print(f"{'equal to' if is_equal else 'DIFFERS FROM'} the report of one machine", end="")
        print(f" after {time.perf_counter() - started:.0f} s; executors at the end: {len(executors(spark))}")
        spark.stop()
    return 0 if is_equal else 1


def write_pages(folder: Path, number: int) -> None:
    """Pages of two essays each, of which every fourth text is a copy of another."""
    folder.mkdir()
    for page in range(number):
        text = recut(essay(page % (number // 4 * 3 or 1)), 2 + page % 3)
        (folder / f"page{page:05}.txt").write_text(f"{text}\n{essay(number + page, 8)}\n", "utf-8")


def session() -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))
    builder = SparkSession.builder.master(MASTER).appName("executor").config("spark.ui.enabled", "false")
    for key, value in OPTIONS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def executors(spark: Any) -> list[int]:
    """The processes of the executors of this session's application."""
    return executors_of(spark.sparkContext.applicationId)


def executors_of(application: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:  # no process, or one that has just ended
            continue
        if EXECUTOR in words and application in words and words.partition("\0")[0].endswith("java"):
            found.append(int(entry.name))
    return sorted(found)


def kill_one(stage: Path, application: str) -> None:
    """Kill an executor once tasks of the stage write to its folder."""
    deadline = time.monotonic() + 900
    while not stage.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    here = executors_of(application)
    if here:
        os.kill(here[0], signal.SIGKILL)
        print(f"killed executor process {here[0]} of {len(here)} in stage {stage.name}", flush=True)


def shown(report: Report) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(render(report, "json", View()))
    del table["summary"]["seconds"]
    return table


if __name__ == "__main__":
    sys.exit(main())
