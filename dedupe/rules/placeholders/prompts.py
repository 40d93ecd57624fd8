"""Prompts: words that ask the writer to fill something in, and stand-ins that were never replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dedupe.core import regex as re
from dedupe.core.model import Kind, Severity
from dedupe.rules.placeholders import brackets
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.lookalikes import HONOURED
from dedupe.rules.prose import Prose, prose_of
from dedupe.rules.rule import Beside, Met, Rule, Sweep
from dedupe.rules.vocabulary import words

END = r"(?=[,。;、)\]】\s]|\Z)"
# 张某某 (Zhang So-and-so) has a surname. 任 is left out: 任某某 may mean "appointed to some post".
SURNAMES = "".join(sorted(w.SURNAMES.difference("于任向方")))
LATIN = "|".join(words("la", "filler"))
OPENED = "|".join(sorted((field for field in brackets.FIELDS if len(field) > 1), key=len, reverse=True))
PERSONS = (
    "CUSTOMER|CLIENT|EMPLOYEE|EMPLOYER|RECIPIENT|SENDER|MANAGER|BOSS|RETIREE|WIFE|HUSBAND"
    "|CHILD|STUDENT|TEACHER|PARENT|DOCTOR|PATIENT|LANDLORD|TENANT|SUPERVISOR|GUEST|SPEAKER"
)
# Further prompts by code. Each pattern has literals: any text that it matches has one of them, most texts have none.
PATTERNS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "PH108": (
        (("X/",), r"X(?<![\w/]X)X/XX/(?:20)?XX(?![\w/])"),
        (("x/",), r"x(?<![\w/]x)x/xx/(?:20)?xx(?![\w/])"),
        (("_/", "_ "), r"_(?<![A-Za-z\d_/]_)_{0,7} ?/ ?_{1,8} ?/ ?(?:20)?_{1,8}(?![\w/])"),
        (("YYYY",), r"Y(?:(?<=:Y)|(?<=: Y))(?<!格式:Y)(?<!格式: Y)YYY(?:-MM-|/MM/|\.MM\.)DD(?![\w])"),
        (("年 ",), r"年 {1,30}月 {1,30}[日号]"),
        (("년 ",), r"년 {1,30}월 {1,30}일"),
        (("时 ",), r"时(?<=[ 日]时) {1,30}分"),
        (("年 ",), r"年(?<![一-龥]年) {1,30}月(?=[,。;、至起到止底初末 \n]|\Z)"),
        (("月 ",), r"月(?<=[定拟]于 月) {1,30}[日号]"),
        (("月 ",), r"月(?<!年月) {1,30}[日号](?=[,。;、(至起到止上下前内 \n]|\Z)"),
    ),
    "PH111": (
        (("0/",), r"0(?<![\d/]0)0/00/(?:00)?00(?![\d/])"),
        (
            ("dd", "mm", "DD", "MM"),
            r"(?:dd/mm|mm/dd|DD/MM|MM/DD)(?<=(?:(?:to|on|of) |te:|d: )..[/]..)/(?:yy|YY){1,2}(?!\w)",
        ),
        (("Day",), r"Day of Month(?:, Year)?"),
    ),
    "PH110": (
        (
            (" NAME",),
            rf"(?<=[a-z,] )(?:YOUR|COMPANY|SCHOOL|BANK|(?:{PERSONS})(?:'?S|ES)?) NAME\b(?! [A-Z]{{2}})",
        ),
    ),
    "PH112": (
        (("-0",), r"0(?<!\d0)\d{1,3}-0{3,4}-0{3,4}(?!\d)"),
        (("(_",), r"_(?<=\(_)_{1,3}\) ?_{2,4}-_{3,4}"),
    ),
    "PH113": (
        (("__(",), r"_(?<!__)_{1,20}\([A-Za-z$#][^()\n]{1,60}\)_{2,21}"),
        (
            ("请在",),
            rf"请(?<!\S请)在(?:此处?|这里|下方|本页)(?:{brackets.VERBS})[^,。;:\n]{{0,12}}(?:,文字[^\n]{{2,40}})?(?=\s*(?:\n|\Z))",
        ),
        (
            ("Yo", "YO"),
            r"Y(?<!\wY)(?i:our (?:(?:full |company |first |last )?name|text|title|subtitle|logo|content|picture) here)"
            r"(?!\w)",
        ),
        (("City",), r"City, ?(?:State|ST),? ?(?:and )?Z(?:ip|IP)(?: [Cc]ode)?(?=\s*(?:\n|\Z))"),
        (
            ("Yo", "YO"),
            r"Y(?<![^\n]Y)(?i:our (?:full |first |last |company )?"
            r"(?:name|title|street address|address|phone(?: number)?|email(?: address)?))(?=\s*(?:\n|\Z))",
        ),
        (("Yo",), r"Y(?<![^\n]Y)our (?:[A-Z][a-z]+ ){1,2}(?:Name|Title|Number|Address|Phone|Email)(?=\s*(?:\n|\Z))"),
        (("Insert",), r"I(?<!\wI)nsert Your (?:[A-Z][a-z]+ ){1,3}Here(?!\w)"),
        (("Mr",), r"M(?<!\wM)(?<!Dear M)rs?\./(?:Ms|Mrs)\.(?: First ?Name)? Last ?Name\b"),
        (("Month",), r"M(?<![^\n]M)onth,? Day,? Year(?=\s*(?:\n|\Z))"),
        (("此处",), r"此(?<=[\n:、 ]此)处(?:输入|添加|录入)[^,。;:\n]{1,16}(?=\s*(?:\n|\Z))"),
        (("点击",), r"点(?<=[\n:、 ]点)击(?:输入|录入|添加)[^,。;:\n]{1,16}(?=\s*(?:\n|\Z))"),
        (("击此",), r"[单双点]击此处(?:输入|录入|添加)[^。;:\n]{1,40}(?=\s*(?:\n|\Z))"),
        (
            ("在此",),
            r"在(?<=[\n:、 ]在)此(?:录入|输入|添加)[^,。;:\n]{1,24}"
            r"(?:,在此(?:录入|输入|添加)[^,。;:\n]{1,24})?。?(?=\s*(?:\n|\Z))",
        ),
        (
            ("单击", "点击"),
            r"[单点](?<!单击或点)击(?:或点击)?(?:此处|以)(?:可)?(?:添加|编辑|输入|键入|选择)(?:副?标题|文[本字]|正文|备注|内容|日期|姓名|名称"
            r"|母版(?:副?标题|文本)样式)"
            r"(?:。|(?=\s*(?:\n|\Z)))",
        ),
        ((":选",), r"选(?<=:选)择一项。"),
        (("_填", "_请", "_输"), r"_(?:请?填写|请?输入)[一-龥]{2,12}_"),
        # A blank that has lost its closing bracket as well.
        ((":[", ":【"), rf"[\[【](?<=:[\[【])(?:{brackets.VERBS})?(?:{OPENED})(?=\s*(?:\n|\Z))"),
        (
            ("请输", "请填", "请选", "请键"),
            r"请(?:(?<=:请)|(?<=: 请))(?:输入|填写|填入|选择|键入)(?!关键|搜索|检索)[您你]?的?[^,。;:()\n]{2,10}"
            r"(?=\s*(?:\n|\Z))",
        ),
        (("「",), r"「[^「」\n]{1,20}」を(?:ご)?入力(?:して)?(?:ください|下さい)。?"),
        (("{ ", "{D", "{M", "{F"), r"\{ ?(?:DATE|TIME|MERGEFIELD|FILLIN|ASK)\b[^{}\n]{0,60}\}"),
        (
            ("De",),
            r"(?<=Dear )(?:(?:Mr|Ms|Mrs)\.?(?:/(?:Mr|Ms|Mrs)\.?)* )?"
            r"(?:Recipient|First|Last|Full|Customer|Client|Supervisor|Employer|Landlord|Tenant)(?:'s)? ?Name\b",
        ),
        (
            ("Click",),
            r"C(?<!\wC)lick (?:or tap )?(?:here )?to (?:enter|add|insert|choose)"
            r" (?:text|a date|your [a-z]{2,12}|an item)\.?",
        ),
        (("Choose",), r"C(?<![^\s:]C)hoose an item\.?"),
    ),
    "PH114": (
        (("某某",), rf"某(?<![{SURNAMES}]某)(?<!某[.·]某)某某?(?!研究|著|到此)"),
        (("×多", "×某"), r"×(?:多少|某)(?=[人年月日元岁名个位万千百,。、])"),  # a filter replaced the word
    ),
    "PH115": (
        (
            tuple(f"某{first}" for first in "省市县区镇乡村校局公单医学大中小企银部"),
            r"某(?<!某某)(?:[省市县区镇乡村校局]|公司|单位|医院|学校|大学|中学|小学|企业|银行|部门)",
        ),
    ),
    "PH116": (
        *(
            (
                (f"{first}o", f"{first}O"),
                rf"{first}(?i:orem\s+ipsum(?:[\s,.]{{1,3}}(?:{LATIN})(?![a-z])){{0,80}}\.?)",
            )
            for first in "lL"
        ),
        *(
            ((words,), rf"{words}(?:[\s,.]{{1,3}}(?:{LATIN})(?![a-z])){{2,80}}\.?")
            for words in ("Ut enim", "Duis aute", "Excepteur sint", "Sed ut perspiciatis")
        ),
    ),
    "PH117": (
        (("TO", "TB"), r"T(?<![A-Za-z_]T)(?:ODO|BD|BC)(?![A-Za-z_]|\.[a-z])"),
        (("TB",), r"TBA(?:(?<=: TBA)|(?<= is TBA))(?![A-Za-z_])"),
        (("FI",), r"F(?<![A-Za-z_]F)IXME(?![A-Za-z_])"),
        (
            tuple(f"待{first}" for first in "补填完更"),
            rf"待(?<![等期不未有尚亟仍]待)(?:补充?|填写?|完善|更新){END}",
        ),
        (("此处",), r"此处省略"),
    ),
    "PH118": (
        (
            ("张三", "李四", "王五", "赵六", "John", "Jane"),
            rf": ?(?P<span>张三|李四|王五|赵六|John Doe|Jane Doe|John Smith){END}",
        ),
    ),
    "PH119": ((("□",), r"□(?<!□□)(?!□)(?= ?[^\W_])"), (("☐",), r"☐(?= ?[^\W_])")),
}
# What belongs to the prompt although it stands before the pattern's first character: the blank year of a date.
LEADS = {"PH108年": " ", "PH108月": " ", "PH108년": " ", "PH108时": " ", "PH112_": "("}


def _searches() -> dict[str, set[tuple[str, str, re.Pattern[str]]]]:
    """Return, for the first two characters of each literal, the codes, first characters and patterns to search for."""
    searches = defaultdict(set)
    for code, patterns in PATTERNS.items():
        for needs, pattern in patterns:
            for literal in needs:
                searches[literal[:2]].add((code, pattern.lstrip("\\")[0], re.compile(pattern)))
    return dict(searches)


SEARCHES = _searches()
OFTEN, ASKING = 3, frozenset(("PH110", "PH111", "PH112", "PH113"))
DUE_BEHIND, NAMING = frozenset(["", "\n", ":"]), (":", ": ", "叫", "我是", "姓名", *HONOURED)
NAMED_BODY = re.compile(
    "(?:有限)?公司(?:的?法|的?总|董事)|[省市县区镇](?!场)[一-龥]{0,4}[局院校乡镇村]|(?:人民)?(?:法院|检察院)"
)
# The head of an English letter of which only the field names are there, one to a line.
HEAD_LINE = (
    r"(?:(?:[A-Z][a-z]+(?:'s)? ){1,3}(?:Name|Address|Title|Position|Number|Code|Email|Phone)"
    r"|City, ?(?:State|ST),? ?(?:Z[Ii][Pp](?: [Cc]ode)?)?)"
)
HEAD = re.compile(rf"^(?:{HEAD_LINE}[^\S\n]*\n+){{1,8}}{HEAD_LINE}[^\S\n]*$", re.MULTILINE)


def find(folded: str, met: Met) -> list[tuple[str, int, int]]:
    """Return the prompts of a folded text as ``(code, start, end)``, except in code, where ${name} means itself."""
    literals = {folded[at : at + 2] for at in met.inner} | {folded[at] for at in met.inner}
    signs = [sign for sign in brackets.PATTERNS if sign in literals]
    found = brackets.find(folded, signs) if signs else []
    for code, first, pattern in {search for literal in literals for search in SEARCHES.get(literal, ())}:
        for match in pattern.finditer(folded):
            start, end = match.span(pattern.groups and "span")
            found.append((code, start - _lead(folded, start, LEADS.get(code + first)), end))
    if "r " in folded and " Name\n" in folded:
        found += _head_lines(folded)
    if not found:
        return []
    found = _without_anybody(folded, found)
    prose = prose_of(folded)
    return [hit for hit in found if not prose.is_machine(hit[1]) and not _names_a_list(folded, hit, prose)]


def _without_anybody(folded: str, found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return the hits with 某某 as a note where a story may mean anybody: twice at most, where no name is due, and
    beside no other prompt.
    """
    codes = [code for code, _, _ in found]
    if codes.count("PH114") >= OFTEN or not ASKING.isdisjoint(codes):
        return found
    return [("PH115" if hit[0] == "PH114" and not _is_due(folded, *hit[1:]) else hit[0], *hit[1:]) for hit in found]


def _is_due(folded: str, start: int, end: int) -> bool:
    """True if a letter or form needs a name at a span: 我叫某某, 尊敬的某某老师, or 某某 at the start of a line."""
    before = folded[max(0, start - 4) : start]
    return before[-1:] in DUE_BEHIND or before.endswith(NAMING) or NAMED_BODY.match(folded, end) is not None


def _head_lines(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield the lines at the head of a letter that hold nothing but field names: Recipient Name, Street Address."""
    for head in HEAD.finditer(folded):
        at = head.start()
        for line in head[0].split("\n"):
            if line.strip():
                yield "PH110", at, at + len(line.rstrip())
            at += len(line) + 1


def _names_a_list(folded: str, hit: tuple[str, int, int], prose: Prose) -> bool:
    """True if TODO stands in a heading, as the title of a list of plans."""
    return hit[0] == "PH117" and folded.startswith("TODO", hit[1]) and prose.block_at(hit[1]) == "heading"


def _lead(folded: str, start: int, lead: str | None) -> int:
    """Return how many characters of a lead stand before a prompt, at most 200: a line of blanks may be that long."""
    before = folded[max(0, start - 200) : start] if lead else ""
    return len(before) - len(before.rstrip(lead))


# Most percent signs follow a figure, and open no prompt.
SWEEP = Sweep(find, inner=frozenset({*brackets.PATTERNS, *SEARCHES}), beside={"%": Beside("^0-9")})


def _row(code: str, name: str, say: tuple[str, Severity, str], hits: tuple[str, ...], misses: tuple[str, ...]) -> Rule:
    slot, severity, message = say
    return Rule(code, name, Kind.PLACEHOLDER, severity, message, hits, misses, sweep=SWEEP, slot=slot)


PROMPTS: tuple[Rule, ...] = (
    _row(
        "PH108",
        "date-form-blank",
        ("date", Severity.ERROR, "leaves the date of a form blank"),
        ("于«    年  月  日»签订", "Date: «XX/XX/20XX»", "生日«__/__/____»", "签字:«   年   月   日»"),
        ("2024年5月6日", "出生年月日", "一年 一月", "10/12/2024", "and/or"),
    ),
    _row(
        "PH110",
        "name-prompt",
        ("name", Severity.ERROR, "asks for a name nobody gave"),
        (
            "我是«[姓名]»",
            "感谢«【公司名称】»的支持",
            "由«[领导姓名]»致辞",
            "Dear «[Name]»,",
            "Hi «{{client}}»!",
            "«${name}»您好",
            "I am «<your name>»",
            "Dear «%NAME%»",
            "来自«[Company]»",
            "«$user_name$»您好",
            "«(主送机关)»:",
            "«【公司名称】»招聘启事",
            "写给«<公司名称>»",
        ),
        (
            "【活动主题】",
            "[1]",
            "[编辑]",
            "a[name]",
            "<title>News</title>",
            "[链接](http://a.cn)",
            "${HOME}/bin",
            "run [name]",
            "`${name}`",
            "$E=mc^2$",
            "【公司名称】青禾科技",
            "(甲方)与(乙方)协商",
        ),
    ),
    _row(
        "PH111",
        "date-prompt",
        ("date", Severity.ERROR, "asks for a date nobody gave"),
        ("于«[日期]»开学", "日期:«【日期】»\n", "自«【年份】»年以来", "on «[Date]»"),
        ("[2024]", "【重要】", "[日记]", "【活动时间】\n"),
    ),
    _row(
        "PH112",
        "number-prompt",
        ("number", Severity.ERROR, "asks for a figure nobody gave"),
        ("共«[金额]»元", "联系电话«【电话号码】»", "call «(___) ___-____»", "for «[Amount]»"),
        ("[3]", "(020) 123-4567", "[x]"),
    ),
    _row(
        "PH113",
        "instruction",
        ("range", Severity.ERROR, "tells the writer what to write"),
        (
            "获«(填写奖项)»奖",
            "«(此处插入图片)»",
            "«【请输入标题】»",
            "«Your Name Here»",
            "«[Insert logo here]»",
            "«(请在此处填写单位名称)»",
            "«(你的姓名)»敬上",
            "甲方«[●]»",
            "at «{where you met}»,",
            "审查意见:«(由承办人填写)»",
            "«单击此处添加副标题»",
            "理由:«单击或点击此处输入文字。»",
            "Date: «Click or tap to enter a date.»",
        ),
        ("请填写姓名", "(见附表)", "填写申请表", "此处风景优美", "(填表人签字)", "名称(姓名)", "收据(由会计保管)"),
    ),
    _row(
        "PH114",
        "someone",
        ("name", Severity.WARNING, "leaves a name as 某某"),
        ("«某某»中学开学典礼", "我叫«某某某»", "尊敬的«某某»老师", "在«某某»镇«某某»村见到«某某»书记"),
        ("某些同学", "某种意义", "某一天"),
    ),
    _row(
        "PH115",
        "some-place",
        ("name", Severity.NOTE, "names somebody or something only as 某"),
        ("«某市»第一中学", "在«某公司»任职", "听人说«某某»品种好"),
        ("某些市", "某个城市", "某天"),
    ),
    _row(
        "PH116",
        "filler-text",
        ("range", Severity.ERROR, "is dummy text nobody replaced"),
        ("«Lorem ipsum dolor» mit", "«LOREM IPSUM»", "«lorem ipsum dolor sit amet» foo"),
        ("ipso facto", "lore"),
    ),
    _row(
        "PH117",
        "to-do",
        ("range", Severity.WARNING, "reminds the writer to finish"),
        ("«TODO»: 补上数据", "具体数据«待补充»", "下文«此处省略»三百字", "«TBD»"),
        (
            "待补充能量",
            "制度还有待完善，",
            "人选尚待确定。",
            "抢修时间待定。",
            "todos los días",
            "结论写进 TODO.md",
            "等待定时器",
            "待人",
            "mastodon",
        ),
    ),
    _row(
        "PH118",
        "stock-name",
        ("name", Severity.NOTE, "gives a sample name in a form"),
        ("姓名:«张三»", "申请人: «李四»", "Name: «John Doe»"),
        ("张三丰", "张三说", "李四光"),
    ),
    _row(
        "PH119",
        "check-box",
        ("word", Severity.NOTE, "leaves a check box unticked"),
        ("性别: «□»男 «□»女", "是否同意: «☐» 是"),
        ("□□□", "口腔", "■重点"),
    ),
)
