"""Suggest fills for the blanks of a whole corpus: clusters become jobs of bounded size, answered in batches."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from dedupe.config.settings import Settings
from dedupe.copies.fills import HOLE, slot_of
from dedupe.copies.vote import WITNESSES, Blank, Passage, members_of, suggest
from dedupe.core.messages import say
from dedupe.core.model import Document, Finding, Kind, Region, Suggestion
from dedupe.inputs.spill import Shelf, unpack

# Bytes of packed passages in one batch for a worker, and of the passages that are asked; and the code points of a
# passage from which on it is left out. As tokens, passages take a hundred times as much memory.
ROOM, MOST, LONGEST = 1_000_000, 4_000_000, 1_000_000

Spot = tuple[str, "str | None", int, int]  # of a finding: path, record, start, end


def passage_of(document: Document, region: Region, blanks: Sequence[Finding]) -> Passage:
    """Return a region with its text and the marks and holes inside it; `blanks` are the document's, sorted by place."""
    low = bisect_left(blanks, region.start, key=lambda finding: finding.start)
    high = bisect_left(blanks, region.end, key=lambda finding: finding.start)
    return Passage(
        region.path,
        region.record,
        region.start,
        region.line,
        document.text[region.start : region.end],
        tuple(
            Blank(one.start - region.start, one.end - region.start, slot_of(one), one.slot == HOLE)
            for one in blanks[low:high]
            if one.end <= region.end
        ),
        region.title or "",
    )


@dataclass
class Passages:
    """The packed texts of nodes, on a shelf."""

    shelf: Shelf
    numbers: dict[int, int] = field(default_factory=dict)

    def add(self, passages: Mapping[int, bytes]) -> None:
        """Put more texts on the shelf."""
        for node, packed in passages.items():
            self.numbers[node] = len(self.shelf)
            self.shelf.put(packed)

    def jobs(self, groups: Iterable[Sequence[int]]) -> Iterator[list[Job]]:
        """Yield each group's members as jobs, in batches of about `ROOM` bytes; members without a text are left out."""
        batch, size = list[Job](), 0
        for nodes in groups:
            for job in self._jobs([self.numbers[node] for node in nodes if node in self.numbers]):
                batch.append(job)
                size += job.size
                if size >= ROOM:
                    yield batch
                    batch, size = [], 0
        if batch:
            yield batch

    def _jobs(self, numbers: Sequence[int]) -> Iterator[Job]:
        """Yield the jobs of a cluster: the first members are asked about their own blanks and those of all others."""
        asked: list[bytes] = []
        size = more = 0
        for number in numbers[:WITNESSES]:
            packed = self.shelf[number]
            size += len(packed)
            if asked and size > MOST:
                break
            asked.append(packed)
        if len(asked) > 1:
            yield Job(asked)
        others: list[bytes] = []
        for number in numbers[len(asked) :]:
            others.append(self.shelf[number])
            more += len(others[-1])
            if more >= max(ROOM, size):
                yield Job(asked, others)
                others, more = [], 0
        if others:
            yield Job(asked, others)


@dataclass(frozen=True)
class Job:
    """Packed members of a cluster: those that are asked, and those whose blanks get filled (if none, the former)."""

    witnesses: Sequence[bytes]
    others: Sequence[bytes] = ()

    @property
    def size(self) -> int:
        """Size in bytes."""
        return sum(map(len, (*self.witnesses, *self.others)))


def answer(jobs: Sequence[Job], _settings: Settings) -> list[tuple[Spot, Suggestion]]:
    """Return the suggestions of some jobs; runs in a worker."""
    found: list[tuple[Spot, Suggestion]] = []
    members = iter(members_of([unpack(packed) for job in jobs for packed in (*job.witnesses, *job.others)]))
    for job in jobs:
        witnesses = list(islice(members, len(job.witnesses)))
        others = list(islice(members, len(job.others)))
        for (passage, _), suggestions in zip(others or witnesses, suggest(witnesses, others)):
            for blank, suggestion in suggestions.items():
                start, end = passage.start + blank.start, passage.start + blank.end
                found.append(((passage.path, passage.record, start, end), suggestion))
    return found


class Suggestions:
    """The suggestion for each blank; if two clusters suggest different texts, there is none."""

    def __init__(self) -> None:
        self._found: dict[Spot, Suggestion | None] = {}

    def add(self, spot: Spot, suggestion: Suggestion) -> None:
        """Add what one cluster suggests for a blank."""
        known = self._found.setdefault(spot, suggestion)
        if known and known.text != suggestion.text:
            self._found[spot] = None
        elif known and known.votes < suggestion.votes:
            self._found[spot] = suggestion

    def apply(self, finding: Finding) -> Finding:
        """Return the finding with its suggestion, if any, also put into the message, which all formats show."""
        found = self._found.get((finding.path, finding.record, finding.start, finding.end))
        if found is None or finding.kind is not Kind.PLACEHOLDER:
            return finding
        message = say(
            "{MESSAGE}: “{text}” ({votes} of {of} other copies)", finding.message, found.text, found.votes, found.of
        )
        return finding._replace(message=message, suggestion=found)
