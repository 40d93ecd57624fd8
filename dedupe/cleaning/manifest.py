"""The record of a cleaned corpus: `manifest.jsonl` lists what was removed from which file, and how to undo it.

Rows of JSON, each with the field `row`:

- `run`, the first: the version of this format, the tool, whether the texts are stored, the `audit` (how many
  documents were read, kept and removed, how many copies were removed, and their `least` cover), and `essays`, the
  checksum of `essays.jsonl` if that replaces the corpus.
- `file`: one for each file of the corpus, sorted; `sha256` of its original bytes, `cleaned` of the file in the folder
  now (null: it is gone), `encoding`, `bom`, `original` if the original is stored, `name` if it differs from the path of
  the file that holds its text, and `quarantine` with the path and checksum of the file that holds what was removed.
- `record`: comes before the edits of a JSON Lines record; the original `line` number, and the spelling of its text.
- `edit`: a removed span of a document: `start` and `end` in code points of the source, `code`, `action`, `text` (or
  its `sha256`), and for copies the place that is `kept`, the `relation`, the `jaccard`, and the `cover`: the share of
  the removed text that stands there or in the `also_kept` places. Pieces removed together share one `removal`.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from dedupe.core.atomic import MANIFEST, MARK, VERSION, is_result
from dedupe.core.errors import CorpusError
from dedupe.core.messages import say
from dedupe.core.model import Failure
from dedupe.core.regular import open_regular

ORIGINALS, ESSAYS = ".originals", "essays.jsonl"
# What changed rows can raise: wrong types, values out of range, endless nesting.
CHANGED = (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)

Row = dict[str, Any]


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8."""
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")).hexdigest()


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a manifest; the first row is that of the run."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def run_row(tool: str, texts: bool, essays: str | None, audit: Row | None = None) -> Row:
    """Return the first row; `texts` tells if removed text can be put back."""
    row: Row = {"row": "run", "manifest": VERSION, "tool": tool, "texts": texts}
    if audit:
        row["audit"] = audit
    return row if essays is None else {**row, "essays": essays}


def read(folder: Path) -> tuple[Row, Iterator[list[Row] | Failure]]:
    """Return the row of the run, and an iterator that gives each file's row followed by its records and edits.

    An unusable row becomes a Failure, and the others are still given. Raises CorpusError for what is no manifest.
    """
    path = folder / MANIFEST
    if not folder.exists():
        raise CorpusError(str(folder), "no such folder; what was cleaned in place and restored leaves none")
    if not is_result(folder):
        raise CorpusError(str(folder), "no {name} of `dedupe clean` in it: name the folder that it wrote", MANIFEST)
    rows = _rows(path)
    run = next(rows)
    if isinstance(run, Failure):
        raise CorpusError(run.path, run.reason)
    return run, _files(rows)


def _files(rows: Iterator[Row | Failure]) -> Iterator[list[Row] | Failure]:
    # Rows of one file stand together, and a path names one file.
    for path, group in groupby(rows, key=lambda row: None if isinstance(row, Failure) else row["path"]):
        if path is None:
            yield from (row for row in group if isinstance(row, Failure))
        else:
            yield [row for row in group if not isinstance(row, Failure)]


def _rows(path: Path) -> Iterator[Row | Failure]:
    with TextIOWrapper(open_regular(path), "utf-8", "surrogateescape") as file:
        for number, line in enumerate(file, 1):
            place = f"{path}:{number}"
            try:
                row = json.loads(line)
                known = row["row"] == "run" if number == 1 else isinstance(row["path"], str)
            except CHANGED:
                known = False
            if not known:
                yield Failure(place, "not a row of a manifest: it was changed since it was written")
            elif not all(_is_inside(row.get(key, "")) for key in ("path", "name", "original")):
                yield Failure(place, "leads out of the folder: this row is not to be trusted")
            else:
                yield row


def _is_inside(path: object) -> bool:
    """True if a path stays below the folder it is joined to; a manifest may come from a stranger."""
    if not isinstance(path, str) or "\0" in path:
        return False
    pure = PurePath(path)
    return not pure.anchor and ".." not in pure.parts  # Windows also has an anchor in C:name


def others(folder: Path) -> list[str]:
    """Return what a folder holds besides the unchanged output of a clean: sorted paths below the folder.

    In a result these are files that the manifest does not list, files changed since, and folders without a listed file;
    in any other folder, everything.
    """
    listed = dict(_listed(folder)) if is_result(folder) else {}
    folders = {parent.as_posix() for path in listed for parent in PurePath(path).parents}
    found = []
    for place, below, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        for name in list(below):
            path = (inside / name).as_posix()
            if os.path.islink(os.path.join(place, name)) or path not in folders:
                found.append(f"{path}/")
                below.remove(name)
        for name in names:
            path = (inside / name).as_posix()
            if path not in listed or not _is_same(folder / path, listed[path]):
                found.append(path)
    return sorted(found)


def _is_same(file: Path, checksum: str | None) -> bool:
    """True if a file is there with this content; any content will do if the checksum is unknown."""
    if not stat.S_ISREG(file.lstat().st_mode):
        return False
    if checksum is None:
        return True
    with file.open("rb") as content:
        digest = hashlib.sha256()
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == checksum


def named(names: Sequence[str], most: int) -> str:
    """Return up to `most` names for a message; if there are more, also their total."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else say("{names} … ({number} in all)", shown, f"{len(names):,}")


def _listed(folder: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the files of a result with their checksums (None: unknown); removed files are listed too."""
    run, files = read(folder)
    for rows in files:
        if isinstance(rows, Failure) or rows[0].get("row") != "file":
            continue
        file, kept = rows[0], rows[0].get("quarantine")
        yield file["path"], str(file.get("cleaned"))
        if isinstance(file.get("original"), str):
            yield file["original"], str(file.get("sha256"))
        if isinstance(kept, dict):
            yield str(kept.get("path")), str(kept.get("sha256"))
    # Last, because a file of the corpus may have had one of these names.
    yield from ((MANIFEST, None), (MARK, None))
    if isinstance(run.get("essays"), str):
        yield ESSAYS, run["essays"]
