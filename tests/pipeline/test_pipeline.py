"""The whole line from files to report, in process."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config.settings import Settings
from dedupe.core.model import Cluster, Kind, Relation, Report, Severity, Unit
from dedupe.inputs import sources
from dedupe.inputs.sources import Source
from dedupe.pipeline import pipeline
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.view import View
from tests.corpora import essay, recut, sentence

FORM = "".join(f"接待群众{{a}}人次，{sentence(random.Random(900 + i))}" for i in range(10))


def write(folder: Path, texts: dict[str, str]) -> list[str]:
    """The texts as files, and their paths."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return [str(folder / name) for name in texts]


def content(report: Report) -> tuple[object, ...]:
    """Everything in a report but how it was made."""
    return (replace(report.summary, seconds=0.0), report.findings, report.clusters, report.errors)


def relations(folder: Path, texts: dict[str, str]) -> list[tuple[str, Relation]]:
    (cluster,) = check(write(folder, texts)).clusters
    return [(Path(copy.region.path).name, copy.relation) for copy in cluster.members[1:]]


def names(cluster: Cluster) -> list[str]:
    return [Path(copy.region.path).name for copy in cluster.members]


def corpus(folder: Path) -> list[str]:
    texts = {f"{i}.txt": essay(i, 15) + "\n" + FORM.format(a="xx") for i in range(6)}
    texts |= {"7.txt": essay(1, 15), "8.txt": recut(essay(2, 15), 3) + "\n于20xx年完成。", "9.txt": ""}
    return write(folder, texts)


def about(name: str, report: Report) -> set[tuple[str, ...]]:
    """What a report says of the copies of one file, but for how they are grouped."""
    pairs = set()
    for cluster in report.clusters:
        kept = cluster.members[cluster.representative].region
        for copy in cluster.members:
            if copy.region != kept and name in {Path(copy.region.path).name, Path(kept.path).name}:
                pairs.add((kept.path, str(kept.line), copy.region.path, str(copy.region.line), copy.relation.value))
    return pairs


def test_files_are_compared_against_others_as_if_all_were_asked_for(tmp_path: Path) -> None:
    corpus(tmp_path)
    everything = check([str(tmp_path)])
    assert {finding.kind for finding in everything.findings} == {Kind.PLACEHOLDER, Kind.DUPLICATE}
    for number in (1, 2, 7, 8, 9):
        path = str(tmp_path / f"{number}.txt")
        report = check([path], against=[str(tmp_path)])
        assert about(f"{number}.txt", report) == about(f"{number}.txt", everything)
        whole = [f for f in everything.findings if f.path == path]
        assert [f for f in report.findings if f.path == path] == whole
        assert {f.path for f in report.findings} <= {path, *(f.path for f in everything.findings if f.cluster)}
        assert report.summary.findings == len(report.findings)


def test_a_copy_that_leads_its_cluster_is_told_at_the_other_one(tmp_path: Path) -> None:
    old, new = write(
        tmp_path, {"old.txt": essay(1, 15) + FORM.format(a="xx"), "new.txt": essay(1, 15) + FORM.format(a="3")}
    )
    report = check([new], Settings(select=("ND",)), against=[old])
    assert [(f.path, f.code) for f in report.findings] == [(old, "ND301")]
    assert report.exit_code == 1
    assert check([new], Settings(select=("ND",)), against=[new]).findings == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_report_does_not_depend_on_order_or_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    paths = corpus(tmp_path)
    whole = content(check([str(tmp_path)]))
    monkeypatch.setattr(pipeline, "BATCH", 500)  # a file or two a batch, so that both workers get some
    for order in (paths, paths[::-1], paths[3:] + paths[:3]):
        assert content(replace(check(order, Settings(jobs=jobs)), settings=Settings())) == whole


@settings(max_examples=8)
@given(st.lists(st.text("甲乙。\nx×20年 一、篇", max_size=60), max_size=6))
def test_findings_are_where_they_say(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    report = check(write(folder, {f"{i}.txt": text for i, text in enumerate(texts)}))
    for finding in report.findings:
        source = Path(finding.path).read_bytes().decode("utf-8")
        assert source[finding.start : finding.end].startswith(finding.text.rstrip("…"))
        before = source[: finding.start]
        assert finding.column == finding.start - (before.rfind("\n") + 1) + 1
        assert finding.line == before.count("\n") + 1


def test_relations_tell_what_a_member_is_to_its_representative(tmp_path: Path) -> None:
    base = FORM.format(a="48")
    assert relations(tmp_path, {"a.txt": base, "b.txt": base}) == [("b.txt", Relation.EXACT)]
    assert relations(tmp_path, {"a.txt": base, "b.txt": FORM.format(a="xx")}) == [("b.txt", Relation.COPY)]
    assert relations(tmp_path, {"a.txt": base, "b.txt": FORM.format(a="77")}) == [("b.txt", Relation.VARIANT)]
    edited = base.replace("接待群众", "接待来访群众", 3)
    assert {relation for _, relation in relations(tmp_path, {"a.txt": base, "b.txt": edited})} == {Relation.EDITED}


def test_equal_files_are_told_to_be_equal_whatever_represents_them(tmp_path: Path) -> None:
    base, edited = essay(1), essay(1).replace("认真", "", 4)
    report = check(write(tmp_path, {"a.txt": base, "b.txt": base, "c.txt": edited, "d.txt": edited}))
    (cluster,) = report.clusters
    kept = cluster.members[cluster.representative].region.path
    assert Path(kept).name == "a.txt"
    told = {Path(finding.path).name: finding for finding in report.findings}
    assert told["c.txt"].message.partition(": ")[2].startswith(f"edited copy of {kept}:1, jaccard")
    said = f"exact copy of {tmp_path / 'c.txt'}:1; edited copy of {kept}:1, jaccard"
    assert told["d.txt"].message.partition(": ")[2].startswith(said)
    assert told["d.txt"].severity is Severity.ERROR
    equal = {Path(copy.region.path).name: copy.equal_to for copy in cluster.members}
    assert equal == {"a.txt": None, "b.txt": None, "c.txt": None, "d.txt": f"{tmp_path / 'c.txt'}:1"}
    assert check([str(tmp_path)]).clusters == report.clusters


def test_a_text_that_stands_in_a_larger_one_represents_what_is_equal_there(tmp_path: Path) -> None:
    texts = {"part.txt": essay(1, 12), "whole.txt": essay(2, 20) + "\n" + essay(1, 12) + "\n" + essay(3, 20)}
    (cluster,) = check(write(tmp_path, texts)).clusters
    assert [(copy.region.unit, copy.relation) for copy in cluster.members] == [
        (Unit.DOCUMENT, Relation.EXACT),
        (Unit.PASSAGE, Relation.EXACT),
    ]
    assert {copy.region.unit for copy in cluster.members} == {Unit.DOCUMENT, Unit.PASSAGE}


def test_clusters_name_the_essay_of_a_page(tmp_path: Path) -> None:
    one = f"年终总结 篇1\n{essay(1)}\n年终总结 篇2\n{essay(2)}\n年终总结 篇3\n{essay(3)}"
    other = f"工作回顾（1）\n{essay(4)}\n工作回顾（2）\n{essay(2)}"
    (cluster,) = check(write(tmp_path, {"a.txt": one, "b.txt": other})).clusters
    assert [(copy.region.essay, copy.region.title) for copy in cluster.members] == [
        (2, "年终总结 篇2"),
        (2, "工作回顾（2）"),
    ]


def test_two_essays_side_by_side_on_two_pages_stay_two_clusters(tmp_path: Path) -> None:
    texts = {
        name: "\n".join(f"{title}{i}\n{essay(seed)}" for i, seed in enumerate((1, 2, extra), 1))
        for name, title, extra in (("a.txt", "活动总结 篇", 3), ("b.txt", "心得体会 篇", 4))
    }
    report = check(write(tmp_path, texts))
    assert sorted(tuple(copy.region.essay or 0 for copy in cluster.members) for cluster in report.clusters) == [
        (1, 1),
        (2, 2),
    ]


def test_chrome_is_no_text_to_compare(tmp_path: Path) -> None:
    chrome = "\n将本文的Word文档下载到电脑，方便收藏和打印\n推荐度：\n点击下载文档\n相关推荐\n"
    report = check(write(tmp_path, {f"{i}.txt": essay(i) + chrome for i in range(3)}))
    assert report.clusters == ()
    assert report.summary.by_code


def test_the_kept_copy_is_the_one_with_fewest_marks(tmp_path: Path) -> None:
    texts = {"a.txt": FORM.format(a="xx"), "b.txt": FORM.format(a="48"), "c.txt": FORM.format(a="**")}
    (cluster,) = check(write(tmp_path, texts)).clusters
    assert names(cluster) == ["b.txt", "a.txt", "c.txt"]
    assert [copy.marks for copy in cluster.members] == [0, 10, 10]


def test_clusters_do_not_depend_on_what_else_is_selected(tmp_path: Path) -> None:
    paths = corpus(tmp_path)
    assert check(paths, Settings(select=("ND",))).clusters == check(paths).clusters


def test_copies_are_findings_and_their_representative_is_none(tmp_path: Path) -> None:
    report = check(write(tmp_path, {"a.txt": essay(1), "b.txt": essay(1)}))
    (finding,) = report.findings
    assert (finding.code, Path(finding.path).name, finding.severity) == ("ND301", "b.txt", Severity.ERROR)
    assert finding.cluster == report.clusters[0].id
    assert "a.txt:1" in finding.message


def test_what_cannot_be_read_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    paths = write(tmp_path, {"a.txt": "于20xx年完成。"})
    report = check([*paths, str(tmp_path / "gone.txt")])
    assert [finding.code for finding in report.findings] == ["PH101"]
    assert [Path(failure.path).name for failure in report.errors] == ["gone.txt"]
    assert report.exit_code == 2


def test_records_come_by_the_value_of_their_number_and_so_do_errors(tmp_path: Path) -> None:
    lines = ["{}" if number % 2 else '{"text": "于20xx年"}' for number in range(1, 13)]
    report = check(write(tmp_path, {"a.jsonl": "\n".join(lines)}), Settings(select=("PH",)))
    assert [finding.record for finding in report.findings] == ["2", "4", "6", "8", "10", "12"]
    assert [error.path.rpartition(":")[2] for error in report.errors] == ["1", "3", "5", "7", "9", "11"]


def test_standard_input_is_a_document_that_is_compared_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write(tmp_path, {"a.txt": essay(1)})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(essay(1).encode())))
    report = check([*paths, "-"])
    assert [finding.path for finding in report.findings] == [paths[0]]
    assert report.clusters[0].members[0].region.path == "-"


def test_each_source_is_opened_once_and_a_page_extracted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = f"<html><body><article><p>{essay(1)}</p><p>{essay(2)}</p></article></body></html>"
    names = {"a.txt": essay(1), "b.txt": essay(1), "c.txt": "于20xx年完成。", "page.html": html}
    write(tmp_path, names)
    opened: list[str] = []
    really = sources.open_source

    def noted(source: Source) -> AbstractContextManager[BinaryIO]:
        opened.append(Path(source.path).name)
        return really(source)

    monkeypatch.setattr(sources, "open_source", noted)
    report = check(str(tmp_path), Settings(suggest=True))
    assert len(report.clusters) == 1
    assert sorted(opened) == sorted(names)


def test_what_happens_to_a_file_after_it_was_read_does_not_matter(tmp_path: Path) -> None:
    paths = write(tmp_path, {"a.txt": essay(1), "b.txt": essay(1), "c.txt": "于20xx年完成。"})
    plain = content(check(paths))

    def shrink(stage: str, done: int, total: int) -> None:
        if stage == "reading" and done == total:
            Path(paths[1]).write_text("短了", encoding="utf-8")

    assert content(check(paths, progress=shrink)) == plain


def test_lines_at_the_edge_of_many_documents_are_chrome(tmp_path: Path) -> None:
    texts = {f"{i:02d}.txt": f"{essay(i)}\n灯塔值守简报专用\n" for i in range(25)}
    assert check(write(tmp_path, texts)).summary.by_code == {"BP291": 25}
    few = check([str(tmp_path / f"{i:02d}.txt") for i in range(9)])  # too few to say what recurs
    assert few.findings == ()


def test_placeholders_alone_load_nothing_heavy(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "于20xx年完成。"})
    code = (
        "import sys; from dedupe import check; "
        f"report = check({str(tmp_path)!r}, select='PH'); "
        "heavy = ('dedupe.copies.find', 'scipy', 'datasketch'); "
        "print(report.summary.findings, [m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 []"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_report_is_the_same_when_what_is_large_is_spilled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    corpus(tmp_path)
    held = check([str(tmp_path)])
    monkeypatch.setattr(pipeline, "BATCH", 500)
    spilled = check([str(tmp_path)], Settings(jobs=jobs, memory=1))
    assert not isinstance(spilled.findings, tuple)
    assert content(replace(spilled, settings=Settings())) == content(held)
    assert spilled.findings[-2:] == held.findings[-2:]
    assert spilled.findings[3] == held.findings[3]
    written = (render(report, "json", View()).partition('"seconds"') for report in (spilled, held))
    assert len({head for head, _, _ in written}) == 1


def test_one_path_may_be_given_alone(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"a.txt": "于20xx年完成。"})
    assert [check(given).summary.findings for given in (path, Path(path), [Path(path)])] == [1, 1, 1]


def test_repeated_text_is_a_part_of_more_of_it(tmp_path: Path) -> None:
    texts = {"a.txt": essay(1, 12) * 3, "b.txt": essay(2, 5) + "\n" + essay(1, 12) * 2}
    found = {copy.relation for cluster in check(write(tmp_path, texts)).clusters for copy in cluster.members[1:]}
    assert Relation.EDITED not in found


def test_what_cycles_hold_is_let_go_soon_after_the_collector_paused() -> None:
    program = """
import gc, weakref
from dedupe.pipeline.pipeline import collector_paused

class Node:
    def __init__(self):
        self.itself = self

with collector_paused():
    seen = weakref.ref(Node())
    assert not gc.isenabled()
kept = [[number] for number in range(20 * gc.get_threshold()[0])]
assert seen() is None
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_of_texts_shorter_than_any_bound_only_equal_ones_are_copies(tmp_path: Path) -> None:
    more = recut(essay(1), 3) + sentence(random.Random(4))
    paths = write(tmp_path, {"a.txt": essay(1), "b.txt": essay(1), "c.txt": more})
    report = check(paths, Settings(min_length=10**30))
    assert [names(cluster) for cluster in report.clusters] == [["a.txt", "b.txt"]]
