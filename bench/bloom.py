"""How often datasketch's MinHashLSHBloom takes a fresh passage for one that was seen: `python bench/bloom.py 100000`.

Signatures are random, of passages of 80 shingles each: no two have anything in common, so every answer "seen" is false.
Needs datasketch[bloom].
"""

from __future__ import annotations

import sys
import tempfile

import numpy as np
from datasketch import LeanMinHash, MinHashLSHBloom

SHINGLES, FRESH, RATE = 80, 5_000, 1e-6
BANDS, ROWS = 16, 6


def signatures(count: int, seed: int) -> list[LeanMinHash]:
    """Minima of so many random values, drawn as such."""
    even = np.random.default_rng(seed).random((count, BANDS * ROWS))
    values = ((1 - (1 - even) ** (1 / SHINGLES)) * 2**32).astype(np.uint32)
    return [LeanMinHash(seed=1, hashvalues=row, scheme="affine32") for row in values]


def main() -> None:
    """A row for each number of passages."""
    print("| passages | rate asked for | fresh passages taken for old |\n| --- | --- | --- |")
    for count in map(int, sys.argv[1:] or ("10000", "100000")):
        with tempfile.TemporaryDirectory() as folder:
            given = {"n": count, "fp": RATE, "save_dir": folder, "params": (BANDS, ROWS)}
            seen = MinHashLSHBloom(num_perm=BANDS * ROWS, **given)
            for low in range(0, count, 10_000):
                for one in signatures(min(10_000, count - low), low + 1):
                    seen.insert(one)
            hits = sum(seen.query(one) for one in signatures(FRESH, 10**9))
        print(f"| {count:,} | {BANDS} × {RATE:g} | {hits / FRESH:.4f} |", flush=True)


if __name__ == "__main__":
    main()
