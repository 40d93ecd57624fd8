"""The command line: parse, call, render, exit code. Heavy imports are inside the commands, so that `--help` is fast."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import Exit

from dedupe.cli.baseline import Against, baseline, baselined
from dedupe.cli.cache import cache, cache_of, cached, resumed
from dedupe.cli.failures import NO_FOLDER, is_homeless, words
from dedupe.cli.localised import Group, language
from dedupe.cli.options import (
    COLOR,
    HELP,
    PATHS,
    QUIET,
    check_apart,
    comparing,
    config_of,
    configurable,
    filled,
    finding,
    has_colour,
    indexed,
    settings_of,
    show_failures,
)
from dedupe.cli.showing import form_of, plan_of, view_of
from dedupe.cli.spark import is_on_spark, run_on_spark, tabled
from dedupe.config.settings import make_settings
from dedupe.core.errors import ConfigError
from dedupe.core.messages import learn, tell
from dedupe.report import BEGINNINGS, FOR_TERMINALS, FORMATS, pieces
from dedupe.report.ours import check_replaceable, is_report
from dedupe.report.output import write_error, write_file, write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import View, count, passed_note, visible

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.core.model import Progress, Report
    from dedupe.index.place import IndexPlace
    from dedupe.pipeline.cache.cache import Cache

CANNOT, INTERRUPTED = 2, 130
# Commands in modules that `check` does not need.
ELSEWHERE = {
    "clean": ("clean", "restore"),
    "compare": ("compare",),
    "config": ("config", "completion"),
    "ids": ("ids",),
    "index": ("index",),
    "init": ("init",),
    "review": ("review",),
}


class _Commands(Group):
    """The one place where errors become a message and an exit code. Commands of other modules are imported together."""

    _known: MutableMapping[str, click.Command]

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """Return all commands by name."""
        for module, names in ELSEWHERE.items():
            if names[0] not in self._known:
                home = import_module(f"dedupe.cli.{module}")
                self._known.update((name, getattr(home, name)) for name in names)
        return self._known

    @commands.setter
    def commands(self, known: MutableMapping[str, click.Command]) -> None:
        self._known = known

    def add_command(self, command: click.Command, name: str | None = None) -> None:
        """Add a command of this module."""
        self._known[name or str(command.name)] = command

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command of this name, if there is one."""
        return self._known.get(name) or self.commands.get(name)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        with _told():
            return super().make_context(*args, **options)

    def invoke(self, context: click.Context) -> Any:
        with _told():
            if is_homeless():
                raise ConfigError(NO_FOLDER)
            return super().invoke(context)


@contextmanager
def _told() -> Iterator[None]:
    """Report errors of the user, and exit; bugs of ours propagate."""
    try:
        yield
    except KeyboardInterrupt:
        raise Exit(INTERRUPTED) from None
    except (click.ClickException, Exit):
        raise
    except Exception as error:
        message = words(error)
        if not message:
            if isinstance(error, EOFError):
                raise RuntimeError(repr(error)) from error  # click would take it for Ctrl-C
            raise
        write_error(tell("error: ") + visible(tell(message)))
        raise Exit(CANNOT) from error


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from dedupe.core.version import version

        write_out([f"dedupe {version()}\n"])
        context.exit()


@click.group(cls=_Commands, context_settings=HELP)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@language(exposed=False)
def cli() -> None:
    """Find near-duplicates, placeholders and boilerplate in a text corpus."""


def _output(_: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """Check that the folder of a file exists, because it is better to fail before a long run than after it."""
    if value is None:
        return None
    path = Path(os.path.realpath(value))  # a link stays a link: its target is written
    reasons = {
        "{path} is a folder": os.path.isdir(path),
        "{path} is in a folder that does not exist": not os.path.isdir(path.parent),
        "{path} is no regular file: leave -o out and redirect": os.path.exists(path) and not os.path.isfile(path),
        "{path} must not be written": os.path.isfile(path) and not os.access(path, os.W_OK),
    }
    for reason, holds in reasons.items():
        if holds:
            raise click.BadParameter(tell(reason, visible(value)), param=parameter)
    return path


@cli.command(context_settings=HELP, short_help="Find near-duplicates, placeholders and boilerplate.")
@PATHS
@finding
@comparing
@click.option("--suggest", is_flag=True, help="Suggest a value for each placeholder from the other copies.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="[default: rich on a terminal, text in a pipe or file]"
)
@click.option("-o", "--output", callback=_output, metavar="FILE", help="Write the report here: all of it or nothing.")
@click.option("--force", is_flag=True, help="Let the report replace a file that is no report.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=View().limit,
    show_default=True,
    metavar="NUMBER",
    help="Findings shown of each document in rich and markdown reports; 0 shows all of everything.",
)
@click.option("--full", is_flag=True, help="Show all of everything: on a terminal else at most two screens.")
@COLOR
@click.option("--statistics", is_flag=True, help="Show only the number of findings per code.")
@QUIET
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings (errors still count).")
@indexed
@click.option(
    "--against",
    multiple=True,
    metavar="PATH",
    type=click.Path(readable=False),
    help="Compare with the documents of this folder or file as well, and report only what concerns PATHS.",
)
@baselined
@cached
@tabled
@configurable
@click.pass_context
def check(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Report all findings in files, folders or standard input (-).  [default: .]

    Exit code 0: nothing found but notes. 1: findings. 2: not everything could be read, or an
    option or the configuration is wrong. 130: interrupted.
    """
    from dedupe.inputs.texts import Texts
    from dedupe.pipeline.pipeline import collector_paused

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    options["form"] = form_of(context, options)
    kept = resumed(paths, options) if options["resume"] else cache_of(paths, options)
    run = _checker(options["index"], kept, options["against"])
    paths = paths or (".",)
    accepted = Against.of(paths, options)
    if options["output"] and any(os.path.realpath(path) == str(options["output"]) for path in paths):
        reason = tell("{path} is an input: it would be lost", visible(str(options["output"])))
        raise click.BadParameter(reason, param_hint="-o")
    if options["output"]:
        own = [rule.code for rule in settings.rules]
        check_apart(options["output"], paths, partial(is_report, own=own))
        check_replaceable(options["output"], own, options["force"])
    settings = replace(settings, own=accepted.files(options["output"]))
    plan = None
    if is_on_spark(options):
        report, code = run_on_spark(paths, settings, options, accepted.compared)
        options["statistics"] = options["statistics"] or bool(options["tables"])
    else:
        with progress_bar(options["quiet"], options["color"]) as progress:
            report = accepted.compared(run(paths, settings, progress))
            plan = plan_of(context, report, settings, options, progress)
        code = report.exit_code
    view = view_of(context, report, plan, options)
    with collector_paused():
        _publish(report, replace(view, texts=Texts(paths, settings)), options)
    context.exit(0 if options["exit_zero"] and code == 1 else code)


@cli.command(context_settings=HELP, short_help="Show what --threshold does to the copies of a corpus.")
@PATHS
@comparing
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="NUMBER",
    help="Pairs to show on either side of the threshold.",
)
@click.option("--format", "form", type=click.Choice(("rich", "json")), default="rich", show_default=True)
@COLOR
@configurable
@click.pass_context
def calibrate(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Propose a --threshold for the copies in PATHS.  [default: .]

    Exit code 0, or 2: not everything could be read.
    """
    from dedupe.comparison.calibrate import calibrate as run

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    with progress_bar(False, options["color"]) as progress:
        found = run(paths or (".",), settings, options["pairs"], progress)
    from dedupe.report.calibration import render as show

    view = View(width=get_terminal_size().columns, colour=has_colour(options["color"]))
    write_out([show(found, options["form"], view)], "utf-8" if options["form"] == "json" else None)
    if found.passed_over:
        click.echo(passed_note(found.passed_over), err=True)
    show_failures(found.errors)
    context.exit(found.exit_code)


@cli.command(context_settings=HELP, short_help="Show a rule with its examples, or list all of them.")
@click.argument("code", required=False)
@COLOR
@configurable
def rules(code: str | None, color: str, config: str | None, no_config: bool, **_: Any) -> None:
    """List every rule, or show those whose CODE begins so (PH101, PH12), or of that name, with their examples.

    Rules of your own come last, from the configuration file of the current folder.
    """
    from dedupe.report.rules import codes, examples, listing

    own, colour = make_settings(config_of((), config, no_config), {}, codes()).rules, has_colour(color)
    learn({rule.message: rule.message_zh for rule in own})
    text = examples(code.strip(), colour, own) if code else listing(colour, own)
    if not text:
        reason = "no code begins with {code}, and no rule is called so: `dedupe rules` lists them"
        raise click.BadParameter(tell(reason, repr(visible(str(code)))))
    write_out([text])


def _checker(
    file: IndexPlace | None, cache: Cache | None, against: Sequence[str]
) -> Callable[[Sequence[str], Settings, Progress | None], Report]:
    """Return the function that checks a corpus: against itself, or also against an index, without the cache."""
    if file is None:
        from dedupe.pipeline.pipeline import check as run

        return partial(run, cache=cache, against=against)
    if against:
        raise click.UsageError("--against and --index cannot be used together")
    from dedupe.index.check import Before, check_with

    return partial(check_with, Before(file))


def _publish(report: Report, view: View, options: dict[str, Any]) -> None:
    """Write the report to its place; what its format cannot hold goes to standard error."""
    form, output = options["form"], options["output"]
    text = pieces(report, form, view)
    if output is None:
        write_out(text, None if form in FOR_TERMINALS else "utf-8")
    else:
        check_replaceable(output, [rule.code for rule in report.settings.rules], options["force"])  # again, after a run
        write_file(output, chain((BEGINNINGS.get(form, ""),), text))
    if view.summary and form in ("csv", "github", "gitlab", "junit") and output is None and report.summary.passed_over:
        write_error(passed_note(report.summary.passed_over))
    if form == "sarif" and not view.statistics:
        from dedupe.report.sarif import omitted

        if omitted(report):
            number = count(omitted(report), "finding")
            note = tell("{number} left out, for SARIF has room for 25,000: --format json has all", number)
            write_error(tell("note: ") + note)
    if form in ("rich", "github") and output is None:  # a person has just read them there
        return
    from dedupe.report.text import ERRORS, closing_lines, error_lines

    if view.summary and (form == "text" or output is not None):
        write_error("\n".join(closing_lines(report, view.statistics)))
    for line in error_lines(report.errors, ERRORS if view.limit else 0):
        write_error(line)


for command in (baseline, cache):
    cli.add_command(command)
