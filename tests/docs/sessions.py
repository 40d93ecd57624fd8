"""Examples of the documents, run as a reader would run them.

A page is a session in one folder that holds `samples/`: its blocks run in order, and each finds what those before it
left behind. A block is told by the language behind its fence:

    ```console        lines that begin with `$ ` are commands, what follows one is what it prints
    ```python         runs; a ```text block right behind it is what it prints
    ```pycon          runs as a doctest
    ```toml title="dedupe.toml"     any block with a title is written to that file
    ```sh             is not run: it needs a network, a cluster or a corpus of the reader's

In what is printed, a line `…` stands for any lines, and `…` in a line for any characters. Seconds and the
version never count. A terminal of 88 columns without colour shows the reports, in the language of the page.

python -m tests.docs.sessions            runs all pages, and prints what differs
python -m tests.docs.sessions --write    writes what is printed into the pages, but for blocks with `…`
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from doctest import DocTestParser
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner

from dedupe.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
WRITE = "--write"
FENCE_RE = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$', re.M | re.S)
# Seconds, and which version is installed, differ from run to run.
VARIES_RE = re.compile(r'\d+\.\d+(?= (?:s|秒)\b)|(?<="seconds": )\d+\.\d+|(?<="version": )"[^"]*"')
SHELL_RE = re.compile(r"[|<>&;$*`]")
NEEDS_SPARK, SPARK = "dedupe.spark", "import SparkSession"
TABLES_RE = re.compile(r"^(?:import|from) (pandas|datasets)\b", re.M)  # which not everybody has who develops


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and where its body stands."""

    language: str
    title: str | None
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class Shown:
    """What a page says that a command or program prints, what it did print, and where the page says so."""

    command: str
    promised: str
    printed: str
    start: int
    end: int

    @property
    def holds(self) -> bool:
        """Whether the page says what is."""
        lines = [VARIES_RE.sub("0", line.rstrip()) for line in self.promised.rstrip().splitlines()]
        pattern = "".join(
            r"(?:.*\n)*?" if line.strip() == "…" else ".*?".join(map(re.escape, line.split("…"))) + r"\n"
            for line in lines
        )
        printed = "".join(f"{line.rstrip()}\n" for line in self.printed.rstrip().splitlines())
        return bool(re.fullmatch(pattern, VARIES_RE.sub("0", printed)))


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(m["language"], m["title"], m["body"], *m.span("body")) for m in FENCE_RE.finditer(text)]


def language_of(page: Path) -> str:
    """The language that a page is in, by its name."""
    return "zh" if re.search(r"\.zh(-CN)?\.md$", page.name) else "en"


def environment(page: Path, folder: Path) -> dict[str, str]:
    """What a command of a page finds: its language, and a git that is nobody's."""
    return {
        "LANGUAGE": language_of(page),
        "COLUMNS": "88",
        "NO_COLOR": "1",
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }


def run(page: Path, folder: Path) -> Iterator[Shown]:
    """Run all blocks of a page in a folder, which is the current one meanwhile."""
    shutil.copytree(ROOT / "samples", folder / "samples", dirs_exist_ok=True)
    (folder / ".bin").mkdir()
    for name, arguments in (("dedupe", "-m dedupe "), ("python", "")):
        command = folder / ".bin" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        command.chmod(0o755)
    text, before = page.read_text("utf-8"), Path.cwd()
    os.chdir(folder)
    try:
        with mock.patch.dict(os.environ, environment(page, folder)):
            yield from _run(blocks(text), text, folder)
    finally:
        os.chdir(before)


def _run(found: list[Block], text: str, folder: Path) -> Iterator[Shown]:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block, after in zip(found, [*found[1:], None]):
        if block.title:
            Path(block.title).parent.mkdir(parents=True, exist_ok=True)
            Path(block.title).write_text(block.body, "utf-8")
        elif block.language == "console":
            yield from _commands(block, folder)
        elif block.language == "pycon":
            yield from _examples(block, names)
        elif block.language == "python":
            printed = _run_apart(block.body) if SPARK in block.body else _run_here(block.body, names)
            if after and after.language == "text" and text[block.end : after.start] == "```\n\n```text\n":
                yield Shown("python", after.body, printed, after.start, after.end)


def _run_here(program: str, names: dict[str, Any]) -> str:
    """What a program prints, which leaves its names to those behind it."""
    out = StringIO()
    with redirect_stdout(out):
        exec(compile(program, "example", "exec"), names)
    return out.getvalue()


def _run_apart(program: str) -> str:
    """What a program prints in a process of its own: the machine of Java stays in the folder that it was started in."""
    return subprocess.run([sys.executable, "-c", program], text=True, stdout=subprocess.PIPE, check=True).stdout


def _examples(block: Block, names: dict[str, Any]) -> Iterator[Shown]:
    """The examples of a doctest, each with what the page says that it prints."""
    for example in DocTestParser().get_examples(block.body):
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(example.source, "example", "single"), names)
        yield Shown(example.source.strip(), example.want, out.getvalue(), 0, 0)


def _commands(block: Block, folder: Path) -> Iterator[Shown]:
    """The commands of a block, each with what the page says that it prints."""
    pieces = re.split(r"^\$ (.*)\n", block.body, flags=re.MULTILINE)
    assert not pieces[0], f"a console block begins with a command: {block.body[:60]}"
    at = block.start
    for command, promised in zip(pieces[1::2], pieces[2::2]):
        at += len(f"$ {command}\n")
        printed = _printed(command).replace(str(folder), "/home/you")
        yield Shown(command, promised, printed, at, at + len(promised))
        at += len(promised)


def _printed(command: str) -> str:
    """What a command prints on a terminal; dedupe itself runs in this process, which takes a tenth of the time."""
    words = shlex.split(command)
    if words[0] != "dedupe" or SHELL_RE.search(command):
        done = subprocess.run(["bash", "-c", command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout
    if words[1] == "check" and not {"--format", "-o", "--output"} & set(words):
        words += ["--format", "rich"]
    result = CliRunner().invoke(cli, words[1:])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def has_spark() -> bool:
    """Whether examples for Spark can run here."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return False
    return shutil.which("java") is not None


def is_run(page: Path) -> bool:
    """Whether the examples of a page run here; Spark takes minutes, so its Chinese page is held to the English one."""
    text = page.read_text("utf-8")
    if not all(map(find_spec, TABLES_RE.findall(text))):
        return False
    return NEEDS_SPARK not in text or (has_spark() and language_of(page) == "en")


def main(args: list[str]) -> int:
    """Run the pages that are named, or all, and print or write what differs."""
    chosen = [Path(arg).resolve() for arg in args if arg != WRITE] or [page for page in PAGES if is_run(page)]
    wrong = 0
    for page in chosen:
        with tempfile.TemporaryDirectory() as folder:
            text = page.read_text("utf-8")
            for shown in reversed(list(run(page, Path(folder).resolve()))):
                if shown.holds:
                    continue
                wrong += 1
                print(f"--- {page.relative_to(ROOT)}: {shown.command}\n{shown.printed}")
                if WRITE in args and shown.start and "…\n" not in shown.promised:
                    text = text[: shown.start] + shown.printed.rstrip() + "\n" + text[shown.end :]
            if WRITE in args:
                page.write_text(text, "utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
