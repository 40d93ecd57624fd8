"""How much of a text stands in others: tokens inside runs of five."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cleaning.cover import RUN, cover, inside, inside_all, least_share, runs_of, share, shelf_of, words_of

TEXT = "早上六点，村口的老槐树下已经站满了人。"


def plain_cover(text: str, kept: str) -> float:
    """The same share, told the long way: by strings."""
    mine, yours = ("".join(filter(str.isalpha, one)) for one in (text, kept))
    runs = {yours[at : at + RUN] for at in range(len(yours) - RUN + 1)}
    covered = {at + more for at in range(len(mine) - RUN + 1) if mine[at : at + RUN] in runs for more in range(RUN)}
    return len(covered) / len(mine) if len(mine) >= RUN else 0.0


@pytest.mark.parametrize(
    ("text", "kept", "share"),
    [
        (TEXT, TEXT, 1.0),
        (TEXT, TEXT.replace("，", "、 ").replace("早上", "3早上"), 1.0),  # figures and points are no tokens
        (TEXT, "", 0.0),
        (TEXT, TEXT.replace("槐", "榆"), 16 / 17),  # a changed letter costs itself
        (TEXT[10:] + TEXT[:10], TEXT, 1.0),  # what moved still stands there
        ("一二三四", "一二三四", 0.0),  # too short to tell
        ("", TEXT, 0.0),
        ("The old tree at the gate.", "the OLD tree, at the Gate", 1.0),
        ("The old tree at the gate.", "the old tree at the door", 5 / 6),
        ("ＡＢＣ word one two three", "abc word one two three", 1.0),
    ],
)
def test_cover_is_the_share_of_tokens_inside_runs_that_the_kept_text_has(text: str, kept: str, share: float) -> None:
    assert cover(text, [kept]) == pytest.approx(share)


def test_several_kept_texts_cover_together_and_no_run_goes_over_two() -> None:
    assert cover(TEXT, [TEXT[:9], TEXT[9:]]) == 1.0
    assert cover("一二三四五六七八", ["一二三四", "五六七八"]) == 0.0


@given(st.text("一二三，\n", max_size=30), st.text("一二三。 ", max_size=30))
def test_cover_is_what_strings_say(text: str, kept: str) -> None:
    assert cover(text, [kept]) == pytest.approx(plain_cover(text, kept))


@given(st.lists(st.sampled_from(["ab", "cd", "ef", "一", "二", " "]), max_size=30))
def test_a_text_covers_itself_wherever_it_stands(parts: list[str]) -> None:
    text = " ".join(parts)
    ids = words_of(text).ids
    around = words_of(f"前面的话 {text} 后面的话").ids
    covered = inside(ids, [shelf_of([runs_of(around)])])
    assert covered.all() or len(ids) < RUN
    assert share(covered) == (1.0 if len(ids) >= RUN else 0.0)


def test_words_begin_where_they_stand() -> None:
    words = words_of("第3条 Open\u3000the 门")
    assert ["第3条 Open\u3000the 门"[at] for at in words.starts] == ["第", "条", "O", "t", "门"]
    assert words.within(1, 5) == slice(1, 3)


def test_of_several_pieces_the_worst_counts_where_it_is_bad() -> None:
    kept = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    shelves = [shelf_of([runs_of(words_of(kept).ids)])]
    for own, expected in (("春夏秋冬", 1.0), ("春夏秋冬晴", 0.0)):  # what is shorter than a run says nothing
        pieces = [words_of(text).ids for text in (kept, kept, own)]
        covered = inside_all(pieces, shelves)
        assert share(covered) >= 0.89
        assert least_share(covered, pieces) == pytest.approx(share(covered) if expected else 0.0)
