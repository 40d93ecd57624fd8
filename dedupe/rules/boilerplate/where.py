"""Decide where boilerplate can stand: `var` and `<script>` belong in code, `tags:` in front matter, > in Markdown."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from dedupe.core import regex as re
from dedupe.rules.boilerplate.injected import HAN_CHARACTER
from dedupe.rules.boilerplate.shapes import CLOCK, DATE
from dedupe.rules.prose import ADDRESS, FENCE, FORMULA, FRONT_MATTER, HTML_TAG, Prose

# Readings and encoding damage count in any zone.
ANYWHERE = frozenset(("BP280", "BP289"))
JUDGED_CODES = frozenset(("BP290", "BP292"))
NOISE = "BP287"  # two backticks of noise are no code
ATTACHED = re.compile(r"\s{0,8}附(?!件?下载)(?:件|表|录)?\d?:?")
TOLD_FILE = re.compile("文件名|命名为|统一为|存[到为在]|改名|打开|例如|写作")
FILE_NAME, STRAY_ANGLE, TAGS, TIME = "BP242", "BP284", "BP282", "BP223"
WRITES, FENCED = "document.write(", frozenset((FENCE, FRONT_MATTER, FORMULA))
TIMES = re.compile(rf"^[^\S\n]*{DATE} {{0,3}}{CLOCK}[^\S\n]*$", re.MULTILINE)
# Rules for lines that lead on; in Markdown, a heading, a quotation or an inline link may do so, too.
LEADS_ON = frozenset(("BP225", "BP251", "BP252", "BP253", "BP257"))
# Rules for offers, and what a service says in its terms or a contract: 本站为用户提供 (this site provides users).
OFFERS = frozenset(("BP201", "BP202", "BP203", "BP204"))
SERVES = re.compile("[本网]站[为向](?:用户|客户|居民|村民|车主|商户|农户)提供(?!.{0,40}(?:小编|范文|整理|收集|精选))")
RIGHTS = frozenset(("BP231", "BP232"))
AGREED = re.compile("许可证|开源|代码|软件|甲方|乙方|双方|本合同|本协议|出版社")
ASKED = re.compile("侵权|转载|删除|联系|注明|本站|本网")
NAMED_TAG = re.compile(" ?(?:标签|元素|是(?:换行|分段|标题|段落)|表示|代表)")  # a text about HTML names tags
LINK, IMAGE = "](", re.compile(r"\[?!\[[^\]\n]*\]\(")
OPENED = re.compile(r"<([A-Za-z][A-Za-z\d]{0,9})(?=[\s>])(?![^<>\n]{0,400}/>)(?<!<br)(?<!<hr)(?<!<img)(?<!<input)")
CLOSED = re.compile(r"</([A-Za-z][A-Za-z\d]{0,9})>")
LAID_OUT, LEAST_SET = frozenset(("table", "tr", "td", "ul", "ol", "body", "html")), 3
NESTED = LAID_OUT | {"div"}
PARAGRAPHS = 5
ALIGNED = re.compile(r'<(?:p|div|h\d) align="?center"?>')  # Markdown pages centre their top so
NOTE = re.compile(r"[ 【\[(]*(?:编者按|编者注|编者的话|编后|编后记|作者按|译者按)[】\])]?[ :]?")
OFFERED = re.compile("小编|本站|本网|下载|范文|整理|收集|搜集|搜罗|精选|为大家|供参考|参考|希望|欢迎|带来|分享|拿去")


def can_stand(prose: Prose, text: str, code: str, start: int, end: int) -> bool:
    """True if boilerplate with this code can stand in a span of a folded text, given its prose map."""
    if code in ANYWHERE or (code == NOISE and not prose.overlaps(start, end, FENCED)):
        return True
    if _is_in_code(prose, text, start, end) or (code == TIME and _are_of_chat(text)):
        return False
    if code in OFFERS and SERVES.match(text, start, end):
        return False
    if code in RIGHTS:  # a licence or contract names an owner, but requests nothing
        before = re.split("[。!?\n]", text[max(0, start - 80) : start])[-1]
        return not AGREED.search(before + text[start:end]) or ASKED.search(text, start, end) is not None
    if code in JUDGED_CODES and _is_the_texts(prose, text, start):
        return False
    if code == FILE_NAME and (
        ATTACHED.match(text, text.rfind("\n", 0, start) + 1) or TOLD_FILE.search(text, start, end)
    ):
        return False  # 附件:1.报名表.docx (attachment: 1. entry form)
    if code == FILE_NAME:  # not the target of a Markdown link in a sentence or list item
        return not (LINK in text[start:end] and prose.overlaps(start, end, frozenset((ADDRESS,))))
    if code == STRAY_ANGLE:
        return not (prose.is_markdown and prose.block_at(start) == "quote")
    if code in LEADS_ON and prose.is_markdown:
        is_link = LINK in text[start:end] and prose.overlaps(start, end, frozenset((ADDRESS,)))
        return not is_link and prose.block_at(start) not in ("heading", "quote") and not text.startswith("**", start)
    return code != TAGS or not (prose.is_markdown or NAMED_TAG.match(text, end) or _means_tags(text))


@lru_cache(maxsize=2)
def _means_tags(text: str) -> bool:
    """True if a text is HTML source, or about it. Cached, for it is asked for each tag."""
    is_about = "标签" in text and ("HTML" in text or "属性" in text)
    return is_about or ALIGNED.search(text) is not None or _is_set(text)


def _is_in_code(prose: Prose, text: str, start: int, end: int) -> bool:
    """True if a span stands in code. What a page writes by a script that stands in no fence was left by the scraper."""
    return prose.overlaps(start, end, FENCED) if text.startswith(WRITES, start) else prose.is_machine(start, end)


@lru_cache(maxsize=2)
def _are_of_chat(text: str) -> bool:
    """True if a text has several different times alone on a line, as a chat log has; not behind a label."""
    times = (match for match in TIMES.finditer(text) if not text[: match.start()].rstrip().endswith((":", "\uff1a")))
    return len({match[0].strip() for match in times}) > 1


def _is_the_texts(prose: Prose, text: str, start: int) -> bool:
    """True if a judged line belongs to the text: a picture, a table row (which looks like a site's list), or an
    editor's note.
    """
    is_row = prose.is_markdown and prose.block_at(start) == "row"
    return is_row or IMAGE.match(text, start) is not None or _is_editors_note(text, start)


def _is_editors_note(text: str, start: int) -> bool:
    """True if a line is the note of a book's editor, which is part of the text; a site's editor makes an offer."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    return NOTE.match(text, line) is not None and not OFFERED.search(text, line, stop if stop >= 0 else len(text))


def _is_set(text: str) -> bool:
    """True if a text is HTML source: tables or blocks in which every open tag is closed.

    Many paragraphs count as well, even if the last one is cut off. Chinese prose in plain blocks was copied with them.
    """
    opened = Counter(name.lower() for name in OPENED.findall(text))
    closed = Counter(name.lower() for name in CLOSED.findall(text))
    said = HTML_TAG.sub("", text)
    if opened.keys().isdisjoint(LAID_OUT) and len(HAN_CHARACTER.findall(said)) * 2 >= len(said):
        return False
    if opened["p"] >= PARAGRAPHS and not closed - opened and (opened - closed).total() <= 1:
        return True
    return opened == closed and opened.total() >= LEAST_SET and not opened.keys().isdisjoint(NESTED)
