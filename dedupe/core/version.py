"""The version of the installed program."""

from __future__ import annotations


def version() -> str:
    """Return the version, or "unknown" for a source tree that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("corpus-dedupe")
    except PackageNotFoundError:
        return "unknown"
