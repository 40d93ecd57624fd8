"""What one batch of sources gives: findings of the rules, and the numbers that near-duplicates are found by.

This is all that a worker process does. Texts do not leave it: what comes back are findings and arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.config import Settings
from dedupe.corpus import Source, read
from dedupe.custom import SlowRuleError
from dedupe.essays import Essay, split
from dedupe.model import Document, Failure, Finding, Kind
from dedupe.repeats import REPEATED, LineKeys, line_keys
from dedupe.rules import RULES
from dedupe.scan import Scanner

if TYPE_CHECKING:  # numba and its kernels are only paid for when near-duplicates are wanted
    from dedupe.candidates import Places
    from dedupe.tokens import Skeletons


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
    """The documents of one batch in order, and what could not be read; `seeds` count tokens from the batch's first."""

    entries: list[Entry]
    failures: list[Failure] = field(default_factory=list)
    skeletons: Skeletons | None = None
    seeds: list[Places] | None = None


def digest(batch: Sequence[tuple[int, Source]], settings: Settings) -> Digest:
    """Read, scan and sign the documents of some sources, each given with its number."""
    work = _Work(settings)
    entries: list[Entry] = []
    failures: list[Failure] = []
    texts: list[str] = []
    for number, source in batch:
        for item in read(source, settings):
            if isinstance(item, Failure):
                failures.append(item)
                continue
            entry, slow = work.entry(item, number)
            entries.append(entry)
            failures += slow
            if work.compares:
                texts.append(without_chrome(item.text, entry.findings))
    if not texts:
        return Digest(entries, failures)
    from dedupe.candidates import seeds_of
    from dedupe.tokens import tokenize

    starts = [[essay.start for essay in entry.essays] for entry in entries]
    skeletons = tokenize(texts, starts, settings.fold_script)
    return Digest(entries, failures, skeletons, seeds_of(skeletons))


class _Work:
    """What settings ask of every document of a batch, decided once."""

    def __init__(self, settings: Settings) -> None:
        # Near-duplicates take all rules, reported or not: chrome is no text to compare, and the copy to keep is the
        # one with the fewest marks. What clusters there are then does not depend on what else is selected.
        self.compares = settings.wants_any("ND")
        self._learns = any(map(settings.wants, REPEATED))
        tables = (settings.rules, *RULES)
        self._scanner = Scanner(
            [rule for table in tables for rule in table if self.compares or settings.wants(rule.code)]
        )

    def entry(self, document: Document, source: int) -> tuple[Entry, list[Failure]]:
        """A document without its text, and a failure for each rule of a user's own that had to be stopped in it."""
        findings, slow = self._findings(document)
        lines = line_keys(document) if self._learns else None
        essays = split(document.text) if self.compares else []
        return Entry(document.path, document.record, len(document.text), source, findings, lines, essays), slow

    def _findings(self, document: Document) -> tuple[list[Finding], list[Failure]]:
        scanner, slow = self._scanner, list[Failure]()
        while True:
            try:
                return scanner.scan(document), slow
            except SlowRuleError as error:
                place = document.path if document.record is None else f"{document.path}#{document.record}"
                slow.append(Failure(place, str(error)))
                scanner = Scanner([rule for rule in scanner.rules if rule.code != error.code])


def without_chrome(text: str, findings: Sequence[Finding]) -> str:
    """The text with its chrome blanked, length for length, so that sites are not compared by their menus."""
    parts, last = [], 0
    for finding in findings:
        if finding.kind is Kind.BOILERPLATE and finding.start >= last:
            parts += [text[last : finding.start], " " * (finding.end - finding.start)]
            last = finding.end
    return "".join([*parts, text[last:]]) if parts else text
