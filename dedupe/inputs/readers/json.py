"""A .json file: an array of records, or one record. It is held as a whole; JSON lines need not be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from dedupe.core.errors import UnreadableError
from dedupe.inputs.readers.records import document_of, named_apart
from dedupe.text.decode import decode

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

DECODER = json.JSONDecoder()
SPACE_RE = re.compile(r"[ \t\r\n]*")


class Value(NamedTuple):
    """A record with the stretch of the file that spells it."""

    start: int
    end: int
    record: Any


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The records, each with its place in the array, from 1. What follows damage is lost."""
    text = decode(stream.read(), settings.encoding)
    values = enumerate(values_of(text), 1)
    return named_apart(
        (number, document_of(path, (f"{path}#{number}", number), value.record, settings)) for number, value in values
    )


def values_of(text: str) -> Iterator[Value]:
    """The records of a JSON text, one after the other. Raises UnreadableError where it is damaged."""
    if not text.strip():
        return
    try:
        at = _space(text, 0)
        if text[at : at + 1] != "[":
            record, end = DECODER.raw_decode(text, at)
            yield Value(at, end, record)
        else:
            end = at
            while text[end : end + 1] in ("[", ","):
                at = _space(text, end + 1)
                if text[at] == "]" and text[end] == "[":
                    end = at
                    break
                record, last = DECODER.raw_decode(text, at)
                yield Value(at, last, record)
                end = _space(text, last)
            if text[end : end + 1] != "]":
                raise json.JSONDecodeError("Expecting ',' or ']'", text, end)
            end += 1
        if text[end:].strip():
            raise json.JSONDecodeError("Extra data", text, end)
    except IndexError:
        raise UnreadableError("not JSON (the array is never closed): the file ends early, fetch it again") from None
    except (ValueError, RecursionError) as error:
        hint = "mend it, or call it .jsonl if it has a record a line"
        raise UnreadableError(f"not JSON ({error}): {hint}") from error


def _space(text: str, at: int) -> int:
    found = SPACE_RE.match(text, at)
    assert found
    return found.end()


def rewrite(text: str, spellings: Mapping[int, str | None]) -> str:
    r"""The file with other spellings for some records; those of None leave, with the comma before or behind them.

    >>> rewrite('[\n  {"a": 1},\n  {"a": 2},\n  3\n]\n', {1: None, 2: "{}"})
    '[\n  {},\n  3\n]\n'
    """
    pieces: list[str] = []
    values = list(values_of(text))
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
    return "".join([*pieces, text[last:]])
