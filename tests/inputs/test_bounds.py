"""Inputs that would keep whoever reads them busy for ever: each is named, and the rest is done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedupe.cli.main import cli
from dedupe.config.file import TRIES, line_of
from dedupe.config.settings import Settings
from dedupe.core.errors import UnreadableError
from dedupe.core.regular import open_regular, read_regular
from dedupe.inputs.readers.page import ATTRIBUTES, check_tags, text_of

BODY = "<p>" + "渡口的老秦把船系在柳树上，先给乘客倒茶，再算一遍当天的票款。" * 20 + "</p>"
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and holes of POSIX")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def tagged(attributes: str) -> str:
    return f"<html><body><div {attributes}>{BODY}</div></body></html>"


def many(number: int, form: str) -> str:
    return " ".join(form.format(at) for at in range(number))


@pytest.mark.parametrize("form", ["a{}=1", "a{}", 'data-{}="x y"', "a{} = '>'", "/a{}=1"])
def test_a_tag_with_very_many_attributes_is_named(tmp_path: Path, form: str) -> None:
    (tmp_path / "a.html").write_text(tagged(many(40_000, form)), "utf-8")
    (tmp_path / "b.txt").write_text("于20xx年完成。", "utf-8")
    done = run("check", tmp_path, "--no-cache")
    assert done.exit_code == 2
    assert f"a.html: a tag has more than {ATTRIBUTES:,} attributes" in done.stderr
    assert "b.txt:1:2: PH101" in done.stdout
    assert text_of(tagged(many(500, form)).encode(), Settings()).startswith("渡口")


def test_no_comment_or_quote_hides_such_a_tag() -> None:
    tag = f"<div {many(ATTRIBUTES + 1, 'a{}=1')}>"
    for page in (f'<!-- <a b=" -->{tag}', f"<script>'<a b='</script>{tag}", f'<p title="<b">{tag}', f"<!--{tag}"):
        with pytest.raises(UnreadableError, match="a tag has more than"):
            check_tags(page)


def test_tags_inside_of_each_other_are_named() -> None:
    with pytest.raises(UnreadableError, match="tags stand inside of each other"):
        check_tags(("<a " * 900 + ">") * 300)


def test_pages_as_people_write_them_are_read() -> None:
    path = "M 1 2 L 3 4 " * 3_000
    image = "A" * 90_000
    check_tags(f'<svg><path d="{path}" fill=none/></svg><img src="data:image/png;base64,{image}" alt="a > b">' * 3)
    check_tags("<p>若 a<b 且 b<c，则 a<c。</p>" * 5_000)


@posix
def test_a_file_with_a_hole_of_gigabytes_is_judged_by_its_beginning(tmp_path: Path) -> None:
    for name in ("a.txt", "b.html", "c.csv", "d.json"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"id,text\n")
            file.truncate(5_000_000_000)
    (tmp_path / "e.txt").write_text("于20xx年完成。", "utf-8")
    program = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))"
    command = [sys.executable, "-c", f"{program}; from dedupe.__main__ import main; main()", "check", str(tmp_path)]
    options = ("-s", "PH", "--jobs", "1", "--no-cache")
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    for name in ("a.txt", "b.html", "c.csv", "d.json"):
        assert f"{tmp_path / name}: looks binary" in done.stderr
    assert "e.txt:1:2: PH101" in done.stdout


@posix
def test_a_pipe_where_a_manifest_is_looked_for_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("于20xx年完成。", "utf-8")
    os.mkfifo(tmp_path / "manifest.jsonl")
    assert run("check", tmp_path, "--no-cache").exit_code == 1
    assert run("restore", tmp_path, "-o", tmp_path / "out").exit_code == 2


@posix
@pytest.mark.parametrize("place", ["a.txt", ".originals"])
def test_a_pipe_in_the_place_of_a_cleaned_file_keeps_nobody_waiting(tmp_path: Path, place: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("点击下载文档\n渡口没有风。\n", "utf-8")
    assert run("clean", tmp_path / "in", "-o", tmp_path / "out", "--no-config").exit_code == 0
    found = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.name != "manifest.jsonl"]
    for path in found:
        path.unlink()
        os.mkfifo(path)
    done = run("restore", tmp_path / "out", "-o", tmp_path / "back")
    assert (done.exit_code, "no regular file" in done.stderr) == (2, True)


@posix
def test_only_what_ends_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null"), tmp_path):
        with pytest.raises(OSError, match="no regular file"):
            open_regular(path)
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_regular(tmp_path / "a", 4)


def test_the_line_of_a_key_is_found_in_a_long_array() -> None:
    items = '  "a",\n' * 20_000
    assert line_of(f"x = 1\nexclud = [\n{items}]\ny = 2\n", ("exclud",)) == 2
    assert line_of(f"x = 1\nexclud = [\n{items}]\ny = 2\n", ("y",)) == 20_004


def test_a_file_that_is_written_to_hide_a_line_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a = """\n' + "b = 1\n" * 20_000 + '"""\nzz = 1\n'
    parsed: list[int] = []
    real = sys.modules["dedupe.config.file"]._parse  # type: ignore[attr-defined]
    monkeypatch.setattr("dedupe.config.file._parse", lambda part: parsed.append(len(part)) or real(part))
    assert line_of(text, ("a",)) <= 20_002
    assert len(parsed) <= TRIES + 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" + ".a" * 5_000 + " = 1\n", "dedupe.toml:1: not TOML: a key has more than 50 parts"),
        ("# " + "x" * 1_000_000, "larger than 1,000,000 bytes"),
    ],
)
def test_a_configuration_of_any_size_is_judged_at_once(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "dedupe.toml").write_text(text, "utf-8")
    done = run("check", tmp_path)
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
