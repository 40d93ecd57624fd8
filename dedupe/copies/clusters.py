"""Verified regions to clusters: leaders and the members that match them, never chains.

Regions of one document that are nearly the same stretch become one node. A leader takes the nodes that it can reach
over verified regions and that match *it*; what does not match stays for a later leader, so a chain A~B~C does
not drag C along.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedupe.config.settings import Settings
from dedupe.copies.minhash import SHINGLE
from dedupe.copies.regions import are_equal, measure_pair
from dedupe.copies.signed import Signed
from dedupe.copies.skeletons import I64, Skeletons

SMALLEST = 4  # the cells of nodes are at least 2**4 tokens wide
SAME = 0.6  # two regions of one document that share this much of their union are one node
WHOLE = 0.8  # a text is contained in a longer one when this much of it stands there
ROOM = 300  # nodes led in one call, after which what was read of their texts is let go
FULL = 0.8  # a representative is at least this long, measured by the longest member: no fragment stands for a text

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """A cluster of nodes; the representative comes first.

    `shared` int64[members, 3] measures each with the representative as `regions.measure` does, `same` bool[members]
    says whether the two have one skeleton.
    """

    nodes: I64
    shared: I64
    same: Bools


def are_copies(shared: I64, settings: Settings) -> Bools:
    """Which measured pairs are copies: alike enough, or one within the other, and enough text shared to tell."""
    out = np.empty(len(shared), bool)
    _are_copies(shared, _limits(settings), out)
    return out


def _limits(settings: Settings) -> tuple[float, float, int]:
    """Least jaccard, least containment, least shared shingles."""
    return settings.threshold, max(WHOLE, settings.threshold), settings.min_length - SHINGLE + 1


def nodes_of(regions: I64, skeletons: Skeletons) -> tuple[I64, I64]:
    """Nodes int64[nodes, 2] (sentences from, to) and edges int64[edges, 2] between them, from int64[regions, 4]."""
    nodes, ends = placed(regions, skeletons)
    one, two = ends.T
    links = np.unique(np.minimum(one, two)[one != two] << 32 | np.maximum(one, two)[one != two])
    return nodes, np.column_stack((links >> 32, links & 0xFFFFFFFF))


def placed(regions: I64, skeletons: Skeletons) -> tuple[I64, I64]:
    """The nodes that some regions make, and int64[regions, 2]: the node that each side is part of."""
    packed = (regions[:, ::2] << 32 | regions[:, 1::2]).ravel()
    stretches, where = np.unique(packed, return_inverse=True)
    nodes, of = merged(np.column_stack((stretches >> 32, stretches & 0xFFFFFFFF)), skeletons)
    return nodes, of[where.reshape(-1, 2)]


def components(nodes: int, links: I64) -> I64:
    """int64[nodes]: the lowest node that each is connected with, over int64[links, 2]."""
    label = np.arange(nodes)
    while True:
        least = label[links].min(1)
        before = label.copy()
        for side in links.T:
            np.minimum.at(label, before[side], least)
        label = label[label]  # all that had a label follow it at once
        if (label == before).all():
            return label


def merged(stretches: I64, skeletons: Skeletons) -> tuple[I64, I64]:
    """Nodes int64[nodes, 2] of different stretches int64[stretches, 2], and the node that each stretch is part of.

    What is one node depends on the stretches of its document alone.
    """
    first = skeletons.first
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right")
    length = first[stretches[:, 1]] - first[stretches[:, 0]]
    order = np.lexsort((stretches[:, 0], -length, doc))
    node_of, chosen = _group(stretches[order], doc[order], first)
    of = np.empty(len(order), np.int64)
    of[order] = node_of
    return stretches[order][chosen], of


def cluster(nodes: I64, edges: I64, rank: I64, signed: Signed, settings: Settings) -> list[Group]:
    """Groups of nodes, each member verified against its representative, the groups in the order of their leaders.

    `rank` int64[nodes] orders the nodes from the copy that a person would keep on. Longer nodes lead first, so that a
    fragment never stands for a whole text; among the members of a leader the best ranked of at least its `FULL`
    length then represents them, and what does not match that one is left for another leader. Equal skeletons match
    however short they are.
    """
    spans = signed.skeletons.first[nodes]
    length = spans[:, 1] - spans[:, 0]
    order = np.lexsort((rank, -length))
    head_of = np.full(len(nodes), -1, np.int64)
    shared, same = np.zeros((len(nodes), 3), np.int64), np.zeros(len(nodes), bool)
    near = _adjacency(edges, len(nodes))
    matching = ((signed.skeletons.ids, signed.shingles), _limits(settings))
    seen = np.full(len(nodes), -1, np.int64)

    def lead(part: I64) -> None:
        taken, led = np.empty(len(part), np.int64), 0
        while led < len(part):
            led = _lead((*near, spans, part, rank), matching, (head_of, shared, same, seen, taken), led)
            signed.spill.trim()

    with ThreadPoolExecutor(max(1, settings.jobs)) as pool:
        list(pool.map(lead, _apart(order, edges, settings.jobs)))
    members = np.flatnonzero(head_of >= 0)
    place = np.empty(len(nodes), np.int64)
    place[order] = np.arange(len(nodes))
    members = members[np.lexsort((rank[members], head_of[members] != members, place[head_of[members]]))]
    cuts = np.flatnonzero(np.diff(head_of[members])) + 1
    return [Group(part, shared[part], same[part]) for part in np.split(members, cuts) if len(part)]


def _apart(order: I64, edges: I64, jobs: int) -> list[I64]:
    """Nodes in the order given, in as many parts as there are jobs; no edge leads from one part to another."""
    if jobs < 2:
        return [order]
    part = components(len(order), edges) % jobs
    return [order[part[order] == number] for number in range(jobs)]


def _adjacency(edges: I64, nodes: int) -> tuple[I64, I64]:
    """For each node where its neighbours begin (int64[nodes + 1]), and all neighbours side by side."""
    both = np.concatenate((edges, edges[:, ::-1]))
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.searchsorted(both[:, 0], np.arange(nodes + 1)), both[:, 1].copy()


@njit(cache=True, nogil=True)
def _is_copy(mine, yours, both, limits):  # type: ignore[no-untyped-def]
    alike = both >= limits[0] * (mine + yours - both)
    inside = both >= limits[1] * min(mine, yours)
    return (alike or inside) and both >= limits[2]


@njit(cache=True, nogil=True)
def _are_copies(shared, limits, out):  # type: ignore[no-untyped-def]
    for row in range(len(shared)):
        out[row] = _is_copy(shared[row, 0], shared[row, 1], shared[row, 2], limits)


@njit(cache=True, nogil=True)
def _match(node, head, spans, texts, limits):  # type: ignore[no-untyped-def]
    """Whether a node is a copy of another: (is it, distinct shingles of it, of the other, of both, same skeleton)."""
    ids, hashes = texts
    span = (spans[node, 0], spans[node, 1], spans[head, 0], spans[head, 1])
    mine, yours, both = measure_pair(hashes, span)
    same = are_equal(ids, span)
    return same or _is_copy(mine, yours, both, limits), mine, yours, both, same


@njit(cache=True, nogil=True)
def _reach(leader, graph, matching, state):  # type: ignore[no-untyped-def]
    """Put the leader and the free nodes that match it into `taken`, reached from node to matching node; how many."""
    starts, near, spans = graph[0], graph[1], graph[2]
    texts, limits = matching
    head_of, seen, taken = state
    taken[0], seen[leader] = leader, leader
    count, at = 1, 0
    while at < count:
        for k in range(starts[taken[at]], starts[taken[at] + 1]):
            node = near[k]
            if head_of[node] < 0 and seen[node] != leader:
                seen[node] = leader
                if _match(node, leader, spans, texts, limits)[0]:
                    taken[count] = node
                    count += 1
        at += 1
    return count


@njit(cache=True, nogil=True)
def _lead(graph, matching, out, led):  # type: ignore[no-untyped-def]
    """Let nodes lead, from the `led`-th in order on, until `ROOM` have been led; how far it came."""
    spans, order, rank = graph[2], graph[3], graph[4]
    head_of, shared, same, seen, taken = out
    texts, limits = matching
    room = ROOM
    while led < len(order) and room > 0:
        leader = order[led]
        led += 1
        if head_of[leader] >= 0:
            continue
        count = _reach(leader, graph, matching, (head_of, seen, taken))
        room -= count
        head = leader
        for node in taken[:count]:
            full = spans[node, 1] - spans[node, 0] >= FULL * (spans[leader, 1] - spans[leader, 0])
            if full and rank[node] < rank[head]:
                head = node
        for node in taken[:count]:
            matches, mine, yours, both, equal = _match(node, head, spans, texts, limits)
            if node != head and matches:
                head_of[node], head_of[head] = head, head
                shared[node, 0], shared[node, 1], shared[node, 2], same[node] = mine, yours, both, equal
                shared[head, 0], shared[head, 1], shared[head, 2], same[head] = yours, yours, yours, True
    return led


@njit(cache=True, nogil=True)
def _group(stretches, doc, first):  # type: ignore[no-untyped-def]
    """Give each stretch (sorted by document, longest first) the first node of its document that is nearly the same.

    A page can hold ten thousand nodes, so they lie in cells by length and start. What is nearly the same has up to
    1 / SAME of the length and starts less than (1 - SAME) / SAME of it away: at most two cells, or one size up.
    """
    node_of = np.empty(len(stretches), np.int64)
    chosen = np.empty(len(stretches), np.int64)
    behind = np.empty(len(stretches), np.int64)  # the node that lay in a node's cell before it
    spans = np.column_stack((first[stretches[:, 0]], first[stretches[:, 1]]))
    count = stop = 0
    for row in range(len(stretches)):
        if row == stop:
            stop = row + 1
            while stop < len(doc) and doc[stop] == doc[row]:
                stop += 1
            base, top = spans[row:stop, 0].min(), spans[row:stop, 1].max()
            starts = _starts(top - base)
            cells = np.full(starts[-1], -1, np.int64)
        size, mine = _size(spans[row, 1] - spans[row, 0]), count
        for other in range(size, min(size + 2, len(starts) - 1)):
            at = starts[other] + (spans[row, 0] - base >> other)
            for cell in range(max(starts[other], at - 2), min(starts[other + 1], at + 3)):
                node = cells[cell]
                while node >= 0:
                    if node < mine and _is_same(spans[row], spans[chosen[node]]):
                        mine = node
                    node = behind[node]
        if mine == count:
            cell = starts[size] + (spans[row, 0] - base >> size)
            chosen[count], behind[count], cells[cell] = row, cells[cell], count
            count += 1
        node_of[row] = mine
    return node_of, chosen[:count].copy()


@njit(cache=True, nogil=True)
def _starts(length):  # type: ignore[no-untyped-def]
    """Where among all cells of a document those of each size begin: a cell of size n is 2**n tokens wide."""
    starts = np.zeros(_size(length) + 2, np.int64)
    for size in range(SMALLEST, len(starts) - 1):
        starts[size + 1] = starts[size] + (length >> size) + 1
    return starts


@njit(cache=True, nogil=True)
def _size(length):  # type: ignore[no-untyped-def]
    size = SMALLEST
    while length >> size > 1:
        size += 1
    return size


@njit(cache=True, nogil=True)
def _is_same(one, two):  # type: ignore[no-untyped-def]
    both = min(one[1], two[1]) - max(one[0], two[0])
    return both >= SAME * (max(one[1], two[1]) - min(one[0], two[0]))
