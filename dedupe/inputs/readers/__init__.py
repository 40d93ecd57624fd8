"""Turn bytes into documents: one module per kind of file, each with the same function `read(path, stream, settings)`.

It yields items, pairs of a number and a Document or a Failure. The number is that of the record in its file, from 1 (a
line, a row, a place in an array), and 1 if the file is one document. `stream` is unpacked. A module that needs an extra
imports it when it reads. It may raise UnreadableError or OSError, and then the rest of the file is lost.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from dedupe.config.kinds import ARROW, CSV, DOCX, HTML, JSON, JSONL, PARQUET, TAR, TEXT, TSV, WARC, ZIP, kind_of
from dedupe.inputs.readers.compressed import HEAD, Bound, unpacked

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.core.model import Document, Failure

    Item = tuple[int, Document | Failure]
    Reader = Callable[[str, BinaryIO, Settings], Iterator[Item]]

HOMES = {
    TEXT: "text",
    JSONL: "jsonl",
    JSON: "json",
    CSV: "csv",
    TSV: "csv",
    PARQUET: "parquet",
    HTML: "html",
    WARC: "warc",
    DOCX: "docx",
    ARROW: "arrow",
    ZIP: "zip",
    TAR: "tar",
}


def reader_of(kind: str) -> Reader:
    """Return the function that reads files of a kind."""
    # Imported by name, so that a kind costs nothing until there is a file of it.
    reader: Reader = import_module(f"dedupe.inputs.readers.{HOMES[kind]}").read
    return reader


def opened(path: str, stored: BinaryIO, bound: Bound, kind: str = "") -> tuple[str, BinaryIO]:
    """Return the kind of a file and its unpacked content, from the stored bytes.

    `kind` is the kind if they do not tell. Reading from the stream may raise UnreadableError.
    """
    # A buffered reader allows a look ahead.
    is_buffered = isinstance(stored, io.BufferedReader)
    buffered = stored if is_buffered else io.BufferedReader(cast("io.RawIOBase", stored), HEAD)
    stream = unpacked(path, cast("io.BufferedReader", buffered), bound)
    return kind_of(path, stream.peek(HEAD), kind), stream
