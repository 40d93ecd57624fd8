"""Web archives: what of their records is text, and that one which is damaged costs no other."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dedupe.config.settings import Settings
from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.find import find
from dedupe.inputs.readers.warc import read
from dedupe.inputs.sources import read as read_source
from tests import files
from tests.corpora import essay

PAGE = files.page(f"公交场站工作总结\n{essay(1)}").encode()
TEXT = f"公交场站工作总结\n{essay(1)}"
RAW = Settings(html="raw")


class Archive:
    """An archive that the library writes which crawlers use."""

    def __init__(self, packed: bool = False) -> None:
        self._out = io.BytesIO()
        self._writer = WARCWriter(self._out, gzip=packed)

    def add(self, address: str, body: bytes, headers: list[tuple[str, str]], kind: str = "response") -> Archive:
        given: dict[str, Any] = {"payload": io.BytesIO(body)}
        if kind == "response":
            given["http_headers"] = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        else:
            given["warc_content_type"] = dict(headers).get("Content-Type", "")
        self._writer.write_record(self._writer.create_warc_record(address, kind, **given))
        return self

    @property
    def data(self) -> bytes:
        return self._out.getvalue()


def given_by(data: bytes, settings: Settings = RAW) -> list[Document | Failure]:
    return [item for _, item in read("a.warc", io.BufferedReader(io.BytesIO(data)), settings)]  # type: ignore[arg-type]


def named(items: list[Document | Failure]) -> dict[str, str]:
    """What there is of each address: its first line, or the reason."""
    return {
        (item.record or "" if isinstance(item, Document) else item.path.partition("#")[2]): (
            item.text.partition("\n")[0] if isinstance(item, Document) else item.reason
        )
        for item in items
    }


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["a.warc.wet", "b.wet", "c.warc"])
def test_extracted_texts_are_read(tmp_path: Path, packed: bool, name: str) -> None:
    archive = Archive(packed)
    form = [("Content-Type", "text/plain")]
    for number in range(3):
        archive.add(f"http://a.example/{number}", essay(number).encode(), form, "conversion")
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(archive.data)
    sources, failures = find([tmp_path], Settings())
    items = [item for source in sources for item in read_source(source, Settings())]
    assert failures == []
    assert [item.text for item in items if isinstance(item, Document)] == [essay(number) for number in range(3)]


@pytest.mark.parametrize(
    ("form", "body", "first"),
    [
        ("text/plain", TEXT.encode(), "公交场站工作总结"),
        ("text/plain; charset=gbk", TEXT.encode("gbk"), "公交场站工作总结"),
        ("text/plain; charset=shift_jis", "日本".encode("cp932"), "日本"),
        ("", PAGE, "公交场站工作总结_云麓文库"),
        ("application/octet-stream", PAGE, "公交场站工作总结_云麓文库"),
        ("application/octet-stream", TEXT.encode("gb18030"), "公交场站工作总结"),
        ("application/xhtml+xml", PAGE, "公交场站工作总结_云麓文库"),
        ("application/octet-stream", b"\x89PNG\0\0\0\xff", None),
        ("application/octet-stream", gzip.compress(b"a", mtime=0), None),
        ("image/png", TEXT.encode(), None),
        ("text/css", b"a {}", None),
    ],
)
def test_texts_are_told_by_what_they_are_said_to_be_or_else_by_what_they_are(
    form: str, body: bytes, first: str | None
) -> None:
    headers = [("Content-Type", form)] if form else []
    assert named(given_by(Archive().add("a", body, headers).data)) == ({"a": first} if first else {})


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 99] for at in range(0, len(data), 99)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


RAW_DEFLATE = zlib.compressobj(wbits=-15)
ENCODED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.ZstdCompressor().compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE, mtime=0)),
    "identity": PAGE,
}


@pytest.mark.parametrize("way", ENCODED)
def test_pages_that_a_server_packed_are_unpacked(way: str) -> None:
    headers = [("Content-Type", "text/html"), ("Content-Encoding", way)]
    archive = Archive().add("a", ENCODED[way], headers)
    archive.add("b", chunked(ENCODED[way]), [*headers, ("Transfer-Encoding", "chunked")])
    archive.add("c", PAGE, [*headers, ("Transfer-Encoding", "chunked")])  # a crawler undid it, and left the headers
    title = "公交场站工作总结_云麓文库"
    assert named(given_by(archive.data)) == {"a": title, "b": title, "c": title}


def test_a_page_in_a_way_that_takes_a_library_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "br")]
    archive = Archive().add("a", ENCODED["br"], headers).add("b", ENCODED["br"], headers)
    archive.add("c", PAGE, headers[:1])
    failure, document = given_by(archive.data)
    assert isinstance(failure, Failure)
    assert "pip install 'corpus-dedupe[warc]'" in failure.reason
    assert isinstance(document, Document)


@pytest.mark.parametrize("way", ["br", "zstd", "gzip"])
def test_a_page_that_unpacks_to_too_much_is_named(way: str) -> None:
    zeros = b"a" * 50_000_000
    packed = {
        "br": lambda: brotli.compress(zeros, quality=1),
        "gzip": lambda: gzip.compress(zeros, mtime=0),
        "zstd": lambda: zstandard.ZstdCompressor().compress(zeros),
    }[way]()
    archive = Archive().add("a", packed, [("Content-Type", "text/html"), ("Content-Encoding", way)])
    archive.add("b", PAGE, [("Content-Type", "text/html")])
    found = named(given_by(archive.data))
    assert "200 times its size" in found["a"]
    assert found["b"] == "公交场站工作总结_云麓文库"


# Damage


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("change", [-40, -1, 1, 40, 4_000, 10**9, None])
@pytest.mark.parametrize("kind", ["text/html", "image/png"])
def test_a_record_that_is_not_as_long_as_it_says_costs_no_other(packed: bool, change: int | None, kind: str) -> None:
    parts = []
    for name, form in (("a", "text/html"), ("b", kind), ("c", "text/html"), ("d", "text/html")):
        part = Archive().add(name, PAGE, [("Content-Type", form)]).data
        if name == "b":
            at = part.index(b"Content-Length: ") + 16
            end = part.index(b"\r\n", at)
            length = b"many" if change is None else b"%d" % (int(part[at:end]) + change)
            part = part[:at] + length + part[end:]
        parts.append(gzip.compress(part, mtime=0) if packed else part)
    data = b"".join(parts)
    found = named(given_by(gzip.decompress(data) if packed else data))
    assert list(found) == ["a", "b", "c", "d"]
    assert "not as long as it says" in found["b"]
    assert {found[name] for name in "acd"} == {"公交场站工作总结_云麓文库"}


def test_an_archive_that_ends_early_is_named_and_what_comes_before_is_read() -> None:
    data = Archive().add("a", PAGE, [("Content-Type", "text/html")]).data
    whole = data + data.replace(b"URI: a", b"URI: b")
    items = read("a.warc", io.BufferedReader(io.BytesIO(whole[:-99])), RAW)  # type: ignore[arg-type]
    assert list(named([next(items)[1]])) == ["a"]
    with pytest.raises(UnreadableError, match="truncated"):
        next(items)


def test_what_is_no_archive_is_told() -> None:
    with pytest.raises(UnreadableError, match="not a WARC file"):
        given_by(b"<html>")


@given(st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=3)), min_size=1, max_size=5))
def test_any_damage_gives_documents_or_reasons(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(files.warc([("a", TEXT), ("b", TEXT)], packed=False))
    for at, piece in changes:
        data[at % len(data) : at % len(data) + 1] = piece
    with suppress(UnreadableError):
        assert all(isinstance(item, (Document, Failure)) for item in given_by(bytes(data)))
