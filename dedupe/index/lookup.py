"""Look up new documents in an open index: the lines and keys they share with old ones, and those old documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe.copies.skeletons import I64, U32, U64, ranges
from dedupe.core.errors import IndexFileError
from dedupe.index.signature import KEY, PASSAGE, SIGNATURE, UNIT, WHOLE, Surveyed
from dedupe.rules.recurring import Frequencies

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

HOT = 64  # documents of a key that are looked at: of a page accepted a hundred thousand times, one is enough
BEST = 4  # old documents compared with an essay, those that share most keys with it first
EVIDENCE = 2  # keys that an essay must share with an old document to be compared with it
SAME = 1_000  # weight of an equal skeleton, in keys


class Known(NamedTuple):
    """An old document; `passages` and `signed` are as in `Surveyed`."""

    id: int
    path: str
    record: str | None
    content: bytes
    passages: I64
    signed: U32


@dataclass(frozen=True)
class Info:
    """The figures of an index; `size` is in bytes, `stock` the most documents that share one sentence."""

    documents: int
    passages: int
    characters: int
    keys: int
    lines: int
    stock: int
    size: int
    about: dict[str, str]


@dataclass(frozen=True)
class Likely:
    """The old documents that a new one may be a copy of, best first; `same` are those with an equal skeleton.

    `first` are those that share most with one of its essays.
    """

    ids: list[int]
    first: frozenset[int]
    same: frozenset[int]

    def within(self, there: Container[int]) -> Likely:
        """Return only those in `there`: on a server a document may just have been removed."""
        first, same = (frozenset(number for number in some if number in there) for some in (self.first, self.same))
        return Likely([number for number in self.ids if number in there], first, same)


class Past(ABC):
    """An open index without the documents of some paths, and of those below a folder."""

    @abstractmethod
    def frequencies(self, keys: U64) -> Frequencies:
        """Return in how many old documents each of some lines stands, and in how many of them at an edge."""

    @abstractmethod
    def documents(self, ids: Iterable[int]) -> dict[int, Known]:
        """Return old documents by their numbers. Raises IndexFileError if one of them is damaged."""

    @abstractmethod
    def _hits(self, keys: U64) -> tuple[U64, U64]:
        """Return each of some keys with each of the first `HOT` documents that have it, in any order.

        Document numbers derive from content, so which ones are looked at does not depend on when they were added.
        """

    def likely(self, documents: Sequence[Surveyed]) -> list[Likely]:
        """Return, for each new document, the old ones that share keys with it."""
        place, key, kind = _places(documents)
        hits, documents_of = self._hits(np.unique(key))
        order = np.argsort(key, kind="stable")
        low, high = (np.searchsorted(key[order], hits, side=side) for side in ("left", "right"))
        count = high - low
        at = order[ranges(low, high)]
        old, where = np.unique(documents_of, return_inverse=True)
        pair, weight = place[at] * max(1, len(old)) + np.repeat(where, count), np.where(kind[at] == WHOLE, SAME, 1)
        pairs, inverse = np.unique(pair, return_inverse=True)
        weights = np.bincount(inverse, weights=weight, minlength=len(pairs)).astype(np.int64)
        return _best((pairs // max(1, len(old)), old[pairs % max(1, len(old))], weights), documents)


def known_of(number: int, row: tuple[str, str | None, bytes], measures: tuple[bytes, bytes]) -> Known | None:
    """Return a document from its row (path, record, content), passages and signatures; None if these do not fit."""
    passages, signed = measures
    count = len(passages) // PASSAGE
    if len(passages) != count * PASSAGE or len(signed) != count * SIGNATURE:
        return None
    rows = np.frombuffer(passages, "<u4").reshape(-1, PASSAGE // 4).astype(np.int64)
    short = np.frombuffer(signed, "<u4").reshape(-1, SIGNATURE // 4)
    return None if (np.diff(rows[:, UNIT]) < 0).any() else Known(number, *row, rows, short)


class FilePast(Past):
    """An index in a file."""

    def __init__(
        self, connection: DuckDBPyConnection, index: Path, paths: Iterable[str], below: str | None = None
    ) -> None:
        self._connection, self._index = connection, index
        self._register("paths", path=np.array(["", *sorted(set(paths))], object))
        inside = f"{below}/" if below else "\n"
        query = "SELECT id FROM documents WHERE path IN (SELECT path FROM paths) OR starts_with(path, $inside)"
        ids = connection.execute(query, {"inside": inside}).fetchnumpy()["id"]
        self._register("own", id=np.concatenate((ids, np.zeros(1, np.uint64))))

    def frequencies(self, keys: U64) -> Frequencies:
        """Count with a single query."""
        self._register("given", key=_some(keys))
        found = self._fetch(
            "SELECT key, count(*) AS documents, sum(edge::INTEGER)::BIGINT AS edges FROM lines SEMI JOIN given"
            " USING (key) ANTI JOIN own ON lines.document = own.id GROUP BY key ORDER BY key"
        )
        return Frequencies(found["key"], found["documents"].astype(np.int64), found["edges"].astype(np.int64))

    def documents(self, ids: Iterable[int]) -> dict[int, Known]:
        """Return all of them: a missing one means damage."""
        wanted = sorted(ids)
        self._register("given", id=_some(np.array(wanted, np.uint64)))
        self._connection.execute(
            "SELECT id, path, record, content, passages, signatures FROM documents SEMI JOIN given USING (id)"
        )
        out = {}
        for number, path, record, content, *measures in self._connection.fetchall():
            old = known_of(number, (path, record, content), (measures[0], measures[1]))
            if old is None:
                raise damaged(self._index, path)
            out[number] = old
        if out.keys() != set(wanted):
            raise damaged(self._index, "a document that its keys name")
        return out

    def _hits(self, keys: U64) -> tuple[U64, U64]:
        self._register("given", key=_some(keys))
        hits = self._fetch(
            "SELECT key, document FROM keys SEMI JOIN given USING (key) ANTI JOIN own ON keys.document = own.id"
            f" QUALIFY row_number() OVER (PARTITION BY key ORDER BY document) <= {HOT}"
        )
        return hits["key"], hits["document"]

    def _register(self, name: str, **columns: Any) -> None:
        self._connection.register(name, columns)

    def _fetch(self, query: str) -> Any:
        return self._connection.execute(query).fetchnumpy()


def damaged(index: object, what: str) -> IndexFileError:
    """Return the error for an index in which something does not fit."""
    return IndexFileError(str(index), "is a damaged index: {WHAT} is not whole in it: build it anew", what)


def _some(keys: U64) -> U64:
    """Return the same numbers, or one that nothing has, because DuckDB takes no empty table from numpy."""
    return keys if len(keys) else np.full(1, (1 << 64) - 1, np.uint64)


def _places(documents: Sequence[Surveyed]) -> tuple[I64, U64, U64]:
    """Return each key of an essay once: the essay, numbered over all documents, the key and its kind."""
    first = np.cumsum([0, *(_essays(document) for document in documents)])
    empty = np.empty(0, np.int64)
    place = np.concatenate([empty, *(document.keys.at + low for document, low in zip(documents, first))])
    key = np.concatenate([empty.astype(np.uint64), *(document.keys.key for document in documents)])
    order = np.lexsort((place, key))
    place, key = place[order], key[order]
    fresh = np.ones(len(key), bool)
    fresh[1:] = (key[1:] != key[:-1]) | (place[1:] != place[:-1])
    return place[fresh], key[fresh], key[fresh] >> KEY


def _essays(document: Surveyed) -> int:
    return int(document.keys.at.max(initial=0)) + 1


def _best(pairs: tuple[I64, U64, I64], documents: Sequence[Surveyed]) -> list[Likely]:
    """Return the best old documents for each new one; `pairs` are essays, old documents and shared weights."""
    place, old, weight = pairs
    order = np.lexsort((old, -weight, place))
    place, old, weight = place[order], old[order], weight[order]
    rank = np.arange(len(place)) - np.searchsorted(place, place)
    chosen = (rank < BEST) & (weight >= EVIDENCE)
    place, old, weight, rank = place[chosen], old[chosen], weight[chosen], rank[chosen]
    out, low = [], 0
    for document in documents:
        high = low + _essays(document)
        cut = slice(*np.searchsorted(place, (low, high)).tolist())
        low = high
        by_weight = sorted(zip((-weight[cut]).tolist(), old[cut].tolist()))
        same = frozenset(number for amount, number in by_weight if amount <= -SAME)
        first = frozenset(old[cut][rank[cut] == 0].tolist())
        out.append(Likely(list(dict.fromkeys(number for _, number in by_weight)), first, same))
    return out
