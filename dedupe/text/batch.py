"""Texts side by side as one array of characters, for questions that are asked of all of them at once.

Many documents are a line or two, and each numpy call costs a microsecond, so documents share calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re

U16 = NDArray[np.uint16]
T = TypeVar("T", bound=np.generic)

STEP = 1 << 15  # characters that are looked up at a time, so that results stay in the processor's cache
BEYOND = 0xFFFF  # stands for each code point above it, and is no character itself

WIDTHS = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\xa0": " "}
WIDTHS["＊"] = "﹡"  # a character that has no meaning in Markdown
TRANSLATED = str.maketrans(WIDTHS)
SHORT = 400  # characters: below this, numpy is slower than one step of Python per character


def _folds() -> U16:
    folds = np.arange(BEYOND + 1, dtype=np.uint16)
    folds[[ord(wide) for wide in WIDTHS]] = [ord(narrow) for narrow in WIDTHS.values()]
    return folds


FOLDS = _folds()

# Traditional characters and the simplified ones they fold to, one pair per line, made by `tools/make_simplified.py`.
_PAIRS = (Path(__file__).parent / "data" / "simplified.txt").read_text(encoding="utf-8").split()
SIMPLIFIED = {pair[0]: pair[1] for pair in _PAIRS}
SCRIPT = str.maketrans(SIMPLIFIED)


def _script_folds() -> U16:
    folds = _folds()
    folds[[ord(traditional) for traditional in SIMPLIFIED]] = [ord(simple) for simple in SIMPLIFIED.values()]
    return folds


# Folds of width and script: the rules of this package see text folded by these.
SCRIPT_FOLDS = _script_folds()


@lru_cache(maxsize=1)
def _characters() -> str:
    """Return all characters up to BEYOND."""
    return np.arange(BEYOND + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=8)
def table_of(pattern: str) -> NDArray[np.bool_]:
    """Return for each code point whether a pattern of runs of characters matches it."""
    table = np.zeros(BEYOND + 1, np.bool_)
    for run in re.compiled(pattern).finditer(_characters()):
        table[run.start() : run.end()] = True
    return table


@dataclass(frozen=True)
class Texts:
    """Texts joined by line ends, with one more before the first and after the last, so that one precedes each text."""

    texts: Sequence[str]

    @cached_property
    def joined(self) -> str:
        """All texts as one."""
        return "\n".join(["", *self.texts, ""])

    @cached_property
    def starts(self) -> list[int]:
        """Where each text begins in `joined`, and where another one after the last would begin."""
        return list(accumulate((len(text) + 1 for text in self.texts), initial=1))

    @cached_property
    def chars(self) -> U16:
        """The code points of `joined`, one entry each; those above 0xFFFF are 0xFFFF."""
        data = self.joined.encode("utf-16-le", "surrogatepass")
        if len(data) == 2 * len(self.joined):
            return np.frombuffer(data, np.dtype("<u2"))
        points = np.frombuffer(self.joined.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
        return np.minimum(points, BEYOND).astype(np.uint16)

    def look_up(self, table: NDArray[T]) -> NDArray[T]:
        """Return a table's entry (one of 0x10000) for each character of `joined`."""
        found = np.empty(len(self.chars), table.dtype)
        for low in range(0, len(found), STEP):
            # mode="clip" changes no entry, but lets numpy write straight into `out` instead of making a copy.
            np.take(table, self.chars[low : low + STEP], out=found[low : low + STEP], mode="clip")
        return found

    @cached_property
    def folded_chars(self) -> U16:
        """`chars` with widths and script folded."""
        return self.look_up(SCRIPT_FOLDS)

    def folded(self, folds: U16 = FOLDS) -> list[str]:
        """Return the texts with full-width forms as ASCII, one code point for one, or folded by another table."""
        chars = self.folded_chars if folds is SCRIPT_FOLDS else self.look_up(folds)
        whole = chars.tobytes().decode("utf-16-le", "surrogatepass")
        if len(whole) != len(self.joined) or chr(BEYOND) in whole:
            points = np.frombuffer(self.joined.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
            whole = np.where(points < BEYOND, chars, points).tobytes().decode("utf-32-le", "surrogatepass")
        return [whole[start : end - 1] for start, end in zip(self.starts, self.starts[1:])]


def fold(text: str) -> str:
    """Fold full-width forms to ASCII, one code point for one, so that offsets stay those of the source.

    >>> fold("Ｘ＊＿（２０）　！")
    'X﹡_(20) !'
    """
    return text.translate(TRANSLATED) if len(text) < SHORT else Texts((text,)).folded()[0]


def simplify(text: str) -> str:
    """Fold traditional characters to simplified ones, one code point for one.

    >>> simplify("歡迎閱讀與借鑒，敬請關注")
    '欢迎阅读与借鉴，敬请关注'
    """
    return text.translate(SCRIPT)
