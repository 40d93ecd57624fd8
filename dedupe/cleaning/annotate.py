"""Write the corpus with extra fields: what was found in each record and what a clean would do. Nothing is removed."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dedupe.cleaning.clean import Order, Outcome, clean
from dedupe.cleaning.output import Changed
from dedupe.cleaning.restore import check_empty
from dedupe.config.settings import Settings
from dedupe.core.atomic import replacing
from dedupe.core.model import Finding, Progress
from dedupe.core.ours import ANNOTATED

Row = dict[str, Any]
Key = tuple[str, "str | None"]
LINES, PREFIX = ".jsonl", "dedupe_"  # suffix of file names; prefix of the fields that dedupe adds


def annotate(order: Order, output: Path, progress: Progress | None = None) -> Outcome:
    """Write one JSON Lines file per corpus file, one document a line, below `output`, which must not exist yet.

    Records keep all their fields; a text gets its name and its text. Raises DedupeError as `clean` does.
    """
    findings: dict[Key, list[Finding]] = defaultdict(list)
    for finding in order.check(order.paths, order.settings, progress).findings:
        findings[finding.path, finding.record].append(finding)
    with replacing(output, check_empty, os.listdir) as folder:
        (folder / ANNOTATED).touch()

        def write(changed: Changed) -> None:
            target = folder / (changed.file if changed.file.endswith(LINES) else f"{changed.file}{LINES}")
            target.parent.mkdir(parents=True, exist_ok=True)
            row = _row(changed, findings.get((changed.path, changed.record), []), order.settings)
            with target.open("ab") as file:
                file.write(json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass") + b"\n")

        return clean(replace(order, output=None, everything=True), progress, write)


def _row(changed: Changed, findings: Sequence[Finding], settings: Settings) -> Row:
    """Return a document's own fields, what a clean would do and why (in the manifest's words), and its findings."""
    name = changed.record or changed.path
    row: Row = dict(changed.fields) or {settings.id_field: name, settings.text_field: changed.text}
    why = max(changed.cuts, key=lambda cut: cut.end - cut.start).reason if changed.cuts else None
    kept = why.kept if why else None
    found = [{"code": f.code, "start": f.start, "end": f.end, "text": f.text} for f in findings]
    told = {
        "action": "drop" if changed.is_gone else "edit" if changed.cuts else "keep",
        "reason": why and why.action,
        "kept": kept and (kept[1] or kept[0]),
        "relation": why.relation.value if why and why.relation else None,
        "jaccard": why and why.jaccard,
        "text": changed.after,
        "findings": found,
    }
    return row | {f"{PREFIX}{key}": value for key, value in told.items()}
