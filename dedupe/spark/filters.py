"""Remove from tables what a configuration file allows: see `dedupe.sieve` for a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe.config.settings import Settings
from dedupe.core.model import Kind, Report, Summary
from dedupe.core.order import sorted_findings
from dedupe.inputs.spill import pack
from dedupe.pipeline.filter import sieve
from dedupe.spark.frames import Row, Store, grouped
from dedupe.spark.result import FINDINGS, cluster_from, clusters_of, finding_from, finding_row

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

# A finding and whether it is kept; or, without one, a cluster, how many a task allowed, or a used [[allow]].
SIEVED = {
    **FINDINGS,
    "is_kept": "boolean",
    "rank": "array<bigint>",
    "packed": "binary",
    "place": "int",
    "allowed": "long",
    "used": "string",
}
NOTHING = Summary(documents=0, characters=0, findings=0, clusters=0, by_code={}, short_documents=0, seconds=0.0)


def sieved(
    findings: DataFrame, clusters: DataFrame, settings: Settings, store: Store
) -> tuple[DataFrame, DataFrame, DataFrame, Summary]:
    """Return findings and clusters without what settings allow, what is allowed, and a summary with only its counts.

    A cluster is judged with all findings of its members, any other finding by itself.
    """
    from pyspark.sql import functions as f

    told = findings.select(f.coalesce("cluster", "path").alias("key"), f.struct(*FINDINGS).alias("finding"))
    whole = f.struct("id", "representative", "members").alias("cluster")
    rows = told.unionByName(clusters.select(f.col("id").alias("key"), "rank", whole), True)

    def work(table: pa.Table) -> Iterator[Row]:
        yield from _judged(table, settings)

    judged = store.keep(grouped(rows, ("key", ()), work, SIEVED), "sieved")
    allowed = judged.agg(f.sum("allowed")).first()
    used = {row["used"] for row in judged.where("used is not null").select("used").distinct().collect()}
    unused = sieve(Report(settings, NOTHING, (), ()), settings).summary.unused
    summary = replace(
        NOTHING,
        allowed=(allowed[0] if allowed else 0) or 0,
        unused=tuple(place for place in unused if place not in used),
    )
    passed = judged.where(f"not is_kept and kind != '{Kind.DUPLICATE.value}'").select(*FINDINGS)
    return judged.where("is_kept").select(*FINDINGS), clusters_of(judged), passed, summary


def _judged(table: pa.Table, settings: Settings) -> Iterator[Row]:
    rows = table.to_pylist()
    findings = sorted_findings([finding_from(row["finding"]) for row in rows if row["finding"]])
    rank = {row["cluster"]["id"]: row["rank"] for row in rows if row["cluster"]}
    clusters = tuple(cluster_from(row["cluster"]) for row in rows if row["cluster"])
    rest = sieve(Report(settings, NOTHING, tuple(findings), clusters), settings)
    kept, none = set(map(id, rest.findings)), (None,) * len(FINDINGS)
    yield from ((*finding_row(finding), id(finding) in kept, *[None] * 5) for finding in findings)
    yield from ((*none, None, rank[one.id], pack(one), 0, None, None) for one in rest.clusters)
    yield (*none, *[None] * 4, rest.summary.allowed, None)
    unused = set(rest.summary.unused)
    yield from ((*none, *[None] * 5, allow.place) for allow in settings.allow if allow.place not in unused)
