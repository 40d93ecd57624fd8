"""Seeds of copies: pairs of places that probably hold the same text, none of them verified yet.

Three kinds of evidence: passages whose signatures agree in a band, equal sentences, and equal winnowed runs, which
see every shared run of `RUN + WINDOW - 1` tokens however it is cut. A bucket of n places gives n - 1
edges or a little more, never n²: up to `CROWD` places each meets each of the others, so that what two texts share
joins them whoever else has it; a larger crowd is a star and a chain, in an order that the contents of the documents
give and not their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.copies.minhash import SHINGLE, band_keys, passage_signatures, shingle_hashes
from dedupe.copies.passages import passages, run_hashes
from dedupe.copies.skeletons import I64, U32, U64, Skeletons, ranges
from dedupe.core.unique import unique
from dedupe.inputs.spill import Column, Spill
from dedupe.text.kernels import places as kernel
from dedupe.text.kernels import view
from dedupe.text.kernels.places import CROWD as CROWD
from dedupe.text.kernels.places import RUN as RUN
from dedupe.text.kernels.places import WINDOW as WINDOW

BANDS, ROWS = 16, 6
SENTENCE = 10  # tokens: shorter sentences are equal by chance, or stock
# Places sorted in one go, edges grown in one go, and every which of them is looked at to tell where to cut.
PART, SLICE, STEP = 4_000_000, 200_000, 1_000
PARTS = 256  # at most, for each may be a file: larger ones are slower to sort, and no more
_UPPER, _LOWER, _HALF = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF), np.uint64(32)


@dataclass(frozen=True)
class Places:
    """Tokens at which keys were seen, in ascending order: the key in the upper half of a number, the token below it.

    Half a key makes one pair of places in four billion a false one, which growing it will tell; and a key and its
    place are then held, and sorted, as one number.
    """

    packed: U64

    @property
    def keys(self) -> U64:
        """uint64[places]: the keys, the lower half zero."""
        keys: U64 = self.packed & _UPPER
        return keys

    @property
    def at(self) -> I64:
        """int64[places]: the tokens."""
        at: I64 = (self.packed & _LOWER).astype(np.int64)
        return at


def packed(keys: U64, at: I64) -> Places:
    """Places of keys and tokens."""
    return Places((keys & _UPPER) | at.astype(np.uint64))


def seeds_of(skeletons: Skeletons) -> list[Places]:
    """The places of every kind of evidence, always in the same order: sentences, runs, then passages band by band.

    Keys of different kinds are never compared.
    """
    hashes = run_hashes(skeletons.ids, skeletons.first)
    shingles = shingle_hashes(skeletons.ids)
    bounds = skeletons.first[passages(skeletons, hashes)]
    signed = passage_signatures(shingles, bounds, BANDS * ROWS)
    return [sentence_places(skeletons, hashes), run_places(skeletons, shingles), *passage_places(signed, bounds)]


def wide_seeds_of(skeletons: Skeletons) -> list[tuple[U64, I64]]:
    """The same places as uint64[places] whole keys and int64[places] tokens, for more text than one machine holds.

    There half a key would be no evidence: with more places than numbers of 32 bits, all of them share one.
    """
    hashes, shingles = run_hashes(skeletons.ids, skeletons.first), shingle_hashes(skeletons.ids)
    long = np.flatnonzero(np.diff(skeletons.first) >= SENTENCE)
    runs = run_places(skeletons, shingles).at
    ends = shingles[runs].astype(np.uint64) << _HALF | shingles[runs + RUN - SHINGLE]
    bounds = skeletons.first[passages(skeletons, hashes)]
    signed = passage_signatures(shingles, bounds, BANDS * ROWS)
    keep = _signed(signed)
    bands = [(keys, bounds[:-1][keep]) for keys in band_keys(signed[keep], BANDS, ROWS)]
    return [(hashes[long], skeletons.first[long]), (ends, runs), *bands]


def sentence_places(skeletons: Skeletons, hashes: U64) -> Places:
    """Every sentence of `SENTENCE` tokens or more, under its hash."""
    keep = np.flatnonzero(np.diff(skeletons.first) >= SENTENCE)
    return packed(hashes[keep], skeletons.first[keep])


def run_places(skeletons: Skeletons, shingles: U32) -> Places:
    """The winnowed runs of `RUN` tokens: of any `WINDOW` runs side by side in a document, the one of least hash.

    `shingles` are the shingle hashes of the tokens.
    """
    out = np.empty(len(skeletons.ids), np.uint64)
    recent = np.empty(WINDOW, np.uint64)
    count = kernel.winnow(view(shingles), view(skeletons.doc_token), view(recent), view(out))
    return Places(out[:count].copy())


def passage_places(signed: U32, bounds: I64) -> list[Places]:
    """Every passage once a band, under the band's key; passages of no shingles are left out."""
    keep = _signed(signed)
    at = bounds[:-1][keep]
    return [packed(keys, at) for keys in band_keys(signed[keep], BANDS, ROWS)]


def _signed(signed: U32) -> I64:
    """The passages that have shingles."""
    return np.flatnonzero(signed[:, 0] != np.uint32(0xFFFFFFFF))


def parts(places: Places, bounds: I64, order: I64, spill: Spill) -> list[Column[np.uint64]]:
    """Some places, told by where their tokens stand once the documents are put in order, in parts of about `PART`.

    A key is in one part only. `bounds` int64[documents + 1] are the tokens that documents begin with; `order`
    int64[documents] is where each document's tokens begin in that order, -1 for one whose places are left out.
    """
    count = 1
    while count * PART < len(places.packed) and count < PARTS:
        count *= 2
    columns = [spill.column(np.uint64) for _ in range(count)]
    for low in range(0, len(places.packed), PART):
        dealt, ends = _dealt(places.packed[low : low + PART], bounds, order, count)
        for column, begin, end in zip(columns, (0, *ends), ends):
            column.add(dealt[begin:end])
        spill.trim()
    return columns


def _dealt(some: U64, bounds: I64, order: I64, count: int) -> tuple[U64, list[int]]:
    """Some places part by part, and where each part ends."""
    doc = int(np.searchsorted(bounds, int(some[0]) & 0xFFFFFFFF, side="right")) - 1
    arrays, ends = (view(some), view(bounds), view(order)), np.zeros(count, np.int64)
    kernel.deal(*arrays, doc, view(ends), view(np.empty(0, np.uint64)))
    out = np.empty(int(ends.sum()), np.uint64)
    ends[1:] = np.cumsum(ends[:-1])
    ends[0] = 0
    kernel.deal(*arrays, doc, view(ends), view(out))
    return out, ends.tolist()


def bucket_edges(places: Places, back: Callable[[I64], I64] | None = None) -> U64:
    """uint64[edges]: the different pairs of tokens whose places share a key, the lower in the upper half, sorted.

    Two of up to `CROWD` places that share a key are a pair. Of more each is a pair with the first of them and with the
    one before it, in the order of their tokens. With `back` a token is what that makes of it, and the lower one is the
    one that was lower before.
    """
    ordered = np.sort(places.packed)
    equal = ordered[1:] & _UPPER == ordered[:-1] & _UPPER
    is_shared = np.zeros(len(ordered), np.bool_)
    is_shared[1:] = equal
    is_shared[:-1] |= equal
    ordered = ordered[is_shared]
    if back is not None:
        ordered = packed(ordered, back((ordered & _LOWER).astype(np.int64))).packed
    out = np.empty(kernel.join(view(ordered), view(np.empty(0, np.uint64))), np.uint64)
    kernel.join(view(ordered), view(out))
    return distinct(out)


def moved_back(order: I64, bounds: I64) -> Callable[[I64], I64]:
    """Gives for tokens of documents put in order, as `parts` has them, where these tokens really stand."""
    documents = np.argsort(order, kind="stable")
    documents = documents[np.searchsorted(order[documents], 0) :]
    starts, shift = order[documents], (bounds[:-1] - order)[documents]

    def back(tokens: I64) -> I64:
        moved: I64 = tokens + shift[np.searchsorted(starts, tokens, side="right") - 1]
        return moved

    return back


def edge_slices(edges: Sequence[U64], units: I64, spill: Spill, size: int = SLICE) -> list[tuple[int, int]]:
    """Runs of units, as tokens from, to, whose edges (sorted arrays of them) are about so many."""
    looked_at = [np.empty(0, np.uint64)]
    for part in edges:
        looked_at.append(part[::STEP].copy())
        spill.trim()  # that was every page of the part
    some = np.sort(np.concatenate(looked_at))
    tokens = (some[:: max(1, size // STEP)] >> _HALF).astype(np.int64)
    cuts = unique(units[np.searchsorted(units, tokens, side="right") - 1]).tolist()
    return list(zip([0, *cuts[1:]], [*cuts[1:], 1 << 32])) if cuts else []


def candidate_pairs(edges: Sequence[U64], tokens: tuple[int, int], units: I64) -> tuple[I64, I64]:
    """All different edges of a run of units, sorted by their units and places, and where each pair of units begins.

    int64[edges, 2], token a < token b, and int64[pairs + 1]. `edges` are sorted arrays of them; `tokens` is where the
    run begins and ends.
    """
    low, high = np.uint64(tokens[0] << 32), np.uint64(min(tokens[1] << 32, (1 << 64) - 1))
    edge = distinct(np.concatenate([part[np.searchsorted(part, low) : np.searchsorted(part, high)] for part in edges]))
    rows = np.column_stack(ends_of(edge))
    unit = np.searchsorted(units, rows, side="right").astype(np.uint64)
    pair = (unit[:, 0] << _HALF) | unit[:, 1]
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    fresh = np.flatnonzero(pair[1:] != pair[:-1]) + 1
    return rows[order], np.concatenate((np.zeros(min(1, len(rows)), np.int64), fresh, [len(rows)]))


def by_second(rows: I64, pairs: I64) -> tuple[I64, I64]:
    """The edges of candidate pairs, and where each pair's begin, with the pairs in the order of their second places."""
    order = np.argsort(rows[pairs[:-1], 1], kind="stable")
    low, high = pairs[:-1][order], pairs[1:][order]
    return rows[ranges(low, high)], np.concatenate(([0], np.cumsum(high - low)))


def ends_of(edges: U64) -> tuple[I64, I64]:
    """The first and the second token of some edges."""
    return (edges >> _HALF).astype(np.int64), (edges & _LOWER).astype(np.int64)


def distinct(edges: U64) -> U64:
    """The different ones of some edges, sorted, in an array of their own; the one given is overwritten."""
    edges.sort()
    out: U64 = edges[np.concatenate(([True], edges[1:] != edges[:-1]))[: len(edges)]]
    return out
