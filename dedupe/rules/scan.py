"""Scan a document: fold its text, find hits, settle overlaps, and make findings with places and fingerprints."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.core.fingerprint import place_print
from dedupe.core.model import Document, Finding, Kind, Severity
from dedupe.rules.boilerplate.naming import DOUBTED
from dedupe.rules.boilerplate.where import JUDGED_CODES, TAGS, can_stand
from dedupe.rules.prefilter import Literals
from dedupe.rules.prose import prose_of
from dedupe.rules.rule import NOTHING, Met, Rule, Sweep
from dedupe.text.batch import SCRIPT_FOLDS, Texts, fold
from dedupe.text.kernels.findings import Placer

CONTEXT = 40
NOISE = frozenset(("BP286", "BP287"))
MARKS = frozenset(f"PH10{number}" for number in range(1, 10))
PROMPTS = frozenset(("PH110", "PH111", "PH112", "PH113"))
HOLES = frozenset(("PH121", "PH122", "PH123", "PH124", "PH125"))
ENTITY, READING = "BP281", "BP280"
FINGERPRINT_CONTEXT = 16

ORDER = itemgetter(0, 1, 2)  # the sort key of hits: start, end, code
LINE_END = re.compile(r"\r\n?|\n")


class Hit(NamedTuple):
    """What a rule says about a span of one document, before line, column and fingerprint are known."""

    start: int
    end: int
    code: str
    name: str
    kind: Kind
    severity: Severity
    message: str
    slot: str | None = None


class Lines:
    r"""Where the lines of a text start; a line ends with \n, \r\n or \r.

    >>> Lines("一\r\n二三").place(4)
    (2, 2)
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character. Computed on first use, for most documents have no findings."""
        if "\r" in self._text:
            return [0, *(end.end() for end in LINE_END.finditer(self._text))]
        # Running sums of line length plus one, without a Python-level loop over the lines of a large file.
        return list(accumulate(map((1).__add__, map(len, self._text.split("\n")[:-1])), initial=0))

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both from 1; columns count code points."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


class Folded(NamedTuple):
    """A document as rules see it: its text with widths and script folded, and where the literals of each sweep stand.

    `signs` are the bits of its signs, `source` is the text before folding.
    """

    text: str
    met: Mapping[int, Met]
    signs: int
    source: str


class Scanner:
    """Some rules, prepared once for many documents: the sweeps that several share, and the rules without a sweep."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        sweeps = dict.fromkeys(rule.sweep for rule in rules if rule.sweep is not None)
        # A sweep reports only the codes of rules that share it, even if a user's own rule reuses a code.
        self._sweeps = [
            (sweep, {rule.code: i for i, rule in enumerate(rules) if rule.sweep is sweep}) for sweep in sweeps
        ]
        self._always = [number for number, (sweep, _) in enumerate(self._sweeps) if sweep.is_always_asked]
        self._signed = [(number, sweep.signs) for number, (sweep, _) in enumerate(self._sweeps) if sweep.signs]
        self._single = [(i, rule) for i, rule in enumerate(rules) if rule.sweep is None]
        self._literals = _literals_of(tuple(sweeps))

    def fold(self, texts: Texts) -> list[Folded]:
        """Return many texts as `scan` needs them; all of them in one call cost little more than one."""
        folded, found = texts.folded(SCRIPT_FOLDS), self._literals.find(texts)
        for number, (sweep, _) in enumerate(self._sweeps):
            if sweep.look is not None:
                for (met, _), seen in zip(found, sweep.look(folded)):
                    if seen is not None:
                        met[number] = met.get(number, NOTHING)._replace(seen=seen)
        return [Folded(text, met, signs, source) for text, (met, signs), source in zip(folded, found, texts.texts)]

    def scan(self, document: Document, folded: Folded | None = None) -> list[Finding]:
        """Return what the rules find in one document, sorted by place. No text makes the built-in rules raise an error.

        Of overlapping findings of one kind the longer stays, then that of the earlier rule. A mark inside boilerplate
        gives two findings, for they are of two kinds and need different repairs. A user's own rule raises
        SlowRuleError if it takes too long.
        """
        return finish(document, self.find_hits(folded or self.fold_one(document.text)))

    def fold_one(self, text: str) -> Folded:
        """Return one text as `find_hits` needs it."""
        return self.fold(Texts((text,)))[0]

    def find_hits(self, folded: Folded) -> list[Hit]:
        """Return the hits of all rules in a folded text, with overlaps settled."""
        spans: list[tuple[int, int, int]] = []
        asked = {**folded.met, **dict.fromkeys(self._always, NOTHING)} if self._always else folded.met
        for number, met in asked.items():
            spans += self._spans(number, folded.text, met)
        for number, signs in self._signed:
            if signs & folded.signs:
                is_odd = self._sweeps[number][0].odd
                spans += self._spans(number, folded.source if is_odd else folded.text, Met((), (), folded.signs))
        wide = "" if all(rule.folds_script for _, rule in self._single) else fold(folded.source)
        for i, rule in self._single:
            spans += [(span.start, span.end, i) for span in rule.spans(folded.text if rule.folds_script else wide)]
        spans = self._where_they_can_stand(folded.text, spans) if spans else spans
        if not spans:
            return []
        spans = self._without_doubled(self._without_blanks_in_noise(spans))
        kinds = dict.fromkeys(self.rules[i].kind for _, _, i in spans)
        hits: list[Hit] = []
        for kind in kinds:
            ours = [span for span in spans if self.rules[span[2]].kind is kind] if len(kinds) > 1 else spans
            hits += [_hit(start, end, self.rules[i]) for start, end, i in settle(ours)]
        return hits

    def _spans(self, number: int, text: str, met: Met) -> list[tuple[int, int, int]]:
        """Return what one sweep finds, as (start, end, index of the rule), for the rules of this scanner."""
        sweep, order = self._sweeps[number]
        return [(start, end, order[code]) for code, start, end in sweep.find(text, met) if code in order]

    def _where_they_can_stand(self, text: str, spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Drop spans of built-in boilerplate rules that stand where boilerplate cannot stand, such as in code."""
        judged = [is_boilerplate(self.rules[i]) for _, _, i in spans]
        if not any(judged):
            return spans
        prose = prose_of(text)
        return [
            (start, end, i)
            for (start, end, i), is_judged in zip(spans, judged)
            if not is_judged or can_stand(prose, text, self.rules[i].code, start, end)
        ]

    def _without_blanks_in_noise(self, spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Drop placeholders inside noise, that is, signs injected into a text, for these stand for nothing."""
        rows = {span[:2] for span in spans if self.rules[span[2]].code in MARKS and span[1] - span[0] > 1}
        noise = [span[:2] for span in spans if self.rules[span[2]].code in NOISE and span[:2] not in rows]
        if not noise:
            return spans
        is_noise = within(noise)
        return [
            (start, end, i)
            for start, end, i in spans
            if self.rules[i].kind is not Kind.PLACEHOLDER or not is_noise(start, end)
        ]

    def _without_doubled(self, spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Drop spans that another finding covers: boilerplate that is only a placeholder, an entity inside one, and
        holes inside boilerplate or beside a mark. Also drop lines judged boilerplate that contain noise or a reading,
        and doubted ones that contain tags.
        """
        codes = [self.rules[i].code for _, _, i in spans]
        blanks = {span[:2] for span, code in zip(spans, codes) if code in PROMPTS or code in MARKS}
        lines = [span[:2] for span in spans if is_boilerplate(self.rules[span[2]])] if HOLES.intersection(codes) else []
        begun = {start for (start, _, _), code in zip(spans, codes) if code in MARKS}
        marked = {end for (_, end, _), code in zip(spans, codes) if code in MARKS}
        noisy = [span[:2] for span, code in zip(spans, codes) if code in NOISE or code == READING]
        tags = [span[:2] for span, code in zip(spans, codes) if code == TAGS]
        if not blanks and not lines and not noisy and not tags and HOLES.isdisjoint(codes):
            return spans
        is_sites_own, is_mark, has_noise, has_tag = within(lines), within(blanks), holding(noisy), holding(tags)
        return [
            (start, end, i)
            for (start, end, i), code in zip(spans, codes)
            if not ((start, end) in blanks and self.rules[i].kind is Kind.BOILERPLATE)
            and not (code == ENTITY and is_mark(start, end))
            and not (code in HOLES and (start in marked or end in begun or is_sites_own(start, end)))
            and not (code in JUDGED_CODES and has_noise(start, end))
            and not (code == DOUBTED and has_tag(start, end))
        ]


@lru_cache(maxsize=16)
def _literals_of(sweeps: tuple[Sweep, ...]) -> Literals:
    """Return the prepared literals of some sweeps, cached: preparing them takes as long as scanning a book."""
    return Literals(sweeps)


def is_boilerplate(rule: Rule) -> bool:
    """True for a built-in boilerplate rule; a user's own rule applies everywhere."""
    return rule.kind is Kind.BOILERPLATE and rule.folds_script


def scan(document: Document, rules: Sequence[Rule]) -> list[Finding]:
    """Return what some rules find in one document; for many documents make one `Scanner`."""
    return Scanner(rules).scan(document)


def within(stretches: Iterable[tuple[int, int]]) -> Callable[[int, int], bool]:
    """Return a test whether one of some stretches contains all of a span; hostile text has many, so it bisects.

    >>> is_held = within([(0, 9), (2, 4), (20, 30)])
    >>> is_held(3, 8), is_held(8, 12), is_held(20, 30)
    (True, False, True)
    """
    ordered = sorted(stretches)
    starts, reach = [start for start, _ in ordered], list(accumulate((end for _, end in ordered), max))

    def is_held(start: int, end: int) -> bool:
        at = bisect_right(starts, start) - 1
        return at >= 0 and end <= reach[at]

    return is_held


def holding(stretches: Iterable[tuple[int, int]]) -> Callable[[int, int], bool]:
    """Return a test whether a span contains one of some stretches that begins behind its start; it bisects, too.

    >>> has = holding([(0, 9), (20, 30)])
    >>> has(0, 12), has(10, 30), has(10, 29)
    (False, True, False)
    """
    ordered = sorted(stretches)
    starts = [start for start, _ in ordered]
    ends = list(accumulate((end for _, end in reversed(ordered)), min))[::-1]  # the least end from here on

    def has_one(start: int, end: int) -> bool:
        at = bisect_right(starts, start)
        return at < len(ends) and ends[at] <= end

    return has_one


def settle(spans: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Settle overlaps of ``(start, end, order)``: keep the longer, then the lower order; drop empty spans.

    >>> settle([(0, 2, 1), (1, 9, 2), (9, 12, 0), (9, 12, 3)])
    [(1, 9, 2), (9, 12, 0)]
    """
    kept: list[tuple[int, int, int]] = []
    group: list[tuple[int, int, int]] = []
    reach = 0
    for span in sorted(span for span in spans if span[0] < span[1]):
        if span[0] >= reach:
            kept += _longest(group)
            group = []
        group.append(span)
        reach = max(reach, span[1])
    return kept + _longest(group)


def _longest(group: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the spans of a sorted group that stay, sorted; it bisects, lest hostile text cost n² comparisons."""
    if len(group) < 2:
        return group
    kept: list[tuple[int, int, int]] = []
    for span in sorted(group, key=lambda span: (span[0] - span[1], span[2])):
        i = bisect_left(kept, span)
        if (i == 0 or kept[i - 1][1] <= span[0]) and (i == len(kept) or span[1] <= kept[i][0]):
            kept.insert(i, span)
    return kept


def _hit(start: int, end: int, rule: Rule) -> Hit:
    return Hit(start, end, rule.code, rule.name, rule.kind, rule.severity, rule.message, rule.slot)


def finish(document: Document, hits: Iterable[Hit]) -> list[Finding]:
    """Turn hits into findings with line, column, context and fingerprint, sorted by start, end and code."""
    text, path, record = document.text, document.path, document.record
    findings, hits = [], sorted(hits, key=ORDER)
    for hit, (line, column, end_line, end_column, found, fingerprint) in zip(hits, placer(document).placed(hits)):
        start, end, code, name, kind, severity, message, slot = hit
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        # Positional arguments in the order of the fields: keywords cost a third more on millions.
        head = (code, name, kind, severity, path, record, start, end, line, column, end_line, end_column)
        findings.append(Finding(*head, found, before, after, message, fingerprint, slot))
    return findings


def placer(document: Document) -> Placer:
    """Return the object that computes places and fingerprints of hits sorted by start, end and code.

    A fingerprint is made of what identifies a finding to a person (code, document, the text and 16 code points on
    either side) and of the number of identical findings before it in the document. It contains no line number, so a
    baseline survives when lines are added above.
    """
    return Placer(document.text, place_print(document.path, document.record), FINGERPRINT_CONTEXT)
