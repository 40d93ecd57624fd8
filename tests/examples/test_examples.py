"""Every example runs, where its framework is installed, and says what a check says."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

import dedupe
from tests.corpora import essay

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEXTS = [essay(1), "今年我们接待了xx人次。", essay(1), "全年投入**万元，接待群众20__人次。"]
RECORDS = [{"id": f"r{at}", "text": text} for at, text in enumerate(TEXTS)]


def example(name: str) -> Any:
    spec = spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_batch_is_scanned_as_a_check_does() -> None:
    wanted = dedupe.Settings(select=("PH", "BP"))
    columns = dedupe.scan_batch(TEXTS, wanted)
    report = dedupe.check(RECORDS, select=wanted.select)
    expected = [(f.record, f.code, f.start, f.end, f.text) for f in report.findings]
    rows = enumerate(columns["findings"])
    assert [
        (f"r{n}", *(f[key] for key in ("code", "start", "end", "text"))) for n, some in rows for f in some
    ] == expected
    assert columns["dirty"] == [False, True, False, True]
    assert columns["codes"] == [sorted({f["code"] for f in some}) for some in columns["findings"]]
    assert dedupe.scan_batch([]) == {"dirty": [], "codes": [], "findings": []}
    assert dedupe.scan_batch([None, ""])["dirty"] == [False, False]
    with pytest.raises(TypeError, match="number 1 is a int"):
        dedupe.scan_batch(["a", 1])  # type: ignore[list-item]
    assert dedupe.scan_batch([TEXTS[1]], dedupe.Settings(select=("ND", "BP")))["codes"] == [[]]


def test_datatrove_tags_and_filters(tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    def documents() -> Any:
        return (Document(text=text, id=str(number)) for number, text in enumerate(TEXTS))

    module, expected = example("datatrove_step"), dedupe.scan_batch(TEXTS)
    tagger = module.DedupeTagger(batch_size=3)
    assert [one.metadata["codes"] for one in tagger.run(documents())] == expected["codes"]
    kept = list(module.DedupeFilter(batch_size=3).run(documents()))
    assert [one.id for one in kept] == ["0", "2"]


def test_an_operator_of_data_juicer_filters() -> None:
    pytest.importorskip("data_juicer.ops", reason="needs py-data-juicer, whose pins want an environment of its own")
    from data_juicer.core.data import NestedDataset
    from data_juicer.utils.constant import Fields

    module = example("data_juicer_op")
    dataset = NestedDataset.from_list(RECORDS)
    operator = module.OPERATORS.modules["dedupe_filter"](batch_size=3, num_proc=1)
    samples = {"text": TEXTS, Fields.stats: [{} for _ in TEXTS]}
    stats = operator.compute_stats_batched(samples)[Fields.stats]
    assert [one[module.CODES] for one in stats] == dedupe.scan_batch(TEXTS)["codes"]
    assert dataset.process(operator)["id"][:] == ["r0", "r2"]


def test_a_dataset_of_hugging_face_is_tagged_and_rid_of_copies() -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(RECORDS)
    module = example("hugging_face")
    assert module.tagged(dataset)["codes"][:] == dedupe.scan_batch(TEXTS)["codes"]
    left = module.without_copies(dataset)["id"][:]
    assert len({"r0", "r2"} & set(left)) == 1
    assert {"r1", "r3"} <= set(left)


def test_a_bag_of_dask_is_tagged() -> None:
    pytest.importorskip("dask")
    import dask.bag

    bag = dask.bag.from_sequence(RECORDS, npartitions=2)
    found = example("dask_bag").tagged(bag).compute(scheduler="sync")
    assert [record["codes"] for record in found] == dedupe.scan_batch(TEXTS)["codes"]
    assert [record["id"] for record in found] == [record["id"] for record in RECORDS]


def test_a_dataset_of_ray_is_tagged() -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=1 << 28)
    try:
        rows = example("ray_data").tagged(data.from_items(RECORDS)).take_all()
    finally:
        ray.shutdown()
    found = {row["id"]: list(row["codes"]) for row in rows}
    assert [found[record["id"]] for record in RECORDS] == dedupe.scan_batch(TEXTS)["codes"]
