"""Find all literals that rules need, and all signs, in one pass over texts.

One search costs a nanosecond per character or more, and there are thousands of literals. Here a small table says
whether any literal begins with a given pair of characters, and a tree of all literals says which.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.boilerplate.damage import odd_characters
from dedupe.rules.rule import Beside, Met, Sweep
from dedupe.text.batch import BEYOND, U16, Texts, table_of
from dedupe.text.kernels import literals, view
from dedupe.text.signs import table
from dedupe.text.tree import tree


class Literals:
    """The literals of some sweeps, prepared once for many texts."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        asked = [words for sweep in sweeps for words in (sweep.inner, sweep.heads)]
        # A list without literals takes no bit, for there are only eight.
        ranks = accumulate(map(bool, asked), initial=0)
        self._bits = [1 << rank if words else 0 for rank, words in zip(ranks, asked)]
        known = sorted({*"".join(map("".join, asked))})
        classes, self._first_sign = _classes(known)
        code = str.maketrans(dict(zip(known, map(chr, classes[list(map(ord, known))].tolist()))))
        asking: dict[str, int] = {}
        for bit, some in zip(self._bits, asked):
            asking |= {literal: asking.get(literal, 0) | bit for literal in some}
        coded = dict(zip(asking, "\0".join(asking).translate(code).split("\0")))
        columns, nodes = tree({coded[literal]: bits for literal, bits in asking.items()} or {chr(BEYOND): 1})
        guards = Guards()
        for sweep, bit in zip(sweeps, self._bits[::2]):
            for literal, beside in sweep.beside.items():
                guards.add(nodes[coded[literal]], bit, beside)
        pairs = np.zeros(literals.PAIRS, np.int32)
        literals.fill_pairs(view(columns.roots), view(columns.low), view(columns.char), view(pairs))
        taken = np.packbits(pairs != 0, bitorder="little")
        self._tables = tuple(view(one) for one in (classes, table(), np.packbits(odd_characters(), bitorder="little")))
        self._tree = tuple(view(one) for one in (*columns, pairs, taken, guards.of(len(columns.value)), guards.allowed))
        self._askers: list[Any] = [
            [(number // 2, number % 2) for number, bit in enumerate(self._bits) if bit & bits] for bits in range(256)
        ]

    def find(self, texts: Texts) -> list[tuple[dict[int, Met], int]]:
        """Return for each text what was met, by the number of the sweep, and the bits of the text's signs."""
        heads = sum(self._bits[1::2])
        kernel = literals.Literals(view(texts.chars), view(texts.folded_chars), self._tables, self._tree)
        found = kernel.find(texts.starts, self._first_sign, self._askers, heads)
        return [({number: Met(*places) for number, places in row.items()}, seen) for row, seen in found]


def _classes(known: Collection[str]) -> tuple[U16, int]:
    """Return the class of each character, and the class where signs begin. Word characters come first: 0
    for those in no literal, then one class for each that is in a literal. Signs follow in the same way.
    """
    is_word = table_of(r"\w+")
    codes = np.array(sorted(map(ord, known)), np.int64)
    words, signs = codes[is_word[codes]], codes[~is_word[codes]]
    first_sign = len(words) + 1
    classes = np.where(is_word, 0, first_sign).astype(np.uint16)
    classes[words] = np.arange(1, first_sign)
    classes[signs] = np.arange(len(signs)) + first_sign + 1
    return classes, first_sign


class Guards:
    """The characters that must stand beside literals. `of` gives int32[nodes, 3], set at the last node of a literal:
    the bits of the sweeps that ask, and the rows of `allowed` (bool[rows, 0x10000]) for before and behind.
    """

    def __init__(self) -> None:
        self._of: dict[int, tuple[int, Beside]] = {}
        self._rows = {"": 0}

    def add(self, node: int, bit: int, beside: Beside) -> None:
        """Guard a node; if two sweeps ask for different neighbours, the node accepts any."""
        bits, known = self._of.get(node, (0, beside))
        self._of[node] = bits | bit, beside if beside == known else Beside()

    def of(self, nodes: int) -> NDArray[np.int32]:
        """Return the guards of `nodes` nodes."""
        found = np.zeros((nodes, 3), np.int32)
        for before, behind in {beside for _, beside in self._of.values()}:
            self._rows.setdefault(before, len(self._rows))
            self._rows.setdefault(behind, len(self._rows))
        row = self._rows
        listed = [(bits, row[before], row[behind]) for bits, (before, behind) in self._of.values()]
        found[list(self._of)] = np.array(listed, np.int32).reshape(-1, 3)
        return found

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Return the characters that each row named by `of` allows; the first row allows all."""
        found = np.empty((len(self._rows), BEYOND + 1), np.bool_)
        for chars, row in self._rows.items():
            those, _, others = chars.partition("^")
            found[row] = not those
            for listed, is_one in ((those, True), (others, False)):
                for at, char in enumerate(listed):
                    if char == "-" and 0 < at < len(listed) - 1:  # a range such as a-z
                        found[row, ord(listed[at - 1]) : ord(listed[at + 1])] = is_one
                    else:
                        found[row, ord(char)] = is_one
        return found
