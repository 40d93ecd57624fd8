"""Holes: blanks whose mark was lost along with the fill, so that only the words around them show it.

All are warnings, reported only where a careful reader would be sure. `patterns` finds words that cannot meet, `figures`
finds measure words without a figure, and `gaps` finds blanks left as spaces.
"""

from __future__ import annotations

from collections import defaultdict

from dedupe.core import regex as re
from dedupe.core.model import Kind, Severity
from dedupe.rules.placeholders import gaps
from dedupe.rules.placeholders.figures import BEHIND_CAUSES, BESIDE, DIGITS, LITERALS, SYMBOLS, lost_figure
from dedupe.rules.placeholders.patterns import DATE_HOLES, NUMBER_HOLES, TEXT_HOLES, WORD_HOLES, clues
from dedupe.rules.rule import Beside, Met, Rule, Sweep

# An empty bracket before an alternative: 【 】每周结清。【 】一次付清。
TO_TICK = re.compile(
    r"(?<=[:,。;、\s])【 {0,4}】(?![万千百]?[元年月日个名次人天平米吨斤])(?=[一-龥]{2})(?![一-龥]{2,8}[:(])"
)


def _searches() -> dict[str, list[tuple[int, str, re.Pattern[str], int]]]:
    """Return, by pair of characters, what to try there: rank, code, pattern, and how far after the pair's start."""
    searches = defaultdict(list)
    holes = [(code, hole) for code, listed in HOLES_BY_CODE.items() for hole in listed]
    for rank, (code, hole) in enumerate(holes):
        pattern = re.compile(hole.pattern)
        for pair in hole.pairs:
            searches[pair].append((rank, code, pattern, hole.back))
    return dict(searches)


HOLES_BY_CODE = {"PH121": DATE_HOLES, "PH122": NUMBER_HOLES, "PH123": TEXT_HOLES, "PH124": WORD_HOLES}
SEARCHES = _searches()


def find(folded: str, met: Met) -> list[tuple[str, int, int]]:
    """Return the holes of a folded text as ``(code, start, end)``, each once."""
    # Add a line end before and after the text, because patterns ask what a clause begins and ends with.
    text = f"\n{folded}\n"
    ends: dict[tuple[str, int], tuple[int, int]] = {}
    figures: list[tuple[str, int, int]] = []
    blanks = []
    for at in met.inner:
        pair = text[at + 1 : at + 3]
        if pair in gaps.LITERALS or pair in (gaps.LABELLED[:2], gaps.WIDE_GAP[:2]):
            blanks.append(at)
        elif pair in BEHIND_CAUSES:
            figures += lost_figure(text, at + 2)
        elif text[at] not in DIGITS and (pair in LITERALS or pair[:1] in SYMBOLS):
            figures += lost_figure(text, at + 1)
        for rank, code, pattern, back in SEARCHES.get(pair, ()):
            match = pattern.match(text, at + 1 + back)
            if match:  # of several that begin here, the first in the tables says what is missing
                key = code, match.start() - 1
                ends[key] = min((rank, match.end() - 1), ends.get(key, (rank, match.end())))
    if not (ends or figures or blanks):
        return []
    found = {(code, start, end) for (code, start), (_, end) in ends.items()}
    found |= {(code, start - 1, end - 1) for code, start, end in figures}
    found |= set(gaps.find(folded, blanks))
    boxes = {hole for hole in found if hole[0] == "PH123" and TO_TICK.match(text, hole[1] + 1)}
    return sorted(found - boxes if len(boxes) > 1 else found)


def _beside() -> dict[str, Beside]:
    """Return the literals at which to look for holes, and what must stand beside each."""
    found = dict.fromkeys(gaps.LITERALS, Beside())
    for literal, beside in (*BESIDE.items(), *(one for holes in HOLES_BY_CODE.values() for one in clues(holes))):
        found[literal] = found[literal].joined(beside) if literal in found else beside
    return found


LITERALS_BESIDE = _beside()
SWEEP = Sweep(find, inner=frozenset(LITERALS_BESIDE), beside=LITERALS_BESIDE)


def _row(code: str, name: str, message: str, examples: tuple[tuple[str, ...], ...]) -> Rule:
    hits, misses = examples
    return Rule(
        code,
        name,
        Kind.PLACEHOLDER,
        Severity.WARNING,
        message,
        hits,
        misses,
        sweep=SWEEP,
        slot="elided",
    )


HOLES: tuple[Rule, ...] = (
    _row(
        "PH121",
        "date-lost",
        "lacks a date that is due here",
        (
            (
                *("我校于«月日»在操场开会", "把«月份»作为读书月", "1-«月份»用电量", "2019«年月»投产", "于«年月日»召开"),
                *("«度»,我班获奖", "上«世纪年代»", "每«月日»以现金支付", "渠修好了\n«日»,我又去看", "«自年»加入公司"),
            ),
            (
                "每 月10日发放",
                "2024年上半\n年,雨水多",
                "出生年月日",
                "岁月日复一日",
                "本月日均",
                "年底,我们",
                "在月底前",
                "从年初开始",
            ),
        ),
    ),
    _row(
        "PH122",
        "number-lost",
        "lacks a figure that is due here",
        (
            (
                *("收到锦旗«面»。", "产量增长«%»,", "门诊达«人次»,", "捐献善款«元»,", "«第»届运动会", "用时缩短«天»。"),
                *("提高«个百分点»", "就业«率,»比去年同期提高。", "月租调整为«元»,"),
                *("共有学生«名»,", "请假三次,共«天»。", "栽«了亩»果树", "离镇口«米»的地方", "一«式份»,各«执份»。"),
                *("我«有年»工作经验", "总分为«分»,", "他是«第»位到的", "每天接诊约«人次»,", "余氯含量«为»,"),
                *("带«过届»毕业班,", "今年已经«岁»了", "«把元»捐款交给村里", "«执教年»,"),
                *("一位«姓的»大爷", "发现隐患«共处»,", "累计服务«小时»。", "租金为«元»人民币", "按下列«第项»执行"),
                *(
                    "完成«个村»的清障任务",
                    "超«过日»以上的",
                    "乙方须«提前天»通知甲方",
                    "单价为每«米元»,",
                    "共计«一—»个月",
                    "所得«按:分»成",
                ),
                *("已«有位»老师捐款", "我校«级班»学生"),
            ),
            (
                "有所作为,",
                "和平共处,",
                "服务小时数",
                "另一方面,",
                "增长5%",
                "百分之五",
                "手术台,",
                "及第",
                "名师",
                "以此为例,",
                "提高两个百分点",
            ),
        ),
    ),
    _row(
        "PH123",
        "text-lost",
        "encloses nothing: text is lost",
        (
            ("开展了«“”»主题班会", "学习了«《》»一书", "我县«()»被评为先进", "县教«[]»23号文件", "牌照号码«为的»农机"),
            ("用“”把话括起来,引号不可少", "main()", "“”、‘’、《》", "方括号[ ]表示可选参数,", "用[ ]表示可选。"),
        ),
    ),
    _row(
        "PH125",
        "blank-left",
        "leaves a blank nobody filled in",
        (
            (
                *("总投«  万元»,", "依照第« 条»,", "被告«  »于当天驾车", "借款人«    »,男", "货到后« 日内»付清"),
                *("水站位于«    »县«    »镇", "按« ‰»计息", "(大写:«      »)", "现任«    »车间«    »工段长"),
                *(
                    "安排乙方从事« »岗位工作",
                    "甲方位于« »房屋",
                    "应有部分« 分之»",
                    "第« 号»车辆",
                    "实习期为« »,",
                    "自« 起»施行",
                ),
                *("承包果园« 亩»转包给乙方", "现住在« 楼»,", "新竹市« »区« »街« »巷"),
            ),
            (
                "乙方:青山有限公司 (以下简称乙方)",
                "其中 %s 会被替换",
                "**3** 天,",
                "共 12 人,坐 3 路车",
                "姓  名:王小雨",
                "院 里 有 枣 树",
                "张三  李四",
                "甲方(盖章)      乙方(盖章)",
                "付款方式:\n【 】每周结清;\n【 】一次付清;",
                "麻醉:【】局麻 【】腰麻",
                "乙方每 次应付两元",
                "按摄氏度 ℃计",
                "认识厘米,学会用毫米。",
            ),
        ),
    ),
    _row(
        "PH124",
        "word-lost",
        "lacks a word, perhaps censored",
        (
            (
                *("因此,«的»办法是早起", "。在«、»学校的领导下", "能够«程度»地满足需要", "«限度»地发挥作用"),
                *("党的十七«届中全会»精神", "以演讲赛«、、»歌咏比赛", "请来了晨报«、报»和电台"),
                *("我的«名字叫»,", "她是«来自班»的体育委员", "现«聘请先生»为顾问", "出席的有«等»领导"),
                *("«感谢的»帮助,", "坚持«以为»指导,", "«我和、»小雨去了", "来回运费«由承担»。"),
            ),
            ("的确,的士来了", "最大限度地", "最大程度地满足", "我以为主题是家", "存在、思维", "历届三中全会"),
        ),
    ),
)
