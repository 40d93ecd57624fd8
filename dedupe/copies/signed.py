"""The numbers of all batches as one: skeletons, shingle hashes and seeds, in memory or in files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.copies.minhash import shingle_hashes
from dedupe.copies.passages import document_keys
from dedupe.copies.seeds import Places, seeds_of
from dedupe.copies.skeletons import I64, U32, U64, Skeletons, tokenize
from dedupe.core.unique import unique
from dedupe.inputs.spill import Column, Spill

JOINED = 2  # columns joined side by side: memory has most to do there, and each is held twice meanwhile


@dataclass(frozen=True)
class Signed:
    """All that near-duplicates are found by.

    `shingles` uint32[tokens] are the hashes of the shingles that begin at each token, `keys` uint64[documents] equal
    for documents of one skeleton and the same essays, `seeds` as `seeds_of` gives them, until they are joined. Where
    they are in files, `spill.trim` lets go of what was read of them.
    """

    skeletons: Skeletons
    shingles: U32
    keys: U64
    seeds: list[Places]
    spill: Spill


def sign(skeletons: Skeletons) -> Signed:
    """Some skeletons held in memory, signed."""
    keys = document_keys(skeletons)
    return Signed(skeletons, shingle_hashes(skeletons.ids), keys, seeds_of(skeletons), Spill())


class Gatherer:
    """Takes the skeletons and seeds of one batch after the other, each counted from its own first token."""

    def __init__(self, spill: Spill) -> None:
        self._spill = spill
        self._tokens = self._sentences = 0
        self._ids, self._shingles = spill.column(np.uint32), spill.column(np.uint32)
        self._first, self._begin, self._end = spill.column(np.int64), spill.column(np.uint32), spill.column(np.uint32)
        # As few as there are documents and essays: these are not worth a file.
        self._doc_sentence: list[I64] = []
        self._units: list[I64] = []
        self._keys: list[U64] = []
        self._seeds: list[Column[np.uint64]] = []

    def add(self, part: Skeletons, seeds: list[Places]) -> None:
        """Take in the next batch."""
        self._ids.add(part.ids)
        self._shingles.add(shingle_hashes(part.ids))
        self._first.add(part.first[:-1] + self._tokens)
        self._begin.add(part.begin)
        self._end.add(part.end)
        self._doc_sentence.append(part.doc_sentence[:-1] + self._sentences)
        self._units.append(part.units + self._tokens)
        self._keys.append(document_keys(part))
        self._seeds = self._seeds or [self._spill.column(np.uint64) for _ in seeds]
        for column, places in zip(self._seeds, seeds):
            column.add(places.packed + np.uint64(self._tokens))
        self._tokens += len(part.ids)
        self._sentences += len(part.begin)

    def signed(self) -> Signed:
        """All batches as one. Nothing can be added after that: the columns are let go as they are joined."""
        if not self._keys:
            return sign(tokenize([]))
        self._first.add(np.array([self._tokens]))
        columns: list[Column[Any]] = [self._ids, self._first, self._begin, self._end, self._shingles, *self._seeds]
        with ThreadPoolExecutor(JOINED) as pool:
            ids, first, begin, end, shingles, *seeds = pool.map(Column.join, columns)
        doc_sentence = np.concatenate([*self._doc_sentence, [self._sentences]])
        skeletons = Skeletons(ids, first, begin, end, doc_sentence, unique(np.concatenate(self._units)))
        return Signed(skeletons, shingles, np.concatenate(self._keys), list(map(Places, seeds)), self._spill)
