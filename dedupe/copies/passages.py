"""Content-defined passages: the skeleton is cut where the content says so, never at fixed lengths or paragraphs.

A sentence whose hash has a given remainder ends a passage. Two copies of a text are then cut alike whatever surrounds
them and however their lines are broken.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from dedupe.copies.skeletons import I64, U32, U64, Skeletons

# One sentence in four ends a passage: at about twenty tokens a sentence, a passage is a paragraph of about a hundred,
# short enough that an edit spoils few and long enough that its signature means something.
CUT = 4
SMALLEST, LARGEST = 24, 512


def run_hashes(ids: U32, bounds: I64) -> U64:
    """uint64[runs]: equal for runs of the same tokens; `bounds` int64[runs + 1] says where each begins."""
    return _run_hashes(ids, bounds)  # type: ignore[no-any-return]


def document_keys(skeletons: Skeletons) -> U64:
    """uint64[documents]: equal for documents of the same tokens whose essays begin at the same ones."""
    keys = run_hashes(skeletons.ids, skeletons.doc_token)
    doc = np.searchsorted(skeletons.doc_token, skeletons.units, side="right") - 1
    begins = (skeletons.units - skeletons.doc_token[doc]).astype(np.uint64)
    inner = begins > 0
    np.add.at(keys, doc[inner], (begins[inner] + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    return keys


def passages(skeletons: Skeletons, hashes: U64) -> I64:
    """int64[passages + 1]: the sentence each passage begins with; no passage spans two documents."""
    out = np.empty(len(skeletons.begin) + 1, np.int64)
    count = _passages(skeletons.first, skeletons.doc_sentence, hashes, out)
    return np.array(out[: count + 1])


@njit(cache=True, nogil=True)
def _run_hashes(ids, bounds):  # type: ignore[no-untyped-def]
    out = np.empty(len(bounds) - 1, np.uint64)
    for run in range(len(out)):
        value = np.uint64(0xCBF29CE484222325)
        for at in range(bounds[run], bounds[run + 1]):
            value = (value ^ np.uint64(ids[at])) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
        value *= np.uint64(0xBF58476D1CE4E5B9)
        out[run] = value ^ (value >> np.uint64(32))
    return out


@njit(cache=True, nogil=True)
def _passages(first, doc_sentence, hashes, out):  # type: ignore[no-untyped-def]
    count = 0
    for doc in range(len(doc_sentence) - 1):
        low, high = doc_sentence[doc], doc_sentence[doc + 1]
        start = low
        for sentence in range(low, high):
            length = first[sentence + 1] - first[start]
            cut = hashes[sentence] % np.uint64(CUT) == 0 and length >= SMALLEST
            if cut or length >= LARGEST or sentence == high - 1:
                out[count] = start
                count += 1
                start = sentence + 1
    out[count] = len(hashes)
    return count
