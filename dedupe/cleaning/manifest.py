"""The memory of a cleaned corpus: `manifest.jsonl` says what left which file, and holds what it takes to undo it.

Rows of JSON, each with the field `row`:

- `run`, the first: the version of this format, the tool, and whether the texts are here.
- `file`: one for each file of the corpus, sorted; `sha256` of its original bytes, `cleaned` of what stands in the
  folder now (null: the file is gone), `encoding`, `bom`, `original` where the original is stored as it was, and `name`
  where it is called otherwise than the file that holds its text.
- `record`: before the edits of a record of JSON lines, the `line` of its file that it stood on, and how its text was
  spelt.
- `edit`: a stretch of a document that left: `start` and `end` in code points of the source, `code`, `action`, `text`
  (or its `sha256`), and for copies the place that is `kept`, the `relation` and the `jaccard`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from dedupe.core.errors import CorpusError

MANIFEST, QUARANTINE, ORIGINALS = "manifest.jsonl", "quarantine", ".originals"
# What a result holds besides the corpus. (.originals is hidden, so nobody reads it as corpus anyway.)
OWN_NAMES = (MANIFEST, QUARANTINE)
VERSION = 1
SIGN = f'{{"row": "run", "manifest": {VERSION}, '

Row = dict[str, Any]


def is_result(folder: Path) -> bool:
    """Whether a folder is what `dedupe clean` wrote."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return file.read(len(SIGN)) == SIGN.encode()
    except OSError:
        return False


def sha256(data: bytes | str) -> str:
    """The checksum of bytes, or of a text in UTF-8."""
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")).hexdigest()


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a manifest; the first row is that of the run."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def run_row(tool: str, texts: bool) -> Row:
    """The first row; `texts` says whether what left can be put back."""
    return {"row": "run", "manifest": VERSION, "tool": tool, "texts": texts}


def read(folder: Path) -> tuple[Row, Iterator[list[Row]]]:
    """The row of the run, and for each file its row with those of its records and edits behind it.

    Raises CorpusError for what is no manifest, at once or when a damaged row is come to.
    """
    path = folder / MANIFEST
    if not is_result(folder):
        raise CorpusError(str(folder), f"no {MANIFEST} of `dedupe clean` in it: name the folder that it wrote")
    rows = _rows(path)
    run = next(rows)
    # Rows of one file stand together, and a path names one file.
    return run, (list(group) for _, group in groupby(rows, key=lambda row: row["path"]))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                known = row["row"] == "run" if number == 1 else isinstance(row["path"], str)
            except (ValueError, KeyError, TypeError):
                known = False
            if not known:
                raise CorpusError(f"{path}:{number}", "not a row of a manifest: it was changed since it was written")
            if not all(_is_inside(row.get(key, "")) for key in ("path", "name", "original")):
                raise CorpusError(f"{path}:{number}", "leads out of the folder: this manifest is not to be trusted")
            yield row


def _is_inside(path: object) -> bool:
    """Whether a path stays below the folder that it is joined to; a manifest may come from a stranger."""
    if not isinstance(path, str) or "\0" in path:
        return False
    pure = PurePath(path)
    return not pure.anchor and ".." not in pure.parts  # an anchor is also what Windows has in C:name
