"""Seeds grown into regions, and regions measured exactly.

A seed is grown both ways over its two documents, token by token while they agree, and over a gap to the next shared
shingle where that pays: every shared token counts for one, every token of a gap against, so the region
ends where the matching really ends. Inserted, dropped, moved and reworded sentences are gaps and do not split it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32, Skeletons, bounds_of, ranges
from dedupe.text.kernels import view
from dedupe.text.kernels.growing import DROP as DROP
from dedupe.text.kernels.growing import FAR as FAR
from dedupe.text.kernels.growing import MERGE as MERGE
from dedupe.text.kernels.growing import NEAR as NEAR
from dedupe.text.kernels.growing import PERIOD as PERIOD
from dedupe.text.kernels.growing import REPLACED as REPLACED
from dedupe.text.kernels.growing import TABLE, Grower
from dedupe.text.kernels.matching import Measurer

# With one word in so many changed all over, the share of shingles that are left is that of pairs of characters (or of
# words) to the power of 2.5 (or 3); with a stretch changed the two are the same.
SPREAD = 1.5

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


def are_spread(ids: U32, spans: I64, shared: I64) -> Bools:
    """bool[pairs]: whether what differs between two texts is a word here and there, and no stretch of them.

    A changed word costs its text several shingles and few words, a stretch that is another one as many of each. `spans`
    int64[pairs, 4] are tokens and `shared` int64[pairs, 3] their measures, as of `measure`.
    """
    low, high = spans.reshape(-1, 2).T
    bounds = bounds_of(high - low)
    some = ids[ranges(low, high)]
    words = _mixed(some)
    words[:-1] = np.where(some[:-1] >> 31, words[:-1], _mixed(words[:-1] ^ _mixed(some[1:] + np.uint32(1))))
    fine = measure(words, np.column_stack((bounds[:-1], bounds[1:])).reshape(-1, 4))
    alike, finely = (2 * found[:, 2] / np.maximum(1, found[:, 0] + found[:, 1]) for found in (shared, fine))
    spread: Bools = alike <= finely**SPREAD
    return spread


def _mixed(values: U32) -> U32:
    mixed = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    out: U32 = mixed ^ (mixed >> np.uint32(13))
    return out


def measurer(hashes: U32, tokens: int) -> Measurer:
    """What measures pairs of texts that have no more tokens together."""
    return Measurer(view(hashes), view(np.empty(1 << max(4, (2 * tokens).bit_length()), np.int64)))
