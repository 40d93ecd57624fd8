from __future__ import annotations

import numpy as np
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from dedupe.copies.minhash import PERMUTATIONS, SHINGLE, band_keys, passage_signatures, shingle_hashes, signatures
from dedupe.copies.skeletons import U32, tokenize
from tests.corpora import essay

HASHES = st.lists(st.integers(0, 2**32 - 1), max_size=40)


def datasketch_signature(hashes: list[int]) -> U32:
    minhash = MinHash(num_perm=PERMUTATIONS, scheme="affine32", hashfunc=int)
    for value in hashes:
        minhash.update(value)
    return minhash.hashvalues


@given(st.lists(HASHES, min_size=1, max_size=5))
def test_signatures_are_those_of_datasketch_bit_for_bit(texts: list[list[int]]) -> None:
    bounds = np.cumsum([0] + [len(text) for text in texts])
    flat = np.array([value for text in texts for value in text], np.uint32)
    expected = np.array([datasketch_signature(text) for text in texts])
    assert np.array_equal(signatures(flat, bounds), expected)


def test_passages_do_not_share_the_shingles_across_their_ends() -> None:
    ids = tokenize([essay(1)]).ids
    bounds = np.array([0, 50, 53, len(ids)])
    hashes = shingle_hashes(ids)
    got = passage_signatures(hashes, bounds)
    assert np.array_equal(got[0], datasketch_signature(hashes[: 50 - SHINGLE + 1].tolist()))
    assert np.all(got[1] == 0xFFFFFFFF)  # three tokens hold no shingle


@given(st.text(alphabet="甲乙丙丁戊己", min_size=SHINGLE, max_size=60))
def test_shingle_hashes_depend_on_their_five_tokens_alone(text: str) -> None:
    ids = tokenize([text]).ids
    rolled = shingle_hashes(ids)
    alone = [int(shingle_hashes(ids[at : at + SHINGLE])[0]) for at in range(len(ids) - SHINGLE + 1)]
    assert rolled[: len(alone)].tolist() == alone


def test_a_shingle_that_begins_with_three_words_is_these() -> None:
    hashes = shingle_hashes(tokenize(["the old lamp is lit 灯塔站 the old lamp was lit again"]).ids)
    assert hashes[0] == hashes[8] != hashes[1]
    mixed = [shingle_hashes(tokenize([f"old lamp 灯塔{end}"]).ids)[0] for end in "站船"]
    assert mixed[0] != mixed[1]


def test_similar_passages_meet_in_a_band_and_others_do_not() -> None:
    one, other = essay(1, 30), essay(2, 30)
    edited = one.replace("我们", "咱们")
    ids = [tokenize([text]).ids for text in (one, edited, other)]
    signed = np.concatenate([passage_signatures(shingle_hashes(part), np.array([0, len(part)])) for part in ids])
    keys = band_keys(signed, 16, 6)
    assert np.any(keys[:, 0] == keys[:, 1])
    assert not np.any(keys[:, 0] == keys[:, 2])
