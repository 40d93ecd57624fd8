"""Turn two texts into tokens and slots, and find the runs of tokens that are equal in both.

Widths, case, punctuation and white space are ignored. A figure, a mark or a run of both is one token, a slot. All slots
are equal, so the words of a template match whatever it is filled with. Matches keep the order of both texts: of text
that moved, only one place is found.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from dedupe.text import marks, tables
from dedupe.text.batch import fold

SLOT = "\uf8ff"
_WORDS, _WORD_CODES = 0xF0000, 0x1FFFE  # words get characters of the two private planes
_LETTERS_RE = re.compile(rf"(?<![A-Za-z])[{marks.LETTERS}]+(?![A-Za-z])")  # marks, unless part of a word
# A line end ends a sentence, unless a page broke the line after a comma.
_END_RE = re.compile(r"[。!?;…\r\n](?<![,、][\r\n])[。!?;…”’」』)】》〉\s]*")
_APART = "\0"  # stands between texts: it is no token, and no sentence crosses it
RUN = 8  # tokens: a sentence or run of at least this length that stands once in both texts is an anchor
ROOM = 4_000_000  # cells of one edit table; in a gap between anchors that needs more, nothing is matched directly
MOST = 1_000_000  # tokens of a gap up to which every run is looked at
LEAST = 3  # tokens: a shorter equal run between two differences of wording is chance

_OTHER, _SINGLE, _WORD, _FIGURE, _MARK, _POINT = range(6)


class Run(NamedTuple):
    """A run of `length` equal tokens, by its first token in either text."""

    one: int
    other: int
    length: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text prepared for aligning.

    `code` has one character per token, equal for equal tokens, and `SLOT` for slots; `starts` and `ends` say where each
    token stands. `blanks` are the slots with a mark in them. Sentences cover the text: each begins at a code point of
    `bounds` and at a token of `firsts`. Both lists end with the length of the text, in code points and in tokens.
    """

    text: str
    code: str
    starts: list[int]
    ends: list[int]
    blanks: frozenset[int]
    bounds: list[int]
    firsts: list[int]

    def between(self, low: int, high: int) -> str:
        """Return the source of tokens low..high, without what stands before and behind them."""
        return self.text[self.starts[low] : self.ends[high - 1]] if low < high else ""

    def begins(self, token: int) -> bool:
        """True if a sentence begins with a token, or the text ends before it."""
        at = bisect_left(self.firsts, token)
        return at < len(self.firsts) and self.firsts[at] == token


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """Return the class of each code point."""
    kinds, folds = tables.load()
    out = np.zeros(tables.CODE_POINTS, np.uint8)
    out[kinds == tables.SPACELESS] = _SINGLE
    out[(kinds == tables.LETTER) | (kinds == tables.LATIN)] = _WORD
    out[(folds >= ord("0")) & (folds <= ord("9"))] = _FIGURE
    out[np.isin(folds, [ord(mark) for mark in marks.SIGNS])] = _MARK
    out[np.isin(folds, [ord(point) for point in ".,:"])] = _POINT
    return out


def tokens_of(text: str, blanks: Iterable[tuple[int, int]] = ()) -> Tokens:
    """Return the tokens of a text. `blanks` are spans of marks that are not made of mark characters, such as [name].

    >>> tokens = tokens_of("投入xx万元，３.5倍")
    >>> tokens.code.replace(SLOT, "#"), tokens.starts[-2:], sorted(tokens.blanks)
    ('投入#万元#倍', [7, 10], [2])
    """
    return tokens_of_all([(text, blanks)])[0]


def tokens_of_all(texts: Sequence[tuple[str, Iterable[tuple[int, int]]]]) -> list[Tokens]:
    """Return the tokens of texts, each given with its blanks: many short texts are faster together than one by one."""
    joined = "".join(f"{text}{_APART}" for text, _ in texts)
    offsets = list(accumulate((len(text) + 1 for text, _ in texts), initial=0))
    blanks = [(start + at, end + at) for (_, spans), at in zip(texts, offsets) for start, end in spans]
    folded = fold(joined)
    codes, classes = _classified(joined, folded, blanks)
    marked = np.concatenate(([0], np.cumsum(classes == _MARK)))
    classes[classes == _MARK] = _FIGURE
    is_token, is_last = classes != _OTHER, (classes == _SINGLE) | np.append(classes[1:] != classes[:-1], True)
    ends = np.flatnonzero(is_token & is_last) + 1
    starts = np.flatnonzero(is_token & np.concatenate(([True], (is_last | ~is_token)[:-1])))
    code = _code(codes, classes, starts, ends)
    is_blank = marked[ends] > marked[starts]
    stops = np.array([found.end() for found in _END_RE.finditer(folded)], np.int64)
    firsts = np.searchsorted(starts, stops)
    out = []
    for (text, _), at in zip(texts, offsets):
        low, high = np.searchsorted(starts, (at, at + len(text))).tolist()
        inner = slice(*np.searchsorted(stops, (at + 1, at + len(text))).tolist())
        out.append(
            Tokens(
                text,
                code[low:high],
                (starts[low:high] - at).tolist(),
                (ends[low:high] - at).tolist(),
                frozenset(np.flatnonzero(is_blank[low:high]).tolist()),
                [0, *(stops[inner] - at).tolist(), len(text)],
                [0, *(firsts[inner] - low).tolist(), high - low],
            )
        )
    return out


def _classified(
    text: str, folded: str, blanks: Iterable[tuple[int, int]]
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the folded code points of a text, and the class of each."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes, classes = tables.load()[1][points], _classes()[points]
    for found in _LETTERS_RE.finditer(folded):
        classes[found.start() : found.end()] = _MARK
    for start, end in blanks:
        classes[start:end] = _MARK
    # A point inside a figure belongs to it; any other is punctuation.
    dots = np.flatnonzero(classes == _POINT)
    inner = dots[(dots > 0) & (dots < len(classes) - 1)]
    inner = inner[(classes[inner - 1] == _FIGURE) & (classes[inner + 1] == _FIGURE)]
    classes[dots] = _OTHER
    classes[inner] = _FIGURE
    return codes, classes


def _code(
    codes: NDArray[np.uint32], classes: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> str:
    """Return one character for each token."""
    kinds, out = classes[starts], codes[starts]
    out[kinds == _FIGURE] = ord(SLOT)
    words = kinds == _WORD
    out[words] = _word_codes(codes, starts[words], ends[words])
    return out.tobytes().decode("utf-32-le", "surrogatepass")


def _word_codes(folded: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return a private character for each word, from a checksum of its letters; rarely, two words get the same one."""
    hashes = np.empty(len(starts), np.uint32)
    for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist())):
        hashes[at] = _WORDS + crc32(folded[start:end].tobytes()) % _WORD_CODES
    return hashes


def matches(one: Tokens, other: Tokens) -> list[Run]:
    """Return the runs of equal tokens of two texts, in order in both; nothing in between is equal.

    Sentences that stand once in both texts are anchors; between them the fewest edits decide. Time is proportional to
    the length of the texts: a gap too large for that, without a run that stands once in both, is left unmatched.
    """
    if (len(other.code), other.code) < (len(one.code), one.code):  # so that swapped texts give the same runs
        return [Run(run.other, run.one, run.length) for run in matches(other, one)]
    runs: list[Run] = []
    i = j = 0
    for anchor in [*_anchors(one, other), Run(len(one.code), len(other.code), 0)]:
        _fill((one.code, other.code), (i, anchor.one), (j, anchor.other), runs)
        add_run(runs, anchor)
        i, j = anchor.one + anchor.length, anchor.other + anchor.length
    return _without_chance(runs, (one, other))


def _anchors(one: Tokens, other: Tokens) -> list[Run]:
    mine, yours = (
        [(text.code[low:high], low) for low, high in zip(text.firsts, text.firsts[1:]) if high - low >= RUN]
        for text in (one, other)
    )
    return _in_order(_common(mine, yours))


def _common(one: Iterable[tuple[str, int]], other: Iterable[tuple[str, int]]) -> list[Run]:
    """Return the strings that stand exactly once on either side, by their places on the first."""
    places = _single(other)
    return [Run(at, places[code], len(code)) for code, at in _single(one).items() if code in places]


def _single(strings: Iterable[tuple[str, int]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for code, at in strings:
        places[code] = -1 if code in places else at
    return {code: at for code, at in places.items() if at >= 0}


def _in_order(runs: Sequence[Run]) -> list[Run]:
    """Return a longest subset of runs, sorted by their place in the first text, that is in order in the other too."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(runs)
    for at, run in enumerate(runs):
        place = bisect_left(ends, run.other)
        before[at] = tails[place - 1] if place else -1
        tails[place : place + 1], ends[place : place + 1] = [at], [run.other]
    kept = []
    at = tails[-1] if tails else -1
    while at >= 0:
        kept.append(runs[at])
        at = before[at]
    return kept[::-1]


def _fill(codes: tuple[str, str], one: tuple[int, int], other: tuple[int, int], runs: list[Run]) -> None:
    """Add the runs of equal tokens of two gaps to `runs`."""
    mine, yours = codes[0][slice(*one)], codes[1][slice(*other)]
    if not mine or not yours:
        return
    if len(mine) * len(yours) <= ROOM:
        for step in Levenshtein.opcodes(mine, yours):
            if step.tag == "equal":
                add_run(runs, Run(one[0] + step.src_start, other[0] + step.dest_start, step.src_end - step.src_start))
        return
    i, j = one[0], other[0]
    every = 1 + (len(mine) + len(yours)) // MOST
    common = _common(_chosen(mine, every), _chosen(yours, every))
    joined: list[Run] = []
    for run in _in_order(common):
        add_run(joined, Run(one[0] + run.one, other[0] + run.other, RUN))
    for run in [*joined, Run(one[1], other[1], 0)]:
        if (run.one - i) * (run.other - j) <= ROOM:
            _fill(codes, (i, run.one), (j, run.other), runs)
        add_run(runs, run)
        i, j = run.one + run.length, run.other + run.length


def _chosen(code: str, every: int) -> Iterator[tuple[str, int]]:
    """Yield the runs that begin at about one token in `every`; the token alone decides, so all texts agree."""
    for at in range(len(code) - RUN + 1):
        if ord(code[at]) * 2654435761 % every == 0:
            yield code[at : at + RUN], at


def add_run(runs: list[Run], run: Run) -> None:
    """Add a run after others; a run that continues or overlaps the last one is joined to it."""
    last = runs[-1] if runs else None
    if last and run.one - last.one == run.other - last.other and run.one <= last.one + last.length:
        runs[-1] = last._replace(length=max(last.length, run.one + run.length - last.one))
    elif run.length and (not last or (run.one >= last.one + last.length and run.other >= last.other + last.length)):
        runs.append(run)


def _without_chance(runs: Sequence[Run], texts: tuple[Tokens, Tokens]) -> list[Run]:
    """Drop runs that may be chance: keep those that are long, beside a slot, or at the edge of a sentence."""
    codes = [text.code for text in texts]
    kept: list[Run] = []
    for at, run in enumerate(runs):
        last = kept[-1] if kept else Run(0, 0, 0)
        following = runs[at + 1] if at + 1 < len(runs) else Run(len(codes[0]), len(codes[1]), 0)
        before = codes[0][last.one + last.length : run.one] + codes[1][last.other + last.length : run.other]
        after = codes[0][run.one + run.length : following.one] + codes[1][run.other + run.length : following.other]
        is_inside = before and after and not _is_at_an_edge(texts, run)
        if run.length >= LEAST or not is_inside or SLOT in before + after:
            kept.append(run)
    return kept


def _is_at_an_edge(texts: tuple[Tokens, Tokens], run: Run) -> bool:
    """True if a run begins or ends a sentence of both texts."""
    ends = ((run.one, run.other), (run.one + run.length, run.other + run.length))
    return any(all(firsts_within(text, token, token) for text, token in zip(texts, pair)) for pair in ends)


def firsts_within(text: Tokens, low: int, high: int) -> list[int]:
    """Return the tokens from low to high, inclusive, that sentences begin with."""
    return text.firsts[bisect_left(text.firsts, low) : bisect_right(text.firsts, high)]
