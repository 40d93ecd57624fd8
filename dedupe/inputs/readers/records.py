"""What all files of records share: which field is the text, what a record is called, what can be wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dedupe.core.model import Document, Failure
from dedupe.text.decode import mend

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

JSON_KINDS = ((dict, "object"), (list, "array"), (str, "string"))


def document_of(path: str, place: tuple[str, int], record: Any, settings: Settings) -> Document | Failure:
    """The document in one record, or what is wrong with it; `place` is its place as messages show it, and its number.

    A record without an id is called by its number.
    """
    shown, number = place
    field = settings.text_field
    if not isinstance(record, dict):
        kind = kind_of_value(record)
        return Failure(shown, f"a JSON {kind}, not an object: a record must be one, with a field {field!r}")
    if field not in record:
        return Failure(shown, lacking(field, list(record)))
    text = record[field]
    if not isinstance(text, str):
        return Failure(
            shown, f"field {field!r} is a {kind_of_value(text)}, not a string: mend the record or drop it"
        )
    given = record.get(settings.id_field)
    is_id = isinstance(given, (str, int)) and not isinstance(given, bool) and given != ""
    return Document(path, mend(text), mend(str(given)) if is_id else str(number))


def lacking(field: str, others: Sequence[str]) -> str:
    """What to say of a record, or a table, without its text."""
    known = ", ".join(map(repr, others[:5])) or "none"
    return f"no field {field!r} (there are: {known}): name the right one with --text-field"


def kind_of_value(value: Any) -> str:
    """What JSON calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    other = "number" if isinstance(value, (int, float)) else type(value).__name__
    return next((name for kind, name in JSON_KINDS if isinstance(value, kind)), other)


def named_apart(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, with `#number` behind ids that come again, so that each names one record."""
    taken: set[str] = set()
    for number, item in items:
        if isinstance(item, Document):
            while item.record in taken:
                item = Document(item.path, item.text, f"{item.record}#{number}")
            taken.add(item.record or "")
        yield number, item
