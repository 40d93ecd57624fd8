"""Text that may stay: the [[allow]] tables of a configuration file, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dedupe.config.file import STRING, STRINGS, SWITCH, ConfigFile, check_form, unknown
from dedupe.config.globs import matcher
from dedupe.config.keys import ALLOW, codes_of
from dedupe.config.rules import compiled, mistake_in
from dedupe.core.errors import ConfigError
from dedupe.core.model import Finding
from dedupe.text.batch import fold

FIELDS = {
    "pattern": STRING,
    "codes": STRINGS,
    "paths": STRINGS,
    "record": STRING,
    "instead": SWITCH,
    "reason": STRING,
}
WHAT = ("pattern", "codes", "paths")
SECONDS = 1.0  # seconds for one pattern on one finding


@dataclass(frozen=True, slots=True)
class Allow:
    """Findings that may stay: those that match all given `pattern`, `codes` (or their prefixes), `paths` and `record`.

    With `instead`, a copy stays in place of the text that it copies, which then counts as the copy. `place` is where
    the table stands in its file, as `path:line`.
    """

    place: str
    reason: str
    pattern: str = ""
    codes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    record: str = ""
    instead: bool = False

    def holds_at(self, path: str) -> bool:
        """True if the table applies to a document, by its path from the folder of the configuration."""
        return not self.paths or matcher(self.paths, "paths")(path)

    def holds_for(self, finding: Finding) -> bool:
        """True if a finding may stay; its document is already known to match.

        The pattern matches text that is fine, so a finding must lie wholly inside a match. A copy is more than its
        text: `codes` must name it, and then its first line is compared. Raises ConfigError for a pattern that takes too
        long.
        """
        if (self.codes and not finding.code.startswith(self.codes)) or self.record not in ("", finding.record):
            return False
        if not self.pattern:
            return True
        is_copy = finding.cluster is not None
        if is_copy and not self.codes:
            return False
        text = fold(finding.text if is_copy else finding.before + finding.text + finding.after)
        start = len(finding.before)
        end = start + len(finding.text)
        try:
            if is_copy:
                return compiled(self.pattern).search(text, timeout=SECONDS) is not None
            matches = compiled(self.pattern).finditer(text, overlapped=True, timeout=SECONDS)
            return any(match.start() <= start and end <= match.end() for match in matches)
        except TimeoutError as error:
            raise ConfigError(
                "{place}: allow: the pattern took more than {seconds} s on one finding: give its repetitions "
                r"bounds, such as \d{1,9} for \d+",
                self.place,
                f"{SECONDS:g}",
            ) from error


def load(file: ConfigFile, known: Mapping[str, str]) -> tuple[Allow, ...]:
    """Return the [[allow]] tables in order. Raises ConfigError with file and line for one that cannot be used."""
    tables = file.table[ALLOW]
    if not isinstance(tables, list) or not all(isinstance(values, dict) for values in tables):
        raise ConfigError("{place}: allow is no array of tables: begin each with [[allow]]", file.at(ALLOW))
    allows = []
    for number, (values, place) in enumerate(zip(tables, file.all_at(ALLOW))):
        for key, value in values.items():
            with file.naming(ALLOW, number, key):
                _check(key, value, known)
        with file.naming(ALLOW, number):
            _check_whole(values)
        codes, paths = codes_of("allow", values.get("codes", ()), known), tuple(values.get("paths", ()))
        more = values.get("record", ""), values.get("instead", False)
        allows.append(Allow(place, values["reason"], values.get("pattern", ""), codes, paths, *more))
    return tuple(allows)


def _check(key: str, value: Any, known: Mapping[str, str]) -> None:
    if key not in FIELDS:
        raise ConfigError("allow: {REASON}", unknown(key, FIELDS))
    check_form(f"allow: {key}", value, FIELDS[key])
    if FIELDS[key] is SWITCH:
        return
    if not value or not all(item.strip() for item in ([value] if isinstance(value, str) else value)):
        raise ConfigError("allow: {key} is empty: say what is meant, or leave it out", key)
    if key == "codes":
        codes_of("allow", value, known)
    if key == "paths":
        matcher(tuple(value), "allow: paths")
    if key == "pattern" and (wrong := mistake_in(value)):
        raise ConfigError("allow: {REASON}", wrong)


def _check_whole(values: dict[str, Any]) -> None:
    if "reason" not in values:
        raise ConfigError("allow: the reason is missing: say in a word why this text is fine")
    if not any(key in values for key in WHAT):
        raise ConfigError("allow: it would allow everything: give a pattern, codes or paths")
