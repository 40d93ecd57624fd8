"""What an index keeps of a document: keys that copies share, signatures that measure them, lines that may recur.

A passage here never crosses the beginning of an essay, so that copies of an essay are cut alike whatever precedes them.
Keys cover the three kinds of evidence in `candidates`, and the whole skeleton.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config.settings import DEFAULT_SELECT, Settings
from dedupe.copies.minhash import SHINGLE, band_keys, shingle_hashes, signatures
from dedupe.copies.passages import passages, run_hashes
from dedupe.copies.seeds import ROWS, RUN, SENTENCE, run_places
from dedupe.copies.skeletons import I64, U32, U64, Skeletons
from dedupe.core.model import Failure
from dedupe.pipeline.kept import Kept, unpack_documents
from dedupe.pipeline.scan import Job, digest
from dedupe.rules.scan import Lines
from dedupe.text.lines import LineKeys

# A key has 50 bits: the two highest give its kind, the others a hash. With 48 bits a run of a million keys against a
# hundred million makes one false hit, in a third less space than 64 bits need.
SENTENCES, RUNS, PASSAGES, WHOLE = range(4)
KEY = np.uint64(48)
# All 16 bands would be half of an index, yet find nothing that sentences and runs miss: see bench/README.md.
KEPT_BANDS = 4
NO_SHINGLE = np.uint32(0xFFFFFFFF)  # fills the signature of a passage without shingles
# The columns of `Surveyed.passages`.
BEGIN, END, LINE, END_LINE, TOKENS, UNIT = range(6)
PASSAGE, SIGNATURE = 24, 512  # bytes of a passage in an index: these six numbers, and its 128 signature values


class Keys(NamedTuple):
    """The keys of some documents, uint64[keys], ordered by `at`, int64[keys]: the tokens at which they were seen."""

    key: U64
    at: I64


@dataclass(frozen=True)
class Surveyed:
    """One document without its text.

    `content` is a 16-byte digest of the text. `passages` int64[passages, 6] has the code points, the lines, the number
    of tokens and the essay (from 0) of each, `signed` uint32[passages, 128] their signatures. `keys` has the document's
    keys with the essay of each; `lines` uint64[lines] its distinct short lines, and `edges` bool[lines] tells which of
    them stand at an edge of the page.
    """

    path: str
    record: str | None
    source: int
    content: bytes
    characters: int
    passages: I64
    signed: U32
    keys: Keys
    lines: U64
    edges: NDArray[np.bool_]


@dataclass(frozen=True)
class Survey:
    """All documents of a batch of sources, and what could not be read.

    `stopped` counts by code the documents in which a rule was stopped, `passed` by suffix the files passed over.
    """

    documents: list[Surveyed] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    stopped: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)


def content_id(text: str) -> bytes:
    """Return a 16-byte digest that identifies a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def survey(job: Job, settings: Settings) -> Survey:
    """Survey the documents of some sources, whatever codes are selected: an index serves all report settings."""
    left_out, batch = job
    digested = digest((left_out, batch), replace(settings, select=DEFAULT_SELECT, ignore=()))
    out = Survey([], [failure for part in digested.parts for failure in part.failures], digested.stopped)
    held = [
        (number, kept)
        for (number, source), part in zip(batch, digested.parts)
        for kept in unpack_documents(source.path, part.documents)
    ]
    if digested.skeletons is not None:
        out.documents.extend(_documents(held, digested.skeletons))
    return out


def _documents(held: Sequence[tuple[int, Kept]], skeletons: Skeletons) -> Iterator[Surveyed]:
    first, units = skeletons.first, skeletons.units
    hashes, shingles = run_hashes(skeletons.ids, first), shingle_hashes(skeletons.ids)
    starts = np.unique(np.concatenate((passages(skeletons, hashes), np.searchsorted(first[:-1], units))))
    signed = _signed(shingles, first[starts], units)
    keys = keys_of(skeletons, shingles, hashes, (signed, first[starts]))
    unit = np.searchsorted(units, first[starts[:-1]], side="right")
    tokens = skeletons.doc_token
    for doc, (source, kept) in enumerate(held):
        text = kept.document
        low, high = np.searchsorted(starts, skeletons.doc_sentence[doc : doc + 2]).tolist()
        rows = _rows(skeletons, starts[low : high + 1], Lines(text.text))
        rows[:, UNIT] = unit[low:high] - unit[low : low + 1]
        cut = slice(*np.searchsorted(keys.at, tokens[doc : doc + 2]).tolist())
        at = np.searchsorted(units, keys.at[cut], side="right") - (unit[low] if high > low else 0)
        yield Surveyed(
            text.path,
            text.record,
            source,
            content_id(text.text),
            len(text.text),
            rows,
            signed[low:high],
            Keys(keys.key[cut], at),
            *_lines(kept.lines),
        )


def _signed(shingles: U32, bounds: I64, units: I64) -> U32:
    """Return the signatures of passages; shingles may run over into the next passage of the same essay.

    So the signature of any stretch of passages is that of all their shingles together. The last shingles of an essay,
    which would run over into another, are replaced by an earlier one: duplicates count once.
    """
    inside, ends = shingles.copy(), np.append(units[1:], len(shingles))
    source = np.maximum(ends - SHINGLE, units)
    for back in range(1, SHINGLE):
        there = ends - back >= units
        inside[(ends - back)[there]] = shingles[source[there]]
    signed = signatures(inside, bounds)
    unit = np.searchsorted(units, bounds[:-1], side="right") - 1
    signed[(ends - units)[unit] < SHINGLE] = NO_SHINGLE
    return signed


def _rows(skeletons: Skeletons, starts: I64, lines: Lines) -> I64:
    """Return the passages of one document without their essays; `starts` int64[passages + 1] are sentence numbers."""
    rows = np.zeros((max(0, len(starts) - 1), 6), np.int64)
    if len(rows):
        rows[:, BEGIN], rows[:, END] = skeletons.begin[starts[:-1]], skeletons.end[starts[1:] - 1]
        rows[:, LINE] = [lines.place(at)[0] for at in rows[:, BEGIN].tolist()]
        rows[:, END_LINE] = [lines.place(at)[0] for at in rows[:, END].tolist()]
        rows[:, TOKENS] = np.diff(skeletons.first[starts])
    return rows


def _lines(keys: LineKeys | None) -> tuple[U64, NDArray[np.bool_]]:
    if keys is None or not len(keys.key):
        return np.empty(0, np.uint64), np.empty(0, bool)
    row = np.arange(len(keys.key))
    edge = (row < keys.top) | (row >= keys.bottom)
    lines, where = np.unique(np.array(keys.key, np.uint64), return_inverse=True)
    edges = np.zeros(len(lines), bool)
    np.logical_or.at(edges, where, edge)
    return lines, edges


def keys_of(skeletons: Skeletons, shingles: U32, hashes: U64, signed: tuple[U32, I64]) -> Keys:
    """Return all keys of some documents, sorted by token; `signed` are the signatures of passages and their bounds."""
    first = skeletons.first
    long = np.flatnonzero(np.diff(first) >= SENTENCE)
    runs = run_places(skeletons, shingles).at
    # Its first and last shingle identify a run: between them they contain all of its tokens.
    run = (shingles[runs].astype(np.uint64) << np.uint64(32)) | shingles[runs + RUN - SHINGLE].astype(np.uint64)
    full = np.flatnonzero(signed[0][:, 0] != NO_SHINGLE)
    bands = band_keys(signed[0][full], KEPT_BANDS, ROWS)
    whole = np.flatnonzero(np.diff(skeletons.doc_token) > 0)
    skeleton = run_hashes(skeletons.ids, skeletons.doc_token)[whole]
    parts = [
        (SENTENCES, hashes[long], first[:-1][long]),
        (RUNS, run * np.uint64(0x9E3779B97F4A7C15), runs),
        *((PASSAGES, band, signed[1][:-1][full]) for band in bands),
        (WHOLE, skeleton, skeletons.doc_token[:-1][whole]),
    ]
    key = np.concatenate([_key(kind, part) for kind, part, _ in parts])
    at = np.concatenate([places for *_, places in parts])
    order = np.argsort(at, kind="stable")
    return Keys(key[order], at[order])


def _key(kind: int, hashes: U64) -> U64:
    key: U64 = (np.uint64(kind) << KEY) | (hashes >> (np.uint64(64) - KEY))
    return key
