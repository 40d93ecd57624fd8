"""A report in a program: five lines, escaped in a notebook, narrowed down, held to a threshold, and as tables."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

import dedupe
from dedupe import ConfigError, DedupeError, Kind, Report, Severity, check
from dedupe.core.model import Finding
from dedupe.report.arrow import Tables

ROOT = Path(__file__).resolve().parents[2]
EVIL = "<script>alert(1)</script>"
ROWS = [
    {"id": 3, "text": f"{EVIL}接待了xx人次。"},
    {"id": 5, "text": "开了三次会。"},
    {"id": 8, "text": "开了三次会。"},
]


@pytest.fixture(scope="module")
def samples() -> Report:
    return check(ROOT / "samples")


def test_a_report_is_five_lines(samples: Report) -> None:
    head, marks, chrome, copies, errors = repr(samples).splitlines()
    assert head.startswith(f"<Report: {samples.summary.findings} findings in {samples.summary.documents} documents")
    assert [line.split()[0] for line in (marks, chrome, copies, errors)] == [
        "placeholders",
        "boilerplate",
        "copies",
        "errors",
    ]
    assert f"{samples.summary.clusters} clusters" in copies
    assert len(repr(check([])).splitlines()) == 5


def test_in_a_notebook_it_is_a_page_in_which_nothing_of_a_text_is_markup() -> None:
    page = check([*ROWS, {"id": EVIL, "text": "开了三次会。"}])._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "cluster" in page
    assert "records#5:1" in page
    assert "<table>" in check([])._repr_html_()


def test_findings_are_narrowed_down_and_counted_anew(samples: Report) -> None:
    for narrowed, holds in (
        (samples.filter("ph10,BP"), lambda f: f.code.startswith(("PH10", "BP"))),
        (samples.filter(["PH101"]), lambda f: f.code == "PH101"),
        (samples.filter(kind="duplicate"), lambda f: f.kind is Kind.DUPLICATE),
        (samples.filter(severity=Severity.ERROR), lambda f: f.severity is Severity.ERROR),
        (samples.filter("PH", path="*/marks.txt"), lambda f: f.code[:2] == "PH" and f.path.endswith("/marks.txt")),
        (samples.filter(id="canteen-3"), lambda f: f.record == "canteen-3"),
    ):
        expected = [finding for finding in samples.findings if holds(finding)]
        assert expected
        assert list(narrowed.findings) == expected
        assert narrowed.summary.findings == sum(narrowed.summary.by_code.values()) == len(expected)
        assert {cluster.id for cluster in narrowed.clusters} == {f.cluster for f in expected} - {None}
        assert isinstance(narrowed, Report)
    assert [finding.record for finding in check(ROWS).filter("PH", id=3).findings] == ["3"]
    assert len(samples.filter().findings) == len(samples.findings)


@pytest.mark.parametrize("threshold", [0.25, 0.4, 0.6, 0.8, 0.95, 1.0])
def test_a_higher_threshold_needs_no_second_run(samples: Report, threshold: float) -> None:
    held, run = samples.rethreshold(threshold), check(ROOT / "samples", threshold=threshold)

    def pairs(report: Report) -> set[frozenset[tuple[str, str | None, int, int]]]:
        """What is a copy of what, whichever of the two is kept."""
        found = set()
        for cluster in report.clusters:
            places = [(r.path, r.record, r.start, r.end) for r in (one.region for one in cluster.members)]
            found |= {frozenset((places[cluster.representative], place)) for place in places}
        return {pair for pair in found if len(pair) > 1}

    # A run may choose another text of a cluster, and then compare the others with that.
    assert pairs(held) <= pairs(run)
    assert {place for pair in pairs(held) for place in pair} == {place for pair in pairs(run) for place in pair}
    assert held.settings.threshold == threshold


def test_a_threshold_below_that_of_the_run_is_refused(samples: Report) -> None:
    for threshold in (0.1, 1.5):
        with pytest.raises(ConfigError, match=r"give one from that of this run, 0\.25, to 1"):
            samples.rethreshold(threshold)


def test_a_report_can_be_had_as_tables() -> None:
    report = check(ROWS)
    tables = report.to_arrow()
    assert isinstance(tables, Tables)
    assert tables.findings.column_names == list(Finding._fields)
    assert tables.findings.column("record").to_pylist() == [int(finding.record or 0) for finding in report.findings]
    members = tables.clusters.to_pylist()
    assert sorted(member["record"] for member in members) == [5, 8]
    assert sum(member["is_representative"] for member in members) == len(report.clusters)
    assert {member["relation"] for member in members} == {"exact"}


def test_ids_stay_numbers_where_all_are_and_no_other() -> None:
    for rows, wanted in (
        (ROWS, pa.int64()),
        (["接待了xx人次。"], pa.int64()),
        ([*ROWS, {"id": "a", "text": "甲"}], pa.string()),
        ([*ROWS, ROWS[0]], pa.string()),  # called 3#3
    ):
        assert check(rows).to_arrow().findings.schema.field("record").type == wanted
    assert check([]).to_arrow().findings.num_rows == 0


def test_tables_join_with_what_was_given() -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = pandas.DataFrame(ROWS)
    joined = frame.merge(check(frame).to_pandas(), left_on="id", right_on="record")
    assert sorted(zip(joined["id"], joined["code"])) == [(3, "PH103"), (8, "ND301")]
    table = polars.DataFrame(ROWS)
    assert set(table.join(check(table).to_polars(), left_on="id", right_on="record")["code"]) == {"PH103", "ND301"}


def test_tables_of_pandas_and_polars_need_no_pyarrow(samples: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    wanted = samples.to_arrow().findings.to_pylist()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert samples.to_polars().to_dicts() == wanted
    frame = samples.to_pandas()
    assert frame.to_dict("records") == wanted
    assert (frame["line"].dtype, check(ROWS).to_pandas()["record"].dtype) == ("int64", "int64")
    assert isinstance(check([]).to_pandas(), pandas.DataFrame)
    assert check([]).to_polars().schema == {**samples.to_polars().schema, "record": polars.Int64}


def test_tables_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DedupeError, match=r"pip install 'corpus-dedupe\[parquet\]'"):
        check([]).to_arrow()


def test_a_report_of_paths_keeps_what_it_was_made_of(samples: Report) -> None:
    again = replace(samples, summary=samples.summary)
    assert again == samples
    assert not samples.is_numbered


def test_types_hold_for_whoever_checks_strictly(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from pathlib import Path\n"
        "import dedupe\n"
        "rows: list[dict[str, str]] = []\n"
        "report: dedupe.Report = dedupe.check(rows, threshold=0.4, select='PH', progress=True)\n"
        "kept: list[dict[str, str]] = dedupe.clean(rows, text='body').kept\n"
        "texts: tuple[str, ...] = dedupe.clean(('a', 'b')).kept\n"
        "once: list[str] = dedupe.clean(iter(['a'])).kept\n"
        "documents: list[dedupe.Document] = dedupe.clean('pages').kept\n"
        "folder: Path = dedupe.clean(Path('pages'), output='out', remove='safe').kept\n"
        "reasons: list[str] = [gone.reason for gone in dedupe.clean(rows).dropped]\n"
        "reveal_type(report.rethreshold(0.6).filter('PH'))\n"
        "dedupe.check(rows, treshold=0.4)\n"
        "dedupe.clean(rows, threshold='high')\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", str(program)]
    environment = {"MYPYPATH": str(ROOT), "PATH": "", "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "users")}
    done = subprocess.run([*command, "--follow-imports=silent"], capture_output=True, text=True, env=environment)
    lines = [line for line in done.stdout.splitlines() if "program.py" in line]
    wrong = [re.findall(r"program\.py:(\d+): error", line) for line in lines]
    assert [number for found in wrong for number in found] == ["12", "13"], done.stdout
    assert 'Unexpected keyword argument "treshold"' in done.stdout
    assert any('Revealed type is "dedupe.api.report.Report"' in line for line in lines)
    assert dedupe.check([]).exit_code == 0
