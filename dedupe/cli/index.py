"""The commands of `index`: parse, call, render, exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.localised import Group, language
from dedupe.cli.options import AT, HELP, check_apart, configurable, given, reading, settings_of, show_failures
from dedupe.core.errors import IndexFileError
from dedupe.core.messages import say, tell
from dedupe.core.model import Failure
from dedupe.index.place import IndexPlace
from dedupe.report.output import write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import count, passed_note, visible

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.core.model import Progress
    from dedupe.index.lookup import Info
    from dedupe.index.signature import Survey, Surveyed

FILE = click.argument("file", metavar="FILE", type=AT)
PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False))
FORCE = click.option("--force", is_flag=True, help="Replace a file that is there.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="Show no figures and no progress bar.")


@click.group(cls=Group, context_settings=HELP, short_help="Keep what is known of accepted documents.")
def index() -> None:
    """Build and use an index of accepted documents."""


_filling = given(reading, QUIET, configurable)  # for the two commands that read documents


@index.command(context_settings=HELP)
@FILE
@PATHS
@FORCE
@_filling
@click.pass_context
def build(context: click.Context, /, file: IndexPlace, paths: tuple[str, ...], force: bool, **options: Any) -> None:
    """Write a new index of the documents in PATHS.

    Exit code 0, or 2: not everything could be read; the rest is in the index.
    """
    from dedupe.index.database import is_index
    from dedupe.index.index import build as run

    _must_be_new(file, force)
    if isinstance(file, Path):
        check_apart(file, paths, is_index)
    _fill(context, (file, paths), run, options)


@index.command(context_settings=HELP)
@FILE
@PATHS
@_filling
@click.pass_context
def add(context: click.Context, /, file: IndexPlace, paths: tuple[str, ...], **options: Any) -> None:
    """Add the documents in PATHS to an index; those that it has already are left as they are.

    Exit code 0, or 2: not everything could be read; the rest is in the index.
    """
    from dedupe.index.index import add as run

    _fill(context, (file, paths), run, options)


@index.command(context_settings=HELP)
@FILE
@click.argument("names", metavar="PATHS...", nargs=-1, required=True)
@language(exposed=False)
def remove(file: IndexPlace, names: tuple[str, ...]) -> None:
    """Remove documents from an index: files, folders or FILE.jsonl#ID."""
    from dedupe.index.index import remove as run

    write_out([tell("{documents} removed", count(run(file, names), "document")) + "\n"])


@index.command(context_settings=HELP)
@click.argument("one", metavar="A", type=AT)
@click.argument("other", metavar="B", type=AT)
@click.option("-o", "--output", metavar="FILE", required=True, type=AT, help="The new index.")
@FORCE
@language(exposed=False)
def merge(one: IndexPlace, other: IndexPlace, output: IndexPlace, force: bool) -> None:
    """Merge two indexes with the same settings into a new one."""
    from dedupe.index.index import merge as run

    if not (isinstance(one, Path) and isinstance(other, Path) and isinstance(output, Path)):
        server = next(place for place in (one, other, output) if not isinstance(place, Path))
        raise IndexFileError(str(server), "only files are merged: add the documents to it from where they stand")
    _must_be_new(output, force)
    write_out([tell("{DECISIONS} in {file}", count(run(one, other, output), "document"), visible(str(output))) + "\n"])


@index.command(context_settings=HELP)
@FILE
@language(exposed=False)
def info(file: IndexPlace) -> None:
    """Show the contents, size and settings of an index."""
    from dedupe.index.index import info as run

    write_out([_figures(run(file))])


@index.command(context_settings=HELP)
@FILE
@language(exposed=False)
@click.pass_context
def verify(context: click.Context, /, file: IndexPlace) -> None:
    """Read all of an index and see whether it is whole.

    Exit code 0: it is whole. 2: it is damaged.
    """
    from dedupe.index.index import verify as run

    wrong = run(file)
    if wrong:
        raise IndexFileError(str(file), "{what}: build it anew", "; ".join(wrong))
    write_out([tell("{file} is whole", visible(str(file))) + "\n"])


def _must_be_new(file: IndexPlace, force: bool) -> None:
    if force:
        return
    if isinstance(file, Path):
        is_there = file.exists()
    else:
        from dedupe.index.shared import is_there as is_on_server

        is_there = is_on_server(file)
    if is_there:
        raise IndexFileError(str(file), "is there already: add to it, or replace it with --force")


Filler = Callable[[IndexPlace, "Iterable[Surveyed]", "Settings"], int]


def _fill(
    context: click.Context, given: tuple[IndexPlace, Sequence[str]], run: Filler, options: dict[str, Any]
) -> None:
    file, paths = given
    from dedupe.index.check import surveyed

    settings = settings_of(context, paths, options)
    failures: list[Failure] = []
    passed = Counter[str]()
    with progress_bar(options["quiet"], "auto") as progress:
        number = run(file, _documents(surveyed(paths, settings, progress), failures, passed), settings)
    if not options["quiet"]:
        write_out([tell("{documents} added to {file}", count(number, "document"), visible(str(file))) + "\n"])
        if passed:
            click.echo(passed_note(passed), err=True)
    show_failures(failures)
    context.exit(2 if failures else 0)


def _documents(surveys: Iterable[Survey], failures: list[Failure], passed: Counter[str]) -> Iterator[Surveyed]:
    """Yield the documents of some surveys; failures go to `failures`, and `passed` counts skipped files."""
    for survey in surveys:
        failures += survey.failures
        passed.update(survey.passed)
        yield from survey.documents


def fill_index(file: IndexPlace, paths: Sequence[str], settings: Settings, progress: Progress | None) -> None:
    """Add the documents of `paths`, which were just written. Raises IndexFileError, which says how to continue."""
    from dedupe.index.check import surveyed
    from dedupe.index.index import add as run

    try:
        run(file, _documents(surveyed(paths, replace(settings, exclude=()), progress), [], Counter()), settings)
    except IndexFileError as error:
        hint = say("{paths} is complete; add it with `dedupe index add` once that is mended", " ".join(paths))
        raise IndexFileError(error.path, "{PLACE}: {REASON}", error.reason, hint) from error


def _figures(found: Info) -> str:
    from rich.cells import set_cell_size

    each = found.size // max(1, found.documents)
    rows = [
        ("documents", f"{found.documents:,}"),
        ("passages", f"{found.passages:,}"),
        ("characters", f"{found.characters:,}"),
        ("keys", f"{found.keys:,}"),
        ("lines", f"{found.lines:,}"),
        ("most documents of one sentence", f"{found.stock:,}"),
        ("bytes", tell("{size} ({each} a document)", f"{found.size:,}", f"{each:,}")),
        *found.about.items(),
    ]
    return "".join(f"{set_cell_size(tell(name), 32)}{value}\n" for name, value in rows)
