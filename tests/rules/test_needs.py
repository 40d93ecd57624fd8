"""No row has a pattern that matches lines without the literals it is tried on: random lines of each pattern say so."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from random import Random
from typing import Any

import pytest

from dedupe.rules.boilerplate.table import LINES
from dedupe.rules.rule import Rule
from dedupe.text.batch import simplify

parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
OTHERS = "水渠修好那年春天我们在堤上种了三排柳树ab7 "  # for classes that leave the choice
CATEGORIES = {"SPACE": " ", "NOT_SPACE": OTHERS[:-1], "DIGIT": "0123456789", "WORD": OTHERS[:-1], "NOT_WORD": " ,.:|"}
ROUNDS, LEAST_MATCHES = 1500, 20
# These begin with a look-behind, have few lines, or ask for more than chance gives.
SELDOM = {"BP268", "BP275", "BP276", "BP284"}


class Writer:
    """Writes strings that a pattern would match but for its look-arounds."""

    def __init__(self, seed: str) -> None:
        self.dice = Random(seed)

    def text(self, tree: Any) -> str:
        return "".join(getattr(self, f"_{str(op).lower()}", self._nothing)(value) for op, value in tree)

    def _nothing(self, _: Any) -> str:
        return ""

    def _literal(self, code: int) -> str:
        return chr(code)

    def _not_literal(self, code: int) -> str:
        return self.dice.choice(OTHERS.replace(chr(code), ""))

    def _any(self, _: Any) -> str:
        return self.dice.choice(OTHERS)

    def _in(self, items: Any) -> str:
        chars, is_negated = "", False
        for op, value in items:
            kind = str(op)
            is_negated |= kind == "NEGATE"
            if kind == "LITERAL":
                chars += chr(value)
            elif kind == "RANGE":
                chars += "".join(chr(self.dice.randint(*value)) for _ in range(3))
            elif kind == "CATEGORY":
                chars += CATEGORIES[str(value).removeprefix("CATEGORY_")]
        if is_negated:
            chars = "".join(char for char in OTHERS if char not in chars) or "\N{IDEOGRAPHIC FULL STOP}"
        return self.dice.choice(chars)

    def _subpattern(self, value: Any) -> str:
        text = self.text(value[-1])
        ignores_case = isinstance(value[1], int) and value[1] & re.IGNORECASE
        return self.dice.choice((text, text.upper(), text.title(), text.capitalize())) if ignores_case else text

    def _branch(self, value: Any) -> str:
        return self.text(self.dice.choice(value[1]))

    def _max_repeat(self, value: Any) -> str:
        low, high, body = value
        times = self.dice.choice((low, low, self.dice.randint(low, min(int(high), low + 3))))
        return "".join(self.text(body) for _ in range(times))

    _min_repeat = _possessive_repeat = _max_repeat
    _atomic_group = text


def unseen(rule: Rule, is_head: bool) -> tuple[int, set[str]]:
    """Return how many random lines a row matches, and those among them on which it would not be tried."""
    writer, tree = Writer(rule.code), parser.parse(simplify(rule.pattern), re.MULTILINE)
    lines = {line for line in (writer.text(tree).strip("\n") for _ in range(ROUNDS)) if "\n" not in line}
    matched = [line for line in sorted(lines) if rule.regex.search(f"\n{line}\n", 1)]
    return len(matched), {line for line in matched if not is_tried(rule, line, is_head)}


def is_tried(rule: Rule, line: str, is_head: bool) -> bool:
    if not is_head:
        return any(literal in line for literal in rule.literals)
    match = LINES.searches[0].match(line)
    return match is not None and rule.code in LINES.tried_at_head(match[1])


HEADS = [(rule, True) for rule in LINES.heads if rule.pattern]
INNER = [(rule, False) for rule in LINES.inner if rule.pattern]


@pytest.mark.parametrize(("rule", "is_head"), [*HEADS, *INNER], ids=lambda value: getattr(value, "code", ""))
def test_needs_cover_the_pattern(rule: Rule, is_head: bool) -> None:
    matched, missing = unseen(rule, is_head)
    assert matched >= LEAST_MATCHES or rule.code in SELDOM
    assert not missing


def test_writer_finds_a_list_that_lacks_a_word() -> None:
    rule = next(rule for rule in LINES.inner if rule.code == "BP255")
    short = Rule(**{**{name: getattr(rule, name) for name in rule.__dataclass_fields__}, "needs": ("】相关",)})
    assert any("】推荐" in line for line in unseen(short, is_head=False)[1])
