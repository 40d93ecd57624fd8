"""Every code that a report can hold, for `dedupe rules` and to check the value of `--select`."""

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

# Requests in brackets get a score from several weights; these codes show the weights.
ASKED = frozenset(("PH110", "PH111", "PH112", "PH113"))


def _compared(code: str, name: str, kind: Kind, severity: Severity, message: str) -> Rule:
    return Rule(code=code, name=name, kind=kind, severity=severity, message=message, hits=(), misses=())


# Findings that only a comparison of documents gives: no rule table has examples of them.
COMPARED = (
    _compared("BP291", "repeated-line", Kind.BOILERPLATE, Severity.WARNING, "stands at the edge of many documents"),
    _compared("ND301", "document-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: a whole document"),
    _compared("ND302", "essay-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: an essay of a page"),
    _compared("ND303", "passage-copy", Kind.DUPLICATE, Severity.ERROR, "copies another text: a passage"),
    _compared("ND304", "stock-sentence", Kind.DUPLICATE, Severity.NOTE, "stands in many documents: a stock sentence"),
)


def rows(own: Sequence[Rule] = ()) -> Iterator[Rule]:
    """Yield all rules in the order of their tables, then those of comparisons, then the `own` rules of a user."""
    for table in RULES:
        yield from table
    yield from COMPARED
    yield from own


def codes() -> dict[str, str]:
    """Return the names of all built-in rules by code."""
    return {rule.code: rule.name for rule in rows()}


def listing(colour: bool, own: Sequence[Rule] = ()) -> str:
    """Return one line per rule: code, name, severity, message."""
    width = max(len(rule.name) for rule in rows(own))
    return "".join(f"{_head(rule, colour, width)}  {tell(rule.message)}\n" for rule in rows(own))


def examples(prefix: str, colour: bool, own: Sequence[Rule] = ()) -> str:
    """Return the rules with this name or with codes that begin with `prefix`, and their examples; may be empty."""
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
    """Return the score of a bracketed request, and the weights that it comes from."""
    asked = brackets.explain(simplify(fold(hit.replace("«", "").replace("»", ""))), hit.index("«"))
    if asked is None:
        return []
    weights = ", ".join(f"{name} {weight:+.2f}" for name, weight in asked[1])
    return [f"  {tell('judged  ')}{asked[0]:.2f}: {weights}"]


def _judged(hit: str) -> list[str]:
    """Return which words and numbers made the classifier find what an example marks."""
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
