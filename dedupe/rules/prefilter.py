"""Where the literals that rules begin with stand in texts: all of them found by one look-up a character.

A search costs a nanosecond a character and more, and there are a thousand literals. Here a table says for each pair of
neighbouring characters who asks for it. So a literal is known by its first two characters; its rule sees to the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.rule import NOTHING, Met, Sweep
from dedupe.text.batch import SCRIPT_FOLDS, STEP, U16, Texts, table_of

I64 = NDArray[np.int64]

LINE_END = ord("\n")
LOOKED_AT = (1, 2, 3, 5, 8, 13, 21, 34)  # characters of a line, of those before its first word


class Literals:
    """The literals of some sweeps, set out once for many texts."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        asked = [{literal[:2] for literal in literals} for sweep in sweeps for literals in (sweep.inner, sweep.heads)]
        # Who asks for nothing takes no bit: with at most eight the table of pairs fits into a processor's cache.
        ranks = accumulate((bool(literals) for literals in asked), initial=0)
        self._bits = [1 << rank if literals else 0 for rank, literals in zip(ranks, asked)]
        is_word = table_of(r"\w")
        known = np.array([ord(char) for char in sorted({*"".join(map("".join, asked))})], np.int64)
        words, signs = known[is_word[known]], known[~is_word[known]]
        # The class of a character: 0 for words that no literal has, then those known, then the same for signs.
        self._first_sign = len(words) + 1
        classes = np.where(is_word, 0, self._first_sign).astype(np.uint16)
        classes[words] = np.arange(1, self._first_sign)
        classes[signs] = np.arange(len(signs)) + self._first_sign + 1
        self._pairs = _pairs(zip(self._bits, asked), classes, self._first_sign + len(signs) + 1)
        self._classes = classes[SCRIPT_FOLDS]

    def find(self, texts: Texts) -> list[list[Met]]:
        """For each text what each sweep asks for."""
        if not any(self._bits):
            return [[NOTHING] * (len(self._bits) // 2) for _ in texts.texts]
        at, asked, is_sign = self._look_up(texts.chars)
        # What begins a line has a sign before it, or the line's end.
        first = (asked & sum(self._bits[1::2]) != 0) & is_sign[at - 1]
        lines, begun = _line_starts(at[first], is_sign, texts.chars), asked[first]
        found = [
            _distinct(lines[begun & bit != 0]) if number % 2 else at[asked & bit != 0]
            for number, bit in enumerate(self._bits)
        ]
        return _by_text(found, texts)

    def _look_up(self, chars: U16) -> tuple[I64, NDArray[np.uint8], NDArray[np.bool_]]:
        """Where a pair of characters is asked for, and by whom; and which characters are signs or blanks."""
        at, asked, is_sign = (np.concatenate(column) for column in zip(*self._parts(chars)))
        return at, asked, is_sign

    def _parts(self, chars: U16) -> Iterator[tuple[I64, NDArray[np.uint8], NDArray[np.bool_]]]:
        pairs, size = self._pairs.reshape(-1), np.uint32(len(self._pairs))
        for low in range(0, len(chars) - 1, STEP):
            classes = self._classes.take(chars[low : low + STEP + 1])
            asked = pairs.take(classes[:-1] * size + classes[1:])
            at = (asked != 0).nonzero()[0]
            yield at + low, asked[at], classes[:-1] >= self._first_sign


def _pairs(asked: Iterable[tuple[int, Collection[str]]], classes: U16, size: int) -> NDArray[np.uint8]:
    """For each class of a character and of the next the bits of those who ask for such a pair."""
    listed = list(asked)
    pairs = np.zeros((size, size), np.min_scalar_type(max((bit for bit, _ in listed), default=0)))
    for bit, literals in listed:
        for literal in literals:
            first, *second = classes[[ord(char) for char in literal]].tolist()
            pairs[first, second or slice(None)] |= bit
    return pairs


def _line_starts(places: I64, is_sign: NDArray[np.bool_], chars: U16) -> I64:
    """For each place the start of its line where nothing but signs seems to stand between; else 0.

    Only some of the characters between are looked at, for what is asked for at line starts is looked at again anyway.
    """
    if not len(places):
        return places
    ends = (chars == LINE_END).nonzero()[0]
    line = ends[np.searchsorted(ends, places) - 1]
    begins = is_sign[places - 1]
    for step in LOOKED_AT:
        begins &= is_sign[np.minimum(line + step, places - 1)]
    return np.where(begins, line + 1, 0)


def _distinct(lines: I64) -> I64:
    # np.unique would import the masked arrays of numpy: a twentieth of a run over one file.
    found = np.sort(lines[lines > 0])
    first: I64 = found[np.append(True, np.diff(found) > 0)[: len(found)]]
    return first


def _by_text(found: Sequence[I64], texts: Texts) -> list[list[Met]]:
    """Places in all texts as offsets in each; a text has the line end before it."""
    starts = np.array(texts.starts)
    rows = [[NOTHING] * (len(found) // 2) for _ in texts.texts]
    for number, both in enumerate(zip(found[::2], found[1::2])):
        cuts = [np.searchsorted(places, starts - 1) for places in both]
        inner, heads = [(places - np.repeat(starts[:-1], np.diff(cut))).tolist() for places, cut in zip(both, cuts)]
        # Most texts have few literals, and what they have none of is not looked at.
        some = (np.diff(cuts[0]) + np.diff(cuts[1])).nonzero()[0]
        limits = np.stack([cuts[0][some], cuts[0][some + 1], cuts[1][some], cuts[1][some + 1]]).tolist()
        for text, low, high, first, last in zip(some.tolist(), *limits):
            rows[text][number] = Met(inner[low:high], heads[first:last])
    return rows
