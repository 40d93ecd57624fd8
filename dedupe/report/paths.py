"""What formats share that show findings beside the files of a repository."""

from __future__ import annotations

import os
from pathlib import Path

from dedupe.config.kinds import is_plain
from dedupe.core.messages import tell
from dedupe.core.model import Finding, Region
from dedupe.report.view import said, visible


def relative(path: str) -> str:
    """Return a path relative to the current folder if it is below it, else unchanged; `path` has forward slashes."""
    if not is_absolute(path):
        return path
    here = Path(os.getcwd()).as_posix().rstrip("/")
    return path[len(here) + 1 :] if path.startswith(f"{here}/") else path


def is_absolute(path: str) -> bool:
    """True if a path with forward slashes begins at the root or at a Windows drive."""
    return path.startswith("/") or path[1:3] == ":/"


def has_lines(place: Finding | Region) -> bool:
    """True if lines and columns count in the file itself, and not in a record or in extracted text."""
    return place.record is None and is_plain(place.path)


def told(finding: Finding) -> str:
    """Return the message of a finding, with its place in the file if no line of the file can be given."""
    if has_lines(finding):
        return said(finding)
    record = "" if finding.record is None else tell("record {record}, ", visible(finding.record))
    return f"{record}{tell('line {number}', finding.line)}: {said(finding)}"
