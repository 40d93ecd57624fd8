"""Paths that are elsewhere: in fsspec's memory, and on a server that speaks S3."""

from __future__ import annotations

import gzip
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import dedupe
from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.index import index as store
from dedupe.index.check import Before, check_with, surveyed
from tests.corpora import essay
from tests.servers import free_port, served

fsspec = pytest.importorskip("fsspec")
arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
MARK = "今年我们接待了xx人次。"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, args), *(("--no-config",) if args[0] in ("check", "clean") else ())])


def table(texts: list[str]) -> Any:
    """Texts as Parquet of many row groups, with a column that nobody asks for."""
    sink = arrow.BufferOutputStream()
    rows = arrow.table({"text": texts, "id": [f"r{at}" for at in range(len(texts))], "more": ["x" * 999] * len(texts)})
    parquet.write_table(rows, sink, row_group_size=2)
    return sink.getvalue().to_pybytes()


def fill(system: Any, top: str) -> None:
    files = {
        "a.txt": f"{essay(1)}\n{MARK}\n".encode(),
        "lang=zh/part-0.parquet": table([essay(2), MARK, essay(1), essay(3), essay(4)]),
        "lang=zh/part-1.parquet": table([essay(2), essay(5)]),
        "lang=en/part-0.jsonl.gz": b"",
        ".hidden/c.txt": MARK.encode(),
        "image.png": b"\x89PNG",
    }
    files["lang=en/part-0.jsonl.gz"] = gzip.compress(json.dumps({"id": "e", "text": MARK}).encode(), mtime=0)
    for name, data in files.items():
        with system.open(f"{top}/{name}", "wb") as file:
            file.write(data)


@pytest.fixture
def memory() -> Iterator[str]:
    system = fsspec.filesystem("memory")
    fill(system, "/corpus")
    yield "memory://corpus"
    for place in ("/corpus", "/out"):
        if system.exists(place):
            system.rm(place, recursive=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket on a server that speaks S3, with the environment that leads to it."""
    pytest.importorskip("moto")
    s3fs = pytest.importorskip("s3fs")
    port = free_port()
    names = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in names.items():
            patch.setenv(name, value)
        with served([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
            system = s3fs.S3FileSystem()
            system.mkdir("bucket")
            fill(system, "bucket/corpus")
            yield "s3://bucket/corpus"


def local(folder: Path) -> Path:
    fill(fsspec.filesystem("local", auto_mkdir=True), str(folder / "corpus"))
    return folder / "corpus"


def told(report: dedupe.Report, top: str) -> list[tuple[Any, ...]]:
    return [(f.path.removeprefix(top), f.record, f.code, f.start, f.end, f.text) for f in report.findings]


def same_as_here(address: str, folder: Path) -> None:
    here = local(folder)
    expected, found = dedupe.check(str(here)), dedupe.check(address)
    assert told(found, address) == told(expected, here.as_posix())
    assert {row[0] for row in told(found, address)} >= {"/a.txt", "/lang=zh/part-0.parquet", "/lang=en/part-0.jsonl.gz"}
    assert found.summary.passed_over == expected.summary.passed_over == {".png": 1}
    assert found.errors == expected.errors == ()
    assert found.summary.documents == 9


def test_a_folder_in_memory_is_read_as_one_here(memory: str, tmp_path: Path) -> None:
    same_as_here(memory, tmp_path)


def test_a_bucket_is_read_as_a_folder_here(server: str, tmp_path: Path) -> None:
    same_as_here(server, tmp_path)


def test_workers_read_a_bucket_as_well(server: str) -> None:
    one, two = (dedupe.check(server, jobs=jobs) for jobs in (1, 2))
    assert told(one, "") == told(two, "")


@pytest.mark.parametrize(
    ("given", "documents"),
    [("/a.txt", 1), ("/lang=*/part-*", 8), ("/lang=zh", 7), ("/lang=zh/part-?.parquet", 7), ("/lang=[a-f]*", 1)],
)
def test_files_patterns_and_partitions_can_be_named(memory: str, given: str, documents: int) -> None:
    report = dedupe.check(memory + given)
    assert (report.summary.documents, report.errors) == (documents, ())


def test_what_is_left_out_is_left_out(memory: str) -> None:
    for pattern in ("lang=en/", "*.gz"):
        assert dedupe.check(memory, exclude=pattern).summary.documents == 8


def test_only_the_columns_that_are_asked_for_are_fetched(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedupe.inputs import remote

    count = 0

    def counted(self: Any, buffer: Any, read: Any = remote._Stream.readinto) -> int:
        nonlocal count
        size: int = read(self, buffer)
        count += size
        return size

    system = fsspec.filesystem("s3")
    texts = [essay(at, 3) for at in range(40)]
    sink = arrow.BufferOutputStream()
    parquet.write_table(
        arrow.table({"more": [os.urandom(50_000) for _ in texts], "text": texts}), sink, row_group_size=8
    )
    data = sink.getvalue().to_pybytes()
    with system.open("bucket/wide/x.parquet", "wb") as file:
        file.write(data)
    monkeypatch.setattr(remote._Stream, "readinto", counted)
    assert dedupe.check("s3://bucket/wide/x.parquet").summary.documents == 40
    assert 0 < count < len(data) // 2


def test_a_cleaned_dataset_keeps_its_partitions(memory: str, tmp_path: Path) -> None:
    done = run("clean", memory, "-o", tmp_path / "out", "-q")
    assert done.exit_code == 0, done.output
    written = parquet.read_table(tmp_path / "out" / "lang=zh" / "part-1.parquet", partitioning=None)
    assert written.column("id").to_pylist() == ["r1"]  # essay(2) stands in part-0
    assert written.column_names == ["text", "id", "more"]
    rows = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert f"{memory}/lang=zh/part-1.parquet" in {row.get("source") for row in rows}


def test_a_bucket_is_cleaned_into_a_bucket(server: str, tmp_path: Path) -> None:
    out = "s3://bucket/out"
    assert run("clean", server, "-o", out, "-q").exit_code == 0
    here = local(tmp_path)
    assert run("clean", here, "-o", tmp_path / "out", "-q").exit_code == 0
    system = fsspec.filesystem("s3")
    there = {name.removeprefix("bucket/out/"): system.cat(name) for name in system.find("bucket/out")}
    expected = {
        path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    assert set(there) == set(expected)
    for name, path in expected.items():
        if name != "manifest.jsonl":  # which names the sources
            assert there[name] == path.read_bytes(), name
    again = run("clean", server, "-o", out, "-q")
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    assert run("clean", server, "-o", out, "-q", "--force").exit_code == 0


def test_an_index_knows_what_was_elsewhere(memory: str, tmp_path: Path) -> None:
    wanted = Settings(select=("ND",))
    assert (
        store.build(tmp_path / "i", (one for part in surveyed([memory], wanted) for one in part.documents), wanted) == 9
    )
    (tmp_path / "new.txt").write_text(essay(3), "utf-8")
    (found,) = [f for f in check_with(Before(tmp_path / "i"), [str(tmp_path / "new.txt")], wanted).findings if f.old]
    assert found.old
    assert found.old.path.endswith("corpus/lang=zh/part-0.parquet")
    assert found.old.path.startswith("memory://")
    assert not found.old.is_verified
    assert not [f for f in check_with(Before(tmp_path / "i"), [memory], wanted).findings if f.old]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("s4://bucket/x", "is no scheme"),
        ("file:///etc/hostname", "the path of a file"),
        ("simplecache::memory://corpus", "one scheme"),
        ("memory://nothing", "no such file"),
        ("s3://no-such-bucket-of-ours/x", "no such file"),
    ],
)
def test_what_cannot_be_used_is_said_at_once(server: str, given: str, reason: str) -> None:
    done = run("check", given)
    assert (done.exit_code, reason in done.stderr) == (2, True), done.output


def test_a_missing_package_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    done = run("check", "s3://bucket/x")
    assert (done.exit_code, "not installed" in done.stderr) == (2, True), done.output
    monkeypatch.setitem(sys.modules, "fsspec", None)
    done = run("check", "s3://bucket/x")
    assert (done.exit_code, "corpus-dedupe[remote]" in done.stderr) == (2, True)


def test_nothing_that_a_corpus_brings_reaches_the_net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the net was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    address = "s3://bucket/corpus/a.txt"
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(essay(1), "utf-8")
    lines = [f'{key} = "s3://bucket/x"' for key in ("index", "output", "baseline", "cache-dir")]
    for line in lines:
        (corpus / "dedupe.toml").write_text(line + "\n", "utf-8")
        CliRunner().invoke(cli, ["check", str(corpus), "-q"])
    region = {"path": address, "start": 0, "end": 9, "line": 1, "end_line": 1, "unit": "document", "relation": "exact"}
    member = region | {"jaccard": 1, "containment": 1, "marks": 0, "tokens": 9}
    head = json.loads(CliRunner().invoke(cli, ["check", str(corpus), "--format", "json", "--no-config"]).stdout)
    head["clusters"] = [{"id": "abcdefabcdef", "representative": 0, "members": [member, member]}]
    (tmp_path / "r.json").write_text(json.dumps(head), "utf-8")
    done = CliRunner().invoke(cli, ["compare", str(tmp_path / "r.json"), "--cluster", "abcdefabcdef", "--no-config"])
    assert done.exit_code == 2
    assert not isinstance(done.exception, AssertionError)
    assert not list(tmp_path.glob("**/s3:*/*"))
