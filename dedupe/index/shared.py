"""An index on a Redis server, in the sets of datasketch's storage: many machines add to it and query it at once.

All keys on the server that begin with the name of the index belong to it. A document exists once it has a row, and the
row is written last: whatever was written before a machine or the server failed belongs to no document, and is
overwritten when the document is added again.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np

from dedupe.config.settings import Settings
from dedupe.copies.skeletons import U64
from dedupe.core.errors import CorpusError, DedupeError, IndexFileError
from dedupe.core.messages import say
from dedupe.index.database import ASKED, about, check_same
from dedupe.index.lookup import HOT, Info, Known, Past, damaged, known_of
from dedupe.index.place import Server, identity, stored_path
from dedupe.index.signature import PASSAGE, SENTENCES, SIGNATURE, Surveyed
from dedupe.rules.recurring import Frequencies

Item = TypeVar("Item")
NO_REDIS = "an index on a server needs redis: pip install 'corpus-dedupe[redis]'"
TRIES, WAIT, SILENCE = 3, 0.5, 60.0  # retries of a lost server; seconds between them; seconds for an answer
GROUP = 500  # documents written or queried in one go
KEYS = 10_000  # keys queried in one go
# Document numbers minus this are signed integers in the same order; Redis holds a set of these in 8 bytes each, and
# would need ten times that for other bytes.
MIDDLE = 1 << 63
ABOUT, ROWS, MEASURES, OWNED, PATHS = (f":{name}".encode() for name in ("about", "rows", "measures", "owned", "paths"))
SETS = {"keys": b":k", "lines": b":l", "edges": b":e"}


class Owned(NamedTuple):
    """What a document put into the sets: its keys, its lines, and its lines at an edge."""

    keys: U64
    lines: U64
    edges: U64


class _Store:
    """The data of an index on the server."""

    def __init__(self, server: Server) -> None:
        try:
            import redis
            from datasketch.storage import RedisSetStorage
            from redis.backoff import ExponentialBackoff
            from redis.retry import Retry
        except ImportError as error:
            raise DedupeError(NO_REDIS) from error

        class Sets(RedisSetStorage):  # type: ignore[misc]
            """Sets without the list of all their names, which nothing reads and which doubles the space."""

            def _insert(self, client: Any, key: bytes, *values: bytes) -> None:
                client.sadd(self.redis_key(key), *values)

        given = {
            "host": server.host,
            "port": server.port,
            "username": server.user,
            "password": server.password,
            "ssl": server.is_encrypted,
            "socket_connect_timeout": SILENCE / 6,
            "socket_timeout": SILENCE,
            "retry": Retry(ExponentialBackoff(WAIT, WAIT / 4), TRIES),
        }
        config = {"type": "redis", "redis": given, "redis_buffer": {"transaction": False}}
        self.server, self.name = server, server.name.encode()
        self.client: Any = redis.Redis(**given)
        self.sets = {name: Sets(config, name=self.name + mark) for name, mark in SETS.items()}

    def about(self) -> dict[str, str]:
        return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in self._about()}

    def _about(self) -> Iterable[tuple[bytes, bytes]]:
        found: Mapping[bytes, bytes] = self.client.hgetall(self.name + ABOUT)
        return found.items()

    def check(self, settings: Settings) -> None:
        """Raise IndexFileError if there is no index of this name, or one made with other settings."""
        found = self.about()
        if not found:
            raise IndexFileError(str(self.server), "there is none of this name: `dedupe index build` makes an index")
        check_same(self.server, found, about(settings), ASKED)

    def rows(self, numbers: Sequence[int]) -> dict[int, tuple[str, str | None, bytes]]:
        """Return path, record and content of the documents with some numbers, as far as they exist."""
        found = {}
        for some in _cut(numbers, GROUP):
            for number, row in zip(some, self.client.hmget(self.name + ROWS, [_field(number) for number in some])):
                if row is not None:
                    found[number] = self.row(row)
        return found

    def row(self, data: bytes) -> tuple[str, str | None, bytes]:
        try:
            path, record, content, *_ = json.loads(data)
            if isinstance(path, str) and (record is None or isinstance(record, str)):
                return path, record, bytes.fromhex(content)
        except (ValueError, TypeError):
            pass
        raise damaged(self.server, "a document")

    def measured(self, rows: Mapping[int, tuple[str, str | None, bytes]]) -> Iterator[Known]:
        for some in _cut(list(rows), GROUP):
            names = [_field(number) for number in some]
            for number, data in zip(some, self.client.hmget(self.name + MEASURES, names)):
                count = len(data or b"") // (PASSAGE + SIGNATURE)
                old = None if data is None else known_of(number, rows[number], _split(data, count * PASSAGE))
                if old is None:
                    raise damaged(self.server, rows[number][0])
                yield old

    def owned(self, numbers: Sequence[int]) -> Iterator[Owned]:
        """Yield what some existing documents put into the sets."""
        for some in _cut(numbers, GROUP):
            for data in self.client.hmget(self.name + OWNED, [_field(number) for number in some]):
                (count,) = struct.unpack_from("<I", data) if data and len(data) >= 4 else (1 << 32,)
                size = len(data or b"") - 4 - 8 * count
                if size < 0 or size % 9:
                    raise damaged(self.server, "what a document put into it")
                keys, lines = (
                    np.frombuffer(part, "<u8") for part in _split(data[4 : 4 + 8 * (count + size // 9)], 8 * count)
                )
                yield Owned(keys, lines, lines[np.frombuffer(data[-(size // 9) :] if size else b"", bool)])

    def under(self, path: str, separator: str) -> list[int]:
        """Return the numbers of the documents of a path (separator: a zero byte) or below a folder (a slash)."""
        low = f"{path}{separator}".encode("utf-8", "surrogatepass")
        found = self.client.zrangebylex(self.name + PATHS, b"[" + low, b"(" + low[:-1] + bytes([low[-1] + 1]))
        return [_number(member.rpartition(b"\0")[2]) for member in found]

    def put(self, documents: Sequence[tuple[int, str, Surveyed]]) -> int:
        """Write documents, their rows last; return how many are new."""
        for number, _, document in documents:
            for name, values in _owned_by(document)._asdict().items():
                for key in _keys(values):
                    self.sets[name].insert(key, _field(number), buffer=True)
        for sets in self.sets.values():
            sets.empty_buffer()
        pipe = self.client.pipeline(transaction=False)
        for number, path, document in documents:
            field, owned = _field(number), _owned_by(document)
            measures = document.passages.astype("<u4").tobytes() + document.signed.astype("<u4").tobytes()
            parts = (
                struct.pack("<I", len(owned.keys)),
                owned.keys.tobytes(),
                owned.lines.tobytes(),
                document.edges.tobytes(),
            )
            pipe.hset(self.name + MEASURES, field, measures)
            pipe.hset(self.name + OWNED, field, b"".join(parts))
            pipe.zadd(self.name + PATHS, {_member(path, document.record, number): 0})
        pipe.execute()
        rows = {
            _field(number): json.dumps([path, document.record, document.content.hex(), document.characters])
            for number, path, document in documents
        }
        return int(self.client.hset(self.name + ROWS, mapping=rows))

    def drop(self, rows: Mapping[int, tuple[str, str | None, bytes]]) -> None:
        """Remove documents, their rows first."""
        for some in _cut(list(rows), GROUP):
            owned = list(self.owned(some))
            fields = [_field(number) for number in some]
            self.client.hdel(self.name + ROWS, *fields)
            for field, parts in zip(fields, owned):
                for name, values in parts._asdict().items():
                    for key in _keys(values):
                        self.sets[name].remove_val(key, field, buffer=True)
            for sets in self.sets.values():
                sets.empty_buffer()
            self.client.hdel(self.name + MEASURES, *fields)
            self.client.hdel(self.name + OWNED, *fields)
            self.client.zrem(self.name + PATHS, *(_member(*rows[number][:2], number) for number in some))

    def everything(self) -> Iterator[tuple[int, tuple[str, str | None, bytes], int]]:
        """Yield all documents: number; path, record, content; characters. Some come twice if others write meanwhile."""
        for field, data in self.client.hscan_iter(self.name + ROWS, count=GROUP):
            yield _number(field), self.row(data), int(json.loads(data)[3])

    def names(self, pattern: bytes = b":*") -> Iterator[list[bytes]]:
        """Yield the names of the index's keys on the server."""
        yield from _cut(self.client.scan_iter(self.name + pattern, count=KEYS), KEYS)


class SharedPast(Past):
    """An index on a server, opened for lookups."""

    def __init__(self, store: _Store, own: tuple[Iterable[str], str | None]) -> None:
        paths, below = own
        self._store = store
        numbers = {number for path in paths for number in store.under(path, "\0")}
        self._own = numbers.union(store.under(below, "/") if below else ())

    def frequencies(self, keys: U64) -> Frequencies:
        """Count as for a file: sizes of sets, minus the documents that are left out."""
        counts = []
        owned = list(self._store.owned(list(self._store.rows(sorted(self._own)))))
        for name in ("lines", "edges"):
            sizes = np.array(self._asked(name, keys, "scard"), np.int64)
            for values in (getattr(parts, name) for parts in owned):
                sizes -= np.isin(keys, values)
            counts.append(sizes)
        there = counts[0] > 0
        return Frequencies(keys[there], counts[0][there], counts[1][there])

    def documents(self, ids: Iterable[int]) -> dict[int, Known]:
        """Return documents as for a file, without those that no longer exist or do not exist yet."""
        return {old.id: old for old in self._store.measured(self._store.rows(sorted(ids)))}

    def _hits(self, keys: U64) -> tuple[U64, U64]:
        found = self._asked("keys", keys, "sort", 0, HOT + len(self._own))
        chosen = [[number for number in map(_number, some) if number not in self._own][:HOT] for some in found]
        numbers = np.array([number for some in chosen for number in some], np.uint64)
        return np.repeat(keys, [len(some) for some in chosen]), numbers

    def _asked(self, sets: str, keys: U64, command: str, *arguments: int) -> list[Any]:
        """Return the server's answers to a command about each of some sets."""
        name, answers = self._store.sets[sets].redis_key, list[Any]()
        for some in _cut(_keys(keys), KEYS):
            pipe = self._store.client.pipeline(transaction=False)
            for key in some:
                getattr(pipe, command)(name(key), *arguments)
            answers += pipe.execute()
        return answers


@contextmanager
def _served(server: Server) -> Iterator[_Store]:
    """Connect to the server, and turn its failures into IndexFileError."""
    store = _Store(server)
    from redis.exceptions import RedisError

    try:
        yield store
    except RedisError as error:
        hint = "what was added before is in the index; run the command again once the server answers"
        raise IndexFileError(
            str(server), "cannot be used ({error}): {HINT}", str(error) or type(error).__name__, hint
        ) from error


@contextmanager
def past_of(server: Server, settings: Settings, own: tuple[Iterable[str], str | None]) -> Iterator[SharedPast]:
    """Open the index for lookups, without the documents of some paths and of those below a folder."""
    with _served(server) as store:
        store.check(settings)
        yield SharedPast(store, own)


def build(server: Server, documents: Iterable[Surveyed], settings: Settings) -> int:
    """Write a new index in place of any of the same name; return its number of documents."""
    with _served(server) as store:
        for names in store.names():
            store.client.unlink(*names)
        store.client.hset(store.name + ABOUT, mapping=about(settings))
        return _add(store, documents)


def add(server: Server, documents: Iterable[Surveyed], settings: Settings) -> int:
    """Add documents; return how many are new. Others may add at the same time, even the same ones."""
    with _served(server) as store:
        store.check(settings)
        return _add(store, documents)


def is_there(server: Server) -> bool:
    """True if the server has an index of this name."""
    with _served(server) as store:
        return bool(store.about())


def _add(store: _Store, documents: Iterable[Surveyed]) -> int:
    count = 0
    for group in _cut(documents, GROUP):
        named = [(stored_path(document.path, store.server), document) for document in group]
        rows = {identity(path, one.record, one.content): (path, one) for path, one in named}
        for number in store.rows(list(rows)):
            del rows[number]
        if rows:
            count += store.put([(number, *row) for number, row in rows.items()])
    return count


def remove(server: Server, names: Sequence[str]) -> int:
    """Remove documents; return how many. Raises CorpusError, and removes none, if a name matches nothing."""
    with _served(server) as store:
        gone: set[int] = set()
        for name in names:
            path = stored_path(name, server)
            found = [*store.under(path, "\0"), *store.under(path, "/")]
            for at, sign in enumerate(path):
                found += store.under(f"{path[:at]}\0#{path[at + 1 :]}", "\0") if sign == "#" else ()
            if not found:
                raise CorpusError(
                    name, "is not in {index}: nothing was removed; give a path as it was when added", server
                )
            gone.update(found)
        rows = store.rows(sorted(gone))
        store.drop(rows)
    return len(rows)


def known(server: Server) -> Iterator[Known]:
    """Yield all documents, by path and record; documents added meanwhile may be among them."""
    with _served(server) as store:
        rows = sorted((row[0], row[1] or "", number) for number, row, _ in store.everything())
        for some in _cut(dict.fromkeys(number for *_, number in rows), GROUP):
            yield from store.measured(store.rows(some))


def info(server: Server) -> Info:
    """Return the figures of the index; this scans all of it, without blocking other clients."""
    with _served(server) as store:
        rows = {number: (row, characters) for number, row, characters in store.everything()}
        owned = list(store.owned(list(rows)))
        passages = sum(len(old.passages) for old in store.measured({number: row for number, (row, _) in rows.items()}))
        size = sum(sum(_piped(store, "memory_usage", names)) for names in store.names())
        sentences = (names for names in store.names(SETS["keys"] + bytes([0, SENTENCES]) + b"*"))
        return Info(
            len(rows),
            passages,
            sum(characters for _, characters in rows.values()),
            sum(len(parts.keys) for parts in owned),
            sum(len(parts.lines) for parts in owned),
            max((max(_piped(store, "scard", names)) for names in sentences), default=0),
            size,
            store.about(),
        )


def verify(server: Server) -> list[str]:
    """Return what is wrong with the index, a sentence each. Raises IndexFileError for a damaged document."""
    with _served(server) as store:
        rows = {number: row for number, row, _ in store.everything()}
        broken = sum(number != identity(*row) for number, row in rows.items())
        broken += len(rows) - sum(1 for _ in store.measured(rows))
        wrong = (
            [say("{number} documents do not have the number or the signatures that belong to them", broken)]
            if broken
            else []
        )
        lost = dict.fromkeys(SETS, 0)
        for some in _cut(list(rows), GROUP):
            for number, parts in zip(some, store.owned(some)):
                for name, values in parts._asdict().items():
                    pipe = store.client.pipeline(transaction=False)
                    for key in _keys(values):
                        pipe.sismember(store.sets[name].redis_key(key), _field(number))
                    lost[name] += not all(pipe.execute())
        return wrong + [
            say("{number} documents do not have the {table} that were added with them", n, name)
            for name, n in lost.items()
            if n
        ]


def _piped(store: _Store, command: str, names: Sequence[bytes]) -> list[int]:
    pipe = store.client.pipeline(transaction=False)
    for name in names:
        getattr(pipe, command)(name)
    return [int(answer or 0) for answer in pipe.execute()]


def _owned_by(document: Surveyed) -> Owned:
    return Owned(np.unique(document.keys.key), document.lines, document.lines[document.edges])


def _keys(values: U64) -> list[bytes]:
    """Return keys as bytes that end the names of sets: their kind comes first."""
    return [value.to_bytes(8, "big") for value in values.tolist()]


def _field(number: int) -> bytes:
    return str(number - MIDDLE).encode()


def _number(field: bytes) -> int:
    return int(field) + MIDDLE


def _member(path: str, record: str | None, number: int) -> bytes:
    named = "" if record is None else f"#{record}"
    return f"{path}\0{named}\0".encode("utf-8", "surrogatepass") + _field(number)


def _cut(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield items in groups, as `itertools.batched` does from Python 3.12 on."""
    rest = iter(items)
    while group := list(islice(rest, size)):
        yield group


def _split(data: bytes, at: int) -> tuple[bytes, bytes]:
    return data[:at], data[at:]
