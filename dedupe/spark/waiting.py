"""Which removals can go at once where nobody sees all of them: one waits while another takes what it keeps."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from dedupe.cleaning.select import Key, Place, key_of
from dedupe.core.model import Region


class Leaving(NamedTuple):
    """A stretch that a cluster, by number, would have out, and where what is kept for it stands."""

    cluster: int
    key: Key
    place: Place
    region: Region
    keeper: Region


def waiting(leaving: Sequence[Leaving]) -> set[int]:
    """The clusters of whose keeper another one would take something that does not stand in it twice."""
    by_document: dict[Key, list[Leaving]] = defaultdict(list)
    for one in sorted(leaving, key=lambda o: o.place.start):
        by_document[one.key].append(one)
    reach = {key: list(accumulate((o.place.end for o in ones), max)) for key, ones in by_document.items()}
    waits = set()
    for one in leaving:
        key, keeper = key_of(one.keeper), one.keeper
        others = by_document.get(key, [])
        at = bisect_left(others, keeper.end, key=lambda o: o.place.start) - 1
        # Backwards, as long as any of those before reaches the keeper: pages can hold thousands of essays.
        while at >= 0 and reach[key][at] > keeper.start:
            if others[at].place.end > keeper.start and _takes_of(others[at], one):
                waits.add(one.cluster)
                break
            at -= 1
    return waits


def _takes_of(other: Leaving, one: Leaving) -> bool:
    """Whether what another cluster takes of a keeper is lost to it: not if what is kept for it stands there as well."""
    mine, theirs = one.keeper, other.keeper
    is_inside = key_of(mine) == key_of(theirs) and mine.start <= theirs.start and theirs.end <= mine.end
    return other.cluster != one.cluster and not is_inside


def in_order(leaving: Iterable[Leaving]) -> list[Leaving]:
    """Clusters by the place of what they keep: each takes what no earlier one keeps, as long as its keeper stays."""
    chosen: list[Leaving] = []
    kept: dict[Key, list[Region]] = defaultdict(list)
    taken: dict[Key, list[Place]] = defaultdict(list)
    for one in sorted(leaving, key=lambda o: (*_order(o.keeper), o.cluster, *_order(o.region))):
        key = key_of(one.keeper)
        is_kept = not any(_overlap(key, place, one.keeper) for place in taken[key])
        if is_kept and not any(_overlap(one.key, one.place, region) for region in kept[one.key]):
            chosen.append(one)
            kept[key].append(one.keeper)
            taken[one.key].append(one.place)
    return chosen


def _order(region: Region) -> tuple[str, str, int, int]:
    return (region.path, region.record or "", region.start, region.end)


def _overlap(key: Key, place: Place, region: Region) -> bool:
    return key == key_of(region) and place.start < region.end and region.start < place.end
