"""What a corpus brings writes, reads and deletes nothing outside of it: its configuration, baseline, links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe import ConfigError
from dedupe.cli.main import cli
from dedupe.config.file import find_file, is_inside
from dedupe.config.settings import Settings, make_settings
from dedupe.core.atomic import whole_file
from dedupe.report.rules import codes

PROFILE = "export PATH=$HOME/bin\n"
posix = pytest.mark.skipif(os.name == "nt", reason="owners and links of POSIX")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """A corpus of somebody else, beside a home that must stay as it is."""
    home, folder = tmp_path / "home", tmp_path / "clone"
    home.mkdir()
    (home / ".bashrc").write_text(PROFILE, "utf-8")
    (home / "old.run").write_text("5 km", "utf-8")
    folder.mkdir()
    (folder / "$(reboot).txt").write_text("　　20__年，渡口接待乘客xx人次。\n" * 40_000, "utf-8")
    before = tree(home)
    yield folder
    assert tree(home) == before


def configure(folder: Path, text: str) -> None:
    (folder / "dedupe.toml").write_text(text, "utf-8")


OUTSIDE = [
    "../home/.bashrc",
    "../home/new.txt",
    "{home}/.bashrc",
    "x/../../home/.bashrc",
    ".",
    "",
    ".git/x",
    "a/.GIT/x",
]


@pytest.mark.parametrize("place", OUTSIDE)
@pytest.mark.parametrize("key", ["output", "cache-dir", "index", "baseline"])
def test_a_file_that_was_found_names_no_place_outside_of_its_folder(clone: Path, key: str, place: str) -> None:
    place = place.format(home=clone.parent / "home")
    configure(clone, f'select = ["PH"]\n{key} = "{place}"\n')
    before = tree(clone)
    asked = [("check", clone), ("check", clone / "$(reboot).txt")]
    asked += [("baseline", clone), ("check", "--prune", clone)] if key == "baseline" else []
    asked += [("cache", "clear", clone), ("cache", "info", clone)] if key == "cache-dir" else []
    asked += [("clean", clone, "-o", clone.parent / "out", "--add")] if key == "index" else []
    for one in asked:
        result = run(*one)
        assert result.exit_code == 2, one
        assert f"dedupe.toml:2: {key} is " in result.stderr
        assert "must name a place in its own folder" in result.stderr
        assert "--config" in result.stderr
    assert tree(clone) == before


@posix
@pytest.mark.parametrize("key", ["output", "cache-dir", "index", "baseline"])
def test_no_link_leads_a_file_that_was_found_outside(clone: Path, key: str) -> None:
    (clone / "link").symlink_to("../home")
    (clone / "profile").symlink_to("../home/.bashrc")
    for place in ("link", "link/.bashrc", "link/new", "profile"):
        configure(clone, f'{key} = "{place}"\n')
        result = run("check", clone)
        assert (result.exit_code, "must name a place in its own folder" in result.stderr) == (2, True)


def test_a_place_inside_is_used(clone: Path) -> None:
    configure(clone, 'select = ["PH"]\noutput = "report.txt"\ncache-dir = "kept"\n')
    for _ in range(2):
        assert run("check", clone).exit_code == 1
    assert (clone / "report.txt").read_text("utf-8").count("PH101") == 40_000
    assert (clone / "kept" / "CACHEDIR.TAG").exists()


def test_an_output_inside_replaces_no_file_that_is_no_report(clone: Path) -> None:
    (clone / "conftest.py").write_text("import os\n", "utf-8")
    configure(clone, 'select = ["PH"]\noutput = "conftest.py"\n')
    result = run("check", clone)
    assert (result.exit_code, "would be lost" in result.stderr) == (2, True)
    assert (clone / "conftest.py").read_text("utf-8") == "import os\n"


def test_a_cache_in_a_folder_of_others_is_not_made_or_cleaned(clone: Path) -> None:
    """Not even inside of the corpus."""
    (clone / "src").mkdir()
    for name in ("old.run", "old.rows", "old.part", ".gitignore"):
        (clone / "src" / name).write_text("mine", "utf-8")
    configure(clone, 'select = ["PH"]\ncache-dir = "src"\n')
    before = tree(clone)
    assert "nothing is kept for the next run" in run("check", clone).stderr
    assert run("cache", "clear", clone).exit_code == 2
    assert tree(clone) == before


def test_whoever_names_the_file_is_obeyed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(clone, 'select = ["PH"]\noutput = "../report.txt"\nfollow-links = true\nmax-expansion = 0\n')
    monkeypatch.chdir(clone)
    assert run("check", ".", "--config", "dedupe.toml", "--no-cache").exit_code == 1
    assert "PH101" in (clone.parent / "report.txt").read_text("utf-8")


@pytest.mark.parametrize("line", ["follow-links = true", "max-expansion = 0", "max-expansion = 201"])
def test_a_file_that_was_found_lifts_no_bound(clone: Path, line: str) -> None:
    configure(clone, f"{line}\n")
    result = run("check", clone)
    key, _, value = line.partition(" = ")
    assert result.exit_code == 2
    assert f"dedupe.toml:1: {key} is {value}: a file that nobody named must not lift this bound" in result.stderr


def test_a_file_that_was_found_may_lower_a_bound(clone: Path) -> None:
    configure(clone, "follow-links = false\nmax-expansion = 3\n")
    settings = make_settings(find_file([str(clone)]), {}, codes())
    assert (settings.follow_links, settings.max_expansion) == (False, 3)


def test_a_file_that_was_found_has_no_more_of_the_machine_than_there_is(clone: Path) -> None:
    (clone / "$(reboot).txt").unlink()
    configure(clone, 'jobs = 100000\nmemory = "900T"\n')
    shown = run("config", "show", clone).stdout
    assert f"jobs = {os.cpu_count()} " in shown
    assert '"989560464998400"' not in shown
    shown = run("config", "show", clone, "--jobs", "3", "--memory", "900T").stdout
    assert "jobs = 3 " in shown
    assert '"989560464998400"' in shown


@posix
def test_a_file_of_another_user_is_refused_until_it_is_named(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(clone, 'select = ["PH"]\n')
    other = os.lstat(clone / "dedupe.toml").st_uid + 17
    monkeypatch.setattr(os, "geteuid", lambda: other)
    if other == 17:  # what root owns is trusted: give it to somebody
        os.chown(clone / "dedupe.toml", other + 1, -1)
    result = run("check", clone, "--no-cache")
    assert (result.exit_code, "dedupe.toml: belongs to another user" in result.stderr) == (2, True)
    assert "--config" in result.stderr
    assert run("check", clone, "--no-cache", "--no-config", "-s", "PH").exit_code == 1
    assert run("check", clone, "--no-cache", "--config", clone / "dedupe.toml").exit_code == 1


@posix
def test_what_root_or_this_user_owns_is_used(clone: Path) -> None:
    configure(clone, "threshold = 0.5\n")
    file = find_file([str(clone)])
    assert file is not None
    assert make_settings(file, {}, codes()) == Settings(threshold=0.5, jobs=0, root=str(clone))


@posix
def test_a_baseline_that_is_a_link_to_another_is_not_written(clone: Path) -> None:
    (clone.parent / "home" / "page.txt").write_text("于20xx年完成。", "utf-8")
    assert run("baseline", clone.parent / "home", "-o", clone.parent / "theirs.json", "--no-cache").exit_code == 0
    kept = (clone.parent / "theirs.json").read_bytes()
    (clone / ".dedupe-baseline.json").symlink_to("../theirs.json")
    for asked in (("baseline", clone), ("check", clone), ("check", "--prune", clone)):
        result = run(*asked)
        assert (result.exit_code, "a link that leads elsewhere" in result.stderr) == (2, True)
    assert (clone.parent / "theirs.json").read_bytes() == kept
    (clone.parent / "home" / "page.txt").unlink()


@posix
def test_what_is_written_beside_its_place_follows_no_link(tmp_path: Path) -> None:
    with whole_file(tmp_path / "report.txt") as file:
        (beside,) = tmp_path.iterdir()
        assert beside.name != f"report.txt.{os.getpid()}.part", "nobody can foresee it"
        file.write(b"report")
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_inside_is_below_and_not_what_version_control_keeps(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert is_inside(f"{folder}/a/b", folder)
    assert is_inside(f"{folder}/a/../b", folder)
    for path in (folder, f"{folder}x/a", f"{folder}/../a", f"{folder}/a/../../b", f"{folder}/.hg/a", f"{folder}/a\0"):
        assert not is_inside(path, folder), path


def test_the_error_of_a_setting_names_its_line(tmp_path: Path) -> None:
    configure(tmp_path, "\n\nfollow-links = true\n")
    file = find_file([str(tmp_path)])
    with pytest.raises(ConfigError, match=r"dedupe\.toml:3: follow-links is true"):
        make_settings(file, {}, codes())
