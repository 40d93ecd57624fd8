"""What the cache saves: `python bench/cache.py [--pages 10000] [--seed 31] [--repeat 3]`.

Needs `../shared` beside the project. Each row is the command as users run it, in a new process: without the cache, the
first run that fills it, runs in which nothing changed, and runs before each of which a sentence was added to one more
file. Corpora are generated pages, which are dirty, and short files that are nearly clean, as a folder is that a hook
guards. All in one process, so that processor time can be compared, which on a busy machine says more than the clock;
ratios are to the first run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from accuracy import BASES, SHARED, markdown
from rich.console import Console

SHORT = 900  # characters
EVERY = ("PH,BP,ND", "text")
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


def texts_of(base: str) -> list[str]:
    """The texts of a file of records."""
    with gzip.open(base, "rt", encoding="utf-8") as rows:
        return [json.loads(row)["text"] for row in rows]


def short_files(folder: Path, files: int) -> Path:
    """News put together to about a thousand characters a file, then essays as they are."""
    essays, news = map(texts_of, BASES)
    texts, text = [], ""
    for piece in news:
        text += f"{piece}\n"
        if len(text) > SHORT:
            texts.append(text)
            text = ""
    folder.mkdir()
    for number, text in enumerate([*texts, *essays][:files]):
        (folder / f"{number:05d}.txt").write_text(text, "utf-8")
    return folder


def measure(pages: Path, cache: Path, asked: tuple[str, str], repeat: int) -> list[list[str]]:
    """The rows of one selection of codes in one format."""
    select, form = asked
    common = ["-q", "-j", "1", "-s", select, "--format", form, str(pages)]
    with_cache = [*common, "--cache-dir", str(cache)]
    without = timed([*common, "--no-cache"])
    first = timed(with_cache)
    rows = [("without", without), ("first, fills the cache", first)]
    rows.append(("nothing changed", least([timed(with_cache) for _ in range(repeat)])))
    changed = []
    for file in random.Random(len(select + form)).sample(sorted(pages.iterdir()), repeat):
        with file.open("a", encoding="utf-8") as text:
            text.write(ADDED)
        changed.append(timed(with_cache))
    rows.append(("one file changed", least(changed)))
    shutil.rmtree(cache)
    return [
        [f"{pages.name}, {select}, {form}", name, f"{wall:.2f}", f"{used:.2f}", f"1/{first[1] / used:.1f}"]
        for name, (wall, used) in rows
    ]


def one_file(pages: Path, repeat: int) -> list[str]:
    """The row of a hook that looks for placeholders in one file."""
    wall, used = least([timed(["-q", "-s", "PH", str(sorted(pages.iterdir())[7])]) for _ in range(repeat)])
    return [f"{pages.name}, PH, text", "one file alone", f"{wall:.2f}", f"{used:.2f}", ""]


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
        short = short_files(Path(folder) / "short", options.pages)
        rows = [one_file(short, options.repeat)]
        for corpus, asked in ((pages, EVERY), (pages, ("PH,BP,ND", "json")), (pages, ("ND", "text")), (short, EVERY)):
            rows += measure(corpus, Path(folder) / "cache", asked, options.repeat)
    title = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    table = markdown(title, "corpus, codes, format", "run", "seconds", "CPU seconds", "CPU ratio")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
