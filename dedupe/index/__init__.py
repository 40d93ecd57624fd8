"""A record of all documents ever accepted, in one file or on a server, without their texts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import dedupe.core  # noqa: F401  # the other `dedupe` of PyPI has a module of this name, and would say less

if TYPE_CHECKING:
    from dedupe.index.export import Signature, signatures, to_datasketch

__all__ = ["Signature", "signatures", "to_datasketch"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'dedupe.index' has no attribute {name!r}")
    return getattr(import_module("dedupe.index.export"), name)
