"""The learned judge of boilerplate: lines that look like what a site puts around a text, whatever their words.

It looks twice, as jusText does: at each line by itself, then again with the verdicts on the lines around it. The model
is trained by `tools/train_chrome.py`; here it is only asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dedupe.rules.boilerplate.features import NAMES, NEAR_NAMES, SMALL, Candidate, lexicon, page_numbers
from dedupe.rules.boilerplate.forest import Forest
from dedupe.rules.boilerplate.lines import Row, candidates, rows_of
from dedupe.rules.boilerplate.naming import AT, DOUBTED, name_of
from dedupe.rules.boilerplate.wording import NAME, Wording

STORED = Path(__file__).parent / "judge.npz"
# A line is a site's from the first score on, and may be one from the second on, which is a note. Below the third, in
# the first look, it is not looked at again.
THRESHOLD, DOUBT = 0.5, 0.3
HOPELESS = 0.04
BEYOND_DOUBT = 0.8  # from here on a line is no heading, whatever it stands above
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
    r"[\u2610\u25a1]|_{2,}|[\ufe4f\uff5e~○△]{2,}|:…"
    r"|[\u4e00-\u9fff]:?【[^】]{1,8}】$|[a-z:] ?\[[A-Z][A-Za-z ]{2,20}\]|[\u00d7*]{2,}"
    r"|<[A-Za-z][A-Za-z ]{2,20}>"
)
NUMBERED = re.compile("第?[一二三四五六七八九十]{1,3}[、.章条]|[(][一二三四五六七八九十]{1,3}[)]")
BINDS = re.compile(
    "甲方|乙方|(?<![营信])许可证(?![编号:])|[本网]站[为向](?:用户|客户|居民|村民|车主|商户|农户)提供|平台[为向]用户提供"
)
REASONS = 5  # numbers that are named as what weighed most


class Verdict(NamedTuple):
    """A line that is a site's: its place, its score, and the code of what it is most like."""

    start: int
    end: int
    score: float
    code: str


@lru_cache(maxsize=1)
def models() -> tuple[Wording, Forest, Forest]:
    """The models of wording, of the first look and of the second."""
    with np.load(STORED) as data:
        return Wording.of(data), Forest.of(data, "first"), Forest.of(data, "second")


def rated(folded: str, found: Sequence[Candidate], numbers: Sequence[Sequence[float]]) -> list[list[float]]:
    """The numbers of candidates, and how each is worded."""
    scores = models()[0].scores(folded, [(one.start, one.end) for one in found])
    return [[*row, score] for row, score in zip(numbers, scores)]


class Near:
    """What the verdicts on the lines of a page say of each other line.

    `scores` are by row, of the rows that were looked at; `told` are the rows that a rule knows, `prose` those of prose.
    """

    def __init__(self, scores: Mapping[int, float], rows: int, told: Collection[int], prose: Sequence[int]) -> None:
        self._scores = np.zeros(rows + 1)
        for row, score in scores.items():
            self._scores[row] = score
        self._told = np.zeros(rows + 1, np.bool_)
        self._told[list(told)] = True
        self._scores[self._told] = 1.0
        self._rows, self._prose = rows, prose
        self._sums = np.concatenate([[0.0], np.cumsum(self._scores)])
        self._dirty = np.concatenate([[0], np.cumsum(self._scores > 0.5)])

    def of(self, row: int) -> tuple[float, ...]:
        """The numbers of a row, in the order of `NEAR_NAMES`."""
        scores, rows = self._scores, self._rows
        at = bisect_left(self._prose, row)
        top = self._prose[at - 1] + 1 if at else 0
        after = bisect_right(self._prose, row)
        end = self._prose[after] if after < len(self._prose) else rows
        low, high = max(0, row - 5), min(rows, row + 6)
        above, below = int(self._dirty[row]), int(self._dirty[rows] - self._dirty[row + 1])
        is_edge = (above == row and row <= 12) or (below == rows - 1 - row and below <= 12)
        near = [scores[other] for other in (row - 2, row - 1, row + 1, row + 2) if 0 <= other < rows]
        return (
            scores[row - 1] if row else 0.0,
            scores[row + 1] if row + 1 < rows else 0.0,
            max(near, default=0.0),
            (self._sums[rows] - scores[row]) / max(1, rows - 1),
            is_edge,
            above / row if row else 1.0,
            below / (rows - 1 - row) if row < rows - 1 else 1.0,
            float(scores[max(top, row - 30) : row].max(initial=0.0)),
            float(scores[row + 1 : min(end, row + 30)].max(initial=0.0)),
            (self._sums[high] - self._sums[low] - scores[row]) / max(1, high - low - 1),
            bool(self._told[max(0, row - 3) : row].any() or self._told[row + 1 : row + 4].any()),
        )


def judge(folded: str, met: Iterable[int] | None = None, told: Iterable[int] = ()) -> list[Verdict]:
    """The lines of a folded text that are a site's, and the sentences that are, in lines that are not.

    `met` is where the seeds of `lines` may stand, if that is known; `told` is where what rules found begins.
    """
    rows = rows_of(folded)
    found, numbers = page_numbers(folded, candidates(folded, rows, met))
    if not found:
        return []
    numbers = rated(folded, found, numbers)
    _, first, second = models()
    scores = first.scores(numbers)
    again = [number for number, score in enumerate(scores) if score > HOPELESS]
    if not again:
        return []
    near = near_of(rows, found, scores, told)
    final = second.scores([[*numbers[number], *near.of(found[number].place.row)] for number in again])
    headings = _headings(rows, found, numbers)
    return list(
        _settled(
            _verdict(folded, found[number], score, numbers[number])
            for number, score in zip(again, final)
            if score >= DOUBT
            and (score >= BEYOND_DOUBT or found[number].place.row not in headings)
            and not _is_an_authors(folded, found[number], numbers[number])
        )
    )


def _is_an_authors(folded: str, one: Candidate, line: Sequence[float]) -> bool:
    """Whether somebody tells of himself there, or a contract or licence binds somebody."""
    if TO_FILL.search(folded, one.start, one.end):
        return True
    if NUMBERED.match(folded, one.start) and line[AT["site words"]] < 0.5:
        return True
    tells = line[AT["words: author"]] >= 0.1 and line[AT["site words"]] < 0.3 and line[AT["length"]] > 16
    return tells or BINDS.search(folded, one.start, one.end) is not None


def _headings(rows: Sequence[Row], found: Sequence[Candidate], numbers: Sequence[Sequence[float]]) -> set[int]:
    """The rows that head what stands below: the text's title, and what stands right above a sentence.

    They say nothing as sites say it. What sites put around a title looks like one, so its place speaks for it.
    """
    by_row = {one.place.row: line for one, line in zip(found, numbers)}

    def may_head(row: int) -> bool:
        line = by_row.get(row)
        size = rows[row].end - rows[row].start
        is_plain = line is None or not any(line[AT[name]] > most for name, most in HEADING_MOST)
        # The name of a kind of text is a word of menus as well.
        is_plain &= line is None or line[AT["site words"]] <= 0.45 or line[AT["words: texts"]] >= 0.3
        is_set_apart = line is not None and line[AT["begins with a bracket"]] and line[AT["ends in a bracket"]]
        return size in HEADING_LENGTH and not rows[row].ends_sentence and is_plain and not is_set_apart

    below = [number for number, row in enumerate(rows) if number and (row.is_prose or row.ends_sentence)]
    heading = {number - 1 for number in below if may_head(number - 1)}
    above = range(below[0] - 1, max(-1, below[0] - 1 - TITLE_REACH), -1) if below else range(0)
    title = next((row for row in above if may_head(row)), None)
    if by_row.get(0) and by_row[0][AT["words: texts"]] >= 0.3 and may_head(0):
        heading.add(0)
    return heading if title is None else {*heading, title}


class Reasons(NamedTuple):
    """Why a line was judged as it was: its score, the words that the vocabulary has of it, and what weighed most.

    `runs` are those of its characters that sites write most; `weights` are names of numbers with what each did to the
    score (as a logarithm of odds), the greatest first.
    """

    score: float
    words: tuple[str, ...]
    runs: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]


def explain(folded: str, start: int) -> Reasons | None:
    """Why the line or sentence that begins at an offset was judged so; None for one that the judge does not look at."""
    rows = rows_of(folded)
    found, numbers = page_numbers(folded, candidates(folded, rows))
    numbers = rated(folded, found, numbers)
    at = next((number for number, one in enumerate(found) if one.start == start), None)
    if at is None:
        return None
    wording, first, second = models()
    near = near_of(rows, found, first.scores(numbers), ())
    row = [*numbers[at], *near.of(found[at].place.row)]
    done = second.weights(row)
    names = (*NAMES, NAME, *NEAR_NAMES)
    line = folded[start : found[at].end].translate(SMALL)
    words = tuple(line[low:high] for low, high, _ in lexicon().find(line))
    ranked = sorted(range(len(names)), key=lambda number: (-abs(done[number]), number))[:REASONS]
    weights = tuple((names[number], round(float(done[number]), 2)) for number in ranked)
    return Reasons(second.scores([row])[0], words, wording.strongest(folded, start, found[at].end), weights)


def _verdict(folded: str, one: Candidate, score: float, numbers: Sequence[float]) -> Verdict:
    code = name_of(numbers, folded[one.start : one.end]) if score >= THRESHOLD else DOUBTED
    return Verdict(one.start, one.end, score, code)


def near_of(rows: Sequence[Row], found: Sequence[Candidate], scores: Sequence[float], told: Iterable[int]) -> Near:
    """What the first scores of a page's candidates, and its rules, say of its lines."""
    by_row: dict[int, float] = {}
    for one, score in zip(found, scores):
        by_row[one.place.row] = max(by_row.get(one.place.row, 0.0), score)
    starts = [row.start for row in rows]
    known = {max(0, bisect_right(starts, start) - 1) for start in told}
    return Near(by_row, len(rows), known, [number for number, row in enumerate(rows) if row.is_prose])


def _settled(judged: Iterable[Verdict]) -> Iterator[Verdict]:
    """A sentence is told only where its line is not: the line comes first."""
    reach = 0
    for one in judged:
        if one.start >= reach:
            yield one
            reach = one.end
