"""Annotations for GitHub: workflow commands in the log of a step, which the checks of a pull request show in place.

GitHub shows so many of a step and drops the others without a word, so those go into the log as plain lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dedupe.core.messages import tell
from dedupe.core.model import Failure, Finding, Report, Severity
from dedupe.report import text
from dedupe.report.paths import has_lines, relative, told
from dedupe.report.view import View, count, visible

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
SHOWN = 10  # of each level, in one step
# One notice says how many are not shown.
ROOM = {"error": SHOWN, "warning": SHOWN, "notice": SHOWN - 1}
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def pieces(report: Report, view: View) -> Iterator[str]:
    """Inputs that could not be used and findings as commands, then how many GitHub will not show.

    With `view.statistics` there are counts in place of findings, and with `view.limit` 0 every finding is a command.
    """
    used: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for level, command, line in _annotations(report, view):
        has_room = used[level] < ROOM[level] or not view.limit
        (used if has_room else left)[level] += 1
        # Not even a plain line may begin as a command does, and what began an older kind of command is obeyed anywhere.
        yield (command if has_room else f"- {line}").replace("##[", "# #[") + "\n"
    if left:
        yield f"{_command('notice', _left_out(left), {'title': 'dedupe'})}\n"
    if view.statistics:
        yield from text.pieces(report, view)


def _annotations(report: Report, view: View) -> Iterator[tuple[str, str, str]]:
    """Level, command and plain line of everything there is to say."""
    for failure, line in zip(report.errors, text.error_lines(report.errors, 0)):
        yield "error", _of_failure(failure), line
    for finding in () if view.statistics else report.findings:
        level = LEVELS[finding.severity]
        yield level, _of_finding(finding, level), text.line(finding)


def _of_failure(failure: Failure) -> str:
    said = f"{visible(failure.path)}: {visible(tell(failure.reason))}"
    return _command("error", said, {"title": tell("dedupe: an input could not be used")})


def _of_finding(finding: Finding, level: str) -> str:
    where: dict[str, object] = {} if finding.path == "-" else {"file": relative(finding.path)}
    if has_lines(finding):
        where |= {"line": finding.line, "endLine": finding.end_line}
        if finding.line == finding.end_line:  # GitHub has no columns for more lines than one
            where |= {"col": finding.column, "endColumn": finding.end_column}
    return _command(level, told(finding), {**where, "title": f"{finding.code} {finding.name}"})


def _command(level: str, said: str, properties: Mapping[str, object]) -> str:
    listed = ",".join(f"{key}={visible(str(value)).translate(PROPERTY)}" for key, value in properties.items())
    return f"::{level} {listed}::{said.translate(DATA)}"


def _left_out(left: Counter[str]) -> str:
    numbers = ", ".join(count(left[level], level) for level in ROOM if left[level])
    return tell(
        "GitHub shows {shown} annotations of each level: {numbers} more in the log of this step", SHOWN, numbers
    )
