"""The type of a rule, which is one row of a table with its own examples, and the type of a sweep."""

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

    `inner` are the offsets where literals begin; `heads` are the starts of lines in which only signs and blanks seem
    to stand before a literal. An offset of -1 is the line end before the text, with which some literals begin. `signs`
    are the bits of `dedupe.text.signs` for the signs of the text; `seen` is the result of the sweep's `look`.
    """

    inner: Sequence[int]
    heads: Sequence[int]
    signs: int = 0
    seen: Any = None


NOTHING = Met((), ())


class Beside(NamedTuple):
    """The characters that may stand right before a literal and right behind it; an empty string allows any.

    They are listed as in a character class: a-z is a range, and ^ precedes those that may not. The start and the end of
    a text count as line ends.
    """

    before: str = ""
    behind: str = ""

    def joined(self, other: Beside) -> Beside:
        """Return guards that allow everything that either allows.

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
    """A family of rules scanned in one pass; `find` yields ``(code, start, end)`` for all of them.

    `find` gets the places of the literals that its rules need: `inner` anywhere, `heads` at the start of a line, some
    only with certain characters `beside` them. A text without any of these literals is skipped, unless the sweep names
    neither literals nor `signs`, or its `look`, which reads many texts at once, saw something. A sweep with `signs`
    also runs on texts that have one of these signs. An `odd` sweep that runs for its signs gets the text unfolded.
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
        """True if the sweep runs on every text: it names neither literals nor signs."""
        return not (self.inner or self.heads or self.signs)


@dataclass(frozen=True)
class Rule:
    """One row of a rule table.

    `pattern` is searched in the folded text. Folding maps each character to one character (widths folded, traditional
    characters simplified, in the pattern too), so a span in the folded text is a span in the source. For a user's own
    rule `folds_script` is False: it sees traditional characters unchanged. The finding's span is the group named
    ``span``, or the whole match if there is no such group.
    `find` replaces `pattern` where no pattern can express the heuristic. `sweep` replaces both for a family of rules
    that one judgement must tell apart: it yields ``(code, start, end)`` for all of them in one pass, so a text costs
    one search, not one for each row. `needs` are literals of the folded text: the rule is tried only in a document
    that has at least one of them, which keeps scanning fast.
    `message_zh` is the message in Chinese for a user's own rule, which the message catalogue cannot contain.
    `hits` and `misses` are examples; «» in a hit mark the exact spans that the rule finds.
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
        """Return a copy of the row with a sweep. Each start makes hundreds, and `replace` is slow."""
        row = object.__new__(Rule)
        vars(row).update(vars(self), sweep=sweep)
        return row

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern, in which ^ and $ match at line boundaries."""
        return re.compiled(simplify(self.pattern), re.MULTILINE)

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The literals of `needs`, in the script of the folded text."""
        return tuple(map(simplify, self.needs))

    @cached_property
    def begins_line(self) -> bool:
        """True if every match begins at the start of a line: no alternative stands beside the ^ of the pattern."""
        return self.pattern.startswith("^")

    def spans(self, folded: str) -> Iterable[Span]:
        """Return the spans in a folded text that a rule without a sweep matches."""
        if self.needs and not any(literal in folded for literal in self.literals):
            return ()
        if self.find is not None:
            return self.find(folded)
        group = "span" if "span" in self.regex.groupindex else 0
        return (Span(*match.span(group)) for match in self.regex.finditer(folded))
