"""Where a report goes, piece by piece: standard output, or a file as a whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from dedupe.core.atomic import whole_file
from dedupe.core.errors import DedupeError


def write_out(pieces: Iterable[str], encoding: str | None = None) -> None:
    """Pieces of text to standard output, with escapes for what its encoding lacks.

    Whoever closed the pipe has seen enough: that is no error, and nothing may be flushed into it at exit.
    """
    stream = sys.stdout
    encoding = encoding or stream.encoding or "utf-8"
    try:
        stream.flush()
        for piece in pieces:
            stream.buffer.write(piece.encode(encoding, "backslashreplace"))
        stream.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise DedupeError(f"standard output cannot be written: {error.strerror}; the report is not whole") from error


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """The file as a whole or not at all: written beside its place and renamed."""
    try:
        with whole_file(path) as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise DedupeError(f"{path}: the report cannot be written: {error.strerror}; give another --output") from error
