"""What services need that show findings beside the files of a repository."""

from __future__ import annotations

import os
from pathlib import Path

from dedupe.config.kinds import is_plain
from dedupe.core.messages import tell
from dedupe.core.model import Finding, Region
from dedupe.report.view import said, visible


def relative(path: str) -> str:
    """A path below the current folder as the repository knows it, others as they are; `path` has forward slashes."""
    if not is_absolute(path):
        return path
    here = Path(os.getcwd()).as_posix().rstrip("/")
    return path[len(here) + 1 :] if path.startswith(f"{here}/") else path


def is_absolute(path: str) -> bool:
    """Whether a path with forward slashes leads from the root, or from a drive of Windows."""
    return path.startswith("/") or path[1:3] == ":/"


def has_lines(place: Finding | Region) -> bool:
    """Whether lines and columns are those of the file itself, and not of a record or of what is taken out of it."""
    return place.record is None and is_plain(place.path)


def told(finding: Finding) -> str:
    """What is said of a finding, and where in the file it is if no line of the file can be given."""
    if has_lines(finding):
        return said(finding)
    record = "" if finding.record is None else tell("record {record}, ", visible(finding.record))
    return f"{record}{tell('line {number}', finding.line)}: {said(finding)}"
