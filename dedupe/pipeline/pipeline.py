"""The stages in order: take in all sources, find copies, name what was found, report."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.config.settings import Settings
from dedupe.core.model import Failure, Progress, Report, Summary
from dedupe.core.order import failure_key
from dedupe.core.report import only
from dedupe.core.workers import Workers, useful
from dedupe.inputs.chunks import laid_out
from dedupe.inputs.find import Paths, find, named
from dedupe.inputs.sources import Source, nothing_in
from dedupe.inputs.spill import Spill, is_needed
from dedupe.pipeline.filter import sieve
from dedupe.pipeline.findings import Findings, Outcome
from dedupe.pipeline.intake import Batch, Intake, Run, batched, take_in
from dedupe.pipeline.naming import Named, name_all
from dedupe.pipeline.stored import Store
from dedupe.rules.recurring import Frequencies

if TYPE_CHECKING:
    from dedupe.copies.find import Duplicates
    from dedupe.copies.suggest import Suggestions
    from dedupe.pipeline.cache.cache import Cache


BATCH = 1_000_000  # bytes of source that are read, scanned and signed in one go
WORTH_PROCESSES = 24_000_000  # bytes of source from which worker processes save more time than starting them costs


class Corpus(NamedTuple):
    """The sources to read, what cannot be read, how many files were passed over, and the paths whose copies are wanted.

    With `asked`, find only copies that involve a document of these paths.
    """

    sources: list[Source]
    failures: list[Failure]
    passed: Counter[str]
    asked: Collection[str] | None = None


def check(
    paths: Paths,
    settings: Settings | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
    against: Paths = (),
) -> Report:
    """Find all dirt in the documents that `paths` name: files, folders, or "-" for standard input.

    With `against`, also compare them with the documents of these paths, of which nothing else is reported.

    `progress` is called with the name of a stage, how much of it is done and how much there is. The report's `errors`
    list what cannot be read; everything else is still done. `cache` keeps what the next run over the same paths need
    not repeat; it does not change the report. Raises DedupeError if nothing can be done.
    """
    started, settings, passed = time.perf_counter(), settings or Settings(), Counter[str]()
    sources, failures = find(paths, settings, passed, elsewhere=True)
    asked = None
    if against:
        asked = {source.path for source in sources}
        others, more = find(against, settings, elsewhere=True)
        sources, failures = _together(sources, others), [*failures, *more]
    report = check_sources(Corpus(sources, failures, passed, asked), settings, progress, started, cache)
    report = replace(report, errors=(*report.errors, *nothing_read(report, sources)), paths=named(paths))
    return report if asked is None else only(report, asked)


def _together(sources: Sequence[Source], others: Sequence[Source]) -> list[Source]:
    """Return the sources and the others without repeats; a file in both counts as one of the others if the paths agree.

    So it stays in a batch that the cache knows, unless it has changed.
    """
    theirs = {source.file: source for source in others}
    same = {source.file: source for source in sources if source.file in theirs}
    others = [source for source in others if source.file not in same or same[source.file].path == source.path]
    shared = {source.file for source in others}
    return sorted([*others, *(s for s in sources if s.file not in shared)], key=lambda s: (s.path, s.file or ""))


def nothing_read(report: Report, sources: Sequence[Source]) -> list[Failure]:
    """Return a failure if no input gave a document although nothing was wrong with any of them."""
    if report.summary.documents or report.errors or not sources:
        return []
    return [Failure(sources[0].path, nothing_in(report.summary.passed_over, len(sources)))]


def check_sources(
    corpus: Corpus,
    settings: Settings,
    progress: Progress | None,
    started: float,
    earlier: Cache | Frequencies | None = None,
) -> Report:
    """Do the work of `check` once it is known what to read, what cannot be read, and how many files were passed over.

    `started` is the start time. Files in archives that are passed over are added to the count.

    `earlier` is the cache, or the lines of earlier documents, which count like those of this corpus. With such lines no
    cache is used, because its results are for this corpus alone.
    """
    before, cache = (earlier, None) if isinstance(earlier, Frequencies) else (None, earlier)
    found, failures, passed, asked = corpus
    progress = progress or silent
    with collector_paused(), laid_out(found, settings, progress, passed) as (sources, unread):
        spill = Spill(is_needed(settings.memory, sources))
        batches = batched(sources, BATCH)
        is_kept = cache is not None and (cache.is_kept or not spill.is_on) and cache.is_worth(sources)
        store = Store(cache, settings, batches) if cache and is_kept else None
        jobs = _jobs(settings.jobs, sources)
        outcome = store.outcome() if store and asked is None else None
        if outcome is None:
            outcome = _run(batches, replace(settings, jobs=jobs), (spill, store), progress, (before, asked))
            if store and asked is None:
                store.keep_outcome(None if spill.is_on else outcome)
        settings = replace(settings, jobs=jobs)
        findings = Findings(outcome, settings, is_held=not spill.is_on and not store and jobs < 2)
    errors = tuple(sorted({*failures, *unread, *outcome.failures}, key=failure_key))
    clusters = outcome.clusters if settings.wants_any("ND") else ()
    summary = Summary(
        documents=outcome.documents,
        characters=outcome.characters,
        findings=outcome.by_code.total(),
        clusters=len(clusters),
        by_code=dict(sorted(outcome.by_code.items())),
        short_documents=outcome.short,
        seconds=round(time.perf_counter() - started, 3),
        passed_over=dict(sorted(passed.items())),
    )
    return sieve(Report(settings, summary, findings, clusters, errors), settings)


def _run(
    batches: Sequence[Batch],
    settings: Settings,
    kept: tuple[Spill, Store | None],
    progress: Progress,
    given: tuple[Frequencies | None, Collection[str] | None],
) -> Outcome:
    """Run all stages but the report; `given` are lines of earlier documents, and the paths whose copies are wanted."""
    before, asked = given
    with Workers(settings.jobs) as workers:
        _warn(settings)
        run = Run(settings, kept[0], workers, progress, kept[1])
        intake = take_in(batches, run)
        if before is not None:
            intake.counts.append(before)
        lines = intake.frequencies(settings.chrome_documents)
        duplicates, short = None, 0
        if settings.compares:
            from dedupe.copies.find import find_duplicates, mark_table

            signed = intake.signed()
            short = int((np.diff(signed.skeletons.doc_token) < settings.min_length).sum())
            marks = np.concatenate([mark_table([]), *intake.marks])
            wanted = None if asked is None else intake.documents_of(batches, asked)
            duplicates = find_duplicates(signed, marks, settings, progress, wanted)
        named = name_all(batches, intake, run, (lines, duplicates))
        outcome = Outcome(
            ruled=intake.findings,
            seen=named.seen,
            sizes=intake.sizes,
            documents=intake.bounds[-1],
            characters=intake.characters,
            by_code=intake.by_code + named.by_code,
            short=short,
            failures=intake.failures,
            clusters=(),
        )
        if duplicates is None:
            return outcome
        from dedupe.copies.describe import describe

        copies = describe(duplicates, named.facts, settings)
        return replace(
            outcome,
            by_code=outcome.by_code + copies.by_code,
            clusters=tuple(copies.clusters),
            verdicts=copies.verdicts,
            suggestions=_suggestions(run, duplicates, named),
        )


def _suggestions(run: Run, duplicates: Duplicates, named: Named) -> Suggestions | None:
    """Return what other copies have in place of blanks, cluster by cluster."""
    if named.passages is None:
        return None
    from dedupe.copies.suggest import Suggestions, answer

    suggestions = Suggestions()
    groups = [group.nodes[group.home].tolist() for group in duplicates.groups]
    for done, part in enumerate(run.workers.run(answer, named.passages.jobs(groups), run.settings), 1):
        run.progress("filling blanks", done, done)
        for spot, suggestion in part:
            suggestions.add(spot, suggestion)
    return suggestions


@contextmanager
def taken_in(
    paths: Paths, settings: Settings, progress: Progress | None, passed: Counter[str] | None = None
) -> Iterator[tuple[list[Source], Intake, Settings, list[Failure]]]:
    """Take in all that `paths` name, for callers that continue in another way than `check`.

    Yields the sources, their intake, the settings with the number of jobs, and what could not be read. `passed` counts
    the files that were passed over.
    """
    progress = progress or silent
    found, failures = find(paths, settings, passed, elsewhere=True)
    with laid_out(found, settings, progress, passed) as (sources, unread):
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        with Workers(settings.jobs) as workers:
            _warn(settings)
            run = Run(settings, Spill(is_needed(settings.memory, sources)), workers, progress)
            intake = take_in(batched(sources, BATCH), run)
        yield sources, intake, settings, [*failures, *unread]


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


def _jobs(jobs: int, sources: Sequence[Source]) -> int:
    if jobs:
        return useful(jobs)
    return (os.cpu_count() or 1) if sum(source.size for source in sources) >= WORTH_PROCESSES else 1


def _warn(settings: Settings) -> None:
    """Warn if near-duplicates will take long."""
    if settings.compares:
        from dedupe.text.kernels import warn_if_uncompiled

        warn_if_uncompiled()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the search for cycles: there are none, and scanning millions of findings for them takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
