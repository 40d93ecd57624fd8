#!/usr/bin/env python3
"""Train the judge of boilerplate lines and write `dedupe/rules/boilerplate/judge.npz`.

    python tools/train_chrome.py [--labelled FILE.jsonl ...] [--clean FILE.jsonl.gz ...] [--keep] [--write]

It learns from pages that are made of `tools/chrome/lines.txt`, lines written for this, and of the numbers (not the
texts) of gathered pages that `tools/chrome/pages.npz` keeps. `--labelled` adds documents labelled span by span
({"id", "text", "expect": [{"family": "chrome", "start", "end", "optional"?}]}), `--clean` texts without boilerplate. A
source that pages.npz has already keeps its numbers: what the kept model has learnt from it would judge it too well.
`--keep` stores the numbers of all in pages.npz for whoever trains next. Without `--write` it only measures.

Measured is by page: no line is judged by a model that saw another line of its page, or of a page made of the same
template. Needs lightgbm, which the package itself does not.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dedupe.rules.boilerplate.features import NAMES, NEAR_NAMES  # noqa: E402
from dedupe.rules.boilerplate.judge import THRESHOLD, look_around, measured  # noqa: E402
from dedupe.rules.boilerplate.lines import pages_of, rows_of  # noqa: E402
from dedupe.rules.boilerplate.table import LINES as ROWS  # noqa: E402
from dedupe.rules.forest import Forest  # noqa: E402
from dedupe.rules.prefilter import Literals  # noqa: E402
from dedupe.rules.rule import NOTHING  # noqa: E402
from dedupe.rules.wording import NAME, Wording, places  # noqa: E402
from dedupe.text.batch import SCRIPT_FOLDS, Texts  # noqa: E402
from dedupe.text.kernels import judged  # noqa: E402
from dedupe.text.kernels.wording import BITS  # noqa: E402

LINES, FILLERS = ROOT / "tools/chrome/lines.txt", ROOT / "tools/chrome/fillers.txt"
PAGES, MODEL = ROOT / "tools/chrome/pages.npz", ROOT / "dedupe/rules/boilerplate/judge.npz"
MADE_PAGES, FOLDS, SEED = 2400, 6, 20
SHARES = {"zh": 0.58, "ja": 0.14, "ko": 0.14, "en": 0.14}  # of the pages that are made, by language
CLEAN_DOCUMENTS, CLEAN_CHARACTERS = 350, 2500  # of each file of clean texts, and of each text
SENTENCES, WRITTEN_TIMES = 15000, 12  # that wording learns from, of each clean file; and times each template is written
SENTENCE = re.compile(r"[^。!?\n]+[。!?]?")
PULL = 0.05  # how strongly weights of wording are held where they began
TREES = {
    "num_leaves": 18,
    "learning_rate": 0.1,
    "max_bin": 63,
    "force_col_wise": True,
    "min_data_in_leaf": 12,
    "lambda_l2": 2.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "objective": "binary",
    "verbose": -1,
    "seed": SEED,
    "num_threads": 2,
    "deterministic": True,
    "max_depth": 8,
}
ROUNDS = 200
Spans = Sequence[tuple[int, int]]


class Page(NamedTuple):
    """A text with the spans of its boilerplate, those that may be called so or not, and what it must be judged with."""

    text: str
    chrome: Spans
    optional: Spans
    group: str
    source: str


class Table(NamedTuple):
    """Candidates as numbers: their labels, pages, rows on the page, groups and sources.

    rows[pages] is how many lines a page has; `prose` and `told` are pairs of a page and a line of it: those that are
    prose, and those in which a rule found something.
    """

    numbers: NDArray[np.float32]
    label: NDArray[np.int8]
    page: NDArray[np.int32]
    row: NDArray[np.int32]
    rows: NDArray[np.int32]
    prose: NDArray[np.int32]
    told: NDArray[np.int32]
    group: NDArray[np.str_]
    source: NDArray[np.str_]


class Worded(NamedTuple):
    """Lines as the places of their runs, side by side, and how many each has; their labels and folds."""

    runs: NDArray[np.int32]
    sizes: NDArray[np.int64]
    label: NDArray[np.int8]
    fold: NDArray[np.int64]

    def matrix(self, chosen: NDArray[Any]) -> csr_matrix:
        """Some lines as rows of what each run counts."""
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        at = np.concatenate([np.arange(starts[row], starts[row + 1]) for row in chosen])
        values = np.repeat(1 / np.sqrt(self.sizes[chosen]), self.sizes[chosen])
        bounds = np.concatenate([[0], np.cumsum(self.sizes[chosen])])
        return csr_matrix((values, self.runs[at], bounds), shape=(len(chosen), 1 << BITS))


class Writer:
    """Writes lines from templates: {a|b|} chooses, <name> is filled."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.fillers: dict[str, list[str]] = {}
        for line in FILLERS.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, values = line.partition(" = ")
                self.fillers[name] = values.split("|") if name not in ("sep", "path") else _signs(name)

    def write(self, template: str) -> str:
        """One line; what separates its items is the same all along it."""
        fixed = {name: self.dice.choice(self.fillers[name]) for name in ("sep", "path")}
        while True:
            inner = re.search(r"\{([^{}]*)\}", template)
            if not inner:
                break
            template = template[: inner.start()] + self.dice.choice(inner[1].split("|")) + template[inner.end() :]
        for _ in range(3):
            template = re.sub(r"<([a-z][a-z\d]*)>", lambda match: fixed.get(match[1]) or self._fill(match[1]), template)
        return template.strip()

    def _fill(self, name: str) -> str:
        dice = self.dice
        year, month, day = dice.randint(2004, 2024), dice.randint(1, 12), dice.randint(1, 28)
        if name == "date":
            return dice.choice(
                (
                    f"{year}-{month:02}-{day:02}",
                    f"{year}/{month}/{day}",
                    f"{year}.{month:02}.{day:02}",
                    f"{year}年{month}月{day}日",
                    f"{year}-{month}-{day}",
                    f"{month:02}-{day:02}",
                )
            )
        minute, seconds = f"{dice.randint(0, 59):02}", f":{dice.randint(0, 59):02}"
        short = f"{dice.randint(1, 99)}.{dice.randint(1, 9)}{dice.choice('wWkK万')}"
        made = {
            "clock": f"{dice.randint(0, 23):02}:{minute}{dice.choice(('', seconds))}",
            "n": str(dice.choice((dice.randint(1, 99), dice.randint(100, 9999), dice.randint(10**4, 10**8)))),
            "c": dice.choice(
                (
                    str(dice.randint(1, 9999)),
                    short,
                    f"{dice.randint(1, 9)},{dice.randint(100, 999)}",
                    f"{dice.randint(2, 90)}万",
                )
            ),
            "d": str(dice.randint(1, 9)),
            "year": str(year),
            "mdy": f"{dice.choice(('January', 'March', 'May', 'Jun', 'Sep', 'October', 'Dec'))} {day}, {year}",
            "jdate": f"{year}年{month}月{day}日",
            "cdate": f"{year}年{month}月{day}日",
        }
        return made[name] if name in made else dice.choice(self.fillers[name])


def _signs(name: str) -> list[str]:
    return (
        [" | ", " ", "  ", " · ", ",", ";", " / ", "   ", "　", "　　", "|", " - "]
        if name == "sep"
        else [" > ", " >> ", " » ", " / ", " › ", " - ", ">", ">>", " → ", "->", "::", "/", " 》 "]
    )


def templates() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Templates of boilerplate and of text, each with its kind."""
    kind, dirty, clean = "", [], []
    for line in LINES.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind = line[3:]
        elif line[:2] in ("+ ", "- "):
            (dirty if line[0] == "+" else clean).append((kind, line[2:]))
    return dirty, clean


def made_pages(bodies: Sequence[Sequence[str]]) -> Iterator[Page]:
    """Pages of written lines around texts, each in one language; its templates of boilerplate all are of one fold."""
    dice = random.Random(SEED)
    writer = Writer(dice)
    folds: dict[tuple[str, int, int], list[tuple[str, str]]] = defaultdict(list)
    for is_clean, ones in enumerate(templates()):
        for one in ones:
            folds[language_of(one[1]), zlib.crc32(one[1].encode()) % FOLDS, is_clean].append(one)
    for number in range(MADE_PAGES):
        fold_number = number % FOLDS
        (language,) = dice.choices(list(SHARES), list(SHARES.values()))
        dirty, clean = folds[language, fold_number, 0], folds[language, fold_number, 1]
        yield _made_page(writer, dirty, clean, bodies if language == "zh" else (), f"made-{fold_number}")


def language_of(template: str) -> str:
    """The language that a template is written in, by its script."""
    written = re.sub(r"<[a-z\d]+>", "", template)
    if re.search("[\uac00-\ud7a3]", written) or "<ko" in template:
        return "ko"
    if re.search("[\u3040-\u30ff]", written) or "<ja" in template:
        return "ja"
    return "en" if re.search("[A-Za-z]{3}", written) and not re.search("[\u4e00-\u9fff]", written) else "zh"


def _made_page(
    writer: Writer,
    dirty: list[tuple[str, str]],
    clean: list[tuple[str, str]],
    bodies: Sequence[Sequence[str]],
    group: str,
) -> Page:
    dice = writer.dice
    body = [(False, line) for line in dice.choice(bodies)] if bodies and dice.random() < 0.5 else []
    for _ in range(dice.randint(3, 14)):
        body.insert(dice.randint(0, len(body)), (False, _styled(dice, writer.write(dice.choice(clean)[1]))))
    lines, share = list(body), dice.random()
    if share < 0.8:
        kinds = sorted({kind for kind, _ in dirty})
        for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
            kind = dice.choice(kinds)
            line = writer.write(dice.choice([template for name, template in dirty if name == kind]))
            where = dice.random()
            at = 0 if where < 0.3 else len(lines) if where < 0.7 else dice.randint(0, len(lines))
            lines.insert(at, (True, _styled(dice, line)))
    lines = _with_blocks(writer, lines) if share < 0.95 else lines
    gap, text, chrome = dice.choice(("\n", "\n", "\n\n")), "", []
    for number, (is_chrome, line) in enumerate(lines):
        text += gap if number else ""
        ends = is_chrome and line.endswith(("。", "!", "\uff01"))
        if ends and dice.random() < 0.12 and number and not lines[number - 1][0]:
            text = text[: -len(gap)]  # a sentence of the site at the end of a paragraph
        chrome += [(len(text), len(text) + len(line))] * is_chrome
        text += line
    return Page(text, chrome, (), group, "made")


def _with_blocks(writer: Writer, lines: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """The lines with menus above or below them, or with the cells of a table or a poem among them."""
    dice = writer.dice

    def block(is_chrome: bool, name: str, longest: int) -> list[tuple[bool, str]]:
        many = dice.choice(("", "", " ", "  ", " | "))
        texts = [
            writer.write(many.join(f"<{name}>" for _ in range(dice.randint(2, 7) if many else 1)))
            for _ in range(dice.randint(2, longest))
        ]
        return [(is_chrome, text) for text in texts]

    where = dice.random()
    if where < 0.3:
        lines = [*block(True, "nav", 14), *lines]
    if 0.2 < where < 0.4:
        lines = [*lines, *block(True, "nav", 10)]
    if 0.35 < where < 0.5:
        heading = dice.choice(("相关推荐", "热门文章:", "推荐阅读", "最新资讯", "Related articles", "関連記事"))
        date = dice.choice(("", "", " <date>", " (<c>)", "[<date>]"))
        mark = dice.choice(("", "", "· ", "> ", "• "))
        links = [(True, writer.write(mark + "<title>" + date)) for _ in range(dice.randint(2, 8))]
        lines = [*lines, (True, heading), *links]
    if 0.5 < where < 0.57:
        parts = ("<title>", "<nick>", "<date>", "<c>", "<nick> <clock>", "<cat>", "<d>图", "回复 <d>", "评论 <n>")
        shape = [dice.choice(parts) for _ in range(dice.randint(2, 4))]
        listing = [(True, writer.write(template)) for _ in range(dice.randint(2, 6)) for template in shape]
        lines = listing if dice.random() < 0.15 else [*lines, *listing]
    if 0.55 < where < 0.75:
        at = dice.randint(0, len(lines))
        lines = [*lines[:at], *block(False, dice.choice(("cell", "poem")), 14), *lines[at:]]
    return lines


def _styled(dice: random.Random, line: str) -> str:
    """Full-width punctuation as most Chinese pages have it."""
    if dice.random() < 0.65 and re.search("[\u3400-\u9fff]", line):
        return line.translate(str.maketrans(",!?;:()", "\uff0c\uff01\uff1f\uff1b\uff1a\uff08\uff09"))
    return line


def labelled_pages(path: Path) -> Iterator[Page]:
    """Labelled documents; templates of one origin have one group."""
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        spans = [(e["start"], e["end"], bool(e.get("optional"))) for e in document["expect"] if e["family"] == "chrome"]
        group = str(document.get("site") or document.get("url") or document["id"])
        yield Page(
            document["text"],
            [span[:2] for span in spans if not span[2]],
            [span[:2] for span in spans if span[2]],
            group,
            path.stem,
        )


def clean_pages(path: Path) -> Iterator[Page]:
    """Texts without boilerplate, cut at line ends."""
    dice = random.Random(SEED)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        documents = [json.loads(line)["text"] for line in file]
    for number, text in enumerate(dice.sample(documents, min(CLEAN_DOCUMENTS, len(documents)))):
        cut = text.rfind("\n", 0, CLEAN_CHARACTERS) if len(text) > CLEAN_CHARACTERS else len(text)
        yield Page(text[: cut if cut > 0 else CLEAN_CHARACTERS], (), (), f"{path.stem}-{number}", path.stem)


def clean_sentences(path: Path) -> Iterator[tuple[str, int, int]]:
    """Sentences of texts without boilerplate as lines to learn wording from: line, label and fold."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        documents = [json.loads(line)["text"] for line in file]
    random.Random(SEED).shuffle(documents)
    found = 0
    for number, text in enumerate(documents):
        for sentence in map(str.strip, SENTENCE.findall(folded_of(text))):
            if found < SENTENCES and 4 <= len(sentence) <= 160:
                found += 1
                yield sentence, 0, fold_of(f"{path.stem}-{number}")


def labelled_sentences(page: Page) -> Iterator[tuple[str, int, int]]:
    """The lines of a labelled page, and the sentences of its long ones."""
    folded = folded_of(page.text)
    spans = {(start, end) for start, end in rows_of(folded)[:, [judged.ROW_START, judged.ROW_END]].tolist()}
    spans |= {match.span() for start, end in spans for match in SENTENCE.finditer(folded, start, end)}
    for start, end in sorted(spans):
        label = _label(page, start, end) if folded[start:end].strip() and end - start <= 220 else None
        if label is not None:
            yield folded[start:end].strip(), label, fold_of(page.group)


def written_sentences() -> Iterator[tuple[str, int, int]]:
    """The lines of each written template, several times."""
    dice = random.Random(SEED)
    writer = Writer(dice)
    for label, some in zip((1, 0), templates()):
        for _, template in some:
            lines = {_styled(dice, writer.write(template)) for _ in range(WRITTEN_TIMES)}
            for line in sorted(lines - {""}):
                yield folded_of(line), label, zlib.crc32(template.encode()) % FOLDS


def folded_of(text: str) -> str:
    """A text as the judge sees it."""
    return Texts((text,)).folded(SCRIPT_FOLDS)[0]


def worded(lines: Iterable[tuple[str, int, int]]) -> Worded:
    """Lines as what wording learns from."""
    runs, sizes, labels, folds = [], [], [], []
    for line, label, fold in lines:
        found = [run for some in places(line) for run in some]
        runs.append(np.array(found, np.int32))
        sizes.append(len(found))
        labels.append(label)
        folds.append(fold)
    return Worded(np.concatenate(runs), np.array(sizes), np.array(labels, np.int8), np.array(folds))


def learnt(data: Worded, chosen: NDArray[Any], start: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights of runs by logistic regression, each pulled to where it began."""
    rows, wanted = data.matrix(chosen), data.label[chosen] * 2.0 - 1.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = wanted * (rows @ weights)
        moved = weights - start
        slope = -wanted / (1 + np.exp(np.minimum(margins, 60)))
        total = float(np.logaddexp(0, -margins).sum() + PULL / 2 * moved @ moved)
        return total, rows.T @ slope + PULL * moved

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x, np.float32)


def as_bytes(weights: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Weights as the model keeps them; the few greatest are cut."""
    scale = np.float32(np.quantile(np.abs(weights[weights != 0]), 0.999) / 127)
    return {"wording": np.clip(np.round(weights / scale), -127, 127).astype(np.int8), "wording_scale": scale}


class Wordings(NamedTuple):
    """Models of wording for each fold, and that of all lines as it is kept.

    `anew` began at nothing, for pages of lines that the kept model has seen: trees that learn from such wording trust
    it too much. `grown` began with what the kept model knows, for pages that are new to it.
    """

    anew: list[Wording]
    grown: list[Wording]
    kept: dict[str, NDArray[Any]]


def wordings(labelled: Sequence[Page], clean: Sequence[Path], is_kept: bool) -> Wordings:
    """What wording learns from written lines, labelled pages and clean texts; `is_kept` if the kept model counts."""
    lines = [*written_sentences(), *(line for page in labelled for line in labelled_sentences(page))]
    data = worded([*lines, *(line for path in clean for line in clean_sentences(path))])
    print(f"{len(data.label)} lines for wording, {int(data.label.sum())} of them boilerplate")
    with np.load(MODEL) as stored:
        known = Wording.of(stored).weights * np.float32(is_kept)
    rest = [np.flatnonzero(data.fold != number) for number in range(FOLDS)]
    anew = [Wording(learnt(data, chosen, np.zeros_like(known))) for chosen in rest]
    grown = [Wording(learnt(data, chosen, known)) for chosen in rest] if is_kept and labelled else anew
    return Wordings(anew, grown, as_bytes(learnt(data, np.arange(len(data.label)), known)))


def table_of(pages: Iterable[Page], models: Sequence[Wording]) -> Table:
    """The candidates of pages as numbers; `models` are of wording, by fold."""
    rows: list[list[float]] = []
    columns: list[tuple[int, int, int, str, str]] = []
    counts, prose, told = [], [], []
    literals = Literals((ROWS.sweep,))
    for number, page in enumerate(pages):
        texts = Texts((page.text,))
        folded = texts.folded(SCRIPT_FOLDS)[0]
        lines = pages_of((folded,))
        seen = lines.rows[: lines.bounds[-1]]
        counts.append(len(seen))
        starts = seen[:, judged.ROW_START].tolist()
        spans = ROWS.find(folded, literals.find(texts)[0][0].get(0, NOTHING))
        told += sorted({(number, max(0, bisect_right(starts, start) - 1)) for _, start, _ in spans})
        prose += [(number, row) for row in seen[:, judged.ROW_PROSE].nonzero()[0].tolist()]
        (found,), numbers = measured((folded,), lines, models[fold_of(page.group)])
        for (start, end, at), row in zip(found, numbers):
            label = _label(page, start, end)
            if label is not None:
                rows.append(row.tolist())
                columns.append((label, number, at, page.group, page.source))
    label, page, row, group, source = zip(*columns)
    return Table(
        np.array(rows, np.float32),
        np.array(label, np.int8),
        np.array(page, np.int32),
        np.array(row, np.int32),
        np.array(counts, np.int32),
        np.array(prose, np.int32).reshape(-1, 2),
        np.array(told, np.int32).reshape(-1, 2),
        np.array(group),
        np.array(source),
    )


def _label(page: Page, start: int, end: int) -> int | None:
    inside = {at for at in range(start, end) if not page.text[at].isspace()}
    covered = len(inside & {at for low, high in page.chrome for at in range(low, high)}) / len(inside)
    if any(low < end and start < high for low, high in page.optional) or 0.3 < covered < 0.7:
        return None
    return int(covered >= 0.7)


def joined(tables: Sequence[Table]) -> Table:
    """Several tables as one, the pages numbered on."""
    offsets = np.cumsum([0, *(len(table.rows) for table in tables)])[:-1]
    moved = [
        table._replace(
            page=table.page + offset,
            prose=table.prose + np.array([offset, 0], np.int32),
            told=table.told + np.array([offset, 0], np.int32),
        )
        for table, offset in zip(tables, offsets)
    ]
    return Table(*(np.concatenate(columns) for columns in zip(*moved)))


def fold_of(group: str) -> int:
    """The fold of a group: what a model is measured on it has not seen."""
    return int(group[5:]) if group.startswith("made-") else zlib.crc32(group.encode()) % FOLDS


def folds_of(table: Table) -> NDArray[np.int64]:
    """The fold of each candidate, by its group."""
    return np.array([fold_of(group) for group in table.group.tolist()])


def trained(rows: NDArray[np.float32], table: Table, chosen: NDArray[Any]) -> lightgbm.Booster:
    """A model of some rows. A gathered page counts for more than a made one: there are few."""
    weight = np.where(table.source == "made", 1.0, np.where(table.label == 1, 4.0, 2.0))[chosen]
    data = lightgbm.Dataset(rows[chosen], label=table.label[chosen], weight=weight)
    return lightgbm.train(TREES, data, num_boost_round=ROUNDS)


def near_numbers(table: Table, scores: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers of what stands around each candidate, from the first scores."""
    found = np.zeros((len(scores), len(NEAR_NAMES)), np.float32)
    prose, told = _by_page(table.prose), _by_page(table.told)
    for at in np.split(np.arange(len(scores)), np.flatnonzero(np.diff(table.page)) + 1):
        page = int(table.page[at[0]])
        rows = np.zeros((int(table.rows[page]), judged.ROW_COLUMNS), np.int64)
        rows[:, judged.ROW_START] = np.arange(len(rows))
        rows[prose[page], judged.ROW_PROSE] = 1
        some = [(0, 0, row) for row in table.row[at].tolist()]
        near = np.zeros((len(at), len(NEAR_NAMES)), np.float32)
        look_around(rows, (some, scores[at].tolist()), told[page], range(len(at)), near)
        found[at] = near
    return found


def _by_page(pairs: NDArray[np.int32]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for page, row in pairs.tolist():
        found[page].append(row)
    return found


def cross(table: Table) -> tuple[NDArray[Any], NDArray[Any]]:
    """First and second scores of each candidate, by models that saw nothing of its group."""
    folds, first, second = folds_of(table), np.zeros(len(table.label)), np.zeros(len(table.label))
    for number in range(FOLDS):
        rest = np.flatnonzero(folds != number)
        first[folds == number] = trained(table.numbers, table, rest).predict(table.numbers[folds == number])
    rows = np.hstack([table.numbers, near_numbers(table, first)])
    for number in range(FOLDS):
        rest = np.flatnonzero(folds != number)
        second[folds == number] = trained(rows, table, rest).predict(rows[folds == number])
    return first, second


def report(table: Table, scores: NDArray[Any], title: str) -> None:
    """Recall, precision and false lines by source."""
    print(title)
    for source in sorted(set(table.source.tolist())):
        here = table.source == source
        told, truth = scores[here] >= THRESHOLD, table.label[here] == 1
        right = int((told & truth).sum())
        recall, precision = right / max(1, truth.sum()), right / max(1, told.sum())
        print(
            f"  {source:14} lines {int(here.sum()):6}  recall {recall:.3f} of {int(truth.sum()):5}"
            f"  precision {precision:.3f}  false {int((told & ~truth).sum())}"
        )


def thresholds(table: Table, scores: NDArray[Any]) -> None:
    """What each score would find of gathered pages, and how much of that right."""
    gathered = table.source != "made"
    truth = table.label[gathered] == 1
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        told = scores[gathered] >= least
        right = int((told & truth).sum())
        print(f"  from {least}: recall {right / truth.sum():.3f}  precision {right / max(1, told.sum()):.3f}")


def stored(booster: lightgbm.Booster, name: str) -> dict[str, NDArray[Any]]:
    """A model as the arrays of `Forest`."""
    nodes: list[tuple[int, float, int, int, float]] = []

    def add(tree: dict[str, Any], depth: int) -> tuple[int, int, float]:
        at = len(nodes)
        nodes.append((0, 0.0, at, at, 0.0))
        if "leaf_value" in tree:
            nodes[at] = (0, 0.0, at, at, tree["leaf_value"])
            return at, depth, tree["leaf_value"]
        left, deep, _ = add(tree["left_child"], depth + 1)
        right, deeper, _ = add(tree["right_child"], depth + 1)
        nodes[at] = (tree["split_feature"], tree["threshold"], left, right, tree["internal_value"])
        return at, max(deep, deeper), tree["internal_value"]

    roots, depths = [], []
    for tree in booster.dump_model()["tree_info"]:
        at, depth, _ = add(tree["tree_structure"], 0)
        roots.append(at)
        depths.append(depth)
    feature, limit, left, right, value = zip(*nodes)
    return {
        f"{name}_feature": np.array(feature, np.int16),
        f"{name}_limit": floored(limit),
        f"{name}_left": np.array(left, np.int32),
        f"{name}_right": np.array(right, np.int32),
        f"{name}_value": np.array(value, np.float32),
        f"{name}_roots": np.array(roots, np.int32),
        f"{name}_depth": np.array(max(depths)),
    }


def floored(limits: Sequence[float]) -> NDArray[np.float32]:
    """The greatest single-precision numbers that are no greater: what is compared with them is of single precision."""
    exact, near = np.array(limits), np.array(limits, np.float32)
    return np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)


def kept_pages() -> list[Table]:
    """The numbers of gathered pages that are kept, if they are of today's columns."""
    if not PAGES.is_file():
        return []
    with np.load(PAGES) as data:
        if data["names"].tolist() != [*NAMES, NAME]:
            print(f"{PAGES} has other numbers than features.py: train with --labelled and --clean, and --keep")
            return []
        return [Table(data["numbers"].astype(np.float32), *(data[name] for name in Table._fields[1:]))]


def bodies_of(pages: Iterable[Page]) -> list[list[str]]:
    """Stretches of lines of clean texts, to put made lines around."""
    dice = random.Random(SEED)
    found = []
    for page in pages:
        lines = [line.strip() for line in page.text.split("\n") if line.strip()]
        if len(lines) > 3:
            at = dice.randint(0, max(0, len(lines) - 12))
            found.append(lines[at : at + dice.randint(3, 12)])
    return found


def options(about: str | None) -> argparse.ArgumentParser:
    """What every trainer is told: texts to learn from, and whether to keep their numbers and to write the model."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labelled", nargs="*", type=Path, default=[])
    parser.add_argument("--clean", nargs="*", type=Path, default=[])
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--write", action="store_true")
    return parser


def check_written(path: Path, name: str, booster: lightgbm.Booster, rows: NDArray[np.float32]) -> None:
    """Stop if the forest that was written says something else than the model that it was made of."""
    with np.load(path) as data:
        told = Forest.of(data, name).scores(rows.astype(np.float32))
    assert np.allclose(np.array(told), booster.predict(rows), atol=1e-4), "the stored model says something else"
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def main() -> None:
    """Read, measure, and train on all."""
    parser = options(__doc__)
    parser.add_argument("--no-measure", action="store_true")
    args = parser.parse_args()
    clean = [page for path in args.clean for page in clean_pages(path)]
    labelled = [page for path in args.labelled for page in labelled_pages(path)]
    kept = kept_pages()
    have = {source for one in kept for source in one.source.tolist()}
    words = wordings(labelled, args.clean, bool(kept))
    new = [page for page in clean + labelled if page.source not in have]
    gathered = [*kept, *([table_of(new, words.grown)] if new else [])]
    if args.keep:
        together = joined(gathered)
        numbers = together.numbers.astype(np.float16)
        np.savez_compressed(PAGES, names=np.array([*NAMES, NAME]), **together._replace(numbers=numbers)._asdict())
    table = joined([table_of(made_pages(bodies_of(clean)), words.anew), *gathered])
    print(f"{len(table.label)} candidates, {int(table.label.sum())} of them boilerplate")
    if args.no_measure:
        folds = folds_of(table)
        first = np.zeros(len(table.label))
        for number in range(FOLDS):
            rest = np.flatnonzero(folds != number)
            first[folds == number] = trained(table.numbers, table, rest).predict(table.numbers[folds == number])
    else:
        first, second = cross(table)
        report(table, first, "first pass")
        report(table, second, "second pass")
        thresholds(table, second)
    if args.write:
        everything = np.arange(len(table.label))
        one = trained(table.numbers, table, everything)
        rows = np.hstack([table.numbers, near_numbers(table, first)])
        two = trained(rows, table, everything)
        names = np.array([*NAMES, NAME, *NEAR_NAMES])
        np.savez_compressed(MODEL, names=names, **words.kept, **stored(one, "first"), **stored(two, "second"))
        check_written(MODEL, "second", two, rows[:500])


if __name__ == "__main__":
    main()
