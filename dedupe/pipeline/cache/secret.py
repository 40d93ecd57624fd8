"""The key of a user, which signs every file of a cache.

A cache lies beside the corpus, so somebody may send both together. Forged numbers could make compiled loops misbehave,
and forged rows could give false results; without the key nobody can make a file that is accepted.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes, token_hex

SIZE = 32


def user_key() -> bytes:
    """Return the key, creating it on the first call. Raises OSError if it can be neither read nor written."""
    home = os.environ.get("XDG_CACHE_HOME")
    file = (Path(home) if home else Path(os.path.expanduser("~"), ".cache")) / "dedupe" / "key"
    with suppress(FileNotFoundError):
        return _checked(file)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f"key.{token_hex(8)}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(token_bytes(SIZE))
        with suppress(FileExistsError):  # another run was faster
            os.link(beside, file)
    finally:
        beside.unlink(missing_ok=True)
    return _checked(file)


def signature(key: bytes, data: bytes | memoryview) -> str:
    """Return 32 hexadecimal digits that only an owner of the key can compute."""
    return blake2b(data, key=key, digest_size=16).hexdigest()


def _checked(file: Path) -> bytes:
    key = file.read_bytes()
    if len(key) != SIZE:
        raise OSError(0, "is no key of dedupe: delete it", str(file))
    return key
