"""Findings and clusters as rows of JSON, to keep between runs: reading them runs no code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import zstandard

from dedupe.core.messages import parts, whole
from dedupe.core.model import Cluster, Copy, Finding, Kind, Region, Relation, Severity, Unit

LEVEL = 1  # compresses at the speed of memory; a higher level saves little space
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
MESSAGE = Finding._fields.index("message")
KINDS = {kind.value: kind for kind in Kind}
SEVERITIES = {severity.value: severity for severity in Severity}
_UNITS = {unit.value: unit for unit in Unit}
_RELATIONS = {relation.value: relation for relation in Relation}


def dump(value: object) -> bytes:
    """Return a JSON value as bytes; half a surrogate pair, which a text read from JSON may hold, stays unchanged."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def load(data: bytes | memoryview) -> Any:
    """Return the value that was dumped."""
    return json.loads(str(data, "utf-8", "surrogatepass"))


def compressed(data: bytes) -> bytes:
    """Return data compressed with zstandard."""
    packed: bytes = _compressor().compress(data)
    return packed


def decompressed(packed: bytes | memoryview) -> bytes:
    """Return the data that was compressed."""
    data: bytes = zstandard.ZstdDecompressor().decompress(packed)
    return data


@lru_cache(maxsize=1)
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=LEVEL)


def dump_findings(findings: Sequence[Finding]) -> bytes:
    """Return findings as rows with commas between them, so that several dumps can be joined; no findings give b""."""
    return dump([(*finding[:MESSAGE], parts(finding.message), *finding[MESSAGE + 1 :]) for finding in findings])[1:-1]


def load_findings(parts: Iterable[bytes | memoryview]) -> list[Finding]:
    """Return the findings of several dumps."""
    return findings_of(load_all(parts))


def load_all(parts: Iterable[bytes | memoryview]) -> list[Any]:
    """Return the values of several dumps."""
    rows: list[Any] = load(b"[" + b",".join(part for part in parts if len(part)) + b"]")
    return rows


def findings_of(rows: Iterable[list[Any]]) -> list[Finding]:
    """Return the findings of rows."""
    kinds, severities = KINDS, SEVERITIES
    found = []
    for row in rows:
        row[2], row[3], row[MESSAGE] = kinds[row[2]], severities[row[3]], whole(row[MESSAGE])
        found.append(Finding._make(row))
    return found


def dump_cluster(cluster: Cluster) -> list[Any]:
    """Return a cluster as a row."""
    return [cluster.id, cluster.representative, [_fields(copy) for copy in cluster.members]]


def load_cluster(row: list[Any]) -> Cluster:
    """Return the cluster of a row."""
    name, representative, members = row
    return Cluster(name, representative, tuple(map(_copy, members)))


def _fields(copy: Copy) -> list[Any]:
    r = copy.region
    region = [r.path, r.record, r.start, r.end, r.line, r.end_line, r.unit, r.essay, r.title]
    measures = [copy.jaccard, copy.containment, copy.marks, copy.tokens]
    return [region, copy.relation, *measures, copy.severity, copy.home, copy.holds, copy.old, copy.equal_to]


def _copy(row: list[Any]) -> Copy:
    region_row, relation, *measures, severity = row[:-4]
    path, record, start, end, line, end_line, unit, *rest = region_row
    region = Region(path, record, start, end, line, end_line, _UNITS[unit], *rest)
    jaccard, containment, marks, tokens = measures
    kind, how = _RELATIONS[relation], SEVERITIES[severity]
    return Copy(region, kind, jaccard, containment, marks, tokens, how, *row[-4:])
