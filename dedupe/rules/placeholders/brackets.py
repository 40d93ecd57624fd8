"""Prompts in brackets, in any words: [收件人] (recipient), {活动日期}, <Company>, (在此写明…). A model judges them.

It has two stages. The wording of a bracket, with the characters right beside it, rules out most brackets. The few that
are left are judged by their numbers (features), among them how the other brackets of the document are worded: an
unknown word is likely to be a prompt where its neighbours are. `tools/train_brackets.py` trains the model; this module
only applies it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.core import regex as re
from dedupe.rules.forest import Forest
from dedupe.rules.placeholders.context import FIGURES as FIGURES_OF_MARKS
from dedupe.rules.placeholders.context import NAME as MARK_OF_NAME
from dedupe.rules.placeholders.context import NUMBER as MARK_OF_NUMBER
from dedupe.rules.placeholders.context import is_wide, meaning
from dedupe.rules.placeholders.words import DATES_EN, FIGURES_EN
from dedupe.rules.prose import Prose, prose_of
from dedupe.rules.vocabulary import words
from dedupe.rules.wording import Wording

STORED = Path(__file__).parent / "brackets.npz"
NAME, DATE, FIGURE, TEXT = "PH110", "PH111", "PH112", "PH113"
# A bracket is a prompt if its score reaches THRESHOLD. It is not judged unless its wording scores above HOPELESS: this
# loses two of the 2,663 prompts found by models that saw none of their sources.
THRESHOLD, HOPELESS = 0.5, -2.0
NONE = -9.0  # the wording score of the other brackets where there are none
AROUND, BESIDE = 10, 4  # characters on either side that are kept, and that count for the wording
NEAR = 5  # how many of `NUMBERS`, at its end, describe other brackets

# For each opening sign its closing sign, and how many characters may stand between them.
PAIRS = {
    "[": ("]", 160),
    "【": ("】", 80),
    "〔": ("〕", 240),
    "﹝": ("﹞", 60),
    "〖": ("〗", 60),
    "{": ("}", 100),
    "<": (">", 120),
    "‹": ("›", 40),
    "«": ("»", 60),
    "〈": ("〉", 60),
    "《": ("》", 30),
    "『": ("』", 40),
    "「": ("」", 40),
    "(": (")", 240),
}
# Signs that enclose the name of a variable by standing on both sides: %NAME%, ##姓名##, *|NAME|*, &&姓名&&.
NAMED = r"(?:[A-Za-z][\w .:]{1,40}?|[\u4e00-\u9fff][\u4e00-\u9fff/.:、,\d]{1,24}?)"
ENCLOSING = {
    "$": rf"(?<![A-Za-z\d$])\$(?!\$){NAMED}\$(?![A-Za-z\d$])",
    "%": rf"%(?<![A-Za-z\d×*○□△◇_?#~.%]%)%?(?!%){NAMED}%%?(?![A-Za-z\d%])",
    "#": rf"(?<!#)##?(?!#){NAMED}##?(?!#)",
    "@": rf"(?<![A-Za-z\d@])@@?(?!@){NAMED}@@?(?![A-Za-z\d@])",
    "*|": r"\*\|[A-Z][A-Z\d_:]{1,30}\|\*",
    "_": r"_(?<![\w]_)[\u4e00-\u9fff]{2,8}_(?!\w)",
    **{
        2 * sign: rf"{2 * re.escape(sign)}(?<!{3 * re.escape(sign)}){NAMED}{2 * re.escape(sign)}(?!{re.escape(sign)})"
        for sign in "&|^+!"
    },
}
PATTERNS = {
    sign: re.compile(rf"{re.escape(sign)}[^{re.escape(sign + end)}\n]{{1,{most}}}{re.escape(end)}")
    for sign, (end, most) in PAIRS.items()
} | {sign: re.compile(pattern) for sign, pattern in ENCLOSING.items()}
ENCLOSERS = frozenset(sign[0] for sign in ENCLOSING)
SIGNS = "".join(dict.fromkeys(sign[0] for sign in PATTERNS)) + "…."
BEFORE_BRACES, DOTS = "$#@&%*~", "…."
LINK = re.compile(r"\]\([^()\s一-龥]*\)|\]\[[^一-龥]|\]:[ ]?(?:http|<|/|#)")
CLOSED = re.compile(r"[\[<]/([^\[\]<>\n]{1,44})[\]>]")  # the name in a closing tag of HTML or of a forum: [/bold]
FIRST = re.compile(r"[ #>*\t-]*(?:[(]?[\d一二三四五六七八九十]{1,3}[、.)]{1,2})? *")


def _class(name: str) -> frozenset[str]:
    return frozenset().union(*(words(language, name) for language in ("zh", "ja", "ko")))


FIELDS = _class("fields") | _class("fields-dates") | _class("fields-numbers")
DATES, FIGURES, PEOPLE = _class("fields-dates"), _class("fields-numbers"), _class("people")
FIELD_SIZES = range(min(max(map(len, FIELDS)), 8), 1, -1)
HEADS = tuple(words("zh", "field-heads"))
DATE_HEADS, FIGURE_HEADS = tuple("期间日年月"), tuple("数额率价量号龄薪限费")
WORDS_EN, NEEDS_EN = frozenset(words("en", "fields")), frozenset(words("en", "needs-noun"))
NEEDS, OBJECTS = tuple(words("zh", "needs-noun")), tuple(words("zh", "wants-object"))
NOTES = frozenset((*words("zh", "notes"), *words("zh", "emotes")))
HONORIFICS = ("様", "样", "さん", "殿", "先生", "님", "씨", "女士", "同志", "귀하", "君")
VERBS = "|".join(sorted(words("zh", "orders"), key=len, reverse=True))
HOW = "(?:您|你|在此处?|此处|这里|本处|下方|自行|如实|简要|具体|详细){0,4}"
ORDER = re.compile(
    rf"(?:请|可|如[^,]{{2,8}},请)?{HOW}(?:由[^,]{{1,6}}{HOW})?(?:{VERBS})"
    r"|(?:改成|改为|换成|替换为|问明|双击|单击|点击)[一-龥]|(?:where|what|who|when|why|how|which) \S"
    r"|(?i:(?:please |optional:|here )?(?:insert|enter|add|type|specify|describe|list|fill in|choose|include|mention"
    r"|state|provide|write|explain|give|pick) \S)"
    r"|.*(?:を|に)(?:ご?[记記]入|入力|お?[书書][きくい]|入れ)|.*(?:적어|적으|쓰세|써 ?주|입력|작성|기재|기입)"
)
EXAMPLE = re.compile(r"[,、:;]? ?(?:例如|比如|譬如|如|即|可以是|等等)(?!何|果|下|此|今|期)|等$")
VALUE_BEHIND = re.compile(r" {1,3}[^\s<]")
EITHER = re.compile(r"[/、,・·或和及与]")
NAMES_EN = re.compile(r"[A-Za-z][A-Za-z'-]*")
LEFT_EN = re.compile(r"([A-Za-z]+|\$)[,: ]*$")
IN_BOTH = re.compile(
    r"([一-龥]{2,10})(?:\([一-龥]{2,8}\))?[ /]*[A-Za-z][A-Za-z .'’/-]{1,30}"
    r"|[A-Za-z][A-Za-z .'’/-]{1,30}[ /]+([一-龥]{2,10})"
)
MARKED_DATE = re.compile("[xX×*_○]{2,4}年[xX×*_○]{1,2}月(?:[xX×*_○]{1,2}日)?")
BLANK_DATE, PARTS, CAMEL = re.compile("[YMDxX年月日时分 :./-]+"), re.compile("[._:]"), re.compile("([a-z])([A-Z])")
MARKED = re.compile("[_×*○]|(?i:xx)")
QUOTED_KEY = re.compile(r"\{ ?(['\"])[^'\"\n]{1,24}\1 ?:")  # {'name': 'A'}
OF_THIS = re.compile("[此本]件|(?:全文)?完$|未完待续$")  # (此件公开发布), this document is public
SIGN_HERE = ("签字", "签章", "盖章", "手印")
DATE_PARTS, COUNTERS = frozenset("年月日时"), frozenset("xXnN#*几")
BARE = "%$#@=*:&~^?!|-+_{}[]<>《》【】 "  # signs around a name inside its brackets
# Classes of the character beside a bracket. Its number is that of the first class it belongs to, counted from 1.
BESIDES = tuple(
    map(
        re.compile,
        (
            "[一-龥]",
            "[A-Za-z]",
            r"\d",
            "[\u3040-\u30ff]",
            "[가-힣]",
            "[,、;]",
            "[。.!?]",
            ":",
            r"\s",
            r"[)\]}>】》」』”\"’]",
            r"[(\[{<【《「『“‘]",
        ),
    )
)


class Bracket(NamedTuple):
    """A bracket from `start` to `end`, its signs included, with its content and the text around it on the line."""

    start: int
    end: int
    sign: str
    inner: str
    before: str
    after: str


class Verdict(NamedTuple):
    """A bracket and its score from 0 to 1: how surely it asks for something."""

    bracket: Bracket
    score: float


NUMBERS = tuple(
    (
        "wording|sign|signs on each side|length|share of Han|share of kana and Hangul|share of small letters|"
        "begins with a capital|stops inside|a colon inside|an underline inside|a field's name|"
        "a field's name in English|an order|an example|a note or an emote|needs a noun before it|character before|"
        "character behind|first on its line|last on its line|a counter behind|a name's word behind|"
        "an honorific behind|brackets of its sign|of them of these words|share of them alone on a line|"
        "best of its sign|second best of its sign|mean of its sign|best of any sign|second best of any sign"
    ).split("|")
)


LONG_INNER = 20  # a bracket of more characters that holds marks is a clause, not a prompt


@lru_cache(maxsize=1)
def models() -> tuple[Wording, Forest]:
    """Return the model of wording and the forest that judges the numbers."""
    with np.load(STORED) as data:
        return Wording.of(data), Forest.of(data, "numbers")


def brackets_of(folded: str, signs: Iterable[str]) -> list[Bracket]:
    """Return all brackets of some signs in a folded text that stand in prose and are no link or tag, in order."""
    return [one for one in _brackets(folded, _places(folded, signs)) if one is not None]


def _places(folded: str, signs: Iterable[str]) -> list[tuple[int, int]]:
    """Return the spans of all brackets of some signs, whatever they are, in order."""
    return sorted({_widened(folded, *match.span()) for sign in signs for match in PATTERNS[sign].finditer(folded)})


def _brackets(folded: str, places: Sequence[tuple[int, int]]) -> list[Bracket | None]:
    """Return the brackets at some places; None for code, tags, links, and what only looks like a variable's name."""
    if not places:
        return []
    has_tags = "[/" in folded or "</" in folded
    prose, closed = prose_of(folded), frozenset(CLOSED.findall(folded)) if has_tags else frozenset()
    named = Counter(folded[at] for at, end in places if folded[at] in ENCLOSERS and _asks(_inner(folded, at, end)))
    return [_bracket(folded, place, prose, closed, named[folded[place[0]]] > 1) for place in places]


def _inner(folded: str, start: int, end: int) -> str:
    """Return what a bracket holds, without its signs."""
    return folded[start:end].strip(BARE + "()〔〕﹝﹞〖〗‹›«»〈〉『』「」…." if end - start < 40 else "…. ").strip()


def _asks(inner: str) -> bool:
    """True if the content is no text that stands between two marks by chance: ##生活超市##, &&公司在20&&年."""
    if inner.isascii() or ORDER.match(inner):
        return True
    return _chinese(inner)[1] >= 1.75 and "," not in inner and not inner[-1].isdigit()


def _bracket(
    folded: str, place: tuple[int, int], prose: Prose, closed: frozenset[str], is_usual: bool
) -> Bracket | None:
    """Return the bracket at a place. If `is_usual`, its signs often enclose prompts in the text and hold any word."""
    start, end = place
    inner, sign = _inner(folded, start, end), folded[start]
    if not inner or prose.is_machine(start) or not prose.is_prose(start if sign != "." else end - 1):
        return None
    if sign in "<[" and (folded[start + 1 : end - 1] in closed or folded[start + 1] == "/"):
        return None
    if sign == "[" and LINK.match(folded, end - 1):
        return None
    if sign == "<" and folded[start - 1 : start] in ("", "\n") and VALUE_BEHIND.match(folded, end):
        return None  # a label of the page: <受付時間> 24時間
    if sign in ENCLOSERS and folded[end - 1] == sign and not is_usual and not _asks(inner):
        return None
    if (sign == "(" or len(inner) > LONG_INNER) and MARKED.search(inner) and not ORDER.match(inner):
        return None
    if sign == "{" and QUOTED_KEY.match(folded, start):
        return None
    if sign in "(…." and OF_THIS.match(inner):
        return None
    if sign == "(" and inner.endswith(SIGN_HERE) and folded[end : end + 1] in ("", "\n"):
        return None  # a signature is written beside it
    low, high = _with_sides(folded, start, end, AROUND)
    return Bracket(start, end, sign, inner, folded[low:start], folded[end:high])


def _widened(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return a span that includes doubled signs, the sign of a variable and the dots before it: {{…}}, ${…}, ……(…)."""
    pair = PAIRS.get(folded[start], ("",))[0]
    while pair and folded[start - 1 : start] == folded[start] and folded[end : end + 1] == pair:
        start, end = start - 1, end + 1
    if folded[start] in "{(" and folded[start - 1 : start] in [*BEFORE_BRACES] and not folded.endswith("**", 0, start):
        start -= 1
    while folded[start] in "(〔…." and folded[start - 1 : start] and folded[start - 1] in DOTS:
        start -= 1
    return start, end


def worded(folded: str, places: Iterable[tuple[int, int]], wording: Wording) -> list[float]:
    """Return the wording scores of the brackets at some places, with the characters right beside each on its line."""
    return wording.scores([folded], [[(*_with_sides(folded, *place, BESIDE), 0) for place in places]])[0]


def _with_sides(folded: str, start: int, end: int, most: int) -> tuple[int, int]:
    """Return a span widened by up to `most` characters on either side, within its line."""
    low = max(start - most, folded.rfind("\n", max(0, start - most), start) + 1, 0)
    stop = folded.find("\n", end, end + most)
    return low, min(len(folded), end + most) if stop < 0 else stop


def numbers_of(brackets: Sequence[Bracket], scores: Sequence[float], chosen: Iterable[int]) -> NDArray[np.float32]:
    """Return float32[chosen, numbers]: the features of the chosen brackets; `scores` are the wording scores of all."""
    signs = Counter(one.sign for one in brackets)
    alone = Counter(one.sign for one in brackets if _is_first(one) and not one.after.strip())
    same = Counter((one.sign, one.inner) for one in brackets)
    told = neighbours([(one.sign, one.inner) for one in brackets], scores)
    rows = [
        [
            scores[at],
            *_numbers(one),
            signs[one.sign],
            same[one.sign, one.inner],
            alone[one.sign] / signs[one.sign],
            *told[one.sign, one.inner],
        ]
        for at, one in ((at, brackets[at]) for at in chosen)
    ]
    return np.array(rows, np.float32).reshape(-1, len(NUMBERS))


def neighbours(named: Sequence[tuple[str, str]], scores: Sequence[float]) -> dict[tuple[str, str], list[float]]:
    """Return, by sign and content, how brackets with other content are worded: the last `NEAR` of `NUMBERS`.

    These are the best two scores of the same sign, the mean of that sign, and the best two of any sign.
    """
    ranked = sorted(zip(scores, named), key=itemgetter(0), reverse=True)
    by_sign = defaultdict[str, list[tuple[float, str]]](list)
    sums = defaultdict[tuple[str, str], list[float]](list)
    for score, (sign, inner) in ranked:
        by_sign[sign].append((score, inner))
        sums[sign, inner].append(score)
    anywhere = [(score, inner) for score, (_, inner) in ranked]
    total = {sign: sum(score for score, _ in some) for sign, some in by_sign.items()}
    found = {}
    for (sign, inner), mine in sums.items():
        count = len(by_sign[sign]) - len(mine)
        mean = (total[sign] - sum(mine)) / count if count else NONE
        found[sign, inner] = [*_best_two(by_sign[sign], inner), mean, *_best_two(anywhere, inner)]
    return found


def _best_two(ranked: Iterable[tuple[float, str]], inner: str) -> list[float]:
    """Return the best two scores of brackets with other words, filled up with NONE."""
    found = list(islice((score for score, words in ranked if words != inner), 2))
    return [*found, NONE, NONE][:2]


def _numbers(one: Bracket) -> list[float]:
    """Return the features that a bracket's own words and the text beside it give."""
    inner, size = one.inner, len(one.inner)
    plain = _in_one_language(inner)
    before, after = one.before.rstrip(" "), one.after.lstrip(" ")
    names = NAMES_EN.findall(inner)
    left = LEFT_EN.search(one.before)
    is_needed = before.endswith((*NEEDS, *OBJECTS)) or (left is not None and left[1].lower() in NEEDS_EN)
    told = meaning(after)
    return [
        SIGNS.find(one.sign),
        (one.end - one.start - size) // 2,
        size,
        sum("\u4e00" <= char <= "\u9fff" for char in inner) / size,
        sum("\u3040" <= char <= "\u30ff" or "가" <= char <= "힣" for char in inner) / size,
        sum("a" <= char <= "z" for char in inner) / size,
        inner[0].isupper(),
        sum(map(inner.count, ",、。;")),
        ":" in inner,
        "_" in inner,
        _chinese(plain)[1],
        _english(names)[1],
        ORDER.match(inner) is not None,
        EXAMPLE.search(inner) is not None,
        inner in NOTES,
        is_needed,
        _beside(before[-1:]),
        _beside(after[:1]),
        _is_first(one),
        not after,
        told == MARK_OF_NUMBER,
        told == MARK_OF_NAME,
        after.startswith(HONORIFICS),
    ]


def _beside(char: str) -> int:
    return next((number for number, known in enumerate(BESIDES, 1) if known.match(char)), 12) if char else 0


def _is_first(one: Bracket) -> bool:
    return len(one.before) < AROUND and FIRST.fullmatch(one.before) is not None


def _in_one_language(inner: str) -> str:
    """Return the Chinese part of a text in two languages: 部门 Department."""
    twice = IN_BOTH.fullmatch(inner)
    return twice[twice.lastindex or 0] if twice else inner


def judged(folded: str, signs: Iterable[str]) -> Iterator[Verdict]:
    """Yield the brackets of a folded text that may ask for something, with their scores."""
    places = _places(folded, signs)
    if not places:
        return
    wording, forest = models()
    scores = worded(folded, places, wording)
    if max(scores) <= HOPELESS:
        return
    found = [(one, score) for one, score in zip(_brackets(folded, places), scores) if one is not None]
    brackets, scores = [one for one, _ in found], [score for _, score in found]
    chosen = [at for at, score in enumerate(scores) if score > HOPELESS]
    if chosen:
        for at, score in zip(chosen, forest.scores(numbers_of(brackets, scores, chosen))):
            yield Verdict(brackets[at], score)


def find(folded: str, signs: Iterable[str]) -> list[tuple[str, int, int]]:
    """Return the prompts in brackets of a folded text, ``(code, start, end)``; of nested ones the best-scored."""
    found: list[Verdict] = []
    for verdict in judged(folded, signs):
        if verdict.score < THRESHOLD or MARKED_DATE.fullmatch(verdict.bracket.inner):
            continue  # each part of [XXXX年XX月XX日] is a mark
        if found and verdict.bracket.start < found[-1].bracket.end:
            if verdict.bracket.inner == found[-1].bracket.inner or verdict.score < found[-1].score:
                continue
            found.pop()
        found.append(verdict)
    return [(code_of(one), one.start, one.end) for one, _ in found]


def explain(folded: str, start: int) -> tuple[float, tuple[tuple[str, float], ...]] | None:
    """Return the score of the bracket that begins at an offset and the features that weighed most; else None."""
    brackets = brackets_of(folded, PATTERNS)
    at = next((number for number, one in enumerate(brackets) if one.start == start), None)
    if at is None:
        return None
    wording, forest = models()
    row = numbers_of(brackets, worded(folded, [one[:2] for one in brackets], wording), [at])
    return forest.scores(row)[0], forest.reasons(row[0], NUMBERS)


def code_of(one: Bracket) -> str:
    """Return the code of what a bracket asks for: by its words or, for a sign or a letter, by what follows it."""
    inner, told = _in_one_language(one.inner.partition("|")[0].rstrip() or one.inner), meaning(one.after.lstrip(" "))
    if not any(map(str.isalpha, inner)) or inner in COUNTERS:
        return MARK_CODES.get(told, TEXT)
    if inner in DATE_PARTS or BLANK_DATE.fullmatch(inner):
        return DATE
    if ORDER.match(inner) or one.sign in DOTS or (one.sign == "(" and inner[0] in "你您"):
        return TEXT
    is_variable = one.end - one.start > len(inner) + 2 or one.sign in ENCLOSERS
    if not any(map(is_wide, inner)):
        return variable(inner) or (TEXT if is_variable else _code_of_word(_english(NAMES_EN.findall(inner))[0]))
    code, weight = _chinese(PARTS.split(inner.rstrip("0123456789"))[-1] if "." in inner or "_" in inner else inner)
    if weight < 1.75 and (one.sign == "(" or (is_variable and code == NAME)):
        return TEXT
    return code if weight > 1 or told == "" else MARK_CODES.get(told, code)


MARK_CODES = {code: FIGURE if code == MARK_OF_NUMBER else DATE for code in FIGURES_OF_MARKS} | {MARK_OF_NAME: NAME}


def _chinese(inner: str) -> tuple[str, float]:
    """Return the code and the weight of a noun phrase, by the field name that ends it."""
    plain = EXAMPLE.split(inner)[0].strip(" :,、") or inner
    for part in EITHER.split(plain):
        part = part.strip()
        for size in FIELD_SIZES:
            field = part[-size:]
            if field in FIELDS and len(part) <= size + 14:
                code = DATE if field in DATES else FIGURE if field in FIGURES else NAME
                return code, 2.0 if part == field else 1.75
    if plain in PEOPLE:
        return NAME, 1.75
    if plain.endswith(HEADS) and len(plain) <= 12:
        return (DATE if plain.endswith(DATE_HEADS) else FIGURE if plain.endswith(FIGURE_HEADS) else NAME), 1.25
    return TEXT, 0.25


def variable(name: str) -> str:
    """Return the code of a variable by the last word of its name: user_name, orderNo, CUSTOMER NAME; empty for code."""
    parts = CAMEL.sub(r"\1 \2", name).replace("_", " ").replace(".", " ").lower().split()
    last = parts[-1] if parts else ""
    if last in ("no", "id", "num", "code", "qty", "count"):
        return FIGURE
    endings = (last[at:] for at in range(len(last) - 3))  # the longest first, so that discount is not taken for count
    whole = next((word for word in endings if word in WORDS_EN), last)
    if whole not in WORDS_EN and len(parts) > 1 and parts[0] in WORDS_EN:
        whole = parts[0]  # amount_due
    return _code_of_word(whole) if whole in WORDS_EN else ""


def _english(names: Sequence[str]) -> tuple[str, float]:
    """Return the last word of a phrase and its weight: Hiring Manager counts by its last word, Party A by its first."""
    if not names:
        return "", 0.0
    last = names[-1].lower().removesuffix("'s")
    if last in WORDS_EN or last.rstrip("s") in WORDS_EN:
        return last, 1.5
    return last, 1.0 if len(names) > 1 and names[0].lower().removesuffix("'s") in WORDS_EN else 0.0


def _code_of_word(word: str) -> str:
    return DATE if word in DATES_EN else FIGURE if word in FIGURES_EN else NAME
