"""Optional libraries, imported when a file needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from dedupe.core.errors import MissingExtraError, UnreadableError

Item = TypeVar("Item")
END = object()
OBJECT_RE = re.compile(r"'?<[\w.]+[^<>]*>'?")  # Python objects, with their memory addresses


def library(module: str, extra: str) -> Any:
    """Return a library module of one of our extras. Raises MissingExtraError, which says how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(extra, error) from error


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn whatever a library raises on a damaged file into an UnreadableError; `what` is the expected kind of file."""
    try:
        yield
    except (UnreadableError, GeneratorExit):
        raise
    except Exception as error:  # parsers of hostile bytes raise anything: KeyError, AssertionError, MemoryError
        told = OBJECT_RE.sub("it", str(error).strip().partition("\n")[0]) or type(error).__name__
        raise UnreadableError("not {KIND}, or damaged ({ERROR}): fetch or save it again", what, told) from error


def each(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items of a library one by one, with errors as in `explained`."""
    left = iter(items)
    while True:
        with explained(what):
            item = next(left, END)
        if item is END:
            return
        yield item  # type: ignore[misc]
