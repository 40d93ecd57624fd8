"""Every rule row keeps its own promises: the tests are read from the tables."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from dedupe.config.rules import DOCUMENT_SECONDS, Search, probes
from dedupe.core.model import Document, Kind
from dedupe.rules import RULES
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import AFTER
from dedupe.rules.rule import Rule
from dedupe.rules.scan import scan

ROWS = [rule for table in RULES for rule in table]
HITS = [pytest.param(rule, hit, id=f"{rule.code} {hit}") for rule in ROWS for hit in rule.hits]
MISSES = [pytest.param(rule, miss, id=f"{rule.code} {miss}") for rule in ROWS for miss in rule.misses]


def spans_in(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text of an example without its «», and where they stood."""
    text, spans = "", []
    for piece in re.split("([«»])", marked):
        if piece == "«":
            spans.append((len(text), len(text)))
        elif piece == "»":
            spans[-1] = (spans[-1][0], len(text))
        else:
            text += piece
    return text, spans


def found_by(rule: Rule, text: str) -> list[tuple[int, int]]:
    return sorted((finding.start, finding.end) for finding in scan(Document("a.txt", text), [rule]))


@pytest.mark.parametrize(("rule", "hit"), HITS)
def test_rule_finds_exactly_what_its_hit_marks(rule: Rule, hit: str) -> None:
    text, spans = spans_in(hit)
    assert spans
    assert found_by(rule, text) == spans


@pytest.mark.parametrize(("rule", "miss"), MISSES)
def test_rule_leaves_its_misses_alone(rule: Rule, miss: str) -> None:
    assert found_by(rule, miss) == []


@pytest.mark.parametrize(("rule", "hit"), HITS)
def test_all_rules_together_find_nothing_of_another_kind_in_a_hit(rule: Rule, hit: str) -> None:
    text, spans = spans_in(hit)
    findings = scan(Document("a.txt", text), ROWS)
    assert [f for f in findings if f.kind is not rule.kind] == []
    if rule.kind is Kind.PLACEHOLDER:
        assert [(f.code, f.start, f.end) for f in findings] == [(rule.code, *span) for span in spans]


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule.pattern], ids=lambda rule: rule.code)
def test_no_pattern_backtracks_catastrophically_on_what_its_examples_are_made_of(rule: Rule) -> None:
    search = Search(rule.code, rule.pattern)
    for _, text in probes([re.sub("[«»]", "", example) for example in rule.hits]):
        search.within(DOCUMENT_SECONDS, text)  # a TimeoutError past the bound that a user's own rules have


def test_codes_and_names_are_used_once() -> None:
    for values in ([rule.code for rule in ROWS], [rule.name for rule in ROWS]):
        assert [value for value, uses in Counter(values).items() if uses > 1] == []


@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.code)
def test_every_rule_has_examples_both_ways_and_a_message(rule: Rule) -> None:
    assert rule.hits
    assert rule.misses
    assert rule.message


def test_no_word_has_two_meanings() -> None:
    listings = (
        *(w.YEARS_AFTER, w.DATES_AFTER, w.MEASURES, w.NAMES_AFTER),
        *(w.ORDINALS_AFTER, w.WORDS_AFTER, w.RANGES_AFTER, w.NO_CLUE),
    )
    assert sum(map(len, listings)) == len(AFTER)
