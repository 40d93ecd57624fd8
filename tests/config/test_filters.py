"""What a configuration file lets pass: [[allow]], [per-path] and excludes, and how their mistakes are told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dedupe import Settings
from dedupe.cli.main import cli
from dedupe.config.globs import slashed
from dedupe.config.per_path import PerPath
from dedupe.pipeline.pipeline import check
from tests.cli.test_main import BLANKED, ESSAY

# A band whose name looks like a mark, beside a mark.
BAND = "　　晚会上××乐队唱了三首歌，到场观众xx人次。\n"
HERE = '[[allow]]\npattern = "[×x]+乐队"\nreason = "the band is called so"\n'


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def report(*arguments: str | Path) -> dict[str, Any]:
    result = run("check", *arguments, "--format", "json")
    assert result.exit_code in (0, 1), result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def found(*arguments: str | Path) -> list[str]:
    return [finding["text"] for finding in report(*arguments)["findings"]]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    put(tmp_path / "dedupe.toml", HERE)
    put(tmp_path / "pages" / "a.txt", BAND)
    return tmp_path / "pages"


def test_allowed_text_is_not_reported_and_its_neighbours_are(pages: Path) -> None:
    assert found(pages, "--no-config") == ["××", "xx"]
    assert found(pages) == ["xx"]
    answer = report(pages)
    assert answer["summary"]["allowed"] == 1
    assert answer["summary"]["findings"] == 1
    assert sum(answer["summary"]["by_code"].values()) == 1
    assert "1 finding allowed by the configuration" in run("check", pages).stderr


@pytest.mark.parametrize(
    ("table", "left"),
    [
        ('pattern = "到场观众xx人次"', ["××"]),
        ('pattern = "观众"', ["××", "xx"]),  # beside the mark is not around it
        ('pattern = "x"', ["××", "xx"]),
        ('pattern = "x+"', ["××"]),
        ('pattern = ".*"', []),
        ('pattern = ".*"\ncodes = ["BP"]', ["××", "xx"]),
        ('codes = ["PH103"]', ["××"]),
        ('codes = ["ph"]\npaths = ["pages/"]', []),
        ('codes = ["PH"]\npaths = ["/a.txt"]', ["××", "xx"]),
        ('paths = ["/pages/*.txt"]', []),
        ('paths = ["*.md", "!a.txt"]', ["××", "xx"]),
    ],
)
def test_all_that_is_given_must_hold(pages: Path, table: str, left: list[str]) -> None:
    put(pages.parent / "dedupe.toml", f'[[allow]]\n{table}\nreason = "it is fine"\n')
    assert found(pages) == left
    assert found(pages / "a.txt") == left


def test_an_allowed_copy_leaves_its_cluster(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        put(tmp_path / name, ESSAY)
    assert [len(cluster["members"]) for cluster in report(tmp_path)["clusters"]] == [3]
    put(tmp_path / "dedupe.toml", '[[allow]]\ncodes = ["ND"]\npaths = ["c.txt"]\nreason = "for the archive"\n')
    answer = report(tmp_path)
    assert [[m["path"][-5:] for m in cluster["members"]] for cluster in answer["clusters"]] == [["a.txt", "b.txt"]]
    put(tmp_path / "dedupe.toml", '[[allow]]\npattern = "^植树节倡议书"\ncodes = ["ND"]\nreason = "everybody has it"\n')
    assert report(tmp_path)["clusters"] == []


def test_a_pattern_alone_is_about_text_and_not_about_copies_that_hold_it(tmp_path: Path) -> None:
    put(tmp_path / "dedupe.toml", HERE)
    for name in ("a.txt", "b.txt"):
        put(tmp_path / name, BAND + ESSAY)
    assert len(report(tmp_path)["clusters"]) == 1


def test_clean_leaves_allowed_text_alone(pages: Path, tmp_path: Path) -> None:
    put(pages / "a.txt", ESSAY + "\n" + BAND)
    arguments = (pages, "--placeholders", "mask=<N>")
    run("clean", *arguments, "-o", tmp_path / "out")
    assert "××乐队唱了三首歌，到场观众<N>人次" in (tmp_path / "out" / "a.txt").read_text("utf-8")
    put(tmp_path / "dedupe.toml", '[per-path."/pages/a.txt"]\nignore = ["PH"]\n')
    run("clean", *arguments, "-o", tmp_path / "other")
    assert (tmp_path / "other" / "a.txt").read_text("utf-8") == ESSAY + "\n" + BAND


def test_what_is_allowed_and_never_met_is_told_with_the_statistics(pages: Path) -> None:
    put(pages.parent / "dedupe.toml", HERE + '\n[[allow]]\ncodes = ["PH12"]\nreason = "no holes"\n')
    told = f"{pages.parent / 'dedupe.toml'}:5: this [[allow]] holds for nothing that was found here"
    assert told in run("check", pages, "--statistics").stderr
    assert told not in run("check", pages).stderr
    assert told not in run("check", pages, "--statistics", "--select", "BP").stderr


def test_a_pattern_that_takes_ages_is_an_error_with_its_line(pages: Path) -> None:
    put(pages.parent / "dedupe.toml", '[[allow]]\npattern = "(?:(?:(?:a|aa)+)+)+$"\nreason = "slow"\n')
    put(pages / "b.txt", "a" * 38 + "投入xx万元\n")
    result = run("check", pages)
    assert result.exit_code == 2
    assert "dedupe.toml:1: allow: the pattern took more than 1 s" in result.stderr


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ('[allow]\nreason = "x"', 1, "allow is no array of tables: begin each with [[allow]]"),
        ('[[allow]]\npattern = "x"', 1, "allow: the reason is missing: say in a word"),
        ('[[allow]]\npattern = "x"\nreason = " "', 3, "allow: reason is empty"),
        ('[[allow]]\nreason = "x"', 1, "allow: it would allow everything: give a pattern, codes or paths"),
        ('[[allow]]\nreason = "x"\npatern = "y"', 3, "allow: unknown key 'patern': did you mean 'pattern'?"),
        ('[[allow]]\nreason = "x"\ncodes = "PH"', 3, "allow: codes is 'PH': give a list of strings"),
        ('[[allow]]\nreason = "x"\ncodes = ["PH9"]', 3, "allow: no code begins with 'PH9'"),
        ('[[allow]]\nreason = "x"\npaths = []', 3, "allow: paths is empty"),
        ('[[allow]]\nreason = "x"\npaths = ["!"]', 3, "allow: paths: "),
        ('[[allow]]\nreason = "x"\npattern = "("', 3, "allow: the pattern is wrong at character"),
        ('[[allow]]\npattern = "x"\nreason = "x"\n\n[[allow]]\npattern = 3', 6, "allow: pattern is 3: give a string"),
        ("per-path = 3", 1, 'per-path is no table of tables: write a table for each pattern, such as [per-path."dra'),
        ('[per-path]\nignore = ["PH"]', 1, "per-path is no table of tables"),
        ('[per-path."!"]', 1, "per-path: "),
        ('[per-path."*.md"]\nmin-length = 9', 2, "min-length holds for the whole run and not per path: per path there"),
        ('[per-path."*.md"]\nignor = ["PH"]', 2, "unknown key 'ignor': did you mean 'ignore'?"),
        ('[per-path."*.md"]\nignore = ["XY"]', 2, "ignore: no code begins with 'XY'"),
        ('[per-path."*.md"]\nselect = []', 2, "select is empty"),
        ('[per-path."*.md"]\nthreshold = 0.1', 2, "threshold is 0.1: texts are only compared from 0.25 on"),
        ('threshold = 0.6\n[per-path."*.md"]\nthreshold = 0.5', 3, "threshold is 0.5: texts are only compared from"),
        ('[per-path."*.md"]\nthreshold = "a"', 2, "threshold is 'a': give a number"),
        ('[[alow]]\nreason = "x"', 1, "unknown key 'alow': did you mean 'allow'?"),
        ('[perpath."x"]\nignore = ["PH"]', 1, "unknown key 'perpath': did you mean 'per-path'?"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, table: str, line: int, message: str) -> None:
    file = put(tmp_path / "dedupe.toml", f"# ours\n{table}\n")
    result = run("check", put(tmp_path / "a.txt", BAND))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {file}:{line + 1}: {message}")


def test_json_says_what_is_let_pass(pages: Path) -> None:
    more = '[per-path."*.md"]\nignore = ["PH"]\n'
    put(pages.parent / "dedupe.toml", HERE + more)
    settings = report(pages)["settings"]
    assert settings["allow"] == [{"pattern": "[×x]+乐队", "reason": "the band is called so"}]
    assert settings["per_path"] == {"*.md": {"ignore": ["PH"]}}


def test_marks_are_found_without_what_is_heavy(pages: Path) -> None:
    run("baseline", pages, "-o", pages / "accepted.json")
    code = (
        "import sys; from dedupe.cli.main import cli; "
        f"cli(['check', '-s', 'PH', '--baseline', {str(pages / 'accepted.json')!r}, {str(pages)!r}], "
        "standalone_mode=False); "
        "sys.exit(' '.join({'dedupe.copies.find', 'scipy', 'datasketch', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.stderr.endswith("holds 1 finding\n\n")  # and then the names of what is heavy: none


def test_settings_per_path_narrow_what_is_reported(tmp_path: Path) -> None:
    put(tmp_path / "dedupe.toml", '[per-path."forms/"]\nignore = ["PH"]\n[per-path."*.md"]\nselect = ["PH101"]\n')
    for name in ("a.txt", "forms/b.txt", "c.md", "forms/d.md"):
        put(tmp_path / "corpus" / name, BLANKED)
    found_in = {(f["path"].rpartition("corpus/")[2], f["code"]) for f in report(tmp_path, "-s", "PH")["findings"]}
    assert found_in == {("a.txt", "PH101"), ("a.txt", "PH103"), ("c.md", "PH101")}


def test_a_threshold_per_path_asks_for_more(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", ESSAY)
    put(tmp_path / "b.md", ESSAY.replace("打算在旧码头补种一排香樟", "准备给旧仓库修一道院墙"))
    member = report(tmp_path)["clusters"][0]["members"][1]
    assert member["jaccard"] < 0.9
    put(tmp_path / "dedupe.toml", f'[per-path."{member["path"][-5:]}"]\nthreshold = 0.9\n')
    assert report(tmp_path)["clusters"] == report(tmp_path)["findings"] == []
    put(tmp_path / "dedupe.toml", f'[per-path."{member["path"][-5:]}"]\nthreshold = {member["jaccard"] - 0.01}\n')
    assert len(report(tmp_path)["clusters"]) == 1


def test_from_python_the_same_settings_hold(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", BLANKED)
    settings = Settings(root=str(tmp_path), per_path=(PerPath("/a.txt", ignore=("PH101",)),))
    assert [finding.code for finding in check([tmp_path], settings).findings] == ["PH103"]


# Excludes


@pytest.mark.parametrize("pattern", ["草稿/", "/pages/草稿", "pages/**/*.old.txt", r"pages\\草稿\\*.txt", "b.*"])
@pytest.mark.parametrize("path", ["pages", "pages/草稿", "pages/草稿/b.old.txt", "./pages/../pages/草稿/b.old.txt"])
def test_excludes_of_the_file_hold_from_where_it_stands_and_for_named_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, path: str
) -> None:
    put(tmp_path / "dedupe.toml", f'exclude = ["{pattern}"]\n')
    put(tmp_path / "pages" / "草稿" / "b.old.txt", BLANKED)
    monkeypatch.chdir(tmp_path)
    assert found(path) == []
    assert found(tmp_path / path) == []
    assert found(path, "--no-config") != []


def test_documents_that_are_excluded_can_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "dedupe.toml", 'exclude = ["*.txt"]\n')
    for name in ("a.txt", "b.txt"):
        put(tmp_path / name, ESSAY)
    monkeypatch.chdir(tmp_path)
    assert run("compare", "a.txt", "b.txt").exit_code == 0


def test_excludes_of_the_file_see_the_names_of_what_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path / "here" / "dedupe.toml", 'exclude = ["b.txt", "/deep/"]\n')
    for name in ("a.txt", "b.txt", "deep/c.txt"):
        put(tmp_path / "there" / name, BLANKED)
    assert {f["path"][-5:] for f in report(tmp_path / "there", "--config", file)["findings"]} == {"a.txt"}
    assert found(tmp_path / "there" / "b.txt", "--config", file) == []


def test_a_file_that_is_named_counts_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "ci" / "dedupe.toml", 'exclude = ["/pages/b.txt"]\n')
    for name in ("a.txt", "b.txt"):
        put(tmp_path / "pages" / name, BLANKED)
    monkeypatch.chdir(tmp_path)
    assert {f["path"] for f in report("pages", "--config", "ci/dedupe.toml")["findings"]} == {"pages/a.txt"}


def test_worker_processes_change_nothing(pages: Path) -> None:
    put(pages / "b.txt", BAND)
    one, two = (report(pages, "--jobs", number) for number in ("1", "2"))
    del one["summary"]["seconds"], two["summary"]["seconds"]
    assert one == two
    assert one["summary"]["allowed"] == 2


def test_excludes_of_the_command_line_stand_for_those_of_the_file_or_add_to_them(tmp_path: Path) -> None:
    put(tmp_path / "dedupe.toml", 'exclude = ["a.txt"]\nignore = ["PH101"]\n')
    for name in ("a.txt", "b.txt"):
        put(tmp_path / name, BLANKED)
    assert {f["path"][-5:] for f in report(tmp_path, "--exclude", "b.txt")["findings"]} == {"a.txt"}
    assert report(tmp_path, "--extend-exclude", "b.txt")["findings"] == []
    both = report(tmp_path, "--extend-exclude", "b.txt")["settings"]
    assert both["exclude"] == ["a.txt", "b.txt"]


def test_codes_of_the_command_line_can_add_to_those_of_the_file(tmp_path: Path) -> None:
    put(tmp_path / "dedupe.toml", 'select = ["PH101"]\nignore = ["BP"]\n')
    page = put(tmp_path / "a.txt", BLANKED)
    assert [f["code"] for f in report(page)["findings"]] == ["PH101"]
    more = report(page, "--extend-select", "PH103", "--extend-ignore", "PH101")
    assert [f["code"] for f in more["findings"]] == ["PH103"]
    assert (more["settings"]["select"], more["settings"]["ignore"]) == (["PH101", "PH103"], ["BP", "PH101"])
    assert "error: --extend-ignore: no code begins with 'XY'" in run("check", page, "--extend-ignore", "XY").stderr


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [(r"a\b\*.txt", "a/b/*.txt"), (r"\!a.txt", r"\!a.txt"), (r"草稿\一.txt", "草稿/一.txt"), ("a/b", "a/b")],
)
def test_backslashes_of_windows_are_slashes_in_patterns(pattern: str, meant: str) -> None:
    assert slashed(pattern) == meant
