"""Doctests in docstrings as blocks of code, for the site (`extensions` in mkdocs.yml)."""

from __future__ import annotations

import re
from typing import Any

import griffe

DOCTEST_RE = re.compile(r"^>>> .*(?:\n(?!$).*)*", re.MULTILINE)


class Doctests(griffe.Extension):
    """Fence what would be a quotation in Markdown."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Griffe: a module, class, function or attribute was read."""
        if obj.docstring:
            obj.docstring.value = DOCTEST_RE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
