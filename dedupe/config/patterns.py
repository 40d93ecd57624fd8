r"""Patterns as in a .gitignore, each matched in time that grows with both lengths and no faster.

The maker of a corpus names its files, and may supply the patterns too. In a regular expression every star tries every
length, so five stars on one long name take seconds and eight take years. Here paths and patterns are split at their
slashes. Inside one name each star takes the first place where what follows it fits. That is always right, because the
text between two stars has a fixed length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dedupe.core.messages import say

ANY_DEPTH = "**"
ALL = 50_000  # characters of patterns that are tried on every path
WILD_RE = re.compile(r"[*?\[\\]")

Name = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a .gitignore: what each name of a path must be, None for any number of names.

    A pattern that `takes_back` begins with an exclamation mark; one that is `for_folders` ends in a slash.
    """

    names: tuple[Name | None, ...]
    takes_back: bool
    for_folders: bool

    def depths(self, path: Sequence[str]) -> set[int]:
        """Return how many names of a path this can match: all for the path itself, fewer for a folder around it."""
        at = {0}
        for number, name in enumerate(self.names):
            if name is not None:
                at = {depth + 1 for depth in at if depth < len(path) and name(path[depth])}
            elif at:
                # At the end it matches what is inside a folder, and not the folder.
                at = set(range(min(at) + (number == len(self.names) - 1 and number > 0), len(path) + 1))
        return at - {0}


class Patterns:
    """Patterns of which the last one that matches a path decides, as in git.

    A pattern that matches a file's own name outweighs one that matches a folder around it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Parse the lines. Raises ValueError, with the reason, for a line that cannot be used."""
        lines = list(lines)
        if sum(map(len, lines)) > ALL:
            raise ValueError(say("the patterns have more than {number} characters together", f"{ALL:,}"))
        self._patterns = [pattern for line in lines for pattern in _parsed(line)]

    def matches(self, path: str) -> bool:
        """True if the patterns match a path; a folder's path ends in a slash."""
        names, is_folder = [name for name in path.split("/") if name], path.endswith("/")
        around: bool | None = None
        for pattern in reversed(self._patterns):
            depths = pattern.depths(names)
            if not (is_folder or pattern.for_folders) and len(names) in depths:
                return not pattern.takes_back
            if around is None and (depths if is_folder else depths - {len(names)}):
                around = not pattern.takes_back
        return bool(around)


def _parsed(line: str) -> Iterator[Pattern]:
    """Yield the pattern of a line; none for a comment or an empty line."""
    line = line if line.endswith("\\ ") else line.rstrip()
    if not line or line.startswith("#") or line == "/":
        return
    body = line.removeprefix("!")
    parts = body.split("/")
    for_folders = len(parts) > 1 and not parts[-1]
    parts = parts[:-1] if for_folders else parts
    if len(parts) == 1:  # without a slash before its end it matches this name anywhere
        parts = [ANY_DEPTH, *parts]
    elif not parts[0]:
        parts = parts[1:]
    if not body or not all(parts):
        raise ValueError(say("{line} names nothing", repr(line)))
    if parts == [ANY_DEPTH, ANY_DEPTH]:
        parts = [ANY_DEPTH, "*"]
    found = (None if part == ANY_DEPTH else _name(part, line) for part in parts)
    yield Pattern(tuple(found), line.startswith("!"), for_folders)


def _name(part: str, line: str) -> Name:
    """Return the test for a name by one part of a pattern."""
    if not WILD_RE.search(part):
        return part.__eq__
    pieces = ["".join(piece) for piece in _pieces(part, line)]
    first, *rest = pieces
    if not rest:
        return _full(first)
    # The regular expression never re-enters a group that a look-ahead captured, so the star keeps its first choice.
    middle = "".join(f"(?=(?P<_{number}>.*?{piece}))(?P=_{number})" for number, piece in enumerate(rest[:-1]))
    return _full(f"{first}{middle}.*{rest[-1]}")


def _full(pattern: str) -> Name:
    matches = re.compile(pattern, re.DOTALL).fullmatch
    return lambda name: matches(name) is not None


def _pieces(part: str, line: str) -> Iterator[list[str]]:
    """Yield what stands between the stars of a part, as regular expressions of one character each."""
    piece: list[str] = []
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            yield piece
            piece = []
        elif char == "?":
            piece.append(".")
        elif char == "\\":
            if at == len(part):
                raise ValueError(say("{line} ends in a backslash, which escapes nothing", repr(line)))
            piece.append(re.escape(part[at]))
            at += 1
        elif char == "[":
            end = _closing(part, at)
            if end < 0:
                raise ValueError(say("{line} has a [ without its ]: write \\[ for the character", repr(line)))
            piece.append(_class(part[at:end]))
            at = end + 1
        else:
            piece.append(re.escape(char))
    yield piece


def _closing(part: str, at: int) -> int:
    """Return where a character class that begins here ends; a bracket that comes first in it does not end it."""
    return part.find("]", at + part[at : at + 1].count("!") + part[at : at + 1].count("^") + 1)


def _class(inside: str) -> str:
    r"""Return a character class as a regular expression; of a backward range git takes the first character.

    >>> _class("!a-c]"), _class("z-a")
    ('[^a-c\\]]', '[z]')
    """
    is_not = inside[0] in "!^"
    rest, parts = inside[is_not:], []
    while rest:
        is_range = len(rest) > 2 and rest[1] == "-"
        last = f"-{re.escape(rest[2])}" if is_range and rest[0] < rest[2] else ""
        parts.append(re.escape(rest[0]) + last)
        rest = rest[3:] if is_range else rest[1:]
    return f"[{'^' if is_not else ''}{''.join(parts)}]"
