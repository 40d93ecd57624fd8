# mypy: ignore-errors
"""The minima that MinHash signatures consist of: a loop in C (`minima.h`), or the same with numpy."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

import numpy as np

_PART = 4096  # hashes handled at a time by numpy


def is_fast() -> bool:
    """True if this processor runs the faster AVX2 loop; its results are the same."""
    return bool(dedupe_has_avx2()) if cython.compiled else False


def minima(
    hashes: cython.const[cython.uint][::1],
    bounds: cython.const[cython.longlong][:, ::1],
    a: cython.const[cython.uint][::1],
    b: cython.const[cython.uint][::1],
    out: cython.uint[:, ::1],
    fast: cython.bint,
) -> None:
    """Fill `out` [texts, permutations], all bits set before, with the minima over each text's hashes low..high."""
    text: cython.longlong
    low: cython.longlong
    length: cython.longlong
    if cython.compiled:
        assert 0 < len(a) == len(b) == out.shape[1]
        assert bounds.shape[0] == out.shape[0]
        with cython.nogil:
            for text in range(out.shape[0]):
                low, length = bounds[text, 0], bounds[text, 1] - bounds[text, 0]
                if length > 0:
                    dedupe_minima(
                        cython.address(hashes[low]), length, cython.address(a[0]), cython.address(b[0]),
                        cython.address(out[text, 0]), len(a), fast,
                    )  # fmt: skip
    else:
        _with_numpy(np.asarray(hashes), np.asarray(bounds), (np.asarray(a), np.asarray(b)), np.asarray(out))


def _with_numpy(hashes, bounds, permutations, out):
    a, b = permutations
    mixed = (hashes ^ (hashes >> 16)) * np.uint32(0x85EBCA6B)
    mixed = (mixed ^ (mixed >> 13)) * np.uint32(0xC2B2AE35)
    mixed ^= mixed >> 16
    for text, (low, high) in enumerate(bounds.tolist()):
        for at in range(low, high, _PART):
            some = mixed[at : min(at + _PART, high), None] * a + b
            np.minimum(out[text], some.min(axis=0), out=out[text])
