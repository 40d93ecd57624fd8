"""Take in all sources once, batch by batch: their findings, texts and numbers."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from dedupe.config.rules import left_out, too_often
from dedupe.config.settings import Settings
from dedupe.core.model import Failure, Progress
from dedupe.core.workers import Workers
from dedupe.inputs.sources import Source
from dedupe.inputs.spill import Shelf, Spill, pack, unpack
from dedupe.pipeline.kept import Kept, unpack_documents
from dedupe.pipeline.scan import Digest, digest
from dedupe.pipeline.stored import Store
from dedupe.rules.recurring import Frequencies, LineTable, frequencies, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.copies.signed import Gatherer, Signed
    from dedupe.copies.skeletons import I64

Batch = Sequence[tuple[int, Source]]


def batched(sources: Sequence[Source], size: int) -> Sequence[Batch]:
    """Return the sources with their numbers, in batches of about `size` bytes.

    Sources of one path stay together; pieces of a large file stand alone. A hash of a file's name decides if a batch
    ends there, so that adding or removing a file changes only the neighbouring batches.
    """
    batches: list[list[tuple[int, Source]]] = []
    held, ends = size, True
    for number, source in enumerate(sources):
        is_apart = source.piece is not None or not batches or source.path != batches[-1][-1][1].path
        if is_apart and (ends or source.piece is not None or held + source.size > size):
            batches.append([])
            held = 0
        batches[-1].append((number, source))
        held += source.size
        ends = held >= size // 4 and crc32(source.path.encode("utf-8", "surrogatepass")) * size < source.size * 2 << 32
    return batches


@dataclass(frozen=True)
class Run:
    """What all stages of a run share; `store` is None if nothing is kept between runs."""

    settings: Settings
    spill: Spill
    workers: Workers
    progress: Progress
    store: Store | None = None


@dataclass
class Intake:
    """The results of all batches, one after the other.

    `findings` and `lines` are by batch, `documents` by source. `bounds` has the first document number of each batch,
    and the total; `source_sizes` has for each source the lengths of its documents.
    """

    findings: Shelf
    lines: Shelf
    documents: Shelf
    bounds: list[int] = field(default_factory=lambda: [0])
    sizes: list[int] = field(default_factory=list)
    source_sizes: list[array[int]] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)
    counts: list[Frequencies] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    marks: list[I64] = field(default_factory=list)
    gatherer: Gatherer | None = None

    @property
    def characters(self) -> int:
        """The number of code points in all documents."""
        return sum(map(sum, self.source_sizes))

    def take(self, part: Digest) -> None:
        """Add the results of the next batch."""
        self.findings.put(*(one.findings for one in part.parts if len(one.findings)))
        self.lines.put(pack((part.lines.key, part.lines.shape)))
        self.sizes.append(sum(sum(one.by_code.values()) for one in part.parts))
        for one in part.parts:
            self.documents.put(one.documents)
            self.source_sizes.append(array("q", one.characters))
            self.by_code.update(one.by_code)
            self.failures += one.failures
        self.counts.append(frequencies(part.lines, 1))
        if part.marks is not None and part.skeletons is not None and part.seeds is not None:
            self.marks.append(part.marks + np.array([self.bounds[-1], 0]))
            if self.gatherer:
                self.gatherer.add(part.skeletons, part.seeds)
        self.bounds.append(self.bounds[-1] + sum(len(one.characters) for one in part.parts))

    def frequencies(self, least: int) -> Frequencies:
        """Return the lines that at least `least` documents have. This frees the counts of the batches."""
        counts, self.counts = self.counts, []
        return total(counts, least)

    def line_table(self, number: int) -> LineTable:
        """Return the lines of the documents of a batch."""
        return LineTable(*unpack(self.lines[number]))

    def texts(self, sources: Sequence[Source], wanted: Collection[int]) -> Iterator[tuple[int, Kept]]:
        """Yield the wanted documents with their numbers, in order."""
        last = 0
        for at, source in enumerate(sources):
            first, last = last, last + len(self.source_sizes[at])
            if any(doc in wanted for doc in range(first, last)):
                documents = enumerate(unpack_documents(source.path, self.documents[at]), first)
                yield from ((doc, kept) for doc, kept in documents if doc in wanted)

    def documents_of(self, batches: Sequence[Batch], paths: Collection[str]) -> NDArray[np.bool_]:
        """Return bool[documents]: which ones stand in files of these paths."""
        sources = (source for batch in batches for _, source in batch)
        return np.repeat([source.path in paths for source in sources], list(map(len, self.source_sizes)))

    def signed(self) -> Signed:
        """Return the numbers of all batches as one, and stop holding them here."""
        from dedupe.copies.signed import Gatherer

        gatherer, self.gatherer = self.gatherer or Gatherer(Spill()), None
        return gatherer.signed()


def take_in(batches: Sequence[Batch], run: Run) -> Intake:
    """Read, scan and sign every batch of sources, in the order of the sources."""
    shelf = run.spill.shelf
    intake = Intake(shelf(), shelf(), shelf(), gatherer=_gatherer(run.settings, run.spill))
    done, size = 0, sum(source.size for batch in batches for _, source in batch)
    stopped = Counter[str]()
    for batch, part in zip(batches, _digests(batches, run, stopped)):
        done += sum(source.size for _, source in batch)
        run.progress("reading", done, size)
        stopped.update(part.stopped)
        intake.take(part)
    intake.failures += map(left_out, sorted(too_often(stopped)))
    return intake


def _digests(batches: Sequence[Batch], run: Run, stopped: Counter[str]) -> Iterator[Digest]:
    """Yield the results of each batch: from an earlier run if they were kept, else computed now.

    When a batch is queued, a few ahead, rules already `stopped` too often are left out of it.
    """
    store = run.store
    known = [store is not None and store.has(number) for number in range(len(batches))]
    jobs = ((too_often(stopped), batch) for batch, is_known in zip(batches, known) if not is_known)
    fresh = run.workers.run(digest, jobs, run.settings)
    if store is None:
        yield from fresh
        return
    for number, (batch, is_known) in enumerate(zip(batches, known)):
        found = store.digest(number, run.settings.compares) if is_known else None
        if found is None:
            found = digest((too_often(stopped), batch), run.settings) if is_known else next(fresh)
            store.keep_digest(number, batch, found)
        yield found


def _gatherer(settings: Settings, spill: Spill) -> Gatherer | None:
    """Return a collector for the numbers of near-duplicates, or None if these are not wanted."""
    if not settings.compares:
        return None
    from dedupe.copies.signed import Gatherer

    return Gatherer(spill)
