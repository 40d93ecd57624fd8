"""What an open index knows of new documents: lines and keys that they share with old ones, and those old documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe.copies.skeletons import I64, U64, ranges
from dedupe.core.errors import IndexFileError
from dedupe.index.signature import KEY, U16, UNIT, WHOLE, Surveyed
from dedupe.rules.recurring import Frequencies

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

HOT = 64  # documents of a key that are looked at: of a page that was accepted a hundred thousand times, one is enough
BEST = 4  # old documents that are compared with an essay, those first that share most keys with it
EVIDENCE = 2  # keys that an essay must share with an old document before the two are compared
PASSAGE, SIGNATURE = 24, 256  # bytes: six numbers of four, 128 of two
SAME = 1_000  # a skeleton that is equal counts for this many


class Known(NamedTuple):
    """An old document; `passages` and `signed` as in `Surveyed`."""

    id: int
    path: str
    record: str | None
    content: bytes
    passages: I64
    signed: U16


@dataclass(frozen=True)
class Likely:
    """For a new document the old ones that it may be a copy of, best first, and those whose skeleton is the same.

    `first` are those that one of its essays shares most with.
    """

    ids: list[int]
    first: frozenset[int]
    same: frozenset[int]


class Past:
    """An open index without the documents of some paths, and of those below a folder."""

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
        """In how many old documents some lines stand, and in how many of them at an edge."""
        self._register("given", key=_some(keys))
        found = self._fetch(
            "SELECT key, count(*) AS documents, sum(edge::INTEGER)::BIGINT AS edges FROM lines SEMI JOIN given"
            " USING (key) ANTI JOIN own ON lines.document = own.id GROUP BY key ORDER BY key"
        )
        return Frequencies(found["key"], found["documents"].astype(np.int64), found["edges"].astype(np.int64))

    def likely(self, documents: Sequence[Surveyed]) -> list[Likely]:
        """The old documents that share keys with each of some new ones."""
        place, key, kind = _places(documents)
        self._register("given", key=_some(np.unique(key)))
        # Numbers of documents come from their content: which of many are looked at does not depend on when they came.
        hits = self._fetch(
            "SELECT key, document FROM keys SEMI JOIN given USING (key) ANTI JOIN own ON keys.document = own.id"
            f" QUALIFY row_number() OVER (PARTITION BY key ORDER BY document) <= {HOT}"
        )
        order = np.argsort(key, kind="stable")
        low, high = (np.searchsorted(key[order], hits["key"], side=side) for side in ("left", "right"))
        count = high - low
        at = order[ranges(low, high)]
        old, where = np.unique(hits["document"], return_inverse=True)
        pair, weight = place[at] * max(1, len(old)) + np.repeat(where, count), np.where(kind[at] == WHOLE, SAME, 1)
        pairs, inverse = np.unique(pair, return_inverse=True)
        weights = np.bincount(inverse, weights=weight, minlength=len(pairs)).astype(np.int64)
        return _best((pairs // max(1, len(old)), old[pairs % max(1, len(old))], weights), documents)

    def documents(self, ids: Iterable[int]) -> dict[int, Known]:
        """Old documents by their numbers. Raises IndexFileError where one of them is damaged, or not there."""
        wanted = sorted(ids)
        self._register("given", id=_some(np.array(wanted, np.uint64)))
        self._connection.execute(
            "SELECT id, path, record, content, passages, signatures FROM documents SEMI JOIN given USING (id)"
        )
        out = {}
        for number, path, record, content, passages, signed in self._connection.fetchall():
            count = len(passages) // PASSAGE
            if len(passages) != count * PASSAGE or len(signed) != count * SIGNATURE:
                raise self._damaged(path)
            rows = np.frombuffer(passages, "<u4").reshape(-1, PASSAGE // 4).astype(np.int64)
            short = np.frombuffer(signed, "<u2").reshape(-1, SIGNATURE // 2)
            if (np.diff(rows[:, UNIT]) < 0).any():
                raise self._damaged(path)
            out[number] = Known(number, path, record, content, rows, short)
        if out.keys() != set(wanted):
            raise self._damaged("a document that its keys name")
        return out

    def _damaged(self, what: str) -> IndexFileError:
        return IndexFileError(str(self._index), f"is a damaged index: {what} is not whole in it: build it anew")

    def _register(self, name: str, **columns: Any) -> None:
        self._connection.register(name, columns)

    def _fetch(self, query: str) -> Any:
        return self._connection.execute(query).fetchnumpy()


def _some(keys: U64) -> U64:
    """The same numbers, or one that nothing has: DuckDB takes no empty table from numpy."""
    return keys if len(keys) else np.full(1, (1 << 64) - 1, np.uint64)


def _places(documents: Sequence[Surveyed]) -> tuple[I64, U64, U64]:
    """Each key of an essay once: the essay, numbered over all documents, the key and its kind."""
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
    """The best old documents of each new one; `pairs` are essays, old documents and what they share."""
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
