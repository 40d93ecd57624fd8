"""The code of docs/pipelines.md runs as it stands there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.corpora import essay
from tests.index.test_index import run, write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "pipelines.md"


def test_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("pages"), a=essay(1, 40), b=essay(2, 40))
    assert run("index", "build", "corpus.index", "pages", "--no-config").exit_code == 0
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        if ">>>" not in block:
            exec(compile(block, str(PAGE), "exec"), names)
    assert not names["lsh"].is_empty()  # type: ignore[attr-defined]
    found = names["forest"].query(next(iter(names["passages"].values())), 1)  # type: ignore[attr-defined]
    assert {Path(place[0]).name for place in found} == {"a.txt"}
    assert doctest.testfile(str(PAGE), module_relative=False).failed == 0
