"""A second look at some texts, to name what was found in them: texts are not held, so they are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.digest import Entry
from dedupe.model import Document, Failure, Finding, Span
from dedupe.repeats import Frequencies, apart, repeated
from dedupe.spill import pack, unpack

if TYPE_CHECKING:
    from dedupe.describe import Facts, Place


@dataclass(frozen=True)
class Visit:
    """A batch of sources to look at again: its packed entries, and the nodes to look up by its documents' numbers."""

    batch: Sequence[tuple[int, Source]]
    entries: bytes
    places: Mapping[int, list[Place]]
    frequencies: Frequencies


@dataclass(frozen=True)
class Seen:
    """What a visit gave: facts by node, and sources that are no longer the same.

    `findings` are packed: those of lines that recur, and the drafts of findings by node. `by_code` counts the former.
    """

    facts: dict[int, Facts]
    findings: bytes
    by_code: Counter[str]
    failures: list[Failure]


NOTHING = Seen({}, pack(([], {})), Counter(), [])


@dataclass
class _Look:
    """What is collected during a visit."""

    facts: dict[int, Facts] = field(default_factory=dict)
    drafts: dict[int, Finding] = field(default_factory=dict)
    recurring: list[Finding] = field(default_factory=list)


def revisit(visit: Visit, settings: Settings) -> Seen:
    """Read some sources of a batch again, and take from their texts what the report says of them.

    They are those of which some document holds a copy or a line that recurs.
    """
    look, failures = _Look(), list[Failure]()
    sources = dict(visit.batch)
    entries: list[Entry] = unpack(visit.entries)
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
            _look_at(text, entry, visit.places.get(doc, []), visit.frequencies, look)
    recurring = [finding for finding in look.recurring if settings.wants(finding.code)]
    by_code = Counter(finding.code for finding in recurring)
    return Seen(look.facts, pack((recurring, look.drafts)), by_code, failures)


def _recurs(entry: Entry, frequencies: Frequencies) -> bool:
    return entry.lines is not None and frequencies.has_any(entry.lines)


def _look_at(
    document: Document, entry: Entry, places: Sequence[Place], frequencies: Frequencies, look: _Look
) -> None:
    if places:
        from dedupe.describe import facts_of

        facts, drafts = facts_of(document, entry.essays, places)
        look.facts.update(facts)
        look.drafts.update(drafts)
    if entry.lines is not None and _recurs(entry, frequencies):
        copied = [Span(place.start, place.end) for place in places]
        look.recurring.extend(apart(repeated(document, entry.lines, frequencies, copied), entry.findings))
