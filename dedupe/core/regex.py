"""`re`, but for patterns that are compiled when they are first asked something.

The rules have hundreds, most texts need few of them, and compiling all takes longer than checking a page.
"""

from __future__ import annotations

import re
from re import DOTALL, IGNORECASE, MULTILINE, Match, Pattern, escape, search, split, sub
from typing import Any, cast

__all__ = ["DOTALL", "IGNORECASE", "MULTILINE", "Match", "Pattern", "compile", "escape", "search", "split", "sub"]


class _Late:
    """A pattern: the first question for a method compiles it, and what was asked for is at hand from then on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern as `re.compile` gives it. Errors come late: a test compiles what the package has."""
    return cast("re.Pattern[str]", _Late(pattern, flags))
