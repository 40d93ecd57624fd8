"""Character classes as bits, and word lists as trees, with which the kernel reads the lines of pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dedupe.rules.vocabulary import words
from dedupe.text import tree as trees
from dedupe.text.batch import BEYOND
from dedupe.text.kernels import judged, view

FUNCTION = frozenset(words("zh", "function"))  # each of one character
BRACKETS = "[【", "]】"
# The characters of each set, by its bit. The sets in `WITH_BLANKS` also contain all white space.
SETS = {
    judged.COMMA: ",、",
    judged.STOP: "。!?;…",
    judged.LAST: "。.!?…;~",
    judged.OPENS: "【[(〔<《「『",
    judged.CLOSES: "】])〕>》」』",
    judged.BULLET: "·•>»›▲▼★☆◆◇●○■□※#*-–—↓↑→←◎➤✦✎▶|+~",
    judged.QUOTE: "《“「",
    judged.PARTS: "|·•/;>»›_◆★",
    judged.DASH: "-—–",
    judged.OPENING: "[(【",
    judged.CLOSING: "])】",
    judged.APART: "|·•/;>»›_,、◆★[]【】()-",
    judged.FUNCTION: "".join(sorted(FUNCTION)),
    judged.BEFORE_LABEL: "|;,·/【([",
    judged.NO_LABEL: ":|,。;【】()[]",
    judged.NO_VALUE: ":|,。;",
    judged.ENDS: '。!?;…"”』」.',
    judged.NO_OPEN: "。;,、",
    judged.HINT: "|·>»©@_/【[{}◆★↓↑",
    judged.COUNTED: "wWkK万次",
    judged.CLAUSE: "。!?…",
    judged.TIME: "刚几分小天个月周年昨前今",
}
WITH_BLANKS = judged.APART | judged.BEFORE_LABEL | judged.NO_LABEL | judged.NO_VALUE


@lru_cache(maxsize=1)
def kinds() -> Any:
    """Return the class bits of each code point below 0x10000."""
    found = np.empty(BEYOND + 1, np.uint32)
    characters = np.arange(BEYOND + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    judged.fill_kinds(characters, view(found))
    found[found & judged.BLANK != 0] |= WITH_BLANKS
    for bit, members in SETS.items():
        found[[ord(char) for char in members]] |= bit
    return view(found)


def tree(values: Mapping[str, int]) -> Any:
    """Return the tree in which the kernel looks words up, each with its value, which must not be 0."""
    columns, _ = trees.tree(values)
    room = np.zeros(judged.PAIRS, np.uint8), np.zeros(BEYOND + 1, np.uint8)
    return judged.Words(*(view(column) for column in (*columns, *room)))
