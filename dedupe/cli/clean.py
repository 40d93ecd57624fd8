"""The commands `clean` and `restore`: parse, call, render, exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from shutil import get_terminal_size
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.index import fill_index
from dedupe.cli.localised import Command, language
from dedupe.cli.options import (
    COLOR,
    HELP,
    QUIET,
    comparing,
    config_of,
    configurable,
    filled,
    finding,
    given,
    has_colour,
    indexed,
    is_given,
    settings_of,
    show_failures,
)
from dedupe.cli.spark import looking, sparked
from dedupe.config.file import shown
from dedupe.core.atomic import MANIFEST
from dedupe.core.messages import tell
from dedupe.inputs.remote import check_empty, is_remote, sent
from dedupe.report.output import write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import View, count, visible

if TYPE_CHECKING:
    from dedupe.cleaning.clean import Order
    from dedupe.cleaning.options import Choices

# Options that decide which copies are removed, and how.
choosing = given(
    click.option(
        "--remove",
        type=click.Choice(("safe", "usual", "hard")),
        default="usual",
        show_default=True,
        help="How much of a copy the kept text must have before it is removed.",
    ),
    click.option("--keep-copies", is_flag=True, help="Keep all copies."),
    click.option("--keep-variants", is_flag=True, help="Keep copies of a template that are filled in differently."),
    click.option("--keep-passages", is_flag=True, help="Remove whole documents and essays only."),
    click.option("--keep-chrome", is_flag=True, help="Keep boilerplate."),
    click.option(
        "--placeholders",
        default="keep",
        show_default=True,
        metavar="WHAT",
        help="What to do with placeholders: keep, drop-sentence, drop-essay, mask=TOKEN or repair.",
    ),
    click.option(
        "--min-document",
        type=int,
        default=0,
        show_default=True,
        metavar="CHARACTERS",
        help="Finally, drop documents with fewer non-space characters than this.",
    ),
)


def choices_of(context: click.Context, paths: Sequence[str], options: Mapping[str, Any]) -> Choices:
    """Return what is removed and what stays: defaults < configuration file < the options that were given."""
    from dedupe.cleaning.options import Choices, make_choices

    file = config_of(paths, options["config"], options["no_config"])
    names = [field.name for field in fields(Choices) if field.name in options and is_given(context, field.name)]
    return make_choices(file, {name: options[name] for name in names})


@click.command(cls=Command, context_settings=HELP, short_help="Write a corpus without copies and boilerplate.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("-o", "--output", metavar="DIR", help="Folder for the cleaned corpus, here or at an address (s3://…).")
@click.option("--in-place", is_flag=True, help="Replace the files themselves; `dedupe restore` undoes it.")
@click.option("--annotate", is_flag=True, help="Take nothing out; write findings and actions as fields of the records.")
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and write nothing.")
@click.option(
    "--force", is_flag=True, help="Replace the result of an earlier clean, or in place what git has not committed."
)
@choosing
@click.option("--split-essays", is_flag=True, help="Write only essays.jsonl, one record per essay.")
@click.option("--no-texts", is_flag=True, help="Do not keep removed texts: no quarantine, no way back.")
@indexed
@click.option("--add", is_flag=True, help="Add what is kept to the index.")
@finding
@comparing
@COLOR
@QUIET
@sparked
@configurable
@click.pass_context
def clean(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Write a cleaned copy of PATHS to DIR; only --in-place changes PATHS.

    Exit code 0, or 2: not everything could be read.
    """
    if options["dry_run"]:
        options |= {"output": None, "in_place": False}  # wherever it would write to
    elif (options["output"] is not None) == options["in_place"]:
        raise click.UsageError("say where to: --output DIR, --in-place, or --dry-run to see what would change")
    from dedupe.cleaning.clean import Order
    from dedupe.cleaning.clean import clean as run
    from dedupe.cleaning.output import Changed
    from dedupe.report.clean import diff, summary

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    if options["resume"] and options["output"] is None:
        raise click.UsageError("--resume goes on with what an earlier run began for --output DIR: give that")
    if options["add"] and (options["index"] is None or options["output"] is None):
        raise click.UsageError("--add needs an --index to add to, and an --output to add")
    choices = choices_of(context, paths, options)
    view = View(width=get_terminal_size().columns, colour=has_colour(options["color"]))
    if options["in_place"] or options["annotate"]:
        run_other = _in_place if options["in_place"] else _annotated
        with looking(paths, settings, options) as look:
            order = Order(paths, None, settings, choices, index=options["index"], check=look)
            code = run_other(order, options, view)
        context.exit(code)
    diffs: list[str] = []

    def show(changed: Changed) -> None:
        diffs.append(diff(changed, view.colour))

    with (
        _placed(options["output"], options["force"]) as (output, address),
        looking(paths, settings, options) as look,
        progress_bar(options["quiet"], options["color"]) as progress,
    ):
        order = Order(paths, output, settings, choices, options["force"], options["index"], address, check=look)
        outcome = run(order, progress, show if options["dry_run"] else None)
    if options["add"]:
        with progress_bar(options["quiet"], options["color"]) as progress:
            fill_index(options["index"], [options["output"]], settings, progress)
    text = "" if options["quiet"] else summary(outcome, order, view)
    write_out(["\n".join(part for part in ("".join(diffs), text) if part)])
    if options["quiet"]:
        show_failures(outcome.failures)
    context.exit(outcome.exit_code)


def _in_place(order: Order, options: Mapping[str, Any], view: View) -> int:
    """Clean files in place, and report the result; return the exit code."""
    from dedupe.cleaning.inplace import clean_in_place
    from dedupe.report.clean import summary

    if order.choices.split_essays or order.choices.no_texts:
        raise click.UsageError("--split-essays and --no-texts cannot be used with --in-place")
    with progress_bar(options["quiet"], options["color"]) as progress:
        outcome, undo = clean_in_place(order, options["force"], progress)
    if options["quiet"]:
        show_failures(outcome.failures)
        return outcome.exit_code
    done = replace(order, output=Path(shown(undo)), root="here") if undo else order
    write_out([summary(outcome, done, view)])
    return outcome.exit_code


def _annotated(order: Order, options: Mapping[str, Any], view: View) -> int:
    """Write the corpus with what was found as fields of its records; return the exit code."""
    from dedupe.cleaning.annotate import annotate

    if options["output"] is None or is_remote(options["output"]) or order.choices.split_essays or options["add"]:
        raise click.UsageError("--annotate writes to a folder here: give --output DIR, and no --split-essays or --add")
    with progress_bar(options["quiet"], options["color"]) as progress:
        outcome = annotate(order, Path(options["output"]), progress)
    if not options["quiet"]:
        number = count(outcome.documents[0], "document")
        kept, place = f"{outcome.documents[1]:,}", visible(options["output"])
        write_out([tell("{DOCUMENTS} in {place}: a clean would keep {number}", number, place, kept) + "\n"])
    show_failures(outcome.failures)
    return outcome.exit_code


@contextmanager
def _placed(output: str | None, force: bool) -> Iterator[tuple[Path | None, str]]:
    """Yield the folder to write to, and the address to which the complete folder goes, if one was given."""
    if output is None or not is_remote(output):
        yield Path(output) if output is not None else None, ""
        return
    from dedupe.inputs.spill import room

    check_empty(output, force)
    with room():
        folder = TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-")
    with folder as name:
        yield Path(name, "result"), output
        sent(Path(name, "result"), output, MANIFEST)


@click.command(cls=Command, context_settings=HELP, short_help="Take a clean back: the original files, byte for byte.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="Folder for the originals.")
@language(exposed=False)
@click.pass_context
def restore(context: click.Context, /, folder: Path | None, output: Path | None) -> None:
    """Restore the original files of a cleaned DIR, byte for byte.

    Without OUT undo a clean in place, the last one or that of DIR.

    Exit code 0, or 2: a file was changed since, and its original cannot be had or has no place.
    """
    from dedupe.cleaning.inplace import is_undo, latest, restore_in_place
    from dedupe.cleaning.restore import restore as run

    if folder is None:
        folder = latest(Path())
    if output is None and folder.exists() and not is_undo(folder):
        raise click.UsageError("give --output OUT: DIR was not cleaned in place")
    number, failures = restore_in_place(folder) if output is None else run(folder, output)
    show_failures(failures)
    write_out([tell("{files} restored", count(number, "file")) + "\n"])
    context.exit(2 if failures else 0)
