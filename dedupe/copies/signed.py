"""The arrays of all batches joined: skeletons, shingle hashes and seeds, in memory or in files."""

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

JOINED = 2  # columns joined at a time: joining needs the most memory, as each column is held twice meanwhile


@dataclass(frozen=True)
class Signed:
    """The input of the search for near-duplicates.

    `shingles` uint32[tokens] holds the hash of the shingle that begins at each token. `keys` uint64[documents] is equal
    for documents with the same skeleton and essays. `seeds` is as `seeds_of` gives it; making edges empties the list.
    If the arrays are in files, `spill.trim` frees the memory of pages that were read.
    """

    skeletons: Skeletons
    shingles: U32
    keys: U64
    seeds: list[Places]
    spill: Spill


def sign(skeletons: Skeletons) -> Signed:
    """Sign skeletons that are held in memory."""
    keys = document_keys(skeletons)
    return Signed(skeletons, shingle_hashes(skeletons.ids), keys, seeds_of(skeletons), Spill())


class Gatherer:
    """Collects the skeletons and seeds of one batch after another; each batch counts tokens from 0."""

    def __init__(self, spill: Spill) -> None:
        self._spill = spill
        self._tokens = self._sentences = 0
        self._ids, self._shingles = spill.column(np.uint32), spill.column(np.uint32)
        self._first, self._begin, self._end = spill.column(np.int64), spill.column(np.uint32), spill.column(np.uint32)
        # One entry for each document or essay: too few to need a file.
        self._doc_sentence: list[I64] = []
        self._units: list[I64] = []
        self._keys: list[U64] = []
        self._seeds: list[Column[np.uint64]] = []

    def add(self, part: Skeletons, seeds: list[Places]) -> None:
        """Add the next batch."""
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
        """Return all batches as one. Joining frees the columns, so nothing can be added afterwards."""
        if not self._keys:
            return sign(tokenize([]))
        self._first.add(np.array([self._tokens]))
        columns: list[Column[Any]] = [self._ids, self._first, self._begin, self._end, self._shingles, *self._seeds]
        with ThreadPoolExecutor(JOINED) as pool:
            ids, first, begin, end, shingles, *seeds = pool.map(Column.join, columns)
        self._spill.rest()
        doc_sentence = np.concatenate([*self._doc_sentence, [self._sentences]])
        skeletons = Skeletons(ids, first, begin, end, doc_sentence, unique(np.concatenate(self._units)))
        return Signed(skeletons, shingles, np.concatenate(self._keys), list(map(Places, seeds)), self._spill)
