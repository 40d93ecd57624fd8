"""The result of a comparison, for a person at a terminal or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from io import StringIO
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dedupe.comparison.compare import Comparison, Pair
from dedupe.comparison.opposite import Part, Side
from dedupe.core.messages import say, tell
from dedupe.core.model import Document, Region, Span
from dedupe.core.rows import present
from dedupe.report.beside import MARKS, SIDES, beside, legend
from dedupe.report.draw import console_for
from dedupe.report.rows import indented, made_by
from dedupe.report.view import View, address, count, lines, part, unobeyed, visible
from dedupe.rules.placeholders.slots import WORDING
from dedupe.rules.scan import Lines
from dedupe.text.align import Kind

VERSION = 1
NARROWEST = 60
EXCERPT = 80  # code points shown of text that is in no pair
NAMES = "AB"


def pieces(comparison: Comparison, form: str, view: View, context: int) -> Iterator[str]:
    """Yield the comparison piece by piece, `json` or `rich`, with `context` equal sentences around each difference."""
    if form == "json":
        yield as_json(comparison, _content(comparison))
        return
    view = replace(view, width=max(view.width, NARROWEST))
    yield from drawn(_parts(comparison, view, context), view)


def drawn(parts: Iterable[RenderableType], view: View) -> Iterator[str]:
    """Yield drawn items one after another, without white space at the ends of lines."""
    for shown in parts:
        file = StringIO()
        console_for(view, file).print(shown, soft_wrap=isinstance(shown, Text))
        yield unobeyed("".join(f"{line.rstrip()}\n" for line in file.getvalue().split("\n")[:-1]))


def _parts(comparison: Comparison, view: View, context: int) -> Iterator[RenderableType]:
    seen: set[str] = set()
    if comparison.cluster is not None:
        size = f" · {count(len(comparison.pairs) + 1, 'member')}" if comparison.pairs else ""
        yield Text.assemble((tell("cluster {id}", comparison.cluster), "bold"), size)
        yield Text()
    for pair in comparison.pairs:
        yield from heading(pair)
        yield Text()
        if any(pair.differences):
            yield from beside((pair.sides, pair.sentences), view, context, seen)
            yield Text()
    if not comparison.pairs:
        yield from without_pairs(comparison)
    for at, spans in enumerate(comparison.rest):
        if spans and comparison.pairs:
            seen.add(WORDING)
            yield from _rest(comparison.documents[at], spans, at, view)
    if seen:
        yield legend(seen, view.colour)


def heading(pair: Pair) -> Iterator[Text]:
    """Yield where the two regions of a pair are, and how they are related."""
    for name, side in zip(NAMES, pair.sides):
        yield Text.assemble((name, "bold"), "  ", place(side.region))
    yield Text(f"   {' · '.join(map(tell, _figures(pair)))}", "dim")


def place(region: Region) -> Text:
    """Return the name of a region, as a report gives it."""
    return Text.assemble(f"{address(region.path, region.record)}:{lines(region)}", (f"  {part(region)}", "dim"))


def _figures(pair: Pair) -> Iterator[str]:
    one, other = pair.sides
    yield pair.relation.value if pair.relation else "no copy"
    yield say("jaccard {jaccard}", f"{pair.jaccard:.2f}")
    yield say("containment {one} and {other}", f"{one.containment:.2f}", f"{other.containment:.2f}")
    yield say("blanks {one} and {other}", f"{one.unfilled:,}", f"{other.unfilled:,}")
    kinds = Counter(part.kind for part in pair.differences)
    if kinds[Kind.FILL]:
        yield say("fills that differ {number}", f"{kinds[Kind.FILL]:,}")
    blank = [(one.is_blank(part.one), other.is_blank(part.other)) for part in pair.differences if part.slot]
    if blank.count((True, False)) + blank.count((False, True)):
        yield say(
            "blank against filled {one} and {other}",
            f"{blank.count((True, False)):,}",
            f"{blank.count((False, True)):,}",
        )
    rows = pair.sentences
    alone = [sum(map(_is_empty, spans)) for spans in ((row.other for row in rows), (row.one for row in rows))]
    if any(alone):
        yield say("sentences of one alone {one} and {other}", f"{alone[0]:,}", f"{alone[1]:,}")
    if not kinds and one.text != other.text:
        yield "only punctuation, white space or widths differ"


def _is_empty(span: Span) -> bool:
    return span.start == span.end


def without_pairs(comparison: Comparison) -> Iterator[Text]:
    """Yield what to say if there is nothing to show side by side."""
    for name, document in zip(NAMES, comparison.documents):
        size = count(len(document.text), "character")
        yield Text.assemble((name, "bold"), "  ", address(document.path, document.record), (f"  {size}", "dim"))
    if comparison.cluster is not None:
        yield Text("   " + tell("too few of its members can be read to compare them"))
    elif comparison.is_same:
        yield Text("   " + tell("the same: neither has any text"))
    else:
        yield Text("   " + tell("nothing in them aligns: no copied region, and too little else is equal"))


def _rest(document: Document, spans: Iterable[Span], at: int, view: View) -> Iterator[RenderableType]:
    """Yield what only one document has, by its first words."""
    known = Lines(document.text)
    name = address(document.path, document.record)
    yield Text.assemble((NAMES[at], "bold"), "  ", name, ("  " + tell("alone has"), "dim"))
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for span in spans:
        body = document.text[span.start : span.end]
        low, high = span.end - len(body.lstrip()), span.start + len(body.rstrip())
        first, last = known.place(low)[0], known.place(high)[0]
        shown = visible(document.text[low : min(high, low + EXCERPT)])
        text = Text(shown if view.colour else shown.join(MARKS[at]), SIDES[at])
        if high - low > EXCERPT:
            text.append(" ⋯ " + tell("{characters} in all", count(high - low, "character")), "dim")
        table.add_row(str(first) if first == last else f"{first}–{last}", text)
    yield table
    yield Text()


def _content(comparison: Comparison) -> dict[str, Any]:
    rest = [
        [{"start": span.start, "end": span.end, "text": document.text[span.start : span.end]} for span in spans]
        for document, spans in zip(comparison.documents, comparison.rest)
    ]
    return {"pairs": [_pair(pair) for pair in comparison.pairs], "rest": rest}


def as_json(comparison: Comparison, content: dict[str, Any]) -> str:
    """Return a comparison with this content as JSON that is safe to print, with a line end."""
    what = {"cluster": comparison.cluster, "same": comparison.is_same, **content}
    return indented(present({**made_by(VERSION), **what, "errors": list(map(asdict, comparison.failures))}))


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "relation": pair.relation.value if pair.relation else None,
        "jaccard": pair.jaccard,
        "regions": [{**side_row(side), "containment": side.containment} for side in pair.sides],
        "sentences": [[_part(pair, part) for part in sentence.parts] for sentence in pair.sentences],
    }


def side_row(side: Side) -> dict[str, Any]:
    """Return a side of a pair as the JSON report has it."""
    return {**present(asdict(side.region)), "marks": side.unfilled, "tokens": side.tokens}


def _part(pair: Pair, part: Part) -> dict[str, Any]:
    spans = list(zip(pair.sides, (part.one, part.other)))
    return present(
        {
            "kind": part.kind.value,
            "slot": part.slot,
            "spans": [[side.region.start + span.start, side.region.start + span.end] for side, span in spans],
            "texts": [side.part(span) for side, span in spans],
        }
    )
