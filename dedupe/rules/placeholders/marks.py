"""Find runs of mark characters, and say what those that are no look-alikes stand for.

Each run is found once and judged once, by its neighbours; the rules in `rows` are the verdicts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.rules.placeholders.context import (
    DATE,
    FIGURES,
    KANA,
    MARK,
    MASKED,
    NAME,
    NUMBER,
    ORDINAL,
    RANGE,
    UNCLEAR,
    WINDOW,
    WORD,
    YEAR,
    Run,
    hint_of,
    is_latin,
    is_lettered,
    is_wide,
    meaning,
    word_after,
)
from dedupe.rules.placeholders.lookalikes import (
    BODY_BEHIND,
    COURT,
    CUT_FIGURE,
    FAINT,
    FIELD_BEFORE,
    HALF_DAY,
    HALF_DECIMAL,
    INTRODUCING,
    MONEY,
    NONE,
    NUMERALS,
    PHONE_PART,
    PLATE,
    RATING,
    SHARE_OF,
    STANDARD_BEFORE,
    SURE,
    WANTED,
    WEAK,
    WEEKDAY,
    WEEKLY,
    explained,
    is_day,
    is_loose,
    is_time_of_day,
    strength,
)
from dedupe.rules.prose import Prose, prose_of
from dedupe.rules.rule import Beside, Met, Sweep
from dedupe.text import marks as alphabet

SHAPES = frozenset("○●□■△▲◇◆")
# One pattern for each shape: a literal first character is found many times faster than a character class, and most
# texts lack most shapes. Some signs are never a mark alone, or only in a text that has rows of them.
MANY = 3
SIGNS = "?#@☆&+=^$·§♀˙¯‖≈─"
PAIRED = frozenset("●■▲◆~-—" + SIGNS)
SINGLE = "☆#§·@"  # these may stand for a figure alone, right before what is counted
DOUBLED = frozenset(SIGNS + "~-—").difference(SINGLE)
RUNS = {
    mark: re.compile(re.escape(mark * (2 if mark in DOUBLED else 1)) + re.escape(mark) + "*")
    for mark in alphabet.FIRM + SIGNS + "~-—"
}
# A single sign counts where only a figure can stand.
RUNS |= {
    "~": re.compile(r"~~+|(?<=\()~(?=\))|(?<=[一-龥])~(?=[一-龥%])|(?<=分之)~"),
    "-": re.compile(
        r"-(?:-+|(?<=\(-)(?=\))|(?<=[于年月]-)(?=[年月]|日(?![本语军报]))|(?<=[期第共约达]-)(?=[年月日天周岁]))"
    ),
}
# A single sign counts where it stands for two parts of a date, ?年?月, or for the last digit of a year: 202?年.
DATING = "&+^$?"
IN_DATES = (r"(?<![A-Za-z\d]){0}(?=[年月]{0})", "(?<={0}[年月]){0}(?=[月日])", r"(?<=20\d){0}(?=[年级届])")
RUNS |= {mark: re.compile("|".join(("{0}{0}+", *IN_DATES)).replace("{0}", f"\\{mark}")) for mark in DATING}
# Stand-ins that are no marks elsewhere: dots, empty brackets in a form, letters and figures.
RUNS |= {
    ".": re.compile(r"[….⋯‥](?:[….⋯‥]+|(?<=…))"),
    "(": re.compile(r"\( {1,20}\)"),
    "O": re.compile(
        r"(?:(?<![A-Za-z\dА-я])|(?<=(?<!\d)20)|(?<=(?<!\d)19))"
        r"(?:OO{1,3}(?:-OOO{1,2}){2}(?![A-Za-z])|(?:[OОΟ]{2,}|[oоο]{2,})(?![A-Za-z\dА-я])|[OОΟ](?=[년월일명개시분원세살번회층호건점份名個个件日月年])|(?<=星期)[OОΟ](?=\)))"
    ),
    "0": re.compile(
        r"(?<![A-Za-z\d.-])(?<!\d,)(?:0{2,6}(?:-0{3,8}|-00-0{3,8}){1,2}(?![\d-])|(?<!\d:)0{2,12}(?![\d.:A-Za-z]))"
        r"|(?:^|(?<=[一-龥]:)|(?<=[一-龥]: )|(?<=[日时]期) )0{4}-00-00$"
        r"|(?<=년 )0(?=월)|(?<=월 )0(?=일)|(?<=00年)0(?=月)|(?<=年)0(?=月00日)|(?<=00月)0(?=日)",
        re.MULTILINE,
    ),
    "A": re.compile(
        r"(?<![A-Za-z\d])([A-WYZ])(?=月\1日)|(?:(?<![A-Za-z\d])|(?<=(?<!\d)20))([A-NP-WYZa-np-vyz])\2{1,3}(?![A-Za-z\d])"
    ),
    "Y": re.compile(r"(?<![A-Za-z\d])[Yy]{2,4}(?=年[Mm]{1,2}月)|(?<=[Yy]年)[Mm]{1,2}(?=月)|(?<=[Mm]月)[Dd]{1,2}(?=日)"),
    "N": re.compile(r"(?<![A-Za-z\d])N(?![A-Za-z\d])"),
    "/": re.compile(r"(?<=:)/{3,}|(?<=: )/{3,}|(?<![:/A-Za-z\d])//+(?![/A-Za-z\d.])|(?<=20)//(?=年)"),
    "口": re.compile("(?<![一人门路井进出入窗关渡港山])口{2,5}(?![口声味岸罩径红水服语琴]|相传)"),
    # Escapes of Markdown, and signs as HTML and TeX spell them.
    "\\": re.compile(r"(?:\\\*){2,}|(?:\\_){2,}|(?<=20)(?:\\[_*])+|(?<=[一-龥])\\[_*](?=[一-龥])"),
    "u{": re.compile(
        r"\\underline\{(?:\\hspace\*?\{[^{}\n]{1,9}\}|(?:\\quad|\\qquad|~|\\ )+ ?)\}"
        r"|\\rule\{[^{}\n]{1,9}\}\{[^{}\n]{1,9}\}|<u>(?: |&nbsp;)+</u>"
    ),
    "&;": re.compile(r"(?:&(?:times|#(?:215|xd7|42|95|9633|9675|9651));){1,8}|\$(?:\\times ?){1,8}\$", re.IGNORECASE),
    "叉": re.compile("叉{2,3}"),  # the word for a cross
    "ロ": re.compile("(?<![\u3040-\u30ff])ロ{2,4}(?![\u3040-\u30ff])"),  # kana used as a square
    "メ": re.compile("(?<![\u3040-\u30ff])メ{2,4}(?![\u3040-\u30ff])"),  # kana used as a cross
}
RUNS |= {char: re.compile(f"{re.escape(char)}{{2,}}") for char in alphabet.ODD}
# Blanks of old Japanese forms, in a text that leaves the year of a reign blank so: 平成何年何月何日, 理事何某.
ERAS = ("平成何", "令和何", "昭和何")
RUNS[","] = re.compile(",{4,}")
# 某月某日 (some month, some day): stories say it as well, so it counts only beside marks of another kind.
RUNS["某"] = re.compile("某(?=月某日)|(?<=某月)某(?=日)|(?<=[日午上晨晚])某(?=[时時点])")
RUNS["何"] = re.compile("何(?:某|(?=[年月日时分名号条円圆县市町村番回]))")
# What a program prints for a value that it lacks, and a format that it did not fill: NaN, #REF!, %s, {0}.
VALUES = ("undefined", "NaN", "nan", "null", "NULL", "None", "Invalid Date")
ERRORS = ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!")
PRINTED = VALUES + ERRORS
FORMATS = ("%s", "%d", "%f", "%.", "%@", "%1$", "%2$", "%3$", *(f"{{{number}}}" for number in range(10)))
RUNS["u"] = re.compile(
    rf"(?<![A-Za-z\d_.$])(?:{'|'.join(VALUES)})(?![A-Za-z\d_(=.])|{'|'.join(map(re.escape, ERRORS))}"
    r"|%(?<![%\d]%)(?:\d\$)?(?:\.\df|[sdf@])(?![A-Za-z\d%])|\{\d\}(?<![{$]\{\d\})(?!\})"
)
# Letters that may be a mark in a row: O and x have shapes of their own, and www begins an address.
LARGE, SMALL = "ABCDEFGHIJKLMNPQRSTUVWYZ", "abcdefghijklmnpqrstuvyz"
FIGURE_SIGNS = frozenset("0123456789.,:-/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
UNITS = frozenset(word[0] for word in w.MEASURES | w.DATES_AFTER | w.YEARS_AFTER if not word[0].isascii()) | {"%"}
NAMES = frozenset(word[0] for word in w.NAMES_AFTER if not word[0].isascii())
DATES = frozenset("年月日")
# Literals and their shapes: a mark alone, or a sign of sentences with the neighbour that makes it worth a look.
LITERALS: dict[str, str] = {char: mark for mark in alphabet.FIRM for char in alphabet.SHAPES[mark]}
LITERALS |= {2 * char: mark for mark in PAIRED for char in alphabet.SHAPES[mark] if mark not in ".-~—"}
LITERALS |= {":" + char: mark for mark in ".-~" for char in alphabet.SHAPES[mark]}
LITERALS |= {2 * letter: "A" for letter in LARGE + SMALL} | {"Y年": "Y", "y年": "Y"}
LITERALS |= {letter + "月": "A" for letter in LARGE}
LITERALS |= (
    {"期" + char: "O" for char in "OОΟ"}
    | {"0년": "0", "之N": "N", "( ": "(", "00": "0", "000": "0", "0-": "0"}
    | {one + other: "O" for alike in ("OОΟ", "oоο") for one in alike for other in alike}
)
LITERALS |= {before + char: mark for mark in "-~." for char in alphabet.SHAPES[mark] for before in "(第“"}
LITERALS |= {f"之{char}": mark for mark in "☆#§~" for char in alphabet.SHAPES[mark]} | {"$.": "."}
LITERALS |= {"&t": "&;", "&#": "&;", "$\\": "&;", " --": "-", " ~~": "~", "#--": "-", "《—": "—", "“—": "—", "———": "—"}
LITERALS |= {
    ":/": "/",
    "..": ".",
    "\\_": "\\",
    "\\*": "\\",
    "\\u": "u{",
    "\\r": "u{",
    "<u": "u{",
    "ロロ": "ロ",
    "メメ": "メ",
    "$-": "-",
    "¥-": "-",
    "口口": "口",
    "叉叉": "叉",
    "//": "/",
} | {2 * char: char for char in alphabet.ODD}
LITERALS |= dict.fromkeys(ERAS, "何") | {",,": ",", "某月": "某", "日某": "某"}
LITERALS |= dict.fromkeys(PRINTED + FORMATS, "u") | {" ……": ".", "$…": "."}
for _mark in PAIRED & frozenset(alphabet.FIRM):
    for _char in alphabet.SHAPES[_mark]:
        del LITERALS[_char]
# Signs looked at only before a unit or the like: for each its shape, and those units.
BEFORE_UNITS: dict[str, tuple[str, frozenset[str]]] = {
    char: (mark, units)
    for mark, units in (
        *dict.fromkeys(SINGLE, UNITS).items(),
        *dict.fromkeys("-~—", UNITS | NAMES).items(),
        *((shape, UNITS | NAMES) for shape in "●■▲◆"),
        *((mark, DATES) for mark in DATING),
    )
    for char in alphabet.SHAPES[mark]
}
# Signs of sentences and of programs. All the places where one stands in a text may together show it to be a mark.
SHOWN = "~-—?&+^=$#@./N" + LARGE.replace("N", "")
BEFORE_UNITS |= dict.fromkeys("….⋯‥", (".", UNITS)) | {"N": ("N", UNITS | frozenset("市县省区镇村校人"))}
BEFORE_UNITS |= {char: (mark, units | frozenset("년월일명개시분원")) for char, (mark, units) in BEFORE_UNITS.items()}
BEFORE_UNITS["O"] = "O", frozenset("년월일명개시분원세살번회층호건점")
BEFORE_UNITS |= dict.fromkeys("ОΟ", ("O", DATES | BEFORE_UNITS["O"][1]))  # Cyrillic and Greek
# One mark written with spaces between its signs: x x x.
SPREAD = re.compile(
    r"(?:(?<=[^\s×xX*○□△])|^(?!\*))([×xX*○□△])(?: \1){1,9}(?=[^\s×xX*○□△])(?![A-Za-z\d])"
    r"|^(\*)(?: \*){1,3}(?=年)|(?<![○△] )([○△])(?: \3){2,5}(?= ?(?:殿|様|样|君|先生|女士)|[^\S\n]*$)"
    r"|(?<=[a-z,] )([×*○])(?: \4){2}(?= [a-z]|[.,;])"
    r"|(?:(?<=[一-龥,。:)] )|(?<=:)|^)([×○□△])(?: \5){1,9}(?= ?[一-龥,。(]| *$)|(?<=:)([xX])(?: \6){1,4}(?= *$)"
    r"|(?<=[年月] )(\*)(?: \7)+(?=[月日])",
    re.MULTILINE,
)
SPREAD_EQUALS = re.compile(r"(?<=[一-龥:])=(?: =){1,9}(?![A-Za-z\d= ])")
SPREAD_RULE = re.compile(r"(?<![A-Za-z_] )(?<!_)_(?: _){1,59}(?![A-Za-z\d_]| _)|(?<=20)_ _(?=年)")
# A figure with its decimal point or a range of figures, and a date written with signs.
JOINED = re.compile(
    r"(?<![A-Za-z\d.~×xX*_○§@#☆█-])([×xX*_○●□■◇◆△▲§@#☆█?])\1{0,7}(?:[.~—‐-]\1{1,8}){1,3}(?![A-Za-z\d~×xX*_○§@#☆-]|\.[A-Za-z\d.×xX*_○])"
    r"|(?<=[$¥£€])([×xX*_○●□■◇◆△▲§@#☆])\2{0,3}(?:,\2{3})+(?:\.\2\2)?"
    r"|(?<=[一-龥(:])([×*○●□■◇◆△▲§#☆])\3?(?:,\3{3})+(?!\3)"
    r"|(?<![-—])([-—])\4{1,3}(?!\4)[-—~]\4{2,4}(?![-—])"
)
ISO_DATE = re.compile(
    r"(?<![A-Za-z\d×xX*_○])([×xX*_○])\1{3}([-/.])\1{1,2}\2\1{1,2}(?![A-Za-z\d×xX*_○])"
    r"|(?<!\.)\.{4}([-/])\.{1,2}\3\.{1,2}(?!\.)|(?<!\.)\.{2}([-/])\.{2}\4\.{4}(?!\.)|0000-00-00"
)
PHONE = re.compile(r"([xX×*○])\1{2,3}-\1{3,4}-\1{4}")
# A telephone number, dashes included, that kept its first digits: 0□□□-□□□□□□□, 400-XXX-XXXX, 136-XXXX-XXXX.
PHONE_REST = re.compile(
    r"(?<![A-Za-z\d-])(?:0|09|0\d{1,3}-|[48]00-|1[3-9]\d-|\(\d{3}\) ?)"
    r"(([xX×*_○〇●□■△▲◇◆☆#])\2{1,7}(?:[-—–]\2{3,8})+)(?!\2|[A-Za-z\d])"
)
# A time of day whose hour and minutes are both left out.
CLOCK = re.compile(
    r"(?<![A-Za-z\d])(?<!\d:)([×xX*_○〇●□■△▲◇◆☆@#?~O-])\1{0,2}:\1{1,3}(?![A-Za-z\d:×xX*_○〇●□■△▲◇◆☆@#?])"
)
CLOCK_BEFORE = re.compile(
    r"(?:[日午晚晨夜早天)]|时间:?|\b(?:[Aa]t|[Ff]rom|[Bb]y|until|till)|[于自从至到在]|[-—~]|^) *$"
)
CLOCK_BEHIND = re.compile(r" *(?:[-—~至到]|起|前|后|开|准时|左右|集合|出发|报到|结束|[ap]\.?m)")
FIRST_OF_MASKED = re.compile(r"(?<![\d.,A-Za-z-])(?:(?:0\d{1,3}-)?\d{2,6}|0\d{1,3}-\d?)$")
LAST_OF_MASKED = re.compile(r"\d{2,4}(?![\dA-Za-z]|[.,]\d)")
BLANK_MAIL = re.compile(r"@([xX×*])\1{1,8}\.(?:com|cn|net|org)(?![A-Za-z])")  # xxxxx@xx.com
PHONE_CODE = re.compile(r"(?<!\d)0\d{2,3}-$")
FIGURE_TAIL = frozenset("0123456789-)")
MODEL_NUMBER = re.compile("(?<![A-Za-z])(?=[A-Z]*[A-WYZ])[A-Z]{2,5}-(?:20|19)$")
TO_YEAR = re.compile(rf"[-—~至到]+20\d?[{MARK}]{{1,2}}年")  # 20_~20_年
YEAR_APART = re.compile(r"(?<!\d)20 $|二[零〇○] $")
PHONE_RUN = re.compile(r"(.)\1{1,7}(?:[-—–]\1{3,8})+")
SHORTEST_DATE = len("××××-×-×")
SEPARATORS = frozenset(".~-‐—/,:")
MEASURED_BEFORE = re.compile("(?<!版本)(?<!版本号)[一-龥]: ?$")  # 浊度:X.X
FIGURE_MARKS = "×xX*_○●□■◇◆△▲§@#☆?O~-."
# The digits that a year kept: 20, 201, 二〇, 二0一. They are not the tail of a longer number.
YEAR_HEAD = re.compile(
    r"(?<![\dA-Za-z.#/-])(?:20\d?|19\d?|[12])$|(?<=[-—~至到/ ])(?:20|19)$|(?<=\d[-—])20\d$|(?<=\d[xX×*_]-)20\d$"
    r"|(?<=(?<!\d)19)20$|(?<=[一-龥][xX])20$|(?:二[0〇○零]|一九)[0〇○零一二三四五六七八九]?$"
)
# Further marks of the same list: x—x月, ××、××等地, __/__.
LINKS = frozenset(alphabet.FIRM + "-—–~至到或、/和.")
CHAIN = re.compile(rf"(?:[-—–~至到或、/和.]{{0,2}}[{MARK}]+)+")
# What stands in brackets beside a name: 〇〇(部長)様.
ASIDE = re.compile(r"\([^()\n]{1,8}\) ?")
DATE_PART = re.compile(
    rf"(?:(?:20|19)[{MARK}\d][{MARK}]|2[{MARK}]{{3}}|[{MARK}]{{4}})[./-] ?(?:[{MARK}]{{1,2}}[./-] ?)?$"
)
ODD_DATE = re.compile(r"(?<!\d)(?:20|19)([^\w\s.])\1[./-] ?(?:\1{1,2}[./-] ?)?$")
SPAN_OF_YEARS = re.compile(r"(?:(?<!\d\d\d)\d[-—–~至到])$")
DURATION = re.compile(
    rf"(?:[租任工学聘刑保修质合订]期|期限|为期|年限|(?:承包|租赁|服务|使用|合作|合同)时间)[为是:]?(?:[{MARK}\d]+年)?$"
)
DATE_FOLLOWS = re.compile(rf"年 ?[{MARK}\d]{{1,4}} ?月|月 ?[{MARK}\d]{{1,4}} ?[日号]")
CASE_NUMBER = re.compile(r"[)〕] ?(?:.{0,4}[民刑行执商知]|.{0,10}字)")
ZEROS = frozenset("〇○")
YEAR_DIGITS = frozenset("0123456789零一二三四五六七八九〇○")
EVENTS = tuple(w.EVENTS)
ORDINALS_BEFORE = tuple(w.ORDINALS_BEFORE)
DURATIONS_BEFORE = tuple(w.DURATIONS_BEFORE)
LAST_OF_CUT = frozenset("米百千万点块高初大小")  # the last characters of what `CUT_FIGURE` matches
TALLEST_TABLE = 2000  # characters above a cell in which the head of its table is looked for
# Words after a mark that say which week, number or prize it was; a count of weeks never follows 第.
ORDINALS = (
    *("周", "週", "期", "名", "等奖", "个周", "个星期", "个年头"),
    *"届 次会 次董 次股 次理 次监 次职 次例 次常 次全 次代 次) 次党 学期 中学 小学 高中 医院 人民".split(),
)
MONTHLY_TAIL = frozenset("日号份底初中上下末至到起0123456789" + alphabet.FIRM)
BY = ("提前", "推迟", "延期", "延长", "提早")
MONTH_BEHIND = re.compile(rf"[./-][{MARK}]{{2}}(?![{MARK}\d])")
DAY_BEHIND = re.compile(r"([./-])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12]\d|0?[1-9])(?![\d./-])")
# Family name and given name: ○○ ○○様.
FULL_NAME = re.compile(r"(?<![×xX*○〇△□●◇_] )([○〇△×*●◇])\1 \1\1(?! ?(?:\1|[部课課係支]))")
# A number of years ends a clause, and no word for a point in time stands before it.
ENDS_SPELL = frozenset(",。;了")
BEFORE_YEAR = frozenset("于在自从到至截及和与今去前元国和成昭正帝是为年第")
WITHIN = ("年前", "年后", "年就", "年里", "日内", "日以内", "天内", "天以内", "月内", "年内", "年以内")
KOREAN_PLACE = re.compile(rf"시 [{MARK}O0]+[구군읍면동로]")
ENGLISH_YEAR = re.compile(r"(?:,|[a-z_]) 20$")
AFTER_DATE, FROM_BLANK = re.compile(r", ?20|[.;]|,? (?:until|to|till) _|$"), re.compile(rf"\b[Ff]rom [{MARK}]+ to$")
ON_THE, FULL_YEAR = re.compile(r"\b(?:on|by|before) the$"), re.compile(r",? ?20|$")
DAY_BEFORE = re.compile(r"\b(?:[Oo]n|[Bb]y|[Ff]rom)$")
SINCE_YEAR, ENGLISH_ENDS = re.compile(r"\b(?:in|since|of|from|until|by) 20$"), frozenset(" ,.;")
ENGLISH_FIGURE = re.compile(
    r"\b(?i:phone|tel|mobile|fax|room|no|number|amount|total|price|fee|flat|extension)[.:]{0,2} ?$"
)
# Words after a blank that an English text counts: ____ buckets.
ENGLISH_COUNT = re.compile(r"-day|-month|-year|-hour| (?:feet|people|men|women|children)\b| [a-z]{3,}(?<![su])s\b")
# After 年 (year) these show that it was a calendar year, whatever stands before it.
MONTHLY = frozenset("0123456789月春夏秋冬" + alphabet.FIRM)
# 地 makes an adverb of the word before it, unless it begins one of these: 地区 (district), 地级市.
NOT_ADVERBS = frozenset("区市级州块带方点址铁震产税图质道处段,。、;: ")
# What stands before and after a quotation whose words a filter masked: 秉承“**”, “**”重要讲话 (major speech).
MASKED_BEFORE = ("秉承", "秉持", "践行", "发扬", "弘扬", "树立", "坚持", "校训", "贯彻", "落实", "先后被评为", "荣获")
MASKED_QUOTES = tuple(
    (
        "讲话 工作部署 工作主线 大胜利 主题 作风 的作风 理念 的理念 的办学 的宗旨 先进 重要 精神 思想 理论 教育 "
        "活动 战略 方针 要求 目标 问题 工程 行动"
    ).split()
)
OPENING, CLOSING = frozenset("“\"《「『‘'"), frozenset("”\"》」』’'")


Verdict = tuple[str, int, int, int]  # the code and the span of a mark, and how sure it is


def find(folded: str, met: Met) -> list[tuple[str, int, int]]:
    """Return the marks of a folded text as ``(code, start, end)``, in order."""
    shapes = {_shape_at(folded, at) for at in met.inner}
    signs = Counter(folded[at] for at in met.inner)
    shown = {alphabet.PLAIN.get(sign, sign) for sign in BY_USE.intersection(signs) if signs[sign] >= MANY}
    if not shapes - {None} and not shown:
        return []
    text = alphabet.plain(folded, signs)
    if "□" in shapes:
        text = BOXES.sub(lambda boxes: boxes[0].replace("□", "☐"), text)
    runs = _runs(folded, text, shapes)
    if not runs and not shown:
        return []
    prose = prose_of(folded)
    runs = [
        run for run in runs if prose.is_prose(run[0]) and (not prose.is_emphasis(run[0]) or _is_spread_date(text, *run))
    ]
    runs = _without_signs_of_others(folded, text, runs, shapes)
    verdicts = list(_judged(folded, text, runs, prose))
    if "." in shapes:
        dotted = {one[0][1]: one for one in _dotted(folded, text, prose)}
        verdicts = [one for one in verdicts if one[0][1] not in dotted] + list(dotted.values())
    taken = {at: how for (_, start, end, how), _ in verdicts for at in range(start, end)}
    # Each search adds what stands elsewhere. Those that read `verdicts` are generators, so they see what was added.
    searches = (
        _lone_signs(text, verdicts, prose),
        _doubtful_runs(text, verdicts, prose),
        *(_shown(text, sign, prose) for sign in sorted(shown)),
        _listed(text, runs, verdicts),
        _blanks_of_lists(text, prose),
        *([_lines_to_fill(text, prose), _numbered_blanks(text, prose)] if "_" in shapes else ()),
    )
    for search in searches:
        added = [one for one in search if one[0][1] not in taken or taken[one[0][1]] < one[0][3]]
        taken.update((at, how) for (_, start, end, how), _ in added for at in range(start, end))
        verdicts += added
    return sorted({verdict[:3] for verdict in _accepted(verdicts)}, key=lambda hit: hit[1:])


def _is_spread_date(text: str, start: int, end: int) -> bool:
    """True for a part of a date whose signs have spaces between them; they enclose nothing: * *月* *日."""
    return text[start + 1 : start + 2] == " " and text[end : end + 1] in DATES


def _judged(folded: str, text: str, runs: list[tuple[int, int]], prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield the verdicts on runs, each with the sign of the run."""
    for stretch in _stretches(text, runs) if runs else ():
        for start, end in (part for run in stretch for part in _parts(text, *run)):
            run = _run(folded, text, start, end)
            verdict = None if folded[start] == "*" and _is_torn(run, prose) else judge(run)
            if verdict is not None and _is_graded(folded[start:end]):
                is_told = text[start] != "☆" or verdict[0] in FIGURES
                verdict = (*verdict[:3], min(verdict[3], WEAK)) if is_told else None
            if verdict is not None and verdict[0] == UNCLEAR and run.before.rstrip(" ").endswith("|"):
                verdict = (hint_of(_column(text, start)) or UNCLEAR, *verdict[1:])
            if verdict is not None:
                yield verdict, "u" if run.mark == "u" else text[start]


def _without_signs_of_others(
    folded: str, text: str, runs: list[tuple[int, int]], shapes: set[str | None]
) -> list[tuple[int, int]]:
    """Return the runs without signs that a text uses for something else: ratings, gaps of an inscription, a test."""
    others = ""
    if "☆" in shapes and RATED.search(folded):
        runs = [run for run in runs if text[run[0]] != "☆" or meaning(text[run[1] : run[1] + WINDOW])]
    if "□" in shapes and STONE.search(text):
        others += "□"
    if not shapes.isdisjoint("_(") and EXAM.search(text):  # a question's blank is for its reader
        others += "_("
    if "(" in shapes and TICKED.search(text):
        others += "("
    if "?" in shapes and alphabet.has_lost_blanks(text):
        others += "?"
    if "=" in shapes and "==" not in HIGHLIGHTED.sub(_without_highlight, text):
        others += "="
    return [run for run in runs if text[run[0]] not in others] if others else runs


def _without_highlight(match: re.Match[str]) -> str:
    """Return words highlighted by == without these signs, but leave two marks around what is counted as they are."""
    return match[0] if meaning(match[1]) else match[1]


def _accepted(verdicts: list[tuple[Verdict, str]]) -> Iterator[Verdict]:
    """Yield the sure marks, and others whose shape the document surely uses, or uses so often that it is no chance.

    Signs of sentences are common, and two of them prove nothing unless a clause wants a noun there. Nor do many 0 or
    N: people say 00后 (born after 2000) and N个理由 (N reasons) as often as they like.
    """
    sure = {mark for (*_, how), mark in verdicts if how == SURE}
    weak = Counter(mark for (*_, how), mark in verdicts if how >= WEAK)
    wanted = Counter(mark for (*_, how), mark in verdicts if how == WANTED)
    told = Counter(mark for _, mark in verdicts)
    rows = {mark for (_, start, end, _), mark in verdicts if end - start > 1}
    sure |= {
        letter for letter in rows.intersection(LARGE + SMALL).difference("N") if told[letter] >= MANY and weak[letter]
    }
    for mark, count in weak.items():
        is_often = count >= MANY or (mark not in OF_SENTENCES and count + min(told[mark] - count, 2) / 2 > 1.5)
        if is_often and not mark.isalnum():
            sure.add(mark)
    often = {mark for mark in sure if weak[mark] > 1 or told[mark] >= MANY + (mark in OF_SENTENCES)}
    sure |= {mark for mark, count in wanted.items() if count + weak[mark] > 1}
    for verdict, mark in verdicts:
        how = verdict[3]
        if how == SURE or (mark in often if how == FAINT else _is_backed(mark, sure)):
            yield verdict


@lru_cache(maxsize=64)
def _alone(mark: str) -> re.Pattern[str]:
    """Return a pattern for one sign that no other of its shape, no letter and no figure stands beside."""
    sign = re.escape(mark)
    # The literal comes first, for then `re` searches ten times as fast.
    return re.compile(rf"{sign}(?<![A-Za-z\d{sign}]{sign})(?![A-Za-z\d{sign}])")


def _lone_signs(text: str, verdicts: list[tuple[Verdict, str]], prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield single signs before what is counted, of a shape that the text has rows of: ??月?日, AA人 of A个村."""
    shapes = {mark for (*_, how), mark in verdicts if how >= WEAK and mark != "u"}
    for mark in shapes.intersection(alphabet.ODD.union(ECHOED)):
        for match in _alone(mark).finditer(text):
            run = _run(text, text, *match.span())
            code = meaning(run.after)
            before = run.before.strip()[-1:]
            stands = not before or is_wide(before) or before in ENDS_SPELL or run.before.endswith(MARKED)
            if run.before.endswith("第") and run.after[:1] in ENDS_SPELL:
                code = ORDINAL
            if run.before.endswith(("姓", "叫")) and run.after[:1] in ENDS_SPELL and not mark.isalnum():
                code = NAME
            is_asked = (code in FIGURES | {ORDINAL} or (code == NAME and not mark.isalnum())) and (
                is_wide(run.after[:1]) or run.after[:1] in ENDS_SPELL | {"%"}
            )
            if is_asked and stands and prose.is_prose(run.start):
                yield (slot(run, run.after, code), run.start, run.end, WEAK), mark


def _doubtful_runs(text: str, verdicts: list[tuple[Verdict, str]], prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield the runs of a sign that is several times surely a mark: few writers use one sign for two things."""
    counts = Counter(mark for (*_, how), mark in verdicts if how == SURE)
    for mark, count in counts.items():
        if count < MANY or mark not in STAND_INS:
            continue
        for match in _any_run(mark).finditer(text):
            if prose.is_prose(match.start()):
                run = _run(text, text, *match.span())
                code, year = meaning(run.after), _begun_year(run)
                if year:
                    yield (*year, FAINT), mark
                elif _may_replace_word(run, code):
                    yield (slot(run, run.after, code), run.start, run.end, FAINT), mark


def _blanks_of_lists(text: str, prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield the letters in place of the numbers of a list, x、目的, (x)时间, and of a date, Xxxx,xxxx,xx,xx."""
    found = [match.span(1) for match in ITEM_NUMBER.finditer(text) if prose.is_prose(match.start(1))]
    how = SURE if len(found) > MANY else WEAK
    yield from (((ORDINAL, start, end, how), text[start]) for start, end in found)
    yield from (((DATE, *match.span(1), SURE), "x") for match in LETTER_DATE.finditer(text))


def _lines_to_fill(text: str, prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield the rules below a question of a form, or below another such rule, on which to write."""
    for match in LINE_TO_FILL.finditer(text):
        if prose.is_prose(match.start(1)):
            yield (UNCLEAR, *match.span(1), SURE), "_"


def _numbered_blanks(text: str, prose: Prose) -> Iterator[tuple[Verdict, str]]:
    """Yield the numbered blanks of a letter in two languages: I, __(1)__, of __(2)__."""
    spans = [match.span() for match in NUMBERED_BLANK.finditer(text) if prose.is_prose(match.start())]
    if len(spans) > 1 and not EXAM.search(text):
        yield from (((NAME, start, end, SURE), "_") for start, end in spans)


def _dotted(folded: str, text: str, prose: Prose) -> list[tuple[Verdict, str]]:
    """Return the dots of a text as marks, if several stand where only a figure can: 共……亩,每亩……元,由……经手."""
    found: list[tuple[Verdict, str]] = []
    asked, others = set(), 0
    for match in DOTS.finditer(folded):
        run = _run(folded, text, *match.span())
        code, word = meaning(run.after), word_after(run.after)
        if not is_wide(run.before[-1:]) or not prose.is_prose(run.start):
            continue
        if code == NUMBER and (word in w.SURE_UNITS or run.after[:1] in "元%岁"):
            asked.add(run.before[-1] + word)
        elif not (run.before.endswith(INTRODUCING) or run.after[:1] in "、及"):
            others += 1
            continue
        found.append(((slot(run, run.after, code), run.start, run.end, SURE), "."))
    return found if len(asked) > 1 and others <= len(asked) else []


def _shown(text: str, mark: str, prose: Prose) -> list[tuple[Verdict, str]]:
    """Return all marks of a sign that hardly stands anywhere in a text but where a value must: ?月上旬,?车间停产?小时.

    Where two of the sign are a dash, a single one may still be a mark.
    """
    spans = [match.span() for match in _any_run(mark).finditer(text) if prose.is_prose(match.start())]
    if mark in JOINING and CHAINED.search(text):
        return []
    single = [(start, end) for start, end in spans if end - start == 1]
    return _shown_by(text, mark, spans) or (_shown_by(text, mark, single) if len(single) < len(spans) else [])


def _shown_by(text: str, mark: str, spans: list[tuple[int, int]]) -> list[tuple[Verdict, str]]:
    """Return the marks among some runs of a sign, if most of its runs in sentences are marks.

    At the start of a line a sign may head a list item, and beside figures it may separate them: neither counts.
    """
    found: list[Verdict] = []
    doubtful: list[Verdict] = []
    words, figures, asked, others = set(), set(), 0, 0
    for start, end in spans:
        run = _run(text, text, start, end)
        code, year = meaning(run.after), _begun_year(run)
        verdict = (*(year or (slot(run, run.after, code), start, end)), SURE)
        if year or _asks_value(run, code):
            found.append(verdict)
            if run.before.strip() or mark not in LEADING:
                asked += 1
                word = "年" if year else word_after(run.after)
                words.add(word)
                figures |= {word} if year or verdict[0] in FIGURES else set()
        elif is_wide(run.before[-1:]) and (is_wide(run.after[:1]) or run.after[:1] in CLOSES):
            others += 1
        elif run.before[-1:] in LISTING and run.after[:1] in CLOSES:
            doubtful.append(verdict)
        elif end - start > 1 and run.before[-1:] in OPENS and is_wide(run.after[:1]):
            doubtful.append(verdict)  # ////血站接待献血者//人次
    if mark.isalpha():
        words -= {word for word in words & w.MEASURES if is_loose(word)}
    is_shown = len(words) >= MANY and asked >= 2 * others and (not (mark == "." or mark.isalpha()) or len(figures) > 1)
    return [(verdict, mark) for verdict in (*found, *doubtful)] if is_shown else []


def _asks_value(run: Run, code: str) -> bool:
    """True if a value must stand where a run does: before what is counted, in brackets before it, after a label."""
    before, after = run.before, run.after
    if before.endswith("(") and after[:1] == ")":
        return meaning(after[1:]) != ""
    stands = is_wide(before.removesuffix(" ")[-1:]) or before.removesuffix(" ")[-1:] in OPENS
    if code and stands and (is_wide(after[:1]) or (code == NUMBER and len(word_after(after)) > 1)):
        return not (run.mark in ENDING and before[-1:] in ASKING)
    return (hint_of(before) != "" or before.endswith(("叫", "姓"))) and after[:1] in CLOSES


def _listed(
    text: str, runs: list[tuple[int, int]], verdicts: list[tuple[Verdict, str]]
) -> Iterator[tuple[Verdict, str]]:
    """Yield further names of a list whose first one is a mark, with only spaces between: 成员:□□□ □□□ □ □."""
    listed = list(LISTED_SIGNS.finditer(text))  # 发现*、*、*三处山口
    for match in listed if listed and not EXAM.search(text) else ():
        yield from (((NAME, at, at + 1, SURE), match[1]) for at in range(match.start(), match.end(), 2))
    ends = {end: (code, how) for (code, _, end, how), mark in verdicts if code in (NAME, UNCLEAR) and mark in NAMED_BY}
    for start, end in runs if ends else ():
        gap = text[max(0, start - WIDEST_GAP) : start]
        reach = start - len(gap) + len(gap.rstrip(" "))
        told = ends.get(reach) if reach < start and text[reach - 1] == text[start] else None
        if told and text[end : end + 1] in " \n、,(":
            ends[end] = told
            yield (told[0], start, end, told[1]), text[start]


@lru_cache(maxsize=64)
def _any_run(mark: str) -> re.Pattern[str]:
    """Return a pattern for one sign or several, whatever stands beside them; letters must not be part of a word."""
    run = f"{re.escape(mark)}+"
    return re.compile(rf"(?:(?<![A-Za-z\d])|(?<=20)|(?<=20\d)){run}(?![A-Za-z\d])" if mark.isalpha() else run)


def _may_replace_word(run: Run, code: str) -> bool:
    """True if a sign stands in a sentence or as a label's value, and neither begins a line nor is part of a word."""
    if code == "" and ((run.text[0] in STARS and run.length > MANY) or run.mark in JOINING):
        return False
    if not run.before.strip():
        return code == NAME and is_wide(run.after[:1])
    before, after = run.before.removesuffix(" ")[-1:], run.after.removeprefix(" ")[:1]
    return (is_wide(before) or before in OPENS) and (is_wide(after) or (after in CLOSES and before != after))


def _column(text: str, at: int) -> str:
    """Return the head of the Markdown table column that an offset stands in; empty where there is none."""
    cells = text.count("|", text.rfind("\n", 0, at) + 1, at)
    head: list[str] = []
    for line in reversed(text[max(0, at - TALLEST_TABLE) : at].split("\n")[:-1]):
        if line.lstrip().startswith("|"):
            head = line.split("|")
        elif line.strip():
            break
    return head[cells].strip() if cells < len(head) else ""


def _shape_at(folded: str, at: int) -> str | None:
    """Return the shape of the sign at a literal; None for zeros that end a figure, as most do."""
    mark = LITERALS.get(folded[at : at + 2]) or LITERALS.get(folded[at]) or LITERALS.get(folded[at : at + 3])
    if mark is None and folded.startswith(PRINTED, at):
        return "u"
    if mark is None and folded[at] in BEFORE_UNITS:
        shape, units = BEFORE_UNITS[folded[at]]
        mark = shape if folded[at + 1 : at + 2] in units else None
    if folded.startswith("0년", at):
        return "0"
    before = folded[max(0, at - 1) : at]
    if before in (",", ":") and not folded[max(0, at - 2) : at - 1].isdigit():
        before = " "
    is_telephone = folded.startswith("0-00", at)  # 000-0000000
    behind = at + 2 + folded.startswith("000", at)
    if (
        mark == "0"
        and not is_telephone
        and ((before in FIGURE_SIGNS and before != "") or folded[behind : behind + 1] in FIGURE_SIGNS)
    ):
        return None
    return mark


def _is_graded(signs: str) -> bool:
    """True if signs say how good or how right something is, ★★★☆☆ or ○×, as they mostly do."""
    kinds = set(signs)
    return (len(signs) == 5 and kinds <= STARS) or (len(kinds) > 1 and (kinds <= STARS or kinds >= {"○", "×"}))


def _is_torn(run: Run, prose: Prose) -> bool:
    """True if stars are one half of emphasis whose other half is lost: nothing asks for a mark there."""
    return run.length <= 3 and not meaning(_rest(run)) and not hint_of(run.before) and prose.is_set_in_emphasis


# Each alternative begins with a literal, for speed.
EXAM = re.compile(
    r"下列[^\n]{0,24}(?:的一项|的是|正确|错误)|每空\d|选择题|阅读理解|默写|期[中末][^\n]{0,8}试[卷题]|月考[^\n]{0,8}试[卷题]"
    r"|模拟[^\n]{0,8}试[卷题]|入学[^\n]{0,8}试[卷题]"
    r"|参考答案|答案:|加点字|翻译:|填空(?:题|[:(。])|横线上(?:填|写|补)|括号里填|造句|取值范围|的值[为是] ?_"
    r"|Fill in the (?:blank|gap)|fill in the (?:blank|gap)|Answers?(?: key)?:"
    r"|정답|빈칸|空欄に|解答:|に入る|に当てはまる"
)
STONE = re.compile("拓本|拓片|残泐|漫漶|剥落|碑文|铭文|墓志|断碣|残碑|竹简|释文|底本|校勘|缺[一二三两]字|原缺")
STARS = frozenset("★☆⭐")
RATED = re.compile("★{1,4}☆{1,4}(?<=[★☆]{5})(?!☆)")
# Pinyin that a converter put after a character: 學(xué)校.
GLOSS = re.compile("(?<=[\u3400-\u9fff])\\([a-zü]{0,5}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,3} ?\\)")
# Brackets to tick: a ticked one, or several side by side.
TICKED = re.compile(r"\( ?[√✓✔] ?\)[一-龥]|(?:\( {1,4}\)[一-龥]{2,6}[ ,、]{1,3}){2}")
# Boxes to tick, one after the other: □男 □女 (male, female).
BOX = "(?<!□)□(?!□)(?![年月日](?: (?!/)|□))[一-龥]{1,8}"
BOXES = re.compile(f"{BOX}(?:(?: {{1,4}}| ?/ ?){BOX})+|(?:{BOX}){{2,}}(?=□)|(?<=[:(]){BOX}{BOX}")
HIGHLIGHTED = re.compile(r"(?<!=)==(?![=\s])([^=\n,。;:、]{2,40})(?<!\s)==(?!=)")
DOTS = re.compile("……{0,3}|\\.\\.\\.+")
OF_SENTENCES = frozenset("-—.·─。")
CENTURIES = ("19", "20")
ITEM_NUMBER = re.compile(r"^ *(?:\((?=[xX×]\)[一-龥])|(?=[xX×]、[一-龥]{2}))([xX×])", re.MULTILINE)
LETTER_DATE = re.compile(r"^ *([Xx]{4},(?:[Xx]{4},)?[Xx]{2},[Xx]{2}) *$", re.MULTILINE)
LISTED_SIGNS = re.compile(r"([×*○△])(?<=[一-龥].)(?:、\1){2,5}(?=[一-龥。])")
NUMBERED_BLANK = re.compile(r"_(?<!__)_+\(\d{1,2}\)__+")
LINE_TO_FILL = re.compile(
    r"\n(?:(?<=[:)_]\n)|(?<=erely,\n)|(?<=fully,\n)|(?<=gards,\n))[ \n]{0,4}(_{8,})(?= *(?:\n|\Z))"
)
# Different signs that may together be one mark: x*x, ○×, _X_.
MIXED = re.compile("(?!([×○●□■△▲◇◆☆])[×○●□■△▲◇◆☆]{3,})[xX×*_○□△◇☆]{2,6}")
ECHOED = frozenset(SIGNS + "~═口ABCDEFGHIJKLMNOPQRSTUVWXYZ" + SMALL)
MARKED = ("(", "第", "、")
# Signs that stand for anything once a text has shown that they do, and what may stand on either side of one.
JOINING = "~-—─"  # these only before a word that says what they stand for
STAND_INS = alphabet.ODD.union("○●□■△▲◇◆█☆§♀^˙¯‖≈@#" + JOINING).difference("。|%、")
NAMED_BY, WIDEST_GAP = "○〇□△●◇×*", 5
LEADING = "-—.+=~#@"  # what heads the items of a list
CHAINED = re.compile(
    r"[“\"「『‘(][一-龥]{1,4}([-—~]+)[一-龥]{1,4}\1[一-龥]{1,4}(?:\1|[”\"」』’)])"  # “市—区—镇—村”
    r"|([-—~]+)(?![年月日时省市县区乡镇村])[一-龥]{1,4}\2(?![年月日时省市县区乡镇村])[一-龥]{1,4}\2"
)
LISTING = frozenset(["", *" :、"])
ENDING, ASKING = "?.", frozenset("吗呢吧么啊")
OPENS, CLOSES = frozenset(["", *"(,:;、“《「〔["]), frozenset("),。:;、”》」〕]")
SAME_AS = {"ロ": "□", "口": "□", "メ": "×"}
ROUND_LETTERS = "OoОоΟο"
LETTERS = frozenset(LARGE + SMALL + ROUND_LETTERS)


def _is_backed(mark: str, sure: set[str]) -> bool:
    """True if a document's sure marks make a weak one of a shape likely."""
    if mark in ZEROS:
        return not sure.isdisjoint(ZEROS)
    return mark in sure or (mark in "0NOXABCDEFGHIJKLMPQRSTUVWYZ某@#&^☆§" and bool(sure))


def _runs(folded: str, text: str, shapes: set[str | None]) -> list[tuple[int, int]]:
    """Return the runs of some shapes, in order and without overlap."""
    found = {match.span() for mark in shapes if mark for match in RUNS[mark].finditer(folded if mark == "." else text)}
    # Whatever is longer begins with a run, so it is searched for only there.
    longer = _spread(text, shapes, found)
    starts = [start for start, end in found if text[end : end + 1] in SEPARATORS]
    if starts and not shapes.isdisjoint(FIGURE_MARKS):
        longer |= _matches(ISO_DATE, text, starts)
        longer |= {span for span in _matches(JOINED, text, starts) if _counts(text, *span)}
        longer |= {match.span(1) for match in PHONE_REST.finditer(text)}
        if ":" in text:
            clocks = (match.span() for match in CLOCK.finditer(text) if _is_clock(text, *match.span()))
            longer |= {(start, end) for start, end in clocks if folded[start] == folded[end - 1]}  # not **时间**:﹡﹡月
    if "·" in text and any(4 * mark in text for mark in "xX×*○"):
        longer |= {match.span() for match in PLATE.finditer(text)}
    if any(f"{mark}{mark} {mark}{mark}" in text for mark in "○〇△×*●◇") and KANA.search(text):
        longer |= {match.span() for match in FULL_NAME.finditer(text)}
    if "*" in folded and "*" in shapes:  # Markdown's own stars beside one that only looks like them: **﹡﹡班**
        found = {part for start, end in found for part in _alike(folded, start, end)}
    runs: list[tuple[int, int]] = []
    for start, end in sorted(found | longer, key=lambda run: (run[0], -run[1])):
        if not runs or start >= runs[-1][1]:
            runs.append((start, end))
    return runs


def _spread(text: str, shapes: set[str | None], found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the spans of marks written with spaces between their signs: x x x."""
    spread: set[tuple[int, int]] = set()
    if "= =" in text and "=" in shapes:
        spread |= {match.span() for match in SPREAD_EQUALS.finditer(text)}
    if " " in text and not shapes.isdisjoint("×xX*○□△"):
        starts = [start for start, end in found if end == start + 1 and text[end : end + 1] == " "]
        spread |= _matches(SPREAD, text, starts)
    if "_ _" in text:
        spread |= {match.span() for match in SPREAD_RULE.finditer(text)}
    return spread


def _alike(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run that are all plain asterisks or all other signs."""
    if folded[start] == "\\":
        yield start, end
        return
    while start < end:
        stop = start + 1
        while stop < end and (folded[stop] == "*") == (folded[start] == "*"):
            stop += 1
        yield start, stop
        start = stop


def _matches(pattern: re.Pattern[str], text: str, starts: list[int]) -> set[tuple[int, int]]:
    """Return the spans that a pattern matches at some places, without overlap."""
    found, reach = set(), 0
    for start in sorted(starts):
        match = pattern.match(text, start) if start >= reach else None
        if match:
            found.add(match.span())
            reach = match.end()
    return found


def _counts(text: str, start: int, end: int) -> bool:
    """True if signs with points or dashes between are one figure or one number: ×.×%, 电话:○○○-○○○○, ×,×××."""
    before = text[max(0, start - WINDOW) : start]
    if "," in text[start:end]:
        return True
    if text.count("-", start, end) > 1 and PHONE_PART.search(before):
        return False  # each part of a telephone number is judged by itself
    is_told = before.endswith((*SHARE_OF, *MONEY)) or hint_of(before) == NUMBER or DURATION.search(before) is not None
    is_told |= PHONE.fullmatch(text, start, end) is not None
    is_told |= "." in text[start:end] and MEASURED_BEFORE.search(before) is not None
    code = meaning(text[end : end + WINDOW])
    is_told |= ENGLISH_FIGURE.search(before) is not None
    return is_told or code == NUMBER or (code == YEAR and end - start == len("×-×"))  # 保修×-×年


def _is_clock(text: str, start: int, end: int) -> bool:
    """True if two blanks with a colon between are a time of day, not a label with its value: 上午××:××出发."""
    before = text[max(0, start - WINDOW, text.rfind("\n", 0, start) + 1) : start]
    return CLOCK_BEFORE.search(before) is not None or CLOCK_BEHIND.match(text, end) is not None


def _stretches(folded: str, runs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield runs that touch as one list, except stretches that are a word, a numeral or a drawing."""
    stretch: list[tuple[int, int]] = []
    for start, end in runs:
        if stretch and stretch[-1][1] != start:
            yield from _true_stretch(folded, stretch)
            stretch = []
        stretch.append((start, end))
    yield from _true_stretch(folded, stretch)


def _true_stretch(folded: str, stretch: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    start, end = stretch[0][0], stretch[-1][1]
    if folded[start] in ZEROS and start and folded[start - 1] in NUMERALS and not folded[start - 1].isascii():
        stretch = stretch[1:]
    elif len(stretch) > 1:
        before, behind = folded[max(0, start - 1) : start], folded[end : end + 1]
        if is_latin(before) or is_latin(behind):
            return
        is_whole = not before.isdigit() or folded[max(0, start - 2) : start] in CENTURIES
        is_whole &= before != "(" or behind != ")"  # (×_×) is a face
        if is_whole and MIXED.fullmatch(folded, start, end):
            stretch = [(start, end)] if _is_one(folded, start, end) else stretch
        elif not SHAPES.isdisjoint(folded[start:end]):
            return
    if stretch:
        yield stretch


def _is_one(folded: str, start: int, end: int) -> bool:
    """True if several signs are one mark: one comes again, x*x, each is a digit of a year, or they are ○×, any name.

    Other signs beside each other are a figure and a name: xx**.
    """
    runs = [sign for sign, _ in groupby(folded[start:end])]
    is_year = folded[max(0, start - 2) : start] in CENTURIES and folded.startswith("年", end)
    return len(set(runs)) < len(runs) or is_year or set(runs) == {"○", "×"}


def _parts(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of a run: after 20 a year takes two marks, so those left before a place are the place's name.

    20xxxxx区 is a year and a name (xxx district). Before a measure word it could be one long figure.
    """
    century = folded[max(0, start - 2) : start]
    if end - start > 2 and century in ("19", "20") and meaning(folded[end : end + WINDOW]) == NAME:
        head = YEAR_HEAD.search(folded[max(0, start - WINDOW) : start])
        if head and head[0] == century:
            return [(start, start + 2), (start + 2, end)]
    return [(start, end)]


def _run(folded: str, text: str, start: int, end: int) -> Run:
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    if "(" in after or ")" in before:
        before, after = GLOSS.sub("", before), GLOSS.sub("", after)
    if "\n" in before:
        before = before[before.rindex("\n") + 1 :]
    if "\n" in after:
        after = after[: after.index("\n")]
    if "*" in before and text[start] not in "*\\":
        before, after = _without_emphasis(before, after)
    mark = "." if folded[start] in "….⋯‥" else SAME_AS.get(text[start], text[start])
    if end - start > 1 and mark in "#%{uNn" and RUNS["u"].fullmatch(text, start, end):
        mark = "u"
    elif mark in ROUND_LETTERS:
        mark = "O"
    elif mark in LETTERS:
        mark = "Y" if RUNS["Y"].match(text, start) else "N" if end - start == 1 else "A"
    found = text[start:end]
    if found[0] in "\\<" and RUNS["u{"].fullmatch(found):
        return Run(start, end, "_", before, after, "____")
    if mark in "&$" and RUNS["&;"].fullmatch(text, start, end):
        return Run(start, end, "×", before, after, "×" * max(found.count(";"), found.count("times")))
    return Run(start, end, text[start + 1] if mark == "\\" else mark, before, after, found.replace("\\", ""))


def _without_emphasis(before: str, after: str) -> tuple[str, str]:
    """Return the text on both sides of a run without asterisks that are Markdown's: **求助电话**:◆◆◆, **◇**个月."""
    before = before.replace("**", "")
    return (before.rstrip("*"), after.lstrip("*")) if before.endswith("*") or after.startswith("*") else (before, after)


def judge(run: Run) -> Verdict | None:
    """Return the code and the span of a run and how sure it is, or None for a look-alike."""
    is_first = run.length == 1 and is_latin(run.text) and run.after.startswith(f"月{run.text}日")
    if run.mark == "Y" or is_first or (run.length >= SHORTEST_DATE and ISO_DATE.fullmatch(run.text)):
        code = YEAR if run.after.startswith("年") else DATE
        return None if "格式" in run.before else (code, run.start, run.end, SURE)
    figure = _part_of_figure(run)
    if figure is not None:
        return figure
    masked = _masked_number(run) if run.length > 1 and run.before[-1:] in FIGURE_TAIL else None
    if masked is not None:
        return masked
    mail = BLANK_MAIL.match(run.after) if run.after[:1] == "@" and run.length > 1 and run.mark != "*" else None
    if mail is not None:
        return NAME, run.start, run.end + mail.end(), SURE
    # The blank of a label ends where white space follows; the text after that is another label.
    rest = "" if run.before.endswith(":") and run.after.startswith(" ") else _rest(run)
    body = NAME if run.length > 1 and BODY_BEHIND.match(rest) else explained(run)
    code = DATE if _is_part_of_date(run, rest) else meaning(rest) or body
    how = strength(run, rest, code)
    return None if how == NONE else (slot(run, rest, code), run.start, run.end, how)


def _part_of_figure(run: Run) -> Verdict | None:
    """Judge a run that is part of a telephone number, a numeric date, a year or a decimal; None for any other."""
    before = run.before
    if (run.mark == "0" and "-" in run.text) or ("," in run.text and run.mark != ","):
        return NUMBER, run.start, run.end, SURE  # 000-0000, a telephone number; ×,×××
    if before.rstrip(" ")[-1:] in FIGURE_TAIL and PHONE_RUN.fullmatch(run.text):
        return NUMBER, run.start, run.end, SURE
    if ":" in run.text and CLOCK.fullmatch(run.text):
        return DATE, run.start, run.end, SURE
    if "." in run.text and MEASURED_BEFORE.search(before) and JOINED.fullmatch(run.text):
        return NUMBER, run.start, run.end, SURE
    year = _begun_year(run) if _may_be_year(run) else None
    if year:
        return *year, SURE
    is_year = run.after.lstrip(" ").startswith("年") or (run.mark == "_" and before[-4:-3] in (" ", ",", "_"))
    if is_year and YEAR_APART.search(before):
        return YEAR, run.start - len("20 "), run.end, SURE
    is_dated = before.rstrip(" ").endswith((".", "/", "-")) and (DATE_PART.search(before) or ODD_DATE.search(before))
    if is_dated and run.length < 3 and not PHONE_PART.search(before):
        return DATE, run.start, run.end, SURE
    is_whole = run.length == 4 and MONTH_BEHIND.match(run.after)
    if is_whole or (1 < run.length < 5 and not before.strip() and DAY_BEHIND.match(run.after)):
        return YEAR, run.start, run.end, SURE
    decimal = HALF_DECIMAL.search(before) if "." in before[-2:] else None
    if decimal and run.mark in "xX×*_○" and meaning(run.after) == NUMBER and not _is_version(run):
        return NUMBER, run.start - len(decimal[0]), run.end, SURE
    return None


def _masked_number(run: Run) -> Verdict | None:
    """Return a number that tells its first digits, or its first and its last ones: 电话6258####, 138****5678."""
    first, last = FIRST_OF_MASKED.search(run.before), LAST_OF_MASKED.match(run.after)
    if first is None:
        return None
    if last is None or run.before.endswith("-"):
        least = 4 if run.text[0] in "~.-_=+" else 2
        is_told = run.length >= least and hint_of(run.before[: -len(first[0])]) == NUMBER
        return (NUMBER, run.start - len(first[0]), run.end, SURE) if is_told and not run.after[:1].isalnum() else None
    if run.length < 3 or run.mark in "_-—.~=+":
        return None
    return MASKED, run.start - len(first[0]), run.end + len(last[0]), SURE


def _is_version(run: Run) -> bool:
    """True if a run is part of a version of a program or of its file: 2.x版, config_v2.xml."""
    return run.mark in "xX" and (run.after.startswith(VERSIONS) or VERSION.search(run.before) is not None)


def _may_be_year(run: Run) -> bool:
    """True if a run may be the rest of a year; dashes and waves are only where the word after them says so."""
    if run.before[-3:-2] == "-" and MODEL_NUMBER.search(run.before) and not run.after.startswith("年"):
        return False  # 型号HX-20XX
    if run.mark == "." and run.length == 1:
        return run.before.endswith(CENTURIES) and run.after.startswith("年")
    if run.mark == "." and run.length > 1 and ENGLISH_YEAR.search(run.before) and run.after[:1] in ENGLISH_ENDS | {""}:
        return True
    if run.mark in "-~.—/":
        is_english = run.mark == "-" and SINCE_YEAR.search(run.before) is not None and run.after[:1] in ENGLISH_ENDS
        is_case = run.before[-3:-2] in ("(", "〔") and CASE_NUMBER.match(run.after) is not None
        is_standard = run.before[-3:-2] == "-" and run.after.startswith(("标准", "规范", "规程"))
        is_year = run.after.startswith(("年", "级", "届", "년")) or is_english or is_case or is_standard
        return run.length == 2 and is_year
    if run.mark in "AO":
        return run.length == 2 and run.before.endswith(("20", "19"))
    return run.mark not in "0N"


def _is_part_of_date(run: Run, rest: str) -> bool:
    """True if a mark continues a date or a time of day: after 年 (year), 月 (month) and 时 (hour), and in 从__起."""
    before = run.before.rstrip(" ")
    if is_time_of_day(run) or before.endswith(WEEKDAY) or (before.endswith(WEEKLY) and HALF_DAY.match(rest)):
        return True
    if is_day(run):
        return True
    if before.endswith(("年", "月")):
        return rest[:1] in ("月", "日", "号") and run.before[-1:] == before[-1:]
    if before.endswith(("时", "点", "午", "시")):
        return rest[:1] in ("时", "点", "分", "분")
    return before.endswith(("从", "自")) and rest.startswith(("起", "开始", "至")) and run.mark in "_"


def _begun_year(run: Run) -> tuple[str, int, int] | None:
    """Return the year of which a run is the rest, as ``(code, start, end)``; None where no digits of one precede it."""
    head = YEAR_HEAD.search(run.before) if run.before[-1:] in YEAR_DIGITS else None
    return _year(run, len(head[0])) if head else None


def _year(run: Run, head: int) -> tuple[str, int, int] | None:
    """Return a year that kept its first digits: 20__, 201x, 二〇××. An amount of that form is a NUMBER of that span."""
    start, rest = run.start - head, run.after.lstrip(" ")
    total = head + run.length
    if (rest[:1] == "年" and (head > 1 or total == 4)) or (head > 1 and TO_YEAR.match(run.after)):
        return YEAR, start, run.end
    if head > 1 and run.before[:-head].endswith(("(", "〔")) and CASE_NUMBER.match(rest):
        return YEAR, start, run.end
    if head == 1:
        is_case = run.before[:-1].endswith(("(", "〔")) and CASE_NUMBER.match(rest) is not None
        return (YEAR, start, run.end) if run.length == 3 and (is_case or MONTH_BEHIND.match(run.after)) else None
    if run.mark in "_." and ENGLISH_YEAR.search(run.before):
        return YEAR, start, run.end
    if total != 4 or rest[:1].isdigit() or (head == 3 and run.mark in "*×" and rest[:1] not in ("级", "届")):
        return None
    if is_lettered(run.after[:1]) and not meaning(run.after):
        return None
    if meaning(rest) == NUMBER and rest[:1] not in ("级", "届"):
        return NUMBER, start, run.end
    return YEAR, start, run.end


def _rest(run: Run) -> str:
    """Return what follows a run, without further marks of its list."""
    after = run.after
    aside = ASIDE.match(after) if after[:1] == "(" else None
    if aside is not None and meaning(after[aside.end() :]) == NAME:
        return after[aside.end() :]
    chain = CHAIN.match(after) if after[:1] in LINKS else None
    return (after[chain.end() :] if chain else after).lstrip(" ")


def slot(run: Run, rest: str, code: str) -> str:
    """Return the code of a true mark: the word after it decides, corrected by the word before."""
    before = run.before.rstrip(" ")
    corrected = next((told for told in (correct(run, before, rest, code) for correct in CORRECTIONS) if told), "")
    if corrected or code:
        return corrected or code
    if before[-1:].isdigit() and run.length > 2:
        return NUMBER
    aside = FIELD_BEFORE.search(before) if before.endswith(")") else None
    hint = hint_of(aside[1] if aside else PHONE_CODE.sub("", before).rstrip("("))
    if hint and (rest or not RATING.search(before) or run.mark not in "●■▲◆"):
        return hint
    is_name = run.mark != "(" and (is_wide(before[-1:]) or is_wide(rest[:1]))
    return NAME if is_name else UNCLEAR


def _told_before(run: Run, before: str, rest: str, code: str) -> str:
    """Return the code that the text before a mark gives: 学号××××,; the end of a figure; a date in English."""
    if (before[-1:] in LAST_OF_CUT and CUT_FIGURE.search(before)) or PLATE.fullmatch(run.text):
        return NUMBER
    if PHONE_PART.search(before) or STANDARD_BEFORE.search(before):
        return NUMBER
    told = DATE if run.text == "Invalid Date" else explained(run)
    if told in (DATE, NUMBER):
        return told  # __________ (date)
    if rest[:1] in "≤≥<>" and rest and is_wide(before[-1:]):
        return NUMBER
    is_counted = run.mark in "_A" and ENGLISH_COUNT.match(run.after.lower()) is not None
    if is_counted or (ENGLISH_FIGURE.search(run.before) and (run.after[:1] == " " or not rest[:1].isalnum())):
        return NUMBER
    if run.after[:1] in ",;。" and run.after and not before.endswith("第"):
        told = hint_of(before)
        if told == NUMBER:
            return told
    is_date = run.after.lower().startswith(" day of") or before.lower().endswith(
        (" day of", "dated", " until", " till")
    )
    is_date |= DAY_BEFORE.search(before) is not None and AFTER_DATE.match(run.after) is not None
    is_date |= ON_THE.search(before) is not None and run.after.startswith((" of", " day"))
    is_date |= before.endswith("_ of") and FULL_YEAR.match(run.after) is not None
    return DATE if run.mark == "_" and (is_date or FROM_BLANK.search(before)) else ""


def _quoted(run: Run, before: str, rest: str, code: str) -> str:
    """Return RANGE for a theme in quotes, WORD where a filter masked the words of a campaign: “**”重要讲话."""
    if before[-1:] in OPENING and (rest[:1] in CLOSING or rest.startswith(EVENTS)):
        is_word = rest.startswith(MASKED_QUOTES, 1) or before[:-1].endswith(MASKED_BEFORE)
        return WORD if is_word else RANGE
    return ""


def _duration(run: Run, before: str, rest: str, code: str) -> str:
    """Return NUMBER for how long something took, as opposed to when it was: 任期为×年 (a term of × years), 提前×月."""
    is_year = run.length == 4 and run.mark != "_" and rest.startswith(("年后", "年就"))  # XXXX年后
    if code in (YEAR, DATE, NUMBER) and rest.startswith(WITHIN) and not (is_year or before.endswith("第")):
        return NUMBER
    if code == DATE and rest[:1] == "日" and before.endswith(FOR_DAYS):
        return NUMBER  # 请假×日
    if code == YEAR and before.endswith((*AGES, *AS_LONG)):
        return NUMBER
    is_spell = code == YEAR and rest[1:2] in ENDS_SPELL and (run.length < 3 or run.mark == "_") and is_wide(before[-1:])
    if is_spell and before[-1] not in BEFORE_YEAR:
        return NUMBER  # 包工程××年,
    if code == YEAR and rest.startswith(KOREAN_SPELL):
        return NUMBER
    if rest.startswith("시 ") and KOREAN_PLACE.match(rest):
        return NAME
    if code in (YEAR, DATE) and DATE_FOLLOWS.match(rest):
        return ""  # 租赁期限__年__月__日起
    if code in (YEAR, DATE) and (
        DURATION.search(before)
        or (code == YEAR and before.endswith(("十", "过", *SPENT) if run.length > 1 else ("十", "过", "了")))
    ):
        return NUMBER
    is_told = before.endswith(DURATIONS_BEFORE)
    if code == YEAR and (SPAN_OF_YEARS.search(before) or (is_told and rest[1:2] not in MONTHLY)):
        return NUMBER
    is_months = code == DATE and rest[:1] == "月" and rest[1:2] not in MONTHLY_TAIL
    return NUMBER if is_months and (is_told or before.endswith(BY)) else ""


def _ordinal(run: Run, before: str, rest: str, code: str) -> str:
    """Return ORDINAL where a mark says which congress, session or school it was."""
    if rest[:1] == "届" and before.endswith(("超过", "连任", "满", "共")):
        return NUMBER
    if before.endswith(ORDINALS_BEFORE) and rest[:1] in ("大", "届", "次"):
        return ORDINAL
    if before.endswith(("人大", "政协", "党代会", "职代会", "届")) and rest.startswith(("次会议", "次全", "次代表")):
        return ORDINAL
    if before.endswith("第") and rest.startswith(("任", "考场", "代", "学期", "届", "教室", "会议室", "车间", "食堂")):
        return ORDINAL
    if before.endswith("제") and rest[:1] == "회":
        return ORDINAL
    if not before and rest[:1] in ARTICLES and run.length > 1 and rest[1:2] in (" ", ""):
        return ORDINAL  # **条 为规范...
    if before.endswith("第") and (
        code in (NUMBER, NAME, YEAR, DATE) or run.after[:1] in ENDS_SPELL or is_wide(rest[:1])
    ):
        return NUMBER if rest.startswith(("号", "条款")) and not rest.startswith(ORDINALS) else ORDINAL
    return ""


def _bracketed(run: Run, before: str, rest: str, code: str) -> str:
    """Return the code of the weekday after a date, the year of a case or its court: 〇日(〇), (××××)×民初字."""
    if before[-1:] in (")", "〕") and COURT.match(rest):
        return NAME
    if before.endswith("日(") and rest[:1] == ")" and run.length == 1:
        return DATE
    if before[-1:] in "[【〔" and rest[:1] in "]】〕" and before and meaning(rest[1:]):
        return meaning(rest[1:])
    if before.endswith("(") and rest[:1] == ")" and meaning(rest[1:]):
        return ORDINAL if rest.startswith(")班") else meaning(rest[1:])
    return YEAR if before.endswith("(") and run.length in (2, 4) and CASE_NUMBER.match(rest) else ""


def _masked(run: Run, before: str, rest: str, code: str) -> str:
    """Return WORD for a word that a filter took: * * * in a clause, an adverb before 地."""
    if (run.is_spread and run.mark == "*" and code not in FIGURES) or (run.length > 1 and rest.startswith(IDEAS)):
        return WORD
    if not code and before.endswith("与") and rest.startswith(("同行", "相伴", "为伴")):
        return WORD
    if not code and (before.endswith("每") or (before.endswith(":") and before[:-1].endswith(OF_WORDS))):
        return WORD  # 每____结算一次, 性别:×
    if not code and before.endswith(CAUSES) and (rest[:1] in ENDS_SPELL or rest.startswith(CAUSED)):
        return WORD  # 因××需要请假
    if before.endswith("以") and rest.startswith(THEMES):
        return WORD  # 以××为目标
    is_adverb = rest[:1] == "地" and rest[1:2] not in NOT_ADVERBS and code in ("", NAME)
    return WORD if is_adverb and is_wide(before[-1:]) and before[-1] not in "于在从到至往" else ""


def _span(run: Run, before: str, rest: str, code: str) -> str:
    """Return RANGE for "from how many to how many", 工期为__-__天; NUMBER for the parts of a telephone number."""
    if not JOINED.fullmatch(run.text) or "." in run.text or "," in run.text:
        return ""
    is_number = hint_of(before) == NUMBER and not code and not before.endswith(SHARE_OF)
    return NUMBER if is_number or run.length > 7 else RANGE


def _count(run: Run, before: str, rest: str, code: str) -> str:
    """Return NUMBER for a count that its unit alone does not tell: 我们**个人, 押×付×, 以×比×告负, __室__厅__卫."""
    if (rest.startswith("个人") and before.endswith(OF_US)) or (rest[:1] == "方" and before.endswith(LOADS)):
        return NUMBER
    if (before.endswith("押") and rest[:1] == "付") or (rest[:1] in ENDS_SPELL and DEPOSIT.search(before)):
        return NUMBER
    sign = run.text[0]
    if (rest[1:2] == sign and rest[0] in "胜平负比") or before.endswith((f"{sign}胜", f"{sign}平", f"{sign}比")):
        return NUMBER
    if rest[:1] in FOR_ROOMS and (ROOMS.match(rest) or ROOMS_BEFORE.search(before)):
        return NUMBER
    if rest[:1] == "弄" or (rest[:1] == "巷" and before.endswith("段")) or (rest[:1] == "组" and before.endswith("村")):
        return NUMBER
    return ""


def _place(run: Run, before: str, rest: str, code: str) -> str:
    """Return NAME for a department where a measure word could stand, 由XX部归档, and for a person: 我叫××,××人,."""
    if rest[:1] == "人" and rest[1:2] in (",", "。", "") and INTRODUCES_HIMSELF.search(before):
        return NAME
    if (rest[:1] == "人" and before.endswith("全体")) or (rest.startswith(("班组", "组组")) and code == NUMBER):
        return NAME
    if before.endswith("《") and code == NUMBER:
        return NAME  # 《××石材供货书》
    if before.endswith(("收到", "借到")) and rest.startswith("人民币"):
        return NAME
    if rest[:1] == "把" and before.endswith(LEADERS):
        return NAME  # 队长**把
    is_place = rest[:1] in PLACES_COUNTED and code == NUMBER and run.length > 1 and rest[1:2] not in ("长", "分")
    stands = not before or run.before.endswith(" ") or before.endswith(WHEREABOUTS)
    return NAME if is_place and stands else ""


def _day(run: Run, before: str, rest: str, code: str) -> str:
    """Return DATE for a numbered day or an hour, YEAR for a year of enrolment: ×月×号, 早上×点, 中文系××××级."""
    if rest[:1] == "点" and code == NUMBER and before.endswith(PARTS_OF_DAY):
        return DATE
    if run.length == 4 and (
        (code == NUMBER and rest[:1] == "级" and is_wide(before[-1:]))
        or (rest[:1] == "届" and before[-1:] in ("初", "高"))
    ):
        return YEAR
    return DATE if code == NUMBER and rest[:1] == "号" and before.endswith("月") else ""


ROOMS = re.compile(rf"[室房厅厨][{MARK}]+[厅厨卫]")
LEADERS = (
    "队长",
    "班长",
    "校长",
    "院长",
    "厂长",
    "组长",
    "村长",
    "老师",
    "主任",
    "经理",
    "书记",
    "师傅",
    "同学",
    "徒弟",
    "队员",
    "教练",
    "裁判",
)
FOR_ROOMS = frozenset("室房厅厨卫")
ROOMS_BEFORE = re.compile(rf"[{MARK}][室房厅厨]$")
INTRODUCES_HIMSELF = re.compile(r"(?:叫|姓名|生于|[男女])[^。;]{0,12},$")
PARTS_OF_DAY = ("早上", "早晨", "上午", "中午", "下午", "晚上", "傍晚", "夜里", "凌晨", "清晨", "每天", "每晚", "当晚")
FOR_DAYS = ("假", "期", "限", "停产", "停业", "超过", "顺延", "长达", "不足", "未满")
KOREAN_SPELL = ("년 동안", "년간", "년이며", "년째", "년 만", "년여", "년의 경력")
ARTICLES = frozenset("章条节款")
SPENT = tuple(f"{verb}了" for verb in "弹学练干教住当读写跑养种守用做唱演跳开打卖")
AS_LONG = ("就是", "整整", "将近", "足足", "もう", "この", "约", "約")
AGES = ("距今", "工龄:", "工龄: ", "教龄:", "教龄: ", "司龄:", "党龄:", "军龄:", "年限:", "年限: ")
OF_WORDS = tuple(w.FIELDS_OF_WORDS)
CAUSES = ("因", "因为", "由于", "用于", "从事", "关于")
CAUSED = tuple("需 要 不能 不便 无法 急 特 请 申请 拟 而 原因 的请 的通 的说 的决 等".split())
IDEAS = tuple(w.IDEAS_AFTER)
THEMES = tuple(f"为{word}" for word in w.listed("目标 中心 主线 契机 抓手 核心 指导 重点 载体 导向 统领 引领"))
DEPOSIT = re.compile("押.{1,3}付$")
OF_US = ("我们", "咱们", "你们", "他们", "她们", "这", "那", "带着", "带领", "只有", "共有")
LOADS = ("土", "石", "砂", "沙", "木材", "混凝土", "渣")
VERSIONS, VERSION = ("版", "系列", "以上", "及以"), re.compile(r"[A-Za-z_]\d+\.$")
PLACES_COUNTED = frozenset("部楼团组队门里股班课")
WHEREABOUTS = tuple("由|给|交|任|来自|从|到|在|假|入职|属于|隶属|调入|调至|局|院|属:|属: |是".split("|"))
CORRECTIONS = (_span, _count, _place, _told_before, _quoted, _day, _duration, _masked, _ordinal, _bracketed)

# Most zeros are the end of a figure: see `_shape_at`.
NOT_IN_FIGURE = "^-" + "".join(sorted(FIGURE_SIGNS - {"-"}))
BESIDE = {"00": Beside(NOT_IN_FIGURE.replace(",", "").replace(":", ""), NOT_IN_FIGURE), "0-": Beside("0", "0")}
BESIDE |= {"0년": Beside("0"), "000": BESIDE["00"]}
BESIDE |= {2 * letter: Beside("^A-Za-z1-9") for letter in SMALL}  # 20nn年
# Signs judged over the whole text, where several of them stand before a word that says what they stand for.
BY_USE = frozenset(char for sign in SHOWN for char in alphabet.SHAPES.get(sign, sign)) | {"."}
# Signs that are a mark alone only after some characters: most separate words and names.
ONLY_BEHIND = {"—": "—―", "-": "".join(alphabet.SHAPES["-"]) + "于年月期第共约达(", "·": "第·"}
BESIDE |= {
    char: Beside(ONLY_BEHIND.get(mark, ""), "".join(sorted(units))) for char, (mark, units) in BEFORE_UNITS.items()
}
# Before one of them stands the same sign, a word or punctuation; before those that may stand for a date also a figure.
BESIDE |= {
    char: Beside(
        ONLY_BEHIND.get(alphabet.PLAIN.get(char, char), "")
        + "一-龥,、:;(“"
        + ("" if char in ".=+" else "0-9。 \n")
        + char,
        "".join(sorted(UNITS | NAMES | BEFORE_UNITS.get(char, ("", DATES))[1])),
    )
    for char in BY_USE
}
SWEEP = Sweep(find, inner=frozenset(LITERALS).union(BEFORE_UNITS, BY_USE), beside=BESIDE)
