"""The learned judge of boilerplate: what it looks at, how it is asked, and what it makes of whole pages."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedupe.core.model import Document
from dedupe.rules.boilerplate.features import NAMES, NEAR_NAMES, VALUE, lexicon, values
from dedupe.rules.boilerplate.features import numbers_of as numbers_of_texts
from dedupe.rules.boilerplate.judge import STORED, THRESHOLD, explain, judge, models
from dedupe.rules.boilerplate.lines import Candidate, pages_of
from dedupe.rules.boilerplate.naming import CODES, DOUBTED, name_of
from dedupe.rules.boilerplate.table import CHROME
from dedupe.rules.forest import Forest
from dedupe.rules.scan import scan
from dedupe.rules.wording import NAME, places
from dedupe.text.batch import fold, simplify

BODY = [
    "那年秋天雨水多,村口的渠满了三次,父亲每晚提着马灯去看闸。",
    "我跟在后面,听见水在黑暗里走路,一步一步,不慌不忙。",
    "后来渠修宽了,闸也换了新的,父亲却老了,走不动那么远的路。",
]


def found(lines: list[str]) -> list[str]:
    """The lines of a page, with the text between them, in which any rule for boilerplate finds something."""
    text = "\n".join(lines)
    return [finding.text for finding in scan(Document("page.txt", text), CHROME)]


def numbers_of(text: str) -> tuple[list[Candidate], NDArray[np.float64]]:
    """What of a text is worth a judgement, and its numbers."""
    (kept,), numbers = numbers_of_texts((text,), pages_of((text,)))
    return kept, numbers


def test_model_file_is_small_and_of_these_numbers() -> None:
    assert STORED.stat().st_size <= 300_000
    with np.load(STORED) as data:
        assert data["names"].tolist() == [*NAMES, NAME, *NEAR_NAMES]


@pytest.mark.parametrize(
    "line",
    [
        "作者:柳岸  时间:2015-08-02  浏览:1204次",
        "首页 > 散文随笔 > 乡村",
        "以下是小编为大家整理的乡村散文,欢迎阅读。",
        "上一篇:石桥  下一篇:没有了",
        "版权归原作者所有,如有侵权请联系删除。",
        "好的,以下是一篇关于水渠的散文:",
        "点赞 收藏 评论 分享",
    ],
)
def test_line_of_a_site_is_found_in_either_script_and_any_width(line: str) -> None:
    wide = line.translate(str.maketrans(",:", "\uff0c\uff1a"))
    for written in (line, wide):
        assert found([written, *BODY]) == [written]
        assert found([*BODY, written]) == [written]


@pytest.mark.parametrize(
    "line",
    [
        "下面我为大家汇报三件事。",
        "本站为用户提供充电服务,用户按表付费。",
        "依 MIT 许可证发行的部分,版权归原作者所有。",
        "请您把灯留着。",
        "一、基本情况",
        "申请人:陈大水",
        "二〇一五年八月二日",
        "——记村里的老闸工",
        "他点开手机,收藏了那张照片。",
    ],
)
def test_line_of_a_text_is_left_alone(line: str) -> None:
    assert found([line, *BODY]) == []
    assert found([*BODY, line]) == []


def test_text_alone_is_silent_and_so_is_nothing() -> None:
    assert judge("") == judge("\n \n") == judge("\n".join(BODY)) == []


@pytest.mark.parametrize(
    "title",
    ["2023年水闸管理工作总结", "篇一:护渠员个人工作总结", "检讨书500字", "护渠队上学期工作计划", "水渠转让合同范本"],
)
def test_title_of_a_text_is_left_alone_between_lines_of_a_site(title: str) -> None:
    path, when = "首页 > 范文大全 > 工作总结 > 正文", "发布时间:2021-03-04 12:30 浏览:231次"
    assert found([title, when, *BODY]) == [when]
    assert found([path, title, when, *BODY]) == [path, when]
    assert found([path, title, *BODY, when]) == [path, when]


@pytest.mark.parametrize(
    "line",
    [
        "更多护渠文书,欢迎您订阅我们的电子报。",
        "今天的修渠笔记就分享到这里啦,我们下期再见!",
        "金融许可证信息公示  客服热线 24 小时  网站地图",
        "友情链接: 在线水文字典 我们的水利网 灌溉学会 水务信息网",
    ],
)
def test_what_the_judge_is_sure_of_needs_no_rule_of_thumb(line: str) -> None:
    assert found([*BODY, line]) == [line]


def test_row_that_knows_the_end_of_a_line_does_not_hide_the_rest() -> None:
    line = "看完这份修渠总结,你是不是心里有底了?更多水利文书尽在水渠作文!"
    assert found([*BODY, line]) == [line]


def test_title_that_is_worded_as_sites_word_theirs_is_a_note() -> None:
    titles = {"公文网首页范文通知": True, "水渠养护通知": False}
    for title, is_told in titles.items():
        text = "\n".join([title, "关于养护水渠的通知", "各组:", *BODY])
        codes = {finding.text: finding.code for finding in scan(Document("page.txt", text), CHROME)}
        assert codes == ({title: DOUBTED} if is_told else {})


def test_one_time_that_a_page_tells_twice_is_no_chat() -> None:
    time = "2024-03-11 19:22:05"
    assert found(["首页 > 水利知识 > 你问我答", time, *BODY[:2], time, BODY[2]])[1:] == [time, time]
    chat = found(["陈大水", time, "渠开了没有?", "李闸", "2024-03-11 19:24:40", "开了。"])
    assert not any(":" in line for line in chat)


@pytest.mark.parametrize("line", ["热门文章排行", "我要纠错", "猜你喜欢", "时间:2023-08-08 18:37:06 仓库租赁 我要投稿"])
def test_only_line_of_a_site_in_a_form_is_found(line: str) -> None:
    form = ["出租方(以下简称甲方):", "承租方(以下简称乙方):", "一、租金每季度付一次,乙方应在月底前付清。"]
    assert found([*form, line]) == [line]


def test_sentence_of_a_site_at_the_end_of_a_paragraph_is_found_alone() -> None:
    offer = "以上就是小编为大家整理的乡村散文,希望对大家有所帮助!"
    assert found([*BODY[:2], BODY[2] + offer]) == [offer]


@pytest.mark.parametrize(
    "body",
    [
        "点开设置里的隐私一栏,把不认识的应用关掉定位。图库的备份要另外关,改完重启一次就行。",
        "在通讯录首页长按名字,选合并,同名的两条就成了一条。误删的三十天之内还能从回收站找回来。",
    ],
)
def test_of_an_answer_in_one_line_only_the_leave_is_a_sites(body: str) -> None:
    leave = "以上仅供参考,不作为最终依据。"
    page = f"问:怎么换?\n答:您好!您的问题我们已经收到,{body}{leave}"
    told = [page[one.start : one.end] for one in judge(page)]
    assert told[-1] == leave
    assert not any(body[:9] in one for one in told)


def test_code_is_no_boilerplate() -> None:
    menu = "登录 | 注册 | 关于我们 | 联系我们 | 网站地图"
    assert found([menu, *BODY]) == [menu]
    assert found(["```html", menu, "```", *BODY]) == []


def test_numbers_are_as_many_as_their_names_and_finite() -> None:
    text = simplify(fold("\n".join(["首页 新闻 体育", "2020-01-01 来源:网络", *BODY, "ⅲ ½ ² \U00020000", "下一页"])))
    found_there, numbers = numbers_of(text)
    assert numbers.shape == (len(found_there), len(NAMES))
    assert len(found_there) > 0
    assert np.isfinite(numbers).all()


@given(
    st.lists(
        st.sampled_from(
            (
                *"x.-/:, 年月日前天万次w",
                *("2015", "7", "12:30", "刚刚", "几 天", "前天", "www.", "http://", "jan", "oct. ", "a.cn", "人次"),
                *("분", "년", "今天", "Dec 1, 2020", "K", "浏览"),
            )
        ),
        max_size=14,
    ).map("".join)
)
def test_values_are_looked_for_wherever_one_may_begin(line: str) -> None:
    small = line.lower()
    assert [(start, end) for start, end, _ in values(line)] == (
        [match.span() for match in VALUE.finditer(small)] if re.search(r"\d|www|http|前|\.[a-z]", small) else []
    )


def test_numbers_say_what_their_names_promise() -> None:
    line = "来源:青山网 | 2015-08-02 12:30 浏览(12345)次 http://a.cn/b. The best of it..."
    found_there, numbers = numbers_of("\n".join([line, *BODY, "", "首页", "首页"]))
    row = dict(zip(NAMES, numbers[found_there.index((0, len(line), 0))].tolist()))
    assert (row["length"], row["items"], row["pairs"], row["known labels"]) == (len(line), 4, 3, 1)
    assert (row["dates"], row["clock"], row["addresses"], row["figure in brackets"]) == (1, 1, 1, 1)
    assert row["English function words"] == 4 / 8
    assert (row["words: labels"], row["lines of the page"]) == (pytest.approx(4 / len(line)), 6)
    last = dict(zip(NAMES, numbers[-1].tolist()))
    assert (last["same lines"], last["lines of the run"], last["place in the run"]) == (1, 2, 0.5)
    assert (last["blank line before"], last["run at the end"], last["prose on the page"]) == (0, 1, 4)


@given(st.text(alphabet="首页>来源:小编下载您好大家AI的了\n 。|,0123456789©あ가Éé\U00020000", max_size=120))
def test_verdicts_lie_in_the_text_in_order(text: str) -> None:
    folded = simplify(fold(text))
    verdicts = judge(folded)
    assert all(0 <= one.start < one.end <= len(folded) and one.code in {*CODES, DOUBTED} for one in verdicts)
    assert all(one.end <= other.start for one, other in pairwise(verdicts))


def test_trees_say_what_going_down_them_says() -> None:
    dice = random.Random(3)
    for forest, width in zip(models()[1:], (len(NAMES) + 1, len(NAMES) + 1 + len(NEAR_NAMES))):
        rows = [[dice.choice((0.0, dice.random(), dice.random() * 80)) for _ in range(width)] for _ in range(36)]
        totals = []
        for row in np.array(rows, np.float32):
            at = forest.roots
            for _ in range(forest.depth):
                at = np.where(row[forest.feature[at]] <= forest.limit[at], forest.left[at], forest.right[at])
            totals.append(sum(forest.value[at].tolist()))
        scores = [round(1 / (1 + math.exp(-total)), 6) for total in totals]
        assert forest.scores(np.array(rows, np.float32)) == scores
        assert forest.scores(np.array(rows, np.float32), [7, 2]) == [scores[7], scores[2]]
        assert forest.scores(np.empty((0, width), np.float32)) == []


def test_wording_is_what_its_runs_weigh_over_the_root_of_their_number() -> None:
    wording, line = models()[0], "小编 2019 A"
    runs = [run for some in places(line) for run in some]
    assert len(runs) == 4 * (len(line) + 2) - 6
    weight = float(wording.weights[runs].sum(dtype=np.float64)) / math.sqrt(len(runs))
    ((score, _), none) = wording.scores((f"水渠{line}满了", ""), [[(2, 2 + len(line), 0), (0, 2, 0)], []])
    assert (score, none) == (pytest.approx(weight, abs=1e-3), [])
    assert places("小编 7583 a") == places(line)  # digits are one sign, letters are small


def test_wording_names_the_runs_that_sites_write() -> None:
    line = "欢迎阅读本站为大家整理的范文"
    runs = models()[0].strongest(line, 0, len(line))
    assert 0 < len(runs) <= 3
    assert all(2 <= len(run) <= 4 and run in line for run in runs)


def test_weights_of_a_row_add_up_to_its_score() -> None:
    leaf = np.array([0, 1, 2], np.int32)
    forest = Forest(
        feature=np.array([1, 0, 0], np.int16),
        limit=np.array([0.5, 0, 0], np.float32),
        left=np.array([1, 1, 2], np.int32),
        right=np.array([2, 1, 2], np.int32),
        value=np.array([0.25, -1.0, 2.0], np.float32),
        roots=leaf[:1],
        depth=1,
    )
    no, yes = round(1 / (1 + np.exp(1.0)), 6), round(1 / (1 + np.exp(-2.0)), 6)
    assert forest.scores(np.array([[9.0, 0.5], [9.0, 0.6]], np.float32)) == [no, yes]
    assert forest.weights([9.0, 0.6]).tolist() == [0.0, 1.75]


def test_finding_is_explained_by_words_and_weights() -> None:
    text = "\n".join(["来源:青山水利网 浏览:88次", *BODY])
    reasons = explain(text, 0)
    assert reasons is not None
    assert reasons.score >= THRESHOLD
    assert {"来源", "浏览"} <= set(reasons.words)
    assert all(run in text for run in reasons.runs)
    assert len(reasons.weights) == 5
    assert explain(text, 3) is None


def test_words_are_found_whole_and_the_longest_first() -> None:
    line = "打印本页 reprinted print"
    assert [line[start:end] for start, end, _ in lexicon().find(line)] == ["打印本页", "print"]


def test_name_of_a_line_is_that_of_the_words_that_cover_it() -> None:
    lines = ["版权归原作者所有,未经授权不得转载", "来源:网络 点击:12次", "水渠"]
    text = "\n".join([*lines, *BODY])
    found_there, numbers = numbers_of(text)
    rows = {text[start:end]: line for (start, end, _), line in zip(found_there, numbers.tolist())}
    assert name_of(rows[lines[0]], lines[0]) == "BP231"
    assert name_of(rows[lines[1]], lines[1]) == "BP221"
