"""Two tables, stored with the package: what each code point is to the skeleton, and what it folds to.

They are not computed at start because Python's Unicode data differs between versions, and one corpus must give the
same report everywhere. `python -m dedupe.tables` writes them anew.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedupe.core.errors import ConfigError
from dedupe.text import marks

DROP, SPACELESS, LETTER, JOINER, END, NEWLINE, CLOSER, STOP, SPACE, LATIN = range(10)

CODE_POINTS = 0x110000
_STORED = Path(__file__).parent / "data" / "unicode.npz"

# Scripts written without spaces: one character is one token. Iteration marks and vowel signs belong to them.
_SPACELESS_BLOCKS = (
    (0x0E01, 0x0E4E),  # Thai
    (0x0E81, 0x0ECD),  # Lao
    (0x0EDC, 0x0EDF),
    (0x1000, 0x103F),  # Burmese
    (0x1050, 0x108F),
    (0x1780, 0x17D3),  # Khmer
    (0x3005, 0x3006),  # 々 〆
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FE),  # Burmese extensions
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_RADICALS = (0x2E80, 0x2FD5)  # Han as PDF files hold them
# Those of them for which Unicode's data names no character of their own.
_SAME_AS = dict(
    zip(
        "⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻪⻬⻮⻰⻳⺠",
        "母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄黾齐齿龙龟民",
    )
)
_VOICED = "\u3099\u309a"
_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2FA1F))
ENDS = "。！？!?；;…｡؟۔।॥။។"
_CLOSERS = "”’」』）)】》〉〕］]\"'"
_NEWLINES = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    if char in _VOICED:
        return JOINER
    if _RADICALS[0] <= ord(char) <= _RADICALS[1] and _fold(char) != ord(char):
        return SPACELESS
    spaceless = any(low <= ord(char) <= high for low, high in _SPACELESS_BLOCKS)
    if spaceless and category[0] in "LM":
        return SPACELESS
    if category[0] == "L":
        return LATIN if unicodedata.name(char, "").startswith(("LATIN", "FULLWIDTH LATIN")) else LETTER
    if category in ("Mn", "Mc", "Me", "Cf"):
        return JOINER
    for members, kind in ((_NEWLINES, NEWLINE), (ENDS, END), (_CLOSERS, CLOSER), (".．", STOP)):
        if char in members:
            return kind
    return SPACE if char.isspace() else DROP


def _fold(char: str) -> int:
    """Return the compatibility and case folded character without accents, if that is one character.

    A text may hold an accent as a character of its own, and writers leave it out.
    """
    if char in marks.LETTERS:
        return ord("x")  # a run of them is a mark, and a mark is no token
    for folded in (unicodedata.normalize("NFKC", _SAME_AS.get(char, char)).casefold(), char.casefold()):
        if len(folded) == 1:
            return ord(_bare(folded))
    return ord(char)


def _bare(char: str) -> str:
    """Return a letter without its accents or the signs that voice a kana.

    >>> _bare("é"), _bare("ế"), _bare("が"), _bare("й")
    ('e', 'e', 'か', 'и')
    """
    letters = [part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part)]
    return letters[0] if len(letters) == 1 and letters[0].isalpha() else char


def build() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Build both tables from this Python's Unicode data: kind and folded code point, by code point."""
    kinds = np.zeros(CODE_POINTS, np.uint8)
    folds = np.arange(CODE_POINTS, dtype=np.uint32)
    for point in range(CODE_POINTS):
        char = chr(point)
        kinds[point] = _kind(char)
        folds[point] = _fold(char)
    return kinds, folds


def store() -> None:
    """Write the tables beside this module, as runs of kinds and the code points that fold."""
    kinds, folds = build()
    starts = np.flatnonzero(np.diff(kinds, prepend=255))
    moved = np.flatnonzero(folds != np.arange(CODE_POINTS))
    version = np.array(unicodedata.unidata_version)
    np.savez_compressed(_STORED, starts=starts, kinds=kinds[starts], moved=moved, folds=folds[moved], version=version)


@lru_cache(maxsize=2)
def load(fold_script: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the stored tables: kinds uint8[0x110000], folded code points uint32[0x110000].

    With `fold_script` traditional characters fold to simplified ones as well.
    """
    with np.load(_STORED) as data:
        lengths = np.diff(data["starts"], append=CODE_POINTS)
        kinds = np.repeat(data["kinds"], lengths)
        folds = np.arange(CODE_POINTS, dtype=np.uint32)
        folds[data["moved"]] = data["folds"]
    return kinds, _simplified(folds) if fold_script else folds


def simplified(text: str) -> str:
    """Return a text folded as skeletons are with `fold_script`, one character for one."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return load(True)[1][codes].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _simplified(folds: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return folds followed by OpenCC's character table; a character with several simplified forms takes the first."""
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise ConfigError("fold-script needs OpenCC's tables: pip install 'corpus-dedupe[script]'") from error
    points = [point for low, high in _HAN_BLOCKS for point in range(low, high + 1)]
    text = OpenCC("t2s").convert("\n".join(map(chr, points))).split("\n")
    simple = np.arange(CODE_POINTS, dtype=np.uint32)
    for point, char in zip(points, text):
        if len(char) == 1:
            simple[point] = ord(char)
    return simple[folds]


if __name__ == "__main__":
    store()
