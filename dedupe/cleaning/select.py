"""What could be removed from a cluster: for each member the spans to remove with it, and the text kept for it.

`decide`, which has the texts at hand, decides about the removal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from dedupe.cleaning.cuts import Cut, Reason, whole_sentences
from dedupe.cleaning.options import Choices
from dedupe.cleaning.parts import PASSAGE, is_part, visible_length
from dedupe.config.settings import Settings
from dedupe.copies.describe import CODES, place_of
from dedupe.core.model import Cluster, Copy, Document, Finding, Region, Relation, Severity, Unit
from dedupe.pipeline.scan import without_chrome
from dedupe.text import marks
from dedupe.text.essays import Essay, split

Key = tuple[str, str | None]  # path and record of a document
FIGURES = 1 / 3  # share of the characters; in tables and exercises with more figures the fills are the content
ALIKE, WITHIN = 0.4, 0.8  # least jaccard of texts that are copies as wholes; least share of one text in the other
LONGER = 1.25  # a text this many times as long holds the other and more
AROUND = 200  # characters around a passage in which words of the removed text may also stand
_FIGURE_RE = re.compile(rf"\d+(?:[.,:]\d+)*|{marks.PATTERN}")

DOCUMENT, ESSAY, PART = range(3)  # what is removed, in the order of the decisions


class Place(NamedTuple):
    """A span that would be removed with a member of a cluster; `level`: a document, an essay, or a part."""

    start: int
    end: int
    level: int


class Option(NamedTuple):
    """One way to remove a text: the number of its cluster, the span, what it is a copy of, and how.

    `is_held` is set if the representative would be removed, because a member contains it or has more of it.
    """

    cluster: int
    key: Key
    place: Place
    copy: Copy
    keeper: Region
    is_held: bool = False

    @property
    def kept_key(self) -> Key:
        """The document that is kept."""
        return key_of(self.keeper)

    @property
    def reason(self) -> Reason:
        """Why the text is removed; the kept place is given in the text as it is now."""
        kept = (self.keeper.path, self.keeper.record, self.keeper.start, self.keeper.end)
        return Reason(CODES[self.copy.region.unit][0], "copy", self.copy.relation, self.copy.jaccard, kept)


def key_of(region: Region) -> Key:
    """Return the path and record of a region's document."""
    return (region.path, region.record)


def places_of(region: Region, text: str, essays: Sequence[Essay]) -> list[Place]:
    """Return what could be removed with a region: its whole document or essay, or its whole sentences if long enough.

    `text` has its chrome blanked. A document or essay is taken whole only if the rest of it is no passage: a short
    essay beside four that are copies is less than a twentieth of the page.
    """
    start, end = region.start, region.end
    places = []
    if region.unit is Unit.DOCUMENT and visible_length(text[:start]) + visible_length(text[end:]) < PASSAGE:
        places.append(Place(0, len(text), DOCUMENT))
    elif region.unit is Unit.ESSAY:
        essay = essays[(region.essay or 1) - 1]
        body = essay.start + len(essay.title)
        if visible_length(text[body:start]) + visible_length(text[end : essay.end]) < PASSAGE:
            places.append(Place(essay.start, essay.end, ESSAY))
    start, end = whole_sentences(text, start, end)
    if is_part(text, start, end):
        places.append(Place(start, end, PART))
    return places


def is_full_of_figures(text: str) -> bool:
    """True if digits and marks make up so much of a text that other fills make another text.

    >>> is_full_of_figures("12+30=__ 45-6=__"), is_full_of_figures("植树xx棵，共3天")
    (True, False)
    """
    return sum(visible_length(match[0]) for match in _FIGURE_RE.finditer(text)) > FIGURES * visible_length(text)


def can_leave(copy: Copy, text: str, choices: Choices, settings: Settings) -> bool:
    """True if the choices let a member be removed; `text` is that of its region."""
    if choices.keep_copies or not settings.wants(CODES[copy.region.unit][0]):
        return False
    if copy.relation is Relation.VARIANT and (choices.keep_variants or not choices.rule.variants):
        return False
    return copy.relation in (Relation.EXACT, Relation.COPY) or not is_full_of_figures(text)


def cut_of_old(
    document: Document, finding: Finding, chrome: Sequence[Finding], choices: Choices, settings: Settings
) -> Cut | None:
    """Return the cut of a copy of a document that an index holds; None if it stays.

    The index has no text to measure against, so the finding's own figures decide: the old text must contain as large a
    share as must be covered elsewhere. An estimate must be certain: its whole interval above the threshold.
    """
    old = finding.old
    if old is None or not (old.is_verified or old.low >= settings.threshold):
        return None
    text, start, end = document.text, finding.start, finding.end
    essays, middle = split(text), (start + end) // 2
    number = next((at for at, essay in enumerate(essays, 1) if essay.start <= middle < essay.end), None)
    unit = next(unit for unit, (code, _) in CODES.items() if code == finding.code)
    region = Region(finding.path, finding.record, start, end, finding.line, finding.end_line, unit, number)
    copy = Copy(region, old.relation, old.jaccard, old.containment, 0, 0)
    places = places_of(region, without_chrome(text, chrome), essays)
    if not places or not can_leave(copy, text[start:end], choices, settings):
        return None
    if choices.keep_passages and places[0].level == PART:
        return None
    kept = (old.path, old.record, old.start, old.end)
    return Cut(places[0].start, places[0].end, Reason(finding.code, "copy", old.relation, old.jaccard, kept))


def options_of(
    clusters: Sequence[Cluster], places: Mapping[tuple[int, int], Sequence[Place]], choices: Choices
) -> Iterator[Option]:
    """Yield all options for removing members; `places` are the removable spans by number of cluster and member."""
    holders, collections = holders_of(clusters), collections_of(clusters)
    for number, cluster in enumerate(clusters):
        head = cluster.members[cluster.representative]
        for at, copy in enumerate(cluster.members):
            if at == cluster.representative or copy.severity is Severity.NOTE or not _is_alike(copy, head):
                continue
            told, kept = _nearest(copy, cluster)
            if _stands_alone(copy) and key_of(kept) in collections and key_of(copy.region) not in collections:
                continue
            for place in places.get((number, at), ()):
                if place.level < PART or not choices.keep_passages:
                    yield Option(number, key_of(copy.region), place, told, kept)
            relation = _of_head(copy, head)
            if relation and not (_stands_alone(head) and key_of(copy.region) in holders):
                swapped = Copy(head.region, relation, copy.jaccard, head_inside(copy), head.marks, head.tokens)
                for place in places.get((number, cluster.representative), ()):
                    if place.level < PART:
                        yield Option(number, key_of(head.region), place, swapped, copy.region, is_held=True)


def _stands_alone(copy: Copy) -> bool:
    """True unless the text is one of several essays on a page."""
    return copy.region.unit is not Unit.ESSAY


def _nearest(copy: Copy, cluster: Cluster) -> tuple[Copy, Region]:
    """Return a member and the region it may be removed for: the one it is equal to, else the representative."""
    for other in cluster.members if copy.equal_to else ():
        if place_of(other.region) == copy.equal_to:
            return replace(copy, relation=Relation.EXACT, jaccard=1.0, containment=1.0), other.region
    return copy, cluster.members[cluster.representative].region


def _is_alike(copy: Copy, head: Copy) -> bool:
    return max(copy.jaccard / ALIKE, copy.containment / WITHIN, head_inside(copy) / WITHIN) >= 1


def _of_head(copy: Copy, head: Copy) -> Relation | None:
    """Return the relation of the representative to a member it may be removed for; None if it may not.

    Such a member is a passage of a longer text, a text that contains the representative and more, or an edition with no
    more marks, which may have lost a sentence.
    """
    if head_inside(copy) >= WITHIN and (copy.region.unit is Unit.PASSAGE or copy.tokens >= LONGER * head.tokens):
        return Relation.CONTAINED
    is_edition = copy.region.unit is not Unit.PASSAGE and copy.marks <= head.marks
    return Relation.EDITED if is_edition and copy.relation is Relation.EDITED else None


def head_inside(copy: Copy) -> float:
    """Return the share of the representative that a member has: |A∩B|/|B| from |A∩B|/|A∪B| and |A∩B|/|A|."""
    if not copy.jaccard or not copy.containment:
        return 0.0
    return 1 / max(1.0, 1 / copy.jaccard - 1 / copy.containment + 1)


def holders_of(clusters: Sequence[Cluster]) -> set[Key]:
    """Return the documents with parts of several standalone texts: none of these is removed for being in one."""
    held: dict[Key, set[Key]] = defaultdict(set)
    for cluster in clusters:
        head = cluster.members[cluster.representative]
        for copy in cluster.members:
            is_part = copy.region.unit is not Unit.DOCUMENT or _holds(copy, head)
            if head.region.unit is Unit.DOCUMENT and is_part:
                held[key_of(copy.region)].add(key_of(head.region))
    return {key for key, texts in held.items() if len(texts - {key}) > 1}


def collections_of(clusters: Sequence[Cluster]) -> set[Key]:
    """Return the documents that hold several standalone texts side by side: a standalone text is not removed for one.

    Editions of one text, which stand in one place, count once.
    """
    held: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for cluster in clusters:
        head = cluster.members[cluster.representative]
        for copy in cluster.members:
            region = copy.region
            is_inside = region.unit is not Unit.DOCUMENT and head_inside(copy) >= WITHIN
            if head.region.unit is Unit.DOCUMENT and is_inside and key_of(region) != key_of(head.region):
                held[key_of(region)].append((region.end, region.start))
    return {key for key, places in held.items() if _apart(places) > 1}


def _apart(places: Iterable[tuple[int, int]]) -> int:
    """Count the disjoint spans among some, each given as its end and start."""
    count = reach = 0
    for end, start in sorted(places):
        if start >= reach:
            count, reach = count + 1, end
    return count


def _holds(copy: Copy, head: Copy) -> bool:
    return copy.relation is Relation.CONTAINED and copy.tokens > head.tokens and copy.containment < WITHIN
