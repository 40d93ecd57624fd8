"""What is kept in files is what was put there, and nothing of it is left behind."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.config.settings import Settings
from dedupe.copies.seeds import seeds_of
from dedupe.copies.signed import Gatherer, sign
from dedupe.copies.skeletons import tokenize
from dedupe.core.errors import DedupeError
from dedupe.inputs.sources import Source
from dedupe.inputs.spill import Column, Shelf, Spill, is_needed
from dedupe.pipeline.pipeline import check
from tests.corpora import essay

TEXTS = st.text("甲乙丙丁。\nab ", max_size=80)
NO_ROOM = r"No space left on device.*TMPDIR"


@pytest.mark.parametrize("is_on", [False, True])
@given(texts=st.lists(TEXTS, max_size=6), cut=st.integers(0, 6))
def test_batches_gather_to_what_one_batch_gives(is_on: bool, texts: list[str], cut: int) -> None:
    gatherer = Gatherer(Spill(is_on))
    for part in (tokenize(texts[:cut]), tokenize(texts[cut:])):
        gatherer.add(part, seeds_of(part))
    whole, got = sign(tokenize(texts)), gatherer.signed()
    for name in ("ids", "first", "begin", "end", "doc_sentence", "units"):
        assert np.array_equal(getattr(whole.skeletons, name), getattr(got.skeletons, name)), name
    assert np.array_equal(whole.keys, got.keys)
    for one, other in zip(whole.seeds, got.seeds):
        assert len(one.packed) == len(other.packed)


@pytest.mark.parametrize("is_on", [False, True])
def test_shelves_and_columns_give_back_what_they_took(is_on: bool) -> None:
    spill = Spill(is_on)
    shelf, column, empty = spill.shelf(), spill.column(np.int64), spill.column(np.uint32)
    for number in range(9):
        shelf.put(bytes(range(number)))
        column.add(np.arange(number))
    joined = column.join()
    spill.trim()
    assert [shelf[number] for number in (8, 0, 3)] == [bytes(range(number)) for number in (8, 0, 3)]
    assert joined.tolist() == [number for end in range(9) for number in range(end)]
    assert empty.join().tolist() == []
    arrays = [joined[::2], joined[:0], joined[1::2]]
    assert [one.tolist() for one in spill.keep(iter(arrays))] == [one.tolist() for one in arrays]
    assert spill.keep(iter(arrays[:0])) == []


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, pages = tmp_path / "temporary", tmp_path / "pages"
    folder.mkdir()
    pages.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for i in range(3):
        (pages / f"{i}.txt").write_text(essay(1) + "于20xx年完成。", "utf-8")
    report = check([str(pages)], Settings(memory=1))
    if os.name == "posix":
        assert list(folder.iterdir()) == []
    assert len(list(report.findings)) == 5
    del report
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
def test_a_temporary_folder_without_room_is_a_clear_error() -> None:
    with open("/dev/full", "wb", buffering=0) as file, pytest.raises(DedupeError, match=NO_ROOM):
        Shelf(file).put(b"text")
    with open("/dev/full", "wb", buffering=0) as file, pytest.raises(DedupeError, match=NO_ROOM):
        Column(np.dtype(np.int64), file, WeakSet()).add(np.arange(9))


def test_packed_files_count_for_what_they_may_hold() -> None:
    sizes = {name: [Source(name, None, 1000)] for name in ("a.txt", "a.txt.gz")}
    assert not is_needed(20_000, sizes["a.txt"])
    assert is_needed(20_000, sizes["a.txt.gz"])
    assert not is_needed(0, sizes["a.txt.gz"])


MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "dedupe", *sys.argv[1:]], capture_output=True, text=True)
assert done.returncode in (0, 1), done.stderr
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sizes of processes are told in other units elsewhere")
def test_memory_holds_for_tiny_records_as_well(tmp_path: Path) -> None:
    """What is kept of a document is the same for a short one as for a long one.

    250,000 of them took 850 MB while a file below 64 MB was one batch.
    """
    letters = random.Random(8)
    with (tmp_path / "tiny.jsonl").open("w", encoding="utf-8") as file:
        for number in range(250_000):
            text = "".join(map(chr, letters.choices(range(0x4E00, 0x5A00), k=8)))
            file.write(f'{{"id": {number}, "text": "{text}"}}\n')
    options = ("--memory", "64M", "--jobs", "1", "--no-cache", "--no-config", "--format", "json")
    command = [sys.executable, "-c", MEASURED, "check", str(tmp_path / "tiny.jsonl"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # Of which what is imported and compiled takes 200 MB.
    assert int(done.stdout) < 450
