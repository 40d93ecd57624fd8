"""Seeds grown into regions, and regions measured exactly.

A seed is grown both ways over its two documents, token by token while they agree, and over a gap to the next shared
shingle where that pays: every shared token counts for one, every token of a gap against, so the region
ends where the matching really ends. Inserted, dropped, moved and reworded sentences are gaps and do not split it.
"""

from __future__ import annotations

import numpy as np

from dedupe.copies.skeletons import I64, U32, Skeletons
from dedupe.text.kernels import view
from dedupe.text.kernels.growing import DROP as DROP
from dedupe.text.kernels.growing import FAR as FAR
from dedupe.text.kernels.growing import MERGE as MERGE
from dedupe.text.kernels.growing import NEAR as NEAR
from dedupe.text.kernels.growing import PERIOD as PERIOD
from dedupe.text.kernels.growing import REPLACED as REPLACED
from dedupe.text.kernels.growing import TABLE, Grower
from dedupe.text.kernels.matching import Measurer


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


def measurer(hashes: U32, tokens: int) -> Measurer:
    """What measures pairs of texts that have no more tokens together."""
    return Measurer(view(hashes), view(np.empty(1 << max(4, (2 * tokens).bit_length()), np.int64)))
