"""The configuration file: where it is found, what stands in it, and on which line, so that a mistake can be shown."""

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

CONTROL = frozenset((".git", ".hg", ".svn"))  # what is written there may be run
# A folder's own file comes before its pyproject.toml, where the settings stand in [tool.dedupe].
FILE, PROJECT, SECTION = "dedupe.toml", "pyproject.toml", ("tool", "dedupe")
STRINGS, STRING, NUMBER, WHOLE, SWITCH = "list of strings", "string", "number", "whole number", "true or false"
TYPES: dict[str, tuple[type, ...]] = {STRING: (str,), NUMBER: (int, float), WHOLE: (int,), SWITCH: (bool,)}
LARGEST = 1_000_000  # bytes
# The parser takes square time for a key of many parts. No key begins inside of a name.
LONG_KEY_RE = re.compile(r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){50}""")
BEGIN_RE = re.compile(r"""\s*(?:\[|[\w"'-])[^=]*(?:=|\])""")  # of a statement
TRIES = 200  # of the parser, to find a line
ERROR_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file, parsed: `table` is the part that is ours, and `section` the keys that lead to it.

    `path` is as messages show it, `folder` what its patterns and paths count from. `text` is the source, in which the
    line of a key is looked up. A file that `is_found` was named by nobody: whoever made the corpus may have put it
    there, so it says what is looked for, and not what is written, or read, anywhere else.
    """

    path: str
    folder: str
    text: str
    section: tuple[str, ...]
    table: dict[str, Any]
    is_found: bool = False

    def at(self, *keys: str | int) -> str:
        """`path:line` of a key of our table; a number among the keys is a place in an array of tables."""
        return f"{self.path}:{line_of(self.text, (*self.section, *keys))}"

    def all_at(self, key: str) -> list[str]:
        """`path:line` of every table of an array of ours.

        Heads are as good as always written on a line of their own: looked up one by one, a hundred tables take seconds.
        """
        name = r"\s*\.\s*".join(map(re.escape, (*self.section, key)))
        heads = re.finditer(rf"^[ \t]*\[\[\s*{name}\s*\]\]", self.text, re.MULTILINE)
        between = (self.text.count("\n", *ends) for ends in pairwise([0, *(head.end() for head in heads)]))
        lines = list(accumulate(between, initial=1))[1:]
        if len(lines) == len(self.table[key]):
            return [f"{self.path}:{line}" for line in lines]
        return [self.at(key, number) for number in range(len(self.table[key]))]

    def place(self, key: str) -> str:
        """The path that a key of ours names.

        Raises ConfigError where a file that was found leads out of its folder, or to what version control keeps there.
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
        """Put the place of a key before whatever a ConfigError says about it."""
        try:
            yield
        except ConfigError as error:
            raise ConfigError("{place}: {REASON}", self.at(*keys), error) from error


def upwards(paths: Sequence[str]) -> Iterator[Path]:
    """Folders to look for a file that belongs to the corpus, the nearest first.

    They begin at the path where one is given, else (standard input, several paths) at the current folder.
    """
    start = Path(os.path.abspath(paths[0] if len(paths) == 1 and paths[0] != "-" else "."))
    yield from (start, *start.parents)


def find_file(paths: Sequence[str]) -> ConfigFile | None:
    """The nearest configuration file, upwards from the corpus; None where there is none.

    `upwards` says from where. A pyproject.toml without [tool.dedupe] is passed over. Raises ConfigError for a file
    that cannot be used, and for one of another user.
    """
    for folder in upwards(paths):
        for path in (folder / FILE, folder / PROJECT):
            # A program whose pyproject.toml is broken in other parts must not keep us from its texts.
            if os.path.isfile(path) and (path.name == FILE or "dedupe" in _text(path)):
                file = _parsed_file(path, folder)
                if file is not None:
                    if not is_mine(path):
                        hint = "name it with --config if it is to be used all the same, or give --no-config"
                        raise ConfigError("{path}: belongs to another user: {HINT}", shown(path), hint)
                    return replace(file, is_found=True)
    return None


def is_mine(path: str | os.PathLike[str]) -> bool:
    """Whether a file, and a link that leads to it, belongs to this user or to the system's."""
    if not hasattr(os, "geteuid"):
        return True
    return all(info.st_uid in (0, os.geteuid()) for info in (os.lstat(path), os.stat(path)))


def is_inside(path: str, folder: str) -> bool:
    """Whether a path stays below a folder wherever its links lead, and out of what version control keeps there."""
    try:
        inside = Path(os.path.realpath(path)).relative_to(os.path.realpath(folder))
    except ValueError:  # also that of a NUL in the name
        return False
    return bool(inside.parts) and CONTROL.isdisjoint(part.lower() for part in inside.parts)


def read_file(path: str) -> ConfigFile:
    """The configuration file of this name; what it says counts from the current folder, for it may stand anywhere.

    Raises ConfigError where it cannot be used, or has nothing for us.
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
    """The file with our part of it; None for a pyproject.toml that has none."""
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
        # Editors of Windows put a mark before UTF-8, which the parser would take for a key.
        return read_regular(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        hint = "name another file with --config, or use --no-config" if has_options() else "name another file"
        raise ConfigError("{path}: cannot be read ({ERROR}): {HINT}", shown(path), error.strerror, hint) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError("{path}:{line}: not UTF-8: save the file as UTF-8", shown(path), line) from error


def shown(path: Path) -> str:
    """The path from the current folder where it is inside, as a person would type it."""
    full = Path(os.path.abspath(path))
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full).as_posix()


def _parse(text: str) -> dict[str, Any]:
    # By name: type checks run as Python 3.10, and need not have its stand-in.
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    table: dict[str, Any] = toml.loads(text)
    return table


def line_of(text: str, keys: Sequence[str | int]) -> int:
    r"""The 1-based line of TOML on which a key begins that the text has.

    The parser does not tell. But it takes only whole statements, and knows the key from some line on: the search
    is for the last number of lines that parse without it. Quoted, dotted and inline keys are then no special cases.

    >>> line_of('a = 1\n\n[[rule]]\nb = [\n  2,\n]\nc = 3', ("rule", 0, "c"))
    7
    """
    lines = text.split("\n")
    # Before a line that begins no statement the text cannot end.
    ends = [number for number, line in enumerate(lines) if BEGIN_RE.match(line)]
    without, known, tries = 0, len(lines), 0
    while True:
        middle = (without + known) // 2
        between = ends[bisect_right(ends, without) : bisect_left(ends, known)]
        for number in sorted(between, key=lambda number: abs(number - middle)):
            tries += 1
            if tries > TRIES:  # a text that was written to keep us busy
                return without + 1
            try:
                table = _parse("\n".join(lines[:number]) + "\n")
            except (ValueError, RecursionError):  # the middle of a statement
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
    """Whether a value of a file has one of the forms that `KEYS` names.

    >>> is_a(WHOLE, True), is_a(NUMBER, 1), is_a(STRINGS, ["a", 2])
    (False, True, False)
    """
    if form == STRINGS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, TYPES[form]) and (form == SWITCH) is isinstance(value, bool)


def check_form(key: str, value: object, form: str) -> None:
    """Raise ConfigError for a value that does not have the form it must have."""
    if not is_a(form, value):
        raise ConfigError("{name} is {value}: give a {FORM}", key, short(value), form)


def unknown(key: str, valid: Iterable[str]) -> str:
    """What to say of a key that does not exist: the nearest that does, or all of them.

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
