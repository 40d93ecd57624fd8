"""The report for a person: findings by document, tables of copies, and a closing part.

Corpus text enters only as `Text` that went through `visible`, so rich markup and escape codes in it are shown, not
obeyed. Colours are the sixteen that a terminal's own theme defines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dedupe.core.messages import say, tell
from dedupe.core.model import Cluster, Copy, Finding, Report
from dedupe.report.closing import MORE, Listed, Tally, closing
from dedupe.report.draw import COLOUR, NARROW, console_for, heading, keep_end, keep_start, wrapped
from dedupe.report.snippet import Snippet, snippets
from dedupe.report.stars import Stars, relation_word
from dedupe.report.view import View, address, by_document, count, lines, part, visible

# Below NARROWEST the terminal breaks the lines itself; from WIDE on an essay stands beside its place.
NARROWEST, WIDE = 24, 120
INDENT = 4
CODE_WIDTH = len("PH101")
# If lines are limited: the share of a document or a cluster in those that the end leaves, and the least for all.
SHARE, LEAST = 8, 10
Drawn = Text | Table | Panel
Blocks = list[list[Text]]


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield the report for a terminal of `view.width` cells, with ANSI codes only if `view.colour`."""
    view = replace(view, width=max(view.width, NARROWEST))
    draw = _Drawing(view)
    if view.statistics or not view.rows:
        if not view.statistics:
            yield from map(draw, _documents(report, view))
            yield from map(draw, _clusters(report, view))
        yield from map(draw, closing(report, Tally.of(report, 0), view))
        return
    tally = Tally.of(report, view.rows // 2)
    end = "".join(map(draw, closing(report, tally, view)))
    room = max(LEAST, view.rows - end.count("\n"))
    yield from map(draw, _fitted(report, tally, replace(view, rows=room)))
    yield end


class _Drawing:
    """Draws one item after another on one console."""

    def __init__(self, view: View) -> None:
        self._file = StringIO()
        self._console = console_for(view, self._file)

    def __call__(self, piece: Drawn) -> str:
        if isinstance(piece, Text):
            # Text is already cut to the width where it matters; rich would break paths and rows at hyphens.
            piece.rstrip()
            self._console.print(piece, soft_wrap=True)
        else:
            self._console.print(piece)
        drawn = self._file.getvalue()
        self._file.seek(0)
        self._file.truncate()
        return drawn


def _documents(report: Report, view: View) -> Iterator[Text]:
    for listed in by_document(report):
        yield from _document(listed, view)
        yield Text()


def _fitted(report: Report, tally: Tally, view: View) -> Iterator[Text]:
    """Yield what fits into `view.rows` lines: the worst documents, then the clusters with most to remove."""
    room = view.rows
    view = replace(view, limit=min(view.limit or room, max(2, room // SHARE // (3 if view.width < NARROW else 1))))
    documents = [[*_document(listed, view), Text()] for listed in tally.worst]
    most = report.clusters[: room // 3]
    stars = Stars(report, most, view.plan)
    kept = [stars(cluster) for cluster in most]
    clusters = [[*_cluster(cluster, some, view), Text()] for cluster, some in zip(most, kept)]
    room -= len(_footnote(kept, view))
    head = _clusters_heading(report, view) if clusters else []
    sizes = sum(map(len, documents)), len(head) + sum(map(len, clusters))
    mine = room - min(sizes[1], room // 2, max(room // 2, room - sizes[0]))
    shown = _first(documents, mine - 2 if sum(sizes) > room else room)
    yield from (line for block in shown for line in block)
    if len(shown) < tally.listed:
        more = tell("… and {DOCUMENTS} with findings ({MORE})", count(tally.listed - len(shown), "more document"), MORE)
        yield from (*wrapped(Text(more, "dim"), 0, view), Text())
    room -= sum(map(len, shown)) + 2 * (len(shown) < tally.listed) + len(head)
    shown = _first(clusters, room if sum(map(len, clusters)) <= room else room - 2)
    yield from (line for block in (head, *shown) for line in block)
    yield from _footnote(kept[: len(shown)], view)
    if len(shown) < len(report.clusters):
        more = tell("… and {clusters} ({MORE})", count(len(report.clusters) - len(shown), "more cluster"), MORE)
        yield from (*wrapped(Text(more, "dim"), 0, view), Text())


def _first(blocks: Iterable[list[Text]], room: int) -> Blocks:
    """Return the first blocks that fit, but at least one."""
    shown: Blocks = []
    for block in blocks:
        room -= len(block)
        if room < 0 and shown:
            break
        shown.append(block)
    return shown


def _document(listed: Listed, view: View) -> Iterator[Text]:
    findings, copies = listed
    name = address(findings[0].path, findings[0].record)
    below = tell(" · {copies} below", count(copies, "near-duplicate")) if copies else ""
    yield Text.assemble((name, "bold"), (f"  {count(len(findings), 'finding')}{below}", "dim"))
    shown = findings[: view.limit] if view.limit else findings
    yield from _rows(shown, view) if view.width >= NARROW else _stacked_rows(shown, view)
    if len(shown) < len(findings):
        more = tell("… and {number} more in this document ({MORE})", f"{len(findings) - len(shown):,}", MORE)
        yield from wrapped(Text(more, "dim"), 2, view)


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
    """Yield findings for a narrow terminal: place and code, the line, and the message, each below the other."""
    for row in snippets(shown, view.width - INDENT, view.colour):
        first = row.findings[0]
        yield Text.assemble((f"  {first.line}:{first.column}  ", "dim"), (first.code, COLOUR[first.severity]))
        yield Text(" " * INDENT).append_text(row.text)
        yield from wrapped(Text(visible(tell(first.message)), "dim"), INDENT, view)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths in cells of the columns for a document's findings."""

    place: int
    context: int
    message: int


def _row(row: Snippet, columns: _Columns, is_ditto: bool) -> Iterator[Text]:
    """Yield one row; it does not repeat what the row above says, and a long message continues below itself."""
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
    yield from _clusters_heading(report, view)
    stars = Stars(report, report.clusters, view.plan)
    kept = [stars(cluster) for cluster in report.clusters]
    for cluster, some in zip(report.clusters, kept):
        yield from _cluster(cluster, some, view)
        yield Text()
    yield from _footnote(kept, view)


def _footnote(kept: Iterable[set[int]], view: View) -> list[Text]:
    """Return the note below clusters if one of them keeps several members."""
    if all(len(some) <= 1 for some in kept):
        return []
    said = tell("★ stays. A copy with ★ stays as well: too little of it stands in what is kept.")
    return [*wrapped(Text(said, "dim"), 0, view), Text()]


def _clusters_heading(report: Report, view: View) -> list[Text]:
    members = sum(len(cluster.members) for cluster in report.clusters)
    sizes = count(members, "text"), count(len(report.clusters), "cluster")
    return [*heading(tell("Near-duplicates: {TEXTS} in {CLUSTERS}", *sizes), view)] if members else []


def _cluster(cluster: Cluster, kept: set[int], view: View) -> Iterator[Text]:
    """Yield a table of one cluster, the representative first; on a narrow terminal the essay has a line of its own."""
    is_narrow = view.width < NARROW
    place = view.width - 2 - (0 if is_narrow else len(HEADS))
    size = count(len(cluster.members), "member")
    title = Text.assemble((tell("cluster {id}", cluster.id), "bold"), f" · {size} · {_codes(cluster)}")
    title.truncate(place + 2, pad=True, overflow="ellipsis")
    yield title if is_narrow else title.append(tell(HEADS), "dim")
    order = sorted(range(len(cluster.members)), key=lambda at: at != cluster.representative)
    shown = order[: view.limit] if view.limit else order
    for at in shown:
        yield from _member(cluster.members[at], (at == cluster.representative, at in kept), place, view)
    if len(shown) < len(order):
        yield from wrapped(
            Text(tell("… and {number} more ({MORE})", f"{len(order) - len(shown):,}", MORE), "dim"), 2, view
        )


def _codes(cluster: Cluster) -> str:
    """Return the codes of the copies in a cluster."""
    from dedupe.copies.describe import CODES

    copies = (copy for at, copy in enumerate(cluster.members) if at != cluster.representative)
    return ", ".join(sorted({CODES[copy.region.unit][0] for copy in copies}))


HEADS = "   tokens  relation   jaccard  marks"


def _member(member: Copy, told: tuple[bool, bool], place: int, view: View) -> Iterator[Text]:
    """Yield the row of a member; `told` says whether it is the representative, and whether it is kept."""
    (is_head, is_kept), region = told, member.region
    where = f"{address(region.path, region.record)}:{lines(region)}"
    what = " · ".join(
        filter(None, (part(region), visible(tell("the same as {place}", member.equal_to)) * bool(member.equal_to)))
    )
    style = "green" if is_kept else ""
    row = Text("★ " if is_kept else "  ", style)
    if view.width >= WIDE and what:
        half = max(place // 2, min(cell_len(where), place - 20))
        row.append(keep_end(where, half), style).append(keep_start("  " + what, place - half), "dim")
    else:
        row.append(keep_end(where, place), style)
    relation = tell(relation_word(member, is_head, is_kept))
    if view.width < NARROW:
        yield row
        if what:
            yield from wrapped(Text(what, "dim"), INDENT, view)
        figures = say(
            "{RELATION} · jaccard {jaccard} · {tokens}",
            relation,
            f"{member.jaccard:.2f}",
            count(member.tokens, "token"),
        )
        yield from wrapped(Text(f"{figures} · {count(member.marks, 'mark')}", style), INDENT, view)
        return
    row.append(f"{member.tokens:9,}  {set_cell_size(relation, 9)}{member.jaccard:9.2f}", style)
    yield row.append(f"{member.marks:7,}", "yellow" if member.marks else "dim")
    if view.width < WIDE and what:
        yield Text(" " * INDENT).append(keep_start(what, view.width - INDENT), "dim")
