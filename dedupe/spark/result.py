"""The result of a run on Spark: tables of findings, clusters and errors with the fields of the JSON report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedupe.config.settings import Settings
from dedupe.core.messages import parts, whole
from dedupe.core.model import (
    Cluster,
    Copy,
    Failure,
    Finding,
    Kind,
    Origin,
    Region,
    Relation,
    Report,
    Severity,
    Span,
    Suggestion,
    Summary,
    Unit,
)
from dedupe.core.order import failure_key
from dedupe.inputs.spill import unpack
from dedupe.spark.describe import TOLD
from dedupe.spark.frames import SUGGESTION, TYPES, Row, Step, batched, ddl, mapped
from dedupe.spark.scan import rank_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FINDINGS = {
    "code": "string",
    "name": "string",
    "kind": "string",
    "severity": "string",
    "path": "string",
    "record": "string",
    "start": "long",
    "end": "long",
    "line": "long",
    "column": "long",
    "end_line": "long",
    "end_column": "long",
    "text": "string",
    "slot": "string",
    "message": "string",
    "fingerprint": "string",
    "cluster": "string",
    "before": "string",
    "after": "string",
    "parts": "string",
    "suggestion": SUGGESTION,
}
MEMBER = {
    "path": "string",
    "record": "string",
    "start": "long",
    "end": "long",
    "line": "long",
    "end_line": "long",
    "unit": "string",
    "essay": "long",
    "title": "string",
    "relation": "string",
    "jaccard": "double",
    "containment": "double",
    "marks": "long",
    "tokens": "long",
    "severity": "string",
    "home": "boolean",
    "holds": "long",
    "equal_to": "string",
}
CLUSTERS = f"id string, representative long, rank array<bigint>, members array<struct<{ddl(MEMBER)}>>"
# For reports to people; the JSON report lacks these: the surrounding text, and the parts of the message.
CONTEXT = ("before", "after", "parts")
PLACES = tuple(field.name for field in fields(Region))


@dataclass(frozen=True)
class Found:
    """Tables of Spark, already computed and stored in the folder that `check` was given.

    `findings`, `clusters` and `errors` have the fields of the JSON report, in no order; `digests` has what is known of
    every document. They can be read for as long as that folder exists. `steps` are the tables that were computed,
    `passed` the findings, except copies, that a configuration allowed.
    """

    settings: Settings
    summary: Summary
    findings: DataFrame
    clusters: DataFrame
    errors: DataFrame
    digests: DataFrame
    steps: tuple[Step, ...] = ()
    passed: DataFrame | None = None

    def write(self, folder: str) -> None:
        """Write three Parquet folders below `folder`, on any file system of Spark, replacing what they hold."""
        self.findings.drop(*CONTEXT).write.mode("overwrite").parquet(f"{folder}/findings")
        self.clusters.drop("rank").write.mode("overwrite").parquet(f"{folder}/clusters")
        self.errors.drop("parts").write.mode("overwrite").parquet(f"{folder}/errors")

    def figures(self) -> Report:
        """Return a report with only the numbers of findings and clusters."""
        return Report(self.settings, self.summary, (), ())

    def exit_code(self) -> int:
        """Return 0 for clean, 1 for findings, 2 if a part failed, as `Report.exit_code` does."""
        if not self.errors.isEmpty():
            return 2
        return int(not self.findings.where(f"severity != '{Severity.NOTE.value}'").isEmpty())

    def report(self) -> Report:
        """Return everything as the report of one machine, in its order. It must fit into the memory of the driver."""
        from pyspark.sql import functions as f

        order = [f.col("path"), *rank_columns(f.col("record"))]
        order += [f.col(name) for name in ("start", "end", "code", "fingerprint")]
        findings = map(finding_from, self.findings.orderBy(*order).toLocalIterator())
        clusters = map(cluster_from, self.clusters.orderBy("rank").toLocalIterator())
        errors = {Failure(row["path"], whole(json.loads(row["parts"]))) for row in self.errors.toLocalIterator()}
        rows = (tuple(findings), tuple(clusters), tuple(sorted(errors, key=failure_key)))
        return Report(self.settings, self.summary, *rows)


def finding_row(finding: Finding) -> Row:
    """Return a finding as a row of `FINDINGS`."""
    row = finding._asdict()
    row["kind"], row["severity"] = finding.kind.value, finding.severity.value
    row["suggestion"] = finding.suggestion and _suggestion_row(finding.suggestion)
    row["parts"] = json.dumps(parts(finding.message))
    return tuple(row[name] for name in FINDINGS)


def finding_from(row: Mapping[str, Any]) -> Finding:
    """Return the finding of a row of `FINDINGS`."""
    values = {name: row[name] for name in FINDINGS if name != "parts"}
    values["message"] = whole(json.loads(row["parts"]))
    told = row["suggestion"] and _suggestion_from(row["suggestion"])
    kind, severity = Kind(values["kind"]), Severity(values["severity"])
    return Finding(**{**values, "kind": kind, "severity": severity, "suggestion": told})


def _suggestion_row(told: Suggestion) -> dict[str, Any]:
    at = {"start": told.at.start, "end": told.at.end} if told.at else {"start": None, "end": None}
    return {"text": told.text, "votes": told.votes, "of": told.of, **at, "sources": [o._asdict() for o in told.sources]}


def _suggestion_from(row: Mapping[str, Any]) -> Suggestion:
    at = None if row["start"] is None else Span(row["start"], row["end"])
    sources = tuple(Origin(*(one[name] for name in Origin._fields)) for one in row["sources"])
    return Suggestion(row["text"], row["votes"], row["of"], at, sources)


def ruled(digests: DataFrame, named: DataFrame | None) -> DataFrame:
    """Return the findings of rules, with the suggestions that the `named` groups give for them."""
    from pyspark.sql import functions as f

    rows = digests.select("doc", "findings")
    if named is None:
        rows = rows.withColumn("told", f.lit(None))
    else:
        # If two clusters give a suggestion, that of the first is applied first.
        told = f.sort_array(f.collect_list(f.struct(f.slice("rank", 2, 4), "packed")))
        rows = rows.join(named.where(f"place = {TOLD}").groupBy("doc").agg(told.alias("told")), "doc", "left")

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        from dedupe.copies.suggest import Suggestions

        for batch in batches:
            for packed, told in zip(batch["findings"], batch["told"]):
                suggestions = Suggestions()
                for one in told or ():
                    suggestions.add(*unpack(one["packed"]))
                yield from map(finding_row, map(suggestions.apply, unpack(packed)))

    return mapped(rows.select("findings", "told"), work, FINDINGS)


def recurring(facts: DataFrame) -> DataFrame:
    """Return the findings of lines that recur."""

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        return (finding_row(one) for batch in batches for packed in batch["facts"] for one in unpack(packed))

    return mapped(facts.where("s0 is null").select("facts"), work, FINDINGS)


def copied(named: DataFrame, settings: Settings) -> DataFrame:
    """Return the findings of copies; of equal ones in a document, the one in the first cluster comes first."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    alike = Window.partitionBy("doc", "key").orderBy("rank", "place")
    numbered = named.where("place > 0").withColumn("ordinal", f.row_number().over(alike))

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        from dedupe.copies.describe import fingerprint_of
        from dedupe.core.fingerprint import place_print

        for batch in batches:
            for key, ordinal, code, packed in zip(*(batch[name] for name in ("key", "ordinal", "code", "packed"))):
                if settings.wants(code):
                    draft = unpack(packed)
                    print_ = fingerprint_of(key.split("\0"), ordinal, place_print(draft.path, draft.record))
                    yield finding_row(draft._replace(fingerprint=f"{print_:016x}"))

    return mapped(numbered.select("key", "ordinal", "code", "packed"), work, FINDINGS)


def clusters_of(named: DataFrame) -> DataFrame:
    """Return the clusters as rows of `CLUSTERS`."""
    member = pa.struct([(name, TYPES[form]) for name, form in MEMBER.items()])
    schema = pa.schema(
        {"id": pa.string(), "representative": pa.int64(), "rank": pa.list_(pa.int64()), "members": pa.list_(member)}
    )

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = (pair for b in batches for pair in zip(b.column("rank").to_pylist(), b.column("packed").to_pylist()))
        yield from batched((_cluster_row(rank, unpack(packed)) for rank, packed in rows), schema)

    return named.where("place = 0").select("rank", "packed").mapInArrow(task, CLUSTERS)


def _cluster_row(rank: list[int], cluster: Cluster) -> Row:
    return (cluster.id, cluster.representative, rank, [_member_row(copy) for copy in cluster.members])


def _member_row(copy: Copy) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(copy.region, name) for name in PLACES}
    row |= {"unit": copy.region.unit.value, "relation": copy.relation.value, "marks": copy.marks}
    row |= {"jaccard": copy.jaccard, "containment": copy.containment, "tokens": copy.tokens}
    # As in JSON: only values that differ from the default.
    row |= {"severity": copy.severity.value, "home": None if copy.home else False, "holds": copy.holds or None}
    return row | {"equal_to": copy.equal_to}


def cluster_from(row: Mapping[str, Any]) -> Cluster:
    """Return the cluster of a row of `CLUSTERS`."""
    return Cluster(row["id"], row["representative"], tuple(map(copy_from, row["members"])))


def copy_from(values: Mapping[str, Any]) -> Copy:
    """Return the member of a cluster from a row of `MEMBER`."""
    region = Region(**{**{name: values[name] for name in PLACES}, "unit": Unit(values["unit"])})
    sizes = (values["jaccard"], values["containment"], values["marks"], values["tokens"])
    rest = (Severity(values["severity"]), values["home"] is not False, values["holds"] or 0)
    return Copy(region, Relation(values["relation"]), *sizes, *rest, equal_to=values["equal_to"])


def failures_of(digests: DataFrame, failures: Sequence[Failure]) -> DataFrame:
    """Return what could not be read, and what did not exist."""
    columns = "path string, reason string, parts string"
    rows = [(one.path, one.reason, json.dumps(parts(one.reason))) for one in failures]
    given = digests.sparkSession.createDataFrame(rows, columns)
    return digests.where("reason is not null").select("path", "reason", "parts").union(given).distinct()
