"""A web archive (WARC, WET): a record for each page or text in it, named by its address.

We parse the records ourselves, so that a record with a wrong length costs no other: we search for the start of the next
one.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dedupe.config.kinds import HTML, TEXT, kind_of
from dedupe.core.errors import MissingExtraError, UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers.compressed import SLICE, STEP, Bound
from dedupe.inputs.readers.extras import library
from dedupe.inputs.readers.page import decoded, text_of
from dedupe.inputs.readers.records import named_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

HELD = ("response", "resource", "conversion")  # kinds of records with what a server sent, or its text
PAGES = ("text/html", "application/xhtml+xml")
PLAIN = ("text/plain", "text/markdown")
UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "unknown/unknown")  # the content must tell the type
HTTP = "application/http"
SIGN, END, GAP = b"WARC/", b"\r\n\r\n", b"\r\n"
NEXT_RE = re.compile(rb"(?:^|\n)(?=WARC/\d\.\d\r?\n)")
HEADS_RE = re.compile(rb"\r?\n\r?\n")
HEAD = 1 << 16  # bytes of headers, at most
SKIPPED = 1 << 24  # bytes from which an unwanted record is not held
BROTLI = 64  # bytes given to it at once; each can unpack to very many
CHUNK_RE = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n")
CHARSET_RE = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
BROKEN = "not as long as it says, so that it may be cut short: fetch the archive again"
NOT_WARC = "not a WARC file, or damaged: fetch it again"

Headers = dict[str, str]


@dataclass(frozen=True)
class Record:
    """A record of an archive: its headers, and its body; a `problem` if it is not whole."""

    headers: Headers
    body: bytes
    problem: str = ""

    @property
    def address(self) -> str:
        """Return the name of the record; may be empty."""
        return self.headers.get("warc-target-uri", "").strip("<> ")


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the pages and texts, each with the number of its record.

    Other records hold no text, and answers such as 404 are not wanted. A record that is damaged, or not text, costs
    only that record.
    """
    return named_apart(_items(path, stream, settings))


def _items(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    lacking = set[str]()
    for number, record in enumerate(_records(_Held(stream)), 1):
        place = f"{path}#{record.address or number}"
        if record.problem:
            yield number, Failure(place, record.problem)
            continue
        try:
            text = _text(record, settings)
        except MissingExtraError as error:  # one report is enough, for all pages lack the same library
            if str(error) not in lacking:
                yield number, Failure(path, str(error))
            lacking.add(str(error))
        except UnreadableError as error:
            yield number, Failure(place, str(error))
        else:
            if text is not None:
                yield number, Document(path, text, record.address or str(number))


class _Held:
    """A stream with a buffer, from which reads are served first.

    An `error` of the stream counts as its end: what comes before it is given first.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.data = bytearray()
        self.error: UnreadableError | None = None

    def fill(self, size: int) -> bool:
        """Hold at least `size` bytes; True if there are as many."""
        while len(self.data) < size:
            # Bytes already read are given before an error; `read` itself would lose them while it waits for more.
            piece = b"" if self.error else self._more(size - len(self.data))
            if not piece:
                return False
            self.data += piece
        return True

    def _more(self, size: int) -> bytes:
        try:
            return cast("io.BufferedReader", self._stream).read1(min(STEP, size))
        except UnreadableError as error:
            self.error = error
            return b""

    def take(self, size: int) -> bytes:
        """Return the next bytes, or as many as there are."""
        self.fill(size)
        taken = bytes(self.data[:size])
        del self.data[:size]
        return taken

    def skip(self, size: int) -> None:
        """Skip so many bytes."""
        while size and (taken := len(self.take(min(STEP, size)))):
            size -= taken

    def seek_record(self) -> None:
        """Go to where the next record begins, or to the end."""
        while not (found := NEXT_RE.search(self.data)):
            del self.data[: max(0, len(self.data) - HEAD)]
            if not self.fill(len(self.data) + STEP) and not NEXT_RE.search(self.data):
                self.data.clear()
                return
        del self.data[: found.end()]


def _records(held: _Held) -> Iterator[Record]:
    """Yield all records. Raises UnreadableError if the file does not begin with one, or ends inside one."""
    is_first = True
    while held.fill(1):
        while held.fill(len(GAP)) and held.data.startswith(GAP):
            held.take(len(GAP))
        if not held.fill(len(SIGN)) and not held.data.strip():
            break
        headers = _headers(held) if held.data.startswith(SIGN) else None
        if headers is None and is_first:
            raise UnreadableError(NOT_WARC)
        is_first = False
        yield _record(headers, held) if headers is not None else _lost(held)
    if held.error:
        raise held.error


def _lost(held: _Held) -> Record:
    """Return a broken record for bytes where a record should begin, and go to the next one."""
    held.take(len(SIGN))
    held.seek_record()
    return Record({}, b"", BROKEN)


def _record(headers: Headers, held: _Held) -> Record:
    length = headers.get("content-length", "")
    if not length.isdecimal() or len(length) > 18:
        held.seek_record()
        return Record(headers, b"", BROKEN)
    is_held = headers.get("warc-type", "").lower() in HELD or int(length) < SKIPPED
    if not is_held:
        held.skip(int(length))
    is_whole = held.fill(int(length) if is_held else 0)
    body = held.take(int(length)) if is_held else b""
    if is_whole and _is_at_end(held):
        return Record(headers, body)
    # If the stated length is too long, the body includes other records; if too short, its rest stands before the next.
    held.data[:0] = body
    is_last = not NEXT_RE.search(held.data)
    held.seek_record()
    if is_last and not is_whole and not held.data:
        raise held.error or UnreadableError("truncated: a record ends early, so fetch the archive again")
    return Record(headers, b"", BROKEN)


def _is_at_end(held: _Held) -> bool:
    """True if the end mark of a record comes next, or the end of the file."""
    if not held.fill(len(END)):
        return not held.data.strip()
    return held.data.startswith((END, b"\n\n"))


def _headers(held: _Held) -> Headers | None:
    """Return the headers of the record that begins here; None if they do not end."""
    held.fill(HEAD)
    found = HEADS_RE.search(held.data, 0, HEAD)
    if not found:
        return None
    return _parsed(held.take(found.end()))


def _parsed(head: bytes) -> Headers:
    """Return headers by lower-case name, without the first line; of a repeated header the first counts."""
    headers: Headers = {}
    for line in head.decode("utf-8", "replace").splitlines()[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _text(record: Record, settings: Settings) -> str | None:
    """Return the text of a record; None if it is not text, or not wanted."""
    headers, data = record.headers, record.body
    if headers.get("warc-type", "").lower() not in HELD:
        return None
    if headers.get("content-type", "").lower().startswith(HTTP):
        end = HEADS_RE.search(data[:HEAD])
        if not end:
            return None
        status, headers = data[: end.start()].split(b" ", 2)[1:2], _parsed(data[: end.end()])
        if not status or not status[0].startswith(b"2"):
            return None
        data = data[end.end() :]
    form = headers.get("content-type", "").partition(";")[0].strip().lower()
    if form not in (*PAGES, *PLAIN, *UNTOLD):
        return None
    data = _unpacked(_unchunked(data, headers), headers, Bound(len(record.body), settings.max_expansion))
    charset = CHARSET_RE.search(headers.get("content-type", ""))
    kind = HTML if form in PAGES else TEXT if form in PLAIN else kind_of("", data[:HEAD])
    if kind == HTML:
        return text_of(data, settings, charset[1] if charset else None)
    if form in PLAIN:
        return decoded(data, settings, charset[1] if charset else None)
    return _told(data, settings) if kind == TEXT else None


def _told(data: bytes, settings: Settings) -> str | None:
    """Return the text of content of unknown kind; None if it does not read as text."""
    try:
        return decoded(data, settings, None)
    except UnreadableError:
        return None


def _unchunked(data: bytes, headers: Headers) -> bytes:
    """Join a chunked body; return it unchanged if a crawler has joined it without saying so."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return data
    parts, at = [], 0
    while found := CHUNK_RE.match(data, at):
        size = int(found[1], 16)
        parts.append(data[found.end() : found.end() + size])
        at = found.end() + size
        if not size:
            break
    return b"".join(parts) if parts else data


def _unpacked(data: bytes, headers: Headers, bound: Bound) -> bytes:
    """Unpack a body. Crawlers unpack it and leave the header, so content that is not packed is returned unchanged.

    Raises UnreadableError for a format whose library is not installed, and for a decompression bomb.
    """
    for way in reversed(headers.get("content-encoding", "").lower().replace(" ", "").split(",")):
        make, errors, size = _codec(way)
        if make is None:
            continue
        pieces = []
        try:
            unpack = make()
            for start in range(0, len(data), size):
                for piece in _given(unpack, data[start : start + size]):
                    bound.add(len(piece))
                    pieces.append(piece)
        except errors as error:
            if pieces:
                raise UnreadableError("damaged where it was packed ({way}): fetch the page again", way) from error
            return data
        data = b"".join(pieces)
    return data


def _given(unpack: Any, data: bytes) -> Iterator[bytes]:
    if not hasattr(unpack, "unconsumed_tail"):
        yield unpack(data)
        return
    while data:
        yield unpack.decompress(data, STEP)
        data = unpack.unconsumed_tail


def _codec(way: str) -> tuple[Callable[[], Any] | None, Any, int]:
    """Return the decompressor, or None if nothing is packed; what it raises; and how many bytes it may get at once."""
    if way in ("gzip", "x-gzip", "deflate"):
        return lambda: zlib.decompressobj(wbits=47), zlib.error, SLICE
    if way == "br":
        brotli = library("brotli", "warc")
        return lambda: brotli.Decompressor().process, brotli.error, BROTLI
    if way == "zstd":
        import zstandard

        return lambda: zstandard.ZstdDecompressor().decompressobj().decompress, zstandard.ZstdError, SLICE
    return None, (), 0
