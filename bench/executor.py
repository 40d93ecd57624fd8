"""An executor of Spark, or its driver, is killed in the middle of the work, and the answer is that of one machine.

    pip install '.[test,spark]'
    python -m bench.executor --pages 400
    python -m bench.executor --pages 400 --driver check
    python -m bench.executor --pages 400 --driver clean --stage look1/places

Two executors of a core and 2 GiB each. As soon as the stage that is named has begun, one of them gets SIGKILL. A driver
gets it with all its processes once the stage is whole, and the same command goes on with what it left.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
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
SECONDS = re.compile(rb'"seconds": [0-9.]+')
EXECUTOR = "CoarseGrainedExecutorBackend"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pages", type=int, default=400)
    options.add_argument("--stage", default="places", help="the stage in which an executor is killed")
    options.add_argument("--driver", choices=("check", "clean"), help="kill the driver of this command instead")
    given = options.parse_args()
    if given.driver:
        return kill_driver(given.driver, given.pages, given.stage)
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


def kill_driver(command: str, pages: int, stage: str) -> int:
    """Kill a run on Spark once a stage is whole, let it go on, and compare what it wrote with what is written here."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, stages, there, here = (Path(folder, name) for name in ("pages", "stages", "there", "here"))
        write_pages(corpus, pages)
        run = [sys.executable, "-m", "dedupe", command, str(corpus), "--no-config"]
        run += ["--format", "json"] if command == "check" else []
        spark = ["--engine", "spark", "--master", "local[2]", "--stages", stages.as_uri(), "--resume", "-o", str(there)]
        started = time.perf_counter()
        first = subprocess.Popen([*run, *spark], start_new_session=True)
        while not (stages / stage / "_SUCCESS").exists() and first.poll() is None:
            time.sleep(0.05)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        left = len(list(stages.rglob("_SUCCESS")))
        print(f"killed the driver after {time.perf_counter() - started:.0f} s; {left} tables are whole", flush=True)
        started = time.perf_counter()
        code = subprocess.run([*run, *spark], check=False).returncode
        print(f"resumed: exit code {code} after {time.perf_counter() - started:.0f} s")
        subprocess.run([*run, "-o", str(here)], check=False)
        is_equal = content(there) == content(here)
        print(f"{'equal to' if is_equal else 'DIFFERS FROM'} what one machine writes")
    return 0 if is_equal else 1


def content(place: Path) -> dict[str, bytes]:
    """All files at a place, a report without the seconds that it took."""
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    return {str(file.relative_to(place)): SECONDS.sub(b"", file.read_bytes()) for file in files}


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
