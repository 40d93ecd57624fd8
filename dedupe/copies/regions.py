"""Seeds grown into regions, and regions measured exactly.

A seed is a pair of places in two documents. It grows in both directions, token by token while the documents agree. It
crosses a gap to the next shared shingle where that pays: a shared token scores, a token of a gap costs. So the region
ends where the matching really ends. Inserted, dropped, moved and reworded sentences are gaps and do not split it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32, U64, Skeletons, ranges
from dedupe.text.kernels import aligning, view
from dedupe.text.kernels.growing import DROP as DROP
from dedupe.text.kernels.growing import FAR as FAR
from dedupe.text.kernels.growing import MERGE as MERGE
from dedupe.text.kernels.growing import NEAR as NEAR
from dedupe.text.kernels.growing import PERIOD as PERIOD
from dedupe.text.kernels.growing import REPLACED as REPLACED
from dedupe.text.kernels.growing import TABLE, Grower
from dedupe.text.kernels.hashing import SHINGLE, WORDS
from dedupe.text.kernels.matching import Measurer

# How two texts differ: in one long stretch; around a body that is most of both; in sentences here and there; in many
# sentences (in WOVEN texts the rest is the same to the letter); as after a writer's revision; in single words.
STRETCH, BODY, SENTENCES, MIXED, WOVEN, REVISED, REWORDED = range(7)
# Shares of the runs that random single-word changes would leave. Texts that share a beginning and an end have a tenth
# of those runs; forms for different cases and revisions have half; texts with replaced words have nearly all.
SOME, MOST = 0.4, 0.7
# The least shingles of a long run, the least number of long runs, and the largest unshared hole as a share of the text.
# CLAUSE is for MIXED texts. SENTENCE is for WOVEN texts, whose long runs must hold `NEARLY` of all that is shared. Two
# texts of one formula share shorter runs.
CLAUSE, CLAUSES, NEAR_BY = 8, 4, 0.33
SENTENCE, KEPT, APART, NEARLY = 16, 3, 0.4, 0.8
# Least shingles of a shared body, most shingles of its text, and the body's least share. Stock endings are shorter.
BODY_RUN, BODY_TEXT, BODY_SHARE = 76, 400, 0.5
HOLE = 0.25  # of a text: a longer stretch that the other text lacks is more than a sentence here and there

Bools = NDArray[np.bool_]


def grow(skeletons: Skeletons, hashes: U32, edges: I64, pairs: I64) -> I64:
    """Return int64[regions, 4]: sentences a0, a1, b0, b1 of each grown region; within one unit, a is before b.

    `hashes` are the shingle hashes of the tokens; `edges` and `pairs` come from `candidate_pairs`.
    """
    out = np.empty((len(edges), 4), np.int64)
    most = int(np.diff(pairs).max(initial=0))
    found, kept = np.empty((most, 4), np.int64), np.empty((most, 4), np.int64)
    room = (np.full(TABLE, -1, np.int64), found, kept, np.empty(most, np.int64), np.empty(most, np.int64), out)
    grower = Grower(view(skeletons.ids), view(hashes), view(skeletons.first), view(skeletons.units))
    count = grower.run(view(edges), view(pairs), tuple(map(view, room)))
    return np.array(out[:count])


def measure(hashes: U32, spans: I64) -> I64:
    """Return int64[pairs, 3]: distinct shingles of a, of b, and of both; `spans` int64[pairs, 4] are a0, a1, b0, b1."""
    out = np.empty((len(spans), 3), np.int64)
    spans = np.ascontiguousarray(spans)
    measurer(hashes, int((spans[:, 1::2] - spans[:, ::2]).sum(1).max(initial=0))).run(view(spans), view(out))
    return out


def measure_texts(hashes: U32, spans: I64) -> I64:
    """Like `measure`, for spans of whole, non-empty texts; fast where many pairs begin with the same text."""
    return _of_texts(hashes, spans, wide=False)


def measure_token_pairs(ids: U32, spans: I64) -> I64:
    """Like `measure_texts`, but counts pairs of tokens: a changed word costs two pairs instead of five shingles."""
    return _of_texts(ids, spans, wide=True)


def _of_texts(numbers: U32, spans: I64, wide: bool) -> I64:
    low, first, text = np.unique(spans[:, ::2], return_index=True, return_inverse=True)
    high = spans[:, 1::2].ravel()[first]
    out = np.empty((len(spans), 3), np.int64)
    most = int((high - low).max(initial=0))
    sizes, signs, met = np.empty(len(low), np.int64), np.empty(4 * _slots(most), np.uint8), np.empty(most, np.int64)
    bounds, pairs, room = np.column_stack((low, high)), text.reshape(-1, 2), (view(sizes), view(signs), view(met))
    measurer(numbers, most, wide).run_texts(view(bounds), view(pairs), room, view(out))
    return out


def differences(skeletons: Skeletons, hashes: U32, spans: I64) -> I64:
    """Return int64[pairs]: how the two texts of token spans a0, a1, b0, b1 (int64[pairs, 4]) differ.

    If single words change at random, the number of shared runs follows from the share of shared shingles. A run begins
    at a shared shingle after an unshared one. A long replaced stretch costs as many shingles as many changed words, but
    it adds only one run.
    """
    low, high = spans.reshape(-1, 2).T
    size = np.maximum(high - low - SHINGLE + 1, 0)
    at, side = ranges(low, low + size), np.repeat(np.arange(len(size)), size)
    key = (side >> 1).astype(np.uint64) << np.uint64(32) | hashes[at]
    is_first = side % 2 == 0
    shared = np.empty(len(at), bool)
    shared[is_first], shared[~is_first] = (_are_in(key[one], key[~one]) for one in (is_first, ~is_first))
    begins = np.diff(side, prepend=-1) != 0
    first = np.flatnonzero(shared & (begins | ~np.append(True, shared[:-1])))
    long = np.flatnonzero(shared & np.append(begins[1:] | ~shared[1:], True)) - first + 1
    runs, clauses, kept, held = (
        np.bincount(side[first], some, len(size))
        for some in (None, long >= CLAUSE, long >= SENTENCE, np.where(long >= SENTENCE, long, 0))
    )
    left, words = (np.bincount(side, some, len(size)) for some in (shared, skeletons.ids[at] >> 31))
    there = np.maximum(size, 1)
    share = left / there
    changed = 1 - share ** (1 / (SHINGLE - (SHINGLE - WORDS) * words / there))
    scattered = (runs / np.maximum(left * changed, 1e-9)).reshape(-1, 2).min(1)
    hole, longest = np.zeros((2, len(size)), np.int64)
    np.maximum.at(longest, side[first], long)
    edges = np.flatnonzero(shared | begins)
    np.maximum.at(hole, side[edges], np.diff(np.append(edges, len(at))))
    sides = (
        (kept >= KEPT) & (held >= NEARLY * left) & (hole <= APART * size),
        (clauses >= CLAUSES) & (hole <= NEAR_BY * size),
        hole <= HOLE * size,
        (longest >= BODY_RUN) & (longest >= BODY_SHARE * size) & (size <= BODY_TEXT),
    )
    tests = [scattered >= MOST, scattered >= SOME, *(some.reshape(-1, 2).all(1) for some in sides)]
    found: I64 = np.select(tests, [REWORDED, REVISED, WOVEN, MIXED, SENTENCES, BODY], STRETCH)
    return found


def _are_in(keys: U64, others: U64) -> NDArray[np.bool_]:
    """Return which keys are in `others`: like `numpy.isin`, seven times as fast where keys are nearly in order."""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    others = np.sort(others)
    at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    found: NDArray[np.bool_] = others[at] == keys
    return found


def in_parts(spans: I64, tokens: int) -> Iterator[slice]:
    """Yield slices of `spans` (int64[pairs, 4]: a0, a1, b0, b1), each of about `tokens` tokens, at least one pair."""
    ends = np.cumsum(spans[:, 1::2].sum(1) - spans[:, ::2].sum(1))
    low = 0
    while low < len(spans):
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + tokens)))
        yield slice(low, high)
        low = high


def aligned(ids: U32, spans: I64) -> I64:
    """Return int64[pairs, 2]: how many tokens two texts share in one order, and the longest gap between two of these.

    `spans` are non-empty token spans a0, a1, b0, b1. For texts of `n` and `m` tokens, time and memory (in 64-bit words)
    are proportional to `n * m / 64`.
    """
    out = np.zeros((len(spans), 2), np.int64)
    most = int((spans[:, 1::2] - spans[:, ::2]).max(initial=1))
    slots, words = 1 << (2 * most).bit_length(), (most + 63) >> 6
    room = (
        np.full(slots, -1, np.int64),
        np.zeros(slots * words, np.uint64),
        np.empty((most + 1) * words, np.uint64),
        np.empty(most, np.int64),
    )
    aligning.align(view(ids), view(np.ascontiguousarray(spans)), tuple(map(view, room)), view(out))
    return out


def measurer(hashes: U32, tokens: int, wide: bool = False) -> Measurer:
    """Return a Measurer for pairs of texts with at most `tokens` tokens together."""
    return Measurer(view(hashes), view(np.empty(_slots(tokens), np.int64)), wide)


def _slots(tokens: int) -> int:
    return 1 << max(4, (2 * tokens).bit_length())
