"""What stands in the corpus is never replaced by what a command writes, unless it is ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe.cli.main import cli
from tests.corpora import essay


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--no-config"])


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "deep").mkdir(parents=True)
    (folder / "findings").mkdir()
    (folder / "a.txt").write_text(essay(1), "utf-8")
    (folder / "deep" / "b.jsonl").write_text('{"text": "今年投入xx万元。"}\n', "utf-8")
    (folder / "findings" / "c.txt").write_text(essay(3), "utf-8")
    (folder / "link.txt").symlink_to(folder / "a.txt")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


COMMANDS: dict[str, Sequence[str]] = {
    "a report": ("check", "PAGES", "--select", "PH", "--no-cache", "-o", "PAGES/a.txt"),
    "a report, insisting": ("check", "PAGES", "--select", "PH", "--no-cache", "-o", "PAGES/a.txt", "--force"),
    "by a link": ("check", "PAGES", "--select", "PH", "--no-cache", "-o", "PAGES/link.txt", "--force"),
    "by another name": ("check", "PAGES/deep", "--no-cache", "-o", "PAGES/../pages/deep/b.jsonl", "--force"),
    "an index": ("index", "build", "PAGES/a.txt", "PAGES", "--force"),
    "an index of one file": ("index", "build", "PAGES/a.txt", "PAGES/deep", "PAGES/a.txt", "--force"),
    "tables": ("check", "PAGES", "--select", "PH", "--engine", "spark", "--tables", "PAGES"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_text_of_the_corpus_is_not_replaced(pages: Path, name: str) -> None:
    before = tree(pages)
    done = run(*(argument.replace("PAGES", str(pages)) for argument in COMMANDS[name]))
    assert done.exit_code == 2, done.output
    assert "which is read, and would be lost" in done.stderr
    assert tree(pages) == before


@pytest.mark.parametrize("name", ["baseline", "clean"])
def test_others_that_write_refuse_as_well(pages: Path, name: str) -> None:
    before = tree(pages)
    assert run(name, pages, "-o", pages / "a.txt").exit_code == 2
    assert tree(pages) == before


def test_a_new_report_in_the_corpus_is_written_and_written_again(pages: Path) -> None:
    report = pages / "report.json"
    for _ in range(2):
        done = run("check", pages, "--select", "PH", "--no-cache", "--format", "json", "-o", report)
        assert done.exit_code == 1, done.stderr
        assert '"documents": 3,' in report.read_text("utf-8")


def test_an_index_in_the_corpus_is_built_and_built_again(pages: Path) -> None:
    for arguments in ((), ("--force",)):
        done = run("index", "build", pages / "corpus.index", pages, *arguments)
        assert done.exit_code == 0, done.stderr
    assert "3 documents added" in done.stdout


def test_an_output_outside_may_be_insisted_on(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "pages.txt").write_text("mine", "utf-8")  # a name that begins as that of the folder
    done = run("check", pages, "--select", "PH", "--no-cache", "-o", tmp_path / "pages.txt", "--force")
    assert done.exit_code == 1, done.stderr
    assert ": PH103 " in (tmp_path / "pages.txt").read_text("utf-8")
