"""A Dataset of Hugging Face: tagged in place, and without the copies that a check of all of it found."""

from __future__ import annotations

from datasets import Dataset

import dedupe


def tagged(dataset: Dataset, text: str = "text") -> Dataset:
    """The dataset with the columns of `dedupe.scan_batch`."""
    return dataset.map(lambda batch: dedupe.scan_batch(batch[text]), batched=True, batch_size=1000)


def without_copies(dataset: Dataset, text: str = "text", id: str = "id") -> Dataset:
    """The dataset without records that as a whole are copies of one that stays."""
    return dedupe.clean(dataset, text=text, id=id, keep_passages=True, keep_chrome=True).kept
