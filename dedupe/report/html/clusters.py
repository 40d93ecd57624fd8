"""Clusters as the page shows them: the members, and the first few aligned with the representative."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.core.model import Cluster, Copy, Region, Span
from dedupe.inputs.texts import Texts
from dedupe.report.html.language import language_of
from dedupe.report.stars import Stars, relation_word
from dedupe.report.view import address, lines, visible

if TYPE_CHECKING:
    from dedupe.text import align as aligning
    from dedupe.text.match import Tokens

CLUSTERS, MEMBERS = 1_000, 50  # clusters listed, and members of each
COMPARED = 8  # members of a cluster aligned with its representative
REGION, REGIONS = 20_000, 2_000_000  # code points of one aligned text, and of all of them
SLOTS = 200  # slots of one cluster
AROUND = 8  # code points shown on either side of a slot
SLOT_KINDS = ("fill", "blank")

Row = dict[str, Any]
Excerpts = dict[Region, str]
Marks = Mapping[tuple[str, "str | None"], Sequence[Span]]  # the marks of each document


class _Aligned(NamedTuple):
    """A text, and its alignment with the representative, which is the first text of each row."""

    text: str
    rows: Sequence[aligning.Row]


def cluster_rows(given: Sequence[Cluster], texts: Texts | None, marks: Marks, stars: Stars) -> Iterator[Row]:
    """Yield the first clusters, the representative first, with alignments as far as the texts are available."""
    listed = [ordered(cluster) for cluster in given[:CLUSTERS]]
    excerpts = _excerpts(listed, texts) if texts else {}
    for cluster, members in zip(given, listed):
        head = members[0].region
        aligned = _aligned([member.region for member in members], excerpts, marks)
        text, kept = excerpts.get(head, ""), {cluster.members[at].region for at in stars(cluster)}
        yield {
            "id": cluster.id,
            "count": len(cluster.members),
            "language": language_of(text or head.title or ""),
            "members": [
                _member(member, (member.region == head, member.region in kept), text, aligned.get(member.region))
                for member in members
            ],
            "slots": list(_slot_rows(text, list(aligned.values()))) if len(aligned) > 1 else [],
        }


def ordered(cluster: Cluster) -> list[Copy]:
    """Return the members to list, the representative first."""
    keep = cluster.members[cluster.representative]
    others = (member for at, member in enumerate(cluster.members) if at != cluster.representative)
    return [keep, *islice(others, MEMBERS - 1)]


def _excerpts(listed: Sequence[Sequence[Copy]], texts: Texts) -> Excerpts:
    """Return the texts of the regions to align, cluster by cluster until the space is used up."""
    wanted: dict[str, dict[str | None, list[Region]]] = {}
    room = REGIONS
    for members in listed:
        for member in members[: COMPARED + 1]:
            region = member.region
            room -= min(region.end - region.start, REGION)
            if room >= 0:
                wanted.setdefault(region.path, {}).setdefault(region.record, []).append(region)
    found: Excerpts = {}
    for path, records in wanted.items():
        for document in texts.of(path, records.keys()):
            for region in records[document.record]:
                if region.end <= len(document.text):
                    found[region] = document.text[region.start : min(region.end, region.start + REGION)]
    return found


def _aligned(regions: Sequence[Region], excerpts: Excerpts, marks: Marks) -> dict[Region, _Aligned]:
    """Align each region whose text is available with the first of all regions."""
    from dedupe.text.align import align  # it loads the tables of tokens, which is slow

    head, *others = regions
    if head not in excerpts:
        return {}
    one = _tokens(head, excerpts[head], marks)
    compared = [region for region in others if region in excerpts]
    return {
        region: _Aligned(excerpts[region], align(one, _tokens(region, excerpts[region], marks))) for region in compared
    }


def _tokens(region: Region, text: str, marks: Marks) -> Tokens:
    from dedupe.text.match import tokens_of

    inside = (
        (mark.start - region.start, mark.end - region.start)
        for mark in marks.get((region.path, region.record), ())
        if region.start <= mark.start and mark.end <= region.start + len(text)
    )
    return tokens_of(text, inside)


def _member(member: Copy, told: tuple[bool, bool], text: str, aligned: _Aligned | None) -> Row:
    """Return a member; `told` says whether it is the representative, and whether it is kept."""
    (is_head, is_kept), region = told, member.region
    row: Row = {
        "name": address(region.path, region.record),
        "path": visible(region.path),
        "start": region.start,
        "lines": lines(region),
        "unit": region.unit.value,
        "essay": region.essay,
        "title": visible((region.title or "").strip()),
        "kept": is_kept,
        "relation": relation_word(member, is_head, is_kept),
        "equal": visible(member.equal_to or ""),
        "jaccard": f"{member.jaccard:.2f}",
        "marks": member.marks,
        "tokens": member.tokens,
    }
    if aligned:
        row["cut"] = max(region.end - region.start, len(text)) > REGION
        row["rows"] = list(_sentences(text, aligned))
    return row


def _sentences(one: str, aligned: _Aligned) -> Iterator[list[Any]]:
    """Yield the aligned sentences of two texts: `["=", …]` if they differ in width forms only, else `["~", …]`.

    A part of a row is a string if both texts share it, else its kind and the text of each side.
    """
    other = aligned.text
    for row in aligned.rows:
        mine, yours = _trimmed(one, row.one), _trimmed(other, row.other)
        parts: list[Any] = []
        for kind, *spans in row.stretches:
            left, right = _within(one, spans[0], mine), _within(other, spans[1], yours)
            parts.append(left if left == right else [kind.value, left, right])
        yield ["=" if all(stretch.kind == "equal" for stretch in row.stretches) else "~", *parts]


def _trimmed(text: str, span: Span) -> Span:
    """Return the span without white space at its ends, because a line end is no difference."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    return Span(start, start + len(inside.strip()))


def _within(text: str, span: Span, row: Span) -> str:
    return visible(text[max(span.start, row.start) : min(span.end, row.end)])


def _slot_rows(head: str, copies: Sequence[_Aligned]) -> Iterator[list[Any]]:
    """Yield the slots in order: the words before, what `head` and each copy has in the slot, and the words after.

    Each text comes with the kind of its difference from `head` (empty if there is none); it is None if the text lacks
    the passage.
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


def _fill(place: tuple[int, int], head: str, text: str, stretches: Sequence[aligning.Stretch]) -> list[str] | None:
    """Return what a text has in a place of `head`."""
    stretch = stretches[bisect_right(stretches, place[0], key=lambda stretch: stretch.one.start) - 1]
    if stretch.kind == "equal" and place[1] <= stretch.one.end:
        return ["", visible(head[slice(*place)])]
    if (stretch.one.start, stretch.one.end) == place:
        return [stretch.kind.value, visible(text[stretch.other.start : stretch.other.end])]
    return None
