"""Texts that are written so that their shingles get in each other's way."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe.copies.regions import _salt, _slot, measure

MASK = (1 << 16) - 1
COUNT = 20_000
LOW = np.arange(COUNT, dtype=np.uint32) << np.uint32(16)  # the last 16 bits are the same
HIGH = np.arange(COUNT, dtype=np.uint32)  # the first bits are the same
# What the multiplier of old made of numbers whose last bits are the same.
CHOSEN = (LOW * np.uint32(pow(2654435761, -1, 1 << 32))).astype(np.uint32)


@pytest.mark.parametrize("hashes", [LOW, HIGH, CHOSEN], ids=["low", "high", "chosen"])
def test_shingles_that_share_bits_stand_apart(hashes: np.ndarray) -> None:
    salt = np.uint64(_salt(hashes, (0, len(hashes), 0, 0)))
    slots = [_slot(shingle, salt, MASK) for shingle in hashes]
    # Of 20,000 at random in 65,536 places about 17,200 stand alone.
    assert 16_500 < len(set(slots)) < 18_000
    assert min(slots) >= 0
    assert max(slots) <= MASK


def test_the_salt_moves_every_shingle_and_comes_of_all_of_them() -> None:
    salt, other = (np.uint64(_salt(hashes, (0, len(hashes), 0, 0))) for hashes in (LOW, LOW[1:]))
    assert salt != other
    moved = sum(_slot(shingle, salt, MASK) != _slot(shingle, other, MASK) for shingle in LOW)
    assert moved > 0.99 * COUNT


@pytest.mark.parametrize("hashes", [LOW, HIGH, CHOSEN], ids=["low", "high", "chosen"])
def test_such_texts_are_measured_as_others_are(hashes: np.ndarray) -> None:
    # Spans are of tokens, and the last four begin no shingle.
    spans = np.array([[0, 12_004, 8_000, 20_004]], np.int64)
    both = np.concatenate((hashes, np.zeros(4, np.uint32)))
    assert measure(both, spans).tolist() == [[12_000, 12_000, 4_000]]
