"""Regular files only: a pipe or a device of the same name would block the reader."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from dedupe.core.messages import say

FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
    FLAGS |= getattr(os, _name, 0)


def open_regular(path: str | os.PathLike[str], buffering: int = -1) -> BinaryIO:
    """Open a file for reading. Raises OSError if it does not exist or is not a regular file."""
    descriptor = os.open(path, FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file", os.fspath(path))
        return os.fdopen(descriptor, "rb", buffering)
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | os.PathLike[str], most: int = 0) -> bytes:
    """Return the content of a file. Raises OSError as `open_regular` does, and for more bytes than `most`."""
    with open_regular(path) as file:
        data = file.read(most + 1 if most else -1)
    if most and len(data) > most:
        raise OSError(errno.EFBIG, say("larger than {number} bytes", f"{most:,}"), os.fspath(path))
    return data
