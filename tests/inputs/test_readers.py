"""Every kind of file: what is read of it, and what is said of one that is cut short, damaged, or not what it seems."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tempfile
import zipfile
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cli.main import cli
from dedupe.config.kinds import KINDS, kind_of, packing_of
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document, Failure, Report
from dedupe.inputs.find import find
from dedupe.inputs.readers import HOMES
from dedupe.inputs.readers import csv as csv_reader
from dedupe.inputs.readers import json as json_reader
from dedupe.inputs.sources import printable, read
from dedupe.pipeline.pipeline import check
from tests import files
from tests.corpora import essay

RECORDS = [
    ("http://example.com/a", f"公交场站工作总结\n{essay(1)}\n今年共检修车辆xx台，疏通水渠*公里。"),
    ("http://example.com/b", f"社区服务站工作总结\n{essay(2)}\n站长**同志于20xx年到任。"),
    ("http://example.com/c", f"公交场站工作总结\n{essay(1)}\n今年共检修车辆36台，疏通水渠2公里。"),
    ("http://example.com/d", f"林场年度工作总结\n{essay(3)}\n以上成绩的取得离不开大家的支持。"),
    ("http://example.com/e", f"水厂年度工作总结\n{essay(4)}\n{essay(2)}"),
]
PACKED = [f"{kind}{packing}" for kind in ("txt", "jsonl", "csv", "html") for packing in files.PACKERS]


def items(path: Path, options: Settings | None = None) -> list[Document | Failure]:
    options = options or Settings()
    sources, failures = find([path], options)
    return [*failures, *(item for source in sources for item in read(source, options))]


def put(folder: Path, name: str, data: bytes | str) -> Path:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder / name


def texts(path: Path, options: Settings | None = None) -> list[str]:
    found = items(path, options)
    assert [item for item in found if isinstance(item, Failure)] == []
    return [item.text for item in found if isinstance(item, Document)]


def the_failure(path: Path, options: Settings | None = None) -> Failure:
    (failure,) = (item for item in items(path, options) if isinstance(item, Failure))
    return failure


def gist(report: Report) -> tuple[object, ...]:
    """What was found, without where: findings by text and surroundings, clusters by their members."""
    findings = sorted((f.code, f.slot or "", f.start, f.text, f.before, f.after) for f in report.findings)
    clusters = sorted(
        sorted((m.relation.value, m.jaccard, m.containment, m.marks, m.region.start, m.region.end) for m in c.members)
        for c in report.clusters
    )
    return findings, clusters


# One corpus, every kind


@pytest.mark.parametrize("kind", [*files.RECORD_KINDS, *files.SINGLE_KINDS])
def test_one_corpus_gives_the_same_findings_and_clusters_in_every_kind(tmp_path: Path, kind: str) -> None:
    plain = check([files.write(tmp_path / "plain", "txt", RECORDS)])
    assert len(plain.clusters) > 0
    assert len(plain.findings) > 5
    report = check([files.write(tmp_path / "other", kind, RECORDS)])
    assert report.errors == ()
    assert gist(report) == gist(plain)


@pytest.mark.parametrize("kind", list(files.RECORD_KINDS))
def test_records_are_called_by_their_ids(tmp_path: Path, kind: str) -> None:
    found = items(files.write(tmp_path / "corpus", kind, RECORDS))
    assert [(item.record, item.text) for item in found if isinstance(item, Document)] == RECORDS


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_are_unpacked_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    kind, packing = name.split(".")
    packed = files.PACKERS[f".{packing}"](files.made(kind, RECORDS[:1]))
    for called in (name, kind):
        (text,) = texts(put(tmp_path, f"a.{called}", packed))
        assert text == RECORDS[0][1]


def test_every_kind_has_a_reader() -> None:
    assert set(HOMES) == set(KINDS)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", b"PAR1....", "parquet"),
        ("a.bin", b"WARC/1.0\r\n", "warc"),
        ("a", b"PK\x03\x04" + 26 * b"\0" + b"[Content_Types].xml...", "docx"),
        ("a.docx", b"PK\x03\x04...", "docx"),
        ("a.txt", b"PK\x03\x04" + 26 * b"\0" + b"a.txt...", "zip"),
        ("a.zip", b"PK\x05\x06" + 18 * b"\0", "zip"),
        ("a", b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "tar"),
        ("a.txt", b"ARROW1\0\0...", "arrow"),
        ("a.bin", b"\xff\xff\xff\xff\x70\0\0\0", "arrow"),
        ("A.TXT", b"PAR", "txt"),
        ("a.JL.ZSTD", b"{", "jsonl"),
        ("a.tgz", b"...", "tar"),
        ("a.xhtml", b"...", "html"),
        ("a.json", b'{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        ("a.json", b'{\n "text": "a"\n}\n', "json"),
        ("a.json", b'[{"text": "a"}]', "json"),
        ("-", b'\xef\xbb\xbf{"text": "a"}\r\n', "jsonl"),
        ("-", '{"text": "甲"}\n'.encode("utf-16"), "jsonl"),
        ("-", b'[\n  {"text": "a"}\n]', "json"),
        ("-", b'{\n  "text": "a"\n}', "json"),
        ("-", b'{"data": [{"text": "a"}]}\n', "json"),
        ("-", b'{"version": "1.0", "n": 2, "rows": [{"text": "a"}]}', "json"),
        ("-", b'{"data": [{"text": "a"}]}\n{"data": [{"text": "b"}]}\n', "jsonl"),
        ("-", b'{"text": "a", "data": ["b"]}', "jsonl"),
        ("-", "[姓名]同志：\n你好".encode(), "txt"),
        ("-", b"[{{client}}]", "txt"),
        ("-", b"{{client}}: a", "txt"),
        ("-", "{单位}总结".encode(), "txt"),
        ("-", b"<!-- a --><!-- b -->\n<!DOCTYPE html><html>", "html"),
        ("-", b"<html><body>", "html"),
        ("-", b"<p>a</p>", "txt"),
        ("-", b"id,text\n1,a\n", "txt"),
        ("-", b"", "txt"),
    ],
)
def test_kinds_are_told_by_content_where_it_is_certain(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind
    assert kind_of(name, content, "csv") in ("csv", kind, kind_of("a", content))


def test_a_text_about_packing_is_not_packed() -> None:
    assert packing_of("a.txt", b"BZh9 is how such files begin") == ""


# Damage


@pytest.mark.parametrize(
    ("kind", "cut", "reason"),
    [
        ("json", 0.7, "not JSON"),
        ("csv", 0.9, "a quote is never closed"),
        ("tsv", 0.9, "a quote is never closed"),
        ("parquet", 0.9, "not a Parquet file, or damaged"),
        ("warc", 0.8, "truncated"),
        ("warc.gz", 0.9, "truncated"),
        ("jsonl", 0.9, "not JSON"),
        ("docx", 0.9, "not a .docx file, or damaged"),
    ],
)
def test_a_file_that_was_cut_short_is_named_and_the_rest_read(
    tmp_path: Path, kind: str, cut: float, reason: str
) -> None:
    whole = RECORDS if kind in files.RECORD_KINDS else RECORDS[:1]
    folder = files.write(tmp_path / "corpus", kind, whole)
    (path,) = folder.iterdir()
    data = path.read_bytes()
    if kind in ("json", "csv", "tsv", "jsonl"):
        path.write_text(data.decode()[: int(len(data.decode()) * cut)], "utf-8", newline="")
    else:
        path.write_bytes(data[: int(len(data) * cut)])
    assert reason in the_failure(path).reason
    put(folder, "sound.txt", RECORDS[0][1])
    report = check([folder])
    assert report.exit_code == 2
    assert len(report.errors) == 1
    before = 0 if kind in ("parquet", "docx") else 4
    assert report.summary.documents == before + 1


@pytest.mark.parametrize("kind", ["json", "csv", "parquet", "warc", "warc.gz", "docx", "html", "txt", "jsonl"])
def test_a_damaged_file_is_named(tmp_path: Path, kind: str) -> None:
    folder = files.write(tmp_path / "corpus", kind, RECORDS[:1])
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    middle = len(data) * 4 // 5
    if kind == "parquet":
        middle = pq.ParquetFile(path).metadata.row_group(0).column(2).dictionary_page_offset + 60
    if kind == "docx":
        middle = data.index(b"word/document.xml") + 60
    data[middle : middle + 64] = bytes(range(192, 256))
    path.write_bytes(data)
    report = check([folder])
    assert report.exit_code == 2
    assert [error.path.startswith(str(path)) for error in report.errors] == [True]


@pytest.mark.parametrize("change", [-20, 20])
def test_a_web_record_that_is_not_as_long_as_it_says_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], change: int
) -> None:
    data = files.warc(RECORDS[:1], packed=False)
    at = data.rindex(b"Content-Length: ") + len(b"Content-Length: ")
    length = int(data[at:].split(b"\r\n")[0])
    path = put(tmp_path, "a.warc", data.replace(b"Length: %d" % length, b"Length: %d" % (length + change)))
    assert texts(put(tmp_path, "b.warc", data)) == [RECORDS[0][1]]
    (failure,) = items(path)
    assert isinstance(failure, Failure)
    assert "fetch the archive again" in failure.reason
    assert capfd.readouterr() == ("", "")


def test_a_page_that_is_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    whole = files.page(RECORDS[0][1])
    (text,) = texts(put(tmp_path, "a.html", whole[: whole.index("<p>今年")]))
    assert text == RECORDS[0][1].rpartition("\n")[0]


@pytest.mark.parametrize("kind", ["parquet", "docx", "warc", "json"])
def test_a_file_that_only_has_the_name_is_named(tmp_path: Path, kind: str) -> None:
    assert "not " in the_failure(put(tmp_path, f"a.{kind}", "这是普通的文字。")).reason


def test_another_office_file_is_named_in_the_same_words_each_time(tmp_path: Path) -> None:
    out = io.BytesIO(files.word("总结"))
    other = io.BytesIO()
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name).replace(b"w:document>", b"w:workbook>").replace(b"<w:document", b"<w:workbook")
            changed.writestr(name, data)
    reasons = {the_failure(put(tmp_path, "a.docx.gz", gzip.compress(other.getvalue()))).reason for _ in range(3)}
    assert len(reasons) == 1
    assert "no text of Word in it: a spreadsheet" in reasons.pop()


def test_an_old_word_file_is_told_what_to_become(tmp_path: Path) -> None:
    failure = the_failure(put(tmp_path, "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
    assert "save it as .docx" in failure.reason


@pytest.mark.parametrize("kind", ["txt", "jsonl", "json", "csv", "tsv", "html"])
def test_an_empty_file_is_no_error_among_others(tmp_path: Path, kind: str) -> None:
    put(tmp_path, f"a.{kind}", "")
    put(tmp_path, "b.txt", "甲")
    assert check([tmp_path]).errors == ()


BEGINNINGS = (
    b"",
    b"PAR1",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"WARC/1.0\r\n",
    b"\x1f\x8b\x08",
    b"\xfd7zXZ\0",
    b"text\n",
    b"ARROW1\0\0",
    b"\xff\xff\xff\xff\x10\0\0\0",
    b"a".ljust(124, b"\0") + b"00000000010\0".ljust(133, b"0") + b"ustar",
)
SIGNS = st.sampled_from(BEGINNINGS)


@given(SIGNS, st.binary(max_size=200), st.sampled_from(KINDS))
def test_any_bytes_give_documents_or_reasons(sign: bytes, data: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), f"a.{kind}", sign + data)
        for item in items(path):
            assert item.path.startswith(str(path))
            # Whatever is read can be written, and whatever cannot be read is explained.
            assert isinstance((item.text if isinstance(item, Document) else item.reason).encode(), bytes)


# Names


NAMES = ["-dash.txt", "two\nlines.txt", "a \"b\" 'c'.txt", "bad\udcff.txt", "\x1b[31m.txt", "a\u202eb.txt"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["text", "rich", "json", "jsonl"])
def test_awkward_names_are_shown_in_one_line(tmp_path: Path, name: str, form: str) -> None:
    put(tmp_path, name, "接待了xx人次。")
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "--format", form, "--no-config"])
    assert result.exit_code == 1
    assert not any(line.startswith("lines.txt") for line in result.stdout.split("\n"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800-\udfff]", result.stdout)
    assert "PH103" in result.stdout
    if form == "json":
        (finding,) = json.loads(result.stdout)["findings"]
        assert finding["path"] == printable((tmp_path / name).as_posix())


# Bombs


@pytest.mark.parametrize("packing", list(files.PACKERS))
def test_a_file_that_unpacks_to_too_much_is_named(tmp_path: Path, packing: str) -> None:
    path = put(tmp_path, f"a.jsonl{packing}", files.PACKERS[packing](files.jsonl([("a", "长" * 1000)] * 1000)))
    failure = the_failure(path)
    assert "200 times its size" in failure.reason
    assert "max_expansion" in failure.reason
    assert len(texts(path, Settings(max_expansion=0))) == 1000
    assert len(texts(path, Settings(max_expansion=1_000_000))) == 1000


def test_a_small_file_may_be_as_repetitive_as_it_likes(tmp_path: Path) -> None:
    assert len(texts(put(tmp_path, "a.txt.xz", files.PACKERS[".xz"](b"a" * 900_000)))[0]) == 900_000


def test_a_docx_that_unpacks_to_too_much_is_named(tmp_path: Path) -> None:
    out = io.BytesIO(files.word("总结"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.bin", b"\0" * 20_000_000)  # which nobody reads
    assert texts(put(tmp_path, "a.docx", out.getvalue())) == ["总结"]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)
    assert "max_expansion" in the_failure(put(tmp_path, "a.docx", out.getvalue())).reason


def test_a_parquet_file_whose_one_value_stands_for_many_is_named(tmp_path: Path) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["长" * 2000]))
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
    assert "max_expansion" in the_failure(tmp_path / "a.parquet").reason


# Records


def test_other_fields_can_be_named_in_every_table(tmp_path: Path) -> None:
    options = Settings(text_field="正文", id_field="网址")
    rows = [{"网址": "u1", "正文": "甲", "text": "不是"}]
    put(tmp_path, "a.json", json.dumps(rows))
    put(tmp_path, "b.csv", "网址,正文,text\nu1,甲,不是\n")
    put(tmp_path, "c.csv", "网址;正文;text\nu1;甲;不是\n".encode("gb18030"))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "d.parquet")
    found = items(tmp_path, options)
    assert [(item.record, item.text) for item in found if isinstance(item, Document)] == [("u1", "甲")] * 4


@pytest.mark.parametrize(("name", "place"), [("a.json", "a.json#1"), ("a.csv", "a.csv"), ("a.parquet", "a.parquet")])
def test_a_table_without_the_text_says_what_there_is(tmp_path: Path, name: str, place: str) -> None:
    rows = [{"id": "1", "content": "甲"}]
    put(tmp_path, "a.json", json.dumps(rows))
    put(tmp_path, "a.csv", "id,content\n1,甲\n")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    failure = the_failure(tmp_path / name)
    assert failure.path.endswith(place)
    told = "no field 'text' (there are: 'id', 'content'): name the right one with text="
    of_tables = ", or if there is no header the number of the column, as in text='1'"
    assert failure.reason == told + (of_tables if name == "a.csv" else "")


def test_rows_are_called_by_line_or_number_and_bad_ones_named(tmp_path: Path) -> None:
    text = 'text,n\r\n"甲\r\n乙",1\r\n\r\n丙,2,3\r\n"丁"x,4\r\n戊,5\r\n'
    first, wide, quoted, last = items(put(tmp_path, "a.csv", text))
    assert isinstance(first, Document)
    assert (first.record, first.text) == ("2", "甲\r\n乙")
    assert isinstance(wide, Failure)
    assert (wide.path.rpartition(":")[2], "3 cells" in wide.reason) == ("5", True)
    assert isinstance(quoted, Failure)
    assert quoted.path.endswith(":6")
    assert isinstance(last, Document)
    assert (last.record, last.text) == ("7", "戊")


def test_a_cell_may_be_longer_than_the_parser_likes(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    assert texts(put(tmp_path, "a.csv", "text\n" + "长" * 300_000))[0] == "长" * 300_000
    assert csv.field_size_limit() == before


def test_parquet_rows_without_text_are_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["甲", None, "丙"]}), tmp_path / "a.parquet")
    one, null, three = items(tmp_path / "a.parquet")
    assert isinstance(null, Failure)
    assert null.path.endswith("a.parquet#2")
    assert "a null, not a string" in null.reason
    assert [item.record for item in (one, three) if isinstance(item, Document)] == ["1", "3"]


@pytest.mark.parametrize(("row", "told"), [("甲", "1 cell, and the header 2"), ("甲,1,", "3 cells, and the header 2")])
def test_a_row_of_another_length_is_told_by_its_cells(tmp_path: Path, row: str, told: str) -> None:
    (bad,) = items(put(tmp_path, "a.csv", f"text,n\n{row}\n"))
    assert isinstance(bad, Failure)
    assert f"the row has {told}" in bad.reason


@pytest.mark.parametrize("form", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_strings_of_all_forms_are_read(tmp_path: Path, form: pa.DataType) -> None:
    pq.write_table(pa.table({"text": pa.array(["甲", "乙", "甲"], form)}), tmp_path / "a.parquet")
    assert texts(tmp_path / "a.parquet") == ["甲", "乙", "甲"]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a": ' * 100_000, '[{"text": "甲"}, ' + "[" * 100_000])
def test_deep_nesting_is_named(tmp_path: Path, content: str) -> None:
    assert "not JSON" in the_failure(put(tmp_path, "a.json", content)).reason


def test_a_number_of_too_many_digits_is_named_without_advice_for_programs(tmp_path: Path) -> None:
    reason = the_failure(put(tmp_path, "a.json", f'[{{"text": "甲", "n": {"9" * 9_999}}}]')).reason
    assert reason.startswith("not JSON (a number of too many digits): ")


def test_half_surrogates_become_replacement_characters(tmp_path: Path) -> None:
    assert texts(put(tmp_path, "a.json", '[{"text": "a\\ud800b", "id": "\\udfff"}]')) == ["a\ufffdb"]


def test_one_object_is_one_record_and_more_of_them_are_lines(tmp_path: Path) -> None:
    assert texts(put(tmp_path, "a.json", '{"text": "甲"}')) == ["甲"]
    assert texts(put(tmp_path, "b.json", '{"text": "甲"}\n{"text": "乙"}')) == ["甲", "乙"]
    assert texts(put(tmp_path, "c.json", '{"text": "甲"} {"text": "乙"}')) == ["甲", "乙"]
    assert "call it .jsonl" in the_failure(put(tmp_path, "d.json", '{"text": "甲"} {"text": ')).reason


LEAVES = st.none() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=5)


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1, "\t"]), st.sets(st.integers(1, 5)))
def test_an_array_without_some_values_is_the_array_of_the_others(
    values: list[object], indent: int | str | None, leaving: set[int]
) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    assert [value.record for value in json_reader.values_of(text, "text")] == values
    left = [value for number, value in enumerate(values, 1) if number not in leaving]
    assert json.loads(json_reader.rewrite(text, dict.fromkeys(leaving), "text")) == left
    assert json_reader.rewrite(text, {}, "text") == text


CELLS = st.lists(st.lists(st.text('a,;"\n 甲', max_size=6), min_size=2, max_size=2), max_size=5)


@given(CELLS, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\n", "\r\n"]))
def test_a_rewritten_table_keeps_all_other_rows_and_cells(rows: list[list[str]], quoting: int, end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting, lineterminator=end).writerows([["id", "text"], *rows])  # type: ignore[arg-type]
    text = out.getvalue()
    taken = [row for row in csv_reader.rows_of(text, ",") if row.cells]
    assert [row.cells for row in taken] == [["id", "text"], *rows]
    assert csv_reader.rewrite("a.csv", text, {}, "text") == text
    for row, cells in zip(taken[1:], rows):
        for word in ("新", "一\r二"):
            new = csv_reader.rewrite("a.csv", text, {row.line: word}, "text")
            assert new.startswith(text[: text.index(row.raw, len(taken[0].raw))])
            assert [cells[0], word] in list(csv.reader(io.StringIO(new, newline="")))


# Pages, archives, Word


def test_raw_keeps_what_a_page_shows(tmp_path: Path) -> None:
    source = files.page(RECORDS[0][1]).replace("<body>", "<body><script>var a = '<p>不是';</script><style>p {}</style>")
    path = put(tmp_path, "a.html", source.replace("<li>", "\n  <li>"))
    (text,) = texts(path, Settings(html="raw"))
    lines = text.split("\n")
    assert lines[:4] == ["公交场站工作总结_云麓文库", "首页", "总结", "公交场站工作总结"]
    assert lines[-1] == "版权所有 云麓文库"
    assert "不是" not in text
    codes = {finding.code for finding in check([path], Settings(html="raw", select=("BP",))).findings}
    assert {"BP263", "BP234"} & codes
    assert not codes & {finding.code for finding in check([path], Settings(select=("BP",))).findings}


def test_a_page_in_an_encoding_that_it_declares_is_read(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Les élèves ont été très appliqués.</p></body></html>'
    (text,) = texts(put(tmp_path, "a.html", page.encode("latin-1")), Settings(html="raw"))
    assert text == "Les élèves ont été très appliqués."


def test_a_page_without_a_main_text_is_an_empty_document(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert texts(put(tmp_path, "a.html", "<html><body></body></html>")) == [""]
    assert capfd.readouterr() == ("", "")


def test_an_archive_gives_pages_alone_and_a_bad_page_costs_that_page(tmp_path: Path) -> None:
    data = files.warc([("http://example.com/bad", "坏页\n" + "\x00" * 50), *RECORDS[:1], *RECORDS[:1]], packed=False)
    bad, one, again = items(put(tmp_path, "a.warc", data))
    assert isinstance(bad, Failure)
    assert bad.path.endswith("a.warc#http://example.com/bad")
    assert [item.record for item in (one, again) if isinstance(item, Document)] == [
        "http://example.com/a",
        "http://example.com/a#6",
    ]


def test_word_tables_are_rows_with_tabs_and_merged_cells_come_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("值班表")
    grid = document.add_table(rows=2, cols=3)
    for number, cell in enumerate(cell for row in grid.rows for cell in row.cells):
        cell.text = str(number)
    grid.cell(1, 0).merge(grid.cell(1, 1)).text = "甲\n乙"
    tall = document.add_table(rows=2, cols=2)
    tall.cell(0, 0).merge(tall.cell(1, 0)).text = "丙"
    tall.cell(1, 1).text = "丁"
    document.add_paragraph("完")
    document.save(str(tmp_path / "a.docx"))
    assert texts(tmp_path / "a.docx") == ["值班表\n0\t1\t2\n甲\n乙\t5\n丙\t\n丁\n完"]


@pytest.mark.parametrize(
    ("kind", "module", "extra"),
    [
        ("parquet", "pyarrow.parquet", "parquet"),
        ("html", "trafilatura", "html"),
        ("warc", "trafilatura", "html"),
        ("arrow", "pyarrow.ipc", "parquet"),
    ],
)
def test_a_missing_extra_is_named_with_the_line_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    folder = files.write(tmp_path / "corpus", kind, RECORDS[:1])
    put(folder, "sound.txt", RECORDS[0][1])
    report = check([folder])
    assert report.summary.documents == 1
    assert report.exit_code == 2
    assert f"pip install 'corpus-dedupe[{extra}]'" in report.errors[0].reason


# Standard input


@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "warc.gz", "html", "docx", "txt"])
def test_standard_input_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    data = files.made(kind, RECORDS)
    for sent in (data, data if kind.endswith("gz") else gzip.compress(data)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent)))
        report = check(["-"])
        assert report.errors == ()
        assert report.summary.documents == (5 if kind in files.RECORD_KINDS else 1)


def test_an_object_around_all_records_is_read_from_standard_input_as_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.dumps({"data": [{"id": name, "text": text} for name, text in RECORDS]}).encode()
    (tmp_path / "d.json").write_bytes(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    piped, file = check(["-"]), check([str(tmp_path / "d.json")])
    assert not piped.errors
    assert [(f.record, f.code, f.start) for f in piped.findings] == [(f.record, f.code, f.start) for f in file.findings]
    assert piped.summary.documents == file.summary.documents == 5


def test_standard_input_can_be_said_to_be_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(files.tabbed(RECORDS))))
    assert check(["-"], Settings(stdin_format="tsv")).summary.documents == 5
    with pytest.raises(ConfigError, match="stdin-format is 'xls': give one of txt, jsonl"):
        Settings(stdin_format="xls")
