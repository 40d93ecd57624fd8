"""Turn verified pairs into clusters: a representative, and members that each match it directly; never chains.

Regions of one document that are nearly the same stretch become one node, unless that makes their pairs less alike.
Nodes of equal tokens are one text. Texts lead in the order of how much matches them. A leader takes what matches
*it*: first what is nearly equal, then what is alike, then what reaches the threshold. No matching pair of texts is left
out: if no cluster holds both, they are put into an existing one or a new one. So a text may stand in several clusters;
its home is the cluster of the text that it is most like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.regions import REWORDED, differences, measure, measurer
from dedupe.copies.reworded import LONGEST
from dedupe.copies.signed import Signed
from dedupe.copies.skeletons import I64, U32, Skeletons, bounds_of, ranges
from dedupe.text.kernels import hashing, view
from dedupe.text.kernels import matching as kernel
from dedupe.text.kernels.matching import FULL as FULL
from dedupe.text.kernels.matching import LONGER as LONGER
from dedupe.text.kernels.matching import Leader
from dedupe.text.kernels.nodes import SAME as SAME
from dedupe.text.kernels.nodes import SIZES, SMALLEST, Nodes

# Jaccards from which two texts are nearly equal, and alike. Templates filled with different content, such as court
# forms for different cases or pages on different commands, mostly have less than SURE. Copies of prose hardly ever have
# less than ALIKE.
MOST = 1 << 40  # more tokens than any text has, and few enough for a kernel
SURE, ALIKE = 0.7, 0.4
SERIES = 0.9  # like SURE, for texts of one pattern with two names of one series, such as pages on two commands
# Whole texts with words changed here and there are copies from LOOSE times the threshold on, if FINE of their pairs of
# tokens are the same: one word in three changed leaves hardly a five-token shingle, but half of the pairs. Texts woven
# from one text, with every other sentence replaced, are copies from WEAVE times the threshold on.
LOOSE, FINE, WEAVE = 0.4, 0.5, 0.6
# Least characters and tokens of a passage to report: a shorter one is a quotation, or an ending that many texts use.
PASSAGE, QUOTED = 200, 80
LITTLE = 55  # shingles: two forms for different cases share fewer through common clauses
TRIED = 8  # clusters of a head that a text may try before it gets its own, and reworded members that it must match
WHOLE = 0.8  # a text is contained in a longer one when this much of it stands there

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """A cluster of nodes; the representative comes first.

    `shared` int64[members, 3] measures each member with the representative as `regions.measure` does. `same`
    bool[members] says whether the two have one skeleton. `home` bool[members] says whether this cluster reports the
    member; it is always true for the representative. `holds` int64[members] is, for a member that contains its
    representative, the number of clusters whose representative it contains, else 0. `spread` int64[members] is how a
    member differs from the representative, as `regions.differences` has it, where that was asked for.
    """

    nodes: I64
    shared: I64
    same: Bools
    home: Bools
    holds: I64
    spread: I64

    def at(self, members: I64) -> Group:
        """Return the group with only the members of these numbers."""
        flags = (self.same[members], self.home[members], self.holds[members], self.spread[members])
        return Group(self.nodes[members], self.shared[members], *flags)


class Rank(NamedTuple):
    """What decides which of several nodes represents the others.

    `level` int64[nodes] is 0 for a document, 1 for one of several essays, 2 for a passage; a whole text is preferred to
    a text inside another. `marks` int64[nodes] are the numbers of marks and holes, `start` int64[nodes] where nodes
    begin in their documents.
    """

    level: I64
    marks: I64
    start: I64


def are_copies(shared: I64, settings: Settings) -> Bools:
    """Return which measured pairs are copies: alike enough, or one inside the other, with enough text shared."""
    out = np.empty(len(shared), bool)
    kernel.are_copies(view(np.ascontiguousarray(shared)), *_limits(settings), view(out))
    return out


def are_worth(shared: I64, settings: Settings) -> Bools:
    """Return which measured pairs are copies, or may be part of texts that are copies: see `LOOSE`."""
    return are_copies(shared, replace(settings, threshold=LOOSE * settings.threshold))


def jaccard_of(shared: I64) -> NDArray[np.float64]:
    """Return float64[pairs]: the jaccard of measured pairs."""
    jaccard: NDArray[np.float64] = shared[:, 2] / np.maximum(1, shared[:, 0] + shared[:, 1] - shared[:, 2])
    return jaccard


def are_contained(shared: I64, settings: Settings) -> Bools:
    """Return which pairs are a text and one that contains it: a much longer one, or one that is not alike otherwise."""
    short, long = np.minimum(shared[:, 0], shared[:, 1]), np.maximum(shared[:, 0], shared[:, 1])
    inside: Bools = shared[:, 2] >= max(WHOLE, settings.threshold) * short
    return inside & ((jaccard_of(shared) < settings.threshold) | (long >= LONGER * short))


def _limits(settings: Settings) -> tuple[float, float, int]:
    """Return the least jaccard, the least containment and the least number of shared shingles."""
    return settings.threshold, max(WHOLE, settings.threshold), min(settings.min_length, MOST) - SHINGLE + 1


def nodes_of(regions: I64, shared: I64, signed: Signed, settings: Settings) -> tuple[I64, I64, I64]:
    """Return nodes int64[nodes, 2] (sentences from, to), edges int64[edges, 2] between them, and each edge's measure.

    `regions` int64[regions, 4] have the measures `shared`. If merging its stretches into nodes makes a region less of a
    copy, the region keeps its own two stretches as nodes. A whole document is never merged with a part of it.
    """
    skeletons = signed.skeletons
    stretches, where = stretches_of(regions)
    where, alone = where.reshape(-1, 2), are_whole(stretches, skeletons)
    wanted = strengths(shared, settings)
    held = (wanted > 0) & are_contained(shared, settings)
    between, measured = regions, shared.copy()
    while True:
        nodes, of = merged(stretches, skeletons, alone)
        ends = of[where]
        before, between = between, nodes[ends].reshape(-1, 4)
        back = (between == regions).all(1)
        measured[back] = shared[back]
        moved = (between != before).any(1) & ~back
        measured[moved] = measure(signed.shingles, skeletons.first[between[moved]])
        found = strengths(measured, settings)
        weaker = (found < wanted) | (held & (found < 2) & ~are_contained(measured, settings))
        if not weaker.any():
            break
        alone[where[weaker]] = True
    one, two = ends.T
    packed = np.minimum(one, two) << 32 | np.maximum(one, two)
    links, at = np.unique(packed, return_index=True)
    flipped = (one > two)[at]
    measured = measured[at]
    measured[flipped] = measured[flipped][:, [1, 0, 2]]
    apart = links >> 32 != links & 0xFFFFFFFF
    edges = np.column_stack((links >> 32, links & 0xFFFFFFFF))
    return nodes, edges[apart], measured[apart]


def stretches_of(regions: I64) -> tuple[I64, I64]:
    """Return the distinct stretches int64[stretches, 2] of regions, and the stretch of each side, region by region."""
    packed = (regions[:, ::2] << 32 | regions[:, 1::2]).ravel()
    stretches, where = np.unique(packed, return_inverse=True)
    return np.column_stack((stretches >> 32, stretches & 0xFFFFFFFF)), where.ravel()


def are_whole(stretches: I64, skeletons: Skeletons) -> Bools:
    """Return which stretches are all of their documents."""
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right")
    whole: Bools = (stretches == np.column_stack((skeletons.doc_sentence[doc - 1], skeletons.doc_sentence[doc]))).all(1)
    return whole


def strengths(shared: I64, settings: Settings) -> I64:
    """Return int64[pairs]: 3 for nearly equal, 2 for alike, 1 for another copy, 0 for no copy."""
    jaccard = jaccard_of(shared)
    copies = are_copies(shared, settings)
    return copies.astype(np.int64) * (1 + (jaccard >= ALIKE) + (jaccard >= SURE))


def components(nodes: int, links: I64) -> I64:
    """Return int64[nodes]: the lowest node that each node is connected with through links int64[links, 2]."""
    label = np.arange(nodes)
    while True:
        least = label[links].min(1)
        before = label.copy()
        for side in links.T:
            np.minimum.at(label, before[side], least)
        label = label[label]  # path compression: all nodes with a label follow it at once
        if (label == before).all():
            return label


def merged(stretches: I64, skeletons: Skeletons, alone: Bools | None = None) -> tuple[I64, I64]:
    """Merge distinct stretches int64[stretches, 2] into nodes int64[nodes, 2]; also return each stretch's node.

    Which stretches merge depends only on the stretches of their document. A stretch that is `alone` is a node of its
    own that no other joins.
    """
    first = skeletons.first
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right")
    length = first[stretches[:, 1]] - first[stretches[:, 0]]
    order = np.lexsort((stretches[:, 0], -length, doc))
    single = np.zeros(len(stretches), bool) if alone is None else alone
    node_of, chosen = _grouped(np.ascontiguousarray(first[stretches[order]]), doc[order], single[order])
    of = np.empty(len(order), np.int64)
    of[order] = node_of
    return stretches[order][chosen], of


def _grouped(spans: I64, doc: I64, alone: Bools) -> tuple[I64, I64]:
    """Return each stretch's node, and each node's stretch; stretches are sorted by document, longest first."""
    node_of, chosen, behind = (np.empty(len(spans), np.int64) for _ in range(3))
    starts = np.flatnonzero(np.diff(doc, prepend=-1))
    longest = 0
    if len(spans):
        longest = int((np.maximum.reduceat(spans[:, 1], starts) - np.minimum.reduceat(spans[:, 0], starts)).max())
    cells = np.empty((longest >> (SMALLEST - 1)) + SIZES, np.int64)
    room = (node_of, chosen, behind, np.empty(SIZES + 2, np.int64), cells)
    count = Nodes(view(spans), view(doc), view(alone), tuple(map(view, room))).run()
    return node_of, chosen[:count].copy()


class _Texts(NamedTuple):
    """The distinct texts of some nodes, in an order that depends on their contents.

    `of` int64[nodes] is the text of each node. The nodes of text t are `nodes[first[t]:first[t + 1]]`, best first.
    """

    of: I64
    first: I64
    nodes: I64


def cluster(nodes: I64, edges: tuple[I64, I64], rank: Rank, signed: Signed, settings: Settings) -> list[Group]:
    """Group nodes; each member is verified against its representative. Groups are in the order of representatives.

    `edges` are pairs of nodes int64[edges, 2] and their measures int64[edges, 3]; each is a copy. Whole texts lead
    before passages, and among them those with most matches. Nodes of one text stay together. A text is never
    represented by a much longer one that contains it: the longer one is a member of its cluster.
    """
    spans = signed.skeletons.first[nodes]
    texts = _texts(spans, rank, signed.skeletons.ids)
    best = texts.nodes[texts.first[:-1]]
    links, shared = _between(texts, edges)
    held = are_contained(shared, settings)
    alike = links[~held]
    work = _Work(spans[best], Rank(*(column[best] for column in rank)), np.diff(texts.first), signed, settings)
    homes = work.lead(alike, shared[~held])
    clusters = _Clusters(work, homes, np.diff(texts.first) > 1)
    clusters.hold(links[held], shared[held])
    clusters.cover(alike, shared[~held])
    holds = clusters.holds()
    groups = _groups(texts, rank, clusters, holds)
    return [kept for kept in (_without_overlaps(group, spans) for group in groups) if len(kept.nodes) > 1]


def _texts(spans: I64, rank: Rank, ids: U32) -> _Texts:
    """Group nodes of equal tokens into texts; the best node of a text is first: by level, then marks, then start."""
    hashes = np.empty(len(spans), np.uint64)
    hashing.span_hashes(view(ids), view(np.ascontiguousarray(spans)), view(hashes))
    length = spans[:, 1] - spans[:, 0]
    order = np.lexsort((np.arange(len(spans)), rank.start, rank.marks, rank.level, length, hashes))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (hashes[order][1:] != hashes[order][:-1]) | (length[order][1:] != length[order][:-1])
    of = np.empty(len(order), np.int64)
    of[order] = np.cumsum(fresh) - 1
    return _Texts(of, np.append(np.flatnonzero(fresh), len(order)), order)


def _between(texts: _Texts, edges: tuple[I64, I64]) -> tuple[I64, I64]:
    """Return the distinct pairs of different texts that edges join, the lower text first, and their measures."""
    ends, shared = texts.of[edges[0]].reshape(-1, 2), edges[1].copy()
    flipped = ends[:, 0] > ends[:, 1]
    ends[flipped], shared[flipped] = ends[flipped][:, ::-1], shared[flipped][:, [1, 0, 2]]
    links, at = np.unique(ends[:, 0] << 32 | ends[:, 1], return_index=True)
    at = at[links >> 32 != links & 0xFFFFFFFF]
    return ends[at], shared[at]


class _Work:
    """The distinct texts to cluster, with what it takes to measure them, and the order in which they lead."""

    def __init__(self, spans: I64, rank: Rank, sizes: I64, signed: Signed, settings: Settings) -> None:
        self.spans, self.rank, self.sizes = spans, rank, sizes
        self.signed, self.settings = signed, settings
        self.limits = _limits(settings)
        self.place = np.empty(len(spans), np.int64)

    def lead(self, links: I64, shared: I64) -> tuple[I64, I64]:
        """Return for each text the text it is a member of, or -1, and its measure with that one.

        `links` are pairs of texts that are alike, and `shared` their measures.
        """
        count, length = len(self.spans), self.spans[:, 1] - self.spans[:, 0]
        levels = sorted({max(SURE, self.limits[0]), max(ALIKE, self.limits[0]), self.limits[0]})
        matched = [-_matched(links, jaccard_of(shared) >= level, self.sizes) for level in (0.0, *levels)]
        order = np.lexsort((np.arange(count), self.rank.start, self.rank.marks, -length, *matched, self.rank.level))
        self.place[order] = np.arange(count)
        home, measured = np.full(count, -1, np.int64), np.zeros((count, 3), np.int64)
        state = (home, measured, np.full(count, -1, np.int64), *(np.full(count, -1, np.int64) for _ in range(2)))
        graph = (*_adjacency(links, count), self.spans, self.rank.level, self.rank.marks)
        parts = _apart(order, links, self.settings.jobs)
        tokens = int(np.sort(length)[-2:].sum())
        _, *others = self.limits
        for level in reversed(levels):

            def lead(part: I64, level: float = level) -> None:
                led, own = 0, (*state, np.empty(len(part), np.int64))
                leader = Leader(
                    measurer(self.signed.shingles, tokens),
                    tuple(map(view, (part, *graph))),
                    tuple(map(view, own)),
                    (level, *others),
                )
                while led < len(part):
                    led = leader.run(led)
                    self.signed.spill.trim()

            state[2].fill(-1)
            with ThreadPoolExecutor(max(1, self.settings.jobs)) as pool:
                list(pool.map(lead, parts))
        self._take_reworded(links, shared, (home, measured))
        return home, measured

    def _take_reworded(self, links: I64, shared: I64, homes: tuple[I64, I64]) -> None:
        """Give texts without a home the text that they are reworded from; texts that lead first choose first.

        Such a pair shares fewer shingles than any level or a passage needs. That the pair is in `links` is the only
        evidence that its texts are alike.
        """
        home, measured = homes
        some = np.flatnonzero(~are_copies(shared, self.settings))
        is_turned = self.place[links[some, 0]] > self.place[links[some, 1]]
        heads, texts = np.where(is_turned, links[some, ::-1].T, links[some].T)
        leads = np.zeros(len(home), np.bool_)
        leads[home[home >= 0]] = True
        for at in np.lexsort((self.place[texts], self.place[heads])).tolist():
            head, text = heads[at], texts[at]
            if home[head] < 0 and home[text] < 0 and not leads[text]:
                home[text], leads[head] = head, True
                mine, yours, both = shared[some[at]]
                measured[text] = (mine, yours, both) if is_turned[at] else (yours, mine, both)

    def are_comparable(self, one: int, other: int) -> bool:
        """True if both texts are short enough to be compared token by token."""
        return bool((np.diff(self.spans[[one, other]]) <= LONGEST).all())

    def measure_alone(self, some: I64) -> I64:
        """Return the measure of each text with itself."""
        nothing = np.repeat(self.spans[some, :1], 2, axis=1)
        size = measure(self.signed.shingles, np.column_stack((self.spans[some], nothing)))[:, :1]
        return np.repeat(size, 3, axis=1)

    def measure(self, member: int, head: int) -> tuple[int, int, int]:
        """Return the number of distinct shingles of one text, of the other, and of both."""
        mine, yours, both = measure(self.signed.shingles, self.spans[[member, head]].reshape(1, 4))[0].tolist()
        return mine, yours, both


def _matched(links: I64, chosen: Bools, sizes: I64) -> I64:
    """Return int64[texts]: for each text, how many other nodes match it through the chosen links."""
    matched: I64 = sizes - 1
    for one, other in (links[chosen].T, links[chosen].T[::-1]):
        np.add.at(matched, one, sizes[other])
    return matched


class _Clusters:
    """Clusters, the members of each with their measures, and the home of each text.

    A leading text's first cluster has the text's number; each further one adds the number of texts once more. They are
    needed because members that are less than alike to the head share a cluster only if they match each other too.
    """

    def __init__(self, work: _Work, homes: tuple[I64, I64], is_many: Bools) -> None:
        self.work, self.settings = work, work.settings
        self.home: list[int] = homes[0].tolist()
        self.members: dict[int, dict[int, tuple[int, int, int]]] = {}
        self._clusters: dict[int, set[int]] = defaultdict(set)
        self._loose: dict[int, list[list[int]]] = defaultdict(list)
        self._home_cluster = [-1] * len(self.home)
        measured = homes[1].tolist()
        sure = jaccard_of(homes[1]) >= SERIES
        # Texts that stand in several places and are not nearly the same as their head open their own cluster first.
        for text in np.flatnonzero(is_many & ~((homes[0] >= 0) & sure)).tolist():
            self._open(text)
        for text in np.flatnonzero(homes[0] >= 0).tolist():
            mine, yours, both = measured[text]
            self._put(text, self.home[text], (mine, yours, both))

    def head_of(self, cluster: int) -> int:
        """Return the text that leads a cluster."""
        return cluster % len(self.home)

    def _open(self, cluster: int) -> None:
        self._clusters[self.head_of(cluster)].add(cluster)
        self.members.setdefault(cluster, {})

    def _put(self, text: int, head: int, measured: tuple[int, int, int]) -> None:
        mine, yours, both = measured
        is_passage = min(self.work.rank.level[[text, head]].tolist()) > 1
        union = mine + yours - both
        is_loose = both < (SURE if is_passage else ALIKE) * union and not self.is_held(measured)
        # Any two texts that are reworded from one text are alike, however few shingles are left in both.
        is_loose &= both >= self.settings.threshold * union or not self.work.are_comparable(text, head)
        cluster = self._place(text, head) if is_loose else head
        self._open(cluster)
        self.members[cluster][text] = measured
        self._clusters[text].add(cluster)
        if self.home[text] == head:
            self._home_cluster[text] = cluster

    def _place(self, text: int, head: int) -> int:
        """Choose the cluster of `head` for a text that is less than alike to it."""
        groups = self._loose[head]
        place = next((at for at, group in enumerate(groups[:TRIED]) if self._match_all(text, group)), len(groups))
        if place == len(groups):
            groups.append([])
        groups[place].append(text)
        return head + place * len(self.home)

    def _match_all(self, text: int, others: list[int]) -> bool:
        spans = np.column_stack((np.repeat(self.work.spans[[text]], len(others), axis=0), self.work.spans[others]))
        left = spans[~are_copies(measure(self.work.signed.shingles, spans), self.settings)]
        if not len(left) or (left[:, 1::2] - left[:, ::2] > LONGEST).any():
            return not len(left)
        some = left[:TRIED]  # if it is reworded from some, it is from all; comparing with thousands would take hours
        return bool((differences(self.work.signed.skeletons, self.work.signed.shingles, some) == REWORDED).all())

    def _is_met(self, one: int, other: int) -> bool:
        """True if some cluster holds both."""
        return not self._clusters[one].isdisjoint(self._clusters[other])

    def _join(self, text: int, head: int, measured: tuple[int, int, int]) -> None:
        """Make a text a member of a head's cluster, its home if it has none yet, unless homes would form a loop."""
        self._put(text, head, measured)
        if self.home[text] < 0:
            above = head
            while above >= 0 and above != text:
                above = self.home[above]
            if above < 0:
                self.home[text] = head

    def hold(self, links: I64, shared: I64) -> None:
        """Make each text that contains a shorter one a member of a cluster of the shorter one."""
        for (one, other), (mine, yours, both) in _in_order(links, shared):
            short, long = (one, other) if mine <= yours else (other, one)
            if self._is_met(short, long):
                continue
            head = self.home[short]
            if short not in self.members and head >= 0:
                measured = self.work.measure(long, head)
                if self._is_told(measured):
                    self._join(long, head, measured)
                    if self._is_met(short, long):
                        continue
            self._join(long, short, (max(mine, yours), min(mine, yours), both))

    def cover(self, links: I64, shared: I64) -> None:
        """Make sure that for each pair of alike texts some cluster holds both."""
        home, place = np.array(self.home, np.int64), np.array(self._home_cluster, np.int64)
        one, other = links.T
        met = (home[one] == other) | (home[other] == one) | ((place[one] == place[other]) & (place[one] >= 0))
        for (text, head), measured in _in_order(links[~met], shared[~met]):
            if not self._is_met(text, head):
                self._meet(text, head, measured)

    def holds(self) -> dict[int, int]:
        """Return for each text how many heads of clusters it contains; overlapping stretches are counted together."""
        held = [
            (text, self.head_of(cluster))
            for cluster, members in self.members.items()
            for text, measured in members.items()
            if self.is_held(measured)
        ]
        heads: dict[int, set[int]] = {}
        place = reach = 0
        places = {}
        for low, high, text, head in sorted((*self.work.spans[text].tolist(), text, head) for text, head in held):
            if 2 * (reach - low) < high - low:
                place += 1
            reach = max(reach, high)
            places[text] = place
            heads.setdefault(place, set()).add(head)
        return {text: len(heads[place]) for text, place in places.items()}

    def is_held(self, measured: tuple[int, int, int]) -> bool:
        """True if a member contains its head and is much more than that."""
        mine, yours, both = measured
        threshold = self.settings.threshold
        is_inside = mine > yours and both >= max(WHOLE, threshold) * yours
        return is_inside and (both / max(1, mine + yours - both) < threshold or mine >= LONGER * yours)

    def _meet(self, one: int, other: int, measured: tuple[int, int, int]) -> None:
        mine, yours, both = measured
        sides = sorted(((one, other, (yours, mine, both)), (other, one, measured)), key=self._preference)
        for head, text, as_member in sides:
            if head in self.members:
                self._join(text, head, as_member)
                return
        for text, other_text, _ in sides:
            head = self.home[text]
            if head >= 0:
                through = self.work.measure(other_text, head)
                if self._is_told(through):
                    self._join(other_text, head, through)
                    if self._is_met(one, other):
                        return
        head, text, as_member = sides[0]
        self._join(text, head, as_member)

    def _preference(self, side: tuple[int, int, tuple[int, int, int]]) -> tuple[bool, int]:
        """Return a sort key for choosing a head: last a text without a home if the other has one; then the better."""
        return self.home[side[0]] < 0 <= self.home[side[1]], int(self.work.place[side[0]])

    def _is_told(self, measured: tuple[int, int, int]) -> bool:
        """True if a text is a copy of the head through which it would meet another text, in more than some clauses."""
        strength = int(strengths(np.array([measured], np.int64), self.settings)[0])
        return strength > 1 or (strength > 0 and measured[2] >= LITTLE)


def _in_order(links: I64, shared: I64) -> list[tuple[list[int], tuple[int, int, int]]]:
    """Return pairs of texts and their measures, the most alike first."""
    order = np.lexsort((links[:, 1], links[:, 0], -shared[:, 2], -jaccard_of(shared)))
    rows = zip(links[order].tolist(), shared[order].tolist())
    return [(link, (mine, yours, both)) for link, (mine, yours, both) in rows]


def _groups(texts: _Texts, rank: Rank, clusters: _Clusters, holds: dict[int, int]) -> Iterator[Group]:
    """Yield a group of nodes for each cluster: its head's first node, then the nodes at home there, then the others.

    All clusters are sorted together, because a corpus has many clusters of few members.
    """
    numbers = sorted(clusters.members)
    rows: list[tuple[int, ...]] = []  # per text in a cluster: the cluster, the text, `holds`, is at home
    measures: list[tuple[int, int, int]] = []
    for number in numbers:
        head = clusters.head_of(number)
        rows.append((number, head, 0, number == head))
        measures.append((0, 0, 0))
        for text, measured in clusters.members[number].items():
            held = holds.get(text, 0) if clusters.is_held(measured) else 0
            rows.append((number, text, held, clusters.home[text] == head))
            measures.append(measured)
    cluster_of, text_of, held_of, home = np.array(rows, np.int64).reshape(-1, 4).T
    shared = np.array(measures, np.int64).reshape(-1, 3)
    lead = np.flatnonzero(np.diff(cluster_of, prepend=-1))
    shared[lead] = clusters.work.measure_alone(text_of[lead])
    is_head = np.zeros(len(rows), np.bool_)
    is_head[lead] = True
    leads = np.isin(text_of, np.array(list(clusters.members), np.int64))
    low, high = texts.first[text_of], texts.first[text_of + 1]
    nodes, of = texts.nodes[ranges(low, high)], np.repeat(np.arange(len(rows)), high - low)
    is_first = np.arange(len(nodes)) == bounds_of(high - low)[of]
    # The other places of a head, and of a member, are reported only in its first cluster.
    at_home = ((home > 0) & (is_head | ~leads))[of] | (is_first & (is_head | (home > 0))[of])
    group = (np.cumsum(is_head) - 1)[of]
    order = np.lexsort((nodes, rank.marks[nodes], rank.level[nodes], ~at_home, ~(is_first & is_head[of]), group))
    nodes, at_home, of = nodes[order], at_home[order], of[order]
    nothing = np.zeros(len(order), np.int64)
    for start, stop in pairwise(bounds_of(np.bincount(group, minlength=len(numbers))).tolist()):
        some, part = slice(start, stop), of[start:stop]
        yield Group(nodes[some], shared[part], is_head[part], at_home[some], held_of[part], nothing[some])


def _without_overlaps(group: Group, spans: I64) -> Group:
    """Drop each member that largely overlaps another member which is more like the representative."""
    if len(group.nodes) < 3:  # a pair
        return group
    jaccard = jaccard_of(group.shared)
    jaccard[group.same] = 2.0
    jaccard[0] = 3.0
    order = np.argsort(spans[group.nodes, 0], kind="stable")
    keep = np.empty(len(order), bool)
    apart = np.empty(len(order), bool)
    kernel.best_apart(view(np.ascontiguousarray(spans[group.nodes[order]])), view(jaccard[order]), view(apart))
    keep[order] = apart
    return group.at(np.flatnonzero(keep))


def _apart(order: I64, edges: I64, jobs: int) -> list[I64]:
    """Split texts, in the order given, into as many parts as there are jobs; no edge joins two parts."""
    if jobs < 2:
        return [order]
    part = components(len(order), edges) % jobs
    return [order[part[order] == number] for number in range(jobs)]


def _adjacency(edges: I64, nodes: int) -> tuple[I64, I64]:
    """Return where each node's neighbours begin (int64[nodes + 1]), and all neighbours side by side."""
    both = np.concatenate((edges, edges[:, ::-1]))
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    return np.searchsorted(both[:, 0], np.arange(nodes + 1)), both[:, 1].copy()
