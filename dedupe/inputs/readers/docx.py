"""A .docx file: one document, its paragraphs and tables in order.

We parse its XML ourselves, because libraries give only the runs of a paragraph and silently omit the text in content
controls, text boxes, tracked changes and fields.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat
from zipfile import ZipFile

from dedupe.config.kinds import ALL
from dedupe.core.errors import UnreadableError
from dedupe.core.model import Document, Failure
from dedupe.inputs.readers.compressed import STEP, Bound, bound_of, seekable
from dedupe.inputs.readers.extras import explained
from dedupe.inputs.readers.zip import check_listing

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a .docx file"
OLD = b"\xd0\xcf\x11\xe0"
MAIN_PART, RELATIONS = "word/document.xml", "_rels/.rels"
# Namespaces of the text, in the form that Word writes and in the strict form, and of formulas.
SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
ALTERNATIVE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"  # repeats the same content
# Elements without text, or without text that is shown: deleted or moved text, field codes, run styles, readings.
NO_TEXT = frozenset(
    tuple("pPr rPr tblPr tblGrid trPr sectPr sdtPr sdtEndPr del moveFrom delText instrText delInstrText rt".split())
)
BREAKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "br": "\n", "noBreakHyphen": "-"}
NO_LINES = ("page", "column")  # kinds of breaks that end no line
NOTES, REST = ("footnotes", "endnotes"), ("header", "footer", "comments")  # kinds of parts beside the main one
DEEPEST = 200  # nested paragraphs and cells
NO_NOTE = ("separator", "continuationSeparator", "continuationNotice")


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the text: a line for each paragraph, and for each row of a table its cells with tabs between them.

    Text boxes follow their paragraph, and notes follow the whole text; if all is asked for, headers, footers and
    comments come after them.
    """
    bound = bound_of(stream, settings.max_expansion)
    stream = seekable(stream)
    if stream.read(len(OLD)) == OLD:
        raise UnreadableError("an old .doc, or locked with a password: save it as .docx, without one")
    check_listing(stream, WHAT)
    with explained(WHAT), ZipFile(stream) as archive:
        main = next((part for kind, part in _related(archive, "", RELATIONS, bound) if kind == "officeDocument"), "")
        main = main if main in archive.NameToInfo else MAIN_PART
        if main not in archive.NameToInfo:
            raise UnreadableError("no text of Word in it: a spreadsheet, slides or another file of Office, perhaps")
        body = _Text.of(archive, main, bound)
        if body.root != "document":
            raise UnreadableError("no text of Word in it: a spreadsheet, slides or another file of Office, perhaps")
        lines = [*body.lines, *_beside(archive, main, bound, settings.docx == ALL)]
    yield 1, Document(path, "\n".join(lines))
    if body.has_others:
        reason = "a part of another kind (an altChunk) in it is not read: open it in Word, and save it again"
        yield 1, Failure(path, reason)


def _beside(archive: ZipFile, main: str, bound: Bound, wants_all: bool) -> Iterator[str]:
    """Yield the lines of notes, and if all is wanted also of headers, footers and comments, each once."""
    home, name = posixpath.split(main)
    related = list(_related(archive, home, f"{home}/_rels/{name}.rels", bound))
    for wanted in (*NOTES, *(REST if wants_all else ())):
        for part in dict.fromkeys(part for kind, part in related if kind == wanted):
            if part in archive.NameToInfo:
                yield from filter(None, _Text.of(archive, part, bound).lines)


def _related(archive: ZipFile, home: str, part: str, bound: Bound) -> Iterator[tuple[str, str]]:
    """Yield the kinds and names of the parts to which a part refers, without those outside the file."""
    if part not in archive.NameToInfo:
        return
    found: list[tuple[str, str]] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name.endswith("Relationship") and given.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", home, given.get("Target", "")))
            found.append((given.get("Type", "").rpartition("/")[2], target.lstrip("/")))

    _parse(_pieces(archive, part, bound), start)
    yield from found


def _pieces(archive: ZipFile, part: str, bound: Bound) -> Iterator[bytes]:
    with archive.open(part) as file:
        while piece := file.read(STEP):
            bound.add(len(piece))
            yield piece


def _parse(
    pieces: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element of the XML; nothing is held, so nesting costs nothing. Entities are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    if end and text:
        parser.EndElementHandler, parser.CharacterDataHandler = end, text
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise UnreadableError("declares entities, which no .docx file does: leave it out")


@dataclass
class _Frame:
    """An open element: a text, a box, a cell, a row, a paragraph. `parts` are its lines, cells or runs.

    For a paragraph, `boxes` are lines that stand in it but do not belong to it.
    """

    kind: str
    parts: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    is_left_out: bool = False


class _Text:
    """Collects the lines of one part."""

    def __init__(self) -> None:
        self._open = [_Frame("text")]
        self._without = 0  # depth inside an element without text
        self._in_text = False
        self.root = ""
        self.has_others = False

    @classmethod
    def of(cls, archive: ZipFile, part: str, bound: Bound) -> _Text:
        """Return the text of a part."""
        text = cls()
        _parse(_pieces(archive, part, bound), text._start, text._end, text._add)
        return text

    @property
    def lines(self) -> list[str]:
        """Return all lines."""
        return self._open[0].parts

    def _start(self, full: str, given: dict[str, str]) -> None:
        space, _, name = full.rpartition(" ")
        self.root = self.root or name
        if self._without or full == ALTERNATIVE or (space in SPACES and self._is_nothing(name, given)):
            self._without += 1
        elif space not in SPACES:
            return
        elif name == "t":
            self._in_text = True
        elif name in BREAKS and _attribute(given, "type") not in NO_LINES:
            self._open[-1].parts.append(BREAKS[name])
        elif name in ("p", "tr", "tc", "txbxContent"):
            self._open.append(_Frame(name))
            if len(self._open) > DEEPEST:  # each level passes its content on
                raise UnreadableError("nested more than {number} deep, which no text of Word is: leave it out", DEEPEST)
        elif name == "vMerge" and _attribute(given, "val") != "restart":
            self._open[-1].is_left_out = True  # the cell continues the one above
        self.has_others |= name == "altChunk"

    def _is_nothing(self, name: str, given: dict[str, str]) -> bool:
        return name in NO_TEXT or (name in ("footnote", "endnote") and _attribute(given, "type") in NO_NOTE)

    def _add(self, text: str) -> None:
        if self._in_text and not self._without:
            self._open[-1].parts.append(text)

    def _end(self, full: str) -> None:
        space, _, name = full.rpartition(" ")
        if self._without:
            self._without -= 1
        elif space in SPACES and name == "t":
            self._in_text = False
        elif space in SPACES and name == self._open[-1].kind:
            self._close(self._open.pop())

    def _close(self, frame: _Frame) -> None:
        """Add what a frame holds to the frame around it."""
        around = self._open[-1]
        lines = frame.parts
        if frame.kind == "p":
            lines = ["".join(frame.parts), *frame.boxes]
        elif frame.kind == "tr":
            lines = ["\t".join(frame.parts)]
        elif frame.kind == "tc":
            lines = [] if frame.is_left_out else ["\n".join(frame.parts)]
        (around.boxes if around.kind == "p" else around.parts).extend(lines)


def _attribute(given: dict[str, str], name: str) -> str:
    """Return an attribute of the text's own namespace."""
    return next((value for key, value in given.items() if key.rpartition(" ")[2] == name), "")
