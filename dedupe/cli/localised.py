"""Click in the language of the run: its help, and its messages about wrong options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from difflib import get_close_matches
from inspect import cleandoc
from typing import Any, NoReturn, TypeVar

import click
from click.exceptions import Exit

from dedupe.core import regex
from dedupe.core.errors import DedupeError
from dedupe.core.messages import AUTO, ENGLISH, LANGUAGES, named_options, say, speak, spoken, tell
from dedupe.report.output import silence, write_error

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

GIVEN = "dedupe.lang"  # where the root context stores the language from an option
EXTRA_RE = regex.compile(r"(.*?)  (\[.*\])", re.DOTALL)
DEFAULT_RE = regex.compile(r"(?<=\[)default: ")
# Never break a word of Latin letters, and never begin a line with closing punctuation of the one before.
PIECE_RE = regex.compile(r"(?:\[[^\[\]]{1,30}\]|[!-~]+|.)[，。；：、）”]*", re.DOTALL)
VERBATIM = "\b\n"  # click does not rewrap what follows
ORDER = tuple("check clean review restore rules compare calibrate ids baseline index config init".split())
# Options by name under the headings of a long help; the remaining ones come last.
FEW = 12
OTHERS = "Options"
OPTION_GROUPS = {
    "What leaves and what stays": (
        *("remove", "keep_copies", "keep_variants", "keep_passages", "keep_chrome", "placeholders", "min_document"),
        *("split_essays", "no_texts"),
    ),
    "What to find": ("select", "ignore", "extend_select", "extend_ignore", "chrome_documents", "suggest"),
    "What to read": (
        *("exclude", "include", "extend_exclude", "follow_links", "encoding", "errors", "text_field", "id_field"),
        *("html", "docx", "stdin_format", "max_expansion"),
    ),
    "How to compare": ("threshold", "min_length", "fold_script", "index", "against", "add"),
    "Report": (
        *("form", "output", "force", "limit", "full", "statistics", "quiet", "exit_zero", "color", "lang", "dry_run"),
        *("in_place", "annotate"),
    ),
    "What was accepted": ("baseline", "no_baseline", "follow", "prune"),
    "Run": ("jobs", "memory", "cache_dir", "no_cache", "config", "no_config"),
    "Distributed": ("engine", "master", "conf", "stages", "resume", "tables"),
}


def _plural(one: str, many: str, number: int) -> str:
    return tell(one if number == 1 else many)


# Click calls these names for its messages, which are templates that it fills in later.
for _module in (click.core, click.exceptions, click.parser, click.types):
    vars(_module).update(_=tell, ngettext=_plural)


class _Formatter(click.HelpFormatter):
    """Help in the language of the run. Chinese has no spaces to break at, and its characters are two cells wide."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{tell('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        self.write(" " * self.current_indent + tell(f"{heading}:") + "\n")

    def write_text(self, text: str) -> None:
        if spoken() == ENGLISH:
            return super().write_text(text)
        indent = " " * self.current_indent
        for line in _lines(told(text), self.width - self.current_indent):
            self.write(f"{indent}{line}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        if spoken() != ENGLISH:
            room = self.width - col_spacing - min(col_max, max(len(first) for first, _ in rows)) - 2
            rows = [(first, VERBATIM + "\n".join(_lines(told(second), room))) for first, second in rows]
        super().write_dl(rows, col_max, col_spacing)


def told(text: str) -> str:
    """Translate a help text, with the default that may follow it."""
    extra = EXTRA_RE.fullmatch(text)
    told = tell(text) if extra is None else f"{tell(extra[1])}  {tell(extra[2])}"
    return DEFAULT_RE.sub(tell("default: "), told)


def _lines(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines of this many cells."""
    for paragraph in text.split("\n"):
        line, room = "", width
        for piece in PIECE_RE.findall(paragraph):
            cells = sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in piece)
            if cells > room and line:
                yield line.rstrip()
                line, room = "", width
                piece = piece.lstrip()
            line, room = line + piece, room - cells
        yield line.rstrip()


class _Context(click.Context):
    formatter_class = _Formatter


@contextmanager
def _shown() -> Iterator[None]:
    """Wrap the writing of help: a closed pipe is no error, a failed write is one."""
    try:
        yield
    except BrokenPipeError:
        silence()
        raise Exit(0) from None
    except OSError as error:
        if error.filename:
            raise
        silence()
        raise DedupeError("standard output cannot be written: {ERROR}", error.strerror) from error


class Command(click.Command):
    """A command whose help is in the language of the run."""

    context_class = _Context

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read the options, first of all that of the language."""
        _speak_first(self, context, args)
        return super().parse_args(context, args)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Return a context if the options are right; help is shown meanwhile."""
        with _shown():
            return super().make_context(*args, **options)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the short help, or else the whole first sentence."""
        return _short_help(self)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under headings by subject, if there are many."""
        given = (parameter for parameter in self.get_params(context) if isinstance(parameter, click.Option))
        shown = [(parameter, row) for parameter in given if (row := parameter.get_help_record(context))]
        grouped: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (*OPTION_GROUPS, OTHERS)}
        for parameter, row in shown:
            grouped[_heading_of(parameter.name or "", len(shown))].append(row)
        for heading, rows in grouped.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def _heading_of(name: str, options: int) -> str:
    return next((heading for heading, names in OPTION_GROUPS.items() if name in names and options > FEW), OTHERS)


def _short_help(command: click.Command) -> str:
    if command.short_help:
        return tell(command.short_help)
    return re.split(r"(?<=[.。])(?:\s|$)|。", tell(cleandoc(command.help or "")))[0].rstrip(".。")


class Group(click.Group):
    """The same for a command with subcommands. Errors in the options of a subcommand are reported here."""

    context_class = _Context
    command_class = Command

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read the options, first of all that of the language."""
        _speak_first(self, context, args)
        return super().parse_args(context, args)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the short help, or else the whole first sentence."""
        return _short_help(self)

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of the commands in the order in which a person needs them."""
        return sorted(self.commands, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))

    def main(self, *args: Any, **options: Any) -> Any:
        """Run in the language of the environment, until an option or the configuration sets another."""
        return copy_context().run(self._main, *args, **options)

    def _main(self, *args: Any, **options: Any) -> Any:
        speak(AUTO)
        named_options()
        return super().main(*args, **options)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Return a context if the options are right."""
        try:
            with _shown():
                return super().make_context(*args, **options)
        except click.UsageError as error:
            _show(error)

    def invoke(self, context: click.Context) -> Any:
        """Run the named command."""
        try:
            return super().invoke(context)
        except click.UsageError as error:
            _show(error)


def _helped(error: click.UsageError) -> click.UsageError:
    """Return the error with the one thing most likely meant: click names three, in alphabetical order."""
    if isinstance(error, click.NoSuchOption) and not error.possibilities and error.ctx:
        commands = getattr(error.ctx.find_root().command, "commands", {})
        having = [
            name for name, command in commands.items() if any(error.option_name in p.opts for p in command.params)
        ]
        if having:
            told = say("No such option {option} here: `dedupe {command}` has it.", repr(error.option_name), having[0])
            return click.UsageError(told, error.ctx)
    elif near := getattr(error, "possibilities", None):
        error.possibilities = near[:1]  # type: ignore[attr-defined]
    elif isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        given = error.message.split("'")[1:2]  # it begins with the given word, in quotes
        like = get_close_matches(given[0], error.param.type.choices, 1) if given else []
        if like:
            told = f"{error.message}{tell(' Did you mean {near}?', repr(like[0]))}"
            return click.BadParameter(told, error.ctx, error.param, error.param_hint)
    return error


def _show(error: click.UsageError) -> NoReturn:
    """Report what is wrong with the options, and exit. English is left to click."""
    error = _helped(error)
    if spoken() == ENGLISH:
        raise error
    if error.ctx is not None:
        write_error(error.ctx.get_usage())
        write_error(tell("Try '{command} --help' for help.", error.ctx.command_path) + "\n")
    said = tell(error.format_message())
    said = f"{said[:-1]}。" if said.endswith(".") else said
    write_error(tell("error: ") + said.replace("。 ", "。"))  # click joins sentences with English spacing
    raise Exit(error.exit_code)


def _speak_first(command: click.Command, context: click.Context, args: Sequence[str]) -> None:
    """Speak the language that an option names: click shows help at once, also where that option stands behind it."""
    with suppress(click.UsageError):  # told when the options are read
        language = command.make_parser(context).parse_args([*args])[0].get("lang")
        if language in LANGUAGES:
            speak(language)


def _given(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        context.meta[GIVEN] = value
        speak(value)
    return value


def language(exposed: bool) -> Callable[[Decorated], Decorated]:
    """Return the option for the language; `exposed` to a command that may also find it in its configuration file."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        callback=_given,
        expose_value=exposed,
        help="Language of messages and reports.  [default: auto, that of the environment]",
    )
