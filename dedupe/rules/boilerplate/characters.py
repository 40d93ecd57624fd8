"""What characters are to a line, as bits, and words as trees: what the kernel reads lines of pages with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dedupe.rules.vocabulary import words
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
    listed = sorted(values)
    chars = np.array(listed).view(np.uint32).reshape(len(listed), -1)
    # A word has nodes of its own from where it differs from the one before.
    differs = np.logical_or.accumulate(chars[1:] != chars[:-1], axis=1)
    is_new = (np.vstack([np.ones_like(chars[:1], np.bool_), differs]) & (chars != 0)).T
    nodes = is_new.cumsum(dtype=np.int32).reshape(is_new.shape)
    parents = np.vstack([np.zeros_like(nodes[:1]), nodes[:-1]])[is_new]
    value = np.zeros(len(parents) + 1, np.int32)
    value[nodes[[len(word) - 1 for word in listed], np.arange(len(listed))]] = list(map(values.__getitem__, listed))
    roots = np.zeros(BEYOND + 1, np.int32)
    first = is_new[0] & (chars[:, 0] <= BEYOND)
    roots[chars[first, 0]] = nodes[0, first]
    low = np.searchsorted(parents, np.arange(len(value) + 1)).astype(np.int32)
    return judged.Words(*map(view, (roots, low, chars.T[is_new], value)))
