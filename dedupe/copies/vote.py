"""Fill the blanks of one copy from its sisters, the other copies, where the sisters agree on what stands there.

Nothing is guessed. A sister counts only if the words on both sides of the blank are the same, and one sister that
disagrees cancels the suggestion. All this happens inside a cluster, whose members are verified copies.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dedupe.copies.fills import FIGURES, fits
from dedupe.core.model import Origin, Span, Suggestion
from dedupe.rules.scan import LINE_END
from dedupe.text.batch import fold
from dedupe.text.match import SLOT, Run, Tokens, firsts_within, matches, tokens_of_all

WITNESSES = 16  # members of a cluster that are asked, those with the fewest blanks; the time grows with their square
NEAR = 8  # tokens compared on either side of a blank
LEAST, BOTH = 2, 8  # tokens that must be equal on either side of a blank, and on both sides together
AGREEING = 4  # figures that two copies must share, with none that differ, before a single copy is trusted
AWAY = 12  # farthest token from a blank at which a match with the representative is looked for
LONGEST = 40  # tokens of a fill
SOURCES = 3
_YEAR_RE = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d\d(?=年))")


class Blank(NamedTuple):
    """A mark or a hole in a passage; `slot` says what may be put there."""

    start: int
    end: int
    slot: str
    is_hole: bool


class Passage(NamedTuple):
    """A member of a cluster: its document, its start (offset and line) and text, its blanks and its heading."""

    path: str
    record: str | None
    start: int
    line: int
    text: str
    blanks: tuple[Blank, ...]
    title: str


class _Place(NamedTuple):
    """A half-open range of tokens of a text: a blank, or what another text has in its place."""

    low: int
    high: int


class _Fill(NamedTuple):
    """What a sister has in the place of a blank: its tokens, and their text or None if that does not fit the blank.

    `instead` are the blank's own tokens that the fill replaces. `is_close` is true if all nearby tokens are equal.
    """

    sister: _Text
    place: _Place
    text: str | None
    instead: _Place
    is_close: bool


class Member(NamedTuple):
    """A passage as tokens; each blank that is a mark is a slot."""

    passage: Passage
    tokens: Tokens


@dataclass(frozen=True)
class _Text:
    """A member aligned with its cluster's representative: for each token the other text's matching token, or -1."""

    passage: Passage
    tokens: Tokens
    to_head: list[int]
    from_head: list[int]

    @cached_property
    def key(self) -> str:
        """Equal for passages that differ only in white space and widths: such passages count as one witness."""
        return _ink(self.passage.text)

    @cached_property
    def skeleton(self) -> str:
        """The words of the text, without figures and marks."""
        return self.tokens.code.replace(SLOT, "")

    @cached_property
    def figures(self) -> dict[int, str]:
        """Figures of the text by the representative's matching token, without those up to the end of the heading."""
        heading = self.passage.text.find(self.passage.title) + len(self.passage.title)
        found, at = {}, self.tokens.code.find(SLOT)
        while at >= 0:
            if at not in self.tokens.blanks and self.to_head[at] >= 0 and self.tokens.starts[at] >= heading:
                found[self.to_head[at]] = fold(self.tokens.between(at, at + 1))
            at = self.tokens.code.find(SLOT, at + 1)
        return found


@dataclass(frozen=True)
class _Gap:
    """A blank of a text: its tokens, and the nearest tokens on either side that match the representative."""

    blank: Blank
    place: _Place
    before: Sequence[tuple[int, int]]  # distance to the nearest token, the representative's token
    behind: Sequence[tuple[int, int]]


def members_of(passages: Sequence[Passage]) -> list[Member]:
    """Tokenize the passages of any number of clusters."""
    texts = [(one.text, [(blank.start, blank.end) for blank in one.blanks if not blank.is_hole]) for one in passages]
    return list(map(Member, passages, tokens_of_all(texts)))


def suggest(members: Sequence[Member], others: Sequence[Member] = ()) -> list[dict[Blank, Suggestion]]:
    """Return suggestions for the blanks of `members`, all of one cluster; the first member is the representative.

    If `others` are given, suggest for their blanks instead and ask `members`. A name needs one sister. A figure needs
    two that agree, or one whose figures agree with this text's wherever both have one, with enough of those. A
    suggestion's `at` counts from the start of the document; a blank counts from the start of the passage.
    """
    head = members[0].tokens
    texts = [_aligned(member, head) for member in members]
    witnesses = _Witnesses(list({text.key: text for text in reversed(texts)}.values())[::-1])
    return [_suggestions(text, witnesses) for text in ([_aligned(one, head) for one in others] or texts)]


def _aligned(member: Member, head: Tokens) -> _Text:
    tokens = member.tokens
    there, back = [-1] * len(tokens.code), [-1] * len(head.code)
    for one, other, length in [Run(0, 0, len(head.code))] if tokens.code == head.code else matches(tokens, head):
        there[one : one + length] = range(other, other + length)
        back[other : other + length] = range(one, one + length)
    return _Text(*member, there, back)


class _Witnesses:
    """The members that are asked, with a cache of their answers: in large clusters many blanks are alike."""

    def __init__(self, texts: Sequence[_Text]) -> None:
        self._texts = texts
        self._known: dict[object, list[_Fill]] = {}

    def heard(self, text: _Text, gap: _Gap) -> list[_Fill]:
        """Return what the witnesses have in the place of a blank, except those that lack it or equal this text."""
        key = object() if gap.blank.is_hole else _surroundings(text, gap)
        if key not in self._known:
            self._known[key] = [fill for sister in self._texts for fill in [_fill(text, gap, sister)] if fill]
        return [fill for fill in self._known[key] if fill.sister.key != text.key]


def _surroundings(text: _Text, gap: _Gap) -> object:
    """Return a key of everything that decides the answers for a mark."""
    tokens, (low, high) = text.tokens, gap.place
    edges = [at - low for at in firsts_within(tokens, low - NEAR, low)]
    ends = [at - high for at in firsts_within(tokens, high, high + NEAR)]
    source, (start, end, *_) = text.passage.text, gap.blank
    kept = source[tokens.starts[low] : start], source[end : tokens.ends[high - 1]]
    around = tokens.code[max(0, low - NEAR) : low], tokens.code[high : high + NEAR]
    return (*around, *kept, tuple(edges), tuple(ends), tuple(gap.before), tuple(gap.behind))


def _suggestions(text: _Text, witnesses: _Witnesses) -> dict[Blank, Suggestion]:
    found = {}
    for blank in text.passage.blanks:
        gap = _gap_at(text, blank)
        suggestion = _suggestion(text, gap, witnesses.heard(text, gap))
        if suggestion:
            found[blank] = suggestion
    return found


def _gap_at(text: _Text, blank: Blank) -> _Gap:
    starts, ends = text.tokens.starts, text.tokens.ends
    low = bisect_left(starts, blank.start) if blank.is_hole else bisect_right(ends, blank.start)
    high = max(low, bisect_left(starts, blank.end))
    before = [(away, head) for away, head in enumerate(text.to_head[max(0, low - AWAY) : low][::-1]) if head >= 0]
    behind = [(away, head) for away, head in enumerate(text.to_head[high : high + AWAY]) if head >= 0]
    return _Gap(blank, _Place(low, high), before, behind)


def _suggestion(text: _Text, gap: _Gap, heard: Sequence[_Fill]) -> Suggestion | None:
    """Return what the sisters agree on for one blank; None if they disagree or if the evidence is too weak."""
    blank = gap.blank
    filled = [fill for fill in heard if fill.text != ""]
    if not filled or not _agree([fill.text for fill in filled]):
        return None
    first = filled[0]
    at = _goes_in(text, first) if blank.is_hole else Span(blank.start, blank.end)
    if at is None or not fits(blank.slot, fold(first.text or ""), text.passage.text[at.end :][:2]):
        return None
    if blank.slot in FIGURES and len(filled) == 1 and not _is_believed(text, blank, first):
        return None
    start = text.passage.start
    return Suggestion(
        min(fill.text or "" for fill in filled),
        len(filled),
        len(heard),
        Span(start + at.start, start + at.end) if blank.is_hole else None,
        tuple(map(_origin, filled[:SOURCES])),
    )


def _agree(texts: Sequence[str | None]) -> bool:
    """True if all fills fit and are the same up to widths."""
    first = texts[0]
    return first is not None and all(text and (text == first or fold(text) == fold(first)) for text in texts)


def _fill(text: _Text, gap: _Gap, sister: _Text) -> _Fill | None:
    """Return what a sister has in the place of a blank; None if the words around it differ."""
    tokens, (low, high) = sister.tokens, gap.place
    start = _opposite(sister, gap.before, -1)
    stop = _opposite(sister, gap.behind, 1)
    if start < 0 or stop < 0 or not start < stop <= start + LONGEST:
        return None
    found = _Place(start + 1, stop)
    before, behind = _equal_before(text.tokens, tokens, low, found.low), _equal_behind(text.tokens, tokens, high, stop)
    if min(before, behind) < LEAST or before + behind < BOTH:
        return None
    instead = gap.place
    if gap.blank.is_hole:
        instead, found = _without_common(text.tokens, instead, tokens, found)
    filled = tokens.between(*found)
    if not tokens.blanks.isdisjoint(range(*found)):
        filled = ""
    return _Fill(sister, found, filled and _bare(text, gap, filled), instead, before == behind == NEAR)


def _opposite(sister: _Text, heads: Sequence[tuple[int, int]], step: int) -> int:
    """Return the sister's token next to a place, found from the nearest token that it matches; -1 if there is none."""
    for away, head in heads:
        found = sister.from_head[head]
        if found >= 0:
            return found - step * away
    return -1


def _equal_before(one: Tokens, two: Tokens, own: int, other: int) -> int:
    """Count equal tokens before two places; return NEAR if the equal tokens reach back to a sentence start in both."""
    if own >= NEAR and one.code[own - NEAR : own] == two.code[max(0, other - NEAR) : other]:
        return NEAR
    count = 0
    while own > count and other > count and one.code[own - count - 1] == two.code[other - count - 1]:
        count += 1
        if one.begins(own - count) and two.begins(other - count):
            return NEAR
    return count


def _equal_behind(one: Tokens, two: Tokens, own: int, other: int) -> int:
    """Count equal tokens after two places; return NEAR if the equal tokens reach a sentence end in both."""
    if own + NEAR <= len(one.code) and one.code[own : own + NEAR] == two.code[other : other + NEAR]:
        return NEAR
    room = min(len(one.code) - own, len(two.code) - other)
    count = 0
    while count < room and one.code[own + count] == two.code[other + count]:
        count += 1
        if one.begins(own + count) and two.begins(other + count):
            return NEAR
    return count


def _without_common(one: Tokens, own: _Place, two: Tokens, other: _Place) -> tuple[_Place, _Place]:
    """Trim the words that both places of a hole share: a figure is missing before 面 (side), an ordinal after 第."""
    (low, high), (start, end) = own, other
    while low < high and start < end and one.code[high - 1] == two.code[end - 1]:
        high, end = high - 1, end - 1
    while low < high and start < end and one.code[low] == two.code[start]:
        low, start = low + 1, start + 1
    return _Place(low, high), _Place(start, end)


def _bare(text: _Text, gap: _Gap, filled: str) -> str | None:
    """Trim from a fill what the blank kept: 65 for xx5 leaves 6; return None if the kept part differs."""
    blank, (low, high) = gap.blank, gap.place
    if blank.is_hole:
        return filled
    before = text.passage.text[text.tokens.starts[low] : blank.start]
    behind = text.passage.text[blank.end : text.tokens.ends[high - 1]]
    if not before + behind:
        return filled
    before, behind = fold(before), fold(behind)
    if len(filled) <= len(before + behind) or not fold(filled).startswith(before) or not fold(filled).endswith(behind):
        return None
    return filled[len(before) : len(filled) - len(behind)]


def _goes_in(text: _Text, fill: _Fill) -> Span | None:
    """Return where in its passage a fill replaces a hole; None if the punctuation around the hole differs."""
    low, high = fill.instead
    if low < high:
        return Span(text.tokens.starts[low], text.tokens.ends[high - 1])
    gap = _between(text.tokens, low)
    before, behind = (_ink(_source(fill.sister, _between(fill.sister.tokens, token))) for token in fill.place)
    for at in range(gap.start, gap.end + 1):
        parts = (_source(text, Span(gap.start, at)), _source(text, Span(at, gap.end)))
        if (_ink(parts[0]), _ink(parts[1])) == (before, behind):
            return Span(at, at)
    return None


def _between(tokens: Tokens, token: int) -> Span:
    """Return the span between a token and the one before it."""
    end = tokens.starts[token] if token < len(tokens.starts) else len(tokens.text)
    return Span(tokens.ends[token - 1] if token else 0, end)


def _source(text: _Text, span: Span) -> str:
    return text.passage.text[span.start : span.end]


def _ink(text: str) -> str:
    return "".join(fold(text).split())


def _is_believed(text: _Text, blank: Blank, fill: _Fill) -> bool:
    """True if one sister is enough for a figure: it is a copy whose figures all agree.

    A year that a heading contradicts is not trusted, because sites write the current year wherever they can.
    """
    sister = fill.sister
    both = text.figures.keys() & sister.figures.keys()
    agreeing = sum(text.figures[at] == sister.figures[at] for at in both)
    if agreeing < len(both) or not fill.is_close:
        return False
    years = {year[-2:] for one in (text, sister) for year in _YEAR_RE.findall(fold(one.passage.title))}
    if blank.slot == "year" and years - {(fill.text or "")[-2:]}:
        return False
    return agreeing >= AGREEING or text.skeleton == sister.skeleton


def _origin(fill: _Fill) -> Origin:
    passage, tokens = fill.sister.passage, fill.sister.tokens
    start, end = tokens.starts[fill.place.low], tokens.ends[fill.place.high - 1]
    start += tokens.between(*fill.place).find(fill.text or "")
    line = passage.line + sum(1 for _ in LINE_END.finditer(passage.text, 0, start))
    end = start + len(fill.text or "")
    return Origin(passage.path, passage.record, passage.start + start, passage.start + end, line)
