"""Seeds of copies: pairs of places that probably hold the same text. None of them is verified yet.

Three kinds of evidence make seeds: passages whose signatures agree in a band, equal sentences, and equal winnowed runs.
Winnowing finds every shared run of `RUN + WINDOW - 1` tokens. A key of n places gives little more than n - 1 edges. Up
to `CROWD` places are joined pairwise, so that two texts are joined by what they share, whoever else has it. A larger
crowd is joined as a star and a chain. Their order depends on the contents of the documents, not on their names, so that
results are the same everywhere.
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
# Places sorted at once; edges grown at once; and the step at which edges are sampled to choose the cuts.
PART, SLICE, STEP = 4_000_000, 200_000, 1_000
PARTS = 256  # at most, since each part may be a file; beyond that, parts get larger and only slower to sort
_UPPER, _LOWER, _HALF = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF), np.uint64(32)


@dataclass(frozen=True)
class Places:
    """Tokens at which keys were seen, in ascending order. The upper 32 bits hold half the key, the lower 32 the token.

    One pair in four billion agrees in half a key by chance; growing such a seed rejects it. In return, a key and its
    place are stored and sorted as one number.
    """

    packed: U64

    @property
    def keys(self) -> U64:
        """uint64[places]: the keys; their lower half is zero."""
        keys: U64 = self.packed & _UPPER
        return keys

    @property
    def at(self) -> I64:
        """int64[places]: the tokens."""
        at: I64 = (self.packed & _LOWER).astype(np.int64)
        return at


def packed(keys: U64, at: I64) -> Places:
    """Pack keys and tokens into places."""
    return Places((keys & _UPPER) | at.astype(np.uint64))


def seeds_of(skeletons: Skeletons) -> list[Places]:
    """Return the places of every kind of evidence, always in this order: sentences, runs, then passages band by band.

    Keys of different kinds are never compared.
    """
    hashes = run_hashes(skeletons.ids, skeletons.first)
    shingles = shingle_hashes(skeletons.ids)
    bounds = skeletons.first[passages(skeletons, hashes)]
    signed = passage_signatures(shingles, bounds, BANDS * ROWS)
    return [sentence_places(skeletons, hashes), run_places(skeletons, shingles), *passage_places(signed, bounds)]


def wide_seeds_of(skeletons: Skeletons) -> list[tuple[U64, I64]]:
    """Like `seeds_of`, with whole keys uint64[places] and tokens int64[places], for more text than one machine holds.

    Half a key would be no evidence there: with more than 2^32 places, chance alone makes keys equal.
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
    """Return every sentence of at least `SENTENCE` tokens, keyed by its hash."""
    keep = np.flatnonzero(np.diff(skeletons.first) >= SENTENCE)
    return packed(hashes[keep], skeletons.first[keep])


def run_places(skeletons: Skeletons, shingles: U32) -> Places:
    """Return the winnowed runs of `RUN` tokens: of any `WINDOW` consecutive runs in a document, the one of least hash.

    `shingles` are the shingle hashes of the tokens.
    """
    out = np.empty(len(skeletons.ids), np.uint64)
    recent = np.empty(WINDOW, np.uint64)
    count = kernel.winnow(view(shingles), view(skeletons.doc_token), view(recent), view(out))
    return Places(out[:count].copy())


def passage_places(signed: U32, bounds: I64) -> list[Places]:
    """Return every passage once for each band, keyed by the band; passages without shingles are left out."""
    keep = _signed(signed)
    at = bounds[:-1][keep]
    return [packed(keys, at) for keys in band_keys(signed[keep], BANDS, ROWS)]


def _signed(signed: U32) -> I64:
    """Return the indices of passages that have shingles."""
    return np.flatnonzero(signed[:, 0] != np.uint32(0xFFFFFFFF))


def parts(places: Places, bounds: I64, order: I64, spill: Spill) -> list[Column[np.uint64]]:
    """Split places into parts of about `PART`, with each token moved to where it stands once documents are reordered.

    All places of one key go to the same part. `bounds` int64[documents + 1] are the tokens that documents begin with.
    `order` int64[documents] is where each document's tokens begin in the new order; -1 leaves out its places.
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
    """Return places grouped by part, and where each part ends."""
    doc = int(np.searchsorted(bounds, int(some[0]) & 0xFFFFFFFF, side="right")) - 1
    arrays, ends = (view(some), view(bounds), view(order)), np.zeros(count, np.int64)
    kernel.deal(*arrays, doc, view(ends), view(np.empty(0, np.uint64)))
    out = np.empty(int(ends.sum()), np.uint64)
    ends[1:] = np.cumsum(ends[:-1])
    ends[0] = 0
    kernel.deal(*arrays, doc, view(ends), view(out))
    return out, ends.tolist()


def bucket_edges(places: Places, back: Callable[[I64], I64] | None = None) -> U64:
    """Return uint64[edges], sorted and distinct: pairs of tokens whose places share a key, the lower in the upper half.

    Up to `CROWD` places that share a key are all paired. In a larger crowd each place is paired with the first place
    and with the one before it, in token order. If `back` is given, it maps each token to its real place; which token of
    a pair counts as lower is decided before that.
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
    """Return a function that maps tokens of reordered documents (see `parts`) back to where they really stand."""
    documents = np.argsort(order, kind="stable")
    documents = documents[np.searchsorted(order[documents], 0) :]
    starts, shift = order[documents], (bounds[:-1] - order)[documents]

    def back(tokens: I64) -> I64:
        moved: I64 = tokens + shift[np.searchsorted(starts, tokens, side="right") - 1]
        return moved

    return back


def edge_slices(edges: Sequence[U64], units: I64, spill: Spill, size: int = SLICE) -> list[tuple[int, int]]:
    """Split units into runs, as token ranges, each with about `size` edges; `edges` are sorted arrays."""
    looked_at = [np.empty(0, np.uint64)]
    for part in edges:
        looked_at.append(part[::STEP].copy())
        spill.trim()  # sampling has touched every page of the part
    some = np.sort(np.concatenate(looked_at))
    tokens = (some[:: max(1, size // STEP)] >> _HALF).astype(np.int64)
    cuts = unique(units[np.searchsorted(units, tokens, side="right") - 1]).tolist()
    return list(zip([0, *cuts[1:]], [*cuts[1:], 1 << 32])) if cuts else []


def candidate_pairs(edges: Sequence[U64], tokens: tuple[int, int], units: I64) -> tuple[I64, I64]:
    """Return the distinct edges of a run of units, sorted by pair of units and place, and where each pair begins.

    The results are int64[edges, 2], with token a < token b, and int64[pairs + 1]. `edges` are sorted arrays; `tokens`
    is where the run begins and ends.
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
    """Reorder pairs of units by their second places: return the edges, and where each pair's edges begin."""
    order = np.argsort(rows[pairs[:-1], 1], kind="stable")
    low, high = pairs[:-1][order], pairs[1:][order]
    return rows[ranges(low, high)], np.concatenate(([0], np.cumsum(high - low)))


def ends_of(edges: U64) -> tuple[I64, I64]:
    """Return the first and the second token of each edge."""
    return (edges >> _HALF).astype(np.int64), (edges & _LOWER).astype(np.int64)


def distinct(edges: U64) -> U64:
    """Return the distinct edges, sorted, in a new array; sorts the given array in place."""
    edges.sort()
    out: U64 = edges[np.concatenate(([True], edges[1:] != edges[:-1]))[: len(edges)]]
    return out
