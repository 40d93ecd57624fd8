"""Titles that a site set among its own lines: what heads the page, and the bare name of a kind of text.

A title is the author's as often as the site's, so this is a note, and only on a page where a site's lines stand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from dedupe.core import regex as re
from dedupe.core.model import Kind, Severity
from dedupe.rules.boilerplate.lines import rows_of
from dedupe.rules.rule import Rule
from dedupe.rules.vocabulary import words
from dedupe.text.kernels import judged

LENGTHS = range(2, 46)
KINDS = frozenset(word for word in words("zh", "texts") if len(word) > 1)
# 读后感, 辞职信范文, 检讨书(一): what a kind's name may have behind it.
AROUND_KIND = re.compile(
    r"(?:最新|优秀|精选|关于|热门)?(?P<kind>[\u4e00-\u9fff]{2,8}?)"
    r"(?:范文|模板|大全|精选|格式|样本|[(【]?(?:篇)?[一二三四五六七八九十\d]{1,2}(?:篇)?[)】]?)?"
)
# What opens a letter or a form is the author's.
OPENS = re.compile(r".*[::]$|(?:尊敬|敬爱|亲爱|敬启)|\S+ \S+ \S+ \S+")


def find_titles(folded: str, dirt: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The titles of a page with known lines of the site: what stands beside one above all prose, and bare kinds."""
    rows = rows_of(folded)
    spans = rows[:, [judged.ROW_START, judged.ROW_END]].tolist()
    prose = rows[:, judged.ROW_PROSE].nonzero()[0]
    top = int(prose[0]) if len(prose) else len(rows)
    starts, dirty = [start for start, _ in spans], set[int]()
    for start, end in dirt:
        dirty.update(range(max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)))
    for number, (start, end) in enumerate(spans):
        if number in dirty or end - start not in LENGTHS or rows[number, judged.ROW_ENDS]:
            continue
        line = folded[start:end]
        heads = number < top and not dirty.isdisjoint((number - 1, number + 1)) and not OPENS.match(line)
        kind = AROUND_KIND.fullmatch(line)
        if heads or (kind is not None and kind["kind"] in KINDS):
            yield start, end


TITLE = Rule(
    "BP209",
    "page-title",
    Kind.BOILERPLATE,
    Severity.NOTE,
    "the title of the page or a bare kind of text, set among lines of the site",
    hits=("«水渠边的秋天»\n当前位置:首页 > 范文 > 正文\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",),
    misses=("水渠边的秋天\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",),
)
