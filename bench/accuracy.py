"""Accuracy on labelled pages, generated corpora and real statutes: `python bench/accuracy.py [PART]...`.

Parts: gold, generated, repair, laws, silence, cost; all if none is named. Needs `../shared` beside the project. Every
figure is computed in this run, from the tool as a user runs it.
"""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BASES = [str(SHARED / "corpora" / f"{name}.jsonl.gz") for name in ("essays", "news")]
GENERATED = [(7, 1, 3000), (8, 1, 2000), (9, 1, 2000)]  # seed, level, pages
REPAIRED = [(21, 1, 2000), (22, 1, 2000)]
GENERATED += [(seed, level, 3000) for level in (1, 2, 3) for seed in (11, 12, 13)]

Spans = list[tuple[int, int]]


def report_of(paths: list[str], out: Path) -> Path:
    """Run `dedupe check` (paths may be options, too) and keep its JSON report."""
    options = ["--format", "json", "--output", str(out), "--quiet", "--no-cache", "--jobs", "2"]
    command = [sys.executable, "-m", "dedupe", "check", *paths, *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"dedupe check failed:\n{done.stderr}")
    return out


def scores(*args: str) -> dict[str, dict[str, float]]:
    """What `eval/score.py` says."""
    done = subprocess.run(
        [sys.executable, str(SHARED / "eval" / "score.py"), *args], check=True, capture_output=True, text=True
    )
    parsed: dict[str, dict[str, float]] = json.loads(done.stdout)
    return parsed


def flat(result: dict[str, dict[str, float]], wanted: Iterable[str]) -> list[str]:
    """The figures named "group.figure", as text."""
    cells = []
    for name in wanted:
        group, figure = name.split(".")
        cells.append(str(result.get(group, {}).get(figure, "-")))
    return cells


def markdown(title: str, *columns: str) -> Table:
    """An empty table that can be pasted into bench/README.md."""
    return Table(*columns, title=title, title_justify="left", box=box.MARKDOWN)


def gold(folder: Path, console: Console) -> None:
    """The three labelled pages."""
    report = report_of([str(SHARED / "gold" / "pages")], folder / "gold.json")
    result = scores("gold", str(report), "--gold", str(SHARED / "gold"))
    table = markdown("gold pages", "what", "figures")
    for group, figures in result.items():
        table.add_row(group, "  ".join(f"{name} {value}" for name, value in figures.items()))
    console.print(table)


def generated(folder: Path, console: Console) -> None:
    """Corpora of make_corpus.py: copies, marks and chrome against what was done to the texts."""
    wanted = ("copies.precision", "copies.recall", "copies.f1", "marks.recall", "marks.slot_accuracy")
    wanted += ("chrome.recall", "chrome.inside_essays", "chrome.true")
    table = markdown("generated corpora", "seed", "level", "pages", *(name.replace(".", " ") for name in wanted))
    for seed, level, pages in GENERATED:
        corpus = made(folder, seed, level, pages)
        report = report_of([str(corpus / "pages")], folder / "generated.json")
        result = scores("copies", str(report), "--truth", str(corpus))
        table.add_row(str(seed), str(level), str(pages), *flat(result, wanted))
    console.print(table)


def made(folder: Path, seed: int, level: int, pages: int) -> Path:
    """A corpus of make_corpus.py."""
    corpus = folder / f"corpus-{seed}-{level}"
    maker = [sys.executable, str(SHARED / "eval" / "make_corpus.py"), *BASES, "--out", str(corpus)]
    subprocess.run([*maker, "--seed", str(seed), "--level", str(level), "--pages", str(pages)], check=True)
    drop_empty_essays(corpus / "truth.jsonl")
    return corpus


def repair(folder: Path, console: Console) -> None:
    """Suggestions: on the labelled pages all of them, on generated corpora how many are right and how many there are.

    Suggested is the share of the blanks of essays that have a copy. Generated figures and years are refilled in three
    of ten cases, so that sisters disagree more often than real ones do.
    """
    findings = suggestions_in(report_of([str(SHARED / "gold" / "pages"), "--suggest"], folder / "repair.json"))
    table = markdown("suggestions on the gold pages", "place", "code", "text", "suggestion", "votes")
    for finding in findings:
        said, place = finding["suggestion"], f"{Path(finding['path']).name[:3]}:{finding['line']}:{finding['column']}"
        table.add_row(place, finding["code"], finding["text"], said["text"], f"{said['votes']} of {said['of']}")
    console.print(table)
    table = markdown("suggestions on generated corpora", "seed", "slot", "blanks", "suggested", "precision")
    for seed, level, pages in REPAIRED:
        corpus = made(folder, seed, level, pages)
        found = suggestions_in(report_of([str(corpus / "pages"), "--suggest"], folder / "repair.json"))
        texts = {(Path(row["path"]).name, row["start"], row["end"]): row["suggestion"]["text"] for row in found}
        for slot, marks in marks_with_a_sister(corpus).items():
            said = [(texts[place], value) for place, value in marks.items() if place in texts]
            right = sum(text == value for text, value in said)
            cells = (len(marks), f"{len(said) / len(marks):.3f}", f"{right / max(1, len(said)):.4f}")
            table.add_row(str(seed), slot, *map(str, cells))
    console.print(table)


def suggestions_in(report: Path) -> list[dict[str, Any]]:
    """The findings of a report that have a suggestion."""
    return [row for row in json.loads(report.read_text(encoding="utf-8"))["findings"] if "suggestion" in row]


def marks_with_a_sister(corpus: Path) -> dict[str, dict[tuple[str, int, int], str]]:
    """For each slot what was blanked, and where, in the essays of which there is another copy."""
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    copies = Counter(row["essay"] for row in truth)
    essays: dict[str, Spans] = defaultdict(list)
    for row in truth:
        if copies[row["essay"]] > 1:
            essays[row["page"]].append((row["start"], row["end"]))
    marks: dict[str, dict[tuple[str, int, int], str]] = {"name": {}, "year": {}, "number": {}}
    for line in (corpus / "marks.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if any(start <= row["start"] < end for start, end in essays[row["page"]]):
            marks[row["slot"]][row["page"], row["start"], row["end"]] = row["value"]
    return marks


def drop_empty_essays(truth: Path) -> None:
    """Heavy damage can leave an essay without a sentence, and the scorer divides by its length."""
    rows = truth.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if json.loads(row)["start"] < json.loads(row)["end"]]
    truth.write_text("".join(kept), encoding="utf-8")


def covered(spans: Spans) -> int:
    """How many code points some spans cover together."""
    total, reach = 0, -1
    for start, end in sorted(spans):
        total += max(0, end - max(start, reach))
        reach = max(reach, end)
    return total


def shared_part(report: Path) -> dict[str, dict[str, Spans]]:
    """For each record the spans it has in each cluster."""
    spans: dict[str, dict[str, Spans]] = defaultdict(lambda: defaultdict(list))
    for cluster in json.loads(report.read_text(encoding="utf-8"))["clusters"]:
        for member in cluster["members"]:
            spans[member["record"]][cluster["id"]].append((member["start"], member["end"]))
    return spans


def laws(folder: Path, console: Console) -> None:
    """Real statutes: pairs of known similarity that share a cluster, and how much of the shorter it covers."""
    source = SHARED / "corpora" / "laws.jsonl.gz"
    report = report_of(["--select", "ND", str(source)], folder / "laws.json")
    spans = shared_part(report)
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        lengths = {row["id"]: len(row["text"]) for row in map(json.loads, lines)}
    found: dict[str, list[bool]] = defaultdict(list)
    with (SHARED / "corpora" / "laws_pairs.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            a, b = (name if name in lengths else f"DLC/{name}" for name in (row["a"], row["b"]))
            shorter = min(a, b, key=lambda name: lengths.get(name, 0))
            both = spans[a].keys() & spans[b].keys()
            part = covered([span for cluster in both for span in spans[shorter][cluster]])
            if float(row["jaccard"]) >= 0.5:
                found["jaccard >= 0.5: half of the shorter is in a shared cluster"].append(part * 2 >= lengths[shorter])
            elif float(row["containment"]) >= 0.6:
                found["containment >= 0.6, jaccard < 0.5: share a region"].append(part > 0)
    table = markdown("laws", "pairs of statutes", "of", "found")
    for name, hits in found.items():
        table.add_row(name, str(len(hits)), f"{sum(hits) / len(hits):.4f}")
    console.print(table)


def silence(folder: Path, console: Console) -> None:
    """Placeholder errors in texts that have few: how many, how often, and the first distinct ones in context."""
    table = markdown("placeholder errors in real texts", "corpus", "characters", "errors", "characters an error")
    examples = []
    for name in ("laws", "essays", "news"):
        corpus = str(SHARED / "corpora" / f"{name}.jsonl.gz")
        report = json.loads(report_of(["--select", "PH", corpus], folder / "silence.json").read_text(encoding="utf-8"))
        errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
        characters = report["summary"]["characters"]
        table.add_row(name, f"{characters:,}", str(len(errors)), f"{characters // max(1, len(errors)):,}")
        examples += [f"{name}: {finding['code']} {finding['text']} ({finding['record']})" for finding in errors]
    console.print(table)
    console.print("\n".join(dict.fromkeys(examples)), markup=False)


def cost(folder: Path, console: Console) -> None:
    """What scanning costs, measured against plain reading and decoding of the same statutes in the same process."""
    sys.path.insert(0, str(ROOT))
    from dedupe.core.model import Document
    from dedupe.pipeline.scan import together
    from dedupe.rules import RULES
    from dedupe.rules.recurring import frequencies
    from dedupe.rules.scan import Scanner
    from dedupe.text.batch import Texts
    from dedupe.text.lines import line_keys

    scanner = Scanner([rule for table in RULES for rule in table])

    def read() -> list[Document]:
        with gzip.open(SHARED / "corpora" / "laws.jsonl.gz", "rt", encoding="utf-8") as lines:
            return [Document("laws", row["text"], row["id"]) for row in map(json.loads, lines)]

    def best(call: Callable[[], object]) -> float:
        times = []
        for _ in range(3):
            started = time.process_time()
            call()
            times.append(time.process_time() - started)
        return min(times)

    def groups() -> Iterator[tuple[list[Document], Texts]]:
        for group in together((document, 0) for document in documents):
            scanned = [document for document, _ in group]
            yield scanned, Texts([document.text for document in scanned])

    def scan_all() -> None:
        for scanned, texts in groups():
            for document, folded in zip(scanned, scanner.fold(texts)):
                scanner.scan(document, folded)

    documents = read()
    plain = best(read)
    rules = best(scan_all)
    learnt = best(lambda: frequencies((keys for _, texts in groups() for keys in line_keys(texts)), 20))
    table = markdown("cost of scanning 60 MB of statutes, CPU seconds", "what", "seconds", "x reading")
    for name, seconds in (("read and decode", plain), ("rules", rules), ("repeated lines", learnt)):
        table.add_row(name, f"{seconds:.2f}", f"{seconds / plain:.1f}")
    console.print(table)


def main() -> None:
    if not SHARED.is_dir():
        raise SystemExit(f"{SHARED} is not there: the labelled data stands outside the project")
    console = Console(width=160)
    parts = {"gold": gold, "generated": generated, "repair": repair, "laws": laws, "silence": silence, "cost": cost}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or parts:
            parts[name](Path(folder), console)


if __name__ == "__main__":
    main()
