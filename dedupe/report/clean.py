"""The result of a clean, for a person: a summary, and for a dry run a diff of every document that changes."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import unified_diff
from io import StringIO
from itertools import accumulate

import click
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from dedupe.cleaning.audit import Audit
from dedupe.cleaning.clean import Order, Outcome
from dedupe.cleaning.cuts import Cut
from dedupe.cleaning.options import KEEP, Choices
from dedupe.cleaning.output import Changed
from dedupe.core.atomic import MANIFEST, QUARANTINE
from dedupe.core.messages import tell
from dedupe.core.model import Relation
from dedupe.report.draw import NARROW, console_for, table, wrapped
from dedupe.report.rules import codes
from dedupe.report.text import ERRORS, error_lines
from dedupe.report.view import View, address, count, passed_note, unobeyed, visible
from dedupe.rules.boilerplate.damage import DAMAGED

COLOURS = {"+": "green", "-": "red", "@": "cyan"}
ORDER = ("copy", "chrome", "drop-sentence", "drop-essay", "mask", "repair", "mended", "leftover", "short")
WORDS = {
    "chrome": "chrome",
    "drop-sentence": "sentences with marks",
    "drop-essay": "essays with marks",
    "mask": "marks masked",
    "repair": "marks and holes filled from other copies",
    "mended": "damage of encodings mended",
    "leftover": "headings of nothing",
    "short": "too short",
}

REASONS = 3  # reasons named on a line
HUNK_RE = re.compile(r"@@ -(\d+)(?:,(\d+))? ")
COPY_OF = {
    Relation.EXACT: "exact copy of",
    Relation.COPY: "copy of",
    Relation.VARIANT: "same template as",
    Relation.EDITED: "edited copy of",
    Relation.CONTAINED: "contained in",
}


def diff(changed: Changed, colour: bool) -> str:
    """Return the diff of one document, with the reasons on a line above its name and at the head of each hunk.

    It is still a valid unified diff: `patch` and `git apply` ignore both additions.
    """
    after = changed.after
    old, new = changed.text.splitlines(), (after or "").splitlines()
    names = (f"a/{visible(changed.name)}", "/dev/null" if after is None else f"b/{visible(changed.name)}")
    lines = [visible(line) for line in unified_diff(old, new, *names, lineterm="", n=1)]
    starts = [0, *accumulate(map(len, changed.text.splitlines(keepends=True)))]
    lines = [f"{line}{_hunk_reasons(line, starts, changed.cuts)}" if line.startswith("@@") else line for line in lines]
    verb = tell("removed" if changed.is_gone else "cut")
    lines.insert(0, f"{visible(changed.name)} {verb}: {_reasons(changed.cuts)}")
    if colour:
        lines = [*(click.style(line, bold=True) for line in lines[:3]), *map(_coloured, lines[3:])]
    return unobeyed("".join(f"{line}\n" for line in lines))


def _hunk_reasons(line: str, starts: Sequence[int], cuts: Sequence[Cut]) -> str:
    """Return why a hunk changes, to follow its head; `starts` are the offsets at which lines begin."""
    match = HUNK_RE.match(line)
    if not match:
        return ""
    first, number = int(match[1]), int(match[2] or 1)
    low, high = starts[max(0, first - 1)], starts[min(len(starts) - 1, max(0, first - 1) + number)]
    return f" {_reasons([cut for cut in cuts if cut.start < high and low < cut.end])}"


def _reasons(cuts: Sequence[Cut]) -> str:
    """Return why some stretches are removed, the reasons that remove most first."""
    sizes = Counter[str]()
    for cut in cuts:
        sizes[_why(cut)] += cut.end - cut.start
    told = [why for why, _ in sizes.most_common(REASONS)]
    more = len(sizes) - len(told)
    return ", ".join(told + [tell(count(more, "more reason"))] * bool(more))


def _why(cut: Cut) -> str:
    """Return why a stretch is removed, in a few words: the code, and what it copies or what the code is called."""
    reason = cut.reason
    if reason.kept and reason.relation:
        path, record, *_ = reason.kept
        return tell(f"{{code}} {COPY_OF[reason.relation]} {{place}}", reason.code, address(path, record))
    action = _action(reason.action, reason.code)
    what = codes().get(reason.code, "") if action == "chrome" else tell(WORDS[action])
    return f"{reason.code} {what}".strip()


def _action(action: str, code: str) -> str:
    """Name what happened to a stretch: text that a wrong encoding damaged is repaired, even if it has no copy."""
    return "mended" if action == "repair" and code == DAMAGED else action


def _coloured(line: str) -> str:
    return click.style(line, fg=COLOURS[line[0]]) if line[:1] in COLOURS else line


def summary(outcome: Outcome, order: Order, view: View) -> str:
    """Return what is kept, what was removed and why, what is still in the corpus, and where the results are."""
    view = replace(view, width=max(view.width, NARROW))
    file = StringIO()
    console = console_for(view, file)
    for words in wrapped(Text(_kept(outcome), "bold"), 0, view):
        console.print(words)
    if outcome.taken:
        console.print()
        console.print(_taken(outcome))
    notes = list(_notes(outcome, order.choices))
    for line in [""] * bool(notes) + notes:
        console.print(Text(line), soft_wrap=True)
    if outcome.taken:
        console.print()
    for name, place, what in _places(order) if outcome.taken else ():
        told = f"{tell(name)}{' ' * (12 - cell_len(tell(name)))}"
        console.print(
            Text.assemble(told, (visible(place), "bold"), (f"  {tell(what)}" if what else "", "dim")), soft_wrap=True
        )
    for failure in error_lines(outcome.failures):
        console.print(Text(failure, "red"), soft_wrap=True)
    return unobeyed(file.getvalue())


def _kept(outcome: Outcome) -> str:
    """Return how much of the corpus is kept."""
    (before, after), (size, rest) = outcome.documents, outcome.characters
    share = f"{min(99.9, 100 * rest / size) if rest < size else 100:.1f}"
    figures, cut = (share, f"{rest:,}", f"{size:,}", f"{after:,}", count(before, "document")), outcome.cut
    if cut:
        kept = "kept {share} % of characters ({rest} of {size}) and {after} of {DOCUMENTS} ({number} cut)"
        return tell(kept, *figures, f"{cut:,}")
    return tell("kept {share} % of characters ({rest} of {size}) and {after} of {DOCUMENTS}", *figures)


def _taken(outcome: Outcome) -> Table:
    """Return a table of what was removed by action, with copies by relation."""
    rows: dict[tuple[int, str], tuple[int, int]] = {}
    for (action, what), (number, characters) in outcome.taken.items():
        action = _action(action, what)
        name = tell("copies, {RELATION}", what) if action == "copy" else tell(WORDS[action])
        place = list(Relation).index(Relation(what)) if action == "copy" else 10 + ORDER.index(action)
        before = rows.get((place, name), (0, 0))
        rows[place, name] = (before[0] + number, before[1] + characters)
    drawn = table("what left", "stretches", "characters")
    for (_, name), (number, characters) in sorted(rows.items()):
        drawn.add_row(name, f"{number:,}", f"{characters:,}")
    return drawn


def _places(order: Order) -> Iterator[tuple[str, str, str]]:
    """Yield each place with its content, what it is for, and how to undo it."""
    if order.output is None:
        yield "dry run", tell("nothing was written"), ""
        return
    output = os.path.normpath(order.output)
    if order.root:
        yield "result", tell("in place"), ""
    else:
        yield "result", output, ""
    if not order.choices.no_texts:
        yield "quarantine", os.path.join(output, QUARANTINE), "what left, by file"
    yield "manifest", os.path.join(output, MANIFEST), "where each piece of it stood, and why it left"
    if not order.choices.no_texts:
        to = "" if order.root else f" -o {shlex.quote(f'{output}-restored')}"
        yield "undo", f"dedupe restore {shlex.quote(output)}{to}", "the files as they were"


def _notes(outcome: Outcome, choices: Choices) -> Iterator[str]:
    if outcome.audit:
        yield from audited(outcome.audit)
    if outcome.marks and choices.placeholders == KEEP:
        hint = "{marks} still unfilled: --placeholders drop-sentence, drop-essay, mask=TOKEN or repair deals with them"
        yield tell(hint, count(outcome.marks, "mark"))
    elif outcome.marks:
        yield tell("{marks} still unfilled", count(outcome.marks, "mark"))
    if not outcome.taken:
        yield tell("nothing to clean")
    for source, path in outcome.renamed[:ERRORS]:
        yield tell("{path}: its text is in {name}, for its own name there is taken", visible(source), visible(path))
    if not outcome.is_settled:
        yield tell("stopped after {looks} with copies left: clean the result once more", count(outcome.rounds, "look"))
    if outcome.passed_over:
        yield passed_note(outcome.passed_over)


def audited(found: Audit) -> Iterator[str]:
    """Yield how the written text covers what was removed."""
    if found.removals:
        yield tell(
            "{removals}, all covered; least cover {cover}",
            count(found.removals, "removal"),
            f"{found.least:.2f}".lstrip("0"),
        )
    if found.undone:
        yield tell("{removals} undone: too little of them stood in what is kept", count(found.undone, "removal"))
    if found.unmeasured:
        yield tell("{removals} for texts of the index, not measured here", count(found.unmeasured, "removal"))
