"""The corpus as choosing and cutting see it: its documents as they are now, and what has been removed so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dedupe.cleaning.cuts import Cut, Reason, compose, rejoined, to_source
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Finding
from dedupe.inputs.spill import Spill


@dataclass(kw_only=True)
class Edits:
    """What was removed from the documents of one file, whose path in the result is `path`; `ids` are its record ids.

    By part number: `codecs` are the encodings of documents that are text or JSON Lines, `cuts` what was removed from
    each, in source offsets, and `gone` why whole documents were removed.
    """

    path: str
    ids: dict[int, str | None] = field(default_factory=dict)
    codecs: dict[int, str] = field(default_factory=dict)
    cuts: dict[int, list[Cut]] = field(default_factory=dict)
    gone: dict[int, Reason] = field(default_factory=dict)


class Space(ABC):
    """A corpus while it is cleaned.

    `files` are keyed by the path in reports; `documents` is the number of documents at the start.
    """

    files: Mapping[str, Edits]
    settings: Settings
    spill: Spill
    documents: int

    @abstractmethod
    def documents_of(self, place: str) -> Iterator[tuple[int, Document]]:
        """Yield the documents of a file as they are now, each with the number of its part in the source.

        They are named as in the source: a record without an id by its line there, however many before it are gone.
        """

    @abstractmethod
    def source_text(self, place: str, number: int) -> str:
        """Return the original text of a document."""

    @abstractmethod
    def write(self, place: str) -> None:
        """Rewrite a file without what was removed, so that the next round sees it so."""

    def all_keys(self) -> Iterator[tuple[str, str | None]]:
        """Yield the path and record of every document that is still there."""
        for place, file in self.files.items():
            yield from ((place, record) for number, record in file.ids.items() if number not in file.gone)

    def number(self, place: str, record: str | None) -> int:
        """Return the number of a document's part in the source."""
        return next(number for number, name in self.files[place].ids.items() if name == record)

    def spelt(self, place: str, number: int, finding: Finding) -> Finding:
        """Return the finding; drop its suggestion if the document's encoding cannot represent that."""
        if finding.suggestion is None:
            return finding
        try:
            finding.suggestion.text.encode(self.files[place].codecs.get(number, "utf-8"))
        except UnicodeEncodeError:
            return finding._replace(suggestion=None)
        return finding

    def take(self, place: str, number: int, cuts: Sequence[Cut]) -> None:
        """Record cuts, given as places in a document's current text."""
        file = self.files[place]
        composed = compose(file.cuts.get(number, ()), cuts)
        if len(composed) > len(cuts):
            composed = rejoined(self.source_text(place, number), composed)
        file.cuts[number] = composed

    def put_back(self, key: tuple[str, str | None], removal: int) -> int:
        """Undo a removal by its number and rewrite the file; return how many documents come back (0 or 1)."""
        place, file, number = key[0], self.files[key[0]], self.number(*key)
        file.cuts[number] = [cut for cut in file.cuts[number] if cut.reason.removal != removal]
        is_back = file.gone.pop(number, None) is not None
        self.write(place)
        return int(is_back)

    def in_source(self, place: str, number: int, span: tuple[int, int]) -> tuple[str, str | None, int, int]:
        """Map a span of a document as it is now to its source: path below the folder, record, start and end."""
        file = self.files[place]
        cuts = file.cuts.get(number, ())
        return file.path, file.ids[number], to_source(cuts, span[0]), to_source(cuts, max(span[0], span[1] - 1)) + 1
