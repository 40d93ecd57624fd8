"""Paths as files spell them, relative to a folder, and patterns like those of a .gitignore."""

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
# A backslash before a letter, a digit or a dot escapes nothing, so the writer means a Windows folder.
WINDOWS_RE = re.compile(r"\\[\w.]")


def seen_from(folder: str, path: str) -> str:
    """Return a path as a file in `folder` would write it: relative, with slashes, however it was spelt.

    A file keeps the name it has there, and a link is followed only if that leads into the folder. Accents are composed,
    because some systems decompose names. A path outside begins with `../`, or is absolute on another drive.

    >>> seen_from("corpus", "./corpus/../corpus/pages/a.txt")
    'pages/a.txt'
    """
    base, full = os.path.abspath(folder), os.path.abspath(path)
    if not _is_below(full, base):
        base, real = os.path.realpath(base), os.path.realpath(os.path.dirname(full))
        full = os.path.join(real, os.path.basename(full))
    with suppress(ValueError):  # on another drive of Windows
        full = os.path.relpath(full, base)
    return normalize("NFC", Path(full).as_posix())


def is_outside(path: str) -> bool:
    """True if a path from `seen_from` lies outside the folder.

    >>> is_outside("../a.txt"), is_outside("..a.txt")
    (True, False)
    """
    return f"{path}/".startswith(OUTSIDE) or os.path.isabs(path)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


@lru_cache(maxsize=256)
def matcher(patterns: tuple[str, ...], key: str) -> Matcher:
    """Return a function that tells which paths the patterns match by .gitignore rules; a folder's path ends in a slash.

    Raises ConfigError, naming the `key` of the patterns, if they cannot be used.
    """
    if not patterns:
        return lambda path: False
    try:
        return Patterns(map(slashed, patterns)).matches
    except ValueError as error:
        raise ConfigError("{key}: {ERROR}: give patterns as in a .gitignore", key, error) from error


def slashed(pattern: str) -> str:
    r"""Return a pattern with slashes, as .gitignore wants it, from one with Windows backslashes.

    >>> slashed("drafts\\old\\*.txt"), slashed("what\\?.txt")
    ('drafts/old/*.txt', 'what\\?.txt')
    """
    return pattern.replace("\\", "/") if WINDOWS_RE.search(pattern) else pattern


class Chosen(Protocol):
    """The settings about files to leave out and to read."""

    @property
    def exclude(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def exclude_always(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def include(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def root(self) -> str: ...  # noqa: D102


class Excluder:
    """Files to leave out: by `exclude` below each given path, and by `exclude_always` however the file was named.

    Included files are matched by their path inside a given folder, and by their path from the configuration.
    """

    def __init__(self, settings: Chosen) -> None:
        self._given = matcher(settings.exclude, "exclude")
        self._always = matcher(settings.exclude_always, "exclude")
        self._included = matcher(settings.include, "include")
        self._root = settings.root
        self._is_needed = bool(settings.exclude_always)
        self._includes = bool(settings.include)

    def below(self, folder: str) -> Matcher:
        """Return a matcher for what is left out, by path inside a given folder."""
        if not self._is_needed:
            return self._given
        before = self._before(folder)
        return lambda path: self._given(path) or self._always(before + path)

    def included_below(self, folder: str) -> Matcher:
        """Return a matcher for files to read whatever their name, by path inside a given folder."""
        if not self._includes:
            return self._included
        before = self._before(folder)
        return lambda path: self._included(path) or self._included(before + path)

    def _before(self, folder: str) -> str:
        seen = seen_from(self._root, folder)
        return "" if seen == "." or is_outside(seen) else f"{seen}/"

    def named(self, path: str) -> bool:
        """True if a file that the user named is still left out."""
        return self._is_needed and self._always(place_below(self._root, path))


def place_below(root: str, path: str) -> str:
    """Return the path to match with patterns of `root`; of a file outside it, only the name."""
    seen = seen_from(root, path)
    return os.path.basename(path) if is_outside(seen) else seen
