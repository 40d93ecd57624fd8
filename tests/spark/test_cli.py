"""A clean on Spark from the command line: its driver is killed, the run is resumed, and the result is that of here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dedupe import DedupeError
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.options import Choices
from dedupe.config.settings import Settings
from tests.corpora import essay, recut

PATIENCE = 300  # seconds


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Pages as texts and as records without ids, one of them in GBK."""
    for module in ("pyspark", "pandas", "pyarrow"):
        pytest.importorskip(module, reason="needs the extra spark")
    from dedupe.spark.session import require

    try:
        require()
    except DedupeError as error:
        pytest.skip(str(error))
    folder = tmp_path / "pages"
    folder.mkdir()
    pages = [
        f"{essay(at // 3, 8)}今年共有{('xx', 36, 36)[at % 3]}人参加培训。\n"
        f"{recut(essay(at // 3 + 50, 8), 2 + at % 3)}{essay(at + 200, 3 + at % 3 * 6)}"
        for at in range(9)
    ]
    for number, page in enumerate(pages[:6]):
        (folder / f"{number}.txt").write_text(page, "gbk" if number == 3 else "utf-8")
    records = [page for seed in (1, 60) for page in (essay(seed, 8), f"{recut(essay(seed, 8), 3)}\n返回本频道列表\n")]
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps({'text': text})}\n" for text in records + pages[6:]))
    return folder


def started(corpus: Path, log: int, *options: str) -> subprocess.Popen[str]:
    """`dedupe clean` on Spark, in a group of processes of its own."""
    command = [sys.executable, "-m", "dedupe", "clean", str(corpus), "--no-config", "--engine", "spark"]
    command += ["--master", "local[2]", "--placeholders", "repair", "--conf", "spark.driver.memory=1g", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, text=True, start_new_session=True)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_killed_driver_is_resumed_and_the_result_is_that_of_one_machine(corpus: Path, tmp_path: Path) -> None:
    stages, output, alone = tmp_path / "stages", tmp_path / "out", tmp_path / "alone"
    options = ("-o", str(output), "--stages", stages.as_uri(), "--resume", "--conf", "spark.log.level=INFO")
    first = started(corpus, subprocess.DEVNULL, *options)
    written, until = stages / "look1" / "digests" / "_SUCCESS", time.monotonic() + PATIENCE
    while not written.exists() and first.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert written.exists()
    assert not output.exists()
    second = started(corpus, subprocess.PIPE, *options)
    told = second.communicate(timeout=PATIENCE)[1]
    assert second.returncode == 0, told
    assert "INFO dedupe.spark: " in told
    assert f"{stages.as_uri()}/look1/digests: left by an earlier run" in told
    assert "are work for one machine" in told
    outcome = clean(Order([str(corpus)], alone, Settings(), Choices(placeholders="repair")))
    assert any(action == "repair" for action, _ in outcome.taken)
    assert outcome.rounds > 1
    assert content(output) == content(alone)
