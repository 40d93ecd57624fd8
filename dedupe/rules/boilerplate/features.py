"""A line of a page as numbers: its shape, its words by class, and its place; what the judge of boilerplate looks at.

Shape carries over to sites that nobody has seen: a line of a site names things and parts them with signs, one of a text
makes sentences. Words are looked up by class (`dedupe/rules/vocabulary`), so that a word that is added there serves
every line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import add
from typing import NamedTuple

from dedupe.rules.vocabulary import LANGUAGES, words

# Classes of words, in the order of their bits; those of other languages that mean the same share one.
CLASSES = (
    "actions",
    "labels",
    "sections",
    "editors",
    "readers",
    "gather",
    "texts",
    "wishes",
    "openers",
    "library",
    "social",
    "novels",
    "legal",
    "machine",
    "shop",
    "contact",
    "forums",
    "apps",
    "government",
    "author",
    "notices",
)
BIT = {name: 1 << rank for rank, name in enumerate(CLASSES)}
AUTHOR = BIT["author"]
# What a site says; the other classes are words of its texts as well.
SITE = sum(
    BIT[name]
    for name in (
        "actions",
        "labels",
        "sections",
        "editors",
        "library",
        "social",
        "novels",
        "legal",
        "machine",
        "shop",
        "contact",
        "forums",
        "apps",
        "government",
        "notices",
    )
)
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
    r"\d[\d,.]{0,11} ?(?:[wk万千]\+?)?\+? ?(?:人次|次|人|条|篇|字|页|元|分|票|赞|[kmg]b?|阅读|浏览|评论|回复|收藏"
    r"|喜欢|粉丝"
    r"|个(?:回答|赞|收藏|评论)|views?|comments?|likes?|shares?|min|조회|회|件|コメント)(?![a-z])"
    r"|\d[\d.]{0,6}[wk万]\+?(?![a-z])"
)
URL = (
    r"https?:/{0,2}[!-~]*|www\.[!-~]+"
    r"|(?<![!-~])[a-z\d][a-z\d.-]{1,40}\.(?:com|cn|net|org|cc|info|vip|top|me|io|la|tv)(?:\.cn)?(?![a-z])[!-~]*"
)
VALUE = re.compile(f"(?P<url>{URL})|(?P<date>{DATE})|(?P<clock>{CLOCK})|(?P<count>{COUNT})|(?P<figure>\\d[\\d,.]*)")
MAY_HAVE_VALUE = re.compile(r"\d|www|http|前|\.[a-z]")
PAIR = re.compile(r"(?:(?<=[\s|;,·/【(\[])|^)([^\s:|,。;【】()\[\]]{1,10}) ?: ?([^\s:|,。;]{1,30})?")
STRONG = re.compile(r"\s{2,}|\s?[|·•/;>»›_◆★]+\s?|\s[-—–]\s|(?<=[\])】])\s*(?=[\[(【])|\t")
BLANK = re.compile(r"[\s|·•/;>»›_,、◆★\[\]【】()-]+")
SENTENCE = re.compile(r"[。!?;…]|\.{3}|[a-z\"')]\.(?=\s|$)")
FUNCTION = frozenset(word for word in words("zh", "function"))
FUNCTION_WORD = re.compile(f"[{''.join(sorted(FUNCTION))}]")
ENGLISH_FUNCTION = frozenset(words("en", "function"))
LATIN_WORD = re.compile("[a-z']+")
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
OPENS, CLOSES = "【[(〔<《「『", "】])〕>》」』"
BULLETS = "·•>»›▲▼★☆◆◇●○■□※#*-–—↓↑→←◎➤✦✎▶|+~"

NAMES = (
    "length",
    "han",
    "digits",
    "latin",
    "kana",
    "hangul",
    "signs",
    "blanks",
    "commas",
    "sentence marks",
    "ends a sentence",
    "ends in a colon",
    "ends in an exclamation",
    "asks",
    "ends in a bracket",
    "begins with a bracket",
    "begins with a sign",
    "ends in a sign",
    "titles and quotations",
    "items",
    "longest item",
    "mean item",
    "words apart",
    "longest word apart",
    "pairs",
    "share of pairs",
    "known labels",
    "dates",
    "clock",
    "counts",
    "addresses",
    "copyright",
    "long figure",
    "figure in brackets",
    "share of values",
    "function words",
    "English function words",
    "last is function",
    *(f"words: {name}" for name in CLASSES),
    "site words",
    "known words",
    "explained",
    "longest unexplained",
    "site classes",
    "editor's parts",
    "begins with a site's word",
    "ends with a site's word",
    "part of a line",
    "text before",
    "text after",
    "from the top",
    "from the end",
    "lines of the page",
    "place",
    "long lines before",
    "long lines behind",
    "blank line before",
    "blank line behind",
    "length of the line before",
    "length of the line behind",
    "sentence before",
    "sentence behind",
    "page of short lines",
    "lines of the run",
    "mean line of the run",
    "run at the top",
    "run at the end",
    "place in the run",
    "same lines",
    "speaks to readers as no other line does",
    "site words of the run",
    "explained of the run",
    "dates and counts of the run",
    "prose on the page",
)
RUN = NAMES.index("site words of the run")
EXPLAINED = NAMES.index("explained") - NAMES.index(f"words: {CLASSES[0]}")
LEAST_EXPLAINED = 0.36
NEAR_NAMES = (
    "score before",
    "score behind",
    "best score near",
    "share of the page",
    "is at the edge of what is clean",
    "share above",
    "share below",
    "best since prose",
    "best until prose",
    "mean around",
    "told by a rule near",
)


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
    address: float  # 1 where it speaks to a reader (您) and nobody else does, -1 where others do, else 0
    text_before: int = 0  # characters of the same line, for a part of one
    text_behind: int = 0

    def part(self, before: int, behind: int) -> Place:
        """The place of a part of this line, with so many characters of the line on either side."""
        return replace(self, text_before=before, text_behind=behind)


class Lexicon:
    """All words of all classes, by the two characters that they begin with, and the longest first."""

    def __init__(self) -> None:
        self.bits: dict[str, int] = defaultdict(int)
        for language in LANGUAGES:
            for name in CLASSES:
                for word in words(language, name):
                    self.bits[word.translate(SMALL)] |= BIT[name]
        self._heads: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.bits, key=lambda word: (-len(word), word)):
            self._heads[word[:2]].append(word)

    def find(self, line: str) -> list[tuple[int, int, int]]:
        """The words of a line in small letters, from left to right: start, end and classes."""
        found, reach, heads = [], 0, self._heads
        for at, pair in enumerate(map(add, line, line[1:] + "\n")):
            if at >= reach and (pair in heads or pair[0] in heads):
                word = self._longest(line, at, pair)
                if word:
                    reach = at + len(word)
                    found.append((at, reach, self.bits[word]))
        return found

    def _longest(self, line: str, at: int, pair: str) -> str:
        for head in (pair, pair[0]):
            for word in self._heads.get(head, ()):
                if line.startswith(word, at) and stands_alone(line, at, at + len(word)):
                    return word
        return ""


def stands_alone(line: str, start: int, end: int) -> bool:
    """Whether a word is not a part of a longer one in Latin letters."""
    before, last, behind = line[start - 1 : start] if start else "", line[end - 1], line[end : end + 1]
    goes_on = ("a" <= line[start] <= "z" and "a" <= before <= "z", "a" <= last <= "z" and "a" <= behind <= "z")
    return not any(goes_on)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, made at the first line that is judged."""
    return Lexicon()


def numbers(line: str, place: Place) -> list[float] | None:
    """The numbers of a line (folded, without the white space around it), in the order of `NAMES`.

    None for a sentence of which words and values explain so little that no judgement is needed.
    """
    line = line.translate(SMALL)
    values = list(VALUE.finditer(line)) if MAY_HAVE_VALUE.search(line) else []
    about = _words(line, lexicon().find(line), values)
    if not place.run and about[EXPLAINED] < LEAST_EXPLAINED:
        return None
    return [*_shape(line), *_values(line, values), *about, *_placed(place)]


def _shape(line: str) -> Iterable[float]:
    size = len(line)
    kinds = line.translate(KINDS)
    han, digits, latin, kana, hangul, blanks = map(kinds.count, "hdakgb")
    last, first = line[-1], line[0]
    items = [item for item in STRONG.split(line) if item.strip()]
    apart = [item for item in BLANK.split(line) if item]
    pairs = list(PAIR.finditer(line)) if ":" in line else []
    return (
        size,
        han / size,
        digits / size,
        latin / size,
        kana / size,
        hangul / size,
        kinds.count("s") / size,
        blanks / size,
        (line.count(",") + line.count("、")) / size,
        len(SENTENCE.findall(line)),
        last in "。.!?…;~",
        last == ":",
        last in "!~",
        "?" in line,
        last in CLOSES,
        first in OPENS,
        first in BULLETS,
        last in BULLETS,
        line.count("《") + line.count("“") + line.count("「"),
        len(items),
        max(map(len, items), default=0),
        sum(map(len, items)) / max(1, len(items)),
        len(apart),
        max(map(len, apart), default=0),
        len(pairs),
        sum(len(match[0]) for match in pairs) / size,
        sum(bool(lexicon().bits.get(match[1], 0) & BIT["labels"]) for match in pairs),
    )


class _Kinds(dict[int, str]):
    """The kind of a character: h(an), d(igit), a(scii letter), k(ana), hangul (g), b(lank) or s(ign)."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        kind = "s"
        if "\u3400" <= char <= "\u9fff":
            kind = "h"
        elif char.isdigit():
            kind = "d"
        elif "a" <= char <= "z":
            kind = "a"
        elif "\u3040" <= char <= "\u30ff":
            kind = "k"
        elif "\uac00" <= char <= "\ud7a3":
            kind = "g"
        elif char.isspace():
            kind = "b"
        self[point] = kind
        return kind


KINDS = _Kinds()


def _values(line: str, values: Sequence[re.Match[str]]) -> Iterable[float]:
    size, count = len(line), defaultdict[str, int](int)
    covered = longest = 0
    for match in values:
        kind = match.lastgroup or ""
        count[kind] += 1
        covered += len(match[0])
        longest = max(longest, len(match[0]) if kind == "figure" and match[0].isdigit() else 0)
    letters = LATIN_WORD.findall(line)
    return (
        count["date"],
        count["clock"],
        count["count"],
        count["url"],
        "©" in line or "copyright" in line or "(c)" in line,
        longest >= 5,
        bool(re.search(r"[(\[]\d{1,6}[)\]]", line)),
        covered / size,
        len(FUNCTION_WORD.findall(line)) / size,
        sum(word in ENGLISH_FUNCTION for word in letters) / max(4, len(letters)),
        line[-1] in FUNCTION,
    )


def _words(line: str, found: Sequence[tuple[int, int, int]], values: Sequence[re.Match[str]]) -> tuple[float, ...]:
    size = len(line)
    by_class = dict.fromkeys(range(len(CLASSES)), 0)
    known = bytearray(line.translate(IS_SIGN), "ascii")
    site = all_known = seen = 0
    for start, end, bits in found:
        seen |= bits
        all_known += end - start
        site += (end - start) * bool(bits & SITE)
        for rank in RANKS[bits]:
            by_class[rank] += end - start
        if bits & ~AUTHOR:
            known[start:end] = b"." * (end - start)
    for match in values:
        known[match.start() : match.end()] = b"." * len(match[0])
    gaps = [len(run) for run in known.split(b".") if run]
    return (
        *(characters / size for characters in by_class.values()),
        site / size,
        all_known / size,
        known.count(b".") / size,
        max(gaps, default=0),
        bin(seen & SITE).count("1"),
        sum(bool(seen & bit) for bit in EDITORS_PARTS),
        bool(found) and found[0][0] <= 2 and bool(found[0][2] & SITE),
        bool(found) and found[-1][1] >= size - 2 and bool(found[-1][2] & SITE),
    )


class _Ranks(dict[int, tuple[int, ...]]):
    """The ranks of the classes of some bits."""

    def __missing__(self, bits: int) -> tuple[int, ...]:
        self[bits] = tuple(rank for rank in range(len(CLASSES)) if bits >> rank & 1)
        return self[bits]


class _IsSign(dict[int, str]):
    """A dot for a sign or a blank, x for what a word must explain."""

    def __missing__(self, point: int) -> str:
        self[point] = "x" if chr(point).isalnum() else "."
        return self[point]


RANKS, IS_SIGN = _Ranks(), _IsSign()


def _placed(place: Place) -> Iterable[float]:
    is_part = bool(place.text_before or place.text_behind)
    return (
        is_part,
        min(place.text_before, 300),
        min(place.text_behind, 300),
        min(place.row, 20),
        min(place.rows - 1 - place.row, 20),
        min(place.rows, 80),
        place.row / max(1, place.rows - 1),
        min(place.long_before, 10),
        min(place.long_behind, 10),
        place.gap_before,
        place.gap_behind,
        min(place.before, 300),
        min(place.behind, 300),
        place.sentence_before,
        place.sentence_behind,
        place.short_share,
        min(place.run, 60),
        place.run_mean,
        place.run_at_top,
        place.run_at_end,
        place.run_place,
        min(place.twins, 5),
        place.address,
        0.0,
        0.0,
        0.0,
        min(place.prose, 20),
    )


RUN_SOURCES = (
    (RUN, NAMES.index("site words"), 0.3),
    (RUN + 1, NAMES.index("explained"), 0.7),
    (RUN + 2, NAMES.index("share of values"), 0.2),
)


def page_numbers(folded: str, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[list[float]]]:
    """The candidates of a page that need a judgement, and the numbers of each.

    They have what the others of a run of short lines have as well.
    """
    found: list[Candidate] = []
    rows: list[list[float]] = []
    for one in candidates:
        row = numbers(folded[one.start : one.end], one.place)
        if row is not None:
            found.append(one)
            rows.append(row)
    runs: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.place.run and not one.place.text_before and not one.place.text_behind:
            runs[one.place.run_start].append(number)
    for members in runs.values():
        for column, source, limit in RUN_SOURCES:
            mean = sum(rows[number][source] > limit for number in members) / len(members)
            for number in members:
                rows[number][column] = mean
    return found, rows
