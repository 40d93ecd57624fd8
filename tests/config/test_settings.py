"""Configuration files: where they are found, what they may say, and how their mistakes are told."""

from __future__ import annotations

import json
import os
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from dedupe import ConfigError, Settings
from dedupe.cli.main import cli
from dedupe.cli.options import SETTINGS
from dedupe.config.file import find_file, line_of, read_file
from dedupe.config.keys import KEYS
from dedupe.config.settings import make_settings
from dedupe.report.rules import codes

# Fields of Settings that only a file gives: its tables, where it stands, and its excludes, which hold everywhere.
OF_A_FILE = ("rules", "root", "exclude_always", "own", "allow", "per_path", "encodings")

BLANKED = "　　20__年，我镇投入xx万元修路。\n"


def write(path: Path, text: str = BLANKED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings_of(path: Path, text: str, **flags: object) -> Settings:
    return make_settings(read_file(str(write(path, text))), flags, codes())


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, arguments), "--quiet", "--format", "json"])


def settings_in(result: Result) -> dict[str, object]:
    settings: dict[str, object] = json.loads(result.stdout)["settings"]
    return settings


def test_a_file_has_every_option_that_shapes_a_run() -> None:
    names = tuple(field.name for field in fields(Settings) if field.name not in OF_A_FILE)
    assert tuple(key.replace("-", "_") for key in KEYS) == names == SETTINGS


def test_every_key_reaches_the_settings(tmp_path: Path) -> None:
    text = """
        select = ["ph10", "ND,BP2"]
        ignore = ["PH109"]
        threshold = 1
        min-length = 40
        chrome-documents = 9
        exclude = ["old/", "*.bak.txt"]
        encoding = "gb18030"
        text-field = "content"
        id-field = "url"
        jobs = 2
        memory = "1.5G"
    """
    assert settings_of(tmp_path / "dedupe.toml", text) == Settings(
        select=("PH10", "ND", "BP2"),
        ignore=("PH109",),
        threshold=1.0,
        min_length=40,
        chrome_documents=9,
        exclude_always=("old/", "*.bak.txt"),
        encoding="gb18030",
        text_field="content",
        id_field="url",
        jobs=2,
        memory=3 << 29,
        root=os.getcwd(),
    )


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    # But for the jobs: the command line uses all cores for large inputs, a call from Python only the one it is in.
    assert settings_of(tmp_path / "dedupe.toml", "") == Settings(jobs=0, root=os.getcwd())
    assert settings_of(tmp_path / "pyproject.toml", "[tool.dedupe]\n") == Settings(jobs=0, root=os.getcwd())


def test_flags_win_over_the_file_and_their_lists_stand_for_its_lists(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", 'threshold = 0.5\nmin-length = 50\nignore = ["BP", "ND"]\nexclude = ["a/"]\n')
    path = write(tmp_path / "page.txt")
    keys = ("threshold", "min_length", "ignore", "exclude")
    filed = settings_in(check(path))
    assert [filed[key] for key in keys] == [0.5, 50, ["BP", "ND"], ["a/"]]
    flagged = settings_in(check(path, "--threshold", "0.7", "--ignore", "PH109", "--exclude", "b/"))
    assert [flagged[key] for key in keys] == [0.7, 50, ["PH109"], ["b/"]]


def test_a_flag_that_repeats_the_default_wins_as_well(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", "threshold = 0.5\n")
    assert settings_in(check(write(tmp_path / "page.txt"), "--threshold", "0.25"))["threshold"] == 0.25


def test_the_nearest_file_upwards_is_in_force(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", "threshold = 0.5\n")
    inner = write(tmp_path / "corpus" / "deep" / "page.txt")
    assert settings_in(check(inner))["threshold"] == 0.5
    write(tmp_path / "corpus" / "pyproject.toml", "[tool.dedupe]\nthreshold = 0.6\n")
    assert settings_in(check(inner))["threshold"] == 0.6
    assert settings_in(check(inner.parent))["threshold"] == 0.6
    write(tmp_path / "corpus" / "dedupe.toml", "threshold = 0.7\n")
    assert settings_in(check(inner))["threshold"] == 0.7, "a folder's dedupe.toml comes before its pyproject.toml"


@pytest.mark.parametrize("text", ["[project]\nname = 'corpus-dedupe'\n", "[project\nname = 'broken'\n"])
def test_the_pyproject_of_another_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path / "dedupe.toml", "threshold = 0.5\n")
    write(tmp_path / "corpus" / "pyproject.toml", text)
    assert settings_in(check(write(tmp_path / "corpus" / "page.txt")))["threshold"] == 0.5


def test_for_standard_input_and_several_paths_the_current_folder_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "here" / "dedupe.toml", "threshold = 0.5\n")
    write(tmp_path / "there" / "dedupe.toml", "threshold = 0.6\n")
    monkeypatch.chdir(tmp_path / "here")
    there = str(tmp_path / "there")
    for paths, place in ([there], there), (["-"], "here"), ([there, "."], "here"), ([], "here"):
        file = find_file(paths)
        assert file is not None
        assert file.table["threshold"] == (0.6 if place == there else 0.5)


def test_no_config_and_another_config(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", "threshold = 0.5\n")
    other = write(tmp_path / "strict.toml", "threshold = 0.9\n")
    path = write(tmp_path / "page.txt")
    assert settings_in(check(path, "--no-config"))["threshold"] == Settings().threshold
    assert settings_in(check(path, "--config", other))["threshold"] == 0.9
    both = check(path, "--no-config", "--config", other)
    assert both.exit_code == 2
    assert "give one of them" in both.stderr


def test_excludes_of_the_file_hold(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", 'exclude = ["drafts/"]\n')
    write(tmp_path / "drafts" / "page.txt")
    write(tmp_path / "page.txt")
    assert json.loads(check(tmp_path).stdout)["summary"]["documents"] == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("treshold = 0.5", "unknown key 'treshold': did you mean 'threshold'?"),
        ("min_length = 9", "unknown key 'min_length': did you mean 'min-length'? (keys are spelt with -"),
        ("zzz = 1", "unknown key 'zzz': there are select, ignore, threshold"),
        ("[[rules]]", "unknown key 'rules': did you mean 'rule'?"),
        ("[rule]", "rule is no array of tables: begin each rule with [[rule]]"),
        ('threshold = "high"', "threshold is 'high': give a number"),
        ("threshold = true", "threshold is True: give a number"),
        ("threshold = nan", "threshold is nan: give a number above 0"),
        ("threshold = 2", "threshold is 2: give a number above 0"),
        ("min-length = 3.5", "min-length is 3.5: give a whole number"),
        ("min-length = 3", "min-length is 3: a shingle has 5 tokens"),
        ('select = "PH"', "select is 'PH': give a list of strings"),
        ("ignore = [1]", "ignore is [1]: give a list of strings"),
        ('select = ["PH", "XY"]', "select: no code begins with 'XY'"),
        ("select = []", "select is empty"),
        ("encoding = 8", "encoding is 8: give a string"),
        ('encoding = "utf-88"', "encoding 'utf-88' is not known"),
        ('exclude = ["!"]', "exclude: "),
        ("jobs = -1", "jobs is -1"),
        ("threshold = 0.5.1", "not TOML: "),
    ],
)
@pytest.mark.parametrize("name", ["dedupe.toml", "pyproject.toml"])
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, name: str, line: str, message: str) -> None:
    head = "# our corpus\n" + ("[tool.dedupe]\n" if name == "pyproject.toml" else "") + 'text-field = "body"\n\n'
    text = head + line + "\n"
    if name == "pyproject.toml":
        text = text.replace("\n[[rule", "\n[[tool.dedupe.rule").replace("\n[rule", "\n[tool.dedupe.rule")
    path = write(tmp_path / name, text)
    result = check(write(tmp_path / "page.txt"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: {path}:{head.count(chr(10)) + 1}: {message}")


def test_a_mistake_is_told_although_a_flag_stands_for_it(tmp_path: Path) -> None:
    write(tmp_path / "dedupe.toml", "threshold = 7\n")
    assert "dedupe.toml:1: threshold is 7" in check(write(tmp_path / "page.txt"), "--threshold", "0.5").stderr


def test_flags_are_told_by_their_own_name(tmp_path: Path) -> None:
    assert "error: --ignore: no code begins with 'XY'" in check(write(tmp_path / "page.txt"), "--ignore", "XY").stderr


def test_paths_are_shown_as_they_would_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "in" / "dedupe.toml", "jobs = -1\n")
    monkeypatch.chdir(tmp_path)
    assert check("in").stderr.startswith("error: in/dedupe.toml:1: jobs")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = '\xb1\xbe'\n", "dedupe.toml:1: not UTF-8"),
        (b"a = [\n", "dedupe.toml:2: not TOML"),
        (b"a = " + b"[" * 5000, "dedupe.toml:1: not TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "dedupe.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        find_file([str(tmp_path)])
    assert message in str(caught.value)


def test_a_file_asked_for_must_be_there_and_be_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.toml: cannot be read .*: name another file"):
        read_file(str(tmp_path / "no.toml"))
    with pytest.raises(ConfigError, match=r"there is no \[tool.dedupe\] in it"):
        read_file(str(write(tmp_path / "pyproject.toml", "[tool.black]\n")))
    with pytest.raises(ConfigError, match=r"pyproject.toml:2: tool.dedupe is no table"):
        read_file(str(write(tmp_path / "pyproject.toml", "[tool]\ndedupe = 3\n")))


def test_marks_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "dedupe.toml"
    path.write_bytes(b"\xef\xbb\xbfthreshold = 0.5\r\n\r\njobs = -2\r\n")
    file = read_file(str(path))
    assert file.table["threshold"] == 0.5
    assert file.at("jobs") == f"{path}:3"


STATEMENTS = st.sampled_from(
    [
        "",
        "# key = 1",
        "  ",
        "a{} = 1",
        "'b {}' = '''\nkey = 2\n'''",
        'c{} = [\n  "x", # key = 3\n\n]',
        "d{}.e.f = {{ g = 1 }}",
    ]
)


MANY = st.lists(STATEMENTS, max_size=12)


@given(MANY, MANY, st.sampled_from(["key", '"key"', " key.deep"]))
def test_the_line_of_a_key_is_where_it_begins(before: list[str], after: list[str], key: str) -> None:
    above = "".join(f"{line.format(number)}\n" for number, line in enumerate(before))
    below = "".join(f"{line.format(number + 100)}\n" for number, line in enumerate(after))
    assert line_of(f"{above}{key} = [\n 4,\n]\n{below}", ["key"]) == above.count("\n") + 1


def test_the_line_of_a_table_is_its_head() -> None:
    text = "[[rule]]\ncode = 'A'\n\n# the second\n[[rule]]\nhits = [\n 'a',\n]\ncode = 'B'\n"
    assert line_of(text, ["rule", 1]) == 5
    assert line_of(text, ["rule", 1, "code"]) == 9


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[[allow]]\nreason = 'a'\n\n  [[ allow ]] # b\nreason = 'b'\n", [1, 4]),
        ("allow = [\n  {reason = 'a'},\n  {reason = 'b'},\n]\n", [1, 1]),
        ('exclude = ["""\n[[allow]]\n"""]\n[[allow]]\nreason = "a"\n', [4]),
    ],
)
def test_the_lines_of_all_tables_of_an_array(tmp_path: Path, text: str, lines: list[int]) -> None:
    path = write(tmp_path / "dedupe.toml", text)
    assert read_file(str(path)).all_at("allow") == [f"{path}:{line}" for line in lines]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"select": "PH"}, "select is 'PH': give a tuple of strings"),
        ({"exclude": "*.md"}, "exclude is '*.md'"),
        ({"html": "all"}, "html is 'all': give one of"),
        ({"stdin_format": "odt"}, "stdin-format is 'odt': give one of"),
        ({"threshold": "0.5"}, "threshold is '0.5': give a number"),
        ({"threshold": 0}, "threshold is 0: give a number above 0"),
        ({"threshold": float("nan")}, "threshold is nan"),
        ({"min_length": 4}, "min-length is 4"),
        ({"chrome_documents": 1}, "chrome-documents is 1"),
        ({"jobs": -1}, "jobs is -1"),
        ({"memory": -1}, "memory is -1"),
        ({"max_expansion": -1}, "max-expansion is -1"),
    ],
)
def test_settings_of_a_program_are_looked_at_as_well(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        Settings(**values)


def test_a_memory_that_is_no_size_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "--memory", "much"])
    assert (result.exit_code, "give a size such as 500M or 2G" in result.stderr) == (2, True)
