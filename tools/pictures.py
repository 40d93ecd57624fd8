"""The pictures of README and the site, drawn from real runs on `samples/`: a terminal as SVG, the HTML page as PNG.

python tools/pictures.py         draws them into docs/; the page needs playwright and chromium
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from html import unescape
from io import StringIO
from pathlib import Path

from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from dedupe.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
WIDTH = 92
COMMAND = ("check", "samples/depot.txt", "samples/station.txt", "--select", "PH,BP21,ND302", "--limit", "5")
# Fonts of the reader's own machine: rich's template fetches one from a network.
FONTS_RE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
FONTS = "DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK SC"
TEXT_RE = re.compile(r'textLength="[\d.]+"([^>]*)>([^<]*)</text>')
CELL = 12.2  # width of a cell in rich's SVG
SECONDS_RE = re.compile(r" · \d+\.\d+ (s|秒)")


def terminal(language: str) -> str:
    """What a terminal shows of `COMMAND`, as SVG. Seconds are left out, for they differ from run to run."""
    environment = {"COLUMNS": str(WIDTH), "LANGUAGE": language, "NO_COLOR": ""}
    arguments = [*COMMAND, "--format", "rich", "--color", "always"]
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:  # where no configuration is found
        shutil.copytree(ROOT / "samples", Path(folder) / "samples")
        os.chdir(folder)
        try:
            shown = SECONDS_RE.sub("", CliRunner().invoke(cli, arguments, env=environment, color=True).output)
        finally:
            os.chdir(before)
    shown = shown.replace(" --format rich --color always", "")
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"$ dedupe {' '.join(COMMAND)}\n\n{shown.rstrip()}"), soft_wrap=False)
    drawn = console.export_svg(title="dedupe", theme=DIMMED_MONOKAI, unique_id="dedupe")
    return TEXT_RE.sub(_wide, FONTS_RE.sub("", drawn)).replace("Fira Code", FONTS)


def _wide(found: re.Match[str]) -> str:
    """A text as long as its cells: rich counts characters, and Chinese ones take two."""
    return f'textLength="{cell_len(unescape(found[2])) * CELL:.1f}"{found[1]}>{found[2]}</text>'


def page(language: str, picture: Path) -> None:
    """The HTML report in a browser, as PNG."""
    from tests.browser import find_chromium, opened, started

    program = find_chromium()
    if program is None:
        sys.exit("no chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        arguments = ["check", "samples", "--format", "html", "-o", str(report), "--no-config", "--no-cache", "-q"]
        CliRunner().invoke(cli, arguments, env={"LANGUAGE": language})
        with started(program) as browser, opened(browser, report, width=1100) as shown:
            shown.page.set_viewport_size({"width": 1100, "height": 640})
            shown.settle()
            shown.page.screenshot(path=picture)


def main() -> None:
    """Draw all of them."""
    for language, ending in (("en", ""), ("zh", ".zh")):
        (DOCS / f"terminal{ending}.svg").write_text(terminal(language), "utf-8")
        page(language, DOCS / f"page{ending}.png")


if __name__ == "__main__":
    main()
