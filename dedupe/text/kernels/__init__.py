"""Inner loops: Cython in its pure-Python mode, compiled when the package is installed.

The same files also run uncompiled, with the same results, only slowly. They take memoryviews, whose items are Python
integers: uncompiled code can multiply these without overflow.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.core.errors import SlowWarning

# One kernel stands for all: a build keeps either every compiled kernel or none.
from dedupe.text.kernels.hashing import COMPILED

__all__ = ["COMPILED", "view", "warn_if_uncompiled"]

UNCOMPILED = (
    "the inner loops of this installation are not compiled: near-duplicates take fifty to a hundred times as long. "
    "Install a C compiler (Debian: apt install gcc python3-dev), then install dedupe anew"
)


def view(array: NDArray[Any]) -> Any:
    """Return an array as kernels take it: contiguous, with booleans as bytes."""
    return memoryview(array.view(np.uint8) if array.dtype == np.bool_ else array)  # type: ignore[arg-type]


def warn_if_uncompiled() -> None:
    """Warn that near-duplicates will take long; always from this line, so that Python shows it once per process."""
    if not COMPILED:
        warnings.warn(UNCOMPILED, SlowWarning, stacklevel=1)
