"""A second look at some texts, to name what was found in them: texts are not held, so they are read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.digest import Entry, Work, chrome_of
from dedupe.model import Document, Failure, Finding, Span
from dedupe.repeats import Frequencies, apart, repeated
from dedupe.spill import pack, unpack

if TYPE_CHECKING:
    from dedupe.describe import Facts, Place


@dataclass(frozen=True)
class Visit:
    """A batch of sources to look at again: its packed entries, and the nodes to look up by its documents' numbers.

    `sizes` are the lengths of each source's documents. `wanted` are the numbers of the sources that are worth it;
    without them, those are of which some document holds a copy or a line that recurs. Entries that were not kept
    (packed None) are made again.
    """

    batch: Sequence[tuple[int, Source]]
    entries: bytes
    sizes: Sequence[Sequence[int]]
    places: Mapping[int, list[Place]]
    frequencies: Frequencies
    wanted: frozenset[int] | None = None


@dataclass(frozen=True)
class Seen:
    """What a visit gave: facts by node, and sources that are no longer the same.

    `recurring` are by source the findings of lines that recur; `drafts` are those of copies by node, packed.
    """

    facts: dict[int, Facts]
    recurring: dict[int, list[Finding]]
    drafts: bytes
    failures: list[Failure]


NOTHING = Seen({}, {}, pack({}), [])


@dataclass
class _Look:
    """What is collected during a visit."""

    facts: dict[int, Facts] = field(default_factory=dict)
    drafts: dict[int, Finding] = field(default_factory=dict)
    recurring: list[Finding] = field(default_factory=list)


def revisit(visit: Visit, settings: Settings) -> Seen:
    """Read some sources of a batch again, and take from their texts what the report says of them."""
    look, failures, recurring = _Look(), list[Failure](), dict[int, list[Finding]]()
    entries: list[Entry] | None = unpack(visit.entries)
    work, last = Work(settings), 0
    for (number, source), sizes in zip(visit.batch, visit.sizes):
        first, last = last, last + len(sizes)
        docs = range(first, last)
        if not _is_wanted(visit, number, docs, entries):
            continue
        texts = [item for item in read(source, settings) if isinstance(item, Document)]
        if [len(text.text) for text in texts] != list(sizes):
            reason = "it changed while it was read: run again once nothing writes to it"
            failures.append(Failure(source.path, reason))
            continue
        look.recurring.clear()
        for doc, text in zip(docs, texts):
            entry = entries[doc] if entries is not None else work.entry(text, number)[0]
            _look_at(text, entry, visit.places.get(doc, []), visit.frequencies, look)
        found = [finding for finding in look.recurring if settings.wants(finding.code)]
        if found:
            recurring[number] = found
    return Seen(look.facts, recurring, pack(look.drafts), failures)


def _is_wanted(visit: Visit, number: int, docs: range, entries: Sequence[Entry] | None) -> bool:
    if visit.wanted is not None or entries is None:
        return visit.wanted is not None and number in visit.wanted
    return any(doc in visit.places or _recurs(entries[doc], visit.frequencies) for doc in docs)


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
        look.recurring.extend(apart(repeated(document, entry.lines, frequencies, copied), chrome_of(entry)))
