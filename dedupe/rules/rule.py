"""What a rule is: one row, with its own examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from dedupe.core import regex as re
from dedupe.core.model import Kind, Severity, Span
from dedupe.text.batch import simplify

Find = Callable[[str], Iterable[Span]]


class Met(NamedTuple):
    """Where the literals of a sweep stand in a folded text, in order.

    `inner` are the offsets of first characters; `heads` the starts of lines that seem to have nothing but signs and
    blanks before one. An offset of -1 is the line end before the text: some literals begin with one. `signs` are the
    bits of `dedupe.text.signs` for the signs of the text, `seen` what the first look of the sweep saw.
    """

    inner: Sequence[int]
    heads: Sequence[int]
    signs: int = 0
    seen: Any = None


NOTHING = Met((), ())


class Beside(NamedTuple):
    """Characters of which one stands right before a literal, and right behind it; any may where there are none.

    They are listed as in a pattern, a-z for many; behind ^ stand those that do not. A text has a line end before it and
    one behind it.
    """

    before: str = ""
    behind: str = ""

    def joined(self, other: Beside) -> Beside:
        """What allows all that either does.

        >>> Beside("ab", "x").joined(Beside("c", "^x")), Beside("^a").joined(Beside("^a"))
        (Beside(before='abc', behind=''), Beside(before='^a', behind=''))
        """
        return Beside(_either(self.before, other.before), _either(self.behind, other.behind))


def _either(one: str, other: str) -> str:
    if one == other or not one or not other or "^" in one + other:
        return one if one == other else ""
    return one + "".join(char for char in other if char not in one)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A family of rules in one pass; `find` gives ``(code, start, end)`` for all of them.

    It is told where in the folded text the literals stand that its rules cannot do without: `inner` anywhere, `heads`
    where a line begins, some of them only with something `beside` them. Where none stands it is not asked, unless it
    has none, or saw something at its first `look`, which is at many texts at once. One that is for texts with some
    `signs` is asked where one of them stands; `odd` ones see the text as it came.
    """

    find: Callable[[str, Met], Iterable[tuple[str, int, int]]]
    inner: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    beside: Mapping[str, Beside] = field(default_factory=dict)
    look: Callable[[Sequence[str]], Sequence[Any]] | None = None
    signs: int = 0
    odd: bool = False

    @cached_property
    def is_always_asked(self) -> bool:
        """Whether nothing of a text tells that it need not be asked."""
        return not (self.inner or self.heads or self.signs)


@dataclass(frozen=True)
class Rule:
    """One row of a rule table.

    `pattern` is searched in the folded text: each character mapped to one character (widths folded, traditional
    characters simplified, in the pattern too), so a span in it is a span in the source. A rule of a user's own sees
    scripts as they are: it does not have `folds_script`. A group named ``span`` is the finding's span, else the whole
    match is.
    `find` stands in for `pattern` where no pattern can express the heuristic. `sweep` stands in for both in a family
    of rules that must be told apart by one judgement: it gives ``(code, start, end)`` for all of them in one pass,
    which costs the text one search and not one for each row. `needs` are literals of the folded text: without one
    of them in a document the rule is not tried there, which is what keeps scanning fast.
    `message_zh` is the message in Chinese where the catalogue of languages cannot have it: in a user's own rule.
    `hits` and `misses` are examples; «» in a hit mark the exact spans that the rule gives.
    """

    code: str
    name: str
    kind: Kind
    severity: Severity
    message: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    pattern: str = ""
    find: Find | None = None
    sweep: Sweep | None = None
    needs: tuple[str, ...] = ()
    slot: str | None = None
    message_zh: str = ""
    folds_script: bool = True

    def swept(self, sweep: Sweep) -> Rule:
        """The same row with a sweep; there are hundreds at each start, and `replace` takes its time over each."""
        row = object.__new__(Rule)
        vars(row).update(vars(self), sweep=sweep)
        return row

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern; lines are what ^ and $ bind to."""
        return re.compiled(simplify(self.pattern), re.MULTILINE)

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """What a match needs, as the folded text has it."""
        return tuple(map(simplify, self.needs))

    @cached_property
    def begins_line(self) -> bool:
        """Whether the pattern, all of it, begins where a line does: no alternative stands beside its ^."""
        return self.pattern.startswith("^")

    def spans(self, folded: str) -> Iterable[Span]:
        """Where a rule without a sweep matches in a folded text."""
        if self.needs and not any(literal in folded for literal in self.literals):
            return ()
        if self.find is not None:
            return self.find(folded)
        group = "span" if "span" in self.regex.groupindex else 0
        return (Span(*match.span(group)) for match in self.regex.finditer(folded))
