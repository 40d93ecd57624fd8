"""Restore the original files from a cleaned corpus and its manifest, byte for byte."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from dedupe.cleaning import manifest
from dedupe.cleaning.manifest import CHANGED, Row
from dedupe.cleaning.names import NAMELESS
from dedupe.cleaning.writers import lines_of
from dedupe.core.atomic import MANIFEST, replacing
from dedupe.core.errors import ConfigError, CorpusError
from dedupe.core.messages import option, say
from dedupe.core.model import Failure
from dedupe.core.regular import read_regular
from dedupe.inputs.readers.json import literal_of

MARK = "\ufeff"


def restore(folder: Path, output: Path) -> tuple[int, list[Failure]]:
    """Write the original files of a cleaned corpus under `output`; return how many, and those that cannot be restored.

    `output` must be empty or absent; it appears as a whole once all files are in it. Raises ConfigError if it cannot be
    used, and CorpusError for a folder that holds no result, or one without texts.
    """
    run, files = manifest.read(folder)
    if not run.get("texts"):
        reason = "cleaned with {option}: what was taken out is nowhere, and cannot be put back"
        raise CorpusError(str(folder), reason, option("no_texts"))
    check_empty(output)
    failures, count = [], 0
    with replacing(output, check_empty, os.listdir) as partial:
        for rows in files:
            if isinstance(rows, Failure):
                failures.append(rows)
                continue
            try:
                _write(partial, rows, original(folder, rows))
                count += 1
            except CorpusError as error:
                failures.append(Failure(error.path, error.reason))
    return count, failures


def check_empty(output: Path) -> None:
    """Raise ConfigError if the place exists and is not an empty folder."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ConfigError("{path}: not an empty folder: name another one with {option}", output, option("output"))


def _write(folder: Path, rows: list[Row], data: bytes) -> None:
    """Write one file of the corpus. Raises CorpusError for an impossible name, or one that another file has."""
    name = rows[0].get("name") or rows[0]["path"]
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in NAMELESS:
            raise
        reason = "cannot be written under this name: the rows of the manifest were changed, or another file has it"
        raise CorpusError(name, reason) from error


def original(folder: Path, rows: list[Row]) -> bytes:
    """Return the original bytes of one file. Raises CorpusError if they cannot be rebuilt."""
    try:
        data = _stored(folder, rows)
        is_right = manifest.sha256(data) == rows[0]["sha256"]
    except CHANGED as error:
        raise CorpusError(str(folder / MANIFEST), "the rows of {path} were changed", rows[0]["path"]) from error
    if not is_right:
        raise CorpusError(str(folder / MANIFEST), "the rows of {path} were changed", rows[0]["path"])
    return data


def _stored(folder: Path, rows: list[Row]) -> bytes:
    """Return the original bytes of one file according to its rows. Raises CorpusError, or one of `CHANGED`."""
    row = rows[0]
    stored = row.get("original")
    if not stored and not row["cleaned"]:
        return rebuild(rows, None)
    place = folder / (stored or row["path"])
    try:
        kept = read_regular(place)
    except OSError as error:
        reason = say(
            "cannot be read ({ERROR}), so its original cannot be restored: put it back as it was", error.strerror
        )
        raise CorpusError(str(place), reason) from error
    if manifest.sha256(kept) != (row["sha256"] if stored else row["cleaned"]):
        reason = "changed since `dedupe clean` wrote it, so its original cannot be restored: put it back as it was"
        raise CorpusError(str(place), reason)
    return kept if stored else rebuild(rows, kept)


def rebuild(rows: Sequence[Row], cleaned: bytes | None) -> bytes:
    """Rebuild the original bytes of an unpacked file from its cleaned ones (None: the file is gone) and its rows.

    Raises one of `CHANGED` if the two do not belong together.
    """
    file, *rest = rows
    if not rest:
        return cleaned or b""
    codec = file["encoding"]
    mark = MARK.encode(codec) if file["bom"] else b""
    text = (cleaned or mark)[len(mark) :].decode(codec)
    whole = "".join(_lines(text, rest, file["field"])) if rest[0]["row"] == "record" else undo(text, rest)
    return mark + whole.encode(codec)


def undo(text: str, edits: Sequence[Row]) -> str:
    """Return the source text, given what its edits left of it.

    >>> undo("abXf", [{"start": 2, "end": 3, "text": "c", "token": "X"}, {"start": 3, "end": 5, "text": "de"}])
    'abcdef'
    """
    parts, at, done = [], 0, 0
    for edit in edits:
        kept = edit["start"] - done
        parts += [text[at : at + kept], edit["text"]]
        at += kept + len(edit.get("token", ""))
        done = edit["end"]
    return "".join([*parts, text[at:]])


def _lines(text: str, rows: Sequence[Row], field: str) -> Iterator[str]:
    """Yield the original lines of a file of records."""
    lines, number = iter(lines_of(text)), 1
    for _, group in groupby(rows, key=lambda row: row["record"]):
        record, *edits = group
        for _ in range(number, record["line"]):
            yield next(lines)
        number = record["line"] + 1
        if "around" in record:
            (before, after), left = record["around"], ""
        else:
            line = next(lines)
            start, end = literal_of(line, field)
            before, after, left = line[:start], line[end:], json.loads(line[start:end])
        source = undo(left, edits)
        yield before + record.get("literal", json.dumps(source, ensure_ascii=record["escaped"])) + after
    yield from lines
