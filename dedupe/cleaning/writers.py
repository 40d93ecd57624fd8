"""A file of the corpus that can be written back: its documents, and every byte around them.

A cleaned file keeps its encoding, its byte order mark and its line ends; of a record everything but the text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dedupe.cleaning.cuts import Cut, apply
from dedupe.config.kinds import ARCHIVES, ARROW, EXTRACTED, JSON, JSONL, PARQUET, SINGLE, TEXT, packing_of
from dedupe.config.settings import Settings, reading_at
from dedupe.core.errors import ConfigError, UnreadableError
from dedupe.core.messages import option, say
from dedupe.core.model import Document, Failure, Passed
from dedupe.inputs.readers import arrow, opened, parquet, reader_of
from dedupe.inputs.readers import csv as csv_reader
from dedupe.inputs.readers import json as json_reader
from dedupe.inputs.readers.compressed import HEAD, Bound, pack
from dedupe.inputs.readers.json import literal_of
from dedupe.inputs.readers.jsonl import numbered_records
from dedupe.inputs.readers.records import MISSING, fields_of, value_at
from dedupe.text.decode import UndecodableError, has_wide_mark, is_wide, read_text, recognise
from dedupe.text.foreign import Decoded

if TYPE_CHECKING:
    from dedupe.inputs.readers import Item

REPLACEMENT = "\ufffd"
Fields = Mapping[str, Any]  # the fields of a record, by name


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a file of records, a record of a table, or all of any other file; `number` counts from 1.

    `raw` excludes the byte order mark, and is empty for a table. `codec` is None if the bytes are no text; such a part
    stays as it is. `text` is the whole line, and `literal` the span in it of the document's JSON string.
    """

    number: int
    raw: bytes
    text: str = ""
    codec: str | None = None
    document: Document | None = None
    literal: tuple[int, int] = (0, 0)

    def with_text(self, text: str, is_escaped: bool = False) -> bytes:
        """Return the part, in its own encoding, with its document's text replaced."""
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
        r"""True if the JSON string spells Chinese as \u escapes."""
        return self.literal[1] > 0 and self.spelling.isascii()


@dataclass(frozen=True, slots=True)
class Content:
    """A text or JSON Lines file: its byte order mark, its encoding (None: mixed), its parts, and the failures in it.

    `packing` is the compression. `is_extracted`: these are JSON Lines extracted from another kind of file; `is_single`:
    that file holds one document. `passed` are files of an archive that are not read.
    """

    mark: bytes
    codec: str | None
    parts: list[Part]
    failures: list[Failure]
    is_record_file: bool
    packing: str = ""
    is_extracted: bool = False
    is_single: bool = False
    passed: tuple[Passed, ...] = ()

    @property
    def quarantine(self) -> str:
        """The suffix added to a file's unpacked name to name its quarantine."""
        return ""

    def records(self) -> Mapping[int, Fields]:
        """Return the fields of each record by part number; empty for a text."""
        return {part.number: json.loads(part.text) for part in self.parts if part.document and part.spelling}

    def render(self, cuts: Mapping[int, Sequence[Cut]], gone: Mapping[int, object]) -> bytes:
        """Return the stored bytes of the file, with cuts made in some documents and the `gone` parts left out."""
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
    """A file of records that is written anew: its path, and its bytes or, for a text format, its text, decoded once.

    `field` is the field that holds the texts.
    """

    kind: str
    path: str
    stored: bytes | Decoded
    field: str
    parts: list[Part]
    failures: list[Failure]
    packing: str
    is_record_file: bool = True
    is_extracted: bool = False
    is_single: bool = False
    mark: bytes = b""
    codec: str | None = None
    passed: tuple[Passed, ...] = ()

    @property
    def quarantine(self) -> str:
        """The suffix added to a file's unpacked name to name its quarantine."""
        return f".{JSONL}"

    def records(self) -> Mapping[int, Fields]:
        """Return the fields of each record by its number."""
        if isinstance(self.stored, bytes):
            return dict(enumerate(_COLUMNS[self.kind].whole_rows(self.stored), 1))
        if self.kind != JSON:
            return dict(csv_reader.whole_rows(self.path, self.stored.text, self.field))
        return {
            number: value.record for number, value in enumerate(json_reader.values_of(self.stored.text, self.field), 1)
        }

    def rewrite(self, texts: Mapping[int, str | None]) -> bytes:
        """Return the unpacked file with some records' texts replaced, by number; None leaves the record out."""
        if isinstance(self.stored, bytes):
            written: bytes = _COLUMNS[self.kind].rewrite(self.stored, texts, self.field)
            return written
        text, codec, mark = self.stored
        if self.kind == JSON:
            text = json_reader.rewrite(text, _spellings(text, texts, self.field), self.field)
        else:
            text = csv_reader.rewrite(self.path, text, texts, self.field)
        return mark + encoded(text, codec)

    def render(self, cuts: Mapping[int, Sequence[Cut]], gone: Mapping[int, object]) -> bytes:
        """Return the stored bytes of the file, with cuts made in some documents and the `gone` records left out."""
        texts: dict[int, str | None] = dict.fromkeys(gone)
        for part in self.parts:
            taken = cuts.get(part.number)
            if taken and part.document and part.number not in gone:
                texts[part.number] = apply(part.document.text, taken)
        return pack(self.packing, self.rewrite(texts))


AnyContent = Content | Table
_COLUMNS = {PARQUET: parquet, ARROW: arrow}  # formats that are rewritten from their bytes


def encoded(text: str, codec: str) -> bytes:
    """Return the bytes of a text. Raises ConfigError for a mask token that the encoding lacks.

    U+FFFD, which replaced undecodable bytes, becomes a question mark if the encoding lacks it.
    """
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        token = text[error.start : error.end]
        if set(token) == {REPLACEMENT}:
            return encoded(text.replace(REPLACEMENT, "?"), codec)
        raise ConfigError("placeholders: {codec} has no {token}: choose another TOKEN", codec, repr(token)) from error


def content_of(path: str, data: bytes, settings: Settings, name: str = "") -> AnyContent:
    """Return the content of a file from its stored bytes; JSON Lines extracted from it name their source `name`.

    Raises UnreadableError if the file cannot be read in full.
    """
    settings = reading_at(settings, path)
    kind, stream = opened(path, io.BytesIO(data), Bound(len(data), settings.max_expansion))
    packing = packing_of(path, data[:HEAD])
    if kind in EXTRACTED:
        return _extract(path, list(reader_of(kind)(path, stream, settings)), settings, (kind, name or path))
    plain = stream.read()
    if kind == TEXT:
        found = recognise(plain, settings.encoding, settings.errors)
        part = Part(1, plain[len(found.mark) :], found.text, found.codec, Document(path, found.text))
        return Content(found.mark, found.codec, [part], [], False, packing, is_single=True)
    if kind == JSONL:
        return replace(_record_content(path, list(_lines(plain, settings)), settings), packing=packing)
    stored: bytes | Decoded = plain
    if kind in _COLUMNS:
        items = list(reader_of(kind)(path, io.BytesIO(plain), settings))
    else:
        stored = recognise(read_text(io.BytesIO(plain), settings.encoding), settings.encoding, settings.errors)
        items = list((json_reader if kind == JSON else csv_reader).items_of(path, stored.text, settings))
    failures = [item for _, item in items if isinstance(item, Failure)]
    if items and items[0][0] == 0:  # the file itself failed
        raise UnreadableError(failures[0].reason)
    documents = [(number, item) for number, item in items if isinstance(item, Document)]
    if documents and not _has_own_text(kind, path, stored, settings.text_field):
        raise put_together(path, settings.text_field)
    if isinstance(stored, bytes):
        _COLUMNS[kind].check(stored)
    codec = "utf-8" if isinstance(stored, bytes) else stored.codec
    parts = [Part(number, b"", codec=codec, document=document) for number, document in documents]
    return Table(kind, path, stored, settings.text_field, parts, failures, packing)


def put_together(path: str, field: str) -> ConfigError:
    """Return the error for texts that are no single string in their file."""
    why = say(
        "the texts of {field} are put together from several parts, or packed in others, and cannot be put back",
        repr(field),
    )
    return ConfigError(
        "{path}: {WHY}: name one field of text with {option}, or leave the file out", path, why, option("text_field")
    )


def _has_own_text(kind: str, path: str, stored: bytes | Decoded, field: str) -> bool:
    """True if each text of a table or an array is one string that can be replaced by another."""
    if isinstance(stored, bytes):
        return bool(_COLUMNS[kind].has_strings(stored, field))
    text = stored.text
    if kind != JSON:
        return csv_reader.layout_of(path, text, field).has(field)
    values = json_reader.values_of(text, field)
    return (
        all(
            text.startswith('"', literal_of(text, field, value.start)[0])
            for value in values
            if isinstance(value.record, dict) and value_at(value.record, field) is not MISSING
        )
        and len(fields_of((), field)) == 1
    )


def _extract(path: str, items: Sequence[Item], settings: Settings, source: tuple[str, str]) -> Content:
    """Return JSON Lines of documents whose format `clean` cannot write; `source` is the kind and name of their file.

    A document is named by its record, and in an archive by the inner file and the record.
    """
    kind, name = source
    lines = []
    for _, item in items:
        if isinstance(item, Document):
            inner = item.path.removeprefix(f"{path}/") if kind in ARCHIVES else ""
            record = "#".join(filter(None, (inner, item.record)))
            row = {"source": name, settings.id_field: record or name, settings.text_field: item.text}
            lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    content = _record_content(path, [(line.encode(), Decoded(line, "utf-8")) for line in lines], settings)
    failures = [item for _, item in items if isinstance(item, Failure) and not isinstance(item, Passed)]
    passed = tuple(item for _, item in items if isinstance(item, Passed))
    return replace(content, failures=failures, is_extracted=True, is_single=kind in SINGLE, passed=passed)


def _spellings(text: str, texts: Mapping[int, str | None], field: str) -> dict[int, str | None]:
    """Return the JSON records with their texts replaced, escaped as before; None for a record to leave out."""
    spellings: dict[int, str | None] = {}
    for number, value in enumerate(json_reader.values_of(text, field), 1):
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
            literal = literal_of(line.text, settings.text_field)
            if not line.text.startswith('"', literal[0]):
                raise put_together(path, settings.text_field)
            parts.append(Part(number, raw, line.text, line.codec, item, literal))
        else:
            parts.append(Part(number, raw, line.text, line.codec))
    # Lines are decoded one by one, and ASCII lines fit any encoding.
    codecs = {line.codec for _, line in lines if line and (line.mark or not line.text.isascii())} or {"utf-8"}
    codec = codecs.pop() if len(codecs) == 1 else None
    return Content(mark, codec, parts, [item for item in items.values() if isinstance(item, Failure)], True)


def _lines(data: bytes, settings: Settings) -> Iterator[tuple[bytes, Decoded | None]]:
    """Yield the lines of a file of records with their line ends, each with its text (None: undecodable)."""
    encoding = settings.encoding
    first = data.partition(b"\n")[0]
    if is_wide(encoding) if encoding else has_wide_mark(first):
        found = recognise(data, encoding, settings.errors)
        for number, ended in enumerate(lines_of(found.text)):
            mark = found.mark if number == 0 else b""
            yield mark + ended.encode(found.codec), Decoded(ended, found.codec, mark)
        return
    # Do not use splitlines: it takes a lone carriage return for a line end, and `readline` does not.
    for raw in re.findall(rb"[^\n]*\n|[^\n]+", data):
        try:
            yield raw, recognise(raw, encoding, settings.errors)
        except UndecodableError:
            yield raw, None


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their line ends, at least one; only a newline ends a line, as in JSON Lines."""
    return re.findall(r"[^\n]*\n|[^\n]+", text) or [""]
