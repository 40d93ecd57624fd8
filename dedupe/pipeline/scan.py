"""Process one batch of sources into findings of the rules, texts, and the numbers for finding near-duplicates.

A run reads each source here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe.config.rules import STOPPED, SlowRuleError
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Failure, Finding, Kind, Severity, Span
from dedupe.inputs.sources import Source, read
from dedupe.pipeline.kept import Kept, pack_documents
from dedupe.pipeline.ruled import Ruled, pack_ruled, ruled
from dedupe.rules import RULES
from dedupe.rules.boilerplate.naming import DOUBTED
from dedupe.rules.boilerplate.titles import TITLE
from dedupe.rules.recurring import REPEATED, LineTable, line_table
from dedupe.rules.scan import ORDER, Folded, Hit, Scanner
from dedupe.text.batch import Texts
from dedupe.text.essays import Essay, split
from dedupe.text.lines import NO_LINES, LineKeys, line_keys

if TYPE_CHECKING:  # import numpy and the kernels only if near-duplicates are wanted
    from dedupe.copies.seeds import Places
    from dedupe.copies.skeletons import I64, Skeletons

IN_DOUBT = frozenset((DOUBTED, TITLE.code))


# Characters and documents scanned together: enough to spread the fixed cost of a scan, and few enough that the texts
# are not held for long.
TOGETHER, MANY = 200_000, 5_000


@dataclass(frozen=True)
class Entry:
    """One document without its text: its place, length in code points, lines that may recur, and essays.

    `hits` are what all rules that ran found, reported or not, sorted by start, end and code.
    """

    path: str
    record: str | None
    characters: int
    source: int
    hits: list[Hit]
    lines: LineKeys | None
    essays: list[Essay]


@dataclass(frozen=True)
class Part:
    """The results of one source: the length of each document in code points, and the reported findings.

    `findings` are packed, see `pack_ruled`; `by_code` counts them. `documents` are packed, see `pack_documents`; empty
    if no later stage needs texts. If a rule was stopped because it took too long, the part is not final: the next run
    may have the time.
    """

    characters: list[int] = field(default_factory=list)
    by_code: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    findings: bytes | memoryview = b""
    documents: bytes | memoryview = b""
    is_final: bool = True


@dataclass(frozen=True)
class Digest:
    """The results of one batch, source by source. Large parts are packed or in arrays, to be stored for later.

    `stopped` counts by user rule the documents in which it was stopped. Marks and seeds count from the batch's first
    document and token.
    """

    parts: list[Part]
    lines: LineTable
    marks: I64 | None = None
    skeletons: Skeletons | None = None
    seeds: list[Places] | None = None
    stopped: Mapping[str, int] = field(default_factory=dict)


Job = tuple[frozenset[str], Sequence[tuple[int, Source]]]


def digest(job: Job, settings: Settings) -> Digest:
    """Read, scan and sign the documents of some numbered sources, leaving out some rules."""
    left_out, batch = job
    work = Worker(settings, left_out)
    entries: list[Entry] = []
    kept: dict[int, list[Kept]] = {number: [] for number, _ in batch}
    found: dict[int, list[Ruled]] = {number: [] for number, _ in batch}
    by_code: dict[int, Counter[str]] = {number: Counter() for number, _ in batch}
    failures: list[tuple[int, Failure]] = []
    texts: list[str] = []
    for group in together(_documents(batch, settings, failures)):
        for (document, number), entry in zip(group, work.entries(group, failures)):
            entries.append(entry)
            hits = [hit for hit in entry.hits if work.wants(hit.code)]
            if hits:
                found[number].append(ruled(document, hits))
                by_code[number].update(hit.code for hit in hits)
            if work.keeps_texts:
                kept[number].append(kept_of(document, entry))
            if work.compares:
                texts.append(without_chrome(document.text, entry.hits))
    lines = line_table([entry.lines or NO_LINES for entry in entries])
    parts = {
        number: Part(
            by_code=by_code[number],
            findings=pack_ruled(found[number]),
            documents=pack_documents(kept[number]),
            is_final=number not in work.hurried,
        )
        for number, _ in batch
    }
    for entry in entries:
        parts[entry.source].characters.append(entry.characters)
    for number, failure in failures:
        parts[number].failures.append(failure)
    summed = Digest(list(parts.values()), lines, stopped=work.stopped)
    if not texts:
        return summed
    from dedupe.copies.find import mark_table
    from dedupe.copies.seeds import seeds_of
    from dedupe.copies.skeletons import tokenize

    starts = [[essay.start for essay in entry.essays] for entry in entries]
    skeletons = tokenize(texts, starts, settings.fold_script)
    marks = mark_table([marks_of(entry) for entry in entries])
    return replace(summed, marks=marks, skeletons=skeletons, seeds=seeds_of(skeletons))


def kept_of(document: Document, entry: Entry) -> Kept:
    """Return what later stages need of a document."""
    boilerplate = [Span(hit.start, hit.end) for hit in chrome_of(entry)]
    return Kept(document, entry.essays, entry.lines, boilerplate)


def _documents(
    batch: Sequence[tuple[int, Source]], settings: Settings, failures: list[tuple[int, Failure]]
) -> Iterator[tuple[Document, int]]:
    """Yield the documents of some sources, each with its source's number; add failures to `failures`."""
    for number, source in batch:
        for item in read(source, settings):
            if isinstance(item, Failure):
                failures.append((number, item))
            else:
                yield item, number


def together(documents: Iterable[tuple[Document, int]]) -> Iterator[list[tuple[Document, int]]]:
    """Yield documents in groups of about `TOGETHER` characters; a longer document ends its group."""
    group: list[tuple[Document, int]] = []
    size = 0
    for item in documents:
        group.append(item)
        size += len(item[0].text)
        if size >= TOGETHER or len(group) == MANY:
            yield group
            group, size = [], 0
    if group:
        yield group


def chrome_of(entry: Entry) -> list[Hit]:
    """Return the hits of an entry that are chrome."""
    return list(filter(is_chrome, entry.hits))


def is_chrome(finding: Finding | Hit) -> bool:
    """True if a finding or hit certainly belongs to the site; a doubtful line is compared as part of the text."""
    return finding.kind is Kind.BOILERPLATE and finding.code not in IN_DOUBT


def marks_of(entry: Entry) -> list[int]:
    """Return the offsets of the marks and holes of a document that matter to a person."""
    return [hit.start for hit in entry.hits if hit.kind is Kind.PLACEHOLDER and hit.severity is not Severity.NOTE]


class Worker:
    """What the settings require for every document of a batch, decided once."""

    def __init__(self, settings: Settings, left_out: Collection[str] = ()) -> None:
        """Prepare the rules, without those in `left_out`, which were stopped too often before."""
        # Near-duplicates need all rules, reported or not: chrome is no text to compare, and the copy to keep is the one
        # with the fewest marks. So the clusters do not depend on which other codes are selected.
        self.compares = settings.compares
        self.wants = lru_cache(maxsize=None)(settings.wants)  # True if findings with a code are reported
        self.hurried: set[int] = set()  # numbers of sources in which a rule was stopped or left out
        self.stopped: Counter[str] = Counter()
        self._is_whole = not left_out
        self._learns = any(map(settings.wants, REPEATED))
        self.keeps_texts = self.compares or self._learns
        tables = (settings.rules, *RULES)
        self._scanner = Scanner(
            [
                rule
                for table in tables
                for rule in table
                if (self.compares or settings.wants(rule.code)) and rule.code not in left_out
            ]
        )

    def entries(self, group: Sequence[tuple[Document, int]], failures: list[tuple[int, Failure]]) -> list[Entry]:
        """Return entries for some documents; `failures` gets one for each user rule that had to be stopped.

        Documents and failures come with the numbers of their sources.
        """
        texts = Texts([document.text for document, _ in group])
        keys: Sequence[LineKeys | None] = line_keys(texts) if self._learns else [None] * len(group)
        entries = []
        for (document, source), folded, lines in zip(group, self._scanner.fold(texts), keys):
            hits, slow = self._hits(document, folded)
            failures += [(source, failure) for failure in slow]
            self.hurried.update([source] * (bool(slow) or not self._is_whole))
            essays = split(document.text) if self.compares else []
            size = len(document.text)
            entries.append(Entry(document.path, document.record, size, source, sorted(hits, key=ORDER), lines, essays))
        return entries

    def _hits(self, document: Document, folded: Folded) -> tuple[list[Hit], list[Failure]]:
        try:
            return self._scanner.find_hits(folded), []
        except SlowRuleError as error:
            slow = error
        scanner, failures = self._scanner, list[Failure]()
        while True:
            place = document.path if document.record is None else f"{document.path}#{document.record}"
            failures.append(Failure(place, str(slow)))
            scanner = Scanner([rule for rule in scanner.rules if rule.code != slow.code])
            self.stopped[slow.code] += 1
            if self.stopped[slow.code] == STOPPED:
                self._scanner = Scanner([rule for rule in self._scanner.rules if rule.code != slow.code])
                self._is_whole = False
            try:
                return scanner.find_hits(scanner.fold_one(document.text)), failures
            except SlowRuleError as error:
                slow = error


def without_chrome(text: str, findings: Sequence[Finding | Hit]) -> str:
    """Return the text with its chrome blanked at equal length, so that sites are not compared by their menus.

    If no letter is left beside chrome, nothing is: two menus are no copies because of the bars between their links.
    """
    parts, last = [], 0
    for finding in findings:
        if is_chrome(finding) and finding.start >= last:
            parts += [text[last : finding.start], " " * (finding.end - finding.start)]
            last = finding.end
    if not parts:
        return text
    bare = "".join([*parts, text[last:]])
    return bare if any(map(str.isalpha, bare)) else " " * len(text)
