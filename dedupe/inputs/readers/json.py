"""A .json file: an array of records, a sequence of records, or one record. It is held as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from dedupe.config.kinds import HOLDERS
from dedupe.core.errors import UnreadableError
from dedupe.inputs.readers.records import MISSING, document_of, fields_of, named_apart, no_json, splits, value_at
from dedupe.text.decode import decode, read_text

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

DECODER = json.JSONDecoder()
COMMA_RE = re.compile(r"^\s*,")
SPACE_RE = re.compile(r"[ \t\r\n]*")


class Value(NamedTuple):
    """A record, with the stretch of the file that spells it."""

    start: int
    end: int
    record: Any


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the records, each with its place in the array, from 1. What follows damage is lost."""
    return items_of(path, decode(read_text(stream, settings.encoding), settings.encoding, settings.errors), settings)


def items_of(path: str, text: str, settings: Settings) -> Iterator[Item]:
    """Yield the records of a text, as `read` does."""
    values = enumerate(values_of(text, settings.text_field), 1)
    return named_apart(
        (number, document_of(path, (f"{path}#{number}", number), value.record, settings)) for number, value in values
    )


def values_of(text: str, field: str) -> Iterator[Value]:
    """Yield the records of a JSON text in sequence: the elements of arrays, and single objects.

    An object without the field, but with an array of objects under `data` or the like, stands for these. Raises
    UnreadableError if the text is damaged; an extra comma is no damage.
    """
    try:
        at = _space(text, 0)
        while at < len(text):
            if text[at] == "[":
                at = yield from _elements(text, at)
            else:
                record, end = DECODER.raw_decode(text, at)
                rows = _rows_in(record, field)
                if rows is None:
                    yield Value(at, end, record)
                else:
                    yield from _inside(text, literal_of(text, rows, at)[0])
                at = end
            at = _space(text, at)
            if text[at : at + 1] == ",":
                at = _space(text, at + 1)
    except IndexError:
        raise UnreadableError("not JSON (the array is never closed): the file ends early, fetch it again") from None
    except (ValueError, RecursionError) as error:
        hint = "mend it, or call it .jsonl if it has a record a line"
        raise UnreadableError("not JSON ({ERROR}): {HINT}", no_json(error), hint) from error


def _elements(text: str, at: int) -> Generator[Value, None, int]:
    """Yield the elements of the array that begins here; return where it ends."""
    at = _space(text, at + 1)
    while text[at] != "]":
        record, end = DECODER.raw_decode(text, at)
        yield Value(at, end, record)
        at = _space(text, end)
        if text[at : at + 1] == ",":
            at = _space(text, at + 1)
        elif text[at] not in "]{":  # a missing comma is as harmless as an extra one
            raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
    return at + 1


def _inside(text: str, at: int) -> Iterator[Value]:
    """Yield the elements of an array inside an object."""
    yield from _elements(text, at)


def _rows_in(record: Any, field: str) -> str | None:
    """Return the usual key under which an object without the field holds its records, if it has one."""
    if not isinstance(record, dict) or any(value_at(record, name) is not MISSING for name in fields_of(record, field)):
        return None
    arrays = [name for name in HOLDERS if isinstance(record.get(name), list)]
    is_rows = len(arrays) == 1 and all(isinstance(row, dict) for row in record[arrays[0]])
    return arrays[0] if is_rows else None


def literal_of(text: str, field: str, start: int = 0) -> tuple[int, int]:
    r"""Return where the value of a field is in the JSON object that begins here; for a repeated field, the last.

    (0, 0) if it lacks the field; a field of a nested object is named with a dot.

    >>> literal_of(' {"id": 1, "text" : "a\\n"}', "text"), literal_of('{"meta": {"text": "a"}}', "meta.text")
    ((20, 25), (18, 21))
    """
    spans: dict[str, tuple[int, int]] = {}
    at = _space(text, _space(text, start) + 1)
    while text[at] != "}":
        key, at = DECODER.raw_decode(text, at)
        begin = _space(text, _space(text, at) + 1)
        _, at = DECODER.raw_decode(text, begin)
        spans[key] = begin, at
        at = _space(text, at)
        if text[at] == ",":
            at = _space(text, at + 1)
    if field in spans:
        return spans[field]
    for head, rest in splits(field):
        begin, _ = spans.get(head, (0, 0))
        found = literal_of(text, rest, begin) if begin and text[begin] == "{" else (0, 0)
        if found != (0, 0):
            return found
    return 0, 0


def _space(text: str, at: int) -> int:
    found = SPACE_RE.match(text, at)
    assert found
    return found.end()


def rewrite(text: str, spellings: Mapping[int, str | None], field: str) -> str:
    r"""Return the file with other spellings for some records; those of None go, with the comma before or after them.

    >>> rewrite('[\n  {"a": 1},\n  {"a": 2},\n  3\n]\n', {1: None, 2: "{}"}, "a")
    '[\n  {},\n  3\n]\n'
    """
    pieces: list[str] = []
    values = list(values_of(text, field))
    last, is_first = 0, True
    for number, value in enumerate(values, 1):
        before, last = text[last : value.start], value.end
        spelling = spellings.get(number, text[value.start : value.end])
        if number == 1:
            pieces.append(before)
        if spelling is None:
            continue
        pieces += [spelling] if is_first else [before if number > 1 else "", spelling]
        is_first = False
    rest = text[last:]
    # A trailing comma may follow the last record; if no record is left, it must go too.
    return "".join([*pieces, COMMA_RE.sub("", rest) if is_first else rest])
