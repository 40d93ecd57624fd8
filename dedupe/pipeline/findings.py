"""The findings of a report in order, without holding them all: they are packed, and built on demand."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple, overload

from dedupe.config.settings import Settings
from dedupe.core.codec import load_findings
from dedupe.core.messages import Speech, resume, speech
from dedupe.core.model import Cluster, Failure, Finding
from dedupe.core.order import sorted_findings
from dedupe.core.rows import fields_of
from dedupe.core.workers import Workers
from dedupe.inputs.spill import Shelf, unpack
from dedupe.pipeline.ruled import fields_in, findings_in

if TYPE_CHECKING:
    from dedupe.copies.describe import Verdict
    from dedupe.copies.skeletons import I64
    from dedupe.copies.suggest import Suggestions

Render = Callable[[Finding], str]


class Others(NamedTuple):
    """The findings of a batch that are not from rules: recurring lines, and drafts for copies, both serialised.

    `verdicts` are in the order of the drafts; None for a copy that is not reported.
    """

    recurring: bytes
    drafts: bytes
    verdicts: Sequence[Verdict | None]

    def findings(self) -> list[Finding]:
        """Return all of them, in no particular order."""
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
    """Everything a run found.

    By batch, packed: `ruled` has the findings of the rules, and `seen` the findings of recurring lines, the nodes of
    copies, and the draft findings for these. `sizes` counts `ruled` by batch. `verdicts` returns what to say about some
    nodes. `short` counts documents with too few tokens to be compared.
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
        """Return the findings of a batch that are not from rules."""
        recurring, nodes, drafts = unpack(self.seen[number])
        verdicts = self.verdicts(nodes)
        return Others(recurring, drafts, [verdicts.get(node) for node in nodes.tolist()] if verdicts else [])


class Sheet(NamedTuple):
    """The findings of a batch: packed ones from rules, and the others; and the function that renders both as text."""

    ruled: bytes
    others: Others
    write: Callable[[bytes, Others], str]
    speech: Speech


def sheet_text(sheet: Sheet, _settings: Settings) -> str:
    """Return the findings of a batch as one text."""
    resume(sheet.speech)
    return sheet.write(sheet.ruled, sheet.others)


def _rendered(render: Render, between: str, packed: bytes, others: Others) -> str:
    return between.join(map(render, _ordered(findings_in(packed), others)))


def _as_json(before: str, after: str, between: str, packed: bytes, others: Others) -> str:
    text = f"{after}{between}{before}".join(fields_in(packed, others.findings()))
    return f"{before}{text}{after}" if text else ""


class Findings(Sequence[Finding]):
    """The findings of an outcome, batch by batch; with more than one job in `settings`, workers help to render.

    If they are few enough (`is_held`), findings once built are kept.
    """

    def __init__(self, outcome: Outcome, settings: Settings, is_held: bool) -> None:
        self._outcome = outcome
        self._settings = settings
        self.is_held = is_held
        self._made: dict[int, list[Finding]] = {}

    @cached_property
    def _starts(self) -> list[int]:
        sizes = (ruled + len(self._outcome.others(at).findings()) for at, ruled in enumerate(self._outcome.sizes))
        return list(accumulate(sizes, initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Finding]:
        for number in self._numbers:
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
        if not self.is_held and batch not in self._made:
            self._made.clear()
        if batch not in self._made:
            self._made[batch] = self._batch(batch)
        return self._made[batch][number - self._starts[batch]]

    def rows(self, render: Render, between: str) -> Iterator[str]:
        """Yield all findings rendered, many at a time, with `between` them; no text is empty.

        `render` must be a function that another process can import by name.
        """
        if self._outcome.suggestions or self._settings.jobs < 2:
            return filter(None, (between.join(map(render, self._batch(number))) for number in self._numbers))
        return self._texts(partial(_rendered, render, between))

    def json_rows(self, before: str, after: str, between: str) -> Iterator[str]:
        """Yield all findings as JSON, with text before, after and between them; many at a time, and no text is empty.

        Builds no `Finding` for what rules found.
        """
        if self._outcome.suggestions:
            sides = f"{after}{between}{before}"
            texts = (sides.join(map(fields_of, self._batch(number))) for number in self._numbers)
            return (f"{before}{text}{after}" for text in texts if text)
        return self._texts(partial(_as_json, before, after, between))

    def _texts(self, write: Callable[[bytes, Others], str]) -> Iterator[str]:
        said, outcome = speech(), self._outcome
        sheets = (Sheet(outcome.ruled[at], outcome.others(at), write, said) for at in self._numbers)
        with Workers(self._settings.jobs) as workers:
            yield from filter(None, workers.run(sheet_text, sheets, self._settings))

    @property
    def _numbers(self) -> range:
        return range(len(self._outcome.ruled))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Findings, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} findings, the first {list(islice(self, 2))!r}>"

    def _batch(self, number: int) -> list[Finding]:
        if number in self._made:
            return self._made[number]
        findings = findings_in(self._outcome.ruled[number])
        if self._outcome.suggestions:
            findings = list(map(self._outcome.suggestions.apply, findings))
        findings = _ordered(findings, self._outcome.others(number))
        if self.is_held:
            self._made[number] = findings
        return findings


def _ordered(ruled: list[Finding], others: Others) -> list[Finding]:
    """Return all findings of a batch in order; those of rules are sorted already."""
    more = others.findings()
    return sorted_findings([*ruled, *more]) if more else ruled
