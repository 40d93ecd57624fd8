"""Split a page into essays by headings that form a series: 篇1 篇2 (text 1, 2), 标题（一） 标题（二） (title (1), (2)).

One heading proves nothing: sections, lists and captions are numbered too. A series does: the numbers go up one by one,
the words around them are the same (an essay's marker or the page's title), and an essay's worth of text lies between.
Section headings (一、 (二) 3.) are no series, because their words differ.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from string import ascii_letters
from typing import Any, NamedTuple

import numpy as np

from dedupe.core import regex as re
from dedupe.text.batch import table_of
from dedupe.text.kernels import headings, view

MAX_HEADING = 60
# Least text between two headings of a series, on average. Below that it is a table of contents or a list.
MIN_ESSAY = 50
# Scraping may lose one or two headings, so numbers may go up by as much as this.
MAX_STEP = 3
# At most so many lines at the end of a page are the links and notices of its site.
MAX_FOOTER = 40

DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
UNITS = {"十": 10, "百": 100}
NUMBER = r"(?:(?<!\d)(?<!\d\.)\d{1,3}(?![\d%]|\.\d)|[〇零一二三四五六七八九十百两]{1,5})"
OPEN, CLOSE = r"[(\[{【〖〔「『《<]", r"[)\]}】〗〕」』》>]"
# Nouns for one text among several. 篇 counts texts, in 第一篇 (the first text) as in 篇一 (text one).
NOUN = (
    r"篇|(?:范|例|样|作|征)文|范本|样本|模[板版]|版本|日记|佳作"
    r"|(?<![a-z])(?:sample|model|template|essay|composition|passage|letter|speech|story)(?:\s(?:essay|answer|letter|speech))?"
)
# What may follow the number of a marker. Letters may not: 范文三篇 (three model essays) is the title of a page.
AFTER = rf"(?=\s|$|{OPEN}|{CLOSE}|[:、.,|/_—–-])"
MARKERS = (
    re.compile(rf"^{OPEN}?(?P<noun>第)\s*(?P<number>{NUMBER})\s*篇(?![章幅目页])"),
    re.compile(rf"(?P<noun>第)\s*(?P<number>{NUMBER})\s*篇{AFTER}"),
    re.compile(rf"^{OPEN}?(?P<noun>篇)\s*(?P<number>{NUMBER})"),
    re.compile(rf"(?P<noun>{NOUN})\s*{OPEN}?\s*(?P<number>{NUMBER})\s*{CLOSE}?{AFTER}"),
)
NUMBER_LAST = re.compile(rf"(?P<open>{OPEN}?)\s*(?<![年月第之])(?P<number>{NUMBER})\s*(?P<close>{CLOSE}?)$")
NUMBER_FIRST = re.compile(
    rf"^(?P<open>{OPEN}?)\s*(?P<number>{NUMBER})\s*(?:(?P<close>{CLOSE})[.、:]?|[.、:]|\s)\s*(?=.)"
)
# Parts of one text (附件1 annex, 表2 table), and words that end in a numeral (星期三 Wednesday, 高一 grade).
PARTS = (
    *"图表件录注例题问条章节幕日天点步初高统唯万单周课项环组",
    *("步骤", "案例", "课时", "单元", "部分", "活动", "任务", "阶段", "场景", "目标", "星期", "礼拜", "模块", "板块"),
    *("方法", "措施", "技巧", "策略", "误区", "经验", "做法", "建议", "原则", "原因", "现象", "类型", "镜头", "片段"),
    *("figure", "fig", "table", "step", "part", "chapter", "section", "unit", "page", "day", "week", "question"),
    *("lesson", "article", "annex", "exhibit", "example", "rule", "item", "appendix"),
)
# By last character: trying a hundred of them in turn would cost more than everything else done for a heading.
PARTS_BY_END = {end: tuple(part for part in PARTS if part[-1] == end) for end in {part[-1] for part in PARTS}}
# A shared title with fewer letters must name a kind of text, as 保证书 (pledge) does and 答案 (answer) does not.
SHORT_TITLE = 4
KINDS = tuple("书信词语感言稿文结告辞诗歌记函")
# Characters of a heading's number, and characters that may precede it, for passing over most lines cheaply.
NUMERALS = "0123456789０１２３４５６７８９一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩"
NOUN_ENDS = "第篇文本板版记作" + ascii_letters
STOPS = "。；"  # in no heading
# Pre-checks for the patterns above, on a folded title, so that a pattern is tried only where it can match. Trying one
# costs microseconds, since its number may stand anywhere, and pages have thousands of numbered lines.
NUMBER_BEHIND = re.compile(r"[文本板版记作a-z]\W{0,3}[\d〇零一二三四五六七八九十百两]")
LAST_REACH = 10  # a number at the end of a title, with its brackets, lies in so many last characters
LAST_OF_NUMBER = frozenset("0123456789〇零一二三四五六七八九十百两)]}】〗〕」』》>")
TAG = re.compile(r"<[^<>]{1,40}>")
FILLED_LINE = re.compile(r"\S[^\n]*")
DECORATION = "#*>★☆◆◇■□●○▲△▼▽※→·•|~=_- \t\r\u3000\xa0"
LENGTH = re.compile(r"\s*\(?\s*(?:约|共)?\d{2,5}字(?:左右|以上|以内)?\s*\)?$")
# A heading may be a question but not a statement: a line with this many commas is a sentence.
STATEMENT_COMMAS = 3
NO_LETTERS = re.compile(r"[\W_]+")
PROSE_END = tuple("。！？；!?;…")
# Words of the site, not of the essay, on short lines at both ends of a page. Each alternative begins with a plain
# character, so that `re` skips other places without trying any alternative: that halves the time.
LINKS = r"(?:推荐|文章|阅读|标签|搜索|范文|内容|资料|喜欢)"
CHROME = re.compile(
    "|".join(rf"{word}{LINKS}" for word in ("相关", "热门", "猜你", "精彩", "更多", "延伸"))
    + r"|下载|推荐(?:度|阅读|文章|访问)|网站地图|版权|免责|侵权|上一[篇页]|下一[篇页]|点击|打印|收藏|分享到|扫一扫"
    r"|关注我们|公众号|返回(?:顶部|首页|列表)|来源[:：]|浏览[:：]|热度[:：]|阅读[:：]|发布(?:时间|日期|于)|作者[:：]|编辑[:：]|字号"
    r"|首页|当前位置|联系我们|备案号|copyright|Copyright|COPYRIGHT|小编|分类查询|\.(?:docx?|DOCX?)》?$|>(?<=\s>)\s"
)


class _Proof(IntEnum):
    """How much a series proves, strongest first: an essay's marker, one title for three or more headings, or less."""

    MARKER = 0
    TITLE = 1
    WEAK = 2


class Essay(NamedTuple):
    """One essay of a page: `number` counts from 1 through the page, `title` is its heading line.

    Its span runs from the start of the heading to the end of the last line, in code points, without the blank lines and
    site chrome after it.
    """

    number: int
    title: str
    start: int
    end: int


class _Heading(NamedTuple):
    """One reading of a line as a heading: `form` is where the number stands, `words` what its whole series shares."""

    form: str
    words: str
    number: int
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class _Series:
    """Headings of one form and words, in order."""

    proof: _Proof
    headings: tuple[_Heading, ...]

    @property
    def first(self) -> int:
        return self.headings[0].start

    @property
    def last(self) -> int:
        return self.headings[-1].start

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """Sort key, best first: not weak, then over the longest stretch of the page (an inner series is shorter)."""
        return (self.proof is _Proof.WEAK, self.first - self.last, self.proof, self.first)


def split(text: str) -> list[Essay]:
    r"""Return the essays of a page in order: one if there is no series of headings, none if there is no text.

    >>> [essay.title for essay in split("年度总结（一）\n" + "忙。" * 99 + "\n年度总结（二）\n" + "闲。" * 99)]
    ['年度总结（一）', '年度总结（二）']
    """
    start, stop = _without_chrome(text)
    if start == stop:
        return []
    read = _headings(text, start, stop)
    found = _settled(_series(read)) if read else []
    if not found:
        return [Essay(1, _first_title(text, start, stop), start, stop)]
    starts = [(heading.start, heading.title) for heading in found]
    # If the first heading is lost, its essay starts with the page.
    if found[0].number > 1 and found[0].start - start >= MIN_ESSAY:
        starts.insert(0, (start, _first_title(text, start, stop)))
    ends = [_end_of_text(text, following) for following, _ in starts[1:]] + [stop]
    return [
        Essay(number, title, at, end) for number, ((at, title), end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _first_title(text: str, start: int, stop: int) -> str:
    """Return the line at the start of a stretch if it may be a title, else an empty string."""
    end = text.find("\n", start, stop)
    line = text[start : stop if end < 0 else end].strip()
    return _plain(line) if _is_titular(line) else ""


def title_of(text: str) -> str:
    """Return the first line of a text that has letters if it may be a title, else an empty string."""
    line = next((line[0].strip() for line in FILLED_LINE.finditer(text) if any(map(str.isalpha, line[0]))), "")
    return _plain(line) if _is_titular(line) else ""


def _without_chrome(text: str) -> tuple[int, int]:
    """Return where the text of a page starts and stops, without blank lines and the chrome of its site.

    At the end, everything from the first chrome line on is cut if no prose follows it, because links without telltale
    words stand between chrome lines. At the top, only chrome lines themselves are cut.
    """
    first = FILLED_LINE.search(text)
    while first and _is_chrome(first[0].rstrip()):
        first = FILLED_LINE.search(text, first.end())
    if first is None:
        return 0, 0
    start = first.start()
    stop = at = _end_of_text(text, len(text))
    for _ in range(MAX_FOOTER):
        begin = text.rfind("\n", start, at) + 1
        line = text[begin:at].strip()
        is_chrome = _is_chrome(line)
        if not begin or not (is_chrome or _is_short(line)):
            break
        at = begin - 1
        if is_chrome:
            stop = _end_of_text(text, at)
    return start, stop


def _end_of_text(text: str, stop: int) -> int:
    """Return where the last line before `stop` ends, without trailing white space."""
    while stop and text[stop - 1].isspace():
        stop -= 1
    return stop


def _is_chrome(line: str) -> bool:
    return len(line) <= MAX_HEADING and CHROME.search(line) is not None


def _is_short(line: str) -> bool:
    return len(line) <= MAX_HEADING // 2 and not line.endswith(PROSE_END)


def _is_titular(line: str) -> bool:
    return len(line) <= MAX_HEADING and not line.endswith((*PROSE_END, "，", ",", "：", ":", "、"))


def _plain(line: str) -> str:
    """Return a line without the white space and the Markdown or HTML decoration around it."""
    return (TAG.sub("", line) if "<" in line else line).strip(DECORATION)


def _headings(text: str, start: int, stop: int) -> list[_Heading]:
    """Return all readings of all lines that could be headings; none if only one line could, for one is no series."""
    lines = headings.numbered(text, start, stop, MAX_HEADING, _kinds())
    if len(lines) < 2:
        return []
    raws = ((text[low:high], low) for low, high in lines)
    return [one for raw, at in raws for one in _readings(_plain(raw), at + len(raw) - len(raw.lstrip()))]


@lru_cache(maxsize=1)
def _kinds() -> Any:
    """Return the bits of each character below 0x10000 for the kernel."""
    kinds = table_of(r"\w+").astype(np.uint8) * headings.WORD
    for kind, members in ((headings.NUMERAL, NUMERALS), (headings.NOUN, NOUN_ENDS), (headings.STOP, STOPS)):
        kinds[[ord(char) for char in members]] |= kind
    return view(kinds)


def _readings(title: str, start: int) -> list[_Heading]:
    """Return the readings of a line as a heading: with a marker, with its number last, and with its number first."""
    folded = " ".join(unicodedata.normalize("NFKC", title.replace("\u3000", " ")).lower().split()).rstrip(": ")
    if "字" in folded:
        folded = LENGTH.sub("", folded)
    if _is_statement(folded):
        return []
    marker, readings = _marker(folded), []
    if marker:
        readings.append(_Heading(f"marker {marker['noun']}", "", _value(marker["number"]), title, start))
    if folded[-1:] in LAST_OF_NUMBER:
        last = NUMBER_LAST.search(folded, max(0, len(folded) - LAST_REACH))
        if last:
            readings += _unmarked("last", last, folded[: last.start()], (title, start))
    first = NUMBER_FIRST.match(folded)
    if first:
        readings += _unmarked("first", first, folded[first.end() :], (title, start))
    return readings


def _is_statement(folded: str) -> bool:
    # Folding keeps 。 and makes commas and semicolons ASCII.
    return "。" in folded or ";" in folded or folded.endswith(",") or folded.count(",") >= STATEMENT_COMMAS


def _marker(folded: str) -> re.Match[str] | None:
    """Return the match of an essay's number after its noun, by the first pattern that matches; None if none does."""
    patterns = MARKERS if "篇" in folded else MARKERS[-1:] if NUMBER_BEHIND.search(folded) else ()
    for pattern in patterns:
        match = pattern.search(folded)
        if match:
            return match
    return None


def _unmarked(form: str, match: re.Match[str], rest: str, place: tuple[str, int]) -> list[_Heading]:
    """Return the readings of a heading without a marker, its number first or last; `rest` is the other text."""
    words = rest if rest.isalnum() else NO_LETTERS.sub("", rest)
    if words.endswith(PARTS_BY_END.get(words[-1:], ())) or (len(words) < SHORT_TITLE and not words.endswith(KINDS)):
        return []
    opening, numeral, closing = match.group("open", "number", "close")
    brackets, number = "()" if opening and closing else "", _value(numeral)
    if form == "first":
        return [_Heading(f"first {brackets}{'1' if numeral.isdecimal() else '一'}", words, number, *place)]
    heading = _Heading(f"last {brackets}", words, number, *place)
    return [heading, heading._replace(form="any()", words="")] if brackets else [heading]


def _value(numeral: str) -> int:
    """Return the value, below a thousand, of a number in digits or in Chinese numerals.

    >>> [_value(numeral) for numeral in ("12", "十二", "二十", "一百零三", "二三")]
    [12, 12, 20, 103, 23]
    """
    if numeral.isdecimal():
        return int(numeral)
    total = digit = 0
    for character in numeral:
        if character in UNITS:
            total += (digit or 1) * UNITS[character]
            digit = 0
        else:
            digit = digit * 10 + DIGITS[character]
    return total + digit


def _series(headings: Iterable[_Heading]) -> Iterator[_Series]:
    """Yield the series: headings of one form and words whose numbers go up, with an essay's worth of text between."""
    groups: dict[tuple[str, str], list[_Heading]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for heading in headings:
        groups[heading.form, heading.words].append(heading)
        places[heading.form].append(heading.start)
    for (form, _), members in groups.items():
        if len(members) < 2:
            continue
        for run in _runs(members):
            proof = _proof(form, run, places[form])
            if proof is not None:
                yield _Series(proof, tuple(run))


def _runs(headings: list[_Heading]) -> Iterator[list[_Heading]]:
    """Yield runs of headings, each starting at number 1; a heading whose number does not go up is skipped."""
    run: list[_Heading] = []
    for heading in headings:
        if heading.number == 1 or (heading.number == 2 and not run and heading.form.startswith("marker")):
            yield run
            run = [heading]
        elif run and run[-1].number < heading.number <= run[-1].number + MAX_STEP:
            run.append(heading)
    yield run


def _proof(form: str, run: list[_Heading], places: list[int]) -> _Proof | None:
    """Return what a run proves; None if it is too short, too dense, or of a form that sections also have."""
    between = len(run) - 1
    if between < 1 or run[-1].start - run[0].start - sum(len(h.title) for h in run[:-1]) < between * MIN_ESSAY:
        return None
    if form.startswith("marker"):
        return _Proof.MARKER
    if form == "any()":  # only the brackets at the end are the same; the titles differ
        return _Proof.WEAK if between > 1 else None
    if between > 1 or form.startswith("last"):
        return _Proof.TITLE
    # 一、 in one essay and 二、 in the next may have the same words, but then the first essay's 二、 is between.
    is_next = bisect_right(places, run[0].start) == bisect_left(places, run[1].start)
    return _Proof.WEAK if is_next else None


def _settled(series: Iterable[_Series]) -> list[_Heading]:
    """Return the headings of the best series, and of others of its form that do not overlap it."""
    ranked = sorted(series, key=lambda s: s.rank)
    chosen: list[_Series] = []  # sorted by place; they never overlap, so only the two neighbours need checking
    for one in ranked:
        at = bisect_left(chosen, one.first, key=lambda s: s.first)
        is_free = (at == 0 or chosen[at - 1].last < one.first) and (at == len(chosen) or one.last < chosen[at].first)
        if is_free and one.headings[0].form == ranked[0].headings[0].form:
            chosen.insert(at, one)
    return [heading for one in chosen for heading in one.headings]
