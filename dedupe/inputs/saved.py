"""Folders that the library datasets wrote with `save_to_disk`: which of their files hold rows, and which only describe.

Such a folder lists its content in a separate file. Beside the rows there may be Arrow files left from processing, with
the same texts once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from typing import Any

from dedupe.config.kinds import ARROW, named_kind

STATE, ABOUT, PARTS = "state.json", "dataset_info.json", "dataset_dict.json"
LONGEST = 1 << 22  # bytes of a file that lists the others


def descriptions(names: Collection[str]) -> frozenset[str]:
    """Return the names of files that describe a set of rows and hold none."""
    found = [PARTS] if PARTS in names else []
    if ABOUT in names and any(named_kind(name) == ARROW for name in names):
        found += [ABOUT, STATE]
    return frozenset(found)


def leftovers(folder: str, names: Iterable[str]) -> frozenset[str]:
    """Return the names of Arrow files that are not among the rows that the folder lists."""
    rows = _rows(os.path.join(folder, STATE))
    if rows is None:
        return frozenset()
    return frozenset(name for name in names if named_kind(name) == ARROW and name not in rows)


def _rows(state: str) -> frozenset[str] | None:
    """Return the files of rows that a folder lists; None if it lists none."""
    try:
        with open(state, "rb") as file:
            listed: Any = json.loads(file.read(LONGEST))["_data_files"]
        found = frozenset(str(row["filename"]) for row in listed)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found or None
