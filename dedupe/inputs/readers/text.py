"""A text file: one document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from dedupe.core.model import Document
from dedupe.text.decode import decode, read_text

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the text, exactly as the bytes decode."""
    yield 1, Document(path, decode(read_text(stream, settings.encoding), settings.encoding, settings.errors))
