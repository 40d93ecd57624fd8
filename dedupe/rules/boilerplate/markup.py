"""Boilerplate rules for leftovers of scraping, and for titles and descriptions that a page repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.core.model import Span
from dedupe.rules.boilerplate.injected import NOISY, PARTING_BITS, find_interleaved, find_noise, find_signs
from dedupe.rules.boilerplate.lines import DESCRIPTION_TOP, SITE_NAME, TITLE_LENGTH, TITLE_LINES
from dedupe.rules.boilerplate.shapes import HAN, Table, any_of, row
from dedupe.rules.rule import Met, Sweep
from dedupe.text.lines import filled_lines
from dedupe.text.signs import ASCII, IN_CLAUSE, JAMMED, PARTED, SPELT, TOGETHER

# The title of a page of several essays ends in their count (五篇, five texts); the heading below often omits it.
COUNTED = re.compile(
    r"[ ,-]{0,2}[(\[【]?(?:精选|通用|合集|集锦|汇总|汇编|热门|优秀|最新|实用|推荐|必备|范文|模板|样本|锦集|大全|完整版"
    r"|共|荐){0,3}"
    r"(?:[\d一二三四五六七八九十两]{1,3}[篇份则][)\]】]?|(?<=[一-龥》)])\d{2,4}字(?:[以左][上右])?|(?<=[一-龥》]{4})范文)$"
)
COUNT_ENDS = ("篇", "份", "则", "字", "以上", "左右", "范文", ")", "]", "】")
# 二、格式: (2. Format:) introduces a form; 情况汇报如下: introduces a report, where a repeated title is the site's.
BRINGS_UP = re.compile(r"(?:(?<!如下)|(?:格式|式样|样式|范本|范例|模板|文本)如下):\s*$")
BODIES = ("公司", "集团", "委员会", "医院", "大学", "学院", "中学", "小学", "幼儿园", "人民政府", "协会")
SITE_JOIN = re.compile("[-_|—]")
SITE_TAIL = re.compile(r" ?[-_|—]{1,3} ?[^-_|—\n]{2,30}$")
SENTENCE_MARK = re.compile(r"[。;!?…]|\.{3}")
NO_TITLE = re.compile(
    r"[>»]|[,:]$|^(?:第?[一二三四五六七八九十\d]{1,3}[、.章节条步环]|\()"
    r"|(?:来源|作者|时间|日期|编辑|热度|浏览|点击|阅读) ?:|: ?(?:[^\w\s]{2}|[xX_]{2})"
)
SITE_SUFFIX = re.compile(
    rf"(?: ?[-_|–—]{{1,3}} ?{HAN}{{2,8}}){{0,3}} ?[-_|–—]{{1,3}} ?(?:{HAN}{{1,8}}(?:网|文库|网站|论坛|范文|大全|之家"
    rf"|资源|频道|在线|吧|博客|百科)"
    rf"|{HAN}{{0,4}}[A-Za-z\d]{{2,12}}\.(?:com|cn|net|org)(?:\.cn)?)$"
)
# What a site says of a text behind its title: 修渠总结【热门】.
TAG = re.compile(r"(?<=[一-龥])[【\[(](?:热门|推荐|精选|荐|精|精品|精华|必备|实用|最新|通用|热|优选|集合)[】\])]$")
TWO_HALVES = re.compile(r"([一-龥\d]+)[_|]([一-龥\d]+)")
SAID_TWICE = 4  # characters that both halves of a title share
# A name in Latin letters may be half of a title; it is the site's if a copyright notice on the page names it as owner.
LATIN_SUFFIX = re.compile(r" [|–—-] (?P<name>[A-Z][\w&'. -]{2,38})$")
OWNER_SIGNS = ("©", "opyright", "(c)", "(C)")
OWNER = r"(?:©|\([cC]\)|[Cc]opyright)[^\n]{0,24}"
# A description is the truncated beginning of the text: its head recurs within the next DESCRIPTION_LINES lines.
DESCRIPTION_HEAD = 16
DESCRIPTION_LINES = 6
DESCRIPTION_REACH = 1000
BROKEN_OFF = ("...", "…")

# Discuz, a forum program, hides noise between paragraphs, in pairs: an ASCII character up to ";", a blank, and one from
# "?" on. Scraping loses characters, so a pair may be only its blank and the last character.
PAIR = r"(?:[!-;] {1,2}| {1,2})[?-~]"
JAMMER_SEED = re.compile(rf" [?-~]{PAIR}{PAIR}{PAIR}")
JAMMER = re.compile(rf"(?:(?<![A-Za-z\d])[!-;]? ?|(?<![!-~]))[?-~](?:{PAIR}){{3,60}}(?![A-Za-z\d])")
JAMMER_KINDS = 3
JAMMER_SURE = 5

LONE_BRACKET = re.compile(r"[^\S\n]*(?P<span>[\])】》〉」』]{1,3})[^\S\n]*(?=\n|\Z)")
OPENING = dict(zip("])】》〉」』", "[(【《〈「『", strict=True))
OPEN_REACH = 200
CHINESE_LINE = re.compile(rf"[^\n]*{HAN}[^\n]*")


class Line(NamedTuple):
    """A line near the top of a page, without surrounding white space: its span and its text."""

    start: int
    end: int
    text: str


def find_at_top(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield descriptions, site names and titles in the first lines of a page, and repetitions of the title."""
    beginning = folded[:DESCRIPTION_REACH]
    if any(mark in beginning for mark in BROKEN_OFF):  # only the few pages that have one need more lines
        top = _top_lines(folded, DESCRIPTION_TOP + DESCRIPTION_LINES)
        yield from (("BP206", *span) for span in _descriptions(top))
    else:
        top = _top_lines(folded, TITLE_LINES)
    yield from (("BP263", *span) for span in _site_names(folded, top[:TITLE_LINES]))
    yield from _titles(folded, top[:TITLE_LINES])


def _top_lines(folded: str, count: int) -> list[Line]:
    found = [(start, folded[start:end].rstrip()) for start, end in filled_lines(folded, count)]
    return [Line(start, start + len(text), text) for start, text in found]


def _descriptions(top: list[Line]) -> Iterator[tuple[int, int]]:
    """Yield the page's description: a line that breaks off and whose beginning recurs a few lines below."""
    for number, line in enumerate(top[:DESCRIPTION_TOP]):
        if line.text.endswith(BROKEN_OFF) and len(line.text) > DESCRIPTION_HEAD:
            head = line.text[:DESCRIPTION_HEAD]
            if any(other.text.startswith(head) for other in top[number + 1 : number + DESCRIPTION_LINES]):
                yield line.start, line.end


def _site_names(folded: str, top: list[Line]) -> Iterator[tuple[int, int]]:
    """Yield the site's name behind the page's title, with the names of channels between them."""
    for line in top:
        if len(line.text) <= TITLE_LENGTH.stop + SITE_NAME and SITE_JOIN.search(line.text):
            match = SITE_SUFFIX.search(line.text, TITLE_LENGTH.start // 2) or _owner(folded, line.text)
            if match:
                yield line.start + match.start(), line.start + match.end()
            elif _is_said_twice(line.text):
                yield line.start, line.end
        tag = TAG.search(line.text) if line.text[-1] in "】])" else None
        if tag:
            yield line.start + tag.start(), line.end


def _is_said_twice(title: str) -> bool:
    """True if both halves of a title name the same thing for search engines: 修渠倡议书300字|修渠的倡议书."""
    halves = TWO_HALVES.fullmatch(title)
    if halves is None or not (len(halves[1]) in TITLE_LENGTH and len(halves[2]) in TITLE_LENGTH):
        return False
    return any(halves[2][at : at + SAID_TWICE] in halves[1] for at in range(len(halves[2]) - SAID_TWICE + 1))


def _owner(folded: str, title: str) -> re.Match[str] | None:
    """Find a site name in Latin letters behind a title, if a copyright notice on the page has that name."""
    match = LATIN_SUFFIX.search(title)
    if not any(sign in folded for sign in OWNER_SIGNS):
        return None
    return match if match and re.search(OWNER + re.escape(match["name"]), folded) else None


def _titles(folded: str, top: list[Line]) -> Iterator[tuple[str, int, int]]:
    """Yield the page's title if it counts the essays of the page, and each repetition of the title on its own line.

    The title is the first line with the shape of a title, above all sentences, without a site's name behind it. A
    title with a count (防汛总结五篇, five flood reports) belongs to no single essay, but is a title: its row is a note.
    """
    for line in top:
        text = line.text
        if len(text) > TITLE_LENGTH.stop + SITE_NAME or SENTENCE_MARK.search(text):
            return
        if NO_TITLE.search(text):
            continue
        title = SITE_TAIL.sub("", SITE_SUFFIX.sub("", text)) if SITE_JOIN.search(text) else text
        if len(title) in TITLE_LENGTH:
            counted = COUNTED.search(title, max(0, len(title) - 24)) if title.endswith(COUNT_ENDS) else None
            heading = title[: counted.start()] if counted else title
            if heading != title:
                yield "BP296", line.start, line.start + len(title)
            if title.endswith(BODIES):
                return  # the name of a firm is its signature, too
            again = _repetitions(folded, line.start, (title, heading), top[-1].end)
            yield from (("BP279", *span) for span in again)
            return


def _repetitions(folded: str, first: int, titles: tuple[str, str], top_end: int) -> Iterator[tuple[int, int]]:
    """Yield repetitions of the title and, near the top, of the title without its count of essays."""
    title, heading = titles
    if heading != title and len(heading) in TITLE_LENGTH:
        yield from _unless_brought_up(folded, _whole_lines(folded, heading, first + len(title), top_end))
    again = _whole_lines(folded, title, first + len(title), len(folded))
    yield from again if heading != title else _unless_brought_up(folded, again)


def _unless_brought_up(folded: str, lines: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Drop lines that the line before introduces, for a form that the page shows has its own title."""
    for start, end in lines:
        if not BRINGS_UP.search(folded[max(0, start - 20) : start]):
            yield start, end


def _whole_lines(folded: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = folded.find(text, start, end)
    while at >= 0:
        stop = at + len(text)
        before = folded[folded.rfind("\n", max(0, at - 20), at) + 1 : at] if at else ""
        after = folded[stop : stop + 20].partition("\n")[0]
        if not before.strip() and not after.strip():
            yield at, stop
        at = folded.find(text, stop, end)


def find_jammers(folded: str) -> Iterator[Span]:
    """Yield noise of single ASCII characters and blanks, hidden by forums; a list like ``A, B, C`` is no noise."""
    done = 0
    for seed in JAMMER_SEED.finditer(folded):
        starts = range(max(done, seed.start() - 2), seed.start() + 2) if seed.start() >= done else ()
        match = next(filter(None, (JAMMER.match(folded, start) for start in starts)), None)
        if match:
            done = match.end()
            if _is_noise(match[0]):
                yield Span(match.end() - len(match[0].lstrip()), match.end())


def _is_noise(run: str) -> bool:
    firsts = {run[i] for i in range(len(run) - 1) if run[i + 1] == " " and "!" <= run[i] <= ";"}
    marks = {char for char in run if not char.isalnum() and char != " "}
    return len(marks) >= (1 if len(firsts) >= JAMMER_SURE else 2) and len(firsts) >= JAMMER_KINDS


def find_lone_brackets(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    """Yield closing brackets alone on a line between Chinese lines, unless they close a bracket above.

    Between other lines they may be code.
    """
    for match in filter(None, (LONE_BRACKET.match(folded, start) for start in met.heads if start)):
        above = folded[max(0, match.start() - 1 - OPEN_REACH) : match.start() - 1]
        opening = OPENING[match["span"][0]]
        if above.count(opening) > above.count(match["span"][0]):
            continue
        before = above.rstrip().rpartition("\n")[2]
        after = folded[match.end() : match.end() + 40].lstrip().partition("\n")[0]
        if CHINESE_LINE.match(before) and (CHINESE_LINE.match(after) or not after):
            yield "BP285", *match.span("span")


def find_noises(folded: str, met: Met) -> Iterator[tuple[str, int, int]]:
    """Return noise of all kinds: code, start and end."""
    found = list[Span]()
    if met.signs & JAMMED:
        found += find_jammers(folded)
    if met.signs & ASCII and (met.signs & NOISY).bit_count() > 1:
        found += find_noise(folded)
    if met.signs & (PARTED | SPELT) and (met.signs & PARTING_BITS).bit_count() > 1:
        found += find_interleaved(folded)
    return (("BP287", span.start, span.end) for span in found)


# A template expression left unfilled: Angular, Smarty or a server page.
LEFT_OVER = (
    r"(?:\{\{[^{}\n]{1,80}?(?:'[^{}\n]{0,80}| \| ?\w[^{}\n]{0,60})\}\}|\{\$[\w.>\[\]'-]{1,40}\}|<%=[^%\n]{1,80}%>)"
)
SIGNS_IN_CLAUSES = Sweep(find_signs, signs=IN_CLAUSE | TOGETHER)
NOISES = Sweep(find_noises, signs=JAMMED | ASCII | PARTED | SPELT)
LONE_BRACKETS = Sweep(find_lone_brackets, heads=frozenset(OPENING))

# Rows of the sweep over lines; the other rows are searched in the whole text.
TABLE = Table(
    heads=(
        row(
            "BP288 script error",
            "is code of the page, not text",
            pattern=(
                r"^[^\S\n]*(?P<span>(?:document\.(?:write|getElement)|window\.[a-z]+ ?[=(]|\(?adsbygoogle|\$\(function"
                r"|var [\w$]{1,30} ?= ?|function ?\w{0,30}\([\w, ]{0,40}\) ?\{|BAIDU_CLB|\{/?dede:|\[!--)[^\n]*"
                rf"|{LEFT_OVER}(?:[ |_·–-]{{0,5}}{LEFT_OVER}){{0,9}})[^\S\n]*$"
            ),
            needs=any_of("document.|window.|adsbygoogle|(function|$(function|var |function|BAIDU|dede:|[!--|{{|{$|<%"),
            hits=(
                '«document.write("<ad>");»',
                "«var cpro_id = 'u1';»",
                "«{{ 'notice.text' | translate }}»\n一锅红烧肉",
            ),
            misses=("{{name}}", "the var was his", "document.", "他说明了 function 的意思"),
        ),
    ),
    anywhere=(
        row(
            "BP283 broken-tag error",
            "is left over from an HTML tag",
            pattern=rf"(?P<span>;<{{1,2}}/?>+|(?<={HAN})</?>|(?<=[。,;])</?>|</?>(?={HAN})|^[^\S\n]*</?>[^\S\n]*$)",
            needs=("<>", "</>"),
            hits=("一、防汛«;<>»", "抢险«<>»工作"),
            misses=("if a <> b then", "x <> 0"),
        ),
        row(
            "BP284 stray-angle error",
            "puts a stray > before a heading",
            pattern=(
                r"^[^\S\n]*(?P<span>>{1,3})(?=[^\S\n]{0,4}(?:[一二三四五六七八九十]{1,3}[、.]"
                r"|\([一二三四五六七八九十\d]{1,3}\)|第[一二三四五六七八九十\d]{1,3}[章节条篇部]|\d{1,2}[、.](?!\d)))"
            ),
            needs=(">",),
            hits=("  «>»一、加强值守", " «>» 二、抢险到位"),
            misses=("> 引用的一段话", "产量>2亿", ">=一、二"),
        ),
    ),
)

# Rows for the first lines of a page, which `find_at_top` finds.
TOP_ROWS = (
    row(
        "BP206 description error",
        "repeats how the text begins",
        hits=(
            "«今年全县共造林两千亩,比去年多一成,成活率也...»\n今年全县共造林两千亩,比去年多一成,成活率也高。",
            "造林总结\n编号:7\n«今年全县共造林两千亩,比去年多一成,成活率...»\n\n今年全县共造林两千亩,比去年多一成。",
        ),
        misses=("今年全县共造林两千亩,比去年多一成……\n明年再造两千亩,两年合计四千亩。",),
    ),
    row(
        "BP263 site-suffix error",
        "adds the site's name to a title",
        hits=(
            "县级防汛工作总结«_工作总结_青山范文网»",
            "护林员事迹材料« - 青山文库»",
            "护林员值班制度«【热门】»",
            "«爱护水渠倡议书300字|爱护水渠的倡议书»",
            "A Walk to the Weir« | Hillside Letters»\n\nWe set out early.\n\n© 2020 Hillside Letters",
        ),
        misses=(
            "关于建设互联网",
            "防汛值班表-水利局",
            "构建信息网,建设平安网",
            "护林员值班制度【试行】",
            "护林员_先进集体名单",
            "今年早做准备。\n构建平安-防汛网格网是目标",
            "Bread | A Short History\n\nIt began with a stone.\n\n© 2020 Hillside Letters",
        ),
    ),
    row(
        "BP296 collection-title note",
        "is the title of a page of several texts",
        hits=("«县级防汛工作总结范文三篇»\n\n防汛总结 篇1\n\n今年雨水多。",),
        misses=("县级防汛工作总结\n今年雨水多。", "今年雨水多,文章写了三篇。"),
    ),
    row(
        "BP279 title warning",
        "repeats the title of the page",
        hits=(
            "县级防汛工作总结范文三篇\n\n防汛总结 篇1\n\n今年雨水多。\n\n«县级防汛工作总结范文三篇»\n\n大家辛苦了。",
            "护林员老张的先进事迹\n\n«护林员老张的先进事迹»\n老张今年五十岁。",
            "护林员先进事迹材料三篇_先进事迹_青山文库\n«护林员先进事迹材料»\n老张今年五十岁。",
            "护林员先进事迹材料三篇-青山\n«护林员先进事迹材料»\n老张今年五十岁。",
            "县级防汛工作总结范文三篇\n今年雨水多,要求是:\n«县级防汛工作总结范文三篇»\n一、早做准备。",
            "县级防汛工作总结\n今年雨水多,情况汇报如下:\n«县级防汛工作总结»\n一、早做准备。",
        ),
        misses=(
            "护林员老张的先进事迹\n护林员老张的先进事迹感动了全县。",
            "今年好。\n今年好。",
            "工作总结\n一、防汛\n工作总结",
            "护林员聘用申请书\n写给林场。\n二、格式:\n护林员聘用申请书\n申请人:",
            "护林员聘用申请书\n写给林场。\n格式如下:\n护林员聘用申请书\n申请人:",
            "护林员:XXX(写明姓名)\n证人。\n护林员:XXX(写明姓名)\n到场。",
        ),
    ),
)

# A page that is protected plants emoji and particles, each behind a blank: 收拾妥当 \U0001f9f5, 出门 嗯,就走. Another
# kind of page plants emoji before stops, and its filter tears those made of several characters.
EMOJI = "(?:[\u2600-\u27bf\U0001f300-\U0001faff][\ufe0e\ufe0f\u200d]{0,2}){1,6}"
BEFORE_STOP = re.compile(rf"(?<=[一-龥\d]){EMOJI}(?:[♀♂]\ufe0f?)?(?=[,。、;:])")
TORN_EMOJI = re.compile(
    "[\U0001f3fb-\U0001f3ff][♀♂⚕⚖\U0001f9b0-\U0001f9b3]|[\U0001f468\U0001f469\U0001f9d1][♀♂⚖\U0001f9b0-\U0001f9b3]"
)
PLANTED_EMOJI = re.compile(
    rf"(?<=[一-龥,。!?:”]) (?:{EMOJI}|[呀嗯呢](?=[,。一-龥]))(?:, ?[呀嗯呢](?=[一-龥]))?|^(?:{EMOJI}|[呀嗯呢])$",
    re.MULTILINE,
)
PARTICLES, SIGNS_PLANTED = 2, 4


def find_emoji(folded: str) -> Iterator[Span]:
    """Yield emoji and particles planted in the clauses of a text: many, nearly all of them different."""
    found = list(PLANTED_EMOJI.finditer(folded))
    signs = [sign for match in found if (sign := match[0].strip(" ,呀嗯呢"))]
    if len(signs) >= SIGNS_PLANTED and len(set(signs)) * 4 >= len(signs) * 3 and len(found) - len(signs) >= PARTICLES:
        yield from (Span(*match.span()) for match in found)
    elif TORN_EMOJI.search(folded):
        stopped = list(BEFORE_STOP.finditer(folded))
        if len(stopped) > SIGNS_PLANTED and len({match[0] for match in stopped}) * 4 >= len(stopped) * 3:
            yield from (Span(*match.span()) for match in stopped)


ITEM = r"(?:\d{1,2}[.、)]|[-*•]) ?"
EDITS = re.compile(
    r"^[*#\s]{0,6}(?:修改|优化|改动|润色|调整)说明[*: ]{1,6}$"
    rf"(?P<items>(?:\n+[^\S\n]*{ITEM}[^\n]{{2,160}}){{1,12}})",
    re.MULTILINE,
)
CHANGED = re.compile(rf"{ITEM}(?:\*\*)?(?:将|把|补充|调整|删|增|优化|统一|修正|替换|改|润色|简化)[^\n]+")
EDITED = re.compile(
    r"^[*#\s]{0,6}(?:修改|优化|改动|润色|调整)说明[*]{0,2}:[* ]{0,3}(?:本次|主要|此次|已|对|将|调整|优化)[^\n]{4,200}$",
    re.MULTILINE,
)
EDITS_REACH = 4  # lines behind the list, such as buttons


def find_edits(folded: str) -> Iterator[Span]:
    """Yield the items of a list in which a writing machine says what it changed, at the end of a text."""
    yield from (Span(*match.span()) for match in EDITED.finditer(folded))
    for match in EDITS.finditer(folded):
        if folded.count("\n", match.end()) <= EDITS_REACH:
            yield from (Span(*item.span()) for item in CHANGED.finditer(folded, *match.span("items")))


LEFTOVERS = (
    row(
        "BP300 edit-note error",
        "says what a writing machine changed",
        find=find_edits,
        needs=("修改说明", "优化说明", "改动说明", "润色说明", "调整说明"),
        hits=("水渠绕着村子走。\n**修改说明:**\n«1. 调整了语序,使表达更凝练;»\n«2. 补充了结尾。»",),
        misses=("修改说明:本条无修改。", "修改说明:\n1. 第三条作了修改。\n渠\n长\n三\n里\n路\n。"),
    ),
    row(
        "BP299 planted-emoji warning",
        "is planted between words, as protected pages do",
        find=find_emoji,
        needs=(" 呀", " 嗯", " 呢", "♀", "♂", "⚖"),
        hits=(
            "渠«\U0001f9b7»,修到«\U0001f6a8»。山«\U0001f3fd♀\ufe0f»、水«\U0001f95e»。他«\U0001fac1»,说好«\U0001f6e9»。",
            "清早起身« \U0001f9f5»,« \U0001f6b4»收拾« 嗯»,走到渠边« \U0001fae0»看水« 呢»,坐下« \U0001f9d1»,歇脚。",
        ),
        misses=("今天真好 \U0001f600,我们去看渠 \U0001f600。他说 呀,下雨了 呢,走吧。",),
    ),
    row(
        "BP224 file-card error",
        "counts the letters and pages of a file",
        pattern=(
            r"^[^\S\n]*(?P<span>(?:[-•*·][^\S\n]?\d{1,7}(?:[^\S\n]*\n)+[^\S\n]*){1,4}"
            r"[-•*·][^\S\n]?约 ?\d[\d.]{0,6} ?[千万]?字"
            r"(?:(?:[^\S\n]*\n)+[^\S\n]*[-•*·][^\S\n]?约 ?\d{1,4} ?页)?|(?:[-•*·] ?)?\d{1,4}(?:\.\d{1,3})? ?[KM]B"
            r"|[\da-f]{24,40}\.(?:jpe?g|png|gif))[^\S\n]*$"
        ),
        needs=("千字", "万字", "KB", "MB", ".jp", ".png", ".gif"),
        hits=(
            "«- 12\n- 0\n- 约2.4千字\n- 约 5页»\n修渠总结",
            "修渠总结.doc\n«38.20 KB»",
            "渠修好了。\n«7c41de90ba2f583d6ee1ac72304b9f5e.jpg»",
        ),
        misses=("- 12\n- 约2.4千字的总结写了三天。", "约2千字"),
    ),
    row(
        "BP277 chapter-page warning",
        "says which page of a chapter it is",
        pattern=r"^[^\S\n]*第[^\n。]{1,40}(?P<span>[(]\d{1,2} ?/ ?\d{1,2}[)])[^\S\n]*$",
        needs=tuple(f"/{blank}{digit})" for blank in ("", " ") for digit in "23456789"),
        hits=("第八十七章 开闸放水(下)«(1/3)»\n水放下来了。",),
        misses=("第一组答对了(1/3)的题。", "比例(1/3)"),
    ),
    # Escaped angle brackets around a Chinese title belong to the text, so only escaped tags count.
    row(
        "BP281 entity error",
        "spells characters by their numbers",
        pattern=(
            r"(?:&am;[lg]t;/?|&(?:nbsp|quot|apos|[lr][ds]quo|hellip|[mn]dash|middot|bull|copy|reg|times|e[mn]sp|#\d{2,6}"
            r"|#[xX][\da-fA-F]{2,6});|&nbsp(?![a-z=])|&(?:ld|rd)quo(?![a-z=])|&lt;/?[A-Za-z][^&\n]{0,200}&gt;"
            r"|&amp;(?:[a-z]{2,6};)?)+|(?:\\u[0-9a-fA-F]{4}){2,}|(?<![!-+\--~])(?:%E[3-9](?:%[89AB][0-9A-F]){1,2}%?)+(?![!-+\--~])"
            r"|=\?[\w-]{2,20}\?[BbQq]\?[^?\s]{2,200}\?=|(?:=E[3-9](?:=[89AB][0-9A-F]){2})+|(?<=\n)=20(?=\n)"
            r"|_x[0-9A-F]{4}_|(?:x0d|x0a){2,}|\{\{ ?\$?t\([^(){}\n]{1,60}\) ?\}\}"
            r"|(?<=[\u3400-\u9fff,])#?(?:34|39|160);(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff,.。，、])(?:%20)+|(?<!20)(?:%20){1,40}(?=[\u3400-\u9fff])"
        ),
        needs=any_of("&|\\u|%E|%20|x0dx0a|=?|=E|=20|_x0|_x1|_x2|t('|t(\"|34;|39;|160;"),
        hits=(
            *("防汛«&nbsp;&nbsp;»抢险", "他说«&ldquo;»好", "值守«&lt;br/&gt;»", "«\\u6559\\u5802»门口"),
            *("球«%E7%90%83»在框上", "主题:«=?utf-8?B?5a625pu4?=»"),
            *("第一排«_x000D_»坐着", "船靠岸,\n«=20»\n人下来", "«=E6=B8=A0»"),
            "请示的含义«x0dx0ax0dx0a»请示就是问。",
            "门外«%E6%98%A5»天来了,«%E6%B0%»水满了。",
            "果树«39;»新品种,改造«#34;»旧的坡地",
            "渠长«%20»三里,CSV«%20%20»是一种格式。",
            "«{{ $t('NEWS_01') }}» 总务处",
        ),
        misses=("AT&T", "读完&lt;海的女儿&gt;以后", "?a=1&copy=2"),
    ),
    row(
        "BP282 tag warning",
        "is a tag of HTML or of a forum",
        pattern=(
            r"<\\?/?(?:p|br|em|div|span|font|strong|b|a|img|table|tbody|tr|td|script|style|o:p|center|h[1-6]|ul|li|iframe"
            r"|input|hr|P|BR|DIV|SPAN|FONT|TABLE|TR|TD|A|IMG|SCRIPT)(?:[ \t][^<>\n]{0,400})?/?>|<!--[^\n]{0,200}?-->"
            r"|\[(?P<what>attach|img|media|flash|audio|video)(?:=[^\]\n]{0,40})?\][^\[\]\n]{0,200}\[/(?P=what)\]"
            r"|<image>[^<>\n]{0,400}</image>|\[/(?:size|color|font|align|backcolor|b|i|u|url|quote|hide|list|table|td|tr|p|float|indent)\]"
            r"|\[(?:size|color|font|align|backcolor|url|quote|hide|list|float)(?:=[^\]\n]{1,80})\]"
        ),
        needs=any_of("<|[/|[size=|[color=|[font=|[align=|[backcolor=|[url=|[quote=|[hide=|[float="),
        hits=(
            "防汛«<br/>»抢险«</p>»",
            "家长您好!«<\\/p>»渠修好了。",
            "«<font color=red>»注意«</font>»",
            "«[size=3]»渠满了,«[/size]»人散了。",
            "照片:\n«[attach]20417[/attach]»\n他笑了。",
        ),
        misses=("a<b>c 中的 b 除外吗".replace("<b>", "< b >"), "<your name>", "x < p and q > y"),
    ),
)


def find_leftovers(folded: str, _: Met) -> Iterator[tuple[str, int, int]]:
    """Yield what the patterns of `LEFTOVERS` find in a text that has one of their literals: code, start and end."""
    for rule in LEFTOVERS:
        yield from ((rule.code, span.start, span.end) for span in rule.spans(folded))


LEFT = Sweep(find_leftovers, inner=frozenset(literal for rule in LEFTOVERS for literal in rule.literals))
MARKUP = (
    *(rule.swept(LEFT) for rule in LEFTOVERS),
    row(
        "BP285 lone-bracket warning",
        "has lost its other bracket",
        sweep=LONE_BRACKETS,
        hits=("今年雨水多。\n«】»\n明年要早做准备。",),
        misses=("print(\n)\nx = 1", "今年雨水多(七月尤甚)\n明年要早做准备。"),
    ),
    row(
        "BP286 injected-sign warning",
        "puts a sign inside a clause",
        sweep=SIGNS_IN_CLAUSES,
        hits=(
            "老梁在渠边守了半辈子,落下«`»一身毛病。",
            "误工«'»的天数由队里补足。",
            "渠边的树绿了,«`»孩子们提着水桶去浇。",
            "要改掉拖沓的«.»毛病,大家都要早做准备。今年雨水多。明年更多。",
            "他是村里最勤快的«.»护林员,天不亮就上山。今年雨水多。",
            "渠水«`*»漫上田埂«'»,老梁在堤上«..»守了«kT4»一夜。",
            "渠«~`»满了,«*»孩子们去看水。«5 k! R2»老梁不让«~»去。",
        ),
        misses=(
            "他在黑板上写了`水`字。",
            "这是'老把式'的话。",
            "他说,'今年雨水多'。",
            "总结如下.今年雨水多。明年再看。",
            "约翰.史密斯来访。他很高兴。",
            "这是可以的.我同意,你呢。好。好。",
            "水位*上涨,渠长*米。",
            "用pH试纸测水,mRNA不测。",
        ),
    ),
    row(
        "BP287 jammer error",
        "hides noise between paragraphs",
        sweep=NOISES,
        hits=(
            "今年雨水多。«6 T/ q: n( ?2 f% d»\n明年早做准备。",
            "«$ K8 W* r; z) @3 p»",
            "渠修好了。«5 {u# Q! b2 )w ;n»",
            "春天。\n«m4)R& k(7 D~»\n夏天。",
            "渠水很满,«看!好?书*上@渠»边网。",
            "渠水很满,«*渠*边*网*»漫上田埂。~",
        ),
        misses=(
            "A, B, C, D, E, F",
            "x + y - z = 4",
            "1. A 2. B 3. C 4. D",
            "I a m a b o y",
            "好!好!好!就这样办",
            "长*宽*高*重",
        ),
    ),
)
