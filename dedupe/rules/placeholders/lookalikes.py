"""How surely a run of mark characters is a mark: NONE where the signs mean themselves. Each shape has its own test.

Look-alikes are ruled out first, because a false mark in good text costs the reader's trust and a missed one only a
second look. A run that may be either is WEAK, and counts where the document has sure marks as well.
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_uppercase, digits

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import (
    DATE,
    FIGURES,
    MARK,
    NAME,
    NUMBER,
    ORDINAL,
    YEAR,
    Run,
    hint_of,
    is_latin,
    is_lettered,
    is_wide,
    meaning,
    word_after,
)
from dedupe.text.marks import ODD

# FAINT: nothing asks for a mark, but the run is one where the document has sure marks of its shape. WANTED: a clause
# lacks a noun there, though the sign is ordinary punctuation.
NONE, FAINT, WANTED, WEAK, SURE = range(5)

NUMERALS = frozenset("零一二三四五六七八九十百千万两0123456789")
MAGNITUDES = frozenset("十百千万亿")
FACES = frozenset("^-=><@;~•·'TOo⊙￣")
ENCLOSED = re.compile(r"<[^<>\n]*>")  # a prompt: its < and > belong to no equation
EQUATION = re.compile("[=≤≥<>÷√∑]")
SUPPOSE = re.compile(r"(?:^|[^一-龥]|[假可])设[一-龥]{0,6} ?$")
CHROMOSOME = re.compile("染色体|核型|性别|염색체|[Cc]hromosom|XY")
CONTINUED = re.compile(rf"[{MARK}]{{2}}[-:.、]$")
MONEY = ("$", "¥", "£", "€", "￥")
LEADS = ("“", "《", "「", "『", ":", "(", *MONEY)
LIST_ITEM = re.compile(r"([^\x00-\u2fff、。]{3,10})[、,;。]")
FACTORS = tuple(w.FACTORS)
MASKED_CODE = re.compile(r"[A-Za-z\d]/$|ICP备\d+$")
SECRET = re.compile("(?:密码|口令|验证码)[是为:]?$")
LEADERS = "_─·-.~=+"  # lead from a heading to its page number
TOC_PAGE = re.compile(r" *\d{1,4} *$")
# A date whose parts are all blank: 〇月〇日, --年--月. A single blank part may be anything.
FRAME = re.compile(rf"[年月]\s?[\d{MARK}~.…—-]")
DATED = re.compile(r"[\d—][年月]$")
LABEL = re.compile(
    r"([\u3040-\u30ff\u3400-\u9fff]{2,8}|[\uac00-\ud7a3]{2,8}|[A-Za-z][A-Za-z ]{1,16})(?:\([^()]{1,6}\))? ?: ?$"
)
DATE_FIELDS = tuple(w.words("zh", "fields-dates"))
FIELDS = tuple(w.FIELDS | w.words("ja", "fields") | w.words("ko", "fields"))
ENDS_FIELD = frozenset("  ,。;、)(|/\n")
ENDS_CLAUSE = frozenset(",。;")
# What begins a clause or needs a noun after it: a row of signs after one of these does not end another clause.
BEFORE_NOUN = frozenset("\n,。;:、“《「(【在由于和与及是为叫到从向对给将被把于至自同跟以经第达约共近过任约的 ")
NEEDS_NOUN = BEFORE_NOUN.difference("\n,。;:、“《「(【 ")
PARTICLES = frozenset("了吧呢啊吗呀哦嘛啦哈的地得着过么哟嘞喔嗯哎唉")
TITLES = tuple(word for word in w.PEOPLE if len(word) > 1)
# After one of these a surname begins a word: 女儿王*.
BEFORE_SURNAME = TITLES + tuple(
    w.listed("儿子 女儿 长子 次子 侄子 侄女 外甥 丈夫 妻子 哥哥 弟弟 姐姐 妹妹 孙子 孙女 父亲 母亲 邻居 同事 证人")
)
DOUBLE_SURNAMES = tuple(w.listed("欧阳 上官 司马 诸葛 皇甫 尉迟 公孙 慕容 令狐 夏侯 端木 司徒"))
# A file name or a number that a letter is part of: web.xml, 5.x; but not xx.x, a number with both parts blank.
PART_OF_NAME = re.compile(rf"[^{MARK}][.-]$|/$")
ENGLISH_BODY = re.compile(rf"(?i: (?:[a-z]+ ){{0,2}}(?:{'|'.join(sorted(w.words('en', 'bodies')))})\b)")
ENGLISH_LINK = re.compile(r"[a-z,:] $|^$")
CODE_TAIL = re.compile(r"[-—–]\d")
FUNCTION_WORD = re.compile(r"(?:to|on|in|at|of|for|from|and|by|with|is|was|will) ")  # planned ___to the farm
TO_WRITE = re.compile(r"\((?:依次|应当?|在此|分别)?(?:写明|填写|注明|载明|列明)")
STANDARD_BEFORE = re.compile("(?<![A-Za-z])[A-Z]{1,3}/[TZ]$")
CODE_BEFORE = re.compile(r"[一-龥:][A-Z]{1,3}$")
RATING = re.compile("(?:信用|信誉|口碑|服务|指数|评分|星级|难度|推荐|好评|热度|程度|等级)[::]?$")
PERSON_BEHIND = re.compile(r"[,、] ?(?:\d{4}年(?:\d{1,2}月)?(?:出?生|生)|男|女|性别|汉族|现年|生于|出生|身份证)")
PARTIES = tuple("原告 被告 申请人 第三人 上诉人 被告人 受害人 委托人 承诺人 声明人 我叫 姓名:".split())
PARTIES_NAMED = tuple(f"{role}:" for role in (*PARTIES, *w.ROLES))
KANA_BEHIND = re.compile("[日月年时名人回分][ほまごのかにでは]")
ISSUED = re.compile(r"[一-龥]{1,4}[〔\[(]")  # ×水〔20××〕×号, the number of an official document
BODY_BEHIND = re.compile(
    "[一-龥]{0,6}?(?:株式会社|制作所|商事|商店|工业|产业|有限公司|集团公司|股份公司|合作社|公司|学院|大学|小学|中学|学校|医院"
    "|法院|银行|支行|幼儿园|派出所|委员会|办事处|事务所|服务站|中心)"
)
ENGLISH_MANY = re.compile(r" (?:[A-Z]?[a-z]{3,}(?<![su])s|people|men|women|children)\b")
ENGLISH_AFTER = frozenset(" ,.;'")
ENGLISH_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\. $|\b(?:Miss|Madam|Dear|Professor|Uncle|Aunt|Principal) $")
ENGLISH_NUMBERED = re.compile(
    r"#$|\b(?:Block|Room|Flat|Building|Gate|Platform|Row|Seat) $|\b(?i:no|number|id|tel|phone|code)[.:]{0,2}(?: is)? $"
)
ENGLISH_GOVERNOR = re.compile(
    r"\b(?:in|at|of|for|from|to|by|with|on|about|is|was|are|were|the|a|an|that|named|called|needs?|has|have|had|my|our"
    r"|his|her|your|I,|child|son|daughter|over|than|past|last|next|some|only|nearly|within|after|before|and|between"
    r"|completed?|finished|passed|attended|employs?|hires?|hired|serves?|served|raised|received|costs?|paid|took|takes"
    r"|spent|won|lasted|lasts|sold) $"
)
SIGNING = "[(](?:手印|签字|盖章|签名|签章|公章|印章|指印)"
SIGNED = re.compile(f" *(?:$|(?<= )[一-龥]{{2,6}}(?:[:.·-]|于 )|{SIGNING})")
HONOURED = ("尊敬的", "敬爱的", "亲爱的")
INVITES = ("由", "请", *HONOURED)
INTRODUCING = (*"由请赏迎有、和与是奖给住栋自于", *HONOURED)
ASKED_KOREAN = re.compile(" ?(?:[년월일명개시분원](?![가-힣]{2})| ?[가-힣]{1,6}(?:님|씨|께|귀하))")
HONOURED_KOREAN = re.compile(
    " ?[가-힣]{1,6}(?:님|씨|께|귀하)| (?:[가-힣]{2,6} )?(?:원장|대표|부장|과장|교수|선생|회장|이사|팀장|점장|소장|교장)"
)
LINKING = frozenset("和由及与跟被向请")
SIGNER = re.compile(r"(?:^|\s)[一-龥]{1,5}(?:人|方|代表|签字|签名|单位|日期)$")
SPOKEN = re.compile("[说道问想喊叫答曰]: ?$")
PLATE = re.compile(r"(?<![A-Za-z\d])([xX×*○])[A-Z]?[·.]\1{4,6}(?![A-Za-z\d])")
LONGEST_ROW, LONG_BLANK = 16, 3
ASKS = re.compile("什么|哪|谁|[吗呢吧]|怎|如何|为何|多少|是否|几[个人时点年天]")
TIMES = re.compile(r"\d[一-龥]{0,2}$")
HALF_DATE = re.compile(r"\d[日号]")  # the first of a day's two figures is masked: 3月*8日
HALF_PHONE = re.compile(r"(?<!\d)1[3-9]\d$|(?<!\d)0\d{2,3}-?$")
# One part of a telephone number: 电话番号 ○○○-○○○-○○○○, 151-XXXX-XXXX.
PHONE_PART = re.compile(r"(?:番号|FAX|Fax|TEL|Tel)[::. ]{0,3}(?:[○△×*xX]{2,4}-){0,2}$|(?<!\d)1[3-9]\d-$")
LONE_CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z]$")
DEFINED = re.compile("[,;。(] ?[Xx] ?(?:为|是|表示|代表|指)(?![一-龥]{0,3}[省市县])")
VARIABLES = re.compile(
    "(?<![A-Za-z])[a-wyz] ?(?:千?米|小时|元|吨|个|人|与)|求[a-z](?![A-Za-z])|[A-Z]、[A-Z]两地|相向而行"
)  # 行v千米,求y与x
OTHER_POINT = re.compile("[A-WYZ] ?点")
PLATE_BEFORE = re.compile("[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?$")
FIRST_DIGITS = re.compile(r"(?<![\dA-Za-z.-])(?<!\d,)[1-9]\d{0,5}$")
MAIL = re.compile(r"@[a-z\d]{2,9}\.(?:com|cn|net|org)\b")
HALF_DECIMAL = re.compile(r"(?<![\d.])\d{1,4}\.\d?$")
STARRED = re.compile(r"(?![年月日时分])[一-龥]\*(?![年月日时分省市县区])[一-龥]\*(?![年月日时分])[一-龥]")  # 学*科*网
PARTED = re.compile(r"\*[一-龥]\*|\*[一-龥]\*$|^\*?[一-龥]?\*[一-龥]\*")  # 本*文*来*自
COUNT_LABEL = re.compile("[数量额度价费率龄限薪资积长宽高重]: ?$")
STARS = re.compile(r"(\*+) ?[、,和及] ?$")  # levels of stars: 用 *、**、*** 标出
STANDARD = re.compile(r"[-—–](?:20|19)[xX×*_]{2}(?![\w])")
CERTAIN_UNITS = frozenset("吨岁亩寸斤辆台米尺升克株头匹")
BEFORE_DATE = ("年", "月", "于", "自", "至", "日", "午", "晚", "년 ", "월 ")
MONTH_OPEN, YEAR_OPEN = re.compile(rf"[{MARK}]月$"), re.compile(rf"[{MARK}]年[{MARK}]+月$")
EXPLAINED = re.compile(r"\(([一-龥]{2,8})\)| ?\( ?[A-Za-z ]{0,20}\b([A-Za-z]{3,20}) ?\)")
GOES_BEFORE = re.compile(r"(?:^|[ (])(?:is|of|to|at|by|on|for|from|the|in|and|as|no|No|be)$")
SIGNS_HERE = ("签名", "签字", "签章", "盖章")
COURT = re.compile("(?:[法检仲民刑行执商知财调]|劳人?仲)[^,。;]{0,6}字第")
REPORTER = re.compile(r"\((?:本报|本网|见习|特约)?(?:记者|通讯员|摄影) ?$")
HAS_POST = re.compile(rf"\((?:{'|'.join(sorted(w.PEOPLE, key=len, reverse=True))})\)[,、様样]")
NEXT_NAME = re.compile(rf"、[{MARK}]{{2}}")
LISTED = re.compile(rf"[{MARK}]{{2}}[、, 和及与]{{1,2}}$")  # xx、xx和xx
BEGINS_CLAUSE = re.compile(r"[一-龥][,。;:]$|^ *\([一二三四五六七八九十]{1,3}\)$")  # 村组,xxx,简称乙方; (一)xxx,
LABELLED = re.compile(r"(?:^|\s)[\[【][^\[\]【】]{1,8}[\]】] ?$")
CELL_BEFORE, CELL_AFTER = (
    re.compile(rf"\|(?:[{MARK}]+[、,/ ]){{0,4}} *$"),
    re.compile(rf" *(?:[、,/ ][{MARK}]+){{0,4}} *\|"),
)
QUOTES = frozenset("「」『』“”《》‘’〈〉")
TOPIC = re.compile("(?<!#)#(?!#)[^#\n]{2,14}(?<!#)#(?!#)")
PROGRAMMED = re.compile(
    "替换|换成|格式|占位|变量|函数|参数|代码|公式|单元格|程序|语法|字符|报错|错误|元素|对象|数组|表示|类型"
)
ADDRESSED = re.compile(" ?(?:殿|様|样|御中) ?")
OFFICES = frozenset("部课課係")  # ○○ 部
FIELD_BEFORE = re.compile(r"\(([一-龥]{2,10})\)$")  # 证件(统一信用代码)____
CLASS_BEFORE = re.compile(r"[班级组队系] ?$")
BY_WHOM = re.compile(f" ?{SIGNING}[)] *(?:[或/][一-龥]{{2,4}})?")
FORM_ITSELF = re.compile("字?形(?![势象成容式])")  # ×字形的胶布, tape in the shape of a ×
LEGEND = re.compile('(?:代表|表示|[标示]?为)(?:第|[“"「『《])')  # ▲▲代表第一组, ▲▲ stands for group one
SIGN_ITSELF = re.compile("号(?![楼房线院库路机井段门桌台位])")
DRAWN = re.compile("(?:个|[打画标加带用]|写上|画了) *$")
RETURNED = tuple(w.listed("返回 等于 输出 打印 显示 变成 值为 值是 成了 赋值 一个 这个 是否 判断 检查 作为"))
AFTER_NUMBER = tuple("楼房包病床考车拘决令文通判")  # ×号楼
GRADES = frozenset("级制型类霜片卡照座版系期")
QUIZ = re.compile(
    "[一1]组是|[一1]项是|方式是|正确的是|下列|下面|[正准]确|错误|选项|共有|说法|文中|[画划]线|词语|成语|诗句|句子|意思是|含义是"
)
SHOWN_AS, AS_SIGN = ("带", "标", "打", "标有", "写作", "记作", "画"), ("的为", "的是", "者为", ",代表", ",表示")
CHOICES = re.compile(r"[。? ]{0,2}[\[(]?A[.、:]")  # 作者是(  )。A.…
SIGN_NAMED = ("代表", "表示", "号题", "号表示", "号代表", "号标", "号者", "号指", "号键", "键")
NAMED_AS_SIGN = re.compile("[”」』] ?(?:这个|这种|这类|一类)?(?:符号|记号|占位符)")
SIGN_CALLED, AT_SIGN = ("星号", "叉号", "乘号", "问号", "符号"), frozenset("在把将到从手步")
STATUS = re.compile(r"(?<![\d篇])[1-5]$")  # a status of HTTP: 4xx
ARTICLE_NUMBER = re.compile(r"(?<![A-Za-z])[A-Z]{1,5}(?:[-/]\d{1,6}){0,2}-$")  # QR-07-XX
CODED = re.compile(r"0x[\dA-Fa-f]*$|端口 ?\d*$|(?<![A-Za-z])[A-Z]-$")  # 0x0000XX, E-xx
SIZE, TYPE = re.compile("-(?:small|large)"), re.compile("型(?!号)")  # xx-large in CSS, XXX型 of chromosomes
DEGREE = re.compile("I{1,3}[度级型期类章卷部节编篇条组届款项册辑回]")  # II度烧伤, 第III部
ROMAN = re.compile("第[IVXLC]*[IVLC][IVXLC]*[章卷部节].*第$")
ROMAN_IS = re.compile(r" ?(?:是|=|表示|代表|等于) ?(?:[一二三四五六七八九]?十|\d{1,2})(?=[,。;、)]|$)")  # XX是二十,
LONE_DIGIT = re.compile(r"(?<!\d)[1-9]$")
EXTENSION = re.compile(r"[a-z] $")
MASKED = ("精神", "重要", "思想", "理论", "战略", "方针", "的")
OPEN_QUOTES = '“「『《"'
SHARE_OF = ("百分之", "千分之", "万分之")
BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕"}
COUNTED = frozenset((NUMBER, NAME, ORDINAL))
COUNTED_OR_DATED = COUNTED | {DATE}
SIGNS_OFF = re.compile(
    r" *\((?:서명|인)\)| *(?:敬上|谨上|敬启|谨启|谨呈|敬呈|呈上|拜上|顿首|叩首|敬礼|谨识|敬贺|敬邀|谨邀"
    r"|귀하|귀중|님(?![가-힣])|様|殿|御中)"
)
TO_WHOM = re.compile(r" ?(?:\([一-龥]{2,4}\))? ?: *")
WORD_BEFORE, WORD_BEHIND = re.compile(r"[a-z] ['\"]?$"), re.compile(r"['\"]?(?: [a-z]{2}|[,.;])")
WEEKDAY = ("星期", "礼拜", "(周")
WANTING = (*w.WANTS_VALUE, *w.WANTS_PLACE)
STRICTLY_WANTING = (
    *(word for word in WANTING if len(word) > 1),
    *PARTIES,
    *(*HONOURED, "老家在", "家住", "住在", "名叫", "叫做"),
)
WEEKLY, HALF_DAY = ("周", "星期", "礼拜"), re.compile("[上下中]午|晚[上间自]?|早[上晨]|放学|例会")
# A figure whose end is masked, 身高一米× (1.× m tall), or a school year, 读高× (in high school year ×).
CUT_FIGURE = re.compile(r"[一二三四五六七八九十两\d][米百千万点块]$|[读念上升考]了?[高初大小]$")
TIME = re.compile(r"(?:[xX×*_○]{1,2}|\d\d):(?:[xX×*_○]{1,2}|\d\d)(?![\d:])")
# A site masks its users on purpose: 上传人:木*** (uploaded by 木***).
MASKED_USER = re.compile(
    r"(?:上传人|上传者|用户|网友|会员|发布人|提问者|回答者|买家|판매자|작성자|글쓴이|회원)[::]? ?[^\s:]{0,3}$"
)
MASTERS = ("先生", "女士", "小姐", "教授", "博士", "君", "老师", "同学")


def strength(run: Run, rest: str, code: str) -> int:
    """Return how surely a run is a mark: NONE for a letter, an operator, a bullet or a rule, else up to SURE."""
    before, after = run.before, run.after
    if after[:1] == "@" and run.length > 1 and run.mark not in "*#@" and MAIL.match(after):
        return _sure(not is_lettered(before[-1:]) and not before[-1:].isdigit())
    if after[:1] == "@" or DEGREE.match(run.text + after) or _is_masked_on_purpose(run):
        return NONE
    if is_lettered(after[:1]) and code != NUMBER:
        return _sure(_is_before_word(run))
    if run.length > 2 and ((before[-2:].isdigit() and after[:2].isdigit()) or SECRET.search(before)):
        return NONE  # masked on purpose: 138****5678, 密码是****
    if run.length > 3 and run.mark in LEADERS and TOC_PAGE.match(after):
        return NONE
    told = _early_verdict(run, rest, code)
    if told is not None:
        return told
    if run.length > 2 and (CODE_BEFORE if run.mark in "×*□○_" else STANDARD_BEFORE).search(before):
        return SURE  # SC××××××, Q/××, GB/TXXXXX
    if is_lettered(before[-1:]):
        is_true = run.length > 1 and code and (_is_after_acronym(run, code) or _is_after_one_letter(run))
        return SURE if is_true else NONE
    if not (before.strip() or after.strip()):
        return _all_of_line(run)
    return SURE if _is_framed(run) else TESTS[run.mark](run, rest, code)


def _is_before_word(run: Run) -> bool:
    """True if a run that touches a Latin word is a mark: of ________Months, planned ___to the farm, ××Province."""
    left = run.before.rstrip(" ")[-1:]
    if run.mark == "×":
        return run.length > 1 and run.after[0].isupper() and not is_lettered(left)
    goes_on = run.length > 7 or (run.before[-2:-1].islower() and FUNCTION_WORD.match(run.after) is not None)
    return run.mark == "_" and run.length > 2 and (is_wide(left) or (run.before.endswith(" ") and goes_on))


def _all_of_line(run: Run) -> int:
    """Return how surely a run alone on its line is a mark: a signer or a form's line, not a rule between sections."""
    if run.mark == "_" and run.length > 3 and len(run.before) > 1:
        return WEAK  # indented as the form's other lines are
    if run.mark in "○〇△□◇" and 1 < run.length < 5:
        return FAINT
    return _sure(run.mark in "xX×" and 1 < run.length < (9 if run.mark in "xX" else 5))


def _early_verdict(run: Run, rest: str, code: str) -> int | None:
    """Judge set phrases, English blanks and signs of many uses, before the general tests. None if nothing decides."""
    if run.length == 1 and SIGN_ITSELF.match(rest) and (rest[1:2] in ("标", "者") or DRAWN.search(run.before)):
        return NONE  # 画了个*号 (drew a *), ※号标的几户
    if FORM_ITSELF.match(run.after) and run.mark in "xX×":
        return NONE
    if run.mark not in "xX×*_" and LEGEND.match(run.after):
        return NONE
    if run.before.endswith(SHARE_OF) and not rest[:1].isalnum():
        return SURE
    if run.length > 1 and run.mark not in ".~-" and run.before.endswith(MONEY) and not run.after[:1].isalnum():
        return SURE  # US$NN
    is_person = run.length > 1 and run.mark in "█☆?#@" and PERSON_BEHIND.match(run.after) is not None
    if is_person or _ends_number(run) or explained(run):
        return SURE
    english = _english(run) if run.length > 1 and run.after[:1] in ENGLISH_AFTER else NONE
    ask = EARLY_TESTS.get(run.mark) or (_odd if run.mark in ODD else None)
    if ask is not None:
        return max(english, ask(run, rest, code))
    return english if english > FAINT else None


def explained(run: Run) -> str:
    """Return the code of what brackets after a run say it stands for: ———(姓名), xxx(夫妻姓名); empty where none do."""
    is_long = run.length > 2 - (run.mark in "○〇△□◇×*xX")
    field = EXPLAINED.match(run.after) if is_long and run.mark != "." else None
    if field is not None and field[2]:
        word = field[2].lower()
        return DATE if word in w.DATES_EN else NUMBER if word in w.FIGURES_EN else NAME if word in w.FIELDS_EN else ""
    if field is None or field[1].endswith(SIGNS_HERE) or not field[1].endswith(FIELDS):
        return ""
    return DATE if field[1].endswith(DATE_FIELDS) else NUMBER if hint_of(field[1]) == NUMBER else NAME


def _is_masked_on_purpose(run: Run) -> bool:
    """True if a run hides a user or the end of a number, or means any name or itself: ICP备1903****, “××”这个符号."""
    if (run.before.endswith("来源:") and run.after.startswith("(非")) or (
        run.after[:1] in QUOTES and NAMED_AS_SIGN.match(run.after)
    ):
        return True  # 凡注明“来源:XXX(非本网)”的作品; “××”这个符号
    if run.mark != "*":
        return run.mark in "xX" and "ICP备" in run.before
    return MASKED_CODE.search(run.before) is not None or (run.length > 1 and MASKED_USER.search(run.before) is not None)


def is_time_of_day(run: Run) -> bool:
    """True if an hour is blank before its minutes: xx:00."""
    may_be = run.length < 3 and ":" in run.after[:2] and run.mark in "xX×*_○"
    return may_be and TIME.match(run.text + run.after) is not None


def _is_framed(run: Run) -> bool:
    """True if the text right beside a run leaves no doubt: 《××》, 百分之×, 五(×)班, 学生  ○○○  敬上."""
    before, after = run.before, run.after
    if before[-1:] == "《" and after[:1] == "》" and run.length > 1:
        return True
    is_box = run.text == "□" and run.after[:1] == " "  # 离职原因:□ 自愿 □ 期满
    if (
        not is_box
        and run.mark in "xX×*○〇△□"
        and (_is_field(run) or (_is_cell if run.length > 1 else _is_next_cell)(run))
    ):
        return True  # 成绩:×, | 三月 | xx |
    if _is_labelled(run):
        return True
    is_person = PERSON_BEHIND.match(after) is not None and not CHROMOSOME.search(before)
    is_marked = is_person or (run.length > 5 and PLATE.fullmatch(run.text))
    if (run.length > 1 or not before.strip()) and is_marked and not is_lettered(before[-1:]):
        return True
    if before.endswith(WEEKDAY) and run.length < 3 and after[:1] in ENDS_FIELD and after:
        return True
    if (run.length < 3 and _is_told_by_both_sides(run)) or is_day(run):
        return True
    if run.length == 1 and after[:1] in ENDS_FIELD and after and (before.endswith("月初") or CUT_FIGURE.search(before)):
        return True
    if is_time_of_day(run):
        return True
    if before.endswith(SHARE_OF) or (
        before[-1:] in BRACKETS and BRACKETS[before[-1:]] == after[:1] and meaning(after[1:]) in COUNTED_OR_DATED
    ):
        return True
    return run.length > 1 and SIGNS_OFF.match(after) is not None and not is_lettered(before[-1:])


def _is_labelled(run: Run) -> bool:
    """True if a run is the addressee of a note, a court after a year, or a person by a label or a post in brackets."""
    before, after = run.before, run.after
    if 1 < run.length < 9 and not before.strip() and (TO_WHOM.fullmatch(after) or BY_WHOM.fullmatch(after)):
        return True
    if before[-1:] in ("〕", ")") and COURT.match(after):
        return True  # (2019)×法民初字第…号
    if run.length == 1 and before[-1:] in ("〕", "]") and after[:1] == "号":
        return True  # ×政发〔20××〕×号
    if run.length > 1 and REPORTER.search(before) and after[:1] == ")":
        return True  # (记者 ●●)
    if run.length == 1 or run.mark not in "○〇△□×*":
        return False
    is_value = LABELLED.search(before) is not None and (not after.strip() or after.startswith(" ("))  # [작성자] ○○○
    return is_value or (not before.strip() and HAS_POST.match(after) is not None)  # ○○(课长),


def _ends_number(run: Run) -> bool:
    """True if the end of a telephone or article number is missing: 138********, 编号:HR-NNNN, QX-●●●●."""
    before = run.before
    if run.length > 2 and ARTICLE_NUMBER.search(before) and hint_of(before.rstrip(ascii_uppercase + digits + "-")):
        return True
    if 1 < run.length < 5 and run.mark in "○△×*xX□◇●■◆▲" and PHONE_PART.search(before) and not run.after[:1].isdigit():
        return True
    if run.length > 3 and PLATE_BEFORE.search(before):
        return True  # 苏E·*****
    if run.length > 5 and run.mark not in "*_-~.#=" and FIRST_DIGITS.search(before):
        return True  # 身份证号3301××××××××××××××
    is_phone = run.length > (3 if run.mark in "×*" else 6) and HALF_PHONE.search(before) is not None
    return is_phone and not run.after[:1].isdigit()


def is_day(run: Run) -> bool:
    """True if a run is the day after a blank month: x月x,"""
    if run.length > 2 or MONTH_OPEN.search(run.before) is None:
        return False
    return run.after[:1] in ENDS_FIELD if run.after else YEAR_OPEN.search(run.before) is not None


def _is_told_by_both_sides(run: Run) -> bool:
    """True if both neighbours together show a mark: 成绩列全班第* (ranked *th in class), 3月*8日, 每周x下午."""
    is_place = run.before.endswith("第") and run.mark in "×*xX○〇△□◇" and run.after[:1] in (",", "。", ";")
    is_place |= run.before.endswith("第") and run.mark in "×*○〇△□◇" and is_wide(run.after[:1])  # 第×任院长
    is_place |= run.before.endswith("月") and HALF_DATE.match(run.after) is not None
    return is_place or (run.before.endswith(WEEKLY) and HALF_DAY.match(run.after) is not None)


def _is_after_acronym(run: Run, code: str) -> bool:
    """True if something is masked right after capitals: GDPxx亿元, 27家Axx区, JR○○线. MAXX and Linux are words."""
    if run.mark in "○〇△" and code == NAME and run.before[-2:].isupper():
        return True
    last = run.before[-2:].lstrip("0123456789")
    return run.mark == "x" and code in (NUMBER, NAME) and last[-1:].isupper() and not last[0].islower()


def _is_after_one_letter(run: Run) -> bool:
    """True if a name kept one letter and its rest is masked: G**次列车 (train G**)."""
    return run.mark not in "xX" and not is_latin(run.before[-2:-1])


def _english(run: Run) -> int:
    """Judge a row of signs where an English sentence lacks a name or a figure: Mr. -----, for ~~ hours."""
    before, after = run.before, run.after
    if (run.mark == "_" and run.length > 4 and GOES_BEFORE.search(before)) or run.is_spread:
        return SURE  # The rent is______. pupils of * * * will
    if ENGLISH_TITLE.search(before) or ENGLISH_NUMBERED.search(before):
        return SURE
    if ENGLISH_BODY.match(after) and before.endswith(" "):
        return SURE
    if run.text.isupper() and run.text[0] in "NZYWVKJ" and ENGLISH_MANY.match(after):
        return SURE  # ship NNN cartons
    if not ENGLISH_GOVERNOR.search(before):
        return NONE
    if run.length > (5 if run.text.isascii() else 3) and run.mark in "._-" and after[1:2].islower():
        return SURE
    if ENGLISH_MANY.match(after):
        return WEAK if run.mark in ".-" else SURE
    return FAINT


def _sure(is_true: object) -> int:
    return SURE if is_true else NONE


def _letter(run: Run, rest: str, code: str) -> int:
    """Judge x and X. Look-alikes: X光 (X-ray), 3x, x2, 4xx, XX世纪, Super Bowl XX."""
    before, after = run.before, run.after
    if _is_part_of_name(run):
        return NONE
    if before[-1:].isdigit():
        is_status = run.length == 2 and code != NUMBER and STATUS.search(before) is not None
        is_port = run.length == 3 and LONE_DIGIT.search(before) is not None  # 端口8xxx
        is_true = rest[:1] in w.PLACES if run.length == 1 else (code and rest[:1] != "都") or run.length > 2 + is_port
        return _sure(is_true and not is_status)
    if run.length > 1 and run.mark == "X" and _is_english_blank(before, after, run.length):
        return SURE
    if run.length > 1:
        if (
            run.mark == "X"
            and run.length == 2
            and code not in (YEAR, DATE)
            and CHROMOSOME.search(before + after)
            and ("XY" in after or not before.endswith((":", "性别")))
        ):
            return NONE
        if not code and CODE_TAIL.match(after):
            return _sure(STANDARD.match(after))  # Q/AB XXX-20XX
        if ENGLISH_BODY.match(after) and ENGLISH_LINK.search(before):
            return SURE
        is_true = bool(code) or (not after[:1].isdigit() and _is_in_prose(run, rest))
        return SURE if is_true else WEAK if BEGINS_CLAUSE.search(before) and after[:1] in (",", "。", ";") else NONE
    is_part = PART_OF_NAME.search(before) is not None and not (rest[:1] == "年" and is_wide(before[-2:-1]))  # 生于.X年
    if after[:1].isdigit() or rest.startswith(("代表", "m/")) or _is_formula(run) or is_part:
        return NONE
    if _may_be_anybody(run, rest, code):
        return WEAK
    is_answer = (run.mark == "x" or before.endswith(("姓", "叫", "号", "达", "到"))) and _is_answer(before, after)
    is_name = _is_surname(before, after) or _is_by_name(before, after) or _heads_name(before, after)
    return SURE if code or is_answer or is_name else FAINT if _stands_alone(run, code) else NONE


def _may_be_anybody(run: Run, rest: str, code: str) -> bool:
    """True if one letter stands for a person or a body, as it may in a story: X女士, X自来水公司, 全权委托X办理."""
    if run.before.endswith(("委托", "授权", "委派")):
        return is_wide(run.after[:1])
    is_body = not run.before.strip() and BODY_BEHIND.match(run.after) is not None
    return run.mark == "X" and (is_body or (code != "" and rest.startswith(MASTERS)))


def _is_in_prose(run: Run, rest: str) -> bool:
    """True if words stand beside the letters, or a label or a list stands before them."""
    before = run.before.rstrip(" ")
    if is_wide(before[-1:]) or is_wide(rest[:1]) or before.endswith(LEADS):
        return True
    if before.endswith("】") and not run.after:
        return True  # the addressee below a heading
    if FIELD_BEFORE.search(before) and (run.after.startswith(" (") or run.after[:1] in ENDS_CLAUSE):
        return True  # 生父(姓名) XXX (民國 XX 年; 讓價為(人民幣)xx。
    if run.mark == "x" and run.length > 2 and WORD_BEHIND.match(run.after) and WORD_BEFORE.search(run.before):
        return True
    is_name = (before.endswith("、") or not before) and NEXT_NAME.match(run.after) is not None
    return is_name or (LISTED.search(run.before) is not None and not is_latin(run.after[:1]))


def _is_part_of_name(run: Run) -> bool:
    """True if letters are part of a name or a numeral: 0x00XX, 第XX章 after 第IX章, xx-large, XXX型 of chromosomes."""
    if CODED.search(run.before) or (run.mark == "X" and (ROMAN.search(run.before) or ROMAN_IS.match(run.after))):
        return True
    return run.length > 1 and (SIZE if run.mark == "x" else TYPE).match(run.after) is not None


def _is_english_blank(before: str, after: str, length: int) -> bool:
    """True if capitals stand for a figure or for the end of a number: on XX Saturdays, extension XXXX., QR-07-XX."""
    is_end = after[:1] in ENDS_FIELD or after.startswith(". ")
    if not EXTENSION.search(before):
        return is_end and ARTICLE_NUMBER.search(before) is not None
    return ENGLISH_MANY.match(after) is not None or (is_end and length == 4)


def _operator(run: Run, rest: str, code: str) -> int:
    """Judge × and *. Look-alikes: 3×4, 长×宽 (length × width), 2*3, footnotes and list items."""
    before, after = run.before, run.after
    if _is_sign_itself(run, rest, code):
        return NONE
    left, right = before.rstrip(" "), after.lstrip(" ")
    if left[-1:].isdigit() or right[:1].isdigit():
        if left[-1:].isdigit() and right[:1].isdigit():
            return _sure(run.length > 2)
        return _sure(code if run.length > 1 else rest[:1] in w.PLACES)
    if not left and (after[:1] == " " or (run.length == 1 and not code)):
        is_year = run.length > 1 and code in (YEAR, DATE)  # **** 年 **月
        return _sure(is_year or (run.mark == "×" and ISSUED.match(after)))
    if before.endswith(("√", "✓")):
        return NONE
    if run.length > 1:
        return _sure(_is_row_in_clause(run, left, rest, code))
    if (left.endswith(FACTORS) and code not in FIGURES and rest[:1] not in w.PLACES) or _is_formula(run):
        return NONE
    if before[-1:] == "《" and after[:1] == "》":
        return FAINT
    is_name = _is_surname(before, after) or _is_by_name(before, after) or _is_answer(before, after)
    return SURE if code or is_name else FAINT if _stands_alone(run, code) else NONE


def _is_row_in_clause(run: Run, left: str, rest: str, code: str) -> bool:
    """True if several stars or crosses are part of a clause: in a list, after a label, beside what is counted."""
    before, after = run.before, run.after
    is_last = run.mark == "×" and run.length < 4 and before[-1:] == "、" and (not after or after[0] in ENDS_CLAUSE)
    if is_last or left.endswith(LEADS) or CONTINUED.search(before) is not None:
        return True
    if left[-1:] == run.text[0] and before.endswith(" "):
        return True  # names side by side: ×××  ×××
    is_free = code or left.endswith(")") or is_wide(left[-1:]) or is_wide(rest[:1]) or _is_cell(run)
    is_quantity = code == NUMBER and before.endswith(" ") and LONE_CAPITAL.search(left) is not None  # P ××次
    return bool(is_free) and (not is_lettered(left[-1:]) or is_quantity)


def _is_sign_itself(run: Run, rest: str, code: str) -> bool:
    """True if a star or a cross means itself: levels of stars, signs between characters, a button with a cross."""
    before, after = run.before, run.after
    if before.endswith(SHOWN_AS) and rest.startswith(AS_SIGN):
        return True  # 带*的为必修课
    stars = STARS.search(before) if run.mark == "*" else None
    is_level = stars is not None and (run.length == 1 or len(stars[1]) != run.length)  # ***、*** are two people
    if run.mark == "*" and run.length == 1 and STARRED.search(f"{before[-3:]}*{after[:3]}"):
        return True
    if run.mark == "*" and (is_level or (run.length == 1 and not code and PARTED.search(f"{before[-2:]}*{after[:2]}"))):
        return True
    if (rest.startswith(SIGN_NAMED) and not before.endswith(TITLES)) or (
        rest[:1] == "号" and before.rstrip(" ").endswith(tuple("打标用画的"))
    ):
        return True  # *号题选做 (questions marked *), 用*号表示
    if run.length == 1 and (before.endswith(SIGN_CALLED) or (rest[:1] == "处" and before[-1:] in AT_SIGN and before)):
        return True  # 星号*只在…, 把×处的两针
    is_button = run.length == 1 and run.mark == "×" and rest[:1] == "号" and rest[1:2] not in AFTER_NUMBER
    is_button &= before[-1:] not in frozenset("路街巷弄道里院村区〕])")
    return is_button and not before.endswith("第")


def _is_cell(run: Run) -> bool:
    """True if a run fills a cell of a table, alone or with other marks: | xx、xx |."""
    before, after = run.before, run.after
    if before[-1:] == "\t":
        return after[:1] in ("\t", "")
    return CELL_BEFORE.search(before) is not None and CELL_AFTER.match(after) is not None


def _is_next_cell(run: Run) -> bool:
    """True if one sign is all that a cell holds, and several are all of a cell beside it: | ×× | × |."""
    before, after = run.before.split("|"), run.after.split("|")
    if len(before) < 3 or len(after) < 2 or before[-1].strip() or after[0].strip():
        return False
    return run.text * 2 in (before[-2].strip()[:2], after[1].strip()[:2])


def _is_answer(before: str, after: str) -> bool:
    """True if a lone mark is the value that a clause gives: 我叫*,今年*岁 (I am called *, aged *); 姓名:*."""
    is_asked = before.endswith(("叫", "姓", ":", "率达", "率达到")) or (
        before.endswith(("是", "为", "号")) and hint_of(before) == NUMBER
    )
    return is_asked and after[:1] in ",。;、)(" and after != ""


def _rule(run: Run, rest: str, code: str) -> int:
    """Judge underscores. Look-alikes: names in code, faces, leaders of a table of contents."""
    before, after = run.before, run.after
    if before[-1:].isdigit() or (after[:1].isdigit() and (run.length == 1 or not code)):
        return _sure(run.length > 1 and (code or (run.length > 3 and before.endswith(":"))))
    if before[-1:] in FACES and after[:1] in FACES and before and after:
        return NONE
    if run.length > 1:
        return WEAK if run.length < 3 and not before.strip() and not code and is_wide(after[:1]) else SURE
    is_asked = before.endswith(("星期", "周", "礼拜", "第")) and after[:1] in ENDS_FIELD
    is_asked |= _is_field(run) or (before.endswith(")") and word_after(rest) in w.SURE_UNITS)
    is_asked |= code == NAME and before.endswith(INVITES)
    is_framed = is_asked or code in (YEAR, DATE) or (code == NUMBER and (hint_of(before) or before.endswith("第")))
    if is_framed:
        return SURE
    if code == NUMBER or before.endswith("第") or (before.endswith("《") and is_wide(after[:1])):
        return WEAK
    # An underscore also separates the titles of a site, which have no punctuation.
    is_told = not ENDS_CLAUSE.isdisjoint(before + after) or ":" in before
    return FAINT if is_told and not is_lettered(after[:1]) else NONE


def _shape(run: Run, rest: str, code: str) -> int:
    """Judge circles and squares. Look-alikes: bullets, ratings, zeros, boxes to tick."""
    before, after = run.before, run.after
    is_zero = run.mark in "○〇"
    if is_zero and after[:1] in NUMERALS and (run.length == 1 or after[0] not in MAGNITUDES | {"两"}):
        return FAINT if after[0] in MAGNITUDES and is_wide(before[-1:]) and before[-1] not in NUMERALS else NONE
    if run.length == 1:
        return _lone_shape(run, rest, code)
    if _is_field(run) or (before.rstrip(" ").endswith(MONEY) and run.length > 1) or _is_cell(run):
        return SURE
    if before[-1:] in QUOTES and after[:1] in QUOTES and before and after:
        return SURE
    if after.startswith(("(이하", "(以下", "(下称")) or BODY_BEHIND.match(after) or HONOURED_KOREAN.match(after):
        return SURE
    if not before.strip():
        gap = len(after) - len(after.lstrip(" "))
        if not code and gap != 1 and is_wide(after[gap : gap + 1]):
            return FAINT if gap else WEAK  # ○○○   書函, △△政办〔20△△〕△号
        return _sure(code and (after[:1] != " " or _is_hangul(after[1:2]) or after[1:2] in OFFICES))
    if before.endswith(":") and after and after[0] in ENDS_FIELD and not RATING.search(before):
        return SURE
    if after[:1] in " " and not code:
        return _sure(LISTED.search(before) or is_wide(before.rstrip(" ")[-1:]) or before.rstrip(" ").endswith(":"))
    is_listed = (rest != after and is_wide(rest[:1])) or LISTED.search(before) is not None
    return _sure(code or is_wide(before[-1:]) or is_wide(after[:1]) or is_listed)


def _lone_shape(run: Run, rest: str, code: str) -> int:
    before, after = run.before, run.after
    if code in (YEAR, DATE) and after[:1] == rest[:1]:
        if before.strip() and run.mark in "○〇△":
            return SURE
        return SURE if FRAME.match(rest) or before.endswith(("年", "月", "于", "自", "至", "从", "到")) else WEAK
    if _is_certain(run):
        return SURE
    if _is_hangul(after[:1]):
        before = before.rstrip(" .")  # Korean puts spaces between its words
        if code and is_wide(before[-1:]):
            return SURE
    if not is_wide(before[-1:]) or run.mark in "●■▲◆":
        stands = is_wide(before[-1:]) or (code == NUMBER and before[-1:] in (",", "、", ":"))
        return WEAK if code and stands else NONE
    if code in (NUMBER, ORDINAL):
        return SURE if hint_of(before) or before.endswith(("第", "共", "约", "达")) else WEAK
    return _sure(run.mark in "○〇△" and (code == NAME or _is_surname(before, after)))


def _is_certain(run: Run) -> bool:
    """True if the text beside a single sign leaves no doubt: 〇日(〇), 〔20△△〕△号, 〇日ほど, 月初×."""
    before, after = run.before, run.after
    if before.endswith(("日(", "日 (")):
        return after[:1] == ")"
    if after[:2] == "比" + run.text or before[-2:] == run.text + "比":
        return True
    if before.endswith("初"):
        return after[:1] in ENDS_FIELD and after != ""
    is_number = before[-1:] in "〕)]" and before != "" and after[:1] == "号"
    return is_number or (run.mark in "○〇" and KANA_BEHIND.match(after) is not None)


def _block(run: Run, rest: str, code: str) -> int:
    """Judge a block, which blacks out text. Look-alike: a block that draws a bar."""
    before, after = run.before, run.after
    is_quoted = before[-1:] in QUOTES and after[:1] in QUOTES and before != ""
    return _sure(is_wide(before[-1:]) or is_wide(rest[:1]) or is_quoted or _is_field(run) or _is_cell(run))


def _bracket(run: Run, rest: str, code: str) -> int:
    """Judge empty brackets. Look-alikes: those of code, with no Chinese beside them, and those of school questions."""
    if QUIZ.search(run.before) or run.before.endswith("括号") or CHOICES.match(run.after):
        return NONE
    return _sure(is_wide(run.before[-1:]) or is_wide(rest[:1]))


def _sign(run: Run, rest: str, code: str) -> int:
    """Judge ?? ## @@ ☆☆. Nearly all are look-alikes; a row is a mark where a noun or a figure must stand."""
    before = run.before
    if _is_asked(run):
        return SURE
    if run.length == 1:
        return _lone_sign(run, code)
    if _means_itself(run, code):
        return NONE
    if run.mark == "?" and before[-1:] in PARTICLES and not code:
        return WEAK if before.endswith("的") and run.length > 2 and run.after[:1] in (",", "。") else NONE
    return _sign_in_sentence(run, code)


def _sign_in_sentence(run: Run, code: str) -> int:
    """Judge a row of signs by the text beside it."""
    before = run.before
    is_quoted = before[-1:] in QUOTES and run.after[:1] in QUOTES and before != ""
    if before.rstrip(" ").endswith(MONEY) and run.length > 2 - (run.mark == "#"):
        return SURE
    if is_quoted or before.rstrip(" ").endswith(MONEY) or _is_cell(run):
        return WEAK
    if not before.strip():
        return FAINT if not code or not is_wide(run.after[:1]) else SURE if run.mark in "?@" else WEAK
    if run.mark != "?" and is_wide(before[-1]):
        return SURE if code and is_wide(run.after[:1]) else WEAK
    if before[-1] in BEFORE_NOUN or before[-1] in "要需花等" or hint_of(before):
        return SURE if code and is_wide(run.after[:1]) else WEAK if is_wide(before[-1]) else FAINT
    is_weak = is_wide(before[-1]) and (code or run.after[:1] in ENDS_FIELD)
    return WEAK if is_weak else FAINT if _is_in_clause(run) else NONE


def _means_itself(run: Run, code: str) -> bool:
    """True if a row of signs asks a question, heads a section, divides two #topics#, or is a rule between sections."""
    if run.mark == "#":
        is_heading = not run.before.strip() and run.after[:1] == " "
        return is_heading or TOPIC.search(run.before) is not None or TOPIC.search(run.after) is not None
    if run.mark == "=" and (_is_operand(run.before.rstrip(" ")[-1:]) or _is_operand(run.after.lstrip(" ")[:1])):
        return True  # 3CO ==高温== 2Fe
    is_rule = run.length > LONGEST_ROW and run.mark in "=+&^~"
    return is_rule or (run.mark == "?" and not code and ASKS.search(run.before) is not None)


def _lone_sign(run: Run, code: str) -> int:
    """Judge one ☆ # § · @ before what is counted: 第@期 (issue no. @), 约☆吨."""
    before = run.before
    if run.mark == "·":
        return _sure(before.endswith("第") and code in (NUMBER, ORDINAL))
    if run.mark not in "☆#§@":
        return _sure(code in (YEAR, DATE))  # it is searched for nowhere else
    if ISSUED.match(run.after) and (not before.strip() or before[-1] in "《("):
        return SURE  # ☆水发〔20☆☆〕☆☆号
    stands = is_wide(before[-1:]) or before[-1:] in (",", "、", ";", "(")
    is_counted = code in (NUMBER, ORDINAL, DATE, YEAR) and stands and is_wide(run.after[:1])
    if not is_counted and before.endswith("第"):
        return FAINT
    if run.after[:1] == "处" and before[-1:] in AT_SIGN:
        return NONE
    is_asked = hint_of(before) == NUMBER or before.endswith(("第", "共", "约", "达", "过", "了", "有", "近"))
    return (SURE if is_asked else WEAK) if is_counted else NONE


def _is_asked(run: Run) -> bool:
    """True if nothing but a word or a figure can stand there: 百分之☆, ☆월, a label's value, 第??考场."""
    if run.before.endswith(SHARE_OF) or _is_field(run):
        return True
    if run.length > 1 and run.before.endswith("第") and meaning(run.after) == ORDINAL:
        return True  # 第##届
    if run.length > 1 and run.mark != "?" and not run.after and CLASS_BEFORE.search(run.before):
        return True  # 初二(3)班 ※※
    if run.mark == "·" and run.length == 4 and is_wide(run.before[-1:]) and is_wide(run.after[:1]):
        return True  # 举办····联欢会
    if run.length > 1 and run.before.endswith(("〕", "]", ")")) and run.after[:1] == "号":
        return True  # 〔20☆☆〕☆☆号
    if run.mark == "#" and run.length > 4 and is_wide(run.before[-1:]):  # a spreadsheet's cell that is too narrow
        return not run.after or run.after[0] in ENDS_FIELD
    if _is_hangul(run.after.lstrip(" ")[:1]):
        return ASKED_KOREAN.match(run.after) is not None
    return run.mark == "?" and run.length > 1 and _is_only_figure(run, False)


def _odd(run: Run, rest: str, code: str) -> int:
    """Judge signs that hardly any text has. Look-alikes: drawings. In a clause a row of them stands for lost text."""
    before, after = run.before, run.after
    if _is_field(run) or before.endswith(SHARE_OF):
        return SURE
    is_next = bool(code) and after[:1] == rest[:1] and is_wide(after[:1])
    stands = is_wide(before[-1:]) or (before[-1:] in BEFORE_NOUN and before.strip() != "")
    if run.mark in "。、|%":
        is_hinted = hint_of(before) == NUMBER or before.endswith(("第", "共", "约", "达"))
        if run.mark in "|%" and is_next and stands:
            return SURE
        is_dated = code in (YEAR, DATE) and after.startswith(("年了", "年来", "年多", "月底", "月初", "月中"))
        is_called = code == NAME and before.endswith(HONOURED)
        if is_next and (
            is_dated or is_called or (is_hinted and code != YEAR) or (code == NUMBER and after[0] in "岁%元")
        ):
            return WEAK
        return WANTED if run.length > 1 and before.endswith(STRICTLY_WANTING) else NONE
    if run.length > 5 and not (stands and is_wide(after[:1])):
        return NONE
    if is_next and (stands or not before.strip()):
        return SURE
    if is_wide(before[-1:]) and (is_wide(after[:1]) or after[:1] in ENDS_FIELD):
        return WEAK
    is_quoted = before[-1:] in QUOTES and after[:1] in QUOTES and before != ""
    return WEAK if is_quoted else FAINT if _is_noun_missing(run) else NONE


def _soft(run: Run, rest: str, code: str) -> int:
    """Judge dashes, dots and waves: look-alikes, unless they stand alone after a form's label or in a date's frame."""
    before, after = run.before, run.after
    if _is_field(run) or before.endswith(SHARE_OF):
        return SURE
    is_next = bool(code) and after[:1] == rest[:1]
    if run.length > 1 and before[-1:] in OPEN_QUOTES and after[:1] in QUOTES and before:
        return _quoted(run)
    if _is_only_figure(run, is_next) or _is_left_to_sign(run):
        return SURE
    is_date = is_next and code in (YEAR, DATE) and after[0] in "年月日号时월일"
    is_year = run.mark in "-~" and after.startswith("学年") and (not before or before[-1] in ENDS_FIELD)  # ,--学年我校
    if is_year or (is_date and (FRAME.match(after) or before.endswith(BEFORE_DATE))):
        return SURE
    if is_next and code == NUMBER and is_wide(before[-1:]):
        is_hinted = after[0] in "%‰" or hint_of(before) == NUMBER or before.endswith(("第", "共", "约", "达", "占"))
        if is_hinted:
            return SURE if run.mark != "." or len(word_after(rest)) > 1 or after[0] in "%元岁" else WEAK
    if run.mark in "./":
        return (_dots if run.mark == "." else _odd)(run, rest, code)
    if run.mark not in "~-" or run.length < 2:
        return NONE
    if (is_next and code == NUMBER and LABEL.search(before)) or (run.length > 2 and before.endswith(MONEY)):
        return SURE  # 留样量:----克, $-----
    is_value = LABEL.search(before) is not None and SIGNED.match(after) is not None
    return WEAK if is_value else _doubtful(run, code, is_next)


def _quoted(run: Run) -> int:
    """Judge waves or dots that fill a quotation: “～～”精神. Dots alone mean that somebody was silent."""
    is_masked = run.after.startswith(MASKED, 1) and (run.mark == "~" or not run.after.startswith("的", 1))
    return SURE if is_masked and run.mark in "~." else WEAK if run.mark in "~-" else NONE


def _dots(run: Run, rest: str, code: str) -> int:
    """Judge dots. They say that words are left unsaid, but are a mark as a label's value or for a figure."""
    before, after = run.before, run.after
    is_next = bool(code) and after[:1] == rest[:1]
    is_value = LABEL.search(before) is not None and (not after or after[0] in ENDS_FIELD or code != "")
    is_end = rest[len(word_after(rest)) :][:1] in ENDS_FIELD
    if is_next and code == NUMBER and run.length > 5 - run.text.isascii() and is_wide(before[-1:]) and is_end:
        return SURE  # 取样品......克
    is_counted = code == NUMBER and is_next and run.length > 1 and rest[len(word_after(rest)) :][:1] in ENDS_FIELD
    if is_counted and COUNT_LABEL.search(before):
        return SURE  # 过船数:……艘
    is_value |= hint_of(before) == NUMBER and after[:1] in ENDS_FIELD and after != ""
    is_introduced = before.endswith(INTRODUCING) or (not before.strip() and run.length > 3)
    if is_introduced and is_next and code == NAME and run.text.isascii() and run.length > 3:
        return SURE  # 我校是....县海拔最高的小学
    is_value |= is_introduced and is_next and code in (NAME, NUMBER, DATE, ORDINAL) and run.length > 1
    if is_value:
        return WEAK
    if before.endswith(STRICTLY_WANTING) and (is_wide(after[:1]) or after[:1] in ENDS_FIELD):
        return WANTED
    if after.startswith("(") and TO_WRITE.match(after):
        return SURE  # 犯罪嫌疑人……(写明姓名)
    is_faint = (run.text.isascii() and is_wide(after[:1])) or (is_wide(before[-1:]) and after[:1] in (",", ";"))
    return FAINT if is_faint or _is_noun_missing(run) else NONE


def _is_only_figure(run: Run, is_next: bool) -> bool:
    """True if nothing but a figure can stand there: 五(~)班, 排名第--。 (ranked --th), 每~周."""
    before, after = run.before, run.after
    if before[-1:] == "(" and after[:1] == ")":
        return meaning(after[1:]) in COUNTED
    if before.endswith("第") and run.length > 1 and after:
        return after[0] in ENDS_FIELD or (run.mark == "?" and is_wide(after[0]))
    return before.endswith("每") and is_next


def _is_left_to_sign(run: Run) -> bool:
    """True if a row of dots or slashes is all that follows a label: 甲方代表:………… (representative of party A)"""
    is_last = run.length > 3 - (run.mark in "-~") and SIGNED.match(run.after) is not None
    if run.mark == "." and run.length > 1 + run.text.isascii() and run.before.endswith(MONEY):
        return True
    if run.length > LONG_BLANK and run.before.endswith(":") and run.after.startswith((")", "(")):
        return True  # (店名为:----------)
    is_label = LABEL.search(run.before) is not None or run.before.endswith(")") or SIGNER.search(run.before) is not None
    return is_last and is_label and not SPOKEN.search(run.before)


def _dash(run: Run, rest: str, code: str) -> int:
    """Judge long dashes: they separate clauses, except in a date, ——年——月, or where neighbours want a value."""
    is_next = bool(code) and run.after[:1] == rest[:1]
    if run.before.endswith("《") and run.after.startswith("》"):
        return SURE
    if run.length > 3 and (is_next or _is_field(run) or LABEL.search(run.before)) and not run.after[:1].isdigit():
        return SURE  # 大写:————元
    if is_next and run.after[:1] in "年月日" and (FRAME.match(run.after) or DATED.search(run.before)):
        return SURE
    is_alone = run.length == 1 and hint_of(run.before) == NUMBER and run.after[1:2] in ENDS_FIELD
    if is_next and is_wide(run.before[-1:]) and (run.after[:1] == "岁" or (is_alone and code == NUMBER)):
        return SURE  # 今年——岁, 押金—元,
    is_value = LABEL.search(run.before) is not None and not SPOKEN.search(run.before)
    if run.before.endswith(STRICTLY_WANTING) or (is_value and (is_wide(run.after[:1]) or SIGNED.match(run.after))):
        return WANTED
    if run.before[-1:] in LINKING and is_wide(run.after[:1]):
        return FAINT
    return FAINT if (is_next and is_wide(run.before[-1:])) or (run.length > 2 and run.before[-1:] in ",;。") else NONE


def _doubtful(run: Run, code: str, is_next: bool) -> int:
    """Judge dashes and waves where a name may stand: after 的 (of) and 是 (is) a noun must follow, elsewhere it may."""
    before, after = run.before, run.after
    if before.endswith("所在"):
        return NONE  # 根源所在---乡村教育的缺失
    if before.strip() and before[-1] in BEFORE_NOUN:
        if code == NAME and is_next:
            return SURE  # 尊敬的~~校长
        if run.mark == "~" and (code or after[:1] in ENDS_FIELD):
            return WEAK
    if is_next and code == NAME and before.endswith(WANTING):
        return SURE  # 兹有----村
    is_counted = is_next and code == NUMBER and is_wide(before[-1:]) and before[-1] not in PARTICLES
    is_certain = word_after(after) in w.SURE_UNITS or after[:1] in CERTAIN_UNITS
    is_certain |= after[:1] == "元" and (after[1:2] in ENDS_FIELD or after[1:2] == "整")
    if is_counted and is_certain:
        return SURE  # 领到煤炭~~~吨
    if not is_next and after[:1] in ENDS_FIELD and after and _is_noun_missing(run):
        return WANTED
    if not is_next:
        is_noun = (before[-1:] in BEFORE_NOUN and is_wide(after[:1])) or (run.length > 3 and is_wide(before[-1:]))
        return FAINT if is_noun or _is_in_clause(run) else NONE
    is_head = not before.strip() and (run.length == 2 or code == NAME) and is_wide(after[:1])
    is_counted = code in (NUMBER, DATE, YEAR) and before[-1:] in ENDS_FIELD
    return WEAK if is_head or is_counted or is_wide(before[-1:]) else NONE


def _is_field(run: Run) -> bool:
    """True if a run is all that follows a label of a form: 姓名:…… (name)"""
    label = LABEL.search(run.before) if run.before.endswith((":", ": ")) else None
    is_long = label is not None and run.length > (1 if run.mark in ODD else 3) and label[1][-1] in "人者员方名号"
    if label is None or not (is_long or label[1].endswith(FIELDS) or label[1].lower() in w.FIELDS_EN):
        return False
    return not run.after or run.after[0] in ENDS_FIELD or meaning(run.after) == NUMBER


def _latin_o(run: Run, rest: str, code: str) -> int:
    """Judge OO, a look-alike unless Korean or a word for what it stands for is beside it."""
    before, after = run.before, run.after
    if run.length > 1 and not run.text.isascii() and is_wide(after[:1]):
        return SURE  # Cyrillic or Greek letters
    if _is_field(run):
        return SURE
    if run.length == 1 and not _is_hangul(after[:1]):
        return SURE if before.endswith("星期") else FAINT
    if run.length <= 4 and (_is_hangul(before.rstrip(" ")[-1:]) or _is_hangul(after.lstrip(" ")[:1])):
        return SURE
    if run.length > 1 and not before.strip() and ADDRESSED.fullmatch(after):
        return SURE
    if not code or not is_wide(after[:1]) or run.length > 4:
        if run.length > 4:
            return NONE
        is_end = is_wide(before[-1:]) and after[:1] in ENDS_FIELD
        return WEAK if is_end else FAINT if _is_in_clause(run) else NONE
    return SURE if after and (not before.strip() or is_wide(before[-1:]) or before[-1:] in BEFORE_NOUN) else NONE


def _zeros(run: Run, rest: str, code: str) -> int:
    """Judge 00. Look-alikes: times, years that end in it. There is no month 00 and no day 00."""
    before, after = run.before, run.after
    if before.rstrip(" ")[-1:].isdigit():
        return NONE  # 138 000元
    if before[-1:] == after[:1] == " " and is_wide(before[-2:-1]) and is_wide(after[1:2]):
        before, after = before[:-1], after[1:]  # 约 00 平方米
    if _is_hangul(after[:1]) and not before.endswith((":", ".", ",")):
        return SURE  # 000기관, 하루 00건
    if before.endswith("第") and after[:1] == "号":
        return SURE
    if run.length > 4 or not code or after[:1] != rest[:1] or before.endswith(("时", "点", "分")):
        return NONE
    if before.endswith(":") and not is_wide(before[-2:-1]):
        return NONE
    if after[0] in "月日월일" or FRAME.match(after):
        return SURE
    if code == NUMBER and after[0] not in "分秒时号点级系" and not before[-1:].isdigit():
        return SURE if after[0] in "万亿元%名명인원" or after.startswith("人次") else WEAK
    return WEAK if code in (YEAR, NAME) else NONE


def _doubled_letter(run: Run, rest: str, code: str) -> int:
    """Judge AA and BB, which stand for names of bodies. Look-alikes: AA制 (going Dutch), AAA级."""
    before, after = run.before, run.after
    if run.length > 2 and hint_of(before) == NUMBER and after[:1] in ENDS_FIELD and run.text[:1].isupper():
        return WEAK  # 工件号ZZZZ
    if run.text.isupper() and 1 < run.length < 5 and after[:1] in ENDS_FIELD and KEPT_BY.search(before):
        return WEAK  # 质检员:YYY
    is_party = before.endswith(PARTIES) or (after[:1] == "(" and before.endswith(PARTIES_NAMED))
    if run.length > 1 and (PERSON_BEHIND.match(after) or is_party) and run.text != "QQ":
        return SURE  # 原告NNN,女
    if not code and run.length > 1 and is_wide(after[:1]) and (is_wide(before[-1:]) or before[-1:] in BEFORE_NOUN):
        return FAINT if run.text != "QQ" else NONE
    if (
        run.text == "QQ"
        or code not in (NAME, NUMBER, ORDINAL, DATE, YEAR)
        or after[:1] != rest[:1]
        or not (is_wide(after[:1]) or after[:1] == "%")
        or after[0] in GRADES
    ):
        return NONE
    if before.strip() and not is_wide(before[-1:]) and before[-1] not in BEFORE_NOUN and before[-1] not in "】)》":
        return NONE
    is_figure = (
        code == NUMBER and is_wide(before[-1:]) and (run.text in ("NN", "NNN", "nn", "nnn") or _is_sure_unit(run))
    )
    return SURE if is_figure or (code == NAME and len(word_after(rest)) > 1) else WEAK


KEPT_BY = re.compile(r"(?:[一-龥]{1,4}[人员者长师]|主持|记录|整理|审核|复核|作者|联系|姓名): ?$")


def _is_sure_unit(run: Run) -> bool:
    """True if a unit that needs a figure follows two capitals or more, as hardly a word does: 月薪ZZZZ元, 占YY%."""
    return run.text.isupper() and (word_after(run.after) in w.SURE_UNITS or run.after[:1] in "元%")


def _value(run: Run, rest: str, code: str) -> int:
    """Judge undefined, NaN and %s. Look-alikes: talk about a program. In a sentence a figure or a name is due."""
    before, after = run.before, run.after
    if PROGRAMMED.search(before) or PROGRAMMED.search(after):
        return NONE
    if before.endswith(HONOURED):
        return SURE
    is_next = bool(code) and after[:1] == rest[:1] and (is_wide(after[:1]) or after[:1] == "%")
    stands = not before.strip() or is_wide(before[-1:]) or before[-1] in BEFORE_NOUN
    if run.text == "Invalid Date" and stands and not before.endswith(RETURNED):
        return SURE
    if hint_of(before) == NUMBER and after[:1] in ENDS_FIELD and after:
        return SURE  # 退货率为#DIV/0!,
    if before.endswith(RETURNED) or not stands:
        return NONE
    if is_next:
        return SURE
    is_lost = is_wide(after[:1]) or after[:1] in ENDS_FIELD
    return NONE if not is_lost else WEAK if run.text[0] == "#" and is_wide(before[-1:]) else FAINT  # a sheet's #REF!


def is_loose(word: str) -> bool:
    """True for a measure word that people put N before without leaving anything out: N个理由 (N reasons)."""
    return word in w.LOOSE_MEASURES or word[:1] == "多"


def _loose_n(run: Run, rest: str, code: str) -> int:
    """Judge N, which stands for a figure unless it is said loosely. Look-alikes: N个理由 (N reasons), N次方."""
    if run.before.endswith(SHARE_OF) or (code == NAME and run.before.endswith("第")):
        return SURE
    if run.after.startswith("°"):
        return NONE  # N°, Portuguese for "number"
    if code == NAME and run.after[:1] == rest[:1] and (not run.before.strip() or run.before[-1] in BEFORE_NOUN):
        return WEAK  # N市
    if code not in (NUMBER, ORDINAL, DATE, YEAR) or run.after[:1] != rest[:1]:
        return NONE
    word = word_after(rest)
    is_counted = run.before.endswith(("第", "共", "达")) and code != YEAR and word != "次"
    return SURE if is_counted or (not is_loose(word) and code == NUMBER) else WEAK


def _is_noun_missing(run: Run) -> bool:
    """True if a clause lacks a noun where a run stands: after 叫 (be called), 由 (by), 的 (of), a contract's party."""
    before, after = run.before, run.after
    ends = not after or after[0] in ENDS_FIELD
    if not before.strip() or not (ends or is_wide(after[:1])):
        return False
    return before[-1] in NEEDS_NOUN or before.endswith(WANTING + PARTIES) or hint_of(before) != ""


def _is_in_clause(run: Run) -> bool:
    """True if a clause goes on on both sides of a run, or ends with it after a word that is no final particle."""
    before, after = run.before, run.after
    if not is_wide(before[-1:]):
        return False
    return is_wide(after[:1]) or (after != "" and after[0] in ENDS_FIELD and before[-1] not in PARTICLES)


def _stands_alone(run: Run, code: str) -> bool:
    """True if one sign may stand for a noun in a clause, or before a word for a place: 开山*鲁班, 双方:_县_乡."""
    before, after = run.before, run.after
    if before.endswith((":", *TITLES)) and (after[:1] in ENDS_CLAUSE or after.startswith(".")):
        return after != ""  # 本村村民_,
    if not is_wide(after[:1]):
        return is_wide(before[-1:]) and before[-1] in NEEDS_NOUN and after[:1] in ENDS_FIELD
    if run.mark == "×" and TIMES.search(before):
        return False  # 月工资/30天×假期天数
    return is_wide(before[-1:]) or (code == NAME and before[-1:] in BEFORE_NOUN)


def _is_operand(char: str) -> bool:
    """True if a character is an operand, so that a sign beside it belongs to a formula."""
    return is_latin(char) or char in "₀₁₂₃₄₅₆₇₈₉↑↓)" or char.isdigit()


def _is_hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"


def _is_formula(run: Run) -> bool:
    """True if an equation stands around a lone letter or operator."""
    before, after = (ENCLOSED.sub("", side) for side in (run.before, run.after))
    if VARIABLES.search(before) or VARIABLES.search(after):
        return True
    is_variable = OTHER_POINT.search(before + after) if after.lstrip(" ")[:1] == "点" else DEFINED.search(after)
    return bool(EQUATION.search(before) or EQUATION.search(after) or SUPPOSE.search(before) or is_variable)


def _is_surname(before: str, after: str) -> bool:
    """True if a lone mark is a given name: the surname before it begins a word or follows a title."""
    if before == "" or is_latin(after[:1]) or not (before[-1] in w.SURNAMES or before.endswith(DOUBLE_SURNAMES)):
        return False
    is_double = before.endswith(DOUBLE_SURNAMES) and not is_wide(before[-3:-2])
    return is_double or not is_wide(before[-2:-1]) or before[:-1].endswith(BEFORE_SURNAME)


def _is_by_name(before: str, after: str) -> bool:
    """True if a lone mark is a name after a familiar form of address: 小x (little x), 老* (old *)."""
    return (
        before[-1:] in ("小", "老", "阿")
        and (is_wide(after[:1]) or (before[-1] == "小" and after[:1] in ENDS_CLAUSE and after != ""))
        and not before.endswith(("大小", "缩小", "古老", "最小"))
    )


def _heads_name(before: str, after: str) -> bool:
    """True if a lone letter stands for the first word of a listed place or body: 、x运城二院、."""
    item = LIST_ITEM.match(after)
    if item is None or not before.endswith(("、", ",", "和", "及", "与")):
        return False
    return meaning(item[1][-1]) == NAME and meaning(after) != NUMBER


Test = Callable[[Run, str, str], int]
# Tests asked before the general ones: of signs, letters too, that stand in all kinds of places.
EARLY_TESTS: dict[str, Test] = {
    "某": lambda run, rest, code: WEAK,  # stories, too, speak of 某月 (some month)
    **dict.fromkeys("?#@☆&+=^$·§♀˙¯‖≈─", _sign),
    "A": _doubled_letter,
    **dict.fromkeys("-.~/", _soft),
    "—": _dash,
    "O": _latin_o,
    "0": _zeros,
    "N": _loose_n,
    "█": _block,
    **dict.fromkeys("叉", _odd),
    "何": lambda run, rest, code: SURE,
    ",": lambda run, rest, code: _sure(code and run.after[:1] == rest[:1]),
    "u": _value,
}
TESTS: dict[str, Test] = {
    **dict.fromkeys("xX", _letter),
    **dict.fromkeys("×*", _operator),
    "_": _rule,
    **dict.fromkeys("○〇●□■△▲◇◆", _shape),
    "(": _bracket,
}
