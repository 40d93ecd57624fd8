"""`clean`: return a corpus without copies and boilerplate, of the same type as the input, and what was removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, Union, overload

from dedupe.api.check import check_no_files
from dedupe.api.given import check_one_field, check_some_read, given, paths_of
from dedupe.api.options import CleanOptions, check_names, index_of, settings_and_choices, watched
from dedupe.cleaning.clean import Order, Outcome
from dedupe.cleaning.clean import clean as run
from dedupe.cleaning.cuts import Cut, Reason
from dedupe.cleaning.output import Changed
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError
from dedupe.core.model import Document, Failure, Progress, in_short
from dedupe.inputs import chunks
from dedupe.inputs.readers.records import MISSING, value_at
from dedupe.inputs.remote import is_remote
from dedupe.inputs.sources import ID_FIELD, TEXT_FIELD, printable
from dedupe.pipeline.records import Register, folder_for

if TYPE_CHECKING:
    from typing_extensions import Unpack

Kept = TypeVar("Kept", covariant=True)
Data = TypeVar("Data")
Paths = Union[str, "os.PathLike[str]", Sequence["os.PathLike[str]"]]
LINES = ".jsonl"
Place = tuple[str, Any, "int | None"]  # path, id as given, number of the row
OF_FOLDERS = ("output", "force", "split_essays", "no_texts")


def _shown(row: Any) -> str:
    """Return a named tuple as Python shows it, with at most a line of each text."""
    cells = zip(row._fields, (in_short(value) if isinstance(value, str) else value for value in row))
    return f"{type(row).__name__}({', '.join(f'{name}={value!r}' for name, value in cells)})"


class Edit(NamedTuple):
    """A stretch removed from a text, in code points of it, and what stands there now (mostly nothing).

    `reason` is the command's word: copy, chrome, repair, mask, drop-sentence … `kept` is the id of the document that
    still holds a copy; `relation` and `jaccard` compare the two.
    """

    start: int
    end: int
    text: str
    token: str
    reason: str
    code: str
    kept: Any = None
    relation: str | None = None
    jaccard: float | None = None

    def __repr__(self) -> str:
        return _shown(self)


class Dropped(NamedTuple):
    """A removed document: its `id` as it was given, and why.

    `reason`, `kept`, `relation` and `jaccard` are those of its longest stretch, see Edit. `path` is the file, the
    split, or `records`; `kept_path` is the path of what is kept. `row` is its number, from 0, if rows were given.
    """

    id: Any
    reason: str
    code: str
    kept: Any
    relation: str | None
    jaccard: float | None
    text: str
    path: str
    kept_path: str | None
    row: int | None

    def __repr__(self) -> str:
        return _shown(self)


class Edited(NamedTuple):
    """A document that lost a part: its `id` as it was given, its text before and after, and the edits."""

    id: Any
    before: str
    after: str
    edits: tuple[Edit, ...]
    path: str
    row: int | None

    def __repr__(self) -> str:
        return _shown(self)


@dataclass(frozen=True)
class Cleaned(Generic[Kept]):
    """The result of a clean: `kept` has the type and the order of the input.

    For paths it is the folder that was written, or without `output` the list of documents that would be written.
    `documents` and `characters` are how many there were and how many are kept. `errors` is what could not be read;
    given rows among these stay unchanged. `report` is empty: call `check` for findings. `note` says if rows had no ids.
    """

    kept: Kept
    dropped: tuple[Dropped, ...]
    edited: tuple[Edited, ...]
    documents: tuple[int, int]
    characters: tuple[int, int]
    errors: tuple[Failure, ...]
    note: str = ""

    def __repr__(self) -> str:
        (before, after), (long, short) = self.documents, self.characters
        share = f" ({short / long:.1%})" if long else ""
        return (
            f"<Cleaned: kept {after:,} of {before:,} documents, {short:,} of {long:,} characters{share}\n"
            f" dropped {len(self.dropped):,}, edited {len(self.edited):,}, errors {len(self.errors):,}\n"
            f" kept is a {type(self.kept).__name__}{self.note and f'{chr(10)} '}{self.note}>"
        )


@overload
def clean(data: Paths, /, *, output: str | os.PathLike[str], **options: Unpack[CleanOptions]) -> Cleaned[Path]: ...


@overload
def clean(data: Paths, /, *, output: None = None, **options: Unpack[CleanOptions]) -> Cleaned[list[Document]]: ...


@overload
def clean(data: Iterator[Data], /, **options: Unpack[CleanOptions]) -> Cleaned[list[Data]]: ...


@overload
def clean(data: Data, /, **options: Unpack[CleanOptions]) -> Cleaned[Data]: ...


def clean(data: Any, /, *, output: str | os.PathLike[str] | None = None, **options: Any) -> Cleaned[Any]:
    """Remove copies and boilerplate, as the command does; the input is never changed.

    `data` is what `check` takes; an iterator comes back as a list. For paths nothing is written without `output`.
    Keywords are the options of the command: see `Options` and `CleanOptions`. Raises TypeError for data without texts
    and for an unknown keyword, ConfigError for a value that cannot be used.

    >>> result = clean([{"id": 7, "text": "开了三次会。"}, {"id": 8, "text": "开了三次会。"}])
    >>> result.kept, [(gone.id, gone.reason, gone.kept) for gone in result.dropped]
    ([{'id': 7, 'text': '开了三次会。'}], [(8, 'copy', 7)])
    """
    check_names("clean", options, [*CleanOptions.__annotations__, "output"])
    settings, choices = settings_and_choices(options)
    paths = paths_of(data)
    index = index_of(options)
    with watched(options.get("progress", False)) as progress:
        if paths is None:
            check_no_files({**options, "output": output}, OF_FOLDERS)
            return _clean_rows(data, Order((), None, settings, choices, index=index), progress)
        if output is not None and is_remote(os.fspath(output)):
            raise ConfigError("output is an address: name a folder here and send it there, or ask the command to")
        folder = None if output is None else Path(output)
        order = Order(paths, folder, settings, choices, bool(options.get("force")), index, everything=True)
        result = clean_paths(order, progress)
        check_some_read(paths, result.documents[0], result.errors)
        return result


def clean_paths(order: Order, progress: Progress | None) -> Cleaned[Any]:
    """Clean files; without an output nothing is written, and the documents are returned."""
    if order.output is None and (order.choices.split_essays or order.choices.no_texts):
        raise ConfigError("split_essays and no_texts shape the folder that is written: name one with output")
    told = _Told(_of_file, is_held=order.output is None)
    outcome = run(order, progress, told)
    left = ((one.path, one.after, one.record) for one, _ in told.documents)
    kept = [Document(path, text, record) for path, text, record in left if text is not None]
    return told.result(kept if order.output is None else order.output, outcome)


def _of_file(changed: Changed) -> Place:
    return changed.path, changed.record or changed.path, None


def _clean_rows(data: Any, order: Order, progress: Progress | None) -> Cleaned[Any]:
    field = order.settings.text_field
    check_one_field(field)
    if isinstance(data, Iterator):
        data = list(data)
    rows, register, failures = given(data, field), Register(is_kept=True), list[Failure]()
    settings = replace(order.settings, encoding=None)

    def place(changed: Changed) -> Place:
        path = Path(changed.path).name.removesuffix(LINES)
        number, name = register.rows[path, changed.record]
        return path, name, number

    told, named = _Told(place), set[bool]()
    with folder_for() as folder:
        for path, part in rows.parts(settings):
            items = register.documents(path, _writable(part, order.settings, named), settings)
            chunks.written(path, items, folder / f"{path}{LINES}", failures)
        settings = replace(settings, text_field=TEXT_FIELD, id_field=ID_FIELD, exclude=(), exclude_always=())
        wanted = replace(order, paths=[str(folder)], settings=settings, everything=True)
        outcome = run(wanted, progress, told) if register.rows else Outcome((0, 0), (0, 0), {}, 0, 0, True, [])
    outcome.failures += failures
    changes: dict[str, dict[int, tuple[str, str | None]]] = {}
    for one, (path, _, number) in told.documents:
        changes.setdefault(path, {})[number or 0] = one.text, one.after
    result = told.result(rows.cleaned(changes, field), outcome)
    if named != {False} or hasattr(data, "to_frame"):  # a column alone has no fields
        return result
    return replace(result, note=f"ids are row numbers (no field {order.settings.id_field!r}; name one with id=)")


def _writable(rows: Iterable[Any], settings: Settings, named: set[bool]) -> Iterator[Any]:
    """Yield the rows, and record in `named` whether they have ids.

    A text that is no string (a conversation, bytes) does not count here, because it could not be put back.
    """
    field = settings.text_field
    for row in rows:
        if isinstance(row, Mapping):
            named.add(value_at(row, settings.id_field) is not MISSING)
        is_put_together = isinstance(row, Mapping) and not isinstance(row.get(field, ""), (str, type(None)))
        yield {**row, field: object()} if is_put_together else row


class _Told:
    """Collects the results for all documents of a clean; `place` gives their names in the input.

    With `is_held` it also keeps the texts of unchanged documents.
    """

    def __init__(self, place: Callable[[Changed], Place], is_held: bool = False) -> None:
        self._place, self._is_held = place, is_held
        self._names: dict[str, Place] = {}
        self.documents: list[tuple[Changed, Place]] = []

    def __call__(self, changed: Changed) -> None:
        place = self._names[changed.name] = self._place(changed)
        if changed.cuts or self._is_held:
            self.documents.append((changed, place))

    def result(self, kept: Any, outcome: Outcome) -> Cleaned[Any]:
        """Return the results for all documents."""
        dropped = tuple(self._dropped(one, place) for one, place in self.documents if one.is_gone)
        edited = tuple(self._edited(*pair) for pair in self.documents if pair[0].cuts and not pair[0].is_gone)
        return Cleaned(kept, dropped, edited, outcome.documents, outcome.characters, tuple(outcome.failures))

    def _dropped(self, changed: Changed, place: Place) -> Dropped:
        longest = max(changed.cuts, key=lambda cut: cut.end - cut.start)
        edit, (kept_path, kept) = self._edit(changed, longest), self._kept(longest.reason)
        path, name, row = place
        how = (edit.reason, edit.code, kept, edit.relation, edit.jaccard)
        return Dropped(name, *how, changed.text, path, kept_path, row)

    def _edited(self, changed: Changed, place: Place) -> Edited:
        path, name, row = place
        edits = tuple(self._edit(changed, cut) for cut in changed.cuts)
        return Edited(name, changed.text, changed.after or "", edits, path, row)

    def _edit(self, changed: Changed, cut: Cut) -> Edit:
        reason, text = cut.reason, changed.text[cut.start : cut.end]
        relation = reason.relation.value if reason.relation else None
        how = (reason.action, reason.code, self._kept(reason)[1], relation, reason.jaccard)
        return Edit(cut.start, cut.end, text, cut.token, *how)

    def _kept(self, reason: Reason) -> tuple[str | None, Any]:
        """Return the path and the id of what is kept; for a document of an index, its path and id there."""
        if reason.kept is None:
            return None, None
        path, record = reason.kept[:2]
        name = printable(path) if record is None else f"{printable(path)}#{record}"
        return self._names.get(name, (path, record or path, None))[:2]
