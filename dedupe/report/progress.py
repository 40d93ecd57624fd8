"""A progress bar on standard error of a terminal, or in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dedupe.core.messages import tell
from dedupe.core.model import Progress


@contextmanager
def progress_bar(is_quiet: bool, color: str = "auto") -> Iterator[Progress | None]:
    """Yield the function to call with progress; None if nobody would see it."""
    if is_quiet or not (sys.stderr.isatty() or "IPython" in sys.modules):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    # `--color never` also means no colour here; rich reads NO_COLOR itself.
    console = Console(stderr=True, no_color=True if color == "never" else None)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(tell("start"), total=None)
        yield lambda stage, done, total: bar.update(task, description=tell(stage), completed=done, total=total or None)
