"""Prompts in brackets, of any words: [收件人], {活动日期}, <Company>. A judgement scores what is known of each.

What speaks for one: the name of a field that forms ask for, an order to fill in, a clause that needs a noun just there.
Against: a picture of a chat, a stage note, a label, a citation, code. One that stays in doubt counts where the
document has others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dedupe.rules.placeholders.context import is_wide
from dedupe.rules.prose import Prose, prose_of
from dedupe.rules.vocabulary import words

NAME, DATE, FIGURE, TEXT = "PH110", "PH111", "PH112", "PH113"
SURE, WEAK, FAINT = 2.0, 1.0, 0.25
AROUND = 8  # characters beside a bracket that are looked at

# For each opening sign what it holds, and what it is worth by itself: square brackets hardly stand in Chinese prose
# for anything else, lenticular ones are labels, corner ones quote, round ones say things by the way.
KINDS: dict[str, tuple[re.Pattern[str], float]] = {
    "[": (re.compile(r"\[(?<![A-Za-z\d_\])]\[)([^\[\]\n]{1,60})\](?!\[|:[ ]?(?:http|<|/|#))"), 0.0),
    "【": (re.compile(r"【([^【】\n]{1,40})】"), -1.0),
    "〔": (re.compile(r"〔([^〔〕\n]{1,40})〕"), -0.5),
    "〖": (re.compile(r"〖([^〖〗\n]{1,40})〗"), -0.5),
    "{": (re.compile(r"\{(?<![A-Za-z\d_${]\{)([^{}\n]{1,40})\}(?!\})"), 0.0),
    "<": (re.compile(r"<([^<>\n]{1,44})>"), 0.0),
    "「": (re.compile(r"「([^「」\n]{1,24})」"), -1.5),
    "(": (re.compile(r"(?:(?:…{1,2}|\.{3,6}))?\(([^()\n]{2,60})\)"), -1.5),
}
VARIABLES: dict[str, re.Pattern[str]] = {
    "{{": re.compile(r"\{{2,3} ?([^\W\d][\w .]{0,40}) ?\}{2,3}"),
    "${": re.compile(r"\$\{(\w{1,40})\}"),
    "%": re.compile(r"%{1,2}([A-Z][A-Z_ ]{2,30})%{1,2}"),
    "[[": re.compile(r"\[\[ ?([^\[\]\n|]{1,24}) ?\]\]"),
    "##": re.compile(r"##(?! )([^#\n]{1,16}?)##"),
    "@@": re.compile(r"@@([^@\n]{1,16}?)@@"),
}


def _class(name: str) -> frozenset[str]:
    return frozenset().union(*(words(language, name) for language in ("zh", "ja", "ko")))


FIELDS = _class("fields") | _class("fields-dates") | _class("fields-numbers")
DATES, FIGURES = _class("fields-dates"), _class("fields-numbers")
FIELD_ENDS = tuple(field for field in FIELDS if len(field) > 1)
PEOPLE = _class("people")
FIELD_SIZES = range(min(max(map(len, FIELDS)), 8), 1, -1)
HEADS = tuple(words("zh", "field-heads"))
DATE_HEADS, FIGURE_HEADS = tuple("期间日年月"), tuple("数额率价量号龄薪限费")
WORDS_EN = frozenset(words("en", "fields"))
DATES_EN, FIGURES_EN = frozenset(words("en", "fields-dates")), frozenset(words("en", "fields-numbers"))
NEEDS = tuple(words("zh", "needs-noun"))
NEEDS_EN = frozenset(words("en", "needs-noun"))
NOTES = frozenset((*words("zh", "notes"), *words("zh", "emotes")))
VERBS = "|".join(sorted(words("zh", "orders"), key=len, reverse=True))
# 请在此填写, 此处插入, 写明…: what a person at a form is told to do. 请注明出处 is what a site asks of others.
ORDER = re.compile(
    rf"(?:请(?:您|你)?|可)?(?:在|于)?(?:此处|此|这里|本处|下方|横线上)(?:可以?|请)?(?:{VERBS})(?!的)|请(?:您|你)?(?:自行|如实|简要|简单|具体)?(?:{VERBS})(?!的)"
    r"|(?:简要|简单|具体|逐一|分别|详细)?(?:写明|注明|列明|载明|填写|填入|插入|写清|列举|填上)(?!的|出处|来源|转载|[:是了在])"
    r"|(?:此处|这里)(?:写|填|放|可|应|加|列)"
)
NO_ORDER = re.compile("出处|来源|转载|[点单]击|参[见阅看考]|见[附第表图]|^请(?:勿|不)|签字.{0,4}盖章")
EXAMPLE = re.compile(r"[,、:;]? ?(?:例如|比如|譬如|如|即|可以是|等等)(?!何|果|下|此|今|期)|等$")
YOURS = re.compile("[你您我]的|贵(?:公司|单位|校|院|司|方|处)|某|相关|具体|对方的?")
ORDER_EN = re.compile(r"(?i:(?:please )?(?:insert|enter|add|type|specify|describe|list|fill in|choose|include|your|mention|state|provide) \S.*)")
# What stands in brackets and asks for nothing: numbers, addresses, code, signs of forums.
CODE = re.compile(r"[=;\"\\$]|::|\w\(|^[/!?]|^[\d\s.,:;~–-]+$|^[xX ✓√]?$|https?:|^(?:[BCDGJMNPRSZ]|EB/OL|OL|DB)$|db:")
LABEL_END = re.compile(r"[一二三四五六七八九十百\d]$|^第.{1,4}[章节条课步]|^(?:例|注|图|表|附)\d*")


FIRST = re.compile(r"[ #>*\t-]*(?:[(]?[\d一二三四五六七八九十]{1,3}[、.)]{1,2})? *")
# What is signed with at the end of a letter, on a line of its own.
SIGNED = ("签名", "署名", "落款", "姓名", "日期", "名字", "签字", "盖章", "名称")


class Verdict(NamedTuple):
    """What a bracket asks for, how sure it does, and whether its words were known."""

    code: str
    score: float
    is_known: bool = True


NOTHING = Verdict("", 0.0)


class Bracket(NamedTuple):
    """What stands in brackets, and around them on the line."""

    start: int
    end: int
    inner: str
    opener: str
    before: str
    after: str

    @property
    def is_first(self) -> bool:
        """Whether nothing stands before it on its line."""
        return FIRST.fullmatch(self.before) is not None

    @property
    def is_last(self) -> bool:
        """Whether nothing stands behind it on its line."""
        return not self.after.strip()


def find(folded: str, openers: set[str]) -> list[tuple[str, int, int]]:
    """The prompts in brackets of a folded text: ``(code, start, end)``."""
    prose = prose_of(folded)
    found: list[tuple[Verdict, Bracket]] = []
    for opener in openers:
        if opener in VARIABLES:
            found += _variables(folded, opener)
            continue
        pattern, prior = KINDS[opener]
        for bracket in _brackets(folded, opener, pattern):
            if not _is_code(bracket, prose):
                verdict = judge(bracket, prior)
                if verdict.score >= FAINT:
                    found.append((verdict, bracket))
    backing = any(verdict.score >= SURE for verdict, _ in found)
    like = Counter(bracket.opener for verdict, bracket in found if verdict.score >= WEAK and verdict.is_known)
    return [
        (verdict.code, bracket.start, bracket.end)
        for verdict, bracket in found
        if verdict.score >= SURE
        or (verdict.score >= WEAK and backing)
        or (verdict.is_known and like[bracket.opener] > 1)
    ]


def _is_code(bracket: Bracket, prose: Prose) -> bool:
    """Whether a bracket is code or markup, or the text of a link."""
    if not prose.is_prose(bracket.start) or (bracket.opener == "[" and prose.zone_at(bracket.end) is not None):
        return True
    if bracket.opener == "<":
        return f"</{bracket.inner}>" in prose.folded
    return bracket.opener == "{" and not prose.is_prose(bracket.start - 1)


def _brackets(folded: str, opener: str, pattern: re.Pattern[str]) -> Iterator[Bracket]:
    for match in pattern.finditer(folded):
        start, end = match.span()
        line, stop = folded.rfind("\n", max(0, start - 200), start) + 1, folded.find("\n", end, end + 200)
        before = folded[max(line, start - AROUND) : start]
        yield Bracket(start, end, match[1].strip(), opener, before, folded[end : end + AROUND if stop < 0 else min(stop, end + AROUND)])


def _variables(folded: str, opener: str) -> Iterator[tuple[Verdict, Bracket]]:
    """Names of a template's variables: {{name}}, ${company}, %%ORDER_NO%%, ##姓名##."""
    prose = prose_of(folded)
    for match in VARIABLES[opener].finditer(folded):
        inner = match[1].strip()
        code = variable(inner)
        if code and not prose.is_machine(match.start()):
            yield Verdict(code, SURE), Bracket(match.start(), match.end(), inner, opener, "", "")


def variable(name: str) -> str:
    """The code of a variable by the last word of its name: user_name, orderNo, CUSTOMER NAME; empty for code."""
    if not name.isascii():
        return _chinese(name)[0] if _chinese(name)[1] >= SURE else ""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace(".", " ").lower().split()
    last = parts[-1] if parts else ""
    if last in ("no", "id", "num", "code"):
        return FIGURE
    whole = next((word for word in WORDS_EN if last.endswith(word) and len(word) > 3), last)
    return _code_en(whole) if whole in WORDS_EN else ""


def judge(bracket: Bracket, prior: float) -> Verdict:
    """What a bracket asks for and how sure it does: SURE from 2, WEAK from 1."""
    inner = bracket.inner
    if not inner or CODE.search(inner) or inner in NOTES:
        return NOTHING
    if inner == "●":
        return Verdict(TEXT, SURE)
    if ":" in inner and not EXAMPLE.search(inner):
        return NOTHING
    if not any(is_wide(char) for char in inner):
        return _judge_english(bracket)
    code, noun = _chinese(inner)
    order = 2.0 * (ORDER.match(inner) is not None and not NO_ORDER.search(inner))
    example = 1.5 * (EXAMPLE.search(inner) is not None) + 0.75 * (YOURS.match(inner) is not None)
    is_known = noun > 1.0 or order > 0 or example > 1.0
    if not is_known and (bracket.opener != "[" or len(inner) < 3):
        return NOTHING
    if bracket.opener == "(":
        return _judge_round(bracket, code, noun, order, example)
    if order:
        code = TEXT
        order += 1.5 * (prior <= -1.0)
    if prior == -1.0 and is_wide(bracket.before[-1:]):
        prior = -0.25  # labels stand at the head of what they label
    if bracket.opener == "<":
        prior += 0.5
    score = prior + max(noun, order) + min(example, 1.5) + context(bracket)
    if LABEL_END.search(inner) and not noun:
        score -= 1.0
    if len(inner) > 16 and not (order or example):
        score -= 1.0
    return Verdict(code, score - (0.0 if order else _label(bracket, noun)), is_known)


def _judge_round(bracket: Bracket, code: str, noun: float, order: float, example: float) -> Verdict:
    """Round brackets ask by an order, or where a verb has no other object: 召开(会议名称)。"""
    if order and not bracket.after.startswith(":"):
        return Verdict(TEXT, SURE)
    if YOURS.match(bracket.inner) and noun >= 1.75:
        return Verdict(TEXT, SURE)
    parts = re.split("[、/]", bracket.inner)
    is_form = bracket.before.endswith((":", "某", "×", "x", "X", "_", "*", "○")) or not bracket.before.strip()
    if len(parts) > 1 and is_form and all(part in FIELDS for part in parts):
        return Verdict(TEXT, SURE)
    is_object = bracket.before.endswith(OBJECTS) and bracket.after[:1] in ",。;、的" and bracket.after != ""
    return Verdict(code, WEAK * (noun >= SURE and is_object))


OBJECTS = tuple("在于由从为是因叫到至") + ("召开", "举办", "举行", "开展", "参加", "获得", "担任", "应聘", "毕业于", "位于", "来自")


def _label(bracket: Bracket, noun: float) -> float:
    """What makes lenticular and corner brackets labels and quotations: 【导语】初夏…, 「姓名」一栏."""
    if bracket.opener == "「":
        return 1.0 * bracket.after.startswith(("一", "这", "两", "二", "三", "等", "とい", "と", "は", "を", "の"))
    if bracket.opener not in "【〔〖":
        return 0.0
    if bracket.is_first and not bracket.is_last:
        return 1.5 if bracket.after[:1] not in ",,的在是" else 0.0
    is_heading = bracket.is_first and bracket.is_last and not (noun > 1.5 and bracket.inner.endswith(SIGNED))
    return 1.5 * is_heading


def context(bracket: Bracket) -> float:
    """How much the words beside a bracket need a noun there."""
    before, after = bracket.before.rstrip(" "), bracket.after.lstrip(" ")
    score = 0.0
    if before.endswith(NEEDS) or before.endswith(":"):
        score += 1.0
    elif before.endswith(FIELD_ENDS):
        score += 0.5
    elif before[-1:] in ",。;、“《(" and before and is_wide(after[:1]):
        score += 0.25
    if (is_wide(after[:1]) and (is_wide(before[-1:]) or before[-1:] in ",。;、:”》" or not before)) or (bracket.is_first and bracket.is_last):
        score += 0.5
    elif bracket.is_first and after[:1] in ",:":
        score += 0.25
    return score


def _chinese(inner: str) -> tuple[str, float]:
    """The code and the weight of a noun phrase by the field that ends it."""
    plain = EXAMPLE.split(inner)[0].strip(" :,、") or inner
    for part in re.split(r"[/、,或和及与]", plain):
        part = part.strip()
        for size in FIELD_SIZES:
            field = part[-size:]
            if field in FIELDS and len(part) <= size + 8:
                return (DATE if field in DATES else FIGURE if field in FIGURES else NAME), 2.0 if part == field else 1.75
    if plain in PEOPLE:
        return NAME, 1.75
    if plain.endswith(HEADS) and len(plain) <= 12:
        return (DATE if plain.endswith(DATE_HEADS) else FIGURE if plain.endswith(FIGURE_HEADS) else NAME), 1.25
    return TEXT, 0.25


def _judge_english(bracket: Bracket) -> Verdict:
    inner, opener = bracket.inner, bracket.opener
    if ORDER_EN.fullmatch(inner) and len(inner.split()) > 1:
        last = inner.rstrip(".").split()[-1].lower()
        return Verdict(_code_en(last) if last in WORDS_EN else TEXT, SURE)
    names = re.findall(r"[A-Za-z][A-Za-z'-]*", inner)
    if not names or len(names) > 7 or opener in "(「" or (opener == "{" and len(names) == 1 and inner.islower()):
        return NOTHING
    if not re.fullmatch(r"[A-Za-z][A-Za-z'’ /&,.#-]*\d?", inner) or "_" in inner:
        return NOTHING
    last = re.sub(r"('s|s'|’s)$", "", names[-1].lower())
    noun = 1.5 if last in WORDS_EN or last.rstrip("s") in WORDS_EN else 0.0
    if not noun and len(names) > 1 and re.sub(r"'s$", "", names[0].lower()) in WORDS_EN:
        noun = 1.0  # Party A
    if not noun and inner.islower():
        return NOTHING
    score = noun + 0.5 * (inner.istitle() or inner.isupper() or inner[0].isupper())
    left = re.search(r"([A-Za-z]+|\$)[,: ]*$", bracket.before)
    if left and (left[1].lower() in NEEDS_EN):
        score += 1.0
    elif is_wide(bracket.before.rstrip(" ")[-1:]) or is_wide(bracket.after.lstrip(" ")[:1]):
        score += 0.5 + context(bracket)
    elif bracket.is_first and (bracket.is_last or bracket.after[:1] in ",:"):
        score += 0.5
    if opener in "【〔〖":
        score -= 0.5
    if opener == "<" and inner.islower():
        score -= 1.0  # the syntax of some command
    return Verdict(_code_en(last), score, noun > 0)


def _code_en(word: str) -> str:
    return DATE if word in DATES_EN else FIGURE if word in FIGURES_EN else NAME
