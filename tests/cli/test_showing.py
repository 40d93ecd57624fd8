"""What a report is shown as: its format by the name of its file, two screens of it, and what to do next."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe import Settings
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.plan import plan
from dedupe.cli.main import cli
from dedupe.pipeline.pipeline import check
from tests.cli.test_main import on_a_terminal, seen_until
from tests.corpora import essay

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--no-config"])


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in {
        "a.txt": essay(1),
        "b.txt": essay(1),
        "c.txt": f"{essay(2)}\n点击下载文档\n",
        "d.txt": essay(3),
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder


BEGINNINGS = {
    "r.json": '{"version": 1',
    "r.jsonl": '{"type": "summary"',
    "r.CSV": "\ufeffcode,name",
    "r.md": "### dedupe: ",
    "r.sarif": '{"version": "2.1.0"',
    "r.html": "<!DOCTYPE html>",
    "r.xml": '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="dedupe" ',
    "r.txt": "PAGES/b.txt:1:1: ND301 ",
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_the_name_of_the_file_says_the_format(pages: Path, tmp_path: Path, name: str) -> None:
    done = run("check", pages, "--no-cache", "-o", tmp_path / name)
    assert done.exit_code == 1, done.output
    text = (tmp_path / name).read_text("utf-8")
    assert text.startswith(BEGINNINGS[name].replace("PAGES", str(pages)))


def test_a_format_that_is_given_wins_and_that_is_told(pages: Path, tmp_path: Path) -> None:
    done = run("check", pages, "--no-cache", "-o", tmp_path / "r.html", "--format", "json")
    assert f"note: {tmp_path / 'r.html'} is written as json, for --format says so" in done.stderr
    assert json.loads((tmp_path / "r.html").read_text("utf-8"))["version"] == 1
    for form in ("json", "gitlab", "sarif"):
        done = run("check", pages, "--no-cache", "-o", tmp_path / f"{form}.json", "--format", form)
        assert "note" not in done.stderr


def test_a_name_on_the_command_line_beats_a_format_of_the_configuration(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text('format = "csv"\n', "utf-8")
    options = ("--no-cache", "--config", tmp_path / "dedupe.toml")
    CliRunner().invoke(cli, [*map(str, ("check", pages, *options, "-o", tmp_path / "r.json"))])
    CliRunner().invoke(cli, [*map(str, ("check", pages, *options, "-o", tmp_path / "r.out"))])
    assert (tmp_path / "r.json").read_text("utf-8").startswith("{")
    assert (tmp_path / "r.out").read_text("utf-8").startswith("\ufeffcode,name")


@pytest.mark.parametrize("source", ["pages", "samples"])
def test_the_plan_is_what_clean_does(pages: Path, tmp_path: Path, source: str) -> None:
    folder = str(pages if source == "pages" else ROOT / "samples")
    planned = plan(Order([folder], None, Settings()))
    done = clean(Order([folder], tmp_path / "out", Settings()))
    assert planned is not None
    assert planned.gone == done.documents[0] - done.documents[1] > 0
    assert planned.stays == done.characters[1] / done.characters[0]
    rows = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines()]
    names = {row["path"]: row["source"] for row in rows if row["row"] == "file"}
    edits = [row for row in rows if row["row"] == "edit"]
    left = {(names[row["path"]], row["record"]) for row in edits}
    assert planned.cuts.keys() == left
    assert planned.cut == len(left) - planned.gone
    # No star goes, and what has none does.
    gone = {(names[row["path"]], row["record"], row["start"], row["end"]) for row in edits}
    for copy in (copy for cluster in check([folder]).clusters for copy in cluster.members):
        region = copy.region
        whole = any(
            (region.path, region.record) == key[:2] and key[2] <= region.start and region.end <= key[3] for key in gone
        )
        assert not (whole and planned.keeps(region))


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_a_report_on_a_terminal_ends_with_commands_that_work(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with on_a_terminal("check", "pages", "--no-config", "--no-cache", "--threshold", "0.4") as (process, leader):
        seen = seen_until(leader, None)
        assert process.wait() == 1
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).splitlines()
    assert any(line.startswith("clean would remove 1 document and cut 1; ") for line in lines)
    commands = [re.split(r" {2,}", line.strip())[0] for line in lines if line.startswith("  dedupe ")]
    given = "pages --threshold 0.4 --no-config"
    assert commands == [f"dedupe clean {given} -o clean", f"dedupe check {given} -o report.html", "dedupe rules ND301"]
    for command in commands:
        done = CliRunner().invoke(cli, command.split()[1:])
        assert done.exit_code in (0, 1), done.output
    names = sorted(path.name for path in (tmp_path / "clean").iterdir())
    assert names == ["a.txt", "c.txt", "d.txt", "manifest.jsonl", "quarantine"]
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_name_that_no_format_has_is_an_error_before_the_run(pages: Path, tmp_path: Path) -> None:
    refused = run("check", pages, "-o", tmp_path / "r.pdf")
    assert refused.exit_code == 2
    assert "no report is written to .pdf: give .json, " in " ".join(refused.stderr.split())
    assert not (tmp_path / "r.pdf").exists()
    assert run("check", pages, "-o", tmp_path / "r.pdf", "--format", "text").exit_code == 1


def test_what_is_read_is_no_place_for_the_result(pages: Path) -> None:
    refused = run("clean", pages, "-o", pages)
    assert refused.exit_code == 2
    assert "is what is read: name another folder" in " ".join(refused.stderr.split())


@pytest.mark.parametrize("more", [(), ("-o", "back")])
def test_a_folder_that_is_not_there_cannot_be_restored(tmp_path: Path, more: tuple[str, ...]) -> None:
    refused = CliRunner().invoke(cli, ["restore", str(tmp_path / "nowhere"), *more])
    assert refused.exit_code == 2
    assert "no such folder" in refused.stderr
