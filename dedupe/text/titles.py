"""The title of a text: its first line, if that is one."""

from __future__ import annotations

import re

LINES = 12  # of a text, among which its title must stand
TITLE = 60  # characters; a longer line is text
# What comes and goes in titles: numerals of Chinese, and the words for parts and editions.
NUMERALS = frozenset("一二三四五六七八九十百〇零之第篇章版号上中下甲乙丙丁")
_FIELD_RE = re.compile(r"title[ \t]*[:：][ \t]*(.*)", re.IGNORECASE)


def title_of(text: str) -> str:
    r"""The first line of a text that has letters, or the title that its front matter gives.

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
            return line if len(line) <= TITLE and not line.endswith(tuple("。！？!?；;，,")) else ""
    return ""
