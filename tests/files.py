"""One corpus written as every kind of file, by the libraries that others write such files with."""

from __future__ import annotations

import bz2
import csv
import gzip
import html
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Records = Sequence[tuple[str, str]]  # id and text

MENU = '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zj/">总结</a></li></ul>'
FOOT = '<div class="footer"><p>版权所有 云麓文库</p></div>'


def jsonl(records: Records) -> bytes:
    return "".join(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n" for name, text in records).encode()


def array(records: Records) -> bytes:
    return json.dumps([{"id": name, "text": text} for name, text in records], ensure_ascii=False, indent=2).encode()


def table(records: Records, delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("id", "source", "text"), *((name, "云麓, 文库", text) for name, text in records)])
    return out.getvalue().encode()


def tabbed(records: Records) -> bytes:
    return table(records, "\t")


def parquet(records: Records) -> bytes:
    columns = {
        "id": pa.array([name for name, _ in records]),
        "score": pa.array([len(text) / 7 for _, text in records], pa.float32()),
        "text": pa.array([text for _, text in records], pa.large_string()),
        "tags": pa.array([["a", name] for name, _ in records]),
    }
    made = pa.table(columns).replace_schema_metadata({"origin": "tests"})
    out = io.BytesIO()
    pq.write_table(made, out, row_group_size=2, compression="zstd", write_page_checksum=True)
    return out.getvalue()


def feather(records: Records) -> bytes:
    """A file of Arrow with what a batch says it unpacks to."""
    return _arrow(records, pa.ipc.new_file, "zstd")


def stream(records: Records) -> bytes:
    """A stream of Arrow, as the library datasets writes it."""
    return _arrow(records, pa.ipc.new_stream, None)


def _arrow(records: Records, make: Callable[..., Any], packing: str | None) -> bytes:
    columns = {"id": [name for name, _ in records], "text": [text for _, text in records], "n": [1] * len(records)}
    table, out = pa.table(columns), io.BytesIO()
    with make(out, table.schema, options=pa.ipc.IpcWriteOptions(compression=packing)) as writer:
        writer.write_table(table, max_chunksize=2)
    return out.getvalue()


def zipped(names: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(names: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def page(text: str) -> str:
    """A page of a site around a text, which begins with its title."""
    title, *lines = (html.escape(line) for line in text.split("\n"))
    body = "".join(f"<p>{line}</p>\n" for line in lines)
    head = f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{title}_云麓文库</title></head>'
    return f"{head}\n<body>{MENU}<article><h1>{title}</h1>\n{body}</article>{FOOT}</body></html>\n"


def warc(records: Records, packed: bool = True) -> bytes:
    """An archive with a page for each record, and what else a crawl brings home."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)

    def write(address: str, form: str, body: bytes, status: str = "200 OK") -> None:
        headers = StatusAndHeaders(status, [("Content-Type", form)], protocol="HTTP/1.1")
        payload = io.BytesIO(body)
        writer.write_record(writer.create_warc_record(address, "response", payload, http_headers=headers))

    writer.write_record(writer.create_warcinfo_record("crawl.warc", {"software": "tests"}))
    write("http://example.com/logo.png", "image/png", b"\x89PNG")
    write("http://example.com/gone", "text/html", page("没有这一页\n找不到您要的网页。").encode(), "404 Not Found")
    for name, text in records:
        write(name, "text/html; charset=utf-8", page(text).encode())
    return out.getvalue()


def plain_warc(records: Records) -> bytes:
    return warc(records, packed=False)


def word(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


RECORD_KINDS: dict[str, Callable[[Records], bytes]] = {
    "jsonl": jsonl,
    "ndjson": jsonl,
    "json": array,
    "csv": table,
    "tsv": tabbed,
    "parquet": parquet,
    "arrow": stream,
    "feather": feather,
    "warc": plain_warc,
    "warc.gz": warc,
}
SINGLE_KINDS: dict[str, Callable[[str], bytes]] = {
    "txt": str.encode,
    "md": str.encode,
    "html": lambda text: page(text).encode(),
    "htm": lambda text: page(text).encode("gb18030"),
    "docx": word,
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


def made(kind: str, records: Records) -> bytes:
    """A file of records, or one of the first of them."""
    return RECORD_KINDS[kind](records) if kind in RECORD_KINDS else SINGLE_KINDS[kind](records[0][1])


def write(folder: Path, kind: str, records: Records) -> Path:
    """The corpus in a folder of its own: one file of records, or a file for each text."""
    folder.mkdir()
    if kind in RECORD_KINDS:
        (folder / f"corpus.{kind}").write_bytes(RECORD_KINDS[kind](records))
    else:
        for number, (_, text) in enumerate(records):
            (folder / f"{number}.{kind}").write_bytes(SINGLE_KINDS[kind](text))
    return folder
