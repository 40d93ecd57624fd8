"""The corpus while it is cleaned: a copy under the new folder, and all cuts made in each document so far.

Each source is read and decoded once, and kept compressed. A file is rendered from that and all its cuts, so rounds of
cleaning cannot accumulate errors.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import zstandard

from dedupe.cleaning.cuts import apply
from dedupe.cleaning.manifest import ORIGINALS, sha256
from dedupe.cleaning.names import NAMELESS, Names
from dedupe.cleaning.space import Edits, Space
from dedupe.cleaning.writers import AnyContent, content_of
from dedupe.config.kinds import JSONL
from dedupe.config.settings import Settings, reading_at
from dedupe.copies.describe import place_of
from dedupe.core.atomic import MANIFEST, MARK, QUARANTINE
from dedupe.core.errors import ConfigError, CorpusError
from dedupe.core.messages import option, say
from dedupe.core.model import Cluster, Document, Failure, Finding
from dedupe.core.regular import read_regular
from dedupe.inputs.sources import CANNOT_READ, GONE, Source, nothing_in, printable, reason_of
from dedupe.inputs.spill import Spill, is_needed, pack, unpack


@dataclass
class File(Edits):
    """A file of the corpus: its source, its checksum, its copy below the folder, and the numbers of its parts.

    `kept` is the place of its content on the shelf. `name` is the path its source would have there; `path` differs if
    `clean` writes JSON Lines instead. `is_single`: it holds one document. `renamed` maps records of the copy whose
    names differ from the source to their names there.
    """

    source: Source
    name: str
    sha256: str
    copy: Path
    kept: int = -1
    parts: Sequence[int] = ()
    is_single: bool = True
    renamed: dict[str | None, str | None] = field(default_factory=dict)

    @property
    def is_removed(self) -> bool:
        """True if no file is left; an emptied file of records still exists."""
        return self.is_single and bool(self.gone)

    @property
    def cut(self) -> int:
        """How many of its remaining documents lost something."""
        return sum(bool(cuts) and number not in self.gone for number, cuts in self.cuts.items())

    @property
    def numbers(self) -> list[int]:
        """The source number of each part that is still there."""
        return [number for number in self.parts if number not in self.gone]


class Workspace(Space):
    """Sources copied below a folder; `files` are keyed by the paths of the copies."""

    def __init__(self, folder: Path, sources: Sequence[Source], root: str, settings: Settings) -> None:
        self.folder = folder
        self._asked = settings
        # All files of the copy are wanted, and exclude patterns do not apply to its folders; sources that unpack to too
        # much were refused before.
        self.settings = replace(settings, exclude=(), exclude_always=(), allow=(), per_path=(), max_expansion=0)
        self.files: dict[str, File] = {}
        self.unreadable: list[File] = []
        self.failures: list[Failure] = []
        self.passed = Counter[str]()
        self.documents = self.characters = 0
        self.spill = Spill(is_needed(settings.memory, sources))
        self._contents = self.spill.shelf()
        self._last: tuple[int, AnyContent] | None = None
        self.renamed: list[tuple[str, str]] = []
        owned = [_relative(source, root) for source in sources]
        names = Names(folder, owned)
        for source, name in zip(sources, owned):
            self._add(source, name, names)
        self.settings = replace(self.settings, encodings=dict(self._encodings()))

    def _encodings(self) -> Iterator[tuple[str, str]]:
        """Yield the requested encodings by path, for a source and its copy; JSON Lines written by us are UTF-8."""
        for place, file in self.files.items():
            encoding = reading_at(self._asked, file.source.path).encoding
            if encoding:
                yield file.source.path, encoding
                yield place, encoding if file.path == file.name else "utf-8"

    def _add(self, source: Source, name: str, names: Names) -> None:
        """Copy a source, or its text, into the folder; only record one that cannot be read or has no valid name."""
        assert source.file is not None
        data = b""
        try:
            data = read_regular(source.file)
            content = content_of(source.path, data, self._asked, name)
        except CANNOT_READ as error:
            reason = GONE if isinstance(error, FileNotFoundError) else reason_of(error)
            self.failures.append(Failure(source.path, reason))
            if data:
                self.unreadable.append(File(source, name, sha256(data), self.folder / name, path=name))
            return
        wanted = f"{name}.{JSONL}" if content.is_extracted else name
        try:
            path = names.give(wanted, name)
        except OSError as error:
            if error.errno not in NAMELESS:
                raise
            reason = say("has no place in the result ({ERROR}): give it, or its folders, shorter names", error.strerror)
            self.failures.append(Failure(source.path, reason))
            self.unreadable.append(File(source, name, sha256(data), self.folder / name, path=name))
            return
        if path != wanted:
            self.renamed.append((source.path, path))
        self.failures += content.failures
        for one in content.passed:
            self.passed[one.reason] += one.number
        documents = [part.document for part in content.parts if part.document]
        if source.is_named and not documents and not content.failures:
            self.failures.append(Failure(source.path, nothing_in({one.reason: one.number for one in content.passed})))
        self.documents += len(documents)
        self.characters += sum(len(document.text) for document in documents)
        target = self.folder / path
        target.write_bytes(content.render({}, {}) if content.is_extracted else data)
        ids = {part.number: part.document.record for part in content.parts if part.document}
        numbers = [part.number for part in content.parts]
        codecs = {part.number: part.codec for part in content.parts if part.document and part.codec}
        kept = len(self._contents)
        more: dict[str, Any] = {"path": path, "ids": ids, "codecs": codecs}
        self._contents.put(zstandard.compress(pack(content), 1))
        file = File(source, name, sha256(data), target, kept, numbers, content.is_single, **more)
        # Keyed by the name that a report will give it.
        self.files[printable(target.as_posix())] = file

    @property
    def copies(self) -> list[str]:
        """The files that exist, by name: folders are searched for known suffixes only, and these may have others."""
        return [str(file.copy) for file in self.files.values() if not file.is_removed]

    def source_text(self, place: str, number: int) -> str:
        """Return the original text of a document."""
        parts = self.content(self.files[place]).parts
        return next(part.document.text for part in parts if part.document and part.number == number)

    def content(self, file: File) -> AnyContent:
        """Return the content of the source. The last file asked for is cached."""
        if self._last is None or self._last[0] != file.kept:
            self._last = file.kept, unpack(zstandard.decompress(self._contents[file.kept]))
        return self._last[1]

    def original(self, file: File) -> bytes:
        """Return the stored bytes of the source. Raises CorpusError if they have changed, or are gone."""
        assert file.source.file is not None
        try:
            data = read_regular(file.source.file)
        except FileNotFoundError as error:
            reason = "gone: deleted or renamed while it was cleaned, so nothing was written: run again"
            raise CorpusError(file.source.path, reason) from error
        if sha256(data) != file.sha256:
            raise CorpusError(file.source.path, "changed while it was cleaned: run again once nothing writes to it")
        return data

    def source_of(self, place: str) -> str:
        """Return the source path of a file that a report names."""
        return self.files[place].source.path

    def documents_of(self, place: str) -> Iterator[tuple[int, Document]]:
        """Yield the documents of a file as they are now, each with its part number, named as in the source."""
        file = self.files[place]
        if file.is_removed:
            return
        for part in self.content(file).parts:
            if part.document and part.number not in file.gone:
                text = apply(part.document.text, file.cuts.get(part.number, ()))
                yield part.number, Document(place, text, file.ids[part.number])

    def write(self, place: str) -> None:
        """Render a file from its source and its cuts."""
        file = self.files[place]
        if file.is_removed:
            file.copy.unlink(missing_ok=True)
            return
        data = self.content(file).render(file.cuts, file.gone)
        file.copy.write_bytes(data)
        file.renamed = {}
        if file.gone:
            parts = zip(file.numbers, content_of(place, data, self.settings).parts)
            names = ((part.document.record, file.ids[number]) for number, part in parts if part.document)
            file.renamed = {here: there for here, there in names if here != there}

    def named(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings of a round, with records named as in the source."""
        if not any(file.renamed for file in self.files.values()):
            yield from findings
            return
        for finding in findings:
            told = finding.suggestion
            if told:
                origins = (one._replace(record=self._record(one.path, one.record)) for one in told.sources)
                told = replace(told, sources=tuple(origins))
            yield finding._replace(record=self._record(finding.path, finding.record), suggestion=told)

    def named_clusters(self, clusters: Iterable[Cluster]) -> Iterator[Cluster]:
        """Yield the clusters of a round, with records named as in the source."""
        for cluster in clusters:
            before = [copy.region for copy in cluster.members]
            after = [replace(region, record=self._record(region.path, region.record)) for region in before]
            equal = dict(zip(map(place_of, before), map(place_of, after)))
            members = (
                replace(copy, region=region, equal_to=equal.get(copy.equal_to or "", copy.equal_to))
                for copy, region in zip(cluster.members, after)
            )
            yield cluster if before == after else replace(cluster, members=tuple(members))

    def _record(self, place: str, record: str | None) -> str | None:
        return self.files[place].renamed.get(record, record)


def root_of(paths: Sequence[str]) -> str:
    """Return the folder that result paths are relative to: the folder given, or the nearest that holds all paths."""
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    return os.path.commonpath(folders)


def check_files(sources: Sequence[Source]) -> None:
    """Raise ConfigError if standard input is among the sources."""
    if any(source.file is None for source in sources):
        raise ConfigError("standard input has no file to write it to: name files and folders")


def _relative(source: Source, root: str) -> str:
    assert source.file is not None
    path = Path(os.path.relpath(os.path.abspath(source.file), root)).as_posix()
    if path.split("/")[0] in (MANIFEST, QUARANTINE, ORIGINALS, MARK):
        way = "{path}: would stand where the result has its own {name}: rename it, or leave it out with {option}"
        raise ConfigError(way, source.path, path, option("exclude"))
    return path
