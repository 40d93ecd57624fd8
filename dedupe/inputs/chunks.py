"""Cut large files of records and archives into pieces, so that worker processes share them and none holds a whole one.

A piece is some lines of a file of JSON lines. Packed files and other kinds are first copied record by record to a
temporary file of such lines. Each file inside an archive has its own pieces.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise, tee
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dedupe.config.kinds import ARCHIVES, JSONL, SINGLE
from dedupe.config.settings import reading_at
from dedupe.core.model import Failure, Progress
from dedupe.inputs.readers.jsonl import is_uncut, records_from
from dedupe.inputs.readers.records import named_apart
from dedupe.inputs.remote import is_remote
from dedupe.inputs.sources import (
    CANNOT_READ,
    ID_FIELD,
    STDIN,
    TEXT_FIELD,
    Piece,
    Source,
    is_archive,
    numbered,
    open_source,
    stamp_of,
    unpacked,
)
from dedupe.inputs.spill import room, spooled, text_size

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

LARGE = 4_000_000  # bytes of text from which a file is cut; with tiny records that is a hundred thousand documents
SIZE = 1_000_000  # bytes of a piece, or more if its last line is longer
HEAD = 4  # bytes that tell the encoding of a text


def is_large(source: Source) -> bool:
    """True if a source is to be cut if it holds records; never for a piece, even one of a single long line."""
    return source.piece is None and text_size(source) >= LARGE


@contextmanager
def laid_out(
    sources: list[Source], settings: Settings, progress: Progress | None, passed: Counter[str] | None = None
) -> Iterator[tuple[list[Source], list[Failure]]]:
    """Yield the sources to work on, and failures for those that could not be read.

    Standard input is copied to a file, because texts are read twice; large files and archives are cut into pieces.
    `passed` counts the files in archives that are not read.
    """
    if not any(source.file is None or is_cut(source) for source in sources):
        yield sources, []
        return
    with room():
        folder = TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-")
    with folder as name:
        files = [source if source.file else spooled(source, Path(name) / "stdin") for source in sources]
        yield cut([_recognised(source, settings) for source in files], settings, Path(name), progress, passed)


def is_cut(source: Source) -> bool:
    """True if a source may have to be cut into pieces."""
    return is_large(source) or is_archive(source)


def _recognised(source: Source, settings: Settings) -> Source:
    """Return standard input with its kind, if it is an archive."""
    if source.path != STDIN:
        return source
    try:
        with open_source(source) as stored:
            kind = unpacked(source, stored, settings)[0]
    except CANNOT_READ:
        return source
    return replace(source, kind=kind) if kind in ARCHIVES else source


def cut(
    sources: Sequence[Source],
    settings: Settings,
    folder: Path,
    progress: Progress | None,
    passed: Counter[str] | None = None,
) -> tuple[list[Source], list[Failure]]:
    """Return the sources with large record files and archives in pieces, and what could not be read of these files.

    Pieces have the path of their source, or of the file in it. They keep the order of its records and the names that
    the records have in the whole file. Temporary files go to the folder. Raises DedupeError if it has no room for them.
    """
    out, failures = list[Source](), list[Failure]()
    done, total = 0, sum(source.size for source in sources if is_cut(source))
    for number, source in enumerate(sources):
        if not is_cut(source):
            out.append(source)
            continue
        if progress:
            progress("cutting large files", done, total)
        try:
            out += _pieces(source, settings, folder / f"lines{number}", (failures, passed))
        except CANNOT_READ:
            out.append(source)  # whoever reads it will report why
        done += source.size
    return sorted(out, key=lambda source: source.path), failures


def _pieces(
    source: Source, settings: Settings, file: Path, others: tuple[list[Failure], Counter[str] | None]
) -> list[Source]:
    failures, passed = others
    settings = reading_at(settings, source.path)
    with open_source(source) as stored:
        kind, stream = unpacked(source, stored, settings)
        if kind in SINGLE or not (kind in ARCHIVES or is_large(source)):
            return [source]
        if kind == JSONL and stream is stored and not is_remote(source.file or ""):
            head = stored.read(HEAD)
            stored.seek(0)
            if not is_uncut(head, settings.encoding):
                found = replace(source, stamp=stamp_of(os.fstat(stored.fileno())))
                cuts = _cut_lines(source.path, stored, settings)
                return cuts.pieces(found, is_own=False) if cuts.items else [source]
    return written(source.path, numbered(source, settings, passed), file, failures)


@dataclass
class _Cuts:
    """Collects, line by line, where pieces begin (byte, line number and path), and `names` as in Piece.

    `items` is the number of lines that are not blank.
    """

    path: str
    size: int = 0
    line: int = 1
    starts: list[tuple[int, int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    items: int = 0

    def __post_init__(self) -> None:
        self.starts.append((0, 1, self.path))

    def add(self, length: int, path: str = "") -> None:
        """Register the next line, of a document with this path."""
        start, _, last = self.starts[-1]
        path = path or last
        if self.size == start:
            self.starts[-1] = self.size, self.line, path
        elif self.size - start >= SIZE or path != last:
            self.starts.append((self.size, self.line, path))
        self.size += length
        self.line += 1

    def watched(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines, and register each one."""
        for line in lines:
            self.add(len(line))
            yield line

    def pieces(self, source: Source, *, is_own: bool) -> list[Source]:
        """Return the source piece by piece."""
        numbers, out = list(self.names), []
        for (start, line, path), (end, following, _) in pairwise([*self.starts, (self.size, self.line, "")]):
            low, high = bisect_left(numbers, line), bisect_left(numbers, following)
            names = {number: self.names[number] for number in numbers[low:high]}
            piece = Piece(start, line, names, is_own)
            out.append(replace(source, path=path, size=end - start, kind=JSONL, piece=piece, is_member=False))
        return out


def _cut_lines(path: str, lines: Iterable[bytes], settings: Settings) -> _Cuts:
    """Find where JSON lines can be cut."""
    cuts = _Cuts(path)
    plain, others = tee(records_from(path, (1, cuts.watched(lines)), settings))
    for (number, item), (_, named) in zip(plain, named_apart(others)):
        cuts.items += 1
        if named is not item and not isinstance(named, Failure) and named.record:
            cuts.names[number] = named.record
    return cuts


def written(path: str, items: Iterable[Item], file: Path, failures: list[Failure], least: int = 0) -> list[Source]:
    """Write a file with a line of JSON per document; return its pieces, or one piece below `least` bytes."""
    cuts = _Cuts(path)
    with room():
        out = file.open("wb")
    try:
        for _, item in items:
            if isinstance(item, Failure):
                failures.append(item)
                continue
            record = {TEXT_FIELD: item.text, ID_FIELD: item.record}
            line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            with room():
                out.write(line)
            cuts.add(len(line), item.path)
    finally:
        with room():
            out.close()
    if cuts.size < least:
        del cuts.starts[1:]
    return cuts.pieces(Source(path, str(file), cuts.size, stamp=stamp_of(file.stat())), is_own=True)
