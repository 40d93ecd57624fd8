"""Find titles that a site gives: bare kinds of text, 读后感 (book review); texts that it collected, 请假条 篇2.

An author may write such lines as well, so they are notes, and only on a page that has lines of a site.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import lru_cache

import numpy as np

from dedupe.core import regex as re
from dedupe.core.model import Kind, Severity
from dedupe.rules.boilerplate.lines import rows_of
from dedupe.rules.rule import Rule
from dedupe.rules.vocabulary import words
from dedupe.text.kernels import judged

LENGTHS = range(2, 41)
KINDS = frozenset(word for word in words("zh", "texts") if len(word) > 1)
# Words that may stand before and behind the name of a kind.
AROUND_KIND = re.compile(
    r"(?:最新|优秀|精选|关于|热门)?(?P<kind>[\u4e00-\u9fff]{2,8}?)"
    r"(?:范文|模板|大全|精选|格式|样本|[(【]?(?:篇)?[一二三四五六七八九十\d]{1,2}(?:篇)?[)】]?)?"
)


NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# One of several texts, 春游作文 篇3 or 春游作文范文第1篇, and all of them: 春游作文(精选8篇).
ONE_OF = re.compile(
    rf"(?P<stem>[^\n,。;:]{{4,30}}?)(?:范文|样本|模板)?[ (【]{{0,2}}(?:第 ?{NUMBER} ?篇|篇 ?{NUMBER}|{NUMBER})[)】]?:?"
)
MANY_OF = "(?:精选|通用|推荐|优选|集锦|汇总|合集|整理|汇编|必备|热门|最新|共)?"
ALL_OF = re.compile(rf"(?P<stem>[^\n,。;:]{{4,30}}?)[ (【]{{0,2}}{MANY_OF}\d{{1,3}}篇[)】]?")
LAST_OF_TITLE = frozenset("0123456789一二三四五六七八九十篇)】:")


def find_titles(folded: str, dirt: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the lines of a page that only name a kind of text, except lines already found to be the site's (`dirt`)."""
    rows = rows_of(folded)
    starts, ends = rows[:, judged.ROW_START], rows[:, judged.ROW_END]
    length = ends - starts
    short = np.flatnonzero((length >= LENGTHS.start) & (length < LENGTHS.stop))
    lines = list(zip(short.tolist(), starts[short].tolist(), ends[short].tolist()))
    collected = _collected(folded, lines)
    named = [line for line in lines if line in collected or _names_kind(folded[line[1] : line[2]])]
    if not named:
        return
    dirty = np.array(dirt, np.int64).reshape(-1, 2)
    first, behind = np.searchsorted(starts, dirty[:, 0], "right") - 1, np.searchsorted(starts, dirty[:, 1])
    spans = list(zip(first.tolist(), behind.tolist()))
    for number, start, end in named:
        if not any(low <= number < high for low, high in spans):
            yield start, end


def _collected(folded: str, lines: list[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    """Return the lines that number texts of one title, or count them, if the title names a kind of text."""
    found = {}
    for line in lines:
        if folded[line[2] - 1] in LAST_OF_TITLE:
            title = folded[line[1] : line[2]]
            match = ALL_OF.fullmatch(title) or ONE_OF.fullmatch(title)
            if match and any(kind in match["stem"] for kind in KINDS):
                found[line] = match["stem"].strip(), match.re is ALL_OF
    titles = sorted(folded[start:end] for _, start, end in lines)
    return {line for line, (stem, is_all) in found.items() if is_all or _begins_two(titles, stem)}


def _begins_two(titles: list[str], stem: str) -> bool:
    """True if two of some sorted titles begin with a stem."""
    at = bisect_left(titles, stem)
    return all(title.startswith(stem) for title in titles[at : at + 2]) and len(titles) > at + 1


@lru_cache(maxsize=1 << 12)
def _names_kind(line: str) -> bool:
    """True if a line is only the name of a kind of text with usual words around it; cached, for sites repeat lines."""
    kind = AROUND_KIND.fullmatch(line)
    return kind is not None and kind["kind"] in KINDS


TITLE = Rule(
    "BP209",
    "bare-kind",
    Kind.BOILERPLATE,
    Severity.NOTE,
    "names a kind of text, no more",
    hits=(
        "«辞职信»\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。\n当前位置:首页 > 范文 > 正文",
        "«修渠申请书 篇1»\n队里开始修渠。\n«修渠申请书 篇2»\n清明才歇了三天。\n当前位置:首页 > 范文 > 正文",
    ),
    misses=(
        "辞职信\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",
        "水渠边的秋天\n当前位置:首页 > 范文 > 正文",
    ),
)
