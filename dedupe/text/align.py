"""Align two texts: which sentences match, and inside sentences what is equal and what differs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise, takewhile
from typing import NamedTuple

from dedupe.core.model import Span
from dedupe.text.batch import fold
from dedupe.text.match import SLOT, Run, Tokens, add_run, firsts_within, matches

_Pair = tuple[tuple[int, int], tuple[int, int]]  # tokens from, to of either text

ALIKE = 0.4  # least share of equal tokens, of the shorter one, for two sentences to match


class Kind(str, Enum):
    """What a stretch is: equal, filled in two ways, blank in one text, worded in two ways, or only in one text."""

    EQUAL = "equal"
    FILL = "fill"
    BLANK = "blank"
    WORDING = "wording"
    ONLY = "only"


class Stretch(NamedTuple):
    """A span of either text; if only one text has it, the other's span is empty."""

    kind: Kind
    one: Span
    other: Span


class Row(NamedTuple):
    """Sentences that match, or that stand in one text only, as stretches that cover them."""

    one: Span
    other: Span
    stretches: tuple[Stretch, ...]


class _Cut(NamedTuple):
    """Where one row ends and the next begins: the token and the code point of either text."""

    i: int
    j: int
    one: int
    other: int


def align(one: Tokens, other: Tokens) -> list[Row]:
    """Align the sentences of two texts; every character of both is in exactly one stretch, in order.

    >>> from dedupe.text.match import tokens_of
    >>> left, right = "春天来了。村里投入xx万元，修好了桥。", "村里投入30万元,修好了石桥。请提意见。"
    >>> for row in align(tokens_of(left), tokens_of(right)):
    ...     for kind, one, other in row.stretches:
    ...         print(f"{kind.value}: {left[one.start : one.end]}|{right[other.start : other.end]}")
    only: 春天来了。|
    equal: 村里投入|村里投入
    blank: xx|30
    equal: 万元，修好了|万元,修好了
    only: |石
    equal: 桥。|桥。
    only: |请提意见。
    """
    runs = _of_sentences_alike(one, other, matches(one, other))
    ends = _Cut(len(one.code), len(other.code), len(one.text), len(other.text))
    cuts = list(dict.fromkeys([_Cut(0, 0, 0, 0), *_cuts(one, other, runs), ends]))
    return [row for low, high in pairwise(cuts) for row in _rows_between((one, other), (low, high), runs)]


def _of_sentences_alike(one: Tokens, other: Tokens, runs: Sequence[Run]) -> list[Run]:
    """Cut runs at sentence ends, and drop those of two sentences that share too little to match."""
    pieces: list[tuple[tuple[int, int], Run]] = []
    shared: Counter[tuple[int, int]] = Counter()
    for i, j, length in runs:
        stop = i + length
        while i < stop:
            pair = bisect_right(one.firsts, i) - 1, bisect_right(other.firsts, j) - 1
            step = min(stop - i, one.firsts[pair[0] + 1] - i, other.firsts[pair[1] + 1] - j)
            pieces.append((pair, Run(i, j, step)))
            shared[pair] += step
            i, j = i + step, j + step
    kept: list[Run] = []
    for pair, run in pieces:
        sizes = (text.firsts[at + 1] - text.firsts[at] for text, at in zip((one, other), pair))
        if shared[pair] >= ALIKE * min(sizes):
            add_run(kept, run)
    return kept


def _cuts(one: Tokens, other: Tokens, runs: Sequence[Run]) -> Iterator[_Cut]:
    """Yield where matching sentences begin in both texts, and where text that only one has begins and ends."""
    i = j = 0
    for run in [*runs, Run(len(one.code), len(other.code), 0)]:
        mine, yours = firsts_within(one, i, run.one), firsts_within(other, j, run.other)
        if mine and yours:
            yield _cut(one, other, mine[0], yours[0])
            yield _cut(one, other, mine[-1], yours[-1])
        shift = run.other - run.one
        shared = set(firsts_within(other, run.other, run.other + run.length))
        for first in firsts_within(one, run.one, run.one + run.length):
            if first + shift in shared:
                yield _cut(one, other, first, first + shift)
        i, j = run.one + run.length, run.other + run.length


def _cut(one: Tokens, other: Tokens, i: int, j: int) -> _Cut:
    return _Cut(i, j, _bound(one, i), _bound(other, j))


def _rows_between(texts: tuple[Tokens, Tokens], cuts: tuple[_Cut, _Cut], runs: Sequence[Run]) -> Iterator[Row]:
    """Yield the row between two cuts, or two rows if the sentences there have nothing in common."""
    low, high = cuts
    inside = []
    for run in runs[bisect_right(runs, low.i, key=lambda run: run.one + run.length) :]:
        if run.one >= high.i:
            break
        skip = max(0, low.i - run.one)
        inside.append(Run(run.one + skip, run.other + skip, min(run.one + run.length, high.i) - run.one - skip))
    one, other = Span(low.one, high.one), Span(low.other, high.other)
    if inside or not (texts[0].code or texts[1].code):
        yield Row(one, other, tuple(_stretches(texts, cuts, [*inside, Run(high.i, high.j, 0)])))
        return
    for left, right in ((one, Span(other.start, other.start)), (Span(one.end, one.end), other)):
        if left.start < left.end or right.start < right.end:
            yield Row(left, right, (Stretch(Kind.ONLY, left, right),))


def _bound(text: Tokens, first: int) -> int:
    """Return where the sentence with this first token begins; one without tokens belongs to the sentence before."""
    return text.bounds[bisect_right(text.firsts, first) - 1] if first else 0


def _stretches(texts: tuple[Tokens, Tokens], cuts: tuple[_Cut, _Cut], runs: Sequence[Run]) -> Iterator[Stretch]:
    """Yield the stretches of a row: each difference, cut at its tokens, and the equal text between differences."""
    low, high = cuts
    at, there = low.one, low.other
    for one, other in _differences(texts, runs, (low.i, low.j)):
        left, right = _span(texts[0], one), _span(texts[1], other)
        left = left or _point((texts[0], one[0]), (at, high.one), _before(texts[1], other[0]))
        right = right or _point((texts[1], other[0]), (there, high.other), _before(texts[0], one[0]))
        if at < left.start or there < right.start:
            yield Stretch(Kind.EQUAL, Span(at, left.start), Span(there, right.start))
        yield Stretch(_kind(texts, one, other), left, right)
        at, there = left.end, right.end
    if at < high.one or there < high.other:
        yield Stretch(Kind.EQUAL, Span(at, high.one), Span(there, high.other))


def _span(text: Tokens, tokens: tuple[int, int]) -> Span | None:
    low, high = tokens
    return Span(text.starts[low], text.ends[high - 1]) if low < high else None


def _before(text: Tokens, token: int) -> str:
    """Return what stands between a token and the one before it."""
    return text.text[text.ends[token - 1] if token else 0 : text.starts[token]]


def _point(place: tuple[Tokens, int], limits: tuple[int, int], before: str) -> Span:
    """Return the empty span before a token where the other text has more: after the punctuation both share."""
    text, token = place
    low = max(text.ends[token - 1] if token else 0, limits[0])
    high = min(text.starts[token] if token < len(text.starts) else limits[1], limits[1])
    pairs = zip(fold(before).strip(), fold(text.text[low:high]))
    at = low + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return Span(at, at)


def _differences(texts: tuple[Tokens, Tokens], runs: Sequence[Run], start: tuple[int, int]) -> Iterator[_Pair]:
    """Yield what differs from two tokens on; differences that touch in both texts are joined."""
    last = (start[0], start[0]), (start[1], start[1])
    for one, other in _parts_that_differ(texts, runs, start):
        if (one[0], other[0]) == (last[0][1], last[1][1]):
            last = (last[0][0], one[1]), (last[1][0], other[1])
            continue
        if last[0][0] < last[0][1] or last[1][0] < last[1][1]:
            yield last
        last = one, other
    if last[0][0] < last[0][1] or last[1][0] < last[1][1]:
        yield last


def _parts_that_differ(texts: tuple[Tokens, Tokens], runs: Sequence[Run], start: tuple[int, int]) -> Iterator[_Pair]:
    """Yield what lies between runs, which may be nothing, and the slots inside runs that differ."""
    one, other = texts
    i, j = start
    for run in runs:
        yield (i, run.one), (j, run.other)
        i, j = run.one + run.length, run.other + run.length
        at = one.code.find(SLOT, run.one, i)
        while at >= 0:
            place = at + j - i
            is_open, was_open = at in one.blanks, place in other.blanks
            if is_open is not was_open or (not is_open and _slot(one, at) != _slot(other, place)):
                yield (at, at + 1), (place, place + 1)
            at = one.code.find(SLOT, at + 1, i)


def _slot(text: Tokens, token: int) -> str:
    return fold(text.between(token, token + 1))


def _kind(texts: tuple[Tokens, Tokens], one: tuple[int, int], other: tuple[int, int]) -> Kind:
    if one[0] == one[1] or other[0] == other[1]:
        return Kind.ONLY
    if any(token in text.blanks for text, span in zip(texts, (one, other)) for token in range(*span)):
        return Kind.BLANK
    codes = {text.code[slice(*span)] for text, span in zip(texts, (one, other))}
    return Kind.FILL if SLOT in codes else Kind.WORDING
