"""Short documents that may be one text with words changed all over: of these hardly a run of tokens is left.

Of two words, or three characters, many are; those that few documents have say something, and two documents that share
several of them are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32, U64, WORD_BIT, Skeletons, bounds_of, ranges
from dedupe.core.unique import unique

SHORT = 600  # tokens: of longer documents that are copies some runs are always left
WORDS, CHARACTERS = 2, 3
FEW, SHARED = 8, 3  # documents that have one of these, and how many two documents share
MOST, PART = 8_000_000, 1_000_000  # of them looked at, of more each so-many-th; and looked at in one go
_LOWER, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def short_pairs(skeletons: Skeletons, left_out: I64, asked: NDArray[np.bool_] | None = None) -> I64:
    """int64[pairs, 2]: short documents that share enough of what few have, the lower first; sorted.

    None of `left_out`; with `asked` bool[documents] only those of which one is asked.
    """
    chosen = np.diff(skeletons.doc_token) <= SHORT
    chosen[left_out] = False
    documents = np.flatnonzero(chosen)
    step = step_of(int(np.diff(skeletons.doc_token)[documents].sum()))
    places = np.concatenate([np.empty(0, np.uint64), *_places(skeletons, documents, step)])
    places.sort()
    starts = np.flatnonzero(np.diff(places >> _HALF, prepend=np.uint64(1 << 32)))
    doc, count = (places & _LOWER).astype(np.int64), np.diff(np.append(starts, len(places)))
    met = [np.empty(0, np.int64)]
    for size in range(2, FEW + 1):
        some = starts[count == size]
        met += [doc[some + low] << 32 | doc[some + high] for high in range(size) for low in range(high)]
    packed, shared = np.unique(np.concatenate(met), return_counts=True)
    packed = packed[shared >= SHARED]
    pairs = np.column_stack((packed >> 32, packed & 0xFFFFFFFF))
    return pairs if asked is None else pairs[asked[pairs].any(1)]


def step_of(tokens: int) -> int:
    """Of so many tokens in short documents every which is looked at."""
    return 1 + tokens // MOST


def keys_of(skeletons: Skeletons, step: int) -> tuple[I64, I64]:
    """What each short document has, as a key and the number of the document; each once."""
    documents = np.flatnonzero(np.diff(skeletons.doc_token) <= SHORT)
    places = np.concatenate([np.empty(0, np.uint64), *_places(skeletons, documents, step)])
    return (places >> _HALF).astype(np.int64), (places & _LOWER).astype(np.int64)


def _places(skeletons: Skeletons, documents: I64, step: int) -> Iterator[U64]:
    """What some documents have, part by part: half a key above the number of the document, each once."""
    low, high = skeletons.doc_token[documents], skeletons.doc_token[documents + 1]
    for some in np.array_split(np.arange(len(documents)), 1 + int((high - low).sum()) // PART):
        keys, of = _keys(skeletons.ids[ranges(low[some], high[some])], bounds_of(high[some] - low[some]))
        kept = keys % np.uint64(step) == 0
        yield unique((keys[kept] << _HALF) | documents[some][of[kept]].astype(np.uint64))


def _keys(ids: U32, bounds: I64) -> tuple[U64, I64]:
    """A key for each two words or three characters side by side in some documents, and the number of the document."""
    at = np.arange(len(ids))
    of = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    size = np.where(ids >= WORD_BIT, WORDS, CHARACTERS)
    wide = np.append(ids, np.zeros(CHARACTERS, np.uint32)).astype(np.uint64)
    keys = np.zeros(len(ids), np.uint64)
    for number in range(CHARACTERS):
        keys = np.where(number < size, (keys ^ wide[number : number + len(ids)]) * np.uint64(0x9E3779B97F4A7C15), keys)
        keys ^= keys >> np.uint64(29)
    whole = at + size <= bounds[of + 1]
    return keys[whole] >> _HALF, of[whole]
