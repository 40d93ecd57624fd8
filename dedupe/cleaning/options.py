"""What `dedupe clean` removes and keeps: defaults < table [clean] of the configuration file < flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any, NamedTuple

from dedupe.config.file import STRING, SWITCH, WHOLE, ConfigFile, is_a, unknown
from dedupe.config.keys import CLEAN
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document, Kind
from dedupe.rules import RULES
from dedupe.rules.scan import scan


class Rule(NamedTuple):
    """How certain a removal must be.

    `whole` and `part` are the least share of the tokens of a whole text, or of a part, that the kept text must have;
    `missing` is the most tokens of any hundred that may stand nowhere else. `variants`: texts with other fills may go.
    """

    whole: float
    part: float
    missing: int
    variants: bool


REMOVE = {
    "safe": Rule(0.98, 0.98, 10, variants=False),
    "usual": Rule(0.8, 0.95, 40, variants=True),
    "hard": Rule(0.8, 0.9, 100, variants=True),
}
USUAL = "usual"
KEEP, DROP_SENTENCE, DROP_ESSAY, MASK, REPAIR = "keep", "drop-sentence", "drop-essay", "mask=", "repair"
WAYS = "give keep, drop-sentence, drop-essay, mask=TOKEN or repair"
KEYS = {
    "remove": STRING,
    "keep-copies": SWITCH,
    "keep-variants": SWITCH,
    "keep-passages": SWITCH,
    "keep-chrome": SWITCH,
    "placeholders": STRING,
    "min-document": WHOLE,
    "split-essays": SWITCH,
    "no-texts": SWITCH,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What is removed and what stays. Defaults are those of the command line.

    `remove` is how certain a removal must be. `placeholders` is `keep`, `drop-sentence`, `drop-essay`, `mask=` with the
    token that replaces a mark, or `repair`, which inserts what other copies have. `min_document`: at the end, documents
    with fewer characters, not counting white space, are removed. `split_essays`: write one file of records, one per
    essay. `no_texts`: removed text is stored nowhere.
    """

    remove: str = USUAL
    keep_copies: bool = False
    keep_variants: bool = False
    keep_passages: bool = False
    keep_chrome: bool = False
    placeholders: str = KEEP
    min_document: int = 0
    split_essays: bool = False
    no_texts: bool = False

    def __post_init__(self) -> None:
        if self.remove not in REMOVE:
            raise ConfigError("remove is {value}: give safe, usual or hard", short(self.remove))
        if self.min_document < 0:
            raise ConfigError("min-document is {value}: give a number of characters, 0 for no limit", self.min_document)
        if self.token is None and self.placeholders not in (KEEP, DROP_SENTENCE, DROP_ESSAY, REPAIR):
            raise ConfigError("placeholders is {value}: {HINT}", short(self.placeholders), WAYS)
        if self.token is not None:
            _check_token(self.token)

    @property
    def rule(self) -> Rule:
        """How certain a removal must be."""
        return REMOVE[self.remove]

    @property
    def token(self) -> str | None:
        """The token that replaces a mark; None if marks are not masked."""
        return self.placeholders[len(MASK) :] if self.placeholders.startswith(MASK) else None


def make_choices(file: ConfigFile | None, flags: Mapping[str, Any]) -> Choices:
    """Return the choices from defaults < file < flags. Raises ConfigError with the place in the file."""
    table = file.table.get(CLEAN, {}) if file else {}
    values: dict[str, Any] = {}
    if file and not isinstance(table, dict):
        raise ConfigError("{place}: clean is {value}: write a table, [clean]", file.at(CLEAN), short(table))
    for key, value in table.items():
        try:
            if key not in KEYS:
                raise ConfigError(unknown(key, tuple(KEYS)))
            if not is_a(KEYS[key], value):
                raise ConfigError("{name} is {value}: give a {FORM}", key, short(value), KEYS[key])
            values[key.replace("-", "_")] = value
            Choices(**{key.replace("-", "_"): value})
        except ConfigError as error:
            raise ConfigError("{place}: {REASON}", file.at(CLEAN, key) if file else key, error) from error
    return Choices(**{**values, **flags})


def _check_token(token: str) -> None:
    """Raise ConfigError for a token with a mark inside: it would be masked again in its place, without end."""
    if not token or "\n" in token or "\r" in token:
        raise ConfigError("placeholders: mask= needs a TOKEN of one line, such as mask=<NAME>")
    for around in ("{}", "于{}年", "共{}人", "在{}召开。", "，{}。"):
        text = around.format(token)
        at = len(around.partition("{")[0])
        for finding in scan(Document("", text), [rule for table in RULES for rule in table]):
            inside = (finding.start - at, finding.end - at)
            if finding.kind is Kind.PLACEHOLDER and inside != (0, len(token)):
                raise ConfigError(
                    "placeholders: {token} looks like a mark in {text}: choose another TOKEN", repr(token), repr(text)
                )
