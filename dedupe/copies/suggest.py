"""Suggestions for the blanks of a whole corpus: clusters in, cut into jobs of bounded size, answers by batch out."""

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

# Bytes of packed passages that go to a worker in one go, and of those that are asked; a passage is left out that is
# longer than so many code points. Once they are tokens they take a hundred times as much.
ROOM, MOST, LONGEST = 1_000_000, 4_000_000, 1_000_000

Spot = tuple[str, "str | None", int, int]  # of a finding: path, record, start, end


def passage_of(document: Document, region: Region, blanks: Sequence[Finding]) -> Passage:
    """A region with its text and those of its document's marks and holes, sorted by place, that stand in it."""
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
    """The texts of nodes, packed, on a shelf."""

    shelf: Shelf
    numbers: dict[int, int] = field(default_factory=dict)

    def add(self, passages: Mapping[int, bytes]) -> None:
        """Put some more on the shelf."""
        for node, packed in passages.items():
            self.numbers[node] = len(self.shelf)
            self.shelf.put(packed)

    def jobs(self, groups: Iterable[Sequence[int]]) -> Iterator[list[Job]]:
        """The members of each group as jobs, in batches of about `ROOM` bytes; those without their texts are not."""
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
        """The first members are asked for what is suggested to them, and to all others."""
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
    """Packed members of a cluster: those that are asked, and others, or else themselves, that have the blanks."""

    witnesses: Sequence[bytes]
    others: Sequence[bytes] = ()

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, (*self.witnesses, *self.others)))


def answer(jobs: Sequence[Job], _settings: Settings) -> list[tuple[Spot, Suggestion]]:
    """The suggestions of some jobs; a worker's work."""
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
    """What is suggested for each blank. Where two clusters suggest different things, nothing is."""

    def __init__(self) -> None:
        self._found: dict[Spot, Suggestion | None] = {}

    def add(self, spot: Spot, suggestion: Suggestion) -> None:
        """Take in what one cluster says of a blank."""
        known = self._found.setdefault(spot, suggestion)
        if known and known.text != suggestion.text:
            self._found[spot] = None
        elif known and known.votes < suggestion.votes:
            self._found[spot] = suggestion

    def apply(self, finding: Finding) -> Finding:
        """The finding with its suggestion, if there is one, which its message says as well: all formats show that."""
        found = self._found.get((finding.path, finding.record, finding.start, finding.end))
        if found is None or finding.kind is not Kind.PLACEHOLDER:
            return finding
        message = say(
            "{MESSAGE}: “{text}” ({votes} of {of} other copies)", finding.message, found.text, found.votes, found.of
        )
        return finding._replace(message=message, suggestion=found)
