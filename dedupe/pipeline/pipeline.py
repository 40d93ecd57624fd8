"""The stages in order: read, scan and sign; find copies; look at the texts again to name what was found; report."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dedupe.cache.columns import DamagedError
from dedupe.cache.memory import Memory
from dedupe.config.settings import Settings
from dedupe.core.model import COMPILING, Failure, Finding, Progress, Report, Summary
from dedupe.core.workers import Workers
from dedupe.inputs.chunks import laid_out
from dedupe.inputs.sources import Paths, Source, find
from dedupe.inputs.spill import Spill, is_needed, unpack
from dedupe.pipeline.compiled import choose_cache
from dedupe.pipeline.filter import sieve
from dedupe.pipeline.findings import Findings, failure_place
from dedupe.pipeline.intake import Intake, Run, take_in
from dedupe.pipeline.told import EntangledError, Told, tell
from dedupe.rules.recurring import REPEATED, Frequencies

if TYPE_CHECKING:
    from dedupe.cache.cache import Cache
    from dedupe.calibration.calibrate import Calibration


BATCH = 1_000_000  # bytes of source that are read, scanned and signed in one go
PAIRS = 5  # pairs on either side of the threshold that a calibration shows
WORTH_PROCESSES = 24_000_000  # bytes below which starting worker processes costs more than they save


def check(
    paths: Paths, settings: Settings | None = None, progress: Progress | None = None, cache: Cache | None = None
) -> Report:
    """Find all dirt in the documents that `paths` name: files, folders, or "-" for standard input.

    `progress` is called with the name of a stage, what is done of it and what there is to do. What cannot be read
    is in the report's `errors`; everything else is still done. `cache` keeps what the next run over the same paths
    need not do again; the report is the same without. Raises DedupeError where nothing can be done.
    """
    started, settings = time.perf_counter(), settings or Settings()
    return check_sources(find(paths, settings), settings, progress, started, cache.of(paths) if cache else None)


def check_sources(
    corpus: tuple[list[Source], list[Failure]],
    settings: Settings,
    progress: Progress | None,
    started: float,
    earlier: Cache | Frequencies | None = None,
) -> Report:
    """What `check` does once it is known what there is to read, and what cannot be; `started` is when it began.

    `earlier` is the cache, or the lines of documents that came before, which count as those of this corpus do. With
    such lines no cache is used: what it keeps is of this corpus alone.
    """
    before, cache = (earlier, None) if isinstance(earlier, Frequencies) else (None, earlier)
    found, failures = corpus
    progress = progress or _silent
    with collector_paused(), laid_out(found, settings, progress) as (sources, unread):
        spill = Spill(is_needed(settings.memory, sources))
        is_whole = not spill.is_on and not any(source.piece for source in sources)
        memory = cache.recall(settings, sources) if cache and is_whole else Memory(sources)
        choose_cache()
        try:
            run, intake, told = _run(memory, settings, spill, progress, before)
        except (DamagedError, EntangledError) as error:
            assert cache
            if isinstance(error, DamagedError):
                cache.warn(error)
                memory = Memory(sources, memory.file)
            memory.wholly = True
            run, intake, told = _run(memory, settings, spill, progress, before)
        shown = cache.keep(run, intake, told) if cache else None
        sizes = partial(told.sizes, intake)
        findings: Sequence[Finding] = Findings(intake.findings, told, sizes, run.settings, shown)
        if not spill.is_on and not run.memory.past and not shown and run.settings.jobs < 2:
            findings = tuple(iter(findings))  # not asked for its length, which is found out by making them all
    failures = sorted({*failures, *unread, *intake.failures, *told.sight.failures}, key=failure_place)
    clusters = told.clusters(shown) if settings.wants_any("ND") else ()
    summary = _summary(run, intake, told, len(clusters), started)
    return sieve(Report(run.settings, summary, findings, clusters, tuple(failures)), run.settings)


def _summary(run: Run, intake: Intake, told: Told, clusters: int, started: float) -> Summary:
    counted = intake.by_code + told.by_code
    return Summary(
        documents=intake.bounds[-1],
        characters=intake.characters,
        findings=counted.total(),
        clusters=clusters,
        by_code=dict(sorted(counted.items())),
        short_documents=told.short_documents(run.memory),
        seconds=round(time.perf_counter() - started, 3),
    )


def _run(
    memory: Memory, settings: Settings, spill: Spill, progress: Progress, before: Frequencies | None
) -> tuple[Run, Intake, Told]:
    """All stages but the report. Raises DamagedError where the past turns out to be of no use."""
    # What little is fresh is done before a worker process has started, whatever was asked for.
    few = memory.past is not None and _jobs(0, memory.fresh) == 1
    settings = replace(settings, jobs=1 if few else _jobs(settings.jobs, memory.fresh))
    with Workers(settings.jobs) as workers:
        if not (memory.is_same or memory.is_few):
            _warm_up(settings, progress)
        run = Run(settings, memory, spill, workers, progress)
        batches = memory.batches(BATCH)
        intake = take_in(batches, run)
        if before is not None:
            intake.lines.append(before)
        return run, intake, tell(run, batches, intake)


def calibrate(
    paths: Paths, settings: Settings | None = None, pairs: int = PAIRS, progress: Progress | None = None
) -> Calibration:
    """Measure near-duplicates as `check` finds them, for whoever chooses a threshold: see `Calibration`.

    `pairs` on either side of the threshold are given with their texts. Errors and `progress` are as in `check`.
    """
    settings, progress = replace(settings or Settings(), select=("ND",), ignore=REPEATED), progress or _silent
    found, failures = find(paths, settings)
    with laid_out(found, settings, progress) as (sources, unread):
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        choose_cache()
        with Workers(settings.jobs) as workers:
            _warm_up(settings, progress)
            spill = Spill(is_needed(settings.memory, sources))
            memory = Memory(sources)
            intake = take_in(memory.batches(BATCH), Run(settings, memory, spill, workers, progress))
        from dedupe.calibration.calibrate import calibration
        from dedupe.copies.find import find_duplicates, mark_table

        signed = intake.signed()
        entries = [entry for number in range(len(intake.entries)) for entry in unpack(intake.entries[number])]
        duplicates = find_duplicates(signed, mark_table([]), settings, progress)
        result = calibration((duplicates, signed.seeds), (sources, entries), settings, pairs)
    failures = sorted({*failures, *unread, *intake.failures, *result.errors}, key=failure_place)
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
        progress(COMPILING, 0, 1)
        from dedupe.copies.find import warm_up

        warm_up(settings)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles in the meantime: there are none, and looking through millions of findings takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
