"""Check that the corpus a clean wrote loses no document, and that all removed copies still stand elsewhere.

Measure every removal again, against the files as written, and undo one that fails. Undoing only adds text to the
output, so no other removal can start to fail: one pass is enough.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass

import numpy as np

from dedupe.cleaning.cover import U32, inside_all, least_share, words_of
from dedupe.cleaning.decide import EVERYTHING, Desk, Ledger, Removal, Window
from dedupe.cleaning.select import Key
from dedupe.cleaning.space import Space


@dataclass(frozen=True)
class Audit:
    """Counts of documents read, kept and removed; the number of measured removals, and the least cover among them.

    `undone` removals had too little cover and were put back. `unmeasured` copies were removed because of texts in an
    index, which are not available here.
    """

    documents: int
    kept: int
    removed: int
    removals: int
    least: float
    undone: int
    unmeasured: int

    def row(self) -> dict[str, int | float]:
        """Return the audit as the manifest records it."""
        return {**asdict(self), "least": round(self.least, 4)}


def audit(space: Space, ledger: Ledger, kept: int) -> Audit:
    """Measure all removals, undo those not covered, and count; `kept` is the number of documents in the last round."""
    spans = _spans(space)
    desk = _written(space, {window.key for number in spans for window in ledger.removals[number].windows})
    failing = []
    for key, numbers in _by_document(space, spans).items():
        text = space.source_text(*key)
        for number in numbers:
            removal = ledger.removals[number]
            pieces = [words_of(text[start:end], space.settings.fold_script).ids for start, end in spans[number]]
            removal.cover = _cover(desk, pieces, removal)
            if removal.cover < removal.least:
                failing.append(number)
    for number in failing:
        kept += space.put_back(ledger.removals[number].key, number)
    removed = sum(len(file.gone) for file in space.files.values())
    good = spans.keys() - set(failing)
    least = min((ledger.removals[number].cover for number in good), default=1.0)
    return Audit(space.documents, kept, removed, len(good), least, len(failing), _unmeasured(space))


def _cover(desk: Desk, pieces: list[U32], removal: Removal) -> float:
    """Return the share of the removed tokens that remains in the keeping documents; drop windows that add nothing."""
    covered = np.zeros(sum(map(len, pieces)), np.bool_)
    windows = []
    for window in removal.windows:
        stands = inside_all(pieces, desk.shelves([Window(window.key, 0, EVERYTHING)]))
        if (stands & ~covered).any():
            windows.append(window)
            covered |= stands
    removal.windows = windows or removal.windows[:1]
    return least_share(covered, pieces)


def _spans(space: Space) -> dict[int, list[tuple[int, int]]]:
    """Return the spans of the source that each removal took, by removal number."""
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for file in space.files.values():
        for cuts in file.cuts.values():
            for cut in cuts:
                if cut.reason.removal is not None:
                    spans[cut.reason.removal].append((cut.start, cut.end))
    return spans


def _by_document(space: Space, spans: dict[int, list[tuple[int, int]]]) -> dict[tuple[str, int], list[int]]:
    """Return the numbers of the removals that cut each document, by path and part number, file by file."""
    out: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, file in sorted(space.files.items()):
        for part, cuts in sorted(file.cuts.items()):
            for number in dict.fromkeys(cut.reason.removal for cut in cuts if cut.reason.removal is not None):
                out[place, part].append(number)
    return out


def _written(space: Space, keys: set[Key]) -> Desk:
    """Return the documents in which something was kept, with their texts as written to the output."""
    desk = Desk(space.spill.shelf(), space.settings.fold_script)
    for path in sorted({path for path, _ in keys}):
        for _, document in space.documents_of(path):
            if (path, document.record) in keys:
                desk.put((path, document.record), document.text, (), ())
    return desk


def _unmeasured(space: Space) -> int:
    reasons = (cut.reason for file in space.files.values() for cuts in file.cuts.values() for cut in cuts)
    return len({reason for reason in reasons if reason.kept and reason.removal is None})
