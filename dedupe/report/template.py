"""Templates: the text that copies share with its slots named, and a table of each copy's fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dedupe.comparison.compare import Comparison
from dedupe.comparison.template import Fill, Slot, Template
from dedupe.core.messages import tell
from dedupe.report.beside import COLOURS
from dedupe.report.comparison import NARROWEST, as_json, drawn, place, side_row, without_pairs
from dedupe.report.view import View, count, visible
from dedupe.rules.placeholders.slots import WORDING

COLUMN, SHOWN = 14, 24  # the least cells for a copy in the table; code points shown of a fill
NOTHING = "–"


def pieces(comparison: Comparison, templates: Sequence[Template], form: str, view: View) -> Iterator[str]:
    """Yield the templates of a comparison piece by piece, `json` or `rich`."""
    if form == "json":
        yield as_json(comparison, {"templates": list(map(_template, templates))})
        return
    view = replace(view, width=max(view.width, NARROWEST))
    for template in templates:
        yield from drawn(_parts(template, view), view)
    if not templates:
        yield from drawn(without_pairs(comparison), view)


def _parts(template: Template, view: View) -> Iterator[RenderableType]:
    sizes = f"{count(len(template.copies), 'text')} · {count(len(template.slots), 'slot')}"
    yield Text(tell("template of {texts}", sizes), "bold")
    for number, side in enumerate(template.copies):
        yield Text.assemble((name_of(number), "bold"), "  ", place(side.region))
    yield Text()
    yield from _text(template, view)
    yield Text()
    if template.slots:
        room = view.width - max(len(slot.name) for slot in template.slots) - 2
        step = max(1, room // COLUMN)
        for first in range(0, len(template.copies), step):
            yield _table(template, range(first, min(first + step, len(template.copies))), view)
            yield Text()


def name_of(number: int) -> str:
    """Return a short name for each of many copies.

    >>> name_of(0), name_of(25), name_of(26), name_of(52)
    ('A', 'Z', 'AA', 'BA')
    """
    name = ""
    while number >= 0:
        name = chr(ord("A") + number % 26) + name
        number = number // 26 - 1
    return name


def _text(template: Template, view: View) -> Iterator[Text]:
    """Yield the common text line by line, so that it can be copied."""
    line = Text()
    for part in template.parts():
        if isinstance(part, Slot):
            line.append(f"‹{part.name}›", COLOURS.get(part.kind, "red") if view.colour else "")
            continue
        first, *others = part.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        line.append(visible(first))
        for other in others:
            yield line
            line = Text(visible(other))
    yield line


def _table(template: Template, copies: range, view: View) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column(tell("slot"), no_wrap=True)
    for number in copies:
        table.add_column(name_of(number), overflow="fold")
    for slot in template.slots:
        colour = COLOURS.get(slot.kind, "")
        cells = (_fill(slot.fills[number], colour, view) for number in copies)
        table.add_row(Text(slot.name, colour), *cells)
    return table


def _fill(fill: Fill, colour: str, view: View) -> Text:
    """Return a fill; a blank is inverse, or without colour has a question mark before it."""
    text = visible(fill.text if len(fill.text) <= SHOWN else f"{fill.text[: SHOWN - 1]}…") or NOTHING
    if not fill.is_blank:
        return Text(text, colour if fill.text else "dim")
    # The style applies to a part of the cell only, because a style of the whole would fill the column.
    return Text.assemble((text, f"{colour} reverse")) if view.colour else Text(f"?{text}")


def _template(template: Template) -> dict[str, Any]:
    text = "".join(part if isinstance(part, str) else f"‹{part.name}›" for part in template.parts())
    return {
        "text": text,
        "copies": [side_row(side) for side in template.copies],
        "slots": [_slot(template, slot) for slot in template.slots],
    }


def _slot(template: Template, slot: Slot) -> dict[str, Any]:
    fills = []
    for side, fill in zip(template.copies, slot.fills):
        start = side.region.start
        place = {"start": start + fill.span.start, "end": start + fill.span.end}
        fills.append({**place, "text": fill.text, "blank": fill.is_blank})
    return {"name": slot.name, "slot": None if slot.kind == WORDING else slot.kind, "fills": fills}
