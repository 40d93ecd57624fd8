"""The command `compare`: parse, call, render, exit code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dedupe.cli.localised import Command
from dedupe.cli.options import (
    COLOR,
    HELP,
    SETTINGS,
    configurable,
    filled,
    has_colour,
    pairing,
    settings_of,
    show_failures,
)
from dedupe.report.output import write_out
from dedupe.report.view import View

if TYPE_CHECKING:
    from dedupe.comparison.compare import Comparison

CONTEXT = 1


@click.command(cls=Command, context_settings=HELP, short_help="Show two documents side by side, and what differs.")
@click.argument("names", metavar="A B", nargs=-1, required=True)
@click.option(
    "--cluster", metavar="ID", help="Compare the members of this cluster; A is then a report of check --format json."
)
@click.option("--template", is_flag=True, help="Print the template they share, and what each has in its slots.")
@click.option(
    "--context",
    type=click.IntRange(min=0),
    default=CONTEXT,
    show_default=True,
    metavar="NUMBER",
    help="Equal sentences shown on either side of a difference.",
)
@pairing
@click.option("--format", "form", type=click.Choice(("rich", "json")), default="rich", show_default=True)
@COLOR
@configurable
@click.pass_context
def compare(context: click.Context, /, names: tuple[str, ...], **options: Any) -> None:
    """Compare two documents side by side; a record is FILE.jsonl#ID.

    With --cluster ID and the name of a report, show what the members of that cluster differ in from
    the one that is kept. A name may end in the lines that a report gives, as in a.txt:18-23.

    Exit code 0: the same text. 1: they differ. 2: one of them could not be read.
    """
    if len(names) != (2 if options["cluster"] is None else 1):
        one = "give the name of one report with --cluster"
        raise click.UsageError("give the names of two documents" if options["cluster"] is None else one)
    comparison = _found(context, names, options)
    options = filled(context, (), options)
    view = View(width=get_terminal_size().columns, colour=has_colour(options["color"]))
    write_out(_pieces(comparison, view, options), "utf-8" if options["form"] == "json" else None)
    show_failures(comparison.failures)
    context.exit(comparison.exit_code)


def _found(context: click.Context, names: Sequence[str], options: Mapping[str, Any]) -> Comparison:
    from dedupe.comparison.compare import compare as run
    from dedupe.comparison.compare import compare_cluster
    from dedupe.comparison.from_report import recall
    from dedupe.inputs.address import extract
    from dedupe.inputs.sources import STDIN

    settings = settings_of(context, (), options)
    if options["cluster"] is not None:
        given = [name for name in SETTINGS if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        return compare_cluster(recall(names[0], options["cluster"], settings, given))
    if list(names) == [STDIN, STDIN]:
        raise click.UsageError("standard input can be one of the two documents, not both")
    return run(extract(names[0], settings), extract(names[1], settings), settings)


def _pieces(comparison: Comparison, view: View, options: Mapping[str, Any]) -> Iterator[str]:
    if options["template"]:
        from dedupe.comparison.template import templates
        from dedupe.report.template import pieces as of_templates

        return of_templates(comparison, templates(comparison), options["form"], view)
    from dedupe.report.comparison import pieces

    return pieces(comparison, options["form"], view, options["context"])
