"""What `clean` writes for each kind of file, and that the originals come back."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedupe.cleaning.clean import Order, Outcome, clean
from dedupe.cleaning.cuts import Cut, Reason
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import restore
from dedupe.cleaning.writers import Content, content_of
from dedupe.config.settings import Settings
from dedupe.core.errors import UnreadableError
from dedupe.inputs.readers.json import literal_of
from tests import files
from tests.cleaning.test_clean import CHROME
from tests.corpora import essay

RECORDS = [
    ("http://example.com/a", f"工作总结\n{essay(1)}\n{CHROME}\n{essay(2)}"),
    ("http://example.com/b", f"林场总结\n{essay(3)}"),
    ("http://example.com/c", f"工作总结\n{essay(1)}\n{essay(2)}"),
]
LEFT = [(RECORDS[0][0], RECORDS[2][1]), RECORDS[1]]


def cleaned(folder: Path, **options: Any) -> tuple[Path, Outcome]:
    output = folder.with_name(folder.name + "-clean")
    return output, clean(Order([str(folder)], output, Settings(), Choices(**options)))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def came_back(folder: Path, output: Path) -> None:
    count, failures = restore(output, folder.with_name("back"))
    assert failures == []
    assert tree(folder.with_name("back")) == tree(folder)
    assert count == len(tree(folder))


@pytest.mark.parametrize("kind", [*files.RECORD_KINDS, *files.SINGLE_KINDS])
def test_every_kind_is_cleaned_and_comes_back(tmp_path: Path, kind: str) -> None:
    folder = files.write(tmp_path / "corpus", kind, RECORDS)
    output, outcome = cleaned(folder)
    assert outcome.documents == (3, 2)
    assert outcome.failures == []
    came_back(folder, output)
    again, outcome = cleaned(output)
    assert outcome.taken == {}
    assert {name: data for name, data in tree(again).items() if name != "manifest.jsonl"} == {
        name: data
        for name, data in tree(output).items()
        if name != "manifest.jsonl" and not name.startswith((".originals/", "quarantine/"))
    }


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv", "parquet"])
@pytest.mark.parametrize("packing", ["", ".gz", ".xz"])
def test_records_are_written_in_kind_and_packed_as_they_were(tmp_path: Path, kind: str, packing: str) -> None:
    (tmp_path / "corpus").mkdir()
    data = files.made(kind, RECORDS)
    (tmp_path / "corpus" / f"a.{kind}{packing}").write_bytes(files.PACKERS[packing](data) if packing else data)
    output, _ = cleaned(tmp_path / "corpus")
    written = (output / f"a.{kind}{packing}").read_bytes()
    if packing:
        written = (gzip if packing == ".gz" else lzma).decompress(written)
    if kind == "parquet":
        assert pq.read_table(io.BytesIO(written))["text"].to_pylist() == [text for _, text in LEFT]
    else:
        assert written == files.made(kind, LEFT)
    came_back(tmp_path / "corpus", output)


def test_a_table_keeps_its_dialect_its_other_columns_and_untouched_rows(tmp_path: Path) -> None:
    header = '编号;text;"备注"\r\n'
    untouched = f'1;"{essay(3)}";  \'a\' \r\n\r\n2;{essay(5).replace(chr(10), "")};"x"\r\n'
    touched = f'"3";"首页\n{essay(4)}\n{CHROME}";"=1;2"\n'
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.csv").write_bytes((header + untouched + touched).encode("gb18030"))
    output, outcome = cleaned(tmp_path / "corpus")
    assert outcome.failures == []
    written = (output / "a.csv").read_bytes().decode("gb18030")
    assert written.startswith(header + untouched)
    rest = written[len(header + untouched) :]
    assert CHROME not in rest
    assert rest.startswith('"3";"')
    assert rest.endswith('";"=1;2"\n')
    came_back(tmp_path / "corpus", output)


def test_parquet_keeps_schema_metadata_compression_and_row_groups(tmp_path: Path) -> None:
    more = ("http://example.com/d", f"水厂\n{essay(7)}\n{CHROME}")
    folder = files.write(tmp_path / "corpus", "parquet", [*RECORDS, more])
    output, _ = cleaned(folder)
    before, after = (pq.ParquetFile(place / "corpus.parquet") for place in (folder, output))
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.schema_arrow.metadata[b"origin"] == b"tests"
    compressions = [file.metadata.row_group(0).column(0).compression for file in (before, after)]
    assert compressions == ["ZSTD", "ZSTD"]
    assert [after.metadata.row_group(number).num_rows for number in range(after.num_row_groups)] == [2, 1]
    rows = {row["id"]: row for row in before.read().to_pylist()}
    for row in after.read().to_pylist():
        assert {**row, "text": ""} == {**rows[row["id"]], "text": ""}
    texts = after.read()["text"].to_pylist()
    assert not any(CHROME in text for text in texts)


@pytest.mark.parametrize("form", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_strings_of_all_forms_are_written(tmp_path: Path, form: pa.DataType) -> None:
    (tmp_path / "corpus").mkdir()
    column = pa.array([f"{CHROME}\n{essay(4)}", None, essay(5)], form)
    pq.write_table(pa.table({"text": column, "n": [1, 2, 3]}), tmp_path / "corpus" / "a.parquet")
    output, outcome = cleaned(tmp_path / "corpus")
    assert len(outcome.failures) == 1
    after = pq.read_table(output / "a.parquet")
    assert after["text"].to_pylist() == [essay(4), None, essay(5)]
    assert after.schema.field("text").type == form
    came_back(tmp_path / "corpus", output)


@pytest.mark.parametrize("kind", ["html", "docx", "warc.gz"])
def test_of_other_kinds_the_text_is_written_as_json_lines_with_its_source(tmp_path: Path, kind: str) -> None:
    folder = files.write(tmp_path / "corpus", kind, RECORDS)
    output, _ = cleaned(folder)
    paths = sorted(path for path in output.glob("*.jsonl") if path.name != "manifest.jsonl")
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == [text for _, text in LEFT]
    assert "总结".encode() in paths[0].read_bytes()
    if kind == "warc.gz":
        assert [row["source"] for row in rows] == ["corpus.warc.gz"] * 2
        assert [row["id"] for row in rows] == [name for name, _ in LEFT]
    else:
        assert [row["source"] for row in rows] == [f"0.{kind}", f"1.{kind}"]
        assert [path.name for path in paths] == [f"0.{kind}.jsonl", f"1.{kind}.jsonl"]
    quarantined = "".join(path.read_text("utf-8") for path in (output / "quarantine").rglob("*.jsonl"))
    assert CHROME in quarantined


def test_quarantine_of_a_table_is_json_lines(tmp_path: Path) -> None:
    output, _ = cleaned(files.write(tmp_path / "corpus", "csv", RECORDS))
    rows = [json.loads(line) for line in (output / "quarantine" / "corpus.csv.jsonl").read_text("utf-8").splitlines()]
    assert {row["id"].rpartition(":")[0] for row in rows} == {RECORDS[0][0], RECORDS[2][0]}


def test_a_file_of_records_that_is_cut_short_is_kept_as_it_is_and_named(tmp_path: Path) -> None:
    folder = files.write(tmp_path / "corpus", "json", RECORDS)
    path = folder / "corpus.json"
    path.write_text(path.read_text("utf-8")[:-60], "utf-8")
    output, outcome = cleaned(folder)
    assert outcome.exit_code == 2
    assert not (output / "corpus.json").exists()
    came_back(folder, output)


def test_parquet_with_a_damaged_column_besides_the_text_is_kept_as_it_is_and_named(tmp_path: Path) -> None:
    folder = files.write(tmp_path / "corpus", "parquet", RECORDS)
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    at = pq.ParquetFile(path).metadata.row_group(0).column(1).data_page_offset
    data[at : at + 16] = b"\xff" * 16
    path.write_bytes(data)
    output, outcome = cleaned(folder)
    assert "not a Parquet file, or damaged" in outcome.failures[0].reason
    came_back(folder, output)


def test_parquet_with_a_damaged_name_of_a_column_is_named(tmp_path: Path) -> None:
    data = bytearray(files.parquet(RECORDS))
    at = data.index(b"score", data.index(b"score") + 1)
    while at >= 0:
        data[at] = 0x88  # in the schema and in what is said of each column
        at = data.find(b"score", at + 1)
    with pytest.raises(UnreadableError, match="not a Parquet file, or damaged"):
        content_of("a.parquet", bytes(data), Settings()).render({}, {})


def test_damaged_rows_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    text = f'id,text\n1,"{CHROME}\n{essay(1)}"\n2,"b"c\n3,d,e\n'
    (tmp_path / "corpus" / "a.csv").write_bytes(text.encode())
    output, outcome = cleaned(tmp_path / "corpus")
    assert len(outcome.failures) == 2
    assert (output / "a.csv").read_bytes() == text.replace(CHROME + "\n", "").encode()


@pytest.mark.parametrize("data", [b"", b"\r\n\n"])
def test_a_table_without_a_header_stays_what_it_is(data: bytes) -> None:
    assert content_of("a.csv", data, Settings()).render({}, {}) == data


def test_marks_are_masked_in_tables(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.csv").write_text("id,text\n1,今年接待了xx人次。\n", "utf-8")
    output, _ = cleaned(tmp_path / "corpus", placeholders='mask=<"N",>')
    rows = list(csv.reader((output / "a.csv").open(encoding="utf-8", newline="")))
    assert rows[1] == ["1", '今年接待了<"N",>人次。']


def test_a_file_named_by_hand_is_cleaned_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "page.text"
    path.write_text(f"{CHROME}\n{essay(1)}", "utf-8")
    clean(Order([str(path)], tmp_path / "out", Settings()))
    assert (tmp_path / "out" / "page.text").read_text("utf-8") == essay(1)


NAMES = ["-dash.txt", "two\nlines.csv", "a \"b\" 'c'.html", "bad\udcff.json", " .txt", "%2e%2e%2fa.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_awkward_names_are_cleaned_and_come_back(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    kind = name.rpartition(".")[2]
    (folder / name).write_bytes(files.made(kind, RECORDS))
    output, outcome = cleaned(folder)
    assert outcome.failures == []
    came_back(folder, output)


@pytest.mark.parametrize("address", ["../../evil", "/etc/passwd", "..\\..\\evil", "C:\\evil", "a\0b"])
def test_nothing_is_written_outside_the_folder_whatever_a_record_is_called(tmp_path: Path, address: str) -> None:
    root = tmp_path / "deep" / "down"
    root.mkdir(parents=True)
    records = [(address, RECORDS[0][1]), ("b", RECORDS[2][1])]
    folder = files.write(root / "corpus", "jsonl", records)
    output, _ = cleaned(folder)
    assert {path.name for path in root.iterdir()} == {"corpus", "corpus-clean"}
    assert {path.name for path in tmp_path.iterdir()} == {"deep"}
    came_back(folder, output)


@pytest.mark.parametrize(
    ("codec", "mark", "known"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16", b"\xff\xfe", "utf-16-le"),
        ("utf-32", b"\xff\xfe\0\0", "utf-32-le"),
        ("gb18030", b"", "gb18030"),
    ],
)
def test_json_lines_keep_their_encoding_and_one_mark(codec: str, mark: bytes, known: str) -> None:
    text = '{"id": 1, "text": "修路的总结"}\n{"id": 2, "text": "修桥的总结"}\n'
    content = content_of("a.jsonl", text.encode(codec), Settings())
    assert isinstance(content, Content)
    assert (content.mark, content.codec) == (mark, known)
    assert content.render({}, {}) == text.encode(codec)
    cut = Cut(1, 3, Reason("BP201", "chrome"))
    assert content.render({1: [cut]}, {}) == text.replace("路的", "").encode(codec)
    assert content.render({}, {1: cut.reason}).decode(codec) == text.partition("\n")[2]


def test_lines_of_several_encodings_have_none_together() -> None:
    chinese = '{"text": "修路的总结，今年修了三里"}\n'
    lines = [chinese.encode("gb18030"), chinese.encode(), b'{"text": "a"}\n']
    for part, codec in ((lines, None), (lines[:1], "gb18030"), (lines[::2], "gb18030"), (lines[2:], "utf-8")):
        content = content_of("a.jsonl", b"".join(part), Settings())
        assert isinstance(content, Content)
        assert (content.codec, content.render({}, {})) == (codec, b"".join(part))


@pytest.mark.parametrize(
    ("line", "literal"),
    [
        ('{"text":"a"}', '"a"'),
        ('{"id":1,"text":"a","b":2}', '"a"'),
        ('  {"id" : 1 ,  "text"\t: "a,}" , "b": {"text": "c"}}', '"a,}"'),
        ('{"text": "a", "id": [1, {"text": 2}], "text": "b"}', '"b"'),
        ('{"text": {"text": "a"}}', '{"text": "a"}'),
        ('{"id": "text"}', ""),
        ("{}", ""),
    ],
)
def test_the_literal_of_a_line_is_that_of_its_own_last_key(line: str, literal: str) -> None:
    assert line[slice(*literal_of(line, "text"))] == literal
