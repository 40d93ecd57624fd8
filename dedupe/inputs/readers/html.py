"""An HTML page: one document, with the text that `--html` asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from dedupe.core.model import Document
from dedupe.inputs.readers.page import text_of
from dedupe.text.decode import read_text

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the text of the page; its offsets count in that text and not in the file."""
    yield 1, Document(path, text_of(read_text(stream, settings.encoding), settings))
