"""The lines of documents as numbers: a key for each short one, and which of them are at the edges of their document.

Each line takes a few numbers, so the lines of a corpus of gigabytes fit in memory.
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

# LINE_LENGTH: most characters of a short line; longer ones are paragraphs. KEPT: how many of them a key may keep; two
# or three characters recur by chance (总结 summary, 附件 attachment).
LINE_LENGTH = 80
KEPT = range(4, 61)
# A body line is a sentence of at least BODY_SENTENCE characters, or any line of BODY_LINE. Edges lie outside.
BODY_SENTENCE = 25
BODY_LINE = 80
EDGE_LINES = 8

# Keys leave out figures, which change from page to page (浏览:12次, 12 views), punctuation and marks, as X and x.
KEPT_RUN = re.compile("[\u3400-\u9fffA-WYZa-wyz\u3040-\u30ff\uac00-\ud7a3\u00c0-\u1fff]+")
BODY_END = "。.!?！？；;”"
LIMITS = (KEPT.start, KEPT.stop - 1, LINE_LENGTH, BODY_SENTENCE, BODY_LINE, EDGE_LINES)


@dataclass(frozen=True)
class LineKeys:
    """The keys of one document's short lines, in order; those before `top` and from `bottom` on are at its edges.

    An edge is before the first or after the last body line, and near the first or the last line. `start` and `length`
    say where each line stands, in code points, without the white space around it. The arrays are plain because a numpy
    array takes a microsecond to make, send or index, and a corpus may be a million short documents.
    """

    key: array[int]
    top: int
    bottom: int
    start: array[int]
    length: array[int]


NO_LINES = LineKeys(array("Q"), 0, 0, array("I"), array("B"))  # for a text without short lines


def line_keys(texts: Texts) -> list[LineKeys]:
    """Return the keys of each text's short lines; lines that differ only in figures, marks or punctuation share a key.

    A key is a polynomial of the kept characters modulo 2**64. If two keys clash, the worst result is one needless note.
    """
    most = texts.joined.count("\n")
    key, start, length = np.empty(most, np.uint64), np.empty(most, np.uint32), np.empty(most, np.uint8)
    columns = (view(key), view(start), view(length), view(np.empty(most, np.uint32)))
    places = passes.line_keys(view(texts.chars), texts.starts, _kinds(), LIMITS, columns)
    count = places[-1][0] if places else 0
    # Cut as plain arrays: many texts have one or two lines, and cutting those with numpy takes longest.
    keys, starts, lengths = array("Q", key[:count].tobytes()), array("I", start[:count].tobytes()), length.tobytes()
    found = []
    low = 0
    for high, top, bottom in places:
        parts = starts[low:high], array("B", lengths[low:high])
        found.append(LineKeys(keys[low:high], top, bottom, *parts) if high > low else NO_LINES)
        low = high
    return found


def filled_lines(text: str, most: int) -> list[tuple[int, int]]:
    r"""Return the first `most` lines of a text that are not blank: where each begins, after blanks, and where it ends.

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
    """Return the bits of each code point: BLANK, KEEP (part of keys), END (ends a sentence), or none."""
    kinds = np.zeros(BEYOND + 1, np.uint8)
    kinds[table_of(r"\s+")] |= passes.BLANK
    kinds[table_of(KEPT_RUN.pattern)] |= passes.KEEP
    kinds[list(map(ord, BODY_END))] |= passes.END
    return view(kinds)
