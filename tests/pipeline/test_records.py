"""Records from a program: the same answer as for a file of them, gone through once, and tables on request."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedupe import Settings, Tables, check, check_records, to_arrow
from dedupe.core.errors import DedupeError
from dedupe.core.model import Finding
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
    assert [finding.record for finding in report.findings] == ["1#6"]


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
        report.findings[0].code, report.findings[0].severity.value, report.findings[0].start,
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
