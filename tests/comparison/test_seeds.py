"""What the bench says of the kinds of seeds."""

from __future__ import annotations

import random

import pytest

from bench.seeds import KINDS, TRIALS, evidence, trials
from dedupe.copies.seeds import BANDS, ROWS, seeds_of
from tests.comparison.test_calibrate import edited
from tests.corpora import essay, recut, sentence
from tests.engine import as_array, duplicates_of


@pytest.mark.parametrize("other", [recut(essay(1, 40), 5), *(edited(0.1 * i, i) for i in range(1, 8)), essay(2, 40)])
def test_evidence_is_what_a_comparison_of_all_keys_gives(other: str) -> None:
    duplicates = duplicates_of([essay(1, 40) + "末尾", other])
    skeletons, seeds = duplicates.skeletons, seeds_of(duplicates.skeletons)
    whole = as_array((0, *skeletons.doc_sentence[[1, 1, 2]]))
    border = skeletons.doc_token[1]

    def has_common(at: int) -> bool:
        keys, places = seeds[at].keys, seeds[at].at
        return bool(set(keys[places < border].tolist()) & set(keys[places >= border].tolist()))

    expected = (any(map(has_common, range(2, 2 + BANDS))), has_common(0), has_common(1))
    *_, everything = evidence(skeletons, seeds, whole, as_array((100, 100, 50)))
    assert tuple(not everything.kinds.missed(kind) for kind in KINDS) == expected


def test_evidence_of_one_page_does_not_take_a_passage_for_its_own_copy() -> None:
    # Two short texts that share nothing, inside one passage.
    duplicates = duplicates_of(["今日阴转多云请带雨具出门。明早渡口停航一班乘客改走桥上。"])
    skeletons = duplicates.skeletons
    (everything,) = evidence(skeletons, seeds_of(skeletons), as_array((0, 1, 1, 2)), as_array((9, 9, 0)))[-1:]
    assert everything.kinds.by_none == 1


@pytest.mark.parametrize("threshold", [0.25, 0.6])
def test_trials_miss_less_the_more_alike_the_copies_are(threshold: float) -> None:
    duplicates = duplicates_of([essay(1, 40), essay(1, 40)[:-1] + "吗。" + sentence(random.Random(1))])
    tried = trials(duplicates.skeletons, duplicates.regions, threshold, 3.0)
    assert threshold in [trial.jaccard for trial in tried]
    assert [trial.kinds.total for trial in tried] == [TRIALS] * 3
    for kind in KINDS:
        missed = [trial.kinds.missed(kind) for trial in tried]
        assert missed == sorted(missed, reverse=True)
    assert [trial.no_band for trial in tried] == [(1 - trial.jaccard**ROWS) ** (BANDS * 3.0) for trial in tried]
    assert tried == trials(duplicates.skeletons, duplicates.regions, threshold, 3.0)


def test_a_copy_that_is_not_changed_is_never_missed() -> None:
    duplicates = duplicates_of([essay(1, 40), "序。" + essay(1, 40)])
    whole = trials(duplicates.skeletons, duplicates.regions, 1.0, 3.0)[-1]
    assert (whole.jaccard, whole.no_band) == (1.0, 0.0)
    assert [whole.kinds.missed(kind) for kind in KINDS] == [0, 0, 0]
