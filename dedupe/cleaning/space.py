"""What choosing and cutting know of a corpus: its documents as they are now, and what has left them so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dedupe.cleaning.cuts import Cut, Reason, compose, rejoined, to_source
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Finding
from dedupe.inputs.spill import Spill


@dataclass(kw_only=True)
class Edits:
    """What has left the documents of one file, which is at `path` in the result; `ids` are those of its records.

    By number of the part: `codecs` are the encodings of documents that are text or JSON lines, `cuts` what has left
    them, in places of the source, and `gone` why those left that did so as a whole.
    """

    path: str
    ids: dict[int, str | None] = field(default_factory=dict)
    codecs: dict[int, str] = field(default_factory=dict)
    cuts: dict[int, list[Cut]] = field(default_factory=dict)
    gone: dict[int, Reason] = field(default_factory=dict)


class Space(ABC):
    """A corpus while it is cleaned.

    `files` are by the path that a report gives them, `documents` how many there were.
    """

    files: Mapping[str, Edits]
    settings: Settings
    spill: Spill
    documents: int

    @abstractmethod
    def documents_of(self, place: str) -> Iterator[tuple[int, Document]]:
        """The documents of a file as they are now, each with the number of its part in the source.

        They are called as in the source: a record without an id by its line there, however many have left before it.
        """

    @abstractmethod
    def source_text(self, place: str, number: int) -> str:
        """The text that a document had."""

    @abstractmethod
    def write(self, place: str) -> None:
        """Let the next look see a file without what has left it."""

    def named(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of a look, with records called as in the source."""
        return iter(findings)

    def all_keys(self) -> Iterator[tuple[str, str | None]]:
        """The path and the record of every document that is still there."""
        for place, file in self.files.items():
            yield from ((place, record) for number, record in file.ids.items() if number not in file.gone)

    def number(self, place: str, record: str | None) -> int:
        """The number of the part in the source that a document has."""
        return next(number for number, name in self.files[place].ids.items() if name == record)

    def spelt(self, place: str, number: int, finding: Finding) -> Finding:
        """The finding, without a suggestion that the encoding of its document has no letters for."""
        if finding.suggestion is None:
            return finding
        try:
            finding.suggestion.text.encode(self.files[place].codecs.get(number, "utf-8"))
        except UnicodeEncodeError:
            return finding._replace(suggestion=None)
        return finding

    def take(self, place: str, number: int, cuts: Sequence[Cut]) -> None:
        """Note cuts of the text that a document has now."""
        file = self.files[place]
        composed = compose(file.cuts.get(number, ()), cuts)
        if len(composed) > len(cuts):
            composed = rejoined(self.source_text(place, number), composed)
        file.cuts[number] = composed

    def put_back(self, key: tuple[str, str | None], removal: int) -> int:
        """Undo a removal of a document by its number, and write the file; how many documents that brings back."""
        place, file, number = key[0], self.files[key[0]], self.number(*key)
        file.cuts[number] = [cut for cut in file.cuts[number] if cut.reason.removal != removal]
        is_back = file.gone.pop(number, None) is not None
        self.write(place)
        return int(is_back)

    def in_source(self, place: str, number: int, span: tuple[int, int]) -> tuple[str, str | None, int, int]:
        """A place of a document as it is now, in its source: the path below the folder, record, start and end."""
        file = self.files[place]
        cuts = file.cuts.get(number, ())
        return file.path, file.ids[number], to_source(cuts, span[0]), to_source(cuts, max(span[0], span[1] - 1)) + 1
