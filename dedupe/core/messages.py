"""The language of the run: what is said to people, in English or simplified Chinese.

Stages, errors and rules make their messages with `say`: a template and what stands in its fields. Such a message is the
English text, which reports for programs, baselines and caches hold, so that these are the same everywhere, and it
still knows what it was made of. Whoever shows a message to a person calls `tell`, which looks the template up in the
gettext catalogue. A field may hold a message itself; one in capitals may also hold a word that the catalogue has. What
the catalogue lacks stays English.
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
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in this order, as for gettext
# zh, zh_CN.UTF-8, zh-Hans-SG and what Windows calls it; not the names of those who write traditional characters.
CHINESE_RE = regex.compile(
    r"zh(?:[_-]hans)?(?:[_-](?:cn|sg|my))?|chinese(?: \(simplified\)|-simplified)(?:_.*)?", re.IGNORECASE
)
ENGLISH_RE = regex.compile(r"en(?:[_-].*)?|english.*|c|posix", re.IGNORECASE)
FIELD_RE = regex.compile(r"\{(\w+)\}")
Speech = tuple[str, Mapping[str, str]]


class Message(str):
    """A message in English, with the template that it was made from, and its fields by name."""

    __slots__ = ("fields", "template")

    template: str
    fields: Mapping[str, str]

    def __new__(cls, template: str, fields: Mapping[str, str]) -> Message:
        """Fill in a template."""
        made = super().__new__(cls, _form(template)[0] % fields)
        made.template, made.fields = template, fields
        return made

    def __str__(self) -> Message:
        """Itself: an exception that was raised with a message gives it back."""
        return self

    def __reduce__(self) -> tuple[type[Message], tuple[str, Mapping[str, str]]]:
        return Message, (self.template, self.fields)


@cache
def _form(template: str) -> tuple[str, Sequence[str]]:
    """A template as `%` takes it, which is quick, and the names of its fields, each once."""
    return FIELD_RE.sub(r"%(\1)s", template.replace("%", "%%")), list(dict.fromkeys(FIELD_RE.findall(template)))


def say(template: str, *values: object) -> str:
    """A message: values fill the fields of a template in the order in which these stand; one without is what it is.

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
    """A message as JSON holds it, with what it was made of; `whole` makes the message of it."""
    if not isinstance(message, Message):
        return message
    return [message.template, {name: parts(value) for name, value in message.fields.items()}]


def whole(parts: Any) -> str:
    """The message that `parts` took apart."""
    if isinstance(parts, str):
        return parts
    template, fields = parts
    return Message(template, {name: whole(value) for name, value in fields.items()})


class Catalogue(gettext.GNUTranslations):
    """A gettext catalogue that can also be asked what it has."""

    def _parse(self, fp: IO[bytes]) -> None:  # type: ignore[override]
        super()._parse(fp)
        entries: Mapping[Any, str] = vars(self)["_catalog"]
        self.messages = {message: told for message, told in entries.items() if message and told}


@dataclass(frozen=True)
class Language:
    """What messages become: nothing but themselves in English. `own` are the messages of a user's own rules."""

    name: str = ENGLISH
    messages: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def tell(self, message: str) -> str:
        """The message in this language, or itself."""
        if not isinstance(message, Message):
            return self.own.get(message) or self.messages.get(message) or message
        told = {
            name: self.tell(value) if name.isupper() or isinstance(value, Message) else value
            for name, value in message.fields.items()
        }
        return _form(self.messages.get(message.template, message.template))[0] % told


# How settings are named to whoever listens: as options on the command line, and as fields in a program.
_HAS_OPTIONS: ContextVar[bool] = ContextVar("options", default=False)
# Set by the command line for the time that it runs, and by nobody else: a library speaks English.
_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language())  # noqa: B039  # frozen


def tell(message: str, *values: object) -> str:
    """A message in the language of the run, or one that is made of a template and values as by `say`."""
    return _SPOKEN.get().tell(say(message, *values))


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
    return Language(CHINESE, catalogue.messages)


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
