"""`re`, but for patterns that are compiled when they are first asked something, or were when the package was built.

The rules have hundreds, most texts need few of them, and compiling those of one page takes longer than checking it. So
the build leaves them compiled in a file, for the Python that it ran on, as Python does with the code of modules. One
that is not in the file, or all of them where there is none, is compiled by `re`.
"""

from __future__ import annotations

import _sre
import marshal
import re
import sys
from functools import lru_cache
from pathlib import Path
from re import DOTALL, IGNORECASE, MULTILINE, Match, Pattern, escape, search, split, sub
from typing import Any, cast

__all__ = ["DOTALL", "IGNORECASE", "MULTILINE", "Match", "Pattern", "compile", "escape", "search", "split", "sub"]

BUILT = Path(__file__).with_name("patterns.bin")  # `dedupe.rules.build` writes it
PYTHON = (sys.implementation.cache_tag, _sre.MAGIC, _sre.CODESIZE, sys.byteorder)  # what a file is good for


class Late:
    """A pattern: the first question for a method compiles it, and what was asked for is at hand from then on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(compiled(*self.source), name)
        setattr(self, name, value)
        return value


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern as `re.compile` gives it. Errors come late: a test compiles what the package has."""
    return cast("re.Pattern[str]", Late(pattern, flags))


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern at once: as it was built, or by `re`."""
    known = built().get((pattern, int(flags)))
    if known is None:
        return re.compile(pattern, flags)
    all_flags, code, *groups = known
    made: re.Pattern[str] = _sre.compile(pattern, all_flags, memoryview(code).cast("I").tolist(), *groups)
    return made


@lru_cache(maxsize=1)
def built() -> dict[tuple[str, int], Any]:
    """By pattern and flags what `re` makes of it: all flags, its code, how many groups, their names and numbers."""
    try:
        python, patterns = marshal.loads(BUILT.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return patterns if python == PYTHON else {}
