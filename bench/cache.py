"""What the cache saves: `python bench/cache.py [--pages 10000] [--seed 31] [--repeat 3]`.

Needs `../shared` beside the project. Each row is the command as users run it, in a new process: without the cache, the
first run that fills it, runs in which nothing changed, and runs before each of which a sentence was added to one more
file. Corpora are generated pages, which are dirty; files of five such pages each, as long as the labelled pages; and
short files that are nearly clean, as a folder is that a hook guards. With as many workers as the command takes by
itself, by the clock: for a quiet machine. Of the runs after a change the middle one is given, of others the quickest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from accuracy import BASES, SHARED, markdown
from rich.console import Console

SHORT = 900  # characters
LONG = 5  # generated pages in one file: 30 kB, where the labelled pages have 30 to 55
EVERY = ("PH,BP,ND", "text")
ADDED = "今年我们走访了三个社区，群众提出的问题都已经答复。\n"


def timed(arguments: list[str]) -> float:
    """Seconds that one run takes."""
    print("·", *arguments, file=sys.stderr)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "dedupe", "check", *arguments], stdout=subprocess.DEVNULL, check=False)
    assert done.returncode in (0, 1), done
    seconds = time.perf_counter() - started
    print(f"  {seconds:.2f} s", file=sys.stderr)
    return seconds


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


def generated(folder: Path, seed: int, pages: int) -> Path:
    """The folder of some generated pages."""
    made = [str(SHARED / "eval" / "make_corpus.py"), *BASES, "--seed", str(seed), "--pages", str(pages)]
    subprocess.run([sys.executable, *made, "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder / "pages"


def long_files(folder: Path, seed: int, files: int) -> Path:
    """Files of `LONG` generated pages of different seeds, in random order."""
    target, names = folder / "long", []
    target.mkdir()
    for more in range(LONG):
        names += sorted(generated(folder / f"pages{more}", seed + 1 + more, files).iterdir())
    random.Random(seed).shuffle(names)
    for number in range(len(names) // LONG):
        texts = [name.read_bytes().rstrip(b"\n") + b"\n" for name in names[number * LONG : (number + 1) * LONG]]
        (target / f"{number:05d}.txt").write_bytes(b"".join(texts))
    return target


def measure(pages: Path, cache: Path, asked: tuple[str, str], repeat: int) -> list[list[str]]:
    """The rows of one selection of codes in one format."""
    select, form = asked
    common = ["-q", "-s", select, "--format", form, str(pages)]
    with_cache = [*common, "--cache-dir", str(cache)]
    without = timed([*common, "--no-cache"])
    first = timed(with_cache)
    rows = [("without", without), ("first, fills the cache", first)]
    rows.append(("nothing changed", min(timed(with_cache) for _ in range(repeat))))
    changed = []
    for file in random.Random(len(select + form)).sample(sorted(pages.iterdir()), repeat):
        with file.open("a", encoding="utf-8") as text:
            text.write(ADDED)
        changed.append(timed(with_cache))
    rows.append(("one more file changed", median(changed)))
    shutil.rmtree(cache)
    name = f"{pages.name}, {select}, {form}"
    return [[name, run, f"{seconds:.2f}", f"1/{first / seconds:.1f}"] for run, seconds in rows]


def one_file(pages: Path, repeat: int) -> list[str]:
    """The row of a hook that looks for placeholders in one file."""
    seconds = min(timed(["-q", "-s", "PH", str(sorted(pages.iterdir())[7])]) for _ in range(repeat))
    return [f"{pages.name}, PH, text", "one file alone", f"{seconds:.2f}", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = generated(Path(folder) / "corpus", options.seed, options.pages)
        long = long_files(Path(folder), options.seed, options.pages)
        timed(["-q", str(sorted(pages.iterdir())[0])])  # once before all others
        short = short_files(Path(folder) / "short", options.pages)
        rows = [one_file(short, options.repeat)]
        for asked in (EVERY, ("PH,BP,ND", "json"), ("ND", "text")):
            rows += measure(pages, Path(folder) / "cache", asked, options.repeat)
        for corpus in (long, short):
            rows += measure(corpus, Path(folder) / "cache", EVERY, options.repeat)
    title = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    table = markdown(title, "corpus, codes, format", "run", "seconds", "ratio to first")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
