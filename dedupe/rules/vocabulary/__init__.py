"""Words by what they are to a page: files of `dedupe/rules/vocabulary/<language>/<class>.txt`, one word a line.

A line that begins with # is a comment. Words are folded as the texts are in which they are looked for, so they may be
written in either script and any width.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dedupe.text.batch import SCRIPT_FOLDS, Texts

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en", "ja", "ko")


@lru_cache(maxsize=128)
def words(language: str, name: str) -> tuple[str, ...]:
    """The words of a class in their order, each once; none where the language has no such class.

    >>> "打印" in words("zh", "actions"), words("ko", "novels")
    (True, ())
    """
    try:
        with open(f"{FOLDER}/{language}/{name}.txt", encoding="utf-8") as file:
            (text,) = Texts((file.read(),)).folded(SCRIPT_FOLDS)
    except FileNotFoundError:
        return ()
    lines = dict.fromkeys(map(str.strip, text.splitlines()))
    return tuple(line for line in lines if line and line[0] != "#")


def classes(language: str) -> tuple[str, ...]:
    """The names of the classes that a language has, sorted."""
    return tuple(sorted(path.stem for path in (FOLDER / language).glob("*.txt")))
