"""`re` with patterns that are compiled on first use, or when the package was built.

The rules have hundreds of patterns, most texts need few of them, and compiling those for one page takes longer than
checking it. So the build stores them compiled in a file, for the Python version that it ran on, as Python does with the
code of modules. A pattern that the file lacks, or every pattern if there is no file, is compiled by `re`.
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
PYTHON = (sys.implementation.cache_tag, _sre.MAGIC, _sre.CODESIZE, sys.byteorder)  # the Python to which a file applies


class Late:
    """A pattern that is compiled when a method is first used; methods used once are then kept."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(compiled(*self.source), name)
        setattr(self, name, value)
        return value


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern like that of `re.compile`. Errors come late, but a test compiles all patterns of the package."""
    return cast("re.Pattern[str]", Late(pattern, flags))


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a compiled pattern: from the build, or from `re`."""
    known = built().get((pattern, int(flags)))
    if known is None:
        return re.compile(pattern, flags)
    all_flags, code, *groups = known
    made: re.Pattern[str] = _sre.compile(pattern, all_flags, memoryview(code).cast("I").tolist(), *groups)
    return made


@lru_cache(maxsize=1)
def built() -> dict[tuple[str, int], Any]:
    """Return what `re` makes of each pattern and flags: all flags, code, number of groups, their names and numbers."""
    try:
        python, patterns = marshal.loads(BUILT.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return patterns if python == PYTHON else {}
