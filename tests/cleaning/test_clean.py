"""What `dedupe clean` takes out, what it leaves, and how its result comes to stand in its place."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from dedupe.cleaning.clean import Order, Outcome, clean, cuts_of
from dedupe.cleaning.cuts import HEADING, Cut, Reason, apply, compose, settle, tidy, to_source
from dedupe.cleaning.options import DROP_SENTENCE, Choices, make_choices
from dedupe.cleaning.restore import restore
from dedupe.cleaning.select import PASSAGE, is_full_of_figures, visible_length
from dedupe.cli.main import cli
from dedupe.config.file import read_file
from dedupe.config.filters import Allow
from dedupe.config.settings import Settings
from dedupe.core.errors import ConfigError, CorpusError, DedupeError
from dedupe.core.model import Document, Finding, Kind, Progress, Relation, Report, Severity, Span, Suggestion
from dedupe.pipeline.pipeline import check
from dedupe.rules import RULES
from dedupe.rules.scan import scan
from dedupe.text.essays import split
from tests.corpora import essay, recut

SAMPLES = Path(__file__).parents[2] / "samples"
BECAUSE = Reason("BP201", "chrome")
CHROME = "点击下载文档"
REASON = "BP241 download"
KEEP_MARKS = "今年我们在**街道种了xx棵树。"


def lay(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """The corpus in a folder: all files but those that a result adds."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    own = ("manifest.jsonl", "quarantine/", ".originals/")
    return {name: data for name, data in files.items() if not name.startswith(own)}


def cleaned(folder: Path, choices: Choices | None = None, **options: Any) -> dict[str, str]:
    """The texts that a clean leaves of the corpus in a folder."""
    with tempfile.TemporaryDirectory() as place:
        output = Path(place) / "out"
        clean(Order([str(folder)], output, Settings(**options), choices or Choices()))
        return {name: data.decode() for name, data in tree(output).items()}


def edits(folder: Path) -> list[dict[str, Any]]:
    rows = map(json.loads, (folder / "manifest.jsonl").read_text("utf-8").split("\n")[:-1])
    return [row for row in rows if row["row"] == "edit"]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--no-config"])


def cut_of(text: str, *pieces: str) -> str:
    """The text without some pieces of it, tidied."""
    cuts = [Cut(text.index(piece), text.index(piece) + len(piece), BECAUSE) for piece in pieces]
    return apply(text, tidy(text, settle(cuts)))


@pytest.mark.parametrize(
    ("text", "piece", "left"),
    [
        ("一行\n\n删去\n\n二行\n", "删去", "一行\n\n二行\n"),
        ("一行\r\n\r\n删去\r\n\r\n二行\r\n", "删去", "一行\r\n\r\n二行\r\n"),
        ("删去\n\n二行\n", "删去", "二行\n"),
        ("一行\n\n删去", "删去", "一行\n"),
        ("一行\n　删去　\n二行", "删去", "一行\n二行"),
        ("前面 删去 后面", "删去", "前面 后面"),
        ("一行　删去 \n二行", "删去", "一行\n二行"),
        ("　　删去正文。", "删去", "　　正文。"),
        ("前句。删去。\n　　也删。后句。", "删去。\n　　也删。", "前句。\n　　后句。"),
        ("一、开头\n文。\n二、中间\n删去\n三、末尾\n文。", "删去", "一、开头\n文。\n三、末尾\n文。"),
        ("一、开头\n（一）小节\n删去\n二、末尾\n文。", "删去", "二、末尾\n文。"),
        ("一、开头\n（一）小节\n删去\n（二）末尾\n文。", "删去", "一、开头\n（二）末尾\n文。"),
        ("文。\n二、末尾\n删去\n", "删去", "文。\n"),
    ],
)
def test_cuts_leave_no_debris(text: str, piece: str, left: str) -> None:
    assert cut_of(text, piece) == left


def test_lines_of_verse_above_a_cut_are_no_headings() -> None:
    assert cut_of("山间雨过\n溪头柳绿\n删去\n", "删去") == "山间雨过\n溪头柳绿\n"


def test_a_heading_goes_where_the_next_essay_begins() -> None:
    text = "文。\n二、打算\n删去\n总结（二）\n文。"
    at = text.index("总结")
    cuts = [Cut(text.index("删去"), text.index("删去") + 2, BECAUSE)]
    assert apply(text, tidy(text, cuts, {0, at})) == "文。\n总结（二）\n文。"


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4)


@given(st.text("文。 \n\r\u3000一、", max_size=40), SPANS)
def test_tidy_takes_no_ink_but_headings(text: str, spans: list[tuple[int, int]]) -> None:
    wanted = [Cut(low, min(high, len(text)), BECAUSE) for low, high in spans if low < min(high, len(text))]
    settled = settle(wanted)
    taken = tidy(text, settled)
    assert all(one.end <= other.start for one, other in pairwise(taken))
    asked = {at for cut in settled for at in range(cut.start, cut.end)}
    more = {at for cut in taken for at in range(cut.start, cut.end)} - asked
    assert all(text[at].isspace() or "、" in text for at in more)
    # Of two paragraphs the line end between them stays; any other character asked for goes.
    assert all(text[at].isspace() for at in asked - {at for cut in taken for at in range(cut.start, cut.end)})


@given(st.data())
def test_cuts_one_after_the_other_are_cuts_of_the_source(data: st.DataObject) -> None:
    source = text = "".join(chr(0x4E00 + i) for i in range(30))
    taken: list[Cut] = []
    for token in ("", "＃", "", "某某"):
        spans = data.draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3))
        bounded = [(low, min(high, len(text))) for low, high in spans]
        fresh = settle(Cut(low, high, BECAUSE, token) for low, high in bounded if low < high)
        text = without_broken_tokens(text, taken, fresh)
        taken = compose(taken, fresh)
        assert apply(source, taken) == text
    for at, character in enumerate(text):
        if character in source:
            assert source[to_source(taken, at)] == character


def without_broken_tokens(text: str, taken: list[Cut], fresh: list[Cut]) -> str:
    """The text after fresh cuts, of which one that takes a part of a token takes all of it."""
    stretches, moved = [], 0
    for cut in taken:
        stretches.append((cut.start - moved, cut.start - moved + len(cut.token)))
        moved += cut.end - cut.start - len(cut.token)
    out, at = [], 0
    owner = {i: n for n, cut in enumerate(fresh) for i in range(cut.start, cut.end)}
    for low, high in stretches:
        inside = [owner[i] for i in range(low, high) if i in owner]
        owner.update({i: inside[-1] for i in range(low, high) if inside})
    said = set[int]()
    while at < len(text):
        if at in owner:
            if owner[at] not in said:
                out.append(fresh[owner[at]].token)
            said.add(owner[at])
        else:
            out.append(text[at])
        at += 1
    return "".join(out)


def test_copies_leave_and_the_filled_one_stays(tmp_path: Path) -> None:
    text = essay(1)
    blank = text.replace("我们", "××市我们", 3)
    left = cleaned(lay(tmp_path, {"a.txt": blank, "b.txt": text, "c.txt": essay(2)}))
    assert left == {"b.txt": text, "c.txt": essay(2)}


def test_an_essay_leaves_with_its_heading(tmp_path: Path) -> None:
    page = "\n\n".join(f"工作总结（{number}）\n{essay(seed)}" for number, seed in zip("一二三", (1, 2, 3)))
    left = cleaned(lay(tmp_path, {"a.txt": page, "b.txt": recut(essay(2), 2)}), ignore=("PH",))
    assert left["a.txt"].count("工作总结") + left.get("b.txt", "").count("工作总结") in (2, 3)
    everything = "".join(left.values()).replace("\n", "")
    assert [everything.count(essay(seed).replace("\n", "")) for seed in (1, 2, 3)] == [1, 1, 1]
    assert "\n\n\n" not in left["a.txt"]


def test_chrome_leaves_with_its_line(tmp_path: Path) -> None:
    left = cleaned(lay(tmp_path, {"a.txt": f"{essay(1)}\n\n{CHROME}\n"}))
    assert left["a.txt"] == essay(1) + "\n"
    assert cleaned(tmp_path, Choices(keep_chrome=True))["a.txt"].endswith(f"\n{CHROME}\n")


def test_a_note_is_no_reason_to_cut(tmp_path: Path) -> None:
    shared = "春天来了，门前的槐树一夜之间开满了白花。"
    pages = {f"{seed}.txt": f"{essay(seed)}\n{shared}\n{essay(seed + 50)}" for seed in range(25)}
    assert cleaned(lay(tmp_path, pages)) == pages


def test_chrome_that_is_only_a_note_stays(tmp_path: Path) -> None:
    pages = {"a.txt": f"{essay(1)}\n23811\n"}
    assert [finding.severity for finding in dedupe.check(str(lay(tmp_path, pages))).findings] == [Severity.NOTE]
    assert cleaned(tmp_path) == pages


def test_chrome_around_a_copy_is_no_text_that_would_stay(tmp_path: Path) -> None:
    chrome, text = f"{CHROME}\n" * (PASSAGE // 6 + 1), essay(1, 240)
    pages = {"a.txt": f"{chrome}xx{text}\n", "b.txt": f"{text}\n"}
    assert list(cleaned(lay(tmp_path, pages), Choices(keep_chrome=True, keep_passages=True))) == ["b.txt"]


def test_an_outcome_says_how_often_the_corpus_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path / "in", {"a.txt": essay(1)})
    assert clean(Order([str(folder)], None, Settings())).rounds == 1
    lay(folder, {"a.txt": f"{essay(1)}\n{CHROME}\n"})
    monkeypatch.setattr("dedupe.cleaning.clean.ROUNDS", 2)
    outcome = clean(Order([str(folder)], None, Settings()))
    assert (outcome.rounds, outcome.is_settled) == (2, True)


def test_choices_keep_what_they_name(tmp_path: Path) -> None:
    one = essay(1).replace("我们", "2019年我们")
    files = {"a.txt": one, "b.txt": one.replace("2019", "2020")}
    lay(tmp_path, files)
    assert len(cleaned(tmp_path)) == 1
    assert cleaned(tmp_path, Choices(keep_variants=True)) == files
    assert cleaned(tmp_path, Choices(keep_copies=True)) == files
    assert cleaned(tmp_path, ignore=("ND301",)) == files


def test_tables_with_other_figures_are_other_texts(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = [f"{name}站{{}}米" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    tables = {
        f"{number}.txt": "\n".join(row.format(rng.randrange(10**6, 10**7)) for row in rows) for number in range(2)
    }
    assert is_full_of_figures(tables["0.txt"])
    assert dedupe.check(str(lay(tmp_path, tables))).clusters
    assert cleaned(tmp_path) == tables


def test_what_to_do_about_marks(tmp_path: Path) -> None:
    lay(tmp_path, {"a.txt": f"前面的话。{KEEP_MARKS}后面的话。\n"})
    assert cleaned(tmp_path)["a.txt"] == f"前面的话。{KEEP_MARKS}后面的话。\n"
    assert cleaned(tmp_path, Choices(placeholders="drop-sentence"))["a.txt"] == "前面的话。后面的话。\n"
    masked = cleaned(tmp_path, Choices(placeholders="mask=〔空〕"))["a.txt"]
    assert masked == "前面的话。今年我们在〔空〕街道种了〔空〕棵树。后面的话。\n"
    assert cleaned(tmp_path, Choices(placeholders="drop-essay")) == {}


def test_an_essay_with_marks_leaves_and_its_neighbours_stay(tmp_path: Path) -> None:
    bodies = (essay(1), essay(2) + KEEP_MARKS, essay(3))
    page = "\n".join(f"工作总结（{number}）\n{body}" for number, body in zip("一二三", bodies))
    left = cleaned(lay(tmp_path, {"a.txt": page}), Choices(placeholders="drop-essay"))["a.txt"]
    assert left == f"工作总结（一）\n{essay(1)}\n工作总结（三）\n{essay(3)}"


def test_short_documents_leave_at_last(tmp_path: Path) -> None:
    files = {"a.txt": "只有一句话。", "b.txt": essay(1)}
    assert cleaned(lay(tmp_path, files), Choices(min_document=50)) == {"b.txt": essay(1)}
    assert list(cleaned(tmp_path, Choices(min_document=visible_length(essay(1))))) == ["b.txt"]
    assert cleaned(tmp_path, Choices(min_document=visible_length(essay(1)) + 1)) == {}
    assert cleaned(tmp_path) == files


def test_a_page_that_loses_all_its_essays_leaves_no_title(tmp_path: Path) -> None:
    left = cleaned(lay(tmp_path, {"a.txt": f"植树节的倡议书\n{essay(1)}\n", "b.txt": essay(1) + essay(2)}))
    assert list(left) == ["b.txt"]


def test_a_passage_leaves_in_whole_sentences(tmp_path: Path) -> None:
    shared = essay(9, sentences=24, paragraph=24)
    files = {name: f"{essay(seed)}\n{shared}\n{essay(seed + 1)}\n" for name, seed in (("a.txt", 1), ("b.txt", 3))}
    lay(tmp_path, files)
    left = cleaned(tmp_path)
    assert sum(text.count(shared) for text in left.values()) == 1
    assert {f"{essay(3)}\n{essay(4)}\n", f"{essay(1)}\n{essay(2)}\n"} & set(left.values())
    assert cleaned(tmp_path, Choices(keep_passages=True)) == files


@pytest.mark.parametrize("sentences", [3, 16])
def test_a_text_that_follows_itself_again_and_again_stands_once(tmp_path: Path, sentences: int) -> None:
    text = essay(1, sentences)
    lay(tmp_path / "in", {"a.txt": text * 2000})
    outcome = clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    assert outcome.is_settled
    # Below the length of a passage nothing is cut.
    assert len((tmp_path / "out" / "a.txt").read_text("utf-8")) < max(len(text) + 1, 700)


def test_records_keep_their_other_fields_to_the_byte(tmp_path: Path) -> None:
    lines = [
        f'{{ "id":1,"n" : 1.50, "text" :{json.dumps(essay(1) + chr(10) + CHROME)} , "tags":["a\\/b"]}}\n',
        f'{{"id": 2, "text": {json.dumps(essay(1))}}}\n',
        "\n",
        f'{{"id": 3, "text": {json.dumps(essay(3), ensure_ascii=False)}}}',
    ]
    left = cleaned(lay(tmp_path, {"a.jsonl": "".join(lines)}))["a.jsonl"].split("\n")
    first = lines[0].replace(json.dumps(essay(1) + chr(10) + CHROME), json.dumps(essay(1) + chr(10)))
    assert left in ([first.rstrip(), "", lines[3]], [lines[1].rstrip(), "", lines[3]])


@pytest.mark.parametrize("ids", [(), ("r",), ("r", "r#2", "r")])
def test_records_are_known_by_their_names_in_the_source_once_others_have_left(
    tmp_path: Path, ids: tuple[str, ...]
) -> None:
    texts = []
    for seed in range(4):
        text = essay(seed, 12)
        texts += [text, f"{recut(text, 3)}\n{essay(100 + seed, 10)}\n返回本频道列表\n", text]
    named = [{"id": f"{at:02}", "text": text} for at, text in enumerate(texts)]
    others = [({"id": ids[at % len(ids)]} if ids else {}) | {"text": text} for at, text in enumerate(texts)]
    left, removals = [], []
    for name, rows in (("named", named), ("others", others)):
        file = lay(tmp_path / name, {"rows.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
        result = clean(Order([str(file)], tmp_path / f"{name}-out", Settings()))
        left.append([json.loads(line)["text"] for line in tree(tmp_path / f"{name}-out")["rows.jsonl"].splitlines()])
        removals.append((result.audit and result.audit.row(), result.documents))
    assert left[0] == left[1]
    assert removals[0] == removals[1]
    assert removals[0][1] == (12, 4)
    restore(tmp_path / "others-out", tmp_path / "back")
    assert tree(tmp_path / "back") == tree(tmp_path / "others")


def test_what_is_allowed_in_a_record_stays_once_others_have_left(tmp_path: Path) -> None:
    texts = [essay(1), essay(1), f"共xx人次。\n{essay(2)}", f"{essay(3)}\n{CHROME}\n"]
    lay(tmp_path / "in", {"rows.jsonl": "".join(json.dumps({"text": text}) + "\n" for text in texts)})
    allowed = Settings(allow=(Allow("c:1", "fine", "xx人次"),))
    order = Order([str(tmp_path / "in")], tmp_path / "out", allowed, Choices(placeholders=DROP_SENTENCE))
    assert clean(order).rounds > 1
    left = [json.loads(line)["text"] for line in tree(tmp_path / "out")["rows.jsonl"].splitlines()]
    assert left == [essay(1), texts[2], f"{essay(3)}\n"]


def test_the_manifest_says_what_left_and_what_is_kept_for_it(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": f"{essay(1)}\n{CHROME}\n", "b.txt": essay(1), "c.txt": essay(2)})
    output = tmp_path / "out"
    clean(Order([str(tmp_path / "in")], output, Settings()))
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "in").iterdir()}
    rows = edits(output)
    assert {row["action"] for row in rows} == {"copy", "chrome"}
    for row in rows:
        assert row["text"] == texts[row["path"]][row["start"] : row["end"]]
    (copy,) = (row for row in rows if row["action"] == "copy")
    kept = copy["kept"]
    assert (copy["code"], copy["relation"], copy["jaccard"]) == ("ND301", "exact", 1.0)
    assert texts[kept["path"]][kept["start"] : kept["end"]] == essay(1)
    quarantine = (output / "quarantine" / copy["path"]).read_text("utf-8")
    assert essay(1) in quarantine


def test_no_texts_leaves_only_hashes(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": essay(1), "b.txt": essay(1), "broken.txt": essay(4)})
    (tmp_path / "in" / "broken.txt").write_bytes(b"\xff\x00\xfe" * 9)
    outcome = clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings(), Choices(no_texts=True)))
    assert [Path(failure.path).name for failure in outcome.failures] == ["broken.txt"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.txt", "manifest.jsonl"}
    assert all("text" not in row and len(row["sha256"]) == 64 for row in edits(tmp_path / "out"))


def test_essays_one_by_one(tmp_path: Path) -> None:
    page = "\n".join(f"工作总结（{number}）\n{essay(seed)}" for number, seed in zip("一二", (1, 2)))
    lay(tmp_path / "in", {"x/a.txt": f"{CHROME}\n{page}", "b.txt": essay(2)})
    output = tmp_path / "out"
    clean(Order([str(tmp_path / "in")], output, Settings(), Choices(split_essays=True)))
    assert list(tree(output)) == ["essays.jsonl"]
    rows = [json.loads(line) for line in (output / "essays.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        source = (tmp_path / "in" / row["page"]).read_text("utf-8")
        assert source[row["start"] : row["end"]] == row["text"]
    assert sorted(row["text"].replace("\n", "")[-60:] for row in rows) == sorted(
        essay(seed).replace("\n", "")[-60:] for seed in (1, 2)
    )


def page_of(rng: random.Random) -> str:
    """A page of one to three essays out of a dozen, some re-cut or blanked, with or without chrome."""
    parts = []
    for number in range(rng.randint(1, 3)):
        text = essay(rng.randrange(12), sentences=14)
        text = recut(text, rng.randint(1, 6)) if rng.random() < 0.5 else text
        text = text.replace("学校", "xx学校", 1) if rng.random() < 0.4 else text
        if rng.random() < 0.2:
            text = text[: len(text) // 2]
        parts.append(f"学习心得体会 篇{number + 1}\n{text}")
    if rng.random() < 0.5:
        parts.append("相关推荐\n春季工作计划\n夏季工作计划")
    return rng.choice(("\n", "\n\n", "\n\n\n")).join(parts)


def test_where_a_corpus_stands_changes_nothing(tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"r{at:02}", "text": page_of(random.Random(at % 30))}) for at in range(90)]
    told = []
    for name in ("a", "b", "corpus", "pages", "2026"):
        lay(tmp_path / name, {"rows.jsonl": "\n".join(rows)})
        order = Order(
            [str(tmp_path / name)], tmp_path / f"{name}-clean", Settings(), Choices(placeholders="drop-sentence")
        )
        clean(order)
        told.append((tmp_path / f"{name}-clean" / "manifest.jsonl").read_text().replace(str(tmp_path / name), ""))
    edits = [[line for line in text.splitlines() if json.loads(line)["row"] == "edit"] for text in told]
    assert len(edits[0]) > 20
    assert all(one == edits[0] for one in edits)


WAYS = ("keep", "drop-sentence", "drop-essay", "mask=〔空〕")


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from(WAYS))
def test_cleaning_what_is_clean_changes_nothing(seed: int, way: str) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        lay(Path(place) / "in", {f"{number}.txt": page_of(rng) for number in range(rng.randint(2, 12))})
        assert_settled(Path(place) / "in", Path(place), Choices(placeholders=way))


def assert_settled(corpus: Path, place: Path, choices: Choices) -> None:
    first = clean(Order([str(corpus)], place / "once", Settings(), choices))
    second = clean(Order([str(place / "once")], place / "twice", Settings(), choices))
    assert first.is_settled
    assert second.taken == {}
    assert tree(place / "once") == tree(place / "twice")


# Where sentences are dropped an essay leaves in pieces, each of which must be covered; a second clean sees one.
@pytest.mark.parametrize("way", [way for way in WAYS if way != DROP_SENTENCE])
def test_cleaning_the_clean_samples_changes_nothing(tmp_path: Path, way: str) -> None:
    if way != "drop-sentence":
        assert_settled(SAMPLES, tmp_path, Choices(placeholders=way))
        return
    # Without its sentences with blanks a text may be a copy that it was not with them. Then all is settled.
    clean(Order([str(SAMPLES)], tmp_path / "first", Settings(), Choices(placeholders=way)))
    again = clean(Order([str(tmp_path / "first")], tmp_path / "again", Settings(), Choices(placeholders=way)))
    assert {action for action, _ in again.taken} <= {"copy"}
    assert_settled(tmp_path / "again", tmp_path, Choices(placeholders=way))


def test_every_essay_of_a_generated_corpus_stands_once(tmp_path: Path) -> None:
    rng = random.Random(3)
    texts = {seed: essay(seed) for seed in range(10)}
    pages = {}
    for number in range(30):
        chosen = rng.sample(sorted(texts), 2)
        pages[f"{number}.txt"] = "\n".join(
            f"学习心得体会 篇{at}\n{recut(texts[seed], rng.randint(1, 5))}" for at, seed in enumerate(chosen, 1)
        )
    left = "".join(cleaned(lay(tmp_path, pages)).values()).replace("\n", "")
    assert [left.count(text.replace("\n", "")) for text in texts.values()] == [1] * 10


def test_the_samples_lose_copies_and_chrome_and_nothing_else(tmp_path: Path) -> None:
    before = tree(SAMPLES)
    outcome = clean(Order([str(SAMPLES)], tmp_path / "out", Settings()))
    assert tree(SAMPLES) == before
    found = dedupe.check(str(tmp_path / "out"))
    chrome = {f.severity for f in found.findings if f.kind is dedupe.Kind.BOILERPLATE}
    assert chrome <= {dedupe.Severity.NOTE}
    copies = [c for cluster in found.clusters for at, c in enumerate(cluster.members) if at != cluster.representative]
    assert not {c.relation for c in copies} & {Relation.EXACT, Relation.COPY, Relation.VARIANT}
    assert outcome.documents == (22, 17)
    assert (tmp_path / "out" / "clean.txt").read_bytes() == before["clean.txt"]
    station = (tmp_path / "out" / "station.txt").read_bytes()
    assert "社区服务站" in station.decode("gb18030")


def test_a_dry_run_shows_a_diff_and_writes_nothing(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": f"{essay(1)}\n{CHROME}\n"})
    result = run("clean", tmp_path / "in", "--dry-run", "--color", "always")
    assert result.exit_code == 0, result.output
    assert f"\x1b[1ma.txt cut: {REASON}\x1b[0m\n\x1b[1m--- a/a.txt" in result.stdout
    assert re.search(rf"@@ -\d+,2 \+\d+ @@ {REASON}", result.stdout)
    assert f"\x1b[31m-{CHROME}\x1b[0m" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("where", [("--in-place",), ("-o", "out")])
def test_a_dry_run_writes_nothing_wherever_it_is_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{essay(1)}\n{CHROME}\n"
    lay(tmp_path / "in", {"a.txt": text})
    result = run("clean", "in", *where, "--dry-run")
    assert (result.exit_code, f"-{CHROME}" in result.stdout) == (0, True)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert (tmp_path / "in" / "a.txt").read_text("utf-8") == text


def test_the_summary_counts_what_left_and_names_what_stays(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": f"{essay(1)}\n{CHROME}\n{KEEP_MARKS}\n", "b.txt": essay(2), "c.txt": essay(2)})
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["copies,", "exact", "1", str(len(essay(2)))] in lines
    assert ["chrome", "1", str(len(CHROME) + 1)] in lines
    assert "2 marks still unfilled: --placeholders drop-sentence" in result.stdout
    size = len(f"{essay(1)}\n{CHROME}\n{KEEP_MARKS}\n") + 2 * len(essay(2))
    rest = size - len(essay(2)) - len(CHROME) - 1
    said = f"kept {100 * rest / size:.1f} % of characters ({rest:,} of {size:,}) and 2 of 3 documents (1 cut)"
    assert result.stdout.splitlines()[0] == said
    out = str(tmp_path / "out")
    assert ["result", out] in lines
    assert ["quarantine", f"{out}/quarantine", "what", "left,", "by", "file"] in lines
    assert any(line[:2] == ["manifest", f"{out}/manifest.jsonl"] for line in lines)
    undo = next(line for line in lines if line[:1] == ["undo"])
    assert CliRunner().invoke(cli, undo[2:6]).exit_code == 0, "what it says undoes it"
    assert tree(tmp_path / "out-restored") == tree(tmp_path / "in")


def test_the_folder_must_be_free(tmp_path: Path) -> None:
    source, output = lay(tmp_path / "in", {"a.txt": essay(1)}), tmp_path / "out"
    lay(output, {"mine.txt": "mine"})
    assert run("clean", source, "-o", output, "--force").exit_code == 2
    assert run("clean", source, "-o", source / "out").exit_code == 2
    assert run("clean", source, "-o", tmp_path).exit_code == 2
    assert tree(output) == {"mine.txt": b"mine"}
    (output / "mine.txt").unlink()
    assert run("clean", source, "-o", output).exit_code == 0
    assert run("clean", source, "-o", output).exit_code == 2
    (source / "b.txt").write_text(essay(2), "utf-8")
    assert run("clean", source, "-o", output, "--force").exit_code == 0
    assert sorted(tree(output)) == ["a.txt", "b.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_names_of_the_result_cannot_be_corpus(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"manifest.jsonl": '{"text": "一"}\n'})
    with pytest.raises(ConfigError, match="rename it"):
        clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    with pytest.raises(ConfigError, match="standard input"):
        clean(Order(["-"], tmp_path / "out", Settings()))


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"a.txt": essay(1)})
    (tmp_path / "file").touch()
    with pytest.raises(DedupeError, match="nothing was written"):
        clean(Order([str(tmp_path / "in")], tmp_path / "file" / "out", Settings()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "in"]


def test_a_killed_clean_leaves_the_old_result_and_a_rerun_succeeds(tmp_path: Path) -> None:
    lay(tmp_path / "in", {f"{number}.txt": essay(number) + essay(number // 2) for number in range(40)})
    arguments = ("clean", tmp_path / "in", "-o", tmp_path / "out", "--force")
    assert run(*arguments).exit_code == 0
    old = tree(tmp_path / "out")
    partial = tmp_path / "out.dedupe-partial"
    for sight in ("0.txt", "39.txt", "manifest.jsonl", "quarantine"):
        process = subprocess.Popen([sys.executable, "-m", "dedupe", *map(str, arguments), "--keep-copies"])
        while process.poll() is None and not (partial / sight).exists():
            time.sleep(0.001)
        process.kill()
        process.wait()
        assert tree(tmp_path / "out") in (old, tree(tmp_path / "in"))
    assert run(*arguments).exit_code == 0
    assert tree(tmp_path / "out") == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_choices_come_from_the_file_and_then_from_flags(tmp_path: Path) -> None:
    file = tmp_path / "dedupe.toml"
    file.write_text('[clean]\nkeep-variants = true\nplaceholders = "drop-essay"\n', "utf-8")
    found = make_choices(read_file(str(file)), {"placeholders": "keep"})
    assert found == Choices(keep_variants=True)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_no_text_is_cleaned_and_restored(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    name = os.fsdecode(b"\xd7\xdc.txt")
    (tmp_path / "in" / name).write_text(f"{essay(1)}\n{CHROME}\n", "utf-8")
    clean(Order([str(tmp_path / "in")], tmp_path / "out", Settings()))
    assert (tmp_path / "out" / name).read_text("utf-8") == essay(1) + "\n"
    assert restore(tmp_path / "out", tmp_path / "back") == (1, [])
    assert (tmp_path / "back" / name).read_bytes() == (tmp_path / "in" / name).read_bytes()


def test_damage_is_repaired_where_that_is_certain_and_else_stays() -> None:
    text = "caf\u00c3\u00a9 au lait, 他把麻袋\ufffd上车。"
    found = [finding for finding in scan(Document("a.txt", text), RULES[-1]) if finding.code == "BP289"]
    cuts, gone = cuts_of(Document("a.txt", text), [], found, Choices())
    assert gone is None
    (cut,) = cuts
    assert (text[cut.start : cut.end], cut.token, cut.reason.action) == ("\u00c3\u00a9", "\u00e9", "repair")


@pytest.mark.parametrize("number", [2, 3])
def test_the_word_for_blanks_may_be_most_of_a_text(tmp_path: Path, number: int) -> None:
    lay(tmp_path / "corpus", {f"{at}.txt": "on [Date]" for at in range(number)})
    assert set(cleaned(tmp_path, Choices(placeholders="mask=〔空〕")).values()) == {"on 〔空〕"}


def test_a_line_keeps_its_end_behind_a_mask(tmp_path: Path) -> None:
    lay(tmp_path, {"a.txt": "捐款共xx万元<br/>\n后面还有一行。\n"})
    left = cleaned(tmp_path, Choices(placeholders="mask=〔空〕"))["a.txt"]
    assert left == "捐款共〔空〕万元\n后面还有一行。\n"
    text = "前〔空〕删去\n后"
    cuts = [Cut(1, 4, BECAUSE, "＃"), Cut(4, 6, BECAUSE)]
    assert apply(text, tidy(text, cuts)) == "前＃\n后"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("keep-variant = true", "did you mean 'keep-variants'"),
        ("min-document = -1", "number of characters"),
        ("min-document = true", "whole number"),
        ('placeholders = "drop"', "drop-sentence"),
        ('placeholders = "mend"', "drop-essay, mask=TOKEN or repair"),
        ('placeholders = "mask="', "TOKEN"),
        ('placeholders = "mask=xx市"', "looks like a mark"),
    ],
)
def test_a_wrong_choice_is_named_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "dedupe.toml"
    file.write_text(f"[clean]\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=reason) as caught:
        make_choices(read_file(str(file)), {})
    assert "dedupe.toml:2: " in str(caught.value)


def test_an_outcome_without_failures_is_a_success() -> None:
    outcome = Outcome((1, 1), (9, 9), {}, marks=0, rounds=1, is_settled=True, failures=[])
    assert outcome.exit_code == 0
    assert replace(outcome, failures=[dedupe.Failure("a.txt", "gone")]).exit_code == 2


def found_in(text: str, prefix: str, suggestion: Suggestion | None = None) -> list[Finding]:
    rows = [rule for table in RULES for rule in table]
    found = (one for one in scan(Document("a.txt", text), rows) if one.code.startswith(prefix))
    found = (one for one in found if one.severity is not Severity.NOTE)  # which clean leaves be
    return [finding._replace(suggestion=suggestion) for finding in found]


def test_what_chrome_leaves_is_kept_however_short_and_what_a_copy_leaves_is_not() -> None:
    text = f"水渠总结\n{CHROME}\n"
    (cut,), gone = cuts_of(Document("a.txt", text), [], found_in(text, "BP"), Choices())
    assert (apply(text, [cut]), gone) == ("水渠总结\n", None)
    copy = Cut(5, len(text), Reason("ND303", "copy", Relation.COPY, 1.0))
    cuts, gone = cuts_of(Document("a.txt", text), [copy], [], Choices())
    assert gone == Reason("", "leftover")
    assert [(cut.start, cut.end) for cut in cuts] == [(0, 5), (5, len(text))]
    assert {cut.reason.action for cut in cuts} == {"leftover", "copy"}
    # A sentence is no heading, and stays.
    text = f"水渠修好了。\n{CHROME}\n"
    assert cuts_of(Document("a.txt", text), [copy._replace(start=7, end=len(text))], [], Choices())[1] is None


@pytest.mark.parametrize(("length", "is_gone"), [(HEADING, True), (HEADING + 1, False)])
def test_a_line_longer_than_a_heading_stays_beside_a_copy(length: int, is_gone: bool) -> None:
    text = f"{'山' * length}\n{CHROME}\n"
    copy = Cut(length + 1, len(text), Reason("ND303", "copy", Relation.COPY, 1.0))
    assert (cuts_of(Document("a.txt", text), [copy], [], Choices())[1] is not None) == is_gone


@pytest.mark.parametrize("choices", [Choices(), Choices(keep_chrome=True)])
def test_chrome_of_a_text_that_leaves_as_a_copy_leaves_as_chrome(choices: Choices) -> None:
    text = f"{CHROME}\n{essay(1)}\n"
    copy = Cut(0, len(text), Reason("ND301", "copy", Relation.COPY, 1.0))
    cuts, gone = cuts_of(Document("a.txt", text), [copy], found_in(text, "BP"), choices)
    assert [(cut.start, cut.end, cut.reason.action) for cut in cuts] == [
        (0, len(CHROME), "chrome"),
        (len(CHROME), len(text), "copy"),
    ]
    assert gone == copy.reason


def test_chrome_that_is_kept_leaves_inside_a_copy_alone() -> None:
    text = f"{CHROME}\n{essay(2)}\n{CHROME}\n{essay(1)}\n"
    copy = Cut(text.index(essay(2)), text.index(essay(1)), Reason("ND303", "copy", Relation.COPY, 1.0))
    cuts, _ = cuts_of(Document("a.txt", text), [copy], found_in(text, "BP"), Choices(keep_chrome=True))
    assert apply(text, cuts) == f"{CHROME}\n{essay(1)}\n"
    assert [cut.reason.action for cut in cuts if cut.reason.action != "copy"] == ["chrome"]


@pytest.mark.parametrize("way", ["drop-sentence", "drop-essay", "mask=〔空〕", "repair"])
def test_what_is_done_about_marks_is_done_about_nothing_else(way: str) -> None:
    text = "我们在xx街道种了树。"
    (mark,) = found_in(text, "PH", Suggestion("柳荫", 1, 1))
    choices = Choices(placeholders=way, keep_chrome=True)
    assert cuts_of(Document("a.txt", text), [], [mark], choices)[0]
    for other in (mark._replace(severity=Severity.NOTE), mark._replace(kind=Kind.BOILERPLATE)):
        assert cuts_of(Document("a.txt", text), [], [other], choices) == ([], None)


def test_an_essay_of_which_only_its_heading_is_left_goes_as_well() -> None:
    text = f"第一篇 春天\n{essay(1)}\n第二篇 秋天\n{essay(2)}\n第三篇 冬天\n{essay(3)}\n"
    start = text.index(essay(2))
    copy = Cut(start, start + len(essay(2)), Reason("ND303", "copy", Relation.COPY, 1.0))
    cuts, gone = cuts_of(Document("a.txt", text), [copy], [], Choices())
    assert (apply(text, cuts), gone) == (text.replace(f"第二篇 秋天\n{essay(2)}\n", ""), None)


def test_a_sentence_behind_a_copy_stays_with_its_heading() -> None:
    text = f"第一篇 春天\n{essay(1)}\n第二篇 秋天\n{essay(2)}\n水渠修好了。\n第三篇 冬天\n{essay(3)}\n"
    start = text.index(essay(2))
    copy = Cut(start, start + len(essay(2)), Reason("ND303", "copy", Relation.COPY, 1.0))
    cuts, gone = cuts_of(Document("a.txt", text), [copy], [], Choices())
    assert (apply(text, cuts), gone) == (text.replace(f"{essay(2)}\n", ""), None)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_short_essay_between_two_copies_stays(gap: str) -> None:
    verse = f"第二篇 秋天\n春眠不觉晓\n处处闻啼鸟{gap}"
    text = f"第一篇 春天\n{essay(1)}{gap}{verse}第三篇 冬天\n{essay(3)}{gap}第四篇 新年\n{essay(4)}\n"
    essays = split(text)
    because = Reason("ND302", "copy", Relation.COPY, 1.0)
    copies = [Cut(one.start, one.end, because) for one in (essays[0], essays[2])]
    cuts, gone = cuts_of(Document("a.txt", text), copies, [], Choices())
    assert (apply(text, cuts), gone) == (f"{verse}第四篇 新年\n{essay(4)}\n", None)


def test_a_short_essay_that_only_loses_chrome_stays_when_a_copy_leaves_beside_it() -> None:
    verse = "第一篇 春天\n春眠不觉晓\n处处闻啼鸟\n"
    text = f"{verse}{CHROME}\n第二篇 秋天\n{essay(2)}\n第三篇 冬天\n{essay(3)}\n"
    start = text.index(essay(2))
    copy = Cut(start, start + len(essay(2)), Reason("ND303", "copy", Relation.COPY, 1.0))
    cuts, gone = cuts_of(Document("a.txt", text), [copy], found_in(text, "BP"), Choices())
    assert (apply(text, cuts), gone) == (f"{verse}第三篇 冬天\n{essay(3)}\n", None)


def test_suggestions_are_put_in_when_that_is_asked_for() -> None:
    text = "由xx街道牵头修渠。"
    marks = found_in(text, "PH", Suggestion("柳荫", 1, 1))
    assert cuts_of(Document("a.txt", text), [], marks, Choices()) == ([], None)
    (cut,), _ = cuts_of(Document("a.txt", text), [], marks, Choices(placeholders="repair"))
    assert apply(text, [cut]) == "由柳荫街道牵头修渠。"
    assert cuts_of(Document("a.txt", text), [], found_in(text, "PH"), Choices(placeholders="repair")) == ([], None)


def test_a_hole_is_filled_with_the_words_around_it_in_their_places() -> None:
    text = "工程于月日完工。"
    mark = found_in("xx镇", "PH", Suggestion("三月五日", 2, 2, Span(3, 5)))[0]
    hole = mark._replace(code="PH121", start=3, end=5)
    (cut,), _ = cuts_of(Document("a.txt", text), [], [hole], Choices(placeholders="repair"))
    assert apply(text, [cut]) == "工程于三月五日完工。"
    (cut,), _ = cuts_of(
        Document("a.txt", text), [], [hole._replace(suggestion=Suggestion("三", 2, 2, Span(3, 3)))],
        Choices(placeholders="repair"),
    )  # fmt: skip
    assert apply(text, [cut]) == "工程于三月日完工。"


def test_a_mark_that_an_essay_begins_with_takes_the_essay() -> None:
    text = f"第一篇 春天\n{essay(1)}\n第二篇 秋天\n{essay(2)}\n"
    start = text.index("第二篇")
    mark = found_in("xx镇", "PH")[0]._replace(start=start, end=start + 1)
    cuts, gone = cuts_of(Document("a.txt", text), [], [mark], Choices(placeholders="drop-essay"))
    assert (apply(text, cuts), gone) == (text[:start], None)


def test_a_result_is_only_replaced_when_that_is_asked_for(tmp_path: Path) -> None:
    folder = lay(tmp_path / "in", {"a.txt": essay(1)})
    clean(Order([str(folder)], tmp_path / "out", Settings()))
    with pytest.raises(ConfigError, match="force replaces it"):
        clean(Order([str(folder)], tmp_path / "out", Settings()))


def test_copies_that_no_look_ends_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path / "in", {"a.txt": f"{essay(1)}\n{CHROME}\n", "b.txt": f"{essay(1)}\n"})
    monkeypatch.setattr("dedupe.cleaning.clean.ROUNDS", 1)
    result = run("clean", folder, "--dry-run")
    assert result.exit_code == 0
    assert "stopped after 2 looks with copies left" in result.stdout


def test_a_file_that_vanishes_meanwhile_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for name in ("a.txt", "b.txt"):
        (source / name).write_text(essay(ord(name[0])), "utf-8")

    def look(paths: Sequence[str], asked: Settings, progress: Progress | None) -> Report:
        (source / "b.txt").unlink(missing_ok=True)
        return check(paths, asked, progress)

    with pytest.raises(CorpusError, match="gone: deleted or renamed while it was cleaned"):
        clean(Order([str(source)], output, Settings(), check=look))
    assert not output.exists()
