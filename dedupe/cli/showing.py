"""How a report is shown: its format, its number of lines, and the commands suggested next."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dedupe.cli.options import config_of, has_colour, is_given
from dedupe.core.messages import tell
from dedupe.report.output import write_error
from dedupe.report.view import View, visible

if TYPE_CHECKING:
    from dedupe.cleaning.plan import Plan
    from dedupe.config.settings import Settings
    from dedupe.core.model import Progress, Report

# The format for the suffix of a file name, and other suffixes for the same formats.
ENDINGS = {
    ".json": ("json", "gitlab", "sarif"),
    ".jsonl": ("jsonl",),
    ".csv": ("csv",),
    ".md": ("markdown",),
    ".sarif": ("sarif",),
    ".xml": ("junit",),
    ".html": ("html",),
    ".htm": ("html",),
}
PLAIN = ("", ".txt", ".text", ".log", ".out")  # the plain text of a report
# Formats for which a small corpus is cleaned as a trial, to show what that would do; and the most characters of such a
# corpus, which adds some two seconds.
PLANNED = ("rich", "html")
CHARACTERS = 400_000
SCREENS = 2
PATHS = 3  # paths named in a command
# Options of `check` that mean something else for `clean`, or do not change its result.
OTHERS = ("output", "force", "color", "quiet", "jobs", "memory", "lang", "suggest")


def form_of(context: click.Context, options: Mapping[str, Any]) -> str:
    """Return the format from the option, the file name, or the configuration; else by whether a person reads."""
    form, output = options["form"], options["output"]
    ending = output.suffix.lower() if output else ""
    implied = ENDINGS.get(ending, ())
    if not form and is_given(context, "output") and ending not in (*ENDINGS, *PLAIN):
        known = ", ".join(ENDINGS)
        raise click.BadParameter(
            tell("no report is written to {ending}: give {known}, or --format", ending, known), param_hint="-o"
        )
    if implied and is_given(context, "form") and form not in implied:
        write_error(
            tell("note: ") + tell("{file} is written as {form}, for --format says so", visible(str(output)), form)
        )
    elif implied and (is_given(context, "output") or not form):
        form = implied[0]
    return form or ("rich" if output is None and sys.stdout.isatty() else "text")


def view_of(context: click.Context, report: Report, plan: Plan | None, options: Mapping[str, Any]) -> View:
    """Return how the report is shown; on a terminal it may fill two screens."""
    is_on_screen = options["output"] is None and sys.stdout.isatty()
    size, color, limit = get_terminal_size(), options["color"], 0 if options["full"] else options["limit"]
    return View(
        width=size.columns,
        colour=has_colour(color) if options["output"] is None else color == "always",
        limit=limit,
        statistics=options["statistics"],
        summary=not options["quiet"],
        rows=SCREENS * size.lines if limit and is_on_screen else 0,
        plan=plan,
        steps=_steps(context, report),
    )


def plan_of(
    context: click.Context, report: Report, settings: Settings, options: Mapping[str, Any], progress: Progress | None
) -> Plan | None:
    """Return what `clean` would do, for a report that shows it."""
    if options["form"] not in PLANNED or options["statistics"] or options["quiet"] or options["against"]:
        return None
    return trial(context.params["paths"], report, settings, options, progress)


def trial(
    paths: Sequence[str], report: Report, settings: Settings, options: Mapping[str, Any], progress: Progress | None
) -> Plan | None:
    """Return what `clean` would do with the findings of a corpus that is small enough to try."""
    if not report.findings or report.summary.characters > CHARACTERS or "-" in paths:
        return None
    from dedupe.cleaning.clean import Order
    from dedupe.cleaning.options import make_choices
    from dedupe.cleaning.plan import plan

    choices = make_choices(config_of(paths, options["config"], options["no_config"]), {"no_texts": True})
    return plan(Order(paths or (".",), None, settings, choices, index=options.get("index")), progress)


def _steps(context: click.Context, report: Report) -> tuple[tuple[str, str], ...]:
    """Return next commands, each with its purpose; none if nothing was found."""
    codes = report.summary.by_code
    paths = context.params["paths"]
    if not codes:
        return ()
    given = " ".join((*map(shlex.quote, paths[:PATHS]), *(["…"] if len(paths) > PATHS else []))) or "."
    steps = []
    if "-" not in paths and not context.params["against"]:
        options = "".join(f" {option}" for option in _options(context))
        steps.append((f"dedupe clean {given}{options} -o {_folder(paths)}", "write the corpus without them"))
        steps.append((f"dedupe check {given}{options} -o report.html", "read them in a browser"))
    most = max(codes, key=lambda code: (codes[code], code))
    steps.append((f"dedupe rules {most}", "see what the most frequent code means"))
    return tuple(steps)


def _options(context: click.Context) -> Iterator[str]:
    """Yield the given options that `clean` has as well, as they are written."""
    from dedupe.cli.clean import clean

    known = {parameter.name for parameter in clean.params}
    for parameter in context.command.params:
        name = parameter.name or ""
        if not isinstance(parameter, click.Option) or name not in known or name in OTHERS:
            continue
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value, flag = context.params[name], parameter.opts[-1]
        if parameter.is_flag:
            yield flag
        elif name.endswith(("select", "ignore")):
            yield f"{flag} {shlex.quote(','.join(value))}"
        else:
            yield from (f"{flag} {shlex.quote(str(one))}" for one in (value if parameter.multiple else [value]))


def _folder(paths: Sequence[str]) -> str:
    """Return a folder that does not exist and is in none of the paths."""
    here = os.getcwd()
    inside = any(
        os.path.commonpath((os.path.realpath(path), here)) == os.path.realpath(path) for path in paths or (".",)
    )
    base = os.path.join("..", f"{os.path.basename(here)}-clean") if inside else "clean"
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, sys.maxsize))
    return shlex.quote(next(name for name in names if not os.path.lexists(name)))
