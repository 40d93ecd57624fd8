"""Runs of mark characters: which are look-alikes, and what the others stand for.

A run is found once, by one character class, and judged once, by its neighbours; the rows of `placeholders` are the
verdicts. Look-alikes go first, because a false mark in good text costs the reader's trust and a missed one only a
second look. What is left is told apart by the longest known word at its edge (`words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedupe.rules import words as w

YEAR, DATE, NUMBER, NAME, ORDINAL, WORD, RANGE, UNCLEAR = (f"PH10{i}" for i in (1, 2, 3, 4, 5, 6, 7, 9))

MARKS = "xX×*_▁○〇●□■△▲◇?﹡╳✕ㅇ"
SHAPES = frozenset("○●□■△▲◇")
# One search a mark: a literal first character is found many times faster than a character class, and most marks are
# absent from most texts. A lone square, lozenge or question mark is never a mark.
RUNS = {mark: re.compile(re.escape(mark) * (2 if mark in "?□■●▲◇" else 1) + re.escape(mark) + "*") for mark in MARKS}
WINDOW = 16

# From the longest word to the shortest, the first that is known decides.
AFTER: dict[str, str] = {
    **dict.fromkeys(w.YEARS_AFTER, YEAR),
    **dict.fromkeys(w.DATES_AFTER, DATE),
    **dict.fromkeys(w.MEASURES, NUMBER),
    **dict.fromkeys(w.NAMES_AFTER, NAME),
    **dict.fromkeys(w.ORDINALS_AFTER, ORDINAL),
    **dict.fromkeys(w.WORDS_AFTER, WORD),
    **dict.fromkeys(w.RANGES_AFTER, RANGE),
    **dict.fromkeys(w.NO_CLUE, ""),
}
BEFORE: dict[str, str] = {
    **dict.fromkeys(w.NUMBERS_BEFORE, NUMBER),
    **dict.fromkeys(w.DATES_BEFORE, DATE),
    **dict.fromkeys(w.WORDS_BEFORE, WORD),
}
AFTER_SIZES = tuple(range(max(map(len, AFTER)), 0, -1))
BEFORE_SIZES = tuple(range(max(map(len, BEFORE)), 0, -1))

# 20, 201, 二〇, 二0一: the digits that a year kept. Not the tail of a longer number.
YEAR_HEAD = re.compile(
    r"(?<![\dA-Za-z.#/-])(?:20\d?|19\d?|[12])$|(?<=[-—~至到/ ])(?:20|19)$"
    r"|(?:二[0〇○零]|一九)[0〇○零一二三四五六七八九]?$"
)
# Further marks of the same list: x—x月, ××、××等地, __/__.
LINKS = frozenset(MARKS + "-—–~至到或、/和,")
CHAIN = re.compile(rf"(?:[-—–~至到或、/和,]{{0,2}}[{MARKS}]+)+")
DIGITS = re.compile(r"\d+(?:\.\d+)?")
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
NUMERALS = frozenset("零一二三四五六七八九十百千万两0123456789")
OPENING, CLOSING = frozenset("“\"《「『‘'"), frozenset("”\"》」』’'")
ZEROS = frozenset("〇○")
YEAR_DIGITS = frozenset("0123456789零一二三四五六七八九〇○")
FACES = frozenset("^-=><@;~•·'TOo⊙￣")


class Run(NamedTuple):
    """A run of one mark character, with what stands either side of it on its line (at most WINDOW code points)."""

    start: int
    end: int
    mark: str
    before: str
    after: str

    @property
    def length(self) -> int:
        """How many marks it has."""
        return self.end - self.start


def sweep(folded: str) -> list[tuple[str, int, int]]:
    """The marks of a folded text: ``(code, start, end)``, in order."""
    found = [match.span() for mark, runs in RUNS.items() if mark in folded for match in runs.finditer(folded)]
    if not found:
        return []
    found.sort()
    outside = not_prose(folded)
    verdicts = []
    for stretch in _stretches(folded, found):
        if outside and any(start <= stretch[0][0] < end for start, end in outside):
            continue
        for start, end in stretch:
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
    if folded[start] in ZEROS and start and folded[start - 1] in NUMERALS:
        stretch = stretch[1:]
    elif len(stretch) > 1:
        before = folded[start - 1] if start else ""
        if is_latin(before) or is_latin(folded[end : end + 1]) or not SHAPES.isdisjoint(folded[start:end]):
            return
    if stretch:
        yield stretch


def _run(folded: str, start: int, end: int) -> Run:
    before, after = folded[max(0, start - WINDOW) : start], folded[end : end + WINDOW]
    if "\n" in before:
        before = before[before.rindex("\n") + 1 :]
    if "\n" in after:
        after = after[: after.index("\n")]
    return Run(start, end, folded[start], before, after)


def not_prose(folded: str) -> list[tuple[int, int]]:
    """The stretches of a text that are code, formula, address or emphasis, where a mark means what it says."""
    found = [match.span() for sign, pattern in NOT_PROSE if sign in folded for match in pattern.finditer(folded)]
    for sign, pattern in BOLD:
        if sign in folded:
            found += [match.span() for match in pattern.finditer(folded) if _is_bold(match, folded)]
    return found


def _is_bold(match: re.Match[str], folded: str) -> bool:
    """Whether a pair of stars is Markdown emphasis and not two marks: **街道社区中心为**街道 is two.

    A mark is told by the word after it, and emphasis inside a word is short and of one clause.
    """
    inner = match[2].lstrip(MARKS)
    if not inner:
        return False
    before = folded[match.start() - 1 : match.start()] if match.start() else ""
    closer = folded[match.end() : match.end() + WINDOW].partition("\n")[0].lstrip(MARKS)
    inside_word = _is_wide(before)
    if inside_word or meaning(closer):
        one_clause = len(inner) <= 20 and not PAUSE.search(inner)
        return one_clause and not meaning(inner) and not (inside_word and meaning(closer))
    return not meaning(inner) or not closer[:1].isalnum()


PAUSE = re.compile("[,。;、:!?“”]")


def judge(run: Run) -> tuple[str, int, int] | None:
    """The code and the span of a run, or None for a look-alike."""
    head = YEAR_HEAD.search(run.before) if run.before[-1:] in YEAR_DIGITS else None
    if head is not None:
        verdict = _year(run, len(head[0]))
        if verdict is not None:
            return verdict
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
    if _is_lettered(run.after[:1]) and not meaning(run.after):
        return None
    if meaning(rest) == NUMBER:
        return NUMBER, start, run.end
    return YEAR, start, run.end


def _rest(run: Run) -> str:
    """What follows a run, further marks of its list left out."""
    after = run.after
    chain = CHAIN.match(after) if after[:1] in LINKS else None
    return (after[chain.end() :] if chain else after).lstrip(" ")


def meaning(rest: str) -> str:
    """The code that the text after a mark asks for; empty where it does not tell.

    >>> meaning("人次"), meaning("人民医院"), meaning("5周岁"), meaning("很好")
    ('PH103', 'PH104', 'PH103', '')
    """
    digits = DIGITS.match(rest) if rest[:1].isdigit() else None
    if digits is not None:
        rest = rest[digits.end() :]
    for size in AFTER_SIZES:
        code = AFTER.get(rest[:size])
        if code is not None:
            return code if digits is None or code in (NUMBER, YEAR, DATE) else ""
    return ""


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
    hint = _hint(before)
    if hint:
        return hint
    return NAME if _is_wide(before[-1:]) or _is_wide(rest[:1]) else UNCLEAR


EVENTS = tuple(w.EVENTS)
ORDINALS_BEFORE = tuple(w.ORDINALS_BEFORE)


def _hint(before: str) -> str:
    before = before.removesuffix(":")
    for size in BEFORE_SIZES:
        code = BEFORE.get(before[-size:])
        if code is not None:
            return code
    return ""


def is_latin(char: str) -> bool:
    """Whether a character is a letter of Latin, Greek or Cyrillic: what makes a mark part of a word or a formula."""
    return char.isalpha() and char < "\u0530"


def _is_lettered(char: str) -> bool:
    """Whether a neighbour makes a run part of a word: a letter that is not itself a mark."""
    return is_latin(char) and char not in "xX"


def _is_wide(char: str) -> bool:
    """Whether a character is a letter of a script that needs no spaces, or Hangul."""
    return char >= "\u2e80" and char.isalpha()


def is_look_alike(run: Run, rest: str, code: str) -> bool:
    """Whether a run means what it says: a letter, an operator, a bullet, a rule between sections."""
    before, after = run.before, run.after
    if after[:1] == "@" or (_is_lettered(after[:1]) and code != NUMBER):
        return True
    if _is_lettered(before[-1:]):
        # G**次列车: one letter kept of a name whose rest is masked.
        one_letter = not (before[-2:-1].isalnum() and before[-2:-1].isascii())
        return run.mark in "xX" or run.length < 2 or not code or not one_letter
    if (not before or before.isspace()) and (not after or after.isspace()):
        return run.mark not in "xX×" or not 1 < run.length < 5
    if before[-1:] == "《" and after[:1] == "》" and run.length > 1:
        return False
    return TESTS[run.mark](run, rest, code)


def _is_letter(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of x and X: X光, 3x, x2, 4xx, XX世纪, Super Bowl XX."""
    before, after = run.before, run.after
    if before[-1:].isdigit():
        return rest[:1] not in w.PLACES if run.length == 1 else not (code or run.length > 2)
    if run.length > 1:
        if run.mark == "X" and CHROMOSOME.search(before + after):
            return True
        in_prose = _is_wide(before.rstrip(" ")[-1:]) or _is_wide(rest[:1]) or before.endswith(LEADS)
        return not code and (after[:1].isdigit() or not in_prose)
    if after[:1].isdigit() or rest.startswith("代表") or _is_formula(run):
        return True
    return not code and not _is_surname(before, after) and not _heads_name(before, after)


def _is_operator(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of × and *: 3×4, 长×宽, 2*3, footnotes and list items."""
    before, after = run.before, run.after
    left, right = before.rstrip(" "), after.lstrip(" ")
    if left[-1:].isdigit() or right[:1].isdigit():
        if left[-1:].isdigit() and right[:1].isdigit():
            return run.length < 3
        return not code if run.length > 1 else rest[:1] not in w.PLACES
    if not left and (after[:1] == " " or (run.length == 1 and not code)):
        return True
    if before.endswith(("√", "✓")):
        return True
    if run.length > 1:
        return _is_lettered(left[-1:]) or (not code and not _is_wide(left[-1:]) and not _is_wide(rest[:1]))
    if (left.endswith(FACTORS) and code != NUMBER and rest[:1] not in w.PLACES) or _is_formula(run):
        return True
    return not code and not _is_surname(before, after)


def _is_rule(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of the underscore: names in code, faces, leaders of a table of contents."""
    before, after = run.before, run.after
    if before[-1:].isdigit() or (after[:1].isdigit() and not code):
        return run.length == 1 or not code
    if before[-1:] in FACES and after[:1] in FACES and before and after:
        return True
    if run.length > 3 and TOC_PAGE.match(after):
        return True
    return run.length == 1 and code not in (YEAR, DATE, NUMBER)


def _is_shape(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of circles and squares: bullets, ratings, zeros."""
    before, after = run.before, run.after
    if after[:1] in NUMERALS or after[:1] == " ":
        return True
    if not before.strip():
        return run.length == 1 or not code
    if run.length == 1:
        return not _is_wide(before[-1:]) or not (code == NAME or _is_surname(before, after))
    return not code and not (_is_wide(before[-1:]) or _is_wide(after[:1]))


def _is_question(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of the question mark: nearly all. A row of them is a mark where a number must follow."""
    return run.length < 2 or not code or not run.before.endswith(("第", "达", "约", "共", "《", "“"))


def _is_formula(run: Run) -> bool:
    """Whether an equation stands around a lone letter or operator."""
    return bool(EQUATION.search(run.before) or EQUATION.search(run.after) or SUPPOSE.search(run.before))


def _is_surname(before: str, after: str) -> bool:
    """Whether a lone mark is a given name: a surname before it that itself begins a word."""
    return before[-1:] in w.SURNAMES and not _is_wide(before[-2:-1]) and before != "" and not is_latin(after[:1])


EQUATION = re.compile("[=≤≥<>÷√∑]")
SUPPOSE = re.compile(r"(?:^|[^一-龥]|[假可])设$")
CHROMOSOME = re.compile("染色体|核型|性别|염색체|[Cc]hromosom|XY")
LEADS = ("“", "《", "「", "『", ":", "$")
def _heads_name(before: str, after: str) -> bool:
    """Whether a lone letter stands for the first word of a listed place or body: 、x运城二院、."""
    item = LIST_ITEM.match(after)
    if item is None or not before.endswith(("、", ",", "和", "及", "与")):
        return False
    return meaning(item[1][-1]) == NAME and meaning(after) != NUMBER


LIST_ITEM = re.compile(r"([^\x00-\u2fff、。]{3,10})[、,;。]")
FACTORS = tuple(w.FACTORS)
TOC_PAGE = re.compile(r" *\d{1,4} *$")
TESTS = {
    **dict.fromkeys("xX", _is_letter),
    **dict.fromkeys("×*﹡╳✕", _is_operator),
    **dict.fromkeys("_▁", _is_rule),
    **dict.fromkeys("○〇●□■△▲◇ㅇ", _is_shape),
    "?": _is_question,
}
