"""The findings of a report in their order, without holding them: they are packed, and made when asked for."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Protocol, overload

from dedupe.model import Failure, Finding
from dedupe.spill import Shelf, unpack

Rank = tuple[int, str, str]

ONLY = (0, "", "")  # the one document of its file
LINE_RE = re.compile(r"(?P<path>.+):(?P<line>[0-9]+)", re.DOTALL)


def rank(record: str) -> Rank:
    """What records of one file are sorted by: those that are numbers by their value, then the others.

    >>> sorted(["b", "10", "2", "7#12", "a-1"], key=rank)
    ['2', '7#12', '10', 'a-1', 'b']
    """
    number = record.partition("#")[0]  # a second record of an id is called `id#line`
    if number.isascii() and number.isdecimal():
        digits = number.lstrip("0")
        return (len(digits), digits, record)
    return (sys.maxsize, "", record)


def place_of(finding: Finding) -> tuple[str, Rank, int, int, str, str]:
    """What findings are sorted by."""
    record = ONLY if finding.record is None else rank(finding.record)
    return (finding.path, record, finding.start, finding.end, finding.code, finding.fingerprint)


def line_of(failure: Failure) -> tuple[str, int]:
    """The file that cannot be used, and the line of it where it is only that one; 0 where it is all of it."""
    match = LINE_RE.fullmatch(failure.path)
    return (match["path"], int(match["line"][:18])) if match else (failure.path, 0)


def failure_place(failure: Failure) -> tuple[str, int, str, str]:
    """What failures are sorted by."""
    return (*line_of(failure), failure.path, failure.reason)


class Copies(Protocol):
    """Makes findings of the drafts of nodes, and none of those that are no reported copies."""

    def finish(self, drafts: Mapping[int, Finding]) -> list[Finding]:
        """The findings of some nodes."""


class Suggestions(Protocol):
    """Knows what can be put in the place of findings."""

    def apply(self, finding: Finding) -> Finding:
        """The finding with its suggestion, if there is one."""


class Findings(Sequence[Finding]):
    """A sequence of findings, batch by batch.

    Each batch has on the first shelf the findings of the rules, sorted and all after those of the batch before; on
    the second those of lines that recur, and the drafts from which `copies` makes the findings of copies.
    `sizes` says how many findings of all kinds each batch has. `suggestions` are given to those of the rules.
    """

    def __init__(
        self,
        shelves: tuple[Shelf, Shelf],
        copies: Copies | None,
        sizes: Sequence[int],
        suggestions: Suggestions | None = None,
    ) -> None:
        self._ruled, self._seen = shelves
        self._suggestions = suggestions
        self._copies = copies
        self._starts = list(accumulate(sizes, initial=0))
        self._last: tuple[int, list[Finding]] = (-1, [])

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Finding]:
        for number in range(len(self._ruled)):
            yield from self._batch(number)

    @overload
    def __getitem__(self, at: int) -> Finding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        if isinstance(at, slice):
            return tuple(self[number] for number in range(len(self))[at])
        number = range(len(self))[at]
        batch = bisect_right(self._starts, number) - 1
        if self._last[0] != batch:
            self._last = batch, self._batch(batch)
        return self._last[1][number - self._starts[batch]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Findings, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} findings, the first {list(islice(self, 2))!r}>"

    def _batch(self, number: int) -> list[Finding]:
        findings: list[Finding] = unpack(self._ruled[number])
        if self._suggestions:
            findings = list(map(self._suggestions.apply, findings))
        recurring, drafts = unpack(self._seen[number])
        others = recurring + (self._copies.finish(drafts) if self._copies else [])
        return sorted(findings + others, key=place_of) if others else findings
