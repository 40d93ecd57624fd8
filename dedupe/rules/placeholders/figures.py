"""Lost figures: only the measure word or the unit's sign is left, and the text before it shows that the figure is gone.

锦旗面 (silk banner, then its measure word) has lost one, 正面 (front) has not. Some units hardly ever end a clause
without a figure; others need one only after words that count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.rules.rule import Beside


def by_last(some: Iterable[str]) -> dict[str, list[str]]:
    """Return words grouped by their last character, the shortest first.

    >>> by_last(["万元", "元", "天"])
    {'元': ['元', '万元'], '天': ['天']}
    """
    found = defaultdict(list)
    for word in sorted(some, key=lambda word: (len(word), word)):
        found[word[-1]].append(word)
    return dict(found)


STOPS = ",。;、!()\n"
# Words for money end in these, and an amount follows them: 租金__元 (rent of __ yuan).
MONEY = frozenset("币价款金费钱额租资税值计达息付收薪助补共酬贴")
# Measure words that need a figure after a word that counts: 共计__天 (__ days in all).
COUNTED_BY = w.listed("名 天 户 项 件 份 次 台 辆 套 座 所 只 株 篇 册 例 届 年 元 米 吨 亩 小时 公里 平方米 岁")
CURRENCIES = w.listed("美元 欧元 港元 日元 英镑")
AMOUNTS = w.listed("人次 万人次 户 元 万元 亿元 亩 吨 公里 公斤 千克 平方米 立方米 小时 个月 万人")
SET_ANEW = w.listed("定 调整 上调 下调 提高 降低 上升 下降 增加 减少 增 减 降 涨 核定 约定 固定 变更 缩短 延长 改")
# Causes: words after which a unit that ends a clause has lost its figure, each with its units. % is judged anywhere.
CAUSES = {
    cause: units | {more + unit for more in "余多" for unit in units} - {"多元"}
    for causes, units in w.LOST_FIGURES
    for cause in causes
}
CAUSES |= {cause: CAUSES.get(cause, frozenset()) | COUNTED_BY for cause in w.COUNTERS_BEFORE}
HEADCOUNTS = w.listed("人 余人 多人 万人 万余人 万人次 余人次")
CAUSES |= {cause: CAUSES.get(cause, frozenset()) | HEADCOUNTS for cause in w.PEOPLE_COUNTED}
CAUSES |= {role: CAUSES.get(role, frozenset()) | {"元", "万元"} for role in w.ROLES}
CAUSES |= {cause: CAUSES.get(cause, frozenset()) | {"元", "元整"} for money in MONEY for cause in (money, f"{money}为")}
CAUSES |= {about: CAUSES.get(about, frozenset()) | AMOUNTS for about in w.listed("约 大约 大概 将近 近约 仅 只有 不到")}
CAUSES |= {
    done: CAUSES.get(done, frozenset()) | {"小时", "分钟"}
    for done in w.listed("服务 培训 运行 历时 用时 耗时 行驶 飞行 授课 学习")
}
CAUSES |= {f"期{link}": CAUSES.get(f"期{link}", frozenset()) | {"个月", "天", "个工作日", "小时"} for link in "为是"}
CAUSES |= {f"人数{link}": frozenset("人") for link in "为达约共"}
CAUSES |= {f"{verb}前": frozenset(w.listed("名 位 强")) for verb in w.listed("考进 争进 进入 跻身 排在 名列 位列 挤进")}
CAUSES |= {f"{money}为": CAUSES.get(f"{money}为", frozenset()) | CURRENCIES for money in MONEY}
CAUSES |= {
    paid: CAUSES.get(paid, frozenset()) | {"元", "万元"}
    for paid in w.listed("扣发 扣罚 罚款 奖励 补偿 赔偿 支付 缴纳 收取 发放 垫付 奖给 罚没 回款")
}
# An amount that was changed: 月薪调整为元 (monthly pay adjusted to [?] yuan).
CAUSES |= {f"{verb}{link}": frozenset(w.listed("元 万元 亿元 天 个月")) for verb in SET_ANEW for link in "为到至"}
UNITS = frozenset().union(*CAUSES.values()) | w.SURE_UNITS
# By last character: the lengths of the units that end in it, the shortest first, and of the causes that do.
UNIT_SIZES_BY_LAST = {last: sorted({len(unit) for unit in units}) for last, units in by_last(UNITS).items()}
CAUSE_SIZES_BY_LAST = {last: tuple({len(cause) for cause in causes}) for last, causes in by_last(CAUSES).items()}
LONGEST_CLAUSE = max(map(len, CAUSES)) + max(map(len, UNITS))
# What may stand before the last character of a unit: the end of a cause, or the rest of the unit.
LAST_OF_CAUSES = {cause[-1] for cause in CAUSES}
BEFORE_LAST = LAST_OF_CAUSES | {unit[-2:-1] for unit in UNITS}
SHORT_UNITS = {unit for unit in w.SURE_UNITS if len(unit) == 1}
# Signs of units: none is part of a word, whatever stands before it.
SYMBOLS = frozenset("%℃‰㎡")
# Where a figure may be lost: at a sign; at a unit of one character right after the end of a cause, as a figure would
# stand between them; at the last character of another unit where a clause ends.
BEHIND_CAUSES = {cause[-1] + unit for cause, units in CAUSES.items() for unit in units if len(unit) == 1}
AT_ENDS = {unit[-1] + stop for unit in UNITS if len(unit) > 1 or unit in w.SURE_UNITS for stop in STOPS + "的"}
LITERALS = AT_ENDS | BEHIND_CAUSES | SYMBOLS


NUMERALS = w.NUMERALS | frozenset("0123456789每整第来方")
DIGITS = NUMERALS - frozenset("十百千万亿方多余")  # characters that no unit begins with
# Before a unit that holds a number, these make it a figure: 超亿元 (over 100 million yuan), 近万人.
GREAT = frozenset("超近破过上值首逾足仅到家达封")
THESE = "那这哪某"
# Characters before a sure unit that make another word of it.
OTHER_WORDS = {
    "个": "少些干逐挨整各单个好首下头",
    "岁": "岁双太年旧新守辞贺虚千周万百两",
    "倍": "功少翻加双而成百",
    "个月": "上下本",
    "吨": "总重蒸",
    "亩": "陇田",
    "周岁": "满中",
    "分钟": "到",
    "公里": "吨人",
    "个工作日": "首上下",
    "多元": "了",
}
WHOLE = ("落实到人", "位:人民币元", "位为人民币元")  # clauses that end in a unit and lack nothing
LENGTHS = frozenset(("毫米", "厘米", "分米", "千米", "平方米", "立方米", "千克", "毫升"))
TOTAL = re.compile("[共达总]计?[^,。;]{0,5}$")
BEHIND_UNIT = frozenset(",。;、!?\n")


def _left_of() -> dict[str, str]:
    """Return, by the last character of a unit, what stands before it where `lost_figure` may find one: see `Beside`."""
    left = defaultdict[str, set[str]](set)
    for cause, units in CAUSES.items():
        for unit in units:
            left[unit[-1]].add(cause[-1] if len(unit) == 1 else unit[-2])
    for unit in w.SURE_UNITS:
        left[unit[-1]].update(unit[-2:-1])
    listed = {last: "".join(sorted(chars)) for last, chars in left.items()}
    numerals = {last: "".join(sorted(NUMERALS - left[last])) for last in SHORT_UNITS}
    return listed | {last: f"一-龥{listed[last]}^{chars}" for last, chars in numerals.items()}


LEFT_OF = _left_of()
BESIDE = {pair: Beside(LEFT_OF[pair[0]]) for pair in AT_ENDS if pair[1] in BEHIND_UNIT or pair[1] == "的"}
for _pair in BEHIND_CAUSES:
    _beside = Beside(behind="".join(sorted(BEHIND_UNIT)) + "的")
    BESIDE[_pair] = BESIDE[_pair].joined(_beside) if _pair in BESIDE else _beside
BESIDE |= dict.fromkeys(
    SYMBOLS, Beside(f"一-龥^{''.join(sorted(w.NUMERALS | frozenset('号用以成')))}", ",。;、!:)\n 一-龥")
)


def lost_figure(text: str, at: int) -> list[tuple[str, int, int]]:
    """Return the measure word that ends at an offset, or the percent sign there, as a hit if its figure is gone."""
    last, left, rest = text[at], text[at - 1], text[at + 1 : at + 3]
    if last in SYMBOLS:
        return [("PH122", at, at + 1)] if is_bare_percent(text, at) else []
    # Most places have a figure, and one look at the character before shows it.
    if left not in BEFORE_LAST and (last not in SHORT_UNITS or left in NUMERALS):
        return []
    if rest and rest[0] not in BEHIND_UNIT and not (rest[0] == "的" and rest[1:] not in tuple("士确话")):
        return []
    length = _unit_at_end(text[max(0, at + 1 - LONGEST_CLAUSE) : at + 1])
    return [("PH122", at + 1 - length, at + 1)] if length else []


def _unit_at_end(clause: str) -> int:
    """Return the length of the unit that ends a clause without its figure, after a cause or as a sure unit; else 0."""
    sure = 0
    if clause.endswith(WHOLE):
        return 0
    for length in UNIT_SIZES_BY_LAST.get(clause[-1], ()):
        unit, before = clause[-length:], clause[:-length]
        if unit in UNITS and len(unit) == length:
            for size in CAUSE_SIZES_BY_LAST.get(before[-1:], ()):
                if unit in CAUSES.get(before[-size:], ()):
                    return length
            sure = length if unit in w.SURE_UNITS else sure
    return sure if sure and _lacks_figure(clause[-sure:], clause[:-sure]) else 0


def _lacks_figure(unit: str, before: str) -> bool:
    """True if no figure stands before a unit that hardly ever goes without one."""
    left = before[-1:]
    if not "一" <= left <= "龥" or left in NUMERALS or left in THESE or left in OTHER_WORDS.get(unit, ""):
        return False
    if unit in LENGTHS and (left in "的用识学是" or before.endswith(("轴为", "单位为"))):
        return False  # 认识厘米, y轴为千克
    if unit.endswith("人次"):
        return TOTAL.search(before) is not None  # 接诊人次 (patient visits) by itself is a noun
    return not (unit[0] in "千万亿" and left in GREAT)


def is_bare_percent(folded: str, at: int) -> bool:
    """True if a percent sign has lost its figure: it follows a Chinese character, no numeral and none that names it."""
    before, after = folded[max(0, at - 1) : at], folded[at + 1 : at + 2]
    if not "一" <= before <= "龥" or before in w.NUMERALS or before in "号用以成":
        return False
    if before in "和与或及" and not folded[at - 2 : at - 1].isalnum():
        return False  # it is named in a list of signs: *、_和%
    if after == " ":
        return not folded[at + 2 : at + 6].lstrip(" ")[:1].isdigit()  # the unit of a column: 血红蛋白% 82.1
    return not after or after in ",。;、!:)\n" or "一" <= after <= "龥"
