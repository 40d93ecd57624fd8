"""The main job end to end on `samples/`, held to the tables of its README."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

import dedupe
from dedupe.cli.main import cli

SAMPLES = Path(__file__).parents[2] / "samples"
README = (SAMPLES / "README.md").read_text(encoding="utf-8")
SILENT = ("clean.txt", "look-alikes.md", "README.md", "records.jsonl#gardener", "records.jsonl#notice")

# Where the tool does not agree with the README yet. Strict, so that whoever mends a rule takes its entry out.
MISSED: Counter[tuple[str, int, str]] = Counter()
FALSE_ALARMS: Counter[tuple[str, int, str]] = Counter()

ROW_RE = re.compile(r"\| (?P<lines>\d[\d–]*) \| (?P<codes>(?:PH|BP)\d[^|]*) \|")
CODE_RE = re.compile(r"(?P<code>[A-Z]{2}\d{3})(?: ×(?P<count>\d+))?")
REGION_RE = re.compile(
    r"\| (?P<cluster>[a-z ]+) \| `(?P<place>[^`]+)` (?P<lines>\d[\d–]*) \| (?P<code>\w*) ?\| (?P<relation>\w+) \|"
)


class Row(NamedTuple):
    """What the README promises for some lines of a place: a file, or a record as file#record."""

    place: str
    first: int
    last: int
    codes: Counter[str]


class Member(NamedTuple):
    """A region of a cluster with its code and its relation; a representative has no code."""

    place: str
    first: int
    last: int
    code: str
    relation: str


@cache
def report() -> dedupe.Report:
    return dedupe.check(str(SAMPLES))


def place_of(item: dedupe.Finding | dedupe.Region) -> str:
    name = Path(item.path).relative_to(SAMPLES).as_posix()
    return f"{name}#{item.record}" if item.record else name


def span_of_lines(lines: str) -> tuple[int, int]:
    first, _, last = lines.partition("–")
    return int(first), int(last or first)


def promised_rows() -> list[Row]:
    rows = []
    for section in README.split("\n### ")[1:]:
        place = section.split("`")[1]
        for match in ROW_RE.finditer(section):
            codes = Counter({m["code"]: int(m["count"] or 1) for m in CODE_RE.finditer(match["codes"])})
            rows.append(Row(place, *span_of_lines(match["lines"]), codes))
    return rows


def promised_clusters() -> set[frozenset[Member]]:
    clusters: dict[str, set[Member]] = {}
    for match in REGION_RE.finditer(README):
        member = Member(match["place"], *span_of_lines(match["lines"]), match["code"], match["relation"])
        clusters.setdefault(match["cluster"], set()).add(member)
    return set(map(frozenset, clusters.values()))


def found_in_texts() -> Counter[tuple[str, int, str]]:
    return Counter((place_of(f), f.line, f.code) for f in report().findings if f.kind is not dedupe.Kind.DUPLICATE)


def right_and_missed() -> Counter[tuple[str, int, str]]:
    """What would be found if no known mistake were made."""
    return (found_in_texts() + MISSED) - FALSE_ALARMS


ROWS = promised_rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.place}:{row.first}")
def test_every_row_of_the_readme_is_found_at_its_lines(row: Row) -> None:
    here = Counter[str]()
    for (place, line, code), count in right_and_missed().items():
        if place == row.place and row.first <= line <= row.last:
            here[code] += count
    assert here == row.codes


def test_nothing_is_found_that_the_readme_does_not_name() -> None:
    promised = {(row.place, line) for row in ROWS for line in range(row.first, row.last + 1)}
    stray = {key for key in right_and_missed() if key[:2] not in promised}
    assert not stray


def test_known_mistakes_are_still_made() -> None:
    assert found_in_texts() & MISSED == Counter()
    assert FALSE_ALARMS - found_in_texts() == Counter()


def test_clusters_regions_and_relations_are_those_of_the_readme() -> None:
    codes = {(f.path, f.record, f.start, f.end): f.code for f in report().findings if f.kind is dedupe.Kind.DUPLICATE}
    found = set()
    for cluster in report().clusters:
        members = set()
        for number, copy in enumerate(cluster.members):
            region = copy.region
            code = codes.get((region.path, region.record, region.start, region.end), "")
            relation = "representative" if number == cluster.representative else copy.relation.value
            members.add(Member(place_of(region), region.line, region.end_line, code, relation))
        found.add(frozenset(members))
    assert found == promised_clusters()


def test_every_relation_and_every_unit_is_shown() -> None:
    copies = [copy for cluster in report().clusters for copy in cluster.members]
    assert {copy.relation for copy in copies} == set(dedupe.Relation)
    assert {copy.region.unit for copy in copies} == set(dedupe.Unit)


def test_the_copies_of_one_essay_are_named_by_their_number_and_title() -> None:
    essays = (dedupe.Unit.ESSAY, dedupe.Unit.ESSAY, dedupe.Unit.ESSAY)
    (family,) = (c for c in report().clusters if tuple(copy.region.unit for copy in c.members) == essays)
    named = {place_of(copy.region): (copy.region.essay, copy.region.title) for copy in family.members}
    assert named == {
        "depot.txt": (2, "公交场站工作总结（二） 960字"),
        "reading-room.txt": (2, "县图书馆年度工作总结 篇2"),
        "station.txt": (2, "社区服务站述职报告 第二篇"),
    }


def test_the_representative_of_the_family_has_the_fewest_marks() -> None:
    for cluster in report().clusters:
        head = cluster.members[cluster.representative]
        assert head.marks == min(copy.marks for copy in cluster.members)


@pytest.mark.parametrize("place", SILENT)
def test_clean_text_and_look_alikes_stay_silent(place: str) -> None:
    assert not [key for key in right_and_missed() if key[0] == place]
    assert not any(place_of(copy.region) == place for cluster in report().clusters for copy in cluster.members)


def test_gbk_is_read_and_nothing_fails() -> None:
    assert report().errors == ()
    titles = [f.text for f in report().findings if place_of(f) == "station.txt" and f.code == "BP263"]
    assert titles == ["_述职报告_云麓文库"]
    records = (SAMPLES / "records.jsonl").read_text(encoding="utf-8").count("\n")
    assert report().summary.documents == len(list(SAMPLES.iterdir())) - 1 + records
    assert report().summary.short_documents == 1


def without_seconds(text: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text)
    del answer["summary"]["seconds"]
    return answer


def run(*arguments: str | Path) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["check", *map(str, arguments), "--format", "json"])
    assert result.exit_code == 1, result.output
    return without_seconds(result.stdout)


def test_the_command_line_gives_what_the_library_gives() -> None:
    answer = run(SAMPLES)
    assert answer["summary"]["by_code"] == report().summary.by_code
    assert [f["fingerprint"] for f in answer["findings"]] == [f.fingerprint for f in report().findings]
    assert [c["id"] for c in answer["clusters"]] == [c.id for c in report().clusters]


def test_order_of_arguments_workers_and_runs_do_not_change_the_answer() -> None:
    first = run(SAMPLES)
    files = sorted(path for path in SAMPLES.iterdir())
    random.Random(7).shuffle(files)
    assert run(SAMPLES) == first
    assert run(*files) == first
    assert run(SAMPLES, "--jobs", "1") == first
    assert run(SAMPLES, "--jobs", "2") == first
    assert replace(report().summary, seconds=0) == replace(dedupe.check(str(SAMPLES)).summary, seconds=0)
