"""Lines that recur over documents: the chrome that no rule knows yet, and the stock sentences that everybody writes.

A site puts the same labels around each of its pages, so a label that stands at the edge of many documents is chrome.
An essay has its own lines that recur there: its title, its greeting, its thanks, its numbered headings. Those are
told apart by what they are, not by how often they come.

What one document gives is a few numbers a line, so the lines of a corpus of gigabytes fit in memory. Frequencies are
sums over documents; they do not depend on the order of the documents or on who read them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress
from zlib import adler32, crc32

import numpy as np
from numpy.typing import NDArray

from dedupe.model import Document, Finding, Kind, Severity, Span
from dedupe.scan import Hit, Lines, finish

REPEATED = ("BP291", "ND304")  # the codes of what is found here

# Characters of a line, and those of them that its key keeps. Two or three recur by chance (总结, 附件); what is longer
# than this is a paragraph.
LINE_LENGTH = 80
KEPT = range(4, 61)
# A body line: a sentence of this many characters, or anything this long. Edges are what stands outside of them.
BODY_SENTENCE = 25
BODY_LINE = 80
EDGE_LINES = 8
# A label of a site stands at the edge in nearly all documents that have it; one that does so by chance does not.
EDGE_SHARE = 0.8
# A stock sentence shorter than this (谢谢大家) is a phrase, and nothing to report.
SENTENCE_KEPT = 10

# Figures change from page to page (浏览:12次), marks and punctuation from copy to copy.
# What is kept is said in
# ranges, Chinese first: a class such as \W costs four times as much. X and x are dropped, for they are marks.
KEPT_CLASS = "\u3400-\u9fffA-WYZa-wyz\u3040-\u30ff\uac00-\ud7a3\u00c0-\u1fff"
KEPT_RUN = re.compile(f"[{KEPT_CLASS}]+")
KEPT_OR_BREAK = re.compile(f"[{KEPT_CLASS}\n]+")
BODY_END = tuple("。.!?！？；;”")
SENTENCE_END = tuple("。.!?;,:！？；，：…”》)）、")
HEADING = re.compile(
    r"#{1,6}\s|[#>*\s(（【\[]*(?:第 ?[一二三四五六七八九十百零〇\d]{1,4} ?[章节条篇部编款则课讲]"
    r"|[一二三四五六七八九十]{1,3}[、.．)）\s]|\d{1,3}[、.．)）\s]|附[件录表则])"
)
# Titles name the kind of text that they stand over; greetings, thanks and signatures, also of bodies, are the
# writer's.
ESSAYS_OWN = re.compile(
    r"总结|报告|计划|规划|方案|体会|心得|范文|作文|讲话|演讲|致辞|发言|事迹|材料|汇报|述职|合同|协议|申请|通知|意见|办法|规定|条例|规则|细则"
    r"|决定|决议|读后感|观后感|感想|日记|倡议|检讨|鉴定|小结|评语|简历|教案|试题|预案|纪要|守则|制度|公约|公告|通报|请示|批复|序言|前言|摘要|目录"
    r"|各位|尊敬|敬爱|亲爱|大家|同志|领导|谢谢|感谢|此致|敬礼|特此|祝[您你愿]|落款|[人位者]:|[篇章院局部委会厅府处科校]$|公司$|年[^\n]{0,6}月|会议|通过"
)


@dataclass(frozen=True)
class LineKeys:
    """The keys of one document's short lines in order; those before `top` and from `bottom` on stand at its edges.

    That is before the first or after the last body line, near the first line or the last. A plain array, for a numpy
    array costs a microsecond to make, to send and to ask, and a corpus may be a million short documents.
    """

    key: array[int]
    top: int
    bottom: int


@dataclass(frozen=True)
class LineTable:
    """The lines of many documents: uint64[lines] their keys; int64[documents, 3] how many there are, top, bottom."""

    key: NDArray[np.uint64]
    shape: NDArray[np.int64]


@dataclass(frozen=True)
class Frequencies:
    """The keys that enough documents have, sorted; in how many documents, and in how many of them at an edge."""

    key: NDArray[np.uint64]
    documents: NDArray[np.int64]
    edges: NDArray[np.int64]

    @cached_property
    def _keys(self) -> frozenset[int]:
        return frozenset(self.key.tolist())

    def find(self, lines: LineKeys) -> NDArray[np.int64]:
        """For each line the index of its key, -1 where too few documents have it."""
        if not len(self.key):
            return np.full(len(lines.key), -1, np.int64)
        keys = np.array(lines.key, np.uint64)
        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, at, -1).astype(np.int64)

    def has_any(self, lines: LineKeys) -> bool:
        """Whether any line of a document recurs, so that the document is worth a second look."""
        return not self._keys.isdisjoint(lines.key)


def line_keys(document: Document) -> LineKeys:
    """The keys of a document's short lines; two lines that differ in figures, marks or punctuation have one key."""
    lines = [line.strip() for line in document.text.split("\n")]
    numbers, kept = _short(lines)
    if not numbers:
        return NO_LINES
    top, bottom = _edges(lines)
    return LineKeys(array("Q", _keys(kept)), bisect_left(numbers, top), bisect_left(numbers, bottom))


def _short(lines: Sequence[str]) -> tuple[list[int], list[str]]:
    """The numbers of the short lines, from 0, and what their keys keep of each.

    One search goes through all of them together: a line is too short to pay for its own.
    """
    short = [number for number, line in enumerate(lines) if KEPT.start <= len(line) <= LINE_LENGTH]
    kept = "".join(KEPT_OR_BREAK.findall("\n".join([lines[number] for number in short]))).split("\n")
    fitting = [len(text) in KEPT for text in kept]
    return list(compress(short, fitting)), list(compress(kept, fitting))


def _edges(lines: Sequence[str]) -> tuple[int, int]:
    """The numbers of the lines where the top ends and the end begins; empty lines count for nothing.

    A document without a body has neither: there is nothing to surround.
    """
    filled = [number for number, line in enumerate(lines) if line]
    top = next((at for at, number in enumerate(filled) if _is_body(lines[number])), len(filled))
    if top == len(filled):
        return 0, len(lines)
    below = next(at for at, number in enumerate(reversed(filled)) if _is_body(lines[number]))
    after = len(filled) - min(below, EDGE_LINES)
    return filled[min(top, EDGE_LINES)], filled[after] if after < len(filled) else len(lines)


def _is_body(line: str) -> bool:
    return len(line) >= BODY_LINE or (len(line) >= BODY_SENTENCE and line.endswith(BODY_END))


def _keys(kept: Sequence[str]) -> list[int]:
    # Two checksums of different kinds, for a tenth of the price of a digest: a clash makes one note, and no harm.
    # surrogatepass: a text read from JSON may hold half a surrogate pair.
    data = "\n".join(kept).encode("utf-8", "surrogatepass").split(b"\n")
    return [crc << 32 | adler for crc, adler in zip(map(crc32, data), map(adler32, data))]


NO_LINES = LineKeys(array("Q"), 0, 0)


def line_table(documents: Iterable[LineKeys]) -> LineTable:
    """The lines of some documents in one table."""
    parts = list(documents)
    joined = array("Q")
    for part in parts:
        joined.extend(part.key)
    shape = np.array([(len(part.key), part.top, part.bottom) for part in parts], np.int64).reshape(-1, 3)
    return LineTable(np.array(joined, np.uint64), shape)


def frequencies(documents: Iterable[LineKeys] | LineTable, least: int) -> Frequencies:
    """In how many documents each key stands, of the keys that at least `least` of them have.

    Documents are counted, not lines: a table's row a hundred times in one document says nothing of the others.
    """
    table = documents if isinstance(documents, LineTable) else line_table(documents)
    keys, (sizes, top, bottom) = table.key, table.shape.T
    owner = np.repeat(np.arange(len(sizes)), sizes)
    row = np.arange(len(keys)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    edge = (row < top[owner]) | (row >= bottom[owner])
    found, count = _documents_with(keys, owner)
    found, count = found[count >= least], count[count >= least]
    edge_keys, edge_documents = _documents_with(keys[edge], owner[edge])
    edges = np.zeros(len(found), np.int64)
    _, at, edge_at = np.intersect1d(found, edge_keys, assume_unique=True, return_indices=True)
    edges[at] = edge_documents[edge_at]
    return Frequencies(found, count, edges)


def total(parts: Sequence[Frequencies], least: int) -> Frequencies:
    """The frequencies of the documents of several parts, each counted with every key; `least` as in `frequencies`."""
    if not parts:
        return frequencies([], least)
    found, where = np.unique(np.concatenate([part.key for part in parts]), return_inverse=True)
    documents, edges = np.zeros(len(found), np.int64), np.zeros(len(found), np.int64)
    np.add.at(documents, where, np.concatenate([part.documents for part in parts]))
    np.add.at(edges, where, np.concatenate([part.edges for part in parts]))
    enough = documents >= least
    return Frequencies(found[enough], documents[enough], edges[enough])


def _documents_with(keys: NDArray[np.uint64], owner: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Each key once, sorted, with the number of its different owners."""
    order = np.lexsort((owner, keys))
    keys, owner = keys[order], owner[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (owner[1:] != owner[:-1])
    found, counts = np.unique(keys[new], return_counts=True)
    return found, counts.astype(np.int64)


def repeated(
    document: Document, lines: LineKeys, frequencies: Frequencies, copied: Sequence[Span] = ()
) -> list[Finding]:
    """Findings for the lines of a document that recur: labels at its edges as chrome, stock sentences as notes.

    What stands inside `copied`, the regions of verified copies, is a near-duplicate and no finding here.
    """
    hits = list(_hits(document.text, lines, frequencies, copied))
    return finish(document, Lines(document.text), hits) if hits else []


def apart(findings: Sequence[Finding], taken: Sequence[Finding]) -> list[Finding]:
    """The findings that overlap none of those taken, so that a rule that knows a line better has the word."""
    spans = sorted((other.start, other.end) for other in taken)
    starts = np.array([start for start, _ in spans], np.int64)
    reach = np.maximum.accumulate(np.array([end for _, end in spans], np.int64)) if spans else starts
    kept = []
    for finding in findings:
        before = int(np.searchsorted(starts, finding.end, "left"))
        if before == 0 or reach[before - 1] <= finding.start:
            kept.append(finding)
    return kept


def _hits(
    text: str, lines: LineKeys, frequencies: Frequencies, copied: Sequence[Span]
) -> Iterator[Hit]:
    found = frequencies.find(lines)
    recurring = np.flatnonzero(found >= 0).tolist()
    spans = _spans(text) if recurring else []
    for row in recurring:
        start, end = spans[row]
        if any(span.start <= start and end <= span.end for span in copied):
            continue
        count, at_edges = int(frequencies.documents[found[row]]), int(frequencies.edges[found[row]])
        line = text[start:end]
        if line.endswith(SENTENCE_END):
            if sum(map(len, KEPT_RUN.findall(line))) >= SENTENCE_KEPT:
                yield _stock(start, end, count)
        elif not lines.top <= row < lines.bottom and at_edges >= EDGE_SHARE * count and is_label(line):
            yield _chrome(start, end, at_edges)


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the lines that have keys stand, without the white space around them.

    Few documents need it, so it is found again for those and not kept for all.
    """
    raw = text.split("\n")
    lines = [line.strip() for line in raw]
    offsets = list(accumulate(map((1).__add__, map(len, raw)), initial=0))
    starts = [(offsets[number] + raw[number].index(lines[number]), len(lines[number])) for number in _short(lines)[0]]
    return [(start, start + length) for start, length in starts]


def is_label(line: str) -> bool:
    """Whether a line at the edge of a page may be the site's: no heading, title, greeting or signature of an essay.

    >>> is_label("分享给微信好友"), is_label("第一章 总则"), is_label("个人年终总结")
    (True, False, False)
    """
    return not HEADING.match(line) and not ESSAYS_OWN.search(line)


def _chrome(start: int, end: int, documents: int) -> Hit:
    message = f"stands at the edge of {documents} documents: a line of the site, not of the text"
    return Hit(start, end, "BP291", "repeated-line", Kind.BOILERPLATE, Severity.WARNING, message)


def _stock(start: int, end: int, documents: int) -> Hit:
    message = f"a stock sentence: it is a line of {documents} documents"
    return Hit(start, end, "ND304", "stock-sentence", Kind.DUPLICATE, Severity.NOTE, message)
