"""A web archive: a record for each page of HTML in it, called by its address. Needs the extra `warc` (warcio)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dedupe.core.errors import MissingExtraError, UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers.compressed import STEP, Bound
from dedupe.inputs.readers.extras import explained, library
from dedupe.inputs.readers.page import text_of
from dedupe.inputs.readers.records import named_apart

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a WARC file"
HELD = ("response", "resource")  # kinds of records with what a server sent
PAGES = ("text/html", "application/xhtml+xml")
CHARSET_RE = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The pages, each with the number of its record; others are not text, and answers such as 404 not what was sought.

    A page that is no text costs that page; a damaged record costs what follows.
    """
    return named_apart(_records(path, stream, settings))


def _records(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    # What is there is given before an error; `read` itself would lose it while it waits for more.
    source = SimpleNamespace(read=cast("io.BufferedReader", stream).read1)
    archive = library("warcio.archiveiterator", "warc").ArchiveIterator(source)
    number = 0
    while True:
        # The library tells of damage on standard error, which is ours.
        with explained(WHAT), redirect_stderr(io.StringIO()):
            record = next(archive, None)
            if record is None:
                return
            number += 1
            data = _body(record, settings) if _is_page(record) else None
            archive.read_to_end()
            if record.raw_stream.limit:
                raise UnreadableError("truncated: a record ends early, so fetch the archive again")
            if archive.err_count:
                raise UnreadableError("damaged: a record is not as long as it says, so fetch the archive again")
        if data is not None:
            yield number, _page(path, number, record, data, settings)


def _is_page(record: Any) -> bool:
    if record.rec_type not in HELD:
        return False
    form = _header(record, "Content-Type").partition(";")[0].strip().lower()
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    return form in PAGES and status.startswith("2")


def _header(record: Any, name: str) -> str:
    headers = record.http_headers or record.rec_headers
    return headers.get_header(name) or ""


def _body(record: Any, settings: Settings) -> bytes:
    """The page itself; a server may have sent it packed."""
    stream, pieces = record.content_stream(), []
    bound = Bound(int(record.rec_headers.get_header("Content-Length") or 0), settings.max_expansion)
    while piece := stream.read(STEP):
        bound.add(len(piece))
        pieces.append(piece)
    return b"".join(pieces)


def _page(path: str, number: int, record: Any, data: bytes, settings: Settings) -> Document | Failure:
    address = record.rec_headers.get_header("WARC-Target-URI") or str(number)
    declared = CHARSET_RE.search(_header(record, "Content-Type"))
    try:
        text = text_of(data, settings.html, settings.encoding, declared[1] if declared else None)
    except MissingExtraError:
        raise
    except UnreadableError as error:
        return Failure(f"{path}#{address}", str(error))
    return Document(path, text, address)
