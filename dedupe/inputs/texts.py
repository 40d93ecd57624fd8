"""Read texts once more, for a report that shows them: a run returns places and not texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from dedupe.config.settings import Settings
from dedupe.core.model import Document
from dedupe.inputs.find import Paths, find
from dedupe.inputs.sources import Source, inside, is_archive, read


class Texts:
    """The documents that `paths` name, by the path that reports show. Each is read on request, and none is held.

    Standard input cannot be read twice, so it has no documents here.
    """

    def __init__(self, paths: Paths, settings: Settings) -> None:
        self._settings = settings
        self._sources: dict[str, list[Source]] = {}
        for source in find(paths, settings, elsewhere=True)[0]:
            if source.file is not None:
                self._sources.setdefault(source.path, []).append(source)
        self._archives = [source for of in self._sources.values() for source in of if is_archive(source)]

    def of(self, path: str, records: Collection[str | None]) -> Iterator[Document]:
        """Yield the wanted documents of one path as they are now; none if the file was changed or deleted."""
        missing = set(records)
        sources = [*self._sources.get(path, ()), *(inside(source, path) for source in self._archives)]
        for item in chain.from_iterable(read(source, self._settings) for source in sources if source):
            if isinstance(item, Document) and item.record in missing:
                missing.remove(item.record)
                yield item
            if not missing:
                return
