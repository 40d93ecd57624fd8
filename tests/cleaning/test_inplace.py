"""A clean in place: what git has not is not replaced unasked, all of it comes back, and nothing foreign is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe.cleaning import inplace
from dedupe.cleaning.inplace import UNDO, project_of
from dedupe.cli.main import cli
from tests import files
from tests.api.test_clean import CHROME, ESSAY

OTHER = f"山里的茶园起了雾，采茶的人天不亮就上山了。\n{CHROME}\n"
DIRTY = f"秋天的风从河面上吹来，岸边的芦苇一夜白了头。\n{CHROME}\n"
PAGES = {"a.txt": ESSAY, "in/copy.txt": ESSAY, "b.txt": DIRTY, "c.txt": "这是另外一段话，和别的都不一样。\n"}


def lay(folder: Path) -> dict[str, bytes]:
    for name, text in PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    rows = [{"id": 1, "text": OTHER, "n": 7}, {"id": 2, "text": "好。"}]
    (folder / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return tree(folder)


def tree(folder: Path) -> dict[str, bytes]:
    """All files but those of git and of the undo, by path."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {p.as_posix(): path.read_bytes() for p, path in found.items() if p.parts[0] not in (".git", UNDO)}


def run(*args: object) -> Result:
    result = CliRunner().invoke(cli, [*map(str, args)])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result


def git(folder: Path, *args: str) -> str:
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(["git", "-C", str(folder), *named, *args], capture_output=True, text=True, check=True).stdout


def repository(folder: Path) -> dict[str, bytes]:
    before = lay(folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "pages")
    return before


def test_files_are_cleaned_where_they_are_and_come_back(tmp_path: Path) -> None:
    before = lay(tmp_path)
    (tmp_path / "b.txt").chmod(0o600)
    result = run("clean", tmp_path, "--in-place")
    assert result.exit_code == 0, result.output
    after = tree(tmp_path)
    (left,) = before.keys() - after.keys()
    assert left in ("a.txt", "in/copy.txt")
    assert after["b.txt"].decode() == DIRTY.replace(f"{CHROME}\n", "")
    assert json.loads(after["r.jsonl"].splitlines()[0])["n"] == 7
    assert {name for name in after if after[name] != before[name]} == {"b.txt", "r.jsonl"}
    (undo,) = (path for path in (tmp_path / UNDO).iterdir() if path.is_dir())
    assert f"dedupe restore {undo}" in result.stdout
    assert (undo / "quarantine" / "b.txt").read_text("utf-8").strip() == CHROME
    assert run("restore", undo).stdout == "3 files restored\n"
    assert tree(tmp_path) == before
    assert (tmp_path / "b.txt").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / UNDO).exists()


def test_the_last_clean_is_undone_from_below_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lay(tmp_path)
    run("clean", tmp_path, "--in-place", "--keep-copies")
    between = tree(tmp_path)
    run("clean", tmp_path, "--in-place")
    monkeypatch.chdir(tmp_path / "in" if (tmp_path / "in").exists() else tmp_path)
    assert run("restore").exit_code == 0
    assert tree(tmp_path) == between
    assert run("restore").exit_code == 0
    assert tree(tmp_path) == before
    result = run("restore")
    assert (result.exit_code, "nothing was cleaned in place" in result.stderr) == (2, True)


def test_where_nothing_is_to_do_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(PAGES["c.txt"], "utf-8")
    assert "nothing to clean" in run("clean", tmp_path, "--in-place").stdout
    assert [path.name for path in tmp_path.iterdir()] == ["c.txt"]


def test_the_originals_can_be_had_in_another_folder(tmp_path: Path) -> None:
    before = lay(tmp_path / "pages")
    run("clean", tmp_path / "pages", "--in-place")
    (undo,) = (path for path in (tmp_path / "pages" / UNDO).iterdir() if path.is_dir())
    assert run("restore", undo, "-o", tmp_path / "out").exit_code == 0
    out = tree(tmp_path / "out")
    assert len(out) == 3
    assert out.items() <= before.items()


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize("how", ["changed", "staged", "new"])
def test_what_git_has_not_committed_is_refused_unless_forced(tmp_path: Path, how: str) -> None:
    repository(tmp_path)
    name = "neu 页.txt" if how == "new" else "b.txt"
    (tmp_path / name).write_text(f"新的一行。\n{DIRTY}", "utf-8")
    (tmp_path / "c.txt").write_text("一段干净的话，改过了。\n", "utf-8")  # would not be touched
    if how == "staged":
        git(tmp_path, "add", ".")
    before = tree(tmp_path)
    result = run("clean", tmp_path, "--in-place")
    assert (result.exit_code, tree(tmp_path)) == (2, before)
    assert f"error: {name}: has changes that are not committed: commit them, or give --force" in result.stderr
    assert not (tmp_path / UNDO).exists()
    assert run("clean", tmp_path, "--in-place", "--force").exit_code == 0
    assert CHROME.encode() not in tree(tmp_path)[name]
    assert git(tmp_path, "status", "--porcelain", UNDO) == ""  # git does not see it
    run("restore", next(path for path in (tmp_path / UNDO).iterdir() if path.is_dir()))
    assert tree(tmp_path) == before


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_committed_corpus_is_cleaned_from_any_folder_of_it(tmp_path: Path) -> None:
    before = repository(tmp_path)
    assert run("clean", tmp_path / "in", tmp_path / "b.txt", "--in-place").exit_code == 0
    assert git(tmp_path, "diff", "--name-only").split() == ["b.txt"]
    assert project_of([str(tmp_path / "in")]) == tmp_path
    assert run("restore", next(path for path in (tmp_path / UNDO).iterdir() if path.is_dir())).exit_code == 0
    assert tree(tmp_path) == before


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_no_program_that_a_repository_names_is_run(tmp_path: Path) -> None:
    repository(tmp_path)
    monitor = tmp_path / ".git" / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n", "utf-8")
    monitor.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(monitor))
    (tmp_path / "ran").unlink(missing_ok=True)
    assert run("clean", tmp_path, "--in-place").exit_code == 0
    assert not (tmp_path / "ran").exists()


def test_a_repository_that_git_cannot_read_is_told(tmp_path: Path) -> None:
    before = lay(tmp_path)
    (tmp_path / ".git").mkdir()
    result = run("clean", tmp_path, "--in-place")
    assert (result.exit_code, tree(tmp_path)) == (2, before)
    assert "git cannot tell what is committed: give --force" in result.stderr


def test_a_file_that_would_become_another_kind_stays_and_is_named(tmp_path: Path) -> None:
    lay(tmp_path)
    page = files.write(tmp_path / "pages", "html", [("a", "\n".join([*[ESSAY] * 3, DIRTY]))])
    before = page.read_bytes() if page.is_file() else next(page.iterdir()).read_bytes()
    result = run("clean", tmp_path, "--in-place", "--html", "raw", "--keep-copies")
    named = next(iter((tmp_path / "pages").iterdir()))
    assert named.read_bytes() == before
    assert (result.exit_code, "would become JSON lines: give --output" in result.output) == (2, True)
    assert CHROME.encode() not in (tmp_path / "b.txt").read_bytes()


def test_a_file_that_cannot_be_read_stays(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "bad.txt").write_bytes("今年".encode() * 9 + b"\xff")
    result = run("clean", tmp_path, "--in-place")
    assert result.exit_code == 2
    assert (tmp_path / "bad.txt").read_bytes().endswith(b"\xff")


def test_what_was_changed_since_is_not_replaced_and_the_rest_comes_back(tmp_path: Path) -> None:
    before = lay(tmp_path)
    run("clean", tmp_path, "--in-place")
    (tmp_path / "b.txt").write_text("我后来写的。\n", "utf-8")
    gone = "a.txt" if not (tmp_path / "a.txt").exists() else "in/copy.txt"
    (tmp_path / gone).parent.mkdir(exist_ok=True)
    (tmp_path / gone).write_text("别人的新文件。\n", "utf-8")
    (undo,) = (path for path in (tmp_path / UNDO).iterdir() if path.is_dir())
    result = run("restore", undo)
    assert (result.exit_code, result.stdout) == (2, "1 file restored\n")
    assert result.stderr.count("changed since it was cleaned: move it away and restore again") == 2
    assert tree(tmp_path)["r.jsonl"] == before["r.jsonl"]
    assert (tmp_path / "b.txt").read_text("utf-8") == "我后来写的。\n"
    (tmp_path / "b.txt").unlink()
    (tmp_path / gone).unlink()
    assert run("restore", undo).exit_code == 2  # b.txt was edited, so what was taken from it has no place
    (tmp_path / "b.txt").write_bytes(before["b.txt"])
    assert run("restore", undo).exit_code == 0
    assert tree(tmp_path) == before


def test_a_run_that_is_killed_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, put = lay(tmp_path), inplace._put
    left = [1]

    def killed(*args: object) -> str:
        if not left.pop():
            raise KeyboardInterrupt
        left.append(0)
        return put(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(inplace, "_put", killed)
    left[:] = [1]
    assert run("clean", tmp_path, "--in-place").exit_code == 130
    assert tree(tmp_path) != before
    assert run("restore", next(path for path in (tmp_path / UNDO).iterdir() if path.is_dir())).exit_code == 0
    assert tree(tmp_path) == before


def test_a_manifest_of_a_stranger_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, victim = tmp_path / "project", tmp_path / "victim.txt"
    lay(project)
    run("clean", project, "--in-place")
    (undo,) = (path for path in (project / UNDO).iterdir() if path.is_dir())
    manifest = undo / "manifest.jsonl"
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    (project / "link").symlink_to(tmp_path)
    (project / ".git").mkdir()
    for name in ("../victim.txt", "link/victim.txt", ".git/hooks/pre-commit"):
        for row in rows[1:]:
            if row["path"] in ("b.txt", "../victim.txt", "link/victim.txt"):
                row |= {"path": name, "cleaned": None}
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        result = run("restore", undo)
        assert result.exit_code == 2, name
        assert "not to be trusted" in result.stderr
    assert not victim.exists()
    assert list((project / ".git").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_are_never_written_through(tmp_path: Path) -> None:
    lay(tmp_path / "pages")
    (tmp_path / "far").mkdir()
    (tmp_path / "pages" / UNDO).symlink_to(tmp_path / "far")
    result = run("clean", tmp_path / "pages", "--in-place")
    assert (result.exit_code, "is in the way, and no folder of yours" in result.stderr) == (2, True)
    assert list((tmp_path / "far").iterdir()) == []
    (tmp_path / "pages" / UNDO).unlink()
    (tmp_path / "far" / "d.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "pages" / "d.txt").symlink_to(tmp_path / "far" / "d.txt")
    result = run("clean", tmp_path / "pages", "--in-place", "--follow-links", "--keep-copies")
    assert "a link that leads out of the project" in result.output
    assert (tmp_path / "far" / "d.txt").read_text("utf-8") == DIRTY


@pytest.mark.parametrize("args", [[], ["--in-place", "-o", "x"], ["--in-place", "--no-texts"], ["--annotate"]])
def test_ways_that_do_not_go_together_are_refused(tmp_path: Path, args: list[str]) -> None:
    before = lay(tmp_path)
    assert run("clean", tmp_path, *args).exit_code == 2
    assert tree(tmp_path) == before
    assert not (tmp_path / UNDO).exists()


# With findings as fields, and nothing taken out


def test_a_corpus_is_annotated_and_nothing_is_taken_out(tmp_path: Path) -> None:
    before = lay(tmp_path / "pages")
    result = run("clean", tmp_path / "pages", "--annotate", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert tree(tmp_path / "pages") == before
    found = {
        name: [json.loads(line) for line in data.decode().splitlines()] for name, data in tree(tmp_path / "out").items()
    }
    assert found.pop(".dedupe-annotated") == []
    assert found.keys() == {"a.txt.jsonl", "in/copy.txt.jsonl", "b.txt.jsonl", "c.txt.jsonl", "r.jsonl"}
    (page,), (record, other) = found["b.txt.jsonl"], found["r.jsonl"]
    assert (page["text"], page["dedupe_action"], page["dedupe_reason"]) == (DIRTY, "edit", "chrome")
    assert page["dedupe_text"] == DIRTY.replace(f"{CHROME}\n", "")
    assert [finding["text"] for finding in page["dedupe_findings"]] == [CHROME]
    assert (record["id"], record["n"], record["dedupe_action"]) == (1, 7, "edit")
    assert (other["dedupe_action"], other["dedupe_text"], other["dedupe_findings"]) == ("keep", "好。", [])
    actions = {name: rows[0] for name, rows in found.items() if rows[0]["dedupe_action"] == "drop"}
    ((name, gone),) = actions.items()
    assert (gone["dedupe_text"], gone["dedupe_relation"], gone["dedupe_jaccard"]) == (None, "exact", 1.0)
    assert {name.removesuffix(".jsonl"), gone["dedupe_kept"]} == {"a.txt", "in/copy.txt"}
    assert run("clean", tmp_path / "pages", "--annotate", "-o", tmp_path / "out").exit_code == 2


def test_records_of_all_kinds_keep_their_fields_where_they_are_annotated(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    rows = [{"id": name, "text": f"{DIRTY}{name}", "from": "网站", "year": 2_020} for name in ("x", "y")]
    (pages / "t.csv").write_text("id,text,from,year\n" + "".join(_cells(row) for row in rows), "utf-8")
    (pages / "j.json").write_text(json.dumps({"data": rows}), "utf-8")
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pylist([{**row, "day": date(2_020, 5, 1)} for row in rows])
    pytest.importorskip("pyarrow.parquet").write_table(table, pages / "p.parquet")
    with pytest.importorskip("pyarrow.ipc").new_file(pages / "a.arrow", table.schema) as out:
        out.write_table(table)
    assert run("clean", pages, "--annotate", "-o", tmp_path / "out", "--keep-copies").exit_code == 0
    for name, more in (("t.csv", {}), ("j.json", {}), ("p.parquet", DAY), ("a.arrow", DAY)):
        found = [json.loads(line) for line in (tmp_path / "out" / f"{name}.jsonl").read_text("utf-8").splitlines()]
        own = [{key: row[key] for key in row if not key.startswith("dedupe_")} for row in found]
        year = str if name == "t.csv" else int
        assert own == [{**row, "year": year(2_020), **more} for row in rows], name
        assert [row["dedupe_action"] for row in found] == ["edit", "edit"]


DAY = {"day": "2020-05-01"}


def _cells(row: dict[str, object]) -> str:
    return ",".join(f'"{value}"' for value in row.values()) + "\n"


def test_without_a_repository_the_current_folder_is_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lay(tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    assert run("clean", "pages", "--in-place").exit_code == 0
    assert (tmp_path / UNDO).is_dir()
    assert run("restore").stdout == "3 files restored\n"
    assert tree(tmp_path / "pages") == before


def test_standard_input_is_no_file_to_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for where in (("--in-place",), ("-o", "out")):
        result = CliRunner().invoke(cli, ["clean", "-", *where], input=ESSAY)
        assert (result.exit_code, result.stderr) == (
            2,
            "error: standard input has no file to write it to: name files and folders\n",
        )
    assert not any(tmp_path.iterdir())
