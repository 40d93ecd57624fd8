"""The title of a text: its first line, if that is a title."""

from __future__ import annotations

import re
from typing import NamedTuple

LINES = 12  # first lines of a text, among which its title must stand
TITLE = 60  # most characters of a title; a longer line is text
# Title words that do not tell one title from another: Chinese numerals, and words for parts and editions.
NUMERALS = frozenset("一二三四五六七八九十百〇零之第篇章版号上中下甲乙丙丁")
HEAD = 3  # first lines of a text in which its version may stand
LINE = 100  # most characters of a line with a version; a longer line is text
_CLAUSE_RE = re.compile("[，。；：,;:]")
_ENDS = tuple("。！？!?；;，,")
# Matches 1.2, v3, Version 2, 2-Clause, MIT-0, but not the number of a section or an amount.
_VERSION_RE = re.compile(
    r"(?<![\w.,:/~\u2e80-\U0003ffff-])v?(\d{1,3}(?:\.\d{1,3}){1,3}[a-z]?)(?![\d.%％万亿元米级度倍分])"
    r"|\bv(?:ersion|er\.?|\.)?[ ]?(\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\b"
    r"|(?<![\w.-])(\d{1,2})-(?=[a-z])|(?<=[a-z]-)(\d{1,3})\b(?!-)",
    re.IGNORECASE | re.ASCII,
)
_SECTION_RE = re.compile(r"[#\s]*\d+(?:\.\d+)*[.、\s]")
_FIELD_RE = re.compile(r"title[ \t]*[:：][ \t]*(.*)", re.IGNORECASE)


def title_of(text: str) -> str:
    r"""Return the first line of a text that has letters, if it is a title, or the title in its front matter; else "".

    >>> title_of("---\nid: 3\ntitle: 服务拓扑\n---\n正文。"), title_of("\n# 节点接入\n正文。"), title_of("正文。")
    ('服务拓扑', '# 节点接入', '')
    """
    lines = text[: 8 * TITLE].split("\n", LINES)[:LINES]
    has_front = next((line for line in lines if line.strip()), "").strip() == "---"
    for line in lines:
        found = _FIELD_RE.match(line.strip()) if has_front else None
        if found:
            return found[1].strip(" \"'")
        is_title = not has_front and any(map(str.isalpha, line))
        if is_title:
            line = line.strip()
            return line if len(line) <= TITLE and not line.endswith(_ENDS) else ""
    return ""


class Heading(NamedTuple):
    """What a text is called, up to its version, and the versions it names, with 2.0 as 2."""

    text: str
    versions: frozenset[str]


def heading_of(text: str) -> Heading | None:
    r"""Return the first lines of a text up to one that names a version; None if none of them does.

    >>> heading_of("MOSS PUBLIC LICENSE\n\nVersion 2, June 1991\n\nThe licenses for most software")
    Heading(text='MOSS PUBLIC LICENSE Version 2, June 1991', versions=frozenset({'2'}))
    >>> heading_of("1.1 总则\n本合同适用于下列各方。")
    """
    lines = [line for line in map(str.strip, text[: 4 * LINE * HEAD].split("\n")) if line][:HEAD]
    for at, line in enumerate(lines):
        section = _SECTION_RE.match(line)
        is_short = len(line) <= LINE and not line.endswith(_ENDS)
        found = list(_VERSION_RE.finditer(line[: 2 * LINE], section.end() if section else 0))
        found = [match for match in found if is_short or _CLAUSE_RE.search(line, 0, match.end()) is None]
        if found:
            versions = frozenset(match[match.lastindex or 0].lower().removesuffix(".0") for match in found)
            return Heading(" ".join([*lines[:at], line if is_short else line[: found[-1].end()]]), versions)
        if not is_short:
            return None
    return None
