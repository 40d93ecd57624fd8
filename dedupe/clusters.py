"""Verified regions to clusters: leaders and the members that match them, never chains.

Regions of one document that are nearly the same stretch become one node. A leader takes the nodes that it can reach
over verified regions and that match *it*; what does not match stays for a later leader, so a chain A~B~C does
not drag C along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedupe.config import Settings
from dedupe.regions import equal_tokens, measure
from dedupe.signatures import SHINGLE
from dedupe.tokens import I64, U32, Skeletons

SAME = 0.6  # two regions of one document that share this much of their union are one node
WHOLE = 0.8  # a text is contained in a longer one when this much of it stands there
FULL = 0.8  # a representative is at least this long, measured by the longest member: no fragment stands for a text

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """A cluster of nodes; the representative comes first. `shared` int64[members, 3] as `regions.measure` gives it."""

    nodes: I64
    shared: I64


def are_copies(shared: I64, settings: Settings) -> Bools:
    """Which measured pairs are copies: alike enough, or one within the other, and enough text shared to tell."""
    mine, yours, both = shared[:, 0], shared[:, 1], shared[:, 2]
    alike = both >= settings.threshold * np.maximum(mine + yours - both, 1)
    inside = both >= max(WHOLE, settings.threshold) * np.maximum(np.minimum(mine, yours), 1)
    copies: Bools = (alike | inside) & (both >= settings.min_length - SHINGLE + 1)
    return copies


def nodes_of(regions: I64, skeletons: Skeletons) -> tuple[I64, I64]:
    """Nodes int64[nodes, 2] (sentences from, to) and edges int64[edges, 2] between them, from int64[regions, 4]."""
    stretches, where = np.unique(regions.reshape(-1, 2), axis=0, return_inverse=True)
    first = skeletons.first
    doc = np.searchsorted(skeletons.doc_sentence, stretches[:, 0], side="right")
    length = first[stretches[:, 1]] - first[stretches[:, 0]]
    order = np.lexsort((stretches[:, 0], -length, doc))
    node_of, chosen = _group(stretches[order], doc[order], first)
    of = np.empty(len(order), np.int64)
    of[order] = node_of
    edges = np.unique(np.sort(of[where.reshape(-1, 2)], axis=1), axis=0)
    return stretches[order][chosen], edges[edges[:, 0] != edges[:, 1]]


def cluster(
    nodes: I64, edges: I64, token_spans: I64, rank: I64, match: Callable[[I64], tuple[I64, Bools]]
) -> list[Group]:
    """Groups of nodes, each member verified against its representative.

    `token_spans` int64[nodes, 2]; `rank` int64[nodes] orders nodes from the copy that a person would keep on; `match`
    takes int64[pairs, 2] of nodes (member, leader) and gives the measures and which of them are copies.
    Longer nodes lead first, so that a fragment never stands for a whole text; among the members
    of a leader the best ranked of at least its `FULL` length then represents them, and what does not match that one
    goes back to be led by another.
    """
    length = token_spans[:, 1] - token_spans[:, 0]
    starts, near = _adjacency(edges, len(nodes))
    free = np.ones(len(nodes), bool)
    groups = []
    for leader in np.lexsort((rank, -length)):
        if not free[leader]:
            continue
        reached = _reach(leader, free, (starts, near), match)
        fit = reached[length[reached] >= FULL * length[leader]]
        head = fit[np.argmin(rank[fit])]
        others = reached[reached != head]
        shared, matching = match(np.column_stack((others, np.full(len(others), head))))
        members = others[matching]
        if len(members):
            free[head] = False
            free[members] = False
            size = token_spans[head, 1] - token_spans[head, 0]
            itself = np.array([[size, size, size]])
            by_rank = np.argsort(rank[members])
            groups.append(
                Group(np.concatenate(([head], members[by_rank])), np.concatenate((itself, shared[matching][by_rank])))
            )
    return groups


def matcher(
    token_spans: I64, skeletons: Skeletons, hashes: U32, settings: Settings
) -> Callable[[I64], tuple[I64, Bools]]:
    """The `match` of `cluster`: pairs of nodes measured exactly, shingle by shingle.

    Equal skeletons match however short they are.
    """

    def match(pairs: I64) -> tuple[I64, Bools]:
        spans = token_spans[pairs].reshape(-1, 4)
        shared = measure(hashes, spans)
        return shared, are_copies(shared, settings) | equal_tokens(skeletons.ids, spans)

    return match


def _reach(
    leader: int, free: Bools, adjacency: tuple[I64, I64], match: Callable[[I64], tuple[I64, Bools]]
) -> I64:
    """The leader and the free nodes that match it, reached over edges from node to matching node."""
    starts, near = adjacency
    seen = np.array([leader])
    taken = [seen]
    frontier = seen
    while len(frontier):
        ahead = np.unique(np.concatenate([near[starts[node] : starts[node + 1]] for node in frontier]))
        ahead = ahead[free[ahead]]
        ahead = ahead[~np.isin(ahead, seen)]
        seen = np.concatenate((seen, ahead))
        _, matching = match(np.column_stack((ahead, np.full(len(ahead), leader))))
        frontier = ahead[matching]
        taken.append(frontier)
    return np.concatenate(taken)


def _adjacency(edges: I64, nodes: int) -> tuple[I64, I64]:
    """For each node where its neighbours begin (int64[nodes + 1]), and all neighbours side by side."""
    both = np.concatenate((edges, edges[:, ::-1]))
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.searchsorted(both[:, 0], np.arange(nodes + 1)), both[:, 1]


@njit(cache=True, nogil=True)
def _group(stretches, doc, first):  # type: ignore[no-untyped-def]
    """Give each stretch (sorted by document, longest first) the first node of its document that is nearly the same."""
    node_of = np.empty(len(stretches), np.int64)
    chosen = np.empty(len(stretches), np.int64)
    count = opened = 0
    for row in range(len(stretches)):
        if row == 0 or doc[row] != doc[row - 1]:
            opened = count
        low, high = first[stretches[row, 0]], first[stretches[row, 1]]
        mine = -1
        for node in range(opened, count):
            other_low, other_high = first[stretches[chosen[node], 0]], first[stretches[chosen[node], 1]]
            both = min(high, other_high) - max(low, other_low)
            if both >= SAME * (max(high, other_high) - min(low, other_low)):
                mine = node
                break
        if mine < 0:
            mine, chosen[count] = count, row
            count += 1
        node_of[row] = mine
    return node_of, chosen[:count].copy()
