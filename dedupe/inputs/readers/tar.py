"""A tar archive, packed or not: the files in it, each as it would be read beside it."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from dedupe.inputs.readers.compressed import STEP, bound_of
from dedupe.inputs.readers.extras import explained
from dedupe.inputs.readers.members import Member, documents, name_of

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

WHAT = "a tar archive"


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The documents of all files in it, which is gone through once. A damaged archive costs what follows."""
    bound = bound_of(stream, settings.max_expansion)
    with explained(WHAT):
        archive = tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
    yield from documents(path, _members(archive), bound, settings)


def _members(archive: tarfile.TarFile) -> Iterator[Member]:
    while True:
        with explained(WHAT):
            info = archive.next()
        vars(archive)["members"] = []  # it would remember them all
        if info is None:
            return
        if info.isdir():
            continue
        problem = "" if info.isreg() and not info.issparse() else "no plain file (a link, a device or one with gaps)"
        problem = problem and f"{problem}: unpack the archive, and name the folder"
        name = name_of(info.name.encode("utf-8", "surrogateescape"))
        yield Member(name, partial(_pieces, archive, info), problem)


def _pieces(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    with explained(WHAT):
        file = archive.extractfile(info)
    if file is None:
        return
    with file:
        while True:
            with explained(WHAT):
                piece = file.read(STEP)
            if not piece:
                return
            yield piece
