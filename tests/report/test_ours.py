"""A report takes the place of a report, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe.cli.main import cli
from dedupe.report import FORMATS
from dedupe.report.ours import is_report

CODE = "QX101"
RULES = f"""[[rule]]
code = "{CODE}"
name = "ferry"
kind = "boilerplate"
severity = "warning"
pattern = '渡船票据'
message = "a ticket of the ferry"
hits = ["附：«渡船票据»"]
misses = ["渡船靠岸。"]
"""
ESSAY = "　　渡口的老秦把船系在柳树上，先给乘客倒茶，再算一遍当天的票款，一共过河的人比昨天多了四个。\n" * 3
CORPORA = {
    "nothing": {"a.txt": "今天渡口没有风。"},
    "marks": {"a.txt": "　　20__年，渡口接待乘客xx人次。\n"},
    "copies": {"a.txt": ESSAY, "b.txt": ESSAY},
    "own rule": {"a.txt": "渡船票据"},
    "unreadable": {"a.txt": "甲\0乙"},
    "all": {"a.txt": ESSAY + "渡船票据\n20__年，渡口接待乘客xx人次。\n", "b.txt": ESSAY, "c.txt": "甲\0乙"},
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def corpus(folder: Path, kind: str) -> Path:
    pages = folder / "pages"
    pages.mkdir()
    for name, text in CORPORA[kind].items():
        (pages / name).write_text(text, encoding="utf-8")
    (folder / "dedupe.toml").write_text(RULES, encoding="utf-8")
    return pages


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", CORPORA)
def test_every_report_is_known_again(tmp_path: Path, kind: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages, report = corpus(tmp_path, kind), tmp_path / "report"
    for form in FORMATS:
        for columns in ("24", "50", "140") if form == "rich" else ("80",):
            monkeypatch.setenv("COLUMNS", columns)
            for more in ([], ["-q"], ["--statistics"], ["--limit", "0"], ["--color", "always"]):
                arguments = ("check", pages, "-o", report, "--format", form, "--lang", lang, "--no-cache", *more)
                report.unlink(missing_ok=True)
                run(*arguments)
                assert is_report(report, [CODE]), (form, columns, more, report.read_text("utf-8"))


def test_a_report_takes_the_place_of_one_in_another_format(tmp_path: Path) -> None:
    pages, report = corpus(tmp_path, "all"), tmp_path / "report"
    for form in (*FORMATS, FORMATS[0]):
        assert run("check", pages, "-o", report, "--format", form, "--no-cache").exit_code == 2  # c.txt
        assert is_report(report, [CODE])


@pytest.mark.parametrize(
    "text",
    [
        "export PATH=$HOME/bin\n",
        "　　春风吹过渡口。\n",
        "\n",
        '{"version": 1, "lockfile": true}\n',
        '{"text": "渡口"}\n',
        "name,count\nPH101,3\n",
        "code,name,price\n",
        "src/a.py:3:1: SIM115 use a context manager\n",
        "a.txt:1:3: PH101 stands for a year within a date [20xx]\nset -e\n",
        "### Notes\n",
        "✓ builds the thing\n",
        "::error title=build::it failed\n",
        "<!DOCTYPE html>\n<html><head><title>dedupe</title></head></html>\n",
    ],
)
def test_a_file_of_others_stays_unless_force_is_given(tmp_path: Path, text: str) -> None:
    pages, target = corpus(tmp_path, "marks"), tmp_path / "target"
    target.write_text(text, encoding="utf-8")
    result = run("check", pages, "-o", target, "--no-config", "--no-cache")
    assert result.exit_code == 2
    assert "is no report of dedupe" in result.stderr
    assert "--force" in result.stderr
    assert target.read_text("utf-8") == text
    assert run("check", pages, "-o", target, "--no-config", "--no-cache", "--force").exit_code == 1
    assert is_report(target)


def test_an_empty_file_holds_nothing_that_could_be_lost(tmp_path: Path) -> None:
    pages, target = corpus(tmp_path, "marks"), tmp_path / "target"
    target.touch()
    assert run("check", pages, "-o", target, "--no-config", "--no-cache").exit_code == 1
    assert is_report(target)


def test_a_long_report_is_known_by_its_head(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("a.txt:1:3: PH101 stands for a year within a date [20xx]\n" * 9_000, encoding="utf-8")
    assert is_report(target)
    target.write_text("x" * 200_000, encoding="utf-8")
    assert not is_report(target)


def test_a_report_with_codes_that_nobody_knows_is_none_of_ours(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text(f"a.txt:1:3: {CODE} a ticket of the ferry [渡船票据]\n", encoding="utf-8")
    assert is_report(target, [CODE])
    assert not is_report(target)
