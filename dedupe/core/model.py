"""The data types, frozen. Every stage takes and returns these and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any, NamedTuple

# Called now and then with the current stage, how much of it is done, and the total.
Progress = Callable[[str, int, int], None]


class Severity(str, Enum):
    """How certain a rule is: an error is always dirt, a note is only worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(str, Enum):
    """The three kinds of dirt."""

    PLACEHOLDER = "placeholder"
    BOILERPLATE = "boilerplate"
    DUPLICATE = "duplicate"


class Relation(str, Enum):
    """How a member of a cluster is related to its representative.

    ``exact``: the same text except for white space. ``copy``: the same skeleton, and the fills are equal or blank on
    one side. ``variant``: the same template with other fills. ``edited``: the skeletons differ. ``contained``: at least
    .8 of the shorter text stands inside the longer, which has more.
    """

    EXACT = "exact"
    COPY = "copy"
    VARIANT = "variant"
    EDITED = "edited"
    CONTAINED = "contained"


class Unit(str, Enum):
    """What a region is in its document: the whole, one essay, or a passage."""

    DOCUMENT = "document"
    ESSAY = "essay"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, or one record of a file of records; `text` is the decoded source, never normalised."""

    path: str
    text: str
    record: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return the key that sorts and identifies documents."""
        return (self.path, self.record or "")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of one document, in code points of the source text.

    Never of the normalised text: a span must still point at the right characters when a person opens the original file.
    """

    start: int
    end: int


class Origin(NamedTuple):
    """Where one copy has what another lacks: a span of its document, and the line on which it begins."""

    path: str
    record: str | None
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The text that other copies have where this one is blank: `votes` of `of` copies agree.

    `of` counts the copies with the passage, blank or not; equal texts count as one copy. `at` is what the text
    replaces: None for the whole finding, an empty span for the hole where it goes. `sources` are up to three places of
    the text.
    """

    text: str
    votes: int
    of: int
    at: Span | None = None
    sources: tuple[Origin, ...] = ()


class Old(NamedTuple):
    """The document of an index that a finding copies, and the region of it.

    With `is_verified` both texts were compared; otherwise `jaccard` and `containment` are estimates from signatures,
    and the true jaccard is between `low` and `high` 19 times in 20. `path` is relative to the current folder. `tokens`
    is the length of the old region, and `of` that of the other.
    """

    path: str
    record: str | None
    start: int
    end: int
    line: int
    end_line: int
    relation: Relation
    jaccard: float
    low: float
    high: float
    containment: float
    is_verified: bool
    tokens: int = 0
    of: int = 0


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, for a repr."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def in_short(text: str, most: int = 40) -> str:
    """Return the beginning of a text on one line, for a repr."""
    line = " ".join(text[: most + 1].split())
    return line if len(text) <= most else f"{line[:most]}…"


class Finding(NamedTuple):
    """One piece of dirt at one place. A tuple, because a corpus has millions and tuples are four times faster to make.

    Lines and columns are 1-based, columns count code points. `before` and `after` are up to 40 code points of the
    source on either side of `text`, line ends included. The text of a duplicate is cut to its first line.
    """

    code: str
    name: str
    kind: Kind
    severity: Severity
    path: str
    record: str | None
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    before: str
    after: str
    message: str
    fingerprint: str
    slot: str | None = None
    cluster: str | None = None
    suggestion: Suggestion | None = None
    old: Old | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A span of one document, named as a person would find it: by its lines, and by its essay if it is one.

    `essay` is the 1-based number of the essay in its page, `title` its heading.
    """

    path: str
    record: str | None
    start: int
    end: int
    line: int
    end_line: int
    unit: Unit
    essay: int | None = None
    title: str | None = None

    def __reduce__(self) -> tuple[type[Region], tuple[Any, ...]]:
        """Pickle quickly: other processes get thousands of these, and this takes half the time."""
        place = (self.path, self.record, self.start, self.end, self.line, self.end_line)
        return Region, (*place, self.unit, self.essay, self.title)


@dataclass(frozen=True, slots=True)
class Copy:
    """A region verified against the representative of its cluster.

    `jaccard` is |A∩B|/|A∪B| and `containment` |A∩B|/|A| of the distinct shingles of this region (A) and the
    representative's (B); both are 1 for the representative itself. `marks` counts the marks and holes inside the
    region, `tokens` its length. `severity` is that of its finding. A text that matches several representatives is a
    member of the cluster of each; its `home`, and its finding, are in the cluster of the most similar one. `holds`
    applies to a member that is much longer than its representative and contains it: the number of representatives that
    it contains. A copy with `old` is from an index, and its marks are unknown. `equal_to` applies to a member that is
    no exact copy of the representative but of an earlier member: where that one begins, as `path:line`.
    """

    region: Region
    relation: Relation
    jaccard: float
    containment: float
    marks: int
    tokens: int
    severity: Severity = Severity.WARNING
    home: bool = True
    holds: int = 0
    old: bool = False
    equal_to: str | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Copies of one text. Every member is verified against `members[representative]`."""

    id: str
    representative: int
    members: tuple[Copy, ...]

    @property
    def surplus(self) -> int:
        """Return the tokens of all members except the representative."""
        return sum(copy.tokens for copy in self.members) - self.members[self.representative].tokens


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be used, with the reason and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passed(Failure):
    """Files of an archive that are not read: `number` of them with the suffix `reason`. This is no error."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Baselined:
    """The use of a baseline: its file, how many findings it holds, how many of them occurred and how many are gone.

    The others have documents or codes that were not checked.
    """

    path: str
    holds: int
    met: int
    gone: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one run; `seconds` is the only one that differs between runs.

    `findings`, `clusters` and `by_code` count what is reported. `allowed` is how many findings an [[allow]] of the
    configuration keeps out of the report; `unused` are the places of those that match none. `passed_over` is how many
    files were skipped because of their names, by suffix.
    """

    documents: int
    characters: int
    findings: int
    clusters: int
    by_code: dict[str, int]
    short_documents: int
    seconds: float
    allowed: int = 0
    unused: tuple[str, ...] = ()
    baseline: Baselined | None = None
    passed_over: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """All that a run found. Timings apart, a pure function of corpus and settings.

    `findings` is a tuple, or for a large corpus and after a stored run a sequence that makes findings on request:
    iterating in order is fast, and it holds none. `clusters` then are read on request as well. `paths` are those that
    were named, none for records.
    """

    settings: Any  # the Settings of the run, from a package above this one
    summary: Summary
    findings: Sequence[Finding]
    clusters: Sequence[Cluster]
    errors: tuple[Failure, ...] = field(default=())
    paths: tuple[str, ...] = ()

    def signatures(self) -> Iterator[Any]:
        """Yield the MinHash of every passage as `datasketch.LeanMinHash`, with its place; reads the texts again.

        Raises ConfigError if that is impossible: standard input and records are gone.
        """
        # From a package above this one, and heavy, so it is loaded on request.
        found: Iterator[Any] = import_module("dedupe.index.export").signatures(self.paths, self.settings)
        return found

    def __repr__(self) -> str:
        """Return five lines: what was read, what was found of each kind, and what could not be read."""
        names = {"PH": "placeholders", "BP": "boilerplate", "ND": "copies"}
        summary, rows = self.summary, []
        for family, name in names.items():
            codes = [(number, code) for code, number in summary.by_code.items() if code.startswith(family)]
            codes.sort(key=lambda row: (-row[0], row[1]))
            named = ", ".join(f"{code} {number:,}" for number, code in codes[:5]) + ", …" * (len(codes) > 5)
            clusters = counted(summary.clusters, "cluster") if family == "ND" else ""
            more = "  ".join(filter(None, (clusters, named)))
            rows.append(f" {name:<12}  {sum(number for number, _ in codes):>6,}  {more}".rstrip())
        head = f"<Report: {counted(summary.findings, 'finding')} in {counted(summary.documents, 'document')}"
        first = "".join(f"  {in_short(f'{error.path}: {error.reason}', 160)}" for error in self.errors[:1])
        rows.append(f" {'errors':<12}  {len(self.errors):>6,}{first}>")
        return "\n".join((f"{head}, {counted(summary.characters, 'character')}", *rows))

    @property
    def exit_code(self) -> int:
        """Return 0 for clean, 1 for findings, 2 if a part failed. Notes alone are clean."""
        if self.errors:
            return 2
        return int(any(f.severity is not Severity.NOTE for f in self.findings))
