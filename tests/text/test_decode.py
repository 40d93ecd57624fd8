"""Encodings: which one some bytes are in, how certain that is, and what becomes of bytes that are in none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import restore
from dedupe.cli.main import cli
from dedupe.config.per_path import PerPath
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document
from dedupe.inputs.find import find
from dedupe.inputs.readers.jsonl import read
from dedupe.inputs.sources import read as read_source
from dedupe.pipeline.pipeline import check
from dedupe.text.decode import UndecodableError, decode, recognise
from tests.corpora import essay

CHINESE = "今年我们接待了来访群众，圆满完成了各项任务。\n"
FRENCH = "Cette année, les élèves ont été accueillis à l’école ; le café du théâtre était fermé.\n"
OTHERS = {
    "cp1252": (
        FRENCH,
        "Die Schüler können größere Räume nutzen; Fußgänger müssen über die Straße gehen.",
        "¿Dónde están los niños?",
    ),
    "euc_jp": ("今年の活動についてご報告いたします。皆さまのおかげで終わりました。来年も会員が自分の仕事を行います。",),
    "cp949": ("올해 우리는 많은 사람들을 만났습니다. 학교에서 공부하는 학생들은 모두 열심히 노력하고 있습니다.",),
    "cp932": ("今年の活動についてご報告いたします。皆さまのおかげで無事に終わりました。",),
    "big5hkscs": ("這是我們學校的年度報告，老師與學生都說內容很實際。",),
}


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codec, texts in OTHERS.items() for text in texts])
def test_other_encodings_are_recognised_where_they_are_certain(codec: str, text: str) -> None:
    found = recognise(text.encode(codec))
    assert (found.text, found.codec) == (text, codec)


@pytest.mark.parametrize("size", [100, 16_000, 200_000])
def test_chinese_behind_any_number_of_other_characters_is_recognised(size: int) -> None:
    text = "<p class=a>\n" * (size // 12) + CHINESE * 3
    assert decode(text.encode("gb18030")) == text


LINES = ["姓名：＿＿＿＿＿＿＿", "├───┼───┤", "－－－－－", "１２３　４５６", "①　完成", "职务\xa0\xa0\xa0\xa0\xa0"]


@pytest.mark.parametrize("line", LINES)
def test_lines_of_forms_are_recognised(line: str) -> None:
    found = recognise(line.encode("gb18030"))
    assert (found.text, found.codec) == (line, "gb18030")


CHARACTERS = sorted(set(essay(1) + essay(2)) - {"\n"})


@given(st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=40))
def test_no_chinese_text_is_taken_for_another_language(text: str) -> None:
    assert recognise((CHINESE[:4] + text).encode("gb18030")).codec in ("gb18030", "big5hkscs", "cp932")


@pytest.mark.parametrize("at", [0.05, 0.3, 0.6, 0.95])
def test_one_bad_byte_is_named_wherever_it_stands_and_can_be_replaced(at: float) -> None:
    data = bytearray((CHINESE * 50).encode("gb18030"))
    place = data.rindex(b"\n", 0, int(len(data) * at)) + 1
    data[place] = 0xFF
    with pytest.raises(UndecodableError, match=f"looks like GB18030, but byte {place} is not: mend it, name its"):
        decode(bytes(data))
    text = decode(bytes(data), errors="replace")
    assert text.count("\ufffd") >= 1
    assert text.count(CHINESE) == 49  # what it costs ends with its line


def test_bytes_of_any_encoding_can_be_replaced(tmp_path: Path) -> None:
    assert decode(CHINESE.encode() + b"\xff" + CHINESE.encode(), errors="replace") == f"{CHINESE}\ufffd{CHINESE}"
    assert decode(b"\xff\xfe" + "甲".encode("utf-16-le") + b"\0", errors="replace") == "甲\ufffd"
    assert decode(b"a\xff", "ascii", "replace") == "a\ufffd"
    with pytest.raises(UndecodableError, match="binary"):
        decode(b"\x89PNG\0\0\0\xff", errors="replace")
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a\xffb"}\n{"text": "c"}\n')
    with path.open("rb") as file:
        items = [item for _, item in read("a.jsonl", file, Settings(encoding="utf-8", errors="replace"))]
    assert [item.text for item in items if isinstance(item, Document)] == ["a\ufffdb", "c"]


def test_what_becomes_of_bad_bytes_is_strict_or_replace(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="errors is 'ignore': give one of strict, replace"):
        Settings(errors="ignore")
    (tmp_path / "a.txt").write_bytes(CHINESE.encode() * 9 + b"\xff")
    strict = CliRunner().invoke(cli, ["check", str(tmp_path), "--no-config"])
    assert strict.exit_code == 2
    assert "or have such bytes replaced by --errors replace" in strict.stderr
    loose = CliRunner().invoke(cli, ["check", str(tmp_path), "--no-config", "--errors", "replace", "--select", "PH"])
    assert (loose.exit_code, loose.stdout) == (0, "")


def test_a_cleaned_file_with_bad_bytes_comes_back(tmp_path: Path) -> None:
    text = "這是我們學校的年度報告，接待了xx人次。\n"
    data = text.encode("big5") + b"\xff\n" + text.encode("big5")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(data)
    settings, choices = Settings(errors="replace", encoding="big5"), Choices(placeholders="mask=N")
    clean(Order([str(tmp_path / "in")], tmp_path / "out", settings, choices))
    cleaned = text.replace("xx", "N").encode("big5")
    assert (tmp_path / "out" / "a.txt").read_bytes() == cleaned + b"?\n" + cleaned
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / "a.txt").read_bytes() == data


# The encoding of some files


def old_and_new(folder: Path) -> Path:
    """Files in two encodings that nothing tells apart from what they say."""
    for name, codec in (("old/a.txt", "cp1252"), ("old/b.jsonl", "cp1252"), ("new/a.txt", "utf-8")):
        path = folder / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"text": "né"}, ensure_ascii=False) + "\n" if name.endswith("jsonl") else "né"
        path.write_bytes(text.encode(codec))
    return folder / "pages"


def texts(folder: Path, settings: Settings) -> list[str]:
    sources, _ = find([folder], settings)
    items = [item for source in sources for item in read_source(source, settings)]
    return [item.text if isinstance(item, Document) else "?" for item in items]


def test_an_encoding_can_be_that_of_some_files(tmp_path: Path) -> None:
    pages = old_and_new(tmp_path)
    assert texts(pages, Settings()) == ["né", "?", "?"]
    narrower = (PerPath("old/", encoding="latin-1"), PerPath("*.txt"), PerPath("/pages/old/", encoding="cp1252"))
    assert texts(pages, Settings(per_path=narrower, root=str(tmp_path))) == ["né", "né", "né"]


def test_an_encoding_of_some_files_is_given_by_the_configuration(tmp_path: Path) -> None:
    pages = old_and_new(tmp_path)
    config = tmp_path / "dedupe.toml"
    config.write_text('[per-path."pages/old/"]\nencoding = "cp1252"\n', "utf-8")
    run = CliRunner()
    assert run.invoke(cli, ["check", str(pages), "--select", "PH"]).exit_code == 0
    # What the command line says holds for all files.
    forced = run.invoke(cli, ["check", str(pages), "--encoding", "utf-8"])
    assert [line.split(": ")[1].split("/")[-1] for line in forced.stderr.splitlines() if "error" in line] == [
        "a.txt",
        "b.jsonl:1",
    ]
    config.write_text('[per-path."pages/old/"]\nencoding = "none"\n', "utf-8")
    assert "dedupe.toml:2: encoding 'none' is not known" in run.invoke(cli, ["check", str(pages)]).stderr


def test_clean_writes_each_file_in_its_own_encoding(tmp_path: Path) -> None:
    pages = old_and_new(tmp_path)
    (pages / "old" / "c.txt").write_bytes("né. Il y a xx.".encode("cp1252"))
    settings = Settings(per_path=(PerPath("old/", encoding="cp1252"),), root=str(pages), html="raw")
    (pages / "old" / "d.html").write_bytes("<html><body>né".encode("cp1252"))
    outcome = clean(Order([str(pages)], tmp_path / "out", settings))
    assert outcome.failures == []
    assert outcome.documents[0] == 5
    assert (tmp_path / "out" / "old" / "c.txt").read_bytes() == "né. Il y a xx.".encode("cp1252")
    assert restore(tmp_path / "out", tmp_path / "back")[1] == []
    for path in pages.rglob("*.*"):
        assert (tmp_path / "back" / path.relative_to(pages)).read_bytes() == path.read_bytes()


def test_the_report_says_how_files_were_read(tmp_path: Path) -> None:
    old_and_new(tmp_path)
    report = check([tmp_path], Settings(per_path=(PerPath("old/", encoding="cp1252"),), root=str(tmp_path)))
    assert report.errors == ()
    assert report.summary.characters == 6
