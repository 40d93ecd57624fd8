"""The baseline: what it holds, what changes it and what does not, and how its mistakes are told."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from dedupe import Settings
from dedupe.cli.main import cli
from dedupe.config.baseline import NAME, Baseline, Compared, Entry, compare, lines, read, renew, write
from dedupe.config.renames import renames
from dedupe.core.atomic import alone
from dedupe.core.errors import BaselineError
from dedupe.core.model import Report
from dedupe.pipeline.pipeline import check
from dedupe.pipeline.pipeline import check as run_check
from tests.cli.test_main import BLANKED, ESSAY

OTHER = "　　__月，渡口的船修好了，账上还差xx元。\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with marks, and the current folder around it."""
    put(tmp_path / "pages" / "a.txt", ESSAY + BLANKED + OTHER)
    put(tmp_path / "pages" / "b.txt", OTHER)
    (tmp_path / ".git").mkdir()  # so that no repository around the tests is taken for theirs
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pages"


def codes_in(result: Result) -> list[str]:
    return [line.split(": ")[1].split()[0] for line in result.stdout.splitlines()]


def paths_in(file: str = NAME) -> list[str]:
    return [entry.path for entry in read(Path(file)).entries]


def test_what_is_accepted_is_not_reported_and_the_check_is_clean(corpus: Path) -> None:
    assert run("check", "pages").exit_code == 1
    written = run("baseline", "pages")
    held = len(paths_in())
    assert (written.exit_code, written.stdout) == (0, f"{NAME} holds {held} findings ({held} new)\n")
    again = run("check", "pages")
    assert (again.exit_code, again.stdout) == (0, "")
    assert f"{NAME} holds {held} findings\n" in again.stderr


def test_only_what_is_new_is_reported(corpus: Path) -> None:
    run("baseline", "pages")
    put(corpus / "c.txt", BLANKED)
    result = run("check", "pages")
    assert result.exit_code == 1
    assert {line.split(":")[0] for line in result.stdout.splitlines()} == {"pages/c.txt"}


def test_without_the_baseline_everything_is_reported(corpus: Path) -> None:
    before = run("check", "pages").stdout
    run("baseline", "pages")
    assert run("check", "pages", "--no-baseline").stdout == before


@pytest.mark.parametrize("path", ["./pages", "pages/", "pages/../pages", "{}/pages", "pages/a.txt", "."])
def test_a_path_may_be_spelt_in_any_way(corpus: Path, path: str) -> None:
    run("baseline", "pages")
    result = run("check", path.format(corpus.parent))
    assert (result.exit_code, result.stdout) == (0, "")


def test_it_is_found_from_inside_the_corpus(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("baseline", "pages")
    monkeypatch.chdir(corpus)
    assert run("check").exit_code == 0
    assert run("check", "a.txt", "b.txt").exit_code == 0


@pytest.mark.parametrize("start", [".", "pages", "elsewhere"])
@pytest.mark.parametrize("mark", ["", "pages/dedupe.toml", "dedupe.toml"])
def test_it_is_written_where_every_check_finds_it(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, mark: str
) -> None:
    if mark:
        put(tmp_path / mark, "")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / start)
    run("baseline", corpus)
    assert (tmp_path / mark).with_name(NAME).is_file() if mark else (tmp_path / NAME).is_file()
    assert run("check", corpus).exit_code == 0


def test_without_a_project_it_is_written_into_the_current_folder_or_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "pages" / "a.txt", BLANKED)
    (tmp_path / "elsewhere").mkdir()
    for start, folder in ((tmp_path / "elsewhere", "pages"), (tmp_path, ".")):
        monkeypatch.chdir(start)
        if any((around / ".git").exists() for around in (tmp_path, *tmp_path.parents)):
            pytest.skip("the temporary folder is inside a git repository")
        run("baseline", tmp_path / "pages")
        (tmp_path / folder / NAME).unlink()


def test_edits_elsewhere_change_no_byte(corpus: Path) -> None:
    run("baseline", "pages")
    before = Path(NAME).read_bytes()
    put(corpus / "a.txt", "渡口新添了一盏路灯，行人夜里过河方便多了。\n\n" * 3 + ESSAY + BLANKED + OTHER)
    assert run("check", "pages").exit_code == 0
    assert "as before" in run("baseline", "pages").stdout
    assert Path(NAME).read_bytes() == before


def test_a_line_inserted_above_records_without_ids_changes_no_byte(corpus: Path) -> None:
    rows = [json.dumps({"text": text}) for text in (BLANKED, OTHER)]
    file = put(corpus / "rows.jsonl", "\n".join(rows))
    run("baseline", "pages")
    before = Path(NAME).read_bytes()
    put(file, "\n".join([json.dumps({"text": "渡口新添了一盏路灯。"}), *rows]))
    assert run("baseline", "pages").exit_code == 0
    assert Path(NAME).read_bytes() == before


def test_a_third_of_equal_findings_is_new(corpus: Path) -> None:
    line = "姓名：xx　电话：xx\n"
    file = put(corpus / "form.txt", (line + "\n" * 20) * 2)
    run("baseline", "pages")
    held = len(paths_in())
    put(file, (line + "\n" * 20) * 3)
    found = run("check", "pages", "--select", "PH")
    assert 0 < len(codes_in(found)) < held
    put(file, (line + "\n" * 20) * 2)
    assert run("check", "pages").exit_code == 0


def test_copies_are_known_by_the_content_of_both(corpus: Path) -> None:
    put(corpus / "copy.txt", ESSAY.replace("南", "北"))
    run("baseline", "pages")
    assert any(entry.code.startswith("ND") for entry in read(Path(NAME)).entries)
    result = run("check", "pages", "--format", "json")
    assert json.loads(result.stdout)["clusters"] == []
    assert json.loads(result.stdout)["summary"]["clusters"] == 0
    put(corpus / "copy.txt", ESSAY.replace("南", "西"))
    changed = json.loads(run("check", "pages", "--format", "json").stdout)
    assert {f["kind"] for f in changed["findings"]} == {"duplicate"}
    assert len(changed["clusters"]) == 1


def test_what_is_gone_is_said_and_dropped_when_asked(corpus: Path) -> None:
    run("baseline", "pages")
    held = len(paths_in())
    put(corpus / "b.txt", "渡口的船修好了。\n")
    result = run("check", "pages")
    gone = held - paths_in().count("pages/a.txt")
    assert f"holds {held} findings, {gone} of them gone" in result.stderr
    assert len(paths_in()) == held
    pruned = run("check", "pages", "--prune")
    assert (pruned.exit_code, pruned.stdout) == (0, "")
    assert f"{NAME} holds {held - gone} findings\n" in pruned.stderr
    assert set(paths_in()) == {"pages/a.txt"}
    assert "gone" not in run("check", "pages").stderr


def test_prune_accepts_nothing_new(corpus: Path) -> None:
    run("baseline", "pages")
    put(corpus / "b.txt", "渡口的船修好了。\n")
    put(corpus / "c.txt", BLANKED)
    run("baseline", "pages", "--prune")
    assert set(paths_in()) == {"pages/a.txt"}


def test_what_was_not_looked_at_is_not_gone(corpus: Path) -> None:
    put(corpus / "copy.txt", ESSAY)
    run("baseline", "pages")
    before = Path(NAME).read_bytes()
    os.remove(corpus / "b.txt")
    for arguments in ("pages/a.txt", "pages/copy.txt", "pages --select BP", "pages --exclude b.txt"):
        assert "gone" not in run("check", *arguments.split(), "--prune").stderr
    assert Path(NAME).read_bytes() == before


def test_what_cannot_be_read_is_not_gone(corpus: Path) -> None:
    run("baseline", "pages")
    before = Path(NAME).read_bytes()
    (corpus / "a.txt").write_bytes(b"\xff\xfe\xfa" * 5)
    assert run("check", "pages", "--prune").exit_code == 2
    assert Path(NAME).read_bytes() == before


def test_accepting_one_document_keeps_what_was_accepted_of_others(corpus: Path) -> None:
    run("baseline", "pages")
    put(corpus / "c.txt", BLANKED)
    assert "new)" in run("baseline", "pages/c.txt").stdout
    assert set(paths_in()) == {"pages/a.txt", "pages/b.txt", "pages/c.txt"}
    assert run("check", "pages").exit_code == 0


def test_renames_are_followed_when_asked(corpus: Path) -> None:
    run("baseline", "pages")
    (corpus / "a.txt").rename(corpus / "新名.txt")
    assert run("check", "pages").exit_code == 1
    assert run("check", "pages", "--follow").exit_code == 0
    held = len(paths_in())
    run("baseline", "pages", "--prune", "--follow")
    assert set(paths_in()) == {"pages/b.txt", "pages/新名.txt"}
    assert len(paths_in()) == held


def test_a_copy_of_a_document_that_is_still_there_is_no_rename(corpus: Path) -> None:
    run("baseline", "pages", "--select", "PH")
    put(corpus / "c.txt", OTHER)
    assert run("check", "pages", "--select", "PH", "--follow").exit_code == 1


def test_a_folder_renamed_with_all_its_pages_is_followed_page_by_page() -> None:
    old = [(f"old/{number}.txt", print_) for number in range(90) for print_ in ("chrome", f"own {number % 45}")]
    new = [(path.replace("old/", "new/"), print_) for path, print_ in old]
    assert renames(old, new) == {path: path.replace("old/", "new/") for path, _ in old}


def test_two_sides_that_add_lines_are_merged_by_git(corpus: Path) -> None:
    put(corpus / "m.txt", BLANKED)
    run("baseline", "pages")
    base = Path(NAME).read_bytes()
    sides = []
    for name in ("0.txt", "z.txt"):
        put(corpus / name, BLANKED)
        run("baseline", "pages", "--select", "PH")
        sides.append(Path(f"side-{name}"))
        sides[-1].write_bytes(Path(NAME).read_bytes())
        os.remove(corpus / name)
        Path(NAME).write_bytes(base)
    merged = subprocess.run(["git", "merge-file", "-p", str(sides[0]), NAME, str(sides[1])], capture_output=True)
    assert merged.returncode == 0
    Path(NAME).write_bytes(merged.stdout)
    for name in ("0.txt", "z.txt"):
        put(corpus / name, BLANKED)
    assert run("check", "pages", "--select", "PH").exit_code == 0


def test_the_file_is_sorted_and_has_a_line_for_each_finding(corpus: Path) -> None:
    run("baseline", "pages")
    first, *rows, last = Path(NAME).read_text("utf-8").splitlines()
    assert (first, last) == ('{"dedupe-baseline": 1, "findings": [', "{}]}")
    entries = [tuple(json.loads(row.rstrip(",")).values()) for row in rows]
    assert entries == sorted(entries)
    assert len(entries) == len(check(["pages"]).findings)
    for number in ("line", "start", "seconds"):
        assert f'"{number}"' not in "".join(rows)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the baseline is not JSON"),
        (b'{"dedupe-baseline": 1, "findings": [\n<<<<<<< ours\n{}]}', ":2: an unsolved merge in the baseline"),
        (b'{"version": "1.5.0", "results": {}}', "no baseline of dedupe"),
        (b"[]", "no baseline of dedupe"),
        (b'{"dedupe-baseline": 2, "findings": []}', "version 2 of a baseline, and this dedupe knows version 1"),
        (b'{"dedupe-baseline": 1, "findings": [{"path": "a.txt"}]}', "finding 1 of the baseline is damaged"),
        (b'{"dedupe-baseline": 1, "findings": 3}', "finding 1 of the baseline is damaged"),
        (b"\xff\xfe\xfa", "the baseline is not UTF-8"),
        (b"[" * 100_000, "the baseline is not JSON"),
    ],
)
@pytest.mark.parametrize("command", ["check", "baseline"])
def test_a_baseline_that_is_none_is_an_error(corpus: Path, command: str, content: bytes, message: str) -> None:
    Path(NAME).write_bytes(content)
    result = run(command, "pages")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {NAME}")
    assert message in result.stderr
    assert Path(NAME).read_bytes() == content


def test_a_baseline_asked_for_must_be_there(corpus: Path) -> None:
    result = run("check", "pages", "--baseline", "no.json")
    assert result.exit_code == 2
    assert "error: no.json: the baseline cannot be read" in result.stderr
    assert "`dedupe baseline`" in result.stderr


def test_a_baseline_can_have_any_name_and_place(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "ci").mkdir()
    run("baseline", "pages", "-o", "ci/accepted.json")
    assert not Path(NAME).exists()
    assert run("check", "pages", "--baseline", "ci/accepted.json").exit_code == 0
    put(corpus / "b.txt", "渡口的船修好了。\n")
    assert "gone" in run("check", ".", "--baseline", "ci/accepted.json").stderr


@pytest.mark.parametrize("command", ["check", "baseline"])
def test_there_must_be_something_to_prune(corpus: Path, command: str) -> None:
    result = run(command, "pages", "--prune")
    assert result.exit_code == 2
    assert "there is no baseline" in result.stderr
    assert not Path(NAME).exists()


def test_people_are_told_that_nothing_is_new(corpus: Path) -> None:
    run("baseline", "pages")
    assert "✓ nothing new" in run("check", "pages", "--format", "rich").stdout


@pytest.mark.parametrize(("name", "message"), [("pages", "is a folder"), ("no/b.json", "does not exist")])
def test_a_place_where_no_baseline_can_stand_is_named(corpus: Path, name: str, message: str) -> None:
    result = run("baseline", "pages", "-o", name)
    assert (result.exit_code, message in result.stderr) == (2, True)


def test_standard_input_has_no_baseline(corpus: Path) -> None:
    result = run("baseline", "-")
    assert result.exit_code == 2
    assert "standard input has no name" in result.stderr


def test_json_counts_what_the_baseline_holds(corpus: Path) -> None:
    run("baseline", "pages")
    held = len(paths_in())
    summary = json.loads(run("check", "pages", "--format", "json").stdout)["summary"]
    assert summary["baseline"] == {"path": NAME, "holds": held, "gone": 0}
    assert summary["findings"] == 0
    assert summary["by_code"] == {}


def test_a_corpus_that_is_not_held_in_memory_is_compared_alike(corpus: Path) -> None:
    run("baseline", "pages")
    put(corpus / "c.txt", BLANKED + OTHER)
    known = read(Path(NAME))
    held, spilled = (compare(run_check(["pages"], Settings(memory=m)), known, ["pages"]) for m in (0, 1))
    assert held.new == spilled.new != []
    assert tuple(spilled.report.findings) == held.report.findings
    assert spilled.report.findings[0] == held.report.findings[0]
    assert spilled.report.findings[-1:] == held.report.findings[-1:]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.builds(Entry, TEXTS, TEXTS, TEXTS, TEXTS)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    file = tmp_path_factory.mktemp("baseline") / NAME
    baseline = Baseline(file, tuple(sorted(entries)))
    write(baseline)
    assert read(file) == baseline
    text = "".join(lines(baseline))
    assert text.replace("\n", "").isprintable()
    assert text.count("\n") == len(entries) + 2


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"no/b\.json: the baseline cannot be written .* -o"):
        write(Baseline(tmp_path / "no" / "b.json"))


def the_report(folder: str) -> Report:
    put(Path(folder, "a.txt"), "今年投入xx万元，共**人次。\n")
    return run_check([folder])


def test_what_another_run_accepted_meanwhile_stays(corpus: Path) -> None:
    report, other, file = the_report("one"), the_report("two"), Path("b.json")

    def look(before: Baseline) -> Compared:
        if not before.entries:  # the other run ends between our reading and our writing
            write(compare(other, before, ["two"]).accepted())
        return compare(report, before, ["one"])

    _, after = renew(Baseline(file), look, Compared.accepted)
    assert read(file) == after
    assert {entry.path for entry in after.entries} == {"one/a.txt", "two/a.txt"}


def test_a_baseline_that_another_run_writes_is_left_to_it(corpus: Path) -> None:
    report, file = the_report("one"), Path("b.json").absolute()
    with alone(file), pytest.raises(BaselineError, match="another run writes it"):
        renew(Baseline(file), lambda before: compare(report, before, ["one"]), Compared.accepted, wait=0)
    assert not file.exists()
