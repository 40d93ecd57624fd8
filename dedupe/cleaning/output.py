"""What a clean writes beside the corpus: manifest, quarantine, and the originals that cannot be rebuilt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from dedupe.cleaning import manifest
from dedupe.cleaning.audit import Audit
from dedupe.cleaning.cuts import Cut, Reason, apply
from dedupe.cleaning.decide import Ledger, Removal, Window
from dedupe.cleaning.manifest import Row
from dedupe.cleaning.names import Names
from dedupe.cleaning.options import Choices
from dedupe.cleaning.restore import rebuild
from dedupe.cleaning.space import Space
from dedupe.cleaning.workspace import File, Workspace
from dedupe.cleaning.writers import AnyContent, Fields, Part
from dedupe.config.kinds import unpacked_name
from dedupe.core.atomic import MANIFEST, QUARANTINE
from dedupe.core.model import Document, Suggestion
from dedupe.core.regular import read_regular
from dedupe.inputs.sources import is_archive, printable
from dedupe.text.essays import Essay, split

Taken = dict[tuple[str, str], tuple[int, int]]


class Changed(NamedTuple):
    """A document that a clean changes: its name in the result, its source, its text, and its cuts.

    `kept` in the reason of a cut is a place in the result. `is_gone`: all of it is removed. `file` is the path in the
    result, `number` the record's number in its file, from 1. `fields` are a record's, if the sink gets everything.
    """

    name: str
    path: str
    record: str | None
    text: str
    cuts: Sequence[Cut]
    is_gone: bool
    file: str
    number: int
    fields: Fields

    @property
    def after(self) -> str | None:
        """The text after the cuts; None if the document is removed."""
        return None if self.is_gone else apply(self.text, self.cuts)


Sink = Callable[[Changed], None]


def write_result(
    space: Workspace,
    choices: Choices,
    sink: Sink | None,
    what: tuple[Ledger, Audit] | None = None,
    everything: bool = False,
) -> Taken:
    """Write everything except the corpus itself, which is already there; return counts of removed spans and characters.

    The keys are the action and the relation of a copy, else the code, or "" for a consequence of other removals. With
    `everything` the sink also gets the unchanged documents.
    """
    from dedupe.core.version import version

    taken: Taken = {}
    removals = what[0].removals if what else {}
    essays = _write_essays(space) if choices.split_essays else None
    held = what[1].row() if what else None
    rows = [manifest.run_row(f"corpus-dedupe {version()}", not choices.no_texts, essays, held)]
    writer = _Rows(space, choices, (sink, removals, everything), taken)
    manifest.write(space.folder / MANIFEST, writer.all(rows))
    return taken


class _Rows:
    """Makes the rows of the manifest file by file; on the way it writes each file's quarantine and stored original."""

    def __init__(
        self, space: Workspace, choices: Choices, what: tuple[Sink | None, Mapping[int, Removal], bool], taken: Taken
    ) -> None:
        self._space, self._choices, self._taken = space, choices, taken
        self._sink, self._removals, self._everything = what
        self._numbers: dict[int, int] = {}  # numbered by place, because the order of the decisions says nothing
        self._texts = not choices.no_texts
        files = [*space.files.values(), *space.unreadable]
        self._originals = Names(space.folder / manifest.ORIGINALS, [file.name for file in files])
        self._quarantine = Names(space.folder / QUARANTINE, [file.path for file in files])

    def all(self, first: Sequence[Row]) -> Iterator[Row]:
        yield from first
        readable = [(file.path, file, True) for file in self._space.files.values()]
        others = [(file.path, file, False) for file in self._space.unreadable]
        for _, file, is_readable in sorted(readable + others, key=lambda item: item[0]):
            yield from self._file(file) if is_readable else self._unreadable(file)

    def _unreadable(self, file: File) -> Iterator[Row]:
        assert file.source.file is not None
        row = {"row": "file", "path": file.path, "source": file.source.path, "sha256": file.sha256, "cleaned": None}
        if self._texts:
            row["original"] = self._store(file.path, read_regular(file.source.file))
        yield row

    def _file(self, file: File) -> Iterator[Row]:
        data, content = self._space.original(file), self._space.content(file)
        is_kept = not file.is_removed and not self._choices.split_essays
        cleaned = file.copy.read_bytes() if is_kept else None
        row: Row = {
            "row": "file",
            "path": file.path,
            "source": file.source.path,
            "sha256": file.sha256,
            "cleaned": None if cleaned is None else manifest.sha256(cleaned),
            "encoding": content.codec,
            "bom": bool(content.mark),
            "field": self._space.settings.text_field,
        }
        changed = [part for part in content.parts if part.document and file.cuts.get(part.number)]
        told = [part for part in content.parts if part.document] if self._everything else changed
        records = content.records() if self._everything else {}
        rows = [row, *(edit for part in told for edit in self._document(file, part, records.get(part.number, {})))]
        if self._texts:
            row |= self._taken_from(file, content, changed)
        if file.name != file.path:
            row["name"] = file.name
        is_plain = not content.packing and not content.is_extracted
        if self._texts and cleaned != data and not (is_plain and self._comes_back(rows, cleaned, data)):
            row["original"] = self._store(file.name, data)
        yield from rows

    def _comes_back(self, rows: list[Row], cleaned: bytes | None, data: bytes) -> bool:
        """True if the rows really rebuild the file: nothing is promised untested."""
        if self._choices.split_essays or rows[0]["encoding"] is None:
            return False
        try:
            return rebuild(rows, cleaned) == data
        except (ValueError, IndexError, StopIteration, RuntimeError):
            return False

    def _store(self, path: str, data: bytes) -> str:
        name = f"{manifest.ORIGINALS}/{self._originals.give_any(path, path)}"
        (self._space.folder / name).write_bytes(data)
        return name

    def _document(self, file: File, part: Part, fields: Fields) -> Iterator[Row]:
        """Yield the rows of one document; none if nothing was removed from it."""
        cuts, document = file.cuts.get(part.number, []), part.document
        assert document is not None
        is_gone = part.number in file.gone
        place = {"path": file.path, "record": document.record}
        if self._sink:
            name = printable(file.path) if document.record is None else f"{printable(file.path)}#{document.record}"
            told = [cut._replace(reason=self._told(cut.reason)) for cut in cuts]
            called, result = _called(file, document.record), printable(file.path)
            self._sink(Changed(name, *called, document.text, told, is_gone, result, part.number, fields))
        if part.spelling and cuts:
            yield {"row": "record", **place, **_spelt(part, is_gone, self._texts)}
        for cut, before in zip(cuts, [None, *cuts]):
            text = document.text[cut.start : cut.end]
            self._count(cut, before)
            yield self._edit(place, cut, text)

    def _taken_from(self, file: File, content: AnyContent, changed: Sequence[Part]) -> Row:
        """Write what was removed from a file, as unpacked UTF-8 for people and tools; return its path and checksum."""
        unpacked = unpacked_name(file.path) if content.packing else file.path
        text = "".join(chain.from_iterable(_taken(part, file, content.is_record_file) for part in changed))
        if not text:
            return {}
        name = f"{QUARANTINE}/{self._quarantine.give_any(f'{unpacked}{content.quarantine}', file.path)}"
        data = text.encode("utf-8", "surrogatepass")
        (self._space.folder / name).write_bytes(data)
        return {"quarantine": {"path": name, "sha256": manifest.sha256(data)}}

    def _count(self, cut: Cut, before: Cut | None) -> None:
        """Count a cut; the pieces of one copy, split by an earlier cut inside it, count as one."""
        reason = cut.reason
        key = (reason.action, reason.relation.value if reason.relation else reason.code)
        number, characters = self._taken.get(key, (0, 0))
        if reason.removal is None:
            is_more = before is not None and reason.kept is not None and before.reason == reason
        else:
            is_more = reason.removal in self._numbers
            self._numbers.setdefault(reason.removal, len(self._numbers))
        self._taken[key] = (number + (not is_more), characters + cut.end - cut.start)

    def _edit(self, place: Row, cut: Cut, text: str) -> Row:
        row, reason = _edit(place, cut, text, self._texts), cut.reason
        if reason.removal is not None:
            removal = self._removals[reason.removal]
            row["removal"], row["cover"] = self._numbers[reason.removal], round(removal.cover, 4)
            row["kept"], *others = [self._kept(window) for window in removal.windows]
            if others:
                row["also_kept"] = others
        return row

    def _told(self, reason: Reason) -> Reason:
        """Return the reason with the kept place as the result names it."""
        if reason.removal is None:
            return reason
        return reason._replace(kept=tuple(self._kept(self._removals[reason.removal].windows[0]).values()))

    def _kept(self, window: Window) -> Row:
        """Return the place in the source where removed text still stands."""
        (place, record), start, end, _ = window
        return {"path": self._space.files[place].path, "record": record, "start": start, "end": end}


def _called(file: File, record: str | None) -> tuple[str, str | None]:
    """Return the path and record of a document in its source; `clean` may know it as a record of what it writes."""
    if is_archive(file.source):
        return f"{file.source.path}/{record}", None
    return file.source.path, None if file.is_single else record


def _spelt(part: Part, is_gone: bool, texts: bool) -> Row:
    """Return what rebuilding a record's line needs: how its JSON spells the text; if it is gone, the line around it."""
    assert part.document is not None
    row: Row = {"line": part.number, "escaped": part.is_escaped}
    if texts and json.dumps(part.document.text, ensure_ascii=part.is_escaped) != part.spelling:
        row["literal"] = part.spelling
    if texts and is_gone:
        row["around"] = [part.text[: part.literal[0]], part.text[part.literal[1] :]]
    return row


def _edit(place: Row, cut: Cut, text: str, texts: bool) -> Row:
    reason = cut.reason
    row: Row = {"row": "edit", **place, "start": cut.start, "end": cut.end, "code": reason.code or None}
    row["action"] = reason.action
    row["text" if texts else "sha256"] = text if texts else manifest.sha256(text)
    if cut.token:
        row["token"] = cut.token
    if reason.suggestion:
        row["suggestion"] = _suggestion(reason.suggestion)
    if reason.kept and reason.relation:
        row["relation"], row["jaccard"] = reason.relation.value, reason.jaccard
        row["kept"] = dict(zip(("path", "record", "start", "end"), reason.kept))
    return row


def _suggestion(suggestion: Suggestion) -> Row:
    places = [dict(zip(("path", "record", "start", "end"), source)) for source in suggestion.sources]
    return {"text": suggestion.text, "votes": suggestion.votes, "of": suggestion.of, "sources": places}


def _taken(part: Part, file: File, is_record: bool) -> Iterator[str]:
    """Yield what was removed from one document."""
    assert part.document is not None
    for cut in file.cuts[part.number]:
        taken = part.document.text[cut.start : cut.end]
        if cut.token or not taken.strip():
            continue
        if is_record:
            row = {"id": f"{part.document.record}:{cut.start}-{cut.end}", "code": cut.reason.code, "text": taken}
            yield json.dumps(row, ensure_ascii=False) + "\n"
        else:
            yield taken.strip("\r\n") + "\n\n"


def _write_essays(space: Workspace) -> str:
    """Write one record for each remaining essay, replacing the files they stood in; return the checksum of all of them.

    They have the manifest's name until those files are gone, because a file of the corpus may be named like the essays.
    """
    beside, digest = space.folder / MANIFEST, hashlib.sha256()
    with beside.open("wb") as out:
        for place, file in sorted(space.files.items()):
            for number, document in space.documents_of(place):
                for essay in split(document.text):
                    row = essay_row(space, (place, number), document, essay)
                    line = (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
                    digest.update(line)
                    out.write(line)
            if not file.is_removed:
                file.copy.unlink()
    for folder in sorted((p for p in space.folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    beside.rename(space.folder / manifest.ESSAYS)
    return digest.hexdigest()


def essay_row(space: Space, key: tuple[str, int], document: Document, essay: Essay) -> Row:
    """Return the record of an essay left in a document; `key` is the document's file and its number in that file."""
    span = (essay.start, essay.end)
    path, record, start, end = space.in_source(*key, span)
    name = path if record is None else f"{path}#{record}"
    row: Row = {"id": f"{name}#{essay.number}", "page": path, "record": record, "title": essay.title}
    return row | {"number": essay.number, "start": start, "end": end, "text": document.text[slice(*span)]}
