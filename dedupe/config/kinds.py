"""The kind of a file: from its first bytes if they are conclusive, else from its name."""

from __future__ import annotations

import os
import re

from dedupe.core import regex
from dedupe.text.decode import MARKS

TEXT, JSONL, JSON, CSV, TSV = "txt", "jsonl", "json", "csv", "tsv"
PARQUET, ARROW, HTML, WARC, DOCX = "parquet", "arrow", "html", "warc", "docx"
ZIP, TAR = "zip", "tar"
KINDS = (TEXT, JSONL, JSON, CSV, TSV, PARQUET, ARROW, HTML, WARC, DOCX, ZIP, TAR)
# Other suffixes for the same kinds. Suffixes of archives packed as a whole are not split here.
OTHERS = {
    DOCX: (".docm", ".dotx"),
    TEXT: (".text", ".md", ".markdown", ".log"),
    JSONL: (".jsonlines", ".jl", ".ndjson"),
    HTML: (".htm", ".xhtml", ".xht", ".shtml"),
    ARROW: (".feather",),
    WARC: (".wet",),
    TAR: (".tgz", ".tzst", ".txz", ".tbz2", ".tbz"),
}
SUFFIXES = {f".{kind}": kind for kind in KINDS} | {name: kind for kind, names in OTHERS.items() for name in names}
# The suffixes of packed files, each with the way they are packed.
PACKINGS = {".gz": ".gz", ".zst": ".zst", ".zstd": ".zst", ".xz": ".xz", ".bz2": ".bz2"}
MAIN, RAW = HTML_WAYS = ("main", "raw")
MAIN, ALL = DOCX_WAYS = ("main", "all")
# Kinds that `clean` cannot write: it writes their text as JSON lines.
EXTRACTED = frozenset((HTML, WARC, DOCX, ZIP, TAR))
# Kinds that hold one document, which has no record id.
SINGLE = frozenset((TEXT, HTML, DOCX))
# Kinds that hold files.
ARCHIVES = frozenset((ZIP, TAR))

# No text begins with one of these. Four bytes of ones stand before each message of an Arrow stream.
SIGNS = (
    (b"PAR1", PARQUET),
    (b"ARROW1", ARROW),
    (b"FEA1", ARROW),
    (b"\xff\xff\xff\xff", ARROW),
    (b"WARC/", WARC),
    (b"PK\x05\x06", ZIP),
)
ZIPPED, TAR_SIGN, TAR_AT = b"PK\x03\x04", b"ustar", 257
# How an Office file begins; each of them is also a zip archive.
OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"customXml/")
PACKING_SIGNS = ((b"\x1f\x8b\x08", ".gz"), (b"\x28\xb5\x2f\xfd", ".zst"), (b"\xfd7zXZ\0", ".xz"))
# A text can begin with BZh, so the number behind it must match: the digits of pi, or of its root for an empty file.
BZIP2_RE = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
ROW_RE = regex.compile(r'\s*\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}\s*$)')
ARRAY_RE = regex.compile(r'\s*\[\s*\{\s*(?:"|\}\s*[],])')
# An object and another one on the next line; an object nested in a multi-line object does not count.
ROWS_RE = regex.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")
# Keys under which an object holds all records of a file, and the beginning of such an object.
HOLDERS = ("data", "rows", "records", "items", "examples", "documents")
HOLDER_RE = regex.compile(
    rf"""\s*\{{\s* (?: "[^"\\\n]*" \s*:\s* (?: "[^"\\\n]*" | [\w.+-]+ ) \s*,\s* )*
    "(?:{"|".join(HOLDERS)})" \s*:\s* \[ \s* \{{""",
    re.VERBOSE,
)
# An array, or an object that continues below its first line, with a field or with an array element that a comma
# follows. A line that breaks off is damaged, and the next line is a record of its own.
SPREAD_RE = regex.compile(
    r"""\s* (?: \[ \s* \{ \s* " | \{ [ \t\r]* \n \s* ["}]
    | \{ [ \t]* "[^"\n]*" [ \t]* : [ \t]* (?: \{ [ \t\r]* \n \s* ["}]
    | \[ [ \t\r]* \n \s* (?: \] | \{ [ \t\r]* \n | \{ [^\n]* , [ \t\r]* \n ) ) )""",
    re.VERBOSE,
)
PAGE_RE = regex.compile(r"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b")
ENDING_RE = regex.compile(r"\.[a-z0-9][a-z0-9_+-]{0,15}")
SEEN = 4096  # characters that decide the kind of a text


def name_pattern() -> str:
    """Return a regular expression for the names of files that are read, for hooks, which pass names one by one."""
    names, packings = ("|".join(name[1:] for name in sorted(table)) for table in (SUFFIXES, PACKINGS))
    return rf"(?i)\.({names})(\.({packings}))?$"


def suffix_of(name: str) -> str:
    """Return the known suffix of a name, without its packing suffix; empty for others."""
    stem, end = os.path.splitext(name.lower())
    suffix = os.path.splitext(stem)[1] if end in PACKINGS else end
    return suffix if suffix in SUFFIXES else ""


def named_kind(name: str) -> str:
    """Return the kind that the name of a file tells; empty if it tells none."""
    return SUFFIXES.get(suffix_of(name), "")


def ending_of(name: str) -> str:
    """Return how a file of another kind is counted: by its suffix, with that of the packing; empty if it has none.

    >>> ending_of("a.PDF"), ending_of("b.xls.gz"), ending_of("006"), ending_of("第3.1章 总结")
    ('.pdf', '.xls.gz', '', '')
    """
    stem, end = os.path.splitext(name.lower())
    inner = os.path.splitext(stem)[1] if end in PACKINGS else ""
    return f"{inner if ENDING_RE.fullmatch(inner) else ''}{end if ENDING_RE.fullmatch(end) else ''}"


def is_plain(name: str) -> bool:
    """True if a file of this name holds plain text: it is not packed, an archive, a page or a .docx file."""
    if any(named_kind(part) in ARCHIVES for part in name.split("/")[:-1]):
        return False
    return not name.lower().endswith(tuple(PACKINGS)) and (named_kind(name) or TEXT) == TEXT


def unpacked_name(name: str) -> str:
    """Return the name without its packing suffix."""
    stem, end = os.path.splitext(name)
    return stem if end.lower() in PACKINGS else name


def packing_of(name: str, head: bytes) -> str:
    """Return how a file is packed: one of `PACKINGS`, or empty. The name counts unless the content contradicts it."""
    if BZIP2_RE.match(head):
        return ".bz2"
    named = PACKINGS.get(os.path.splitext(name.lower())[1], "")
    return next((packing for sign, packing in PACKING_SIGNS if head.startswith(sign)), named)


def kind_of(name: str, head: bytes, given: str = "") -> str:
    r"""Return the kind of a file, from its name or from `given`, and the beginning of its unpacked content.

    >>> kind_of("a.txt", b"PAR1"), kind_of("a", b'{"text": "b"}\n'), kind_of("a", "[姓名]".encode())
    ('parquet', 'jsonl', 'txt')
    >>> kind_of("a.jsonl", b'{\n  "text": "b"\n}')
    'json'
    """
    sign = _sign(name, head)
    if sign or given:
        return sign or given
    named = named_kind(name)
    if named and named not in (JSON, JSONL):
        return named
    text = _text(head)
    if named == JSONL:  # many files of another form are called .jsonl
        return JSON if SPREAD_RE.match(text) else JSONL
    if ROWS_RE.match(text):  # many files of JSON lines are called .json
        return JSONL
    return named or _guess(text)


def _sign(name: str, head: bytes) -> str:
    """Return the kind that the first bytes prove; empty if they prove none."""
    if head.startswith(ZIPPED):
        is_office = named_kind(name) == DOCX or head[30:].startswith(OFFICE)
        return DOCX if is_office else ZIP
    if head[TAR_AT:].startswith(TAR_SIGN):
        return TAR
    return next((kind for start, kind in SIGNS if head.startswith(start)), "")


def _text(head: bytes) -> str:
    codec = next((codec for mark, codec in MARKS if head.startswith(mark)), "utf-8")
    return head.decode(codec, "ignore").lstrip("\ufeff")


def _guess(text: str) -> str:
    """Guess the kind of a text whose name does not tell; never a table, because prose has commas too."""
    seen = text[:SEEN]
    if ARRAY_RE.match(seen) or HOLDER_RE.match(seen):
        return JSON
    if ROW_RE.match(seen):
        first = text.lstrip().partition("\n")[0].rstrip()
        return JSON if "\n" in text.strip() and not first.endswith("}") else JSONL
    return HTML if PAGE_RE.match(seen) else TEXT
