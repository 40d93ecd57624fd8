"""Blanks left as space and figures that are gone, beside good text that is set with spaces."""

from __future__ import annotations

import pytest

from dedupe.core.model import Document, Kind
from dedupe.rules import RULES
from dedupe.rules.scan import Scanner

SCANNER = Scanner([rule for table in RULES for rule in table if rule.kind is Kind.PLACEHOLDER])
HOLES = {"PH108", "PH121", "PH122", "PH123", "PH124", "PH125"}


def codes(text: str) -> list[str]:
    return [finding.code for finding in SCANNER.scan(Document("a.txt", text)) if finding.code in HOLES]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("船长  米，载重  吨。", ["PH125", "PH125"]),
        ("乙方于收货后 日内付款，逾期按日 %计息。", ["PH125", "PH125"]),
        ("租客  与房东  经协商，租期为 年。", ["PH125", "PH125", "PH125"]),
        ("证人    ，男，证号    。", ["PH125", "PH125"]),
        ("授予    同志光荣证书。", ["PH125"]),
        ("合计大写：   元整", ["PH125"]),
        ("依照《  》第 条", ["PH123", "PH125"]),
        ("于   年  月  日签订，本月  日生效", ["PH108", "PH125"]),
        ("작성일:   년  월  일", ["PH108"]),
        ("工程款共计元，工期为天。", ["PH122", "PH122"]),
        ("打鱼吨，亩产公斤。", ["PH122", "PH122"]),
        ("体温℃，含水率达%。", ["PH122", "PH122"]),
        ("我叫，毕业于，今年学艺。", ["PH124", "PH124"]),
        ("学校位于乡，来自县镇。", ["PH124", "PH124"]),
        ("姓名：，住址：。", ["PH123", "PH123"]),
        ("本校派出名队员，下辖个分队。", ["PH122", "PH122"]),
    ],
)
def test_what_lost_its_fill_is_found(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "我家有 3 头牛，住了 12 年，共 40 亩 地。",
        "雪 落 无 声，月 过 中 天",
        "姓　　名：陆小舟　　年　　龄：九岁",
        "第一章　总　则\n第 一 条",
        "张三  李四  王五（签名）",
        "甲方（盖章）      乙方（盖章）",
        "编号  品名  数量\n本报讯　昨日大雾。",
        "单位：万元，面积按平方米计。",
        "这个，那个，多少个；一年，半年；千家万户。",
        "不足千元，超亿元；运量两百亿吨公里，蒸吨，周岁。",
        "来自五湖四海，家住城东，毕业于农校。",
        "他是的确良厂的工人。",
        "| 项目 | 金额 |\n| 种子 |  元 |",
        "他现在 ，还住在村里。这是很好的理由 ，也是大家的方向 。大家积极参与 。",
    ],
)
def test_good_text_with_spaces_or_without_figures_is_left(text: str) -> None:
    assert codes(text) == []
