"""What several commands share: options, the settings from them and from the configuration file, and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from dedupe.cli.localised import GIVEN, language
from dedupe.config.file import ConfigFile, find_file, read_file
from dedupe.config.keys import EXTEND, EXTENDED, KEYS, OPTION_KEYS, size_of, split_codes
from dedupe.config.kinds import DOCX_WAYS, HTML_WAYS, KINDS
from dedupe.config.settings import Settings, make_settings
from dedupe.core.errors import ConfigError
from dedupe.core.messages import LANGUAGES, learn, say, speak, tell
from dedupe.index.place import place_of
from dedupe.report.output import write_error
from dedupe.text.decode import WAYS

if TYPE_CHECKING:
    from dedupe.core.model import Failure

Command = TypeVar("Command", bound=Callable[..., Any])

# On the group and on each command, because click uses the help option of whichever it asks first.
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
IN_FORCE = "dedupe.config.settings"  # where a run stores the requested file, and the file that it found
DEFAULTS = Settings()
SETTINGS = tuple(key.replace("-", "_") for key in KEYS)  # options that are fields of Settings
# Keys whose values are files, relative to the configuration file; and keys that have another meaning elsewhere.
FILES, OF_CHECK = ("output", "baseline", "cache-dir", "index"), ("output", "format")
LANG = "lang"


def given_codes(_: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Return code prefixes from options that may be repeated, each with commas; None if not given.

    Whether the codes exist is known only after the rules of the configuration file are loaded.
    """
    codes = split_codes(values)
    if values and not codes:
        raise click.BadParameter(tell("no code is given: leave the option out, or name codes"), param=parameter)
    return codes or None


def memory_size(_: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """Return a size in bytes; None if not given."""
    try:
        return None if value is None else size_of(value)
    except ConfigError as error:
        raise click.BadParameter(tell(str(error)), param=parameter) from error


def config_of(paths: Sequence[str], config: str | None, no_config: bool) -> ConfigFile | None:
    """Return the configuration file in force, and switch to its language unless an option gave one.

    A command calls this more than once, but the file is read once.
    """
    if no_config and config is not None:
        raise click.UsageError("--config and --no-config are opposites: give one of them")
    if no_config:
        return None
    meta, asked = click.get_current_context().meta, (tuple(paths), config)
    if IN_FORCE not in meta or meta[IN_FORCE][0] != asked:
        meta[IN_FORCE] = asked, find_file(paths) if config is None else read_file(config)
    file: ConfigFile | None = meta[IN_FORCE][1]
    if file and LANG in file.table and GIVEN not in meta:
        name = file.table[LANG]
        if name not in LANGUAGES:
            raise ConfigError(
                "{place}: {name} is {value}: give one of {choices}",
                file.at(LANG),
                LANG,
                repr(name),
                ", ".join(LANGUAGES),
            )
        speak(name)
    return file


def given(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return a decorator that gives a command some options, listed by `--help` in this order."""

    def decorated(command: Command) -> Command:
        return reduce(lambda done, option: option(done), reversed(options), command)

    return decorated


def setting(name: str, help: str, **more: Any) -> Callable[[Command], Command]:
    """Return an option that is a field of Settings; its default is shown, and sets its type."""
    default = getattr(DEFAULTS, name)
    how = {"type": type(default), "default": default, "show_default": True, **more}
    return click.option(f"--{name.replace('_', '-')}", help=help, **how)


def _codes(*names: str, help: str) -> Callable[[Command], Command]:
    return click.option(*names, multiple=True, callback=given_codes, metavar="CODES", help=help)


def _globs(name: str, help: str) -> Callable[[Command], Command]:
    return click.option(name, multiple=True, metavar="GLOB", help=help)


# The options of every command that a configuration file affects: which file that is, and the language.
configurable = given(
    language(exposed=True),
    click.option(
        "--config", metavar="FILE", help="Configuration file.  [default: dedupe.toml or pyproject.toml, found upwards]"
    ),
    click.option("--no-config", is_flag=True, help="Read no configuration file."),
)
PATHS = click.argument("paths", nargs=-1, type=click.Path(readable=False))
COLOR = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="When to use colour; NO_COLOR is obeyed.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Show no summary and no progress bar.")
# The options of every command that looks for all kinds of dirt.
finding = given(
    _codes(
        "-s",
        "--select",
        help="Report these codes, prefixes, rule names or kinds (placeholders, boilerplate).  "
        f"[default: {','.join(DEFAULTS.select)}]",
    ),
    _codes("--ignore", help="Ignore these codes, prefixes, rule names or kinds (placeholders, boilerplate)."),
    _codes("--extend-select", help="Report these codes in addition to the selected ones."),
    _codes("--extend-ignore", help="Ignore these codes in addition to the ignored ones."),
    setting("chrome_documents", "Treat a line as boilerplate if this many documents have it.", metavar="NUMBER"),
)
# Options that affect how a text is read and tokenised.
_tokens = given(
    click.option("--encoding", metavar="NAME", help="Encoding of all files.  [default: detected for each file]"),
    setting(
        "errors",
        "How to treat bytes that do not decode: as an error, or by a replacement character.",
        type=click.Choice(WAYS),
    ),
    setting("text_field", "Record field that holds the text."),
    setting("id_field", "Record field that holds the id."),
    setting("html", "What to read of a web page: its main text, or all visible text.", type=click.Choice(HTML_WAYS)),
    setting(
        "docx",
        "What to read of a .docx file: text and notes, or headers, footers and comments too.",
        type=click.Choice(DOCX_WAYS),
    ),
    setting(
        "max_expansion",
        "Refuse packed files that expand to more times their size than this; 0: no limit.",
        metavar="FACTOR",
    ),
    click.option(
        "--fold-script", is_flag=True, help="Treat traditional and simplified characters as equal (needs OpenCC)."
    ),
)
# Options that affect how texts are compared.
pairing = given(
    setting("threshold", "Least Jaccard similarity, or containment, of a copy and the kept text."),
    setting(
        "min_length",
        "Report shorter passages as copies only if they are equal; whole texts from half of it on.",
        metavar="TOKENS",
    ),
    _tokens,
    click.option("--stdin-format", type=click.Choice(KINDS), help="Format of standard input.  [default: detected]"),
)
# Options of every command that reads a corpus.
_corpus = given(
    _globs("--exclude", "Skip these files and folders; may be repeated."),
    _globs("--include", "Read these files whatever their names; may be repeated."),
    click.option("--follow-links", is_flag=True, help="Follow links that lead out of a folder."),
    _globs("--extend-exclude", "Skip these as well; may be repeated."),
    click.option(
        "-j",
        "--jobs",
        type=int,
        default=0,
        show_default=True,
        metavar="NUMBER",
        help="Number of worker processes; 0: one per core for large inputs.",
    ),
)
reading = given(_tokens, _corpus)
# The options of every command that compares the texts of a corpus.
comparing = given(
    pairing,
    _corpus,
    click.option(
        "--memory",
        metavar="SIZE",
        callback=memory_size,
        help="Memory to use (500M, 2G); the rest goes to temporary files.  [default: half of the machine's]",
    ),
)


class _Place(click.ParamType[Any]):
    """A file, or an address on a server."""

    name = "file"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        return place_of(value) if isinstance(value, str) else value


AT = _Place()


indexed = click.option(
    "--index",
    metavar="FILE",
    type=AT,
    help="Compare with all documents of this index as well, a file or redis://HOST/NAME (dedupe index).",
)


def settings_of(context: click.Context, paths: Sequence[str], options: Mapping[str, Any]) -> Settings:
    """Return the settings of a command: defaults < configuration file < the options that were given."""
    from dedupe.report.rules import codes

    names = (*SETTINGS, *(EXTEND + name for name in EXTENDED))
    flags = {name: options[name] for name in names if is_given(context, name) and options[name] is not None}
    file = config_of(paths, options["config"], options["no_config"])
    settings = make_settings(file, flags, codes())
    if file and file.is_found:
        settings = _within_machine(settings, flags)
    learn({rule.message: rule.message_zh for rule in settings.rules})
    return settings


def _within_machine(settings: Settings, flags: Mapping[str, Any]) -> Settings:
    """Limit the settings of a file that nobody named: it may use less of the machine than the default, but not more."""
    from dedupe.inputs.spill import budget

    jobs, memory = min(settings.jobs, os.cpu_count() or 1), min(settings.memory, budget(0))
    return replace(settings, jobs=flags.get("jobs", jobs), memory=flags.get("memory", memory))


def is_given(context: click.Context, name: str) -> bool:
    """True if an option of the command was given on the command line, or in the environment."""
    return context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)


def filled(context: click.Context, paths: Sequence[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a command; missing ones of `OPTION_KEYS` come from the configuration file.

    Make the settings first, because they check the types. Raises ConfigError with the place in the file.
    """
    out, file = dict(options), config_of(paths, options["config"], options["no_config"])
    if file is None:
        return out
    for parameter in context.command.params:
        name, key = parameter.name or "", parameter.opts[-1].lstrip("-")
        if key not in OPTION_KEYS or key not in file.table or is_given(context, name):
            continue
        if key in OF_CHECK and context.command.name != "check":
            continue
        value = file.table[key]
        try:
            value = file.place(key) if key in FILES else value
            out[name] = parameter.process_value(context, value)
        except click.BadParameter as error:
            raise ConfigError("{place}: {REASON}", f"{file.at(key)}: {key}", error.message) from error
    return out


def check_apart(file: Path, paths: Sequence[str], is_ours: Callable[[Path], bool]) -> None:
    """Raise ConfigError for an existing file that is part of the input and is not ours to replace.

    There is no option to override this: inputs are never changed.
    """
    real = Path(os.path.realpath(file))
    if not os.path.lexists(real) or is_ours(real):
        return
    for path in paths:
        place = os.path.realpath(path)
        if str(real) == place or str(real).startswith(os.path.join(place, "")):
            reason = say(
                "stands in {path}, which is read, and would be lost: name a file that is not there, or elsewhere", path
            )
            raise ConfigError("{place}: {REASON}", file, reason)


def show_failures(failures: Sequence[Failure]) -> None:
    """Print what could not be used to standard error."""
    from dedupe.report.text import error_lines

    for line in error_lines(failures):
        write_error(line)


def has_colour(color: str) -> bool:
    """True if standard output gets colour; by https://no-color.org any value except the empty one turns it off."""
    if color != "auto":
        return color == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
