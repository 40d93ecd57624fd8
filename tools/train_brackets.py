#!/usr/bin/env python3
"""Train the judge of prompts in brackets and write `dedupe/rules/placeholders/brackets.npz`.

    python tools/train_brackets.py [--labelled FILE.jsonl ...] [--clean FILE.jsonl.gz ...] [--keep] [--write]

It learns from `tools/brackets/examples.txt`, where «» mark the prompts of texts that were written for this (⏎ is a line
end; one text a line), and from the numbers of labelled and clean texts that `tools/brackets/texts.npz` keeps.
`--labelled` adds documents labelled span by span ({"id", "text", "expect": [{"family": "prompt", "start", "end",
"optional"?}]}), `--clean` texts without prompts; a source that is kept is read anew. `--keep` stores the numbers
of all for whoever trains next. Without `--write` it only measures: by source, none of whose brackets the model that is
measured has seen.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from train_chrome import TREES, Worded, as_bytes, check_written, folded_of, learnt, options, stored  # noqa: E402

from dedupe.rules.placeholders.brackets import (  # noqa: E402
    BESIDE,
    NEAR,
    NUMBERS,
    PATTERNS,
    STORED,
    THRESHOLD,
    Bracket,
    brackets_of,
    neighbours,
    numbers_of,
)
from dedupe.rules.wording import Wording, places  # noqa: E402
from dedupe.text.kernels.wording import BITS  # noqa: E402

EXAMPLES, TEXTS = ROOT / "tools/brackets/examples.txt", ROOT / "tools/brackets/texts.npz"
FOLDS, ROUNDS, WEIGHT = 5, 120, 30.0
TIMES = 8  # that wording sees a written example
CLEAN, LONGEST = 1500, 20_000  # texts of each clean file, and characters of each
MOSTLY = 0.6  # the share of a bracket that a label must cover to be about it


class Some(NamedTuple):
    """Brackets of many texts: the places of their runs and how many each has, their labels, their texts, the sources.

    `label` is 1 for a prompt, 0 for none and 2 for what may be either; `text` numbers the texts and `words` what stands
    in brackets; `own` float32[brackets, numbers] are the numbers of `NUMBERS`, of which those that come from wording
    are made anew.
    """

    runs: NDArray[np.int32]
    sizes: NDArray[np.int64]
    label: NDArray[np.int8]
    text: NDArray[np.int32]
    own: NDArray[np.float32]
    words: NDArray[np.int64]
    source: NDArray[np.str_]


def examples(path: Path) -> Iterator[tuple[str, str, list[tuple[int, int, bool]]]]:
    """The written texts: a source, the text, and the spans of its prompts."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text, spans, start = "", list[tuple[int, int, bool]](), 0
        for char in line.replace("⏎", "\n"):
            if char == "«":
                start = len(text)
            elif char == "»":
                spans.append((start, len(text), False))
            else:
                text += char
        yield "examples", text, spans


def labelled(path: Path) -> Iterator[tuple[str, str, list[tuple[int, int, bool]]]]:
    """Labelled documents with the spans of their prompts; what is optional may be either."""
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        spans = [(e["start"], e["end"], bool(e.get("optional"))) for e in one["expect"] if e["family"] == "prompt"]
        yield path.stem, one["text"], spans


def clean(path: Path) -> Iterator[tuple[str, str, list[tuple[int, int, bool]]]]:
    """Texts without prompts, or hardly any."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for _, line in zip(range(CLEAN), file):
            yield path.name.split(".")[0], json.loads(line)["text"][:LONGEST], []


def label_of(one: Bracket, spans: Sequence[tuple[int, int, bool]]) -> int:
    """What the labels of a text say of one of its brackets."""
    met = [span for span in spans if span[0] < one.end and one.start < span[1]]
    if not met:
        return 0
    mine = [span for span in met if min(span[1], one.end) - max(span[0], one.start) >= MOSTLY * (one.end - one.start)]
    return 1 if any(not is_either for *_, is_either in mine) else 2


def some_of(texts: Iterable[tuple[str, str, list[tuple[int, int, bool]]]]) -> Some:
    """The brackets of some texts."""
    runs, sizes, labels, numbers, own, inner, sources = [], [], [], [], [], [], []
    for number, (source, text, spans) in enumerate(texts):
        folded = folded_of(text)
        brackets = brackets_of(folded, PATTERNS)
        own += numbers_of(brackets, [0.0] * len(brackets), range(len(brackets))).tolist()
        for one in brackets:
            beside = one.before[-BESIDE:], one.after[:BESIDE]
            found = [
                run for some in places(folded[one.start - len(beside[0]) : one.end + len(beside[1])]) for run in some
            ]
            runs.append(np.array(found, np.int32))
            sizes.append(len(found))
            labels.append(label_of(one, spans))
            numbers.append(number)
            inner.append(zlib.crc32(one.inner.encode("utf-8", "surrogatepass")))
            sources.append(source)
    return Some(
        np.concatenate([np.empty(0, np.int32), *runs]),
        np.array(sizes, np.int64),
        np.array(labels, np.int8),
        np.array(numbers, np.int32),
        np.array(own, np.float32).reshape(-1, len(NUMBERS)),
        np.array(inner, np.int64),
        np.array(sources, np.str_),
    )


def joined(parts: Sequence[Some]) -> Some:
    """Several as one, the texts numbered on."""
    offsets = np.cumsum([0, *(int(part.text.max(initial=-1)) + 1 for part in parts)])
    moved = [part._replace(text=part.text + np.int32(offset)) for part, offset in zip(parts, offsets)]
    return Some(*(np.concatenate(columns) for columns in zip(*moved)))


def without(data: Some, sources: set[str]) -> Some:
    """What is kept less some sources, for these are read anew."""
    chosen = ~np.isin(data.source, sorted(sources))
    runs = data.runs[np.repeat(chosen, data.sizes)]
    return Some(runs, *(column[chosen] for column in data[1:]))


def rows_of(data: Some, scores: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers of all brackets, how they and their neighbours are worded among them."""
    rows = data.own.copy()
    bounds = np.flatnonzero(np.diff(data.text, prepend=-1, append=-1))
    for low, high in pairwise(bounds.tolist()):
        named = list(zip(data.own[low:high, 1].astype(str), data.words[low:high].astype(str)))
        told = neighbours(named, scores[low:high].tolist())
        rows[low:high, -NEAR:] = [told[one] for one in named]
    rows[:, 0] = scores
    return rows


def wording_of(data: Some, chosen: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The weights of runs by some brackets, as the model keeps them."""
    times = np.where(data.label == 2, 0, np.where(data.source == "examples", TIMES, 1))[chosen]
    worded = Worded(data.runs, data.sizes, data.label, np.zeros(0, np.int64))
    return as_bytes(learnt(worded, np.repeat(chosen, times), np.zeros(1 << BITS, np.float32)))


def blind(data: Some, folds: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The numbers of all brackets and their scores, by models that saw nothing of their fold.

    Kept weights are bytes, and the greatest are cut: the trees learn from what these say, for that is what they see.
    """
    matrix = Worded(data.runs, data.sizes, data.label, folds).matrix(np.arange(len(data.label)))
    worded, scores = np.zeros(len(data.label)), np.zeros(len(data.label))
    for number in range(FOLDS):
        weights = Wording.of(wording_of(data, np.flatnonzero(folds != number))).weights
        worded[folds == number] = matrix[folds == number] @ weights
    rows = rows_of(data, worded)
    for number in range(FOLDS):
        model = trained(rows, data, np.flatnonzero((data.label < 2) & (folds != number)))
        scores[folds == number] = model.predict(rows[folds == number])
    return rows, scores


def trained(rows: NDArray[np.float32], data: Some, chosen: NDArray[Any]) -> lightgbm.Booster:
    """A model of some rows. A written example counts for more: there are few."""
    weight = np.where(data.source == "examples", WEIGHT, 1.0)[chosen]
    return lightgbm.train(TREES, lightgbm.Dataset(rows[chosen], label=data.label[chosen], weight=weight), ROUNDS)


def report(data: Some, scores: NDArray[Any]) -> None:
    """Recall and false ones by source."""
    for source in [*sorted(set(data.source.tolist())), ""]:
        here = (data.source == source) | (source == "")
        told, truth = scores[here] >= THRESHOLD, data.label[here]
        print(
            f"  {source or 'all':16} brackets {int(here.sum()):6}"
            f"  recall {(told & (truth == 1)).sum()}/{(truth == 1).sum()}"
            f"  false {(told & (truth == 0)).sum()}"
        )


def main() -> None:
    """Read, measure, and train on all."""
    args = options(__doc__).parse_args()
    parts = [some_of(labelled(path)) for path in args.labelled] + [some_of(clean(path)) for path in args.clean]
    if TEXTS.is_file():
        with np.load(TEXTS) as kept:
            before = Some(*(kept[name].astype(np.float32) if name == "own" else kept[name] for name in Some._fields))
        parts.insert(0, without(before, {source for part in parts for source in part.source.tolist()}))
    if args.keep:
        kept = joined(parts)
        np.savez_compressed(TEXTS, **kept._replace(own=kept.own.astype(np.float16))._asdict())
    data = joined([*parts, some_of(examples(EXAMPLES))])
    apart = ("examples", "news")  # of many hands: judged text by text
    groups = [f"{source} {text}" if source in apart else source for source, text in zip(data.source, data.text)]
    folds = np.array([zlib.crc32(group.encode()) % FOLDS for group in groups])
    print(f"{len(data.label)} brackets, {int((data.label == 1).sum())} of them prompts")
    rows, scores = blind(data, folds)
    report(data, scores)
    if args.write:
        everything = wording_of(data, np.arange(len(data.label)))
        model = trained(rows, data, np.flatnonzero(data.label < 2))
        np.savez_compressed(STORED, names=np.array(NUMBERS), **everything, **stored(model, "numbers"))
        check_written(STORED, "numbers", model, rows[:500])


if __name__ == "__main__":
    main()
