"""What `check` does with `--engine spark`: its options, and a run whose answer is that of one machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.options import check_apart
from dedupe.core.messages import tell
from dedupe.report.output import write_error

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from dedupe.config.settings import Settings
    from dedupe.core.model import Report
    from dedupe.spark.frames import Step

TABLES, WRITTEN = ("findings", "clusters", "errors"), "_SUCCESS"  # what Spark puts into a folder that it wrote
ENGINES = ("process", "spark")
MASTER = "local[*]"
LONGEST = 3  # tables that are named


def _conf(_: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Settings of Spark by name."""
    for value in values:
        if "=" not in value or not value.startswith("spark."):
            raise click.BadParameter(f"{value!r} is no spark.NAME=VALUE", param=parameter)
    return dict((value.partition("=")[0], value.partition("=")[2]) for value in values)


def sparked(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where its work is done."""
    for option in (
        click.option("--tables", metavar="FOLDER", help="With Spark: write the report as Parquet tables here."),
        click.option(
            "--resume", is_flag=True, help="With Spark: continue with the tables of an earlier run in --stages."
        ),
        click.option(
            "--conf",
            multiple=True,
            callback=_conf,
            metavar="KEY=VALUE",
            help="With Spark: set this option of Spark; may be repeated.",
        ),
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

    if options["tables"]:
        for name in TABLES:
            check_apart(Path(options["tables"], name), paths, lambda place: (place / WRITTEN).is_file())
    with started(paths, settings, options) as spark:
        found = check_files(spark, paths, settings, options["stages"] or "", options["resume"])
        if not options["tables"]:
            report = compared(found.report())
            code = report.exit_code
        else:
            found.write(options["tables"].rstrip("/"))
            report, code = found.figures(), found.exit_code()
    if not options["quiet"]:
        write_error(_told(found.steps))
    return report, code


@contextmanager
def started(paths: Sequence[str], settings: Settings, options: Mapping[str, Any]) -> Iterator[SparkSession]:
    """A session as the options ask for it; a word where one machine would do."""
    from dedupe.inputs.find import find
    from dedupe.spark.session import SMALL, is_local, require, session

    require()
    master = options["master"] or MASTER
    if not is_local(master) and not options["stages"]:
        raise click.UsageError("--master: the machines of a cluster need --stages, a folder that all of them reach")
    if options["resume"] and not options["stages"]:
        raise click.UsageError("--resume needs the --stages of the run to go on with")
    size = sum(source.size for source in find(paths, settings)[0])
    if size < SMALL and not options["quiet"]:
        write_error(
            tell(f"note: {size // 1_000_000:,} MB are work for one machine: it is done sooner without --engine spark")
        )
    is_watched = sys.stderr.isatty() and not options["quiet"]
    with session(master, is_watched, options["conf"], size) as spark:
        yield spark


def _told(steps: Sequence[Step]) -> str:
    """What Spark did: how many jobs, and the tables that took longest."""
    longest = sorted(steps, key=lambda step: -step.seconds)[:LONGEST]
    told = ", ".join(f"{step.name} {step.seconds:.1f} s ({step.jobs})" for step in longest)
    jobs, seconds = sum(step.jobs for step in steps), sum(step.seconds for step in steps)
    return tell(f"Spark: {jobs:,} jobs for {len(steps):,} tables in {seconds:.0f} s; longest: {told}")


def is_on_spark(options: dict[str, Any]) -> bool:
    """Whether Spark is asked for. Raises UsageError for options that say nothing to the other engine."""
    given = [f"--{name}" for name in ("master", "stages", "tables", "conf", "resume") if options.get(name)]
    if given and options["engine"] != "spark":
        raise click.UsageError(f"{given[0]} is for --engine spark: give that too, or leave it out")
    if options["index"] and options["engine"] == "spark":
        raise click.UsageError("--index: Spark knows no index: leave one of the two out")
    return bool(options["engine"] == "spark")
