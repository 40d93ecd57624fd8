"""A second look at some texts, to name what was found in them: texts are not held, so they are read again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.digest import Entry
from dedupe.model import Document, Failure, Finding, Kind, Severity, Span
from dedupe.repeats import Frequencies, apart, repeated
from dedupe.spill import pack, unpack

if TYPE_CHECKING:
    from dedupe.describe import Facts, Place


@dataclass(frozen=True)
class Visit:
    """A batch of sources to look at again: its packed entries, and the nodes to look up by its documents' numbers.

    `findings` are those of its rules, packed, where blanks are asked for.
    """

    batch: Sequence[tuple[int, Source]]
    entries: bytes
    places: Mapping[int, list[Place]]
    frequencies: Frequencies
    findings: bytes | None = None


@dataclass(frozen=True)
class Seen:
    """What a visit gave: facts by node, and sources that are no longer the same.

    `findings` are packed: those of lines that recur, and the drafts of findings by node. `by_code` counts the former.
    `passages` are packed texts by node, where they were asked for.
    """

    facts: dict[int, Facts]
    findings: bytes
    by_code: Counter[str]
    failures: list[Failure]
    passages: dict[int, bytes] = field(default_factory=dict)


NOTHING = Seen({}, pack(([], {})), Counter(), [])
Blanks = Mapping[tuple[str, "str | None"], Sequence[Finding]]


@dataclass
class Look:
    """What is collected during a visit."""

    facts: dict[int, Facts] = field(default_factory=dict)
    drafts: dict[int, Finding] = field(default_factory=dict)
    recurring: list[Finding] = field(default_factory=list)
    passages: dict[int, bytes] = field(default_factory=dict)


def revisit(visit: Visit, settings: Settings) -> Seen:
    """Read some sources of a batch again, and take from their texts what the report says of them.

    They are those of which some document holds a copy or a line that recurs.
    """
    look, failures = Look(), list[Failure]()
    sources = dict(visit.batch)
    entries: list[Entry] = unpack(visit.entries)
    blanks = _blanks(visit)
    for number, group in groupby(enumerate(entries), key=lambda item: item[1].source):
        documents = list(group)
        if not any(doc in visit.places or _recurs(entry, visit.frequencies) for doc, entry in documents):
            continue
        texts = [item for item in read(sources[number], settings) if isinstance(item, Document)]
        if [len(text.text) for text in texts] != [entry.characters for _, entry in documents]:
            reason = "it changed while it was read: run again once nothing writes to it"
            failures.append(Failure(sources[number].path, reason))
            continue
        for (doc, entry), text in zip(documents, texts):
            places = visit.places.get(doc, [])
            look_at(text, entry, places, visit.frequencies, look)
            _keep(text, [place for place in places if place.is_evidence], blanks, look)
    recurring = [finding for finding in look.recurring if settings.wants(finding.code)]
    by_code = Counter(finding.code for finding in recurring)
    return Seen(look.facts, pack((recurring, look.drafts)), by_code, failures, look.passages)


def _recurs(entry: Entry, frequencies: Frequencies) -> bool:
    return entry.lines is not None and frequencies.has_any(entry.lines)


def look_at(
    document: Document, entry: Entry, places: Sequence[Place], frequencies: Frequencies, look: Look
) -> None:
    """Take from one text the facts of places, and the lines of it that recur."""
    if places:
        from dedupe.describe import facts_of

        facts, drafts = facts_of(document, entry.essays, places)
        look.facts.update(facts)
        look.drafts.update(drafts)
    if entry.lines is not None and _recurs(entry, frequencies):
        copied = [Span(place.start, place.end) for place in places]
        look.recurring.extend(apart(repeated(document, entry.lines, frequencies, copied), entry.findings))


def _blanks(visit: Visit) -> Blanks:
    """The marks and holes of a batch by document."""
    blanks: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)
    for finding in unpack(visit.findings) if visit.findings else ():
        if finding.kind is Kind.PLACEHOLDER and finding.severity is not Severity.NOTE:
            blanks[finding.path, finding.record].append(finding)
    return blanks


def _keep(document: Document, places: Sequence[Place], blanks: Blanks, look: Look) -> None:
    """Keep the texts of some places, for what blanks can be filled with."""
    if not places:
        return
    from dedupe.suggesting import LONGEST, passage_of

    found = blanks.get((document.path, document.record), ())
    for place in places:
        if place.end - place.start <= LONGEST:
            look.passages[place.node] = pack(passage_of(document, look.facts[place.node].region, found))
