"""Split pages into lines, and find the lines that may be a site's and are worth a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.rules.boilerplate.characters import kinds, tree
from dedupe.rules.vocabulary import LANGUAGES, words
from dedupe.text.kernels import judged, view

# The non-blank lines of a text, without surrounding white space: int64[rows, columns of the kernel].
Rows = NDArray[np.int64]
# A line, or a sentence in one, that is worth a judgement: its start, its end and the number of its row.
Candidate = tuple[int, int, int]

LEAST = 2  # characters; a single one may be a list bullet or a table column
# A longer line is prose, or a paragraph in which a sentence may be a site's.
LONGEST = 220
# The least length of a line of prose: if it ends a sentence, and otherwise.
PROSE_SENTENCE, PROSE_LINE = 25, 70
PARTED = 40  # a line this long may hold a sentence of the site beside the author's
SHORT_SENTENCE, LONG_SENTENCE = 36, 70
EDGE_ROWS = 3
# Lines that may be the page's title, its length, that of a site's name behind it, and lines that may be a description.
TITLE_LINES, TITLE_LENGTH, SITE_NAME, DESCRIPTION_TOP = 5, range(8, 61), 40, 8
TITLE = (TITLE_LINES, TITLE_LENGTH.stop + SITE_NAME, DESCRIPTION_TOP)
LIMITS = (PROSE_SENTENCE, PROSE_LINE, LEAST, LONGEST, PARTED, SHORT_SENTENCE, LONG_SENTENCE, EDGE_ROWS)
# Words that address a reader; most texts have none of them, and letters have many.
READERS = ("您", "你", "诸位", "各位", "大家", "读者", "网友", "书友", "朋友们")


@lru_cache(maxsize=1)
def reader() -> Any:
    """Return the kernel object that reads pages.

    A line that ends a sentence becomes a candidate only with a strong seed or two weak ones, for sentences of a text
    often have one weak seed.
    """
    seeds: dict[str, int] = {}
    for strong, name in ((0, "weak-seeds"), (judged.STRONG, "seeds")):
        for language in LANGUAGES:
            for word in words(language, name):
                seeds[word] = strong + len(seeds) + 1
    return judged.Reader(kinds(), tree(seeds), tree(dict.fromkeys(READERS, 1)), LIMITS)


class Pages(NamedTuple):
    """The lines of some texts: the rows of all texts, one after another, and where each text begins in them (`bounds`);
    per text the candidates in order (`found`), and whether its first lines may be a title (`titled`).
    """

    rows: Rows
    bounds: list[int]
    found: list[list[Candidate]]
    titled: list[bool]


def pages_of(texts: Sequence[str]) -> Pages:
    """Return the lines and candidates of some folded texts."""
    rows = np.empty((sum(text.count("\n") + 1 for text in texts), judged.ROW_COLUMNS), np.int64)
    return Pages(rows, *reader().pages(list(texts), view(rows), TITLE))


def rows_of(folded: str) -> Rows:
    """Return the non-blank lines of a folded text."""
    rows = np.empty((folded.count("\n") + 1, judged.ROW_COLUMNS), np.int64)
    return rows[: reader().rows(folded, view(rows))]
