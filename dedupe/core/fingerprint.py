"""Fingerprints: 64 bits by which a finding is known again, in the next run and after edits elsewhere.

One is the print of the content (code, texts, ordinal) joined with the print of the document by exclusive or. So it
differs from document to document, and yet whoever knows the document can take it out again: a baseline does, which
must know a finding however its path is spelt today, and under another name after a rename.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


def content_print(*parts: str) -> int:
    """The print of what a finding is, wherever its document stands."""
    # surrogatepass: a text read from JSON may hold half a surrogate pair.
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


@lru_cache(maxsize=1024)
def place_print(path: str, record: str | None) -> int:
    """The print of the document that a finding stands in, by the path that the report shows."""
    return content_print(path, record or "")


def content_of(fingerprint: str, path: str, record: str | None) -> str:
    """What is left of a fingerprint, as 16 digits, once the document is taken out.

    >>> content_of(f"{content_print('PH101', '20__') ^ place_print('a.txt', None):016x}", "a.txt", None)
    '429fc4eaf3cd42a8'
    """
    return f"{int(fingerprint, 16) ^ place_print(path, record):016x}"
