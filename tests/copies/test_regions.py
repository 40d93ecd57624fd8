"""Texts measured: pairs of many, and texts that are written so that their shingles get in each other's way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.copies.minhash import SHINGLE
from dedupe.copies.regions import measure, measure_texts, measure_token_pairs
from dedupe.copies.skeletons import bounds_of
from dedupe.text.kernels import view
from dedupe.text.kernels.matching import Measurer

SIZE = 1 << 16  # of the table for so many shingles
COUNT = 20_000
LOW = np.arange(COUNT, dtype=np.uint32) << np.uint32(16)  # the last 16 bits are the same
HIGH = np.arange(COUNT, dtype=np.uint32)  # the first bits are the same
# What the multiplier of old made of numbers whose last bits are the same.
CHOSEN = (LOW * np.uint32(pow(2654435761, -1, 1 << 32))).astype(np.uint32)


def table_of(hashes: np.ndarray) -> np.ndarray:
    """The table that a text was measured in: -1, or a shingle, who has it and a row."""
    table, out = np.empty(SIZE, np.int64), np.empty((1, 3), np.int64)
    spans = np.array([[0, len(hashes) + 4, 0, 0]], np.int64)
    Measurer(view(np.concatenate((hashes, np.zeros(4, np.uint32)))), view(table), False).run(view(spans), view(out))
    return table


def longest_row(table: np.ndarray) -> int:
    """How many places side by side are taken: so many steps a shingle may have to go."""
    free = np.flatnonzero(table < 0)
    return int(np.diff(free).max()) - 1


@pytest.mark.parametrize("hashes", [LOW, HIGH, CHOSEN], ids=["low", "high", "chosen"])
def test_shingles_that_share_bits_stand_apart(hashes: np.ndarray) -> None:
    table = table_of(hashes)
    assert sorted((table[table >= 0] >> 30).tolist()) == sorted(hashes.tolist())
    # Of 20,000 at random in 65,536 places about twenty stand side by side, and of those in each other's way all.
    assert longest_row(table) < 100


def test_the_salt_moves_every_shingle_and_comes_of_all_of_them() -> None:
    one, other = table_of(LOW), table_of(LOW[1:])
    stayed = (one == other) & (one >= 0)
    assert stayed.sum() < 0.01 * COUNT


@pytest.mark.parametrize("hashes", [LOW, HIGH, CHOSEN], ids=["low", "high", "chosen"])
def test_such_texts_are_measured_as_others_are(hashes: np.ndarray) -> None:
    # Spans are of tokens, and the last four begin no shingle.
    spans = np.array([[0, 12_004, 8_000, 20_004]], np.int64)
    both = np.concatenate((hashes, np.zeros(4, np.uint32)))
    assert measure(both, spans).tolist() == [[12_000, 12_000, 4_000]]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=60), min_size=1, max_size=6), st.data())
def test_pairs_of_texts_are_measured_as_sets(texts: list[list[int]], data: st.DataObject) -> None:
    """Whichever pairs are asked for, and in whatever order: a text is looked at once for pairs side by side."""
    bounds = bounds_of(np.array([len(text) for text in texts]))
    numbers = np.array([number * 2654435761 & 0xFFFFFFFF for text in texts for number in text], np.uint32)
    which = st.integers(0, len(texts) - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(which, which), min_size=1, max_size=12)))
    spans = np.column_stack((bounds[pairs], bounds[pairs + 1]))[:, [0, 2, 1, 3]]
    ones = [set(text[: max(0, len(text) - SHINGLE + 1)]) for text in texts]
    twos = [set(list(pairwise(text))[: max(0, len(text) - SHINGLE + 1)]) for text in texts]
    for measures, sets in ((measure_texts, ones), (measure_token_pairs, twos)):
        expected = [[len(sets[a]), len(sets[b]), len(sets[a] & sets[b])] for a, b in pairs.tolist()]
        assert measures(numbers, spans).tolist() == expected
    assert measure(numbers, spans).tolist() == measure_texts(numbers, spans).tolist()
