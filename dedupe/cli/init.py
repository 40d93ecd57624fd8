"""The command `init`: a commented configuration file as a start, and the lines for the hooks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dedupe.cli.clean import clean
from dedupe.cli.localised import Command, language
from dedupe.cli.options import HELP
from dedupe.config.file import FILE
from dedupe.config.keys import KEYS
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.messages import tell
from dedupe.report.output import write_out
from dedupe.report.view import visible

HOOKS_FILE = ".pre-commit-config.yaml"
EXTRA_RE = re.compile(r" {1,2}\[default: .*\]")
# Shown for keys whose default is empty.
EXAMPLES: dict[str, Any] = {
    "ignore": ["PH12"],
    "exclude": ["drafts/"],
    "include": ["*.aspx"],
    "encoding": "gb18030",
    "memory": "2G",
    "stdin-format": "jsonl",
}
TABLES = """
# [[allow]]
# pattern = "XX型"
# reason = "the name of a product"

# [per-path."forms/"]
# ignore = ["PH"]
"""
HOOKS = """repos:
  - repo: {source}
    rev: v{version}
    hooks:
      - id: dedupe-placeholders
      - id: dedupe-boilerplate
      - id: dedupe-near-duplicates
      # - id: dedupe-clean  # takes out what the site put around the texts, instead of naming it
"""


@click.command(cls=Command, context_settings=HELP, short_help="Write a dedupe.toml to begin with.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--hooks", is_flag=True, help=f"Write {HOOKS_FILE} as well, instead of printing its lines.")
@language(exposed=False)
def init(folder: Path, hooks: bool) -> None:
    """Write a dedupe.toml to DIR in which every setting is explained, and print the lines of the hooks.  [default: .]

    A file that is there already stays as it is. Exit code 0, or 2: one was there.
    """
    files = {folder / FILE: "".join(_configuration())} | ({folder / HOOKS_FILE: _hooks()} if hooks else {})
    there = [visible(str(path)) for path in files if os.path.lexists(path)]
    if there:
        raise ConfigError("{paths}: is there already, and stays as it is: move it away, or edit it", ", ".join(there))
    for path, text in files.items():
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        write_out([tell("{path} is written", visible(str(path))) + "\n"])
    if not hooks:
        write_out([f"\n{tell('for {file}, if the corpus is in git:', HOOKS_FILE)}\n\n", _hooks()])


def _configuration() -> Iterator[str]:
    """Yield the file, line by line: for each key what it does and its default, or an example if that is empty."""
    from dedupe.cleaning.options import KEYS as OF_CLEAN
    from dedupe.cleaning.options import Choices

    yield f"# {tell('Settings of dedupe for the texts below. Take away the # before a setting to change it.')}\n"
    helps = {one.opts[-1].lstrip("-"): one.help or "" for one in clean.params if isinstance(one, click.Option)}
    helps["suggest"] = "Suggest a value for each placeholder from the other copies."
    settings = {**asdict(Settings(jobs=0)), **{key.replace("-", "_"): value for key, value in EXAMPLES.items()}}
    for key in KEYS:
        yield _row(key, helps[key], settings[key.replace("-", "_")])
    yield f"{TABLES}\n# [clean]\n"
    for key in OF_CLEAN:
        yield _row(key, helps[key], getattr(Choices(), key.replace("-", "_")))


def _row(key: str, help: str, value: Any) -> str:
    told = tell(EXTRA_RE.sub("", help))
    return f"\n# {told}\n# {key} = {json.dumps(value, ensure_ascii=False)}\n"


def _hooks() -> str:
    from importlib.metadata import PackageNotFoundError, metadata

    from dedupe.core.version import version

    source = "https://git.example.org/dedupe"
    try:
        urls = [url.split(", ", 1) for url in metadata("corpus-dedupe").get_all("Project-URL") or ()]
        source = dict(urls).get("Source", source)
    except PackageNotFoundError:
        pass
    return HOOKS.format(source=source, version=version())
