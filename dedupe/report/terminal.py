"""The report for a person: findings by document, tables of copies, a summary, and errors last.

Corpus text only ever enters as `Text` that went through `visible`: rich markup and escape codes in it are shown.
Colours are the sixteen that a terminal's own theme defines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dedupe.core.messages import tell
from dedupe.core.model import Cluster, Copy, Failure, Finding, Report, Severity
from dedupe.report.console import console_for
from dedupe.report.snippet import Snippet, snippets
from dedupe.report.view import (
    View,
    address,
    by_code,
    by_document,
    count,
    figures,
    lines,
    notes,
    part,
    visible,
)

COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
DOCUMENTS, CLUSTERS, MEMBERS = 50, 50, 5
# Below the first a line is left to the terminal to break; below the second what would be columns stands in lines of
# its own; from the third on an essay stands beside its place.
NARROWEST, NARROW, WIDE = 24, 60, 120
INDENT = 4
CODE_WIDTH = len("PH101")
MORE = "--limit 0 or --format json shows all"


def pieces(report: Report, view: View) -> Iterator[str]:
    """The report for a terminal of `view.width` cells, with ANSI codes only if `view.colour`."""
    view = replace(view, width=max(view.width, NARROWEST))
    file = StringIO()
    console = console_for(view, file)
    for piece in _parts(report, view):
        if isinstance(piece, Text):
            # Already cut to the width where it matters; rich would break paths and rows at hyphens.
            piece.rstrip()
            console.print(piece, soft_wrap=True)
        else:
            console.print(piece)
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _parts(report: Report, view: View) -> Iterator[Text | Table | Panel]:
    if not view.statistics:
        yield from _documents(report, view)
        yield from _clusters(report, view)
    if view.summary or view.statistics:
        yield from _summary(report, view)
    if report.errors:
        yield Text()
        yield _error_panel(report.errors, view)


def _documents(report: Report, view: View) -> Iterator[Text]:
    groups = by_document(report)
    for findings, copies in islice(groups, DOCUMENTS if view.limit else None):
        yield from _document(findings, copies, view)
        yield Text()
    rest = [len(findings) for findings, _ in groups]
    if rest:
        hidden = count(sum(rest), "finding")
        more = tell(f"… and {hidden} in {len(rest):,} more documents ({MORE})")
        yield from _wrapped(Text(more, "dim"), 0, view)
        yield Text()


def _document(findings: Sequence[Finding], copies: int, view: View) -> Iterator[Text]:
    name = address(findings[0].path, findings[0].record)
    below = tell(f" · {count(copies, 'near-duplicate')} below") if copies else ""
    yield Text.assemble((name, "bold"), (f"  {count(len(findings), 'finding')}{below}", "dim"))
    shown = findings[: view.limit] if view.limit else findings
    yield from _rows(shown, view) if view.width >= NARROW else _stacked_rows(shown, view)
    if len(shown) < len(findings):
        more = tell(f"… and {len(findings) - len(shown):,} more in this document ({MORE})")
        yield from _wrapped(Text(more, "dim"), 2, view)


def _rows(shown: Sequence[Finding], view: View) -> Iterator[Text]:
    place = max(len(f"{f.line}:{f.column}") for f in shown)
    room = view.width - place - CODE_WIDTH - 8
    longest = max(cell_len(visible(tell(f.message))) for f in shown)
    message = min(longest, max(room * 2 // 5, min(32, room // 2)))
    columns = _Columns(place, room - message, message)
    above = ("", "")
    for row in snippets(shown, columns.context, view.colour):
        said = (row.findings[0].code, row.findings[0].message)
        yield from _row(row, columns, is_ditto=said == above)
        above = said


def _stacked_rows(shown: Sequence[Finding], view: View) -> Iterator[Text]:
    """For a narrow terminal: place and code, the line, and what is said of it, each below the other."""
    for row in snippets(shown, view.width - INDENT, view.colour):
        first = row.findings[0]
        yield Text.assemble((f"  {first.line}:{first.column}  ", "dim"), (first.code, COLOUR[first.severity]))
        yield Text(" " * INDENT).append_text(row.text)
        yield from _wrapped(Text(visible(tell(first.message)), "dim"), INDENT, view)


def _wrapped(text: Text, indent: int, view: View) -> Iterator[Text]:
    """A sentence in lines of the view's width, all of them indented by so many cells."""
    width = view.width - indent
    for line in text.wrap(Console(width=width, file=StringIO()), width):
        yield Text(" " * indent).append_text(line)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths in cells of the columns of a document's findings."""

    place: int
    context: int
    message: int


def _row(row: Snippet, columns: _Columns, is_ditto: bool) -> Iterator[Text]:
    """One row; what the row above says already is not said again, and a long message goes on below itself."""
    first = row.findings[0]
    said = Text("〃" if is_ditto else visible(tell(first.message)), "dim")
    width = columns.message
    pieces = [said] if said.cell_len <= width else said.wrap(Console(width=width, file=StringIO()), width)
    yield Text.assemble(
        (f"{first.line}:{first.column}".rjust(columns.place + 2), "dim"),
        "  ",
        (first.code.ljust(CODE_WIDTH), COLOUR[first.severity]),
        "  ",
        row.text,
        " " * (columns.context - row.text.cell_len + 2),
        pieces[0],
    )
    for piece in pieces[1:]:
        yield Text(" " * (columns.place + CODE_WIDTH + columns.context + 8)).append_text(piece)


def _clusters(report: Report, view: View) -> Iterator[Text]:
    clusters = report.clusters
    if not clusters:
        return
    members = sum(len(cluster.members) for cluster in clusters)
    sizes = f"{count(members, 'text')} in {count(len(clusters), 'cluster')}"
    yield from _heading(tell(f"Near-duplicates: {sizes}"), view)
    yield Text()
    shown = clusters[:CLUSTERS] if view.limit else clusters
    codes = dict.fromkeys((cluster.id for cluster in shown), "")
    for finding in report.findings:
        if finding.cluster in codes:
            codes[finding.cluster] = codes[finding.cluster] or finding.code
    for cluster in shown:
        yield from _cluster(cluster, codes[cluster.id], view)
        yield Text()
    if len(shown) < len(clusters):
        more = tell(f"… and {count(len(clusters) - len(shown), 'more cluster')} ({MORE})")
        yield from _wrapped(Text(more, "dim"), 0, view)
        yield Text()


def _cluster(cluster: Cluster, code: str, view: View) -> Iterator[Text]:
    """A table of one cluster, the representative first; in a narrow terminal the essay has a line of its own."""
    is_narrow = view.width < NARROW
    place = view.width - 2 - (0 if is_narrow else len(HEADS))
    size = count(len(cluster.members), "member")
    title = Text.assemble((tell(f"cluster {cluster.id}"), "bold"), f" · {size}", f" · {code}" if code else "")
    title.truncate(place + 2, pad=True, overflow="ellipsis")
    yield title if is_narrow else title.append(tell(HEADS), "dim")
    keep = cluster.members[cluster.representative]
    others = [m for i, m in enumerate(cluster.members) if i != cluster.representative]
    shown = others[: MEMBERS - 1] if view.limit else others
    yield from _member(keep, True, place, view)
    for member in shown:
        yield from _member(member, False, place, view)
    if len(shown) < len(others):
        yield from _wrapped(Text(tell(f"… and {len(others) - len(shown):,} more ({MORE})"), "dim"), 2, view)


HEADS = "   tokens  relation   jaccard  marks"


def _member(member: Copy, is_kept: bool, place: int, view: View) -> Iterator[Text]:
    region = member.region
    where = f"{address(region.path, region.record)}:{lines(region)}"
    what = part(member.region)
    style = "green" if is_kept else ""
    row = Text("★ " if is_kept else "  ", style)
    if view.width >= WIDE and what:
        half = max(place // 2, min(cell_len(where), place - 20))
        row.append(_keep_end(where, half), style).append(_keep_start("  " + what, place - half), "dim")
    else:
        row.append(_keep_end(where, place), style)
    relation = tell("old" if member.old else "keep" if is_kept else member.relation.value)
    if view.width < NARROW:
        yield row
        if what:
            yield from _wrapped(Text(what, "dim"), INDENT, view)
        told = f"{relation} · jaccard {member.jaccard:.2f} · {count(member.tokens, 'token')}"
        yield from _wrapped(Text(f"{told} · {count(member.marks, 'mark')}", style), INDENT, view)
        return
    row.append(f"{member.tokens:9,}  {set_cell_size(relation, 9)}{member.jaccard:9.2f}", style)
    yield row.append(f"{member.marks:7,}", "yellow" if member.marks else "dim")
    if view.width < WIDE and what:
        yield Text(" " * INDENT).append(_keep_start(what, view.width - INDENT), "dim")


def _keep_end(text: str, width: int) -> str:
    """Exactly `width` cells; of a long path the end is what tells it from others."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    while cell_len(text) >= width:
        text = text[1:]
    return set_cell_size("…" + text, width)


def _keep_start(text: str, width: int) -> str:
    """Exactly `width` cells, the end cut with a … if need be."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _summary(report: Report, view: View) -> Iterator[Text | Table]:
    rows = list(by_code(report))
    if rows:
        yield from _heading(tell("Summary"), view)
        yield Text()
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        names = ("name",) if view.width >= NARROW else ()
        for head in ("code", *names, "severity", "count"):
            table.add_column(tell(head), justify="right" if head == "count" else "left")
        for code, name, severity, number in rows:
            colour = COLOUR[severity]
            named = (Text(visible(name)),) if names else ()
            table.add_row(Text(code, colour), *named, Text(tell(severity.value), colour), f"{number:,}")
        yield table
        yield Text()
    else:
        yield Text(f"✓ {tell('nothing new' if report.summary.baseline else 'nothing found')}", "green")
    if view.summary:
        yield from _wrapped(Text(figures(report.summary)), 0, view)
        for note in notes(report, view.statistics):
            yield from _wrapped(Text(note, "dim"), 0, view)


def _heading(title: str, view: View) -> Iterator[Text]:
    if cell_len(title) + INDENT > view.width:
        yield from _wrapped(Text(title, "bold"), 0, view)
        return
    yield Text.assemble(("── ", "dim"), (title, "bold"), (" " + "─" * (view.width - cell_len(title) - 4), "dim"))


def _error_panel(errors: Sequence[Failure], view: View) -> Panel:
    shown = errors[: view.limit] if view.limit else errors
    body = Text("\n").join(Text.assemble((visible(e.path), "bold"), f": {visible(tell(e.reason))}") for e in shown)
    if len(shown) < len(errors):
        body.append("\n" + tell(f"… and {len(errors) - len(shown):,} more ({MORE})"), "dim")
    title = Text("✗ " + tell(f"{count(len(errors), 'input')} could not be used"), "bold red")
    return Panel(body, title=title, title_align="left", border_style="red", width=view.width)
