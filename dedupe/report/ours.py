"""Recognise our own reports: a report may replace only such a file unless told otherwise.

Formats for programs begin with a signature. Formats for people are recognised by lines that nobody else writes: a place
with one of our codes, the name of a cluster, the line of a run without findings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from dedupe.core.errors import DedupeError
from dedupe.core.ours import begins_report
from dedupe.core.regular import open_regular

HEAD = 1 << 16  # bytes that are read
COLOUR_RE = re.compile(r"\x1b\[[0-9;]*m")
FAMILIES = "(?:PH|BP|ND)[0-9]{3}"
FIRST = 12  # first lines, among which a terminal report has a recognisable one


def check_replaceable(path: Path, own: Collection[str], force: bool = False) -> None:
    """Raise DedupeError for an existing file that is not a report of ours; `force` lets any file be replaced.

    `own` are the codes of a user's own rules, which a report may hold instead of ours.
    """
    if force or not os.path.lexists(path) or is_report(path, own):
        return
    raise DedupeError(
        "{path}: is there already and is no report of dedupe: name another --output, or give --force", path
    )


def is_report(path: Path, own: Collection[str] = ()) -> bool:
    """True if a file is a report in one of our formats, or holds nothing that could be lost."""
    try:
        with open_regular(path) as file:
            head, is_cut = file.read(HEAD), bool(file.read(1))
    except OSError:
        return False
    if head in (b"", b"[]\n"):  # a GitLab report without issues
        return True
    text = head.decode("utf-8-sig", "replace")
    if begins_report(text):
        return True
    lines = COLOUR_RE.sub("", text).split("\n")
    whole = lines[:-1] if is_cut and len(lines) > 1 else lines
    return _is_for_people([line for line in whole if line.strip()], "|".join((FAMILIES, *map(re.escape, own))))


def _is_for_people(lines: Sequence[str], codes: str) -> bool:
    """True if the lines are a report as text, as GitHub commands, or for a terminal."""
    if not lines:
        return False
    place_or_count = re.compile(rf".*:[0-9]+:[0-9]+: (?:{codes}) .*| *[0-9]+  (?:{codes})  .*")
    if all(map(place_or_count.fullmatch, lines)):
        return True
    if re.match(rf"::(?:error|warning|notice) (?:.*,)?title=(?:dedupe(?:::|%3A|：)|(?:{codes}) )", lines[0]):
        return True
    row = rf" +[0-9]+:[0-9]+  (?:{codes})(?:  .*)?"
    counted = rf"(?:{codes})  .* [0-9,]+ *"
    cluster = "(?:cluster|簇) [0-9a-f]{12} ·.*"
    sign = "✓ (?:nothing found|nothing new|没有发现问题|没有新问题)|╭─ ✗ [0-9].*"
    told = re.compile(f"{row}|{counted}|{cluster}|{sign}")
    return any(map(told.fullmatch, lines[:FIRST]))
