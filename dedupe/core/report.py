"""A report without some of its findings, with new counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from dedupe.core.model import Cluster, Finding, Report

AnyReport = TypeVar("AnyReport", bound=Report)


class Remaining(Sequence[Finding]):
    """Some findings of a sequence that makes them on request; it holds none either."""

    def __init__(self, findings: Sequence[Finding], is_kept: bytearray) -> None:
        self._findings = findings
        self._is_kept = is_kept
        self._places: NDArray[np.int64] = np.flatnonzero(np.frombuffer(is_kept, np.uint8))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Finding]:
        return compress(self._findings, self._is_kept)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, at: int) -> Finding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        places = self._places[at]
        return self._findings[int(places)] if isinstance(at, int) else tuple(self._findings[int(i)] for i in places)


def only(report: AnyReport, paths: Collection[str]) -> AnyReport:
    """Return the report of findings in the files of some paths, or in copies of these, with their clusters."""
    clusters = tuple(c for c in report.clusters if any(member.region.path in paths for member in c.members))
    led = {c.id for c in clusters if c.members[c.representative].region.path in paths}
    return keep(report, bytearray(f.path in paths or f.cluster in led for f in report.findings), clusters)


def keep(report: AnyReport, is_kept: bytearray, clusters: tuple[Cluster, ...]) -> AnyReport:
    """Return the report with the findings whose byte is 1, and with these clusters."""
    if isinstance(report.findings, tuple):
        findings: Sequence[Finding] = tuple(compress(report.findings, is_kept))
    else:
        findings = Remaining(report.findings, is_kept)
    by_code = dict(sorted(Counter(finding.code for finding in findings).items()))
    summary = replace(report.summary, findings=len(findings), clusters=len(clusters), by_code=by_code)
    return replace(report, summary=summary, findings=findings, clusters=clusters)
