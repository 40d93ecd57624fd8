"""Where the literals that rules begin with stand in texts: all of them found by one look-up a character.

A search costs a nanosecond a character and more, and there are a thousand literals. Here a table says for each pair of
neighbouring characters who asks for it. So a literal is known by its first two characters; its rule sees to the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.rule import NOTHING, Met, Sweep
from dedupe.text.batch import SCRIPT_FOLDS, U16, Texts, table_of
from dedupe.text.kernels import passes, view


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
        self._classes = view(classes[SCRIPT_FOLDS])
        self._askers: list[Any] = [
            [(number // 2, number % 2) for number, bit in enumerate(self._bits) if bit & bits] for bits in range(256)
        ]
        self._askers.append(len(sweeps))

    def find(self, texts: Texts) -> list[list[Met]]:
        """For each text what each sweep asks for."""
        heads = sum(self._bits[1::2])
        rules = (self._classes, view(self._pairs), self._first_sign, self._askers, heads)
        found = passes.literals(view(texts.chars), texts.starts, *rules)
        return [[Met(*places) if places else NOTHING for places in row] for row in found]


def _pairs(asked: Iterable[tuple[int, Collection[str]]], classes: U16, size: int) -> NDArray[np.uint8]:
    """For each class of a character and of the next the bits of those who ask for such a pair."""
    listed = list(asked)
    pairs = np.zeros((size, size), np.uint8)
    for bit, literals in listed:
        for literal in literals:
            first, *second = classes[[ord(char) for char in literal]].tolist()
            pairs[first, second or slice(None)] |= bit
    return pairs
