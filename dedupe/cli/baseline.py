"""The command `baseline`, and how `check` uses what it wrote: parse, call, render, exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.cache import cache_of, cached
from dedupe.cli.localised import Command
from dedupe.cli.options import (
    HELP,
    PATHS,
    QUIET,
    comparing,
    config_of,
    configurable,
    filled,
    finding,
    given,
    settings_of,
    show_failures,
)
from dedupe.core.messages import tell
from dedupe.report.output import write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import count, passed_note, visible

if TYPE_CHECKING:
    from dedupe.config.baseline import Baseline
    from dedupe.core.model import Report

NOTHING_TO_PRUNE = "--prune: there is no baseline: write one with `dedupe baseline`, or name it"
FOLLOW = click.option("--follow", is_flag=True, help="Recognise accepted findings in renamed documents.")


baselined = given(
    click.option(
        "--baseline",
        metavar="FILE",
        help="File of accepted findings, which are not reported.  [default: .dedupe-baseline.json, found upwards]",
    ),
    click.option("--no-baseline", is_flag=True, help="Report accepted findings as well."),
    FOLLOW,
    click.option("--prune", is_flag=True, help="Remove findings that are gone from the baseline."),
)


@dataclass(frozen=True)
class Against:
    """The baseline for a check of some paths, if any, and the options about it."""

    paths: Sequence[str]
    baseline: Baseline | None
    follow: bool
    prune: bool

    @classmethod
    def of(cls, paths: Sequence[str], options: dict[str, Any]) -> Against:
        """Read the baseline before a long run, so that errors in it are reported at once."""
        from dedupe.config.baseline import find_baseline, read

        file = None if options["no_baseline"] else options["baseline"] or find_baseline(paths)
        if file is None and options["prune"]:
            raise click.UsageError(NOTHING_TO_PRUNE)
        return cls(paths, read(Path(file)) if file else None, options["follow"], options["prune"])

    def files(self, output: Path | None) -> tuple[str, ...]:
        """Return the real paths of the baseline and of the coming report, which are not part of the corpus."""
        baseline = self.baseline.file if self.baseline else None
        return tuple(os.path.realpath(file) for file in (baseline, output) if file)

    def compared(self, report: Report) -> Report:
        """Return what is new in a report. With `prune` the file is written."""
        if self.baseline is None:
            return report
        from dedupe.config.baseline import Compared, compare, renew

        look = partial(compare, report, paths=self.paths, follow=self.follow)
        if not self.prune:
            return look(self.baseline).report
        compared, pruned = renew(self.baseline, look, Compared.pruned)
        summary = compared.report.summary
        assert summary.baseline is not None
        told = replace(summary.baseline, holds=len(pruned.entries), gone=0)
        return replace(compared.report, summary=replace(summary, baseline=told))


@click.command(cls=Command, context_settings=HELP, short_help="Accept today's findings: later checks report new ones.")
@PATHS
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The baseline.  [default: .dedupe-baseline.json, found upwards, or a new one for the project]",
)
@click.option("--prune", is_flag=True, help="Only remove findings that are gone; accept nothing new.")
@FOLLOW
@finding
@comparing
@QUIET
@cached
@configurable
@click.pass_context
def baseline(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Accept today's findings; later checks report only new ones.  [default: .]

    Findings accepted before in other places stay. Exit code 0, or 2: not everything could be read.
    """
    from dedupe.config.baseline import Baseline, Compared, compare, read, renew
    from dedupe.pipeline.pipeline import check

    settings = settings_of(context, paths, options)
    options = filled(context, paths, options)
    paths = paths or (".",)
    if "-" in paths:
        raise click.UsageError("standard input has no name that its findings could be known by: name files and folders")
    file = _target(paths, options)
    if options["prune"] and not os.path.lexists(file):
        raise click.UsageError(NOTHING_TO_PRUNE)
    before = read(file) if os.path.lexists(file) else Baseline(file)
    with progress_bar(options["quiet"], "auto") as progress:
        settings = replace(settings, own=(os.path.realpath(file),))
        report = check(paths, settings, progress, cache_of(paths, options))
    look = partial(compare, report, paths=paths, follow=options["follow"])
    compared, after = renew(before, look, Compared.pruned if options["prune"] else Compared.accepted)
    show_failures(report.errors)
    if not options["quiet"]:
        if report.summary.passed_over:
            click.echo(passed_note(report.summary.passed_over), err=True)
        write_out([_said(compared.report, len(after.entries), 0 if options["prune"] else len(compared.new))])
    context.exit(2 if report.errors else 0)


def _target(paths: Sequence[str], options: dict[str, Any]) -> Path:
    """Return the file to write: the one that checks of these paths find, from wherever they are started."""
    from dedupe.config.baseline import NAME, find_baseline

    file = config_of(paths, options["config"], options["no_config"])
    if options["output"] is not None:
        return _named(options["output"])
    if file and "baseline" in file.table:
        return Path(file.place("baseline"))
    found = find_baseline(paths)
    if found:
        return found
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    try:
        corpus = Path(os.path.commonpath(folders))
    except ValueError as error:  # other drives on Windows
        raise click.UsageError("PATHS have no folder in common: name the baseline with -o") from error
    around = (corpus, *corpus.parents)
    here = [Path(file.folder)] if file else []
    here += [folder for folder in around if os.path.lexists(folder / ".git")]
    here += [Path.cwd(), corpus]
    return next(folder for folder in here if folder in around) / NAME


def _named(output: str) -> Path:
    file = Path(os.path.abspath(output))
    if file.is_dir() or not file.parent.is_dir():
        wrong = "{path} is a folder" if file.is_dir() else "{path} is in a folder that does not exist"
        raise click.BadParameter(tell(wrong, visible(output)), param_hint="-o")
    return file


def _said(report: Report, holds: int, new: int) -> str:
    told = report.summary.baseline
    assert told is not None
    path, findings = visible(told.path), count(holds, "finding")
    if not new and not told.gone:
        return tell("{path} holds {findings}, as before", path, findings) + "\n"
    counted = (("{number} new", new), ("{number} gone", told.gone))
    changes = ", ".join(tell(template, f"{number:,}") for template, number in counted if number)
    return tell("{path} holds {findings}", path, f"{findings} ({changes})") + "\n"
