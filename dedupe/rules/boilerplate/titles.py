"""Find bare names of kinds of text on a line of their own: 读后感 (book review), 检讨书(二) (self-criticism 2).

Such a line is a site's label or an author's title, so it is a note, and only on a page that has lines of a site.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import numpy as np

from dedupe.core import regex as re
from dedupe.rules.boilerplate.lines import rows_of
from dedupe.rules.boilerplate.shapes import row
from dedupe.rules.vocabulary import words
from dedupe.text.kernels import judged

LENGTHS = range(2, 17)
KINDS = frozenset(word for word in words("zh", "texts") if len(word) > 1)
# Words that may stand before and behind the name of a kind.
AROUND_KIND = re.compile(
    r"(?:最新|优秀|精选|关于|热门)?(?P<kind>[\u4e00-\u9fff]{2,8}?)"
    r"(?:范文|模板|大全|精选|格式|样本|[(【]?(?:篇)?[一二三四五六七八九十\d]{1,2}(?:篇)?[)】]?)?"
)


def find_titles(folded: str, dirt: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the lines of a page that only name a kind of text, except lines already found to be the site's (`dirt`)."""
    rows = rows_of(folded)
    starts, ends = rows[:, judged.ROW_START], rows[:, judged.ROW_END]
    length = ends - starts
    short = np.flatnonzero((length >= LENGTHS.start) & (length < LENGTHS.stop))
    lines = zip(short.tolist(), starts[short].tolist(), ends[short].tolist())
    named = [line for line in lines if _names_kind(folded[line[1] : line[2]])]
    if not named:
        return
    dirty = np.array(dirt, np.int64).reshape(-1, 2)
    first, behind = np.searchsorted(starts, dirty[:, 0], "right") - 1, np.searchsorted(starts, dirty[:, 1])
    spans = list(zip(first.tolist(), behind.tolist()))
    for number, start, end in named:
        if not any(low <= number < high for low, high in spans):
            yield start, end


@lru_cache(maxsize=1 << 12)
def _names_kind(line: str) -> bool:
    """True if a line is only the name of a kind of text with usual words around it; cached, for sites repeat lines."""
    kind = AROUND_KIND.fullmatch(line)
    return kind is not None and kind["kind"] in KINDS


TITLE = row(
    "BP209 bare-kind note",
    "names a kind of text, no more",
    hits=("«辞职信»\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。\n当前位置:首页 > 范文 > 正文",),
    misses=(
        "辞职信\n春分过后,队里开始修渠,一直修到清明才停下来歇了三天。",
        "水渠边的秋天\n当前位置:首页 > 范文 > 正文",
    ),
)
