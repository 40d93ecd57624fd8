"""An index that somebody sent says what there was, and does nothing: no query in it is run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result

from dedupe.cli.main import cli
from dedupe.core.atomic import LOCK
from dedupe.index.database import reading, writing
from tests.corpora import essay

SECRET = "the-word-that-nobody-may-know"
# Instead of the table of documents a query that reads a file; and other things that DuckDB would run or obey.
VIEW = (
    "ALTER TABLE documents RENAME TO real",
    "CREATE VIEW documents AS SELECT id, content AS path, record, 'x'::BLOB AS content, characters, passages,"
    " signatures, keys, keys_sum, lines, lines_sum FROM (SELECT * EXCLUDE (content, path) FROM real),"
    " (SELECT content FROM read_text('{secret}'))",
)
FOREIGN = {
    "a view over a file": VIEW,
    "a view in another schema": ("CREATE SCHEMA theirs", "CREATE VIEW theirs.documents AS SELECT * FROM main.keys"),
    "a view with the tables": ("CREATE VIEW more AS SELECT content FROM read_text('{secret}')",),
    "a macro in the place of a function": ("CREATE MACRO octet_length(x) AS (SELECT max(range) FROM range(10))",),
    "a table macro": ("CREATE MACRO keys_of(x) AS TABLE SELECT * FROM read_text('{secret}')",),
    "a generated column": (
        "ALTER TABLE lines RENAME TO real",
        "CREATE TABLE lines (key UBIGINT, document UBIGINT, edge BOOLEAN AS (key > 0))",
        "INSERT INTO lines (key, document) SELECT key, document FROM real",
        "DROP TABLE real",
    ),
    "a default": ("ALTER TABLE about ALTER COLUMN value SET DEFAULT 'x'",),
    "another table": ("CREATE TABLE more (x INTEGER)",),
    "another column": ("ALTER TABLE keys ADD COLUMN x INTEGER",),
    "a column of another type": ("ALTER TABLE keys ALTER COLUMN key TYPE VARCHAR",),
    "a column less": ("ALTER TABLE documents DROP COLUMN record",),
    "a table less": ("DROP TABLE lines",),
    "an index of its own": ("CREATE INDEX own ON keys (key)",),
    "a sequence": ("CREATE SEQUENCE own",),
    "a type": ("CREATE TYPE own AS ENUM ('a')",),
}
DAMAGED = {
    "a path is missing": "UPDATE documents SET path = NULL",
    "a number is missing": "UPDATE keys SET document = NULL WHERE key = (SELECT min(key) FROM keys)",
    "an edge is missing": "INSERT INTO lines VALUES (1, 1, NULL)",
    "signatures are missing": "UPDATE documents SET signatures = NULL",
}
MISSHAPEN = {
    "passages are cut": "UPDATE documents SET passages = 'abc'::BLOB",
    "signatures are cut": "UPDATE documents SET signatures = 'abc'::BLOB",
    "there are more passages than signatures": "UPDATE documents SET passages = passages || passages",
    "keys name documents that are not there": "UPDATE keys SET document = document + 1",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.txt").write_text(essay(1), "utf-8")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "b.txt").write_text(essay(1), "utf-8")
    (tmp_path / "secret.txt").write_text(SECRET, "utf-8")
    assert run("index", "build", tmp_path / "index", tmp_path / "old", "--no-config").exit_code == 0
    shutil.rmtree(tmp_path / "old")
    return tmp_path / "index"


def change(index: Path, *statements: str) -> None:
    with duckdb.connect(str(index)) as connection:
        for statement in statements:
            connection.execute(statement.format(secret=index.with_name("secret.txt")))


def everything(index: Path) -> list[tuple[object, ...]]:
    """All commands that read an index."""
    new, out = index.with_name("new"), index.with_name("out")
    return [
        ("check", new, "--index", index, "--no-config", "--no-cache"),
        ("clean", new, "-o", out, "--index", index, "--no-config"),
        ("clean", new, "-o", out, "--index", index, "--add", "--no-config"),
        ("index", "info", index),
        ("index", "verify", index),
        ("index", "add", index, new, "--no-config"),
        ("index", "remove", index, new),
        ("index", "merge", index, index, "-o", index.with_name("merged")),
    ]


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_database_with_anything_but_our_tables_is_no_index(index: Path, kind: str) -> None:
    change(index, *FOREIGN[kind])
    before = index.read_bytes()
    for asked in everything(index):
        done = run(*asked)
        assert done.exit_code == 2, asked
        assert f"{index}: is a database, but no index of dedupe" in done.stderr
        assert SECRET not in done.output
    assert index.read_bytes() == before
    assert sorted(path.name for path in index.parent.iterdir()) == ["index", "new", "secret.txt"]


@pytest.mark.parametrize("kind", DAMAGED)
def test_values_that_are_missing_are_named(index: Path, kind: str) -> None:
    change(index, DAMAGED[kind])
    for asked in everything(index):
        done = run(*asked)
        assert (done.exit_code, "is a damaged index: values are missing in " in done.stderr) == (2, True), asked


@pytest.mark.parametrize("kind", MISSHAPEN)
def test_numbers_that_do_not_fit_are_named(index: Path, kind: str) -> None:
    change(index, MISSHAPEN[kind])
    done = run("check", index.with_name("new"), "--index", index, "--no-config", "--no-cache")
    assert (done.exit_code, "is a damaged index" in done.stderr) == (2, True), done.stderr
    assert run("index", "verify", index).exit_code == 2


def test_a_document_without_passages_is_no_damage(index: Path) -> None:
    change(index, "UPDATE documents SET passages = ''::BLOB, signatures = ''::BLOB")
    assert run("check", index.with_name("new"), "--index", index, "--no-config", "--no-cache").exit_code == 0


def test_passages_in_no_order_are_named(index: Path) -> None:
    with duckdb.connect(str(index)) as connection:
        rows: Any = np.tile(np.array([[0, 9, 1, 1, 40, 1], [9, 19, 1, 1, 40, 0]], "<u4"), (1, 1))
        connection.execute("UPDATE documents SET passages = ?, signatures = ?", [rows.tobytes(), bytes(1024)])
    done = run("check", index.with_name("new"), "--index", index, "--no-config", "--no-cache")
    assert (done.exit_code, "is a damaged index" in done.stderr) == (2, True), done.stderr


def test_nothing_but_the_database_can_be_read_or_written(index: Path) -> None:
    secret = index.with_name("secret.txt")
    statements = (
        f"SELECT * FROM read_text('{secret}')",
        f"SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM glob('/*')",
        f"COPY about TO '{index.with_name('copy.csv')}'",
        f"ATTACH '{index.with_name('more')}' AS more",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
    )
    with reading(index) as connection:
        for statement in statements:
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    with writing(index, keep=True, parts=()) as connection:
        for statement in statements:
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert sorted(path.name for path in index.parent.iterdir()) == ["index", "new", "secret.txt"]


def test_a_name_with_a_quote_is_a_name(index: Path) -> None:
    other = index.with_name("it's'; COPY about TO 'x")
    shutil.copy(index, other)
    merged = index.with_name("merged")
    done = run("index", "merge", other, index, "-o", merged)
    assert done.exit_code == 0, done.output
    assert "1 document in" in done.stdout
    assert run("index", "remove", merged, index.with_name("old")).exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_the_lock_follows_no_link(index: Path) -> None:
    index.with_name(f"index{LOCK}").symlink_to("planted")
    done = run("index", "add", index, index.with_name("new"), "--no-config")
    assert (done.exit_code, "cannot be written" in done.stderr) == (2, True)
    assert not index.with_name("planted").exists()
