"""The lines of a page that may be a site's: which are worth a judgement, and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from dedupe.rules.boilerplate.features import Candidate, Place
from dedupe.text.batch import simplify

FILLED_LINE = re.compile(r"\S[^\n]*")
# What is longer is prose, or a paragraph of which a sentence may be a site's.
LONGEST = 220
SHORTEST = 1
# A line of prose: a sentence of this many characters, or anything this long.
PROSE_SENTENCE, PROSE_LINE = 25, 70
ENDS = "。!?;,、:…”\"』」.~"
SENTENCE = re.compile(r"[^。!?…\n]{2,}(?:[。!?…~]+[”」』)）]?|$)")
PARTED = 40  # a line of this many characters may hold a sentence of the site beside the author's
EDGE_LINES = 6
# Words without which a sentence is hardly a site's: the judge looks at a line that ends a sentence only if one is there.
SEEDS = (
    "小编", "本站", "本网", "编者", "店铺", "您", "大家", "网友", "会员", "读者", "欢迎", "参考", "借鉴", "转载", "版权", "侵权",
    "著作", "点击", "收藏", "点赞", "关注", "下载", "登录", "登陆", "注册", "投稿", "范文", "模板", "文库", "网站", "本文", "此文",
    "更多", "未完", "章节", "本章", "月票", "推荐票", "公众号", "微信", "扫码", "二维", "客户", "APP", "App", "VIP", "文档", "AI",
    "人工", "语言模", "生成", "随时", "告诉我", "根据", "替换", "以上", "以下", "供参", "希望", "浏览", "网址", "记住", "手机", "评论",
    "阅读", "免费", "广告", "分享", "整理", "http", "www", ".com", "QQ", "Cop", "cop", "©", "cookie", "ookie", "ubscri", "emplate",
    "eel free", "ope this", "anguage m", "riginally", "ere is", "ere's", "elow is", "ust be", "og in", "ign in", "ign up", "review",
    "记事", "ログ", "コメ", "ご紹", "ご覧", "禁じ", "お読", "テンプ", "文例", "例文", "シェ", "参考に", "必要に", "로그", "댓글", "무단",
    "공감", "구독", "알아", "소개", "감사", "예시", "양식", "필요에", "상황에", "수정", "다음은", "아래",
)

SEED = re.compile("|".join(map(re.escape, map(simplify, SEEDS))))


class Row(NamedTuple):
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    is_prose: bool
    ends_sentence: bool


def rows_of(folded: str) -> list[Row]:
    """The lines of a folded text that are not blank."""
    rows = []
    for match in FILLED_LINE.finditer(folded):
        start = match.start()
        end = start + len(match[0].rstrip())
        ends = folded[end - 1] in "。!?;…\"”』」."
        rows.append(Row(start, end, end - start >= (PROSE_SENTENCE if ends else PROSE_LINE), ends))
    return rows


def candidates(folded: str, rows: Sequence[Row], met: Iterable[int] | None = None) -> list[Candidate]:
    """What the judge looks at, in order.

    `met` is where seeds may stand, if that is known: by their first characters.
    """
    if met is None:
        seeded = {number for number, row in enumerate(rows) if SEED.search(folded, row.start, row.end)}
    else:
        starts = [row.start for row in rows]
        seeded = {bisect_right(starts, at) - 1 for at in met if SEED.match(folded, at)}
    wanted = [number for number, row in enumerate(rows) if _is_worth(folded, row, number in seeded)]
    if not wanted:
        return []
    page = _Page(folded, rows)
    found: list[Candidate] = []
    for number in wanted:
        row = rows[number]
        place = page.place(number)
        if row.end - row.start <= LONGEST:
            found.append(Candidate(row.start, row.end, place))
        if number in seeded and row.end - row.start > PARTED:
            found += _parts(folded, row, place)
    return found


def _is_worth(folded: str, row: Row, is_seeded: bool) -> bool:
    size = row.end - row.start
    if size < SHORTEST:
        return False
    return is_seeded or (size <= LONGEST and (folded[row.end - 1] not in "。;,、" or size <= 8))


class _Page:
    """What places are told by."""

    def __init__(self, folded: str, rows: Sequence[Row]) -> None:
        self._folded, self._rows = folded, rows
        self._above = list(accumulate((row.is_prose for row in rows), initial=0))
        self._same = Counter(folded[row.start : row.end] for row in rows if row.end - row.start <= LONGEST)
        self._run: list[tuple[int, int]] = [(0, 0)] * len(rows)
        first = 0
        for number in range(len(rows) + 1):
            if number == len(rows) or rows[number].is_prose or rows[number].ends_sentence:
                self._run[first:number] = [(first, number)] * (number - first)
                first = number + 1

    def place(self, number: int) -> Place:
        """Where a row stands."""
        folded, rows, above = self._folded, self._rows, self._above
        row = rows[number]
        before = rows[number - 1] if number else None
        behind = rows[number + 1] if number + 1 < len(rows) else None
        first, after = self._run[number]
        run = rows[first:after]
        return Place(
            row=number,
            rows=len(rows),
            before=before.end - before.start if before else 0,
            behind=behind.end - behind.start if behind else 0,
            sentence_before=bool(before and before.ends_sentence),
            sentence_behind=bool(behind and behind.ends_sentence),
            long_before=above[number],
            long_behind=above[-1] - above[number + 1],
            gap_before=before is not None and folded.count("\n", before.end, row.start) > 1,
            gap_behind=behind is not None and folded.count("\n", row.end, behind.start) > 1,
            short_share=1 - above[-1] / len(rows),
            run_start=first,
            run=len(run),
            run_mean=(run[-1].end - run[0].start) / len(run) if run else 0.0,
            run_at_top=bool(run) and not above[first],
            run_at_end=bool(run) and above[after] == above[-1],
            run_place=(number - first) / len(run) if run else 0.0,
            twins=self._same[folded[row.start : row.end]] - 1,
            prose=above[-1],
        )


def _parts(folded: str, row: Row, place: Place) -> Iterator[Candidate]:
    """The sentences of a line that hold a seed."""
    sentences = [match.span() for match in SENTENCE.finditer(folded, row.start, row.end)]
    if len(sentences) < 2:
        return
    for start, end in sentences:
        start += len(folded[start:end]) - len(folded[start:end].lstrip())
        if end - start > 4 and SEED.search(folded, start, end):
            part = place.part(start - row.start, row.end - end)
            yield Candidate(start, end, part)
