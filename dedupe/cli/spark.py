"""What `check` does with `--engine spark`: its options, and a run whose answer is that of one machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.options import check_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.core.model import Report

TABLES, WRITTEN = ("findings", "clusters", "errors"), "_SUCCESS"  # what Spark puts into a folder that it wrote
ENGINES = ("process", "spark")
MASTER = "local[*]"


def sparked(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where its work is done."""
    for option in (
        click.option("--tables", metavar="FOLDER", help="With Spark: write the report as Parquet tables here."),
        click.option("--stages", metavar="FOLDER", help="With Spark: folder for tables between stages."),
        click.option("--master", metavar="URL", help=f"With Spark: URL of its master.  [default: {MASTER}]"),
        click.option(
            "--engine",
            type=click.Choice(ENGINES),
            default=ENGINES[0],
            show_default=True,
            help="Run here, or on Spark (needs the extra spark and Java 17).",
        ),
    ):
        command = option(command)
    return command


def run_on_spark(
    paths: Sequence[str], settings: Settings, options: dict[str, Any], compared: Callable[[Report], Report]
) -> tuple[Report, int]:
    """The report of a run on Spark and its exit code; with `tables` they are written and the report has figures alone.

    `compared` takes from a report what a baseline holds. Raises DedupeError where there is no Spark, Java or cluster.
    """
    from dedupe.spark import check_files
    from dedupe.spark.session import is_local, require, session

    if options["tables"]:
        for name in TABLES:
            check_apart(Path(options["tables"], name), paths, lambda place: (place / WRITTEN).is_file())
    require()
    master = options["master"] or MASTER
    if not is_local(master) and not options["stages"]:
        raise click.UsageError("--master: the machines of a cluster need --stages, a folder that all of them reach")
    with session(master, is_watched=sys.stderr.isatty() and not options["quiet"]) as spark:
        found = check_files(spark, paths, settings, options["stages"] or "")
        if not options["tables"]:
            report = compared(found.report())
            return report, report.exit_code
        found.write(options["tables"].rstrip("/"))
        return found.figures(), found.exit_code()


def is_on_spark(options: dict[str, Any]) -> bool:
    """Whether Spark is asked for. Raises UsageError for options that say nothing to the other engine."""
    given = [f"--{name}" for name in ("master", "stages", "tables") if options[name]]
    if given and options["engine"] != "spark":
        raise click.UsageError(f"{given[0]} is for --engine spark: give that too, or leave it out")
    if options["index"] and options["engine"] == "spark":
        raise click.UsageError("--index: Spark knows no index: leave one of the two out")
    return bool(options["engine"] == "spark")
