"""The lines of documents as numbers: a key for each short one, and which of them stand at the edges of their document.

What one document gives is a few numbers a line, so the lines of a corpus of gigabytes fit in memory.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.text.batch import BEYOND, U16, Texts, table_of

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

# Characters of a line, and those of them that its key keeps. Two or three recur by chance (总结, 附件); what is longer
# than this is a paragraph.
LINE_LENGTH = 80
KEPT = range(4, 61)
# A body line: a sentence of this many characters, or anything this long. Edges are what stands outside of them.
BODY_SENTENCE = 25
BODY_LINE = 80
EDGE_LINES = 8

# Figures change from page to page (浏览:12次), marks and punctuation from copy to copy; X and x are marks.
KEPT_RUN = re.compile("[\u3400-\u9fffA-WYZa-wyz\u3040-\u30ff\uac00-\ud7a3\u00c0-\u1fff]+")
BODY_END = "。.!?！？；;”"
BLANK, KEEP, END = 1, 2, 4
LINE_END = ord("\n")

BASE = 0x9E3779B97F4A7C15  # odd, so that its powers have inverses modulo 2**64
BLOCK = 1 << 14  # powers at hand


@dataclass(frozen=True)
class LineKeys:
    """The keys of one document's short lines in order; those before `top` and from `bottom` on stand at its edges.

    That is before the first or after the last body line, near the first line or the last. `start` and `length` say
    where each line stands, in code points and without the white space around it. Plain arrays, for a numpy array costs
    a microsecond to make, to send and to ask, and a corpus may be a million short documents.
    """

    key: array[int]
    top: int
    bottom: int
    start: array[int]
    length: array[int]


@dataclass(frozen=True)
class _Lines:
    """The lines of some texts that are not blank, as offsets in the joined text, without the white space around them.

    `fitting` are the numbers of those that have a key, `rank` and `count` where each of those has what its key keeps,
    among all that `is_kept`; `body` the numbers of body lines.
    """

    start: I64
    end: I64
    fitting: I64
    rank: I64
    count: I64
    is_kept: NDArray[np.bool_]
    body: I64


def line_keys(texts: Texts) -> list[LineKeys]:
    """The keys of each text's short lines; two lines that differ in figures, marks or punctuation have one key."""
    lines = _lines(texts)
    bounds = np.searchsorted(lines.start, texts.starts)
    top, bottom = _edges(lines.body, bounds[:-1], bounds[1:])
    rows = np.searchsorted(lines.fitting, bounds)
    edges = np.searchsorted(lines.fitting, [top, bottom]) - rows[:-1]
    keys, limits = _keys(lines, texts.chars.take(lines.is_kept.nonzero()[0])), rows.tolist()
    start, end = lines.start[lines.fitting], lines.end[lines.fitting]
    inside = (start - np.repeat(texts.starts[:-1], np.diff(rows))).astype(np.uintc)
    length = (end - start).astype(np.ubyte)

    def part(form: str, numbers: NDArray[Any], low: int, high: int) -> array[int]:
        return array(form, numbers[low:high].tobytes())

    return [
        LineKeys(part("Q", keys, *of), above, below, part("I", inside, *of), part("B", length, *of))
        for of, above, below in zip(pairwise(limits), *edges.tolist())
    ]


def _lines(texts: Texts) -> _Lines:
    kinds = texts.look_up(_kinds())
    start, end = _filled_lines(texts.chars, kinds)
    length, is_kept = end - start, kinds & KEEP != 0
    # Sums over lines and, for they lie between, over the blanks that part them.
    bounds = np.stack([start, end], axis=1).reshape(-1)
    count = np.add.reduceat(is_kept, bounds, dtype=np.int64)[::2] if len(bounds) else length
    is_fitting = (length >= KEPT.start) & (length <= LINE_LENGTH) & (count >= KEPT.start) & (count < KEPT.stop)
    is_body = (length >= BODY_LINE) | ((length >= BODY_SENTENCE) & (kinds[end - 1] & END != 0))
    fitting, rank = is_fitting.nonzero()[0], np.cumsum(count) - count
    return _Lines(start, end, fitting, rank[fitting], count[fitting], is_kept, is_body.nonzero()[0])


@lru_cache(maxsize=1)
def _kinds() -> NDArray[np.uint8]:
    """What each code point is to a line: BLANK, KEEP in keys, END of a sentence, or nothing of these."""
    kinds = np.zeros(BEYOND + 1, np.uint8)
    for kind, pattern in ((BLANK, r"\s"), (KEEP, KEPT_RUN.pattern), (END, f"[{BODY_END}]")):
        kinds[table_of(pattern)] |= kind
    return kinds


def _filled_lines(chars: U16, kinds: NDArray[np.uint8]) -> tuple[I64, I64]:
    """Starts and ends of lines: they lie between those runs of white space that hold a line end."""
    blanks = (kinds & BLANK != 0).nonzero()[0]  # of truths, for numpy finds those twice as fast
    cuts = (np.diff(blanks) > 1).nonzero()[0] + 1
    firsts = np.append(0, cuts)
    parts = np.logical_or.reduceat(chars[blanks] == LINE_END, firsts)
    first, last = blanks[firsts[parts]], blanks[np.append(cuts, len(blanks))[parts] - 1]
    return last[:-1] + 1, first[1:]


def _edges(body: I64, low: I64, high: I64) -> tuple[I64, I64]:
    """For each text, of lines `low` to `high`, the line where its top ends and the one where its end begins.

    A text without a body has neither: there is nothing to surround.
    """
    first, last = np.searchsorted(body, low), np.searchsorted(body, high)
    has_body, body = first < last, np.append(body, 0)
    top = np.where(has_body, np.minimum(body[first], low + EDGE_LINES), low)
    bottom = np.where(has_body, np.maximum(body[last - 1] + 1, high - EDGE_LINES), high)
    return top, bottom


def _keys(lines: _Lines, kept: U16) -> U64:
    """A polynomial of the characters of each line, modulo 2**64: a clash makes one note, and no harm.

    Each is the difference of two sums over the text, divided by the power that it begins with.
    """
    powers, inverses = _powers()
    keys = np.empty(len(lines.fitting), np.uint64)
    stops = lines.rank + lines.count
    at = 0
    while at < len(keys):
        low = int(lines.rank[at])
        after = int(np.searchsorted(stops, low + BLOCK, "right"))
        rank, stop = lines.rank[at:after] - low, stops[at:after] - low
        terms = kept[low : low + int(stop[-1])] * powers[: int(stop[-1])]
        sums = np.append(np.uint64(0), np.cumsum(terms))
        keys[at:after] = (sums[stop] - sums[rank]) * inverses[rank]
        at = after
    return keys


@lru_cache(maxsize=1)
def _powers() -> tuple[U64, U64]:
    """The powers of the base, and their inverses."""
    return (
        np.multiply.accumulate(np.append(np.uint64(1), np.full(BLOCK - 1, BASE, np.uint64))),
        np.multiply.accumulate(np.append(np.uint64(1), np.full(BLOCK - 1, pow(BASE, -1, 1 << 64), np.uint64))),
    )
