"""What one batch of sources gives: findings of the rules, and the numbers that near-duplicates are found by.

This is all that a worker process does. Texts do not leave it: what comes back are findings and arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedupe.codepoints import Texts
from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.custom import SlowRuleError
from dedupe.essays import Essay, split
from dedupe.findings import place_of
from dedupe.lines import LineKeys, line_keys
from dedupe.model import Document, Failure, Finding, Kind, Severity
from dedupe.repeats import REPEATED, Frequencies, frequencies
from dedupe.rules import RULES
from dedupe.scan import Folded, Scanner
from dedupe.spill import pack

if TYPE_CHECKING:  # numba and its kernels are only paid for when near-duplicates are wanted
    from dedupe.candidates import Places
    from dedupe.tokens import I64, Skeletons


# Characters and documents that are scanned together: enough that what is asked of them all costs little, and few enough
# that the texts are not held for long.
TOGETHER, MANY = 200_000, 5_000


@dataclass(frozen=True)
class Entry:
    """One document without its text: its place, length in code points, findings, lines that may recur, and essays."""

    path: str
    record: str | None
    characters: int
    source: int
    findings: list[Finding]
    lines: LineKeys | None
    essays: list[Essay]


@dataclass(frozen=True)
class Digest:
    """What one batch gave. All that is large is packed or in arrays: it is only kept for later.

    `entries` are a packed list of Entry, without the findings that are not chrome; `findings` a packed list, sorted,
    of those that are reported, with their number by code. Lines, marks and seeds count from the batch's first document
    and token.
    """

    documents: int
    characters: int
    entries: bytes
    findings: bytes
    by_code: Counter[str]
    lines: Frequencies
    failures: list[Failure] = field(default_factory=list)
    marks: I64 | None = None
    skeletons: Skeletons | None = None
    seeds: list[Places] | None = None


def digest(batch: Sequence[tuple[int, Source]], settings: Settings) -> Digest:
    """Read, scan and sign the documents of some sources, each given with its number."""
    work = Worker(settings)
    entries: list[Entry] = []
    failures: list[Failure] = []
    texts: list[str] = []
    for group in together(_documents(batch, settings, failures)):
        found = work.entries(group, failures)
        entries += found
        if work.compares:
            texts += [without_chrome(document.text, entry.findings) for (document, _), entry in zip(group, found)]
    summed = _summed(entries, failures, settings)
    if not texts:
        return summed
    from dedupe.candidates import seeds_of
    from dedupe.duplicates import mark_table
    from dedupe.tokens import tokenize

    starts = [[essay.start for essay in entry.essays] for entry in entries]
    skeletons = tokenize(texts, starts, settings.fold_script)
    marks = mark_table([marks_of(entry) for entry in entries])
    return replace(summed, marks=marks, skeletons=skeletons, seeds=seeds_of(skeletons))


def _documents(
    batch: Sequence[tuple[int, Source]], settings: Settings, failures: list[Failure]
) -> Iterator[tuple[Document, int]]:
    """The documents of some sources, each with its source's number; what is none goes to `failures`."""
    for number, source in batch:
        for item in read(source, settings):
            if isinstance(item, Failure):
                failures.append(item)
            else:
                yield item, number


def together(documents: Iterable[tuple[Document, int]]) -> Iterator[list[tuple[Document, int]]]:
    """Documents in groups of about `TOGETHER` characters; a longer one ends its group."""
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


def _summed(entries: Sequence[Entry], failures: list[Failure], settings: Settings) -> Digest:
    """A digest without the numbers of near-duplicates."""
    findings = [finding for entry in entries for finding in entry.findings]
    by_code = Counter(finding.code for finding in findings)
    wanted = {code for code in by_code if settings.wants(code)}
    return Digest(
        documents=len(entries),
        characters=sum(entry.characters for entry in entries),
        entries=pack([replace(entry, findings=chrome_of(entry)) for entry in entries]),
        findings=pack(sorted((finding for finding in findings if finding.code in wanted), key=place_of)),
        by_code=Counter({code: by_code[code] for code in wanted}),
        lines=frequencies([entry.lines for entry in entries if entry.lines is not None], 1),
        failures=failures,
    )


def chrome_of(entry: Entry) -> list[Finding]:
    """The findings of an entry that are chrome."""
    return [finding for finding in entry.findings if finding.kind is Kind.BOILERPLATE]


def marks_of(entry: Entry) -> list[int]:
    """Where a document has a mark or hole that a person would mind."""
    return [f.start for f in entry.findings if f.kind is Kind.PLACEHOLDER and f.severity is not Severity.NOTE]


class Worker:
    """What settings ask of every document of a batch, decided once."""

    def __init__(self, settings: Settings) -> None:
        # Near-duplicates take all rules, reported or not: chrome is no text to compare, and the copy to keep is the
        # one with the fewest marks. What clusters there are then does not depend on what else is selected.
        self.compares = settings.compares
        self._learns = any(map(settings.wants, REPEATED))
        tables = (settings.rules, *RULES)
        self._scanner = Scanner(
            [rule for table in tables for rule in table if self.compares or settings.wants(rule.code)]
        )

    def entries(self, group: Sequence[tuple[Document, int]], failures: list[Failure]) -> list[Entry]:
        """Documents without their texts; `failures` gets one for each rule of a user's own that had to be stopped."""
        texts = Texts([document.text for document, _ in group])
        keys: Sequence[LineKeys | None] = line_keys(texts) if self._learns else [None] * len(group)
        entries = []
        for (document, source), folded, lines in zip(group, self._scanner.fold(texts), keys):
            findings = self._findings(document, folded, failures)
            essays = split(document.text) if self.compares else []
            size = len(document.text)
            entries.append(Entry(document.path, document.record, size, source, findings, lines, essays))
        return entries

    def _findings(self, document: Document, folded: Folded, failures: list[Failure]) -> list[Finding]:
        try:
            return self._scanner.scan(document, folded)
        except SlowRuleError as error:
            slow = error
        scanner = self._scanner
        while True:
            place = document.path if document.record is None else f"{document.path}#{document.record}"
            failures.append(Failure(place, str(slow)))
            scanner = Scanner([rule for rule in scanner.rules if rule.code != slow.code])
            try:
                return scanner.scan(document)
            except SlowRuleError as error:
                slow = error


def without_chrome(text: str, findings: Sequence[Finding]) -> str:
    """The text with its chrome blanked, length for length, so that sites are not compared by their menus."""
    parts, last = [], 0
    for finding in findings:
        if finding.kind is Kind.BOILERPLATE and finding.start >= last:
            parts += [text[last : finding.start], " " * (finding.end - finding.start)]
            last = finding.end
    return "".join([*parts, text[last:]]) if parts else text
