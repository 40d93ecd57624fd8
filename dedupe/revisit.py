"""A second look at some texts, to name what was found in them: texts are not held, so they are read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.digest import Entry
from dedupe.model import Document, Failure, Finding, Kind, Span
from dedupe.repeats import Frequencies, apart, repeated

if TYPE_CHECKING:
    from dedupe.describe import Facts, Place


@dataclass(frozen=True)
class Visit:
    """A source to read again: its documents in order, and the nodes to look up in each."""

    source: Source
    entries: list[Entry]
    places: list[list[Place]]
    frequencies: Frequencies


@dataclass(frozen=True)
class Seen:
    """What some visits gave: facts by node, findings of lines that recur, and sources that are no longer the same."""

    facts: dict[int, Facts]
    findings: list[Finding]
    failures: list[Failure]


def visits_of(
    sources: Sequence[Source], entries: Sequence[Entry], places: Mapping[int, list[Place]], frequencies: Frequencies
) -> list[Visit]:
    """The visits that are needed: to the sources of which some document holds a copy or a line that recurs."""
    visits = []
    for number, group in groupby(enumerate(entries), key=lambda item: item[1].source):
        numbered = list(group)
        wanted = [places.get(doc, []) for doc, _ in numbered]
        recurs = [entry.lines is not None and frequencies.has_any(entry.lines) for _, entry in numbered]
        if any(wanted) or any(recurs):
            light = [_light(entry, lines) for (_, entry), lines in zip(numbered, recurs)]
            visits.append(Visit(sources[number], light, wanted, frequencies))
    return visits


def revisit(batch: Sequence[Visit], settings: Settings) -> Seen:
    """Read the sources of some visits again, and take from their texts what the report says of them."""
    seen = Seen({}, [], [])
    for visit in batch:
        texts = [item for item in read(visit.source, settings) if isinstance(item, Document)]
        if [len(text.text) for text in texts] != [entry.characters for entry in visit.entries]:
            reason = "it changed while it was read: run again once nothing writes to it"
            seen.failures.append(Failure(visit.source.path, reason))
            continue
        for entry, places, document in zip(visit.entries, visit.places, texts):
            _look(entry, places, document, visit.frequencies, seen)
    return seen


def _light(entry: Entry, recurs: bool) -> Entry:
    """An entry as a worker needs it: without the findings that are not chrome, and the lines if none recurs."""
    chrome = [finding for finding in entry.findings if finding.kind is Kind.BOILERPLATE] if recurs else []
    return replace(entry, findings=chrome, lines=entry.lines if recurs else None)


def _look(
    entry: Entry, places: Sequence[Place], document: Document, frequencies: Frequencies, seen: Seen
) -> None:
    if places:
        from dedupe.describe import facts_of

        seen.facts.update(facts_of(document, entry.essays, places))
    if entry.lines is not None:
        copied = [Span(place.start, place.end) for place in places]
        seen.findings.extend(apart(repeated(document, entry.lines, frequencies, copied), entry.findings))
