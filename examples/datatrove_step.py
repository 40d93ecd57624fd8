"""Steps of datatrove: a tagger that says what is found in each document, and a filter that leaves dirty ones out."""

from __future__ import annotations

from collections.abc import Iterator

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.batching import batched

import dedupe


class DedupeTagger(PipelineStep):
    """Puts what `dedupe.scan_batch` finds into the metadata of every document: `dirty`, `codes` and `findings`."""

    name, type = "🔎 dedupe", "🔖 - TAGGER"

    def __init__(self, settings: dedupe.Settings | None = None, batch_size: int = 1000) -> None:
        super().__init__()
        self.settings, self.batch_size = settings, batch_size

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Tag documents in batches."""
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                columns = dedupe.scan_batch([document.text for document in batch], self.settings)
            for number, document in enumerate(batch):
                document.metadata.update({name: values[number] for name, values in columns.items()})
                self.stat_update("total", "dirty" if columns["dirty"][number] else "clean")
                yield document


class DedupeFilter(BaseFilter):
    """Leaves out documents with an error or a warning; the reason is the first code."""

    name = "🧽 dedupe"

    def __init__(self, settings: dedupe.Settings | None = None, batch_size: int = 1000, exclusion_writer=None) -> None:  # type: ignore[no-untyped-def]
        super().__init__(exclusion_writer, batch_size)
        self.settings = settings

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """One document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Many documents."""
        columns = dedupe.scan_batch([document.text for document in batch], self.settings)
        return [(False, codes[0]) if dirty else True for dirty, codes in zip(columns["dirty"], columns["codes"])]
