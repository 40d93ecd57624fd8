"""Split and join the skeletons of documents: a task makes one set of arrays of all that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dedupe.copies.skeletons import Skeletons


def split(skeletons: Skeletons) -> Iterator[Skeletons]:
    """Yield each document by itself, counted from its own first token."""
    units = np.searchsorted(skeletons.units, skeletons.doc_token)
    for doc in range(skeletons.documents):
        low, high = skeletons.doc_sentence[doc], skeletons.doc_sentence[doc + 1]
        first = skeletons.first[low : high + 1] - skeletons.first[low]
        start = skeletons.first[low]
        # A document without tokens shares its place with the next one, and has no unit of its own.
        inside = skeletons.units[units[doc] : units[doc + 1]] - start
        yield Skeletons(
            skeletons.ids[start : skeletons.first[high]].copy(),
            first,
            skeletons.begin[low:high].copy(),
            skeletons.end[low:high].copy(),
            np.array([0, high - low]),
            inside if len(inside) else np.zeros(1, np.int64),
        )


def joined(parts: Sequence[Skeletons]) -> Skeletons:
    """Return several sets of documents as one, in sequence."""
    tokens = np.cumsum([0, *(len(part.ids) for part in parts)])
    sentences = np.cumsum([0, *(len(part.begin) for part in parts)])
    docs = [part.doc_sentence[:-1] + before for part, before in zip(parts, sentences)]
    return Skeletons(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([*(part.first[:-1] + before for part, before in zip(parts, tokens)), tokens[-1:]]),
        np.concatenate([part.begin for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([*docs, sentences[-1:]]),
        np.unique(np.concatenate([part.units + before for part, before in zip(parts, tokens)])),
    )
