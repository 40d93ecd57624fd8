"""Time and memory on hostile corpora, at a size and at four times that: `python bench/stress.py [--scale 25000]`.

A tool that is linear takes about four times as long for four times as much. Texts are drawn from words by
`tests/corpora.py`; nothing outside the project is needed.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.corpora import essay, sentence  # noqa: E402  # the project's root is only known here


def copies(scale: int) -> Iterator[str]:
    """One page over and over."""
    page = essay(1, 30)
    return (page for _ in range(scale))


def near_copies(scale: int) -> Iterator[str]:
    """One page over and over, each time with a last sentence of its own."""
    page = essay(1, 30)
    return (page + sentence(random.Random(i)) for i in range(scale))


def shared_paragraph(scale: int) -> Iterator[str]:
    """Different pages with one paragraph in common."""
    shared = "".join(sentence(random.Random(500 + i)) for i in range(3))
    return (f"{essay(2 * i + 10, 6)}\n{shared}\n{essay(2 * i + 11, 6)}" for i in range(scale))


def one_liners(scale: int) -> Iterator[str]:
    """Ten one-line documents for each of the others."""
    return (sentence(random.Random(i)) for i in range(10 * scale))


def one_page(scale: int) -> Iterator[str]:
    """One document with the text of many."""
    yield "\n".join(essay(i, 30) for i in range(scale // 3))


def one_character(scale: int) -> Iterator[str]:
    """One page of one repeated character."""
    yield "哈" * (300 * scale)


def one_sentence(scale: int) -> Iterator[str]:
    """One page of one repeated sentence."""
    yield sentence(random.Random(1), 20) * (10 * scale)


CASES: tuple[Callable[[int], Iterator[str]], ...] = (
    copies, near_copies, shared_paragraph, one_liners, one_page, one_character, one_sentence,
)  # fmt: skip


def write(path: Path, texts: Iterator[str]) -> float:
    """The texts as records of a file; its size in megabytes."""
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return path.stat().st_size / 1e6


def run(path: Path) -> tuple[float, str]:
    """Seconds of a check in one process, and what it says at the end."""
    options = ["--format", "json", "--output", f"{path}.json", "--jobs", "1", "--no-cache"]
    command = [sys.executable, "-m", "dedupe", "check", str(path), *options]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return time.perf_counter() - started, done.stderr.strip().splitlines()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scale", type=int, default=25_000, help="documents at the small size; the large is four times it"
    )
    parser.add_argument("cases", nargs="*", help="which of them; all if none is named")
    options = parser.parse_args()
    table = Table("case", "MB", "seconds", "4x MB", "4x seconds", "ratio", "found at 4x", box=box.MARKDOWN)
    console = Console(width=150)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "corpus.jsonl"
        for case in CASES:
            if options.cases and case.__name__ not in options.cases:
                continue
            small = write(path, case(options.scale))
            seconds, _ = run(path)
            large = write(path, case(4 * options.scale))
            longer, found = run(path)
            row = (small, seconds, large, longer, longer / seconds)
            table.add_row(case.__name__, *(f"{value:.1f}" for value in row), found)
            console.print(f"{case.__name__}: {seconds:.1f} s, {longer:.1f} s")
    console.print(table)
    console.print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
