"""The report that a program gets: the findings, with ways to view, filter and tabulate them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from dedupe.config.keys import split_codes
from dedupe.core import model
from dedupe.core.errors import ConfigError
from dedupe.core.model import Cluster, Copy, Finding, Kind, Old, Severity
from dedupe.core.report import keep
from dedupe.report.arrow import NUMBERS, SHARES, SWITCHES, Tables, columns, to_arrow
from dedupe.report.view import address, said

if TYPE_CHECKING:
    import pandas
    import polars

SHOWN = 5  # clusters and findings shown in a notebook
STYLE = "text-align: left; vertical-align: top"


@dataclass(frozen=True, slots=True, repr=False)
class Report(model.Report):
    """All that a run found; see `findings`, `clusters`, `errors`, `summary` and `exit_code`.

    `is_numbered`: the ids of records are whole numbers, and tables have them in the column `record`.
    """

    is_numbered: bool = False

    @classmethod
    def of(cls, report: model.Report, is_numbered: bool = False) -> Report:
        """Return the report of a run; a small one makes its findings at once."""
        from dedupe.pipeline.findings import Findings  # imports numpy, which `import dedupe` does not need

        parts = {field.name: getattr(report, field.name) for field in fields(report)}
        if isinstance(report.findings, Findings) and report.findings.is_held:
            parts["findings"] = tuple(report.findings)
        return cls(**parts, is_numbered=is_numbered)

    def filter(
        self,
        select: str | Sequence[str] | None = None,
        *,
        kind: Kind | str | None = None,
        severity: Severity | str | None = None,
        path: str | None = None,
        id: object = None,
    ) -> Report:
        """Return the findings that meet all given conditions, and their clusters, with new counts.

        `select` are codes or their prefixes, `path` is a shell pattern, `id` is the id of a record.
        """
        codes = split_codes([select] if isinstance(select, str) else select or ())

        def is_wanted(finding: Finding) -> bool:
            return (
                (select is None or finding.code.startswith(codes))
                and (kind is None or finding.kind == kind)
                and (severity is None or finding.severity == severity)
                and (path is None or fnmatchcase(finding.path, path))
                and (id is None or finding.record == str(id))
            )

        wanted = bytearray(map(is_wanted, self.findings))
        named = {finding.cluster for finding, is_in in zip(self.findings, wanted) if is_in}
        return keep(self, wanted, tuple(cluster for cluster in self.clusters if cluster.id in named))

    def rethreshold(self, threshold: float) -> Report:
        """Return the report without copies below this similarity to the kept text, from the measures of the clusters.

        It reads no document. Pairs of a copy and its kept text stay if they reach the threshold, so these are the pairs
        that a run with this threshold finds, except for some that it would compare otherwise: it may join members of a
        cluster that falls apart, and of a pair it may keep the other text and call the relation another. Raises
        ConfigError for a threshold below that of the run, which did not search there.
        """
        if not self.settings.threshold <= threshold <= 1:
            least = self.settings.threshold
            raise ConfigError(
                f"threshold is {threshold:g}: give one from that of this run, {least:g}, to 1, or run anew"
            )
        clusters = [cluster for one in self.clusters if (cluster := _at_least(one, threshold)) is not None]
        left = {(cluster.id, _place(member)) for cluster in clusters for member in cluster.members}
        wanted = bytearray(f.cluster is None or (f.cluster, f[4:8]) in left for f in self.findings)
        settings = replace(self.settings, threshold=threshold)
        return replace(keep(self, wanted, tuple(clusters)), settings=settings)

    def to_arrow(self) -> Tables:
        """Return two pyarrow tables: `findings`, a row per finding, and `clusters`, a row per member; needs pyarrow."""
        return to_arrow(self, self.is_numbered)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the findings as a pandas table; needs pandas alone."""
        import pandas

        table, kinds = columns(self, self.is_numbered), dict.fromkeys(NUMBERS, "int64")
        kinds["record"] = "int64" if self.is_numbered else "object"
        return pandas.DataFrame({k: pandas.Series(v, dtype=kinds.get(k, "object")) for k, v in table.items()})

    def to_polars(self) -> polars.DataFrame:
        """Return the findings as a polars table; needs polars alone."""
        import polars

        number, string = polars.Int64, polars.String
        votes = {"text": string, "votes": number, "of": number}
        old = {k: _polars_kind(polars, k) for k in Old._fields}
        kinds: dict[str, Any] = {k: _polars_kind(polars, k) for k in Finding._fields}
        kinds |= {"suggestion": polars.Struct(votes), "old": polars.Struct(old)}
        if self.is_numbered:
            kinds["record"] = number
        return polars.DataFrame(columns(self, self.is_numbered), schema=kinds)

    def _repr_html_(self) -> str:
        """Return the figures, the first clusters and the first other findings, for a notebook; all text is escaped."""
        first, *others = repr(self).strip("<>").splitlines()
        counts = [line.strip().split("  ", 1) for line in others]
        tables = [_table(("", ""), counts)]
        if self.clusters:
            rows = [_cluster_row(cluster) for cluster in self.clusters[:SHOWN]]
            tables.append(_table(("cluster", "kept", "copies"), rows, len(self.clusters) - SHOWN))
        rest = (finding for finding in self.findings if finding.kind is not Kind.DUPLICATE)
        if rows := [_finding_row(finding) for finding in islice(rest, SHOWN)]:
            more = sum(n for code, n in self.summary.by_code.items() if not code.startswith("ND")) - SHOWN
            tables.append(_table(("place", "code", "finding"), rows, more))
        return f"<div><p><b>{escape(first)}</b></p>{''.join(tables)}</div>"


def _polars_kind(polars: Any, name: str) -> Any:
    if name in NUMBERS:
        return polars.Int64
    return polars.Float64 if name in SHARES else polars.Boolean if name in SWITCHES else polars.String


def _place(member: Copy) -> tuple[str, str | None, int, int]:
    region = member.region
    return region.path, region.record, region.start, region.end


def _at_least(cluster: Cluster, threshold: float) -> Cluster | None:
    """Return the cluster with the members that are similar enough, or None if only the representative is left."""
    head = cluster.members[cluster.representative]
    members = [one for one in cluster.members if one is head or _reaches(one, threshold)]
    return Cluster(cluster.id, members.index(head), tuple(members)) if len(members) > 1 else None


def _reaches(copy: Copy, threshold: float) -> bool:
    """True if a copy is similar enough, or if enough of one text stands in the other."""
    from dedupe.cleaning.select import WITHIN, head_inside  # also loads what finds copies

    return copy.jaccard >= threshold or max(copy.containment, head_inside(copy)) >= max(WITHIN, threshold)


def _cluster_row(cluster: Cluster) -> tuple[str, ...]:
    head = cluster.members[cluster.representative]
    copies = [one for one in cluster.members if one is not head]
    named = [f"{_named(one)} ({one.relation.value} {one.jaccard:.2f})" for one in copies[:SHOWN]]
    return cluster.id, _named(head), ", ".join([*named, *(["…"] if len(copies) > SHOWN else [])])


def _named(member: Copy) -> str:
    return f"{address(member.region.path, member.region.record)}:{member.region.line}"


def _finding_row(finding: Finding) -> tuple[str, ...]:
    return f"{address(finding.path, finding.record)}:{finding.line}", finding.code, said(finding)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], more: int = 0) -> str:
    cells = ["".join(f'<td style="{STYLE}">{escape(cell)}</td>' for cell in row) for row in rows]
    head = "".join(f'<th style="{STYLE}">{escape(name)}</th>' for name in heads) if any(heads) else ""
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>{rest}"
