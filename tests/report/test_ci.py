"""Reports for GitLab and for whatever reads JUnit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dedupe import Report, Severity
from dedupe.cli.main import cli
from dedupe.report import render
from dedupe.report.ours import is_report
from dedupe.report.view import View
from tests.report.test_report import HOSTILE, finding, full_report, hostile_report, report

ROOT = Path(__file__).resolve().parents[2]


def issues(given: Report, statistics: bool = False) -> list[dict[str, object]]:
    rows = json.loads(render(given, "gitlab", View(statistics=statistics)))
    assert isinstance(rows, list)
    return rows


def suites(given: Report, statistics: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(render(given, "junit", View(statistics=statistics)).encode())


def graded() -> Report:
    marks = [finding(), finding(mark="xx")._replace(severity=Severity.WARNING)]
    return report([*marks, finding(path="b.txt", code="PH115")._replace(severity=Severity.NOTE)])


def test_an_issue_has_what_gitlab_asks_for() -> None:
    assert issues(report([finding()])) == [
        {
            "type": "issue",
            "engine_name": "dedupe",
            "check_name": "PH101 name-of-PH101",
            "description": "never filled in [20__]",
            "categories": ["Style"],
            "fingerprint": "000e",
            "severity": "major",
            "location": {"path": "a.txt", "lines": {"begin": 3, "end": 3}},
        }
    ]
    assert [issue["severity"] for issue in issues(graded())] == ["major", "minor", "info"]


def test_an_issue_in_a_record_names_no_line_of_the_file() -> None:
    (issue,) = issues(report([finding(path="a.jsonl")._replace(record="7")]))
    assert issue["location"] == {"path": "a.jsonl", "lines": {"begin": 1, "end": 1}}
    assert issue["description"] == "record 7, line 3: never filled in [20__]"


def test_inputs_that_could_not_be_used_are_the_gravest_issues() -> None:
    first = issues(full_report())[0]
    assert (first["check_name"], first["severity"]) == ("unreadable-input", "critical")
    assert first["description"] == "the stream ends early"


def test_fingerprints_of_a_corpus_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(cli, ["check", "samples", "--format", "gitlab", "--no-config", "--no-cache"])
    rows = json.loads(done.stdout)
    assert len({row["fingerprint"] for row in rows}) == len(rows) > 200
    assert {row["location"]["path"].partition("/")[0] for row in rows} == {"samples"}


def test_a_document_is_a_suite_and_a_finding_a_case() -> None:
    root = suites(graded())
    assert root.attrib == {
        "name": "dedupe",
        "tests": "3",
        "failures": "2",
        "errors": "0",
        "skipped": "1",
        "time": "1.234",
    }
    one, other = root
    assert (one.attrib["name"], one.attrib["failures"]) == ("a.txt", "2")
    case = one[0]
    assert case.attrib == {"name": "PH101 name-of-PH101", "classname": "a.txt", "line": "3"}
    (failure,) = case
    assert failure.attrib == {"type": "error", "message": "never filled in [20__]"}
    assert failure.text == "a.txt:3:8: PH101 never filled in [20__]"
    assert [child.tag for child in other[0]] == ["skipped"]


def test_counts_of_cases_add_up_with_errors() -> None:
    root = suites(full_report())
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase")) == 6
    assert int(root.attrib["errors"]) == len(root.findall(".//error")) == 1
    assert int(root.attrib["failures"]) == len(root.findall(".//failure")) == 5


def test_nothing_found_is_a_case_that_passes_and_no_issue() -> None:
    assert [case.attrib["name"] for case in suites(report()).findall(".//testcase")] == ["check"]
    assert not suites(report()).findall(".//failure")
    assert issues(report()) == []


@pytest.mark.parametrize("form", ["gitlab", "junit"])
def test_statistics_have_a_row_a_code(form: str) -> None:
    if form == "gitlab":
        told = {
            str(row["check_name"])[:5]: str(row["description"]).split()[0] for row in issues(full_report(), True)[1:]
        }
    else:
        rows = suites(full_report(), True).findall(".//property")
        told = {row.attrib["name"][:5]: row.attrib["value"] for row in rows}
    assert told == {"PH101": "3", "ND302": "1", "PH110": "1"}


def test_hostile_text_is_well_formed() -> None:
    given = hostile_report()
    given = replace(given, findings=(given.findings[0]._replace(path=f"<a & b>\"'{HOSTILE}\x00\ufffe"),))
    assert suites(given).findall(".//failure")
    assert issues(given)


@pytest.mark.parametrize("form", ["gitlab", "junit"])
@pytest.mark.parametrize("given", [report(), full_report()])
def test_a_report_may_be_replaced_by_the_next(form: str, given: Report, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_text(render(given, form, View()), "utf-8")
    assert is_report(file)
