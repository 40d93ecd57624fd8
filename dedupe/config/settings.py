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
    """What a run does. Defaults are those of the command line.

    `threshold`: least jaccard (or containment) of a copy with its representative. `min_length`: least tokens
    of a region; shorter texts pair only when their skeletons are equal. `chrome_documents`: a line is repeated
    boilerplate from this many documents on. `fold_script`: traditional and simplified characters are compared as the
    same. `jobs`: worker processes; 0 means one a core for large inputs, else none. `memory`: bytes above which what
    is large is kept in temporary files; 0 means half of the machine's.
    `html`: what of a page is its text, `main` or `raw`. `docx`: what of a text of Word, `main` or `all`, with headers,
    footers and comments. `stdin_format`: the kind of standard input, recognised if None.
    `max_expansion`: how many times its size a packed file may come to; 0 means any. `follow_links`: links that lead out
    of a given folder are read.
    `suggest`: what other copies have in the place of a mark or hole is looked for.
    `exclude`: patterns of what is left out below each given path. `exclude_always`: the same, but they count from the
    folder `root` (empty: the current one), and hold for files that are named by hand as well.
    `include`: patterns of files that are read though their names do not say what they are.
    `own`: real paths of files that the run itself reads or writes, a baseline or a report: they are no corpus.
    `rules`: rules of a user's own, tried before the built-in ones; `select` must hold their codes as well.
    `allow`: text that is fine; `per_path`: narrower settings of some documents; their patterns count from `root`.
    `encodings` are those of some files by their paths, whatever else is said of them. `errors`: what becomes of bytes
    that are none of a text's encoding, `strict` or `replace`.
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
        """Whether findings of this code are reported; the longer prefix wins, `ignore` at a tie.

        >>> Settings(select=("PH",), ignore=("PH12",)).wants("PH121")
        False
        """
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=0)
        dropped = max((len(p) for p in self.ignore if code.startswith(p)), default=0)
        return chosen > dropped

    @property
    def suggests(self) -> bool:
        """Whether there can be a finding to suggest something for."""
        return self.suggest and self.wants_any("PH")

    @property
    def compares(self) -> bool:
        """Whether near-duplicates are looked for: to be reported, or for what they say of blanks."""
        return self.suggests or self.wants_any("ND")

    def wants_any(self, prefix: str) -> bool:
        """Whether any code of a family (`PH`, `ND`) can be reported, so that its stages are worth running."""
        return any(p.startswith(prefix) or prefix.startswith(p) for p in self.select) and prefix not in self.ignore


def reading_at(settings: Settings, path: str) -> Settings:
    """The settings by which a file with this path is read: the last table that gives an encoding for it holds."""
    if not settings.per_path and not settings.encodings:
        return settings
    encoding = settings.encodings.get(path)
    if encoding is None:
        tables = [narrower for narrower in settings.per_path if narrower.encoding]
        place = place_below(settings.root, path) if tables else ""
        encoding = next((one.encoding for one in reversed(tables) if one.holds_at(place)), None)
    return replace(settings, encoding=encoding) if encoding else settings


def make_settings(file: ConfigFile | None, flags: Mapping[str, Any], codes: Mapping[str, str]) -> Settings:
    """Settings of defaults < file < flags; `flags` are fields of Settings, and only those that were given.

    Lists of flags stand for those of the file; what `extend_select` and its like give is added to them.
    `codes` are the built-in ones with the names of their rules: rules of one's own may not have them, and `select` and
    `ignore` must have such a name, or a beginning of these codes or of one's own. Rules of one's own run unless
    something else is selected. On the command line, which this is for, large inputs are worked on by all cores unless
    something else is said.
    Raises ConfigError, and RuleError for a rule of the file, with the place in the file.
    """
    rules = _own_rules(file, codes) if file else ()
    known = {**codes, **{rule.code: rule.name for rule in rules}}
    families = (rule.code[:-3] for rule in rules)
    select = dict.fromkeys((*DEFAULT_SELECT, *(name for name in families if not name.startswith(DEFAULT_SELECT))))
    values: dict[str, Any] = {"select": tuple(select), "jobs": 0, "exclude": (), "ignore": ()}
    if file:
        values |= _values(file, known)
        # What a file leaves out it leaves out from where it stands, and for whoever names it.
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
    from dedupe.config.rules import load  # the rule tables, which a run without rules of its own need not have here

    return load(file, codes)


def _tables(file: ConfigFile, known: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the tables of a file say of findings that are not to be reported."""
    tables: dict[str, Any] = {}
    if ALLOW in file.table:
        from dedupe.config.filters import load

        tables["allow"] = load(file, known)
    if PER_PATH in file.table:
        from dedupe.config.per_path import load as load_paths

        tables["per_path"] = load_paths(file, known, values.get("threshold", Settings().threshold))
    return tables


def _values(file: ConfigFile, known: Mapping[str, str]) -> dict[str, Any]:
    """The fields of Settings that a file gives, each checked alone so that an error can name its line."""
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
            Excluder(settings)  # judges the patterns
            if settings.encoding:
                check_encoding(settings.encoding)
    return values


def _check_bounds(key: str, value: Any, path: str) -> None:
    """Raise ConfigError where a file that nobody named lifts a bound that keeps a corpus from doing harm."""
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
    """A value of a file as Settings holds it."""
    form = KEYS[key]
    check_form(key, value, form)
    if key in CODE_KEYS:
        return codes_of(key, value, known)
    if key == "memory":
        return size_of(value)
    if form == STRINGS:
        return tuple(value)
    return float(value) if form == NUMBER else value
