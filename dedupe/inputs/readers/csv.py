"""CSV and TSV: a header or none, then a record per row. The whole decoded text is held in memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from dedupe.config.kinds import TSV, named_kind
from dedupe.core.messages import option, say
from dedupe.core.model import Failure
from dedupe.inputs.readers.records import document_of, fields_of, lacking, named_apart
from dedupe.text.decode import decode, read_text

if TYPE_CHECKING:
    from dedupe.config.settings import Settings
    from dedupe.inputs.readers import Item

DELIMITERS = ",;\t|"
LONGEST = (1 << 31) - 1  # characters of a cell; the library's default is 128 KB
HEAD = 1 << 16  # characters within which a header must end
SAID_RE = re.compile(r'"?sep=(.)"?[ \t]*\r?\n')  # a first line that tells Excel the separator
WAYS = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)


class Row(NamedTuple):
    """A row as the file spells it from 1-based `line` on, with its line end, and its cells.

    `problem` says what is wrong with a row that cannot be parsed.
    """

    line: int
    raw: str
    cells: list[str]
    problem: str = ""


def read(path: str, stream: BinaryIO, settings: Settings) -> Iterator[Item]:
    """Yield the records, each with the number of the line on which it begins. A damaged row costs only that row."""
    data = read_text(stream, settings.encoding)
    return items_of(path, decode(data, settings.encoding, settings.errors), settings)


def items_of(path: str, text: str, settings: Settings) -> Iterator[Item]:
    """Yield the records of a text, as `read` does."""
    return named_apart(_records(path, text, settings))


class Layout(NamedTuple):
    """The layout of a table: its separator, the names of its columns, the line of its first record.

    `problem` says why there are no columns.
    """

    delimiter: str
    names: list[str]
    first: int
    problem: str = ""

    def has(self, field: str) -> bool:
        """True if exactly one column has this name."""
        return field in self.names


def _records(path: str, text: str, settings: Settings) -> Iterator[Item]:
    layout = layout_of(path, text, settings.text_field)
    names = layout.names
    if layout.problem:
        yield 0, Failure(path, layout.problem)
        return
    for row in rows_of(text, layout.delimiter):
        if row.line < layout.first or not (row.cells or row.problem):
            continue
        place = f"{path}:{row.line}"
        if row.problem:
            yield row.line, Failure(place, row.problem)
        elif len(row.cells) != len(names):
            several = say("{cells} cells, and the header {names}", len(row.cells), len(names))
            cells = several if len(row.cells) > 1 else say("1 cell, and the header {names}", len(names))
            yield row.line, Failure(place, say("the row has {CELLS}: mend its quotes and commas, or drop it", cells))
        else:
            # The first of two columns with one name counts.
            record = dict(zip(reversed(names), reversed(row.cells)))
            yield row.line, document_of(path, (place, row.line), record, settings)


def layout_of(path: str, text: str, field: str) -> Layout:
    """Return the layout of a table with its texts in this field.

    The separator comes from a first line `sep=;`, else from the separator with which the header has these columns, else
    from the file name. Fields that are numbers are columns of a table without a header.
    """
    said = SAID_RE.match(text)
    ways = said[1] if said else "\t" if named_kind(path) == TSV else DELIMITERS
    layouts = [_layout(text, way, field, 2 if said else 1) for way in ways]
    return next((layout for layout in layouts if not layout.problem), layouts[0])


def _layout(text: str, delimiter: str, field: str, first: int) -> Layout:
    rows = rows_of(text[:HEAD], delimiter)
    header = next((row for row in rows if row.line >= first and (row.cells or row.problem)), None)
    if header is None:
        return Layout(delimiter, [], first)
    fields = fields_of(header.cells, field)
    if all(name in header.cells for name in fields):
        return Layout(delimiter, header.cells, header.line + 1)
    if all(name.isdecimal() and 1 <= int(name) <= len(header.cells) for name in fields):
        return Layout(delimiter, [str(number) for number in range(1, len(header.cells) + 1)], header.line)
    missing = next(name for name in fields if name not in header.cells)
    number = option("text_field", "1")
    told = say(
        "{TOLD}, or if there is no header the number of the column, as in {option}",
        lacking(missing, header.cells),
        number,
    )
    return Layout(delimiter, header.cells, header.line + 1, header.problem or told)


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a table, blank lines too; concatenated they are the text."""
    # Lines keep their own ends. The parser counts the lines it takes, so the spelling of each row is known.
    lines = list(io.StringIO(text, newline=""))
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    while (at := parser.line_num) < len(lines):
        cells, problem = _next(parser)
        yield Row(at + 1, "".join(lines[at : parser.line_num]), cells, problem)


def _next(parser: Iterator[list[str]]) -> tuple[list[str], str]:
    """Return the cells of the next row, none for a blank line, and what is wrong with them."""
    limit = csv.field_size_limit(LONGEST)
    try:
        return next(parser), ""
    except csv.Error as error:
        told = "a quote is never closed" if "unexpected end" in str(error) else str(error)
        return [], say("not CSV ({REASON}): mend the quotes of this row, or drop it", told)
    finally:
        csv.field_size_limit(limit)  # the limit is global to the process, so it is restored


def whole_rows(path: str, text: str, field: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows by the lines on which they begin, with all of their cells."""
    layout = layout_of(path, text, field)
    for row in rows_of(text, layout.delimiter):
        if row.line >= layout.first:
            yield row.line, dict(zip(layout.names, row.cells))


def rewrite(path: str, text: str, texts: Mapping[int, str | None], field: str) -> str:
    """Return the table with other texts for the records of some lines, without those of None; the rest is unchanged."""
    if not texts:  # true of a table without records
        return text
    layout = layout_of(path, text, field)
    delimiter, rows = layout.delimiter, list(rows_of(text, layout.delimiter))
    column = layout.names.index(field)
    out: list[str] = []
    for row in rows:
        new = texts.get(row.line, row.raw)
        if new is not None and row.line in texts:
            new = _spelt(row, [*row.cells[:column], new, *row.cells[column + 1 :]], delimiter)
        out.append(new or "")
    return "".join(out)


def _spelt(row: Row, cells: list[str], delimiter: str) -> str:
    """Spell cells as the row was: with its line end, and its quotes if they follow a rule."""
    end = row.raw[len(row.raw.rstrip("\r\n")) :]
    way = next((way for way in WAYS if _line(row.cells, delimiter, end, way) == row.raw), csv.QUOTE_MINIMAL)
    line = _line(cells, delimiter, end, way)
    # The library omits the quotes around a lone carriage return.
    is_read = [taken.cells for taken in rows_of(line, delimiter)] == [cells]
    return line if is_read else _line(cells, delimiter, end, csv.QUOTE_ALL)


def _line(cells: list[str], delimiter: str, end: str, way: int) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=way).writerow(cells)  # type: ignore[arg-type]
    return out.getvalue()
