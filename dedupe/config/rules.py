r"""A user's own rules: the `[[rule]]` tables of a configuration file, tested as strictly as our own rules.

Our rules are tested before a release; a user's rule is tested whenever it is loaded. Its pattern searches the folded
text (full-width forms become ASCII, one character for one, so `（` is `(`), ^ and $ match at lines, and a group named
``span`` is the finding's span. The syntax is that of the `regex` package, which has all of `re` and more (`\p{Han}`)
and supports timeouts. A pattern that backtracks without end is refused when it is loaded. If only some page triggers
that, an error names the page and the rule is skipped there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dedupe.config.file import STRING, STRINGS, ConfigFile, is_a, unknown
from dedupe.config.weight import burden_of
from dedupe.core.errors import ConfigError, RuleError
from dedupe.core.messages import say
from dedupe.core.model import Failure, Kind, Severity, Span
from dedupe.rules.rule import Rule
from dedupe.text.batch import fold

DOCUMENT_SECONDS = 2.0  # seconds of one rule on one document
PROBE_SECONDS = 0.2  # seconds of one rule on one probe
ALL_PROBES_SECONDS = 1.0  # seconds of processor time, as `within` counts: a busy machine must not change the result
ALL_RULES_SECONDS = 20.0  # seconds of all rules of a file on all their probes
STOPPED = 3  # documents after which a rule is skipped in the rest
# Repeated characters in a probe: doubly nested repetition takes milliseconds on that, triply nested takes seconds.
PROBE_LENGTH = 1500
PIECE = 3

CODE = re.compile(r"[A-Z]{2,4}[0-9]{3}")
FIELDS = {
    "code": STRING,
    "name": STRING,
    "kind": STRING,
    "severity": STRING,
    "pattern": STRING,
    "slot": STRING,
    "message": STRING,
    "message-zh": STRING,
    "hits": STRINGS,
    "misses": STRINGS,
}
OPTIONAL = ("severity", "slot", "message-zh")
KINDS = (Kind.PLACEHOLDER.value, Kind.BOILERPLATE.value)
SEVERITIES = tuple(severity.value for severity in Severity)
SLOTS = ("year", "date", "number", "name", "ordinal", "word", "range", "elided")
# `--select PH` must not report boilerplate, and no pattern finds a near-duplicate.
FAMILIES = {"PH": Kind.PLACEHOLDER, "BP": Kind.BOILERPLATE, "ND": Kind.DUPLICATE}


BOUNDS = r"give its pattern bounds, such as \d{1,9} for \d+"


class SlowRuleError(RuleError):
    """A rule that was stopped on a document; `code` is its code."""

    def __init__(self, code: str) -> None:
        stopped = "rule {code} took more than {seconds} seconds here, so it was stopped and left out: {BOUNDS}"
        super().__init__(stopped, code, f"{DOCUMENT_SECONDS:g}", BOUNDS)
        self.code = code


def left_out(code: str) -> Failure:
    """Return the failure for a rule that was stopped in too many documents."""
    return Failure(
        f"rule {code}",
        say("was stopped in {number} documents, so it was left out of all others: {BOUNDS}", STOPPED, BOUNDS),
    )


def too_often(stopped: Mapping[str, int]) -> frozenset[str]:
    """Return the rules that were stopped in so many documents that the rest is checked without them."""
    return frozenset(code for code, documents in stopped.items() if documents >= STOPPED)


@dataclass(frozen=True, slots=True)
class Search:
    """The `find` of a user's rule; it can be sent to worker processes."""

    code: str
    pattern: str

    def __call__(self, folded: str) -> list[Span]:
        """Return where the pattern matches in a folded text; raises SlowRuleError after `DOCUMENT_SECONDS`."""
        try:
            return self.within(DOCUMENT_SECONDS, folded)
        except TimeoutError as error:
            raise SlowRuleError(self.code) from error

    def within(self, seconds: float, folded: str) -> list[Span]:
        """Return the same; raises TimeoutError after this much processor time."""
        pattern = compiled(self.pattern)
        group = "span" if "span" in pattern.groupindex else 0
        spans = (match.span(group) for match in pattern.finditer(folded, timeout=seconds))
        return [Span(start, end) for start, end in sorted(spans) if start < end]


@cache
def compiled(pattern: str) -> Any:
    """Compile a user's pattern for folded text; ^ and $ match at lines."""
    import regex  # type: ignore[import-untyped]  # only those with rules of their own need it: 20 ms

    return regex.compile(pattern, regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Row:
    """One `[[rule]]` table of the file, with what an error about it needs."""

    file: ConfigFile
    number: int
    values: dict[str, Any]

    def error(self, reason: str, *values: object, key: str | None = None) -> RuleError:
        """Return the error at the first line of the rule, or at one of its keys; the reason is built as by `say`."""
        code = self.values.get("code")
        name = code if isinstance(code, str) else say("number {number}", self.number + 1)
        place = self.file.at("rule", self.number, *filter(None, [key]))
        return RuleError("{place}: rule {NAME}: {REASON}", place, name, say(reason, *values))


def load(file: ConfigFile, codes: Collection[str]) -> tuple[Rule, ...]:
    """Return the rules of a file in order, all tested on their examples; `codes` are taken already.

    Raises RuleError with file, line and code for a rule that cannot be used, ConfigError if there are no rules.
    """
    tables = file.table["rule"]
    if not isinstance(tables, list) or not all(isinstance(values, dict) for values in tables):
        raise ConfigError("{place}: rule is no array of tables: begin each rule with [[rule]]", file.at("rule"))
    owners: dict[str, int] = {}
    rules = []
    started = time.process_time()
    for number, values in enumerate(tables):
        row = _Row(file, number, values)
        if time.process_time() - started > ALL_RULES_SECONDS:
            slow = "the rules before it took {seconds} seconds to be tried: {BOUNDS}"
            raise row.error(slow, f"{ALL_RULES_SECONDS:g}", BOUNDS)
        rule = _rule(row)
        if rule.code in owners or rule.code in codes:
            owner = file.at("rule", owners[rule.code]) if rule.code in owners else "a built-in rule"
            raise row.error("this code is taken by {OWNER}: choose another", owner)
        owners[rule.code] = number
        _check_speed(row, rule)
        _check_examples(row, rule)
        rules.append(rule)
    return tuple(rules)


def _rule(row: _Row) -> Rule:
    """Return the rule of a table, with every field checked and the pattern compiled."""
    values = row.values
    _check_fields(row)
    code, kind = values["code"], Kind(_one_of(row, "kind", KINDS))
    _check_code(row, kind)
    slot = _one_of(row, "slot", SLOTS) if "slot" in values else None
    if slot and kind is not Kind.PLACEHOLDER:
        raise row.error("only a placeholder has a slot: leave it out")
    _check_pattern(row)
    return Rule(
        code=code,
        name=values["name"],
        kind=kind,
        severity=Severity(_one_of(row, "severity", SEVERITIES) if "severity" in values else Severity.WARNING.value),
        message=values["message"],
        hits=tuple(values["hits"]),
        misses=tuple(values["misses"]),
        pattern=values["pattern"],
        find=Search(code, values["pattern"]),
        slot=slot,
        message_zh=values.get("message-zh", ""),
        folds_script=False,
    )


def _check_fields(row: _Row) -> None:
    for key in row.values:
        if key not in FIELDS:
            raise row.error(unknown(key, FIELDS), key=key)
    for key, form in FIELDS.items():
        if key not in row.values:
            if key in OPTIONAL:
                continue
            raise row.error("the field {field} is missing", repr(key))
        value = row.values[key]
        if not is_a(form, value):
            raise row.error("{name} is {value}: give a {FORM}", key, repr(value), form)
        if not value:
            several = "{field} is empty: a rule needs at least one"
            raise row.error(several if form == STRINGS else "{field} is empty: a rule needs it", key)
    for key in ("name", "message", "message-zh"):
        if not row.values.get(key, "").isprintable():  # reports print it as it is
            raise row.error("{field} is {value}: give one line without control characters", key, repr(row.values[key]))


def _one_of(row: _Row, key: str, choices: Sequence[str]) -> str:
    value: str = row.values[key]
    if value not in choices:
        raise row.error("{name} is {value}: give one of {choices}", key, repr(value), ", ".join(choices))
    return value


def _check_code(row: _Row, kind: Kind) -> None:
    code = row.values["code"]
    if not CODE.fullmatch(code):
        raise row.error("a code is two to four capitals and three digits, such as MY101")
    for family, meant in FAMILIES.items():
        if code.startswith(family) and kind is not meant:
            other = "codes that begin with {family} are for the kind {kind}, and this is {other}"
            raise row.error(other, family, meant.value, kind.value)


def _check_pattern(row: _Row) -> None:
    wrong = mistake_in(row.values["pattern"])
    if wrong:
        raise row.error(wrong)


def mistake_in(pattern: str) -> str:
    """Return what is wrong with a user's pattern; empty if it can be used."""
    import regex

    burden = burden_of(pattern)
    if burden:
        return burden
    try:
        compiled(pattern)
    except regex.error as error:
        if error.pos is None:
            return say("the pattern is wrong: {ERROR}", error.msg)
        return say("the pattern is wrong at character {at}: {ERROR}", error.pos + 1, error.msg)
    except (RecursionError, OverflowError, MemoryError):
        return "the pattern is nested too deep or repeats too much: make it simpler"
    return ""


def _check_speed(row: _Row, rule: Rule) -> None:
    """Refuse a pattern that takes too long on repetitions of its own examples."""
    search, started = Search(rule.code, rule.pattern), time.process_time()
    for what, text in probes([re.sub("[«»]", "", example) for example in (*rule.hits, *rule.misses)]):
        try:
            search.within(PROBE_SECONDS, text)
        except TimeoutError as error:
            raise row.error(
                "the pattern backtracks catastrophically: over {seconds} seconds on {TEXT}; do not repeat "
                r"what is repeated inside, and give repetitions bounds, such as \d{1,9} for \d+",
                f"{PROBE_SECONDS:g}",
                what,
            ) from error
        if time.process_time() - started > ALL_PROBES_SECONDS:
            return


def probes(examples: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield worst-case texts for a pattern, each with a description: examples with one piece of them repeated.

    Then comes a character that no pattern expects, so that the match fails at the end of the repetition. The rest of
    the example follows, because a search stops early on a text without the literals that it needs.
    """
    texts = list(dict.fromkeys(fold(example) for example in examples if example))
    for text in texts:
        yield say("the example {text}", repr(text)), text
    for text in texts:
        pieces = [(at, text[at : at + width]) for width in range(1, PIECE + 1) for at in range(len(text) - width + 1)]
        for at, piece in [*pieces, (0, text)]:
            times = max(2, PROBE_LENGTH // len(piece))
            probe = text[:at] + piece * times + "\0" + text[at + len(piece) :]
            yield say("an example that has {piece} {number} times", repr(piece), f"{times:,}"), probe


def _check_examples(row: _Row, rule: Rule) -> None:
    for number, hit in enumerate(rule.hits, 1):
        pieces = re.split("[«»]", hit)
        if re.sub("[^«»]", "", hit) != "«»" * (len(pieces) // 2) or len(pieces) == 1 or not all(pieces[1::2]):
            raise row.error(
                "hit {number} is {hit}: put « before and » behind what the rule is to find", number, repr(hit)
            )
        found = _marked(rule, "".join(pieces))
        if found != hit:
            raise row.error("hit {number} is {hit}, but {FOUND}", number, repr(hit), _instead(rule, found))
    for number, miss in enumerate(rule.misses, 1):
        if re.search("[«»]", miss):
            raise row.error(
                "miss {number} is {miss}: leave « and » out, for nothing is to be found", number, repr(miss)
            )
        found = _marked(rule, miss)
        if found != miss:
            raise row.error("miss {number} is to be left alone, but the pattern finds {found}", number, repr(found))


def _marked(rule: Rule, text: str) -> str:
    """Return a text with «» around what the rule finds."""
    parts, last = [], 0
    for span in rule.spans(fold(text)):
        parts += [text[last : span.start], "«", text[span.start : span.end], "»"]
        last = span.end
    return "".join([*parts, text[last:]])


def _instead(rule: Rule, found: str) -> str:
    """Return what a rule finds instead of the marked text, with a hint if its pattern has full-width forms."""
    wide = "".join(dict.fromkeys(char for char in rule.pattern if fold(char) != char))
    marked = [repr(found)] * ("«" in found)
    what = "it finds {found}" if marked else "it finds nothing"
    if not wide:
        return say(what, *marked)
    hint = " (patterns see ASCII for full-width forms: write {narrow} for {wide})"
    return say(what + hint, *marked, repr(fold(wide)), repr(wide))
