from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from dedupe.config.settings import Settings
from dedupe.core.errors import DedupeError
from dedupe.core.workers import FEW, PER_CORE, Workers, useful

ROOT = Path(__file__).parents[2]


def double(batch: int, settings: Settings) -> int:
    return 2 * batch


def die(batch: int, settings: Settings) -> int:
    if batch == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch


def refuse(batch: int, settings: Settings) -> int:
    raise DedupeError(f"batch {batch}: cannot be used")


@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_come_in_the_order_of_the_batches(jobs: int) -> None:
    with Workers(jobs) as workers:
        assert list(workers.run(double, range(9), Settings())) == list(range(0, 18, 2))
        assert list(workers.run(double, range(3), Settings())) == [0, 2, 4]


def test_no_more_workers_are_asked_for_than_are_of_use() -> None:
    assert (useful(2), useful(100_000)) == (2, max(FEW, PER_CORE * (os.cpu_count() or 1)))
    with Workers(100_000) as workers:  # room for so many is asked for at once
        assert list(workers.run(double, [1], Settings())) == [2]


def test_a_killed_worker_ends_the_run_with_a_clear_error() -> None:
    with pytest.raises(DedupeError, match="a worker process died"), Workers(2) as workers:
        list(workers.run(die, range(6), Settings()))


@pytest.mark.parametrize(
    ("error", "told"), [(OSError("handle is closed"), DedupeError), (OSError(11, "busy"), OSError)]
)
def test_a_pool_whose_pipe_closes_while_it_is_written_to_has_lost_a_worker(
    monkeypatch: pytest.MonkeyPatch, error: OSError, told: type[Exception]
) -> None:
    def submit(*_: object) -> None:
        raise error

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    with pytest.raises(told), Workers(2) as workers:
        list(workers.run(double, range(6), Settings()))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_worker_is_the_error_of_the_run(jobs: int) -> None:
    with pytest.raises(DedupeError, match="batch 0: cannot be used"), Workers(jobs) as workers:
        list(workers.run(refuse, range(3), Settings()))


def hungry(batch: int, settings: Settings) -> int:
    resource = pytest.importorskip("resource")
    held = int(Path("/proc/self/statm").read_text("utf-8").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (32 << 20), resource.RLIM_INFINITY))
    return len(bytes(1 << 30))


@pytest.mark.skipif(sys.platform != "linux", reason="memory as Linux counts it")
def test_a_worker_without_memory_ends_the_run() -> None:
    with pytest.raises(MemoryError), Workers(2) as workers:
        list(workers.run(hungry, range(6), Settings()))


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_workers_are_gone_when_the_run_ends(error: type[BaseException] | None) -> None:
    with suppress(KeyboardInterrupt), Workers(2) as workers:
        worker = next(workers.run(process_of, range(8), Settings()))
        if error:
            raise error
    assert is_gone(worker)


RUN = """
from tests.core.test_workers import Settings, Workers, process_of
import sys, time
with Workers(2) as workers:
    print(next(workers.run(process_of, range(8), Settings())), flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a job of Windows ends otherwise")
def test_workers_are_gone_when_the_run_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout is not None
        worker = int(run.stdout.readline())
        assert is_alive(worker)
        run.kill()
    assert is_gone(worker)


def is_gone(process: int) -> bool:
    for _ in range(6_000):  # five minutes: it is killed, but when it goes is up to the machine
        if not is_alive(process):
            return True
        Event().wait(0.05)
    return False


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and is not yet collected does not."""
    with suppress(ChildProcessError):
        os.waitpid(process, os.WNOHANG)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def process_of(batch: int, settings: Settings) -> int:
    return os.getpid()
