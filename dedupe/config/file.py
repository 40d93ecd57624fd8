"""The configuration file: how it is found, what it holds, and on which line, so that errors can name the line."""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from itertools import accumulate, pairwise
from pathlib import Path
from reprlib import repr as short
from typing import Any

from dedupe.core.errors import ConfigError
from dedupe.core.messages import has_options, option, say
from dedupe.core.regular import read_regular

CONTROL = frozenset((".git", ".hg", ".svn"))  # programs may be run from files in these folders
# A folder's own file takes precedence over its pyproject.toml, which has the settings in [tool.dedupe].
FILE, PROJECT, SECTION = "dedupe.toml", "pyproject.toml", ("tool", "dedupe")
STRINGS, STRING, NUMBER, WHOLE, SWITCH = "list of strings", "string", "number", "whole number", "true or false"
TYPES: dict[str, tuple[type, ...]] = {STRING: (str,), NUMBER: (int, float), WHOLE: (int,), SWITCH: (bool,)}
LARGEST = 1_000_000  # bytes
# The parser takes quadratic time for a key of many parts. A key never begins inside a name.
LONG_KEY_RE = re.compile(r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){50}""")
BEGIN_RE = re.compile(r"""\s*(?:\[|[\w"'-])[^=]*(?:=|\])""")  # the beginning of a statement
TRIES = 200  # attempts of the parser to find a line
ERROR_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A parsed configuration file: `table` is our part of it, and `section` the keys that lead to it.

    `path` is as messages show it, `folder` is where its patterns and paths count from. `text` is the source, in which
    the line of a key is looked up. A file with `is_found` was named by nobody: the maker of the corpus may have put it
    there, so it may say what to look for, but not what to write or read anywhere else.
    """

    path: str
    folder: str
    text: str
    section: tuple[str, ...]
    table: dict[str, Any]
    is_found: bool = False

    def at(self, *keys: str | int) -> str:
        """Return `path:line` of a key of our table; a number among the keys is an index into an array of tables."""
        return f"{self.path}:{line_of(self.text, (*self.section, *keys))}"

    def all_at(self, key: str) -> list[str]:
        """Return `path:line` of every table in one of our arrays.

        Headers nearly always have a line of their own, and looking up a hundred tables one by one takes seconds.
        """
        name = r"\s*\.\s*".join(map(re.escape, (*self.section, key)))
        heads = re.finditer(rf"^[ \t]*\[\[\s*{name}\s*\]\]", self.text, re.MULTILINE)
        between = (self.text.count("\n", *ends) for ends in pairwise([0, *(head.end() for head in heads)]))
        lines = list(accumulate(between, initial=1))[1:]
        if len(lines) == len(self.table[key]):
            return [f"{self.path}:{line}" for line in lines]
        return [self.at(key, number) for number in range(len(self.table[key]))]

    def place(self, key: str) -> str:
        """Return the path that one of our keys names.

        Raises ConfigError if a file that was found names a path outside its folder, or inside a version control folder.
        """
        path = os.path.join(self.folder, self.table[key])
        if self.is_found and not is_inside(path, self.folder):
            with self.naming(key):
                raise ConfigError(
                    "{key} is {value}: a file that nobody named must name a place in its own folder: choose one "
                    "there, or insist with --config {path}",
                    key,
                    short(self.table[key]),
                    self.path,
                )
        return path

    @contextmanager
    def naming(self, *keys: str | int) -> Iterator[None]:
        """Put the place of a key before the message of any ConfigError raised inside."""
        try:
            yield
        except ConfigError as error:
            raise ConfigError("{place}: {REASON}", self.at(*keys), error) from error


def upwards(paths: Sequence[str]) -> Iterator[Path]:
    """Yield the folders to search for a file that belongs to the corpus, the nearest first.

    They begin at the path if one is given, else (standard input, several paths) at the current folder.
    """
    start = Path(os.path.abspath(paths[0] if len(paths) == 1 and paths[0] != "-" else "."))
    yield from (start, *start.parents)


def find_file(paths: Sequence[str]) -> ConfigFile | None:
    """Return the nearest configuration file, searching upwards from the corpus; None if there is none.

    The search order is that of `upwards`. It skips a pyproject.toml without [tool.dedupe]. Raises ConfigError for a
    file that cannot be used, or that belongs to another user.
    """
    for folder in upwards(paths):
        for path in (folder / FILE, folder / PROJECT):
            # A pyproject.toml that is broken in other parts must not keep us from checking the texts.
            if os.path.isfile(path) and (path.name == FILE or "dedupe" in _text(path)):
                file = _parsed_file(path, folder)
                if file is not None:
                    if not is_mine(path):
                        hint = "name it with --config if it is to be used all the same, or give --no-config"
                        raise ConfigError("{path}: belongs to another user: {HINT}", shown(path), hint)
                    return replace(file, is_found=True)
    return None


def is_mine(path: str | os.PathLike[str]) -> bool:
    """True if a file, and a link that leads to it, belongs to this user or to the system's."""
    if not hasattr(os, "geteuid"):
        return True
    return all(info.st_uid in (0, os.geteuid()) for info in (os.lstat(path), os.stat(path)))


def is_inside(path: str, folder: str) -> bool:
    """True if a path stays below a folder wherever its links lead, and outside version control folders."""
    try:
        inside = Path(os.path.realpath(path)).relative_to(os.path.realpath(folder))
    except ValueError:  # also raised for a NUL in the name
        return False
    return bool(inside.parts) and CONTROL.isdisjoint(part.lower() for part in inside.parts)


def read_file(path: str) -> ConfigFile:
    """Return the configuration file of this name; its paths count from the current folder, as it may stand anywhere.

    Raises ConfigError if it cannot be used, or has nothing for us.
    """
    file = _parsed_file(Path(path), Path.cwd())
    if file is None:
        raise ConfigError(
            "{path}: there is no [tool.dedupe] in it: add one, or name another file with {option}",
            path,
            option("config"),
        )
    return file


def _parsed_file(path: Path, folder: Path) -> ConfigFile | None:
    """Return the file with our part of it; None for a pyproject.toml without such a part."""
    text, name = _text(path), shown(path)
    try:
        if long := LONG_KEY_RE.search(text):
            number = text.count("\n", 0, long.start()) + 1
            raise ValueError(say("a key has more than 50 parts (at line {line}, column 1)", number))
        table = _parse(text)
    except (ValueError, RecursionError) as error:
        found = ERROR_LINE.search(str(error))
        line = (found and found[1]) or text.count("\n") + 1
        raise ConfigError(
            "{path}:{line}: not TOML: {ERROR}; mend the line", name, line, ERROR_LINE.sub("", str(error))
        ) from error
    section = SECTION if path.name == PROJECT else ()
    for depth, key in enumerate(section, 1):
        if key not in table:
            return None
        table = table[key]
        if not isinstance(table, dict):
            line = line_of(text, section[:depth])
            raise ConfigError(
                "{path}:{line}: {key} is no table: write [tool.dedupe]", name, line, ".".join(section[:depth])
            )
    return ConfigFile(name, str(folder), text, section, table)


def _text(path: Path) -> str:
    try:
        # Windows editors put a byte order mark before UTF-8, which the parser would read as part of a key.
        return read_regular(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        hint = "name another file with --config, or use --no-config" if has_options() else "name another file"
        raise ConfigError("{path}: cannot be read ({ERROR}): {HINT}", shown(path), error.strerror, hint) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError("{path}:{line}: not UTF-8: save the file as UTF-8", shown(path), line) from error


def shown(path: Path) -> str:
    """Return the path relative to the current folder if it is inside, as a person would type it."""
    full = Path(os.path.abspath(path))
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full).as_posix()


def _parse(text: str) -> dict[str, Any]:
    # Imported by name, because type checks run as Python 3.10 and need not have its substitute.
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    table: dict[str, Any] = toml.loads(text)
    return table


def line_of(text: str, keys: Sequence[str | int]) -> int:
    r"""Return the 1-based line of TOML on which an existing key begins.

    The parser reports no lines. But it accepts only whole statements, and knows the key from some line on, so we look
    for the greatest number of lines that parse without the key. Quoted, dotted and inline keys need no special case.

    >>> line_of('a = 1\n\n[[rule]]\nb = [\n  2,\n]\nc = 3', ("rule", 0, "c"))
    7
    """
    lines = text.split("\n")
    # The text can end only before a line that begins a statement.
    ends = [number for number, line in enumerate(lines) if BEGIN_RE.match(line)]
    without, known, tries = 0, len(lines), 0
    while True:
        middle = (without + known) // 2
        between = ends[bisect_right(ends, without) : bisect_left(ends, known)]
        for number in sorted(between, key=lambda number: abs(number - middle)):
            tries += 1
            if tries > TRIES:  # a text made to waste our time
                return without + 1
            try:
                table = _parse("\n".join(lines[:number]) + "\n")
            except (ValueError, RecursionError):  # the cut falls inside a statement
                continue
            without, known = (without, number) if _has(table, keys) else (number, known)
            break
        else:
            return without + 1


def _has(table: Any, keys: Sequence[str | int]) -> bool:
    try:
        for key in keys:
            table = table[key]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def is_a(form: str, value: object) -> bool:
    """True if a value of a file has one of the forms that `KEYS` names.

    >>> is_a(WHOLE, True), is_a(NUMBER, 1), is_a(STRINGS, ["a", 2])
    (False, True, False)
    """
    if form == STRINGS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, TYPES[form]) and (form == SWITCH) is isinstance(value, bool)


def check_form(key: str, value: object, form: str) -> None:
    """Raise ConfigError for a value of the wrong form."""
    if not is_a(form, value):
        raise ConfigError("{name} is {value}: give a {FORM}", key, short(value), form)


def unknown(key: str, valid: Iterable[str]) -> str:
    """Return the message for an unknown key: it names the nearest valid key, or all of them.

    >>> unknown("min_length", ["min-length", "jobs"])
    "unknown key 'min_length': did you mean 'min-length'? (keys are spelt with -, as the options are)"
    """
    valid = list(valid)
    near = get_close_matches(key, valid, 1)
    if not near:
        return say("unknown key {key}: there are {valid}", repr(key), ", ".join(valid))
    if near[0] == key.replace("_", "-"):
        spelling = "unknown key {key}: did you mean {near}? (keys are spelt with -, as the options are)"
        return say(spelling, repr(key), repr(near[0]))
    return say("unknown key {key}: did you mean {near}?", repr(key), repr(near[0]))
