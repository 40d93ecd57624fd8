"""Scan texts that another framework passes in batch by batch: the findings in each text alone, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dedupe.config.settings import Settings
from dedupe.core.messages import say
from dedupe.core.model import Document, Failure, Severity
from dedupe.pipeline.scan import Worker, together

ALONE = ("PH", "BP")
PATH = "batch"


def scan_batch(texts: Iterable[str | None], settings: Settings | None = None) -> dict[str, list[Any]]:
    """Return what is found in each text alone, as columns with one row per text, in order.

    `dirty` is whether there is an error or a warning, `codes` the codes found, and `findings` the places: code,
    severity, start, end (in code points) and text. None counts as an empty text. Copies and recurring lines need all
    texts of a corpus: use `dedupe.check` for them. Raises TypeError for anything but a text.

    >>> scan_batch(["今年我们接待了xx人次。", None])["codes"]
    [['PH103'], []]
    """
    documents = [(_document(text, number), number) for number, text in enumerate(texts)]
    found: list[list[dict[str, Any]]] = [[] for _ in documents]
    dirty = [False] * len(documents)
    worker, slow = _worker(settings or Settings()), list[tuple[int, Failure]]()
    for group in together(documents):
        for entry in worker.entries(group, slow):
            text = documents[entry.source][0].text
            dirty[entry.source] = any(one.severity is not Severity.NOTE for one in entry.hits)
            found[entry.source] = [
                {"code": hit.code, "severity": hit.severity.value, "start": hit.start, "end": hit.end}
                | {"text": text[hit.start : hit.end]}
                for hit in entry.hits
            ]
    return {"dirty": dirty, "codes": list(map(_codes, found)), "findings": found}


def _document(text: str | None, number: int) -> Document:
    if text is not None and not isinstance(text, str):
        raise TypeError(say("scan_batch takes texts, and number {number} is a {type}", number, type(text).__name__))
    return Document(PATH, text or "", str(number))


def _codes(findings: Sequence[dict[str, Any]]) -> list[str]:
    return sorted({finding["code"] for finding in findings})


@lru_cache(maxsize=4)
def _worker(settings: Settings) -> Worker:
    """Return a worker with the rules of some settings, except those for copies; cached per process."""
    chosen = tuple(code for code in settings.select if not code.startswith("ND"))
    return Worker(replace(settings, select=chosen or ALONE))
