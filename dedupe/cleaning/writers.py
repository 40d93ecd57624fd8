"""A file of the corpus as it can be written back: its documents, and every byte around them.

A cleaned file keeps its encoding, its byte order mark, its line ends, and of a record all but the text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dedupe.cleaning.cuts import Cut, apply
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError, UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers import csv as csv_reader
from dedupe.inputs.readers import json as json_reader
from dedupe.inputs.readers import opened, parquet, reader_of
from dedupe.inputs.readers.compressed import HEAD, Bound, pack
from dedupe.inputs.readers.jsonl import numbered_records
from dedupe.inputs.readers.kinds import EXTRACTED, JSON, JSONL, PARQUET, SINGLE, TEXT, packing_of
from dedupe.text.decode import Decoded, UndecodableError, has_wide_mark, is_wide, recognise

DECODER = json.JSONDecoder()
Rewrite = Callable[[Mapping[int, str | None]], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a file of records, a record of a table, or all of another file; `number` counts from 1.

    `raw` has no mark, and a table none of its records' bytes. `codec` is None where the bytes are no text; such a part
    stays as it is. `text` is the whole line, and `literal` where in it the JSON string of the document stands.
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
        return encoded(text, self.codec)

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
    """A text or JSON lines: its byte order mark, its encoding (None: mixed), its parts, and what is wrong with them.

    `packing` is how the file is packed. `is_extracted`: these are JSON lines of what was read in a file of another
    kind; `is_single`: there is one document in that file.
    """

    mark: bytes
    codec: str | None
    parts: list[Part]
    failures: list[Failure]
    is_record_file: bool
    packing: str = ""
    is_extracted: bool = False
    is_single: bool = False

    @property
    def quarantine(self) -> str:
        """What is added to the name of a file, unpacked, to call what left it."""
        return ""

    def render(self, cuts: Mapping[int, Sequence[Cut]], gone: Mapping[int, object]) -> bytes:
        """The file as it is stored, with cuts in the documents of some parts, without the parts that are gone."""
        pieces = [self.mark]
        for part in self.parts:
            if part.number in gone:
                continue
            taken = cuts.get(part.number)
            if taken and part.document:
                pieces.append(part.with_text(apply(part.document.text, taken), part.is_escaped))
            else:
                pieces.append(part.raw)
        return pack(self.packing, b"".join(pieces))


@dataclass(frozen=True, slots=True)
class Table:
    """A file of records that is written anew by `rewrite(texts)`, texts by number, None for records that leave."""

    parts: list[Part]
    failures: list[Failure]
    packing: str
    rewrite: Rewrite
    is_record_file: bool = True
    is_extracted: bool = False
    is_single: bool = False
    mark: bytes = b""
    codec: str | None = None

    @property
    def quarantine(self) -> str:
        """What is added to the name of a file, unpacked, to call what left it."""
        return f".{JSONL}"

    def render(self, cuts: Mapping[int, Sequence[Cut]], gone: Mapping[int, object]) -> bytes:
        """The file as it is stored, with cuts in some documents, without the records that are gone."""
        texts: dict[int, str | None] = dict.fromkeys(gone)
        for part in self.parts:
            taken = cuts.get(part.number)
            if taken and part.document and part.number not in gone:
                texts[part.number] = apply(part.document.text, taken)
        return pack(self.packing, self.rewrite(texts))


AnyContent = Content | Table


def encoded(text: str, codec: str) -> bytes:
    """The bytes of a text. What an encoding lacks can only be a token of ours; ConfigError says so."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        token = text[error.start : error.end]
        raise ConfigError(f"placeholders: {codec} has no {token!r}: choose another TOKEN") from error


def content_of(path: str, data: bytes, settings: Settings, name: str = "") -> AnyContent:
    """The content of a file, from its bytes as stored; `name` is what JSON lines made of it call their source.

    Raises UnreadableError where none of it, or not all of it, can be read.
    """
    kind, stream = opened(path, io.BytesIO(data), Bound(len(data), settings.max_expansion))
    packing = packing_of(path, data[:HEAD])
    plain = stream.read()
    if kind == TEXT:
        found = recognise(plain, settings.encoding)
        part = Part(1, plain[len(found.mark) :], found.text, found.codec, Document(path, found.text))
        return Content(found.mark, found.codec, [part], [], False, packing, is_single=True)
    if kind == JSONL:
        return replace(_record_content(path, list(_lines(plain, settings.encoding)), settings), packing=packing)
    items = list(reader_of(kind)(path, io.BytesIO(plain), settings))
    failures = [item for _, item in items if isinstance(item, Failure)]
    if items and items[0][0] == 0:  # the file itself
        raise UnreadableError(failures[0].reason)
    documents = [(number, item) for number, item in items if isinstance(item, Document)]
    if kind in EXTRACTED:
        lines = _extracted([document for _, document in documents], settings, name or path)
        content = _record_content(path, [(line.encode(), Decoded(line, "utf-8")) for line in lines], settings)
        return replace(content, failures=failures, is_extracted=True, is_single=kind in SINGLE)
    codec, rewrite = _rewriter(kind, (path, plain), settings)
    parts = [Part(number, b"", codec=codec, document=document) for number, document in documents]
    return Table(parts, failures, packing, rewrite)


def _extracted(documents: Sequence[Document], settings: Settings, name: str) -> list[str]:
    """JSON lines of documents that `clean` cannot write as they were."""
    rows = (
        {"source": name, settings.id_field: name if document.record is None else document.record,
         settings.text_field: document.text}
        for document in documents
    )
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]


def _rewriter(kind: str, file: tuple[str, bytes], settings: Settings) -> tuple[str, Rewrite]:
    """The encoding of a table's texts, and what writes it anew."""
    path, data = file
    field = settings.text_field
    if kind == PARQUET:
        parquet.check(data)
        return "utf-8", lambda texts: parquet.rewrite(data, texts, field)
    found = recognise(data, settings.encoding)

    def rewrite(texts: Mapping[int, str | None]) -> bytes:
        if kind == JSON:
            text = json_reader.rewrite(found.text, _spellings(found.text, texts, field))
        else:
            text = csv_reader.rewrite(path, found.text, texts, field)
        return found.mark + encoded(text, found.codec)

    return found.codec, rewrite


def _spellings(text: str, texts: Mapping[int, str | None], field: str) -> dict[int, str | None]:
    """Records of a JSON text with other texts, spelt as they were."""
    spellings: dict[int, str | None] = {}
    for number, value in enumerate(json_reader.values_of(text), 1):
        new = texts.get(number)
        if number in texts and new is not None:
            line = text[value.start : value.end]
            start, end = literal_of(line, field)
            is_escaped = line[start:end].isascii()
            spellings[number] = line[:start] + json.dumps(new, ensure_ascii=is_escaped) + line[end:]
        elif number in texts:
            spellings[number] = None
    return spellings


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
