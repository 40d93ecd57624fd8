"""README.zh-CN says what README says: the same sections, options, codes and examples, and reports that are real."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dedupe.cli.main import cli
from dedupe.config.file import read_file
from dedupe.config.keys import KEYS, OPTION_KEYS
from dedupe.config.settings import make_settings
from dedupe.report.rules import codes, rows
from tests.core.test_messages import chinese
from tests.docs.test_readme import COMMANDS, OTHERS_OPTIONS, README, ROOT, blocks, missing, options

CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")


def shown(*args: str) -> str:
    result = CliRunner().invoke(cli, [*args, "--no-config"])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def section(name: str) -> str:
    found = re.search(rf"^### `dedupe {re.escape(name)}[ `](.*?)(?=^##|\Z)", CHINESE, re.MULTILINE | re.DOTALL)
    assert found, f"README.zh-CN.md has no heading for {name!r}"
    return found[1]


def test_it_has_the_sections_of_readme() -> None:
    levels = (Counter(re.findall(r"^(#+) ", text, re.MULTILINE)) for text in (CHINESE, README))
    assert len({tuple(sorted(level.items())) for level in levels}) == 1


def test_it_tells_every_case_of_the_section_on_reliability() -> None:
    pages = ((ROOT / "docs" / f"reliability{language}.md").read_text("utf-8") for language in (".zh", ""))
    rows = [re.findall(r"^\| (?!---).*\|$", page, re.MULTILINE) for page in pages]
    assert len(rows[0]) == len(rows[1]) > 20


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_it_lists_every_option_of_every_command(name: str, command: click.Command) -> None:
    listed = re.findall(r"^\| (.*?) \|", section(name), re.MULTILINE)
    assert set(re.findall(r"`(--?[a-z-]+)", " ".join(listed))) == options(command)


def test_it_names_no_option_that_does_not_exist() -> None:
    known = options(cli).union(*(options(command) for _, command in COMMANDS)) | OTHERS_OPTIONS
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", CHINESE)) - known == set()


def test_it_lists_every_code_as_it_is() -> None:
    language = chinese()
    listed = set(re.findall(r"^\| (?:PH|BP|ND)\d.*\|$", CHINESE, re.MULTILINE))
    told = ((rule, language.tell(rule.severity.value), language.tell(rule.message)) for rule in rows())
    true = {f"| {rule.code} | {rule.name} | {severity} | {message} |" for rule, severity, message in told}
    assert sorted(true - listed) == [], "README.zh-CN.md lacks these rows"
    assert sorted(listed - true) == [], "README.zh-CN.md has these rows too many"


def test_its_reports_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    (rich,), (plain, _) = blocks(CHINESE, "console"), blocks(CHINESE, "text")
    command = re.findall(r"^    dedupe (check .*--limit 4.*)$", CHINESE, re.MULTILINE)[0]
    real = shown(*shlex.split(command), "--format", "rich")
    *body, figures = rich.splitlines()
    assert missing(body, real) == []
    assert figures.rpartition(" · ")[0] in real
    assert missing(plain.splitlines(), shown("check", "samples", "--lang", "zh")) == []


def test_its_comparisons_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    commands = re.findall(r"^    dedupe (compare .*--lang zh)$", CHINESE, re.MULTILINE)
    assert len(commands) == len(blocks(CHINESE, "compare")) == 2
    for command, block in zip(commands, blocks(CHINESE, "compare")):
        assert missing(block.splitlines(), shown(*shlex.split(command))) == []


def test_its_suggestions_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = blocks(CHINESE, "plain")
    real = shown("check", "samples", "--select", "PH", "--suggest", "--lang", "zh", "--quiet").splitlines()
    assert block.splitlines() == [*[line for line in real if "姊妹" in line][:3], "…"]


@pytest.mark.parametrize("language", ["json", "yaml", "python"])
def test_its_other_examples_are_those_of_readme(language: str) -> None:
    assert blocks(CHINESE, language) == blocks(README, language)
    assert blocks(CHINESE, "text")[1] == blocks(README, "text")[1]


def test_its_configuration_can_be_used(tmp_path: Path) -> None:
    (example,) = blocks(CHINESE, "toml")
    file = tmp_path / "dedupe.toml"
    file.write_text(example, "utf-8")
    (rule,) = make_settings(read_file(str(file)), {}, codes()).rules
    assert rule.message_zh
    assert [key for key in (*KEYS, *OPTION_KEYS) if f"`{key}`" not in CHINESE] == []


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", CHINESE):
        assert (ROOT / target).exists(), target
    titles = re.findall(r"^#+ (.*)$", CHINESE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", CHINESE)) <= anchors
