"""Prompts in brackets: what asks in words nobody listed, and what only looks so."""

from __future__ import annotations

import pytest

from dedupe.core.model import Document, Kind
from dedupe.rules import RULES
from dedupe.rules.placeholders.brackets import explain
from dedupe.rules.scan import Scanner

SCANNER = Scanner([rule for table in RULES for rule in table if rule.kind is Kind.PLACEHOLDER])


def shown(text: str) -> str:
    """The text with «» around each finding of a prompt."""
    for finding in reversed(SCANNER.scan(Document("a.txt", text))):
        if finding.code in ("PH110", "PH111", "PH112", "PH113"):
            text = f"{text[: finding.start]}«{finding.text}»{text[finding.end :]}"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "尊敬的«[站长姓名]»：我因«[调岗缘由]»申请离开«[现所在班组]»。",
        "我种了«[数字]»亩瓜，最怕«[遇到的麻烦，比如冰雹、虫害等]»。",
        "«{船名}»号于«{出海日期}»离港。",
        "我是«<牧场名称>»的兽医。",
        "今借到«【出借人姓名】»粮食，于«【归还日期】»还清。",
        "«【捐书人】»向本馆捐书，编号«【书号】»，存«【馆藏地点】»。",
        "本院认为，«……（论述维持的理由）»。",
        "乙方：×××«（姓名、住址）»",
        "定于周五召开«（会议名称）»，由«（主讲人）»主持。",
        "Dear «[Ranger's Name]», the hut at «[LAKE NAME]» opens on «[opening date]».",
        "We sent it to «{contact_name}» at «{phone_number}».",
        "«%%ORDER_NO%%»已发货，«{{userName}}»请查收。",
        "我叫«#姓名#»，住在«#城市#»。",
        "«#会员昵称#»，您的书将于«#到期日#»到期，尚有«#册数#»册未还。",
        "我从«@入职年份@»来到«@门店名@»，接替我的是«@继任者@»。",
        "汇报人：«请输入您的姓名»\n今年雨水多。",
        "«[部署名]»の«[氏名]»です。",
        "«[회사명]»의 «[이름]»입니다.",
    ],
)
def test_what_asks_is_found_in_words_of_its_own(text: str) -> None:
    assert shown(text.replace("«", "").replace("»", "")) == text


@pytest.mark.parametrize(
    "text",
    [
        "雨停了[太阳]，走吧[加油]。",
        "【按语】入秋以来，渔汛早到。",
        "1. 【获奖理由】三十年守一座灯塔。\n2. 【获奖理由】修了一辈子钟。",
        "【时间】三月；【地点】渡口。",
        "村史[1]里写过，县志[乙卷]也有。",
        "修订《关于修改〈渔业管理办法〉的决定》",
        "《关于修改<林场管理办法>的决定》",
        "母亲（班主任）说：“请在此签名”几个字写得好。",
        "转载（请注明出处）",
        "取数组a[name]与{x}，跑 run [options] <file>。",
        "见[说明](readme.md)和[样表][2]",
        "她说「早点睡」，又说「别着凉」。",
    ],
)
def test_what_only_looks_so_is_left(text: str) -> None:
    assert shown(text) == text


def test_a_doubtful_bracket_counts_where_the_document_has_sure_ones() -> None:
    doubtful = "他像[山羊]一样倔。"
    assert shown(doubtful) == doubtful
    assert (
        shown(f"我是[司机姓名]，开[车牌号码]，{doubtful}") == "我是«[司机姓名]»，开«[车牌号码]»，他像«[山羊]»一样倔。"
    )


def test_a_verdict_says_what_weighed_how_much() -> None:
    score, weights = explain("我来自[牧场名称]的东头", 3) or (0.0, ())
    assert score > 0.9
    assert dict(weights)["a field's name"] > 0.5
    alone, _ = explain("我来自[1]的东头", 3) or (1.0, ())
    assert alone < 0.5
    assert explain("今天放羊", 2) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("discount", "PH112"),
        ("subtotal", "PH112"),
        ("postcode", "PH112"),
        ("candidate", "PH110"),
        ("parent", "PH110"),
        ("account", "PH110"),
        ("shipdate", "PH111"),
        ("headcount", "PH112"),
    ],
)
def test_a_variable_is_what_the_longest_word_at_its_end_says(name: str, code: str) -> None:
    """A candidate is no date and a parent no rent, whatever the order of a set."""
    (finding,) = SCANNER.scan(Document("a.txt", f"渔港的{{{{{name}}}}}已登记。"))
    assert finding.code == code
