"""How `check` and `clean` run with `--engine spark`: its options, and runs with the same results as on one machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.cache import resumed
from dedupe.cli.options import check_apart, given
from dedupe.core.messages import say, tell
from dedupe.report.output import write_error

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from dedupe.cleaning.clean import Look
    from dedupe.config.settings import Settings
    from dedupe.core.model import Progress, Report
    from dedupe.spark.frames import Step

TABLES, WRITTEN = ("findings", "clusters", "errors"), "_SUCCESS"  # names that Spark puts into a folder that it wrote
ENGINES = ("process", "spark")
MASTER = "local[*]"
LEVELS = {"ALL": "DEBUG", "TRACE": "DEBUG", "FATAL": "CRITICAL", "OFF": "CRITICAL"}  # of Spark, and in Python
LONGEST = 3  # tables that are named


def _conf(_: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Return settings of Spark by name."""
    for value in values:
        if "=" not in value or not value.startswith("spark."):
            raise click.BadParameter(tell("{value} is no spark.NAME=VALUE", repr(value)), param=parameter)
    return dict((value.partition("=")[0], value.partition("=")[2]) for value in values)


# Options for where the work is done, and whether an earlier run continues.
sparked = given(
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help="Run here, or on Spark (needs the extra spark and Java 17).",
    ),
    click.option("--master", metavar="URL", help=f"With Spark: URL of its master.  [default: {MASTER}]"),
    click.option("--stages", metavar="FOLDER", help="With Spark: folder for tables between stages."),
    click.option(
        "--conf",
        multiple=True,
        callback=_conf,
        metavar="KEY=VALUE",
        help="With Spark: set this option of Spark; may be repeated.",
    ),
    click.option(
        "--resume",
        is_flag=True,
        help="Keep what is done, and continue a run that was stopped; on Spark in --stages.",
    ),
)
tabled = given(
    sparked,
    click.option("--tables", metavar="FOLDER", help="With Spark: write the report as Parquet tables here."),
)


def run_on_spark(
    paths: Sequence[str], settings: Settings, options: dict[str, Any], compared: Callable[[Report], Report]
) -> tuple[Report, int]:
    """Return the report of a run on Spark and its exit code; with `tables` they are written and it has figures only.

    `compared` removes from a report what a baseline holds. Raises DedupeError if there is no Spark, Java or cluster.
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
    """Yield a session as the options ask for it, with a note if one machine would do."""
    from dedupe.inputs.find import find
    from dedupe.spark.session import LOG_LEVEL, SMALL, is_local, require, session

    master = options["master"] or MASTER
    if not is_local(master) and not options["stages"]:
        raise click.UsageError("--master: the machines of a cluster need --stages, a folder that all of them reach")
    if options["resume"] and not options["stages"]:
        raise click.UsageError("--resume on Spark needs the --stages of the run to go on with")
    require()
    size = sum(source.size for source in find(paths, settings)[0])
    if size < SMALL and not options["quiet"]:
        write_error(
            tell(
                "note: {size} MB are work for one machine: it is done sooner without --engine spark",
                f"{size // 1000000:,}",
            )
        )
    if LOG_LEVEL in options["conf"]:
        level = options["conf"][LOG_LEVEL].upper()
        import logging

        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logging.getLogger("dedupe").setLevel(getattr(logging, LEVELS.get(level, level), logging.INFO))
    is_watched = sys.stderr.isatty() and not options["quiet"]
    with session(master, is_watched, options["conf"], size) as spark:
        yield spark


@contextmanager
def looking(paths: Sequence[str], settings: Settings, options: Mapping[str, Any]) -> Iterator[Look]:
    """Yield the function that checks a corpus for a clean, here or on Spark, as often as needed."""
    if not is_on_spark(options):
        from dedupe.pipeline.pipeline import check

        yield partial(check, cache=resumed(paths, options) if options["resume"] else None)
        return
    from dedupe.spark import check_copies
    from dedupe.spark.session import is_local

    if options["output"] is None and not is_local(options["master"] or MASTER):
        raise click.UsageError("--master: the machines of a cluster look at what is written: give --output DIR")
    with started(paths, settings, options) as spark:
        turns, steps = count(1), []  # type: tuple[count[int], list[Step]]

        def look(files: Sequence[str], wanted: Settings, _: Progress | None) -> Report:
            folder = f"{options['stages'].rstrip('/')}/look{next(turns)}" if options["stages"] else ""
            found = check_copies(spark, files, wanted, folder, options["resume"])
            steps.extend(found.steps)
            return found.report()

        yield look
    if not options["quiet"]:
        write_error(_told(steps))


def _told(steps: Sequence[Step]) -> str:
    """Return what Spark did: how many jobs, and the tables that took longest."""
    longest = sorted(steps, key=lambda step: -step.seconds)[:LONGEST]
    told = ", ".join(f"{step.name} {step.seconds:.1f} s ({step.jobs})" for step in longest)
    jobs, seconds = sum(step.jobs for step in steps), sum(step.seconds for step in steps)
    return tell(
        "Spark: {jobs} jobs for {tables} tables in {seconds} s; longest: {told}",
        f"{jobs:,}",
        f"{len(steps):,}",
        f"{seconds:.0f}",
        told,
    )


def is_on_spark(options: Mapping[str, Any]) -> bool:
    """True if Spark is asked for. Raises UsageError for options that have no effect with the other engine."""
    given = [f"--{name}" for name in ("master", "stages", "tables", "conf") if options.get(name)]
    if given and options["engine"] != "spark":
        raise click.UsageError(say("{option} is for --engine spark: give that too, or leave it out", given[0]))
    if options["index"] and options["engine"] == "spark":
        raise click.UsageError("--index: Spark knows no index: leave one of the two out")
    return bool(options["engine"] == "spark")
