"""The signs of a text as the bits of one number, and what stands where no sign should: see `kernels.passes`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIGNS = {sign: 1 << rank for rank, sign in enumerate("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")}
CAPITAL = 1 << 40
# A sign inside a clause, single characters with blanks between, Han parted by signs, letters parted by signs, and a
# character that texts hardly have.
IN_CLAUSE, JAMMED, PARTED, SPELT, ODD = (1 << bit for bit in range(41, 46))


def bits_of(signs: str) -> int:
    """The bits of some signs.

    >>> bin(bits_of('"!')), bits_of("")
    ('0b11', 0)
    """
    return sum(SIGNS[sign] for sign in signs)


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint64]:
    """uint64[128]: the bit of each character of ASCII that has one."""
    found = np.zeros(128, np.uint64)
    found[ord("A") : ord("Z") + 1] = CAPITAL
    for sign, bit in SIGNS.items():
        found[ord(sign)] = bit
    return found
