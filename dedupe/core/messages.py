"""The language of the run: messages to people in English or simplified Chinese.

Stages, errors and rules make their messages with `say`, from a template and the values of its fields. A message is the
English text, so reports for programs, baselines and caches are the same everywhere, but it still knows its template and
fields. Code that shows a message to a person calls `tell`, which looks the template up in the gettext catalogue. A
field may hold a message itself; a field in capitals may also hold a word from the catalogue. What the catalogue lacks
stays English.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import IO, Any

from dedupe.core import regex

AUTO, ENGLISH, CHINESE = "auto", "en", "zh"
LANGUAGES = (AUTO, ENGLISH, CHINESE)
DOMAIN, FOLDER = "dedupe", Path(__file__).parent / "locale"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in this order, as in gettext
# zh, zh_CN.UTF-8, zh-Hans-SG and the Windows names; not the locales with traditional characters.
CHINESE_RE = regex.compile(
    r"zh(?:[_-]hans)?(?:[_-](?:cn|sg|my))?|chinese(?: \(simplified\)|-simplified)(?:_.*)?", re.IGNORECASE
)
ENGLISH_RE = regex.compile(r"en(?:[_-].*)?|english.*|c|posix", re.IGNORECASE)
FIELD_RE = regex.compile(r"\{(\w+)\}")
Speech = tuple[str, Mapping[str, str]]


class Message(str):
    """An English message, with its template and its fields by name."""

    __slots__ = ("fields", "template")

    template: str
    fields: Mapping[str, str]

    def __new__(cls, template: str, fields: Mapping[str, str]) -> Message:
        """Fill in a template."""
        made = super().__new__(cls, _form(template)[0] % fields)
        made.template, made.fields = template, fields
        return made

    def __str__(self) -> Message:
        """Return the message itself, so that an exception raised with a message gives it back."""
        return self

    def __reduce__(self) -> tuple[type[Message], tuple[str, Mapping[str, str]]]:
        return Message, (self.template, self.fields)


@cache
def _form(template: str) -> tuple[str, Sequence[str]]:
    """Return a template in the form for `%`, which is fast, and the names of its fields, each once."""
    return FIELD_RE.sub(r"%(\1)s", template.replace("%", "%%")), list(dict.fromkeys(FIELD_RE.findall(template)))


def say(template: str, *values: object) -> str:
    """Return a message: values fill the fields of a template in their order; a template without fields stays as it is.

    >>> say("{value} is not one of {choices}", 3, "1, 2")
    '3 is not one of 1, 2'
    """
    if not values:
        return template
    names = _form(template)[1]
    if len(names) != len(values):
        raise ValueError(template)
    return Message(template, dict(zip(names, map(str, values))))


def parts(message: str) -> object:
    """Return a message as JSON, with its template and fields; `whole` rebuilds the message."""
    if not isinstance(message, Message):
        return message
    return [message.template, {name: parts(value) for name, value in message.fields.items()}]


def whole(parts: Any) -> str:
    """Return the message that `parts` took apart."""
    if isinstance(parts, str):
        return parts
    template, fields = parts
    return Message(template, {name: whole(value) for name, value in fields.items()})


class Catalogue(gettext.GNUTranslations):
    """A gettext catalogue that can also be asked whether it has an entry."""

    def _parse(self, fp: IO[bytes]) -> None:  # type: ignore[override]
        super()._parse(fp)
        entries: Mapping[Any, str] = vars(self)["_catalog"]
        self.messages = {message: told for message, told in entries.items() if message and told}


@dataclass(frozen=True)
class Language:
    """A translation of messages; English leaves them unchanged. `own` are the messages of a user's own rules."""

    name: str = ENGLISH
    messages: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def tell(self, message: str) -> str:
        """Return the message in this language, or unchanged."""
        if not isinstance(message, Message):
            return self.own.get(message) or self.messages.get(message) or message
        told = {
            name: self.tell(value) if name.isupper() or isinstance(value, Message) else value
            for name, value in message.fields.items()
        }
        return _form(self.messages.get(message.template, message.template))[0] % told


# How messages name settings: as options on the command line, and as keywords in a program.
_HAS_OPTIONS: ContextVar[bool] = ContextVar("options", default=False)
# Only the command line sets this, for the time that it runs; a library speaks English.
_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language())  # noqa: B039  # frozen


def tell(message: str, *values: object) -> str:
    """Return a message in the language of the run, or first build it from a template and values as `say` does."""
    return _SPOKEN.get().tell(say(message, *values))


def spoken() -> str:
    """Return the language of the run: `en` or `zh`."""
    return _SPOKEN.get().name


def named_options() -> None:
    """Name settings as the command line does from here on, in this context."""
    _HAS_OPTIONS.set(True)


def has_options() -> bool:
    """True if messages name settings as the command line does."""
    return _HAS_OPTIONS.get()


def option(name: str, value: str = "") -> str:
    """Return the name of a setting in messages, with a value if one is given.

    >>> option("text_field"), option("errors", "replace")
    ('text=', "errors='replace'")
    """
    if _HAS_OPTIONS.get():
        return f"--{name.replace('_', '-')}{value and ' '}{value}"
    if name.endswith("_field"):  # the name of the keyword
        name = name.removesuffix("_field") + "=" * (not value)
    return f"{name}={value!r}" if value else name


def speech() -> Speech:
    """Return the state that `resume` needs to use this language in another process."""
    return spoken(), _SPOKEN.get().own


def resume(speech: Speech) -> None:
    """Use the language of another process."""
    speak(speech[0])
    learn(speech[1])


def speak(name: str) -> None:
    """Set the language of the run to one of `LANGUAGES`, for this context."""
    _SPOKEN.set(_chinese() if (wanted() if name == AUTO else name) == CHINESE else Language())


def learn(own: Mapping[str, str]) -> None:
    """Register translated messages of a user's rules, by their English text."""
    if spoken() == CHINESE:
        _SPOKEN.set(replace(_SPOKEN.get(), own=own))


@cache
def _chinese() -> Language:
    catalogue = gettext.translation(DOMAIN, str(FOLDER), ["zh_CN"], class_=Catalogue)
    assert isinstance(catalogue, Catalogue)
    return Language(CHINESE, catalogue.messages)


def wanted(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language that the environment asks for, else the system (Windows and macOS lack such variables).

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
