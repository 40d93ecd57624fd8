"""Speed against peers, all in one run on one corpus: `python bench/speed.py [--megabytes 20] [--seed 5]`.

Needs `../shared` beside the project, and rensa, datasketch and gaoya (`pip install '.[bench]'`). Peers are given the
true essay boundaries, which no user has; we take the pages as scraped. Each runs in one process, as its users
run it: Python character 5-grams (gaoya cuts its own) into 128 permutations and its own LSH at threshold 0.5.
A peer's pairs are those its index returns; ours are the members that a cluster unites.

text-dedup asks for versions of its own: `--text-dedup PYTHON` names the interpreter of an environment that has it.
Its tokens are words, so it is given characters with spaces between them; its pairs are those of a cluster.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
from accuracy import BASES, ROOT, SHARED, drop_empty_essays, markdown, scores
from rich.console import Console

Pairs = set[tuple[int, int]]
PERMUTATIONS, THRESHOLD = 128, 0.5
SLOW_SHARE = 10  # some take minutes for what others do in seconds: they get one text in ten


def shingles(text: str) -> list[str]:
    """Python character 5-grams, as users of these libraries make them."""
    return [text[i : i + 5] for i in range(max(1, len(text) - 4))]


def run_rensa(texts: list[str]) -> Pairs:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    hashes = []
    for number, text in enumerate(texts):
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
        minhash.update(shingles(text))
        index.insert(number, minhash)
        hashes.append(minhash)
    return {
        (min(a, b), max(a, b))
        for a, minhash in enumerate(hashes)
        for b in index.query(minhash)
        if a != b and minhash.jaccard(hashes[b]) >= THRESHOLD
    }


def run_datasketch(texts: list[str]) -> Pairs:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    hashes = []
    for number, text in enumerate(texts):
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        index.insert(number, minhash)
        hashes.append(minhash)
    return {(min(a, b), max(a, b)) for a, minhash in enumerate(hashes) for b in index.query(minhash) if a != b}


def run_gaoya(texts: list[str]) -> Pairs:
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, THRESHOLD, 42, 3, None, "char", False, (5, 5))
    for number, text in enumerate(texts):
        index.insert_document(number, text)
    return {(min(a, b), max(a, b)) for a, text in enumerate(texts) for b in index.query(text) if a != b}


def run_text_dedup(python: str, texts: list[str], folder: Path) -> Pairs:
    """Its command, start-up included, which is little beside the rest; an `uf.pkl` holds the clusters."""
    (folder / "texts.jsonl").write_text("".join(json.dumps({"text": " ".join(text)}) + "\n" for text in texts))
    command = [python, "-m", "text_dedup.minhash", "--path", "json", "--data_files", str(folder / "texts.jsonl")]
    command += ["--split", "train", "--column", "text", "--cache_dir", str(folder / "cache"), "--num_proc", "1"]
    command += ["--output", str(folder / "out"), "--debug", "--threshold", str(THRESHOLD)]
    command += ["--num_perm", str(PERMUTATIONS), "--ngram", "5", "--min_length", "1"]
    subprocess.run(command, check=True, capture_output=True)
    tell = (
        f"import json, pickle; uf = pickle.load(open({str(folder / 'out' / 'uf.pkl')!r}, 'rb')); "
        "print(json.dumps([[one, uf.find(one)] for one in list(uf.parent)]))"
    )
    rows = json.loads(subprocess.run([python, "-c", tell], check=True, capture_output=True, text=True).stdout)
    clusters: dict[int, list[int]] = defaultdict(list)
    for one, head in sorted(rows):
        clusters[head].append(one)
    return {pair for members in clusters.values() for pair in combinations(members, 2)}


def f1(pairs: Pairs, essays: list[int]) -> float:
    """F1 of pairs of essays against the essays' true identities."""
    true = sum(count * (count - 1) // 2 for count in Counter(essays).values())
    hits = sum(essays[a] == essays[b] for a, b in pairs)
    return 2 * hits / (len(pairs) + true) if pairs or true else 0.0


def timed(call: Callable[[], Pairs]) -> tuple[float, Pairs]:
    """Seconds, and what the call gave."""
    started = time.perf_counter()
    pairs = call()
    return time.perf_counter() - started, pairs


def corpus(folder: Path, megabytes: int, seed: int) -> Path:
    """A generated corpus of about so many megabytes: as many seeds as that takes, side by side."""
    done, part = 0, 0
    while done < megabytes * 1_000_000:
        out = folder / f"part-{part}"
        maker = [sys.executable, str(SHARED / "eval" / "make_corpus.py"), *BASES, "--out", str(out)]
        subprocess.run([*maker, "--seed", str(seed + part), "--pages", "3000"], check=True)
        drop_empty_essays(out / "truth.jsonl")
        done += sum(path.stat().st_size for path in (out / "pages").iterdir())
        part += 1
    return folder


def read_plainly(files: list[Path]) -> float:
    """Seconds that Python takes to read and decode the same files and do nothing."""
    started = time.perf_counter()
    for path in files:
        path.read_bytes().decode("utf-8")
    return time.perf_counter() - started


def ours(folder: Path, *options: str) -> float:
    """Seconds of the whole `dedupe check` as a user runs it, start-up included."""
    pages = [str(path) for path in [folder, *folder.glob("part-*/pages")] if path.name == "pages"]
    command = [sys.executable, "-m", "dedupe", "check", *pages, "--format", "json", "--quiet", "--no-cache", *options]
    started = time.perf_counter()
    subprocess.run(command, check=False, capture_output=True)
    return time.perf_counter() - started


def our_kernel(files: list[Path]) -> tuple[float, float]:
    """Nanoseconds a shingle of our signatures and of rensa's, on the same shingle hashes, one thread, best of three."""
    from rensa import RMinHash

    from dedupe.copies.minhash import shingle_hashes, signatures
    from dedupe.copies.skeletons import tokenize

    hashes = shingle_hashes(tokenize([path.read_text(encoding="utf-8") for path in files[:400]]).ids)
    bounds = np.append(np.arange(0, len(hashes), 120), len(hashes))
    wide, offsets = hashes.astype(np.uint64), bounds.astype(np.uint64)

    def best(call: Callable[[], object]) -> float:
        call()
        times = []
        for _ in range(3):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
        return min(times) / len(hashes) * 1e9

    theirs = best(lambda: RMinHash.digest_matrix_from_flat_token_hashes(wide, offsets, num_perm=PERMUTATIONS, seed=1))
    return best(lambda: signatures(hashes, bounds)), theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--text-dedup", metavar="PYTHON")
    options = parser.parse_args()
    console = Console(width=110)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit}")
    with tempfile.TemporaryDirectory() as name:
        measure(corpus(Path(name), options.megabytes, options.seed), console, options.text_dedup)


def measure(folder: Path, console: Console, text_dedup: str | None) -> None:
    files = sorted(folder.glob("part-*/pages/*.txt"))
    size = sum(path.stat().st_size for path in files) / 1e6
    texts, essays = [], []
    for truth in sorted(folder.glob("part-*/truth.jsonl")):
        for line in truth.open(encoding="utf-8"):
            row = json.loads(line)
            page = (truth.parent / "pages" / row["page"]).read_text(encoding="utf-8")
            texts.append(page[row["start"] : row["end"]])
            essays.append(row["essay"])
    essay_size = sum(len(text.encode()) for text in texts) / 1e6
    table = markdown(f"{size:.0f} MB, {len(files)} pages", "run", "MB/s", "seconds", "x rensa", "F1")
    plain = min(read_plainly(files) for _ in range(2))
    ours(folder / "part-0" / "pages", "--jobs", "1")  # what is read first is in memory then
    rensa, pairs = timed(lambda: run_rensa(texts))
    base = essay_size / rensa

    def row(name: str, megabytes: float, seconds: float, quality: str = "") -> None:
        speed = megabytes / seconds
        table.add_row(name, f"{speed:.1f}", f"{seconds:.2f}", f"{speed / base:.1f}", quality)

    row("read and decode only", size, plain)
    row("rensa", essay_size, rensa, f"{f1(pairs, essays):.3f}")
    seconds, pairs = timed(lambda: run_gaoya(texts))
    row("gaoya", essay_size, seconds, f"{f1(pairs, essays):.3f}")
    few, few_essays = texts[::SLOW_SHARE], essays[::SLOW_SHARE]
    if text_dedup:
        seconds, pairs = timed(lambda: run_text_dedup(text_dedup, few, folder))
        row("text-dedup (1 text in 10)", essay_size / SLOW_SHARE, seconds, f"{f1(pairs, few_essays):.3f}")
    seconds, pairs = timed(lambda: run_datasketch(few))
    row("datasketch (1 text in 10)", essay_size / SLOW_SHARE, seconds, f"{f1(pairs, few_essays):.3f}")
    row("dedupe check", size, ours(folder, "--jobs", "1"), our_f1(folder))
    row("dedupe check --jobs 2", size, ours(folder, "--jobs", "2"))
    row("dedupe check --select ND", size, ours(folder, "--jobs", "1", "--select", "ND"))
    row("dedupe check --select PH,BP", size, ours(folder, "--jobs", "1", "--select", "PH,BP"))
    console.print(table)
    stages(folder, size, console)
    mine, theirs = our_kernel(files)
    console.print(f"signature kernel: {mine:.1f} ns a shingle, rensa {theirs:.1f} ns ({mine / theirs:.2f} times)")


def stages(folder: Path, size: float, console: Console) -> None:
    """When each stage of a check in one process ends, as its progress tells."""
    sys.path.insert(0, str(ROOT))
    from dedupe import Settings
    from dedupe.pipeline.pipeline import check

    seen: dict[str, float] = {}
    started = time.perf_counter()

    def watch(stage: str, done: int, total: int) -> None:
        seen[stage] = time.perf_counter() - started

    check([str(path) for path in folder.glob("part-*/pages")], Settings(jobs=1), watch)
    seen["report"] = time.perf_counter() - started
    table = markdown("stages of one process, without the JSON", "stage", "ends at", "MB/s of the stage")
    before = 0.0
    for stage, end in seen.items():
        table.add_row(stage, f"{end:.2f}", f"{size / max(end - before, 0.01):.0f}")
        before = end
    console.print(table)


def our_f1(folder: Path) -> str:
    """F1 on the first part alone, whose truth score.py reads."""
    part, out = folder / "part-0", folder / "report.json"
    ours(part / "pages", "--jobs", "1", "-o", str(out))
    return f"{scores('copies', str(out), '--truth', str(part))['copies']['f1']:.3f}"


if __name__ == "__main__":
    main()
