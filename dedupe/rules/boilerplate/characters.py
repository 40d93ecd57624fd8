"""What characters are to a line, as bits, and words as trees: what the kernel reads lines of pages with."""

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
# The characters of each set, by its bit. Those of `WITH_BLANKS` have all white space as well.
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
    """For each code point below 0x10000 what its character is."""
    found = np.empty(BEYOND + 1, np.uint32)
    characters = np.arange(BEYOND + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    judged.fill_kinds(characters, view(found))
    found[found & judged.BLANK != 0] |= WITH_BLANKS
    for bit, members in SETS.items():
        found[[ord(char) for char in members]] |= bit
    return view(found)


def tree(values: Mapping[str, int]) -> Any:
    """Words with what each is worth, which is not 0, as the kernel looks them up."""
    columns, _ = trees.tree(values)
    return judged.Words(*(view(column) for column in (*columns, np.zeros(judged.PAIRS, np.uint8))))
