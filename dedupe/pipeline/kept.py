"""Documents kept from the first reading of a source: their texts, and what later stages need of them.

They are compressed JSON, so that they can go to worker processes, to a temporary file and into the cache: reading them
runs no code, whoever wrote them.
"""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dedupe.core.codec import compressed, decompressed, dump, load
from dedupe.core.model import Document, Span
from dedupe.text.essays import Essay
from dedupe.text.lines import LineKeys


class Kept(NamedTuple):
    """A document with its essays, the keys of its short lines (None if not needed), and its boilerplate."""

    document: Document
    essays: Sequence[Essay]
    lines: LineKeys | None
    boilerplate: Sequence[Span]


def pack_documents(documents: Iterable[Kept]) -> bytes:
    """Return the documents of one source as bytes."""
    rows = [
        [
            kept.document.record,
            kept.document.text,
            [list(essay) for essay in kept.essays],
            _lines_row(kept.lines),
            [[span.start, span.end] for span in kept.boilerplate],
        ]
        for kept in documents
    ]
    return compressed(dump(rows)) if rows else b""


def unpack_documents(path: str, packed: bytes | memoryview) -> list[Kept]:
    """Return the documents of the source with this path."""
    rows: list[Any] = load(decompressed(packed)) if len(packed) else []
    return [
        Kept(
            Document(path, text, record),
            [Essay(*essay) for essay in essays],
            _lines_of(lines),
            [Span(start, end) for start, end in boilerplate],
        )
        for record, text, essays, lines, boilerplate in rows
    ]


def _lines_row(lines: LineKeys | None) -> list[Any] | None:
    if lines is None:
        return None
    columns = (b64encode(column.tobytes()).decode("ascii") for column in (lines.key, lines.start, lines.length))
    return [lines.top, lines.bottom, *columns]


def _lines_of(row: list[Any] | None) -> LineKeys | None:
    if row is None:
        return None
    top, bottom, *columns = row
    key, start, length = (array(form, b64decode(column)) for form, column in zip("QIB", columns))
    return LineKeys(key, top, bottom, start, length)
