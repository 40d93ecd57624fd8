"""Full disks, folders that nobody may write to, processes that die: nothing is lost, and nothing is there by half."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dedupe import DedupeError, check
from dedupe.cli.main import cli
from tests.corpora import essay

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="file systems and processes as Linux has them")

MARKED = "今年投入xx万元，共**人次。点击下载文档\n"
OLD = "这是以前的。"
REPORT = "a.txt:1:3: PH101 stands for a year within a date [20xx]\n"
SMALL = "64k"  # of a file system; what is written there is larger
# Without these capabilities the administrator, as others, may do only what a file's mode says.
NO_PRIVILEGE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


def run(*arguments: object) -> Result:
    """The command in this process."""
    done = CliRunner().invoke(cli, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def start(*arguments: object, within: Sequence[str] = (), **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [*within, sys.executable, "-m", "dedupe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, **options)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Texts whose report, baseline and cleaned copy are each larger than a small file system."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"{essay(number, 60)}\n{MARKED * 40}", "utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system with hardly any room."""
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("only the administrator can mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may be written."""
    place = tmp_path / "closed"
    place.mkdir()
    yield place
    place.chmod(0o700)


def unprivileged() -> tuple[str, ...]:
    """What a command is to be run within, so that modes of files count."""
    if os.geteuid():
        return ()
    if shutil.which(NO_PRIVILEGE[0]) is None or subprocess.run([*NO_PRIVILEGE, "true"]).returncode:
        pytest.skip("the administrator may read and write everything, and there is no setpriv")
    return NO_PRIVILEGE


def commands(corpus: Path, place: Path) -> dict[str, tuple[object, ...]]:
    """Every command that writes, with where it does."""
    return {
        "check": ("check", corpus, "--select", "PH,BP", "--format", "json", "-o", place / "report.json"),
        "baseline": ("baseline", corpus, "--select", "PH,BP", "-o", place / "baseline.json"),
        "clean": ("clean", corpus, "--select", "PH,BP", "-o", place / "out", "--force"),
        "restore": ("restore", place.parent / "cleaned", "-o", place / "back"),
    }


def set_up(corpus: Path, place: Path) -> dict[str, bytes]:
    """What earlier runs left where a command writes; returned as `tree` gives it."""
    (corpus.parent / "old").mkdir()
    (corpus.parent / "old" / "0.txt").write_text(OLD, "utf-8")
    for command in list(commands(corpus.parent / "old", place).values())[:3]:
        assert run(*command).exit_code == 0
    assert run("clean", corpus, "--select", "PH,BP", "-o", place.parent / "cleaned").exit_code == 0
    return tree(place)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_told(code: int | None, told: str, place: Path, reason: str) -> None:
    """A message for a person, with the place and the reason, and the exit code for what could not be done."""
    assert code == 2, told
    assert "Traceback" not in told
    lines = [line for line in told.splitlines() if line.lower().startswith("error: ") and str(place) in line]
    # What is seen before any work is done is a wrong option.
    assert any(reason in line or "must not be written" in line for line in lines), told


def test_a_full_disk_leaves_what_stood_there_and_nothing_by_half(corpus: Path, small: Path) -> None:
    before = set_up(corpus, small)
    for command in commands(corpus, small).values():
        done = run(*command)
        assert_told(done.exit_code, done.stderr, small, "No space left on device")
        assert tree(small) == before
    assert len(tree(corpus)) == 30


def test_a_disk_that_is_mounted_to_read_only_is_told(corpus: Path, small: Path) -> None:
    before = set_up(corpus, small)
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    for command in commands(corpus, small).values():
        done = run(*command)
        assert_told(done.exit_code, done.stderr, small, "Read-only file system")
    assert tree(small) == before


def test_what_may_not_be_written_is_told_and_left_as_it_was(corpus: Path, closed: Path) -> None:
    within = unprivileged()
    before = set_up(corpus, closed)
    closed.chmod(0o500)
    for process in [start(*command, within=within) for command in commands(corpus, closed).values()]:
        told = process.communicate()[1]
        assert_told(process.returncode, told, closed, "Permission denied")
    closed.chmod(0o700)
    assert tree(closed) == before


@pytest.mark.parametrize(
    "arguments",
    [("check", "-", "--select", "PH"), ("check", "IN", "--memory", "1"), ("clean", "IN", "--dry-run")],
    ids=["stdin", "memory", "dry-run"],
)
def test_a_temporary_folder_on_a_full_disk_is_told(
    corpus: Path, small: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small))
    given = [str(corpus) if argument == "IN" else argument for argument in arguments]
    done = CliRunner().invoke(cli, given, input=MARKED * 5000)
    assert_told(done.exit_code, done.stderr, small, "No space left on device")
    assert "TMPDIR" in done.stderr
    assert tree(small) == {}


def test_records_of_a_program_on_a_full_disk_are_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small))
    with pytest.raises(DedupeError, match="No space left on device"):
        check({"text": MARKED} for _ in range(5000))
    assert tree(small) == {}


def test_files_that_may_not_be_read_are_named_and_the_rest_is_checked(corpus: Path) -> None:
    (corpus / "3.txt").chmod(0)
    process = start("check", corpus, "--select", "PH", "--statistics", within=unprivileged())
    told = process.communicate()[1]
    assert_told(process.returncode, told, corpus / "3.txt", "permission denied: make it readable")
    assert "29 documents" in told


def test_out_of_memory_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("长" * 9_000_000, "utf-8")
    report = tmp_path / "report.json"
    report.write_text(REPORT, "utf-8")
    # Everything is loaded first, so that it is the text for which there is no room.
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from dedupe.cli.main import cli; from dedupe.cli.process import run\n"
        "cli(['check', 'samples/depot.txt', '--format', 'json', '--exit-zero'], standalone_mode=False)\n"
        "size = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize() + (16 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size)); run()"
    )
    command = [sys.executable, "-c", program, "check", tmp_path / "a.txt", "--select", "PH", "-o", report]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2, done.stderr
    (error,) = (line for line in done.stderr.splitlines() if not line.startswith("note: "))
    assert error == "error: out of memory: no file was written; run again with fewer --jobs, or less at once"
    assert report.read_text("utf-8") == REPORT


def test_a_fault_of_our_own_is_not_taken_for_findings() -> None:
    program = "import dedupe.pipeline.pipeline as p; p.BATCH = None; from dedupe.cli.process import run; run()"
    command = [sys.executable, "-c", program, "check", "samples", "--select", "PH"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "TypeError" in done.stderr
    assert done.stderr.endswith("internal error: please report the traceback above\n")


# A run with many batches for its workers, which waits with the first of them until somebody has been there.
CAUGHT = """
import os, sys, time
from pathlib import Path
import dedupe.core.workers as workers
import dedupe.pipeline.pipeline as pipeline
from dedupe.cli.process import run

place, submit, parent = Path(sys.argv.pop(1)), workers._submitted, os.getppid()

def submitted(*given):
    answer = submit(*given)
    while not place.exists() and os.getppid() == parent:
        time.sleep(0.01)
    return answer

workers._submitted, pipeline.BATCH = submitted, 2000
run()
"""


def test_a_worker_that_is_killed_ends_the_run_and_leaves_what_stood_there(corpus: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(REPORT, "utf-8")
    killed = tmp_path / "killed"
    command = [sys.executable, "-c", CAUGHT, killed, "check", corpus, "--jobs", "2", "-o", report]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        while process.poll() is None and not (workers := grandchildren(process.pid)):
            time.sleep(0.001)
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        killed.touch()
        _, told = process.communicate()
    assert process.returncode == 2
    assert len(told.splitlines()) == 1, told
    error = told
    assert error.startswith("error: a worker process died (killed, or out of memory): nothing was written; run again")
    assert "Traceback" not in told
    assert report.read_text("utf-8") == REPORT


def grandchildren(process: int) -> list[int]:
    """The processes that the children of a process started: workers come from a server of theirs."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return [one for one, parent in parents.items() if parents.get(parent) == process]


@pytest.mark.parametrize("name", ["check", "baseline", "clean", "restore"])
def test_a_run_that_is_ended_at_random_leaves_all_or_nothing(corpus: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    old, command, dice = set_up(corpus, place), commands(corpus, place)[name], random.Random(name)
    for how in (signal.SIGINT, signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        shutil.rmtree(place / "back", ignore_errors=True)  # which `restore` wants to be empty
        process = start(*command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(dice.uniform(0.1, 0.9))
        process.send_signal(how)
        told = process.communicate()[1]
        # Before Python has come to us, an interrupt is the system's as well.
        assert process.returncode in (0, 1, -how, *([130] if how is signal.SIGINT else [])), told
        now = {path: data for path, data in tree(place).items() if ".part" not in path and ".dedupe-" not in path}
        if process.returncode == 130:
            assert told.endswith("interrupted\n")
        if now != old:
            assert_whole(place, name)
    shutil.rmtree(place / "back", ignore_errors=True)
    assert run(*command).exit_code in (0, 1)
    assert_whole(place, name)


def assert_whole(place: Path, name: str) -> None:
    """What a command wrote is all there."""
    if name in ("check", "baseline"):
        file = place / ("report.json" if name == "check" else "baseline.json")
        assert len(json.loads(file.read_text("utf-8"))["findings"]) > 1000
    else:
        names = {path for path in tree(place / ("out" if name == "clean" else "back")) if "/" not in path}
        assert names >= {f"{number}.txt" for number in range(30)}
