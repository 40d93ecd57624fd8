"""What a configuration file lets pass, taken out of tables: see `dedupe.sieve` for a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dedupe.config.settings import Settings
from dedupe.core.model import Cluster, Finding, Report, Summary
from dedupe.pipeline.filter import sieve
from dedupe.spark.frames import Row, Store, mapped
from dedupe.spark.result import FINDINGS, copy_from, finding_from, finding_row

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# A finding and whether it is kept; or, without one, how many of a batch may stay, or an [[allow]] that held for one.
SIEVED = {**FINDINGS, "is_kept": "boolean", "allowed": "long", "used": "string"}
PLACE = ("path", "record", "start", "end")
NOTHING = Summary(documents=0, characters=0, findings=0, clusters=0, by_code={}, short_documents=0, seconds=0.0)


def sieved(
    findings: DataFrame, clusters: DataFrame, settings: Settings, store: Store
) -> tuple[DataFrame, DataFrame, Summary]:
    """Findings and clusters without what settings let pass, and a summary of how much that is and of nothing else.

    A finding is judged by itself, with the member of a cluster that it tells of. A representative has none, so it stays
    the first of its cluster.
    """
    from pyspark.sql import functions as f

    members = clusters.select(f.col("id").alias("cluster"), f.explode("members").alias("member"))
    of_same = findings["cluster"] == members["cluster"]
    for name in PLACE:
        of_same &= findings[name].eqNullSafe(members[f"member.{name}"])
    both = findings.join(members, of_same, "left").select(*(findings[name] for name in FINDINGS), "member")

    def work(batches: Iterator[dict[str, list[Any]]]) -> Iterator[Row]:
        for batch in batches:
            yield from _judged([dict(zip(batch, row)) for row in zip(*batch.values())], settings)

    judged = store.keep(mapped(both, work, SIEVED), "sieved")
    gone = judged.where("not is_kept and cluster is not null").groupBy(f.col("cluster").alias("id"))
    dropped = gone.agg(f.collect_list(f.struct(*PLACE)).alias("dropped"))
    is_left = f.filter("members", lambda one: ~f.exists("dropped", lambda other: _are_same(one, other)))
    left = f.when(f.col("dropped").isNull(), f.col("members")).otherwise(is_left)
    rest = clusters.join(dropped, "id", "left").withColumn("members", left).drop("dropped").where("size(members) > 1")
    allowed = judged.agg(f.sum("allowed")).first()
    used = {row["used"] for row in judged.where("used is not null").select("used").distinct().collect()}
    summary = replace(
        NOTHING,
        allowed=(allowed[0] if allowed else 0) or 0,
        unused=tuple(place for place in _sieve((), (), settings).summary.unused if place not in used),
    )
    return judged.where("is_kept").select(*FINDINGS), rest, summary


def _are_same(one: Column, other: Column) -> Column:
    """Whether two structs are of one place."""
    same = one["path"] == other["path"]
    for name in PLACE[1:]:
        same &= one[name].eqNullSafe(other[name])
    return same


def _judged(rows: Sequence[Mapping[str, Any]], settings: Settings) -> Iterator[Row]:
    findings = [finding_from(row) for row in rows]
    clusters = [Cluster(row["cluster"], 0, (copy_from(row["member"]),)) for row in rows if row["member"]]
    rest = _sieve(findings, clusters, settings)
    kept = set(map(id, rest.findings))
    yield from ((*finding_row(finding), id(finding) in kept, None, None) for finding in findings)
    none = (None,) * (len(FINDINGS) + 1)
    yield (*none, rest.summary.allowed, None)
    unused = set(rest.summary.unused)
    yield from ((*none, None, allow.place) for allow in settings.allow if allow.place not in unused)


def _sieve(findings: Sequence[Finding], clusters: Sequence[Cluster], settings: Settings) -> Report:
    return sieve(Report(settings, NOTHING, tuple(findings), tuple(clusters)), settings)
