"""Which removals go at once where each is decided alone, and which wait."""

from __future__ import annotations

from dataclasses import replace

from dedupe.cleaning.select import PART, Place
from dedupe.core.model import Region, Unit
from dedupe.spark.waiting import Leaving, in_order, waiting


def leaving(cluster: int, place: tuple[str, int, int], keeper: tuple[str, int, int]) -> Leaving:
    regions = (Region(path, None, start, end, 1, 1, Unit.PASSAGE) for path, start, end in (place, keeper))
    return Leaving(cluster, (place[0], None), Place(place[1], place[2], PART), *regions)


def clusters_left(some: list[Leaving]) -> list[int]:
    return [one.cluster for one in some]


def test_a_cluster_waits_while_another_would_take_what_it_keeps() -> None:
    first = leaving(0, ("b", 0, 100), ("a", 50, 150))
    assert waiting([first, leaving(1, ("a", 100, 200), ("c", 0, 100))]) == {0}
    assert waiting([first, leaving(1, ("a", 150, 200), ("c", 0, 100))]) == set()  # they touch
    assert waiting([first, leaving(1, ("a", 0, 50), ("c", 0, 100))]) == set()
    assert waiting([first, leaving(0, ("a", 100, 200), ("c", 0, 100))]) == set()  # its own
    assert waiting([first, leaving(1, ("z", 100, 200), ("c", 0, 100))]) == set()
    # The one that reaches the keeper stands before others that do not.
    far = [leaving(1, ("a", 0, 60), ("c", 0, 60)), *(leaving(2, ("a", at, at + 5), ("d", 0, 5)) for at in (10, 20, 30))]
    assert waiting([first, *far]) == {0}


def test_of_clusters_in_a_ring_each_keeps_what_an_earlier_one_does_not_take() -> None:
    ring = [
        leaving(0, ("b", 0, 100), ("a", 0, 100)),
        leaving(1, ("c", 0, 100), ("b", 0, 100)),
        leaving(2, ("a", 0, 100), ("c", 0, 100)),
    ]
    assert waiting(ring) == {0, 1, 2}
    assert clusters_left(in_order(ring[::-1])) == [0]
    # Without the first the next keeps, and takes what the third would keep.
    assert clusters_left(in_order(ring[:0:-1])) == [1]
    apart = [ring[0], leaving(3, ("d", 0, 100), ("c", 0, 100))]
    assert clusters_left(in_order(apart)) == [0, 3]


def test_records_of_a_file_have_an_order() -> None:
    some = [leaving(at, ("z", 0, 9), ("a", 0, 9)) for at in range(2)]
    named = [one._replace(keeper=replace(one.keeper, record=record)) for one, record in zip(some, ("b", "a"))]
    assert clusters_left(in_order(named)) == [1, 0]
