"""What Spark finds is what one machine finds, however the work is cut."""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from dedupe import DedupeError, Report, Settings
from dedupe.cleaning.options import Choices
from dedupe.cli.main import cli
from dedupe.config.filters import Allow
from dedupe.config.per_path import PerPath
from dedupe.core.model import Document
from dedupe.inputs.find import find
from dedupe.inputs.sources import read
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.view import View
from tests import files
from tests.cleaning.test_clean import page_of
from tests.copies.test_reworded import characters, replaced, words
from tests.corpora import WORDS, essay, recut

ROOT = Path(__file__).resolve().parents[2]
# Queries on a few pages are done before Java has compiled them, so it should not try; and few partitions stay few.
QUICK = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all tests."""
    for module in ("pyspark", "pandas", "pyarrow"):
        pytest.importorskip(module, reason="needs the extra spark")
    from dedupe.spark.session import require

    try:
        require()
    except DedupeError as error:
        pytest.skip(str(error))
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for key, value in QUICK.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies whole and in part, twins, a chain, lines that recur, records with and without ids, unusable files."""
    folder = tmp_path_factory.mktemp("spark") / "corpus"
    folder.mkdir()
    texts = [essay(seed) for seed in range(6)]
    for number in range(24):
        text = recut(texts[number % 6], 2 + number % 3) if number % 2 else texts[number % 6]
        page = f"云麓文库为您整理\n{text}\n{essay(100 + number, 6)}\n\n加入书架慢慢看\n松鹤渡口值更簿\n"
        (folder / f"page{number:02}.txt").write_text(page, "utf-8")
    for number in range(16):  # pages of their own, under one line of their site
        (folder / f"light{number:02}.txt").write_text(f"{essay(200 + number)}\n灯塔值守简报专用\n", "utf-8")
    for number in range(3):
        (folder / f"twin{number}.txt").write_text(f"1{number}、" + texts[0].replace("。", "，。"), "utf-8")
    chain = [essay(50, 8) + essay(51, 8), essay(51, 8) + essay(52, 8), essay(52, 8) + essay(53, 8)]
    rows = [{"id": f"r{number}", "text": text} for number, text in enumerate(chain)] + [{"text": texts[1]}, {"no": 1}]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (folder / "twice.txt").write_text(texts[2] + "\n" + texts[2], "utf-8")
    (folder / "empty.txt").write_text("", "utf-8")
    (folder / "broken.txt.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (folder / "scan.pdf").write_bytes(b"%PDF")
    pages = {f"{name}.txt": texts[number].encode() for number, name in enumerate("cab")}
    (folder / "more.zip").write_bytes(files.zipped({**pages, "rows.jsonl": files.jsonl([("r0", texts[3])])}))
    (folder / "more.zip.txt").write_text(texts[4], "utf-8")
    return folder


def shown(report: Report) -> dict[str, Any]:
    """A report without what may differ between two runs."""
    table: dict[str, Any] = json.loads(render(report, "json", View()))
    del table["summary"]["seconds"]
    return table


@pytest.mark.parametrize("partitions", [1, 2, 8])
def test_the_report_is_that_of_one_machine(spark: Any, corpus: Path, tmp_path: Path, partitions: int) -> None:
    from dedupe.spark import check_files

    paths, settings = [str(corpus), str(ROOT / "samples")], Settings(suggest=partitions == 2)
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    found = check_files(spark, paths, settings, tmp_path.as_uri())
    alone = check(paths, settings)
    assert any(finding.suggestion for finding in alone.findings) is settings.suggest
    assert alone.clusters
    assert alone.errors
    assert {"BP291", "ND301", "ND303"} <= alone.summary.by_code.keys()
    assert shown(found.report()) == shown(alone)


def test_large_files_are_shared_and_their_records_called_as_in_the_whole(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from dedupe.spark import check_files, pieces
    from dedupe.spark.frames import Store

    monkeypatch.setattr(pieces, "LARGE", 4_000)
    monkeypatch.setattr(pieces, "PIECE", 3_000)
    texts = [f"{essay(at % 7, 6)}共xx人。" for at in range(24)]
    ids = [{}, {"id": "a"}, {"id": "b"}, {"id": 4}]
    lines = [json.dumps({**ids[at % 4], "text": text}, ensure_ascii=False) for at, text in enumerate(texts)]
    lines[5:5] = ["", "{damaged"]
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "many.jsonl").write_text("\n".join(lines), "utf-8")
    # What a record would be called has another one for its id, so this file is one task's.
    clash = [{"id": "c#9" if at == 1 else "c", "text": text} for at, text in enumerate(texts)]
    (folder / "clash.jsonl").write_text("".join(json.dumps(row) + "\n" for row in clash), "utf-8")
    table = pa.table({"id": ["p", "q", "p"] * 8, "text": texts, "other": [1] * 24})
    pq.write_table(table, folder / "rows.parquet", row_group_size=5)
    found, alone = check_files(spark, str(folder), folder=(tmp_path / "stages").as_uri()), check(str(folder))
    assert shown(found.report()) == shown(alone)
    assert {"p#10", "a#12"} <= {one.record for one in alone.findings}
    sources = pieces.shared(spark, find(str(folder), Settings())[0], Settings(), Store((tmp_path / "more").as_uri()))
    parts = Counter(Path(source.path).name for source in sources)
    assert parts["clash.jsonl"] == 1
    assert parts["many.jsonl"] == 3
    assert parts["rows.parquet"] == 5


def test_more_text_than_one_machine_holds_has_wider_keys(
    spark: Any, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dedupe.spark import check_files, pairs

    settings = Settings(select=("ND",))
    monkeypatch.setattr(pairs, "WIDE", 0)
    found = check_files(spark, str(corpus), settings, tmp_path.as_uri())
    assert shown(found.report()) == shown(check(str(corpus), settings))
    keys = spark.read.parquet(str(tmp_path / "places")).selectExpr("max(abs(key)) > pow(2, 60)").first()
    assert keys[0]


def test_short_texts_with_words_changed_meet_as_on_one_machine(spark: Any, tmp_path: Path) -> None:
    from dedupe.spark import check_files

    rng = random.Random(5)
    texts = [characters(rng) if at % 2 else words(rng) for at in range(30)]
    texts += [replaced(rng, text, 0.3) for text in texts[:10]] + texts[:2]
    texts += [replaced(rng, texts[20], 0.2) for _ in range(25)]
    file = tmp_path / "rows.jsonl"
    rows = [{"id": f"r{at}", "text": text} for at, text in enumerate(texts)]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    settings = Settings(select=("ND",))
    found = check_files(spark, str(file), settings, (tmp_path / "work").as_uri()).report()
    assert shown(found) == shown(check(str(file), settings))
    assert len(found.clusters) == 11


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page 5,000 times, thousands of pages with one paragraph, and near copies of the two in between."""
    file = tmp_path_factory.mktemp("hot") / "rows.jsonl"
    page, stock = essay(1, 6), "".join(essay(2, 3))
    texts = [page] * 5000 + [f"{essay(10 + at, 2)}\n{stock}" for at in range(2000)]
    texts += [page.replace("。", f"{WORDS[at]}。", 1) for at in range(60)]
    texts += [f"{essay(3000 + at, 2)}\n{stock.replace('。', WORDS[at % 50] + '。', 1)}" for at in range(100)]
    rows = [{"id": f"r{at * 1009 % len(texts)}", "text": text} for at, text in enumerate(texts)]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file


@pytest.mark.parametrize("partitions", [1, 2, 8])
def test_hot_buckets_change_nothing(
    spark: Any, hot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partitions: int
) -> None:
    from dedupe.spark import check as check_table
    from dedupe.spark import frames

    monkeypatch.setattr(frames, "HOT", 100)
    monkeypatch.setattr(frames, "FEW", 1000)
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    settings = Settings(select=("ND",))
    texts = enumerate(read(find(str(hot), settings)[0][0], settings))
    rows = [(str(hot), one.record, one.text, at) for at, one in texts if isinstance(one, Document)]
    table = spark.createDataFrame(rows, "path string, id string, text string, position long").repartition(partitions)
    found, alone = check_table(spark, table, settings, tmp_path.as_uri()).report(), check(str(hot), settings)
    assert max(len(cluster.members) for cluster in alone.clusters) > 5000
    assert found.findings == tuple(alone.findings)
    assert found.clusters == tuple(alone.clusters)
    units = spark.read.parquet(str(tmp_path / "hot_units"))
    assert units.agg({"salts": "max"}).first()[0] > 10


def test_a_table_is_checked_as_its_file_is(spark: Any, corpus: Path, tmp_path: Path) -> None:
    from dedupe.spark import check as check_table

    settings = Settings(select=("PH", "ND"), threshold=0.4)
    documents = [item for source in find(str(corpus), settings)[0] for item in read(source, settings)]
    rows = [(one.path, one.record, one.text, at) for at, one in enumerate(documents) if isinstance(one, Document)]
    table = spark.createDataFrame(rows[::-1], "path string, id string, text string, position long").repartition(3)
    alone, found = check(str(corpus), settings), check_table(spark, table, settings, tmp_path.as_uri()).report()
    assert found.findings == alone.findings
    assert found.clusters == alone.clusters


def test_tables_have_the_fields_of_the_json_report(spark: Any, corpus: Path, tmp_path: Path) -> None:
    from dedupe.spark import check_files

    found = check_files(spark, str(corpus), Settings(select=("ND",)), tmp_path.as_uri())
    found.write((tmp_path / "found").as_uri())
    alone = shown(check(str(corpus), Settings(select=("ND",))))
    for name in ("findings", "clusters", "errors"):
        rows = [row.asDict(True) for row in spark.read.parquet(str(tmp_path / "found" / name)).collect()]
        assert sorted(map(filled, rows), key=repr) == sorted(map(filled, alone[name]), key=repr)
    assert found.exit_code() == 2


def test_what_the_configuration_lets_pass_is_in_no_table(spark: Any, corpus: Path, tmp_path: Path) -> None:
    from dedupe.spark import check_files

    settings = Settings(
        root=str(corpus),
        allow=(
            Allow("c:1", "fine", codes=("ND", "BP"), paths=("page0*.txt",)),
            Allow("c:2", "unseen", "银杏大道"),
            Allow("c:3", "this one", codes=("ND",), paths=("page2*.txt",), instead=True),
        ),
        per_path=(PerPath("page1*.txt", ignore=("BP",), threshold=0.6),),
    )
    found, alone = check_files(spark, str(corpus), settings, tmp_path.as_uri()), check(str(corpus), settings)
    assert alone.summary.allowed > 10
    assert alone.summary.unused == ("c:2",)
    left, all_of = (sum(len(one.members) for one in report.clusters) for report in (alone, check(str(corpus))))
    assert 0 < left < all_of
    assert shown(found.report()) == shown(alone)
    found.write((tmp_path / "found").as_uri())
    assert spark.read.parquet(str(tmp_path / "found" / "findings")).count() == len(alone.findings)


def test_clean_leaves_what_one_machine_leaves(spark: Any, tmp_path: Path) -> None:
    from dedupe.cleaning.clean import Order, clean
    from dedupe.spark import clean as clean_table

    one, other, third = (essay(seed) for seed in range(3))
    texts = [one, recut(one, 3) + "\n" + other, other + "\n返回本频道列表\n", third + essay(9, 3), third]
    texts = [f"{text}\n共xx人次。\n{essay(20 + at, 8)}" for at, text in enumerate(texts)]
    texts += [page_of(random.Random(seed)) for seed in range(30)] * 2
    rows = [{"id": f"r{at:02}", "text": text, "n": at, "tags": {"lang": "zh"}} for at, text in enumerate(texts)]
    rows.append({"id": "none", "text": None, "n": -1, "tags": None})
    file, alone, choices = tmp_path / "pages" / "rows.jsonl", tmp_path / "alone", Choices(placeholders="drop-sentence")
    settings = Settings(allow=(Allow("c:1", "fine", "共xx人次"),))
    file.parent.mkdir()
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    outcome = clean(Order([str(file.parent)], alone, settings, choices))
    schema = "path string, id string, text string, n long, tags struct<lang: string>"
    table = spark.createDataFrame([{"path": "rows.jsonl", **row} for row in rows], schema)
    cleaned = clean_table(spark, table, settings, choices, (tmp_path / "stages").as_uri())
    assert (cleaned.is_settled, cleaned.rounds) == (True, outcome.rounds)
    assert outcome.audit
    assert cleaned.audit == outcome.audit
    assert outcome.audit.removals > 20
    assert outcome.rounds > 2
    left = [row.asDict(True) for row in cleaned.documents.orderBy("n").collect()]
    assert {row.pop("path") for row in left} == {"rows.jsonl"}
    assert sorted(left, key=repr) == sorted(lines_of(alone / "rows.jsonl"), key=repr)
    edits = [stretch(row) for row in lines_of(alone / "manifest.jsonl") if row["row"] == "edit"]
    assert sorted(stretch(row.asDict(True)) for row in cleaned.cuts.collect()) == sorted(edits)
    assert {"copy", "drop-sentence"} <= {action for *_, action, _, _, _ in edits}
    again = clean_table(spark, table, settings, choices, (tmp_path / "stages").as_uri(), resume=True)
    assert (again.audit, again.rounds, again.documents.count()) == (cleaned.audit, cleaned.rounds, len(left))
    clean(Order([str(file.parent)], tmp_path / "essays", settings, replace(choices, split_essays=True)))
    essays = [row.asDict() for row in cleaned.essays.collect()]
    assert sorted(essays, key=repr) == sorted(lines_of(tmp_path / "essays" / "essays.jsonl"), key=repr)


def test_tables_that_are_whole_are_taken_as_they_are(spark: Any, tmp_path: Path) -> None:
    from dedupe.spark.frames import Store

    numbers = spark.createDataFrame([(1,), (2,)], "a long")
    first = Store(tmp_path.as_uri())
    first.claim(spark, "one")
    for name in ("whole", "half"):
        first.keep(numbers, name)
    assert [(step.name, step.jobs > 0) for step in first.steps] == [("whole", True), ("half", True)]
    (tmp_path / "half" / "_SUCCESS").unlink()  # as a driver leaves it that is killed while it writes
    again = Store(tmp_path.as_uri(), resumed=True)
    again.claim(spark, "one")
    for name in ("whole", "half"):
        assert (
            sorted(row["a"] for row in again.keep(numbers.where("a > 1"), name).collect())
            == ([1, 2], [2])[name == "half"]
        )
    assert [step.name for step in again.steps] == ["half"]
    with pytest.raises(DedupeError, match="other files or settings"):
        Store(tmp_path.as_uri(), resumed=True).claim(spark, "another")
    anew = Store(tmp_path.as_uri())
    anew.claim(spark, "another")
    anew.keep(numbers, "whole")
    assert [step.name for step in anew.steps] == ["whole"]


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def stretch(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """An edit of a manifest, or of a table of cuts, with all places in which what left still stands."""
    kept = row.get("kept") or []
    places = [
        tuple(place.values()) for place in ([kept, *row.get("also_kept", [])] if isinstance(kept, dict) else kept)
    ]
    plain = (row["record"], row["start"], row["end"], row["code"] or "", row["action"], row["text"])
    return (*plain, row.get("cover") or 0.0, places)


def filled(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what does not apply, its members too."""
    kept = {key: value for key, value in sorted(row.items()) if value is not None}
    if "members" in kept:
        kept["members"] = [filled(member) for member in kept["members"]]
    return kept


@pytest.mark.parametrize("few", [0, 1_000])
def test_components_of_long_chains_and_stars(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    from dedupe.spark import clusters
    from dedupe.spark.clusters import components
    from dedupe.spark.frames import Store

    monkeypatch.setattr(clusters, "FEW", few)
    rng = np.random.default_rng(7)
    names = rng.permutation(60).tolist()
    links = [*pairwise(names[:21]), *((names[30], other) for other in names[31:50]), (names[55], names[56])]
    rows = components(spark.createDataFrame(links, "u long, v long"), Store(tmp_path.as_uri())).collect()
    least = {}
    for group in (names[:21], names[30:50], names[55:57]):
        least |= dict.fromkeys(group, min(group))
    assert {row["node"]: row["component"] for row in rows} == least


def test_no_group_is_cut_by_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    pa = pytest.importorskip("pyarrow")
    from dedupe.spark import frames

    monkeypatch.setattr(frames, "BYTES", 100)
    keys = np.repeat(np.arange(40), np.arange(40) % 7)
    batches = [pa.RecordBatch.from_arrays([pa.array(keys[at : at + 9])], ["key"]) for at in range(0, len(keys), 9)]
    tables = [table["key"].to_pylist() for table in frames.whole_groups(batches, "key")]
    assert [key for table in tables for key in table] == keys.tolist()
    assert len(tables) > 5
    assert all(one[-1] != other[0] for one, other in pairwise(tables))


@pytest.mark.parametrize(
    ("path", "hint"),
    [("java-nowhere", "there is no .*openjdk-17-jre-headless"), ("java-11", "is version 11")],
)
def test_java_that_is_missing_or_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, hint: str
) -> None:
    for module in ("pyspark", "pandas", "pyarrow"):
        pytest.importorskip(module, reason="needs the extra spark")
    from dedupe.spark.session import require

    java = tmp_path / "java-11" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / path))
    with pytest.raises(DedupeError, match=hint):
        require()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--master", "local[2]"], "--master is for --engine spark"),
        (["--engine", "spark", "--index", "i.duckdb"], "Spark knows no index"),
        (["--stages", "x"], "--stages is for --engine spark"),
        (["--engine", "spark", "--resume"], "needs the --stages"),
        (["--resume", "--index", "i.duckdb"], "runs with --index are not kept"),
        (["--conf", "spark.x=1"], "--conf is for --engine spark"),
        (["--engine", "spark", "--conf", "x=1"], "is no spark.NAME=VALUE"),
    ],
)
def test_options_that_say_nothing_to_an_engine_are_refused(args: list[str], message: str) -> None:
    result = CliRunner().invoke(cli, ["check", "samples", "--no-config", *args])
    assert result.exit_code == 2
    assert message in result.stderr


def test_standard_input_is_refused(spark: Any) -> None:
    from dedupe.spark import check_files

    with pytest.raises(DedupeError, match="name files or folders"):
        check_files(spark, ["-"])


def test_a_table_without_text_is_refused(spark: Any) -> None:
    from dedupe.spark import check as check_table

    with pytest.raises(DedupeError, match=r"no column 'text'.*body"):
        check_table(spark, spark.createDataFrame([("a",)], "body string"))
