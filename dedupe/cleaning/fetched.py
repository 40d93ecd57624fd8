"""Local copies of remote files, because a clean reads each of its files several times."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from posixpath import commonpath, dirname
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from dedupe.core.errors import ConfigError, CorpusError, UnreadableError
from dedupe.inputs.remote import is_remote, open_remote
from dedupe.inputs.sources import Source


@contextmanager
def fetched(sources: Sequence[Source], paths: Sequence[str]) -> Iterator[tuple[list[Source], list[str]]]:
    """Yield the sources, with remote ones copied to one local folder in the same layout, and the paths to them.

    Folders such as `lang=zh` stay. Raises CorpusError for a file that cannot be fetched.
    """
    far = [source for source in sources if source.file and is_remote(source.file)]
    if not far:
        yield list(sources), list(paths)
        return
    if len(far) < len(sources):
        raise ConfigError("paths here and elsewhere cannot be cleaned together: clean them one after the other")
    top = commonpath([dirname(_bare(source.file or "")) for source in far])
    with TemporaryDirectory(prefix=f"dedupe-{os.getpid()}-") as name:
        out = []
        for source in far:
            address = source.file or ""
            file = Path(name, _bare(address)[len(top) :].lstrip("/"))
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with open_remote(address) as stream, file.open("wb") as copy:
                    copyfileobj(stream, copy)
            except (UnreadableError, FileNotFoundError) as error:
                raise CorpusError(address, str(error)) from error
            out.append(replace(source, file=str(file)))
        yield out, [name]


def _bare(address: str) -> str:
    return "/" + address.partition("://")[2].lstrip("/")
