"""Name a judged line: choose the code of the rule whose lines it resembles most, by its words and values.

The judge decides that a line is a site's; this module decides what kind of line it is. If nothing fits well, the line
keeps the judge's own code.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.core import regex as re
from dedupe.rules.boilerplate.features import CLASSES, NAMES

JUDGED, DOUBTED = "BP290", "BP292"
AT = {name: rank for rank, name in enumerate(NAMES)}
CLASS_AT = {name: AT[f"words: {name}"] for name in CLASSES}
# The class that covers most of a line names it, if it covers at least this share; the order settles ties.
SHARE = 0.25
BY_CLASS = (
    ("legal", "BP231"),
    ("machine", "BP208"),
    ("novels", "BP274"),
    ("library", "BP244"),
    ("social", "BP258"),
    ("shop", "BP264"),
    ("contact", "BP264"),
    ("forums", "BP271"),
    ("government", "BP215"),
    ("apps", "BP257"),
    ("sections", "BP215"),
    ("actions", "BP214"),
)
CODES = frozenset((JUDGED, DOUBTED, "BP201", "BP204", "BP221", *(code for _, code in BY_CLASS)))
LOOKS_BACK = re.compile("(?:以上|上面|上述|希望|感谢|谢谢|本文到)")
EDITOR, EDITORS_PARTS = ("editors", "readers", "gather", "wishes"), 3


def name_of(row: Sequence[float], line: str) -> str:
    """Return the code for a judged line; `row` are its features."""
    if row[AT["pairs"]] >= 2 or row[AT["known labels"]] or (row[AT["dates"]] and row[AT["share of values"]] > 0.2):
        return "BP221"
    if row[CLASS_AT["machine"]] >= SHARE and not row[CLASS_AT["editors"]] and row[AT["function words"]] > 0.02:
        return "BP208"
    parts = sum(row[CLASS_AT[name]] > 0 for name in EDITOR)
    if parts >= EDITORS_PARTS and row[AT["length"]] > 12:
        is_below = row[AT["long lines before"]] > row[AT["long lines behind"]]
        return "BP204" if LOOKS_BACK.match(line) or is_below else "BP201"
    best = max(BY_CLASS, key=lambda pair: row[CLASS_AT[pair[0]]])
    return best[1] if row[CLASS_AT[best[0]]] >= SHARE else JUDGED
