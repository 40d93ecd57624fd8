"""Cuts of one text: proposed as data, settled, tidied so that no debris stays, and applied backwards.

Nothing here knows of files or clusters. A cut is never undone, so cuts of an already cut text can always be converted
to cuts of its source.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.core.model import Relation, Suggestion

SENTENCE_ENDS = "。！？!?；;…"
CLOSERS = "”’」』）)】》〉\"'"
HEADING = 40  # characters; a longer line is text
# A section heading begins with its number and is no sentence. Lines that are merely short may be verse.
NUMBERED = re.compile(r"[\s#*]*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、.．:：]|第.{1,3}[章节篇部分条])")
_SPACES_RE = re.compile(r"[^\S\r\n]*")
_LINE_END_RE = re.compile(r"[\r\n]")
_FILLED_RE = re.compile(r"\S[^\r\n]*")
_END_RE = re.compile(rf"[{re.escape(SENTENCE_ENDS)}]+[{re.escape(CLOSERS)}]*|[\r\n]+")


class Reason(NamedTuple):
    """Why a span is removed.

    For a copy, `kept` is what stays instead: path, record, start and end in the source. For a repair, `suggestion` is
    what replaces the span; its sources are also places in sources. `removal` is the number of a decided removal.
    """

    code: str
    action: str
    relation: Relation | None = None
    jaccard: float | None = None
    kept: tuple[str, str | None, int, int] | None = None
    suggestion: Suggestion | None = None
    removal: int | None = None


class Cut(NamedTuple):
    """A half-open span to be removed from a text, and the `token` that replaces it, usually empty."""

    start: int
    end: int
    reason: Reason
    token: str = ""


def without(cuts: Iterable[Cut], others: Sequence[Cut]) -> list[Cut]:
    """Return the cuts minus the spans that some settled other cuts take."""
    out = []
    for cut in cuts:
        at = cut.start
        for other in others[max(0, bisect_right(others, at, key=lambda c: c.start) - 1) :]:
            if other.start >= cut.end:
                break
            if at < other.start:
                out.append(cut._replace(start=at, end=other.start))
            at = max(at, other.end)
        if at < cut.end:
            out.append(cut._replace(start=at))
    return out


def settle(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the cuts without overlaps, sorted by place: longer cuts first, shorter ones keep what is left of them."""
    taken: list[Cut] = []
    for cut in sorted(cuts, key=lambda c: (c.start - c.end, c.start, c.reason.code)):
        at = cut.start
        low = max(0, bisect_right(taken, at, key=lambda c: c.start) - 1)
        high = bisect_left(taken, cut.end, key=lambda c: c.start)
        fresh = []
        for other in taken[low:high]:
            if at < other.start:
                fresh.append(cut._replace(start=at, end=min(cut.end, other.start)))
            at = max(at, other.end)
        if at < cut.end:
            fresh.append(cut._replace(start=at))
        taken[low:high] = sorted([*taken[low:high], *fresh], key=lambda c: c.start)
    return taken


def apply(text: str, cuts: Sequence[Cut]) -> str:
    """Return the text that is left by settled cuts, applied from the end backwards."""
    parts, stop = [], len(text)
    for cut in reversed(cuts):
        parts += [text[cut.end : stop], cut.token]
        stop = cut.start
    return "".join(reversed([*parts, text[:stop]]))


def compose(taken: Sequence[Cut], fresh: Sequence[Cut]) -> list[Cut]:
    """Merge earlier cuts of a source with fresh cuts, given as places in the text that the earlier ones left."""
    out: list[Cut] = []
    queue = [*fresh]
    for low, high, at, old in _stretches(taken):
        lost = False
        while queue and queue[0].start < high:
            cut = queue[0]
            if old is None:
                start, end = max(low, cut.start), min(high, cut.end)
                out.append(cut._replace(start=at + start - low, end=at + end - low))
            elif cut.end > low:
                lost = True
                out.append(cut._replace(start=old.start, end=old.end))
            if cut.end > high:
                # A mask's token is inserted once, where the cut begins.
                queue[0] = cut._replace(start=high, token="")
                break
            queue.pop(0)
        if old is not None and not lost:
            out.append(old)
    return out


def rejoined(text: str, cuts: Sequence[Cut]) -> list[Cut]:
    """Rejoin the pieces of a removal around an earlier cut that took only signs (no letters or digits) between them."""
    out: list[Cut] = []
    for cut in cuts:
        before = out[-2:]
        if len(before) == 2 and cut.reason.removal is not None and before[0].reason == cut.reason:
            first, middle = before
            is_between = (first.end, middle.end) == (middle.start, cut.start) and not middle.token
            if (
                is_between
                and middle.reason.removal is None
                and not any(map(str.isalnum, text[middle.start : middle.end]))
            ):
                out[-2:] = [first._replace(end=cut.end)]
                continue
        out.append(cut)
    return out


def to_source(taken: Sequence[Cut], offset: int) -> int:
    """Return the source offset of the character at an offset in the text that the cuts leave."""
    moved = 0
    for cut in taken:
        if cut.start - moved + len(cut.token) > offset:
            return min(offset + moved, cut.start)
        moved += cut.end - cut.start - len(cut.token)
    return offset + moved


def _stretches(taken: Sequence[Cut]) -> Iterator[tuple[int, int, int, Cut | None]]:
    """Yield what cuts leave: start, end, source offset, and the cut (None: text of the source, not a token)."""
    at = now = 0
    for cut in taken:
        yield now, now + cut.start - at, at, None
        now += cut.start - at
        yield now, now + len(cut.token), cut.start, cut
        now += len(cut.token)
        at = cut.end
    yield now, 1 << 60, at, None


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    r"""Return the span of the whole sentences around a span, limited to its line.

    >>> sentence_at("先说。投入xx万元！后说。", 5, 7)
    (3, 10)
    """
    begin = max((m.end() for m in _END_RE.finditer(text, max(0, start - 2000), start)), default=max(0, start - 2000))
    begin = min(start, _indented(text, begin))
    # The span may itself hold a sentence end, such as 「……」, so the search begins behind it.
    found = _END_RE.search(text, end)
    if found is None:
        return begin, len(text)
    return begin, found.start() if found[0][0] in "\r\n" else found.end()


def sentences_of(text: str, start: int, end: int) -> list[int]:
    """Return the ends of the sentences and lines in a span, except the last."""
    return [found.end() for found in _END_RE.finditer(text, start, end) if found.end() < end]


def whole_sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the sentences that it holds only in part; empty if nothing else is in it."""
    start = _bounded(text, start)
    while end < len(text) and text[end] in SENTENCE_ENDS + CLOSERS:
        end += 1
    if _is_bound(text, end):
        return start, max(start, end)
    ends = [m.end() for m in _END_RE.finditer(text, start, end)]
    return start, ends[-1] if ends else start


def _bounded(text: str, start: int) -> int:
    """Return where a sentence begins: here (opening brackets and bullets included), or the next one after."""
    lead = start
    while lead and not text[lead - 1].isalnum() and text[lead - 1] not in SENTENCE_ENDS + CLOSERS + "\r\n":
        lead -= 1
    if _is_bound(text, lead):
        return min(start, _indented(text, lead))
    found = _END_RE.search(text, start)
    return found.end() if found else len(text)


def _indented(text: str, at: int) -> int:
    """Skip the white space if a line begins here: the rest of the line keeps its indentation."""
    return _ink_at(text, at) if at == 0 or text[at - 1] in "\r\n" else at


def _ink_at(text: str, at: int) -> int:
    """Return the offset behind the spaces that stand here."""
    return at + len(_SPACES_RE.match(text, at)[0])  # type: ignore[index]


def _is_bound(text: str, at: int) -> bool:
    """True if a sentence, a line or the text begins or ends at this offset."""
    if at == 0 or at == len(text) or text[at] in "\r\n" or text[at - 1] in "\r\n":
        return True
    before = text[max(0, at - 20) : at].rstrip(CLOSERS)
    return before.endswith(tuple(SENTENCE_ENDS))


def tidy(text: str, cuts: Sequence[Cut], heads: Collection[int] = ()) -> list[Cut]:
    """Widen settled cuts over what would be debris once they are made.

    Debris is the white-space rest of a line, one of two blank lines that would meet, white space at a line end, and the
    heading of a section that lost all its text. `heads` are the offsets at which essays begin; an essay's start ends
    the section before it.
    """
    groups: list[list[Cut]] = []
    for cut in cuts:
        gap = text[groups[-1][-1].end : cut.start] if groups else "."
        if cut.token or not groups or groups[-1][-1].token or gap.strip():
            groups.append([cut])
        else:
            groups[-1][-1] = groups[-1][-1]._replace(end=cut.start)
            groups[-1].append(cut)
    out: list[Cut] = []
    for group in groups:
        floor = out[-1].end if out else 0
        out += group if group[0].token else _tidied(text, group, floor, heads)
    return settle(out)


def _tidied(text: str, group: list[Cut], floor: int, heads: Collection[int]) -> list[Cut]:
    """Widen one run of cuts that has only white space between them; everything before `floor` is already cut."""
    start, end = group[0].start, group[-1].end
    first = _line_start(text, start, floor)
    # Look only as far as white space goes: the line may be the whole text.
    last = _ink_at(text, end)
    is_first, is_last = first >= 0 and not text[first:start].strip(), last == len(text) or text[last] in "\r\n"
    if is_first and is_last:
        start, end = _whole_lines(text, (first, _next_line(text, last)), floor, heads)
    elif is_last:
        start, end = floor + len(text[floor:start].rstrip(" \t\u3000\xa0")), last
    elif not is_first and _line_start(text, end, start + 1) >= 0:
        # The rest of two paragraphs stays two paragraphs.
        return _kept_apart(text, group)
    elif text[end : end + 1].isspace() and (is_first or text[start - 1 : start].isspace()):
        end = last
    group = [cut for cut in group if cut.end > start]
    group[0] = group[0]._replace(start=start)
    group[-1] = group[-1]._replace(end=end)
    return group


def _kept_apart(text: str, group: list[Cut]) -> list[Cut]:
    line = _line_start(text, group[-1].end, group[0].start + 1)
    stop = line - 1 - text.startswith("\r\n", line - 2)
    behind = line
    while text[behind : behind + 1] in (" ", "\t", "\u3000", "\xa0"):
        behind += 1
    kept = []
    for cut in group:
        for start, end in ((cut.start, min(cut.end, stop)), (max(cut.start, behind), cut.end)):
            if start < end:
                kept.append(cut._replace(start=start, end=end))
    return kept


def _whole_lines(text: str, span: tuple[int, int], floor: int, heads: Collection[int]) -> tuple[int, int]:
    """Return whole lines, plus the headings above that now have no text below, minus one surplus blank line."""
    start, end = span
    above = floor + len(text[floor:start].rstrip())
    while above > floor and _is_orphan(text, (_line_start(text, above, floor), above), end, heads):
        start = _line_start(text, above, floor)
        above = floor + len(text[floor:start].rstrip())
    if above == floor or _next_line(text, _line_end(text, above)) < start:
        while end < len(text) and not text[end : _line_end(text, end)].strip():
            end = _next_line(text, _line_end(text, end))
    if end == len(text) and above > floor:
        start = min(start, _next_line(text, _line_end(text, above)))
    return start, end


def _is_orphan(text: str, line: tuple[int, int], end: int, heads: Collection[int]) -> bool:
    """True if a line is the heading of a section with no text between it and what follows `end`."""
    heading = text[slice(*line)]
    if line[0] < 0 or line[0] in heads or not is_heading(heading):
        return False
    filled = _FILLED_RE.search(text, end)
    if filled is None or filled.start() in heads:
        return True
    return is_heading(filled[0]) and _level(heading) >= _level(filled[0])


def is_heading(line: str) -> bool:
    """True if a line is the numbered heading of a section.

    >>> is_heading("二、主要做法"), is_heading("二、主要做法是走访。"), is_heading("春眠不觉晓")
    (True, False, False)
    """
    line = line.strip()
    return 0 < len(line) <= HEADING and not line.endswith(tuple(SENTENCE_ENDS + "，,")) and bool(NUMBERED.match(line))


def _level(line: str) -> int:
    """Return the depth of a numbered heading: 一、 is above （一）, then 1. and then （1） (一 is one)."""
    line = line.strip().lstrip("#* ")
    return 2 * line[:2].strip("（(")[:1].isdigit() + line.startswith(("（", "("))


def _line_start(text: str, at: int, floor: int) -> int:
    """Return where the line of an offset starts; -1 if that is before `floor`, where the search stops."""
    found = max(text.rfind("\n", floor, at), text.rfind("\r", floor, at)) + 1
    if found:
        return found
    return floor if floor == 0 or text[floor - 1] in "\r\n" else -1


def _line_end(text: str, at: int) -> int:
    """Return the offset of the line end that closes this line."""
    found = _LINE_END_RE.search(text, at)
    return found.start() if found else len(text)


def _next_line(text: str, end: int) -> int:
    """Return the offset behind the line end that stands here; at the end of the text the same offset."""
    return min(len(text), end + 1 + text.startswith("\r\n", end))
