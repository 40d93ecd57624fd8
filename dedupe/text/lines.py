"""The lines of documents as numbers: a key for each short one, and which of them stand at the edges of their document.

What one document gives is a few numbers a line, so the lines of a corpus of gigabytes fit in memory.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dedupe.core import regex as re
from dedupe.text.batch import BEYOND, Texts, table_of
from dedupe.text.kernels import passes, view

# Characters of a line, and those of them that its key keeps. Two or three recur by chance (总结, 附件); what is longer
# than this is a paragraph.
LINE_LENGTH = 80
KEPT = range(4, 61)
# A body line: a sentence of this many characters, or anything this long. Edges are what stands outside of them.
BODY_SENTENCE = 25
BODY_LINE = 80
EDGE_LINES = 8

# Figures change from page to page (浏览:12次), marks and punctuation from copy to copy; X and x are marks.
KEPT_RUN = re.compile("[\u3400-\u9fffA-WYZa-wyz\u3040-\u30ff\uac00-\ud7a3\u00c0-\u1fff]+")
BODY_END = "。.!?！？；;”"
LIMITS = (KEPT.start, KEPT.stop - 1, LINE_LENGTH, BODY_SENTENCE, BODY_LINE, EDGE_LINES)


@dataclass(frozen=True)
class LineKeys:
    """The keys of one document's short lines in order; those before `top` and from `bottom` on stand at its edges.

    That is before the first or after the last body line, near the first line or the last. `start` and `length` say
    where each line stands, in code points and without the white space around it. Plain arrays, for a numpy array costs
    a microsecond to make, to send and to ask, and a corpus may be a million short documents.
    """

    key: array[int]
    top: int
    bottom: int
    start: array[int]
    length: array[int]


NO_LINES = LineKeys(array("Q"), 0, 0, array("I"), array("B"))  # of a text without short lines


def line_keys(texts: Texts) -> list[LineKeys]:
    """The keys of each text's short lines; two lines that differ in figures, marks or punctuation have one key.

    A key is a polynomial of the characters that it keeps, modulo 2**64: a clash makes one note, and no harm.
    """
    most = texts.joined.count("\n")
    key, start, length = np.empty(most, np.uint64), np.empty(most, np.uint32), np.empty(most, np.uint8)
    columns = (view(key), view(start), view(length), view(np.empty(most, np.uint32)))
    places = passes.line_keys(view(texts.chars), texts.starts, _kinds(), LIMITS, columns)
    count = places[-1][0] if places else 0
    # Cut as plain arrays: many texts have a line or two, for which numpy's way of cutting takes longer than the rest.
    keys, starts, lengths = array("Q", key[:count].tobytes()), array("I", start[:count].tobytes()), length.tobytes()
    found = []
    low = 0
    for high, top, bottom in places:
        parts = starts[low:high], array("B", lengths[low:high])
        found.append(LineKeys(keys[low:high], top, bottom, *parts) if high > low else NO_LINES)
        low = high
    return found


def filled_lines(text: str, most: int) -> list[tuple[int, int]]:
    r"""The first lines of a text that are not blank: where each begins, blanks left out, and its end.

    >>> filled_lines("\n 一 \n\n二", 9)
    [(2, 4), (6, 7)]
    """
    found: list[tuple[int, int]] = []
    start, size = 0, len(text)
    while start < size and len(found) < most:
        end = text.find("\n", start)
        end = size if end < 0 else end
        line = text[start:end]
        if line and not line.isspace():
            found.append((start + len(line) - len(line.lstrip()), end))
        start = end + 1
    return found


@lru_cache(maxsize=1)
def _kinds() -> Any:
    """What each code point is to a line: BLANK, KEEP in keys, END of a sentence, or nothing of these."""
    kinds = np.zeros(BEYOND + 1, np.uint8)
    kinds[table_of(r"\s+")] |= passes.BLANK
    kinds[table_of(KEPT_RUN.pattern)] |= passes.KEEP
    kinds[list(map(ord, BODY_END))] |= passes.END
    return view(kinds)
