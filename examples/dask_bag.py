"""A bag of Dask: each partition scanned as one batch, on whatever workers there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import dask.bag

import dedupe


def tagged(bag: dask.bag.Bag, text: str = "text") -> dask.bag.Bag:
    """The records of a bag with the columns of `dedupe.scan_batch`."""
    return bag.map_partitions(_tagged, text)


def _tagged(records: Iterable[dict[str, Any]], text: str) -> Iterator[dict[str, Any]]:
    records = list(records)
    columns = dedupe.scan_batch(record[text] for record in records)
    for number, record in enumerate(records):
        yield record | {name: values[number] for name, values in columns.items()}
