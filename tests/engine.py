"""The near-duplicate stages on texts held in memory, for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedupe.config.settings import Settings
from dedupe.copies.find import Duplicates, find_duplicates, mark_table
from dedupe.copies.signed import sign
from dedupe.copies.skeletons import tokenize


def duplicates_of(
    texts: Sequence[str], settings: Settings | None = None, marks: Sequence[Sequence[int]] = ()
) -> Duplicates:
    """All groups among some texts; `marks` are the places of each text's marks."""
    skeletons = tokenize(texts)
    table = mark_table(marks)
    return find_duplicates(sign(skeletons), table, settings or Settings(), lambda *_: None)


def clusters_of(texts: Sequence[str], settings: Settings | None = None) -> list[list[tuple[int, str]]]:
    """The members of every group as document and text, representative first."""
    found = duplicates_of(texts, settings)
    groups = []
    for group in found.groups:
        places = zip(found.doc[group.nodes].tolist(), *found.spans(group.nodes))
        groups.append([(doc, texts[doc][start:end]) for doc, start, end in places])
    return groups


def documents_of(texts: Sequence[str], settings: Settings | None = None) -> set[frozenset[int]]:
    """The documents of every group."""
    return {frozenset(doc for doc, _ in group) for group in clusters_of(texts, settings)}


def pair_measures(texts: Sequence[str]) -> list[tuple[float, float]]:
    """Jaccard and containment of every member but the representatives."""
    out = []
    for group in duplicates_of(texts).groups:
        for mine, yours, both in group.shared[1:].tolist():
            out.append((both / (mine + yours - both), both / mine))
    return out


def as_array(*rows: Sequence[int]) -> np.ndarray:  # type: ignore[type-arg]
    """Rows of whole numbers as int64."""
    return np.array(rows, np.int64)
