"""Near-duplicates where little has changed since a run that was kept: only what that touches is looked for again.

A changed document changes the buckets that it was in and those that it is in now, and with them the seeds of some
pairs: these are grown anew. Regions that came or went concern the nodes that they touch, and so the groups of all
nodes that these are connected with. The documents of such connected components are put together into a small corpus,
in their order, which goes through the same functions as the whole would. All other groups are what they were.

Documents have their numbers of now, but where `then` is said those of the kept run. A place, or the unit that it stands
in, is one number that sorts as the tokens of the whole corpus would: its document in the upper half, the token inside
the document in the lower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies, components, placed
from dedupe.copies.find import Duplicates, grouped, grown_pairs, sentences_of, twins_of
from dedupe.copies.minhash import shingle_hashes
from dedupe.copies.seeds import Places, distinct, seeds_of
from dedupe.copies.signed import Signed
from dedupe.copies.skeletons import I64, U64, Skeletons, joined, ranges, stretch
from dedupe.core.model import Progress
from dedupe.inputs.spill import Number, Spill
from dedupe.pipeline.links import Corpus, changed, links_of, touched

if TYPE_CHECKING:
    from dedupe.cache.past import Past

_UPPER, _LOWER = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF)
_NONE = np.empty((0, 2), np.int64)
Bools = NDArray[np.bool_]
Keys = Sequence[U64]  # for each kind of seeds different keys, in ascending order


@dataclass(frozen=True)
class Delta:
    """A run by where its documents come from.

    `moved` int64[documents then] is what number each has now, -1 where it is gone; `added` int64[documents added] are
    the numbers of those that are new, of which `fresh` has tokens and seeds. `marks` are as `find_duplicates` takes
    them, of the new documents alone.
    """

    past: Past
    moved: I64
    fresh: Signed
    added: I64
    marks: I64

    @cached_property
    def kept(self) -> I64:
        """int64[documents kept]: their numbers then."""
        return np.flatnonzero(self.moved >= 0)

    @cached_property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self.kept) + len(self.added)

    @cached_property
    def tokens(self) -> I64:
        """int64[documents]: how many tokens each has."""
        return self._by_document(np.diff(self.past.skeletons.doc_token), np.diff(self.fresh.skeletons.doc_token))

    @cached_property
    def twins(self) -> tuple[I64, I64]:
        """The twins then, by their numbers then, and now."""
        keys = self._by_document(self.past.keys, self.fresh.keys)
        return twins_of(self.past.keys, np.diff(self.past.skeletons.doc_token)), twins_of(keys, self.tokens)

    def _by_document(self, then: NDArray[Number], fresh: NDArray[Number]) -> NDArray[Number]:
        """A number for each document, from those of the kept run's and of the new ones."""
        numbers = np.empty(self.documents, then.dtype)
        numbers[self.moved[self.kept]], numbers[self.added] = then[self.kept], fresh
        return numbers

    def corpus(self, documents: I64) -> Corpus:
        """Some documents as a corpus of their own."""
        number = self._by_document(np.arange(len(self.moved)), np.arange(len(self.added)) + len(self.moved) + 1)
        return Corpus(documents, self.then(number[documents]))

    def then(self, documents: I64) -> Skeletons:
        """Documents of the kept run as a corpus; new ones are numbered after those, with one number between them."""
        new, parts = len(self.moved) + 1, [stretch(self.fresh.skeletons, 0, 0)]
        for run in np.split(documents, np.flatnonzero(np.diff(documents) != 1) + 1) if len(documents) else ():
            low, high = int(run[0]), int(run[-1]) + 1
            if low < new:
                self.past.check_tokens(low, high)
                parts.append(stretch(self.past.skeletons, low, high))
            else:
                parts.append(stretch(self.fresh.skeletons, low - new, high - new))
        return joined(parts)

    def marks_in(self, documents: I64) -> I64:
        """The marks of some documents, which are counted from 0."""
        past = self.past.marks
        rows = np.concatenate((np.column_stack((self.moved[past[:, 0]], past[:, 1])), self.marks))
        rows = rows[np.isin(rows[:, 0], documents)]
        rows[:, 0] = np.searchsorted(documents, rows[:, 0])
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]


@dataclass(frozen=True)
class Found:
    """Groups that may have changed, in a corpus of some documents, and the numbers of the past's that did not.

    `duplicates` have the documents' numbers in the whole corpus.
    """

    duplicates: Duplicates
    untouched: list[int]


def find_changed(delta: Delta, settings: Settings, progress: Progress) -> Found:
    """What `find_duplicates` would give for all documents, as far as it can differ from what it gave then."""
    pairs, seeds = _changed_pairs(delta)
    twins_then, twins = delta.twins
    rows, label = links_of(delta.past, delta.moved, twins_then)
    regrown = _regrown(delta, rows[: len(delta.past.regions)], pairs)
    gone = np.concatenate((regrown, ~_is_among(delta.moved[twins_then], twins)))
    twins = twins[~_is_among(twins, delta.moved[twins_then])]
    ends = np.concatenate((rows[gone, ::2].ravel(), seeds.ravel())) >> 32
    near = delta.corpus(np.unique(np.concatenate((ends[ends >= 0], twins.ravel(), delta.added))))
    same = sentences_of(np.searchsorted(near.documents, twins), near.skeletons)
    new = near.boundaries(np.concatenate((_grown(near, seeds, settings, progress), same)))
    gone, new = changed(rows, gone, new)
    is_touched = touched((rows, label), gone, new, near)
    group_label = delta.past.labels[2]
    is_touched[group_label[delta.past.reader.numbers("group_alone") == 0]] = True
    links = np.concatenate((rows[is_touched[label] & ~gone], new))
    mini = delta.corpus(np.unique(np.concatenate((links[:, ::2].ravel() >> 32, delta.added))))
    no_twins = np.empty((0, 2), np.int64)  # they are among the links
    found = grouped(_signed(mini), (mini.sentences(links), no_twins), delta.marks_in(mini.documents), settings)
    untouched = np.flatnonzero(~is_touched[group_label]).tolist()
    return Found(replace(found, doc=mini.documents[found.doc]), untouched)


def _regrown(delta: Delta, rows: I64, pairs: I64) -> Bools:
    """Which regions of the past, given by their boundaries, are gone with a document, or of units grown anew."""
    then, doc = delta.past.skeletons, rows[:, ::2] >> 32
    gone: Bools = np.asarray((doc < 0).any(1))
    near = np.flatnonzero(~gone & np.isin(doc, pairs >> 32).all(1))
    units = [_places(then, delta.moved, side)[0][:, 1] for side in then.first[delta.past.regions[near, ::2]].T]
    gone[near] = _is_among(np.column_stack(units), pairs)
    return gone


def _grown(near: Corpus, seeds: I64, settings: Settings, progress: Progress) -> I64:
    """The regions of copies that grow from some seeds, as sentences."""
    tokens = near.skeletons.doc_token[np.searchsorted(near.documents, seeds >> 32)] + (seeds & 0xFFFFFFFF)
    edges = distinct((tokens[:, 0] << 32 | tokens[:, 1]).astype(np.uint64))
    regions, shared = grown_pairs(_signed(near), [edges], settings, progress)
    copies: I64 = regions[are_copies(shared, settings)]
    return copies


def _signed(corpus: Corpus) -> Signed:
    """A corpus without what its keys and seeds would say, which is known already."""
    skeletons = corpus.skeletons
    return Signed(skeletons, shingle_hashes(skeletons.ids), np.empty(0, np.uint64), [], Spill())


def labels_of(duplicates: Duplicates) -> tuple[I64, I64, I64]:
    """For each region, each twin and each group of a run that is kept the connected component that it belongs to."""
    same = sentences_of(duplicates.twins, duplicates.skeletons)
    nodes, ends = placed(np.concatenate((duplicates.regions, same)), duplicates.skeletons)
    label = components(len(nodes), ends)
    groups = np.array([group.nodes[0] for group in duplicates.groups], np.int64)
    row = label[ends[:, 0]]
    return row[: len(duplicates.regions)], row[len(duplicates.regions) :], label[groups]


def _changed_pairs(delta: Delta) -> tuple[I64, I64]:
    """int64[pairs, 2]: units of which some seed came or went; and all seeds of these pairs, int64[seeds, 2] places."""
    then, now = delta.twins
    # One more for -1, which stands for no document.
    spared_then, spared = np.zeros(len(delta.moved), np.bool_), np.zeros(delta.documents + 1, np.bool_)
    spared_then[then[:, 1]], spared[now[:, 1]] = True, True
    buckets = _Buckets(delta, spared_then, spared)
    old = np.flatnonzero((delta.moved < 0) | (spared_then != spared[delta.moved]))
    before, after = buckets.seeds(_keys_of(seeds_of(delta.then(old)), delta.fresh.seeds))
    names = np.unique(np.concatenate((before[:, :2].ravel(), after[:, :2].ravel())))
    one, two = (_codes(edges[:, :2], names) for edges in (before, after))
    edges = np.concatenate((before, after))[np.isin(np.concatenate((one, two)), np.setxor1d(one, two))]
    pairs = np.unique(edges[:, 2:], axis=0) if len(edges) else _NONE
    # A bucket that joins two documents has a key of either: with those of the new ones all of their pairs are seen.
    others = pairs[~np.isin(pairs >> 32, delta.added).any(1), 0] >> 32
    cover = delta.corpus(np.unique(others[~spared[others]]))
    _, more = buckets.seeds(_keys_of(seeds_of(cover.skeletons)))
    every = np.concatenate((after, more))
    return pairs, every[_is_among(every[:, 2:], pairs), :2]


@dataclass(frozen=True)
class _Buckets:
    """Looks up buckets: in the kept run, and as they are now. Documents that are spared give no seeds."""

    delta: Delta
    spared_then: Bools
    spared: Bools

    def seeds(self, keys: Keys) -> tuple[I64, I64]:
        """The edges that buckets gave then, without those of documents that are gone, and the edges that they give now.

        Both are int64[edges, 4]: two places, the first the lower, and the units of these.
        """
        delta = self.delta
        bucket, token = _members(delta.past.sorted_seeds, keys)
        places, doc = _places(delta.past.skeletons, delta.moved, token)
        old = ~self.spared_then[doc]
        before = _stars(bucket[old], places[old])
        new_bucket, new_token = _members([np.sort(kind.packed) for kind in delta.fresh.seeds], keys)
        new_places, _ = _places(delta.fresh.skeletons, delta.added, new_token)
        bucket, places = np.concatenate((bucket, new_bucket)), np.concatenate((places, new_places))
        here = np.flatnonzero((places[:, 0] >= 0) & ~self.spared[places[:, 0] >> 32])
        here = here[np.lexsort((places[here, 0], bucket[here]))]
        return before[(before >= 0).all(1)], _stars(bucket[here], places[here])


def _keys_of(*seeds: Sequence[Places]) -> Keys:
    """The keys of all seeds of some corpora."""
    return [np.unique(np.concatenate([places.keys for places in kinds])) for kinds in zip(*seeds)]


def _members(kinds: Sequence[U64], keys: Keys) -> tuple[I64, I64]:
    """The members of the buckets of some keys, from sorted seeds of each kind: the number of the bucket, the token."""
    buckets, tokens, before = [], [], 0
    for packed, wanted in zip(kinds, keys):
        low, high = np.searchsorted(packed, wanted), np.searchsorted(packed, wanted | _LOWER, side="right")
        buckets.append(np.repeat(np.arange(len(wanted)) + before, high - low))
        tokens.append((packed[ranges(low, high)] & _LOWER).astype(np.int64))
        before += len(wanted)
    return np.concatenate(buckets), np.concatenate(tokens)


def _places(skeletons: Skeletons, numbers: I64, tokens: I64) -> tuple[I64, I64]:
    """int64[tokens, 2]: place and unit of some tokens, both -1 in a document without a number; and their documents."""
    starts = skeletons.doc_token
    doc = np.searchsorted(starts, tokens, side="right") - 1
    unit = skeletons.units[np.searchsorted(skeletons.units, tokens, side="right") - 1]
    inside = np.column_stack((tokens, unit)) - starts[doc][:, None]
    places: I64 = np.where(numbers[doc][:, None] >= 0, numbers[doc][:, None] << 32 | inside, -1)
    return places, doc


def _stars(bucket: I64, places: I64) -> I64:
    """The edges of buckets from their members in order: each but the first of its bucket with that one."""
    first = np.flatnonzero(np.diff(bucket, prepend=-1))
    hub = np.repeat(first, np.diff(np.append(first, len(bucket))))
    rest = np.flatnonzero(hub != np.arange(len(bucket)))
    one, two = places[hub[rest]], places[rest]
    return np.column_stack((one[:, 0], two[:, 0], one[:, 1], two[:, 1]))


def _codes(pairs: I64, names: I64) -> I64:
    """A number for each pair of names, of which there are less than half of 64 bits hold."""
    codes: I64 = np.searchsorted(names, pairs[:, 0]) << 32 | np.searchsorted(names, pairs[:, 1])
    return codes


def _is_among(rows: I64, pairs: I64) -> Bools:
    """Which rows are among some pairs."""
    names = np.unique(pairs)
    known = np.asarray(np.isin(rows, names).all(axis=1))
    known[known] = np.isin(_codes(rows[known], names), _codes(pairs, names))
    return known
