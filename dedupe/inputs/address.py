"""Find a document by the name that reports print: `page.txt`, `records.jsonl#id`, with `:18–23` some lines of it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from dedupe.config.settings import Settings
from dedupe.core.errors import CorpusError
from dedupe.core.messages import say
from dedupe.core.model import Document, Failure, Span
from dedupe.inputs.find import find, is_there
from dedupe.inputs.sources import STDIN, read
from dedupe.rules.scan import Lines

LINES_RE = re.compile(r"(?P<name>.+):(?P<first>\d{1,9})(?:[-–](?P<last>\d{1,9}))?")
Pair = tuple[int, int]  # first and last line
SHOWN, LOOKED_AT = 5, 10_000  # ids that an error shows, and ids that it chooses from


@dataclass(frozen=True, slots=True)
class Extract:
    """A document, and the stretch of it that is meant: the whole, or some lines."""

    document: Document
    span: Span

    @property
    def text(self) -> str:
        """Return the text of the stretch."""
        return self.document.text[self.span.start : self.span.end]


def extract(given: str, settings: Settings) -> Extract:
    """Return the document that a name means, or some lines of it.

    Raises CorpusError if there is none, if a file holds several records and none is named, or if it cannot be read.
    """
    path, record, lines = _parts(given)
    try:
        documents = fetch(path, {record}, settings)
    except CorpusError:
        record, lines = _cut_lines(record or "")
        if lines is None:
            raise
        documents = fetch(path, {record}, settings)
    return Extract(documents[record], _span(documents[record], given, lines))


def fetch(path: str, wanted: Collection[str | None], settings: Settings) -> dict[str | None, Document]:
    """Return documents of one path by record id; None means the only document of the path.

    It reads the file once, and no further than necessary. Raises CorpusError if a document is not found.
    """
    if os.path.isdir(path):
        raise CorpusError(path, "is a folder: name one document, such as a file in it")
    # A user who names one document wants it, even if a configuration excludes it from the corpus.
    sources, failures = find((path,), replace(settings, exclude_always=()))
    if failures:
        raise CorpusError(failures[0].path, failures[0].reason)
    items = read(sources[0], settings)
    return {None: _only(path, items)} if None in wanted else _records(path, items, wanted)


def _only(path: str, items: Iterable[Document | Failure]) -> Document:
    """Return the one document of a path that needs no record id."""
    known: list[Document] = []
    failure: Failure | None = None
    for item in islice(items, SHOWN + 1):
        if isinstance(item, Failure):
            failure = failure or item
        else:
            known.append(item)
    if len(known) == 1:
        return known[0]
    if failure and not known:
        raise CorpusError(failure.path, failure.reason)
    raise CorpusError(path, _which(path, None, [document.record or "" for document in known]))


def _records(
    path: str, items: Iterable[Document | Failure], wanted: Collection[str | None]
) -> dict[str | None, Document]:
    """Return the records with these ids."""
    found: dict[str | None, Document] = {}
    ids: list[str | None] = []
    failure: Failure | None = None
    for item in items:
        if isinstance(item, Failure):
            failure = failure or item
            continue
        ids.append(item.record)
        if item.record in wanted:
            found[item.record] = item
            if len(found) == len(wanted):
                return found
    if failure and not ids:
        raise CorpusError(failure.path, failure.reason)
    missing = min(record or "" for record in wanted if record not in found)
    if ids == [None]:
        raise CorpusError(
            path, "is one text and has no record {record}: leave out what follows its name", repr(missing)
        )
    raise CorpusError(path, _which(path, missing, [record or "" for record in ids]))


def _parts(given: str) -> tuple[str, str | None, Pair | None]:
    """Return path, record and lines of a name; if a file has the whole name, that is the path, whatever it holds."""
    if given == STDIN or os.path.exists(given):
        return given, None, None
    ends = [at for at, char in enumerate(given) if char == "#" and is_there(given[:at])]
    if ends:
        return given[: ends[-1]], given[ends[-1] + 1 :], None
    name, lines = _cut_lines(given)
    return (name, None, lines) if is_there(name) else (given, None, None)


def _cut_lines(given: str) -> tuple[str, Pair | None]:
    found = LINES_RE.fullmatch(given)
    if not found:
        return given, None
    return found["name"], (int(found["first"]), int(found["last"] or found["first"]))


def _which(path: str, record: str | None, ids: Sequence[str]) -> str:
    """Return the message for an unclear record."""
    if not ids:
        return "holds no records"
    near = get_close_matches(record or "", islice(ids, LOOKED_AT), SHOWN) or ids[:SHOWN]
    named = ", ".join(near) + (" …" if len(ids) > len(near) else "")
    if record is None:
        return say("holds several records: name one, as in {example} (there are {named})", f"{path}#{ids[0]}", named)
    return say("has no record {record}: there are {named}", repr(record), named)


def _span(document: Document, given: str, lines: Pair | None) -> Span:
    if lines is None:
        return Span(0, len(document.text))
    first, last = lines
    starts = Lines(document.text).starts
    if not 1 <= first <= last <= len(starts):
        raise CorpusError(given, "there are no such lines: the document has lines 1–{last}", len(starts))
    end = starts[last] if last < len(starts) else len(document.text)
    return Span(starts[first - 1], end)
