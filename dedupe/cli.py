"""The command line: parse, call, render, exit code. Heavy imports wait inside the commands, for `--help` must not."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dedupe.config import ConfigFile, Settings, find_file, make_settings, read_file, size_of, split_codes
from dedupe.errors import ConfigError, DedupeError
from dedupe.report import FORMATS, pieces
from dedupe.report.output import write_file, write_out
from dedupe.report.view import View, visible

if TYPE_CHECKING:
    from dedupe.model import Report

    Progress = Callable[[str, int, int], None]

CANNOT, INTERRUPTED = 2, 130
# On the group and on each command: click keeps the option of whichever asked first.
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
GRACE = 0.8  # seconds
SHOW_CURSOR = "\x1b[?25h\n"
DEFAULTS = Settings()
# Options of `check` that are fields of Settings under the same name.
SETTINGS = (
    "select", "ignore", "threshold", "min_length", "chrome_documents", "exclude", "encoding", "text_field",
    "id_field", "fold_script", "jobs", "memory",
)


class _Commands(click.Group):
    """The one place where errors become a message and an exit code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except DedupeError as error:
            click.echo(f"error: {visible(str(error))}", err=True)
            context.exit(CANNOT)
        except KeyboardInterrupt:
            context.exit(INTERRUPTED)


def main(prog_name: str | None = None) -> None:
    """Run the command line and exit; after Ctrl-C within a second, whatever still runs."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us: there is nobody to tell
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for as long as we run
    was_said = threading.Event()
    _watch_for_interrupt(was_said)
    try:
        cli(prog_name=prog_name)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            was_said.set()
            click.echo("interrupted", err=True)
        raise


def _watch_for_interrupt(was_said: threading.Event) -> None:
    """End the process soon after Ctrl-C where KeyboardInterrupt cannot: Python raises it between byte codes only.

    A compiled loop over a large corpus has none for a long time, but it lets other threads run. The thread waits
    on a pipe that the interpreter writes each signal's number to. Windows would want a socket; there Ctrl-C waits.
    """
    if os.name != "posix":
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def watch() -> None:
        while os.read(heard, 1)[0] != signal.SIGINT:
            pass
        # Time for all that an orderly end is better at: temporary files, worker processes, the bar.
        time.sleep(GRACE)
        if not was_said.is_set():
            click.echo((SHOW_CURSOR if sys.stderr.isatty() else "") + "interrupted", err=True)
        if "multiprocessing" in sys.modules:
            import multiprocessing

            for worker in multiprocessing.active_children():
                worker.kill()
        os._exit(INTERRUPTED)

    threading.Thread(target=watch, daemon=True).start()


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from dedupe import __version__

        click.echo(f"dedupe {__version__}")
        context.exit()


@click.group(cls=_Commands, context_settings=HELP)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def cli() -> None:
    """Find near-duplicates, unfilled placeholders and boilerplate in a text corpus, before it is used."""


def _codes(_: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Code prefixes from options that may be given more than once, each with commas; None when not given.

    Whether there are such codes is known once the rules of the configuration file are.
    """
    codes = split_codes(values)
    if values and not codes:
        raise click.BadParameter("no code is given: leave the option out, or name codes", param=parameter)
    return codes or None


def _memory(_: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """A size in bytes; None when not given."""
    try:
        return None if value is None else size_of(value)
    except ConfigError as error:
        raise click.BadParameter(str(error), param=parameter) from error


def _output(_: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """A file whose folder exists: better said before a long run than after it."""
    if value is None:
        return None
    path = Path(os.path.realpath(value))  # a link stays a link: what it leads to is written
    reasons = {
        "is a folder": path.is_dir(),
        "is in a folder that does not exist": not path.parent.is_dir(),
        "is no regular file: leave -o out and redirect": path.exists() and not path.is_file(),
        "must not be written": path.is_file() and not os.access(path, os.W_OK),
    }
    for reason, holds in reasons.items():
        if holds:
            raise click.BadParameter(f"{visible(value)} {reason}", param=parameter)
    return path


def _configurable(command: Callable[..., None]) -> Callable[..., None]:
    """The two options of every command that a configuration file shapes."""
    no_config = click.option("--no-config", is_flag=True, help="Read no configuration file.")
    config = click.option(
        "--config", metavar="FILE", help="Configuration file.  [default: dedupe.toml or pyproject.toml, found upwards]"
    )
    return config(no_config(command))


def _config(paths: Sequence[str], config: str | None, no_config: bool) -> ConfigFile | None:
    """The configuration file that is in force."""
    if no_config and config is not None:
        raise click.UsageError("--config and --no-config are opposites: give one of them")
    if no_config:
        return None
    return find_file(paths) if config is None else read_file(config)


# The options of every command that compares texts.
COMPARING = (
    click.option(
        "--threshold", type=float, default=DEFAULTS.threshold, show_default=True,
        help="Least jaccard, or containment, of a copy with the text that is kept.",
    ),
    click.option(
        "--min-length", type=int, default=DEFAULTS.min_length, show_default=True, metavar="TOKENS",
        help="Texts shorter than this are copies only when they are equal.",
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Files and folders to leave out; may be repeated."),
    click.option("--encoding", metavar="NAME", help="Encoding of all files.  [default: recognised file by file]"),
    click.option(
        "--text-field", default=DEFAULTS.text_field, show_default=True, help="Field of a record with the text."
    ),
    click.option("--id-field", default=DEFAULTS.id_field, show_default=True, help="Field of a record with its id."),
    click.option(
        "--fold-script", is_flag=True, help="Compare traditional and simplified characters as the same (needs OpenCC)."
    ),
    click.option(
        "-j", "--jobs", type=int, default=0, show_default=True, metavar="NUMBER",
        help="Worker processes; 0 is one a core where the input is large.",
    ),
    click.option(
        "--memory", metavar="SIZE", callback=_memory,
        help="What does not fit in this much (500M, 2G) goes to temporary files.  [default: half of the machine's]",
    ),
)


def _comparing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `COMPARING`, listed by `--help` in this order."""
    for option in reversed(COMPARING):
        command = option(command)
    return command


@cli.command(context_settings=HELP)
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option(
    "-s", "--select", multiple=True, callback=_codes, metavar="CODES",
    help=f"Codes or their beginnings to report, with commas. [default: {','.join(DEFAULTS.select)}]",
)
@click.option(
    "--ignore", multiple=True, callback=_codes, metavar="CODES", help="Codes or their beginnings not to report."
)
@click.option(
    "--chrome-documents", type=int, default=DEFAULTS.chrome_documents, show_default=True, metavar="NUMBER",
    help="A line is site chrome when this many documents have it.",
)
@_comparing
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="[default: rich on a terminal, text in a pipe or file]"
)
@click.option("-o", "--output", callback=_output, metavar="FILE", help="Write the report here: all of it or nothing.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=View().limit, show_default=True, metavar="NUMBER",
    help="Findings shown of each document in the rich report; 0 shows all of everything.",
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="NO_COLOR works too.")
@click.option("--statistics", is_flag=True, help="Only the number of findings by code.")
@click.option("-q", "--quiet", is_flag=True, help="No summary and no progress bar.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 in spite of findings (not of errors).")
@_configurable
@click.pass_context
def check(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Report all findings in PATHS: files, folders, or - for standard input.  [default: .]

    Exit code 0: nothing found but notes. 1: findings. 2: not everything could be read, or an
    option or the configuration is wrong. 130: interrupted.
    """
    from dedupe.pipeline import check as run

    settings = _settings(context, paths, options)
    if options["output"] and any(os.path.realpath(path) == str(options["output"]) for path in paths):
        raise click.BadParameter(f"{visible(str(options['output']))} is an input: it would be lost", param_hint="-o")
    with _progress(options["quiet"], options["color"]) as progress:
        report = run(paths or (".",), settings, progress)
    _publish(report, options)
    code = report.exit_code
    context.exit(0 if options["exit_zero"] and code == 1 else code)


def _settings(context: click.Context, paths: Sequence[str], options: Mapping[str, Any]) -> Settings:
    """The settings of a command: defaults < configuration file < those of its options that were given."""
    from dedupe.report.catalogue import codes

    given = (name for name in options if context.get_parameter_source(name) is not ParameterSource.DEFAULT)
    flags = {name: options[name] for name in given if name in SETTINGS and options[name] is not None}
    return make_settings(_config(paths, options["config"], options["no_config"]), flags, codes())


@cli.command(context_settings=HELP)
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@_comparing
@click.option(
    "--pairs", type=click.IntRange(min=0), default=5, show_default=True, metavar="NUMBER",
    help="Pairs to show on either side of the threshold.",
)
@click.option("--format", "form", type=click.Choice(("rich", "json")), default="rich", show_default=True)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="NO_COLOR works too.")
@_configurable
@click.pass_context
def calibrate(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Show what --threshold does to the copies in PATHS, and what finding them misses.  [default: .]

    Exit code 0, or 2: not everything could be read.
    """
    from dedupe.pipeline import calibrate as run

    settings = _settings(context, paths, options)
    with _progress(False, options["color"]) as progress:
        found = run(paths or (".",), settings, options["pairs"], progress)
    from dedupe.report.calibration import render as show

    view = View(width=get_terminal_size().columns, colour=_has_colour(options["color"]))
    write_out([show(found, options["form"], view)], "utf-8" if options["form"] == "json" else None)
    for error in found.errors:
        click.echo(f"error: {visible(error.path)}: {visible(error.reason)}", err=True)
    context.exit(found.exit_code)


@cli.command(context_settings=HELP)
@click.argument("code", required=False)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="NO_COLOR works too.")
@_configurable
def rules(code: str | None, color: str, config: str | None, no_config: bool) -> None:
    """List every rule, or show those whose CODE begins so (PH101, PH12) with their examples.

    Rules of your own come last, from the configuration file of the current folder.
    """
    from dedupe.report.catalogue import codes, examples, listing

    own, colour = make_settings(_config((), config, no_config), {}, codes()).rules, _has_colour(color)
    text = examples(code.strip().upper(), colour, own) if code else listing(colour, own)
    if not text:
        raise click.BadParameter(f"no code begins with {visible(str(code))!r}: `dedupe rules` lists them")
    write_out([text])


@contextmanager
def _progress(is_quiet: bool, color: str) -> Iterator[Progress | None]:
    """A bar on standard error, for a person only: None where a file or a pipe would get it."""
    if is_quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    # Without colour for --color never as well; NO_COLOR rich reads itself.
    console = Console(stderr=True, no_color=True if color == "never" else None)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("start", total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total or None)


def _publish(report: Report, options: dict[str, Any]) -> None:
    """The report to its place; what a report cannot hold in its format goes to standard error."""
    output, color = options["output"], options["color"]
    form = options["form"] or ("rich" if output is None and sys.stdout.isatty() else "text")
    view = View(
        width=get_terminal_size().columns,
        colour=_has_colour(color) if output is None else color == "always",
        limit=options["limit"],
        statistics=options["statistics"],
        summary=not options["quiet"],
    )
    text = pieces(report, form, view)
    if output is None:
        write_out(text, "utf-8" if form.startswith("json") else None)
    else:
        write_file(output, text)
    if form == "rich" and output is None:
        return
    from dedupe.report.text import closing_lines, error_lines

    if view.summary and (form == "text" or output is not None):
        click.echo("\n".join(closing_lines(report)), err=True)
    for line in error_lines(report):
        click.echo(line, err=True)


def _has_colour(color: str) -> bool:
    """Whether standard output gets colour; https://no-color.org counts any value but the empty one."""
    if color != "auto":
        return color == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
