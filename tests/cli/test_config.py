"""`dedupe config show`, options in the configuration file, and completion."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dedupe.cli.main import cli
from dedupe.config.keys import KEYS, OPTION_KEYS
from tests.cli.test_main import BLANKED

# What stands on a command line alone: which file to read, what is done once, and what adds to the file.
NOT_IN_A_FILE = {
    "conf",
    "resume",
    "against",
    "config",
    "no-config",
    "no-baseline",
    "no-cache",
    "prune",
    "force",
    "extend-select",
    "extend-ignore",
    "extend-exclude",
    "engine",
    "master",
    "stages",
    "tables",
}
EVERYTHING = """
select = ["PH", "BP"]
ignore = ["PH115"]
threshold = 0.4
min-length = 40
chrome-documents = 9
exclude = ["旧/", 'a\\b']
encoding = "utf-8"
text-field = "body"
id-field = "url"
fold-script = true
suggest = true
html = "raw"
stdin-format = "jsonl"
max-expansion = 50
follow-links = true
jobs = 1
memory = "1G"
format = "text"
output = "report.txt"
limit = 3
color = "never"
lang = "en"
statistics = true
quiet = true
exit-zero = true
baseline = "accepted.json"
index = "corpus.index"
follow = true
cache-dir = "kept"
pairs = 2

[clean]
keep-chrome = true

[[rule]]
code = "MY101"
name = "stamp"
kind = "boilerplate"
pattern = '^内部资料$'
message = "a stamp"
hits = ["«内部资料»"]
misses = ["内部资料一份"]

[[allow]]
pattern = '[×x]+乐队"\\u3000'
reason = "a band"

[per-path."信/*.txt"]
ignore = ["PH"]
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def toml(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
    return parsed


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a page in it."""
    (tmp_path / "page.txt").write_text(BLANKED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(text: str) -> None:
    Path("dedupe.toml").write_text(text, encoding="utf-8")


def test_every_option_of_check_is_a_key_of_the_file() -> None:
    check = cli.commands["check"]
    options = {p.opts[-1].lstrip("-") for p in check.params if isinstance(p, click.Option)}
    assert options - NOT_IN_A_FILE <= {*KEYS, *OPTION_KEYS}


def test_what_is_shown_can_be_pasted_and_shows_the_same(corpus: Path) -> None:
    configure(EVERYTHING)
    shown = run("config", "show", "--config", "dedupe.toml").stdout
    table = toml(shown)
    assert {*KEYS, *OPTION_KEYS} <= table.keys()
    expected = toml(EVERYTHING)
    own = ("clean", "memory", "output", "baseline", "cache-dir", "index")
    same = {key for key in expected if key not in own}
    assert {key: table[key] for key in same} == {key: expected[key] for key in same}
    configure(shown)
    again = run("config", "show", "--config", "dedupe.toml").stdout
    assert toml(again) == table


def test_what_is_shown_says_where_it_comes_from(corpus: Path) -> None:
    configure('threshold = 0.4\nignore = ["PH115"]\ncolor = "never"\n')
    shown = run("config", "show", "page.txt", "--min-length", "50", "--extend-ignore", "BP").stdout
    lines = {tuple(re.split(r"\s+# ", line.removeprefix("# "))) for line in shown.splitlines() if " = " in line}
    assert {
        ("threshold = 0.4", "dedupe.toml:1"),
        ('ignore = ["PH115", "BP"]', "dedupe.toml:2 and --extend-ignore"),
        ("min-length = 50", "--min-length"),
        ('color = "never"', "dedupe.toml:3"),
        ("limit = 20", "default"),
    } <= lines
    assert shown.startswith("# configuration file: dedupe.toml\n")


def test_without_a_file_the_defaults_are_shown(corpus: Path) -> None:
    shown = run("config", "show", "--no-config").stdout
    assert {line.rpartition("# ")[2] for line in shown.splitlines()[1:] if "#" in line} == {"default"}
    configure(shown)
    plain = json.loads(run("check", "--format", "json", "--no-config").stdout)
    filed = json.loads(run("check", "--format", "json").stdout)
    del plain["summary"]["seconds"], filed["summary"]["seconds"]
    assert plain == filed


def test_a_baseline_that_was_found_is_shown(corpus: Path) -> None:
    run("baseline")
    assert 'baseline = ".dedupe-baseline.json"' in run("config", "show").stdout


@pytest.mark.parametrize("command", [("config", "show"), ("check",)])
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('format = "xml"', "format: 'xml' is not one of"),
        ("format = 3", "format is 3: give a string"),
        ("limit = -1", "limit: -1 is not in the range"),
        ("quiet = 1", "quiet is 1: give a true or false"),
        ('color = "sometimes"', "color: 'sometimes' is not one of"),
        ('output = "no/such/report.json"', "output: "),
        ('formt = "json"', "unknown key 'formt': did you mean 'format'?"),
    ],
)
def test_a_wrong_option_in_the_file_is_told_with_its_line(
    corpus: Path, command: tuple[str, ...], line: str, message: str
) -> None:
    configure(f"# ours\n{line}\n")
    result = run(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: dedupe.toml:2: {message}")


def test_options_of_the_file_hold_unless_they_are_given(corpus: Path) -> None:
    configure('format = "json"\nquiet = true\nexit-zero = true\n')
    result = run("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["summary"]["findings"] == 2
    assert run("check", "--format", "text").stdout.startswith("page.txt:1:3: PH101")


def test_files_of_the_file_stand_beside_it(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure('baseline = "ci/accepted.json"\noutput = "report.txt"\n')
    (corpus / "ci").mkdir()
    inner = corpus / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert run("check", "..").exit_code == 2
    assert run("baseline", "..").exit_code == 0
    assert (corpus / "ci" / "accepted.json").is_file()
    assert run("check", "..").exit_code == 0
    assert (corpus / "report.txt").read_text("utf-8") == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_DEDUPE_COMPLETE={shell}_complete" in result.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n", "-c", result.stdout], check=True)


def test_commands_and_options_are_completed() -> None:
    def completed(words: str, at: int) -> str:
        variables = {"_DEDUPE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return CliRunner().invoke(cli, prog_name="dedupe", env=variables).stdout

    assert "plain,baseline" in completed("dedupe ba", 1)
    assert "plain,--threshold" in completed("dedupe check --thr", 2)
    assert "plain,json" in completed("dedupe check --format j", 3)


def test_a_shell_that_is_not_known_is_an_error() -> None:
    assert run("completion", "tcsh").exit_code == 2
