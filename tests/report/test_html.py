"""The HTML report: what is in the file, and what a reader can do with it in a real browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect

from dedupe import Cluster, Document, Failure, Finding, Settings, Suggestion
from dedupe.cli.main import cli
from dedupe.core.model import Baselined, Origin
from dedupe.inputs.texts import Texts
from dedupe.pipeline.pipeline import check
from dedupe.report import html, render
from dedupe.report.html.pages import REACH, page_row
from dedupe.report.view import View, visible
from dedupe.rules.scan import Lines
from tests.browser import find_chromium, opened, started
from tests.report.test_report import HOSTILE, OBEYED_RE, finding, member, report

ROOT = Path(__file__).resolve().parents[2]
MARKUP = """</script><script>document.title="obeyed"</script><!--<img src=x onerror="document.title='obeyed'">'"`&lt;"""
CHROMIUM = find_chromium()
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
DATA_RE = re.compile(r'<script type="application/json" id="data-(\w+)">(.*?)</script>', re.DOTALL)

TEMPLATE = """春季绿化工作总结

今年三月以来，镇林业站共组织义务植树{times}次，参加人数达{people}人，栽下杨树、槐树和垂柳{trees}棵。
各村把任务落到地块、落到人头，栽一片、管一片、活一片，成活率比往年高出不少，路边河岸都见了绿。
站长{name}带着技术员跑遍了沿河的十一个村子，手把手教大家剪根、浇水、培土，边栽边讲，讲的都是土办法。
老支书常说，树是栽给后人的，急不得也懒不得，栽下去只是头一步，往后三年的看护才见真功夫。
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM
    with started(CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the project's own samples."""
    file = tmp_path_factory.mktemp("samples") / "report.html"
    args = ["check", str(ROOT / "samples"), "--no-config", "--format", "html", "-o", str(file), "--exit-zero"]
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0, result.output
    return file


def write(folder: Path, **texts: str) -> Path:
    """A corpus of text files, and its report beside it."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in texts.items():
        (corpus / f"{name}.txt").write_text(text, "utf-8")
    settings = Settings()
    file = folder / "report.html"
    page = render(check(corpus, settings), "html", View(texts=Texts(corpus, settings)))
    file.write_text(page, "utf-8")
    return file


def copies(folder: Path) -> Path:
    """Two fills of one template, one of them with blanks."""
    filled = TEMPLATE.format(times=12, people=860, trees=4300, name="丁一苇")
    blank = TEMPLATE.format(times="xx", people="xx", trees=5100, name="**").replace("边栽边讲", "一边栽一边讲")
    return write(folder, filled=filled, blank=blank)


def data(page: str) -> dict[str, list[dict[str, object]]]:
    return {name: json.loads(text) for name, text in DATA_RE.findall(page)}


# The file


def test_page_needs_nothing_but_itself(samples: Path) -> None:
    page = samples.read_text("utf-8")
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", page)
    assert not re.search(r"url\(|@import|\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|localStorage", page)


def test_policy_names_the_style_and_the_script_and_forbids_the_rest(samples: Path) -> None:
    page = samples.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;")
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}" in policy[1]


def test_page_holds_the_findings_and_clusters_of_the_report(samples: Path) -> None:
    rows = data(samples.read_text("utf-8"))
    real = check(ROOT / "samples")
    assert sum(len(page["findings"]) for page in rows["pages"]) == len(real.findings)
    assert [row["id"] for row in rows["clusters"]] == [cluster.id for cluster in real.clusters]


def test_page_is_the_same_whatever_the_order_of_the_paths(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a.txt", "b.txt"))
    for file in (first, second):
        file.write_text(TEMPLATE.format(times="xx", people=3, trees=4, name="**"), "utf-8")
    reports = []
    for paths in ([first, second], [second, first]):
        found = check(paths)
        found = replace(found, summary=replace(found.summary, seconds=0))
        reports.append(render(found, "html", View(texts=Texts(paths, Settings()))))
    assert reports[0] == reports[1]


def test_page_says_what_a_baseline_holds() -> None:
    found = report()
    found = replace(found, summary=replace(found.summary, baseline=Baselined("corpus/.dedupe-baseline.json", 7, 5, 2)))
    page = render(found, "html", View())
    assert "✓ nothing new" in page
    assert "corpus/.dedupe-baseline.json holds 7 findings, 2 of them gone" in page


def test_statistics_leave_the_codes_and_no_data(tmp_path: Path) -> None:
    page = render(report([finding()]), "html", View(statistics=True))
    assert "name-of-PH101" in page
    assert DATA_RE.findall(page) == []


def test_hostile_text_cannot_leave_its_place() -> None:
    text = f"前{HOSTILE}{MARKUP}xx{MARKUP}后"
    mark = finding(text, "xx")._replace(path=f"p{MARKUP}", record=f"r{HOSTILE}", message=f"m{MARKUP}")
    mark = mark._replace(suggestion=Suggestion(MARKUP, 1, 1))
    bad = replace(member("x"), region=replace(member("x").region, path=f"q{MARKUP}", title=f"t{MARKUP}"))
    page = render(report([mark], [Cluster("c1", 0, (bad, bad))], [Failure(MARKUP, MARKUP)]), "html", View())
    assert not OBEYED_RE.search(page)
    assert page.count("<script") == 4
    assert page.count("</script") == 4
    assert "<img" not in page
    assert "<!--" not in page


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    cuts=st.lists(st.integers(0, 60), min_size=2, max_size=8),
)
def test_lines_of_a_page_hold_all_of_its_text_with_marks_where_they_are(text: str, cuts: list[int]) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts})
    found = [mark_at(text, start, end) for start, end in pairwise(places)]
    row = page_row(Document("a.txt", text), found, whole=True)
    starts = [*Lines(text).starts, len(text)]
    for number, *parts in row["lines"]:
        line = text[starts[number - 1] : starts[number]].rstrip("\r\n")
        assert "".join(part if isinstance(part, str) else part[0] for part in parts) == visible(line)
    for number, mark in enumerate(found):
        parts = [part for line in row["lines"] for part in line[1:] if not isinstance(part, str)]
        marked = "".join(part[0] for part in parts if number in part[1:])
        assert marked == visible(mark.text.replace("\r", "").replace("\n", ""))


def mark_at(text: str, start: int, end: int) -> Finding:
    (line, column), (end_line, end_column) = Lines(text).place(start), Lines(text).place(end)
    return finding()._replace(
        start=start,
        end=end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=text[start:end],
        before=text[max(0, start - 40) : start],
        after=text[end : end + 40],
    )


def test_of_a_large_corpus_only_what_stands_around_findings_is_kept() -> None:
    text = f"{'远' * 900}\n{'前' * 900}xx{'后' * 900}\n"
    row = page_row(Document("a.txt", text), [mark_at(text, 1801, 1803)], whole=False)
    ((number, *parts),) = row["lines"]
    assert number == 2
    assert parts == ["…", "前" * REACH, ["xx", 0], "后" * REACH, "…"]


def test_text_that_is_gone_or_changed_is_made_up_from_the_findings(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("他们投入xx万元修桥。\n", "utf-8")
    found = check(file)
    file.write_text("别的文字。\n", "utf-8")
    (row,) = data(render(found, "html", View(texts=Texts(file, Settings()))))["pages"]
    assert row["state"] == "remembered"
    assert row["lines"] == [[1, "他们投入", ["xx", 0], "万元修桥。"]]


def test_distribution_holds_all_files_of_the_page() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["dedupe.report.html"].split(", ")
    others = [file for file in Path(html.__file__).parent.iterdir() if file.suffix not in (".py", "")]
    assert others
    assert [file.name for file in others if not any(map(file.match, patterns))] == []


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "FINDINGS", 1)
    page = render(report([finding(), finding(mark="xx")]), "html", View())
    assert "Of 2 findings the first 1 are listed" in page
    assert sum(len(row["findings"]) for row in data(page)["pages"]) == 1


# The browser


@needs_browser
def test_samples_open_without_errors_or_requests(browser: Browser, samples: Path) -> None:
    with opened(browser, samples) as shown:
        assert shown.status == "239 findings in 14 documents"
        shown.page.click("a[href='#clusters']")
        shown.shows(".cluster")
        shown.page.emulate_media(color_scheme="dark")
        assert shown.said == []
        assert shown.requests == [samples.as_uri()]


@needs_browser
def test_page_is_in_the_language_of_the_run(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    args = ["--lang", "zh", "check", str(ROOT / "samples"), "--no-config", "--format", "html", "-o", str(file)]
    CliRunner().invoke(cli, args)
    with opened(browser, file) as shown:
        assert shown.status == "239 处问题，分布于 14 篇文档"
        shown.choose("code", "PH101")
        assert shown.status.startswith("9 处，共 239 处问题")
        assert "日期中的年份没有填" in shown.texts(".notes bdi")
        shown.page.click("#clear")
        shown.page.click("a[href='#clusters']")
        shown.shows(".cluster")
        assert {"关系", "词元"} <= set(shown.texts(".members th"))
        shown.page.click("#theme")
        assert shown.texts("#theme") == ["主题：浅色"]
        assert shown.said == []


@needs_browser
def test_filters_leave_what_was_chosen(browser: Browser, samples: Path) -> None:
    with opened(browser, samples) as shown:
        shown.choose("code", "PH101")
        assert shown.status.startswith("9 of 239 findings")
        assert set(shown.texts(".notes .code")) == {"PH101"}
        shown.choose("code", "PH102")
        assert shown.status.startswith("15 of 239 findings")
        path = str(ROOT / "samples/depot.txt")
        shown.choose("file", path)
        assert shown.texts(".page h2") == [path]
        shown.page.click("#clear")
        assert shown.status == "239 findings in 14 documents"
        shown.choose("severity", "note")
        assert set(shown.page.locator(".notes .code").evaluate_all("list => list.map(e => e.title)")) == {"note"}
        shown.page.click("#clear")
        shown.choose("kind", "duplicate")
        assert all(code.startswith("ND") for code in shown.texts(".notes .code"))
        assert shown.page.locator("mark").count() == 0


@needs_browser
def test_filters_hold_for_clusters_too(browser: Browser, samples: Path) -> None:
    with opened(browser, samples, "#clusters") as shown:
        count = shown.page.locator("#count-clusters")
        assert count.inner_text() == "6"
        shown.choose("file", str(ROOT / "samples/twice.txt"))
        assert count.inner_text() == "1"
        regions = {f"{ROOT}/samples/twice.txt:{lines}" for lines in ("7–14", "24–30")}
        assert set(shown.texts(".members .path")) == regions
        shown.choose("code", "PH101")
        assert count.inner_text() == "0"
        shown.page.click("#clear")
        shown.search("canteen-5")
        assert count.inner_text() == "1"


@needs_browser
def test_files_are_found_by_a_part_of_their_path(browser: Browser, samples: Path) -> None:
    with opened(browser, samples) as shown:
        shown.page.fill("#file-query", "DEPOT")
        assert shown.texts("#files .path") == ["depot.txt"]


@needs_browser
def test_search_finds_codes_messages_paths_and_the_words_of_lines(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, copies(tmp_path)) as shown:
        for query, number in (("ph104", 1), ("垂柳", 2), ("stands", 3), ("BLANK.txt", 4), ("没有这样的话", 0)):
            shown.search(query)
            assert shown.status.startswith(f"{number} of" if number else "nothing"), (query, shown.status)
        assert shown.page.locator("#view-findings .line").count() == 0


@needs_browser
def test_pages_show_marks_in_their_lines_and_open_to_the_whole_text(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, copies(tmp_path)) as shown:
        assert shown.texts("mark.placeholder") == ["xx", "xx", "**"]
        assert shown.page.locator(".text").first.get_attribute("lang") == "zh-Hans"
        assert "老支书" not in shown.page.locator("main").inner_text()
        shown.page.click("text=Whole page")
        assert "老支书" in shown.page.locator("main").inner_text()
        shown.page.click("text=Only lines with findings")
        assert "老支书" not in shown.page.locator("main").inner_text()


@needs_browser
def test_clusters_stand_side_by_side_with_their_slots_coloured(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, copies(tmp_path)) as shown:
        shown.page.click("text=side by side")
        shown.shows(".cluster")
        left, right = (shown.texts(f".pair:not(.heads) > :nth-child({side}) .slot") for side in (1, 2))
        assert left == ["12", "860", "4300", "丁一苇", "边栽"]
        assert right == ["xx", "xx", "5100", "**", "一边栽一"]
        assert "slot fill" in shown.page.locator(".slot", has_text="5100").get_attribute("class")
        assert "slot blank" in shown.page.locator(".slot", has_text="860").get_attribute("class")
        places = [shown.page.locator(f".slot >> text={text}").bounding_box() for text in ("4300", "5100")]
        assert places[0]["y"] == places[1]["y"]
        assert places[0]["x"] < places[1]["x"]


@needs_browser
def test_a_cluster_of_several_shows_what_each_has_in_its_slots(browser: Browser, tmp_path: Path) -> None:
    fills = ((12, 860, "丁一苇"), ("xx", 860, "**"), (31, "xx", "丁一苇"))
    texts = [TEMPLATE.format(times=times, people=people, trees=4300, name=name) for times, people, name in fills]
    with opened(browser, write(tmp_path, **dict(zip("abc", texts))), "#clusters") as shown:
        shown.shows("text=What each copy has in 3 slots")
        shown.shows(".slots")
        rows = [shown.texts(f".slots tbody tr:nth-child({number}) td") for number in (1, 2, 3)]
        assert rows[0] == ["站共组织义务植树 ▢ 次，参加人数达8", "12", "31", "xx"]
        assert rows[1][1:] == ["860", "xx", "860"]
        assert rows[2][1:] == ["丁一苇", "丁一苇", "**"]
        assert shown.page.locator(".slots .slot.blank").count() == 3
        assert shown.page.locator(".slots .slot.fill").count() == 1


@needs_browser
def test_a_copy_that_is_equal_to_another_says_to_which(browser: Browser, tmp_path: Path) -> None:
    other = TEMPLATE.format(times=31, people=90, trees=52, name="丁一苇").replace("边栽边讲，", "")
    first = TEMPLATE.format(times=12, people=860, trees=4300, name="丁一苇")
    with opened(browser, write(tmp_path, a=first, b=other, c=other), "#clusters") as shown:
        shown.shows(".members")
        (same,) = [text for text in shown.texts(".members .place") if "the same as" in text]
        assert re.search(r"c\.txt:1–6 .*the same as .*corpus/b\.txt:1$", same)
        assert "{" not in shown.page.inner_text("body")


@needs_browser
def test_a_finding_leads_to_its_cluster_and_back_to_the_same_place(browser: Browser, samples: Path) -> None:
    with opened(browser, samples) as shown:
        shown.choose("kind", "duplicate")
        link = shown.page.locator(".notes a").nth(5)
        link.scroll_into_view_if_needed()
        shown.settle()
        before = link.bounding_box()
        link.click()
        shown.shows(".cluster:focus")
        shown.page.go_back()
        shown.shows("#view-findings")
        assert link.bounding_box() == before


@needs_browser
def test_a_suggestion_says_where_it_comes_from(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    origin = Origin("b.txt", None, 3, 7, 2)
    filled = finding()._replace(suggestion=Suggestion("2019", 2, 3, sources=(origin,)))
    file.write_text(render(report([filled]), "html", View()), "utf-8")
    with opened(browser, file) as shown:
        assert shown.texts(".notes div") == ["as in b.txt:2"]


@needs_browser
def test_of_many_files_some_are_listed_and_all_are_found(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(report([finding(path=f"in/{n:03}.txt") for n in range(150)]), "html", View()), "utf-8")
    with opened(browser, file) as shown:
        assert len(shown.texts("#files .path")) == 100
        assert "and 50 more files" in shown.page.locator("#files").inner_text()
        shown.page.fill("#file-query", "149")
        shown.choose("file", "in/149.txt")
        shown.page.fill("#file-query", "")
        assert shown.texts("#files .path")[0] == "149.txt"
        assert shown.status == "1 of 150 findings in 1 document"


@needs_browser
def test_keys_do_what_the_list_of_keys_says(browser: Browser, samples: Path) -> None:
    with opened(browser, samples) as shown:
        keyboard, page = shown.page.keyboard, shown.page
        keyboard.press("j")
        first = page.evaluate("document.activeElement.innerText")
        keyboard.press("j")
        assert page.evaluate("document.activeElement.className").startswith("line")
        assert page.evaluate("document.activeElement.innerText") != first
        keyboard.press("k")
        assert page.evaluate("document.activeElement.innerText") == first
        keyboard.press("/")
        keyboard.type("jk2")
        assert page.input_value("#query") == "jk2"
        assert shown.page.url == samples.as_uri()
        keyboard.press("Escape")
        keyboard.press("c")
        assert page.input_value("#query") == ""
        keyboard.press("2")
        shown.shows("#view-clusters")
        keyboard.press("j")
        assert "cluster" in page.evaluate("document.activeElement.className")
        keyboard.press("1")
        shown.shows("#view-findings")
        keyboard.press("?")
        shown.shows("#keys")
        keyboard.press("Escape")
        keyboard.press("t")
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert shown.said == []


@needs_browser
def test_every_control_can_be_reached_by_tab(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, copies(tmp_path)) as shown:
        seen = set()
        for _ in range(60):
            shown.page.keyboard.press("Tab")
            seen.add(shown.page.evaluate("(({ id, value, href }) => id || value || href)(document.activeElement)"))
        assert {"theme", "help", "query", "file-query", "PH103", "error"} <= seen
        assert any("#cluster-" in str(item) for item in seen)


@needs_browser
def test_hostile_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    name = "a'\"><img src=x onerror=alert(1)>.txt"
    text = f"各位同事，{MARKUP}今年投入xx万元。\u202eabc\u2066\x1b[31m\n"
    text += TEMPLATE.format(times=MARKUP, people=1, trees=2, name="**")
    for file in (name, "b.txt"):
        (tmp_path / file).write_text(text, "utf-8")
    settings = Settings()
    page = tmp_path / "report.html"
    page.write_text(render(check(tmp_path, settings), "html", View(texts=Texts(tmp_path, settings))), "utf-8")
    with opened(browser, page) as shown:
        shown.search("obeyed")
        assert MARKUP in shown.page.locator("main .text").first.inner_text()
        assert "<U+202E>abc<U+2066>␛[31m" in shown.page.locator("main .text").first.inner_text()
        assert any(name in head for head in shown.texts("h2"))
        shown.page.click("a[href='#clusters']")
        shown.shows(".cluster")
        assert shown.page.locator("img").count() == 0
        assert shown.page.title().startswith("dedupe")
        assert shown.said == []
        assert shown.requests == [page.as_uri()]


@needs_browser
def test_a_script_in_the_page_that_is_not_ours_would_not_run(browser: Browser, tmp_path: Path) -> None:
    planted = "<script>document.title='obeyed'</script></body>"
    page = render(report([finding()]), "html", View()).replace("</body>", planted)
    file = tmp_path / "report.html"
    file.write_text(page, "utf-8")
    with opened(browser, file) as shown:
        assert shown.page.title() == "dedupe: 1 finding"


@needs_browser
def test_ten_thousand_findings_are_listed_and_few_are_drawn(browser: Browser, tmp_path: Path) -> None:
    lines = (f"20xx年，他们投入xx万元修了第{number}座桥。\n过桥的人都说好。\n" for number in range(1250))
    text = "".join(lines)
    for page in range(4):
        (tmp_path / f"{page}.txt").write_text(text, "utf-8")
    settings = Settings(select=("PH",))
    file = tmp_path / "report.html"
    file.write_text(render(check(tmp_path, settings), "html", View(texts=Texts(tmp_path, settings))), "utf-8")
    with opened(browser, file) as shown:
        assert shown.status == "10,000 findings in 4 documents"
        drawn = "document.querySelectorAll('*').length"
        assert shown.page.evaluate(drawn) < 5000
        shown.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(shown.page.locator(".number").last).to_have_text("2499")
        assert shown.page.evaluate(drawn) < 5000
        shown.page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        shown.page.keyboard.press("j")
        assert shown.page.evaluate("document.activeElement.getBoundingClientRect().top") > 0
        shown.search("第1249座")
        assert shown.status == "8 of 10,000 findings in 4 documents"
        assert shown.page.locator("mark").count() == 8
        shown.search("")
        shown.choose("code", "PH101")
        assert shown.status == "5,000 of 10,000 findings in 4 documents"
        shown.page.keyboard.press("w")
        shown.settle()
        assert shown.page.evaluate(drawn) < 5000
        assert shown.said == []


@needs_browser
@pytest.mark.parametrize("width", [360, 700, 1000, 1600])
@pytest.mark.parametrize("address", ["", "#clusters"])
def test_nothing_is_wider_than_the_window(browser: Browser, samples: Path, width: int, address: str) -> None:
    with opened(browser, samples, address, width) as shown:
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
