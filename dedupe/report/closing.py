"""The end of a report for a person: findings by kind, inputs that could not be read, and next steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import groupby

from rich.cells import cell_len
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dedupe.core.messages import say, tell
from dedupe.core.model import Failure, Finding, Kind, Report, Severity
from dedupe.report.draw import COLOUR, NARROW, commanded, heading, table, wrapped
from dedupe.report.view import View, by_code, count, figures, is_in_table, notes, visible

KINDS = {Kind.PLACEHOLDER: "placeholders", Kind.BOILERPLATE: "boilerplate", Kind.DUPLICATE: "near-duplicates"}
MOST = 3  # codes named beside their kind
COPIES = "ND301"
ERRORS = 5  # inputs named if the number of lines is limited
MORE = "--full shows all"
Listed = tuple[list[Finding], int]  # the findings of a document to list, and how many more are rows of clusters


@dataclass
class Tally:
    """The findings and documents of each kind, the documents with findings, and the documents to list.

    `worst` are the documents with most to list, most first; `listed` is the number of documents with anything to list.
    """

    findings: Counter[Kind] = field(default_factory=Counter)
    documents: Counter[Kind] = field(default_factory=Counter)
    dirty: int = 0
    listed: int = 0
    worst: list[Listed] = field(default_factory=list)

    @classmethod
    def of(cls, report: Report, most: int) -> Tally:
        """Count the findings, and keep those of at most `most` documents."""
        tally = cls()
        tally.worst = nlargest(max(1, most), tally._documents(report), key=_weight)
        return tally

    def _documents(self, report: Report) -> Iterator[Listed]:
        for _, group in groupby(report.findings, key=lambda f: (f.path, f.record)):
            findings = list(group)
            kinds = Counter(finding.kind for finding in findings)
            self.findings += kinds
            self.documents += Counter(kinds.keys())
            self.dirty += 1
            listed = [finding for finding in findings if not is_in_table(finding)]
            if listed:
                self.listed += 1
                yield listed, len(findings) - len(listed)


def _weight(document: Listed) -> tuple[int, int]:
    return sum(finding.severity is not Severity.NOTE for finding in document[0]), len(document[0])


def closing(report: Report, tally: Tally, view: View) -> Iterator[Text | Table | Panel]:
    """Yield the end of a report, with the most important part last, where a person looks first."""
    if view.summary or view.statistics:
        yield from _summary(report, tally, view)
    if report.errors:
        yield Text()
        yield _error_panel(report.errors, view)
    if view.summary and not view.statistics:
        yield from _steps(report, view)


def _summary(report: Report, tally: Tally, view: View) -> Iterator[Text | Table]:
    if tally.dirty:
        yield from heading(tell("Summary"), view)
        if not view.statistics:
            yield _kinds(report, tally, view)
            yield Text()
        if view.statistics or not view.rows:
            yield _codes(report, view)
            yield Text()
    else:
        yield Text(f"✓ {tell('nothing new' if report.summary.baseline else 'nothing found')}", "green")
    if view.summary:
        yield from wrapped(Text(figures(report.summary, tally.dirty)), 0, view)
        for note in notes(report, view.statistics):
            yield from wrapped(Text(note, "dim"), 0, view)


def _kinds(report: Report, tally: Tally, view: View) -> Table:
    """Return one row per kind; with a limit on lines, and enough width, also its most frequent codes."""
    rows = [
        (tell(word), f"{tally.findings[kind]:,}", f"{tally.documents[kind]:,}")
        for kind, word in KINDS.items()
        if tally.findings[kind]
    ]
    heads = ("kind", "findings", "documents")
    drawn = table(*heads)
    room = view.width - sum(2 + max(map(cell_len, column)) for column in zip(map(tell, heads), *rows))
    most: Iterable[Text | None] = [None] * len(rows)
    if view.rows and view.width >= NARROW:
        drawn.add_column(tell("most of them"))
        most = _most(report, room)
    for row, codes in zip(rows, most):
        drawn.add_row(*row, *filter(None, [codes]))
    return drawn


def _most(report: Report, room: int) -> Iterator[Text]:
    """Yield the most frequent codes of each kind with findings, as many as fit."""
    codes: dict[Kind, list[Text]] = {kind: [] for kind in KINDS}
    for first, number in by_code(report):
        named = Text.assemble((first.code, COLOUR[first.severity]), f" {visible(first.name)} {number:,}")
        codes[first.kind].append(named)
    for some in filter(None, codes.values()):
        for shown in range(min(MOST, len(some)), 0, -1):
            more = len(some) - shown
            rest = [Text(tell(count(more, "more code")), "dim")] if more else []
            line = Text(" · ").join(some[:shown] + rest)
            if line.cell_len <= room:
                break
        line.truncate(room, overflow="ellipsis")
        yield line


def _codes(report: Report, view: View) -> Table:
    names = ("name",) if view.width >= NARROW else ()
    drawn = table("code", *names, "severity", "count", left=2 + len(names))
    for first, number in by_code(report):
        colour = COLOUR[first.severity]
        named = (Text(visible(first.name)),) if names else ()
        drawn.add_row(Text(first.code, colour), *named, Text(tell(first.severity.value), colour), f"{number:,}")
    return drawn


def _error_panel(errors: Sequence[Failure], view: View) -> Panel:
    most = ERRORS if view.rows else view.limit
    shown = errors[:most] if most else errors
    body = Text("\n").join(Text.assemble((visible(e.path), "bold"), f": {visible(tell(e.reason))}") for e in shown)
    if len(shown) < len(errors):
        body.append("\n" + tell("… and {number} more ({MORE})", f"{len(errors) - len(shown):,}", MORE), "dim")
    title = Text("✗ " + tell("{inputs} could not be used", count(len(errors), "input")), "bold red")
    return Panel(body, title=title, title_align="left", border_style="red", width=view.width)


def _steps(report: Report, view: View) -> Iterator[Text]:
    """Yield what a clean would do, and the next commands, each with its purpose."""
    if view.plan:
        gone, stays = count(view.plan.gone, "document"), f"{100 * view.plan.stays:.1f}"
        said = say(
            "clean would remove {DOCUMENTS} and cut {number}; {share} % of characters would stay",
            gone,
            f"{view.plan.cut:,}",
            stays,
        )
        yield Text()
        yield from wrapped(Text(tell(said)), 0, view)
    elif view.steps and report.summary.by_code.get(COPIES):
        yield Text()
        copies = count(report.summary.by_code[COPIES], "document")
        yield from wrapped(Text(tell("{DOCUMENTS} found to be copies as a whole", copies)), 0, view)
    if not view.steps:
        return
    yield Text()
    wide = max(cell_len(command) for command, _ in view.steps)
    for command, purpose in view.steps:
        if wide + cell_len(tell(purpose)) + 4 <= view.width:
            yield Text.assemble("  ", (command.ljust(wide), "bold"), "  ", (tell(purpose), "dim"))
        else:
            yield from (Text.assemble("  ", (line, "bold")) for line in commanded(command, view.width - 2))
            yield from wrapped(Text(tell(purpose), "dim"), 6, view)
