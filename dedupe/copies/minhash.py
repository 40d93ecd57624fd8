"""MinHash signatures, bit for bit those of `datasketch.MinHash` with the scheme affine32.

For the same shingle hashes and seed, `signatures(...)[i]` equals the `hashvalues` of a `datasketch.MinHash` updated
with them. Ours are fed by a rolling kernel, so that no shingle ever becomes a Python object.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32

SHINGLE = 5  # tokens: long enough that two Chinese texts on one theme share few, short enough to survive an edit
PERMUTATIONS = 128
SEED = 1


def permutations(count: int = PERMUTATIONS) -> tuple[U32, U32]:
    """The a (odd) and b of each `a * h + b mod 2^32`, drawn as datasketch 2.0 draws them for seed 1."""
    generator = np.random.RandomState(SEED)
    a = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    return a, b


def shingle_hashes(ids: U32) -> U32:
    """uint32[tokens]: the hash of the shingle that begins at each token.

    The last four are of shingles that run over the end, and mean nothing.
    """
    return _shingle_hashes(ids)  # type: ignore[no-any-return]


def signatures(hashes: U32, bounds: I64) -> U32:
    """uint32[texts, 128]: the MinHash of each text.

    `bounds` int64[texts + 1] says where each text's shingle hashes begin in `hashes`. A text of no
    shingles gets 0xFFFFFFFF throughout, which pairs with nothing.
    """
    a, b = permutations()
    return _signatures(hashes, bounds[:-1], bounds[1:], a, b)  # type: ignore[no-any-return]


def passage_signatures(hashes: U32, bounds: I64) -> U32:
    """uint32[passages, 128]: as `signatures`, for passages cut from tokens, whose last shingles are not their own."""
    a, b = permutations()
    ends = np.maximum(bounds[1:] - (SHINGLE - 1), bounds[:-1])
    return _signatures(hashes, bounds[:-1], ends, a, b)  # type: ignore[no-any-return]


def band_keys(signed: U32, bands: int, rows: int) -> NDArray[np.uint64]:
    """uint64[bands, texts]: equal for texts whose signatures agree in all rows of a band."""
    return _band_keys(signed, bands, rows)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _shingle_hashes(ids):  # type: ignore[no-untyped-def]
    out = np.zeros(len(ids), np.uint32)
    factor = np.uint64(0x9E3779B97F4A7C15)
    drop = factor * factor * factor * factor * factor
    value = np.uint64(0)
    for at in range(len(ids)):
        value = value * factor + np.uint64(ids[at])
        if at >= SHINGLE:
            value -= np.uint64(ids[at - SHINGLE]) * drop
        if at >= SHINGLE - 1:
            mixed = (value ^ (value >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
            out[at - SHINGLE + 1] = np.uint32(mixed >> np.uint64(32))
    return out


@njit(cache=True, nogil=True)
def _signatures(hashes, starts, ends, a, b):  # type: ignore[no-untyped-def]
    count = len(a)
    out = np.full((len(starts), count), np.uint32(0xFFFFFFFF))
    mixed = np.empty(4, np.uint32)
    for text in range(len(starts)):
        least = out[text]
        # Four shingles a turn: the running minima are then loaded and stored once for four.
        for at in range(starts[text], ends[text], 4):
            for lane in range(4):
                value = hashes[min(at + lane, ends[text] - 1)]
                value = np.uint32((value ^ (value >> 16)) * np.uint32(0x85EBCA6B))
                value = np.uint32((value ^ (value >> 13)) * np.uint32(0xC2B2AE35))
                mixed[lane] = value ^ (value >> 16)
            h0, h1, h2, h3 = mixed[0], mixed[1], mixed[2], mixed[3]
            for k in range(count):
                x = min(np.uint32(a[k] * h0 + b[k]), np.uint32(a[k] * h1 + b[k]))
                y = min(np.uint32(a[k] * h2 + b[k]), np.uint32(a[k] * h3 + b[k]))
                least[k] = min(least[k], min(x, y))
    return out


@njit(cache=True, nogil=True)
def _band_keys(signed, bands, rows):  # type: ignore[no-untyped-def]
    out = np.empty((bands, len(signed)), np.uint64)
    for text in range(len(signed)):
        for band in range(bands):
            value = np.uint64(band)
            for row in range(band * rows, (band + 1) * rows):
                value = (value ^ np.uint64(signed[text, row])) * np.uint64(0x9E3779B97F4A7C15)
                value ^= value >> np.uint64(29)
            out[band, text] = value
    return out
