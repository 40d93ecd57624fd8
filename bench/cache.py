"""What the cache saves: `python bench/cache.py [--pages 10000] [--seed 31] [--repeat 3]`.

Needs `../shared` beside the project. Each row is the command as users run it, in a new process, on generated pages:
without the cache, the first run that fills it, a run in which nothing changed, and runs before each of which a
sentence was added to another file. All in one process, so that processor time can be compared, which on a busy machine
says more than the clock; ratios are to the run without.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from accuracy import BASES, SHARED, markdown
from rich.console import Console

ADDED = "今年我们走访了三个社区，群众提出的问题都已经答复。\n"


def timed(arguments: list[str]) -> tuple[float, float]:
    """Seconds of the wall clock and of the processor that one run takes."""
    print("·", *arguments, file=sys.stderr)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "dedupe", "check", *arguments], stdout=subprocess.DEVNULL, check=False)
    assert done.returncode in (0, 1), done
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - started
    print(f"  {wall:.2f} s, {used:.2f} s of the processor", file=sys.stderr)
    return wall, used


def least(runs: list[tuple[float, float]]) -> tuple[float, float]:
    """The least of each figure: what the machine takes when nothing else runs on it."""
    return min(wall for wall, _ in runs), min(used for _, used in runs)


def measure(pages: Path, cache: Path, select: str, repeat: int) -> list[list[str]]:
    """The rows of one selection of codes."""
    common = ["-q", "-j", "1", "-s", select, str(pages)]
    with_cache = [*common, "--cache-dir", str(cache)]
    without = least([timed([*common, "--no-cache"]) for _ in range(repeat)])
    rows = [("without", without), ("first, fills the cache", timed(with_cache))]
    rows.append(("nothing changed", least([timed(with_cache) for _ in range(repeat)])))
    changed = []
    for file in sorted(pages.iterdir())[1000 : 1000 + repeat]:
        with file.open("a", encoding="utf-8") as text:
            text.write(ADDED)
        changed.append(timed(with_cache))
    rows.append(("one file changed", least(changed)))
    return [
        [select, name, f"{wall:.2f}", f"{used:.2f}", f"1/{without[0] / wall:.1f}", f"1/{without[1] / used:.1f}"]
        for name, (wall, used) in rows
    ]


def one_file(pages: Path, repeat: int) -> list[str]:
    """The row of a hook that looks for placeholders in one file."""
    wall, used = least([timed(["-q", "-s", "PH", str(sorted(pages.iterdir())[7])]) for _ in range(repeat)])
    return ["PH", "one file alone", f"{wall:.2f}", f"{used:.2f}", "", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = [str(SHARED / "eval" / "make_corpus.py"), *BASES, "--seed", str(options.seed)]
        corpus = Path(folder) / "corpus"
        subprocess.run([sys.executable, *made, "--pages", str(options.pages), "--out", str(corpus)], check=True)
        pages = corpus / "pages"
        timed(["-q", str(sorted(pages.iterdir())[0])])  # kernels are compiled once
        rows = [one_file(pages, options.repeat)]
        for select in ("PH,BP,ND", "ND", "PH"):
            rows += measure(pages, Path(folder) / "cache", select, options.repeat)
    title = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    table = markdown(title, "codes", "run", "seconds", "CPU seconds", "ratio", "CPU ratio")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
