"""The rich console that reports are drawn on."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from dedupe.report.view import View


def console_for(view: View, file: StringIO) -> Console:
    """A console of `view.width` cells that writes to `file`, with ANSI codes only if `view.colour`."""
    return Console(
        file=file,
        width=view.width,
        color_system="standard" if view.colour else None,
        force_terminal=view.colour,
        no_color=not view.colour,
        highlight=False,
        legacy_windows=False,
    )
