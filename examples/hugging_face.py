"""A Dataset of Hugging Face: tagged in place, and without the copies that a check of all of it found."""

from __future__ import annotations

from typing import Any

from datasets import Dataset

import dedupe


def tagged(dataset: Dataset, text: str = "text") -> Dataset:
    """The dataset with the columns of `dedupe.scan_batch`."""
    return dataset.map(_columns, batched=True, batch_size=1000, fn_kwargs={"text": text})


def without_copies(dataset: Dataset, text: str = "text", id: str = "id") -> Dataset:
    """The dataset without records that as a whole are copies of one that stays."""
    report = dedupe.check(dataset, text=text, id=id)
    copies = {
        member.region.record
        for cluster in report.clusters
        for number, member in enumerate(cluster.members)
        if number != cluster.representative and member.region.unit is dedupe.Unit.DOCUMENT and member.home
    }
    return dataset.filter(lambda record: record[id] not in copies)


def _columns(batch: dict[str, Any], text: str) -> dict[str, Any]:
    return dedupe.scan_batch(batch[text])
