"""What each of several copies has in the slots that they fill in different ways."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.report.view import visible

if TYPE_CHECKING:
    from dedupe.text.align import Row, Stretch

SLOTS = 200  # of one cluster
AROUND = 8  # code points that are shown on either side of a slot
SLOT_KINDS = ("fill", "blank")


class Aligned(NamedTuple):
    """A text, and its alignment with the representative, which is the first text of each row."""

    text: str
    rows: Sequence[Row]


def slot_rows(head: str, copies: Sequence[Aligned]) -> Iterator[list[Any]]:
    """The slots in order: the words before, what `head` and each of the copies has, and the words after.

    What one has is the kind of its difference from `head`, empty where there is none, and the text; None where it
    does not have the passage.
    """
    others = [(copy.text, [stretch for row in copy.rows for stretch in row.stretches]) for copy in copies]
    slots = (stretch.one for _, stretches in others for stretch in stretches if stretch.kind in SLOT_KINDS)
    end = -1
    for start, stop in sorted({(slot.start, slot.end) for slot in slots})[:SLOTS]:
        if start < end:
            continue
        end = stop
        fills = [["", visible(head[start:stop])], *(_fill((start, stop), head, *other) for other in others)]
        before = head[max(0, start - AROUND) : start].rpartition("\n")[2].lstrip()
        after = head[stop : stop + AROUND].partition("\n")[0].rstrip()
        yield [visible(before), fills, visible(after)]


def _fill(place: tuple[int, int], head: str, text: str, stretches: Sequence[Stretch]) -> list[str] | None:
    """What a text has in a place of `head`."""
    stretch = stretches[bisect_right(stretches, place[0], key=lambda stretch: stretch.one.start) - 1]
    if stretch.kind == "equal" and place[1] <= stretch.one.end:
        return ["", visible(head[slice(*place)])]
    if (stretch.one.start, stretch.one.end) == place:
        return [stretch.kind.value, visible(text[stretch.other.start : stretch.other.end])]
    return None
