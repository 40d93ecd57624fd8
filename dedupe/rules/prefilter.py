"""Where the literals that rules begin with stand in texts, and which signs: all of it found in one pass.

A search costs a nanosecond a character and more, and there are a thousand literals. Here a table says for each pair of
neighbouring characters who asks for it, and a tree of the literals whether all of one stands there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.boilerplate.damage import odd_characters
from dedupe.rules.rule import NOTHING, Met, Sweep
from dedupe.text.batch import BEYOND, Texts, table_of
from dedupe.text.kernels import passes, view
from dedupe.text.signs import table
from dedupe.text.tree import tree


class Literals:
    """The literals of some sweeps, set out once for many texts."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        asked = [literals for sweep in sweeps for literals in (sweep.inner, sweep.heads)]
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
        coded: dict[str, int] = defaultdict(int)
        for bit, literals in zip(self._bits, asked):
            for literal in literals:
                coded["".join(map(chr, classes[[ord(char) for char in literal]].tolist()))] |= bit
        pairs = _pairs(coded, self._first_sign + len(signs) + 1)
        self._tables = tuple(map(view, (classes, pairs, table(), odd_characters())))
        self._tree = tuple(map(view, tree(coded or {chr(BEYOND): 1})))
        self._askers: list[Any] = [
            [(number // 2, number % 2) for number, bit in enumerate(self._bits) if bit & bits] for bits in range(256)
        ]
        self._askers.append(len(sweeps))

    def find(self, texts: Texts) -> list[tuple[list[Met], int]]:
        """For each text what each sweep asks for, and the bits of its signs."""
        heads = sum(self._bits[1::2])
        chars = view(texts.chars), view(texts.folded_chars), texts.starts
        found = passes.literals(*chars, self._tables, self._tree, self._first_sign, self._askers, heads)
        return [([Met(*places) if places else NOTHING for places in row], seen) for row, seen in found]


def _pairs(literals: Mapping[str, int], size: int) -> NDArray[np.uint8]:
    """For each class of a character and of the next the bits of those who ask for what begins so."""
    pairs = np.zeros((size, size), np.uint8)
    for literal, bits in literals.items():
        first, *second = map(ord, literal[:2])
        pairs[first, second or slice(None)] |= bits
    return pairs
