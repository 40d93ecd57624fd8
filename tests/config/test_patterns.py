"""Patterns as git knows them, and in time that nobody can make long."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pathspec
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe import ConfigError, Settings
from dedupe.cli.main import cli
from dedupe.config.globs import matcher
from dedupe.config.patterns import ALL, Patterns
from dedupe.inputs.find import find

NAMES = ["a", "b", "ab", "aab", "a.b", "[", "!a", "x-y", "一"]
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
WRITTEN = [
    "a",
    "*",
    "**",
    "a*",
    "*b",
    "*a*b*",
    "?",
    "a?",
    "[ab]",
    "[!a]*",
    "[a-c]b",
    "?*",
    "\\*",
    "\\!a",
    "x-[x-z]",
    "一",
]
PARTS = st.sampled_from(WRITTEN) | st.text("ab*?.", min_size=1, max_size=5).filter(lambda text: text.strip("."))
BODIES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
BEGINNINGS, ENDS = st.sampled_from(["", "/", "!", "!/"]), st.sampled_from(["", "/"])
LINES = st.tuples(BEGINNINGS, BODIES, ENDS).map("".join)


def by_git(lines: list[str], folder: Path) -> set[str]:
    """The paths that git leaves out of a folder, which is a repository."""
    (folder / ".gitignore").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    listed = ["git", "-c", "core.quotepath=off", "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"]
    left = set(subprocess.run(listed, cwd=folder, capture_output=True, text=True, check=True).stdout.split("\0"))
    return {path for path in files(folder) if path not in left}


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.txt")
        if path.is_file() and ".git" not in path.parts
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for path in (
        "a.txt",
        "b.txt",
        "a/a.txt",
        "a/b.txt",
        "a/b/a.txt",
        "a/b/c/a.txt",
        "b/a/a.txt",
        "b/a/ab.txt",
        "aab/aab.txt",
        "c d/e.txt",
        "[a]/x.txt",
        "一一/二二.txt",
        "b/!a.txt",
        "b/#a.txt",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder


LISTS = """
    a;a/;/a;/a/;a/b;a/*;a/**;**/a;**/a/;a/**/a.txt;**/b/**;*;**;/**;**/;*/;*/a.txt;/*/a.txt;a/**/;**/**
    * !*/ !b.txt;*.txt !a.txt;a/** !a/b.txt;a/ !a/b.txt;/* !/a /a/* !/a/b;a/b/ !c/;!a
    *a*b*;?;?.txt;[ab].txt;[!a].txt;[^a].txt;[a-b].txt;[b-a].txt;[[]a];\\[a\\];#a;\\#a.txt;\\!a.txt;/
    二*;a**b;**b;b/a/**/ab.txt;b/**/a/**/ab.txt
"""
MORE = [["c d"], ["c\\ d"], ["e.txt "], ["e.txt\\ "], [""], ["# a"]]


@pytest.mark.parametrize("lines", [*(line.split(" ") for line in re.split("[;\n] *", LISTS.strip())), *MORE], ids=str)
def test_a_folder_is_read_as_git_reads_it(repository: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    sources, failures = find(".", Settings(exclude=tuple(lines)))
    assert failures == []
    assert {source.path for source in sources} == {*files(repository)} - by_git(lines, repository)


@given(st.lists(LINES.filter(lambda line: not line.endswith("**/")), min_size=1, max_size=3), PATHS)
@example(["*a*b"], "aab/b")
def test_files_are_meant_as_another_tool_says(lines: list[str], path: str) -> None:
    """But for a/**/, which for git means folders alone."""
    theirs = pathspec.GitIgnoreSpec.from_lines(lines)
    assert Patterns(lines).matches(path) == theirs.match_file(path)


@pytest.mark.parametrize("line", ["!", "a//b", "a\\", "[a", "a/[!]", "!/", "//"])
def test_what_names_nothing_is_an_error(line: str) -> None:
    with pytest.raises(ConfigError, match=r"exclude: .* give patterns as in a \.gitignore"):
        matcher((line,), "exclude")


def test_so_many_patterns_are_too_many() -> None:
    with pytest.raises(ConfigError, match=f"more than {ALL:,} characters"):
        matcher(("a" * 100,) * (ALL // 100 + 1), "exclude")


STARS = 60
# A pattern, a path that nearly fits, and one that does.
HARD = [
    ("*a" * STARS + "b", "a" * 250, "a" * 249 + "b"),
    ("*a*" * STARS + "b", "a" * 250, "a" * 249 + "b"),
    ("*" * 250 + "b", "a" * 250, "a" * 249 + "b"),
    ("*?" * STARS + "b", "a" * 250, "a" * 249 + "b"),
    ("*[ab]" * STARS + "c", "ab" * 120, "ab" * 120 + "c"),
    ("**/a/" * STARS + "b", "a/" * 600 + "c", "a/" * 600 + "b"),
    ("**/*a*a*a*a*a*b/" * 30 + "b", "aaaaaaaaaaaaaaaaaaaaaa/" * 60 + "c", "aaaaaaaaaaaaaaaab/" * 60 + "b"),
    ("a/**/" * STARS + "**/b", "a/" * 600 + "c", "a/" * 600 + "b"),
]


@pytest.mark.parametrize(("pattern", "miss", "hit"), HARD, ids=range(len(HARD)))
def test_no_pattern_hangs(pattern: str, miss: str, hit: str) -> None:
    """In a regular expression each of these takes longer than the machine will last."""
    for one in (pattern, f"/{pattern}"):
        is_meant = matcher((one,), "exclude")
        assert (is_meant(miss), is_meant(hit), is_meant(f"{miss}/"), is_meant(f"{hit}/")) == (False, True, False, True)


TABLES = (
    'exclude = ["{pattern}"]\n',
    '[per-path."{pattern}"]\nignore = ["PH"]\n',
    '[[allow]]\npaths = ["{pattern}"]\nreason = "x"\n',
)


@pytest.mark.parametrize("table", TABLES)
def test_no_pattern_of_a_configuration_hangs(tmp_path: Path, table: str) -> None:
    (tmp_path / ("a" * 120 + ".txt")).write_text("于20xx年完成。", "utf-8")
    (tmp_path / "dedupe.toml").write_text(table.format(pattern="*a" * STARS + "b"), "utf-8")
    assert CliRunner().invoke(cli, ["check", str(tmp_path), "--no-cache"]).exit_code == 1
