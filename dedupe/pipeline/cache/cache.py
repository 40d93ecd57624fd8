"""The folder that keeps results between runs, each in a file named by a key of everything that it depends on.

Its files hold numbers and JSON, signed with a key of the user; whatever is damaged, of another version or signed by
somebody else is ignored and rewritten.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path

from dedupe.config.settings import Settings
from dedupe.core.messages import say
from dedupe.inputs.remote import is_remote
from dedupe.inputs.sources import Source
from dedupe.pipeline.cache.columns import PARTIAL, DamagedError, Reader, Writer, writing
from dedupe.pipeline.cache.folder import BATCH, REPORT, files_in, is_marked, prepare
from dedupe.pipeline.cache.secret import user_key

WORTH = 1_000_000  # bytes of sources; checking less again is as fast as looking it up
ROOM = 4 << 30  # bytes of results kept; the least recently used are deleted first
UNKNOWN = bytes(16)
CHUNK = 1 << 20
# Libraries that extract texts or decide which characters are equal: another version may give other results.
LIBRARIES = ("brotli", "lxml_html_clean", "opencc", "pyarrow", "trafilatura")
# Settings of how to work, what to read, or what to let pass; they do not change what a source gives.
_MANNER = frozenset(
    tuple("jobs memory exclude exclude_always include follow_links own root allow per_path rules".split())
)
# Settings that only affect what is computed from all sources together.
_JOINT = frozenset(("threshold", "min_length", "chrome_documents", "suggest"))


@dataclass(frozen=True)
class Cache:
    """A folder of results; `say` is called with a message about what could not be used or written.

    With `is_kept` a stopped run can be resumed: all results are kept, even of a corpus that does not fit into memory.
    """

    folder: Path
    say: Callable[[str], None]
    worth: int = WORTH
    is_kept: bool = False

    def is_worth(self, sources: Sequence[Source]) -> bool:
        """True if looking up the results of some sources is faster than computing them."""
        is_here = all(source.file and not is_remote(source.file) for source in sources)
        is_whole = self.is_kept or all(source.piece is None for source in sources)
        return bool(sources) and is_here and is_whole and sum(source.size for source in sources) >= self.worth

    def has(self, key: str, suffix: str) -> bool:
        """True if there is a result with this key."""
        return is_marked(self.folder) and (self.folder / f"{key}{suffix}").is_file()

    def read(self, key: str, suffix: str) -> Reader | None:
        """Return the columns of a result; None if there are none, or they cannot be used."""
        path = self.folder / f"{key}{suffix}"
        try:
            os.utime(path)
            return Reader(path, user_key())
        except FileNotFoundError:
            return None
        except (DamagedError, OSError) as error:
            self.warn(error)
            return None

    def warn(self, error: Exception) -> None:
        """Report that a result is not used, and why."""
        self.say(
            say("{folder}: what is kept of the last run is not used, and written anew: {REASON}", self.folder, error)
        )

    @contextmanager
    def writing(self, key: str, suffix: str) -> Iterator[Writer]:
        """Yield a writer for the columns of a result. Raises OSError if they cannot be written."""
        prepare(self.folder)
        with writing(self.folder / f"{key}{suffix}", user_key()) as writer:
            yield writer

    def drop_old(self) -> None:
        """Delete results that were not used for long, and what a killed run left behind."""
        stats: list[tuple[os.stat_result, Path]] = []
        for path in files_in(self.folder):
            with suppress(OSError):  # another run has deleted it
                stats.append((path.stat(), path))
        stats.sort(key=lambda item: -item[0].st_mtime)
        room, newest = ROOM, stats[0][0].st_mtime if stats else 0.0
        for stat, path in stats:
            room -= stat.st_size
            is_old_part = path.suffix == PARTIAL and stat.st_mtime < newest - 3600
            if is_old_part or (path.suffix != PARTIAL and room < 0):
                with suppress(OSError):
                    path.unlink()


def sizes_in(folder: Path) -> list[int]:
    """Return the sizes in bytes of the results in a folder."""
    return [path.stat().st_size for path in files_in(folder) if path.suffix in (BATCH, REPORT)]


def content_of(source: Source) -> bytes:
    """Return a 16-byte digest of a file, or of a piece of it; `UNKNOWN` if it cannot be read."""
    assert source.file is not None
    digest = blake2b(digest_size=16)
    try:
        with open(source.file, "rb", buffering=0) as file:
            left = source.size if source.piece else -1
            file.seek(source.piece.start if source.piece else 0)
            while left and (chunk := file.read(CHUNK if left < 0 else min(CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk) if left > 0 else 0
    except OSError:
        return UNKNOWN
    return digest.digest()


def contents_of(sources: Sequence[Source]) -> list[bytes]:
    """Return `content_of` each source."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(content_of, sources, chunksize=64))


def settings_key(settings: Settings, *, joint: bool) -> bytes:
    """Return a digest of the program and of the settings that shape a source's results, or with `joint` a report."""
    left_out = _MANNER if joint else _MANNER | _JOINT
    shaped = [getattr(settings, field.name) for field in fields(settings) if field.name not in left_out]
    own = [
        (rule.code, rule.name, rule.kind.value, rule.severity.value, rule.pattern, rule.message, rule.slot)
        for rule in settings.rules
    ]
    read_as = [settings.root, *((one.pattern, one.encoding) for one in settings.per_path if one.encoding)]
    shaped += read_as[1:] and read_as
    parts = (shaped, own, list(map(_version, LIBRARIES)), _make())
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def key_of(*parts: bytes) -> str:
    """Return the name of a result that depends on some parts."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # importing costs a tenth of checking one file

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _make() -> list[object]:
    """Return the identity of the program: with a changed file it may find something else in the same text."""
    home = Path(__file__).parents[2]
    files = sorted(path for path in home.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    stats = [(path.relative_to(home).as_posix(), path.stat()) for path in files]
    return [sys.version_info[:2], *((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)]
