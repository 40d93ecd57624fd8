"""The keys of a configuration file, and how it writes codes and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from dedupe.config.file import NUMBER, STRING, STRINGS, SWITCH, WHOLE
from dedupe.core.errors import ConfigError
from dedupe.core.messages import say

# Every key of a file, spelt like its option, with the form of its value: first the keys that shape a run, then those
# that shape what a command does with its report. Tables are listed separately.
KEYS = {
    "select": STRINGS,
    "ignore": STRINGS,
    "threshold": NUMBER,
    "min-length": WHOLE,
    "chrome-documents": WHOLE,
    "exclude": STRINGS,
    "include": STRINGS,
    "encoding": STRING,
    "errors": STRING,
    "text-field": STRING,
    "id-field": STRING,
    "fold-script": SWITCH,
    "jobs": WHOLE,
    "memory": STRING,
    "suggest": SWITCH,
    "html": STRING,
    "docx": STRING,
    "stdin-format": STRING,
    "max-expansion": WHOLE,
    "follow-links": SWITCH,
}
OPTION_KEYS = {
    "format": STRING,
    "output": STRING,
    "limit": WHOLE,
    "color": STRING,
    "full": SWITCH,
    "statistics": SWITCH,
    "quiet": SWITCH,
    "exit-zero": SWITCH,
    "baseline": STRING,
    "index": STRING,
    "follow": SWITCH,
    "pairs": WHOLE,
    "lang": STRING,
    "cache-dir": STRING,
}
SIZE_RE = re.compile(r"(\d{1,15}(?:\.\d{1,15})?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
OWN_RULES = "rule"
ALLOW, PER_PATH = "allow", "per-path"
CLEAN = "clean"  # a separate table, which `choices` reads for the command `clean`
TABLES = (OWN_RULES, ALLOW, PER_PATH, CLEAN)
CODE_KEYS = ("select", "ignore")
EXTEND, EXTENDED = "extend_", (*CODE_KEYS, "exclude")  # prefix of flags that extend a file's value, and those keys


def split_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Return codes or their prefixes, in capitals, from strings that may hold several with commas.

    >>> split_codes(["ph1, BP", ""])
    ('PH1', 'BP')
    """
    return tuple(code.strip().upper() for value in values for code in value.split(",") if code.strip())


def size_of(text: str) -> int:
    """Return bytes, from a number with or without K, M, G or T, each 1,024 times the one before.

    >>> size_of("1.5k"), size_of("2 GiB") == 2 << 30
    (1536, True)
    """
    found = SIZE_RE.fullmatch(text.strip())
    if not found:
        raise ConfigError("memory is {value}: give a size such as 500M or 2G", repr(text))
    return int(float(found[1]) * 1024 ** " KMGT".index(found[2].upper() or " "))


# The names of the kinds of findings in reports, and the prefixes of their codes.
KINDS = {
    **dict.fromkeys(("PLACEHOLDERS", "PLACEHOLDER"), "PH"),
    "BOILERPLATE": "BP",
    **dict.fromkeys(("NEAR-DUPLICATES", "DUPLICATES", "DUPLICATE", "COPIES"), "ND"),
}
NEAR = 0.7  # similarity from which a code or a name counts as mistyped


def codes_of(name: str, chosen: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the chosen codes or prefixes, also for rule names and words for kinds; `known` has all names by code.

    Raises ConfigError for anything else.
    """
    named = {**KINDS, **{rule.upper(): code for code, rule in known.items()}}
    codes = tuple(named.get(one, one) for one in split_codes(chosen))
    if not codes and name == "select":
        raise ConfigError("select is empty: nothing would be reported; leave it out to have everything")
    for code in codes:
        if not any(other.startswith(code) for other in known):
            near = get_close_matches(code, [*known, *named], 1, NEAR)
            hint = (
                "`dedupe rules` lists them; placeholders, boilerplate, duplicates and prefixes such as PH12 choose many"
            )
            if near:
                one = named.get(near[0], near[0])
                hint = say(
                    "did you mean {code} ({name})? `dedupe rules` lists all", one, known.get(one, near[0].lower())
                )
            raise ConfigError(
                "{name}: no code begins with {code}, and no rule is called so: {HINT}", name, repr(code), hint
            )
    return codes
