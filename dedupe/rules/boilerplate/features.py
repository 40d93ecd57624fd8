"""A line of a page as numbers: its shape, its words by class, and its place; what the judge of boilerplate looks at.

Shape carries over to sites that nobody has seen: a line of a site names things and parts them with signs, one of a text
makes sentences. Words are looked up by class (`dedupe/rules/vocabulary`), so that a word which is added there serves every line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from dedupe.rules.vocabulary import LANGUAGES, words

# Classes of words, in the order of their bits; those of other languages that mean the same share one.
CLASSES = (
    "actions", "labels", "sections", "editors", "readers", "gather", "texts", "wishes", "openers", "library", "social",
    "novels", "legal", "machine", "shop", "contact", "forums", "apps", "government", "author", "notices",
)
BIT = {name: 1 << rank for rank, name in enumerate(CLASSES)}
AUTHOR = BIT["author"]
# What a site says; the other classes are words of its texts as well.
SITE = sum(BIT[name] for name in (
    "actions", "labels", "sections", "editors", "library", "social", "novels", "legal", "machine", "shop", "contact",
    "forums", "apps", "government", "notices",
))
# The parts of an editor's sentence: who speaks, to whom, what was done, what it is, what is wished, what it points at.
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
    r"\d[\d,.]{0,11} ?(?:[wk万千]\+?)?\+? ?(?:人次|次|人|条|篇|字|页|元|分|票|赞|[kmg]b?|阅读|浏览|评论|回复|收藏|喜欢|粉丝"
    r"|个(?:回答|赞|收藏|评论)|views?|comments?|likes?|shares?|min|조회|회|件|コメント)(?![a-z])|\d[\d.]{0,6}[wk万]\+?(?![a-z])"
)
URL = r"https?:/{0,2}[!-~]*|www\.[!-~]+|(?<![!-~])[a-z\d][a-z\d.-]{1,40}\.(?:com|cn|net|org|cc|info|vip|top|me|io|la|tv)(?:\.cn)?(?![a-z])[!-~]*"
VALUE = re.compile(f"(?P<url>{URL})|(?P<date>{DATE})|(?P<clock>{CLOCK})|(?P<count>{COUNT})|(?P<figure>\\d[\\d,.]*)")
PAIR = re.compile(r"(?:(?<=[\s|;,·/【(\[])|^)([^\s:|,。;【】()\[\]]{1,10}) ?: ?([^\s:|,。;]{1,30})?")
STRONG = re.compile(r"\s{2,}|\s?[|·•/;>»›_◆★]+\s?|\s[-—–]\s|(?<=[\])】])\s*(?=[\[(【])|\t")
BLANK = re.compile(r"[\s|·•/;>»›_,、◆★\[\]【】()-]+")
SENTENCE = re.compile(r"[。!?;…]|\.{3}|[a-z\"')]\.(?=\s|$)")
FUNCTION = frozenset(word for word in words("zh", "function"))
ENGLISH_FUNCTION = frozenset(words("en", "function"))
LATIN_WORD = re.compile("[a-z']+")
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
OPENS, CLOSES = "【[(〔<《「『", "】])〕>》」』"
BULLETS = "·•>»›▲▼★☆◆◇●○■□※#*-–—↓↑→←◎➤✦✎▶|+~"
NO_WORDS = frozenset(" \t")

NAMES = (
    "length", "han", "digits", "latin", "kana", "hangul", "signs", "blanks", "commas", "sentence marks",
    "ends a sentence", "ends in a colon", "ends in an exclamation", "asks", "ends in a bracket", "begins with a bracket",
    "begins with a sign", "ends in a sign", "titles and quotations", "items", "longest item", "mean item", "words apart",
    "longest word apart", "pairs", "share of pairs", "known labels", "dates", "clock", "counts", "addresses", "copyright",
    "long figure", "figure in brackets", "share of values", "function words", "English function words", "last is function",
    *(f"words: {name}" for name in CLASSES),
    "site words", "known words", "explained", "longest unexplained", "site classes", "editor's parts",
    "begins with a site's word", "ends with a site's word",
    "part of a line", "text before", "text after",
    "from the top", "from the end", "lines of the page", "place", "long lines before", "long lines behind",
    "blank line before", "blank line behind", "length of the line before", "length of the line behind",
    "sentence before", "sentence behind", "page of short lines",
    "lines of the run", "mean line of the run", "run at the top", "run at the end", "place in the run", "same lines",
    "site words of the run", "explained of the run", "dates and counts of the run", "prose on the page",
)
RUN = NAMES.index("site words of the run")
NEAR_NAMES = (
    "score before", "score behind", "best score near", "share of the page", "is at the edge of what is clean",
    "share above", "share below", "best since prose", "best until prose", "mean around", "told by a rule near",
)


class Words(NamedTuple):
    """What the vocabulary knows of a line: characters by class, and which characters it explains."""

    spans: list[tuple[int, int, int]]  # start, end, classes


class Candidate(NamedTuple):
    """A line of a folded text, or a sentence of one, that is worth a judgement."""

    start: int
    end: int
    place: Place


@dataclass(frozen=True)
class Place:
    """Where a line stands on its page."""

    row: int
    rows: int
    before: int  # the length of the line before, 0 for none
    behind: int
    sentence_before: bool
    sentence_behind: bool
    long_before: int  # lines of prose between it and the page's top, and its end
    long_behind: int
    gap_before: bool
    gap_behind: bool
    short_share: float
    run_start: int  # the first row of its run
    run: int  # the lines in a row that are no prose and end no sentence, with this one; 0 for one that does
    run_mean: float  # their mean length
    run_at_top: bool
    run_at_end: bool
    run_place: float
    twins: int  # how many other lines of the page say the same
    prose: int  # lines of prose
    text_before: int = 0  # characters of the same line, for a part of one
    text_behind: int = 0

    def part(self, before: int, behind: int) -> Place:
        """The place of a part of this line, with so many characters of the line on either side."""
        return replace(self, text_before=before, text_behind=behind)


@lru_cache(maxsize=1)
def lexicon() -> tuple[re.Pattern[str], dict[str, int]]:
    """A search for all words of all classes, the longest first, and the classes of each."""
    bits: dict[str, int] = defaultdict(int)
    for language in LANGUAGES:
        for name in CLASSES:
            for word in words(language, name):
                bits[word.translate(SMALL)] |= BIT[name]
    return re.compile(_branches(bits)), dict(bits)


def _branches(all_words: Iterable[str]) -> str:
    """A pattern for any of the words; one in Latin letters stands alone."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word in sorted(all_words, key=lambda word: (-len(word), word)):
        tail = re.escape(word[1:]) + ("(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else "")
        groups[word[0]].append(tail)
    return "|".join(
        f"{'(?<![a-z])' if first.isascii() and first.isalpha() else ''}{re.escape(first)}(?:{'|'.join(tails)})"
        for first, tails in groups.items()
    )


def known(line: str) -> list[tuple[int, int, int]]:
    """The words of a line in small letters that the vocabulary has: start, end and classes."""
    search, bits = lexicon()
    return [(match.start(), match.end(), bits[match[0]]) for match in search.finditer(line)]


def numbers(line: str, place: Place) -> list[float]:
    """The numbers of a line (folded, without the white space around it), in the order of `NAMES`."""
    line = line.translate(SMALL)
    found = known(line)
    return [*_shape(line), *_values(line), *_words(line, found), *_placed(place)]


def _shape(line: str) -> Iterable[float]:
    size = len(line)
    han = sum("\u3400" <= char <= "\u9fff" for char in line)
    digits = sum(char.isdigit() for char in line)
    latin = sum("a" <= char <= "z" for char in line)
    kana = sum("\u3040" <= char <= "\u30ff" for char in line)
    hangul = sum("\uac00" <= char <= "\ud7a3" for char in line)
    blanks = sum(char.isspace() for char in line)
    signs = size - han - digits - latin - kana - hangul - blanks
    last, first = line[-1], line[0]
    items = [item for item in STRONG.split(line) if item.strip()]
    apart = [item for item in BLANK.split(line) if item]
    pairs = list(PAIR.finditer(line))
    return (
        size, han / size, digits / size, latin / size, kana / size, hangul / size, signs / size, blanks / size,
        (line.count(",") + line.count("、")) / size, len(SENTENCE.findall(line)),
        last in "。.!?…;~", last == ":", last in "!~", "?" in line, last in CLOSES, first in OPENS,
        first in BULLETS, last in BULLETS, line.count("《") + line.count("“") + line.count("「"), len(items),
        max(map(len, items), default=0), sum(map(len, items)) / max(1, len(items)), len(apart),
        max(map(len, apart), default=0), len(pairs), sum(len(match[0]) for match in pairs) / size,
        sum(bool(lexicon()[1].get(match[1], 0) & BIT["labels"]) for match in pairs),
    )


def _values(line: str) -> Iterable[float]:
    size, count = len(line), defaultdict[str, int](int)
    covered = longest = 0
    for match in VALUE.finditer(line):
        kind = match.lastgroup or ""
        count[kind] += 1
        covered += len(match[0])
        longest = max(longest, len(match[0]) if kind == "figure" and match[0].isdigit() else 0)
    letters = LATIN_WORD.findall(line)
    return (
        count["date"], count["clock"], count["count"], count["url"], "©" in line or "copyright" in line or "(c)" in line,
        longest >= 5, bool(re.search(r"[(\[]\d{1,6}[)\]]", line)), covered / size,
        sum(char in FUNCTION for char in line) / size,
        sum(word in ENGLISH_FUNCTION for word in letters) / max(4, len(letters)), line[-1] in FUNCTION,
    )


def _words(line: str, found: Sequence[tuple[int, int, int]]) -> Iterable[float]:
    size = len(line)
    by_class = [0] * len(CLASSES)
    explained = [not char.isalnum() for char in line]
    site = all_known = seen = 0
    for start, end, bits in found:
        seen |= bits
        all_known += end - start
        site += (end - start) * bool(bits & SITE)
        for rank in range(len(CLASSES)):
            if bits >> rank & 1:
                by_class[rank] += end - start
        if bits & ~AUTHOR:
            explained[start:end] = [True] * (end - start)
    for match in VALUE.finditer(line):
        explained[match.start() : match.end()] = [True] * len(match[0])
    runs = "".join(".x"[is_known] for is_known in explained)
    gaps = [len(run) for run in runs.split("x") if run]
    return (
        *(characters / size for characters in by_class), site / size, all_known / size, sum(explained) / size,
        max(gaps, default=0), (seen & SITE).bit_count() if hasattr(int, "bit_count") else bin(seen & SITE).count("1"),
        sum(bool(seen & bit) for bit in EDITORS_PARTS),
        bool(found) and found[0][0] <= 2 and bool(found[0][2] & SITE),
        bool(found) and found[-1][1] >= size - 2 and bool(found[-1][2] & SITE),
    )


def _placed(place: Place) -> Iterable[float]:
    is_part = bool(place.text_before or place.text_behind)
    return (
        is_part, min(place.text_before, 300), min(place.text_behind, 300),
        min(place.row, 20), min(place.rows - 1 - place.row, 20), min(place.rows, 80),
        place.row / max(1, place.rows - 1), min(place.long_before, 10), min(place.long_behind, 10),
        place.gap_before, place.gap_behind, min(place.before, 300), min(place.behind, 300),
        place.sentence_before, place.sentence_behind, place.short_share,
        min(place.run, 60), place.run_mean, place.run_at_top, place.run_at_end, place.run_place, min(place.twins, 5),
        0.0, 0.0, 0.0, min(place.prose, 20),
    )


RUN_SOURCES = (
    (RUN, NAMES.index("site words"), 0.3),
    (RUN + 1, NAMES.index("explained"), 0.7),
    (RUN + 2, NAMES.index("share of values"), 0.2),
)


def page_numbers(folded: str, found: Sequence[Candidate]) -> list[list[float]]:
    """The numbers of the candidates of a page, each with what the others of its run of short lines have."""
    rows = [numbers(folded[one.start : one.end], one.place) for one in found]
    runs: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.place.run and not one.place.text_before and not one.place.text_behind:
            runs[one.place.run_start].append(number)
    for members in runs.values():
        for column, source, limit in RUN_SOURCES:
            mean = sum(rows[number][source] > limit for number in members) / len(members)
            for number in members:
                rows[number][column] = mean
    return rows
