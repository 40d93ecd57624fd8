"""A source is decoded once by check, and by clean once and once more by the look at the copy that it made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from dedupe.cleaning.clean import Order, clean
from dedupe.config.settings import Settings
from dedupe.pipeline.pipeline import check
from dedupe.text.decode import Decoded, recognise
from tests import files
from tests.cleaning.test_clean import CHROME
from tests.corpora import essay

KINDS = ("txt", "jsonl", "json", "csv")  # one text in each; JSON lines are decoded line by line


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Counter[bytes]:
    """How often some bytes were decoded."""
    counts = Counter[bytes]()

    def counting(data: bytes, encoding: str | None = None, errors: str = "strict") -> Decoded:
        counts[data] += 1
        return recognise(data, encoding, errors)

    monkeypatch.setattr("dedupe.text.decode.recognise", counting)
    monkeypatch.setattr("dedupe.cleaning.writers.recognise", counting)
    return counts


def corpus_of(folder: Path, make: Callable[[int], str]) -> list[bytes]:
    """A file of each kind, and what they hold."""
    folder.mkdir()
    held = [files.made(kind, [("1", make(number))]).decode().encode("gb18030") for number, kind in enumerate(KINDS)]
    for kind, data in zip(KINDS, held):
        (folder / f"a.{kind}").write_bytes(data)
    return held


def test_check_decodes_a_file_once(tmp_path: Path, decoded: Counter[bytes]) -> None:
    held = corpus_of(tmp_path / "in", lambda number: f"{CHROME}\n{essay(number + 1)}")
    assert check([str(tmp_path / "in")]).summary.by_code
    assert [decoded[data] for data in held] == [1] * len(KINDS)


@pytest.mark.parametrize("dirt", ["", f"{CHROME}\n"])
def test_clean_decodes_a_file_twice_at_most(tmp_path: Path, decoded: Counter[bytes], dirt: str) -> None:
    held = corpus_of(tmp_path / "in", lambda number: f"{dirt}{essay(number + 1)}")
    outcome = clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    assert bool(outcome.taken) is bool(dirt)
    assert [decoded[data] for data in held] == [2] * len(KINDS)
