"""The language of the run: what is said to people, in English or simplified Chinese.

Stages, errors and rules make their messages in English, with numbers and names already in them. That is what reports
for programs, baselines and caches hold, so that these are the same everywhere. Whoever shows a message to a person
calls `tell`. It looks the message up in the gettext catalogue, as a whole or by the template that it was made from:
`month is 13: give 1 to 12` by `{name} is {value}: give {least} to {most}`. A field in capitals is a message itself,
`{number}` is a number and nothing else. What the catalogue lacks stays English.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

from dedupe.core import regex

AUTO, ENGLISH, CHINESE = "auto", "en", "zh"
LANGUAGES = (AUTO, ENGLISH, CHINESE)
DOMAIN, FOLDER = "dedupe", Path(__file__).parent / "locale"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in this order, as for gettext
# zh, zh_CN.UTF-8, zh-Hans-SG and what Windows calls it; not the names of those who write traditional characters.
CHINESE_RE = regex.compile(
    r"zh(?:[_-]hans)?(?:[_-](?:cn|sg|my))?|chinese(?: \(simplified\)|-simplified)(?:_.*)?", re.IGNORECASE
)
ENGLISH_RE = regex.compile(r"en(?:[_-].*)?|english.*|c|posix", re.IGNORECASE)
FIELD_RE = regex.compile(r"\{(\w+)\}")
LONGEST, DEEPEST = 2_000, 5  # characters of a message that is looked at; messages inside each other
NUMBER, FIGURES = "number", "[0-9,.]+"
Speech = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Template:
    """A message with fields, and how it is told.

    `literal` is the longest stretch of it without a field. `rank` is the length of what stands before the first field,
    and of all such stretches: what says most is tried first, and what surrounds a message before that message.
    """

    pattern: str
    literal: str
    rank: tuple[int, int]
    told: str

    @classmethod
    def of(cls, message: str, told: str) -> Template:
        """The template of a catalogue entry."""
        pieces = FIELD_RE.split(message)
        pattern = "".join(
            f"(?P<{part}>{FIGURES if part == NUMBER else '.*?'})" if at % 2 else re.escape(part)
            for at, part in enumerate(pieces)
        )
        rank = len(pieces[0]), sum(map(len, pieces[::2]))
        return cls(pattern, max(pieces[::2], key=len), rank, told)

    def fields(self, text: str) -> dict[str, str] | None:
        """What a text has in the fields, if it was made from this template."""
        match = re.fullmatch(self.pattern, text, re.DOTALL) if self.literal in text else None
        return match and match.groupdict()

    def fill(self, fields: Mapping[str, str]) -> str:
        """How the message is told with these fields."""
        return FIELD_RE.sub(lambda name: fields[name[1]], self.told)


class Catalogue(gettext.GNUTranslations):
    """A gettext catalogue that can also be asked which templates it has."""

    def _parse(self, fp: IO[bytes]) -> None:  # type: ignore[override]
        super()._parse(fp)
        entries: Mapping[Any, str] = vars(self)["_catalog"]
        self.messages = {message: told for message, told in entries.items() if message and told}

    def templates(self) -> list[Template]:
        """The messages with fields, those that say most first, for a short one may fit what a longer one made."""
        found = [Template.of(message, told) for message, told in self.messages.items() if FIELD_RE.search(message)]
        return sorted(found, key=attrgetter("rank"), reverse=True)


@dataclass(frozen=True)
class Language:
    """What messages become: nothing but themselves in English. `own` are the messages of a user's own rules."""

    name: str = ENGLISH
    messages: Mapping[str, str] = field(default_factory=dict)
    templates: tuple[Template, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    def tell(self, message: str, depth: int = DEEPEST) -> str:
        """The message in this language, or itself; `depth` is how many messages may stand inside each other."""
        known = self.own.get(message) or self.messages.get(message)
        if known is not None:
            return known
        # Names in a message are a stranger's, and can be as long as they like and look like messages.
        best = message
        for template in self.templates if depth and len(message) <= LONGEST else ():
            fields = template.fields(message)
            if fields is not None:
                inner = {name: self.tell(text, depth - 1) for name, text in fields.items() if name.isupper()}
                told = template.fill({**fields, **inner})
                if not inner or any(text != fields[name] or not text.isascii() for name, text in inner.items()):
                    return told
                # It may have been made from another one: `a.toml:1: jobs is 2: …` is a place and a message.
                best = told if best is message else best
        return best


# How settings are named to whoever listens: as options on the command line, and as fields in a program.
_HAS_OPTIONS: ContextVar[bool] = ContextVar("options", default=False)
# Set by the command line for the time that it runs, and by nobody else: a library speaks English.
_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language())  # noqa: B039  # frozen


def tell(message: str) -> str:
    """A message in the language of the run."""
    return _SPOKEN.get().tell(message)


def spoken() -> str:
    """The language of the run: `en` or `zh`."""
    return _SPOKEN.get().name


def named_options() -> None:
    """From here on settings are called what the command line calls them, in this context."""
    _HAS_OPTIONS.set(True)


def has_options() -> bool:
    """Whether settings are called what the command line calls them."""
    return _HAS_OPTIONS.get()


def option(name: str, value: str = "") -> str:
    """What a message calls a setting, with a value where it names one.

    >>> option("text_field"), option("errors", "replace")
    ('text=', "errors='replace'")
    """
    if _HAS_OPTIONS.get():
        return f"--{name.replace('_', '-')}{value and ' '}{value}"
    if name.endswith("_field"):  # as the keyword is called
        name = name.removesuffix("_field") + "=" * (not value)
    return f"{name}={value!r}" if value else name


def speech() -> Speech:
    """What another process is told by `resume`, so that it speaks as this one does."""
    return spoken(), _SPOKEN.get().own


def resume(speech: Speech) -> None:
    """Speak as another process does."""
    speak(speech[0])
    learn(speech[1])


def speak(name: str) -> None:
    """Make one of `LANGUAGES` that of the run, for this context."""
    _SPOKEN.set(_chinese() if (wanted() if name == AUTO else name) == CHINESE else Language())


def learn(own: Mapping[str, str]) -> None:
    """What rules of a user say in the language of the run, by what they say in English."""
    if spoken() == CHINESE:
        _SPOKEN.set(replace(_SPOKEN.get(), own=own))


@cache
def _chinese() -> Language:
    catalogue = gettext.translation(DOMAIN, str(FOLDER), ["zh_CN"], class_=Catalogue)
    assert isinstance(catalogue, Catalogue)
    return Language(CHINESE, catalogue.messages, tuple(catalogue.templates()))


def wanted(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for, or else the system (Windows and macOS have no such variables).

    >>> wanted({"LANGUAGE": "fr:zh_CN:en", "LANG": "en_GB.UTF-8"}), wanted({"LANG": "zh_TW.UTF-8"})
    ('zh', 'en')
    """
    given = next((environ[name] for name in VARIABLES if environ.get(name)), None)
    for name in [locale.getlocale()[0] or ""] if given is None else given.split(":"):
        plain = re.split("[.@]", name)[0]
        if CHINESE_RE.fullmatch(plain):
            return CHINESE
        if ENGLISH_RE.fullmatch(plain):
            return ENGLISH
    return ENGLISH
