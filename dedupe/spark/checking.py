"""The stages in their order on Spark, each stored before the next one: see `dedupe.pipeline` for one machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe.config.settings import Settings
from dedupe.core.model import Failure, Summary
from dedupe.spark.clusters import find_groups
from dedupe.spark.describe import look_again, name_groups
from dedupe.spark.filters import NOTHING, sieved
from dedupe.spark.frames import Store
from dedupe.spark.pairs import find_copies
from dedupe.spark.result import Found, clusters_of, copied, failures_of, recurring, ruled

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def check_digests(digests: DataFrame, failures: Sequence[Failure], settings: Settings, store: Store) -> Found:
    """Find all dirt in digests, which `dedupe.spark.digests` makes; `failures` are known already."""
    started = time.perf_counter()
    settings = replace(settings, jobs=1)
    rows = store.keep(digests, "digests")
    documents = rows.where("doc is not null")
    members = named = None
    if settings.compares:
        copies, short = find_copies(documents, settings, store)
        members = find_groups((copies, short), documents, settings, store)
    facts = look_again(documents, members, settings, store)
    if members is not None:
        named = name_groups(members, facts, settings, store)
    findings = ruled(documents, named if settings.suggests else None).union(recurring(facts))
    if named is not None:
        findings = findings.union(copied(named, settings))
    findings = store.keep(findings, "findings")
    empty = rows.sparkSession.createDataFrame([], "removed long, packed binary, place int")
    clusters = store.keep(clusters_of(named if named is not None and settings.wants_any("ND") else empty), "clusters")
    errors = store.keep(failures_of(rows, failures), "errors")
    passed, told = None, NOTHING
    if settings.allow or settings.per_path:
        findings, clusters, passed, told = sieved(findings, clusters, settings, store)
    summary = _summary((documents, findings, clusters), settings, started)
    summary = replace(summary, allowed=told.allowed, unused=told.unused)
    return Found(settings, summary, findings, clusters, errors, documents, tuple(store.steps), passed)


def _summary(tables: tuple[DataFrame, DataFrame, DataFrame], settings: Settings, started: float) -> Summary:
    from pyspark.sql import functions as f

    documents, findings, clusters = tables
    short = f.sum(f.when(f.col("tokens") < settings.min_length, 1).otherwise(0))
    counted = documents.agg(f.count("*"), f.sum("characters"), short).first()
    assert counted is not None
    codes = {row["code"]: row["count"] for row in findings.groupBy("code").count().collect()}
    return Summary(
        documents=counted[0],
        characters=counted[1] or 0,
        findings=sum(codes.values()),
        clusters=clusters.count(),
        by_code=dict(sorted(codes.items())),
        short_documents=(counted[2] or 0) if settings.wants_any("ND") else 0,
        seconds=round(time.perf_counter() - started, 3),
    )
