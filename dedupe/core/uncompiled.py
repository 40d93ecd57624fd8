"""What `cython` is where it is not installed: kernels that were not compiled ask only for what has no effect there.

A compiled kernel never asks: Cython reads `import cython` as a word of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

compiled = False
longlong = ulonglong = uint = ushort = short = uchar = bint = int
double = float


def declare(_: type, value: T) -> T:
    """A module's number."""
    return value


def cfunc(function: T) -> T:
    """A function, or method, that only kernels call."""
    return function


inline = cclass = cfunc


def exceptval(check: bool) -> Callable[[T], T]:
    """What a function returns in the place of an exception."""
    return cfunc


class _NoGil:
    """A decorator, and a context."""

    def __call__(self, function: T) -> T:
        return function

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass


nogil: Any = _NoGil()
