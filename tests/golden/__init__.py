"""What `dedupe check` says of one small corpus, in every format, kept in files beside this one.

`python -m tests.golden` shows what has changed, and `python -m tests.golden --accept` keeps it so. The corpus has every
kind of finding, a rule of its own, inputs that cannot be used, records, and text that is written against its readers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from dedupe import Report, __version__
from dedupe.config.file import read_file
from dedupe.config.settings import make_settings
from dedupe.inputs.texts import Texts
from dedupe.pipeline.pipeline import check
from dedupe.report import FORMATS, render
from dedupe.report.rules import codes
from dedupe.report.view import View

FOLDER = Path(__file__).parent
CORPUS, CONFIG = "corpus", "dedupe.toml"
WIDTH, NARROW = 100, 40
# Every format once, and the terminal's as others see it.
REPORTS = {form: (form, View(width=WIDTH)) for form in FORMATS} | {
    "rich-narrow": ("rich", View(width=NARROW)),
    "rich-colour": ("rich", View(width=WIDTH, colour=True)),
}
# The page's own style and scripts, and the policy that names them by what they hold: they have tests of their own.
OWN_RE = re.compile(
    r'<(?:style>.*?</style|script>.*?</script|meta http-equiv="Content-Security-Policy".*?)>', re.DOTALL
)
VERSION_RE = re.compile(rf"(?<![\w.]){re.escape(__version__)}(?![\w.])")


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """Where a report is kept."""
    return folder / f"report.{name}"


def kept(name: str, folder: Path = FOLDER) -> str:
    """The report as it was; empty when there is none yet."""
    path = path_of(name, folder)
    return path.read_bytes().decode("utf-8") if path.exists() else ""


def current(name: str) -> str:
    """The report as it is now, without what differs from run to run and from version to version."""
    form, view = REPORTS[name]
    with _inside(FOLDER):
        report = _report()
        if form == "html":
            view = replace(view, texts=Texts([CORPUS], report.settings))
        text = OWN_RE.sub("<…>", render(report, form, view))
    return VERSION_RE.sub("VERSION", text)


@cache
def _report() -> Report:
    report = check([CORPUS], make_settings(read_file(CONFIG), {}, codes()))
    return replace(report, summary=replace(report.summary, seconds=0.0))


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work inside a folder, so that paths are the same wherever the project is."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
