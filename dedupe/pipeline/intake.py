"""Every source read once: what all batches gave, one after the other."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from dedupe.cache.memory import Memory
from dedupe.config.settings import Settings
from dedupe.core.model import Failure, Progress
from dedupe.core.workers import Workers
from dedupe.inputs.sources import Source
from dedupe.inputs.spill import Shelf, Spill, pack
from dedupe.pipeline.scan import Digest, digest
from dedupe.rules.recurring import Frequencies

if TYPE_CHECKING:
    from dedupe.copies.signed import Gatherer, Signed
    from dedupe.copies.skeletons import I64

Batch = Sequence[tuple[int, Source]]


@dataclass(frozen=True)
class Run:
    """What all stages of a run are given."""

    settings: Settings
    memory: Memory
    spill: Spill
    workers: Workers
    progress: Progress


@dataclass
class Intake:
    """What all batches gave when they were first read, one after the other.

    `bounds` are the documents that batches begin with, and the number of all; `sizes` is how many findings each has.
    `source_sizes` has for each source the lengths of its documents; `digests` is filled for a run that is kept.
    """

    entries: Shelf
    findings: Shelf
    bounds: list[int] = field(default_factory=lambda: [0])
    sizes: list[int] = field(default_factory=list)
    source_sizes: list[array[int]] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)
    lines: list[Frequencies] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    marks: list[I64] = field(default_factory=list)
    gatherer: Gatherer | None = None
    digests: list[Digest] | None = None

    @property
    def characters(self) -> int:
        """How many code points all documents have."""
        return sum(map(sum, self.source_sizes))

    @property
    def source_doc(self) -> I64:
        """int64[sources + 1]: the document that each source begins with, and the number of all."""
        return np.cumsum([0, *map(len, self.source_sizes)], dtype=np.int64)

    def take(self, part: Digest) -> None:
        """Take in the next batch."""
        self.entries.put(part.entries if part.entries is not None else pack(None))
        self.findings.put(*(one.findings for one in part.parts if len(one.findings)))
        self.sizes.append(sum(sum(one.by_code.values()) for one in part.parts))
        for one in part.parts:
            self.source_sizes.append(array("q", one.characters))
            self.by_code.update(one.by_code)
            self.failures += one.failures
        self.lines.append(part.counts)
        if part.marks is not None and part.skeletons is not None and part.seeds is not None:
            self.marks.append(part.marks + np.array([self.bounds[-1], 0]))
            if self.gatherer:
                self.gatherer.add(part.skeletons, part.seeds)
        if self.digests is not None:
            self.digests.append(replace(part, entries=None, marks=None, skeletons=None, seeds=None))
        self.bounds.append(self.bounds[-1] + sum(len(one.characters) for one in part.parts))

    def signed(self) -> Signed:
        """The numbers of all batches as one; they are let go with what this returns."""
        from dedupe.copies.signed import Gatherer

        gatherer, self.gatherer = self.gatherer or Gatherer(Spill()), None
        return gatherer.signed()


def take_in(batches: Sequence[Batch], run: Run) -> Intake:
    """Every batch of sources read, scanned and signed, in the order of the sources; those in memory are not read."""
    settings, spill, memory = run.settings, run.spill, run.memory
    intake = Intake(spill.shelf(), spill.shelf(), gatherer=None if memory.is_same else _gatherer(settings, spill))
    if memory.file:
        intake.digests = []
    done, size = 0, sum(source.size for batch in batches for _, source in batch)
    answers = run.workers.run(digest, [batch for batch in batches if not memory.knows(batch)], settings)
    for batch in batches:
        part = memory.digest(batch, settings.compares) if memory.knows(batch) else next(answers)
        done += sum(source.size for _, source in batch)
        run.progress("reading", done, size)
        intake.take(part)
    return intake


def _gatherer(settings: Settings, spill: Spill) -> Gatherer | None:
    """Takes the numbers of near-duplicates, where they are wanted."""
    if not settings.compares:
        return None
    from dedupe.copies.signed import Gatherer

    return Gatherer(spill)
