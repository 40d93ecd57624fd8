"""The learned judge of boilerplate: lines that look like what a site puts around a text, whatever their words.

It looks twice, as jusText does: at each line by itself, then again with the verdicts on the lines around it. The model
is trained by `tools/train_chrome.py`; here it is only asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.boilerplate.features import NAMES, NEAR_NAMES, SMALL, lexicon, page_numbers
from dedupe.rules.boilerplate.forest import Forest
from dedupe.rules.boilerplate.lines import Candidate, Rows, candidates, rows_of
from dedupe.rules.boilerplate.naming import AT, name_of
from dedupe.text.kernels import judged, view

STORED = Path(__file__).parent / "judge.npz"
# A line is a site's from this score on. Below the second, in the first look, it is not looked at again.
THRESHOLD = 0.4
HOPELESS = 0.04
# A title stands so near above the first sentence; like other headings it is so long, and has no more of these.
TITLE_REACH, HEADING_LENGTH = 4, range(3, 46)
HEADING_MOST = (
    ("share of values", 0.35),
    ("known labels", 0),
    ("pairs", 0),
    ("items", 2),
    ("addresses", 0),
    ("clock", 0),
    ("ends in a colon", 0),
)
# What a form leaves to be filled in.
TO_FILL = re.compile(
    r"[\u2610\u25a1]|_{2,}|[\u4e00-\u9fff]:?【[^】]{1,8}】$|[a-z:] ?\[[A-Z][A-Za-z ]{2,20}\]|[\u00d7*]{2,}"
    r"|<[A-Za-z][A-Za-z ]{2,20}>"
)
NUMBERED = re.compile("第?[一二三四五六七八九十]{1,3}[、.章条]|[(][一二三四五六七八九十]{1,3}[)]")
BINDS = re.compile("甲方|乙方|许可证|[本网]站[为向](?:用户|客户|居民|村民|车主|商户|农户)提供|平台[为向]用户提供")
REASONS = 5  # numbers that are named as what weighed most


class Verdict(NamedTuple):
    """A line that is a site's: its place, its score, and the code of what it is most like."""

    start: int
    end: int
    score: float
    code: str


@lru_cache(maxsize=1)
def forests() -> tuple[Forest, Forest]:
    """The models of the first look and of the second."""
    with np.load(STORED) as data:
        return Forest.of(data, "first"), Forest.of(data, "second")


def near_numbers(
    scores: Mapping[int, float], told: Collection[int], is_prose: NDArray[np.bool_], wanted: Sequence[int]
) -> NDArray[np.float64]:
    """float64[wanted rows, len(NEAR_NAMES)]: what the verdicts on the other lines of a page say of some.

    `scores` are by row, of the rows that were looked at; `told` are the rows that a rule knows.
    """
    by_row = np.zeros(len(is_prose))
    by_row[list(scores)] = list(scores.values())
    is_told = np.zeros(len(is_prose), np.bool_)
    is_told[list(told)] = True
    by_row[is_told] = 1.0
    sums, dirty = np.zeros(len(by_row) + 1), np.zeros(len(by_row) + 1, np.int64)
    np.cumsum(by_row, out=sums[1:])
    np.cumsum(by_row > 0.5, out=dirty[1:])
    found = np.empty((len(wanted), len(NEAR_NAMES)))
    judged.near(*map(view, (by_row, sums, dirty, is_prose, is_told, np.array(wanted, np.int64), found)))
    return found


def judge(folded: str, told: Iterable[int] = ()) -> list[Verdict]:
    """The lines of a folded text that are a site's, and the sentences that are, in lines that are not.

    `told` is where what rules found begins.
    """
    rows = rows_of(folded)
    found, numbers = page_numbers(folded, rows, candidates(folded, rows))
    if not found:
        return []
    first, second = forests()
    scores = first.scores(numbers)
    again = [number for number, score in enumerate(scores) if score > HOPELESS]
    if not again:
        return []
    near = _near(rows, found, scores, told, [found[number][2] for number in again])
    final = second.scores(np.hstack([numbers[again], near]))
    settled: list[Verdict] = []
    headings, reach = Headings(rows, found, numbers), 0
    for number, score in zip(again, final):
        start, end, row = found[number]
        # A sentence is told only where its line is not: the line comes first.
        if score >= THRESHOLD and start >= reach and not headings.has(row):
            line = numbers[number].tolist()
            if not _is_an_authors(folded, start, end, line):
                settled.append(Verdict(start, end, score, name_of(line, folded[start:end])))
                reach = end
    return settled


def _is_an_authors(folded: str, start: int, end: int, line: Sequence[float]) -> bool:
    """Whether somebody tells of himself there, or a contract or licence binds somebody."""
    if TO_FILL.search(folded, start, end):
        return True
    if NUMBERED.match(folded, start) and line[AT["site words"]] < 0.5:
        return True
    tells = line[AT["words: author"]] >= 0.1 and line[AT["site words"]] < 0.3 and line[AT["length"]] > 16
    return tells or BINDS.search(folded, start, end) is not None


class Headings:
    """The rows that head what stands below: the text's title, and what stands right above a sentence.

    They say nothing as sites say it. What sites put around a title looks like one, so its place speaks for it.
    """

    def __init__(self, rows: Rows, found: Sequence[Candidate], numbers: NDArray[np.float64]) -> None:
        self._rows, self._numbers = rows, numbers
        self._at = {row: number for number, (_, _, row) in enumerate(found)}

    def has(self, row: int) -> bool:
        """Whether a row is one."""
        if not self._may_head(row):
            return False
        return row == self._title or (row == 0 and self._is_texts_name) or self._is_sentence(row + 1)

    def _is_sentence(self, row: int) -> bool:
        return row < len(self._rows) and bool(self._rows[row, judged.ROW_PROSE] or self._rows[row, judged.ROW_ENDS])

    @cached_property
    def _title(self) -> int | None:
        below = next((row for row in range(1, len(self._rows)) if self._is_sentence(row)), 0)
        return next(filter(self._may_head, range(below - 1, max(-1, below - 1 - TITLE_REACH), -1)), None)

    @cached_property
    def _is_texts_name(self) -> bool:
        at = self._at.get(0)
        return at is not None and bool(self._numbers[at, AT["words: texts"]] >= 0.3)

    def _may_head(self, row: int) -> bool:
        start, end, _, ends_sentence = self._rows[row, :4].tolist()
        if end - start not in HEADING_LENGTH or ends_sentence:
            return False
        if row not in self._at:
            return True
        line = self._numbers[self._at[row]].tolist()
        is_plain = not any(line[AT[name]] > most for name, most in HEADING_MOST)
        # The name of a kind of text is a word of menus as well.
        is_plain &= line[AT["site words"]] <= 0.45 or line[AT["words: texts"]] >= 0.3
        return is_plain and not (line[AT["begins with a bracket"]] and line[AT["ends in a bracket"]])


class Reasons(NamedTuple):
    """Why a line was judged as it was: its score, the words that the vocabulary has of it, and what weighed most.

    `weights` are names of numbers with what each did to the score (as a logarithm of odds), the greatest first.
    """

    score: float
    words: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]


def explain(folded: str, start: int) -> Reasons | None:
    """Why the line or sentence that begins at an offset was judged so; None for one that the judge does not look at."""
    rows = rows_of(folded)
    found, numbers = page_numbers(folded, rows, candidates(folded, rows))
    at = next((number for number, one in enumerate(found) if one[0] == start), None)
    if at is None:
        return None
    first, second = forests()
    near = _near(rows, found, first.scores(numbers), (), [found[at][2]])
    row = np.hstack([numbers[at], near[0]])
    done = second.weights(row)
    names = (*NAMES, *NEAR_NAMES)
    line = folded[start : found[at][1]].translate(SMALL)
    words = tuple(line[low:high] for low, high, _ in lexicon().find(line))
    ranked = sorted(range(len(names)), key=lambda number: (-abs(done[number]), number))[:REASONS]
    return Reasons(
        second.scores(row[None])[0], words, tuple((names[number], round(float(done[number]), 2)) for number in ranked)
    )


def _near(
    rows: Rows, found: Sequence[Candidate], scores: Sequence[float], told: Iterable[int], wanted: Sequence[int]
) -> NDArray[np.float64]:
    """What the first scores of a page's candidates, and its rules, say of some of its rows."""
    by_row: dict[int, float] = {}
    for (_, _, row), score in zip(found, scores):
        by_row[row] = max(by_row.get(row, 0.0), score)
    starts = rows[:, judged.ROW_START]
    known = np.maximum(np.searchsorted(starts, list(told), "right") - 1, 0).tolist()
    return near_numbers(by_row, known, rows[:, judged.ROW_PROSE] != 0, wanted)
