"""Every code a report can hold, for `dedupe rules` and to check what `--select` is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from dedupe.core.messages import tell
from dedupe.core.model import Kind, Severity
from dedupe.report.view import visible
from dedupe.rules import RULES
from dedupe.rules.boilerplate.judge import explain
from dedupe.rules.boilerplate.naming import JUDGED
from dedupe.rules.placeholders import brackets
from dedupe.rules.rule import Rule
from dedupe.text.batch import fold, simplify

COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}

# What asks in brackets is weighed, and says what weighed how much.
ASKED = frozenset(("PH110", "PH111", "PH112", "PH113"))


def _compared(code: str, name: str, kind: Kind, severity: Severity, message: str) -> Rule:
    return Rule(code=code, name=name, kind=kind, severity=severity, message=message, hits=(), misses=())


# What is found by comparing documents: no row of a table has examples of it.
COMPARED = (
    _compared("BP291", "repeated-line", Kind.BOILERPLATE, Severity.WARNING, "stands at the edge of many documents"),
    _compared("ND301", "document-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: a whole document"),
    _compared("ND302", "essay-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: an essay of a page"),
    _compared("ND303", "passage-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: a passage"),
    _compared("ND304", "stock-sentence", Kind.DUPLICATE, Severity.NOTE, "stands in many documents: a stock sentence"),
)


def rows(own: Sequence[Rule] = ()) -> Iterator[Rule]:
    """All rules in the order of their tables, what only comparing finds, then the `own` rules of a user."""
    for table in RULES:
        yield from table
    yield from COMPARED
    yield from own


def codes() -> dict[str, str]:
    """The names of all built-in rules by their codes."""
    return {rule.code: rule.name for rule in rows()}


def listing(colour: bool, own: Sequence[Rule] = ()) -> str:
    """One line a rule: code, name, severity, message."""
    width = max(len(rule.name) for rule in rows(own))
    return "".join(f"{_head(rule, colour, width)}  {tell(rule.message)}\n" for rule in rows(own))


def examples(prefix: str, colour: bool, own: Sequence[Rule] = ()) -> str:
    """The rules whose code begins with `prefix`, or of that name, with their examples; empty when there is none."""
    chosen = [rule for rule in rows(own) if rule.code.startswith(prefix.upper()) or rule.name == prefix.lower()]
    return "\n".join(_described(rule, colour) for rule in chosen)


def _described(rule: Rule, colour: bool) -> str:
    lines = [_head(rule, colour), f"  {tell(rule.message)}"]
    lines += [f"  {tell('slot: ')}{rule.slot}"] if rule.slot else []
    for hit in rule.hits:
        lines.append(f"  {tell('finds   ')}{visible(hit)}")
        lines += _judged(hit) if rule.code == JUDGED else _weighed(hit) if rule.code in ASKED else []
    lines += [f"  {tell('leaves  ')}{visible(miss)}" for miss in rule.misses]
    return "".join(f"{line}\n" for line in lines)


def _weighed(hit: str) -> list[str]:
    """What made a bracket ask for something: its sign, its words, the clause it stands in."""
    asked = brackets.explain(simplify(fold(hit.replace("«", "").replace("»", ""))), hit.index("«"))
    if asked is None:
        return []
    weights = ", ".join(f"{name} {weight:+.2f}" for name, weight in asked[1])
    return [f"  {tell('judged  ')}{asked[0]:.2f}: {weights}"]


def _judged(hit: str) -> list[str]:
    """Which words and numbers made the judge find what an example marks."""
    text = hit.replace("«", "").replace("»", "")
    reasons = explain(simplify(fold(text)), hit.index("«"))
    if reasons is None:
        return []
    weights = ", ".join(f"{name} {weight:+.1f}" for name, weight in reasons.weights)
    return [
        f"  {tell('judged  ')}{reasons.score:.2f}: {weights}",
        f"  {tell('words   ')}{visible(' '.join(reasons.words))}",
        f"  {tell('worded  ')}{visible(' '.join(reasons.runs))}",
    ]


def _head(rule: Rule, colour: bool, width: int = 0) -> str:
    parts = rule.code, f"{rule.name:{width}}", rule.severity.value.ljust(7 if width else 0)
    if colour:
        paint = COLOUR[rule.severity]
        parts = click.style(parts[0], fg=paint), parts[1], click.style(parts[2], fg=paint)
    return "  ".join(parts)
