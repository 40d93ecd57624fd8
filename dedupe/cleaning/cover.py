"""How much of one text stands in others: the share of its tokens inside runs of five tokens that the others also have.

A changed character costs little; a sentence that stands nowhere else counts in full. A token is a character in a script
without spaces and a word in others; digits, punctuation and marks are no tokens. The order of the runs does not matter:
moved text still counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.text import tables

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

RUN = 5  # tokens in a run
PIECE = 0.8  # least share of every removed piece that must be covered, whatever is removed with it
_BASE, _WORD = np.uint32(16777619), np.uint32(1 << 31)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Words:
    """The tokens of a text: an id for each, and the code point offset at which it begins."""

    ids: U32
    starts: I64

    def within(self, start: int, end: int) -> slice:
        """Return the slice of tokens that begin inside a span of the text."""
        low, high = np.searchsorted(self.starts, (start, end)).tolist()
        return slice(low, high)


def words_of(text: str, fold_script: bool = False) -> Words:
    """Return the tokens of a text; with `fold_script` traditional and simplified characters are the same token.

    >>> words = words_of("投入xx万元, OK 12")
    >>> words.starts.tolist(), chr(words.ids[0])
    ([0, 1, 2, 4, 5, 8], '投')
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds, folds = tables.load(fold_script)
    kind, folded = kinds[codes], folds[codes].astype(np.uint32)
    letter = (kind == tables.LETTER) | (kind == tables.LATIN)
    begins = letter.copy()
    begins[1:] &= ~letter[:-1]
    starts = np.flatnonzero((kind == tables.SPACELESS) | begins)
    ids = folded[starts]
    heads = np.flatnonzero(begins)
    if len(heads):
        letters = np.flatnonzero(letter)
        first = np.flatnonzero(begins[letters])
        sizes = np.diff(np.append(first, len(letters)))
        place = np.arange(len(letters)) - np.repeat(first, sizes)
        powers = np.cumprod(np.full(int(place.max()) + 1, _BASE, np.uint32), dtype=np.uint32)
        hashes = np.add.reduceat(folded[letters] * powers[place], first, dtype=np.uint32)
        ids[begins[starts]] = (hashes ^ (hashes >> np.uint32(15))) | _WORD
    return Words(ids, starts)


def runs_of(ids: U32) -> U64:
    """Return a hash of the run of tokens that begins at each token; equal runs have equal hashes."""
    count = len(ids) - RUN + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    mixed = ids.astype(np.uint64) * _MIX
    mixed ^= mixed >> np.uint64(29)
    runs: U64 = mixed[:count].copy()
    for at in range(1, RUN):
        runs = runs * _MIX + mixed[at : at + count]
        runs ^= runs >> np.uint64(32)
    return runs


def shelf_of(parts: Iterable[U64]) -> U64:
    """Return sorted unique runs, in which others can be looked up."""
    runs: U64 = np.unique(np.concatenate([np.empty(0, np.uint64), *parts]))
    return runs


def inside(ids: U32, kept: Iterable[U64]) -> Bools:
    """Return bool[tokens]: which tokens lie inside a run that one of some sorted run arrays holds."""
    runs = runs_of(ids)
    hits = np.zeros(len(runs), np.bool_)
    for shelf in kept:
        if len(shelf):
            place = np.minimum(np.searchsorted(shelf, runs), len(shelf) - 1)
            hits |= shelf[place] == runs
    out = np.zeros(len(ids), np.bool_)
    for at in range(RUN):
        out[at : at + len(hits)] |= hits
    return out


def share(covered: Bools) -> float:
    """Return the share that is covered; 0 for a text too short to tell."""
    return float(covered.mean()) if len(covered) >= RUN else 0.0


def inside_all(pieces: Sequence[U32], kept: Sequence[U64]) -> Bools:
    """Return bool[tokens] as `inside` does, for several pieces of a text, concatenated."""
    return np.concatenate([np.zeros(0, np.bool_), *(inside(ids, kept) for ids in pieces)])


def least_share(covered: Bools, pieces: Sequence[U32]) -> float:
    """Return the covered share of several pieces, limited to that of the worst piece if that is below `PIECE`."""
    ends = np.cumsum([len(ids) for ids in pieces])
    parts = np.split(covered, ends[:-1])
    worst = min((float(part.mean()) for part in parts if len(part) >= RUN), default=1.0)
    return share(covered) if worst >= PIECE else min(worst, share(covered))


def cover(text: str, kept: Iterable[str]) -> float:
    """Return the share of the tokens of a text that stand in some kept texts.

    >>> cover("我们走了很远的路，才到村口。", ["后来我们走了很远的路。", "天黑了才到村口"])
    0.6666666666666666
    """
    return share(inside(words_of(text).ids, [shelf_of([runs_of(words_of(one).ids)]) for one in kept]))
