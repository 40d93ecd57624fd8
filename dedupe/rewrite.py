"""A file of the corpus as it can be written back: its documents, and every byte around them.

A cleaned file keeps its encoding, its byte order mark, its line ends, and of a record all but the text.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dedupe.config import Settings
from dedupe.corpus import Source, holds_records, numbered_records, open_source, packing
from dedupe.cuts import Cut, apply
from dedupe.decode import Decoded, UndecodableError, has_wide_mark, is_wide, recognise
from dedupe.errors import ConfigError
from dedupe.model import Document, Failure

DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a file of records, or all of another file; `number` counts lines from 1, `raw` has no mark.

    `codec` is None where the bytes are no text; such a part stays as it is. `text` is the whole line, and
    `literal` where in it the JSON string of the document stands.
    """

    number: int
    raw: bytes
    text: str = ""
    codec: str | None = None
    document: Document | None = None
    literal: tuple[int, int] = (0, 0)

    def with_text(self, text: str, is_escaped: bool = False) -> bytes:
        """The part with another text for its document's, in its own encoding."""
        assert self.codec is not None
        start, end = self.literal
        if end:
            text = self.text[:start] + json.dumps(text, ensure_ascii=is_escaped) + self.text[end:]
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError as error:
            token = text[error.start : error.end]
            raise ConfigError(f"placeholders: {self.codec} has no {token!r}: choose another TOKEN") from error

    @property
    def spelling(self) -> str:
        """The JSON string of the document as the file spells it."""
        return self.text[slice(*self.literal)]

    @property
    def is_escaped(self) -> bool:
        r"""Whether the JSON string spells Chinese as \u escapes."""
        return self.literal[1] > 0 and self.spelling.isascii()


@dataclass(frozen=True, slots=True)
class Content:
    """An unpacked file: its byte order mark, its encoding (None: mixed), its parts, and what is wrong with them."""

    mark: bytes
    codec: str | None
    parts: list[Part]
    failures: list[Failure]
    is_record_file: bool

    def render(self, cuts: Mapping[int, Sequence[Cut]], gone: Mapping[int, object]) -> bytes:
        """The bytes of the file with cuts applied to the documents of some parts, without the parts that are gone."""
        pieces = [self.mark]
        for part in self.parts:
            if part.number in gone:
                continue
            taken = cuts.get(part.number)
            if taken and part.document:
                pieces.append(part.with_text(apply(part.document.text, taken), part.is_escaped))
            else:
                pieces.append(part.raw)
        return b"".join(pieces)


def unpack(source: Source) -> bytes:
    """The bytes of a source, unpacked. Raises what `corpus.reason_of` explains."""
    with open_source(source) as stream:
        return stream.read()


def pack(path: str, data: bytes) -> bytes:
    """Bytes packed as a file of this name is; always the same for the same bytes."""
    packed = packing(path)
    if packed == ".gz":
        return gzip.compress(data, mtime=0)
    if packed == ".zst":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    return data


def content_of(path: str, data: bytes, settings: Settings) -> Content:
    """The parts of an unpacked file. Raises UndecodableError where the file is one document and no text."""
    if not holds_records(path):
        found = recognise(data, settings.encoding)
        part = Part(1, data[len(found.mark) :], found.text, found.codec, Document(path, found.text))
        return Content(found.mark, found.codec, [part], [], False)
    return _record_content(path, list(_lines(data, settings.encoding)), settings)


def _record_content(path: str, lines: Sequence[tuple[bytes, Decoded | None]], settings: Settings) -> Content:
    mark = lines[0][1].mark if lines and lines[0][1] else b""
    texts = [line.text if line else raw for raw, line in lines]
    items = dict(numbered_records(path, texts, settings))
    parts = []
    for number, (raw, line) in enumerate(lines, 1):
        raw = raw[len(mark) :] if number == 1 else raw
        item = items.get(number)
        if line is None:
            parts.append(Part(number, raw))
        elif isinstance(item, Document):
            parts.append(Part(number, raw, line.text, line.codec, item, literal_of(line.text, settings.text_field)))
        else:
            parts.append(Part(number, raw, line.text, line.codec))
    # Lines are decoded one by one, and those of ASCII could be of any encoding.
    codecs = {line.codec for _, line in lines if line and (line.mark or not line.text.isascii())} or {"utf-8"}
    codec = codecs.pop() if len(codecs) == 1 else None
    return Content(mark, codec, parts, [item for item in items.values() if isinstance(item, Failure)], True)


def _lines(data: bytes, encoding: str | None) -> Iterator[tuple[bytes, Decoded | None]]:
    """The lines of a file of records with their line ends, each with its text where it is one."""
    first = data.partition(b"\n")[0]
    if is_wide(encoding) if encoding else has_wide_mark(first):
        found = recognise(data, encoding)
        for number, ended in enumerate(lines_of(found.text)):
            mark = found.mark if number == 0 else b""
            yield mark + ended.encode(found.codec), Decoded(ended, found.codec, mark)
        return
    # Not splitlines: it takes a lone carriage return for a line end, as `readline` does not.
    for raw in re.findall(rb"[^\n]*\n|[^\n]+", data):
        try:
            yield raw, recognise(raw, encoding)
        except UndecodableError:
            yield raw, None


def lines_of(text: str) -> list[str]:
    """The lines of a text with their line ends, at least one; only a newline is one, as in a file of records."""
    return re.findall(r"[^\n]*\n|[^\n]+", text) or [""]


def literal_of(line: str, field: str) -> tuple[int, int]:
    r"""Where in the JSON object of a line the value of a field stands; of one that comes twice the last, as in `json`.

    >>> literal_of(' {"id": 1, "text" : "a\\n"}', "text")
    (20, 25)
    """
    found = (0, 0)
    at = _ink(line, _ink(line, 0) + 1)
    while line[at] != "}":
        key, at = DECODER.raw_decode(line, at)
        start = _ink(line, _ink(line, at) + 1)
        _, at = DECODER.raw_decode(line, start)
        if key == field:
            found = (start, at)
        at = _ink(line, at)
        if line[at] == ",":
            at = _ink(line, at + 1)
    return found


def _ink(line: str, at: int) -> int:
    while line[at] in " \t\r\n":
        at += 1
    return at
