"""Compile all regular expressions of the package ahead of time into a file that `dedupe.core.regex` loads.

`setup.py` runs this module: `python -m dedupe.rules.build FILE`.
"""

from __future__ import annotations

import _sre
import gc
import marshal
import pkgutil
import re
import sys
from array import array
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dedupe.core import regex
from dedupe.rules import RULES
from dedupe.rules.boilerplate.table import LINES
from dedupe.text.batch import simplify

PACKAGE = Path(__file__).parents[1]


def patterns() -> set[tuple[str, int]]:
    """Return the pattern and flags of each regular expression; modules whose imports are not installed are skipped."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "dedupe.", onerror=lambda _: None):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):
                import_module(module.name)
    late = {one.source for one in (*LINES.searches, *gc.get_objects()) if type(one) is regex.Late}
    return late | {(simplify(rule.pattern), re.MULTILINE) for rows in RULES for rule in rows if rule.pattern}


def compiled(patterns: Iterable[tuple[str, int]]) -> bytes:
    """Return the bytes of the file: the Python version that it is for, and the compiled form of each pattern."""
    # Intercept the last step of Python's compiler: keep the arguments that it passes to `_sre.compile`.
    compiler: Any = import_module("re._compiler" if sys.version_info >= (3, 11) else "sre_compile")
    engine, compiler._sre = compiler._sre, SimpleNamespace(**{**vars(_sre), "compile": lambda *parts: parts})
    try:
        made = {}
        for pattern, flags in sorted(patterns):
            _, all_flags, code, groups, names, index = compiler.compile(pattern, flags)
            made[pattern, int(flags)] = int(all_flags), array("I", code).tobytes(), groups, dict(names), tuple(index)
    finally:
        compiler._sre = engine
    return marshal.dumps((regex.PYTHON, made))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(compiled(patterns()))
