"""The Python interface: `check` and `clean` for paths, records, texts and tables."""

import dedupe.core  # noqa: F401  # the other `dedupe` of PyPI has a module of this name, and would say less
