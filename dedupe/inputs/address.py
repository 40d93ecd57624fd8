"""A document by the name that reports print: `page.txt`, `records.jsonl#id`, and with `:18–23` some lines of it."""

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
SHOWN, LOOKED_AT = 5, 10_000  # ids that an error shows, and that it chooses them from


@dataclass(frozen=True, slots=True)
class Extract:
    """A document, and the stretch of it that is meant: all of it, or some lines."""

    document: Document
    span: Span

    @property
    def text(self) -> str:
        """The text of the stretch."""
        return self.document.text[self.span.start : self.span.end]


def extract(given: str, settings: Settings) -> Extract:
    """The document that a name means, or some lines of it.

    Raises CorpusError where there is none, where a file holds several records and none is named, or where it cannot
    be read.
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
    """Documents of one path by the id of their record; None means the only one that the path holds.

    The file is read once, and no further than need be. Raises CorpusError where one of them cannot be had.
    """
    if os.path.isdir(path):
        raise CorpusError(path, "is a folder: name one document, such as a file in it")
    # Whoever names one document wants that one, whatever a configuration keeps out of the corpus.
    sources, failures = find((path,), replace(settings, exclude_always=()))
    if failures:
        raise CorpusError(failures[0].path, failures[0].reason)
    items = read(sources[0], settings)
    return {None: _only(path, items)} if None in wanted else _records(path, items, wanted)


def _only(path: str, items: Iterable[Document | Failure]) -> Document:
    """The one document of a path that needs no further name."""
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
    """The records of these ids."""
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
    """Path, record and lines of a name; a file that is there is taken by its whole name, whatever stands in it."""
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
    """What to say where it is not clear which record is meant."""
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
