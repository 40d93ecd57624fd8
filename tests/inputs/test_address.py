"""Documents by the names that reports print: paths, records, lines; and what is said where a name means nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedupe.config.settings import Settings
from dedupe.core.errors import CorpusError
from dedupe.inputs.address import extract, fetch

TEXT = "第一行。\n第二行。\r\n第三行。"


def records(folder: Path, *ids: str | None) -> str:
    path = folder / "pages.jsonl"
    rows = [{"text": f"第{at}篇。\n完。"} | ({} if name is None else {"id": name}) for at, name in enumerate(ids)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(path)


def text_of(name: str) -> str:
    return extract(name, Settings()).text


def test_a_path_is_the_whole_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert text_of(str(path)) == TEXT


@pytest.mark.parametrize(("lines", "expected"), [("1", "第一行。\n"), ("2-3", "第二行。\r\n第三行。"), ("1–3", TEXT)])
def test_lines_behind_a_name_are_those_of_the_report(tmp_path: Path, lines: str, expected: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode())
    assert text_of(f"{path}:{lines}") == expected


def test_a_record_is_named_by_its_id(tmp_path: Path) -> None:
    path = records(tmp_path, "甲", "乙#3", None)
    assert text_of(f"{path}#甲").startswith("第0篇")
    assert text_of(f"{path}#乙#3").startswith("第1篇")
    assert text_of(f"{path}#3").startswith("第2篇")
    assert text_of(f"{path}#甲:2–2") == "完。"


def test_the_only_record_needs_no_name(tmp_path: Path) -> None:
    assert text_of(records(tmp_path, "甲")).startswith("第0篇")


def test_a_file_whose_own_name_looks_like_a_place_is_that_file(tmp_path: Path) -> None:
    for name in ("a.txt", "a.txt#1", "a.txt:3"):
        (tmp_path / name).write_text(name, "utf-8")
    assert [text_of(str(tmp_path / name)) for name in ("a.txt#1", "a.txt:3")] == ["a.txt#1", "a.txt:3"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.txt", "no such file or folder"),
        ("missing.txt:3", "no such file or folder"),
        (".", "is a folder: name one document"),
        ("a.txt:4", "there are no such lines: the document has lines 1–3"),
        ("a.txt:3-2", "there are no such lines"),
        ("a.txt:0", "there are no such lines"),
        ("a.txt#1", "is one text and has no record '1'"),
        ("pages.jsonl", "holds several records: name one, as in pages.jsonl#甲1 (there are 甲1, 甲2, 丙)"),
        ("pages.jsonl#甲3", "has no record '甲3': there are 甲1, 甲2"),
        ("pages.jsonl#甲3:1", "has no record '甲3'"),
        ("damaged.jsonl", "damaged.jsonl:1: not JSON"),
        ("damaged.jsonl#甲", "damaged.jsonl:1: not JSON"),
        ("a.txt/b.txt", "cannot be read"),
        ("empty.jsonl", "no document in it"),
    ],
)
def test_a_name_that_means_nothing_is_said_with_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "damaged.jsonl").write_text("{", "utf-8")
    (tmp_path / "empty.jsonl").write_text("", "utf-8")
    records(tmp_path, "甲1", "甲2", "丙")
    with pytest.raises(CorpusError) as raised:
        extract(name, Settings())
    assert message in str(raised.value)


def test_many_records_of_one_file_are_read_at_once(tmp_path: Path) -> None:
    path = records(tmp_path, *map(str, range(50)))
    found = fetch(path, {"7", "31"}, Settings())
    assert sorted(found, key=str) == ["31", "7"]
    assert found["7"].text.startswith("第7篇")
