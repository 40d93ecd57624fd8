"""Compare two documents, or the members of a cluster: what is copied, how much is the same, and where they differ.

Of two whole pages, align each pair of copied regions by itself, as `check` would find it, because essays change their
order from page to page. If there is none (short texts, or unlike ones), align the whole documents.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dedupe.comparison.from_report import DocumentKey, Recalled
from dedupe.comparison.opposite import Part, Sentence, Side, mirrored, opposite
from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies
from dedupe.copies.describe import Facts, Place, facts_of, relation_of
from dedupe.copies.find import find_duplicates, mark_table
from dedupe.copies.minhash import shingle_hashes
from dedupe.copies.regions import measure
from dedupe.copies.signed import sign
from dedupe.copies.skeletons import tokenize
from dedupe.core.model import Document, Failure, Finding, Region, Relation, Span
from dedupe.core.model import Kind as Dirt
from dedupe.inputs.address import Extract
from dedupe.pipeline.scan import without_chrome
from dedupe.rules import RULES
from dedupe.rules.scan import Lines, Scanner
from dedupe.text.align import Kind
from dedupe.text.essays import Essay, split

HELD = 0.5  # skip a region if earlier pairs already cover this share of it on both sides
ALIKE = 0.25  # least equal share at which two texts without copied regions are shown side by side


@dataclass(frozen=True, slots=True)
class Pair:
    """Two aligned regions; `relation` is None for texts that share too little to be copies.

    `sentences` cover both regions; their offsets count from the start of the region.
    """

    sides: tuple[Side, Side]
    relation: Relation | None
    jaccard: float
    sentences: tuple[Sentence, ...]

    @property
    def differences(self) -> Iterator[Part]:
        """The parts that are not equal."""
        return (part for sentence in self.sentences for part in sentence.parts if part.kind is not Kind.EQUAL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs, in the order of the first text. `rest` are the spans of either text that no pair covers.

    `is_same` is true if all texts are equal, character for character. `documents` are the two texts; for a `cluster` it
    is empty, and so is `rest`.
    """

    pairs: tuple[Pair, ...]
    is_same: bool
    rest: tuple[tuple[Span, ...], tuple[Span, ...]] = ((), ())
    documents: tuple[Document, ...] = ()
    cluster: str | None = None
    failures: tuple[Failure, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if the texts are the same, 1 if they differ, 2 if some could not be read."""
        return 2 if self.failures else int(not self.is_same)


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with the findings of its rules; in `bare` the chrome and everything outside `span` are blanked."""

    document: Document
    span: Span
    bare: str
    essays: list[Essay]
    marks: list[Finding]


@dataclass(frozen=True, slots=True)
class _Measures:
    """Tokens of each text; distinct shingles of one, the other and both; whether the skeletons are equal."""

    tokens: tuple[int, int]
    shared: tuple[int, int, int]
    same: bool

    @property
    def jaccard(self) -> float:
        """The jaccard, rounded as in a report."""
        one, other, both = self.shared
        return 1.0 if self.same else round(both / max(1, one + other - both), 4)

    def containment(self, side: int) -> float:
        """Return the share of a side's shingles that the other side also has, rounded as in a report."""
        return 1.0 if self.same else round(self.shared[2] / max(1, self.shared[side]), 4)


class _Part(NamedTuple):
    """A region of a text, and the facts about it."""

    text: _Text
    span: Span
    facts: Facts

    @property
    def bare(self) -> str:
        return self.text.bare[self.span.start : self.span.end]

    @property
    def whole(self) -> str:
        return self.text.document.text[self.span.start : self.span.end]


def compare(one: Extract, other: Extract, settings: Settings) -> Comparison:
    """Compare two documents, or spans of them. Swapping them swaps the sides of the result and changes nothing else."""
    if one.text > other.text:
        return _mirrored(compare(other, one, settings))
    scanner = _scanner(settings)
    texts = (_look(one, scanner), _look(other, scanner))
    documents = (one.document, other.document)
    if not one.text or not other.text:
        return Comparison((), one.text == other.text, _rest(texts, ()), documents)
    is_same = one.text == other.text
    pairs = [] if is_same else _pairs(texts, _regions(texts, settings), settings)
    if not pairs:
        pairs = [pair for pair in _pairs(texts, [(one.span, other.span)], settings) if _is_worth_it(pair)]
    return Comparison(tuple(sorted(pairs, key=_place)), is_same, _rest(texts, pairs), documents)


def compare_cluster(recalled: Recalled) -> Comparison:
    """Compare the representative of a cluster with every other member, in the order of the report."""
    cluster, scanner = recalled.cluster, _scanner(recalled.settings)
    numbers: dict[DocumentKey, list[int]] = {}
    for number, member in enumerate(cluster.members):
        numbers.setdefault((member.region.path, member.region.record), []).append(number)
    parts: dict[int, _Part] = {}
    for key, document in recalled.documents.items():
        text = _look(Extract(document, Span(0, len(document.text))), scanner)
        regions = [cluster.members[number].region for number in numbers[key]]
        parts.update(zip(numbers[key], _parts(text, [Span(region.start, region.end) for region in regions])))
    head = parts.pop(cluster.representative, None)
    pairs = [_pair(head, parts[number], recalled.settings) for number in sorted(parts)] if head else []
    texts = {side.text for pair in pairs for side in pair.sides}
    is_same = not recalled.failures and len(texts) <= 1
    return Comparison(tuple(pairs), is_same, cluster=cluster.id, failures=recalled.failures)


def _scanner(settings: Settings) -> Scanner:
    """Return a scanner with all rules, reported or not, which `check` also uses when comparing texts."""
    return Scanner([rule for table in (settings.rules, *RULES) for rule in table])


def _look(extract: Extract, scanner: Scanner) -> _Text:
    document, span = extract.document, extract.span
    findings = scanner.scan(document)
    bare = without_chrome(document.text, findings)
    bare = " " * span.start + bare[span.start : span.end] + " " * (len(bare) - span.end)
    marks = [finding for finding in findings if finding.kind is Dirt.PLACEHOLDER]
    return _Text(document, span, bare, split(document.text), marks)


def _regions(texts: Sequence[_Text], settings: Settings) -> list[tuple[Span, Span]]:
    """Return the copied regions of two texts, without those that larger ones already cover on both sides."""
    starts = [[essay.start for essay in text.essays] for text in texts]
    skeletons = tokenize([text.bare for text in texts], starts, settings.fold_script)
    found = find_duplicates(sign(skeletons), mark_table([]), settings, lambda *_: None)
    border, last = skeletons.doc_sentence[1:].tolist()
    copied = are_copies(found.shared, settings)
    across = copied & (found.regions[:, 0] < border) & (found.regions[:, 2] >= border)
    rows = sorted(zip((-found.shared[across, 2]).tolist(), found.regions[across].tolist()))
    if len(found.twins):
        rows = [(0, [0, border, border, last])]
    taken: list[tuple[Span, Span]] = []
    for _, (a0, a1, b0, b1) in rows:
        one = Span(int(skeletons.begin[a0]), int(skeletons.end[a1 - 1]))
        other = Span(int(skeletons.begin[b0]), int(skeletons.end[b1 - 1]))
        if not (_is_held(one, [pair[0] for pair in taken]) and _is_held(other, [pair[1] for pair in taken])):
            taken.append((one, other))
    return taken


def _is_held(span: Span, others: Sequence[Span]) -> bool:
    held = sum(max(0, min(span.end, other.end) - max(span.start, other.start)) for other in others)
    return held >= HELD * (span.end - span.start)


def _pairs(texts: Sequence[_Text], spans: Sequence[tuple[Span, Span]], settings: Settings) -> list[Pair]:
    ones, others = (_parts(text, [pair[at] for pair in spans]) for at, text in enumerate(texts))
    return [_pair(one, other, settings) for one, other in zip(ones, others)]


def _parts(text: _Text, spans: Sequence[Span]) -> list[_Part]:
    places = [Place(number, span.start, span.end, filled=True) for number, span in enumerate(spans)]
    facts = facts_of(text.document, text.essays, places)[0]
    known = Lines(text.document.text)
    return [_Part(text, span, _ended(facts[number], known, text.document.text)) for number, span in enumerate(spans)]


def _ended(facts: Facts, known: Lines, text: str) -> Facts:
    """Return the facts with the last line that the region has something of: none begins with a line end at its end."""
    region = facts.region
    body = text[region.start : region.end].rstrip("\r\n")
    return facts._replace(region=replace(region, end_line=known.place(region.start + len(body))[0]))


def _pair(one: _Part, other: _Part, settings: Settings) -> Pair:
    """Measure two regions as `check` does, and align them; two that are only chrome are measured with it."""
    measures = _measures((one.bare, other.bare), settings)
    if not any(measures.tokens):
        measures = _measures((one.whole, other.whole), settings)
    left, right = (
        Side(part.text.document, part.facts.region, measures.tokens[at], measures.containment(at), _marks(part))
        for at, part in enumerate((one, other))
    )
    relation = _relation(measures, (one.facts, other.facts), settings)
    return Pair((left, right), relation, measures.jaccard, opposite((left, right)))


def _marks(part: _Part) -> tuple[Finding, ...]:
    marks, ends = part.text.marks, (part.span.start, part.span.end)
    low, high = (bisect_left(marks, at, key=lambda mark: mark.start) for at in ends)
    return tuple(marks[low:high])


def _measures(texts: Sequence[str], settings: Settings) -> _Measures:
    skeletons = tokenize(texts, (), settings.fold_script)
    ids, (_, border, last) = skeletons.ids, skeletons.doc_token.tolist()
    shared = measure(shingle_hashes(ids), np.array([(0, border, border, last)], np.int64))[0].tolist()
    same = np.array_equal(ids[:border], ids[border:])
    return _Measures((border, last - border), (shared[0], shared[1], shared[2]), same)


def _relation(measures: _Measures, facts: Sequence[Facts], settings: Settings) -> Relation | None:
    """Return the relation as in a cluster; None if the texts are no copies."""
    shared = np.array([measures.shared], np.int64)
    if not measures.same and not are_copies(shared, settings)[0]:
        return None
    sides = (facts[0], facts[1])
    return relation_of(sides, measures.shared, measures.tokens, measures.same, settings.threshold)


def _is_worth_it(pair: Pair) -> bool:
    """True if two texts without a copied region are alike enough to be shown side by side."""
    if pair.relation is not None:
        return True
    parts = (part for sentence in pair.sentences for part in sentence.parts if part.kind is Kind.EQUAL)
    equal = sum(part.one.end - part.one.start for part in parts)
    return equal >= ALIKE * min(len(side.text) for side in pair.sides)


def _rest(texts: Sequence[_Text], pairs: Sequence[Pair]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    held = [[pair.sides[at].region for pair in pairs] for at in (0, 1)]
    return _outside(texts[0], held[0]), _outside(texts[1], held[1])


def _outside(text: _Text, regions: Sequence[Region]) -> tuple[Span, ...]:
    """Return the parts of a text's span that no region covers and that are not just white space."""
    spans, at = [], text.span.start
    for start, end in (*sorted((region.start, region.end) for region in regions), (text.span.end, text.span.end)):
        if text.document.text[at:start].strip():
            spans.append(Span(at, start))
        at = max(at, end)
    return tuple(spans)


def _place(pair: Pair) -> tuple[int, int]:
    return pair.sides[0].region.start, pair.sides[1].region.start


def _mirrored(comparison: Comparison) -> Comparison:
    pairs = (replace(pair, sides=pair.sides[::-1], sentences=mirrored(pair.sentences)) for pair in comparison.pairs)
    return replace(
        comparison,
        pairs=tuple(sorted(pairs, key=_place)),
        rest=comparison.rest[::-1],
        documents=comparison.documents[::-1],
    )
