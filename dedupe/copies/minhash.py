"""MinHash signatures, bit for bit those of `datasketch.MinHash` with the scheme affine32.

For the same shingle hashes and seed, `signatures(...)[i]` equals the `hashvalues` of a `datasketch.MinHash` updated
with them. A rolling kernel computes the shingle hashes here, so that no shingle ever becomes a Python object.
"""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray

from dedupe.copies.skeletons import I64, U32
from dedupe.text.kernels import hashing, minima, view
from dedupe.text.kernels.hashing import SHINGLE as SHINGLE
from dedupe.text.kernels.hashing import WORDS as WORDS

PERMUTATIONS = 128
SEED = 1


def permutations(count: int = PERMUTATIONS) -> tuple[U32, U32]:
    """Return a (odd) and b of each `a * h + b mod 2^32`, drawn as datasketch 2.0 draws them for seed 1."""
    generator = _mersenne_twister(SEED)
    a = [generator.getrandbits(32) << 1 & 0xFFFFFFFF | 1 for _ in range(count)]
    b = [generator.getrandbits(32) for _ in range(count)]
    return np.array(a, np.uint32), np.array(b, np.uint32)


def _mersenne_twister(seed: int) -> Random:
    """Return a generator like `numpy.random.RandomState(seed)`, whose import takes longer than all draws made here."""
    state = [seed]
    for number in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + number) & 0xFFFFFFFF)
    generator = Random()
    generator.setstate((3, (*state, 624), None))
    return generator


def shingle_hashes(ids: U32) -> U32:
    """Return uint32[tokens]: the hash of the shingle that begins at each token.

    The last four values mean nothing, because their shingles would run past the end.
    """
    out = np.zeros(len(ids), np.uint32)
    hashing.shingle_hashes(view(ids), view(out))
    return out


def signatures(hashes: U32, bounds: I64, count: int = PERMUTATIONS) -> U32:
    """Return uint32[texts, count]: each text's MinHash, the first `count` of 128 numbers.

    `bounds` int64[texts + 1] says where each text's shingle hashes begin in `hashes`. A text without shingles gets
    0xFFFFFFFF throughout, which matches nothing.
    """
    return _minima(hashes, bounds[:-1], bounds[1:], count)


def passage_signatures(hashes: U32, bounds: I64, count: int = PERMUTATIONS) -> U32:
    """Return uint32[passages, count]: like `signatures`, for passages; `bounds` int64[passages + 1] are in tokens.

    A passage's last shingles are left out, since they run into the next passage.
    """
    return _minima(hashes, bounds[:-1], np.maximum(bounds[1:] - (SHINGLE - 1), bounds[:-1]), count)


def band_keys(signed: U32, bands: int, rows: int) -> NDArray[np.uint64]:
    """Return uint64[bands, texts], equal for texts whose signatures agree in all rows of a band."""
    out = np.empty((bands, len(signed)), np.uint64)
    hashing.band_keys(view(signed), view(out), rows)
    return out


def _minima(hashes: U32, starts: I64, ends: I64, count: int = PERMUTATIONS) -> U32:
    out = np.full((len(starts), count), 0xFFFFFFFF, np.uint32)
    a, b = (column[:count] for column in permutations())
    spans = np.column_stack((starts, ends))
    minima.minima(view(hashes), view(spans), view(a), view(b), view(out), minima.is_fast())
    return out
