"""Which groups of a kept run a change touches, told by the regions and twins that came and went.

A link joins two stretches, and stretches of one document that are nearly the same are one node. So a link that came or
went, or a stretch that is part of another node now, concerns the connected components of these nodes and no other.

A boundary is one number: the document in the upper half, as it is numbered now, the sentence inside it in the lower. It
is negative where the document is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.clusters import placed
from dedupe.copies.find import sentences_of
from dedupe.copies.skeletons import I64, Skeletons

if TYPE_CHECKING:
    from dedupe.cache.past import Past

Bools = NDArray[np.bool_]
_LOWER = 0xFFFFFFFF


@dataclass(frozen=True)
class Corpus:
    """Some documents and their tokens. `documents` int64[documents] are ascending numbers, but for -1, for none."""

    documents: I64
    skeletons: Skeletons

    def boundaries(self, sentences: I64) -> I64:
        """The boundaries of stretches int64[rows, 2 or 4] of sentences, from, to."""
        starts = self.skeletons.doc_sentence
        doc = np.repeat(np.searchsorted(starts, sentences[:, ::2], side="right") - 1, 2, axis=1)
        found: I64 = (self.documents[doc] << 32) | (sentences - starts[doc])
        return found

    def sentences(self, boundaries: I64) -> I64:
        """Boundaries as sentences of this corpus, which has their documents."""
        doc = np.searchsorted(self.documents, boundaries >> 32)
        found: I64 = self.skeletons.doc_sentence[doc] + (boundaries & _LOWER)
        return found

    def nodes(self, stretches: I64) -> I64:
        """int64[stretches]: a number of the node that each is part of, the same whatever other nodes there are."""
        rows = self.sentences(stretches)
        nodes, of = placed(np.column_stack((rows, rows)), self.skeletons)
        node = nodes[of[:, 0]]
        found: I64 = node[:, 0] << 32 | node[:, 1]
        return found


def changed(rows: I64, gone: Bools, new: I64) -> tuple[Bools, I64]:
    """Which of the links that seemed gone are really gone, and which new ones were not there before."""
    lost = np.flatnonzero(gone)
    _, which = np.unique(np.concatenate((rows[lost], new)), axis=0, return_inverse=True)
    which = which.ravel()
    there, here = which[: len(lost)], which[len(lost) :]
    gone = gone.copy()
    gone[lost[np.isin(there, here)]] = False
    return gone, new[~np.isin(here, there)]


def touched(links: tuple[I64, I64], gone: Bools, new: I64, near: Corpus) -> Bools:
    """bool[labels]: the components that a change touches.

    `links` are the kept run's, int64[links, 4], and the component of each; of these some are `gone`. `near` has all
    documents of links that are gone or new and are still there.
    """
    rows, label = links
    out = np.zeros(label.max(initial=-1) + 1, np.bool_)
    out[label[gone]] = True
    stretches, fresh = rows.reshape(-1, 2), new.reshape(-1, 2)
    concerned = np.unique(np.concatenate((rows[gone, ::2].ravel(), fresh[:, 0])) >> 32)
    at = np.flatnonzero((stretches[:, 0] >= 0) & np.isin(stretches[:, 0] >> 32, concerned))
    stays = ~gone[at // 2]
    then = near.nodes(stretches[at])[stays]
    now, added = np.split(near.nodes(np.concatenate((stretches[at[stays]], fresh))), [len(then)])
    # What a stretch left was of its own component.
    joined = np.isin(now, np.concatenate((now[then != now], added)))
    out[label[at[stays][joined] // 2]] = True
    return out


def links_of(past: Past, moved: I64, twins: I64) -> tuple[I64, I64]:
    """The links of a kept run, its regions and then its twins, and the component of each.

    `moved` int64[documents then] are the numbers that documents have now, -1 for none; `twins` are by those then.
    """
    rows = np.concatenate((past.regions, sentences_of(twins, past.skeletons)))
    return Corpus(moved, past.skeletons).boundaries(rows), np.concatenate(past.labels[:2])
