"""The words that rules know: files of one word a line, `dedupe/rules/vocabulary/<language>/<class>.txt`.

A line may hold several words parted by blanks; # begins a comment. Words are written in simplified script, widths
folded, for that is how rules see texts.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files


@cache
def words(language: str, name: str) -> frozenset[str]:
    """The words of one class in one language.

    >>> "人次" in words("zh", "measures")
    True
    """
    text = files("dedupe.rules.vocabulary").joinpath(language, f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() for word in line.partition("#")[0].split())


def phrases(language: str, name: str) -> frozenset[str]:
    """The same for a class whose words may hold blanks: each line is one."""
    text = files("dedupe.rules.vocabulary").joinpath(language, f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(filter(None, (line.partition("#")[0].strip() for line in text.splitlines())))
