"""Libraries that not everyone needs, imported where a file asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from dedupe.core.errors import MissingExtraError, UnreadableError

Item = TypeVar("Item")
END = object()
OBJECT_RE = re.compile(r"'?<[\w.]+[^<>]*>'?")  # objects of Python, with where they are in memory


def library(module: str, extra: str) -> Any:
    """A module that an extra of ours installs. Raises MissingExtraError, which says how to."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(extra, error) from error


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Whatever a library raises on a damaged file, as an UnreadableError; `what` the file should have been."""
    try:
        yield
    except (UnreadableError, GeneratorExit):
        raise
    except Exception as error:  # parsers of hostile bytes raise what they like: KeyError, AssertionError, MemoryError
        told = OBJECT_RE.sub("it", str(error).strip().partition("\n")[0]) or type(error).__name__
        raise UnreadableError("not {KIND}, or damaged ({ERROR}): fetch or save it again", what, told) from error


def each(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Items that a library gives one by one, each `explained`."""
    left = iter(items)
    while True:
        with explained(what):
            item = next(left, END)
        if item is END:
            return
        yield item  # type: ignore[misc]
