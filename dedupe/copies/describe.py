"""Groups of nodes to clusters that a person can read: places, essays, relations, and the findings they make."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.clusters import ALIKE, LONGER, PASSAGE, QUOTED, SERIES, SURE, Group, are_whole
from dedupe.copies.clusters import WHOLE as INSIDE
from dedupe.copies.find import Duplicates
from dedupe.copies.regions import MIXED, REVISED, REWORDED, STRETCH, WOVEN
from dedupe.copies.skeletons import I64, U64
from dedupe.core import regex as re
from dedupe.core.fingerprint import content_print, place_print
from dedupe.core.messages import say
from dedupe.core.model import Cluster, Copy, Document, Finding, Kind, Region, Relation, Severity, Unit
from dedupe.rules.scan import CONTEXT, Lines
from dedupe.text import marks
from dedupe.text.essays import Essay
from dedupe.text.tables import simplified
from dedupe.text.titles import NUMERALS, heading_of, title_of

WHOLE, COVERED = 0.95, 0.8  # a region that holds this much of a document, or of an essay, is that document or essay
HELD = 0.9  # of a text: with less than this inside another one, what is left may be what matters
WOVE, LEAST = 200, 0.25  # shingles, and a jaccard: what two texts of one formula have in common is less
OWN = 0.67  # of the tokens of a title that another may lack for both to be names of one series
HEAD, BITS = 4_000, 4_096  # characters of a text whose words are looked at; and what they are hashed to
EXCERPT = 60
BRIEF = 48  # tokens: what texts so short have in common may be a formula

# What a skeleton leaves out and a fill may be: figures, and marks, which are blanks. A lone letter is neither.
_FILL_RE = re.compile(rf"(?P<blank>{marks.PATTERN})|(?P<figure>\d+(?:[.,:]\d+)*)|(?<![A-Za-z])[A-Za-z](?![A-Za-z])")

CODES = {
    Unit.DOCUMENT: ("ND301", "document-copy"),
    Unit.ESSAY: ("ND302", "essay-copy"),
    Unit.PASSAGE: ("ND303", "passage-copy"),
}
_PHRASES = {
    Relation.EXACT.value: "exact copy of {place}, {MEASURED}",
    Relation.COPY.value: "copy of {place}, {MEASURED}",
    Relation.VARIANT.value: "same template, other fills than {place}, {MEASURED}",
    Relation.EDITED.value: "edited copy of {place}, {MEASURED}",
}
_ALONE = "contains a text that stands alone elsewhere: {place}, {MEASURED}"
_SEVERAL = "contains {number} texts that stand alone elsewhere: {place}, {MEASURED}"

# A character of a script without spaces, or a word.
_NAME_RE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+")

Names = Mapping[str, bool]
NAMELESS: Names = {}
Fills = dict[int, list[str]]
Part = tuple[Unit, int | None, str | None]  # the unit, the number of the essay where a page has several, its heading


class Place(NamedTuple):
    """A node to look up: its span in its document, and whether its fills, or its text and blanks, are asked for.

    One that is `whole` is all of its document but for boilerplate.
    """

    node: int
    start: int
    end: int
    filled: bool
    is_evidence: bool = False
    whole: bool = False


class Facts(NamedTuple):
    """What is known of a node once its text was seen; the text itself is not kept.

    `fills` are its figures and blanks ("") by the number of letters before them, where they were asked for. `plain`
    stands for its text without white space. `title` is the names in the title of a document, if it has one, and whether
    each comes again in the text, of which `words` are the words.
    """

    region: Region
    digest: str
    fills: Fills
    plain: str = ""
    title: Names = NAMELESS
    words: int = 0


def places_of(duplicates: Duplicates, bounds: Sequence[int], suggest: bool) -> Iterator[dict[int, list[Place]]]:
    """For each batch of documents the nodes of all groups, by the number of their document in the batch.

    `bounds` are the documents that batches begin with, and the number of all. Fills are asked for where two of one
    skeleton meet in a group, and texts to `suggest` from where some member of the group has a blank.
    """
    nodes, filled, evidence = _asked(duplicates, suggest)
    begins, ends = (side.tolist() for side in duplicates.spans(nodes))
    doc, whole = duplicates.doc[nodes], are_whole(duplicates.nodes[nodes], duplicates.skeletons)
    order = np.argsort(doc, kind="stable")
    cuts = np.searchsorted(doc[order], bounds)
    for first, low, high in zip(bounds, cuts, cuts[1:]):
        places: dict[int, list[Place]] = {}
        for at in order[low:high].tolist():
            node = int(nodes[at])
            place = Place(node, begins[at], ends[at], bool(filled[at]), bool(evidence[at]), bool(whole[at]))
            places.setdefault(int(doc[at]) - first, []).append(place)
        yield places


def _asked(duplicates: Duplicates, suggest: bool) -> tuple[I64, NDArray[np.bool_], NDArray[np.bool_]]:
    """The nodes of all groups, each once, and of which fills and evidence are asked for in any of them."""
    filled, evidence, wanted = (np.zeros(len(duplicates.nodes), bool) for _ in range(3))
    for group in duplicates.groups:
        wanted[group.nodes] = True
        if group.same[1:].any():
            filled[group.nodes[group.same]] = True
        if suggest and duplicates.marks[group.nodes[group.home]].any():
            evidence[group.nodes[group.home]] = True
    nodes = np.flatnonzero(wanted)
    return nodes, filled[nodes], evidence[nodes]


def facts_of(
    document: Document, essays: Sequence[Essay], places: Sequence[Place], fold_script: bool = False
) -> tuple[dict[int, Facts], dict[int, Finding]]:
    """The facts of some places in one document by node, and their findings without what only a cluster can tell."""
    lines, ink = Lines(document.text), len(document.text.strip())
    facts, drafts = {}, {}
    for place in places:
        text = document.text[place.start : place.end]
        part = _part(essays, place, ink)
        draft = drafts[place.node] = _draft(document, lines, part[0], place)
        region = Region(draft.path, draft.record, draft.start, draft.end, draft.line, draft.end_line, *part)
        title = _names(document.text, place, fold_script) if part[0] is Unit.DOCUMENT else (NAMELESS, 0)
        plain = digest_of("".join(text.split()))
        facts[place.node] = Facts(region, digest_of(text), _fills(text) if place.filled else {}, plain, *title)
    return facts, drafts


class Verdict(NamedTuple):
    """What only a cluster tells of a copy: its id, what the copy is, and where the representative begins.

    A tuple of plain values, for worker processes get them by the thousand.
    """

    cluster: str
    fingerprint: str
    unit: str
    essay: int | None
    relation: str
    severity: str
    likeness: tuple[float, float, int]
    path: str
    record: str | None
    line: int
    equal_to: str | None = None


@dataclass(frozen=True)
class Copies:
    """The findings of all members but the representatives, by node, to be made when asked for.

    `cluster` and `member` int32[nodes] say which copy a node is, -1 for one without a finding; `fingerprint`
    uint64[nodes] stands for 16 digits. `by_code` counts what is reported.
    """

    clusters: Sequence[Cluster]
    cluster: NDArray[np.int32]
    member: NDArray[np.int32]
    fingerprint: U64
    by_code: Counter[str]

    def verdicts(self, nodes: NDArray[np.int64]) -> dict[int, Verdict]:
        """What is said of those of some nodes that have a finding."""
        rows = zip(*(column[nodes].tolist() for column in (self.cluster, self.member, self.fingerprint)))
        return {
            node: verdict_of(self.clusters[cluster], member, f"{fingerprint:016x}")
            for node, (cluster, member, fingerprint) in zip(nodes.tolist(), rows)
            if cluster >= 0
        }


def verdict_of(cluster: Cluster, member: int, fingerprint: str) -> Verdict:
    """What is said of a member of a cluster, by its number there."""
    copy, kept = cluster.members[member], cluster.members[cluster.representative].region
    return Verdict(
        cluster.id,
        fingerprint,
        copy.region.unit.value,
        copy.region.essay,
        copy.relation.value,
        copy.severity.value,
        (copy.jaccard, copy.containment, copy.holds),
        kept.path,
        kept.record,
        kept.line,
        copy.equal_to,
    )


def finding_of(draft: Finding, verdict: Verdict) -> Finding:
    """The finding of a copy from its draft."""
    cluster, fingerprint, unit, essay, relation, severity, likeness, path, record, line, equal = verdict
    what = say("essay {number}", essay) if essay and unit == Unit.ESSAY.value else unit
    phrase, *number = _said(relation, likeness)
    values = (*number, _place(path, record, line), f"jaccard {likeness[0]:.2f}")
    if equal:
        values = equal, say(phrase, *values)
        phrase = "exact copy of {equal}; {REST}"
    message = say(f"{{UNIT}} ({{LINES}}): {phrase}", what, lines_of(draft), *values)
    # In the order of the fields: by name it takes twice as long.
    told = (*draft[:3], Severity(severity), *draft[4:15], message, fingerprint, draft.slot, cluster)
    return Finding._make((*told, draft.suggestion, draft.old))


def lines_of(draft: Finding) -> str:
    """The lines of a finding, as messages name them."""
    if draft.line == draft.end_line:
        return say("line {number}", draft.line)
    return say("lines {numbers}", f"{draft.line}–{draft.end_line}")


def place_of(region: Region) -> str:
    """Where a region begins, as messages name it."""
    return _place(region.path, region.record, region.line)


def _place(path: str, record: str | None, line: int) -> str:
    return f"{path}#{record}:{line}" if record else f"{path}:{line}"


def _said(relation: str, likeness: tuple[float, float, int]) -> tuple[str, ...]:
    """A relation in words, with the number that they begin with, if they do."""
    _, containment, holds = likeness
    if relation != Relation.CONTAINED.value:
        return (_PHRASES[relation],)
    if not holds:
        return "{number}% of it stands in {place}, {MEASURED}", f"{containment:.0%}".rstrip("%")
    return (_ALONE,) if holds == 1 else (_SEVERAL, str(holds))


def describe(duplicates: Duplicates, facts: Mapping[int, Facts], settings: Settings) -> Copies:
    """Clusters, the one with most to remove first, and the findings of their members.

    Of equal ones the one comes first whose representative does: an id is made of paths, which are other ones elsewhere.
    """
    clusters = [cluster_of(_sizes(duplicates, group), facts, group, settings) for group in duplicates.groups]
    order = sorted(range(len(clusters)), key=lambda i: (-clusters[i].surplus, int(duplicates.groups[i].nodes[0])))
    nodes = len(duplicates.nodes)
    cluster, member = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32)
    fingerprint = np.zeros(nodes, np.uint64)
    seen: Counter[int] = Counter()
    by_code: Counter[str] = Counter()
    wanted = {code for code, _ in CODES.values() if settings.wants(code)}
    for place, i in enumerate(order):
        group = duplicates.groups[i]
        head = int(group.nodes[0])
        for at, (node, is_home) in enumerate(zip(group.nodes.tolist(), group.home.tolist())):
            if at == 0 or not is_home:
                continue
            code = CODES[facts[node].region.unit][0]
            fingerprint[node] = _fingerprint(facts[node], facts[head], seen)
            if code in wanted:
                cluster[node], member[node] = place, at
                by_code[code] += 1
    return Copies([clusters[i] for i in order], cluster, member, fingerprint, by_code)


def _fingerprint(facts: Facts, head: Facts, seen: Counter[int]) -> int:
    """A member's fingerprint; members that are alike in all that it is made of are told apart by their order."""
    place = place_print(facts.region.path, facts.region.record)
    key = fingerprint_key(facts, head)
    short = content_print(*key) ^ place  # a million long keys would take more room than the facts
    seen[short] += 1
    return fingerprint_of(key, seen[short], place)


def fingerprint_key(facts: Facts, head: Facts) -> tuple[str, str, str]:
    """What a member's fingerprint is made of, the content of both regions: edits elsewhere do not change it."""
    return CODES[facts.region.unit][0], facts.digest, head.digest


def fingerprint_of(key: tuple[str, ...], ordinal: int, place: int) -> int:
    """The fingerprint of the `ordinal`-th member, from 1, that has this key in its document; see `place_print`."""
    return content_print(*key, str(ordinal)) ^ place


def _draft(document: Document, lines: Lines, unit: Unit, place: Place) -> Finding:
    start, end = place.start, place.end
    text = document.text[start:end]
    excerpt = text[:EXCERPT].splitlines()[0]
    return Finding(
        *CODES[unit],
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


def _part(essays: Sequence[Essay], place: Place, ink: int) -> Part:
    """What a place is in its document of so many characters of ink, and the essay that its middle stands in."""
    is_whole = place.whole or place.end - place.start >= WHOLE * ink
    middle = (place.start + place.end) // 2
    at = bisect_right([essay.start for essay in essays], middle) - 1
    if at < 0 or middle >= essays[at].end:
        return Unit.DOCUMENT if is_whole else Unit.PASSAGE, None, None
    essay = essays[at]
    body = min(place.end, essay.end) - max(place.start, essay.start)
    unit = Unit.ESSAY if body >= COVERED * (essay.end - essay.start) else Unit.PASSAGE
    if is_whole:
        unit = Unit.DOCUMENT
    return unit, (essay.number if len(essays) > 1 else None), essay.title or None


def digest_of(*texts: str) -> str:
    """16 digits that stand for some texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _names(text: str, place: Place, fold_script: bool) -> tuple[Names, int]:
    """What of a title tells it from another one, numerals left out, and if it comes again; and the words of a text.

    The title is the first line of a place, or the one before it, or a heading with a version, which tells it anyhow.
    Words are bits of a number, those of a text's head.
    """
    head = text[place.start : place.start + HEAD]
    own = head[: place.end - place.start]
    heading = heading_of(own)
    title = heading.text if heading else title_of(own) or title_of(text[: place.start].rstrip().rpartition("\n")[2])
    if fold_script:
        title, head = simplified(title), simplified(head)
    names = set(_NAME_RE.findall(title.casefold())) - NUMERALS
    if not names:
        return NAMELESS, 0
    counted = Counter(_NAME_RE.findall(head.casefold()))
    words = bytearray(BITS // 8)
    for at in map(_place_of, counted):
        words[at >> 3] |= 1 << (at & 7)
    known = {name: counted[name] > 1 for name in names}
    return known | dict.fromkeys(heading.versions if heading else (), True), int.from_bytes(words, "little")


def _bit(word: str) -> int:
    return 1 << _place_of(word)


@lru_cache(maxsize=1 << 14)
def _place_of(word: str) -> int:
    """Which of the bits of a number stands for a word; most words are a character, and there are not many."""
    return crc32(word.encode("utf-8", "surrogatepass")) % BITS


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


def relation_of(
    sides: tuple[Facts, Facts], shared: Sequence[int], tokens: Sequence[int], same_skeleton: bool, threshold: float
) -> Relation:
    """What the first of two texts is to the second, whatever the units of both.

    `shared` is how `regions.measure` finds the first and the second, `tokens` are their lengths.
    """
    member, head = sides
    if member.plain == head.plain:
        return Relation.EXACT
    if same_skeleton:
        return Relation.COPY if _agree(member.fills, head.fills) else Relation.VARIANT
    mine, yours, both = shared
    short, long = sorted((mine, yours))
    if both < max(INSIDE, threshold) * short:
        return Relation.EDITED
    # All of a text that is in the other and shorter is a part of it, however alike their shingles are.
    is_part = both == short and min(tokens) < WHOLE * max(tokens)
    is_held = long >= LONGER * short or both < threshold * (mine + yours - both)
    return Relation.CONTAINED if is_part or is_held else Relation.EDITED


def severity_of(
    sides: tuple[Facts, Facts], relation: Relation, measures: tuple[Sequence[int], Sequence[int]], spread: int
) -> Severity:
    """How sure it is that the first of two texts is one too many; `measures` are what they share, and their lengths.

    Passages must be nearly equal, for clauses and captions of other matters are alike, and long enough to be more than
    a quotation; and so must documents whose titles differ: court forms for different cases share most of their words,
    and a reader needs them both. Parallel passages of one document are its own affair as long as they are not equal,
    and its essays must be nearly so. What holds another text is more than that. Texts that differ in a word here and
    there (`spread`) are one text, however few stretches are left; of texts without titles that differ in a stretch,
    nearly all of the shorter must be in the other, for what they share may be an ending that many have, unless that is
    a body which is most of both. Texts of a line or two must be nearly equal.
    """
    one, other = (side.region for side in sides)
    is_one = (one.path, one.record) == (other.path, other.record)
    has_passage = Unit.PASSAGE in (one.unit, other.unit)
    (mine, yours, both), tokens = measures
    is_short = min(tokens) < QUOTED or min(one.end - one.start, other.end - other.start) < PASSAGE
    if is_short and one.unit is other.unit is Unit.PASSAGE:
        return Severity.NOTE
    if relation in (Relation.EXACT, Relation.COPY):
        return Severity.ERROR
    if is_one and has_passage:
        return Severity.NOTE
    if relation is Relation.VARIANT:
        return Severity.WARNING
    must = SURE if is_one or has_passage or max(tokens) < BRIEF else _must(sides, spread)
    is_inside = relation is Relation.CONTAINED and mine <= yours and both >= HELD * mine
    union = mine + yours - both
    is_alike = both >= must * union
    if must == ALIKE and both < SURE * union:
        is_named = bool(sides[0].title and sides[1].title)
        is_open = not is_named and spread == STRETCH and both < HELD * min(mine, yours)
        is_woven = (
            relation is Relation.EDITED
            and both >= WOVE
            and (spread == WOVEN or (spread == MIXED and both >= LEAST * union))
        )
        is_alike = is_woven or spread >= (REWORDED if is_named else REVISED) or (is_alike and not is_open)
    return Severity.WARNING if is_inside or is_alike else Severity.NOTE


def _must(sides: tuple[Facts, Facts], spread: int) -> float:
    """The least jaccard of two sure copies with these titles.

    Names that one title has and not the other make two titles of one series, if its text is about them: they come
    again, and stand nowhere in the other. Else such a title is an edited one if the text is, or another one.
    """
    one, other = (side.title for side in sides)
    mine, yours = one.keys() - other.keys(), other.keys() - one.keys()
    if not all(any(name[0].isdigit() for name in title) for title in (one, other)):
        mine, yours = ({name for name in some if not name[0].isdigit()} for some in (mine, yours))
    if not one or not other or not (mine or yours):
        return ALIKE
    if len(mine) > OWN * len(one) or len(yours) > OWN * len(other):
        return SURE
    its = ((one, mine, sides[1].words), (other, yours, sides[0].words))
    if all(not own or any(title[name] and not words & _bit(name) for name in own) for title, own, words in its):
        return SERIES
    return ALIKE if spread == REWORDED else SURE


def _sizes(duplicates: Duplicates, group: Group) -> tuple[list[int], list[int]]:
    low, high = duplicates.skeletons.first[duplicates.nodes[group.nodes]].T
    return (high - low).tolist(), duplicates.marks[group.nodes].tolist()


def cluster_of(
    sizes: tuple[Sequence[int], Sequence[int]], facts: Mapping[int, Facts], group: Group, settings: Settings
) -> Cluster:
    """One group as a person reads it; `sizes` are the tokens of its members, and their marks."""
    nodes, (tokens, marks) = group.nodes.tolist(), sizes
    columns = (group.shared, group.same, group.home, group.holds, group.spread)
    rows = zip(nodes, *(column.tolist() for column in columns))
    members: list[Copy] = []
    first: dict[str, int] = {}  # the member that each text stands in first
    for at, (node, shared, same, home, holds, spread) in enumerate(rows):
        mine, yours, both = shared
        sides = (facts[node], facts[nodes[0]])
        relation = relation_of(sides, shared, (tokens[at], tokens[0]), same, settings.threshold)
        equal = facts[nodes[first.setdefault(facts[node].plain, at)]].region
        is_equal = relation is not Relation.EXACT and equal != facts[node].region
        measures = (shared, (tokens[at], tokens[0]))
        told = Relation.EXACT if is_equal and home else relation
        members.append(
            Copy(
                region=facts[node].region,
                relation=relation,
                jaccard=1.0 if same else round(both / (mine + yours - both or 1), 4),
                containment=1.0 if same else round(both / (mine or 1), 4),
                marks=marks[at],
                tokens=tokens[at],
                severity=severity_of(sides, told, measures, spread),
                home=home,
                holds=holds,
                equal_to=place_of(equal) if is_equal else None,
            )
        )
    return Cluster(cluster_id((copy.region, facts[n].digest) for n, copy in zip(nodes, members)), 0, tuple(members))


def cluster_id(members: Iterable[tuple[Region, str]]) -> str:
    """The id of a cluster, which its members' places and the digests of their texts make."""
    return digest_of(*sorted(f"{region.path}\0{region.record}\0{digest}" for region, digest in members))[:12]
