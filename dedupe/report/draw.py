"""What the terminal formats share: the console, wrapped lines, headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dedupe.core.messages import tell
from dedupe.core.model import Severity
from dedupe.report.view import View

COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
# Below this width in cells, text goes into lines of its own instead of columns.
NARROW = 60
# Stands for a space at which a line must not break, because rich breaks at every white space. `visible` removes this
# character from the text of a corpus.
GLUE = "\uffff"
NUMBERED_RE = re.compile(r"(?<=\d) (?=[^\W\d])")  # between a number and its noun
ARGUMENT_RE = re.compile(r"(?:[^\s'\"\\]|\\.|'[^']*'|\"[^\"]*\")+")  # an argument of a command, quoted or not


def console_for(view: View, file: StringIO) -> Console:
    """Return a console of `view.width` cells that writes to `file`, with ANSI codes only if `view.colour`."""
    return Console(
        file=file,
        width=view.width,
        color_system="standard" if view.colour else None,
        force_terminal=view.colour,
        no_color=not view.colour,
        highlight=False,
        legacy_windows=False,
    )


def wrapped(text: Text, indent: int, view: View) -> Iterator[Text]:
    """Yield a text in lines of the view's width, indented by this many cells; a number stays with its noun."""
    width = view.width - indent
    text = text.copy()
    text.plain = NUMBERED_RE.sub(GLUE, text.plain)
    for line in text.wrap(Console(width=width, file=StringIO()), width):
        line.plain = line.plain.replace(GLUE, " ")
        yield Text(" " * indent).append_text(line)


def commanded(command: str, room: int) -> Iterator[str]:
    """Yield a command in lines of `room` cells, broken between arguments with a backslash so that a shell reads one."""
    line = ""
    for argument in ARGUMENT_RE.findall(command):
        if line and cell_len(line) + cell_len(argument) + len("  \\") > room:
            yield f"{line} \\"
            line = "  " + argument
        else:
            line += f" {argument}" if line else argument
    yield line


def heading(title: str, view: View) -> Iterator[Text]:
    """Yield a title with a rule behind it, and an empty line."""
    room = view.width - cell_len(title) - 4
    if room < 0:
        yield from wrapped(Text(title, "bold"), 0, view)
    else:
        yield Text.assemble(("── ", "dim"), (title, "bold"), (" " + "─" * room, "dim"))
    yield Text()


def table(*heads: str, left: int = 1) -> Table:
    """Return a table without lines: the first `left` columns are words, the others figures."""
    drawn = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for number, head in enumerate(heads):
        drawn.add_column(tell(head), justify="left" if number < left else "right")
    return drawn


def keep_end(text: str, width: int) -> str:
    """Return exactly `width` cells; a long path keeps its end, which tells it from others."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    while cell_len(text) >= width:
        text = text[1:]
    return set_cell_size("…" + text, width)


def keep_start(text: str, width: int) -> str:
    """Return exactly `width` cells; a longer text is cut at its end and closes with a …."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
