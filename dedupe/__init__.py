"""Near-duplicates, placeholders and boilerplate in a text corpus, found before it is used.

`check` says what is there and `clean` takes it out, of files and of what a program holds. Everything else here is a
noun of their answers. Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedupe.api.check import check
    from dedupe.api.clean import Cleaned, Dropped, Edit, Edited, clean
    from dedupe.api.report import Report
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
        Severity,
        Span,
        Suggestion,
        Summary,
        Unit,
    )
    from dedupe.pipeline.batches import scan_batch
    from dedupe.report.arrow import Tables

    __version__: str

__all__ = [
    "Cleaned",
    "Cluster",
    "ConfigError",
    "Copy",
    "CorpusError",
    "DedupeError",
    "Document",
    "Dropped",
    "Edit",
    "Edited",
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
    "clean",
    "scan_batch",
]

_HOMES = {
    "__version__": "dedupe.core.version",
    "check": "dedupe.api.check",
    "clean": "dedupe.api.clean",
    "Cleaned": "dedupe.api.clean",
    "Dropped": "dedupe.api.clean",
    "Edit": "dedupe.api.clean",
    "Edited": "dedupe.api.clean",
    "Report": "dedupe.api.report",
    "scan_batch": "dedupe.pipeline.batches",
    "Tables": "dedupe.report.arrow",
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
