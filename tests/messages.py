"""What is said to people, read from the sources, for the catalogues in `dedupe/core/locale`.

python -m tests.messages              prints what the catalogue lacks
python -m tests.messages --compile    writes dedupe.mo from dedupe.po
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dedupe.cli.localised import OPTION_GROUPS
from dedupe.cli.main import cli
from dedupe.core.messages import FOLDER
from dedupe.report.html import words
from dedupe.report.rules import rows

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "dedupe"
PO = FOLDER / "zh_CN" / "LC_MESSAGES" / "dedupe.po"
MO = PO.with_suffix(".mo")
WRITE = "--compile"
WORDS_RE = re.compile(r"[A-Za-z]{2,}\W* \W*[A-Za-z]")
ERROR_RE = re.compile(r"(?!JSONDecode|Attribute)\w*Error|BadParameter|Failure|error")
HEADS = ("Usage:", "Options:", "Commands:")  # of click's help


def catalogue() -> Catalog:
    """The Chinese catalogue, as it is written."""
    with PO.open("rb") as file:
        found = read_po(file, locale="zh_CN", domain="dedupe", abort_invalid=True)
    # The same file from the same words, on whatever day.
    found.creation_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return found


def compiled() -> bytes:
    """The same as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalogue())
    return file.getvalue()


def untold() -> list[str]:
    """What is said and not in the catalogue."""
    known = {entry.id for entry in catalogue() if entry.id and entry.string}
    said = dict.fromkeys([*rule_messages(), *help_messages(), *page_messages(), *code_messages()])
    return [message for message in filter(None, said) if message not in known]


def rule_messages() -> Iterator[str]:
    """What rules say of what they find."""
    return (rule.message for rule in rows())


def help_messages(command: click.Command = cli) -> Iterator[str]:
    """What `--help` says, without defaults that click puts behind it."""
    yield from (*HEADS, *(f"{heading}:" for heading in OPTION_GROUPS))
    yield from (inspect.cleandoc(command.help or ""), command.short_help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            help = parameter.help or ""
            found = re.fullmatch(r"(.*?)  (\[default: .*\])", help)
            yield from found.groups() if found else (help,)
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from help_messages(one)


def page_messages() -> Iterator[str]:
    """What the HTML report says by itself."""
    folder = SOURCES / "report" / "html"
    for script in sorted(folder.glob("*.js")):
        yield from words(script.read_text("utf-8"))
    yield from re.findall(r"\btell\(\"(.+?)\"", (folder / "page.html").read_text("utf-8"))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """The calls in the code, with the names of what is called. Programs are told in English."""
    for file in sorted(set(SOURCES.rglob("*.py")) - set((SOURCES / "api").glob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node


def code_messages() -> Iterator[str]:
    """What the code tells, and what it raises or records as the reason of a failure."""
    for name, node in calls():
        if name in ("tell", "say"):
            yield from texts(node.args[:1])
        elif ERROR_RE.fullmatch(name):
            yield from (text for text in texts(node.args) if WORDS_RE.search(text))


def texts(nodes: list[ast.expr]) -> Iterator[str]:
    """The strings that some expressions are."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from texts([node.body, node.orelse])


def finished() -> Iterator[str]:
    """English with values in it already that is raised or told: nobody could tell it in another language."""
    for name, node in calls():
        if name in ("tell", "say") or ERROR_RE.fullmatch(name):
            for one in node.args:
                if isinstance(one, ast.JoinedStr):
                    words = "".join(str(part.value) for part in one.values if isinstance(part, ast.Constant))
                    if WORDS_RE.search(words) and "{" not in words:
                        yield words


def main() -> None:
    """Print or compile."""
    if WRITE in sys.argv[1:]:
        MO.write_bytes(compiled())
        return
    for message in untold():
        print(repr(message))


if __name__ == "__main__":
    main()
