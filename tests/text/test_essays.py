from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.text.essays import Essay, split

PROSE = "这一周班里的同学轮流打扫走廊，值日表贴在门后，谁忘了就由组长提醒一声。大家渐渐养成了习惯。" * 4
SECTIONS = ("一、做过的事", "（一）打扫走廊", "1、擦窗", "二、还差什么", "三、接下来怎么办")


def page(*headings: str, inside: tuple[str, ...] = ()) -> str:
    """Headings with prose under each, and under that the same sections with prose in every essay."""
    return "".join(f"{line}\n{PROSE}\n" for heading in headings for line in (heading, *inside))


def titles(text: str) -> list[str]:
    return [essay.title for essay in split(text)]


SERIES = [
    ("篇1", "篇2", "篇3"),
    ("篇１", "篇２"),
    ("篇一：走廊", "篇二：操场", "篇三：食堂"),
    ("篇1：谁来打扫？", "篇2：为什么是我？"),
    ("篇一：早起扫地，人人动手，天天干净", "篇二：放学关窗，个个记得"),
    ("第一篇 走廊 800字", "第二篇 操场 650字"),
    ("第1篇：", "第2篇：", "第3篇："),
    ("第一篇范文", "第二篇范文"),
    ("值日小结第1篇", "值日小结第2篇"),
    ("值日小结 篇1", "值日小结 篇2"),
    ("值日小结（篇1）", "值日小结（篇2）"),
    ("值日小结 篇1（600字）", "值日小结 篇2（约750字）"),
    ("【篇1】值日小结", "【篇2】值日小结"),
    ("【第1篇】走廊", "【第2篇】操场"),
    ("(精选篇1)", "(精选篇2)"),
    ("最新值日小结 精选篇一", "热门值日小结 精选篇二"),
    ("作文篇1：我的走廊", "作文篇2：我的操场"),
    ("三等奖作文 篇一", "二等奖作文 篇二", "一等奖作文 篇三"),
    ("范文一", "范文二", "范文三"),
    ("范文1：走廊", "范文2：操场"),
    ("值日小结范文（一）", "值日小结范文（二）"),
    ("模板1", "模板2"),
    ("值日小结1", "值日小结2", "值日小结3"),
    ("值日小结一", "值日小结二"),
    ("值日小结 1", "值日小结 2"),
    ("值日小结（一）", "值日小结（二）"),
    ("值日小结（1)", "值日小结(2）"),
    ("值日小结①", "值日小结②"),
    ("保证书1", "保证书2"),
    ("家长会发言2023（一）", "家长会发言2023（二）"),
    ("组长小结（一）", "班长小结（二）", "老师小结（三）"),
    ("(1) 值日小结", "(2) 值日小结"),
    ("1、值日小结", "2、值日小结", "3、值日小结"),
    ("## 值日小结 1", "## 值日小结 2"),
    ("**篇1：走廊**", "**篇2：操场**"),
    ("<h2>值日小结 篇1</h2>", "<h2>值日小结 篇2</h2>"),
    ("★篇一★ 走廊", "★篇二★ 操场"),
    ("　　篇1　走廊", "　　篇2　操场"),
    ("Sample 1", "Sample 2", "Sample 3"),
    ("Sample Essay 1: My Street", "Sample Essay 2: A Long Walk"),
    ("Thank-you Note (1)", "Thank-you Note (2)", "Thank-you Note (3)"),
    tuple(f"通用值日心得{number}" for number in range(1, 13)),
    tuple(f"值日心得（{number}）" for number in (*"一二三四五六七八九十", "十一", "十二")),
    ("篇1", "篇2", "篇4", "篇5"),
]


@pytest.mark.parametrize("headings", SERIES, ids="|".join)
@pytest.mark.parametrize("inside", [(), SECTIONS], ids=["plain", "with sections"])
def test_a_series_of_headings_is_found(headings: tuple[str, ...], inside: tuple[str, ...]) -> None:
    text = page(*headings, inside=inside)
    essays = split(f"值日小结大全\n\n本页有几份小结，供大家看看。\n{text}")
    assert [essay.number for essay in essays] == list(range(1, len(headings) + 1))
    assert [essay.title.strip("　 #*<>/h2★") for essay in essays] == [h.strip("　 #*<>/h2★") for h in headings]


@pytest.mark.parametrize(
    "headings",
    [
        ("一、走廊", "二、操场", "三、食堂"),
        ("（一）走廊", "（二）操场", "（三）食堂"),
        ("1. 走廊", "2. 操场", "3. 食堂"),
        ("1.1 走廊", "1.2 操场"),
        ("第一，扫走廊", "第二，扫操场"),
        ("第一章 走廊", "第二章 操场"),
        ("第一部分 走廊", "第二部分 操场"),
        ("第一条 为了干净", "第二条 人人有份"),
        ("第一天", "第二天", "第三天"),
        ("篇章一", "篇章二"),
        ("图1", "图2", "图3"),
        ("附件1：名单", "附件2：分工"),
        ("步骤一：洒水", "步骤二：扫地"),
        ("活动一：分组", "活动二：比赛"),
        ("方法一", "方法二", "方法三"),
        ("改进措施一", "改进措施二"),
        ("答案1", "答案2"),
        ("星期一", "星期二", "星期三"),
        ("初一", "初二", "初三"),
        ("一", "二", "三"),
        ("3月1日", "3月2日", "3月3日"),
        ("Article 1", "Article 2", "Article 3"),
        ("Chapter 1", "Chapter 2"),
        ("值日小结2", "值日小结3"),
        ("值日小结2022", "值日小结2023"),
        ("值日小结三篇", "值日小结四篇"),
        ("第1篇写了走廊，操场，食堂，", "第2篇写了窗户，黑板，讲台，"),
        ("我写了第一篇小结，交给了组长。", "第二篇小结写得更快。"),
    ],
    ids="|".join,
)
def test_what_else_is_numbered_is_left_alone(headings: tuple[str, ...]) -> None:
    assert titles("值日小结\n" + page(*headings)) == ["值日小结"]


def test_spans_run_from_heading_to_last_line() -> None:
    text = f"大全\r\n\r\n　　小结（一）\r\n{PROSE}\r\n二〇二三年\r\n\r\n　　小结（二）\r\n{PROSE}\r\n\r\n\r\n"
    first, second = split(text)
    assert text[first.start : first.end] == f"小结（一）\r\n{PROSE}\r\n二〇二三年"
    assert text[second.start : second.end] == f"小结（二）\r\n{PROSE}"


def test_a_table_of_contents_is_no_series() -> None:
    headings = ("篇1 走廊", "篇2 操场", "篇3 食堂")
    text = "目录\n" + "\n".join(headings) + "\n" + page(*headings)
    assert [(e.title, e.end - e.start > len(PROSE)) for e in split(text)] == [(h, True) for h in headings]


def test_numbers_may_start_again() -> None:
    headings = ["扫地小结 篇1", "扫地小结 篇2", "关窗计划 篇1", "关窗计划 篇2"]
    assert titles(page(*headings)) == headings
    headings = ["扫地小结1", "扫地小结2", "扫地小结3", "关窗计划1", "关窗计划2"]
    assert titles(page(*headings)) == headings


def test_a_series_inside_an_essay_does_not_cut_it() -> None:
    headings = ["第一篇 小结", "第二篇 计划"]
    assert titles(page(*headings, inside=("范文1", "范文2"))) == headings


def test_a_heading_that_comes_twice_starts_one_essay() -> None:
    assert titles(page("篇1\n篇1", "篇2\n篇2")) == ["篇1", "篇2"]


def test_the_essay_of_a_lost_first_heading_starts_with_the_page() -> None:
    assert titles(f"我的走廊\n{PROSE}\n{page('小结 篇2', '小结 篇3')}") == ["我的走廊", "小结 篇2", "小结 篇3"]
    assert titles(f"小结大全\n{page('小结 篇2', '小结 篇3')}") == ["小结 篇2", "小结 篇3"]


def test_sections_of_the_same_words_in_two_essays_are_no_series() -> None:
    assert len(split(page("一、打扫走廊", "二、还差什么") + page("一、人手安排", "二、打扫走廊"))) == 1


def test_chrome_around_the_essays_is_left_out() -> None:
    body = page("小结 篇1", "小结 篇2").rstrip()
    text = f"首页 > 小结 > 正文\n发布时间：2023-05-06\n{body}\n相关推荐\n小结 篇3\n小结 篇4\n网站地图\n"
    essays = split(text)
    assert len(essays) == 2
    assert text[essays[0].start : essays[-1].end] == body


@pytest.mark.parametrize("last", ["值日组长", "2023年5月6日", "此致"])
def test_a_signature_belongs_to_the_essay(last: str) -> None:
    text = f"我的走廊\n{PROSE}\n{last}\n点击下载文档\n网站地图"
    (essay,) = split(text)
    assert text[essay.start : essay.end] == f"我的走廊\n{PROSE}\n{last}"


@pytest.mark.parametrize(
    ("first", "title"), [("我的走廊", "我的走廊"), ("# 我的走廊", "我的走廊"), (PROSE, ""), ("你好：", "")]
)
def test_a_page_without_a_series_is_one_essay(first: str, title: str) -> None:
    text = f"\n  {first}\n{PROSE}\n"
    assert split(text) == [Essay(1, title, 3, len(text) - 1)]


@pytest.mark.parametrize("text", ["", "\n \r\n\u3000", "下载\n网站地图"])
def test_a_page_without_text_has_no_essay(text: str) -> None:
    assert split(text) == []


PIECES = ["篇1", "篇2", "第一篇", "小结（一）", "小结（二）", "(1) 值日小结", "(2) 值日小结", "下载", "好", PROSE, "\r"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20).map("\n".join))
def test_essays_are_in_order_and_inside_the_page(text: str) -> None:
    essays = split(text)
    places = [place for essay in essays for place in (essay.start, essay.end)]
    assert places == sorted(places)
    assert [essay.number for essay in essays] == list(range(1, len(essays) + 1))
    for essay in essays:
        body = text[essay.start : essay.end]
        assert body == body.strip() != ""
        assert essay.title in text
