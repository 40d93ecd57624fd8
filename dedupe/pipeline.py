"""The stages in order: read, scan and sign; find copies; look at the texts again to name what was found; report."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedupe.compiled import choose_cache
from dedupe.config import Settings
from dedupe.corpus import Paths, Source, find
from dedupe.digest import Digest, digest
from dedupe.findings import Findings, failure_place
from dedupe.model import Failure, Finding, Report, Summary
from dedupe.repeats import REPEATED, Frequencies, total
from dedupe.revisit import NOTHING, Visit, revisit
from dedupe.sieve import sieve
from dedupe.spill import Shelf, Spill, is_needed, room, spooled, unpack
from dedupe.workers import Workers

if TYPE_CHECKING:
    from dedupe.calibrate import Calibration
    from dedupe.describe import Copies, Facts, Place
    from dedupe.duplicates import Duplicates
    from dedupe.gather import Gatherer, Signed
    from dedupe.suggesting import Passages, Suggestions
    from dedupe.tokens import I64

Progress = Callable[[str, int, int], None]

BATCH = 1_000_000  # bytes of source that are read, scanned and signed in one go
PAIRS = 5  # pairs on either side of the threshold that a calibration shows
WORTH_PROCESSES = 24_000_000  # bytes below which starting worker processes costs more than they save


def check(paths: Paths, settings: Settings | None = None, progress: Progress | None = None) -> Report:
    """Find all dirt in the documents that `paths` name: files, folders, or "-" for standard input.

    `progress` is called with the name of a stage, what is done of it and what there is to do. What cannot be read
    is in the report's `errors`; everything else is still done. Raises DedupeError where nothing can be.
    """
    started, settings = time.perf_counter(), settings or Settings()
    return check_sources(find(paths, settings), settings, progress, started)


def check_sources(
    corpus: tuple[list[Source], list[Failure]],
    settings: Settings,
    progress: Progress | None,
    started: float,
    before: Frequencies | None = None,
) -> Report:
    """What `check` does once it is known what there is to read, and what cannot be; `started` is when it began.

    `before` are lines of documents that came before, which count as those of this corpus do.
    """
    found, failures = corpus
    progress = progress or _silent
    with _collector_paused(), _spooled(found) as sources:
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        spill = Spill(is_needed(settings.memory, sources))
        choose_cache()
        with Workers(settings.jobs) as workers:
            _warm_up(settings, progress)
            batches = _batches(sources)
            intake = _intake(batches, settings, spill, (workers, progress))
            if before is not None:
                intake.lines.append(before)
            duplicates = _duplicates(intake, settings, progress)
            seen = _seen(batches, intake, duplicates, settings, (spill, workers, progress))
            suggestions = _suggestions(duplicates, seen, settings, (workers, progress))
        copies = _copies(duplicates, seen.facts, settings)
        findings: Sequence[Finding] = _findings(intake, seen, duplicates, (copies, suggestions))
        if not spill.is_on:
            findings = tuple(findings)
    failures += intake.failures + seen.failures
    failures = sorted(set(failures), key=failure_place)
    clusters = tuple(copies.clusters) if copies and settings.wants_any("ND") else ()
    summary = Summary(
        documents=intake.bounds[-1],
        characters=intake.characters,
        findings=len(findings),
        clusters=len(clusters),
        by_code=dict(sorted((intake.by_code + seen.by_code + (copies.by_code if copies else Counter())).items())),
        short_documents=_short_documents(duplicates, settings),
        seconds=round(time.perf_counter() - started, 3),
    )
    return sieve(Report(settings, summary, findings, clusters, tuple(failures)), settings)


def calibrate(
    paths: Paths, settings: Settings | None = None, pairs: int = PAIRS, progress: Progress | None = None
) -> Calibration:
    """Measure near-duplicates as `check` finds them, for whoever chooses a threshold: see `Calibration`.

    `pairs` on either side of the threshold are given with their texts. Errors and `progress` are as in `check`.
    """
    settings, progress = replace(settings or Settings(), select=("ND",), ignore=REPEATED), progress or _silent
    found, failures = find(paths, settings)
    with _spooled(found) as sources:
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        choose_cache()
        with Workers(settings.jobs) as workers:
            _warm_up(settings, progress)
            spill = Spill(is_needed(settings.memory, sources))
            intake = _intake(_batches(sources), settings, spill, (workers, progress))
        from dedupe.calibrate import calibration
        from dedupe.duplicates import find_duplicates, mark_table

        signed = _signed(intake)
        entries = [entry for number in range(len(intake.entries)) for entry in unpack(intake.entries[number])]
        duplicates = find_duplicates(signed, mark_table([]), settings, progress)
        result = calibration((duplicates, signed.seeds), (sources, entries), settings, pairs)
    failures = sorted({*failures, *intake.failures, *result.errors}, key=failure_place)
    return replace(result, errors=tuple(failures))


def _silent(stage: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


def _jobs(jobs: int, sources: Sequence[Source]) -> int:
    if jobs:
        return jobs
    return (os.cpu_count() or 1) if sum(source.size for source in sources) >= WORTH_PROCESSES else 1


def _warm_up(settings: Settings, progress: Progress) -> None:
    """The first run on a machine compiles for some seconds; workers that start after that find it done."""
    if settings.compares:
        progress("compiling (first run only)", 0, 1)
        from dedupe.duplicates import warm_up

        warm_up(settings)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for cycles in the meantime: there are none, and looking through millions of findings takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _spooled(sources: list[Source]) -> Iterator[list[Source]]:
    """The sources with standard input put into a file, for texts are looked at twice and by other processes."""
    if all(source.file is not None for source in sources):
        yield sources
        return
    with room():
        folder = tempfile.TemporaryDirectory(prefix="dedupe-")
    with folder as name:
        yield [source if source.file else spooled(source, Path(name) / "stdin") for source in sources]


def _batches(sources: Sequence[Source]) -> list[list[tuple[int, Source]]]:
    """The sources with their numbers, in runs of about `BATCH` bytes; sources of one path stay together."""
    before = accumulate((source.size for source in sources), initial=0)
    start: dict[str, int] = {}
    for source, size in zip(sources, before):
        start.setdefault(source.path, size // BATCH)
    return [list(run) for _, run in groupby(enumerate(sources), key=lambda item: start[item[1].path])]


@dataclass
class _Intake:
    """What all batches gave when they were first read, one after the other.

    `bounds` are the documents that batches begin with, and the number of all; `sizes` is how many findings each has.
    """

    entries: Shelf
    findings: Shelf
    bounds: list[int] = field(default_factory=lambda: [0])
    sizes: list[int] = field(default_factory=list)
    characters: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    lines: list[Frequencies] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    marks: list[I64] = field(default_factory=list)
    gatherer: Gatherer | None = None

    def take(self, part: Digest) -> None:
        """Take in the next batch."""
        self.entries.put(part.entries)
        self.findings.put(part.findings)
        self.sizes.append(sum(part.by_code.values()))
        self.characters += part.characters
        self.by_code += part.by_code
        self.lines.append(part.lines)
        self.failures += part.failures
        if part.marks is not None and part.skeletons is not None and part.seeds is not None:
            self.marks.append(part.marks + np.array([self.bounds[-1], 0]))
            if self.gatherer:
                self.gatherer.add(part.skeletons, part.seeds)
        self.bounds.append(self.bounds[-1] + part.documents)


def _intake(
    batches: Sequence[Sequence[tuple[int, Source]]], settings: Settings, spill: Spill, run: tuple[Workers, Progress]
) -> _Intake:
    """Every batch of sources read, scanned and signed, in the order of the sources."""
    intake = _Intake(spill.shelf(), spill.shelf(), gatherer=_gatherer(settings, spill))
    done, size = 0, sum(source.size for batch in batches for _, source in batch)
    for part, batch in zip(run[0].run(digest, batches, settings), batches):
        done += sum(source.size for _, source in batch)
        run[1]("reading", done, size)
        intake.take(part)
    return intake


def _duplicates(intake: _Intake, settings: Settings, progress: Progress) -> Duplicates | None:
    if not settings.compares:
        return None
    from dedupe.duplicates import find_duplicates, mark_table

    return find_duplicates(_signed(intake), np.concatenate([mark_table([]), *intake.marks]), settings, progress)


def _signed(intake: _Intake) -> Signed:
    """The numbers of all batches as one; they are let go with what this returns."""
    from dedupe.gather import Gatherer

    gatherer, intake.gatherer = intake.gatherer or Gatherer(Spill()), None
    return gatherer.signed()


def _gatherer(settings: Settings, spill: Spill) -> Gatherer | None:
    """Takes the numbers of near-duplicates, where they are wanted."""
    if not settings.compares:
        return None
    from dedupe.gather import Gatherer

    return Gatherer(spill)


def _short_documents(duplicates: Duplicates | None, settings: Settings) -> int:
    if duplicates is None:
        return 0
    bounds = duplicates.skeletons.doc_token
    return int(((bounds[1:] - bounds[:-1]) < settings.min_length).sum())


@dataclass
class _Sight:
    """What the second look at all batches gave; `findings` holds what `Seen.findings` is, batch by batch."""

    findings: Shelf
    sizes: list[int] = field(default_factory=list)
    facts: dict[int, Facts] = field(default_factory=dict)
    by_code: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    passages: Passages | None = None


def _seen(
    batches: Sequence[Sequence[tuple[int, Source]]],
    intake: _Intake,
    duplicates: Duplicates | None,
    settings: Settings,
    run: tuple[Spill, Workers, Progress],
) -> _Sight:
    """The second look, at the texts that hold a copy or a line that recurs and at no others."""
    sight = _Sight(run[0].shelf())
    lines = total(intake.lines, settings.chrome_documents)
    intake.lines.clear()
    places: Iterator[Mapping[int, list[Place]]] = repeat({}, len(batches))
    if duplicates:
        from dedupe.describe import places_of

        places = places_of(duplicates, intake.bounds, settings.suggests)
        if settings.suggests:
            from dedupe.suggesting import Passages

            sight.passages = Passages(run[0].shelf())
    visits = (
        Visit(batch, intake.entries[at], found, lines, intake.findings[at] if sight.passages else None)
        for at, (batch, found) in enumerate(zip(batches, places))
    )
    has_work = len(lines.key) > 0 or (duplicates is not None and len(duplicates.groups) > 0)
    parts = run[1].run(revisit, visits, settings) if has_work else repeat(NOTHING, len(batches))
    for done, part in enumerate(parts, 1):
        run[2]("naming", done, len(batches))
        sight.findings.put(part.findings)
        sight.sizes.append(sum(part.by_code.values()))
        sight.facts.update(part.facts)
        sight.by_code += part.by_code
        sight.failures += part.failures
        if sight.passages:
            sight.passages.add(part.passages)
    return sight


def _suggestions(
    duplicates: Duplicates | None, sight: _Sight, settings: Settings, run: tuple[Workers, Progress]
) -> Suggestions | None:
    """What sister copies have in the place of blanks, cluster by cluster."""
    if duplicates is None or sight.passages is None:
        return None
    from dedupe.suggesting import Suggestions, answer

    suggestions = Suggestions()
    groups = [group.nodes.tolist() for group in duplicates.groups]
    for done, part in enumerate(run[0].run(answer, sight.passages.jobs(groups), settings), 1):
        run[1]("filling blanks", done, done)
        for spot, suggestion in part:
            suggestions.add(spot, suggestion)
    return suggestions


def _copies(duplicates: Duplicates | None, facts: Mapping[int, Facts], settings: Settings) -> Copies | None:
    """The clusters and the findings of their members, named; without those whose texts are no longer there."""
    if duplicates is None:
        return None
    from dedupe.describe import describe

    named = [group for group in duplicates.groups if all(node in facts for node in group.nodes.tolist())]
    return describe(replace(duplicates, groups=named), facts, settings)


def _findings(
    intake: _Intake,
    sight: _Sight,
    duplicates: Duplicates | None,
    named: tuple[Copies | None, Suggestions | None],
) -> Findings:
    copies, suggestions = named
    sizes = [ruled + recurring for ruled, recurring in zip(intake.sizes, sight.sizes)]
    if duplicates and copies:
        batch = np.searchsorted(intake.bounds, duplicates.doc[copies.cluster >= 0], side="right") - 1
        copied = np.bincount(batch, minlength=len(sizes))
        sizes = [size + more for size, more in zip(sizes, copied.tolist())]
    return Findings((intake.findings, sight.findings), copies, sizes, suggestions)
