"""Which texts can fill a slot: texts of the slot's kind that are not marks themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dedupe.core.model import Finding
from dedupe.text import marks

FIGURES = frozenset(("year", "date", "number", "ordinal"))
# What kind of text each hole rule misses; the slot of such a finding only says that it is a hole.
HOLES = {"PH121": "date", "PH122": "number", "PH123": "range", "PH124": "word"}
HOLE = "elided"

_NUMERALS = "零〇一二三四五六七八九十百千万亿两"
_YEAR = r"(?:19|20)\d\d|[零〇一二三四五六七八九]{4}"
_DAY = rf"\d{{1,2}}|[{_NUMERALS}]{{1,3}}"
_WORDS = r"(?:[^\W\d_]|[·、“”《》()\- ])"
SHAPES: Mapping[str, re.Pattern[str]] = {
    "year": re.compile(_YEAR),
    # 月日 (month, day) with both figures gone takes 5月12, and 年月日 (year, month, day) takes 2019年5月12.
    "date": re.compile(rf"(?:(?:{_YEAR})年)?(?:{_DAY})(?:月(?:{_DAY}))?"),
    "number": re.compile(rf"\d+(?:[.,:]\d+)*[百千万亿]{{0,2}}|[{_NUMERALS}]{{1,6}}"),
    "ordinal": re.compile(rf"\d{{1,3}}|[{_NUMERALS}]{{1,4}}"),
    "name": re.compile(rf"{_WORDS}*[^\W\d_]{_WORDS}*"),
    "word": re.compile(r"[^\W\d_]{1,8}"),
    "range": re.compile(r"[^。!?;\r\n]{1,40}"),
}
_NUMERAL_RE = re.compile(rf"[\d{_NUMERALS}]+")
_MARK_RE = re.compile(marks.PATTERN)
_LONGEST_NAME = 24
_MOST: Mapping[str, int] = {"月": 12, "日": 31, "号": 31, "时": 24}


def slot_of(finding: Finding) -> str:
    """Return the slot of a mark, or the kind of text that a hole misses."""
    return HOLES.get(finding.code, "name") if finding.slot == HOLE else finding.slot or "name"


def fits(slot: str, text: str, after: str) -> bool:
    """True if a text, widths folded, can stand in a slot that is followed by `after`.

    >>> fits("year", "2019", "年春"), fits("year", "19", "年春"), fits("date", "13", "月底"), fits("name", "30", "街道")
    (True, False, False, False)
    """
    if not SHAPES.get(slot, SHAPES["name"]).fullmatch(text) or _MARK_RE.search(text):
        return False
    check = _CHECKS.get(slot)
    return check is None or check(text, after)


def _is_name(text: str, _: str) -> bool:
    return len(text) <= _LONGEST_NAME and not _NUMERAL_RE.fullmatch(text)


def _is_date(text: str, after: str) -> bool:
    return not text.isdecimal() or 1 <= int(text) <= _MOST.get(after[:1], 31)


_CHECKS: Mapping[str, Callable[[str, str], bool]] = {"name": _is_name, "date": _is_date}
