"""The features of a line of a page, on which the judge of boilerplate decides: shape, words by class, and place.

Shape generalises to unseen sites: a line of a site names things and separates them with signs, while a line of a text
makes sentences. Words are looked up by class (`dedupe/rules/vocabulary`), so a word added there counts in every line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re
from dedupe.rules.boilerplate.characters import tree
from dedupe.rules.boilerplate.lines import LONGEST, Candidate, Pages, reader
from dedupe.rules.vocabulary import LANGUAGES, words
from dedupe.text.kernels import judged, view

F64 = NDArray[np.float64]

# Classes of words, in the order of their bits; all languages share the same classes.
CLASSES = tuple(
    (
        "actions labels sections editors readers gather texts wishes openers library social novels legal machine "
        "shop contact forums apps government author notices"
    ).split()
)
BIT = {name: 1 << rank for rank, name in enumerate(CLASSES)}
AUTHOR = BIT["author"]
# Classes of words that only sites use; words of the other classes occur in texts as well.
SITE = sum(
    BIT[name]
    for name in tuple(
        (
            "actions labels sections editors library social novels legal machine shop contact forums apps "
            "government notices"
        ).split()
    )
)
# The parts of an editor's sentence: speaker, reader, what was done, kind of text, wish, opening words.
EDITORS_PARTS = tuple(BIT[name] for name in ("editors", "readers", "gather", "texts", "wishes", "openers"))

DATE = (
    r"(?:19|20)\d\d ?[-/.年] ?\d{1,2}(?: ?[-/.月] ?\d{1,2} ?日?)?|(?<!\d)\d{1,2}[-/月]\d{1,2}日?(?!\d)"
    r"|(?:\d{1,3}|刚|几)? ?(?:分钟|小时|天|个?月|周|年)前|[昨前今]天(?= ?\d)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2},? \d{4}"
    r"|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? \d{4}"
    r"|\d{4}년 ?\d{1,2}월 ?\d{1,2}일|\d{1,2}/\d{1,2}/\d{2,4}"
)
CLOCK = r"(?<!\d)[012]?\d:[0-5]\d(?::[0-5]\d)?(?!\d)"
COUNT = (
    r"\d[\d,.]{0,11} ?(?:[wk万千]\+?)?\+? ?(?:人次|次|人|条|篇|字|页|元|分|票|赞|[kmg]b?|阅读|浏览|评论|回复|收藏"
    r"|喜欢|粉丝"
    r"|个(?:回答|赞|收藏|评论)|views?|comments?|likes?|shares?|min|조회|회|件|コメント)(?![a-z])"
    r"|\d[\d.]{0,6}[wk万]\+?(?![a-z])"
)
URL = (
    r"https?:/{0,2}[!-~]*|www\.[!-~]+"
    r"|(?<![!-~])[a-z\d][a-z\d.-]{1,40}\.(?:com|cn|net|org|cc|info|vip|top|me|io|la|tv)(?:\.cn)?(?![a-z])[!-~]*"
)
# The kernel tries VALUE only where a value may begin (`may_begin_value`): at a digit, http, www., the name of a month,
# a name followed by a full stop, or a character of `judged.TIME`.
VALUE = re.compile(f"(?P<url>{URL})|(?P<date>{DATE})|(?P<clock>{CLOCK})|(?P<count>{COUNT})|(?P<figure>\\d[\\d,.]*)")
KINDS_OF_VALUES = {"date": 0, "clock": 1, "count": 2, "url": 3, "figure": 4}
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

SHAPE = tuple(
    (
        "length|han|digits|latin|kana|hangul|signs|blanks|commas|sentence marks|ends a sentence|ends in a colon|"
        "ends in an exclamation|asks|ends in a bracket|begins with a bracket|begins with a sign|ends in a sign|"
        "titles and quotations|items|longest item|mean item|words apart|longest word apart|pairs|share of pairs|"
        "known labels"
    ).split("|")
)
VALUES = tuple(
    (
        "dates|clock|counts|addresses|copyright|long figure|figure in brackets|share of values|function words|"
        "English function words|last is function"
    ).split("|")
)
WORDS = (
    *(f"words: {name}" for name in CLASSES),
    "site words",
    "known words",
    "explained",
    "longest unexplained",
    "site classes",
    "editor's parts",
    "begins with a site's word",
    "ends with a site's word",
)
PLACE = tuple(
    (
        "part of a line|text before|text after|from the top|from the end|lines of the page|place|long lines before|"
        "long lines behind|blank line before|blank line behind|length of the line before|length of the line behind|"
        "sentence before|sentence behind|page of short lines|lines of the run|mean line of the run|run at the top|"
        "run at the end|place in the run|same lines|speaks to readers as no other line does|site words of the run|"
        "explained of the run|dates and counts of the run|prose on the page"
    ).split("|")
)
NAMES = (*SHAPE, *VALUES, *WORDS, *PLACE)
# The index of the first feature of each group.
STARTS = tuple(NAMES.index(group[0]) for group in (SHAPE, VALUES, WORDS, PLACE))
RUN = NAMES.index("site words of the run")
LEAST_EXPLAINED = 0.0  # of a sentence; 0 admits all, for its wording decides whether it is measured
NEAR_NAMES = tuple(
    (
        "score before|score behind|best score near|share of the page|is at the edge of what is clean|share above|"
        "share below|best since prose|best until prose|mean around|told by a rule near"
    ).split("|")
)
# Features of a run: the share of its lines in which the named feature exceeds this limit.
RUN_SOURCES = (("site words", 0.3), ("explained", 0.7), ("share of values", 0.2))


class Lexicon:
    """The words of all classes in all languages, as a tree."""

    def __init__(self) -> None:
        bits: dict[str, int] = defaultdict(int)
        for language in LANGUAGES:
            for name in CLASSES:
                for word in "\n".join(words(language, name)).translate(SMALL).split("\n"):
                    bits[word] |= BIT[name]
        bits.pop("", None)  # from a class without words
        self.tree = judged.Lexicon(
            tree(bits),
            tree(dict.fromkeys(words("en", "function"), 1)),
            (SITE, AUTHOR, BIT["labels"]),
            view(np.array(EDITORS_PARTS, np.int64)),
            len(CLASSES),
        )

    def find(self, line: str) -> list[tuple[int, int, int]]:
        """Return the words of a lower-case line, from left to right: start, end and class bits."""
        found: list[tuple[int, int, int]] = _ROOMS.measurer(np.zeros((1, 1)), len(line)).find(line)
        return found


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon, which is built when the first line is judged."""
    return Lexicon()


@lru_cache(maxsize=1)
def _run_sources() -> tuple[Any, Any]:
    columns, limits = zip(*RUN_SOURCES)
    return view(np.array([NAMES.index(name) for name in columns], np.int64)), view(np.array(limits, np.float64))


def values(line: str) -> list[tuple[int, int, int]]:
    """Return the dates, counts, URLs and other values of a line: start, end and kind."""
    found: list[tuple[int, int, int]] = _ROOMS.measurer(np.zeros((1, 1)), len(line)).values_in(line)
    return found


class _Rooms(local):
    """The measurer of lines, one per thread and reused, for setting it up takes longer than measuring a line."""

    longest = -1

    def measurer(self, out: F64, longest: int) -> Any:
        """Return a measurer that has room for a line of `longest` characters and writes features into `out`."""
        if longest > self.longest:
            self.longest = max(longest, LONGEST)
            scratch = (*map(view, np.empty((3, self.longest), np.uint32)), view(np.empty(len(CLASSES), np.int64)))
            value = (VALUE.match, KINDS_OF_VALUES)
            self.made = judged.Measurer(reader(), lexicon().tree, value, scratch)
        self.made.begin(view(out))
        return self.made


_ROOMS = _Rooms()


def numbers_of(texts: Sequence[str], pages: Pages, more: int = 0) -> tuple[list[list[Candidate]], F64]:
    """Return the candidates of pages that need a judgement, and float64[candidates, NAMES + more], page by page.

    The caller fills the last `more` columns.

    A sentence is left out if its words and values explain less than `LEAST_EXPLAINED` of it. Lines of a run share the
    features of the run.
    """
    sizes = [end - start for some in pages.found for start, end, _ in some]
    numbers = np.empty((len(sizes), len(NAMES) + more))
    if not sizes:
        return pages.found, numbers
    measurer = _ROOMS.measurer(numbers, max(sizes))
    places = view(pages.rows), pages.bounds, pages.found
    kept: list[list[Candidate]] = measurer.pages(list(texts), *places, STARTS, LEAST_EXPLAINED, (*_run_sources(), RUN))
    return kept, numbers[: sum(map(len, kept))]
