"""What one run takes from an earlier one over the same paths, and what it leaves for the next.

Nothing is taken that a run without a past would not find again: the past is asked for pure functions of what did not
change, by content.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedupe.cache.columns import Writer, ends
from dedupe.cache.past import FRESH, UNKNOWN, Past, content_of, contents_of
from dedupe.core.codec import dump
from dedupe.inputs.sources import Source, stamp_of
from dedupe.pipeline.scan import Digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.copies.find import Known
    from dedupe.copies.signed import Signed
    from dedupe.copies.skeletons import I64, U64
    from dedupe.pipeline.delta import Delta

Batch = Sequence[tuple[int, Source]]

# A past that differs in fewer sources is left as it is: to write it anew costs more than to look at those again.
FEW, SHARE = 8, 0.001


@dataclass
class Memory:
    """The sources of a run, which of them are in its past, and where the run is to be kept: nowhere without `file`.

    `kept` is for each source its number in the past, or -1; `contents` the digest of what it holds. Near-duplicates are
    put together `wholly`, whatever of them the past knows, where they could not be otherwise.
    """

    sources: Sequence[Source]
    file: Path | None = None
    past: Past | None = None
    when: int = field(default_factory=time.time_ns)
    kept: list[int] = field(default_factory=list)
    wholly: bool = False
    contents: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.past:
            self.kept, self.contents = self.past.match(self.sources)
        else:
            self.kept = [-1] * len(self.sources)
            self.contents = contents_of(self.sources) if self.file else []

    @cached_property
    def fresh(self) -> list[Source]:
        """The sources that the past does not know."""
        return [source for source, number in zip(self.sources, self.kept) if number < 0]

    @cached_property
    def is_same(self) -> bool:
        """Whether the past is of the very same sources."""
        return self.past is not None and len(self.past.rows) == len(self.sources) and not self.fresh

    @cached_property
    def is_worth_keeping(self) -> bool:
        """Whether this run should take the place of the past."""
        if not self.file or not self.past:
            return self.file is not None
        gone = len(self.past.rows) - len(self.kept) + self.kept.count(-1)
        return self.kept.count(-1) + gone > max(FEW, SHARE * len(self.sources))

    @property
    def is_few(self) -> bool:
        """Whether so little changed that only near-duplicates of that are looked for."""
        return self.past is not None and not (self.is_same or self.is_worth_keeping or self.wholly)

    def batches(self, size: int) -> list[list[tuple[int, Source]]]:
        """The sources with their numbers, in runs of about `size` bytes, each known or fresh as a whole.

        Sources of one path stay together, but for pieces, which stand alone.
        """
        before = accumulate((source.size for source in self.sources), initial=0)
        start: dict[str, tuple[int, int, int]] = {}
        batch_of = []
        run = last = 0
        for number, (source, place) in enumerate(zip(self.sources, before)):
            known = self.kept[number]
            run += number == 0 or (known < 0) != (last < 0) or (known >= 0 and known != last + 1)
            last = known
            alone = (run, place // size, number)
            batch_of.append(alone if source.piece else start.setdefault(source.path, (*alone[:2], -1)))
        return [list(batch) for _, batch in groupby(enumerate(self.sources), key=lambda item: batch_of[item[0]])]

    def knows(self, batch: Batch) -> bool:
        """Whether a batch is in the past."""
        return self.kept[batch[0][0]] >= 0

    def digest(self, batch: Batch, compares: bool) -> Digest:
        """What a batch gave that the past knows."""
        assert self.past
        low = self.kept[batch[0][0]]
        return self.past.digest(low, low + len(batch), compares and not self.is_same and not self.is_few)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Runs of sources in the past: number there, number now, how many."""
        for _, group in groupby(enumerate(self.kept), key=lambda item: item[1] - item[0] if item[1] >= 0 else None):
            run = list(group)
            if run[0][1] >= 0:
                yield run[0][1], run[0][0], len(run)

    def delta(self, source_doc: I64, fresh: Signed, marks: I64) -> Delta:
        """Where the documents of this run come from; `fresh` and `marks` are of those that the past does not know."""
        from dedupe.pipeline.delta import Delta

        assert self.past
        moved = self.moved(source_doc)
        added = np.setdiff1d(np.arange(source_doc[-1]), moved)
        return Delta(self.past, moved, fresh, added, marks)

    def moved(self, source_doc: I64) -> I64:
        """int64[documents then]: what number each document of the past has now, -1 where it is gone."""
        assert self.past
        then = self.past.source_doc
        moved = np.full(int(then[-1]), -1, np.int64)
        for old, new, count in self.runs():
            moved[then[old] : then[old + count]] = np.arange(source_doc[new], source_doc[new + count])
        return moved

    def copied(self, source_doc: I64, groups: Sequence[int]) -> I64:
        """int64[members, 3]: document now, start and end of the members of some groups of the past."""
        assert self.past
        wanted = np.isin(self.past.members[0], groups)
        nodes, whole = self.past.reader.numbers("group_nodes", 2)[wanted], self.past.skeletons
        doc = np.searchsorted(whole.doc_sentence, nodes[:, 0], side="right") - 1
        now = self.moved(source_doc)[doc]
        return np.column_stack((now, whole.begin[nodes[:, 0]], whole.end[nodes[:, 1] - 1])).astype(np.int64)

    def known(self, source_doc: I64, doc_sentence: I64, first: I64) -> Known:
        """The edges and regions of the past in the numbers of this run, from where sources and documents begin."""
        from dedupe.copies.find import Known

        if not self.past:
            return Known(np.empty(0, np.uint64), np.empty((0, 4), np.int64))
        then = self.past.skeletons
        runs = np.array(list(self.runs()), np.int64).reshape(-1, 3)
        old_doc = self.past.source_doc[np.column_stack((runs[:, 0], runs[:, 0] + runs[:, 2]))]
        old, new = then.doc_sentence[old_doc], doc_sentence[source_doc[runs[:, 1]]]
        regions = _moved(self.past.regions, (old, new), (0, 0, 2, 2))
        edges = self.past.reader.numbers("edges")
        one, two = edges >> np.uint64(32), edges & np.uint64(0xFFFFFFFF)
        tokens = then.first[old].astype(np.uint64), first[new].astype(np.uint64)
        (one, one_is_here), (two, two_is_here) = _shifted(one, tokens), _shifted(two, tokens)
        return Known((one << np.uint64(32) | two)[one_is_here & two_is_here], regions)

    def write_sources(self, writer: Writer, parts: Sequence[Digest]) -> None:
        """Leave what the sources gave."""
        whole = [part for digest in parts for part in digest.parts]
        rows = [
            [source.path, part.characters, part.by_code, [(failure.path, failure.reason) for failure in part.failures]]
            for source, part in zip(self.sources, whole)
        ]
        writer.add("sources", dump(rows))
        contents = (self._settled(number) if part.is_final else UNKNOWN for number, part in enumerate(whole))
        writer.add("content", b"".join(contents))
        writer.add("stamps", np.array([(source.size, *source.stamp) for source in self.sources], np.int64))
        writer.add("ruled", b"".join(part.findings for part in whole))
        writer.add("ruled_ends", ends(part.findings for part in whole))
        writer.add("lines", np.concatenate([digest.lines.key for digest in parts]))
        writer.add("line_shape", np.concatenate([digest.lines.shape for digest in parts]))

    def _settled(self, number: int) -> bytes:
        """The content of a source if it was the same all the time; a file that changed meanwhile is not known again."""
        source, content = self.sources[number], self.contents[number]
        assert source.file is not None
        try:
            # Without the file's number, which Windows tells in one place and not in another.
            is_same = stamp_of(os.stat(source.file))[:2] == source.stamp[:2]
        except OSError:
            return UNKNOWN
        if max(source.stamp[:2]) >= self.when - FRESH:
            is_same = is_same and content_of(source) == content
        return content if is_same else UNKNOWN


def _moved(rows: I64, runs: tuple[I64, I64], sides: Sequence[int]) -> I64:
    """Rows of places in runs (int64[runs, 2] from, to) moved to where the runs begin now; none outside of a run.

    `sides` says for each column which column tells its run: the end of a stretch goes with its beginning.
    """
    old, new = runs
    if not len(old):
        return rows[:0]
    run = np.searchsorted(old[:, 0], rows, side="right")[:, list(sides)] - 1
    inside = (run >= 0) & (rows[:, list(sides)] < old[run, 1])
    moved: I64 = (rows - old[run, 0] + new[run])[inside.all(1)]
    return moved


def _shifted(places: U64, runs: tuple[U64, U64]) -> tuple[U64, NDArray[np.bool_]]:
    """Places in runs moved to where the runs begin now, and which of them are in one."""
    old, new = runs
    if not len(old):
        return places, np.zeros(len(places), bool)
    run = np.searchsorted(old[:, 0], places, side="right")
    # A row before the first stands for what no run holds: it is empty.
    low, high = (np.concatenate((np.zeros(1, np.uint64), side)) for side in old.T)
    shift = np.concatenate((np.zeros(1, np.uint64), new - old[:, 0]))
    return places + shift[run], (places < high[run]) & (places >= low[run])
