"""Markdown for one comment on a pull request: counts visible, findings and clusters folded, and never too long.

In corpus text every character with a meaning in Markdown or HTML becomes an entity. Services then still turn mentions
and issue numbers into links, except in code, so corpus text stands in <code>.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from dedupe.core.messages import tell
from dedupe.core.model import Cluster, Copy, Finding, Report
from dedupe.report.stars import Stars, relation_word
from dedupe.report.view import (
    LONGEST_TEXT,
    View,
    address,
    by_code,
    by_document,
    count,
    figures,
    lines,
    notes,
    part,
    visible,
)

LIMIT = 65_536  # characters of a comment on GitHub, in UTF-16
CLOSING = 400  # of these, the most that the last sentence takes
LONGEST = 200  # characters of a message, and of a path, which keeps its end
AROUND = 12  # code points on either side of a finding
SHORT, MEMBERS = 12, 5
HEAD = "| | place | what | tokens | relation | jaccard | marks |"
RULER = "\n| --- | --- | --- | ---: | --- | ---: | ---: |\n"
SIGN_RE = re.compile(r"[\\`*_\[\]<>&|~!#$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
CALL_RE = re.compile(r"[@#]|:[\w+-]+:|\bGH-\d", re.IGNORECASE)


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield the comment, of at most `LIMIT` characters; its end counts what is left out.

    It lists `view.limit` findings per document, or all if that is 0. With `view.statistics` there are only the counts.
    """
    page, left = _Page(LIMIT - CLOSING), Counter[str]()
    page.add("".join(_figures(report, view)))
    if view.summary or view.statistics:
        _codes(page, report, view, left)
    if not view.statistics:
        _errors(page, report, left)
        # Clusters get the space that the findings leave, and at least half.
        findings = _Page(page.room // 2 if report.clusters else page.room)
        _documents(findings, report, view, left)
        page.add("".join(findings.parts))
        _clusters(page, report, view, left)
    if left:
        hidden = ", ".join(count(number, noun) for noun, number in left.items() if number)
        page.parts.append(tell("Not shown for want of room: {hidden}. `--format json` has all.", hidden) + "\n")
    yield from page.parts


class _Page:
    """Markdown that never exceeds its space."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.parts: list[str] = []

    def add(self, text: str) -> bool:
        """Add text at the end; True if there was room for it."""
        size = _size(text)
        if size > self.room:
            return False
        self.room -= size
        self.parts.append(text)
        return True

    def fold(self, summary: str, head: str, rows: Iterable[str]) -> int:
        """Add a list or table that a click unfolds, with as many rows as fit; return their number."""
        opening, closing = f"<details><summary>{summary}</summary>\n\n{head}", "\n</details>\n\n"
        room = self.room - _size(opening + closing)
        shown: list[str] = []
        for row in rows:
            room -= _size(row)
            if room < 0:
                break
            shown.append(row)
        return len(shown) if shown and self.add(opening + "".join(shown) + closing) else 0


def _size(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _figures(report: Report, view: View) -> Iterator[str]:
    summary = report.summary
    nothing = tell("nothing new" if summary.baseline else "nothing found")
    yield f"### dedupe: {count(summary.findings, 'finding') if summary.findings else nothing}\n\n"
    if view.summary:
        yield f"{figures(summary)}\n\n"
        for note in notes(report, view.statistics):
            yield f"{_plain(note)}\n\n"


def _codes(page: _Page, report: Report, view: View, left: Counter[str]) -> None:
    """Add the table of codes: visible if it is short or if nothing else is asked for, else folded."""
    rows = [
        f"| {_escaped(first.code)} | {_plain(first.name)} | {tell(first.severity.value)} | {number:,} |\n"
        for first, number in by_code(report)
    ]
    head = f"{tell('| code | name | severity | count |')}\n| --- | --- | --- | ---: |\n"
    whole = f"{head}{''.join(rows)}\n"
    if rows and (view.statistics or len(rows) <= SHORT) and page.add(whole):
        return
    shown = page.fold(count(len(rows), "code"), head, rows)
    if shown < len(rows):
        left["code"] += len(rows) - shown


def _errors(page: _Page, report: Report, left: Counter[str]) -> None:
    errors = report.errors
    if not errors:
        return
    own = _Page(page.room // 4)
    rows = (f"- {_path(error.path)}: {_plain(tell(error.reason))}\n" for error in errors)
    shown = own.fold(tell("{inputs} could not be used", count(len(errors), "input")), "", rows)
    page.add("".join(own.parts))
    if shown < len(errors):
        left["input"] += len(errors) - shown


def _documents(page: _Page, report: Report, view: View, left: Counter[str]) -> None:
    for findings, copies in by_document(report):
        wanted = min(len(findings), view.limit or len(findings))
        below = tell(" · {copies} below", count(copies, "near-duplicate")) if copies else ""
        name = _path(address(findings[0].path, findings[0].record))
        summary = f"{name}: {count(len(findings), 'finding')}{below}"
        head = f"{tell('| place | code | what | text |')}\n| --- | --- | --- | --- |\n"
        rest = tell("… and {number} more: `--limit 0`", f"{len(findings) - wanted:,}")
        more = [f"| | | {rest} | |\n"] if wanted < len(findings) else []
        shown = 0 if left["finding"] else page.fold(summary, head, chain(map(_row, findings[:wanted]), more))
        if shown < wanted + len(more):
            left["finding"] += len(findings) - shown


def _row(finding: Finding) -> str:
    place = f"{finding.line}:{finding.column}"
    return f"| {place} | {_escaped(finding.code)} | {_plain(tell(finding.message))} | {_code(_context(finding))} |\n"


def _context(finding: Finding) -> str:
    """Return the text of a finding between « and », with a little of its line around it."""
    before = finding.before.rpartition("\n")[2][-AROUND:].lstrip()
    after = finding.after.partition("\n")[0][:AROUND].rstrip()
    cut = "…" if len(finding.text) > LONGEST_TEXT else ""
    return f"{before}«{finding.text[:LONGEST_TEXT]}{cut}»{after}"


def _clusters(page: _Page, report: Report, view: View, left: Counter[str]) -> None:
    stars = Stars(report, report.clusters, view.plan)
    for number, cluster in enumerate(report.clusters):
        rows = list(_members(cluster, stars(cluster), view))
        title = tell("cluster {id}: {members}", _code(cluster.id), count(len(cluster.members), "member"))
        shown = page.fold(title, tell(HEAD) + RULER, rows)
        if shown < len(rows):
            left["cluster"] += len(report.clusters) - number - bool(shown)
            left["member"] += len(cluster.members) - shown if shown else 0
            return


def _members(cluster: Cluster, kept: set[int], view: View) -> Iterator[str]:
    """Yield the rows of a cluster, the representative first."""
    order = sorted(range(len(cluster.members)), key=lambda at: at != cluster.representative)
    shown = order[:MEMBERS] if view.limit else order
    for at in shown:
        yield _member(cluster.members[at], at == cluster.representative, at in kept)
    if len(shown) < len(order):
        yield f"| | {tell('… and {number} more', f'{len(order) - len(shown):,}')} | | | | | |\n"


def _member(member: Copy, is_head: bool, is_kept: bool) -> str:
    region, star, relation = member.region, "★" if is_kept else "", relation_word(member, is_head, is_kept)
    place = _path(f"{address(region.path, region.record)}:{lines(region)}")
    figures = f"{member.tokens:,} | {tell(relation)} | {member.jaccard:.2f} | {member.marks:,}"
    return f"| {star} | {place} | {_plain(part(member.region))} | {figures} |\n"


def _path(path: str) -> str:
    path = visible(path)
    return _code(path if len(path) <= LONGEST else f"…{path[-LONGEST:]}")


def _plain(text: str) -> str:
    """Return words that are mostly our own, as code only if a service would turn a part of them into a link."""
    text = visible(text)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return _code(text) if CALL_RE.search(text) else _escaped(text)


def _code(text: str) -> str:
    return f"<code>{_escaped(visible(text))}</code>"


def _escaped(text: str) -> str:
    r"""Return text in which no character has a meaning in Markdown or HTML.

    >>> _escaped("*a*|`b` http://c.d")
    '&#42;a&#42;&#124;&#96;b&#96; http&#58;//c.d'
    """
    return SIGN_RE.sub(lambda match: f"&#{ord(match[0])};", text)
