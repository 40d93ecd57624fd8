"""Documents that may be one text with words changed all over, so that they share hardly a run of tokens.

They still share many pairs of words, or triples of characters. Those that few documents have are telling; two
documents that share enough of them become a pair. A long document is sampled, in every document by the same rule.
What many documents have is either common, or comes from one text that was changed again and again. Each of those
documents is paired with the one that shares most with others, which is the original or nearest to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32, Skeletons, bounds_of, ranges
from dedupe.core.unique import unique
from dedupe.text.kernels import hashing, view

LONGEST = 8000  # tokens: comparing two texts takes the square of that
WORDS, CHARACTERS = 2, 3
SAMPLE = 256  # keys sampled from a document: about so many, or as few as half of that
# FEW: most documents with a key for it to be telling. SHARED and SHARE: keys that two documents must share, and as a
# part of the smaller one's. With every other word replaced they share .08 or more; texts that are no copies hardly .01.
FEW, SHARED, SHARE = 8, 3, 0.04
MOST, PART = 8_000_000, 1_000_000  # keys kept in all (beyond that only every n-th), and tokens looked at in one go
_LOWER, _HALF = 0xFFFFFFFF, np.uint64(32)


def reworded_pairs(skeletons: Skeletons, left_out: I64, asked: NDArray[np.bool_] | None = None) -> I64:
    """Return int64[pairs, 2]: documents that share enough keys, the lower first; sorted.

    No pair contains a document of `left_out`. With `asked` bool[documents], at least one of each pair is asked.
    """
    tokens = np.diff(skeletons.doc_token)
    chosen = tokens <= LONGEST
    chosen[left_out] = False
    documents = np.flatnonzero(chosen)
    keys, doc = keys_of(skeletons, documents, step_of(int(np.minimum(tokens[documents], SAMPLE).sum())))
    size = np.bincount(doc, minlength=skeletons.documents)
    order, starts, count = _together(keys)
    keys, doc = keys[order], doc[order]
    del order  # it is large, as are the others
    met = np.concatenate((_met(doc, starts, count), _spokes(keys, doc, starts, count)))
    del keys, doc, starts, count
    met.sort()
    first = np.flatnonzero(np.append(True, met[1:] != met[:-1])[: len(met)])
    shared = np.diff(np.append(first, len(met)))
    packed, shared = met[first[shared >= SHARED]], shared[shared >= SHARED]  # hardly any share so many
    pairs: I64 = np.column_stack((packed >> 32, packed & _LOWER))
    pairs = pairs[shared >= SHARE * size[pairs].min(1)]
    return pairs if asked is None else pairs[asked[pairs].any(1)]


def step_of(tokens: int) -> int:
    """Return n such that keeping every n-th key of `tokens` tokens fits in memory."""
    return 1 + tokens // MOST


def keys_of(skeletons: Skeletons, documents: I64, step: int) -> tuple[U32, U32]:
    """Return the keys of some documents, each once per document: the key, and the document's number."""
    parts = [(np.empty(0, np.uint32),) * 2]
    low, high = skeletons.doc_token[documents], skeletons.doc_token[documents + 1]
    # Powers of two, so that a key sampled in a longer document is also sampled in a shorter one.
    every = step * 2 ** np.ceil(np.log2(np.maximum(1, (high - low) / SAMPLE))).astype(np.uint64)
    for some in np.array_split(np.arange(len(documents)), 1 + int((high - low).sum()) // PART):
        spans = np.column_stack((low[some], high[some]))
        keys, of = np.empty((2, int((spans[:, 1] - spans[:, 0]).sum())), np.uint32)
        room = view(every[some]), (WORDS, CHARACTERS), view(keys), view(of)
        count = hashing.sampled_keys(view(skeletons.ids), view(spans), *room)
        places = unique(of[:count].astype(np.uint64) << _HALF | keys[:count])
        parts.append((places.astype(np.uint32), documents[some][places >> _HALF].astype(np.uint32)))
    keys32, doc = map(np.concatenate, zip(*parts))
    return keys32, doc


def _together(keys: U32) -> tuple[U32, I64, I64]:
    """Sort keys: return their places in key order, where each distinct key's places begin, and how many there are."""
    packed = keys.astype(np.uint64) << _HALF
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = packed.astype(np.uint32)
    packed >>= _HALF
    starts = np.flatnonzero(np.append(True, packed[1:] != packed[:-1])[: len(keys)])
    return order, starts, np.diff(np.append(starts, len(keys)))


def _met(doc: U32, starts: I64, count: I64) -> I64:
    """Return all pairs of documents that share a key of few documents, packed as one number each."""
    met = [np.empty(0, np.int64)]
    for size in range(2, FEW + 1):
        some = starts[count == size]
        met += [_packed(doc[some + low], doc[some + high]) for high in range(size) for low in range(high)]
    return np.concatenate(met)


def _spokes(keys: U32, doc: U32, starts: I64, count: I64) -> I64:
    """Return the pairs, packed, of each document that has a crowded key and the most central document that has it."""
    crowds = count > FEW
    count = count[crowds]
    many = ranges(starts[crowds], starts[crowds] + count)
    if not len(many):
        return np.empty(0, np.int64)
    keys, doc = keys[many], doc[many]
    del many
    rank = np.argsort(np.lexsort((np.bincount(doc, keys), np.bincount(doc)))).astype(np.uint32)
    central = np.maximum.reduceat(rank[doc], bounds_of(count)[:-1])
    hubs = np.repeat(np.argsort(rank).astype(np.uint32)[central], count)
    is_other = hubs != doc
    return _packed(hubs[is_other], doc[is_other])


def _packed(one: U32, other: U32) -> I64:
    packed: I64 = np.minimum(one, other).astype(np.int64)
    packed <<= 32
    packed |= np.maximum(one, other)
    return packed
