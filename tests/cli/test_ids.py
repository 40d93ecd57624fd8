"""The lists that other tools want, and the files that somebody begins with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dedupe
from dedupe.cleaning.options import make_choices
from dedupe.cli.main import cli
from dedupe.config.file import read_file
from dedupe.config.keys import KEYS
from dedupe.config.settings import Settings, make_settings
from dedupe.report.rules import codes
from tests.cleaning.test_inplace import lay

ROOT = Path(__file__).resolve().parents[2]


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def test_ids_are_those_that_a_clean_drops_and_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = dedupe.clean("samples")
    dropped = run("ids", "samples", "--drop", "--no-config")
    assert dropped.stdout.splitlines() == [gone.id for gone in result.dropped]
    kept = run("ids", "samples", "--keep", "--no-config", "-0")
    assert kept.stdout.split("\0")[:-1] == [one.record or one.path for one in result.kept]
    assert (dropped.exit_code, dropped.stderr) == (0, "")


def test_records_can_be_called_by_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path / "pages")
    assert run("ids", "pages/r.jsonl", "--keep").stdout == "1\n2\n"
    assert run("ids", "pages/r.jsonl", "--keep", "--as", "place").stdout == "pages/r.jsonl:1\npages/r.jsonl:2\n"
    assert run("ids", "pages", "--drop", "--keep-copies").stdout == ""


def test_ids_that_several_files_share_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, *texts in (("a", "去年村里修好了水渠。", "好。"), ("b", "今年河边栽下了果树。", "行。")):
        rows = [{"id": 1, "text": texts[0]}, {"id": f"{name}2", "text": texts[1]}]
        Path(f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    Path("c.txt").write_text("一篇短文。", "utf-8")
    shared = run("ids", ".", "--keep", "--no-config")
    assert shared.stdout.splitlines() == ["a.jsonl#1", "a.jsonl#a2", "b.jsonl#1", "b.jsonl#b2", "c.txt"]
    assert shared.stderr == "note: 1 id in several files (1): records are called FILE#ID\n"
    assert run("ids", "a.jsonl", "--keep", "--no-config").stdout == "1\na2\n"
    placed = run("ids", "a.jsonl", "b.jsonl", "--keep", "--as", "place", "--no-config")
    assert (placed.stdout.splitlines()[2], placed.stderr) == ("b.jsonl:1", "")


def test_an_id_with_a_line_end_needs_another_end(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a\nb", "text": "好。"}) + "\n", "utf-8")
    result = run("ids", tmp_path, "--keep")
    assert (result.exit_code, "a line end in it: give -0" in result.stderr) == (2, True)
    assert run("ids", tmp_path, "--keep", "-0").stdout == "a\nb\0"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert run("ids", tmp_path / "none", "--keep").exit_code == 2
    assert run("ids", tmp_path).exit_code == 2


# A configuration to begin with


def test_init_writes_a_file_in_which_every_setting_stands_with_its_default(tmp_path: Path) -> None:
    result = run("init", tmp_path)
    assert result.exit_code == 0, result.output
    file = tmp_path / "dedupe.toml"
    plain = make_settings(read_file(str(file)), {}, codes())
    assert plain == make_settings(read_file(str(file)), {"exclude": (), "ignore": ()}, codes())
    text = file.read_text("utf-8")
    assert re.findall(r"^# ([a-z-]+) = ", text, re.MULTILINE)[: len(KEYS)] == list(KEYS)
    # Each line, with its # away, is a setting that can be used.
    file.write_text(re.sub(r"^# (?=[a-z-]+ = |\[)", "", text, flags=re.MULTILINE), "utf-8")
    settings = make_settings(read_file(str(file)), {}, codes())
    assert (settings.threshold, settings.select, len(settings.allow), len(settings.per_path)) == (
        Settings().threshold,
        Settings().select,
        1,
        1,
    )
    assert make_choices(read_file(str(file)), {}).remove == "usual"


def test_init_never_writes_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text("threshold = 0.5\n", "utf-8")
    result = run("init", tmp_path, "--hooks")
    assert (result.exit_code, "is there already, and stays as it is" in result.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["dedupe.toml"]
    assert (tmp_path / "dedupe.toml").read_text("utf-8") == "threshold = 0.5\n"


def test_init_names_hooks_that_there_are(tmp_path: Path) -> None:
    known = set(re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE))
    printed = run("init", tmp_path / ".").stdout
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert set(re.findall(r"- id: (\S+)", printed)) == known
    run("init", tmp_path, "--hooks")
    written = (tmp_path / ".pre-commit-config.yaml").read_text("utf-8")
    assert printed.endswith(written)
    assert "rev: v" in written
