"""Patterns that the boilerplate rows share. All are for folded text, and bounded, so that no row can backtrack far."""

from __future__ import annotations

from typing import NamedTuple

from dedupe.core.model import Kind, Severity
from dedupe.rules.rule import Find, Rule, Sweep


class Table(NamedTuple):
    """Rows that are tried only on lines where a literal of their `needs` stands.

    `heads`: the literal begins the line, after brackets and bullets at most. `anywhere`: the line contains it. The rows
    of `edge_heads` and `edges` are tried only at the top and the end of a document, for an essay may have such lines.
    """

    heads: tuple[Rule, ...] = ()
    edge_heads: tuple[Rule, ...] = ()
    anywhere: tuple[Rule, ...] = ()
    edges: tuple[Rule, ...] = ()


def row(  # noqa: PLR0913  # the columns of a table
    header: str,
    message: str,
    *,
    hits: tuple[str, ...],
    misses: tuple[str, ...],
    pattern: str = "",
    find: Find | None = None,
    sweep: Sweep | None = None,
    needs: tuple[str, ...] = (),
) -> Rule:
    """Return a rule for boilerplate; `header` has its code, name and severity: "BP213 previous-next error"."""
    code, name, severity = header.split()
    kind = Kind.BOILERPLATE
    return Rule(code, name, kind, Severity(severity), message, hits, misses, pattern, find, sweep, needs)


def any_of(literals: str) -> tuple[str, ...]:
    """Split the literals of a row, which are separated by bars.

    >>> any_of("上一|A |B")
    ('上一', 'A ', 'B')
    """
    return tuple(literals.split("|"))


def any_case(literals: str) -> tuple[str, ...]:
    """Split the literals of a row as `any_of` does, each as it is, with a capital, with all of them, and in capitals.

    >>> any_case("skip to|前の")
    ('skip to', 'Skip to', 'Skip To', 'SKIP TO', '前の')
    """
    forms = (str, str.capitalize, str.title, str.upper)
    return tuple(dict.fromkeys(form(word) for word in any_of(literals) for form in forms))


HAN = r"[\u3400-\u9fff]"
DATE = r"(?:19|20)\d\d {0,2}[-/.年] {0,2}\d{1,2} {0,2}[-/.月] {0,2}\d{1,2} {0,2}日?"
CLOCK = r"(?:[T ]{0,3}\d{1,2}:\d\d(?::\d\d)?)"
COUNT = r"\d[\d,.]{0,11} ?(?:[wWkK万千]\+?)?(?:\+| ?(?:人次|次|人|个|条|篇|字|元|分|页|票|[KMG]B?))?"
# A character of the rest of a sentence.
REST = r"[^。!?\n]"
BRAND = rf"{HAN}{{2,8}}(?:网|文库|网站|论坛|范文|公众号)"


def whole(body: str, longest: int = 160) -> str:
    r"""Return a pattern for lines that are only `body`, with at most a bullet, brackets or stars around it.

    Lines of `longest` characters or more fail at once. The look-ahead (?=\S) keeps the pattern from trying every split
    of a line of a million spaces.

    >>> import re
    >>> re.search(whole("网站地图"), " 【网站地图】 ")["span"]
    '【网站地图】'
    """
    return rf"^(?![^\n]{{{longest}}})[^\S\n]*(?P<span>(?=\S)[^\w\n]{{0,4}}(?:{body})[^\w\n]{{0,6}}?)[^\S\n]*$"


def menu(word: str, strong: str) -> str:
    """Return a pattern for lines of menu words and separators only, with at least one strong word."""
    between = r"[\s|/\\、,·•:>»+T_【】\[\]()-]{0,6}"
    words = rf"(?:(?:{word}){between}){{1,24}}?"
    return rf"^[^\S\n]*(?P<span>(?=[^\n]{{0,160}}?(?:{strong}))(?=\S)[^\w\n]{{0,4}}{words})[^\S\n]*$"
