"""What may leave the middle of a text: nothing that would tear a sequence, a block of code or a form."""

from __future__ import annotations

import pytest

from dedupe.cleaning.parts import PASSAGE, is_part
from dedupe.text.titles import title_of
from tests.corpora import essay

BEFORE, PART, BEHIND = essay(1), essay(2), essay(3)


def can_leave(before: str, part: str, behind: str) -> bool:
    return is_part(before + part + behind, len(before), len(before) + len(part))


@pytest.mark.parametrize(
    ("before", "part", "behind", "can"),
    [
        (f"{BEFORE}\n", PART, f"\n{BEHIND}", True),
        (f"{BEFORE}\n", PART[:180], f"\n{BEHIND}", False),
        (f"一、缘起\n{BEFORE}\n", f"二、经过\n{PART}", f"\n三、结果\n{BEHIND}", False),
        (f"一、缘起\n{BEFORE}\n", f"二、经过\n{PART}", "\n", False),
        ("", f"一、经过\n{PART}", f"\n二、结果\n{BEHIND}", False),
        (f"三、缘起\n{BEFORE}\n", f"一、经过\n{PART}\n二、结果\n{BEHIND}", f"\n一、缘起\n{BEFORE}", True),  # whole
        (f"第1条　缘起\n{BEFORE}\n", f"第2条　经过\n{PART}", f"\n第3条　结果\n{BEHIND}", False),
        (f"## 2.1 起\n{BEFORE}\n", f"## 2.2 承\n{PART}", f"\n## 2.3 转\n{BEHIND}", False),
        (f"{BEFORE}\n```\n", PART, f"\n```\n{BEHIND}", False),
        (f"{BEFORE}\n", f"```\n{PART}", f"\n```\n{BEHIND}", False),
        (f"{BEFORE}\n", f"```\n{PART}\n```", f"\n{BEHIND}", True),
        (f"{BEFORE}\n", "│　　　│姓名│　＿＿＿＿│\n" * 40, f"\n{BEHIND}", False),
        (f"{BEFORE}\n", "kubectl apply --filename deployment-of-a-rather-long-name.yaml\n" * 6, f"\n{BEHIND}", False),
        ("", f"修路记\n{PART}", f"\n{BEHIND}", False),  # what stays would have no title
        ("", f"修路记\n{PART}", "\n", True),
    ],
)
def test_a_part_leaves_only_where_a_text_stays(before: str, part: str, behind: str, can: bool) -> None:
    assert can_leave(before, part, behind) is can


@pytest.mark.parametrize("length", [PASSAGE - 1, PASSAGE])
def test_a_part_has_a_least_length(length: int) -> None:
    assert can_leave(f"{BEFORE}\n", "字" * length, f"\n{BEHIND}") is (length == PASSAGE)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n修路记\n正文在后面。", "修路记"),
        ("　　这是正文，没有题目。\n第二行", ""),
        ('---\n\nid: road\ntitle: "修路记"\n---\n正文', "修路记"),
        ("---\nid: road\n---\n正文", ""),
        ("12.\n***\n修路记", "修路记"),
        ("长" * 61, ""),
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_or_what_front_matter_says(text: str, title: str) -> None:
    assert title_of(text) == title
