"""Content-defined passages: the content of the skeleton decides the cuts, not fixed lengths or paragraphs.

A sentence whose hash has a given remainder ends a passage. Two copies of a text are then cut alike whatever surrounds
them and however their lines are broken.
"""

from __future__ import annotations

import numpy as np

from dedupe.copies.skeletons import I64, U32, U64, Skeletons
from dedupe.text.kernels import hashing, view
from dedupe.text.kernels.hashing import CUT as CUT
from dedupe.text.kernels.hashing import LARGEST as LARGEST
from dedupe.text.kernels.hashing import SMALLEST as SMALLEST


def run_hashes(ids: U32, bounds: I64) -> U64:
    """Return uint64[runs], equal for runs of the same tokens; `bounds` int64[runs + 1] says where each run begins."""
    out = np.empty(len(bounds) - 1, np.uint64)
    hashing.run_hashes(view(ids), view(bounds), view(out))
    return out


def document_keys(skeletons: Skeletons) -> U64:
    """Return uint64[documents], equal for documents of the same tokens whose essays begin at the same tokens."""
    keys = run_hashes(skeletons.ids, skeletons.doc_token)
    doc = np.searchsorted(skeletons.doc_token, skeletons.units, side="right") - 1
    begins = (skeletons.units - skeletons.doc_token[doc]).astype(np.uint64)
    inner = begins > 0
    np.add.at(keys, doc[inner], (begins[inner] + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    return keys


def passages(skeletons: Skeletons, hashes: U64) -> I64:
    """Return int64[passages + 1]: the sentence each passage begins with. No passage spans two documents."""
    out = np.empty(len(skeletons.begin) + 1, np.int64)
    count = hashing.passages(view(skeletons.first), view(skeletons.doc_sentence), view(hashes), view(out))
    return np.array(out[: count + 1])
