"""Decisions of a person about findings, as [[allow]] tables of the configuration: write, read and remove them.

The reason of each table ends in the fingerprint of its finding, which identifies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dedupe.config.file import PROJECT
from dedupe.config.filters import Allow
from dedupe.config.globs import is_outside, seen_from
from dedupe.core.atomic import whole_file
from dedupe.core.errors import ConfigError
from dedupe.core.model import Finding
from dedupe.text.batch import fold

STAYS, INSTEAD, NONE = "stays", "instead", "none"
SAID = {STAYS: "a text of its own", INSTEAD: "kept in place of what it is a copy of"}
FINE = "fine as it is"  # the default reason for a finding that is no copy and stays
AROUND = 12  # characters of the line on either side by which such a finding is identified
WHOLE = 60  # characters of a finding that are written out; of the rest only their number
LONGEST = 200  # characters of a reason that a person gives
MOST = 1 << 20  # bytes of a configuration
REVIEWED_RE = re.compile(r"reviewed: (.*) \[([0-9a-f]{16})\]", re.DOTALL)
# Characters that a path pattern would not take literally.
GLOB_RE = re.compile(r"[\\*?\[\]!# ]")


class Decision(NamedTuple):
    """A decision about a finding, and the reason."""

    finding: Finding
    verdict: str
    reason: str = ""


def decided(allows: Iterable[Allow]) -> dict[str, tuple[str, str]]:
    """Return the verdicts of a configuration and their reasons, by the fingerprints of their findings."""
    found = ((REVIEWED_RE.fullmatch(allow.reason), allow.instead) for allow in allows)
    return {match[2]: (INSTEAD if instead else STAYS, match[1]) for match, instead in found if match}


def without_decisions(allows: Iterable[Allow]) -> tuple[Allow, ...]:
    """Return what a configuration allows for other reasons."""
    return tuple(allow for allow in allows if not REVIEWED_RE.fullmatch(allow.reason))


def write(file: Path, decision: Decision) -> None:
    """Put a decision into a configuration file, new or not, replacing an earlier one about the same finding."""
    is_project = file.name == PROJECT
    text = file.read_text("utf-8") if file.exists() else ""
    name = "tool.dedupe.allow" if is_project else "allow"
    block = rf"\n?^\[\[{re.escape(name)}\]\]\n(?:[a-z]+ = .*\n)*?reason = .*\[{decision.finding.fingerprint}\]\"\n"
    text = re.sub(block, "", text, flags=re.MULTILINE)
    if decision.verdict != NONE:
        text = f"{text.rstrip()}\n\n" if text.strip() else ""
        text += _table(name, file.parent, decision)
    if len(text.encode()) > MOST:
        raise ConfigError(
            "{file}: would be longer than {number} bytes: accept the rest with `dedupe baseline`", file, f"{MOST:,}"
        )
    with whole_file(file) as out:
        out.write(text.encode("utf-8"))


def _table(name: str, folder: Path, decision: Decision) -> str:
    finding, path = decision.finding, seen_from(str(folder), decision.finding.path)
    if is_outside(path):
        raise ConfigError(
            "{file}: does not stand below {folder}, whose configuration is written: give --config", finding.path, folder
        )
    why = " ".join(decision.reason.split())[:LONGEST] or said_of(finding, decision.verdict)
    lines = [
        f"[[{name}]]",
        f"codes = [{_quoted(finding.code)}]",
        f"paths = [{_quoted('/' + GLOB_RE.sub(_escaped, path))}]",
        f"pattern = {_quoted(_pattern(finding))}",
    ]
    if finding.record is not None:
        lines.append(f"record = {_quoted(finding.record)}")
    if decision.verdict == INSTEAD:
        lines.append("instead = true")
    lines.append(f"reason = {_quoted(f'reviewed: {why} [{finding.fingerprint}]')}")
    return "\n".join(lines) + "\n"


def said_of(finding: Finding, verdict: str) -> str:
    """Return the reason of a decision for which a person gives none."""
    return SAID[verdict] if finding.cluster else FINE


def _pattern(finding: Finding) -> str:
    """Return the pattern for a finding: a copy's first line, or any other finding's text and its surroundings."""
    if finding.cluster:
        return "^" + re.escape(fold(finding.text.rstrip("…")))
    before, after = finding.before.rpartition("\n")[2][-AROUND:], finding.after.partition("\n")[0][:AROUND]
    rest = len(finding.text) - WHOLE
    more = rf"[\s\S]{{{rest}}}" if rest > 0 else ""
    near = (f"(?<={re.escape(fold(before))})", f"(?={re.escape(fold(after))})")
    return f"{near[0] if before else ''}{re.escape(fold(finding.text[:WHOLE]))}{more}{near[1] if after else ''}"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _quoted(text: str) -> str:
    """Return a basic string of TOML on one line, with escapes for what does not print."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in plain) + '"'
