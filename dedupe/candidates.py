"""Seeds of copies: pairs of places that probably hold the same text, none of them verified yet.

Three kinds of evidence: passages whose signatures agree in a band, equal sentences, and equal winnowed runs, which
see every shared run of `RUN + WINDOW - 1` tokens however it is cut. A bucket of n places gives n - 1
edges, a star around its first place, never n²: the members of a true cluster meet in many buckets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from dedupe.passages import passages, run_hashes
from dedupe.signatures import band_keys, passage_signatures, shingle_hashes
from dedupe.tokens import I64, U32, U64, Skeletons

BANDS, ROWS = 16, 6
SENTENCE = 10  # tokens: shorter sentences are equal by chance, or stock
RUN, WINDOW = 12, 16
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_DROP = np.uint64(pow(0x9E3779B97F4A7C15, RUN, 1 << 64))


@dataclass(frozen=True)
class Places:
    """Where a key was seen: `at` is a token, `length` how many tokens share the key (0: only similar, not equal)."""

    keys: U64
    at: I64
    length: I64


def seeds_of(skeletons: Skeletons) -> list[Places]:
    """The places of every kind of evidence, always in the same order: sentences, runs, then passages band by band.

    Keys of different kinds are never compared.
    """
    hashes = run_hashes(skeletons.ids, skeletons.first)
    bounds = skeletons.first[passages(skeletons, hashes)]
    signed = passage_signatures(shingle_hashes(skeletons.ids), bounds)
    return [sentence_places(skeletons, hashes), run_places(skeletons), *passage_places(signed, bounds)]


def join(parts: Sequence[list[Places]], bases: Sequence[int]) -> list[Places]:
    """The places of several batches as one, kind by kind; `bases` says with which token each batch begins."""
    return [
        Places(
            np.concatenate([places.keys for places in kind]),
            np.concatenate([places.at + base for places, base in zip(kind, bases)]),
            np.concatenate([places.length for places in kind]),
        )
        for kind in zip(*parts)
    ]


def sentence_places(skeletons: Skeletons, hashes: U64) -> Places:
    """Every sentence of `SENTENCE` tokens or more, under its hash."""
    length = np.diff(skeletons.first)
    keep = np.flatnonzero(length >= SENTENCE)
    return Places(hashes[keep], skeletons.first[keep], length[keep])


def run_places(skeletons: Skeletons) -> Places:
    """The winnowed runs of `RUN` tokens: of any `WINDOW` runs side by side in a document, the one of least hash."""
    keys = np.empty(len(skeletons.ids), np.uint64)
    at = np.empty(len(skeletons.ids), np.int64)
    count = _winnow(skeletons.ids, skeletons.doc_token, keys, at)
    return Places(keys[:count].copy(), at[:count].copy(), np.full(count, RUN))


def passage_places(signed: U32, bounds: I64) -> list[Places]:
    """Every passage once a band, under the band's key; passages of no shingles are left out."""
    keep = np.flatnonzero(signed[:, 0] != np.uint32(0xFFFFFFFF))
    at, none = bounds[:-1][keep], np.zeros(len(keep), np.int64)
    return [Places(keys, at, none) for keys in band_keys(signed[keep], BANDS, ROWS)]


def star_edges(places: Places) -> I64:
    """int64[edges, 3]: token a < token b whose places share a key, and the length of what they share.

    Within a bucket the places stand in the order of their tokens, so the hub does not depend on anything else.
    """
    order = np.lexsort((places.at, places.keys))
    keys, at, length = places.keys[order], places.at[order], places.length[order]
    same = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    if not len(same):
        return np.empty((0, 3), np.int64)
    opens = np.concatenate(([True], keys[1:] != keys[:-1]))
    hub = np.maximum.accumulate(np.where(opens, np.arange(len(keys)), 0))
    return np.column_stack((at[hub[same]], at[same], length[same]))


def candidate_pairs(edges: list[I64], skeletons: Skeletons) -> tuple[I64, I64]:
    """All edges, sorted by their units and places, and where each pair of units begins among them.

    int64[edges, 3] and int64[pairs + 1].
    """
    rows = np.concatenate([np.empty((0, 3), np.int64), *edges])
    unit = np.searchsorted(skeletons.units, rows[:, :2], side="right")
    order = np.lexsort((-rows[:, 2], rows[:, 1], rows[:, 0], unit[:, 1], unit[:, 0]))
    rows, unit = rows[order], unit[order]
    fresh = np.flatnonzero(np.any(unit[1:] != unit[:-1], axis=1)) + 1
    return rows, np.concatenate(([0], fresh, [len(rows)])) if len(rows) else np.zeros(1, np.int64)


@njit(cache=True, nogil=True)
def _winnow(ids, doc_token, keys, at):  # type: ignore[no-untyped-def]
    count = 0
    for doc in range(len(doc_token) - 1):
        low, high = doc_token[doc], doc_token[doc + 1] - RUN + 1
        # The places of falling hashes in the window, a queue whose head is the least (the last of equals).
        queue = np.empty(WINDOW + 1, np.int64)
        values = np.empty(WINDOW + 1, np.uint64)
        head = size = 0
        chosen = np.int64(-1)
        value = np.uint64(0)
        for start in range(low, high):
            value = _run_hash(ids, start, value, start == low)
            mixed = _mix(value)
            while size and values[(head + size - 1) % (WINDOW + 1)] >= mixed:
                size -= 1
            queue[(head + size) % (WINDOW + 1)], values[(head + size) % (WINDOW + 1)] = start, mixed
            size += 1
            if queue[head] <= start - WINDOW:
                head = (head + 1) % (WINDOW + 1)
                size -= 1
            full = start - low >= WINDOW - 1 or start == high - 1
            if full and queue[head] != chosen:
                chosen = queue[head]
                keys[count], at[count] = values[head], chosen
                count += 1
    return count


@njit(cache=True, nogil=True, inline="always")
def _run_hash(ids, start, before, fresh):  # type: ignore[no-untyped-def]
    """The hash of the run at a token, from that of the run one token before unless there is none."""
    if fresh:
        value = np.uint64(0)
        for at in range(start, start + RUN):
            value = value * _FACTOR + np.uint64(ids[at])
        return value
    return before * _FACTOR + np.uint64(ids[start + RUN - 1]) - np.uint64(ids[start - 1]) * _DROP


@njit(cache=True, nogil=True, inline="always")
def _mix(value):  # type: ignore[no-untyped-def]
    mixed = (value ^ (value >> np.uint64(31))) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(32))
