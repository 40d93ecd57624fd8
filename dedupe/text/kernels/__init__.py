"""Inner loops: Cython in its pure-Python mode, compiled when the package is installed.

The same files run uncompiled, with the same answers, only slowly. They take memoryviews: the items of one are Python's
own numbers, which a kernel that was not compiled can multiply without overflow.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.core.errors import SlowWarning

# Of one, so of all: a build keeps either every compiled kernel or none.
from dedupe.text.kernels.hashing import COMPILED

__all__ = ["COMPILED", "view", "warn_if_uncompiled"]

UNCOMPILED = (
    "the inner loops of this installation are not compiled: near-duplicates take fifty to a hundred times as long. "
    "Install a C compiler (Debian: apt install gcc python3-dev), then install dedupe anew"
)


def view(array: NDArray[Any]) -> Any:
    """An array as kernels take it: its items side by side in memory, true and false as bytes."""
    return memoryview(array.view(np.uint8) if array.dtype == np.bool_ else array)  # type: ignore[arg-type]


def warn_if_uncompiled() -> None:
    """Say that what comes will take long; said from one place, so Python shows it once a process."""
    if not COMPILED:
        warnings.warn(UNCOMPILED, SlowWarning, stacklevel=1)
