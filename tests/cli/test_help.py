"""What a person reads first, and what is answered to what they mistyped."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from dedupe.cli.localised import OPTION_GROUPS, OTHERS
from dedupe.cli.main import cli

PAGE = "今年投入xx万元，某某同志于20xx年到任。\n点击下载文档\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments])


@pytest.fixture
def page(tmp_path: Path) -> str:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "report.txt").write_text(PAGE, "utf-8")
    return str(tmp_path / "pages")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_commands_fit_a_screen_and_no_line_is_cut(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--lang", language, "--help").stdout.splitlines()
    assert len(lines) <= 26
    assert max(map(cell_len, lines)) <= 80
    assert "..." not in "".join(lines[1:])
    told = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if re.match(r"  [a-z]+  ", line)}
    assert told.keys() == cli.commands.keys()
    assert [*told][:2] == ["check", "clean"]


@pytest.mark.parametrize("name", ["check", "clean"])
def test_options_stand_under_what_they_are_about(name: str) -> None:
    text = run(name, "--help").stdout
    headings = re.findall(r"^(\S.*):$", text, re.MULTILINE)
    assert headings == [heading for heading in (*OPTION_GROUPS, OTHERS) if heading in headings]
    assert len(headings) >= 5
    command = cli.commands[name]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            shown = re.findall(rf"^  (?:-\w, )?{parameter.opts[-1]}(?: |$)", text, re.MULTILINE)
            assert len(shown) == 1, parameter.opts
    last = text.rpartition(f"\n{OTHERS}:\n")[2]
    assert re.findall(r"--[a-z-]+", last) == ["--help"], "every other option has its place"


def test_a_short_help_has_no_headings() -> None:
    assert re.findall(r"^(\S.*):$", run("restore", "--help").stdout, re.MULTILINE) == ["Options"]


def test_what_may_be_left_out_is_shown_so() -> None:
    assert run("restore", "--help").stdout.splitlines()[0].endswith("restore [OPTIONS] [DIR]")


@pytest.mark.parametrize(
    "arguments",
    [("--help", "--lang", "zh"), ("check", "--help", "--lang", "zh"), ("check", "pages", "-h", "--lang=zh")],
)
def test_help_is_in_the_language_asked_for_wherever_that_stands(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).stdout.startswith("用法：")


def codes(*arguments: str) -> set[str]:
    return set(re.findall(r": ([A-Z]{2}\d{3}) ", run("check", "--no-cache", *arguments).stdout))


def test_rules_are_chosen_by_their_names_as_well(page: str, tmp_path: Path) -> None:
    assert codes(page, "--no-config") > {"PH101", "PH103", "BP241"}
    assert codes(page, "--no-config", "--select", "number-blanked,Download") == {"PH103", "BP241"}
    assert codes(page, "--no-config", "--select", "placeholders") == codes(page, "--no-config", "--select", "PH")
    assert codes(page, "--no-config", "--ignore", "boilerplate,copies") == codes(page, "--no-config", "--select", "PH")
    assert "PH103" not in codes(page, "--no-config", "--ignore", "number-blanked")
    config = tmp_path / "dedupe.toml"
    config.write_text(
        'select = ["year-blanked", "PH103"]\n[[allow]]\ncodes = ["number-blanked"]\nreason = "a form"\n', "utf-8"
    )
    assert codes(page, "--config", str(config)) == {"PH101"}
    assert run("rules", "number-blanked").stdout.startswith("PH103  number-blanked")


TYPED = {
    ("check", "--select", "number-blankd"): "did you mean PH103 (number-blanked)?",
    ("check", "--select", "QQ"): "no code begins with 'QQ', and no rule is called so: `dedupe rules` lists them",
    ("check", "--treshold", ".5"): "Did you mean '--threshold'?",
    ("check", "--threshold", "7"): "threshold is 7: give a number above 0 and up to 1",
    ("check", "--format", "jason"): "Did you mean 'json'?\n",
    ("check", "--sel", "PH"): "No such option '--sel'. Did you mean '--select'?\n",
    ("check", "--keep-copies"): "No such option '--keep-copies' here: `dedupe clean` has it.\n",
    ("check", "--select", "duplicats"): "did you mean ND (duplicates)?",
    ("chekc",): "Error: No such command 'chekc'. Did you mean 'check'?\n",
    ("clean", "pages"): "Error: say where to: --output DIR, --in-place, or --dry-run to see what would change\n",
    ("rules", "nubmer"): "no code begins with 'nubmer', and no rule is called so",
}


@pytest.mark.parametrize("arguments", TYPED)
def test_a_mistyped_option_is_answered_before_anything_is_read(
    arguments: tuple[str, ...], page: str, tmp_path: Path
) -> None:
    done = run(*arguments, *([page, "--cache-dir", str(tmp_path / "cache")] if arguments[0] == "check" else []))
    assert done.exit_code == 2
    assert TYPED[arguments] in done.stderr
    assert not (tmp_path / "cache").exists()
    assert done.stdout == ""


def test_a_mistyped_path_is_answered_with_the_one_that_was_meant(page: str) -> None:
    done = run("check", f"{page}/reprot.txt", "--no-cache", "--no-config")
    assert done.exit_code == 2
    assert f"reprot.txt: no such file or folder: did you mean {page}/report.txt?" in done.stderr
