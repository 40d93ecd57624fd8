"""JSON lines: a record on each line, read line by line. A damaged line costs only that line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from dedupe.core.errors import UnreadableError
from dedupe.core.messages import say
from dedupe.core.model import Failure
from dedupe.inputs.readers.records import document_of, named_apart, no_json
from dedupe.text.decode import decode, has_wide_mark, is_wide

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the records, each with the number of its line; blank lines are no records."""
    return numbered_records(path, _lines(stream, settings), settings)


def numbered_records(path: str, lines: Iterable[bytes | str], settings: Settings) -> Iterator[Item]:
    """Yield the records of JSON lines, decoded or not, each with the number of its line, from 1."""
    return named_apart(records_from(path, (1, lines), settings))


def records_from(path: str, lines: tuple[int, Iterable[bytes | str]], settings: Settings) -> Iterator[Item]:
    """Yield the records of some lines, given with the number of the first; ids may repeat."""
    for number, line in enumerate(lines[1], lines[0]):
        place = f"{path}:{number}"
        try:
            text = decode(line, settings.encoding, settings.errors) if isinstance(line, bytes) else line
            if not text.strip():
                continue
            record = _loaded(text)
        except UnreadableError as error:
            yield number, Failure(place, str(error))
        except (ValueError, RecursionError) as error:
            yield number, Failure(place, say("not JSON ({ERROR}): mend the line or drop it", no_json(error)))
        else:
            yield number, document_of(path, (place, number), record, settings)


def _loaded(text: str) -> Any:
    """Return the value on a line, which may end in a comma, as the elements of an array do."""
    try:
        return json.loads(text)
    except ValueError:
        bare = text.rstrip()
        if not bare.endswith(","):
            raise
        return json.loads(bare[:-1])


def is_uncut(head: bytes, encoding: str | None) -> bool:
    """True if a text with this beginning cannot be cut into lines as bytes, as in UTF-16 and UTF-32."""
    return is_wide(encoding) if encoding else has_wide_mark(head)


def _lines(stream: BinaryIO, settings: Settings) -> Iterator[bytes | str]:
    """Yield lines to decode one by one; a text that cannot be cut as bytes is read and decoded whole."""
    first = stream.readline()
    if is_uncut(first, settings.encoding):
        return iter(decode(first + stream.read(), settings.encoding, settings.errors).split("\n"))
    return chain((first,), stream)
