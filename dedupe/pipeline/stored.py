"""What a run reads from the cache and stores there: the results of batches of sources, and the report of all of them.

A batch is identified by the content of its sources. The cache gives only what a run without it would find again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.config.settings import Settings
from dedupe.core.codec import dump, dump_cluster, load, load_cluster
from dedupe.core.messages import parts, say, whole
from dedupe.core.model import Failure
from dedupe.inputs.sources import Source
from dedupe.inputs.spill import Shelf, pack, unpack
from dedupe.pipeline.cache.cache import UNKNOWN, Cache, contents_of, key_of, settings_key
from dedupe.pipeline.cache.columns import DamagedError, Reader, Writer
from dedupe.pipeline.cache.folder import BATCH, REPORT
from dedupe.pipeline.findings import Outcome
from dedupe.pipeline.scan import Digest, Part
from dedupe.rules.recurring import LineTable

if TYPE_CHECKING:
    from dedupe.copies.seeds import Places
    from dedupe.copies.skeletons import Skeletons

_SKELETON = ("ids", "first", "begin", "end", "doc_sentence", "units")


class Store:
    """The results of one run in the cache, by batch number."""

    def __init__(self, cache: Cache, settings: Settings, batches: Sequence[Sequence[tuple[int, Source]]]) -> None:
        self._cache = cache
        contents = iter(contents_of([source for batch in batches for _, source in batch]))
        self._contents = [[next(contents) for _ in batch] for batch in batches]
        shape = settings_key(settings, joint=False)
        self._keys = [
            key_of(shape, *(_name(source) + content for (_, source), content in zip(batch, held)))
            for batch, held in zip(batches, self._contents)
        ]
        self._is_known = not any(UNKNOWN in held for held in self._contents)
        # Suggested values for blanks are not stored.
        self._report = "" if settings.suggest else key_of(settings_key(settings, joint=True), repr(self._keys).encode())
        self._is_broken = False

    def has(self, number: int) -> bool:
        """True if the result of a batch is in the cache."""
        return UNKNOWN not in self._contents[number] and self._cache.has(self._keys[number], BATCH)

    def digest(self, number: int, compares: bool) -> Digest | None:
        """Return the result of a batch, with the near-duplicate numbers if needed; None if it cannot be used."""
        reader = self._cache.read(self._keys[number], BATCH)
        try:
            return _digest_of(reader, compares) if reader else None
        except (DamagedError, LookupError, ValueError, TypeError) as error:
            self._cache.warn(error)
            return None

    def keep_digest(self, number: int, batch: Sequence[tuple[int, Source]], found: Digest) -> None:
        """Store the result of a batch, unless one of its files changed meanwhile or a rule was stopped."""
        is_final = all(part.is_final for part in found.parts)
        if not is_final or self._is_broken or contents_of([source for _, source in batch]) != self._contents[number]:
            self._is_known = False
            return
        self._keep(self._keys[number], BATCH, lambda writer: _write_digest(writer, found))

    def outcome(self) -> Outcome | None:
        """Return what an earlier run found in exactly the same sources with the same settings, or None."""
        is_kept = self._report and self._is_known and self._cache.has(self._report, REPORT)
        reader = self._cache.read(self._report, REPORT) if is_kept else None
        try:
            return _outcome_of(reader) if reader else None
        except (DamagedError, LookupError, ValueError, TypeError) as error:
            self._cache.warn(error)
            return None

    def keep_outcome(self, outcome: Outcome | None) -> None:
        """Store what was found in all sources; None if that is too large to store."""
        if outcome and self._report and self._is_known and not self._is_broken:
            self._keep(self._report, REPORT, lambda writer: _write_outcome(writer, outcome))
        if not self._is_broken:
            self._cache.drop_old()

    def _keep(self, key: str, suffix: str, write: Any) -> None:
        try:
            with self._cache.writing(key, suffix) as writer:
                write(writer)
        except OSError as error:
            self._is_broken = True
            self._cache.say(
                say("{folder}: nothing is kept for the next run: {REASON}", self._cache.folder, error.strerror)
            )


def _name(source: Source) -> bytes:
    path = source.path.encode("utf-8", "surrogatepass")
    piece = repr(source.piece[1:]).encode("utf-8", "surrogatepass") if source.piece else b""
    return b"\0".join((path, source.kind.encode(), b"named" if source.is_named else b"", piece))


def _write_digest(writer: Writer, found: Digest) -> None:
    rows = [
        [part.characters, part.by_code, [(failure.path, parts(failure.reason)) for failure in part.failures]]
        for part in found.parts
    ]
    writer.add("parts", dump(rows))
    writer.add_parts("findings", [part.findings for part in found.parts])
    writer.add_parts("documents", [part.documents for part in found.parts])
    writer.add("lines", found.lines.key)
    writer.add("line_shape", found.lines.shape)
    kinds = -1
    if found.marks is not None and found.skeletons is not None and found.seeds is not None:
        writer.add("marks", found.marks)
        for name in _SKELETON:
            writer.add(name, getattr(found.skeletons, name))
        for kind, places in enumerate(found.seeds):
            writer.add(f"seeds{kind}", places.packed)
        kinds = len(found.seeds)
    writer.close({"kinds": kinds})


def _digest_of(reader: Reader, compares: bool) -> Digest:
    rows: list[Any] = load(reader.bytes("parts"))
    parts = [
        Part(characters, by_code, [Failure(path, whole(reason)) for path, reason in failures], findings, documents)
        for (characters, by_code, failures), findings, documents in zip(
            rows, reader.parts("findings"), reader.parts("documents")
        )
    ]
    lines = LineTable(reader.numbers("lines"), reader.numbers("line_shape", 3))
    kinds = reader.about["kinds"]
    if not compares or kinds < 0:
        return Digest(parts, lines)
    return Digest(parts, lines, reader.numbers("marks", 2), _skeletons(reader), _seeds(reader, kinds))


def _skeletons(reader: Reader) -> Skeletons:
    from dedupe.copies.skeletons import Skeletons

    return Skeletons(*map(reader.numbers, _SKELETON))


def _seeds(reader: Reader, kinds: int) -> list[Places]:
    from dedupe.copies.seeds import Places

    return [Places(reader.numbers(f"seeds{kind}")) for kind in range(kinds)]


def _write_outcome(writer: Writer, outcome: Outcome) -> None:
    numbers = range(len(outcome.ruled))
    writer.add_parts("ruled", [outcome.ruled[at] for at in numbers])
    recurring, nodes, drafts = zip(*(unpack(outcome.seen[at]) for at in numbers))
    writer.add_parts("recurring", recurring)
    writer.add_parts("nodes", [held.tobytes() for held in nodes])
    writer.add_parts("drafts", drafts)
    verdicts = [[node, *verdict] for held in nodes for node, verdict in outcome.verdicts(held).items()]
    writer.add("verdicts", dump(verdicts))
    writer.add("clusters", dump(list(map(dump_cluster, outcome.clusters))))
    writer.close(
        {
            "documents": outcome.documents,
            "characters": outcome.characters,
            "by_code": outcome.by_code,
            "sizes": outcome.sizes,
            "short": outcome.short,
            "failures": [(failure.path, parts(failure.reason)) for failure in outcome.failures],
        }
    )


def _outcome_of(reader: Reader) -> Outcome:
    from dedupe.copies.describe import Verdict

    about = reader.about
    ruled, seen = Shelf(None), Shelf(None)
    for part in reader.parts("ruled"):
        ruled.put(*([part] if len(part) else []))
    for recurring, nodes, drafts in zip(reader.parts("recurring"), reader.parts("nodes"), reader.parts("drafts")):
        seen.put(pack((bytes(recurring), np.frombuffer(nodes, np.int64), bytes(drafts))))
    verdicts = {node: Verdict(*row) for node, *row in load(reader.bytes("verdicts"))}
    return Outcome(
        ruled,
        seen,
        about["sizes"],
        about["documents"],
        about["characters"],
        Counter(about["by_code"]),
        about["short"],
        [Failure(path, whole(reason)) for path, reason in about["failures"]],
        tuple(map(load_cluster, load(reader.bytes("clusters")))),
        lambda held: {node: verdicts[node] for node in held.tolist() if node in verdicts},
    )
