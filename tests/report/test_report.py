"""Reports built by hand, in every format."""

from __future__ import annotations

import html
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dedupe import (
    Cluster,
    Copy,
    Failure,
    Finding,
    Kind,
    Region,
    Relation,
    Report,
    Settings,
    Severity,
    Suggestion,
    Summary,
    Unit,
)
from dedupe.report import FORMATS, render
from dedupe.report.text import closing_lines, error_lines
from dedupe.report.view import View, visible
from dedupe.rules.rule import Rule

PAGE = """年会发言稿

　　各位同事，20__年我们接待游客xx人次，修桥xx座，种树____棵。
　　请[姓名]同志上台领奖。
"""
HOSTILE = "\x1b[2J\x9b31m[bold red]假[/bold red]\u202e\u2066\u2028\ud800\x07\r\b\x00:smile:\ufeff\u200b"
# Shows nothing, and carries words that people do not see.
HOSTILE += "\U000e0041\U000e007f\u180e\ufff9\ufffa\ufffb\xad\u206a\u0600\U0001d173"
# What must never reach a terminal as it is: line ends and our own colours apart, anything that does not print.
OBEYED_RE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff"
    "\xad\u0600\u180e\u206a-\u206f\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# What a reader of a format makes of its escapes, where it has some that are not those of JSON.
READERS: dict[str, Callable[[str], str]] = {"markdown": html.unescape}
OURS_RE = re.compile(r"\x1b\[[0-9;]*m")


def finding(text: str = PAGE, mark: str = "20__", nth: int = 0, path: str = "a.txt", code: str = "PH101") -> Finding:
    start = [match.start() for match in re.finditer(re.escape(mark), text)][nth]
    end = start + len(mark)
    line, column = place(text, start)
    end_line, end_column = place(text, end)
    return Finding(
        code=code,
        name=f"name-of-{code}",
        kind=Kind.PLACEHOLDER,
        severity=Severity.ERROR,
        path=path,
        record=None,
        start=start,
        end=end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=mark,
        before=text[max(0, start - 40) : start],
        after=text[end : end + 40],
        message="never filled in",
        fingerprint=f"{start:04x}",
        slot="year",
    )


def place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def member(path: str, relation: Relation = Relation.COPY, unit: Unit = Unit.ESSAY, marks: int = 0) -> Copy:
    region = Region(path, None, 0, 900, 101, 149, unit, 4 if unit is Unit.ESSAY else None, "植树节倡议书")
    return Copy(region, relation, 0.9375, 1.0, marks, 1640)


def report(
    findings: Sequence[Finding] = (), clusters: Sequence[Cluster] = (), errors: Sequence[Failure] = (), short: int = 0
) -> Report:
    counts = dict(Counter(f.code for f in findings))
    summary = Summary(5, 77822, len(findings), len(clusters), counts, short, 1.2345)
    return Report(Settings(), summary, tuple(findings), tuple(clusters), tuple(errors))


def full_report() -> Report:
    marks = [finding(), finding(mark="xx"), finding(mark="xx", nth=1), finding(mark="[姓名]", code="PH110")]
    duplicate = finding(mark="年会发言稿", code="ND302", path="b.txt")._replace(
        kind=Kind.DUPLICATE,
        cluster="c1",
        slot=None,
        message="essay 4 (lines 101–149) is a copy of c.txt:101",
    )
    cluster = Cluster("c1", 1, (member("b.txt", marks=12), member("c.txt", Relation.EXACT), member("d.txt")))
    return report([*marks, duplicate], [cluster], [Failure("e.txt.gz", "the stream ends early")], short=2)


def shown(given: Report, width: int = 100, colour: bool = False, limit: int = 20, summary: bool = True) -> str:
    return render(given, "rich", View(width=width, colour=colour, limit=limit, summary=summary))


def test_plain_text_has_one_line_a_finding() -> None:
    lines = render(full_report(), "text", View()).splitlines()
    assert lines == [
        "a.txt:3:8: PH101 never filled in [20__]",
        "a.txt:3:19: PH101 never filled in [xx]",
        "a.txt:3:26: PH101 never filled in [xx]",
        "a.txt:4:4: PH110 never filled in [[姓名]]",
        "b.txt:1:1: ND302 essay 4 (lines 101–149) is a copy of c.txt:101",
    ]


def test_plain_text_names_the_record_and_cuts_only_the_marked_text() -> None:
    long = finding()._replace(path="a.jsonl", record="7", text="长" * 200)
    assert render(report([long]), "text", View()) == f"a.jsonl#7:3:8: PH101 never filled in [{'长' * 60}…]\n"


def test_plain_text_says_the_rest_on_standard_error() -> None:
    assert closing_lines(full_report()) == [
        "5 documents · 77,822 characters · 5 findings · 1 cluster · 1.23 s",
        "2 documents under 32 tokens (--min-length): compared as wholes only",
    ]
    assert [*error_lines(full_report().errors)] == ["error: e.txt.gz: the stream ends early"]


def test_errors_of_many_records_are_not_all_said() -> None:
    errors = [Failure(f"{number}.jsonl:1", "no field 'text'") for number in range(1, 1_151)]
    lines = [*error_lines(errors)]
    assert len(lines) == 101
    assert lines[99:] == [
        "error: 100.jsonl:1: no field 'text'",
        "error: 1,050 more: `dedupe check --format json` lists all",
    ]
    assert len([*error_lines(errors, 0)]) == 1_150


def test_terminal_groups_findings_by_document_with_the_mark_in_its_line() -> None:
    lines = shown(report([finding(), finding(mark="[姓名]", code="PH110")])).splitlines()
    assert lines[0] == "a.txt  2 findings"
    assert lines[1].startswith("  3:8  PH101  各位同事，«20__»年我们接待游客xx人次，修桥xx座")
    assert lines[1].endswith("  never filled in")
    assert lines[2].startswith("  4:4  PH110  请«[姓名]»同志上台领奖。  ")


def test_terminal_shows_like_marks_of_one_line_in_one_row_that_has_them_all() -> None:
    rows = [line for line in shown(full_report(), width=160).splitlines() if "PH101" in line and "3:" in line]
    assert len(rows) == 1
    assert "«20__»年我们接待游客«xx»人次，修桥«xx»座" in rows[0]


def test_terminal_gives_a_mark_its_own_row_when_it_would_be_cut_off() -> None:
    rows = [line for line in shown(full_report(), width=60).splitlines() if "PH101" in line and "3:" in line]
    assert sum(row.count("«") for row in rows) == 3
    assert len(rows) > 1
    assert rows[1].endswith("〃")


def test_terminal_cuts_a_mark_that_is_longer_than_its_row_inside_its_quotes() -> None:
    text = "更多内容请看首页。" * 30
    assert re.search("  «更多[^»]*…»  ", shown(report([finding(text, text)])))


def test_terminal_shows_that_a_line_goes_on_beyond_the_context() -> None:
    row = shown(report([finding(f"{'前' * 50}xx{'后' * 50}", "xx")]), width=300).splitlines()[1]
    assert f"…{'前' * 40}«xx»{'后' * 40}…" in row


def test_terminal_lists_duplicates_in_tables_only() -> None:
    both = finding(text="年会发言稿" + PAGE, path="b.txt")
    copied = full_report()
    copied = replace(copied, findings=(*copied.findings, both))
    assert "b.txt  1 finding · 1 near-duplicate below" in shown(copied)
    text = shown(full_report())
    assert "b.txt  " not in text[: text.index("Near-duplicates")]
    assert "is a copy of" not in text
    table = text[text.index("cluster c1 · 3 members · ND302") :].splitlines()
    assert table[0].split()[-4:] == ["tokens", "relation", "jaccard", "marks"]
    assert table[1].split() == ["★", "c.txt:101–149", "1,640", "keep", "0.94", "0"]
    assert table[2] == "    essay 4 · 植树节倡议书"
    assert table[3].split() == ["b.txt:101–149", "1,640", "copy", "0.94", "12"]


def test_terminal_puts_the_essay_beside_its_place_where_there_is_room() -> None:
    row = next(line for line in shown(full_report(), width=160).splitlines() if line.startswith("★"))
    assert row.split()[:5] == ["★", "c.txt:101–149", "essay", "4", "·"]


def test_terminal_lists_a_duplicate_that_has_no_cluster() -> None:
    stock = finding(mark="年会发言稿", code="ND304")._replace(kind=Kind.DUPLICATE, severity=Severity.NOTE)
    assert "1:1  ND304  «年会发言稿»" in shown(report([stock]))


def test_terminal_says_whole_document() -> None:
    cluster = Cluster("c1", 0, (member("a.txt", unit=Unit.DOCUMENT), member("b.txt", unit=Unit.DOCUMENT)))
    assert shown(report(clusters=[cluster])).count("whole document") == 2


def test_terminal_calls_an_essay_without_number_and_title_by_what_it_is() -> None:
    copy = member("b.txt")
    nameless = replace(copy, region=replace(copy.region, essay=None, title=None))
    lines = shown(report(clusters=[Cluster("c1", 0, (member("a.txt"), nameless))]), width=120).splitlines()
    assert next(line for line in lines if "b.txt" in line).split()[:2] == ["b.txt:101–149", "essay"]


def test_terminal_puts_errors_last_in_a_panel() -> None:
    lines = shown(full_report()).splitlines()
    assert lines[-3].startswith("╭─ ✗ 1 input could not be used ─")
    assert lines[-2].startswith("│ e.txt.gz: the stream ends early")
    assert lines[-1].startswith("╰")


def test_terminal_cuts_long_listings_and_says_how_to_see_the_rest() -> None:
    text = "。".join(f"第{i}项xx" for i in range(30))
    marks = [finding(text, "xx", i, path=f"{p:02}.txt") for p in range(60) for i in range(30)]
    members = tuple(member(f"{i}.txt") for i in range(40))
    clusters = [Cluster(f"c{i}", 0, members) for i in range(70)]
    errors = [Failure(f"{i}.bin", "not text") for i in range(30)]
    long = report(marks, clusters, errors)
    cut = shown(long)
    assert cut.count("… and 10 more in this document (--full shows all)") == 60
    assert cut.count("… and 20 more (--full shows all)") == 70
    assert cut.count("… and 10 more (--full shows all)") == 1
    everything = shown(long, limit=0)
    assert "… and" not in everything
    assert everything.count("«xx»") == len(marks)
    assert everything.count("0.94") == len(clusters) * len(members)


def test_terminal_always_shows_the_representative() -> None:
    members = tuple(member(f"{i}.txt") for i in range(40))
    assert "★ 33.txt:101–149" in shown(report(clusters=[Cluster("c1", 33, members)]))


def test_terminal_says_when_nothing_was_found() -> None:
    text = shown(report(), summary=True)
    assert text.splitlines()[0] == "✓ nothing found"
    assert "5 documents" in text


def test_terminal_without_summary_has_findings_only() -> None:
    text = shown(full_report(), summary=False)
    assert "77,822" not in text
    assert "never filled in" in text
    assert "e.txt.gz" in text


@pytest.mark.parametrize("form", FORMATS)
def test_statistics_leave_only_the_counts(form: str) -> None:
    text = render(full_report(), form, View(statistics=True))
    assert "PH101" in text
    assert "never filled in" not in text
    assert "植树节" not in text


@pytest.mark.parametrize("width", [10, 24, 40, 59, 60, 80, 100, 160])
@pytest.mark.parametrize("colour", [False, True])
def test_terminal_rows_fit_the_width(width: int, colour: bool) -> None:
    path = "很长的文件夹名称/" * 12 + "a.txt"
    text = "。".join(["　　这是一段没有换行的文字，说明xx情况" * 3] * 9)
    marks = [finding(text, "xx", i, path="a.txt") for i in range(20)]
    whole = finding(text, text[:150])._replace(kind=Kind.BOILERPLATE, message="一句很长的说明" * 9)
    failure = Failure(path, "the stream ends early")
    given = report([*marks, whole], [Cluster("c1", 0, (member(path), member("b.txt")))], [failure], short=2)
    lines = OURS_RE.sub("", shown(given, width=width, colour=colour, limit=0)).splitlines()
    assert max(map(cell_len, lines)) <= max(width, 24)
    assert sum(line.count("xx") for line in lines) >= len(marks), "every mark is in sight, however narrow"


def test_a_narrow_terminal_has_lines_in_place_of_columns() -> None:
    lines = shown(full_report(), width=40, summary=False).splitlines()
    assert lines[1:4] == ["  3:8  PH101", "    …位同事，«20__»年我们接待游客«xx»人…", "    never filled in"]
    at = lines.index("★ c.txt:101–149")
    assert lines[at + 1] == "    essay 4 · 植树节倡议书"
    assert lines[at + 2 : at + 4] == ["    keep · jaccard 0.94 · 1,640 tokens ·", "    0 marks"]


def test_terminal_aligns_columns_by_cells() -> None:
    text = shown(report([finding(), finding(mark="xx", nth=1, code="PH103"), finding(mark="[姓名]", code="PH110")]))
    ends = {cell_len(line[: line.index("never")]) for line in text.splitlines() if "never" in line}
    assert len(ends) == 1


def test_terminal_without_colour_has_no_escape_codes() -> None:
    assert "\x1b" not in shown(full_report())
    assert "\x1b[" in shown(full_report(), colour=True)


def test_terminal_marks_with_colour_instead_of_quotes() -> None:
    text = shown(full_report(), colour=True)
    assert "«" not in text
    assert re.search(r"\x1b\[[0-9;]+m20__\x1b\[0m", text)


def hostile_report() -> Report:
    text = f"前{HOSTILE}xx{HOSTILE}后"
    mark = finding(text, "xx")._replace(path=f"p{HOSTILE}", record=f"r{HOSTILE}", message=f"m{HOSTILE}")
    spanning = mark._replace(text=f"xx{HOSTILE}", kind=Kind.BOILERPLATE)
    bad = replace(member("x"), region=replace(member("x").region, path=f"q{HOSTILE}", title=f"t{HOSTILE}"))
    return report([mark, spanning], [Cluster("c1", 0, (bad, bad))], [Failure(f"e{HOSTILE}", f"why{HOSTILE}")])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("colour", [False, True])
def test_hostile_text_is_shown_and_never_obeyed(form: str, colour: bool) -> None:
    text = render(hostile_report(), form, View(width=400, colour=colour))
    assert not OBEYED_RE.search(OURS_RE.sub("", text))
    assert "[bold red]假[/bold red]" in READERS.get(form, str)(text)
    text.encode("utf-8")


def test_hostile_text_is_shown_on_standard_error() -> None:
    assert not OBEYED_RE.search("".join(error_lines(hostile_report().errors)))


@given(st.text(st.characters()))
def test_visible_text_is_one_line_that_prints(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not OBEYED_RE.search(shown)
    assert visible(shown) == shown


def test_visible_keeps_wide_spaces_and_private_letters() -> None:
    assert visible("　甲\u00a0乙\ue5e5") == "　甲\u00a0乙\ue5e5"


CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Cs")
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u3164\uffa0\ufe0f\U000e0100\U000e01ef"
UNSEEN = FILLERS + "".join(
    char for char in map(chr, range(sys.maxunicode, -1, -1)) if unicodedata.category(char) in CATEGORIES
)


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif"])
def test_what_shows_nothing_is_escaped_for_programs_and_reads_as_it_was(form: str) -> None:
    text = render(report([finding()._replace(text=UNSEEN, message=UNSEEN)]), form, View())
    assert set(text) & set(UNSEEN) <= {"\n"}
    rows = json.loads(text.splitlines()[1] if form == "jsonl" else text)
    if form == "sarif":
        assert rows["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == UNSEEN
    else:
        row = rows if form == "jsonl" else rows["findings"][0]
        assert (row["text"], row["message"]) == (UNSEEN, UNSEEN)


def test_json_is_version_one() -> None:
    whole = json.loads(render(full_report(), "json", View()))
    assert list(whole) == ["version", "tool", "settings", "summary", "findings", "clusters", "errors"]
    assert whole["version"] == 1
    assert whole["tool"]["name"] == "dedupe"
    assert "jobs" not in whole["settings"]
    assert whole["summary"] == {
        "documents": 5,
        "characters": 77822,
        "findings": 5,
        "clusters": 1,
        "by_code": {"ND302": 1, "PH101": 3, "PH110": 1},
        "short_documents": 2,
        "passed_over": {},
        "seconds": 1.234,
    }
    assert whole["findings"][0] == {
        "code": "PH101",
        "name": "name-of-PH101",
        "kind": "placeholder",
        "severity": "error",
        "path": "a.txt",
        "start": 14,
        "end": 18,
        "line": 3,
        "column": 8,
        "end_line": 3,
        "end_column": 12,
        "text": "20__",
        "slot": "year",
        "message": "never filled in",
        "fingerprint": "000e",
    }
    assert whole["clusters"][0]["representative"] == 1
    assert whole["clusters"][0]["members"][0] == {
        "path": "b.txt",
        "start": 0,
        "end": 900,
        "line": 101,
        "end_line": 149,
        "unit": "essay",
        "essay": 4,
        "title": "植树节倡议书",
        "relation": "copy",
        "jaccard": 0.9375,
        "containment": 1.0,
        "marks": 12,
        "tokens": 1640,
        "severity": "warning",
    }
    assert whole["errors"] == [{"path": "e.txt.gz", "reason": "the stream ends early"}]


def test_json_has_the_rules_of_a_user_among_the_settings() -> None:
    own = Rule(
        "MY101", "stamp", Kind.BOILERPLATE, Severity.NOTE, "a stamp", hits=("«印»",), misses=("印刷",), pattern="^印$"
    )
    given = replace(report(), settings=Settings(rules=(own,)))
    assert json.loads(render(given, "json", View()))["settings"]["rules"] == [
        {
            "code": "MY101",
            "name": "stamp",
            "kind": "boilerplate",
            "severity": "note",
            "pattern": "^印$",
            "message": "a stamp",
        }
    ]


def test_json_has_suggestion_and_record_when_there_are_any() -> None:
    filled = finding()._replace(record="7", suggestion=Suggestion("2019", 2, 3))
    row = json.loads(render(report([filled]), "json", View()))["findings"][0]
    assert row["record"] == "7"
    assert row["suggestion"] == {"text": "2019", "votes": 2, "of": 3}


def test_json_lines_are_told_apart_by_type() -> None:
    rows = [json.loads(line) for line in render(full_report(), "jsonl", View()).splitlines()]
    assert [row["type"] for row in rows] == ["summary", *["finding"] * 5, "cluster", "error"]
    assert rows[0]["documents"] == 5
    assert rows[0]["settings"]["threshold"] == Settings().threshold


@pytest.mark.parametrize("form", ["json", "jsonl"])
@given(text=st.text(st.characters()))
def test_json_brings_any_text_through(form: str, text: str) -> None:
    given = finding()._replace(text=text, path=text)
    lines = render(report([given]), form, View()).splitlines()
    row = json.loads(lines[1]) if form == "jsonl" else json.loads("\n".join(lines))["findings"][0]
    assert row["text"] == text
    assert row["path"] == text


def test_errors_of_one_file_and_one_cause_share_a_line_unless_all_are_asked_for() -> None:
    errors = [Failure(f"a.jsonl:{line}", f"no field 'text' (there are: 'x{line}'): name it") for line in range(1, 140)]
    errors += [Failure("b.jsonl:1", "no field 'text' (there are: 'y'): name it"), Failure("c.txt", "binary")]
    assert [*error_lines(errors)] == [
        "error: a.jsonl:1: and 138 more records: no field 'text' (there are: 'x1'): name it",
        "error: b.jsonl:1: no field 'text' (there are: 'y'): name it",
        "error: c.txt: binary",
    ]
    assert len([*error_lines(errors, 0)]) == 141
    assert [*error_lines(errors, 1)][-1] == "error: 2 more: `dedupe check --format json` lists all"
