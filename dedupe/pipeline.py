"""The stages in order: read, scan and sign; find copies; look at the texts again to name what was found; report."""

from __future__ import annotations

import gc
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
from typing import TYPE_CHECKING, TypeVar

from dedupe.config import Settings
from dedupe.corpus import Source, find
from dedupe.digest import Digest, Entry, digest
from dedupe.model import Cluster, Finding, Kind, Report, Severity, Summary
from dedupe.repeats import REPEATED, frequencies
from dedupe.revisit import Seen, revisit, visits_of
from dedupe.workers import Workers

if TYPE_CHECKING:
    from dedupe.calibrate import Calibration
    from dedupe.candidates import Places
    from dedupe.describe import Facts, Place
    from dedupe.duplicates import Duplicates
    from dedupe.tokens import Skeletons

Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]

BATCH = 1_000_000  # bytes of source that are read, scanned and signed in one go
PAIRS = 5  # pairs on either side of the threshold that a calibration shows
WORTH_PROCESSES = 24_000_000  # bytes below which starting worker processes costs more than they save


def check(paths: Sequence[str], settings: Settings | None = None, progress: Progress | None = None) -> Report:
    """Find all dirt in the documents that `paths` name: files, folders, or "-" for standard input.

    `progress` is called with the name of a stage, what is done of it and what there is to do. What cannot be read
    is in the report's `errors`; everything else is still done. Raises DedupeError where nothing can be.
    """
    started = time.perf_counter()
    settings, progress = settings or Settings(), progress or _silent
    found, failures = find(paths, settings)
    with _collector_paused(), _spooled(found) as sources:
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        with Workers(settings.jobs) as workers:
            _warm_up(settings, progress)
            digests = _digests(sources, settings, (workers, progress))
            entries = [entry for part in digests for entry in part.entries]
            failures += [failure for part in digests for failure in part.failures]
            duplicates = _duplicates(digests, entries, settings, progress)
            seen = _seen(sources, entries, duplicates, settings, (workers, progress))
    clusters, copies = _clusters(duplicates, seen.facts, settings)
    failures += seen.failures
    findings = [finding for entry in entries for finding in entry.findings] + seen.findings + copies
    wanted = {code for code in {finding.code for finding in findings} if settings.wants(code)}
    findings = sorted((finding for finding in findings if finding.code in wanted), key=_place)
    failures = sorted(set(failures), key=lambda failure: (failure.path, failure.reason))
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


def calibrate(
    paths: Sequence[str], settings: Settings | None = None, pairs: int = PAIRS, progress: Progress | None = None
) -> Calibration:
    """Measure near-duplicates as `check` finds them, for whoever chooses a threshold: see `Calibration`.

    `pairs` on either side of the threshold are given with their texts. Errors and `progress` are as in `check`.
    """
    settings, progress = replace(settings or Settings(), select=("ND",), ignore=REPEATED), progress or _silent
    found, failures = find(paths, settings)
    with _spooled(found) as sources:
        settings = replace(settings, jobs=_jobs(settings.jobs, sources))
        with Workers(settings.jobs) as workers:
            _warm_up(settings, progress)
            digests = _digests(sources, settings, (workers, progress))
        entries = [entry for part in digests for entry in part.entries]
        failures += [failure for part in digests for failure in part.failures]
        from dedupe.calibrate import calibration
        from dedupe.duplicates import find_duplicates, mark_table

        skeletons, seeds = _signed(digests)
        duplicates = find_duplicates((skeletons, seeds), mark_table([]), settings, progress)
        result = calibration((duplicates, seeds), (sources, entries), settings, pairs)
    failures = sorted({*failures, *result.errors}, key=lambda failure: (failure.path, failure.reason))
    return replace(result, errors=tuple(failures))


def _silent(stage: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


def _place(finding: Finding) -> tuple[str, str, int, int, str, str]:
    return (finding.path, finding.record or "", finding.start, finding.end, finding.code, finding.fingerprint)


def _jobs(jobs: int, sources: Sequence[Source]) -> int:
    if jobs:
        return jobs
    return (os.cpu_count() or 1) if sum(source.size for source in sources) >= WORTH_PROCESSES else 1


def _warm_up(settings: Settings, progress: Progress) -> None:
    """The first run on a machine compiles for some seconds; workers that start after that find it done."""
    if settings.wants_any("ND"):
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
    with tempfile.TemporaryDirectory(prefix="dedupe-") as folder:
        spool = Path(folder) / "stdin"
        with spool.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        size = spool.stat().st_size
        yield [source if source.file else replace(source, file=spool, size=size) for source in sources]


def _batches(items: Sequence[Item], sizes: Sequence[int]) -> list[list[Item]]:
    """The items in order, in runs of about `BATCH` bytes."""
    before = list(accumulate(sizes, initial=0))
    return [
        [items[number] for number in run] for _, run in groupby(range(len(items)), key=lambda at: before[at] // BATCH)
    ]


def _digests(sources: Sequence[Source], settings: Settings, run: tuple[Workers, Progress]) -> list[Digest]:
    """Every batch of sources read, scanned and signed, in the order of the sources."""
    sizes = [source.size for source in sources]
    batches = _batches(list(enumerate(sources)), sizes)
    done, parts = 0, []
    for part, batch in zip(run[0].run(digest, batches, settings), batches):
        done += sum(source.size for _, source in batch)
        run[1]("reading", done, sum(sizes))
        parts.append(part)
    return parts


def _duplicates(
    digests: list[Digest], entries: Sequence[Entry], settings: Settings, progress: Progress
) -> Duplicates | None:
    if not settings.wants_any("ND"):
        return None
    from dedupe.duplicates import find_duplicates, mark_table

    marks = mark_table([_marks(entry) for entry in entries])
    return find_duplicates(_signed(digests), marks, settings, progress)


def _signed(digests: list[Digest]) -> tuple[Skeletons, list[Places]]:
    """The skeletons and the seeds of all batches as one; the batches are let go, for together they are as large."""
    from dedupe.candidates import join as join_seeds
    from dedupe.candidates import seeds_of
    from dedupe.tokens import join as join_skeletons

    signed = [(part.skeletons, part.seeds) for part in digests if part.skeletons and part.seeds]
    digests.clear()
    bases = list(accumulate((len(part.ids) for part, _ in signed), initial=0))
    skeletons = join_skeletons([part for part, _ in signed])
    return skeletons, join_seeds([part for _, part in signed], bases) or seeds_of(skeletons)


def _marks(entry: Entry) -> list[int]:
    """Where a document has a mark or hole that a person would mind."""
    return [f.start for f in entry.findings if f.kind is Kind.PLACEHOLDER and f.severity is not Severity.NOTE]


def _short_documents(duplicates: Duplicates | None, settings: Settings) -> int:
    if duplicates is None:
        return 0
    bounds = duplicates.skeletons.doc_token
    return int(((bounds[1:] - bounds[:-1]) < settings.min_length).sum())


def _seen(
    sources: Sequence[Source],
    entries: Sequence[Entry],
    duplicates: Duplicates | None,
    settings: Settings,
    run: tuple[Workers, Progress],
) -> Seen:
    """The second look, at the texts that hold a copy or a line that recurs and at no others."""
    places: dict[int, list[Place]] = {}
    if duplicates:
        from dedupe.describe import places_of

        places = places_of(duplicates)
    lines = (entry.lines for entry in entries if entry.lines is not None)
    visits = visits_of(sources, entries, places, frequencies(lines, settings.chrome_documents))
    batches = _batches(visits, [visit.source.size for visit in visits])
    seen = Seen({}, [], [])
    for done, part in enumerate(run[0].run(revisit, batches, settings), 1):
        run[1]("naming", done, len(batches))
        seen.facts.update(part.facts)
        seen.findings.extend(part.findings)
        seen.failures.extend(part.failures)
    return seen


def _clusters(
    duplicates: Duplicates | None, facts: dict[int, Facts], settings: Settings
) -> tuple[list[Cluster], list[Finding]]:
    """The clusters and the findings of their members, named; without those whose texts are no longer there."""
    if duplicates is None:
        return [], []
    from dedupe.describe import describe

    named = [group for group in duplicates.groups if all(node in facts for node in group.nodes.tolist())]
    return describe(replace(duplicates, groups=named), facts, settings)
