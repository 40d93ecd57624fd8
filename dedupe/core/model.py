"""The nouns, frozen. Every stage takes and gives these and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any, NamedTuple

# Called now and then with the stage that is at work, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


class Severity(str, Enum):
    """How sure a rule is: an error is always dirt, a note only worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(str, Enum):
    """The three kinds of dirt."""

    PLACEHOLDER = "placeholder"
    BOILERPLATE = "boilerplate"
    DUPLICATE = "duplicate"


class Relation(str, Enum):
    """What a member of a cluster is to its representative.

    ``exact``: the same text but for white space. ``copy``: the same skeleton, and the fills are equal or blank on one
    side. ``variant``: the same template with other fills. ``edited``: the skeletons differ. ``contained``: at least .8
    of the shorter stands inside the longer, which is more than that.
    """

    EXACT = "exact"
    COPY = "copy"
    VARIANT = "variant"
    EDITED = "edited"
    CONTAINED = "contained"


class Unit(str, Enum):
    """What a region is in its document: all of it, one essay of it, or a passage."""

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
        """What a document is sorted and told apart by."""
        return (self.path, self.record or "")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of one document, in code points of the source text.

    Never of the normalised text: a span must still point at the right
    characters when a person opens the file they gave us.
    """

    start: int
    end: int


class Origin(NamedTuple):
    """Where one copy has what another lacks: a span of its document, and the line that it begins on."""

    path: str
    record: str | None
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the aligned text of other copies has where this one is blank: `votes` of `of` copies agree.

    `of` are the copies in which the passage stands, blank or not; those of one text are one copy. `at` is what the
    text takes the place of: None for all of the finding, an empty span for a hole where it goes in. `sources` are
    places of the text, up to three.
    """

    text: str
    votes: int
    of: int
    at: Span | None = None
    sources: tuple[Origin, ...] = ()


class Old(NamedTuple):
    """The document of an index that a finding is a copy of, and the region of it.

    `is_verified` says that its text was at hand and both were compared; else `jaccard` and `containment` are estimated
    from signatures, and the true jaccard is between `low` and `high` 19 times in 20. `path` leads from the current
    folder. `tokens` is how long the old region is, and `of` the other one.
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
    """A number with its noun, for a repr."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def in_short(text: str, most: int = 40) -> str:
    """The beginning of a text in one line, for a repr."""
    line = " ".join(text[: most + 1].split())
    return line if len(text) <= most else f"{line[:most]}…"


class Finding(NamedTuple):
    """One piece of dirt at one place. A tuple, for a corpus has millions and they are made four times as fast.

    Lines and columns are 1-based, columns count code points. `before` and `after` are up to 40 code points of the
    source either side of `text`, line ends included. The text of a duplicate is cut to its first line.
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
    """A span of one document, named as a person would find it: lines, and the essay it is where it is one.

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
        """For other processes, which get them by the thousand, in half the time."""
        place = (self.path, self.record, self.start, self.end, self.line, self.end_line)
        return Region, (*place, self.unit, self.essay, self.title)


@dataclass(frozen=True, slots=True)
class Copy:
    """A region verified against the representative of its cluster.

    `jaccard` is |A∩B|/|A∪B| and `containment` |A∩B|/|A| of the distinct shingles of this region (A) and the
    representative's (B); both are 1 for the representative itself. `marks` counts the marks and holes
    inside the region, `tokens` its length. `severity` is what a finding says of it. A text that matches several
    representatives is a member of the cluster of each, and has its `home`, and its finding, in that of the one it is
    most like. `holds` is of a member that is much longer than its representative and holds it: the number of
    representatives of which it does so. One that is `old` is of an index, and its marks are not known. `equal_to` is
    of a member that is no exact copy of the representative but of another member before it: where that one begins, as
    `path:line`.
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
        """Tokens of all members but the representative."""
        return sum(copy.tokens for copy in self.members) - self.members[self.representative].tokens


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be used, with the reason and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passed(Failure):
    """Files of an archive that are not read: `number` of them whose names end in `reason`. It is no error."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Baselined:
    """What became of a baseline: its file, how many findings it holds, how many of them were met and how many are gone.

    The others stand in documents, or have codes, that were not looked at.
    """

    path: str
    holds: int
    met: int
    gone: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one run; `seconds` is the only one that differs between runs.

    `findings`, `clusters` and `by_code` count what is reported. `allowed` is how many findings are not, for an
    [[allow]] of the configuration holds for them; `unused` are the places of those that hold for none. `passed_over`
    is how many files were not read because of what they are called, by the ends of their names.
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

    `findings` is a tuple, or for a large corpus and after a run that was kept a sequence that makes them when asked: it
    is quick to go through in order, and holds none. `clusters` then are read when asked for as well. `paths` are those
    that were named, none for records.
    """

    settings: Any  # the Settings of the run, from a package above this one
    summary: Summary
    findings: Sequence[Finding]
    clusters: Sequence[Cluster]
    errors: tuple[Failure, ...] = field(default=())
    paths: tuple[str, ...] = ()

    def signatures(self) -> Iterator[Any]:
        """The MinHash of every passage, as `datasketch.LeanMinHash` has it, with its place: the texts are read again.

        Raises ConfigError where they cannot be: standard input and records are gone.
        """
        # Of a package above this one, and heavy: loaded when asked for.
        found: Iterator[Any] = import_module("dedupe.index.export").signatures(self.paths, self.settings)
        return found

    def __repr__(self) -> str:
        """Five lines: what was read, what was found of each kind, and what could not be read."""
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
        """0 clean, 1 findings, 2 could not do all of it. Notes alone are clean."""
        if self.errors:
            return 2
        return int(any(f.severity is not Severity.NOTE for f in self.findings))
