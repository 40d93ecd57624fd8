"""Fingerprints: 64 bits that identify a finding in the next run and after edits elsewhere.

A fingerprint is the exclusive or of the print of the content (code, texts, ordinal) and the print of the document. So
it differs from document to document, but whoever knows the document can remove it again. A baseline does this, because
it must recognise a finding however its path is spelt, and after a rename.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


def content_print(*parts: str) -> int:
    """Return the print of a finding's content, independent of its document."""
    # surrogatepass: a text read from JSON may hold half a surrogate pair.
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


@lru_cache(maxsize=1024)
def place_print(path: str, record: str | None) -> int:
    """Return the print of a finding's document, from the path that the report shows."""
    return content_print(path, record or "")


def content_of(fingerprint: str, path: str, record: str | None) -> str:
    """Return the rest of a fingerprint without the document, as 16 digits.

    >>> content_of(f"{content_print('PH101', '20__') ^ place_print('a.txt', None):016x}", "a.txt", None)
    '429fc4eaf3cd42a8'
    """
    return f"{int(fingerprint, 16) ^ place_print(path, record):016x}"
