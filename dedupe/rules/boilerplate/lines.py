"""The lines of a page that may be a site's: which are worth a judgement, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.boilerplate.characters import kinds, tree
from dedupe.rules.vocabulary import LANGUAGES, words
from dedupe.text.kernels import judged, view

# The lines of a text that are not blank, without the white space around them: int64[rows, columns of the kernel].
Rows = NDArray[np.int64]
# A line or a sentence of one that is worth a judgement: where it starts and ends, and the number of its row.
Candidate = tuple[int, int, int]

LEAST = 2  # characters: one alone may be a point of a list, or a column of a table
# What is longer is prose, or a paragraph of which a sentence may be a site's.
LONGEST = 220
# A line of prose: a sentence of this many characters, or anything this long.
PROSE_SENTENCE, PROSE_LINE = 25, 70
PARTED = 40  # a line of this many characters may hold a sentence of the site beside the author's
SHORT_SENTENCE, LONG_SENTENCE = 36, 70
EDGE_ROWS = 3
# Lines in which a page's title stands with the site's name behind it, how long they are, and lines that may describe.
TITLE_LINES, TITLE_LENGTH, SITE_NAME, DESCRIPTION_TOP = 5, range(8, 61), 40, 8
TITLE = (TITLE_LINES, TITLE_LENGTH.stop + SITE_NAME, DESCRIPTION_TOP)
LIMITS = (PROSE_SENTENCE, PROSE_LINE, LEAST, LONGEST, PARTED, SHORT_SENTENCE, LONG_SENTENCE, EDGE_ROWS)
# Words for a reader, which most texts have none of, and letters have all along.
READERS = ("您", "你", "诸位", "各位", "大家", "读者", "网友", "书友", "朋友们")


@lru_cache(maxsize=1)
def reader() -> Any:
    """What reads pages.

    A line that ends a sentence is looked at only where a strong seed stands in it, or two weak ones: a sentence of a
    text has one of those often enough.
    """
    seeds: dict[str, int] = {}
    for strong, name in ((0, "weak-seeds"), (judged.STRONG, "seeds")):
        for language in LANGUAGES:
            for word in words(language, name):
                seeds[word] = strong + len(seeds) + 1
    return judged.Reader(kinds(), tree(seeds), tree(dict.fromkeys(READERS, 1)), LIMITS)


class Pages(NamedTuple):
    """The lines of some texts: their rows one text behind the other, where those of each begin, and of each text what
    is worth a judgement, in order, and whether its first lines may be a title.
    """

    rows: Rows
    bounds: list[int]
    found: list[list[Candidate]]
    titled: list[bool]


def pages_of(texts: Sequence[str]) -> Pages:
    """The lines of some folded texts."""
    rows = np.empty((sum(text.count("\n") + 1 for text in texts), judged.ROW_COLUMNS), np.int64)
    return Pages(rows, *reader().pages(list(texts), view(rows), TITLE))


def rows_of(folded: str) -> Rows:
    """The lines of a folded text that are not blank."""
    rows = np.empty((folded.count("\n") + 1, judged.ROW_COLUMNS), np.int64)
    return rows[: reader().rows(folded, view(rows))]
