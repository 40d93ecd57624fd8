"""The findings of a report in their order, without holding them: they are packed, and made when asked for."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol, overload

from dedupe.config.settings import Settings
from dedupe.core.codec import load_all, load_cluster, load_findings
from dedupe.core.messages import Speech, resume, speech
from dedupe.core.model import Cluster, Failure, Finding
from dedupe.core.workers import Workers
from dedupe.inputs.spill import Shelf, unpack

if TYPE_CHECKING:
    from dedupe.copies.describe import Verdict
    from dedupe.pipeline.shown import Shown

Rank = tuple[int, str, str]
Render = Callable[[Finding], str]

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


def cluster_place(cluster: Cluster) -> tuple[int, str]:
    """What clusters are sorted by: the one with most to remove comes first."""
    return -sum(copy.tokens for copy in cluster.members[1:]), cluster.id


def line_of(failure: Failure) -> tuple[str, int]:
    """The file that cannot be used, and the line of it where it is only that one; 0 where it is all of it."""
    match = LINE_RE.fullmatch(failure.path)
    return (match["path"], int(match["line"][:18])) if match else (failure.path, 0)


def failure_place(failure: Failure) -> tuple[str, int, str, str]:
    """What failures are sorted by."""
    return (*line_of(failure), failure.path, failure.reason)


# The same where no document has a record, for a tenth of the price.
_plain_place = attrgetter("path", "start", "end", "code", "fingerprint")
path_of = attrgetter("path")


class Suggestions(Protocol):
    """Knows what can be put in the place of findings."""

    def apply(self, finding: Finding) -> Finding:
        """The finding with its suggestion, if there is one."""


class Others(NamedTuple):
    """The findings of a batch that no rule found: some dumped, and the packed drafts of copies, with their verdicts."""

    dumped: bytes
    drafts: bytes
    verdicts: Mapping[int, Verdict]

    def findings(self) -> list[Finding]:
        """All of them, in no order."""
        found = load_findings([self.dumped])
        if self.verdicts:
            from dedupe.copies.describe import finished

            found += finished(unpack(self.drafts), self.verdicts).values()
        return found


class Teller(Protocol):
    """Knows what no rule found."""

    @property
    def suggestions(self) -> Suggestions | None:
        """What is given to the findings of rules."""

    def others(self, number: int) -> Others:
        """The findings of a batch that no rule found."""


class Sheet(NamedTuple):
    """The findings of a batch, those of rules, which are dumped, and the others; and how they are rendered."""

    ruled: bytes
    others: Others
    render: Render
    between: str
    speech: Speech


def sheet_texts(sheet: Sheet, settings: Settings) -> dict[str, str]:
    """The rows of each file of a batch as one text, by its path."""
    resume(sheet.speech)
    return _texts(_ordered(load_findings([sheet.ruled]), sheet.others), sheet.render, sheet.between)


def _texts(findings: Sequence[Finding], render: Render, between: str) -> dict[str, str]:
    return {path: between.join(map(render, of_path)) for path, of_path in groupby(findings, key=path_of)}


class Findings(Sequence[Finding]):
    """A sequence of findings, batch by batch.

    Each batch has on the first shelf the findings of the rules, dumped, all after those of the batch before; `told`
    knows the others. `sizes` says, once somebody asks, how many findings of all kinds each batch has. `shown` makes the
    rows of reports, and knows those of an earlier run; with more than one job of the `settings` worker processes help.
    """

    def __init__(
        self,
        ruled: Shelf,
        told: Teller,
        sizes: Callable[[], Sequence[int]],
        settings: Settings,
        shown: Shown | None = None,
    ) -> None:
        self._settings = settings
        self._shown = shown
        self._ruled = ruled
        self._told = told
        self._sizes = sizes
        self._last: tuple[int, list[Finding]] = (-1, [])

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate(self._sizes(), initial=0))

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

    def rows(self, form: str, render: Render, between: str) -> Iterator[str]:
        """All of them rendered, many at a time with `between` them; see `Shown.rows`.

        `render` is a function that another process finds by its name.
        """
        texts = partial(self._rendered, render, between)
        if self._shown:
            return self._shown.rows(form, render, between, texts)
        return (between.join(by_path.values()) for by_path in texts() if by_path)

    def _rendered(self, render: Render, between: str) -> Iterator[dict[str, str]]:
        """The rows of each batch, those of each file as one text by its path."""
        numbers = range(len(self._ruled))
        if self._told.suggestions or self._settings.jobs < 2:
            yield from (_texts(self._batch(number), render, between) for number in numbers)
            return
        said = speech()
        sheets = (Sheet(self._ruled[at], self._told.others(at), render, between, said) for at in numbers)
        with Workers(self._settings.jobs) as workers:
            yield from workers.run(sheet_texts, sheets, self._settings)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Findings, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} findings, the first {list(islice(self, 2))!r}>"

    def _batch(self, number: int) -> list[Finding]:
        findings = load_findings([self._ruled[number]])
        if self._told.suggestions:
            findings = list(map(self._told.suggestions.apply, findings))
        return _ordered(findings, self._told.others(number))


def _ordered(ruled: list[Finding], others: Others) -> list[Finding]:
    """All findings of a batch, of which those of rules are in order."""
    more = others.findings()
    return in_order([*ruled, *more]) if more else ruled


def in_order(findings: list[Finding]) -> list[Finding]:
    """Findings sorted by place."""
    has_records = any(finding.record is not None for finding in findings)
    return sorted(findings, key=place_of if has_records else _plain_place)


class Clusters(Sequence[Cluster]):
    """Clusters as they were dumped, in order, loaded when something of them is asked for; equal to the same in a tuple.

    `shown` makes the rows of reports, and knows those of an earlier run.
    """

    def __init__(self, dumps: Sequence[bytes | memoryview], shown: Shown | None) -> None:
        self._dumps = dumps
        self._shown = shown

    @cached_property
    def _items(self) -> tuple[Cluster, ...]:
        return tuple(map(load_cluster, load_all(self._dumps)))

    def __len__(self) -> int:
        return len(self._dumps)

    @overload
    def __getitem__(self, at: int) -> Cluster: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Cluster, ...]: ...

    def __getitem__(self, at: int | slice) -> Cluster | tuple[Cluster, ...]:
        return self._items[at]

    def rows(self, form: str, render: Callable[[Cluster], str], between: str) -> Iterator[str]:
        """All of them rendered, some at a time; see `Shown.rows`."""
        return self._shown.clusters(form, render, between, self._dumps) if self._shown else map(render, self)

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, Clusters) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._items)
