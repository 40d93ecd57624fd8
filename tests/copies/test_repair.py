"""What sister copies are believed to say of a blank, and when they are not."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.copies.fills import fits
from dedupe.copies.suggest import passage_of
from dedupe.copies.vote import members_of, suggest
from dedupe.core.model import Document, Finding, Region, Report, Unit
from dedupe.inputs.find import find
from dedupe.inputs.sources import read
from dedupe.pipeline.pipeline import check
from dedupe.report import FORMATS, render
from dedupe.report.view import View
from dedupe.rules import RULES
from dedupe.rules.scan import scan
from tests import files
from tests.corpora import essay, recut, sentence

ALL_RULES = [rule for table in RULES for rule in table]
BEFORE, BEHIND = "乡里的水渠年久失修，下游的田浇不上水。", "乡亲们看在眼里，都说这件事办得好。"
COUNTS = "全长2公里，用了18天，来了46人，花了7万元。"


def body(text: str) -> str:
    return f"{BEFORE}{text}{BEHIND}"


def suggested(*texts: str, title: str = "") -> list[dict[str, tuple[str, int, int]]]:
    """For each text of a cluster its blanks in their contexts, with what is suggested, votes and sisters."""
    passages = []
    for number, text in enumerate(texts):
        document = Document(f"{number}.txt", text)
        region = Region(document.path, None, 0, len(text), 1, 1, Unit.DOCUMENT, title=title)
        passages.append(passage_of(document, region, scan(document, ALL_RULES)))
    found = []
    for passage, suggestions in zip(passages, suggest(members_of(passages))):
        named = {}
        for blank, suggestion in suggestions.items():
            at = suggestion.at or blank
            filled = passage.text[: at.start] + f"[{suggestion.text}]" + passage.text[at.end :]
            shown = filled[max(0, at.start - 2) :][: len(suggestion.text) + 6]
            named[shown] = (suggestion.text, suggestion.votes, suggestion.of)
        found.append(named)
    return found


@pytest.mark.parametrize(
    ("blank", "filled", "expected"),
    [
        ("由xx街道牵头修渠。", "由柳荫街道牵头修渠。", "。由[柳荫]街道"),
        ("请来了xx等地的师傅。", "请来了河口、东山、北湾等地的师傅。", "来了[河口、东山、北湾]等地"),
        ("由[姓名]带队修渠。", "由赵青山带队修渠。", "。由[赵青山]带队"),
        ("还收到锦旗面。", "还收到锦旗13面。", "锦旗[13]面。"),
        ("为xx5周岁以上老人让出工位。", "为65周岁以上老人让出工位。", "。为[6]5周"),
        ("工程于20__年完工。", "工程于2018年完工。", "程于[2018]年完"),
        ("工程于月日起全部停工。", "工程于5月12日起全部停工。", "程于[5月12]日起"),
        ("就此开展了“”主题会。", "就此开展了“惜水”主题会。", "了“[惜水]”主"),
    ],
)
def test_a_sister_fills_a_blank(blank: str, filled: str, expected: str) -> None:
    text = expected[expected.index("[") + 1 : expected.index("]")]
    assert suggested(body(blank + COUNTS), body(filled + COUNTS)) == [{expected: (text, 1, 1)}, {}]


@pytest.mark.parametrize(
    ("why", "blank", "others"),
    [
        ("two names disagree", "由xx街道牵头。", ["由柳荫街道牵头。", "由石桥街道牵头。"]),
        ("a mark is no fill", "由xx街道牵头。", ["由**街道牵头。"]),
        ("a figure is no name", "由xx街道牵头。", ["由30街道牵头。"]),
        ("a name is no year", "自20__年起修渠。", ["自去年起修渠。", "自去年起，修渠。"]),
        ("two digits are no year", "自xx年起修渠。", ["自17年起修渠。", "自17年起，修渠。"]),
        ("there is no month like that", "自3月前到xx月底都在修渠。", ["自3月前到13月底都在修渠。"] * 2),
        ("the words around are others", "由xx街道牵头。", ["由柳荫居委会带头。"]),
        ("the unit is another", "花了xx万元修渠。", ["花了48000元修渠。", "花了48000元，修渠。"]),
        ("figures disagree", "来了xx人修渠。", ["来了30人修渠。", "来了31人修渠。", "来了30人，修渠。"]),
        ("one figure is not enough", "来了xx人修渠，今年是第6年。", ["来了30人修渠，今年是第7年。"]),
        ("too little is the same behind it", "由xx街道牵头。", ["由柳荫街坊领头。"]),
    ],
)
def test_nothing_is_suggested_where_sisters_do_not_say_so(why: str, blank: str, others: list[str]) -> None:
    assert suggested(body(blank), *map(body, others))[0] == {}, why


def test_two_sisters_that_agree_are_enough_for_a_figure_and_copies_of_one_are_one_sister() -> None:
    blank = body("来了xx人修渠，今年是第6年。")
    first, second = body("来了30人修渠，今年是第7年。"), body("来了30人修渠，今年是第8年。")
    assert suggested(blank, first, second)[0] == {"来了[30]人修": ("30", 2, 2)}
    assert suggested(blank, first, recut(first, 1), first)[0] == {}


def test_blank_sisters_have_the_passage_but_no_vote() -> None:
    blank = body("由xx街道牵头。")
    texts = [blank, body("由**街道牵头。"), body("由柳荫街道牵头。"), essay(3)]
    assert suggested(*texts)[0] == {"。由[柳荫]街道": ("柳荫", 1, 2)}


def test_paragraphs_widths_and_inserted_sentences_do_not_matter() -> None:
    one = "渠首在xx村。\n\n" + body("由__街道牵头。") + COUNTS
    other = "渠首在上坪村。" + BEFORE.replace("，", ",\n") + "由柳荫街道牵头。大家说干就干。" + BEHIND + COUNTS
    assert [text for text, *_ in suggested(one, other)[0].values()] == ["上坪", "柳荫"]
    assert [text for text, *_ in suggested(essay(1) + one, essay(1) + other)[0].values()] == ["上坪", "柳荫"]


def test_a_year_that_a_heading_contradicts_is_not_believed_alone() -> None:
    blank, filled = body("工程于20__年完工。" + COUNTS), body("工程于2024年完工。" + COUNTS)
    assert suggested(blank, filled, title="2024年总结")[0] != {}
    assert suggested(blank, filled, title="2023年总结")[0] == {}
    assert suggested(blank, filled, title="14年总结")[0] == {}


@pytest.mark.parametrize(
    ("slot", "text", "after", "expected"),
    [
        ("number", "4.8万", "人", True),
        ("number", "三百", "人", True),
        ("number", "多", "人", False),
        ("ordinal", "十六", "届", True),
        ("date", "31", "日", True),
        ("date", "32", "日", False),
        ("word", "倡廉", "活", True),
        ("word", "倡廉，勤政", "活", False),
        ("range", "爱祖国，爱家乡", "”", True),
        ("range", "爱祖国。爱家乡", "”", False),
        ("name", "三", "村", False),
        ("name", "xx", "村", False),
        ("name", "“阳光”", "村", True),
    ],
)
def test_a_fill_is_of_the_right_kind(slot: str, text: str, after: str, expected: bool) -> None:
    assert fits(slot, text, after) is expected


def corpus(folder: Path) -> list[str]:
    """Six essays in three copies each, names and figures of which are blank here and there."""
    rng = random.Random(4)
    paths = []
    for copy in range(3):
        lines = []
        for number in range(6):
            fill = random.Random(number)
            facts = []
            for _ in range(8):
                name, figure = sentence(fill, 1)[:-1], str(fill.randint(10, 99))
                shown = rng.choice([name, "**"]), rng.choice([figure, "xx"])
                facts.append(f"{sentence(fill, 3)[:-1]}由{shown[0]}街道{sentence(fill, 3)[:-1]}来了{shown[1]}人次。")
            text = recut("".join(facts) + essay(number, 6), 2 + copy)
            lines.append(json.dumps({"id": f"{copy}-{number}", "text": text}, ensure_ascii=False))
        path = folder / f"{copy}.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        paths.append(str(path))
    return paths


def filled(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.suggestion]


def test_suggestions_do_not_depend_on_workers_order_or_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = corpus(tmp_path)
    monkeypatch.setattr("dedupe.pipeline.pipeline.BATCH", 3000)
    monkeypatch.setattr("dedupe.copies.suggest.ROOM", 3000)
    plain = check(paths, Settings(suggest=True))
    found = filled(plain)
    assert len(found) > 20
    for asked in (Settings(suggest=True, jobs=2), Settings(suggest=True, memory=1000)):
        assert filled(check(paths[::-1], asked)) == found
    alone = check(paths, Settings(suggest=True, select=("PH",)))
    assert filled(alone) == found
    assert alone.clusters == ()
    bare = check(paths)
    assert [replace_suggestion(finding) for finding in bare.findings] == list(map(replace_suggestion, plain.findings))


def replace_suggestion(finding: Finding) -> Finding:
    return finding._replace(suggestion=None, message="")


def test_members_that_are_not_asked_are_filled_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = corpus(tmp_path)
    monkeypatch.setattr("dedupe.copies.suggest.WITNESSES", 1)
    found = filled(check(paths, Settings(suggest=True)))
    assert found
    assert {finding.suggestion.of for finding in found if finding.suggestion} == {1}


def test_sources_are_places_of_the_suggestion(tmp_path: Path) -> None:
    texts = {}
    for path in corpus(tmp_path):
        for line in Path(path).read_text("utf-8").splitlines():
            texts[path, json.loads(line)["id"]] = json.loads(line)["text"]
    for finding in filled(check([str(tmp_path)], Settings(suggest=True))):
        assert finding.suggestion
        assert finding.suggestion.sources
        for source in finding.suggestion.sources:
            text = texts[source.path, source.record]
            assert text[source.start : source.end] == finding.suggestion.text
            assert text.count("\n", 0, source.start) + 1 == source.line


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_suggestions(tmp_path: Path, form: str) -> None:
    report = check(corpus(tmp_path), Settings(suggest=True, select=("PH",)))
    few = replace(report, findings=tuple(filled(report)[:3]))
    shown = render(few, form, View(width=200))
    assert all(finding.suggestion and finding.suggestion.text in shown for finding in few.findings)


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("passed", ["", '[per-path."*"]\nignore = ["ND"]\n'])
def test_repair_puts_suggestions_in_and_restore_takes_them_out(tmp_path: Path, passed: str) -> None:
    pages, out, config = tmp_path / "pages", tmp_path / "out", tmp_path / "dedupe.toml"
    pages.mkdir()
    paths = corpus(pages)
    config.write_text(passed, "utf-8")
    places = map(str, (pages, "-o", out, "--config", config))
    arguments = ["clean", *places, "--placeholders", "repair", "--keep-copies"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0
    assert "filled from other copies" in result.stdout
    repairs = [row for row in rows_of(out) if row.get("action") == "repair"]
    assert repairs
    for row in repairs:
        assert row["token"] == row["suggestion"]["text"]
        assert row["suggestion"]["votes"] <= row["suggestion"]["of"]
        source = row["suggestion"]["sources"][0]
        records = {}
        for line in (pages / source["path"]).read_text("utf-8").splitlines():
            records[json.loads(line)["id"]] = json.loads(line)["text"]
        assert records[source["record"]][source["start"] : source["end"]] == row["token"]
    CliRunner().invoke(cli, ["restore", str(out), "-o", str(tmp_path / "back")])
    for path in map(Path, paths):
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("kind", [*files.RECORD_KINDS, *files.SINGLE_KINDS])
def test_repair_fills_blanks_in_files_of_every_kind_and_restore_takes_them_out(tmp_path: Path, kind: str) -> None:
    tail = essay(7, 12)
    texts = [f"修渠总结\n{body(f'由{name}街道牵头修渠。')}\n{tail}" for name in ("**", "柳荫")]
    records = [(f"http://r{number}", text) for number, text in enumerate(texts)]
    pages, out, back = files.write(tmp_path / "pages", kind, records), tmp_path / "out", tmp_path / "back"
    arguments = ["clean", str(pages), "-o", str(out), "--placeholders", "repair", "--keep-copies", "--no-config"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0
    assert "error" not in result.stderr
    assert "filled from other copies" in result.stdout
    (repair,) = (row for row in rows_of(out) if row.get("action") == "repair")
    assert (repair["text"], repair["token"]) == ("**", "柳荫")
    sources, _ = find([str(out)], Settings())
    texts = [item.text for source in sources for item in read(source, Settings()) if isinstance(item, Document)]
    assert [text.count("由柳荫街道牵头修渠。") for text in texts] == [1, 1]
    assert CliRunner().invoke(cli, ["restore", str(out), "-o", str(back)]).exit_code == 0
    assert {path.name: path.read_bytes() for path in back.iterdir()} == {
        path.name: path.read_bytes() for path in pages.iterdir()
    }


@pytest.mark.parametrize("kind", ["txt", "jsonl", "csv", "json"])
@pytest.mark.parametrize(("name", "is_filled"), [("柳荫", False), ("柳川", True)])
def test_a_suggestion_that_an_encoding_cannot_spell_is_left_out(
    tmp_path: Path, name: str, is_filled: bool, kind: str
) -> None:
    words = ["水道の", "工事が", "完了し", "住民は", "安全な", "点検を", "学校で", "図書の", "清掃と", "道路を"]
    rng = random.Random(3)
    tail = "".join("".join(rng.choice(words) for _ in range(6)) + "。" for _ in range(12))
    data = files.made(kind, [("r1", f"{tail}水道の工事は**市で完了し。{tail[::-1]}")])
    (tmp_path / f"a.{kind}").write_bytes(data.decode().replace("云麓, 文库", "水道").encode("shift_jis"))
    (tmp_path / "b.txt").write_bytes(f"{tail}水道の工事は{name}市で完了し。{tail[::-1]}".encode())
    arguments = ["clean", str(tmp_path), "--keep-copies", "--dry-run", "--placeholders", "repair", "--no-config"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0
    assert (f"{name}市" in result.stdout) is is_filled
    (finding,) = filled(check([str(tmp_path)], Settings(suggest=True)))
    assert finding.suggestion
    assert finding.suggestion.text == name


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_cleaning_with_repair_twice_changes_nothing_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("repair")
    pages = folder / "pages"
    pages.mkdir()
    rng = random.Random(seed)
    for number in range(3):
        heads = [rng.choice(["由柳荫街道", "由**街道", "由__街道"]) for _ in range(5)]
        blanks = "".join(head + sentence(random.Random(i)) for i, head in enumerate(heads))
        (pages / f"{number}.txt").write_text(blanks + essay(seed, 8) + essay(number), encoding="utf-8")
    keep = rng.choice([[], ["--keep-copies"], ["--keep-passages"]])
    for source, output in (("pages", "one"), ("one", "two")):
        arguments = ["clean", str(folder / source), "-o", str(folder / output), "--placeholders", "repair", *keep]
        assert CliRunner().invoke(cli, [*arguments, "--no-config"]).exit_code == 0
    assert {path.name: path.read_bytes() for path in (folder / "one").glob("*.txt")} == {
        path.name: path.read_bytes() for path in (folder / "two").glob("*.txt")
    }
    CliRunner().invoke(cli, ["restore", str(folder / "one"), "-o", str(folder / "back")])
    for path in pages.iterdir():
        assert (folder / "back" / path.name).read_bytes() == path.read_bytes()
