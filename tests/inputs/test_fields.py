"""Where records keep their text, in one field, in several or in a conversation, and how they are spelt."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

import dedupe
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import restore
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document, Failure
from dedupe.inputs.find import find
from dedupe.inputs.sources import read

Row = dict[str, Any]


def jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def parquet(rows: list[Row]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def arrow(rows: list[Row]) -> bytes:
    table, out = pa.Table.from_pylist(rows), io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


FORMS: dict[str, Callable[[list[Row]], bytes]] = {
    "jsonl": jsonl,
    "json": lambda rows: json.dumps(rows).encode(),
    "parquet": parquet,
    "arrow": arrow,
}


def put(folder: Path, name: str, data: bytes | str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder / name


def texts(path: Path, field: str = "text", **options: Any) -> list[str]:
    settings = Settings(text_field=field, **options)
    sources, failures = find([path], settings)
    items = [*failures, *(item for source in sources for item in read(source, settings))]
    return [item.text if isinstance(item, Document) else item.reason for item in items]


NESTED: list[Row] = [
    {"id": "1", "meta": {"text": "甲", "a": {"b": "乙"}}},
    {"id": "2", "meta": {"text": "丙", "a": {"b": "丁"}}},
]
SEVERAL: list[Row] = [
    {"instruction": "问", "input": "", "output": "答"},
    {"instruction": "问", "input": None, "output": "说"},
]
CHAT: list[Row] = [
    {"messages": [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]},
    {"messages": [{"role": "user", "content": "又问"}, {"role": "assistant", "content": None}]},
]


@pytest.mark.parametrize("form", FORMS)
def test_a_text_in_another_field_is_named_with_a_dot(tmp_path: Path, form: str) -> None:
    path = put(tmp_path, f"a.{form}", FORMS[form](NESTED))
    assert texts(path, "meta.text") == ["甲", "丙"]
    assert texts(path, "meta.a.b") == ["乙", "丁"]
    (document, _) = (
        item
        for source in find([path], Settings())[0]
        for item in read(source, Settings(text_field="meta.text", id_field="meta.a.b"))
    )
    assert isinstance(document, Document)
    assert document.record == "乙"


def test_a_name_with_a_dot_or_a_comma_is_first_the_name_that_it_is(tmp_path: Path) -> None:
    rows = [{"meta.text": "甲", "meta": {"text": "乙"}, "a,b": "丙", "a": "丁", "b": "戊"}]
    path = put(tmp_path, "a.jsonl", jsonl(rows))
    assert texts(path, "meta.text") == ["甲"]
    assert texts(path, "a,b") == ["丙"]
    assert texts(path, "a, b") == ["丁\n戊"]


@pytest.mark.parametrize("form", FORMS)
def test_texts_of_several_fields_are_put_together(tmp_path: Path, form: str) -> None:
    path = put(tmp_path, f"a.{form}", FORMS[form](SEVERAL))
    assert texts(path, "instruction,input,output") == ["问\n答", "问\n说"]
    path = put(tmp_path, "b.csv", "instruction,output\n问,答\n")
    assert texts(path, "instruction,output") == ["问\n答"]
    assert texts(path, "instruction,input")[0].startswith("no field 'input' (there are: 'instruction', 'output')")


@pytest.mark.parametrize("form", FORMS)
def test_a_conversation_is_all_that_was_said(tmp_path: Path, form: str) -> None:
    assert texts(put(tmp_path, f"a.{form}", FORMS[form](CHAT)), "messages") == ["问\n答", "又问"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([{"from": "human", "value": "问"}, {"from": "gpt", "value": "答"}], "问\n答"),
        ([{"role": "user", "content": [{"type": "text", "text": "问"}, {"type": "image"}]}], "问"),
        ([], "field 'text' is an array, not a string: mend the record or drop it"),
        (["问"], "field 'text' is an array, not a string: mend the record or drop it"),
        ([{"role": "user"}], "field 'text' is an array, not a string: mend the record or drop it"),
        ({"a": "问"}, "field 'text' is an object: name what is in it, as in text='text.a'"),
        ({"a": 1}, "field 'text' is an object, not a string: mend the record or drop it"),
        (None, "field 'text' is a null, not a string: mend the record or drop it"),
    ],
)
def test_what_is_no_text_is_told_with_what_there_is(tmp_path: Path, value: object, text: str) -> None:
    assert texts(put(tmp_path, "a.jsonl", jsonl([{"text": value}]))) == [text]


def test_fields_in_fields_are_listed_where_there_is_no_text(tmp_path: Path) -> None:
    (reason,) = texts(put(tmp_path, "a.jsonl", jsonl([{"id": 1, "meta": {"text": "甲"}}])))
    assert reason == "no field 'text' (there are: 'id', 'meta.text'): name the right one with text="


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_bytes_are_text_in_whatever_encoding(tmp_path: Path, form: str) -> None:
    rows = [{"text": text.encode(codec)} for text, codec in (("甲", "utf-8"), ("今年的工作总结。", "gb18030"))]
    path = put(tmp_path, f"a.{form}", FORMS[form]([*rows, {"text": b"\x89PNG\0\0\xff"}]))
    one, two, bad = texts(path)
    assert (one, two) == ("甲", "今年的工作总结。")
    assert "looks binary" in bad


def test_records_of_a_program_name_their_fields_likewise() -> None:
    for rows, field in ((NESTED, "meta.text"), (SEVERAL, "instruction,output"), (CHAT, "messages")):
        report = dedupe.check(rows, text=field)
        assert (report.summary.documents, report.errors) == (2, ())


# Written back, or refused


def test_a_text_in_another_field_is_written_back_and_restored(tmp_path: Path) -> None:
    rows = [{"id": 1, "meta": {"source": "网", "text": "接待了xx人次。"}, "n": 1}, {"id": 2, "meta": {"text": "乙"}}]
    put(tmp_path / "in", "a.jsonl", jsonl(rows))
    put(tmp_path / "in", "b.json", json.dumps(rows, ensure_ascii=False, indent=2))
    order = Order(
        [str(tmp_path / "in")],
        tmp_path / "out",
        Settings(text_field="meta.text"),
        Choices(placeholders="mask=N", keep_copies=True),
    )
    assert clean(order).failures == []
    expected = json.loads(json.dumps(rows).replace("xx", "N"))
    assert [json.loads(line) for line in (tmp_path / "out" / "a.jsonl").read_text("utf-8").splitlines()] == expected
    assert json.loads((tmp_path / "out" / "b.json").read_text("utf-8")) == expected
    assert restore(tmp_path / "out", tmp_path / "back") == (2, [])
    for name in ("a.jsonl", "b.json"):
        assert (tmp_path / "back" / name).read_bytes() == (tmp_path / "in" / name).read_bytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("rows", "field"), [(SEVERAL, "instruction,output"), (CHAT, "messages")])
def test_clean_refuses_what_it_cannot_write_back(tmp_path: Path, form: str, rows: list[Row], field: str) -> None:
    put(tmp_path / "in", f"a.{form}", FORMS[form](rows))
    put(tmp_path / "in", "b.txt", "甲")
    with pytest.raises(ConfigError, match="cannot be put back: name one field of text with text="):
        clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(text_field=field)))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_clean_refuses_columns_that_are_no_strings(tmp_path: Path, form: str) -> None:
    put(tmp_path / "in", f"a.{form}", FORMS[form]([{"text": b"a", "meta": {"text": "a"}}]))
    for field in ("text", "meta.text"):
        with pytest.raises(ConfigError, match="cannot be put back"):
            clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(text_field=field)))


@pytest.mark.parametrize("form", ["arrow", "feather"])
def test_files_of_arrow_are_cleaned_and_restored(tmp_path: Path, form: str) -> None:
    rows = [{"id": str(n), "text": f"{n}组接待了xx人次。", "tags": ["a"], "n": n} for n in range(3)]
    table, out = pa.Table.from_pylist(rows), io.BytesIO()
    make = pa.ipc.new_stream if form == "arrow" else pa.ipc.new_file
    with make(out, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table, max_chunksize=2)
    put(tmp_path / "in", f"a.{form}", out.getvalue())
    choices = Choices(placeholders="mask=N", keep_copies=True)
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(), choices))
    data = (tmp_path / "out" / f"a.{form}").read_bytes()
    reader = pa.ipc.open_stream(data) if form == "arrow" else pa.ipc.open_file(data)
    assert reader.read_all().to_pylist() == [{**row, "text": str(row["text"]).replace("xx", "N")} for row in rows]
    assert reader.schema == table.schema
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / f"a.{form}").read_bytes() == out.getvalue()


# How records are spelt


@pytest.mark.parametrize(
    "text",
    [
        '[{"text": "甲"}, {"text": "乙"},]',
        '[\n  {"text": "甲"},\n  {"text": "乙"},\n]\n',
        '{"text": "甲"}\n{"text": "乙"}',
        '{"text": "甲"},\n{"text": "乙"},\n',
        '{\n  "text": "甲"\n}\n{\n  "text": "乙"\n}\n',
        '{"version": "1", "data": [{"text": "甲"}, {"text": "乙"}]}',
        '{"data": [\n {"text": "甲"},\n {"text": "乙"}\n],\n "n": 2}',
        '[{"text": "甲"}]\n[{"text": "乙"}]',
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson.gz"])
def test_records_are_read_however_they_are_spelt(tmp_path: Path, text: str, name: str) -> None:
    path = put(tmp_path / "in", name, gzip.compress(text.encode()) if name.endswith("gz") else text)
    if text.startswith('{"version"') and name != "a.json":
        assert "no field 'text'" in texts(path)[0]
        return
    assert texts(path) == ["甲", "乙"]
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("broken", ['{"text": "甲', "{", "[", '{"data": [', '{"a": {', "]", '"'])
def test_a_line_that_breaks_off_costs_that_line(tmp_path: Path, broken: str) -> None:
    found = texts(put(tmp_path, "a.jsonl", f'{broken}\n{{"text": "乙"}}\n{{"text": "丙"}}\n'))
    assert [text for text in found if not text.startswith("not JSON")] == ["乙", "丙"]
    assert len(found) == 3


def test_an_object_that_holds_something_else_is_one_record(tmp_path: Path) -> None:
    for text in ('{"findings": [{"text": "甲"}]}', '{"data": [1]}', '{"data": [], "rows": []}'):
        assert texts(put(tmp_path, "a.json", text))[0].startswith("no field 'text'")


def test_what_leaves_an_array_leaves_an_array(tmp_path: Path) -> None:
    put(tmp_path / "in", "a.json", '{"data": [{"text": "首页"},\n{"text": "首页"}\n]}')
    put(tmp_path / "in", "b.json", '[{"text": "首页"},\n{"text": "首页"},\n]')
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(), Choices(min_document=9)))
    assert json.loads((tmp_path / "out" / "a.json").read_text("utf-8")) == {"data": []}
    assert json.loads((tmp_path / "out" / "b.json").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "table", "field"),
    [
        ("a.csv", "sep=;\nid;text\n1;甲\n2;乙\n", "text"),
        ("a.csv", '"sep=|"\r\nid|text\r\n1|甲\r\n2|乙\r\n', "text"),
        ("a.tsv", "sep=,\nid,text\n1,甲\n2,乙\n", "text"),
        ("a.csv", "1,甲\n2,乙\n", "2"),
        ("a.csv", "1;甲\n2;乙\n", "2"),
        ("a.tsv", "1\t甲\n\n2\t乙\n", "2"),
        ("a.csv", "甲\n乙\n", "1"),
    ],
)
def test_tables_are_read_with_what_excel_is_told_and_without_a_header(
    tmp_path: Path, name: str, table: str, field: str
) -> None:
    path = put(tmp_path / "in", name, table)
    assert texts(path, field) == ["甲", "乙"]
    settings, choices = Settings(text_field=field), Choices(min_document=2)
    clean(Order([str(tmp_path / "in")], tmp_path / "out", settings, choices))
    assert "甲" not in (tmp_path / "out" / name).read_text("utf-8")
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / name).read_bytes() == path.read_bytes()


def test_a_table_without_a_header_says_what_to_do(tmp_path: Path) -> None:
    (reason,) = texts(put(tmp_path, "a.csv", "1,甲\n2,乙\n"))
    assert reason.endswith("or if there is no header the number of the column, as in text='1'")


def test_a_window_of_any_size_is_read(tmp_path: Path) -> None:
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes(((28 - 10) << 3,)) + (len("甲".encode()) << 3 | 1).to_bytes(3, "little")
    data = frame + "甲".encode()
    with pytest.raises(zstandard.ZstdError):
        zstandard.ZstdDecompressor().decompressobj().decompress(data)
    assert texts(put(tmp_path, "a.txt.zst", data)) == ["甲"]


@pytest.mark.parametrize("depth", [50, 100_000])
def test_deep_fields_are_bounded(tmp_path: Path, depth: int) -> None:
    deep = '{"a": ' * depth + '"甲"' + "}" * depth
    path = put(tmp_path, "a.jsonl", deep + "\n" + '{"a": "乙"}\n')
    found = texts(path, ".".join(["a"] * 50))
    assert found[0] == "甲" if depth == 50 else found[0].startswith("not JSON")


def test_an_item_is_a_document_or_a_failure(tmp_path: Path) -> None:
    sources, _ = find([put(tmp_path, "a.jsonl", "7\n")], Settings())
    assert [type(item) for source in sources for item in read(source, Settings())] == [Failure]
