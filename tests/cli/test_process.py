"""Whatever happens around a run, it ends with words for a person, and an exit code that is not that of findings."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.corpora import essay

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes and files as Linux has them")

# Somebody who is not the administrator, but may read where Python is.
NOBODY = (
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)  # fmt: skip
NO_ACCESS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
MARKED = "今年投入xx万元。\n"


def ended(*arguments: object, within: Sequence[str] = (), **options: Any) -> subprocess.CompletedProcess[str]:
    """A run of the command, with what it said."""
    command = [*within, sys.executable, "-m", "dedupe", *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "cwd": ROOT, **options}
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **options)


def assert_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, and one line that says why."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    for word in words:
        assert word in done.stderr


def within(command: Sequence[str]) -> Sequence[str]:
    if os.geteuid():
        return ()
    if shutil.which(command[0]) is None or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("the administrator may do everything, and there is no setpriv")
    return command


@pytest.fixture
def page(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:2]:  # made for the user alone
        folder.chmod(0o755)
    (tmp_path / "a.txt").write_text(MARKED, "utf-8")
    return tmp_path / "a.txt"


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may enter."""
    place = tmp_path / "closed"
    place.mkdir(mode=0)
    yield place
    place.chmod(0o700)


@pytest.mark.parametrize("name", ["--config=evil.txt", "--no-config", "-q", "--output=/x.txt", "--baseline=b.json"])
def test_the_name_of_a_file_is_never_an_option(page: Path, name: str) -> None:
    """A hook puts the names of changed files behind its options, and a commit may add a file of any name."""
    hostile = page.parent / name
    hostile.parent.mkdir(parents=True, exist_ok=True)
    hostile.write_text("", "utf-8")
    assert_told(ended("check", page.name, name, cwd=page.parent, env={**os.environ, "PYTHONPATH": str(ROOT)}), name)
    done = ended("check", page.name, f"./{name}", cwd=page.parent, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert "is an option" not in done.stderr


@pytest.mark.parametrize("command", ["--help", "--version", "check --help", "index add --help", "rules", "cache info"])
def test_a_full_disk_behind_standard_output_is_told(command: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = ended(*command.split(), stdout=full)
    assert_told(done, "standard output cannot be written: No space left on device")


@pytest.mark.parametrize("command", ["--help", "--version", "clean --help", "rules", "cache info"])
def test_nobody_who_reads_on_is_no_error(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = ended(*command.split(), stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_exit_code_is_right_where_standard_error_is_full(page: Path) -> None:
    command = [sys.executable, "-m", "dedupe", "check", "--select", "PH", "--no-cache"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        for path, code in ((page, 1), (page.parent / "none.txt", 2)):
            done = subprocess.run([*command, path], stdout=subprocess.DEVNULL, stderr=full, check=False, cwd=ROOT)
            assert done.returncode == code
        assert subprocess.run([sys.executable, "-m", "dedupe", "--nope"], stderr=full, check=False).returncode == 2


def test_help_is_shown_in_an_encoding_that_lacks_its_letters() -> None:
    done = ended("--lang", "zh", "--help", env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u" in done.stdout


def test_a_current_folder_that_is_gone_is_told(page: Path, tmp_path: Path) -> None:
    def gone(*arguments: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "gone").mkdir()
        script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
        command = ["sh", "-c", script, "sh", tmp_path / "gone", sys.executable, "-m", "dedupe", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    for command in (("check",), ("check", page), ("clean", page, "-o", tmp_path / "out"), ("rules",)):
        assert_told(gone(*command), "the current folder is gone: change to one that is there")
    assert gone("--version").returncode == gone("--help").returncode == 0


def test_without_another_thread_a_run_of_one_job_is_done_and_one_of_two_is_told(page: Path) -> None:
    limited = (*within(NOBODY), "prlimit", "--nproc=1")
    arguments = ("check", page, "--select", "PH", "--no-cache", "-q")
    done = ended(*arguments, within=limited)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith(": PH103 stands for a figure with a unit [xx]\n")
    for number in range(2, 400):
        (page.parent / f"{number}.txt").write_text(essay(number, 60), "utf-8")
    done = ended("check", page.parent, "--select", "PH", "--no-cache", "-q", "--jobs", "2", within=limited)
    assert_told(done, "no worker process can be started: raise the limit of processes (ulimit -u)")


@pytest.mark.parametrize("limit", [2, 4, 6, 8, 12, 40])
def test_a_run_that_may_start_some_threads_is_done_or_told(page: Path, limit: int) -> None:
    for number in range(2, 400):
        (page.parent / f"{number}.txt").write_text(essay(number, 60), "utf-8")
    limited = (*within(NOBODY), "prlimit", f"--nproc={limit}")
    done = ended("check", page.parent, "--select", "PH", "--no-cache", "-q", "--jobs", "2", within=limited)
    if done.returncode == 1:
        assert ": PH103 " in done.stdout
    else:
        assert_told(done, "no worker process can be started: raise the limit of processes (ulimit -u)")


def test_numbers_need_no_threads_of_their_own(page: Path) -> None:
    limited = (*within(NOBODY), "prlimit", "--nproc=1", sys.executable, "-c")
    program = "from dedupe.cli.process import ALONE; import os; os.environ |= dict.fromkeys(ALONE, '1'); import numpy"
    done = subprocess.run([*limited, program], check=False, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        ("check", "PAGE", "--select", "PH", "-o", "CLOSED/report.json"),
        ("check", "PAGE", "--select", "PH", "--baseline", "CLOSED/baseline.json"),
        ("check", "PAGE", "--config", "CLOSED/dedupe.toml"),
        ("check", "PAGE", "--index", "CLOSED/a.index"),
        ("check", "CLOSED/a.txt"),
        ("baseline", "PAGE", "-o", "CLOSED/baseline.json"),
        ("clean", "PAGE", "-o", "CLOSED/out"),
        ("clean", "CLOSED/a.txt", "-o", "OUT"),
        ("clean", "PAGE", "--dry-run", "--index", "CLOSED/a.index"),
        ("restore", "CLOSED/out", "-o", "OUT"),
        ("index", "build", "CLOSED/a.index", "PAGE"),
        ("index", "info", "CLOSED/a.index"),
        ("index", "merge", "CLOSED/a.index", "CLOSED/b.index", "-o", "CLOSED/c.index"),
        ("compare", "PAGE", "CLOSED/a.txt"),
        ("calibrate", "CLOSED/a.txt"),
        ("cache", "info", "--cache-dir", "CLOSED/cache"),
        ("cache", "clear", "--cache-dir", "CLOSED/cache"),
    ],
    ids=" ".join,
)
def test_a_place_that_one_may_not_enter_is_told(page: Path, closed: Path, tmp_path: Path, command: tuple[str]) -> None:
    places = {"PAGE": page, "CLOSED": closed, "OUT": tmp_path / "out"}
    arguments = [_filled(argument, places) for argument in command]
    done = ended(*arguments, within=within(NO_ACCESS))
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    told = [line for line in (done.stdout + done.stderr).splitlines() if line.lower().startswith("error: ")]
    assert any(str(closed) in line for line in told), done


def _filled(argument: str, places: dict[str, Path]) -> str:
    head, slash, tail = argument.partition("/")
    return f"{places[head]}{slash}{tail}" if head in places else argument


@pytest.mark.parametrize("command", ["clean PAGE -o OUT", "index build OUT PAGE", "compare PAGE PAGE", "check PAGE"])
def test_a_home_that_may_not_be_written_is_none_to_depend_on(page: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "place").mkdir(mode=0o777)
    (tmp_path / "place").chmod(0o777)
    places = {"PAGE": page, "OUT": tmp_path / "place" / "out"}
    unset = ("XDG_CACHE_HOME", "HOME")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    given = [str(places.get(word, word)) for word in command.split()]
    ours = [*within(NOBODY), sys.executable, "-m", "dedupe", *given]
    home = {**kept, "HOME": "/proc/nothing"}
    done = subprocess.run(ours, capture_output=True, text=True, check=False, cwd=ROOT, env=home)
    assert done.returncode in (0, 1), done.stderr


# Modules at whose import somebody presses Ctrl-C: at the beginning, in the middle, and of libraries.
MOMENTS = (
    "dedupe.cli.process", "click", "dedupe.cli.main", "dedupe.cli.options", "dedupe.core.model",
    "dedupe.pipeline.pipeline", "numpy", "dedupe.text.kernels.hashing", "dedupe.report.text",
)  # fmt: skip
# The command, with Ctrl-C at the import of the module that is named first.
PRESSED = """
import os, signal, sys
moment = sys.argv.pop(1)

class Finder:
    def find_spec(name, path=None, target=None):
        if name == moment:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder)
from dedupe.__main__ import main
main()
"""


def pressed(page: Path, moment: str, before: str = "") -> tuple[int, str]:
    arguments = [moment, "check", page, "--no-cache", "--select", "PH,ND", "-q"]
    command = [sys.executable, "-c", before + PRESSED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode, done.stderr


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_while_modules_are_loaded_is_an_interrupt(page: Path, moment: str) -> None:
    assert pressed(page, moment) == (130, "interrupted\n")


# The command in a group of processes of its own, with Ctrl-C for all of them right before a function of a module runs.
STARTING = """
import importlib, os, signal, sys
module, name = importlib.import_module(sys.argv.pop(1)), sys.argv.pop(1)
real = getattr(module, name)

def press(*arguments, **named):
    os.killpg(0, signal.SIGINT)
    return real(*arguments, **named)

setattr(module, name, press)
from dedupe.__main__ import main
main()
"""


@pytest.mark.parametrize(
    "call",
    ["dedupe.pipeline.pipeline.take_in", "dedupe.core.workers._submitted", "multiprocessing.forkserver.read_signed"],
)
def test_ctrl_c_while_workers_start_is_an_interrupt(tmp_path: Path, call: str) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / f"{name}.txt").write_text("大家一起动手把村口的路修好了。\n" * 20_000, encoding="utf-8")
    arguments = [*call.rsplit(".", 1), "check", tmp_path, "--no-cache", "--jobs", "2", "-q"]
    command = [sys.executable, "-c", STARTING, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, start_new_session=True)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


def test_an_interrupt_that_was_ignored_for_us_stays_ignored(page: Path) -> None:
    ignored = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    assert pressed(page, "dedupe.pipeline.pipeline", ignored) == (1, "")


@pytest.mark.parametrize("name", ["click", "numpy"])
def test_a_library_that_is_not_there_is_told(page: Path, name: str) -> None:
    program = f"import sys; sys.modules[{name!r}] = None; from dedupe.__main__ import main; main()"
    command = [sys.executable, "-c", program, "check", page, "--no-cache", "-q"]
    assert_told(subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT), name, "install")


def test_a_temporary_folder_that_is_none_is_told(page: Path, tmp_path: Path) -> None:
    none = "import tempfile; tempfile._candidate_tempdir_list = lambda: []"
    program = f"{none}; from dedupe.cli.process import run; run()"
    command = [sys.executable, "-c", program, "clean", page, "--dry-run", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert_told(done, "No usable temporary directory found")


def test_the_signal_that_ends_a_run_is_that_of_the_system(page: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "dedupe", "check", "-"], stdin=subprocess.PIPE, cwd=ROOT)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM
