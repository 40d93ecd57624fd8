"""What all files of records share: which field is the text, how a record is named, what can be wrong with it.

The field of the text is given by its name; as `meta.text` if it is nested; or as several fields with commas, whose
texts are joined. The text of a conversation (`messages`) is everything said in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dedupe.core.errors import UnreadableError
from dedupe.core.messages import option, say
from dedupe.core.model import Document, Failure
from dedupe.text.decode import decode, mend

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

JSON_KINDS = ((dict, "object"), (list, "array"), (str, "string"))
SAID = ("content", "value", "text")  # names of fields that hold the text of a message
VOWELS = ("a", "o")  # with which the names of some of them begin
SHOWN = 5  # fields that an error shows
MISSING = object()


def document_of(path: str, place: tuple[str, int], record: Any, settings: Settings) -> Document | Failure:
    """Return the document in one record, or what is wrong with it; `place` is its place for messages, and its number.

    A record without an id is named by its number.
    """
    shown, number = place
    field = settings.text_field
    if not isinstance(record, dict):
        kind = kind_of_value(record)
        return Failure(
            shown, say("a JSON {KIND}, not an object: a record must be one, with a field {field}", kind, repr(field))
        )
    try:
        text = text_in(record, field, settings)
    except UnreadableError as error:
        return Failure(shown, str(error))
    given = value_at(record, settings.id_field)
    is_id = isinstance(given, (str, int)) and not isinstance(given, bool) and given != ""
    return Document(path, mend(text), mend(str(given)) if is_id else str(number))


def text_in(record: Mapping[str, Any], field: str, settings: Settings) -> str:
    """Return the text of a record. Raises UnreadableError if it has none; of several fields some may be empty."""
    names = fields_of(record, field)
    values = [value_at(record, name) for name in names]
    for name, value in zip(names, values):
        if value is MISSING:
            raise UnreadableError(lacking(name, known_fields(record)))
    if len(names) > 1:
        named = [(name, value) for name, value in zip(names, values) if value is not None]
        return "\n".join(filter(None, (_text_of(name, value, settings) for name, value in named)))
    return _text_of(field, values[0], settings)


def fields_of(names: Iterable[str], field: str) -> list[str]:
    """Return the fields that are meant, of a record or a table with these names.

    >>> fields_of(["instruction", "output"], "instruction, output"), fields_of(["a,b"], "a,b")
    (['instruction', 'output'], ['a,b'])
    """
    return [field] if field in names or "," not in field else [name.strip() for name in field.split(",")]


def value_at(record: Mapping[str, Any], field: str) -> Any:
    """Return what a record has in a field, which may be nested; MISSING if it lacks the field.

    >>> value_at({"meta": {"text": "a"}, "x.y": "b"}, "meta.text"), value_at({"x.y": "b"}, "x.y")
    ('a', 'b')
    """
    if field in record:
        return record[field]
    for head, rest in splits(field):
        inner = record.get(head)
        found = value_at(inner, rest) if isinstance(inner, dict) else MISSING
        if found is not MISSING:
            return found
    return MISSING


def splits(field: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to split a name at one of its dots."""
    parts = field.split(".")
    for at in range(1, len(parts)):
        yield ".".join(parts[:at]), ".".join(parts[at:])


def columns_for(names: Sequence[str], field: str) -> list[str]:
    """Return the columns of a table that contain a field. Raises UnreadableError if there is none."""
    columns = []
    for name in fields_of(names, field):
        found = next((head for head in (name, *(head for head, _ in splits(name))) if head in names), None)
        if found is None:
            raise UnreadableError(lacking(name, names))
        columns.append(found)
    return columns


def _text_of(field: str, value: Any, settings: Settings) -> str:
    """Return the text of a value. Raises UnreadableError for a value that is not text."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return decode(bytes(value), settings.encoding, settings.errors)
    said = _said(value) if isinstance(value, list) else None
    if said is not None:
        return said
    kind = kind_of_value(value)
    if isinstance(value, dict):
        inner = next((f"{field}.{name}" for name, text in value.items() if isinstance(text, str)), "")
        if inner:
            way = say("name what is in it, as in {option}", option("text_field", inner))
            raise UnreadableError("field {field} is an object: {WAY}", repr(field), way)
    if kind.startswith(VOWELS):
        raise UnreadableError("field {field} is an {KIND}, not a string: mend the record or drop it", repr(field), kind)
    raise UnreadableError("field {field} is a {KIND}, not a string: mend the record or drop it", repr(field), kind)


def _said(messages: list[Any]) -> str | None:
    """Return the text of a conversation, message after message; None for a value that is no conversation."""
    said = []
    for message in messages:
        if not isinstance(message, dict):
            return None
        content = next((message[name] for name in SAID if name in message), MISSING)
        if isinstance(content, list):  # of several parts, pictures among them
            parts = [part.get("text") for part in content if isinstance(part, dict)]
            content = "\n".join(part for part in parts if isinstance(part, str))
        if content is not None and not isinstance(content, str):
            return None
        said.append(content)
    return "\n".join(filter(None, said)) if said else None


def known_fields(record: Mapping[str, Any]) -> list[str]:
    """Return the fields of a record, with nested fields in place of their parent."""
    known: list[str] = []
    for name, value in record.items():
        known += [f"{name}.{inner}" for inner in value] if isinstance(value, dict) and value else [str(name)]
    return known


def lacking(field: str, others: Sequence[str]) -> str:
    """Return the message for a record, or a table, without its text."""
    known = ", ".join(map(repr, others[:SHOWN])) or "none"
    way = "no field {field} (there are: {KNOWN}): name the right one with {option}"
    return say(way, repr(field), known, option("text_field"))


def kind_of_value(value: Any) -> str:
    """Return what JSON calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    other = "number" if isinstance(value, (int, float)) else type(value).__name__
    return next((name for kind, name in JSON_KINDS if isinstance(value, kind)), other)


def no_json(error: Exception) -> object:
    """Return why a text is no JSON; of a number that is too long Python only says how a program could allow it."""
    return "a number of too many digits" if type(error) is ValueError else error


def named_apart(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the same items, with `#number` after repeated ids, so that each names one record."""
    taken: set[str] = set()
    for number, item in items:
        if isinstance(item, Document):
            while item.record in taken:
                item = Document(item.path, item.text, f"{item.record}#{number}")
            taken.add(item.record or "")
        yield number, item
