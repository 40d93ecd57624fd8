"""Who may write to a place, and what in it may be replaced: nothing that is not ours, and one run at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.manifest import others
from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.core.atomic import LOCK, MANIFEST, MARK, MARKED, OLD, PARTIAL, alone, replacing
from dedupe.core.errors import DedupeError
from tests.cleaning.test_clean import CHROME, lay
from tests.cleaning.test_restore import files_of
from tests.corpora import essay

HTML = f"<html><body><article><p>{essay(3)}</p></article></body></html>"
ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--no-config"])


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result with a cleaned file, one that left, a quarantine, and an original that is stored."""
    files = {"a.txt": f"{essay(1)}\n{CHROME}\n", "b/c.txt": essay(1), "d.html": HTML, "e/f.txt": essay(4)}
    clean(Order([str(lay(tmp_path / "in", files))], tmp_path / "out", Settings()))
    return tmp_path / "out"


def test_a_result_as_it_was_written_is_replaced(tmp_path: Path, result: Path) -> None:
    before = files_of(result)
    assert any(name.startswith("quarantine/") for name in before)
    assert any(name.startswith(".originals/") for name in before)
    assert others(result) == []
    (result / "e" / "f.txt").unlink()  # what somebody took out of it is in the corpus still
    assert run("clean", tmp_path / "in", "-o", result, "--force").exit_code == 0
    assert files_of(result) == before


def test_essays_as_they_were_written_are_replaced(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": essay(1), "essays.jsonl": '{"text": "一"}\n'})
    for _ in range(2):
        done = run("clean", tmp_path / "in", "-o", tmp_path / "out", "--split-essays", "--force")
        assert done.exit_code == 0, done.stderr
    with (tmp_path / "out" / "essays.jsonl").open("ab") as file:
        file.write(b"\n")
    assert others(tmp_path / "out") == ["essays.jsonl"]


def linked(folder: Path) -> None:
    (folder / "a.txt").rename(folder.parent / "a.txt")
    (folder / "a.txt").symlink_to(folder.parent / "a.txt")


def piped(folder: Path) -> None:
    (folder / "a.txt").unlink()
    os.mkfifo(folder / "a.txt")


def written(name: str) -> Callable[[Path], object]:
    return lambda folder: lay(folder, {name: "mine"})


ADDED: dict[str, Callable[[Path], object]] = {
    ".git/": written(".git/HEAD"),
    "notes.md": written("notes.md"),
    "b/notes.md": written("b/notes.md"),
    "a.txt": written("a.txt"),
    "b/c.txt": written("b/c.txt"),  # which left
    "quarantine/a.txt": written("quarantine/a.txt"),
    "quarantine/notes.md": written("quarantine/notes.md"),
    ".originals/d.html": written(".originals/d.html"),
    "empty/": lambda folder: (folder / "empty").mkdir(),
    "link": lambda folder: (folder / "link").symlink_to(folder),
    "link/": lambda folder: (folder / "link").symlink_to(folder / "b"),
}
if sys.platform != "win32":
    ADDED |= {"a.txt, a link": linked, "a.txt, a pipe": piped}
    ADDED["link"] = lambda folder: (folder / "link").symlink_to(folder / "a.txt")


@pytest.mark.parametrize("name", ADDED)
def test_what_people_added_stops_force_and_is_named(tmp_path: Path, result: Path, name: str) -> None:
    ADDED[name](result)
    before = files_of(result)
    done = run("clean", tmp_path / "in", "-o", result, "--force")
    assert done.exit_code == 2
    assert f"it would be lost: {name.partition(',')[0]}: move it elsewhere" in done.stderr
    assert files_of(result) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "a.txt") == ["in", "out"]


def test_many_things_are_counted(tmp_path: Path, result: Path) -> None:
    lay(result, {f"{number:02}.md": "mine" for number in range(30)})
    done = run("clean", tmp_path / "in", "-o", result, "--force")
    assert "19.md … (30 in all): move it" in done.stderr


def test_what_is_added_while_a_clean_runs_stops_it_at_the_end(tmp_path: Path, result: Path) -> None:
    def work(stage: str, done: int, total: int) -> None:
        (result / "notes.md").write_text("mine", "utf-8")

    before = files_of(result)
    with pytest.raises(DedupeError, match=r"it would be lost: notes\.md"):
        clean(Order([str(tmp_path / "in")], result, Settings(), force=True), work)
    assert files_of(result) == {**before, "notes.md": b"mine"}


@pytest.mark.parametrize("end", [PARTIAL, OLD])
def test_what_stands_beside_a_result_and_is_not_ours_stays(tmp_path: Path, end: str) -> None:
    lay(tmp_path / "in", {"a.txt": essay(1)})
    lay(tmp_path / f"out{end}", {"thesis.txt": "mine"})
    done = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert f"{tmp_path / 'out'}{end}" in done.stderr
    assert files_of(tmp_path / f"out{end}") == {"thesis.txt": b"mine"}
    assert not (tmp_path / "out").exists()


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path, result: Path) -> None:
    before = files_of(result)
    lay(tmp_path / f"out{PARTIAL}", {MARK: MARKED.decode(), "a.txt": "half"})
    result.rename(tmp_path / f"out{OLD}")  # killed between two renames
    assert run("clean", tmp_path / "in", "-o", result).exit_code == 2  # it is there again, and wants --force
    assert files_of(result) == before
    clean(Order([str(tmp_path / "in")], tmp_path / f"out{OLD}", Settings()))  # killed while the old one was removed
    (tmp_path / f"out{OLD}" / "a.txt").unlink()
    assert run("clean", tmp_path / "in", "-o", result, "--force").exit_code == 0
    assert files_of(result) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("removed", range(5))
def test_a_run_that_is_killed_while_it_clears_away_does_not_bar_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: int
) -> None:
    """What says that a folder is ours goes last, whatever order the file system lists it in."""
    left = {MARK: MARKED.decode(), MANIFEST: "{}", "a.txt": "half", "z.txt": "half", ".b": "half"}
    lay(tmp_path / f"out{PARTIAL}", left)
    unlink, done = Path.unlink, []

    def dies(path: Path, *args: object) -> None:
        if path.parent.name.endswith(PARTIAL):
            if len(done) == removed:
                raise KeyboardInterrupt
            done.append(path)
        unlink(path)

    monkeypatch.setattr(Path, "unlink", dies)
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "out", lambda folder: None, os.listdir):
        pass
    monkeypatch.setattr(Path, "unlink", unlink)
    assert len(list((tmp_path / f"out{PARTIAL}").iterdir())) == len(left) - removed
    with replacing(tmp_path / "out", lambda folder: None, os.listdir) as begun:
        (begun / "a.txt").write_text("一", "utf-8")
    assert files_of(tmp_path / "out") == {"a.txt": "一".encode()}


def test_one_at_a_time(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with alone(target) as first, alone(target) as second:
        assert (first, second) == (True, False)
    with alone(target) as third:
        assert third
    assert list(tmp_path.iterdir()) == []


def test_the_second_of_two_is_told_and_does_no_harm(tmp_path: Path) -> None:
    def check(folder: Path) -> None:
        assert not folder.exists()

    lay(tmp_path / "in", {"a.txt": essay(1)})
    with replacing(tmp_path / "out", check, os.listdir) as begun:
        (begun / "a.txt").write_text("一", "utf-8")
        for command in (("clean", "in"), ("restore", "in")):
            if command[0] == "restore":
                clean(Order([str(tmp_path / "in")], tmp_path / "cleaned", Settings()))
                command = ("restore", "cleaned")
            arguments = [command[0], tmp_path / command[1], "-o", tmp_path / "out"]
            done = CliRunner().invoke(cli, [*map(str, arguments)])
            assert done.exit_code == 2
            assert f"{tmp_path / 'out'}: another run writes it: run again" in done.stderr
    assert files_of(tmp_path / "out") == {"a.txt": "一".encode()}
    assert not (tmp_path / f"out{LOCK}").exists()


def test_of_many_cleans_into_one_folder_one_wins_and_the_others_are_told(tmp_path: Path) -> None:
    lay(tmp_path / "in", {f"{number}.txt": essay(number) for number in range(3)})
    command = [sys.executable, "-m", "dedupe", "clean", tmp_path / "in", "-o", tmp_path / "out", "--select", "BP"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)]
    told = [process.communicate()[1] for process in runs]
    codes = [process.returncode for process in runs]
    assert codes.count(0) == 1, told
    for code, words in zip(codes, told):
        assert code == 0 or "another run writes it" in words or "holds the result of an earlier clean" in words, words
    assert others(tmp_path / "out") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
