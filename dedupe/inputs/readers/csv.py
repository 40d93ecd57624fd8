"""CSV and TSV: a header, then a record a row. The decoded text is held as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from dedupe.core.model import Failure
from dedupe.inputs.readers.kinds import TSV, suffix_of
from dedupe.inputs.readers.records import document_of, lacking, named_apart
from dedupe.text.decode import decode

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

DELIMITERS = ",;\t|"
LONGEST = (1 << 31) - 1  # characters of a cell; left to itself the library takes no more than 128 KB
HEAD = 1 << 16  # characters in which a header ends
WAYS = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)


class Row(NamedTuple):
    """A row as it stands in the file from 1-based `line` on, its line end included, and its cells.

    `problem` says what is wrong with one that cannot be taken apart.
    """

    line: int
    raw: str
    cells: list[str]
    problem: str = ""


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """The records, each with the number of the line that it begins on. A damaged row costs that row."""
    return named_apart(_records(path, decode(stream.read(), settings.encoding), settings))


def _records(path: str, text: str, settings: Settings) -> Iterator[Item]:
    rows = rows_of(text, delimiter_of(path, text, settings.text_field))
    table = (row for row in rows if row.cells or row.problem)
    header = next(table, None)
    if header is None:
        return
    names = header.cells
    if settings.text_field not in names:
        yield 0, Failure(path, header.problem or lacking(settings.text_field, names))
        return
    for row in table:
        place = f"{path}:{row.line}"
        if row.problem:
            yield row.line, Failure(place, row.problem)
        elif len(row.cells) != len(names):
            cells = f"{len(row.cells)} cells, and the header {len(names)}"
            yield row.line, Failure(place, f"the row has {cells}: mend its quotes and commas, or drop it")
        else:
            # The first of two columns of one name counts.
            record = dict(zip(reversed(names), reversed(row.cells)))
            yield row.line, document_of(path, (place, row.line), record, settings)


def delimiter_of(path: str, text: str, field: str) -> str:
    """What parts the cells: what makes a column called `field` of the header, else as the name says."""
    ways = "\t" if suffix_of(path) == f".{TSV}" else DELIMITERS
    for way in ways:
        header = next((row.cells for row in rows_of(text[:HEAD], way) if row.cells), [])
        if field in header:
            return way
    return ways[0]


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """The rows of a table, blank lines too: together they are the text."""
    # Lines with their own ends, whatever they are: the parser counts those it takes, so each row's spelling is known.
    lines = list(io.StringIO(text, newline=""))
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    while (at := parser.line_num) < len(lines):
        cells, problem = _next(parser)
        yield Row(at + 1, "".join(lines[at : parser.line_num]), cells, problem)


def _next(parser: Iterator[list[str]]) -> tuple[list[str], str]:
    """The cells of the next row, none of a blank line, and what is wrong with them."""
    limit = csv.field_size_limit(LONGEST)
    try:
        return next(parser), ""
    except csv.Error as error:
        told = "a quote is never closed" if "unexpected end" in str(error) else str(error)
        return [], f"not CSV ({told}): mend the quotes of this row, or drop it"
    finally:
        csv.field_size_limit(limit)  # it is one for the whole process, and not ours


def rewrite(path: str, text: str, texts: Mapping[int, str | None], field: str) -> str:
    """The table with other texts for the records of some lines, and without those of None; the rest stays as it is."""
    if not texts:  # as of a table without a header
        return text
    delimiter = delimiter_of(path, text, field)
    rows = list(rows_of(text, delimiter))
    column = next(row.cells.index(field) for row in rows if row.cells)
    out: list[str] = []
    for row in rows:
        new = texts.get(row.line, row.raw)
        if new is not None and row.line in texts:
            new = _spelt(row, [*row.cells[:column], new, *row.cells[column + 1 :]], delimiter)
        out.append(new or "")
    return "".join(out)


def _spelt(row: Row, cells: list[str], delimiter: str) -> str:
    """Cells spelt as the row was: its line end, and its quotes where they follow a rule."""
    end = row.raw[len(row.raw.rstrip("\r\n")) :]
    way = next((way for way in WAYS if _line(row.cells, delimiter, end, way) == row.raw), csv.QUOTE_MINIMAL)
    line = _line(cells, delimiter, end, way)
    # Left to itself the library forgets the quotes around a lone carriage return.
    is_read = [taken.cells for taken in rows_of(line, delimiter)] == [cells]
    return line if is_read else _line(cells, delimiter, end, csv.QUOTE_ALL)


def _line(cells: list[str], delimiter: str, end: str, way: int) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=way).writerow(cells)  # type: ignore[arg-type]
    return out.getvalue()
