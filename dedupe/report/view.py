"""What the formats share: how to view a report, and how to make hostile text visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe.core.messages import tell
from dedupe.core.model import Finding, Kind, Region, Report, Summary, Unit
from dedupe.core.ours import OURS
from dedupe.core.rows import fields_of
from dedupe.inputs.sources import NO_ENDING, OTHERS, endings

if TYPE_CHECKING:
    from dedupe.cleaning.plan import Plan
    from dedupe.inputs.texts import Texts

DELETE = 0x7F
LONGEST_TEXT = 60
# What a runner of GitHub takes for a command: this at the start of a line, or the older form anywhere in one.
COMMAND_RE = re.compile(r"^([^\S\n]*):(?=:[^\n]*::)|##\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """How a report is shown; its content does not depend on it.

    `width` is in terminal cells. `limit` is the number of findings shown per document in a terminal report, or 0 for
    everything. `statistics` leaves only the counts by code; `summary` adds the closing figures. `texts` are the
    documents, for a format that shows more of them than the findings hold. `rows` is the most lines of a terminal
    report, or 0 for no limit. `plan` is what a clean would do, and `steps` are next commands, each with its purpose.
    `review` is where a page sends decisions, if it takes any.
    """

    width: int = 80
    colour: bool = False
    limit: int = 20
    statistics: bool = False
    summary: bool = True
    texts: Texts | None = None
    rows: int = 0
    plan: Plan | None = None
    steps: tuple[tuple[str, str], ...] = ()
    review: str = ""


def visible(text: str) -> str:
    r"""Return corpus text that is safe to print: it cannot move the cursor, or hide or reorder its neighbours.

    Control characters become their pictures, line ends become ⏎, and every other character that does not print (bidi
    overrides, zero-width marks, lone surrogates) becomes its code point. White space of all widths and private-use
    characters stay, because scraped Chinese text is full of them.

    >>> visible("a\x1b[31m\r\nb\u202e")
    'a␛[31m⏎b<U+202E>'
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def _shown(char: str) -> str:
    point = ord(char)
    if char == "\n":
        return "⏎"
    if point < ord(" "):
        return chr(0x2400 + point)
    if point == DELETE:
        return "␡"
    if char.isprintable() or unicodedata.category(char) in ("Zs", "Co"):
        return char
    return f"<U+{point:04X}>"


def unobeyed(shown: str) -> str:
    """Return whole lines of output without what the log of a GitHub workflow would run: `::command::`, and `##[`.

    >>> unobeyed("  ::error::a ##[b]")
    '  <U+003A>:error::a # #[b]'
    """
    if "::" not in shown and "##[" not in shown:
        return shown
    return COMMAND_RE.sub(lambda match: "# #[" if match[1] is None else f"{match[1]}<U+003A>", shown)


def address(path: str, record: str | None) -> str:
    """Return the name of a document: its path, and the id of the record if a file holds many."""
    return visible(path if record is None else f"{path}#{record}")


def excerpt(text: str) -> str:
    """Return the beginning of a text, as much as fits into a message, safe to print."""
    text = visible(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def said(finding: Finding) -> str:
    """Return the message of a finding, and the text that it is about."""
    message = visible(tell(finding.message))
    # The message of a duplicate names its place and its original; the first words of an essay say less.
    return message if is_in_table(finding) or finding.old else f"{message} [{excerpt(finding.text)}]"


def is_in_table(finding: Finding) -> bool:
    """True if a report for people shows the finding as a row of its cluster, not among those of its document."""
    return finding.kind is Kind.DUPLICATE and finding.cluster is not None and finding.old is None


def rows(report: Report, render: Callable[[Finding], str], between: str = "") -> Iterator[str]:
    """Yield all findings rendered, one or many at a time with `between` them."""
    from dedupe.pipeline.findings import Findings  # imports numpy, which `--help` does not need

    if isinstance(report.findings, Findings):
        return report.findings.rows(render, between)
    return map(render, report.findings)


def json_rows(report: Report, before: str, after: str, between: str = "") -> Iterator[str]:
    """Yield all findings as JSON, one or many at a time: `before` and `after` around each, `between` them."""
    from dedupe.pipeline.findings import Findings  # imports numpy, which `--help` does not need

    if isinstance(report.findings, Findings):
        return report.findings.json_rows(before, after, between)
    return (f"{before}{fields_of(finding)}{after}" for finding in report.findings)


def by_document(report: Report) -> Iterator[tuple[list[Finding], int]]:
    """Yield the findings of each document with any to list, and how many more are rows in the tables of clusters."""
    for _, group in groupby(report.findings, key=lambda f: (f.path, f.record)):
        findings = list(group)
        listed = [finding for finding in findings if not is_in_table(finding)]
        if listed:
            yield listed, len(findings) - len(listed)


def part(region: Region) -> str:
    """Return what a region is in its document, in words; may be empty."""
    whole = tell("whole document") if region.unit is Unit.DOCUMENT else ""
    if region.essay is None:
        essay = tell("essay") if region.unit is Unit.ESSAY else ""
    else:
        essay = tell("in essay {number}" if region.unit is Unit.PASSAGE else "essay {number}", region.essay)
    return " · ".join(part for part in (whole, essay, visible(region.title or "").strip()) if part)


def lines(region: Region) -> str:
    """Return the lines of a region, as a person writes them.

    >>> from dedupe.core.model import Unit
    >>> lines(Region("a.txt", None, 0, 9, line=3, end_line=5, unit=Unit.PASSAGE))
    '3–5'
    """
    return str(region.line) if region.line == region.end_line else f"{region.line}–{region.end_line}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "finding"), count(1200, "finding")
    ('1 finding', '1,200 findings')
    """
    return tell(f"{{number}} {noun}{'s' * (number != 1)}", f"{number:,}")


def figures(summary: Summary, dirty: int = 0) -> str:
    """Return one line: how much was read, how many documents are `dirty`, what was found, how long it took."""
    documents = count(summary.documents, "document")
    return " · ".join(
        (
            tell("{dirty} of {DOCUMENTS} with findings", f"{dirty:,}", documents) if dirty else documents,
            count(summary.characters, "character"),
            count(summary.findings, "finding"),
            count(summary.clusters, "cluster"),
            tell("{number} s", f"{summary.seconds:.2f}"),
        )
    )


def passed_note(passed: Mapping[str, int]) -> str:
    """Return how many files were skipped because of their names; empty if none was."""
    if not passed:
        return ""
    kinds = endings(passed)
    for words in (NO_ENDING, OTHERS, OURS):
        kinds = kinds.replace(words, tell(words))
    return f"{tell('passed over: ')}{count(sum(passed.values()), 'file')} ({kinds})"


def notes(report: Report, statistics: bool) -> Iterator[str]:
    """Yield the notes under the figures: what was not compared, not reported or not read, and why."""
    yield from filter(None, (short_text_note(report), *accepted_notes(report, statistics)))
    yield from filter(None, (passed_note(report.summary.passed_over),))


def short_text_note(report: Report) -> str:
    """Return what was not compared and why; empty if everything was."""
    number = report.summary.short_documents
    if not number:
        return ""
    limit = report.settings.min_length
    return tell(
        "{documents} under {limit} tokens (--min-length): compared as wholes only",
        count(number, "document"),
        limit,
    )


def accepted_notes(report: Report, statistics: bool) -> Iterator[str]:
    """Yield what was found but not reported because a person accepted it; nothing if there is no such finding.

    Unused [[allow]] tables are listed with `statistics` only: a check of one file would use few of them.
    """
    baseline, allowed = report.summary.baseline, report.summary.allowed
    if allowed:
        yield tell("{findings} allowed by the configuration", count(allowed, "finding"))
    for place in report.summary.unused if statistics else ():
        yield tell("{place}: this [[allow]] holds for nothing that was found here", visible(place))
    if baseline:
        gone = tell(", {number} of them gone (--prune takes them out)", f"{baseline.gone:,}") if baseline.gone else ""
        yield tell("{path} holds {findings}", visible(baseline.path), count(baseline.holds, "finding") + gone)


def by_code(report: Report) -> Iterator[tuple[Finding, int]]:
    """Yield the first finding of each code with the number of them, the most frequent code first."""
    first: dict[str, Finding] = {}
    for finding in report.findings:
        first.setdefault(finding.code, finding)
        if len(first) == len(report.summary.by_code):
            break
    for code, number in sorted(report.summary.by_code.items(), key=lambda item: (-item[1], item[0])):
        if code in first:
            yield first[code], number
