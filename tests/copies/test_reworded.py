"""Short texts: one text with words changed all over, and others that share a formula, a question or a pattern."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import Report, Settings, Severity
from dedupe.copies import clusters, regions
from dedupe.copies.regions import aligned
from dedupe.copies.reworded import FEW, LONGEST, SHARED, reworded_pairs
from dedupe.copies.skeletons import I64, U32, Skeletons, tokenize
from tests.copies.test_semantics import COMMON, names, pairs_of, report_of, sentence, sentences

SYLLABLES = [first + vowel for first in "bdfgklmnprst" for vowel in "aeiou"]


def word(rng: random.Random) -> str:
    """One of some thousand invented words, the first ones more often."""
    number = int(4000 * rng.random() ** 2)
    return "".join(SYLLABLES[number // 60**at % 60] for at in (1, 0, 2))


def prose(rng: random.Random, count: int = 9) -> list[list[str]]:
    """Invented sentences of invented words."""
    return [[word(rng) for _ in range(rng.randint(12, 22))] for _ in range(count)]


def written(some: list[list[str]]) -> str:
    return " ".join(" ".join(one).capitalize() + "." for one in some) + "\n"


def replaced(rng: random.Random, text: str, share: float) -> str:
    """A text with so many of its words, or of its characters, replaced."""
    if " " in text:
        return " ".join(word(rng) + "." * one.endswith(".") if rng.random() < share else one for one in text.split())
    return "".join(rng.choice(COMMON) if c not in "，。\n" and rng.random() < share else c for c in text)


def revised(rng: random.Random, some: list[list[str]]) -> list[list[str]]:
    """What one who copies makes of sentences: one left out, two turned, other words, more words and fewer."""
    out = [list(one) for at, one in enumerate(some) if at != 4]
    out[1], out[2] = out[2], out[1]
    for one in out:
        cut = len(one) // 2
        one[:] = one[cut:] + one[:cut]
        for _ in range(3):
            one[rng.randrange(len(one))] = word(rng)
        del one[rng.randrange(len(one))]
        one.insert(rng.randrange(len(one)), word(rng))
    return out


def severities(folder: Path, texts: dict[str, str]) -> set[Severity]:
    report = report_of(folder, texts)
    return {finding.severity for finding in report.findings}


def names_of_all(report: Report) -> set[str]:
    """The documents that stand in some cluster."""
    return {name for cluster in report.clusters for name in names(cluster)}


def words(rng: random.Random) -> str:
    return written(prose(rng))


def characters(rng: random.Random) -> str:
    return "".join(sentences(rng, 8)) + "\n"


@pytest.mark.parametrize("make", [words, characters])
@pytest.mark.parametrize("seed", range(4))
def test_three_words_in_ten_replaced_make_no_other_text(
    make: Callable[[random.Random], str], seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    texts = {f"other{at}": make(rng) for at in range(20)} | {"a": make(rng)}
    texts["b"] = replaced(rng, texts["a"], 0.3)
    report = report_of(tmp_path, texts)
    assert pairs_of(report) == {frozenset("ab")}
    assert [finding.severity for finding in report.findings] == [Severity.WARNING]


def test_an_answer_that_a_writer_revised_is_a_warning_and_one_on_the_same_question_is_nothing(tmp_path: Path) -> None:
    rng = random.Random(5)
    stock = [[word(rng) for _ in range(6)] for _ in range(5)]
    mine, yours = prose(rng), prose(rng)
    for at, phrase in enumerate(stock):
        mine[at][2:8] = yours[at][5:11] = phrase
    texts = {"mine": written(mine), "copied": written(revised(rng, mine)), "yours": written(yours)}
    report = report_of(tmp_path, texts)
    assert pairs_of(report) == {frozenset(("mine", "copied"))}
    assert [finding.severity for finding in report.findings] == [Severity.WARNING]


def test_lists_of_one_pattern_are_no_revisions(tmp_path: Path) -> None:
    rng = random.Random(6)
    heads = [" ".join(word(rng) for _ in range(4)) for _ in range(9)]
    texts = {
        name: "\n".join(f"{head}: {' '.join(word(rng) for _ in range(5))}" for head in heads) + "\n" for name in "ab"
    }
    assert not report_of(tmp_path, texts).clusters


def test_news_of_one_formula_are_not_joined(tmp_path: Path) -> None:
    rng = random.Random(7)
    phrases = ["".join(rng.choices(COMMON, k=4)) for _ in range(10)]
    texts = {
        name: "".join(f"{phrase}{sentence(rng, 11, 13)[:12]}{'。' * (at % 2)}" for at, phrase in enumerate(phrases))
        + "\n"
        for name in "ab"
    }
    assert not report_of(tmp_path, texts).clusters


@pytest.mark.parametrize("threshold", [0.4, 0.5])
def test_whoever_asks_for_more_gets_no_reworded_text(threshold: float, tmp_path: Path) -> None:
    rng = random.Random(8)
    text = words(rng)
    texts = {"a": text, "b": replaced(rng, text, 0.3)}
    assert not report_of(tmp_path, texts, Settings(select=("ND",), threshold=threshold)).clusters


def test_names_and_order_change_no_pair(tmp_path: Path) -> None:
    rng = random.Random(9)
    texts = {f"{at:02}": words(rng) for at in range(6)}
    texts |= {f"{at:02}": replaced(rng, texts[f"{at - 6:02}"], 0.3) for at in range(6, 12)}
    turned = {f"{11 - int(name):02}": text for name, text in texts.items()}
    back = {frozenset(f"{11 - int(name):02}" for name in pair) for pair in pairs_of(report_of(tmp_path / "b", turned))}
    assert pairs_of(report_of(tmp_path / "a", texts)) == back
    assert len(back) == 6


@pytest.mark.parametrize("seed", [10, 36, 82, 86, 125])
def test_of_two_orders_as_long_the_names_choose_none(seed: int, tmp_path: Path) -> None:
    """Of phrases that come again the longest common order is not one, and each has other gaps."""
    rng = random.Random(seed)
    phrases = [[rng.randrange(40) for _ in range(rng.randint(2, 5))] for _ in range(10)]
    one = [token for _ in range(12) for token in [*phrases[rng.randrange(10)], rng.randrange(60)]]
    other = list(one)
    for _ in range(rng.randint(8, 22)):
        other[rng.randrange(len(other))] = rng.randrange(60)
    cut = rng.randrange(len(other) - 4)
    del other[cut : cut + rng.randint(1, 4)]
    texts = ["".join(COMMON[token] for token in some) + "\n" for some in (one, other)]
    found = [pairs_of(report_of(tmp_path / order, dict(zip(order, texts)))) for order in ("ab", "ba")]
    assert found[0] == found[1]


@pytest.mark.parametrize("make", [words, characters])
@pytest.mark.parametrize("copies", [7, 20])
def test_texts_reworded_from_one_are_a_cluster_of_that(
    make: Callable[[random.Random], str], copies: int, tmp_path: Path
) -> None:
    rng = random.Random(copies)
    texts = {f"other{at}": make(rng) for at in range(20)} | {"first": make(rng)}
    texts |= {f"copy{at}": replaced(rng, texts["first"], 0.2) for at in range(copies)}
    (cluster,) = report_of(tmp_path, texts).clusters
    assert names(cluster)[0] == "first"
    assert set(names(cluster)) == {name for name in texts if not name.startswith("other")}


@pytest.mark.parametrize("make", [words, characters])
def test_a_reworded_text_is_found_however_many_others_there_are(
    make: Callable[[random.Random], str], tmp_path: Path
) -> None:
    rng = random.Random(60)
    texts = {f"other{at}": make(rng) for at in range(20)} | {"first": make(rng)}
    copies = {f"copy{at}": replaced(rng, texts["first"], 0.2) for at in range(60)}
    assert names_of_all(report_of(tmp_path, texts | copies)) == {"first", *copies}


def test_one_of_many_is_matched_with_few_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of them it would take hours for thousands of copies of one text."""
    rng = random.Random(12)
    first, looked_at = characters(rng), list[int]()

    def counted(skeletons: Skeletons, hashes: U32, spans: I64) -> I64:
        looked_at.append(len(spans))
        return regions.differences(skeletons, hashes, spans)

    monkeypatch.setattr(clusters, "differences", counted)
    texts = {f"copy{at}": replaced(rng, first, 0.11) for at in range(90)}
    assert names_of_all(report_of(tmp_path, texts | {"first": first})) == {"first", *texts}
    assert 0 < max(looked_at) <= clusters.TRIED


NONE = np.array([], np.int64)


def test_only_documents_that_share_what_few_have_are_looked_at() -> None:
    rng = random.Random(10)
    one, other = ("".join(sentences(rng, 3)) for _ in range(2))
    cut = one[: SHARED + 2]
    texts = [one, other + cut, other + cut[:-1], one + "".join(sentences(rng, LONGEST // 16))]
    assert reworded_pairs(tokenize(texts[:2]), NONE).tolist() == [[0, 1]]
    assert reworded_pairs(tokenize(texts[::2]), NONE).tolist() == []
    assert reworded_pairs(tokenize(texts[::3]), NONE).tolist() == []
    assert reworded_pairs(tokenize(texts[:2]), np.array([1])).tolist() == []
    assert reworded_pairs(tokenize([other] + [one] * (FEW + 1)), NONE)[:, 1].tolist() == [9] * FEW
    asked = np.array([False, False, True])
    assert reworded_pairs(tokenize([one, one, one]), NONE, asked).tolist() == [[0, 2], [1, 2]]


def test_long_documents_must_share_more_of_what_is_sampled_of_them() -> None:
    rng = random.Random(13)
    one, other = (sentences(rng, 200) for _ in range(2))
    few, many = other[: len(other) // 60], other[: len(other) // 6]
    texts = ["".join(some) for some in (other, one + few, one + many)]
    assert reworded_pairs(tokenize(texts[:2]), NONE).tolist() == []
    assert reworded_pairs(tokenize(texts[::2]), NONE).tolist() == [[0, 1]]


@pytest.mark.parametrize("make", [words, characters])
@pytest.mark.parametrize("count", [FEW, 5 * FEW])
def test_however_many_a_text_was_changed_to_all_are_found(
    make: Callable[[random.Random], str], count: int, tmp_path: Path
) -> None:
    rng = random.Random(14)
    texts = {f"other{at}": make(rng) for at in range(30)} | {"a": make(rng)}
    texts |= {f"a{at}": replaced(rng, texts["a"], 0.3) for at in range(count)}
    assert {frozenset(("a", f"a{at}")) for at in range(count)} <= pairs_of(report_of(tmp_path, texts))


@pytest.mark.parametrize("make", [words, characters])
@pytest.mark.parametrize("share", [0.3, 0.4])
def test_of_a_long_text_more_may_be_replaced(
    make: Callable[[random.Random], str], share: float, tmp_path: Path
) -> None:
    rng = random.Random(15)
    texts = {f"other{at}": "".join(make(rng) for _ in range(6)) for at in range(9)}
    texts["b"] = replaced(rng, texts["other4"], share)
    report = report_of(tmp_path, texts)
    assert pairs_of(report) == {frozenset(("other4", "b"))}
    assert [finding.severity for finding in report.findings] == [Severity.WARNING]


def test_texts_shorter_than_what_must_be_shared_are_left(tmp_path: Path) -> None:
    rng = random.Random(17)
    text = "".join(characters(rng) for _ in range(6))
    texts = {"a": text, "b": replaced(rng, text, 0.4)}
    assert report_of(tmp_path / "low", texts, Settings(select=("ND",), min_length=400)).clusters
    assert not report_of(tmp_path / "high", texts, Settings(select=("ND",), min_length=2000)).clusters


def test_long_news_of_one_formula_are_not_joined(tmp_path: Path) -> None:
    rng = random.Random(16)
    phrases = ["".join(rng.choices(COMMON, k=14)) for _ in range(30)]
    texts = {name: "".join(f"{phrase}{sentence(rng, 12, 40)}" for phrase in phrases) + "\n" for name in "abc"}
    assert not report_of(tmp_path, texts).clusters


TOKENS = st.lists(st.integers(0, 5), max_size=14)
MANY = st.lists(st.integers(0, 40), max_size=150)  # more than one word of 64 bits


@given(TOKENS | MANY, TOKENS | MANY)
def test_tokens_in_one_order_are_as_many_as_can_be(one: list[int], other: list[int]) -> None:
    shared, gap = aligned(np.array(one + other, np.uint32), np.array([[0, len(one), len(one), len(one) + len(other)]]))[
        0
    ].tolist()
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, mine in enumerate(one):
        for j, yours in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if mine == yours else max(table[i][j + 1], table[i + 1][j])
    assert shared == table[-1][-1]
    left = max(len(one), len(other)) - shared
    assert left / (shared + 1) <= gap <= left


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [([1, 2, 3], [1, 2, 3], (3, 0)), ([1, 7, 7, 2], [1, 2], (2, 2)), ([1, 2], [3, 4, 5], (0, 3)), ([], [1], (0, 1))],
)
def test_the_longest_gap_is_on_either_side(one: list[int], other: list[int], expected: tuple[int, int]) -> None:
    spans = np.array([[0, len(one), len(one), len(one) + len(other)]])
    assert tuple(aligned(np.array(one + other, np.uint32), spans)[0]) == expected


@pytest.mark.parametrize(("body", "severity"), [(7, Severity.WARNING), (2, Severity.NOTE)])
def test_an_answer_under_two_questions_with_other_endings_is_a_warning_if_it_is_most_of_both(
    body: int, severity: Severity, tmp_path: Path
) -> None:
    rng = random.Random(11)
    answer = sentences(rng, body)
    texts = {name: "".join([*sentences(rng, 1), *answer, *sentences(rng, 1)]) + "\n" for name in "ab"}
    assert min(severities(tmp_path, texts), key=list(Severity).index) is severity


def test_a_stock_beginning_and_a_stock_ending_are_no_body(tmp_path: Path) -> None:
    rng = random.Random(12)
    opening, ending = sentences(rng, 2), sentences(rng, 3)
    texts = {str(at): "".join([*opening, *sentences(rng, 3), *ending]) + "\n" for at in range(4)}
    assert severities(tmp_path, texts) <= {Severity.NOTE}


POEM = ("新竹才高一尺余", "隔篱先听燕声疏", "东风不管人间事", "只送残花到旧居")


def test_a_poem_in_two_editions_is_one(tmp_path: Path) -> None:
    texts = {
        "plain": "，".join(POEM[:2]) + "。\n" + "，".join(POEM[2:]) + "。\n",
        "noted": "《春居》\n\n" + "\n".join(POEM).replace("送残花", "遣残花") + "\n",
        "other": "隔岸谁家放纸鸢，\n小桥流水绕门前。\n老翁笑说春来早，\n已有新茶贱卖钱。\n",
    }
    report = report_of(tmp_path, texts)
    assert pairs_of(report) == {frozenset(("plain", "noted"))}
    assert [finding.severity for finding in report.findings] == [Severity.NOTE]


def test_two_lines_of_one_formula_are_none(tmp_path: Path) -> None:
    texts = {
        "a": "二月八日，青石市第九届园林技艺大赛组委会第三次会议审议通过本章程。\n",
        "b": "六月三十日，白沙县第二届渔民运动会筹备处全体会议审议通过本方案。\n",
    }
    assert not report_of(tmp_path, texts).clusters
