"""What a clean would do to a corpus, for a report that says so beside its findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.output import Changed
from dedupe.core.errors import DedupeError
from dedupe.core.model import Progress, Region

Key = tuple[str, "str | None"]
STAYS = 0.5  # of a region that is kept


@dataclass(frozen=True)
class Plan:
    """What `clean` would do: documents that would go and that would be cut, and the share of characters that stays.

    `cuts` are the stretches that would leave each document, in order.
    """

    gone: int
    cut: int
    stays: float
    cuts: dict[Key, list[tuple[int, int]]]

    def keeps(self, region: Region) -> bool:
        """Whether at least half of a region would stay."""
        cuts = self.cuts.get((region.path, region.record), ())
        left = sum(max(0, min(region.end, end) - max(region.start, start)) for start, end in cuts)
        return left <= STAYS * (region.end - region.start)


def plan(order: Order, progress: Progress | None = None) -> Plan | None:
    """Clean for nothing but to see what would happen; None where the corpus cannot be cleaned as it is."""
    changed: list[Changed] = []
    try:
        outcome = clean(order, progress, changed.append)
    except DedupeError:  # `clean` itself will say it
        return None
    cuts: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for one in changed:
        cuts[one.path, one.record] += [cut[:2] for cut in one.cuts]
    gone = sum(one.is_gone for one in changed)
    before, after = outcome.characters
    return Plan(gone, len(changed) - gone, after / before if before else 1.0, cuts)
