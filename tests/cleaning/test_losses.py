"""Nothing is lost: what a clean took out still stands in what it wrote, on the corpora that once lost text."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.cleaning import clean as cleaning
from dedupe.cleaning.clean import Order, clean
from dedupe.cleaning.cover import cover
from dedupe.cleaning.decide import Ledger
from dedupe.cleaning.options import REMOVE, Choices
from dedupe.cleaning.restore import restore
from dedupe.cleaning.workspace import Workspace
from dedupe.config.settings import Settings

# Of these characters no two sentences share five by chance.
CHARACTERS = "".join(map(chr, range(0x4E00, 0x4E00 + 900)))


def sentences(rng: random.Random, count: int, low: int = 14, high: int = 26) -> list[str]:
    """Invented sentences of that many characters."""
    return ["".join(rng.choices(CHARACTERS, k=rng.randint(low, high))) + "。" for _ in range(count)]


def paragraphs(some: Sequence[str], every: int = 4) -> str:
    return "\n".join("".join(some[at : at + every]) for at in range(0, len(some), every)) + "\n"


def edited(rng: random.Random, some: Sequence[str], share: float = 0.02) -> list[str]:
    """The same with a share of the characters changed."""
    return [
        "".join(rng.choice(CHARACTERS) if char != "。" and rng.random() < share else char for char in one)
        for one in some
    ]


class Cleaned:
    """A corpus of texts, cleaned: what is left of it, by name, and the rows of what left."""

    def __init__(self, files: dict[str, str], choices: Choices | None = None, fold_script: bool = False) -> None:
        self.files = files
        with tempfile.TemporaryDirectory() as place:
            source, output, again = (Path(place) / name for name in ("in", "out", "again"))
            source.mkdir()
            for name, text in files.items():
                (source / name).write_bytes(text.encode())
            order = Order([str(source)], output, Settings(fold_script=fold_script), choices or Choices())
            self.outcome = clean(order)
            self.left = {name: (output / name).read_text() for name in files if (output / name).exists()}
            self.rows = [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]
            assert restore(output, again)[0] == len(files)
            assert {name: (again / name).read_text() for name in files} == files

    @property
    def copies(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row.get("action") == "copy" and row["row"] == "edit"]

    @property
    def covers(self) -> list[float]:
        """How much of each row of a copy stands in all that is left."""
        return [cover(row["text"], self.left.values()) for row in self.copies]


def count_of(left: dict[str, str], start: str) -> int:
    return sum(name.startswith(start) for name in left)


def test_a_page_of_three_forms_takes_none_of_them_with_it() -> None:
    rng = random.Random(5)
    forms = [sentences(rng, 12) for _ in range(3)]
    files = {f"form{at}_{i}.txt": paragraphs(edited(rng, forms[at])) for at in range(3) for i in range(6)}
    files["compare.txt"] = "\n".join("".join(form[i : i + 2]) for i in range(0, 12, 2) for form in forms) + "\n"
    left = Cleaned(files).left
    assert [count_of(left, f"form{at}") for at in range(3)] == [1, 1, 1]
    assert left["compare.txt"] == files["compare.txt"]


def test_of_forms_that_share_sentences_one_of_each_is_kept_beside_the_collection() -> None:
    rng = random.Random(8)
    some = sentences(rng, 45, 12, 16)
    forms = [rng.sample(some[5 * at : 5 * at + 10], 10) for at in range(8)]
    files = {f"form{at}_{i}.txt": paragraphs(edited(rng, form)) for at, form in enumerate(forms) for i in range(5)}
    files |= {f"all_{name}.txt": "".join(paragraphs(edited(rng, form)) for form in forms) for name in "xy"}
    assert [count_of(Cleaned(files).left, f"form{at}_") for at in range(8)] == [1] * 8


def partly() -> tuple[list[str], list[str]]:
    """A text of 20 sentences, and a page that has 12 of them among its own."""
    rng = random.Random(11)
    text, own = sentences(rng, 20), sentences(rng, 24)
    page = [one for at, sentence in enumerate(text) if at % 5 in (0, 1, 3) for one in (sentence, own.pop())]
    return text, page + own


def test_of_two_equal_texts_one_stays_though_a_page_has_most_of_it() -> None:
    text, page = map(paragraphs, partly())
    left = Cleaned({"k.txt": text, "t.txt": page, "x.txt": text}).left
    assert sorted(left.values()) == sorted([text, page])


def test_editions_leave_only_where_what_stays_has_them() -> None:
    rng = random.Random(3)
    text, files = sentences(rng, 24), {}
    for number in range(5):
        files[f"e{number}.txt"] = paragraphs(text)
        for at in rng.sample(range(24), 4):
            text[at] = sentences(rng, 1)[0]
    assert all(share >= REMOVE["usual"].whole for share in Cleaned(files).covers)


def test_the_answer_leaves_and_the_question_stays() -> None:
    rng = random.Random(21)
    answer = "".join(sentences(rng, 14))
    heads = ["".join(rng.choices(CHARACTERS, k=12)) + "\n" + "".join(sentences(rng, 2)) + "\n" for _ in "ab"]
    left = Cleaned({name: f"{head}{answer}\n" for name, head in zip(("a.txt", "b.txt"), heads)}).left
    assert sum(answer in text for text in left.values()) == 1
    assert [head.strip() in left[name] for name, head in zip(("a.txt", "b.txt"), heads)] == [True, True]


def test_steps_of_one_article_that_are_alike_both_stay() -> None:
    rng = random.Random(2)
    shared = sentences(rng, 7)
    steps = [paragraphs([one for s in shared for one in (s, *sentences(rng, 1))]) for _ in "ab"]
    around = [paragraphs(sentences(rng, 12)) for _ in range(3)]
    article = f"{around[0]}\n（一）甲方步骤\n{steps[0]}\n{around[1]}\n（二）乙方步骤\n{steps[1]}\n{around[2]}"
    assert Cleaned({"article.txt": article}).left == {"article.txt": article}


def test_an_exact_copy_does_not_vanish_with_what_was_kept_for_it() -> None:
    """The kept text is itself part of a third, which has less than all of it."""
    rng = random.Random(7)
    text, third = sentences(rng, 20), sentences(rng, 20)
    longer = [*third[:10], *text[:17], *third[10:]]
    done = Cleaned({"a.txt": paragraphs(text), "b.txt": paragraphs(text), "c.txt": paragraphs(longer)})
    assert count_of(done.left, "a") + count_of(done.left, "b") == 1
    assert cover(paragraphs(text), done.left.values()) == 1.0


def test_what_is_kept_for_a_page_may_leave_essay_by_essay_if_all_still_stands() -> None:
    rng = random.Random(9)
    essays = [paragraphs(sentences(rng, 14)) for _ in range(4)]
    page = "".join(f"工作总结（{number}）\n{essay}\n" for number, essay in zip("一二三四", essays))
    files = {"page1.txt": page, "page2.txt": page, "alone.txt": essays[2]}
    done = Cleaned(files)
    assert min(done.covers) >= REMOVE["usual"].whole
    assert sum(text.count(essays[2].strip()) for text in done.left.values()) == 1


@pytest.mark.parametrize(("remove", "left"), [("safe", "abcd"), ("usual", "cd"), ("hard", "c")])
def test_the_surer_a_removal_must_be_the_less_leaves(remove: str, left: str) -> None:
    rng = random.Random(12)
    text = sentences(rng, 20)
    files = {"c.txt": paragraphs(text), "exact.txt": paragraphs(text)}
    files["a.txt"] = paragraphs(edited(rng, text, 0.03))
    files["b.txt"] = paragraphs([*text[:9], *sentences(rng, 1), *text[10:]])
    files["d.txt"] = paragraphs([*text[:3], *sentences(rng, 3), *text[6:]])
    assert len(Cleaned(files, Choices(remove=remove)).left) == len(left)


def test_equal_texts_beside_a_representative_that_they_cannot_leave_for_are_one() -> None:
    rng = random.Random(12)
    text = sentences(rng, 20)
    other = paragraphs([*text[:17], *sentences(rng, 3)])
    done = Cleaned({"a.txt": paragraphs(text), "b.txt": paragraphs(text), "c.txt": other})
    assert sorted(done.left.values()) == sorted([paragraphs(text), other])


@st.composite
def corpora(draw: st.DrawFn) -> dict[str, str]:
    """Documents made of shared sentences: copies, editions, mixtures, pages of pages, some characters changed."""
    rng = random.Random(draw(st.integers(0, 1000)))
    pool = sentences(rng, 40)
    texts = []
    for _ in range(draw(st.integers(2, 7))):
        low = draw(st.integers(0, 24))
        some = pool[low : low + draw(st.integers(8, 16))]
        for at in draw(st.lists(st.integers(0, len(some) - 1), max_size=4)):
            some[at] = draw(st.sampled_from([*pool, *sentences(rng, 3)]))
        if draw(st.booleans()):
            some = edited(rng, some, draw(st.sampled_from([0.01, 0.05])))
        texts.append(paragraphs(some, draw(st.integers(2, 5))))
    pages = draw(st.lists(st.lists(st.sampled_from(texts), min_size=1, max_size=3), max_size=3))
    texts += ["\n".join(page) for page in pages]
    return {f"{number}.txt": text for number, text in enumerate(texts)}


@settings(max_examples=40, deadline=None)
@given(corpora(), st.sampled_from(list(REMOVE)))
def test_what_leaves_stands_in_what_is_written_to_the_promised_share(files: dict[str, str], remove: str) -> None:
    done = Cleaned(files, Choices(remove=remove))
    rule = REMOVE[remove]
    for number in {row["removal"] for row in done.copies}:
        rows = [row for row in done.copies if row["removal"] == number]
        kept = [rows[0]["kept"], *rows[0].get("also_kept", ())]
        share = cover("".join(row["text"] for row in rows), [done.left[place["path"]] for place in kept])
        assert share == pytest.approx(rows[0]["cover"], abs=1e-4)
        assert share >= (rule.part if rows[0]["relation"] == "contained" else min(rule.whole, rule.part))
    audit = done.outcome.audit
    assert audit
    assert (audit.documents, audit.kept + audit.removed) == (len(files), len(files))
    assert (audit.kept, audit.undone) == (len(done.left), 0)
    assert audit.least == pytest.approx(min((row["cover"] for row in done.copies), default=1.0), abs=1e-4)


def test_a_removal_that_the_output_does_not_cover_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a decision wrong, the audit would find it before anything stands in its place."""
    rng = random.Random(4)
    text, other = paragraphs(sentences(rng, 20)), paragraphs(sentences(rng, 20))
    for name, content in {"a.txt": text, "b.txt": text, "c.txt": other}.items():
        (tmp_path / name).write_text(content)

    def misled(space: Workspace, order: Order, progress: Any, ledger: Ledger) -> Any:
        found = rounds(space, order, progress, ledger)
        (removal,) = ledger.removals.values()
        (wrong,) = (key for key in ((str(file.copy), None) for file in space.files.values()) if "c.txt" in key[0])
        removal.windows = [window._replace(key=wrong) for window in removal.windows]
        return found

    rounds = cleaning._rounds
    monkeypatch.setattr(cleaning, "_rounds", misled)
    outcome = clean(Order([str(tmp_path)], tmp_path.parent / "out", Settings()))
    assert outcome.audit
    assert (outcome.audit.undone, outcome.audit.removals, outcome.documents) == (1, 0, (3, 3))
    assert {path.name for path in (tmp_path.parent / "out").glob("*.txt")} == {"a.txt", "b.txt", "c.txt"}


@pytest.mark.parametrize("fold_script", [True, False])
def test_a_text_in_the_other_script_leaves_where_scripts_are_folded(fold_script: bool) -> None:
    pairs = dict(
        zip(
            "学国书车门马鸟鱼语说话读写听长东风云电远进过还这飞龙",
            "學國書車門馬鳥魚語說話讀寫聽長東風雲電遠進過還這飛龍",
        )
    )
    rng = random.Random(12)
    some = ["".join(rng.choices([*pairs, *CHARACTERS[::9]], k=rng.randint(14, 26))) + "。" for _ in range(16)]
    simple = paragraphs(some)
    files = {"a.txt": simple, "b.txt": simple.translate(str.maketrans(pairs))}
    done = Cleaned(files, fold_script=fold_script)
    assert len(done.left) == (1 if fold_script else 2)
    assert done.outcome.audit
    assert done.outcome.audit.undone == 0
    assert [row["cover"] for row in done.copies] == ([1.0] if fold_script else [])


def test_an_edition_that_lost_sentences_leaves_for_one_that_has_them() -> None:
    rng = random.Random(15)
    full = sentences(rng, 24)
    short = full[:9] + full[12:]
    # The short one is matched by more, and so represents them all.
    files = {f"s{at}.txt": paragraphs(edited(rng, short, 0.01)) for at in range(4)} | {"full.txt": paragraphs(full)}
    assert list(Cleaned(files).left) == ["full.txt"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Moss License, Version 1.0", "Moss License, Version 2.0"),
        ("Moss Attribution 2.0", "Moss Attribution-NoDerivs 2.0"),
        ("船舶保险投保单", "船舶保险保险单"),
    ],
)
def test_what_titles_tell_apart_stays_whole(one: str, other: str) -> None:
    body = sentences(random.Random(31), 24)
    files = {
        "a.txt": f"{one}\n\n{paragraphs(body)}",
        "b.txt": f"{other}\n\n{paragraphs(body[:-1])}",
        "c.txt": f"{other}\n\n{paragraphs(body[:-2])}",
    }
    cleaned = Cleaned(files)
    assert [row["path"].rpartition("/")[2] for row in cleaned.copies] == ["c.txt"]
    assert set(cleaned.left) == {"a.txt", "b.txt"}


@pytest.mark.parametrize(("title", "leaves"), [("技术转让合同（二）", False), ("技术转让的做法", True)])
def test_no_part_leaves_a_contract(title: str, leaves: bool) -> None:
    rng = random.Random(32)
    shared, mine, yours = sentences(rng, 16), sentences(rng, 24), sentences(rng, 24)
    files = {
        "a.txt": f"{title}\n\n{paragraphs(mine)}{paragraphs(shared)}",
        "b.txt": f"{title}\n\n{paragraphs(yours)}{paragraphs(shared)}",
    }
    assert len(Cleaned(files).copies) == leaves
