"""A report as pyarrow tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from dedupe.core.errors import DedupeError, MissingExtraError
from dedupe.core.model import Cluster, Finding, Old, Report
from dedupe.inputs.readers.extras import library

ROWS = 10_000  # findings held as Python objects at a time
NUMBERS = frozenset(
    ("start", "end", "line", "column", "end_line", "end_column", "member", "essay", "marks", "tokens", "of")
)
SHARES = frozenset(("jaccard", "containment", "low", "high"))
SWITCHES = frozenset(("is_representative", "is_old", "is_verified"))
PLACE = ("path", "record", "start", "end", "line", "end_line", "unit", "essay", "title")
MEASURES = ("relation", "jaccard", "containment", "marks", "tokens")
CLUSTER = ("cluster", "member", "is_representative", "is_old", *PLACE, *MEASURES)


class Tables(NamedTuple):
    """The tables of a report (pyarrow.Table): one row per finding, and one row per member of a cluster."""

    findings: Any
    clusters: Any


def to_arrow(report: Report, is_numbered: bool = False) -> Tables:
    """Return the findings and the clusters of a report as pyarrow tables; needs the extra `parquet`.

    The columns of `findings` are the fields of Finding, with its suggestion and its old document as structs. The
    columns of `clusters` are the id of the `cluster`, the number of the `member` in it, `is_representative`, `is_old`
    (the member belongs to an index), and the fields of Region and Copy. With `is_numbered` the records are numbers.
    Raises DedupeError if pyarrow is not installed.
    """
    try:
        arrow = library("pyarrow", "parquet")
    except MissingExtraError as error:
        raise DedupeError(f"to_arrow {error}") from error
    findings = (finding._asdict() for finding in report.findings)
    members = (row for cluster in report.clusters for row in _members(cluster))
    form = partial(_form, arrow, is_numbered)
    return Tables(_table(arrow, Finding._fields, findings, form), _table(arrow, CLUSTER, members, form))


def columns(report: Report, is_numbered: bool = False) -> dict[str, list[Any]]:
    """Return the findings by column, as in `to_arrow`, for the tables of other libraries; needs no library itself."""
    table: dict[str, list[Any]] = {
        name: [_plain(finding[at]) for finding in report.findings] for at, name in enumerate(Finding._fields)
    }
    if is_numbered:
        table["record"] = list(map(int, table["record"]))
    return table


def _members(cluster: Cluster) -> Iterator[dict[str, Any]]:
    for number, copy in enumerate(cluster.members):
        row = {name: getattr(copy.region, name) for name in PLACE} | {name: getattr(copy, name) for name in MEASURES}
        is_kept = number == cluster.representative
        yield {"cluster": cluster.id, "member": number, "is_representative": is_kept, "is_old": copy.old, **row}


def _table(arrow: Any, names: Iterable[str], rows: Iterator[dict[str, Any]], form: Callable[[str], Any]) -> Any:
    schema = arrow.schema([(name, form(name)) for name in names])
    is_numbered = schema.field("record").type == arrow.int64()
    batches = []
    while part := [{name: _plain(value) for name, value in row.items()} for row in islice(rows, ROWS)]:
        for row in part if is_numbered else ():
            row["record"] = int(row["record"])
        batches.append(arrow.RecordBatch.from_pylist(part, schema))
    return arrow.Table.from_batches(batches, schema)


def _form(arrow: Any, is_numbered: bool, name: str) -> Any:
    if name == "record" and is_numbered:
        return arrow.int64()
    if name == "suggestion":
        return arrow.struct([("text", arrow.string()), ("votes", arrow.int64()), ("of", arrow.int64())])
    if name == "old":
        return arrow.struct([(part, _form(arrow, False, part)) for part in Old._fields])
    if name in SWITCHES:
        return arrow.bool_()
    if name in SHARES:
        return arrow.float64()
    return arrow.int64() if name in NUMBERS else arrow.string()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Old):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return {name: getattr(value, name) for name in ("text", "votes", "of")} if hasattr(value, "votes") else value
