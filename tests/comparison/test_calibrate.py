"""Calibration: what the figures count, which pairs are shown and how, and what is said of the copies it misses."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from dedupe.cli.main import cli
from dedupe.comparison.calibrate import BINS, Calibration, calibrate, histogram, nearest, propose
from dedupe.config.settings import Settings
from dedupe.copies.clusters import are_copies
from dedupe.core.errors import DedupeError
from dedupe.report.calibration import render
from dedupe.report.view import View
from tests.corpora import WORDS, essay, recut, sentence
from tests.engine import duplicates_of

MEASURES = st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)).map(
    lambda sizes: (sizes[0] + sizes[2], sizes[1] + sizes[2], sizes[2])
)


def mixed(share: float, seed: int) -> str:
    """An essay in which about this share of the sentences is that of `essay(1, 40)`, in its place."""
    rng = random.Random(seed)
    parts = essay(1, 40).replace("\n", "").split("。")[:-1]
    return "".join(part + "。" if rng.random() < share else sentence(rng) for part in parts)


def edited(share: float, seed: int) -> str:
    """`essay(1, 40)` with about this share of its words drawn anew."""
    rng = random.Random(seed)
    text = essay(1, 40).replace("\n", "")
    return "".join(
        rng.choice(WORDS) if rng.random() < share and "。" not in text[at : at + 2] else text[at : at + 2]
        for at in range(0, len(text), 2)
    )


def folder_of(folder: Path, texts: list[str]) -> str:
    for number, text in enumerate(texts):
        (folder / f"{number:02}.txt").write_text(text, "utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One essay in copies of every degree, and essays that are none."""
    texts = [essay(1, 40), recut(essay(1, 40), 7), *(mixed(0.1 + 0.08 * i, i) for i in range(10))]
    return folder_of(tmp_path_factory.mktemp("corpus"), [*texts, *(edited(0.05 * i, i) for i in range(1, 6)), essay(2)])


@pytest.fixture(scope="module")
def found(corpus: str) -> Calibration:
    return calibrate([corpus], Settings(threshold=0.4), pairs=3)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["calibrate", *arguments, "--no-config"])


@settings(max_examples=60)
@given(st.lists(MEASURES, max_size=30), st.sampled_from([0.05, 0.25, 0.5, 0.83, 1.0]))
def test_the_histogram_counts_every_pair_once(rows: list[tuple[int, int, int]], threshold: float) -> None:
    shared, chosen = np.array(rows, np.int64).reshape(-1, 3), Settings(threshold=threshold)
    bins = histogram(shared, chosen)
    assert [(row.low, row.high) for row in bins] == [(i / BINS, (i + 1) / BINS) for i in range(BINS)]
    assert sum(row.copies for row in bins) == are_copies(shared, chosen).sum()
    assert sum(row.copies + row.others for row in bins) == sum(both >= chosen.min_length - 4 for _, _, both in rows)
    assert all(row.others == 0 for row in bins if row.low >= threshold)
    assert [row.kept for row in bins] == sorted((row.kept for row in bins), reverse=True)
    assert all(row.kept == are_copies(shared, Settings(threshold=row.low)).sum() for row in bins[1:])


def test_the_nearest_pairs_stand_on_their_sides_of_the_threshold(found: Calibration) -> None:
    above = [pair.jaccard for pair in found.pairs if pair.is_copy]
    below = [pair.jaccard for pair in found.pairs if not pair.is_copy]
    assert len(above) == 3
    assert len(below) >= 1
    assert [pair.is_copy for pair in found.pairs] == [True] * len(above) + [False] * len(below)
    assert above == sorted(above)
    assert above[0] >= 0.4
    assert below == sorted(below, reverse=True)
    assert below[0] < 0.4


def test_no_copy_is_nearer_than_those_shown_unless_a_document_repeats(found: Calibration) -> None:
    names = [{pair.one.region.path, pair.other.region.path} for pair in found.pairs if pair.is_copy]
    assert names[0].isdisjoint(names[1])


def test_pairs_of_the_same_documents_fill_up_when_there_are_no_others() -> None:
    page = "\n".join(mixed(0.7, seed) for seed in range(4))
    duplicates = duplicates_of([page])
    assert sum(is_copy for _, is_copy in nearest(duplicates, Settings(), 3)) == 3


def test_a_pair_is_shown_with_the_text_of_its_regions(found: Calibration) -> None:
    for pair in found.pairs:
        for side in (pair.one, pair.other):
            text = Path(side.region.path).read_text("utf-8")[side.region.start : side.region.end]
            assert text.startswith(side.sentences[0])
            assert text.endswith(side.sentences[-1])
            assert all(part in text for part in side.sentences)


def test_the_calibration_does_not_depend_on_order_or_workers(corpus: str, found: Calibration) -> None:
    paths = sorted(map(str, Path(corpus).iterdir()), reverse=True)
    again = calibrate(paths, Settings(threshold=0.4, jobs=2), pairs=3)
    assert render(again, "json", View()) == render(found, "json", View())


def test_calibrate_counts_the_copies_that_check_would_make(corpus: str) -> None:
    figures = json.loads(run(corpus, "--format", "json", "--threshold", "0.6").stdout)
    assert figures["settings"]["threshold"] == 0.6
    assert figures["summary"]["documents"] == 18
    assert sum(row["copies"] for row in figures["histogram"]) == figures["summary"]["copies"]
    (row,) = [row for row in figures["histogram"] if row["low"] == 0.6]
    assert row["kept"] == figures["summary"]["copies"]


@pytest.mark.parametrize("width", [60, 80, 120, 160])
@pytest.mark.parametrize("colour", [False, True])
def test_the_report_keeps_to_its_width_and_marks_differences(found: Calibration, width: int, colour: bool) -> None:
    text = render(found, "rich", View(width=width, colour=colour))
    assert ("\x1b[31m" in text) is colour
    assert ("[-" in text and "{+" in text) is not colour
    if not colour:
        assert max(map(cell_len, text.splitlines())) <= width


def test_the_first_words_are_what_to_do(found: Calibration) -> None:
    words = " ".join(render(found, "rich", View(width=200)).split())
    proposal = found.proposal
    assert words.startswith("── A threshold for this corpus")
    if proposal is None:
        assert "no threshold parts them" in words
    else:
        assert f"Try {proposal.threshold:g}" in words or "Keep 0.4" in words


@pytest.mark.parametrize("texts", [[""], [essay(1)], [essay(1), essay(2)], [essay(1), essay(1)]])
def test_a_corpus_without_grown_copies_says_so(tmp_path: Path, texts: list[str]) -> None:
    result = run(folder_of(tmp_path, texts))
    assert result.exit_code == 0
    assert "No two regions of this corpus share enough text" in " ".join(result.stdout.split())


def test_equal_documents_are_counted_apart(tmp_path: Path) -> None:
    twice = calibrate([folder_of(tmp_path, [essay(1), essay(2), recut(essay(1), 1), essay(1)])])
    assert (twice.twins, twice.copies) == (2, 0)
    assert "2 documents equal to an earlier one" in " ".join(render(twice, "rich", View(width=80)).split())


def test_hostile_text_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    text = essay(1, 30)
    hostile = text.replace("。", "\x1b[2J\u202e[bold]\u180e\ufff9\U000e0041。", 3)
    folder = folder_of(tmp_path, [text, hostile])
    shown = run(folder, "--color", "never").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "␛[{+2J<U+202E>[bold+}]" in shown.replace("\n", "").replace("    ", "")
    written = run(folder, "--format", "json").stdout
    assert not set(written) & set("\u202e\u180e\ufff9\U000e0041")
    assert "\u202e[bold]\u180e\ufff9\U000e0041" in "".join(json.loads(written)["pairs"][0]["regions"][1]["sentences"])


def test_what_cannot_be_read_is_named_and_the_rest_is_done(corpus: str) -> None:
    result = run(corpus, f"{corpus}/missing.txt", "--pairs", "0", "--format", "json")
    assert result.exit_code == 2
    assert f"error: {corpus}/missing.txt: " in result.stderr
    assert json.loads(result.stdout)["summary"]["documents"] == 18


def test_a_threshold_out_of_range_is_an_error(corpus: str) -> None:
    assert run(corpus, "--threshold", "0").exit_code == 2
    with pytest.raises(DedupeError):
        Settings(threshold=1.5)


def test_a_pair_is_drawn_as_by_compare_but_only_its_first_rows(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [essay(1, 60), edited(0.12, 3).replace("，", "10", 3)])
    shown = run(folder, "--color", "never").stdout
    *_, drawn = shown.split("00.txt:")
    rows = [line for line in drawn.splitlines() if re.match(r" *\d+  [AB=]  |  +⋯", line)]
    assert 8 <= len(rows) <= 16, "a row of two sides has two lines of their own"
    assert "… and more (--format json has all)" in drawn
    compared = CliRunner().invoke(cli, ["compare", f"{folder}/00.txt", f"{folder}/01.txt", "--color", "never"])
    assert rows[1] in compared.stdout.splitlines()


def test_json_pairs_have_their_places_and_all_sentences(found: Calibration) -> None:
    pairs: list[dict[str, Any]] = json.loads(render(found, "json", View()))["pairs"]
    assert [pair["copy"] for pair in pairs] == [pair.is_copy for pair in found.pairs]
    for pair, known in zip(pairs, found.pairs):
        for side, told in zip(pair["regions"], (known.one, known.other)):
            assert side["sentences"] == list(told.sentences)
            assert (side["path"], side["start"], side["end"]) == (told.region.path, told.region.start, told.region.end)


def measured(*likenesses: float) -> np.ndarray:
    """Pairs of 200 shingles each with these likenesses."""
    both = [round(400 * one / (1 + one)) for one in likenesses]
    return np.array([(200, 200, one) for one in both], np.int64)


def test_a_threshold_is_proposed_in_the_middle_of_the_widest_gap_with_what_it_changes() -> None:
    shared = measured(0.15, 0.2, 0.3, 0.31, 0.6, 0.7, 0.8, 0.99)
    found = propose(shared, Settings(threshold=0.25))
    assert found
    assert (found.threshold, found.inside, found.more, found.fewer) == (0.46, 0, 0, 2)
    assert (found.low, found.high) == pytest.approx((0.31, 0.6), abs=0.01)
    higher = propose(shared, Settings(threshold=0.75))
    assert higher
    # At .6 and .7 three quarters and more stand in the other, but .8 do only from jaccard .67 on.
    assert (higher.more, higher.fewer) == (1, 0)


def test_few_between_many_are_a_gap_as_well() -> None:
    crowd = [low + step / 100 for low in (0.2, 0.7) for step in range(9)]
    between = [low / 100 for low in range(30, 70, 3)]
    found = propose(measured(*crowd, *crowd, *between), Settings())
    assert found
    assert 0.3 < found.threshold < 0.7
    assert 0 < found.inside <= 3


@pytest.mark.parametrize("likenesses", [(), (0.5,), tuple(one / 100 for one in range(10, 96))])
def test_no_gap_is_no_proposal(likenesses: tuple[float, ...]) -> None:
    assert propose(measured(*likenesses).reshape(-1, 3), Settings()) is None
