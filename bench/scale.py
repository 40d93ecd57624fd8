"""What a check on Spark costs as the corpus grows: `python -m bench.scale 1000000 [10000000] [--folder DIR]`.

    pip install '.[test,spark]'

Each number is so many passages, for which pages are invented: five essays of 400 characters a page, a third of them
copies, and one page in a hundred with one of ten stock paragraphs. Two cores, two gigabytes for Java. A million
passages take 2 GB of temporary files. The figures come from Spark's event log and from /proc: seconds from the first
job of a stage to the last, CPU seconds and memory (PSS) of Java and all its Python workers together.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from dedupe.spark import check

ESSAYS, SENTENCES, WORDS = 5, 20, 10  # of a page; of an essay; of a sentence, two characters each
PASSAGES = 21.9  # of such a page, measured
COPIES, ORIGINALS = 30, 10  # in a hundred essays
STOCK = 10
Figures = dict[str, dict[str, float]]  # by stage
TICK = os.sysconf("SC_CLK_TCK")
OTHER = "other"
PARTITION = 20_000  # pages written in one go
HEADINGS = "一二三四五"


class Writer:
    """Invented pages; the same number is always the same page."""

    def __init__(self, pages: int) -> None:
        rng = np.random.default_rng(3)
        self.essays = pages * ESSAYS
        self.lexicon = rng.integers(0x4E00, 0x4E00 + 3500, (20_000, 2)).astype("<u4")
        self.stock = [self.sentences(rng, 6) for _ in range(STOCK)]

    def sentences(self, rng: np.random.Generator, count: int) -> list[str]:
        # A few words are in every text and most are rare, as in a language.
        words = (len(self.lexicon) * rng.random(count * WORDS) ** 2.5).astype(np.int64)
        text = self.lexicon[words].tobytes().decode("utf-32-le")
        long = 2 * WORDS
        return [text[at : at + long] + "。" for at in range(0, len(text), long)]

    def essay(self, number: int) -> str:
        """Of a hundred essays ten are originals, thirty are copies of any of them, and the others stand alone."""
        rng = np.random.default_rng((5, number))
        kind, original = number % 100, number
        if ORIGINALS <= kind < ORIGINALS + COPIES:
            tens = int(rng.integers(max(1, self.essays // 100)))
            original = 100 * tens + int(rng.integers(ORIGINALS))
        lines = self.sentences(np.random.default_rng((7, original)), SENTENCES)
        if original != number and kind % 3:
            lines[kind % SENTENCES] = self.sentences(rng, 1)[0]
        return "\n".join("".join(lines[at : at + 4]) for at in range(0, SENTENCES, 4))

    def page(self, number: int) -> str:
        # Prime to any number of essays that ends in zeros: copies stand nowhere near their originals.
        numbers = [(number * ESSAYS + at) * 7_919 % self.essays for at in range(ESSAYS)]
        parts = [f"第{HEADINGS[at]}篇 总结\n{self.essay(one)}" for at, one in enumerate(numbers)]
        if number % 100 == 0:
            parts.append("".join(self.stock[number // 100 % STOCK]))
        return "\n".join(parts) + f"\n本页共有{number}人次。\n"


def write_pages(folder: Path, pages: int) -> int:
    """Parquet files of pages, and how many characters they hold."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True)
    writer, characters = Writer(pages), 0
    for low in range(0, pages, PARTITION):
        numbers = range(low, min(pages, low + PARTITION))
        texts = [writer.page(number) for number in numbers]
        characters += sum(map(len, texts))
        columns = {"path": [f"pages/{number:010}.txt" for number in numbers], "text": texts}
        pq.write_table(pa.table(columns), folder / f"part{low:012}.parquet", compression="zstd", row_group_size=2_000)
    return characters


@dataclass
class Sample:
    """What all processes of a run took up to a moment, and what they held then."""

    at: float
    cpu: float
    java: float
    python: float


@dataclass
class Stage:
    """One table of the check: seconds, CPU seconds, bytes shuffled, spilled and written, and memory at its most."""

    start: float = field(default_factory=lambda: float("inf"))
    end: float = 0.0
    shuffled: int = 0
    spilled: int = 0
    longest: float = 0.0
    rows: int = 0


class Watch(threading.Thread):
    """Looks at this process and all that it started twice a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self.is_over = threading.Event()
        self._cpu: dict[tuple[int, str], float] = {}  # of processes that have ended as well

    def run(self) -> None:
        while not self.is_over.wait(0.5):
            self.samples.append(sample(self._cpu))


def sample(cpu: dict[tuple[int, str], float]) -> Sample:
    """What is held now; `cpu`, what each process took by its number and its start, is brought up to date."""
    java = python = 0.0
    for process in family(os.getpid()):
        with contextlib.suppress(OSError):  # a process may end meanwhile
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
            cpu[process, fields[19]] = sum(map(int, fields[11:13])) / TICK
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            held = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1e6
            if Path(f"/proc/{process}/comm").read_text().startswith("java"):
                java += held
            elif process != os.getpid():
                python += held
    return Sample(time.time(), sum(cpu.values()), java, python)


def family(process: int) -> Iterator[int]:
    yield process
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def stages_of(log: Path) -> dict[str, Stage]:
    """What the event log says, by the description of jobs, in the order in which they began."""
    stages: dict[str, Stage] = {}
    of_job: dict[int, str] = {}
    of_stage: dict[int, str] = {}
    for event in events(log):
        if event["Event"] == "SparkListenerJobStart":
            name = event.get("Properties", {}).get("spark.job.description") or OTHER
            of_job[event["Job ID"]] = name
            of_stage |= dict.fromkeys(event["Stage IDs"], name)
            stage = stages.setdefault(name, Stage())
            stage.start = min(stage.start, event["Submission Time"] / 1e3)
        elif event["Event"] == "SparkListenerJobEnd":
            stage = stages[of_job[event["Job ID"]]]
            stage.end = max(stage.end, event["Completion Time"] / 1e3)
        elif event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event:
            stage, metrics = stages[of_stage[event["Stage ID"]]], event["Task Metrics"]
            stage.shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            stage.spilled += metrics["Disk Bytes Spilled"]
            stage.rows += metrics["Output Metrics"]["Records Written"]
            info = event["Task Info"]
            stage.longest = max(stage.longest, (info["Finish Time"] - info["Launch Time"]) / 1e3)
    return stages


def events(log: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(log.rglob("events_*")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def session(folder: Path, cores: int) -> Any:
    from pyspark.sql import SparkSession

    from dedupe.spark.session import LOCAL, OPTIONS

    os.environ["PYSPARK_PYTHON"] = sys.executable
    (folder / "log").mkdir(parents=True)
    builder = SparkSession.builder.master(f"local[{cores}]").appName("scale")
    options = {
        **LOCAL,
        **OPTIONS,
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (folder / "log").as_uri(),
        "spark.eventLog.compress": "false",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.shuffle.partitions": "32",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.ui.showConsoleProgress": "false",
    }
    for key, value in options.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def run(console: Console, folder: Path, passages: int, cores: int) -> Figures:
    pages = round(passages / PASSAGES / 20) * 20
    characters = write_pages(folder / "pages", pages)
    load = os.getloadavg()[0]
    spark = session(folder, cores)
    watch = Watch()
    watch.start()
    started = time.perf_counter()
    found = check(spark, spark.read.parquet(str(folder / "pages")), folder=(folder / "stages").as_uri())
    seconds = time.perf_counter() - started
    watch.is_over.set()
    summary = found.summary
    spark.stop()
    watch.join()
    stages = stages_of(folder / "log")
    sizes = {path.name: size_of(path) for path in (folder / "stages").iterdir()}
    load = (load + os.getloadavg()[0]) / 2
    console.print(
        f"\n{passages:,} passages in {pages:,} pages of {characters:,} characters; {summary.findings:,} findings in "
        f"{summary.clusters:,} clusters; {seconds:.0f} s, {watch.samples[-1].cpu - watch.samples[0].cpu:.0f} s of the "
        f"processor; load {load:.1f}; tables {sum(sizes.values()) / 1e9:.2f} GB\n"
    )
    table, rows = figures(stages, sizes, watch.samples)
    console.print(table)
    return rows


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def figures(stages: dict[str, Stage], sizes: dict[str, int], samples: list[Sample]) -> tuple[Table, Figures]:
    columns = ("stage", "s", "CPU s", "longest task s", "shuffled MB", "spilled MB", "table MB", "rows")
    columns += ("Java MB", "Python MB")
    table = Table(*columns, box=box.MARKDOWN)
    total: dict[str, float] = defaultdict(float)
    rows: Figures = {}
    for name, stage in stages.items():
        inside = [one for one in samples if stage.start - 0.5 <= one.at <= stage.end + 0.5] or samples[-1:]
        row = {
            "s": stage.end - stage.start,
            "CPU s": inside[-1].cpu - inside[0].cpu,
            "longest": stage.longest,
            "shuffled": stage.shuffled / 1e6,
            "spilled": stage.spilled / 1e6,
            "table": sizes.get(name, 0) / 1e6,
            "rows": stage.rows,
            "java": 1e3 * max(one.java for one in inside),
            "python": 1e3 * max(one.python for one in inside),
        }
        # What has no name of its own are jobs at the beginning and at the end, and seconds in between are of others.
        for key, value in row.items() if name != OTHER else ():
            total[key] = max(total[key], value) if key in ("java", "python", "longest") else total[key] + value
        rows[name] = row
        table.add_row(name, *(f"{value:,.0f}" for value in row.values()))
    table.add_row("all", *(f"{value:,.0f}" for value in total.values()))
    return table, {**rows, "all": dict(total)}


def fit(runs: dict[int, Figures]) -> Table:
    """What a passage more costs, between the smallest and the largest run, and how a stage grows between them.

    A power of 1 is linear; below that, what does not grow (starting Java, planning, compiling) is still seen.
    """
    table = Table("stage", "power of CPU s", "CPU µs", "shuffled bytes", "table bytes", box=box.MARKDOWN)
    low, high = min(runs), max(runs)
    for name, last in runs[high].items():
        first = runs[low].get(name, last)
        each = {key: (last[key] - first[key]) / (high - low) * 1e6 for key in ("CPU s", "shuffled", "table")}
        power = math.log(max(0.01, last["CPU s"]) / max(0.01, first["CPU s"])) / math.log(high / low)
        table.add_row(name, f"{power:.2f}", *(f"{value:,.1f}" for value in each.values()))
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("passages", type=int, nargs="+")
    options.add_argument("--folder", type=Path, help="where all files go; they are left there")
    options.add_argument("--cores", type=int, default=2)
    given = options.parse_args()
    console = Console(width=160)
    runs: dict[int, Figures] = {}
    for passages in given.passages:
        folder = Path(tempfile.mkdtemp(prefix="dedupe-scale-", dir=given.folder))
        try:
            runs[passages] = run(console, folder, passages, given.cores)
        finally:
            if given.folder is None:
                shutil.rmtree(folder, ignore_errors=True)
    if len(runs) > 1:
        console.print("\nA passage more, by the smallest and the largest of these runs:\n")
        console.print(fit(runs))


if __name__ == "__main__":
    main()
