"""The lines of a page that may be a site's: which are worth a judgement, and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from dedupe.rules.boilerplate.features import Candidate, Place
from dedupe.rules.vocabulary import LANGUAGES, words

FILLED_LINE = re.compile(r"\S[^\n]*")
LEAST = 2  # characters: one alone may be a point of a list, or a column of a table
# What is longer is prose, or a paragraph of which a sentence may be a site's.
LONGEST = 220
# A line of prose: a sentence of this many characters, or anything this long.
PROSE_SENTENCE, PROSE_LINE = 25, 70
ENDS = '。!?;,、:…”"』」.~'
SENTENCE = re.compile(r"[^。!?…\n]{2,}(?:[。!?…~]+[”」』)）]?|$)")
PARTED = 40  # a line of this many characters may hold a sentence of the site beside the author's
SHORT_SENTENCE, LONG_SENTENCE = 36, 70
EDGE_ROWS = 3
# A line that ends a sentence is looked at only where one of the first stands in it, or two of the others: a sentence of
# a text has one of those often enough.
STRONG_SEEDS = tuple(word for language in LANGUAGES for word in words(language, "seeds"))
WEAK_SEEDS = tuple(word for language in LANGUAGES for word in words(language, "weak-seeds"))
# What stands in lines of a site that have no such word.
HINT = re.compile(r"[|·>»©@_/【\[{}◆★↓↑]|\d{4}|\d:\d|\s{2,}|[^\d\s]:|\d[wWkK万次]")


# Words for a reader, which most texts have none of, and letters have all along.
ADDRESS = re.compile("[您你]|诸位|各位|大家|读者|网友|书友|朋友们")


def _by_head(seeds: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for seed in sorted(set(seeds), key=lambda seed: (-len(seed), seed)):
        found[seed[:2]].append(seed)
    return found


STRONG, WEAK = _by_head(STRONG_SEEDS), _by_head(WEAK_SEEDS)
SEEDS = frozenset((*STRONG, *WEAK))
ANY_SEED = re.compile("|".join(map(re.escape, sorted(SEEDS))))


def seed_at(folded: str, at: int) -> str:
    """The seed that stands at an offset; empty where none does."""
    for head in (folded[at : at + 2], folded[at : at + 1]):
        for table in (STRONG, WEAK):
            for seed in table.get(head, ()):
                if folded.startswith(seed, at):
                    return seed
    return ""


def seeds_in(folded: str, start: int, end: int) -> set[str]:
    """The seeds of a stretch of a text."""
    return {seed_at(folded, match.start()) for match in ANY_SEED.finditer(folded, start, end)} - {""}


def is_enough(seeds: Collection[str], size: int, is_edge: bool = False) -> bool:
    """Whether the seeds of a line of some length are reason enough to look at it; fewer are at a page's edge."""
    least = (size > SHORT_SENTENCE) + (size > LONG_SENTENCE) + (not is_edge)
    return len(seeds) > least or any(seed in STRONG.get(seed[:2], ()) for seed in seeds)


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
        ends = folded[end - 1] in '。!?;…"”』」.'
        rows.append(Row(start, end, end - start >= (PROSE_SENTENCE if ends else PROSE_LINE), ends))
    return rows


def candidates(folded: str, rows: Sequence[Row], met: Iterable[int] | None = None) -> list[Candidate]:
    """What the judge looks at, in order.

    `met` is where seeds may stand, if that is known: by their first characters.
    """
    if not rows:
        return []
    places = met if met is not None else [match.start() for match in ANY_SEED.finditer(folded)]
    starts = [row.start for row in rows]
    seeds: dict[int, set[str]] = defaultdict(set)
    for at in places:
        seed = seed_at(folded, at) if at >= 0 else ""
        if seed:
            seeds[bisect_right(starts, at) - 1].add(seed)
    seeded = {
        number
        for number, some in seeds.items()
        if is_enough(some, rows[number].end - rows[number].start, min(number, len(rows) - 1 - number) < EDGE_ROWS)
    }
    wanted = [
        number for number in range(len(rows)) if number in seeded or _is_open(folded, rows, number, number in seeds)
    ]
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


def _is_open(folded: str, rows: Sequence[Row], number: int, has_seed: bool) -> bool:
    """Whether a line that ends no sentence is worth a look: a word or sign of what sites print, or its like near it.

    The first line of a page is its title, or one of several.
    """
    row = rows[number]
    size = row.end - row.start
    if size < LEAST or size > LONGEST or (folded[row.end - 1] in "。;,、" and size > 8):
        return False
    return (
        has_seed
        or (number > 0 and size <= 40)
        or HINT.search(folded, row.start, row.end) is not None
        or any(
            0 <= other < len(rows) and not rows[other].is_prose and not rows[other].ends_sentence
            for other in (number - 1, number + 1)
        )
    )


class _Page:
    """What places are told by."""

    def __init__(self, folded: str, rows: Sequence[Row]) -> None:
        self._folded, self._rows = folded, rows
        self._above = list(accumulate((row.is_prose for row in rows), initial=0))
        self._addressed = len(ADDRESS.findall(folded))
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
            address=self._address(row),
        )

    def _address(self, row: Row) -> float:
        mine = ADDRESS.findall(self._folded, row.start, row.end)
        if len(mine) < self._addressed:
            return -1.0
        return float(bool(mine))


def _parts(folded: str, row: Row, place: Place) -> Iterator[Candidate]:
    """The sentences of a line that hold a seed."""
    sentences = [match.span() for match in SENTENCE.finditer(folded, row.start, row.end)]
    if len(sentences) < 2:
        return
    for start, end in sentences:
        start += len(folded[start:end]) - len(folded[start:end].lstrip())
        if end - start > 4 and is_enough(seeds_in(folded, start, end), end - start):
            part = place.part(start - row.start, row.end - end)
            yield Candidate(start, end, part)
