"""The result of a calibration, for a person who chooses a threshold, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from io import StringIO
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from dedupe.comparison.calibrate import Calibration, Pair, Side
from dedupe.comparison.opposite import opposite
from dedupe.copies.minhash import SHINGLE
from dedupe.core.messages import say, tell
from dedupe.core.model import Unit
from dedupe.core.rows import picked, present
from dedupe.report.beside import beside, legend
from dedupe.report.draw import console_for
from dedupe.report.rows import indented, made_by
from dedupe.report.view import View, address, count, lines, visible

VERSION = 2
NARROWEST, WIDEST = 60, 110
FIGURES = 45  # cells that a row of the histogram takes without its bar

ROWS = 8  # rows shown of a pair of texts
HEAD = "  jaccard        copies    others   if here"


def render(calibration: Calibration, form: str, view: View) -> str:
    """Return the whole calibration as one string, `json` or `rich`, with a line end."""
    if form == "json":
        return _json(calibration)
    view = replace(view, width=max(view.width, NARROWEST))
    file = StringIO()
    console = console_for(view, file)
    parts = (_proposal, _histogram, _pairs)
    for part in (one for section in parts for one in section(calibration, view)):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def _histogram(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    bins, settings = calibration.bins, calibration.settings
    copies, others = sum(row.copies for row in bins), sum(row.others for row in bins)
    yield _heading("Jaccard of the pairs in this corpus", view)
    twins = count(calibration.twins, "document")
    yield _prose(
        say(
            "{documents}, {pairs} of regions that share {shingles} or more: {copies} are copies at "
            "threshold {threshold} (█), {others} are not (░). “If here”: copies if the row began at the "
            "threshold; a region that stands inside the other is a copy at any jaccard. Not counted: "
            "{twins} equal to an earlier one.",
            count(calibration.documents, "document"),
            count(copies + others, "pair"),
            count(settings.min_length - SHINGLE + 1, "shingle"),
            f"{copies:,}",
            f"{settings.threshold:g}",
            f"{others:,}",
            twins,
        ),
        view,
    )
    most = max(row.copies + row.others for row in bins) or 1
    room = min(view.width, WIDEST) - FIGURES
    yield Text(tell(HEAD), "dim")
    for row in bins:
        is_here = row.low <= settings.threshold < row.high or row.high == settings.threshold == 1
        text = Text(f"{'▸' if is_here else ' '} {row.low:.2f}–{row.high:.2f}")
        text.append(f"{row.copies:10,}{row.others:10,}{row.kept:10,}  ")
        text.append("█" * -(-room * row.copies // most), "green")
        yield text.append("░" * -(-room * row.others // most), "yellow")
    yield Text()


def _proposal(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    """Yield the threshold that the corpus suggests, and what it would change."""
    found, threshold = calibration.proposal, calibration.settings.threshold
    yield _heading("A threshold for this corpus", view)
    if found is None:
        if any(row.copies or row.others for row in calibration.bins):
            yield _prose("The pairs lie side by side from chance to equality: no threshold parts them.", view)
        else:
            yield _prose("No two regions of this corpus share enough text to be copies at any threshold.", view)
        return
    if found.low < threshold <= found.high:
        advice = tell("Keep {threshold}: it lies in the widest gap.", f"{threshold:g}")
    elif not found.more and not found.fewer:
        advice = "Keep {threshold}: the copies are the same at {proposed}, in the widest gap."
        advice = tell(advice, f"{threshold:g}", f"{found.threshold:g}")
    else:
        advice = "Try {proposed}, in the widest gap: {more} copies more, {fewer} fewer."
        advice = tell(advice, f"{found.threshold:g}", f"{found.more:,}", f"{found.fewer:,}")
    gap = "{inside} of the pairs have a jaccard between {low} and {high}."
    gap = tell(gap, f"{found.inside:,}", f"{found.low:.2f}", f"{found.high:.2f}")
    yield _prose(f"{advice} {gap}", view)


def _pairs(calibration: Calibration, view: View) -> Iterator[RenderableType]:
    threshold, seen = f"{calibration.settings.threshold:g}", set[str]()
    for is_copy, title in (
        (True, say("Copies nearest to {threshold}", threshold)),
        (False, say("Not copies, nearest to {threshold}", threshold)),
    ):
        pairs = [pair for pair in calibration.pairs if pair.is_copy is is_copy]
        if pairs:
            yield _heading(title, view)
        for pair in pairs:
            said = tell("containment {one} and {other}", f"{pair.one.containment:.2f}", f"{pair.other.containment:.2f}")
            yield Text.assemble((say("jaccard {jaccard}", f"{pair.jaccard:.4f}"), "bold"), f" · {said}")
            for name, side in (("A", pair.one), ("B", pair.other)):
                yield Padding(Text.assemble((name, "dim"), " ", _place(side)), (0, 0, 0, 2))
            sides = (pair.one, pair.other)
            yield from beside((sides, opposite(sides)), view, 0, seen, ROWS)
            yield Text()
    if seen:
        yield legend(seen, view.colour)


def _place(side: Side) -> Text:
    region = side.region
    named = "in essay {number}" if region.unit is Unit.PASSAGE else "essay {number}"
    essay = [] if region.essay is None else [tell(named, region.essay)]
    title = [visible(region.title).strip()] if region.title else []
    about = " · ".join((*essay, *title, count(side.tokens, "token")))
    return Text.assemble(f"{address(region.path, region.record)}:{lines(region)}", (f"  {about}", "dim"))


def _heading(title: str, view: View) -> Text:
    title = tell(title)
    return Text.assemble(("── ", "dim"), (title, "bold"), (" " + "─" * (view.width - cell_len(title) - 4), "dim"), "\n")


def _prose(text: str, view: View) -> Padding:
    """Return a paragraph in lines short enough to read with ease."""
    return Padding(Text(tell(text)), (0, max(0, view.width - WIDEST), 1, 0))


def _json(calibration: Calibration) -> str:
    shaping = ("threshold", "min_length", "exclude", "encoding", "text_field", "id_field", "fold_script")
    return indented(
        {
            **made_by(VERSION),
            "settings": picked(calibration.settings, *shaping),
            "summary": picked(calibration, "documents", "twins", "copies", "passed_over"),
            "histogram": [asdict(row) for row in calibration.bins],
            "proposal": None if calibration.proposal is None else asdict(calibration.proposal),
            "pairs": [_pair(pair) for pair in calibration.pairs],
            "errors": [asdict(error) for error in calibration.errors],
        }
    )


def _pair(pair: Pair) -> dict[str, Any]:
    return {"copy": pair.is_copy, "jaccard": round(pair.jaccard, 6), "regions": [_side(pair.one), _side(pair.other)]}


def _side(side: Side) -> dict[str, Any]:
    containment = round(side.containment, 6)
    row = {"tokens": side.tokens, "containment": containment, "sentences": side.sentences}
    return {**present(asdict(side.region)), **row}
