"""Two texts of one pattern that are about two things: the titles differ in a word that the texts differ in as well."""

from __future__ import annotations

import pytest

from dedupe.cleaning.cover import inside, runs_of, shelf_of, words_of
from dedupe.cleaning.titles import is_another
from dedupe.text.titles import title_of

PATTERN = """{title}

本条款的保险对象是{who}。投保的{who}应当如实填写清单，保险公司按清单收取保险费，并在三日内把单证交给投保人。
发生事故以后，{who}或者受益人应当在五日内通知保险公司，并提供医院的诊断和户口所在地的证明。
"""


def says_another(one: str, other: str) -> bool:
    words = words_of(one)
    covered = inside(words.ids, [shelf_of([runs_of(words_of(other).ids)])])
    return is_another(words_of(title_of(one)), words_of(title_of(other)), words, covered)


def filled(title: str, who: str) -> str:
    return PATTERN.format(title=title, who=who)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("团体意外保险条款", "团体"), ("家庭意外保险条款", "家庭"), True),
        (("团体意外保险条款", "职工"), ("家庭意外保险条款", "职工"), False),  # another title, the same text
        (("意外保险条款", "团体"), ("意外保险条款", "家庭"), False),  # the titles say the same
        (("清溪镇保险条款", "清溪镇居民"), ("石塘镇保险条款", "石塘镇居民"), False),  # a place is a fill
        (("保险条款（一）", "团体"), ("保险条款（二）", "家庭"), False),  # and so is a number
        (("团体意外保险条款", "团体"), ("写给青年的一封信", "家庭"), False),  # no names of one series
        (("yurt docs", "the docs command"), ("yurt token", "the token command"), True),
        (("", "团体"), ("家庭意外保险条款", "家庭"), False),
    ],
)
def test_a_word_of_the_title_that_runs_through_the_text_makes_another_thing(
    one: tuple[str, str], other: tuple[str, str], is_one: bool
) -> None:
    assert says_another(filled(*one), filled(*other)) is is_one
    assert says_another(filled(*other), filled(*one)) is is_one
