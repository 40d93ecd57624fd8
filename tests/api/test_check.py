"""`check` of Python: the same answer for whatever holds the texts, gone through once, and keywords as options."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

import dedupe
from dedupe import ConfigError, CorpusError, check
from dedupe.api.given import OTHERS
from dedupe.api.options import CheckOptions, CleanOptions
from dedupe.cleaning.options import Choices
from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from tests import files
from tests.inputs.test_readers import RECORDS, gist

ROWS = [{"url": name, "body": text, "score": 1.5} for name, text in RECORDS]
MARKED = "今年我们接待了xx人次。"
# Of Settings what only a configuration file says, or the command line for itself.
OF_FILES = {"root", "exclude_always", "own", "rules", "allow", "per_path", "encodings", "text_field", "id_field"}


def test_records_give_what_a_file_of_them_gives(tmp_path: Path) -> None:
    report = check(iter(ROWS), text="body", id="url")
    assert gist(report) == gist(check(files.write(tmp_path / "corpus", "jsonl", RECORDS)))
    assert {(finding.path, finding.record) for finding in report.findings} <= {("records", name) for name, _ in RECORDS}
    assert report.errors == ()


def test_records_are_gone_through_once_and_none_is_held() -> None:
    alive: list[int] = []

    @dataclass
    class Row(dict[str, str]):
        number: int

        def __post_init__(self) -> None:
            alive.append(self.number)
            self.update(text=RECORDS[self.number % 5][1])

        def __del__(self) -> None:
            alive.remove(self.number)

    def rows() -> Iterator[Row]:
        for number in range(50):
            assert len(alive) <= 1
            yield Row(number)

    assert check(rows()).summary.documents == 50


def test_records_that_cannot_be_used_are_named_by_number() -> None:
    report = check(
        [{"id": 1, "text": "甲"}, {"body": "乙"}, 7, {"text": None}, "丁\ud800", {"id": 1, "text": "戊xx人次"}]
    )
    assert report.summary.documents == 3
    assert [(error.path, error.reason.partition(":")[0]) for error in report.errors] == [
        ("records#1", "no field 'text' (there are"),
        ("records#2", "a int, not a dict"),
        ("records#3", "field 'text' is a null, not a string"),
    ]
    assert [(finding.record, finding.code) for finding in report.findings] == [("1#5", "PH103"), ("4", "BP289")]


def test_records_may_be_none_or_all_bad() -> None:
    assert check([]).summary.documents == 0
    assert check([{}, {}]).summary.documents == 0


def test_numbers_of_numpy_are_ids() -> None:
    report = check([{"id": np.int64(7), "text": "接待xx人次"}, {"id": None, "text": "接待xx人次"}])
    assert [finding.record for finding in report.findings if finding.slot] == ["1", "7"]


def test_what_is_not_there_is_no_clean_corpus(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text('{"content": "a"}\n', "utf-8")
    for call in (check, dedupe.clean):
        with pytest.raises(CorpusError, match=r"page\.jsonl: no such file or folder: did you mean .*pages\.jsonl"):
            call(tmp_path / "page.jsonl")
    report = check(tmp_path)
    assert "errors             1  " in repr(report)
    assert "pages.jsonl" in repr(report).splitlines()[-1]
    (tmp_path / "a.txt").write_text(MARKED, "utf-8")
    assert len(check([tmp_path / "a.txt", tmp_path / "b.txt"]).errors) == 1


@pytest.mark.parametrize("data", [[1, 2], (None,), [["a"]]])
def test_a_list_of_what_holds_no_texts_is_refused(data: Any) -> None:
    for call in (check, dedupe.clean):
        with pytest.raises(TypeError, match="holds no texts: pass dicts with a text, or strings"):
            call(data)


def test_what_the_iterable_raises_is_passed_on() -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"text": "甲"}
        raise OSError("the network is gone")

    with pytest.raises(OSError, match="the network is gone"):
        check(rows())


# Keywords


def test_every_setting_and_every_choice_is_a_keyword() -> None:
    assert set(Settings.__dataclass_fields__) - OF_FILES < set(CheckOptions.__annotations__)
    assert set(Choices.__dataclass_fields__) < set(CleanOptions.__annotations__)


def test_keywords_are_spelt_as_a_person_would() -> None:
    report = check(ROWS, text="body", id="url", select="ph101, BP", memory="1G", exclude="*.md")
    assert {finding.code for finding in report.findings} == {"PH101"}
    settings = report.settings
    assert (settings.text_field, settings.id_field, settings.memory) == ("body", "url", 1 << 30)
    assert (settings.select, settings.exclude) == (("PH101", "BP"), ("*.md",))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("treshold", "no keyword 'treshold': did you mean 'threshold'"),
        ("text_field", "did you mean 'text'"),
        ("id_column", "did you mean 'id'"),
        ("zzz", "did you mean one of against, cache, "),
    ],
)
def test_a_keyword_that_there_is_not_is_told_with_those_that_are_like_it(name: str, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        check([], **{name: 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"clean\(\) has no keyword"):
        dedupe.clean([], **{name: 1})


def test_values_that_cannot_be_used_are_told() -> None:
    with pytest.raises(ConfigError, match="threshold is 7"):
        check([], threshold=7)
    with pytest.raises(ConfigError, match=r"^select: no code begins with 'XX'"):
        check([], select="XX")
    with pytest.raises(ConfigError, match=r"no field 'content' \(there are: 'text'\): name the right one with text="):
        check(pa.table({"text": ["a"]}), text="content")


def test_a_configuration_is_read_if_it_is_named_and_keywords_stand_above_it(tmp_path: Path) -> None:
    file = tmp_path / "dedupe.toml"
    file.write_text('threshold = 0.5\nselect = ["BP"]\n[[allow]]\npattern = "xx"\nreason = "a size"\n', "utf-8")
    report = check([MARKED], config=file, select=["PH"])
    assert (report.settings.threshold, report.settings.select, report.summary.allowed) == (0.5, ("PH",), 1)
    (tmp_path / "a.txt").write_text(MARKED, "utf-8")
    assert check(tmp_path).settings == Settings(exclude=(), ignore=())


def test_a_configuration_that_cannot_be_used_is_told_without_options(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(No such file or directory\): name another file$"):
        check([MARKED], config=tmp_path / "dedupe.toml")
    (tmp_path / "pyproject.toml").write_text("[project]\n", "utf-8")
    with pytest.raises(ConfigError, match=r"add one, or name another file with config$"):
        check([MARKED], config=tmp_path / "pyproject.toml")


def test_progress_is_called_or_drawn_where_somebody_sees_it(capsys: pytest.CaptureFixture[str]) -> None:
    stages: list[str] = []
    check([MARKED], progress=lambda stage, done, total: stages.append(stage))
    assert stages
    check([MARKED], progress=True)
    assert capsys.readouterr() == ("", "")


# Paths and texts


def test_a_string_is_a_path_and_strings_in_a_list_are_texts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MARKED, "utf-8")
    (tmp_path / "b.txt").write_text(MARKED, "utf-8")
    assert (
        check(str(tmp_path)).summary.documents == check([tmp_path / "a.txt", tmp_path / "b.txt"]).summary.documents == 2
    )
    assert [finding.text for finding in check((MARKED, "a.txt")).findings] == ["xx"]
    with pytest.raises(TypeError, match="names of files, and strings in a list are texts: pass Path objects"):
        check([str(tmp_path / "a.txt"), str(tmp_path)])
    assert check(["\0"]).summary.documents == 1


def test_paths_are_compared_with_others_and_through_a_cache(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(MARKED * 9, "utf-8")
    report = check(tmp_path / "new", against=tmp_path / "old", select="ND", cache=tmp_path / "cache")
    (cluster,) = report.clusters
    assert sorted(Path(member.region.path).name for member in cluster.members) == ["new.txt", "old.txt"]
    with pytest.raises(TypeError, match="against= is for paths"):
        check([MARKED], against=tmp_path)


@pytest.mark.parametrize("package", sorted({package for package, _ in OTHERS}))
def test_tables_of_other_kinds_are_known_by_the_names_of_their_classes(package: str) -> None:
    for name in (name for of, name in OTHERS if of == package):
        made = type("Mine", (type(name, (dict,), {"__module__": f"{package}.inner"}),), {"__module__": "mine"})()
        with pytest.raises(TypeError, match=f"a {package}.{name} cannot be taken: pass "):
            check(made)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text": "甲"}, r"one dict cannot be taken, .*pass \[it\]"),
        (7, "a int cannot"),
        (None, "NoneType"),
        (b"a", "bytes"),
    ],
)
def test_what_holds_no_texts_is_refused(data: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        check(data)


def test_no_library_of_tables_is_imported_to_find_out_what_something_is() -> None:
    code = (
        "import sys, dedupe; dedupe.check([{'text': 'xx'}]); dedupe.clean(['a', 'a']); "
        "print([m for m in ('pandas', 'polars', 'pyarrow', 'datasets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# What messages call things


FLAG_RE = re.compile(r"(?<![\w-])--[a-z]")
HOMES = (
    "api",
    "text",
    "inputs",
    "pipeline",
    "cleaning",
    "copies",
    "index",
    "core",
    "spark",
)  # that programs call


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that may be told to somebody: all but those that say what code does."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@pytest.mark.parametrize("home", HOMES)
def test_no_message_that_a_program_can_get_names_a_flag(home: str) -> None:
    files = sorted((Path(dedupe.__file__).parent / home).rglob("*.py"))
    assert files
    assert [(path.name, text) for path in files for text in strings(path) if " " in text and FLAG_RE.search(text)] == []


def test_messages_name_keywords_to_a_program_and_options_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"content": "a"}\n', "utf-8")
    (tmp_path / "b.txt").write_bytes("今年".encode() * 9 + b"\xff")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"a" * 9_000_000))
    (tmp_path / "d.txt").symlink_to(__file__)
    report = check(tmp_path)
    reasons = " ".join(error.reason for error in report.errors)
    assert len(report.errors) == 4
    for name in ("with text=", "encoding", "errors='replace'", "max_expansion", "follow_links", "exclude"):
        assert name in reasons
    assert not FLAG_RE.search(reasons)
    told = CliRunner().invoke(cli, ["check", str(tmp_path), "--no-config"]).stderr
    for name in ("text-field", "encoding", "errors replace", "max-expansion", "follow-links", "exclude"):
        assert f"--{name}" in told
    assert check(tmp_path).errors == report.errors  # and the command line leaves no trace
    assert check(tmp_path, jobs=2).errors == report.errors
