"""Lines that recur across documents: boilerplate that no rule knows yet, and stock sentences that everybody writes.

A site puts the same labels around each of its pages, so a label at the edge of many documents is boilerplate (chrome).
Essays also have lines that recur at their edges: title, greeting, thanks, numbered headings. `is_label` excludes them
by their wording, for their frequency does not tell them apart.

Frequencies are sums over documents; they do not depend on the order of the documents or on which process read them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re
from dedupe.core.messages import say
from dedupe.core.model import Document, Finding, Kind, Severity, Span
from dedupe.rules.scan import Hit, finish
from dedupe.text.lines import KEPT_RUN, LineKeys

REPEATED = CHROME, STOCK = "BP291", "ND304"  # the codes of the findings made here
_EDGE = "stands at the edge of {documents} documents: a line of the site, not of the text"
_SENTENCE = "a stock sentence: it is a line of {documents} documents"
_told = lru_cache(maxsize=1 << 10)(say)  # many lines share the same count of documents, hence the cache

# A label counts as a site's only if it stands at the edge in this share of the documents that have it.
EDGE_SHARE = 0.8
# In a small corpus a line recurs if one document in SMALL_SHARE has it, but at least FEWEST documents.
SMALL_SHARE, FEWEST = 5, 5
# A shorter stock sentence, such as 谢谢大家 (thank you all), is a phrase and is not reported.
SENTENCE_KEPT = 10

SENTENCE_END = frozenset("。.!?;,:！？；，：…”》)）、")
HEADING = re.compile(
    r"#{1,6}\s|[#>*\s(（【\[]*(?:第 ?[一二三四五六七八九十百零〇\d]{1,4} ?[章节条篇部编款则课讲]"
    r"|[一二三四五六七八九十]{1,3}[、.．)）\s]|\d{1,3}[、.．)）\s]|附[件录表则])"
)
# Lines for a program, not a reader: a comment, an include directive, a template block.
MACHINE = re.compile(r"\s*(?:<!--|<%|<\?|\{[%{#]|@\w|:::|```|~~~|[-*_=]{3,}$|import |#include|\\\w)")
# Words of lines that belong to an essay: a title names the kind of text below it; greetings, thanks and signatures
# (also those of institutions) are the writer's.
ESSAYS_OWN = re.compile(
    r"总结|报告|计划|规划|方案|体会|心得|范文|作文|讲话|演讲|致辞|发言|事迹|材料|汇报|述职|合同|协议|申请|通知|意见|办法|规定|条例|规则|细则"
    r"|决定|决议|读后感|观后感|感想|日记|倡议|检讨|鉴定|小结|评语|简历|教案|试题|预案|纪要|守则|制度|公约|公告|通报|请示|批复|序言|前言|摘要|目录"
    r"|各位|尊敬|敬爱|亲爱|大家|同志|领导|谢谢|感谢|此致|敬礼|特此|祝[您你愿]|落款|[人位者]:|[篇章院局部委会厅府处科校]$|(?:[×*_＿○]{2}|xx|XX)$|公司$|年[^\n]{0,6}月|会议|通过"
)


@dataclass(frozen=True)
class LineTable:
    """The lines of many documents: their keys, uint64[lines], and int64[documents, 3]: count, top, bottom."""

    key: NDArray[np.uint64]
    shape: NDArray[np.int64]


@dataclass(frozen=True)
class Frequencies:
    """The sorted keys that enough documents have, with the number of documents, and of those that have it at an edge.

    `counted` is the number of documents that were read, if it is known.
    """

    key: NDArray[np.uint64]
    documents: NDArray[np.int64]
    edges: NDArray[np.int64]
    counted: int = 0

    @cached_property
    def _counts(self) -> dict[int, tuple[int, int]]:
        return dict(zip(self.key.tolist(), zip(self.documents.tolist(), self.edges.tolist())))

    def of(self, key: int) -> tuple[int, int] | None:
        """Return how many documents have a line, and how many have it at an edge; None if the line does not recur."""
        return self._counts.get(key)

    def has_any(self, lines: LineKeys) -> bool:
        """True if any line of a document recurs, so that the document is worth a second look."""
        return not self._counts.keys().isdisjoint(lines.key)


def line_table(documents: Iterable[LineKeys]) -> LineTable:
    """Return one table with the lines of some documents."""
    parts = list(documents)
    joined = array("Q")
    for part in parts:
        joined.extend(part.key)
    shape = np.array([(len(part.key), part.top, part.bottom) for part in parts], np.int64).reshape(-1, 3)
    return LineTable(np.array(joined, np.uint64), shape)


def frequencies(documents: Iterable[LineKeys] | LineTable, least: int) -> Frequencies:
    """Count the documents that have each key; keys in fewer than `least` documents are dropped.

    Documents are counted, not lines: a table row that stands a hundred times in one document counts once.
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
    return Frequencies(found, count, edges, len(sizes))


def total(parts: Sequence[Frequencies], least: int) -> Frequencies:
    """Return the sum of the frequencies of several parts; each part must have kept all its keys.

    `least` is as in `frequencies`, but a small corpus needs fewer documents: see `least_in`.
    """
    if not parts:
        return frequencies([], least)
    found, where = np.unique(np.concatenate([part.key for part in parts]), return_inverse=True)
    documents, edges = np.zeros(len(found), np.int64), np.zeros(len(found), np.int64)
    np.add.at(documents, where, np.concatenate([part.documents for part in parts]))
    np.add.at(edges, where, np.concatenate([part.edges for part in parts]))
    counted = sum(part.counted for part in parts)
    enough = documents >= least_in(counted, least)
    return Frequencies(found[enough], documents[enough], edges[enough], counted)


def least_in(documents: int, least: int) -> int:
    """Return how many documents must have a line for it to recur: `least`, or a fifth of a small corpus.

    >>> [least_in(documents, 20) for documents in (9, 12, 38, 100, 5000)]
    [20, 5, 8, 20, 20]
    """
    if documents < 2 * FEWEST:
        return least
    return min(least, max(FEWEST, -(-documents // SMALL_SHARE)))


def _documents_with(keys: NDArray[np.uint64], owner: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys, sorted, and the number of different owners of each."""
    order = np.lexsort((owner, keys))
    keys, owner = keys[order], owner[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (owner[1:] != owner[:-1])
    found, counts = np.unique(keys[new], return_counts=True)
    return found, counts.astype(np.int64)


def repeated(
    document: Document,
    lines: LineKeys,
    frequencies: Frequencies,
    copied: Sequence[Span] = (),
    codes: Collection[str] = REPEATED,
) -> list[Finding]:
    """Return findings for recurring lines of a document: labels at its edges as boilerplate, stock sentences as notes.

    Only findings with one of the `codes` are made. A line inside `copied`, the regions of verified copies, is a
    near-duplicate and gives no finding here.
    """
    hits = [
        hit
        for hit in _hits(document.text, lines, frequencies, codes)
        if not any(span.start <= hit.start and hit.end <= span.end for span in copied)
    ]
    return finish(document, hits) if hits else []


def at_edges(frequencies: Frequencies) -> NDArray[np.bool_]:
    """Return bool[keys]: True for lines that stand at the edge in nearly all documents that have them."""
    return frequencies.edges >= EDGE_SHARE * frequencies.documents


def apart(findings: Sequence[Finding], taken: Sequence[Span]) -> list[Finding]:
    """Return the findings that overlap none of the spans in `taken`, where a more specific rule has matched."""
    spans = sorted((other.start, other.end) for other in taken)
    starts = [start for start, _ in spans]
    reach = list(accumulate((end for _, end in spans), max))
    kept = []
    for finding in findings:
        before = bisect_left(starts, finding.end)
        if before == 0 or reach[before - 1] <= finding.start:
            kept.append(finding)
    return kept


def _hits(text: str, lines: LineKeys, frequencies: Frequencies, codes: Collection[str]) -> Iterator[Hit]:
    takes_stock, takes_chrome = STOCK in codes, CHROME in codes
    for row, key in enumerate(lines.key):
        found = frequencies.of(key)
        if not found:
            continue
        count, at_edges = found
        start = lines.start[row]
        end = start + lines.length[row]
        if text[end - 1] in SENTENCE_END:
            if takes_stock and sum(map(len, KEPT_RUN.findall(text[start:end]))) >= SENTENCE_KEPT:
                yield _stock(start, end, count)
            continue
        is_at_edge = not lines.top <= row < lines.bottom and at_edges >= EDGE_SHARE * count
        if takes_chrome and is_at_edge and is_label(text[start:end]):
            yield _chrome(start, end, at_edges)


@lru_cache(maxsize=1 << 12)  # sites repeat their lines
def is_label(line: str) -> bool:
    """True if a line at the edge of a page may be the site's: no heading, title, greeting or signature of an essay.

    >>> is_label("分享给微信好友"), is_label("第一章 总则"), is_label("<!-- @include: footer.md -->")
    (True, False, False)
    """
    return not HEADING.match(line) and not MACHINE.match(line) and not ESSAYS_OWN.search(line)


def _chrome(start: int, end: int, documents: int) -> Hit:
    message = _told(_EDGE, documents)
    return Hit(start, end, CHROME, "repeated-line", Kind.BOILERPLATE, Severity.WARNING, message)


def _stock(start: int, end: int, documents: int) -> Hit:
    message = _told(_SENTENCE, documents)
    return Hit(start, end, STOCK, "stock-sentence", Kind.DUPLICATE, Severity.NOTE, message)
