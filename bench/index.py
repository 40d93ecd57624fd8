"""What an index costs and what it finds: `python bench/index.py [recall|cost|scale] ...`.

`recall` and `cost` need `../shared` beside the project; `scale` fills an index of generated pages up to 1 and 10
million passages (or those given, `scale=1000000`) with random ones, and needs 10 GB of temporary files for the larger.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT))

from dedupe.config.settings import Settings  # noqa: E402
from dedupe.core.model import Finding, Old  # noqa: E402
from dedupe.index import index as store  # noqa: E402
from dedupe.index.check import Before, check_with, surveyed  # noqa: E402
from dedupe.index.database import writing  # noqa: E402
from dedupe.index.signature import Surveyed  # noqa: E402
from dedupe.pipeline.pipeline import check  # noqa: E402

ND = Settings(select=("ND",), ignore=("ND304",))
KINDS = {"sentences": 0, "runs": 1, "bands": 2}
PAGES, OLD = 1200, 800
PASSAGES, LINES = 12, 14  # of a random document; as many as a generated page has
ROWS = {0: 3, 1: 14, 2: 4}  # keys of each kind for a passage, as in generated pages


def table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=box.MARKDOWN)


def make(folder: Path, seed: int, level: int, pages: int) -> Path:
    """Generated pages with known copies."""
    bases = [str(SHARED / "corpora" / f"{name}.jsonl.gz") for name in ("essays", "news")]
    command = [sys.executable, str(SHARED / "eval" / "make_corpus.py"), *bases, "--out", str(folder)]
    subprocess.run([*command, "--seed", str(seed), "--level", str(level), "--pages", str(pages)], check=True)
    return folder


def documents(*paths: Path) -> Iterator[Surveyed]:
    return (one for part in surveyed([str(path) for path in paths], ND) for one in part.documents)


def old_of(index: Path, new: Path) -> list[Finding]:
    return [finding for finding in check_with(Before(index), [str(new)], ND).findings if finding.old]


def score(findings: list[Finding], truth: Path) -> tuple[float, float, int]:
    """Recall over the essays of new pages that an old page has, precision over findings, and how many such essays."""
    essays = defaultdict(list)
    for row in map(json.loads, (truth / "truth.jsonl").open(encoding="utf-8")):
        essays[row["page"]].append((row["start"], row["end"], row["essay"]))
    old = {essay for page, rows in essays.items() if int(page[:6]) < OLD for *_, essay in rows}
    wanted = {(page, row) for page, rows in essays.items() if int(page[:6]) >= OLD for row in rows if row[2] in old}
    found, right = set(), 0
    for finding in findings:
        assert finding.old
        old_region = essays[Path(finding.old.path).name]
        theirs = {essay for start, end, essay in old_region if start < finding.old.end and finding.old.start < end}
        mine = [row for row in essays[Path(finding.path).name] if row[0] < finding.end and finding.start < row[1]]
        hit = [row for row in mine if row[2] in theirs]
        right += bool(hit)
        found |= {(Path(finding.path).name, row) for row in hit}
    return len(found & wanted) / len(wanted), right / max(1, len(findings)), len(wanted)


def recall(console: Console, folder: Path) -> None:
    """What of the copies of old essays is found, with all keys and with fewer; with the old texts and without."""
    figures = ("verified", "precision", "estimated", "precision", "jaccard in its interval")
    out = table("recall of old copies", "level", "copies", "keys", *figures)
    for level in (1, 2, 3):
        corpus = make(folder / f"level{level}", 41, level, PAGES)
        for name in ("old", "new"):
            (corpus / name).mkdir()
        for path in sorted((corpus / "pages").iterdir()):
            path.rename(corpus / ("old" if int(path.name[:6]) < OLD else "new") / path.name)
        store.build(corpus / "index", documents(corpus / "old"), ND)
        for kinds in (("sentences", "runs", "bands"), ("sentences", "runs"), ("runs",), ("sentences",), ("bands",)):
            kept = corpus / "some"
            shutil.copy(corpus / "index", kept)
            with writing(kept, keep=True) as connection:
                numbers = ", ".join(str(KINDS[kind]) for kind in kinds)
                connection.execute(f"DELETE FROM keys WHERE (key >> 48) NOT IN ({numbers}, 3)")
            verified = old_of(kept, corpus / "new")
            (corpus / "old").rename(corpus / "gone")
            estimated = old_of(kept, corpus / "new")
            (corpus / "gone").rename(corpus / "old")
            one, other = score(verified, corpus), score(estimated, corpus)
            figures = (*one[:2], *other[:2], agreement(verified, estimated))
            out.add_row(str(level), str(one[2]), " ".join(kinds), *(f"{figure:.4f}" for figure in figures))
    console.print(out)


def agreement(verified: list[Finding], estimated: list[Finding]) -> float:
    """How often the exact jaccard is in the interval of its estimate, of pairs of the same regions (99 % of both)."""
    exact = defaultdict(list)
    for finding in verified:
        exact[finding.path, finding.old and finding.old.path].append(finding)
    hits = [
        finding.old.low <= other.old.jaccard <= finding.old.high
        for finding in estimated
        for other in exact[finding.path, finding.old and finding.old.path]
        if finding.old and other.old and _are_same(finding, other) and _are_same(finding.old, other.old)
    ]
    return sum(hits) / max(1, len(hits))


def _are_same(one: Finding | Old, other: Finding | Old) -> bool:
    both = min(one.end, other.end) - max(one.start, other.start)
    return both >= 0.99 * (max(one.end, other.end) - min(one.start, other.start))


def cost(console: Console, folder: Path) -> None:
    """Building against checking the same pages, and what a document takes."""
    corpus = make(folder / "cost", 42, 1, 3000)
    size = sum(path.stat().st_size for path in (corpus / "pages").iterdir())
    list(documents(corpus / "pages" / "000000.txt"))  # once before it is timed
    columns = ("what", "CPU seconds", "MB/s", "bytes a page")
    out = table(f"3,000 generated pages, {size / 1e6:.1f} MB, one process", *columns)
    for name, call in (
        ("check", lambda: check([str(corpus / "pages")], Settings())),
        ("index build", lambda: store.build(folder / "c", documents(corpus / "pages"), ND)),
        ("index add of the same", lambda: store.add(folder / "c", documents(corpus / "pages"), ND)),
    ):
        started = time.process_time()
        call()
        seconds = time.process_time() - started
        each = f"{store.info(folder / 'c').size // 3000:,}" if "build" in name else ""
        out.add_row(name, f"{seconds:.1f}", f"{size / seconds / 1e6:.1f}", each)
    console.print(out)
    found = store.info(folder / "c")
    console.print(
        f"{found.size / found.passages:.0f} bytes and {found.keys / found.passages:.1f} keys a passage, "
        f"{found.passages / 3000:.1f} passages and {found.characters / 3000:.0f} characters a page"
    )


def scale(console: Console, folder: Path, passages: int) -> None:
    """100 generated pages, of which a part are copies of indexed ones, against an index of so many passages."""
    corpus = make(folder / "scale", 43, 2, 3100)
    (corpus / "new").mkdir()
    for path in sorted((corpus / "pages").iterdir())[-100:]:
        path.rename(corpus / "new" / path.name)
    index = folder / "i"
    started = time.perf_counter()
    store.build(index, documents(corpus / "pages"), ND)
    have = store.info(index).passages
    fill(index, max(0, passages - have))
    built = time.perf_counter() - started
    found = store.info(index)
    out = table(
        f"100 pages against {found.passages:,} passages in {found.documents:,} documents "
        f"({found.size / 1e9:.2f} GB, made in {built:.0f} s, {have:,} of them from pages)",
        "run",
        "old texts",
        "seconds",
        "CPU seconds",
        "old copies",
    )
    for name in ("at hand", "gone"):
        if name == "gone":
            (corpus / "pages").rename(corpus / "away")
        for run in range(3):
            started, cpu = time.perf_counter(), time.process_time()
            copies = old_of(index, corpus / "new")
            out.add_row(
                str(run + 1),
                name,
                f"{time.perf_counter() - started:.2f}",
                f"{time.process_time() - cpu:.2f}",
                str(len(copies)),
            )
    console.print(out, f"load {os.getloadavg()[0]:.1f}")


def fill(index: Path, passages: int) -> None:
    """Add random documents to an index, straight into its tables: nothing of them was ever a text."""
    rng = np.random.default_rng(7)
    with writing(index, keep=True) as connection:
        for done in range(0, passages, 400_000):
            count = min(400_000, passages - done) // PASSAGES
            ids = rng.integers(1, 1 << 63, count, dtype=np.uint64)
            keys = [
                rng.integers(0, 1 << 48, count * PASSAGES * rows, dtype=np.uint64) | np.uint64(kind << 48)
                for kind, rows in ROWS.items()
            ]
            owners = np.concatenate([np.repeat(ids, PASSAGES * rows) for rows in ROWS.values()])
            key = np.concatenate(keys)
            order = np.argsort(key)
            connection.register("given", {"key": key[order], "document": owners[order]})
            connection.execute("INSERT INTO keys SELECT * FROM given")
            line = np.sort(rng.integers(0, 1 << 63, count * LINES, dtype=np.uint64))
            connection.register("given", {"key": line, "document": np.tile(ids, LINES)})
            connection.execute("INSERT INTO lines SELECT key, document, true FROM given")
            blobs = np.empty(count, object)
            blobs[:] = [rng.bytes(PASSAGES * 256) for _ in range(count)]
            rows = np.zeros((PASSAGES, 6), "<u4").tobytes()
            connection.register("given", {"id": ids, "signatures": blobs})
            connection.execute(
                "INSERT INTO documents SELECT id, 'random/' || id, NULL, ''::BLOB, 0, $rows::BLOB, signatures,"
                " 0, 0, 0, 0 FROM given",
                {"rows": rows},
            )


def main() -> None:
    console = Console(width=150)
    for name in sys.argv[1:] or ("recall", "cost", "scale=1000000", "scale=10000000"):
        with tempfile.TemporaryDirectory() as folder:
            part, _, passages = name.partition("=")
            if part == "scale":
                scale(console, Path(folder), int(passages or 1_000_000))
            else:
                {"recall": recall, "cost": cost}[part](console, Path(folder))


if __name__ == "__main__":
    main()
