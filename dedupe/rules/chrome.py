"""Boilerplate: what a site puts around a text, and what scraping leaves in it.

Codes go by decades, and a code is never used twice:

- BP20x the site introduces the text, leads on, takes its leave
- BP21x where the page stands in its site: paths, neighbours, menus, tools
- BP22x who put it up, when, how often it was read, how long it is
- BP23x ownership and asking: copyright, licence, cookies, newsletters, sharing, tags
- BP24x downloads; BP25x related links and comments
- BP26x spam, brands, watermarks, advertisements; BP27x forum furniture and repeated titles
- BP28x markup and jammers; BP29x lines learnt from the corpus (`dedupe.repeats`)

Asking each row of each document would cost more than all the rest of a scan: a search of Chinese text takes about a
nanosecond a character, and there are hundreds of literals. So one sweep serves all the rows of the tables. It makes
two searches, one for the words that lines of chrome begin with and one for those that they hold, and tries a row only
in the lines where its word was met.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from dedupe.model import Kind, Severity
from dedupe.rules import credit, foreign, markup, site, spam
from dedupe.rules.rule import Rule
from dedupe.rules.shapes import Table

# Non-empty lines from either end of a page that count as its edge: pages rarely put more than this around a text.
EDGE_LINES = 12
FILLED_LINE = re.compile(r"\S[^\n]*")
# A search is fastest when it waits for a rare character: of a literal the first that is none of these.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说本小"
    " etaoinshrdlu0123456789"
)
# Headings of link lists, and how far the list of plain titles under one may go on to the end of the page.
LIST_HEADINGS = frozenset({"BP251", "BP252", "BP253", "BP255"})
LIST_CHARACTERS = 3000
LIST_LINE = 60
SENTENCE_MARK = re.compile("[。;!?]")

LINK_LIST = Rule(
    "BP254",
    "related-list",
    Kind.BOILERPLATE,
    Severity.WARNING,
    "a link to another page, in a list that ends this one",
    needs=("\n",),
    hits=("相关推荐\n«县级防汛总结»\n«护林员事迹材料三篇»",),
    misses=("相关推荐\n今年雨水多。\n防汛总结", "防汛总结\n护林员事迹材料三篇"),
)

# The rules to try in one line, by code and in the order of the codes.
Tried = dict[str, Rule]


class Sweep:
    """All rows of the tables in one pass; called with a folded text, gives ``(code, start, end)``."""

    def __init__(self, tables: Iterable[Table]) -> None:
        tables = tuple(tables)
        self._heads = [rule for table in tables for rule in table.heads + table.edge_heads]
        self._inner = [rule for table in tables for rule in table.anywhere + table.edges]
        self._edge_codes = {rule.code for table in tables for rule in table.edge_heads + table.edges}
        self.rules = (*self._heads, *self._inner)

    # Made at the first document: who only asks for placeholders does not pay for them.
    @cached_property
    def _by_head(self) -> dict[str, Tried]:
        return _owners(self._heads, {literal: literal for rule in self._heads for literal in rule.needs})

    @cached_property
    def _by_tail(self) -> dict[str, Tried]:
        return _owners(self._inner, {literal: rare_tail(literal) for rule in self._inner for literal in rule.needs})

    @cached_property
    def _head_search(self) -> re.Pattern[str]:
        head = _any_of((literal, literal) for literal in self._by_head)
        # Two sets of characters turn nearly all lines away before any of the hundreds of literals is tried.
        begins = "|".join(_pairs(self._by_head))
        return re.compile(rf"\n[^\S\n]*(?=\S)[^\w\n]{{0,5}}?(?={begins})({head})")

    @cached_property
    def _inner_search(self) -> re.Pattern[str]:
        return re.compile(_any_of((literal, rare_tail(literal)) for rule in self._inner for literal in rule.needs))

    def __call__(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """The codes and spans of the rows that match in a folded text; overlaps are not settled."""
        tried = self._rules_by_line(folded)
        edges = Edges(folded)
        listed: dict[int, int] = {}
        for start in sorted(tried):
            end = _line_end(folded, start)
            for code, rule in tried[start].items():
                if code in self._edge_codes and not edges.has(start):
                    continue
                for match in rule.regex.finditer(folded, start, end):
                    begin, stop = match.span("span")
                    yield code, begin, stop
                    # A row that knows a whole line says more of it than that it stands in a list.
                    if listed.get(begin) == stop:
                        del listed[begin]
                    if code in LIST_HEADINGS and not listed:
                        listed = link_list(folded, end)
        yield from ((LINK_LIST.code, begin, stop) for begin, stop in listed.items())

    def _rules_by_line(self, folded: str) -> dict[int, Tried]:
        """For the start of each line worth trying, the rules to try there."""
        tried: dict[int, Tried] = {}
        for match in self._head_search.finditer("\n" + folded):
            tried[match.start()] = self._by_head[match[1]]
        end = -1
        for match in self._inner_search.finditer(folded):
            if match.start() > end:
                start, end = folded.rfind("\n", 0, match.start()) + 1, _line_end(folded, match.start())
            rules = self._by_tail[match[0]]
            tried[start] = _joined(tried[start], rules) if start in tried else rules
        return tried


class Edges:
    """Where the top of a page ends and where its end begins, as offsets; looked for at the first question."""

    def __init__(self, folded: str) -> None:
        self._folded = folded

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The end of the line that is the last of the top, and the line end before the first line of the end."""
        folded = self._folded
        top = bottom = 0
        filled = EDGE_LINES
        while filled and top < len(folded):
            end = _line_end(folded, top)
            filled -= bool(folded[top:end].strip())
            top = end + 1
        bottom, filled = len(folded), EDGE_LINES
        while filled and bottom >= 0:
            start = folded.rfind("\n", 0, bottom)
            filled -= bool(folded[start + 1 : bottom].strip())
            bottom = start
        return top - 1, bottom

    def has(self, start: int) -> bool:
        """Whether the line that starts here stands at an edge."""
        top, bottom = self.limits
        return start < top or start >= bottom


def rare_tail(literal: str) -> str:
    """The literal from its first rare character on.

    >>> rare_tail("小编"), rare_tail("的是")
    ('编', '的是')
    """
    at = next((i for i, char in enumerate(literal) if char not in COMMON), 0)
    return literal[at:]


def link_list(folded: str, start: int) -> dict[int, int]:
    """Where the lines from an offset to the end of the page begin, and where each stops.

    Nothing, unless all of them are short and none is a sentence.
    """
    if len(folded) - start > LIST_CHARACTERS or SENTENCE_MARK.search(folded, start):
        return {}
    lines = dict(match.span() for match in FILLED_LINE.finditer(folded, start))
    return {} if any(end - begin > LIST_LINE for begin, end in lines.items()) else lines


def _line_end(folded: str, start: int) -> int:
    end = folded.find("\n", start)
    return len(folded) if end < 0 else end


def _owners(rules: Iterable[Rule], keys: dict[str, str]) -> dict[str, Tried]:
    """For each text that a search can meet the rules to try: its own, and those whose literal it may have hidden."""
    owners: dict[str, Tried] = defaultdict(dict)
    for rule in rules:
        for literal in rule.needs:
            owners[keys[literal]][rule.code] = rule
    by_first: dict[str, list[str]] = defaultdict(list)
    for text in owners:
        by_first[text[0]].append(text)
    tried: dict[str, Tried] = {}
    for met in owners:
        tried[met] = {}
        for tail in (met[i:] for i in range(len(met))):
            for other in by_first[tail[0]]:
                if tail.startswith(other) or other.startswith(tail):
                    tried[met] = _joined(tried[met], owners[other])
    return tried


def _joined(one: Tried, other: Tried) -> Tried:
    """The rules of both, by code, for that is the order in which they are tried."""
    return one if other.keys() <= one.keys() else dict(sorted({**one, **other}.items()))


def _pairs(literals: Iterable[str]) -> Iterator[str]:
    """Patterns for what literals can begin with: one of some characters and then one of some, or one of others."""
    short = {literal for literal in literals if len(literal) == 1}
    longer = [literal for literal in literals if len(literal) > 1]
    if longer:
        yield _set_of({literal[0] for literal in longer}) + _set_of({literal[1] for literal in longer})
    if short:
        yield _set_of(short)


def _set_of(characters: set[str]) -> str:
    return f"[{''.join(map(re.escape, sorted(characters)))}]"


def _any_of(literals: Iterable[tuple[str, str]]) -> str:
    """A pattern for any of the literals that consumes their tails: grouped by first character, for speed."""
    groups: dict[str, set[str]] = defaultdict(set)
    for literal, tail in literals:
        before = literal[: len(literal) - len(tail) + 1]
        look = f"(?<={re.escape(before)})" if len(before) > 1 else ""
        groups[tail[0]].add(look + re.escape(tail[1:]))
    joined = ((re.escape(char), "|".join(sorted(rest, reverse=True))) for char, rest in sorted(groups.items()))
    return "|".join(f"{char}(?:{rest})" for char, rest in joined)


TABLES = (site.TABLE, credit.TABLE, spam.TABLE, foreign.TABLE, markup.TABLE)
SWEEP = Sweep(TABLES)
LINE_RULES = [replace(rule, sweep=SWEEP) for rule in (*SWEEP.rules, LINK_LIST)]
CHROME: tuple[Rule, ...] = tuple(sorted([*LINE_RULES, *markup.MARKUP], key=lambda rule: rule.code))
