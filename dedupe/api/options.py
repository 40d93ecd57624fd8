"""The keywords of `check` and `clean`, typed for type checkers and tested for misspellings; they become settings."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from difflib import get_close_matches
from typing import Any, TypedDict, Union

from dedupe.cleaning.options import Choices, make_choices
from dedupe.config.file import ConfigFile, read_file
from dedupe.config.keys import CODE_KEYS, size_of, split_codes
from dedupe.config.settings import Settings, make_settings
from dedupe.core.model import Progress
from dedupe.index.place import IndexPlace, place_of
from dedupe.report.progress import progress_bar

Path = Union[str, "os.PathLike[str]"]
FIELDS = {"text": "text_field", "id": "id_field"}  # their names in Settings
STRINGS = ("exclude", "include")


class Options(TypedDict, total=False):
    """The keywords of both `check` and `clean`; README explains each. The defaults are those of the command.

    `text` and `id` are the fields, or columns, of the text and of a record's id. `config` is a configuration file;
    without one none is read. `progress` is True for a bar, or a function to call with a stage, how much of it is done,
    and the total. `jobs` above 1 starts processes that import your script again.
    """

    text: str
    id: str
    config: Path | None
    progress: bool | Progress
    select: str | Sequence[str]
    ignore: str | Sequence[str]
    threshold: float
    min_length: int
    chrome_documents: int
    fold_script: bool
    suggest: bool
    jobs: int
    memory: int | str
    exclude: str | Sequence[str]
    include: str | Sequence[str]
    encoding: str | None
    errors: str
    html: str
    docx: str
    stdin_format: str | None
    max_expansion: int
    follow_links: bool
    index: Path | None


class CheckOptions(Options, total=False):
    """More keywords of `check`: paths that only serve for comparison, and the folder of a cache."""

    against: Path | Sequence[Path]
    cache: Path | None


class CleanOptions(Options, total=False):
    """More keywords of `clean`, besides `output`: how it cleans, and whether to replace an earlier result."""

    force: bool
    remove: str
    keep_copies: bool
    keep_variants: bool
    keep_passages: bool
    keep_chrome: bool
    placeholders: str
    min_document: int
    split_essays: bool
    no_texts: bool


def check_names(function: str, given: Collection[str], known: Collection[str]) -> None:
    """Raise TypeError for an unknown keyword, with similar known ones.

    >>> check_names("check", ["treshold"], ["threshold", "text"])
    Traceback (most recent call last):
    TypeError: check() has no keyword 'treshold': did you mean 'threshold'?
    """
    for name in given:
        if name not in known:
            within = [other for other in known if f"_{other}_" in f"_{name}_"]
            near = [*within, *get_close_matches(name, known, 3)]
            listed = " or ".join(map(repr, dict.fromkeys(near))) if near else f"one of {', '.join(sorted(known))}"
            raise TypeError(f"{function}() has no keyword {name!r}: did you mean {listed}?")


def settings_and_choices(options: Mapping[str, Any]) -> tuple[Settings, Choices]:
    """Return the settings and the choices that keywords give, on top of the configuration file that they name.

    Raises ConfigError for a value that cannot be used.
    """
    from dedupe.report.rules import codes

    file = _file(options.get("config"))
    values = {FIELDS.get(name, name): value for name, value in options.items()}
    flags = {name: _value(name, values[name]) for name in Settings.__dataclass_fields__ if name in values}
    settings = make_settings(file, {"jobs": 1, **flags}, codes())
    return settings, make_choices(file, {name: values[name] for name in Choices.__dataclass_fields__ if name in values})


def index_of(options: Mapping[str, Any]) -> IndexPlace | None:
    """Return the index that keywords name: a file, or an address."""
    given = options.get("index")
    return None if given is None else place_of(os.fspath(given))


def _file(name: Path | None) -> ConfigFile | None:
    return None if name is None else read_file(os.fspath(name))


def _value(name: str, value: Any) -> Any:
    """Return a value as Settings holds it; a single string is not a sequence of letters."""
    if name in (*CODE_KEYS, *STRINGS):
        value = (value,) if isinstance(value, str) else tuple(value)
    if name in CODE_KEYS:
        return split_codes(value)
    return size_of(value) if name == "memory" and isinstance(value, str) else value


@contextmanager
def watched(progress: bool | Progress) -> Iterator[Progress | None]:
    """Yield the function to call with progress."""
    bar: AbstractContextManager[Progress | None]
    bar = nullcontext(progress) if callable(progress) else progress_bar(not progress)
    with bar as called:
        yield called
