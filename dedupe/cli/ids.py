"""The command `ids`: which documents a clean would drop or keep, as a plain list for other tools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.clean import choices_of, choosing
from dedupe.cli.localised import Command
from dedupe.cli.options import (
    HELP,
    comparing,
    configurable,
    filled,
    finding,
    indexed,
    settings_of,
    show_failures,
)
from dedupe.core.errors import DedupeError
from dedupe.core.messages import tell
from dedupe.report.output import write_error, write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import count, visible

if TYPE_CHECKING:
    from dedupe.cleaning.output import Changed

ID, FILE_ID, PLACE = "id", "file-id", "place"
LOUD = 3  # ids that a note names
DROP, KEEP = "drop", "keep"
Place = tuple[str, str | None, int]  # a document: its file, and its id and number there


@click.command(cls=Command, context_settings=HELP, short_help="List the documents that a clean would drop or keep.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("--drop", "which", flag_value=DROP, help="The documents that would go.")
@click.option("--keep", "which", flag_value=KEEP, help="The documents that would stay.")
@click.option(
    "--as",
    "form",
    type=click.Choice((ID, PLACE)),
    default=ID,
    show_default=True,
    help="Call a record by its id (FILE#ID where files share ids), or by its file and its number there.",
)
@click.option("-0", "--null", "is_null", is_flag=True, help="End each with a null byte instead of a line end.")
@choosing
@indexed
@finding
@comparing
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@configurable
@click.pass_context
def ids(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """List the documents that a clean of PATHS would drop or keep: files by path, records by id.

    Nothing is written. Exit code 0, or 2: not everything could be read.
    """
    if options["which"] is None:
        raise click.UsageError("give --drop or --keep")
    from dedupe.cleaning.clean import Order, clean

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    choices = choices_of(context, paths, options)
    order = Order(paths, None, settings, choices, index=options["index"], everything=True)
    listed: list[Place] = []
    taken: Counter[str] = Counter()  # how many documents have an id, listed or not

    def note(changed: Changed) -> None:
        taken[changed.path if changed.record is None else changed.record] += 1
        if changed.is_gone == (options["which"] == DROP):
            listed.append((changed.path, changed.record, changed.number))

    with progress_bar(options["quiet"]) as progress:
        outcome = clean(order, progress, note)
    shared = sorted(name for name, times in taken.items() if times > 1) if options["form"] == ID else []
    if shared:
        names = ", ".join(map(visible, shared[:LOUD])) + ("…" if len(shared) > LOUD else "")
        said = tell("{IDS} in several files ({names}): records are called FILE#ID", count(len(shared), "id"), names)
        write_error(tell("note: ") + said)
    form = FILE_ID if shared else options["form"]
    write_out(_lines([_name(place, form) for place in listed], "\0" if options["is_null"] else "\n"), "utf-8")
    show_failures(outcome.failures)
    context.exit(outcome.exit_code)


def _name(place: Place, form: str) -> str:
    path, record, number = place
    if record is None:
        return path
    return {ID: record, FILE_ID: f"{path}#{record}", PLACE: f"{path}:{number}"}[form]


def _lines(names: list[str], end: str) -> Iterator[str]:
    for name in names:
        if end in name:
            raise DedupeError("{name}: a line end in it: give -0, or --as place", repr(name))
        yield f"{name}{end}"
