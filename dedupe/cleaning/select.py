"""Which copies leave: of each cluster all but one, and never the last copy of a text.

A region can be what one cluster keeps and another would take out. Then the cluster that would take it goes first, and
the other waits: once the corpus is looked at again, whatever still has a copy is clustered anew. So nothing leaves for
the sake of a text that itself leaves.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from dedupe.cleaning.cuts import Cut, Reason, whole_sentences
from dedupe.cleaning.options import Choices
from dedupe.config.settings import Settings
from dedupe.copies.clusters import WHOLE
from dedupe.copies.describe import CODES
from dedupe.core.model import Cluster, Copy, Document, Finding, Region, Relation, Unit
from dedupe.pipeline.scan import without_chrome
from dedupe.text import marks
from dedupe.text.essays import Essay, split

Key = tuple[str, str | None]  # path and record of a document
PASSAGE = 200  # characters without white space: a shorter passage is no loss, and a hole in a text is one
FIGURES = 1 / 3  # of the characters; in tables and exercises with more the fills are the content
_FIGURE_RE = re.compile(rf"\d+(?:[.,:]\d+)*|{marks.PATTERN}")


class Place(NamedTuple):
    """What of its document a member of a cluster would take with it; `whole` for a document or an essay."""

    start: int
    end: int
    whole: bool


class Leaving(NamedTuple):
    """A stretch of a document that a cluster, by number, would have out, and the region that is kept for it."""

    cluster: int
    key: Key
    place: Place
    copy: Copy
    keeper: Region

    @property
    def cut(self) -> Cut:
        """The cut, with what is kept as a place in the text as it is now."""
        kept = (self.keeper.path, self.keeper.record, self.keeper.start, self.keeper.end)
        code = CODES[self.copy.region.unit][0]
        reason = Reason(code, "copy", self.copy.relation, self.copy.jaccard, kept)
        return Cut(self.place.start, self.place.end, reason)


def place_of(region: Region, text: str, essays: Sequence[Essay]) -> Place | None:
    """What a region takes with it: its whole document or essay, else its whole sentences where they are enough.

    `text` is without chrome, blanked. A document or essay is only taken whole if what the region leaves of it is no
    passage: a short essay beside four that are copies is less than a twentieth of the page.
    """
    start, end = region.start, region.end
    if region.unit is Unit.DOCUMENT and ink(text[:start]) + ink(text[end:]) < PASSAGE:
        return Place(0, len(text), True)
    if region.unit is Unit.ESSAY:
        essay = essays[(region.essay or 1) - 1]
        body = essay.start + len(essay.title)
        if ink(text[body:start]) + ink(text[end : essay.end]) < PASSAGE:
            return Place(essay.start, essay.end, True)
    start, end = whole_sentences(text, start, end)
    return Place(start, end, False) if ink(text[start:end]) >= PASSAGE else None


def ink(text: str) -> int:
    """How many characters are not white space."""
    return sum(map(len, text.split()))


def is_full_of_figures(text: str) -> bool:
    """Whether figures and marks are so much of a text that other fills make another text.

    >>> is_full_of_figures("12+30=__ 45-6=__"), is_full_of_figures("植树xx棵，共3天")
    (True, False)
    """
    return sum(ink(match[0]) for match in _FIGURE_RE.finditer(text)) > FIGURES * ink(text)


def can_leave(copy: Copy, text: str, choices: Choices, settings: Settings) -> bool:
    """Whether choices let a member go; `text` is that of its region."""
    if choices.keep_copies or not settings.wants(CODES[copy.region.unit][0]):
        return False
    if choices.keep_variants and copy.relation is Relation.VARIANT:
        return False
    return copy.relation in (Relation.EXACT, Relation.COPY) or not is_full_of_figures(text)


def cut_of_old(
    document: Document, finding: Finding, chrome: Sequence[Finding], choices: Choices, settings: Settings
) -> Cut | None:
    """The cut of a copy of a document that an index holds; None where it stays.

    An estimate must be sure: all of its interval above the threshold.
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
    place = place_of(region, without_chrome(text, chrome), essays)
    if place is None or not can_leave(copy, text[start:end], choices, settings):
        return None
    if choices.keep_passages and not place.whole:
        return None
    kept = (old.path, old.record, old.start, old.end)
    return Cut(place.start, place.end, Reason(finding.code, "copy", old.relation, old.jaccard, kept))


def choose(clusters: Sequence[Cluster], places: Mapping[tuple[int, int], Place], choices: Choices) -> list[Leaving]:
    """What leaves now; `places` has the members that may leave, by number of cluster and member."""
    leaving = [one for number, cluster in enumerate(clusters) for one in leaving_of(number, cluster, places)]
    # First what can leave as a whole: a passage of it need not be cut then.
    chosen = [one for one in leaving if one.place.whole]
    if not chosen and not choices.keep_passages:
        chosen = leaving
    waits = waiting(chosen)
    free = [one for one in chosen if one.cluster not in waits]
    # Where clusters wait for each other in a ring, their order decides.
    return free or in_order(chosen)


def leaving_of(number: int, cluster: Cluster, places: Mapping[tuple[int, int], Place]) -> list[Leaving]:
    """What one cluster would have out. Of a whole text inside a longer one that is the whole one: it leaves no hole."""
    head = cluster.members[cluster.representative]
    mine = places.get((number, cluster.representative))
    out = []
    for at, copy in enumerate(cluster.members):
        if at == cluster.representative:
            continue
        place = places.get((number, at))
        is_inside = mine and mine.whole and copy.region.unit is Unit.PASSAGE and _head_inside(copy) >= WHOLE
        if mine and is_inside and (place is None or copy.marks <= head.marks):
            swapped = Copy(head.region, Relation.CONTAINED, copy.jaccard, _head_inside(copy), head.marks, head.tokens)
            return [Leaving(number, _key(head.region), mine, swapped, copy.region)]
        if place is not None and not _overlap(_key(copy.region), place, head.region):
            out.append(Leaving(number, _key(copy.region), place, copy, head.region))
    return out


def _head_inside(copy: Copy) -> float:
    """How much of the representative stands in a member: |A∩B|/|B| from |A∩B|/|A∪B| and |A∩B|/|A|."""
    if not copy.jaccard or not copy.containment:
        return 0.0
    return 1 / max(1.0, 1 / copy.jaccard - 1 / copy.containment + 1)


def waiting(leaving: Sequence[Leaving]) -> set[int]:
    """The clusters of whose keeper another one would take something that does not stand in it twice."""
    by_document: dict[Key, list[Leaving]] = defaultdict(list)
    for one in sorted(leaving, key=lambda o: o.place.start):
        by_document[one.key].append(one)
    reach = {key: list(accumulate((o.place.end for o in ones), max)) for key, ones in by_document.items()}
    waits = set()
    for one in leaving:
        key, keeper = _key(one.keeper), one.keeper
        others = by_document.get(key, [])
        at = bisect_left(others, keeper.end, key=lambda o: o.place.start) - 1
        # Backwards, as long as any of those before reaches the keeper: pages can hold thousands of essays.
        while at >= 0 and reach[key][at] > keeper.start:
            if others[at].place.end > keeper.start and _takes_of(others[at], one):
                waits.add(one.cluster)
                break
            at -= 1
    return waits


def _takes_of(other: Leaving, one: Leaving) -> bool:
    """Whether what another cluster takes of a keeper is lost to it: not if what is kept for it stands there as well."""
    mine, theirs = one.keeper, other.keeper
    is_inside = _key(mine) == _key(theirs) and mine.start <= theirs.start and theirs.end <= mine.end
    return other.cluster != one.cluster and not is_inside


def in_order(leaving: Iterable[Leaving]) -> list[Leaving]:
    """Clusters by the place of what they keep: each takes what no earlier one keeps, as long as its keeper stays."""
    chosen: list[Leaving] = []
    kept: dict[Key, list[Region]] = defaultdict(list)
    taken: dict[Key, list[Place]] = defaultdict(list)
    for one in sorted(leaving, key=lambda o: (*_order(o.keeper), o.cluster, *_order(o.copy.region))):
        key = _key(one.keeper)
        is_kept = not any(_overlap(key, place, one.keeper) for place in taken[key])
        if is_kept and not any(_overlap(one.key, one.place, region) for region in kept[one.key]):
            chosen.append(one)
            kept[key].append(one.keeper)
            taken[one.key].append(one.place)
    return chosen


def _order(region: Region) -> tuple[str, str, int, int]:
    return (region.path, region.record or "", region.start, region.end)


def _key(region: Region) -> Key:
    return (region.path, region.record)


def _overlap(key: Key, place: Place, region: Region) -> bool:
    return key == _key(region) and place.start < region.end and region.start < place.end
