"""The alphabet of marks: shapes by their names in Unicode, and one for rules, skeletons, repairs and cuts."""

from __future__ import annotations

import re
import unicodedata

import pytest

from dedupe.copies.fills import fits
from dedupe.copies.skeletons import tokenize
from dedupe.text import marks
from dedupe.text.match import SLOT, tokens_of

NAMED = {
    "○": "CIRCLE|BULLET|BULLSEYE|IEUNG|CIRCLED",
    "□": "SQUARE|BOX|RECTANGLE|MIEUM|56D7|GETA",
    "△": "TRIANGLE|INCREMENT",
}
EVERY = [char for plain in marks.FIRM for char in marks.SHAPES[plain]]


@pytest.mark.parametrize("shape", NAMED)
def test_a_shape_holds_what_unicode_calls_so(shape: str) -> None:
    names = {char: unicodedata.name(char) for char in marks.SHAPES[shape]}
    assert [char for char, name in names.items() if not re.search(NAMED[shape], name)] == []


def test_a_character_has_one_shape_and_that_is_a_member_of_itself() -> None:
    assert len(marks.PLAIN) == sum(map(len, marks.SHAPES.values()))
    assert all(plain in members for plain, members in marks.SHAPES.items())


def test_a_plain_text_is_as_long_as_its_source() -> None:
    text = "".join(marks.PLAIN)
    assert len(marks.plain(text)) == len(text)
    assert set(marks.plain(text)) == set(marks.SHAPES)


@pytest.mark.parametrize("mark", sorted(set(marks.MARKS)))
def test_every_mark_leaves_the_skeleton_the_repair_and_the_fills(mark: str) -> None:
    text = f"投入{mark * 2}万元"
    assert "".join(map(chr, tokenize([text]).ids)) == "投入万元"
    assert tokens_of(text).code.replace(SLOT, "#") == "投入#万元"
    assert not fits("name", f"赵{mark * 2}", "")
