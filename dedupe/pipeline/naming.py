"""Build the findings of copies and of recurring lines from the texts that hold them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.config.settings import Settings
from dedupe.core.codec import dump_findings
from dedupe.core.model import Document, Finding, Kind, Severity, Span
from dedupe.core.unique import unique
from dedupe.inputs.spill import Shelf, pack
from dedupe.pipeline.intake import Batch, Intake, Run
from dedupe.pipeline.kept import Kept, unpack_documents
from dedupe.pipeline.ruled import findings_in
from dedupe.rules.recurring import REPEATED, Frequencies, apart, repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.copies.describe import Facts, Place
    from dedupe.copies.find import Duplicates
    from dedupe.copies.suggest import Passages

Blanks = Mapping[tuple[str, "str | None"], Sequence[Finding]]


class Visit(NamedTuple):
    """Some sources of a batch: each one's path, number of its first document in the batch, and packed documents.

    `places` are the copies to name, by document; `findings` are those of the batch's rules, packed, set only if values
    for blanks are wanted.
    """

    sources: Sequence[tuple[str, int, bytes | memoryview]]
    places: Mapping[int, list[Place]]
    frequencies: Frequencies
    findings: bytes | None = None


@dataclass
class Look:
    """What a visit collects: facts, draft findings and packed texts by node, and recurring lines."""

    facts: dict[int, Facts] = field(default_factory=dict)
    drafts: dict[int, Finding] = field(default_factory=dict)
    recurring: list[Finding] = field(default_factory=list)
    passages: dict[int, bytes] = field(default_factory=dict)


class Seen(NamedTuple):
    """The results of a visit, ready to be stored: facts and packed texts by node, findings serialised.

    `drafts` are in the order of `nodes` int64[copies]. `by_code` counts the recurring lines.
    """

    facts: dict[int, Facts]
    passages: dict[int, bytes]
    recurring: bytes
    nodes: NDArray[np.int64]
    drafts: bytes
    by_code: Counter[str]


@dataclass
class Named:
    """The results of all visits: by batch, packed, the findings of recurring lines, the nodes, and the drafts."""

    seen: Shelf
    by_code: Counter[str] = field(default_factory=Counter)
    facts: dict[int, Facts] = field(default_factory=dict)
    passages: Passages | None = None


def name_all(batches: Sequence[Batch], intake: Intake, run: Run, found: tuple[Frequencies, Duplicates | None]) -> Named:
    """Name the recurring lines and the copies in the texts of all batches."""
    lines, copies = found
    named = Named(run.spill.shelf())
    if copies and run.settings.suggests:
        from dedupe.copies.suggest import Passages

        named.passages = Passages(run.spill.shelf())
    visits = _visits(batches, intake, run, found) if len(lines.key) or (copies and copies.groups) else ()
    work = run.workers.run(visit, visits, run.settings)
    for number in range(len(batches)):
        part = next(work, NOTHING)
        run.progress("naming", number + 1, len(batches))
        named.seen.put(pack((part.recurring, part.nodes, part.drafts)))
        named.by_code.update(part.by_code)
        named.facts.update(part.facts)
        if named.passages:
            named.passages.add(part.passages)
    return named


def _visits(
    batches: Sequence[Batch], intake: Intake, run: Run, found: tuple[Frequencies, Duplicates | None]
) -> Iterator[Visit]:
    lines, copies = found
    places: Iterable[Mapping[int, list[Place]]] = ({} for _ in batches)
    if copies:
        from dedupe.copies.describe import places_of

        places = places_of(copies, intake.bounds, run.settings.suggests)
    for number, (batch, held) in enumerate(zip(batches, places)):
        wanted = set(held)
        if len(lines.key):
            table = intake.line_table(number)
            owner = np.repeat(np.arange(len(table.shape)), table.shape[:, 0])
            wanted.update(unique(owner[np.isin(table.key, lines.key)]).tolist())
        sources, last = [], 0
        for at, source in batch:
            first, last = last, last + len(intake.source_sizes[at])
            if not wanted.isdisjoint(range(first, last)):
                sources.append((source.path, first, intake.documents[at]))
        findings = intake.findings[number] if run.settings.suggests else None
        yield Visit(sources, held, lines, findings)


def visit(visit: Visit, settings: Settings) -> Seen:
    """Extract from the texts of some sources what the report says of them; runs in a worker."""
    look, blanks = Look(), _blanks(visit)
    for path, first, packed in visit.sources:
        for doc, kept in enumerate(unpack_documents(path, packed), first):
            places = visit.places.get(doc, ())
            look_at(kept, places, visit.frequencies, look, settings)
            keep_passages(kept.document, places, blanks, look)
    by_code = Counter(finding.code for finding in look.recurring)
    nodes = np.array(list(look.drafts), np.int64)
    drafts = dump_findings(list(look.drafts.values()))
    return Seen(look.facts, look.passages, dump_findings(look.recurring), nodes, drafts, by_code)


NOTHING = Seen({}, {}, b"", np.empty(0, np.int64), b"", Counter())


def look_at(kept: Kept, places: Sequence[Place], frequencies: Frequencies, look: Look, settings: Settings) -> None:
    """Extract from one text the facts of some places, and its recurring lines."""
    document = kept.document
    if places:
        from dedupe.copies.describe import facts_of

        facts, drafts = facts_of(document, kept.essays, places, settings.fold_script)
        look.facts.update(facts)
        look.drafts.update(drafts)
    codes = list(filter(settings.wants, REPEATED)) if kept.lines is not None else []
    if codes and kept.lines is not None and frequencies.has_any(kept.lines):
        copied = [Span(place.start, place.end) for place in places]
        look.recurring.extend(apart(repeated(document, kept.lines, frequencies, copied, codes), kept.boilerplate))


def _blanks(visit: Visit) -> Blanks:
    """Return the marks and holes of a batch by document."""
    return blanks_of(findings_in(visit.findings) if visit.findings else ())


def blanks_of(findings: Iterable[Finding]) -> Blanks:
    """Return the marks and holes among some findings by document."""
    blanks: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind is Kind.PLACEHOLDER and finding.severity is not Severity.NOTE:
            blanks[finding.path, finding.record].append(finding)
    return blanks


def keep_passages(document: Document, places: Sequence[Place], blanks: Blanks, look: Look) -> None:
    """Keep the texts of places that count as evidence, to find values for blanks in."""
    places = [place for place in places if place.is_evidence]
    if not places:
        return
    from dedupe.copies.suggest import LONGEST, passage_of

    found = blanks.get((document.path, document.record), ())
    for place in places:
        if place.end - place.start <= LONGEST:
            look.passages[place.node] = pack(passage_of(document, look.facts[place.node].region, found))
