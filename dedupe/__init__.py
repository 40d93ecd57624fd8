"""Near-duplicates, placeholders and boilerplate in a text corpus, found before it is used.

`check` does all of it for files, and `check_records` for what a program holds. Everything else here is a noun of their
answer, and `to_arrow` makes tables of it. Names are loaded when first used, so that
importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.core.errors import ConfigError, CorpusError, DedupeError, RuleError
    from dedupe.core.model import (
        Cluster,
        Copy,
        Document,
        Failure,
        Finding,
        Kind,
        Origin,
        Region,
        Relation,
        Report,
        Severity,
        Span,
        Suggestion,
        Summary,
        Unit,
    )
    from dedupe.pipeline.batches import scan_batch
    from dedupe.pipeline.pipeline import check
    from dedupe.pipeline.records import check_records
    from dedupe.report.arrow import Tables, to_arrow

    __version__: str

__all__ = [
    "Cluster",
    "ConfigError",
    "Copy",
    "CorpusError",
    "DedupeError",
    "Document",
    "Failure",
    "Finding",
    "Kind",
    "Origin",
    "Region",
    "Relation",
    "Report",
    "RuleError",
    "Settings",
    "Severity",
    "Span",
    "Suggestion",
    "Summary",
    "Tables",
    "Unit",
    "__version__",
    "check",
    "check_records",
    "scan_batch",
    "to_arrow",
]

_HOMES = {
    "__version__": "dedupe.core.version",
    "check": "dedupe.pipeline.pipeline",
    "check_records": "dedupe.pipeline.records",
    "scan_batch": "dedupe.pipeline.batches",
    "Tables": "dedupe.report.arrow",
    "to_arrow": "dedupe.report.arrow",
    "Settings": "dedupe.config.settings",
    "ConfigError": "dedupe.core.errors",
    "CorpusError": "dedupe.core.errors",
    "DedupeError": "dedupe.core.errors",
    "RuleError": "dedupe.core.errors",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'dedupe' has no attribute {name!r}")
    home = import_module(_HOMES.get(name, "dedupe.core.model"))
    value = home.version() if name == "__version__" else getattr(home, name)
    globals()[name] = value
    return value
