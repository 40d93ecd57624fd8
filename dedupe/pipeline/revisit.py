"""A second look at some texts, to name what was found in them: texts are not held, so they are read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dedupe.config.settings import Settings
from dedupe.core.codec import load_findings
from dedupe.core.model import Document, Failure, Finding, Kind, Severity, Span
from dedupe.inputs.sources import CHANGED, Source, read
from dedupe.inputs.spill import pack, unpack
from dedupe.pipeline.scan import Entry, Worker, chrome_of, together
from dedupe.rules.recurring import Frequencies, apart, repeated
from dedupe.text.essays import split

if TYPE_CHECKING:
    from dedupe.copies.describe import Facts, Place


class Wanted(NamedTuple):
    """The numbers of the sources that are worth a second look, and of those of them of which lines that recur are."""

    sources: frozenset[int]
    lines: frozenset[int]


@dataclass(frozen=True)
class Visit:
    """A batch of sources to look at again: its packed entries, and the nodes to look up by its documents' numbers.

    `sizes` are the lengths of each source's documents. `wanted` says which sources are worth it;
    without it, those are of which some document holds a copy or a line that recurs. Entries that were not kept
    (packed None) are made again. `findings` are those of its rules, dumped, where blanks are asked for.
    """

    batch: Sequence[tuple[int, Source]]
    entries: bytes
    sizes: Sequence[Sequence[int]]
    places: Mapping[int, list[Place]]
    frequencies: Frequencies
    wanted: Wanted | None = None
    findings: bytes | None = None


@dataclass(frozen=True)
class Seen:
    """What a visit gave: facts by node, and sources that are no longer the same.

    `recurring` are by source the findings of lines that recur; `drafts` are those of copies by node, packed.
    `passages` are packed texts by node, where they were asked for.
    """

    facts: dict[int, Facts]
    recurring: dict[int, list[Finding]]
    drafts: bytes
    failures: list[Failure]
    passages: dict[int, bytes] = field(default_factory=dict)


NOTHING = Seen({}, {}, pack({}), [])
Blanks = Mapping[tuple[str, "str | None"], Sequence[Finding]]


@dataclass
class Look:
    """What is collected during a visit."""

    facts: dict[int, Facts] = field(default_factory=dict)
    drafts: dict[int, Finding] = field(default_factory=dict)
    recurring: list[Finding] = field(default_factory=list)
    passages: dict[int, bytes] = field(default_factory=dict)


def revisit(visit: Visit, settings: Settings) -> Seen:
    """Read some sources of a batch again, and take from their texts what the report says of them."""
    look, failures, recurring = Look(), list[Failure](), dict[int, list[Finding]]()
    entries: list[Entry] | None = unpack(visit.entries)
    blanks, work, last = _blanks(visit), Worker(settings), 0
    for (number, source), sizes in zip(visit.batch, visit.sizes):
        first, last = last, last + len(sizes)
        docs = range(first, last)
        if not _is_wanted(visit, number, docs, entries):
            continue
        texts = [item for item in read(source, settings) if isinstance(item, Document)]
        if [len(text.text) for text in texts] != list(sizes):
            failures.append(Failure(source.path, CHANGED))
            continue
        look.recurring.clear()
        mine = entries[first:last] if entries is not None else _entries(texts, number, work, visit.wanted)
        for doc, text, entry in zip(docs, texts, mine):
            places = visit.places.get(doc, [])
            look_at(text, entry, places, visit.frequencies, look)
            _keep(text, [place for place in places if place.is_evidence], blanks, look)
        found = [finding for finding in look.recurring if settings.wants(finding.code)]
        if found:
            recurring[number] = found
    return Seen(look.facts, recurring, pack(look.drafts), failures, look.passages)


def _entries(texts: Sequence[Document], number: int, work: Worker, wanted: Wanted | None) -> list[Entry]:
    """The entries of a source's documents made again, as far as they are used."""
    if wanted and number not in wanted.lines:
        return [Entry(text.path, text.record, len(text.text), number, [], None, split(text.text)) for text in texts]
    groups = together((text, number) for text in texts)
    return [entry for group in groups for entry in work.entries(group, [])]


def _is_wanted(visit: Visit, number: int, docs: range, entries: Sequence[Entry] | None) -> bool:
    if visit.wanted is not None or entries is None:
        return visit.wanted is not None and number in visit.wanted.sources
    return any(doc in visit.places or _recurs(entries[doc], visit.frequencies) for doc in docs)


def _recurs(entry: Entry, frequencies: Frequencies) -> bool:
    return entry.lines is not None and frequencies.has_any(entry.lines)


def look_at(
    document: Document, entry: Entry, places: Sequence[Place], frequencies: Frequencies, look: Look
) -> None:
    """Take from one text the facts of places, and the lines of it that recur."""
    if places:
        from dedupe.copies.describe import facts_of

        facts, drafts = facts_of(document, entry.essays, places)
        look.facts.update(facts)
        look.drafts.update(drafts)
    if entry.lines is not None and _recurs(entry, frequencies):
        copied = [Span(place.start, place.end) for place in places]
        look.recurring.extend(apart(repeated(document, entry.lines, frequencies, copied), chrome_of(entry)))


def _blanks(visit: Visit) -> Blanks:
    """The marks and holes of a batch by document."""
    blanks: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)
    for finding in load_findings([visit.findings]) if visit.findings else ():
        if finding.kind is Kind.PLACEHOLDER and finding.severity is not Severity.NOTE:
            blanks[finding.path, finding.record].append(finding)
    return blanks


def _keep(document: Document, places: Sequence[Place], blanks: Blanks, look: Look) -> None:
    """Keep the texts of some places, for what blanks can be filled with."""
    if not places:
        return
    from dedupe.repair.suggest import LONGEST, passage_of

    found = blanks.get((document.path, document.record), ())
    for place in places:
        if place.end - place.start <= LONGEST:
            look.passages[place.node] = pack(passage_of(document, look.facts[place.node].region, found))
