"""The rows of a report as text, source by source: what an earlier run showed of a source is shown as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedupe.cache.columns import DamagedError, Reader, ends, writing
from dedupe.core.codec import load, load_cluster, load_findings
from dedupe.core.model import Cluster, Finding
from dedupe.pipeline.findings import Render, in_order, path_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.cache.memory import Memory
    from dedupe.pipeline.intake import Intake
    from dedupe.pipeline.told import Told

    Kept = tuple[memoryview, list[int], list[bool]]

SUFFIX = ".rows"
PIECE = 500  # sources, or clusters, that are shown in one go
KEY = 16  # bytes
FEW = 100  # rows of clusters that are made anew rather than all of them be written again


@dataclass(frozen=True)
class Shown:
    """Keeps the rows of a kept run beside it, a file a form, and shows them again.

    `run` says when that run was made, and `known` has for each source of this run its number in that one, or -1 where
    something else is said of it now. `say` is told what could not be used.
    """

    run: int
    known: Sequence[int]
    memory: Memory
    told: Told
    intake: Intake
    say: Callable[[Exception], None]

    def rows(
        self, form: str, render: Render, between: str, texts: Callable[[], Iterable[dict[str, str]]]
    ) -> Iterator[str]:
        """All rows, of many findings at once, with `between` them; no text is empty.

        `form` names all that `render` depends on but the finding, and can be in the name of a file. `texts` makes
        those of each batch by the paths of its files.
        """
        beside = self._beside(form)
        kept = self._read(beside)
        return self._known(kept, render, between) if kept else self._anew(beside, between, texts())

    def clusters(
        self, form: str, render: Callable[[Cluster], str], between: str, dumps: Sequence[bytes | memoryview]
    ) -> Iterator[str]:
        """The same for dumped clusters. Their rows are kept by what was dumped, whatever run that was in."""
        beside = self._beside(f"{form}-clusters")
        known, texts = self._clusters(beside), list[bytes | memoryview]()
        keys = [blake2b(dumped, digest_size=KEY).digest() for dumped in dumps]
        for key, dumped in zip(keys, dumps):
            texts.append(known[key] if key in known else _written(render(load_cluster(load(dumped)))))
        for at in range(0, len(texts), PIECE):
            yield from _joined(between.encode(), texts[at : at + PIECE])
        if sum(key not in known for key in keys) > FEW:
            with suppress(OSError), writing(beside) as writer:
                writer.add("keys", b"".join(keys))
                writer.add("rows", b"".join(texts))
                writer.add("ends", ends(texts))
                writer.close(None)

    def _clusters(self, beside: Path) -> dict[bytes, memoryview]:
        """The rows of clusters by key."""
        if not beside.exists():
            return {}
        try:
            reader = Reader(beside)
            keys, rows = bytes(reader.bytes("keys")), reader.bytes("rows")
            where = [0, *reader.numbers("ends").tolist()]
        except DamagedError as error:
            self.say(error)
            return {}
        return {keys[KEY * at :][:KEY]: rows[low:high] for at, (low, high) in enumerate(pairwise(where))}

    def _beside(self, name: str) -> Path:
        assert self.memory.file
        return self.memory.file.with_name(f"{self.memory.file.stem}-{name}{SUFFIX}")

    def _read(self, beside: Path) -> Kept | None:
        """The rows of the kept run, where those of each source end, and which sources there are rows of."""
        if not beside.exists():
            return None
        try:
            reader = Reader(beside)
            where, has = reader.numbers("ends").tolist(), reader.numbers("has").astype(bool).tolist()
            if reader.about != self.run or len(where) != len(has) or len(has) <= max(self.known, default=-1):
                return None
            return reader.bytes("rows"), [0, *where], has
        except DamagedError as error:
            self.say(error)
            return None

    def _known(self, kept: Kept, render: Render, between: str) -> Iterator[str]:
        data, where, has = kept
        known = [number if number >= 0 and has[number] else -1 for number in self.known]
        others = _Others(self)
        joint, waiting = between.encode(), list[bytes | memoryview]()
        for at, number in enumerate(known):
            if number < 0:
                waiting.append(_written(between.join(map(render, others.findings(at)))))
            elif where[number] < where[number + 1]:
                waiting.append(data[where[number] : where[number + 1]])
            if len(waiting) == PIECE:
                yield from _joined(joint, waiting)
                waiting.clear()
        yield from _joined(joint, waiting)

    def _anew(self, beside: Path, between: str, made: Iterable[dict[str, str]]) -> Iterator[str]:
        """All rows, as they are made; they are kept once somebody has taken them all."""
        rows = [b""] * (max(self.known, default=-1) + 1)
        has = np.zeros(len(rows), np.uint8)
        for texts, sources in zip(made, self.told.batches):
            if texts:
                yield between.join(texts.values())
            for at, source in sources:
                known = self.known[at]
                if known >= 0:
                    rows[known], has[known] = _written(texts.get(source.path, "")), 1
        # Not being able to keep them is no loss, and was said when the run was kept.
        with suppress(OSError), writing(beside) as writer:
            writer.add("rows", b"".join(rows))
            writer.add("ends", ends(rows))
            writer.add("has", has)
            writer.close(self.run)


class _Others:
    """The findings of some sources, looked up one by one."""

    def __init__(self, shown: Shown) -> None:
        self._told = shown.told
        self._parts = [part for digest in shown.intake.digests or [] for part in digest.parts]
        self._batch = [number for number, held in enumerate(self._told.batches) for _ in held]
        self._paths = [source.path for source in shown.memory.sources]
        self._fresh: dict[int, dict[str, list[Finding]]] = {}

    def findings(self, at: int) -> list[Finding]:
        """The findings of a source in order."""
        batch, path = self._batch[at], self._paths[at]
        if batch not in self._fresh:
            fresh = sorted(self._told.fresh_copies(batch).values(), key=path_of)
            self._fresh[batch] = {name: list(found) for name, found in groupby(fresh, key=path_of)}
        dumps = [self._parts[at].findings, self._told.sight.recurring.get(at, b"")]
        return in_order([*load_findings(dumps), *self._fresh[batch].get(path, ()), *self._told.retold.findings(path)])


def same_as_before(memory: Memory, told: Told, source_doc: NDArray[np.int64]) -> list[int]:
    """For each source its number in the past where the very same is said of it, else -1."""
    past, recurring = memory.past, told.sight.recurring
    assert past
    known = [
        number if number >= 0 and recurring.get(at, b"") == past.recurring[number][1] else -1
        for at, number in enumerate(memory.kept)
    ]
    if memory.is_same:
        return known
    of = np.array(known, np.int64)
    if told.numbers:
        gone = np.setdiff1d(np.arange(len(past.group_numbers)), told.retold.numbers)
        of[np.isin(of, past.sources_of(gone))] = -1
    if told.numbers and len(told.missing):
        duplicates = told.numbers.duplicates
        nodes = np.concatenate([duplicates.groups[group].nodes for group in told.missing])
        of[np.searchsorted(source_doc, duplicates.doc[nodes], side="right") - 1] = -1
    numbers: list[int] = of.tolist()
    return numbers


def _written(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _joined(between: bytes, texts: Sequence[bytes | memoryview]) -> Iterator[str]:
    """The texts that are not empty as one, if there are any."""
    joined = between.join(text for text in texts if len(text))
    if joined:
        yield joined.decode("utf-8", "surrogatepass")
