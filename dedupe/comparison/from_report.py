"""Read a cluster from an earlier report with its texts as they are now, and check that they are still the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dedupe.config.file import is_a
from dedupe.config.keys import KEYS
from dedupe.config.settings import Settings
from dedupe.copies.describe import cluster_id, digest_of
from dedupe.core.errors import ConfigError, CorpusError, PlaceError
from dedupe.core.messages import say
from dedupe.core.model import Cluster, Copy, Document, Failure, Region, Relation, Severity, Unit
from dedupe.inputs.address import fetch
from dedupe.inputs.sources import STDIN, reason_of
from dedupe.rules.scan import Lines

VERSION = 1
SHOWN = 5  # ids shown in an error
AGAIN = "run `dedupe check --format json` again"
LINES = ('"type": "summary"', '"type": "cluster"')  # of a jsonl report; rows of findings may be skipped
FINDING = '"type": "finding"'
# Settings that shape how a text is read and compared; the report's other settings do not matter here.
KEPT = (
    "threshold",
    "min_length",
    "encoding",
    "errors",
    "text_field",
    "id_field",
    "fold_script",
    "html",
    "docx",
    "max_expansion",
)


DocumentKey = tuple[str, str | None]  # path and record


class ReportError(PlaceError):
    """A file that is no report of dedupe, or that has no such cluster."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A cluster of a report with the documents of its members, except those in `failures`.

    `settings` are those of the report, as far as they shape how texts are read and compared.
    """

    cluster: Cluster
    documents: Mapping[DocumentKey, Document]
    settings: Settings
    failures: tuple[Failure, ...]


def recall(path: str, wanted: str, settings: Settings, given: Collection[str]) -> Recalled:
    """Return the cluster of a report whose id is `wanted` or begins with it.

    Reads texts as for the report: its own settings override `settings`, except those named in `given`. Raises
    ReportError for a file that is no report, for an id that is not in it, and if texts have changed since.
    """
    report = read_report(path)
    row = _chosen(path, report["clusters"], wanted)
    settings = as_told(path, report.get("settings"), settings, given)
    try:
        cluster = cluster_of(row)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ReportError(
            path, "cluster {id} is not whole ({ERROR}): {AGAIN}", row.get("id"), repr(error), AGAIN
        ) from error
    documents, failures = _documents(cluster, settings)
    _check(path, cluster, documents)
    return Recalled(cluster, documents, settings, tuple(failures))


def as_told(path: str, told: Any, settings: Settings, given: Collection[str]) -> Settings:
    """Return the settings, overridden by those in a report except the ones named in `given`. Raises ReportError."""
    told = told if isinstance(told, dict) else {}
    values = {key: told[key] for key in KEPT if key in told and key not in given}
    try:
        for key, value in values.items():
            if not is_a(KEYS[key.replace("_", "-")], value) and (key, value) != ("encoding", None):
                raise ConfigError(f"{key} is {value!r}")
        return replace(settings, **values)
    except ConfigError as error:
        raise ReportError(path, "its settings cannot be used ({ERROR}): {AGAIN}", error, AGAIN) from error


def read_report(path: str, has_findings: bool = False) -> dict[str, Any]:
    """Read a report in the format `json` or `jsonl`, the latter with or without its findings. Raises ReportError."""
    try:
        data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(path, "no report: it is not UTF-8; give one of `dedupe check --format json`") from error
    except OSError as error:
        raise ReportError(path, reason_of(error).partition(", or leave it out")[0]) from error
    report = _parsed(text, (*LINES, FINDING) if has_findings else LINES)
    if not isinstance(report, dict) or not isinstance(report.get("clusters"), list):
        raise ReportError(path, "no report with clusters: give one of `dedupe check --format json`")
    if report.get("version") != VERSION:
        raise ReportError(
            path,
            "a report of version {version}, and this reads {known}: {AGAIN}",
            repr(report.get("version")),
            VERSION,
            AGAIN,
        )
    return report


def _parsed(text: str, kinds: Sequence[str]) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        rows = [json.loads(line) for line in text.splitlines() if any(kind in line for kind in kinds)]
        head = next(row for row in rows if row.get("type") == "summary")
    except (ValueError, RecursionError, StopIteration, AttributeError):
        return None
    told = {f"{kind}s": [row for row in rows if row.get("type") == kind] for kind in ("cluster", "finding")}
    return {**head, "summary": head, **told}


def _chosen(path: str, clusters: Sequence[Any], wanted: str) -> dict[str, Any]:
    """Return the one cluster whose id is `wanted` or begins with it."""
    rows = {str(row.get("id")): row for row in clusters if isinstance(row, dict)}
    found = [wanted] if wanted in rows else [name for name in rows if name.startswith(wanted)]
    if len(found) == 1:
        return rows[found[0]]
    if not rows:
        raise ReportError(path, "has no clusters: nothing in it was a copy")
    if found:
        named = ", ".join(found[:SHOWN])
        raise ReportError(
            path, "{number} clusters begin with {id} ({named}): give more of the id", len(found), repr(wanted), named
        )
    ids = list(rows)
    near = ", ".join(get_close_matches(wanted, ids, SHOWN) or ids[:SHOWN])
    raise ReportError(
        path, "has no cluster {id}: of its {number} the nearest are {near}", repr(wanted), f"{len(ids):,}", near
    )


def cluster_of(row: Mapping[str, Any]) -> Cluster:
    """Rebuild a cluster from a row of the JSON report. Raises KeyError, TypeError, ValueError or OverflowError."""
    members = tuple(map(_member, row["members"]))
    if not 0 <= row["representative"] < len(members):
        raise ValueError("representative")
    return Cluster(row["id"], row["representative"], members)


def _member(row: Mapping[str, Any]) -> Copy:
    region = Region(
        path=str(row["path"]),
        record=row.get("record"),
        start=int(row["start"]),
        end=int(row["end"]),
        line=int(row["line"]),
        end_line=int(row["end_line"]),
        unit=Unit(row["unit"]),
        essay=row.get("essay"),
        title=row.get("title"),
    )
    measures = float(row["jaccard"]), float(row["containment"]), int(row["marks"]), int(row["tokens"])
    # Reports of earlier versions lack the remaining fields.
    severity = Severity(row.get("severity", Severity.WARNING.value))
    rest = bool(row.get("home", True)), int(row.get("holds", 0)), bool(row.get("old", False)), row.get("equal_to")
    return Copy(region, Relation(row["relation"]), *measures, severity, *rest)


def _documents(cluster: Cluster, settings: Settings) -> tuple[dict[DocumentKey, Document], list[Failure]]:
    """Return the documents of the members, reading each file once; what is no longer there is a failure."""
    wanted: dict[str, set[str | None]] = {}
    for member in cluster.members:
        wanted.setdefault(member.region.path, set()).add(member.region.record)
    known: dict[DocumentKey, Document] = {}
    failures = []
    for path, records in wanted.items():
        try:
            if path == STDIN:
                raise CorpusError(path, "standard input was not kept: save it in a file and check that")
            known.update(((path, record), document) for record, document in fetch(path, records, settings).items())
        except CorpusError as error:
            failures.append(
                Failure(error.path, say("{REASON} (paths of a report count from where it was made)", error.reason))
            )
    return known, failures


def _check(path: str, cluster: Cluster, documents: Mapping[DocumentKey, Document]) -> None:
    """Raise ReportError unless the texts, as far as they are there, are those that the cluster's id was made from."""
    regions = [member.region for member in cluster.members]
    here = [(region, documents[key]) for region in regions if (key := (region.path, region.record)) in documents]
    is_whole = len(here) == len(regions)
    digests = ((region, digest_of(document.text[region.start : region.end])) for region, document in here)
    has_old = any(member.old for member in cluster.members)  # an old text may be gone: such ids are made of places
    if is_whole and (has_old or cluster_id(digests) == cluster.id) and all(stands(*pair) for pair in here):
        return
    moved = [region.path for region, document in here if not stands(region, document)]
    if moved or is_whole:
        names = ", ".join(dict.fromkeys(moved or [region.path for region in regions]))
        raise ReportError(
            path, "made before a text of cluster {id} was changed ({names}): {AGAIN}", cluster.id, names, AGAIN
        )


def stands(region: Region, document: Document) -> bool:
    """True if a region begins and ends on the lines that the report gives."""
    lines = Lines(document.text)
    ends = (lines.place(region.start)[0], lines.place(region.end)[0])
    return region.end <= len(document.text) and ends == (region.line, region.end_line)
