"""Documents that may be one text with words changed all over: of these hardly a run of tokens is left.

Of two words, or three characters, many are; those that few documents have say something, and two documents that share
enough of them are looked at. Of a long document a sample is asked, of each document the same. What many documents have
is everybody's or of one text that was changed again and again: each of these documents meets the one that has most in
common with others, which is the text that they were made from, or nearest to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32, U64, WORD_BIT, Skeletons, bounds_of, ranges
from dedupe.core.unique import unique

LONGEST = 8000  # tokens: to compare two takes the square of it
WORDS, CHARACTERS = 2, 3
SAMPLE = 256  # of these a document, and of longer ones half as many or more
# Documents that have one of these, and how many two documents share: at least, and of those of the smaller one. With
# every other word replaced they share .08 of them or more, and texts that are no copies hardly ever .01.
FEW, SHARED, SHARE = 8, 3, 0.04
MOST, PART = 8_000_000, 1_000_000  # of them looked at, of more each so-many-th; and looked at in one go
_LOWER, _HALF = 0xFFFFFFFF, np.uint64(32)


def reworded_pairs(skeletons: Skeletons, left_out: I64, asked: NDArray[np.bool_] | None = None) -> I64:
    """int64[pairs, 2]: documents that share enough, the lower first; sorted.

    None of `left_out`; with `asked` bool[documents] only those of which one is asked.
    """
    tokens = np.diff(skeletons.doc_token)
    chosen = tokens <= LONGEST
    chosen[left_out] = False
    documents = np.flatnonzero(chosen)
    keys, doc = keys_of(skeletons, documents, step_of(int(np.minimum(tokens[documents], SAMPLE).sum())))
    size = np.bincount(doc, minlength=skeletons.documents)
    order, starts, count = _together(keys)
    keys, doc, crowds = keys[order], doc[order], count > FEW
    many = ranges(starts[crowds], (starts + count)[crowds])
    central = np.lexsort((np.bincount(doc[many], keys[many]), np.bincount(doc[many])))
    met = [*_met(doc, starts, count), *_spokes(doc[many], count[crowds], central)]
    packed, shared = np.unique(np.concatenate(met), return_counts=True)
    enough = shared >= np.maximum(SHARED, SHARE * np.minimum(size[packed >> 32], size[packed & _LOWER]))
    pairs: I64 = np.column_stack((packed >> 32, packed & _LOWER))[enough]
    return pairs if asked is None else pairs[asked[pairs].any(1)]


def step_of(tokens: int) -> int:
    """Of so many tokens that are looked at every which is, that memory holds them."""
    return 1 + tokens // MOST


def keys_of(skeletons: Skeletons, documents: I64, step: int) -> tuple[U32, U32]:
    """What some documents have, each once: a key, and the document's number."""
    parts = [(np.empty(0, np.uint32),) * 2]
    low, high = skeletons.doc_token[documents], skeletons.doc_token[documents + 1]
    for some in np.array_split(np.arange(len(documents)), 1 + int((high - low).sum()) // PART):
        size = high[some] - low[some]
        keys, of = _keys(skeletons.ids[ranges(low[some], high[some])], bounds_of(size))
        # Powers of two, so that what is asked of a longer document is asked of a shorter one as well.
        every = step * 2 ** np.ceil(np.log2(np.maximum(1, size / SAMPLE))).astype(np.uint64)
        kept = keys % every[of] == 0
        places = unique(of[kept].astype(np.uint64) << _HALF | keys[kept])
        parts.append((places.astype(np.uint32), documents[some][places >> _HALF].astype(np.uint32)))
    keys32, doc = map(np.concatenate, zip(*parts))
    return keys32, doc


def _mixed(keys: U64, more: U64) -> U64:
    mixed: U64 = (keys ^ more) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    return mixed


def _keys(ids: U32, bounds: I64) -> tuple[U64, I64]:
    """A key for each two words or three characters side by side in some documents, and the number of the document."""
    at = np.arange(len(ids))
    of = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    size = np.where(ids >= WORD_BIT, WORDS, CHARACTERS)
    wide = np.append(ids, np.zeros(CHARACTERS, np.uint32)).astype(np.uint64)
    keys = np.zeros(len(ids), np.uint64)
    for number in range(CHARACTERS):
        keys = np.where(number < size, _mixed(keys, wide[number : number + len(ids)]), keys)
    whole = at + size <= bounds[of + 1]
    return keys[whole] >> _HALF, of[whole]


def _together(keys: U32) -> tuple[U32, I64, I64]:
    """The places of keys in the order of these, where each key's begin, and how many they are."""
    packed = keys.astype(np.uint64) << _HALF
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = packed.astype(np.uint32)
    packed >>= _HALF
    starts = np.flatnonzero(np.append(True, packed[1:] != packed[:-1])[: len(keys)])
    return order, starts, np.diff(np.append(starts, len(keys)))


def _met(doc: U32, starts: I64, count: I64) -> list[I64]:
    """All two documents of what few have, packed as one number each."""
    met = [np.empty(0, np.int64)]
    for size in range(2, FEW + 1):
        some = starts[count == size]
        met += [_packed(doc[some + low], doc[some + high]) for high in range(size) for low in range(high)]
    return met


def _spokes(doc: U32, count: I64, central: I64) -> list[I64]:
    """Each document of what many have, so many side by side, and the one of them that stands last in `central`."""
    if not len(doc):
        return []
    rank = np.argsort(central)
    hubs = np.repeat(central[np.maximum.reduceat(rank[doc], bounds_of(count)[:-1])], count)
    return [_packed(hubs, doc)[hubs != doc]]


def _packed(one: U32 | I64, other: U32) -> I64:
    packed: I64 = np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other)
    return packed
