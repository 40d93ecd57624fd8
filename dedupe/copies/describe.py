"""Turn groups of nodes into clusters that a person can read: places, essays, relations, and findings."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from unicodedata import normalize
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

WHOLE, COVERED = 0.95, 0.8  # a region with this share of a document, or of an essay, counts as that document or essay
HELD = 0.9  # share of a text: if less of it is inside another, the rest may be what matters
WOVE, LEAST = 200, 0.25  # least shared shingles and jaccard of woven copies: two texts of one formula share less
OWN = 0.67  # share of a title's tokens that the other may lack if both titles are of one series
HEAD, BITS = 4_000, 4_096  # characters of a text whose words are looked at, and bits that the words are hashed to
EXCERPT = 60
BRIEF = 48  # tokens: what two texts this short share may be a formula

# What a skeleton leaves out and what a fill may be: figures, lone letters, and marks, which are blanks.
_LATIN = "[A-Za-z\u00c0-\u02af\u0300-\u036f\u1e00-\u1eff]"
_FILL_RE = re.compile(
    rf"(?P<blank>{marks.PATTERN})|(?P<figure>\d+(?:[.,:]\d+)*)|(?P<letter>(?<!{_LATIN})[A-Za-z](?!{_LATIN}))"
)
# A word, and what may look like one.
_WORD_RE, _NO_WORD_RE = re.compile(r"[^\W\d_]{2}|[^\W\d_A-Za-z]"), re.compile(rf"https?://\S+|{marks.PATTERN}")
POOR = 0.5  # distinct shingles a token: a text with fewer says few things, so most texts of its kind share them

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
Part = tuple[Unit, int | None, str | None]  # the unit, the essay's number if the page has several, the essay's heading


class Place(NamedTuple):
    """A node to look up: its span in its document, and whether its fills, or its text and blanks, are to be collected.

    `whole` means that it is all of its document except for boilerplate.
    """

    node: int
    start: int
    end: int
    filled: bool
    is_evidence: bool = False
    whole: bool = False


class Facts(NamedTuple):
    """What is known of a node once its text was read; the text itself is not kept.

    `fills` are its figures and blanks ("") by the number of letters before them, if asked for. `plain` is a digest of
    its text without white space. `title` holds the names in a document's title, if it has one, and whether each recurs
    in the text. `words` is a bit set of the text's words.
    """

    region: Region
    digest: str
    fills: Fills
    plain: str = ""
    title: Names = NAMELESS
    words: int = 0


def places_of(duplicates: Duplicates, bounds: Sequence[int], suggest: bool) -> Iterator[dict[int, list[Place]]]:
    """Yield for each batch of documents the nodes of all groups, by their document's number in the batch.

    `bounds` are the first document of each batch, and the number of all documents. Fills are asked for if two nodes of
    one skeleton meet in a group; with `suggest`, texts are asked for if some member of the group has a blank.
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
    """Return the nodes of all groups, each once, and for which of them some group asks for fills and for evidence."""
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
    """Return the facts of places in one document, by node, and draft findings without what only a cluster can tell."""
    lines, ink = Lines(document.text), len(document.text.strip())
    facts, drafts = {}, {}
    for place in places:
        place = _with_figures(document.text, place)
        text = document.text[place.start : place.end]
        part = _part(essays, place, ink)
        draft = drafts[place.node] = _draft(document, lines, part[0], place)
        region = Region(draft.path, draft.record, draft.start, draft.end, draft.line, draft.end_line, *part)
        title = _names(document.text, place, fold_script) if part[0] is Unit.DOCUMENT else (NAMELESS, 0)
        plain = digest_of(normalize("NFC", "".join(text.split())))
        facts[place.node] = Facts(region, digest_of(text), _fills(text) if place.filled else {}, plain, *title)
    return facts, drafts


def _with_figures(text: str, place: Place) -> Place:
    """Return the place of a whole document with what has no words around it, as the answers of a test: 1. A 2. C."""
    if not place.whole:
        return place
    start, end = place.start, place.end
    if not _WORD_RE.search(_NO_WORD_RE.sub("", text[:start])):
        start = len(text) - len(text.lstrip())
    if not _WORD_RE.search(_NO_WORD_RE.sub("", text[end:])):
        end = len(text.rstrip())
    return place._replace(start=min(start, place.start), end=max(end, place.end))


class Verdict(NamedTuple):
    """What only the cluster tells of a copy: the cluster's id, the relation, and where the representative begins.

    A tuple of plain values, because thousands of them are sent to worker processes.
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
    """The findings of all members except representatives, by node, built when they are asked for.

    `cluster` and `member` int32[nodes] say which member of which cluster a node is, -1 if it has no finding.
    `fingerprint` uint64[nodes] is shown as 16 hexadecimal digits. `by_code` counts what is reported.
    """

    clusters: Sequence[Cluster]
    cluster: NDArray[np.int32]
    member: NDArray[np.int32]
    fingerprint: U64
    by_code: Counter[str]

    def verdicts(self, nodes: NDArray[np.int64]) -> dict[int, Verdict]:
        """Return the verdicts of those of the nodes that have a finding."""
        rows = zip(*(column[nodes].tolist() for column in (self.cluster, self.member, self.fingerprint)))
        return {
            node: verdict_of(self.clusters[cluster], member, f"{fingerprint:016x}")
            for node, (cluster, member, fingerprint) in zip(nodes.tolist(), rows)
            if cluster >= 0
        }


def verdict_of(cluster: Cluster, member: int, fingerprint: str) -> Verdict:
    """Return the verdict on a member of a cluster, given by its number there."""
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
    """Complete the draft finding of a copy."""
    cluster, fingerprint, unit, essay, relation, severity, likeness, path, record, line, equal = verdict
    what = say("essay {number}", essay) if essay and unit == Unit.ESSAY.value else unit
    phrase, *number = _said(relation, likeness)
    values = (*number, _place(path, record, line), f"jaccard {likeness[0]:.2f}")
    if equal:
        values = equal, say(phrase, *values)
        phrase = "exact copy of {equal}; {REST}"
    message = say(f"{{UNIT}} ({{LINES}}): {phrase}", what, lines_of(draft), *values)
    # Positional, in the order of the fields: by name this takes twice as long.
    told = (*draft[:3], Severity(severity), *draft[4:15], message, fingerprint, draft.slot, cluster)
    return Finding._make((*told, draft.suggestion, draft.old))


def lines_of(draft: Finding) -> str:
    """Return the lines of a finding, as messages name them."""
    if draft.line == draft.end_line:
        return say("line {number}", draft.line)
    return say("lines {numbers}", f"{draft.line}–{draft.end_line}")


def place_of(region: Region) -> str:
    """Return where a region begins, as messages name it."""
    return _place(region.path, region.record, region.line)


def _place(path: str, record: str | None, line: int) -> str:
    return f"{path}#{record}:{line}" if record else f"{path}:{line}"


def _said(relation: str, likeness: tuple[float, float, int]) -> tuple[str, ...]:
    """Return the phrase for a relation, and the number that it begins with, if any."""
    _, containment, holds = likeness
    if relation != Relation.CONTAINED.value:
        return (_PHRASES[relation],)
    if not holds:
        return "{number}% of it stands in {place}, {MEASURED}", f"{containment:.0%}".rstrip("%")
    return (_ALONE,) if holds == 1 else (_SEVERAL, str(holds))


def describe(duplicates: Duplicates, facts: Mapping[int, Facts], settings: Settings) -> Copies:
    """Build clusters, the one with most to remove first, and the findings of their members.

    Ties are broken by the place of the representative, not by the id: ids contain paths, which differ between machines.
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
    """Return a member's fingerprint; members with equal keys in a document get different ones, by their order."""
    place = place_print(facts.region.path, facts.region.record)
    key = fingerprint_key(facts, head)
    short = content_print(*key) ^ place  # a million long keys would take more memory than the facts
    seen[short] += 1
    return fingerprint_of(key, seen[short], place)


def fingerprint_key(facts: Facts, head: Facts) -> tuple[str, str, str]:
    """Return what a member's fingerprint is made of: both regions' contents, so edits elsewhere do not change it."""
    return CODES[facts.region.unit][0], facts.digest, head.digest


def fingerprint_of(key: tuple[str, ...], ordinal: int, place: int) -> int:
    """Return the fingerprint of the `ordinal`-th member, from 1, with this key in its document; see `place_print`."""
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
    """Return the unit of a place in a document with `ink` characters, and the essay that holds the place's middle."""
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
    """Return 16 hexadecimal digits that stand for some texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _names(text: str, place: Place, fold_script: bool) -> tuple[Names, int]:
    """Return a title's names, without numerals, and whether each recurs in the text; and the text's words.

    The title is a heading with a version, else the first line of the place, else the line before it. A version always
    counts as recurring. Words are bits of a number; only the first `HEAD` characters are looked at.
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
    """Return which bit stands for a word; cached, as most words are single characters and few are different."""
    return crc32(word.encode("utf-8", "surrogatepass")) % BITS


def _fills(text: str) -> Fills:
    fills: Fills = {}
    letters = last = 0
    text = normalize("NFKC", text)  # figures of full width, letters with accents of their own
    for match in _FILL_RE.finditer(text):
        letters += sum(map(str.isalpha, text[last : match.start()]))
        last = match.end()
        if match.lastgroup:
            fills.setdefault(letters, []).append(match["figure"] or (match["letter"] or "").lower())
    return fills


def _agree(one: Fills, other: Fills) -> bool:
    """True if two fillings of one skeleton are equal wherever both are filled."""
    return all(_may_be_equal(one[at], other[at]) for at in one.keys() & other.keys())


def _may_be_equal(some: list[str], others: list[str]) -> bool:
    """True if the fills at one place are equal, or blank on either side; of different numbers, some must be blank."""
    if len(some) != len(others):
        return not all(some) or not all(others)
    return all(fill == other or not fill or not other for fill, other in zip(some, others))


def relation_of(
    sides: tuple[Facts, Facts], shared: Sequence[int], tokens: Sequence[int], same_skeleton: bool, threshold: float
) -> Relation:
    """Return what the first of two texts is to the second, whatever their units.

    `shared` is the measure of the first and the second by `regions.measure`; `tokens` are their lengths.
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
    # A shorter text whose shingles are all in the other is a part of it, however alike the two are.
    is_part = both == short and min(tokens) < WHOLE * max(tokens)
    is_held = long >= LONGER * short or both < threshold * (mine + yours - both)
    return Relation.CONTAINED if is_part or is_held else Relation.EDITED


def severity_of(
    sides: tuple[Facts, Facts], relation: Relation, measures: tuple[Sequence[int], Sequence[int]], spread: int
) -> Severity:
    """Return how surely the first of two texts is superfluous; `measures` are what they share, and their lengths.

    Passages must be nearly equal, because clauses and captions on other matters are alike, and longer than a quotation.
    Documents with different titles must be nearly equal too: court forms for different cases share most words, yet
    readers need both. Parallel passages inside one document are only a note unless they are equal; its essays must be
    nearly so. A text that contains another is more than that text. Texts with single words changed (`spread`) are one
    text, however few long runs are left. If untitled texts differ in one stretch, nearly all of the shorter must be in
    the other, since they may share only a common ending; a shared body that is most of both is enough, too. Texts of a
    line or two must be nearly equal. Two texts of a few words in any order, such as results, share all their shingles.
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
    if min(mine / max(1, tokens[0]), yours / max(1, tokens[1])) < POOR:
        return Severity.NOTE
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
    """Return the least jaccard at which two texts with these titles are surely copies.

    Names that only one title has make two titles of one series if the texts are about these names: they recur in their
    own text and are absent from the other. Otherwise the titles are edits of one title, if the texts are too.
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
        is_one = same or relation is Relation.EXACT  # words may be joined or apart: one text, but other shingles
        told = Relation.EXACT if is_equal and home else relation
        members.append(
            Copy(
                region=facts[node].region,
                relation=relation,
                jaccard=1.0 if is_one else round(both / (mine + yours - both or 1), 4),
                containment=1.0 if is_one else round(both / (mine or 1), 4),
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
