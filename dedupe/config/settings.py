"""Settings of a run: frozen, made once, passed down, never global. They are defaults < configuration file < flags."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dedupe.config.file import NUMBER, STRINGS, ConfigFile, check_form, unknown
from dedupe.config.globs import Excluder, place_below
from dedupe.config.keys import (
    ALLOW,
    CODE_KEYS,
    EXTEND,
    EXTENDED,
    KEYS,
    OPTION_KEYS,
    OWN_RULES,
    PER_PATH,
    TABLES,
    codes_of,
    size_of,
)
from dedupe.config.kinds import DOCX_WAYS, HTML_WAYS, KINDS
from dedupe.core.errors import ConfigError
from dedupe.core.messages import option
from dedupe.text.decode import STRICT, WAYS, check_encoding

if TYPE_CHECKING:
    from dedupe.config.filters import Allow
    from dedupe.config.per_path import PerPath
    from dedupe.rules.rule import Rule

DEFAULT_SELECT = ("PH", "BP", "ND")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. Defaults are those of the command line.

    `threshold`: least jaccard (or containment) of a copy with its representative. `min_length`: least tokens of a
    region; shorter texts pair only if their skeletons are equal. `chrome_documents`: a line is repeated boilerplate
    from this many documents on. `fold_script`: traditional and simplified characters compare as equal. `jobs`: worker
    processes; 0 means one per core for large inputs, else none. `memory`: bytes above which large data goes into
    temporary files; 0 means half of the machine's memory. `html`: which text of a page to take, `main` or `raw`.
    `docx`: which text of a Word file to take, `main` or `all`, with headers, footers and comments. `stdin_format`: the
    kind of standard input, recognised if None. `max_expansion`: how many times its size a packed file may unpack to; 0
    means no limit. `follow_links`: read links that lead out of a given folder. `suggest`: look up what other copies
    have in the place of a mark or hole. `exclude`: patterns of files to leave out below each given path.
    `exclude_always`: the same, but counted from the folder `root` (empty: the current one), and also for files that the
    user names. `include`: patterns of files to read although their names do not show their kind. `own`: real paths of
    files that the run itself reads or writes, such as a baseline or a report; they are not part of the corpus. `rules`:
    a user's own rules, tried before the built-in ones; `select` must hold their codes as well. `allow`: text that may
    stay; `per_path`: narrower settings of some documents; their patterns count from `root`. `encodings`: encodings of
    some files by path, which override all others. `errors`: what to do with bytes that are invalid in the encoding,
    `strict` or `replace`.
    """

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = ()
    threshold: float = 0.25
    min_length: int = 32
    chrome_documents: int = 20
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    encoding: str | None = None
    errors: str = STRICT
    text_field: str = "text"
    id_field: str = "id"
    fold_script: bool = False
    jobs: int = 1
    memory: int = 0
    suggest: bool = False
    rules: tuple[Rule, ...] = ()
    html: str = "main"
    docx: str = "main"
    stdin_format: str | None = None
    max_expansion: int = 200
    follow_links: bool = False
    root: str = ""
    exclude_always: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    allow: tuple[Allow, ...] = ()
    per_path: tuple[PerPath, ...] = ()
    encodings: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        self._check_forms()
        self._check_numbers()

    def _check_forms(self) -> None:
        for name in ("select", "ignore", "exclude", "exclude_always", "include"):
            if isinstance(getattr(self, name), str):
                raise ConfigError(
                    "{name} is {value}: give a tuple of strings, not one string", name, repr(getattr(self, name))
                )
        choices = {"html": HTML_WAYS, "docx": DOCX_WAYS, "errors": WAYS, "stdin_format": (None, *KINDS)}
        for name, valid in choices.items():
            if getattr(self, name) not in valid:
                known = ", ".join(filter(None, valid))
                raise ConfigError(
                    "{name} is {value}: give one of {choices}", name.replace("_", "-"), repr(getattr(self, name)), known
                )
        for name in ("threshold", "min_length", "chrome_documents", "jobs", "memory", "max_expansion"):
            if not isinstance(getattr(self, name), (int, float)):
                raise ConfigError("{name} is {value}: give a number", name, repr(getattr(self, name)))

    def _check_numbers(self) -> None:
        if not 0 < self.threshold <= 1:
            raise ConfigError("threshold is {value}: give a number above 0 and up to 1", f"{self.threshold:g}")
        if self.min_length < 5:
            raise ConfigError("min-length is {value}: a shingle has 5 tokens, so give 5 or more", self.min_length)
        if self.chrome_documents < 2:
            raise ConfigError("chrome-documents is {value}: repeated means at least 2", self.chrome_documents)
        if self.jobs < 0:
            raise ConfigError("jobs is {value}: give 0 for one a core, or a number of processes", self.jobs)
        if self.memory < 0:
            raise ConfigError("memory is {value}: give bytes, or 0 for half of the machine's", self.memory)

        if self.max_expansion < 0:
            raise ConfigError("max-expansion is {value}: give a number of times, or 0 for no bound", self.max_expansion)

    def wants(self, code: str) -> bool:
        """True if findings of this code are reported; the longer prefix wins, `ignore` at a tie.

        >>> Settings(select=("PH",), ignore=("PH12",)).wants("PH121")
        False
        """
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=0)
        dropped = max((len(p) for p in self.ignore if code.startswith(p)), default=0)
        return chosen > dropped

    @property
    def suggests(self) -> bool:
        """True if there can be a finding to suggest something for."""
        return self.suggest and self.wants_any("PH")

    @property
    def compares(self) -> bool:
        """True if near-duplicates are searched for: to report them, or to suggest text for blanks."""
        return self.suggests or self.wants_any("ND")

    def wants_any(self, prefix: str) -> bool:
        """True if any code of a family (`PH`, `ND`) can be reported, so that its stages must run."""
        return any(p.startswith(prefix) or prefix.startswith(p) for p in self.select) and prefix not in self.ignore


def reading_at(settings: Settings, path: str) -> Settings:
    """Return the settings for reading this file: the last table that gives an encoding for it wins."""
    if not settings.per_path and not settings.encodings:
        return settings
    encoding = settings.encodings.get(path)
    if encoding is None:
        tables = [narrower for narrower in settings.per_path if narrower.encoding]
        place = place_below(settings.root, path) if tables else ""
        encoding = next((one.encoding for one in reversed(tables) if one.holds_at(place)), None)
    return replace(settings, encoding=encoding) if encoding else settings


def make_settings(file: ConfigFile | None, flags: Mapping[str, Any], codes: Mapping[str, str]) -> Settings:
    """Return settings from defaults < file < flags; `flags` are the fields of Settings that were given.

    Lists in flags replace those of the file; `extend_select` and the like add to them. `codes` are the built-in codes
    with their rules' names. A user's own rules may not use them, and `select` and `ignore` must hold a rule's name, or
    a prefix of a built-in or own code. A user's own rules run unless something else is selected. This is for the
    command line, so large inputs use all cores by default.

    Raises ConfigError, and RuleError for a rule of the file, with the place in the file.
    """
    rules = _own_rules(file, codes) if file else ()
    known = {**codes, **{rule.code: rule.name for rule in rules}}
    families = (rule.code[:-3] for rule in rules)
    select = dict.fromkeys((*DEFAULT_SELECT, *(name for name in families if not name.startswith(DEFAULT_SELECT))))
    values: dict[str, Any] = {"select": tuple(select), "jobs": 0, "exclude": (), "ignore": ()}
    if file:
        values |= _values(file, known)
        # The excludes of a file count from its own folder, and also apply to files that the user names.
        values |= {"root": file.folder, "exclude_always": values["exclude"], "exclude": ()}
        values |= _tables(file, known, values)
    if "exclude" in flags:
        values["exclude_always"] = ()
    if "encoding" in flags and "per_path" in values:
        values["per_path"] = tuple(replace(narrower, encoding="") for narrower in values["per_path"])
    flags = {
        name: codes_of(option(name), value, known) if name.removeprefix(EXTEND) in CODE_KEYS else value
        for name, value in flags.items()
    }
    values |= {name: value for name, value in flags.items() if not name.startswith(EXTEND)}
    for key in EXTENDED:
        values[key] = (*values[key], *flags.get(EXTEND + key, ()))
    return Settings(**values, rules=rules)


def _own_rules(file: ConfigFile, codes: Collection[str]) -> tuple[Rule, ...]:
    if OWN_RULES not in file.table:
        return ()
    from dedupe.config.rules import load  # loads the rule tables, which a run without own rules does not need here

    return load(file, codes)


def _tables(file: ConfigFile, known: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [[allow]] and [per-path] tables of a file."""
    tables: dict[str, Any] = {}
    if ALLOW in file.table:
        from dedupe.config.filters import load

        tables["allow"] = load(file, known)
    if PER_PATH in file.table:
        from dedupe.config.per_path import load as load_paths

        tables["per_path"] = load_paths(file, known, values.get("threshold", Settings().threshold))
    return tables


def _values(file: ConfigFile, known: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of Settings that a file gives, each checked alone so that an error can name its line."""
    values: dict[str, Any] = {}
    for key, value in file.table.items():
        if key in TABLES:
            continue
        with file.naming(key):
            if key in OPTION_KEYS:
                check_form(key, value, OPTION_KEYS[key])
                continue
            if key not in KEYS:
                raise ConfigError(unknown(key, (*KEYS, *OPTION_KEYS, *TABLES)))
            field = key.replace("-", "_")
            values[field] = _value(key, value, known)
            if file.is_found:
                _check_bounds(key, values[field], file.path)
            settings = Settings(**{field: values[field]})
            Excluder(settings)  # checks the patterns
            if settings.encoding:
                check_encoding(settings.encoding)
    return values


def _check_bounds(key: str, value: Any, path: str) -> None:
    """Raise ConfigError if a file that nobody named lifts a limit that protects against a harmful corpus."""
    most = Settings().max_expansion
    if (key == "follow-links" and value) or (key == "max-expansion" and not 0 < value <= most):
        raise ConfigError(
            "{key} is {value}: a file that nobody named must not lift this bound: give --{option} yourself, "
            "or insist with --config {path}",
            key,
            str(value).lower(),
            key,
            path,
        )


def _value(key: str, value: Any, known: Mapping[str, str]) -> Any:
    """Return a value of a file as Settings holds it."""
    form = KEYS[key]
    check_form(key, value, form)
    if key in CODE_KEYS:
        return codes_of(key, value, known)
    if key == "memory":
        return size_of(value)
    if form == STRINGS:
        return tuple(value)
    return float(value) if form == NUMBER else value
