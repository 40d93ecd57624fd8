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
_RING = 31  # a power of two above WINDOW, less one: a mask
_UPPER, _LOWER = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_DROP = np.uint64(pow(0x9E3779B97F4A7C15, RUN, 1 << 64))


@dataclass(frozen=True)
class Places:
    """Tokens `at` which a key was seen, in ascending order."""

    keys: U64
    at: I64


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
        )
        for kind in zip(*parts)
    ]


def sentence_places(skeletons: Skeletons, hashes: U64) -> Places:
    """Every sentence of `SENTENCE` tokens or more, under its hash."""
    keep = np.flatnonzero(np.diff(skeletons.first) >= SENTENCE)
    return Places(hashes[keep], skeletons.first[keep])


def run_places(skeletons: Skeletons) -> Places:
    """The winnowed runs of `RUN` tokens: of any `WINDOW` runs side by side in a document, the one of least hash."""
    keys = np.empty(len(skeletons.ids), np.uint64)
    at = np.empty(len(skeletons.ids), np.int64)
    count = _winnow(skeletons.ids, skeletons.doc_token, keys, at)
    return Places(keys[:count].copy(), at[:count].copy())


def passage_places(signed: U32, bounds: I64) -> list[Places]:
    """Every passage once a band, under the band's key; passages of no shingles are left out."""
    keep = np.flatnonzero(signed[:, 0] != np.uint32(0xFFFFFFFF))
    at = bounds[:-1][keep]
    return [Places(keys, at) for keys in band_keys(signed[keep], BANDS, ROWS)]


def star_edges(places: Places) -> U64:
    """uint64[edges]: pairs of tokens, the lower in the upper half, whose places share the upper half of their keys.

    The hub of a bucket is its first place, so it depends on nothing else. Half a key makes one place in four billion
    a false pair, which growing it will tell, and lets a bucket and its order be sorted as one number.
    """
    count = np.uint64(len(places.keys))
    order = np.sort((places.keys & _UPPER) | np.arange(count, dtype=np.uint64))
    keys, at = order & _UPPER, places.at[(order & _LOWER).astype(np.int64)].astype(np.uint64)
    same = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    opens = np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)]
    hub = np.maximum.accumulate(np.where(opens, np.arange(len(keys)), 0))
    edges: U64 = (at[hub[same]] << np.uint64(32)) | at[same]
    return edges


def candidate_pairs(edges: Sequence[U64], skeletons: Skeletons) -> tuple[I64, I64]:
    """All different edges, sorted by their units and places, and where each pair of units begins among them.

    int64[edges, 2], token a < token b, and int64[pairs + 1].
    """
    packed = np.sort(np.concatenate([np.empty(0, np.uint64), *edges]))
    packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))[: len(packed)]]
    rows = np.column_stack((packed >> np.uint64(32), packed & _LOWER)).astype(np.int64)
    unit = np.searchsorted(skeletons.units, rows, side="right").astype(np.uint64)
    pair = (unit[:, 0] << np.uint64(32)) | unit[:, 1]
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    fresh = np.flatnonzero(pair[1:] != pair[:-1]) + 1
    return rows[order], np.concatenate((np.zeros(min(1, len(rows)), np.int64), fresh, [len(rows)]))


@njit(cache=True, nogil=True)
def _winnow(ids, doc_token, keys, at):  # type: ignore[no-untyped-def]
    count = 0
    # The places of rising hashes in the window, a queue whose head is the least: of equals the first, which stays
    # chosen while it is in the window, or text of one repeated character would give a place a token.
    queue, values = np.empty(_RING + 1, np.int64), np.empty(_RING + 1, np.uint64)
    for doc in range(len(doc_token) - 1):
        low, high = doc_token[doc], doc_token[doc + 1] - RUN + 1
        head = tail = 0
        chosen = np.int64(-1)
        value = np.uint64(0)
        for start in range(low, high):
            value = _run_hash(ids, start, value, start == low)
            mixed = _mix(value)
            while tail > head and values[(tail - 1) & _RING] > mixed:
                tail -= 1
            queue[tail & _RING], values[tail & _RING] = start, mixed
            tail += 1
            if queue[head & _RING] <= start - WINDOW:
                head += 1
            least = queue[head & _RING]
            if least != chosen and (start - low >= WINDOW - 1 or start == high - 1):
                chosen = least
                keys[count], at[count] = values[head & _RING], chosen
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
