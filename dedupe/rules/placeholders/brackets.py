"""Prompts in brackets, of any words: [收件人], {活动日期}, <Company>. A judgement scores what is known of each.

What speaks for one: the name of a field that forms ask for, an order to fill in, a clause that needs a noun just there.
Against: a picture of a chat, a stage note, a label, a citation, code. One that stays in doubt counts where the
document has others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.rules.placeholders.context import FIGURES as FIGURES_OF_MARKS
from dedupe.rules.placeholders.context import KANA, is_wide, meaning
from dedupe.rules.placeholders.context import NAME as MARK_OF_NAME
from dedupe.rules.placeholders.context import NUMBER as MARK_OF_NUMBER
from dedupe.rules.placeholders.lookalikes import PARTIES, SIGNS_OFF
from dedupe.rules.placeholders.words import DATES_EN, FIGURES_EN
from dedupe.rules.prose import Prose, prose_of
from dedupe.rules.vocabulary import words

NAME, DATE, FIGURE, TEXT = "PH110", "PH111", "PH112", "PH113"
SURE, WEAK, FAINT = 2.0, 1.0, 0.25
AROUND = 8  # characters beside a bracket that are looked at

# What an order begins with that is longer than a name, for signs that are searched by what follows them.
ASKED_IN = {
    "《": ("请", "填写", "补充", "输入", "插入", "填入"),
    "%": ("请", "此处", "补充", "填写", "插入", "写出", "描述", "列举", "介绍"),
}
# For each opening sign what it holds, and what it is worth by itself: square brackets hardly stand in Chinese prose
# for anything else, lenticular ones are labels, corner ones quote, round ones say things by the way.
KINDS: dict[str, tuple[re.Pattern[str], float]] = {
    "[": (
        re.compile(
            r"\[(?<![A-Za-z\d_]\[)(?:(?<!\]\[)|(?=[一-龥]))([^\[\]\n]{1,160})\](?!\[[^一-龥]|:[ ]?(?:http|<|/|#))"
        ),
        0.0,
    ),
    "【": (re.compile(r"【([^【】\n]{1,40})】"), -1.0),
    "〔": (re.compile(r"(?:…{1,2})?〔([^〔〕\n]{1,240})〕"), -0.5),
    "﹝": (re.compile(r"﹝([^﹝﹞\n]{1,40})﹞"), -0.25),
    "〖": (re.compile(r"〖([^〖〗\n]{1,40})〗"), -0.5),
    "{": (re.compile(r"\{(?<![A-Za-z\d_${]\{)([^{}\n]{1,40}|[A-Z][^{}\n]{1,90})\}(?!\})"), 0.25),
    "<": (re.compile(r"<([^<>\n]{0,120})>"), 0.0),
    "‹": (re.compile(r"‹([^‹›\n]{1,24})›"), 0.0),
    "«": (re.compile(r"«([^«»\n]{1,24})»"), -0.5),
    "〈": (re.compile(r"〈([^〈〉\n]{1,24})〉"), -0.25),
    "#": (re.compile(r"#(?<!##)([^#\s,。!?]{1,12}|(?:请|此处|这里|填写|补充|写)[^#\s]{2,24})#(?!#)"), -1.0),
    "《": (re.compile(rf"《((?:{'|'.join(ASKED_IN['《'])})[^《》\n]{{2,20}}|[一-龥]{{2,10}})》"), 0.0),
    "『": (re.compile(r"『([^『』\n]{1,24})』"), -1.0),
    "「": (re.compile(r"「([^「」\n]{1,24})」"), -1.5),
    "(": (re.compile(r"(?:(?:…{1,40}|\.{3,60}))?\(([^()\n]{2,240})\)"), -1.5),
}
SIGNS_OF_VARIABLES = "$#@=*:&~^"  # {$name}, [#name#], <@name>, #{name}
TWICE = "&|^~=+!$"  # &&姓名&&
VARIABLES: dict[str, re.Pattern[str]] = {
    "{{": re.compile(r"\{{2,3} ?([^\W\d][\w .]{0,40})(?: ?\| ?[\w :'\"/-]{1,24})? ?\}{2,3}"),
    "${": re.compile(r"\$\{([\w.]{1,40})\}"),
    "#{": re.compile(r"[#@&%*~]\{([A-Za-z\u4e00-\u9fff][\w.]{0,40})\}"),
    "$(": re.compile(r"\$\(([A-Za-z\u4e00-\u9fff][\w.]{0,40})\)|%\(([A-Za-z\u4e00-\u9fff][\w.]{0,40})\)[sd]"),
    "$": re.compile(r"\$([A-Za-z]{3,20}(?:_[A-Za-z]{2,20}){0,3}|[\u4e00-\u9fff]{2,8})\$"),
    "%": re.compile(
        r"(?:%{1,2}(?=[A-Z])|%(?<![\d×*○□△◇xX_?#~.]%)%?(?=[一-龥]))"
        rf"([A-Z][A-Z_ ]{{2,30}}|(?<=%%)[A-Z][a-z]+(?:[A-Z][a-z]+)+|[一-龥]{{2,10}}"
        rf"|(?:{'|'.join(ASKED_IN['%'])})[^%\n]{{2,30}})%{{1,2}}"
    ),
    "%name%": re.compile(r"%(?<![A-Za-z\d%]%)([a-z][a-z_]{1,20})%(?![A-Za-z\d%])"),
    "*|": re.compile(r"\*\|([A-Z][A-Z\d_:]{1,30})\|\*"),
    "[%": re.compile(rf"\[([%{SIGNS_OF_VARIABLES}])[=-]? ?([\w.]{{1,24}}?) ?-?\1?\]"),
    "{$": re.compile(
        rf"\{{([!{SIGNS_OF_VARIABLES}])([A-Za-z\u4e00-\u9fff][\w.]{{0,40}})\1?(?:\|[^{{}}\n]{{1,20}})?\}}"
    ),
    "<%": re.compile(rf"<([%?{SIGNS_OF_VARIABLES}])[=-]? ?\$?([\w.]{{1,24}}?) ?-?\1?>"),
    "&&": re.compile(
        rf"([{re.escape(TWICE)}])\1(?!\1)([A-Za-z\u4e00-\u9fff][^\s{re.escape(TWICE)},。;:、]{{1,16}}?)\1\1(?!\1)"
    ),
    "<<": re.compile(r"<< ?([A-Za-z][\w .]{1,40}?|[\u4e00-\u9fff]{2,10}) ?>>"),
    "[[": re.compile(r"\[\[ ?([^\[\]\n|]{1,24}) ?\]\]"),
    "##": re.compile(r"(?<!#)##(?![ #])([^#\n,。;:、]{1,16}?)##(?!#)"),
    "@": re.compile(r"@(?<![A-Za-z\d@]@)([一-龥]{2,8})@(?![A-Za-z\d@])"),
    "@@": re.compile(r"@@(?<!@@@)([^@\n,。;、]{1,16}?)@@(?!@)"),
}


# Who writes of templates shows what a variable looks like.
TOLD_OF = re.compile("变量|模板|语法|写成|插值|渲染|占位|表达式|Vue|Jinja|[Tt]emplate|syntax")
NAMED_ALONE = frozenset(("{{", "{$", "[%", "<%", "#{", "$("))
A_PATH = re.compile(r"(?!https?)[A-Za-z\u4e00-\u9fff]\w*[._]\w[\w.]*")  # keyword1.DATA, hold_until
PAIRED = frozenset(("[[", "%"))  # what they enclose is a name beside others that are
DOUBLED = frozenset(("##", "@@", "@", "%", "[[", "&&"))  # what they enclose may stand between two marks: @@巷等@@条巷子


def _class(name: str) -> frozenset[str]:
    return frozenset().union(*(words(language, name) for language in ("zh", "ja", "ko")))


FIELDS = _class("fields") | _class("fields-dates") | _class("fields-numbers")
DATES, FIGURES = _class("fields-dates"), _class("fields-numbers")
FIELD_ENDS = tuple(field for field in FIELDS if len(field) > 1)
PEOPLE, TEXTS = _class("people"), frozenset(words("zh", "texts"))
FIELD_SIZES = range(min(max(map(len, FIELDS)), 8), 1, -1)
HEADS = tuple(words("zh", "field-heads"))
DATE_HEADS, FIGURE_HEADS = tuple("期间日年月"), tuple("数额率价量号龄薪限费")
WORDS_EN = frozenset(words("en", "fields"))
NEEDS = tuple(words("zh", "needs-noun"))
NEEDS_EN = frozenset(words("en", "needs-noun"))
ROLES = tuple(words("zh", "roles"))
NOTES = frozenset((*words("zh", "notes"), *words("zh", "emotes")))
OBJECTS = words("zh", "wants-object")
NAMES_EN = re.compile(r"[A-Za-z][A-Za-z'-]*")
PHRASE_EN = re.compile(r"[A-Za-z][A-Za-z'’ /&,.#+-]*")
WORD_BEFORE = re.compile(r"([A-Za-z]+|\$)[,: ]*$")
ASKS_FORM = re.compile("请(?:填|写|勾|打|划|圈|选|注明)|请用[^,。]{1,8}(?:写|说|概括|描述|介绍|回答)")
FILLED_BY = re.compile("由[^,。]{1,6}(?:补填|填写|补写|补充|填报|填)")
TITLE_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\. ?$")
VERBS = "|".join(sorted(words("zh", "orders"), key=len, reverse=True))
BEGINS_ORDER = re.compile(rf"(?:请|此处|这里)?(?:{VERBS})[^,]{{2,}},|(?:请|此处|这里)(?:{VERBS})|.*\d字")
# 请在此填写, 此处插入, 写明…: what a person at a form is told to do. 请注明出处 is what a site asks of others.
ORDER = re.compile(
    rf"(?:请(?:您|你)?|可|建议)?(?:在|于)?(?:此处|此|这里|本处|下方|横线上)(?:可以?|请)?(?:{VERBS})(?!的)|请(?:您|你)?(?:自行|如实|简要|简单|具体)?(?:{VERBS})(?!的)"
    r"|(?:简要|简单|具体|逐一|分别|详细)?(?:写明|注明|列明|载明|填写|填入|插入|写清|列举|填上)(?!的|出处|来源|转载|[:是了在])"
    r"|(?:简述|概述|列出|概括|陈述|阐明)(?![了过的是])[一-龥]{2}"
    r"|(?:改成|改为|换成|替换为)(?:自己|[你您]|本)|问明[一-龥]{2}|(?:双击|单击|点击)(?:此处)?(?:插入|输入|添加|填写|编辑)|(?:此处|这里)(?:由\S{1,4})?(?:写|填|放|可|应|加|列|贴|插|附|补)|(?:讲|说|谈|举|列)(?:一|两|几)[个件段句]|写(?:获|出|上|下|清|你|您)|填(?:你|您|上)"
    r"|(?:写下|写出|描述|说明|介绍|列举|补充|提到|简述|概述|阐述|举例)(?:一下)?"
    r"(?:你|您|自己|具体|相关|个人|一[个件段]|几[个点])"
    r"|请用[^,。]{1,8}(?:写|说|概括|描述|介绍|回答)|(?:请)?(?:手写|亲笔)(?!信|体)|写(?:一|两|几)[种个件段句次处名样条]"
    r"|(?:开头|结尾|中间|最后|文末|此段)[^,。]{0,4}(?:写|点明|交代|总结|抒发|谈)(?!的)|(?:签名|签字|盖章)处"
    r"|(?:根据|结合|按照?)[^,。]{2,6}(?:情况|需要)(?:填写|补充|列出|描述|说明)"
    r"|请(?:根据|结合|按照?|依)[^,。]{1,8}?(?:填写|补充|列出|描述|说明|修改|替换)"
    r"|(?:此处|这里|本处|本段|此段|这一段|以下)(?:请|可以?)?[^,。]{0,12}?(?:写|谈|讲|说|介绍|描述|列|举|补充|论述|展开|概括|总结)(?!的)"
    r"|(?:可)?结合[^,。]{2,14}?(?:谈|写|说|论述|阐述|展开|举例)"
    r"|(?:具体|详细|简单|简要|如实)(?:描述|说明|介绍|叙述|列出|写)(?![法作了过的着])|可[放贴附](?!的)|讲清|逐[项条一](?:列|写|说)|可(?:以)?(?:补充|填写|插入|添加|加上|加入|写上)(?!的)|可另[^,。]{0,6}(?:写|加|附|补|述)|可(?:根据|视|按|依)[^,。]{2,8}(?:调整|增减|修改|替换|安排|补充|选择|改写|增加|添加|删减|完善|展开)|可(?:在|于)?(?:此|这里|此处|下方|后面)[^,。]{0,10}?(?:补充|填|写|列|附|加|贴|插入|谈|说|讲|论述)|(?:简|略|浅)(?:谈|写|述|要说)[一-龥]{2}"
)
# An order may end with its verb: 其他人按上列顺序填写. Behind dots any word of telling makes one.
ORDER_KO = re.compile(
    r"(?:적으세요|적어 ?주세요|쓰세요|써 ?주세요|입력(?:하세요|해 ?주세요)?"
    r"|작성(?:하세요|해 ?주세요)|기재(?:하세요)?|기입|입력란)\.?$"
)
ORDER_JA = re.compile(
    r"(?:を|に)(?:ご?[记記]入|入力|お[书書]き|[书書]いて|入れる|入れて|[书書]く)(?:して)?(?:ください|下さい)?。?$|(?:[记記]入|入力)(?:してください|する)$"
)
ORDER_TAIL = re.compile(r"^.{4,}(?:填写|列出|填入|写明|列明|书写|填列|填报)$")
TOLD = re.compile("写明|论述|叙述|阐述|概述|分析|列举|引用|根据|说明|表述|内容|理由|事实|情况")
NO_ORDER = re.compile(
    "掌声|省略|自动生成|人工智能|会员(?!编?号|番号|姓名)|剩余.{0,4}%|开通|登录|下载|略[,。]?$|(?:[注标]明|保留|附上).{0,6}(?:出处|来源)|转载|[点单]击(?!(?:此处)?(?:插入|输入|添加|填写|编辑))|参[见阅看考]|见[附第表图]|^请(?:勿|不)|签字.{0,4}盖章"
)
SOLID = frozenset("●■▲◆")
LEGEND = re.compile(r"[一-龥]{1,6} {1,4}\[[^\w\s]\]")  # [●]县城 [═]公路: what a map's signs mean
REFERS = re.compile("(?:详|参|另|请)?见(?!证|习|面|闻|解|识|到)|引自|转引|摘自|载于")
# What stands before and behind a term that is defined, a title that is linked or handed in.
BEFORE_TERM, BEHIND_TERM = ("所称", "一篇:", "一页:"), ("是指", "系指", "指的是", "由会员", "由用户")
TITLED = re.compile("(?:法|条例|决定|协定|规定|办法|通知|意见|章程|公约|规则)$")
# A blank within brackets: {XXXXXX}, [YYYY-MM-DD], <YYYY年MM月DD日>.
BLANKED = re.compile(
    r"([A-Z])\1{2,15}|Y{2,4}[-/.年 ]M{1,2}(?:[-/.月 ]D{1,2}日?)?|[XY]{1,4}[-/.][XM]{1,2}[-/.][XDY]{1,4}"
    r"|年 ?[-/. ]? ?月 ?(?:[-/. ]? ?日)?(?: ?[时点](?: ?[:/-]? ?分)?)?|[时点] ?[:/-]? ?分"
)
_THIRD = r"(?:he|she|they|his|hers?|him|their|them|mr\.?|mrs\.?|ms\.?)"
PRONOUN = re.compile(rf"(?i:{_THIRD}(?:/{_THIRD})+)")
CAMEL = re.compile("[A-Za-z][a-z]+(?:[A-Z][a-z]+)+")
FIELD_OF_MERGE = re.compile(r"[A-Za-z]\w*_\w+|[A-Z][a-z]+(?:[A-Z][a-z]+)+")  # «Notice_Days», of a word processor
ISSUED = re.compile(r"[\[(〔]\d{4}[\])〕] ?\d+号")
# 进入【我的课程】-【教学评价】
MENU_BEFORE = re.compile("(?:进入|点击|单击|打开|点开|切换到|】[-—>→ ]{1,3})$")
MENU_BEHIND = re.compile("[-—>→ ]{1,3}【|(?:按钮|菜单|页面|选项|模块|栏目|界面)")
IN_BOTH = re.compile(
    r"([一-龥]{2,10})(?:\([一-龥]{2,8}\))?[ /]*[A-Z][A-Za-z .'’/-]{1,30}"
    r"|([一-龥]{2,10})[ /]+[a-z][A-Za-z .'’/-]{1,30}|[A-Za-z][A-Za-z .'’/-]{1,30}[ /]+([一-龥]{2,10})"
)
GROUPS = frozenset(one + group for one in "甲乙丙丁" for group in "组班队")
NEXT_CELL = re.compile(r" *\| *[^\s|\[【(_]")
MUST = re.compile("必须|应当?|要|需要?|务必")  # what a rule says of a paper, not what a form asks for
TO_PERSON = re.compile(r"(?:\([^()]{2,6}\)?)?(?:様|样|君|殿|先生|氏|さん)")
SETTLED = re.compile(" ?(?:结算|执行|支付|计算|计收|付款|办理)")
OF_FORM = re.compile("具体(?!来说|如下|见|是|为|包括|地|而言|说|到|化|如)[一-龥]{2,8}|与所?[一-龥]{2,8}(?:有关|相关)")
SIGN_HERE = re.compile("(?:本人|亲笔)?(?:签[名字章]|盖章|手印)(?:[或及、/]?(?:签[名字章]|盖章))?")
CHOICE = re.compile(r"[一-龥]{1,4}(?:/[一-龥]{1,4}){1,6}")
EXAMPLE = re.compile(r"[,、:;]? ?(?:例如|比如|譬如|如|即|可以是|等等)(?!何|果|下|此|今|期)|等$")
YOURS = re.compile("[你您我]的|贵(?:公司|单位|校|院|司|方|处)|某|相关|具体|对方的?")
ORDER_EN = re.compile(
    r"(?i:(?:please )?(?:insert|enter|add|type|specify|describe|list|fill in|choose|include|your|mention|state"
    r"|provide|write|explain|name of|date of|number of|reason for|give (?:the |your )?(?:date|names?|details|reasons?"
    r"|address|amount|number|description)|(?:pick|choose) (?:one|two)|here write|optional:) \S.*"
    r"|.{3,60} (?:may|can|should) be (?:added|inserted|entered|listed) here\.?)"
)
# In brackets that do not only say things by the way a question asks as well.
ASKS_EN = re.compile(r"(?i:(?:where|what|who|when|why|how|which) \S.*)")
# A part of a date, or a letter for a figure, before what it counts: [年]年, [X] years.
COUNTED = re.compile(
    r" ?(?:\+ ?)?(?:years?|months?|weeks?|days?|hours?|people|employees|%"
    r"|周年|年|个|名|人|元|天|次|岁|万|亿|家|项|届|期|班)"
)
HOW_MANY = frozenset(("几", "几十", "几百", "多少", "若干", "数字", "数量", "次数", "几几"))
WHEN = frozenset(("星期几", "周几", "几月几日", "几点", "几点几分", "几号", "哪天", "哪一天", "哪年"))
# What stands in brackets and asks for nothing: numbers, addresses, code, signs of forums.
CODE = re.compile(
    r"[=\"\\$]|::|[A-Za-z]\(|^[/!?%@]|;$|^[^\u3000-\uffff]*;|^[\d\s.,:;~–-]+$|^[xX ✓√]?$|https?:"
    r"|^(?:[BCDGJMNPRSZ]|EB/OL|OL|DB)$|db:|^[a-zA-Z] ?[|∈:] "
)
# Whence or when a writer was: 〔日〕, [清].
NATIONS = frozenset("日美英法德俄苏清宋明唐元汉晋意加韩朝澳印荷瑞西奥挪丹波匈捷希古")
# What a tag closes, of HTML or of a forum: [/bold].
CLOSED = re.compile(r"[\[<]/([^\[\]<>\n]{1,44})[\]>]")
TOLD_WHAT = re.compile("(?:请|概括|简要)?(?:写明|填写|注明|列明):")
LABEL_END = re.compile(r"[一二三四五六七八九十百\d]$|^第.{1,4}[章节条课步]|^(?:例|注|图|表|附)\d*")


FIRST = re.compile(r"[ #>*\t-]*(?:[(]?[\d一二三四五六七八九十]{1,3}[、.)]{1,2})? *")
# What is signed with at the end of a letter, on a line of its own.
PARTICLES = frozenset("はをがにへでと")
SUBJECT_BEFORE = frozenset(",的在是向将于把被与和因从由给将已の も") | PARTICLES
THAT_DAY = ("那天", "当天", "这天", "以前", "之前", "之后", "以后")
OWNED = (
    "周年",
    "关于",
    "招聘",
    "全体",
    "员工",
    "团队",
    "领导",
    "各",
    "代表",
    "人力",
    "教务",
    "学生",
    "工会",
    "党",
    "团委",
    "将",
    "诚",
)
SIGNED = (
    "氏名",
    "人名",
    "社名",
    "签名",
    "署名",
    "落款",
    "姓名",
    "日期",
    "名字",
    "签字",
    "盖章",
    "名称",
    "公章",
    "签章",
    "年月日",
    "全称",
)
TO_WHOM_KO = re.compile("^ ?[가-힣 ]*(?:귀하|귀중|님|대표|사장|담당)")
HONORIFICS = ("様", "样", "さん", "殿", "先生", "님", "씨", "女士", "同志")
INDENT = "    "
# Whom a letter is to and what it is about, and who a form says somebody is.
ADDRESSED = (
    "店名",
    "小区名",
    "社区名",
    "店铺名",
    "社团名",
    "村名",
    "校名",
    "县名",
    "镇名",
    "公司名",
    "机关",
    "单位",
    "公司",
    "部门",
    "学校",
    "姓名",
    "名称",
    "名字",
    "称谓",
    "称呼",
    "职务",
    "班级",
)
# What else a form's fields in round brackets end with; a party's role only says who is meant.
NUMBERED = re.compile(r"(?:Unit|Apt\.?|No\.?|Suite|Room|Order|Invoice|Case|Page|Floor) $")
NAMED = (
    *ADDRESSED,
    *(
        "年份",
        "月份",
        "年月日",
        "时间",
        "日期",
        "地点",
        "主题",
        "内容",
        "事由",
        "原因",
        "科目",
        "金额",
        "数量",
        "号码",
        "全称",
        "年月",
        "性别",
        "民族",
    ),
)
TITLE_SIZES = range(3, 7)
TITLE_FIELDS: tuple[str, ...] = (
    *("姓名", "名称", "全称", "日期", "时间", "地点", "编号", "号码", "编码", "金额", "地址", "电话"),
    *("门牌号", "楼栋号", "单位", "到期日", "截止日", "签名", "落款"),
)
ALONE = frozenset(("姓名", "氏名", "名字", "성명", "이름"))
NAMED_PLAINLY = re.compile("(?!以下|包括|不论|任何|下称|即|含)[一-龥]{2,6}(?:姓名|名称|名字|全称|校名|村名|号码|名)")
PLAIN_HAN = re.compile("[一-龥]{2,10}")
LONGEST_FIELD = 60  # what is longer in square brackets asks by an order
SAYS = re.compile("[了着过是我他她]")  # a clause, and no noun
LONGEST_OBJECT, LONGEST_FIGURE = 12, 8
# What a clause cannot end in, and what may be its last word, but hardly before brackets.
GOVERNOR = re.compile(
    "(?<![但可于还只就不的总要或正便也都])是$|(?<![认以])为$|(?<![所])因$|(?<![理自])由$|[向与叫姓把被将至给]$|(?<![终])于$|(?<![自服])从$"
)
HAS_DONE = ("到", "过", "了", "的", "落实", "贯彻", "获", "报", "致", "在", "对", "和", "及")
ENDS_CLAUSE = frozenset(",。;、!?”’》》」的等")
PHRASE = re.compile("[一-龥、,/A-Z]{2,18}")
NO_NOUN = re.compile("[我他她]|^[指即含不见下以注笑略因其未已原现]|^同[上前左下]|略$|[吧吗呢啊哦呀]$|[甲乙丙丁]方|简称")
NO_NAME = re.compile("^[但或且并如若则具经不]|[的地得了着过等]$|[章戳印]$|签字$")
# 一句话, 三个词: how much is asked for.
DESCRIBED = re.compile(r"\d{1,2}[位个字]|[一两二三几][个句段件种条项位名本首张行点组]|用?一|[你您]")
OF_PERSONS = ("姓氏", "姓名", "名字", "姓")
DATE_PARTS = frozenset("年月日时")
# An English sentence on both sides of a word in braces.
IN_SENTENCE = (re.compile(r"(?:^|[a-z,$'’]) ?$"), re.compile(r"[.,!?;]|'s| [a-z]|$"))


class Verdict(NamedTuple):
    """What a bracket asks for, how sure it does, whether its words were known, and what weighed how much."""

    code: str
    score: float
    is_known: bool = True
    weights: tuple[tuple[str, float], ...] = ()


NOTHING = Verdict("", 0.0)


class Bracket(NamedTuple):
    """What stands in brackets, and around them on the line."""

    start: int
    end: int
    inner: str
    opener: str
    before: str
    after: str
    is_behind_dots: bool = False  # begins with the dots of what is left out: ……(写明理由)

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
    closed = frozenset(CLOSED.findall(folded)) if openers & {"<", "["} else frozenset()
    found: list[tuple[Verdict, Bracket]] = []
    unknown: list[Bracket] = []
    for opener in openers:
        if opener in VARIABLES:
            found += _variables(folded, opener)
            continue
        pattern, prior = KINDS[opener]
        for bracket in _brackets(folded, opener, pattern):
            if not (_is_code(bracket, prose, closed) or _is_label(bracket)):
                verdict = judge(bracket, prior)
                if verdict.score >= FAINT:
                    found.append((verdict, bracket))
                elif _may_be_field(bracket):
                    unknown.append(bracket)
    backing = any(verdict.score >= SURE for verdict, _ in found)
    like = Counter(bracket.opener for verdict, bracket in found if verdict.score >= WEAK and verdict.is_known)
    found += [(Verdict(TEXT, SURE), bracket) for bracket in unknown if like[bracket.opener] > 1]
    return [
        (verdict.code, bracket.start, bracket.end)
        for verdict, bracket in found
        if verdict.score >= SURE
        or (verdict.score >= WEAK and backing)
        or (verdict.is_known and like[bracket.opener] > 1)
    ]


def _may_be_field(bracket: Bracket) -> bool:
    """Whether an unknown word in brackets may ask for something, in a text where other such brackets surely do."""
    if PLAIN_HAN.fullmatch(bracket.inner) is None or bracket.inner in NOTES:
        return False
    if bracket.opener == "(":
        return not (NO_NOUN.search(bracket.inner) or NO_NAME.search(bracket.inner)) and _stands_for_noun(bracket)
    is_set = bracket.opener in "[{〔〖﹝‹" or not bracket.is_first or bracket.inner.endswith(ADDRESSED)
    return is_set and bracket.opener in "[{〔【〖﹝‹"


def _stands_for_noun(bracket: Bracket) -> bool:
    """Whether a clause or a field would lack a noun without round brackets: 我和(同行的人)一起去, 自(起日)至."""
    before, after = bracket.before.rstrip(" "), bracket.after.lstrip(" ")
    if before.endswith(":") or (bracket.is_first and bracket.is_last):
        return bracket.is_last and (before.endswith(":") or bracket.inner.endswith((*ADDRESSED, *SIGNED)))
    if before[-1:] in ",。;、" or bracket.is_first:
        return meaning(after) == MARK_OF_NAME
    return before.endswith((*NEEDS, *OBJECTS)) and bool(after) and (is_wide(after[0]) or after[0] in ",。;、")


def _is_label(bracket: Bracket) -> bool:
    """Whether what it names stands in the next cell of a row, or it is one of two groups, or of a program's menus."""
    if bracket.inner in GROUPS:
        return True
    if bracket.opener == "{" and ISSUED.search(bracket.inner):
        return True  # {院团发[2011]23号}
    if bracket.opener == "【" and (MENU_BEFORE.search(bracket.before) or MENU_BEHIND.match(bracket.after)):
        return True
    is_cell = bracket.is_first or bracket.before.rstrip(" ").endswith("|")
    return is_cell and NEXT_CELL.match(bracket.after) is not None


def _is_code(bracket: Bracket, prose: Prose, closed: frozenset[str]) -> bool:
    """Whether a bracket is code or markup, or the text of a link."""
    if not prose.is_prose(bracket.start) or (bracket.opener == "[" and prose.zone_at(bracket.end) is not None):
        return True
    if bracket.opener in "<[" and bracket.inner in closed:
        return True
    if bracket.opener == "[" and len(bracket.inner) > LONGEST_FIELD and not _is_long_order(bracket.inner):
        return True
    return bracket.opener == "{" and not prose.is_prose(bracket.start - 1)


def _is_long_order(inner: str) -> bool:
    return _is_order(inner) or ORDER_EN.fullmatch(inner) is not None


def _in_one_language(inner: str) -> str:
    """The Chinese of what is said in two languages: 部门 Department."""
    twice = IN_BOTH.fullmatch(inner)
    return twice[twice.lastindex or 0] if twice else inner


def explain(folded: str, start: int) -> tuple[float, tuple[tuple[str, float], ...]] | None:
    """The score of the bracket that begins at an offset and what made it; None where rules of another kind decide."""
    opener = folded[start]
    if opener not in KINDS:
        return None
    pattern, prior = KINDS[opener]
    bracket = next((one for one in _brackets(folded, opener, pattern) if one.start == start), None)
    verdict = judge(bracket, prior) if bracket else NOTHING
    return (verdict.score, tuple(part for part in verdict.weights if part[1])) if verdict.weights else None


def _brackets(folded: str, opener: str, pattern: re.Pattern[str]) -> Iterator[Bracket]:
    for match in pattern.finditer(folded):
        start, end = match.span()
        if opener == "[" and folded[start - 1 : start] == "[" and folded[end : end + 1] == "]":
            continue  # a link of a wiki, or a variable
        line, stop = folded.rfind("\n", max(0, start - 200), start) + 1, folded.find("\n", end, end + 200)
        before = folded[max(line, start - AROUND) : start]
        after = folded[end : end + AROUND if stop < 0 else min(stop, end + AROUND)]
        inner = _in_one_language(match[1].strip())
        yield Bracket(start, end, inner, opener, before, after, folded[start] in "….")


def _variables(folded: str, opener: str) -> Iterator[tuple[Verdict, Bracket]]:
    """Names of a template's variables: {{name}}, ${company}, %%ORDER_NO%%, ##姓名##."""
    prose = prose_of(folded)
    unknown, is_backed = list[Bracket](), False
    for match in VARIABLES[opener].finditer(folded):
        inner = match[match.lastindex or 0].strip()
        code = _enclosed(inner, "%%" if match[0].startswith("%%") else opener)
        bracket = Bracket(match.start(), match.end(), inner, opener, "", "")
        if folded.endswith(">", 0, match.start()) and folded.startswith("</", match.end()):
            continue  # all that an element holds
        if opener in NAMED_ALONE and _is_told_of(folded, *match.span()):
            continue
        if prose.is_machine(match.start()) or (opener in DOUBLED and folded.endswith("第", 0, match.start())):
            continue
        if code:
            is_backed = True
            yield Verdict(code, SURE), bracket
        elif _is_one_of_many(bracket, folded[match.start() - 1 : match.start()]):
            unknown.append(bracket)
    if is_backed:
        yield from ((Verdict(TEXT, SURE), bracket) for bracket in unknown)


def _is_told_of(folded: str, start: int, end: int) -> bool:
    """Whether a variable is shown and not used: in quotation marks of code, beside words for what it is."""
    return folded[max(0, start - 1) : start] == '"' or TOLD_OF.search(folded, max(0, start - 12), end + 12) is not None


def _is_one_of_many(bracket: Bracket, before: str) -> bool:
    """Whether a name that nobody knows is a variable beside others that are: {{today}}, not the content of a tag."""
    if bracket.opener in NAMED_ALONE:
        return before not in (">", '"', "=")
    return bracket.opener in PAIRED and all(map(PLAIN_HAN.fullmatch, bracket.inner.split(":")))


def _enclosed(inner: str, sign: str) -> str:
    """The code of what signs enclose; of those that may be two marks, as in ##面包房交来押金##元, it must be known."""
    if sign == "&&" and inner not in FIELDS and not inner.isupper():
        return ""
    if sign == "{{" and A_PATH.fullmatch(inner):
        return variable(inner) or TEXT
    if sign == "%%" and (inner.isupper() or inner.isascii()):
        return variable(inner) or TEXT
    if (sign == "[[" and BEGINS_ORDER.match(inner)) or (sign in DOUBLED and _is_order(inner)):
        return TEXT
    if sign == "<<" and inner.isascii() and inner[0].isupper():
        return variable(inner) or TEXT
    return variable(inner) if sign not in DOUBLED or inner.isascii() or _is_known(inner) else ""


def _is_known(inner: str) -> bool:
    """Whether words are a field's name, with little before it, or an order."""
    weight = _chinese(inner)[1]
    return weight >= SURE or (weight >= 1.75 and len(inner) < 7) or _is_order(inner)


def variable(name: str) -> str:
    """The code of a variable by the last word of its name: user_name, orderNo, CUSTOMER NAME; empty for code."""
    if not name.isascii():
        name = re.split("[._:]", name.rstrip("0123456789"))[-1]
        return _chinese(name)[0] if _chinese(name)[1] > WEAK or PLAIN_HAN.fullmatch(name) else ""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace(".", " ").lower().split()
    last = parts[-1] if parts else ""
    if last in ("no", "id", "num", "code", "qty", "count"):
        return FIGURE
    endings = (last[at:] for at in range(len(last) - 3))  # the longest first, so that discount is no count
    whole = next((word for word in endings if word in WORDS_EN), last)
    if whole not in WORDS_EN and len(parts) > 1 and parts[0] in WORDS_EN:
        whole = parts[0]  # amount_due
    return _code_en(whole) if whole in WORDS_EN else ""


def judge(bracket: Bracket, prior: float) -> Verdict:
    """What a bracket asks for and how sure it does: SURE from 2, WEAK from 1."""
    inner = bracket.inner
    if _is_counted(bracket):
        return Verdict(DATE if inner in DATE_PARTS else FIGURE, SURE)
    if bracket.opener == "<" and not CODE.search(inner) and _is_slot(bracket):
        return Verdict(TEXT, SURE)
    if (
        not inner
        or CODE.search(inner)
        or (bracket.opener in "[〔" and inner in NATIONS)
        or (inner in NOTES and not (inner in FIELDS and bracket.before.endswith((":", *NEEDS))))
    ):
        return NOTHING
    if BLANKED.fullmatch(inner):
        return Verdict(DATE if "年" in inner or "-" in inner or ":" in inner else TEXT, SURE)
    if inner in SOLID:
        return NOTHING if LEGEND.match(bracket.after) else Verdict(_code_of_sign(bracket), SURE)
    if ":" in inner and not (EXAMPLE.search(inner) or TOLD_WHAT.match(inner) or ORDER_EN.fullmatch(inner)):
        return NOTHING
    if REFERS.match(inner) or bracket.before.endswith(BEFORE_TERM) or bracket.after.startswith(BEHIND_TERM):
        return NOTHING
    if not any(map(is_wide, inner)):
        return _judge_english(bracket)
    if bracket.opener == "《" and not _is_order(inner):
        return _judge_title(bracket)
    is_round = bracket.opener == "(" or (bracket.opener == "〔" and bracket.is_behind_dots)
    return _judge_round(bracket) if is_round else _judge_chinese(bracket, prior)


def _code_of_sign(bracket: Bracket) -> str:
    """What a sign in brackets stands for: 【●】元, 甲方:【●】."""
    told = meaning(bracket.after)
    if told in FIGURES_OF_MARKS:
        return FIGURE if told == MARK_OF_NUMBER else DATE
    is_party = bracket.before.endswith(":") and bracket.before[:-1].endswith(FIELD_ENDS + PARTIES + ROLES)
    return NAME if told == MARK_OF_NAME or is_party else TEXT


def _judge_title(bracket: Bracket) -> Verdict:
    """A field's name as the title of a book: 收件人:《收件人姓名》, or 致房东《房东姓名》 where there are more."""
    code, noun = _chinese(bracket.inner)
    if noun < 1.75 or len(bracket.inner) not in TITLE_SIZES or not bracket.inner.endswith(TITLE_FIELDS):
        return NOTHING
    is_value = bracket.before.endswith(":") and bracket.before[:-1].endswith(FIELD_ENDS)
    return Verdict(code, SURE if is_value else WEAK)


def _is_counted(bracket: Bracket) -> bool:
    """Whether one sign in brackets stands for a figure or a part of a date: [X] years, [月]月."""
    if bracket.opener not in "[{【<〈":
        return False
    if bracket.inner in HOW_MANY:
        return COUNTED.match(bracket.after) is not None
    if len(bracket.inner) != 1:
        return False
    if bracket.inner in DATE_PARTS:
        return bracket.after.startswith(bracket.inner)
    is_number = bracket.inner == "#" and NUMBERED.search(bracket.before) is not None
    is_counted = is_wide(bracket.after[:1]) and meaning(bracket.after) == MARK_OF_NUMBER
    return is_number or (bracket.inner in "XxN#*_" and (is_counted or COUNTED.match(bracket.after) is not None))


def _is_slot(bracket: Bracket) -> bool:
    """Whether angle brackets are all that an item or a field of a form holds: - <強み>, 氏名: <>."""
    is_alone = bracket.is_last and (bracket.is_first or bracket.before.endswith((": ", ":", "- ", "* ")))
    if not bracket.inner:
        return is_alone
    is_spoken = any(map(is_wide, bracket.inner)) or bracket.inner.startswith("FILL")
    return is_alone and is_spoken and not TITLED.search(bracket.inner)


def _judge_chinese(bracket: Bracket, prior: float) -> Verdict:
    """The scores of a field's name, an order, an example and the clause, less what makes a bracket a label."""
    inner = bracket.inner
    if bracket.after.lstrip(" ").startswith(HONORIFICS[:5]) and inner.endswith(("名", "氏", "者", "姓")):
        return Verdict(NAME, SURE)  # 【贈り主名】様
    code, noun = _chinese(inner)
    order = 2.0 * _is_order(inner)
    example = 1.5 * (EXAMPLE.search(inner) is not None) + 0.75 * (YOURS.match(inner) is not None)
    around = context(bracket)
    if CHOICE.fullmatch(inner):
        noun = max(noun, 1.5)
    is_known = noun > 1.0 or order > 0 or example > 1.0
    if not is_known and SAYS.search(inner):
        return NOTHING
    # A word that nobody knows counts where the clause needs a noun and goes on behind it.
    if not is_known and (bracket.opener in "<〈" or (around < 1.5 if bracket.opener != "[" else len(inner) < 3)):
        return NOTHING
    if bracket.opener in "<〈" and TITLED.search(inner) and not order:
        return NOTHING  # the title of a law in that of another
    if prior == -1.0 and is_wide(bracket.before[-1:]):
        prior = -0.25  # labels stand at the head of what they label
    if bracket.opener == "<":
        prior += 0.5
    if order:
        prior = max(prior, 0.0) + 0.5 * (prior <= -1.0)
        noun = shape = 0.0
    else:
        shape = -_label(bracket, noun) - (LABEL_END.search(inner) is not None and not noun)
        shape -= len(inner) > 16 and not example
    weights = (
        ("sign", prior),
        ("field", noun),
        ("order", order),
        ("example", min(example, 1.5)),
        ("clause", around),
        ("label", shape),
    )
    score = sum(weight for _, weight in weights)
    return Verdict(TEXT if order else code, score, is_known or around >= 1.5, weights)


def _is_order(inner: str) -> bool:
    if ORDER_KO.search(inner) or ORDER_JA.search(inner):
        return True
    return ORDER.match(inner) is not None and not NO_ORDER.search(inner)


def _judge_round(bracket: Bracket) -> Verdict:
    """Round brackets ask by an order, or where a verb has no other object: 召开(会议名称)。"""
    inner = bracket.inner
    code, noun = _chinese(inner)
    told = _told_beside(bracket, code, noun)
    if told is not None:
        return told
    is_yours = noun >= 1.75 and YOURS.match(inner) is not None
    if (bracket.is_behind_dots and noun > 1.0) or TOLD_WHAT.match(inner) or _is_ordered(bracket) or is_yours:
        return Verdict(TEXT, SURE)
    if bracket.is_behind_dots and len(inner) > 2:
        return Verdict(TEXT, WEAK)  # ……(笑) is no prompt, nor is ……(低头不语) where nothing else is
    if _is_persons(bracket, noun):
        return Verdict(code, SURE)
    if _lists_fields(bracket) or (inner in ALONE and bracket.is_first and bracket.is_last):
        return Verdict(TEXT if inner not in ALONE else NAME, SURE)
    before, after = bracket.before.rstrip(" ") if bracket.before.endswith(": ") else bracket.before, bracket.after
    is_object = before.endswith(OBJECTS) and (after[:1] in ",。;、" or is_wide(after[:1]))
    if is_object and YOURS.match(inner) and len(inner) <= LONGEST_OBJECT:
        return Verdict(code, SURE)  # 特提出(具体请求)。
    if (
        before.endswith(":")
        and (noun >= 1.75 or DESCRIBED.match(inner))
        and (not after.strip() or after[:1] in " ,;。")
    ):
        return Verdict(code, SURE if before[:-1].endswith(FIELD_ENDS) else WEAK)  # 甲方:(公司全称,与营业执照一致)
    if noun >= 1.75 and inner.endswith(NAMED) and not is_object and not NO_NOUN.search(inner):
        is_object = bracket.is_first or before[-1:] in (",", "。", ";", "、", ":") or before.endswith(NEEDS)
    lacks = _lacks_noun(bracket)
    if lacks:
        noun = max(noun, 1.25 * (DESCRIBED.match(inner) is not None))
        return Verdict(code, SURE if noun >= 1.75 and lacks == SURE else WEAK if noun > 1.0 else FAINT, noun > 1.0)
    return Verdict(code, WEAK if noun >= 1.75 and (is_object or _is_named_plainly(bracket)) else _faint(bracket, noun))


def _told_beside(bracket: Bracket, code: str, noun: float) -> Verdict | None:
    """What round brackets are by a word right beside them; None where none tells."""
    inner, after = bracket.inner, bracket.after
    if SIGN_HERE.fullmatch(inner) and not SIGNS_OFF.match(after):
        return NOTHING  # who signs there writes beside it
    if noun >= 1.75 and KANA.search(bracket.before + after) and TO_PERSON.match(after):
        return Verdict(NAME, SURE)  # (職名)(氏名)君
    if bracket.before.rstrip(" ").endswith("按") and SETTLED.match(after):
        return Verdict(TEXT, SURE)  # 按(约定的单价)结算
    if OF_FORM.fullmatch(inner) and (after[:1] != ":" or bracket.is_last):
        return Verdict(TEXT, SURE)
    is_figure = code == FIGURE and noun >= 1.75 and len(inner) <= LONGEST_FIGURE
    if is_figure and meaning(after.lstrip(" ")) == MARK_OF_NUMBER:
        return Verdict(FIGURE, SURE)  # (人数) 人前往
    if inner in WHEN or _is_written_to(bracket, noun):
        return Verdict(DATE if inner in WHEN else code, SURE)
    return None


def _is_written_to(bracket: Bracket, noun: float) -> bool:
    """Whether it is whom a letter is to, or who fills a form in: 致(采购方名称):, 住址:(由班主任补填)."""
    if bracket.before.endswith(":") and FILLED_BY.fullmatch(bracket.inner):
        return True
    return noun >= 1.75 and bracket.before.strip() in ("致", "送", "呈") and bracket.after[:1] in (":", "")


def _lists_fields(bracket: Bracket) -> bool:
    """Whether several fields of a form are named: 某(姓名、职务)."""
    parts = re.split("[、/]|或者?|[和及]", bracket.inner)
    is_form = (
        bracket.before.endswith((*PARTIES, ":", "某", "×", "x", "X", "_", "*", "○", ",")) or not bracket.before.strip()
    )
    return len(parts) > 1 and is_form and all(part in FIELDS for part in parts)


def _is_named_plainly(bracket: Bracket) -> bool:
    """Whether a field stands in the middle of a clause: 客房部(员工姓名)拾到手表."""
    after = bracket.after[:1]
    is_beside = is_wide(bracket.before[-1:]) and (is_wide(after) or after in ",。")
    return is_beside and NAMED_PLAINLY.fullmatch(bracket.inner) is not None


def _faint(bracket: Bracket, noun: float) -> float:
    """What a field in round brackets is worth that nothing around it asks for."""
    is_signed = bracket.is_last and not bracket.before.strip() and bracket.inner.endswith(SIGNED)
    return FAINT * ((noun >= 1.75 and bracket.inner.endswith(NAMED)) or is_signed)


def _lacks_noun(bracket: Bracket) -> float:
    """Whether a clause ends in what needs a noun but for round brackets: 因(请假事由),; a verb may go without."""
    inner, before, after = bracket.inner, bracket.before, bracket.after
    if not PHRASE.fullmatch(inner) or NO_NOUN.search(inner) or inner in NOTES or meaning(inner) == MARK_OF_NUMBER:
        return 0.0
    if after[:1] not in ENDS_CLAUSE and after:
        return 0.0
    if GOVERNOR.search(before):
        return SURE
    return WEAK if before.endswith((*OBJECTS, *HAS_DONE)) else 0.0


def _is_ordered(bracket: Bracket) -> bool:
    """Whether round brackets order something: (请在此填写…), (如需住宿,请注明人数)."""
    inner = bracket.inner
    if bracket.after.startswith(":") or NO_ORDER.search(inner) or (MUST.match(inner) and not bracket.is_behind_dots):
        return False
    if bracket.before.endswith(":") and ASKS_FORM.search(inner):
        return True
    if ORDER_TAIL.search(inner) or "写明" in inner[:8] or (bracket.is_behind_dots and TOLD.search(inner)):
        return True
    return any(map(_is_order, inner.split(",")))


def _is_persons(bracket: Bracket, noun: float) -> bool:
    """Whether a field in round brackets is somebody's or something's name, by what stands beside it."""
    inner, before, after = bracket.inner, bracket.before, bracket.after
    if before.endswith(":") and after and is_wide(after[0]) and inner.endswith(SIGNED):
        return False  # 经办:(签字)王建国
    if inner.endswith(SIGNED) and (SIGNS_OFF.match(after) or (before.endswith(":") and noun >= 1.75)):
        return True  # 馆长(签名)敬邀
    if before[-1:] in ("“", "《") and after[:1] in "”》" and noun > WEAK:
        return True  # 举办“(展览名称)”
    if (
        noun > WEAK
        and len(inner) <= LONGEST_FIGURE
        and _chinese(inner)[0] == FIGURE
        and meaning(after) in FIGURES_OF_MARKS
    ):
        return True  # (价格)元, (年数)年
    if noun < 1.75:
        return False
    if DESCRIBED.match(inner) and before.endswith(FIELD_ENDS):
        return True  # 身份证号(18位证件号码)
    if after and after[0] in PARTICLES and (before[-1:] in ",。、" or bracket.is_first):
        return True  # 、(退職希望日)をもって
    is_named = inner.endswith(ADDRESSED) and _is_addressed(bracket)
    is_named |= bracket.is_first and inner in FIELDS and TO_WHOM_KO.search(after) is not None  # (회사명) 대표이사 귀하
    is_called = inner.endswith(OF_PERSONS) and meaning(after) == MARK_OF_NAME  # (老师姓氏)老师
    is_about = before.endswith(("关于", "就")) and after.startswith("的")
    return is_named or is_called or is_about


def _is_addressed(bracket: Bracket) -> bool:
    """Whether it is whom a letter is to, or who says what follows: (主送机关):, (主管姓名)经理, (发文单位)关于."""
    after = bracket.after
    is_alone = after.rstrip() == ":"
    return bracket.is_first and (is_alone or after.startswith("关于") or meaning(after) == MARK_OF_NAME)


FUNCTION_WORDS = frozenset("于在到的与和由将是为及向给被把从至同,。、;:()")
LISTED = re.compile(r"[^\s,。;:、] +$")
STOPS_OF_LABELS = frozenset(("", " ", ",", "。", ";", "、"))


def _label(bracket: Bracket, noun: float) -> float:
    """What makes lenticular and corner brackets labels and quotations: 【导语】初夏…, 「姓名」一栏."""
    if bracket.opener == "「":
        return 1.0 * bracket.after.startswith(("一", "这", "两", "二", "三", "等", "とい", "と", "は", "を", "の"))
    if bracket.opener not in "【〔〖":
        return 0.0
    return _label_of_line(bracket, noun)


def _is_one_of_labels(bracket: Bracket) -> bool:
    """Whether a value stands between a label and the one beside it: 【姓名】王小雨【年级】五年级."""
    behind, _, has_next = bracket.after.partition("【")
    before = bracket.before.rpartition("】")
    values = [behind] if has_next else [before[2]] if before[1] else []
    return any(len(value) > 1 and FUNCTION_WORDS.isdisjoint(value) for value in values)


def _label_of_line(bracket: Bracket, noun: float) -> float:
    """The same for lenticular ones, by what stands beside them on their line."""
    is_listed = LISTED.search(bracket.before) is not None and bracket.after[:1] not in STOPS_OF_LABELS
    if bracket.opener == "【" and (is_listed or _is_one_of_labels(bracket)):
        return 2.5  # 【作者】余霁 【导师】陆平
    if (bracket.after[:1] in SUBJECT_BEFORE and bracket.after) or bracket.after.startswith(THAT_DAY):
        return 0.0  # it is the subject of what follows, or the day: 【探访日期】那天
    if bracket.is_last and bracket.before.rstrip(" ").endswith(":") and noun >= 1.75:
        return -0.5  # the value of a field
    if bracket.before[-1:] in (",", ":", ";", "。") and is_wide(bracket.after[:1]):
        return 1.0  # its value follows: 【会议时间】三点
    if noun >= 1.75 and bracket.after.startswith(HONORIFICS):
        return -1.0
    if bracket.before.endswith(INDENT) and noun >= 1.75:
        return -1.0  # a signature is set to the right
    if bracket.is_first and not bracket.is_last:
        if bracket.after.strip() == ":" or (bracket.after[0] == ":" and bracket.inner.endswith(ADDRESSED)):
            return 0.0  # whom a letter is to
        # 【学校名称】学生会 is one's name, 【项目名称】滨江公园 a label with its value.
        is_owner = noun >= 1.75 and bracket.inner.endswith(ADDRESSED)
        return -0.5 if is_owner and (meaning(bracket.after) == MARK_OF_NAME or bracket.after.startswith(OWNED)) else 1.5
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
    if SIGNS_OFF.match(bracket.after):
        score += 0.5  # [대표자 성명] (인)
    is_inside = is_wide(after[:1]) and (before == "" or is_wide(before[-1]) or before[-1] in ",。;、:”》")
    if is_inside or (bracket.is_first and bracket.is_last):
        score += 0.5
    elif bracket.is_first and after[:1] in ",:":
        score += 0.25
    return score


def _chinese(inner: str) -> tuple[str, float]:
    """The code and the weight of a noun phrase by the field that ends it."""
    plain = EXAMPLE.split(inner)[0].strip(" :,、") or inner
    for part in re.split(r"[/、,・·或和及与]", plain):
        part = part.strip()
        for size in FIELD_SIZES:
            field = part[-size:]
            if field in FIELDS and len(part) <= size + 14:
                code = DATE if field in DATES else FIGURE if field in FIGURES else NAME
                return code, 2.0 if part == field else 1.75
    if plain in TEXTS:
        return TEXT, 0.25  # 〔主持词〕 is what the page is about
    if plain in PEOPLE:
        return NAME, 1.75
    if plain.endswith(HEADS) and len(plain) <= 12:
        return (DATE if plain.endswith(DATE_HEADS) else FIGURE if plain.endswith(FIGURE_HEADS) else NAME), 1.25
    return TEXT, 0.25


def _judge_english(bracket: Bracket) -> Verdict:
    """The same of English: a field's name, capitals, and a word before it that needs a noun."""
    inner, opener = bracket.inner, bracket.opener
    if bracket.before.endswith(")"):
        return NOTHING
    names = NAMES_EN.findall(inner)
    certain = _certain_english(bracket, names)
    if certain:
        return Verdict(certain, SURE)
    if opener == "{" and ("_" in inner or CAMEL.fullmatch(inner)) and variable(inner):
        return Verdict(variable(inner), WEAK + _english_context(bracket))
    if (ORDER_EN.fullmatch(inner) or (opener != "(" and ASKS_EN.fullmatch(inner))) and len(names) > 1:
        last = names[-1].lower()
        return Verdict(_code_en(last) if last in WORDS_EN else TEXT, SURE)
    if opener == "(" and _is_field_of_letter(bracket, names):
        return Verdict(_code_en(names[-1].lower()), SURE)
    if not 0 < len(names) < 8 or opener in "(「" or not PHRASE_EN.fullmatch(inner):
        return NOTHING
    last, noun = _english_noun(names)
    is_told = IN_SENTENCE[0].search(bracket.before) and IN_SENTENCE[1].match(bracket.after)
    if inner.islower() and ((not noun and opener != "[") or (opener == "{" and len(names) == 1 and not is_told)):
        # A variable of a template counts beside others: 验证码为{code},
        is_among = opener == "{" and len(names) == 1 and (is_wide(bracket.before[-1:]) or is_wide(bracket.after[:1]))
        return Verdict(_code_en(last), FAINT) if is_among else NOTHING
    left = WORD_BEFORE.search(bracket.before)
    if inner.islower() and not noun and not (left and left[1].lower() in NEEDS_EN):
        return NOTHING
    sign = -0.5 if opener in "【〔〖" else -1.0 if opener == "<" and inner.islower() else 0.0  # the syntax of a command
    capital = 0.5 * inner[0].isupper() + 0.5 * (len(names) > 1 and inner.istitle() and "," not in inner)
    weights = (("sign", sign), ("field", noun), ("capital", capital), ("clause", _english_context(bracket)))
    return Verdict(_code_en(last), sum(weight for _, weight in weights), noun > 0, weights)


def _certain_english(bracket: Bracket, names: list[str]) -> str:
    """The code of what its sign or the blank before it leaves no doubt of: {he/she}, «Notice_Days», ......(date)."""
    inner, opener = bracket.inner, bracket.opener
    if opener in "{[(" and PRONOUN.fullmatch(inner):
        return TEXT
    if opener == "«" and FIELD_OF_MERGE.fullmatch(inner):
        return variable(inner) or TEXT
    if opener != "(" or not names:
        return ""
    if bracket.is_behind_dots and _english_noun(names)[1]:
        return _code_en(_english_noun(names)[0])
    return TEXT if bracket.before.endswith("__") and len(names) > 2 else ""


def _is_field_of_letter(bracket: Bracket, names: list[str]) -> bool:
    """Whether round brackets hold a field's name alone where a noun must stand: on (date), because of (reason)."""
    is_field = 0 < len(names) < 4 and _english_noun(names)[1] > 1.0 and PHRASE_EN.fullmatch(bracket.inner) is not None
    left = WORD_BEFORE.search(bracket.before)
    is_wanted = left is not None and left[1].lower() in NEEDS_EN
    is_wanted &= bracket.before.endswith(" ")
    return is_field and (is_wanted or (bracket.is_first and bracket.is_last))


def _english_noun(names: list[str]) -> tuple[str, float]:
    """The last word of a phrase and what it weighs: Hiring Manager by its last word, Party A by its first."""
    last = names[-1].lower().removesuffix("'s")
    if last in WORDS_EN or last.rstrip("s") in WORDS_EN:
        return last, 1.5
    return last, 1.0 if len(names) > 1 and names[0].lower().removesuffix("'s") in WORDS_EN else 0.0


def _english_context(bracket: Bracket) -> float:
    if TITLE_BEFORE.search(bracket.before):
        return 2.0  # Dear Dr. {Surgeon}
    left = WORD_BEFORE.search(bracket.before)
    if (left and left[1].lower() in NEEDS_EN) or bracket.before.rstrip(" ").endswith(":"):
        return 1.0
    if is_wide(bracket.before.rstrip(" ")[-1:]) or is_wide(bracket.after.lstrip(" ")[:1]):
        return 0.5 + context(bracket)
    return 0.5 * (bracket.is_first and (bracket.is_last or bracket.after[:1] in ",:"))


def _code_en(word: str) -> str:
    return DATE if word in DATES_EN else FIGURE if word in FIGURES_EN else NAME
