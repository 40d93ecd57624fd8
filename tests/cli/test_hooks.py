"""The hooks let nothing through that `check` would read, and have what it takes to read it."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from dedupe.config.kinds import PACKINGS, SUFFIXES, name_pattern, named_kind

ROOT = Path(__file__).resolve().parents[2]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
EXTRAS = ("html", "parquet", "warc")  # of kinds of files
NAMES = [f"a{end}{packing}" for end in SUFFIXES for packing in ("", *PACKINGS)]


def values(key: str) -> list[str]:
    return re.findall(rf"^  {key}: (.*)$", HOOKS, re.MULTILINE)


def test_hooks_are_given_the_files_that_are_read_and_no_others() -> None:
    assert values("files") == [name_pattern()] * 4


@pytest.mark.parametrize("name", [*NAMES, "A.TXT", "b.JSONL.GZ", "c.csv", "d.json", "e.ndjson", "f.html", "g.docx"])
def test_a_file_that_is_read_is_given(name: str) -> None:
    assert named_kind(name)
    assert re.search(values("files")[0], f"pages/{name}")


@pytest.mark.parametrize("name", ["a.pdf", "b.txt.lz4", "txt", "c.txt.bak", "d.tx", "e.gz", "json/f.py"])
def test_a_file_that_is_not_read_is_not_given(name: str) -> None:
    assert not named_kind(name)
    assert not re.search(values("files")[0], f"pages/{name}")


def test_hooks_have_what_it_takes_to_read_each_kind() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    wanted = sorted({line for name in EXTRAS for line in extras[name].split()})
    assert values("additional_dependencies") == [f"[{', '.join(wanted)}]"] * 4
