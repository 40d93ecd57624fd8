"""Holes: slots whose mark was lost with the fill, so that only the words around them show it.

All are warnings, and only where a careful reader would be sure. A pattern is tried only where one of the pairs of
characters stands that it begins with; what must come before is a look-behind. Figures need more than a pattern, for
锦旗面, and not 正面, has lost one: what stands before a measure word decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from dedupe.core.model import Kind, Severity
from dedupe.rules.placeholders import gaps
from dedupe.rules.placeholders import words as w
from dedupe.rules.rule import Met, Rule, Sweep

STOPS = ",。;、!\n"
STOP = f"[{STOPS}]"
# The start of a clause; a look-behind has one width, so a space stands for any indent.
FRESH = ",。;!\n "


PEOPLE = (
    "(?:学生|同学|选手|党员|干部|职工|员工|教师|老师|医生|护士|患者|病人|代表|群众|队员|专家|农民|会员|团员|委员|村民|工人|战士|运动员|学员"
    "|研究生|博士|硕士|志愿者|技术人员|工作人员|人员|嘉宾|评委|师生|新生|队长|成员)"
)
BEHIND_DI = "及门落等府宅次科"


class Hole(NamedTuple):
    """What a hole looks like: a pattern and the pairs of characters it is tried at, `back` characters before it."""

    pairs: tuple[str, ...]
    pattern: str
    back: int = 0


def _after(before: str, first: str, pattern: str) -> Hole:
    """A pattern that begins with one character, of a hole that has one of some others before it."""
    return Hole(tuple(char + first for char in before), f"{first}(?<=[{before}]{first}){pattern}", 1)


def _before(first: str, after: str, pattern: str) -> Hole:
    """A pattern that begins with one character, of a hole that has one of some others behind it."""
    return Hole(tuple(first + char for char in after), f"{first}{pattern}")


def _at(literal: str, pattern: str = "") -> Hole:
    """A pattern that begins with a literal."""
    return Hole((literal[:2],), literal + pattern)


DATE_HOLES = (
    _at("月日", r"(?<=[于在自从至到]月日)(?![月之星夜])"),
    _at("年月", r"(?<=[于在自从至到]年月)(?![日月之星累里的流])"),
    *(_at(f"{word}于年", "(?=[,。;、月毕])") for word in ("生", "建", "成立", "创办", "毕业", "始建")),
    *(_at(f"{word}年", "(?=[,。;的内])") for word in ("期为", "期限为", "任期", "租期", "学制", "刑期")),
    _at(
        "月日",
        r"(?<![年岁日每本当上下各几个一二三四五六七八九十\d]月日)(?=[,。;至到起在上下晚召举正我全,—-]|\s*(?:\n|\Z))",
    ),
    _at("月份", r"(?<=[把在于从自到至]月份)(?=[^,。]{0,3}[作为起以开召举至到底初末,])"),
    _at("月份", rf"(?<=[{FRESH}]月份)(?=[,到至])"),
    _at("月份", r"(?<=\d[-—~]月份)"),
    _at("年月", r"(?<=[\dxX×*_]年月)"),
    _at("年月日", rf"(?<=[{FRESH}于自至从]年月日)(?=[,。至到起召举我正成在]|\s*(?:\n|\Z))"),
    _after("于自从", "年", r"(?=[至到起,成毕被月]|以来|开始|参加)"),
    _after(FRESH[:-1], "年", r"(?=[,我在]|以来|[上下]半)(?!在[一-龥]处)"),
    _after(FRESH + ".", "度", r"(?=[,我])"),
    Hole(("在度",), r"度(?<=[,。;.\n ]在度)(?=工作|学习|的工作|中|里)", 1),
    _at("世纪年代"),
)
NUMBER_HOLES = (
    _before(
        "第", "届期轮次季名批",
        r"(?<![及门落等府宅次科]第)(?=[届期轮]|次[会全代常]|季度|名[,。的]|批次)(?!期[待望])",
    ),
    _after(
        FRESH, "名",
        r"(?<![\d一二三四五六七八九十百两几多] 名)(?=女同志|男同志|同志|党员|干部|职工|员工|学生|同学|教师|老师|医生|护士|患者|病人|代表|群众|选手|队员|专家|农民)",
    ),
    Hole(("期天", "时天"), r"天(?<=为期天|历时天)(?=[的之,。])", 1),
    # 共有__名选手, 下辖__个村.
    *(
        _at(cause, rf"(?<=[一-龥,。;\n ]{cause})名(?={PEOPLE})")
        for cause in ("共有", "现有", "共计", "设有", "拥有", "派出", "选出", "评出", "组织", "邀请", "带领", "招聘", "录用", "表彰")
    ),
    *(_at(cause, r"个(?=[一-龥])(?![人别体性])") for cause in ("下辖", "下设", "设有", "共辖", "共设")),
    _before("第", "条款项号章页册卷批组版", rf"(?<![{BEHIND_DI}]第)[条款项号章页册卷批组版](?=[,。;、规之的约第])(?<!第组的)"),
    _at("后日", r"(?<=[订署到货付款效收签起束满]后日)内"),
    _at("前日", "(?<=[满期庭货工赛考]前日)(?=[通向告内书到])"),
    _after("使对为", "例", r"(?=[^如行外会子证题程规句,。、;])(?<!为例)"),
    _at("率,", rf"(?=[比较与](?:去年|上年|往年|同期)[^,。;\d]{{0,6}}[提增下减上降][高长降少升加低](?:{STOP}|\Z))"),
    _at(
        "周转,",
        rf"(?=[比较与](?:去年|上年|往年|同期)[^,。;\d]{{0,6}}[提增下减上降加缩][高长降少升加低快短](?:{STOP}|\Z))",
    ),
)
TEXT_HOLES = (
    # A label with its colon and no value: 身份证号:,
    *(Hole((f":{stop}",), f":(?<=[一-龥]:){stop}") for stop in ",。;、"),
    _at("“”", r"(?![、,]?[“‘《(])(?<![”’》)、]“”)(?!.{0,8}[引括符标]|表示|是|的用)(?<![号点符]“”)"),
    _at("《》", r"(?![、,]?[“‘《(])(?<![”’》)、]《》)(?!.{0,8}[引括符标号]|表示|是)(?<![号点符]《》)"),
    _at("【】", r"(?=[一-龥])(?<![”’》)、号]【】)"),
    _at("〔〕", r"(?=\d*[xX×*_]*号)"),
    Hole(("()",), r"\(\)(?<=[一-龥]\(\))(?=[一-龥,。;])(?!.{0,8}[引括符标])(?!、?[“‘《(])(?<![号数法]\(\))"),
)
BODIES = "报院局厂校社村镇乡县区市省班组队部厅委所站"
WORD_HOLES = (
    # What these point at is gone: 来自,
    *(_at(word, rf"(?=[,。;、!])(?<![位单本]{word})") for word in w.NEEDS_OBJECT if word[1:] != "叫"),
    *(_at(f"{who}叫", rf"(?=[,。;!])(?<=[{FRESH}“]{who}叫)") for who in "我他她"),
    _at("叫,", f"(?<=[{FRESH}]叫,)是"),
    *(_at(verb, r"称号(?=[,。;、的])") for verb in ("荣获", "被评为", "被授予", "荣膺")),
    # Of whom, of what: 我是的班主任, 学习的重要讲话.
    *(_at(f"{who}是", rf"的(?=[一-龥])(?![的话呀啊吧呢嘛确呗么])(?<=[{FRESH}“]{who}是的)") for who in "我他她"),
    *(_at(verb, r"的(?=重要(?:讲话|指示|论述|思想|批示)|系列讲话)") for verb in ("学习", "贯彻", "落实", "领会", "践行", "认真学")),
    *(
        _at(verb, r"(?!乡村)[省市县区镇乡村州旗](?=[,。;]|[县区镇乡村](?:[,。;]|[镇乡村]))")
        for verb in ("位于", "家住", "住在", "来自", "地处", "坐落于", "来到", "前往", "家在")
    ),
    *(_at(verb, r"(?:大学|学院|中学|公司|医院|学校)(?=[,。;、])") for verb in ("毕业于", "就读于", "任职于", "就职于", "供职于")),
    _at("在本", r"(?=有(?:影响|地位|特色))"),
    _after(",;、。", "的", r"(?![确士话哥姐款卡,。;、:!?\s“”])(?=[一-龥])(?<![的地得][、,]的)"),
    _after("在把被从对向将让和与及", "、", rf"(?<=[{FRESH}].、)"),
    _after("让把将由从向被与及", "的", rf"(?<=[{FRESH}].的)(?=[一-龥])"),
    _at(
        "在的",
        r"(?<![存现所内潜外实自正好还不同]在的)(?=[正坚亲][确强切]|统一领|大力支|关心|领导下|支持下|指导下|带领|精心)",
    ),
    Hole(("的、",), r"、(?<=党的、)(?=精神|全会|会议|报告|大精|[一-龥]{0,2}精神)", 1),
    _at("党的大", r"(?=精神|报告|胜利|召开)"),
    _at("届中全会"),
    Hole(("的届",), r"届(?<=党的届)", 1),
    _at("同志", r"(?<=以同志)(?=为(?:核心|总书记))"),
    Hole(("以、",), r"、(?<=坚持以、)", 1),
    _at("限度", r"(?<![大小低高有无极长定的]限度)(?=地)"),
    _at("程度", r"(?<=[,。;、以能够要会]程度)(?=地?(?:满足|发挥|调动|减少|降低|提高|保障|保证|维护|避免))"),
    _at(
        "以为",
        r"(?<![可所足予难加借自信我你他她们都会就还不能人误]以为)(?=(?:主题|契机|载体|抓手|核心|主线|重点|导向|龙头|依托|突破口|切入点)[,的。])",
    ),
    _before("、", BODIES, rf"([{BODIES}])(?<=\1、\1)(?<!直辖市、市)(?=[、,。;以和及与等])"),
    _at("、、", r"(?<=[一-龥]、、)(?=[一-龥])"),
)

# What money is the amount of: 租金__元.
MONEY = frozenset("币价款金费额租资税值计达息付收薪助补共")
# Measure words that a counter needs a figure before: 共计__天.
COUNTED_BY = frozenset(["名", "天", "户", "项", "件", "份", "次", "台", "辆", "套", "座", "所", "只", "株", "篇", "册", "例", "届", "年", "元", "米", "吨", "亩", "小时", "公里", "平方米", "岁"])
# A percent sign anywhere, or a measure word at the end of a clause: what stands before tells whether it lost a figure.
CAUSES = {
    cause: units | {more + unit for more in "余多" for unit in units} - {"多元"}
    for causes, units in w.LOST_FIGURES
    for cause in causes
}
CAUSES |= {
    cause: CAUSES.get(cause, frozenset()) | COUNTED_BY for cause in w.COUNTERS_BEFORE
}
CAUSES |= {cause: CAUSES.get(cause, frozenset()) | {"人"} for cause in w.PEOPLE_COUNTED}
CAUSES |= {cause: CAUSES.get(cause, frozenset()) | {"元"} for money in MONEY for cause in (money, f"{money}为")}
UNITS = frozenset().union(*CAUSES.values()) | w.SURE_UNITS
CAUSE_SIZES = range(max(map(len, CAUSES)), 0, -1)
UNIT_SIZES = range(1, max(map(len, UNITS)) + 1)
# What stands before the last character of a figure's unit: the end of a cause, or the rest of the unit.
BEFORE_LAST = {cause[-1] for cause in CAUSES} | {unit[-2:-1] for unit in UNITS}
LAST = {unit[-1] for unit in UNITS} | {"%"}


NUMERALS = w.NUMERALS | frozenset("0123456789每整第来方")
# Before a unit that itself counts, these make a figure of it: 超亿元, 近万人.
GREAT = frozenset("超近破过上值首逾足仅到家达封")
# What stands before a sure unit and makes another word of it.
OTHER_WORDS = {"岁": "岁太年旧新守辞贺虚千周万百两", "倍": "功少翻加双而成百", "个月": "上下这那本", "个小时": "这那", "吨": "总重蒸", "亩": "陇田"} | {"周岁": "满中", "公里": "吨人", "个工作日": "首上下这那", "多元": "了"}
TOTAL = re.compile("[共达总]计?[^,。;]{0,5}$")
BEHIND_UNIT = frozenset(",。;!?\n")


def _lost_figure(text: str, at: int) -> list[tuple[str, int, int]]:
    """The measure word whose last character stands at a place, or the percent sign there, if its figure is gone."""
    if text[at] == "%":
        return [("PH122", at, at + 1)] if is_bare_percent(text, at) else []
    rest = text[at + 1 : at + 3]
    if rest and rest[0] not in BEHIND_UNIT and not (rest[:1] == "的" and ("一" <= rest[1:] <= "龥" or rest[1:] in ("", ",", "。")) and rest[1:] not in "士确话"):
        return []
    length = _unit_at_end(text[max(0, at + 1 - UNIT_SIZES[-1] - CAUSE_SIZES[0]) : at + 1])
    return [("PH122", at + 1 - length, at + 1)] if length else []


def _unit_at_end(clause: str) -> int:
    """The length of the unit that ends a clause right after a cause; 0 where none does."""
    for length in UNIT_SIZES:
        unit, before = clause[-length:], clause[:-length]
        if unit in UNITS and any(unit in CAUSES.get(before[-size:], ()) for size in CAUSE_SIZES):
            return length
    for length in UNIT_SIZES:
        unit, before = clause[-length:], clause[:-length]
        if unit in w.SURE_UNITS and not any(clause[-more:] in w.SURE_UNITS for more in range(length + 1, UNIT_SIZES[-1])):
            if _lacks_figure(unit, before):
                return length
    return 0


def _lacks_figure(unit: str, before: str) -> bool:
    """Whether no figure stands before a unit that hardly goes without."""
    left = before[-1:]
    if not "一" <= left <= "龥" or left in NUMERALS or left in OTHER_WORDS.get(unit, ""):
        return False
    if unit.endswith("人次"):
        return TOTAL.search(before) is not None  # 接诊人次 by itself is a noun
    return not (unit[0] in "千万亿" and left in GREAT)


def is_bare_percent(folded: str, at: int) -> bool:
    """Whether a percent sign has lost its figure: a Chinese word before it that is no numeral and does not name it."""
    before, after = folded[max(0, at - 1) : at], folded[at + 1 : at + 2]
    if not "一" <= before <= "龥" or before in w.NUMERALS or before in "号用以成":
        return False
    return not after or after in ",。;、!:)\n " or "一" <= after <= "龥"


def _searches() -> dict[str, list[tuple[int, str, re.Pattern[str], int]]]:
    """For each pair of characters the patterns to try: rank, code, pattern, and how far behind the pair's start."""
    searches = defaultdict(list)
    holes = [(code, hole) for code, listed in HOLES_BY_CODE.items() for hole in listed]
    for rank, (code, hole) in enumerate(holes):
        for pair in hole.pairs:
            searches[pair].append((rank, code, re.compile(hole.pattern), hole.back))
    return dict(searches)


HOLES_BY_CODE = {"PH121": DATE_HOLES, "PH122": NUMBER_HOLES, "PH123": TEXT_HOLES, "PH124": WORD_HOLES}
SEARCHES = _searches()


def find(folded: str, met: Met) -> list[tuple[str, int, int]]:
    """The holes of a folded text: ``(code, start, end)``, each once."""
    # A line end before the text, for the look-behinds ask what a clause begins after.
    text = "\n" + folded
    ends: dict[tuple[str, int], tuple[int, int]] = {}
    figures = []
    blanks = []
    for at in met.inner:
        pair = text[at + 1 : at + 3]
        if pair in gaps.LITERALS:
            blanks.append(at)
        searches = SEARCHES.get(pair)
        if searches is None:
            figures += [(code, start - 1, end - 1) for code, start, end in _lost_figure(text, at + 1)]
            continue
        for rank, code, pattern, back in searches:
            match = pattern.match(text, at + 1 + back)
            if match:  # of several that begin at one place the first in the tables says what is missing
                key = code, match.start() - 1
                ends[key] = min((rank, match.end() - 1), ends.get(key, (rank, match.end())))
    return sorted({(code, start, end) for (code, start), (_, end) in ends.items()} | {*figures, *gaps.find(folded, blanks)})


SWEEP = Sweep(
    find,
    inner=frozenset(SEARCHES) | gaps.LITERALS | {last + stop for last in LAST - {"%"} for stop in STOPS + "的"} | {"%"},
)


def _row(code: str, name: str, message: str, examples: tuple[tuple[str, ...], ...]) -> Rule:
    hits, misses = examples
    return Rule(
        code, name, Kind.PLACEHOLDER, Severity.WARNING, message, hits, misses,
        sweep=SWEEP, slot="elided",
    )


HOLES: tuple[Rule, ...] = (
    _row(
        "PH121", "date-lost", "a date is missing here",
        (
            (
                *("我校于«月日»在操场开会", "把«月份»作为读书月", "1-«月份»用电量", "2019«年月»投产", "于«年月日»召开"),
                *("«度»,我班获奖", "上«世纪年代»"),
            ),
            ("出生年月日", "岁月日复一日", "本月日均", "年底,我们", "在月底前", "从年初开始"),
        ),
    ),
    _row(
        "PH122", "number-lost", "a figure is missing here",
        (
            (
                *("收到锦旗«面»。", "产量增长«%»,", "门诊达«人次»,", "捐献善款«元»,", "«第»届运动会", "用时缩短«天»。"),
                *("提高«个百分点»", "就业«率,»比去年同期提高。"),
            ),
            ("另一方面,", "增长5%", "百分之五", "手术台,", "及第", "名师", "以此为例,", "提高两个百分点"),
        ),
    ),
    _row(
        "PH123", "text-lost", "the text between these marks is missing",
        (
            ("开展了«“”»主题班会", "学习了«《》»一书", "我县«()»被评为先进"),
            ("用“”把话括起来,引号不可少", "main()", "“”、‘’、《》"),
        ),
    ),
    _row(
        "PH125", "blank-left", "a blank is left here as white space",
        (
            ("总投«  万元»,", "依照第« 条»,", "被告«  »于当天驾车", "借款人«    »,男", "货到后« 日内»付清"),
            ("共 12 人,坐 3 路车", "姓  名:王小雨", "院 里 有 枣 树", "张三  李四", "甲方(盖章)      乙方(盖章)"),
        ),
    ),
    _row(
        "PH124", "word-lost", "a word is missing here, perhaps taken by a filter",
        (
            (
                *("因此,«的»办法是早起", "。在«、»学校的领导下", "能够«程度»地满足需要", "«限度»地发挥作用"),
                *("党的十七«届中全会»精神", "以演讲赛«、、»歌咏比赛", "请来了晨报«、报»和电台"),
            ),
            ("的确,的士来了", "最大限度地", "最大程度地满足", "我以为主题是家", "存在、思维", "历届三中全会"),
        ),
    ),
)
