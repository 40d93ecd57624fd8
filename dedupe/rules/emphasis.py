"""Tell Markdown emphasis from placeholder marks: **部门**负责 stresses 部门 (department), **部门和**部门 is two marks.

CommonMark decides by white space and punctuation which signs may open and close emphasis. In a script without spaces
both readings remain possible, so each line gets the reading with the best score: every run of signs either pairs with
another run as emphasis or is a mark, which stands for something that the writer left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.rules.placeholders.context import FIGURES, NAME, WINDOW, hint_of, meaning
from dedupe.text.marks import FIRM

SIGNS = "*_"
RUN = re.compile(r"\*\**|__*")  # both alternatives begin with a literal, so `re` searches faster than with \*+|_+
ITEM = re.compile(
    r"(?:[>\s]|[-+•·] |#{1,6} |\|)*"
    r"(?:[(]?[\d一二三四五六七八九十]{1,3}[.、)]|第[\d一二三四五六七八九十]{1,3}[章节条步][、:]?)? ?$"
)
# Words that need something after them (of, and, is): emphasis hardly ends with one, and a mark often follows one.
GOES_ON = frozenset("于在的和与及为是由从被把对向将至到达共约第给让叫了按以")
STOP = re.compile("[,。;!?]")
JOINS = frozenset("和与及或跟至到年月日时分")  # join marks: ***和*** (and), *年*月*日 (year, month, day)
OPENING, CLOSING = frozenset("“\"《「『‘'([【〈"), frozenset("”\"》」』’')]】〉%‰:。!?")
PUNCTUATION = frozenset(",。;、:!?.…—-~·|/()[]{}<>《》“”‘’「」『』【】\"'")
RANGE = re.compile(r"\*[~—-]\*|_[~—-]_")
TERM = re.compile("[一-龥]{3,8}")  # a line may begin with an emphasised term and then explain it
ASIDE = re.compile(r"\((?:姓名|名称|单位|公司|学校|部门|岗位|职务|地址|地点|日期|时间|金额|数字|电话|称呼|身份证号?)\)")
COUNT = re.compile(r"(?![百千万](?![一二两三四五六七八九]))[零〇一二两三四五六七八九十百千万几\d.]+")
LONGEST = 300
REACH = 3  # a run may pair with one of the next REACH runs
IMPOSSIBLE = -99.0
# A document with USUAL runs of emphasis uses it as a habit; its lines are read again with the bonus FREELY.
USUAL, FREELY = 8, 3.5
PLAIN, OFTEN = 2.0, 3  # the score of a plain mark, and how many plain marks make a line one of marks
MOST_RUNS = 400  # a line with more runs is a drawing or a table of marks, and is not read


class Signs(NamedTuple):
    """A run of one sign on a line: offsets in the text."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """The number of signs in the run."""
        return self.end - self.start


def find(folded: str, is_open: Callable[[int], bool], is_markdown: Callable[[], bool]) -> list[tuple[int, int]]:
    """Return the sorted spans of emphasis openers and closers; `is_open` says whether an offset may hold one."""
    if not any(sign in folded for sign in SIGNS):
        return []
    lines = [
        (low, high, ours)
        for low, high, runs in _lines(folded, is_open)
        for sign in SIGNS
        if 1 < len(ours := [run for run in runs if folded[run.start] == sign and run.length <= 3]) <= MOST_RUNS
    ]
    bonus = float(bool(lines) and is_markdown())
    found = [run for low, high, ours in lines for run in _Line(folded, low, high, ours, bonus).pairs()]
    if sum(folded[start] == "*" for start, _ in found) >= USUAL:
        bonuses = {"*": FREELY, "_": bonus}
        found = [run for one in lines for run in _Line(folded, *one, bonuses[folded[one[2][0].start]]).pairs()]
    return sorted(found)


def _lines(folded: str, is_open: Callable[[int], bool]) -> Iterator[tuple[int, int, list[Signs]]]:
    """Yield each line that has runs which may be emphasis: its start, its end and the runs."""
    low = high = -1
    runs: list[Signs] = []
    for match in RUN.finditer(folded):
        start, end = match.span()
        if start >= high:
            if runs:
                yield low, high, runs
            runs = []
            low = folded.rfind("\n", 0, start) + 1
            high = folded.find("\n", end)
            high = len(folded) if high < 0 else high
        is_bullet = folded[start : end + 1] == "* " and not folded[low:start].strip(" >")
        if folded[start - 1 : start] != "\\" and not is_bullet and is_open(start):
            runs.append(Signs(start, end))
    if runs:
        yield low, high, runs


class _Line:
    """One line and its runs of one sign (`*` or `_`)."""

    def __init__(self, folded: str, low: int, high: int, runs: list[Signs], bonus: float) -> None:
        self.folded, self.low, self.high, self.runs = folded, low, high, runs
        self.bonus = 0.0 if all(folded[run.start : run.end] == "_" for run in runs) else bonus  # rare as emphasis

    def pairs(self) -> list[tuple[int, int]]:
        """Return the runs that pair in the reading of the line with the best score; a tie is read as marks."""
        runs = self.runs
        alone = [self.alone(run) for run in runs]
        if not self.bonus and sum(score >= PLAIN for score in alone) >= OFTEN:
            alone = [max(score, -0.5) for score in alone]  # doubtful runs beside many marks are likely marks
        best = [0.0] * (len(runs) + 1)
        partner = [0] * len(runs)
        for i in range(len(runs) - 1, -1, -1):
            best[i] = alone[i] + best[i + 1]
            for j in range(i + 1, min(len(runs), i + 1 + REACH)):
                score = self.together(runs[i], runs[j])
                if score == IMPOSSIBLE:
                    continue
                score += self._inside(i, j, alone) + best[j + 1]
                if score > best[i]:
                    best[i], partner[i] = score, j
        found, i = [], 0
        while i < len(runs):
            j = partner[i]
            if j:
                found += [tuple(runs[i]), tuple(runs[j])]
                if j == i + 3 and self.together(runs[i + 1], runs[i + 2]) > alone[i + 1] + alone[i + 2]:
                    found += [tuple(runs[i + 1]), tuple(runs[i + 2])]
            i = max(i, j) + 1
        return [(start, end) for start, end in found]

    def _inside(self, i: int, j: int, alone: list[float]) -> float:
        """Return the best score of the runs between the pair (i, j), of which there are at most two."""
        apart = sum(alone[i + 1 : j])
        return max(apart, self.together(self.runs[i + 1], self.runs[i + 2])) if j == i + 3 else apart

    def alone(self, run: Signs) -> float:
        """Return the score of a run as a mark."""
        before, after = self._around(run)
        rest = after.lstrip(FIRM)
        code = "" if rest[:1].isspace() else meaning(rest)
        score = 0.0
        is_year = before[-2:] in ("20", "19") and not before[-3:-2].isdigit() and run.length == 2
        if is_year and (rest[:1] in "年-至~/" or code not in FIGURES):
            return 5.0
        if after[:1].isdigit() or after[:1] in OPENING:
            return -2.0
        if code:
            score += 2.0
        if hint_of(before.rstrip(" ")) or before.endswith(("第", "共", "约", "达")):
            score += 1.0 if rest[:1].isalnum() else 0.5
        elif before.endswith(":"):
            score += 0.5
        # Writers of Chinese emphasise with asterisks; single underscores are rarely emphasis.
        return score or (0.0 if self.folded[run.start : run.end] == "_" and not self.bonus else -2.0)

    def together(self, opener: Signs, closer: Signs) -> float:
        """Return the score of two runs as emphasis of the text between them."""
        if opener.length != closer.length or closer.start - opener.end > LONGEST:
            return IMPOSSIBLE
        inner = self.folded[opener.end : closer.start]
        if inner.strip() and (
            PUNCTUATION.issuperset(inner.strip()) or inner in JOINS or inner[0] in ",;。、》」』”)】" or _is_post(inner)
        ):
            return IMPOSSIBLE  # nobody emphasises punctuation: ***、***同志 (comrades A and B), 《__》,由__
        before, after = self._around(opener)[0], self._around(closer)[1]
        sign = self.folded[opener.start]
        if sign == "_" and _is_within(before, inner, after):
            return IMPOSSIBLE
        if sign == "_" and opener.length == 1 and not self.bonus and "。" in inner[:-1]:
            return IMPOSSIBLE  # single underscores never emphasise whole sentences
        is_place = len(inner) == 1 and meaning(inner) == meaning(after) == NAME  # 在*省*市: *province, *city
        if is_place or RANGE.search(before + sign) or RANGE.match(sign + after):
            return IMPOSSIBLE  # __~__ is a range of two missing numbers
        begins, ends = ITEM.match(self.folded[self.low : opener.start]) is not None, not after.strip()
        if begins and ends and any(map(str.isalnum, inner.strip(FIRM))):
            inner = inner.strip()  # a whole line in emphasis: writers put spaces inside the signs, against CommonMark
        elif not _may_open(sign, before, inner) or not _may_close(sign, inner, after):
            return IMPOSSIBLE
        score = self.bonus + (0.5 if len(inner) <= 12 else -1.0 if len(inner) > 40 else 0.0)
        score += 2.0 if begins else 0.5 * (before[-1:] in PUNCTUATION or before[-1:] == " ")
        score += 0.5 * (ends or after[:1] in PUNCTUATION or after[:1] == " ")
        score += 1.5 * (inner[0].isdigit() or inner[0] in OPENING)
        score += 1.0 * (inner[-1].isdigit() or inner[-1] in CLOSING)
        score += 2.5 * _is_count(inner)
        score += 2.0 * (begins and inner[-1] in ":。!?") + 1.5 * (begins and TERM.fullmatch(inner) is not None)
        score -= 1.0 * ("、" in inner and not self.bonus)
        is_aside = inner[0] == "(" and ")" in inner[1:-1]
        score -= 4.0 * (is_aside and (sign == "_" or ASIDE.match(inner) is not None))  # 派__(姓名)前往__(地址)
        score -= 4.0 * (inner.count("“") > inner.count("”"))  # a quotation that begins inside and ends behind
        is_whole = ends or after[:1] in PUNCTUATION or inner[-1] in ":。!?"
        is_apart = (begins or before[-1:] in PUNCTUATION) and is_whole
        is_long = STOP.search(inner[:-1]) is not None
        if is_long and inner[-1] in GOES_ON and not self.bonus:
            return IMPOSSIBLE  # 清楚,**义务关系明确,请求驳回他的**请求: two marks, not emphasis
        # Emphasis of whole sentences does not begin inside one: 看了**水库,又听了汇报。**是重点县 has two marks.
        score -= 2.0 * (is_long and not is_apart) + 3.0 * (is_long and before[-1:].isalnum() and inner[-1] in "。!?")
        score -= 2.0 * (inner[-1] in GOES_ON and len(inner) > 1)
        score -= 2.0 * (is_long and before[-1:] in GOES_ON and not self.bonus)  # 的***生涯中,***师傅: two marks
        score -= 4.0 * (inner[:2] == after[:2] and inner[:2].isalpha())  # **镇党委要求**镇党委: one mark, twice
        if sign == "_":  # in CommonMark underscores cannot emphasise inside a word, but Chinese writers may forget that
            score -= 1.5 * (before[-1:].isalnum() + after[:1].isalnum()) + 3.5 * (meaning(inner) in FIGURES)
        return score - 1.5 * (inner[-1] in ",;、")

    def _around(self, run: Signs) -> tuple[str, str]:
        return (
            self.folded[max(self.low, run.start - WINDOW) : run.start],
            self.folded[run.end : min(self.high, run.end + WINDOW)],
        )


def _is_post(inner: str) -> bool:
    """True for a post in brackets and the next label: 组长:*(村主任)成员:*(村会计)."""
    return inner[0] == "(" and inner[-1] == ":"


def _is_within(before: str, inner: str, after: str) -> bool:
    """True if underscores stand inside words, where CommonMark opens no emphasis: 父___职业:___ (father, job)."""
    if _is_latin(before[-1:]) or _is_latin(after[:1]):
        return True
    if not before[-1:].isalnum():
        return False
    return inner[-1:] == ":" or (STOP.search(inner) is not None and after[:1].isalnum())


def _is_count(inner: str) -> bool:
    """True if the text is a number and what it counts (十九位, nineteen people), so that no mark can precede it."""
    figure = COUNT.match(inner)
    return figure is not None and len(inner) <= figure.end() + 2 and meaning(inner[figure.end() :]) in FIGURES


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _may_open(sign: str, before: str, inner: str) -> bool:
    """True if emphasis may open here: CommonMark's left-flanking rule, but opening punctuation may follow a letter."""
    if inner[:1].isspace() or not any(map(str.isalnum, inner.strip(FIRM))):
        return False
    if inner[0] in PUNCTUATION and inner[0] not in OPENING and inner[0] not in "-.…" and before[-1:].isalnum():
        return False
    return sign == "*" or not _is_latin(before[-1:])


def _may_close(sign: str, inner: str, after: str) -> bool:
    if inner[-1:].isspace() or inner[-1] in "([《「【“":
        return False
    return sign == "*" or not _is_latin(after[:1])
