"""Boilerplate: what a site puts around a text, and what scraping leaves in it.

Codes go by decades, and a code is never used twice:

- BP20x introductions, transitions and closing words by the site or by a writing machine
- BP21x navigation of the site: paths, neighbouring pages, menus, tools
- BP22x who posted the page, when, how often it was read, how long it is
- BP23x ownership and requests: copyright, licence, cookies, newsletters, sharing, tags
- BP24x downloads and libraries; BP25x related links, comments, social services
- BP26x spam, brands, watermarks, advertisements; BP27x forum furniture, novels and repeated titles
- BP28x, BP294, BP299 markup, injected noise, damage; BP290, BP292 judged lines; BP291 lines learnt from the corpus
  (`rules.recurring`)

To search each document for each row would cost more than the rest of a scan: a search of Chinese text takes about a
nanosecond per character, and there are hundreds of literals. So one sweep serves all rows of the tables. It gets the
places of the literals, at the start of a line or inside it, and tries a row only on lines that have one of its
literals.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from dedupe.core import regex as re
from dedupe.rules.boilerplate import credits, foreign, markup, services, site, spam
from dedupe.rules.boilerplate.damage import DAMAGE
from dedupe.rules.boilerplate.injected import find_salad
from dedupe.rules.boilerplate.judge import NO_TITLE, Verdict, judge, look
from dedupe.rules.boilerplate.lines import rows_of
from dedupe.rules.boilerplate.naming import DOUBTED
from dedupe.rules.boilerplate.shapes import Table, row
from dedupe.rules.boilerplate.titles import TITLE, find_titles
from dedupe.rules.rule import Met, Rule, Sweep
from dedupe.text.kernels import judged

# Non-empty lines from either end of a page that count as its edge: pages rarely put more than this around a text.
EDGE_LINES = 12
FILLED_LINE = re.compile(r"\S[^\n]*")
# Headings of link lists, and the greatest length of the list of plain titles from one to the end of the page.
LIST_HEADINGS = frozenset({"BP251", "BP252", "BP253", "BP255"})
LIST_CHARACTERS = 3000
LIST_LINE, MEAN_LINE = 60, 27
# The matches of this many short lines are cached, for sites repeat their lines on each page.
LINES_KEPT, SHORT_LINE = 1 << 14, 80
SENTENCE_MARK = re.compile("[。;!?]")

# The rules whose findings may be the last sentence of an introduction, and the length of what may stand before it. An
# author who introduces his own text speaks of himself or gives figures.
INTRODUCING, LONGEST_OPENING = frozenset(("BP201", "BP202", "BP208", "BP290")), 160
PRESENTS = re.compile(
    "小编|本站|本网|本文|范文|模板|样本|整理|收集|搜集|精选|参考|借鉴|欢迎阅读|给大家|为大家|为您|为你"
)
TELLS = re.compile(rf"{site.SPEAKS}|{site.COUNTS}|\d|[甲乙]方|[:“《]")

# The greatest length of a site's label on a line of its own, and a number alone on the line below.
LABEL = 6
CLOSES_BOX = re.compile(r"[^\S\n]*\n\s{0,8}(?P<span>[x×])[^\S\n]*(?=\n|\Z)")  # below 没有帐号?立即注册
COUNT_BELOW = re.compile(r"[^\S\n]*\n\s{0,8}(?P<span>\d{1,8})[^\S\n]*(?=\n|\Z)")

LINK_LIST = row(
    "BP254 related-list warning",
    "links to another page",
    needs=("\n",),
    hits=("相关推荐\n«县级防汛总结»\n«护林员事迹材料三篇»",),
    misses=("相关推荐\n今年雨水多。\n防汛总结", "防汛总结\n护林员事迹材料三篇"),
)

# The rules to try on one line, by code, in the order of the codes.
Tried = dict[str, Rule]


class Lines:
    """All rows of the tables in one pass."""

    def __init__(self, tables: Iterable[Table]) -> None:
        tables = tuple(tables)
        self.heads = [rule for table in tables for rule in table.heads + table.edge_heads]
        self.inner = [rule for table in tables for rule in table.anywhere + table.edges]
        self._edge_codes = {rule.code for table in tables for rule in table.edge_heads + table.edges}
        self.rules = (*self.heads, *self.inner)

    @cached_property
    def sweep(self) -> Sweep:
        """The sweep that finds all rows in one pass over a folded text."""
        heads = frozenset(literal for rule in self.heads for literal in rule.literals)
        inner = frozenset(literal for rule in self.inner for literal in rule.literals)
        return Sweep(self.find, inner, heads)

    # Built on first use, so that a scan for placeholders alone does not pay for it.
    @cached_property
    def _by_head(self) -> dict[str, Tried]:
        return _owners(self.heads)

    @cached_property
    def _by_inner(self) -> dict[str, Tried]:
        return _owners(self.inner)

    @cached_property
    def _head_search(self) -> re.Pattern[str]:
        return re.compile(rf"[^\S\n]*(?=\S)[^\w\n]{{0,5}}?({_branches(self._by_head)})")

    @cached_property
    def _inner_search(self) -> re.Pattern[str]:
        return re.compile(_branches(self._by_inner))

    @property
    def searches(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """The patterns for the literal at the start of a line, and for the literal at a given offset."""
        return self._head_search, self._inner_search

    def tried_at_head(self, literal: str) -> Tried:
        """Return the rules that are tried on a line which begins with a literal."""
        return self._by_head[literal]

    def find(self, folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
        """Yield the codes and spans of the rows that match in a folded text; overlaps are not settled."""
        listed: dict[int, int] = {}
        limits = None
        for start, end, places in _lines_met(folded, met):
            low = max(0, start - 1)  # include the line end before it, for look-behinds
            matches = self._known_matches if end - start <= SHORT_LINE else self._matches
            for rule, begin, stop in matches(folded[low:end], start - low, places):
                if rule.code in self._edge_codes:
                    limits = limits or edge_limits(folded)
                    if limits[0] <= start < limits[1]:
                        continue
                yield rule.code, low + begin, low + stop
                # A row that matches a whole line of the list is more specific than the list.
                if listed and listed.get(low + begin) == low + stop:
                    del listed[low + begin]
                if rule.code in LIST_HEADINGS and not listed:
                    listed = link_list(folded, end)
        yield from ((LINK_LIST.code, begin, stop) for begin, stop in listed.items())

    @cached_property
    def _known_matches(self) -> Callable[[str, int, tuple[int, ...]], list[tuple[Rule, int, int]]]:
        """`_matches` with a cache, for lines that sites repeat from page to page."""
        return lru_cache(maxsize=LINES_KEPT)(self._matches)

    def _matches(self, line: str, start: int, places: tuple[int, ...]) -> list[tuple[Rule, int, int]]:
        """Return the rows that match in a line, in order, and their spans.

        The line begins at `start`; literals stand at `places` in it, -1 for the literal that begins it.
        """
        tried: Tried = {}
        for at in places:
            match = self._head_search.match(line, start) if at < 0 else self._inner_search.match(line, start + at)
            if match:
                tried = _joined(tried, self._by_head[match[1]] if at < 0 else self._by_inner[match[0]])
        found = []
        for rule in tried.values():
            # Not finditer: most rows fail or match the whole line, and then a single search costs half.
            match = (rule.regex.match if rule.begins_line else rule.regex.search)(line, start)
            while match:
                found.append((rule, *match.span("span")))
                is_done = rule.begins_line or match.end() >= len(line)
                match = None if is_done else rule.regex.search(line, match.end())
        return found


def _lines_met(folded: str, met: Met) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the lines that have literals: start, end, and the places in the line, -1 for a literal that begins it."""
    lines: dict[int, list[int]] = {start: [-1] for start in met.heads}
    start = end = -1
    for at in met.inner:
        if at > end:
            start, end = folded.rfind("\n", 0, at) + 1, _line_end(folded, at)
        lines.setdefault(start, []).append(at - start)
    for start in sorted(lines):
        yield start, _line_end(folded, start), tuple(lines[start])


def edge_limits(folded: str) -> tuple[int, int]:
    """Return the end of the last line of a page's top, and the line end before the first line of its end."""
    rows = rows_of(folded)
    if len(rows) < EDGE_LINES:
        return len(folded), -1
    last, first = int(rows[EDGE_LINES - 1, judged.ROW_END]), int(rows[-EDGE_LINES, judged.ROW_START])
    return _line_end(folded, last), folded.rfind("\n", 0, first)


def link_list(folded: str, start: int) -> dict[int, int]:
    """Return the start and end of each line from an offset to the end of the page, if they are a link list.

    The result is empty unless all lines are short and none is a sentence.
    """
    if len(folded) - start > LIST_CHARACTERS or SENTENCE_MARK.search(folded, start):
        return {}
    lines = dict(match.span() for match in FILLED_LINE.finditer(folded, start))
    sizes = [end - begin for begin, end in lines.items()]
    # Prose without punctuation has longer lines than a list of titles; an ASCII character counts half.
    wide = sum(sizes) - sum(map(str.isascii, folded[start:])) / 2
    return {} if not sizes or max(sizes) > LIST_LINE or wide > MEAN_LINE * len(sizes) else lines


def _line_end(folded: str, start: int) -> int:
    end = folded.find("\n", start)
    return len(folded) if end < 0 else end


def _owners(rules: Iterable[Rule]) -> dict[str, Tried]:
    """Return the rules to try where a literal is the longest one: its own, and those whose literal it may hide.

    It hides its prefixes, and if signs begin it, what begins a line behind those signs.
    """
    owners: dict[str, Tried] = defaultdict(dict)
    for rule in rules:
        for literal in rule.literals:
            owners[literal][rule.code] = rule
    by_first: dict[str, list[str]] = defaultdict(list)
    for text in owners:
        by_first[text[0]].append(text)
    tried: dict[str, Tried] = {}
    for met in owners:
        tried[met] = {}
        signs = len(met) - len(re.sub(r"^\W+", "", met))
        for skipped in range(min(len(met), signs + 1)):
            tail = met[skipped:]
            for other in by_first[tail[0]]:
                if tail.startswith(other) or (skipped and other.startswith(tail)):
                    tried[met] = _joined(tried[met], owners[other])
    return tried


def _joined(one: Tried, other: Tried) -> Tried:
    """Return the rules of both, sorted by code, which is the order of trying."""
    return one if other.keys() <= one.keys() else dict(sorted({**one, **other}.items()))


def _branches(literals: Iterable[str]) -> str:
    """Return a pattern for any of some literals, grouped by first character, longer before its own prefix."""
    groups: dict[str, set[str]] = defaultdict(set)
    for literal in literals:
        groups[literal[0]].add(re.escape(literal[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(sorted(rest, reverse=True))})" for first, rest in groups.items())


def find_lines(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    """Yield what the rows of the tables and the trained judge find in a text: code, start and end."""
    known = list(LINES.find(folded, met)) if met.inner or met.heads else []
    yield from known
    top, verdicts = list[tuple[str, int, int]](), list[Verdict]()
    if met.seen is not None:
        top += markup.find_at_top(folded)
        verdicts += judge(folded, [start for _, start, _ in known], met.seen)
    yield from top
    reach, titled = sorted((start, end) for _, start, end in known), [(start, end) for _, start, end in top]
    judged = [
        one
        for one in verdicts
        if not _is_known(reach, one) and not any(start < one.end and one.start < end for start, end in titled)
    ]
    yield from ((one.code, one.start, one.end) for one in judged)
    yield from _introductions(folded, [*known, *((one.code, one.start, one.end) for one in judged)])
    dirt = [*reach, *titled, *((one.start, one.end) for one in judged if one.code != DOUBTED)]
    if dirt:
        yield from ((TITLE.code, *span) for span in find_titles(folded, dirt))
        yield from ((COUNTED.code, *span) for span in _counts_below(folded, dirt))
        closing = (CLOSES_BOX.match(folded, end) for _, end in dirt)
        yield from ((JUDGED.code, *match.span("span")) for match in closing if match)
    if met.seen is not None:
        yield from ((SCRAMBLED.code, span.start, span.end) for span in find_salad(folded))


def _introductions(folded: str, found: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the paragraphs at the top that end in a site's offer and could introduce any text: 下面给大家几篇。"""
    for code, start, end in found:
        line, stop = folded.rfind("\n", 0, start) + 1, _line_end(folded, end)
        is_last = code in INTRODUCING and 0 < start - line <= LONGEST_OPENING and not folded[end:stop].strip()
        if not is_last or not PRESENTS.search(folded, start, end) or TELLS.search(folded, line, start):
            continue
        if line < edge_limits(folded)[0]:
            yield code, start - len(folded[line:start].lstrip()), end


def _counts_below(folded: str, dirt: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the numbers below a site's short labels: 3390 below 浏览 (views)."""
    for start, end in dirt:
        if end - start <= LABEL and not folded[folded.rfind("\n", 0, start) + 1 : start].strip():
            match = COUNT_BELOW.match(folded, end)
            if match and not any(map(str.isdigit, folded[start:end])):
                yield match.span("span")


def _is_known(spans: Sequence[tuple[int, int]], one: Verdict) -> bool:
    """True if findings of rows cover half of a judged line or end in its last half, for rows are more precise.

    If the line scores NO_TITLE or more, only coverage counts.
    """
    at, known, reach = bisect_left(spans, (one.start, 0)), 0, one.start
    for start, end in spans[at : at + 8]:
        if start < one.end:
            known += max(0, min(end, one.end) - max(start, reach))
            reach = max(reach, min(end, one.end))
    return 2 * (known if one.score >= NO_TITLE else reach - one.start) >= one.end - one.start


JUDGED = row(
    "BP290 judged-line warning",
    "reads like a line of the site",
    hits=("«更多春耕技术资料,请移步本站农技频道,等您来取!»\n春分过后,队里开始修渠,一直修到清明。",),
    misses=("春分过后,队里开始修渠。\n我把收藏多年的照片分享给了大家。",),
)

MAYBE = row(
    f"{DOUBTED} doubted-line note",
    "may be a line of the site",
    hits=("«今天的故事就讲到这里。»\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",),
    misses=("春分过后,队里开始修渠。\n我把收藏多年的照片分享给了大家。",),
)

COUNTED = row(
    "BP298 count-below error",
    "counts something for the site",
    hits=("渠修好了。\n积分\n\n«2140»\n\n帖子\n«97»\n发表于 2012-3-4 12:00:00 | 只看该作者\n春天到了。",),
    misses=("渠修好了。\n水位\n\n2140\n春天到了。",),
)

SCRAMBLED = row(
    "BP293 scrambled-line error",
    "puts characters by lot between paragraphs",
    hits=("渠修好了。\n«窄搏锦略拖肥兆屿饼拾弦匆炭哨牙稿裁湿竖凡锡蹲逗桑扛浇纱趟郊炉佣疯绳挡拐丈帆谊»\n春天到了。",),
    misses=("渠修好了。\n关于召开全县农田水利基本建设现场会暨今冬明春防汛抗旱工作动员部署会议的通知\n春天到了。",),
)

TABLES = (site.TABLE, credits.TABLE, spam.TABLE, services.TABLE, foreign.TABLE, markup.TABLE)
LINES = Lines(TABLES)
SWEEP = replace(LINES.sweep, find=find_lines, look=look)
LINE_RULES = [
    rule.swept(SWEEP) for rule in (*LINES.rules, LINK_LIST, JUDGED, MAYBE, COUNTED, SCRAMBLED, TITLE, *markup.TOP_ROWS)
]
CHROME: tuple[Rule, ...] = tuple(sorted([*LINE_RULES, *markup.MARKUP, *DAMAGE], key=lambda rule: rule.code))
