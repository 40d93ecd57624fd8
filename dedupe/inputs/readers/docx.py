"""A .docx file: one document, its paragraphs and tables in order. Needs the extra `docx` (python-docx)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZipFile

from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document
from dedupe.inputs.readers.compressed import Bound, seekable
from dedupe.inputs.readers.extras import explained, library

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a .docx file"
OLD = b"\xd0\xcf\x11\xe0"


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The text: a line for each paragraph, and for each row of a table its cells with tabs between them."""
    stream = seekable(stream)
    if stream.read(len(OLD)) == OLD:
        raise UnreadableError("an old .doc, or locked with a password: save it as .docx, without one")
    docx = library("docx", "docx")
    with explained(WHAT):
        bound = Bound(stream.seek(0, io.SEEK_END), settings.max_expansion)
        with ZipFile(stream) as archive:
            for part in archive.infolist():
                bound.add(part.file_size)  # no more than this is read of a part, whatever it holds
        stream.seek(0)
        text = "\n".join(_lines(docx.Document(stream)))
    yield 1, Document(path, text)


def _lines(holder: Any) -> Iterator[str]:
    for item in holder.iter_inner_content():
        if hasattr(item, "rows"):
            seen: set[Any] = set()
            for row in item.rows:
                yield "\t".join(_cells(row, seen))
        else:
            yield item.text


def _cells(row: Any, seen: set[Any]) -> Iterator[str]:
    """The texts of the cells of a row that were not seen yet: a merged one is listed for each place that it takes."""
    for cell in row.cells:
        if cell._tc not in seen:
            seen.add(cell._tc)
            yield "\n".join(_lines(cell))
