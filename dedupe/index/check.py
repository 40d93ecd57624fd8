"""Check new documents against an index: report them, and what in them is a copy of an old document."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from dedupe.config.rules import left_out, too_often
from dedupe.config.settings import Settings
from dedupe.copies.describe import CODES, Place, cluster_id, facts_of, lines_of
from dedupe.copies.skeletons import U64
from dedupe.core.errors import ConfigError
from dedupe.core.fingerprint import content_print, place_print
from dedupe.core.messages import say
from dedupe.core.model import Cluster, Copy, Document, Finding, Old, Progress, Region, Relation, Report, Severity, Unit
from dedupe.core.order import finding_key
from dedupe.core.workers import Workers
from dedupe.index.estimate import Stretch, estimate, span_of
from dedupe.index.index import past_of
from dedupe.index.lookup import Known, Likely, Past
from dedupe.index.place import IndexPlace, shown_path, stored_path
from dedupe.index.signature import BEGIN, END, END_LINE, LINE, TOKENS, Survey, Surveyed, content_id, survey
from dedupe.index.verify import Case, Match, verify
from dedupe.inputs.chunks import laid_out
from dedupe.inputs.find import find
from dedupe.inputs.sources import STDIN, Source, read
from dedupe.pipeline.filter import sieve
from dedupe.pipeline.pipeline import Corpus, check_sources, nothing_read
from dedupe.rules.recurring import REPEATED, Frequencies
from dedupe.text.essays import split
from dedupe.text.kernels import warn_if_uncompiled

BATCH = 1_000_000  # bytes of source, or characters of text, processed in one go
WORTH = 24  # number of batches from which worker processes pay off
KEYS = 4_000_000  # keys looked up in one go
SAID = {
    Relation.EXACT: "exact copy of old",
    Relation.COPY: "copy of old",
    Relation.VARIANT: "same template, perhaps other fills, as old",
    Relation.EDITED: "edited copy of old",
    Relation.CONTAINED: "partly the same text as old",
}


@dataclass(frozen=True)
class Before:
    """An index to check against, without its documents from some `files` and from `below` a folder.

    Files that a run reads again are always left out: they are new, and no copies of themselves.
    """

    index: IndexPlace
    files: tuple[str, ...] = ()
    below: str | None = None


def check_with(before: Before, paths: Sequence[str], settings: Settings, progress: Progress | None = None) -> Report:
    """Check documents as `pipeline.check` does, against each other and against everything in an index.

    Old documents become members of clusters too, as the representatives of their copies. Raises IndexFileError for an
    index that cannot be used.
    """
    report = without_clusters(before, paths, settings, progress)
    return replace(_clustered(report), paths=tuple(paths))


def without_clusters(
    before: Before, paths: Sequence[str], settings: Settings, progress: Progress | None = None
) -> Report:
    """Do what `check_with` does, but put no old document in a cluster, for callers that need all members' texts."""
    started = time.perf_counter()
    index = before.index
    passed = Counter[str]()
    sources, failures = find(paths, settings, passed, elsewhere=True)
    own = {stored_path(file, index) for file in (*before.files, *(source.file for source in sources if source.file))}
    below = stored_path(before.below, index) if before.below else None
    with laid_out(sources, settings, progress, passed) as (pieces, unread):
        with past_of(index, settings, own, below) as past:
            look = _Look(past, pieces, settings, index)
            for chunk in _chunks(survey_of(pieces, settings, progress)):
                look.take(chunk)
            lines = look.lines()
        report = check_sources(Corpus(pieces, [*failures, *unread], passed), settings, progress, started, lines)
    report = replace(report, errors=(*report.errors, *nothing_read(report, sources)))
    return _joined(report, look.findings, time.perf_counter() - started)


def surveyed(paths: Sequence[str], settings: Settings, progress: Progress | None = None) -> Iterator[Survey]:
    """Yield the surveys of all documents that `paths` name, batch by batch, and of what could not be found."""
    if STDIN in paths:
        raise ConfigError("standard input has no name that an index could keep: put it in a file")
    passed = Counter[str]()
    sources, failures = find(paths, settings, passed, elsewhere=True)
    with laid_out(sources, settings, progress, passed) as (pieces, unread):
        yield Survey([], [*failures, *unread], passed=passed)
        yield from survey_of(pieces, settings, progress)


def survey_of(sources: Sequence[Source], settings: Settings, progress: Progress | None) -> Iterator[Survey]:
    """Yield the surveys of some sources, in their order."""
    warn_if_uncompiled()
    ends = np.cumsum([source.size for source in sources]).tolist()
    batches = [list(group) for _, group in groupby(enumerate(sources), lambda item: int(ends[item[0]]) // BATCH)]
    jobs = settings.jobs or ((os.cpu_count() or 1) if len(batches) > WORTH else 1)
    stopped = Counter[str]()
    with Workers(jobs) as workers:
        surveys = workers.run(survey, ((too_often(stopped), batch) for batch in batches), settings)
        for part, batch in zip(surveys, batches):
            if progress:
                progress("reading for the index", ends[batch[-1][0]], ends[-1])
            stopped.update(part.stopped)
            yield part
    yield Survey([], list(map(left_out, sorted(too_often(stopped)))))


def _chunks(surveys: Iterable[Survey]) -> Iterator[list[Surveyed]]:
    chunk: list[Surveyed] = []
    keys = 0
    for part in surveys:
        chunk += part.documents
        keys += sum(len(document.keys.key) for document in part.documents)
        if keys >= KEYS:
            yield chunk
            chunk, keys = [], 0
    if chunk:
        yield chunk


class _Look:
    """Collects matches from an index, chunk by chunk of the new documents."""

    def __init__(self, past: Past, sources: Sequence[Source], settings: Settings, index: IndexPlace) -> None:
        self._past, self._sources, self._settings, self._index = past, sources, settings, index
        self._keys: list[U64] = []
        self.findings: list[Finding] = []

    def lines(self) -> Frequencies | None:
        """Return how often the lines of the new documents stand in old ones."""
        if not self._keys or not any(map(self._settings.wants, REPEATED)):
            return None
        return self._past.frequencies(np.unique(np.concatenate(self._keys)))

    def take(self, chunk: Sequence[Surveyed]) -> None:
        """Find the copies in some documents; read a text again only if it may hold one."""
        self._keys.append(np.unique(np.concatenate([document.lines for document in chunk])))
        if not self._settings.wants_any("ND"):
            return
        found = self._past.likely(chunk)
        olds = self._past.documents({number for likely in found for number in likely.ids})
        rest = (likely.within(olds) for likely in found)
        news = {at: (document, likely) for at, (document, likely) in enumerate(zip(chunk, rest)) if likely.ids}
        estimates = {
            at: _settled([match for number in likely.ids for match in self._estimated(document, olds[number], likely)])
            for at, (document, likely) in news.items()
        }
        near = {at: {match.id for match in estimates[at]} | likely.first for at, (_, likely) in news.items()}
        at_hand = self._at_hand(olds[number] for number in set().union(*near.values()))
        news = {at: new for at, new in news.items() if estimates[at] or not near[at].isdisjoint(at_hand)}
        texts = self._texts([document for document, _ in news.values()])
        ready = [at for at, (document, _) in news.items() if _name(document) in texts]
        cases = [Case(texts[_name(news[at][0])], _chosen(news[at][1].ids, near[at], at_hand)) for at in ready]
        for at, case, exact in zip(ready, cases, _verified(cases, self._settings)):
            gone = [match for match in estimates[at] if match.id not in at_hand]
            self._name(case.new, _settled([*exact, *gone]))

    def _texts(self, documents: Sequence[Surveyed]) -> dict[tuple[int, str | None], Document]:
        """Return the texts of some new documents, by source and record, without those that changed meanwhile."""
        wanted = {_name(document): document.content for document in documents}
        texts = {}
        for number in sorted({source for source, _ in wanted}):
            for item in read(self._sources[number], self._settings):
                if isinstance(item, Document) and wanted.get((number, item.record)) == content_id(item.text):
                    texts[number, item.record] = item
        return texts

    def _at_hand(self, olds: Iterable[Known]) -> dict[int, Document]:
        """Return the old documents whose text is still where it was, by number."""
        by_path: dict[str, dict[tuple[str | None, bytes], int]] = defaultdict(dict)
        for old in olds:
            by_path[old.path][old.record, old.content] = old.id
        texts = {}
        for path, wanted in sorted(by_path.items()):
            shown = shown_path(path, self._index)
            if not os.path.isfile(shown):
                continue
            for item in read(Source(shown, shown, os.path.getsize(shown)), self._settings):
                number = wanted.get((item.record, content_id(item.text))) if isinstance(item, Document) else None
                if number is not None and isinstance(item, Document):
                    texts[number] = item
        return texts

    def _estimated(self, new: Surveyed, old: Known, likely: Likely) -> Iterator[Match]:
        if not len(new.passages) or not len(old.passages):
            return
        if old.id in likely.same:
            every = ((0, len(new.passages)), (0, len(old.passages)))
            relation = Relation.EXACT if new.content == old.content else Relation.VARIANT
            yield self._match(new, old, Stretch(*every, 1.0, 1.0, 1.0, 1.0, 1.0, float(len(new.passages))), relation)
            return
        for stretch in estimate(new, old, self._settings):
            relation = Relation.EDITED if stretch.jaccard >= self._settings.threshold else Relation.CONTAINED
            yield self._match(new, old, stretch, relation)

    def _match(self, new: Surveyed, old: Known, stretch: Stretch, relation: Relation) -> Match:
        first, last = old.passages[stretch.old[0]], old.passages[stretch.old[1] - 1]
        known = Old(
            shown_path(old.path, self._index),
            old.record,
            start=int(first[BEGIN]),
            end=int(last[END]),
            line=int(first[LINE]),
            end_line=int(last[END_LINE]),
            relation=relation,
            jaccard=stretch.jaccard,
            low=stretch.low,
            high=stretch.high,
            containment=stretch.containment,
            is_verified=False,
            tokens=int(old.passages[slice(*stretch.old), TOKENS].sum()),
            of=int(new.passages[slice(*stretch.new), TOKENS].sum()),
        )
        return Match(*span_of(new.passages, stretch.new), stretch.both, known, old.id)

    def _name(self, document: Document, matches: Sequence[Match]) -> None:
        """Add a finding for each match in one document."""
        places = [Place(at, match.start, match.end, False) for at, match in enumerate(matches)]
        facts, drafts = facts_of(document, split(document.text), places)
        seen: Counter[str] = Counter()
        for at, match in enumerate(matches):
            if self._settings.wants(drafts[at].code):
                seen[facts[at].digest] += 1
                content = content_print(drafts[at].code, "old", facts[at].digest, str(seen[facts[at].digest]))
                self.findings.append(_finding(drafts[at], match.old, content))


def _name(document: Surveyed) -> tuple[int, str | None]:
    return document.source, document.record


def _chosen(ids: Iterable[int], near: set[int], at_hand: Mapping[int, Document]) -> list[Document]:
    return [at_hand[number] for number in ids if number in near and number in at_hand]


def _settled(matches: Iterable[Match]) -> list[Match]:
    """Return the best matches of one document; of two for the same region keep the one that shares more."""
    kept: list[Match] = []
    for match in sorted(matches, key=_rank):
        if all(_shared(match, other) * 2 < match.end - match.start for other in kept):
            kept.append(match)
    return kept


def _verified(cases: Sequence[Case], settings: Settings) -> Iterator[list[Match]]:
    """Yield the matches of `verify` for each case, batch by batch; without an old text a case has none."""
    ends = np.cumsum([sum(len(text.text) for text in (case.new, *case.old)) for case in cases]).tolist()
    for _, group in groupby(enumerate(cases), lambda item: int(ends[item[0]]) // BATCH):
        yield from verify([case for _, case in group], settings)


def _rank(match: Match) -> tuple[float, bool, float, str, str, int]:
    old = match.old
    return (-match.both, not old.is_verified, -old.jaccard, old.path, old.record or "", old.start)


def _shared(one: Match, other: Match) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _finding(draft: Finding, old: Old, content: int) -> Finding:
    """Return the finding of a copy. Its fingerprint uses `content`: it stays accepted whichever old copy is named."""
    place = old.path + (f"#{old.record}" if old.record else "") + f":{old.line}"
    measured = f"jaccard {old.jaccard:.2f}"
    if not old.is_verified and old.relation is not Relation.EXACT:
        measured = say(
            "jaccard about {about} ({low}–{high}), estimated without the old text",
            f"{old.jaccard:.2f}",
            f"{old.low:.2f}",
            f"{old.high:.2f}",
        )
    what = next(unit.value for unit, code in CODES.items() if code[0] == draft.code)
    sure = old.relation in (Relation.EXACT, Relation.COPY)
    return draft._replace(
        severity=Severity.ERROR if sure else Severity.WARNING,
        message=say(
            f"{{UNIT}} ({{LINES}}): {SAID[old.relation]} {{place}}, {{MEASURED}}",
            what,
            lines_of(draft),
            place,
            measured,
        ),
        fingerprint=f"{content ^ place_print(draft.path, draft.record):016x}",
        old=old,
    )


def _joined(report: Report, copies: Sequence[Finding], seconds: float) -> Report:
    """Add the findings of copies of old documents to a report, except those that settings let pass."""
    old = sieve(replace(report, findings=tuple(sorted(copies, key=finding_key)), clusters=()), report.settings)
    by_code = Counter(report.summary.by_code) + Counter(finding.code for finding in old.findings)
    # Sort again, because the findings of a large file are in the order of its records.
    findings = tuple(sorted((*report.findings, *old.findings), key=finding_key)) if old.findings else report.findings
    summary = replace(
        report.summary,
        findings=len(findings),
        by_code=dict(sorted(by_code.items())),
        seconds=round(seconds, 3),
        allowed=report.summary.allowed + (old.summary.allowed if report.settings.allow else 0),
        unused=tuple(place for place in report.summary.unused if place in old.summary.unused),
    )
    return replace(report, summary=summary, findings=findings)


def _clustered(report: Report) -> Report:
    """Add a cluster for each old region that has copies, and name it in the findings of those copies."""
    groups: dict[Region, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.old:
            groups[_region(finding.old, _unit(finding))].append(finding)
    clusters = {region: _cluster(region, found) for region, found in groups.items()}
    if not clusters:
        return report
    findings = tuple(
        finding._replace(cluster=clusters[_region(finding.old, _unit(finding))].id) if finding.old else finding
        for finding in report.findings
    )
    every = (*report.clusters, *clusters.values())
    return replace(report, summary=replace(report.summary, clusters=len(every)), findings=findings, clusters=every)


def _cluster(region: Region, found: Sequence[Finding]) -> Cluster:
    pairs = [(finding, finding.old) for finding in found if finding.old]
    members = [Copy(region, Relation.EXACT, 1.0, 1.0, 0, pairs[0][1].tokens, Severity.NOTE, old=True)]
    for finding, old in pairs:
        place = _region(finding, _unit(finding))
        members.append(Copy(place, old.relation, old.jaccard, old.containment, 0, old.of, finding.severity))
    return Cluster(cluster_id((copy.region, str(copy.region.start)) for copy in members), 0, tuple(members))


def _unit(finding: Finding) -> Unit:
    return next(unit for unit, code in CODES.items() if code[0] == finding.code)


def _region(place: Finding | Old, unit: Unit) -> Region:
    return Region(place.path, place.record, place.start, place.end, place.line, place.end_line, unit)
