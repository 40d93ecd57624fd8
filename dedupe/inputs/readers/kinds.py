"""What kind of file some bytes are: by what they begin with where that is certain, else by the name."""

from __future__ import annotations

import os
import re

from dedupe.text.decode import MARKS

TEXT, JSONL, JSON, CSV, TSV = "txt", "jsonl", "json", "csv", "tsv"
PARQUET, HTML, WARC, DOCX = "parquet", "html", "warc", "docx"
KINDS = (TEXT, JSONL, JSON, CSV, TSV, PARQUET, HTML, WARC, DOCX)
SUFFIXES = {f".{kind}": kind for kind in KINDS} | {".md": TEXT, ".ndjson": JSONL, ".htm": HTML}
PACKINGS = (".gz", ".zst", ".xz", ".bz2")
MAIN, RAW = HTML_WAYS = ("main", "raw")
# Kinds of which `clean` cannot write a file: it writes what was read as JSON lines.
EXTRACTED = frozenset((HTML, WARC, DOCX))
# Kinds that hold one document, which has no record of its own.
SINGLE = frozenset((TEXT, HTML, DOCX))

SIGNS = ((b"PAR1", PARQUET), (b"PK\x03\x04", DOCX), (b"WARC/", WARC))
PACKING_SIGNS = ((b"\x1f\x8b\x08", ".gz"), (b"\x28\xb5\x2f\xfd", ".zst"), (b"\xfd7zXZ\0", ".xz"))
# A text can begin with BZh; the number behind it is that of pi, or of its root where the file is empty.
BZIP2_RE = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
ROW_RE = re.compile(r'\s*\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}\s*$)')
ARRAY_RE = re.compile(r'\s*\[\s*\{\s*(?:"|\}\s*[],])')
# An object and another one on the next line; what stands inside an object on more lines is no object of its own.
ROWS_RE = re.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")
PAGE_RE = re.compile(r"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b")
SEEN = 4096  # characters that tell what a text is


def suffix_of(name: str) -> str:
    """The known suffix of a name, without that of its packing; empty for others."""
    stem, end = os.path.splitext(name.lower())
    suffix = os.path.splitext(stem)[1] if end in PACKINGS else end
    return suffix if suffix in SUFFIXES else ""


def is_plain(name: str) -> bool:
    """Whether a file of this name holds its text as it stands: it is not packed, and no page or .docx file."""
    suffix = suffix_of(name)
    return not name.lower().endswith(PACKINGS) and SUFFIXES.get(suffix, TEXT) == TEXT


def packing_of(name: str, head: bytes) -> str:
    """How a file is packed: one of `PACKINGS`, or empty. A name counts where the content is no sign of another."""
    if BZIP2_RE.match(head):
        return ".bz2"
    end = os.path.splitext(name.lower())[1]
    return next((packing for sign, packing in PACKING_SIGNS if head.startswith(sign)), end if end in PACKINGS else "")


def kind_of(name: str, head: bytes, given: str = "") -> str:
    r"""The kind of a file by its name, or as `given`, and the beginning of its unpacked content.

    >>> kind_of("a.txt", b"PAR1"), kind_of("a", b'{"text": "b"}\n'), kind_of("a", "[姓名]".encode())
    ('parquet', 'jsonl', 'txt')
    """
    sign = next((kind for start, kind in SIGNS if head.startswith(start)), "")
    if sign or given:
        return sign or given
    suffix = suffix_of(name)
    named = SUFFIXES[suffix] if suffix else ""
    if named and named != JSON:
        return named
    text = _text(head)
    if ROWS_RE.match(text):  # many a file of JSON lines is called .json
        return JSONL
    return named or _guess(text)


def _text(head: bytes) -> str:
    codec = next((codec for mark, codec in MARKS if head.startswith(mark)), "utf-8")
    return head.decode(codec, "ignore").lstrip("\ufeff")


def _guess(text: str) -> str:
    """The kind of a text whose name says nothing; tables are never guessed, for prose has commas too."""
    seen = text[:SEEN]
    if ARRAY_RE.match(seen):
        return JSON
    if ROW_RE.match(seen):
        first = text.lstrip().partition("\n")[0].rstrip()
        return JSON if "\n" in text.strip() and not first.endswith("}") else JSONL
    return HTML if PAGE_RE.match(seen) else TEXT
