"""What a clean would do to a corpus, for a report that shows it beside its findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.output import Changed
from dedupe.core.errors import DedupeError
from dedupe.core.model import Progress, Region

Key = tuple[str, "str | None"]
STAYS = 0.5  # least share of a region that counts as kept


@dataclass(frozen=True)
class Plan:
    """What `clean` would do: how many documents it would remove and cut, and the share of characters that would stay.

    `cuts` are the spans that would be removed from each document, in order.
    """

    gone: int
    cut: int
    stays: float
    cuts: dict[Key, list[tuple[int, int]]]

    def keeps(self, region: Region) -> bool:
        """True if at least half of a region would stay."""
        cuts = self.cuts.get((region.path, region.record), ())
        left = sum(max(0, min(region.end, end) - max(region.start, start)) for start, end in cuts)
        return left <= STAYS * (region.end - region.start)


def plan(order: Order, progress: Progress | None = None) -> Plan | None:
    """Run a dry clean to see what it would do; return None if the corpus cannot be cleaned as it is."""
    changed: list[Changed] = []
    try:
        outcome = clean(order, progress, changed.append)
    except DedupeError:  # `clean` itself will report it
        return None
    cuts: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for one in changed:
        cuts[one.path, one.record] += [cut[:2] for cut in one.cuts]
    gone = sum(one.is_gone for one in changed)
    before, after = outcome.characters
    return Plan(gone, len(changed) - gone, after / before if before else 1.0, cuts)
