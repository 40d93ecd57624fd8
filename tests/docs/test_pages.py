"""Every page of README and docs: examples are what happens, options and links exist, a Chinese one is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections import Counter
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from dedupe.cli.main import cli
from dedupe.report import FORMATS
from dedupe.report.rules import codes
from tests.docs.sessions import PAGES, ROOT, WRITE, blocks, is_run, language_of, run
from tests.golden.__main__ import ACCEPT
from tests.messages import WRITE as COMPILE

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
# Written in English only.
ENGLISH = {"architecture.md", "security.md", "scale.md", "pipelines.md"}
# Of mypy, git, pip, pytest, setuptools, mkdocs, nox and our tools.
OTHERS_OPTIONS = {
    "--strict",
    "--no-index",
    "--stat",
    "--deselect",
    "--inplace",
    "--labelled",
    "--write",
    "--no-ensure-ascii",
    "--indent",
    "--from-ref",
}


def commands(group: click.Group, before: str = "") -> dict[str, click.Command]:
    """All commands by the words that call them, those of groups as well."""
    found: dict[str, click.Command] = {}
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
        else:
            found[before + name] = command
    return found


COMMANDS = commands(cli)


def options(command: click.Command) -> set[str]:
    names = {name for parameter in command.params for name in parameter.opts if isinstance(parameter, click.Option)}
    return names | {"-h", "--help"}


def twin(page: Path) -> Path:
    """The Chinese page beside an English one."""
    return page.with_name("README.zh-CN.md" if page.name == "README.md" else f"{page.stem}.zh.md")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def called(text: str) -> list[list[str]]:
    """The words of every `dedupe` that a block of commands calls."""
    lines = [
        line.removeprefix("$ ")
        for block in blocks(text)
        if block.language in ("console", "sh")
        for line in block.body.splitlines()
        if block.language == "sh" or line.startswith("$ ")
    ]
    return [
        shlex.split(part.strip(), comments=True)[1:]
        for line in lines
        for part in re.split(r"\||;|&&", line)
        if part.strip().startswith("dedupe ")
    ]


ENGLISH_PAGES = [page for page in PAGES if language_of(page) == "en"]
TRANSLATED = [page for page in ENGLISH_PAGES if page.name not in ENGLISH]
EXAMPLES = [page for page in PAGES if any(b.language in ("console", "python") for b in blocks(page.read_text("utf-8")))]


@pytest.mark.parametrize("page", EXAMPLES, ids=name_of)
def test_examples_are_what_happens(page: Path, tmp_path: Path) -> None:
    if not is_run(page):
        pytest.skip("needs pandas and datasets, or pyspark and Java, or is the Chinese page of what does")
    wrong = [shown for shown in run(page, tmp_path) if not shown.holds]
    assert [(shown.command, shown.printed) for shown in wrong] == [], f"python -m tests.docs.sessions {WRITE}"


@pytest.mark.parametrize("page", TRANSLATED, ids=name_of)
def test_the_chinese_page_says_the_same(page: Path) -> None:
    english, chinese = page.read_text("utf-8"), twin(page).read_text("utf-8")
    heads = (
        Counter(re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.S), re.M)) for text in (english, chinese)
    )
    assert next(heads) == next(heads)
    programs = ([b.body for b in blocks(text) if b.language in ("python", "yaml")] for text in (english, chinese))
    assert next(programs) == next(programs)
    names = ([words[:1] for words in called(text)] for text in (english, chinese))
    assert next(names) == next(names)


@pytest.mark.parametrize("page", [*PAGES, CONTRIBUTING], ids=name_of)
def test_commands_are_called_as_they_can_be(page: Path) -> None:
    text = page.read_text("utf-8")
    for words in called(text):
        name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS), "")
        command = COMMANDS.get(name, cli)
        given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert given - options(command) - options(cli) == set(), words
    known = options(cli).union(*map(options, COMMANDS.values())) | OTHERS_OPTIONS | {ACCEPT, COMPILE}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - known == set()
    named = set(re.findall(r"`((?:PH|BP|ND)\d{3})`", text))
    assert named - set(codes()) - {"BP238"} == set()


@pytest.mark.parametrize("page", [*PAGES, CONTRIBUTING], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    made = ROOT / "docs" / "reference"  # of the code, by tools/reference.py
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        path = (page.parent / target).resolve()
        assert path.exists() or path.is_relative_to(made), target
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    anchors |= set(re.findall(r"\{ #([\w-]+) \}", text))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_contributing_names_files_that_exist() -> None:
    text = CONTRIBUTING.read_text("utf-8")
    named = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|txt|po|json|md))`", text))
    assert len(named) > 30
    homes = (ROOT, ROOT / "dedupe", ROOT / "dedupe" / "rules" / "vocabulary")
    assert [name for name in named if not any((home / name).exists() for home in homes)] == []


def test_every_format_is_described() -> None:
    for page in ("formats.md", "formats.zh.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert [form for form in FORMATS if f"`{form}`" not in text] == []


def test_readme_is_short() -> None:
    for page in (ROOT / "README.md", ROOT / "README.zh-CN.md"):
        assert len(page.read_text("utf-8").splitlines()) <= 250


def test_the_schema_fits_every_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    judge = Draft202012Validator(SCHEMA)
    monkeypatch.chdir(tmp_path)
    Path("old").mkdir()
    shutil.copy(ROOT / "samples" / "depot.txt", "old")
    shutil.copytree(ROOT / "samples", "samples")
    for before, args in (
        (["index", "build", "corpus.index", "old"], ["check", "samples", "--index", "corpus.index"]),
        (["baseline", "samples", "--select", "PH1"], ["check", "samples", "--suggest"]),
        ([], ["check", "samples", "--no-baseline", "--suggest"]),
        ([], ["check", "samples", "--statistics"]),
    ):
        if before:
            assert CliRunner().invoke(cli, before).exit_code == 0
        report = json.loads(CliRunner().invoke(cli, [*args, "--format", "json"]).stdout)
        assert [f"{error.json_path}: {error.message}" for error in judge.iter_errors(report)] == []
    golden = json.loads((ROOT / "tests" / "golden" / "report.json").read_text("utf-8"))
    assert [f"{error.json_path}: {error.message}" for error in judge.iter_errors(golden)] == []


def test_the_schema_describes_every_field() -> None:
    def undescribed(part: Any) -> list[str]:
        if not isinstance(part, dict):
            return []
        here = [name for name, field in part.get("properties", {}).items() if "description" not in field]
        return here + [name for value in part.values() for name in undescribed(value)]

    assert undescribed(SCHEMA) == []
    assert [error for error in Draft202012Validator(SCHEMA).iter_errors({"version": 2})] != []


def test_reports_on_the_pages_are_of_this_version() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    told = "".join(page.read_text("utf-8") for page in PAGES)
    assert set(re.findall(r'"version": "([\d.]+)"', told)) == {setup["metadata"]["version"]}


@pytest.mark.parametrize("page", ["reliability", "security"])
def test_tests_that_documents_name_exist(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / f"{page}.md").read_text("utf-8")))
    written = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named - set(re.findall(r"^def (test_\w+)", written, re.MULTILINE)) == set()


def test_hooks_in_the_documents_are_those_that_there_are() -> None:
    hooks = re.findall(r"- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (shown,) = (b.body for b in blocks((ROOT / "docs" / "git.md").read_text("utf-8")) if b.language == "yaml")
    assert re.findall(r"^ *(?:# )?- id: (\S+)", shown, re.MULTILINE) == hooks


def test_the_address_of_the_project_is_the_same_everywhere() -> None:
    """It stands in setup.cfg; whoever moves the project replaces it in these files."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    source = re.search(r"^Source = (.+)$", setup["metadata"]["project_urls"], re.M)
    assert source
    for name in ("README.md", "README.zh-CN.md", "docs/git.md", "docs/git.zh.md", "mkdocs.yml", "dedupe/cli/init.py"):
        text = (ROOT / name).read_text("utf-8")
        assert re.findall(r"(?:repo|repo_url|source)(?:: | = \")(https://[^\s\"]+)", text) == [source[1]], name
    assert SCHEMA["$id"].startswith(f"{source[1]}/")
