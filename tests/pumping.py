"""Texts that bring out the worst in a pattern, made from the pattern itself: each of its repetitions, pumped up.

A pattern that backtracks does so in a repetition: because the search begins it anew at every character, or because what
stands behind it can be met by what is repeated as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

try:
    from re import _constants as kinds
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as kinds  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

from dedupe.rules.rule import Rule

LONG = 8  # times: what is repeated less often costs a constant
REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)
POOL = "哈的1a A.,-:|/()<>《》“”\n"
CLASSES = {
    kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_SPACE: r"\s",
    kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_WORD: r"\w", kinds.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def worst(rule: Rule, length: int) -> Iterator[str]:
    """Texts of about `length` code points: what a rule's hits and the repetitions of its pattern are made of."""
    units = {re.sub("[«»]", "", hit) for hit in rule.hits}
    units |= {unit[: len(unit) // 2 + 1] for unit in units} | {f"{unit}\n" for unit in units}
    need = min(rule.needs, default="", key=len)
    for head, item in dict.fromkeys(pumps(parser.parse(rule.pattern, re.MULTILINE))):
        units |= {head, head + item, item + need}
        yield head + item * (length // len(item)) + "\0"
        yield item * (length // len(item)) + need
    for unit in sorted(units - {""}):
        yield unit * (length // len(unit))


def pumps(pattern: Any, head: str = "") -> Iterator[tuple[str, str]]:
    """For each repetition a text that leads to it, and one of what it repeats."""
    for kind, value in pattern:
        for inner in _inside(kind, value):
            yield from pumps(inner, head)
        if kind in REPEATS and value[1] >= LONG:
            yield head, "".join(map(sample, value[2])) or "哈"
        head += sample((kind, value))


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind in REPEATS:
        return [value[2]]
    if kind is kinds.BRANCH:
        return list(value[1])
    return [value[-1]] if kind in (kinds.SUBPATTERN, kinds.ASSERT) else []


def sample(node: tuple[Any, Any]) -> str:
    """A short text that a node of a pattern meets, look-arounds aside; each character class has one character."""
    kind, value = node
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.NOT_LITERAL:
        return next(char for char in POOL if char != chr(value))
    if kind is kinds.ANY:
        return POOL[0]
    if kind is kinds.IN:
        return _one_of(value)
    if kind in REPEATS:
        return "".join(map(sample, value[2])) * max(value[0], int(value[1] > 0))
    if kind is kinds.SUBPATTERN:
        return "".join(map(sample, value[-1]))
    return "".join(map(sample, value[1][0])) if kind is kinds.BRANCH else ""


def _one_of(items: list[tuple[Any, Any]]) -> str:
    is_negated = items[0][0] is kinds.NEGATE
    literals = [chr(value) for kind, value in items if kind is kinds.LITERAL]
    literals += [chr(value[0]) for kind, value in items if kind is kinds.RANGE]
    chars = [*POOL] if is_negated else [*POOL, *literals]
    return next(char for char in chars if any(_meets(item, char) for item in items) is not is_negated)


def _meets(item: tuple[Any, Any], char: str) -> bool:
    kind, value = item
    if kind is kinds.LITERAL:
        return ord(char) == value
    if kind is kinds.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return kind is kinds.CATEGORY and bool(re.match(CLASSES[value], char))
