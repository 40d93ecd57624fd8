"""The command line on real files; in a process of its own where pipes and signals matter."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dedupe
from dedupe.cli.main import cli
from dedupe.report import FORMATS
from dedupe.rules import RULES

ESSAY = """植树节倡议书

　　春风吹过山坡，城南的小河又涨水了，正是种树的好时节。去年我们在河边种下的柳树已经发芽，老人们搬着板凳坐在树下聊天。
　　今年街道打算在旧码头补种一排香樟，每家认领一棵，周末由物业提供铁锹和水桶，孩子们负责写名牌。
　　请愿意参加的邻居到门卫室登记，名额满了也可以来帮忙培土，中午大家一起吃饺子。
"""
BLANKED = "　　20__年，我镇投入xx万元修路。\n"


HANG = 300.0  # seconds: what takes longer is not slow, it hangs


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def spawn(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dedupe", *map(str, arguments)]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
    )


@pytest.fixture
def blanked(tmp_path: Path) -> Path:
    path = tmp_path / "blanked.txt"
    path.write_text(BLANKED, encoding="utf-8")
    return path


def test_findings_exit_1_and_clean_text_exits_0(tmp_path: Path, blanked: Path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text(ESSAY, encoding="utf-8")
    assert run("check", clean).exit_code == 0
    found = run("check", blanked)
    assert found.exit_code == 1
    assert f"{blanked}:1:3: PH101 " in found.stdout
    assert "1 document · " in found.stderr


def test_what_cannot_be_read_exits_2_and_the_rest_is_done(tmp_path: Path, blanked: Path) -> None:
    missing = tmp_path / "missing.txt"
    result = run("check", missing, blanked)
    assert result.exit_code == 2
    assert "PH101" in result.stdout
    assert f"error: {missing}: " in result.stderr


def test_exit_zero_forgives_findings_and_not_errors(tmp_path: Path, blanked: Path) -> None:
    assert run("check", blanked, "--exit-zero").exit_code == 0
    assert run("check", blanked, tmp_path / "missing.txt", "--exit-zero").exit_code == 2


def test_without_paths_the_current_folder_is_checked(blanked: Path) -> None:
    # The package may be the source tree and not installed, and then is only found from here.
    found = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    process = spawn("check", cwd=blanked.parent, env={**os.environ, "PYTHONPATH": found})
    out, _ = process.communicate(timeout=HANG)
    assert "blanked.txt:1:3: PH101 " in out


def test_codes_are_chosen_by_their_beginning(blanked: Path) -> None:
    assert "PH103" not in run("check", blanked, "--select", "ph101,ND").stdout
    assert "PH101" not in run("check", blanked, "-s", "PH", "--ignore", "BP", "--ignore", "PH101").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "XY"], "no code begins with 'XY'"),
        (["--ignore", "PH101,PH9"], "no code begins with 'PH9'"),
        (["--threshold", "2"], "threshold is 2"),
        (["--min-length", "1"], "min-length is 1"),
        (["--format", "xml"], "xml"),
        (["-o", "no-such-folder/report.json"], "a folder that does not exist"),
        (["-o", "."], "is a folder"),
    ],
)
def test_what_cannot_be_meant_is_said_and_exits_2(blanked: Path, arguments: list[str], message: str) -> None:
    result = run("check", blanked, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_report_goes_to_a_file_and_leaves_nothing_beside_it(tmp_path: Path, blanked: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    result = run("check", blanked, "--format", "json", "-o", out / "report.json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "2 findings" in result.stderr
    assert json.loads((out / "report.json").read_text("utf-8"))["summary"]["documents"] == 1
    assert [path.name for path in out.iterdir()] == ["report.json"]


def test_json_has_all_errors_and_they_are_said_aloud_as_well(tmp_path: Path) -> None:
    result = run("check", tmp_path / "missing.txt", "--format", "json")
    assert [row["path"] for row in json.loads(result.stdout)["errors"]] == [str(tmp_path / "missing.txt")]
    assert result.stderr.startswith("error: ")
    assert result.exit_code == 2


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_the_same_findings(form: str, blanked: Path) -> None:
    text = run("check", blanked, "--format", form).stdout
    assert set(re.findall(r"PH1\d\d", text)) == {"PH101", "PH103"}


def test_copies_are_in_a_table_of_their_cluster(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(ESSAY, encoding="utf-8")
    result = run("check", tmp_path, "--format", "rich")
    assert result.exit_code == 1
    assert "1 cluster" in result.stdout
    assert result.stdout.count("★") == 1


def test_quiet_and_statistics(blanked: Path) -> None:
    assert run("check", blanked, "-q").stderr == ""
    assert [line.split()[:2] for line in run("check", blanked, "--statistics").stdout.splitlines()] == [
        ["1", "PH101"],
        ["1", "PH103"],
    ]


def test_colour_is_for_those_who_ask(blanked: Path) -> None:
    assert "\x1b" not in run("check", blanked, "--format", "rich").stdout
    assert "\x1b[" in run("check", blanked, "--format", "rich", "--color", "always").stdout


def test_rules_lists_every_code_once_a_row() -> None:
    listed = [line.split()[0] for line in run("rules").stdout.splitlines()]
    assert listed[: sum(map(len, RULES))] == [rule.code for table in RULES for rule in table]
    assert {"ND301", "ND302", "ND303", "ND304"} <= set(listed)


def test_rules_shows_the_examples_of_a_code() -> None:
    rule = RULES[0][0]
    text = run("rules", rule.code.lower()).stdout
    assert rule.message in text
    assert rule.hits[0] in text
    assert rule.misses[0] in text


def test_rules_says_when_no_code_begins_so() -> None:
    result = run("rules", "ZZ")
    assert result.exit_code == 2
    assert "no code begins with 'ZZ'" in result.stderr


def test_version_and_short_help() -> None:
    assert run("--version").stdout == f"dedupe {dedupe.__version__}\n"
    assert "--threshold" in run("check", "-h").stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dedupe.cli.main import cli; cli(['check', '--help'], standalone_mode=False); "
        "heavy = {'dedupe.text.kernels', 'numpy', 'rich', 'datasketch', 'multiprocessing'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert "--threshold" in done.stdout


def test_the_package_is_cheap_to_import_and_has_what_it_promises() -> None:
    code = "import sys, dedupe; assert not {'dedupe.core.model', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert all(getattr(dedupe, name) is not None for name in dedupe.__all__)
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        dedupe.chekc  # noqa: B018


def test_a_closed_pipe_is_silent_and_changes_no_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BLANKED * 20_000, encoding="utf-8")
    process = spawn("check", "-q", "--select", "PH", tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert "PH101" in process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=HANG) == 1
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_writes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    out, spool = tmp_path / "out", tmp_path / "spool"
    out.mkdir()
    spool.mkdir()
    environment = {**os.environ, "TMPDIR": str(spool)}
    process = spawn("check", "-", "-o", out / "report.txt", stdin=subprocess.PIPE, env=environment)
    assert process.stdin is not None
    # More than a pipe holds: once it is written, somebody is reading.
    process.stdin.write(BLANKED * 20_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=HANG) == 130
    assert process.communicate() == ("", "interrupted\n")
    assert [*out.iterdir(), *spool.iterdir()] == []


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_ctrl_c_on_a_terminal_stops_the_workers_too(tmp_path: Path) -> None:
    for number in range(1500):
        (tmp_path / f"{number}.txt").write_text((ESSAY + BLANKED + str(number)) * 20, encoding="utf-8")
    with on_a_terminal("check", tmp_path, "--jobs", "2", "--color", "never") as (process, leader):
        assert seen_until(leader, "reading")
        os.killpg(process.pid, signal.SIGINT)
        rest = seen_until(leader, None)
        assert process.wait(timeout=HANG) == 130
    assert "interrupted" in rest
    assert "Traceback" not in rest
    assert "\x1b[?25h" in rest, "the bar gives the cursor back"


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_a_terminal_gets_colour_and_a_bar_that_goes(blanked: Path) -> None:
    with on_a_terminal("check", blanked) as (process, leader):
        text = seen_until(leader, "cluster")
        assert process.wait(timeout=HANG) == 1
    assert "\x1b[31mPH101" in text
    assert "\x1b[?25h" in text, "the bar gives the cursor back"


@contextmanager
def on_a_terminal(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command in a process group of its own, and the other end of its terminal."""
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "dedupe", *map(str, arguments)]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
    with subprocess.Popen(
        command, stdout=follower, stderr=follower, env=environment, start_new_session=True
    ) as process:
        os.close(follower)
        yield process, leader
        os.close(leader)


def seen_until(leader: int, word: str | None) -> str:
    """What a terminal shows up to some word; without one, until the last process has let go of it."""
    seen = b""
    while word is None or word.encode() not in seen:
        assert select.select([leader], [], [], HANG)[0], f"nothing more after {seen!r}"
        try:
            more = os.read(leader, 4096)
        except OSError:  # how Linux says that nobody has the terminal any more
            break
        if not more:
            break
        seen += more
    return seen.decode("utf-8", "replace")


@pytest.mark.parametrize("kind", ["pipe", "input"])
def test_the_report_never_takes_the_place_of_something_else(tmp_path: Path, kind: str) -> None:
    page = tmp_path / "a.txt"
    page.write_text("于20xx年完成。", encoding="utf-8")
    output = page if kind == "input" else tmp_path / "pipe"
    if kind == "pipe":
        os.mkfifo(output)
    result = CliRunner().invoke(cli, ["check", str(page), "-o", str(output)])
    assert result.exit_code == 2
    assert page.read_text(encoding="utf-8") == "于20xx年完成。"
    assert kind == "input" or output.is_fifo()


PASSING = (
    *(f"check PAGES --format {form}" for form in FORMATS),
    "calibrate PAGES",
    "baseline PAGES -o b.json",
    "clean PAGES -o out",
    "clean PAGES --dry-run",
    "index build a.index PAGES",
)


@pytest.mark.parametrize("line", PASSING)
def test_what_is_passed_over_is_told_once_in_every_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    for name in ("a.txt", "b.pdf", "c.PDF", "006"):
        Path("pages", name).write_text("甲", "utf-8")
    result = CliRunner().invoke(cli, [*line.replace("PAGES", "pages").split(), "--no-config"])
    assert result.exit_code == 0
    if line.endswith(("json", "jsonl", "sarif")) and "check" in line:
        assert re.search(r'"passed_over": \{"": 1, "\.pdf": 2\}', result.stdout)
    else:
        assert (result.stdout + result.stderr).count("passed over: 3 files (.pdf 2, no suffix 1)") == 1
