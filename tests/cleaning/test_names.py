"""What would have one name in a result is kept apart, and what has no name there costs no other file."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, Outcome, clean
from dedupe.cleaning.names import Names
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import restore
from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.core.errors import DedupeError
from dedupe.inputs.sources import printable
from dedupe.pipeline.pipeline import check
from tests.cleaning.test_clean import CHROME
from tests.cleaning.test_restore import files_of
from tests.corpora import essay

linux = pytest.mark.skipif(sys.platform != "linux", reason="names as Linux has them")


def page(number: int) -> bytes:
    return f"<html><body><article><p>{essay(number)}</p></article></body></html>".encode()


def text(number: int) -> bytes:
    return f"{essay(number)}\n{CHROME}\n".encode()


def record(number: int) -> bytes:
    return (json.dumps({"text": f"{essay(number)}\n{CHROME}\n"}, ensure_ascii=False) + "\n").encode()


def there_and_back(folder: Path, files: Mapping[str, bytes], **choices: bool) -> tuple[Outcome, dict[str, bytes]]:
    """What a clean of some files says, and what it left; all of them come back from it."""
    for name, data in files.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(data)
    outcome = clean(Order([str(folder / "in")], folder / "out", Settings(), Choices(**choices)))
    assert restore(folder / "out", folder / "back") == (len(files), [])
    assert files_of(folder / "back") == files
    return outcome, files_of(folder / "out")


def first_line(number: int) -> str:
    return essay(number).splitlines()[0]


def test_a_corpus_file_that_is_called_as_the_essays_are_is_among_them(tmp_path: Path) -> None:
    files = {"a.txt": text(1), "essays.jsonl": record(2), "z.txt": text(3)}
    outcome, left = there_and_back(tmp_path, files, split_essays=True)
    essays = [json.loads(line) for line in left["essays.jsonl"].decode().splitlines()]
    assert {row["page"] for row in essays} == set(files)
    assert outcome.documents == (3, 3)
    assert {name for name in left if "/" not in name} == {"essays.jsonl", "manifest.jsonl"}


def test_a_folder_that_is_called_as_the_essays_are_gives_way_to_them(tmp_path: Path) -> None:
    _, left = there_and_back(tmp_path, {"essays.jsonl/a.txt": text(1)}, split_essays=True)
    assert json.loads(left["essays.jsonl"])["page"] == "essays.jsonl/a.txt"


@linux
def test_names_that_print_alike_are_two_documents_in_report_and_result(tmp_path: Path) -> None:
    files = {os.fsdecode(b"\xff.txt"): text(1), "\\xff.txt": text(2), "\\x5cxff.txt": text(3)}
    outcome, left = there_and_back(tmp_path, files)
    assert outcome.documents == (3, 3)
    assert {name: left[name] for name in files} == {
        name: f"{essay(number)}\n".encode() for number, name in enumerate(files, 1)
    }
    report = check([str(tmp_path / "in")], Settings(select=("BP",)))
    assert len({finding.path for finding in report.findings}) == 3


@linux
@given(st.sets(st.text(st.sampled_from("\\xf5c\udcff\udce7\udc94甲"), max_size=9), max_size=20))
def test_no_two_names_print_alike(names: set[str]) -> None:
    names = {os.fsdecode(os.fsencode(name)) for name in names}
    assert len({printable(name) for name in names}) == len(names)


def test_the_text_of_a_page_gets_a_name_that_no_file_has(tmp_path: Path) -> None:
    files = {"0.html": page(1), "0.html.jsonl": record(2), "0~2.html.jsonl": record(3)}
    outcome, left = there_and_back(tmp_path, files)
    assert outcome.documents == (3, 3)
    assert outcome.renamed == [(str(tmp_path / "in" / "0.html"), "0~3.html.jsonl")]
    assert first_line(1) in left["0~3.html.jsonl"].decode()
    assert first_line(2) in left["0.html.jsonl"].decode()


def test_the_new_name_is_told(tmp_path: Path) -> None:
    for name, data in {"0.html": page(1), "0.html.jsonl": record(2)}.items():
        (tmp_path / name).write_bytes(data)
    result = CliRunner().invoke(cli, ["clean", str(tmp_path), "-o", f"{tmp_path}-out"])
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / '0.html'}: its text is in 0~2.html.jsonl, for its own name there is taken" in result.stdout


def test_a_page_beside_a_folder_of_the_name_that_its_text_gets(tmp_path: Path) -> None:
    files = {"a.html": page(1), "a.html.jsonl/b.txt": text(2)}
    outcome, left = there_and_back(tmp_path, files)
    assert outcome.failures == []
    assert first_line(1) in left["a~2.html.jsonl"].decode()


@linux
@pytest.mark.parametrize("letter", ["a", "甲"])
def test_a_page_whose_name_is_as_long_as_can_be(tmp_path: Path, letter: str) -> None:
    name = letter * (250 // len(letter.encode())) + ".html"
    outcome, left = there_and_back(tmp_path, {name: page(1), "b.txt": text(2)})
    assert outcome.failures == []
    (kept,) = (path for path in left if path.startswith(letter) and path != name)
    assert first_line(1) in left[kept].decode()
    assert kept.endswith(".jsonl")
    assert len(kept.encode()) < 130


@linux
def test_what_left_two_files_is_in_two_files_of_the_quarantine(tmp_path: Path) -> None:
    files = {
        "a.txt": text(1), "a.txt.gz": gzip.compress(text(2)), "b.txt.gz": gzip.compress(text(3)),
        "b.txt/c.txt": text(4), "d.csv": f'id,text\n1,"{essay(5)}\n{CHROME}"\n'.encode(), "d.csv.jsonl": record(6),
    }  # fmt: skip
    outcome, left = there_and_back(tmp_path, files)
    assert outcome.failures == []
    kept = {name.removeprefix("quarantine/") for name in left if name.startswith("quarantine/")}
    assert kept == {"a.txt", "a~2.txt", "b~2.txt", "b.txt/c.txt", "d~2.csv.jsonl", "d.csv.jsonl"}


@linux
def test_a_path_that_is_too_long_for_the_result_is_named_and_the_others_are_cleaned(tmp_path: Path) -> None:
    deep = tmp_path / "in"
    deep.mkdir()
    before = os.open(deep, os.O_RDONLY)
    for _ in range(38):  # below what a path may be, and the names of the result are longer by more
        os.mkdir("深" * 34, dir_fd=before)
        after = os.open("深" * 34, os.O_RDONLY, dir_fd=before)
        os.close(before)
        before = after
        deep = deep / ("深" * 34)
    os.close(before)
    if len(os.fsencode(deep)) > 4080:
        pytest.skip("the temporary folder has a long name itself")
    (deep / "a.txt").write_bytes(text(1))
    (tmp_path / "in" / "b.txt").write_bytes(text(2))
    output = tmp_path / ("out" + "0" * (4096 - len(os.fsencode(deep)) + 20))
    outcome = clean(Order([str(tmp_path / "in")], output, Settings()))
    assert [failure.path for failure in outcome.failures] == [str(deep / "a.txt")]
    assert "shorter names" in outcome.failures[0].reason
    assert outcome.documents == (1, 1)
    assert (output / "b.txt").read_bytes() == f"{essay(2)}\n".encode()
    (file,) = (output / ".originals").iterdir()
    assert file.read_bytes() == text(1)


def test_a_document_that_is_nowhere_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.txt").write_bytes(text(number))
    # As it was once: two files of one printed name.
    monkeypatch.setattr("dedupe.cleaning.workspace.printable", lambda path: path.replace("1.txt", "0.txt"))
    with pytest.raises(DedupeError, match="3 documents were read, 2 are kept and 0 were taken out: nothing was"):
        clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(select=("PH",))))
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_names_on_a_file_system_that_takes_two_for_one(tmp_path: Path) -> None:
    names = Names(tmp_path, ["A.txt", "a.txt"])
    (tmp_path / "a.txt").touch()  # what is seen there once A.txt is
    assert names.give("a.txt", "a.txt") == "a~2.txt"
    assert names.give("A.txt") == "A~2.txt"
