"""Places and fingerprints of hits: what a plain count of lines and Python's own BLAKE2b say."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.text.kernels.findings import Placer, print_of

TEXTS = st.text("ab\u00e9\u6587\udc80\U0001f600\r\n\0", max_size=300)


@given(st.binary(max_size=400))
@example(b"x" * 128)
@example(b"x" * 256)
def test_print_is_that_of_hashlib(data: bytes) -> None:
    assert print_of(data + b"more", len(data)) == int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, by splitting the text before it; a pair of line ends is never cut in two."""
    before = text[:offset]
    if text[offset - 1 : offset + 1] == "\r\n":
        before = before[:-1] + "x"
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), offset - (len(before) - len(lines[-1])) + 1


@given(TEXTS, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=20), st.integers(0, 2**64 - 1))
def test_places_and_fingerprints_of_hits(text: str, spans: list[tuple[int, int]], document: int) -> None:
    hits = sorted((min(pair), max(pair), "PH101") for pair in spans if max(pair) <= len(text))
    counted = Counter[str]()
    for (start, end, code), found in zip(hits, Placer(text, document, 16).placed(hits)):
        key = f"{code}\0{text[start:end]}\0{text[max(0, start - 16) : end + 16]}"
        counted[key] += 1
        data = f"{key}\0{counted[key]}".encode("utf-8", "surrogatepass")
        mark = int.from_bytes(blake2b(data, digest_size=8).digest(), "big") ^ document
        assert found == (*place(text, start), *place(text, end), text[start:end], f"{mark:016x}")
