"""Records from a program: the same answer as for a file of them, gone through once, and tables on request."""

from __future__ import annotations

import ast
import gzip
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

import dedupe
from dedupe import Settings, Tables, check, check_records, to_arrow
from dedupe.cli.main import cli
from dedupe.core.errors import DedupeError
from dedupe.core.model import Finding
from dedupe.pipeline.records import OTHERS
from tests import files
from tests.inputs.test_readers import RECORDS, gist

ROWS = [{"url": name, "body": text, "score": 1.5} for name, text in RECORDS]


def test_records_give_what_a_file_of_them_gives(tmp_path: Path) -> None:
    report = check_records(iter(ROWS), text="body", id="url")
    assert gist(report) == gist(check([files.write(tmp_path / "corpus", "jsonl", RECORDS)]))
    assert {(finding.path, finding.record) for finding in report.findings} <= {("records", name) for name, _ in RECORDS}
    assert report.errors == ()


def test_records_are_gone_through_once_and_none_is_held() -> None:
    alive: list[int] = []

    @dataclass
    class Row(dict[str, str]):
        number: int

        def __post_init__(self) -> None:
            alive.append(self.number)
            self.update(text=RECORDS[self.number % 5][1])

        def __del__(self) -> None:
            alive.remove(self.number)

    def rows() -> Iterator[Row]:
        for number in range(50):
            assert len(alive) <= 1
            yield Row(number)

    assert check_records(rows()).summary.documents == 50


def test_records_that_cannot_be_used_are_named_by_number() -> None:
    rows = [{"id": 1, "text": "甲"}, {"body": "乙"}, "丙", {"text": None}, {"text": "丁\ud800"}]
    rows.append({"id": 1, "text": "戊xx人次"})
    report = check_records(rows)  # type: ignore[arg-type]
    assert report.summary.documents == 3
    assert [(error.path, error.reason.partition(":")[0]) for error in report.errors] == [
        ("records#2", "no field 'text' (there are"),
        ("records#3", "a str, not a dict"),
        ("records#4", "field 'text' is a null, not a string"),
    ]
    assert [(finding.record, finding.code) for finding in report.findings] == [("1#6", "PH103"), ("5", "BP289")]


def test_records_may_be_none_or_all_bad() -> None:
    assert check_records([]).summary.documents == 0
    assert check_records([{}, {}]).summary.documents == 0


def test_numbers_of_numpy_are_ids() -> None:
    report = check_records([{"id": np.int64(7), "text": "接待xx人次"}, {"id": None, "text": "接待xx人次"}])
    assert [finding.record for finding in report.findings if finding.slot] == ["2", "7"]


def test_what_the_iterable_raises_is_passed_on() -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"text": "甲"}
        raise OSError("the network is gone")

    with pytest.raises(OSError, match="the network is gone"):
        check_records(rows())


def test_settings_hold_for_records() -> None:
    report = check_records(ROWS, "body", "url", Settings(select=("PH101",)))
    assert [finding.code for finding in report.findings] == ["PH101"]
    assert (report.settings.text_field, report.settings.id_field) == ("body", "url")


def test_a_report_can_be_had_as_tables() -> None:
    report = check_records(ROWS, text="body", id="url")
    tables = to_arrow(report)
    assert isinstance(tables, Tables)
    assert tables.findings.column_names == list(Finding._fields)
    assert tables.findings.num_rows == len(report.findings)
    first = tables.findings.to_pylist()[0]
    assert (first["code"], first["severity"], first["start"]) == (
        report.findings[0].code,
        report.findings[0].severity.value,
        report.findings[0].start,
    )
    members = tables.clusters.to_pylist()
    assert len(members) == sum(len(cluster.members) for cluster in report.clusters)
    assert sum(member["is_representative"] for member in members) == len(report.clusters)
    assert {member["relation"] for member in members} <= {"exact", "copy", "variant", "edited", "contained"}


def test_tables_of_an_empty_report_have_their_columns() -> None:
    tables = to_arrow(check_records([]))
    assert tables.findings.num_rows == tables.clusters.num_rows == 0
    assert tables.findings.schema.field("start").type == pa.int64()


def test_tables_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DedupeError, match=r"pip install 'corpus-dedupe\[parquet\]'"):
        to_arrow(check_records([]))


# What gives no records, and what messages call things


def test_tables_of_pyarrow_are_refused_with_what_to_pass() -> None:
    table = pa.Table.from_pylist([{"id": "a", "text": "今年我们接待了xx人次。"}])
    with pytest.raises(TypeError, match=r"not a pyarrow Table: pass records.to_pylist\(\)"):
        check_records(table)
    with pytest.raises(TypeError, match=r"not a pyarrow RecordBatch: pass records.to_pylist\(\)"):
        check_records(table.to_batches()[0])
    assert len(check_records(table.to_pylist()).findings) == 1


@pytest.mark.parametrize(
    ("package", "make"),
    [
        ("pandas", lambda lib, rows: lib.DataFrame(rows)),
        ("polars", lambda lib, rows: lib.DataFrame(rows)),
        ("polars", lambda lib, rows: lib.DataFrame(rows).lazy()),
        ("pandas", lambda lib, rows: lib.DataFrame(rows)["text"]),
        ("datasets", lambda lib, rows: lib.DatasetDict({"train": lib.Dataset.from_list(rows)})),
    ],
)
def test_tables_of_other_libraries_are_refused_and_what_to_pass_works(
    package: str, make: Callable[[Any, list[dict[str, str]]], Any]
) -> None:
    records = make(pytest.importorskip(package), [{"id": "a", "text": "今年我们接待了xx人次。"}])
    with pytest.raises(TypeError, match=f"not a {package} ") as raised:
        check_records(records)
    told = str(raised.value).rpartition("pass ")[2].removeprefix("one of its splits, as in ")
    assert [finding.text for finding in check_records(eval(told)).findings] == ["xx"]


@pytest.mark.parametrize("package", sorted({package for package, _ in OTHERS}))
def test_tables_are_known_by_the_names_of_their_classes(package: str) -> None:
    for name in (name for of, name in OTHERS if of == package):
        made = type("Mine", (type(name, (dict,), {"__module__": f"{package}.inner"}),), {"__module__": "mine"})()
        with pytest.raises(TypeError, match=f"not a {package} {name}: pass "):
            check_records(made)


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ({"text": "甲"}, r"not one dict: pass \[records\]"),
        ("a.jsonl", "pass a path to check"),
        (Path("a"), "pass a path to check"),
        (7, "pass an iterable of dicts"),
        (None, "pass an iterable of dicts"),
    ],
)
def test_what_gives_no_records_is_refused(records: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        check_records(records)


FLAG_RE = re.compile(r"(?<![\w-])--[a-z]")
HOMES = ("text", "inputs", "pipeline", "cleaning", "copies", "repair", "index", "core", "spark")  # that programs call


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that may be told to somebody: all but those that say what code does."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@pytest.mark.parametrize("home", HOMES)
def test_no_message_that_a_program_can_get_names_a_flag(home: str) -> None:
    files = sorted((Path(dedupe.__file__).parent / home).rglob("*.py"))
    assert files
    assert [(path.name, text) for path in files for text in strings(path) if FLAG_RE.search(text)] == []


def test_messages_name_settings_to_a_program_and_options_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"content": "a"}\n', "utf-8")
    (tmp_path / "b.txt").write_bytes("今年".encode() * 9 + b"\xff")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"a" * 9_000_000))
    (tmp_path / "d.txt").symlink_to(__file__)
    report = check([tmp_path])
    reasons = " ".join(error.reason for error in report.errors)
    assert len(report.errors) == 4
    for name in ("text_field", "encoding", "errors='replace'", "max_expansion", "follow_links", "exclude"):
        assert name in reasons
    assert not FLAG_RE.search(reasons)
    told = CliRunner().invoke(cli, ["check", str(tmp_path), "--no-config"]).stderr
    for name in ("text-field", "encoding", "errors replace", "max-expansion", "follow-links", "exclude"):
        assert f"--{name}" in told
    assert check([tmp_path]).errors == report.errors  # and the command line leaves no trace
    assert check([tmp_path], Settings(jobs=2)).errors == report.errors
