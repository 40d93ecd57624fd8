"""A dataset of Ray: scanned batch by batch on the workers of a cluster."""

from __future__ import annotations

import json
from typing import Any

import ray.data

import dedupe


def tagged(dataset: ray.data.Dataset, text: str = "text") -> ray.data.Dataset:
    """The dataset with the columns of `dedupe.scan_batch`; findings as JSON, which every sink of Ray can write."""

    def scan(batch: dict[str, Any]) -> dict[str, Any]:
        columns = dedupe.scan_batch(map(str, batch[text]))
        findings = [json.dumps(found, ensure_ascii=False) for found in columns["findings"]]
        return {**batch, "dirty": columns["dirty"], "codes": columns["codes"], "findings": findings}

    return dataset.map_batches(scan, batch_size=1000)
