"""Holes that a regular expression can find: words that cannot meet, and words that never occur without another.

A pattern is tried only at the pairs of characters it begins with. It checks the text before that place with a
look-behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.lookalikes import SHARE_OF
from dedupe.rules.rule import Beside

STOPS = ",。;、!\n"
STOP = f"[{STOPS}]"
# The start of a clause. A look-behind has a fixed width, so one space stands for any indent.
FRESH = ",。;!\n "
PEOPLE = (
    "(?:学生|同学|选手|党员|干部|职工|员工|教师|老师|医生|医师|护士|患者|病人|代表|群众|队员|专家|农民|会员|团员|委员|村民|工人|战士|运动员|学员"
    "|研究生|博士|硕士|志愿者|技术人员|工作人员|人员|嘉宾|评委|师生|新生|队长|成员)"
)


# Words that introduce a person whose name is missing: 聘请先生为… (appoint Mr. [?] as …), 兹证明同志系….
INTRODUCES = ("聘请", "聘任", "任命", "证明", "兹有", "介绍", "授权", "委托")
TITLED = (("先", "生"), ("女", "士"), ("同", "志"))
COUNTED_PEOPLE = tuple("老人 居民 村民 孩子 师生 学生 教师 职工 党员 员工 医生 选手 队员 会员 护士 战士 工人".split())


class Hole(NamedTuple):
    """A hole: a pattern, and pairs of characters that start `back` characters before the place where it is tried.

    `before` lists the characters allowed before a pair, where `_clue` cannot read them from the pattern.
    """

    pairs: tuple[str, ...]
    pattern: str
    back: int = 0
    before: str = ""


# How a pattern states what stands beside its literal: a look-behind that covers the literal and more, or a look-ahead
# for one character.
LITERAL = re.compile(r"([^\\\[\](){}.*+?|^$]+)(?![*+?{])")
LOOKS = re.compile(
    r"(?:\(\?<(?P<before>[=!])(?:\[(?P<those>[^\]\\^]+)\])?(?P<literal>[^)\[\]\\(|?*+.{}^$]*)\))?"
    r"(?:\(\?(?P<behind>[=!])\[(?P<these>[^\]\\^]+)\]\))?"
)
GROUP = re.compile(r"\[[^\]]*\]|\([^()\[\]]*\)|\\.")


def clues(holes: Iterable[Hole]) -> Iterator[tuple[str, Beside]]:
    """Yield the literals of some holes, each with the neighbours its pattern requires, if `_clue` can read them."""
    for hole in holes:
        literal, beside = _clue(hole)
        for pair in hole.pairs:
            yield pair + literal[2 - hole.back :], beside


def _clue(hole: Hole) -> tuple[str, Beside]:
    """Return the literal that a pattern begins with and that its pairs lead into, and what must stand beside them."""
    match = LITERAL.match(hole.pattern)
    if match is None or ("|" in hole.pattern and _has_branches(hole.pattern)):
        return "", Beside()
    literal = match[0]
    if hole.back < 0:
        return literal, Beside(literal[-hole.back - 1])
    looks = LOOKS.match(hole.pattern, len(literal))
    before = behind = ""
    if looks and looks["before"] and looks["literal"].endswith(literal) and hole.back == 0:
        if looks["literal"] != literal:
            before = looks["literal"][-len(literal) - 1] if looks["before"] == "=" else ""
        elif looks["those"]:
            before = _listed(looks["before"], looks["those"])
    is_end = hole.back == 1 or len(literal) > 1  # no pair reaches past the literal
    if looks and looks["behind"] and is_end and (not looks["before"] or looks["literal"] == literal):
        behind = _listed(looks["behind"], looks["these"])
    return literal, Beside(hole.before or before, behind)


def _listed(sign: str, members: str) -> str:
    """Return the members of a character class, after ^ if it is negated; empty where the class has a range."""
    return "" if "-" in members else "^" * (sign == "!") + members


def _has_branches(pattern: str) -> bool:
    """True if a pattern has alternatives outside all brackets."""
    outer, before = pattern, ""
    while outer != before:
        before, outer = outer, GROUP.sub("", outer)
    return "|" in outer


def _after(before: str, first: str, pattern: str) -> Hole:
    """Return a hole whose pattern begins with the character `first`, after one of the characters `before`."""
    return Hole(tuple(char + first for char in before), f"{first}(?<=[{before}]{first}){pattern}", 1)


def _before(first: str, after: str, pattern: str) -> Hole:
    """Return a hole whose pattern begins with the character `first`, before one of the characters `after`."""
    return Hole(tuple(first + char for char in after), f"{first}{pattern}")


def _behind(word: str, after: str, pattern: str) -> Hole:
    """Return a hole whose pattern begins with a word, tried where one of the characters `after` follows the word."""
    return Hole(tuple(word[-1] + char for char in after), word + pattern, 1 - len(word))


def _at(literal: str, pattern: str = "") -> Hole:
    """Return a hole whose pattern begins with a literal."""
    return Hole((literal[:2],), literal + pattern)


DATE_HOLES = (
    _at("月日", r"(?<=[于在自从至到]月日)(?![月之星夜])"),
    _at("年月", r"(?<=[于在自从至到]年月)(?<!关于年月)(?![日月之星累里的流])"),
    *(_behind(f"{word}于", "年", "年(?=[,。;、月毕间])") for word in w.BEGAN),
    *(_behind(word, "月", "月(?=[,。;])") for word in ("期为", "期限为", "工期")),
    *(_behind(word, "天日", r"[天日](?=\))") for word in ("期为", "期限为")),
    *(_behind(word, "年", "年(?=[,。;的内])") for word in ("期为", "期限为", "任期", "租期", "学制", "刑期")),
    _at(
        "月日",
        r"(?<![年岁日每本当上下各几个一二三四五六七八九十\d]月日)(?=[,。;至到起在上下晚召举正我全突因被,—-]|\s*(?:\n|\Z))",
    ),
    _at("月日", r"(?<=[\d一二三四五六七八九十]月日)(?=[,。;]|\s*(?:\n|\Z)|[上下]午|晚上|凌晨|早上|[至到]\d)"),
    _at("自年", "(?=加入|入职|参加|进入|毕业|担任)"),
    _at("公元年", r"(?=[一二三四五六七八九十\d])"),
    _at("自之日起", "(?<=[,。;限期\\n]自之日起)"),
    _at("月份", r"(?<=[把在于从自到至]月份)(?=[^,。]{0,3}[作为起以开召举至到底初末付缴交,])"),
    _at("月份", rf"(?<=[{FRESH}]月份)(?=[,到至])"),
    _at("月份", r"(?<=\d[-—~]月份)"),
    _at("年月", rf"(?<=[{FRESH}]年月)(?=[加参入毕出任起至调担除建改扩开竣完落进到离来])"),
    _at("年月", r"(?<=[\dxX×*_]年月)"),
    _at("年月日", rf"(?<=[{FRESH}于自至从]年月日)(?=[,。至到起止召举我正成在]|\s*(?:\n|\Z))"),
    _at("年月日", "(?<=[一-龥]年月日)(?<=[至到]年月日)(?=止|收回|归还|付清|交付)"),
    _at("年月日", r"(?<=[一-龥]\(年月日)(?=\))"),
    *(_at("年月日", f"(?<={word}年月日)(?=之?前)") for word in "在至于"),
    *(_at("年月日", f"(?<={called}年月日)") for called in ("公元", "公历", "阳历", "农历")),
    _at("年月日", r"(?<=签名:年月日)(?=\s*(?:\n|\Z))"),
    _at("年月日", "(?<=[间)]年月日)(?!期)"),
    _at("年月日", "(?<=签[字名批]年月日)"),
    _at("年月日", "(?<=[)] 年月日)(?!期)"),
    _at("年月日", "(?<=年月日年月日)(?!期)"),
    _at("年月日", "(?<=每年月日)(?=前后|[,至到])"),
    _at("年月日", r"(?<=[间期]:年月日)"),
    _at("年月", r"(?<=[间期]:年月)(?=\s*(?:\n|\Z))"),
    _at("年月日", "(?<=—年月日)(?=在)"),
    _at("年月", "(?<=农历年月)(?=初)"),
    _at("月日", "(?<=于月日)(?=夜里|清晨|凌晨|傍晚|深夜)"),
    _at("年日", "(?<=每年日)(?=之?前)"),
    _at("第年", "(?=月日|[,。租的])"),
    Hole((":年",), ":年(?<=期为:年|期限:年)(?=[,。;])"),
    _at("月日", "(?<=每月日)(?=之?前|[以由向发支交缴定,])"),
    Hole(("用年",), "年(?<=已使用年)(?=[,。;])", 1),
    _at("年月", "(?<=每年月)(?=[,。;至到])"),
    _at("于月", "(?=[开竣动完投建启])"),
    _at("年日", "(?<=[期间]年日)(?=[至到起止])"),
    _at("月日", "(?<=于本月日)(?=在|上午|下午|晚)"),
    Hole((" ,",), r" ,(?<=on this ,)(?= (?:by|between|at) )"),
    _at("the day of", "(?<=[Oo]n the day of)(?= each| every| the)"),
    _at("年月", "(?<=[。;\\n]年月)(?=,)"),
    _at("年月", "(?<=[今去明前]年月)(?=[至到份,]|[上中下]旬)"),
    _after("至到", "年", "(?=[离退毕调止,])"),
    _after("至到", "月", "(?=[,。;止份])"),
    _at("午时", "(?<=[上下]午时)(?=[在召至到举,整])"),
    _after("\n", "日", "(?=,[我在他她今])"),
    _after("于自从", "年", r"(?=[至到起,成毕被月]|以来|开始|参加)"),
    _after(FRESH[:-1], "年", r"(?<!半\n年)(?=[,我在]|以来|[上下]半)(?!在[一-龥]处)"),
    _after(FRESH + ".", "度", r"(?=[,我])"),
    Hole(("在度",), r"度(?<=[,。;.\n ]在度)(?=工作|学习|的工作|中|里)", 1),
    _at("世纪年代"),
    _at("年月日", r"(?<=[为是]年月日)(?=[,。;]|\s*(?:\n|\Z))"),
    *(
        _behind("在", unit[0], f"{unit}内(?=[到向将把完支付与交办提给通返还搬归作答])(?<!在日内瓦)")
        for unit in ("日", "小时", "天", "个月", "个工作日")
    ),
    # A month without its year, a day without its month.
    _after("于在自从至到", "年", r"(?=\d{1,2}月)"),
    _after(
        FRESH[:-1] + "“‘(:",
        "年",
        r"(?<![^。!?:;”)\n ]\n年)(?=\d{1,2}月|加入[中一]|[春夏秋冬][天季]|中秋|春节|国庆|元旦)",
    ),
    _after(FRESH + "于在自从至到", "月", r"(?<![每\d] 月)\d{1,2}日"),
)
MANY = "场名次件户份项篇册亩吨棵"
NUMBER_HOLES = (
    _before(
        "第",
        "届期轮次季名批位",
        r"(?<![及门落等府宅次科]第)(?=[届期轮]|次[会全代常办]|季度|名[,。的]|批次|位[到来在满干获走,。的])(?!期[待望])",
    ),
    _after(
        FRESH,
        "名",
        rf"(?<![\d一二三四五六七八九十百两几多] 名)(?=女同志|男同志|同志|{PEOPLE})",
    ),
    Hole(("期天", "时天"), r"天(?<=为期天|历时天)(?=[的之,。])", 1),
    # A count is missing: 共有__名选手 (has __ players), 下辖__个村 (governs __ villages).
    *(_behind(cause, "名", f"名(?={PEOPLE})") for cause in w.COUNTS_PEOPLE),
    _at("共处", "(?<=[患情洞]共处)(?<=隐患共处|险情共处|漏洞共处)(?=[,。;])"),
    Hole(("为,", "为。", "为;"), "为(?<=[度量率值数额径重龄]为)(?=[,。;])"),
    _at("姓的", "(?<=[位名]姓的)"),
    _at("过届", "(?=毕业|学生|高三|初三)"),
    Hole(("经岁", "年岁"), "岁(?<=已经岁|今年岁)(?=[了,。的])", 1),
    _at("把元", "(?=捐|现金|善款|交给)"),
    *(_behind(done, "年", "年(?=[,。;])") for done in ("执教", "从教", "任教", "从医", "从警", "服役", "驻村")),
    _at("共人", "(?<=[,。;职员生民工体学]共人)(?=[,。;])"),
    # A unit right before punctuation has lost its figure: ,共天。 (in all [?] days), 学生名,.
    *(
        Hole((f"共{unit}",), f"{unit}(?<=[,;、()训]共{unit})(?=[,。;、)])", 1)
        for unit in "天页份间套台篇次项名户棵本期节课"
    ),
    *(
        Hole((f"共{unit}",), f"{unit}(?<=[一-龥]共{unit})(?<![公总一]共{unit})(?=[,;、。])", 1)
        for unit in "箱台辆套盒瓶桶册棵株亩吨斤把张条只头户个"
    ),
    *(
        Hole((f"{who[-1]}{unit}",), f"{unit}(?<={who}{unit})(?=[,。;、])", 1)
        for who in COUNTED_PEOPLE
        for unit in "名位"
    ),
    # Only the end of a round figure is left: 开展活动余场 (held [?]-odd events).
    _before("余", MANY, f"(?<![其剩业多残富空宽之结十百千万亿几两\\d]余)[{MANY}](?=[,。;、])"),
    *(_behind(verb, "户", "户(?=[,。;、])") for verb in ("走访", "慰问", "惠及", "覆盖")),
    *(
        _behind(f"{verb}了", "天小个", "(?:天|小时|个小时|个月|个多月)(?=[把才就来完将整,。])")
        for verb in "用花等干走住忙"
    ),
    *(_behind(f"{most}", "日块", "[日块](?=[的,。;])") for most in ("不超过", "不少于", "不低于", "不多于")),
    *(
        _behind(most, "吨米元人次公千kt", "(?:吨|米|元|人|次|公里|公斤|千米|千克|k[mg]|t)(?=[,。;])")
        for most in ("不超过", "不少于", "不低于", "不高于")
    ),
    *(
        _behind(what, "万", "万元(?=[,。;人])")
        for what in ("资金", "本期共", "期内共", "回笼", "回款", "货款", "总额", "总价")
    ),
    *(_at(f"万{to}万", "(?=[株元人亩吨斤头只])") for to in "至到"),
    *(_behind("约有", unit, f"{unit}(?=[,。;])") for unit in "种个家户间座亩"),
    *(_behind("达", unit[0], f"{unit}(?=[,。;])") for unit in ("册", "株")),
    _at("过位", "(?<=出过位)(?=[进状将名作])"),
    *(_behind("达", unit, f"{unit}之多(?=[,。;])") for unit in "次人户个种件"),
    _at("现有", "[一-龥]{2,4}名(?=[,。;])(?<![姓排域书地署冠知报签提点命实匿改罪功品]名)"),
    *(_at(rate, "分(?=[,。;])") for rate in ("月息", "年息", "利息")),
    _at("满张", "(?=[可就即便])"),
    _behind("提前", "天", "天(?=[打通告知书向])"),
    # A label asks for a figure, and only the unit is left.
    *(
        Hole((f":{unit[0]}",), f":{unit}(?<=[一-龥]:{unit})(?<!单位:{unit})(?=[,。;、(整])")
        for unit in ("平方米", "元", "万元", "公里", "公斤", "吨")
    ),
    *(
        Hole((f":{unit[0]}",), rf":{unit}(?<=[格积量数号]:{unit})(?=\s*(?:\n|\Z))")
        for unit in ("亩", "平方米", "吨", "公斤")
    ),
    Hole((":年",), r":年日(?<=[一-龥:]:年日)(?=\s*(?:\n|\Z))"),
    Hole(("写元",), r"元(?<=大写元)整?(?=[,。;、(]|\s*(?:\n|\Z))", 1),
    Hole((")元",), r"元(?<=写\)元)整?(?=[,。;、(]|\s*(?:\n|\Z))", 1),
    Hole((":元",), r":元(?<=[写)¥]:元)(?=[,。;、(整)])"),
    _at("数天", "(?<=日历天数天)"),
    _at("第日", "历天"),
    Hole(("米元",), "元(?<=每平方米元)(?=[,。;])", 1),
    _at("写:", r"\)(?<=[大小]写:\))"),
    *(_at("按" + unit, "(?=/)") for unit in ("元", "吨", "亩")),
    _at("费元", "(?=[及和与、超])"),
    Hole(("币元",), "元(?<=[费额价款金]为人民币元|缴纳人民币元|每月人民币元)", 1),
    Hole(("为元",), "元(?<=[金租费额款价]为元)(?=人民币|整)", 1),
    *(_at("个村", f"(?<={verb}个村)(?=[的、,])") for verb in ("完成", "建成", "覆盖", "涉及", "惠及")),
    *(_behind(paper, "份", "份(?=[;。,\\n])") for paper in ("副本", "正本", "材料", "复印件")),
    Hole(("币元",), "元(?<=[金款价费租额计资为付缴:]人民币元)(?<!位为人民币元)(?=[(,。.;整大])", 1),
    *(_at("个工作", f"日(?<={after}个工作日)(?=内|[,。;])") for after in ("后的", "之后", "起的", "在")),
    *(
        Hole(
            (f"{opener}{digit}",), rf"{digit}(?<=[:写) ]{digit}) ?(?:[亿万仟佰拾千百十] ?){{2,}}[元圆](?= |角|整|\()", 1
        )
        for opener in ":写) 币"
        for digit in "亿万仟佰拾"
    ),
    Hole(("到户",), "户(?<=[应实]到户)(?<!落实到户)(?=[,。;、])", 1),
    *(_behind(f"{what}{link}", "度", "度(?=[,。;])") for what in ("气温", "温度", "湿度", "体温") for link in "是为达"),
    *(
        _behind(what, "米", "米(?=左右|以[上下内]|[,。;])")
        for what in "水深 深度 树高 胸径 宽度 高度 长度 长约 高约 宽约 宽度为 高度为 长度为 深度为".split()
    ),
    _behind("位于", "号", "号(?=车厢|楼|院|地块)"),
    _at("考过", "级(?=[,。;])"),
    _at("字第", "号(?=[,。;应通判裁决令])"),
    Hole(("起天", "起日"), "[天日]内(?<=日起[天日]内)", 1),
    _at("毕日", "内(?<=完毕日内)"),
    _behind("面积", "平", "平方米"),
    _at("第种", "(?=[办方形情])"),
    _at("有位", "(?<=已有位)(?=老师|同学|学生|教师|党员|职工|群众)"),
    _at("级班", "(?<=[校是]级班)(?=学生|的学生|同学)"),
    _at("按:", "分"),
    *(_at("分之", f"(?<={word}分之)") for word in "照按占"),
    Hole(("为年",), "为年(?=[。;])"),
    *(Hole((":" + who[0],), f":{who}(?<=[是有]:{who})(?=[、,。])") for who in ("老师", "先生", "女士", "同志")),
    _at("于路", "号(?<=[位落]于路号)"),
    Hole(("一—",), "一—(?<=[计共]一—)(?=个月)"),  # as a scanner read a rule
    *(_at("前天", f"(?<={word}前天)(?=[把将通告书以向交支付,。])") for word in "提期"),
    Hole(
        ("米元", "吨元", "斤元", "亩元", "株元", "人元", "间元", "套元"),
        "[米吨斤亩株人间套]元(?<=每[米吨斤亩株人间套]元)(?=[,。;(])",
    ),
    *(_at("百拾", rf"元(?<=[)写:币]{digit}百拾元)") for digit in "千仟"),
    _at("第项", "(?=[执支处解办方])(?<=[下列述]第项)"),
    _at("过日", "(?=以[上内])(?<=[超逾]过日)"),
    _at("第层", "(?=[号的])"),
    _at("第周", "(?=升旗|工作|例会|[的,。])"),
    _at("取个", "月(?<=收取个月)(?=租金|押金|房租|工资)"),
    Hole(("金元",), r"元(?<=[租押定佣]金元)(?=\()", 1),
    *(Hole((f"{at}元",), rf"元/(?<=[{at}]元/)(?<![位,]:元/)", 1) for at in ",;取算收付"),
    Hole((":元",), "元/(?<=[金费]:元/)", 1),
    Hole(("方元",), "元整(?<=[甲乙丙]方元整)", 1),
    Hole(("[]",), r"\[\](?=[%‰])"),
    _at("过年", "(?<=[当做干教]过年)(?=[一-龥])"),
    *(_behind(f"{done}了", "秒分米", "[秒分米](?=的)") for done in ("跑出", "游出", "跳出", "取得")),
    _before("第", "厅庭", "(?<![及门落等府宅次科]第)[厅庭](?=[举开召审,。])"),
    _at("迎来", r"了?第\d{1,3}个(?=[,。])"),
    *(Hole((f"等{unit}",), rf"{unit}(?<=等{unit})(?={PEOPLE})", 1) for unit in "名位"),
    _at("周年", r"(?<=[校立国党辰业婚台院厂社馆店队村]周年)(?=[庆纪之际的华,])(?<!国庆周年)"),
    *(_at(f"全{body}", f"名(?={PEOPLE})") for body in ("校", "班", "村", "厂", "院", "县", "市", "镇", "局")),
    *(
        Hole((f"{unit}元",), f"元(?<=每{unit}元)(?=[,。;、(])", 1)
        for unit in "年月日天亩人棵吨次户件份套只位盆斤口瓶桶辆台桌场篇课节张条晚回"
    ),
    _at("于日", r"(?=\()"),
    _at("星期", r"(?<=\(星期)(?=\))"),
    *(_at("第号", f"(?={kind})") for kind in ("文件", "通知", "令", "公告", "决定", "判决", "裁定")),
    Hole(("亩发", "亩承", "亩租", "亩流"), "亩(?<=[地园田林山]亩)(?=发包|承包|租|流转)"),
    _at("的元", r"(?<=[去在年月初]的元)(?=[,。;增提上下减降涨升])"),
    Hole(("群众人", "来访人", "患者人", "学员人", "职工人", "旅客人", "游客人", "农民人"), r"人次(?=[,。;、])", 2),
    _at("式份", "(?<=一式份)(?=[,。;])"),
    _at("执份", "(?<=各执份)(?=[,。;])"),
    _at("了亩", "(?!地)(?=[一-龥])"),
    *(_behind(work, "年", "年(?=[,。;、])") for work in ("服役", "从军", "当兵", "任教", "从教", "行医")),
    *(_behind(who, "位", "位(?=[,。;])") for who in ("现有老人", "来宾", "嘉宾", "评委", "专家")),
    _at("整年", "(?<=整整年)(?=[前后来])"),
    _behind("周工作", "小", "小时(?=[,。;、])"),
    _at("了户", "(?=(?:贫困|困难|农|牧|居民|群众)[户民家])"),
    *(
        _before(unit[0], unit[1:2] or "的处", rf"{unit[1:]}(?<=[校家村镇站城里口县市店厂]{unit})(?=的地方|处[,。有])")
        for unit in ("米", "公里")
    ),
    _at("有年", rf"(?<=[{FRESH}我具拥]有年)(?=的?(?:工作|从业|教学|管理|临床|相关|驾驶|开发|销售|行业|实践)?经[验历])"),
    _after("是在读为", "年", "(?<=.年)级班(?=[的,。;])"),
    *(_behind(cause, "个", "个(?=[一-龥])(?![人别体性])") for cause in w.COUNTS_PARTS),
    _before("第", "条款项号章页册卷批组版", r"(?<![及门落等府宅次科]第)[条款项号章页册卷批组版](?=[,。;、规之的约第])"),
    _at("后日", "内(?!瓦)"),
    _at("共件", "(?<![公中总]共件)(?=[,。;])"),
    *(_at(f"{size}达米", "(?=[,。;、的])") for size in "长高深宽"),
    _at("读年级", "(?=[,。;、])"),
    Hole(("$ ",), r"\$ (?<=(?:of|is|to) \$ )(?=in addition|for |as |to |on |plus |shall |will |and )"),
    Hole(("$ ",), r"\$ per (?:month|year|week|day|hour)\b"),
    *(_at(f"within {unit}", "(?= of| from| after)") for unit in ("days", "hours", "months", "years")),
    *(_at(f"period of {unit}", "(?= from| commencing| and|[,.])") for unit in ("days", "months", "years")),
    _at("前日", "(?<=[满期庭货工赛考]前日)(?=[通向告内书到])"),
    _after("使对为", "例", r"(?=[^如行外会子证题程规句,。、;])(?<!为例)"),
    _at("率,", rf"(?=[比较与](?:去年|上年|往年|同期)[^,。;\d]{{0,6}}[提增下减上降][高长降少升加低](?:{STOP}|\Z))"),
    _at(
        "周转,",
        rf"(?=[比较与](?:去年|上年|往年|同期)[^,。;\d]{{0,6}}[提增下减上降加缩][高长降少升加低快短](?:{STOP}|\Z))",
    ),
)
TEXT_HOLES = (
    # A label with its colon and no value: 身份证号:, (ID number:,).
    *(Hole((f":{stop}",), f":(?<=[一-龥]:){stop}") for stop in ",。;、"),
    *(_at(f"{unit},", f"(?<=[大小中][苗猪鱼牛羊]{unit},)(?=[大小中])") for unit in ("斤", "只", "头", "尾")),
    *(Hole((":)",), rf":\)(?<={field}:\))") for field in ("编号", "电话", "证号", "账号")),
    Hole(("有,",), "有,(?<=的还有,)"),
    *(_at("为的", f"(?<={field}为的)") for field in ("号码", "账号", "编号", "证号", "地址")),
    _at("“”", r"(?![、,]?[“‘《(])(?<![”’》)、]“”)(?!.{0,8}[引括符标]|表示|是|的用)(?<![号点符]“”)"),
    *(Hole((f"“{stop}",), rf"“(?<=[,。;:!?、”\n ]“){stop}") for stop in ",、。"),  # “,,是知也”
    _at("《》", r"(?![、,]?[“‘《(])(?<![”’》)、]《》)(?!.{0,8}[引括符标号]|表示|是)(?<![号点符]《》)"),
    _at("【】", r"(?=[一-龥])(?![里外内标])(?<![”’》)、号;]【】)(?!.{1,16}[;、,]【】)"),
    _at("〔〕", r"(?=\d*[xX×*_]*号)"),
    Hole(("[]",), r"\[\](?<=[一-龥]\[\])(?=\d{1,4}号)"),
    Hole(("()",), r"\(\)(?<=[一-龥]\(\))(?=[一-龥,。;])(?!.{0,8}[引括符标])(?!、?[“‘《(])(?<![号数法]\(\))"),
)
PLACES = "省市县区镇乡村州旗"
JOINED_UP = ("来到", "调到", "调入", "分到", "分配到", "考入", "进入")
BODIES = "报院局厂校社村镇乡县区市省班组队部厅委所站"
WORD_HOLES = (
    # The object of these words is missing: 来自, (comes from [?],).
    *(_behind(word, ",。;、!", rf"(?=[,。;、!])(?<![位单本]{word})") for word in w.NEEDS_OBJECT if word[1:] != "叫"),
    *(_behind(f"{who}叫", ",。;!", rf"(?<=[{FRESH}“]{who}叫)(?!,[他她它你没谁我])") for who in "我他她"),
    _at("叫,", f"(?<=[{FRESH}]叫,)"),
    *(_at("由" + act[0], rf"(?<=[一-龥,。;\n ]由{act[0]}){act[1:]}(?=[,。;])") for act in w.DONE_BY),
    *(_behind(f"{what}{link}", ",。;", "(?=[,。;])") for what in w.PLACES_OF for link in "在是为"),
    _at("有、", "(?<=的有、)"),
    *(_at(verb, "的(?=[一-龥])") for verb in ("位于", "坐落于")),
    _at("将租", "给(?<=方将租给)"),
    _at("由方", "(?<![理缘因自]由方)(?=[办承负支提])"),
    *(_behind("我是", unit, f"{unit}的(?=[一-龥,。])") for unit in "班系级"),
    # A person or source is missing: from whom, by whom, who came, who left.
    _at("从获", "悉(?<=(?:记者|日前|昨日|上午|下午)从获悉)"),
    _at("从了", "解到(?<=(?:记者|日前|昨日|上午|下午)从了解到)"),
    _at("由同", "志(?=主持|宣读|致辞|介绍|讲话|发言|带领|带队|作|做)"),
    _at("由名", "(?=[理监董]事|委员|专家|成员|代表)"),
    *(_behind(f"师从{known}", ",。", "(?=[,。])") for known in ("著名教授", "著名专家", "著名学者", "著名画家")),
    _at("同意", "同志(?=辞|调|参|任|担|到|转)"),
    _at("派出", "人(?=[到赴去前])"),
    _at("担任", "一职(?=期间|后|以来|至今)"),
    _behind("本人姓名", ",。", rf"(?<=[{FRESH}]本人姓名)(?=[,。])"),
    _at("字,", "(?<=[生公君]字,)(?=号)"),
    _at("著有", "等(?=书|著作|作品|集)"),
    # Which place, which one or what kind is missing.
    _at("为支", "行(?<=银行为支行)(?=[,。;])"),
    _at("奖等", "奖(?<=[步果作秀]奖等奖)"),
    _at("在隆", "重(?<![正现]在隆重)(?=(?:举行|召开|开幕)(?!的))"),
    *(_at(f"{line}°") for line in "经纬"),
    _behind("的路", "公", "(?=公交)"),
    _at("坐路", "(?=到|去|公交|车)"),
    _at(",系", "级(?=[一-龥]{2,6}(?:班|专业))"),
    _behind("在上", "发刊撰", "(?=发表|刊登|刊发|撰文)"),
    _at("住县", "乡村(?=[,。])"),
    _at("年级", "班(?<=[:,\n]年级班)(?=[,。])"),
    _behind("来自", "个", "个(?=[班国省市县村单部学街])"),
    _at("了届", "(?![时满])"),
    # How many, how much or how long is missing.
    _behind("的位", "医老专同领护教师", "(?=医生|老师|专家|同志|领导|护士|教授|同学|师傅)"),
    _at("有人", "(?<=[班连队厂校店村]共有人)(?=[,。])"),
    _at("有户", "(?<=[共现]有户)(?=[、,。])"),
    _at("口人", "(?<=[、,]口人)(?=[,。;])"),
    _at("有口", "人(?<=[共现]有口人)(?=[,。])"),
    *(_behind("不足", unit, f"{unit}(?=[即便就,。;])") for unit in "天米"),
    _at("了年", "(?<=[住干教当做学]了年)(?=[,。;])"),
    _at("有年", "(?<=已有年)(?=[,。])"),
    *(_behind(f"{moved}到", "点", "点(?=[,。;])") for moved in ("延长", "提前", "推迟", "开放")),
    *(_behind("每隔", unit[0], f"{unit}") for unit in ("分钟", "小时", "天", "米", "个月", "公里")),
    *(_behind("连续", unit, f"{unit}(?=[获被当保实出荣])") for unit in "次年届"),
    *(
        _behind(paid, "元", "元(?=[,。;用给作买维修整])")
        for paid in ("支取", "支付", "缴纳", "赔偿", "返还", "花费", "花了")
    ),
    *(_behind(share, "计的支收交缴", "(?=[计的支收交缴])") for share in SHARE_OF),
    *(_behind(verb, ",。;", "(?=[,。;])") for verb in ("我被评为", "被授予", "曾被评为", "先后被评为", "我被选为")),
    *(_behind(verb, "称", "称号(?=[,。;、])") for verb in w.AWARDED),
    # Of whom or of what is missing: 我是的班主任 (I am [?]'s class teacher), 学习的重要讲话.
    *(_at(f"{who}是", rf"的(?=[一-龥])(?![的话呀啊吧呢嘛确呗么])(?<=[{FRESH}“]{who}是的)") for who in "我他她"),
    _at("习关", r"于(?=[^,。;]{2,14}的?重要(?:讲话|指示|论述|思想|批示))(?<=学习关于)"),
    Hole(
        ("的重", "的系"),
        rf"的(?<=(?:{'|'.join(sorted(w.STUDIES))})的)(?=重要(?:讲话|指示|论述|思想|批示)|系列讲话)",
        before="".join(sorted({word[-1] for word in w.STUDIES})),
    ),
    *(
        _behind(
            verb,
            PLACES,
            r"(?!乡村)(?<!吃住在)[省市县区镇乡村州旗](?=[,。;第]|组[,。]|街道[,。;]|[市县区镇乡村路街](?:[,。;号]|[镇乡村路街]))",
        )
        for verb in w.LOCATED_IN
    ),
    *(_behind(verb, PLACES, f"[{PLACES}](?=[,。;的一])") for verb in w.BORN_IN),
    # Words for kinds of places in a row, without a name: 发包方:县镇村委会, 现住市路街号.
    *(
        Hole(
            (f"{at}{place}",),
            rf"{place}(?<={at}{place})[市县区镇乡街道办事处社]{{0,8}}村?(?:村委会|村民委员会|村民小组|居委会|路街?号|街号)(?=[,。;(\n住])",
            1,
        )
        for at in ":\n在于住"
        for place in "省市县区镇"
    ),
    *(
        Hole((f"{at}{place}",), rf"{place}(?<={at}{place})[县区镇乡]{{1,3}}村组?(?=[,。;(\n])(?!,?[三两]级)", 1)
        for at in ":\n"
        for place in "省市县区"
    ),
    *(_behind(verb, "镇乡局厂", "[镇乡局厂](?=工作|任职|上班|任教)") for verb in JOINED_UP),
    # In what it happened is missing: 在中升华 (matured in [?]).
    _at(
        "在中",
        "(?<=[,。;、\\n]在中)(?=升华|成长|收获|磨[练炼]|锻炼|进步|感悟|成熟|提[升高]|创新|度过|历练|奋斗|探索|前进)",
    ),
    _at("由开", "往(?=[,。的])"),
    Hole(("因一",), "因一案(?<=[人方告]因一案)"),
    *(
        Hole((f"{unit[-1]}{moved[0]}",), rf"{moved}{unit}(?<=[从由]{unit}{moved}{unit})", 1)
        for unit in ("社", "班", "系", "岗位", "部门", "专业", "学校")
        for moved in ("转入", "调入", "转到", "调到")
    ),
    _at("自日", "(?=起)"),
    Hole(("是,",), rf"是,(?<=[{FRESH}]我是,)(?=毕业|来自|今年|现年|年龄|性格|男|女)"),
    *(_at(who, "同志(?=因病|因公|生前|逝世|不幸)") for who in ("教师", "职工", "干部", "局长", "主任", "院长")),
    *(_at(f"{verb}和", "等(?=荣誉|称号|奖项|奖励)") for verb in ("获", "得", "为")),
    *(_behind(verb, "专", r"专业(?=[,。;、])") for verb in ("就读于", "毕业于", "考入")),
    *(_behind(verb, "大学中公医", r"(?:大学|学院|中学|公司|医院|学校)(?=[,。;、])") for verb in w.EMPLOYED_AT),
    # Which class or where is missing: 来自班的 (from class [?]).
    *(Hole((f"{side}至",), f"至(?<={side}至)(?=[,;。])", 1) for side in "东西南北"),
    _at("请及", "(?=以上)"),
    _at("“之", "(?=[乡城都家花冠最]”)"),
    *(_behind(f"{what}在", PLACES, f"[{PLACES}](?=[的,])") for what in ("家乡", "老家", "故乡", "我家")),
    *(_at(won, "奖(?=[,。;、])") for won in ("荣获", "获得")),
    _at("题为", "的(?=[一-龥])"),
    _at("在地", "区的(?<!所在地区的)(?=总?(?:经销|代理|代销|独家))"),
    _at("于向", "(?<=[方人告]于向)"),
    _at("名下", r"的(?=\((?:以下简称|下称))"),
    _at("于处", "(?<=位于处)(?=[的,。])"),
    _at("于位", "于(?<=坐落于位于)"),
    _at("达日", "(?<=[误期延迟长须]达日)(?=[的以,。])"),
    _behind("分配到", "工", "工作(?=[,。;])"),
    _at("有等", r"(?<=的有等)(?=[一二三四五六七八九十\d]{1,3}[位名人家])"),
    Hole(("姓,", "姓。"), f"姓[,。](?<=[{FRESH}我他她伯叔爷师妈傅板长友]姓[,。])"),
    _at("来自的", "(?=[,。])"),
    _at("有年", "(?<=经有年)(?=了)"),
    *(_at("予同", f"{who}(?<=给予同{who})(?=[记通警严留开嘉表])") for who in "学志"),
    *(_behind(f"每{span}", "次", "次(?=[,。;])") for span in ("年", "月", "周", "季度", "半年", "学期")),
    *(_behind(bound, "分", "分(?=[为者的,。以])") for bound in ("低于", "高于", "超过")),
    _behind("共收到", "票", "票(?=[,。;])"),
    _at("近人", "(?<=有近人)(?=[考参受报获被通入来])"),
    _at("号楼", "(?<=[苑园庭湾城]号楼)"),
    _at("功次", "(?<=记功次)(?=[,。;、])"),
    _at("功次", "(?<=等功次)(?=[,。;、])"),
    Hole((",族",), r",族(?=,)"),
    *(
        _behind(f"{what}为", "。", "(?=。)")
        for what in ("用途", "原因", "案由", "事由", "理由", "工种", "岗位", "职务", "住址", "地址")
    ),
    _behind("名称是", "。", "(?=。)"),
    *(_behind(f"{who}叫", ",。", "(?=[,。])") for who in ("主人公", "名字", "男孩", "女孩", "孩子", "题目")),
    *(
        _behind(f"{verb}第", ",。;", "(?=[,。;])")
        for verb in ("排名", "名列", "位列", "位居", "获得", "荣获", "列全班", "排在", "专业", "全班", "全年级", "全县")
    ),
    *(_at("有" + who[0], rf"{who[1:]}(?<=兹有{who})(?=[,。])") for who in ("学生", "同志", "职工", "员工")),
    *(Hole(("校班", "院班"), rf"班(?<={body}班)(?=的[一-龥])", 1) for body in ("我校", "我院")),
    *(
        Hole(
            (f"{at}号",),
            rf"号(?<={at}号)(?=教学楼|宿舍楼|实验楼|办公楼|车间|厂房|会议室|大棚|库房|仓库|展厅|窗口|考场|会场)",
            1,
        )
        for at in "在于是住至"
    ),
    _at("点至", "点(?<=午点至点)"),
    _at("名级", "(?<=一名级)"),
    _at("任了", "、(?=[一-龥])"),
    *(_behind(verb, "等", "等(?=奖)") for verb in ("获得", "荣获", "获", "评为", "取得")),
    _at("小学", "年级(?=[带教任])"),
    _at("于签", "订(?<=[方人]于签订)(?=的|了|《|本)"),
    _at("任职", "务(?<![担兼现所曾原拟历出主信责]任职务)(?=[,。])"),
    Hole((",男", ",女"), r",(?<=\n,)[男女](?=,)"),
    *(_behind(verb, "同", "同学(?=荣获|获得|被评)") for verb in ("祝贺", "恭喜", "表彰")),
    *(_at(f"{grade}年", "级班(?=[的,。;、])") for grade in "一二三四五六"),
    _at("了同", "志(?<=[听取受到]了同志)(?=[所作的关])"),
    *(_behind(verb, "等", "等(?=荣誉|称号|奖项|奖励|殊荣)") for verb in ("获得", "荣获", "先后获")),
    _after("\n。", "年", "[来春夏秋冬](?=,)"),
    _at("在以", "上(?<=[持定制]在以上)(?=[,。;])"),
    _behind("来自", "的", "的(?=[一-龥])"),
    _at("第个", "(?=[一-龥])(?!人[,。])"),
    _at("请同", "志(?=宣读|讲话|致辞|发言|上台|作报告)"),
    _at("所在", "的(?=是一)"),
    Hole(("因,",), "因(?<=[子我他她方]因)(?=,)"),
    _at("村村", "(?<=[方由与住在:]村村)(?=民委员会)"),
    *(_behind("来自", unit, f"{unit}(?=[,。;的])") for unit in "班系队组"),
    *(_behind(verb, PLACES, rf"(?!乡村)[{PLACES}]{{1,4}}(?=[,。;的一])") for verb in ("来自", "出生于", "出生在")),
    _behind("尊敬的", ":", "(?=:)"),
    *(
        _behind(verb, person, rf"{person}{rest}(?=为|系|任|担任|前往|自[^己然]|于\d|自年|同志)")
        for verb in INTRODUCES
        for person, rest in TITLED
    ),
    *(Hole((f"{link}等",), rf"等(?<={link}等)(?=领导|同志|专家|嘉宾|单位|部门|人[,。])", 1) for link in "有由"),
    _at("感谢", rf"(?<=[{FRESH}]感谢)的(?=帮助|支持|关心|栽培|信任|指导|培养)"),
    _at("同志", rf"(?<=[{FRESH}]在同志)(?=的(?:带领|领导|指导|帮助|关心))"),
    *(_at(f"{who}和", rf"、(?<=[{FRESH}]{who}和、)") for who in "我你他她"),
    _at("在本", r"(?=有(?:影响|地位|特色))"),
    _after(",;、。", "的", r"(?![的确士话哥姐款卡,。;、:!?\s“”])(?=[一-龥])(?<![的地得][、,]的)"),
    _after("在把被从对向将让和与及", "、", rf"(?<=[{FRESH}].、)"),
    _after("让把将由从向被与及", "的", rf"(?<=[{FRESH}].的)(?=[一-龥])"),
    _at(
        "在的",
        r"(?<![存现所内潜外实自正好还不同]在的)(?=[正坚亲][确强切]|统一领|大力支|关心|领导下|支持下|指导下|带领|精心)",
    ),
    Hole(("的、",), r"、(?<=党的、)(?=精神|全会|会议|报告|大精|[一-龥]{0,2}精神)", 1),
    _behind("党的", "大", r"大(?=精神|报告|胜利|召开|以来|和)"),
    Hole(("和届", "、届"), r"届(?<=[和、]届)(?=[一二三四五六七]?中全会)", 1),
    _at("届中全会"),
    Hole(("的届",), r"届(?<=党的届)", 1),
    _at("同志", r"(?<=以同志)(?=为(?:核心|总书记))"),
    Hole(("以、",), r"、(?<=坚持以、)", 1),
    _at("限度", r"(?<![大小低高有无极长定的]限度)(?=地)"),
    _at("程度", r"(?<=[,。;、以能够要会]程度)(?=地?(?:满足|发挥|调动|减少|降低|提高|保障|保证|维护|避免))"),
    _at(
        "以为",
        r"(?<![可所足予难加借自信我你他她们都会就还不能人误]以为)"
        r"(?=(?:主题|契机|载体|抓手|核心|主线|重点|导向|龙头|依托|突破口|切入点|目标|己任|宗旨|指导|统领|准绳)[,的。])",
    ),
    _before("、", BODIES, rf"([{BODIES}])(?<=\1、\1)(?<!直辖市、市)(?=[、,。;以和及与等])"),
    _at("、、", r"(?<=[一-龥]、、)(?=[一-龥\n])"),
    _at("有请", "(?=讲话|致辞|发言|上台|登台)"),
)
