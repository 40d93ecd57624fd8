"""Runs of mark characters: where they are, and what those that are no look-alikes stand for.

Each run is found once and judged once, by its neighbours; the rows of `placeholders` are the verdicts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import (
    DATE,
    MARKS,
    NAME,
    NUMBER,
    ORDINAL,
    RANGE,
    UNCLEAR,
    WINDOW,
    YEAR,
    Run,
    hint_of,
    is_latin,
    is_lettered,
    is_wide,
    meaning,
)
from dedupe.rules.placeholders.lookalikes import NUMERALS, is_look_alike
from dedupe.rules.rule import Met, Sweep

SHAPES = frozenset("○●□■△▲◇")
# One search a mark: a literal first character is found many times faster than a character class, and most marks are
# absent from most texts. A lone square, lozenge or question mark is never a mark.
PAIRED = frozenset("?□■●▲◇")
RUNS = {mark: re.compile(re.escape(mark * (2 if mark in PAIRED else 1)) + re.escape(mark) + "*") for mark in MARKS}
# Two stand-ins that are no marks elsewhere: empty brackets in a form, and the letter O in Korean.
RUNS |= {"(": re.compile(r"\( {1,20}\)"), "O": re.compile(r"OO+")}
# 20, 201, 二〇, 二0一: the digits that a year kept. Not the tail of a longer number.
YEAR_HEAD = re.compile(
    r"(?<![\dA-Za-z.#/-])(?:20\d?|19\d?|[12])$|(?<=[-—~至到/ ])(?:20|19)$"
    r"|(?:二[0〇○零]|一九)[0〇○零一二三四五六七八九]?$"
)
# Further marks of the same list: x—x月, ××、××等地, __/__.
LINKS = frozenset(MARKS + "-—–~至到或、/和,.")
CHAIN = re.compile(rf"(?:[-—–~至到或、/和,.]{{0,2}}[{MARKS}]+)+")
DATE_PART = re.compile(rf"(?:(?:20|19)[{MARKS}]{{2}}|[{MARKS}]{{4}})[./-](?:[{MARKS}]{{1,2}}[./-])?$")
SPAN_OF_YEARS = re.compile(r"(?:(?<!\d\d\d)\d[-—–~至到]|近|约|为期|历时|长达|最近|过去|未来|今后|第|满|整整|余)$")
# Where prose stops: fences, inline code, formulas, links, tags, emphasis. Looked for in documents with a mark only,
# and only with the sign in them that each begins with.
NOT_PROSE = (
    ("```", re.compile(r"```[\s\S]{0,20000}?```")),
    ("~~~", re.compile(r"~~~[\s\S]{0,20000}?~~~")),
    ("`", re.compile(r"`[^`\n]{1,300}`")),
    ("$", re.compile(r"\$\$[^$]{1,2000}\$\$|\$[^$\n\u4e00-\u9fff]{1,200}\$")),
    ("\\", re.compile(r"\\[(\[][^\n]{1,200}?\\[)\]]")),
    ("://", re.compile(r"://[!-~]+")),
    ("www.", re.compile(r"www\.[!-~]+")),
    ("<", re.compile(r"<[a-zA-Z/!][^<>\n]{0,300}>")),
)
BOLD = (
    ("*", re.compile(r"\*(?<![*A-Za-z\d]\*)(\*{0,2})(?=[^\s*])([^*\n]{1,80})(?<=\S)\*\1(?!\*)")),
    ("__", re.compile(r"__(?<![\w_]__)()(?=[^\s_])([^_\n]{1,80})(?<=\S)__(?![\w_])")),
)
PAUSE = re.compile("[,。;、:!?“”]")
ZEROS = frozenset("〇○")
YEAR_DIGITS = frozenset("0123456789零一二三四五六七八九〇○")
EVENTS = tuple(w.EVENTS)
ORDINALS_BEFORE = tuple(w.ORDINALS_BEFORE)
OPENING, CLOSING = frozenset("“\"《「『‘'"), frozenset("”\"》」』’'")


def find(folded: str, met: Met) -> list[tuple[str, int, int]]:
    """The marks of a folded text: ``(code, start, end)``, in order."""
    marks = {folded[at] for at in met.inner} & RUNS.keys()
    found = sorted(match.span() for mark in marks for match in RUNS[mark].finditer(folded))
    if not found:
        return []
    if any(sign in folded for sign in w.TRADITIONAL):
        folded = folded.translate(w.SIMPLIFIED)
    outside = not_prose(folded)
    opens = [start for start, _ in outside]
    verdicts = []
    for stretch in _stretches(folded, found):
        at = bisect_right(opens, stretch[0][0])
        if at and stretch[0][0] < outside[at - 1][1]:
            continue
        for start, end in (part for run in stretch for part in _parts(folded, *run)):
            verdict = judge(_run(folded, start, end))
            if verdict is not None:
                verdicts.append(verdict)
    return verdicts


def _stretches(folded: str, runs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Runs that touch, together, but for stretches that are a word, a numeral or a drawing."""
    stretch: list[tuple[int, int]] = []
    for start, end in runs:
        if stretch and stretch[-1][1] != start:
            yield from _true_stretch(folded, stretch)
            stretch = []
        stretch.append((start, end))
    yield from _true_stretch(folded, stretch)


def _true_stretch(folded: str, stretch: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    start, end = stretch[0][0], stretch[-1][1]
    if folded[start] in ZEROS and start and folded[start - 1] in NUMERALS and not folded[start - 1].isascii():
        stretch = stretch[1:]
    elif len(stretch) > 1:
        before = folded[start - 1] if start else ""
        if is_latin(before) or is_latin(folded[end : end + 1]) or not SHAPES.isdisjoint(folded[start:end]):
            return
    if stretch:
        yield stretch


def _parts(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run as what it stands for: a year takes two marks after 20, so those left before a place are the place's.

    20xxxxx区 is a year and a name. Before a measure word the same could be one long figure.
    """
    century = folded[max(0, start - 2) : start]
    if end - start > 2 and century in ("19", "20") and meaning(folded[end : end + WINDOW]) == NAME:
        head = YEAR_HEAD.search(folded[max(0, start - WINDOW) : start])
        if head and head[0] == century:
            return [(start, start + 2), (start + 2, end)]
    return [(start, end)]


def _run(folded: str, start: int, end: int) -> Run:
    before, after = folded[max(0, start - WINDOW) : start], folded[end : end + WINDOW]
    if "\n" in before:
        before = before[before.rindex("\n") + 1 :]
    if "\n" in after:
        after = after[: after.index("\n")]
    return Run(start, end, folded[start], before, after)


def not_prose(folded: str) -> list[tuple[int, int]]:
    """The stretches of a text that are code, formula, address or emphasis, where a mark means what it says.

    Sorted by their starts; the end of each is the furthest of it and those before, so that the last one that starts
    before a place tells whether the place is inside any.
    """
    found = [match.span() for sign, pattern in NOT_PROSE if sign in folded for match in pattern.finditer(folded)]
    for sign, pattern in BOLD:
        if sign in folded:
            found += [match.span() for match in pattern.finditer(folded) if _is_bold(match, folded)]
    found.sort()
    return list(zip([start for start, _ in found], accumulate((end for _, end in found), max)))


def _is_bold(match: re.Match[str], folded: str) -> bool:
    """Whether a pair of stars is Markdown emphasis and not two marks: **街道社区中心为**街道 is two.

    A mark is told by the word after it, and emphasis inside a word is short and of one clause.
    """
    inner = match[2].lstrip(MARKS)
    if not any(map(str.isalnum, inner)):
        return False
    before = folded[match.start() - 1 : match.start()] if match.start() else ""
    closer = folded[match.end() : match.end() + WINDOW].partition("\n")[0].lstrip(MARKS)
    inside_word = is_wide(before)
    if inside_word or meaning(closer):
        one_clause = len(inner) <= 20 and not PAUSE.search(inner)
        return one_clause and not meaning(inner) and not (inside_word and meaning(closer))
    return not meaning(inner) or not closer[:1].isalnum()


def judge(run: Run) -> tuple[str, int, int] | None:
    """The code and the span of a run, or None for a look-alike."""
    head = YEAR_HEAD.search(run.before) if run.before[-1:] in YEAR_DIGITS else None
    if head is not None:
        verdict = _year(run, len(head[0]))
        if verdict is not None:
            return verdict
    if run.before.endswith((".", "/", "-")) and DATE_PART.search(run.before):
        return DATE, run.start, run.end
    rest = _rest(run)
    code = meaning(rest)
    if is_look_alike(run, rest, code):
        return None
    return slot(run, rest, code), run.start, run.end


def _year(run: Run, head: int) -> tuple[str, int, int] | None:
    """A year that kept its first digits: 20__, 201x, 二〇××. An amount that a year filter hit keeps the span."""
    start, rest = run.start - head, run.after.lstrip(" ")
    total = head + run.length
    if rest[:1] == "年" and (head > 1 or total == 4):
        return YEAR, start, run.end
    if head == 1:
        return None
    if total != 4 or rest[:1].isdigit() or (head == 3 and run.mark in "*×"):
        return None
    if is_lettered(run.after[:1]) and not meaning(run.after):
        return None
    if meaning(rest) == NUMBER:
        return NUMBER, start, run.end
    return YEAR, start, run.end


def _rest(run: Run) -> str:
    """What follows a run, further marks of its list left out."""
    after = run.after
    chain = CHAIN.match(after) if after[:1] in LINKS else None
    return (after[chain.end() :] if chain else after).lstrip(" ")


def slot(run: Run, rest: str, code: str) -> str:
    """What a true mark stands for: the word after it, corrected by the word before."""
    before = run.before.rstrip(" ")
    if before[-1:] in OPENING and (rest[:1] in CLOSING or rest.startswith(EVENTS)):
        return RANGE
    if code == NUMBER and rest[:1] == "号" and before.endswith("月"):
        return DATE
    if code == YEAR and SPAN_OF_YEARS.search(before):
        return NUMBER
    if before.endswith(ORDINALS_BEFORE) and rest[:1] in "大届次":
        return ORDINAL
    if code:
        return code
    hint = hint_of(before)
    if hint:
        return hint
    if run.mark == "(":
        return UNCLEAR
    return NAME if is_wide(before[-1:]) or is_wide(rest[:1]) else UNCLEAR


SWEEP = Sweep(find, inner=frozenset({mark * 2 if mark in PAIRED else mark for mark in MARKS} | {"( ", "OO"}))
