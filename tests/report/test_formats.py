"""Reports that other programs take in, as they take them in: SARIF, annotations, spreadsheets and Markdown."""

from __future__ import annotations

import csv
import html
import json
import os
import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dedupe import Cluster, Failure, Finding, Kind, Report, Severity, Span, Suggestion, Unit
from dedupe.cli.main import cli
from dedupe.report import markdown, render
from dedupe.report.view import View, visible
from tests.report.test_report import HOSTILE, PAGE, finding, full_report, hostile_report, member, report

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker(["uri", "uri-reference"]))
# As the runner of GitHub reads a line of the log.
COMMAND_RE = re.compile(r"::(?P<level>\w+) (?P<properties>.*?)::(?P<said>.*)")
SPITEFUL = (
    "::error::x ##[add-path]y @all #12 |`*_<script>]]>&lt; [a](http://b.c) www.d.e =1+1 {0} %0A %25 a:b,c=d :tada:"
)

TAGS = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "code", "ul", "li"}
# Signs that mean something to somebody, among any others.
TEXTS = st.text(st.one_of(st.sampled_from("::##[]()<>&|`*_~!$@\\%,=\n\r -1a"), st.characters()), max_size=40)


def sarif(given: Report, statistics: bool = False) -> dict[str, Any]:
    """The one run of a log that is valid."""
    log = json.loads(render(given, "sarif", View(statistics=statistics)))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    return dict(run)


def spiteful_report() -> Report:
    """A report in which every text that is not ours is written against its readers."""
    mark = finding()._replace(path=SPITEFUL, text=SPITEFUL, before=SPITEFUL, after=SPITEFUL, message=SPITEFUL)
    copy = replace(member("x"), region=replace(member("x").region, path=SPITEFUL, title=SPITEFUL))
    both = mark, mark._replace(record=SPITEFUL), mark._replace(kind=Kind.DUPLICATE, cluster="c1", slot=None)
    return report(both, [Cluster("c1", 0, (copy, copy))], [Failure(SPITEFUL, SPITEFUL)])


def many(number: int, severity: Severity = Severity.ERROR) -> list[Finding]:
    return [
        finding()._replace(path=f"{at // 30:04}.txt", line=at + 1, end_line=at + 1, severity=severity)
        for at in range(number)
    ]


@pytest.mark.parametrize("given", [report(), full_report(), hostile_report(), spiteful_report()])
@pytest.mark.parametrize("statistics", [False, True])
def test_sarif_is_valid_against_the_schema(given: Report, statistics: bool) -> None:
    assert sarif(given, statistics)["columnKind"] == "unicodeCodePoints"


@given(text=st.text(st.characters()))
def test_sarif_is_valid_whatever_the_text(text: str) -> None:
    mark = finding()._replace(text=text, path=text, record=text or None, message=text)
    run = sarif(report([mark], errors=[Failure(text, text)]))
    assert run["results"][0]["ruleId"] == "PH101"


def test_sarif_places_findings_by_line_and_column() -> None:
    run = sarif(full_report())
    first = run["results"][0]
    assert first["message"]["text"] == "never filled in [20__]"
    assert first["level"] == "error"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a.txt", "uriBaseId": "%SRCROOT%"},
                "region": {
                    "startLine": 3,
                    "startColumn": 8,
                    "endLine": 3,
                    "endColumn": 12,
                    "snippet": {"text": "20__"},
                },
            }
        }
    ]
    assert first["partialFingerprints"] == {"dedupe/v1": "000e"}
    assert "%SRCROOT%" in run["originalUriBaseIds"]


def test_sarif_relates_a_copy_to_the_one_that_is_kept() -> None:
    *_, copy = sarif(full_report())["results"]
    assert copy["message"]["text"].endswith("is a copy of c.txt:101 – [the copy to keep](1)")
    (related,) = copy["relatedLocations"]
    assert related["id"] == 1
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "c.txt"
    assert related["physicalLocation"]["region"] == {"startLine": 101, "endLine": 149}


def test_sarif_rules_are_those_that_found_something_with_help() -> None:
    run = sarif(full_report())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["ND302", "PH101", "PH110"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    year = rules[1]
    assert year["name"] == "year-blanked"
    assert year["shortDescription"]["text"] == "stands for a year within a date"
    assert year["defaultConfiguration"] == {"level": "error"}
    assert "finds: " in year["help"]["text"]
    assert "\n    finds " in year["help"]["markdown"]
    assert all("helpUri" not in rule for rule in rules), "there are no pages to lead to"


def test_sarif_has_no_line_of_a_record_or_of_what_is_packed() -> None:
    marks = [finding(path="a.jsonl")._replace(record="7"), finding(path="b.txt.gz"), finding(path="c.zip/in/a.txt")]
    for result, where in zip(sarif(report(marks))["results"], ["record 7, line 3: ", "line 3: ", "line 3: "]):
        assert result["message"]["text"] == f"{where}never filled in [20__]"
        assert "region" not in result["locations"][0]["physicalLocation"]
    (logical,) = sarif(report(marks))["results"][0]["locations"][0]["logicalLocations"]
    assert (logical["name"], logical["fullyQualifiedName"]) == ("7", "a.jsonl#7")


def test_sarif_has_unusable_inputs_as_notifications() -> None:
    (invocation,) = sarif(report(errors=[Failure("a.jsonl:12", "not JSON")]))["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "a.jsonl:12: not JSON"
    place = told["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("a.jsonl", {"startLine": 12})
    assert sarif(report())["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize("name", ["甲 乙.txt", "a#b?c.txt", "100%.txt", "a:b.txt", "é&=+@.txt"])
def test_sarif_writes_paths_as_uris(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    here = f"{Path(os.getcwd()).as_posix()}/in/{name}"
    marks = [finding(path=path) for path in (f"in/{name}", here, f"/elsewhere/{name}")]
    below, same, away = (
        result["locations"][0]["physicalLocation"]["artifactLocation"] for result in sarif(report(marks))["results"]
    )
    assert re.fullmatch(r"[\w%./~-]+", below["uri"], re.ASCII)
    assert unquote(below["uri"]) == f"in/{name}"
    assert same == below
    assert unquote(away["uri"]) == f"file:///elsewhere/{name}"
    assert "uriBaseId" not in away


def test_sarif_means_braces_and_brackets_of_the_corpus_as_they_are() -> None:
    for result in sarif(spiteful_report())["results"]:
        text = result["message"]["text"]
        assert re.findall(r"\]\(([^)]*)", text) == ["1"] * text.endswith("[the copy to keep](1)")
        assert "{0}" not in text.replace("{{", "").replace("}}", "")


def grave(number: int, severity: Severity) -> Finding:
    return finding()._replace(severity=severity, path=f"{severity.value}-{number:05}.txt")


def test_sarif_keeps_the_gravest_results_that_services_take_and_says_how_many_it_leaves_out() -> None:
    numbers = {Severity.NOTE: 20_000, Severity.ERROR: 15_000, Severity.WARNING: 20_000}
    given = report([grave(number, severity) for severity, most in numbers.items() for number in range(most)])
    run = json.loads(render(given, "sarif", View()))["runs"][0]
    assert Counter(result["level"] for result in run["results"]) == {"error": 15_000, "warning": 10_000}
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert uris == [f"error-{n:05}.txt" for n in range(15_000)] + [f"warning-{n:05}.txt" for n in range(10_000)]
    (invocation,) = run["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("30,000 of 55,000 findings are left out, the least grave")
    assert run["tool"]["driver"]["notifications"][told["descriptor"]["index"]]["id"] == told["descriptor"]["id"]
    assert (invocation["executionSuccessful"], run["properties"]["left_out"]) == (True, 30_000)
    assert run["properties"]["findings"] == 55_000
    log = {**json.loads(render(given, "sarif", View())), "runs": [{**run, "results": []}]}
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []


def test_sarif_with_room_for_all_leaves_out_none() -> None:
    run = json.loads(render(report([grave(n, Severity.NOTE) for n in range(25_000)]), "sarif", View()))["runs"][0]
    assert len(run["results"]) == 25_000
    assert run["invocations"][0]["toolExecutionNotifications"] == []
    assert "left_out" not in run["properties"]


def test_findings_that_sarif_leaves_out_are_told_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("今年投入xx万元。\n" * 25_007, "utf-8")
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "--select", "PH", "--format", "sarif", "--no-cache"])
    assert "7 findings left out, for SARIF has room for 25,000: --format json has all" in done.stderr
    assert done.exit_code == 1


def test_sarif_has_a_suggestion_as_a_fix() -> None:
    hole = finding(PAGE, "修桥")
    fills = [
        finding()._replace(suggestion=Suggestion("2019", 2, 3)),
        hole._replace(suggestion=Suggestion("三{x}", 1, 1, Span(hole.end, hole.end))),
        finding()._replace(record="7", suggestion=Suggestion("2019", 2, 3)),
        hole._replace(suggestion=Suggestion("三", 1, 1, Span(hole.end + 9, hole.end + 9))),
    ]
    first, second, *others = sarif(report(fills))["results"]
    (fix,) = first["fixes"]
    assert fix["description"]["text"] == "put in what 2 of 3 other copies have: 2019"
    assert fix["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "a.txt", "uriBaseId": "%SRCROOT%"},
            "replacements": [
                {
                    "deletedRegion": {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 12},
                    "insertedContent": {"text": "2019"},
                }
            ],
        }
    ]
    (change,) = second["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "三{x}"}
    assert change["replacements"][0]["deletedRegion"] == {
        "startLine": 3,
        "startColumn": hole.end_column,
        "endLine": 3,
        "endColumn": hole.end_column,
    }
    assert not any("fixes" in result for result in others), "a record and a place elsewhere have no line to change"


def annotations(given: Report, limit: int = 20) -> list[dict[str, str]]:
    """The commands that GitHub's runner would see, with their properties."""
    found = []
    for line in render(given, "github", View(limit=limit)).splitlines():
        if line.lstrip().startswith("::"):
            match = COMMAND_RE.fullmatch(line)
            assert match, line
            properties = dict(pair.split("=", 1) for pair in match["properties"].split(","))
            found.append({**properties, "level": match["level"], "said": match["said"]})
    return found


def test_annotations_say_what_is_where() -> None:
    unusable, first, *_, copy = annotations(full_report())
    assert (unusable["level"], unusable["said"]) == ("error", "e.txt.gz: the stream ends early")
    assert first == {
        "level": "error",
        "file": "a.txt",
        "line": "3",
        "endLine": "3",
        "col": "8",
        "endColumn": "12",
        "title": "PH101 name-of-PH101",
        "said": "never filled in [20__]",
    }
    assert copy["said"] == "essay 4 (lines 101–149) is a copy of c.txt:101"


def test_annotations_name_inputs_that_could_not_be_used_with_statistics_too() -> None:
    first, *counts = render(full_report(), "github", View(statistics=True)).splitlines()
    assert first.endswith("::e.txt.gz: the stream ends early")
    assert [line.split()[:2] for line in counts] == [["3", "PH101"], ["1", "ND302"], ["1", "PH110"]]


def test_annotations_of_records_and_of_standard_input_name_no_line_of_a_file() -> None:
    record, piped = annotations(report([finding(path="a.jsonl")._replace(record="7"), finding(path="-")]))
    assert "line" not in record
    assert record["said"] == "record 7, line 3: never filled in [20__]"
    assert "file" not in piped


def test_annotations_stop_where_github_does_and_the_rest_is_in_the_log() -> None:
    given = report([*many(25), *many(12, Severity.WARNING), *many(30, Severity.NOTE)])
    shown = Counter(row["level"] for row in annotations(given))
    assert shown == {"error": 10, "warning": 10, "notice": 10}
    lines = render(given, "github", View()).splitlines()
    assert lines[-1].endswith("15 errors, 2 warnings, 21 notices more in the log of this step")
    assert sum(line.startswith("- 00") for line in lines) == 15 + 2 + 21
    assert len(annotations(given, limit=0)) == 67


def test_annotations_obey_no_command_of_the_corpus() -> None:
    text = render(replace(spiteful_report(), findings=spiteful_report().findings * 15), "github", View())
    assert "##[" not in text
    rows = annotations(replace(spiteful_report(), findings=spiteful_report().findings * 15))
    assert {row["level"] for row in rows} == {"error", "notice"}
    assert len(rows) == 11
    plain = rows[1]
    assert unescaped(plain["file"]) == SPITEFUL.replace("##[", "# #[")
    assert all(key in ("file", "line", "endLine", "col", "endColumn", "title", "level", "said") for key in plain)


@given(text=TEXTS)
def test_annotations_obey_nothing_whatever_the_text(text: str) -> None:
    mark = finding()._replace(path=f"p{text}", text=text, message=text, name=text)
    (row,) = annotations(report([mark]))
    assert row["level"] == "error"
    assert unescaped(row["file"]) == visible(f"p{text}").replace("##[", "# #[")
    plain = render(report([mark] * 11), "github", View()).splitlines()[10]
    assert plain.startswith("- ")
    assert "##[" not in plain


@pytest.mark.parametrize("width", [30, 200])
@pytest.mark.parametrize("form", ["text", "rich"])
def test_the_log_of_a_workflow_obeys_nothing_in_a_report_for_people(form: str, width: int) -> None:
    shown = render(spiteful_report(), form, View(width=width))
    assert "error::x" in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown


def unescaped(text: str) -> str:
    """A property as GitHub's runner reads it."""
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def table(given: Report, statistics: bool = False) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(render(given, "csv", View(statistics=statistics)))))


def test_spreadsheet_has_a_row_a_finding_and_the_copy_to_keep() -> None:
    given = full_report()
    *marks, copy = given.findings
    copy = copy._replace(start=0, end=900)
    first, *_, last = table(replace(given, findings=(*marks, copy)))
    assert (first["code"], first["line"], first["column"], first["text"]) == ("PH101", "3", "8", "20__")
    assert (first["slot"], first["cluster"], first["kept"]) == ("year", "", "")
    assert (last["cluster"], last["relation"], last["jaccard"]) == ("c1", "copy", "0.9375")
    assert last["kept"] == "c.txt:101"


BEGINS = st.sampled_from(["", *"=+-@|%＝＋－＠｜％", " |", "\u3000％", "\t%"])


@given(text=st.builds(str.__add__, BEGINS, st.text(st.characters())))
def test_spreadsheet_has_no_formula_and_one_line_a_row(text: str) -> None:
    given = report([finding()._replace(text=text, path=text, record=text, message=text)] * 2)
    lines = render(given, "csv", View()).splitlines()
    assert len(lines) == 3
    for row in table(given):
        assert None not in {*row, *row.values()}, "every row has every column"
        for value in row.values():
            assert not value.lstrip().startswith((*"=+-@|%\t\r", *"＝＋－＠｜％"))
        assert row["text"] in (visible(text), f"'{visible(text)}")


def test_spreadsheet_has_a_suggestion_and_how_many_agree() -> None:
    (row,) = table(report([finding()._replace(suggestion=Suggestion("=清名桥\x1b", 2, 3))]))
    assert (row["suggestion"], row["votes"], row["of"]) == ("'=清名桥␛", "2", "3")


def test_spreadsheet_of_statistics_has_a_row_a_code() -> None:
    assert [(row["code"], row["count"]) for row in table(full_report(), statistics=True)] == [
        ("PH101", "3"),
        ("ND302", "1"),
        ("PH110", "1"),
    ]


def test_spreadsheet_in_a_file_has_a_mark_for_excel_and_in_a_pipe_none(tmp_path: Path) -> None:
    page, out = tmp_path / "a.txt", tmp_path / "report.csv"
    page.write_text("于20xx年完成。", encoding="utf-8")
    CliRunner().invoke(cli, ["check", str(page), "--format", "csv", "-o", str(out)])
    piped = CliRunner().invoke(cli, ["check", str(page), "--format", "csv"])
    assert out.read_bytes().startswith(b"\xef\xbb\xbfcode,name,")
    assert piped.stdout.startswith("code,name,")


def page_of(given: Report, limit: int = 20) -> str:
    return render(given, "markdown", View(limit=limit))


def rendered(given: Report) -> str:
    """The comment as HTML."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(page_of(given))


def test_comment_has_counts_in_sight_and_the_rest_folded() -> None:
    text = rendered(full_report())
    assert "<h3>dedupe: 5 findings</h3>" in text
    assert text.count("<details>") == text.count("</details>") == 3
    assert text.index("<td>PH101</td>") < text.index("<details>")
    assert "<code>各位同事，«20__»年我们接待游客xx人次，</code>" in text
    assert "<td>★</td>\n<td><code>c.txt:101–149</code></td>" in text
    assert "<code>e.txt.gz</code>: the stream ends early" in text


def test_comment_folds_a_long_table_of_codes_unless_it_is_all_that_is_asked_for() -> None:
    codes = [f"PH{number}" for number in range(101, 131)]
    given = report([finding(code=code) for code in codes])
    assert "<details><summary>30 codes</summary>" in page_of(given)
    assert "<details>" not in render(given, "markdown", View(statistics=True))
    assert all(f"| {code} |" in render(given, "markdown", View(statistics=True)) for code in codes)


def test_comment_obeys_nothing_of_the_corpus() -> None:
    source, text = page_of(spiteful_report()), rendered(spiteful_report())
    assert set(re.findall(r"<(\w+)", text)) == TAGS
    columns = {row.count("<t") for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)}
    assert columns == {4, 7}
    outside = html.unescape(re.sub(r"<code>.*?</code>", "", text))
    assert not re.search(r"@all|#12|:tada:", outside), "nobody is called and nothing is linked"
    assert not re.search(r"://|www\.", source), "no address is one before Markdown is read"
    assert html.unescape(text).count(SPITEFUL[-20:]) > 5


@given(text=TEXTS)
def test_comment_obeys_nothing_whatever_the_text(text: str) -> None:
    mark = finding()._replace(path=text, record=text, text=text, before=text, after=text, message=text)
    copy = replace(member("x"), region=replace(member("x").region, path=text, title=text))
    shown = rendered(report([mark], [Cluster("c1", 0, (copy, copy))], [Failure(text, text)]))
    assert set(re.findall(r"<(\w+)", shown)) <= TAGS
    assert {row.count("<t") for row in re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)} == {4, 7}
    assert not re.search("[@#]", html.unescape(re.sub(r"<code>.*?</code>", "", shown)))


def test_comment_says_how_many_findings_of_a_document_are_not_listed() -> None:
    text = page_of(report(many(30)), limit=7)
    assert "<code>0000.txt</code>: 30 findings" in text
    assert "… and 23 more: `--limit 0`" in text


@pytest.mark.parametrize("limit", [0, 20])
@pytest.mark.parametrize("char", ["字", "𠀀", "|"])
def test_comment_fits_into_what_github_takes_and_counts_what_does_not(limit: int, char: str) -> None:
    marks = [mark._replace(text=char * 80, before=char * 40, after=char * 40) for mark in many(6000)]
    clusters = [Cluster(f"c{at}", 0, tuple(member(f"{char * 90}{at}.txt") for at in range(9))) for at in range(500)]
    errors = [Failure(char * 400, "not text")] * 500
    text = page_of(report(marks, clusters, errors), limit)
    assert len(text.encode("utf-16-le")) // 2 <= markdown.LIMIT
    assert text.count("<details>") == text.count("</details>")
    told = re.search(r"Not shown for want of room: ([\d,]+) inputs?, ([\d,]+) findings?, ([\d,]+) clusters?", text)
    assert told
    inputs, findings, clusters_left = (int(number.replace(",", "")) for number in told.groups())
    assert inputs + text.count("not text") == 500
    assert clusters_left + text.count("<summary>cluster ") == 500
    listed = text.count("never filled in") + sum(map(int, re.findall(r"… and (\d+) more: ", text)))
    assert findings + listed == 6000
    assert listed > 0


def test_comment_lists_every_member_when_asked() -> None:
    cluster = Cluster("c1", 3, tuple(member(f"{at}.txt", unit=Unit.DOCUMENT) for at in range(9)))
    assert "… and 4 more" in page_of(report(clusters=[cluster]))
    assert page_of(report(clusters=[cluster]), limit=0).count("whole document") == 9


def test_comment_says_when_nothing_was_found() -> None:
    assert page_of(report()).startswith("### dedupe: nothing found\n")


def test_hostile_report_is_a_comment_too() -> None:
    assert visible(HOSTILE) in html.unescape(rendered(hostile_report()))
