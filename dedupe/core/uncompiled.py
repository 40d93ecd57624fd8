"""A substitute for `cython` where it is not installed: uncompiled kernels use only names that have no effect there.

A compiled kernel never uses this, because Cython treats `import cython` as a keyword.
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
    """Return the value of a module's number."""
    return value


def cfunc(function: T) -> T:
    """Mark a function, or method, that only kernels call."""
    return function


inline = cclass = cfunc


def exceptval(check: bool) -> Callable[[T], T]:
    """Declare how a function signals an exception."""
    return cfunc


class _NoGil:
    """A decorator, and a context manager."""

    def __call__(self, function: T) -> T:
        return function

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass


nogil: Any = _NoGil()
