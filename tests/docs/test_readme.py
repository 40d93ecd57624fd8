"""README and CONTRIBUTING say what is: every command, option and code is there, and their examples are what happens."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dedupe.cli.main import check, cli
from dedupe.config.file import read_file
from dedupe.config.keys import KEYS, OPTION_KEYS
from dedupe.config.settings import make_settings
from dedupe.core.model import Document
from dedupe.report.rules import codes, rows
from dedupe.rules.boilerplate import site
from dedupe.rules.boilerplate.shapes import Table
from dedupe.rules.boilerplate.table import TABLES, Lines
from dedupe.rules.rule import Rule
from dedupe.rules.scan import scan
from tests.golden.__main__ import ACCEPT
from tests.messages import WRITE
from tests.rules.test_rules import spans_in

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands by the words that call them, those of groups as well."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS = list(commands(cli))
# Of mypy, git, pytest, setuptools and our tools.
OTHERS_OPTIONS = {"--strict", "--no-index", "--deselect", "--inplace", "--labelled", "--write"}


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """What stands under a heading of README, up to the next heading."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no heading {title!r}"
    return found[1]


def options(command: click.Command) -> set[str]:
    names = {name for parameter in command.params for name in parameter.opts if isinstance(parameter, click.Option)}
    return names | {"-h", "--help"}


@cache
def output(*args: str) -> str:
    """What `dedupe check` prints for these arguments; run it inside the project."""
    result = CliRunner().invoke(check, [*args, "--quiet", "--no-config"])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def missing(lines: Iterable[str], text: str) -> list[str]:
    known = set(map(str.rstrip, text.splitlines()))
    return [line for line in lines if line.strip() not in ("", "…") and line not in known]


def test_readme_starts_with_the_two_commands() -> None:
    commands = re.findall(r"^    (\S.*)$", README, re.MULTILINE)[:2]
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/dedupe check samples",
        ".venv/bin/pip install '.[test]' && .venv/bin/python -m pytest",
    ]


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_readme_lists_every_option_of_every_command(name: str, command: click.Command) -> None:
    usage = " ".join(command.collect_usage_pieces(command.make_context(command.name, [], resilient_parsing=True))[1:])
    listed = re.findall(r"^\| (.*?) \|", section(f"`dedupe {name} {usage}`"), re.MULTILINE)
    assert set(re.findall(r"`(--?[a-z-]+)", " ".join(listed))) == options(command)


def test_readme_names_the_options_of_dedupe_itself() -> None:
    assert [name for name in options(cli) if f"{name}`" not in README] == []


def test_documents_name_no_option_that_does_not_exist() -> None:
    known = options(cli).union(*(options(command) for _, command in COMMANDS)) | OTHERS_OPTIONS | {ACCEPT, WRITE}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README + CONTRIBUTING)) - known == set()


def test_readme_states_the_defaults_of_check() -> None:
    table = section("`dedupe check [PATHS]...`")
    for option in check.params:
        if isinstance(option, click.Option) and option.show_default:
            row = next(line for line in table.splitlines() if f"`{option.opts[-1]}" in line)
            assert f"| `{option.default}` |" in row


def test_readme_lists_every_code_as_it_is() -> None:
    listed = set(re.findall(r"^\| (?:PH|BP|ND)\d.*\|$", README, re.MULTILINE))
    true = {f"| {rule.code} | {rule.name} | {rule.severity.value} | {rule.message} |" for rule in rows()}
    assert sorted(true - listed) == [], "README lacks these rows"
    assert sorted(listed - true) == [], "README has these rows too many"


def test_reports_in_readme_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    (rich,), (plain, _) = blocks(README, "console"), blocks(README, "text")
    args = ["samples/depot.txt", "samples/station.txt", "--limit", "4", "--format", "rich", "--no-config"]
    shown = CliRunner().invoke(check, args)
    *body, figures = rich.splitlines()
    assert missing(body, shown.stdout) == []
    assert figures.rpartition(" · ")[0] in shown.stdout
    assert missing(plain.splitlines(), output("samples")) == []


def test_comparisons_in_readme_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    commands = re.findall(r"^    dedupe (compare '?samples.*)\n\n```compare$", README, re.MULTILINE)
    assert len(commands) == 2
    for command, block in zip(commands, blocks(README, "compare")):
        shown = CliRunner().invoke(cli, [*shlex.split(command), "--no-config"]).stdout
        assert missing(block.splitlines(), shown) == []


def test_suggestions_in_readme_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (shown,) = blocks(README, "plain")
    lines = [line for line in output("samples", "--select", "PH", "--suggest").splitlines() if "sister" in line]
    assert shown.splitlines() == [*lines[:3], "…"]


def test_json_in_readme_is_valid_and_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = map(json.loads, blocks(README, "json"))
    real = json.loads(output("samples/twice.txt", "--format", "json"))
    assert example.keys() == real.keys()
    assert [finding for finding in example["findings"] if finding not in real["findings"]] == []
    assert [cluster for cluster in example["clusters"] if cluster not in real["clusters"]] == []
    for run in (example, real):
        del run["summary"]["seconds"], run["tool"]["version"]
    assert {key: example[key] for key in ("version", "tool", "settings", "summary")} == {
        key: real[key] for key in ("version", "tool", "settings", "summary")
    }


def test_python_in_readme_prints_what_readme_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (code,), (_, printed) = blocks(README, "python"), blocks(README, "text")
    exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("page", ["reliability", "security"])
def test_tests_that_documents_name_exist(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / f"{page}.md").read_text("utf-8")))
    written = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named - set(re.findall(r"^def (test_\w+)", written, re.MULTILINE)) == set()


def test_configuration_in_readme_can_be_used(tmp_path: Path) -> None:
    (example,) = blocks(README, "toml")
    file = tmp_path / "dedupe.toml"
    file.write_text(example, "utf-8")
    settings = make_settings(read_file(str(file)), {}, codes())
    assert [rule.code for rule in settings.rules] == ["MY101"]
    assert [key for key in (*KEYS, *OPTION_KEYS) if f"`{key}`" not in section("Configuration")] == []
    assert len(settings.allow) == len(settings.per_path) == 1


def test_hooks_in_readme_are_those_that_there_are() -> None:
    (example,) = blocks(README, "yaml")
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert re.findall(r"- id: (\S+)", example) == re.findall(r"- id: (\S+)", hooks)


def test_links_of_the_documents_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README + CONTRIBUTING):
        assert (ROOT / target).exists(), target
    titles = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors


def test_example_row_of_contributing_keeps_its_promises() -> None:
    row = blocks(CONTRIBUTING, "python")[0].strip().rstrip(",")
    rule = eval(row, vars(site))
    assert isinstance(rule, Rule)
    assert rule.code not in codes()
    lines = Lines([*TABLES, Table(heads=(rule,))])
    rules = [replace(row, sweep=lines.sweep) for row in lines.rules]
    for hit in rule.hits:
        text, spans = spans_in(hit)
        found = scan(Document("a.txt", text), rules)
        assert [(f.code, f.start, f.end) for f in found] == [(rule.code, *span) for span in spans]
    for miss in rule.misses:
        assert scan(Document("a.txt", miss), rules) == []
