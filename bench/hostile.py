"""Fuzz targets for what a corpus, or a stranger, brings beside texts: whatever it is, nothing outside is touched.

In each the tool works on a clone beside a home. Home and the texts must be the same afterwards, and so must be every
file of the clone that a command did not have to write.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from click.testing import CliRunner, Result

from bench.inputs import Dice, folder, pages_of, plain
from dedupe.cli.main import cli
from tests.corpora import essay

PLACES = (
    "report.txt",
    "out/report.txt",
    "../home/.bashrc",
    "../home/new",
    "{home}/.bashrc",
    ".",
    "..",
    "",
    "/",
    ".git/config",
    "link",
    "link/new",
    "link/.bashrc",
    "a.txt",
    "sub",
    "sub/../..",
    "x" * 300,
    "a\\nb",
    "~/x",
    "$HOME/x",
    "kept",
)
KEYS = ("output", "cache-dir", "index", "baseline")
LINES = (
    "follow-links = true",
    "max-expansion = 0",
    'memory = "1"',
    'memory = "900T"',
    "exit-zero = true",
    'format = "json"',
    'exclude = ["*a*a*a*a*a*a*b"]',
    'exclude = ["**/a/**/a/**/b"]',
    'select = ["PH"]',
    "limit = 0",
    '[[rule]]\ncode = "MY101"\nname = "x"\nkind = "boilerplate"\npattern = "((a{1000}){1000}){1000}"\nmessage = "x"\n'
    'hits = ["«a»"]\nmisses = ["b"]',
    '[per-path."*a*a*a*a*a*a*b"]\nignore = ["PH"]',
    '[[allow]]\npattern = "(a+)+$"\nreason = "x"',
)
NAMES = (
    "a.txt",
    "A.txt",
    "essays.jsonl",
    "manifest.jsonl",
    "quarantine.txt",
    "a.html",
    "a.html.jsonl",
    "a.txt.gz",
    "b.txt",
    "a b.txt",
    "$(id).txt",
    "-o.txt",
    "x" * 250 + ".txt",
    "\udcff.txt",
    "\\xff.txt",
    "一.txt",
    "é.txt",
    "e\u0301.txt",
)
STATEMENTS = (
    "CREATE VIEW more AS SELECT * FROM read_text('{secret}')",
    "ALTER TABLE documents RENAME TO real; CREATE VIEW documents AS SELECT * REPLACE ((SELECT content FROM"
    " read_text('{secret}')) AS path) FROM real",
    "UPDATE documents SET path = (SELECT content FROM read_text('{secret}')) WHERE false",
    "UPDATE documents SET passages = signatures",
    "UPDATE documents SET signatures = passages",
    "DELETE FROM documents",
    "UPDATE documents SET path = NULL",
    "UPDATE documents SET passages = ''::BLOB, signatures = ''::BLOB",
    "UPDATE keys SET document = document + 1",
    "UPDATE keys SET key = key * 2",
    "DELETE FROM keys",
    "DROP TABLE lines",
    "UPDATE about SET value = '9'",
    "DELETE FROM about",
    "UPDATE documents SET characters = 18446744073709551615",
    "UPDATE documents SET path = '../home/secret.txt'",
    "UPDATE documents SET record = path",
    "CREATE MACRO sum(x) AS 1",
)
SECRET = "the-word-that-nobody-may-know"


def run(*arguments: object) -> Result:
    """A command; what it raises but for an exit is raised here."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1, 2), done.exit_code
    assert "Traceback" not in done.output
    return done


def tree(place: Path) -> dict[str, bytes]:
    """What is in a folder, by path; links are what they lead to by name."""
    found = {}
    for root, folders, names in os.walk(place):
        for name in (*folders, *names):
            path = Path(root, name)
            if path.is_symlink():
                found[str(path)] = b"-> " + os.fsencode(os.readlink(path))
            elif path.is_file():
                found[str(path)] = path.read_bytes()
    return found


def _set_up(dice: Dice, place: Path, names: int = 3) -> tuple[Path, Path]:
    """A home with files of its own, and a clone with texts, which lies beside it."""
    home, clone = place / "home", place / "clone"
    for one in (home, clone, clone / "sub", clone / ".git"):
        one.mkdir()
    files = {".bashrc": "export X=1\n", "old.run": "5 km", ".gitignore": "*.log\n", "secret.txt": SECRET}
    for name, text in files.items():
        (home / name).write_text(text, "utf-8")
    (clone / ".git" / "config").write_text("[core]\n", "utf-8")
    for name in dice.sample(NAMES, names):
        with suppress(OSError):
            (clone / dice.choice(("", "", "sub")) / name).write_text(plain("\n".join(pages_of(dice)))[:20_000], "utf-8")
    with suppress(OSError):
        (clone / "link").symlink_to(dice.choice(("../home", "../home/.bashrc", "sub", "nowhere")))
    return home, clone


def configurations(dice: Dice) -> None:
    """A configuration that was found, with paths and patterns of any kind."""
    with folder() as place:
        home, clone = _set_up(dice, place)
        keys = dice.sample(KEYS, dice.randint(0, len(KEYS)))
        lines = [f'{key} = "{dice.choice(PLACES).format(home=home)}"' for key in keys]
        lines += dice.sample(LINES[:10], dice.randint(0, 3)) + dice.sample(LINES[10:], dice.randint(0, 1))
        (clone / "dedupe.toml").write_text("\n".join(dict.fromkeys(lines)) + "\n", "utf-8")
        before, texts = tree(home), tree(clone)
        commands = (
            ("check", clone),
            ("check", "--prune", clone),
            ("baseline", clone),
            ("cache", "clear", clone),
            ("config", "show", clone),
            ("calibrate", clone),
            ("clean", clone, "-o", place / "out"),
            ("cache", "info", clone),
        )
        for command in dice.sample(commands, 3):
            run(*command)
        assert tree(home) == before
        after = tree(clone)
        assert {path: after.get(path) for path in texts} == texts


def foreign_indexes(dice: Dice) -> None:
    """An index in which anything was changed by somebody who knows how it is made."""
    import duckdb

    with folder() as place:
        home, clone = _set_up(dice, place)
        (place / "old").mkdir()
        text = essay(dice.randint(1, 9))
        (place / "old" / "a.txt").write_text(text, "utf-8")
        (clone / "copy.txt").write_text(text, "utf-8")
        index = place / "index"
        assert run("index", "build", index, place / "old", "--no-config").exit_code == 0
        with duckdb.connect(str(index)) as connection:
            for statement in dice.sample(STATEMENTS, dice.randint(1, 3)):
                with suppress(duckdb.Error):
                    connection.execute(statement.format(secret=home / "secret.txt"))
        if dice.random() < 0.2:
            data = bytearray(index.read_bytes())
            for _ in range(dice.randint(1, 40)):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            # Blocks have checksums; what damages the head of the file is seen at once.
            index.write_bytes(data)
        before, texts = tree(home), tree(clone)
        commands = (
            ("check", clone, "--index", index, "--no-config"),
            ("index", "info", index),
            ("index", "verify", index),
            ("clean", clone, "-o", place / "out", "--index", index, "--no-config"),
            ("index", "merge", index, index, "-o", place / "merged"),
            ("index", "remove", index, clone),
            ("index", "add", index, clone, "--no-config"),
        )
        for command in dice.sample(commands, 3):
            assert SECRET not in run(*command).output
        assert tree(home) == before
        assert tree(clone) == texts


def outputs(dice: Dice) -> None:
    """Names that clash, and outputs inside of inputs: every text is kept, removed or told, and no text is replaced."""
    with folder() as place:
        home, clone = _set_up(dice, place, names=6)
        before, texts = tree(home), tree(clone)
        target = clone / dice.choice(("a.txt", "b.txt", "report.txt", "sub/report.json", "essays.jsonl", "out", "sub"))
        commands = (
            ("check", clone, "-o", target, "--no-config"),
            ("index", "build", target, clone, "--no-config"),
            ("baseline", clone, "-o", target, "--no-config"),
            ("clean", clone, "-o", target, "--no-config"),
        )
        for command in dice.sample(commands, 2):
            run(*command)
        after = tree(clone)
        assert {path: after.get(path) for path in texts} == texts
        out = place / "out"
        split = ["--split-essays"] if dice.random() < 0.4 else []
        done = run("clean", clone, "-o", out, "--no-config", *split)
        if not split and done.exit_code == 0:
            _all_there(out)
            assert run("restore", out, "-o", place / "back").exit_code == 0
        assert tree(home) == before
        assert {path: tree(clone).get(path) for path in texts} == texts


def _all_there(out: Path) -> None:
    """Every file of a result is there as its manifest says, and what is gone is told."""
    lines = (out / "manifest.jsonl").read_text("utf-8", "surrogateescape").split("\n")
    rows = [json.loads(line) for line in lines if line]
    files = [row for row in rows if row["row"] == "file"]
    assert len({row["path"] for row in files}) == len(files)
    for row in files:
        assert row["cleaned"] is None or (out / row["path"]).is_file(), row["path"]


HOSTILE = (configurations, foreign_indexes, outputs)
