"""The bare name of a kind of text on a line of its own, 读后感 or 检讨书(二): a site's label, or an author's title.

So it is a note, and only on a page where a site's lines stand.
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

LENGTHS = range(2, 17)
KINDS = frozenset(word for word in words("zh", "texts") if len(word) > 1)
# What a kind's name may have before it and behind it.
AROUND_KIND = re.compile(
    r"(?:最新|优秀|精选|关于|热门)?(?P<kind>[\u4e00-\u9fff]{2,8}?)"
    r"(?:范文|模板|大全|精选|格式|样本|[(【]?(?:篇)?[一二三四五六七八九十\d]{1,2}(?:篇)?[)】]?)?"
)


def find_titles(folded: str, dirt: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of a page that name a kind of text and nothing else, but for those that are known as the site's."""
    rows = rows_of(folded)
    spans = rows[:, [judged.ROW_START, judged.ROW_END]].tolist()
    starts, dirty = [start for start, _ in spans], set[int]()
    for start, end in dirt:
        dirty.update(range(max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)))
    for number, (start, end) in enumerate(spans):
        if number not in dirty and end - start in LENGTHS:
            kind = AROUND_KIND.fullmatch(folded, start, end)
            if kind is not None and kind["kind"] in KINDS:
                yield start, end


TITLE = Rule(
    "BP209",
    "bare-kind",
    Kind.BOILERPLATE,
    Severity.NOTE,
    "names a kind of text, no more",
    hits=("«辞职信»\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。\n当前位置:首页 > 范文 > 正文",),
    misses=(
        "辞职信\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",
        "水渠边的秋天\n当前位置:首页 > 范文 > 正文",
    ),
)
