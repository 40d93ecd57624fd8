"""Blanks left as spaces: 总投资  万元, 第 条, 被告  于当天, 《 》. Words that cannot stand side by side reveal them.

Good text has spaces as well: around figures and Latin words, between names in a list, in letters set wide apart. So a
place counts where a measure word lacks its figure, a party its name, a preposition its object, a label its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import FIGURES, NAME, NUMBER, hint_of, is_latin, is_wide, meaning, word_after
from dedupe.rules.placeholders.figures import MONEY
from dedupe.rules.placeholders.lookalikes import HONOURED, SHARE_OF
from dedupe.rules.prose import prose_of

AROUND = 14
LETTERS = re.compile(r"[一-龥] +[一-龥](?=[: ]|$)(?!月 +日)(?!年 +月)(?! ?日)")
HEADING = re.compile(
    r"(?:第[\d一二三四五六七八九十百]{1,4}[章节编部篇条款项]|(?:附[件录表]|[卷图表])[\d一二三四五六七八九十]{1,3})$"
)
PART_OF_PAGE = re.compile(r"篇\d")  # 转让协议书 篇1
PARTY = re.compile("[一-龥]{2}[人方者]$")
TOKEN_END = re.compile("[ :,。;)]")
# What may follow a measure word of one character; any other character would begin another word: 人 in 人民 (people).
BEHIND = frozenset(
    ",。;:、!?)\n ”》的内前后起以为与和及至或之是在整订不未等到从由均各按共租给付合计属应需止左右多余经约并且其每第上下"
)
PREPOSITIONS, ROLES, ACTS, WANTING = tuple(w.WANTS_PLACE), tuple(w.ROLES), tuple(w.ACTS), tuple(w.WANTS_VALUE)
LINKS = ("为", "是", "系")
COUNTED = (*w.WANTS_FIGURE, *w.COUNTERS_BEFORE)
FIELD_ENDS = tuple(field for field in w.FIELDS if len(field) > 1)
EMPTY = re.compile(
    r"(?<![引括书符]号)(?:《 {1,20}》|【 {1,20}】|“ {1,20}”|〔 {1,20}〕|「 {1,20}」"
    r"|(?<=[一-龥:])\[ {1,20}\](?=[一-龥,。;]))"
    "(?!表示|括起|用来|[里外内]|标)"  # but not signs that are themselves discussed: 方括号[ ]表示可选参数
)
# What ends before a certain blank, and what begins behind it.
CERTAIN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("大写:", "写:", "人民币", "台币", "港币"), ("整", "元整", "元", "(大写", "(小写", "(附")),
    (("写)",), ("%", "元", "。", ",")),
    (("按",), (":",)),
    (("作为", "做为"), ("用途", "使用")),
    (("为", "是"), ("地区的", "区域的")),
    (("请", "的"), ("上台",)),
    (("肉牛", "奶牛", "山羊", "生猪", "绵羊"), ("头交", "头,", "头。", "头(", "头作", "只,", "只。")),
    (("扣",), ("分,", "分。", "分/")),
    (("请",), ("为获", "为得", "致辞", "讲话", "发言")),
    (("第",), ("届",)),
    (("每月", "每月的"), ("日", "号")),
    (("自", "从", "至", "到"), ("之日",)),
    (("自",), ("起施行", "起实施", "起执行", "起生效")),
    (("在",), ("范围内",)),
    (("为",), ("之用", "之内")),
    (("位于",), ("房屋", "房产", "厂房", "商铺", "的房", "的土地", "的商铺")),
    (("方因", "人因", "告因", "现因"), (",",)),
    (("次在", "别在", "方在", "定在", "定于"), (",", "。")),  # 第二次在 。 But 现在 and 方向 are words.
)
STOPS = frozenset(",。;、:)(")
BODIES_OF_NAMES = (
    *("学校", "中学", "小学", "幼儿园", "餐饮", "物业", "贸易", "商贸", "装饰", "建筑", "实业"),
    *("有限", "公司", "集团", "股份", "先生", "女士", "同志", "大学", "学院", "医院", "省", "市", "县"),
)
SIDES = tuple(side + verb for side in "东南西北" for verb in "至到临接邻靠")
LONG_UNITS = frozenset(("个月", "个工作日", "个百分点", "平方米", "万元", "公里"))
ABOUT = ("约", "大约", "占地", "多达", "高达", "共计")
EACH = re.compile("每[一-龥]{1,3}$")
PARTY_PAYS = re.compile(
    "方(?:专|每|应|经营|先|承|负|支|提|赔|垫|出|抚|监护|所有|使用|奉养|赡养|照[顾料]|保管|处理|解决|办理)"
)
NUMBERED = ("法庭", "审判庭", "会议室", "考场", "教室", "车间", "食堂", "仓库", "中学", "小学", "医院")
COURTS = ("仲裁委员会", "人民法院", "法院", "公证处", "派出所", "仲裁机构")
# What follows a lost word, by the character before that word.
MISSED: dict[str, tuple[str, ...]] = {
    "第": NUMBERED,
    "任": ("一职", "职务"),
    "事": ("岗位",),
    "在": ("岗位做", "岗位工作", "岗位从事"),
    "做": ("岗位",),
    "归": ("方",),
    "向": COURTS,
    "及": ("之",),
}
NEXT_LABEL = re.compile(r"[一-龥]{2,8}(?:\([^()\n]{1,8}\))?:")
MATERIAL = w.SURE_UNITS - {"个", "倍", "例次", "岁"}  # these hardly ever begin a word: 夏粮  吨已经入库, 库容  万立方米
DISPUTE = re.compile("[一-龥]{2,10}(?:纠纷|争议)")
LASTING = ("观察", "隔离", "休息", "治疗", "培训", "住院", "停课", "放假", "居家", *w.PEOPLE_COUNTED)
MEASURED = ("步行", "行走", "前行", "行驶", "长", "宽", "高", "深", "相距", "距离")
MEETINGS = ("次会议", "次活动", "次大会", "次培训", "次检查", "次例会")
SPELLS = frozenset(("天", "日", "个月", "个工作日", "小时"))
ENDS = (",", "。", ";")
CHOSEN = frozenset(("种", "条", "款", "项", "章", "期", "届", "次", "批", "页", "季度"))
TAKES_PART = ("参加", "加入", "前往", "报名", "就读", "入学", "转学")
DEPARTMENT = re.compile("(?:[系科班]|年级)(?: |,)|等,")
INTRODUCED = re.compile("(?:兹介绍|兹有|证明|特派|现派)[一-龥]{0,8}$")
CALLED = tuple(f"{role})" for role in ROLES)  # 出租人(以下简称甲方)
APPOINTS = ("指派", "委派", "聘请", "聘任", "任命", "推荐", "授权", "委托", "推举", "指定")
# An officer's title without a name before it.
OFFICER = re.compile(
    f"(?<![{''.join(w.SURNAMES)}])(?<![{''.join(w.SURNAMES)}]副)(?:市长|县长|书记|镇长|乡长|校长|局长|主任|院长|经理|主席|会长|村长"
    "|审判员|审判长|法官)$"
)
SPEAKS = tuple(w.listed("宣布 致辞 主持 讲话 介绍了 出席 表示 作了 代表 强调 指出 独任 担任 负责"))
GOES_ON = ("本着", "经", "就", "根据", "依据", "按照", "双方")
STARTS = (*GOES_ON, "为", "因", "现", "承", "出", "买", "卖", "甲", "乙", "受", "委")
ONE_BY_ONE = frozenset("台辆箱盒瓶桶套册棵株吨斤张匹幢栋艘所座")
# Words that end in one of these and that a space may split: 平 台.
ENDING_SO = w.listed(
    """
    平台 舞台 阳台 电台 站台 柜台 后台 前台 灶台 窗台 车辆 邮箱 信箱 冰箱 木箱 饭盒 花瓶 水桶 配套 成套 外套 手套 手册
    名册 注册 画册 账册 公斤 紧张 夸张 主张 扩张 慌张 马匹 布匹 厕所 场所 研究所 派出所 讲座 客座 插座 星座 就座
    """
)
SIGNING = ("签字", "签名", "签章", "盖章")
NEVER_LAST = frozenset("按付由从向与及第每约")
NAMED_VALUE = re.compile("[例格额号期址名式法限量率数点距度价率]为$")
EACH_PIECE = re.compile("/(?:[斤吨亩袋箱只台件套株棵米场单]|小时|公斤|平方米|立方米|人|月|年|天|次)")
POLITE = w.listed("见谅 光临 莅临 查照 知照 鉴核 惠允 赐教 斧正 笑纳")  # words that a line spreads: 敬请见      谅
SIR = re.compile("(?:女士|先生)(?!们)")
RATE = re.compile("/(?:[年月日天周次]|季度)[,。;]")
DAY_LEFT = re.compile(r"(?<![\d年]\d\d)(?:\d|[一二三四五六七八九十])月[日号](?![均常报记志历子期])")
WITHIN = re.compile("(?:日|天|个工作日|个月|小时|年)内")
HEADCOUNT = ("理事", "代表", "出席", "缺席", "列席", "到会", "参会", "应到", "实到", *w.PEOPLE_COUNTED)
DATE_LEFT = re.compile("年 +月[一-龥]")
PAPERS = ("副本", "正本", "材料", "复印件")
FIELD_ASIDE = re.compile(r"\([一-龥]{2,8}$")
CELL = re.compile(r" {2,}\d")  # the next cell of a table laid out with spaces
WIDE = 3
SENTENCE = 200  # characters on each side of a blank that are searched for a stop
STOP_INSIDE = re.compile("[,。;].")  # in a line that is more than a label or a cell
ENGLISH_WANTS = re.compile(
    r"(?:^|[ (“])(?:the|of|to|from|by|and|is|in|at|between|on|for|with|within|all|Room|No\.|NT\$|\$|dated|amount"
    r"|Mr\.|Ms\.)$"
)
_LACKS = "(?:[Dd]ear|Hello|Hi|of|to|from|by|at|in|with|the|as|and|is|number|between)"
ENGLISH_LACKS = re.compile(rf"(?:^|[ (“]){_LACKS}$")
BEFORE_STOPS, LACKING = re.compile(r"[A-Za-z\d)] [,.;](?![\w.])"), re.compile(rf"\b{_LACKS} [,.;](?![\w.])")
ENDS_CELL = re.compile(r"(?:签[字名章]|盖章|日期|代表|\d日)$")  # ends of a cell that lacks nothing beside another cell
A_LABEL, A_NAME = re.compile(r"[一-龥]{1,8}:"), re.compile(r"[一-龥]{2,3}(?:\)|。?$)")
FORM = 4  # a text with so many blanks is a form, where narrow spaces are blanks as well
BETWEEN_WORDS = re.compile(r"(?<=[一-龥]{2}) {2,}(?=[一-龥]{2})(?!(?:甲|乙|丙|法定|负责|经办|签|盖|日期|年))")
# The word after each blank of an address: 位于    市    区    路    号.
PARTS_OF_ADDRESS = frozenset("省市州盟旗县区镇乡村街路段巷弄号幢栋座楼层室组")
PART = f"[{''.join(sorted(PARTS_OF_ADDRESS))}]"
ADDRESS_GAP = re.compile(rf"(?:位于|坐落于|坐落在|来自| {PART}(?:\([一-龥]{{1,4}}\))?)$")
ENDS_PLACE = re.compile(f"[一-龥]{{2}}{PART}$")
ADDRESS_CHAIN = re.compile(f"{PART} {PART}")
# A space is looked at only where one of these follows it.
HEADS = {word[0] for word in w.MEASURES | w.DATES_AFTER | w.YEARS_AFTER | w.NAMES_AFTER | w.ACTS if is_wide(word[0])}
LABELLED = ":   "  # a label without its value, with white space behind it
WIDE_GAP = WIDE * " "
ENDINGS = (
    HEADS
    | {word[0] for word in SPEAKS}
    | STOPS
    | {"整", "之", "或", "以", "岗", "的", "仲", "公", "派", "上", "用", "%", "‰", "℃"}
)
LITERALS = frozenset((LABELLED, WIDE_GAP, *(f" {end}" for end in ENDINGS), *(f"{opener} " for opener in "《【“〔「[")))


def find(folded: str, places: Iterable[int]) -> Iterator[tuple[str, int, int]]:
    """Yield the blanks, ``(code, start, end)``, of a folded text whose literals stand at `places`, and similar ones.

    A line with a wide blank belongs to a form, so wide spaces between its words are blanks too; where a text has many
    blanks, one space counts as two do.
    """
    places = list(places)
    found = list(_find(folded, places))
    if len(found) >= FORM:
        found = list(_find(folded, places, narrowest=2))
    yield from found
    spans, at = [(start, end) for _, start, end in found], 0
    while at < len(spans):
        line, stop = folded.rfind("\n", 0, spans[at][0]) + 1, folded.find("\n", spans[at][1])
        reach = len(folded) if stop < 0 else stop
        last = at
        while last < len(spans) and spans[last][0] < reach:
            last += 1
        if any(end - start >= WIDE for start, end in spans[at:last]):
            yield from _like(folded, line, reach, spans[at:last])
        at = last


def _like(folded: str, line: int, reach: int, known: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the wide spaces between words of a line that has other blanks; narrower ones count where it has several."""
    least, at = WIDE - (len(known) > 1), 0
    for gap in BETWEEN_WORDS.finditer(folded, line, reach):
        while at < len(known) and known[at][1] <= gap.start():
            at += 1
        is_known = at < len(known) and known[at][0] < gap.end()
        if not is_known and gap.end() - gap.start() >= least:
            yield "PH125", *gap.span()


def _find(folded: str, places: Iterable[int], narrowest: int = 1) -> Iterator[tuple[str, int, int]]:
    prose = None
    reach = -1
    for at in places:
        if at < reach:
            continue
        if folded[at] == ":":
            yield from _between_labels(folded, at)
            continue
        if folded[at] != " ":
            match = EMPTY.match(folded, at)
            if match:
                reach = match.end()
                yield "PH123", *match.span()
            continue
        start = len(folded[max(0, at - 60) : at + 1].rstrip(" ")) + max(0, at - 60)
        end = at + 1
        while folded[end : end + 1] == " ":
            end += 1
        reach = end
        line = folded.rfind("\n", max(0, start - SENTENCE), start) + 1
        before, after = folded[max(line, start - AROUND) : start], folded[end : end + AROUND].partition("\n")[0]
        if not before.strip() or not after:
            continue
        width = max(narrowest, end - start) if before[-1] != ":" else end - start
        is_blank = _is_blank(before, width, after)
        is_blank |= _is_english_blank(before, end - start, after) and not _is_set_apart(folded)
        if not is_blank and not (width >= WIDE and _parts_clause(folded, start, end, line)):
            continue
        prose = prose or prose_of(folded)
        if prose.is_prose(start - 1) and prose.block_at(start) != "row":
            unit = word_after(after)
            yield "PH125", start, end + (len(unit) if meaning(after) in FIGURES else 0)


# The labels where the parties sign a contract, side by side.
SIDE_BY_SIDE = re.compile(r"(?:^|\s)(?:[甲乙丙丁男女]方|\S{0,6}(?:签[字名章]|盖章|公章))\)?$")


def _between_labels(folded: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield the blank between the colon of a label and another label: 出租方:   身份证号码:"""
    end = at + 1
    while folded[end : end + 1] == " ":
        end += 1
    label = folded[max(0, at - AROUND) : at].rpartition("\n")[2]
    if SIDE_BY_SIDE.search(label) and SIDE_BY_SIDE.search(folded[end : end + AROUND].partition(":")[0]):
        return  # 甲方签字:      乙方签字:
    is_followed = NEXT_LABEL.match(folded, end) or (end - at > WIDE and folded.startswith(STARTS, end))
    if is_followed and (label.endswith((*ROLES, *FIELD_ENDS)) or label.endswith(CALLED)):
        yield "PH125", at + 1, end


def _is_blank(before: str, width: int, after: str) -> bool:
    """True if spaces of some width between two texts of one line are a blank that nobody filled."""
    if is_spread(before, after) or HEADING.search(before) or PART_OF_PAGE.match(after):
        return False
    left = before[-1]
    if _is_certain(before, after):
        return True
    code = meaning(after)
    if code in FIGURES and not after[0].isdigit() and not (left.isascii() and left.isalnum()):
        return _lacks_figure(before, width, after, code)
    if after[0] in STOPS:  # 甲方:青山有限公司 (以下简称甲方)
        return not (after[0] == "(" and before.endswith("限公司")) and _lacks_value(before, width, after)
    if _is_plain_blank(before, width, after):
        return True
    if width < 2 or not is_wide(after[0]):  # 位于 镇 村 组, 新竹市 区 街 巷
        is_address = ADDRESS_GAP.search(before) or (ENDS_PLACE.search(before) and ADDRESS_CHAIN.match(after))
        return width == 1 and after[0] in PARTS_OF_ADDRESS and is_address is not None
    if before.endswith(ROLES) or before.rstrip(")").endswith(ROLES) or PARTY.search(before):
        return after.startswith(ACTS) or (width > 2 and after.startswith(GOES_ON))
    if after[0] in PARTS_OF_ADDRESS and (left in PARTS_OF_ADDRESS or before.endswith(PREPOSITIONS)):
        return True
    word = word_after(after)
    goes_on = is_wide(after[len(word) : len(word) + 1]) or before.endswith(WANTING)
    if (
        (width > 2 or INTRODUCED.search(before))
        and word in w.PEOPLE
        and goes_on
        and is_wide(before[-1])
        and not before.endswith(SIGNING)
    ):
        return True  # 兹介绍    同志前往
    is_wanted = before.endswith(PREPOSITIONS) and (code == NAME or width > 2)
    return is_wanted and not after.startswith(("甲方", "乙方", "第"))


def _is_certain(before: str, after: str) -> bool:
    """True if only a sum, a date or a share can stand there: 人民币 元整, 9月 日动身, 自 之日起."""
    if any(before.endswith(ends) and after.startswith(starts) for ends, starts in CERTAIN):
        return True
    if before.endswith(SHARE_OF) or (before[-1] in ",。;" and DATE_LEFT.match(after)):
        return True  # 资金紧张,   年   月向原告借款
    if (before[-1] in "在于的" and WITHIN.match(after)) or (before.endswith(HONOURED) and SIR.match(after)):
        return True  # 在 日内告知; 尊敬的   女士
    if is_wide(before[-1]) and after.startswith("分之"):
        return True
    if before[-1] == ":" and is_wide(before[-2:-1]) and after.startswith(("或", "号,", "号。", "元/")):
        return True  # 停车塔编号: 或其简图
    return before[-1] == "月" and DAY_LEFT.search(before + after) is not None


def _is_english_blank(before: str, width: int, after: str) -> bool:
    """True if a word of an English sentence needs one after it: Dear , and the City of , State of, or the      day."""
    if after[0] in ",;." and ENGLISH_LACKS.search(before):
        return not (after[1:2].isalnum() or after[1:2] == ".")
    is_wanted = width > WIDE and ENGLISH_WANTS.search(before) is not None
    return is_wanted and (after[0].islower() or after[0] in ',.;(“"')


@lru_cache(maxsize=1)  # asked at every blank of a text
def _is_set_apart(folded: str) -> bool:
    """True if a text has spaces before punctuation everywhere, as texts have that were split into words."""
    apart = len(BEFORE_STOPS.findall(folded))
    return apart > 0 and apart >= 2 * len(LACKING.findall(folded))


def _parts_clause(folded: str, start: int, end: int, line: int) -> bool:
    """True if wide white space stands between two words of a clause, or before punctuation: 报案人    称, 转让给    ,

    In 12 million characters of statutes, news and essays three places are false positives; a table has no punctuation.
    """
    before, after = folded[max(line, start - AROUND) : start], folded[end : end + AROUND].partition("\n")[0]
    is_between = is_wide(before[-1]) and (is_wide(after[0]) or after[0] in ",。;")
    if not is_between or is_spread(before, after) or HEADING.search(before) or ENDS_CELL.search(before):
        return False
    if A_LABEL.match(after) or A_NAME.match(after) or before[-1] + after[0] in POLITE:
        return False
    last = folded.find("\n", end, end + SENTENCE)
    return STOP_INSIDE.search(folded, max(line, start - SENTENCE), end + SENTENCE if last < 0 else last) is not None


def _is_plain_blank(before: str, width: int, after: str) -> bool:
    """True if white space stands where a word or a figure must: 车牌号为    的, 占地约    坪, 向 仲裁委员会."""
    left = before[-1]
    is_narrow = _is_narrow_blank(left, after)
    if is_narrow or width == 1 or left == "第":
        return is_narrow
    if after[0] == "的":
        return before.endswith(("为", "是"))
    if left in ",。;":
        return after.startswith(("等同志", "等同学", "等人", "等单位", "等村"))  # 经评审,  等同志获得
    if left == ":" and after.startswith(BODIES_OF_NAMES):
        return before[:-1].endswith((*ROLES, *FIELD_ENDS))  # 被告:    有限公司
    if not is_wide(left) or not is_wide(after[0]):
        return False
    if _lacks_person(before, after):
        return True
    if before.endswith(ROLES) and DISPUTE.match(after):
        return True  # 被告    买卖合同纠纷一案
    if left in "子女" and after[0] == "由":
        return True
    if (left in "弟女人生员" and after.startswith(TAKES_PART)) or (width > 2 and left in NEVER_LAST):
        return True
    return before.endswith(ABOUT) or after.startswith(("以上", "以下", "左右")) or DEPARTMENT.match(after) is not None


def _is_narrow_blank(left: str, after: str) -> bool:
    """True if one space stands where a word or a figure must: 第 法庭, 由 方承担, 现任 一职, 向 仲裁委员会."""
    if left in "路街巷弄段":
        return after[0] == "号"
    if left in "由归":
        return PARTY_PAYS.match(after) is not None
    return after.startswith(MISSED.get(left, ()))


def _lacks_person(before: str, after: str) -> bool:
    """True if the person who is appointed or speaks is missing: 指派    为代表, 副市长  宣布."""
    if before.endswith(("证明", "兹有", "兹介绍")) and after[0] in "系为":
        return True
    is_appointed = before.endswith(APPOINTS) and after[0] in "为任"
    return is_appointed or (OFFICER.search(before) is not None and after.startswith(SPEAKS))


def _lacks_figure(before: str, width: int, after: str, code: str) -> bool:
    """True if a measure word, a month or a day has lost its figure to spaces."""
    unit, left = word_after(after), before[-1]
    is_chosen = left == "第" or before.endswith(("以下", "下列"))
    if (is_chosen and unit in CHOSEN) or (unit == "号" and (left in "第〕]" or left in PARTS_OF_ADDRESS)):
        return True  # 第 种方式, 〔2017〕 号
    if unit in ("日", "号") and left == "逢":
        return True
    if left in w.NUMERALS or (width > 1 and CELL.match(after, len(unit))) or (unit == "工作日" and left not in "前后"):
        return False  # 扫帚    把      12, 客服热线 工作日
    rest = after[len(unit) : len(unit) + 1]
    if rest == "/" and RATE.match(after, len(unit)):
        return is_wide(left)  # 省级 台/月,
    if (rest == "/" and (width < 2 or unit != "次")) or (rest == ":" and len(unit) > 1):
        return left in "为按" and EACH_PIECE.match(after, len(unit)) is not None  # 价格为 元/斤
    is_whole = not rest or rest in BEHIND or not is_wide(rest) or len(unit) > 1
    is_whole |= width > 1 and unit == "元" and left in MONEY
    is_whole |= width > 1 and (unit in MATERIAL or (unit in "万亿千百" and meaning(after[1:]) == NUMBER))
    is_whole |= unit == "天" and before.endswith("提前")
    is_whole |= unit == "亩" and rest in tuple("转流承发租")
    is_whole |= unit == "岁" or (width > 1 and (left in "了有备" or before.endswith(MEASURED)))
    is_whole |= after.startswith(MEETINGS) or (unit == "名" and after[1:3] == "组成")
    is_needed = left == "第" or before.endswith(COUNTED) or hint_of(before) == NUMBER
    if unit in ("%", "‰", "℃"):
        return is_wide(left) and left != "度" and not (after[1:2] == " " or is_latin(after[1:2]))
    if width == 1:
        is_needed &= left != "每" or unit not in ("天", "年", "月", "周", "次")  # 每 天 (every day) is only spaced out
        is_needed |= (EACH.search(before) is not None or unit == "份") and rest in ENDS
        is_needed |= left in "前后" and unit in SPELLS
        is_needed |= unit == "份" and before.endswith(PAPERS)
        is_needed |= after.startswith(("名组成", *MEETINGS)) and is_wide(left)
        is_needed |= unit in ONE_BY_ONE and rest in ENDS and is_wide(before[-2:-1]) and left + unit not in ENDING_SO
        is_needed |= unit == "人" and rest in ENDS and before.endswith(HEADCOUNT)
        is_needed |= unit == "户" and rest in ENDS and before.endswith(("覆盖", "惠及", "走访", "慰问"))
        is_needed |= (unit in SPELLS or unit == "名") and rest in ENDS and before.endswith(LASTING)
        is_needed |= before.endswith(MEASURED) and rest in ENDS
        is_needed |= (unit == "年" and before.endswith("于")) or (unit == "岁" and left in "年满近")
        is_needed |= unit in ("元", "万元") and rest in (*ENDS, "(") and left not in "万千百亿"
        is_needed |= unit == "元" and left in MONEY and rest in tuple("及以的整")
        is_needed |= unit == "亩" and rest in tuple("转流承发租") and is_wide(before[-2:-1])
        is_needed |= unit in ("次", "天") and rest in ENDS and is_wide(left) and is_wide(before[-2:-1])
        is_needed |= unit in w.SURE_UNITS and rest in ENDS and is_wide(before[-2:-1]) and not before.endswith("单位")
        return (is_needed or unit in LONG_UNITS) and is_whole and unit[0] not in "多余"
    if left in ",。;!?、》”":
        return is_whole and len(after) > len(unit) and code == NUMBER and rest != ""
    if not is_wide(left) and left != ")":
        return left == ":" and ((width > 2 and unit in ("元", "整", "元整", "万元")) or is_wide(before[-2:-1]))
    return is_whole or (is_needed and len(unit) > 0)


def _lacks_value(before: str, width: int, after: str) -> bool:
    """True if a label or a party has lost its value to spaces before punctuation: 借款人    , (borrower)"""
    is_certain = before.endswith(("写:", "(记者", "通讯员")) and after[0] == ")"  # (大写:      )
    is_certain |= before.endswith(SIDES) and after[0] in ",)。;"
    is_certain |= width > 1 and before.endswith(("左", "右")) and after[0] in "右,。;"
    is_certain |= NAMED_VALUE.search(before) is not None and after[0] == "。"  # 支付比例为 。
    is_certain |= before.endswith("期为") and after[0] == ","
    if is_certain or (width > 1 and before.endswith("(名") and after[0] == ","):
        return True
    if before.endswith(":") and (after[0] in ",;。(" or (width > WIDE and after[0] == ")")):
        return _lacks_labels_value(before[:-1], width, after)
    if not is_wide(before[-1]) and before[-1] != ")":
        return False
    if after[0] == ":":
        return False  # 单 位 :
    if after[0] == ")" and width > 1 and FIELD_ASIDE.search(before):
        return before.endswith(FIELD_ENDS)  # (身份证号      )
    if width == 1:
        return before.endswith(WANTING) and after[0] in ",。"
    is_label = (
        PARTY.search(before.rstrip(")")) is not None
        or before.endswith(FIELD_ENDS)
        or before.rstrip(")").endswith(ROLES)
        or before.endswith(WANTING)
    )
    if ((width > 1 and before.endswith(LINKS)) or (width > 1 and before[-1] == "号")) and after[0] in ",。;":
        return True  # 水表底数为    ,
    return after[0] != ")" and (
        is_label or width > 3 or (width > 1 and before[-1] in NEVER_LAST and after[0] in ",。;(")
    )


def _lacks_labels_value(label: str, width: int, after: str) -> bool:
    """True if a label has lost its value before punctuation or a bracket: 还款办法为: 。 乙方: (以下简称乙方)"""
    name = label.rstrip(")")
    if width > 1 and (name.endswith((*ROLES, *FIELD_ENDS)) or PARTY.search(name)):
        return True
    return after[0] != "(" and is_wide(label[-1:])  # 乙方: (以下简称乙方) is filled in on paper


def is_spread(before: str, after: str) -> bool:
    """True if a line is set with spaces between its characters: 姓  名, 院 里 有 枣 树."""
    left, right = before.rpartition(" ")[2], TOKEN_END.split(after, maxsplit=1)[0]
    if right[:1] in PARTS_OF_ADDRESS and (left in PARTS_OF_ADDRESS or (len(left) > 1 and len(right) == 1)):
        return False
    if len(left) > 1 and len(right) > 1:
        return False
    if len(left) == 1 and len(right) == 1 and left != "第" and is_wide(left):
        return left not in "左右"  # 总  则
    if LETTERS.match(after):
        return True  # 年  龄:
    letters = [token for token in (*before.split()[-3:], *after.split()[:3]) if len(token) == 1 and is_wide(token)]
    return len(letters) >= 3 and len(left) == 1
