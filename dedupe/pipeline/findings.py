"""The findings of a report in their order, without holding them: they are packed, and made when asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby, islice
from typing import TYPE_CHECKING, NamedTuple, overload

from dedupe.config.settings import Settings
from dedupe.core.codec import load_findings
from dedupe.core.messages import Speech, resume, speech
from dedupe.core.model import Cluster, Failure, Finding
from dedupe.core.order import path_of, sorted_findings
from dedupe.core.workers import Workers
from dedupe.inputs.spill import Shelf, unpack

if TYPE_CHECKING:
    from dedupe.copies.describe import Verdict
    from dedupe.copies.skeletons import I64
    from dedupe.repair.suggest import Suggestions

Render = Callable[[Finding], str]


class Others(NamedTuple):
    """The findings of a batch that no rule found: those of recurring lines, and drafts of copies, both dumped.

    `verdicts` are in the order of the drafts; None for a copy that is not reported.
    """

    recurring: bytes
    drafts: bytes
    verdicts: Sequence[Verdict | None]

    def findings(self) -> list[Finding]:
        """All of them, in no order."""
        found = load_findings([self.recurring])
        if any(self.verdicts):
            from dedupe.copies.describe import finding_of

            drafts = load_findings([self.drafts])
            found += [finding_of(draft, verdict) for draft, verdict in zip(drafts, self.verdicts) if verdict]
        return found


def _no_verdicts(_nodes: I64) -> Mapping[int, Verdict]:
    return {}


@dataclass(frozen=True)
class Outcome:
    """All that a run found.

    `ruled` are by batch the findings of the rules, dumped, and `sizes` their number; `seen` are by batch, packed, those
    of lines that recur, dumped, the nodes of copies, and the drafts of their findings, dumped. `verdicts` gives what is
    said of some nodes. `short` documents have too few tokens to be compared.
    """

    ruled: Shelf
    seen: Shelf
    sizes: Sequence[int]
    documents: int
    characters: int
    by_code: Counter[str]
    short: int
    failures: Sequence[Failure]
    clusters: Sequence[Cluster]
    verdicts: Callable[[I64], Mapping[int, Verdict]] = field(default=_no_verdicts)
    suggestions: Suggestions | None = None

    def others(self, number: int) -> Others:
        """The findings of a batch that no rule found."""
        recurring, nodes, drafts = unpack(self.seen[number])
        verdicts = self.verdicts(nodes)
        return Others(recurring, drafts, [verdicts.get(node) for node in nodes.tolist()] if verdicts else [])


class Sheet(NamedTuple):
    """The findings of a batch, those of rules, which are dumped, and the others; and how they are rendered."""

    ruled: bytes
    others: Others
    render: Render
    between: str
    speech: Speech


def sheet_texts(sheet: Sheet, _settings: Settings) -> dict[str, str]:
    """The rows of each file of a batch as one text, by its path."""
    resume(sheet.speech)
    return _texts(_ordered(load_findings([sheet.ruled]), sheet.others), sheet.render, sheet.between)


def _texts(findings: Sequence[Finding], render: Render, between: str) -> dict[str, str]:
    return {path: between.join(map(render, of_path)) for path, of_path in groupby(findings, key=path_of)}


class Findings(Sequence[Finding]):
    """The findings of an outcome, batch by batch; with more than one job of the `settings` workers help to render."""

    def __init__(self, outcome: Outcome, settings: Settings) -> None:
        self._outcome = outcome
        self._settings = settings
        self._last: tuple[int, list[Finding]] = (-1, [])

    @cached_property
    def _starts(self) -> list[int]:
        sizes = (ruled + len(self._outcome.others(at).findings()) for at, ruled in enumerate(self._outcome.sizes))
        return list(accumulate(sizes, initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Finding]:
        for number in range(len(self._outcome.ruled)):
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

    def rows(self, render: Render, between: str) -> Iterator[str]:
        """All of them rendered, many at a time with `between` them; no text is empty.

        `render` is a function that another process finds by its name.
        """
        return (between.join(by_path.values()) for by_path in self._rendered(render, between) if by_path)

    def _rendered(self, render: Render, between: str) -> Iterator[dict[str, str]]:
        """The rows of each batch, those of each file as one text by its path."""
        outcome = self._outcome
        numbers = range(len(outcome.ruled))
        if outcome.suggestions or self._settings.jobs < 2:
            yield from (_texts(self._batch(number), render, between) for number in numbers)
            return
        said = speech()
        sheets = (Sheet(outcome.ruled[at], outcome.others(at), render, between, said) for at in numbers)
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
        findings = load_findings([self._outcome.ruled[number]])
        if self._outcome.suggestions:
            findings = list(map(self._outcome.suggestions.apply, findings))
        return _ordered(findings, self._outcome.others(number))


def _ordered(ruled: list[Finding], others: Others) -> list[Finding]:
    """All findings of a batch, of which those of rules are in order."""
    more = others.findings()
    return sorted_findings([*ruled, *more]) if more else ruled
