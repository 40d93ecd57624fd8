"""Look-alikes: runs of mark characters that mean what they say, each kind of mark with the company it keeps.

They go before all else, because a false mark in good text costs the reader's trust and a missed one only a second look.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import (
    DATE,
    MARKS,
    NAME,
    NUMBER,
    YEAR,
    Run,
    is_latin,
    is_lettered,
    is_wide,
    meaning,
)

NUMERALS = frozenset("零一二三四五六七八九十百千万两0123456789")
FACES = frozenset("^-=><@;~•·'TOo⊙￣")
EQUATION = re.compile("[=≤≥<>÷√∑]")
SUPPOSE = re.compile(r"(?:^|[^一-龥]|[假可])设$")
CHROMOSOME = re.compile("染色体|核型|性别|염색체|[Cc]hromosom|XY")
CONTINUED = re.compile(rf"[{MARKS}]{{2}}[-:.]$")
LEADS = ("“", "《", "「", "『", ":", "$")
LIST_ITEM = re.compile(r"([^\x00-\u2fff、。]{3,10})[、,;。]")
FACTORS = tuple(w.FACTORS)
SECRET = re.compile("(?:密码|口令|验证码)[是为:]?$")
TOC_PAGE = re.compile(r" *\d{1,4} *$")


def is_look_alike(run: Run, rest: str, code: str) -> bool:
    """Whether a run means what it says: a letter, an operator, a bullet, a rule between sections."""
    before, after = run.before, run.after
    if after[:1] == "@" or (is_lettered(after[:1]) and code != NUMBER):
        return True
    if run.length > 2 and ((before[-2:].isdigit() and after[:2].isdigit()) or SECRET.search(before)):
        return True  # masked on purpose: 138****5678, 密码是****
    if is_lettered(before[-1:]):
        return run.length < 2 or not code or not (_is_after_acronym(run, code) or _is_after_one_letter(run))
    if (not before or before.isspace()) and (not after or after.isspace()):
        return run.mark not in "xX×" or not 1 < run.length < 5
    if before[-1:] == "《" and after[:1] == "》" and run.length > 1:
        return False
    return TESTS[run.mark](run, rest, code)


def _is_after_acronym(run: Run, code: str) -> bool:
    """Whether something was masked right after capitals: GDPxx亿元, 27家Axx区. MAXX and Linux are words."""
    last = run.before[-2:].lstrip("0123456789")
    return run.mark == "x" and code in (NUMBER, NAME) and last[-1:].isupper() and not last[0].islower()


def _is_after_one_letter(run: Run) -> bool:
    """Whether one letter was kept of a name whose rest is masked: G**次列车."""
    return run.mark not in "xX" and not is_latin(run.before[-2:-1])


def _is_letter(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of x and X: X光, 3x, x2, 4xx, XX世纪, Super Bowl XX."""
    before, after = run.before, run.after
    if before[-1:].isdigit():
        return rest[:1] not in w.PLACES if run.length == 1 else not (code or run.length > 2)
    if run.length > 1:
        if run.mark == "X" and CHROMOSOME.search(before + after):
            return True
        in_prose = is_wide(before.rstrip(" ")[-1:]) or is_wide(rest[:1]) or before.endswith(LEADS)
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
        if left.endswith(LEADS) or CONTINUED.search(before):
            return False
        return is_lettered(left[-1:]) or (not code and not is_wide(left[-1:]) and not is_wide(rest[:1]))
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
    if after[:1] in NUMERALS:
        return True
    if not before.strip():
        return run.length == 1 or not code or after[:1] == " "
    if run.length == 1:
        if code in (YEAR, DATE):
            return False
        return not is_wide(before[-1:]) or not (code == NAME or _is_surname(before, after))
    if after[:1] in " " and not code:
        return not is_wide(before[-1:]) and not before.endswith(":")
    return not code and not (is_wide(before[-1:]) or is_wide(after[:1]))


def _is_question(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of the question mark: nearly all. A row of them is a mark where a number must follow."""
    return run.length < 2 or not code or not run.before.endswith(("第", "达", "约", "共", "《", "“"))


def _is_bracket(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of empty brackets: those of code, which no Chinese stands beside."""
    return not is_wide(run.before[-1:]) and not is_wide(rest[:1])


def _is_latin_o(run: Run, rest: str, code: str) -> bool:
    """Look-alikes of OO: any that Korean does not surround."""
    return run.length > 4 or not (_is_hangul(run.before[-1:]) or _is_hangul(run.after[:1]))


def _is_hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"


def _is_formula(run: Run) -> bool:
    """Whether an equation stands around a lone letter or operator."""
    return bool(EQUATION.search(run.before) or EQUATION.search(run.after) or SUPPOSE.search(run.before))


def _is_surname(before: str, after: str) -> bool:
    """Whether a lone mark is a given name: a surname before it that itself begins a word."""
    return before[-1:] in w.SURNAMES and not is_wide(before[-2:-1]) and before != "" and not is_latin(after[:1])


def _heads_name(before: str, after: str) -> bool:
    """Whether a lone letter stands for the first word of a listed place or body: 、x运城二院、."""
    item = LIST_ITEM.match(after)
    if item is None or not before.endswith(("、", ",", "和", "及", "与")):
        return False
    return meaning(item[1][-1]) == NAME and meaning(after) != NUMBER


TESTS: dict[str, Callable[[Run, str, str], bool]] = {
    **dict.fromkeys("xX", _is_letter),
    **dict.fromkeys("×*﹡╳✕", _is_operator),
    **dict.fromkeys("_▁", _is_rule),
    **dict.fromkeys("○〇●□■△▲◇ㅇ", _is_shape),
    "?": _is_question,
    "(": _is_bracket,
    "O": _is_latin_o,
}
