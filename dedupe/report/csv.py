"""A table for spreadsheets: one row per finding, and for a near-duplicate the copy to keep."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from dedupe.core.messages import tell
from dedupe.core.model import Finding, Report
from dedupe.report.view import View, address, by_code, visible

# A spreadsheet reads a cell that begins with one of these as a formula; East Asian settings also accept full-width
# forms. Some programs read `|` and `%` as the beginning of a command or a macro.
FORMULA = tuple("=+-@|%＝＋－＠｜％")

COLUMNS = tuple(
    (
        "code name kind severity path record line column end_line end_column text slot message fingerprint "
        "suggestion votes of cluster relation jaccard kept"
    ).split()
)
Place = tuple[str, str, str | None, int, int]


class _Echo:
    """A file object whose `write` returns the text instead of storing it."""

    def write(self, text: str) -> str:
        return text


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield a header and one row per finding, or with `view.statistics` one row per code.

    A cell is one line that no program executes: control characters are shown as in the other reports, and an apostrophe
    stands before what would be a formula. (Programs that want the exact text should use `json`.)
    """
    rows = _counts(report) if view.statistics else _findings(report)
    writer = csv.writer(_Echo(), lineterminator="\n")
    return (str(writer.writerow([_cell(value) for value in row])) for row in rows)


def _cell(value: object) -> object:
    """Return a value in a form that is safe in a spreadsheet.

    >>> _cell("=1+1"), _cell("　@甲"), _cell("|x"), _cell(-1), _cell(None)
    ("'=1+1", "'　@甲", "'|x", -1, None)
    """
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def _counts(report: Report) -> Iterator[Iterable[Any]]:
    yield ("code", "name", "severity", "count")
    for first, number in by_code(report):
        yield (first.code, first.name, first.severity.value, number)


def _findings(report: Report) -> Iterator[Iterable[Any]]:
    yield COLUMNS
    copies = dict(_copies(report)) if report.clusters else {}
    for finding in report.findings:
        yield (*_own(finding), *copies.get(_place(finding), (None, None, None)))


def _own(finding: Finding) -> Iterable[Any]:
    suggestion = finding.suggestion
    return (
        finding.code,
        finding.name,
        finding.kind.value,
        finding.severity.value,
        finding.path,
        finding.record,
        finding.line,
        finding.column,
        finding.end_line,
        finding.end_column,
        finding.text,
        finding.slot,
        tell(finding.message),
        finding.fingerprint,
        *((suggestion.text, suggestion.votes, suggestion.of) if suggestion else (None, None, None)),
        finding.cluster,
    )


def _place(finding: Finding) -> Place:
    return (finding.cluster or "", finding.path, finding.record, finding.start, finding.end)


def _copies(report: Report) -> Iterator[tuple[Place, tuple[str, float, str]]]:
    """Yield for each member of each cluster its relation, its jaccard, and the place of the copy to keep."""
    for cluster in report.clusters:
        head = cluster.members[cluster.representative].region
        kept = f"{address(head.path, head.record)}:{head.line}"
        for member in cluster.members:
            region = member.region
            place = (cluster.id, region.path, region.record, region.start, region.end)
            yield place, (member.relation.value, member.jaccard, kept)
