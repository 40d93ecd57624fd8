"""Where prose is: code, addresses and front matter mapped, and emphasis told from marks."""

from __future__ import annotations

import pytest

from dedupe.rules.prose import ADDRESS, CODE, FENCE, FORMULA, FRONT_MATTER, RULE, TAG, Prose
from dedupe.text.batch import fold


def shown(text: str) -> str:
    """The text with the signs of its emphasis in braces."""
    drawn = text
    for zone in reversed(Prose(fold(text)).emphasis):
        drawn = f"{drawn[: zone.start]}{{{drawn[zone.start : zone.end]}}}{drawn[zone.end :]}"
    return drawn


@pytest.mark.parametrize(
    "text",
    [
        "{**}后勤科{**}管采买，菜价{**}下降8%{**}。",
        "这是{*}医院{*}的规矩",
        "太{**}卷{**}了",
        "{**}总结：{**}今年不错，比去年多收{**}9筐{**}。",
        "坚持{**}“两条腿”{**}走路",
        "他在**乡**村住过，认识**县{**}邮局{**}的人",
        "种了**亩茶，卖了{**}3万元{**}，账由**记",
        "*公司*经理到场",
        "20**年*月*日",
        "{**}2. 缓存数据的目录 {**}",
        "{**} 如何恢复{**}",
        "* 一条\n* 两条",
        "{__}小标题{__}，正文",
        "__县__乡有__人",
        "甲方____与乙方____",
        "\\*不是\\*",
    ],
)
def test_emphasis_is_told_from_marks(text: str) -> None:
    assert shown(text.replace("{", "").replace("}", "")) == text


@pytest.mark.parametrize(
    ("text", "kind", "zone"),
    [
        ("---\ntitle: 秋\n---\n正文", FRONT_MATTER, "---\ntitle: 秋\n---"),
        ("看\n```python\nx = 1\n```\n完", CODE, "```python\nx = 1\n```"),
        ("看\n```\n今借到__元。\n```\n完", FENCE, "```"),
        ("用`a**b`算", CODE, "`a**b`"),
        ("即$x^2$也", FORMULA, "$x^2$"),
        ("见http://a.cn/x_y。", ADDRESS, "http://a.cn/x_y"),
        ("信箱***@mail.cn", ADDRESS, "***@mail.cn"),
        ("在10.0.x.x网段", ADDRESS, "10.0.x.x"),
        ("[表](a_b.pdf)", ADDRESS, "(a_b.pdf)"),
        ("<p align='x'>雨", TAG, "<p align='x'>"),
        ("|甲|乙|\n|---|---|\n|1|2|", RULE, "|---|---|"),
        ("上\n* * *\n下", RULE, "* * *"),
    ],
)
def test_what_is_no_prose_is_a_zone(text: str, kind: str, zone: str) -> None:
    folded = fold(text)
    start, end, of = Prose(folded).zones[0]
    assert (folded[start:end], of) == (zone, kind)


@pytest.mark.parametrize(
    "text", ["落下`一身毛病，他蹲`在地上", "付$____与$____", "我叫<your name>", "<学校名称>", "分数 3/4", "一行---两行"]
)
def test_prose_with_stray_signs_is_prose(text: str) -> None:
    assert not Prose(fold(text)).zones


def test_a_fence_without_a_language_that_holds_a_letter_is_prose_but_code_is_not() -> None:
    letter, code = "```\n申请人:__\n日期:__年__月__日\n```", "```\nfor x in y:\n    print(x)  # 打印\n```"
    assert Prose(letter).is_prose(letter.index("申"))
    assert not Prose(letter).is_machine(letter.index("申"))
    assert Prose(code).is_machine(code.index("打"))
