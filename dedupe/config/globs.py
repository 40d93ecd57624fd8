"""Places as they are written into files: paths seen from a folder, and patterns like those of a .gitignore."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from unicodedata import normalize

from dedupe.config.patterns import Patterns
from dedupe.core.errors import ConfigError

Matcher = Callable[[str], bool]
OUTSIDE = "../"
# Before a letter, a figure or a dot a backslash escapes nothing: whoever writes it means a folder of Windows.
WINDOWS_RE = re.compile(r"\\[\w.]")


def seen_from(folder: str, path: str) -> str:
    """A path as one that stands in `folder` would write it: relative, with slashes, however it was spelt.

    A file keeps the name it has there, and a link is followed only where that leads into the folder. Accents are
    composed, for some systems take names apart. What lies elsewhere begins with `../`, or is absolute on another
    drive.

    >>> seen_from("corpus", "./corpus/../corpus/pages/a.txt")
    'pages/a.txt'
    """
    base, full = os.path.abspath(folder), os.path.abspath(path)
    if not _is_below(full, base):
        base, real = os.path.realpath(base), os.path.realpath(os.path.dirname(full))
        full = os.path.join(real, os.path.basename(full))
    with suppress(ValueError):  # another drive of Windows
        full = os.path.relpath(full, base)
    return normalize("NFC", Path(full).as_posix())


def is_outside(path: str) -> bool:
    """Whether a path that `seen_from` gave does not stand in the folder.

    >>> is_outside("../a.txt"), is_outside("..a.txt")
    (True, False)
    """
    return f"{path}/".startswith(OUTSIDE) or os.path.isabs(path)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


@lru_cache(maxsize=256)
def matcher(patterns: tuple[str, ...], key: str) -> Matcher:
    """Tell the paths that patterns mean by the rules of .gitignore; a path of a folder ends in a slash.

    Raises ConfigError with the `key` that gave them for patterns that cannot be used.
    """
    if not patterns:
        return lambda path: False
    try:
        return Patterns(map(slashed, patterns)).matches
    except ValueError as error:
        raise ConfigError("{key}: {ERROR}: give patterns as in a .gitignore", key, error) from error


def slashed(pattern: str) -> str:
    r"""A pattern with slashes, as .gitignore wants it, of one that is written with the backslashes of Windows.

    >>> slashed("drafts\\old\\*.txt"), slashed("what\\?.txt")
    ('drafts/old/*.txt', 'what\\?.txt')
    """
    return pattern.replace("\\", "/") if WINDOWS_RE.search(pattern) else pattern


class Chosen(Protocol):
    """What settings say of files to leave out and to read."""

    @property
    def exclude(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def exclude_always(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def include(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def root(self) -> str: ...  # noqa: D102


class Excluder:
    """What is left out: by `exclude` below each path that is given, and by `exclude_always` wherever it is named.

    What is included is told by its path inside a given folder, and by that from the configuration.
    """

    def __init__(self, settings: Chosen) -> None:
        self._given = matcher(settings.exclude, "exclude")
        self._always = matcher(settings.exclude_always, "exclude")
        self._included = matcher(settings.include, "include")
        self._root = settings.root
        self._is_needed = bool(settings.exclude_always)
        self._includes = bool(settings.include)

    def below(self, folder: str) -> Matcher:
        """Tells by their paths inside a given folder what is left out there."""
        if not self._is_needed:
            return self._given
        before = self._before(folder)
        return lambda path: self._given(path) or self._always(before + path)

    def included_below(self, folder: str) -> Matcher:
        """Tells by their paths inside a given folder what is read there whatever it is called."""
        if not self._includes:
            return self._included
        before = self._before(folder)
        return lambda path: self._included(path) or self._included(before + path)

    def _before(self, folder: str) -> str:
        seen = seen_from(self._root, folder)
        return "" if seen == "." or is_outside(seen) else f"{seen}/"

    def named(self, path: str) -> bool:
        """Whether a file that was named by hand is left out all the same."""
        return self._is_needed and self._always(place_below(self._root, path))


def place_below(root: str, path: str) -> str:
    """The path that patterns of `root` are tried on; of what lies elsewhere they see the name alone."""
    seen = seen_from(root, path)
    return os.path.basename(path) if is_outside(seen) else seen
