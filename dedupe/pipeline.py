"""The stages in order: read, scan and sign; find copies; look at the texts again to name what was found; report."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, find, read
from dedupe.digest import Digest, Entry, digest
from dedupe.model import Cluster, Document, Failure, Finding, Kind, Report, Severity, Span, Summary
from dedupe.repeats import Frequencies, apart, frequencies, repeated
from dedupe.workers import run_batches

if TYPE_CHECKING:
    from dedupe.describe import Facts, Place
    from dedupe.duplicates import Duplicates

Progress = Callable[[str, int, int], None]

BATCH = 1_000_000  # bytes of source that are read, scanned and signed in one go
WORTH_PROCESSES = 24_000_000  # bytes below which starting worker processes costs more than they save


def check(paths: Sequence[str], settings: Settings | None = None, progress: Progress | None = None) -> Report:
    """Find all dirt in the documents that `paths` name: files, folders, or "-" for standard input.

    `progress` is called with the name of a stage, what is done of it and what there is to do. What cannot be read
    is in the report's `errors`; everything else is still done. Raises DedupeError where nothing can be.
    """
    started = time.perf_counter()
    settings, progress = settings or Settings(), progress or _silent
    found, failures = find(paths, settings)
    with _spooled(found) as sources:
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        digests = _digests(sources, settings, progress)
        entries = [entry for part in digests for entry in part.entries]
        failures = [*failures, *(failure for part in digests for failure in part.failures)]
        duplicates = _duplicates(digests, entries, settings, progress)
        second = _Second(entries, duplicates, settings)
        second.look(sources, progress)
    clusters, copies = second.clusters()
    findings = [finding for entry in entries for finding in entry.findings] + second.lines + copies
    findings = sorted((f for f in findings if settings.wants(f.code)), key=_place)
    failures = sorted({*failures, *second.failures}, key=lambda failure: (failure.path, failure.reason))
    summary = Summary(
        documents=len(entries),
        characters=sum(entry.characters for entry in entries),
        findings=len(findings),
        clusters=len(clusters),
        by_code=dict(sorted(Counter(finding.code for finding in findings).items())),
        short_documents=_short_documents(duplicates, settings),
        seconds=round(time.perf_counter() - started, 3),
    )
    return Report(settings, summary, tuple(findings), tuple(clusters), tuple(failures))


def _silent(stage: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


def _place(finding: Finding) -> tuple[str, str, int, int, str, str]:
    return (finding.path, finding.record or "", finding.start, finding.end, finding.code, finding.fingerprint)


def _jobs(jobs: int, sources: Sequence[Source]) -> int:
    if jobs:
        return jobs
    return (os.cpu_count() or 1) if sum(source.size for source in sources) >= WORTH_PROCESSES else 1


@contextmanager
def _spooled(sources: list[Source]) -> Iterator[list[Source]]:
    """The sources with standard input put into a file, for texts are looked at twice and by other processes."""
    if all(source.file is not None for source in sources):
        yield sources
        return
    with tempfile.TemporaryDirectory(prefix="dedupe-") as folder:
        spool = Path(folder) / "stdin"
        with spool.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        size = spool.stat().st_size
        yield [source if source.file else replace(source, file=spool, size=size) for source in sources]


def _digests(sources: Sequence[Source], settings: Settings, progress: Progress) -> list[Digest]:
    """Every batch of sources read, scanned and signed, in the order of the sources."""
    before = list(accumulate((source.size for source in sources), initial=0))
    numbered = list(enumerate(sources))
    batches = [list(batch) for _, batch in groupby(numbered, key=lambda item: before[item[0]] // BATCH)]
    done, parts = 0, []
    for part, batch in zip(run_batches(digest, batches, settings), batches):
        done += sum(source.size for _, source in batch)
        progress("reading", done, before[-1])
        parts.append(part)
    return parts


def _duplicates(
    digests: Sequence[Digest], entries: Sequence[Entry], settings: Settings, progress: Progress
) -> Duplicates | None:
    if not settings.wants_any("ND"):
        return None
    from dedupe.candidates import join as join_seeds
    from dedupe.duplicates import find_duplicates, mark_table
    from dedupe.tokens import join as join_skeletons

    signed = [part for part in digests if part.skeletons is not None and part.seeds is not None]
    skeletons = join_skeletons([part.skeletons for part in signed if part.skeletons])
    bases = list(accumulate((len(part.skeletons.ids) for part in signed if part.skeletons), initial=0))
    seeds = join_seeds([part.seeds for part in signed if part.seeds], bases)
    marks = mark_table([_marks(entry) for entry in entries])
    return find_duplicates((skeletons, seeds), marks, settings, progress)


def _marks(entry: Entry) -> list[int]:
    """Where a document has a mark or hole that a person would mind."""
    return [f.start for f in entry.findings if f.kind is Kind.PLACEHOLDER and f.severity is not Severity.NOTE]


def _short_documents(duplicates: Duplicates | None, settings: Settings) -> int:
    if duplicates is None:
        return 0
    bounds = duplicates.skeletons.doc_token
    return int(((bounds[1:] - bounds[:-1]) < settings.min_length).sum())


class _Second:
    """The second look at the texts, at those alone that hold a copy or a line that recurs."""

    def __init__(self, entries: Sequence[Entry], duplicates: Duplicates | None, settings: Settings) -> None:
        self.entries, self.settings, self.found = entries, settings, duplicates
        self.places: dict[int, list[Place]] = {}
        self.facts: dict[int, Facts] = {}
        self.lines: list[Finding] = []
        self.failures: list[Failure] = []
        if duplicates:
            from dedupe.describe import places_of

            self.places = places_of(duplicates)
        lines = (entry.lines for entry in entries if entry.lines is not None)
        self.frequencies: Frequencies = frequencies(lines, settings.chrome_documents)

    def look(self, sources: Sequence[Source], progress: Progress) -> None:
        """Read each source that is needed again and take from its texts what the report says of them."""
        for number, group in groupby(enumerate(self.entries), key=lambda item: item[1].source):
            documents = list(group)
            if not any(self._needs(doc, entry) for doc, entry in documents):
                continue
            progress("naming", documents[-1][0] + 1, len(self.entries))
            texts = [item for item in read(sources[number], self.settings) if isinstance(item, Document)]
            lengths = [entry.characters for _, entry in documents]
            if [len(text.text) for text in texts] != lengths:
                reason = "it changed while it was read: run again once nothing writes to it"
                self.failures.append(Failure(sources[number].path, reason))
                continue
            for (doc, entry), text in zip(documents, texts):
                self._take(doc, entry, text)

    def _needs(self, doc: int, entry: Entry) -> bool:
        return doc in self.places or (entry.lines is not None and self.frequencies.has_any(entry.lines))

    def _take(self, doc: int, entry: Entry, document: Document) -> None:
        places = self.places.get(doc, [])
        if places:
            from dedupe.describe import facts_of

            self.facts.update(facts_of(document, entry.essays, places))
        if entry.lines is not None:
            copied = [Span(place.start, place.end) for place in places]
            recurring = repeated(document, entry.lines, self.frequencies, copied)
            self.lines += apart(recurring, [f for f in entry.findings if f.kind is Kind.BOILERPLATE])

    def clusters(self) -> tuple[list[Cluster], list[Finding]]:
        """The clusters and the findings of their members, named; without those whose texts are no longer there."""
        if self.found is None:
            return [], []
        from dedupe.describe import describe

        named = [group for group in self.found.groups if all(node in self.facts for node in group.nodes.tolist())]
        return describe(replace(self.found, groups=named), self.facts, self.settings)
