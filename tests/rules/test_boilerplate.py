"""Boilerplate on whole pages; single rows are tested from the table, in test_rules.py."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.core.model import Document, Kind, Severity
from dedupe.rules.boilerplate.markup import find_jammers
from dedupe.rules.boilerplate.table import CHROME, LINES, edge_limits, link_list
from dedupe.rules.scan import scan

PAGES = Path(__file__).parents[1] / "cases" / "chrome.jsonl"
BODY = "今年全镇共修水渠十二公里,清淤三万方,改善灌溉面积四千亩,群众都说水通了心也通了。\n" * 14


def marked(text: str) -> str:
    """The text with «» around its findings, but for notes."""
    findings = [one for one in scan(Document("page.txt", text), CHROME) if one.severity is not Severity.NOTE]
    assert all(finding.kind is Kind.BOILERPLATE for finding in findings)
    for finding in reversed(findings):
        text = f"{text[: finding.start]}«{text[finding.start : finding.end]}»{text[finding.end :]}"
    return text


def cases() -> list[object]:
    rows = [json.loads(line) for line in PAGES.read_text(encoding="utf-8").splitlines()]
    return [pytest.param(row["marked"], id=row["comment"]) for row in rows]


@pytest.mark.parametrize("expected", cases())
def test_page_gives_exactly_its_chrome(expected: str) -> None:
    assert marked(expected.replace("«", "").replace("»", "")) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "下面是我的工作总结,汇报如下。",
        "下面我代表水利站向大家汇报今年的工作。",
        "以上是我的述职,请各位领导批评指正。",
        "这份材料的来源是镇档案室,下载以后要逐条核对。",
        "我们制作了二维码,群众扫一扫就能反映问题。",
        "本站共有职工八人,为全镇牲畜防疫提供服务。",
        "网站要按时更新,版权问题要请示领导。",
        "请大家点击鼠标,打开文档,把数据填好。",
        "更多的群众参加进来,渠道更宽了。",
        "他在首页写下了自己的名字。",
        "收藏家把这些字画分享给乡亲。",
        "作者通过一条水渠写出了时代的变迁。",
    ],
)
def test_sentence_of_an_essay_is_no_chrome(sentence: str) -> None:
    assert marked(sentence) == sentence
    assert marked(BODY + sentence + "\n" + BODY) == BODY + sentence + "\n" + BODY


def test_byline_counts_only_at_the_edge() -> None:
    line = "作者:周小满\n"
    assert marked(line + BODY).startswith("«作者:周小满»")
    assert marked(BODY + line + BODY) == BODY + line + BODY


def test_introduction_takes_its_paragraph_at_the_top_and_its_sentence_elsewhere() -> None:
    intro = "水渠修好了。下面是小编整理的修渠总结,欢迎阅读!"
    assert marked(intro + "\n" + BODY).startswith(f"«{intro}»")
    assert "水渠修好了。«下面是小编整理的修渠总结,欢迎阅读!»" in marked(BODY + intro + "\n" + BODY)


def test_link_list_runs_to_the_end_or_is_none() -> None:
    assert link_list("相关推荐\n修渠总结\n水站计划\n", 4) == {5: 9, 10: 14}
    assert link_list("相关推荐\n修渠总结\n水通了。\n", 4) == {}


def test_row_that_knows_a_line_goes_before_the_list_that_it_stands_in() -> None:
    findings = scan(Document("page.txt", BODY + "相关推荐\n修渠总结\n宏图棋牌官网下载\n水站计划\n"), CHROME)
    assert [finding.code for finding in findings] == ["BP251", "BP254", "BP262", "BP254"]


@pytest.mark.parametrize(
    "opener",
    [
        "今年我镇修渠十二公里。",
        "本人在水站工作。",
        "十七户人家用上了清水。现将全年工作总结如下。",
        "渠修通那天下着雨。他对我说,水来了。",
    ],
)
def test_introduction_takes_no_sentence_of_an_author(opener: str) -> None:
    offer = "今天小编给大家带来了更多修渠总结,一起来看看吧!"
    assert marked(f"{opener}{offer}\n{BODY}") == f"{opener}«{offer}»\n{BODY}"


@pytest.mark.parametrize("opener", ["怎样写好修渠总结呢?", "我们都要写总结,大家是不是觉得很难?", "水到渠成,总结先行。"])
def test_introduction_takes_what_could_stand_before_any_text(opener: str) -> None:
    offer = "以下是小编为大家整理的修渠总结,欢迎阅读!"
    assert marked(f"{opener}{offer}\n{BODY}") == f"«{opener}{offer}»\n{BODY}"


def test_noise_is_found_whatever_the_dice_gave() -> None:
    dice = random.Random(5)
    found = 0
    for _ in range(300):
        pairs = (chr(dice.randint(33, 59)) + " " + chr(dice.randint(63, 126)) for _ in range(dice.randint(8, 14)))
        noise = "".join(pairs)
        spans = list(find_jammers(f"渠水清清。\n{noise}\n苗儿青青。"))
        found += [(span.start, span.end) for span in spans] == [(6, 6 + len(noise))]
    assert found >= 297  # what is all figures and letters could be a list of options


def test_edges_of_a_page_with_long_gaps() -> None:
    text = "一\n" + "\n" * 9000 + "二\n" * 40 + "三"
    top, bottom = edge_limits(text)
    assert text[:top].split() == ["一", *"二" * 11]
    assert text[bottom:].split() == [*"二" * 11, "三"]


def test_no_alternative_stands_beside_the_line_start_of_a_pattern() -> None:
    for rule in LINES.rules:
        outer, depth = rule.pattern.replace("\\[", "").replace("\\]", "").replace("\\(", "").replace("\\)", ""), -1
        while len(outer) != depth:
            depth = len(outer)
            outer = re.sub(r"\([^()]*\)", "", re.sub(r"\[[^\]]*\]", "", outer))
        assert not rule.begins_line or "|" not in outer, rule.code


def test_no_search_hides_the_literal_of_another_row() -> None:
    for rule in LINES.rules:
        for hit in rule.hits:
            document = Document("page.txt", hit.replace("«", "").replace("»", ""))
            assert rule.code in {finding.code for finding in scan(document, [replace(rule, sweep=LINES.sweep)])}, hit


@given(st.text(alphabet="首页>来源:小编下载&;<> \n\r\u3000\xa0-_|。6M/(a1年【】", max_size=200))
def test_findings_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    findings = scan(Document("page.txt", text), CHROME)
    assert all(text[f.start : f.end] == f.text and f.text for f in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))
