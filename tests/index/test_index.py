"""What came before: an index says of old documents what a check of old and new ones together would say."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedupe.cli.main import cli
from dedupe.config.settings import Settings
from dedupe.copies.minhash import shingle_hashes, signatures
from dedupe.copies.skeletons import tokenize
from dedupe.core.errors import CorpusError, IndexFileError
from dedupe.core.model import Finding, Relation, Report
from dedupe.index import index as store
from dedupe.index.check import Before, check_with, surveyed
from dedupe.index.database import NO_DUCKDB, reading, writing
from dedupe.index.estimate import interval, measure
from dedupe.index.signature import Surveyed
from dedupe.report.arrow import to_arrow
from tests.corpora import WORDS, essay

ROOT = Path(__file__).resolve().parents[2]
ND = Settings(select=("ND",))


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def documents(*paths: Path) -> list[Surveyed]:
    return [one for part in surveyed([str(path) for path in paths], ND) for one in part.documents]


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def old_of(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.old]


def edited(text: str, every: int) -> str:
    """The text with every so many sentences left out."""
    parts = text.split("。")
    return "。".join(part for at, part in enumerate(parts) if (at + 1) % every)


def answers(index: Path, new: Path) -> list[object]:
    report = check_with(Before(index), [str(new)], ND)
    return [(f.path, f.start, f.end, f.code, f.message.replace(str(index.parent), ""), f.old) for f in report.findings]


def test_copy_of_an_old_document_is_verified_while_its_text_is_at_hand(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", a=essay(1), b=essay(2)), write(tmp_path / "new", c=edited(essay(1), 7))
    store.build(tmp_path / "i", documents(old), ND)
    (verified,) = old_of(check_with(Before(tmp_path / "i"), [str(new)], ND))
    assert verified.old
    assert verified.old.is_verified
    assert Path(verified.old.path).resolve() == old / "a.txt"
    shutil.rmtree(old)
    (estimated,) = old_of(check_with(Before(tmp_path / "i"), [str(new)], ND))
    assert estimated.old
    assert not estimated.old.is_verified
    assert estimated.old.low <= verified.old.jaccard <= estimated.old.high
    assert (estimated.path, estimated.code) == (verified.path, verified.code)


def test_text_that_changed_since_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", a=essay(1)), write(tmp_path / "new", c=essay(1))
    store.build(tmp_path / "i", documents(old), ND)
    write(old, a=essay(9))
    (finding,) = old_of(check_with(Before(tmp_path / "i"), [str(new)], ND))
    assert finding.old
    assert (finding.old.relation, finding.old.is_verified, finding.old.jaccard) == (Relation.EXACT, False, 1.0)


def test_document_that_is_read_again_is_no_copy_of_itself(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a=essay(1), b=essay(2))
    store.build(tmp_path / "i", documents(old), ND)
    assert old_of(check_with(Before(tmp_path / "i"), [str(old)], ND)) == []


def test_short_texts_are_copies_when_their_skeletons_are_equal(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", a="本镇投入3万元。"), write(tmp_path / "new", b="本镇投入xx万元。", c="本镇节约")
    store.build(tmp_path / "i", documents(old), ND)
    shutil.rmtree(old)
    assert [finding.path for finding in old_of(check_with(Before(tmp_path / "i"), [str(new)], ND))] == [
        f"{new.as_posix()}/b.txt"
    ]


def test_lines_of_old_documents_count_as_chrome(tmp_path: Path) -> None:
    pages = {f"p{at}": f"灯塔值守简报专用\n{essay(at)}" for at in range(6)}
    old = write(tmp_path / "old", **dict(list(pages.items())[:5]))
    new = write(tmp_path / "new", p5=pages["p5"])
    limits = Settings(select=("BP291",), chrome_documents=6)
    assert not check_with(Before(_built(tmp_path / "i", old)), [str(new)], Settings(chrome_documents=7)).summary.by_code
    report = check_with(Before(tmp_path / "i"), [str(new)], limits)
    assert [finding.text for finding in report.findings] == ["灯塔值守简报专用"]


def _built(index: Path, *paths: Path) -> Path:
    store.build(index, documents(*paths), ND)
    return index


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(9)), cuts=st.sets(st.integers(1, 8)), split=st.integers(1, 8))
def test_order_of_additions_changes_no_answer(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: set[int], split: int
) -> None:
    folder = tmp_path_factory.mktemp("index")
    texts = {f"d{at}": essay(at % 5) + (essay(at) if at > 4 else "") for at in range(9)}
    found = documents(write(folder / "old", **texts))
    new = write(folder / "new", x=edited(essay(2), 6), y=essay(3) + "\n" + essay(6), z=essay(7))
    store.build(folder / "one", found, ND)
    store.build(folder / "many", [], ND)
    bounds = [0, *sorted(cuts), 9]
    for low, high in pairwise(bounds):
        store.add(folder / "many", [found[at] for at in order[low:high]], ND)
    store.build(folder / "left", [found[at] for at in order[: split + 1]], ND)
    store.build(folder / "right", [found[at] for at in order[split:]], ND)  # one document in both
    assert store.merge(folder / "right", folder / "left", folder / "both") == 9
    expected = answers(folder / "one", new)
    assert expected
    for name in ("many", "both"):
        assert answers(folder / name, new) == expected
        assert store.verify(folder / name) == []
    shutil.rmtree(folder / "old")
    estimated = answers(folder / "one", new)
    assert estimated
    assert answers(folder / "many", new) == answers(folder / "both", new) == estimated


def test_what_is_removed_is_as_if_it_never_came(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", a=essay(1), b=essay(2)), write(tmp_path / "new", c=essay(1), d=essay(2))
    index = _built(tmp_path / "i", old)
    assert run("index", "remove", index, old / "a.txt").stdout == "1 document removed\n"
    (finding,) = old_of(check_with(Before(index), [str(new)], ND))
    assert finding.path.endswith("d.txt")
    assert store.verify(index) == []
    with pytest.raises(CorpusError, match="is not in"):
        store.remove(index, [str(old / "b.txt"), str(old / "nothing.txt")])
    assert store.info(index).documents == 1


def test_records_are_documents_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text("".join(json.dumps({"id": f"r{at}", "text": essay(at)}) + "\n" for at in range(3)), "utf-8")
    index, new = _built(tmp_path / "i", file), write(tmp_path / "new", c=essay(1))
    (finding,) = old_of(check_with(Before(index), [str(new)], ND))
    assert finding.old
    assert (finding.old.record, finding.old.is_verified) == ("r1", True)
    assert store.remove(index, [f"{file}#r1"]) == 1


def test_merged_index_knows_where_its_documents_are_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    one = _built(tmp_path / "far" / "i", write(tmp_path / "far" / "old", a=essay(1)))
    other = _built(tmp_path / "j", write(tmp_path / "near", b=essay(2)))
    assert store.merge(one, other, tmp_path / "both") == 2
    new = write(tmp_path / "new", c=essay(1), d=essay(2))
    found = old_of(check_with(Before(tmp_path / "both"), [str(new)], ND))
    assert [finding.old.is_verified for finding in found if finding.old] == [True, True]


def test_index_of_other_settings_is_refused_with_what_differs(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    with pytest.raises(IndexFileError, match="fold-script false instead of true"):
        store.check(index, Settings(fold_script=True))
    store.build(tmp_path / "j", [], Settings(fold_script=True))
    with pytest.raises(IndexFileError, match="built otherwise than"):
        store.merge(index, tmp_path / "j", tmp_path / "both")
    assert not (tmp_path / "both").exists()


def test_what_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("不是索引" * 2000, "utf-8")
    new = write(tmp_path / "new", a=essay(1))
    for name, reason in (("none", "does not exist"), ("text", "is no index"), ("new", "is no file")):
        done = run("check", new, "--index", tmp_path / name)
        assert (done.exit_code, reason in done.stderr, str(tmp_path / name) in done.stderr) == (2, True, True)
    done = run("index", "build", tmp_path / "text", new)
    assert (done.exit_code, "--force" in done.stderr) == (2, True)


def test_damage_is_found(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", **{f"d{at}": essay(at) for at in range(30)}))
    assert run("index", "verify", index).exit_code == 0
    with writing(index, keep=True) as connection:
        connection.execute("DELETE FROM keys WHERE key IN (SELECT key FROM keys ORDER BY key LIMIT 3)")
    done = run("index", "verify", index)
    assert (done.exit_code, "keys that were added with them" in done.stderr) == (2, True)
    data = bytearray(index.read_bytes())
    data[len(data) // 2] ^= 1
    index.write_bytes(data)
    assert run("index", "verify", index).exit_code == 2


def test_second_writer_is_told_and_readers_are_not_kept_waiting(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    with writing(index, keep=True), pytest.raises(IndexFileError, match="another process writes it"):
        store.add(index, [], ND)
    with writing(index, keep=True), reading(index) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(1,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["i", "old"]


KILLED = """
import sys, time
from pathlib import Path
from dedupe.index.database import writing
with writing(Path(sys.argv[1]), keep=True) as connection:
    connection.execute("DELETE FROM documents")
    connection.execute("CHECKPOINT")
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_killed_add_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    before = index.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(index)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    assert index.read_bytes() == before
    assert store.add(index, documents(write(tmp_path / "more", b=essay(2))), ND) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["i", "more", "old"]


def test_clean_leaves_out_what_came_before_and_adds_what_is_new(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1, 40)))
    new = write(tmp_path / "new", c=edited(essay(1, 40), 9), d=essay(2, 40))
    out = tmp_path / "out"
    done = run("clean", new, "-o", out, "--index", index, "--add", "--no-config")
    assert done.exit_code == 0, done.output
    assert [path.name for path in sorted(out.glob("*.txt"))] == ["d.txt"]
    (row,) = [row for row in map(json.loads, (out / "manifest.jsonl").open(encoding="utf-8")) if row.get("kept")]
    assert row["kept"]["path"].endswith("old/a.txt")
    assert store.info(index).documents == 2
    # The same again: what was accepted from these very files is no reason to throw them out.
    assert run("clean", new, "-o", out, "--index", index, "--add", "--force", "--no-config").exit_code == 0
    assert [path.name for path in sorted(out.glob("*.txt"))] == ["d.txt"]
    assert store.info(index).documents == 2
    assert run("clean", new, "-o", out, "--add").exit_code == 2


def test_commands_say_what_they_did_and_what_they_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, seed in (("old", 1), ("more", 2)):
        write(Path(name), a=essay(seed))
    write(Path("more"), b=essay(3))
    assert run("index", "build", "i", "old", "--no-config").stdout == "1 document added to i\n"
    again = run("index", "build", "i", "more", "--no-config")
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    assert run("index", "build", "j", "more", "-q", "--no-config").stdout == ""
    assert run("index", "merge", "i", "j", "-o", "both").stdout == "3 documents in both\n"
    assert run("index", "merge", "i", "j", "-o", "both").exit_code == 2
    assert run("index", "add", "i", "more", "old", "--no-config").stdout == "2 documents added to i\n"
    assert run("index", "verify", "i").stdout == "i is whole\n"
    figures = {line[:32].strip(): line[32:] for line in run("index", "info", "both").stdout.splitlines()}
    assert (figures["documents"], figures["shingle"], figures["fold-script"]) == ("3", "5", "false")
    assert run("index", "remove", "i", "more").stdout == "2 documents removed\n"
    assert store.info(Path("i")).documents == 1
    refused = run("index", "add", "i", "-", "--no-config")
    assert (refused.exit_code, "put it in a file" in refused.stderr) == (2, True)


def test_what_cannot_be_read_is_named_and_the_rest_is_added(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a=essay(1))
    (old / "b.jsonl").write_text(json.dumps({"id": "x", "text": essay(2)}) + "\nno json\n", "utf-8")
    done = run("index", "build", tmp_path / "i", old, "--no-config")
    assert (done.exit_code, "b.jsonl:2" in done.stderr) == (2, True)
    assert store.info(tmp_path / "i").documents == 2


def test_an_index_that_cannot_be_added_to_leaves_what_was_cleaned(tmp_path: Path) -> None:
    new, out = write(tmp_path / "new", d=essay(2, 40)), tmp_path / "out"
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    (tmp_path / "i.partial").mkdir()  # where the new index would be written
    done = run("clean", new, "-o", out, "--index", index, "--add", "--no-config")
    assert done.exit_code == 2
    assert "dedupe index add" in done.stderr
    assert (out / "d.txt").read_text("utf-8") == essay(2, 40)
    assert store.info(index).documents == 1


@pytest.mark.parametrize(
    ("choices", "left"), [((), []), (("--keep-copies",), ["c.txt", "p.txt"]), (("--keep-passages",), ["p.txt"])]
)
def test_clean_keeps_of_old_copies_what_choices_keep(tmp_path: Path, choices: tuple[str, ...], left: list[str]) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1, 40)))
    shared = "。".join(essay(1, 40).replace("\n", "").split("。")[:16])
    new = write(tmp_path / "new", c=essay(1, 40), p=f"{essay(5, 30)}\n{shared}。\n{essay(6, 30)}")
    out = tmp_path / "out"
    assert run("clean", new, "-o", out, "--index", index, "--no-config", *choices).exit_code == 0
    assert [path.name for path in sorted(new.iterdir()) if _is_same(path, out / path.name)] == left


def test_clean_finds_an_old_copy_among_chrome_as_a_whole(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1, 240)))
    new = write(tmp_path / "new", c="点击下载文档\n" * 34 + essay(1, 240))
    choices = ("--keep-passages", "--keep-chrome")
    assert run("clean", new, "-o", tmp_path / "out", "--index", index, "--no-config", *choices).exit_code == 0
    assert not (tmp_path / "out" / "c.txt").exists()


def _is_same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


def test_json_report_says_which_copies_were_verified(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    new = write(tmp_path / "new", b=essay(1))
    report = json.loads(run("check", new, "--index", index, "--format", "json", "--no-config").stdout)
    (finding,) = [finding for finding in report["findings"] if "old" in finding]
    assert finding["old"]["verified"] is True
    assert finding["old"]["relation"] == "exact"
    assert report["summary"]["by_code"]["ND301"] == 1
    assert report["summary"]["findings"] == len(report["findings"])


def test_one_new_text_is_checked_on_standard_input(tmp_path: Path) -> None:
    index = _built(tmp_path / "i", write(tmp_path / "old", a=essay(1), b=essay(2)))
    command = ["check", "-", "--index", str(index), "--format", "json", "--no-config"]
    done = CliRunner().invoke(cli, command, input=f"{essay(5)}\n{edited(essay(1), 7)}".encode())
    report = json.loads(done.stdout)
    (finding,) = [finding for finding in report["findings"] if "old" in finding]
    assert (done.exit_code, finding["path"], Path(finding["old"]["path"]).name) == (1, "-", "a.txt")
    rows = "".join(json.dumps({"id": f"r{at}", "text": essay(at)}) + "\n" for at in range(2, 5))
    done = CliRunner().invoke(cli, command, input=rows.encode())
    assert [f["record"] for f in json.loads(done.stdout)["findings"] if "old" in f] == ["r2"]


def test_old_documents_are_members_of_clusters(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a=essay(1))
    new = write(tmp_path / "new", b=edited(essay(1), 7), c=essay(1), d=essay(3), e=essay(3))
    index = _built(tmp_path / "i", old)
    command = ("check", new, "--index", index, "--no-config", "--format")
    for name in ("verified", "estimated"):
        report = json.loads(run(*command, "json").stdout)
        findings = {finding["cluster"] for finding in report["findings"] if "old" in finding}
        clusters = [cluster for cluster in report["clusters"] if any("old" in one for one in cluster["members"])]
        assert {cluster["id"] for cluster in clusters} == findings
        heads = [cluster["members"][cluster["representative"]] for cluster in clusters]
        assert all((head["old"], Path(head["path"]).name) == (True, "a.txt") for head in heads), name
        assert {Path(one["path"]).name for c in clusters for one in c["members"]} == {"a.txt", "b.txt", "c.txt"}
        assert all(one["tokens"] > 100 for cluster in clusters for one in cluster["members"])
        assert report["summary"]["clusters"] == len(report["clusters"]) > len(clusters)
        shown = run(*command, "rich", "--color", "never").stdout
        assert "copy of old" in shown
        assert " old " in shown.partition("Near-duplicates")[2]
        tables = to_arrow(check_with(Before(index), [str(new)], ND))
        assert tables.clusters.column("is_old").to_pylist().count(True) == len(clusters)
        assert {row["is_verified"] for row in tables.findings.column("old").to_pylist() if row} == {name == "verified"}
        if name == "verified":
            (tmp_path / "r.json").write_text(json.dumps(report), "utf-8")
            compared = run("compare", tmp_path / "r.json", "--cluster", clusters[0]["id"], "--no-config")
            assert compared.exit_code == 1, compared.output
            shutil.rmtree(old)


def test_missing_duckdb_is_an_error_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = run("index", "build", tmp_path / "i", write(tmp_path / "old", a=essay(1)))
    assert (done.exit_code, NO_DUCKDB in done.stderr) == (2, True)
    assert "pip install" in NO_DUCKDB


def test_help_loads_no_duckdb() -> None:
    code = "import sys, dedupe.cli; sys.exit('duckdb' in sys.modules or 'dedupe.text.kernels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_true_jaccard_is_nearly_always_in_the_interval() -> None:
    rng = random.Random(5)
    inside = 0
    for _ in range(200):
        common = [rng.choice(WORDS) for _ in range(rng.randint(40, 200))]
        mine, yours = (["".join(common + [rng.choice(WORDS) for _ in range(90)])] for _ in range(2))
        inside += _is_inside(mine, yours)
    assert inside >= 180


def _is_inside(mine: Sequence[str], yours: Sequence[str]) -> bool:
    sides = []
    for texts in (mine, yours):
        skeletons = tokenize(texts)
        hashes = shingle_hashes(skeletons.ids)[:-4]
        signed = signatures(hashes, np.array([0, len(hashes)]))
        rows = np.array([[0, 1, 1, 1, len(skeletons.ids), 0]])
        sides.append((set(hashes.tolist()), (signed, rows)))
    (one, first), (other, second) = sides
    found = measure(first, second, ((0, 1), (0, 1)))
    return found.low <= len(one & other) / len(one | other) <= found.high


def test_interval_holds_its_share() -> None:
    for equal in range(129):
        low, high = interval(equal, 128)
        assert 0 <= low <= equal / 128 <= high <= 1
