"""How the report on a terminal ends, and how much of a corpus it shows: what a person reads first."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from dedupe import Cluster, Failure, Kind, Relation, Report, Severity, Unit
from dedupe.cleaning.plan import Plan
from dedupe.report import render
from dedupe.report.stars import Stars
from dedupe.report.view import View
from tests.report.test_report import finding, member, report

STEPS = (("dedupe clean pages -o clean", "write the corpus without them"), ("dedupe rules PH101", "what it means"))


def shown(given: Report, rows: int = 48, width: int = 80, plan: Plan | None = None) -> list[str]:
    return render(given, "rich", View(width=width, rows=rows, plan=plan, steps=STEPS)).splitlines()


def corpus(documents: int, marks: int = 3, clusters: int = 0, errors: int = 0) -> Report:
    """Documents of which each has one mark more than the one before, up to three times as many."""
    text = "。".join(f"第{i}项xx" for i in range(3 * marks))
    names = [f"pages/{number:05}.txt" for number in range(documents)]
    found = [
        finding(text, "xx", i, path=name, code="PH103" if i else "PH101")
        for number, name in enumerate(names)
        for i in range(marks + number % (2 * marks))
    ]
    groups = [Cluster(f"c{i}", 0, tuple(member(f"{name}-{i}") for name in names[:7])) for i in range(clusters)]
    given = report(found, groups, [Failure(f"{i}.bin", "not text") for i in range(errors)], short=1)
    return replace(given, summary=replace(given.summary, documents=documents + 2, passed_over={".png": 3}))


@pytest.mark.parametrize("documents", [1, 5, 40, 3_000])
@pytest.mark.parametrize("clusters", [0, 1, 60])
@pytest.mark.parametrize(("rows", "width"), [(48, 80), (100, 160), (48, 100)])
def test_a_corpus_of_any_size_takes_two_screens_and_ends_with_what_to_do(
    documents: int, clusters: int, rows: int, width: int
) -> None:
    given = corpus(documents, clusters=clusters, errors=documents // 2)
    lines = shown(given, rows, width)
    assert len(lines) <= rows
    assert max(map(cell_len, lines)) <= width
    assert lines[-2].split("  ")[1:] == ["dedupe clean pages -o clean", "write the corpus without them"]
    assert lines[-1].strip().startswith("dedupe rules PH101")
    assert any(line.startswith("pages/") for line in lines), "the worst document is there"


def test_what_fits_is_shown_whole() -> None:
    text = "\n".join(shown(corpus(2, clusters=1), rows=100))
    assert "--full" not in text
    assert text.count("«xx»") >= 7
    assert text.count("0.94") == 2


def test_the_worst_documents_come_first_and_the_rest_is_counted() -> None:
    lines = shown(corpus(40))
    heads = [line for line in lines if line.startswith("pages/")]
    assert heads[0] == "pages/00005.txt  8 findings"
    counts = [int(line.split()[1]) for line in heads]
    assert counts == sorted(counts, reverse=True)
    assert f"… and {40 - len(heads)} more documents with findings (--full shows all)" in lines


def test_notes_do_not_make_a_document_the_worst() -> None:
    note = [f._replace(severity=Severity.NOTE, path="n.txt") for f in corpus(1, marks=40).findings]
    lines = shown(report([*note, finding(path="z.txt")]), rows=30)
    assert [line.split()[0] for line in lines if line.startswith(("n.", "z."))][:1] == ["z.txt"]


def test_kinds_come_first_with_their_documents_and_most_frequent_codes() -> None:
    site = finding(path="pages/00000.txt", code="BP241")._replace(kind=Kind.BOILERPLATE)
    given = corpus(3)
    lines = shown(report([site, *given.findings]), width=120)
    at = lines.index(next(line for line in lines if line.startswith("kind")))
    most = ["PH103", "name-of-PH103", "9", "·", "PH101", "name-of-PH101", "3"]
    assert lines[at + 1].split() == ["placeholders", "12", "3", *most]
    assert lines[at + 2].split() == ["boilerplate", "1", "1", "BP241", "name-of-BP241", "1"]
    assert "3 of 5 documents with findings · 77,822 characters · 13 findings · 0 clusters · 1.23 s" in lines


def test_codes_are_sorted_by_how_often_they_are_found() -> None:
    text = render(corpus(3), "rich", View())
    codes = re.findall(r"^(PH10\d) +name-of-PH10\d +error +(\d+)", text, re.MULTILINE)
    assert codes == [("PH103", "9"), ("PH101", "3")]
    assert render(corpus(3), "text", View(statistics=True)).split()[:2] == ["9", "PH103"]


def test_what_was_not_read_is_told_and_errors_are_named() -> None:
    lines = shown(corpus(40, errors=30))
    assert "passed over: 3 files (.png 3)" in lines
    assert any("30 inputs could not be used" in line for line in lines)
    assert sum(".bin: not text" in line for line in lines) == 5
    assert any("… and 25 more (--full shows all)" in line for line in lines)


def test_the_plan_says_what_clean_would_do() -> None:
    lines = shown(corpus(3), plan=Plan(13, 12, 0.3421, {}))
    assert "clean would remove 13 documents and cut 12; 34.2 % of characters would stay" in lines


def test_without_a_plan_copies_as_a_whole_are_counted() -> None:
    copies = [finding(path=f"{i}.txt", code="ND301")._replace(kind=Kind.DUPLICATE, cluster="c") for i in range(4)]
    assert "4 documents found to be copies as a whole" in shown(report(copies, [Cluster("c", 0, (member("a"),) * 2)]))


def test_nothing_found_leaves_nothing_to_do() -> None:
    lines = render(report(), "rich", View(rows=48)).splitlines()
    assert lines[0] == "✓ nothing found"
    assert "dedupe" not in "".join(lines)


def stars(lines: Sequence[str]) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith("★") and ".txt" in line]


def test_a_star_is_what_clean_keeps() -> None:
    cluster = Cluster("c1", 0, (member("a.txt"), member("b.txt"), member("c.txt")))
    gone = {("a.txt", None): [(0, 700)], ("b.txt", None): [(0, 100), (800, 900)]}
    lines = shown(report(clusters=[cluster]), plan=Plan(0, 2, 0.9, gone))
    assert stars(lines) == ["b.txt:101–149", "c.txt:101–149"]
    assert "–" in next(line for line in lines if "a.txt" in line).split()


def test_several_stars_are_explained_once() -> None:
    cluster = Cluster("c1", 0, (member("a.txt"), member("b.txt"), member("c.txt")))
    given, gone = report(clusters=[cluster, replace(cluster, id="c2")]), [(0, 700)]
    for rows in (0, 48):
        one = shown(given, rows, plan=Plan(2, 0, 0.9, {("b.txt", None): gone, ("c.txt", None): gone}))
        assert not any(line.startswith("★ stays") for line in one)
        several = shown(given, rows, plan=Plan(1, 0, 0.9, {("c.txt", None): gone}))
        assert [line for line in several if line not in one and "b.txt" not in line][:1] == [
            "★ stays. A copy with ★ stays as well: too little of it stands in what is kept."
        ]
    assert len(shown(corpus(3_000, clusters=60), plan=Plan(0, 1, 0.9, {}))) <= 48


@pytest.mark.parametrize("width", range(24, 100, 7))
def test_commands_and_figures_break_where_nothing_is_torn(width: int) -> None:
    command = "dedupe clean 'my pages' 页面/二月 --threshold 0.35 --select placeholders -o 'clean 2'"
    view = View(width=width, steps=((command, "write the corpus without them"),))
    given = corpus(3, clusters=38)
    lines = render(replace(given, summary=replace(given.summary, clusters=38)), "rich", view).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("  dedupe clean"))
    end = next(n for n in range(at, len(lines)) if not lines[n].endswith("\\"))
    assert max(map(cell_len, lines[at : end + 1])) <= width
    told = "\n".join(lines[at : end + 1]).replace("\\\n", "").partition("  write")[0]
    assert shlex.split(told) == shlex.split(command)
    assert any("38 clusters" in line for line in lines)
    assert "\uffff" not in "".join(lines)


def test_without_a_plan_a_representative_that_is_a_copy_elsewhere_has_no_star() -> None:
    one = Cluster("c1", 0, (member("a.txt"), member("b.txt")))
    whole = member("b.txt", unit=Unit.DOCUMENT)
    other = Cluster("c2", 0, (whole, member("c.txt")))
    given = report(clusters=[one, other])
    assert [Stars(given, given.clusters, None)(cluster) for cluster in given.clusters] == [{0}, set()]
    note = replace(one, members=(one.members[0], replace(one.members[1], severity=Severity.NOTE)))
    given = report(clusters=[note, other])
    assert Stars(given, given.clusters, None)(other) == {0}


def test_equal_members_are_said_to_be_equal() -> None:
    same = replace(member("c.txt", Relation.EDITED), equal_to="b.txt:3")
    text = "\n".join(shown(report(clusters=[Cluster("c1", 0, (member("a.txt"), member("b.txt"), same))])))
    assert "essay 4 · 植树节倡议书 · the same as b.txt:3" in text
