"""GitHub annotations: workflow commands in the log of a step, which the checks of a pull request show beside the code.

GitHub shows a limited number per step and silently drops the rest, so those go into the log as plain lines.
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
SHOWN = 10  # annotations of each level in one step
# One notice is reserved to say how many annotations are not shown.
ROOM = {"error": SHOWN, "warning": SHOWN, "notice": SHOWN - 1}
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def pieces(report: Report, view: View) -> Iterator[str]:
    """Yield unusable inputs and findings as commands, then the number that GitHub will not show.

    With `view.statistics` there are counts instead of findings; with `view.limit` 0 every finding is a command.
    """
    used: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for level, command, line in _annotations(report, view):
        has_room = used[level] < ROOM[level] or not view.limit
        (used if has_room else left)[level] += 1
        # A plain line must not begin like a command either, and GitHub obeys the older form (##[) anywhere in a line.
        yield (command if has_room else f"- {line}").replace("##[", "# #[") + "\n"
    if left:
        yield f"{_command('notice', _left_out(left), {'title': 'dedupe'})}\n"
    if view.statistics:
        yield from text.pieces(report, view)


def _annotations(report: Report, view: View) -> Iterator[tuple[str, str, str]]:
    """Yield the level, the command and the plain line of each annotation."""
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
        if finding.line == finding.end_line:  # GitHub has no columns for a range of several lines
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
