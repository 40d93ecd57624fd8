"""Where a report goes, piece by piece: standard output, or a file as a whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
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
        silence()
    except OSError as error:
        silence()
        raise DedupeError(
            "standard output cannot be written: {REASON}; the report is not whole", error.strerror
        ) from error


def silence() -> None:
    """Let standard output take the rest without a word: nothing may be flushed into what is closed or full."""
    with suppress(OSError, ValueError):  # a stream of a test has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_error(line: str) -> None:
    """A line to standard error. Where that is closed or full nobody can be told, and the exit code has to do."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """The file as a whole or not at all: written beside its place and renamed."""
    try:
        with whole_file(path) as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise DedupeError(
            "{path}: the report cannot be written: {REASON}; give another --output", path, error.strerror
        ) from error
