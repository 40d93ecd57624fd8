"""Signatures of passages for datasketch, from documents that can be read or from an index."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.config.settings import Settings
from dedupe.copies.minhash import SEED
from dedupe.copies.skeletons import I64, U32
from dedupe.core.errors import ConfigError
from dedupe.index.check import surveyed
from dedupe.index.index import known
from dedupe.index.place import place_of, shown_path
from dedupe.index.signature import BEGIN, END, NO_SHINGLE, TOKENS

if TYPE_CHECKING:
    from datasketch import LeanMinHash


class Signature(NamedTuple):
    """A passage: its span in code points, its number of tokens, and the MinHash of the shingles that begin in it."""

    path: str
    record: str | None
    start: int
    end: int
    tokens: int
    minhash: LeanMinHash


def signatures(paths: Sequence[str], settings: Settings | None = None) -> Iterator[Signature]:
    """Yield the signatures of all passages in the documents that `paths` name; passages without a shingle have none.

    Skips what cannot be read: the report of a check names it. Raises ConfigError for standard input.
    """
    if not paths:
        raise ConfigError("the texts of records are not kept: write them to a file of JSON lines, and check that")
    for part in surveyed(paths, settings or Settings()):
        for document in part.documents:
            yield from _signatures((document.path, document.record), document.passages, document.signed)


def to_datasketch(index: str | os.PathLike[str]) -> Iterator[Signature]:
    """Yield the signatures of all passages in an index. Raises IndexFileError if it cannot be used."""
    place = place_of(os.fspath(index))
    for old in known(place):
        yield from _signatures((shown_path(old.path, place), old.record), old.passages, old.signed)


def _signatures(document: tuple[str, str | None], passages: I64, signed: U32) -> Iterator[Signature]:
    from datasketch import LeanMinHash

    for row, values in zip(passages.tolist(), signed):
        if values[0] != NO_SHINGLE:
            minhash = LeanMinHash(seed=SEED, hashvalues=np.array(values, np.uint32), scheme="affine32")
            yield Signature(*document, row[BEGIN], row[END], row[TOKENS], minhash)
