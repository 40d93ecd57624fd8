"""Decide which copies to remove: measure each against what stays, and later keep what stays for its sake.

Texts that are kept are decided before copies of them, documents before essays before parts. A text is removed if enough
of *all* that is removed stands in what is kept for it. If a kept text or a piece of it is removed later, whatever was
removed for its sake must still be covered by what replaces that piece; else the kept text stays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from dedupe.cleaning.cover import (
    I64,
    U32,
    U64,
    Bools,
    Words,
    inside,
    inside_all,
    least_share,
    runs_of,
    share,
    shelf_of,
    words_of,
)
from dedupe.cleaning.cuts import Cut, sentences_of, to_source, whole_sentences
from dedupe.cleaning.deeds import Side, are_apart, is_deed_by_words
from dedupe.cleaning.options import Rule
from dedupe.cleaning.parts import is_part
from dedupe.cleaning.select import ALIKE, AROUND, DOCUMENT, ESSAY, PART, Key, Option, Place, key_of
from dedupe.cleaning.titles import are_exact, is_another, is_deed
from dedupe.core.model import Relation, Unit
from dedupe.inputs.spill import Shelf, pack, unpack
from dedupe.text.titles import heading_of, title_of

EVERYTHING = 1 << 60
ROOM = 8_000_000  # characters of texts in memory at once
KEPT = 64  # most windows of one removal
HEADS = 4  # texts besides the representative for which others of the cluster may be removed
OWN = 30  # least uncovered tokens in several sentences at an edge that make a text's own content, as a question does
NEAR = 100  # tokens: of this many in a row only some may be uncovered, however long the text


class Window(NamedTuple):
    """A span of a document, in source offsets, in which removed text still stands.

    Some of its words, such as those of a title, may stand up to `around` characters before or after the span.
    """

    key: Key
    start: int
    end: int
    around: int = 0

    def overlaps(self, key: Key, start: int, end: int) -> bool:
        """True if the span, widened by `around`, overlaps another one."""
        return self.key == key and self.start - self.around < end and start < self.end + self.around


@dataclass
class Removal:
    """A span removed from its document, in source offsets; `windows` are the places where its text still stands.

    `pieces` are the removed tokens, one array per contiguous piece. `least` is the share of them that must be covered
    by what stays; `cover` is the share that is.
    """

    key: Key
    start: int
    end: int
    pieces: list[U32]
    least: float
    cover: float
    windows: list[Window]


class Sheet:
    """A text as it is now: its tokens, their offsets in the source, and which of them are to stay."""

    def __init__(self, text: str, taken: Sequence[Cut], fold_script: bool) -> None:
        self.text = text
        self.words = words_of(text, fold_script)
        self.source = _in_source(self.words.starts, taken)
        self.alive = np.ones(len(self.source), np.bool_)
        self._kept: dict[tuple[int, int], U64] = {}

    def within(self, start: int, end: int) -> slice:
        """Return the slice of the tokens in a span of the source."""
        low, high = np.searchsorted(self.source, (start, end)).tolist()
        return slice(low, high)

    def mark(self, stretch: slice, alive: bool | Bools) -> None:
        """Set which tokens of a slice are to stay."""
        self.alive[stretch] = alive
        self._kept.clear()

    def kept(self, start: int, end: int) -> U64:
        """Return the token runs of what stays in a span of the source."""
        stretch = self.within(start, end)
        key = (stretch.start, stretch.stop)
        if key not in self._kept:
            self._kept[key] = np.unique(runs_of(self.words.ids[stretch][self.alive[stretch]]))
        return self._kept[key]


def _in_source(starts: I64, taken: Sequence[Cut]) -> I64:
    """Map token offsets in the text that cuts left to offsets in the source."""
    if not taken:
        return starts
    now, moved, bounds, shifts = 0, 0, [0], [0]
    for cut in taken:
        now = cut.start - moved + len(cut.token)
        moved += cut.end - cut.start - len(cut.token)
        bounds.append(now)
        shifts.append(moved)
    out: I64 = starts + np.array(shifts)[np.searchsorted(bounds, starts, side="right") - 1]
    return out


def _span(taken: Sequence[Cut], span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    return to_source(taken, start), to_source(taken, max(start, end - 1)) + 1


class Desk:
    """The texts of one round, each with the cuts already made in its source and the cuts to come.

    With `fold_script` texts are compared as `check` does with that setting.
    """

    def __init__(self, shelf: Shelf, fold_script: bool) -> None:
        self._shelf = shelf
        self.fold_script = fold_script
        self._number: dict[Key, int] = {}
        self._sheets: OrderedDict[Key, Sheet] = OrderedDict()
        self._taken: dict[Key, Sequence[Cut]] = {}
        self._sure: dict[Key, list[tuple[int, int]]] = {}
        self._cuts: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        self._size = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._number

    def put(self, key: Key, text: str, taken: Sequence[Cut], cuts: Iterable[Cut]) -> None:
        """Add a text as it is now; its `cuts` are certain."""
        self._number[key] = len(self._shelf)
        self._shelf.put(pack(text))
        self._taken[key] = taken
        self._sure[key] = [_span(taken, cut[:2]) for cut in cuts]
        self._cuts[key] = list(self._sure[key])

    def source(self, key: Key, start: int, end: int) -> Window:
        """Return a span of a text as it is now, as a window of its source."""
        return Window(key, *_span(self._taken[key], (start, end)))

    def sheet(self, key: Key) -> Sheet:
        """Return the sheet of a document, with its planned cuts marked."""
        if key in self._sheets:
            self._sheets.move_to_end(key)
            return self._sheets[key]
        text = unpack(self._shelf[self._number[key]])
        sheet = Sheet(text, self._taken[key], self.fold_script)
        for start, end in self._cuts[key]:
            sheet.alive[sheet.within(start, end)] = False
        self._sheets[key] = sheet
        self._size += len(text)
        while self._size > ROOM and len(self._sheets) > 1:
            self._size -= len(self._sheets.popitem(last=False)[1].text)
        return sheet

    def cut(self, key: Key, start: int, end: int) -> Bools:
        """Cut a source span out of a document; return which of its tokens were still there before."""
        sheet = self.sheet(key)
        stretch = sheet.within(start, end)
        before: Bools = sheet.alive[stretch].copy()
        sheet.mark(stretch, False)
        self._cuts[key].append((start, end))
        return before

    def put_back(self, key: Key, start: int, end: int, before: Bools) -> None:
        """Undo the last cut of a document."""
        self._cuts[key].pop()
        self.sheet(key).mark(self.sheet(key).within(start, end), before)

    def settle(self, key: Key, cuts: Iterable[Cut]) -> None:
        """Replace the planned cuts of a text with exactly these."""
        self._cuts[key] = [_span(self._taken[key], cut[:2]) for cut in cuts]
        old = self._sheets.pop(key, None)
        self._size -= len(old.text) if old else 0

    def reset(self) -> None:
        """Take back all cuts except the certain ones."""
        self._cuts = defaultdict(list, {key: list(cuts) for key, cuts in self._sure.items()})
        self._sheets.clear()
        self._size = 0

    def cover(self, removal: Removal) -> float:
        """Return the share of what a removal took that stands in what stays."""
        return self.share(removal, removal.windows)

    def share(self, removal: Removal, windows: Iterable[Window]) -> float:
        """Return the share of what a removal took that stands in what stays of some windows."""
        return least_share(inside_all(removal.pieces, self.shelves(windows)), removal.pieces)

    def shelves(self, windows: Iterable[Window]) -> list[U64]:
        """Return the token runs of what stays in some windows."""
        return [self.sheet(key).kept(start - more, end + more) for key, start, end, more in windows if key in self]


@dataclass
class Ledger:
    """All removals of copies, over all rounds, and the spans barred from removal because they could not be covered.

    `following` is the number of the next removal; it is greater than all others.
    """

    removals: dict[int, Removal] = field(default_factory=dict)
    barred: set[Window] = field(default_factory=set)
    by_keeper: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_document: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    following: int = 0

    def add(self, removal: Removal) -> int:
        """Add a removal; return its number."""
        number = self.following
        self.put(number, removal)
        return number

    def put(self, number: int, removal: Removal) -> None:
        """Add a removal under a given number."""
        self.following = number + 1
        self.removals[number] = removal
        self.by_document[removal.key].append(number)
        for key in dict.fromkeys(window.key for window in removal.windows):
            self.by_keeper[key].append(number)

    def extend(self, number: int, windows: Iterable[Window]) -> None:
        """Record more windows in which a removal's text stands."""
        removal = self.removals[number]
        for window in windows:
            if window not in removal.windows:
                if all(window.key != other.key for other in removal.windows):
                    self.by_keeper[window.key].append(number)
                removal.windows.append(window)

    def standing(self, key: Key, start: int, end: int) -> Iterator[int]:
        """Yield the numbers of the removals for which a span is kept."""
        for number in [*self.by_keeper.get(key, ())]:
            removal = self.removals[number]
            if any(window.overlaps(key, start, end) for window in removal.windows):
                yield number

    def gone(self, key: Key, start: int, end: int) -> Iterator[Removal]:
        """Yield the removals that took part of a span."""
        for number in self.by_document.get(key, ()):
            removal = self.removals[number]
            if removal.start < end and start < removal.end:
                yield removal

    def bar(self, number: int) -> None:
        """Never again remove what a removal took."""
        removal = self.removals[number]
        self.barred.add(Window(removal.key, removal.start, removal.end))

    def forget(self, first: int) -> None:
        """Forget the removals from a number on, as if they had not been decided."""
        self.removals = {number: removal for number, removal in self.removals.items() if number < first}
        self.following = first
        for index in (self.by_keeper, self.by_document):
            for numbers in index.values():
                numbers[:] = [number for number in numbers if number < first]


class Spot(NamedTuple):
    """A span that may be removed, in source offsets, and the options for removing it."""

    window: Window
    options: list[Option]


@dataclass
class Decider:
    """Decides about all options of one round, whose texts all lie on the desk."""

    desk: Desk
    ledger: Ledger
    rule: Rule
    chosen: list[tuple[Option, int]] = field(default_factory=list)

    def decide(self, options: Iterable[Option]) -> list[tuple[Option, int]]:
        """Decide what to remove; return options with the numbers of their removals."""
        by_level: list[list[Option]] = [[], [], []]
        for option in options:
            by_level[option.place.level].append(option)
        for level in (DOCUMENT, ESSAY, PART):
            # First for their representatives, then for each other; then representatives for a longer member.
            stay: dict[int, list[Spot]] = defaultdict(list)
            for is_held in (False, True):
                spots = self._spots(one for one in by_level[level] if one.is_held is is_held)
                for spot in in_order(spots, self._kept_spans(spots)):
                    if self._try_all(spot) and not is_held:
                        stay[spot.options[0].cluster].append(spot)
                if level < PART and not is_held:
                    by_level[PART] += [part for some in stay.values() for part in self._among(some)]
        return self.chosen

    def _spots(self, options: Iterable[Option]) -> list[Spot]:
        spots: dict[Window, list[Option]] = {}
        for option in options:
            spots.setdefault(self.desk.source(option.key, *option.place[:2]), []).append(option)
        return [Spot(window, some) for window, some in spots.items()]

    def _kept_spans(self, spots: Sequence[Spot]) -> list[list[Window]]:
        source = self.desk.source
        return [[source(one.kept_key, one.keeper.start, one.keeper.end) for one in spot.options] for spot in spots]

    def _try_all(self, spot: Spot) -> bool:
        """Remove a span by the first option that holds; return True if it stays."""
        return all(self._try(spot.window, option) is not None for option in spot.options)

    def _among(self, spots: Sequence[Spot]) -> Iterator[Option]:
        """Of texts that stay beside their representative, remove those that another of them covers.

        Yield the parts of the others that could be removed alone.
        """
        heads: list[Spot] = []
        for spot in spots:
            others = (self._instead(spot.options[0], head.options[0]) for head in heads)
            if all(other is None or self._try(spot.window, other) is not None for other in others):
                heads += [spot] if len(heads) < HEADS else []
                yield from (part for option in spot.options for part in self._part(spot, option))

    def _instead(self, option: Option, head: Option) -> Option | None:
        """Return the option to remove a text for another member of its cluster; None if they are not alike enough."""
        runs, texts = [], []
        for region in (option.copy.region, head.copy.region):
            key, *span = self.desk.source(key_of(region), region.start, region.end)[:3]
            runs.append(self.desk.sheet(key).kept(*span))
            texts.append("".join(self.desk.sheet(key).text[region.start : region.end].split()))
        both = len(np.intersect1d(runs[0], runs[1], assume_unique=True))
        jaccard = both / max(1, sum(map(len, runs)) - both)
        if jaccard < ALIKE:
            return None
        relation = Relation.EXACT if texts[0] == texts[1] else Relation.EDITED
        copy = replace(option.copy, relation=relation, jaccard=round(jaccard, 4))
        return option._replace(copy=copy, keeper=head.copy.region)

    def _try(self, where: Window, option: Option) -> Bools | None:
        """Try to remove a span. Return None if it is removed, else which of its tokens are covered."""
        key, ledger = where.key, self.ledger
        nothing = np.zeros(0, np.bool_)
        is_same = option.kept_key == key
        if where in ledger.barred or key not in self.desk or option.kept_key not in self.desk:
            return nothing
        if is_same and option.copy.relation is not Relation.EXACT:
            return nothing
        if any(ledger.gone(key, where.start, where.end)):
            return nothing
        windows = self._windows(option)
        before = self.desk.cut(*where[:3])
        sheet = self.desk.sheet(key)
        stretch = sheet.within(where.start, where.end)
        # Tokens that other cuts remove anyway count only between tokens that no other cut removes.
        alive = np.flatnonzero(before)
        inner = slice(stretch.start + alive[0], stretch.start + alive[-1] + 1) if len(alive) else slice(0, 0)
        words = Words(sheet.words.ids[inner], sheet.words.starts[inner])
        covered = inside(words.ids, self.desk.shelves(windows))
        least = self._least(option)
        if self._is_covered(option, words, covered) and self._others_hold(where, windows):
            removal = Removal(key, where.start, where.end, [words.ids], least, share(covered), windows)
            self.chosen.append((option, ledger.add(removal)))
            return None
        self.desk.put_back(*where[:3], before)
        out = np.zeros(stretch.stop - stretch.start, np.bool_)
        out[inner.start - stretch.start : inner.stop - stretch.start] = covered
        return out if len(alive) else nothing

    def _windows(self, option: Option) -> list[Window]:
        """Return where removed text still stands: the keeper, and the windows of earlier removals from the keeper."""
        region = option.keeper
        around = EVERYTHING if region.unit is Unit.DOCUMENT else AROUND
        own = self.desk.source(option.kept_key, region.start, region.end)
        windows = [own._replace(around=around)]
        for removal in self.ledger.gone(*own[:3]):
            windows += [window for window in removal.windows if window not in windows]
        return windows[:KEPT]

    def _is_covered(self, option: Option, words: Words, covered: Bools) -> bool:
        """True if enough of the candidate is covered, and it says nothing of its own."""
        place = option.place
        if share(covered) < self._least(option) or most_missing(covered) > self.rule.missing:
            return False
        if self._is_another(option, words, covered):
            return False
        text = self.desk.sheet(option.key).text
        return place.level == PART or not any(own_edges(text, place, covered, words.starts))

    def _is_another(self, option: Option, words: Words, covered: Bools) -> bool:
        """True if a title or a clause distinguishes the candidate from the text kept for it.

        A part of a deed (a licence, a contract) is never removed without the rest.
        """
        place, region = option.place, option.keeper
        sheet, other = self.desk.sheet(option.key), self.desk.sheet(option.kept_key)
        text, kept = sheet.text[place.start : place.end], other.text[region.start : region.end]
        headings = (heading_of(text) or heading_of(sheet.text), heading_of(kept) or heading_of(other.text))
        if headings[0] and headings[1]:
            if headings[0].versions.isdisjoint(headings[1].versions):
                return True
            if are_exact(*(words_of(heading.text, self.desk.fold_script) for heading in headings if heading)):
                return True
        mine = title_of(text if place.level < PART else sheet.text)
        if place.level == PART and (is_deed(mine) or is_deed_by_words(sheet.text, sheet.words)):
            return True
        is_named = is_deed(mine) and mine == title_of(kept)
        if place.level < PART and not is_named and self._are_apart(option, words, covered):
            return True
        if option.copy.region.unit is not Unit.DOCUMENT and place.level == PART:
            return False
        titles = {title for title in map(title_of, (kept, other.text)) if title != mine}
        if not titles or not mine:
            return False
        is_whole = region.unit is Unit.DOCUMENT
        ids = other.words.ids if is_whole else other.words.ids[other.words.within(region.start, region.end)]
        lost = words.ids[~covered], ids[~inside(ids, [shelf_of([runs_of(words.ids)])])]
        one = words_of(mine, self.desk.fold_script)
        return any(is_another((one, words_of(title, self.desk.fold_script)), lost) for title in titles)

    def _are_apart(self, option: Option, words: Words, covered: Bools) -> bool:
        """True if the texts of two deeds differ; the kept side counts with its whole document."""
        mine, yours = self.desk.sheet(option.key), self.desk.sheet(option.kept_key)
        if not is_deed_by_words(mine.text, words) or not is_deed_by_words(yours.text, yours.words):
            return False
        back = inside(yours.words.ids, [shelf_of([runs_of(words.ids)])])
        return are_apart(Side(mine.text, words, covered), Side(yours.text, yours.words, back))

    def _least(self, option: Option) -> float:
        """Return the share that must be covered: that for parts if one of the two is part of the other."""
        is_part = option.place.level == PART or option.copy.relation is Relation.CONTAINED
        return self.rule.part if is_part else self.rule.whole

    def _others_hold(self, where: Window, windows: Sequence[Window]) -> bool:
        """True if everything that this span was kept for is covered without it; if so, record the new windows."""
        held = []
        for number in self.ledger.standing(*where[:3]):
            removal = self.ledger.removals[number]
            more = [*removal.windows, *(window for window in windows if window not in removal.windows)]
            if len(more) > KEPT or self.desk.share(removal, more) < removal.least:
                return False
            held.append(number)
        for number in held:
            self.ledger.extend(number, windows)
        return True

    def _part(self, spot: Spot, option: Option) -> Iterator[Option]:
        """Yield the part behind an opening that stands nowhere else, if that part could be removed alone.

        So the answer is removed and the question stays. A tail without what it follows would be no text.
        """
        covered = self._try(spot.window, option)
        if covered is None or not len(covered):
            return
        sheet, place = self.desk.sheet(option.key), option.place
        starts = sheet.words.starts[sheet.words.within(place.start, place.end)]
        if len(starts) != len(covered):
            return  # it has new tokens that its source lacks: fills of blanks
        own_head, own_tail = own_edges(sheet.text, place, covered, starts)
        if own_head and not own_tail:
            start, end = whole_sentences(sheet.text, edges(sheet.text, place, covered, starts)[0], place.end)
            if is_part(sheet.text, start, end):
                yield option._replace(place=Place(start, end, PART), is_held=False)


def most_missing(covered: Bools) -> int:
    """Return the most uncovered tokens among any `NEAR` tokens in a row.

    >>> most_missing(np.array([1, 0, 0, 1, 0, 1] + [1] * 200 + [0], bool))
    3
    """
    missing = np.concatenate(([0], np.cumsum(~covered)))
    return int((missing[NEAR:] - missing[:-NEAR]).max() if len(covered) > NEAR else missing[-1])


def edges(text: str, place: Place, covered: Bools, starts: I64) -> tuple[int, int]:
    """Return the start of the first and the end of the last sentence of a place that are mostly covered."""
    shares = list(_shares(text, place, covered, starts))
    inner = [at for at, (_, _, size, hits) in enumerate(shares) if size and 2 * hits >= size]
    if not inner:
        return place.end, place.end
    return shares[inner[0]][0], shares[inner[-1]][1]


def own_edges(text: str, place: Place, covered: Bools, starts: I64) -> tuple[bool, bool]:
    """True, for the start and the end of a place, if several sentences there stand nowhere else."""
    shares = [one for one in _shares(text, place, covered, starts) if one[2]]
    out = []
    for side in (shares, shares[::-1]):
        sentences = lost = 0
        for _, _, size, hits in side:
            if 2 * hits >= size:
                break
            sentences += 1
            lost += size - hits
        out.append(sentences > 1 and lost >= OWN)
    return out[0], out[1]


def _shares(text: str, place: Place, covered: Bools, starts: I64) -> Iterator[tuple[int, int, int, int]]:
    """Yield the sentences of a place: start, end, number of tokens, and how many of them are covered."""
    bounds = [place.start, *(end for end in sentences_of(text, place.start, place.end)), place.end]
    firsts = np.searchsorted(starts, bounds).tolist()
    hits = np.concatenate(([0], np.cumsum(covered))).tolist()
    for at in range(len(bounds) - 1):
        low, high = firsts[at], firsts[at + 1]
        yield bounds[at], bounds[at + 1], high - low, hits[high] - hits[low]


def in_order(spots: Sequence[Spot], kept: Sequence[Sequence[Window]]) -> list[Spot]:
    """Order spots behind those that overlap what is kept for them; in a ring the first comes last."""
    by_document: dict[Key, list[int]] = defaultdict(list)
    for at in sorted(range(len(spots)), key=lambda at: spots[at].window.start):
        by_document[spots[at].window.key].append(at)
    reach = {key: list(accumulate((spots[at].window.end for at in some), max)) for key, some in by_document.items()}
    out: list[Spot] = []
    state = bytearray(len(spots))  # 1: met, 2: done
    for first in range(len(spots)):
        stack = [] if state[first] else [(first, _before(first, spots, kept, (by_document, reach)))]
        state[first] = state[first] or 1
        while stack:
            at, needed = stack[-1]
            following = next((other for other in needed if not state[other]), None)
            if following is None:
                state[at] = 2
                out.append(spots[at])
                stack.pop()
            else:
                state[following] = 1
                stack.append((following, _before(following, spots, kept, (by_document, reach))))
    return out


def _before(
    at: int,
    spots: Sequence[Spot],
    kept: Sequence[Sequence[Window]],
    index: tuple[Mapping[Key, list[int]], Mapping[Key, list[int]]],
) -> Iterator[int]:
    """Yield the numbers of the spots that overlap what is kept for one spot."""
    for key, start, end, _ in kept[at]:
        some, reach = index[0].get(key, []), index[1].get(key, [])
        place = bisect_left(some, end, key=lambda other: spots[other].window.start) - 1
        # Go backwards as long as any earlier spot reaches the span: pages can hold thousands of essays.
        while place >= 0 and reach[place] > start:
            if spots[some[place]].window.end > start and some[place] != at:
                yield some[place]
            place -= 1
