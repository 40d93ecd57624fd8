"""Filter out findings that an [[allow]] or a [per-path] table of a configuration file excludes from the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from dedupe.config.filters import Allow
from dedupe.config.globs import place_below
from dedupe.config.per_path import PerPath
from dedupe.config.rules import BOUNDS
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Cluster, Copy, Finding, Kind, Relation, Report, Severity
from dedupe.core.report import keep

SECONDS = 20.0  # total time of all [[allow]] patterns on all findings; one match takes less than a millisecond
Member = tuple[str, str, "str | None", int, int]


def sieve(report: Report, settings: Settings, source_of: Callable[[str], str] = str) -> Report:
    """Return the report without what the settings let pass, also removing those members from its clusters.

    `source_of` maps a path of the report to the path that patterns are matched against. Raises ConfigError for a
    pattern that takes too long.
    """
    if not settings.allow and not settings.per_path:
        return report
    judge = _Judge(report, settings, source_of)
    is_kept = bytearray(map(judge.keeps, report.findings))
    rest = keep(report, is_kept, tuple(judge.clusters()))
    unused = tuple(
        allow.place
        for allow, number in zip(settings.allow, judge.used)
        if not number and (not allow.codes or any(map(settings.wants_any, allow.codes)))
    )
    return replace(rest, summary=replace(rest.summary, allowed=sum(judge.used), unused=unused))


class _Judge:
    """Judges findings one by one; those of one document must come together."""

    def __init__(self, report: Report, settings: Settings, source_of: Callable[[str], str]) -> None:
        self._report, self._settings, self._source_of = report, settings, source_of
        self.used = [0] * len(settings.allow)
        self._path: str | None = None
        self._allows: list[tuple[int, Allow]] = []
        self._narrower: list[PerPath] = []
        self._dropped: set[Member] = set()
        self._instead: set[Member] = set()
        self._seconds = 0.0

    def keeps(self, finding: Finding) -> bool:
        if finding.path != self._path:
            self._turn_to(finding.path)
        is_wanted = self._is_wanted(finding)
        allow = self._allow_for(finding) if is_wanted else None
        is_kept = is_wanted and allow is None
        if not is_kept and finding.cluster is not None:
            place = (finding.cluster, finding.path, finding.record, finding.start, finding.end)
            (self._instead if allow and allow.instead else self._dropped).add(place)
        return is_kept

    def clusters(self) -> Iterator[Cluster]:
        """Yield the clusters without members whose findings were dropped; skip clusters with fewer than two left.

        A member that an allow keeps instead of the representative becomes the representative.
        """
        for cluster in self._report.clusters:
            representative = cluster.members[cluster.representative]
            members = tuple(copy for copy in cluster.members if _member(cluster, copy) not in self._dropped)
            if len(members) > 1:
                left = replace(cluster, representative=members.index(representative), members=members)
                chosen = (at for at, copy in enumerate(members) if _member(cluster, copy) in self._instead)
                yield _represented(left, next(chosen, left.representative))

    def _turn_to(self, path: str) -> None:
        place = place_below(self._settings.root, self._source_of(path))
        self._path = path
        self._allows = [(number, allow) for number, allow in enumerate(self._settings.allow) if allow.holds_at(place)]
        self._narrower = [narrower for narrower in self._settings.per_path if narrower.holds_at(place)]

    def _is_wanted(self, finding: Finding) -> bool:
        if not all(narrower.wants(finding.code) for narrower in self._narrower):
            return False
        if finding.kind is not Kind.DUPLICATE or finding.cluster is None:
            return True
        key = (finding.cluster, finding.path, finding.record, finding.start, finding.end)
        return all(narrower.takes(self._copies[key]) for narrower in self._narrower)

    def _allow_for(self, finding: Finding) -> Allow | None:
        started = time.process_time()
        holding = [number for number, allow in self._allows if allow.holds_for(finding)]
        self._seconds += time.process_time() - started
        if self._seconds > SECONDS:
            place = self._allows[0][1].place
            raise ConfigError(
                "{place}: allow: the patterns took more than {seconds} s on all findings: {BOUNDS}",
                place,
                f"{SECONDS:g}",
                BOUNDS,
            )
        if holding:
            self.used[holding[0]] += 1
        return self._settings.allow[holding[0]] if holding else None

    @cached_property
    def _copies(self) -> dict[Member, Copy]:
        return {_member(cluster, copy): copy for cluster in self._report.clusters for copy in cluster.members}


def _represented(cluster: Cluster, by: int) -> Cluster:
    """Return the cluster with another representative, whose relation to the old one is turned round.

    The other members keep their measures against the old one; a clean measures again before it removes anything.
    """
    if by == cluster.representative:
        return cluster
    members = list(cluster.members)
    before, chosen = members[cluster.representative], members[by]
    members[cluster.representative] = replace(
        before,
        relation=chosen.relation,
        jaccard=chosen.jaccard,
        containment=max(chosen.containment, chosen.jaccard),
        severity=Severity.WARNING,
    )
    members[by] = replace(chosen, relation=Relation.EXACT, jaccard=1.0, containment=1.0)
    return replace(cluster, representative=by, members=tuple(members))


def _member(cluster: Cluster, copy: Copy) -> Member:
    region = copy.region
    return (cluster.id, region.path, region.record, region.start, region.end)
