"""Settings of a run: frozen, made once, passed down, never global. They are defaults < configuration file < flags."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from dedupe.errors import ConfigError

if TYPE_CHECKING:
    from dedupe.rules.rule import Rule

DEFAULT_SELECT = ("PH", "BP", "ND")

# A folder's own file comes before its pyproject.toml, where the settings stand in [tool.dedupe].
FILE, PROJECT, SECTION = "dedupe.toml", "pyproject.toml", ("tool", "dedupe")
STRINGS, STRING, NUMBER, WHOLE, SWITCH = "list of strings", "string", "number", "whole number", "true or false"
TYPES: dict[str, tuple[type, ...]] = {STRING: (str,), NUMBER: (int, float), WHOLE: (int,), SWITCH: (bool,)}
# Every key of a file, spelt as the option, and what its value must be. `[[rule]]` comes on top.
KEYS = {
    "select": STRINGS, "ignore": STRINGS, "threshold": NUMBER, "min-length": WHOLE, "chrome-documents": WHOLE,
    "exclude": STRINGS, "encoding": STRING, "text-field": STRING, "id-field": STRING, "fold-script": SWITCH,
    "jobs": WHOLE, "memory": STRING, "cache-dir": STRING,
}
SIZE_RE = re.compile(r"(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
OWN_RULES = "rule"
CLEAN = "clean"  # a table of its own, which `choices` reads for the one command that it concerns
CACHE = "cache-dir"  # shapes no report, so the command line reads it where it needs it
CODE_KEYS = ("select", "ignore")
ERROR_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run does. Defaults are those of the command line.

    `threshold`: least jaccard (or containment) of a copy with its representative. `min_length`: least tokens
    of a region; shorter texts pair only when their skeletons are equal. `chrome_documents`: a line is repeated
    boilerplate from this many documents on. `fold_script`: traditional and simplified characters are compared as the
    same. `jobs`: worker processes; 0 means one a core for large inputs, else none. `memory`: bytes above which what
    is large is kept in temporary files; 0 means half of the machine's.
    `rules`: rules of a user's own, tried before the built-in ones; `select` must hold their codes as well.
    """

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = ()
    threshold: float = 0.25
    min_length: int = 32
    chrome_documents: int = 20
    exclude: tuple[str, ...] = ()
    encoding: str | None = None
    text_field: str = "text"
    id_field: str = "id"
    fold_script: bool = False
    jobs: int = 1
    memory: int = 0
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        for name in ("select", "ignore", "exclude"):
            if isinstance(getattr(self, name), str):
                raise ConfigError(f"{name} is {getattr(self, name)!r}: give a tuple of strings, not one string")
        for name in ("threshold", "min_length", "chrome_documents", "jobs", "memory"):
            if not isinstance(getattr(self, name), (int, float)):
                raise ConfigError(f"{name} is {getattr(self, name)!r}: give a number")
        if not 0 < self.threshold <= 1:
            raise ConfigError(f"threshold is {self.threshold}: give a number above 0 and up to 1")
        if self.min_length < 5:
            raise ConfigError(f"min-length is {self.min_length}: a shingle has 5 tokens, so give 5 or more")
        if self.chrome_documents < 2:
            raise ConfigError(f"chrome-documents is {self.chrome_documents}: repeated means at least 2")
        if self.jobs < 0:
            raise ConfigError(f"jobs is {self.jobs}: give 0 for one a core, or a number of processes")
        if self.memory < 0:
            raise ConfigError(f"memory is {self.memory}: give bytes, or 0 for half of the machine's")

    def wants(self, code: str) -> bool:
        """Whether findings of this code are reported; the longer prefix wins, `ignore` at a tie.

        >>> Settings(select=("PH",), ignore=("PH12",)).wants("PH121")
        False
        """
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=0)
        dropped = max((len(p) for p in self.ignore if code.startswith(p)), default=0)
        return chosen > dropped

    def wants_any(self, prefix: str) -> bool:
        """Whether any code of a family (`PH`, `ND`) can be reported, so that its stages are worth running."""
        return any(p.startswith(prefix) or prefix.startswith(p) for p in self.select) and prefix not in self.ignore


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file, parsed: `table` is the part that is ours, and `section` the keys that lead to it.

    `path` is as messages show it, `text` the source, in which the line of a key is looked up.
    """

    path: str
    text: str
    section: tuple[str, ...]
    table: dict[str, Any]

    def at(self, *keys: str | int) -> str:
        """`path:line` of a key of our table; a number among the keys is a place in an array of tables."""
        return f"{self.path}:{line_of(self.text, (*self.section, *keys))}"


def find_file(paths: Sequence[str]) -> ConfigFile | None:
    """The nearest configuration file, upwards from the corpus; None where there is none.

    From the path where one is given, else (standard input, several paths) from the current folder. A
    pyproject.toml without [tool.dedupe] is passed over. Raises ConfigError for a file that cannot be used.
    """
    start = Path(os.path.abspath(paths[0] if len(paths) == 1 and paths[0] != "-" else "."))
    for folder in (start, *start.parents):
        for path in (folder / FILE, folder / PROJECT):
            # A program whose pyproject.toml is broken in other parts must not keep us from its texts.
            if os.path.isfile(path) and (path.name == FILE or "dedupe" in _text(path)):
                file = _parsed_file(path)
                if file is not None:
                    return file
    return None


def read_file(path: str) -> ConfigFile:
    """The configuration file of this name. Raises ConfigError where it cannot be used, or has nothing for us."""
    file = _parsed_file(Path(path))
    if file is None:
        raise ConfigError(f"{path}: there is no [tool.dedupe] in it: add one, or name another file with --config")
    return file


def _parsed_file(path: Path) -> ConfigFile | None:
    """The file with our part of it; None for a pyproject.toml that has none."""
    text, shown = _text(path), _shown(path)
    try:
        table = _parse(text)
    except (ValueError, RecursionError) as error:
        found = ERROR_LINE.search(str(error))
        line = (found and found[1]) or text.count("\n") + 1
        raise ConfigError(f"{shown}:{line}: not TOML: {ERROR_LINE.sub('', str(error))}; mend the line") from error
    section = SECTION if path.name == PROJECT else ()
    for depth, key in enumerate(section, 1):
        if key not in table:
            return None
        table = table[key]
        if not isinstance(table, dict):
            line = line_of(text, section[:depth])
            raise ConfigError(f"{shown}:{line}: {'.'.join(section[:depth])} is no table: write [tool.dedupe]")
    return ConfigFile(shown, text, section, table)


def _text(path: Path) -> str:
    try:
        # Editors of Windows put a mark before UTF-8, which the parser would take for a key.
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        hint = "name another file with --config, or use --no-config"
        raise ConfigError(f"{_shown(path)}: cannot be read ({error.strerror}): {hint}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{_shown(path)}:{line}: not UTF-8: save the file as UTF-8") from error


def _shown(path: Path) -> str:
    """The path from the current folder where it is inside, as a person would type it."""
    full = Path(os.path.abspath(path))
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full).as_posix()


def _parse(text: str) -> dict[str, Any]:
    # By name: type checks run as Python 3.10, and need not have its stand-in.
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    table: dict[str, Any] = toml.loads(text)
    return table


def line_of(text: str, keys: Sequence[str | int]) -> int:
    r"""The 1-based line of TOML on which a key begins that the text has.

    The parser does not tell. But it takes only whole statements, and knows the key from some line on: the search
    is for the last number of lines that parse without it. Quoted, dotted and inline keys are then no special cases.

    >>> line_of('a = 1\n\n[[rule]]\nb = [\n  2,\n]\nc = 3', ("rule", 0, "c"))
    7
    """
    lines = text.split("\n")
    without, known = 0, len(lines)
    while True:
        middle = (without + known) // 2
        for number in sorted(range(without + 1, known), key=lambda number: abs(number - middle)):
            try:
                table = _parse("\n".join(lines[:number]) + "\n")
            except (ValueError, RecursionError):  # the middle of a statement
                continue
            without, known = (without, number) if _has(table, keys) else (number, known)
            break
        else:
            return without + 1


def _has(table: Any, keys: Sequence[str | int]) -> bool:
    try:
        for key in keys:
            table = table[key]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def is_a(form: str, value: object) -> bool:
    """Whether a value of a file has one of the forms that `KEYS` names.

    >>> is_a(WHOLE, True), is_a(NUMBER, 1), is_a(STRINGS, ["a", 2])
    (False, True, False)
    """
    if form == STRINGS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, TYPES[form]) and (form == SWITCH) is isinstance(value, bool)


def unknown(key: str, valid: Iterable[str]) -> str:
    """What to say of a key that does not exist: the nearest that does, or all of them.

    >>> unknown("min_length", ["min-length", "jobs"])
    "unknown key 'min_length': did you mean 'min-length'? (keys are spelt with -, as the options are)"
    """
    valid = list(valid)
    near = get_close_matches(key, valid, 1)
    if not near:
        return f"unknown key {key!r}: there are {', '.join(valid)}"
    spelling = " (keys are spelt with -, as the options are)" if near[0] == key.replace("_", "-") else ""
    return f"unknown key {key!r}: did you mean {near[0]!r}?{spelling}"


def make_settings(file: ConfigFile | None, flags: Mapping[str, Any], codes: Collection[str]) -> Settings:
    """Settings of defaults < file < flags; `flags` are fields of Settings, and only those that were given.

    `codes` are the built-in ones: rules of one's own may not have them, and `select` and `ignore` must name
    a beginning of these or of one's own. Rules of one's own run unless something else is selected. On the
    command line, which this is for, large inputs are worked on by all cores unless something else is said.
    Raises ConfigError, and RuleError for a rule of the file, with the place in the file.
    """
    rules = _own_rules(file, codes) if file else ()
    known = {*codes, *(rule.code for rule in rules)}
    values = _values(file, known) if file else {}
    for key in CODE_KEYS:
        if key in flags:
            _check_codes(f"--{key}", flags[key], known)
    families = (rule.code[:-3] for rule in rules)
    select = dict.fromkeys((*DEFAULT_SELECT, *(name for name in families if not name.startswith(DEFAULT_SELECT))))
    return Settings(**{"select": tuple(select), "jobs": 0, **values, **flags, "rules": rules})


def _own_rules(file: ConfigFile, codes: Collection[str]) -> tuple[Rule, ...]:
    if OWN_RULES not in file.table:
        return ()
    from dedupe.custom import load  # the rule tables, which a run without rules of its own need not have here

    return load(file, codes)


def _values(file: ConfigFile, known: Collection[str]) -> dict[str, Any]:
    """The fields of Settings that a file gives, each checked alone so that an error can name its line."""
    from dedupe.corpus import find

    values: dict[str, Any] = {}
    for key, value in file.table.items():
        if key in (OWN_RULES, CLEAN):
            continue
        try:
            if key == CACHE:
                if not is_a(KEYS[key], value):
                    raise ConfigError(f"{key} is {short(value)}: give a {KEYS[key]}")
                continue
            if key not in KEYS:
                raise ConfigError(unknown(key, (*KEYS, OWN_RULES, CLEAN)))
            field = key.replace("-", "_")
            values[field] = _value(key, value, known)
            # Without paths it looks for nothing, and judges the encoding and the patterns to exclude.
            find((), Settings(**{field: values[field]}))
        except ConfigError as error:
            raise ConfigError(f"{file.at(key)}: {error}") from error
    return values


def _value(key: str, value: Any, known: Collection[str]) -> Any:
    """A value of a file as Settings holds it."""
    form = KEYS[key]
    if not is_a(form, value):
        raise ConfigError(f"{key} is {short(value)}: give a {form}")
    if key in CODE_KEYS:
        value = split_codes(value)
        _check_codes(key, value, known)
    if key == "memory":
        return size_of(value)
    if form == STRINGS:
        return tuple(value)
    return float(value) if form == NUMBER else value


def split_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Codes or their beginnings, in capitals, from strings that may hold several with commas.

    >>> split_codes(["ph1, BP", ""])
    ('PH1', 'BP')
    """
    return tuple(code.strip().upper() for value in values for code in value.split(",") if code.strip())


def size_of(text: str) -> int:
    """Bytes, from a number with or without K, M, G or T, each 1,024 times the one before.

    >>> size_of("1.5k"), size_of("2 GiB") == 2 << 30
    (1536, True)
    """
    found = SIZE_RE.fullmatch(text.strip())
    if not found:
        raise ConfigError(f"memory is {text!r}: give a size such as 500M or 2G")
    return int(float(found[1]) * 1024 ** " KMGT".index(found[2].upper() or " "))


def _check_codes(name: str, chosen: Sequence[str], known: Collection[str]) -> None:
    if not chosen and name == "select":
        raise ConfigError("select is empty: nothing would be reported; leave it out to have everything")
    for code in chosen:
        if not any(other.startswith(code) for other in known):
            hint = "`dedupe rules` lists them; PH, BP, ND and longer prefixes such as PH12 choose many"
            raise ConfigError(f"{name}: no code begins with {code!r}: {hint}")
