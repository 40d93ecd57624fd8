"""What an earlier run over the same paths left: its numbers and findings by source, to be taken where nothing changed.

Sources are told by their content. A file that has the stamp it had is not even read, unless it was written so shortly
before the run that its stamp could not tell a second change.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.cache.columns import DamagedError, Reader
from dedupe.core.codec import load
from dedupe.core.model import Failure
from dedupe.inputs.sources import Source
from dedupe.pipeline.scan import Digest, Part
from dedupe.rules.recurring import LineTable, frequencies

if TYPE_CHECKING:
    from dedupe.copies.skeletons import I64, U64, Skeletons

FRESH = 2_000_000_000  # nanoseconds: the coarsest clock of a file system, that of FAT
UNKNOWN = bytes(16)
CHUNK = 1 << 20
_LOWER = np.uint64(0xFFFFFFFF)


def content_of(source: Source) -> bytes:
    """A digest of 16 bytes of what a file holds; `UNKNOWN` where it cannot be read."""
    assert source.file is not None
    digest = blake2b(digest_size=16)
    try:
        with open(source.file, "rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return UNKNOWN
    return digest.digest()


def contents_of(sources: Sequence[Source]) -> list[bytes]:
    """`content_of` many."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(content_of, sources, chunksize=64))


class Past:
    """The columns of an earlier run, by its sources. Raises DamagedError wherever they are not what they should be."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.about: dict[str, Any] = reader.about
        self.rows: list[list[Any]] = load(reader.bytes("sources"))
        self.content = bytes(reader.bytes("content"))
        self.stamps: I64 = reader.numbers("stamps", 4)
        self.source_doc: I64 = self._bounds([len(row[1]) for row in self.rows])
        self._ruled = self.dumps("ruled")
        if not len(self.rows) == len(self.stamps) == len(self.content) // 16 == len(self._ruled):
            raise DamagedError("its columns do not fit together")

    @staticmethod
    def _bounds(sizes: Sequence[int] | I64) -> I64:
        return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of the last source of each path."""
        return {row[0]: number for number, row in enumerate(self.rows)}

    def sources(self, path: str) -> tuple[int, int]:
        """The sources of a path, which stand side by side, from, to."""
        last = first = self._numbers.get(path, -1)
        while first > 0 and self.rows[first - 1][0] == path:
            first -= 1
        return first, last + 1

    def match(self, sources: Sequence[Source]) -> tuple[list[int], list[bytes]]:
        """For each source its number in the past or -1, and the digest of its content. Numbers ascend."""
        before = [self._numbers.get(source.path, -1) for source in sources]
        stamps = np.array([(source.size, *source.stamp) for source in sources], np.int64).reshape(-1, 4)
        same = (self.stamps[before] == stamps).all(1) & (stamps[:, 1:3].max(1) < self.about["when"] - FRESH)
        contents = [self.content[16 * number :][:16] if ok else b"" for number, ok in zip(before, same.tolist())]
        unread = [at for at, content in enumerate(contents) if content in (b"", UNKNOWN)]
        for at, content in zip(unread, contents_of([sources[at] for at in unread])):
            contents[at] = content
        last = -1
        for at, number in enumerate(before):
            was = self.content[16 * number :][:16]
            if number <= last or contents[at] != was or was == UNKNOWN:
                before[at] = -1
            else:
                last = number
        return before, contents

    @cached_property
    def skeletons(self) -> Skeletons:
        """The tokens of all documents; those of a document are to be used after `check_tokens`."""
        from dedupe.copies.skeletons import Skeletons

        column = self.reader.numbers
        found = Skeletons(
            self.reader.unchecked("ids"),
            *map(column, ("first", "begin", "end", "doc_sentence", "units")),
        )
        ends = len(found.ids), len(found.begin), int(self.source_doc[-1])
        if (found.first[-1], found.doc_sentence[-1], found.documents) != ends or len(found.end) != ends[1]:
            raise DamagedError("its tokens do not fit together")
        return found

    def check_tokens(self, low: int, high: int) -> None:
        """Make sure that the tokens of the documents low..high are what was written."""
        first = self.skeletons.first[self.skeletons.doc_sentence[[low, high]]]
        self.reader.check("ids", *first.tolist())

    @cached_property
    def seeds(self) -> list[tuple[U64, U64]]:
        """Packed places of each kind, and the tokens they are at."""
        columns = [self.reader.numbers(f"seeds{kind}") for kind in range(self.about["kinds"])]
        return [(packed, packed & _LOWER) for packed in columns]

    @cached_property
    def sorted_seeds(self) -> list[U64]:
        """Packed places of each kind, sorted by key."""
        return [self.reader.numbers(f"sorted{kind}") for kind in range(self.about["kinds"])]

    @cached_property
    def keys(self) -> U64:
        """uint64[documents]: equal for documents of one skeleton."""
        keys: U64 = self._as_many("keys", self.skeletons.documents)
        return keys

    @cached_property
    def regions(self) -> I64:
        """int64[copies, 4]: the regions of all copies."""
        return self.reader.numbers("regions", 4)

    @cached_property
    def labels(self) -> tuple[I64, I64, I64]:
        """The connected component of each region, each twin and each group."""
        names = (("region_label", len(self.regions)), ("twin_label", -1), ("group_label", len(self.group_numbers)))
        region, twin, group = (self._as_many(name, count) for name, count in names)
        return region, twin, group

    def _as_many(self, name: str, count: int) -> Any:
        column = self.reader.numbers(name)
        if count not in (-1, len(column)):
            raise DamagedError(f"its column {name} does not fit")
        return column

    @cached_property
    def marks(self) -> I64:
        """int64[marks, 2], as `find_duplicates` takes them."""
        return self.reader.numbers("marks", 2)

    @cached_property
    def _lines(self) -> tuple[LineTable, I64]:
        table = LineTable(self.reader.numbers("lines"), self.reader.numbers("line_shape", 3))
        bounds = self._bounds(table.shape[:, 0])
        if len(table.shape) != self.source_doc[-1] or bounds[-1] != len(table.key):
            raise DamagedError("its lines do not fit together")
        return table, bounds

    @cached_property
    def group_numbers(self) -> dict[bytes, int]:
        """The number of each group by its key."""
        keys = bytes(self.reader.bytes("group_keys"))
        return {keys[at : at + 16]: at // 16 for at in range(0, len(keys), 16)}

    @cached_property
    def cluster_places(self) -> list[tuple[int, str]]:
        """What the cluster of each group is sorted by."""
        weights, ids = self.reader.numbers("cluster_weights").tolist(), str(self.reader.bytes("cluster_ids"), "ascii")
        if len(weights) != len(self.group_numbers) or len(ids) != 12 * len(weights):
            raise DamagedError("its clusters do not fit together")
        return [(weight, ids[12 * at : 12 * at + 12]) for at, weight in enumerate(weights)]

    @cached_property
    def members(self) -> tuple[I64, I64]:
        """The group and the source of every member of all groups."""
        sizes, nodes = self.reader.numbers("group_sizes"), self.reader.numbers("group_nodes", 2)
        if len(sizes) != len(self.group_numbers) or sizes.sum() != len(nodes):
            raise DamagedError("its groups do not fit together")
        doc = np.searchsorted(self.reader.numbers("doc_sentence"), nodes[:, 0], side="right") - 1
        return np.repeat(np.arange(len(sizes)), sizes), np.searchsorted(self.source_doc, doc, side="right") - 1

    def sources_of(self, groups: I64) -> I64:
        """The numbers of the sources in which some groups have members."""
        group, source = self.members
        found: I64 = np.unique(source[np.isin(group, groups)])
        return found

    def dumps(self, name: str) -> list[memoryview]:
        """A column of dumps, one by one."""
        whole, bounds = self.reader.bytes(name), self.reader.numbers(f"{name}_ends").tolist()
        return [whole[low:high] for low, high in zip([0, *bounds], bounds)]

    @cached_property
    def recurring(self) -> list[tuple[bytes, memoryview]]:
        """For each source a key of what its recurring lines depend on, and the dumped findings of these."""
        keys = bytes(self.reader.bytes("recurring_keys"))
        return [(keys[16 * at :][:16], part) for at, part in enumerate(self.dumps("recurring"))]

    def digest(self, low: int, high: int, compares: bool) -> Digest:
        """What the sources low..high gave; with the numbers of near-duplicates, where they are needed."""
        parts = [
            Part(sizes, by_code, [Failure(*row) for row in failures], self._ruled[number])
            for number, (_, sizes, by_code, failures) in enumerate(self.rows[low:high], low)
        ]
        docs = slice(*self.source_doc[[low, high]].tolist())
        table, bounds = self._lines
        lines = LineTable(table.key[bounds[docs.start] : bounds[docs.stop]], table.shape[docs])
        summed = Digest(parts, None, lines, frequencies(lines, 1))
        return self._signed(summed, docs) if compares and docs.start < docs.stop else summed

    def _signed(self, summed: Digest, docs: slice) -> Digest:
        from dataclasses import replace

        from dedupe.copies.seeds import Places
        from dedupe.copies.skeletons import stretch

        whole = self.skeletons
        self.check_tokens(docs.start, docs.stop)
        t0, t1 = whole.first[whole.doc_sentence[[docs.start, docs.stop]]].tolist()
        tokens = np.array([t0, t1], np.uint64)
        seeds = []
        for packed, at in self.seeds:
            low, high = np.searchsorted(at, tokens).tolist()
            seeds.append(Places(packed[low:high] - tokens[0]))
        m0, m1 = np.searchsorted(self.marks[:, 0], (docs.start, docs.stop)).tolist()
        return replace(
            summed,
            marks=self.marks[m0:m1] - np.array([docs.start, 0]),
            skeletons=stretch(whole, docs.start, docs.stop),
            seeds=seeds,
        )
