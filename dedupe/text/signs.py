"""The signs of a text as bits of one number, and the shapes in which noise signs stand: see `kernels.literals`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIGNS = {sign: 1 << rank for rank, sign in enumerate("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")}
CAPITAL = 1 << 40
# Shapes, one bit each: a sign inside a clause; several signs side by side there; single characters with blanks between;
# Han characters parted by signs; letters parted by signs; a run of ASCII; a character that texts hardly use.
IN_CLAUSE, TOGETHER, JAMMED, PARTED, SPELT, ASCII, ODD = (1 << bit for bit in range(41, 48))


def bits_of(signs: str) -> int:
    """Return the bits of some signs.

    >>> bin(bits_of('"!')), bits_of("")
    ('0b11', 0)
    """
    return sum(SIGNS[sign] for sign in signs)


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint64]:
    """Return uint64[128]: the bit of each ASCII character that has one."""
    found = np.zeros(128, np.uint64)
    found[ord("A") : ord("Z") + 1] = CAPITAL
    for sign, bit in SIGNS.items():
        found[ord(sign)] = bit
    return found
