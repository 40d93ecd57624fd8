"""Seeds grown into regions, and regions measured exactly.

A seed is grown both ways over its two documents, token by token while they agree, and over a gap to the next shared
shingle where that pays: every shared token counts for one, every token of a gap against, so the region
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

# How two texts differ: in a stretch, around a body that is most of both, in sentences here and there, in many all over
# (in woven texts the rest is the same to the letter), as by a writer's revision, in words here and there.
STRETCH, BODY, SENTENCES, MIXED, WOVEN, REVISED, REWORDED = range(7)
# Of the runs that chance would leave where single words are changed all over. Texts that share a beginning and an end
# have a tenth of them, forms for different cases and revisions half, texts with words replaced nearly all.
SOME, MOST = 0.4, 0.7
# The shingles of a run, how many such runs there are, and the most of a text between two: of clauses in texts that are
# mixed from one text; of sentences in woven ones, where they are nearly all that is shared. Runs that two texts of one
# formula share are shorter.
CLAUSE, CLAUSES, NEAR_BY = 8, 4, 0.33
SENTENCE, KEPT, APART, NEARLY = 16, 3, 0.4, 0.8
# The shingles of a body, those of a text that it is most of, and its share of these: a stock ending is shorter.
BODY_RUN, BODY_TEXT, BODY_SHARE = 76, 400, 0.5
HOLE = 0.25  # of a text: a stretch that the other has nothing of, and that says more than a sentence here and there

Bools = NDArray[np.bool_]


def grow(skeletons: Skeletons, hashes: U32, edges: I64, pairs: I64) -> I64:
    """int64[regions, 4]: sentences a0, a1, b0, b1 of every region grown from the seeds, a before b inside one unit.

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
    """int64[pairs, 3]: distinct shingles of a, of b, and of both, for token spans a0, a1, b0, b1 (int64[pairs, 4])."""
    out = np.empty((len(spans), 3), np.int64)
    spans = np.ascontiguousarray(spans)
    measurer(hashes, int((spans[:, 1::2] - spans[:, ::2]).sum(1).max(initial=0))).run(view(spans), view(out))
    return out


def measure_texts(hashes: U32, spans: I64) -> I64:
    """What `measure` gives, for spans of whole texts, none of them empty: quickly where many begin with one text."""
    return _of_texts(hashes, spans, wide=False)


def measure_token_pairs(ids: U32, spans: I64) -> I64:
    """Like `measure_texts`, by pairs of tokens instead of shingles: a changed word costs two of them, not five."""
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
    """int64[pairs]: how two texts of token spans a0, a1, b0, b1 (int64[pairs, 4]) differ.

    With one word in so many changed, what is shared comes in as many runs as can be reckoned from how much it is: each
    run begins where a shingle is left and the token before it is not. A stretch of another text costs as many shingles
    and makes one run more.
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
    """Which keys others have: what `numpy.isin` says, for a seventh of the time where keys come nearly in order."""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    others = np.sort(others)
    at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    found: NDArray[np.bool_] = others[at] == keys
    return found


def in_parts(spans: I64, tokens: int) -> Iterator[slice]:
    """Pairs of token spans a0, a1, b0, b1 (int64[pairs, 4]) in parts of about so many tokens; one pair at least."""
    ends = np.cumsum(spans[:, 1::2].sum(1) - spans[:, ::2].sum(1))
    low = 0
    while low < len(spans):
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + tokens)))
        yield slice(low, high)
        low = high


def aligned(ids: U32, spans: I64) -> I64:
    """int64[pairs, 2]: how many tokens two texts share in one order, and the longest gap between two of these.

    For token spans a0, a1, b0, b1, none of them empty. Of texts of `n` and `m` tokens that takes the time, and as many
    bits of room, of `n * m / 64`.
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
    """What measures pairs of texts that have no more tokens together."""
    return Measurer(view(hashes), view(np.empty(_slots(tokens), np.int64)), wide)


def _slots(tokens: int) -> int:
    return 1 << max(4, (2 * tokens).bit_length())
