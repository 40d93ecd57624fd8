"""Comparing: what stands opposite what, how it is shown, templates, and clusters of a report."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from dedupe.cli.main import cli
from dedupe.comparison.compare import Comparison, Pair, compare
from dedupe.comparison.template import Slot, templates
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Relation, Span
from dedupe.inputs.address import Extract
from dedupe.pipeline.pipeline import check
from dedupe.report.beside import COLOURS
from dedupe.report.template import name_of
from dedupe.rules.placeholders.slots import SLOTS, slot_of
from dedupe.text.align import Kind
from tests.corpora import essay, recut, sentence

ROOT = Path(__file__).resolve().parents[2]
FORM = """{title}

　　{year}年{month}月，我镇在{place}修建水渠{length}公里，投入{money}万元，参加群众{people}人次。
　　水渠通水那天，村里的老人搬着板凳坐在渠边，孩子们光着脚踩水，谁也舍不得回家吃饭。
　　管水员{name}同志每天沿渠巡查两遍，发现渗漏当场修补，从没有误过一次灌溉，乡亲们送来锦旗{flags}面。
　　明年我们打算把水渠接到下游的两个村子，让更多的田地用上活水，也请各位多提意见。
"""
FILLED = {
    "title": "水渠修建小结",
    "year": "2018",
    "month": "5",
    "place": "柳林村",
    "length": "12.5",
    "money": "80",
    "people": "3200",
    "name": "赵大河",
    "flags": "3",
}
BLANK = {**FILLED, "year": "20__", "length": "xx", "money": "**", "people": "xx", "name": "xx", "flags": ""}
OTHER = {**FILLED, "year": "2021", "length": "7", "money": "46", "people": "1500"}
CHARACTERS = "桥路修好了。，\n 　xX９9*人年[]“”"


def document(text: str, path: str = "a.txt") -> Extract:
    return Extract(Document(path, text), Span(0, len(text)))


def compared(one: str, other: str) -> Comparison:
    return compare(document(one), document(other, "b.txt"), Settings())


def the_pair(one: str, other: str) -> Pair:
    (pair,) = compared(one, other).pairs
    return pair


def run(*arguments: str | Path, width: int = 100, stdin: bytes | None = None) -> Result:
    command = ["compare", *map(str, arguments), "--no-config"]
    return CliRunner().invoke(cli, command, input=stdin, env={"COLUMNS": str(width)})


def files(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts):
        path.write_bytes(text.encode())
    return paths


def differences(pair: Pair) -> list[tuple[str, str | None, str, str]]:
    one, other = pair.sides
    return [(part.kind.value, part.slot, one.part(part.one), other.part(part.other)) for part in pair.differences]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """An invented text: sentences of a small stock, some changed, dropped or filled in otherwise."""
    rng = random.Random(draw(st.integers(0, 3)))
    stock = [sentence(rng) for _ in range(8)]
    chosen = draw(st.lists(st.sampled_from(stock), max_size=10))
    noise = draw(st.lists(st.text(CHARACTERS, max_size=12), min_size=len(chosen), max_size=len(chosen)))
    return "".join(part[:at] + extra + part[at:] for at, (part, extra) in enumerate(zip(chosen, noise)))


def test_fills_and_blanks_are_told_by_their_slots() -> None:
    assert differences(the_pair(FORM.format(**FILLED), FORM.format(**BLANK))) == [
        ("blank", "year", "2018", "20__"),
        ("blank", "number", "12.5", "xx"),
        ("blank", "number", "80", "**"),
        ("blank", "number", "3200", "xx"),
        ("blank", "name", "赵大河", "xx"),
        ("blank", "number", "3", ""),
    ]
    assert differences(the_pair(FORM.format(**FILLED), FORM.format(**OTHER))) == [
        ("fill", "year", "2018", "2021"),
        ("fill", "number", "12.5", "7"),
        ("fill", "number", "80", "46"),
        ("fill", "number", "3200", "1500"),
    ]


def test_a_mark_that_the_other_text_has_lost_is_a_slot_as_well(tmp_path: Path) -> None:
    one, other = FORM.format(**BLANK), FORM.format(**{**BLANK, "name": ""})
    assert differences(the_pair(one, other)) == [("blank", "name", "xx", "")]
    assert "blank against filled" not in run(*files(tmp_path, one, other)).stdout


@pytest.mark.parametrize(
    ("marked", "slot"),
    [
        ("于«2015»年建成", "year"),
        ("三月«12»日上午", "date"),
        ("增长«12»%", "number"),
        ("召开第«12»届运动会", "ordinal"),
        ("代码«12»", "number"),
        ("«石桥»镇", "name"),
    ],
)
def test_a_slot_is_judged_by_the_words_around_it(marked: str, slot: str) -> None:
    before, fill, after = marked.replace("»", "«").split("«")
    assert slot_of(before + fill + after, Span(len(before), len(before) + len(fill))) == slot


def test_sentences_of_one_text_alone_stand_alone() -> None:
    text = FORM.format(**FILLED)
    added = text.replace("水渠通水", "施工队冬天也没有停工。水渠通水").replace("明年我们", "明年春天我们")
    pair = the_pair(text, added)
    assert differences(pair) == [("only", None, "", "施工队冬天也没有停工。"), ("only", None, "", "春天")]
    assert [row.is_paired for row in pair.sentences if row.differs] == [False, True]


def test_the_same_text_is_the_same_and_no_difference(tmp_path: Path) -> None:
    one, other = files(tmp_path, FORM.format(**BLANK), FORM.format(**BLANK))
    for names in ((one, one), (one, other)):
        result = run(*names)
        assert result.exit_code == 0
        assert "exact · jaccard 1.00" in result.stdout
    figures = json.loads(run(one, other, "--format", "json").stdout)
    assert figures["same"] is True
    assert {part["kind"] for row in figures["pairs"][0]["sentences"] for part in row} == {"equal"}


@pytest.mark.parametrize("text", ["", " \n", "桥。"])
def test_texts_of_next_to_nothing_can_be_compared(tmp_path: Path, text: str) -> None:
    one, other, full = files(tmp_path, text, text, FORM.format(**FILLED))
    assert run(one, other).exit_code == 0
    for names in ((one, full), (full, one)):
        result = run(*names)
        assert result.exit_code == 1
        assert "nothing in them aligns" in result.stdout


def test_line_breaks_and_widths_are_said_and_not_shown(tmp_path: Path) -> None:
    text = FORM.format(**FILLED)
    other = text.replace("，", ",").replace("。\n　　", "。")
    result = run(*files(tmp_path, text, other))
    assert result.exit_code == 1
    assert "only punctuation, white space or widths differ" in result.stdout


@settings(max_examples=120)
@given(texts(), texts())
def test_every_character_is_in_one_part_of_one_pair_or_in_the_rest(one: str, other: str) -> None:
    found = compared(one, other)
    for pair in found.pairs:
        for at, side in enumerate(pair.sides):
            spans = [(part.one, part.other)[at] for row in pair.sentences for part in row.parts]
            ends = [0, *(span.end for span in spans)]
            assert [span.start for span in spans] == ends[:-1]
            assert ends[-1] == len(side.text)
            rows = [(row.one, row.other)[at] for row in pair.sentences]
            assert all(low.end == high.start for low, high in pairwise(rows))
    for at, text in enumerate((one, other)):
        held = [(pair.sides[at].region.start, pair.sides[at].region.end) for pair in found.pairs]
        rest = [(span.start, span.end) for span in found.rest[at]]
        covered = {place for span in held + rest for place in range(*span)}
        assert all(place in covered or text[place].isspace() for place in range(len(text)))
        assert all(low[1] <= high[0] for low, high in pairwise(sorted(rest + held)) if low in rest or high in rest)


@settings(max_examples=80)
@given(texts(), texts())
def test_swapping_the_documents_swaps_the_sides(one: str, other: str) -> None:
    there = compare(document(one), document(other, "b.txt"), Settings())
    back = compare(document(other, "b.txt"), document(one), Settings())
    assert back.rest == there.rest[::-1]
    assert back.is_same is there.is_same is (one == other)
    known = {pair.sides: pair for pair in there.pairs}
    assert len(back.pairs) == len(there.pairs)
    for pair in back.pairs:
        twin = known[pair.sides[::-1]]
        assert (pair.relation, pair.jaccard) == (twin.relation, twin.jaccard)
        assert sorted((kind, slot, right, left) for kind, slot, left, right in differences(pair)) == sorted(
            differences(twin)
        )


def test_copied_essays_of_two_pages_are_paired_wherever_they_stand(tmp_path: Path) -> None:
    first, second = essay(1, 12), essay(2, 12)
    one = f"{essay(3, 10)}\n\n{first}\n\n{essay(4, 10)}\n\n{second}"
    other = f"{recut(second, 3)}\n\n{essay(5, 10)}\n\n{recut(first, 5)}"
    found = compared(one, other)
    assert [(pair.sides[0].text[:9], pair.sides[1].text[:9]) for pair in found.pairs] == [
        (first[:9], first[:9]),
        (second[:9], second[:9]),
    ]
    assert all(pair.relation is Relation.EXACT and not list(pair.differences) for pair in found.pairs)
    assert [len(spans) for spans in found.rest] == [2, 1]
    result = run(*files(tmp_path, one, other))
    assert f"{tmp_path}/0.txt:5–7" in result.stdout
    assert result.stdout.count("alone has") == 2
    assert result.stdout.endswith("\n[-in A alone-]  {+in B alone+}\n")


def test_an_essay_that_stands_twice_in_a_page_is_shown_twice() -> None:
    text = essay(1, 12)
    found = compared(f"{essay(2, 8)}\n\n{text}", f"{text}\n\n{essay(3, 8)}\n\n{recut(text, 5)}")
    assert len(found.pairs) == 2
    assert len({pair.sides[1].region.start for pair in found.pairs}) == 2


def test_texts_that_share_nothing_are_said_to(tmp_path: Path) -> None:
    result = run(*files(tmp_path, essay(1), essay(2)))
    assert result.exit_code == 1
    assert "nothing in them aligns" in result.stdout
    assert json.loads(run(*files(tmp_path, essay(1), essay(2)), "--format", "json").stdout)["pairs"] == []


def test_lines_that_are_only_boilerplate_are_copies_if_they_share_words(tmp_path: Path) -> None:
    source, trail = "来源：网络整理　浏览：3321次　发布时间：2020-01-06 09:12\n", "首页 > 工作总结 > 公交场站\n"
    (file,) = files(tmp_path, f"{source}{trail}{source}\n\n***\n？？\n")
    assert "nothing in them aligns" in run(f"{file}:1", f"{file}:2").stdout
    assert "nothing in them aligns" in run(f"{file}:6", f"{file}:7").stdout
    assert "exact · jaccard 1.00" in run(f"{file}:1", f"{file}:3").stdout
    assert "exact · jaccard 1.00" in run(f"{file}:6", f"{file}:6").stdout


def test_a_place_ends_with_the_last_line_that_was_asked_for(tmp_path: Path) -> None:
    rng = random.Random(4)
    (file,) = files(tmp_path, "".join(sentence(rng) + "\n" for _ in range(5)))
    shown = run(f"{file}:1-3", f"{file}:1", width=200).stdout.splitlines()
    assert shown[0].split()[1].endswith(":1–3")
    assert shown[1].split()[1].endswith(":1")
    pair = json.loads(run(f"{file}:2", file, "--format", "json").stdout)["pairs"][0]
    assert [(place["line"], place["end_line"]) for place in pair["regions"]] == [(2, 2), (1, 5)]


def test_short_texts_without_a_region_are_aligned_as_a_whole() -> None:
    pair = the_pair("渡口停航一天，请走石桥。", "渡口停航两天，请走木桥。")
    assert pair.relation is None
    assert ("wording", None, "一", "两") in differences(pair)


@pytest.mark.parametrize("width", [60, 100, 120, 180])
def test_rows_keep_to_the_width_of_the_terminal(tmp_path: Path, width: int) -> None:
    paths = files(tmp_path, FORM.format(**FILLED), FORM.format(**BLANK).replace("谁也舍不得回家吃饭", "没有人想回家"))
    lines = run(*paths, width=width).stdout.splitlines()
    assert max(map(cell_len, lines[4:])) <= width
    is_wide = any(line.count("‹year") == 2 for line in lines[:-1])
    assert is_wide is (width >= 120)


def test_without_colour_signs_tell_fills_blanks_and_words(tmp_path: Path) -> None:
    one, other = FORM.format(**FILLED), FORM.format(**BLANK).replace("板凳", "小凳")
    shown = run(*files(tmp_path, one, other), width=300).stdout
    for expected in ("‹year:2018›", "‹year?20__›", "‹number?›", "‹name:赵大河›", "[-板-]", "{+小+}"):
        assert expected in shown
    assert "blank against filled 0 and 6" in shown
    assert shown.splitlines()[-1] == "‹year:fill›  ‹year?blank›  [-in A alone-]  {+in B alone+}"
    assert "\x1b" not in shown


def test_every_slot_has_its_colour_and_a_blank_is_inverse(tmp_path: Path) -> None:
    one, other = FORM.format(**FILLED), FORM.format(**BLANK).replace("板凳", "小凳")
    shown = run(*files(tmp_path, one, other), "--color", "always").stdout
    for expected in ("\x1b[36m2018", "\x1b[7;36m20__", "\x1b[33m12.5", "\x1b[7;33mxx", "\x1b[35m赵大河", "\x1b[31m板"):
        assert expected in shown
    assert "‹" not in shown


def test_equal_sentences_are_passed_over_with_a_word(tmp_path: Path) -> None:
    text = essay(1, 30)
    last = text.rindex("。", 0, -1)
    paths = files(tmp_path, text, text[:last] + "。附言。" + text[last + 1 :])
    shown = run(*paths).stdout
    assert "⋯     28 equal sentences" in shown
    assert "29 equal sentences" in run(*paths, "--context", "0").stdout
    assert "equal sentence" not in run(*paths, "--context", "99").stdout


def test_the_middle_of_a_long_equal_stretch_is_left_out(tmp_path: Path) -> None:
    line = "，".join(part[:-1] for part in essay(1, 400).split("。"))
    shown = run(*files(tmp_path, f"{line}甲乙丙。", f"{line}丁戊己。")).stdout
    assert "⋯7," in shown
    assert len(shown) < 2000


def test_hostile_text_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    hostile = FORM.format(**FILLED).replace("水渠通水", "\x1b[2J\u202e\U000e0041[red]水渠通水")
    paths = files(tmp_path, FORM.format(**FILLED), hostile)
    for extra in ((), ("--template",)):
        shown = run(*paths, *extra).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "<U+202E>" in shown
        assert not set(run(*paths, *extra, "--format", "json").stdout) & set("\u202e\U000e0041")


def test_json_has_every_part_with_its_places(tmp_path: Path) -> None:
    contents = [FORM.format(**FILLED), "序。\n\n" + FORM.format(**BLANK).replace("\n", "\r\n")]
    found = json.loads(run(*files(tmp_path, *contents), "--format", "json").stdout)
    (pair,) = found["pairs"]
    parts = [part for row in pair["sentences"] for part in row]
    for part in parts:
        assert [text[slice(*span)] for text, span in zip(contents, part["spans"])] == part["texts"]
    assert {part["kind"] for part in parts} == {"equal", "blank"}
    slots = [part.get("slot") for part in parts if part["kind"] == "blank"]
    assert slots == ["year", "number", "number", "number", "name", "number"]
    assert found["rest"][1] == [{"start": 0, "end": pair["regions"][1]["start"], "text": "序。\n\n"}]


def test_standard_input_is_one_of_the_two(tmp_path: Path) -> None:
    (path,) = files(tmp_path, FORM.format(**FILLED))
    assert run("-", path, stdin=path.read_bytes()).exit_code == 0
    assert run(path, "-", stdin=FORM.format(**OTHER).encode()).exit_code == 1
    assert "not both" in run("-", "-", stdin=b"").stderr


@pytest.mark.parametrize("names", [(), ("a.txt",), ("a.txt", "b.txt", "c.txt"), ("a.txt", "b.txt", "--cluster", "x")])
def test_another_number_of_names_is_an_error(names: tuple[str, ...]) -> None:
    assert run(*names).exit_code == 2


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (path,) = files(tmp_path, "桥。")
    result = run(path, tmp_path / "missing.txt")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"error: {tmp_path}/missing.txt: no such file" in result.stderr


# Templates


def filled(found: Any, number: int) -> str:
    return "".join(part.fills[number].text if isinstance(part, Slot) else part for part in found.parts())


@settings(max_examples=120)
@example("监督典型开展任务方案走访评比学校慰问。" * 2, "了\n9监督典型开展任务方案走访评比学校慰问。")
@given(texts(), texts())
def test_a_template_filled_in_is_the_copy_again(one: str, other: str) -> None:
    for found in templates(compared(one, other)):
        assert filled(found, 0) == found.copies[0].text
        letters = ["".join(filter(str.isalpha, text)).lower() for text in (filled(found, 1), found.copies[1].text)]
        assert letters[0].replace("x", "") == letters[1].replace("x", "")
        for slot in found.slots:
            for side, fill in zip(found.copies, slot.fills):
                assert side.part(fill.span) == fill.text
        for at in range(2):
            spans = [slot.fills[at].span for slot in found.slots]
            assert all(low.end <= high.start for low, high in pairwise(spans))


def test_a_template_names_slots_and_has_what_each_copy_has(tmp_path: Path) -> None:
    paths = files(tmp_path, FORM.format(**FILLED), FORM.format(**BLANK))
    shown = run(*paths, "--template").stdout
    names = {"year": "‹year 1›", "length": "‹number 1›", "money": "‹number 2›", "people": "‹number 3›"}
    assert FORM.format(**{**FILLED, **names}).splitlines()[2] in shown
    rows = [line.split() for line in shown.splitlines() if line.startswith(("year", "number", "name"))]
    assert rows == [
        ["year", "1", "2018", "?20__"],
        ["number", "1", "12.5", "?xx"],
        ["number", "2", "80", "?**"],
        ["number", "3", "3200", "?xx"],
        ["name", "1", "赵大河", "?xx"],
        ["number", "4", "3", "?–"],
    ]


def test_a_mark_that_all_copies_have_is_a_slot(tmp_path: Path) -> None:
    paths = files(tmp_path, FORM.format(**BLANK), FORM.format(**{**BLANK, "people": "******", "flags": "5"}))
    found = json.loads(run(*paths, "--template", "--format", "json").stdout)["templates"][0]
    assert [slot["name"] for slot in found["slots"]] == [
        "year 1",
        "number 1",
        "number 2",
        "number 3",
        "name 1",
        "number 4",
    ]
    assert [fill["text"] for fill in found["slots"][3]["fills"]] == ["xx", "******"]
    assert [fill["blank"] for slot in found["slots"] for fill in slot["fills"]] == [True] * 11 + [False]


def test_words_that_stand_for_each_other_are_one_slot(tmp_path: Path) -> None:
    text = FORM.format(**FILLED)
    other = text.replace(text.splitlines()[3].strip(), "施工队一天也没有歇过。")
    found = json.loads(run(*files(tmp_path, text, other), "--template", "--format", "json").stdout)["templates"][0]
    (slot,) = found["slots"]
    assert slot["name"] == "text 1"
    assert [fill["text"].strip() for fill in slot["fills"]] == [text.splitlines()[3].strip(), "施工队一天也没有歇过。"]


def test_copies_are_called_by_letters() -> None:
    assert [name_of(number) for number in (0, 1, 25, 26, 27, 701, 702)] == ["A", "B", "Z", "AA", "AB", "ZZ", "AAA"]


# Clusters of a report


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four copies of a template, two of them records of one file, in a report; run from its folder."""
    monkeypatch.chdir(tmp_path)
    files(tmp_path, FORM.format(**FILLED), "序。\n\n" + FORM.format(**OTHER))
    rows = [{"id": "甲", "text": FORM.format(**BLANK)}, {"id": "乙", "text": FORM.format(**FILLED)}]
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "pages.jsonl").write_text("".join(lines), "utf-8")
    result = CliRunner().invoke(cli, ["check", ".", "--no-config", "--format", "json", "-o", "report.json"])
    assert result.exit_code == 1
    return tmp_path


def cluster_of(folder: Path) -> dict[str, Any]:
    (cluster,) = json.loads((folder / "report.json").read_text("utf-8"))["clusters"]
    return dict(cluster)


def test_members_of_a_cluster_stand_beside_the_representative(corpus: Path) -> None:
    cluster = cluster_of(corpus)
    found = json.loads(run("--cluster", cluster["id"][:5], "report.json", "--format", "json").stdout)
    head, *others = cluster["members"]
    assert found["cluster"] == cluster["id"]
    assert len(found["pairs"]) == 3
    for pair, member in zip(found["pairs"], others):
        kept, shown = pair["regions"]
        assert (kept["path"], kept["start"]) == (head["path"], head["start"])
        assert {key: member[key] for key in shown} == shown
        assert (pair["relation"], pair["jaccard"]) == (member["relation"], member["jaccard"])


def test_the_figures_are_those_of_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    report = check(["samples"], Settings(jobs=1))
    path = tmp_path / "report.json"
    CliRunner().invoke(cli, ["check", "samples", "--no-config", "--format", "json", "-o", str(path)])
    assert len(report.clusters) > 3
    for cluster in report.clusters:
        pairs = json.loads(run("--cluster", cluster.id, path, "--format", "json").stdout)["pairs"]
        assert [(pair["relation"], pair["jaccard"]) for pair in pairs] == [
            (member.relation.value, member.jaccard) for member in cluster.members[1:]
        ]
        assert [[pair["regions"][1][name] for name in ("containment", "marks", "tokens")] for pair in pairs] == [
            [member.containment, member.marks, member.tokens] for member in cluster.members[1:]
        ]


def test_a_cluster_makes_one_template(corpus: Path) -> None:
    shown = run("--cluster", cluster_of(corpus)["id"], "report.json", "--template").stdout
    assert shown.startswith("template of 4 texts · 7 slots\n")
    years = next(line.split() for line in shown.splitlines() if line.startswith("year 1"))
    assert sorted(years[2:]) == ["2018", "2018", "2021", "?20__"]


def test_many_copies_are_in_several_tables(corpus: Path) -> None:
    shown = run("--cluster", cluster_of(corpus)["id"], "report.json", "--template", width=60).stdout
    assert [line.split() for line in shown.splitlines() if line.startswith("slot")] == [
        ["slot", "A", "B", "C"],
        ["slot", "D"],
    ]


def test_reports_as_lines_and_on_standard_input_will_do(corpus: Path) -> None:
    lines = CliRunner().invoke(cli, ["check", ".", "--no-config", "--format", "jsonl", "--exclude", "report.json"])
    (corpus / "report.jsonl").write_text(lines.stdout, "utf-8")
    wanted = ("--cluster", cluster_of(corpus)["id"])
    expected = run(*wanted, "report.json").stdout
    assert "4 members" in expected
    assert run(*wanted, "report.jsonl").stdout == expected
    assert run(*wanted, "-", stdin=(corpus / "report.json").read_bytes()).stdout == expected


def test_texts_are_read_as_they_were_for_the_report(corpus: Path) -> None:
    rows = [{"nr": at, "body": FORM.format(**fills)} for at, fills in enumerate((FILLED, BLANK))]
    (corpus / "other.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    options = ["--no-config", "--text-field", "body", "--id-field", "nr", "--format", "json", "-o", "report.json"]
    CliRunner().invoke(cli, ["check", "other.jsonl", *options])
    result = run("--cluster", "", "report.json")
    assert "other.jsonl#0" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file or folder"),
        ("", "no report with clusters"),
        ("[]", "no report with clusters"),
        ('{"version": 1}', "no report with clusters"),
        ('{"version": 2, "clusters": []}', "a report of version 2, and this reads 1"),
        ('{"version": 1, "clusters": []}', "has no clusters"),
        ('{"version": 1, "clusters": [{"id": "ab1"}, {"id": "ab2"}]}', "2 clusters begin with 'ab' (ab1, ab2)"),
        ('{"version": 1, "clusters": [{"id": "ba1"}, {"id": "f"}]}', "has no cluster 'ab': of its 2 the nearest"),
        ('{"version": 1, "clusters": [{"id": "abc"}]}', "cluster abc is not whole"),
        ('{"version": 1, "clusters": [{"id": "ab", "representative": 1, "members": []}]}', "cluster ab is not whole"),
        ('{"version": 1, "clusters": [{"id": "abc", "members": [{"path": "a", "start": 1e400}]}]}', "abc is not whole"),
        ('{"version": 1, "settings": {"encoding": 5}, "clusters": [{"id": "ab"}]}', "its settings cannot be used"),
        ('{"version": 1, "settings": {"threshold": 7}, "clusters": [{"id": "ab"}]}', "its settings cannot be used"),
    ],
)
def test_a_report_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content, "utf-8")
    result = run("--cluster", "ab", path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {path}: ")
    assert message in result.stderr


@pytest.mark.parametrize("change", ["x", "更长了", "\n多一行"])
def test_a_text_that_was_changed_since_is_no_longer_that_of_the_report(corpus: Path, change: str) -> None:
    path = corpus / "0.txt"
    text = path.read_text("utf-8")
    path.write_text(text[:20] + change + text[20 + len(change) * (change == "x") :], "utf-8")
    result = run("--cluster", cluster_of(corpus)["id"], "report.json")
    assert result.exit_code == 2
    assert "was changed" in result.stderr
    assert "0.txt" in result.stderr


def test_a_text_that_is_gone_is_named_and_the_others_are_shown(corpus: Path) -> None:
    cluster = cluster_of(corpus)
    gone = next(member["path"] for member in cluster["members"][1:] if member["path"].endswith("txt"))
    (corpus / gone).unlink()
    result = run("--cluster", cluster["id"], "report.json", "--format", "json")
    assert result.exit_code == 2
    assert f"error: {gone}: no such file" in result.stderr
    found = json.loads(result.stdout)
    assert len(found["pairs"]) == 2
    assert [error["path"] for error in found["errors"]] == [gone]


def test_without_the_representative_there_is_nothing_to_compare_with(corpus: Path) -> None:
    cluster = cluster_of(corpus)
    (corpus / cluster["members"][0]["path"]).unlink()
    result = run("--cluster", cluster["id"], "report.json")
    assert result.exit_code == 2
    assert "too few of its members can be read" in result.stdout


def test_kinds_of_parts_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "thresholds.md").read_text("utf-8")
    assert "every stretch of both texts: " + ", ".join(f"`{kind.value}`" for kind in list(Kind)[:-1]) in page


def test_every_slot_has_a_colour() -> None:
    assert set(COLOURS) == set(SLOTS)
