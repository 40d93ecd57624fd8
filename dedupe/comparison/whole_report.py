"""Read a whole earlier report with its texts as they are now, so that deciding about findings needs no second run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dedupe.comparison.from_report import AGAIN, ReportError, as_told, cluster_of, read_report, stands
from dedupe.config.settings import Settings
from dedupe.copies.describe import finding_of, verdict_of
from dedupe.core.messages import say
from dedupe.core.model import Cluster, Document, Failure, Finding, Kind, Region, Report, Severity, Summary
from dedupe.inputs.remote import is_remote
from dedupe.inputs.texts import Texts
from dedupe.rules.scan import CONTEXT

Row = Mapping[str, Any]
Wanted = dict[str, set[str | None]]
STALE = say("changed since the report was made, or gone (its paths count from where it was made): {WAY}", AGAIN)
WRONG = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # raised by rows that were changed


def recall_report(path: str, settings: Settings, given: Collection[str]) -> Report:
    """Read from a JSON report what it says of unchanged texts; list the changed ones among its errors.

    The report's settings override `settings`, except those in `given`. Raises ReportError for what is no report.
    """
    told = read_report(path, has_findings=True)
    settings = as_told(path, told.get("settings"), settings, given)
    try:
        clusters = list(map(cluster_of, told["clusters"]))
        rows = list(told["findings"])
        wanted = _wanted(rows, clusters)
        summary = _summary(told["summary"])
        return _with_texts(settings, summary, (rows, clusters, wanted))
    except WRONG as error:
        raise ReportError(path, "its rows are not whole ({error}): {WAY}", repr(error), AGAIN) from error


def _wanted(rows: Collection[Row], clusters: Collection[Cluster]) -> Wanted:
    """Return, for each path with findings or members, the records that they are in; in the order of the findings."""
    wanted: Wanted = defaultdict(set)
    for row in rows:
        wanted[str(row["path"])].add(row.get("record"))
    for cluster in clusters:
        for member in cluster.members:
            wanted[member.region.path].add(member.region.record)
    return wanted


def _with_texts(settings: Settings, summary: Summary, told: tuple[list[Row], list[Cluster], Wanted]) -> Report:
    rows, clusters, wanted = told
    by_path: dict[str, list[Row]] = defaultdict(list)
    regions: dict[str, list[Region]] = defaultdict(list)
    for row in rows:
        by_path[str(row["path"])].append(row)
    for cluster in clusters:
        for member in cluster.members:
            regions[member.region.path].append(member.region)
    # A report may come from a stranger, so remote paths in it are not fetched.
    here = tuple(sorted(path for path in wanted if not is_remote(path)))
    texts = Texts(here, settings)
    findings: list[Finding] = []
    moved: set[Region] = set()
    stale: list[str] = []
    for path, records in wanted.items():
        documents = {document.record: document for document in texts.of(path, records)}
        found = [_finding(row, documents.get(row.get("record"))) for row in by_path[path]]
        gone = [one for one in regions[path] if not _stands(one, documents.get(one.record))]
        findings += filter(None, found)
        moved.update(gone)
        stale += [path] * bool(gone or not all(found))
    whole = tuple(c for c in clusters if all(member.old or member.region not in moved for member in c.members))
    names = {cluster.id for cluster in whole}
    kept = tuple(_in_parts([one for one in findings if one.cluster is None or one.cluster in names], whole))
    by_code = dict(sorted(Counter(one.code for one in kept).items()))
    summary = replace(summary, findings=len(kept), clusters=len(whole), by_code=by_code)
    errors = tuple(Failure(path, STALE) for path in sorted(stale))
    return Report(settings, summary, kept, whole, errors, here)


def _in_parts(findings: Sequence[Finding], clusters: Sequence[Cluster]) -> Iterator[Finding]:
    """Yield the findings; rebuild the messages of copies, because JSON has them only in English."""
    verdicts = {
        (cluster.id, copy.region.path, copy.region.record, copy.region.start): verdict_of(cluster, number, "")
        for cluster in clusters
        for number, copy in enumerate(cluster.members)
    }
    for finding in findings:
        verdict = verdicts.get((finding.cluster or "", finding.path, finding.record, finding.start))
        message = finding_of(finding, verdict).message if verdict else ""
        yield finding._replace(message=message) if message == finding.message else finding


def _stands(region: Region, document: Document | None) -> bool:
    return document is not None and stands(region, document)


def _finding(row: Row, document: Document | None) -> Finding | None:
    """Return the finding of a row with its current context; None if its text has changed or is gone."""
    kind, start, end, text = Kind(row["kind"]), int(row["start"]), int(row["end"]), str(row["text"])
    if document is None:
        return None
    here = document.text[start:end]
    if here != text and not (kind is Kind.DUPLICATE and here.startswith(text.rstrip("…"))):
        return None
    told: dict[str, Any] = {name: str(row[name]) for name in ("code", "name", "path", "message", "fingerprint")}
    told |= {name: int(row[name]) for name in ("line", "column", "end_line", "end_column")}
    told |= {name: row.get(name) for name in ("record", "slot", "cluster")}
    return Finding(
        **told,
        kind=kind,
        severity=Severity(row["severity"]),
        start=start,
        end=end,
        text=text,
        before=document.text[max(0, start - CONTEXT) : start],
        after=document.text[end : end + CONTEXT],
    )


def _summary(told: Row) -> Summary:
    documents, characters, short = (int(told[name]) for name in ("documents", "characters", "short_documents"))
    return Summary(documents, characters, 0, 0, {}, short, float(told["seconds"]))
