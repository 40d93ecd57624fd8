"""Lines as numbers: the same keys for lines that differ in figures, and edges as a reader would draw them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.text.batch import Texts
from dedupe.text.lines import BODY_END, EDGE_LINES, KEPT, KEPT_RUN, LINE_LENGTH, LineKeys, line_keys

CHARS = "青山水利站abX7,。 \u3000\t\r\n\n\n\U00020000\ud800"
PAGES = st.lists(st.text(alphabet=CHARS, max_size=120), min_size=1, max_size=4)
BODY = "今年修渠若干里,群众投工投劳,田地都用上了清水,收成比去年好了许多。"


def keys_of(*pages: str) -> list[LineKeys]:
    return line_keys(Texts(pages))


def kept(line: str) -> str:
    return "".join(KEPT_RUN.findall(line))


def short_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if KEPT.start <= len(line) <= LINE_LENGTH and len(kept(line)) in KEPT]


@given(PAGES)
def test_lines_have_one_key_if_they_differ_in_nothing_that_is_kept(pages: list[str]) -> None:
    lines = [kept(line) for page in pages for line in short_lines(page)]
    keys = [key for page in keys_of(*pages) for key in page.key]
    assert len(keys) == len(lines)
    assert len(set(zip(lines, keys))) == len(set(lines)) == len(set(keys))


@given(PAGES)
def test_keys_and_edges_are_those_of_a_page_alone(pages: list[str]) -> None:
    assert keys_of(*pages) == [keys for page in pages for keys in keys_of(page)]


@given(st.text(alphabet=CHARS, max_size=120))
def test_lines_stand_where_their_keys_say(text: str) -> None:
    (keys,) = keys_of(text)
    assert [text[start : start + length] for start, length in zip(keys.start, keys.length)] == short_lines(text)


@given(st.lists(st.sampled_from(["青山水利站", "", "  ", BODY, "丙丁"]), max_size=40))
def test_edges_end_at_the_body_or_after_some_lines(lines: list[str]) -> None:
    (keys,) = keys_of("\n".join(lines))
    filled = [line for line in lines if line.strip()]
    body = [number for number, line in enumerate(filled) if line == BODY]
    top = min(body[0], EDGE_LINES) if body else 0
    bottom = max(body[-1] + 1, len(filled) - EDGE_LINES) if body else len(filled)
    assert keys.top == sum(line in (BODY, "青山水利站") for line in filled[:top])
    assert keys.bottom == sum(line in (BODY, "青山水利站") for line in filled[:bottom])


@pytest.mark.parametrize("end", BODY_END)
def test_sentence_of_some_length_is_a_body_line(end: str) -> None:
    (keys,) = keys_of("青山水利站\n" + "渠" * 24 + end + "\n青山水利站")
    assert (keys.top, keys.bottom) == (1, 2)


def test_keys_do_not_depend_on_what_stands_before() -> None:
    line, filler = "青山水利站友情赞助", "渠水清清苗儿青青\n" * 5000
    assert keys_of(filler + line)[0].key[-1] == keys_of(line)[0].key[0]


@given(st.text(alphabet="（ａ　\xa0Ｘ甲\U00020000\ud800\udc00\uffff\n", max_size=30), st.text(max_size=10))
def test_texts_fold_one_by_one_whatever_they_hold(text: str, other: str) -> None:
    folded, _ = Texts((text, other)).folded()
    widths = str.maketrans("（ａＸ　\xa0", "(aX  ")
    assert folded == text.translate(widths)
