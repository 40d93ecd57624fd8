"""An index on a Redis server says what one in a file says, whoever else adds to it, and loses nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dedupe.config.settings import Settings
from dedupe.core.errors import CorpusError, IndexFileError
from dedupe.index import index as store
from dedupe.index import to_datasketch
from dedupe.index.check import Before, check_with
from dedupe.index.place import Server, place_of
from dedupe.index.shared import NO_REDIS
from tests.corpora import essay
from tests.index.test_index import ND, ROOT, documents, edited, old_of, run, write
from tests.servers import NEEDS_REDIS, free_port, redis_command, served

redis = pytest.importorskip("redis")
ADD = [sys.executable, "-m", "dedupe", "index", "add"]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with served(redis_command(tmp_path_factory.mktemp("redis"), port), port):
        yield port


@pytest.fixture
def server(port: int, request: pytest.FixtureRequest) -> Server:
    return Server("127.0.0.1", port, request.node.name.partition("[")[0])


def asked(index: Path | Server, new: Path, wanted: Settings = ND) -> list[Any]:
    """What a check says, but for where the index is: messages name paths as they lead from here."""
    report = check_with(Before(index), [str(new)], wanted)
    return [
        (f.path, f.start, f.end, f.code, f.message, f.old and f.old._replace(path=str(Path(f.old.path).resolve())))
        for f in report.findings
    ]


@NEEDS_REDIS
def test_a_server_says_what_a_file_says(tmp_path: Path, server: Server) -> None:
    texts = {f"d{at}": f"灯塔值守简报专用\n{essay(at % 5)}" + (essay(at) if at > 4 else "") for at in range(9)}
    old = write(tmp_path / "old", **texts)
    new = write(
        tmp_path / "new", x=edited(essay(2), 6), y=f"灯塔值守简报专用\n{essay(3)}\n{essay(6)}", z="全新的短文。"
    )
    found, wanted = documents(old), Settings(select=("ND", "BP291"), chrome_documents=8)
    assert (
        store.build(tmp_path / "i", found, ND) == store.build(server, found[:4], ND) + store.add(server, found, ND) == 9
    )
    for _ in ("verified", "estimated"):
        expected = asked(tmp_path / "i", new, wanted)
        assert {row[3][:2] for row in expected} == {"ND", "BP"}
        assert asked(server, new, wanted) == expected
        assert asked(server, old, wanted) == asked(tmp_path / "i", old, wanted)  # no copies of themselves
        shutil.rmtree(old, ignore_errors=_ == "estimated")
        old.mkdir()
    gone = [str(old / "d2.txt")]
    assert store.remove(server, gone) == store.remove(tmp_path / "i", gone) == 1
    assert asked(server, new, wanted) == asked(tmp_path / "i", new, wanted)
    assert [one[2:5] for one in to_datasketch(tmp_path / "i")] == [one[2:5] for one in to_datasketch(str(server))]
    assert [one.minhash for one in to_datasketch(tmp_path / "i")] == [one.minhash for one in to_datasketch(str(server))]
    mine, theirs = store.info(server), store.info(tmp_path / "i")
    assert mine.size > 0
    for name in ("documents", "passages", "characters", "keys", "lines", "stock", "about"):
        assert getattr(mine, name) == getattr(theirs, name), name
    assert store.verify(server) == []


@NEEDS_REDIS
def test_many_add_and_ask_at_once(tmp_path: Path, server: Server) -> None:
    parts = [write(tmp_path / f"p{part}", **{f"d{at}": essay(at) for at in range(part, part + 4)}) for part in range(3)]
    new = write(tmp_path / "new", x=essay(1), y=essay(3), z=essay(5))
    store.build(server, [], ND)
    jobs = [
        subprocess.Popen([*ADD, str(server), str(part), "-q", "--no-config"], cwd=ROOT) for part in (*parts, parts[0])
    ]
    while any(job.poll() is None for job in jobs):
        assert all(finding.old for finding in old_of(check_with(Before(server), [str(new)], ND)))
    assert [job.returncode for job in jobs] == [0] * 4
    store.build(tmp_path / "i", documents(*parts), ND)
    assert store.info(server).documents == 12
    assert store.verify(server) == []
    assert asked(server, new) == asked(tmp_path / "i", new)


@NEEDS_REDIS
def test_a_lost_server_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    first, second = write(tmp_path / "p0", a=essay(1)), write(tmp_path / "p1", b=essay(2))
    new, folder, port = write(tmp_path / "new", c=essay(1), d=essay(2)), tmp_path / "redis", free_port()
    folder.mkdir()
    server = Server("127.0.0.1", port, "lost")

    def killed() -> Iterator[Any]:
        yield from documents(first)
        (one,) = documents(second)
        for number in range(600):  # more than are written in one go
            yield replace(one, record=str(number))
            if number == 550:
                process.kill()
                process.wait()

    with served(redis_command(folder, port), port) as process:
        store.build(server, [], ND)
        with pytest.raises(IndexFileError, match="run the command again") as told:
            store.add(server, killed(), ND)
        assert str(server) in str(told.value)
    done = run("check", new, "--index", server, "--no-config")
    assert (done.exit_code, str(server) in done.stderr) == (2, True)
    with served(redis_command(folder, port), port):
        assert store.info(server).documents == 500
        assert store.verify(server) == []
        assert store.add(server, documents(first, second), ND) == 1  # the second file as a whole, without a record
        assert {Path(finding.path).name for finding in old_of(check_with(Before(server), [str(new)], ND))} == {
            "c.txt",
            "d.txt",
        }


@NEEDS_REDIS
def test_what_was_half_written_is_of_no_document(tmp_path: Path, server: Server) -> None:
    old, new = write(tmp_path / "old", a=essay(1)), write(tmp_path / "new", c=essay(1))
    store.build(server, documents(old), ND)
    client = redis.Redis(port=server.port)
    (field,) = client.hkeys(f"{server.name}:rows")
    row = client.hget(f"{server.name}:rows", field)
    client.hdel(f"{server.name}:rows", field)
    assert asked(server, new) == []
    assert store.info(server).documents == 0
    assert store.add(server, documents(old), ND) == 1
    assert client.hget(f"{server.name}:rows", field) == row
    assert len(asked(server, new)) == 1


@NEEDS_REDIS
@pytest.mark.parametrize("name", ["rows", "measures", "owned"])
def test_what_somebody_put_there_is_named(tmp_path: Path, server: Server, name: str) -> None:
    old, new = write(tmp_path / "old", a=f"灯塔值守简报专用\n{essay(1)}"), write(tmp_path / "new", c=essay(1))
    store.build(server, documents(old), ND)
    client = redis.Redis(port=server.port)
    (field,) = client.hkeys(f"{server.name}:{name}")
    for value in (b"abc", b"\x80\x04N.", b'{"a": 1}', b"[1, 2, 3, 4]", b"\xff\xff\xff\xff12345678"):
        client.hset(f"{server.name}:{name}", field, value)
        with pytest.raises(IndexFileError, match="is a damaged index"):
            store.verify(server)
    for command in (("check", new, "--index", server), ("index", "info", server)):
        assert run(*command, *(("--no-config",) if command[0] == "check" else ())).exit_code in (1, 2)


@NEEDS_REDIS
def test_commands_work_with_a_server(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("old"), a=essay(1, 40))
    assert "dedupe index build" in run("index", "add", server, "old", "--no-config").stderr
    assert run("index", "build", server, "old", "--no-config").stdout == f"1 document added to {server}\n"
    assert run("index", "build", server, "old", "--no-config").exit_code == 2
    assert run("index", "build", server, "old", "--force", "--no-config", "-q").exit_code == 0
    assert run("index", "verify", server).stdout == f"{server} is whole\n"
    write(Path("new"), c=edited(essay(1, 40), 9), d=essay(2, 40))
    done = run("clean", "new", "-o", "out", "--index", server, "--add", "--no-config")
    assert done.exit_code == 0, done.output
    assert [path.name for path in Path("out").glob("*.txt")] == ["d.txt"]
    assert "documents                       2" in run("index", "info", server).stdout
    assert run("index", "remove", server, "out").stdout == "1 document removed\n"
    with pytest.raises(CorpusError, match="is not in"):
        store.remove(server, ["out"])
    merged = run("index", "merge", server, server, "-o", "both")
    assert (merged.exit_code, "only files are merged" in merged.stderr) == (2, True)
    assert not Path("both").exists()


@NEEDS_REDIS
def test_other_settings_and_other_names_are_told_apart(tmp_path: Path, server: Server) -> None:
    store.build(server, documents(write(tmp_path / "old", a=essay(1))), ND)
    other = Server(server.host, server.port, f"{server.name}-b")
    with pytest.raises(IndexFileError, match="there is none of this name"):
        store.add(other, [], ND)
    store.build(other, [], Settings(fold_script=True))
    assert (store.info(server).documents, store.info(other).documents) == (1, 0)
    with pytest.raises(IndexFileError, match="fold-script true instead of false"):
        store.add(other, [], ND)


def test_no_password_is_told(tmp_path: Path) -> None:
    given = f"redis://me:secret@127.0.0.1:{free_port()}/essays"
    done = run("check", write(tmp_path / "new", a=essay(1)), "--index", given, "--no-config")
    assert (done.exit_code, "secret" in done.output) == (2, False)
    for wrong in ("redis://me:secret@localhost", "redis://me:secret@localhost:x/y", "redis://me:secret@localhost/a b"):
        with pytest.raises(IndexFileError) as told:
            place_of(wrong)
        assert "secret" not in str(told.value)
    place = place_of(given)
    assert isinstance(place, Server)
    assert (place.user, place.password, "secret" in repr(place)) == ("me", "secret", False)


def test_no_configuration_names_a_server(tmp_path: Path) -> None:
    port = free_port()
    corpus = write(tmp_path / "corpus", a=essay(1))
    (corpus / "dedupe.toml").write_text(f'index = "redis://127.0.0.1:{port}/essays"\n', "utf-8")
    for given in ((), ("--config", corpus / "dedupe.toml")):
        done = run("check", corpus, *given)
        assert (done.exit_code, "does not exist" in done.stderr) == (2, True), done.output


def test_missing_redis_is_an_error_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    done = run("index", "build", "redis://127.0.0.1/x", write(tmp_path / "i", a=essay(1)))
    assert (done.exit_code, NO_REDIS in done.stderr) == (2, True)
    assert "pip install" in NO_REDIS
