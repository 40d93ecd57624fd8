"""The report as one page for a browser: it needs no network and no installation, and opens from disk.

The page holds the report as JSON, and draws only what the reader asks for and can see, so many findings do not slow it
down. Corpus text stays text: Jinja2 escapes what it writes, the JSON has no angle brackets, the scripts set text and
never markup, and the page's policy forbids other scripts and all requests.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dedupe.config.settings import Settings
from dedupe.core.messages import CHINESE, spoken, tell
from dedupe.core.model import Finding, Kind, Relation, Report, Severity, Span
from dedupe.core.rows import ENCODER, UNSAFE_RE, escaped
from dedupe.report.html.clusters import CLUSTERS, cluster_rows
from dedupe.report.html.pages import page_rows
from dedupe.report.stars import Stars
from dedupe.report.view import View, accepted_notes, by_code, count, passed_note, short_text_note, visible

FINDINGS = 20_000  # findings listed; a page with many more opens slowly
CHARACTERS = 4_000_000  # characters of a corpus whose documents are kept whole
STYLES, SCRIPTS = ("page.css",), ("words.js", "list.js", "findings.js", "clusters.js", "page.js")
REVIEW = "review.js"
MARKUP_RE = re.compile(f"[<>&']|{UNSAFE_RE.pattern}")
POLICY = "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'"
WORD_RE = re.compile(r"\btell\(\"(.+?)\"|\bcounted\(.+?, \"(.+?)\"\)")
TITLES = {Kind.PLACEHOLDER: "Placeholders", Kind.BOILERPLATE: "Boilerplate", Kind.DUPLICATE: "Near-duplicates"}


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield the page piece by piece; it shows lines of the documents in `view.texts`.

    With `view.statistics` it has only the figures.
    """
    style, script = _joined(STYLES), _joined((*SCRIPTS[:-1], *([REVIEW] if view.review else []), SCRIPTS[-1]))
    listed = [] if view.statistics else list(islice(report.findings, FINDINGS))
    shown = () if view.statistics else report.clusters
    codes, severities = _tally(report)
    yield from (
        _environment()
        .get_template("page.html")
        .generate(
            **_head(report, view),
            codes=codes,
            kinds=[(kind.value, tell(title)) for kind, title in TITLES.items()],
            severities=severities,
            policy=POLICY.format(_digest(style), _digest(script)) + ("; connect-src 'self'" if view.review else ""),
            review=view.review,
            style=Markup(style),
            script=Markup(script),
            language="zh-Hans" if spoken() == CHINESE else "en",
            words={message: told for message in words(script) if (told := tell(message)) != message},
            pages=page_rows(listed, view.texts, report.summary.characters <= CHARACTERS, bool(view.review)),
            clusters=cluster_rows(shown, view.texts, _marks(listed), Stars(report, shown, view.plan)),
        )
    )


def _marks(findings: Iterable[Finding]) -> dict[tuple[str, str | None], list[Span]]:
    """Return the spans of the marks in each document; holes do not count."""
    marks: dict[tuple[str, str | None], list[Span]] = {}
    for finding in findings:
        if finding.kind is Kind.PLACEHOLDER and finding.slot != "elided":
            marks.setdefault((finding.path, finding.record), []).append(Span(finding.start, finding.end))
    return marks


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dedupe.report", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json"] = _json
    environment.globals["tell"] = tell
    return environment


def _json(value: object) -> Markup:
    r"""Return JSON in which everything that HTML could read as markup is escaped, so it ends no script or comment.

    >>> _json(["</script>"])
    Markup('["\\u003c/script\\u003e"]')
    """
    return Markup(MARKUP_RE.sub(_escaped, ENCODER.encode(value)))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}" if match[0] < "\x7f" else escaped(match)


def _joined(names: Sequence[str]) -> str:
    return "\n".join(files(__name__).joinpath(name).read_text("utf-8") for name in names)


def words(script: str) -> Iterator[str]:
    """Yield all text that the scripts show: the messages that they tell or count, and the words of the data."""
    yield from ("keep", *(relation.value for relation in Relation), *(severity.value for severity in Severity))
    for message, noun in WORD_RE.findall(script):
        yield from (message,) if message else (f"{{number}} {noun}", f"{{number}} {noun}s")


def _digest(text: str) -> str:
    """Return the hash by which the policy admits the one style or script."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _head(report: Report, view: View) -> dict[str, Any]:
    """Return what stands above the findings."""
    from dedupe.core.version import version

    summary = report.summary
    figures = [
        (summary.documents, "document"),
        (summary.characters, "character"),
        (summary.findings, "finding"),
        (summary.clusters, "cluster"),
        *([(len(report.errors), "error")] if report.errors else []),
    ]
    passed = [passed_note(summary.passed_over)] if summary.passed_over else []
    return {
        "version": version(),
        "settings": " · ".join(_settings(report.settings)),
        "title": count(summary.findings, "finding"),
        "statistics": view.statistics,
        "has_clusters": summary.clusters > 0,
        "figures": [(number, tell(noun if number == 1 else f"{noun}s"), noun == "error") for number, noun in figures],
        "notes": [*accepted_notes(report, view.statistics), *([] if view.statistics else _notes(report)), *passed],
        "nothing": tell("nothing new" if summary.baseline else "nothing found"),
        "unusable": tell("{inputs} could not be used", count(len(report.errors), "input")),
        "errors": [{"path": visible(error.path), "reason": visible(tell(error.reason))} for error in report.errors],
    }


def _settings(settings: Settings) -> Iterator[str]:
    """Yield the settings that shaped the report, under the names of their options."""
    from dedupe.core.version import version

    yield f"dedupe {version()}"
    yield f"--select {','.join(settings.select)}"
    if settings.ignore:
        yield f"--ignore {','.join(settings.ignore)}"
    yield f"--threshold {settings.threshold:g}"
    yield f"--min-length {settings.min_length}"
    if settings.fold_script:
        yield "--fold-script"


def _notes(report: Report) -> Iterator[str]:
    """Yield what was not compared, and what is left out of this page."""
    summary = report.summary
    if summary.short_documents:
        yield short_text_note(report)
    if summary.findings > FINDINGS:
        yield tell(
            "Of {findings} findings the first {shown} are listed: --select shows fewer kinds, --format json has all",
            f"{summary.findings:,}",
            f"{FINDINGS:,}",
        )
    if summary.characters > CHARACTERS:
        yield tell("The corpus has more than {number} characters: only lines with findings are kept", f"{CHARACTERS:,}")
    if summary.clusters > CLUSTERS:
        yield tell(
            "Of {clusters} clusters the {shown} with most to remove are listed",
            f"{summary.clusters:,}",
            f"{CLUSTERS:,}",
        )


def _tally(report: Report) -> tuple[list[dict[str, Any]], list[tuple[str, int]]]:
    """Return the codes in order, each with its meaning and its count, and the severities with their counts."""
    severities = Counter(finding.severity for finding in report.findings)
    counted = sorted(by_code(report), key=lambda row: row[0].code)
    codes = [
        {
            "code": first.code,
            "name": first.name,
            "kind": first.kind.value,
            "severity": first.severity.value,
            "count": number,
        }
        for first, number in counted
    ]
    return codes, [(severity.value, severities[severity]) for severity in Severity if severity in severities]
