"""The cache: the same report with it and without, whatever changed; and nothing taken on trust."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedupe.cleaning.clean import Order, clean
from dedupe.cli.main import cli
from dedupe.config import rules
from dedupe.config.filters import Allow
from dedupe.config.rules import Search
from dedupe.config.settings import Settings
from dedupe.core.model import Document, Failure, Kind, Report, Severity
from dedupe.inputs import chunks
from dedupe.inputs.sources import Source, read
from dedupe.pipeline import pipeline
from dedupe.pipeline.cache.cache import Cache
from dedupe.pipeline.cache.columns import MAGIC
from dedupe.pipeline.cache.folder import BATCH, IGNORE, REPORT, SIGN, TAG
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.view import View
from dedupe.rules.rule import Rule
from tests.corpora import essay, recut, sentence

STOCK = "今后我们要把各项工作做得更好更实更细。"
ONE = Settings()


def page(seed: int, rng: random.Random) -> str:
    """A page of essays that others have too, with chrome, marks, lines that recur, and something of its own."""
    essays = [f"年终总结 篇{i}\n{recut(essay(rng.randrange(6), 12), rng.randrange(2, 6))}" for i in range(1, 3)]
    return "\n".join((*essays, STOCK, f"接待群众xx人次，{sentence(random.Random(seed))}", "分享到朋友圈看看", ""))


def content(report: Report) -> tuple[object, ...]:
    """Everything in a report but how it was made."""
    return (replace(report.summary, seconds=0.0), tuple(report.findings), tuple(report.clusters), report.errors)


def written(report: Report) -> list[str]:
    """What is written of a report in the formats that take rows from earlier runs."""
    timeless = replace(report, summary=replace(report.summary, seconds=0.0))
    return [render(timeless, form, View()) for form in ("text", "json", "jsonl")]


def cached(folder: Path, told: list[str] | None = None) -> Cache:
    return Cache(folder, (told if told is not None else []).append, worth=0)


def small_corpus(folder: Path, pages: int = 12) -> Path:
    rng = random.Random(5)
    folder.mkdir(exist_ok=True)
    for number in range(pages):
        (folder / f"{number:02d}.txt").write_text(page(number, rng), "utf-8")
    records = [{"id": f"r{i}", "text": essay(i, 9)} for i in range(3)]
    (folder / "some.jsonl").write_text("\n".join(map(json.dumps, records)) + "\nnot json\n", "utf-8")
    return folder


def edit(file: Path, rng: random.Random) -> None:
    text = file.read_text("utf-8", "replace")
    at = rng.randrange(len(text) + 1)
    file.write_text(text[:at] + rng.choice((sentence(rng), "20xx年", STOCK + "\n", "")) + text[at + 3 :], "utf-8")


def add(file: Path, rng: random.Random) -> None:
    name = rng.choice("abxyz") + str(rng.randrange(99))
    file.with_name(f"{rng.randrange(20):02d}{name}.txt").write_text(page(rng.randrange(50), rng), "utf-8")


def copy(file: Path, rng: random.Random) -> None:
    file.with_name(f"{rng.randrange(20):02d}copy.txt").write_bytes(file.read_bytes())


def rename(file: Path, rng: random.Random) -> None:
    file.rename(file.with_name(f"{rng.randrange(99):02d}new{rng.randrange(999)}.txt"))


def remove(file: Path, rng: random.Random) -> None:
    file.unlink()


def spoil(file: Path, rng: random.Random) -> None:
    file.write_bytes(b"\xff\xfe\xff" + bytes([rng.randrange(256)]))


CHANGES: tuple[Callable[[Path, random.Random], None], ...] = (edit, edit, edit, add, copy, rename, remove, spoil)


@settings(max_examples=12)
@example(256, ("PH", "BP", "ND"))
@example(6, ("BP", "ND304"))
@given(st.integers(0, 10_000), st.sampled_from((("PH", "BP", "ND"), ("PH",), ("ND",), ("BP", "ND304"))))
def test_a_report_is_the_same_with_the_cache_and_without(
    tmp_path_factory: pytest.TempPathFactory, seed: int, select: tuple[str, ...]
) -> None:
    rng, folder = random.Random(seed), tmp_path_factory.mktemp("corpus")
    asked = Settings(select=select, chrome_documents=4)
    corpus, cache = small_corpus(folder / "pages", rng.choice((6, 12, 20))), cached(folder / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BATCH", rng.choice((700, 3_000, 1_000_000)))
        for _ in range(4):
            report, plain = check(str(corpus), asked, cache=cache), check(str(corpus), asked)
            assert content(report) == content(plain)
            assert written(report) == written(plain)
            for _ in range(rng.randrange(4)):
                files = sorted(corpus.glob("*.txt"))
                if files:
                    rng.choice(CHANGES)(rng.choice(files), rng)


def test_workers_and_memory_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = small_corpus(tmp_path / "pages"), cached(tmp_path / "cache")
    monkeypatch.setattr(pipeline, "BATCH", 700)
    check(str(corpus), cache=cache)
    edit(corpus / "03.txt", random.Random(1))
    plain = content(check(str(corpus)))
    for asked in (Settings(jobs=2), Settings(memory=1), ONE):
        assert content(check(str(corpus), asked, cache=cache)) == plain


def test_only_batches_that_changed_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 20), cached(tmp_path / "cache")
    monkeypatch.setattr(pipeline, "BATCH", 3000)
    check(str(corpus), cache=cache)
    noted = watched(monkeypatch)
    check(str(corpus), cache=cache)
    assert noted == []
    (corpus / "04.txt").write_text(essay(77, 30), "utf-8")
    (corpus / "04new.txt").write_text(essay(78, 30), "utf-8")
    check(str(corpus), cache=cache)
    assert {"04.txt", "04new.txt"} <= {name for name, _ in noted}
    assert len(noted) < 12


@pytest.mark.parametrize("asked", [Settings(memory=1), ONE])
def test_a_run_that_was_stopped_goes_on_with_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Settings
) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 20), replace(cached(tmp_path / "cache"), is_kept=True)
    rows = ({"text": page(at, random.Random(at))} for at in range(30))
    (corpus / "large.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    monkeypatch.setattr(pipeline, "BATCH", 3000)
    monkeypatch.setattr(chunks, "LARGE", 10_000)
    monkeypatch.setattr(chunks, "SIZE", 5_000)
    noted = watched(monkeypatch)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "reading" and done > total * 0.7:
            raise KeyboardInterrupt

    plain = content(check(str(corpus), asked))
    every = noted.copy()
    noted.clear()
    with pytest.raises(KeyboardInterrupt):
        check(str(corpus), asked, stop, cache=cache)
    before = noted.copy()
    noted.clear()
    assert content(check(str(corpus), asked, cache=cache)) == plain
    assert sorted(before + noted) == sorted(every)
    assert len(noted) < len(before)
    assert len({piece for name, piece in every if name == "large.jsonl"}) > 2


def test_a_clean_that_was_stopped_goes_on_with_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 20), replace(cached(tmp_path / "cache"), is_kept=True)
    monkeypatch.setattr(pipeline, "BATCH", 3000)
    order = Order([str(corpus)], tmp_path / "out", ONE, check=partial(check, cache=cache))
    noted = watched(monkeypatch)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "naming":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clean(order, stop)
    assert len(noted) == 21
    noted.clear()
    assert clean(order).rounds > 1
    looked_again = len(noted)
    clean(replace(order, output=tmp_path / "alone", check=check))
    assert (tmp_path / "out" / "manifest.jsonl").read_bytes() == (tmp_path / "alone" / "manifest.jsonl").read_bytes()
    assert looked_again <= len(noted) - looked_again - 21


def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The sources that are read from now on, each with where in its file it begins."""
    noted: list[tuple[str, int]] = []

    def noting(source: Source, asked: Settings) -> Iterator[Document | Failure]:
        noted.append((Path(source.path).name, source.piece.start if source.piece else 0))
        return read(source, asked)

    monkeypatch.setattr("dedupe.pipeline.scan.read", noting)
    return noted


def test_a_corpus_that_is_gone_is_checked(tmp_path: Path) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 4), cached(tmp_path / "cache")
    check(str(corpus), cache=cache)
    for path in corpus.iterdir():
        path.unlink()
    assert content(check(str(corpus), cache=cache)) == content(check(str(corpus)))


def test_rows_are_of_one_language(tmp_path: Path) -> None:
    corpus = big_corpus(tmp_path / "pages")
    asked = ["check", str(corpus), "-s", "PH", "--format", "text"]
    kept = [*asked, "--cache-dir", str(tmp_path / "cache")]
    for lang in ("en", "zh", "en", "zh"):
        plain = CliRunner().invoke(cli, [*asked, "--no-cache", "--lang", lang]).stdout
        assert CliRunner().invoke(cli, [*kept, "--lang", lang]).stdout == plain


def test_another_setting_is_another_run(tmp_path: Path) -> None:
    corpus, cache = small_corpus(tmp_path / "pages"), cached(tmp_path / "cache")
    for asked in (Settings(threshold=0.3), Settings(threshold=0.9), Settings(min_length=200), Settings(select=("ND",))):
        assert content(check(str(corpus), asked, cache=cache)) == content(check(str(corpus), asked))
    assert len(list((tmp_path / "cache").glob(f"*{REPORT}"))) == 4
    assert len(list((tmp_path / "cache").glob(f"*{BATCH}"))) == 2  # what a source gives does not depend on thresholds


@pytest.mark.parametrize("suffix", [BATCH, REPORT])
def test_any_damage_is_noticed_and_mended(tmp_path: Path, suffix: str) -> None:
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    cache = cached(tmp_path / "cache", told)
    plain = content(check(str(corpus), cache=cache))
    (file,) = (tmp_path / "cache").glob(f"*{suffix}")
    whole, rng = file.read_bytes(), random.Random(3)
    for number in range(40):
        at = rng.randrange(len(whole))
        damaged = whole[:at] if number % 4 == 0 else whole[:at] + bytes([whole[at] ^ 1 << number % 8]) + whole[at + 1 :]
        file.write_bytes(damaged)
        if suffix == BATCH:
            for report in file.parent.glob(f"*{REPORT}"):
                report.unlink()
        assert content(check(str(corpus), cache=cache)) == plain
    assert told
    assert all("written anew" in word for word in told)
    told.clear()
    assert content(check(str(corpus), cache=cache)) == plain
    assert told == []


@pytest.mark.parametrize("suffix", [BATCH, REPORT])
def test_what_somebody_else_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    cache = cached(tmp_path / "cache", told)
    plain = content(check(str(corpus), cache=cache))
    (tmp_path / "cache" / "pages").mkdir()
    for kept in (tmp_path / "cache").glob(f"*{REPORT if suffix == BATCH else BATCH}"):
        kept.unlink()
    # Whoever sends a cache with a corpus can sign it, but not with the key of this user.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert content(check(str(corpus), cache=cache)) == plain
    assert [word.rpartition(": ")[2] for word in told] == ["its table is damaged"]
    assert (tmp_path / "home" / "dedupe" / "key").stat().st_mode & 0o077 == 0


def test_without_a_place_for_the_key_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    assert content(check(str(corpus), cache=cached(tmp_path / "cache", told))) == content(check(str(corpus)))
    assert ["nothing is kept for the next run" in word for word in told] == [True]


def test_a_file_of_something_else_is_not_used(tmp_path: Path) -> None:
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    cache = cached(tmp_path / "cache", told)
    plain = content(check(str(corpus), cache=cache))
    (file,) = (tmp_path / "cache").glob(f"*{REPORT}")
    for data in (b"", b"cos\nsystem\n(S'touch gone'\ntR.", b"\0" * 4096):
        file.write_bytes(data)
        assert content(check(str(corpus), cache=cache)) == plain
    assert len(told) == 3


def test_a_folder_that_cannot_be_written_is_only_a_note(tmp_path: Path) -> None:
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    (tmp_path / "file").write_text("no folder", "utf-8")
    assert content(check(str(corpus), cache=cached(tmp_path / "file", told))) == content(check(str(corpus)))
    assert len(told) == 1
    assert "nothing is kept" in told[0]


def test_two_runs_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    corpus, told = small_corpus(tmp_path / "pages", 4), list[str]()
    plain = content(check(str(corpus)))
    found: list[tuple[object, ...]] = []

    def run() -> None:
        code = (
            "from pathlib import Path; from dedupe.pipeline.pipeline import check; "
            "from dedupe.pipeline.cache.cache import Cache; "
            f"check({str(corpus)!r}, cache=Cache(Path({str(tmp_path / 'cache')!r}), print, worth=0))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        told.append(done.stdout)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.append(content(check(str(corpus), cache=cached(tmp_path / "cache", told))))
    assert found == [plain]
    assert told == ["", "", ""]
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == ["", ".TAG", BATCH, REPORT]


def test_a_small_corpus_and_standard_input_leave_nothing(tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path / "pages", 3)
    check(str(corpus), cache=Cache(tmp_path / "cache", lambda _: None))
    assert not (tmp_path / "cache").exists()


def test_a_file_that_changes_during_the_run_is_looked_at_again(tmp_path: Path) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 4), cached(tmp_path / "cache")
    text = (corpus / "01.txt").read_text("utf-8")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "reading":
            (corpus / "01.txt").write_text(text.replace("今", "昨"), "utf-8")

    check(str(corpus), progress=change, cache=cache)
    (corpus / "01.txt").write_text(text.replace("今", "明"), "utf-8")
    assert content(check(str(corpus), cache=cache)) == content(check(str(corpus)))


def test_a_document_in_which_a_rule_was_stopped_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, cache = tmp_path / "pages", cached(tmp_path / "cache")
    corpus.mkdir()
    (corpus / "slow.txt").write_text("1" * 30_000 + "\n待核", "utf-8")
    (corpus / "quick.txt").write_text("共接诊xx人次。", "utf-8")
    search = Search("MY101", r"\d+待核")
    rule = Rule("MY101", "n", Kind.PLACEHOLDER, Severity.NOTE, "m", (), (), find=search)
    asked = Settings(select=("PH", "MY"), rules=(rule,))
    with monkeypatch.context() as patch:
        patch.setattr(rules, "DOCUMENT_SECONDS", 0.05)
        assert [failure.path for failure in check(str(corpus), asked, cache=cache).errors] == [f"{corpus}/slow.txt"]
    monkeypatch.setattr(Search, "within", lambda *_: [])
    assert check(str(corpus), asked, cache=cache).errors == ()


def test_another_version_of_a_library_is_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 2), cached(tmp_path / "cache")
    check(str(corpus), cache=cache)
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"{name} of tomorrow")
    check(str(corpus), cache=cache)
    assert len(list((tmp_path / "cache").glob(f"*{BATCH}"))) == len(list((tmp_path / "cache").glob(f"*{REPORT}"))) == 2


def test_what_is_let_through_is_no_other_run(tmp_path: Path) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 4), cached(tmp_path / "cache")
    plain = check(str(corpus), cache=cache)
    allowing = replace(ONE, allow=(Allow("dedupe.toml:1", "a reason", codes=("PH",)),))
    allowed = check(str(corpus), allowing, cache=cache)
    assert content(allowed) == content(check(str(corpus), allowing))
    assert 0 < len(allowed.findings) < len(plain.findings)
    assert len(list((tmp_path / "cache").glob(f"*{REPORT}"))) == 1


def test_suggestions_are_not_kept(tmp_path: Path) -> None:
    corpus, asked = small_corpus(tmp_path / "pages", 4), replace(ONE, suggest=True)
    for _ in range(2):
        report = check(str(corpus), asked, cache=cached(tmp_path / "cache"))
        assert content(report) == content(check(str(corpus), asked))
    assert list((tmp_path / "cache").glob(f"*{REPORT}")) == []


def test_what_was_not_used_for_long_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = small_corpus(tmp_path / "pages", 2), cached(tmp_path / "cache")
    files = foreign(tmp_path / "other")
    for threshold in (0.3, 0.4, 0.5):
        check(str(corpus), Settings(threshold=threshold), cache=cache)
    kept = sorted((tmp_path / "cache").glob(f"*{REPORT}"), key=lambda path: path.stat().st_mtime_ns)
    for age, path in enumerate(reversed(kept)):
        os.utime(path, (1e9 - age, 1e9 - age))
    for name, data in files.items():
        (tmp_path / "cache" / name).write_bytes(data)
    batch = next((tmp_path / "cache").glob(f"*{BATCH}"))
    monkeypatch.setattr("dedupe.pipeline.cache.cache.ROOM", batch.stat().st_size + kept[0].stat().st_size * 2)
    check(str(corpus), Settings(threshold=0.6), cache=cache)
    left = list((tmp_path / "cache").glob(f"*{REPORT}"))
    assert kept[0] not in left
    assert len(left) < 4
    assert batch.exists()
    assert contents(tmp_path / "cache").items() >= {k: v for k, v in files.items() if k != IGNORE}.items()


def big_corpus(folder: Path) -> Path:
    """Enough to be worth keeping."""
    small_corpus(folder)
    (folder / "big.txt").write_text("\n".join(sentence(random.Random(i)) for i in range(25_000)), "utf-8")
    return folder


def test_the_command_line_keeps_runs_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    big_corpus(tmp_path / "pages")
    (tmp_path / "dedupe.toml").write_text('select = ["PH"]\n', "utf-8")
    first, second, without = (CliRunner().invoke(cli, ["check", "pages", *more]) for more in ((), (), ("--no-cache",)))
    assert first.stdout == second.stdout == without.stdout
    assert (tmp_path / ".dedupe_cache" / IGNORE).read_text("utf-8").endswith("*\n")
    (tmp_path / "dedupe.toml").write_text('select = ["PH"]\ncache-dir = "kept"\n', "utf-8")
    CliRunner().invoke(cli, ["check", "pages"])
    assert (tmp_path / "kept" / IGNORE).exists()
    told = CliRunner().invoke(cli, ["cache", "info", "pages"])
    assert told.output.startswith(f"{Path('kept')}: ")
    told = CliRunner().invoke(cli, ["cache", "clear", "pages"])
    assert "deleted" in told.output
    assert not (tmp_path / "kept").exists()
    assert "0 files" in CliRunner().invoke(cli, ["cache", "info", "pages"]).output


def test_without_a_configuration_the_root_of_the_repository_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    big_corpus(tmp_path / "pages")
    monkeypatch.chdir(tmp_path / "pages")
    CliRunner().invoke(cli, ["check", "-s", "PH"])
    assert (tmp_path / ".dedupe_cache").is_dir()
    (file,) = (tmp_path / ".dedupe_cache").glob(f"*{REPORT}")
    file.write_bytes(b"spoilt")
    assert "note: " in CliRunner().invoke(cli, ["check", "-s", "PH"]).stderr


def foreign(folder: Path) -> dict[str, bytes]:
    """A folder of somebody else, in which some names and contents look like ours."""
    files = {
        "a.batch": b"5 km",
        "b.report": b"seeds",
        "c.part": b"half",
        ".gitignore": b"*.log\n",
        "mine.txt": b"mine",
        f"{'0a' * 16}.batch": b"no file of a cache",
        f"x{'0a' * 16}.batch": MAGIC,
        f"{'0b' * 16}.batch.17.part": b"half",
    }
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return files


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_folder_of_somebody_else_is_neither_cleaned_nor_written_to(tmp_path: Path) -> None:
    files = foreign(tmp_path / "kept")
    big_corpus(tmp_path / "pages")
    asked = ("check", "-s", "PH", str(tmp_path / "pages"), "--cache-dir", str(tmp_path / "kept"), "--no-config")
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 2  # a line of the corpus cannot be used
    assert "nothing is kept for the next run: it holds what is not of this cache" in done.stderr
    cleared = CliRunner().invoke(cli, ["cache", "clear", "--cache-dir", str(tmp_path / "kept")])
    assert cleared.exit_code == 2
    assert "is no cache of dedupe, so nothing was deleted" in cleared.stderr
    assert contents(tmp_path / "kept") == files
    # What another tool marked is not ours either.
    (tmp_path / "kept" / TAG).write_bytes(SIGN.splitlines()[0] + b"\n")
    assert CliRunner().invoke(cli, ["cache", "clear", "--cache-dir", str(tmp_path / "kept")]).exit_code == 2
    assert contents(tmp_path / "kept").keys() == {*files, TAG}


def test_in_a_marked_folder_only_files_of_ours_are_deleted(tmp_path: Path) -> None:
    check(str(small_corpus(tmp_path / "pages")), cache=cached(tmp_path / "kept"))
    own = contents(tmp_path / "kept")
    assert own.keys() > {TAG, IGNORE}
    files = foreign(tmp_path / "kept")
    (tmp_path / "secret.txt").write_bytes(MAGIC)
    (tmp_path / "kept" / f"{'0c' * 16}.batch").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "kept" / f"{'0d' * 16}.batch").mkdir()
    assert CliRunner().invoke(cli, ["cache", "clear", "--cache-dir", str(tmp_path / "kept")]).exit_code == 0
    left = contents(tmp_path / "kept")
    assert left == {**files, TAG: SIGN, f"{'0c' * 16}.batch": MAGIC}
    assert (tmp_path / "secret.txt").exists()
    assert (tmp_path / "kept" / f"{'0d' * 16}.batch").is_dir()


@pytest.mark.parametrize("begun", [b"", SIGN[:20], SIGN])
def test_a_folder_that_was_only_begun_is_ours(tmp_path: Path, begun: bytes) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / TAG).write_bytes(begun)
    (tmp_path / "kept" / f"{'0b' * 16}.batch.17.part").touch()
    told: list[str] = []
    check(str(small_corpus(tmp_path / "pages")), cache=cached(tmp_path / "kept", told))
    assert told == []
    assert contents(tmp_path / "kept")[TAG] == SIGN


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_cache_that_is_a_link_to_another_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    big_corpus(tmp_path / "clone" / "pages")
    (tmp_path / "victim").mkdir()
    (tmp_path / "clone" / ".dedupe_cache").symlink_to(tmp_path / "victim")
    monkeypatch.chdir(tmp_path / "clone")
    for asked in (("check", "pages"), ("cache", "clear", "pages")):
        done = CliRunner().invoke(cli, asked)
        assert (done.exit_code, "a link that leads elsewhere" in done.stderr) == (2, True)
    assert list((tmp_path / "victim").iterdir()) == []


def test_a_cache_dir_that_is_no_string_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dedupe.toml").write_text("cache-dir = 3\n", "utf-8")
    done = CliRunner().invoke(cli, ["check", "."])
    assert done.exit_code == 2
    assert "dedupe.toml:1: cache-dir is 3" in done.output
