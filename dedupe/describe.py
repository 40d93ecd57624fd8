"""Groups of nodes to clusters that a person can read: places, essays, relations, and the findings they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from dedupe.clusters import Group
from dedupe.config import Settings
from dedupe.duplicates import Duplicates
from dedupe.essays import Essay
from dedupe.model import Cluster, Copy, Document, Finding, Kind, Region, Relation, Severity, Unit
from dedupe.scan import CONTEXT, Lines

WHOLE, COVERED = 0.95, 0.8  # a region that holds this much of a document, or of an essay, is that document or essay
EXCERPT = 60

# What a skeleton leaves out and a fill may be: figures, and marks, which are blanks. A lone letter is neither.
_MARK = r"(?<![A-Za-z])[xXｘＸ]+(?![A-Za-z])|[×＊*_＿○〇●□■△▲◇]+"
_FILL_RE = re.compile(rf"(?P<blank>{_MARK})|(?P<figure>\d+(?:[.,:]\d+)*)|(?<![A-Za-z])[A-Za-z](?![A-Za-z])")

CODES = {
    Unit.DOCUMENT: ("ND301", "document-copy"),
    Unit.ESSAY: ("ND302", "essay-copy"),
    Unit.PASSAGE: ("ND303", "passage-copy"),
}
_SURE = (Relation.EXACT, Relation.COPY)
_PHRASES = {
    Relation.EXACT: "exact copy of",
    Relation.COPY: "copy of",
    Relation.VARIANT: "same template, other fills than",
    Relation.EDITED: "edited copy of",
    Relation.CONTAINED: "partly the same text as",
}

Fills = dict[int, list[str]]
Part = tuple[Unit, int | None, str | None]  # the unit, the number of the essay where a page has several, its heading


@dataclass(frozen=True)
class Place:
    """A node to look up: its span in its document, and whether its fills are asked for."""

    node: int
    start: int
    end: int
    filled: bool


@dataclass(frozen=True)
class Facts:
    """What is known of a node once its text was seen; the text itself is not kept.

    `draft` is its finding, without what only the cluster can tell; `fills` are its figures and blanks ("") by
    the number of letters before them, where they were asked for.
    """

    draft: Finding
    region: Region
    digest: str
    fills: Fills


def places_of(duplicates: Duplicates) -> dict[int, list[Place]]:
    """The nodes of all groups by document. Fills are asked for where two of one skeleton meet in a group."""
    places: dict[int, list[Place]] = {}
    for group in duplicates.groups:
        same = group.same.tolist()
        for node, alike in zip(group.nodes.tolist(), [any(same[1:]), *same[1:]]):
            places.setdefault(int(duplicates.doc[node]), []).append(Place(node, *duplicates.span(node), alike))
    return places


def facts_of(document: Document, essays: Sequence[Essay], places: Sequence[Place]) -> dict[int, Facts]:
    """The facts of some places in one document, by node."""
    lines, ink = Lines(document.text), len(document.text.strip())
    return {place.node: _facts(document, lines, _part(essays, place, ink), place) for place in places}


def describe(
    duplicates: Duplicates, facts: Mapping[int, Facts], settings: Settings
) -> tuple[list[Cluster], list[Finding]]:
    """Clusters, the one with most to remove first, and a finding for every member but the representatives."""
    clusters = [_cluster(duplicates, facts, group, settings) for group in duplicates.groups]
    order = sorted(
        range(len(clusters)),
        key=lambda i: (-sum(copy.tokens for copy in clusters[i].members[1:]), clusters[i].id),
    )
    seen: Counter[str] = Counter()
    findings = []
    for i in order:
        nodes = [int(node) for node in duplicates.groups[i].nodes]
        for node, copy in zip(nodes[1:], clusters[i].members[1:]):
            findings.append(_finding(facts[node], facts[nodes[0]], copy, clusters[i].id, seen))
    return [clusters[i] for i in order], findings


def _facts(document: Document, lines: Lines, part: Part, place: Place) -> Facts:
    start, end = place.start, place.end
    text = document.text[start:end]
    excerpt = text[:EXCERPT].splitlines()[0]
    draft = Finding(
        *CODES[part[0]],
        Kind.DUPLICATE,
        Severity.WARNING,
        document.path,
        document.record,
        start,
        end,
        *lines.place(start),
        *lines.place(end),
        text=excerpt + "…" * (excerpt != text),
        before=document.text[max(0, start - CONTEXT) : start],
        after=document.text[end : end + CONTEXT],
        message="",
        fingerprint="",
    )
    region = Region(document.path, document.record, start, end, draft.line, draft.end_line, *part)
    return Facts(draft, region, _digest(text), _fills(text) if place.filled else {})


def _part(essays: Sequence[Essay], place: Place, ink: int) -> Part:
    """What a place is in its document of so many characters of ink, and the essay that its middle stands in."""
    middle = (place.start + place.end) // 2
    at = bisect_right([essay.start for essay in essays], middle) - 1
    if at < 0 or middle >= essays[at].end:
        return Unit.DOCUMENT if place.end - place.start >= WHOLE * ink else Unit.PASSAGE, None, None
    essay = essays[at]
    body = min(place.end, essay.end) - max(place.start, essay.start)
    unit = Unit.ESSAY if body >= COVERED * (essay.end - essay.start) else Unit.PASSAGE
    if place.end - place.start >= WHOLE * ink:
        unit = Unit.DOCUMENT
    return unit, (essay.number if len(essays) > 1 else None), essay.title or None


def _digest(*texts: str) -> str:
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _fills(text: str) -> Fills:
    fills: Fills = {}
    letters = last = 0
    for match in _FILL_RE.finditer(text):
        letters += sum(map(str.isalpha, text[last : match.start()]))
        last = match.end()
        if match.lastgroup:
            fills.setdefault(letters, []).append(match["figure"] or "")
    return fills


def _agree(one: Fills, other: Fills) -> bool:
    """Whether two fillings of one skeleton are equal wherever both are filled."""
    return all(not all(one[at]) or not all(other[at]) or one[at] == other[at] for at in one.keys() & other.keys())


def _relation(member: Facts, head: Facts, same_skeleton: bool, alike: bool) -> Relation:
    if (member.region.unit is Unit.PASSAGE) is not (head.region.unit is Unit.PASSAGE):
        return Relation.CONTAINED
    if member.digest == head.digest:
        return Relation.EXACT
    if same_skeleton:
        return Relation.COPY if _agree(member.fills, head.fills) else Relation.VARIANT
    return Relation.EDITED if alike else Relation.CONTAINED


def _cluster(duplicates: Duplicates, facts: Mapping[int, Facts], group: Group, settings: Settings) -> Cluster:
    nodes = [int(node) for node in group.nodes]
    low, high = duplicates.skeletons.first[duplicates.nodes[group.nodes]].T
    tokens = (high - low).tolist()
    members = []
    for at, (node, (mine, yours, both)) in enumerate(zip(nodes, group.shared.tolist())):
        same_skeleton = bool(group.same[at])
        jaccard = both / max(1, mine + yours - both)
        members.append(
            Copy(
                region=facts[node].region,
                relation=_relation(facts[node], facts[nodes[0]], same_skeleton, jaccard >= settings.threshold),
                jaccard=1.0 if same_skeleton else round(jaccard, 4),
                containment=1.0 if same_skeleton else round(both / max(1, mine), 4),
                marks=int(duplicates.marks[node]),
                tokens=tokens[at],
            )
        )
    places = sorted(f"{copy.region.path}\0{copy.region.record}\0{facts[n].digest}" for n, copy in zip(nodes, members))
    return Cluster(_digest(*places)[:12], 0, tuple(members))


def _finding(facts: Facts, head: Facts, copy: Copy, cluster: str, seen: Counter[str]) -> Finding:
    """A member's finding. Its fingerprint is the content of both regions: edits elsewhere do not change it."""
    draft, kept = facts.draft, head.region
    key = "\0".join((draft.code, draft.path, draft.record or "", facts.digest, head.digest))
    seen[key] += 1
    what = {Unit.DOCUMENT: "document", Unit.ESSAY: f"essay {copy.region.essay or ''}".strip()}
    lines = f"lines {draft.line}–{draft.end_line}" if draft.line != draft.end_line else f"line {draft.line}"
    place = kept.path + (f"#{kept.record}" if kept.record else "") + f":{kept.line}"
    message = (
        f"{what.get(copy.region.unit, 'passage')} ({lines}): {_PHRASES[copy.relation]} {place}, "
        f"jaccard {copy.jaccard:.2f}"
    )
    severity = Severity.ERROR if copy.relation in _SURE else Severity.WARNING
    fingerprint = _digest(key, str(seen[key]))
    return draft._replace(severity=severity, message=message, cluster=cluster, fingerprint=fingerprint)
