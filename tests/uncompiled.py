"""Import this first, and kernels run as Python: `python -m pytest -p tests.uncompiled tests/copies`.

For coverage, mutants and guided fuzzing, which see nothing of what is compiled; and to test that the answers are right
where no compiler was found.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

KERNELS = "dedupe.text.kernels."


class _Sources(importlib.abc.MetaPathFinder):
    """Finds the source of a kernel before what was compiled of it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(KERNELS):
            return None
        source = Path(__file__).parent.parent.joinpath(*name.split(".")).with_suffix(".py")
        return importlib.util.spec_from_file_location(name, source)


assert not any(name.startswith(KERNELS) for name in sys.modules), "kernels were imported before"
sys.meta_path.insert(0, _Sources())
sys.modules["cython"] = None  # type: ignore[assignment]  # nor is it installed there
