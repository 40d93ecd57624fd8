"""`clean --in-place` and `clean --annotate`: what they do instead of writing a cleaned folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.options import show_failures
from dedupe.config.file import shown
from dedupe.core.messages import tell
from dedupe.inputs.remote import is_remote
from dedupe.report.output import write_out
from dedupe.report.progress import progress_bar
from dedupe.report.view import View, count, visible

if TYPE_CHECKING:
    from dedupe.cleaning.clean import Order


def in_place(order: Order, options: Mapping[str, Any], view: View) -> int:
    """Clean the files of an order where they are, and say what became of them; the exit code."""
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


def annotated(order: Order, options: Mapping[str, Any], view: View) -> int:
    """Write the corpus with what was found as fields of its records; the exit code."""
    from dedupe.cleaning.annotate import annotate

    if options["output"] is None or is_remote(options["output"]) or order.choices.split_essays or options["add"]:
        raise click.UsageError("--annotate writes to a folder here: give --output DIR, and no --split-essays or --add")
    with progress_bar(options["quiet"], options["color"]) as progress:
        outcome = annotate(order, Path(options["output"]), progress)
    if not options["quiet"]:
        number = count(outcome.documents[0], "document")
        write_out(
            [
                tell(
                    "{DOCUMENTS} in {place}: a clean would keep {number}",
                    number,
                    visible(options["output"]),
                    f"{outcome.documents[1]:,}",
                )
                + "\n"
            ]
        )
    show_failures(outcome.failures)
    return outcome.exit_code
