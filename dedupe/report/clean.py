"""What a clean did, for a person: a summary, and for a dry run a unified diff of every document that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff
from io import StringIO

import click
from rich.table import Table
from rich.text import Text

from dedupe.cleaning.audit import Audit
from dedupe.cleaning.clean import Outcome
from dedupe.cleaning.options import KEEP, Choices
from dedupe.core.messages import tell
from dedupe.core.model import Relation
from dedupe.report.console import console_for
from dedupe.report.text import ERRORS, error_lines
from dedupe.report.view import View, count, passed_note, visible

COLOURS = {"+": "green", "-": "red", "@": "cyan"}
ORDER = ("copy", "chrome", "drop-sentence", "drop-essay", "mask", "repair", "leftover", "short")
WORDS = {
    "chrome": "chrome",
    "drop-sentence": "sentences with marks",
    "drop-essay": "essays with marks",
    "mask": "marks masked",
    "repair": "marks and holes filled from sisters",
    "leftover": "headings of nothing",
    "short": "too short",
}


def diff(name: str, before: str, after: str | None, colour: bool) -> str:
    """How one document changes; `after` is None where it goes."""
    old, new = before.splitlines(), (after or "").splitlines()
    names = (f"a/{visible(name)}", "/dev/null" if after is None else f"b/{visible(name)}")
    lines = [visible(line) for line in unified_diff(old, new, *names, lineterm="", n=1)]
    if colour:
        lines = [*(click.style(line, bold=True) for line in lines[:2]), *map(_coloured, lines[2:])]
    return "".join(f"{line}\n" for line in lines)


def _coloured(line: str) -> str:
    return click.style(line, fg=COLOURS[line[0]]) if line[:1] in COLOURS else line


def summary(outcome: Outcome, choices: Choices, view: View) -> str:
    """Documents and characters in and out, what left, and what is still there."""
    file = StringIO()
    console = console_for(replace(view, width=max(view.width, 60)), file)
    console.print(_sizes(outcome))
    if outcome.taken:
        console.print()
        console.print(_taken(outcome))
    for line in _notes(outcome, choices):
        console.print(Text(line), soft_wrap=True)
    for line in error_lines(outcome.failures):
        console.print(Text(line, "red"), soft_wrap=True)
    return file.getvalue()


def _sizes(outcome: Outcome) -> Table:
    table = _table("", "in", "out", "left")
    for name, (before, after) in (("documents", outcome.documents), ("characters", outcome.characters)):
        table.add_row(tell(name), f"{before:,}", f"{after:,}", f"{after / before:.1%}" if before else "")
    return table


def _taken(outcome: Outcome) -> Table:
    """What left by action, copies by relation."""
    rows: dict[tuple[int, str], tuple[int, int]] = {}
    for (action, what), (number, characters) in outcome.taken.items():
        name = tell(f"copies, {what}" if action == "copy" else WORDS[action])
        place = list(Relation).index(Relation(what)) if action == "copy" else 10 + ORDER.index(action)
        before = rows.get((place, name), (0, 0))
        rows[place, name] = (before[0] + number, before[1] + characters)
    table = _table("what left", "stretches", "characters")
    for (_, name), (number, characters) in sorted(rows.items()):
        table.add_row(name, f"{number:,}", f"{characters:,}")
    return table


def _notes(outcome: Outcome, choices: Choices) -> Iterator[str]:
    yield ""
    if outcome.audit:
        yield from audited(outcome.audit)
    if outcome.marks and choices.placeholders == KEEP:
        hint = "--placeholders drop-sentence, drop-essay, mask=TOKEN or repair deals with them"
        yield tell(f"{count(outcome.marks, 'mark')} still unfilled: {hint}")
    elif outcome.marks:
        yield tell(f"{count(outcome.marks, 'mark')} still unfilled")
    if not outcome.taken:
        yield tell("nothing to clean")
    for source, path in outcome.renamed[:ERRORS]:
        yield tell(f"{visible(source)}: its text is in {visible(path)}, for its own name there is taken")
    if not outcome.is_settled:
        yield tell(f"stopped after {count(outcome.rounds, 'look')} with copies left: clean the result once more")
    if outcome.passed_over:
        yield passed_note(outcome.passed_over)


def audited(found: Audit) -> Iterator[str]:
    """How what left is covered by what was written."""
    if found.removals:
        yield tell(f"{count(found.removals, 'removal')}, all covered; least cover {f'{found.least:.2f}'.lstrip('0')}")
    if found.undone:
        yield tell(f"{count(found.undone, 'removal')} undone: too little of them stood in what is kept")
    if found.unmeasured:
        yield tell(f"{count(found.unmeasured, 'removal')} for texts of the index, not measured here")


def _table(*heads: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(tell(head), justify="right" if number else "left")
    return table
