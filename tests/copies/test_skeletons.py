from __future__ import annotations

import unicodedata
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.copies.skeletons import LONG, LONGEST, WORD_BIT, stretch, tokenize
from dedupe.text import tables

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("中文のัx×*_。！\n\r ab12.”")), max_size=80)


def letters(text: str) -> list[str]:
    """The tokens of a text: characters as they are, words as W."""
    return ["W" if token & WORD_BIT else chr(token) for token in tokenize([text]).ids.tolist()]


def sentences(text: str) -> list[str]:
    one = tokenize([text])
    return [text[begin:end] for begin, end in zip(one.begin.tolist(), one.end.tolist())]


def same_tokens(one: str, other: str) -> bool:
    return bool(np.array_equal(tokenize([one]).ids, tokenize([other]).ids))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("门诊量达*人次", list("门诊量达人次")),
        ("门诊量达48万", list("门诊量达万")),
        ("党的十x届", list("党的十届")),
        ("2024年、20__年、20XX年", list("年年年")),
        ("6 M/ G: n( ?2 f% d", ["W", "W"]),  # no token is left: two hashes of all its signs
        ("B超和CT", [*"超和", "W"]),
        ("ไทย", list("ไทย")),
        ("カタカナｶﾅ", list("カタカナカナ")),
        ("한국어 문장", ["W", "W"]),
        ("soft\u00adhyphen", ["W"]),
        ("я и ты", ["W", "W", "W"]),
    ],
)
def test_skeleton_keeps_letters_alone(text: str, expected: list[str]) -> None:
    assert letters(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＣＴ检查", "ct检查"),
        ("门诊量达xx人次", "门诊量达４８人次"),
        ("“激情XX”", "激情**"),
        ("Don't stop", "DON’T STOP"),
        ("e\u0301tude", "etude"),
    ],
)
def test_fills_widths_and_case_do_not_count(one: str, other: str) -> None:
    assert same_tokens(one, other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、你好吗？“是的。”他说。", ["一、你好吗？", "“是的。”", "他说。"]),
        ("标题\n  1、正文", ["标题", "1、正文"]),
        ("a wrapped\nline. Next one.", ["a wrapped\nline.", "Next one."]),
        ("a wrapped\r\nline. Next one.", ["a wrapped\r\nline.", "Next one."]),
        ("好\r", ["好"]),
        ("（1）正文", ["（1）正文"]),
        ("正文（2", ["正文（2"]),
        ("他说”", ["他说”"]),
        ("first point\n- second point", ["first point", "- second point"]),
        ("title here\n\nbody here", ["title here", "body here"]),
        ("圆周率3.14约等于", ["圆周率3.14约等于"]),
        ("好\r\n坏\r\n\r\n(1)末", ["好", "坏", "(1)末"]),
        ("走!!!（嗯）……", ["走!!!", "（嗯）……"]),
        ("  。 。。\n", ["。 。。"]),
        (" \n", []),
    ],
)
def test_sentences_stand_where_a_person_sees_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
    assert tokenize([text]).end.max(initial=0) <= len(text)


def test_text_without_sentence_ends_is_cut_alike_wherever_it_stands() -> None:
    run = "".join(chr(0x4E00 + i * i % 977) for i in range(6 * LONGEST))
    alone = tokenize([run])
    assert np.diff(alone.first).max() <= LONGEST
    assert np.diff(alone.first)[:-1].min() >= LONG
    ends = {run[begin:end] for begin, end in zip(alone.begin.tolist(), alone.end.tolist())}
    shifted = sentences("另一段" * 50 + run)
    assert len(ends & set(shifted)) >= len(ends) - 3


def test_a_run_of_one_character_is_cut_as_soon_as_may_be_or_as_late_as_must_be() -> None:
    lengths = [np.diff(tokenize([chr(0x4E00 + at) * (LONGEST + 1)]).first)[:-1] for at in range(99)]
    assert set(np.concatenate(lengths).tolist()) == {LONG, LONGEST}


def test_words_that_differ_are_different_tokens() -> None:
    some = "abcdefghijklmn"
    words = [*map("".join, product(some, repeat=3)), *(letter + 40 * "o" for letter in some)]
    assert len(set(tokenize([" ".join(words)]).ids.tolist())) == len(words)


@given(st.lists(TEXTS, min_size=1, max_size=3))
@example(["甲。乙。", "", "丙丁。戊。", ""])
def test_documents_side_by_side_are_as_each_alone(texts: list[str]) -> None:
    starts = [[0, len(text) // 2] for text in texts]
    whole = tokenize(texts, starts)
    assert whole.documents == len(texts)
    for low, high in combinations(range(len(texts) + 1), 2):
        found, alone = stretch(whole, low, high), tokenize(texts[low:high], starts[low:high])
        for name in ("ids", "first", "begin", "end", "doc_sentence"):
            assert np.array_equal(getattr(found, name), getattr(alone, name))
        assert found.units.tolist() == [unit for unit in alone.units if unit < len(alone.ids)]


@given(st.lists(TEXTS, max_size=5))
def test_sentences_lie_in_their_document_in_order_and_hold_all_tokens(texts: list[str]) -> None:
    got = tokenize(texts)
    assert got.first[0] == 0
    assert got.first[-1] == len(got.ids)
    assert np.all(np.diff(got.first) > 0)
    for doc, text in enumerate(texts):
        low, high = got.doc_sentence[doc], got.doc_sentence[doc + 1]
        spans = np.column_stack((got.begin[low:high], got.end[low:high])).ravel().astype(np.int64)
        assert np.all(np.diff(spans) >= 0)
        assert np.all(got.begin[low:high] < got.end[low:high])
        if len(spans):
            assert spans[-1] <= len(text)


@given(TEXTS)
def test_each_sentence_alone_gives_its_own_tokens(text: str) -> None:
    got = tokenize([text])
    pieces = [text[begin:end] for begin, end in zip(got.begin.tolist(), got.end.tolist())]
    again = [tokenize([piece]).ids for piece in pieces]
    assert np.array_equal(np.concatenate([got.ids[:0], *again]), got.ids)


def test_scripts_fold_together_when_asked_to() -> None:
    one, other = "漢語與臺灣的發展", "汉语与台湾的发展"
    assert not same_tokens(one, other)
    assert np.array_equal(tokenize([one], (), True).ids, tokenize([other], (), True).ids)


def test_units_are_the_first_tokens_of_documents_and_essays() -> None:
    text = "篇1\n甲乙丙。\n篇2\n丁戊。"
    got = tokenize(["", text, "己"], [[], [0, text.index("篇2")], []])
    assert got.units.tolist() == [0, 4, 7]


def test_stored_tables_are_those_of_the_unicode_data_they_name() -> None:
    with np.load(tables._STORED) as data:
        if str(data["version"]) != unicodedata.unidata_version:
            pytest.skip(f"stored for Unicode {data['version']}")
    kinds, folds = tables.build()
    stored_kinds, stored_folds = tables.load()
    assert np.array_equal(kinds, stored_kinds)
    assert np.array_equal(folds, stored_folds)
