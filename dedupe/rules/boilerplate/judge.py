"""The trained judge of boilerplate: it finds lines that look like what a site puts around a text.

It looks twice, as jusText does: at each line by itself, then again with the scores of the lines around it.
`tools/train_chrome.py` trains the model; this module only applies it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re
from dedupe.rules.boilerplate.features import NAMES, NEAR_NAMES, SMALL, lexicon, numbers_of
from dedupe.rules.boilerplate.lines import Candidate, Pages, Rows, pages_of
from dedupe.rules.boilerplate.naming import AT, DOUBTED, JUDGED, name_of
from dedupe.rules.forest import Forest
from dedupe.rules.vocabulary import words
from dedupe.rules.wording import NAME, Wording
from dedupe.text.kernels import around, judged, view
from dedupe.text.tables import ENDS

STORED = Path(__file__).parent / "judge.npz"
# From the score THRESHOLD on a line is a site's; from DOUBT on it may be, which gives a note. A line that scores at
# most HOPELESS in the first look gets no second look.
THRESHOLD, DOUBT = 0.7, 0.2
HOPELESS = 0.02
# From this score on in the first look a line is a site's wherever it stands: the second look scores low where no other
# line of the page is a site's, and would lose the only one. From this score on in the second look the finding has the
# code of the most similar rule, which may be an error; below it is a warning.
CLEAR = 0.9
# From this score on in the second look the checks for an author's line are skipped, for the score includes them. They
# still apply to a paragraph with a site's sentence in it and to a title with a count, which are partly the author's.
SURE = 0.8
# From BEYOND_DOUBT on a line is a heading only if it is the first line or the title; from NO_TITLE on it is none.
BEYOND_DOUBT, NO_TITLE = 0.7, 0.97
# A title that names a kind of text may still be a site's if its wording scores at least this.
SITES_TITLE = 3.0
NAMES_TEXT, MOST_OF_TITLE = 0.2, 0.9  # shares of a title that names a kind of text
# A line in the first TITLE_ROWS rows is the page's title if the share ECHOED of its words recurs in sentences below. It
# is not if signs separate its parts, or if its share of site words is SITES_OWN or more.
TITLE_ROWS, ECHOED, SITES_OWN = 16, 0.4, 0.3
PARTED, OF_SITE = re.compile(r"[>|→»·_/#@©\\&\t]|  "), re.compile(r"\d{4}|:|[网站库]")
SERIES = re.compile(r"([^\W\d][^\n]{1,24}?[ (第篇]{0,3})[一二三四五六七八九十\d]{1,3}[)篇章节]{0,2}")
SHORTEST_LIST = 3
ALONE = 0.9  # the least score of a line that is the whole text, without context
# A sentence whose wording scores no more than this is not measured.
LEAST_WORDED = -2.0
# A title is at most TITLE_REACH rows above the first sentence. HEADING_MOST are upper limits for features of headings.
TITLE_REACH, HEADING_LENGTH = 4, range(2, 46)
HEADING_MOST = (
    (AT["share of values"], 0.6),
    (AT["known labels"], 0),
    (AT["pairs"], 1),
    (AT["items"], 2),
    (AT["addresses"], 0),
    (AT["clock"], 0),
    (AT["ends in a colon"], 0),
)
# Parts of a form that are left to be filled in.
TO_FILL = re.compile(
    r"[\u2610\u25a1]|_{2,}|[\ufe4f\uff5e~○△]{2,}|:…|TODO|TBD|待(?:定|补充)$"
    r"|[\u4e00-\u9fff]:?【[^】]{1,8}】$|[a-z:] ?\[[A-Z][A-Za-z ]{2,20}\]|[\u00d7*]{2,}"
    r"|<[A-Za-z][A-Za-z ]{2,20}>|\$[a-z_]{3,20}\$|【(?:公司|单位|学校|姓名|[您你])[^】]{0,6}】"
)
DAY, SIGNATORY = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日"), re.compile("[一-龥]{2,16}")
BOLD = re.compile(r"\*\*(?=[^*\n]{1,60}\*\*)|(?<=[^*\s])\*\*(?=[: ]|$)")  # the signs of bold text
NUMBERED = re.compile("第?[一二三四五六七八九十]{1,3}[、.章条]|[(][一二三四五六七八九十]{1,3}[)]")
OPTION = re.compile("[A-F][.、)] ?(?=[\u4e00-\u9fff\\d])")  # an answer to a multiple-choice question
BINDS = re.compile(
    "甲方|乙方|(?<![营信])许可证(?![编号:])|[本网]站[为向](?:用户|客户|居民|村民|车主|商户|农户)提供|平台[为向]用户提供"
)
SENTENCE_END = re.compile(f"[{ENDS}.]")


class Verdict(NamedTuple):
    """A line that is a site's: its span, its score, and the code of the rule for it."""

    start: int
    end: int
    score: float
    code: str


@lru_cache(maxsize=1)
def models() -> tuple[Wording, Forest, Forest]:
    """Return the models of wording, of the first look and of the second look."""
    with np.load(STORED) as data:
        return Wording.of(data), Forest.of(data, "first"), Forest.of(data, "second")


class Page(NamedTuple):
    """A text that may have lines of a site: its rows, the candidates `found` in them, and the result of the first look.

    `numbers` are the features in `NAMES` and the wording score; `both` are the same as float32, with room for the
    features in `NEAR_NAMES`. `scores` are from the first look; `again` are the candidates for a second look.
    """

    rows: Rows
    found: list[Candidate]
    numbers: NDArray[np.float64]
    both: NDArray[np.float32]
    scores: list[float]
    again: list[int]


NO_PAGE = Page(np.empty((0, 0), np.int64), [], np.empty((0, 0)), np.empty((0, 0), np.float32), [], [])


def measured(texts: Sequence[str], pages: Pages, wording: Wording) -> tuple[list[list[Candidate]], NDArray[np.float64]]:
    """Return the candidates of each text, and the features of all: those in `NAMES`, then the wording score."""
    rows = pages.rows[: pages.bounds[-1]]
    no_prose = ((rows[:, judged.ROW_PROSE] | rows[:, judged.ROW_ENDS]) == 0).tolist()
    some, scores = list[list[Candidate]](), dict[tuple[int, Candidate], float]()
    for number, (ones, worded) in enumerate(zip(pages.found, wording.scores(texts, pages.found))):
        low, kept = pages.bounds[number], list[Candidate]()
        for one, score in zip(ones, worded):
            if score > LEAST_WORDED or no_prose[low + one[2]]:
                kept.append(one)
                scores[number, one] = score
        some.append(kept)
    found, numbers = numbers_of(texts, pages._replace(found=some), 1)
    numbers[:, -1] = [scores[number, one] for number, ones in enumerate(found) for one in ones]
    return found, numbers


def look(texts: Sequence[str]) -> list[Page | None]:
    """Take the first look at some folded texts; return a page for each, or None if none of its lines can be a site's.

    All texts are looked at together, which costs little more than one.
    """
    pages = pages_of(texts)
    wording, first, _ = models()
    found, numbers = measured(texts, pages, wording)
    both = np.empty((len(numbers), numbers.shape[1] + len(NEAR_NAMES)), np.float32)
    both[:, : numbers.shape[1]] = numbers
    scores = first.scores(both)
    seen: list[Page | None] = []
    low = 0
    for number, some in enumerate(found):
        high = low + len(some)
        again = [at for at, score in enumerate(scores[low:high]) if score > HOPELESS]
        if again:
            rows = pages.rows[pages.bounds[number] : pages.bounds[number + 1]]
            seen.append(Page(rows, some, numbers[low:high], both[low:high], scores[low:high], again))
        else:
            seen.append(NO_PAGE if pages.titled[number] else None)
        low = high
    return seen


def judge(folded: str, told: Iterable[int] = (), page: Page | None = None) -> list[Verdict]:
    """Return the lines of a folded text that are a site's, and such sentences in lines that are not.

    `told` are the offsets where findings of rules begin, `page` is the result of the first look.
    """
    page = page or look((folded,))[0]
    if page is None or not page.again:
        return []
    rows, found, numbers, both, scores, again = page
    told, second = list(told), models()[2]
    look_around(rows, (found, scores), told, again, both)
    final = [
        max(score, THRESHOLD) if scores[at] >= CLEAR else score for at, score in zip(again, second.scores(both, again))
    ]
    settled: list[Verdict] = []
    line_of = cache(lambda number: numbers[number].tolist())  # only for few lines, for each has a hundred features
    headings = Headings(folded, rows, found, line_of, {found[at][2]: score for at, score in zip(again, final)})
    reach = 0
    parts = defaultdict[int, list[Candidate]](list)
    for at, score in zip(again, final):
        if score >= DOUBT:
            parts[found[at][2]].append(found[at])
    for number, score in zip(again, final):
        start, end, row = found[number]
        is_title = headings.is_named_title(row)
        is_worded = score >= BEYOND_DOUBT and numbers[number, -1] >= SITES_TITLE
        if (is_title and not is_worded) or headings.is_numbered(row) or headings.is_signed(row):
            continue
        # The line comes before its sentences; a sentence is reported only if its line is not.
        is_heading = score >= DOUBT and headings.has(row)
        is_low = score < (DOUBT if len(rows) > 1 else ALONE) or (is_heading and score < BEYOND_DOUBT)
        if is_low or start < reach or TO_FILL.search(BOLD.sub("", folded[start:end])):
            continue
        line = line_of(number)
        is_line = (start, end) == tuple(rows[row, :2].tolist())
        is_told = is_line and not line[AT["words: editors"]] and _is_told_by_part(folded, parts[row])
        is_sites = score >= SURE and len(parts[row]) == 1 and not (_is_datum(line) and line[AT["words: texts"]])
        if not is_told and (is_sites or not _is_an_authors(folded, start, end, line)):
            least = THRESHOLD if len(rows) > 1 and line[AT["known words"]] > 0 else ALONE
            is_sure = score >= least and not (is_heading or is_title or headings.is_echoed(row))
            code = DOUBTED if not is_sure else JUDGED if score < CLEAR else name_of(line, folded[start:end])
            settled.append(Verdict(start, end, score, code))
            reach = end
    return settled if told else _without_lists(settled, len(rows))


def _without_lists(settled: list[Verdict], rows: int) -> list[Verdict]:
    """Return the verdicts on a page in which no rule found a line.

    If they cover half of its rows or more, the page is a list, a table or verse; all but the surest become doubtful.
    """
    if rows < SHORTEST_LIST or 2 * len(settled) < rows:
        return settled
    return [one if one.score >= NO_TITLE else one._replace(code=DOUBTED) for one in settled]


def _is_an_authors(folded: str, start: int, end: int, line: Sequence[float]) -> bool:
    """True if a line is an author's: figures, a numbered item, an answer, an author about himself, or a contract."""
    if _is_datum(line):
        return True
    if NUMBERED.match(folded, start) and line[AT["site words"]] < 0.5:
        return True
    if OPTION.match(folded, start):
        return True
    tells = line[AT["words: author"]] >= 0.1 and line[AT["site words"]] < 0.3 and line[AT["length"]] > 16
    return tells or BINDS.search(folded, start, end) is not None


def _is_told_by_part(folded: str, told: Sequence[Candidate]) -> bool:
    """True if only some sentences of a line are a site's: less than half of it, with more than one other sentence.

    `told` holds the line first, then those sentences.
    """
    (start, end, _), *parts = told
    if not 0 < 2 * sum(high - low for low, high, _ in parts) < end - start:
        return False
    return _sentences(folded, start, end) - sum(_sentences(folded, low, high) for low, high, _ in parts) > 1


def _sentences(folded: str, start: int, end: int) -> int:
    return len(SENTENCE_END.findall(folded, start, end))


def _is_datum(line: Sequence[float]) -> bool:
    """True if a line is a row of figures without any word of a site: 甲站528米 (station A, 528 metres)."""
    has_figures = (
        line[AT["digits"]] > 0.2 and not line[AT["dates"]] and not line[AT["clock"]] and not line[AT["addresses"]]
    )
    return has_figures and line[AT["site words"]] == 0 and line[AT["known labels"]] == 0 and line[AT["length"]] < 40


def names_in(text: str) -> set[str]:
    """Return the words of a text in Latin script, and the pairs of characters of one in Chinese, Japanese or Korean.

    >>> sorted(names_in("防汛值班")), sorted(names_in("Late Delivery"))
    (['值班', '汛值', '防汛'], ['delivery', 'late'])
    """
    pairs = {run[at : at + 2] for run in WIDE_RUN.findall(text) for at in range(len(run) - 1)}
    return pairs.union(LATIN_WORD.findall(text.lower())).difference(words("en", "function"))


WIDE_RUN, LATIN_WORD = re.compile("[\u3040-\u30ff\u4e00-\u9fff]{2,}|[가-힣]{2,}"), re.compile("[a-z]{3,}")


class Headings:
    """The rows that are headings: the text's title, and rows right above a sentence.

    Lines that sites put around a title look like titles, so the position decides; if several lines could be the title,
    it is one that names a kind of text, else the one with the lowest score.
    """

    def __init__(
        self,
        folded: str,
        rows: Rows,
        found: Sequence[Candidate],
        line_of: Callable[[int], Sequence[float]],
        scores: Mapping[int, float],
    ) -> None:
        self._folded = folded
        self._rows: list[list[int]] = rows.tolist()
        self._line_of, self._scores = line_of, scores
        self._at = {row: number for number, (_, _, row) in enumerate(found)}

    def has(self, row: int) -> bool:
        """True if a row is a heading."""
        score = self._scores.get(row, 0.0)
        if not self._may_head(row):
            return False
        if self._names_text(row) and (row in (0, self._title) or self._is_sentence(row + 1)):
            return True  # here the name of a kind of text is an author's heading, though menus have many
        if row == 0 or score >= BEYOND_DOUBT:
            return score < NO_TITLE and row in (0, self._title)
        return row == self._title or self._is_sentence(row + 1)

    def is_named_title(self, row: int) -> bool:
        """True if a row is the title of the text below and names its kind and more; sites name only the kind."""
        if row != self._title or not self._may_head(row) or not self._names_text(row):
            return False
        return self._line_of(self._at[row])[AT["words: texts"]] <= MOST_OF_TITLE

    def is_signed(self, row: int) -> bool:
        """True if a row in the lower half is the date that ends a letter or notice, or the signatory right above it."""
        if 2 * row < len(self._rows):
            return False
        who, when = (row - 1, row) if DAY.fullmatch(self._line(row)) else (row, row + 1)
        return DAY.fullmatch(self._line(when)) is not None and SIGNATORY.fullmatch(self._line(who)) is not None

    def _line(self, row: int) -> str:
        return self._folded[slice(*self._rows[row][:2])] if row < len(self._rows) else ""

    def is_numbered(self, row: int) -> bool:
        """True if a row is the numbered heading of one of several texts on the page: 工作回顾(2), work review 2."""
        if not self._is_sentence(row + 1):
            return False
        stem = self._stem_of(row)
        return stem != "" and self._stems[stem] > 1

    def _stem_of(self, row: int) -> str:
        start, end = self._rows[row][:2]
        match = SERIES.fullmatch(self._folded, start, end) if end - start in HEADING_LENGTH else None
        return match[1].rstrip(" (第篇") if match else ""

    @cached_property
    def _stems(self) -> Counter[str]:
        """The text before the number of each numbered row above a sentence, with its count."""
        return Counter(self._stem_of(row) for row in range(len(self._rows) - 1) if self._is_sentence(row + 1))

    def is_echoed(self, row: int) -> bool:
        """True if a row is a heading whose words recur in the next row or, for a title, in sentences of the page."""
        if row not in self._at or not self._may_head(row):
            return False
        line = self._line(row)
        names = names_in(line)
        if PARTED.search(line) or not names or self._line_of(self._at[row])[AT["site words"]] >= SITES_OWN:
            return False
        if self._is_sentence(row + 1):
            below = names_in(self._line(row + 1))
            if len(names & below) >= ECHOED * len(names):
                return True
        is_title = row < TITLE_ROWS and not OF_SITE.search(line)
        return is_title and len(names & self._told) >= ECHOED * len(names)

    @cached_property
    def _told(self) -> set[str]:
        """The words (see `names_in`) of the sentences of the page."""
        return names_in("\n".join(self._line(row) for row in range(len(self._rows)) if self._is_sentence(row)))

    def _is_sentence(self, row: int) -> bool:
        return row < len(self._rows) and bool(self._rows[row][judged.ROW_PROSE] or self._rows[row][judged.ROW_ENDS])

    @cached_property
    def _title(self) -> int | None:
        near = [row for row in range(self._above, max(-1, self._above - TITLE_REACH), -1) if self._may_head(row)]
        scores = {row: max(BEYOND_DOUBT, self._scores.get(row, 0.0)) for row in near}
        return min(near, key=lambda row: (not self._names_text(row), scores[row], -row), default=None)

    @cached_property
    def _above(self) -> int:
        """The row right above the first sentence that is not in row 0."""
        return next((row for row in range(1, len(self._rows)) if self._is_sentence(row)), 0) - 1

    def _names_text(self, row: int) -> bool:
        at = self._at.get(row)
        return at is not None and self._line_of(at)[AT["words: texts"]] >= NAMES_TEXT

    def _may_head(self, row: int) -> bool:
        start, end, _, ends_sentence = self._rows[row][:4]
        if end - start not in HEADING_LENGTH or ends_sentence:
            return False
        if row not in self._at:
            return True
        line = self._line_of(self._at[row])
        is_plain = not any(line[at] > most for at, most in HEADING_MOST)
        # Menus, too, name kinds of text, so such a row may have more site words.
        is_plain &= line[AT["site words"]] <= 0.45 or line[AT["words: texts"]] >= 0.3
        return is_plain and not (line[AT["begins with a bracket"]] and line[AT["ends in a bracket"]])


class Reasons(NamedTuple):
    """Why a line was judged as it was: its score, its words that are in the vocabulary, and what weighed most.

    `runs` are the runs of characters most typical of sites; `weights` are features with the change that each made to
    the score (in log odds), the greatest first.
    """

    score: float
    words: tuple[str, ...]
    runs: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]


def explain(folded: str, start: int) -> Reasons | None:
    """Explain the judgement of the line or sentence at an offset; None if the judge does not look at it."""
    pages = pages_of((folded,))
    rows = pages.rows[: pages.bounds[-1]]
    wording, first, second = models()
    (found,), numbers = measured((folded,), pages, wording)
    at = next((number for number, one in enumerate(found) if one[0] == start), None)
    if at is None:
        return None
    both = np.hstack([numbers, np.empty((len(found), len(NEAR_NAMES)))]).astype(np.float32)
    look_around(rows, (found, first.scores(both)), (), [at], both)
    row = both[at]
    line = folded[start : found[at][1]].translate(SMALL)
    words = tuple(line[low:high] for low, high, _ in lexicon().find(line))
    weights = second.reasons(row, (*NAMES, NAME, *NEAR_NAMES))
    return Reasons(second.scores(both, [at])[0], words, wording.strongest(folded, start, found[at][1]), weights)


def look_around(
    rows: Rows,
    first: tuple[list[Candidate], list[float]],
    told: Iterable[int],
    again: Iterable[int],
    both: NDArray[np.float32],
) -> None:
    """Fill the last columns of the candidates `again` with features of the page around each: see `NEAR_NAMES`.

    `first` are all candidates and their scores in the first look, `told` are the offsets where findings of rules begin.
    """
    room, column = np.zeros((4, len(rows) + 1)), both.shape[1] - len(NEAR_NAMES)
    around.near(view(rows), *first, list(told), list(again), tuple(map(view, room)), view(both), column)
