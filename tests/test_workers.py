from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from dedupe.config import Settings
from dedupe.errors import DedupeError
from dedupe.workers import run_batches


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
    assert list(run_batches(double, range(9), Settings(jobs=jobs))) == list(range(0, 18, 2))


def test_a_killed_worker_ends_the_run_with_a_clear_error() -> None:
    with pytest.raises(DedupeError, match="a worker process died"):
        list(run_batches(die, range(6), Settings(jobs=2)))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_worker_is_the_error_of_the_run(jobs: int) -> None:
    with pytest.raises(DedupeError, match="batch 0: cannot be used"):
        list(run_batches(refuse, range(3), Settings(jobs=jobs)))


def test_workers_are_gone_when_the_run_ends(tmp_path: Path) -> None:
    answers = run_batches(process_of, [tmp_path] * 4, Settings(jobs=2))
    first = next(answers)
    answers.close()
    for _ in range(200):
        if not Path(f"/proc/{first}").exists() or not Path("/proc").exists():
            break
        signal.sigtimedwait([], 0.05)
    assert not Path(f"/proc/{first}").exists()


def process_of(batch: Path, settings: Settings) -> int:
    return os.getpid()
