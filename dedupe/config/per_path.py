"""Narrower settings for some documents: the [per-path] tables of a configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dedupe.config.file import NUMBER, STRING, STRINGS, ConfigFile, check_form, unknown
from dedupe.config.globs import matcher
from dedupe.config.keys import CODE_KEYS, KEYS, OPTION_KEYS, PER_PATH, codes_of
from dedupe.core.errors import ConfigError
from dedupe.core.messages import say
from dedupe.core.model import Copy
from dedupe.text.decode import check_encoding

FIELDS = {"select": STRINGS, "ignore": STRINGS, "threshold": NUMBER, "encoding": STRING}
CONTAINED = 0.95  # share of a text inside the other from which it is a copy whatever the jaccard


@dataclass(frozen=True, slots=True)
class PerPath:
    """What applies to the documents that a pattern matches, on top of the settings of the run.

    These documents report less: codes that are not selected here or are ignored, and copies below the threshold, are
    left out. An empty `select` means all codes. An `encoding` is used to read the documents.
    """

    pattern: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    threshold: float = 0.0
    encoding: str = ""

    def holds_at(self, path: str) -> bool:
        """True if the table applies to a document, by its path from the folder of the configuration."""
        return matcher((self.pattern,), PER_PATH)(path)

    def wants(self, code: str) -> bool:
        """True if findings of this code are reported; the longer prefix wins, `ignore` at a tie.

        >>> PerPath("*.md", select=("PH",), ignore=("PH12",)).wants("PH103")
        True
        """
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=0 if self.select else 1)
        return chosen > max((len(p) for p in self.ignore if code.startswith(p)), default=0)

    def takes(self, copy: Copy) -> bool:
        """True if a copy is similar enough, or if one text lies almost whole in the other."""
        if copy.jaccard >= self.threshold:
            return True
        # |A| and |B| in units of |A∩B|, from jaccard |A∩B|/|A∪B| and containment |A∩B|/|A|.
        mine = 1 / (copy.containment or 1)
        yours = 1 / (copy.jaccard or 1) - mine + 1
        return 1 / min(mine, yours) >= max(CONTAINED, self.threshold)


def load(file: ConfigFile, known: Mapping[str, str], threshold: float) -> tuple[PerPath, ...]:
    """Return the [per-path] tables of a file, in order.

    Raises ConfigError with file and line for one that cannot be used, for example with a threshold below that of the
    run, which does not even compare such texts.
    """
    tables = file.table[PER_PATH]
    if not isinstance(tables, dict) or not all(isinstance(values, dict) for values in tables.values()):
        hint = 'write a table for each pattern, such as [per-path."drafts/"]'
        raise ConfigError("{place}: {key} is no table of tables: {HINT}", file.at(PER_PATH), PER_PATH, hint)
    loaded = []
    for pattern, values in tables.items():
        with file.naming(PER_PATH, pattern):
            matcher((pattern,), PER_PATH)
        fields = {}
        for key, value in values.items():
            with file.naming(PER_PATH, pattern, key):
                fields[key] = _value(key, value, known, threshold)
        loaded.append(PerPath(pattern, **fields))
    return tuple(loaded)


def _value(key: str, value: Any, known: Mapping[str, str], threshold: float) -> Any:
    """Return a value as PerPath holds it."""
    if key in (*KEYS, *OPTION_KEYS) and key not in FIELDS:
        raise ConfigError(
            "{key} holds for the whole run and not per path: per path there are {fields}", key, ", ".join(FIELDS)
        )
    if key not in FIELDS:
        raise ConfigError(unknown(key, FIELDS))
    check_form(key, value, FIELDS[key])
    if key in CODE_KEYS:
        codes = codes_of(key, value, known)
        return codes
    if key == "encoding":
        check_encoding(value)
        return value
    if not threshold <= value <= 1:
        reason = say(
            "texts are only compared from {threshold} on, so give more, up to 1, or lower the other threshold",
            f"{threshold:g}",
        )
        raise ConfigError("threshold is {value}: {REASON}", f"{value:g}", reason)
    return float(value)
