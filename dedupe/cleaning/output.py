"""What a clean leaves in its folder beside the corpus: manifest, quarantine, and the originals that need it."""

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
    """A document that a clean changes: what the result calls it, where it comes from, its text, and what leaves that.

    `kept` in the reason of a cut is a place in the result. `is_gone`: nothing of it stays. `file` is the path in the
    result, `number` that of a record in its file, from 1. `fields` are all of a record, where everything is told.
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
        """What is left of the text; None where the document goes."""
        return None if self.is_gone else apply(self.text, self.cuts)


Sink = Callable[[Changed], None]


def write_result(
    space: Workspace,
    choices: Choices,
    sink: Sink | None,
    what: tuple[Ledger, Audit] | None = None,
    everything: bool = False,
) -> Taken:
    """Write all but the corpus itself, which stands already; stretches and characters that left by action and what.

    What is the relation of a copy, else the code; empty for what left because other things did. With `everything` the
    sink is called with documents as well that stay as they are.
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
    """The rows of the manifest, made file by file; on the way each file gets its quarantine and its stored original."""

    def __init__(
        self, space: Workspace, choices: Choices, what: tuple[Sink | None, Mapping[int, Removal], bool], taken: Taken
    ) -> None:
        self._space, self._choices, self._taken = space, choices, taken
        self._sink, self._removals, self._everything = what
        self._numbers: dict[int, int] = {}  # by place, for the order in which they were decided says nothing
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
        """Whether the rows really give the file back: what was not tried is not promised."""
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
        """The rows of one document, which are none where nothing left it."""
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
        """What left a file, in UTF-8 and unpacked, for people and tools to read: where it is, and its checksum."""
        unpacked = unpacked_name(file.path) if content.packing else file.path
        text = "".join(chain.from_iterable(_taken(part, file, content.is_record_file) for part in changed))
        if not text:
            return {}
        name = f"{QUARANTINE}/{self._quarantine.give_any(f'{unpacked}{content.quarantine}', file.path)}"
        data = text.encode("utf-8", "surrogatepass")
        (self._space.folder / name).write_bytes(data)
        return {"quarantine": {"path": name, "sha256": manifest.sha256(data)}}

    def _count(self, cut: Cut, before: Cut | None) -> None:
        """A copy can leave in pieces, where something inside it had left before: they count as one."""
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
        """A reason as whoever is shown it knows what is kept."""
        if reason.removal is None:
            return reason
        return reason._replace(kept=tuple(self._kept(self._removals[reason.removal].windows[0]).values()))

    def _kept(self, window: Window) -> Row:
        """A place of the source that what left still stands in."""
        (place, record), start, end, _ = window
        return {"path": self._space.files[place].path, "record": record, "start": start, "end": end}


def _called(file: File, record: str | None) -> tuple[str, str | None]:
    """The path and the record of a document in its source; `clean` may know it as a record of what it writes."""
    if is_archive(file.source):
        return f"{file.source.path}/{record}", None
    return file.source.path, None if file.is_single else record


def _spelt(part: Part, is_gone: bool, texts: bool) -> Row:
    """What it takes to spell a record's line again: how its JSON writes the text, and the line around it if it left."""
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
    """What left one document."""
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
    """One record for each essay that is left, instead of the files that they stood in; the checksum of all of them.

    Until these are gone under the name of the manifest, for a file of the corpus may be called as the essays are.
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
    """A record of an essay that is left in a document, which `key` names by its file and its number in that."""
    span = (essay.start, essay.end)
    path, record, start, end = space.in_source(*key, span)
    name = path if record is None else f"{path}#{record}"
    row: Row = {"id": f"{name}#{essay.number}", "page": path, "record": record, "title": essay.title}
    return row | {"number": essay.number, "start": start, "end": end, "text": document.text[slice(*span)]}
