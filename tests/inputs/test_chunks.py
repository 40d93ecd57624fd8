"""A large file of records gives the same report in pieces as it does whole."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Failure, Report
from dedupe.inputs import chunks
from dedupe.inputs.find import find
from dedupe.inputs.sources import CHANGED, Source, read, stamp_of
from dedupe.pipeline.pipeline import check
from dedupe.report.json import pieces as json_pieces
from dedupe.report.view import View
from tests.corpora import essay

Row = tuple[str, str]
ROWS = [(f"{number}", f"{essay(number % 5)}\n今年我们接待了xx人次。") for number in range(12)]


def lines(rows: Sequence[Row]) -> bytes:
    texts = (json.dumps({"id": name, "text": text}, ensure_ascii=False) for name, text in rows)
    return "".join(f"{text}\n" for text in texts).encode()


def table(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([("id", "text"), *rows])
    return out.getvalue().encode()


KINDS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "a.jsonl": lines,
    "a.jsonl.gz": lambda rows: gzip.compress(lines(rows)),
    "utf16.jsonl": lambda rows: lines(rows).decode().encode("utf-16"),
    "gbk.jsonl": lambda rows: lines(rows).decode().encode("gbk"),
    "a.csv": table,
    "a.json": lambda rows: json.dumps([{"id": name, "text": text} for name, text in rows]).encode(),
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large, and every second record begins a piece."""
    monkeypatch.setattr(chunks, "LARGE", 1)
    monkeypatch.setattr(chunks, "SIZE", 1_000)


def shown(report: Report) -> str:
    return "".join(part for part in json_pieces(report, View()) if '"seconds"' not in part)


def sources_of(path: Path, folder: Path, settings: Settings) -> list[Source]:
    return chunks.cut(find(path, settings)[0], settings, folder, None)[0]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_pieces_give_the_report_of_the_whole(
    tmp_path: Path, name: str, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name](ROWS))
    whole = check(path, Settings())
    monkeypatch.setattr(chunks, "LARGE", 1)
    monkeypatch.setattr(chunks, "SIZE", 1_000)
    assert shown(check(path, Settings(jobs=jobs))) == shown(whole)
    assert whole.summary.by_code["PH103"] == len(ROWS)
    assert whole.clusters


@pytest.mark.parametrize("name", KINDS)
def test_a_piece_is_a_few_records_of_the_file(tmp_path: Path, small: None, name: str) -> None:
    path, settings = tmp_path / name, Settings()
    path.write_bytes(KINDS[name](ROWS))
    sources = sources_of(path, tmp_path, settings)
    assert len(sources) > len(ROWS) / 4
    assert {source.path for source in sources} == {path.as_posix()}
    texts = [item for source in sources for item in read(source, settings)]
    assert texts == [Document(path.as_posix(), text, name) for name, text in ROWS]


def test_records_of_one_id_are_told_apart_over_pieces(tmp_path: Path, small: None) -> None:
    path, settings = tmp_path / "a.jsonl", Settings()
    names = ["a", "a", "3", "b", "a", "a#2", "b"]
    path.write_bytes(lines([(name, f"{essay(number)}") for number, name in enumerate(names)]))
    whole = [item.record for item in read(find(path, settings)[0][0], settings) if isinstance(item, Document)]
    sources = sources_of(path, tmp_path, settings)
    in_pieces = [item.record for source in sources for item in read(source, settings) if isinstance(item, Document)]
    assert len(sources) > 2
    assert in_pieces == whole == ["a", "a#2", "3", "b", "a#5", "a#2#6", "b#7"]


RECORDS = st.fixed_dictionaries(
    {"text": st.sampled_from(["甲", "乙\n", ""])},
    optional={"id": st.sampled_from(["a", "a#2", "3", 3, "", None])},
).map(json.dumps)
DAMAGED = st.sampled_from(["", " ", "{", "[]", '{"id": "a"}', '{"text": 1}', "\r"])


@given(rows=st.lists(RECORDS | DAMAGED, max_size=12), size=st.integers(1, 90), ending=st.sampled_from(["", "\n"]))
def test_items_of_pieces_are_those_of_the_whole(rows: list[str], size: int, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(("\n".join(rows) + ending).encode())
        whole = find(path, Settings())[0]
        patch.setattr(chunks, "LARGE", 1)
        patch.setattr(chunks, "SIZE", size)
        parts = sources_of(path, Path(folder), Settings())
        assert [item for part in parts for item in read(part, Settings())] == list(read(whole[0], Settings()))


def test_a_damaged_line_is_named_with_its_number(tmp_path: Path, small: None) -> None:
    path = tmp_path / "a.jsonl"
    rows = lines(ROWS).splitlines(keepends=True)
    rows[7:7] = [b"\n", b"{broken\n"]
    path.write_bytes(b"".join(rows))
    report = check(path, Settings())
    assert [error.path for error in report.errors] == [f"{path.as_posix()}:9"]
    assert report.summary.documents == len(ROWS)


def test_what_cannot_be_read_of_a_packed_file_is_named_and_the_rest_checked(tmp_path: Path, small: None) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines(ROWS))[:-9])
    report = check(path, Settings())
    assert [error.path for error in report.errors] == [path.as_posix()]
    assert "truncated" in report.errors[0].reason
    assert report.summary.documents > 0


def test_a_file_that_changed_after_it_was_cut_is_named(tmp_path: Path, small: None) -> None:
    path, settings = tmp_path / "a.jsonl", Settings()
    path.write_bytes(lines(ROWS))
    sources = sources_of(path, tmp_path, settings)
    path.write_bytes(lines(ROWS[::-1]))
    os.utime(path, ns=(1, 1))
    items = [item for source in sources for item in read(source, settings)]
    assert items == [Failure(path.as_posix(), CHANGED)] * len(sources)


def test_a_text_is_not_cut(tmp_path: Path, small: None) -> None:
    path = tmp_path / "a.txt"
    path.write_text(essay(1), "utf-8")
    assert sources_of(path, tmp_path, Settings()) == find(path, Settings())[0]


def test_a_small_file_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(ROWS))
    assert sources_of(path, tmp_path, Settings()) == find(path, Settings())[0]


def test_a_piece_is_not_cut_again(tmp_path: Path, small: None) -> None:
    path, settings = tmp_path / "a.jsonl", Settings()
    path.write_bytes(lines(ROWS))
    with chunks.laid_out(find(path, settings)[0], settings, None) as (parts, _):
        assert len(parts) > 1
        with chunks.laid_out(parts, settings, None) as (again, _):
            assert again == parts


def test_a_large_file_that_vanished_is_named(tmp_path: Path, small: None) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(ROWS))
    found = find(path, Settings())[0]
    path.unlink()
    assert chunks.cut(found, Settings(), tmp_path, None) == (found, [])


def test_fields_of_the_user_are_those_of_the_file_and_not_of_pieces(tmp_path: Path, small: None) -> None:
    path, settings = tmp_path / "a.csv", Settings(text_field="正文", id_field="text", encoding="gbk")
    rows = [{"text": f"篇{number}", "正文": essay(number)} for number in range(4)]
    out = io.StringIO()
    writer = csv.DictWriter(out, ("text", "正文"))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode("gbk"))
    items = [item for source in sources_of(path, tmp_path, settings) for item in read(source, settings)]
    assert items == [Document(path.as_posix(), row["正文"], row["text"]) for row in rows]


def test_records_of_a_program_and_standard_input_are_cut_too(
    tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [{"id": name, "text": text} for name, text in ROWS]
    records = dedupe.check(iter(given))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines(ROWS))))
    stdin = check("-", Settings())
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(ROWS))
    report = check(path, Settings())
    for other in (records, stdin):
        assert not other.errors
        assert other.summary.documents == len(ROWS)
        assert other.summary.by_code == report.summary.by_code


def test_an_index_of_pieces_is_that_of_the_whole(tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    store, against = pytest.importorskip("dedupe.index.index"), pytest.importorskip("dedupe.index.check")
    old, new, settings = tmp_path / "old.csv", tmp_path / "new.jsonl.gz", Settings()

    def report(index: Path) -> Report:
        surveys = against.surveyed([str(old)], settings)
        store.build(index, (one for part in surveys for one in part.documents), settings)
        return against.check_with(against.Before(index), [str(new)], settings)  # type: ignore[no-any-return]

    old.write_bytes(table(ROWS[:3]))
    new.write_bytes(gzip.compress(lines(ROWS[2:6])))
    in_pieces = report(tmp_path / "pieces")
    monkeypatch.undo()
    whole = report(tmp_path / "whole")
    assert shown(in_pieces) == shown(whole)
    assert [finding.record for finding in whole.findings if finding.old] == ["2", "5"]


def test_no_temporary_file_is_left(tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = tmp_path / "a.csv", tmp_path / "temporary"
    path.write_bytes(table(ROWS))
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert check(path, Settings()).summary.documents == len(ROWS)
    assert not list(folder.iterdir())


def test_a_temporary_file_has_the_stamp_of_its_pieces(tmp_path: Path, small: None) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(ROWS))
    sources = sources_of(path, tmp_path, Settings())
    assert {source.stamp for source in sources} == {stamp_of(os.stat(tmp_path / "lines0"))}
    assert sum(source.size for source in sources) == os.stat(tmp_path / "lines0").st_size
