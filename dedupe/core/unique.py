"""The distinct numbers of an array. numpy's own function first imports masked arrays, which slows a short check."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def unique(numbers: NDArray[T]) -> NDArray[T]:
    """Return the distinct numbers, sorted.

    >>> unique(np.array([3, 1, 3, 2])).tolist(), unique(np.array([], np.int64)).tolist()
    ([1, 2, 3], [])
    """
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]
