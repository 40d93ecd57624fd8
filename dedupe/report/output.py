"""Write a report piece by piece: to standard output, or to a file as a whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dedupe.core.atomic import whole_file
from dedupe.core.errors import DedupeError


def write_out(pieces: Iterable[str], encoding: str | None = None) -> None:
    """Write pieces of text to standard output, with escapes for characters that its encoding lacks.

    A reader that closes the pipe has seen enough: that is no error, and exit must not flush anything into the pipe.
    """
    stream = sys.stdout
    encoding = encoding or stream.encoding or "utf-8"
    try:
        stream.flush()
        for piece in pieces:
            stream.buffer.write(piece.encode(encoding, "backslashreplace"))
        stream.buffer.flush()
    except BrokenPipeError:
        silence()
    except OSError as error:
        silence()
        raise DedupeError(
            "standard output cannot be written: {REASON}; the report is not whole", error.strerror
        ) from error


def silence() -> None:
    """Discard all further standard output, because exit must not flush into a closed or full stream."""
    with suppress(OSError, ValueError):  # a stream of a test has no file number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_error(line: str) -> None:
    """Write a line to standard error. If that is closed or full, the exit code alone reports the error."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """Write the file as a whole or not at all, by renaming a file written beside it."""
    try:
        with whole_file(path) as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise DedupeError(
            "{path}: the report cannot be written: {REASON}; give another --output", path, error.strerror
        ) from error
