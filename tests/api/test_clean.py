"""`clean` of Python: what comes in comes back in kind, ids as they were given, and the answer is the command's."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

import dedupe
from dedupe import ConfigError, DedupeError, clean
from dedupe.cli.main import cli
from tests import files

ROOT = Path(__file__).resolve().parents[2]
RECORDS = [json.loads(line) for line in (ROOT / "samples" / "records.jsonl").read_text("utf-8").splitlines()]
CHROME = "更多述职报告请点击查看。"
ESSAY = "\n".join(f"今年{month}月我们走访了石塘村的第{month}组，记下了大家的难处。" for month in "二三四五六七八九")
# Of these 11 and 13 are one text; 12 has a line of a site.
ROWS = [
    {"n": 11, "text": ESSAY, "tags": ["a"]},
    {"n": 12, "text": f"秋天的风从河面上吹来，岸边的芦苇一夜白了头。\n{CHROME}", "tags": []},
    {"n": 13, "text": ESSAY, "tags": ["b", "c"]},
    {"n": 14, "text": "这是另外一段话，和别的都不一样。", "tags": []},
]
LEFT = [ROWS[0], {**ROWS[1], "text": "秋天的风从河面上吹来，岸边的芦苇一夜白了头。\n"}, ROWS[3]]


def lib(name: str) -> Any:
    return pytest.importorskip(name)


KINDS: dict[str, tuple[Callable[[], Any], Callable[[Any], list[Any]]]] = {
    "list": (lambda: ROWS, list),
    "tuple": (lambda: tuple(ROWS), list),
    "pandas": (lambda: lib("pandas").DataFrame(ROWS), lambda frame: frame.to_dict("records")),
    "polars": (lambda: lib("polars").DataFrame(ROWS), lambda frame: frame.to_dicts()),
    "lazy": (lambda: lib("polars").DataFrame(ROWS).lazy(), lambda frame: frame.collect().to_dicts()),
    "arrow": (lambda: pa.Table.from_pylist(ROWS), lambda table: table.to_pylist()),
    "datasets": (lambda: lib("datasets").Dataset.from_list(ROWS), list),
    "stream": (lambda: lib("datasets").Dataset.from_list(ROWS).to_iterable_dataset(), list),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_in_comes_back_in_kind(kind: str) -> None:
    make, rows_of = KINDS[kind]
    data = make()
    result = clean(data, id="n")
    assert type(result.kept) is type(data)
    assert rows_of(result.kept) == LEFT
    assert rows_of(data) == ROWS  # untouched
    (gone,) = result.dropped
    assert (gone.id, gone.reason, gone.kept, gone.relation, gone.jaccard) == (13, "copy", 11, "exact", 1.0)
    assert (gone.text, gone.path, gone.row) == (ESSAY, "records", 2)
    (edited,) = result.edited
    assert (edited.id, edited.row, edited.before, edited.after) == (12, 1, ROWS[1]["text"], LEFT[1]["text"])
    assert [(edit.text, edit.reason) for edit in edited.edits] == [(CHROME, "chrome")]
    assert (result.documents, result.errors) == ((4, 3), ())


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_to_do_all_is_kept(kind: str) -> None:
    make, rows_of = KINDS[kind]
    result = clean(make(), id="n", keep_copies=True, keep_chrome=True)
    assert (rows_of(result.kept), result.dropped, result.edited) == (ROWS, (), ())


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_no_rows_come_back(kind: str) -> None:
    if kind in ("list", "tuple"):
        assert clean([]).kept == []
        return
    make, rows_of = KINDS[kind]
    none = {"pandas": lambda t: t[:0], "polars": lambda t: t[:0], "lazy": lambda t: t.head(0), "arrow": lambda t: t[:0]}
    empty = none.get(kind, lambda t: t.skip(4) if kind == "stream" else t.select([]))(make())
    assert rows_of(clean(empty, id="n").kept) == []


def test_schemas_stay() -> None:
    datasets, polars, pandas = lib("datasets"), lib("polars"), lib("pandas")
    table = pa.table(
        {"text": pa.array([row["text"] for row in ROWS], pa.large_string()), "n": pa.array(range(4), pa.int8())}
    )
    table = table.replace_schema_metadata({"made": "here"})
    assert clean(table, id="n").kept.schema.equals(table.schema, check_metadata=True)
    dataset = datasets.Dataset.from_list(ROWS)
    assert clean(dataset, id="n").kept.features == dataset.features
    frame = polars.DataFrame(ROWS)
    assert clean(frame, id="n").kept.schema == frame.schema
    frame = pandas.DataFrame(ROWS).astype({"text": "category", "n": "Int64"})
    assert clean(frame, id="n").kept.dtypes["n"] == "Int64"


def test_columns_of_texts_come_back_as_columns() -> None:
    texts = [row["text"] for row in ROWS]
    series = lib("pandas").Series(texts, index=list("abcd"), name="body")
    kept = clean(series).kept
    assert (kept.name, list(kept), list(kept.index)) == ("body", [row["text"] for row in LEFT], ["a", "b", "d"])
    assert [gone.id for gone in clean(series).dropped] == ["c"]
    column = clean(lib("polars").Series("body", texts)).kept
    assert (column.name, column.to_list()) == ("body", [row["text"] for row in LEFT])


def test_texts_and_what_can_be_gone_through_once_come_back_as_lists() -> None:
    texts = [row["text"] for row in ROWS]
    assert clean(iter(texts)).kept == clean(texts).kept == [row["text"] for row in LEFT]
    assert clean(row for row in ROWS).kept == LEFT
    assert [gone.id for gone in clean(texts).dropped] == [2]


def test_labels_of_a_frame_are_ids_where_no_column_is() -> None:
    frame = lib("pandas").DataFrame(ROWS).set_index("n")
    result = clean(frame)
    assert [gone.id for gone in result.dropped] == [13]
    assert list(frame.drop([gone.id for gone in result.dropped]).index) == list(result.kept.index) == [11, 12, 14]


def test_splits_are_one_corpus() -> None:
    datasets = lib("datasets")
    both = datasets.DatasetDict(train=datasets.Dataset.from_list(ROWS[:2]), test=datasets.Dataset.from_list(ROWS[2:]))
    for data in (both, datasets.IterableDatasetDict({k: v.to_iterable_dataset() for k, v in both.items()})):
        result = clean(data, id="n")
        assert type(result.kept) is type(data)
        # Of equal texts the one whose name comes first is kept: test before train.
        assert {name: list(split) for name, split in result.kept.items()} == {"train": [LEFT[1]], "test": ROWS[2:]}
        (gone,) = result.dropped
        assert (gone.path, gone.id, gone.kept_path, gone.kept) == ("train", 11, "test", 13)
        assert {finding.path for finding in dedupe.check(data, id="n").findings} <= {"train", "test"}


def test_a_stream_that_gives_other_rows_the_second_time_is_told() -> None:
    datasets, given = lib("datasets"), [ROWS, ROWS[::-1]]
    stream = datasets.IterableDataset.from_generator(lambda: iter(given[0]))
    kept = clean(stream, id="n").kept
    given[0] = given[1]
    with pytest.raises(DedupeError, match="is not what it was when it was checked"):
        list(kept)


def test_rows_that_cannot_be_read_or_written_back_are_named_and_stay() -> None:
    rows: list[Any] = [{"text": None}, {"text": [{"content": f"{ESSAY}\n{CHROME}"}]}, {"n": 1}, f"好。\n{CHROME}"]
    result = clean(rows)
    assert result.kept == [*rows[:3], "好。\n"]
    assert [error.path for error in result.errors] == ["records#0", "records#1", "records#2"]
    with pytest.raises(ConfigError, match="name one field"):
        clean(rows, text="instruction,output")


def test_ids_that_come_twice_are_given_back_as_they_were() -> None:
    result = clean([{"id": 5, "text": ESSAY}, {"id": 5, "text": ESSAY}, {"id": "", "text": ESSAY}])
    assert sorted((gone.id, gone.kept, gone.row) for gone in result.dropped) == [(2, 5, 2), (5, 5, 1)]


def test_a_repr_cuts_texts_and_says_where_rows_have_no_ids() -> None:
    rows = [{key: row[key] for key in ("text", "tags")} for row in ROWS]
    note = "ids are row numbers (no field 'id'; name one with id=)>"
    for data in (rows, lib("pandas").DataFrame(rows), pa.Table.from_pylist(rows)):
        result = clean(data)
        assert repr(result).endswith(note)
        assert [gone.id for gone in result.dropped] == [2]
    for data in (ROWS, lib("pandas").DataFrame(ROWS)):
        assert "row numbers" not in repr(clean(data, id="n"))
    assert "row numbers" not in repr(clean([row["text"] for row in rows]))
    assert ESSAY not in repr(result.dropped)
    assert f"text='{' '.join(ESSAY[:41].split())[:40]}…'" in repr(result.dropped)
    assert "after='秋天的风从河面上吹来，岸边的芦苇一夜白了头。'" in repr(result.edited)


# Paths


def test_paths_give_their_documents_or_the_folder_that_is_written(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(ROWS[1]["text"], "utf-8")
    (pages / "b.jsonl").write_text("".join(json.dumps({"id": r["n"], "text": r["text"]}) + "\n" for r in ROWS), "utf-8")
    result = clean(pages, keep_copies=True)
    assert [(Path(one.path).name, one.record, one.text) for one in result.kept] == [
        ("a.txt", None, LEFT[1]["text"]),
        *(("b.jsonl", str(row["n"]), LEFT[1]["text"] if row["n"] == 12 else row["text"]) for row in ROWS),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pages"]
    written = clean([pages], output=tmp_path / "out", placeholders="repair")
    assert written.kept == tmp_path / "out"
    assert (written.kept / "a.txt").exists() != any(gone.id.endswith("a.txt") for gone in written.dropped)
    with pytest.raises(ConfigError, match="force replaces it"):
        clean(pages, output=tmp_path / "out")
    assert clean(pages, output=tmp_path / "out", force=True).documents == written.documents
    with pytest.raises(TypeError, match="output= is for paths"):
        clean(ROWS, output=tmp_path / "rows")
    with pytest.raises(ConfigError, match="name one with output"):
        clean(pages, split_essays=True)


def test_documents_of_archives_and_pages_have_the_names_that_a_report_gives_them(tmp_path: Path) -> None:
    for kind in ("html", "docx"):
        files.write(tmp_path / kind, kind, [("a", f"{ESSAY}\n{CHROME}")])
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("in/a.txt", f"{ESSAY}\n{CHROME}")
    known = {finding.path for finding in dedupe.check(tmp_path).findings}
    result = clean(tmp_path)
    paths = {one.path for one in (*result.kept, *result.dropped)}
    assert known <= paths
    assert all(one.record is None for one in result.kept)


# One answer everywhere


def test_python_the_command_and_the_list_of_ids_agree_on_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    result = clean("samples")
    out = tmp_path / "out"
    assert CliRunner().invoke(cli, ["clean", "samples", "-o", str(out), "--no-config"]).exit_code == 0
    written = dedupe.check(out, select="PH")
    assert written.summary.documents == len(result.kept) == result.documents[1]
    assert [one.text for one in result.kept] == [one.text for one in clean(out, keep_chrome=True, ignore="ND").kept]
    members = {
        copy.region.record or copy.region.path: cluster
        for cluster in dedupe.check("samples").clusters
        for copy in cluster.members
    }
    assert {gone.id for gone in result.dropped} <= members.keys()
    rows = clean(RECORDS)
    in_file = [gone for gone in result.dropped if gone.path.endswith("records.jsonl")]
    assert [gone[:6] for gone in rows.dropped] == [gone[:6] for gone in in_file]
    assert [row["id"] for row in rows.kept] == [one.record for one in result.kept if one.record]
