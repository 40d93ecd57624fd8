"""Where the literals that rules begin with stand in texts: all of them found by one look-up a character.

A search costs a nanosecond a character and more, and there are a thousand literals. Here a table says for each pair of
neighbouring characters who asks for it. So a literal is known by its first two characters; its rule sees to the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe.texts import BEYOND, FOLDS, STEP, U16, Texts

I64 = NDArray[np.int64]

LINE_END = ord("\n")
LOOKED_AT = (1, 2, 3, 5, 8, 13, 21, 34)  # characters of a line, of those before its first word


class Asks(Protocol):
    """Who asks: for `inner` literals wherever they stand, for `heads` where a line begins."""

    @property
    def inner(self) -> Collection[str]:
        """Literals asked for anywhere."""

    @property
    def heads(self) -> Collection[str]:
        """Literals asked for where a line begins."""


class Met(NamedTuple):
    """Where the literals that one asks for stand in one text, in order.

    `inner` are the offsets of first characters; `heads` the starts of lines that seem to have nothing but signs and
    blanks before one. An offset of -1 is the line end before the text: some literals begin with one.
    """

    inner: Sequence[int]
    heads: Sequence[int]


class Literals:
    """The literals of some askers, set out once for many texts."""

    def __init__(self, askers: Sequence[Asks]) -> None:
        self._askers = askers
        # Who asks for nothing takes no bit: with at most eight the table of pairs is an eighth of a processor's cache.
        self._asks = [literals for literals in _both(askers) if literals]
        is_word = _word_table()
        known = np.unique([ord(char) for literals in self._asks for literal in literals for char in literal[:2]])
        words, signs = known[is_word[known]], known[~is_word[known]]
        # The class of a character: 0 for words that no literal has, then those known, then the same for signs.
        self._first_sign = len(words) + 1
        classes = np.where(is_word, 0, self._first_sign).astype(np.uint16)
        classes[words] = np.arange(1, self._first_sign)
        classes[signs] = np.arange(len(signs)) + self._first_sign + 1
        self._size = self._first_sign + len(signs) + 1
        self._pairs = np.zeros((self._size, self._size), np.min_scalar_type((1 << len(self._asks)) - 1))
        for number, literals in enumerate(self._asks):
            for literal in literals:
                first, *second = classes[[ord(char) for char in literal[:2]]]
                self._pairs[first, second or slice(None)] |= 1 << number
        self._classes = classes[FOLDS]
        wanted = [number % 2 for number, literals in enumerate(_both(askers)) if literals]
        self._head_bits = sum(is_heads << bit for bit, is_heads in enumerate(wanted))

    def find(self, texts: Texts) -> list[list[Met]]:
        """For each text what each asker asked for."""
        at, asked, is_sign = self._look_up(texts.chars)
        first = (asked & self._head_bits != 0) & is_sign[at - 1]  # what begins a line has a sign before it, or its end
        lines, begun = _line_starts(at[first], is_sign, texts.chars), asked[first]
        found, bit = [], 1
        for number, literals in enumerate(_both(self._askers)):
            if not literals:
                found.append(at[:0])
                continue
            found.append(_distinct(lines[begun & bit != 0]) if number % 2 else at[asked & bit != 0])
            bit <<= 1
        return _by_text(found, texts)

    def _look_up(self, chars: U16) -> tuple[I64, NDArray[np.uint8], NDArray[np.bool_]]:
        """Where a pair of characters is asked for, and by whom; and which characters are signs or blanks."""
        at, asked, is_sign = (np.concatenate(column) for column in zip(*self._parts(chars)))
        return at, asked, is_sign

    def _parts(self, chars: U16) -> Iterator[tuple[I64, NDArray[np.uint8], NDArray[np.bool_]]]:
        pairs = self._pairs.reshape(-1)
        for low in range(0, len(chars) - 1, STEP):
            classes = self._classes.take(chars[low : low + STEP + 1])
            asked = pairs.take(classes[:-1] * np.uint32(self._size) + classes[1:])
            at = (asked != 0).nonzero()[0]
            yield at + low, asked[at], classes[:-1] >= self._first_sign


def _both(askers: Sequence[Asks]) -> list[Collection[str]]:
    return [literals for asker in askers for literals in (asker.inner, asker.heads)]


def _word_table() -> NDArray[np.bool_]:
    r"""For each code point whether patterns call it \w."""
    table = np.zeros(BEYOND + 1, np.bool_)
    for run in re.finditer(r"\w+", "".join(map(chr, range(BEYOND + 1)))):
        table[run.start() : run.end()] = True
    return table


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
    return np.unique(lines[lines > 0])


def _by_text(found: Sequence[I64], texts: Texts) -> list[list[Met]]:
    """Places in all texts as offsets in each; a text has the line end before it."""
    starts = np.array(texts.starts)
    columns = []
    for number, places in enumerate(found):
        bounds = starts if number % 2 else starts - 1
        cuts = np.searchsorted(places, bounds)
        offsets = (places - np.repeat(starts[:-1], cuts[1:] - cuts[:-1])).tolist() if len(places) else []
        limits = cuts.tolist()
        columns.append([offsets[low:high] for low, high in pairwise(limits)])
    return [[Met(*met) for met in zip(row[::2], row[1::2])] for row in zip(*columns)]
